/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stereo: only the side signal is filtered, so the mono sum stays what it was. Width per band is a
 * low and a high shelf of 24 dB/oct that become Linkwitz-Riley cuts at width 0 and vanish exactly
 * at equal widths; mono below a frequency is a Linkwitz-Riley low cut of the side (Linkwitz 1976).
 */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/decorrelate.h"
#include "dsp/haas.h"
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
    DECORRELATE,
    DECORRELATE_FREQ,
    HAAS,
    HAAS_LEVEL,
    HAAS_FREQ,
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
    [DECORRELATE] =
        {"decorrelate", "Decorrelate", "%", LUSTER_SCALE_LINEAR, 0, 100, 0, NULL, 0,
         "Makes width from what is mono, and leaves the mono sum alone: correlation of the sides "
         "falls from 1 to 0 at 100. Adds up to 3 dB to the sides' power."},
    [DECORRELATE_FREQ] = {"decorrelate_freq", "Decorrelate above", "Hz", LUSTER_SCALE_LOG, 100,
                          4000, 300, NULL, 0, "Below this nothing is made wide; 12 dB per octave."},
    [HAAS] =
        {"haas", "Haas", "ms", LUSTER_SCALE_LINEAR, -LUSTER_HAAS_MAX_MS, LUSTER_HAAS_MAX_MS, 0,
         NULL, 0,
         "Plays the right side's highs so much later (negative: the left's): wide, with weight "
         "toward the early side. Combs in mono: listen to it there."},
    [HAAS_LEVEL] = {"haas_level", "Haas level", "dB", LUSTER_SCALE_LINEAR, 0, 12, 6, NULL, 0,
                    "How much louder the late side is, to bring the image back to the middle."},
    [HAAS_FREQ] = {"haas_freq", "Haas above", "Hz", LUSTER_SCALE_LOG, 100, 4000, 400, NULL, 0,
                   "Below this both sides stay in time and level, so that the mono sum keeps its "
                   "body."},
};

static const LusterPreset presets[] = {
    {"mono_bass", "bus,drums,bass,mix", "mono_bass=on,mono_freq=120",
     "Side below 120 Hz is -17 dB and less in released music [E2]: what is there takes room, and "
     "cutting engineers and clubs want it gone."},
    {"master_sweetening", "master", "mono_bass=on,mono_freq=90,width_mid=104,width_high=112",
     "A mono fundament and a little more air at the sides: steps of one decibel, as mastering "
     "takes them."},
    {"vinyl", "master", "mono_bass=on,mono_freq=150,width_high=90",
     "A lacquer cannot hold a deep side signal, and treble at the sides distorts first."},
    {"wide_pad", "pad,synth,strings", "decorrelate=60,decorrelate_freq=300,width_low=70",
     "Width for a mono patch that costs nothing in mono; what is below 250 Hz moves inward."},
    {"wide_backing", "backing_vocal,choir,vocal_double",
     "decorrelate=45,decorrelate_freq=400,mid=-1.5",
     "Opens a hole in the middle for the lead: side from mid, and a little less mid."},
    {"guitar_double", "guitar,guitar_electric,guitar_acoustic",
     "haas=14,haas_level=6,haas_freq=300",
     "One take as two players: 14 ms is under the echo threshold of 30 to 50 ms [F3], 6 dB pull "
     "the image back. Combs in mono above 300 Hz: a second take is better."},
    {"room_mics", "room,overhead", "width_low=50,width_mid=120,width_high=130,mono_bass=on",
     "Drums' room wide on top and narrow below, where kick and bass live."},
    {"narrow_sample", "sample,keys,piano", "width_low=30,width_mid=60,width_high=80",
     "Library pianos and loops come as wide as the song: leaves the sides to others."},
};

#define STRETCH LUSTER_STRETCH
#define N_SECTIONS 6 /* low shelf, high shelf, mono: two each */
/* A middle narrower than this share of its neighbours (-30 dB) would need more than the two octaves
 * that each slope has to fall in at the default splits. */
