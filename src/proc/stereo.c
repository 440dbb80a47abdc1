/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stereo: only the side signal is filtered, so the mono sum stays what it was. Width per band is a
 * low and a high shelf of 24 dB/oct that become Linkwitz-Riley cuts at width 0 and vanish exactly
 * at equal widths; mono below a frequency is a Linkwitz-Riley low cut of the side (Linkwitz 1976).
 */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/sections.h"
#include "dsp/smooth.h"
#include "proc/registry.h"
#include "simd/kernels.h"

#include <math.h>
#include <string.h>

enum {
    MID,
    SIDE,
    WIDTH_LOW,
    WIDTH_MID,
    WIDTH_HIGH,
    SPLIT_LOW,
    SPLIT_HIGH,
    MONO_BASS,
    MONO_FREQ,
    BALANCE,
    N_PARAMS
};

static const LusterParam params[N_PARAMS] = {
    [MID] = {"mid", "Mid", "dB", LUSTER_SCALE_LINEAR, -60, 12, 0, NULL, 0,
             "Level of what both channels share."},
    [SIDE] = {"side", "Side", "dB", LUSTER_SCALE_LINEAR, -60, 12, 0, NULL, 0,
              "Level of what differs between the channels: the whole width at once."},
    [WIDTH_LOW] = {"width_low", "Width of the lows", "%", LUSTER_SCALE_LINEAR, 0, 200, 100, NULL, 0,
                   "Width below the lower split: 0 is mono, 100 as it was, 200 doubled."},
    [WIDTH_MID] = {"width_mid", "Width of the middle", "%", LUSTER_SCALE_LINEAR, 0, 200, 100, NULL,
                   0, "Width between the splits; reaches down to -30 dB of the wider neighbour."},
    [WIDTH_HIGH] = {"width_high", "Width of the highs", "%", LUSTER_SCALE_LINEAR, 0, 200, 100, NULL,
                    0, "Width above the upper split."},
    [SPLIT_LOW] = {"split_low", "Lower split", "Hz", LUSTER_SCALE_LOG, 60, 1000, 250, NULL, 0,
                   "Where the lows end and the middle begins."},
    [SPLIT_HIGH] = {"split_high", "Upper split", "Hz", LUSTER_SCALE_LOG, 1000, 12000, 4000, NULL, 0,
                    "Where the middle ends and the highs begin."},
    [MONO_BASS] =
        {"mono_bass", "Mono bass", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
         "Makes everything below its frequency mono: for vinyl, clubs and small speakers."},
    [MONO_FREQ] = {"mono_freq", "Mono below", "Hz", LUSTER_SCALE_LOG, 20, 500, 120, NULL, 0,
                   "Below this the side falls by 24 dB per octave; -6 dB here."},
    [BALANCE] = {"balance", "Balance", "%", LUSTER_SCALE_LINEAR, -100, 100, 0, NULL, 0,
                 "Turns the other side down: -100 leaves only the left, 100 only the right."},
};

#define CELL LUSTER_CELL
#define STRETCH LUSTER_STRETCH
#define N_SECTIONS 6 /* low shelf, high shelf, mono: two each */
/* A middle narrower than this share of its neighbours (-30 dB) would need more than the two octaves
 * that each slope has to fall in at the default splits. */
#define LEAST_WIDTH 0.03

/* What moves in cells. */
enum { G_LOW, G_MID, G_HIGH, G_SPLIT_LOW, G_SPLIT_HIGH, G_MONO, G_MONO_FREQ, N_GLIDES };

typedef struct State {
    double rate_hz;
    uint32_t n_channels, n_cells, n_frames; /* lengths of a move */
    uint64_t frame;
    bool started, moving, in_cell;
    bool resting; /* the cascade is in the kernel's form */
    LusterSmooth mid, side, left, right; /* gains, per frame */
    LusterSmooth glide[N_GLIDES]; /* per cell */
    LusterSection from[N_SECTIONS], to[N_SECTIONS];
    LusterCascade cascade; /* of the side, one channel; empty when it would do nothing */
} State;

/* tan(w/2) of a frequency, kept below Nyquist. */
static double warped(const State *state, double log_freq)
{
    double w = LUSTER_PI * luster_exp(log_freq) / state->rate_hz;
    w = w < 0.49 * LUSTER_PI ? w : 0.49 * LUSTER_PI;
    return luster_tan(w);
}

/* A shelf from `low` to `high` (amplitudes): numerator of a Butterworth pair whose own corner moves
 * so that 0 on one side leaves a Butterworth cut and equal sides cancel. */
static LusterSection shelf(double t, double low, double high, double scale)
{
    const double l = sqrt(low), h = sqrt(high), d1 = 1.4142135623730951 * t;
    const LusterQuad quad = {
        .num = {scale * t * t * low, scale * d1 * l * h, scale * high},
        .den = {t * t, d1, 1.0},
    };
    return luster_section_from(&quad, 1.0);
}

