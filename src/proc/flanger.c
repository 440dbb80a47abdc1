/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Flanger: the sound beside itself a few moments later, read from a line that feeds back. Through
 * zero the dry sound is late by a fixed time, declared as latency, so that the copy overtakes it
 * as it did between two tape machines. */
#include "base/arena.h"
#include "dsp/cut.h"
#include "dsp/fractional.h"
#include "dsp/frames.h"
#include "dsp/lag.h"
#include "dsp/lfo.h"
#include "dsp/wet.h"
#include "proc/notes.h"
#include "proc/registry.h"

enum {
    RATE,
    SYNC,
    TEMPO,
    MANUAL,
    DEPTH,
    FEEDBACK,
    INVERT,
    PHASE,
    LOW_CUT,
    THROUGH_ZERO,
    MIX,
    N_PARAMS
};

#define LEAST_MS 0.6 /* shortest delay of the copy; LEAST frames where that is more */
#define MAX_MANUAL_MS 10.0
#define ZERO_MS 5.0 /* how late the dry sound is through zero */
#define LEAST (LUSTER_FRACTIONAL_LEAST + 1.0)
#define SLOW_MS 250.0 /* of a new delay, whose way bends the pitch */
#define RUN LUSTER_FRACTIONAL_RUN

static const LusterParam params[N_PARAMS] = {
    [RATE] = {"rate", "Rate", "Hz", LUSTER_SCALE_LOG, 0.02, 10, 0.25, NULL, 0,
              "Sweeps a second, when no note is chosen."},
    [SYNC] = {"sync", "Note", "", LUSTER_SCALE_CHOICE, 0, LUSTER_NOTE_EIGHT_BARS, 0,
              luster_note_labels, 0,
              "Note value that one sweep lasts, from the tempo. Off: the rate in Hz counts."},
    [TEMPO] = {"tempo", "Tempo", "bpm", LUSTER_SCALE_LOG, 20, 400, 120, NULL, LUSTER_PARAM_TEMPO,
               "Quarter notes a minute, for the note value."},
    [MANUAL] = {"manual", "Manual", "ms", LUSTER_SCALE_LOG, 0.6, MAX_MANUAL_MS, 2.5, NULL, 0,
                "Middle of the sweep; through zero, how far it goes to either side, 4 ms at most."},
    [DEPTH] = {"depth", "Depth", "%", LUSTER_SCALE_LINEAR, 0, 100, 70, NULL, 0,
               "Width of the sweep; 0 stands still, 100 reaches down to 0.6 ms."},
    [FEEDBACK] = {"feedback", "Feedback", "%", LUSTER_SCALE_LINEAR, -95, 95, 30, NULL, 0,
                  "Sharpens the comb. Negative puts the peaks where the notches were. The level "
                  "stays."},
    [INVERT] = {"invert", "Invert", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                "Turns the copy upside down: hollow, and silent where it meets the dry sound "
                "through zero."},
    [PHASE] = {"phase", "Phase", "deg", LUSTER_SCALE_LINEAR, 0, 180, 60, NULL, 0,
               "How far the right side sweeps ahead of the left. Stereo only."},
    [LOW_CUT] = {"low_cut", "Low cut", "Hz", LUSTER_SCALE_LOG, LUSTER_CUT_LOW_OFF_HZ, 1000, 80,
                 NULL, 0, "Below this nothing is swept and the level stays. 20 is off."},
    [THROUGH_ZERO] = {"through_zero", "Through zero", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL,
                      LUSTER_PARAM_STATIC,
                      "The copy overtakes the dry sound, as with two tapes. Adds 5 ms of latency, "
                      "which is compensated."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 50, NULL, 0,
             "Share of the copy, equal power; the comb is deepest at 50."},
};

static const LusterPreset presets[] = {
    {"slow_jet", "guitar_electric,guitar,synth,drums",
     "rate=0.1,manual=3,depth=90,feedback=60,mix=50",
     "Ten seconds a sweep and a sharp comb: the jet of the seventies."},
    {"tape", "guitar,vocal_double,drums,bus",
     "through_zero=on,invert=off,rate=0.08,manual=2,depth=100,feedback=0,phase=0,low_cut=20",
     "Two tape machines, one slowed by hand: no feedback, both sides together, and the moment when "
     "the tapes meet."},
    {"tape_null", "fx,synth,drums",
     "through_zero=on,invert=on,rate=0.1,manual=2,depth=100,feedback=0,phase=0",
     "The same with one machine upside down: sound vanishes where the tapes meet."},
    {"bass", "bass", "rate=0.2,manual=2.5,depth=50,feedback=20,low_cut=300,mix=35",
     "Swept above 300 Hz only, so that the low end keeps its level while the comb passes."},
    {"hi_hat_shimmer", "hat,cymbal,overhead", "rate=0.3,manual=0.9,depth=60,feedback=-40,mix=30",
     "Notches far apart in the treble; negative feedback is the hollow kind, softer in level."},
    {"backing_vocals", "backing_vocal,choir",
     "sync=two_bars,manual=4,depth=40,feedback=10,phase=120,low_cut=200,mix=30",
     "Half a chorus: wide and slow with the bars, hardly any ringing."},
};

