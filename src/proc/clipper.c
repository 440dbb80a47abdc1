/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Clipper: what a curve with a soft to hard knee takes off the sound between its samples. Sound
 * goes up to 352.8 kHz or more (dsp/oversampler.h); the part above the curve, as a mean between
 * neighbours (simd/k_shape.c), comes down and is taken from the delayed input. Where nothing bends,
 * nothing is taken: the input passes bit for bit. */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/frames.h"
#include "dsp/lag.h"
#include "dsp/oversampler.h"
#include "dsp/smooth.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

enum { DRIVE, CEILING, KNEE, MIX, OUTPUT, QUALITY, N_PARAMS };

#define CHUNK LUSTER_OVERSAMPLER_CHUNK
#define ROOM (CHUNK + LUSTER_LANES)
#define LEAST_HZ 352800.0 /* 8 times 44.1 kHz: a hard corner then folds 95 dB down at 5 kHz */
#define HARDEST 0.999999 /* start of the shortest knee: the formula divides by its width */

static const char *const qualities[] = {"standard", "high"};

static const LusterParam params[N_PARAMS] = {
    [DRIVE] = {"drive", "Drive", "dB", LUSTER_SCALE_LINEAR, -12, 36, 0, NULL, 0,
               "Gain ahead of the curve: pushes peaks into the ceiling."},
    [CEILING] = {"ceiling", "Ceiling", "dBFS", LUSTER_SCALE_LINEAR, -30, 0, -1, NULL, 0,
                 "Where the curve ends flat: nothing between the samples is let through above it. "
                 "Taking away what lies above 20 kHz then lets short peaks over again, by up to "
                 "2.4 dB in noise; a limiter behind catches these."},
    [KNEE] = {"knee", "Knee", "dB", LUSTER_SCALE_LINEAR, 0, 24, 3, NULL, 0,
              "How far below the ceiling the curve begins to bend. 0 is a hard corner, bright and "
              "edgy; 6 and more round off early. Below the knee nothing changes at all."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
             "Share of the clipped sound; the rest is the input, in time with it."},
    [OUTPUT] = {"output", "Output", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
                "Gain after everything, for comparing at equal loudness."},
    [QUALITY] = {"quality", "Quality", "", LUSTER_SCALE_CHOICE, 0, 1, 0, qualities,
                 LUSTER_PARAM_STATIC,
                 "Standard works at 352.8 kHz or more, high at twice that: less folding of hard "
                 "corners on the brightest sounds, for twice the work."},
};

static const LusterMeter meters[] = {
    {"reduction", "Reduction", "dB", "What the highest peak of the last block lost, positive."},
};

/* Of each frame of a chunk. */
typedef struct Gains {
    float in[ROOM], start[ROOM]; /* onto the curve, whose ceiling is 1; its knee */
    float through[ROOM], taken[ROOM]; /* of the input and the residual in the output */
} Gains;

typedef struct State {
    uint32_t n_channels, ramp;
    double rate_hz;
    bool started, filled; /* filled: the gains hold what they rest at */
    LusterSmooth drive, ceiling, start, mix, output;
    Gains gains;
    float least_start; /* of the chunk */
    uint32_t settle; /* frames until the delayed gains rest */
    LusterLag drive_lag, ceiling_lag, lag[LUSTER_MAX_CHANNELS];
    LusterOversampler over[LUSTER_MAX_CHANNELS];
    float reduction; /* for the meter: dB */
} State;

static uint32_t stages_for(double quality, double rate_hz)
{
    const uint32_t stages = luster_oversampler_stages(rate_hz, LEAST_HZ) + (quality != 0.0);
    return stages < LUSTER_OVERSAMPLER_STAGES ? stages : LUSTER_OVERSAMPLER_STAGES;
}

static uint32_t latency(const double *values, double rate_hz)
{
    return luster_oversampler_latency(rate_hz, stages_for(values[QUALITY], rate_hz));
}

