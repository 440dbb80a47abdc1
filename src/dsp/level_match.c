/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The means are plain ones for the first 3 s and forget from then on; the gain follows them in
 * 400 ms, so that the first notes are not matched in a jump. In silence both means rest. */
#include "dsp/level_match.h"

#include "base/math.h"
#include "dsp/detector.h"

#define FOLLOW_MS 400.0 /* the momentary window of EBU Tech 3341 */
#define LEAST_POWER 1e-12 /* what is softer is not waited for */
#define MOST_POWER 1e30 /* what is louder, or no number, is not a sound */

void luster_level_match_open(LusterLevelMatch *match, double rate_hz, uint32_t n_channels)
{
    match->rate_hz = (uint32_t)(rate_hz + 0.5);
    match->n_channels = n_channels;
    match->keep = luster_one_pole_keep(LUSTER_LEVEL_MATCH_MS, LUSTER_LOUDNESS_STEPS_PER_S);
    match->follow = 1.0 - luster_one_pole_keep(FOLLOW_MS, LUSTER_LOUDNESS_STEPS_PER_S);
    luster_level_match_reset(match);
}

void luster_level_match_reset(LusterLevelMatch *match)
{
    luster_loudness_init(&match->in, match->rate_hz, match->n_channels, NULL);
    luster_loudness_init(&match->out, match->rate_hz, match->n_channels, NULL);
    match->in_mean = match->out_mean = 0.0;
    match->gain = (LusterGlide){1.0f, 0.0f, 0};
    match->octaves = 0.0;
    match->heard = 0;
    match->on = false;
}

/* Energy of the step that ended last, per frame of it. */
static double last_power(const LusterLoudness *loudness)
{
    const uint64_t last = (loudness->n_steps - 1) % LUSTER_LOUDNESS_STEPS_PER_BLOCK;
    return loudness->steps[last] * LUSTER_LOUDNESS_STEPS_PER_S / loudness->rate_hz;
}

static void step(LusterLevelMatch *match)
{
    const double now = last_power(&match->in), then = last_power(&match->out);
    if (now < LEAST_POWER || then < LEAST_POWER)
        return;
    const double begun = 1.0 / (1.0 + match->heard), settled = 1.0 - match->keep;
    const double go = begun > settled ? begun : settled;
    const double in = match->in_mean + go * (now - match->in_mean);
    const double out = match->out_mean + go * (then - match->out_mean);
    if (!(in < MOST_POWER && out < MOST_POWER)) { /* not a sound: it must not stay in the filters */
        luster_loudness_init(&match->in, match->rate_hz, match->n_channels, NULL);
        luster_loudness_init(&match->out, match->rate_hz, match->n_channels, NULL);
        return;
    }
    match->in_mean = in;
    match->out_mean = out;
    match->heard += match->heard < UINT32_MAX;
    const double most = LUSTER_LEVEL_MATCH_MAX;
    double octaves = in == out ? 0.0 : 0.5 * luster_log2(in / out);
    octaves = octaves < -most ? -most : octaves < most ? octaves : most;
    match->octaves += match->follow * (octaves - match->octaves);
    luster_glide_set(&match->gain, match->octaves == 0.0 ? 1.0 : luster_exp2(match->octaves),
                     match->in.left);
}

void luster_level_match_run(LusterLevelMatch *match, const float *const *in,
                            const float *const *out, float *gain, uint32_t n)
{
    match->on = true;
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
