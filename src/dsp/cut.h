/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Cut: a low cut or high cut of 12 dB/octave, second-order Butterworth, that steps out of the way
 * at the end of its range. State variable filter by the trapezoidal rule (Zavalishin, The Art of VA
 * Filter Design, 2018; Simper, Cytomic 2013), in double. Moves ramp the coefficients: each state
 * matrix is the Cayley transform of a dissipative one, hence a contraction in the Euclidean norm,
 * and so is any point on the line between two of them: no move can ring up. */
#ifndef LUSTER_DSP_CUT_H
#define LUSTER_DSP_CUT_H

#include "base/math.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define LUSTER_CUT_K 1.41421356237309504880 /* 1/Q of a Butterworth section */
#define LUSTER_CUT_TINY 1e-25 /* states below snap to zero */

/** One filter's setting, shared by the channels. */
typedef struct LusterCut {
    double now[4], to[4], step[4]; /* a1, a2, a3 of the filter; share of it in the output */
    uint32_t left; /* frames until `now` is `to` */
    bool high_cut, started;
} LusterCut;

/** One channel's memory. Zero is silence. */
typedef struct LusterCutState {
    double s1, s2;
} LusterCutState;

static inline void luster_cut_reset(LusterCut *cut, bool high_cut)
{
    cut->high_cut = high_cut;
    cut->started = false;
    cut->left = 0;
}

/** Moves to `hz` within n_frames; `off` fades the filter out altogether. */
static inline void luster_cut_set(LusterCut *cut, double hz, bool off, double rate_hz,
                                  uint32_t n_frames)
{
    const double top = 0.49 * rate_hz; /* tan grows without bound at Nyquist */
    const double g = luster_tan(LUSTER_PI * (hz < top ? hz : top) / rate_hz);
    const double a1 = 1.0 / (1.0 + g * (g + LUSTER_CUT_K));
    const double to[4] = {a1, g * a1, g * g * a1, off ? 0.0 : 1.0};
    const bool jump = !cut->started || n_frames == 0;
    bool moved = false;
    for (int i = 0; i < 4; i++)
        moved = moved || to[i] != cut->to[i];
    if (!jump && !moved)
        return;
    for (int i = 0; i < 4; i++) {
        cut->to[i] = to[i];
        cut->now[i] = jump ? to[i] : cut->now[i];
        cut->step[i] = jump ? 0.0 : (to[i] - cut->now[i]) / n_frames;
    }
    cut->left = jump ? 0 : n_frames;
    cut->started = true;
}

/** Whether it changes anything in this frame. */
static inline bool luster_cut_active(const LusterCut *cut)
{
    return cut->left || cut->now[3] != 0.0;
}

/** Once per frame, after all channels. */
static inline void luster_cut_advance(LusterCut *cut)
{
    if (!cut->left)
        return;
    cut->left--;
    for (int i = 0; i < 4; i++)
        cut->now[i] = cut->left ? cut->now[i] + cut->step[i] : cut->to[i];
}

static inline double luster_cut_snap(double x)
{
    return fabs(x) < LUSTER_CUT_TINY ? 0.0 : x;
}

/** One frame of one channel. */
static inline double luster_cut_apply(const LusterCut *cut, LusterCutState *state, double x)
{
    if (!luster_cut_active(cut)) {
        state->s1 = state->s2 = 0.0;
        return x;
    }
    const double *a = cut->now;
    const double v3 = x - state->s2;
    const double v1 = a[0] * state->s1 + a[1] * v3;
    const double v2 = state->s2 + a[1] * state->s1 + a[2] * v3;
    state->s1 = luster_cut_snap(2.0 * v1 - state->s1);
    state->s2 = luster_cut_snap(2.0 * v2 - state->s2);
    const double y = cut->high_cut ? v2 : x - LUSTER_CUT_K * v1 - v2;
    return a[3] == 1.0 ? y : x + a[3] * (y - x);
}

#endif
