/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The smoother against its definition: the sum of every step's own curve; no corner, no overshoot,
 * exact arrival in time. */
#include "dsp/smooth.h"

#include "base/rng.h"
#include "tap.h"

#define N 960

static double curve(double u)
{
    u = u < 0.0 ? 0.0 : u > 1.0 ? 1.0 : u;
    return u * u * u * (10.0 - 15.0 * u + 6.0 * u * u);
}

TEST(first_target_is_taken_at_once_and_the_next_in_time)
{
    LusterSmooth smooth;
    luster_smooth_reset(&smooth);
    luster_smooth_set(&smooth, 0.25, N);
    CHECK(!luster_smooth_moving(&smooth) && luster_smooth_next(&smooth) == 0.25);
    luster_smooth_set(&smooth, 1.0, N);
    for (int i = 0; i < N; i++) {
        CHECK(luster_smooth_moving(&smooth));
        CHECK_NEAR(luster_smooth_next(&smooth), 0.25 + 0.75 * curve((double)i / N), 1e-13);
    }
    CHECK(!luster_smooth_moving(&smooth) && smooth.value == 1.0);
    luster_smooth_set(&smooth, 3.0, 0);
    CHECK(!luster_smooth_moving(&smooth) && luster_smooth_next(&smooth) == 3.0);
    for (uint32_t n = 1; n < 40; n++) { /* any length, however short */
        luster_smooth_set(&smooth, n, n);
        for (uint32_t i = 0; i < n; i++) {
            CHECK(luster_smooth_moving(&smooth));
            luster_smooth_next(&smooth);
        }
        CHECK(!luster_smooth_moving(&smooth) && smooth.value == n);
    }
}

/* Targets every 64 frames, as automation sets them: the value is the sum of their curves. */
TEST(steps_add_up)
{
    enum { EVERY = 64, COUNT = 100 };
    double heights[COUNT];
    LusterRng rng;
    LusterSmooth smooth;
    luster_rng_seed(&rng, 1, 2);
    luster_smooth_reset(&smooth);
    luster_smooth_set(&smooth, 0.0, N);
    double target = 0.0;
    for (int i = 0; i < COUNT * EVERY + N; i++) {
        if (i % EVERY == 0 && i / EVERY < COUNT) {
            heights[i / EVERY] = luster_rng_bipolar(&rng);
            luster_smooth_set(&smooth, target += heights[i / EVERY], N);
        }
        double want = 0.0;
        for (int k = 0; k < COUNT && k * EVERY <= i; k++)
            want += heights[k] * curve((double)(i - k * EVERY) / N);
        CHECK_NEAR(luster_smooth_next(&smooth), want, 1e-11);
    }
    CHECK(!luster_smooth_moving(&smooth) && smooth.value == target);
}

/* Targets at any time, as often as in each frame. */
TEST(no_overshoot_and_no_corner_whenever_targets_come)
{
    static const uint32_t lengths[] = {3, 15, 16, 17, 100, N};
    for (unsigned l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
        const uint32_t n = lengths[l];
        const double h = 1.0 / n; /* slope at most 1.875, curvature at most 5.8, jerk at most 60 */
        LusterRng rng;
        LusterSmooth smooth;
        luster_rng_seed(&rng, n, 3);
        luster_smooth_reset(&smooth);
        luster_smooth_set(&smooth, 1.0, n);
        double before[3] = {1.0, 1.0, 1.0};
        for (int i = 0; i < 20000; i++) {
            const uint32_t often = i / 2000 % 2 ? 1 : 40;
            for (int twice = 0; twice < 2; twice++) {
                if (luster_rng_u32(&rng) % often == 0)
                    luster_smooth_set(&smooth, (double)(luster_rng_u32(&rng) % 2), n);
            }
            const double x = luster_smooth_next(&smooth);
            CHECK(x >= -1e-12 && x <= 1.0 + 1e-12);
            const double jerk = x - 3.0 * before[0] + 3.0 * before[1] - before[2];
            CHECK(n < 100 || fabs(jerk) < 20 * 60.0 * h * h * h); /* 17 steps at most overlap */
            before[2] = before[1], before[1] = before[0], before[0] = x;
        }
        for (uint32_t i = 0; i < n + n / 16 + 1; i++)
            luster_smooth_next(&smooth);
        CHECK(!luster_smooth_moving(&smooth) && smooth.value == smooth.target);
    }
}

/* Steps of unequal length may add up to more, but never to more steps than there is room for. */
TEST(lengths_may_change)
{
    LusterSmooth smooth;
    luster_smooth_reset(&smooth);
    luster_smooth_set(&smooth, 0.0, N);
    for (int i = 0; i < 5000; i++) {
        luster_smooth_set(&smooth, i % 2, i % 100 ? 16 : 4 * N);
        const double x = luster_smooth_next(&smooth);
        CHECK(fabs(x) < 20.0);
    }
    for (int i = 0; i < 5 * N; i++)
        luster_smooth_next(&smooth);
    CHECK(!luster_smooth_moving(&smooth) && smooth.value == 1.0);
}

int main(void)
{
    RUN(first_target_is_taken_at_once_and_the_next_in_time);
    RUN(steps_add_up);
    RUN(no_overshoot_and_no_corner_whenever_targets_come);
    RUN(lengths_may_change);
    return tap_done();
}
