/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* True peak, 16 values per frame, in two steps: the midpoints between samples by a long FIR (2x),
 * then 7 points between each two of those by short ones. The second step, and with it most of the
 * work, is left out where its L1 norm proves that nothing above `floor` can come out. Vector lanes
 * are frames, so every value is the same chain of operations on every level. */
#include "simd/vec.h"

#include <stddef.h>

#define LANES LUSTER_LANES
#define MARGIN 4 /* values needed beside a block: 2 before, 2 after; rounded up */

void LUSTER_KERNEL(luster_k_true_peak)(float *peak, const float *x, const LusterTruePeakTaps *taps,
                                       float *least, uint32_t n);

/* mid[i] = the value half a frame after x[i], for 0 <= i < n, n a multiple of 16. */
static void midpoints(float *mid, const float *x, const float *c, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += LANES) {
        vf sum[LANES / VF_LANES] = {{0}};
        for (int k = 0; k < LUSTER_TP_MID_TAPS; k++) {
            const vf ck = vf_set(c[k]);
            for (int v = 0; v < LANES / VF_LANES; v++) {
                const float *at = x + i + v * VF_LANES;
                sum[v] += ck * (vf_load(at - k) + vf_load(at + 1 + k));
            }
        }
        for (int v = 0; v < LANES / VF_LANES; v++)
            vf_store(mid + i + v * VF_LANES, sum[v]);
    }
}

/* Largest magnitude of the 7 points between left[0] and right[0], and of `best`. */
static inline vf between(vf best, const vf left[4], const vf right[4],
                         const LusterTruePeakTaps *taps)
{
    vf s[4], d[4];
    for (int k = 0; k < 4; k++) {
        s[k] = left[k] + right[k];
        d[k] = left[k] - right[k];
    }
    for (int q = 0; q < 3; q++) {
        const float *e = taps->even[q], *o = taps->odd[q];
        const vf even = ((vf_set(e[0]) * s[0] + vf_set(e[1]) * s[1]) +
                         (vf_set(e[2]) * s[2] + vf_set(e[3]) * s[3]));
        const vf odd = ((vf_set(o[0]) * d[0] + vf_set(o[1]) * d[1]) +
                        (vf_set(o[2]) * d[2] + vf_set(o[3]) * d[3]));
        best = vf_max(vf_abs(even + odd), best);
        best = vf_max(vf_abs(even - odd), best);
    }
    const float *e = taps->even[3];
    return vf_max(vf_abs((vf_set(e[0]) * s[0] + vf_set(e[1]) * s[1]) +
                         (vf_set(e[2]) * s[2] + vf_set(e[3]) * s[3])),
                  best);
}

/* All points from half a frame before x[0] to half a frame after, for VF_LANES frames. */
static inline vf cells(const float *x, const float *mid, const LusterTruePeakTaps *taps, vf best)
{
    const vf before = vf_load(mid - 1), here = vf_load(x), after = vf_load(mid);
    const vf x_1 = vf_load(x - 1), x1 = vf_load(x + 1), mid_2 = vf_load(mid - 2);
    const vf left_a[4] = {before, x_1, mid_2, vf_load(x - 2)};
    const vf right_a[4] = {here, after, x1, vf_load(mid + 1)};
    const vf left_b[4] = {here, before, x_1, mid_2};
    const vf right_b[4] = {after, x1, vf_load(mid + 1), vf_load(x + 2)};
    best = vf_max(vf_abs(here), best);
    best = vf_max(vf_abs(before), best);
    best = vf_max(vf_abs(after), best);
    best = between(best, left_a, right_a, taps);
    return between(best, left_b, right_b, taps);
}

static inline float widest(vf v)
{
    float best = 0.0f;
    for (int i = 0; i < VF_LANES; i++)
        best = v[i] > best ? v[i] : best;
    return best;
}

/* Largest |p[i]|, n a multiple of 16. */
static float magnitude(const float *p, uint32_t n)
{
    vf best = {0};
    for (uint32_t i = 0; i < n; i += VF_LANES)
        best = vf_max(vf_abs(vf_load(p + i)), best);
    return widest(best);
}

/* Largest magnitude of what the cells of one block are made from. */
static inline float around(const float *x, const float *mid)
{
    const int last = LANES + MARGIN - VF_LANES;
    vf best = {0};
    for (int i = -MARGIN; i < last; i += VF_LANES) {
        best = vf_max(vf_abs(vf_load(x + i)), best);
        best = vf_max(vf_abs(vf_load(mid + i)), best);
    }
    best = vf_max(vf_abs(vf_load(x + last)), best);
    best = vf_max(vf_abs(vf_load(mid + last)), best);
    return widest(best);
}

/* One stretch of at most LUSTER_TP_CHUNK frames. */
static float chunk(float *peak, const float *x, const LusterTruePeakTaps *taps, float least,
                   uint32_t n)
{
    float mids[LANES + LUSTER_TP_CHUNK + LANES];
    float *mid = mids + LANES;
    const int may_rise = magnitude(x - 2 * LANES, n + 4 * LANES) * taps->bound_all > least;
    if (may_rise)
        midpoints(mids, x - LANES, taps->mid, n + 2 * LANES);
    for (uint32_t i = 0; i < n; i += LANES) {
        vf best[LANES / VF_LANES];
        for (int v = 0; v < LANES / VF_LANES; v++)
            best[v] = vf_set(least);
        if (may_rise && around(x + i, mid + i) * taps->bound_fine > least) {
            for (int v = 0; v < LANES / VF_LANES; v++) {
                const uint32_t at = i + v * VF_LANES;
                best[v] = cells(x + at, mid + at, taps, best[v]);
            }
            if (!peak)
                for (int v = 0; v < LANES / VF_LANES; v++) {
                    const float top = widest(best[v]);
                    least = top > least ? top : least;
                }
        }
        if (peak)
            for (int v = 0; v < LANES / VF_LANES; v++)
                vf_store(peak + i + v * VF_LANES, best[v]);
    }
    return least;
}

void LUSTER_KERNEL(luster_k_true_peak)(float *peak, const float *x, const LusterTruePeakTaps *taps,
                                       float *least, uint32_t n)
{
    float top = *least;
    for (uint32_t i = 0; i < n; i += LUSTER_TP_CHUNK) {
        const uint32_t part = n - i < LUSTER_TP_CHUNK ? n - i : LUSTER_TP_CHUNK;
        top = chunk(peak ? peak + i : NULL, x + i, taps, top, part);
    }
    *least = top;
}
