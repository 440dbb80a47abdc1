/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Why the ceiling holds: closing is never below its input, the release never below what it gets,
 * and widening makes every value under the boxes, as far as they reach around a frame, at least
 * what that frame needs; so is their mean. The sums are whole numbers and cannot drift. */
#include "dsp/limit_gain.h"

#include "dsp/detector.h"
#include "dsp/frames.h"

#include <math.h>

#define GROUPS_PER_S 6000.0 /* 0.17 ms: short against every look-ahead */
/* Gains stay down this many frames on both sides of a peak, so that the interpolation around it
 * sees one gain. */
#define GUARD 3
/* Look-ahead of the last stage: over before the ear resolves it. Shorter ramps let full-band noise
 * over the ceiling (0.3 ms: by 0.07 dB), as its peaks are sums over many frames. */
#define LAST_MS 0.5
#define QUANTUM 0x1p-26 /* octaves: 9e-8 dB; 2^7 octaves times two boxes of 2^12 fit in 63 bits */
/* Peaks of a steady tone read the same but for float's rounding. Reduction that is no more than
 * this above a need is not released, so that the gain stands still: 2^-16 octaves are 1e-4 dB. */
#define STILL 0x1p-16
/* Left-overs below two quanta come from rounding. */
#define LEAST_REST (2.0 * QUANTUM)

LusterLimitShape luster_limit_shape(double rate_hz, double lookahead_ms, double hold_ms,
                                    double transient_ms)
{
    const uint32_t ahead = luster_ms_to_frames(lookahead_ms, rate_hz);
    const uint32_t last = luster_ms_to_frames(LAST_MS, rate_hz);
    LusterLimitShape s = {.group = (uint32_t)(rate_hz / GROUPS_PER_S + 0.5)};
    s.group = s.group ? s.group : 1;
    s.hold = luster_ms_to_frames(hold_ms, rate_hz) / s.group + 1;
    s.transient = transient_ms > 0.0 ? luster_ms_to_frames(transient_ms, rate_hz) / s.group + 1 : 0;
    s.ahead = ahead;
    s.last = last;
    s.widen = (2 * GUARD + ahead + s.group - 1) / s.group + 1;
    const uint32_t groups = s.hold + (s.transient ? s.transient - 1 : 0);
    s.first_lag = GUARD + groups * s.group + ahead;
    s.last_lag = GUARD + last;
    return s;
}

bool luster_limit_sense_open(LusterLimitSense *sense, LusterArena *arena,
                             const LusterLimitShape *most)
{
    sense->size = most->transient + 1;
    sense->late = luster_arena_array(arena, sense->size, sizeof(float));
    return sense->late && luster_slide_max_open(&sense->close_max, arena, most->hold) &&
           luster_slide_min_open(&sense->close_min, arena, most->hold) &&
           luster_slide_min_open(&sense->open_min, arena, sense->size) &&
           luster_slide_max_open(&sense->open_max, arena, sense->size);
}

void luster_limit_sense_reset(LusterLimitSense *sense, const LusterLimitShape *shape)
{
    sense->transient = shape->transient;
    sense->at = 0;
    memset(sense->late, 0, sense->size * sizeof(float));
    luster_slide_max_reset(&sense->close_max, shape->hold);
    luster_slide_min_reset(&sense->close_min, shape->hold);
    luster_slide_min_reset(&sense->open_min, shape->transient);
    luster_slide_max_reset(&sense->open_max, shape->transient);
}

void luster_limit_sense_copy(LusterLimitSense *to, const LusterLimitSense *from)
{
    luster_slide_max_copy(&to->close_max, &from->close_max);
    luster_slide_min_copy(&to->close_min, &from->close_min);
    luster_slide_min_copy(&to->open_min, &from->open_min);
    luster_slide_max_copy(&to->open_max, &from->open_max);
    memcpy(to->late, from->late, from->size * sizeof(float));
    to->transient = from->transient;
    to->at = from->at;
}

