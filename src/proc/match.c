/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Match: a FIR filter (dsp/curve_fir.h) from a curve, such as the difference between two spectra,
 * run by the convolver. A move designs the next filter in small steps, one every 64 frames, then
 * the convolver cross-fades; with an amount of 0 the delayed input itself is heard. */
#include "base/arena.h"
#include "dsp/curve_fir.h"
#include "dsp/fir_path.h"
#include "dsp/smooth.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

enum { PHASE, AMOUNT, SMOOTHING, LIMIT, N_PARAMS };
enum { LINEAR, MINIMUM };

#define FADE_MS 20.0 /* from filter to filter, at least */
#define TAIL_S 0.3 /* the longest filter at any rate is shorter */

static const char *const phase_labels[] = {"linear", "minimum"};

static const LusterParam params[N_PARAMS] = {
    [PHASE] = {"phase", "Phase", "", LUSTER_SCALE_CHOICE, 0, 1, MINIMUM, phase_labels,
               LUSTER_PARAM_STATIC,
               "linear keeps the shape of waves between bands and rings before transients, 80 to "
               "128 ms late; minimum is at once, without ringing ahead, as an equalizer is."},
    [AMOUNT] = {"amount", "Amount", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
                "How much of the curve is applied, in dB. Half is often enough: it comes close and "
                "keeps the song's own balance."},
    [SMOOTHING] =
        {"smoothing", "Smoothing", "oct", LUSTER_SCALE_LINEAR, 0, 2, 0.33, NULL, 0,
         "Averages the curve over this much to each side, so that it follows the tone and "
         "not the notes. Below 100 Hz it is never finer than about 12 Hz."},
    [LIMIT] = {"limit", "Limit", "dB", LUSTER_SCALE_LINEAR, 0, 24, 12, NULL, 0,
               "The most that is ever boosted or cut: keeps a match from lifting noise or digging "
               "holes."},
};

static const LusterAsset assets[] = {
    {"target", "Target curve", LUSTER_ASSET_CURVE,
     "The change of tone to make: dB over Hz, such as a reference's spectrum less one's own. "
     "Without it the sound passes as it is."},
};

static const LusterPreset presets[] = {
    {"master", "master,mix", "amount=50,smoothing=1,limit=6",
     "Half of the difference over broad bands, and never more than 6 dB: brings a master toward a "
     "reference without copying its notes."},
    {"master_linear", "master,mix", "phase=linear,amount=50,smoothing=1,limit=6",
     "The same where parallel paths must stay in phase; broad smoothing keeps its ringing short."},
    {"voice", "lead_vocal,spoken", "amount=70,smoothing=0.5,limit=9",
     "Another take or microphone toward the first one: finer than a master, still not the words."},
    {"correction", "", "amount=100,smoothing=0.1,limit=12",
     "For a measured curve, such as a microphone's or a loudspeaker's inverse, followed closely."},
};

typedef struct State {
    LusterCurveFir fir;
    double rate_hz;
    uint32_t n_channels, ramp;
    bool has_curve, started, designing;
    LusterCurveShape want, have;
    LusterFirPath path;
} State;

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = state->designing = false;
    luster_fir_path_reset(&state->path);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    const LusterAssetData *curve = setup->assets ? setup->assets[0] : NULL;
    const uint32_t n = setup->n_channels, half = luster_curve_fir_half(setup->rate_hz);
    state->rate_hz = setup->rate_hz;
    state->n_channels = n;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    state->has_curve = curve != NULL;
    if (!luster_fir_path_open(&state->path, arena, half, n))
        return LUSTER_NO_MEMORY;
    if (curve) {
        const LusterConvolverSetup convolver = {
            n, n, false, 2 * half + 1, 0, luster_ms_to_frames(FADE_MS, setup->rate_hz)};
        state->path.convolver = luster_convolver_open(arena, &convolver);
        if (!state->path.convolver || !luster_curve_fir_open(&state->fir, arena, setup->rate_hz,
                                                             curve->points, curve->n_points))
            return LUSTER_NO_MEMORY;
    }
    *out = state;
    reset(state);
    return LUSTER_OK;
}

/* ---- values --------------------------------------------------------------------------------- */

/* The filter as it is designed, to all channels: at once or as a move. */
static void hand_over(State *state, bool at_once)
{
    const float *taps[2] = {state->fir.taps, state->fir.taps};
    const uint32_t n_taps[2] = {2 * state->fir.design.half + 1, 2 * state->fir.design.half + 1};
    if (at_once)
        luster_convolver_load(state->path.convolver, taps, n_taps);
    else
        luster_convolver_move(state->path.convolver, taps, n_taps);
}

static bool is_flat(const LusterCurveShape *shape)
{
    return shape->amount == 0.0 || shape->limit_db == 0.0;
}

static bool same_shape(const LusterCurveShape *a, const LusterCurveShape *b)
{
    return a->amount == b->amount && a->limit_db == b->limit_db &&
           a->smoothing_oct == b->smoothing_oct;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const bool minimum = state->started ? state->want.minimum : values[PHASE] == MINIMUM;
    state->want =
        (LusterCurveShape){values[AMOUNT] / 100.0, values[LIMIT], values[SMOOTHING], minimum};
    if (state->started)
        return;
    state->started = true;
    state->path.latency = minimum ? 0 : luster_curve_fir_half(state->rate_hz);
    state->have = state->want;
    luster_smooth_set(&state->path.wet, !state->has_curve || is_flat(&state->want) ? 0.0 : 1.0, 0);
    if (!state->has_curve)
        return;
    luster_curve_fir_begin(&state->fir, &state->want);
    while (luster_curve_fir_step(&state->fir))
        ;
    hand_over(state, true);
}

/* Every step of the convolver: the next step toward the filter that is wanted. A flat one, once it
 * is in place, gives way to the input itself, from which it differs by its rounding. */
static void advance(void *owner)
{
    State *state = owner;
    if (state->designing) {
        state->designing = luster_curve_fir_step(&state->fir);
        if (!state->designing)
            hand_over(state, false);
        return;
    }
    if (!luster_convolver_ready(state->path.convolver))
        return;
    const bool moves = !same_shape(&state->want, &state->have);
    luster_smooth_set(&state->path.wet, moves || !is_flat(&state->have) ? 1.0 : 0.0, state->ramp);
    if (!moves)
        return;
    state->have = state->want;
    state->designing = true;
    luster_curve_fir_begin(&state->fir, &state->want);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    luster_fir_path_run(&state->path, block, advance, state);
}

static uint32_t latency(const double *values, double rate_hz)
{
    return values[PHASE] == LINEAR ? luster_curve_fir_half(rate_hz) : 0;
}

static double tail(const double *values)
{
    (void)values;
    return TAIL_S;
}

const LusterProcessor luster_proc_match = {
    .id = "match",
    .name = "Match",
    .category = "eq",
    .doc =
        "Gives the sound a curve of tone: the difference to a reference, or a correction that was "
        "measured. A FIR filter of linear or minimum phase follows the smoothed curve within 0.1 "
        "dB.",
    .version = 1,
    .params = params,
    .n_params = N_PARAMS,
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .assets = assets,
    .n_assets = 1,
    .neutral = "amount=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .latency = latency,
    .tail = tail,
};
