/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks a person what a recording is, where nobody can tell by name or sound and the answer would
 * change the mix: the loudest few that are unsure. Soft ones change nothing, known ones need no
 * question. */
#include "assist/plan.h"

#include <stdio.h>
#include <string.h>

#define MOST_QUESTIONS 5
#define SURE 0.5 /* as the note about unsure roles has it */
#define SOFT_LU 20.0 /* under the loudest: whatever it is, it will hardly be heard */
#define RARE 0.05 /* of the length */

static double loudest(const LusterMix *mix)
{
    double most = -200.0;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]) && mix->stems[i].facts.integrated_lufs > most)
            most = mix->stems[i].facts.integrated_lufs;
    return most;
}

/* The loudest unsure stem that was not asked about, or NULL. */
static LusterStemPlan *next(LusterMix *mix, double least, LusterStemPlan *const *asked, uint32_t n)
{
    LusterStemPlan *best = NULL;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        bool known = !luster_stem_heard(s) || s->confidence >= SURE ||
                     s->facts.integrated_lufs < least || s->facts.active_fraction < RARE;
        for (uint32_t k = 0; k < n; k++)
            known |= asked[k] == s;
        if (!known && (!best || s->facts.integrated_lufs > best->facts.integrated_lufs))
            best = s;
    }
    return best;
}

void luster_plan_ask(LusterMix *mix)
{
    LusterStemPlan *asked[MOST_QUESTIONS], *s;
    const double least = loudest(mix) - SOFT_LU;
    if (!mix->options.ask || !mix->own_session)
        return;
    for (uint32_t n = 0; n < MOST_QUESTIONS && (s = next(mix, least, asked, n)); n++) {
        const LusterRoleInfo *info = luster_role_info(s->role);
        const LusterMixQuestion question = {.name = s->name,
                                            .role = info->id,
                                            .role_name = info->name,
                                            .confidence = s->confidence,
                                            .why = s->guess.why};
        const char *answer = mix->options.ask(mix->options.user, &question);
        const int role = answer ? luster_role_find(answer) : -1;
        asked[n] = s;
        if (role < 0)
            continue;
        s->role = (LusterRole)role;
        s->confidence = 1.0;
        snprintf(s->guess.why, sizeof s->guess.why, "you said so");
    }
}
