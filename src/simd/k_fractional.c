/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading between samples: 48 products with taps between two rows of a table, kept in 16 partial
 * sums and added by one tree. */
#include "simd/vec.h"

#define VECTORS (LUSTER_LANES / VF_LANES)

typedef float v4 __attribute__((vector_size(16)));

void LUSTER_KERNEL(luster_k_fractional)(float *out, const float *x, const uint32_t *at,
                                        const float *row, const float *table, uint32_t n);

static inline v4 v4_load(const float *p)
{
    v4 v;
    memcpy(&v, p, sizeof v);
    return v;
}

void LUSTER_KERNEL(luster_k_fractional)(float *out, const float *x, const uint32_t *at,
                                        const float *row, const float *table, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t whole = (uint32_t)row[i];
        const float *a = table + whole * LUSTER_FRACTIONAL_TAPS, *b = a + LUSTER_FRACTIONAL_TAPS;
        const float *from = x + at[i];
        const vf share = vf_set(row[i] - (float)whole);
        float lanes[LUSTER_LANES];
        for (int v = 0; v < VECTORS; v++) {
            vf sum = {0};
            for (int l = v * VF_LANES; l < LUSTER_FRACTIONAL_TAPS; l += LUSTER_LANES) {
                const vf tap = vf_load(a + l);
                sum += vf_load(from + l) * (tap + share * (vf_load(b + l) - tap));
            }
            vf_store(lanes + v * VF_LANES, sum);
        }
        const v4 four =
            (v4_load(lanes) + v4_load(lanes + 8)) + (v4_load(lanes + 4) + v4_load(lanes + 12));
        out[i] = (four[0] + four[2]) + (four[1] + four[3]);
    }
}
