/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts clipped runs of one channel: at full scale, or flat tops at the channel's own peaks.
 * What counts is defined in luster/measure.h. */
#ifndef LUSTER_ANALYSIS_CLIPPING_H
#define LUSTER_ANALYSIS_CLIPPING_H

#include <stdint.h>

typedef struct LusterClipCount {
    uint64_t runs, samples, longest;
} LusterClipCount;

/** Starts as zeros. */
typedef struct LusterClipping {
    float peak[2]; /* largest x and largest -x so far */
    float last; /* the sample before */
    LusterClipCount full, flat[2]; /* at full scale; at peak[0], peak[1] */
    uint64_t full_length, flat_length; /* of the open runs */
    int full_side;
    float flat_value, flat_step; /* of the open run: its samples, and the step into it */
} LusterClipping;

/** Takes n samples whose extremes are known: most blocks need no look. */
void luster_clipping_add(LusterClipping *clipping, const float *x, uint32_t n, float low,
                         float high);

/** Ends the stream and gives the total. */
LusterClipCount luster_clipping_finish(LusterClipping *clipping);

#endif
