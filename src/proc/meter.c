/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Meter: a tap. The sound passes as it is; what is read is loudness by BS.1770-5 and EBU Tech 3341
 * and 3342 (dsp/bs1770.h), true peak at 16 readings per frame, and the correlation of the sides.
 * Gated values come from histograms of 0.01 LU, whose bins keep their exact powers: bounded memory
 * for any length, and at most a bin on the gate's edge is in doubt. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/bs1770.h"
#include "dsp/frames.h"
#include "dsp/true_peak.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

enum { INTEGRATE, N_PARAMS };

#define ABSOLUTE_GATE_LUFS -70.0 /* BS.1770-5 and EBU Tech 3342 */
#define INTEGRATED_GATE_LU -10.0 /* BS.1770-5 */
#define RANGE_GATE_LU -20.0 /* EBU Tech 3342 */
#define RANGE_LOW 0.10 /* percentiles of EBU Tech 3342 */
#define RANGE_HIGH 0.95
#define BINS 9000 /* from the absolute gate up to +20 LUFS */
#define BINS_PER_LU 100.0
#define NOTHING -200.0f /* what is read before there is anything */

static const LusterParam params[N_PARAMS] = {
    [INTEGRATE] = {"integrate", "Integrate", "", LUSTER_SCALE_TOGGLE, 0, 1, 1, NULL, 0,
                   "Counts toward integrated loudness, range and the largest values; switched on "
                   "again it starts them anew."},
};

enum {
    MOMENTARY,
    SHORT_TERM,
    INTEGRATED,
    RANGE,
    MOMENTARY_MAX,
    SHORT_TERM_MAX,
    TRUE_PEAK,
    CORRELATION,
    N_METERS
};

static const LusterMeter meters[N_METERS] = {
    [MOMENTARY] = {"momentary", "Momentary loudness", "LUFS", "Over the last 400 ms."},
    [SHORT_TERM] = {"short_term", "Short-term loudness", "LUFS", "Over the last 3 s."},
    [INTEGRATED] = {"integrated", "Integrated loudness", "LUFS", "Gated, since the start."},
    [RANGE] = {"range", "Loudness range", "LU", "Of the short-term loudness, since the start."},
    [MOMENTARY_MAX] = {"momentary_max", "Largest momentary loudness", "LUFS", "Since the start."},
    [SHORT_TERM_MAX] = {"short_term_max", "Largest short-term loudness", "LUFS",
                        "Since the start."},
    [TRUE_PEAK] = {"true_peak", "True peak", "dBTP", "The largest since the start."},
    [CORRELATION] = {"correlation", "Correlation", "",
                     "Of left and right over the last 400 ms: 1 mono, 0 wide, -1 out of phase."},
};

typedef struct Histogram {
    double power[BINS]; /* sum of what fell into it */
    uint64_t count[BINS];
} Histogram;

typedef struct Sides {
    double left, right, both;
} Sides;

typedef struct State {
    uint32_t n_channels, rate_hz;
    bool integrate, started;
    LusterLoudness loudness;
    double momentary_max, short_term_max; /* powers */
    LusterTruePeakMax peak[LUSTER_MAX_CHANNELS];
    Sides step, ring[LUSTER_LOUDNESS_MOMENTARY_STEPS]; /* sums over 10 ms each */
    Histogram *blocks, *shorts;
} State;

/* ---- histograms ----------------------------------------------------------------------------- */

static void put(Histogram *histogram, double power)
{
    const double lufs = power > 0.0 ? luster_power_to_lufs(power) : -INFINITY;
    if (!(lufs > ABSOLUTE_GATE_LUFS))
        return;
    const double place = (lufs - ABSOLUTE_GATE_LUFS) * BINS_PER_LU;
    const uint32_t bin = place < BINS - 1 ? (uint32_t)place : BINS - 1;
    histogram->power[bin] += power;
    histogram->count[bin]++;
}

/* Mean power from a bin on; 0 when nothing is there. */
static double mean_from(const Histogram *histogram, uint32_t from)
{
    double power = 0.0;
    uint64_t count = 0;
    for (uint32_t b = from; b < BINS; b++) {
        power += histogram->power[b];
        count += histogram->count[b];
    }
    return count ? power / (double)count : 0.0;
}

/* First bin that passes the relative gate. */
static uint32_t gate_of(const Histogram *histogram, double relative_lu)
{
    const double mean = mean_from(histogram, 0);
    const double gate = mean > 0.0 ? luster_power_to_lufs(mean) + relative_lu : 0.0;
    const double place = (gate - ABSOLUTE_GATE_LUFS) * BINS_PER_LU;
    return mean > 0.0 && place > 0.0 ? (uint32_t)ceil(place) : 0;
}

static float integrated_lufs(const Histogram *blocks)
{
    const double mean = mean_from(blocks, gate_of(blocks, INTEGRATED_GATE_LU));
    return mean > 0.0 ? (float)luster_power_to_lufs(mean) : NOTHING;
}

/* Place of the value of rank `share` of those from a bin on. */
static uint32_t percentile(const Histogram *histogram, uint32_t from, double share)
{
    uint64_t total = 0, seen = 0;
    for (uint32_t b = from; b < BINS; b++)
        total += histogram->count[b];
    const uint64_t rank = (uint64_t)((double)(total ? total - 1 : 0) * share + 0.5);
    for (uint32_t b = from; b < BINS; b++) {
        seen += histogram->count[b];
        if (seen > rank)
            return b;
    }
    return from;
}

