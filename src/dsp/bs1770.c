/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The two K-weighting sections by bilinear transform of the analogue prototypes behind the 48 kHz
 * table of BS.1770; energies summed per 10 ms step, windows as sums of 100 ms sums of steps. */
#include "dsp/bs1770.h"

#include "base/math.h"
#include "base/silence.h"

#include <math.h>
#include <string.h>

#define ABSOLUTE_GATE_LUFS (-70.0) /* BS.1770-5, EBU Tech 3342 */
#define RELATIVE_GATE_LU (-10.0) /* BS.1770-5 */
#define RANGE_GATE_LU (-20.0) /* EBU Tech 3342 */
#define RANGE_LOW_PERCENT 10.0
#define RANGE_HIGH_PERCENT 95.0

const double luster_loudness_surround_weights[LUSTER_LOUDNESS_CHANNELS] = {1.0, 1.0,  1.0,
                                                                           0.0, 1.41, 1.41};

/* Prototype values that reproduce the 48 kHz table of BS.1770-5 to 1e-12. */
static void make_coeffs(LusterKWeightCoeffs *c, double rate_hz)
{
    const double shelf_q = 0.7071752369554196, shelf_gain_db = 3.999843853973347;
    double k = luster_tan(LUSTER_PI * 1681.974450955533 / rate_hz);
    const double vh = luster_db_to_gain(shelf_gain_db);
    const double vb = luster_pow(vh, 0.4996667741545416);
    double a0 = 1.0 + k / shelf_q + k * k;
    c->b0 = (vh + vb * k / shelf_q + k * k) / a0;
    c->b1 = 2.0 * (k * k - vh) / a0;
    c->b2 = (vh - vb * k / shelf_q + k * k) / a0;
    c->a1 = 2.0 * (k * k - 1.0) / a0;
    c->a2 = (1.0 - k / shelf_q + k * k) / a0;
    const double cut_q = 0.5003270373238773;
    k = luster_tan(LUSTER_PI * 38.13547087602444 / rate_hz);
    a0 = 1.0 + k / cut_q + k * k;
    c->h1 = 2.0 * (k * k - 1.0) / a0;
    c->h2 = (1.0 - k / cut_q + k * k) / a0;
}

/* Frames of step `index`: the grid is exact at rates that 100 does not divide. */
static uint32_t step_frames(uint32_t rate_hz, uint64_t index)
{
    return (uint32_t)((index + 1) * rate_hz / LUSTER_LOUDNESS_STEPS_PER_S -
                      index * rate_hz / LUSTER_LOUDNESS_STEPS_PER_S);
}

void luster_loudness_init(LusterLoudness *loudness, uint32_t rate_hz, uint32_t n_channels,
                          const double *weights)
{
    memset(loudness, 0, sizeof *loudness);
    make_coeffs(&loudness->coeffs, rate_hz);
    loudness->rate_hz = rate_hz;
    loudness->n_channels = n_channels;
    for (uint32_t c = 0; c < n_channels; c++)
        loudness->weights[c] = weights ? weights[c] : 1.0;
    loudness->left = step_frames(rate_hz, 0);
}

static void snap(LusterKWeightPair *pair)
{
    for (int c = 0; c < 2; c++)
        for (int ago = 0; ago < 2; ago++) {
            double *const state[] = {&pair->x[ago][c], &pair->shelf[ago][c], &pair->out[ago][c]};
            for (int i = 0; i < 3; i++)
                *state[i] = luster_snap(*state[i]);
        }
}

/* Sum of `count` of the 100 ms sums, 100 ms apart, ending with step `last`. Summed anew each time:
 * nothing drifts. */
static double window(const LusterLoudness *loudness, uint64_t last, uint32_t count)
{
    double sum = 0.0;
    uint32_t at = (uint32_t)(last % LUSTER_LOUDNESS_SHORT_STEPS);
    for (uint32_t i = 0; i < count; i++) {
        sum += loudness->tenths[at];
        at = (at + LUSTER_LOUDNESS_SHORT_STEPS - LUSTER_LOUDNESS_STEPS_PER_BLOCK) %
             LUSTER_LOUDNESS_SHORT_STEPS;
    }
    return sum;
}

