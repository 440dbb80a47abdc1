/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Chorus: up to six voices that drift in time around the sound, each a read of one modulated line
 * per side. What lies below the low cut does not move; in mono-safe mode the voices are added to
 * one side and taken from the other, so that the mono sum is the dry sound alone. */
#include "base/arena.h"
#include "dsp/cut.h"
#include "dsp/fractional.h"
#include "dsp/frames.h"
#include "dsp/lfo.h"
#include "dsp/wet.h"
#include "proc/notes.h"
#include "proc/registry.h"

enum {
    VOICES,
    RATE,
    SYNC,
    TEMPO,
    DEPTH,
    DELAY,
    SPREAD,
    LOW_CUT,
    HIGH_CUT,
    MONO_SAFE,
    MIX,
    N_PARAMS
};

#define MAX_VOICES 6
#define MAX_DEPTH_MS 8.0
#define MAX_DELAY_MS 40.0
#define RUN LUSTER_FRACTIONAL_RUN
#define SLOW_MS                                                                                    \
    250.0 /* a new delay or depth bends the pitch while it comes: not more than a tone */
#define GUARD (LUSTER_FRACTIONAL_LEAST + 1.0) /* frames */
#define LOW_END_HZ 1000.0

static const LusterParam params[N_PARAMS] = {
    [VOICES] = {"voices", "Voices", "", LUSTER_SCALE_INTEGER, 1, MAX_VOICES, 2, NULL, 0,
                "How many moving copies; their power together stays the same."},
    [RATE] = {"rate", "Rate", "Hz", LUSTER_SCALE_LOG, 0.02, 10, 0.6, NULL, 0,
              "Cycles of the movement a second, when no note is chosen."},
    [SYNC] = {"sync", "Note", "", LUSTER_SCALE_CHOICE, 0, LUSTER_NOTE_EIGHT_BARS, 0,
              luster_note_labels, 0,
              "Note value that one cycle lasts, from the tempo. Off: the rate in Hz counts."},
    [TEMPO] = {"tempo", "Tempo", "bpm", LUSTER_SCALE_LOG, 20, 400, 120, NULL, LUSTER_PARAM_TEMPO,
               "Quarter notes a minute, for the note value."},
    [DEPTH] =
        {"depth", "Depth", "ms", LUSTER_SCALE_LINEAR, 0, MAX_DEPTH_MS, 2, NULL, 0,
         "How far a copy moves either way. Detune grows with rate times depth: 2 ms at 0.6 Hz "
         "is 13 cents."},
    [DELAY] = {"delay", "Delay", "ms", LUSTER_SCALE_LOG, 2, MAX_DELAY_MS, 10, NULL, 0,
               "Delay of the first copy, around which it moves; others are up to half as far "
               "again. Short is hollow, long is doubling."},
    [SPREAD] =
        {"spread", "Spread", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
         "How differently the sides move; at 0 they move as one, at 100 against each other."},
    [LOW_CUT] = {"low_cut", "Low cut", "Hz", LUSTER_SCALE_LOG, LUSTER_CUT_LOW_OFF_HZ, LOW_END_HZ,
                 100, NULL, 0,
                 "Below this nothing moves and the level stays: the bass keeps its place. 20 is "
                 "off."},
    [HIGH_CUT] = {"high_cut", "High cut", "Hz", LUSTER_SCALE_LOG, 1000, LUSTER_CUT_HIGH_OFF_HZ,
                  12000, NULL, 0, "Darkens the copies, as tape and bucket chips do. 20000 is off."},
    [MONO_SAFE] = {"mono_safe", "Mono-safe", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                   "The copies only make width: in mono they vanish and the dry sound remains. "
                   "Needs stereo and some spread."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 40, NULL, 0,
             "Share of the copies, equal power. 100 is vibrato."},
};

