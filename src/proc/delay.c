/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Delay: one line per side with cuts and a gain of at most 1 in the loop, read in whole frames
 * unless it drifts. A new time cross-fades from the old tap to the new one with weights that sum to
 * 1; so do the routes of ping-pong. Without drift every operator of the loop then has a norm of at
 * most 1, and no setting can grow. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/cut.h"
#include "dsp/duck.h"
#include "dsp/fractional.h"
#include "dsp/frames.h"
#include "dsp/lfo.h"
#include "dsp/smooth.h"
#include "dsp/wet.h"
#include "proc/notes.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

enum {
    SYNC,
    TIME,
    TEMPO,
    FEEDBACK,
    LOW_CUT,
    HIGH_CUT,
    PING_PONG,
    WIDTH,
    OFFSET,
    MIX,
    LEVEL,
    MOD_RATE,
    MOD_DEPTH,
    DUCK,
    DUCK_THRESHOLD,
    DUCK_RELEASE,
    N_PARAMS
};

#define MAX_TIME_MS 4000.0
#define MIN_TIME_MS 1.0
#define MAX_OFFSET_MS 50.0
#define FADE_MS 40.0 /* from tap to tap: no click, and gone before it is heard as two echoes */
#define MAX_DRIFT_MS 5.0
#define SLOW_MS 250.0 /* of a new drift */
#define DRIFT_HOLD 0.9999 /* -0.001 dB a round: more than reading between samples can add */
#define MAX_TAIL_S 3600.0 /* what is told of a loop that never ends */
#define TIDY_FRAMES 64 /* of the ring, from snap to snap of filter states */

static const LusterParam params[N_PARAMS] = {
    [SYNC] = {"sync", "Note", "", LUSTER_SCALE_CHOICE, 0, LUSTER_NOTE_WHOLE_DOTTED, 0,
              luster_note_labels, 0,
              "Note value between repeats, from the tempo. Off: the time in ms counts. A note "
              "longer than 4 s is halved until it fits."},
    [TIME] = {"time", "Time", "ms", LUSTER_SCALE_LOG, MIN_TIME_MS, MAX_TIME_MS, 270, NULL, 0,
              "Time between repeats when no note is chosen, in whole frames."},
    [TEMPO] = {"tempo", "Tempo", "bpm", LUSTER_SCALE_LOG, 20, 400, 120, NULL, LUSTER_PARAM_TEMPO,
               "Quarter notes a minute, for the note value."},
    [FEEDBACK] = {"feedback", "Feedback", "%", LUSTER_SCALE_LINEAR, 0, 100, 25, NULL, 0,
                  "How much of each repeat comes back: 50 makes each one 6 dB softer than the one "
                  "before; 100 goes on as long as the cuts let it, and never grows."},
    [LOW_CUT] = {"low_cut", "Low cut", "Hz", LUSTER_SCALE_LOG, LUSTER_CUT_LOW_OFF_HZ, 2000, 150,
                 NULL, 0,
                 "Thins each repeat once more, 12 dB/octave, so that echoes stay out of the bass. "
                 "20 is off."},
    [HIGH_CUT] = {"high_cut", "High cut", "Hz", LUSTER_SCALE_LOG, 500, LUSTER_CUT_HIGH_OFF_HZ, 4200,
                  NULL, 0,
                  "Darkens each repeat once more, 12 dB/octave, so that echoes sit behind. 20000 "
                  "is off."},
    [PING_PONG] = {"ping_pong", "Ping-pong", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                   "Both inputs go into the left line and repeats change sides. Stereo only."},
    [WIDTH] = {"width", "Width", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
               "Spread of the repeats; 0 puts them in the middle."},
    [OFFSET] = {"offset", "Offset", "ms", LUSTER_SCALE_LINEAR, -MAX_OFFSET_MS, MAX_OFFSET_MS, 0,
                NULL, 0,
                "How much longer the right line is than the left one (negative: shorter), for "
                "width. Stereo only."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 25, NULL, 0,
             "Share of the repeats, equal power. On a return use 100."},
    [LEVEL] = {"level", "Level", "dB", LUSTER_SCALE_LINEAR, LUSTER_WET_OFF_DB, 12, 0, NULL, 0,
               "Gain of the repeats; -60 is silence."},
    [MOD_RATE] = {"mod_rate", "Drift rate", "Hz", LUSTER_SCALE_LOG, 0.05, 8, 0.6, NULL, 0,
                  "Speed of the drift: tape wanders at about 0.5 to 1 Hz."},
    [MOD_DEPTH] = {"mod_depth", "Drift depth", "ms", LUSTER_SCALE_LINEAR, 0, MAX_DRIFT_MS, 0, NULL,
                   0,
                   "How far the time wanders either way, and more with each repeat: 0.5 to 1 is "
                   "tape. 0 is exact."},
    [DUCK] = {"duck", "Ducking", "dB", LUSTER_SCALE_LINEAR, 0, 40, 0, NULL, 0,
              "How far the repeats make way while the input (or the side-chain) sounds; they come "
              "up in its gaps."},
    [DUCK_THRESHOLD] = {"duck_threshold", "Ducking threshold", "dBFS", LUSTER_SCALE_LINEAR, -60, 0,
                        -36, NULL, 0,
                        "Peak level from which the repeats give way, all the way 12 dB above."},
    [DUCK_RELEASE] = {"duck_release", "Ducking release", "ms", LUSTER_SCALE_LOG, 20, 2000, 300,
                      NULL, 0, "How slowly the repeats come back in a gap, to 63 %."},
};

