/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The convolver against the sum of products in double: every length, latency and matrix; equal bits
 * for any split and instruction set; work spread evenly; moves without a click. Error is the
 * difference's power over the output's. */
#include "dsp/convolver.h"
#include "base/math.h"
#include "base/rng.h"
#include "simd/kernels.h"
#include "tap.h"

#include <stdlib.h>

#define BAR_DB -130.0

typedef struct Case {
    const char *name;
    uint32_t n_channels, matrix, n_taps, latency, n_frames;
} Case;

static float *noise(uint32_t n, uint64_t seed, double decay)
{
    float *x = calloc(n, sizeof(float));
    LusterRng rng;
    luster_rng_seed(&rng, seed, 2);
    for (uint32_t i = 0; x && i < n; i++)
        x[i] = (float)(luster_rng_bipolar(&rng) * exp(-decay * i / n));
    return x;
}

typedef struct Run {
    LusterArena *arena;
    LusterConvolver *convolver;
    float *taps[4], *in[2], *out[2];
    uint32_t n_filters, n_taps[4];
} Run;

static Run open_run(const Case *k, uint32_t fade_frames)
{
    Run run = {.arena = luster_arena_new()};
    run.convolver = luster_convolver_open(
        run.arena, &(LusterConvolverSetup){k->n_channels, k->n_channels, k->matrix, k->n_taps,
                                           k->latency, fade_frames});
    if (!run.convolver)
        abort();
    run.n_filters = luster_convolver_n_filters(run.convolver);
    for (uint32_t f = 0; f < run.n_filters; f++) {
        run.n_taps[f] = k->n_taps - (f * k->n_taps) / 7; /* not all the same */
        run.taps[f] = noise(run.n_taps[f], 10 + f, 5.0);
    }
    for (uint32_t c = 0; c < k->n_channels; c++) {
        run.in[c] = noise(k->n_frames, 20 + c, 0.0);
        run.out[c] = calloc(k->n_frames, sizeof(float));
    }
    luster_convolver_load(run.convolver, (const float *const *)run.taps, run.n_taps);
    return run;
}

static void close_run(Run *run)
{
    for (int i = 0; i < 4; i++)
        free(run->taps[i]);
    for (int i = 0; i < 2; i++)
        free(run->in[i]), free(run->out[i]);
    luster_arena_free(run->arena);
}

static void process(Run *run, uint32_t n_channels, uint32_t from, uint32_t n)
{
    const float *in[2] = {run->in[0] + from, n_channels > 1 ? run->in[1] + from : NULL};
    float *out[2] = {run->out[0] + from, n_channels > 1 ? run->out[1] + from : NULL};
    luster_convolver_process(run->convolver, in, out, n);
}

static double direct(const Run *run, const Case *k, uint32_t out, uint32_t frame)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < k->n_channels; i++) {
        if (!k->matrix && i != out)
            continue;
        const uint32_t f = k->matrix ? out * k->n_channels + i : out;
        for (uint32_t t = 0; t < run->n_taps[f] && t <= frame; t++)
            sum += (double)run->taps[f][t] * run->in[i][frame - t];
    }
    return sum;
}

/* Compares about `n_points` frames from `from` on, spread oddly. */
static double error_db(const Run *run, const Case *k, uint32_t from, uint32_t n_points)
{
    double power = 1e-30, error = 0.0;
    const uint32_t room = k->n_frames - from, every = room / n_points + 1;
    for (uint32_t at = from; at < k->n_frames; at += every) {
        for (uint32_t c = 0; c < k->n_channels; c++) {
            const double want = at < k->latency ? 0.0 : direct(run, k, c, at - k->latency);
            const double off = run->out[c][at] - want;
            power += want * want;
            error += off * off;
        }
    }
    return 10.0 * log10(error / power);
}

