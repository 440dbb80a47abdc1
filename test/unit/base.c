/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* base: portable math against the C library, arena, hash, random numbers. */
#include "base/arena.h"
#include "base/hash.h"
#include "base/math.h"
#include "base/rng.h"
#include "tap.h"

#include <stdint.h>

static double relative(double got, double want)
{
    return want == 0.0 ? fabs(got) : fabs(got / want - 1.0);
}

TEST(math_agrees_with_libm)
{
    double worst = 0.0;
    for (int i = -60000; i <= 60000; i++) {
        const double x = i / 1000.0 + 1e-5;
        const double pairs[][2] = {
            {luster_exp(x), exp(x)},
            {luster_exp2(x), exp2(x)},
            {luster_log(fabs(x)), log(fabs(x))},
            {luster_log2(fabs(x)), log2(fabs(x))},
            {luster_atan(x), atan(x)},
            {luster_sinh(x), sinh(x)},
            {luster_cosh(x), cosh(x)},
            {luster_tanh(x), tanh(x)},
            {luster_pow(fabs(x), 0.37), pow(fabs(x), 0.37)},
        };
        for (unsigned p = 0; p < sizeof pairs / sizeof pairs[0]; p++)
            worst = fmax(worst, relative(pairs[p][0], pairs[p][1]));
        worst = fmax(worst, fabs(luster_sin(x) - sin(x)));
        worst = fmax(worst, fabs(luster_cos(x) - cos(x)));
    }
    CHECK_NEAR(worst, 0.0, 4e-14);
}

TEST(math_at_the_edges)
{
    CHECK(luster_exp(1000.0) == INFINITY);
    CHECK(luster_exp(-1000.0) == 0.0);
    CHECK(luster_log(0.0) == -INFINITY);
    CHECK(isnan(luster_log(-1.0)));
    CHECK(luster_db_to_gain(0.0) == 1.0);
    CHECK(luster_db_to_gain(-INFINITY) == 0.0);
    CHECK_NEAR(luster_gain_to_db(2.0), 6.020599913279624, 1e-13);
    CHECK_NEAR(luster_atan2(-1.0, -1.0), -0.75 * LUSTER_PI, 1e-15);
    CHECK_NEAR(luster_log(5e-324), log(5e-324), 1e-12);
}

TEST(arena_gives_zeroed_aligned_memory_and_fails_when_told)
{
    LusterArena *arena = luster_arena_new();
    for (size_t size = 0; size < 100000; size = size * 3 + 1) {
        unsigned char *block = luster_arena_alloc(arena, size);
        CHECK(block && (uintptr_t)block % LUSTER_ARENA_ALIGN == 0);
        for (size_t i = 0; block && i < size; i++) {
            if (block[i])
                CHECK(block[i] == 0);
            block[i] = 0xff;
        }
    }
    CHECK(luster_arena_array(arena, SIZE_MAX / 2, 16) == NULL);
    luster_arena_fail_after(arena, 1);
    CHECK(luster_arena_alloc(arena, 8) != NULL);
    CHECK(luster_arena_alloc(arena, 8) == NULL);
    luster_arena_free(arena);
    luster_arena_free(NULL);
}

TEST(hash_is_fnv1a)
{
    CHECK(luster_hash(LUSTER_HASH_START, "foobar", 6) == 0x85944171f73967e8ull);
}

TEST(rng_is_pcg32)
{
    /* first numbers of the reference implementation's demo, seed 42, stream 54 */
    static const uint32_t want[] = {0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b};
    LusterRng rng;
    luster_rng_seed(&rng, 42, 54);
    for (int i = 0; i < 5; i++)
        CHECK(luster_rng_u32(&rng) == want[i]);
    for (int i = 0; i < 1000; i++) {
        const double x = luster_rng_bipolar(&rng);
        CHECK(x >= -1.0 && x < 1.0);
    }
}

int main(void)
{
    RUN(math_agrees_with_libm);
    RUN(math_at_the_edges);
    RUN(arena_gives_zeroed_aligned_memory_and_fails_when_told);
    RUN(hash_is_fnv1a);
    RUN(rng_is_pcg32);
    return tap_done();
}
