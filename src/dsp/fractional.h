/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Fractional line: a delay line read between its samples, by a sinc of 48 taps under a Kaiser
 * window (Laakso et al., Splitting the unit delay, 1996). Flat and without images (-100 dB) up to
 * 0.41 of the rate; whole delays are exact. The taps reach 24 frames ahead of the place read, so
 * the shortest delay is LUSTER_FRACTIONAL_LEAST. */
#ifndef LUSTER_DSP_FRACTIONAL_H
#define LUSTER_DSP_FRACTIONAL_H

#include "base/arena.h"
#include "base/silence.h"
#include "simd/kernels.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_FRACTIONAL_LEAST 24.0 /* frames behind the newest */
#define LUSTER_FRACTIONAL_RUN 64 /* most frames read at once */

typedef struct LusterFractional {
    float *ring; /* `size` frames, and the first ones once more behind them */
    const float *table;
    uint32_t size, write; /* frames; place of the next */
} LusterFractional;

/** The taps, shared by the lines of a processor. NULL: out of memory. */
const float *luster_fractional_table(LusterArena *arena);
/** Room for delays up to max_delay frames; false: out of memory. */
bool luster_fractional_open(LusterFractional *line, LusterArena *arena, const float *table,
                            double max_delay);
void luster_fractional_reset(LusterFractional *line);

/** The next frame. Silence and faults become 0. */
static inline void luster_fractional_put(LusterFractional *line, double x)
{
    const float sample = (float)x, size = fabsf(sample);
    const float kept = size > (float)LUSTER_TINY && size < LUSTER_LOUD ? sample : 0.0f;
    line->ring[line->write] = kept;
    if (line->write < LUSTER_FRACTIONAL_TAPS)
        line->ring[line->size + line->write] = kept;
    line->write = line->write + 1 == line->size ? 0 : line->write + 1;
}

/** out[i] = what was `delay[i]` frames before the i-th of the n frames put last; n at most
 * LUSTER_FRACTIONAL_RUN, delays at least LUSTER_FRACTIONAL_LEAST. */
void luster_fractional_read(const LusterFractional *line, const double *delay, float *out,
                            uint32_t n);

/** `delay` whole frames before the newest. */
static inline float luster_fractional_whole(const LusterFractional *line, uint32_t delay)
{
    const uint32_t back = delay + 1;
    return line->ring[line->write >= back ? line->write - back : line->write + line->size - back];
}

#endif