typedef struct State {
    double rate_hz;
    uint32_t n_channels, ramp, slow, lag; /* frames; lag: of the dry sound */
    bool started, through_zero;
    uint64_t frame;
    LusterFractional line[LUSTER_MAX_CHANNELS];
    LusterLag late[LUSTER_MAX_CHANNELS], late_high[LUSTER_MAX_CHANNELS];
    LusterLfo lfo;
    LusterCut low;
    LusterCutMove low_move;
    LusterCutState low_state[LUSTER_MAX_CHANNELS];
    LusterWet mix;
    LusterSmooth manual, depth; /* frames */
    LusterSmooth feedback, phase; /* gain; radians */
} State;

typedef struct Run {
    float high[LUSTER_MAX_CHANNELS][RUN], late[LUSTER_MAX_CHANNELS][RUN];
    float late_high[LUSTER_MAX_CHANNELS][RUN];
} Run;

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    state->frame = 0;
    luster_lfo_reset(&state->lfo, state->rate_hz);
    luster_cut_reset(&state->low, &state->low_move, false);
    memset(state->low_state, 0, sizeof state->low_state);
    luster_wet_reset(&state->mix);
    luster_smooth_reset(&state->manual);
    luster_smooth_reset(&state->depth);
    luster_smooth_reset(&state->feedback);
    luster_smooth_reset(&state->phase);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        luster_fractional_reset(&state->line[c]);
        luster_lag_reset(&state->late[c]);
        luster_lag_reset(&state->late_high[c]);
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
    state->slow = luster_ms_to_frames(SLOW_MS, setup->rate_hz);
    const double per_ms = setup->rate_hz / 1000.0;
    const uint32_t lag = luster_ms_to_frames(ZERO_MS, setup->rate_hz) + (uint32_t)(2.0 * LEAST);
    const float *table = luster_fractional_table(arena);
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!table ||
            !luster_fractional_open(&state->line[c], arena, table,
                                    2.0 * MAX_MANUAL_MS * per_ms + 2.0 * LEAST) ||
            !luster_lag_open(&state->late[c], arena, lag, RUN) ||
            !luster_lag_open(&state->late_high[c], arena, lag, RUN))
            return LUSTER_NO_MEMORY;
    }
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static uint32_t latency(const double *values, double rate_hz)
{
    const uint32_t least = (uint32_t)(2.0 * LEAST); /* at low rates */
    const uint32_t frames = luster_ms_to_frames(ZERO_MS, rate_hz);
    return values[THROUGH_ZERO] == 0.0 ? 0 : frames > least ? frames : least;
}

/* Middle and reach of the sweep, in frames. */
static void set_sweep(State *state, const double *values)
{
    const double per_ms = state->rate_hz / 1000.0, depth = values[DEPTH] / 100.0;
    const double least = fmax(LEAST_MS * per_ms, LEAST);
    double middle = fmax(values[MANUAL] * per_ms, least), reach = middle - least;
    if (state->through_zero) {
        middle = state->lag;
        reach = fmin(fmin(values[MANUAL], 4.0) * per_ms, middle - least);
    }
    luster_smooth_set(&state->manual, middle, state->slow);
    luster_smooth_set(&state->depth, depth * reach, state->slow);
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->ramp;
    if (!state->started) {
        state->through_zero = values[THROUGH_ZERO] != 0.0;
        state->lag = latency(values, state->rate_hz);
        state->started = true;
    }
    set_sweep(state, values);
    luster_lfo_set(&state->lfo, luster_note_hz((int)values[SYNC], values[TEMPO], values[RATE]),
                   state->slow);
    const double feedback = values[FEEDBACK] / 100.0;
    luster_smooth_set(&state->feedback, feedback, ramp);
    luster_smooth_set(&state->phase, values[PHASE] / 180.0 * LUSTER_PI, state->slow);
    luster_cut_set(&state->low, &state->low_move, values[LOW_CUT],
                   values[LOW_CUT] <= LUSTER_CUT_LOW_OFF_HZ, state->rate_hz, ramp);
    /* noise through the loop gains 1 / (1 - feedback^2) in power */
    const double level = sqrt(1.0 - feedback * feedback) * (values[INVERT] != 0.0 ? -1.0 : 1.0);
    luster_wet_set(&state->mix, values[MIX], level, ramp);
}

