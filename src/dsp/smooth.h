/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Smoother: a value on its way to its target, counted in frames, so that a block's size never
 * shows. Every new target begins an S-shaped step of the polynomial of least jerk (Flash and Hogan
 * 1985), and steps that overlap add up: value, slope and curvature never jump, also when the target
 * moves in mid-step; and as each step only ever rises, with steps of one length the value is a mean
 * of the targets it had. The first target after a reset is taken at once. */
#ifndef LUSTER_DSP_SMOOTH_H
#define LUSTER_DSP_SMOOTH_H

#include <stdbool.h>
#include <stdint.h>

/* Length of a step: long enough not to click, short enough to feel immediate. */
#define LUSTER_SMOOTH_MS 20.0
/* Steps that may overlap. Targets that come faster wait for the next place on this raster. */
#define LUSTER_SMOOTH_STEPS 16

typedef struct LusterSmoothStep {
    double height;
    uint32_t left, length; /* frames */
} LusterSmoothStep;

typedef struct LusterSmooth {
    double value, target; /* `value` is that of the next frame */
    uint32_t until; /* frames until the sum of steps changes; 0: at rest */
    bool started;
    uint32_t span, wait; /* frames: from change to change; until a new step may begin */
    double at, pace; /* place in the polynomial, and how far a frame goes */
    double poly[6];
    double begun; /* where the steps on their way lead; `target` unless one waits */
    uint32_t n_steps, n_frames;
    LusterSmoothStep step[LUSTER_SMOOTH_STEPS + 2];
} LusterSmooth;

static inline uint32_t luster_smooth_frames(double rate_hz)
{
    return (uint32_t)(rate_hz * LUSTER_SMOOTH_MS / 1000.0 + 0.5);
}

void luster_smooth_reset(LusterSmooth *smooth);
/** On to `target` within n_frames (0: at once), or at most a sixteenth of that later. */
void luster_smooth_set(LusterSmooth *smooth, double target, uint32_t n_frames);
/** What luster_smooth_next does where a step ends or begins. */
void luster_smooth_turn(LusterSmooth *smooth);

static inline bool luster_smooth_moving(const LusterSmooth *smooth)
{
    return smooth->until > 0;
}

/** The value for this frame; moves on by one. */
static inline double luster_smooth_next(LusterSmooth *smooth)
{
    const double value = smooth->value;
    if (smooth->until) {
        if (--smooth->until) {
            const double *p = smooth->poly, x = smooth->at += smooth->pace;
            smooth->value = p[0] + x * (p[1] + x * (p[2] + x * (p[3] + x * (p[4] + x * p[5]))));
        } else {
            luster_smooth_turn(smooth);
        }
    }
    return value;
}

#endif
