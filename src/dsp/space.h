/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Space: the sounding part of the reverb. A feedback delay network of 16 lines, the lossless
 * diffuser ahead of it and the early reflections beside it, in runs of at most LUSTER_FDN_RUN
 * frames that never cross a grid of as many frames. */
#ifndef LUSTER_DSP_SPACE_H
#define LUSTER_DSP_SPACE_H

#include "base/arena.h"
#include "dsp/fdn.h"
#include "dsp/ring.h"
#include "dsp/smooth.h"
#include "luster/processor.h"

#define LUSTER_SPACE_EARLY 12 /* reflections from each source to each side */
#define LUSTER_SPACE_TURNS (LUSTER_FDN_LINES / 2)

/** Distances of a space, at size 1. */
typedef struct LusterShape {
    LusterFdnBox box;
    double shortest_ms, longest_ms; /* lines */
    double spread_ms[3]; /* delays of the diffuser's steps */
    double onset; /* amplitude of the diffuser in what is heard, against the lines */
    /* amplitude of all reflections together, for noise of amplitude 1 (0: none), and where the
     * walls have taken 3 dB from them */
    double early_gain, early_hz;
} LusterShape;

/** The largest values any shape has, and the largest size. */
typedef struct LusterShapeLimits {
    double shortest_ms, longest_ms, spread_ms, early_ms, size;
} LusterShapeLimits;

/** A shape in frames. */
typedef struct LusterLayout {
    uint32_t lengths[LUSTER_FDN_LINES], first[LUSTER_FDN_LINES], next[2][LUSTER_FDN_LINES];
    uint32_t early_delay[2][2 * LUSTER_SPACE_EARLY], n_early, max_run;
    float early_gain[2][2 * LUSTER_SPACE_EARLY], early_pole;
    double onset;
} LusterLayout;

typedef struct LusterSpace {
    /* runs, first because kernels want them aligned; `late` and `early` are what comes out */
    float late[2][LUSTER_FDN_RUN], early[2][LUSTER_FDN_RUN], fade[LUSTER_FDN_RUN];
    float lines[LUSTER_FDN_LINES][LUSTER_FDN_RUN], feed[LUSTER_FDN_LINES][LUSTER_FDN_RUN];
    float wrap[LUSTER_FDN_LINES][LUSTER_FDN_RUN]; /* rows that lie across a ring's end */
    float coefs[LUSTER_FDN_COEFS][LUSTER_FDN_LINES], coefs_to[LUSTER_FDN_COEFS][LUSTER_FDN_LINES];
    float coef_steps[LUSTER_FDN_COEFS][LUSTER_FDN_LINES], filters[4][LUSTER_FDN_LINES];
    float turn[4][LUSTER_SPACE_TURNS], spread[4];
    float inject[LUSTER_FDN_LINES], taps[LUSTER_FDN_LINES + 2], early_state[2];

    double rate_hz;
    uint32_t n_channels, grid;
    LusterRing line[LUSTER_FDN_LINES], step[2][LUSTER_FDN_LINES], input[2];
    LusterLayout now, to; /* `to` counts while it fades in */
    const LusterShape *shape, *shape_want;
    double size, size_want;
    uint32_t fade_left, fade_frames;
    bool started, decay_moves, coefs_move;
    /* slow phasors, their steps, and the cosine and sine of each angle at the grid */
    double lfo[LUSTER_SPACE_TURNS][2], lfo_step[LUSTER_SPACE_TURNS][2], at[LUSTER_SPACE_TURNS][2];
    LusterSmooth depth, keep, cross, onset, decay[5]; /* counted in grid steps; decay as logs */
} LusterSpace;

/** Takes all memory for `limits`. False: out of memory. */
bool luster_space_open(LusterSpace *space, LusterArena *arena, double rate_hz, uint32_t n_channels,
                       const LusterShapeLimits *limits);
/** Silence. The next values are taken at once; shape, then decay and texture must come. */
void luster_space_reset(LusterSpace *space);
/** A shape, which must outlive the space, and its size. While it sounds, every delay fades over
 * into its new length; further changes wait for the end of that. */
void luster_space_shape(LusterSpace *space, const LusterShape *shape, double size);
/** Decay from now on. */
void luster_space_decay(LusterSpace *space, const LusterFdnDecay *decay);
/** Diffusion 0 … 1 and depth of movement 0 … 1. Last of the first values. */
void luster_space_texture(LusterSpace *space, double diffusion, double movement);
/** Gain at which the late part of white noise is as loud as the noise, at a shape and decay. */
double luster_space_late_gain(const LusterSpace *space, const LusterShape *shape, double size,
                              double decay_s);

/** The longest run that may come next, 1 … LUSTER_FDN_RUN. */
uint32_t luster_space_room(const LusterSpace *space);
/** One run: `in` [n_channels][n], finite and without denormals; results in `early` and `late`. */
void luster_space_run(LusterSpace *space, const float *const *in, uint32_t n);
/** Whether the next run starts a grid step: the place for what is done once in a while. */
static inline bool luster_space_at_grid(const LusterSpace *space)
{
    return space->grid == 0;
}

#endif
