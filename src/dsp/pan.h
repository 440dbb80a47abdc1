/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The pan laws: one place for the console, for mono tracks that pass a stereo effect and for the
 * pan processor. Positions are -100 (left) ... 100 (right); hard left and right are exact. */
#ifndef LUSTER_DSP_PAN_H
#define LUSTER_DSP_PAN_H

#include "base/math.h"

#include <math.h>

/* Level of each side in the middle: sine and cosine, the compromise, linear. As in a session. */
enum { LUSTER_PAN_3_DB, LUSTER_PAN_4_5_DB, LUSTER_PAN_6_DB };

/** Gains of a mono signal at `pan`. */
static inline void luster_pan_mono(int law, double pan, double *left, double *right)
{
    const double x = (pan + 100.0) / 200.0;
    const double linear_l = 1.0 - x, linear_r = x;
    if (law == LUSTER_PAN_6_DB) {
        *left = linear_l;
        *right = linear_r;
        return;
    }
    const double power_l = luster_cos(x * LUSTER_PI / 2), power_r = luster_sin(x * LUSTER_PI / 2);
    if (law == LUSTER_PAN_3_DB) {
        *left = pan >= 100.0 ? 0.0 : power_l;
        *right = pan <= -100.0 ? 0.0 : power_r;
    } else { /* halfway between the two in decibels */
        *left = pan >= 100.0 ? 0.0 : sqrt(power_l * linear_l);
        *right = pan <= -100.0 ? 0.0 : sqrt(power_r * linear_r);
    }
}

/** Balance of a stereo signal: the far side is turned down as a source that leaves it would be by
 * the law, the near one stays. */
static inline void luster_pan_balance(int law, double pan, double *left, double *right)
{
    const double x = fabs(pan) / 100.0, power = luster_cos(x * LUSTER_PI / 2), linear = 1.0 - x;
    const double away = x >= 1.0                   ? 0.0
                        : law == LUSTER_PAN_3_DB   ? power
                        : law == LUSTER_PAN_4_5_DB ? sqrt(power * linear)
                                                   : linear;
    *left = pan > 0.0 ? away : 1.0;
    *right = pan < 0.0 ? away : 1.0;
}

#endif
