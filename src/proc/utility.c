/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Utility: the plain things at the head of a channel. Gain is ramped sample by sample; delay is a
 * ring of whole frames; polarity, mono and swap are switched by cross-fading gains, so no click. */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/frames.h"
#include "dsp/lag.h"
#include "dsp/matrix.h"
#include "proc/registry.h"

enum { TRIM, POLARITY_L, POLARITY_R, DELAY, MONO, SWAP, N_PARAMS };

#define MAX_DELAY_MS 100.0 /* 34 m of air: more than any room microphone */

static const LusterParam params[N_PARAMS] = {
    [TRIM] = {"trim", "Trim", "dB", LUSTER_SCALE_LINEAR, -60, 60, 0, NULL, 0,
              "Gain ahead of everything else: brings a recording to working level."},
    [POLARITY_L] = {"polarity_left", "Polarity left", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                    "Turns the left (or only) channel upside down."},
    [POLARITY_R] = {"polarity_right", "Polarity right", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                    "Turns the right channel upside down."},
    [DELAY] = {"delay", "Delay", "ms", LUSTER_SCALE_LINEAR, 0, MAX_DELAY_MS, 0, NULL,
               LUSTER_PARAM_STATIC,
               "Plays later, in whole frames: lines a microphone up with a more distant one. It is "
               "meant to be heard, so it is not compensated as latency."},
    [MONO] = {"mono", "Mono", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
              "Both channels become the mean of the two."},
    [SWAP] = {"swap", "Swap", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
              "Left becomes right and right left."},
};

typedef struct State {
    uint32_t n_channels, ramp, delay; /* frames */
    double rate_hz;
    bool started;
    LusterLag lag[LUSTER_MAX_CHANNELS];
    LusterMatrix matrix;
} State;

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_lag_reset(&state->lag[c]);
    luster_matrix_reset(&state->matrix);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    const uint32_t max_lag = luster_ms_to_frames(MAX_DELAY_MS, setup->rate_hz);
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!luster_lag_open(&state->lag[c], arena, max_lag, setup->max_frames))
            return LUSTER_NO_MEMORY;
    }
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    if (!state->started) {
        state->delay = luster_ms_to_frames(values[DELAY], state->rate_hz);
        state->started = true;
    }
    const double trim = luster_db_to_gain(values[TRIM]);
    const double left = values[POLARITY_L] != 0.0 ? -trim : trim;
    const double right = values[POLARITY_R] != 0.0 ? -trim : trim;
    const bool stereo = state->n_channels == 2;
    const double cross = !stereo               ? 0.0
                         : values[MONO] != 0.0 ? 0.5
                         : values[SWAP] != 0.0 ? 1.0
                                               : 0.0;
    double gain[2][2] = {{left * (1.0 - cross), right * cross},
                         {left * cross, right * (1.0 - cross)}};
    luster_matrix_set(&state->matrix, gain, state->ramp);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    const uint32_t n = block->n_frames;
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_lag_run(&state->lag[c], block->in[c], block->out[c], state->delay, n);
    luster_matrix_run(&state->matrix, block->out, state->n_channels, n);
}

static double tail(const double *values)
{
    return values[DELAY] / 1000.0;
}

const LusterProcessor luster_proc_utility = {
    .id = "utility",
    .name = "Utility",
    .category = "gain",
    .doc = "Trim, polarity, delay, mono and swap: the plain things at the head of a channel.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED, /* a polarity per side */
    .params = params,
    .n_params = N_PARAMS,
    .neutral = "",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .tail = tail,
};
