/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Attack strength over time, and how two such curves lie to each other: whether a part plays
 * behind the others. */
#ifndef LUSTER_ANALYSIS_ONSET_H
#define LUSTER_ANALYSIS_ONSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LUSTER_ONSET_STEP_S 0.005
#define LUSTER_ONSET_MAX 120000 /* steps kept: the first ten minutes */

/** Collects a curve while a stem streams by. Zero it, then set rate_hz. */
typedef struct LusterOnsetCurve {
    double rate_hz;
    double sum, last_x, before_db[4];
    uint64_t frame, end;
    uint8_t *rise; /* [n] rise of the differentiated signal over the 20 ms before, 0.1 dB steps */
    uint32_t n, room;
} LusterOnsetCurve;

/** Takes the next mono samples; false when memory is out. */
bool luster_onset_feed(LusterOnsetCurve *curve, const float *mono, size_t n);

typedef struct LusterOnsetLag {
    double lag_s; /* positive: b is later */
    double strength; /* normalised correlation there, 0 ... 1 */
    double in_time; /* the same within 10 ms of being together */
} LusterOnsetLag;

/** Correlates b[nb] with a[na] (strengths per step) for lags up to +-max_lag_s (under 0.3 s). */
LusterOnsetLag luster_onset_lag(const float *a, uint32_t na, const uint8_t *b, uint32_t nb,
                                double max_lag_s);

#endif
