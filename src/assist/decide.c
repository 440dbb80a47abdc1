/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How a plan meets a session that may have been in a person's hands: what is locked or was set by
 * hand stays, everything else follows the new evidence, at the amount the person chose; what is not
 * decided any more goes back to what it was. */
#include "assist/plan.h"
#include "session/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TARGET 256

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

/* Levels to 0.1 dB, places in time to half a
 * sample (0.01 ms), frequencies and time constants to three digits, pan
 * and width to 5. */
static double tidy(const LusterParam *param, double value)
{
    if (param->scale == LUSTER_SCALE_LINEAR && !strcmp(param->unit, "%"))
        return round(value / 5.0) * 5.0;
    if (param->scale == LUSTER_SCALE_LINEAR && !strcmp(param->unit, "dB"))
        return round(value * 10.0) / 10.0;
    if (param->scale == LUSTER_SCALE_LINEAR && !strcmp(param->unit, "s"))
        return round(value * 100000.0) / 100000.0;
    if (param->scale == LUSTER_SCALE_LINEAR && !strcmp(param->unit, "ms"))
        return round(value * 100.0) / 100.0;
    if (param->scale == LUSTER_SCALE_LINEAR || param->scale == LUSTER_SCALE_LOG) {
        double step = 1e-6;
        while (step * 1000.0 <= fabs(value))
            step *= 10.0;
        return step >= 1.0 ? round(value / step) * step : round(value / step) / round(1.0 / step);
    }
    return round(value);
}

/* A person has set the value since, or it is locked. */
static bool in_hand(const LusterStrip *strip, const LusterDecision *d)
{
    return d->locked || d->from_text || d->to_text || !luster_decision_stands(strip, d);
}

LusterStatus luster_decide(LusterSession *session, LusterStrip *strip, LusterStage stage,
                           const char *target, double value, const char *measured,
                           const char *reason)
{
    LusterTarget where;
    if (!measured || !reason)
        return LUSTER_NO_MEMORY; /* they come from memory that may have run out */
    if (luster_strip_target(strip, target, &where, NULL))
        return LUSTER_OK; /* a person took the insert, send or clip out: that is their decision */
    LusterDecision *old = find(strip, target);
    double amount = 1.0;
    if (old) {
        old->current = true;
        if (in_hand(strip, old))
            return LUSTER_OK;
        amount = old->amount;
    } else if (!near(*where.value, where.param->def)) {
        return LUSTER_OK; /* set by hand where nothing was decided */
    }
    const double to = luster_param_clamp(where.param, tidy(where.param, value));
    LusterDecision *d = luster_strip_decide(session, strip, target, to, measured, reason);
    if (!d)
        return LUSTER_NO_MEMORY;
    d->stage = luster_stage_id(stage);
    d->current = true;
    if (amount != 1.0 && !luster_strip_target(strip, target, &where, NULL)) {
        d->amount = amount;
        *where.value = luster_decision_value(where.param, d->from, d->to, amount);
    }
    return LUSTER_OK;
}

static bool decided(const LusterStrip *strip, const char *head)
{
    for (uint32_t i = 0; i < strip->n_decisions; i++)
        if (!strncmp(strip->decisions[i].target, head, strlen(head)))
            return true;
    return false;
}

/* The processor in the strip's chain, added when it is not there, ahead of what the plan has behind
 * it. NULL: a person took it out. */
static LusterInsert *insert_of(LusterMix *mix, LusterStrip *strip, const LusterStripPlan *plan,
                               uint32_t index, LusterStatus *status)
{
    const LusterPlannedInsert *planned = &plan->inserts[index];
    char head[LUSTER_PLAN_ID + 16];
    for (uint32_t i = 0; i < strip->n_inserts; i++)
        if (!strcmp(strip->inserts[i].id, planned->id))
            return strip->inserts[i].proc == planned->proc ? &strip->inserts[i] : NULL;
    snprintf(head, sizeof head, "inserts.%s.", planned->id);
    if (decided(strip, head))
        return NULL;
    uint32_t at = strip->n_inserts;
    for (uint32_t i = strip->n_inserts; i--;)
        for (uint32_t k = index + 1; k < plan->n_inserts; k++)
            if (!strcmp(strip->inserts[i].id, plan->inserts[k].id))
                at = i;
    LusterInsert *added = luster_strip_add_insert(mix->session, strip, planned->proc);
    if (!added || !(added->id = luster_session_text(mix->session, "%s", planned->id))) {
        *status = LUSTER_NO_MEMORY;
        return NULL;
    }
    if (planned->key >= 0 && mix->stems[planned->key].strip)
        added->key = mix->stems[planned->key].strip->id;
    const LusterInsert moved = *added;
    memmove(&strip->inserts[at + 1], &strip->inserts[at],
            (strip->n_inserts - 1 - at) * sizeof moved);
    strip->inserts[at] = moved;
    return &strip->inserts[at];
}

