/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Ring: the last frames of one channel, written and read in runs of at most LUSTER_FDN_RUN frames.
 * Room for one run behind its end lets runs be read and written where they lie. */
#ifndef LUSTER_DSP_RING_H
#define LUSTER_DSP_RING_H

#include "base/arena.h"
#include "simd/kernels.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/** A circular run of `size` frames; `at` is where the next frame is written. */
typedef struct LusterRing {
    float *data;
    uint32_t size, at;
} LusterRing;

/** False: out of memory. */
static inline bool luster_ring_open(LusterRing *ring, LusterArena *arena, uint32_t size)
{
    ring->data = luster_arena_array(arena, size + LUSTER_FDN_RUN, sizeof(float));
    ring->size = size;
    ring->at = 0;
    return ring->data != NULL;
}

static inline void luster_ring_clear(LusterRing *ring)
{
    memset(ring->data, 0, (ring->size + LUSTER_FDN_RUN) * sizeof(float));
    ring->at = 0;
}

/** Where the frame lies that will be `back` frames before the next one written; back <= size. */
static inline uint32_t luster_ring_place(const LusterRing *ring, uint32_t back)
{
    return ring->at >= back ? ring->at - back : ring->at + ring->size - back;
}

static inline void luster_ring_advance(LusterRing *ring, uint32_t n)
{
    ring->at = ring->at + n < ring->size ? ring->at + n : ring->at + n - ring->size;
}

/** n frames that begin `back` frames before the place of writing; n <= back. */
static inline void luster_ring_read(const LusterRing *ring, uint32_t back, float *out, uint32_t n)
{
    const uint32_t from = luster_ring_place(ring, back);
    const uint32_t head = ring->size - from < n ? ring->size - from : n;
    memcpy(out, ring->data + from, head * sizeof(float));
    memcpy(out + head, ring->data, (n - head) * sizeof(float));
}

static inline void luster_ring_write(LusterRing *ring, const float *in, uint32_t n)
{
    const uint32_t head = ring->size - ring->at < n ? ring->size - ring->at : n;
    memcpy(ring->data + ring->at, in, head * sizeof(float));
    memcpy(ring->data, in + head, (n - head) * sizeof(float));
    luster_ring_advance(ring, n);
}

/** The same run where it lies if it is in one piece, else a copy of it in `spare`. */
static inline const float *luster_ring_source(const LusterRing *ring, uint32_t back, float *spare,
                                              uint32_t n)
{
    const uint32_t from = luster_ring_place(ring, back);
    if (from + n <= ring->size)
        return ring->data + from;
    luster_ring_read(ring, back, spare, n);
    return spare;
}

/** Where a run may be written: in the ring if it fits as a whole, else in `spare`. What has been
 * written there counts after luster_ring_commit. */
static inline float *luster_ring_target(const LusterRing *ring, float *spare, uint32_t n)
{
    return n == LUSTER_FDN_RUN && ring->at + n <= ring->size ? ring->data + ring->at : spare;
}

static inline void luster_ring_commit(LusterRing *ring, const float *written, uint32_t n)
{
    if (written == ring->data + ring->at)
        luster_ring_advance(ring, n);
    else
        luster_ring_write(ring, written, n);
}

/** Shares of a new delay over a run of a fade from an old one, of which `left` of `length` frames
 * are left: a step without corners (Flash and Hogan 1985, as in dsp/smooth.h). */
static inline void luster_ring_fade(float *share, uint32_t left, uint32_t length, uint32_t n)
{
    const float scale = 1.0f / (float)length;
    for (uint32_t i = 0; i < n; i++) {
        const float t = 1.0f - scale * (float)(left - i);
        share[i] = t * t * t * (10.0f + t * (6.0f * t - 15.0f));
    }
}

#endif
