/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Standing peaks of a stem's spectrum: frequencies at which whatever is played comes out louder
 * than right beside them. Private to src/analysis. */
#ifndef LUSTER_ANALYSIS_PEAKS_H
#define LUSTER_ANALYSIS_PEAKS_H

#include "analysis/stem.h"

typedef struct LusterPeaks LusterPeaks;

/** For power spectra of `n_bins` bins, `hz` apart. NULL when memory is out. */
LusterPeaks *luster_peaks_new(double hz, uint32_t n_bins);
void luster_peaks_free(LusterPeaks *peaks);
/** One frame in which the part sounds; f0_hz is 0 where it has no single pitch. */
void luster_peaks_add(LusterPeaks *peaks, const double *power, double f0_hz);
/** Fills facts->peaks. */
void luster_peaks_finish(const LusterPeaks *peaks, LusterStemFacts *facts);

#endif
