/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Both means begin at the same moderate level: the first notes are not matched against nothing, and
 * silence, in which both fade alike, changes no ratio. */
#include "dsp/level_match.h"

#include "dsp/detector.h"

#include <math.h>

#define START_POWER 1e-4 /* -40 dBFS */
#define LEAST_POWER 1e-12 /* what is softer is not waited for */
#define MOST_POWER 1e30

void luster_level_match_open(LusterLevelMatch *match, double rate_hz, uint32_t n_channels)
{
    match->rate_hz = (uint32_t)(rate_hz + 0.5);
    match->n_channels = n_channels;
    match->keep = luster_one_pole_keep(LUSTER_LEVEL_MATCH_MS, LUSTER_LOUDNESS_STEPS_PER_S);
    luster_level_match_reset(match);
}

void luster_level_match_reset(LusterLevelMatch *match)
{
    luster_loudness_init(&match->in, match->rate_hz, match->n_channels, NULL);
    luster_loudness_init(&match->out, match->rate_hz, match->n_channels, NULL);
    match->in_mean = match->out_mean = START_POWER;
    match->gain = (LusterGlide){1.0f, 0.0f, 0};
    match->heard = 0;
}

/* Energy of the step that ended last, per frame of it. */
static double last_power(const LusterLoudness *loudness)
{
    const uint64_t last = (loudness->n_steps - 1) % LUSTER_LOUDNESS_STEPS_PER_BLOCK;
    return loudness->steps[last] * LUSTER_LOUDNESS_STEPS_PER_S / loudness->rate_hz;
}

static void step(LusterLevelMatch *match)
{
    const double go = 1.0 - match->keep;
    const double in = match->keep * match->in_mean + go * last_power(&match->in);
    const double out = match->keep * match->out_mean + go * last_power(&match->out);
    if (!(in < MOST_POWER && out < MOST_POWER)) { /* not a sound: it must not stay in the filters */
        luster_loudness_init(&match->in, match->rate_hz, match->n_channels, NULL);
        luster_loudness_init(&match->out, match->rate_hz, match->n_channels, NULL);
        return;
    }
    if (in < LEAST_POWER || out < LEAST_POWER)
        return;
    match->in_mean = in;
    match->out_mean = out;
    const double gain = in == out ? 1.0 : sqrt(in / out);
    const double most = LUSTER_LEVEL_MATCH_MAX, least = 1.0 / most;
    luster_glide_set(&match->gain,
                     gain < least  ? least
                     : gain < most ? gain
                                   : most,
                     match->in.left);
}

void luster_level_match_run(LusterLevelMatch *match, const float *const *in,
                            const float *const *out, float *gain, uint32_t n)
{
    match->heard = 1;
    for (uint32_t done = 0; done < n;) {
        const uint64_t steps = match->in.n_steps;
        const uint32_t part = luster_loudness_add(&match->in, in, done, n - done);
        luster_loudness_add(&match->out, out, done, n - done);
        for (uint32_t i = 0; i < part; i++) {
            gain[done + i] = luster_glide_value(&match->gain);
            luster_glide_skip(&match->gain, 1);
        }
        if (match->in.n_steps != steps)
            step(match);
        done += part;
    }
}
