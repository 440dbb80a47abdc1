/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Which parts of the mix are buried at the levels of now, how much it would help to raise them, and
 * who covers them: what the balance is to mend. */
#include "assist/balance.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>

/* Importance of what is masked, squared shares as [B2]: ours, so that a part with a third of its
 * energy under the rest rises by about 1 dB, one with what is natural not at all. */
#define IMPORTANCE 10.0
#define IMPORTANCE_LEAD 40.0
#define IMPORTANCE_TUNE 20.0 /* of an instrument that leads: who leads is less sure */
/* What lies under the rest in any good mix; only more is evidence. The norms were measured on mixes
 * that mask, too: struck parts at their norms have 0.1 to 0.3 of their energy masked, others 0 to
 * 0.1, leads 0 to 0.1 of their loudness covered (own measurements on 16 songs). */
#define NATURAL_STRUCK 0.25
#define NATURAL 0.1
#define NATURAL_LEAD 0.05

/* Per dB: a part that lies wholly under the rest shows nothing of the first decibels. */
#define SLOPE_LEAST -0.02

/* Parts that are masked by their nature are not chased: what supports another microphone, what
 * doubles, melts or fills. Toms and cymbals sound in their microphones mostly as bleed. */
static double importance(const LusterStemPlan *s)
{
    switch (s->role) {
    case LUSTER_ROLE_SNARE_BOTTOM:
    case LUSTER_ROLE_HAT:
    case LUSTER_ROLE_TOM:
    case LUSTER_ROLE_CYMBAL:
    case LUSTER_ROLE_OVERHEAD:
    case LUSTER_ROLE_ROOM:
    case LUSTER_ROLE_PAD:
    case LUSTER_ROLE_VOCAL_DOUBLE:
    case LUSTER_ROLE_CHOIR:
    case LUSTER_ROLE_FX:
        return 0.0;
    case LUSTER_ROLE_UNKNOWN:
    case LUSTER_ROLE_BACKING_VOCAL:
        return 0.5 * IMPORTANCE;
    default:
        return !s->leads                                                     ? IMPORTANCE
               : luster_role_info(s->role)->section == LUSTER_SECTION_VOCALS ? IMPORTANCE_LEAD
                                                                             : IMPORTANCE_TUNE;
    }
}

/* Masked beyond what is natural. Of a lead all that makes it clear counts, of others what carries
 * them. */
static double excess_of(const LusterStemPlan *s, const LusterMasked *h)
{
    if (s->leads)
        return h->covered - NATURAL_LEAD;
    return h->masked -
           (luster_role_info(s->role)->section == LUSTER_SECTION_DRUMS ? NATURAL_STRUCK : NATURAL);
}

/* Keeps the worst, in their order. */
static void keep(LusterBalanceMasking *m, LusterBalanceMasked new)
{
    uint32_t at = m->n < LUSTER_BALANCE_MASKED ? m->n++ : LUSTER_BALANCE_MASKED;
    for (; at > 0; at--) {
        const LusterBalanceMasked *o = &m->list[at - 1];
        if (o->importance * o->excess * o->excess >= new.importance *new.excess *new.excess)
            break;
        if (at < LUSTER_BALANCE_MASKED)
            m->list[at] = *o;
    }
    if (at < LUSTER_BALANCE_MASKED)
        m->list[at] = new;
}

/* Who takes its loudness. False when memory is out. */
static bool blame(LusterBalanceMasking *m, uint32_t n_stems, uint32_t row)
{
    float *by = m->rows + (size_t)row * n_stems;
    double total = 0.0;
    if (!luster_masking_by(m->model, m->gain, NULL, m->list[row].part, m->by))
        return false;
    for (uint32_t i = 0; i < n_stems; i++) {
        double lost = 0.0;
        for (uint32_t b = 0; b < LUSTER_STEM_BANDS; b++)
            lost += (double)m->by[i * LUSTER_STEM_BANDS + b].lost;
        by[i] = (float)lost;
        total += lost;
    }
    for (uint32_t i = 0; i < n_stems && total > 0.0; i++)
        by[i] = (float)((double)by[i] / total);
    m->list[row].by = by;
    return true;
}

bool luster_balance_masking_find(LusterBalanceMasking *m, const LusterMix *mix)
{
    m->n = 0;
    luster_plan_masking_gains(mix, m->gain);
    if (!luster_masking_measure(m->model, m->gain, NULL, m->heard))
        return false;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        const LusterMasked *h = &m->heard[i];
        const double weight = luster_stem_heard(s) ? importance(s) : 0.0;
        double slope = (s->leads ? h->covered_louder - h->covered : h->masked_louder - h->masked) /
                       LUSTER_MASKING_LOUDER_DB;
        if (!s->leads && slope > SLOPE_LEAST)
            slope = SLOPE_LEAST;
        if (weight > 0.0 && excess_of(s, h) > 0.0)
            keep(m, (LusterBalanceMasked){i, s->leads, weight, excess_of(s, h), slope, NULL});
    }
    for (uint32_t r = 0; r < m->n; r++)
        if (!blame(m, mix->n_stems, r))
            return false;
    return true;
}

bool luster_balance_masking_open(LusterBalanceMasking *m, const LusterMix *mix)
{
    const size_t n = mix->n_stems;
    *m = (LusterBalanceMasking){.model = luster_plan_masking(mix)};
    m->heard = calloc(n, sizeof *m->heard);
    m->by = calloc(n * LUSTER_STEM_BANDS, sizeof *m->by);
    m->gain = calloc(n, sizeof *m->gain);
    m->rows = calloc(n * LUSTER_BALANCE_MASKED, sizeof *m->rows);
    return m->model && m->heard && m->by && m->gain && m->rows;
}

void luster_balance_masking_close(LusterBalanceMasking *m)
{
    luster_masking_free(m->model);
    free(m->heard);
    free(m->by);
    free(m->gain);
    free(m->rows);
}
