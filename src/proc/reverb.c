/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Reverb: a feedback delay network of 16 lines (Jot & Chaigne, AES 90, 1991) mixed by a Hadamard
 * matrix, fed through a lossless diffuser of three steps of 16 delays and a Hadamard each, beside
 * early reflections of a box. Movement turns pairs of lines into each other (a time-varying
 * lossless matrix: Schlecht & Habets, JASA 138, 2015), so decay stays exact and no pitch wobbles.
 * All runs are cut at a fixed grid of frames, so the split into blocks never shows. */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/cut.h"
#include "dsp/fdn.h"
#include "dsp/smooth.h"
#include "dsp/wet.h"
#include "proc/registry.h"
#include "simd/kernels.h"

#include <math.h>
#include <string.h>

enum {
    TYPE,
    SIZE,
    PRE_DELAY,
    DECAY,
    LOW_DECAY,
    LOW_XOVER,
    HIGH_DECAY,
    HIGH_XOVER,
    EARLY,
    LATE,
    DIFFUSION,
    MODULATION,
    WIDTH,
    LOW_CUT,
    HIGH_CUT,
    MIX,
    N_PARAMS
};

#define LINES LUSTER_FDN_LINES
#define RUN LUSTER_FDN_RUN
#define N_EARLY 12 /* reflections from each source to each side */
#define N_TURNS (LINES / 2)
#define MAX_SIZE 2.0
#define MAX_PRE_DELAY_MS 250.0
#define MAX_EARLY_MS 350.0 /* reflections of the largest box come sooner */
#define LOW_CUT_OFF_HZ 20.0
#define HIGH_CUT_OFF_HZ 20000.0
#define LOUD 1e15 /* beyond any sound: such samples are not let in */
#define FULL_TURN 0.35 /* tan of half the widest angle of a turn, at 100 % modulation */
#define CENTRE 0.02 /* of the other side in each output: mono sums lose a little less than 3 dB */

typedef struct Type {
    LusterFdnBox box;
    double shortest_ms, longest_ms; /* lines */
    double spread_ms[3]; /* delays of the diffuser's steps */
    double early_db; /* reflections against the late part; -60: none */
} Type;

static const char *const type_labels[] = {"room", "chamber", "plate", "hall"};

static const Type types[] = {
    {{4.6, 6.1, 2.9, 0.8}, 7.0, 27.0, {3.0, 5.0, 8.0}, -4.0},
    {{6.3, 8.7, 4.6, 0.9}, 12.0, 45.0, {5.0, 9.0, 14.0}, -8.0},
    {{1.0, 2.0, 1.0, 0.0}, 11.0, 47.0, {3.0, 6.0, 11.0}, LUSTER_WET_OFF_DB},
    {{19.0, 31.0, 13.0, 0.75}, 25.0, 90.0, {8.0, 15.0, 25.0}, -7.0},
};
#define LONGEST_MS 90.0
#define WIDEST_MS 25.0

