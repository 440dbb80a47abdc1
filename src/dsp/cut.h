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
#include "base/silence.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LUSTER_CUT_K 1.41421356237309504880 /* 1/Q of a Butterworth section */
#define LUSTER_CUT_LOW_OFF_HZ 20.0 /* ends of the ranges: here a cut is off */
#define LUSTER_CUT_HIGH_OFF_HZ 20000.0

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

/** One frame of one channel. */
static inline double luster_cut_apply(const LusterCut *cut, LusterCutState *state, double x)
{
    if (!luster_cut_active(cut)) {
        state->s1 = state->s2 = 0.0;
        return x;
    }
    const double *a = cut->now, s1 = state->s1, s2 = state->s2, v = x - s2;
    const double band = a[1] * v + a[0] * s1, low = s2 + (a[1] * s1 + a[2] * v);
    /* 2 band - s1 and 2 low - s2, in the order that keeps the recursion short */
    state->s1 = (2.0 * a[0] - 1.0) * s1 + 2.0 * a[1] * v;
    state->s2 = s2 + (2.0 * a[1] * s1 + 2.0 * a[2] * v);
    const double y = cut->high_cut ? low : x - LUSTER_CUT_K * band - low;
    return a[3] == 1.0 ? y : x + a[3] * (y - x);
}

/** A low cut and a high cut behind it, for one or two channels. */
typedef struct LusterCuts {
    LusterCut low, high;
    LusterCutState low_state[2], high_state[2];
} LusterCuts;

static inline void luster_cuts_reset(LusterCuts *cuts)
{
    luster_cut_reset(&cuts->low, false);
    luster_cut_reset(&cuts->high, true);
    memset(cuts->low_state, 0, sizeof cuts->low_state);
    memset(cuts->high_state, 0, sizeof cuts->high_state);
}

/** Moves to the two corners within n_frames; a cut at its end of the range is off. */
static inline void luster_cuts_set(LusterCuts *cuts, double low_hz, double high_hz, double rate_hz,
                                   uint32_t n_frames)
{
    luster_cut_set(&cuts->low, low_hz, low_hz <= LUSTER_CUT_LOW_OFF_HZ, rate_hz, n_frames);
    luster_cut_set(&cuts->high, high_hz, high_hz >= LUSTER_CUT_HIGH_OFF_HZ, rate_hz, n_frames);
}

/** One frame of one channel. */
static inline double luster_cuts_apply(LusterCuts *cuts, uint32_t channel, double x)
{
    x = luster_cut_apply(&cuts->low, &cuts->low_state[channel], x);
    return luster_cut_apply(&cuts->high, &cuts->high_state[channel], x);
}

/** Once per frame, after all channels. */
static inline void luster_cuts_advance(LusterCuts *cuts)
{
    luster_cut_advance(&cuts->low);
    luster_cut_advance(&cuts->high);
}

/** Snaps states to zero; every few hundred frames or oftener, at places counted in frames. */
static inline void luster_cuts_tidy(LusterCuts *cuts)
{
    for (int c = 0; c < 2; c++) {
        LusterCutState *low = &cuts->low_state[c], *high = &cuts->high_state[c];
        *low = (LusterCutState){luster_snap(low->s1), luster_snap(low->s2)};
        *high = (LusterCutState){luster_snap(high->s1), luster_snap(high->s2)};
    }
}

/** A run of x[n_channels][n], in place, advancing. Bits as by frames. */
static inline void luster_cuts_run(LusterCuts *cuts, double *const *x, uint32_t n_channels,
                                   uint32_t n)
{
    uint32_t i = 0;
    for (; i < n && (cuts->low.left || cuts->high.left); i++) {
        for (uint32_t c = 0; c < n_channels; c++)
            x[c][i] = luster_cuts_apply(cuts, c, x[c][i]);
        luster_cuts_advance(cuts);
    }
    /* nothing moves from here; side by side, one recursion waits while the others compute */
    LusterCuts still = *cuts;
    if (n_channels == 1) {
        for (; i < n; i++)
            x[0][i] = luster_cuts_apply(&still, 0, x[0][i]);
    } else {
        for (; i < n; i++) {
            x[0][i] = luster_cuts_apply(&still, 0, x[0][i]);
            x[1][i] = luster_cuts_apply(&still, 1, x[1][i]);
        }
    }
    *cuts = still;
}

#endif
