/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Crossover: a sound in 2 to 6 bands that add up to it again, 24 dB per octave.
 * All-pass: Linkwitz and Riley's fourth-order filters, the lower bands sent through the all-passes
 * of the crossovers above them: without latency, the sum has the magnitude of the input and the
 * phase of one second-order all-pass per crossover.
 * Linear phase: the same magnitude, 1 / (1 + (f / fc)^4), as a Butterworth low-pass forwards and
 * again backwards in time, in sections (Powell and Chau 1991). Bands are differences of low-passes
 * and the last is what is left, so that the sum is the input, delayed.
 * Frequencies may move: state matrices are contractions, and so is any mean of them (dsp/cut.h). */
#ifndef LUSTER_DSP_CROSSOVER_H
#define LUSTER_DSP_CROSSOVER_H

#include "base/arena.h"
#include "dsp/smooth.h"
#include "simd/kernels.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_CROSSOVERS_MAX (LUSTER_BANDS_MAX - 1)

/** The linear-phase half. The low-passes run forwards as sound comes in; whenever a section is
 * full, they run backwards over it and on into those before. */
typedef struct LusterCrossoverLinear {
    uint32_t section; /* frames */
    uint32_t at, index; /* frames into the section that fills, and its place in the rings */
    LusterBandLows forward, backward;
    double *lows; /* ring of rows: low-passes of each crossover and channel */
    double *coefs; /* ring of rows; at rest only a section's first one is written */
    bool *moved; /* ring of sections */
    float *sound[2]; /* ring of frames: the input */
} LusterCrossoverLinear;

typedef struct LusterCrossover {
    double rate_hz;
    uint32_t n_channels, n_crossovers;
    bool started, linear, moving;
    uint64_t frame; /* since the reset */
    double freqs_hz[LUSTER_CROSSOVERS_MAX];
    LusterSmooth coef[LUSTER_CROSSOVERS_MAX][3];
    LusterBandSplit split[LUSTER_CROSSOVERS_MAX];
    LusterCrossoverLinear back;
    double *rows, *moves; /* one chunk: of bands, of coefficients */
} LusterCrossover;

/** The lowest crossover at which linear phase is exact where nothing else is asked for. */
#define LUSTER_CROSSOVER_LOWEST_HZ 60.0

/** Takes its memory; false when it is out. What only linear phase needs is touched only by it: its
 * responses are cut off where those of a crossover at `lowest_hz` have died by 148 dB. */
bool luster_crossover_open(LusterCrossover *crossover, LusterArena *arena, double rate_hz,
                           uint32_t n_channels, double lowest_hz);

/** Back to silence; the next set takes everything at once. */
void luster_crossover_reset(LusterCrossover *crossover);

/** 2 … 6 bands at n_bands - 1 ascending frequencies (one below its neighbour counts as equal to
 * it). From the second call after a reset on, frequencies move; bands and phase stay. */
void luster_crossover_set(LusterCrossover *crossover, uint32_t n_bands, bool linear,
                          const double *freqs_hz);

/** n frames of in[n_channels] into bands[band * n_channels + channel], planes of their own. Any
 * split into calls gives equal bits. */
void luster_crossover_run(LusterCrossover *crossover, const float *const *in, float *const *bands,
                          uint32_t n);

/** Frames by which linear phase lags; all-pass does not. */
uint32_t luster_crossover_latency(double rate_hz, double lowest_hz);

/** Seconds until what the filters keep has died by 180 dB, with the lowest crossover at `hz`. */
double luster_crossover_tail(uint32_t n_bands, double hz);

#endif
