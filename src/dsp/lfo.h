/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Low-frequency oscillator: a phase that is a whole number, 2^64 to the turn, so that it neither
 * drifts nor depends on blocks. A new rate is smoothed; the phase goes on. */
#ifndef LUSTER_DSP_LFO_H
#define LUSTER_DSP_LFO_H

#include "base/math.h"
#include "dsp/smooth.h"

#define LUSTER_LFO_TURN 18446744073709551616.0 /* 2^64 */

typedef struct LusterLfo {
    uint64_t phase, step;
    double per_hz; /* steps */
    LusterSmooth rate; /* Hz */
} LusterLfo;

static inline void luster_lfo_reset(LusterLfo *lfo, double rate_hz)
{
    lfo->phase = 0;
    lfo->per_hz = LUSTER_LFO_TURN / rate_hz;
    luster_smooth_reset(&lfo->rate);
}

static inline void luster_lfo_set(LusterLfo *lfo, double hz, uint32_t n_frames)
{
    luster_smooth_set(&lfo->rate, hz, n_frames);
    lfo->step = (uint64_t)(lfo->rate.value * lfo->per_hz);
}

/** The phase of this frame; moves on by one. */
static inline uint64_t luster_lfo_next(LusterLfo *lfo)
{
    const uint64_t phase = lfo->phase;
    lfo->phase += lfo->step;
    if (luster_smooth_moving(&lfo->rate)) {
        (void)luster_smooth_next(&lfo->rate);
        lfo->step = (uint64_t)(lfo->rate.value * lfo->per_hz);
    }
    return phase;
}

/** A phase in radians, -pi to pi. */
static inline double luster_lfo_angle(uint64_t phase)
{
    const int64_t half =
        phase < UINT64_C(0x8000000000000000) ? (int64_t)phase : -(int64_t)(UINT64_MAX - phase) - 1;
    return (double)half * (LUSTER_PI / 9223372036854775808.0);
}

/** Part of a turn, 0 up to 1, as a phase. */
static inline uint64_t luster_lfo_turns(double turns)
{
    return (uint64_t)(turns * LUSTER_LFO_TURN);
}

#endif
