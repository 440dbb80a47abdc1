/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Times as whole frames, and parts of a block. */
#ifndef LUSTER_DSP_FRAMES_H
#define LUSTER_DSP_FRAMES_H

#include "luster/processor.h"

/** Milliseconds as the nearest whole number of frames. */
static inline uint32_t luster_ms_to_frames(double ms, double rate_hz)
{
    return (uint32_t)(ms / 1000.0 * rate_hz + 0.5);
}

/** The channels of a block from one of its frames on. */
typedef struct LusterBlockPart {
    const float *in[LUSTER_MAX_CHANNELS];
    const float *key[LUSTER_MAX_CHANNELS]; /* the input where the block has no key */
    float *out[LUSTER_MAX_CHANNELS];
} LusterBlockPart;

static inline LusterBlockPart luster_block_part(const LusterBlock *block, uint32_t n_channels,
                                                uint32_t from)
{
    LusterBlockPart part = {{NULL}, {NULL}, {NULL}};
    for (uint32_t c = 0; c < n_channels; c++) {
        part.in[c] = block->in[c] + from;
        part.out[c] = block->out[c] + from;
        part.key[c] = (block->key ? block->key[c] : block->in[c]) + from;
    }
    return part;
}

#endif
