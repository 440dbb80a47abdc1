/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The saturator's rows and presets, and its curves in double. */
#ifndef LUSTER_PROC_SATURATOR_TABLE_H
#define LUSTER_PROC_SATURATOR_TABLE_H

#include "luster/processor.h"
#include "simd/oversample.h"

#define LUSTER_SATURATOR_BANDS 4

enum {
    MODE,
    CURVE,
    DRIVE,
    BIAS,
    EMPHASIS,
    EMPHASIS_FREQ,
    LEVEL_MATCH,
    MIX,
    OUTPUT,
    EXCITE_FREQ,
    BANDS,
    PHASE,
    SPLIT, /* three */
    ON = SPLIT + LUSTER_SATURATOR_BANDS - 1, /* four */
    BAND_DRIVE = ON + LUSTER_SATURATOR_BANDS, /* four */
    QUALITY = BAND_DRIVE + LUSTER_SATURATOR_BANDS,
    N_PARAMS
};

extern const LusterParam luster_saturator_params[N_PARAMS];
#define LUSTER_SATURATOR_PRESETS 13
extern const LusterPreset luster_saturator_presets[LUSTER_SATURATOR_PRESETS];

/** Slope of the curve at `bias`, in double. */
double luster_saturator_slope(LusterCurveKind curve, double bias);

#endif
