/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The oversampler against what it promises: pass band, stop band, latency, rounding, and equal bits
 * whatever the split, the level and the rests. `test-unit-oversampler --figures` prints all. */
#include "dsp/oversampler.h"
#include "base/math.h"
#include "base/rng.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK LUSTER_OVERSAMPLER_CHUNK
#define N 4096

static const double rates[] = {44100, 48000, 96000, 192000};
static bool figures;

typedef struct Bench {
    LusterArena *arena;
    LusterOversampler over;
} Bench;

static Bench bench(double rate_hz, uint32_t n_stages, bool between)
{
    Bench b;
    b.arena = luster_arena_new();
    if (!luster_oversampler_open(&b.over, b.arena, rate_hz, LUSTER_OVERSAMPLER_STAGES))
        abort();
    luster_oversampler_start(&b.over, n_stages, between);
    return b;
}

/* Up, the phases interleaved into high [n << stages] (or NULL), each through `mean` with the next
 * when between, and down. */
static void run(LusterOversampler *over, const float *in, float *high, float *out, uint32_t n,
                uint32_t most)
{
    const uint32_t factor = 1u << over->n_stages;
    for (uint32_t done = 0; done < n;) {
        const uint32_t left = n - done, part = left < most ? left : most;
        memcpy(luster_oversampler_input(over), in + done, part * sizeof(float));
        luster_oversampler_up(over, part);
        for (uint32_t p = 0; p < factor; p++) {
            const float *a = luster_oversampler_high(over, p);
            const float *b = luster_oversampler_high(over, p + 1);
            float *r = luster_oversampler_residual(over, p);
            for (uint32_t i = 0; i < part; i++) {
                r[i] = over->between ? 0.5f * (a[i] + b[i]) : a[i];
                if (high)
                    high[(done + i) * factor + p] = a[i];
            }
        }
        luster_oversampler_down(over, out + done, part);
        done += part;
    }
}

/* |H| of h[n] at f cycles per sample. */
static double gain_at(const float *h, uint32_t n, double f)
{
    double re = 0.0, im = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        re += h[i] * cos(2.0 * LUSTER_PI * fmod(f * i, 1.0));
        im += h[i] * sin(2.0 * LUSTER_PI * fmod(f * i, 1.0));
    }
    return sqrt(re * re + im * im);
}

TEST(flat_below_20_khz_and_120_db_down_in_the_images)
{
    for (int r = 0; r < 4; r++) {
        for (uint32_t stages = 1; stages <= 4; stages++) {
            Bench b = bench(rates[r], stages, false);
            const uint32_t n = 1024, factor = 1u << stages;
            float *in = calloc(n, sizeof *in), *out = calloc(n, sizeof *out);
            float *high = calloc(n * factor, sizeof *high);
            in[0] = 1.0f;
            run(&b.over, in, high, out, n, CHUNK);
            double ripple = 0.0, stop = 0.0;
            for (double f = 0.0; f <= 20000.0; f += 500.0) {
                const double up = gain_at(high, n * factor, f / rates[r] / factor) / factor;
                ripple = fmax(ripple, fabs(20.0 * log10(up)));
                ripple = fmax(ripple, fabs(20.0 * log10(gain_at(out, n, f / rates[r]))));
                for (uint32_t image = 1; image <= factor / 2; image++) {
                    for (int side = -1; side <= 1; side += 2) {
                        const double at = (image * rates[r] + side * f) / rates[r] / factor;
                        if (at <= 0.5)
                            stop = fmax(stop, gain_at(high, n * factor, at) / factor);
                    }
                }
            }
            if (figures)
                printf("# | %g | %u | %.6f dB | %.1f dB | %u frames |\n", rates[r], factor, ripple,
                       20.0 * log10(stop), b.over.latency);
            CHECK(ripple <= 0.01);
            CHECK(20.0 * log10(stop) <= -120.0);
            free(in), free(out), free(high);
            luster_arena_free(b.arena);
        }
    }
}

/* Alone on the way down: a tone at the high rate, beyond what may pass. */
TEST(the_way_down_rejects_what_would_fold_below_20_khz)
{
    for (int r = 0; r < 4; r++) {
        for (int between = 0; between < 2; between++) {
            const uint32_t stages = luster_oversampler_stages(rates[r], 352800),
                           factor = 1u << stages;
            double worst = 0.0, flat = 0.0;
            for (uint32_t image = 0; image < factor; image++) {
                for (double at = 1000.0; at <= 20000.0; at += 1900.0) {
                    for (int side = image ? -1 : 1; side <= 1; side += 2) {
                        const double f = (image * rates[r] + side * at) / rates[r] / factor;
                        if (f >= 0.5 || f < 0.0)
                            continue;
                        Bench b = bench(rates[r], stages, between);
                        float out[768];
                        for (uint32_t done = 0; done < 768; done += CHUNK) {
                            luster_oversampler_up(&b.over, CHUNK);
                            for (uint32_t p = 0; p < factor; p++) {
                                float *res = luster_oversampler_residual(&b.over, p);
                                for (uint32_t i = 0; i < CHUNK; i++)
                                    res[i] = (float)sin(
                                        2.0 * LUSTER_PI *
                                        fmod(f * ((done + i) * factor + p + 0.5 * between), 1.0));
                            }
                            luster_oversampler_down(&b.over, out + done, CHUNK);
                        }
                        double top = 0.0;
                        for (int i = 384; i < 768; i++) {
                            const double t = (double)i - b.over.latency / 2.0;
                            const double want =
                                image ? 0.0 : sin(2.0 * LUSTER_PI * fmod(f * factor * t, 1.0));
                            top = fmax(top, fabs(out[i] - want));
                        }
                        *(image ? &worst : &flat) = fmax(top, image ? worst : flat);
                        luster_arena_free(b.arena);
                    }
                }
            }
            if (figures)
                printf("# | %g | %s | folds %.1f dB | error in band %.1f dB |\n", rates[r],
                       between ? "between" : "at", 20.0 * log10(worst), 20.0 * log10(flat));
            CHECK(20.0 * log10(worst) <= -120.0);
            CHECK(20.0 * log10(flat) <= -100.0);
        }
    }
}

