/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists of planned values, and the order of a chain: clean-up first, then what a gate needs to see
 * untouched, equalizers ahead of compressors so that these do not work on rumble, width and the
 * limiter last. */
#include "assist/strip_plan.h"

#include "base/math.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PARAMS 256

static const char *const chain_order[] = {
    "utility",    "dehum",     "declick",   "denoise",  "gate",      "eq",      "deesser",
    "compressor", "multiband", "transient", "leveller", "saturator", "delay",   "chorus",
    "reverb",     "match",     "eq_linear", "stereo",   "clipper",   "limiter",
};

static int rank_of(const char *proc)
{
    const int n = (int)(sizeof chain_order / sizeof *chain_order);
    for (int i = 0; i < n; i++)
        if (!strcmp(chain_order[i], proc))
            return i;
    return n - 2; /* ahead of the limiter */
}

static char *copy(LusterMoves *moves, const char *text)
{
    char *own = malloc(strlen(text) + 1);
    if (own)
        strcpy(own, text);
    else
        moves->no_memory = true;
    return own;
}

static LusterMove *place(LusterMoves *moves, const char *target)
{
    for (uint32_t i = 0; i < moves->n; i++)
        if (!strcmp(moves->list[i].target, target))
            return &moves->list[i];
    if (!(moves->n & (moves->n - 1)) && moves->n != 1) { /* grows at 0, 2, 4, 8 ... */
        LusterMove *list = realloc(moves->list, (moves->n ? 2 * moves->n : 2) * sizeof *list);
        if (!list) {
            moves->no_memory = true;
            return NULL;
        }
        moves->list = list;
    }
    LusterMove *move = &moves->list[moves->n++];
    *move = (LusterMove){0};
    snprintf(move->target, sizeof move->target, "%s", target);
    return move;
}

static void say(LusterMoves *moves, LusterStage stage, const char *target, double value,
                const char *reason, const char *format, va_list args)
{
    char measured[400];
    assert(strlen(target) < LUSTER_PLAN_ID);
    vsnprintf(measured, sizeof measured, format, args);
    LusterMove *move = place(moves, target);
    if (!move)
        return;
    free(move->measured);
    free(move->reason);
    move->stage = stage;
    move->value = value;
    move->measured = copy(moves, measured);
    move->reason = copy(moves, reason);
}

void luster_plan_move(LusterStripPlan *plan, LusterStage stage, const char *target, double value,
                      const char *reason, const char *measured, ...)
{
    va_list args;
    va_start(args, measured);
    say(&plan->moves, stage, target, value, reason, measured, args);
    va_end(args);
}

LusterPlannedInsert *luster_plan_find(LusterStripPlan *plan, const char *id)
{
    for (uint32_t i = 0; i < plan->n_inserts; i++)
        if (!strcmp(plan->inserts[i].id, id))
            return &plan->inserts[i];
    return NULL;
}

LusterPlannedInsert *luster_plan_insert(LusterStripPlan *plan, LusterStage stage, const char *proc,
                                        const char *id)
{
    LusterPlannedInsert *there = luster_plan_find(plan, id ? id : proc);
    const LusterProcessor *processor = luster_processor_find(proc);
    if (there || !processor || plan->n_inserts == LUSTER_PLAN_INSERTS)
        return there;
    uint32_t at = plan->n_inserts;
    while (at && rank_of(plan->inserts[at - 1].proc->id) > rank_of(proc))
        at--;
    LusterPlannedInsert *insert = &plan->inserts[at];
    memmove(insert + 1, insert, (plan->n_inserts++ - at) * sizeof *insert);
    *insert = (LusterPlannedInsert){.proc = processor, .stage = stage, .key = -1};
    snprintf(insert->id, sizeof insert->id, "%s", id ? id : proc);
    return insert;
}

static void clear(LusterMoves *moves)
{
    for (uint32_t i = 0; i < moves->n; i++) {
        free(moves->list[i].measured);
        free(moves->list[i].reason);
    }
    free(moves->list);
    *moves = (LusterMoves){0};
}

void luster_plan_remove(LusterStripPlan *plan, const char *id)
{
    LusterPlannedInsert *insert = luster_plan_find(plan, id);
    if (!insert)
        return;
    clear(&insert->moves);
    const size_t after = (size_t)(plan->inserts + plan->n_inserts-- - insert) - 1;
    memmove(insert, insert + 1, after * sizeof *insert);
}