static const LusterPreset presets[] = {
    {"vocal_eighth", "lead_vocal,vocal_double",
     "sync=8th_dotted,feedback=20,low_cut=300,high_cut=4200,mix=15,duck=9",
     "Close to the 270 ms and the 4.2 kHz of 365 mixed vocals [DVX]; out of the way while the "
     "words "
     "last."},
    {"vocal_throw", "lead_vocal",
     "sync=quarter,feedback=40,low_cut=350,high_cut=3500,mix=100,ping_pong=on,mod_depth=0.4",
     "On a return, sent to at the ends of lines: three or four repeats that walk from side to side "
     "and darken."},
    {"vocal_slap", "lead_vocal,spoken",
     "time=110,feedback=0,low_cut=200,high_cut=5000,mix=20,mod_depth=0.3",
     "One repeat past the 50 to 80 ms where it would fuse [F3], as from a tape machine's second "
     "head."},
    {"vocal_spread", "lead_vocal,backing_vocal",
     "time=22,offset=9,feedback=0,low_cut=400,high_cut=8000,mix=20",
     "Two short delays, 22 and 31 ms: width without an echo; check it in mono."},
    {"guitar_quarter", "guitar_lead,guitar,synth_lead",
     "sync=quarter,feedback=35,low_cut=200,high_cut=3500,mix=22,duck=6,mod_depth=0.5",
     "The solo's repeats follow the beat, darker and softer than the note that is being played."},
    {"guitar_dotted", "guitar_electric,guitar_acoustic,keys",
     "sync=8th_dotted,feedback=40,low_cut=150,high_cut=6000,mix=35",
     "Plays against straight eighths as a second part: loud, bright and not ducked, for it is part "
     "of the rhythm."},
    {"synth_ping_pong", "synth,pad,mallet",
     "sync=8th,feedback=50,ping_pong=on,low_cut=250,high_cut=5000,mix=30,mod_depth=0.6",
     "Eighths from side to side around a sound that stands still."},
    {"dub", "snare,percussion,fx,guitar",
     "sync=quarter_dotted,feedback=75,low_cut=300,high_cut=2500,mix=100,mod_depth=1.2,mod_rate=0.5",
     "On a return: a dozen repeats that darken, drift and go on by themselves; ride the send."},
    {"drum_slap", "drums,snare,room", "time=85,feedback=0,low_cut=150,high_cut=6000,mix=15",
     "A wall 15 m away: size without a reverb's tail."},
};

static const LusterMeter meters[] = {
    {"ducking", "Ducking", "dB", "How far the repeats are turned down now."},
};

typedef struct Line {
    LusterFractional ring;
    uint32_t tap, next, want; /* delay in frames: heard, being faded in, asked for */
} Line;

typedef struct State {
    double rate_hz;
    uint32_t n_channels, ramp, slow, fade_frames, frame, fade_left;
    bool started;
    Line line[LUSTER_MAX_CHANNELS];
    LusterCuts cuts;
    LusterSmooth feedback, ping_pong, width;
    LusterWet mix;
    LusterLfo drift[2];
    LusterSmooth reach; /* frames */
    LusterDuck duck;
} State;

/** Milliseconds between repeats as heard, without the offset. */
static double time_ms(const double *values)
{
    const int sync = (int)values[SYNC];
    if (sync == 0)
        return values[TIME];
    double ms = luster_note_ms(sync, values[TEMPO]);
    while (ms > MAX_TIME_MS)
        ms *= 0.5;
    return ms < MIN_TIME_MS ? MIN_TIME_MS : ms;
}

