/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Limiter: true peak, look-ahead. The signal between samples is measured 16 times per frame
 * (dsp/sharp_peak.h); what exceeds the ceiling, in octaves, is held as a sliding maximum, released
 * in two stages, and smoothed by two boxes as long as the look-ahead. Every value under the boxes
 * is at least what the peak needs, so their mean is too: the ceiling holds by construction. */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/box.h"
#include "dsp/detector.h"
#include "dsp/frames.h"
#include "dsp/sharp_peak.h"
#include "dsp/slide_max.h"
#include "dsp/smooth.h"
#include "proc/keyed.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

enum { INPUT_GAIN, CEILING, LOOKAHEAD, RELEASE, AUTO_RELEASE, LINK, LIMIT, N_PARAMS };

#define CHUNK LUSTER_TP_CHUNK /* frames */
/* The gain stays down this many frames on both sides of a peak, so that the interpolation around
 * it sees one gain. */
#define GUARD 3
/* Half a period of 40 Hz: a bass note is held from one peak to the next and keeps its shape. */
#define HOLD_MS 12.5
/* Automatic release: sustained reduction is taken over by a second stage, slower by the ratio of
 * the pair 0.1 s and 1.2 s of the classic bus compressor; it takes this many releases to charge. */
#define SLOW_RELEASE 12.0
#define SLOW_CHARGE 4.0
/* Aim below the ceiling: what the 16 readings per frame may miss at high frequencies. */
#define MARGIN_DB 0.02
#define QUANTUM 0x1p-26 /* octaves: 9e-8 dB; 2^7 octaves times two boxes of 2^11 fit in 63 bits */

static const LusterParam params[N_PARAMS] = {
    [INPUT_GAIN] = {"input_gain", "Input gain", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
                    "Gain ahead of the limiter: drives the programme into the ceiling."},
    [CEILING] = {"ceiling", "Ceiling", "dBTP", LUSTER_SCALE_LINEAR, -30, 0, -1, NULL, 0,
                 "True peak that is never exceeded."},
    [LOOKAHEAD] = {"lookahead", "Look-ahead", "ms", LUSTER_SCALE_LINEAR, 0.5,
                   LUSTER_LOOKAHEAD_MAX_MS, 3, NULL, LUSTER_PARAM_STATIC,
                   "Time in which the gain comes down ahead of a peak; short is punchier, long is "
                   "cleaner."},
    [RELEASE] = {"release", "Release", "ms", LUSTER_SCALE_LOG, 1, 2000, 60, NULL, 0,
                 "Time in which the gain comes back by 63 % of the way, after a hold of 12.5 ms."},
    [AUTO_RELEASE] = {"auto_release", "Automatic release", "", LUSTER_SCALE_TOGGLE, 0, 1, 1, NULL,
                      0,
                      "Reduction that lasts is released 12 times slower; single peaks still at the "
                      "set speed. Less distortion and pumping on dense music."},
    [LINK] = {"link", "Stereo link", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
              "100: both channels get the same gain and the image stays; 0: each its own."},
    [LIMIT] = {"limit", "Limit", "", LUSTER_SCALE_TOGGLE, 0, 1, 1, NULL, 0,
               "Off: the sound passes with its gain and delay only, to compare."},
};

static const LusterMeter meters[] = {
    LUSTER_METER_GAIN_REDUCTION,
    {"input_peak", "Input peak", "dBTP",
     "Largest peak of the last block after the input gain; true peak above the ceiling, sample "
     "peak below."},
};

/* What turns one channel's excess into its reduction. */
typedef struct Chain {
    LusterSlideMax slide;
    LusterBox box[2];
    double fast, slow; /* octaves: release stages */
} Chain;

typedef struct Releases {
    double fast_keep, charge_go, slow_go;
    double scale; /* octaves per unit of the second box */
} Releases;

typedef struct State {
    uint32_t n_channels, ramp, lookahead;
    double rate_hz;
    bool started, apart; /* apart: the channels' chains may differ */
    Releases releases;
    LusterGlide input, ceiling, unlink; /* ceiling: amplitude, less the margin */
    LusterDynGain gain; /* `dry` is 1 while the limiter is off */
    Chain chain[LUSTER_MAX_CHANNELS];
    LusterSharpPeak meter[LUSTER_MAX_CHANNELS];
    LusterLag lag[LUSTER_MAX_CHANNELS];
    float most, peak; /* for the meters: octaves, amplitude */
    float level[LUSTER_MAX_CHANNELS][CHUNK], both[CHUNK], factor[CHUNK];
} State;

static uint32_t lookahead_frames(const double *values, double rate_hz)
{
    return luster_ms_to_frames(values[LOOKAHEAD], rate_hz);
}

