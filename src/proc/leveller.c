/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Leveller: a hand on the fader. Loudness (K-weighted, every 10 ms) is averaged over the phrase so
 * far, begun anew after each pause; where that is off its target by more than the tolerance, the
 * gain goes there in one S-shaped move. Breaths and pauses move nothing, and neither do syllables.
 * With look-ahead the move is over when the phrase comes. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/bs1770.h"
#include "dsp/frames.h"
#include "dsp/smooth.h"
#include "proc/keyed.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

#define CHUNK LUSTER_KEYED_CHUNK
#define STEP_MS 10.0
#define MAX_LOOKAHEAD_MS 1000.0
#define MOVE_MS 200.0 /* a quick hand on a fader (ours): far too slow to modulate a tone */

/* All ours, in steps of 10 ms. */
#define PAUSE_STEPS 15 /* silence that ends a phrase; a stop consonant lasts 10 */
#define SHORT_STEPS 28 /* the window that matches how loud single tracks are heard (A1) */
#define LEAST_STEPS                                                                                \
    8 /* of a phrase before it is believed; half the look-ahead where that is more */
#define MOST_STEPS 25
#define LEAP_LU 6.0 /* as far off, as long, a phrase has changed within itself */
#define LEAP_STEPS 30
#define BREATH_LU 22.0 /* under the loudest of late: breaths, noise, reverberation */
/* How fast that is forgotten, for a step: 1 LU per second of voice, a quarter of it per second of
 * what may be bleed but may be a voice after a bang, nothing in silence. */
#define FORGET_VOICE 0.997700063822553
#define FORGET_OTHER 0.999424517953851

enum { FOLLOW, TARGET, OVER_KEY, RANGE, TOLERANCE, TIME, GATE, LOOKAHEAD, N_PARAMS };

static const char *const follows[] = {"target", "key"};

static const LusterParam params[N_PARAMS] = {
    [FOLLOW] = {"follow", "Follow", "", LUSTER_SCALE_CHOICE, 0, 1, 0, follows, 0,
                "Where the loudness goes: to the target, or to a distance from the side-chain's."},
    [TARGET] = {"target", "Target", "LUFS", LUSTER_SCALE_LINEAR, -50, 0, -20, NULL, 0,
                "Loudness of every phrase, where it follows the target."},
    [OVER_KEY] =
        {"over_key", "Over key", "LU", LUSTER_SCALE_LINEAR, -20, 20, 0, NULL, 0,
         "How far over the side-chain's loudness each phrase is kept, where it follows the "
         "key."},
    [RANGE] = {"range", "Range", "dB", LUSTER_SCALE_LINEAR, 0, 24, 6, NULL, 0,
               "The most gain, up or down; 0 does nothing."},
    [TOLERANCE] = {"tolerance", "Tolerance", "LU", LUSTER_SCALE_LINEAR, 0, 6, 1, NULL, 0,
                   "What is off by less is left alone: larger rides less."},
    [TIME] = {"time", "Time", "ms", LUSTER_SCALE_LOG, 200, 10000, 2000, NULL, 0,
              "Time constant of the loudness within a phrase: short follows words, long only "
              "phrases."},
    [GATE] = {"gate", "Gate", "LUFS", LUSTER_SCALE_LINEAR, -80, -20, -50, NULL, 0,
              "What is softer moves nothing. What is 22 LU under the loudest of late does not "
              "either."},
    [LOOKAHEAD] = {"lookahead", "Look-ahead", "ms", LUSTER_SCALE_LINEAR, 0, MAX_LOOKAHEAD_MS, 400,
                   NULL, LUSTER_PARAM_STATIC,
                   "Delays the sound, so that a phrase's first word has its level, too."},
};

static const LusterMeter meters[] = {
    {"gain", "Gain", "dB", "Gain at the end of the last block."},
    {"loudness", "Phrase loudness", "LUFS", "Loudness of the phrase so far, before the gain."},
};

/* The phrase of one sound. Powers as in BS.1770. */
typedef struct Phrase {
    LusterLoudness loudness;
    double mean, recent; /* power of the phrase; of the loudest of late */
    double lately[SHORT_STEPS], before[SHORT_STEPS]; /* rings: last steps with sound, means then */
    double from; /* the mean that a leap is held against */
    uint32_t n_steps, pause, leap; /* of the phrase, since it, off by a leap */
    bool sounding;
} Phrase;

typedef struct State {
    uint32_t n_channels, lookahead, move_frames, least_steps;
    double rate_hz;
    bool started, by_key;
    double target, over, range, tolerance, gate, go; /* LU, dB, power, share of a step */
    double aim; /* dB */
    LusterSmooth gain; /* octaves */
    Phrase own, key;
    LusterLag lag[LUSTER_MAX_CHANNELS];
    float kept[2][LUSTER_MAX_CHANNELS][CHUNK]; /* of sound and key, without faults */
} State;