static void end_step(LusterLoudness *loudness)
{
    const uint64_t step = loudness->n_steps++;
    double energy = 0.0, tenth = 0.0;
    for (uint32_t c = 0; c < loudness->n_channels; c++)
        energy += loudness->weights[c] * loudness->pairs[c / 2].energy[c % 2];
    for (uint32_t p = 0; p < (loudness->n_channels + 1) / 2; p++) {
        snap(&loudness->pairs[p]);
        memset(loudness->pairs[p].energy, 0, sizeof loudness->pairs[p].energy);
    }
    loudness->steps[step % LUSTER_LOUDNESS_STEPS_PER_BLOCK] = energy;
    for (uint32_t i = 0; i < LUSTER_LOUDNESS_STEPS_PER_BLOCK; i++)
        tenth += loudness->steps[(step + 1 + i) % LUSTER_LOUDNESS_STEPS_PER_BLOCK];
    loudness->tenths[step % LUSTER_LOUDNESS_SHORT_STEPS] = tenth;
    const double frames = (double)loudness->rate_hz / LUSTER_LOUDNESS_STEPS_PER_S;
    loudness->momentary =
        window(loudness, step, LUSTER_LOUDNESS_MOMENTARY_STEPS / LUSTER_LOUDNESS_STEPS_PER_BLOCK) /
        (frames * LUSTER_LOUDNESS_MOMENTARY_STEPS);
    loudness->short_term =
        window(loudness, step, LUSTER_LOUDNESS_SHORT_STEPS / LUSTER_LOUDNESS_STEPS_PER_BLOCK) /
        (frames * LUSTER_LOUDNESS_SHORT_STEPS);
    loudness->left = step_frames(loudness->rate_hz, loudness->n_steps);
}

uint32_t luster_loudness_add(LusterLoudness *loudness, const float *const *in, uint32_t from,
                             uint32_t n)
{
    const uint32_t part = n < loudness->left ? n : loudness->left;
    for (uint32_t c = 0; c < loudness->n_channels; c += 2) {
        const float *a = in[c] + from;
        const float *b = c + 1 < loudness->n_channels ? in[c + 1] + from : a;
        luster_kernels()->k_weight(&loudness->pairs[c / 2], &loudness->coeffs, a, b, part);
    }
    loudness->left -= part;
    if (loudness->left == 0)
        end_step(loudness);
    return part;
}

double luster_power_to_lufs(double power)
{
    return -0.691 + luster_power_to_db(power);
}

static double lufs_to_power(double lufs)
{
    const double gain = luster_db_to_gain(lufs + 0.691);
    return gain * gain;
}

/* Mean of the powers that reach `least`; 0 when none does. */
static double mean_from(const double *powers, size_t n, double least)
{
    double sum = 0.0;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (powers[i] >= least) {
            sum += powers[i];
            count++;
        }
    }
    return count ? sum / (double)count : 0.0;
}

/* The higher of the absolute gate and `relative_lu` below the mean of what passes it. */
static double gate(const double *powers, size_t n, double relative_lu)
{
    const double absolute = lufs_to_power(ABSOLUTE_GATE_LUFS);
    const double gain = luster_db_to_gain(relative_lu);
    return fmax(absolute, mean_from(powers, n, absolute) * gain * gain);
}

double luster_loudness_gated(const double *blocks, size_t n)
{
    return mean_from(blocks, n, gate(blocks, n, RELATIVE_GATE_LU));
}

static void sift(double *heap, size_t at, size_t n)
{
    const double value = heap[at];
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && heap[child + 1] > heap[child])
            child++;
        if (heap[child] <= value)
            break;
        heap[at] = heap[child];
    }
    heap[at] = value;
}

static void sort(double *values, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift(values, i, n);
    for (size_t end = n; end-- > 1;) {
        const double top = values[0];
        values[0] = values[end];
        values[end] = top;
        sift(values, 0, end);
    }
}

double luster_loudness_range(double *short_terms, size_t n)
{
    const double least = gate(short_terms, n, RANGE_GATE_LU);
    sort(short_terms, n);
    size_t first = 0;
    while (first < n && short_terms[first] < least)
        first++;
    if (first == n)
        return 0.0;
    const double low = luster_percentile(short_terms + first, n - first, RANGE_LOW_PERCENT);
    const double high = luster_percentile(short_terms + first, n - first, RANGE_HIGH_PERCENT);
    return luster_power_to_lufs(high) - luster_power_to_lufs(low);
}

double luster_percentile(const double *sorted, size_t n, double p)
{
    return sorted[(size_t)((double)(n - 1) * p / 100.0 + 0.5)];
}
