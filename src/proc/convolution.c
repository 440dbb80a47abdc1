/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolution reverb: pre-delay, the impulse response (dsp/convolver.h, no latency), cuts, width,
 * level, mix. The response is shaped when a stream starts: silence before it, its length, decay,
 * direction and energy. Runs are cut at a grid of 64 frames from the reset. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/convolver.h"
#include "dsp/cut.h"
#include "dsp/frames.h"
#include "dsp/pre_delay.h"
#include "dsp/smooth.h"
#include "dsp/wet.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

enum {
    TRIM,
    LENGTH,
    DECAY,
    REVERSE,
    NORMALISE,
    PRE_DELAY,
    WIDTH,
    LOW_CUT,
    HIGH_CUT,
    LEVEL,
    MIX,
    N_PARAMS
};

#define RUN LUSTER_FDN_RUN
#define MAX_PRE_DELAY_MS 500.0
#define ONSET 1e-3 /* -60 dB: what is below it before the first louder sample is silence */
#define FADE_SHARE 0.1 /* of a shortened response: its fade-out */
#define CUTS_RING_S 0.3 /* until the cuts have fallen by 120 dB: 20 Hz, Butterworth, twice */

static const LusterParam params[N_PARAMS] = {
    [TRIM] = {"trim", "Trim", "", LUSTER_SCALE_TOGGLE, 0, 1, 1, NULL, LUSTER_PARAM_STATIC,
              "Takes the silence before the response away (what is 60 dB below its peak), so that "
              "the pre-delay alone says when the space answers."},
    [LENGTH] = {"length", "Length", "%", LUSTER_SCALE_LINEAR, 1, 100, 100, NULL,
                LUSTER_PARAM_STATIC,
                "How much of the response is used; a shorter one ends in a fade. For gated sounds "
                "and to save work."},
    [DECAY] = {"decay", "Decay", "%", LUSTER_SCALE_LOG, 10, 100, 100, NULL, LUSTER_PARAM_STATIC,
               "Reverberation time as a share of the recorded one: the response is multiplied by a "
               "falling exponential."},
    [REVERSE] = {"reverse", "Reverse", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, LUSTER_PARAM_STATIC,
                 "Plays the response backwards: it swells and stops."},
    [NORMALISE] = {"normalise", "Normalise", "", LUSTER_SCALE_TOGGLE, 0, 1, 1, NULL,
                   LUSTER_PARAM_STATIC,
                   "Brings the response to unit energy, so that any file at level 0 is about as "
                   "loud as the sound that goes in. Off takes the file's own level."},
    [PRE_DELAY] = {"pre_delay", "Pre-delay", "ms", LUSTER_SCALE_LINEAR, 0, MAX_PRE_DELAY_MS, 0,
                   NULL, 0, "Silence before the space answers: keeps the source in front."},
    [WIDTH] = {"width", "Width", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
               "From one point (0) to as it was recorded (100)."},
    [LOW_CUT] = {"low_cut", "Low cut", "Hz", LUSTER_SCALE_LOG, LUSTER_CUT_LOW_OFF_HZ, 1000,
                 LUSTER_CUT_LOW_OFF_HZ, NULL, 0,
                 "Takes bass out of the space, 12 dB/octave. 20 is off."},
    [HIGH_CUT] = {"high_cut", "High cut", "Hz", LUSTER_SCALE_LOG, 1000, LUSTER_CUT_HIGH_OFF_HZ,
                  LUSTER_CUT_HIGH_OFF_HZ, NULL, 0,
                  "Takes top out of the space, 12 dB/octave. 20000 is off."},
    [LEVEL] = {"level", "Level", "dB", LUSTER_SCALE_LINEAR, LUSTER_WET_OFF_DB, 24, 0, NULL, 0,
               "Level of the space. -60 is silence."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 25, NULL, 0,
             "Share of the space, equal power. On a return, and for cabinets, use 100."},
};

