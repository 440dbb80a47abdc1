/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The crossover: flat sum with the phase it states, slopes, linear phase that nulls and is
 * symmetrical, moves that stay inside their band, equal bits. doc/processors/multiband.md quotes
 * what is printed. */
#include "dsp/crossover.h"
#include "../proc/moves.h"
#include "tap.h"

#include <complex.h>

static const double rates[] = {44100, 48000, 96000, 192000};
static const double all_freqs[] = {60, 250, 1000, 3000, 9000};

typedef struct Rig {
    LusterArena *arena;
    LusterCrossover crossover;
    float *planes[LUSTER_BANDS_MAX * 2];
    uint32_t n_bands, n_channels, n_frames;
} Rig;

static void rig_begin(Rig *rig, double rate_hz, uint32_t n_bands, uint32_t n_channels, bool linear,
                      const double *freqs_hz, uint32_t n_frames)
{
    memset(rig, 0, sizeof *rig);
    rig->arena = luster_arena_new();
    rig->n_bands = n_bands;
    rig->n_channels = n_channels;
    rig->n_frames = n_frames;
    CHECK(luster_crossover_open(&rig->crossover, rig->arena, rate_hz, n_channels, 60));
    luster_crossover_reset(&rig->crossover);
    luster_crossover_set(&rig->crossover, n_bands, linear, freqs_hz);
    for (uint32_t b = 0; b < n_bands * n_channels; b++)
        rig->planes[b] = luster_arena_array(rig->arena, n_frames, sizeof(float));
}

static void rig_split(Rig *rig, const Signal *in, uint32_t from, uint32_t n)
{
    const float *ins[2] = {in->ch[0] + from, rig->n_channels == 2 ? in->ch[1] + from : NULL};
    float *outs[LUSTER_BANDS_MAX * 2];
    for (uint32_t b = 0; b < rig->n_bands * rig->n_channels; b++)
        outs[b] = rig->planes[b] + from;
    luster_crossover_run(&rig->crossover, ins, outs, n);
}

/* Magnitude and phase of x[n] at `hz`, the time origin at frame `origin`. */
static double complex at(const float *x, uint32_t n, double hz, double rate_hz, double origin)
{
    double complex sum = 0.0;
    const double complex turn = cexp(-2.0 * I * LUSTER_PI * hz / rate_hz);
    double complex w = cexp(2.0 * I * LUSTER_PI * hz / rate_hz * origin);
    for (uint32_t i = 0; i < n; i++) {
        sum += x[i] * w;
        w *= turn;
    }
    return sum;
}

static double to_db(double gain)
{
    return 20.0 * log10(gain);
}

/* s / wc of the bilinear transform. */
static double complex warped(double hz, double fc, double rate_hz)
{
    return I * tan(LUSTER_PI * hz / rate_hz) / tan(LUSTER_PI * fc / rate_hz);
}

TEST(the_sum_is_flat_and_all_pass)
{
    double worst_db = 0.0, worst_phase = 0.0;
    for (int r = 0; r < 4; r++) {
        for (uint32_t n_bands = 2; n_bands <= 6; n_bands++) {
            const uint32_t n = (uint32_t)(rates[r] * 0.5);
            Rig rig;
            Signal in = rig_signal(1, n), sum = rig_signal(1, n);
            in.ch[0][0] = 1.0f;
            rig_begin(&rig, rates[r], n_bands, 1, false, all_freqs, n);
            rig_split(&rig, &in, 0, n);
            for (uint32_t b = 0; b < n_bands; b++)
                for (uint32_t i = 0; i < n; i++)
                    sum.ch[0][i] += rig.planes[b][i];
            for (double hz = 20; hz <= 20000; hz *= 1.3) {
                const double complex got = at(sum.ch[0], n, hz, rates[r], 0);
                double complex want = 1.0;
                for (uint32_t x = 0; x + 1 < n_bands; x++) {
                    const double complex s = warped(hz, all_freqs[x], rates[r]);
                    want *= (s * s - sqrt(2) * s + 1) / (s * s + sqrt(2) * s + 1);
                }
                worst_db = fmax(worst_db, fabs(to_db(cabs(got))));
                worst_phase = fmax(worst_phase, fabs(carg(got / want)));
            }
            luster_arena_free(rig.arena);
            rig_drop(&in), rig_drop(&sum);
        }
    }
    printf("# all-pass: sum of 2 to 6 bands within %.1g dB, phase within %.1g rad of stated\n",
           worst_db, worst_phase);
    CHECK(worst_db < 0.001 && worst_phase < 1e-4);
}