/* Sines of the sweep, left and right, at this frame. */
static void sweep(State *state, double *sine)
{
    const double angle = luster_lfo_angle(luster_lfo_next(&state->lfo));
    const bool moving = luster_smooth_moving(&state->phase);
    const double phase = luster_smooth_next(&state->phase);
    sine[0] = luster_sin(angle);
    sine[1] = state->n_channels == 1   ? 0.0
              : moving || phase != 0.0 ? luster_sin(angle + phase)
                                       : sine[0];
}

static void play(State *state, const Run *run, const LusterBlockPart *part, uint32_t i)
{
    double sine[LUSTER_MAX_CHANNELS];
    sweep(state, sine);
    const double manual = luster_smooth_next(&state->manual);
    const double depth = luster_smooth_next(&state->depth);
    const double feedback = luster_smooth_next(&state->feedback);
    const bool still =
        !luster_smooth_moving(&state->mix.dry) && !luster_smooth_moving(&state->mix.wet);
    const double dry = luster_smooth_next(&state->mix.dry);
    const double wet = luster_smooth_next(&state->mix.wet);
    const bool pass = still && wet == 0.0 && dry == 1.0;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        /* read ahead of the put: a frame less behind the newest */
        const double delay = manual + depth * sine[c] - 1.0;
        float copy;
        luster_fractional_read(&state->line[c], &delay, &copy, 1);
        luster_fractional_put(&state->line[c], run->high[c][i] + feedback * copy);
        const double late = run->late[c][i], high = run->late_high[c][i];
        /* what is not swept keeps its level */
        const double y = late - high + (dry * high + wet * copy);
        part->out[c][i] = pass ? run->late[c][i] : (float)luster_snap(y);
    }
}

/* What moves, and the sound and its moving part as late as the copy is in the middle. */
static void take_in(State *state, const LusterBlockPart *part, Run *run, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t c = 0; c < state->n_channels; c++) {
            const double x = fabsf(part->in[c][i]) < LUSTER_LOUD ? part->in[c][i] : 0.0;
            run->high[c][i] =
                (float)luster_snap(luster_cut_apply(&state->low, &state->low_state[c], x));
        }
        luster_cut_advance(&state->low, &state->low_move);
    }
    for (uint32_t c = 0; c < state->n_channels; c++) {
        luster_lag_run(&state->late[c], part->in[c], run->late[c], state->lag, n);
        luster_lag_run(&state->late_high[c], run->high[c], run->late_high[c], state->lag, n);
    }
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    for (uint32_t done = 0; done < block->n_frames;) {
        const uint32_t left = block->n_frames - done;
        const uint32_t room = RUN - (uint32_t)(state->frame % RUN);
        const uint32_t n = left < room ? left : room;
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        Run run;
        take_in(state, &part, &run, n);
        for (uint32_t i = 0; i < n; i++)
            play(state, &run, &part, i);
        state->frame += n;
        done += n;
        for (uint32_t c = 0; state->frame % RUN == 0 && c < state->n_channels; c++)
            state->low_state[c] = (LusterCutState){luster_snap(state->low_state[c].s1),
                                                   luster_snap(state->low_state[c].s2)};
    }
}

static double tail(const double *values)
{
    const double feedback = fabs(values[FEEDBACK]) / 100.0;
    const double n_passes = feedback > 0.0 ? 1.0 + luster_log(1e-6) / luster_log(feedback) : 1.0;
    const double longest = 2.0 * values[MANUAL] + 2.0 * ZERO_MS; /* 4 ms at the lowest rates */
    return n_passes * longest / 1000.0 + 14.0 / (LUSTER_PI * 1.414 * values[LOW_CUT]);
}

const LusterProcessor luster_proc_flanger = {
    .id = "flanger",
    .name = "Flanger",
    .category = "modulation",
    .doc = "The sound beside itself a few milliseconds later, swept, with feedback of either sign "
           "at an even level, in time with the song where asked; through zero as between two "
           "tapes.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED | LUSTER_PROC_WIDENS, /* the sides move differently */
    .params = params,
    .n_params = N_PARAMS,
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "mix=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .latency = latency,
    .tail = tail,
};
