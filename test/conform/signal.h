/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Test signals in sections, as the EBU documents describe them. */
#ifndef LUSTER_TEST_SIGNAL_H
#define LUSTER_TEST_SIGNAL_H

#include "luster/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define FADE_S 0.01 /* EBU Tech 3341: 10 ms at each end of the signal */

typedef struct Signal {
    uint32_t rate;
    size_t n, room;
    float *left, *right;
} Signal;

static inline Signal signal_new(uint32_t rate)
{
    Signal s = {.rate = rate};
    return s;
}

static inline void signal_free(Signal *s)
{
    free(s->left);
    free(s->right);
}

static inline void signal_room(Signal *s, size_t n)
{
    if (s->n + n > s->room) {
        s->room = (s->n + n) * 2;
        s->left = realloc(s->left, s->room * sizeof *s->left);
        s->right = realloc(s->right, s->room * sizeof *s->right);
    }
}

/* A 1 kHz tone of both channels, dBFS as EBU Tech 3341 writes it: peak level. -INFINITY: silence.
 */
static inline void signal_tone(Signal *s, double seconds, double dbfs)
{
    const size_t n = (size_t)(seconds * s->rate + 0.5);
    const double gain = isfinite(dbfs) ? pow(10.0, dbfs / 20.0) : 0.0;
    /* a whole number of periods at every rate that is a multiple of 100 Hz */
    const size_t period = s->rate / 100;
    float *wave = malloc(period * sizeof *wave);
    for (size_t i = 0; i < period; i++)
        wave[i] = (float)(gain * sin(2.0 * PI * 1000.0 * (double)i / s->rate));
    signal_room(s, n);
    for (size_t i = 0; i < n; i++, s->n++)
        s->left[s->n] = s->right[s->n] = wave[s->n % period];
    free(wave);
}

static inline void signal_silence(Signal *s, double seconds)
{
    signal_tone(s, seconds, -INFINITY);
}

static inline void signal_fade(Signal *s)
{
    const size_t fade = (size_t)(FADE_S * s->rate);
    for (size_t i = 0; i < fade && i < s->n; i++) {
        const float gain = (float)i / (float)fade;
        s->left[i] *= gain;
        s->right[i] *= gain;
        s->left[s->n - 1 - i] *= gain;
        s->right[s->n - 1 - i] *= gain;
    }
}

/* Measured in blocks of odd sizes, as they come. Keeps the measure for its series. */
static inline LusterMeasure *signal_measure(const Signal *s, unsigned parts, LusterMeasurement *r)
{
    LusterMeasure *measure = NULL;
    if (luster_measure_new(s->rate, 2, parts, &measure, NULL))
        return NULL;
    for (size_t at = 0, step = 1; at < s->n; at += step, step = step * 7 % 9973 + 1) {
        const float *in[] = {s->left + at, s->right + at};
        step = step < s->n - at ? step : s->n - at;
        luster_measure_add(measure, in, step);
    }
    luster_measure_finish(measure, r);
    return measure;
}

#endif
