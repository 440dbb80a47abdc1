/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Equalizer: bands matched to their analogue prototypes (dsp/filter_design.h) as one cascade of
 * sections in double, on left and right or mid and side. Bands move by cells of 32 absolute frames:
 * a design for each, and coefficients smoothly between. Dynamic bands move all the time. */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/frames.h"
#include "proc/equalizer_dynamic.h"
#include "proc/registry.h"
#include "simd/kernels.h"

#include <math.h>
#include <string.h>

#define CELL LUSTER_CELL
#define STRETCH LUSTER_STRETCH
/* Length of a move: longer than that of a plain gain, for a sharp bell that goes through 40 dB. */
#define MOVE_MS 30.0
#define OUTPUT (LUSTER_EQ_BANDS * LUSTER_EQ_COLUMNS)
#define N_PARAMS (OUTPUT + 1)

static const char *const when_labels[] = {"above", "below", NULL};
static const char *const key_labels[] = {"input", "side_chain", NULL};

/* clang-format off */
#define BAND(n) \
    LUSTER_EQ_ROWS(n), \
    {"b" #n "_range", "Band " #n " range", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0, \
     "Makes a bell, shelf or tilt dynamic: the most its gain changes by as the level in the band " \
     "passes the threshold. Below 0 tames what sticks out, above 0 brings it forward; 0 is off."}, \
    {"b" #n "_threshold", "Band " #n " threshold", "dB", LUSTER_SCALE_LINEAR, -80, 0, -30, NULL, 0, \
     "Of a dynamic band: the level of its own part of the spectrum, in dBFS, from which it acts."}, \
    {"b" #n "_ratio", "Band " #n " ratio", ":1", LUSTER_SCALE_LOG, 1, 20, 3, NULL, 0, \
     "Of a dynamic band: how fast it gets to the end of its range; the gain changes by " \
     "1 - 1/ratio dB for each dB past the threshold."}, \
    {"b" #n "_when", "Band " #n " when", "", LUSTER_SCALE_CHOICE, 0, 1, 0, when_labels, 0, \
     "Of a dynamic band: acts above the threshold, or below it (lifts or hides what is soft)."}, \
    {"b" #n "_attack", "Band " #n " attack", "ms", LUSTER_SCALE_LOG, 1, 500, 10, NULL, 0, \
     "Of a dynamic band: time to cover 63 % of a change (its time constant)."}, \
    {"b" #n "_release", "Band " #n " release", "ms", LUSTER_SCALE_LOG, 10, 5000, 150, NULL, 0, \
     "Of a dynamic band: time to give back 63 %, after half a period of its frequency."}, \
    {"b" #n "_key", "Band " #n " key", "", LUSTER_SCALE_CHOICE, 0, 1, 0, key_labels, 0, \
     "Of a dynamic band: what it listens to. Without a side-chain it is always the input."}
