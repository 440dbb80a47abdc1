/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A crossover as the kernels see it: rows of doubles, one per frame, [band][channel], and
 * second-order Butterworth sections as trapezoidal state-variable filters (Zavalishin 2018). Per
 * frame, with d = x - s2:
 *   s1' = b1 s1 + b2 d,   s2' = (s2 + b2 s1) + b3 d,
 *   low = (s2 + s2') / 2,   all-pass = x - sqrt(2) (s1 + s1').
 * The low pass behind another is the lower half of Linkwitz and Riley's 24 dB per octave; the
 * upper half is the all-pass less the lower one, so that both add up to it by construction. */
#ifndef LUSTER_SIMD_CROSSOVER_H
#define LUSTER_SIMD_CROSSOVER_H

#include <stddef.h>
#include <stdint.h>

#define LUSTER_BANDS_MAX 6
#define LUSTER_BAND_LANES 16 /* doubles of a row: bands x channels, rounded up to a vector */
#define LUSTER_BAND_COEFS 16 /* doubles of a row of moving coefficients: crossovers x 3 */

/** One crossover of a tree: what lies above the bands so far is split; those below pass the same
 * all-pass. */
typedef struct LusterBandSplit {
    double b[3];
    double s1[LUSTER_BAND_LANES], s2[LUSTER_BAND_LANES]; /* first section of each lane */
    double t1[2], t2[2]; /* second low-pass of what is split, per channel */
} LusterBandSplit;

/** Low-pass sections side by side, each lane at its own frequency. */
typedef struct LusterBandLows {
    double b[3][LUSTER_BAND_LANES];
    double s1[LUSTER_BAND_LANES], s2[LUSTER_BAND_LANES];
} LusterBandLows;

/** Rows to run through; `in` NULL is silence. Steps are in rows: -1 is backwards in time. */
typedef struct LusterBandRun {
    const double *in;
    double *out;
    const double *moving; /* rows of coefficients, or NULL: those of the sections */
    int step, add; /* add: onto what stands in `out` */
} LusterBandRun;

#endif
