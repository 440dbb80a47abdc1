/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a compressor can set by itself (Giannoulis, Massberg, Reiss 2013): times from the crest
 * factor, make-up and knee from the mean of the applied gain. Octaves, one value per frame. */
#ifndef LUSTER_PROC_COMPRESSOR_AUTO_H
#define LUSTER_PROC_COMPRESSOR_AUTO_H

#include "dsp/glide.h"

#include <stdint.h>

typedef struct LusterCrest {
    double rate_hz, keep, peak, mean; /* of squares */
} LusterCrest;

void luster_crest_open(LusterCrest *crest, double rate_hz);
/** From levels (amplitudes) [n] to the shares that attack and release let go per frame. */
void luster_crest_follow(LusterCrest *crest, const float *level, double *attack_go,
                         double *release_go, uint32_t n);

typedef struct LusterMeanGain {
    double keep, miss; /* mean of applied gain less the guess, octaves */
    double reduction; /* of the last frame: mean, >= 0 */
} LusterMeanGain;

void luster_mean_gain_open(LusterMeanGain *mean, double rate_hz);
/** `reduction` [2][n] of both channels and their level in octaves; `guess` is what the mean gain is
 * taken for at first. makeup [n] = share [n] * mean reduction, never below 0; silence leaves it. */
void luster_mean_gain_follow(LusterMeanGain *mean, const float *const reduction[2],
                             const float *level, LusterGlide guess, const float *share,
                             float *makeup, uint32_t n);

#endif
