/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The masking model of this mix: which parts are one thing to the ear and do not cover each other,
 * and how loud the mono sums that the model knows are played. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>

enum { KIT, LEAD, BACKING, FIRST_FREE };

/* Microphones of one kit hear the same drums; voices in harmony shall melt. */
static int group_of(const LusterMix *mix, uint32_t i)
{
    const LusterStemPlan *s = &mix->stems[i];
    if (s->role >= LUSTER_ROLE_KICK && s->role <= LUSTER_ROLE_ROOM)
        return KIT;
    if (s->role == LUSTER_ROLE_LEAD_VOCAL || s->role == LUSTER_ROLE_VOCAL_DOUBLE)
        return LEAD;
    if (s->role == LUSTER_ROLE_BACKING_VOCAL || s->role == LUSTER_ROLE_CHOIR)
        return BACKING;
    int first = (int)i;
    if (s->reference >= 0 && mix->stems[s->reference].role == s->role)
        first = s->reference;
    else if (s->pair >= 0 && s->pair < first)
        first = s->pair;
    return FIRST_FREE + first;
}

LusterMasking *luster_plan_masking(const LusterMix *mix)
{
    LusterMaskingPart *parts = calloc(mix->n_stems, sizeof *parts);
    if (!parts)
        return NULL;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        parts[i].group = group_of(mix, i);
        if (!luster_stem_heard(s))
            continue;
        parts[i].band_level = s->facts.band_level;
        parts[i].n_steps = s->facts.n_steps;
        parts[i].skip = (uint32_t)(s->offset_s / LUSTER_STEP_S + 0.5);
        parts[i].flatness = s->facts.flatness;
        parts[i].hits = s->role >= LUSTER_ROLE_KICK && s->role <= LUSTER_ROLE_CYMBAL;
    }
    LusterMasking *m = luster_masking_new(parts, mix->n_stems);
    free(parts);
    return m;
}

void luster_plan_masking_gains(const LusterMix *mix, double *gain_db)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        gain_db[i] = -INFINITY;
        if (!luster_stem_heard(s) || !isfinite(s->level_db))
            continue;
        gain_db[i] = s->level_db + luster_power_to_db(s->clip_power);
        if (s->facts.n_channels < 2)
            continue;
        /* left^2 + right^2 = 2 (mid^2 + side^2); all but nothing in the middle is not heard there
         */
        const double side_db = s->facts.side_db < 20.0 ? s->facts.side_db : 20.0;
        const double side = isfinite(side_db) ? luster_pow(10.0, side_db / 10.0) : 0.0;
        gain_db[i] += luster_power_to_db(2.0 * (1.0 + side));
    }
}
