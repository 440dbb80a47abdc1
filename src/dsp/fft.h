/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Real FFT of any even length (fastest for products of 2, 3 and 5), over FFTW in single precision.
 * Not scaled: forward then inverse gives n times the input. The last bits may differ between
 * processors (FFTW picks its code by instruction set): good for measuring, not for audio that
 * must have the same bytes everywhere. */
#ifndef LUSTER_DSP_FFT_H
#define LUSTER_DSP_FFT_H

#include <stdint.h>

typedef struct LusterFft LusterFft;

/** A plan for `n` frames, or NULL when memory is out. Any thread. Free with luster_fft_free. */
LusterFft *luster_fft_new(uint32_t n);
void luster_fft_free(LusterFft *fft);

uint32_t luster_fft_size(const LusterFft *fft);

/** Buffers the plan owns, for in-place work without copies: n floats, and n/2+1 bins as pairs
 * re, im. */
float *luster_fft_time(LusterFft *fft);
float *luster_fft_bins(LusterFft *fft);

/** time -> bins; `time` stays as it is. One thread at a time per plan. */
void luster_fft_forward(LusterFft *fft);

/** bins -> time; the bins are destroyed. */
void luster_fft_inverse(LusterFft *fft);

#endif
