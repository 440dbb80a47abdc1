/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Cut: a low cut or high cut of 12 dB/octave, second-order Butterworth, that steps out of the way
 * at the end of its range. State variable filter by the trapezoidal rule (Zavalishin, The Art of VA
 * Filter Design, 2018; Simper, Cytomic 2013), in double. Moves smooth the coefficients: each
 * state matrix is the Cayley transform of a dissipative one, hence a contraction in the Euclidean
 * norm, and so is any mean of such: no move can ring up. */
#ifndef LUSTER_DSP_CUT_H
#define LUSTER_DSP_CUT_H

#include "base/math.h"
#include "base/silence.h"
#include "dsp/smooth.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LUSTER_CUT_K 1.41421356237309504880 /* 1/Q of a Butterworth section */
#define LUSTER_CUT_LOW_OFF_HZ 20.0 /* ends of the ranges: here a cut is off */
#define LUSTER_CUT_HIGH_OFF_HZ 20000.0

/** One filter's setting, shared by the channels. */
typedef struct LusterCut {
    double now[4]; /* a1, a2, a3 of the filter; share of it in the output */
    bool moving, high_cut;
} LusterCut;

/** One channel's memory. Zero is silence. */
typedef struct LusterCutState {
    double s1, s2;
} LusterCutState;

/** The way of `now` to another corner. */
typedef struct LusterCutMove {
    LusterSmooth coef[4];
} LusterCutMove;

static inline void luster_cut_reset(LusterCut *cut, LusterCutMove *move, bool high_cut)
{
    cut->high_cut = high_cut;
    cut->moving = false;
    for (int i = 0; i < 4; i++)
        luster_smooth_reset(&move->coef[i]);
}

static inline void luster_cut_follow(LusterCut *cut, const LusterCutMove *move)
{
    cut->moving = false;
    for (int i = 0; i < 4; i++) {
        cut->now[i] = move->coef[i].value;
        cut->moving = cut->moving || luster_smooth_moving(&move->coef[i]);
    }
}

/** Moves to `hz` within n_frames; `off` fades the filter out altogether. */
static inline void luster_cut_set(LusterCut *cut, LusterCutMove *move, double hz, bool off,
                                  double rate_hz, uint32_t n_frames)
{
    const double top = 0.49 * rate_hz; /* tan grows without bound at Nyquist */
    const double g = luster_tan(LUSTER_PI * (hz < top ? hz : top) / rate_hz);
    const double a1 = 1.0 / (1.0 + g * (g + LUSTER_CUT_K));
    const double to[4] = {a1, g * a1, g * g * a1, off ? 0.0 : 1.0};
    for (int i = 0; i < 4; i++)
        luster_smooth_set(&move->coef[i], to[i], n_frames);
    luster_cut_follow(cut, move);
}

/** Whether it changes anything in this frame. */
static inline bool luster_cut_active(const LusterCut *cut)
{
    return cut->moving || cut->now[3] != 0.0;
}

/** Once per frame, after all channels. */
static inline void luster_cut_advance(LusterCut *cut, LusterCutMove *move)
{
    if (!cut->moving)
        return;
    for (int i = 0; i < 4; i++)
        (void)luster_smooth_next(&move->coef[i]);
    luster_cut_follow(cut, move);
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
    LusterCutMove low_move, high_move;
} LusterCuts;

static inline void luster_cuts_reset(LusterCuts *cuts)
{
    luster_cut_reset(&cuts->low, &cuts->low_move, false);
    luster_cut_reset(&cuts->high, &cuts->high_move, true);
    memset(cuts->low_state, 0, sizeof cuts->low_state);
    memset(cuts->high_state, 0, sizeof cuts->high_state);
}

