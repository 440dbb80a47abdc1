/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Linear-phase equalizer: the bands of the equalizer as magnitudes alone, straight from their
 * analogue prototypes, so that nothing is bent near Nyquist. Left, right, mid and side together are
 * one matrix of symmetric FIR filters (dsp/fir_design.h), run by the convolver. A move designs the
 * next matrix in small steps, one every 64 frames, then the convolver cross-fades. */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/filter_design.h"
#include "dsp/fir_design.h"
#include "dsp/fir_path.h"
#include "dsp/smooth.h"
#include "proc/equalizer_bands.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

#define BANDS LUSTER_EQ_BANDS
#define COLUMNS (LUSTER_EQ_CHANNEL + 1) /* those of the equalizer that say where a band is */
#define OUTPUT (BANDS * COLUMNS)
#define N_PARAMS (OUTPUT + 1)

#define HALF_S 0.16 /* half the length, at least: 3 Hz of resolution */
#define LEAST_HALF 512
#define FADE_MS 30.0 /* from filter to filter, at least */
#define TAIL_S 0.8 /* the longest filter at any rate is shorter */
#define BINS_PER_STEP 128
#define N_FILTERS 4

/* clang-format off */
static const LusterParam params[N_PARAMS] = {
    LUSTER_EQ_ROWS(1), LUSTER_EQ_ROWS(2), LUSTER_EQ_ROWS(3), LUSTER_EQ_ROWS(4),
    LUSTER_EQ_ROWS(5), LUSTER_EQ_ROWS(6), LUSTER_EQ_ROWS(7), LUSTER_EQ_ROWS(8),
    LUSTER_EQ_ROWS(9), LUSTER_EQ_ROWS(10), LUSTER_EQ_ROWS(11), LUSTER_EQ_ROWS(12),
    LUSTER_EQ_ROWS(13), LUSTER_EQ_ROWS(14), LUSTER_EQ_ROWS(15), LUSTER_EQ_ROWS(16),
    LUSTER_EQ_ROWS(17), LUSTER_EQ_ROWS(18), LUSTER_EQ_ROWS(19), LUSTER_EQ_ROWS(20),
    LUSTER_EQ_ROWS(21), LUSTER_EQ_ROWS(22), LUSTER_EQ_ROWS(23), LUSTER_EQ_ROWS(24),
    {"output", "Output", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
     "Gain after the bands: brings the level back to what it was before them."},
};
/* clang-format on */

static const LusterPreset presets[] = {
    {"master_tone", "master",
     "b1_type=low_shelf,b1_freq=120,b1_gain=0.7,b1_q=0.6,b2_type=bell,b2_freq=300,b2_gain=-0.7,"
     "b2_q=0.7,b3_type=high_shelf,b3_freq=10000,b3_gain=0.8,b3_q=0.5",
     "The broad half-decibel moves of mastering [SOS] without turning the phase between bass and "
     "treble; broad bands hardly ring."},
    {"master_low_mono", "master,bus", "b1_type=low_cut,b1_freq=100,b1_slope=12,b1_channel=side",
     "The side without bass, and mid and side still in step above: a minimum-phase cut would move "
     "the image around its corner."},
    {"parallel_dark", "bus", "b1_type=high_cut,b1_freq=6000,b1_slope=12",
     "For a parallel path that is added to the dry one: without phase shift the sum does not "
     "comb."},
};

typedef struct Group {
    int n;
    LusterQuad section[BANDS * LUSTER_FILTER_MAX_SECTIONS];
} Group;

typedef struct State {
    double rate_hz;
    uint32_t n_channels, half, ramp;
    bool started, designing, flat; /* flat: of the filters that are heard or come next */
    double want[N_PARAMS], have[N_PARAMS];
    Group group[LUSTER_EQ_GROUPS]; /* of the design under way */
    uint32_t filter, n_filters, bin; /* of it: 0 left to left, 1 right to left, … */
    int stage;
    uint32_t pass;
    LusterFirDesign design;
    float *taps[N_FILTERS];
    LusterFirPath path;
} State;

