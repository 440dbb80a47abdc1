/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Gate and downward expander: a two-threshold switch with hold decides, an expander curve says how
 * much, and two one-poles on the reduction in octaves (release, then attack) make it a ramp that
 * is smooth at both ends. Feed-forward, as the compressor (Giannoulis, Massberg, Reiss 2012). */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/detector.h"
#include "dsp/frames.h"
#include "dsp/smooth.h"
#include "proc/keyed.h"
#include "proc/registry.h"

#include <string.h>

enum {
    THRESHOLD,
    HYSTERESIS,
    RATIO,
    RANGE,
    ATTACK,
    HOLD,
    RELEASE,
    LOOKAHEAD,
    LINK,
    KEY_LOW_CUT,
    KEY_HIGH_CUT,
    KEY_LISTEN,
    N_PARAMS
};

#define CHUNK LUSTER_KEYED_CHUNK
#define GATE_SLOPE 1e6 /* steeper than any range: a switch */

/* Defaults: hysteresis 3 to 6 dB, hold 50 to 150 ms, release 80 to 250 ms, range 10 to 20 dB as the
 * natural one, attack 0.1 to 1 ms for drums (practice; console gates' ranges for the limits). */
static const LusterParam params[N_PARAMS] = {
    [THRESHOLD] = {"threshold", "Threshold", "dB", LUSTER_SCALE_LINEAR, -90, 0, -40, NULL, 0,
                   "Peak level, in dBFS, that opens the gate: between the bleed's peaks and the "
                   "softest sound that matters."},
    [HYSTERESIS] = {"hysteresis", "Hysteresis", "dB", LUSTER_SCALE_LINEAR, 0, 24, 4, NULL, 0,
                    "How far below the threshold an open gate stays open; prevents chatter."},
    [RATIO] = {"ratio", "Ratio", ":1", LUSTER_SCALE_LOG, 1, LUSTER_RATIO_INFINITE,
               LUSTER_RATIO_INFINITE, NULL, 0,
               "Expander: output fall in dB for one dB of input fall below the threshold; 100 "
               "closes fully, as a gate."},
    [RANGE] = {"range", "Range", "dB", LUSTER_SCALE_LINEAR, 0, 90, 20, NULL, 0,
               "Reduction when closed. 10 to 20 dB sounds more natural than silence."},
    [ATTACK] = {"attack", "Attack", "ms", LUSTER_SCALE_LOG, 0.02, 100, 0.5, NULL, 0,
                "Time in which opening covers 63 % of the way, in dB."},
    [HOLD] = {"hold", "Hold", "ms", LUSTER_SCALE_LOG, 1, 2000, 50, NULL, 0,
              "Time the gate stays open after the last sound; longer than half a period of the "
              "lowest tone."},
    [RELEASE] = {"release", "Release", "ms", LUSTER_SCALE_LOG, 5, 5000, 150, NULL, 0,
                 "Time in which closing covers 63 % of the way, in dB; never shorter than the "
                 "attack."},
    [LOOKAHEAD] = {"lookahead", "Look-ahead", "ms", LUSTER_SCALE_LINEAR, 0, LUSTER_LOOKAHEAD_MAX_MS,
                   1, NULL, LUSTER_PARAM_STATIC,
                   "Delays the sound, not the detector, so that the gate is open when it comes."},
    [LINK] = LUSTER_ROW_LINK,
    [KEY_LOW_CUT] = LUSTER_ROW_KEY_LOW_CUT,
    [KEY_HIGH_CUT] = LUSTER_ROW_KEY_HIGH_CUT,
    [KEY_LISTEN] = LUSTER_ROW_KEY_LISTEN,
};

static const LusterMeter meters[] = {
    LUSTER_METER_GAIN_REDUCTION,
    {"open", "Open", "", "1 while the gate (or one of its channels) is open, else 0."},
};

/* One channel's switch and ramps. */
typedef struct Door {
    bool open;
    uint32_t open_left, held_left; /* frames of hold */
    double held, smooth; /* octaves of reduction: after release, after attack */
} Door;

typedef struct State {
    uint32_t n_channels, ramp;
    double rate_hz;
    bool started;
    LusterDetectorTimes times;
    LusterGlide threshold, hysteresis, slope, range, unlink;
    LusterDynGain gain; /* none of its own: unity */
    Door door[LUSTER_MAX_CHANNELS];
    float most;
    LusterKeyed keyed;
    float level[LUSTER_MAX_CHANNELS][CHUNK], both[CHUNK], factor[CHUNK];
} State;

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    memset(state->door, 0, sizeof state->door);
    state->most = 0.0f;
    luster_keyed_reset(&state->keyed);
}

static uint32_t lookahead_frames(const double *values, double rate_hz)
{
    return luster_ms_to_frames(values[LOOKAHEAD], rate_hz);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    if (!luster_keyed_open(&state->keyed, arena, setup))
        return LUSTER_NO_MEMORY;
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->started ? state->ramp : 0;
    const double range = values[RANGE] / LUSTER_DB_PER_OCTAVE;
    if (!state->started) {
        state->keyed.lookahead = lookahead_frames(values, state->rate_hz);
        /* a closed gate is closed from the first frame on; an expander finds its place */
        if (values[RATIO] >= LUSTER_RATIO_INFINITE) {
            for (uint32_t c = 0; c < state->n_channels; c++)
                state->door[c].held = state->door[c].smooth = range;
        }
    }
    state->started = true;
    luster_detector_set_times(&state->times, values[ATTACK], values[RELEASE], values[HOLD],
                              state->rate_hz);
    luster_glide_set(&state->threshold, values[THRESHOLD] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&state->hysteresis, values[HYSTERESIS] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&state->slope,
                     values[RATIO] >= LUSTER_RATIO_INFINITE ? GATE_SLOPE : values[RATIO] - 1.0,
                     ramp);
    luster_glide_set(&state->range, range, ramp);
    luster_glide_set(&state->unlink, 1.0 - values[LINK] / 100.0, ramp);
    luster_keyed_set(&state->keyed, values[KEY_LOW_CUT], values[KEY_HIGH_CUT], values[KEY_LISTEN],
                     ramp);
}

