/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Parts of a reverberator with 16 lines: their lengths, the filters that make them decay, and the
 * early reflections of a box. Design only, in double; the running parts are in simd/k_fdn.c. */
#ifndef LUSTER_DSP_FDN_H
#define LUSTER_DSP_FDN_H

#include "simd/kernels.h"

#include <stdint.h>

#define LUSTER_FDN_LINES LUSTER_LANES
#define LUSTER_FDN_COEFS 12 /* two sections of six */

/** Reverberation time over frequency: `mid_s` between the crossovers, times `low` far below
 * `low_hz`, times `high` far above `high_hz`. */
typedef struct LusterFdnDecay {
    double mid_s, low, low_hz, high, high_hz;
} LusterFdnDecay;

/** The reverberation time (T60, s) that a setting stands for at a frequency. */
double luster_fdn_t60(const LusterFdnDecay *decay, double hz);

/** 16 different primes, about evenly spread on a log scale between two lengths in frames (each at
 * least 2); ascending unless the room between is too small for 16 primes, then longer. */
void luster_fdn_lengths(double shortest, double longest, uint32_t *lengths);

/** `count` delays in frames, one somewhere in each count-th of `span` frames, the same for equal
 * `seed`; shuffled. */
void luster_fdn_spread(double span, uint32_t seed, uint32_t count, uint32_t *delays);

/** Coefficients [LUSTER_FDN_COEFS][16] of the absorbent filters: a line of n frames loses
 * 60 n / (rate T60(f)) dB each time through. A section c[0..5] with states b and l does
 * v = x - l, y = c3 x + c4 b + c5 v, b' = c0 b + c1 v, l' = l + c1 b + c2 v. Its state matrix is
 * the Cayley transform of a dissipative one, so it is a contraction, and so is any point between
 * two. */
void luster_fdn_absorb(const LusterFdnDecay *decay, const double *lengths, double rate_hz,
                       float *coefs);

/** One reflection: how much later than the direct sound, and its gain against it. */
typedef struct LusterFdnTap {
    double delay_s, gain;
} LusterFdnTap;

/** A box in metres, with what its walls give back (amplitude, 0 … 1). */
typedef struct LusterFdnBox {
    double width_m, depth_m, height_m, reflection;
} LusterFdnBox;

/** The first `count` reflections from one of two sources (side 0 left, 1 right) to one of two
 * receivers, by the image-source method (Allen & Berkley 1979), earliest first. The pairs stand a
 * little off the middle, so that no two paths are alike. Odd orders are turned over, or the low end
 * would pile up. */
void luster_fdn_early(const LusterFdnBox *box, int source, int receiver, uint32_t count,
                      LusterFdnTap *taps);

#endif
