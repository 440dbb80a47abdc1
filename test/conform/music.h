/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Something like music, made up: beats, a bass line, chords and a noisy top, with verses and
 * louder choruses. For comparing meters; the same samples every time. */
#ifndef LUSTER_TEST_MUSIC_H
#define LUSTER_TEST_MUSIC_H

#include "base/math.h"
#include "base/rng.h"

#include <stdint.h>

typedef struct Music {
    LusterRng rng;
    uint32_t rate;
    uint64_t frame;
    double bass, chord[3], low_noise, kick, snare;
} Music;

static inline Music music_new(uint32_t rate, uint64_t seed)
{
    Music m = {.rate = rate};
    luster_rng_seed(&m.rng, seed, 1);
    return m;
}

static inline double music_saw(double *phase, double hz, uint32_t rate)
{
    *phase += hz / rate;
    *phase -= (double)(int64_t)*phase;
    return 2.0 * *phase - 1.0;
}

static inline void music_read(Music *m, float *left, float *right, uint32_t n)
{
    static const double roots[] = {110.0, 87.3, 130.8, 98.0};
    for (uint32_t i = 0; i < n; i++, m->frame++) {
        const double t = (double)m->frame / m->rate, beat = t * 2.0; /* 120 bpm */
        const int64_t bar = (int64_t)(beat / 4.0);
        const double in_beat = beat - (double)(int64_t)beat;
        const double section = bar % 16 < 8 ? 0.35 : 1.0; /* verse, chorus */
        const double root = roots[bar % 4];
        if (in_beat < 2.0 / m->rate)
            *((int64_t)beat % 2 ? &m->snare : &m->kick) = 1.0;
        m->kick *= 1.0 - 14.0 / m->rate;
        m->snare *= 1.0 - 25.0 / m->rate;
        const double noise = luster_rng_bipolar(&m->rng), other = luster_rng_bipolar(&m->rng);
        m->low_noise += 0.2 * (noise - m->low_noise);
        const double chord = music_saw(&m->chord[0], root * 2.0, m->rate);
        const double third = music_saw(&m->chord[1], root * 2.52, m->rate);
        const double fifth = music_saw(&m->chord[2], root * 3.0, m->rate);
        const double bass = music_saw(&m->bass, root / 2.0, m->rate);
        const double kick = m->kick * luster_sin(300.0 * in_beat * (1.0 - 0.4 * in_beat));
        const double snare = m->snare * (noise - 0.6 * m->low_noise);
        const double centre = 0.4 * kick + 0.25 * snare + 0.12 * bass;
        left[i] = (float)(section * (centre + 0.06 * chord + 0.03 * third + 0.01 * other));
        right[i] = (float)(section * (centre + 0.06 * fifth + 0.03 * third - 0.01 * other));
    }
}

#endif
