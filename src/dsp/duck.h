/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Duck: the gain of an effect that makes way for another sound. Peaks of 16 frames against a
 * threshold with a knee of 12 dB above it; reduction in dB through a release that holds on and two
 * poles of attack, so that the gain follows words and phrases and not the wave. */
#ifndef LUSTER_DSP_DUCK_H
#define LUSTER_DSP_DUCK_H

#include "base/math.h"
#include "dsp/smooth.h"

#define LUSTER_DUCK_GRID 16 /* frames from value to value, in straight lines between */
#define LUSTER_DUCK_ATTACK_MS 8.0 /* of each pole: 90 % after 31 ms, shorter than a syllable */
#define LUSTER_DUCK_KNEE_DB 12.0

typedef struct LusterDuck {
    LusterSmooth amount, threshold; /* dB; counted on the grid */
    double attack, release; /* shares that go and stay on each step */
    double held, soft[2]; /* reduction, dB */
    double from, to; /* gain at the ends of this step */
    float peak;
    uint32_t at;
} LusterDuck;

static inline void luster_duck_reset(LusterDuck *duck)
{
    luster_smooth_reset(&duck->amount);
    luster_smooth_reset(&duck->threshold);
    duck->held = duck->soft[0] = duck->soft[1] = 0.0;
    duck->from = duck->to = 1.0;
    duck->peak = 0.0f;
    duck->at = 0;
}

static inline void luster_duck_set(LusterDuck *duck, double amount_db, double threshold_dbfs,
                                   double release_ms, double rate_hz)
{
    const double step_ms = 1000.0 * LUSTER_DUCK_GRID / rate_hz;
    const uint32_t ramp = luster_smooth_frames(rate_hz / LUSTER_DUCK_GRID);
    luster_smooth_set(&duck->amount, amount_db, ramp);
    luster_smooth_set(&duck->threshold, threshold_dbfs, ramp);
    duck->attack = 1.0 - luster_exp(-step_ms / LUSTER_DUCK_ATTACK_MS);
    duck->release = luster_exp(-step_ms / release_ms);
}

static inline void luster_duck_step(LusterDuck *duck)
{
    const double level = luster_gain_to_db(duck->peak > 1e-6f ? duck->peak : 1e-6);
    const double share =
        (level - luster_smooth_next(&duck->threshold)) * (1.0 / LUSTER_DUCK_KNEE_DB);
    const double asked = luster_smooth_next(&duck->amount) * (share > 1.0   ? 1.0
                                                              : share > 0.0 ? share
                                                                            : 0.0);
    duck->held = asked > duck->held ? asked : asked + duck->release * (duck->held - asked);
    duck->soft[0] += duck->attack * (duck->held - duck->soft[0]);
    duck->soft[1] += duck->attack * (duck->soft[0] - duck->soft[1]);
    if (asked == 0.0 && duck->held + duck->soft[0] + duck->soft[1] < 1e-6) /* dB: nothing */
        duck->held = duck->soft[0] = duck->soft[1] = 0.0;
    duck->from = duck->to;
    duck->to = duck->soft[1] == 0.0 ? 1.0 : luster_db_to_gain(-duck->soft[1]);
    duck->peak = 0.0f;
    duck->at = 0;
}

/** Whether it does nothing and goes nowhere, so that frames may be left out. Ask in every update
 * too: what it has heard of a step is forgotten, at places that blocks do not move. */
static inline bool luster_duck_rests(LusterDuck *duck)
{
    const bool rests = duck->amount.value == 0.0 && duck->held == 0.0 && duck->soft[0] == 0.0 &&
                       duck->soft[1] == 0.0 && duck->from == 1.0 && duck->to == 1.0 &&
                       !luster_smooth_moving(&duck->amount) &&
                       !luster_smooth_moving(&duck->threshold);
    if (rests) {
        duck->peak = 0.0f;
        duck->at = 0;
    }
    return rests;
}

/** The gain of this frame; `size` is how loud the other sound is in it. */
static inline double luster_duck_next(LusterDuck *duck, float size)
{
    duck->peak = size > duck->peak ? size : duck->peak;
    const double gain = duck->from + duck->at * (1.0 / LUSTER_DUCK_GRID) * (duck->to - duck->from);
    if (++duck->at == LUSTER_DUCK_GRID)
        luster_duck_step(duck);
    return gain;
}

#endif
