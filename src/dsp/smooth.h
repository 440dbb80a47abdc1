/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Smoother: a value that moves in a straight line to its target, counted in frames, so that a
 * block's size never shows. The first target after a reset is taken at once. */
#ifndef LUSTER_DSP_SMOOTH_H
#define LUSTER_DSP_SMOOTH_H

#include <stdbool.h>
#include <stdint.h>

/* Length of a ramp: long enough not to click, short enough to feel immediate. */
#define LUSTER_SMOOTH_MS 20.0

typedef struct LusterSmooth {
    double value, target, step;
    uint32_t left; /* frames until `value` is `target` */
    bool started;
} LusterSmooth;

static inline uint32_t luster_smooth_frames(double rate_hz)
{
    return (uint32_t)(rate_hz * LUSTER_SMOOTH_MS / 1000.0 + 0.5);
}

static inline void luster_smooth_reset(LusterSmooth *smooth)
{
    smooth->left = 0;
    smooth->started = false;
}

static inline void luster_smooth_set(LusterSmooth *smooth, double target, uint32_t n_frames)
{
    if (!smooth->started || n_frames == 0) {
        smooth->value = smooth->target = target;
        smooth->left = 0;
        smooth->started = true;
    } else if (target != smooth->target) {
        smooth->target = target;
        smooth->left = n_frames;
        smooth->step = (target - smooth->value) / n_frames;
    }
}

static inline bool luster_smooth_moving(const LusterSmooth *smooth)
{
    return smooth->left > 0;
}

/** The value for this frame; moves on by one. */
static inline double luster_smooth_next(LusterSmooth *smooth)
{
    const double value = smooth->value;
    if (smooth->left) {
        smooth->left--;
        smooth->value = smooth->left ? smooth->value + smooth->step : smooth->target;
    }
    return value;
}

#endif