#define METER(n) \
    {"b" #n "_change", "Band " #n " change", "dB", \
     "Gain of band " #n " beyond its own at the end of the last block, when it is dynamic."}

static const LusterParam params[N_PARAMS] = {
    BAND(1), BAND(2), BAND(3), BAND(4), BAND(5), BAND(6), BAND(7), BAND(8),
    BAND(9), BAND(10), BAND(11), BAND(12), BAND(13), BAND(14), BAND(15), BAND(16),
    BAND(17), BAND(18), BAND(19), BAND(20), BAND(21), BAND(22), BAND(23), BAND(24),
    {"output", "Output", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
     "Gain after the bands: brings the level back to what it was before them."},
};
/* clang-format on */

static const LusterMeter meters[] = {
    METER(1),  METER(2),  METER(3),  METER(4),  METER(5),  METER(6),  METER(7),  METER(8),
    METER(9),  METER(10), METER(11), METER(12), METER(13), METER(14), METER(15), METER(16),
    METER(17), METER(18), METER(19), METER(20), METER(21), METER(22), METER(23), METER(24),
};

typedef struct State {
    double rate_hz;
    uint32_t n_channels, n_cells; /* cells of a move */
    uint64_t frame; /* since the reset */
    bool started;
    bool moving; /* from the next cell on, or in one */
    bool in_cell;
    uint32_t settle; /* cells left of the last move: of the warps alone, and two to clear up */
    int n_dynamic; /* dynamic bands */
    int n_warp[LUSTER_EQ_GROUPS]; /* warp sections in use */
    LusterSmooth output;
    LusterWarp warp;
    LusterEqBand band[LUSTER_EQ_BANDS];
    LusterEqDynamic dynamic[LUSTER_EQ_BANDS];
    LusterEqRack rack;
} State;

/* ---- the rack's contents ---- */

static void aim_band(State *state, int b)
{
    LusterEqBand *band = &state->band[b];
    for (int s = 0; s < LUSTER_FILTER_MAX_SECTIONS; s++) {
        LusterEqSlot *slot = &state->rack.slot[b * LUSTER_FILTER_MAX_SECTIONS + s];
        if (s < band->n_sections) {
            const LusterSection section =
                luster_section_from(&band->digital[s], band->amount.value);
            luster_eq_slot_aim(slot, &section, band->kind.group, false);
        } else {
            slot->used = false;
        }
    }
}

static LusterEqSlot *warp_slots(State *state, int group)
{
    return &state->rack.slot[LUSTER_EQ_WARP_SLOT + group * LUSTER_WARP_SECTIONS];
}

static void aim_warp(State *state, int group, const LusterQuad *sections, int n)
{
    for (int s = 0; s < n; s++) {
        const LusterSection section = luster_section_from(&sections[s], 1.0);
        luster_eq_slot_aim(&warp_slots(state, group)[s], &section, group, false);
    }
}

/* Returns whether a slot came or went. */
static bool aim_dynamic(State *state)
{
    bool changed = false;
    for (int b = 0; b < LUSTER_EQ_BANDS && state->n_dynamic; b++) {
        if (state->band[b].kind.dynamic)
            changed |= luster_eq_dynamic_aim(&state->dynamic[b], &state->band[b], state->rate_hz,
                                             &state->rack.slot[b * LUSTER_FILTER_MAX_SECTIONS],
                                             &state->warp);
    }
    return changed;
}

static void count_dynamic(State *state)
{
    state->n_dynamic = 0;
    for (int b = 0; b < LUSTER_EQ_BANDS; b++)
        state->n_dynamic += state->band[b].kind.dynamic;
}

/* Everything at once: the start of a stream. */
static void take(State *state)
{
    LusterQuad sections[LUSTER_WARP_SECTIONS];
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        if (state->band[b].kind.dynamic)
            continue;
        luster_eq_band_design(&state->band[b], state->rate_hz, state->band[b].gain_db.value, false,
                              &state->warp);
        aim_band(state, b);
    }
    for (int g = 0; g < LUSTER_EQ_GROUPS; g++) {
        luster_eq_warp(state->band, g, &state->warp);
        state->n_warp[g] = luster_eq_warp_best(&state->warp, sections);
        aim_warp(state, g, sections, state->n_warp[g]);
    }
    count_dynamic(state);
    aim_dynamic(state);
    for (uint32_t s = 0; s < LUSTER_EQ_SLOTS; s++)
        state->rack.slot[s].path = luster_section_still(&state->rack.slot[s].path.to);
    luster_eq_rack_rest(&state->rack);
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

static void step_warp(State *state, int group)
{
    LusterQuad sections[LUSTER_WARP_SECTIONS];
    luster_eq_warp(state->band, group, &state->warp);
    if (state->n_warp[group] == 0)
        state->n_warp[group] = luster_eq_warp_best(&state->warp, sections) > 0;
    if (state->n_warp[group] > 0) {
        luster_warp_fit(&state->warp, state->n_warp[group], sections);
        aim_warp(state, group, sections, state->n_warp[group]);
    }
}

static void step_bands(State *state)
{
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        LusterEqBand *band = &state->band[b];
        if (!luster_eq_band_moving(band))
            continue;
        if (luster_eq_band_step(band, state->n_cells)) {
            for (int s = 0; s < LUSTER_FILTER_MAX_SECTIONS; s++)
                state->rack.slot[b * LUSTER_FILTER_MAX_SECTIONS + s].used = false;
            luster_eq_dynamic_start(&state->dynamic[b]);
        }
        if (band->kind.dynamic)
            continue;
        luster_eq_band_design(band, state->rate_hz, band->gain_db.value, true, &state->warp);
        aim_band(state, b);
    }
    for (int g = 0; g < LUSTER_EQ_GROUPS; g++)
        step_warp(state, g);
    count_dynamic(state);
    state->settle = state->n_cells + 2;
}

