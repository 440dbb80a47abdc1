/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Random numbers that are the same everywhere: PCG32 (O'Neill 2014). For dither, noise and tests.
 */
#ifndef LUSTER_BASE_RNG_H
#define LUSTER_BASE_RNG_H

#include <stdint.h>

typedef struct LusterRng {
    uint64_t state, stream;
} LusterRng;

static inline uint32_t luster_rng_u32(LusterRng *rng)
{
    const uint64_t old = rng->state;
    rng->state = old * 6364136223846793005ull + rng->stream;
    const uint32_t shifted = (uint32_t)(((old >> 18) ^ old) >> 27);
    const uint32_t turn = (uint32_t)(old >> 59);
    return (shifted >> turn) | (shifted << ((32 - turn) & 31));
}

/** Different `stream`s of one `seed` are independent. */
static inline void luster_rng_seed(LusterRng *rng, uint64_t seed, uint64_t stream)
{
    rng->state = 0;
    rng->stream = (stream << 1) | 1;
    luster_rng_u32(rng);
    rng->state += seed;
    luster_rng_u32(rng);
}

/** Uniform in [0, 1). */
static inline double luster_rng_unit(LusterRng *rng)
{
    return luster_rng_u32(rng) * 0x1p-32;
}

/** Uniform in [-1, 1). */
static inline double luster_rng_bipolar(LusterRng *rng)
{
    return (int32_t)luster_rng_u32(rng) * 0x1p-31;
}

#endif
