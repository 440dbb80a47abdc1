/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The saturator's memory, and what every frame of a chunk needs to know of its settings. */
#ifndef LUSTER_PROC_SATURATOR_STATE_H
#define LUSTER_PROC_SATURATOR_STATE_H

#include "dsp/crossover.h"
#include "dsp/cut.h"
#include "dsp/lag.h"
#include "dsp/level_match.h"
#include "dsp/oversampler.h"
#include "dsp/smooth.h"
#include "proc/saturator_table.h"

#define CHUNK LUSTER_OVERSAMPLER_CHUNK
#define ROOM (CHUNK + LUSTER_LANES)
#define N_BANDS LUSTER_SATURATOR_BANDS

typedef struct LusterSaturatorBand {
    LusterSmooth gain, on; /* linear, onto the curve; 0 to 1 */
    LusterLag lag; /* of the gain, up to where the curve is */
    float pre[ROOM], weight[2][ROOM]; /* onto the curve; of what each curve makes */
    double emphasis[LUSTER_MAX_CHANNELS]; /* state of the shelf */
    bool live; /* in this chunk */
    LusterOversampler over[LUSTER_MAX_CHANNELS];
} LusterSaturatorBand;

/* A curve in use: while one fades into another there are two. */
typedef struct LusterSaturatorCurve {
    LusterCurveKind kind;
    float base[ROOM], scale[ROOM];
} LusterSaturatorCurve;

typedef struct LusterSaturator {
    uint32_t n_channels, ramp, n_bands, frame; /* frame: since the start, in the chunk's raster */
    double rate_hz;
    bool started, filled, excite, linear;
    bool matching; /* in this chunk */
    LusterSmooth bias, fade, shelf, shelf_k, match, raw, mix, output;
    LusterCurveKind next; /* curve to fade to when the fade under way is over */
    uint32_t settle; /* frames until the lagged gains rest */
    float biases[ROOM], share[CHUNK], raws[CHUNK];
    double mixes[CHUNK], outputs[CHUNK], shelves[CHUNK], shelf_ks[CHUNK];
    LusterSaturatorCurve curve[2];
    LusterSaturatorBand band[N_BANDS];
    LusterCuts into, out_of; /* of excite mode */
    LusterCrossover crossover;
    LusterLevelMatch level;
    float gain_go, gain_between, gain_from, gain_to; /* its gain, smoothed twice per raster */
    LusterLag lag[LUSTER_MAX_CHANNELS];
    double dc_go, dc[LUSTER_MAX_CHANNELS], unshelf[LUSTER_MAX_CHANNELS];
    float planes[N_BANDS][LUSTER_MAX_CHANNELS][CHUNK], dry[LUSTER_MAX_CHANNELS][CHUNK];
    float wet[LUSTER_MAX_CHANNELS][CHUNK], matched[CHUNK];
} LusterSaturator;

/** The curve asked for comes in when no other fade is under way. Between chunks. */
void luster_saturator_turn_curve(LusterSaturator *state);

/** What every frame of a chunk of n needs to know; kept while nothing moves. */
void luster_saturator_fill(LusterSaturator *state, uint32_t n);

#endif