/* -6.02 dB at the crossovers, 24 dB per octave beyond, in both phases. */
TEST(slopes)
{
    for (int linear = 0; linear < 2; linear++) {
        double worst_edge = 0.0, worst_slope = 0.0, worst_asymmetry = -300.0;
        for (int r = 0; r < 4; r++) {
            const uint32_t n = (uint32_t)(rates[r] * 0.7);
            const uint32_t lag = linear ? luster_crossover_latency(rates[r], 60) : 0;
            const double two[] = {60, 4000};
            Rig rig;
            Signal in = rig_signal(1, n);
            in.ch[0][0] = 1.0f;
            rig_begin(&rig, rates[r], 3, 1, linear, two, n);
            rig_split(&rig, &in, 0, n);
            const double low = to_db(cabs(at(rig.planes[0], n, 60, rates[r], 0)));
            const double high = to_db(cabs(at(rig.planes[2], n, 4000, rates[r], 0)));
            worst_edge = fmax(worst_edge, fmax(fabs(low + 6.0206), fabs(high + 6.0206)));
            const double down[] = {to_db(cabs(at(rig.planes[0], n, 240, rates[r], 0))),
                                   to_db(cabs(at(rig.planes[1], n, 15, rates[r], 0))),
                                   to_db(cabs(at(rig.planes[2], n, 1000, rates[r], 0)))};
            for (int d = 0; d < 3; d++) /* two octaves off: 1 / (1 + 4^4) is -48.2 dB */
                worst_slope = fmax(worst_slope, down[d] + 48.2);
            for (uint32_t i = 1; i < lag && linear; i++) {
                for (int b = 0; b < 3; b++)
                    worst_asymmetry =
                        fmax(worst_asymmetry,
                             to_db(fabs((double)rig.planes[b][lag + i] - rig.planes[b][lag - i]) +
                                   1e-12));
            }
            luster_arena_free(rig.arena);
            rig_drop(&in);
        }
        printf("# %s: edges within %.2g dB of -6.02, two octaves off within %.2g dB of -48.2\n",
               linear ? "linear phase" : "all-pass", worst_edge, worst_slope);
        if (linear)
            printf("# linear phase: impulse responses symmetrical to %.0f dB\n", worst_asymmetry);
        CHECK(worst_edge < 0.05 && worst_slope < 0.7);
        CHECK(worst_asymmetry < -120.0);
    }
}

TEST(linear_phase_nulls)
{
    double worst = -300.0;
    for (int r = 0; r < 4; r++) {
        for (uint32_t n_bands = 2; n_bands <= 6; n_bands++) {
            const uint32_t n = 60000, lag = luster_crossover_latency(rates[r], 60);
            Rig rig;
            Signal in = rig_bursts(2, n, 3);
            rig_begin(&rig, rates[r], n_bands, 2, true, all_freqs, n);
            rig_split(&rig, &in, 0, n / 2);
            luster_crossover_set(&rig.crossover, n_bands, true,
                                 (const double[]){90, 200, 2000, 2500, 15000});
            rig_split(&rig, &in, n / 2, n / 2); /* and while they move */
            for (uint32_t c = 0; c < 2; c++) {
                for (uint32_t i = lag; i < n; i++) {
                    double sum = 0.0;
                    for (uint32_t b = 0; b < n_bands; b++)
                        sum += rig.planes[2 * b + c][i];
                    worst = fmax(worst, fabs(sum - in.ch[c][i - lag]));
                }
            }
            luster_arena_free(rig.arena);
            rig_drop(&in);
        }
    }
    printf("# linear phase: sum less delayed input at most %.1f dBFS, still and moving\n",
           to_db(worst));
    CHECK(to_db(worst) < -120.0);
}

