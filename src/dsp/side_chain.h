/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Side-chain: what a compressor or gate listens to. The key (or the input itself) through an
 * optional low cut and high cut, 12 dB per octave, Butterworth, in double. */
#ifndef LUSTER_DSP_SIDE_CHAIN_H
#define LUSTER_DSP_SIDE_CHAIN_H

#include "base/arena.h"
#include "dsp/svf.h"

#include <stdbool.h>
#include <stdint.h>

/* Ends of the two ranges; a cut at its end is off. */
#define LUSTER_SIDE_LOW_OFF_HZ 10.0
#define LUSTER_SIDE_LOW_MAX_HZ 2000.0
#define LUSTER_SIDE_HIGH_MIN_HZ 200.0
#define LUSTER_SIDE_HIGH_OFF_HZ 20000.0

typedef struct LusterSideChain {
    double rate_hz, low_hz, high_hz;
    bool low_on, high_on;
    LusterSvf low[2], high[2];
    float *filtered[2]; /* one chunk per channel */
} LusterSideChain;

/** Room for chunks of `max_chunk` frames; false when memory is out. */
bool luster_side_chain_open(LusterSideChain *side, LusterArena *arena, double rate_hz,
                            uint32_t n_channels, uint32_t max_chunk);
void luster_side_chain_reset(LusterSideChain *side);

/** Corners in Hz; at its end of the range a cut is off. */
void luster_side_chain_set(LusterSideChain *side, double low_cut_hz, double high_cut_hz);

/** One channel of `n` frames: `key` itself when both cuts are off, else the filtered chunk. */
const float *luster_side_chain_run(LusterSideChain *side, uint32_t channel, const float *key,
                                   uint32_t n);

#endif