enum { GAINS, TO_TIME, CUT };

static uint32_t half_frames(double rate_hz)
{
    uint32_t half = LEAST_HALF;
    while (half < HALF_S * rate_hz)
        half *= 2;
    return half;
}

/* ---- the response --------------------------------------------------------------------------- */

static void gather(State *state)
{
    for (int g = 0; g < LUSTER_EQ_GROUPS; g++)
        state->group[g].n = 0;
    for (int b = 0; b < BANDS; b++) {
        const double *v = state->have + b * COLUMNS;
        const int type = (int)v[LUSTER_EQ_TYPE] - 1;
        int group = (int)v[LUSTER_EQ_CHANNEL];
        if (state->n_channels == 1 && (group == LUSTER_EQ_RIGHT || group == LUSTER_EQ_SIDE))
            continue;
        if (type < 0 || (type <= (int)LUSTER_FILTER_TILT && v[LUSTER_EQ_GAIN] == 0.0))
            continue;
        Group *to = &state->group[state->n_channels == 1 ? LUSTER_EQ_STEREO : group];
        const LusterFilterSpec spec = {
            .type = (LusterFilterType)type,
            .w0 = 2.0 * LUSTER_PI * v[LUSTER_EQ_FREQ] / state->rate_hz,
            .gain_db = v[LUSTER_EQ_GAIN],
            .q = v[LUSTER_EQ_Q],
            .order = luster_eq_order((int)v[LUSTER_EQ_SLOPE]),
        };
        to->n += luster_filter_prototype(&spec, &to->section[to->n]);
    }
}

static double gain_of(const Group *group, double u)
{
    double power = 1.0;
    for (int s = 0; s < group->n; s++)
        power *= luster_filter_analog_power(&group->section[s], u);
    return sqrt(power);
}

/* Whether left and right reach each other. */
static bool is_crossed(const State *state)
{
    return state->group[LUSTER_EQ_MID].n || state->group[LUSTER_EQ_SIDE].n;
}

/* Gain of the way from one side to a side at u = w^2: bands of the sides first, then mid and side.
 */
static double path_gain(const State *state, uint32_t filter, double u)
{
    const Group *g = state->group;
    double gain = luster_db_to_gain(state->have[OUTPUT]) * gain_of(&g[LUSTER_EQ_STEREO], u);
    if (state->n_channels == 1)
        return gain;
    const uint32_t to = filter / 2, from = filter % 2;
    gain *= gain_of(&g[from ? LUSTER_EQ_RIGHT : LUSTER_EQ_LEFT], u);
    const double mid = gain_of(&g[LUSTER_EQ_MID], u), side = gain_of(&g[LUSTER_EQ_SIDE], u);
    return gain * 0.5 * (to == from ? mid + side : mid - side);
}

static bool is_flat(const State *state)
{
    for (int g = 0; g < LUSTER_EQ_GROUPS; g++) {
        if (state->group[g].n)
            return false;
    }
    return state->have[OUTPUT] == 0.0;
}

/* ---- the design, step by step --------------------------------------------------------------- */

static void begin(State *state)
{
    memcpy(state->have, state->want, sizeof state->have);
    gather(state);
    state->filter = state->bin = state->pass = 0;
    state->stage = GAINS;
    state->designing = true;
}

static void next_filter(State *state)
{
    state->stage = GAINS;
    state->bin = state->pass = 0;
    state->filter++;
    /* what does not cross is one tap of zero */
    while (state->n_channels == 2 && !is_crossed(state) && state->filter % 3)
        state->filter++;
    state->designing = state->filter < state->n_filters;
}

static void gains(State *state)
{
    const uint32_t n = state->design.fft.n;
    const uint32_t to = state->bin + BINS_PER_STEP < n ? state->bin + BINS_PER_STEP : n;
    for (; state->bin < to; state->bin++) {
        const double w = luster_odd_fft_angle(&state->design.fft, state->bin);
        float *bin = luster_fir_design_bin(&state->design, state->bin);
        bin[0] = (float)path_gain(state, state->filter, w * w);
        bin[LUSTER_ODD_TILE] = 0.0f;
    }
    if (state->bin == n)
        state->stage = TO_TIME;
}