static const LusterParam params[N_PARAMS] = {
    [TYPE] = {"type", "Type", "", LUSTER_SCALE_CHOICE, 0, 3, 3, type_labels, LUSTER_PARAM_STATIC,
              "The space: small with strong reflections (room), dense and neutral (chamber), dense "
              "from the first instant without reflections (plate), or wide and slow (hall)."},
    [SIZE] = {"size", "Size", "%", LUSTER_SCALE_LOG, 50, 100 * MAX_SIZE, 100, NULL,
              LUSTER_PARAM_STATIC,
              "Scales all distances. Long decays want large spaces; small ones sound closer."},
    [PRE_DELAY] = {"pre_delay", "Pre-delay", "ms", LUSTER_SCALE_LINEAR, 0, MAX_PRE_DELAY_MS, 20,
                   NULL, 0,
                   "Silence before the space answers: keeps the source in front. 10 to 30 for "
                   "instruments, 20 to 80 for a lead voice."},
    [DECAY] = {"decay", "Decay", "s", LUSTER_SCALE_LOG, 0.1, 20, 1.8, NULL, 0,
               "Reverberation time of the middle range: seconds to fall by 60 dB. The loudness of "
               "the reverberation does not follow it."},
    [LOW_DECAY] = {"low_decay", "Low decay", "", LUSTER_SCALE_LOG, 0.25, 4, 1, NULL, 0,
                   "Decay far below the low crossover, times the middle one."},
    [LOW_XOVER] = {"low_xover", "Low crossover", "Hz", LUSTER_SCALE_LOG, 50, 1000, 250, NULL, 0,
                   "Where the rate of decay is halfway between low and middle."},
    [HIGH_DECAY] = {"high_decay", "High decay", "", LUSTER_SCALE_LOG, 0.1, 2, 0.4, NULL, 0,
                    "Decay far above the high crossover, times the middle one; air and walls make "
                    "it less than 1."},
    [HIGH_XOVER] = {"high_xover", "High crossover", "Hz", LUSTER_SCALE_LOG, 1000, 16000, 7000, NULL,
                    0, "Where the rate of decay is halfway between middle and high."},
    [EARLY] = {"early", "Early level", "dB", LUSTER_SCALE_LINEAR, LUSTER_WET_OFF_DB, 12, 0, NULL, 0,
               "First reflections: nearness and the shape of the space. A plate has none. -60 is "
               "silence."},
    [LATE] = {"late", "Late level", "dB", LUSTER_SCALE_LINEAR, LUSTER_WET_OFF_DB, 12, 0, NULL, 0,
              "The reverberation behind them. -60 is silence."},
    [DIFFUSION] = {"diffusion", "Diffusion", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
                   "How thick the sound is when it enters the space. Less lets single echoes be "
                   "heard at first."},
    [MODULATION] = {"modulation", "Modulation", "%", LUSTER_SCALE_LINEAR, 0, 100, 30, NULL, 0,
                    "Slow movement inside the space, without vibrato: liveliness in long decays."},
    [WIDTH] = {"width", "Width", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
               "From one point (0) to all around (100)."},
    [LOW_CUT] = {"low_cut", "Low cut", "Hz", LUSTER_SCALE_LOG, LOW_CUT_OFF_HZ, 1000, 100, NULL, 0,
                 "Keeps the bass out of the space, 12 dB/octave. 20 is off."},
    [HIGH_CUT] = {"high_cut", "High cut", "Hz", LUSTER_SCALE_LOG, 1000, HIGH_CUT_OFF_HZ, 12000,
                  NULL, 0, "Keeps the top out of the space, 12 dB/octave. 20000 is off."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 25, NULL, 0,
             "Share of the reverberation, equal power. On a return use 100."},
};

/* A circular run of `size` frames; `at` is where the next frame is written. */
typedef struct Ring {
    float *data;
    uint32_t size, at;
} Ring;

typedef struct Early {
    uint32_t delay, source;
    float gain;
} Early;

enum { G_DRY, G_WET, G_EARLY, G_LATE, G_OWN, G_OTHER, N_GAINS };

typedef struct State {
    /* of one run, first because the kernels want it aligned */
    float lines[LINES][RUN], feed[LINES][RUN], late[2][RUN], early[2][RUN], gains[N_GAINS][RUN];
    float coefs[LUSTER_FDN_COEFS][LINES], coef_steps[LUSTER_FDN_COEFS][LINES];
    float coefs_to[LUSTER_FDN_COEFS][LINES], filters[4][LINES];
    float turn[4][N_TURNS], spread[4], taps[2][LINES];

    double rate_hz;
    uint32_t n_channels, ramp, longest, widest, grid, max_run, coefs_left;
    bool started;
    const Type *type;
    Ring line[LINES], step[2][LINES], pre[2], input[2];
    uint32_t lengths[LINES], first[LINES], step_delay[2][LINES]; /* frames */
    float inject[LINES];
    Early early_taps[2][2 * N_EARLY];
    uint32_t n_early;

    LusterCut low_cut, high_cut;
    LusterCutState low_state[2], high_state[2];
    LusterFdnDecay decay;
    uint32_t pre_tap, pre_next, pre_want, pre_left;
    double lfo[N_TURNS][2], lfo_step[N_TURNS][2];
    LusterSmooth depth, keep, cross; /* counted in grid steps */
    LusterSmooth gain[N_GAINS]; /* G_DRY and G_WET unused: in `mix` */
    LusterWet mix;
} State;

