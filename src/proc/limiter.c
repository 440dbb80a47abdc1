/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Limiter: true peak, look-ahead, in stages. The signal between samples is measured 16 times per
 * frame (dsp/sharp_peak.h); what exceeds the ceiling, in octaves, is bridged, told apart into
 * sustained and short, released, smoothed, and what short peaks may leave over is taken by a last,
 * fast stage (dsp/limit_gain.h). Nowhere less than needed: the ceiling holds by construction. */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/frames.h"
#include "dsp/limit_gain.h"
#include "dsp/sharp_peak.h"
#include "dsp/smooth.h"
#include "proc/keyed.h"
#include "proc/limiter_presets.h"
#include "proc/registry.h"

#include <string.h>

enum {
    INPUT_GAIN,
    CEILING,
    LOOKAHEAD,
    HOLD,
    RELEASE,
    AUTO_RELEASE,
    TRANSIENT,
    CLIP,
    LINK,
    TRANSIENT_LINK,
    LIMIT,
    N_PARAMS
};

#define CHUNK LUSTER_LIMIT_CHUNK /* frames */
#define LOOKAHEAD_MAX_MS 20.0
#define HOLD_MAX_MS 50.0 /* a period of 20 Hz */
#define TRANSIENT_MAX_MS 50.0
/* Automatic release: sustained reduction is taken over by a second stage, slower by the ratio of
 * the pair 0.1 s and 1.2 s of the classic bus compressor; it takes this many releases to charge. */
#define SLOW_RELEASE 12.0
#define SLOW_CHARGE 4.0
/* Aim below the ceiling: what the 16 readings per frame may miss at high frequencies, what a moving
 * gain adds to noise, and the dither of 24 bits. */
#define MARGIN_DB 0.04

static const LusterParam params[N_PARAMS] = {
    [INPUT_GAIN] = {"input_gain", "Input gain", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
                    "Gain ahead of the limiter: drives the programme into the ceiling."},
    [CEILING] = {"ceiling", "Ceiling", "dBTP", LUSTER_SCALE_LINEAR, -30, 0, -1, NULL, 0,
                 "True peak that is never exceeded."},
    [LOOKAHEAD] = {"lookahead", "Look-ahead", "ms", LUSTER_SCALE_LINEAR, 0.5, LOOKAHEAD_MAX_MS, 10,
                   NULL, LUSTER_PARAM_STATIC,
                   "Time in which the gain comes down ahead of a peak, and the least it takes to "
                   "come back; short is louder and punchier, long is cleaner."},
    [HOLD] = {"hold", "Hold", "ms", LUSTER_SCALE_LINEAR, 0, HOLD_MAX_MS, 20, NULL,
              LUSTER_PARAM_STATIC,
              "Between peaks that follow each other within this time the gain does not come back: "
              "a period of the lowest note keeps bass clean. A single peak is not held."},
    [RELEASE] = {"release", "Release", "ms", LUSTER_SCALE_LOG, 1, 2000, 10, NULL, 0,
                 "Time in which the gain comes back by 63 % of the way after sustained reduction; "
                 "short is louder, long keeps more of the movement of the music."},
    [AUTO_RELEASE] = {"auto_release", "Automatic release", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL,
                      0,
                      "Reduction that lasts is released 12 times slower, what comes on top of it "
                      "at the set speed: a level stage under the peak stage. Costs loudness."},
    [TRANSIENT] = {"transient", "Transient", "ms", LUSTER_SCALE_LINEAR, 0, TRANSIENT_MAX_MS, 0,
                   NULL, LUSTER_PARAM_STATIC,
                   "Reduction for up to this time counts as a transient: it comes back without the "
                   "release, may be clipped, and has its own link. 0: nothing is told apart."},
    [CLIP] = {"clip", "Clip", "dB", LUSTER_SCALE_LINEAR, 0, 6, 0, NULL, 0,
              "How far transients may stand over the ceiling ahead of the last stage, which takes "
              "them within 0.5 ms: louder and with more edge, less clean. With transient at 0 this "
              "goes for all sound."},
    [LINK] = {"link", "Stereo link", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
              "100: both channels get the same gain and the image stays; 0: each its own."},
    [TRANSIENT_LINK] = {"transient_link", "Transient link", "%", LUSTER_SCALE_LINEAR, 0, 100, 100,
                        NULL, 0,
                        "The same for transients: less lets a drum at one side pass without a dip "
                        "at the other. Needs transient above 0."},
    [LIMIT] = {"limit", "Limit", "", LUSTER_SCALE_TOGGLE, 0, 1, 1, NULL, 0,
               "Off: the sound passes with its gain and delay only, to compare."},
};

