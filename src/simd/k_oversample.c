/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Symmetric FIR over polyphase buffers, for oversampling. Each phase of the higher rate is a buffer
 * of its own, so that vector lanes are frames and nothing is ever interleaved; every value is the
 * same chain of operations on every level. */
#include "simd/vec.h"

#define INLINE static inline __attribute__((always_inline))
#define WIDE (2 * LUSTER_LANES) /* frames of one round: enough sums to hide the adder's latency */

void LUSTER_KERNEL(luster_k_fir_pairs)(float *out, const LusterFirPairs *fir, int32_t from,
                                       int32_t to);

INLINE void round_of(float *out, const LusterFirPairs *fir, int32_t i, int n_vectors)
{
    vf sum[WIDE / VF_LANES];
    for (int v = 0; v < n_vectors; v++) {
        sum[v] = vf_set(0.0f);
        if (fir->centre)
            sum[v] = 0.5f * vf_load(fir->centre + i + v * VF_LANES);
    }
    for (uint32_t k = 0; k < fir->n_taps; k++) {
        const float *before = fir->before[k] + i, *after = fir->after[k] + i;
        const vf tap = vf_set(fir->taps[k]);
        for (int v = 0; v < n_vectors; v++)
            sum[v] += tap * (vf_load(before + v * VF_LANES) + vf_load(after + v * VF_LANES));
    }
    for (int v = 0; v < n_vectors; v++)
        vf_store(out + i + v * VF_LANES, sum[v]);
}

void LUSTER_KERNEL(luster_k_fir_pairs)(float *out, const LusterFirPairs *fir, int32_t from,
                                       int32_t to)
{
    int32_t i = from;
    for (; i + WIDE <= to; i += WIDE)
        round_of(out, fir, i, WIDE / VF_LANES);
    for (; i < to; i += LUSTER_LANES)
        round_of(out, fir, i, LUSTER_LANES / VF_LANES);
}
