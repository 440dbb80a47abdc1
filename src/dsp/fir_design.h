/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A FIR filter from its spectrum at the bins of the odd-frequency FFT: back to time and under a
 * window, symmetric (linear phase) or from its first sample on. The transform is four times as long
 * as the filter, so that what folds over is small. */
#ifndef LUSTER_DSP_FIR_DESIGN_H
#define LUSTER_DSP_FIR_DESIGN_H

#include "base/arena.h"
#include "dsp/odd_fft.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct LusterFirDesign {
    uint32_t half; /* taps on each side of the middle */
    LusterOddFft fft; /* of 8 * half samples */
    float *bins, *work; /* [2 * fft.n] each */
} LusterFirDesign;

/** `half` is a power of two, at least 64. False when memory is out. */
bool luster_fir_design_open(LusterFirDesign *design, LusterArena *arena, uint32_t half);

/** Real part of bin `b` < fft.n; the imaginary part stands LUSTER_ODD_TILE behind it. */
float *luster_fir_design_bin(LusterFirDesign *design, uint32_t b);

/** Pass 0, 1, … of the way from bins to work; true when it was the last. The bins stay. */
bool luster_fir_design_inverse(LusterFirDesign *design, uint32_t pass);

/** From work to taps[2 * half + 1], windowed: from the middle outward, or `from_start`. */
void luster_fir_design_cut(const LusterFirDesign *design, bool from_start, float *taps);

#endif