static const LusterMeter meters[] = {
    LUSTER_METER_GAIN_REDUCTION,
    {"input_peak", "Input peak", "dBTP",
     "Largest peak of the last block after the input gain; true peak above the ceiling, sample "
     "peak below."},
    {"sustained_reduction", "Sustained reduction", "dB",
     "Largest of the stage with the release, positive."},
    {"transient_reduction", "Transient reduction", "dB",
     "Largest that transients add to it, positive."},
    {"clip_reduction", "Clip reduction", "dB", "Largest of the last stage, positive."},
};

/* Needs are looked at for both channels as one and, while the links are less than 100 %, each. */
enum { BOTH, FIRST, N_SENSES = 1 + LUSTER_MAX_CHANNELS };

typedef struct State {
    uint32_t n_channels, ramp, phase; /* phase: frames into the group */
    double rate_hz;
    bool started, apart; /* apart: the channels' gains may differ */
    LusterLimitShape shape;
    LusterLimitSpeeds speeds;
    LusterSmooth input, amount; /* factors: of the sound, and of the reduction in octaves */
    LusterGlide ceiling, clip; /* ceiling: amplitude, less the margin; clip: octaves */
    LusterGlide unlink, transient_unlink;
    LusterDynGain gain; /* at rest */
    LusterLimitSense sense[N_SENSES];
    LusterLimitGain reducer[LUSTER_MAX_CHANNELS];
    LusterSharpPeak meter[LUSTER_MAX_CHANNELS];
    LusterLag lag[LUSTER_MAX_CHANNELS];
    float top[N_SENSES]; /* of the group so far, octaves */
    float most, peak; /* for the meters: octaves, amplitude */
    float need[N_SENSES][CHUNK], reduction[LUSTER_MAX_CHANNELS][CHUNK], factor[CHUNK];
} State;

static LusterLimitShape shape_of(const double *values, double rate_hz)
{
    return luster_limit_shape(rate_hz, values[LOOKAHEAD], values[HOLD], values[TRANSIENT]);
}

static uint32_t latency_of(const LusterLimitShape *shape)
{
    return LUSTER_SHARP_PEAK_LATENCY + shape->first_lag + shape->last_lag;
}

static uint32_t latency(const double *values, double rate_hz)
{
    const LusterLimitShape shape = shape_of(values, rate_hz);
    return latency_of(&shape);
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = state->apart = false;
    state->phase = 0;
    luster_smooth_reset(&state->input);
    luster_smooth_reset(&state->amount);
    state->most = state->peak = 0.0f;
    memset(state->top, 0, sizeof state->top);
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
    const LusterLimitShape most =
        luster_limit_shape(setup->rate_hz, LOOKAHEAD_MAX_MS, HOLD_MAX_MS, TRANSIENT_MAX_MS);
    const uint32_t n_senses = setup->n_channels == 1 ? 1 : N_SENSES;
    for (uint32_t s = 0; s < n_senses; s++) {
        if (!luster_limit_sense_open(&state->sense[s], arena, &most))
            return LUSTER_NO_MEMORY;
    }
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!luster_sharp_peak_open(&state->meter[c], arena) ||
            !luster_limit_gain_open(&state->reducer[c], arena, &most) ||
            !luster_lag_open(&state->lag[c], arena, latency_of(&most), CHUNK))
            return LUSTER_NO_MEMORY;
    }
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void start(State *state, const double *values)
{
    state->shape = shape_of(values, state->rate_hz);
    luster_limit_sense_reset(&state->sense[BOTH], &state->shape);
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_limit_gain_reset(&state->reducer[c], &state->shape);
    state->started = true;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->started ? state->ramp : 0;
    if (!state->started)
        start(state, values);
    luster_smooth_set(&state->input, luster_db_to_gain(values[INPUT_GAIN]), ramp);
    luster_glide_set(&state->ceiling, luster_db_to_gain(values[CEILING] - MARGIN_DB), ramp);
    luster_glide_set(&state->clip, values[CLIP] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&state->unlink, 1.0 - values[LINK] / 100.0, ramp);
    luster_glide_set(&state->transient_unlink, 1.0 - values[TRANSIENT_LINK] / 100.0, ramp);
    luster_smooth_set(&state->amount, values[LIMIT], ramp);
    state->speeds = luster_limit_speeds(
        &state->shape, state->rate_hz, values[RELEASE], SLOW_CHARGE * values[RELEASE],
        values[AUTO_RELEASE] != 0.0 ? SLOW_RELEASE * values[RELEASE] : 0.0);
}

