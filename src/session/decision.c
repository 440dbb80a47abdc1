/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Decisions: one per target of a strip, beside the value it set. A locked one is never replaced. */
#include "session/model.h"

#include "base/arena.h"
#include "base/math.h"

#include <math.h>
#include <string.h>

double luster_decision_value(const LusterParam *param, double from, double to, double amount)
{
    if (amount <= 0.0)
        return luster_param_clamp(param, from);
    if (amount >= 1.0)
        return luster_param_clamp(param, to);
    if (param->scale == LUSTER_SCALE_CHOICE) /* there is nothing between two words */
        return luster_param_clamp(param, amount < 0.5 ? from : to);
    if (param->scale == LUSTER_SCALE_LOG && from > 0.0 && to > 0.0)
        return luster_param_clamp(param, from * luster_pow(to / from, amount));
    return luster_param_clamp(param, from + (to - from) * amount);
}

/* The decision for `target`, new or to be replaced; NULL: memory is out. */
static LusterDecision *place(LusterSession *session, LusterStrip *strip, const char *target,
                             bool *is_new)
{
    *is_new = false;
    for (uint32_t i = 0; i < strip->n_decisions; i++) {
        if (strcmp(strip->decisions[i].target, target) == 0)
            return &strip->decisions[i];
    }
    const char *copy = *target && strip->n_decisions < LUSTER_MAX_DECISIONS
                           ? luster_arena_strdup(session->arena, target)
                           : NULL;
    LusterDecision *decision = copy ? luster_session_grow(session, &strip->decisions,
                                                          &strip->n_decisions, sizeof *decision)
                                    : NULL;
    if (!decision)
        return NULL;
    *is_new = true;
    decision->target = copy;
    decision->amount = 1.0;
    decision->stage = decision->measured = decision->reason = "";
    return decision;
}

static const char *copy_of(LusterSession *session, const char *text)
{
    return luster_arena_strdup(session->arena, text ? text : "");
}

/* NULL out of memory; a locked decision comes back as it is with *go false. */
static LusterDecision *begin(LusterSession *session, LusterStrip *strip, const char *target,
                             const char *measured, const char *reason, bool *is_new, bool *go)
{
    *go = false;
    const char *own_measured = copy_of(session, measured), *own_reason = copy_of(session, reason);
    if (!own_measured || !own_reason)
        return NULL;
    LusterDecision *decision = place(session, strip, target, is_new);
    *go = decision && !decision->locked;
    if (*go) {
        decision->measured = own_measured;
        decision->reason = own_reason;
        decision->amount = 1.0;
    }
    return decision;
}

/* A value that is set on purpose is written in the file even where it is the default. */
static void mark_given(LusterStrip *strip, const LusterTarget *where)
{
    for (uint32_t i = 0; i < strip->n_inserts; i++) {
        LusterInsert *insert = &strip->inserts[i];
        for (uint32_t p = 0; p < insert->proc->n_params; p++) {
            if (&insert->values[p] == where->value)
                insert->given[p] = true;
        }
    }
}

LusterDecision *luster_strip_decide(LusterSession *session, LusterStrip *strip, const char *target,
                                    double to, const char *measured, const char *reason)
{
    LusterTarget where;
    bool is_new, go;
    if (!isfinite(to) || luster_strip_target(strip, target, &where, NULL))
        return NULL;
    LusterDecision *decision = begin(session, strip, target, measured, reason, &is_new, &go);
    if (!go)
        return decision;
    if (is_new || decision->from_text || decision->to_text)
        decision->from = *where.value;
    decision->from_text = decision->to_text = NULL;
    decision->to = luster_param_clamp(where.param, to);
    *where.value = decision->to;
    mark_given(strip, &where);
    return decision;
}

LusterDecision *luster_strip_decide_text(LusterSession *session, LusterStrip *strip,
                                         const char *target, const char *from, const char *to,
                                         const char *measured, const char *reason)
{
    bool is_new, go;
    const char *own_from = copy_of(session, from), *own_to = copy_of(session, to);
    if (!own_from || !own_to)
        return NULL;
    LusterDecision *decision = begin(session, strip, target, measured, reason, &is_new, &go);
    if (!go)
        return decision;
    if (is_new || !decision->from_text)
        decision->from_text = own_from;
    decision->to_text = own_to;
    return decision;
}

bool luster_decision_stands(const LusterStrip *strip, const LusterDecision *d)
{
    LusterTarget where;
    if (d->to_text || d->from_text)
        return true; /* words are not held against anything */
    if (luster_strip_target((LusterStrip *)strip, d->target, &where, NULL))
        return false;
    const double set = luster_decision_value(where.param, d->from, d->to, d->amount);
    return fabs(*where.value - set) <= 1e-9 * (1.0 + fabs(*where.value) + fabs(set));
}

LusterStatus luster_decision_apply(LusterStrip *strip, LusterDecision *decision, double amount,
                                   LusterError *err)
{
    LusterTarget where;
    if (!(amount >= 0.0 && amount <= 1.0))
        return luster_error_set(err, LUSTER_BAD_VALUE, "amount is %g; it must be 0 to 1", amount);
    const LusterStatus status = luster_strip_target(strip, decision->target, &where, err);
    if (status)
        return status;
    if (decision->from_text || decision->to_text)
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "the decision for '%.80s' is words; an amount of it cannot be "
                                "applied",
                                decision->target);
    decision->amount = amount;
    *where.value = luster_decision_value(where.param, decision->from, decision->to, amount);
    mark_given(strip, &where);
    return LUSTER_OK;
}
