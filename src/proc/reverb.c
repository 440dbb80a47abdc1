/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Reverb: cuts and pre-delay, then the space (dsp/space.h: early reflections, diffuser and feedback
 * delay network), then levels, width, ducking and mix. The work is done in runs cut at a grid of
 * frames that starts at reset, so the split into blocks never shows. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/cut.h"
#include "dsp/duck.h"
#include "dsp/frames.h"
#include "dsp/pre_delay.h"
#include "dsp/smooth.h"
#include "dsp/space.h"
#include "dsp/wet.h"
#include "proc/registry.h"
#include "proc/reverb_presets.h"

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
    DUCK,
    DUCK_THRESHOLD,
    DUCK_RELEASE,
    N_PARAMS
};

#define RUN LUSTER_FDN_RUN
#define MAX_SIZE 2.0
#define MAX_PRE_DELAY_MS 250.0
/* Of the other side in each output: mono sums lose a little less than 3 dB. */
#define CENTRE 0.02

static const char *const type_labels[] = {"room", "chamber", "plate", "hall"};

/* Boxes in metres, lines and diffuser in ms, onset, early level and its corner in Hz. Lines are
 * long enough for usual decays (0.15 T60 in all: Schroeder's density of modes, after Smith) and
 * were chosen among their like by measurement (test/proc/reverb_field.c): even colour and sides at
 * all sizes, dense by 50 ms; onsets so that the envelope starts without a step. */
static const LusterShape shapes[] = {
    {{4.6, 6.1, 2.9, 0.8}, 10.0, 44.0, {3.0, 5.0, 8.0}, 0.5, 0.63, 9000.0},
    {{6.3, 8.7, 4.6, 0.9}, 11.75, 72.0, {5.0, 9.0, 14.0}, 0.5, 0.4, 11000.0},
    {{1.0, 2.0, 1.0, 0.0}, 11.0, 82.0, {3.0, 6.0, 11.0}, 0.6, 0.0, 20000.0},
    {{14.0, 23.0, 10.0, 0.7}, 16.5, 104.0, {6.0, 10.0, 15.0}, 0.3, 0.28, 6000.0},
};
#define SHORTEST_MS 16.5 /* the largest of the numbers above */
#define LONGEST_MS 104.0
#define SPREAD_MS 15.0
#define EARLY_MS 100.0 /* the hall's first reflections come within 40 ms */

