/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Phaser: 2 to 12 first-order all-passes in a row under a swept frequency, with feedback solved
 * without a delay. Each stage is a rotation of its input and its memory (the normalised lattice,
 * Gray and Markel 1975), so however the sweep moves a stage keeps energy, and feedback under 100 %
 * cannot grow. */
#include "base/arena.h"
#include "base/silence.h"
#include "dsp/lfo.h"
#include "dsp/wet.h"
#include "proc/notes.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

enum { STAGES, RATE, SYNC, TEMPO, CENTRE, RANGE, FEEDBACK, PHASE, MIX, N_PARAMS };

#define MAX_STAGES 12
#define SLOW_MS 100.0 /* of a new centre or range, which sweeps the notches over octaves */
#define TIDY_FRAMES 64
#define GRID 8 /* frames from design to design of the sweep, in straight lines between */

static const LusterParam params[N_PARAMS] = {
    [STAGES] = {"stages", "Stages", "", LUSTER_SCALE_INTEGER, 2, MAX_STAGES, 6, NULL, 0,
                "All-passes in a row: two of them make one notch."},
    [RATE] = {"rate", "Rate", "Hz", LUSTER_SCALE_LOG, 0.02, 10, 0.4, NULL, 0,
              "Sweeps a second, when no note is chosen."},
    [SYNC] = {"sync", "Note", "", LUSTER_SCALE_CHOICE, 0, LUSTER_NOTE_EIGHT_BARS, 0,
              luster_note_labels, 0,
              "Note value that one sweep lasts, from the tempo. Off: the rate in Hz counts."},
    [TEMPO] = {"tempo", "Tempo", "bpm", LUSTER_SCALE_LOG, 20, 400, 120, NULL, LUSTER_PARAM_TEMPO,
               "Quarter notes a minute, for the note value."},
    [CENTRE] = {"centre", "Centre", "Hz", LUSTER_SCALE_LOG, 50, 8000, 800, NULL, 0,
                "Middle of the sweep: where each stage has turned the phase by 90 degrees."},
    [RANGE] = {"range", "Range", "oct", LUSTER_SCALE_LINEAR, 0, 8, 3, NULL, 0,
               "Width of the sweep from end to end; 0 stands still."},
    [FEEDBACK] = {"feedback", "Feedback", "%", LUSTER_SCALE_LINEAR, -95, 95, 30, NULL, 0,
                  "Makes peaks between the notches; negative moves them."},
    [PHASE] = {"phase", "Phase", "deg", LUSTER_SCALE_LINEAR, 0, 180, 45, NULL, 0,
               "How far the right side sweeps ahead of the left. Stereo only."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 50, NULL, 0,
             "Share of the turned sound, equal power; notches are deepest at 50, 100 is vibrato."},
};

static const LusterPreset presets[] = {
    {"electric_piano", "keys,organ", "stages=4,rate=0.35,centre=600,range=3,feedback=20,phase=90",
     "Two slow notches through the body of the sound, the sides a quarter apart: the seventies' "
     "keyboard."},
    {"rhythm_guitar", "guitar,guitar_electric,guitar_acoustic",
     "stages=4,rate=0.6,centre=900,range=3,feedback=0,phase=0,mix=50",
     "The four-stage pedal without feedback: movement in the strumming, no whistle."},
    {"lead", "guitar_lead,synth_lead", "stages=6,sync=two_bars,centre=1200,range=4,feedback=50",
     "Three notches and clear peaks that a single line can carry; two bars a sweep."},
    {"pad", "pad,strings,synth", "stages=10,rate=0.07,centre=800,range=5,feedback=40,phase=120",
     "Many notches, very slow and wide: the spectrum is never twice the same."},
    {"bass", "bass", "stages=4,rate=0.25,centre=2000,range=2,feedback=10,phase=0,mix=35",
     "The lower notch stays above 400 Hz and both sides move as one: the low end keeps level and "
     "place."},
    {"drums", "drums,hat,overhead",
     "stages=8,sync=four_bars,centre=5000,range=2,feedback=35,mix=40",
     "One sweep in four bars; the lowest notch stays near 500 Hz, clear of the kick."},
};

typedef struct State {
    double rate_hz;
    uint32_t n_channels, ramp, slow; /* frames */
    uint64_t frame;
    LusterLfo lfo;
    LusterWet mix;
    LusterSmooth centre, range; /* log2 of Hz; octaves to either side */
    LusterSmooth feedback, phase, tap[MAX_STAGES]; /* gain; radians; share of each stage's output */
    double memory[LUSTER_MAX_CHANNELS][MAX_STAGES];
    double from[LUSTER_MAX_CHANNELS], to[LUSTER_MAX_CHANNELS]; /* of the sweep, over the grid */
    bool designed;
} State;