static const LusterAsset assets[] = {
    {"ir", "Impulse response", LUSTER_ASSET_AUDIO,
     "The space: mono (the same for both sides), stereo (one side each), or true stereo, four "
     "channels in the order left to left, left to right, right to left, right to right. Without "
     "it the sound passes as it is."},
};

static const LusterPreset presets[] = {
    {"return", "bus", "mix=100,low_cut=120,high_cut=10000",
     "On a return the dry sound comes from the tracks. Cuts keep bass and hiss out of the space, "
     "as "
     "on any send (F2)."},
    {"vocal_plate", "lead_vocal,backing_vocal", "mix=15,pre_delay=40,low_cut=200,high_cut=8000",
     "For a plate's response on an insert: 20 to 80 ms keep the words in front of it; low cut and "
     "high cut keep breath and esses from ringing."},
    {"drum_room", "snare,drums,overhead", "mix=20,length=40,low_cut=150",
     "A room that stops before the next beat: the first 40 % hold its size, the fade its end."},
    {"tight", "", "mix=20,decay=50,low_cut=150",
     "A space that is too long for the song at half its reverberation time, its colour kept."},
    {"cabinet", "guitar_electric,guitar_lead,bass", "mix=100,trim=on,pre_delay=0",
     "For the response of a loudspeaker: all of the sound goes through it, at once."},
    {"swell", "fx,synth,pad", "mix=50,reverse=on,length=50",
     "Backwards, the space rises into each sound: an effect for transitions."},
};

typedef struct State {
    double rate_hz;
    uint32_t n_channels, ramp;
    const LusterAssetData *ir; /* NULL: the sound passes */
    bool started, matrix;
    uint32_t n_filters;
    float *shaped[LUSTER_CONVOLVER_FILTERS]; /* [ir->n_frames] */
    LusterConvolver *convolver;
    LusterPreDelay pre;
    LusterCuts cuts;
    LusterSmooth own, other;
    LusterWet mix;
    uint32_t frame; /* within the grid of RUN */
} State;

/* ---- the response --------------------------------------------------------------------------- */

/* The channel of the file that is filter f. */
static uint32_t channel_of(const State *state, uint32_t f)
{
    /* file: LL LR RL RR; filters: out * 2 + in */
    static const uint32_t matrix[] = {0, 2, 1, 3};
    return state->matrix ? matrix[f] : f < state->ir->n_channels ? f : 0;
}

/* Where the response begins: the first sample within 60 dB of the peak of all channels. */
static uint32_t find_onset(const LusterAssetData *ir)
{
    float peak = 0.0f;
    uint32_t first = ir->n_frames;
    for (uint32_t c = 0; c < ir->n_channels; c++) {
        for (uint32_t i = 0; i < ir->n_frames; i++)
            peak = fabsf(ir->audio[c][i]) > peak ? fabsf(ir->audio[c][i]) : peak;
    }
    for (uint32_t c = 0; c < ir->n_channels; c++) {
        for (uint32_t i = 0; i < first; i++) {
            if (fabsf(ir->audio[c][i]) > ONSET * peak)
                first = i;
        }
    }
    return first < ir->n_frames ? first : 0;
}

/* Frames for 60 dB of decay, from the fall of the energy that is left between -5 and -25 dB
 * (Schroeder's integral; ISO 3382-1, T20). 0: it cannot be told. */
static double decay_frames(const LusterAssetData *ir)
{
    double total = 0.0, left = 0.0;
    uint32_t at_5 = 0, at_25 = 0;
    for (uint32_t c = 0; c < ir->n_channels; c++) {
        for (uint32_t i = 0; i < ir->n_frames; i++)
            total += (double)ir->audio[c][i] * ir->audio[c][i];
    }
    for (uint32_t i = ir->n_frames; i-- > 0;) {
        for (uint32_t c = 0; c < ir->n_channels; c++)
            left += (double)ir->audio[c][i] * ir->audio[c][i];
        at_25 = left <= total * 0.00316227766 ? i : at_25;
        at_5 = left <= total * 0.316227766 ? i : at_5;
    }
    return at_25 > at_5 ? 3.0 * (at_25 - at_5) : 0.0;
}

