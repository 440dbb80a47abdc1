/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Long-term spectrum and pitch of a stream of mono frames, frame by frame (about 0.17 s, half
 * overlapped, Hann). Private to src/analysis. */
#ifndef LUSTER_ANALYSIS_STEM_SPECTRUM_H
#define LUSTER_ANALYSIS_STEM_SPECTRUM_H

#include "analysis/stem.h"

typedef struct StemSpectrum StemSpectrum;

StemSpectrum *luster_stem_spectrum_new(double rate_hz);
void luster_stem_spectrum_free(StemSpectrum *spectrum);
/** Takes the next mono samples. False when memory is out. */
bool luster_stem_spectrum_feed(StemSpectrum *spectrum, const float *mono, size_t n);
/** Fills the spectrum part of *facts, whose n_frames and n_steps are set. False when memory is out.
 */
bool luster_stem_spectrum_finish(StemSpectrum *spectrum, LusterStemFacts *facts);

#endif