#define LEAST_WIDTH 0.03

/* What the filters are made of: fourth roots of the widths, because the filters are polynomials in
 * those, so that moves from and to nothing stay smooth; logarithms of the corners. */
enum { G_LOW, G_MID, G_HIGH, G_SPLIT_LOW, G_SPLIT_HIGH, G_MONO_FREQ, G_MONO, N_GLIDES };

typedef struct State {
    double rate_hz;
    uint32_t n_channels, n_frames; /* length of a move */
    uint64_t frame;
    bool started, moving; /* the filters move: a design for each frame */
    LusterSmooth mid, side, left, right; /* gains */
    LusterSmooth glide[N_GLIDES];
    double log_freq[3], warped[3]; /* of the corners; tan(w/2) */
    LusterSection section[N_SECTIONS];
    LusterSmooth feed, wide; /* gains into the decorrelator, and from there to the side */
    LusterDecorrelate decor;
    LusterHaas haas;
    LusterCascade cascade; /* of the side, one channel; empty when it would do nothing */
} State;

/* tan(w/2) of a frequency, kept below Nyquist. */
static double warped(const State *state, double log_freq)
{
    double w = LUSTER_PI * luster_exp(log_freq) / state->rate_hz;
    w = w < 0.49 * LUSTER_PI ? w : 0.49 * LUSTER_PI;
    return luster_tan(w);
}

/* One of two equal stages of a shelf from low^4 to high^4: numerator of a Butterworth pair whose
 * own corner moves so that 0 on one side leaves a Butterworth cut and equal sides cancel. */
static LusterSection shelf(double t, double low, double high, double scale)
{
    const double d1 = 1.4142135623730951 * t;
    const LusterQuad quad = {
        .num = {scale * t * t * low * low, scale * d1 * low * high, scale * high * high},
        .den = {t * t, d1, 1.0},
    };
    return luster_section_from(&quad, 1.0);
}

static void design(State *state)
{
    const LusterSmooth *glide = state->glide;
    double t[3];
    for (int k = 0; k < 3; k++) {
        const double log_freq = glide[G_SPLIT_LOW + k].value;
        if (state->log_freq[k] != log_freq) {
            state->log_freq[k] = log_freq;
            state->warped[k] = warped(state, log_freq);
        }
        t[k] = state->warped[k];
    }
    const double middle = glide[G_MID].value, squared = middle * middle;
    const double low = glide[G_LOW].value / middle, high = glide[G_HIGH].value / middle;
    const LusterQuad cut = {.num = {0.0, 0.0, 1.0},
                            .den = {t[2] * t[2], 1.4142135623730951 * t[2], 1.0}};
    LusterSection *section = state->section;
    section[0] = shelf(t[0], low, 1.0, squared * squared);
    section[1] = shelf(t[0], low, 1.0, 1.0);
    section[2] = section[3] = shelf(t[1], 1.0, high, 1.0);
    section[4] = section[5] = luster_section_from(&cut, glide[G_MONO].value);
}

static bool glides_moving(const State *state)
{
    for (int g = 0; g < N_GLIDES; g++) {
        if (luster_smooth_moving(&state->glide[g]))
            return true;
    }
    return false;
}

/* Designs what stays, and lets the kernel play it. */
static void rest(State *state)
{
    const LusterSmooth *glide = state->glide;
    LusterCascade *cascade = &state->cascade;
    const LusterSection unity = luster_section_unity();
    state->moving = false;
    design(state);
    for (uint32_t s = 0; s < LUSTER_CASCADE_ROUND; s++)
        luster_cascade_rest(cascade, s, s < N_SECTIONS ? &state->section[s] : &unity);
    const bool neutral = glide[G_LOW].value == 1.0 && glide[G_MID].value == 1.0 &&
                         glide[G_HIGH].value == 1.0 && glide[G_MONO].value == 0.0;
    cascade->n_sections = neutral ? 0 : N_SECTIONS;
}

