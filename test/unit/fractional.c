/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The fractional line and the oscillator against what they stand for: a sine later by any time, and
 * a phase that is right after a day. */
#include "dsp/fractional.h"
#include "dsp/lfo.h"
#include "tap.h"

#include "simd/kernels.h"

/* Worst error of tones read at many delays, dB re the tone. */
static double error_db(const float *table, LusterArena *arena, double cycles_per_frame)
{
    LusterFractional line;
    CHECK(luster_fractional_open(&line, arena, table, 200));
    luster_fractional_reset(&line);
    double worst = 0.0;
    for (int i = 0; i < 3000; i++) {
        luster_fractional_put(&line, sin(2.0 * LUSTER_PI * cycles_per_frame * i));
        if (i < 400)
            continue;
        const double delay = LUSTER_FRACTIONAL_LEAST + fmod(i * 0.6180339887, 150.0);
        float got;
        luster_fractional_read(&line, &delay, &got, 1);
        worst = fmax(worst, fabs(got - sin(2.0 * LUSTER_PI * cycles_per_frame * (i - delay))));
    }
    return 20.0 * log10(worst);
}

TEST(tones_are_read_between_samples)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    LusterArena *arena = luster_arena_new();
    const float *table = luster_fractional_table(arena);
    CHECK(table != NULL);
    for (int r = 0; r < 4; r++) {
        const double top = fmin(20000, 0.41 * rates[r]);
        double worst = -300;
        for (double f = 20; f <= top; f *= 1.07)
            worst = fmax(worst, error_db(table, arena, f / rates[r]));
        worst = fmax(worst, error_db(table, arena, top / rates[r]));
        printf("# | %g kHz | %.1f kHz | %.1f dB | at 20 kHz %.1f dB |\n", rates[r] / 1000,
               top / 1000, worst, error_db(table, arena, 20000 / rates[r]));
        CHECK(worst <= -100.0);
    }
    luster_arena_free(arena);
}

TEST(whole_delays_are_exact_and_runs_equal_frames)
{
    LusterArena *arena = luster_arena_new();
    const float *table = luster_fractional_table(arena);
    LusterFractional line, other;
    CHECK(luster_fractional_open(&line, arena, table, 100) &&
          luster_fractional_open(&other, arena, table, 100));
    luster_fractional_reset(&line);
    luster_fractional_reset(&other);
    float past[4096], single[64], run[64];
    double delays[64];
    for (uint32_t i = 0; i < 4096; i++) {
        past[i] = (float)sin(0.1 * i * i);
        luster_fractional_put(&line, past[i]);
        luster_fractional_put(&other, past[i]);
        delays[i % 64] = 24.0 + 70.0 * fabs(sin(0.01 * i));
        luster_fractional_read(&other, &delays[i % 64], &single[i % 64], 1);
        for (uint32_t d = 24; d <= 100 && i > 200; d += 7) {
            const double whole = d;
            float got;
            luster_fractional_read(&line, &whole, &got, 1);
            CHECK(got == past[i - d] && luster_fractional_whole(&line, d) == past[i - d]);
        }
        if (i % 64 == 63) {
            luster_fractional_read(&line, delays, run, 64);
            CHECK(memcmp(run, single, sizeof run) == 0);
        }
    }
    luster_arena_free(arena);
}

TEST(every_level_reads_the_same_bits)
{
    LusterArena *arena = luster_arena_new();
    const float *table = luster_fractional_table(arena);
    LusterFractional line;
    CHECK(luster_fractional_open(&line, arena, table, 300));
    luster_fractional_reset(&line);
    double delays[64];
    float first[64], got[64];
    for (int i = 0; i < 400; i++)
        luster_fractional_put(&line, sin(1.7 * i));
    for (int i = 0; i < 64; i++)
        delays[i] = 80.0 + 3.1 * i;
    int n = 0;
    for (const char *const *level = luster_kernels_levels(); *level; level++) {
        if (luster_kernels_select(*level))
            continue;
        luster_fractional_read(&line, delays, n ? got : first, 64);
        CHECK(n++ == 0 || memcmp(first, got, sizeof got) == 0);
    }
    luster_kernels_select(NULL);
    luster_arena_free(arena);
}

TEST(a_cycle_lasts_what_it_should_for_a_day)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (int r = 0; r < 4; r++) {
        LusterLfo lfo;
        luster_lfo_reset(&lfo, rates[r]);
        luster_lfo_set(&lfo, 0.37, 960);
        (void)luster_lfo_next(&lfo);
        /* what a day of frames would add, against the day in exact arithmetic */
        const double day = 86400.0 * rates[r], turns = 86400.0 * 0.37;
        CHECK_NEAR((double)lfo.step * day / LUSTER_LFO_TURN, turns, 1e-9 * turns);
        const uint64_t before = lfo.phase;
        for (int i = 0; i < 100000; i++)
            (void)luster_lfo_next(&lfo);
        CHECK(lfo.phase == before + 100000 * lfo.step); /* no rounding on the way */
    }
    CHECK_NEAR(luster_lfo_angle(luster_lfo_turns(0.25)), LUSTER_PI / 2, 1e-15);
    CHECK_NEAR(luster_lfo_angle(luster_lfo_turns(0.75)), -LUSTER_PI / 2, 1e-15);
    CHECK(luster_lfo_angle(0) == 0.0);
}

int main(void)
{
    RUN(tones_are_read_between_samples);
    RUN(whole_delays_are_exact_and_runs_equal_frames);
    RUN(every_level_reads_the_same_bits);
    RUN(a_cycle_lasts_what_it_should_for_a_day);
    return tap_done();
}