static uint32_t latency(const double *values, double rate_hz)
{
    return LUSTER_SHARP_PEAK_LATENCY + lookahead_frames(values, rate_hz) + GUARD;
}

static uint32_t hold_frames(double rate_hz)
{
    return (uint32_t)(HOLD_MS / 1000.0 * rate_hz);
}

static void reset_chain(Chain *chain, uint32_t lookahead, uint32_t hold)
{
    luster_slide_max_reset(&chain->slide, lookahead + 2 * GUARD + 1 + hold);
    luster_box_reset(&chain->box[0], lookahead / 2 + 1);
    luster_box_reset(&chain->box[1], lookahead - lookahead / 2 + 1);
    chain->fast = chain->slow = 0.0;
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = state->apart = false;
    state->most = state->peak = 0.0f;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        luster_sharp_peak_reset(&state->meter[c]);
        luster_lag_reset(&state->lag[c]);
    }
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    const uint32_t most = (uint32_t)(LUSTER_LOOKAHEAD_MAX_MS / 1000.0 * setup->rate_hz) + 1;
    const uint32_t window = most + 2 * GUARD + 1 + hold_frames(setup->rate_hz);
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        Chain *chain = &state->chain[c];
        if (!luster_sharp_peak_open(&state->meter[c], arena) ||
            !luster_slide_max_open(&chain->slide, arena, window) ||
            !luster_box_open(&chain->box[0], arena, most / 2 + 2) ||
            !luster_box_open(&chain->box[1], arena, most / 2 + 2) ||
            !luster_lag_open(&state->lag[c], arena, LUSTER_SHARP_PEAK_LATENCY + most + GUARD,
                             CHUNK))
            return LUSTER_NO_MEMORY;
    }
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void start(State *state, const double *values)
{
    state->lookahead = lookahead_frames(values, state->rate_hz);
    for (uint32_t c = 0; c < state->n_channels; c++)
        reset_chain(&state->chain[c], state->lookahead, hold_frames(state->rate_hz));
    const Chain *chain = &state->chain[0];
    state->releases.scale = QUANTUM / ((double)chain->box[0].length * (double)chain->box[1].length);
    state->started = true;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->started ? state->ramp : 0;
    if (!state->started)
        start(state, values);
    luster_glide_set(&state->input, luster_db_to_gain(values[INPUT_GAIN]), ramp);
    luster_glide_set(&state->ceiling, luster_db_to_gain(values[CEILING] - MARGIN_DB), ramp);
    luster_glide_set(&state->unlink, 1.0 - values[LINK] / 100.0, ramp);
    luster_glide_set(&state->gain.dry, 1.0 - values[LIMIT], ramp);
    const double release_ms = values[RELEASE], rate_hz = state->rate_hz;
    const double charge_keep = luster_one_pole_keep(SLOW_CHARGE * release_ms, rate_hz);
    state->releases.fast_keep = luster_one_pole_keep(release_ms, rate_hz);
    state->releases.charge_go = values[AUTO_RELEASE] != 0.0 ? 1.0 - charge_keep : 0.0;
    state->releases.slow_go = 1.0 - luster_one_pole_keep(SLOW_RELEASE * release_ms, rate_hz);
}

/* `octaves` [n] of excess become the smooth reduction. */
static void run_chain(Chain *chain, const Releases *r, float *octaves, uint32_t n)
{
    double fast = chain->fast, slow = chain->slow;
    for (uint32_t i = 0; i < n; i++) {
        const double need = luster_slide_max_next(&chain->slide, octaves[i]);
        slow += (need > slow ? r->charge_go : r->slow_go) * (need - slow) - LUSTER_DETECTOR_DRAIN;
        slow = slow > 0.0 ? slow : 0.0;
        fast = slow + r->fast_keep * (fast - slow) - LUSTER_DETECTOR_DRAIN;
        fast = fast > need ? fast : need; /* need is at least 0 */
        const int64_t whole = (int64_t)ceil(fast * (1.0 / QUANTUM));
        const int64_t sum = luster_box_next(&chain->box[1], luster_box_next(&chain->box[0], whole));
        octaves[i] = (float)((double)sum * r->scale);
    }
    chain->fast = fast;
    chain->slow = slow;
}

static bool rests(const Chain *chain)
{
    return chain->slide.count == 0 && chain->fast == 0.0 && chain->slow == 0.0 &&
           chain->box[0].sum == 0 && chain->box[1].sum == 0;
}

static void copy_chain(Chain *to, const Chain *from)
{
    luster_slide_max_copy(&to->slide, &from->slide);
    luster_box_copy(&to->box[0], &from->box[0]);
    luster_box_copy(&to->box[1], &from->box[1]);
    to->fast = from->fast;
    to->slow = from->slow;
}

