/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the convolver takes, stereo, in blocks of 64 frames: nanoseconds per stereo frame, and
 * how even it is. Each block of the cycle of the largest partition is timed in 12 rounds and its
 * best kept, so that what the machine does meanwhile does not count; then the worst block over the
 * median. usage: bench-convolver [LEVEL] */
#include "dsp/convolver.h"
#include "simd/kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BLOCK 64
#define N_BLOCKS 1024 /* 65536 frames: the cycle of any partition */
#define ROUNDS 12

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static unsigned seed = 1;

static float noise(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (float)((int)seed * 0x1p-31);
}

static void time_blocks(LusterConvolver *convolver, double *best)
{
    float x[2][BLOCK];
    const float *in[2] = {x[0], x[1]};
    float *out[2] = {x[0], x[1]};
    for (int round = 0; round < ROUNDS; round++) {
        for (int b = 0; b < N_BLOCKS; b++) {
            for (int i = 0; i < BLOCK; i++)
                x[0][i] = x[1][i] = noise();
            const double start = now_ns();
            luster_convolver_process(convolver, in, out, BLOCK);
            const double took = now_ns() - start;
            best[b] = round && best[b] < took ? best[b] : took;
        }
    }
}

static int measure(uint32_t n_taps, uint32_t latency)
{
    static double best[N_BLOCKS];
    LusterArena *arena = luster_arena_new();
    LusterConvolver *convolver =
        luster_convolver_open(arena, &(LusterConvolverSetup){2, 2, false, n_taps, latency, 0});
    float *h = malloc(n_taps * sizeof(float));
    if (!convolver || !h)
        return 1;
    for (uint32_t i = 0; i < n_taps; i++)
        h[i] = noise();
    luster_convolver_load(convolver, (const float *const[2]){h, h}, (uint32_t[2]){n_taps, n_taps});
    time_blocks(convolver, best);
    double sum = 0.0;
    for (int b = 0; b < N_BLOCKS; b++)
        sum += best[b];
    qsort(best, N_BLOCKS, sizeof *best, by_size);
    printf("latency %4u  taps %7u  %7.2f ns per stereo frame  worst block / median %.2f\n", latency,
           n_taps, sum / (N_BLOCKS * BLOCK), best[N_BLOCKS - 1] / best[N_BLOCKS / 2]);
    luster_arena_free(arena);
    free(h);
    return 0;
}

int main(int argc, char **argv)
{
    static const uint32_t taps[] = {64, 512, 4097, 24000, 96000, 480000, 1920000};
    static const uint32_t latencies[] = {0, 512, 4096};
    int bad = argc > 1 && luster_kernels_select(argv[1]);
    for (int l = 0; l < 3 && !bad; l++) {
        for (int t = 0; t < 7 && !bad; t++)
            bad = measure(taps[t], latencies[l]);
    }
    return bad;
}
