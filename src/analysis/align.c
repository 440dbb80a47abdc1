/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* GCC-PHAT (Knapp and Carter 1976) weighted with the coherence of the windows, so that bins where
 * the two microphones hear different things have no say (doc/sources.md G); the sign of the peak is
 * the polarity, checked by the correlation of 40-200 Hz. */
#include "analysis/align.h"

#include "base/math.h"
#include "dsp/fft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_WINDOW 16384 /* frames */
#define LOW_FROM_HZ 40.0
#define LOW_TO_HZ 200.0

typedef struct {
    uint32_t n, window; /* FFT size, frames per window */
    double rate;
    LusterFft *fft;
    float *first; /* bins of a */
    double *aa, *bb, *re, *im; /* summed spectra */
    float *read[2];
} Gcc;

/* Mono into the transform's buffer. */
static void fold(const Gcc *g, uint32_t n_channels, size_t n, float *time)
{
    double lr = 0.0;
    for (size_t i = 0; i < n && n_channels == 2; i++)
        lr += (double)g->read[0][i] * g->read[1][i];
    for (size_t i = 0; i < n; i++)
        time[i] =
            n_channels == 2 && lr >= 0.0 ? 0.5f * (g->read[0][i] + g->read[1][i]) : g->read[0][i];
}

static LusterStatus load(Gcc *g, LusterSource *source, double start_s, LusterError *err)
{
    float *time = luster_fft_time(g->fft);
    memset(time, 0, g->n * sizeof *time);
    const uint64_t at = (uint64_t)(start_s * g->rate + 0.5);
    if (at >= source->n_frames)
        return LUSTER_OK;
    const LusterStatus sought = luster_source_seek(source, at, err);
    if (sought)
        return sought;
    size_t n = 0;
    const LusterStatus status = luster_source_read(source, g->read, g->window, &n, err);
    fold(g, source->n_channels, n, time);
    luster_fft_forward(g->fft);
    return status;
}

static LusterStatus add_window(Gcc *g, LusterSource *a, LusterSource *b, double start_s,
                               LusterError *err)
{
    LusterStatus status = load(g, a, start_s, err);
    if (status)
        return status;
    memcpy(g->first, luster_fft_bins(g->fft), (g->n + 2) * sizeof(float));
    status = load(g, b, start_s, err);
    const float *x = g->first, *y = luster_fft_bins(g->fft);
    for (uint32_t k = 0; k <= g->n / 2 && !status; k++) {
        const double xr = x[2 * k], xi = x[2 * k + 1], yr = y[2 * k], yi = y[2 * k + 1];
        g->aa[k] += xr * xr + xi * xi;
        g->bb[k] += yr * yr + yi * yi;
        g->re[k] += xr * yr + xi * yi; /* conj(X) Y */
        g->im[k] += xr * yi - xi * yr;
    }
    return status;
}

/* Correlation between two frequencies at a delay, from the summed spectra. */
static double correlation(const Gcc *g, double delay_s, double from_hz, double to_hz)
{
    const double width = g->rate / g->n;
    double c = 0.0, a = 0.0, b = 0.0;
    for (uint32_t k = (uint32_t)(from_hz / width) + 1; k <= g->n / 2 && k * width < to_hz; k++) {
        double turns = k * width * delay_s;
        turns -= floor(turns);
        const double w = 2.0 * LUSTER_PI * turns;
        c += g->re[k] * luster_cos(w) - g->im[k] * luster_sin(w);
        a += g->aa[k];
        b += g->bb[k];
    }
    return a > 0.0 && b > 0.0 ? c / sqrt(a * b) : 0.0;
}

/* Phase of each bin, weighted by the coherence squared of the windows. */
static void weigh(Gcc *g)
{
    float *bins = luster_fft_bins(g->fft);
    const uint32_t top = g->n / 2;
    for (uint32_t k = 0; k <= top; k++) {
        const double size = sqrt(g->re[k] * g->re[k] + g->im[k] * g->im[k]);
        const double hz = k * g->rate / g->n;
        double w = 0.0;
        if (size > 0.0 && hz >= LOW_FROM_HZ && hz < 0.45 * g->rate)
            w = size / (g->aa[k] * g->bb[k] + 1e-30) * size; /* coherence squared */
        bins[2 * k] = size > 0.0 ? (float)(g->re[k] / size * w) : 0.0f;
        bins[2 * k + 1] = size > 0.0 ? (float)(g->im[k] / size * w) : 0.0f;
    }
    luster_fft_inverse(g->fft);
}