/* ---- memory --------------------------------------------------------------------------------- */

static uint32_t frames_of(const State *state, double ms)
{
    return (uint32_t)(ms / 1000.0 * state->rate_hz + 0.5);
}

static bool open_ring(struct LusterArena *arena, Ring *ring, uint32_t size)
{
    ring->data = luster_arena_array(arena, size, sizeof(float));
    ring->size = size;
    return ring->data != NULL;
}

static void clear_ring(Ring *ring, uint32_t size)
{
    memset(ring->data, 0, size * sizeof(float));
    ring->at = 0;
}

static void reset(void *ptr)
{
    State *state = ptr;
    for (uint32_t i = 0; i < LINES; i++) {
        clear_ring(&state->line[i], state->longest);
        clear_ring(&state->step[0][i], state->widest);
        clear_ring(&state->step[1][i], state->widest);
    }
    for (uint32_t c = 0; c < state->n_channels; c++) {
        clear_ring(&state->pre[c], state->pre[c].size);
        clear_ring(&state->input[c], state->input[c].size + RUN);
    }
    memset(state->lines, 0, sizeof state->lines);
    memset(state->feed, 0, sizeof state->feed);
    memset(state->filters, 0, sizeof state->filters);
    memset(state->low_state, 0, sizeof state->low_state);
    memset(state->high_state, 0, sizeof state->high_state);
    state->grid = state->coefs_left = state->pre_left = 0;
    state->started = false;
    luster_cut_reset(&state->low_cut, false);
    luster_cut_reset(&state->high_cut, true);
    luster_wet_reset(&state->mix);
    luster_smooth_reset(&state->depth);
    luster_smooth_reset(&state->keep);
    luster_smooth_reset(&state->cross);
    for (int g = 0; g < N_GAINS; g++)
        luster_smooth_reset(&state->gain[g]);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    /* primes lie less than a hundred frames apart in this range; 16 of them may be pushed on */
    state->longest = frames_of(state, LONGEST_MS * MAX_SIZE) + 1000;
    state->widest = frames_of(state, WIDEST_MS * MAX_SIZE) + RUN + 1;
    bool ok = true;
    for (uint32_t i = 0; i < LINES; i++) {
        ok = ok && open_ring(arena, &state->line[i], state->longest) &&
             open_ring(arena, &state->step[0][i], state->widest) &&
             open_ring(arena, &state->step[1][i], state->widest);
    }
    for (uint32_t c = 0; c < state->n_channels; c++) {
        const uint32_t size = frames_of(state, MAX_EARLY_MS) + RUN;
        ok = ok && open_ring(arena, &state->pre[c], frames_of(state, MAX_PRE_DELAY_MS) + 1) &&
             open_ring(arena, &state->input[c], size + RUN);
        state->input[c].size = size; /* the first RUN frames stand behind the end again */
    }
    if (!ok)
        return LUSTER_NO_MEMORY;
    *out = state;
    reset(state);
    return LUSTER_OK;
}

/* ---- values --------------------------------------------------------------------------------- */

/* x0 x1 + x2 x3 over the four bits of a line's number: a bent function. Its signs have equal parts
 * in all 16 rows of the Hadamard matrix, so an output hears all lines, before and after mixing. */
static double bent_sign(uint32_t line)
{
    return ((line & line >> 1 & 1) ^ (line >> 2 & line >> 3 & 1)) ? -1.0 : 1.0;
}

static void place_early(State *state, double size)
{
    const Type *type = state->type;
    const LusterFdnBox box = {type->box.width_m * size, type->box.depth_m * size,
                              type->box.height_m * size, type->box.reflection};
    state->n_early = 0;
    if (type->early_db <= LUSTER_WET_OFF_DB)
        return;
    for (uint32_t side = 0; side < state->n_channels; side++) {
        double power = 0.0;
        Early *early = state->early_taps[side];
        LusterFdnTap taps[2][N_EARLY];
        for (uint32_t source = 0; source < state->n_channels; source++) {
            luster_fdn_early(&box, (int)source, (int)side, N_EARLY, taps[source]);
            for (int i = 0; i < N_EARLY; i++)
                power += taps[source][i].gain * taps[source][i].gain;
        }
        const double scale = luster_db_to_gain(type->early_db) / sqrt(power);
        for (uint32_t i = 0; i < state->n_channels * N_EARLY; i++) {
            const LusterFdnTap *tap = &taps[i / N_EARLY][i % N_EARLY];
            const double ms = 1000.0 * tap->delay_s;
            early[i].source = i / N_EARLY;
            early[i].delay = frames_of(state, ms < MAX_EARLY_MS ? ms : MAX_EARLY_MS);
            early[i].gain = (float)(scale * tap->gain);
        }
    }
    state->n_early = state->n_channels * N_EARLY;
}