static void step(State *state)
{
    if (state->stage == GAINS) {
        gains(state);
    } else if (state->stage == TO_TIME) {
        if (luster_fir_design_inverse(&state->design, state->pass++))
            state->stage = CUT;
    } else {
        luster_fir_design_cut(&state->design, false, state->taps[state->filter]);
        next_filter(state);
    }
}

static void hand_over(State *state, bool at_once)
{
    const float *taps[N_FILTERS];
    uint32_t n_taps[N_FILTERS];
    static const float zero[1] = {0.0f};
    for (uint32_t f = 0; f < state->n_filters; f++) {
        const bool silent = state->n_channels == 2 && f % 3 && !is_crossed(state);
        taps[f] = silent ? zero : state->taps[f];
        n_taps[f] = silent ? 1 : 2 * state->half + 1;
    }
    if (at_once)
        luster_convolver_load(state->path.convolver, taps, n_taps);
    else
        luster_convolver_move(state->path.convolver, taps, n_taps);
}

/* Every step of the convolver: the next step toward the filters that are wanted. Flat ones, once in
 * place, give way to the delayed input itself, from which they differ by their rounding. */
static void advance(void *owner)
{
    State *state = owner;
    if (state->designing) {
        step(state);
        if (!state->designing)
            hand_over(state, false);
        return;
    }
    if (!luster_convolver_ready(state->path.convolver))
        return;
    const bool moves = memcmp(state->want, state->have, sizeof state->want) != 0;
    luster_smooth_set(&state->path.wet, moves || !state->flat ? 1.0 : 0.0, state->ramp);
    if (moves) {
        begin(state);
        state->flat = is_flat(state);
    }
}

/* ---- the processor -------------------------------------------------------------------------- */

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
    const uint32_t n = setup->n_channels, half = half_frames(setup->rate_hz);
    state->rate_hz = setup->rate_hz;
    state->n_channels = n;
    state->half = half;
    state->n_filters = n * n;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    if (!luster_fir_path_open(&state->path, arena, half, n))
        return LUSTER_NO_MEMORY;
    state->path.latency = half;
    for (uint32_t f = 0; f < state->n_filters; f++) {
        state->taps[f] = luster_arena_array(arena, 2 * half + 1, sizeof(float));
        if (!state->taps[f])
            return LUSTER_NO_MEMORY;
    }
    const LusterConvolverSetup convolver = {
        n, n, n == 2, 2 * half + 1, 0, luster_ms_to_frames(FADE_MS, setup->rate_hz)};
    state->path.convolver = luster_convolver_open(arena, &convolver);
    if (!state->path.convolver || !luster_fir_design_open(&state->design, arena, half))
        return LUSTER_NO_MEMORY;
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    memcpy(state->want, values, sizeof state->want);
    if (state->started)
        return;
    state->started = true;
    begin(state);
    state->flat = is_flat(state);
    while (state->designing)
        step(state);
    hand_over(state, true);
    luster_smooth_set(&state->path.wet, state->flat ? 0.0 : 1.0, 0);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    luster_fir_path_run(&state->path, block, advance, state);
}

static uint32_t latency(const double *values, double rate_hz)
{
    (void)values;
    return half_frames(rate_hz);
}

static double tail(const double *values)
{
    (void)values;
    return TAIL_S;
}

const LusterProcessor luster_proc_eq_linear = {
    .id = "eq_linear",
    .name = "Linear-phase equalizer",
    .category = "eq",
    .doc = "24 bands as the equalizer's, on both channels or left, right, mid or side, without any "
           "phase shift: the shape of waves between bands stays, and parallel paths stay in step. "
           "It is late (171 ms at 48 kHz) and rings before transients where bands are narrow or "
           "steep; for anything but mastering and parallel paths take the equalizer.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED,
    .params = params,
    .n_params = N_PARAMS,
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .latency = latency,
    .tail = tail,
};
