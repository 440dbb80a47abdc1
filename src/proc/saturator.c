/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Saturator: curves without memory on oversampled sound (dsp/oversampler.h, simd/k_shape.c), as the
 * difference they make, with the slope at rest taken to 1. The difference of all bands comes down
 * once, loses its DC, and joins the delayed input, which nothing else has touched. Worked in chunks
 * that end on multiples of 128 frames since the start. */
#include "base/math.h"
#include "base/silence.h"
#include "dsp/frames.h"
#include "proc/registry.h"
#include "proc/saturator_state.h"

#include <math.h>
#include <string.h>

#define LEAST_HZ 352800.0 /* 8 times 44.1 kHz: tanh, +12 dB, folds 120 dB down at 10 kHz (L2) */
#define DC_HZ 3.0 /* below all music; takes 0.7 s to lose 120 dB */
#define GAIN_MS 50.0 /* two of these one after the other round the corners of the match's gain */
#define SLOW 8 /* times the usual ramp, for what is driven hard behind a moving filter */
#define FULL_BIAS 1.0 /* of the curve's input, at 100 % */

typedef LusterSaturator State;
typedef LusterSaturatorBand Band;

static uint32_t stages_for(double quality, double rate_hz)
{
    const uint32_t stages = luster_oversampler_stages(rate_hz, LEAST_HZ) + (quality != 0.0);
    return stages < LUSTER_OVERSAMPLER_STAGES ? stages : LUSTER_OVERSAMPLER_STAGES;
}

static uint32_t bands_of(const double *values)
{
    return values[MODE] != 0.0 ? 1 : (uint32_t)values[BANDS];
}

static uint32_t latency(const double *values, double rate_hz)
{
    const uint32_t over = luster_oversampler_latency(rate_hz, stages_for(values[QUALITY], rate_hz));
    const bool linear = bands_of(values) > 1 && values[PHASE] != 0.0;
    return over + (linear ? luster_crossover_latency(rate_hz, LUSTER_CROSSOVER_LOWEST_HZ) : 0);
}

static void reset(void *ptr)
{
    State *state = ptr;
    LusterSmooth *const all[] = {&state->bias,  &state->fade, &state->shelf, &state->shelf_k,
                                 &state->match, &state->raw,  &state->mix,   &state->output};
    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++)
        luster_smooth_reset(all[i]);
    for (int b = 0; b < N_BANDS; b++) {
        luster_smooth_reset(&state->band[b].gain);
        luster_smooth_reset(&state->band[b].on);
        memset(state->band[b].emphasis, 0, sizeof state->band[b].emphasis);
    }
    luster_cuts_reset(&state->into);
    luster_cuts_reset(&state->out_of);
    luster_crossover_reset(&state->crossover);
    luster_level_match_reset(&state->level);
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_lag_reset(&state->lag[c]);
    memset(state->dc, 0, sizeof state->dc);
    memset(state->unshelf, 0, sizeof state->unshelf);
    state->started = state->filled = false;
    state->gain_between = state->gain_from = state->gain_to = 1.0f;
    state->frame = state->settle = 0;
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    const double turn = 2.0 * LUSTER_PI * DC_HZ / setup->rate_hz;
    state->dc_go = turn / (1.0 + turn);
    state->gain_go = (float)fmin(1.0, CHUNK / (GAIN_MS / 1000.0 * setup->rate_hz));
    const uint32_t stages = stages_for(1.0, setup->rate_hz);
    const uint32_t most = luster_oversampler_latency(setup->rate_hz, stages);
    for (uint32_t b = 0; b < N_BANDS; b++) {
        Band *band = &state->band[b];
        if (!luster_lag_open(&band->lag, arena, most, CHUNK))
            return LUSTER_NO_MEMORY;
        for (uint32_t c = 0; c < setup->n_channels; c++) {
            if (!luster_oversampler_open(&band->over[c], arena, setup->rate_hz, stages))
                return LUSTER_NO_MEMORY;
        }
    }
    const uint32_t lag =
        most + luster_crossover_latency(setup->rate_hz, LUSTER_CROSSOVER_LOWEST_HZ);
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!luster_lag_open(&state->lag[c], arena, lag, CHUNK))
            return LUSTER_NO_MEMORY;
    }
    if (!luster_crossover_open(&state->crossover, arena, setup->rate_hz, setup->n_channels,
                               LUSTER_CROSSOVER_LOWEST_HZ))
        return LUSTER_NO_MEMORY;
    luster_level_match_open(&state->level, setup->rate_hz, setup->n_channels);
    reset(state);
    *out = state;
    return LUSTER_OK;
}

/* ---- settings ---- */