static const LusterParam params[N_PARAMS] = {
    [TYPE] = {"type", "Type", "", LUSTER_SCALE_CHOICE, 0, 3, 3, type_labels, 0,
              "The space: small with strong reflections (room), dense and neutral (chamber), dense "
              "from the first instant without reflections (plate), or wide and slow (hall)."},
    [SIZE] = {"size", "Size", "%", LUSTER_SCALE_LOG, 50, 100 * MAX_SIZE, 100, NULL, 0,
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
    [LOW_CUT] = {"low_cut", "Low cut", "Hz", LUSTER_SCALE_LOG, LUSTER_CUT_LOW_OFF_HZ, 1000, 100,
                 NULL, 0, "Keeps the bass out of the space, 12 dB/octave. 20 is off."},
    [HIGH_CUT] = {"high_cut", "High cut", "Hz", LUSTER_SCALE_LOG, 1000, LUSTER_CUT_HIGH_OFF_HZ,
                  12000, NULL, 0, "Keeps the top out of the space, 12 dB/octave. 20000 is off."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 25, NULL, 0,
             "Share of the reverberation, equal power. On a return use 100."},
    [DUCK] = {"duck", "Ducking", "dB", LUSTER_SCALE_LINEAR, 0, 40, 0, NULL, 0,
              "How far the reverberation makes way while the input (or the side-chain) sounds; it "
              "comes up in the gaps."},
    [DUCK_THRESHOLD] = {"duck_threshold", "Ducking threshold", "dBFS", LUSTER_SCALE_LINEAR, -60, 0,
                        -36, NULL, 0,
                        "Peak level from which it makes way, all the way 12 dB above."},
    [DUCK_RELEASE] = {"duck_release", "Ducking release", "ms", LUSTER_SCALE_LOG, 20, 2000, 300,
                      NULL, 0, "How slowly it comes back in a gap, to 63 %."},
};

static const LusterMeter meters[] = {
    {"ducking", "Ducking", "dB", "How far the reverberation is turned down now."},
};

enum { G_DRY, G_WET, G_EARLY, G_LATE, G_OWN, G_OTHER, N_GAINS };

typedef struct State {
    LusterSpace space; /* first: it is aligned */
    float gains[N_GAINS][RUN];
    double rate_hz;
    uint32_t n_channels, ramp;
    bool started;
    LusterPreDelay pre;
    LusterCuts cuts;
    LusterFdnDecay decay;
    LusterSmooth gain[N_GAINS]; /* G_DRY and G_WET unused: they are in `mix` */
    LusterWet mix;
    LusterDuck duck;
} State;

/* ---- memory --------------------------------------------------------------------------------- */

static void reset(void *ptr)
{
    State *state = ptr;
    luster_space_reset(&state->space);
    luster_pre_delay_reset(&state->pre);
    state->started = false;
    luster_cuts_reset(&state->cuts);
    luster_wet_reset(&state->mix);
    luster_duck_reset(&state->duck);
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
    const LusterShapeLimits limits = {SHORTEST_MS, LONGEST_MS, SPREAD_MS, EARLY_MS, MAX_SIZE};
    if (!luster_space_open(&state->space, arena, setup->rate_hz, setup->n_channels, &limits))
        return LUSTER_NO_MEMORY;
    if (!luster_pre_delay_open(&state->pre, arena, MAX_PRE_DELAY_MS, setup->rate_hz,
                               setup->n_channels))
        return LUSTER_NO_MEMORY;
    *out = state;
    reset(state);
    return LUSTER_OK;
}

/* ---- values --------------------------------------------------------------------------------- */

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->ramp;
    const LusterShape *shape = &shapes[(int)values[TYPE]];
    const double size = values[SIZE] / 100.0;
    luster_space_shape(&state->space, shape, size);
    const LusterFdnDecay decay = {values[DECAY], values[LOW_DECAY], values[LOW_XOVER],
                                  values[HIGH_DECAY], values[HIGH_XOVER]};
    if (!state->started || memcmp(&decay, &state->decay, sizeof decay) != 0)
        luster_space_decay(&state->space, &decay);
    state->decay = decay;
    luster_pre_delay_set(&state->pre, luster_ms_to_frames(values[PRE_DELAY], state->rate_hz),
                         !state->started);
    luster_cuts_set(&state->cuts, values[LOW_CUT], values[HIGH_CUT], state->rate_hz, ramp);
    luster_space_texture(&state->space, values[DIFFUSION] / 100.0, values[MODULATION] / 100.0);
    luster_wet_set(&state->mix, values[MIX], 1.0, ramp);
    (void)luster_duck_rests(&state->duck);
    luster_duck_set(&state->duck, values[DUCK], values[DUCK_THRESHOLD], values[DUCK_RELEASE],
                    state->rate_hz);
    luster_smooth_set(&state->gain[G_EARLY], luster_wet_gain(values[EARLY]), ramp);
    const double late = luster_space_late_gain(&state->space, shape, size, values[DECAY]);
    luster_smooth_set(&state->gain[G_LATE], late * luster_wet_gain(values[LATE]), ramp);
    /* width keeps the power: own^2 + other^2 = 1 */
    const double other = 1.0 - (1.0 - CENTRE) * values[WIDTH] / 100.0;
    const double norm = 1.0 / sqrt(1.0 + other * other);
    const bool stereo = state->n_channels == 2;
    luster_smooth_set(&state->gain[G_OWN], stereo ? norm : 1.0, ramp);
    luster_smooth_set(&state->gain[G_OTHER], stereo ? norm * other : 0.0, ramp);
    state->started = true;
}