/* Whether one gain stands for both channels in this chunk. */
static bool are_twins(State *state)
{
    if (state->n_channels == 1)
        return true;
    const bool linked =
        luster_glide_rests(&state->unlink, 0.0f) &&
        (state->shape.transient == 0 || luster_glide_rests(&state->transient_unlink, 0.0f));
    if (linked && state->apart && luster_limit_gain_rests(&state->reducer[0]) &&
        luster_limit_gain_rests(&state->reducer[1]))
        state->apart = false;
    if (!linked && !state->apart) { /* each channel starts with what both needed */
        for (int c = 0; c < 2; c++) {
            luster_limit_sense_copy(&state->sense[FIRST + c], &state->sense[BOTH]);
            state->top[FIRST + c] = state->top[BOTH];
        }
        luster_limit_gain_copy(&state->reducer[1], &state->reducer[0]);
        state->apart = true;
    }
    return !state->apart;
}

/* out = in * input gain, which is left alone where it is 1. */
static void drive(State *state, const LusterKernels *k, const float *const *in, float *const *out,
                  uint32_t n)
{
    const bool moves = luster_smooth_moving(&state->input);
    const float still = (float)state->input.value;
    for (uint32_t i = 0; moves && i < n; i++)
        state->factor[i] = (float)luster_smooth_next(&state->input);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        if (moves)
            k->dyn_apply(out[c], in[c], state->factor, n);
        else if (still != 1.0f)
            k->mix_gain(out[c], in[c], still, n);
        else if (out[c] != in[c])
            memcpy(out[c], in[c], n * sizeof(float));
    }
}

/* A peak that surely needs nothing, whatever the ceiling does in this chunk. */
static float least_peak(const State *state)
{
    const float now = luster_glide_value(&state->ceiling), later = state->ceiling.target;
    return (now < later ? now : later) * 0.999f;
}

/* What each frame needs, in state->need; false when nothing does and all is at rest. */
static bool find_needs(State *state, const LusterKernels *k, float *const *sound, bool twin,
                       uint32_t n)
{
    const float least = least_peak(state);
    float *own[2] = {state->need[FIRST], state->need[FIRST + 1]}, highest = 0.0f, peak;
    bool rests = true;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        k->dyn_level(state->factor, sound[c], NULL, &peak, n);
        state->peak = peak > state->peak ? peak : state->peak;
        luster_sharp_peak_process(&state->meter[c], sound[c], own[c], &state->ceiling, n);
        k->dyn_level(own[c], own[c], NULL, &peak, n);
        highest = peak > highest ? peak : highest;
        if (c == 0 || !twin)
            rests = rests && luster_limit_gain_rests(&state->reducer[c]);
    }
    if (highest > least)
        state->peak = highest > state->peak ? highest : state->peak;
    else if (rests)
        return false;
    k->dyn_level(state->need[BOTH], own[0], own[state->n_channels - 1], &peak, n);
    k->dyn_excess(state->need[BOTH], state->need[BOTH], &state->ceiling, n);
    for (int c = 0; c < 2 && !twin; c++)
        k->dyn_excess(own[c], own[c], &state->ceiling, n);
    return true;
}

/* A channel's share of both channels' need: never less than its own. */
static LusterLimitNeed linked(const LusterLimitNeed *both, const LusterLimitNeed *own, float unlink,
                              float transient_unlink)
{
    const float both_brief = both->need - both->sustained, own_brief = own->need - own->sustained;
    const float sustained = both->sustained - unlink * (both->sustained - own->sustained);
    const float need = sustained + both_brief - transient_unlink * (both_brief - own_brief);
    return (LusterLimitNeed){need > own->need ? need : own->need, sustained};
}

/* A group is complete. */
static void end_group(State *state, bool twin, const LusterGlide *clip, const LusterGlide *unlink,
                      const LusterGlide *transient_unlink)
{
    const float leave = luster_glide_value(clip);
    const LusterLimitNeed both = luster_limit_sense_next(&state->sense[BOTH], state->top[BOTH]);
    state->top[BOTH] = 0.0f;
    if (twin) {
        luster_limit_gain_group(&state->reducer[0], &state->shape, &both, leave, &state->speeds);
        return;
    }
    for (int c = 0; c < 2; c++) {
        const LusterLimitNeed own =
            luster_limit_sense_next(&state->sense[FIRST + c], state->top[FIRST + c]);
        const LusterLimitNeed need =
            linked(&both, &own, luster_glide_value(unlink), luster_glide_value(transient_unlink));
        state->top[FIRST + c] = 0.0f;
        luster_limit_gain_group(&state->reducer[c], &state->shape, &need, leave, &state->speeds);
    }
}