static void reset(void *ptr)
{
    State *state = ptr;
    state->frame = 0;
    luster_lfo_reset(&state->lfo, state->rate_hz);
    luster_wet_reset(&state->mix);
    luster_smooth_reset(&state->centre);
    luster_smooth_reset(&state->range);
    luster_smooth_reset(&state->feedback);
    luster_smooth_reset(&state->phase);
    for (int k = 0; k < MAX_STAGES; k++)
        luster_smooth_reset(&state->tap[k]);
    memset(state->memory, 0, sizeof state->memory);
    memset(state->to, 0, sizeof state->to);
    state->designed = false;
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    state->slow = (uint32_t)(SLOW_MS / 1000.0 * setup->rate_hz + 0.5);
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->ramp, slow = state->slow;
    luster_lfo_set(&state->lfo, luster_note_hz((int)values[SYNC], values[TEMPO], values[RATE]),
                   slow);
    luster_smooth_set(&state->centre, luster_log2(values[CENTRE]), slow);
    luster_smooth_set(&state->range, 0.5 * values[RANGE], slow);
    luster_smooth_set(&state->phase, values[PHASE] / 180.0 * LUSTER_PI, slow);
    const double feedback = values[FEEDBACK] / 100.0;
    luster_smooth_set(&state->feedback, feedback, ramp);
    for (int k = 0; k < MAX_STAGES; k++)
        luster_smooth_set(&state->tap[k], k + 1 == (int)values[STAGES] ? 1.0 : 0.0, ramp);
    /* noise through the loop gains about 1 / (1 - feedback^2) in power */
    luster_wet_set(&state->mix, values[MIX], sqrt(1.0 - feedback * feedback), ramp);
}

/* Square root of tan(w/2), of which k and r are rational, for both sides at this frame. */
static void design(State *state, uint64_t lfo)
{
    const double angle = luster_lfo_angle(lfo), phase = state->phase.value;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        state->from[c] = state->to[c];
        const double octaves = state->range.value * luster_sin(angle + c * phase);
        const double w = luster_exp2(state->centre.value + octaves) / state->rate_hz;
        state->to[c] =
            c && phase == 0.0 ? state->to[0] : sqrt(luster_tan(LUSTER_PI * fmin(w, 0.45)));
    }
    if (!state->designed)
        memcpy(state->from, state->to, sizeof state->from);
    state->designed = true;
}

/* One frame of one side: q sets k and r, k^2 + r^2 = 1, which turn each input and memory; `taps`
 * add up to 1. All stages run: one that is faded in must be in step already. */
static double turn(double *memory, double x, double q, double feedback, const double *taps)
{
    const double scale = 1.0 / (1.0 + q * q), k = (1.0 - q * q) * scale, r = 2.0 * q * scale;
    /* each output is what the memories give, and a share of what goes in */
    double rest[MAX_STAGES + 1] = {0.0}, share[MAX_STAGES + 1] = {1.0}, asked = 0.0, through = 0.0;
    for (int s = 0; s < MAX_STAGES; s++) {
        rest[s + 1] = r * memory[s] - k * rest[s];
        share[s + 1] = -k * share[s];
        asked += taps[s] * rest[s + 1];
        through += taps[s] * share[s + 1];
    }
    const double in = (x + feedback * asked) / (1.0 - feedback * through);
    for (int s = 0; s < MAX_STAGES; s++)
        memory[s] = r * (rest[s] + share[s] * in) + k * memory[s];
    return asked + through * in;
}

static void play(State *state, const LusterBlock *block, uint32_t i)
{
    const uint32_t at = (uint32_t)(state->frame % GRID);
    const uint64_t lfo = luster_lfo_next(&state->lfo);
    (void)luster_smooth_next(&state->centre);
    (void)luster_smooth_next(&state->range);
    (void)luster_smooth_next(&state->phase);
    if (at == 0)
        design(state, lfo);
    const double feedback = luster_smooth_next(&state->feedback);
    const bool still =
        !luster_smooth_moving(&state->mix.dry) && !luster_smooth_moving(&state->mix.wet);
    const double dry = luster_smooth_next(&state->mix.dry);
    const double wet = luster_smooth_next(&state->mix.wet);
    const bool pass = still && wet == 0.0 && dry == 1.0;
    double taps[MAX_STAGES];
    for (int s = 0; s < MAX_STAGES; s++)
        taps[s] = luster_smooth_next(&state->tap[s]);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        const double q = state->from[c] + (at + 1) * (1.0 / GRID) * (state->to[c] - state->from[c]);
        const float in = block->in[c][i];
        const double x = fabsf(in) < LUSTER_LOUD ? in : 0.0;
        double y = turn(state->memory[c], x, q, feedback, taps);
        /* stages that are switched all the time at full feedback may pump the loop up */
        if (!(fabs(y) < (double)LUSTER_LOUD / 16)) {
            memset(state->memory[c], 0, sizeof state->memory[c]);
            y = 0.0;
        }
        block->out[c][i] = pass ? in : (float)luster_snap(dry * x + wet * y);
    }
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    for (uint32_t i = 0; i < block->n_frames; i++) {
        play(state, block, i);
        if (++state->frame % TIDY_FRAMES)
            continue;
        for (uint32_t c = 0; c < state->n_channels; c++) {
            for (int s = 0; s < MAX_STAGES; s++)
                state->memory[c][s] = luster_snap(state->memory[c][s]);
        }
    }
}

static double tail(const double *values)
{
    const double lowest = values[CENTRE] * luster_exp2(-0.5 * values[RANGE]);
    const double feedback = fabs(values[FEEDBACK]) / 100.0;
    const double n_passes = feedback > 0.0 ? luster_log(1e-6) / luster_log(feedback) : 0.0;
    /* a stage is late by 1 / (pi f) at most, and forgets by e in half of that */
    return (values[STAGES] * (1.0 + n_passes) + 14.0) / (LUSTER_PI * lowest);
}

const LusterProcessor luster_proc_phaser = {
    .id = "phaser",
    .name = "Phaser",
    .category = "modulation",
    .doc = "2 to 12 all-pass stages swept in octaves, in time with the song where asked. Feedback "
           "has no delay of its own and cannot grow.",
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
    .tail = tail,
};