/* One filter from its channel: cut, faded, damped, turned. Returns its energy. */
static double shape(State *state, uint32_t f, uint32_t from, uint32_t n, const double *values)
{
    const float *ir = state->ir->audio[channel_of(state, f)] + from;
    float *to = state->shaped[f];
    const double rt = decay_frames(state->ir), share = values[DECAY] / 100.0;
    /* 60 dB more in rt / (1/share - 1) frames */
    const double fall =
        rt > 0.0 && share < 1.0 ? luster_exp(-3.0 * LUSTER_LN10 * (1.0 / share - 1.0) / rt) : 1.0;
    const uint32_t fade = values[LENGTH] < 100.0 ? (uint32_t)(FADE_SHARE * n) + 1 : 0;
    double gain = 1.0, energy = 0.0;
    for (uint32_t i = 0; i < n; i++, gain *= fall) {
        const uint32_t left = n - i;
        const double x = left < fade ? (double)left / fade : 1.0;
        to[values[REVERSE] != 0.0 ? n - 1 - i : i] =
            (float)(ir[i] * gain * x * x * (3.0 - 2.0 * x));
    }
    for (uint32_t i = 0; i < n; i++)
        energy += (double)to[i] * to[i];
    return energy;
}

static void load(State *state, const double *values)
{
    const uint32_t from = values[TRIM] != 0.0 ? find_onset(state->ir) : 0;
    const uint32_t room = state->ir->n_frames - from;
    const uint32_t n = (uint32_t)ceil(room * values[LENGTH] / 100.0);
    uint32_t n_taps[LUSTER_CONVOLVER_FILTERS];
    double energy = 0.0;
    for (uint32_t f = 0; f < state->n_filters; f++) {
        energy += shape(state, f, from, n, values);
        n_taps[f] = n;
    }
    energy /= state->n_channels; /* of an output */
    const float gain = (float)(energy > 0.0 ? 1.0 / sqrt(energy) : 1.0);
    for (uint32_t f = 0; f < state->n_filters && values[NORMALISE] != 0.0; f++) {
        for (uint32_t i = 0; i < n; i++)
            state->shaped[f][i] *= gain;
    }
    luster_convolver_load(state->convolver, (const float *const *)state->shaped, n_taps);
}

/* ---- memory --------------------------------------------------------------------------------- */

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    state->frame = 0;
    luster_cuts_reset(&state->cuts);
    luster_wet_reset(&state->mix);
    luster_smooth_reset(&state->own);
    luster_smooth_reset(&state->other);
    if (!state->ir)
        return;
    luster_convolver_reset(state->convolver);
    luster_pre_delay_reset(&state->pre);
}

static bool open_response(State *state, LusterArena *arena)
{
    const uint32_t n = state->n_channels;
    state->matrix = n == 2 && state->ir->n_channels == 4;
    state->n_filters = state->matrix ? 4 : n;
    state->convolver = luster_convolver_open(
        arena, &(LusterConvolverSetup){n, n, state->matrix, state->ir->n_frames, 0, 0});
    if (!state->convolver)
        return false;
    for (uint32_t f = 0; f < state->n_filters; f++) {
        state->shaped[f] = luster_arena_array(arena, state->ir->n_frames, sizeof(float));
        if (!state->shaped[f])
            return false;
    }
    return luster_pre_delay_open(&state->pre, arena, MAX_PRE_DELAY_MS, state->rate_hz, n);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    state->ir = setup->assets ? setup->assets[0] : NULL;
    if (state->ir && !open_response(state, arena))
        return LUSTER_NO_MEMORY;
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    if (!state->ir)
        return;
    if (!state->started)
        load(state, values);
    luster_pre_delay_set(&state->pre, luster_ms_to_frames(values[PRE_DELAY], state->rate_hz),
                         !state->started);
    luster_cuts_set(&state->cuts, values[LOW_CUT], values[HIGH_CUT], state->rate_hz, state->ramp);
    luster_wet_set(&state->mix, values[MIX], luster_wet_gain(values[LEVEL]), state->ramp);
    /* width keeps the power: own^2 + other^2 = 1 */
    const double other = state->n_channels == 2 ? 1.0 - values[WIDTH] / 100.0 : 0.0;
    const double norm = 1.0 / sqrt(1.0 + other * other);
    luster_smooth_set(&state->own, norm, state->ramp);
    luster_smooth_set(&state->other, norm * other, state->ramp);
    state->started = true;
}

