/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sliding maximum of values >= 0 over the last `window` frames: a queue of the values that may
 * still become the largest (Lemire 2006), on average two steps per frame and none at rest. */
#ifndef LUSTER_DSP_SLIDE_MAX_H
#define LUSTER_DSP_SLIDE_MAX_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct LusterSlideMax {
    float *value; /* falling from head to tail */
    uint32_t *frame; /* when each came */
    uint32_t size, head, count, window, now;
} LusterSlideMax;

/** Room for windows of up to `max_window` frames; false when memory is out. */
static inline bool luster_slide_max_open(LusterSlideMax *slide, LusterArena *arena,
                                         uint32_t max_window)
{
    slide->size = max_window + 1;
    slide->value = luster_arena_array(arena, slide->size, sizeof(float));
    slide->frame = luster_arena_array(arena, slide->size, sizeof(uint32_t));
    return slide->value && slide->frame;
}

static inline void luster_slide_max_reset(LusterSlideMax *slide, uint32_t window)
{
    slide->head = slide->count = slide->now = 0;
    slide->window = window;
}

static inline void luster_slide_max_copy(LusterSlideMax *to, const LusterSlideMax *from)
{
    memcpy(to->value, from->value, from->size * sizeof(float));
    memcpy(to->frame, from->frame, from->size * sizeof(uint32_t));
    to->head = from->head;
    to->count = from->count;
    to->window = from->window;
    to->now = from->now;
}

static inline uint32_t luster_slide_max_place(const LusterSlideMax *slide, uint32_t index)
{
    const uint32_t place = slide->head + index;
    return place < slide->size ? place : place - slide->size;
}

static inline float luster_slide_max_next(LusterSlideMax *slide, float x)
{
    const uint32_t now = slide->now++;
    if (slide->count && now - slide->frame[slide->head] >= slide->window) {
        slide->head = luster_slide_max_place(slide, 1);
        slide->count--;
    }
    if (x > 0.0f) {
        while (slide->count && slide->value[luster_slide_max_place(slide, slide->count - 1)] <= x)
            slide->count--;
        const uint32_t place = luster_slide_max_place(slide, slide->count);
        slide->value[place] = x;
        slide->frame[place] = now;
        slide->count++;
    }
    return slide->count ? slide->value[slide->head] : 0.0f;
}

#endif
