/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Equalizer: bands matched to their analogue prototypes (dsp/filter_design.h) as one cascade of
 * sections in double. At rest the cascade kernel runs those that do something; while anything
 * moves, they are state-variable sections whose coefficients go in straight lines over cells of 32
 * absolute frames. */
#include "base/arena.h"
#include "base/math.h"
#include "proc/equalizer_bands.h"
#include "proc/registry.h"
#include "simd/kernels.h"

#include <math.h>
#include <string.h>

#define CELL LUSTER_CELL
#define STRETCH LUSTER_STRETCH
#define OUTPUT (LUSTER_EQ_BANDS * LUSTER_EQ_COLUMNS)
#define N_PARAMS (OUTPUT + 1)
#define MAX_SECTIONS ((LUSTER_EQ_SLOTS + LUSTER_CASCADE_ROUND) & ~(LUSTER_CASCADE_ROUND - 1))

static const char *const type_labels[] = {"off",   "bell",      "low_shelf", "high_shelf", "tilt",
                                          "notch", "band_pass", "low_cut",   "high_cut",   NULL};
static const char *const slope_labels[] = {"6", "12", "18", "24", "36", "48", "72", "96", NULL};

/* clang-format off */
#define BAND(n) \
    {"b" #n "_type", "Band " #n " type", "", LUSTER_SCALE_CHOICE, 0, 8, 0, type_labels, 0, \
     "What the band is. Bell raises or lowers around its frequency, shelves all below or above, " \
     "tilt turns the whole spectrum about it; cuts remove what lies beyond."}, \
    {"b" #n "_freq", "Band " #n " frequency", "Hz", LUSTER_SCALE_LOG, 10, 30000, 1000, NULL, 0, \
     "Centre of a bell, notch or band-pass, middle of a shelf's or tilt's slope, -3 dB point of a " \
     "cut (at Q 0.71)."}, \
    {"b" #n "_gain", "Band " #n " gain", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0, \
     "Of a bell or shelf; of a tilt, the difference between top and bottom."}, \
    {"b" #n "_q", "Band " #n " Q", "", LUSTER_SCALE_LOG, 0.1, 40, 0.7071, NULL, 0, \
     "Narrowness: frequency over bandwidth of a bell; steepness of a shelf; resonance of a cut, " \
     "where 0.7071 is flat (Butterworth)."}, \
    {"b" #n "_slope", "Band " #n " slope", "dB/oct", LUSTER_SCALE_CHOICE, 0, 7, 1, slope_labels, 0, \
     "Steepness of a low or high cut."}

static const LusterParam params[N_PARAMS] = {
    BAND(1), BAND(2), BAND(3), BAND(4), BAND(5), BAND(6), BAND(7), BAND(8),
    BAND(9), BAND(10), BAND(11), BAND(12), BAND(13), BAND(14), BAND(15), BAND(16),
    BAND(17), BAND(18), BAND(19), BAND(20), BAND(21), BAND(22), BAND(23), BAND(24),
    {"output", "Output", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
     "Gain after the bands: brings the level back to what it was before them."},
};
/* clang-format on */

typedef struct Slot {
    LusterSection from, to; /* over the cell */
    double s1[LUSTER_MAX_CHANNELS], s2[LUSTER_MAX_CHANNELS]; /* while not in the cascade */
    bool used;
} Slot;

typedef struct State {
    double rate_hz;
    uint32_t n_channels, n_cells; /* cells of a move */
    uint64_t frame; /* since the reset */
    bool started;
    bool moving; /* from the next cell on, or in one */
    bool in_cell;
    bool resting; /* the cascade is in the kernel's form */
    uint32_t settle; /* cells left of the last move, of the warp alone, and one to clear up */
    int n_warp; /* warp sections in use */
    LusterSmooth output;
    LusterWarp warp;
    LusterEqBand band[LUSTER_EQ_BANDS];
    Slot slot[LUSTER_EQ_SLOTS];
    uint32_t order[LUSTER_EQ_SLOTS]; /* slots in the cascade */
    LusterCascade cascade;
} State;

