/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the balance share (balance*.c). */
#ifndef LUSTER_ASSIST_BALANCE_H
#define LUSTER_ASSIST_BALANCE_H

#include "assist/plan.h"

#define LUSTER_BALANCE_WINDOW 4 /* steps of 100 ms: momentary loudness */

/** Gated loudness; where the gates leave nothing (very short or sparse), of everything there is. */
double luster_balance_loudness(const float *sum, uint32_t n_steps);

/** The level each part has by its weight alone: level_db, weight_db, leads. False when memory is
 * out. balance_weigh.c */
bool luster_balance_weigh(LusterMix *mix);

/** Adds what a section's target speaks of: the leads where there are any, else all of it. */
void luster_balance_aim(const LusterMix *mix, int section, float *sum);

/** Sections against each other and parts against what covers them; level_db holds the weights'
 * levels before and the mix's after (which then has 0 LUFS). balance_solve.c */
LusterStatus luster_balance_solve(LusterMix *mix, LusterError *err);

#define LUSTER_BALANCE_MASKED 24 /* parts helped at a time, the worst first */

/** A part that the others mask beyond what is natural, in a linear model around the levels of now:
 * excess + slope * (its own change - sum of by[i] * change of i). */
typedef struct LusterBalanceMasked {
    uint32_t part;
    bool leads;
    double importance; /* of (excess)^2 in the objective */
    double excess, slope; /* share; per dB */
    const float *by; /* [n_stems] who masks it, sum 1 */
} LusterBalanceMasked;

typedef struct LusterBalanceMasking {
    LusterMasking *model;
    LusterMasked *heard; /* [n_stems] */
    LusterMaskedBy *by;
    double *gain;
    float *rows;
    LusterBalanceMasked list[LUSTER_BALANCE_MASKED];
    uint32_t n;
} LusterBalanceMasking;

/** False when memory is out; to be closed in any case. balance_masked.c */
bool luster_balance_masking_open(LusterBalanceMasking *m, const LusterMix *mix);
void luster_balance_masking_close(LusterBalanceMasking *m);
/** Lists what is masked at the levels of now. False when memory is out. */
bool luster_balance_masking_find(LusterBalanceMasking *m, const LusterMix *mix);

/** Kick and bass by spectrum, where loudness under-reads. balance_low.c */
void luster_balance_low(LusterMix *mix);

#endif
