/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The pan laws: one place for the console's stage and for mono tracks that pass a stereo effect. */
#ifndef LUSTER_ENGINE_PAN_H
#define LUSTER_ENGINE_PAN_H

#include "base/math.h"
#include "luster/session.h"

#include <math.h>

/* Gains of a mono signal at `pan` (-100 ... 100), by the session's law. */
static inline void luster_pan_mono(int law, double pan, double *left, double *right)
{
    const double x = (pan + 100.0) / 200.0;
    const double linear_l = 1.0 - x, linear_r = x;
    if (law == LUSTER_PAN_LAW_6) {
        *left = linear_l;
        *right = linear_r;
        return;
    }
    const double power_l = luster_cos(x * LUSTER_PI / 2), power_r = luster_sin(x * LUSTER_PI / 2);
    if (law == LUSTER_PAN_LAW_3) {
        *left = pan >= 100.0 ? 0.0 : power_l;
        *right = pan <= -100.0 ? 0.0 : power_r;
    } else { /* halfway between the two in decibels */
        *left = pan >= 100.0 ? 0.0 : sqrt(power_l * linear_l);
        *right = pan <= -100.0 ? 0.0 : sqrt(power_r * linear_r);
    }
}

#endif