static void start(State *state, const double *values)
{
    state->excite = values[MODE] != 0.0;
    state->n_bands = bands_of(values);
    state->linear = values[PHASE] != 0.0 && state->n_bands > 1;
    state->next = state->curve[0].kind = (LusterCurveKind)values[CURVE];
    luster_smooth_set(&state->fade, 0.0, 0);
    for (uint32_t b = 0; b < state->n_bands; b++) {
        Band *band = &state->band[b];
        for (uint32_t c = 0; c < state->n_channels; c++)
            luster_oversampler_start(&band->over[c], stages_for(values[QUALITY], state->rate_hz),
                                     false);
        const double gain = luster_db_to_gain(values[DRIVE] + values[BAND_DRIVE + b]);
        for (uint32_t i = 0; i < band->lag.size; i++)
            band->lag.ring[i] = (float)gain;
        band->lag.write = 0;
    }
    state->started = true;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->ramp;
    if (!state->started)
        start(state, values);
    state->next = (LusterCurveKind)values[CURVE];
    const double bias = FULL_BIAS * values[BIAS] / 100.0;
    /* moves of what goes into a curve are steeper behind it: twice the time */
    luster_smooth_set(&state->bias, bias, 2 * ramp);
    for (uint32_t b = 0; b < state->n_bands; b++) {
        const double drive_db = values[DRIVE] + values[BAND_DRIVE + b];
        luster_smooth_set(&state->band[b].gain, luster_db_to_gain(drive_db), 2 * ramp);
        luster_smooth_set(&state->band[b].on, values[ON + b], ramp);
    }
    luster_smooth_set(&state->shelf, luster_db_to_gain(values[EMPHASIS]), 2 * ramp);
    const double hz = fmin(values[EMPHASIS_FREQ], 0.4 * state->rate_hz);
    luster_smooth_set(&state->shelf_k, luster_tan(LUSTER_PI * hz / state->rate_hz), 2 * ramp);
    luster_smooth_set(&state->match, state->excite ? 0.0 : values[LEVEL_MATCH], ramp);
    const double slope = luster_saturator_slope(state->next, bias);
    luster_smooth_set(&state->raw, state->excite ? 1.0 : luster_db_to_gain(values[DRIVE]) * slope,
                      2 * ramp);
    luster_smooth_set(&state->mix, values[MIX] / 100.0, ramp);
    luster_smooth_set(&state->output, luster_db_to_gain(values[OUTPUT]), ramp);
    if (state->excite) {
        luster_cuts_set(&state->into, values[EXCITE_FREQ], LUSTER_CUT_HIGH_OFF_HZ, state->rate_hz,
                        SLOW * ramp);
        luster_cuts_set(&state->out_of, values[EXCITE_FREQ], LUSTER_CUT_HIGH_OFF_HZ, state->rate_hz,
                        SLOW * ramp);
    }
    if (state->n_bands > 1) {
        double splits[N_BANDS - 1];
        for (int s = 0; s < N_BANDS - 1; s++)
            splits[s] = fmax(values[SPLIT + s], s ? splits[s - 1] : 0.0);
        luster_crossover_set(&state->crossover, state->n_bands, state->linear, splits);
    }
}

/* ---- sound ---- */

/* First-order shelf (G s + p) / (s + p), p = w sqrt(G), by the trapezoidal rule; with 1/G for G it
 * is its own inverse. */
static inline double shelve(double *s, double gain, double k, double x)
{
    if (gain == 1.0) { /* off; frame by frame, so that chunks do not show */
        *s = 0.0;
        return x;
    }
    const double p = k * sqrt(gain), v = (x - *s) * (p / (1.0 + p)), low = *s + v;
    *s = low + v;
    return x + (gain - 1.0) * (x - low);
}

static bool is_shelving(const State *state, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (state->shelves[i] != 1.0)
            return true;
    }
    return false;
}

/* One channel of a band onto the curve and, as a residual, to where it comes down. */
static bool drive(State *state, Band *band, uint32_t c, const float *in, uint32_t n)
{
    const LusterKernels *kernels = luster_kernels();
    LusterOversampler *over = &band->over[c], *down = &state->band[0].over[c];
    float *v = luster_oversampler_input(over);
    if (is_shelving(state, n)) {
        for (uint32_t i = 0; i < n; i++)
            v[i] = (float)(band->pre[i] * shelve(&band->emphasis[c], state->shelves[i],
                                                 state->shelf_ks[i], in[i]));
    } else {
        band->emphasis[c] = 0.0;
        for (uint32_t i = 0; i < n; i++)
            v[i] = band->pre[i] * in[i];
    }
    const bool live = band->live && luster_oversampler_bound(over, n) > 0.0f;
    if (live) {
        luster_oversampler_up(over, n);
        for (uint32_t p = 0; p < 1u << over->n_stages; p++) {
            for (int k = 0; k < (state->filled ? 1 : 2); k++) {
                const LusterCurveFrames how = {state->biases, state->curve[k].base,
                                               state->curve[k].scale, band->weight[k]};
                kernels->shape(luster_oversampler_residual(down, p),
                               luster_oversampler_high(over, p), state->curve[k].kind, &how, n);
            }
        }
    }
    if (over != down)
        luster_oversampler_rest(over, NULL, n);
    return live;
}