static uint32_t line_frames(const State *state, double ms)
{
    const uint32_t frames = luster_ms_to_frames(ms, state->rate_hz);
    return frames < 1 ? 1 : frames;
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->frame = state->fade_left = 0;
    state->started = false;
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_fractional_reset(&state->line[c].ring);
    luster_cuts_reset(&state->cuts);
    luster_smooth_reset(&state->feedback);
    luster_smooth_reset(&state->ping_pong);
    luster_smooth_reset(&state->width);
    luster_wet_reset(&state->mix);
    luster_lfo_reset(&state->drift[0], state->rate_hz);
    luster_lfo_reset(&state->drift[1], state->rate_hz);
    luster_smooth_reset(&state->reach);
    luster_duck_reset(&state->duck);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    state->fade_frames = luster_ms_to_frames(FADE_MS, setup->rate_hz);
    state->slow = luster_ms_to_frames(SLOW_MS, setup->rate_hz);
    const double longest_ms = MAX_TIME_MS + MAX_OFFSET_MS + MAX_DRIFT_MS;
    const float *table = luster_fractional_table(arena);
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!table || !luster_fractional_open(&state->line[c].ring, arena, table,
                                              longest_ms / 1000.0 * setup->rate_hz + 2.0))
            return LUSTER_NO_MEMORY;
    }
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const double ms = time_ms(values);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        Line *line = &state->line[c];
        const double right = ms + values[OFFSET];
        line->want = line_frames(state, c == 0 ? ms : right < MIN_TIME_MS ? MIN_TIME_MS : right);
        if (!state->started)
            line->tap = line->next = line->want;
    }
    state->started = true;
    const uint32_t ramp = state->ramp;
    luster_cuts_set(&state->cuts, values[LOW_CUT], values[HIGH_CUT], state->rate_hz, ramp);
    const bool drifts = values[MOD_DEPTH] > 0.0;
    luster_smooth_set(&state->feedback, values[FEEDBACK] / 100.0 * (drifts ? DRIFT_HOLD : 1.0),
                      ramp);
    luster_smooth_set(&state->reach, values[MOD_DEPTH] / 1000.0 * state->rate_hz, state->slow);
    for (int k = 0; k < 2; k++) /* the golden ratio apart: the sum never repeats */
        luster_lfo_set(&state->drift[k], values[MOD_RATE] * (k ? 1.6180339887498949 : 1.0),
                       state->slow);
    luster_duck_set(&state->duck, values[DUCK], values[DUCK_THRESHOLD], values[DUCK_RELEASE],
                    state->rate_hz);
    luster_smooth_set(&state->ping_pong, state->n_channels == 2 ? values[PING_PONG] : 0.0, ramp);
    luster_smooth_set(&state->width, values[WIDTH] / 100.0, ramp);
    luster_wet_set(&state->mix, values[MIX], luster_wet_gain(values[LEVEL]), ramp);
}

/* What was `delay` frames ago, before this frame is put; `drift` -1 … 1 of `reach` frames off. */
static double at(const Line *line, uint32_t delay, double reach, double drift)
{
    const double room = delay - (LUSTER_FRACTIONAL_LEAST + 2.0);
    reach = reach < room ? reach : room;
    if (reach <= 0.0)
        return luster_fractional_whole(&line->ring, delay - 1);
    const double back = delay - 1.0 + reach * drift;
    float x;
    luster_fractional_read(&line->ring, &back, &x, 1);
    return x;
}

/* Weight of the tap being faded in, for this frame; starts a fade when a new time is asked for. */
static double fade_weight(State *state)
{
    if (!state->fade_left) {
        bool moved = false;
        for (uint32_t c = 0; c < state->n_channels; c++) {
            state->line[c].next = state->line[c].want;
            moved = moved || state->line[c].next != state->line[c].tap;
        }
        if (!moved)
            return 0.0;
        state->fade_left = state->fade_frames;
    }
    const double t = 1.0 - (double)state->fade_left / state->fade_frames;
    return t * t * (3.0 - 2.0 * t);
}

static void fade_advance(State *state)
{
    if (state->fade_left && --state->fade_left == 0) {
        for (uint32_t c = 0; c < state->n_channels; c++)
            state->line[c].tap = state->line[c].next;
    }
}

/* Where the sides drift at this frame, -1 … 1: two sines that never meet again. */
static double drifts(State *state, double *drift)
{
    const double slow = luster_lfo_angle(luster_lfo_next(&state->drift[0]));
    const double fast = luster_lfo_angle(luster_lfo_next(&state->drift[1]));
    const double reach = luster_smooth_next(&state->reach);
    for (uint32_t c = 0; reach > 0.0 && c < state->n_channels; c++) {
        const double turn = c * (LUSTER_PI / 2);
        drift[c] = 0.7 * luster_sin(slow + turn) + 0.3 * luster_sin(fast + turn);
    }
    return reach;
}