static const Case cases[] = {
    {"1 tap", 1, 0, 1, 0, 3000},
    {"63 taps", 2, 0, 63, 0, 3000},
    {"64 taps", 1, 1, 64, 0, 3000},
    {"65 taps", 1, 0, 65, 0, 3000},
    {"1000 taps, matrix", 2, 1, 1000, 0, 5000},
    {"4096 taps", 2, 0, 4096, 0, 20000},
    {"100 taps, latency 64", 1, 0, 100, 64, 3000},
    {"4097 taps, latency 64", 1, 0, 4097, 64, 20000},
    {"1 tap, latency 128", 1, 0, 1, 128, 3000},
    {"4097 taps, latency 128", 2, 0, 4097, 128, 20000},
    {"4097 taps, latency 2048", 2, 1, 4097, 2048, 20000},
    {"30000 taps, latency 256", 1, 0, 30000, 256, 70000},
    {"30000 taps, latency 65536", 1, 0, 30000, 65536, 150000},
    {"0.5 s, true stereo", 2, 1, 24000, 0, 60000},
    {"10 s at 48 kHz, stereo", 2, 0, 480000, 0, 600000},
    {"10 s at 192 kHz", 1, 0, 1920000, 0, 2100000},
};

TEST(equals_the_sum_of_products)
{
    printf("# | filter | error |\n");
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Run run = open_run(&cases[i], 0);
        process(&run, cases[i].n_channels, 0, cases[i].n_frames);
        const double points = 3e8 / cases[i].n_taps;
        const uint32_t n_points = points < 20000 ? (uint32_t)points : 20000;
        const double error = error_db(&run, &cases[i], 0, n_points);
        printf("# | %s | %.1f dB |\n", cases[i].name, error);
        CHECK(error <= BAR_DB);
        close_run(&run);
    }
}

/* Frames [0, n) in blocks of `block` (0: of any length), with a move begun at frame 5000. */
static void run_moving(Run *run, const Case *k, uint32_t block)
{
    LusterRng rng;
    luster_rng_seed(&rng, 5, block);
    const float *back[4] = {run->taps[0], run->taps[0], run->taps[0], run->taps[0]};
    const uint32_t lengths[4] = {run->n_taps[0], run->n_taps[0] / 2, run->n_taps[0] / 3, 1};
    for (uint32_t at = 0; at < k->n_frames;) {
        const uint32_t end = at < 5000 ? 5000 : k->n_frames;
        if (at == 5000)
            luster_convolver_move(run->convolver, back, lengths);
        uint32_t n = block ? block : 1 + luster_rng_u32(&rng) % 700;
        n = n < end - at ? n : end - at;
        process(run, k->n_channels, at, n);
        at += n;
    }
}

static const Case moving[] = {
    {"matrix", 2, 1, 3000, 0, 20000},
    {"latency 64", 2, 0, 9000, 64, 30000},
    {"latency 512", 1, 0, 6000, 512, 20000},
    {"short", 2, 0, 40, 0, 12000},
};

TEST(any_split_and_level_gives_equal_bits)
{
    static const uint32_t blocks[] = {1, 37, 64, 1000, 0};
    for (unsigned i = 0; i < sizeof moving / sizeof moving[0]; i++) {
        Run want = open_run(&moving[i], 512);
        run_moving(&want, &moving[i], moving[i].n_frames);
        for (const char *const *level = luster_kernels_levels(); *level; level++) {
            if (luster_kernels_select(*level))
                continue; /* not on this processor */
            for (unsigned b = 0; b < sizeof blocks / sizeof blocks[0]; b++) {
                Run got = open_run(&moving[i], 512);
                run_moving(&got, &moving[i], blocks[b]);
                for (uint32_t c = 0; c < moving[i].n_channels; c++)
                    CHECK(memcmp(got.out[c], want.out[c], moving[i].n_frames * sizeof(float)) == 0);
                close_run(&got);
            }
        }
        luster_kernels_select(NULL);
        close_run(&want);
    }
}

/* Before the move the old filter, after it the new one, and between them nothing but a fade. */
TEST(moves_fade_from_filter_to_filter)
{
    for (unsigned i = 0; i < sizeof moving / sizeof moving[0]; i++) {
        const Case *k = &moving[i];
        Run run = open_run(k, 512);
        const Case before = {k->name, k->n_channels, k->matrix, k->n_taps, k->latency, 5000};
        run_moving(&run, k, 0);
        CHECK(luster_convolver_ready(run.convolver));
        CHECK(error_db(&run, &before, 0, 2000) <= BAR_DB);
        for (uint32_t f = 1; f < run.n_filters; f++) {
            memcpy(run.taps[f], run.taps[0], run.n_taps[f] * sizeof(float));
            run.n_taps[f] = f == 1 ? run.n_taps[0] / 2 : f == 2 ? run.n_taps[0] / 3 : 1;
        }
        const double after = error_db(&run, k, k->n_frames * 2 / 3, 2000);
        if (!CHECK(after <= BAR_DB))
            printf("#   %s: %.1f dB\n", k->name, after);
        close_run(&run);
    }
}