/* The warp of a group glides to the fewest sections that do. */
static void settle_warp(State *state, int group)
{
    LusterQuad sections[LUSTER_WARP_SECTIONS];
    luster_eq_warp(state->band, group, &state->warp);
    const int n = luster_eq_warp_best(&state->warp, sections);
    const uint32_t left = state->settle > 3 ? state->settle - 2 : 1;
    for (int s = 0; s < LUSTER_WARP_SECTIONS; s++) {
        LusterEqSlot *slot = &warp_slots(state, group)[s];
        if (s < n) {
            const LusterSection goal = luster_section_from(&sections[s], 1.0);
            luster_eq_slot_aim(slot, &goal, group, false);
            if (left > 1)
                slot->path.to = luster_section_toward(&slot->path.from, &goal, 1.0 / left);
        } else if (slot->used) {
            luster_eq_slot_retire(slot, left);
            slot->used = state->settle > 1;
        }
    }
    if (state->settle == 1)
        state->n_warp[group] = n;
}

/* The bands stand: the warps settle, and at the very end what has become unity is left out. */
static void step_settling(State *state)
{
    for (int g = 0; g < LUSTER_EQ_GROUPS; g++)
        settle_warp(state, g);
    for (int b = 0; b < LUSTER_EQ_BANDS && state->settle == 1; b++) {
        if (!luster_eq_band_heard(&state->band[b])) {
            state->band[b].n_sections = 0;
            aim_band(state, b);
        }
    }
    state->settle--;
}

static void begin_cell(State *state)
{
    if (state->moving) {
        luster_eq_rack_wake(&state->rack);
        if (bands_moving(state))
            step_bands(state);
        else
            step_settling(state);
    }
    if (aim_dynamic(state) || state->moving)
        luster_eq_rack_list(&state->rack);
    state->in_cell = true;
}

static void end_cell(State *state)
{
    luster_eq_rack_step(&state->rack);
    for (int b = 0; b < LUSTER_EQ_BANDS && state->n_dynamic; b++) {
        if (state->band[b].kind.dynamic)
            luster_eq_dynamic_step(&state->dynamic[b]);
    }
    state->in_cell = false;
    if (!state->moving)
        return;
    state->moving = state->settle > 0 || bands_moving(state);
    if (!state->moving)
        luster_eq_rack_rest(&state->rack);
}

/* The dynamic bands hear what is about to be changed. */
static void hear(State *state, const LusterBlock *block, uint32_t from, uint32_t n)
{
    for (int b = 0; b < LUSTER_EQ_BANDS && state->n_dynamic; b++) {
        const LusterEqBand *band = &state->band[b];
        if (!band->kind.dynamic)
            continue;
        const float *const *source = state->dynamic[b].keyed && block->key ? block->key : block->in;
        const float *in[LUSTER_MAX_CHANNELS] = {source[0] + from, NULL};
        if (state->n_channels == 2)
            in[1] = source[1] + from;
        luster_eq_dynamic_hear(&state->dynamic[b], band, in, state->n_channels, n);
    }
}