static const LusterParam *param_of(const LusterProcessor *proc, const char *id)
{
    const int row = luster_processor_param(proc, id);
    assert(row >= 0);
    return &proc->params[row];
}

void luster_plan_set(LusterPlannedInsert *insert, const char *param, double value,
                     const char *reason, const char *measured, ...)
{
    if (!insert)
        return;
    const LusterParam *row = param_of(insert->proc, param);
    va_list args;
    va_start(args, measured);
    say(&insert->moves, insert->stage, row->id, luster_param_clamp(row, value), reason, measured,
        args);
    va_end(args);
}

void luster_plan_choose(LusterPlannedInsert *insert, const char *param, const char *label,
                        const char *reason, const char *measured, ...)
{
    if (!insert)
        return;
    double value = 0.0;
    const LusterStatus status =
        luster_param_parse(param_of(insert->proc, param), label, &value, NULL);
    assert(status == LUSTER_OK);
    (void)status;
    va_list args;
    va_start(args, measured);
    say(&insert->moves, insert->stage, param, value, reason, measured, args);
    va_end(args);
}

double luster_plan_value(const LusterPlannedInsert *insert, const char *param)
{
    for (uint32_t i = 0; i < insert->moves.n; i++)
        if (!strcmp(insert->moves.list[i].target, param))
            return insert->moves.list[i].value;
    return param_of(insert->proc, param)->def;
}

void luster_plan_preset(LusterPlannedInsert *insert, const char *id, const char *measured, ...)
{
    const LusterPreset *preset = insert ? luster_processor_preset(insert->proc, id) : NULL;
    double with_low[MAX_PARAMS], with_high[MAX_PARAMS];
    if (!preset)
        return;
    assert(insert->proc->n_params <= MAX_PARAMS);
    /* What it names takes one value whatever was there before. */
    for (uint32_t i = 0; i < insert->proc->n_params; i++) {
        with_low[i] = insert->proc->params[i].min;
        with_high[i] = insert->proc->params[i].max;
    }
    LusterStatus status = luster_processor_parse(insert->proc, preset->settings, with_low, NULL);
    status |= luster_processor_parse(insert->proc, preset->settings, with_high, NULL);
    assert(status == LUSTER_OK);
    (void)status;
    for (uint32_t i = 0; i < insert->proc->n_params; i++) {
        const LusterParam *row = &insert->proc->params[i];
        if (with_low[i] != with_high[i] || row->min == row->max)
            continue;
        va_list args;
        va_start(args, measured);
        say(&insert->moves, insert->stage, row->id, with_low[i], preset->reason, measured, args);
        va_end(args);
    }
}

LusterPlannedSend *luster_plan_send(LusterStripPlan *plan, LusterStage stage, const char *to)
{
    for (uint32_t i = 0; i < plan->n_sends; i++)
        if (!strcmp(plan->sends[i].to, to))
            return &plan->sends[i];
    if (plan->n_sends == LUSTER_PLAN_SENDS)
        return NULL;
    LusterPlannedSend *send = &plan->sends[plan->n_sends++];
    *send = (LusterPlannedSend){.stage = stage};
    snprintf(send->to, sizeof send->to, "%s", to);
    return send;
}

void luster_plan_send_set(LusterPlannedSend *send, const char *param, double value,
                          const char *reason, const char *measured, ...)
{
    if (!send)
        return;
    va_list args;
    va_start(args, measured);
    say(&send->moves, send->stage, param, value, reason, measured, args);
    va_end(args);
}

bool luster_plan_no_memory(const LusterStripPlan *plan)
{
    bool out = plan->moves.no_memory;
    for (uint32_t i = 0; i < plan->n_inserts; i++)
        out |= plan->inserts[i].moves.no_memory;
    for (uint32_t i = 0; i < plan->n_sends; i++)
        out |= plan->sends[i].moves.no_memory;
    return out;
}

void luster_strip_plan_clear(LusterStripPlan *plan)
{
    clear(&plan->moves);
    for (uint32_t i = 0; i < plan->n_inserts; i++)
        clear(&plan->inserts[i].moves);
    for (uint32_t i = 0; i < plan->n_sends; i++)
        clear(&plan->sends[i].moves);
    *plan = (LusterStripPlan){0};
}
