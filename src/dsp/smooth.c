/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Between two changes (a step ends, another begins) the sum of all steps is one polynomial of the
 * fifth degree, expanded about the frame of the last change. */
#include "dsp/smooth.h"

#include <stddef.h>

#define N_PLACES (LUSTER_SMOOTH_STEPS + 2)

/* A step's rest, height * u^3 (10 - 15 u + 6 u^2) with u = 1 ... 0, as a polynomial in x = frames
 * from now / scale, taken off `poly`. */
static void take_off(double *poly, const LusterSmoothStep *step, double scale)
{
    const double u = (double)step->left / step->length, d = -scale / step->length;
    const double h = -step->height, dd = d * d;
    poly[0] += h * (u * u * u * (10.0 + u * (6.0 * u - 15.0)));
    poly[1] += h * d * (u * u * (30.0 + u * (30.0 * u - 60.0)));
    poly[2] += h * dd * (u * (30.0 + u * (60.0 * u - 90.0)));
    poly[3] += h * dd * d * (10.0 + u * (60.0 * u - 60.0));
    poly[4] += h * dd * dd * (30.0 * u - 15.0);
    poly[5] += h * dd * dd * d * 6.0;
}

static void plan(LusterSmooth *smooth)
{
    const double scale = smooth->n_frames;
    for (int k = 0; k < 6; k++)
        smooth->poly[k] = k ? 0.0 : smooth->begun;
    const bool waits = smooth->target != smooth->begun && smooth->wait;
    uint32_t span = waits ? smooth->wait : UINT32_MAX;
    for (uint32_t s = 0; s < smooth->n_steps; s++) {
        take_off(smooth->poly, &smooth->step[s], scale);
        span = smooth->step[s].left < span ? smooth->step[s].left : span;
    }
    if (smooth->n_steps == 0) {
        smooth->value = smooth->target;
        span = 0;
    }
    smooth->at = 0.0;
    smooth->pace = 1.0 / scale;
    smooth->until = smooth->span = span;
}

/* Counts what has gone by since the last change, and drops steps that are done. */
static void settle(LusterSmooth *smooth)
{
    const uint32_t gone = smooth->span - smooth->until;
    smooth->wait -= smooth->wait < gone ? smooth->wait : gone;
    uint32_t kept = 0;
    for (uint32_t s = 0; s < smooth->n_steps; s++) {
        smooth->step[kept] = smooth->step[s];
        smooth->step[kept].left -= gone;
        kept += smooth->step[kept].left > 0;
    }
    smooth->n_steps = kept;
    if (kept == 0)
        smooth->wait = 0;
}

static void begin_if_due(LusterSmooth *smooth)
{
    LusterSmoothStep *last = smooth->n_steps ? &smooth->step[smooth->n_steps - 1] : NULL;
    if (last && last->left == last->length) { /* no frame has been played since */
        last->height += smooth->target - smooth->begun;
        smooth->begun = smooth->target;
    }
    if (smooth->target == smooth->begun || smooth->wait || smooth->n_steps == N_PLACES)
        return;
    const uint32_t n = smooth->n_frames;
    const LusterSmoothStep step = {smooth->target - smooth->begun, n, n};
    smooth->step[smooth->n_steps++] = step;
    smooth->begun = smooth->target;
    smooth->wait = (n + LUSTER_SMOOTH_STEPS - 1) / LUSTER_SMOOTH_STEPS;
}

void luster_smooth_reset(LusterSmooth *smooth)
{
    smooth->until = smooth->span = smooth->wait = smooth->n_steps = 0;
    smooth->started = false;
}

void luster_smooth_set(LusterSmooth *smooth, double target, uint32_t n_frames)
{
    if (!smooth->started || n_frames == 0) {
        luster_smooth_reset(smooth);
        smooth->value = smooth->target = smooth->begun = target;
        smooth->started = true;
        return;
    }
    if (target == smooth->target)
        return;
    settle(smooth);
    smooth->target = target;
    smooth->n_frames = n_frames;
    begin_if_due(smooth);
    plan(smooth);
}

void luster_smooth_turn(LusterSmooth *smooth)
{
    settle(smooth);
    begin_if_due(smooth);
    plan(smooth);
    if (smooth->until)
        smooth->value = smooth->poly[0];
}
