/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Space: the sounding part of the reverb. A feedback delay network of 16 lines, the lossless
 * diffuser ahead of it and the early reflections beside it, in runs of at most LUSTER_FDN_RUN
 * frames that never cross a grid of as many frames. */
#ifndef LUSTER_DSP_SPACE_H
#define LUSTER_DSP_SPACE_H

#include "base/arena.h"
#include "dsp/fdn.h"
#include "dsp/smooth.h"
#include "luster/processor.h"

#define LUSTER_SPACE_EARLY 12 /* reflections from each source to each side */
#define LUSTER_SPACE_TURNS (LUSTER_FDN_LINES / 2)

/** Distances of a space, at size 1. */
typedef struct LusterShape {
    LusterFdnBox box;
    double shortest_ms, longest_ms; /* lines */
    double spread_ms[3]; /* delays of the diffuser's steps */
    double
        early_gain; /* amplitude of all reflections together, for noise of amplitude 1; 0: none */
} LusterShape;

/** The largest values any shape times its size will have. */
typedef struct LusterShapeLimits {
    double longest_ms, spread_ms, early_ms;
} LusterShapeLimits;

/** A circular run of `size` frames; `at` is where the next frame is written. */
typedef struct LusterRing {
    float *data;
    uint32_t size, at, capacity;
} LusterRing;

typedef struct LusterSpace {
    /* runs, first because kernels want them aligned; `late` and `early` are what comes out */
    float late[2][LUSTER_FDN_RUN], early[2][LUSTER_FDN_RUN];
    float lines[LUSTER_FDN_LINES][LUSTER_FDN_RUN], feed[LUSTER_FDN_LINES][LUSTER_FDN_RUN];
    float wrap[LUSTER_FDN_LINES][LUSTER_FDN_RUN]; /* rows that lie across a ring's end */
    float coefs[LUSTER_FDN_COEFS][LUSTER_FDN_LINES], coefs_to[LUSTER_FDN_COEFS][LUSTER_FDN_LINES];
    float coef_steps[LUSTER_FDN_COEFS][LUSTER_FDN_LINES], filters[4][LUSTER_FDN_LINES];
    float turn[4][LUSTER_SPACE_TURNS], spread[4];
    float inject[LUSTER_FDN_LINES], taps[2][LUSTER_FDN_LINES];
    float early_gain[2][2 * LUSTER_SPACE_EARLY];

    double rate_hz;
    uint32_t n_channels, grid, max_run, coefs_left, n_early;
    uint32_t lengths[LUSTER_FDN_LINES], first[LUSTER_FDN_LINES], next[2][LUSTER_FDN_LINES];
    uint32_t early_delay[2][2 * LUSTER_SPACE_EARLY];
    LusterRing line[LUSTER_FDN_LINES], step[2][LUSTER_FDN_LINES], input[2];
    bool started;
    /* slow phasors, their steps, and the cosine and sine of each angle at the grid */
    double lfo[LUSTER_SPACE_TURNS][2], lfo_step[LUSTER_SPACE_TURNS][2], at[LUSTER_SPACE_TURNS][2];
    LusterSmooth depth, keep, cross; /* counted in grid steps */
} LusterSpace;

/** A ring of `capacity` frames, with room for one run behind its end. False: out of memory. */
bool luster_ring_open(LusterRing *ring, LusterArena *arena, uint32_t capacity);
void luster_ring_clear(LusterRing *ring);
/** n frames that begin `back` frames before the place of writing; n <= back, or back is 0. */
void luster_ring_read(const LusterRing *ring, uint32_t back, float *out, uint32_t n);
void luster_ring_write(LusterRing *ring, const float *in, uint32_t n);

/** Takes all memory for `limits`. False: out of memory. */
bool luster_space_open(LusterSpace *space, LusterArena *arena, double rate_hz, uint32_t n_channels,
                       const LusterShapeLimits *limits);
/** Silence. luster_space_build comes next. */
void luster_space_reset(LusterSpace *space);
/** Lays out a shape, in silence. */
void luster_space_build(LusterSpace *space, const LusterShape *shape, double size);
/** Decay from now on; n_frames 0: at once. */
void luster_space_decay(LusterSpace *space, const LusterFdnDecay *decay, uint32_t n_frames);
/** Diffusion 0 … 1 and depth of movement 0 … 1, within n_frames (first call: at once). */
void luster_space_texture(LusterSpace *space, double diffusion, double movement, uint32_t n_frames);
/** Gain at which the late part of white noise is as loud as the noise, at a decay. */
double luster_space_late_gain(const LusterSpace *space, double decay_s);

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
