/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Mean power spectrum of a stream. Windows overlap so that every sample counts alike: the powers
 * of all bins add up to the mean square of the stream. */
#ifndef LUSTER_ANALYSIS_SPECTRUM_H
#define LUSTER_ANALYSIS_SPECTRUM_H

#include "luster/status.h"

#include <stdint.h>

typedef struct LusterSpectrum LusterSpectrum;

/** For 1 or 2 channels; NULL when memory is out. Bins are 0.75 to 1.5 Hz wide at any rate. */
LusterSpectrum *luster_spectrum_new(double rate_hz, uint32_t n_channels);
void luster_spectrum_free(LusterSpectrum *spectrum);

/** Takes in[n_channels][from … from+n). */
void luster_spectrum_add(LusterSpectrum *spectrum, const float *const *in, uint32_t from,
                         uint32_t n);

/** Ends the stream. Gives the mean power per bin, mean of the channels: n_bins values, bin k
 * centred on k * bin_hz. Owned by `spectrum`. */
const double *luster_spectrum_finish(LusterSpectrum *spectrum, uint32_t *n_bins, double *bin_hz);

/** Adds up bins into third octaves (IEC 61260-1, base ten), 20 Hz up: at most 31 powers. Returns
 * how many have their centre below half the rate. */
uint32_t luster_spectrum_third_octaves(const double *power, uint32_t n_bins, double bin_hz,
                                       double bands[31]);

#endif
