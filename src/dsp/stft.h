/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Short-time Fourier transform of one channel and back: frames of `size` samples four to a size,
 * Hann windows there and back (their products add up to a constant). The bins are those of the
 * odd-frequency FFT, put in order: bin k lies at (k + 1/2) * rate / size. Equal bytes on every
 * processor. */
#ifndef LUSTER_DSP_STFT_H
#define LUSTER_DSP_STFT_H

#include "dsp/odd_fft.h"

#define LUSTER_STFT_OVERLAP 4

/** What all channels share. */
typedef struct LusterStft {
    uint32_t size, hop, n_bins; /* n_bins: size / 2 */
    LusterOddFft fft;
    uint32_t *place; /* [n_bins] of bin k: index of its real part among the floats of the tiles */
    float *window; /* [size] */
    float *time, *work; /* [size] each */
} LusterStft;

/** A channel's frames: in[size + hop], out[size], bins[size] in the order of the FFT. */
typedef struct LusterStftChannel {
    float *in, *out, *bins;
} LusterStftChannel;

/** `size` is a power of two from 128. False: out of memory. */
bool luster_stft_open(LusterStft *stft, LusterArena *arena, uint32_t size);
bool luster_stft_open_channel(const LusterStft *stft, LusterArena *arena,
                              LusterStftChannel *channel);
void luster_stft_reset(const LusterStft *stft, LusterStftChannel *channel);

/** When the hop at in[size] is full: takes the samples on by a hop and makes the bins of the last
 * `size`. Their powers, in order of frequency, go to power[n_bins]. */
void luster_stft_forward(LusterStft *stft, LusterStftChannel *channel, float *power);
/** Adds the bins times gain[n_bins] to what comes out: out[0 … hop - 1] then is finished, and
 * `size` frames late. */
void luster_stft_inverse(LusterStft *stft, LusterStftChannel *channel, const float *gain);

#endif
