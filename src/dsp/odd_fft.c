/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A block of rows is a polynomial mod t^m - c with c = e^(i * angle). Splitting it in four takes
 * the fourth root r of c: part k is the polynomial mod t^(m/4) - r i^k. The roots belong to the
 * block and not to its points, so no other twiddles are needed. */
#include "dsp/odd_fft.h"

#include "base/math.h"

#define ROW LUSTER_ODD_ROW
#define TILE LUSTER_ODD_TILE

static void put_root(float *to, uint32_t step, double angle)
{
    to[0] = (float)luster_cos(angle);
    to[step] = (float)luster_sin(angle);
}

/* Angles of `n_blocks` blocks become those of their `parts` parts each; in place, from the end. */
static void split_angles(double *angles, uint32_t n_blocks, uint32_t parts)
{
    for (uint32_t b = n_blocks; b-- > 0;) {
        const double angle = angles[b];
        for (uint32_t k = 0; k < parts; k++)
            angles[b * parts + k] = (angle + 2.0 * LUSTER_PI * k) / parts;
    }
}

static bool open_pass(LusterOddFft *fft, LusterArena *arena, uint32_t pass, uint32_t n_blocks,
                      uint32_t parts)
{
    float *roots = luster_arena_array(arena, (size_t)n_blocks * (parts - 1) * 2, sizeof(float));
    if (!roots)
        return false;
    fft->roots[pass] = roots;
    for (uint32_t b = 0; b < n_blocks; b++) {
        for (uint32_t q = 1; q < parts; q++, roots += 2)
            put_root(roots, 1, fft->angles[b] / parts * q);
    }
    split_angles(fft->angles, n_blocks, parts);
    return true;
}

static bool open_rows(LusterOddFft *fft, LusterArena *arena)
{
    float *roots = luster_arena_array(arena, (size_t)fft->n / ROW * 7 * 2, sizeof(float));
    if (!roots)
        return false;
    fft->roots[fft->n_passes] = roots;
    for (uint32_t p = 0; p < fft->n / ROW; p++) {
        for (uint32_t l = 1; l < ROW; l++)
            put_root(roots + (p / ROW * 7 + l - 1) * 2 * ROW + p % ROW, ROW,
                     fft->angles[p] / ROW * l);
    }
    return true;
}

bool luster_odd_fft_open(LusterOddFft *fft, LusterArena *arena, uint32_t n)
{
    *fft = (LusterOddFft){.n = n};
    const uint32_t n_rows = n / ROW;
    fft->angles = luster_arena_array(arena, n_rows, sizeof(double));
    if (!fft->angles)
        return false;
    fft->angles[0] = LUSTER_PI / 2.0;
    for (uint32_t blocks = 1; blocks < n_rows;) {
        const uint32_t parts = n_rows / blocks >= 4 ? 4 : 2;
        fft->pairs = parts == 2;
        if (!open_pass(fft, arena, fft->n_passes++, blocks, parts))
            return false;
        blocks *= parts;
    }
    return open_rows(fft, arena);
}

uint32_t luster_odd_fft_units(const LusterOddFft *fft)
{
    return fft->n / TILE;
}

/* Rows between the parts of a block in pass `pass` of those that split in four. */
static uint32_t quarter_of(const LusterOddFft *fft, uint32_t pass)
{
    return fft->n / ROW >> (2 * pass + 2);
}

void luster_odd_fft_forward(const LusterOddFft *fft, const LusterOddForward *io, uint32_t pass,
                            uint32_t from, uint32_t to)
{
    const LusterKernels *k = luster_kernels();
    const float *roots = fft->roots[pass];
    if (pass == fft->n_passes)
        k->odd_split_rows(io->bins, io->stride, io->work_re, io->work_im, roots, from, to);
    else if (fft->pairs && pass == fft->n_passes - 1)
        k->odd_split2(io->work_re, io->work_im, roots, 4 * from, 4 * to);
    else
        k->odd_split4(io->work_re, io->work_im, pass ? io->work_re : io->first,
                      pass ? io->work_im : io->second, roots, quarter_of(fft, pass), 2 * from,
                      2 * to);
}

void luster_odd_fft_tile(const LusterOddFft *fft, const LusterOddInverse *io, uint32_t tile,
                         const float *bins)
{
    luster_kernels()->odd_join_rows(io->work_re + tile * TILE, io->work_im + tile * TILE, bins,
                                    fft->roots[fft->n_passes] + (size_t)tile * 2 * 7 * ROW);
}

void luster_odd_fft_inverse(const LusterOddFft *fft, const LusterOddInverse *io, uint32_t pass,
                            uint32_t from, uint32_t to)
{
    const LusterKernels *k = luster_kernels();
    const uint32_t undo = fft->n_passes - pass;
    const float *roots = fft->roots[undo];
    if (fft->pairs && pass == 1)
        k->odd_join2(io->work_re, io->work_im, roots, 4 * from, 4 * to);
    else
        k->odd_join4(undo ? io->work_re : io->first, undo ? io->work_im : io->second, io->work_re,
                     io->work_im, roots, quarter_of(fft, undo), 2 * from, 2 * to);
}

double luster_odd_fft_angle(const LusterOddFft *fft, uint32_t bin)
{
    const uint32_t tile = bin / TILE, part = bin % TILE / ROW, row = tile * ROW + bin % ROW;
    const double angle = (fft->angles[row] + 2.0 * LUSTER_PI * part) / ROW;
    return angle > LUSTER_PI ? angle - 2.0 * LUSTER_PI : angle;
}