/* What the curves make of one channel, in r[n]. */
static void bend(State *state, uint32_t c, const float *const *bands, float *r, uint32_t n)
{
    LusterOversampler *down = &state->band[0].over[c];
    bool live = false;
    for (uint32_t p = 0; p < 1u << down->n_stages; p++)
        memset(luster_oversampler_residual(down, p), 0, ROOM * sizeof(float));
    for (uint32_t b = 0; b < state->n_bands; b++)
        live |= drive(state, &state->band[b], c, bands[b], n);
    memset(r, 0, n * sizeof(float));
    if (live)
        luster_oversampler_down(down, r, n);
    else
        luster_oversampler_rest(down, r, n);
}

/* The bands of the chunk, and the sound they add up to, in state->dry. */
static void split(State *state, const float *const *in, uint32_t n)
{
    const uint32_t n_channels = state->n_channels;
    float *planes[N_BANDS * LUSTER_MAX_CHANNELS];
    for (uint32_t c = 0; c < n_channels; c++)
        memcpy(state->dry[c], in[c], n * sizeof(float));
    if (state->excite) {
        double high[LUSTER_MAX_CHANNELS][CHUNK], *rows[] = {high[0], high[1]};
        for (uint32_t c = 0; c < n_channels; c++) {
            for (uint32_t i = 0; i < n; i++)
                high[c][i] = in[c][i];
        }
        luster_cuts_run(&state->into, rows, n_channels, n);
        for (uint32_t c = 0; c < n_channels; c++) {
            for (uint32_t i = 0; i < n; i++)
                state->planes[0][c][i] = (float)luster_snap(high[c][i]);
        }
        return;
    }
    for (uint32_t b = 0; b < state->n_bands; b++) {
        for (uint32_t c = 0; c < n_channels; c++)
            planes[b * n_channels + c] = state->planes[b][c];
    }
    luster_crossover_run(&state->crossover, in, planes, n);
    for (uint32_t c = 0; c < n_channels && !state->linear; c++) {
        for (uint32_t i = 0; i < n; i++) {
            double sum = 0.0;
            for (uint32_t b = 0; b < state->n_bands; b++)
                sum += state->planes[b][c][i];
            state->dry[c][i] = (float)sum;
        }
    }
}

/* Inverse of the emphasis, and DC; or in excite mode what lies below the frequency. */
static void clean(State *state, float (*r)[CHUNK], uint32_t n)
{
    if (state->excite) {
        double low[LUSTER_MAX_CHANNELS][CHUNK], *rows[] = {low[0], low[1]};
        for (uint32_t c = 0; c < state->n_channels; c++) {
            for (uint32_t i = 0; i < n; i++)
                low[c][i] = -r[c][i];
        }
        luster_cuts_run(&state->out_of, rows, state->n_channels, n);
        for (uint32_t c = 0; c < state->n_channels; c++) {
            for (uint32_t i = 0; i < n; i++)
                r[c][i] = (float)luster_snap(low[c][i]);
        }
        return;
    }
    const bool shelving = is_shelving(state, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        double dc = state->dc[c];
        state->unshelf[c] = shelving ? state->unshelf[c] : 0.0;
        for (uint32_t i = 0; i < n; i++) {
            double x = r[c][i];
            if (shelving)
                x = shelve(&state->unshelf[c], 1.0 / state->shelves[i], state->shelf_ks[i], x);
            dc += state->dc_go * (x - dc);
            r[c][i] = (float)luster_snap(x - dc);
        }
        state->dc[c] = dc;
    }
}