static void design(State *state)
{
    const LusterSmooth *glide = state->glide;
    const double low_t = warped(state, glide[G_SPLIT_LOW].value);
    const double high_t = warped(state, glide[G_SPLIT_HIGH].value);
    const double mono_t = warped(state, glide[G_MONO_FREQ].value);
    const double outer =
        glide[G_LOW].value > glide[G_HIGH].value ? glide[G_LOW].value : glide[G_HIGH].value;
    double middle = glide[G_MID].value;
    middle = middle > LEAST_WIDTH * outer ? middle : LEAST_WIDTH * outer;
    middle = middle > 1e-9 ? middle : 1e-9;
    /* each of two stages takes the square root */
    const double low = sqrt(glide[G_LOW].value / middle), high = sqrt(glide[G_HIGH].value / middle);
    const LusterQuad cut = {.num = {0.0, 0.0, 1.0},
                            .den = {mono_t * mono_t, 1.4142135623730951 * mono_t, 1.0}};
    state->to[0] = shelf(low_t, low, 1.0, middle);
    state->to[1] = shelf(low_t, low, 1.0, 1.0);
    state->to[2] = state->to[3] = shelf(high_t, 1.0, high, 1.0);
    state->to[4] = state->to[5] = luster_section_from(&cut, glide[G_MONO].value);
}

static bool glides_moving(const State *state)
{
    for (int g = 0; g < N_GLIDES; g++) {
        if (luster_smooth_moving(&state->glide[g]))
            return true;
    }
    return false;
}

/* Whether the side passes as it is, and nothing is about to change that. */
static bool filters_neutral(const State *state)
{
    const LusterSmooth *glide = state->glide;
    return !state->moving && glide[G_LOW].value == 1.0 && glide[G_MID].value == 1.0 &&
           glide[G_HIGH].value == 1.0 && glide[G_MONO].value == 0.0;
}

static void pack(State *state)
{
    LusterCascade *cascade = &state->cascade;
    const bool neutral = filters_neutral(state);
    if (neutral || cascade->n_sections == 0) {
        memset(cascade->s1, 0, LUSTER_CASCADE_ROUND * sizeof(double));
        memset(cascade->s2, 0, LUSTER_CASCADE_ROUND * sizeof(double));
    }
    cascade->n_sections = neutral ? 0 : N_SECTIONS;
}

static void rest(State *state)
{
    const LusterSection unity = luster_section_unity();
    for (uint32_t s = 0; s < LUSTER_CASCADE_ROUND; s++)
        luster_cascade_rest(&state->cascade, s, s < N_SECTIONS ? &state->to[s] : &unity);
    state->resting = true;
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->frame = 0;
    state->started = state->moving = state->in_cell = false;
    for (int g = 0; g < N_GLIDES; g++)
        luster_smooth_reset(&state->glide[g]);
    luster_smooth_reset(&state->mid);
    luster_smooth_reset(&state->side);
    luster_smooth_reset(&state->left);
    luster_smooth_reset(&state->right);
    state->cascade.n_sections = 0;
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->n_frames = luster_smooth_frames(setup->rate_hz);
    state->n_cells = (state->n_frames + CELL - 1) / CELL;
    if (!luster_cascade_open(&state->cascade, arena, LUSTER_CASCADE_ROUND, 1))
        return LUSTER_NO_MEMORY;
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const double targets[N_GLIDES] = {
        [G_LOW] = values[WIDTH_LOW] / 100.0,
        [G_MID] = values[WIDTH_MID] / 100.0,
        [G_HIGH] = values[WIDTH_HIGH] / 100.0,
        [G_SPLIT_LOW] = luster_log(values[SPLIT_LOW]),
        [G_SPLIT_HIGH] = luster_log(values[SPLIT_HIGH]),
        [G_MONO] = values[MONO_BASS],
        [G_MONO_FREQ] = luster_log(values[MONO_FREQ]),
    };
    for (int g = 0; g < N_GLIDES; g++)
        luster_smooth_set(&state->glide[g], targets[g], state->n_cells);
    const double balance = values[BALANCE] / 100.0;
    luster_smooth_set(&state->mid, luster_db_to_gain(values[MID]), state->n_frames);
    luster_smooth_set(&state->side, luster_db_to_gain(values[SIDE]), state->n_frames);
    luster_smooth_set(&state->left, balance > 0.0 ? 1.0 - balance : 1.0, state->n_frames);
    luster_smooth_set(&state->right, balance < 0.0 ? 1.0 + balance : 1.0, state->n_frames);
    if (!state->started) {
        design(state);
        memcpy(state->from, state->to, sizeof state->from);
        pack(state);
        rest(state);
        state->started = true;
    }
    state->moving |= glides_moving(state);
}

