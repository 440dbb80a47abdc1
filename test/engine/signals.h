/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sources made of arithmetic, so that the engine can be tested without files. A file name says what
 * it is: "noise:SEED", "sine:HZ", "impulse:FRAME", "ramp" (frame number / 2^20); a second word
 * "stereo" makes two channels, the right one different (noise: another seed; else half as loud). */
#ifndef LUSTER_TEST_SIGNALS_H
#define LUSTER_TEST_SIGNALS_H

#include "base/math.h"
#include "base/rng.h"
#include "luster/engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Signal {
    LusterSource source;
    char kind[16];
    double number;
    uint64_t at;
} Signal;

static inline float signal_sample(const Signal *s, uint64_t frame, uint32_t channel)
{
    const float side = channel ? 0.5f : 1.0f;
    if (!strcmp(s->kind, "noise")) {
        LusterRng rng;
        luster_rng_seed(&rng, frame, (uint64_t)s->number * 2 + channel);
        return (float)(0.25 * luster_rng_bipolar(&rng));
    }
    if (!strcmp(s->kind, "sine"))
        return side *
               (float)(0.5 * luster_sin(2.0 * LUSTER_PI *
                                        fmod(s->number * (double)frame / s->source.rate_hz, 1.0)));
    if (!strcmp(s->kind, "impulse"))
        return frame == (uint64_t)s->number ? side : 0.0f;
    if (!strcmp(s->kind, "one"))
        return side;
    return side * (float)frame / 1048576.0f;
}

static inline LusterStatus signal_read(LusterSource *source, float *const *out, size_t n,
                                       size_t *n_read, LusterError *err)
{
    (void)err;
    Signal *s = (Signal *)source;
    const uint64_t left = source->n_frames - s->at;
    n = left < n ? left : n;
    for (uint32_t c = 0; c < source->n_channels; c++) {
        for (size_t i = 0; i < n; i++)
            out[c][i] = signal_sample(s, s->at + i, c);
    }
    s->at += n;
    *n_read = n;
    return LUSTER_OK;
}

static inline LusterStatus signal_seek(LusterSource *source, uint64_t frame, LusterError *err)
{
    (void)err;
    ((Signal *)source)->at = frame;
    return LUSTER_OK;
}

static inline void signal_close(LusterSource *source)
{
    free(source);
}

/* An engine's `open`; *(uint64_t *)context is the length of every file in frames. */
static inline LusterStatus signal_open(void *context, const char *file, double rate_hz,
                                       LusterSource **out, LusterError *err)
{
    Signal *s = calloc(1, sizeof *s);
    char word[16] = "";
    if (sscanf(file, "%15[a-z]:%lf %15s", s->kind, &s->number, word) < 1) {
        free(s);
        return luster_error_set(err, LUSTER_NOT_FOUND, "%s: no such signal", file);
    }
    /* words of an attempt that failed before another succeeded must not count as a failure */
    luster_error_set(err, LUSTER_BAD_FILE, "%s: another way to open it failed", file);
    s->source = (LusterSource){strcmp(word, "stereo") ? 1 : 2,
                               rate_hz,
                               *(uint64_t *)context,
                               signal_read,
                               signal_seek,
                               signal_close};
    *out = &s->source;
    return LUSTER_OK;
}

/* Plays `n` frames of a session into a new array, left then right; NULL (and words) on failure. */
static inline float *signal_play(const LusterSession *session, LusterEngineOptions options,
                                 uint64_t length, uint32_t call, uint32_t n)
{
    LusterEngine *engine;
    LusterError err;
    options.open = signal_open;
    options.context = &length;
    if (luster_engine_new(session, &options, &engine, &err)) {
        printf("# %s\n", err.text);
        return NULL;
    }
    float *audio = calloc(2 * (size_t)n, sizeof(float));
    for (uint32_t at = 0; at < n; at += call) {
        float *const out[2] = {audio + at, audio + n + at};
        if (luster_engine_process(engine, out, NULL, n - at < call ? n - at : call, &err)) {
            printf("# %s\n", err.text);
            free(audio);
            audio = NULL;
            break;
        }
    }
    luster_engine_free(engine);
    return audio;
}

#endif
