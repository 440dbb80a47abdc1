/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Powers are averaged over a look of three frames; each band reads its lowest quarter; the profile
 * is the lowest twentieth of a band's looks in memory, corrected by what quantiles of noise are
 * below its mean, and drawn through the middles of the bands. Inside a band, and below the middle
 * of the lowest, the noise is taken to be pink: only there is a band wide enough for it to matter,
 * and there rooms and electronics are. */
#include "dsp/noise_profile.h"

#include "base/math.h"

#include <math.h>
#include <string.h>

#define QUANTILE 0.25 /* over the bins of a band: half of them may be notes */
#define PAUSES 0.05 /* share of the looks that is noise alone */
/* Looks at one and the same noise agree within 2 dB; what does not is music that never pauses. */
#define MOST_OVER_LEAST 1.6f
/* Narrowest band: at windows of 0.16 s about 190 Hz, three partials of a bass. */
#define BAND_BINS 32u
#define BAND_SHARE 6u /* others are a sixth of their frequency wide */
/* Keeps the logarithm finite; under any recording. */
#define LEAST_POWER 1e-20f

/* What the lowest twentieth of the lowest quarters reads of white noise of power 1, measured;
 * within 4 % from 32 to 550 bins, 2 s to 30 s. The fewer bins, the lower. */
static double bias_of(uint32_t n_bins)
{
    return 0.46 - 0.78 / sqrt(n_bins);
}

bool luster_noise_profile_open(LusterNoiseProfile *noise, LusterArena *arena, uint32_t n_bins,
                               uint32_t n_read, uint32_t most_looks)
{
    *noise = (LusterNoiseProfile){.n_bins = n_bins, .n_looks = most_looks};
    noise->most_looks = most_looks;
    noise->n_read = n_read;
    uint32_t at = 0;
    while (at < n_bins) {
        uint32_t width = at / BAND_SHARE > BAND_BINS ? at / BAND_SHARE : BAND_BINS;
        if (n_bins - at < 2 * width)
            width = n_bins - at;
        noise->bias[noise->n_bands] = bias_of(width);
        at += width;
        noise->edge[++noise->n_bands] = at;
    }
    noise->sum = luster_arena_array(arena, n_bins, sizeof(float));
    noise->pitch = luster_arena_array(arena, n_read, sizeof(double));
    noise->looks = luster_arena_array(arena, (size_t)noise->n_bands * most_looks, sizeof(float));
    noise->room = luster_arena_array(arena, n_bins + most_looks, sizeof(float));
    if (!noise->sum || !noise->looks || !noise->room || !noise->pitch)
        return false;
    for (uint32_t k = 0; k < n_read; k++)
        noise->pitch[k] = luster_log((k + 0.5) * n_bins / n_read);
    return true;
}

void luster_noise_profile_start(LusterNoiseProfile *noise, uint32_t n_looks)
{
    noise->n_looks = n_looks < noise->most_looks ? n_looks : noise->most_looks;
    noise->n_known = noise->at = 0;
    luster_noise_profile_break(noise);
}

void luster_noise_profile_break(LusterNoiseProfile *noise)
{
    noise->n_summed = 0;
    memset(noise->sum, 0, noise->n_bins * sizeof(float));
}

/* The value of rank `rank`, 0 the lowest; x[n] is shuffled (Hoare 1961). */
static float ranked(float *x, uint32_t n, uint32_t rank)
{
    int32_t low = 0, high = (int32_t)n - 1;
    const int32_t at = (int32_t)rank;
    while (low < high) {
        const float pivot = x[at];
        int32_t i = low, j = high;
        do {
            while (x[i] < pivot)
                i++;
            while (pivot < x[j])
                j--;
            if (i <= j) {
                const float swap = x[i];
                x[i++] = x[j];
                x[j--] = swap;
            }
        } while (i <= j);
        if (j < at)
            low = i;
        if (at < i)
            high = j;
    }
    return x[at];
}

/* A band's middle, as a frequency in bins. */
static double middle(const LusterNoiseProfile *noise, uint32_t band)
{
    return 0.5 * (noise->edge[band] + noise->edge[band + 1]);
}

static void look(LusterNoiseProfile *noise)
{
    for (uint32_t b = 0; b < noise->n_bands; b++) {
        const uint32_t n = noise->edge[b + 1] - noise->edge[b];
        const float pink = (float)(1.0 / middle(noise, b));
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t k = noise->edge[b] + i;
            noise->room[i] = noise->sum[k] * ((float)k + 0.5f) * pink;
        }
        float *looks = noise->looks + (size_t)b * noise->most_looks;
        looks[noise->at] = ranked(noise->room, n, (uint32_t)(QUANTILE * (n - 1) + 0.5));
    }
    noise->at = (noise->at + 1) % noise->n_looks;
    if (noise->n_known < noise->n_looks)
        noise->n_known++;
    for (uint32_t b = 0; b < noise->n_bands; b++) {
        memcpy(noise->room, noise->looks + (size_t)b * noise->most_looks,
               noise->n_known * sizeof(float));
        const uint32_t rank = (uint32_t)(PAUSES * noise->n_known);
        float sum = ranked(noise->room, noise->n_known, rank);
        for (uint32_t i = 0; i < rank; i++) /* ranked has put all that is lower before it */
            sum = MOST_OVER_LEAST * noise->room[i] < sum ? MOST_OVER_LEAST * noise->room[i] : sum;
        noise->level[b] = luster_log((sum + LEAST_POWER) / LUSTER_NOISE_FRAMES / noise->bias[b]);
    }
}

bool luster_noise_profile_add(LusterNoiseProfile *noise, const float *power)
{
    for (uint32_t k = 0; k < noise->n_bins; k++)
        noise->sum[k] += power[k];
    if (++noise->n_summed < LUSTER_NOISE_FRAMES)
        return false;
    look(noise);
    luster_noise_profile_break(noise);
    return true;
}

bool luster_noise_profile_read(const LusterNoiseProfile *noise, float *power)
{
    if (!noise->n_known)
        return false;
    const double shorter = luster_log((double)noise->n_read / noise->n_bins);
    for (uint32_t b = 0, k = 0; b <= noise->n_bands; b++) {
        /* from the middle of the band below to that of this one; flat behind the last */
        const bool first = b == 0, last = b == noise->n_bands;
        const uint32_t low = first ? 0 : b - 1;
        const double start = luster_log(middle(noise, low));
        const double end = luster_log(last ? 2.0 * noise->n_bins : middle(noise, b));
        const double rise = last ? 0.0 : noise->level[b] - noise->level[low];
        const double slope = first ? -1.0 : rise / (end - start);
        const double level = noise->level[low] + shorter;
        for (; k < noise->n_read && noise->pitch[k] < end; k++)
            power[k] = (float)luster_exp(level + slope * (noise->pitch[k] - start));
    }
    return true;
}
