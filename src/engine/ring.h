/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Delay by whole frames: a ring that holds exactly `frames` samples. */
#ifndef LUSTER_ENGINE_RING_H
#define LUSTER_ENGINE_RING_H

#include <stdint.h>
#include <string.h>

typedef struct Ring {
    float *buffer; /* [frames], NULL when frames is 0 */
    uint32_t frames, at;
} Ring;

/* out[i] = what came in `frames` samples ago; in may be out */
static inline void ring_process(Ring *ring, const float *in, float *out, uint32_t n)
{
    if (!ring->frames) {
        if (in != out)
            memcpy(out, in, n * sizeof(float));
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        const float x = in[i];
        out[i] = ring->buffer[ring->at];
        ring->buffer[ring->at] = x;
        ring->at = ring->at + 1 == ring->frames ? 0 : ring->at + 1;
    }
}

#endif
