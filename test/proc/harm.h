/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a limiter did to a sound, in two figures (doc/sources.md, D7): its output is split into the
 * input times a smooth gain, fitted in Hann windows of 10 ms, and the rest. The rest is distortion,
 * in dB re the signal; the gain's spread, 95th less 5th percentile over what is within 40 dB of the
 * loudest window, is movement. */
#ifndef LUSTER_TEST_PROC_HARM_H
#define LUSTER_TEST_PROC_HARM_H

#include <math.h>
#include <stdlib.h>

#define HARM_WINDOW_MS 10.0
#define HARM_HOPS 4 /* per window */
#define HARM_ACTIVE 1e-4 /* power re the loudest window */

typedef struct Harm {
    double distortion_db, movement_db;
} Harm;

static int harm_by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Gain and power of the window around frame `at`; two channels. */
static double harm_fit(float *const *in, float *const *out, size_t n, size_t at, size_t window,
                       double *power)
{
    double xy = 0.0, xx = 0.0;
    for (size_t k = 0; k < window; k++) {
        const size_t i = at + k - window / 2; /* wraps to beyond the end before 0 */
        const double hann = 0.5 - 0.5 * cos(2.0 * 3.14159265358979 * (double)k / (double)window);
        for (int c = 0; c < 2 && i < n; c++) {
            xy += hann * in[c][i] * out[c][i];
            xx += hann * in[c][i] * in[c][i];
        }
    }
    *power = xx;
    return xx > 0.0 ? xy / xx : 0.0;
}

/** in and out [2][n] in step with each other. */
static inline Harm harm_of(float *const *in, float *const *out, size_t n, double rate_hz)
{
    const size_t hop = (size_t)(HARM_WINDOW_MS / 1000.0 * rate_hz / HARM_HOPS);
    const size_t n_windows = n / hop + 2;
    double *gain = calloc(3 * n_windows, sizeof *gain), *power = gain + n_windows;
    double *spread = power + n_windows, most = 0.0, rest = 0.0, kept = 0.0;
    if (!gain)
        abort();
    for (size_t w = 0; w < n_windows; w++) {
        gain[w] = harm_fit(in, out, n, w * hop, hop * HARM_HOPS, &power[w]);
        most = fmax(most, power[w]);
    }
    for (size_t i = 0; i < n; i++) {
        const double at = (double)(i % hop) / (double)hop;
        const double g = gain[i / hop] + at * (gain[i / hop + 1] - gain[i / hop]);
        for (int c = 0; c < 2; c++) {
            const double fit = g * in[c][i], miss = out[c][i] - fit;
            kept += fit * fit;
            rest += miss * miss;
        }
    }
    size_t active = 0;
    for (size_t w = 0; w < n_windows; w++) {
        if (power[w] > HARM_ACTIVE * most)
            spread[active++] = 20.0 * log10(fmax(gain[w], 1e-3));
    }
    qsort(spread, active, sizeof *spread, harm_by_size);
    const double top = active ? spread[(size_t)(0.95 * (double)(active - 1))] : 0.0;
    const double low = active ? spread[(size_t)(0.05 * (double)(active - 1))] : 0.0;
    free(gain);
    return (Harm){10.0 * log10(rest / kept + 1e-30), top - low};
}

#endif
