/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* GCC-PHAT (Knapp and Carter 1976) weighted with the coherence of the windows, so that bins where
 * the two microphones hear different things have no say (doc/sources.md G), and without the bins
 * far under either's loudest, where hum, crosstalk and dither are all there is. The delay is
 * refined between samples by the slope of the phase. */
#include "analysis/align.h"

#include "base/math.h"
#include "dsp/fft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_WINDOW 16384 /* frames */
#define FROM_HZ 40.0
#define LEAST_BIN 1e-5 /* power re the strongest bin: 50 dB */

static const double band_edges_hz[LUSTER_ALIGN_BANDS + 1] = {FROM_HZ, 200.0, 1000.0};

typedef struct {
    uint32_t n, window; /* FFT size, frames per window */
    double rate;
    LusterFft *fft;
    float *first; /* bins of a */
    double *aa, *bb, *re, *im; /* summed spectra */
    double *weight; /* of each bin's phase */
    float *read[2];
} Gcc;

/* One channel into the transform's buffer. */
static void choose(const Gcc *g, uint32_t n_channels, int channel, size_t n, float *time)
{
    double lr = 0.0;
    const bool fold = n_channels == 2 && channel < 0;
    const float *one = n_channels == 2 && channel == 1 ? g->read[1] : g->read[0];
    for (size_t i = 0; i < n && fold; i++)
        lr += (double)g->read[0][i] * g->read[1][i];
    for (size_t i = 0; i < n; i++)
        time[i] = fold && lr >= 0.0 ? 0.5f * (g->read[0][i] + g->read[1][i]) : one[i];
}

static LusterStatus load(Gcc *g, LusterSource *source, int channel, double start_s,
                         LusterError *err)
{
    float *time = luster_fft_time(g->fft);
    memset(time, 0, g->n * sizeof *time);
    const double at_s = start_s * g->rate + 0.5;
    const uint64_t at = at_s > 0.0 ? (uint64_t)at_s : 0;
    if (at < source->n_frames) {
        const LusterStatus sought = luster_source_seek(source, at, err);
        if (sought)
            return sought;
        size_t n = 0;
        const LusterStatus status = luster_source_read(source, g->read, g->window, &n, err);
        if (status)
            return status;
        choose(g, source->n_channels, channel, n, time);
    }
    luster_fft_forward(g->fft);
    return LUSTER_OK;
}

