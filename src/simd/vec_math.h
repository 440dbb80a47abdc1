/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Elementary functions on vectors of floats. log2 by the atanh series on [sqrt(1/2), sqrt(2)) (next
 * term 1e-9), exp2 by the Taylor series on +-1/2 (next term 5e-9): both good to float's own
 * rounding. */
#ifndef LUSTER_SIMD_VEC_MATH_H
#define LUSTER_SIMD_VEC_MATH_H

#include "simd/vec.h"

#define LOG2_E 1.44269504088896340736
#define LN2 0.693147180559945309417

static inline vf vlog2(vf x)
{
    /* exponent such that the mantissa lies in [sqrt(1/2), sqrt(2)) */
    const vi e = ((vi)x - 0x3f3504f3) >> 23;
    const vf m = (vf)((vi)x - (e << 23));
    const vf s = (m - 1.0f) / (m + 1.0f), s2 = s * s;
    vf p = vf_set((float)(2.0 / 9.0 * LOG2_E));
    p = p * s2 + (float)(2.0 / 7.0 * LOG2_E);
    p = p * s2 + (float)(2.0 / 5.0 * LOG2_E);
    p = p * s2 + (float)(2.0 / 3.0 * LOG2_E);
    p = p * s2 + (float)(2.0 * LOG2_E);
    return __builtin_convertvector(e, vf) + s * p;
}

static inline vf vexp2(vf x)
{
    const float magic = 0x1.8p23f; /* adding it rounds to a whole number */
    const vf clamped = vf_max(vf_min(x, vf_set(126.0f)), vf_set(-126.0f));
    const vf shifted = clamped + magic;
    const vf r = clamped - (shifted - magic);
    vf p = vf_set((float)(LN2 * LN2 * LN2 * LN2 * LN2 * LN2 * LN2 / 5040.0));
    p = p * r + (float)(LN2 * LN2 * LN2 * LN2 * LN2 * LN2 / 720.0);
    p = p * r + (float)(LN2 * LN2 * LN2 * LN2 * LN2 / 120.0);
    p = p * r + (float)(LN2 * LN2 * LN2 * LN2 / 24.0);
    p = p * r + (float)(LN2 * LN2 * LN2 / 6.0);
    p = p * r + (float)(LN2 * LN2 / 2.0);
    p = p * r + (float)LN2;
    p = p * r + 1.0f;
    return p * (vf)(((vi)shifted << 23) + 0x3f800000);
}

/** Lanewise mask ? yes : no; the mask is all ones or all zeros. */
static inline vf vf_blend(vi mask, vf yes, vf no)
{
    return (vf)((mask & (vi)yes) | (~mask & (vi)no));
}

#endif