static float range_lu(const Histogram *shorts)
{
    const uint32_t from = gate_of(shorts, RANGE_GATE_LU);
    const uint32_t low = percentile(shorts, from, RANGE_LOW);
    const uint32_t high = percentile(shorts, from, RANGE_HIGH);
    return (float)((high - low) / BINS_PER_LU);
}

/* ---- the processor -------------------------------------------------------------------------- */

static void start_integration(State *state)
{
    memset(state->blocks, 0, sizeof *state->blocks);
    memset(state->shorts, 0, sizeof *state->shorts);
    state->momentary_max = state->short_term_max = 0.0;
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_true_peak_max_init(&state->peak[c]);
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    luster_loudness_init(&state->loudness, state->rate_hz, state->n_channels, NULL);
    memset(state->ring, 0, sizeof state->ring);
    state->step = (Sides){0};
    start_integration(state);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->n_channels = setup->n_channels;
    state->rate_hz = (uint32_t)(setup->rate_hz + 0.5);
    state->blocks = luster_arena_alloc(arena, sizeof *state->blocks);
    state->shorts = luster_arena_alloc(arena, sizeof *state->shorts);
    if (!state->blocks || !state->shorts)
        return LUSTER_NO_MEMORY;
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const bool integrate = values[INTEGRATE] != 0.0;
    if (state->started && integrate && !state->integrate)
        start_integration(state);
    state->integrate = integrate;
    state->started = true;
}

/* A step of 10 ms is over; windows count once they are full of sound. */
static void end_step(State *state)
{
    const LusterLoudness *loudness = &state->loudness;
    state->ring[loudness->n_steps % LUSTER_LOUDNESS_MOMENTARY_STEPS] = state->step;
    state->step = (Sides){0};
    if (!state->integrate)
        return;
    const bool tenth = loudness->n_steps % LUSTER_LOUDNESS_STEPS_PER_BLOCK == 0;
    if (loudness->n_steps >= LUSTER_LOUDNESS_MOMENTARY_STEPS) {
        state->momentary_max = fmax(state->momentary_max, loudness->momentary);
        if (tenth)
            put(state->blocks, loudness->momentary);
    }
    if (loudness->n_steps >= LUSTER_LOUDNESS_SHORT_STEPS) {
        state->short_term_max = fmax(state->short_term_max, loudness->short_term);
        if (tenth)
            put(state->shorts, loudness->short_term);
    }
}

static void add_sides(State *state, const LusterBlock *block, uint32_t from, uint32_t n)
{
    const float *l = block->in[0] + from, *r = block->in[state->n_channels - 1] + from;
    for (uint32_t i = 0; i < n; i++) {
        if (!(fabsf(l[i]) < LUSTER_LOUD && fabsf(r[i]) < LUSTER_LOUD))
            continue;
        state->step.left += (double)l[i] * l[i];
        state->step.right += (double)r[i] * r[i];
        state->step.both += (double)l[i] * r[i];
    }
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    for (uint32_t done = 0; done < block->n_frames;) {
        const uint64_t steps = state->loudness.n_steps;
        const uint32_t n =
            luster_loudness_add(&state->loudness, block->in, done, block->n_frames - done);
        add_sides(state, block, done, n);
        done += n;
        if (state->loudness.n_steps != steps)
            end_step(state);
    }
    for (uint32_t c = 0; c < state->n_channels; c++) {
        if (state->integrate)
            luster_true_peak_max_add(&state->peak[c], block->in[c], block->n_frames);
        memmove(block->out[c], block->in[c], block->n_frames * sizeof(float));
    }
}

static float lufs_of(double power)
{
    const double lufs = power > 0.0 ? luster_power_to_lufs(power) : NOTHING;
    return (float)(lufs > NOTHING ? lufs : NOTHING);
}

static float correlation(const State *state)
{
    Sides sum = {0};
    for (int i = 0; i < LUSTER_LOUDNESS_MOMENTARY_STEPS; i++) {
        sum.left += state->ring[i].left;
        sum.right += state->ring[i].right;
        sum.both += state->ring[i].both;
    }
    const double size = sqrt(sum.left * sum.right);
    return size > 0.0 ? (float)(sum.both / size) : 0.0f;
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    float top = 0.0f;
    for (uint32_t c = 0; c < state->n_channels; c++)
        top = state->peak[c].top > top ? state->peak[c].top : top;
    readings[MOMENTARY] = lufs_of(state->loudness.momentary);
    readings[SHORT_TERM] = lufs_of(state->loudness.short_term);
    readings[INTEGRATED] = integrated_lufs(state->blocks);
    readings[RANGE] = range_lu(state->shorts);
    readings[MOMENTARY_MAX] = lufs_of(state->momentary_max);
    readings[SHORT_TERM_MAX] = lufs_of(state->short_term_max);
    readings[TRUE_PEAK] = top > 0.0f ? (float)luster_gain_to_db(top) : NOTHING;
    readings[CORRELATION] = correlation(state);
}

const LusterProcessor luster_proc_meter = {
    .id = "meter",
    .name = "Meter",
    .category = "meter",
    .doc = "A tap that leaves the sound as it is and reads loudness (momentary, short-term, "
           "integrated, range) by BS.1770-5 and EBU R 128, true peak, and the correlation of the "
           "sides, anywhere in a chain.",
    .version = 1,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = N_METERS,
    .neutral = "",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
};
