/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A struck or plucked part whose attacks all come behind the drums' by one and the same time was
 * recorded through a slow interface: moved forward. Only from 25 ms on (players lay back by 10 to
 * 20) to 60 ms (a sixteenth at 240 bpm: rhythm begins there), and only when the attacks fit far
 * better there than in time. Soft attacks (voices, strings, pads, bass) prove nothing. */
#include "analysis/onset.h"
#include "assist/plan.h"

#include <stdlib.h>

#define LEAST_S 0.025
#define MOST_S 0.060
#define SEARCH_S 0.100
#define LEAST_STRENGTH 0.3 /* parts that play in time reach 0.2-0.6 with their drums */
#define LEAST_RATIO 4.0

static bool tells_time(LusterRole role)
{
    switch (role) {
    case LUSTER_ROLE_PERCUSSION:
    case LUSTER_ROLE_GUITAR:
    case LUSTER_ROLE_GUITAR_ACOUSTIC:
    case LUSTER_ROLE_GUITAR_ELECTRIC:
    case LUSTER_ROLE_PIANO:
    case LUSTER_ROLE_KEYS:
    case LUSTER_ROLE_MALLET:
        return true;
    default:
        return false;
    }
}

static bool keeps_time(LusterRole role)
{
    return role == LUSTER_ROLE_KICK || role == LUSTER_ROLE_SNARE || role == LUSTER_ROLE_HAT ||
           role == LUSTER_ROLE_DRUMS || role == LUSTER_ROLE_OVERHEAD;
}

void luster_plan_late(LusterMix *mix)
{
    uint32_t n = 0;
    float *drums = calloc(LUSTER_ONSET_MAX, sizeof *drums);
    for (uint32_t i = 0; i < mix->n_stems && drums; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || !keeps_time(s->role))
            continue;
        n = s->facts.n_attacks > n ? s->facts.n_attacks : n;
        for (uint32_t t = 0; t < s->facts.n_attacks; t++)
            if (s->facts.attacks[t] > drums[t])
                drums[t] = s->facts.attacks[t];
    }
    for (uint32_t i = 0; i < mix->n_stems && n; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || !tells_time(s->role) || s->offset_s > 0.0)
            continue;
        const LusterOnsetLag lag =
            luster_onset_lag(drums, n, s->facts.attacks, s->facts.n_attacks, SEARCH_S);
        if (lag.lag_s < LEAST_S || lag.lag_s > MOST_S || lag.strength < LEAST_STRENGTH ||
            lag.strength < LEAST_RATIO * lag.in_time)
            continue;
        s->offset_s = lag.lag_s;
        s->late_fit = lag.strength;
        s->late_now = lag.in_time;
    }
    free(drums);
}
