/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Haas: one side's upper band a few milliseconds after the other's, in whole frames. What is below
 * the corner stays in time, so that only the highs comb in mono. The two bands add up to the sound;
 * a new time cross-fades from tap to tap. */
#ifndef LUSTER_DSP_HAAS_H
#define LUSTER_DSP_HAAS_H

#include "base/arena.h"
#include "dsp/cut.h"

#include <stdbool.h>
#include <string.h>

#define LUSTER_HAAS_MAX_MS 30.0
#define LUSTER_HAAS_FADE_MS 40.0

typedef struct LusterHaasSide {
    double *ring;
    uint32_t tap, next, want; /* frames: heard, being faded in, asked for */
    LusterCutState low_state;
    LusterSmooth gain;
} LusterHaasSide;

typedef struct LusterHaas {
    LusterHaasSide side[2];
    LusterCut low;
    LusterCutMove low_move;
    uint32_t size, at, warm, fade, fade_left; /* frames; warm: of the rings that are true */
    bool started;
} LusterHaas;

/** False: out of memory. */
static inline bool luster_haas_open(LusterHaas *haas, LusterArena *arena, double rate_hz)
{
    haas->size = (uint32_t)(LUSTER_HAAS_MAX_MS / 1000.0 * rate_hz + 0.5) + 1;
    haas->fade = (uint32_t)(LUSTER_HAAS_FADE_MS / 1000.0 * rate_hz + 0.5);
    for (int c = 0; c < 2; c++) {
        haas->side[c].ring = luster_arena_array(arena, haas->size, sizeof(double));
        if (!haas->side[c].ring)
            return false;
    }
    return true;
}

static inline void luster_haas_reset(LusterHaas *haas)
{
    for (int c = 0; c < 2; c++) {
        LusterHaasSide *side = &haas->side[c];
        memset(side->ring, 0, haas->size * sizeof(double));
        side->low_state = (LusterCutState){0.0, 0.0};
        luster_smooth_reset(&side->gain);
    }
    luster_cut_reset(&haas->low, &haas->low_move, false);
    haas->at = haas->warm = haas->fade_left = 0;
    haas->started = false;
}

/** Whether it changes anything, now or soon. */
static inline bool luster_haas_active(const LusterHaas *haas)
{
    bool active = false;
    for (int c = 0; c < 2; c++) {
        const LusterHaasSide *side = &haas->side[c];
        active = active || side->tap || side->want || luster_smooth_moving(&side->gain) ||
                 side->gain.value != 1.0;
    }
    return active || haas->fade_left;
}

/** The right side `ms` later than the left (negative: the left), and `level_db` louder than it. */
static inline void luster_haas_set(LusterHaas *haas, double ms, double level_db, double low_hz,
                                   double rate_hz, uint32_t n_frames)
{
    const bool active = haas->started && luster_haas_active(haas);
    const uint32_t frames = (uint32_t)((ms < 0.0 ? -ms : ms) / 1000.0 * rate_hz + 0.5);
    const double louder = frames ? luster_db_to_gain(0.5 * level_db) : 1.0;
    for (int c = 0; c < 2; c++) {
        LusterHaasSide *side = &haas->side[c];
        const bool late = (c == 1) == (ms > 0.0);
        side->want = late ? frames : 0;
        luster_smooth_set(&side->gain, late ? louder : 1.0 / louder, n_frames);
        if (!haas->started)
            side->tap = side->next = side->want;
    }
    haas->warm = !haas->started ? haas->size + haas->fade : active ? haas->warm : 0;
    luster_cut_set(&haas->low, &haas->low_move, low_hz, false, rate_hz, active ? n_frames : 0);
    haas->started = true;
}

static inline double luster_haas_tap(const LusterHaas *haas, const LusterHaasSide *side,
                                     uint32_t delay)
{
    return side->ring[haas->at >= delay ? haas->at - delay : haas->at + haas->size - delay];
}

/* Weight of the taps being faded in; a fade waits until the rings are full of true sound. */
static inline double luster_haas_weight(LusterHaas *haas)
{
    if (!haas->fade_left) {
        const bool moved =
            haas->side[0].want != haas->side[0].tap || haas->side[1].want != haas->side[1].tap;
        if (!moved || haas->warm < haas->size + haas->fade)
            return 0.0;
        haas->side[0].next = haas->side[0].want;
        haas->side[1].next = haas->side[1].want;
        haas->fade_left = haas->fade;
    }
    const double u = 1.0 - (double)haas->fade_left / haas->fade;
    return u * u * u * (10.0 - u * (15.0 - 6.0 * u));
}

/** n frames in place. */
static inline void luster_haas_run(LusterHaas *haas, float *left, float *right, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const double weight = luster_haas_weight(haas);
        for (int c = 0; c < 2; c++) {
            LusterHaasSide *side = &haas->side[c];
            float *place = c ? &right[i] : &left[i];
            const double x = fabsf(*place) < LUSTER_LOUD ? *place : 0.0;
            const double high = luster_snap(luster_cut_apply(&haas->low, &side->low_state, x));
            side->ring[haas->at] = high;
            double late = luster_haas_tap(haas, side, side->tap);
            if (weight > 0.0)
                late += weight * (luster_haas_tap(haas, side, side->next) - late);
            *place = (float)luster_snap(x - high + luster_smooth_next(&side->gain) * late);
        }
        luster_cut_advance(&haas->low, &haas->low_move);
        haas->at = haas->at + 1 == haas->size ? 0 : haas->at + 1;
        haas->warm += haas->warm < haas->size + haas->fade;
        if (haas->fade_left && --haas->fade_left == 0) {
            haas->side[0].tap = haas->side[0].next;
            haas->side[1].tap = haas->side[1].next;
        }
    }
}

#endif
