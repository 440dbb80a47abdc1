/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The cascade kernel on every level against plain C, as bytes: any number of sections, any block.
 * Its form against the state-variable one, through moves from one to the other. */
#include "base/rng.h"
#include "dsp/sections.h"
#include "simd/kernels.h"
#include "tap.h"

#include <stdbool.h>
#include <time.h>

#define MAX 40 /* sections */
#define N 700 /* frames */

static _Alignas(64) double coef[LUSTER_CASCADE_COEFS][2 * MAX], s1[2 * MAX], s2[2 * MAX];

static LusterCascade make(uint32_t n_sections, uint32_t channels, LusterSection *sections)
{
    LusterCascade cascade = {.n_channels = channels, .n_sections = n_sections, .s1 = s1, .s2 = s2};
    LusterRng rng;
    luster_rng_seed(&rng, n_sections, channels);
    for (int c = 0; c < LUSTER_CASCADE_COEFS; c++)
        cascade.coef[c] = coef[c];
    for (uint32_t s = 0; s < MAX; s++) {
        sections[s] = luster_section_unity();
        if (s < n_sections) {
            const LusterFilterSpec spec = {LUSTER_FILTER_BELL, 0.001 + 3 * luster_rng_unit(&rng),
                                           12 * luster_rng_bipolar(&rng), 0.7, 2};
            LusterQuad analog[LUSTER_FILTER_MAX_SECTIONS];
            luster_filter_prototype(&spec, analog);
            const LusterQuad digital = luster_filter_match(analog);
            sections[s] = luster_section_from(&digital, 1.0);
        }
    }
    memset(s1, 0, sizeof s1);
    memset(s2, 0, sizeof s2);
    for (uint32_t s = 0; s < MAX; s++)
        luster_cascade_rest(&cascade, s, &sections[s]);
    return cascade;
}

static void fill(double *frames, uint32_t n)
{
    LusterRng rng;
    luster_rng_seed(&rng, 3, 4);
    for (uint32_t i = 0; i < n; i++)
        frames[i] = luster_rng_bipolar(&rng);
}

static void plain(const LusterCascade *cascade, double *frames, double *states)
{
    const uint32_t channels = cascade->n_channels;
    for (uint32_t lane = 0; lane < cascade->n_sections * channels; lane++) {
        double k[LUSTER_CASCADE_COEFS], *w = &states[2 * lane];
        for (int c = 0; c < LUSTER_CASCADE_COEFS; c++)
            k[c] = cascade->coef[c][lane];
        for (uint32_t i = 0; i < N; i++) {
            double *x = &frames[i * channels + lane % channels];
            const double new1 = (*x - k[LUSTER_CASCADE_A2] * w[1]) - k[LUSTER_CASCADE_A1] * w[0];
            *x = (k[LUSTER_CASCADE_E1] * w[0] + k[LUSTER_CASCADE_E2] * w[1]) +
                 k[LUSTER_CASCADE_DX] * *x;
            w[1] = w[0];
            w[0] = new1;
        }
    }
}

/* Half of the time in the kernel, half as state-variable filters, in turns; against the latter
 * alone. */
TEST(both_forms_are_one_filter)
{
    enum { TURN = 70 };
    static double want[2 * N], got[2 * N];
    LusterSection sections[MAX];
    const LusterCascade cascade = make(5, 2, sections);
    LusterSectionPath paths[MAX];
    for (uint32_t s = 0; s < 5; s++)
        paths[s] = luster_section_still(&sections[s]);
    double states[2][2 * MAX] = {{0}};
    fill(want, 2 * N);
    fill(got, 2 * N);
    for (uint32_t s = 0; s < 5; s++)
        luster_section_run_cell(&paths[s], &states[0][2 * s], &states[1][2 * s], want, 2, 2, 0, N);
    for (uint32_t at = 0; at < N; at += TURN) {
        double *frames = got + at * 2;
        if (at / TURN % 2 == 0) {
            luster_kernels()->cascade_run(&cascade, frames, TURN);
            continue;
        }
        for (uint32_t s = 0; s < 5; s++) {
            luster_cascade_wake(&cascade, s, &sections[s]);
            luster_section_run_cell(&paths[s], &s1[2 * s], &s2[2 * s], frames, 2, 2, 0, TURN);
            luster_cascade_rest(&cascade, s, &sections[s]);
        }
    }
    double worst = 0.0;
    for (uint32_t i = 0; i < 2 * N; i++)
        worst = fmax(worst, fabs(got[i] - want[i]));
    printf("# both forms agree to %.1e\n", worst);
    CHECK(worst < 1e-11); /* -220 dBFS */
    CHECK(fabs(want[2 * N - 1]) > 0.0);
}

