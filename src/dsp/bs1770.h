/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Loudness as in ITU-R BS.1770-5 and EBU Tech 3341/3342: K-weighting at any rate, 400 ms and 3 s
 * windows that move by 10 ms, gating, loudness range. Works on powers (weighted mean squares);
 * luster_power_to_lufs names them. The gated values need the list of all powers, which the caller
 * keeps. Same bits for every split into blocks and every level. */
#ifndef LUSTER_DSP_BS1770_H
#define LUSTER_DSP_BS1770_H

#include "simd/kernels.h"

#include <stddef.h>
#include <stdint.h>

#define LUSTER_LOUDNESS_CHANNELS 6

/* The windows move by 10 ms: EBU Tech 3341 cases 13 and 14 place bursts on a 20 ms grid, and at
 * the 100 ms of BS.1770's gating blocks they would read up to 0.5 LU low. */
#define LUSTER_LOUDNESS_STEPS_PER_S 100
#define LUSTER_LOUDNESS_STEPS_PER_BLOCK 10 /* 100 ms: 75 % overlap of 400 ms (BS.1770-5) */
#define LUSTER_LOUDNESS_MOMENTARY_STEPS 40 /* 400 ms */
#define LUSTER_LOUDNESS_SHORT_STEPS 300 /* 3 s */

/** Weights of BS.1770-5 table 4 for L, R, C, LFE, Ls, Rs (and any first part of that list). */
extern const double luster_loudness_surround_weights[LUSTER_LOUDNESS_CHANNELS];

typedef struct LusterLoudness {
    LusterKWeightCoeffs coeffs;
    LusterKWeightPair pairs[LUSTER_LOUDNESS_CHANNELS / 2];
    double weights[LUSTER_LOUDNESS_CHANNELS];
    uint32_t n_channels, rate_hz;
    uint64_t n_steps; /* 10 ms steps done */
    uint32_t left; /* frames until the current step is done */
    double steps[LUSTER_LOUDNESS_STEPS_PER_BLOCK]; /* energy of the last steps, a ring */
    double tenths[LUSTER_LOUDNESS_SHORT_STEPS]; /* energy of the 100 ms that end at each step */
    double momentary, short_term; /* power of the window that ended with the last step */
} LusterLoudness;

/** 1 … 6 channels; `weights` NULL: all 1. Rates from 1000 Hz; a whole number of Hz. */
void luster_loudness_init(LusterLoudness *loudness, uint32_t rate_hz, uint32_t n_channels,
                          const double *weights);

/** Takes in[n_channels][from … from+n) but at most to the end of the current 10 ms step; returns
 * how many frames it took. When that ended a step, n_steps has grown by one and `momentary` and
 * `short_term` are new; they count silence before the start. */
uint32_t luster_loudness_add(LusterLoudness *loudness, const float *const *in, uint32_t from,
                             uint32_t n);

/** -0.691 + 10 log10(power) (BS.1770-5, equation 2); 0 gives -INFINITY. */
double luster_power_to_lufs(double power);

/** Integrated power of 400 ms blocks by both gates of BS.1770-5; 0 when no block passes. */
double luster_loudness_gated(const double *blocks, size_t n);

/** Loudness range in LU (EBU Tech 3342) of short-term powers, which are sorted in place; 0 when
 * none passes the gates. */
double luster_loudness_range(double *short_terms, size_t n);

/** The p-th percentile (0 … 100) of sorted values, as EBU Tech 3342 rounds it; n > 0. */
double luster_percentile(const double *sorted, size_t n, double p);

#endif
