/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of the limiter's gain: closing and opening against their definitions, and the promise
 * that the reduction is nowhere less than what the frames around need. */
#include "dsp/limit_gain.h"

#include "base/rng.h"
#include "tap.h"

#include <stdlib.h>

#define N 3000

/* Largest (or least) of x[from … to], zero outside of x. */
static float extreme(const float *x, int from, int to, bool largest)
{
    float best = from < 0 || to >= N ? 0.0f : x[from];
    for (int i = from < 0 ? 0 : from; i <= to && i < N; i++)
        best = largest ? (x[i] > best ? x[i] : best) : x[i] < best ? x[i] : best;
    return best;
}

/* Sparse peaks, dense peaks and stretches without any. */
static void make_needs(float *needs, uint64_t seed)
{
    LusterRng rng;
    luster_rng_seed(&rng, seed, 5);
    for (int i = 0; i < N; i++) {
        const double share = i / 400 % 3 == 0 ? 0.01 : i / 400 % 3 == 1 ? 0.6 : 0.0;
        const bool some = luster_rng_unit(&rng) < share;
        needs[i] = some ? (float)(3.0 * luster_rng_unit(&rng)) : 0.0f;
    }
}

TEST(sliding_minimum_is_the_minimum)
{
    static float x[N];
    LusterArena *arena = luster_arena_new();
    for (int window = 1; window <= 40; window += 13) {
        LusterSlideMin slide;
        CHECK(luster_slide_min_open(&slide, arena, 50));
        luster_slide_min_reset(&slide, (uint32_t)window);
        make_needs(x, (uint64_t)window);
        for (int i = 0; i < N; i++) {
            x[i] += i / 300 % 2 ? 0.5f : 0.0f;
            CHECK(luster_slide_min_next(&slide, x[i]) == extreme(x, i - window + 1, i, false));
        }
    }
    luster_arena_free(arena);
}

TEST(gaps_are_bridged_and_short_needs_told_apart)
{
    static float x[N], dilated[N], closed[N], eroded[N], opened[N];
    LusterArena *arena = luster_arena_new();
    const LusterLimitShape shape = luster_limit_shape(48000, 5, 10, 4);
    const int hold = (int)shape.hold, transient = (int)shape.transient;
    LusterLimitSense sense;
    CHECK(luster_limit_sense_open(&sense, arena, &shape));
    luster_limit_sense_reset(&sense, &shape);
    make_needs(x, 77);
    for (int i = 0; i < N; i++)
        dilated[i] = extreme(x, i - hold + 1, i, true);
    for (int i = 0; i < N; i++)
        closed[i] = extreme(dilated, i - hold + 1, i, false);
    for (int i = 0; i < N; i++)
        eroded[i] = extreme(closed, i - transient + 1, i, false);
    for (int i = 0; i < N; i++)
        opened[i] = extreme(eroded, i - transient + 1, i, true);
    for (int i = 0; i < N; i++) {
        const LusterLimitNeed need = luster_limit_sense_next(&sense, x[i]);
        const int late = i - transient + 1;
        CHECK(need.need == (late < 0 ? 0.0f : closed[late]));
        CHECK(need.sustained == opened[i]);
        CHECK(need.sustained <= need.need);
        if (late - hold + 1 >= 0)
            CHECK(need.need >= x[late - hold + 1]);
    }
    luster_arena_free(arena);
}

/* Runs everything as the limiter does, over needs per frame. */
static void check_reduction(double rate_hz, double lookahead_ms, double hold_ms,
                            double transient_ms, float leave, uint32_t chunk)
{
    static float needs[N + 20000], reduction[N + 20000];
    const LusterLimitShape shape = luster_limit_shape(rate_hz, lookahead_ms, hold_ms, transient_ms);
    const LusterLimitSpeeds speeds = luster_limit_speeds(&shape, rate_hz, 5, 20, 60);
    LusterArena *arena = luster_arena_new();
    LusterLimitSense sense;
    LusterLimitGain gain;
    CHECK(luster_limit_sense_open(&sense, arena, &shape) &&
          luster_limit_gain_open(&gain, arena, &shape));
    luster_limit_sense_reset(&sense, &shape);
    luster_limit_gain_reset(&gain, &shape);
    make_needs(needs, (uint64_t)(rate_hz + leave));
    const int lag = (int)(shape.first_lag + shape.last_lag), n = N + lag;
    CHECK(n <= N + 20000);
    float top = 0.0f;
    uint32_t phase = 0;
    for (int at = 0; at < n; at += (int)chunk) {
        const uint32_t part = n - at < (int)chunk ? (uint32_t)(n - at) : chunk;
        for (uint32_t i = 0; i < part; i++) {
            luster_limit_gain_main(&gain, reduction + at + i, 1);
            top = needs[at + (int)i] > top ? needs[at + (int)i] : top;
            if (++phase == shape.group) {
                const LusterLimitNeed need = luster_limit_sense_next(&sense, top);
                luster_limit_gain_group(&gain, &shape, &need, leave, &speeds);
                phase = 0;
                top = 0.0f;
            }
        }
        luster_limit_gain_last(&gain, &shape, needs + at, reduction + at, part);
    }
    double short_by = 0.0;
    for (int i = 0; i < N; i++) {
        for (int k = -3; k <= 3; k++) {
            if (i + k >= 0 && i + k < N && leave == 0.0f)
                short_by = fmax(short_by, (double)needs[i + k] - reduction[i + lag]);
        }
        short_by = fmax(short_by, (double)needs[i] - reduction[i + lag]);
    }
    if (!CHECK(short_by <= 1e-6))
        printf("#   %g Hz, %g ms, hold %g, transient %g, leave %g: %g octaves short\n", rate_hz,
               lookahead_ms, hold_ms, transient_ms, (double)leave, short_by);
    luster_arena_free(arena);
}

TEST(reduction_is_nowhere_less_than_needed)
{
    static const double rates[] = {8000, 44100, 48000, 96000};
    for (int r = 0; r < 4; r++) {
        for (int t = 0; t < 3; t++) {
            for (int l = 0; l < 3; l++) {
                check_reduction(rates[r], 0.5, 0, 5.0 * t, 0.3f * (float)l, 256);
                check_reduction(rates[r], 7.3, 12.5, 5.0 * t, 0.3f * (float)l, 61);
            }
        }
    }
}

int main(void)
{
    RUN(sliding_minimum_is_the_minimum);
    RUN(gaps_are_bridged_and_short_needs_told_apart);
    RUN(reduction_is_nowhere_less_than_needed);
    return tap_done();
}
