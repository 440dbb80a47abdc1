/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sound made for the tests of the assistant: a source over two arrays, and simple instruments. */
#ifndef LUSTER_TEST_SIGNAL_H
#define LUSTER_TEST_SIGNAL_H

#include "base/math.h"
#include "base/rng.h"
#include "luster/source.h"

#include <stdlib.h>
#include <string.h>

#define RATE 48000

typedef struct Sound {
    uint32_t n_channels;
    uint32_t n;
    float *x[2];
} Sound;

typedef struct SoundSource {
    LusterSource source;
    const Sound *sound;
    uint64_t at;
} SoundSource;

static inline LusterStatus sound_read(LusterSource *source, float *const *out, size_t n,
                                      size_t *n_read, LusterError *err)
{
    SoundSource *s = (SoundSource *)source;
    const uint64_t left = s->sound->n - s->at;
    *n_read = n < left ? n : (size_t)left;
    for (uint32_t c = 0; c < source->n_channels; c++)
        memcpy(out[c], s->sound->x[c] + s->at, *n_read * sizeof(float));
    s->at += *n_read;
    (void)err;
    return LUSTER_OK;
}

static inline LusterStatus sound_seek(LusterSource *source, uint64_t frame, LusterError *err)
{
    (void)err;
    ((SoundSource *)source)->at = frame;
    return LUSTER_OK;
}

static inline void sound_close(LusterSource *source)
{
    free(source);
}

/** An `open` for LusterMixInput: `user` is a Sound. */
static inline LusterStatus sound_open(void *user, LusterSource **out, LusterError *err)
{
    const Sound *sound = user;
    SoundSource *s = calloc(1, sizeof *s);
    if (!s)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    s->source =
        (LusterSource){sound->n_channels, RATE, sound->n, sound_read, sound_seek, sound_close};
    s->sound = sound;
    *out = &s->source;
    return LUSTER_OK;
}

static inline Sound sound_new(double seconds, uint32_t n_channels)
{
    Sound s = {n_channels, (uint32_t)(seconds * RATE), {NULL, NULL}};
    for (uint32_t c = 0; c < n_channels; c++)
        s.x[c] = calloc(s.n ? s.n : 1, sizeof(float));
    return s;
}

static inline void sound_free(Sound *s)
{
    free(s->x[0]);
    free(s->x[1]);
}

static inline double sound_noise(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX generator */
    return (double)(int32_t)(*seed >> 32) / 2147483648.0;
}

/** A struck sound every `every` seconds: a sine of `hz` falling to half that, and noise, which is
 * bright for cymbals (above 1 kHz) and dark for drums. */
static inline void add_hits(Sound *s, double first, double every, double hz, double decay_s,
                            double tone, double noise, uint64_t seed)
{
    for (double t = first; t < (double)s->n / RATE; t += every) {
        double phase = 0.0, low = 0.0;
        for (uint32_t i = 0; i < 6 * decay_s * RATE; i++) {
            const uint32_t at = (uint32_t)(t * RATE) + i;
            if (at >= s->n)
                break;
            const double e = luster_exp(-(double)i / (decay_s * RATE));
            phase += hz * (0.5 + 0.5 * e) / RATE;
            low += 0.3 * (sound_noise(&seed) - low);
            const double x = e * (tone * luster_sin(2.0 * LUSTER_PI * (phase - (int)phase)) +
                                  noise * (hz > 1000 ? sound_noise(&seed) - low : 2.0 * low));
            for (uint32_t c = 0; c < s->n_channels; c++)
                s->x[c][at] += (float)x;
        }
    }
}

/** Notes of `note_s` with `n_harmonics` falling as 1/n, a step up or down each, with vibrato. */
static inline void add_notes(Sound *s, double hz, double note_s, int n_harmonics, double level,
                             double vibrato, double rest_from, double rest_to)
{
    static const double steps[] = {0, 3, 5, 7, 5, 3, -2, 0};
    double phase = 0.0;
    for (uint32_t i = 0; i < s->n; i++) {
        const double t = (double)i / RATE, in = t / note_s;
        const double e = luster_exp(-(in - (int)in) * 1.5);
        const double f = hz * luster_exp2(steps[(int)in % 8] / 12.0) *
                         (1.0 + vibrato * luster_sin(2.0 * LUSTER_PI * 5.5 * t));
        phase += f / RATE;
        phase -= (int)phase;
        if (t >= rest_from && t < rest_to)
            continue;
        double x = 0.0;
        for (int h = 1; h <= n_harmonics; h++)
            x += luster_sin(2.0 * LUSTER_PI * h * phase) / h;
        for (uint32_t c = 0; c < s->n_channels; c++)
            s->x[c][i] += (float)(level * e * x);
    }
}

static inline void scale(Sound *s, double gain)
{
    for (uint32_t c = 0; c < s->n_channels; c++)
        for (uint32_t i = 0; i < s->n; i++)
            s->x[c][i] *= (float)gain;
}

#endif
