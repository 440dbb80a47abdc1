/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Spectrum of steady noise under music: minimum statistics (Martin 2001) of a low quantile over
 * frequency. Noise is smooth over frequency and notes are not, so what lies between the partials of
 * a held note counts; and what the pauses agree on counts more than anything. Works on powers of
 * long frames (dsp/stft.h) of one channel, long so that low notes leave gaps; silence (muted
 * stretches) must not be handed in. */
#ifndef LUSTER_DSP_NOISE_PROFILE_H
#define LUSTER_DSP_NOISE_PROFILE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_NOISE_FRAMES 3 /* STFT frames of a look: 75 % overlapped, 1.5 windows long */
#define LUSTER_NOISE_BANDS 64

typedef struct LusterNoiseProfile {
    uint32_t n_bins, n_bands;
    uint32_t n_read; /* bins of the frames the profile is read for, not more than n_bins */
    uint32_t n_looks, most_looks; /* those that are remembered, and could be */
    uint32_t edge[LUSTER_NOISE_BANDS + 1]; /* bins */
    double bias[LUSTER_NOISE_BANDS]; /* what the quantiles read of a mean power, as a ratio */
    double level[LUSTER_NOISE_BANDS]; /* log of the mean power of a bin, once one is known */
    float *sum; /* [n_bins] of the look on its way */
    double *pitch; /* [n_read] log of their frequencies, in bins of the long frames */
    float *looks; /* [n_bands][most_looks] */
    float *room; /* [n_bins + most_looks] to sort in */
    uint32_t n_summed, n_known, at;
} LusterNoiseProfile;

/** Room for `most_looks` of LUSTER_NOISE_FRAMES frames each. False: out of memory. */
bool luster_noise_profile_open(LusterNoiseProfile *noise, LusterArena *arena, uint32_t n_bins,
                               uint32_t n_read, uint32_t most_looks);
/** Forgets everything; from now on `n_looks` are remembered. */
void luster_noise_profile_start(LusterNoiseProfile *noise, uint32_t n_looks);

/** Powers of a frame. True: the profile has changed. */
bool luster_noise_profile_add(LusterNoiseProfile *noise, const float *power);
/** Breaks off the look on its way: the next frame does not follow the last. */
void luster_noise_profile_break(LusterNoiseProfile *noise);
/** Mean power of the noise in each bin of the shorter frames into power[n_read]; false while
 * nothing is known. */
bool luster_noise_profile_read(const LusterNoiseProfile *noise, float *power);

#endif