/* Noise below 0.4 of the rate, up and down, against itself delayed. */
TEST(what_goes_up_comes_down_the_same_and_in_time)
{
    static float in[N], out[N];
    for (int r = 0; r < 4; r++) {
        for (uint32_t stages = 1; stages <= 4; stages++) {
            for (int between = 0; between < 1; between++) {
                LusterRng rng;
                luster_rng_seed(&rng, 4, stages);
                memset(in, 0, sizeof in);
                for (int k = 0; k < 40; k++) {
                    const double f = 0.4 * fmin(1.0, 50000 / rates[r]) * luster_rng_unit(&rng),
                                 phase = 6.28 * luster_rng_unit(&rng);
                    for (int i = 0; i < N; i++)
                        in[i] += (float)(0.1 * sin(2.0 * LUSTER_PI * f * i + phase));
                }
                Bench b = bench(rates[r], stages, between);
                run(&b.over, in, NULL, out, N, CHUNK);
                double power = 0.0, error = 0.0;
                for (int i = 512; i < N; i++) {
                    const double e = (double)out[i] - in[i - (int)b.over.latency];
                    error += e * e;
                    power += (double)in[i] * in[i];
                }
                const double db = 10.0 * log10(error / (N - 512) + 1e-30);
                if (figures)
                    printf("# | %g | %u | residual %.1f dBFS for %.1f |\n", rates[r], 1u << stages,
                           db, 10.0 * log10(power / (N - 512)));
                CHECK(db <= -118.0); /* the ripple of the pass band */
                luster_arena_free(b.arena);
            }
        }
    }
}

/* Chunks below a bound rest; the same sound without rests gives the same bits. */
static void run_resting(LusterOversampler *over, const float *in, float *out, uint32_t n,
                        uint32_t block, bool rests)
{
    const uint32_t factor = 1u << over->n_stages;
    for (uint32_t done = 0; done < n;) {
        const uint32_t left = n - done, part = left < block ? left : block;
        memcpy(luster_oversampler_input(over), in + done, part * sizeof(float));
        float *to = out + done;
        memset(to, 0, part * sizeof(float));
        done += part;
        if (rests && luster_oversampler_bound(over, part) < 0.5f) {
            luster_oversampler_rest(over, to, part);
            continue;
        }
        luster_oversampler_up(over, part);
        for (uint32_t p = 0; p < factor; p++) {
            const float *a = luster_oversampler_high(over, p);
            float *r = luster_oversampler_residual(over, p);
            for (uint32_t i = 0; i < part; i++)
                r[i] = a[i] > 0.5f ? a[i] - 0.5f : 0.0f;
        }
        luster_oversampler_down(over, to, part);
    }
}

TEST(splits_levels_and_rests_give_equal_bits)
{
    static float in[N], want[N], out[N];
    LusterRng rng;
    luster_rng_seed(&rng, 9, 9);
    for (int i = 0; i < N; i++)
        in[i] = (float)(luster_rng_bipolar(&rng) * (i / 700 % 2 ? 0.01 : 0.9));
    for (uint32_t stages = 1; stages <= 4; stages++) {
        for (int between = 0; between < 2; between++) {
            static const uint32_t blocks[] = {128, 1, 17, 64, 100};
            luster_kernels_select(NULL);
            Bench b = bench(44100, stages, between);
            run_resting(&b.over, in, want, N, 128, false);
            luster_arena_free(b.arena);
            for (const char *const *level = luster_kernels_levels(); *level; level++) {
                if (luster_kernels_select(*level))
                    continue;
                for (int k = 0; k < 5; k++) {
                    b = bench(44100, stages, between);
                    run_resting(&b.over, in, out, N, blocks[k], true);
                    CHECK(memcmp(out, want, sizeof out) == 0);
                    luster_arena_free(b.arena);
                }
            }
        }
    }
    luster_kernels_select(NULL);
}

int main(int argc, char **argv)
{
    figures = argc > 1 && strcmp(argv[1], "--figures") == 0;
    RUN(flat_below_20_khz_and_120_db_down_in_the_images);
    RUN(the_way_down_rejects_what_would_fold_below_20_khz);
    RUN(what_goes_up_comes_down_the_same_and_in_time);
    RUN(splits_levels_and_rests_give_equal_bits);
    return tap_done();
}