/* All that type and size decide. The rings are silent now. */
static void build(State *state, const double *values)
{
    const double size = values[SIZE] / 100.0;
    const double per_ms = state->rate_hz / 1000.0 * size;
    const Type *type = state->type = &types[(int)values[TYPE]];
    luster_fdn_lengths(type->shortest_ms * per_ms, type->longest_ms * per_ms, state->lengths);
    luster_fdn_spread(type->spread_ms[0] * per_ms, 1, LINES, state->first);
    for (uint32_t s = 0; s < 2; s++)
        luster_fdn_spread(type->spread_ms[1 + s] * per_ms, 2 + s, LINES, state->step_delay[s]);
    for (uint32_t i = 0; i < LINES; i++) {
        state->line[i].size = state->lengths[i];
        for (uint32_t s = 0; s < 2; s++)
            state->step[s][i].size = state->step_delay[s][i] + RUN;
        const double sign = bent_sign(i);
        state->inject[i] = (float)(sign * sqrt((double)state->n_channels / LINES));
        state->taps[0][i] = (float)sign;
        state->taps[1][i] = (float)(i & 1 ? -sign : sign);
    }
    state->max_run = state->lengths[0] < RUN ? state->lengths[0] : RUN;
    place_early(state, size);
    for (uint32_t k = 0; k < N_TURNS; k++) {
        /* rates far from each other's multiples, slow enough to hear no beat */
        static const double hz[N_TURNS] = {0.11, 0.17, 0.23, 0.31, 0.43, 0.59, 0.73, 0.97};
        const double step = 2.0 * LUSTER_PI * hz[k] * RUN / state->rate_hz;
        const double phase = 2.0 * LUSTER_PI * k * 0.381966;
        state->lfo[k][0] = luster_cos(phase);
        state->lfo[k][1] = luster_sin(phase);
        state->lfo_step[k][0] = luster_cos(step);
        state->lfo_step[k][1] = luster_sin(step);
    }
}

/* Gain at which the late part of white noise is as loud as the noise, whatever the decay. */
static double late_gain(const State *state)
{
    double kept = 0.0;
    for (uint32_t i = 0; i < LINES; i++)
        kept +=
            luster_db_to_gain(-120.0 * state->lengths[i] / (state->rate_hz * state->decay.mid_s)) /
            LINES;
    return sqrt((1.0 - kept) / state->n_channels);
}

