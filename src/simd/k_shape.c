/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Curves without memory, as the difference they make, on oversampled sound. Elementwise. Smooth
 * curves are taken at points; the clipper, whose bend makes harmonics without end, as a mean
 * between points (antiderivative antialiasing, Parker, Zavalishin, Le Bivic 2016), in a form that
 * loses no digits: differences are only taken where they are exact. */
#include "simd/vec_math.h"

#define INLINE static inline __attribute__((always_inline))

void LUSTER_KERNEL(luster_k_shape)(float *out, const float *in, LusterCurveKind curve,
                                   const LusterCurveFrames *how, uint32_t n);
void LUSTER_KERNEL(luster_k_clip)(float *out, const float *a, const float *b, const float *start,
                                  uint32_t n);

INLINE vf with_sign(vf magnitude, vf of)
{
    return (vf)((vi)magnitude | ((vi)of & (vi)vf_set(-0.0f)));
}

/* coth y - 1/y, y = 3|x|: a continued fraction (error 2e-8) up to 2, exponentials above. */
INLINE vf tape(vf x)
{
    const vf y = 3.0f * vf_abs(x), z = y * y;
    const vf low = y * (45045.0f + z * (2772.0f + z * 27.0f));
    const vf low_den = 135135.0f + z * (17325.0f + z * (378.0f + z));
    const vf e = vexp2((float)(-2.0 * LOG2_E) * y);
    const vf high = (1.0f + e) * y - (1.0f - e);
    const vi is_low = y < vf_set(2.0f);
    const vf num = vf_blend(is_low, low, high);
    return with_sign(num / vf_blend(is_low, low_den, (1.0f - e) * y), x);
}

INLINE vf transistor(vf x)
{
    const vf e = vexp2((float)(-2.0 * LOG2_E) * vf_abs(x));
    return with_sign((1.0f - e) / (1.0f + e), x);
}

/* Smooth minimum with 1, then smooth maximum with -2; both by the root of a sum of squares, in the
 * form that does not cancel. */
INLINE vf tube(vf x)
{
    const vf root = vf_sqrt((x - 1.0f) * (x - 1.0f) + 1.0f);
    const vi above = x > vf_set(0.0f);
    const vf num = vf_blend(above, 2.0f * x - 0.5f, 0.5f * ((x + 1.0f) - root));
    const vf min = num / vf_blend(above, (x + 1.0f) + root, vf_set(1.0f));
    return (4.0f * min + 2.0f) / (vf_sqrt((min + 2.0f) * (min + 2.0f) + 4.0f) + (2.0f - min));
}

INLINE vf soft(vf x)
{
    return x / vf_sqrt(1.0f + x * x);
}

INLINE vf diode(vf x)
{
    const vf w = vf_abs(x + x);
    return with_sign((float)(0.5 * LN2) * vlog2(w + vf_sqrt(w * w + 1.0f)), x);
}

#define RUN(curve)                                                                                 \
    for (uint32_t i = 0; i < n; i += VF_LANES) {                                                   \
        const vf x = vf_load(in + i);                                                              \
        const vf f = curve(x + vf_load(how->bias + i)) - vf_load(how->base + i);                   \
        const vf r = f * vf_load(how->scale + i) - x;                                              \
        vf_store(out + i, vf_load(out + i) + vf_load(how->weight + i) * r);                        \
    }                                                                                              \
    break

void LUSTER_KERNEL(luster_k_shape)(float *out, const float *in, LusterCurveKind curve,
                                   const LusterCurveFrames *how, uint32_t n)
{
    switch (curve) {
    case LUSTER_CURVE_TAPE:
        RUN(tape);
    case LUSTER_CURVE_TUBE:
        RUN(tube);
    case LUSTER_CURVE_TRANSISTOR:
        RUN(transistor);
    case LUSTER_CURVE_SOFT:
        RUN(soft);
    case LUSTER_CURVE_DIODE:
    default:
        RUN(diode);
    }
}

/* Integral of (v - clip(v)) from a to b, over b - a; positive side. The knee runs from `start` to
 * `end`; `width` is their difference. */
INLINE vf lobe(vf a, vf b, vf start, vf end, vf width, vf over_d)
{
    const vf knee_a = vf_min(vf_max(a, start), end), knee_b = vf_min(vf_max(b, start), end);
    const vf va = knee_a - start, vb = knee_b - start;
    const vf in_knee = (knee_b - knee_a) * over_d * (va * va + va * vb + vb * vb) / (6.0f * width);
    const vf top_a = vf_max(a, end), top_b = vf_max(b, end);
    const vf wa = top_a - end, wb = top_b - end;
    return in_knee + (top_b - top_a) * over_d * 0.5f * (width + (wa + wb));
}

void LUSTER_KERNEL(luster_k_clip)(float *out, const float *a, const float *b, const float *start,
                                  uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        const vf from = vf_load(a + i), goal = vf_load(b + i), knee = vf_load(start + i);
        /* a stretch of no length: a little one instead */
        const vf to = vf_blend(from == goal, from + (vf_abs(from) * 0x1p-20f + 1e-20f), goal);
        const vf end = 2.0f - knee, width = end - knee, over_d = 1.0f / (to - from);
        const vf up = lobe(from, to, knee, end, width, over_d);
        const vf down = lobe(-from, -to, knee, end, width, -over_d);
        vf_store(out + i, (down - up) + 0.0f);
    }
}
