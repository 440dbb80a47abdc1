/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A value over time: constant, or following an automation. */
#ifndef LUSTER_ENGINE_CURVE_H
#define LUSTER_ENGINE_CURVE_H

#include "luster/session.h"

typedef struct Curve {
    const LusterAutomation *automation; /* NULL: constant */
    double constant, rate_hz;
    uint32_t segment; /* index of the point before the last frame asked for */
} Curve;

/** The automation of `target` on `strip`, or the constant value. */
Curve luster_curve_make(const LusterStrip *strip, const char *target, double constant,
                        double rate_hz);

/** Values of frames first ... first+n-1 (of the song; negative: before it) into out[n]. Returns
 * true when they are all the same; then only out[0] is written. */
bool luster_curve_fill(Curve *curve, int64_t first, uint32_t n, double *out);

/** The first frame after `frame` at which something may change its course; INT64_MAX: never. */
int64_t luster_curve_next(Curve *curve, int64_t frame);

/** Value of one frame. */
double luster_curve_at(Curve *curve, int64_t frame);

/** True when the value moves at or right after `frame`. */
bool luster_curve_moving(Curve *curve, int64_t frame);

#endif