static void set_decay(State *state, const double *values)
{
    const LusterFdnDecay decay = {values[DECAY], values[LOW_DECAY], values[LOW_XOVER],
                                  values[HIGH_DECAY], values[HIGH_XOVER]};
    if (state->started && memcmp(&decay, &state->decay, sizeof decay) == 0)
        return;
    state->decay = decay;
    luster_fdn_absorb(&decay, state->lengths, state->rate_hz, &state->coefs_to[0][0]);
    if (!state->started) {
        memcpy(state->coefs, state->coefs_to, sizeof state->coefs);
        return;
    }
    state->coefs_left = state->ramp;
    for (int k = 0; k < LUSTER_FDN_COEFS; k++) {
        for (int i = 0; i < LINES; i++)
            state->coef_steps[k][i] =
                (state->coefs_to[k][i] - state->coefs[k][i]) / (float)state->ramp;
    }
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->ramp, grid_ramp = (ramp + RUN - 1) / RUN;
    if (!state->started)
        build(state, values);
    set_decay(state, values);
    state->pre_want = frames_of(state, values[PRE_DELAY]);
    if (!state->started)
        state->pre_tap = state->pre_next = state->pre_want;
    luster_cut_set(&state->low_cut, values[LOW_CUT], values[LOW_CUT] <= LOW_CUT_OFF_HZ,
                   state->rate_hz, ramp);
    luster_cut_set(&state->high_cut, values[HIGH_CUT], values[HIGH_CUT] >= HIGH_CUT_OFF_HZ,
                   state->rate_hz, ramp);
    const double thick = values[DIFFUSION] / 100.0 * (LUSTER_PI / 2);
    luster_smooth_set(&state->keep, luster_cos(thick), grid_ramp);
    luster_smooth_set(&state->cross, luster_sin(thick), grid_ramp);
    luster_smooth_set(&state->depth, values[MODULATION] / 100.0 * FULL_TURN, grid_ramp);
    luster_wet_set(&state->mix, values[MIX], 1.0, ramp);
    luster_smooth_set(&state->gain[G_EARLY], luster_wet_gain(values[EARLY]), ramp);
    luster_smooth_set(&state->gain[G_LATE], late_gain(state) * luster_wet_gain(values[LATE]), ramp);
    /* width keeps the power: own^2 + other^2 = 1 */
    const double other = 1.0 - (1.0 - CENTRE) * values[WIDTH] / 100.0;
    const double norm = 1.0 / sqrt(1.0 + other * other);
    const bool stereo = state->n_channels == 2;
    luster_smooth_set(&state->gain[G_OWN], stereo ? norm : 1.0, ramp);
    luster_smooth_set(&state->gain[G_OTHER], stereo ? norm * other : 0.0, ramp);
    state->started = true;
}

/* ---- sound ---------------------------------------------------------------------------------- */

static void ring_read(const Ring *ring, uint32_t back, float *out, uint32_t n)
{
    const uint32_t from = ring->at >= back ? ring->at - back : ring->at + ring->size - back;
    const uint32_t head = ring->size - from < n ? ring->size - from : n;
    memcpy(out, ring->data + from, head * sizeof(float));
    memcpy(out + head, ring->data, (n - head) * sizeof(float));
}

static void ring_write(Ring *ring, const float *in, uint32_t n)
{
    const uint32_t head = ring->size - ring->at < n ? ring->size - ring->at : n;
    memcpy(ring->data + ring->at, in, head * sizeof(float));
    memcpy(ring->data, in + head, (n - head) * sizeof(float));
    ring->at = ring->at + n < ring->size ? ring->at + n : ring->at + n - ring->size;
}

/* Angles of this grid step, from where they are to where they will be, and the diffuser's mix. */
static void start_grid(State *state)
{
    const double depth = luster_smooth_next(&state->depth), depth_to = state->depth.value;
    for (uint32_t k = 0; k < N_TURNS; k++) {
        double *lfo = state->lfo[k];
        const double *by = state->lfo_step[k];
        const double from = depth * lfo[1];
        const double x = lfo[0] * by[0] - lfo[1] * by[1], y = lfo[1] * by[0] + lfo[0] * by[1];
        const double trim = 1.5 - 0.5 * (x * x + y * y); /* holds the circle over hours */
        lfo[0] = x * trim;
        lfo[1] = y * trim;
        const double to = depth_to * lfo[1];
        /* t = tan(angle / 2) gives a cosine and sine that are exactly on the circle */
        const double c = (1.0 - from * from) / (1.0 + from * from),
                     s = 2.0 * from / (1.0 + from * from);
        const double c_to = (1.0 - to * to) / (1.0 + to * to), s_to = 2.0 * to / (1.0 + to * to);
        state->turn[0][k] = (float)c;
        state->turn[1][k] = (float)s;
        state->turn[2][k] = (float)((c_to - c) / RUN);
        state->turn[3][k] = (float)((s_to - s) / RUN);
    }
    const double keep = luster_smooth_next(&state->keep);
    const double cross = luster_smooth_next(&state->cross);
    state->spread[0] = (float)keep;
    state->spread[1] = (float)cross;
    state->spread[2] = (float)((state->keep.value - keep) / RUN);
    state->spread[3] = (float)((state->cross.value - cross) / RUN);
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < LINES; i++)
            state->filters[k][i] =
                fabsf(state->filters[k][i]) < 1e-25f ? 0.0f : state->filters[k][i];
    }
}

