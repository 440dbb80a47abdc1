/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Odd-frequency FFT: 2n real samples as n bins at odd multiples of half a bin's width, so that
 * products of bins are a convolution whose wrap comes back negated (mod t^2n + 1). As good as the
 * ordinary one for overlap-save, without bins at 0 and Nyquist that need care and without a pass to
 * untangle two halves: sample k + i * sample k+n is one complex number, and the polynomial mod t^n
 * - i is split into four factors again and again (a discrete weighted transform: Crandall and
 * Fagin, Mathematics of Computation 62, 1994). The order of the bins is that of the splitting and
 * means nothing to a product. Single precision, error about -140 dB; equal bytes on every
 * processor; work in units of 64 points of one pass, so that a large transform can be spread over
 * time. */
#ifndef LUSTER_DSP_ODD_FFT_H
#define LUSTER_DSP_ODD_FFT_H

#include "base/arena.h"
#include "simd/kernels.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_ODD_FFT_PASSES 12 /* more than 2^26 points have */
#define LUSTER_ODD_BIN_FLOATS (2 * LUSTER_ODD_TILE) /* a tile of bins: re[64], im[64] */

typedef struct LusterOddFft {
    uint32_t n; /* bins: half the samples; a power of two, 64 … */
    uint32_t n_passes; /* down the rows; the pass inside the rows comes after */
    bool pairs; /* the last of them splits in two, not four */
    float *roots[LUSTER_ODD_FFT_PASSES]; /* of each pass; the last for the insides of rows */
    double *angles; /* [n / 8] of the blocks that are rows */
} LusterOddFft;

/** False when memory is out. */
bool luster_odd_fft_open(LusterOddFft *fft, LusterArena *arena, uint32_t n);

/** Units of 64 points in each of the n_passes + 1 passes: n / 64. */
uint32_t luster_odd_fft_units(const LusterOddFft *fft);

/** Units `from` to `to` of pass 0 … n_passes of the forward transform. Pass 0 reads samples 0 … n-1
 * from `first` and n … 2n-1 from `second`; the last writes tile t of the bins to bins + t * stride;
 * between them the data is in work_re[n], work_im[n]. */
typedef struct LusterOddForward {
    const float *first, *second;
    float *work_re, *work_im;
    float *bins;
    uint32_t stride;
} LusterOddForward;

void luster_odd_fft_forward(const LusterOddFft *fft, const LusterOddForward *io, uint32_t pass,
                            uint32_t from, uint32_t to);

/** The inverse begins with luster_odd_fft_tile for every tile, then passes 1 … n_passes; the last
 * writes samples 0 … n-1 to `first` and n … 2n-1 to `second`, which may be the work. Not scaled:
 * there and back gives n times the input. */
typedef struct LusterOddInverse {
    float *work_re, *work_im;
    float *first, *second;
} LusterOddInverse;

void luster_odd_fft_tile(const LusterOddFft *fft, const LusterOddInverse *io, uint32_t tile,
                         const float *bins);
void luster_odd_fft_inverse(const LusterOddFft *fft, const LusterOddInverse *io, uint32_t pass,
                            uint32_t from, uint32_t to);

/** Angle in radians per sample, -pi … pi, of bin `bin` (tile bin / 64): the bin is the sum of
 * sample k times e^(i * angle * k). */
double luster_odd_fft_angle(const LusterOddFft *fft, uint32_t bin);

#endif