/* A move of two octaves under a tone of 200 Hz: each band above 1 kHz, and the sum. */
TEST(moves_do_not_click)
{
    for (int linear = 0; linear < 2; linear++) {
        Rig rig;
        const uint32_t n = 48000;
        double worst = -300.0;
        Signal in = rig_signal(1, n);
        for (uint32_t i = 0; i < n; i++) {
            const double u = i < 12000 ? i / 12000.0 : 1.0;
            in.ch[0][i] = (float)(0.5 * u * u * u * (10 - 15 * u + 6 * u * u) *
                                  sin(2 * LUSTER_PI * 200 * i / 48000));
        }
        rig_begin(&rig, 48000, 3, 1, linear, (const double[]){100, 400}, n);
        for (uint32_t from = 0; from < n; from += 4000) {
            const double low = from / 4000 % 2 ? 100 : 400, high = from / 4000 % 2 ? 400 : 1600;
            luster_crossover_set(&rig.crossover, 3, linear, (const double[]){low, high});
            rig_split(&rig, &in, from, 4000);
        }
        for (int b = 0; b < 3; b++) {
            for (uint32_t i = 8000; i + MOVES_SPAN <= n; i += MOVES_SPAN / 4)
                worst = fmax(worst, moves_high_dbfs(rig.planes[b] + i));
        }
        printf("# %s: bands move, above 1 kHz %.1f dBFS\n", linear ? "linear phase" : "all-pass",
               worst);
        CHECK(worst < -90.0);
        luster_arena_free(rig.arena);
        rig_drop(&in);
    }
}

static bool equal_planes(const Rig *a, const Rig *b)
{
    bool equal = true;
    for (uint32_t p = 0; p < a->n_bands * a->n_channels; p++)
        equal = equal && memcmp(a->planes[p], b->planes[p], a->n_frames * sizeof(float)) == 0;
    return equal;
}

static void split_moving(Rig *rig, const Signal *in, uint32_t block, bool linear)
{
    const uint32_t stops[] = {3001, 3500, 9000, in->n_frames};
    for (uint32_t stop = 0, from = 0; stop < 4; stop++) {
        while (from < stops[stop]) {
            const uint32_t left = stops[stop] - from, n = left < block ? left : block;
            rig_split(rig, in, from, n);
            from += n;
        }
        const double other[] = {100.0 + 100 * stop, 900, 500, 7000, 8000};
        luster_crossover_set(&rig->crossover, rig->n_bands, linear, other);
    }
}

TEST(blocks_and_levels_do_not_show)
{
    Signal in = rig_bursts(2, 16000, 4);
    for (uint32_t which = 0; which < 20; which++) {
        const uint32_t n_bands = 2 + which % 5, n_channels = 1 + which / 5 % 2;
        const bool linear = which >= 10;
        Rig want;
        luster_kernels_select("sse2");
        rig_begin(&want, 48000, n_bands, n_channels, linear, all_freqs, 16000);
        split_moving(&want, &in, 16000, linear);
        for (const char *const *level = luster_kernels_levels(); *level; level++) {
            if (luster_kernels_select(*level))
                continue;
            for (uint32_t block = 1; block <= 1000; block = block * 9 + 1) {
                Rig got;
                rig_begin(&got, 48000, n_bands, n_channels, linear, all_freqs, 16000);
                split_moving(&got, &in, block, linear);
                CHECK(equal_planes(&got, &want));
                luster_arena_free(got.arena);
            }
        }
        luster_arena_free(want.arena);
    }
    luster_kernels_select(NULL);
    rig_drop(&in);
}

TEST(memory_that_runs_out_is_said)
{
    LusterCrossover crossover;
    LusterArena *arena = luster_arena_new();
    luster_crossover_open(&crossover, arena, 48000, 2, 60);
    const size_t n_steps = luster_arena_count(arena);
    luster_arena_free(arena);
    for (size_t step = 0; step < n_steps; step++) {
        arena = luster_arena_new();
        luster_arena_fail_after(arena, step);
        CHECK(!luster_crossover_open(&crossover, arena, 48000, 2, 60));
        luster_arena_free(arena);
    }
}

int main(void)
{
    RUN(the_sum_is_flat_and_all_pass);
    RUN(slopes);
    RUN(linear_phase_nulls);
    RUN(moves_do_not_click);
    RUN(blocks_and_levels_do_not_show);
    RUN(memory_that_runs_out_is_said);
    return tap_done();
}
