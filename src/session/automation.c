/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Automation: points and the curves between them, evaluated by binary search. */
#include "session/model.h"

#include "base/arena.h"
#include "base/math.h"

#include <math.h>
#include <string.h>

const char *const *luster_curve_ids(void)
{
    static const char *const ids[LUSTER_CURVE_N + 1] = {
        [LUSTER_CURVE_LINEAR] = "linear", [LUSTER_CURVE_HOLD] = "hold",
        [LUSTER_CURVE_SMOOTH] = "smooth", [LUSTER_CURVE_SLOW] = "slow",
        [LUSTER_CURVE_FAST] = "fast",     [LUSTER_CURVE_N] = NULL};
    return ids;
}

/* 0 ... 1 -> 0 ... 1, rising */
static double bend(LusterCurve curve, double x)
{
    switch (curve) {
    case LUSTER_CURVE_HOLD:
        return 0.0;
    case LUSTER_CURVE_SMOOTH:
        return 0.5 - 0.5 * luster_cos(LUSTER_PI * x);
    case LUSTER_CURVE_SLOW:
        return x * x;
    case LUSTER_CURVE_FAST:
        return x * (2.0 - x);
    default:
        return x;
    }
}

double luster_automation_value(const LusterAutomation *automation, double time_s)
{
    const LusterPoint *points = automation->points;
    const uint32_t n = automation->n_points;
    if (n == 0)
        return 0.0;
    if (!(time_s > points[0].time_s))
        return points[0].value;
    if (time_s >= points[n - 1].time_s)
        return points[n - 1].value;
    uint32_t low = 0, high = n - 1; /* points[low].time <= time < points[high].time */
    while (high - low > 1) {
        const uint32_t mid = low + (high - low) / 2;
        if (points[mid].time_s <= time_s)
            low = mid;
        else
            high = mid;
    }
    const LusterPoint *a = &points[low], *b = &points[high];
    const double x = (time_s - a->time_s) / (b->time_s - a->time_s);
    return a->value + (b->value - a->value) * bend(a->curve, x);
}

LusterAutomation *luster_strip_add_automation(LusterSession *session, LusterStrip *strip,
                                              const char *target)
{
    LusterTarget where;
    if (luster_strip_target(strip, target, &where, NULL) ||
        (where.param->flags & LUSTER_PARAM_STATIC))
        return NULL;
    for (uint32_t i = 0; i < strip->n_automation; i++) {
        if (strcmp(strip->automation[i].target, target) == 0) {
            strip->automation[i].n_points = 0;
            return &strip->automation[i];
        }
    }
    const char *copy = strip->n_automation < LUSTER_MAX_AUTOMATION
                           ? luster_arena_strdup(session->arena, target)
                           : NULL;
    LusterAutomation *automation =
        copy ? luster_session_grow(session, &strip->automation, &strip->n_automation,
                                   sizeof *automation)
             : NULL;
    if (automation)
        automation->target = copy;
    return automation;
}

LusterStatus luster_automation_add_point(LusterSession *session, LusterAutomation *automation,
                                         LusterPoint point)
{
    const uint32_t n = automation->n_points;
    if (!isfinite(point.time_s) || !isfinite(point.value) || point.time_s < 0.0 ||
        (unsigned)point.curve >= LUSTER_CURVE_N || n >= LUSTER_MAX_POINTS ||
        (n && point.time_s <= automation->points[n - 1].time_s))
        return LUSTER_BAD_VALUE;
    LusterPoint *room =
        luster_session_grow(session, &automation->points, &automation->n_points, sizeof *room);
    if (!room)
        return LUSTER_NO_MEMORY;
    *room = point;
    return LUSTER_OK;
}