/* Whether the switch is open at `level`, after this frame. */
static inline bool decide(Door *door, float level, float opens, float closes, uint32_t hold)
{
    if (level >= opens || (door->open && level >= closes)) {
        door->open = true;
        door->open_left = hold;
    } else if (door->open_left > 0) {
        door->open_left--;
    } else {
        door->open = false;
    }
    return door->open;
}

/* `level` [n] in octaves becomes the smooth reduction. */
static void work(const State *state, Door *door, float *level, uint32_t n)
{
    LusterGlide threshold = state->threshold, hysteresis = state->hysteresis;
    LusterGlide slope = state->slope, range = state->range;
    const LusterDetectorTimes times = state->times;
    const double attack_go = 1.0 - times.attack_keep, release_go = 1.0 - times.release_keep;
    for (uint32_t i = 0; i < n; i++) {
        const float opens = luster_glide_value(&threshold);
        const float closes = opens - luster_glide_value(&hysteresis);
        const float most = luster_glide_value(&range);
        float asked = 0.0f;
        if (decide(door, level[i], opens, closes, times.hold)) {
            door->held_left = 0;
        } else {
            asked = luster_glide_value(&slope) * (opens - level[i]);
            asked = asked < most ? asked : most;
        }
        if (asked <= door->held) {
            door->held = asked;
            door->held_left = door->open ? 0 : times.hold;
        } else if (door->held_left > 0) {
            door->held_left--;
        } else {
            door->held = times.release_keep * door->held + release_go * asked;
        }
        const double next =
            times.attack_keep * door->smooth + (attack_go * door->held - LUSTER_DETECTOR_DRAIN);
        door->smooth = next > 0.0 ? next : 0.0;
        level[i] = (float)door->smooth;
        luster_glide_skip(&threshold, 1);
        luster_glide_skip(&hysteresis, 1);
        luster_glide_skip(&slope, 1);
        luster_glide_skip(&range, 1);
    }
}

/* Both doors have heard and will hear the same: one stands for both. */
static bool are_twins(const State *state)
{
    const Door *a = &state->door[0], *b = &state->door[1];
    return state->n_channels == 1 ||
           (luster_glide_rests(&state->unlink, 0.0f) && a->open == b->open &&
            a->open_left == b->open_left && a->held_left == b->held_left && a->held == b->held &&
            a->smooth == b->smooth);
}

/* From the keys to the reduction of each channel, in state->level. */
static void hear(State *state, const LusterKernels *k, const float *const key[], bool twin,
                 uint32_t n)
{
    float peak;
    if (twin) {
        k->dyn_level(state->level[0], key[0], key[1], &peak, n);
        k->dyn_log2(state->level[0], state->level[0], 1.0f, n);
        work(state, &state->door[0], state->level[0], n);
        if (state->n_channels == 2)
            state->door[1] = state->door[0];
        return;
    }
    k->dyn_level(state->both, key[0], key[1], &peak, n);
    k->dyn_log2(state->both, state->both, 1.0f, n);
    for (int c = 0; c < 2; c++) {
        k->dyn_level(state->level[c], key[c], NULL, &peak, n);
        k->dyn_log2(state->level[c], state->level[c], 1.0f, n);
        k->dyn_link(state->level[c], state->both, &state->unlink, n);
        work(state, &state->door[c], state->level[c], n);
    }
}

static void chunk(State *state, const LusterBlockPart *part, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const bool twin = are_twins(state);
    const float *key[LUSTER_MAX_CHANNELS] = {NULL, NULL};
    luster_keyed_hear(&state->keyed, part->key, key, n);
    hear(state, k, key, twin, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        if (c == 0 || !twin) {
            state->most = luster_keyed_largest(state->level[c], state->most, n);
            k->dyn_gain(state->factor, state->level[c], NULL, &state->gain, n);
        }
        luster_keyed_apply(&state->keyed, c, part->in[c], part->out[c], state->factor, n);
    }
    LusterGlide *const glides[] = {&state->threshold, &state->hysteresis, &state->slope,
                                   &state->range, &state->unlink};
    for (unsigned i = 0; i < sizeof glides / sizeof glides[0]; i++)
        luster_glide_skip(glides[i], n);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    state->most = 0.0f;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        const uint32_t left = block->n_frames - done, n = left < CHUNK ? left : CHUNK;
        chunk(state, &part, n);
        done += n;
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    readings[0] = state->most * (float)LUSTER_DB_PER_OCTAVE;
    readings[1] = state->door[0].open || (state->n_channels == 2 && state->door[1].open);
}

static double tail(const double *values)
{
    return luster_keyed_tail(values[KEY_LISTEN]);
}

const LusterProcessor luster_proc_gate = {
    .id = "gate",
    .name = "Gate",
    .category = "dynamics",
    .doc = "Turns down what is below the threshold, as a gate or a downward expander: two "
           "thresholds and a hold against chatter, a limited range, look-ahead, an external or "
           "filtered key, and ramps that are exponential in dB.",
    .version = 1,
    .flags = LUSTER_PROC_KEYED,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .neutral = "range=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = lookahead_frames,
    .tail = tail,
};
