/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How a decision meets a session that may have been in a person's hands: what is locked or was set
 * by hand stays, everything else follows the new evidence, at the amount the person chose. */
#include "assist/plan.h"
#include "session/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static LusterDecision *find(LusterStrip *strip, const char *target)
{
    for (uint32_t i = 0; i < strip->n_decisions; i++)
        if (!strcmp(strip->decisions[i].target, target))
            return &strip->decisions[i];
    return NULL;
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * (1.0 + fabs(a) + fabs(b));
}

/* Levels to 0.1 dB, places in time to 0.1 ms, frequencies and time constants to three digits, pan
 * and width to 5. */
static double tidy(const LusterParam *param, double value)
{
    if (param->scale == LUSTER_SCALE_LINEAR && !strcmp(param->unit, "%"))
        return round(value / 5.0) * 5.0;
    if (param->scale == LUSTER_SCALE_LINEAR && !strcmp(param->unit, "dB"))
        return round(value * 10.0) / 10.0;
    if (param->scale == LUSTER_SCALE_LINEAR && !strcmp(param->unit, "s"))
        return round(value * 10000.0) / 10000.0;
    if (param->scale == LUSTER_SCALE_LINEAR || param->scale == LUSTER_SCALE_LOG) {
        double step = 1e-6;
        while (step * 1000.0 <= fabs(value))
            step *= 10.0;
        return step >= 1.0 ? round(value / step) * step : round(value / step) / round(1.0 / step);
    }
    return round(value);
}

LusterStatus luster_plan_decide(LusterSession *session, LusterStrip *strip, const char *target,
                                double value, const char *measured, const char *reason)
{
    LusterTarget where;
    if (!measured || !reason)
        return LUSTER_NO_MEMORY; /* texts come from luster_session_text */
    if (luster_strip_target(strip, target, &where, NULL))
        return LUSTER_OK; /* a person took the insert, send or clip out: that is their decision */
    const LusterDecision *old = find(strip, target);
    double amount = 1.0;
    if (old) {
        const double set = luster_decision_value(where.param, old->from, old->to, old->amount);
        if (old->locked || old->from_text || old->to_text || !near(*where.value, set))
            return LUSTER_OK;
        amount = old->amount;
    } else if (!near(*where.value, where.param->def)) {
        return LUSTER_OK; /* set by hand where nothing was decided */
    }
    const double to = luster_param_clamp(where.param, tidy(where.param, value));
    LusterDecision *d = luster_strip_decide(session, strip, target, to, measured, reason);
    if (!d)
        return LUSTER_NO_MEMORY;
    if (amount != 1.0 && !luster_strip_target(strip, target, &where, NULL)) {
        d->amount = amount;
        *where.value = luster_decision_value(where.param, d->from, d->to, amount);
    }
    return LUSTER_OK;
}

LusterInsert *luster_plan_insert(LusterSession *session, LusterStrip *strip, const char *id)
{
    char head[96];
    for (uint32_t i = 0; i < strip->n_inserts; i++)
        if (!strcmp(strip->inserts[i].id, id))
            return &strip->inserts[i];
    snprintf(head, sizeof head, "inserts.%s.", id);
    for (uint32_t i = 0; i < strip->n_decisions; i++)
        if (!strncmp(strip->decisions[i].target, head, strlen(head)))
            return NULL;
    const LusterProcessor *proc = luster_processor_find(id);
    return proc ? luster_strip_add_insert(session, strip, proc) : NULL;
}

LusterStatus luster_plan_set(LusterSession *session, LusterStrip *strip, const LusterInsert *insert,
                             const char *param, double value, const char *label,
                             const char *measured, const char *reason)
{
    char target[160];
    const int row = luster_processor_param(insert->proc, param);
    if (row < 0)
        return LUSTER_NOT_FOUND;
    if (label && luster_param_parse(&insert->proc->params[row], label, &value, NULL))
        return LUSTER_NOT_FOUND;
    snprintf(target, sizeof target, "inserts.%s.%s", insert->id, param);
    return luster_plan_decide(session, strip, target, value, measured, reason);
}