TEST(every_level_equals_plain_c)
{
    static const uint32_t counts[] = {1, 2, 3, 4, 5, 6, 7, 9, 12, 13, 17, 33};
    static const uint32_t blocks[] = {N, 64, 7, 3, 1};
    static double want[2 * N], got[2 * N];
    for (unsigned k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        for (uint32_t channels = 1; channels <= 2; channels++) {
            LusterSection sections[MAX];
            double states[4 * MAX] = {0};
            const LusterCascade once = make(counts[k], channels, sections);
            fill(want, channels * N);
            plain(&once, want, states);
            for (const char *const *level = luster_kernels_levels(); *level; level++) {
                if (luster_kernels_select(*level))
                    continue;
                for (int b = 0; b < 5; b++) {
                    const LusterCascade cascade = make(counts[k], channels, sections);
                    fill(got, channels * N);
                    for (uint32_t i = 0; i < N; i += blocks[b])
                        luster_kernels()->cascade_run(&cascade, got + i * channels,
                                                      N - i < blocks[b] ? N - i : blocks[b]);
                    bool same = memcmp(got, want, channels * N * sizeof(double)) == 0;
                    for (uint32_t l = 0; l < counts[k] * channels; l++)
                        same &= s1[l] == states[2 * l] && s2[l] == states[2 * l + 1];
                    if (!CHECK(same))
                        printf("#   %s, %u sections, %u channels, blocks of %u\n", *level,
                               counts[k], channels, blocks[b]);
                }
            }
        }
    }
    luster_kernels_select(NULL);
}

TEST(load_and_store_are_equal_on_every_level)
{
    static float in[2][N], out[2][N];
    static double frames[2 * N];
    LusterRng rng;
    luster_rng_seed(&rng, 1, 1);
    for (int i = 0; i < N; i++) {
        for (int c = 0; c < 2; c++)
            in[c][i] = (float)luster_rng_bipolar(&rng);
    }
    in[0][3] = 1e-30f;
    in[1][4] = -0.0f;
    for (const char *const *level = luster_kernels_levels(); *level; level++) {
        if (luster_kernels_select(*level))
            continue;
        luster_kernels()->cascade_load(frames, in[0], in[1], N);
        luster_kernels()->cascade_store(out[0], out[1], frames, N);
        CHECK(out[0][3] == 0.0f && !signbit(out[1][4]));
        for (int i = 5; i < N; i++)
            CHECK(out[0][i] == in[0][i] && out[1][i] == in[1][i]);
    }
    luster_kernels_select(NULL);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "time") == 0) { /* blocks of 512 frames, best of 15 */
        for (const char *const *level = luster_kernels_levels(); *level; level++) {
            for (uint32_t sections = 4; sections <= 8; sections++) {
                if (luster_kernels_select(*level))
                    continue;
                static double frames[1024];
                LusterSection waste[MAX];
                const LusterCascade cascade = make(sections, 2, waste);
                fill(frames, 1024);
                double best = 1.0;
                for (int round = 0; round < 15; round++) {
                    const clock_t start = clock();
                    for (int i = 0; i < 2000; i++) {
                        frames[0] = 1.0;
                        luster_kernels()->cascade_run(&cascade, frames, 512);
                    }
                    best = fmin(best, (double)(clock() - start) / CLOCKS_PER_SEC);
                }
                printf("# %s %u sections: %.2f ns per stereo frame\n", *level, sections,
                       best * 1e9 / (2000.0 * 512));
            }
        }
        return 0;
    }
    RUN(every_level_equals_plain_c);
    RUN(both_forms_are_one_filter);
    RUN(load_and_store_are_equal_on_every_level);
    return tap_done();
}