static LusterStatus decide_moves(LusterSession *session, LusterStrip *strip, const char *head,
                                 const LusterMoves *moves)
{
    char target[TARGET];
    LusterStatus status = moves->no_memory ? LUSTER_NO_MEMORY : LUSTER_OK;
    for (uint32_t i = 0; i < moves->n && !status; i++) {
        const LusterMove *move = &moves->list[i];
        snprintf(target, sizeof target, "%s%s", head, move->target);
        status = luster_decide(session, strip, move->stage, target, move->value, move->measured,
                               move->reason);
    }
    return status;
}

static LusterStatus decide_send(LusterSession *session, LusterStrip *strip,
                                const LusterPlannedSend *send)
{
    char head[LUSTER_PLAN_ID + 16];
    bool has = false;
    snprintf(head, sizeof head, "sends.%s.", send->to);
    for (uint32_t i = 0; i < strip->n_sends; i++)
        has |= !strcmp(strip->sends[i].to, send->to);
    const LusterStrip *bus = luster_session_strip(session, send->to);
    if (!bus || bus->kind != LUSTER_BUS || (!has && decided(strip, head)))
        return LUSTER_OK; /* taken out by hand */
    if (!has && !luster_strip_add_send(session, strip, send->to))
        return LUSTER_NO_MEMORY;
    return decide_moves(session, strip, head, &send->moves);
}

LusterStatus luster_decide_plan(LusterMix *mix, LusterStrip *strip, const LusterStripPlan *plan)
{
    char head[LUSTER_PLAN_ID + 16];
    LusterStatus status = decide_moves(mix->session, strip, "", &plan->moves);
    for (uint32_t i = 0; i < plan->n_inserts && !status; i++) {
        if (!insert_of(mix, strip, plan, i, &status))
            continue;
        snprintf(head, sizeof head, "inserts.%s.", plan->inserts[i].id);
        status = decide_moves(mix->session, strip, head, &plan->inserts[i].moves);
    }
    for (uint32_t i = 0; i < plan->n_sends && !status; i++)
        status = decide_send(mix->session, strip, &plan->sends[i]);
    return status;
}

/* An insert or send of which nothing is decided any more, and that a withdrawn decision spoke of.
 */
static void drop_part(LusterStrip *strip, const char *target)
{
    char head[TARGET];
    const char *first = strchr(target, '.'), *second = first ? strchr(first + 1, '.') : NULL;
    if (!second || (strncmp(target, "inserts.", 8) && strncmp(target, "sends.", 6)))
        return;
    snprintf(head, sizeof head, "%.*s", (int)(second + 1 - target), target);
    if (decided(strip, head))
        return;
    const size_t n = (size_t)(second - first) - 1;
    for (uint32_t i = 0; i < strip->n_inserts && target[0] == 'i'; i++) {
        const LusterInsert *insert = &strip->inserts[i];
        bool plain = insert->on && !strncmp(insert->id, first + 1, n) && !insert->id[n];
        for (uint32_t p = 0; p < insert->proc->n_params && plain; p++)
            plain = near(insert->values[p], insert->proc->params[p].def);
        if (plain) {
            memmove(&strip->inserts[i], &strip->inserts[i + 1],
                    (--strip->n_inserts - i) * sizeof *strip->inserts);
            return;
        }
    }
    for (uint32_t i = 0; i < strip->n_sends && target[0] == 's'; i++)
        if (!strncmp(strip->sends[i].to, first + 1, n) && !strip->sends[i].to[n]) {
            memmove(&strip->sends[i], &strip->sends[i + 1],
                    (--strip->n_sends - i) * sizeof *strip->sends);
            return;
        }
}

static void sweep(LusterStrip *strip)
{
    LusterTarget where;
    for (uint32_t i = 0; i < strip->n_decisions;) {
        LusterDecision *d = &strip->decisions[i];
        if (d->current || luster_strip_target(strip, d->target, &where, NULL) ||
            in_hand(strip, d)) {
            i++;
            continue;
        }
        const char *target = d->target;
        *where.value = luster_param_clamp(where.param, d->from);
        memmove(d, d + 1, (--strip->n_decisions - i) * sizeof *d);
        drop_part(strip, target);
    }
}

void luster_decide_sweep(LusterSession *session)
{
    for (uint32_t i = 0; i < session->n_tracks; i++)
        sweep(&session->tracks[i]);
    for (uint32_t i = 0; i < session->n_buses; i++)
        sweep(&session->buses[i]);
    sweep(&session->master);
}