LusterLimitNeed luster_limit_sense_next(LusterLimitSense *sense, float need)
{
    const float closed =
        luster_slide_min_next(&sense->close_min, luster_slide_max_next(&sense->close_max, need));
    if (sense->transient == 0)
        return (LusterLimitNeed){closed, closed};
    const float sustained =
        luster_slide_max_next(&sense->open_max, luster_slide_min_next(&sense->open_min, closed));
    sense->late[sense->at] = closed;
    sense->at = sense->at + 1 == sense->transient ? 0 : sense->at + 1;
    return (LusterLimitNeed){sense->late[sense->at], sustained};
}

LusterLimitSpeeds luster_limit_speeds(const LusterLimitShape *shape, double rate_hz,
                                      double release_ms, double charge_ms, double slow_ms)
{
    const double groups_hz = rate_hz / shape->group;
    return (LusterLimitSpeeds){
        .keep = luster_one_pole_keep(release_ms, groups_hz),
        .charge_go = slow_ms > 0.0 ? 1.0 - luster_one_pole_keep(charge_ms, groups_hz) : 0.0,
        .slow_go = slow_ms > 0.0 ? 1.0 - luster_one_pole_keep(slow_ms, groups_hz) : 1.0,
    };
}

bool luster_limit_gain_open(LusterLimitGain *gain, LusterArena *arena, const LusterLimitShape *most)
{
    return luster_slide_max_open(&gain->widen, arena, most->widen) &&
           luster_slide_max_open(&gain->last_max, arena, most->last + 2 * GUARD + 1) &&
           luster_box_open(&gain->box[0], arena, most->ahead / 2 + 2) &&
           luster_box_open(&gain->box[1], arena, most->ahead / 2 + 2) &&
           luster_box_open(&gain->last_box[0], arena, most->last / 2 + 2) &&
           luster_box_open(&gain->last_box[1], arena, most->last / 2 + 2) &&
           luster_lag_open(&gain->need_lag, arena, most->first_lag, LUSTER_LIMIT_CHUNK) &&
           luster_lag_open(&gain->main_lag, arena, most->last_lag, LUSTER_LIMIT_CHUNK);
}

/* Two boxes that together lead by `ahead` frames; returns octaves per unit of the second. */
static double reset_boxes(LusterBox *boxes, uint32_t ahead)
{
    luster_box_reset(&boxes[0], ahead / 2 + 1);
    luster_box_reset(&boxes[1], ahead - ahead / 2 + 1);
    return QUANTUM / ((double)boxes[0].length * (double)boxes[1].length);
}

void luster_limit_gain_reset(LusterLimitGain *gain, const LusterLimitShape *shape)
{
    luster_slide_max_reset(&gain->widen, shape->widen);
    luster_slide_max_reset(&gain->last_max, shape->last + 2 * GUARD + 1);
    gain->scale = reset_boxes(gain->box, shape->ahead);
    gain->last_scale = reset_boxes(gain->last_box, shape->last);
    luster_lag_reset(&gain->need_lag);
    luster_lag_reset(&gain->main_lag);
    gain->fast = gain->slow = 0.0;
    gain->target = 0;
    gain->awake = gain->last_awake = 0;
    /* every window and lag once, and as much again for the shapes in Sense */
    gain->last_memory = shape->first_lag + 2 * (shape->last_lag + shape->last + 2 * GUARD + 2) +
                        (shape->widen + 2) * shape->group + LUSTER_LIMIT_CHUNK;
    gain->memory = 2 * shape->first_lag + gain->last_memory;
    gain->most_sustained = gain->most_transient = gain->most_last = 0.0f;
}

void luster_limit_gain_copy(LusterLimitGain *to, const LusterLimitGain *from)
{
    const LusterLag need_lag = to->need_lag, main_lag = to->main_lag;
    memcpy(need_lag.ring, from->need_lag.ring, need_lag.size * sizeof(float));
    memcpy(main_lag.ring, from->main_lag.ring, main_lag.size * sizeof(float));
    luster_slide_max_copy(&to->widen, &from->widen);
    luster_slide_max_copy(&to->last_max, &from->last_max);
    for (int b = 0; b < 2; b++) {
        luster_box_copy(&to->box[b], &from->box[b]);
        luster_box_copy(&to->last_box[b], &from->last_box[b]);
    }
    to->need_lag.write = from->need_lag.write;
    to->main_lag.write = from->main_lag.write;
    to->fast = from->fast;
    to->slow = from->slow;
    to->target = from->target;
    to->awake = from->awake;
    to->last_awake = from->last_awake;
}

