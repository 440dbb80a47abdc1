/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Lag: one channel later by a fixed number of whole frames, chunk by chunk. A ring that holds the
 * lag and one chunk; in-place use is fine. */
#ifndef LUSTER_DSP_LAG_H
#define LUSTER_DSP_LAG_H

#include "base/arena.h"

#include <stdint.h>
#include <string.h>

typedef struct LusterLag {
    float *ring;
    uint32_t size, write;
} LusterLag;

/** Room for a lag of `max_lag` frames and chunks of `max_chunk`; false when memory is out. */
static inline int luster_lag_open(LusterLag *lag, LusterArena *arena, uint32_t max_lag,
                                  uint32_t max_chunk)
{
    lag->size = max_lag + max_chunk;
    lag->write = 0;
    lag->ring = luster_arena_array(arena, lag->size, sizeof(float));
    return lag->ring != NULL;
}

static inline void luster_lag_reset(LusterLag *lag)
{
    memset(lag->ring, 0, lag->size * sizeof(float));
    lag->write = 0;
}

/** out[i] = in[i - n_lag]; n at most max_chunk. */
static inline void luster_lag_run(LusterLag *lag, const float *in, float *out, uint32_t n_lag,
                                  uint32_t n)
{
    if (n_lag == 0) {
        if (out != in)
            memcpy(out, in, n * sizeof(float));
        return;
    }
    const uint32_t write = lag->write, read = (write + lag->size - n_lag) % lag->size;
    const uint32_t n_in = n < lag->size - write ? n : lag->size - write;
    memcpy(lag->ring + write, in, n_in * sizeof(float));
    memcpy(lag->ring, in + n_in, (n - n_in) * sizeof(float));
    const uint32_t n_out = n < lag->size - read ? n : lag->size - read;
    memcpy(out, lag->ring + read, n_out * sizeof(float));
    memcpy(out + n_out, lag->ring, (n - n_out) * sizeof(float));
    lag->write = (write + n) % lag->size;
}

#endif