/* One frame of the pre-delay; a new time cross-fades from tap to tap. */
static float pre_delayed(State *state, uint32_t channel, float x)
{
    Ring *ring = &state->pre[channel];
    ring->data[ring->at] = x;
    const uint32_t at = ring->at, tap = state->pre_tap, next = state->pre_next;
    float y = ring->data[at >= tap ? at - tap : at + ring->size - tap];
    if (state->pre_left) {
        const float t = 1.0f - (float)state->pre_left / (float)state->ramp;
        y += t * (ring->data[at >= next ? at - next : at + ring->size - next] - y);
    }
    ring->at = at + 1 == ring->size ? 0 : at + 1;
    return y;
}

/* Cuts and pre-delay, into the rings that reflections and diffuser read. */
static void take_in(State *state, const float *const *in, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (!state->pre_left && state->pre_want != state->pre_tap) {
            state->pre_next = state->pre_want;
            state->pre_left = state->ramp;
        }
        for (uint32_t c = 0; c < state->n_channels; c++) {
            double x = fabs((double)in[c][i]) < LOUD ? in[c][i] : 0.0;
            x = luster_cut_apply(&state->low_cut, &state->low_state[c], x);
            x = luster_cut_apply(&state->high_cut, &state->high_state[c], x);
            const float y = pre_delayed(state, c, (float)luster_cut_snap(x));
            Ring *ring = &state->input[c];
            ring->data[ring->at] = y;
            if (ring->at < RUN)
                ring->data[ring->size + ring->at] = y;
            ring->at = ring->at + 1 == ring->size ? 0 : ring->at + 1;
        }
        luster_cut_advance(&state->low_cut);
        luster_cut_advance(&state->high_cut);
        if (state->pre_left && --state->pre_left == 0)
            state->pre_tap = state->pre_next;
    }
}

/* The input's last n frames, `delay` earlier; contiguous because the ring's head is repeated. */
static const float *input_run(const State *state, uint32_t channel, uint32_t delay, uint32_t n)
{
    const Ring *ring = &state->input[channel];
    const uint32_t back = delay + n;
    return ring->data + (ring->at >= back ? ring->at - back : ring->at + ring->size - back);
}

static void reflect(State *state, const LusterKernels *kernels, uint32_t n)
{
    for (uint32_t c = 0; c < state->n_channels; c++) {
        memset(state->early[c], 0, n * sizeof(float));
        for (uint32_t i = 0; i < state->n_early; i++) {
            const Early *tap = &state->early_taps[c][i];
            kernels->mix_add(state->early[c], input_run(state, tap->source, tap->delay, n),
                             tap->gain, n);
        }
    }
}

/* Three steps, each 16 delays and a Hadamard: 4096 echoes, with no colour. */
static void diffuse(State *state, const LusterKernels *kernels, uint32_t n)
{
    for (uint32_t i = 0; i < LINES; i++) {
        const uint32_t source = i % state->n_channels; /* left feeds even lines, right odd ones */
        kernels->mix_gain(state->feed[i], input_run(state, source, state->first[i], n),
                          state->inject[i], n);
    }
    kernels->fdn_spread(&state->feed[0][0], state->spread, state->grid, n);
    for (uint32_t s = 0; s < 2; s++) {
        for (uint32_t i = 0; i < LINES; i++) {
            Ring *ring = &state->step[s][i];
            ring_write(ring, state->feed[i], n);
            /* the run that ends `delay` frames before the newest one */
            const uint32_t back = state->step_delay[s][i] + n;
            ring_read(ring, back, state->feed[i], n);
        }
        kernels->fdn_spread(&state->feed[0][0], state->spread, state->grid, n);
    }
}

static void circulate(State *state, const LusterKernels *kernels, uint32_t n)
{
    for (uint32_t i = 0; i < LINES; i++)
        ring_read(&state->line[i], 0, state->lines[i], n);
    kernels->fdn_absorb(&state->lines[0][0], &state->coefs[0][0],
                        state->coefs_left ? &state->coef_steps[0][0] : NULL, &state->filters[0][0],
                        n);
    if (state->coefs_left && (state->coefs_left -= n) == 0)
        memcpy(state->coefs, state->coefs_to, sizeof state->coefs);
    kernels->fdn_mix(&state->lines[0][0], &state->turn[0][0], state->grid, n);
    kernels->fdn_add(&state->lines[0][0], &state->feed[0][0], n);
    for (uint32_t i = 0; i < LINES; i++)
        ring_write(&state->line[i], state->lines[i], n);
    for (uint32_t c = 0; c < state->n_channels; c++)
        kernels->fdn_out(state->late[c], &state->lines[0][0], state->taps[c], n);
}