/* The repeats of this frame, read and filtered. */
static void repeats(State *state, double *wet)
{
    double drift[LUSTER_MAX_CHANNELS] = {0};
    const double reach = drifts(state, drift), weight = fade_weight(state);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        const Line *line = &state->line[c];
        double x = at(line, line->tap, reach, drift[c]);
        if (weight > 0.0)
            x += weight * (at(line, line->next, reach, drift[c]) - x);
        wet[c] = luster_snap(luster_cuts_apply(&state->cuts, c, x));
    }
    luster_cuts_advance(&state->cuts);
    fade_advance(state);
}

/* What goes into the lines, and the width of what came out. */
static void go_round(State *state, const float *in, double *wet)
{
    const double feedback = luster_smooth_next(&state->feedback);
    const double cross = luster_smooth_next(&state->ping_pong);
    const double side = luster_smooth_next(&state->width);
    if (state->n_channels == 1) {
        luster_fractional_put(&state->line[0].ring, in[0] + feedback * wet[0]);
        return;
    }
    const double middle = 0.5 * ((double)in[0] + in[1]);
    const double back[2] = {feedback * wet[0], feedback * wet[1]};
    luster_fractional_put(&state->line[0].ring,
                          in[0] + cross * (middle - in[0]) + back[0] + cross * (back[1] - back[0]));
    luster_fractional_put(&state->line[1].ring,
                          (1.0 - cross) * in[1] + back[1] + cross * (back[0] - back[1]));
    if (side != 1.0) {
        const double m = 0.5 * (wet[0] + wet[1]), s = 0.5 * side * (wet[0] - wet[1]);
        wet[0] = m + s;
        wet[1] = m - s;
    }
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    const bool stereo = state->n_channels == 2;
    const float *const *key = block->key ? block->key : block->in;
    for (uint32_t i = 0; i < block->n_frames; i++) {
        double wet[LUSTER_MAX_CHANNELS] = {0};
        const float in[2] = {block->in[0][i], stereo ? block->in[1][i] : 0.0f};
        const float left = fabsf(key[0][i]), right = stereo ? fabsf(key[1][i]) : 0.0f;
        repeats(state, wet);
        go_round(state, in, wet);
        const double dry_gain = luster_smooth_next(&state->mix.dry);
        const double wet_gain = luster_smooth_next(&state->mix.wet);
        const double ducked =
            wet_gain * luster_duck_next(&state->duck, left > right ? left : right);
        /* a dry signal alone stays as it is, to the sign of its zeros */
        const bool pass = wet_gain == 0.0 && dry_gain == 1.0;
        for (uint32_t c = 0; c < state->n_channels; c++)
            block->out[c][i] = pass ? in[c] : (float)(dry_gain * in[c] + ducked * wet[c]);
        if (++state->frame % TIDY_FRAMES == 0)
            luster_cuts_tidy(&state->cuts);
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    readings[0] = (float)state->duck.soft[1];
}

static double tail(const double *values)
{
    const double right = values[OFFSET] > 0.0 ? values[OFFSET] : 0.0;
    const double longest = time_ms(values) + right + values[MOD_DEPTH];
    const double gain = luster_wet_gain(values[LEVEL]), feedback = values[FEEDBACK] / 100.0;
    if (gain == 0.0 || values[MIX] == 0.0)
        return 0.0;
    double n_repeats = 1.0;
    if (feedback > 0.0) {
        const double fall = -luster_gain_to_db(feedback);
        const double piled = luster_gain_to_db(1.0 - feedback); /* of a steady full-scale sound */
        const double room = 120.0 + luster_gain_to_db(gain) - piled;
        n_repeats = fall > 0.0 ? 1.0 + ceil(room / fall) : INFINITY;
    }
    /* the last repeat also rings in its cuts: a few periods of the lowest */
    const double s = n_repeats * longest / 1000.0 + 0.2;
    return s < MAX_TAIL_S ? s : MAX_TAIL_S;
}

const LusterProcessor luster_proc_delay = {
    .id = "delay",
    .name = "Delay",
    .category = "delay",
    .doc = "Echoes in time with the song or in ms, each one filtered once more, straight or from "
           "side to side. New times cross-fade, so moves do not click or change pitch; feedback of "
           "100 % holds and never grows. Repeats may drift as on tape and duck under the sound.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED | LUSTER_PROC_WIDENS | LUSTER_PROC_KEYED,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = 1,
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "mix=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .tail = tail,
};