static uint32_t lookahead_frames(const double *values, double rate_hz)
{
    return luster_ms_to_frames(values[LOOKAHEAD], rate_hz);
}

static void reset_phrase(Phrase *phrase, double rate_hz, uint32_t n_channels)
{
    memset(phrase, 0, sizeof *phrase);
    luster_loudness_init(&phrase->loudness, (uint32_t)(rate_hz + 0.5), n_channels, NULL);
    phrase->pause = PAUSE_STEPS;
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    state->aim = 0.0;
    luster_smooth_reset(&state->gain);
    luster_smooth_set(&state->gain, 0.0, 0);
    reset_phrase(&state->own, state->rate_hz, state->n_channels);
    reset_phrase(&state->key, state->rate_hz, state->n_channels);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->move_frames = luster_ms_to_frames(MOVE_MS, setup->rate_hz);
    const uint32_t ahead = (uint32_t)(MAX_LOOKAHEAD_MS / 1000.0 * setup->rate_hz) + 1;
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!luster_lag_open(&state->lag[c], arena, ahead, CHUNK))
            return LUSTER_NO_MEMORY;
    }
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static double power_of(double lufs)
{
    const double gain = luster_db_to_gain(lufs + 0.691);
    return gain * gain;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    if (!state->started) {
        state->lookahead = lookahead_frames(values, state->rate_hz);
        for (uint32_t c = 0; c < state->n_channels && state->lookahead; c++)
            luster_lag_reset(&state->lag[c]);
        const double half = 0.5 * values[LOOKAHEAD] / STEP_MS;
        state->least_steps = (uint32_t)fmin(fmax(half, LEAST_STEPS), MOST_STEPS);
    }
    state->started = true;
    state->by_key = values[FOLLOW] != 0.0;
    state->target = values[TARGET];
    state->over = values[OVER_KEY];
    state->range = values[RANGE];
    state->tolerance = values[TOLERANCE];
    state->gate = power_of(values[GATE]);
    state->go = 1.0 - luster_exp(-STEP_MS / values[TIME]);
}

/* The phrase has changed within itself: what it has been lately becomes all of it. It is held
 * against the mean from before it began to be part of that. */
static void leap(Phrase *phrase)
{
    double lately = 0.0;
    for (uint32_t i = 0; i < SHORT_STEPS; i++)
        lately += phrase->lately[i] / SHORT_STEPS;
    const uint32_t at = phrase->n_steps % SHORT_STEPS;
    const double before = phrase->before[at]; /* the mean of SHORT_STEPS ago */
    phrase->before[at] = phrase->mean;
    if (phrase->n_steps <= 2 * SHORT_STEPS)
        return;
    if (phrase->leap == 0)
        phrase->from = before;
    const double off = lately > 0.0 ? luster_power_to_db(lately / phrase->from) : 0.0;
    /* a syllable that is not off takes back one that is */
    phrase->leap = fabs(off) > LEAP_LU ? phrase->leap + 1 : phrase->leap - (phrase->leap > 0);
    if (phrase->leap == LEAP_STEPS) {
        phrase->mean = lately;
        phrase->n_steps = SHORT_STEPS;
        phrase->leap = 0;
    }
}

/* A step of 10 ms has ended. */
static void hear_step(Phrase *phrase, double gate, double go, double rate_hz)
{
    static const double breath = 6.309573444801933e-3; /* BREATH_LU as a power */
    const LusterLoudness *loudness = &phrase->loudness;
    const uint64_t last = loudness->n_steps - 1;
    const double frames = rate_hz * (STEP_MS / 1000.0);
    const double power = loudness->steps[last % LUSTER_LOUDNESS_STEPS_PER_BLOCK] / frames;
    const double tenth = loudness->tenths[last % LUSTER_LOUDNESS_SHORT_STEPS] /
                         (frames * LUSTER_LOUDNESS_STEPS_PER_BLOCK);
    const double forget = tenth > gate ? FORGET_OTHER : 1.0;
    phrase->recent *= phrase->sounding ? FORGET_VOICE : forget;
    phrase->recent = phrase->recent > tenth ? phrase->recent : tenth;
    phrase->sounding = tenth > gate && tenth > breath * phrase->recent;
    if (!phrase->sounding) {
        phrase->pause++;
        return;
    }
    if (phrase->pause >= PAUSE_STEPS) {
        phrase->n_steps = phrase->leap = 0;
        memset(phrase->lately, 0, sizeof phrase->lately);
    }
    phrase->pause = 0;
    phrase->lately[phrase->n_steps % SHORT_STEPS] = power;
    phrase->n_steps++;
    const double mean = 1.0 / phrase->n_steps;
    phrase->mean += (mean > go ? mean : go) * (power - phrase->mean);
    leap(phrase);
}

