/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Second opinion on true peaks near a ceiling. Meters differ by up to a decibel on what lies above
 * 0.45 of the sample rate (clipped music, noise), each by the slope of its own filter. Where the
 * meter of dsp/true_peak.h reads close to the ceiling, a filter five times as long reads again; the
 * larger plus their disagreement then covers every meter in between (measured in test/proc). */
#ifndef LUSTER_DSP_SHARP_PEAK_H
#define LUSTER_DSP_SHARP_PEAK_H

#include "dsp/lag.h"
#include "dsp/true_peak.h"

#include <stdbool.h>

#define LUSTER_SHARP_PEAK_LATENCY (LUSTER_SHARP_TAPS + 24) /* frames, true peak's included */
/* Readings from this share of the ceiling up are read again: 2 dB, twice the usual disagreement. */
#define LUSTER_SHARP_PEAK_FROM 0.8f

typedef struct LusterSharpPeak {
    float mid[LUSTER_SHARP_TAPS];
    LusterTruePeak soft;
    LusterLag soft_lag;
    float x[2 * LUSTER_SHARP_PEAK_LATENCY + LUSTER_TP_CHUNK + LUSTER_LANES];
} LusterSharpPeak;

/** False when memory is out. */
bool luster_sharp_peak_open(LusterSharpPeak *peak, LusterArena *arena);
void luster_sharp_peak_reset(LusterSharpPeak *peak);

/** The peak around the frame LUSTER_SHARP_PEAK_LATENCY before each of `in` [n], n at most
 * LUSTER_TP_CHUNK, as far as it matters to `ceiling` (amplitude, as of in[0]): what is far below is
 * told as some value below. Amplitude; `out` has room for whole LUSTER_LANES. */
void luster_sharp_peak_process(LusterSharpPeak *peak, const float *in, float *out,
                               const LusterGlide *ceiling, uint32_t n);

#endif