static void clear(LusterCascade *cascade)
{
    memset(cascade->s1, 0, LUSTER_CASCADE_ROUND * sizeof(double));
    memset(cascade->s2, 0, LUSTER_CASCADE_ROUND * sizeof(double));
}

static void begin_move(State *state)
{
    if (state->cascade.n_sections == 0)
        clear(&state->cascade);
    for (uint32_t s = 0; s < state->cascade.n_sections; s++)
        luster_cascade_wake(&state->cascade, s, &state->section[s]);
    state->cascade.n_sections = N_SECTIONS;
    state->moving = true;
}

/* The side's first frames, while its filters move. Returns how many. */
static uint32_t run_move(State *state, double *side, uint32_t n)
{
    uint32_t f = 0;
    for (; f < n && state->moving; f++) {
        design(state);
        for (int s = 0; s < N_SECTIONS; s++)
            side[f] = luster_section_next(&state->section[s], &state->cascade.s1[s],
                                          &state->cascade.s2[s], side[f]);
        for (int g = 0; g < N_GLIDES; g++)
            luster_smooth_next(&state->glide[g]);
        if (!glides_moving(state))
            rest(state);
    }
    return f;
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->frame = 0;
    state->started = state->moving = false;
    memset(state->log_freq, 0, sizeof state->log_freq); /* 1 Hz: none of them */
    for (int g = 0; g < N_GLIDES; g++)
        luster_smooth_reset(&state->glide[g]);
    luster_smooth_reset(&state->mid);
    luster_smooth_reset(&state->side);
    luster_smooth_reset(&state->left);
    luster_smooth_reset(&state->right);
    luster_smooth_reset(&state->wide);
    luster_smooth_reset(&state->feed);
    luster_decorrelate_reset(&state->decor);
    luster_haas_reset(&state->haas);
    clear(&state->cascade);
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
    if (!luster_cascade_open(&state->cascade, arena, LUSTER_CASCADE_ROUND, 1) ||
        !luster_decorrelate_open(&state->decor, arena, setup->rate_hz) ||
        !luster_haas_open(&state->haas, arena, setup->rate_hz))
        return LUSTER_NO_MEMORY;
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static bool widens(const State *state)
{
    return state->n_channels == 2 &&
           (luster_smooth_moving(&state->wide) || state->wide.value != 0.0);
}

static void set_decorrelator(State *state, const double *values)
{
    /* side = gain * mid: correlation (1 - gain^2) / (1 + gain^2) */
    const double apart = values[DECORRELATE] / 100.0;
    const bool wide = widens(state);
    if (!wide) /* its past is silence: the sound has to come in without a click */
        luster_smooth_set(&state->feed, apart > 0.0 && state->started ? 0.0 : 1.0, 0);
    luster_smooth_set(&state->feed, 1.0, state->n_frames);
    luster_smooth_set(&state->wide, sqrt(apart / (2.0 - apart)), state->n_frames);
    luster_decorrelate_set(&state->decor, values[DECORRELATE_FREQ], state->rate_hz,
                           wide ? state->n_frames : 0);
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const double low = values[WIDTH_LOW] / 100.0, high = values[WIDTH_HIGH] / 100.0;
    const double least = LEAST_WIDTH * (low > high ? low : high);
    double middle = values[WIDTH_MID] / 100.0;
    middle = middle > least ? middle : least;
    middle = middle > 1e-9 ? middle : 1e-9; /* is divided by */
    const double targets[N_GLIDES] = {
        [G_LOW] = sqrt(sqrt(low)),
        [G_MID] = sqrt(sqrt(middle)),
        [G_HIGH] = sqrt(sqrt(high)),
        [G_SPLIT_LOW] = luster_log(values[SPLIT_LOW]),
        [G_SPLIT_HIGH] = luster_log(values[SPLIT_HIGH]),
        [G_MONO] = values[MONO_BASS],
        [G_MONO_FREQ] = luster_log(values[MONO_FREQ]),
    };
    for (int g = 0; g < N_GLIDES; g++)
        luster_smooth_set(&state->glide[g], targets[g], state->n_frames);
    set_decorrelator(state, values);
    luster_haas_set(&state->haas, values[HAAS], values[HAAS_LEVEL], values[HAAS_FREQ],
                    state->rate_hz, state->n_frames);
    const double balance = values[BALANCE] / 100.0;
    luster_smooth_set(&state->mid, luster_db_to_gain(values[MID]), state->n_frames);
    luster_smooth_set(&state->side, luster_db_to_gain(values[SIDE]), state->n_frames);
    luster_smooth_set(&state->left, balance > 0.0 ? 1.0 - balance : 1.0, state->n_frames);
    luster_smooth_set(&state->right, balance < 0.0 ? 1.0 + balance : 1.0, state->n_frames);
    if (!state->started)
        rest(state);
    else if (!state->moving && glides_moving(state))
        begin_move(state);
    state->started = true;
}

static void widen(State *state, const double *mid, double *side, uint32_t n)
{
    for (uint32_t f = 0; f < n; f++) {
        const double in = luster_smooth_next(&state->feed) * mid[f];
        side[f] += luster_smooth_next(&state->wide) * luster_decorrelate_next(&state->decor, in);
    }
    if (!widens(state)) /* so that the next time begins in silence */
        luster_decorrelate_clear(&state->decor);
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
    const uint32_t left = block->n_frames - from;
    const uint32_t room = STRETCH - (uint32_t)(state->frame % STRETCH);
    const uint32_t n = left < room ? left : room;
    const bool stereo = state->n_channels == 2;
    const float *in_l = block->in[0] + from, *in_r = stereo ? block->in[1] + from : in_l;
    if (gains_neutral(state) && state->cascade.n_sections == 0 && !widens(state)) {
        for (uint32_t c = 0; c < state->n_channels; c++)
            memmove(block->out[c] + from, block->in[c] + from, n * sizeof(float));
    } else {
        for (uint32_t f = 0; f < n; f++) {
            mid[f] = 0.5 * ((double)in_l[f] + in_r[f]);
            side[f] = 0.5 * ((double)in_l[f] - in_r[f]);
        }
        const uint32_t moved = run_move(state, side, n);
        if (state->cascade.n_sections && moved < n)
            luster_kernels()->cascade_run(&state->cascade, side + moved, n - moved);
        if (widens(state))
            widen(state, mid, side, n);
        finish(state, block, from, n, mid, side);
    }
    if (stereo && luster_haas_active(&state->haas))
        luster_haas_run(&state->haas, block->out[0] + from, block->out[1] + from, n);
    state->frame += n;
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
    const double haas =
        values[HAAS] == 0.0 ? 0.0 : fabs(values[HAAS]) / 1000.0 + 3.2 / values[HAAS_FREQ];
    const double filters = haas + 1.6 * luster_log(1e6) / (2.0 * LUSTER_PI * 0.707 * lowest);
    if (values[DECORRELATE] == 0.0)
        return filters;
    /* its longest loop takes 23 rounds, the others follow it */
    return filters + 0.16 + luster_log(1e6) / (2.0 * LUSTER_PI * 0.707 * values[DECORRELATE_FREQ]);
}

const LusterProcessor luster_proc_stereo = {
    .id = "stereo",
    .name = "Stereo",
    .category = "stereo",
    .doc = "Mid and side level, width in three bands, mono bass and balance; a decorrelator that "
           "makes mono sound wide, and a Haas delay for the highs. All but the last leave the mono "
           "sum as it was.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED | LUSTER_PROC_WIDENS, /* balance */
    .params = params,
    .n_params = N_PARAMS,
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .tail = tail,
};
