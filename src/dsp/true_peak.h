/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* True peak: the magnitude of the signal between its samples, read 16 times per frame (BS.1770-5
 * Annex 2 asks for 4). A sine is under-read by at most 0.06 dB up to 0.45 of the sample rate, and
 * sample peaks are never under-read. Same bits for every split into blocks and every level. */
#ifndef LUSTER_DSP_TRUE_PEAK_H
#define LUSTER_DSP_TRUE_PEAK_H

#include "simd/kernels.h"

#include <stdint.h>

#define LUSTER_TRUE_PEAK_LATENCY 21 /* frames that luster_true_peak_process lags */

/** The peak of every frame, streaming; for limiters. Plain memory, no arena needed. */
typedef struct LusterTruePeak {
    LusterTruePeakTaps taps;
    float least;
    float x[LUSTER_TP_BACK + LUSTER_TRUE_PEAK_LATENCY + LUSTER_TP_CHUNK + LUSTER_TP_AHEAD];
} LusterTruePeak;

void luster_true_peak_init(LusterTruePeak *peak);

/** Back to silence; the least value stays. */
void luster_true_peak_reset(LusterTruePeak *peak);

/** Peaks below `least` (amplitude, 0 at first) are reported as `least`, which saves most of the
 * work: a limiter sets its ceiling and then reads `least` wherever it has nothing to do. */
void luster_true_peak_set_least(LusterTruePeak *peak, float least);

/** out[i] = max(least, largest |x(t)| from half a frame before frame t0 to half a frame after it),
 * where t0 lies LUSTER_TRUE_PEAK_LATENCY frames before in[i]. Amplitude, 1.0 is full scale. Any n;
 * `out` may be `in`. What is not a number is passed over. */
void luster_true_peak_process(LusterTruePeak *peak, const float *in, float *out, uint32_t n);

/** Half of the symmetric FIR [2 n_taps] that reads half-way between two frames, Kaiser-windowed for
 * `stop_db` of stop-band; tap k weighs the k-th frame on either side. Returns its L1 norm. */
double luster_true_peak_midpoint(float *taps, uint32_t n_taps, double stop_db);

/** The largest peak of a whole stream; for meters. Ten times less work than every frame's. */
typedef struct LusterTruePeakMax {
    LusterTruePeakTaps taps;
    float top;
    uint32_t n_new; /* frames in x that wait for a full stretch */
    float x[LUSTER_TP_BACK + LUSTER_TP_CHUNK + LUSTER_TP_AHEAD];
} LusterTruePeakMax;

void luster_true_peak_max_init(LusterTruePeakMax *max);
void luster_true_peak_max_add(LusterTruePeakMax *max, const float *in, uint32_t n);

/** Ends the stream (as if silence followed) and gives its true peak, amplitude. */
float luster_true_peak_max_finish(LusterTruePeakMax *max);

#endif
