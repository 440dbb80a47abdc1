/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The rules of dynamics, one per file; dynamics.c calls them in order. Private to src/assist. */
#ifndef LUSTER_ASSIST_DYNAMICS_H
#define LUSTER_ASSIST_DYNAMICS_H

#include "assist/bus_sum.h"
#include "assist/plan.h"

/** From recorded level to what reaches the chain, dB. */
static inline double luster_dynamics_into_chain_db(const LusterStemPlan *s)
{
    return s->trim_db;
}

/** Music whose players make the dynamics: nothing that is not broken is evened out. Released jazz,
 * folk and classical stand 12.6 LU and more between peak and loudness, other styles 11.6 [D6]. */
static inline bool luster_dynamics_open(const LusterMix *mix)
{
    return mix->style->plr_lu > 12.5;
}

/** Amount of the stage times what the variation adds. */
static inline double luster_dynamics_amount(const LusterMix *mix)
{
    return mix->amount[LUSTER_STAGE_DYNAMICS] * mix->variation->dynamics;
}

/** Tells the strokes of a drum from bleed, in s->hits; at most the share `most_lost` of what may be
 * its own lies under the split. hits.c */
void luster_dynamics_hits(const LusterMix *mix, LusterStemPlan *s, double most_lost);

void luster_dynamics_gate(const LusterMix *mix, LusterStemPlan *s); /* gate.c */
void luster_dynamics_expand(const LusterMix *mix, LusterStemPlan *s); /* expand.c */
void luster_dynamics_compress(const LusterMix *mix, LusterStemPlan *s); /* compress.c */
void luster_dynamics_duck(const LusterMix *mix, LusterStemPlan *s); /* duck.c */
void luster_dynamics_tame(const LusterMix *mix, LusterStemPlan *s); /* tame.c */
void luster_dynamics_drum_bus(LusterMix *mix); /* bus.c */
/** For drums whose peaks stand `over_lu` over those of professional stems. parallel.c */
void luster_dynamics_parallel(LusterMix *mix, const LusterBusSum *drums, double over_lu);

#endif