static const LusterPreset presets[] = {
    {"bass", "bass", "voices=1,rate=0.4,depth=2.5,delay=12,low_cut=250,high_cut=6000,mix=30",
     "The copies stay above 250 Hz, so that the fundamental neither beats nor moves; slow, because "
     "bass notes are long."},
    {"clean_guitar", "guitar,guitar_electric,guitar_acoustic",
     "voices=2,rate=0.7,depth=2,delay=8,low_cut=120,high_cut=8000,mix=45",
     "The pedal's range: about 15 cents at most, dark copies close behind the string."},
    {"backing_vocals", "backing_vocal,vocal_double,choir",
     "voices=4,rate=0.35,depth=3,delay=22,low_cut=180,high_cut=10000,mix=50",
     "Four copies past the fusion of a comb but short of an echo (20 to 35 ms) make two singers a "
     "group; slow, so that the tuning stays."},
    {"lead_widener", "lead_vocal,spoken",
     "voices=2,rate=0.25,depth=1.2,delay=16,low_cut=250,mono_safe=on,mix=25",
     "Width around a centred voice that disappears in mono and leaves the voice as it was."},
    {"synth_pad", "pad,synth,strings", "voices=6,rate=0.5,depth=3.5,delay=14,mix=60",
     "Six voices are dense enough that no single one is heard to sweep: the string ensemble."},
    {"electric_piano", "keys,piano,organ",
     "voices=2,sync=whole,depth=1.8,delay=9,low_cut=150,mix=40",
     "One sweep to the bar goes with the song instead of against it."},
    {"vibrato", "organ,guitar_lead,synth_lead",
     "voices=1,rate=5.5,depth=0.3,delay=5,spread=0,"
     "low_cut=20,high_cut=20000,mix=100",
     "The copy alone, both sides together: 5 to 6 Hz and 18 cents is a player's vibrato."},
};

/* Delays of the voices over the first one's; none a simple ratio of another. */
static const double stretch[MAX_VOICES] = {1.0, 1.37, 1.19, 1.53, 1.09, 1.27};

typedef struct State {
    double rate_hz;
    uint32_t n_channels, ramp, slow; /* frames */
    LusterFractional line[LUSTER_MAX_CHANNELS];
    double turn[MAX_VOICES][2]; /* cosine and sine of each voice's place in the cycle */
    LusterLfo lfo;
    LusterCuts cuts;
    LusterWet mix;
    LusterSmooth delay, depth; /* frames */
    LusterSmooth spread, safe, voice[MAX_VOICES]; /* half turns; share; gains */
    uint64_t frame;
} State;

/* What one run of frames needs, [side][frame]. */
typedef struct Run {
    double high[LUSTER_MAX_CHANNELS][RUN]; /* what moves */
    double wet[LUSTER_MAX_CHANNELS][RUN];
    double cosine[LUSTER_MAX_CHANNELS][RUN], sine[LUSTER_MAX_CHANNELS][RUN];
    double delay[RUN], depth[RUN];
} Run;

static void reset(void *ptr)
{
    State *state = ptr;
    state->frame = 0;
    luster_lfo_reset(&state->lfo, state->rate_hz);
    luster_cuts_reset(&state->cuts);
    luster_wet_reset(&state->mix);
    luster_smooth_reset(&state->delay);
    luster_smooth_reset(&state->depth);
    luster_smooth_reset(&state->spread);
    luster_smooth_reset(&state->safe);
    for (int v = 0; v < MAX_VOICES; v++)
        luster_smooth_reset(&state->voice[v]);
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_fractional_reset(&state->line[c]);
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
    const double longest = 1.6 * MAX_DELAY_MS + MAX_DEPTH_MS;
    const float *table = luster_fractional_table(arena);
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!table || !luster_fractional_open(&state->line[c], arena, table,
                                              longest / 1000.0 * setup->rate_hz + 2.0 * GUARD))
            return LUSTER_NO_MEMORY;
    }
    for (int v = 0; v < MAX_VOICES; v++) { /* golden angle: well apart, however many */
        state->turn[v][0] = luster_cos(2.0 * LUSTER_PI * 0.381966 * v);
        state->turn[v][1] = luster_sin(2.0 * LUSTER_PI * 0.381966 * v);
    }
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->ramp;
    const double per_ms = state->rate_hz / 1000.0;
    const double delay = fmax(values[DELAY] * per_ms, GUARD);
    const double depth = fmin(values[DEPTH] * per_ms, delay - GUARD);
    luster_smooth_set(&state->delay, delay, state->slow);
    luster_smooth_set(&state->depth, depth, state->slow);
    luster_lfo_set(&state->lfo, luster_note_hz((int)values[SYNC], values[TEMPO], values[RATE]),
                   state->slow);
    luster_smooth_set(&state->spread, values[SPREAD] / 100.0, state->slow);
    luster_smooth_set(&state->safe, values[MONO_SAFE], ramp);
    const int n_voices = (int)values[VOICES];
    for (int v = 0; v < MAX_VOICES; v++)
        luster_smooth_set(&state->voice[v], v < n_voices ? 1.0 / sqrt(n_voices) : 0.0, ramp);
    luster_cuts_set(&state->cuts, values[LOW_CUT], values[HIGH_CUT], state->rate_hz, ramp);
    luster_wet_set(&state->mix, values[MIX], 1.0, ramp);
}