/* ---- sound ---------------------------------------------------------------------------------- */

/* The space's answer to a run that ends at the grid at the latest. */
static void answer(State *state, const float *const *in, double (*wet)[RUN], uint32_t n)
{
    float x[2][RUN];
    float *const run[2] = {x[0], x[1]};
    double *const y[2] = {wet[0], wet[1]};
    for (uint32_t c = 0; c < state->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++)
            x[c][i] = fabsf(in[c][i]) < LUSTER_LOUD ? in[c][i] : 0.0f;
    }
    luster_pre_delay_run(&state->pre, x, n);
    luster_convolver_process(state->convolver, (const float *const *)run, run, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++)
            y[c][i] = x[c][i];
    }
    luster_cuts_run(&state->cuts, y, state->n_channels, n);
    state->frame = (state->frame + n) % RUN;
    if (state->frame == 0)
        luster_cuts_tidy(&state->cuts);
}

static void mix(State *state, const float *const *in, float *const *out, double (*wet)[RUN],
                uint32_t n)
{
    const uint32_t last = state->n_channels - 1;
    for (uint32_t i = 0; i < n; i++) {
        const double dry = luster_smooth_next(&state->mix.dry);
        const double share = luster_smooth_next(&state->mix.wet);
        const double own = luster_smooth_next(&state->own);
        const double other = luster_smooth_next(&state->other);
        const double a = wet[0][i], b = wet[last][i];
        const float x = in[0][i], y = in[last][i];
        /* a dry signal alone stays as it is, to the sign of its zeros */
        const bool pass = dry == 1.0 && share == 0.0;
        out[0][i] = pass ? x : (float)luster_snap(dry * x + share * (own * a + other * b));
        if (last)
            out[1][i] = pass ? y : (float)luster_snap(dry * y + share * (own * b + other * a));
    }
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    double wet[2][RUN];
    for (uint32_t c = 0; c < state->n_channels && !state->ir; c++)
        memmove(block->out[c], block->in[c], block->n_frames * sizeof(float));
    for (uint32_t done = 0; state->ir && done < block->n_frames;) {
        uint32_t n = block->n_frames - done;
        n = n < RUN - state->frame ? n : RUN - state->frame;
        n = luster_pre_delay_room(&state->pre, n);
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        answer(state, part.in, wet, n);
        mix(state, part.in, part.out, wet, n);
        done += n;
    }
}

static double state_tail(const void *ptr, const double *values)
{
    const State *state = ptr;
    if (!state->ir || values[MIX] == 0.0 || luster_wet_gain(values[LEVEL]) == 0.0)
        return 0.0;
    const double length = ceil(state->ir->n_frames * values[LENGTH] / 100.0) / state->rate_hz;
    return length + values[PRE_DELAY] / 1000.0 + CUTS_RING_S;
}

const LusterProcessor luster_proc_convolution = {
    .id = "convolution",
    .name = "Convolution",
    .category = "reverb",
    .doc = "The sound of a recorded space, device or loudspeaker, from its impulse response: mono, "
           "stereo or true stereo, up to 30 s, without latency. Partitioned convolution after "
           "Gardner (1995), even in its work; error below -130 dB.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED | LUSTER_PROC_WIDENS,
    .params = params,
    .n_params = N_PARAMS,
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .assets = assets,
    .n_assets = 1,
    .neutral = "mix=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .state_tail = state_tail,
};
