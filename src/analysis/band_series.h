/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Third-octave levels per 100 ms and pitch classes per 0.2 s of a stream, a byte each: what
 * sections and masking are told from. Private to src/analysis; see LusterStemFacts for what comes
 * out. */
#ifndef LUSTER_ANALYSIS_BAND_SERIES_H
#define LUSTER_ANALYSIS_BAND_SERIES_H

#include "analysis/stem.h"

typedef struct LusterBandSeries LusterBandSeries;

/** For spectra of `n` frames, each `hop` frames after the last. NULL when memory is out. */
LusterBandSeries *luster_band_series_new(double rate_hz, uint32_t n, uint32_t hop);
void luster_band_series_free(LusterBandSeries *series);

/** Takes the next spectrum (n/2+1 powers); `norm` makes them mean squares of the signal. False when
 * memory is out. */
bool luster_band_series_add(LusterBandSeries *series, const double *power, double norm);

/** Ends the stream at facts->n_frames and hands band_level and chroma_level over to *facts, whose
 * n_steps is set. False when memory is out. */
bool luster_band_series_finish(LusterBandSeries *series, LusterStemFacts *facts);

#endif