/** Moves to the two corners within n_frames; a cut at its end of the range is off. */
static inline void luster_cuts_set(LusterCuts *cuts, double low_hz, double high_hz, double rate_hz,
                                   uint32_t n_frames)
{
    luster_cut_set(&cuts->low, &cuts->low_move, low_hz, low_hz <= LUSTER_CUT_LOW_OFF_HZ, rate_hz,
                   n_frames);
    luster_cut_set(&cuts->high, &cuts->high_move, high_hz, high_hz >= LUSTER_CUT_HIGH_OFF_HZ,
                   rate_hz, n_frames);
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
    luster_cut_advance(&cuts->low, &cuts->low_move);
    luster_cut_advance(&cuts->high, &cuts->high_move);
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

/* Two channels through one filter at rest and fully in; bits as by luster_cut_apply. */
static inline void luster_cut_pair(const double *a, bool high_cut, double *s, double *x)
{
    double v[2], band[2], low[2];
    for (int c = 0; c < 2; c++)
        v[c] = x[c] - s[2 + c];
    for (int c = 0; c < 2; c++)
        band[c] = a[1] * v[c] + a[0] * s[c];
    for (int c = 0; c < 2; c++)
        low[c] = s[2 + c] + (a[1] * s[c] + a[2] * v[c]);
    for (int c = 0; c < 2; c++)
        s[2 + c] = s[2 + c] + (2.0 * a[1] * s[c] + 2.0 * a[2] * v[c]);
    for (int c = 0; c < 2; c++)
        s[c] = (2.0 * a[0] - 1.0) * s[c] + 2.0 * a[1] * v[c];
    for (int c = 0; c < 2; c++)
        x[c] = high_cut ? low[c] : x[c] - LUSTER_CUT_K * band[c] - low[c];
}

/* Both filters at rest and fully in, both channels. */
static inline void luster_cuts_run_pairs(LusterCuts *cuts, double *left, double *right, uint32_t n)
{
    double low[3], high[3], l[4], h[4];
    memcpy(low, cuts->low.now, sizeof low);
    memcpy(high, cuts->high.now, sizeof high);
    for (int c = 0; c < 2; c++) {
        l[c] = cuts->low_state[c].s1, l[2 + c] = cuts->low_state[c].s2;
        h[c] = cuts->high_state[c].s1, h[2 + c] = cuts->high_state[c].s2;
    }
    for (uint32_t i = 0; i < n; i++) {
        double x[2] = {left[i], right[i]};
        luster_cut_pair(low, false, l, x);
        luster_cut_pair(high, true, h, x);
        left[i] = x[0];
        right[i] = x[1];
    }
    for (int c = 0; c < 2; c++) {
        cuts->low_state[c] = (LusterCutState){l[c], l[2 + c]};
        cuts->high_state[c] = (LusterCutState){h[c], h[2 + c]};
    }
}

/** A run of x[n_channels][n], in place, advancing. Bits as by frames. */
static inline void luster_cuts_run(LusterCuts *cuts, double *const *x, uint32_t n_channels,
                                   uint32_t n)
{
    uint32_t i = 0;
    for (; i < n && (cuts->low.moving || cuts->high.moving); i++) {
        for (uint32_t c = 0; c < n_channels; c++)
            x[c][i] = luster_cuts_apply(cuts, c, x[c][i]);
        luster_cuts_advance(cuts);
    }
    if (n_channels == 2 && cuts->low.now[3] == 1.0 && cuts->high.now[3] == 1.0) {
        luster_cuts_run_pairs(cuts, x[0] + i, x[1] + i, n - i);
        return;
    }
    /* nothing moves from here; side by side, one recursion waits while the others compute */
    const LusterCut low = cuts->low, high = cuts->high;
    LusterCutState l[2] = {cuts->low_state[0], cuts->low_state[1]};
    LusterCutState h[2] = {cuts->high_state[0], cuts->high_state[1]};
    if (n_channels == 1) {
        for (; i < n; i++)
            x[0][i] = luster_cut_apply(&high, &h[0], luster_cut_apply(&low, &l[0], x[0][i]));
    } else {
        for (; i < n; i++) {
            x[0][i] = luster_cut_apply(&high, &h[0], luster_cut_apply(&low, &l[0], x[0][i]));
            x[1][i] = luster_cut_apply(&high, &h[1], luster_cut_apply(&low, &l[1], x[1][i]));
        }
    }
    memcpy(cuts->low_state, l, sizeof l);
    memcpy(cuts->high_state, h, sizeof h);
}

#endif