/* Splits off what moves and puts its darkened form into the lines. */
static void take_in(State *state, const LusterBlockPart *part, Run *run, uint32_t n)
{
    LusterCuts *cuts = &state->cuts;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t c = 0; c < state->n_channels; c++) {
            const double x = fabsf(part->in[c][i]) < LUSTER_LOUD ? part->in[c][i] : 0.0;
            run->high[c][i] = luster_cut_apply(&cuts->low, &cuts->low_state[c], x);
            luster_fractional_put(
                &state->line[c],
                luster_cut_apply(&cuts->high, &cuts->high_state[c], run->high[c][i]));
        }
        luster_cuts_advance(cuts);
    }
}

/* Where each side stands in its cycle. */
static void move(State *state, Run *run, uint32_t n)
{
    double turn_c = 1.0, turn_s = 0.0;
    bool fresh = true;
    for (uint32_t i = 0; i < n; i++) {
        const double angle = luster_lfo_angle(luster_lfo_next(&state->lfo));
        const double c = luster_cos(angle), s = luster_sin(angle);
        const bool moving = luster_smooth_moving(&state->spread);
        const double spread = luster_smooth_next(&state->spread);
        if (fresh || moving) {
            turn_c = luster_cos(LUSTER_PI * spread);
            turn_s = luster_sin(LUSTER_PI * spread);
            fresh = false;
        }
        run->cosine[0][i] = c;
        run->sine[0][i] = s;
        run->cosine[1][i] = c * turn_c - s * turn_s;
        run->sine[1][i] = s * turn_c + c * turn_s;
        run->delay[i] = luster_smooth_next(&state->delay);
        run->depth[i] = luster_smooth_next(&state->depth);
    }
}

static void sing(State *state, Run *run, uint32_t n)
{
    memset(run->wet, 0, sizeof run->wet);
    for (int v = 0; v < MAX_VOICES; v++) {
        LusterSmooth *gain = &state->voice[v];
        if (!luster_smooth_moving(gain) && gain->value == 0.0)
            continue;
        double gains[RUN];
        for (uint32_t i = 0; i < n; i++)
            gains[i] = luster_smooth_next(gain);
        for (uint32_t c = 0; c < state->n_channels; c++) {
            double delay[RUN];
            float out[RUN];
            for (uint32_t i = 0; i < n; i++) {
                const double sine =
                    run->sine[c][i] * state->turn[v][0] + run->cosine[c][i] * state->turn[v][1];
                delay[i] = run->delay[i] * stretch[v] + run->depth[i] * sine;
            }
            luster_fractional_read(&state->line[c], delay, out, n);
            for (uint32_t i = 0; i < n; i++)
                run->wet[c][i] += gains[i] * out[i];
        }
    }
}

static void put_out(State *state, const LusterBlockPart *part, Run *run, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const bool still =
            !luster_smooth_moving(&state->mix.dry) && !luster_smooth_moving(&state->mix.wet);
        const double dry = luster_smooth_next(&state->mix.dry);
        const double wet = luster_smooth_next(&state->mix.wet);
        const double safe = luster_smooth_next(&state->safe);
        const bool pass = still && wet == 0.0 && dry == 1.0;
        if (state->n_channels == 2 && safe > 0.0) {
            const double side = (run->wet[0][i] - run->wet[1][i]) * 0.70710678118654752;
            run->wet[0][i] += safe * (side - run->wet[0][i]);
            run->wet[1][i] += safe * (-side - run->wet[1][i]);
        }
        for (uint32_t c = 0; c < state->n_channels; c++) {
            const float in = part->in[c][i];
            const double high = run->high[c][i];
            /* what does not move keeps its level */
            const double y = in - high + (dry * high + wet * run->wet[c][i]);
            part->out[c][i] = pass ? in : (float)luster_snap(y);
        }
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
        move(state, &run, n);
        sing(state, &run, n);
        put_out(state, &part, &run, n);
        state->frame += n;
        done += n;
        if (state->frame % RUN == 0)
            luster_cuts_tidy(&state->cuts);
    }
}

static double tail(const double *values)
{
    const double longest = 1.53 * values[DELAY] + values[DEPTH] + SLOW_MS;
    return longest / 1000.0 + 14.0 / (LUSTER_PI * 1.414 * values[LOW_CUT]); /* and the cut's ring */
}

const LusterProcessor luster_proc_chorus = {
    .id = "chorus",
    .name = "Chorus",
    .category = "modulation",
    .doc = "One to six voices that drift in time around the sound, for width and thickness. The "
           "bass stays put, the movement follows the tempo where asked, and a mono-safe mode "
           "leaves the mono sum alone.",
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