/* Whether one chain stands for both channels in this chunk. */
static bool are_twins(State *state)
{
    if (state->n_channels == 1)
        return true;
    const bool linked = luster_glide_rests(&state->unlink, 0.0f);
    if (linked && state->apart && rests(&state->chain[0]) && rests(&state->chain[1]))
        state->apart = false;
    if (!linked && !state->apart) {
        copy_chain(&state->chain[1], &state->chain[0]);
        state->apart = true;
    }
    return !state->apart;
}

/* out = in * input gain, which is left alone where it is 1. */
static void drive(const State *state, const float *in, float *out, uint32_t n)
{
    LusterGlide input = state->input;
    if (luster_glide_rests(&input, 1.0f)) {
        if (out != in)
            memcpy(out, in, n * sizeof(float));
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        out[i] = in[i] * luster_glide_value(&input);
        luster_glide_skip(&input, 1);
    }
}

/* A peak that surely needs nothing, whatever the ceiling does in this chunk. */
static float least_peak(const State *state)
{
    const float now = luster_glide_value(&state->ceiling), later = state->ceiling.target;
    return (now < later ? now : later) * 0.999f;
}

/* Reduction of each channel, in state->level; false when there is none. */
static bool reduce(State *state, const LusterKernels *k, float *const *sound, bool twin, uint32_t n)
{
    const float least = least_peak(state);
    float peak[2] = {0.0f, 0.0f}, unused;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        k->dyn_level(state->both, sound[c], NULL, &peak[c], n);
        state->peak = peak[c] > state->peak ? peak[c] : state->peak;
        luster_sharp_peak_process(&state->meter[c], sound[c], state->level[c], &state->ceiling, n);
        k->dyn_level(state->level[c], state->level[c], NULL, &peak[c], n);
        if (peak[c] > least)
            state->peak = peak[c] > state->peak ? peak[c] : state->peak;
    }
    if (peak[0] <= least && peak[1] <= least && rests(&state->chain[0]) &&
        (twin || rests(&state->chain[1])))
        return false;
    const float *first = state->level[0], *second = state->level[state->n_channels - 1];
    if (twin) {
        k->dyn_level(state->level[0], first, second, &unused, n);
        k->dyn_excess(state->level[0], state->level[0], &state->ceiling, n);
        run_chain(&state->chain[0], &state->releases, state->level[0], n);
        return true;
    }
    k->dyn_level(state->both, first, second, &unused, n);
    k->dyn_excess(state->both, state->both, &state->ceiling, n);
    for (int c = 0; c < 2; c++) {
        k->dyn_excess(state->level[c], state->level[c], &state->ceiling, n);
        k->dyn_link(state->level[c], state->both, &state->unlink, n);
        run_chain(&state->chain[c], &state->releases, state->level[c], n);
    }
    return true;
}

static void chunk(State *state, const float *const *in, float *const *out, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const bool twin = are_twins(state);
    for (uint32_t c = 0; c < state->n_channels; c++)
        drive(state, in[c], out[c], n);
    const bool reducing = reduce(state, k, out, twin, n);
    const uint32_t lag = LUSTER_SHARP_PEAK_LATENCY + state->lookahead + GUARD;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        luster_lag_run(&state->lag[c], out[c], out[c], lag, n);
        if (!reducing)
            continue;
        if (c == 0 || !twin) {
            state->most = luster_keyed_largest(state->level[c], state->most, n);
            k->dyn_gain(state->factor, state->level[c], NULL, &state->gain, n);
        }
        k->dyn_apply(out[c], out[c], state->factor, n);
    }
    luster_glide_skip(&state->input, n);
    luster_glide_skip(&state->ceiling, n);
    luster_glide_skip(&state->unlink, n);
    luster_glide_skip(&state->gain.dry, n);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    state->most = state->peak = 0.0f;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        const uint32_t left = block->n_frames - done, n = left < CHUNK ? left : CHUNK;
        chunk(state, part.in, part.out, n);
        done += n;
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    readings[0] = state->most * (float)LUSTER_DB_PER_OCTAVE;
    readings[1] =
        (float)luster_gain_to_db(state->peak > LUSTER_DYN_FLOOR ? state->peak : LUSTER_DYN_FLOOR);
}

const LusterProcessor luster_proc_limiter = {
    .id = "limiter",
    .name = "Limiter",
    .category = "dynamics",
    .doc = "Keeps the true peak under a ceiling: the signal between samples is measured 16 times "
           "per frame, the gain comes down ahead of a peak in a smooth ramp, is held for half a "
           "period of a bass note and released in two stages. Below the ceiling nothing changes.",
    .version = 1,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .neutral = "limit=off",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = latency,
};
