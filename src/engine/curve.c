/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Automation by the frame: a cursor over the points, so that a song with thousands of them costs no
 * more than one with two. The shape itself lives in session/ (luster_automation_value). */
#include "engine/curve.h"

#include <string.h>

Curve luster_curve_make(const LusterStrip *strip, const char *target, double constant,
                        double rate_hz)
{
    Curve curve = {NULL, constant, rate_hz, 0};
    for (uint32_t i = 0; i < strip->n_automation; i++) {
        const LusterAutomation *automation = &strip->automation[i];
        if (automation->n_points && strcmp(automation->target, target) == 0)
            curve.automation = automation;
    }
    return curve;
}

static int64_t frame_of(const Curve *curve, uint32_t point)
{
    return (int64_t)(curve->automation->points[point].time_s * curve->rate_hz + 0.5);
}

/* segment: the last point at or before `frame` (0 also before the first point) */
static void seek(Curve *curve, int64_t frame)
{
    const uint32_t n = curve->automation->n_points;
    while (curve->segment > 0 && frame_of(curve, curve->segment) > frame)
        curve->segment--;
    while (curve->segment + 1 < n && frame_of(curve, curve->segment + 1) <= frame)
        curve->segment++;
}

int64_t luster_curve_next(Curve *curve, int64_t frame)
{
    if (!curve->automation)
        return INT64_MAX;
    seek(curve, frame);
    for (uint32_t p = curve->segment; p < curve->automation->n_points; p++) {
        if (frame_of(curve, p) > frame)
            return frame_of(curve, p);
    }
    return INT64_MAX;
}

bool luster_curve_moving(Curve *curve, int64_t frame)
{
    if (!curve->automation)
        return false;
    seek(curve, frame);
    const uint32_t p = curve->segment;
    const LusterPoint *points = curve->automation->points;
    return frame >= frame_of(curve, p) && p + 1 < curve->automation->n_points &&
           points[p].curve != LUSTER_CURVE_HOLD && points[p].value != points[p + 1].value;
}

double luster_curve_at(Curve *curve, int64_t frame)
{
    if (!curve->automation)
        return curve->constant;
    seek(curve, frame);
    LusterPoint *points = curve->automation->points + curve->segment;
    const uint32_t left = curve->automation->n_points - curve->segment;
    const LusterAutomation part = {curve->automation->target, points, left < 2 ? left : 2};
    /* the exact time of a point's frame, so that both sides of it agree */
    if (frame == frame_of(curve, curve->segment))
        return points[0].value;
    return luster_automation_value(&part, (double)frame / curve->rate_hz);
}

bool luster_curve_fill(Curve *curve, int64_t first, uint32_t n, double *out)
{
    out[0] = luster_curve_at(curve, first);
    if (!luster_curve_moving(curve, first) && luster_curve_next(curve, first) >= first + n)
        return true;
    for (uint32_t i = 1; i < n; i++)
        out[i] = luster_curve_at(curve, first + i);
    return false;
}
