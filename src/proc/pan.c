/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pan: where a sound stands, as a 2 x 2 matrix of gains made of the console's laws (dsp/pan.h).
 * Balance turns a side down; stereo pan moves each side as a source of its own, so none is lost;
 * rotation turns the whole image and keeps its power; mono makes a point of it first. */
#include "dsp/pan.h"
#include "base/arena.h"
#include "dsp/matrix.h"
#include "proc/registry.h"

enum { PAN, MODE, LAW, N_PARAMS };
enum { BALANCE, STEREO, ROTATE, MONO };

static const char *const modes[] = {"balance", "stereo", "rotate", "mono"};
static const char *const laws[] = {"minus_3_db", "minus_4_5_db", "minus_6_db"};

static const LusterParam params[N_PARAMS] = {
    [PAN] = {"pan", "Pan", "%", LUSTER_SCALE_LINEAR, -100, 100, 0, NULL, 0,
             "Where it stands: -100 is left, 100 right. Nothing moves in a mono chain."},
    [MODE] = {"mode", "Mode", "", LUSTER_SCALE_CHOICE, 0, 3, STEREO, modes, 0,
              "balance: turns the other side down. stereo: moves both sides, none is lost. rotate: "
              "turns the image as a whole, with its power. mono: both sides become one point."},
    [LAW] = {"law", "Law", "", LUSTER_SCALE_CHOICE, 0, 2, LUSTER_PAN_3_DB, laws, 0,
             "Level of each side when a source is in the middle: -3 dB keeps the power in a room, "
             "-6 dB the mono sum, -4.5 dB is between. Rotation keeps power by itself."},
};

static const LusterPreset presets[] = {
    {"doubled_left", "guitar,guitar_acoustic,guitar_electric", "pan=-80,mode=mono",
     "One of a doubled pair at the side, its own point: doubles stand apart as mirrored pairs "
     "[E1], short of hard so that headphones do not lose the other ear."},
    {"doubled_right", "guitar,guitar_acoustic,guitar_electric", "pan=80,mode=mono",
     "The other one of the pair, mirrored [E1]."},
    {"keys_aside", "piano,keys", "pan=-30,mode=stereo",
     "Makes room in the middle for the lead voice, with both hands of the player still heard: "
     "balance would throw away the right one."},
    {"overheads_to_snare", "overhead", "pan=8,mode=rotate",
     "Turns the picture of a pair until the snare is in the middle, where it belongs [E1]; left "
     "and right keep their distance."},
    {"room_behind", "room,strings,pad", "pan=25,mode=balance,law=minus_3_db",
     "Leans a wide ambience to one side without adding its halves: no comb filter in mono."},
};

typedef struct State {
    uint32_t n_channels, ramp; /* frames */
    LusterMatrix matrix;
} State;

static void reset(void *ptr)
{
    State *state = ptr;
    luster_matrix_reset(&state->matrix);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    *out = state;
    reset(state);
    return LUSTER_OK;
}

static void point(int law, double pan, double gain[2][2])
{
    double left, right;
    luster_pan_mono(law, pan, &left, &right);
    gain[0][0] = gain[0][1] = 0.5 * left;
    gain[1][0] = gain[1][1] = 0.5 * right;
}

/* To the right the left side walks over to the right one, which stays; and the other way round. */
static void both_sides(int law, double pan, double gain[2][2])
{
    double left, right;
    if (pan > 0.0) {
        luster_pan_mono(law, 2.0 * pan - 100.0, &left, &right);
        gain[0][0] = left;
        gain[1][0] = right;
    } else if (pan < 0.0) {
        luster_pan_mono(law, 100.0 + 2.0 * pan, &left, &right);
        gain[0][1] = left;
        gain[1][1] = right;
    }
}

static void rotate(double pan, double gain[2][2])
{
    const double angle = pan / 100.0 * (LUSTER_PI / 4); /* the middle ends at one side */
    gain[0][0] = gain[1][1] = luster_cos(angle);
    gain[1][0] = luster_sin(angle);
    gain[0][1] = -gain[1][0];
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    double gain[2][2] = {{1.0, 0.0}, {0.0, 1.0}};
    const int law = (int)values[LAW], mode = (int)values[MODE];
    const double pan = values[PAN];
    if (state->n_channels == 2) {
        if (mode == BALANCE)
            luster_pan_balance(law, pan, &gain[0][0], &gain[1][1]);
        else if (mode == STEREO)
            both_sides(law, pan, gain);
        else if (mode == ROTATE)
            rotate(pan, gain);
        else
            point(law, pan, gain);
    }
    luster_matrix_set(&state->matrix, gain, state->ramp);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        if (block->out[c] != block->in[c])
            memcpy(block->out[c], block->in[c], block->n_frames * sizeof(float));
    }
    luster_matrix_run(&state->matrix, block->out, state->n_channels, block->n_frames);
}

const LusterProcessor luster_proc_pan = {
    .id = "pan",
    .name = "Pan",
    .category = "stereo",
    .doc = "Where a sound stands between left and right, by the laws of the console: as balance, "
           "as a move of both sides, as a rotation of the image, or as one point.",
    .version = 1,
    .flags = LUSTER_PROC_SIDED | LUSTER_PROC_WIDENS,
    .params = params,
    .n_params = N_PARAMS,
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "pan=0,mode=stereo",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
};