static double release(LusterLimitGain *gain, double need, const LusterLimitShape *shape,
                      const LusterLimitSpeeds *speeds)
{
    const double drain = LUSTER_DETECTOR_DRAIN * shape->group;
    double slow = gain->slow, fast = gain->fast;
    slow += (need > slow ? speeds->charge_go : speeds->slow_go) * (need - slow) - drain;
    slow = slow > 0.0 ? slow : 0.0;
    const bool still = need > 0.0 && need <= fast && fast - need < STILL;
    fast = still ? fast : slow + speeds->keep * (fast - slow) - drain;
    fast = fast > need ? fast : need; /* need is at least 0 */
    gain->slow = slow;
    gain->fast = fast;
    return fast;
}

void luster_limit_gain_group(LusterLimitGain *gain, const LusterLimitShape *shape,
                             const LusterLimitNeed *need, float leave,
                             const LusterLimitSpeeds *speeds)
{
    const float brief = shape->transient ? need->need - need->sustained : need->need;
    const float left = brief < leave ? brief : leave;
    const float rest = need->need - left;
    const double base = shape->transient && need->sustained < rest ? need->sustained : rest;
    const double held = release(gain, base, shape, speeds);
    const float whole = held > rest ? (float)held : rest;
    gain->target =
        (int64_t)ceil((double)luster_slide_max_next(&gain->widen, whole) * (1.0 / QUANTUM));
    if (left > 0.0f)
        gain->last_awake = gain->last_memory;
    if (gain->target > 0)
        gain->awake = gain->memory;
    gain->most_sustained = held > gain->most_sustained ? (float)held : gain->most_sustained;
    const float brisk = whole - (float)held;
    gain->most_transient = brisk > gain->most_transient ? brisk : gain->most_transient;
}

void luster_limit_gain_main(LusterLimitGain *gain, float *main, uint32_t n)
{
    const int64_t target = gain->target;
    for (uint32_t i = 0; i < n; i++) {
        const int64_t sum = luster_box_next(&gain->box[1], luster_box_next(&gain->box[0], target));
        main[i] = (float)((double)sum * gain->scale);
    }
}

void luster_limit_gain_last(LusterLimitGain *gain, const LusterLimitShape *shape, const float *need,
                            float *main, uint32_t n)
{
    float late[LUSTER_LIMIT_CHUNK], rest[LUSTER_LIMIT_CHUNK];
    luster_lag_run(&gain->need_lag, need, late, shape->first_lag, n);
    const uint32_t live = gain->last_awake < n ? gain->last_awake : n;
    for (uint32_t i = 0; i < live; i++) {
        const double over = (double)late[i] - main[i];
        const float most =
            luster_slide_max_next(&gain->last_max, over > LEAST_REST ? (float)over : 0.0f);
        const int64_t whole = (int64_t)ceil((double)most * (1.0 / QUANTUM));
        const int64_t sum =
            luster_box_next(&gain->last_box[1], luster_box_next(&gain->last_box[0], whole));
        rest[i] = (float)((double)sum * gain->last_scale);
        gain->most_last = rest[i] > gain->most_last ? rest[i] : gain->most_last;
    }
    luster_lag_run(&gain->main_lag, main, main, shape->last_lag, n);
    for (uint32_t i = 0; i < live; i++)
        main[i] += rest[i];
    gain->last_awake -= live;
    gain->awake -= gain->awake < n ? gain->awake : n;
    for (uint32_t i = 0; i < n; i++) {
        if (need[i] > 0.0f)
            gain->awake = gain->memory;
    }
}

bool luster_limit_gain_rests(const LusterLimitGain *gain)
{
    return gain->awake == 0 && gain->fast == 0.0 && gain->slow == 0.0;
}
