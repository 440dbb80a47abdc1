/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Arguments of the dynamics kernels. Levels and gain changes are in octaves (log2 of amplitude; one
 * octave is 6.0206 dB), so that log2 and exp2 are the only functions needed. */
#ifndef LUSTER_SIMD_DYNAMICS_H
#define LUSTER_SIMD_DYNAMICS_H

#include <stdint.h>

/* Floor of every level before its logarithm: -361 dB. */
#define LUSTER_DYN_FLOOR 0x1p-60f

/* A value on its way: `target - step * left`, with `left` the frames until it arrives. In closed
 * form, so that a ramp is the same wherever blocks begin. */
typedef struct LusterGlide {
    float target, step;
    uint32_t left;
} LusterGlide;

/** Static curve of a compressor: threshold and knee and range in octaves, amount = 1 - 1/ratio. */
typedef struct LusterDynCurve {
    LusterGlide threshold, amount, knee, range;
    float log_scale; /* 1: levels are amplitudes; 0.5: powers */
    int feedback; /* not 0: the level that meets the curve is the output's */
} LusterDynCurve;

/* A feedback loop's gain is finite: the highest amount of a feedback curve, ratio 100. */
#define LUSTER_DYN_LOOP_MOST 0.99f

/** Static curve of upward compression, in octaves: what is under the threshold is raised by amount
 * = 1 - 1/ratio of its distance, at most by `range`, and never further than it is over `floor`. */
typedef struct LusterDynRaise {
    LusterGlide threshold, amount, knee, range, floor;
} LusterDynRaise;

/** From reduction to gain: make-up in octaves, and the share of dry signal, 0 to 1. */
typedef struct LusterDynGain {
    LusterGlide makeup, dry;
} LusterDynGain;

#endif
