/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* gain = p / (1 + p) exp(E1(v) / 2) with v = p / (1 + p) g, where g is power over noise and p the
 * ratio a priori. exp(E1(v) / 2) is 1 / sqrt(v) near 0 and 1 far out, so it is kept as a smooth
 * table times 1 / sqrt(u). */
#include "dsp/spectral_gain.h"

#include "base/math.h"

#include <math.h>
#include <string.h>

#define PAST 0.98f /* share of the last frame in the ratio a priori (Ephraim and Malah 1984) */
#define LEAST_PRIOR 0.0032f /* -25 dB (Cappe 1994): below it residual noise begins to sing */
#define MOST_RATIO 1e8f
#define LEAST_NOISE 1e-20f /* against division by zero */
/* An onset is believed at once where a neighbourhood of bins is louder than noise ever is: nine
 * Hann bins hold about five independent ones, whose mean is over four times its own in one of 10^4.
 */
#define NEAR 4u
#define SURE 4.0f
#define EULER 0.57721566490153286061

/* Exponential integral E1(v), v > 0 (Abramowitz and Stegun 5.1.11, 5.1.22). */
static double exponential_integral(double v)
{
    if (v < 1.0) {
        double sum = -EULER - luster_log(v), term = 1.0;
        for (int k = 1; k < 20; k++) {
            term *= -v / k;
            sum -= term / k;
        }
        return sum;
    }
    double fraction = 0.0;
    for (int k = 60; k > 0; k--)
        fraction = k / (1.0 + k / (v + fraction));
    return luster_exp(-v) / (v + fraction);
}

bool luster_spectral_gain_open(LusterSpectralGain *spectral, LusterArena *arena, uint32_t n_bins)
{
    spectral->n_bins = n_bins;
    spectral->shape[0] = (float)luster_exp(-EULER / 2.0);
    for (int i = 1; i < LUSTER_SPECTRAL_GAIN_STEPS; i++) {
        const double u = (double)i / LUSTER_SPECTRAL_GAIN_STEPS, v = u / (1.0 - u);
        spectral->shape[i] = (float)(luster_exp(exponential_integral(v) / 2.0) * sqrt(u));
    }
    spectral->shape[LUSTER_SPECTRAL_GAIN_STEPS] = 1.0f;
    spectral->shape[LUSTER_SPECTRAL_GAIN_STEPS + 1] = 1.0f;
    spectral->ratio = luster_arena_array(arena, n_bins + 2 * NEAR, sizeof(float));
    spectral->clean = luster_arena_array(arena, n_bins, sizeof(float));
    spectral->prior = luster_arena_array(arena, n_bins, sizeof(float));
    spectral->gain = luster_arena_array(arena, n_bins, sizeof(float));
    return spectral->ratio && spectral->clean && spectral->prior && spectral->gain;
}

void luster_spectral_gain_reset(LusterSpectralGain *spectral)
{
    memset(spectral->clean, 0, spectral->n_bins * sizeof(float));
}

/* Power over noise, from here on called ratio, and what of it is certainly an onset. */
static void ratios(LusterSpectralGain *spectral, const float *power, const float *noise)
{
    const uint32_t n = spectral->n_bins;
    float *ratio = spectral->ratio + NEAR; /* with zeros on both sides */
    for (uint32_t k = 0; k < n; k++) {
        const float x = power[k] / (noise[k] + LEAST_NOISE);
        ratio[k] = x < MOST_RATIO ? x : MOST_RATIO; /* and no NaN */
    }
    for (uint32_t k = 0; k < n; k++) {
        float sum = 0.0f;
        for (uint32_t i = 0; i <= 2 * NEAR; i++)
            sum += spectral->ratio[k + i];
        const float sure = sum * (1.0f / (2 * NEAR + 1)) - SURE, own = 2.0f * ratio[k];
        spectral->prior[k] = sure < own ? sure : own;
    }
}

static void estimate(LusterSpectralGain *spectral)
{
    const float *ratios = spectral->ratio + NEAR;
    for (uint32_t k = 0; k < spectral->n_bins; k++) {
        const float ratio = ratios[k], more = ratio > 1.0f ? ratio - 1.0f : 0.0f;
        float prior = PAST * spectral->clean[k] + (1.0f - PAST) * more;
        prior = prior > spectral->prior[k] ? prior : spectral->prior[k];
        prior = prior > LEAST_PRIOR ? prior : LEAST_PRIOR;
        const float wiener = prior / (1.0f + prior), v = wiener * ratio + 1e-9f, u = v / (1.0f + v);
        const float place = u * LUSTER_SPECTRAL_GAIN_STEPS;
        const uint32_t at = (uint32_t)place;
        const float low = spectral->shape[at], part = place - (float)at;
        const float shape = low + part * (spectral->shape[at + 1] - low);
        const float gain = wiener * shape / sqrtf(u);
        spectral->gain[k] = gain < 1.0f ? gain : 1.0f;
        spectral->prior[k] = prior;
        spectral->clean[k] = spectral->gain[k] * spectral->gain[k] * ratio;
    }
}

void luster_spectral_gain_run(LusterSpectralGain *spectral, const float *power, const float *noise,
                              float floor, float *away)
{
    const uint32_t n = spectral->n_bins;
    ratios(spectral, power, noise);
    estimate(spectral);
    for (uint32_t k = 0; k < n; k++) {
        const float below = spectral->gain[k ? k - 1 : 0], here = spectral->gain[k];
        const float above = spectral->gain[k + 1 < n ? k + 1 : k];
        /* evened where there is little signal: single bins that stick out are what sings */
        const float even = 0.25f * (below + above) + 0.5f * here;
        const float sure = spectral->prior[k] / (1.0f + spectral->prior[k]);
        const float gain = even + sure * (here - even);
        away[k] = gain > floor ? 1.0f - gain : 1.0f - floor;
    }
}
