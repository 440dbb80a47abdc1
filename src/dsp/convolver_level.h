/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One level of a convolver: partitions of one size, overlap-save. A job takes the last two blocks
 * of input when the second is complete: forward transforms, products tile by tile, inverse
 * transforms. Its cost is known beforehand, so that it can be done in equal shares. */
#ifndef LUSTER_DSP_CONVOLVER_LEVEL_H
#define LUSTER_DSP_CONVOLVER_LEVEL_H

#include "dsp/convolver.h"
#include "dsp/odd_fft.h"

#define LUSTER_CONVOLVER_SETS 2 /* of filters: one in use, one to fade to */

typedef struct LusterConvolverLevel {
    LusterOddFft fft;
    uint32_t size; /* frames of a partition */
    uint32_t first_tap, n_parts;
    bool at_once; /* due when its block is complete, not one block later */
    uint32_t n_in, n_out, n_filters, n_sets;
    bool matrix;
    uint32_t slot; /* of the newest spectrum */
    float *spectra; /* [n_in][tile][n_parts][128]: newest first from `slot` on, then round */
    float *filters[LUSTER_CONVOLVER_SETS]; /* [n_filters][tile][n_parts][128] */
    uint32_t used[LUSTER_CONVOLVER_SETS][LUSTER_CONVOLVER_FILTERS]; /* partitions not zero */
    float *work; /* [2][size]: real, imaginary */
    float *results; /* [2 blocks][n_sets][n_out][size] */

    const float *blocks[2][2]; /* the job under way: input [channel][earlier, later] */
    bool for_set[LUSTER_CONVOLVER_SETS];
    uint32_t half; /* of the results */
    uint32_t phase, unit; /* where it is */
    uint64_t done, total; /* of its cost */
} LusterConvolverLevel;

/** size, first_tap, n_parts, at_once and what follows up to `matrix` are set. False when memory is
 * out. */
bool luster_convolver_level_open(LusterConvolverLevel *level, LusterArena *arena);
void luster_convolver_level_reset(LusterConvolverLevel *level);

/** Partitions of this level that a filter of n_taps reaches. */
uint32_t luster_convolver_level_parts(const LusterConvolverLevel *level, uint32_t n_taps);

/** The spectrum of one partition, part < luster_convolver_level_parts; room for 3 * size floats.
 * Returns its cost. */
uint64_t luster_convolver_level_prepare(LusterConvolverLevel *level, uint32_t set, uint32_t filter,
                                        uint32_t part, const float *taps, uint32_t n_taps,
                                        float *room);
uint64_t luster_convolver_level_prepare_cost(const LusterConvolverLevel *level);

/** Begins the job on blocks[channel][earlier, later], for the sets asked for, into results `half`.
 */
void luster_convolver_level_start(LusterConvolverLevel *level, const float *const blocks[2][2],
                                  const bool for_set[LUSTER_CONVOLVER_SETS], uint32_t half);

/** Brings the job on to share / n_shares; returns the cost of what was done. */
uint64_t luster_convolver_level_run(LusterConvolverLevel *level, uint32_t share, uint32_t n_shares);

static inline const float *luster_convolver_level_result(const LusterConvolverLevel *level,
                                                         uint32_t half, uint32_t set, uint32_t out)
{
    return level->results +
           (size_t)((half * level->n_sets + set) * level->n_out + out) * level->size;
}

#endif
