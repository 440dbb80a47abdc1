/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Oversampler: one channel up to 2, 4, 8 or 16 times its rate and down again, through a cascade of
 * linear-phase half-bands, each as long as its place needs (120 dB of stop-band, flat to 20 kHz or
 * 0.4535 of a lower rate). Made for work on the difference that a curve makes: the caller turns
 * what comes up into a residual, takes that down and adds it to the input, later by the latency.
 * Where the residual is zero the input then stays as it is, bit for bit.
 *
 * What comes up is polyphase: phase p of frame i lies p / factor frames after it. Per chunk: fill
 * `luster_oversampler_input`, up, turn every phase into its residual, down. */
#ifndef LUSTER_DSP_OVERSAMPLER_H
#define LUSTER_DSP_OVERSAMPLER_H

#include "base/arena.h"
#include "simd/kernels.h"

#include <stdbool.h>

#define LUSTER_OVERSAMPLER_CHUNK 128 /* frames */
#define LUSTER_OVERSAMPLER_STAGES 4 /* at most: 16 times */

typedef struct LusterOversampler {
    double rate_hz;
    uint32_t n_stages, latency; /* latency: frames, up and down together */
    bool between;
    bool risen, stale; /* this chunk went up; the last ones did not */
    uint32_t busy; /* frames until the buffers of the way down hold nothing but zeros */
    float gain; /* the largest that a sample between samples can be, for samples of 1 */
    uint32_t reach[LUSTER_OVERSAMPLER_STAGES + 1]; /* frames that stage s looks ahead */
    float *taps; /* of each stage: up, the same halved for the way down, those between */
    float *room; /* all buffers */
    uint32_t room_size, room_used;
    const float **at; /* all tables of taps' places */
    uint32_t n_at;
    uint32_t up_past[LUSTER_OVERSAMPLER_STAGES + 1]; /* frames kept by the buffers of a level */
    uint32_t down_past[LUSTER_OVERSAMPLER_STAGES + 1];
    float *up[1 << LUSTER_OVERSAMPLER_STAGES]; /* of phase p: frame 0 of the chunk, at its level */
    float *down[LUSTER_OVERSAMPLER_STAGES + 1][1 << LUSTER_OVERSAMPLER_STAGES];
    LusterFirPairs up_fir[1 << LUSTER_OVERSAMPLER_STAGES];
    LusterFirPairs down_fir[LUSTER_OVERSAMPLER_STAGES + 1][1 << LUSTER_OVERSAMPLER_STAGES];
    const float *high[(1 << LUSTER_OVERSAMPLER_STAGES) + 1];
} LusterOversampler;

/** The fewest stages (1 … 4) that bring `rate_hz` to `least_hz`. */
uint32_t luster_oversampler_stages(double rate_hz, double least_hz);

/** Frames by which what comes down lags the input. Pure. */
uint32_t luster_oversampler_latency(double rate_hz, uint32_t n_stages);

/** Room for up to `max_stages`; false when memory is out. */
bool luster_oversampler_open(LusterOversampler *over, LusterArena *arena, double rate_hz,
                             uint32_t max_stages);

/** Silence, at 2^n_stages times the rate. `between`: residuals stand for the time half-way between
 * phase p and the next, where the mean over that stretch belongs. */
void luster_oversampler_start(LusterOversampler *over, uint32_t n_stages, bool between);

/** Where the next chunk goes: LUSTER_OVERSAMPLER_CHUNK frames. */
static inline float *luster_oversampler_input(LusterOversampler *over)
{
    return over->up[0];
}

/** The chunk's n frames go up. */
void luster_oversampler_up(LusterOversampler *over, uint32_t n);

/** Phase `p` [n] of what came up, half the latency late; p may be the factor: the first phase a
 * frame later. Readable in whole LUSTER_LANES. */
static inline const float *luster_oversampler_high(const LusterOversampler *over, uint32_t p)
{
    return over->high[p];
}

/** Where the residual of phase `p` goes, in whole LUSTER_LANES. */
static inline float *luster_oversampler_residual(LusterOversampler *over, uint32_t p)
{
    return over->down[over->n_stages][p];
}

/** The residuals go down, into out[n]; ends the chunk. */
void luster_oversampler_down(LusterOversampler *over, float *out, uint32_t n);

/** Ends a chunk whose residuals are all zero, whether it went up or not. True: so is what comes
 * down, and `out` stays as it is; false: older residuals came down, in out[n]. */
bool luster_oversampler_rest(LusterOversampler *over, float *out, uint32_t n);

/** What no magnitude that would come up in this chunk of n frames can exceed. */
float luster_oversampler_bound(const LusterOversampler *over, uint32_t n);

#endif