static double tone(double hz, uint32_t i)
{
    return 0.5 * sin(2.0 * LUSTER_PI * hz / 48000.0 * i);
}

/* A tone of 200 Hz while a filter of gain 1 becomes one of gain 0.5 and back, again and again. */
TEST(moves_do_not_click)
{
    LusterArena *arena = luster_arena_new();
    LusterConvolver *c =
        luster_convolver_open(arena, &(LusterConvolverSetup){1, 1, false, 4096, 0, 1024});
    float *taps = calloc(4096, sizeof(float)), *y = calloc(96000, sizeof(float));
    const uint32_t n_taps = 4096;
    taps[2048] = 1.0f;
    luster_convolver_load(c, (const float *const *)&taps, &n_taps);
    int moves = 0;
    for (uint32_t i = 0; i < 96000; i += 64) {
        if (luster_convolver_ready(c)) {
            taps[2048] = moves++ % 2 ? 1.0f : 0.5f;
            luster_convolver_move(c, (const float *const *)&taps, &n_taps);
        }
        for (uint32_t k = 0; k < 64; k++)
            y[i + k] = (float)(tone(200.0, i + k) * fmin(1.0, (i + k) / 4800.0));
        float *at = y + i;
        luster_convolver_process(c, (const float *const *)&at, &at, 64);
    }
    double worst = 0.0;
    for (uint32_t i = 12000; i < 96000; i++)
        worst =
            fmax(worst, fabs(y[i] - 4.0 * y[i - 1] + 6.0 * y[i - 2] - 4.0 * y[i - 3] + y[i - 4]));
    printf("# %d moves, loudest fourth difference %.1f dB\n", moves, 20 * log10(worst / 16));
    CHECK(moves > 10);
    CHECK(20 * log10(worst / 16) < -110.0);
    free(taps);
    free(y);
    luster_arena_free(arena);
}

static int by_size(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Counted work of blocks of 64 frames at rest: the worst against the median. */
TEST(work_is_even)
{
    printf("# | filter | worst block / median |\n");
    for (unsigned i = 5; i < sizeof cases / sizeof cases[0]; i++) {
        Run run = open_run(&cases[i], 0);
        const uint32_t n = cases[i].n_frames / 64;
        uint64_t *work = calloc(n, sizeof *work), last = 0;
        for (uint32_t b = 0; b < n; b++) {
            process(&run, cases[i].n_channels, 64 * b, 64);
            work[b] = luster_convolver_work(run.convolver) - last;
            last += work[b];
        }
        const uint32_t from = n / 4; /* the first blocks have no past to work on */
        qsort(work + from, n - from, sizeof *work, by_size);
        const double ratio = (double)work[n - 1] / (double)work[from + (n - from) / 2];
        printf("# | %s | %.2f |\n", cases[i].name, ratio);
        CHECK(ratio <= 2.0 && work[from] > 0);
        free(work);
        close_run(&run);
    }
}

TEST(memory_that_is_out_is_said)
{
    const LusterConvolverSetup setup = {2, 2, true, 9000, 0, 512};
    LusterArena *arena = luster_arena_new();
    CHECK(luster_convolver_open(arena, &setup) != NULL);
    const size_t n_steps = luster_arena_count(arena);
    luster_arena_free(arena);
    for (size_t step = 0; step < n_steps; step++) {
        arena = luster_arena_new();
        luster_arena_fail_after(arena, step);
        CHECK(luster_convolver_open(arena, &setup) == NULL);
        luster_arena_free(arena);
    }
}

int main(void)
{
    RUN(equals_the_sum_of_products);
    RUN(any_split_and_level_gives_equal_bits);
    RUN(moves_fade_from_filter_to_filter);
    RUN(moves_do_not_click);
    RUN(work_is_even);
    RUN(memory_that_is_out_is_said);
    return tap_done();
}