/* ---- the cascade's contents ---- */

static void save_states(State *state)
{
    for (uint32_t i = 0; i < state->cascade.n_sections; i++) {
        for (uint32_t c = 0; c < state->n_channels; c++) {
            const uint32_t lane = i * state->n_channels + c;
            state->slot[state->order[i]].s1[c] = state->cascade.s1[lane];
            state->slot[state->order[i]].s2[c] = state->cascade.s2[lane];
        }
    }
}

/* Lays out the states of the used slots, and silence behind them. */
static void pack(State *state)
{
    LusterCascade *cascade = &state->cascade;
    uint32_t n = 0;
    for (uint32_t s = 0; s < LUSTER_EQ_SLOTS; s++) {
        if (state->slot[s].used)
            state->order[n++] = s;
    }
    const uint32_t was = cascade->n_sections;
    cascade->n_sections = n;
    for (uint32_t i = 0; i < n || i < was || i % LUSTER_CASCADE_ROUND; i++) {
        const Slot *slot = i < n ? &state->slot[state->order[i]] : NULL;
        for (uint32_t c = 0; c < state->n_channels; c++) {
            cascade->s1[i * state->n_channels + c] = slot ? slot->s1[c] : 0.0;
            cascade->s2[i * state->n_channels + c] = slot ? slot->s2[c] : 0.0;
        }
    }
}

/* Between moves: what the slots went `to`, unity behind them, and their states for the kernel. */
static void rest(State *state)
{
    const LusterSection unity = luster_section_unity();
    const uint32_t n = state->cascade.n_sections;
    for (uint32_t i = 0; i < n || i % LUSTER_CASCADE_ROUND; i++)
        luster_cascade_rest(&state->cascade, i, i < n ? &state->slot[state->order[i]].to : &unity);
    state->resting = true;
}

static void wake(State *state)
{
    for (uint32_t i = 0; i < state->cascade.n_sections; i++)
        luster_cascade_wake(&state->cascade, i, &state->slot[state->order[i]].to);
    state->resting = false;
}

static void use_slot(Slot *slot, const LusterQuad *digital, double amount)
{
    if (!slot->used) { /* comes in unheard */
        memset(slot, 0, sizeof *slot);
        slot->used = true;
        slot->from = luster_section_from(digital, 0.0);
    }
    slot->to = luster_section_from(digital, amount);
}

static void aim_band(State *state, int b)
{
    LusterEqBand *band = &state->band[b];
    for (int s = 0; s < LUSTER_FILTER_MAX_SECTIONS; s++) {
        Slot *slot = &state->slot[b * LUSTER_FILTER_MAX_SECTIONS + s];
        if (s < band->n_sections)
            use_slot(slot, &band->digital[s], band->amount.value);
        else
            slot->used = false;
    }
}

static void aim_warp(State *state, const LusterQuad *sections, int n)
{
    for (int s = 0; s < n; s++)
        use_slot(&state->slot[LUSTER_EQ_WARP_SLOT + s], &sections[s], 1.0);
}

/* Everything at once: the start of a stream. */
static void take(State *state)
{
    LusterQuad sections[LUSTER_WARP_SECTIONS];
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        luster_eq_band_design(&state->band[b], state->rate_hz, false, &state->warp);
        aim_band(state, b);
    }
    luster_eq_warp(state->band, &state->warp);
    state->n_warp = luster_eq_warp_best(&state->warp, sections);
    aim_warp(state, sections, state->n_warp);
    for (uint32_t s = 0; s < LUSTER_EQ_SLOTS; s++)
        state->slot[s].from = state->slot[s].to;
    pack(state);
    rest(state);
}

/* ---- moving ---- */

static bool bands_moving(const State *state)
{
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        if (luster_eq_band_moving(&state->band[b]))
            return true;
    }
    return false;
}