static void reset(void *ptr)
{
    State *state = ptr;
    LusterSmooth *const all[] = {&state->drive, &state->ceiling, &state->start, &state->mix,
                                 &state->output};
    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++)
        luster_smooth_reset(all[i]);
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_lag_reset(&state->lag[c]);
    state->started = state->filled = false;
    state->reduction = 0.0f;
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    const uint32_t stages = stages_for(1.0, setup->rate_hz);
    const uint32_t most = luster_oversampler_latency(setup->rate_hz, stages);
    if (!luster_lag_open(&state->drive_lag, arena, most, CHUNK) ||
        !luster_lag_open(&state->ceiling_lag, arena, most, CHUNK))
        return LUSTER_NO_MEMORY;
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!luster_oversampler_open(&state->over[c], arena, setup->rate_hz, stages) ||
            !luster_lag_open(&state->lag[c], arena, most, CHUNK))
            return LUSTER_NO_MEMORY;
    }
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void fill(LusterLag *lag, double value)
{
    for (uint32_t i = 0; i < lag->size; i++)
        lag->ring[i] = (float)value;
    lag->write = 0;
}

static void start(State *state, const double *values)
{
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_oversampler_start(&state->over[c], stages_for(values[QUALITY], state->rate_hz),
                                 true);
    fill(&state->drive_lag, luster_db_to_gain(values[DRIVE]));
    fill(&state->ceiling_lag, luster_db_to_gain(values[CEILING]));
    state->started = true;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    if (!state->started)
        start(state, values);
    const double knee = luster_db_to_gain(-values[KNEE]);
    /* a move of what goes into the curve makes a steeper one behind it: twice the time */
    luster_smooth_set(&state->drive, luster_db_to_gain(values[DRIVE]), 2 * state->ramp);
    luster_smooth_set(&state->ceiling, luster_db_to_gain(values[CEILING]), 2 * state->ramp);
    luster_smooth_set(&state->start, knee < HARDEST ? knee : HARDEST, state->ramp);
    luster_smooth_set(&state->mix, values[MIX] / 100.0, state->ramp);
    luster_smooth_set(&state->output, luster_db_to_gain(values[OUTPUT]), state->ramp);
}

/* What drive and ceiling were when the sound that now comes out went in. */
static void make_gains(State *state, uint32_t n)
{
    Gains *gains = &state->gains;
    const bool moving = luster_smooth_moving(&state->drive) ||
                        luster_smooth_moving(&state->ceiling) ||
                        luster_smooth_moving(&state->start) || luster_smooth_moving(&state->mix) ||
                        luster_smooth_moving(&state->output);
    const uint32_t lag = state->over[0].latency;
    const bool rests = !moving && state->settle == 0;
    if (rests && state->filled)
        return;
    state->filled = rests;
    if (moving)
        state->settle = lag + CHUNK;
    state->settle = state->settle > n ? state->settle - n : 0;
    float drive[CHUNK], ceiling[CHUNK];
    const uint32_t count = rests ? CHUNK : n;
    for (uint32_t i = 0; i < count; i++) {
        drive[i] = (float)luster_smooth_next(&state->drive);
        ceiling[i] = (float)luster_smooth_next(&state->ceiling);
        gains->start[i] = (float)luster_smooth_next(&state->start);
        gains->in[i] = drive[i] / ceiling[i];
    }
    for (uint32_t i = count; i < ROOM; i++)
        gains->start[i] = gains->start[count - 1];
    luster_lag_run(&state->drive_lag, drive, drive, lag, n);
    luster_lag_run(&state->ceiling_lag, ceiling, ceiling, lag, n);
    state->least_start = 1.0f;
    for (uint32_t i = 0; i < count; i++) {
        const double mix = luster_smooth_next(&state->mix);
        const double output = luster_smooth_next(&state->output);
        gains->through[i] = (float)(output * ((1.0 - mix) + mix * drive[i]));
        gains->taken[i] = (float)(output * mix * ceiling[i]);
        state->least_start = fminf(state->least_start, gains->start[i]);
    }
}

/* Largest magnitude of what came up, the frame after it included. */
static float largest(const LusterOversampler *over, uint32_t n)
{
    float level[ROOM], peak, top = 0.0f;
    for (uint32_t p = 0; p <= 1u << over->n_stages; p++) {
        luster_kernels()->dyn_level(level, luster_oversampler_high(over, p), NULL, &peak, n);
        top = peak > top ? peak : top;
    }
    return top;
}

static void meter(State *state, float peak)
{
    const double start = state->gains.start[0], width = 2.0 * (1.0 - start), over = peak - start;
    if (over <= 0.0)
        return;
    const double kept = over < width ? peak - over * over / (2.0 * width) : 1.0;
    const float lost = (float)luster_gain_to_db(peak / kept);
    state->reduction = lost > state->reduction ? lost : state->reduction;
}

