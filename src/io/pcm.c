/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Float to integer samples. TPDF dither, 2 LSB peak to peak, non-subtractive (doc/sources.md H4):
 * total error power 3 times that of plain rounding, and free of distortion and noise modulation. */
#include "io/pcm.h"

#include "simd/kernels.h"

#include <math.h>

size_t luster_pcm_exact(const float *in, size_t n, uint32_t bits)
{
    const float full = (float)(1u << (bits - 1));
    for (size_t i = 0; i < n; i++) {
        const float scaled = in[i] * full; /* exact: a power of two */
        if (!(scaled >= -full && scaled < full) || scaled != (float)(int32_t)scaled)
            return i;
    }
    return n;
}

uint64_t luster_pcm_over(const float *in, size_t n)
{
    uint64_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += fabsf(in[i]) > 1;
    return count;
}

/* SplitMix64's finisher (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

void luster_pcm_quantise(int32_t *out, const float *in, size_t n, uint32_t bits, bool dither,
                         uint64_t seed, uint32_t channel, uint64_t frame)
{
    while (n > 0) {
        /* The kernel counts frames in 32 bits; what is above goes into the key. */
        const uint64_t room = 0x100000000ull - (frame & 0xffffffff);
        const uint32_t m = n < room && n < (1u << 30)
                               ? (uint32_t)n
                               : (uint32_t)(room < (1u << 30) ? room : 1u << 30);
        const uint64_t place = (frame >> 32) << 8 | channel;
        const LusterQuantiser how = {
            .bits = bits,
            .dither = dither,
            .frame = (uint32_t)frame,
            .key = (uint32_t)(mix(mix(seed + 0x9e3779b97f4a7c15ull) + place) >> 32),
        };
        luster_kernels()->pcm_quantise(out, in, m, &how);
        out += m;
        in += m;
        n -= m;
        frame += m;
    }
}

void luster_pcm_round32(int32_t *out, const float *in, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double scaled = floor((double)in[i] * 0x1p31 + 0.5);
        out[i] = scaled >= 0x1p31 ? INT32_MAX : scaled < -0x1p31 ? INT32_MIN : (int32_t)scaled;
    }
}
