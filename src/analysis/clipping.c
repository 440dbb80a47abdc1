/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A block is read sample by sample only when it reaches full scale or the peak so far. A new peak
 * voids the flat tops below it. */
#include "analysis/clipping.h"

#include <math.h>

#define RUN_LENGTH 3 /* samples; Katz, Mastering Audio: an over */
#define FULL_SCALE (1.0f - 0x1p-15f) /* largest code of 16 bits, as float */
/* The crest of a slow wave is flat too once it is rounded to 16 bits: its steps are of one or a few
 * parts in 32768, those of a clipped wave are larger. */
#define FLAT_STEP 1e-3f

static void count(LusterClipCount *total, uint64_t length)
{
    if (length < RUN_LENGTH)
        return;
    total->runs++;
    total->samples += length;
    total->longest = length > total->longest ? length : total->longest;
}

static void end_flat(LusterClipping *c, float step)
{
    const int side = c->flat_value < 0.0f;
    const float size = fabsf(c->flat_value), least = FLAT_STEP * size;
    if (size == c->peak[side] && (c->flat_step > least || step > least))
        count(&c->flat[side], c->flat_length);
    c->flat_length = 0;
}

static void end_full(LusterClipping *c)
{
    count(&c->full, c->full_length);
    c->full_length = 0;
}

static void take(LusterClipping *c, float x)
{
    const int side = x < 0.0f;
    const float size = fabsf(x);
    if (c->full_length && (size < FULL_SCALE || side != c->full_side))
        end_full(c);
    if (c->flat_length && x != c->flat_value)
        end_flat(c, fabsf(x - c->flat_value));
    if (size >= FULL_SCALE) {
        c->full_length++;
        c->full_side = side;
    }
    if (size > c->peak[side]) {
        c->peak[side] = size;
        c->flat[side] = (LusterClipCount){0};
    }
    if (size == c->peak[side] && size > 0.0f) {
        if (c->flat_length++ == 0) {
            c->flat_value = x;
            c->flat_step = fabsf(x - c->last);
        }
    }
    c->last = x;
}

void luster_clipping_add(LusterClipping *c, const float *x, uint32_t n, float low, float high)
{
    const int reaches =
        high >= fminf(FULL_SCALE, c->peak[0]) || -low >= fminf(FULL_SCALE, c->peak[1]);
    if (!reaches && !c->full_length && !c->flat_length) {
        c->last = x[n - 1];
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        const float up = fminf(FULL_SCALE, c->peak[0]), down = fminf(FULL_SCALE, c->peak[1]);
        if (x[i] < up && -x[i] < down && !c->full_length && !c->flat_length)
            c->last = x[i];
        else
            take(c, x[i]);
    }
}

LusterClipCount luster_clipping_finish(LusterClipping *c)
{
    if (c->full_length)
        end_full(c);
    if (c->flat_length)
        end_flat(c, 0.0f);
    LusterClipCount total = c->full;
    for (int side = 0; side < 2; side++) {
        if (c->peak[side] >= FULL_SCALE)
            continue; /* counted as full */
        total.runs += c->flat[side].runs;
        total.samples += c->flat[side].samples;
        if (c->flat[side].longest > total.longest)
            total.longest = c->flat[side].longest;
    }
    return total;
}