/* Loudness of the driven sound onto that of the input. */
static void match(State *state, float (*r)[CHUNK], uint32_t n)
{
    if (!state->matching) {
        luster_level_match_forget(&state->level);
        state->gain_between = state->gain_from = state->gain_to = 1.0f;
        memcpy(state->matched, state->raws, n * sizeof(float));
        return;
    }
    const float *dry[] = {state->dry[0], state->dry[1]};
    const float *wet[] = {state->wet[0], state->wet[1]};
    for (uint32_t c = 0; c < state->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++)
            state->wet[c][i] = state->dry[c][i] + r[c][i];
    }
    luster_level_match_run(&state->level, dry, wet, state->matched, n);
    const float from = state->gain_from, step = (state->gain_to - from) * (1.0f / CHUNK);
    for (uint32_t i = 0; i < n; i++) {
        const float gain = from + step * (float)(state->frame + i + 1);
        state->matched[i] = state->raws[i] + state->share[i] * (gain - state->raws[i]);
    }
}

static void chunk(State *state, const float *const *in, float *const *out, uint32_t n)
{
    luster_saturator_fill(state, n);
    const bool divided = state->excite || state->n_bands > 1;
    const uint32_t over_lag = state->band[0].over[0].latency;
    const uint32_t lag =
        over_lag +
        (state->linear ? luster_crossover_latency(state->rate_hz, LUSTER_CROSSOVER_LOWEST_HZ) : 0);
    float r[LUSTER_MAX_CHANNELS][CHUNK];
    if (divided)
        split(state, in, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        const float *bands[N_BANDS];
        for (uint32_t b = 0; b < state->n_bands; b++)
            bands[b] = divided ? state->planes[b][c] : in[c];
        bend(state, c, bands, r[c], n);
        luster_lag_run(&state->lag[c], divided ? state->dry[c] : in[c], state->dry[c], lag, n);
    }
    clean(state, r, n);
    match(state, r, n);
    for (uint32_t i = 0; i < n; i++) {
        const double gain = state->matched[i], mix = state->mixes[i], output = state->outputs[i];
        const double through = output * (state->excite ? 1.0 : (1.0 - mix) + mix * gain);
        const double added = output * mix * gain;
        for (uint32_t c = 0; c < state->n_channels; c++) {
            const double dry = through * state->dry[c][i], wet = added * r[c][i];
            out[c][i] = (float)(wet != 0.0 ? dry + wet : dry); /* -0 stays -0 */
        }
    }
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        uint32_t n = block->n_frames - done;
        luster_saturator_turn_curve(state);
        if (luster_smooth_moving(&state->fade))
            n = n < state->fade.until ? n : state->fade.until;
        state->matching = luster_smooth_moving(&state->match) || state->match.value != 0.0;
        if (luster_smooth_moving(&state->match))
            n = n < state->match.until ? n : state->match.until;
        n = n < CHUNK - state->frame ? n : CHUNK - state->frame;
        chunk(state, part.in, part.out, n);
        done += n;
        state->frame = (state->frame + n) % CHUNK;
        if (state->frame)
            continue;
        const float gain = luster_glide_value(&state->level.gain);
        state->gain_between += state->gain_go * (gain - state->gain_between);
        state->gain_from = state->gain_to;
        state->gain_to += state->gain_go * (state->gain_between - state->gain_to);
        luster_cuts_tidy(&state->into);
        luster_cuts_tidy(&state->out_of);
        for (uint32_t c = 0; c < state->n_channels; c++) {
            state->dc[c] = luster_snap(state->dc[c]);
            state->unshelf[c] = luster_snap(state->unshelf[c]);
            for (uint32_t b = 0; b < N_BANDS; b++)
                state->band[b].emphasis[c] = luster_snap(state->band[b].emphasis[c]);
        }
    }
}

/* 120 dB at the DC blocker's 3 Hz are 0.74 s; 24 dB of level match on top. */
static double tail(const double *values)
{
    const uint32_t bands = bands_of(values);
    const double lowest = fmin(values[SPLIT], fmin(values[SPLIT + 1], values[SPLIT + 2]));
    return 1.0 + (bands > 1 ? luster_crossover_tail(bands, lowest) : 0.0);
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    readings[0] = (float)luster_gain_to_db(state->gain_to);
}

static const LusterMeter meters[] = {
    {"level_match", "Level match", "dB", "Gain that keeps the driven sound as loud as the input."},
};

const LusterProcessor luster_proc_saturator = {
    .id = "saturator",
    .name = "Saturator",
    .category = "distortion",
    .doc = "Harmonics from curves of tape, tube, transistor, soft and diode, in up to four bands, "
           "with bias, emphasis and loudness kept; or an exciter that adds them above a frequency. "
           "Oversampled to 352.8 kHz or more. Only the difference that the curve makes is worked "
           "on: what is not driven stays bit for bit.",
    .version = 1,
    .params = luster_saturator_params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = luster_saturator_presets,
    .n_presets = LUSTER_SATURATOR_PRESETS,
    .neutral = "mix=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = latency,
    .tail = tail,
};