/* Where the gain should be by now. */
static void ride(State *state)
{
    const bool sure = state->own.sounding && state->own.n_steps >= state->least_steps &&
                      (!state->by_key || state->key.n_steps >= state->least_steps);
    double aim = state->aim;
    if (sure) {
        const double goal =
            state->by_key ? luster_power_to_lufs(state->key.mean) + state->over : state->target;
        const double want = goal - luster_power_to_lufs(state->own.mean);
        const double capped = fmin(fmax(want, -state->range), state->range);
        if (fabs(capped - aim) > state->tolerance)
            aim = capped;
    }
    aim = fmin(fmax(aim, -state->range), state->range);
    if (aim == state->aim)
        return;
    state->aim = aim;
    luster_smooth_set(&state->gain, aim / LUSTER_DB_PER_OCTAVE, state->move_frames);
}

/* The sound without what would stay in the meter's filters. */
static void keep(const float *in, float *kept, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        kept[i] = in[i] < LUSTER_LOUD && in[i] > -LUSTER_LOUD ? in[i] : 0.0f;
}

/* As far as the step goes, at most a chunk; returns how far. */
static uint32_t chunk(State *state, const LusterBlockPart *part, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    static const LusterDynGain plain;
    static const float none[CHUNK];
    const float *sound[LUSTER_MAX_CHANNELS], *key[LUSTER_MAX_CHANNELS];
    for (uint32_t c = 0; c < state->n_channels; c++) {
        keep(part->in[c], state->kept[0][c], n);
        keep(part->key[c], state->kept[1][c], n);
        sound[c] = state->kept[0][c];
        key[c] = state->kept[1][c];
    }
    const uint64_t step = state->own.loudness.n_steps;
    n = luster_loudness_add(&state->own.loudness, sound, 0, n);
    luster_loudness_add(&state->key.loudness, key, 0, n);
    float octaves[CHUNK] = {0.0f}, gain[CHUNK];
    for (uint32_t i = 0; i < n; i++)
        octaves[i] = (float)luster_smooth_next(&state->gain);
    k->dyn_gain(gain, none, octaves, &plain, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        luster_lag_run(&state->lag[c], part->in[c], part->out[c], state->lookahead, n);
        k->dyn_apply(part->out[c], part->out[c], gain, n);
    }
    if (state->own.loudness.n_steps != step) {
        hear_step(&state->own, state->gate, state->go, state->rate_hz);
        hear_step(&state->key, state->gate, state->go, state->rate_hz);
        ride(state);
    }
    return n;
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        const uint32_t left = block->n_frames - done;
        done += chunk(state, &part, left < CHUNK ? left : CHUNK);
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    readings[0] = (float)(state->gain.value * LUSTER_DB_PER_OCTAVE);
    readings[1] =
        (float)luster_power_to_lufs(state->own.mean > LUSTER_TINY ? state->own.mean : LUSTER_TINY);
}

/* Sources: doc/sources.md. */
static const LusterPreset presets[] = {
    {"lead_vocal", "lead_vocal", "target=-20,range=6,tolerance=1,time=2000",
     "Every line within a decibel or so of the others before the compressor works: engineers agree "
     "on the lead's level more than on any other (within 1.6 LU, A2)."},
    {"lead_vocal_words", "lead_vocal", "target=-20,range=6,tolerance=1.5,time=500,lookahead=300",
     "Rides words, not lines: for dense mixes in which single words drown."},
    {"over_band", "lead_vocal", "follow=key,over_key=0,range=4,tolerance=1.5,time=3000",
     "With the band as side-chain: the voice stays level with it, where a lead stands in most "
     "mixes (A3: 0 to +1 LU over the accompaniment since 1975), and comes down where the band "
     "does."},
    {"backing_vocal", "backing_vocal,choir", "target=-26,range=8,tolerance=1.5,time=2000",
     "Takes by several singers at one level, 6 LU under the lead's."},
    {"spoken", "spoken", "target=-18,range=12,tolerance=1,time=1500,gate=-45",
     "Speech wanders more than song and is heard without a band: a wide range, and a gate above "
     "the room."},
    {"bass", "bass", "target=-22,range=4,tolerance=1,time=1000",
     "Evens out strings and positions where a compressor would have to take 4 dB more and with "
     "them the notes' shape."},
    {"programme", "master,bus,mix", "target=-18,range=4,tolerance=2,time=8000,lookahead=1000",
     "Whole passages only, slow and rarely: a quiet verse comes up by some decibels, its dynamics "
     "stay."},
};

const LusterProcessor luster_proc_leveller = {
    .id = "leveller",
    .name = "Leveller",
    .category = "dynamics",
    .doc = "Rides the fader: brings each phrase to a target loudness, or to a distance from the "
           "side-chain's, in few and smooth moves within a range. Holds in pauses, so that neither "
           "noise nor breaths come up, and moves ahead of a phrase.",
    .version = 1,
    .flags = LUSTER_PROC_KEYED,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "range=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = lookahead_frames,
};
