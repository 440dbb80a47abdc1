/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Moving sum of whole numbers over a fixed number of frames: exact, so it neither drifts nor keeps
 * a rest after its input has become zero. Cascaded boxes make a smooth ramp of finite length. */
#ifndef LUSTER_DSP_BOX_H
#define LUSTER_DSP_BOX_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct LusterBox {
    int64_t *ring;
    int64_t sum;
    uint32_t size, length, at; /* frames */
} LusterBox;

/** Room for lengths of up to `max_length` frames; false when memory is out. */
static inline bool luster_box_open(LusterBox *box, LusterArena *arena, uint32_t max_length)
{
    box->size = max_length;
    box->ring = luster_arena_array(arena, max_length, sizeof(int64_t));
    return box->ring != NULL;
}

/** Empty, `length` frames long (1 to max_length). */
static inline void luster_box_reset(LusterBox *box, uint32_t length)
{
    memset(box->ring, 0, box->size * sizeof(int64_t));
    box->sum = 0;
    box->length = length;
    box->at = 0;
}

static inline void luster_box_copy(LusterBox *to, const LusterBox *from)
{
    memcpy(to->ring, from->ring, from->size * sizeof(int64_t));
    to->sum = from->sum;
    to->length = from->length;
    to->at = from->at;
}

/** The sum of the last `length` values, x among them. */
static inline int64_t luster_box_next(LusterBox *box, int64_t x)
{
    box->sum += x - box->ring[box->at];
    box->ring[box->at] = x;
    box->at = box->at + 1 == box->length ? 0 : box->at + 1;
    return box->sum;
}

#endif
