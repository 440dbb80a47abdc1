/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Summing and scaling: elementwise, so the level's width cannot change a bit. */
#include "simd/vec.h"

void LUSTER_KERNEL(luster_k_mix_add)(float *out, const float *in, float gain, uint32_t n);
void LUSTER_KERNEL(luster_k_mix_set)(float *out, const float *in, float gain, uint32_t n);
void LUSTER_KERNEL(luster_k_mix_gain)(float *out, const float *in, float gain, uint32_t n);
void LUSTER_KERNEL(luster_k_mix_add_ramp)(float *out, const float *in, const float *gain,
                                          uint32_t n);

void LUSTER_KERNEL(luster_k_mix_add)(float *out, const float *in, float gain, uint32_t n)
{
    uint32_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        vf_store(out + i, vf_load(out + i) + vf_load(in + i) * vf_set(gain));
    for (; i < n; i++)
        out[i] += in[i] * gain;
}

void LUSTER_KERNEL(luster_k_mix_set)(float *out, const float *in, float gain, uint32_t n)
{
    uint32_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        vf_store(out + i, vf_load(in + i) * vf_set(gain) + 0.0f);
    for (; i < n; i++)
        out[i] = in[i] * gain + 0.0f;
}

void LUSTER_KERNEL(luster_k_mix_gain)(float *out, const float *in, float gain, uint32_t n)
{
    uint32_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        vf_store(out + i, vf_load(in + i) * vf_set(gain));
    for (; i < n; i++)
        out[i] = in[i] * gain;
}

void LUSTER_KERNEL(luster_k_mix_add_ramp)(float *out, const float *in, const float *gain,
                                          uint32_t n)
{
    uint32_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        vf_store(out + i, vf_load(out + i) + vf_load(in + i) * vf_load(gain + i));
    for (; i < n; i++)
        out[i] += in[i] * gain[i];
}