static void step_bands(State *state)
{
    LusterQuad sections[LUSTER_WARP_SECTIONS];
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        LusterEqBand *band = &state->band[b];
        if (!luster_eq_band_moving(band))
            continue;
        if (luster_eq_band_step(band, state->n_cells)) {
            for (int s = 0; s < LUSTER_FILTER_MAX_SECTIONS; s++)
                state->slot[b * LUSTER_FILTER_MAX_SECTIONS + s].used = false;
        }
        luster_eq_band_design(band, state->rate_hz, true, &state->warp);
        aim_band(state, b);
    }
    luster_eq_warp(state->band, &state->warp);
    if (state->n_warp == 0)
        state->n_warp = luster_eq_warp_best(&state->warp, sections) > 0;
    if (state->n_warp > 0) {
        luster_warp_fit(&state->warp, state->n_warp, sections);
        aim_warp(state, sections, state->n_warp);
    }
    state->settle = state->n_cells + 1;
}

/* The bands stand: the warp glides to the fewest sections that do, and at the very end what has
 * become unity is left out. */
static void step_settling(State *state)
{
    LusterQuad sections[LUSTER_WARP_SECTIONS];
    luster_eq_warp(state->band, &state->warp);
    const int n = luster_eq_warp_best(&state->warp, sections);
    for (int s = 0; s < LUSTER_WARP_SECTIONS; s++) {
        Slot *slot = &state->slot[LUSTER_EQ_WARP_SLOT + s];
        if (s >= n && !slot->used)
            continue;
        LusterSection goal = slot->from; /* its poles, but passing everything */
        goal.dx = 1.0;
        goal.c1 = goal.c2 = 0.0;
        if (s < n) {
            use_slot(slot, &sections[s], 1.0);
            goal = slot->to;
        }
        const double left = state->settle > 1 ? state->settle - 1 : 1;
        slot->to = luster_section_toward(&slot->from, &goal, 1.0 / left);
        if (s >= n && state->settle == 1)
            slot->used = false;
    }
    for (int b = 0; b < LUSTER_EQ_BANDS && state->settle == 1; b++) {
        if (!luster_eq_band_heard(&state->band[b])) {
            state->band[b].n_sections = 0;
            aim_band(state, b);
        }
    }
    if (--state->settle == 0)
        state->n_warp = n;
}

static void begin_cell(State *state)
{
    if (state->resting)
        wake(state);
    save_states(state);
    if (bands_moving(state))
        step_bands(state);
    else
        step_settling(state);
    pack(state);
    state->in_cell = true;
}

static void end_cell(State *state)
{
    for (uint32_t i = 0; i < state->cascade.n_sections; i++) {
        Slot *slot = &state->slot[state->order[i]];
        slot->from = slot->to;
    }
    state->in_cell = false;
    state->moving = state->settle > 0 || bands_moving(state);
    if (!state->moving)
        rest(state);
}

/* n frames of a cell, the first of them number `at` in it. */
static void run_cell(State *state, double *frames, uint32_t at, uint32_t n)
{
    const uint32_t n_channels = state->n_channels;
    for (uint32_t i = 0; i < state->cascade.n_sections; i++) {
        const Slot *slot = &state->slot[state->order[i]];
        luster_section_run_cell(&slot->from, &slot->to, &state->cascade.s1[i * n_channels],
                                &state->cascade.s2[i * n_channels], frames, n_channels, at, n);
    }
}

/* ---- the processor ---- */

