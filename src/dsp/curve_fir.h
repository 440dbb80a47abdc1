/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A FIR filter from a curve in dB over frequency, linear phase (frequency sampling and window) or
 * minimum phase (folded cepstrum: Oppenheim and Schafer, Discrete-Time Signal Processing, "Complex
 * cepstrum"). Designed in small steps, so that a curve may move while sound plays. */
#ifndef LUSTER_DSP_CURVE_FIR_H
#define LUSTER_DSP_CURVE_FIR_H

#include "base/arena.h"
#include "dsp/fir_design.h"
#include "luster/processor.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_CURVE_GRID 1536 /* points of the smoothed curve: 96 per octave from 5 Hz */

typedef struct LusterCurveFir {
    double rate_hz;
    LusterFirDesign design;
    float *at; /* [bins] place on the grid */
    float *taps; /* [2 * half + 1]: the result */
    double raw[LUSTER_CURVE_GRID]; /* the curve, dB */
    float grid[LUSTER_CURVE_GRID]; /* scaled, limited, smoothed: natural logarithm of the gain */
    bool minimum;
    int stage; /* of the design under way; 0: none */
    uint32_t done; /* of the stage */
} LusterCurveFir;

/** Half the length for a rate: a power of two of at least 80 ms. */
uint32_t luster_curve_fir_half(double rate_hz);

/** False when memory is out. */
bool luster_curve_fir_open(LusterCurveFir *fir, LusterArena *arena, double rate_hz,
                           const LusterCurvePoint *points, uint32_t n_points);

/** What becomes of the curve: times amount, held within +-limit_db, then averaged over
 * `smoothing_oct` octaves or LUSTER_CURVE_LEAST_BINS steps of the filter's resolution, whichever is
 * wider, by a triangle of that half-width. */
typedef struct LusterCurveShape {
    double amount, limit_db, smoothing_oct;
    bool minimum; /* phase; else linear, `half` frames late */
} LusterCurveShape;

#define LUSTER_CURVE_LEAST_BINS 2.0

/** Half-width of the average at a frequency, octaves. */
double luster_curve_fir_width(double hz, double smoothing_oct, double rate_hz);

/** Begins a design; `taps` hold it once luster_curve_fir_step has returned false. */
void luster_curve_fir_begin(LusterCurveFir *fir, const LusterCurveShape *shape);
/** A step of it, some 10 µs of work; true while more are needed. */
bool luster_curve_fir_step(LusterCurveFir *fir);

#endif
