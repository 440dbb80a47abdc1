/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What arrives at a bus: an excerpt of some stems, each through its planned chain, fader and pan,
 * kept in memory so that a processor of the bus can be tried on it more than once. */
#ifndef LUSTER_ASSIST_BUS_SUM_H
#define LUSTER_ASSIST_BUS_SUM_H

#include "assist/plan.h"

typedef struct LusterBusSum {
    float *x[2];
    uint32_t n; /* frames */
    double rate_hz, from_s;
    uint32_t n_stems;
    double lufs, peak_dbfs; /* of the excerpt */
    double song_lufs; /* of the whole, as planned */
} LusterBusSum;

/** The loudest `length_s` of those stems that `belongs` picks. False when there are none, or not to
 * be played. Release with luster_bus_sum_clear. */
bool luster_bus_sum(const LusterMix *mix,
                    bool (*belongs)(const LusterMix *mix, const LusterStemPlan *s), double length_s,
                    LusterBusSum *out);
/** The same stretch of other stems. */
bool luster_bus_sum_at(const LusterMix *mix,
                       bool (*belongs)(const LusterMix *mix, const LusterStemPlan *s),
                       double from_s, double length_s, LusterBusSum *out);
void luster_bus_sum_clear(LusterBusSum *sum);

typedef struct LusterBusTrial {
    double lufs; /* after */
    double mean_db, loud_db; /* gain reduction on average, and of the loudest tenth of 0.2 s each */
} LusterBusTrial;

/** Plays it through one processor. With `kept` the outcome is left there, [2][sum->n]. */
bool luster_bus_try(const LusterBusSum *sum, const LusterPlannedInsert *insert, float *const *kept,
                    LusterBusTrial *out);

#endif