static void find_peak(Gcc *g, double max_delay_s, LusterAlignment *out)
{
    const float *r = luster_fft_time(g->fft);
    const int reach = (int)(max_delay_s * g->rate + 0.5);
    int best = 0;
    double square = 0.0;
    for (int lag = -reach; lag <= reach; lag++) {
        const float v = r[lag < 0 ? lag + (int)g->n : lag];
        square += (double)v * v;
        if (fabsf(v) > fabsf(r[best < 0 ? best + (int)g->n : best]))
            best = lag;
    }
    const int n = (int)g->n;
    const double b = r[(best + n) % n], a = r[(best - 1 + n) % n], c = r[(best + 1 + n) % n];
    const double bend = a - 2.0 * b + c;
    const double shift = bend != 0.0 ? 0.5 * (a - c) / bend : 0.0;
    out->delay_s = (best + (fabs(shift) <= 0.5 ? shift : 0.0)) / g->rate;
    out->inverted = b < 0.0;
    const double rest = (square - b * b) / (2 * reach > 1 ? 2 * reach : 1);
    out->strength = rest > 0.0 ? fabs(b) / sqrt(rest) : b != 0.0 ? 1000.0 : 0.0;
}

/* Both extremes of the low band's correlation over the delays searched, every 0.2 ms: a fifth of
 * the 1/5 period at 200 Hz. */
static void low_extremes(const Gcc *g, double max_delay_s, LusterAlignment *out)
{
    double most = 0.0, least = 0.0;
    const int reach = (int)(max_delay_s / 0.0002);
    for (int i = -reach; i <= reach && reach < 1000; i++) {
        const double c = correlation(g, i * 0.0002, LOW_FROM_HZ, LOW_TO_HZ);
        most = c > most ? c : most;
        least = c < least ? c : least;
    }
    out->low_peak = most >= -least ? most : least;
    out->low_rival = most >= -least ? -least : most;
}

static void release(Gcc *g)
{
    luster_fft_free(g->fft);
    free(g->first);
    free(g->aa);
    free(g->read[0]);
    free(g->read[1]);
}

LusterStatus luster_align(LusterSource *a, LusterSource *b, const double *starts_s,
                          uint32_t n_starts, double max_delay_s, LusterAlignment *out,
                          LusterError *err)
{
    memset(out, 0, sizeof *out);
    Gcc g = {.rate = a->rate_hz, .window = LEAST_WINDOW};
    while (g.window < 8.0 * max_delay_s * g.rate)
        g.window *= 2;
    g.n = 2 * g.window;
    const size_t n_bins = g.n / 2 + 1;
    g.fft = luster_fft_new(g.n);
    g.first = malloc((g.n + 2) * sizeof(float));
    g.aa = calloc(4 * n_bins, sizeof(double));
    g.read[0] = malloc(g.window * sizeof(float));
    g.read[1] = malloc(g.window * sizeof(float));
    LusterStatus status = LUSTER_OK;
    if (!g.fft || !g.first || !g.aa || !g.read[0] || !g.read[1]) {
        status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while aligning");
    } else {
        g.bb = g.aa + n_bins;
        g.re = g.bb + n_bins;
        g.im = g.re + n_bins;
    }
    for (uint32_t i = 0; i < n_starts && !status; i++)
        status = add_window(&g, a, b, starts_s[i], err);
    if (!status) {
        weigh(&g);
        find_peak(&g, max_delay_s, out);
        const double top = 0.5 * g.rate;
        out->correlation = correlation(&g, out->delay_s, LOW_FROM_HZ, top);
        out->correlation_now = correlation(&g, 0.0, LOW_FROM_HZ, top);
        out->low_correlation = correlation(&g, out->delay_s, LOW_FROM_HZ, LOW_TO_HZ);
        low_extremes(&g, max_delay_s, out);
        out->low_now = correlation(&g, 0.0, LOW_FROM_HZ, LOW_TO_HZ);
        double c = out->low_now;
        c = c > 0.99 ? 0.99 : c < -0.99 ? -0.99 : c;
        out->flip_gain_db = luster_power_to_db((1.0 - c) / (1.0 + c));
    }
    release(&g);
    return status;
}
