/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings frame by frame. Gains onto the curve go through a lag as long as the way up, so that
 * what divides by them does it for the frames they were meant for. */
#include "proc/saturator_state.h"

#include <string.h>

static bool is_moving(const LusterSaturator *state)
{
    bool moving = luster_smooth_moving(&state->bias) || luster_smooth_moving(&state->fade) ||
                  luster_smooth_moving(&state->shelf) || luster_smooth_moving(&state->shelf_k) ||
                  luster_smooth_moving(&state->match) || luster_smooth_moving(&state->raw) ||
                  luster_smooth_moving(&state->mix) || luster_smooth_moving(&state->output);
    for (uint32_t b = 0; b < state->n_bands; b++)
        moving = moving || luster_smooth_moving(&state->band[b].gain) ||
                 luster_smooth_moving(&state->band[b].on);
    return moving;
}

/* One curve's value and slope at the biases of `count` frames. */
static void place_curve(const LusterSaturator *state, LusterSaturatorCurve *curve, uint32_t count)
{
    static const float zeros[ROOM];
    float ones[ROOM];
    for (uint32_t i = 0; i < ROOM; i++)
        ones[i] = 1.0f;
    memset(curve->base, 0, sizeof curve->base);
    luster_kernels()->shape(curve->base, zeros, curve->kind,
                            &(LusterCurveFrames){state->biases, zeros, ones, ones}, ROOM);
    for (uint32_t i = 0; i < ROOM; i++) {
        const bool same = i >= count || (i && state->biases[i] == state->biases[i - 1]);
        curve->scale[i] =
            i && same ? curve->scale[i - 1]
                      : (float)(1.0 / luster_saturator_slope(curve->kind, state->biases[i]));
    }
}

/* Gain onto the curve as it goes in, and what it was for the sound that is at the curve now. */
static void fill_band(LusterSaturatorBand *band, const float *fade, uint32_t lag, uint32_t count,
                      uint32_t n)
{
    float late[CHUNK];
    band->live = band->on.value != 0.0 || luster_smooth_moving(&band->on);
    for (uint32_t i = 0; i < count; i++)
        band->pre[i] = late[i] = (float)luster_smooth_next(&band->gain);
    luster_lag_run(&band->lag, late, late, lag, n);
    for (uint32_t i = 0; i < count; i++) {
        const float weight = (float)luster_smooth_next(&band->on) / late[i];
        band->weight[1][i] = fade[i] * weight;
        band->weight[0][i] = weight - band->weight[1][i];
    }
}

void luster_saturator_turn_curve(LusterSaturator *state)
{
    if (luster_smooth_moving(&state->fade))
        return;
    if (state->fade.value != 0.0) {
        state->curve[0].kind = state->curve[1].kind;
        luster_smooth_set(&state->fade, 0.0, 0);
        state->filled = false;
    }
    if (state->next != state->curve[0].kind) {
        state->curve[1].kind = state->next;
        luster_smooth_set(&state->fade, 1.0, state->ramp);
    }
}

void luster_saturator_fill(LusterSaturator *state, uint32_t n)
{
    const bool moving = is_moving(state), rests = !moving && state->settle == 0;
    const uint32_t lag = state->band[0].over[0].latency / 2;
    if (rests && state->filled)
        return;
    state->filled = rests;
    if (moving)
        state->settle = lag + CHUNK;
    state->settle = state->settle > n ? state->settle - n : 0;
    const uint32_t count = rests ? CHUNK : n;
    float fade[CHUNK];
    for (uint32_t i = 0; i < count; i++) {
        state->biases[i] = (float)luster_smooth_next(&state->bias);
        fade[i] = (float)luster_smooth_next(&state->fade);
        state->share[i] = (float)luster_smooth_next(&state->match);
        state->raws[i] = (float)luster_smooth_next(&state->raw);
        state->mixes[i] = luster_smooth_next(&state->mix);
        state->outputs[i] = luster_smooth_next(&state->output);
        state->shelves[i] = luster_smooth_next(&state->shelf);
        state->shelf_ks[i] = luster_smooth_next(&state->shelf_k);
    }
    for (uint32_t i = count; i < ROOM; i++)
        state->biases[i] = state->biases[count - 1];
    for (int k = 0; k < 2; k++)
        place_curve(state, &state->curve[k], count);
    for (uint32_t b = 0; b < state->n_bands; b++)
        fill_band(&state->band[b], fade, lag, count, n);
}
