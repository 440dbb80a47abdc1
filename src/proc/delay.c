/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Delay: one line per side, whole frames, with cuts and a gain of at most 1 in the loop. A new time
 * cross-fades from the old tap to the new one with weights that sum to 1; so do the routes of
 * ping-pong. Every operator of the loop then has a norm of at most 1, and no setting can grow. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/cut.h"
#include "dsp/frames.h"
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
    N_PARAMS
};

#define MAX_TIME_MS 4000.0
#define MIN_TIME_MS 1.0
#define MAX_OFFSET_MS 50.0
#define FADE_MS 40.0 /* from tap to tap: no click, and gone before it is heard as two echoes */
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
};

typedef struct Line {
    float *ring;
    uint32_t tap, next, want; /* delay in frames: heard, being faded in, asked for */
} Line;

typedef struct State {
    double rate_hz;
    uint32_t n_channels, ramp, fade_frames, ring_frames, write, fade_left;
    bool started;
    Line line[LUSTER_MAX_CHANNELS];
    LusterCuts cuts;
    LusterSmooth feedback, ping_pong, width;
    LusterWet mix;
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
    state->write = state->fade_left = 0;
    state->started = false;
    for (uint32_t c = 0; c < state->n_channels; c++)
        memset(state->line[c].ring, 0, state->ring_frames * sizeof(float));
    luster_cuts_reset(&state->cuts);
    luster_smooth_reset(&state->feedback);
    luster_smooth_reset(&state->ping_pong);
    luster_smooth_reset(&state->width);
    luster_wet_reset(&state->mix);
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
    state->ring_frames = line_frames(state, MAX_TIME_MS + MAX_OFFSET_MS) + 1;
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        state->line[c].ring = luster_arena_array(arena, state->ring_frames, sizeof(float));
        if (!state->line[c].ring)
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
    luster_smooth_set(&state->feedback, values[FEEDBACK] / 100.0, ramp);
    luster_smooth_set(&state->ping_pong, state->n_channels == 2 ? values[PING_PONG] : 0.0, ramp);
    luster_smooth_set(&state->width, values[WIDTH] / 100.0, ramp);
    luster_wet_set(&state->mix, values[MIX], luster_wet_gain(values[LEVEL]), ramp);
}

static float at(const State *state, const Line *line, uint32_t delay)
{
    const uint32_t write = state->write;
    return line->ring[write >= delay ? write - delay : write + state->ring_frames - delay];
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

static void put(const State *state, Line *line, double x)
{
    const float sample = (float)x;
    const float size = fabsf(sample);
    line->ring[state->write] = size > (float)LUSTER_TINY && size < LUSTER_LOUD ? sample : 0.0f;
}

/* The repeats of this frame, read and filtered. */
static void repeats(State *state, double *wet)
{
    const double weight = fade_weight(state);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        const Line *line = &state->line[c];
        double x = at(state, line, line->tap);
        if (weight > 0.0)
            x += weight * (at(state, line, line->next) - x);
        wet[c] = luster_snap(luster_cuts_apply(&state->cuts, c, x));
    }
    luster_cuts_advance(&state->cuts);
    fade_advance(state);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    const bool stereo = state->n_channels == 2;
    for (uint32_t i = 0; i < block->n_frames; i++) {
        double wet[LUSTER_MAX_CHANNELS] = {0};
        repeats(state, wet);
        const double feedback = luster_smooth_next(&state->feedback);
        const double cross = luster_smooth_next(&state->ping_pong);
        const double side = luster_smooth_next(&state->width);
        const double dry_gain = luster_smooth_next(&state->mix.dry);
        const double wet_gain = luster_smooth_next(&state->mix.wet);
        const float in[2] = {block->in[0][i], stereo ? block->in[1][i] : 0.0f};
        if (stereo) {
            const double middle = 0.5 * ((double)in[0] + in[1]);
            const double back[2] = {feedback * wet[0], feedback * wet[1]};
            put(state, &state->line[0],
                in[0] + cross * (middle - in[0]) + back[0] + cross * (back[1] - back[0]));
            put(state, &state->line[1],
                (1.0 - cross) * in[1] + back[1] + cross * (back[0] - back[1]));
            if (side != 1.0) {
                const double m = 0.5 * (wet[0] + wet[1]), s = 0.5 * side * (wet[0] - wet[1]);
                wet[0] = m + s;
                wet[1] = m - s;
            }
        } else {
            put(state, &state->line[0], in[0] + feedback * wet[0]);
        }
        /* a dry signal alone stays as it is, to the sign of its zeros */
        const bool pass = wet_gain == 0.0 && dry_gain == 1.0;
        for (uint32_t c = 0; c < state->n_channels; c++)
            block->out[c][i] = pass ? in[c] : (float)(dry_gain * in[c] + wet_gain * wet[c]);
        if (++state->write == state->ring_frames)
            state->write = 0;
        if (state->write % TIDY_FRAMES == 0)
            luster_cuts_tidy(&state->cuts);
    }
}

static double tail(const double *values)
{
    const double longest = time_ms(values) + (values[OFFSET] > 0.0 ? values[OFFSET] : 0.0);
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
           "100 % holds and never grows.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED,
    .params = params,
    .n_params = N_PARAMS,
    .neutral = "mix=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .tail = tail,
};
