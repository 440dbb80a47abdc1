/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* With which gains a mix was made of its stems: least squares on the samples, each side by itself,
 * by normal equations. As JSON: gains per stem and side, and what share of the mix they explain.
 * usage: mix_gains MIX STEM ... */
#include "luster/audio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BLOCK 4096
#define MOST 64

static LusterSource *sources[MOST]; /* [0] the mix */
static float blocks[MOST][2][BLOCK];
static double products[2][MOST][MOST]; /* of all pairs, [side] */
static double gains[2][MOST];

static LusterStatus read_block(uint32_t n_files, size_t *longest, LusterError *err)
{
    *longest = 0;
    for (uint32_t f = 0; f < n_files; f++) {
        float *const to[2] = {blocks[f][0], blocks[f][1]};
        size_t n = 0;
        memset(blocks[f], 0, sizeof blocks[f]);
        const LusterStatus status = luster_source_read(sources[f], to, BLOCK, &n, err);
        if (status)
            return status;
        if (sources[f]->n_channels == 1)
            memcpy(blocks[f][1], blocks[f][0], sizeof blocks[f][0]);
        if (!f)
            *longest = n; /* as long as the mix goes */
    }
    return LUSTER_OK;
}

static void correlate(uint32_t n_files, size_t n)
{
    for (int side = 0; side < 2; side++)
        for (uint32_t a = 0; a < n_files; a++)
            for (uint32_t b = a; b < n_files; b++) {
                double sum = 0.0;
                for (size_t i = 0; i < n; i++)
                    sum += (double)blocks[a][side][i] * blocks[b][side][i];
                products[side][a][b] += sum;
                products[side][b][a] = products[side][a][b];
            }
}

/* Gaussian elimination with pivots; a stem that is silent or another's copy gets 0. Returns the
 * share of the mix's power that is explained. */
static double solve(int side, uint32_t n_stems)
{
    double m[MOST][MOST + 1], *g = gains[side];
    double(*const p)[MOST] = products[side];
    for (uint32_t r = 0; r < n_stems; r++) {
        for (uint32_t c = 0; c < n_stems; c++)
            m[r][c] = p[r + 1][c + 1];
        m[r][n_stems] = p[r + 1][0];
    }
    for (uint32_t k = 0; k < n_stems; k++) {
        const int dead = m[k][k] <= 1e-9 * p[k + 1][k + 1] || m[k][k] <= 1e-12;
        for (uint32_t r = 0; r < n_stems; r++) {
            if (r == k || dead)
                continue;
            const double by = m[r][k] / m[k][k];
            for (uint32_t c = k; c <= n_stems; c++)
                m[r][c] -= by * m[k][c];
        }
        if (dead)
            for (uint32_t c = 0; c <= n_stems; c++)
                m[k][c] = 0.0;
    }
    double explained = 0.0;
    for (uint32_t k = 0; k < n_stems; k++) {
        g[k] = m[k][k] > 0.0 ? m[k][n_stems] / m[k][k] : 0.0;
        explained += g[k] * p[k + 1][0];
    }
    return p[0][0] > 0.0 ? explained / p[0][0] : 0.0;
}

int main(int argc, char **argv)
{
    LusterError err = {0};
    LusterStatus status = LUSTER_OK;
    const uint32_t n_files = argc > 1 ? (uint32_t)argc - 1 : 0;
    if (n_files < 2 || n_files > MOST) {
        fprintf(stderr, "usage: mix_gains MIX STEM ... (at most %d stems)\n", MOST - 1);
        return 2;
    }
    for (uint32_t f = 0; f < n_files && !status; f++)
        status = luster_audio_open(argv[f + 1], &sources[f], &err);
    for (uint32_t f = 1; f < n_files && !status; f++)
        if (sources[f]->rate_hz != sources[0]->rate_hz) {
            fprintf(stderr, "mix_gains: %s has another rate than the mix\n", argv[f + 1]);
            return 1;
        }
    for (size_t n = BLOCK; !status && n == BLOCK;) {
        status = read_block(n_files, &n, &err);
        correlate(n_files, status ? 0 : n);
    }
    for (uint32_t f = 0; f < n_files; f++)
        luster_source_close(sources[f]);
    if (status) {
        fprintf(stderr, "mix_gains: %s\n", err.text);
        return 1;
    }
    const double left = solve(0, n_files - 1), right = solve(1, n_files - 1);
    printf("{\"explained\": [%.6f, %.6f], \"gains\": [", left, right);
    for (uint32_t i = 0; i + 1 < n_files; i++)
        printf("%s[%.6f, %.6f]", i ? ", " : "", gains[0][i], gains[1][i]);
    printf("]}\n");
    return 0;
}
