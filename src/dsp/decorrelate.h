/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Decorrelator: a signal as loud as its input at every frequency and unlike it in time, by
 * all-passes in a row (Schroeder 1961) behind a low cut. Nearly all of it comes within 15 ms, so
 * that transients stay short. */
#ifndef LUSTER_DSP_DECORRELATE_H
#define LUSTER_DSP_DECORRELATE_H

#include "base/arena.h"
#include "dsp/cut.h"

#include <stdbool.h>
#include <string.h>

#define LUSTER_DECORRELATE_STAGES 6
#define LUSTER_DECORRELATE_GAIN 0.55 /* of each loop: -60 dB after 12 rounds */

typedef struct LusterDecorrelate {
    double *ring[LUSTER_DECORRELATE_STAGES];
    uint32_t length[LUSTER_DECORRELATE_STAGES], at[LUSTER_DECORRELATE_STAGES]; /* frames */
    LusterCut low;
    LusterCutMove low_move;
    LusterCutState low_state;
} LusterDecorrelate;

static inline void luster_decorrelate_clear(LusterDecorrelate *decor)
{
    for (int s = 0; s < LUSTER_DECORRELATE_STAGES; s++) {
        memset(decor->ring[s], 0, decor->length[s] * sizeof(double));
        decor->at[s] = 0;
    }
    decor->low_state = (LusterCutState){0.0, 0.0};
}

static inline void luster_decorrelate_reset(LusterDecorrelate *decor)
{
    luster_decorrelate_clear(decor);
    luster_cut_reset(&decor->low, &decor->low_move, false);
}

/** False: out of memory. */
static inline bool luster_decorrelate_open(LusterDecorrelate *decor, LusterArena *arena,
                                           double rate_hz)
{
    /* ours: each about 1.4 times the one before, no ratio simple, 11 ms together */
    static const double ms[LUSTER_DECORRELATE_STAGES] = {0.61, 0.89, 1.27, 1.83, 2.69, 3.79};
    for (int s = 0; s < LUSTER_DECORRELATE_STAGES; s++) {
        decor->length[s] = (uint32_t)(ms[s] / 1000.0 * rate_hz + 0.5);
        decor->ring[s] = luster_arena_array(arena, decor->length[s], sizeof(double));
        if (!decor->ring[s])
            return false;
    }
    return true;
}

static inline void luster_decorrelate_set(LusterDecorrelate *decor, double low_hz, double rate_hz,
                                          uint32_t n_frames)
{
    luster_cut_set(&decor->low, &decor->low_move, low_hz, false, rate_hz, n_frames);
}

/** One frame. */
static inline double luster_decorrelate_next(LusterDecorrelate *decor, double x)
{
    const double g = LUSTER_DECORRELATE_GAIN;
    x = luster_snap(luster_cut_apply(&decor->low, &decor->low_state, x));
    luster_cut_advance(&decor->low, &decor->low_move);
    for (int s = 0; s < LUSTER_DECORRELATE_STAGES; s++) {
        double *place = &decor->ring[s][decor->at[s]];
        const double late = *place, sum = x + g * late;
        *place = fabs(sum) < LUSTER_LOUD ? luster_snap(sum) : 0.0;
        x = late - g * sum;
        decor->at[s] = decor->at[s] + 1 == decor->length[s] ? 0 : decor->at[s] + 1;
    }
    return x;
}

#endif