/* ---- the processor ---- */

static void reset(void *ptr)
{
    State *state = ptr;
    state->frame = 0;
    state->started = state->moving = state->in_cell = false;
    state->settle = 0;
    state->n_dynamic = 0;
    memset(state->n_warp, 0, sizeof state->n_warp);
    luster_smooth_reset(&state->output);
    memset(state->band, 0, sizeof state->band);
    for (int b = 0; b < LUSTER_EQ_BANDS; b++)
        luster_eq_dynamic_reset(&state->dynamic[b]);
    luster_eq_rack_reset(&state->rack);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->n_cells = (luster_ms_to_frames(MOVE_MS, setup->rate_hz) + CELL - 1) / CELL;
    luster_warp_init(&state->warp);
    if (!luster_eq_dynamic_open(state->dynamic, arena, LUSTER_EQ_BANDS, setup->rate_hz) ||
        !luster_eq_rack_open(&state->rack, arena, setup->n_channels))
        return LUSTER_NO_MEMORY;
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t n_cells = state->started ? state->n_cells : 0;
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        const double *columns = values + b * LUSTER_EQ_COLUMNS;
        const bool dynamic = state->band[b].kind.dynamic;
        luster_eq_band_set(&state->band[b], columns, state->n_channels, n_cells);
        luster_eq_dynamic_set(&state->dynamic[b], columns, state->rate_hz,
                              dynamic ? 2 * n_cells : 0);
    }
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
    const bool cells = state->moving || state->n_dynamic;
    if (cells && at == 0)
        begin_cell(state);
    const uint32_t left = block->n_frames - from;
    const uint32_t room = cells ? CELL - at : STRETCH - (uint32_t)(state->frame % STRETCH);
    const uint32_t n = left < room ? left : room;
    const LusterKernels *kernels = luster_kernels();
    const bool stereo = state->n_channels == 2;
    hear(state, block, from, n);
    const bool idle = luster_eq_rack_idle(&state->rack) && state->output.value == 1.0 &&
                      !luster_smooth_moving(&state->output);
    if (idle) {
        for (uint32_t c = 0; c < state->n_channels; c++)
            memmove(block->out[c] + from, block->in[c] + from, n * sizeof(float));
    } else {
        kernels->cascade_load(frames, block->in[0] + from, stereo ? block->in[1] + from : NULL, n);
        luster_eq_rack_run(&state->rack, frames, at, n);
        apply_output(state, frames, n);
        kernels->cascade_store(block->out[0] + from, stereo ? block->out[1] + from : NULL, frames,
                               n);
    }
    state->frame += n;
    if (state->in_cell && state->frame % CELL == 0)
        end_cell(state);
    if (state->frame % STRETCH == 0)
        luster_eq_rack_tidy(&state->rack);
    return n;
}

static void process(void *ptr, const LusterBlock *block)
{
    _Alignas(64) double frames[STRETCH * LUSTER_MAX_CHANNELS];
    for (uint32_t done = 0; done < block->n_frames;)
        done += stretch(ptr, block, done, frames);
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    for (int b = 0; b < LUSTER_EQ_BANDS; b++)
        readings[b] = state->band[b].kind.dynamic ? (float)state->dynamic[b].gain_db : 0.0f;
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
    .doc =
        "24 bands, each a bell, shelf, tilt, notch, band-pass or cut of 6 to 96 dB per octave, on "
        "both channels or left, right, mid or side, minimum phase, without latency. Every band "
        "follows its analogue prototype up to Nyquist (matched roots and one shared warp); bells, "
        "shelves and tilts may move with the level; double precision; moves without clicks.",
    .version = 2,
    .flags = LUSTER_PROC_KEYED | LUSTER_PROC_SIDED,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = LUSTER_EQ_BANDS,
    .presets = luster_eq_presets,
    .n_presets = LUSTER_EQ_PRESETS,
    .neutral = "",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .tail = tail,
};