static LusterStatus add_window(Gcc *g, LusterSource *a, LusterSource *b, const LusterAlignQuery *q,
                               uint32_t i, LusterError *err)
{
    LusterStatus status = load(g, a, q->channel[0], q->starts_s[i] + q->skip_s[0], err);
    if (status)
        return status;
    memcpy(g->first, luster_fft_bins(g->fft), (g->n + 2) * sizeof(float));
    status = load(g, b, q->channel[1], q->starts_s[i] + q->skip_s[1], err);
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

/* cos and sin of the phase by which bin k turns in delay_s. */
static void turn(const Gcc *g, uint32_t k, double delay_s, double *c, double *s)
{
    double turns = k * g->rate / g->n * delay_s;
    turns -= floor(turns);
    *c = luster_cos(2.0 * LUSTER_PI * turns);
    *s = luster_sin(2.0 * LUSTER_PI * turns);
}

/* Correlation between two frequencies at a delay, from the summed spectra. */
static double correlation(const Gcc *g, double delay_s, double from_hz, double to_hz)
{
    const double width = g->rate / g->n;
    double sum = 0.0, a = 0.0, b = 0.0;
    for (uint32_t k = (uint32_t)(from_hz / width) + 1; k <= g->n / 2 && k * width < to_hz; k++) {
        double c, s;
        turn(g, k, delay_s, &c, &s);
        sum += g->re[k] * c - g->im[k] * s;
        a += g->aa[k];
        b += g->bb[k];
    }
    return a > 0.0 && b > 0.0 ? sum / sqrt(a * b) : 0.0;
}

/* Phase of each bin, weighted by the coherence squared of the windows. Gives the height of the peak
 * that one sound in both would have. */
static double weigh(Gcc *g)
{
    float *bins = luster_fft_bins(g->fft);
    const uint32_t top = g->n / 2;
    double most_a = 0.0, most_b = 0.0, all = 0.0;
    for (uint32_t k = 0; k <= top; k++) {
        most_a = g->aa[k] > most_a ? g->aa[k] : most_a;
        most_b = g->bb[k] > most_b ? g->bb[k] : most_b;
    }
    for (uint32_t k = 0; k <= top; k++) {
        const double size = sqrt(g->re[k] * g->re[k] + g->im[k] * g->im[k]);
        const double hz = k * g->rate / g->n;
        g->weight[k] = 0.0;
        if (size > 0.0 && hz >= FROM_HZ && hz < 0.45 * g->rate && g->aa[k] > LEAST_BIN * most_a &&
            g->bb[k] > LEAST_BIN * most_b)
            g->weight[k] = size / (g->aa[k] * g->bb[k] + 1e-30) * size;
        bins[2 * k] = size > 0.0 ? (float)(g->re[k] / size * g->weight[k]) : 0.0f;
        bins[2 * k + 1] = size > 0.0 ? (float)(g->im[k] / size * g->weight[k]) : 0.0f;
        all += g->weight[k] * (k && k < top ? 2.0 : 1.0);
    }
    luster_fft_inverse(g->fft);
    return all;
}

/* Weighted least squares of the phase left after delay_s, over the bins it has not wrapped in. */
static double refine(const Gcc *g, double delay_s, bool inverted)
{
    const double step = 0.5 / g->rate;
    double moved = 0.0;
    for (int pass = 0; pass < 3; pass++) {
        double top = 0.0, bottom = 0.0;
        for (uint32_t k = 1; k < g->n / 2; k++) {
            if (!(g->weight[k] > 0.0))
                continue;
            double c, s;
            turn(g, k, delay_s + moved, &c, &s);
            const double sign = inverted ? -1.0 : 1.0;
            const double re = sign * (g->re[k] * c - g->im[k] * s);
            const double im = sign * (g->re[k] * s + g->im[k] * c);
            const double size = sqrt(re * re + im * im), w = (double)k;
            if (re < 0.5 * size) /* more than 60 degrees off: something else */
                continue;
            top -= g->weight[k] * w * im / size; /* sine for the angle: shrinks, and converges */
            bottom += g->weight[k] * w * w;
        }
        if (bottom > 0.0)
            moved += top / bottom * g->n / (2.0 * LUSTER_PI * g->rate);
        moved = moved > step ? step : moved < -step ? -step : moved;
    }
    return delay_s + moved;
}

static void find_peak(Gcc *g, double max_delay_s, double all, LusterAlignment *out)
{
    const float *r = luster_fft_time(g->fft);
    const int reach = (int)(max_delay_s * g->rate + 0.5), n = (int)g->n;
    int best = 0;
    double square = 0.0, high = 0.0, low = 0.0;
    for (int lag = -reach; lag <= reach; lag++) {
        const float v = r[lag < 0 ? lag + n : lag];
        square += (double)v * v;
        high = v > high ? v : high;
        low = -v > low ? -v : low;
        if (fabsf(v) > fabsf(r[best < 0 ? best + n : best]))
            best = lag;
    }
    const double b = r[(best + n) % n];
    const double rest = (square - b * b) / (2 * reach > 1 ? 2 * reach : 1);
    out->inverted = b < 0.0;
    out->strength = rest > 0.0 ? fabs(b) / sqrt(rest) : b != 0.0 ? 1000.0 : 0.0;
    out->clarity = b != 0.0 ? (high - low) / fabs(b) : 0.0;
    out->share = all > 0.0 ? fabs(b) / all : 0.0;
    out->delay_s = refine(g, best / g->rate, out->inverted);
}

static void release(Gcc *g)
{
    luster_fft_free(g->fft);
    free(g->first);
    free(g->aa);
    free(g->read[0]);
    free(g->read[1]);
}

static bool prepare(Gcc *g, double max_delay_s)
{
    g->window = LEAST_WINDOW;
    while (g->window < 8.0 * max_delay_s * g->rate)
        g->window *= 2;
    g->n = 2 * g->window;
    const size_t n_bins = g->n / 2 + 1;
    g->fft = luster_fft_new(g->n);
    g->first = malloc((g->n + 2) * sizeof(float));
    g->aa = calloc(5 * n_bins, sizeof(double));
    g->read[0] = malloc(g->window * sizeof(float));
    g->read[1] = malloc(g->window * sizeof(float));
    if (!g->fft || !g->first || !g->aa || !g->read[0] || !g->read[1])
        return false;
    g->bb = g->aa + n_bins;
    g->re = g->bb + n_bins;
    g->im = g->re + n_bins;
    g->weight = g->im + n_bins;
    return true;
}

static void powers(const Gcc *g, const double *power, double *out)
{
    double all = 0.0;
    for (uint32_t k = 1; k <= g->n / 2; k++) {
        const double hz = k * g->rate / g->n;
        all += power[k];
        for (int b = 0; b < LUSTER_ALIGN_BANDS; b++)
            out[b] += hz >= band_edges_hz[b] && hz < band_edges_hz[b + 1] ? power[k] : 0.0;
    }
    for (int b = 0; b < LUSTER_ALIGN_BANDS; b++)
        out[b] = all > 0.0 ? out[b] / all : 0.0;
}

LusterStatus luster_align(LusterSource *a, LusterSource *b, const LusterAlignQuery *query,
                          LusterAlignment *out, LusterError *err)
{
    memset(out, 0, sizeof *out);
    Gcc g = {.rate = a->rate_hz};
    LusterStatus status =
        prepare(&g, query->max_delay_s)
            ? LUSTER_OK
            : luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while aligning");
    for (uint32_t i = 0; i < query->n_starts && !status; i++)
        status = add_window(&g, a, b, query, i, err);
    if (!status) {
        find_peak(&g, query->max_delay_s, weigh(&g), out);
        const double top = 0.5 * g.rate;
        out->correlation = correlation(&g, out->delay_s, FROM_HZ, top);
        out->correlation_now = correlation(&g, 0.0, FROM_HZ, top);
        for (int i = 0; i < LUSTER_ALIGN_BANDS; i++) {
            const double from = band_edges_hz[i], to = band_edges_hz[i + 1];
            out->band[i] = correlation(&g, out->delay_s, from, to);
            out->band_now[i] = correlation(&g, 0.0, from, to);
        }
        powers(&g, g.aa, out->power[0]);
        powers(&g, g.bb, out->power[1]);
    }
    release(&g);
    return status;
}
