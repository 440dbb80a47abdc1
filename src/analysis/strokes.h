/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Strokes: where the peaks of a recording jump up, as the detector of a gate hears it (through its
 * low and high cut), and how far peaks stand over the mean in the time of a compressor. Numbers
 * only. */
#ifndef LUSTER_ANALYSIS_STROKES_H
#define LUSTER_ANALYSIS_STROKES_H

#include "luster/source.h"

#include <stdint.h>

#define LUSTER_PEAK_STEP_S 0.005

typedef struct LusterStroke {
    double at_s, peak_dbfs;
    double wide_dbfs; /* the peak of the same stroke ahead of the filters */
} LusterStroke;

typedef struct LusterStrokes {
    float *peak; /* [n_steps] highest magnitude per LUSTER_PEAK_STEP_S, linear */
    uint32_t n_steps;
    LusterStroke *list;
    uint32_t n;
    /* Peak power over mean power of the unfiltered sound, both over 200 ms, the peak with instant
     * attack [GMR13]: what the times of a compressor follow. Linear; 2 for a sine. */
    double crest;
} LusterStrokes;

/** Which part of a source is heard. */
typedef struct LusterStrokeBand {
    int channels; /* LUSTER_CHANNELS_... as a clip plays them */
    double low_cut_hz, high_cut_hz; /* 12 dB/oct; 10 and 20000 are off */
} LusterStrokeBand;

/** Reads `source` from its position to its end. Release with luster_strokes_clear. */
LusterStatus luster_strokes_find(LusterSource *source, const LusterStrokeBand *band,
                                 LusterStrokes *out, LusterError *err);

void luster_strokes_clear(LusterStrokes *strokes);

/** Highest peak within `before_s` ahead of and `after_s` behind a time, dBFS; -180 for none. */
double luster_strokes_peak_dbfs(const LusterStrokes *strokes, double at_s, double before_s,
                                double after_s);

#endif
