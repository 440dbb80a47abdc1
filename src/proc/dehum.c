/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Hum and rumble: the mains tone with its harmonics is followed and subtracted (dsp/hum.h), and
 * what lies below a corner is cut by 24 dB per octave (two Butterworth sections: Linkwitz-Riley).
 */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/cut.h"
#include "dsp/frames.h"
#include "dsp/hum.h"
#include "dsp/smooth.h"
#include "proc/registry.h"

#include <string.h>

enum { FREQUENCY, SEARCH, HARMONICS, MEMORY, AMOUNT, RUMBLE, N_PARAMS };

#define CHUNK 256 /* frames */
#define TIDY_FRAMES 256 /* from snap to snap of filter states; a multiple of the chunk */

static const LusterParam params[N_PARAMS] = {
    [FREQUENCY] = {"frequency", "Frequency", "Hz", LUSTER_SCALE_LOG, 15, 1000, 50, NULL,
                   LUSTER_PARAM_STATIC,
                   "Fundamental of the hum: 50 in most of the world, 60 in the Americas and parts "
                   "of Asia."},
    [SEARCH] = {"search", "Search", "Hz", LUSTER_SCALE_LINEAR, 0, 2, 0.5, NULL, 0,
                "How far from there the hum is followed: mains and tape wander. 0 stays exactly "
                "at the frequency."},
    [HARMONICS] = {"harmonics", "Harmonics", "", LUSTER_SCALE_INTEGER, 1, LUSTER_HUM_HARMONICS, 24,
                   NULL, LUSTER_PARAM_STATIC,
                   "How many are taken out, the fundamental included. A buzz has many, a "
                   "transformer's hum few."},
    [MEMORY] = {"memory", "Memory", "s", LUSTER_SCALE_LOG, 0.5, LUSTER_HUM_MAX_S, 6, NULL, 0,
                "How many seconds tell what is hum. Long holds fast under music, short follows a "
                "hum that changes."},
    [AMOUNT] = {"amount", "Amount", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
                "How much of the hum is subtracted."},
    [RUMBLE] = {"rumble", "Rumble", "Hz", LUSTER_SCALE_LOG, LUSTER_CUT_LOW_OFF_HZ, 200,
                LUSTER_CUT_LOW_OFF_HZ, NULL, 0,
                "Cuts what is below, 24 dB per octave: traffic, steps, handling, a turntable. 20 "
                "is off."},
};

static const LusterMeter meters[] = {
    {"found", "Frequency", "Hz", "The hum's fundamental as it is followed now."},
    {"hum", "Hum", "dBFS", "Level of the hum as it is followed now; -200 is none."},
};

static const LusterPreset presets[] = {
    {"mains_50", "", "frequency=50", "Mains hum and buzz in Europe, Africa, Asia, Australia."},
    {"mains_60", "", "frequency=60", "Mains hum and buzz in the Americas, Japan's west, Korea."},
    {"guitar_amp_50", "guitar_electric,guitar_lead,guitar,bass",
     "frequency=50,harmonics=40,memory=6",
     "Single coils hum with many harmonics; a long memory, because the notes are close by."},
    {"guitar_amp_60", "guitar_electric,guitar_lead,guitar,bass",
     "frequency=60,harmonics=40,memory=6",
     "Single coils hum with many harmonics; a long memory, because the notes are close by."},
    {"voice_rumble", "lead_vocal,vocal_double,backing_vocal,spoken",
     "frequency=50,harmonics=12,rumble=70",
     "A voice in a room with mains hum and steps: nothing of it is below 70 Hz (the lowest bass "
     "voice is at 82)."},
    {"tape_50", "", "frequency=50,search=1.5,memory=1",
     "A transfer from tape: hum recorded at a wandering speed needs to be followed further and "
     "faster."},
};