/* ---- sound ---------------------------------------------------------------------------------- */

/* Cuts and pre-delay. */
static void take_in(State *state, const float *const *in, float (*y)[RUN], uint32_t n)
{
    double x[2][RUN];
    double *const runs[2] = {x[0], x[1]};
    for (uint32_t c = 0; c < state->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++)
            x[c][i] = fabsf(in[c][i]) < LUSTER_LOUD ? in[c][i] : 0.0;
    }
    luster_cuts_run(&state->cuts, runs, state->n_channels, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++)
            y[c][i] = (float)luster_snap(x[c][i]);
    }
    if (luster_space_at_grid(&state->space))
        luster_cuts_tidy(&state->cuts);
    luster_pre_delay_run(&state->pre, y, n);
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

static void duck(State *state, const float *const *key, float *gain, uint32_t n)
{
    if (luster_duck_rests(&state->duck))
        return;
    const float *left = key[0], *right = key[state->n_channels - 1];
    for (uint32_t i = 0; i < n; i++) {
        const float l = fabsf(left[i]), r = fabsf(right[i]);
        gain[i] *= (float)luster_duck_next(&state->duck, l > r ? l : r);
    }
}

static void put_out(State *state, const LusterBlockPart *part, uint32_t n)
{
    const float *const *in = part->in;
    float *const *out = part->out;
    /* a dry signal alone stays as it is, to the sign of its zeros */
    const LusterSmooth *dry = &state->mix.dry, *wet = &state->mix.wet;
    const bool pass = dry->value == 1.0 && wet->value == 0.0 && !luster_smooth_moving(dry) &&
                      !luster_smooth_moving(wet);
    LusterSpace *space = &state->space;
    float(*g)[RUN] = state->gains;
    fill_gain(&state->mix.dry, g[G_DRY], n);
    fill_gain(&state->mix.wet, g[G_WET], n);
    duck(state, part->key, g[G_WET], n);
    for (int k = G_EARLY; k < N_GAINS; k++)
        fill_gain(&state->gain[k], g[k], n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++)
            space->early[c][i] =
                g[G_EARLY][i] * space->early[c][i] + g[G_LATE][i] * space->late[c][i];
    }
    for (uint32_t c = 0; c < state->n_channels; c++) {
        const float *own = space->early[c], *other = space->early[state->n_channels - 1 - c];
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
    float y[2][RUN];
    const float *const wet[2] = {y[0], y[1]};
    for (uint32_t done = 0; done < block->n_frames;) {
        uint32_t n = block->n_frames - done;
        const uint32_t room = luster_space_room(&state->space);
        n = n < room ? n : room;
        n = luster_pre_delay_room(&state->pre, n);
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        take_in(state, part.in, y, n);
        luster_space_run(&state->space, wet, n);
        put_out(state, &part, n);
        done += n;
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    readings[0] = (float)state->duck.soft[1];
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
    const double start_ms =
        values[PRE_DELAY] + (EARLY_MS + 3.0 * SPREAD_MS + LONGEST_MS) * MAX_SIZE;
    return start_ms / 1000.0 + values[DECAY] * longest * fall_db / 60.0;
}

const LusterProcessor luster_proc_reverb = {
    .id = "reverb",
    .name = "Reverb",
    .category = "reverb",
    .doc = "Room, chamber, plate and hall from one feedback delay network of 16 lines with early "
           "reflections. Decay is set per band and holds what it says; the late part is dense, "
           "even and uncorrelated between the sides, and folds to mono safely. It may duck under "
           "the sound.",
    .version = 2,
    .flags = LUSTER_PROC_SIDED | LUSTER_PROC_WIDENS | LUSTER_PROC_KEYED,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = 1,
    .presets = luster_reverb_presets,
    .n_presets = LUSTER_N_REVERB_PRESETS,
    .neutral = "mix=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .tail = tail,
};
