/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dsp/fir_design.h"

#include "base/math.h"

bool luster_fir_design_open(LusterFirDesign *design, LusterArena *arena, uint32_t half)
{
    const uint32_t n = 4 * half;
    design->half = half;
    if (!luster_odd_fft_open(&design->fft, arena, n))
        return false;
    design->bins = luster_arena_array(arena, (size_t)2 * n, sizeof(float));
    design->work = luster_arena_array(arena, (size_t)2 * n, sizeof(float));
    return design->bins && design->work;
}

float *luster_fir_design_bin(LusterFirDesign *design, uint32_t b)
{
    return design->bins + b / LUSTER_ODD_TILE * LUSTER_ODD_BIN_FLOATS + b % LUSTER_ODD_TILE;
}

bool luster_fir_design_inverse(LusterFirDesign *design, uint32_t pass)
{
    float *re = design->work, *im = re + design->fft.n;
    const LusterOddInverse io = {re, im, re, im};
    const uint32_t units = luster_odd_fft_units(&design->fft);
    for (uint32_t tile = 0; pass == 0 && tile < units; tile++)
        luster_odd_fft_tile(&design->fft, &io, tile,
                            design->bins + (size_t)tile * LUSTER_ODD_BIN_FLOATS);
    if (pass > 0)
        luster_odd_fft_inverse(&design->fft, &io, pass, 0, units);
    return pass == design->fft.n_passes;
}

/* 1 up to half of the length, then down to 0 as a cosine. */
static double window(double place)
{
    return place <= 0.5 ? 1.0 : 0.5 + 0.5 * luster_cos(LUSTER_PI * (2.0 * place - 1.0));
}

void luster_fir_design_cut(const LusterFirDesign *design, bool from_start, float *taps)
{
    const uint32_t half = design->half, n = 2 * half + 1;
    const double scale = 1.0 / design->fft.n;
    for (uint32_t i = 0; i < n && from_start; i++)
        taps[i] = (float)(design->work[i] * scale * window((double)i / n));
    for (uint32_t i = 0; i <= half && !from_start; i++)
        taps[half + i] = taps[half - i] =
            (float)(design->work[i] * scale * window((double)i / (half + 1)));
}