typedef struct State {
    double rate_hz;
    uint32_t n_channels, ramp;
    uint64_t frame;
    bool started;
    LusterSmooth amount;
    LusterHum hum;
    LusterCut cut;
    LusterCutMove move;
    LusterCutState low[2][LUSTER_MAX_CHANNELS];
    double in[LUSTER_MAX_CHANNELS][CHUNK], humming[LUSTER_MAX_CHANNELS][CHUNK];
} State;

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    state->frame = 0;
    luster_smooth_reset(&state->amount);
    luster_hum_reset(&state->hum);
    luster_cut_reset(&state->cut, &state->move, false);
    memset(state->low, 0, sizeof state->low);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    if (!luster_hum_open(&state->hum, arena, setup->rate_hz, setup->n_channels))
        return LUSTER_NO_MEMORY;
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->started ? state->ramp : 0;
    if (!state->started)
        luster_hum_start(&state->hum, values[FREQUENCY], (uint32_t)values[HARMONICS]);
    state->started = true;
    luster_hum_set(&state->hum, values[SEARCH], values[MEMORY]);
    luster_smooth_set(&state->amount, values[AMOUNT] / 100.0, ramp);
    luster_cut_set(&state->cut, &state->move, values[RUMBLE],
                   values[RUMBLE] <= LUSTER_CUT_LOW_OFF_HZ, state->rate_hz, ramp);
}

static void chunk(State *state, const LusterBlockPart *part, uint32_t n)
{
    const double *in[LUSTER_MAX_CHANNELS] = {state->in[0], state->in[1]};
    double *hum[LUSTER_MAX_CHANNELS] = {state->humming[0], state->humming[1]};
    for (uint32_t c = 0; c < state->n_channels; c++)
        for (uint32_t i = 0; i < n; i++)
            state->in[c][i] = part->in[c][i];
    luster_hum_run(&state->hum, in, hum, n);
    for (uint32_t i = 0; i < n; i++) {
        const double amount = luster_smooth_next(&state->amount);
        const bool cut = luster_cut_active(&state->cut);
        for (uint32_t c = 0; c < state->n_channels; c++) {
            /* what nothing is taken from stays as it is, to the sign of its zeros */
            if (amount == 0.0 && !cut) {
                part->out[c][i] = part->in[c][i];
                continue;
            }
            double x = amount == 0.0 ? in[c][i] : in[c][i] - amount * hum[c][i];
            x = luster_cut_apply(&state->cut, &state->low[0][c], x);
            part->out[c][i] = (float)luster_cut_apply(&state->cut, &state->low[1][c], x);
        }
        luster_cut_advance(&state->cut, &state->move);
    }
}

static void tidy(State *state)
{
    for (int s = 0; s < 2; s++)
        for (int c = 0; c < LUSTER_MAX_CHANNELS; c++) {
            LusterCutState *low = &state->low[s][c];
            *low = (LusterCutState){luster_snap(low->s1), luster_snap(low->s2)};
        }
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        const uint32_t left = block->n_frames - done;
        const uint32_t room = TIDY_FRAMES - (uint32_t)(state->frame % TIDY_FRAMES);
        const uint32_t n = left < room ? left : room;
        chunk(state, &part, n);
        done += n;
        state->frame += n;
        if (state->frame % TIDY_FRAMES == 0)
            tidy(state);
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    readings[0] = (float)state->hum.freq_hz;
    readings[1] = (float)luster_hum_level_db(&state->hum);
}

static double tail(const double *values)
{
    /* until a muted stretch is known as one, and the cut's own ringing */
    return (values[AMOUNT] > 0.0 ? 0.2 : 0.0) +
           (values[RUMBLE] > LUSTER_CUT_LOW_OFF_HZ ? 10.0 / values[RUMBLE] : 0.0);
}

const LusterProcessor luster_proc_dehum = {
    .id = "dehum",
    .name = "Hum and rumble",
    .category = "restoration",
    .doc =
        "Takes mains hum and its harmonics out of a recording: finds their frequency, "
        "amplitudes and phases by what stands still for seconds, and subtracts exactly that; and "
        "cuts rumble. What is not hum stays, and muted stretches stay silent.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED, /* the phases of both sides are added up unevenly */
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "amount=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .tail = tail,
};
