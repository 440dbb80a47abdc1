/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Arguments of the oversampling kernels (k_oversample.c) and of the curves that run between them
 * (k_shape.c). Buffers hold, and are worked on in, whole LUSTER_LANES. */
#ifndef LUSTER_SIMD_OVERSAMPLE_H
#define LUSTER_SIMD_OVERSAMPLE_H

#include <stdint.h>

/** out[i] = 0.5 centre[i] + sum over k of taps[k] (before[k][i] + after[k][i]). */
typedef struct LusterFirPairs {
    const float *centre; /* NULL: none */
    const float *const *before, *const *after; /* [n_taps] buffers */
    const float *taps; /* [n_taps] */
    uint32_t n_taps;
} LusterFirPairs;

typedef enum {
    LUSTER_CURVE_TAPE, /* coth 3x - 1/3x: Langevin's curve of magnetisation without hysteresis */
    LUSTER_CURVE_TUBE, /* a soft limit at 1 above and one half as sharp at -2 below */
    LUSTER_CURVE_TRANSISTOR, /* tanh x: a pair with its emitters coupled */
    LUSTER_CURVE_SOFT, /* x / sqrt(1 + x^2) */
    LUSTER_CURVE_DIODE, /* asinh(2x) / 2: diodes across a current */
    LUSTER_CURVES
} LusterCurveKind;

/** Per frame: out += weight * ((f(in + bias) - base) * scale - in). */
typedef struct LusterCurveFrames {
    const float *bias, *base, *scale, *weight;
} LusterCurveFrames;

#endif
