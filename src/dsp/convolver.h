/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolution with long filters: up to two inputs, two outputs, a filter for each pair or for each
 * channel. Without latency the first 64 taps are done directly and the rest in partitions that grow
 * by four (Gardner, "Efficient Convolution without Input-Output Delay", JAES 43, 1995); with a
 * latency partitions start at half of it, which is cheaper. What a partition has to do is spread
 * over the frames until it is due, so that every 64 frames take about equal work; all of it is
 * counted in frames since the reset, so blocks do not show. Error against direct convolution: below
 * -130 dB. New filters are prepared in the same manner and cross-faded. */
#ifndef LUSTER_DSP_CONVOLVER_H
#define LUSTER_DSP_CONVOLVER_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_CONVOLVER_STEP 64 /* frames between two pieces of work */
#define LUSTER_CONVOLVER_FILTERS 4

typedef struct LusterConvolver LusterConvolver;

typedef struct LusterConvolverSetup {
    uint32_t n_in, n_out; /* 1 or 2 */
    bool matrix; /* filter out * n_in + in for every pair; else filter c from channel c to c */
    uint32_t max_taps; /* of the longest filter; at least 1 */
    uint32_t latency; /* frames: 0, or a power of two from 64 to 65536 */
    uint32_t fade_frames; /* shortest cross-fade to new filters; 0: filters do not move, which
                             halves the memory */
} LusterConvolverSetup;

/** All filters are zero until the first load; NULL when memory is out. */
LusterConvolver *luster_convolver_open(LusterArena *arena, const LusterConvolverSetup *setup);

/** Forgets all sound and any move under way; the filters are zero again until the next load. */
void luster_convolver_reset(LusterConvolver *convolver);

uint32_t luster_convolver_n_filters(const LusterConvolver *convolver);

/** Takes new filters at once: taps[f][n_taps[f]], n_taps at most max_taps. Meant for before the
 * first frame: sound in flight is not faded. Any amount of work. */
void luster_convolver_load(LusterConvolver *convolver, const float *const *taps,
                           const uint32_t *n_taps);

/** Moves to new filters without a click: prepares them over some frames, then cross-fades at
 * constant amplitude. Copies the taps. Only while luster_convolver_ready says so, and only when
 * opened with fade_frames. */
void luster_convolver_move(LusterConvolver *convolver, const float *const *taps,
                           const uint32_t *n_taps);

/** No move is under way: design new taps now, they would be taken. Changes only every
 * LUSTER_CONVOLVER_STEP frames since the reset. */
bool luster_convolver_ready(const LusterConvolver *convolver);

/** out[o] = sum over i of in[i] * filter. Any n; in place when n_in == n_out. */
void luster_convolver_process(LusterConvolver *convolver, const float *const *in, float *const *out,
                              uint32_t n);

/** Work done so far, in units of about one cycle, for tests of how evenly it is spread. */
uint64_t luster_convolver_work(const LusterConvolver *convolver);

#endif
