/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* True peak by a long half-band filter, for the few frames where a limiter must be sure: midpoints
 * from LUSTER_SHARP_TAPS on each side, then the fine taps of dsp/true_peak.h for 16 readings.
 * Elementwise over frames, so the level's width cannot change a bit. */
#include "simd/vec.h"

void LUSTER_KERNEL(luster_k_sharp_peak)(float *peak, const float *x, const float *mid,
                                        const LusterTruePeakTaps *taps);

#define GROUP LUSTER_LANES
/* Midpoints beside the group's own: 2 are needed, whole vectors are made. */
#define EDGE (VF_LANES == 16 ? 8 : 4)
#define N_MID ((GROUP + 2 * EDGE) / VF_LANES)

/* Readings between left[0] and right[0], their neighbours outward at left[k], right[k]. */
static inline vf between(vf top, const vf left[4], const vf right[4],
                         const LusterTruePeakTaps *taps)
{
    for (int q = 0; q < 4; q++) {
        vf even = vf_set(0.0f), odd = vf_set(0.0f);
        for (int k = 0; k < 4; k++) {
            even += taps->even[q][k] * (left[k] + right[k]);
            odd += taps->odd[q][k] * (left[k] - right[k]);
        }
        top = vf_max(vf_abs(even - odd), vf_max(vf_abs(even + odd), top));
    }
    return top;
}

void LUSTER_KERNEL(luster_k_sharp_peak)(float *peak, const float *x, const float *mid,
                                        const LusterTruePeakTaps *taps)
{
    float store[GROUP + 2 * EDGE], *m = store + EDGE; /* m[i] lies between x[i] and x[i + 1] */
    vf sum[N_MID];
    for (int v = 0; v < N_MID; v++)
        sum[v] = vf_set(0.0f);
    for (int k = 0; k < LUSTER_SHARP_TAPS; k++) {
        for (int v = 0; v < N_MID; v++) {
            const float *at = x - EDGE + v * VF_LANES;
            sum[v] += mid[k] * (vf_load(at - k) + vf_load(at + 1 + k));
        }
    }
    for (int v = 0; v < N_MID; v++)
        vf_store(store + v * VF_LANES, sum[v]);
    for (int i = 0; i < GROUP; i += VF_LANES) {
        const vf x0 = vf_load(x + i), xa = vf_load(x + i - 1), xb = vf_load(x + i + 1);
        const vf ma = vf_load(m + i - 1), mb = vf_load(m + i);
        const vf maa = vf_load(m + i - 2), mbb = vf_load(m + i + 1);
        const vf before[2][4] = {{ma, xa, maa, vf_load(x + i - 2)}, {x0, mb, xb, mbb}};
        const vf after[2][4] = {{x0, ma, xa, maa}, {mb, xb, mbb, vf_load(x + i + 2)}};
        vf top = vf_max(vf_abs(mb), vf_max(vf_abs(ma), vf_abs(x0)));
        top = between(top, before[0], before[1], taps);
        vf_store(peak + i, between(top, after[0], after[1], taps));
    }
}
