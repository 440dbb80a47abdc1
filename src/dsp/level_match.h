/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Level match: the gain that keeps what comes out of an effect as loud as what went in, so that
 * ears compare the sound and not the level. K-weighted powers (BS.1770) of both in steps of 10 ms,
 * averaged over 3 s; the gain glides from step to step. Works on any split into blocks alike. */
#ifndef LUSTER_DSP_LEVEL_MATCH_H
#define LUSTER_DSP_LEVEL_MATCH_H

#include "dsp/bs1770.h"
#include "dsp/glide.h"

#define LUSTER_LEVEL_MATCH_MS 3000.0 /* the short-term window of EBU Tech 3341 as time constant */
#define LUSTER_LEVEL_MATCH_MAX 4.0 /* octaves of gain either way: 24 dB */

typedef struct LusterLevelMatch {
    LusterLoudness in, out;
    double in_mean, out_mean, keep;
    double octaves, follow; /* the gain, and how it follows the means */
    uint32_t rate_hz, n_channels, heard; /* heard: steps that were no silence */
    bool on; /* has run since the reset */
    LusterGlide gain;
} LusterLevelMatch;

void luster_level_match_open(LusterLevelMatch *match, double rate_hz, uint32_t n_channels);

/** Forgets: the gain is 1. */
void luster_level_match_reset(LusterLevelMatch *match);

/** The same for free, as long as it is forgotten already. */
static inline void luster_level_match_forget(LusterLevelMatch *match)
{
    if (match->on)
        luster_level_match_reset(match);
}

/** Hears n frames of both and writes the gain [n] for these frames; exactly 1 as long as both are
 * equal. */
void luster_level_match_run(LusterLevelMatch *match, const float *const *in,
                            const float *const *out, float *gain, uint32_t n);

#endif
