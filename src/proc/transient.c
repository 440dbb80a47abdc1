/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Transient shaper: the level in octaves against two slower copies of itself. How far it is over
 * the first one says how much of an attack there is, how far under the second how much it decays;
 * differences of logarithms do not know how loud it is. Under 3 dB nothing counts, so a steady
 * sound keeps its bits; from 9 dB on the set gain is in force. Two boxes as long as the look-ahead
 * smooth the gain, which is therefore in place when the attack sounds. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/box.h"
#include "dsp/detector.h"
#include "dsp/frames.h"
#include "dsp/slide_max.h"
#include "dsp/smooth.h"
#include "proc/keyed.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

enum {
    ATTACK,
    SUSTAIN,
    ATTACK_TIME,
    SUSTAIN_TIME,
    BAND,
    SPLIT,
    OUTPUT,
    MIX,
    LOOKAHEAD,
    LINK,
    KEY_LOW_CUT,
    KEY_HIGH_CUT,
    KEY_LISTEN,
    N_PARAMS
};

#define CHUNK LUSTER_KEYED_CHUNK
/* Half a period of 40 Hz: the level of a low tone does not follow its waves. */
#define HOLD_MS 12.5
/* Ours: the largest of 12.5 ms of steady noise moves by less than 3 dB, of a stroke by far more. */
#define NOTHING_DB 3.0
#define ALL_DB 9.0
#define MOST_DB                                                                                    \
    12.0 /* further than this a copy is never left behind: silence ahead is no matter              \
          */
#define FLOOR_DBFS -100.0 /* softer sounds are one level */
#define QUANTUM 0x1p-26 /* octaves, as the limiter's */

static const char *const bands[] = {"full", "low", "high"};

static const LusterParam params[N_PARAMS] = {
    [ATTACK] = {"attack", "Attack", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
                "Gain at the beginning of every stroke or note, whatever its level."},
    [SUSTAIN] = {"sustain", "Sustain", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
                 "Gain while a sound dies away: up for body and room, down for a drier, shorter "
                 "sound."},
    [ATTACK_TIME] = {"attack_time", "Attack time", "ms", LUSTER_SCALE_LOG, 2, 200, 20, NULL, 0,
                     "Length of the attack: after it, half of its gain is gone."},
    [SUSTAIN_TIME] = {"sustain_time", "Sustain time", "ms", LUSTER_SCALE_LOG, 20, 2000, 250, NULL,
                      0,
                      "How long the level before is remembered: short takes fast decays only, long "
                      "also slow ones."},
    [BAND] = {"band", "Band", "", LUSTER_SCALE_CHOICE, 0, 2, 0, bands, 0,
              "What is shaped: all, or only what lies below or above the split (6 dB/oct, the rest "
              "stays)."},
    [SPLIT] = {"split", "Split", "Hz", LUSTER_SCALE_LOG, 50, 10000, 300, NULL, 0,
               "Where low and high part."},
    [OUTPUT] = {"output", "Output", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
                "Gain behind everything: room for what was raised."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
             "Share of the shaped signal; the rest is the input, in time with it."},
    [LOOKAHEAD] = {"lookahead", "Look-ahead", "ms", LUSTER_SCALE_LINEAR, 0.5,
                   LUSTER_LOOKAHEAD_MAX_MS, 2, NULL, LUSTER_PARAM_STATIC,
                   "Time in which the gain moves, ahead of the attack; also the delay."},
    [LINK] = LUSTER_ROW_LINK,
    [KEY_LOW_CUT] = LUSTER_ROW_KEY_LOW_CUT,
    [KEY_HIGH_CUT] = LUSTER_ROW_KEY_HIGH_CUT,
    [KEY_LISTEN] = LUSTER_ROW_KEY_LISTEN,
};