static float largest(const float *x, float most, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        most = x[i] > most ? x[i] : most;
    return most;
}

/* Reduction of each channel, in state->reduction. */
static void reduce(State *state, bool twin, uint32_t n)
{
    const uint32_t group = state->shape.group, n_gains = twin ? 1 : 2;
    LusterGlide clip = state->clip, unlink = state->unlink, brief = state->transient_unlink;
    for (uint32_t at = 0; at < n;) {
        const uint32_t left = group - state->phase, part = left < n - at ? left : n - at;
        for (uint32_t s = BOTH; s < (twin ? 1u : N_SENSES); s++)
            state->top[s] = largest(state->need[s] + at, state->top[s], part);
        for (uint32_t c = 0; c < n_gains; c++)
            luster_limit_gain_main(&state->reducer[c], state->reduction[c] + at, part);
        luster_glide_skip(&clip, part);
        luster_glide_skip(&unlink, part);
        luster_glide_skip(&brief, part);
        at += part;
        state->phase += part;
        if (state->phase == group) {
            end_group(state, twin, &clip, &unlink, &brief);
            state->phase = 0;
        }
    }
    for (uint32_t c = 0; c < n_gains; c++)
        luster_limit_gain_last(&state->reducer[c], &state->shape,
                               state->need[twin ? (uint32_t)BOTH : FIRST + c], state->reduction[c],
                               n);
}

/* Off: no reduction is used, whatever is found. */
static void fade(State *state, bool twin, uint32_t n)
{
    if (!luster_smooth_moving(&state->amount) && state->amount.value == 1.0)
        return;
    for (uint32_t i = 0; i < n; i++) {
        const float amount = (float)luster_smooth_next(&state->amount);
        state->reduction[0][i] *= amount;
        if (!twin)
            state->reduction[1][i] *= amount;
    }
}

static void chunk(State *state, const float *const *in, float *const *out, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const bool twin = are_twins(state);
    drive(state, k, in, out, n);
    const bool reducing = find_needs(state, k, out, twin, n);
    if (reducing)
        reduce(state, twin, n);
    else
        state->phase = (state->phase + n) % state->shape.group;
    for (uint32_t c = 0; c < (twin ? 1u : 2u) && reducing; c++)
        state->most = luster_keyed_largest(state->reduction[c], state->most, n);
    fade(state, twin, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        luster_lag_run(&state->lag[c], out[c], out[c], latency_of(&state->shape), n);
        if (!reducing)
            continue;
        if (c == 0 || !twin)
            k->dyn_gain(state->factor, state->reduction[c], NULL, &state->gain, n);
        k->dyn_apply(out[c], out[c], state->factor, n);
    }
    luster_glide_skip(&state->ceiling, n);
    luster_glide_skip(&state->clip, n);
    luster_glide_skip(&state->unlink, n);
    luster_glide_skip(&state->transient_unlink, n);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    state->most = state->peak = 0.0f;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        LusterLimitGain *gain = &state->reducer[c];
        gain->most_sustained = gain->most_transient = gain->most_last = 0.0f;
    }
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
    float stages[3] = {0.0f, 0.0f, 0.0f};
    for (uint32_t c = 0; c < (state->apart ? 2u : 1u); c++) {
        const LusterLimitGain *gain = &state->reducer[c];
        stages[0] = largest(&gain->most_sustained, stages[0], 1);
        stages[1] = largest(&gain->most_transient, stages[1], 1);
        stages[2] = largest(&gain->most_last, stages[2], 1);
    }
    readings[0] = state->most * (float)LUSTER_DB_PER_OCTAVE;
    readings[1] =
        (float)luster_gain_to_db(state->peak > LUSTER_DYN_FLOOR ? state->peak : LUSTER_DYN_FLOOR);
    for (int s = 0; s < 3; s++)
        readings[2 + s] = stages[s] * (float)LUSTER_DB_PER_OCTAVE;
}

const LusterProcessor luster_proc_limiter = {
    .id = "limiter",
    .name = "Limiter",
    .category = "dynamics",
    .doc =
        "Keeps the true peak under a ceiling: the signal between samples is measured 16 times "
        "per frame, the gain comes down ahead of a peak in a smooth ramp and does not come back "
        "between the peaks of a bass note. Transients can be told from sustained sound, released "
        "and linked apart, and clipped in part. Below the ceiling nothing changes.",
    .version = 2,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = luster_limiter_presets,
    .n_presets = LUSTER_LIMITER_N_PRESETS,
    .neutral = "limit=off",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = latency,
};