static void begin_cell(State *state)
{
    for (int g = 0; g < N_GLIDES; g++)
        luster_smooth_next(&state->glide[g]);
    for (uint32_t s = 0; s < state->cascade.n_sections && state->resting; s++)
        luster_cascade_wake(&state->cascade, s, &state->from[s]);
    state->resting = false;
    design(state);
    pack(state);
    state->in_cell = true;
}

static void end_cell(State *state)
{
    memcpy(state->from, state->to, sizeof state->from);
    state->in_cell = false;
    state->moving = glides_moving(state);
    pack(state);
    if (!state->moving)
        rest(state);
}

static void run_cell(State *state, double *side, uint32_t at, uint32_t n)
{
    for (int s = 0; s < N_SECTIONS; s++)
        luster_section_run_cell(&state->from[s], &state->to[s], &state->cascade.s1[s],
                                &state->cascade.s2[s], side, 1, at, n);
}

static bool gains_moving(const State *state)
{
    return luster_smooth_moving(&state->mid) || luster_smooth_moving(&state->side) ||
           luster_smooth_moving(&state->left) || luster_smooth_moving(&state->right);
}

static bool gains_neutral(const State *state)
{
    return !gains_moving(state) && state->mid.value == 1.0 && state->side.value == 1.0 &&
           state->left.value == 1.0 && state->right.value == 1.0;
}

/* Levels, back to left and right. */
static void finish(State *state, const LusterBlock *block, uint32_t from, uint32_t n,
                   const double *mid, const double *side)
{
    float *left = block->out[0] + from,
          *right = state->n_channels == 2 ? block->out[1] + from : NULL;
    uint32_t f = 0;
    for (; f < n && gains_moving(state); f++) {
        const double m = luster_smooth_next(&state->mid) * mid[f];
        const double s = luster_smooth_next(&state->side) * side[f];
        const double l = luster_smooth_next(&state->left), r = luster_smooth_next(&state->right);
        left[f] = (float)luster_snap(right ? l * (m + s) : m);
        if (right)
            right[f] = (float)luster_snap(r * (m - s));
    }
    const double gm = state->mid.value, gs = state->side.value;
    const double l = state->left.value, r = state->right.value;
    if (!right) {
        for (; f < n; f++)
            left[f] = (float)luster_snap(gm * mid[f]);
        return;
    }
    for (; f < n; f++) {
        const double m = gm * mid[f], s = gs * side[f];
        left[f] = (float)luster_snap(l * (m + s));
        right[f] = (float)luster_snap(r * (m - s));
    }
}

static uint32_t stretch(State *state, const LusterBlock *block, uint32_t from)
{
    double mid[STRETCH], side[STRETCH];
    const uint32_t at = (uint32_t)(state->frame % CELL);
    if (state->moving && at == 0)
        begin_cell(state);
    const uint32_t left = block->n_frames - from;
    const uint32_t room = state->moving ? CELL - at : STRETCH - (uint32_t)(state->frame % STRETCH);
    const uint32_t n = left < room ? left : room;
    const bool stereo = state->n_channels == 2;
    const float *in_l = block->in[0] + from, *in_r = stereo ? block->in[1] + from : in_l;
    if (gains_neutral(state) && (!stereo || state->cascade.n_sections == 0)) {
        for (uint32_t c = 0; c < state->n_channels; c++)
            memmove(block->out[c] + from, block->in[c] + from, n * sizeof(float));
    } else {
        for (uint32_t f = 0; f < n; f++) {
            mid[f] = 0.5 * ((double)in_l[f] + in_r[f]);
            side[f] = 0.5 * ((double)in_l[f] - in_r[f]);
        }
        if (stereo && state->in_cell)
            run_cell(state, side, at, n);
        else if (stereo && state->cascade.n_sections)
            luster_kernels()->cascade_run(&state->cascade, side, n);
        finish(state, block, from, n, mid, side);
    }
    state->frame += n;
    if (state->in_cell && state->frame % CELL == 0)
        end_cell(state);
    if (state->frame % STRETCH == 0)
        luster_cascade_tidy(&state->cascade);
    return n;
}

static void process(void *ptr, const LusterBlock *block)
{
    for (uint32_t done = 0; done < block->n_frames;)
        done += stretch(ptr, block, done);
}

/* The slowest root is 0.71 of its corner; two pairs of them, and one more for the other filters. */
static double tail(const double *values)
{
    const double lowest = values[MONO_BASS] != 0.0 && values[MONO_FREQ] < values[SPLIT_LOW]
                              ? values[MONO_FREQ]
                              : values[SPLIT_LOW];
    return 1.6 * luster_log(1e6) / (2.0 * LUSTER_PI * 0.707 * lowest);
}

const LusterProcessor luster_proc_stereo = {
    .id = "stereo",
    .name = "Stereo",
    .category = "stereo",
    .doc = "Mid and side level, width in three bands, mono bass and balance. Only the side is "
           "filtered, so width and mono bass leave the mono sum as it was.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED, /* balance */
    .params = params,
    .n_params = N_PARAMS,
    .neutral = "",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .tail = tail,
};
