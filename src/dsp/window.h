/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Windows for spectra, periodic (DFT-even): w[n] repeats after n_frames. Same bits everywhere. */
#ifndef LUSTER_DSP_WINDOW_H
#define LUSTER_DSP_WINDOW_H

#include <stdint.h>

/** Hann: 0.5 - 0.5 cos; sums to a constant at 50 % overlap. Mean power 0.375. */
void luster_window_hann(float *w, uint32_t n_frames);

/** Blackman-Harris, 4 terms, side lobes -92 dB (Harris 1978). Mean power 0.258. */
void luster_window_blackman_harris(float *w, uint32_t n_frames);

/** Vorbis (Vorbis I, 4.3.1): at 50 % overlap the squares sum to exactly one, so a mean over such
 * spectra counts every sample alike. Mean power 0.5. */
void luster_window_vorbis(float *w, uint32_t n_frames);

/** Kaiser 1974 for a stop-band of `stop_db` (more than 50); `u` runs from -1 to 1, its middle is 1.
 */
double luster_window_kaiser(double u, double stop_db);

#endif