/* What the curve takes off one channel, in r[n]; false when that is nothing. */
static bool bend(State *state, LusterOversampler *over, const float *in, float *r, uint32_t n)
{
    const Gains *gains = &state->gains;
    float *v = luster_oversampler_input(over);
    for (uint32_t i = 0; i < n; i++)
        v[i] = in[i] * gains->in[i];
    if (luster_oversampler_bound(over, n) < state->least_start)
        return !luster_oversampler_rest(over, r, n);
    luster_oversampler_up(over, n);
    const float peak = largest(over, n);
    if (peak < state->least_start)
        return !luster_oversampler_rest(over, r, n);
    meter(state, peak);
    for (uint32_t p = 0; p < 1u << over->n_stages; p++)
        luster_kernels()->clip(luster_oversampler_residual(over, p),
                               luster_oversampler_high(over, p),
                               luster_oversampler_high(over, p + 1), gains->start, n);
    luster_oversampler_down(over, r, n);
    return true;
}

static void chunk(State *state, const float *const *in, float *const *out, uint32_t n)
{
    make_gains(state, n);
    const Gains *gains = &state->gains;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        float r[CHUNK];
        const bool bends = bend(state, &state->over[c], in[c], r, n);
        luster_lag_run(&state->lag[c], in[c], out[c], state->over[c].latency, n);
        float *y = out[c];
        for (uint32_t i = 0; i < n; i++)
            y[i] *= gains->through[i];
        for (uint32_t i = 0; i < n && bends; i++) {
            const float taken = gains->taken[i] * r[i];
            y[i] = taken != 0.0f ? y[i] + taken : y[i]; /* -0 stays -0 */
        }
    }
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    state->reduction = 0.0f;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        const uint32_t left = block->n_frames - done, n = left < CHUNK ? left : CHUNK;
        chunk(state, part.in, part.out, n);
        done += n;
    }
}

static void read(const void *ptr, float *readings)
{
    readings[0] = ((const State *)ptr)->reduction;
}

/* The filters ring on for as long as they delay: at 8 kHz, the slowest, 14 ms. */
static double tail(const double *values)
{
    (void)values;
    return 0.015;
}

/* clang-format off */
static const LusterPreset presets[] = {
    {"drum_bus", "drums,bus", "ceiling=-3,knee=4",
     "Takes the tops off snare and kick before the mix bus has to: peaks of a drum bus stand 19 dB "
     "over its loudness (D6), and 2 to 4 dB of the shortest of them are not missed."},
    {"snare_clip", "snare", "drive=4,ceiling=-6,knee=1.5",
     "A nearly hard edge keeps the crack while the peak loses 4 to 6 dB; the body under the knee "
     "stays as it is. Set drive until the meter reads that."},
    {"kick_clip", "kick", "drive=3,ceiling=-6,knee=3",
     "The click of a kick is its peak: a short knee holds it against the low end's swing."},
    {"bass_round", "bass", "drive=6,ceiling=-6,knee=12,mix=60",
     "An early, wide bend adds odd harmonics to what small loudspeakers do not play; the dry part "
     "keeps the fundamental."},
    {"vocal_peaks", "lead_vocal,backing_vocal", "ceiling=-6,knee=6",
     "Catches single shouts ahead of a compressor, so that it can be set for the phrase."},
    {"master_clip", "master", "ceiling=-1.5,knee=2",
     "0.5 to 2 dB at the highest peaks only, ahead of the limiter (D5): raise drive until the "
     "meter reads that. The limiter then moves less and takes the overshoot."},
    {"master_soft", "master", "ceiling=-1,knee=6",
     "The same for dense programme, where an early knee rounds without a corner to hear."},
    {"hard_clip", "", "knee=0,ceiling=0",
     "The corner itself: what converters do, without their folding."},
};
/* clang-format on */

const LusterProcessor luster_proc_clipper = {
    .id = "clipper",
    .name = "Clipper",
    .category = "dynamics",
    .doc = "Cuts the tops of peaks at a ceiling, with a corner or a soft knee, between the samples "
           "too: oversampled to 352.8 kHz or more and antialiased once more by means along the "
           "curve. Only what is cut is worked on: below the knee the sound stays bit for bit.",
    .version = 1,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "mix=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = latency,
    .tail = tail,
};
