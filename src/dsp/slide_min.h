/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sliding minimum of values >= 0 over the last `window` of them, zero before the first: the queue
 * of dsp/slide_max.h turned over, which a zero empties, so that rest costs nothing. */
#ifndef LUSTER_DSP_SLIDE_MIN_H
#define LUSTER_DSP_SLIDE_MIN_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct LusterSlideMin {
    float *value; /* rising from head to tail */
    uint32_t *frame; /* when each came */
    uint32_t size, head, count, window, now;
    uint32_t run; /* values since the last zero, at most `window` */
} LusterSlideMin;

/** Room for windows of up to `max_window` values; false when memory is out. */
static inline bool luster_slide_min_open(LusterSlideMin *slide, LusterArena *arena,
                                         uint32_t max_window)
{
    slide->size = max_window + 1;
    slide->value = luster_arena_array(arena, slide->size, sizeof(float));
    slide->frame = luster_arena_array(arena, slide->size, sizeof(uint32_t));
    return slide->value && slide->frame;
}

static inline void luster_slide_min_reset(LusterSlideMin *slide, uint32_t window)
{
    slide->head = slide->count = slide->now = slide->run = 0;
    slide->window = window;
}

static inline void luster_slide_min_copy(LusterSlideMin *to, const LusterSlideMin *from)
{
    memcpy(to->value, from->value, from->size * sizeof(float));
    memcpy(to->frame, from->frame, from->size * sizeof(uint32_t));
    to->head = from->head;
    to->count = from->count;
    to->window = from->window;
    to->now = from->now;
    to->run = from->run;
}

static inline uint32_t luster_slide_min_place(const LusterSlideMin *slide, uint32_t index)
{
    const uint32_t place = slide->head + index;
    return place < slide->size ? place : place - slide->size;
}

static inline float luster_slide_min_next(LusterSlideMin *slide, float x)
{
    const uint32_t now = slide->now++;
    if (!(x > 0.0f)) {
        slide->count = slide->run = 0;
        return 0.0f;
    }
    if (slide->count && now - slide->frame[slide->head] >= slide->window) {
        slide->head = luster_slide_min_place(slide, 1);
        slide->count--;
    }
    while (slide->count && slide->value[luster_slide_min_place(slide, slide->count - 1)] >= x)
        slide->count--;
    const uint32_t place = luster_slide_min_place(slide, slide->count);
    slide->value[place] = x;
    slide->frame[place] = now;
    slide->count++;
    slide->run += slide->run < slide->window;
    return slide->run == slide->window ? slide->value[slide->head] : 0.0f;
}

#endif
