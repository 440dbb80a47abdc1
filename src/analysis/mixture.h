/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether one recording is a sum of others: a mix or a bus beside its own stems. Numbers only. */
#ifndef LUSTER_ANALYSIS_MIXTURE_H
#define LUSTER_ANALYSIS_MIXTURE_H

#include "analysis/stem.h"

typedef struct LusterMixture LusterMixture;

/** Compares the third octaves over time of facts[n]; NULL entries are left out. NULL when memory is
 * out. Keeps no pointer. */
LusterMixture *luster_mixture_new(const LusterStemFacts *const *facts, uint32_t n);
void luster_mixture_free(LusterMixture *mixture);

/** How much of stem `i` (0 ... 1) is explained as a sum of the others with fixed gains of their
 * power; share[n] (may be NULL) gets what each of them brings. */
double luster_mixture_explained(const LusterMixture *mixture, uint32_t i, double *share);

#endif