static void reset(void *ptr)
{
    State *state = ptr;
    state->frame = 0;
    state->started = state->moving = state->in_cell = false;
    state->settle = 0;
    state->n_warp = 0;
    luster_smooth_reset(&state->output);
    memset(state->band, 0, sizeof state->band);
    memset(state->slot, 0, sizeof state->slot);
    pack(state);
    rest(state);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->n_cells = (luster_smooth_frames(setup->rate_hz) + CELL - 1) / CELL;
    luster_warp_init(&state->warp);
    if (!luster_cascade_open(&state->cascade, arena, MAX_SECTIONS, setup->n_channels))
        return LUSTER_NO_MEMORY;
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    for (int b = 0; b < LUSTER_EQ_BANDS; b++)
        luster_eq_band_set(&state->band[b], values + b * LUSTER_EQ_COLUMNS,
                           state->started ? state->n_cells : 0);
    luster_smooth_set(&state->output, luster_db_to_gain(values[OUTPUT]),
                      luster_smooth_frames(state->rate_hz));
    if (!state->started)
        take(state);
    state->started = true;
    state->moving |= bands_moving(state);
}

static void apply_output(State *state, double *frames, uint32_t n)
{
    const uint32_t n_channels = state->n_channels;
    uint32_t f = 0;
    for (; f < n && luster_smooth_moving(&state->output); f++) {
        const double gain = luster_smooth_next(&state->output);
        for (uint32_t c = 0; c < n_channels; c++)
            frames[f * n_channels + c] *= gain;
    }
    const double gain = state->output.value;
    for (uint32_t i = f * n_channels; i < n * n_channels && gain != 1.0; i++)
        frames[i] *= gain;
}

/* Frames that can be done in one go from here, and doing them. */
static uint32_t stretch(State *state, const LusterBlock *block, uint32_t from, double *frames)
{
    const uint32_t at = (uint32_t)(state->frame % CELL);
    if (state->moving && at == 0)
        begin_cell(state);
    const uint32_t left = block->n_frames - from;
    const uint32_t room = state->moving ? CELL - at : STRETCH - (uint32_t)(state->frame % STRETCH);
    const uint32_t n = left < room ? left : room;
    const LusterKernels *kernels = luster_kernels();
    const bool stereo = state->n_channels == 2;
    const bool idle = state->cascade.n_sections == 0 && state->output.value == 1.0 &&
                      !luster_smooth_moving(&state->output);
    if (idle) {
        for (uint32_t c = 0; c < state->n_channels; c++)
            memmove(block->out[c] + from, block->in[c] + from, n * sizeof(float));
    } else {
        kernels->cascade_load(frames, block->in[0] + from, stereo ? block->in[1] + from : NULL, n);
        if (state->in_cell)
            run_cell(state, frames, at, n);
        else
            kernels->cascade_run(&state->cascade, frames, n);
        apply_output(state, frames, n);
        kernels->cascade_store(block->out[0] + from, stereo ? block->out[1] + from : NULL, frames,
                               n);
    }
    state->frame += n;
    if (state->in_cell && state->frame % CELL == 0)
        end_cell(state);
    if (state->frame % STRETCH == 0)
        luster_cascade_tidy(&state->cascade);
    return n;
}

static void process(void *ptr, const LusterBlock *block)
{
    _Alignas(64) double frames[STRETCH * LUSTER_MAX_CHANNELS];
    for (uint32_t done = 0; done < block->n_frames;)
        done += stretch(ptr, block, done, frames);
}

/* Poles of the same place ring longer together than one does: half as long again for each. */
static double tail(const double *values)
{
    double longest = 0.0, sum = 0.0;
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        const double own = luster_eq_band_tail(values + b * LUSTER_EQ_COLUMNS);
        longest = own > longest ? own : longest;
        sum += own;
    }
    return longest + 0.5 * (sum < 12.0 * longest ? sum : 12.0 * longest);
}

const LusterProcessor luster_proc_eq = {
    .id = "eq",
    .name = "Equalizer",
    .category = "eq",
    .doc = "24 bands, each a bell, shelf, tilt, notch, band-pass or cut of 6 to 96 dB per octave, "
           "minimum phase, without latency. Every band follows its analogue prototype up to "
           "Nyquist (matched roots and one shared warp); double precision; moves without clicks.",
    .version = 1,
    .params = params,
    .n_params = N_PARAMS,
    .neutral = "",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .tail = tail,
};