static void fill_gain(LusterSmooth *smooth, float *gain, uint32_t n)
{
    if (luster_smooth_moving(smooth)) {
        for (uint32_t i = 0; i < n; i++)
            gain[i] = (float)luster_smooth_next(smooth);
    } else {
        const float value = (float)smooth->value;
        for (uint32_t i = 0; i < n; i++)
            gain[i] = value;
    }
}

static void put_out(State *state, const float *const *in, float *const *out, uint32_t n)
{
    /* a dry signal alone stays as it is, to the sign of its zeros */
    const LusterSmooth *dry = &state->mix.dry, *wet = &state->mix.wet;
    const bool pass = dry->value == 1.0 && wet->value == 0.0 && !luster_smooth_moving(dry) &&
                      !luster_smooth_moving(wet);
    float(*g)[RUN] = state->gains;
    fill_gain(&state->mix.dry, g[G_DRY], n);
    fill_gain(&state->mix.wet, g[G_WET], n);
    for (int k = G_EARLY; k < N_GAINS; k++)
        fill_gain(&state->gain[k], g[k], n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++)
            state->early[c][i] =
                g[G_EARLY][i] * state->early[c][i] + g[G_LATE][i] * state->late[c][i];
    }
    for (uint32_t c = 0; c < state->n_channels; c++) {
        const float *own = state->early[c], *other = state->early[state->n_channels - 1 - c];
        if (pass) {
            memmove(out[c], in[c], n * sizeof(float));
            continue;
        }
        for (uint32_t i = 0; i < n; i++)
            out[c][i] = g[G_DRY][i] * in[c][i] +
                        g[G_WET][i] * (g[G_OWN][i] * own[i] + g[G_OTHER][i] * other[i]);
    }
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    const LusterKernels *kernels = luster_kernels();
    for (uint32_t done = 0; done < block->n_frames;) {
        if (state->grid == 0)
            start_grid(state);
        uint32_t n = block->n_frames - done;
        const uint32_t ends[] = {RUN - state->grid, state->max_run,
                                 state->coefs_left ? state->coefs_left : RUN};
        for (int e = 0; e < 3; e++)
            n = n < ends[e] ? n : ends[e];
        const float *in[2] = {block->in[0] + done, block->in[state->n_channels - 1] + done};
        float *out[2] = {block->out[0] + done, block->out[state->n_channels - 1] + done};
        take_in(state, in, n);
        reflect(state, kernels, n);
        diffuse(state, kernels, n);
        circulate(state, kernels, n);
        put_out(state, in, out, n);
        state->grid = (state->grid + n) % RUN;
        done += n;
    }
}

static double tail(const double *values)
{
    const double early = luster_wet_gain(values[EARLY]), late = luster_wet_gain(values[LATE]);
    const double loudest = early > late ? early : late;
    if (loudest == 0.0 || values[MIX] == 0.0)
        return 0.0;
    double longest = 1.0;
    longest = values[LOW_DECAY] > longest ? values[LOW_DECAY] : longest;
    longest = values[HIGH_DECAY] > longest ? values[HIGH_DECAY] : longest;
    const double fall_db = 120.0 + luster_gain_to_db(loudest);
    /* the box, the diffuser and one trip round the lines, before decay can count */
    const double start_ms = values[PRE_DELAY] + MAX_EARLY_MS + 3.0 * WIDEST_MS * MAX_SIZE;
    return start_ms / 1000.0 + values[DECAY] * longest * fall_db / 60.0;
}

const LusterProcessor luster_proc_reverb = {
    .id = "reverb",
    .name = "Reverb",
    .category = "reverb",
    .doc = "Room, chamber, plate and hall from one feedback delay network of 16 lines with early "
           "reflections. Decay is set per band and holds what it says; the late part is dense, "
           "even and uncorrelated between the sides, and folds to mono safely.",
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