static const LusterPreset presets[] = {
    {"kick_click", "kick", "attack=4,sustain=-3,attack_time=12,sustain_time=200",
     "More beater and less ring under the bass, as an equaliser cannot: the first 12 ms only "
     "(ours)."},
    {"snare_crack", "snare", "attack=5,attack_time=15",
     "The stroke in front of a dense mix without turning up bleed and ring (ours)."},
    {"snare_ring_off", "snare", "sustain=-8,sustain_time=150,key_low_cut=120",
     "Shortens the ring between strokes more gently than a gate (ours)."},
    {"tom_body", "tom", "attack=2,sustain=5,sustain_time=500",
     "The tone after the stroke comes up, as if the microphone were further away (ours)."},
    {"room_longer", "room,overhead", "attack=-4,sustain=6,attack_time=40,sustain_time=600",
     "Room microphones: less direct stroke, more room (ours)."},
    {"room_drier", "room,overhead,drums", "sustain=-6,sustain_time=300",
     "Takes back a room that was too live on the day (ours)."},
    {"acoustic_picks", "guitar_acoustic", "attack=-4,attack_time=25,band=high,split=1500",
     "Softens the plectrum and nothing else: only above 1.5 kHz, only at the pick (ours)."},
    {"acoustic_ring", "guitar_acoustic,mallet,piano", "sustain=4,sustain_time=800",
     "Notes last longer without the pumping of a compressor's release (ours)."},
};

static const LusterMeter meters[] = {
    {"gain", "Gain", "dB", "The gain furthest from 0 in the last block."},
};

/* One channel's way from level to gain. */
typedef struct Shape {
    LusterSlideMax slide;
    double before, after; /* octaves: the copies for attack and sustain */
    LusterBox box[2];
    double low; /* state of the split's one-pole */
} Shape;

typedef struct State {
    uint32_t n_channels, ramp;
    double rate_hz, before_go, after_go, scale;
    bool started, apart; /* apart: the channels' shapes may differ */
    LusterGlide unlink;
    LusterDynGain gain; /* none of its own: unity */
    LusterSmooth attack, sustain, output, mix, low, high, split;
    Shape shape[LUSTER_MAX_CHANNELS];
    LusterKeyed keyed;
    float most;
    double attacks[CHUNK], sustains[CHUNK]; /* octaves */
    double outputs[CHUNK], mixes[CHUNK], lows[CHUNK], highs[CHUNK], splits[CHUNK];
    float level[LUSTER_MAX_CHANNELS][CHUNK], both[CHUNK], factor[CHUNK];
} State;

static uint32_t lookahead_frames(const double *values, double rate_hz)
{
    return luster_ms_to_frames(values[LOOKAHEAD], rate_hz);
}

static uint32_t hold_frames(double rate_hz)
{
    return luster_ms_to_frames(HOLD_MS, rate_hz) + 1;
}

static void reset_shape(Shape *shape, uint32_t lookahead, uint32_t hold)
{
    luster_slide_max_reset(&shape->slide, hold);
    luster_box_reset(&shape->box[0], lookahead / 2 + 1);
    luster_box_reset(&shape->box[1], lookahead - lookahead / 2 + 1);
    shape->before = shape->after = FLOOR_DBFS / LUSTER_DB_PER_OCTAVE;
    shape->low = 0.0;
}

