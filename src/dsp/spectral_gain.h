/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Gains of a spectrum under known noise: log-spectral amplitude estimator with the
 * decision-directed signal-to-noise ratio (Ephraim and Malah 1985), floored and evened over
 * frequency against musical noise. One run per STFT frame. */
#ifndef LUSTER_DSP_SPECTRAL_GAIN_H
#define LUSTER_DSP_SPECTRAL_GAIN_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_SPECTRAL_GAIN_STEPS 256

typedef struct LusterSpectralGain {
    uint32_t n_bins;
    float shape[LUSTER_SPECTRAL_GAIN_STEPS + 2]; /* exp(E1(v) / 2) sqrt(u) over u = v / (1 + v) */
    float *ratio; /* [n_bins and a margin on both sides] power over noise */
    float *clean; /* [n_bins] the last frame's power of the signal, over the noise */
    float *prior, *gain; /* [n_bins] signal-to-noise ratio a priori; gain before the floor */
} LusterSpectralGain;

/** False: out of memory. */
bool luster_spectral_gain_open(LusterSpectralGain *spectral, LusterArena *arena, uint32_t n_bins);
void luster_spectral_gain_reset(LusterSpectralGain *spectral);

/** What to take away: 1 - gain, for gains not below `floor`, into away[n_bins]. */
void luster_spectral_gain_run(LusterSpectralGain *spectral, const float *power, const float *noise,
                              float floor, float *away);

#endif