static void reset(void *ptr)
{
    State *state = ptr;
    LusterSmooth *const smooths[] = {&state->attack, &state->sustain, &state->output, &state->mix,
                                     &state->low,    &state->high,    &state->split};
    for (unsigned i = 0; i < sizeof smooths / sizeof smooths[0]; i++)
        luster_smooth_reset(smooths[i]);
    state->started = state->apart = false;
    state->most = 0.0f;
    luster_keyed_reset(&state->keyed);
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
    const uint32_t most = (uint32_t)(LUSTER_LOOKAHEAD_MAX_MS / 1000.0 * setup->rate_hz) + 1;
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        Shape *shape = &state->shape[c];
        if (!luster_slide_max_open(&shape->slide, arena, hold_frames(setup->rate_hz)) ||
            !luster_box_open(&shape->box[0], arena, most / 2 + 2) ||
            !luster_box_open(&shape->box[1], arena, most / 2 + 2))
            return LUSTER_NO_MEMORY;
    }
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void start(State *state, const double *values)
{
    const uint32_t lookahead = lookahead_frames(values, state->rate_hz);
    for (uint32_t c = 0; c < state->n_channels; c++)
        reset_shape(&state->shape[c], lookahead, hold_frames(state->rate_hz));
    const LusterBox *box = state->shape[0].box;
    state->scale = QUANTUM / ((double)box[0].length * (double)box[1].length);
    state->keyed.lookahead = lookahead;
    state->started = true;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->started ? state->ramp : 0;
    if (!state->started)
        start(state, values);
    const int band = (int)values[BAND];
    /* the copy's distance falls from MOST_DB to the middle of the bend in the set time */
    const double halves = luster_log(MOST_DB / (0.5 * (NOTHING_DB + ALL_DB)));
    state->before_go = 1.0 - luster_one_pole_keep(values[ATTACK_TIME] / halves, state->rate_hz);
    state->after_go = 1.0 - luster_one_pole_keep(values[SUSTAIN_TIME], state->rate_hz);
    luster_smooth_set(&state->attack, values[ATTACK] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_smooth_set(&state->sustain, values[SUSTAIN] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_smooth_set(&state->output, luster_db_to_gain(values[OUTPUT]), ramp);
    luster_smooth_set(&state->mix, values[MIX] / 100.0, ramp);
    luster_smooth_set(&state->low, band != 2, ramp);
    luster_smooth_set(&state->high, band != 1, ramp);
    luster_smooth_set(&state->split, luster_log2(values[SPLIT]), ramp);
    luster_glide_set(&state->unlink, 1.0 - values[LINK] / 100.0, ramp);
    luster_keyed_set(&state->keyed, values[KEY_LOW_CUT], values[KEY_HIGH_CUT], values[KEY_LISTEN],
                     ramp);
}

/* 0 up to NOTHING_DB, 1 from ALL_DB on, without corners between. */
static inline double share_of(double octaves)
{
    const double low = NOTHING_DB / LUSTER_DB_PER_OCTAVE;
    double u = (octaves - low) * (LUSTER_DB_PER_OCTAVE / (ALL_DB - NOTHING_DB));
    u = u > 0.0 ? (u < 1.0 ? u : 1.0) : 0.0;
    return u * u * (3.0 - 2.0 * u);
}

/* `level` [n] in octaves becomes the smooth gain, with its sign turned: what dyn_gain takes off. */
static void work(const State *state, Shape *shape, float *level, uint32_t n)
{
    const double floor = FLOOR_DBFS / LUSTER_DB_PER_OCTAVE, most = MOST_DB / LUSTER_DB_PER_OCTAVE;
    double before = shape->before, after = shape->after;
    for (uint32_t i = 0; i < n; i++) {
        const double x = level[i] > floor ? level[i] : floor;
        before = before > x - most ? before : x - most;
        after = after < x + most ? after : x + most;
        after = after > x ? after : x;
        const double gain =
            state->attacks[i] * share_of(x - before) + state->sustains[i] * share_of(after - x);
        before += state->before_go * (x - before);
        after += state->after_go * (x - after);
        const double steps = gain * (1.0 / QUANTUM);
        const int64_t whole = (int64_t)(steps + (steps < 0.0 ? -0.5 : 0.5));
        const int64_t sum = luster_box_next(&shape->box[1], luster_box_next(&shape->box[0], whole));
        level[i] = -(float)((double)sum * state->scale);
    }
    shape->before = before;
    shape->after = after;
}

static void hold(Shape *shape, float *level, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        level[i] = luster_slide_max_next(&shape->slide, level[i]);
}

static void copy_shape(Shape *to, const Shape *from)
{
    luster_slide_max_copy(&to->slide, &from->slide);
    luster_box_copy(&to->box[0], &from->box[0]);
    luster_box_copy(&to->box[1], &from->box[1]);
    to->before = from->before;
    to->after = from->after;
}

/* Whether one shape stands for both channels. Once parted they stay so: their memories differ. */
static bool are_twins(State *state)
{
    if (state->n_channels == 2 && !state->apart && !luster_glide_rests(&state->unlink, 0.0f)) {
        copy_shape(&state->shape[1], &state->shape[0]);
        state->apart = true;
    }
    return !state->apart;
}

/* From the keys to what dyn_gain takes off, in state->level. */
static void hear(State *state, const LusterKernels *k, const float *const key[], bool twin,
                 uint32_t n)
{
    float peak;
    if (twin) {
        k->dyn_level(state->level[0], key[0], key[1], &peak, n);
        hold(&state->shape[0], state->level[0], n);
        k->dyn_log2(state->level[0], state->level[0], 1.0f, n);
        work(state, &state->shape[0], state->level[0], n);
        return;
    }
    for (int c = 0; c < 2; c++) {
        k->dyn_level(state->level[c], key[c], NULL, &peak, n);
        hold(&state->shape[c], state->level[c], n);
    }
    k->dyn_max(state->both, state->level[0], state->level[1], n);
    k->dyn_log2(state->both, state->both, 1.0f, n);
    for (int c = 0; c < 2; c++) {
        k->dyn_log2(state->level[c], state->level[c], 1.0f, n);
        k->dyn_link(state->level[c], state->both, &state->unlink, n);
        work(state, &state->shape[c], state->level[c], n);
    }
}

/* `factor` onto one channel of `sound`: all of it, or the share in the band. */
static void play(const State *state, Shape *shape, const float *sound, float *out, uint32_t n)
{
    double low = shape->low;
    for (uint32_t i = 0; i < n; i++) {
        const double x = sound[i], more = state->mixes[i] * ((double)state->factor[i] - 1.0);
        double y = x + more * x;
        if (state->lows[i] != 1.0 || state->highs[i] != 1.0) {
            const double v = (x - low) * state->splits[i], below = v + low;
            low = luster_snap(below + v);
            y = x + more * (state->lows[i] * below + state->highs[i] * (x - below));
        } else {
            low = 0.0;
        }
        out[i] = (float)(state->outputs[i] * y);
    }
    shape->low = low;
}

/* All settings, frame by frame. */
static void prepare(State *state, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        state->attacks[i] = luster_smooth_next(&state->attack);
        state->sustains[i] = luster_smooth_next(&state->sustain);
        state->outputs[i] = luster_smooth_next(&state->output);
        state->mixes[i] = luster_smooth_next(&state->mix);
        state->lows[i] = luster_smooth_next(&state->low);
        state->highs[i] = luster_smooth_next(&state->high);
    }
    double last = 0.0, go = 0.0;
    for (uint32_t i = 0; i < n; i++) { /* one-pole of the trapezoid rule: g / (1 + g) */
        const double octave = luster_smooth_next(&state->split);
        if (octave != last) {
            const double freq = fmin(luster_exp2(octave), 0.45 * state->rate_hz);
            const double g = luster_tan(LUSTER_PI * freq / state->rate_hz);
            go = g / (1.0 + g);
            last = octave;
        }
        state->splits[i] = go;
    }
}

static void chunk(State *state, const LusterBlockPart *part, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const bool twin = are_twins(state);
    const float *key[LUSTER_MAX_CHANNELS] = {NULL, NULL};
    prepare(state, n);
    luster_keyed_hear(&state->keyed, part->key, key, n);
    hear(state, k, key, twin, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        if (c == 0 || !twin) {
            for (uint32_t i = 0; i < n; i++) {
                const float gain = -state->level[c][i];
                state->most = fabsf(gain) > fabsf(state->most) ? gain : state->most;
            }
            k->dyn_gain(state->factor, state->level[c], NULL, &state->gain, n);
        }
        const float *sound = luster_keyed_sound(&state->keyed, c, part->in[c], part->out[c], n);
        play(state, &state->shape[c], sound, part->out[c], n);
        luster_keyed_play(&state->keyed, c, part->out[c], n);
    }
    luster_glide_skip(&state->unlink, n);
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
}

static double tail(const double *values)
{
    const double key_s = luster_keyed_tail(values[KEY_LISTEN]);
    /* the split's one-pole, 120 dB */
    const double split_s = values[BAND] != 0.0 ? 13.8 / (2.0 * LUSTER_PI * values[SPLIT]) : 0.0;
    return key_s > split_s ? key_s : split_s;
}

const LusterProcessor luster_proc_transient = {
    .id = "transient",
    .name = "Transient shaper",
    .category = "dynamics",
    .doc = "Turns the beginnings of strokes and notes, and their dying away, up or down by a set "
           "number of dB, however loud they are: the level is compared with slower copies of "
           "itself. Steady sound passes bit for bit. On all of the sound, or below or above a "
           "split.",
    .version = 1,
    .flags = LUSTER_PROC_KEYED,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "attack=0,sustain=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = lookahead_frames,
    .tail = tail,
};
