/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Long-term power spectrum (Hann, half overlapped), fundamental per frame from the normalised
 * autocorrelation (inverse transform of the power spectrum over the window's own, as McLeod and
 * Wyvill's clarity), mains hum from the running minimum of each low bin. */
#include "analysis/stem_spectrum.h"

#include "analysis/band_series.h"
#include "analysis/peaks.h"
#include "base/math.h"
#include "dsp/fft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_S 0.16 /* the next power of two: 8192 at 44.1 and 48 kHz */
#define F0_MIN_HZ 32.0 /* a five-string bass's B0 is 30.9, B6 */
#define F0_MAX_HZ 1100.0 /* soprano's C6 is 1047, B6 */
#define CLARITY 0.85
#define CENTS_BIN 50.0 /* of the pitch histogram */
#define N_PITCH 128 /* 64 semitones up from F0_MIN_HZ */
#define HUM_TOP_HZ 400.0
#define HUM_RISE_DB 12.0

struct StemSpectrum {
    double rate;
    uint32_t n, fill, hop, n_bins;
    LusterFft *fft, *acf;
    float *ring, *window, *window_acf;
    double *power, *sum; /* of one frame, of all */
    LusterBandSeries *series;
    LusterPeaks *peaks;
    double *slow, *floor;
    uint32_t n_hum, n_frames;
    double pitch_hist[N_PITCH], pitched, total;
    double flat_sum;
    double last_f0;
    uint32_t n_pairs, n_glides;
    double loudest;
};

double luster_stem_band_hz(int band)
{
    return 1000.0 * luster_exp2((band - 17) / 3.0);
}

static void autocorrelate(StemSpectrum *s)
{
    float *bins = luster_fft_bins(s->acf);
    for (uint32_t k = 0; k < s->n_bins; k++) {
        bins[2 * k] = bins[2 * k] * bins[2 * k] + bins[2 * k + 1] * bins[2 * k + 1];
        bins[2 * k + 1] = 0.0f;
    }
    luster_fft_inverse(s->acf);
}

StemSpectrum *luster_stem_spectrum_new(double rate_hz)
{
    StemSpectrum *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->rate = rate_hz;
    s->n = 1024;
    while (s->n < FRAME_S * rate_hz)
        s->n *= 2;
    s->hop = s->n / 2;
    s->n_bins = s->n / 2 + 1;
    s->n_hum = (uint32_t)(HUM_TOP_HZ / rate_hz * s->n);
    s->fft = luster_fft_new(s->n);
    s->acf = luster_fft_new(s->n);
    s->ring = calloc(s->n, sizeof *s->ring);
    s->window = calloc(s->n, sizeof *s->window);
    s->window_acf = calloc(s->n, sizeof *s->window_acf);
    s->power = calloc(s->n_bins, sizeof *s->power);
    s->sum = calloc(s->n_bins, sizeof *s->sum);
    s->series = luster_band_series_new(rate_hz, s->n, s->hop);
    s->peaks = luster_peaks_new(rate_hz / s->n, s->n_bins);
    s->slow = calloc(s->n_hum + 16, sizeof *s->slow);
    s->floor = calloc(s->n_hum + 16, sizeof *s->floor);
    if (!s->fft || !s->acf || !s->ring || !s->window || !s->window_acf || !s->power || !s->sum ||
        !s->series || !s->peaks || !s->slow || !s->floor) {
        luster_stem_spectrum_free(s);
        return NULL;
    }
    for (uint32_t i = 0; i < s->n; i++)
        s->window[i] = (float)(0.5 - 0.5 * luster_cos(2.0 * LUSTER_PI * i / s->n));
    memcpy(luster_fft_time(s->acf), s->window, s->n * sizeof(float));
    luster_fft_forward(s->acf);
    autocorrelate(s);
    const float *t = luster_fft_time(s->acf);
    for (uint32_t i = 0; i < s->n; i++)
        s->window_acf[i] = t[0] > 0.0f ? t[i] / t[0] : 1.0f;
    return s;
}

void luster_stem_spectrum_free(StemSpectrum *s)
{
    if (!s)
        return;
    luster_fft_free(s->fft);
    luster_fft_free(s->acf);
    free(s->ring);
    free(s->window);
    free(s->window_acf);
    free(s->power);
    free(s->sum);
    luster_band_series_free(s->series);
    luster_peaks_free(s->peaks);
    free(s->slow);
    free(s->floor);
    free(s);
}

/* First lag whose normalised autocorrelation comes within 95 % of the best: the best itself may be
 * a multiple of the period. 0 when nothing is clear. */
static double fundamental(StemSpectrum *s)
{
    memcpy(luster_fft_bins(s->acf), luster_fft_bins(s->fft), 2 * s->n_bins * sizeof(float));
    autocorrelate(s);
    const float *r = luster_fft_time(s->acf);
    if (!(r[0] > 0.0f))
        return 0.0;
    const uint32_t low = (uint32_t)(s->rate / F0_MAX_HZ), high = (uint32_t)(s->rate / F0_MIN_HZ);
    const uint32_t top = high < s->n / 2 - 2 ? high : s->n / 2 - 2;
    uint32_t from = 1;
    while (from < top && r[from] > 0.0f) /* past the peak at lag 0 */
        from++;
    if (from < low)
        from = low;
    double best = 0.0;
    for (uint32_t i = from; i <= top; i++) {
        const double v = r[i] / (r[0] * s->window_acf[i]);
        best = v > best ? v : best;
    }
    if (best < CLARITY)
        return 0.0;
    for (uint32_t i = from + 1; i < top; i++) {
        const double a = r[i - 1] / s->window_acf[i - 1], b = r[i] / s->window_acf[i];
        const double c = r[i + 1] / s->window_acf[i + 1];
        if (b >= a && b > c && b / r[0] > 0.95 * best) {
            const double bend = a - 2.0 * b + c;
            const double shift = bend < 0.0 ? 0.5 * (a - c) / bend : 0.0;
            return s->rate / (i + shift);
        }
    }
    return 0.0;
}

static void pitch(StemSpectrum *s, double power)
{
    const double f0 = fundamental(s), weight = sqrt(power);
    s->total += weight;
    if (f0 > 0.0) {
        const int bin = (int)(1200.0 * luster_log2(f0 / F0_MIN_HZ) / CENTS_BIN);
        if (bin >= 0 && bin < N_PITCH)
            s->pitch_hist[bin] += weight;
        s->pitched += weight;
        if (s->last_f0 > 0.0) {
            const double cents = fabs(1200.0 * luster_log2(f0 / s->last_f0));
            s->n_pairs += cents < 1000.0;
            s->n_glides += cents > 12.0 && cents < 85.0;
        }
    }
    s->last_f0 = f0;
}

static void flatness(StemSpectrum *s, const float *bins, double power)
{
    const uint32_t low = (uint32_t)(100.0 / s->rate * s->n);
    uint32_t high = (uint32_t)(10000.0 / s->rate * s->n);
    high = high < s->n_bins ? high : s->n_bins - 1;
    double logs = 0.0, sum = 0.0;
    uint32_t count = 0;
    for (uint32_t k = low; k + 4 <= high; k += 4) { /* groups: chi-square noise is not structure */
        double p = 1e-20;
        for (uint32_t j = k; j < k + 4; j++)
            p += (double)bins[2 * j] * bins[2 * j] + (double)bins[2 * j + 1] * bins[2 * j + 1];
        logs += luster_log(p);
        sum += p;
        count++;
    }
    if (count)
        s->flat_sum += power * luster_exp(logs / count) / (sum / count);
}

/* Powers of bins into mean squares of the signal: Hann's mean square is 0.375. */
static double one_sided(const StemSpectrum *s)
{
    return 2.0 / (0.375 * (double)s->n * s->n);
}

static bool analyse_frame(StemSpectrum *s)
{
    float *time = luster_fft_time(s->fft);
    double power = 0.0;
    for (uint32_t i = 0; i < s->n; i++) {
        time[i] = s->ring[i] * s->window[i];
        power += (double)time[i] * time[i];
    }
    luster_fft_forward(s->fft);
    const float *bins = luster_fft_bins(s->fft);
    for (uint32_t k = 0; k < s->n_bins; k++) {
        const double p =
            (double)bins[2 * k] * bins[2 * k] + (double)bins[2 * k + 1] * bins[2 * k + 1];
        s->power[k] = p;
        s->sum[k] += p;
        if (k < s->n_hum + 16) {
            s->slow[k] = s->n_frames ? 0.8 * s->slow[k] + 0.2 * p : p; /* about a second */
            if (s->n_frames < 8 || s->slow[k] < s->floor[k])
                s->floor[k] = s->slow[k];
        }
    }
    if (power > s->loudest)
        s->loudest = power;
    if (power > s->loudest * 1e-3) { /* 30 dB under the loudest so far is not the part's voice */
        pitch(s, power);
        luster_peaks_add(s->peaks, s->power, s->last_f0);
        flatness(s, bins, power);
    } else {
        s->last_f0 = 0.0;
    }
    s->n_frames++;
    return luster_band_series_add(s->series, s->power, one_sided(s));
}

bool luster_stem_spectrum_feed(StemSpectrum *s, const float *mono, size_t n)
{
    while (n) {
        const size_t room = s->n - s->fill, take = n < room ? n : room;
        memcpy(s->ring + s->fill, mono, take * sizeof *mono);
        s->fill += (uint32_t)take;
        mono += take;
        n -= take;
        if (s->fill == s->n) {
            if (!analyse_frame(s))
                return false;
            memmove(s->ring, s->ring + s->hop, (s->n - s->hop) * sizeof *mono);
            s->fill = s->n - s->hop;
        }
    }
    return true;
}

/* Bin powers into 1/3 octaves; bins that straddle an edge are shared out. */
static double bands(StemSpectrum *s, LusterStemFacts *f)
{
    const double width = s->rate / s->n, half = luster_exp2(1.0 / 6.0);
    double total = 0.0;
    for (uint32_t k = 1; k < s->n_bins; k++)
        total += s->sum[k];
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        const double low = luster_stem_band_hz(b) / half, high = luster_stem_band_hz(b) * half;
        double p = 0.0;
        for (uint32_t k = (uint32_t)(low / width); k < s->n_bins; k++) {
            const double a = (k - 0.5) * width, z = (k + 0.5) * width;
            if (a >= high)
                break;
            const double from = a > low ? a : low, to = z < high ? z : high;
            if (to > from)
                p += s->sum[k] * (to - from) / width;
        }
        f->band_power[b] = p;
    }
    return total;
}

static void hum(StemSpectrum *s, LusterStemFacts *f)
{
    const double width = s->rate / s->n;
    const double norm = one_sided(s);
    for (int mains = 50; mains <= 60; mains += 10) {
        int found = 0;
        double power = 0.0;
        for (int h = 1; h <= 4; h++) {
            const uint32_t k = (uint32_t)(mains * h / width + 0.5);
            if (k < 6 || k + 7 >= s->n_hum + 16)
                continue;
            double peak = 0.0, around = 0.0;
            for (uint32_t j = k - 1; j <= k + 1; j++)
                peak += s->floor[j];
            for (uint32_t j = 3; j <= 5; j++)
                around += (s->floor[k - j] + s->floor[k + j]) / 6.0;
            if (peak > 3.0 * around * luster_pow(10.0, HUM_RISE_DB / 10.0) &&
                peak * norm > 1e-9) { /* -90 dBFS */
                found++;
                power += peak * norm;
            }
        }
        if (found >= 2 && (!f->hum_hz || luster_power_to_db(power) > f->hum_dbfs)) {
            f->hum_hz = mains;
            f->hum_dbfs = luster_power_to_db(power);
        }
    }
}

static double pitch_at(const StemSpectrum *s, double share)
{
    double all = 0.0, seen = 0.0;
    for (int i = 0; i < N_PITCH; i++)
        all += s->pitch_hist[i];
    for (int i = 0; i < N_PITCH; i++) {
        seen += s->pitch_hist[i];
        if (all > 0.0 && seen >= share * all)
            return F0_MIN_HZ * luster_exp2((i + 0.5) * CENTS_BIN / 1200.0);
    }
    return 0.0;
}

double luster_stem_edge_hz(const double *band_power, double share_db)
{
    double total = 0.0, seen = 0.0;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++)
        total += band_power[b];
    const double want = total * luster_pow(10.0, share_db / 10.0);
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        if (seen + band_power[b] > want && band_power[b] > 0.0) {
            const double part = (want - seen) / band_power[b];
            return luster_stem_band_hz(b) * luster_exp2((part - 0.5) / 3.0);
        }
        seen += band_power[b];
    }
    return 0.0;
}

bool luster_stem_spectrum_finish(StemSpectrum *s, LusterStemFacts *f)
{
    const uint32_t more = s->fill > s->n - s->hop || !s->n_frames ? s->fill : 0;
    if (more) { /* what is left, padded with silence */
        memset(s->ring + more, 0, (s->n - more) * sizeof *s->ring);
        if (!analyse_frame(s))
            return false;
    }
    if (!luster_band_series_finish(s->series, f))
        return false;
    const double total = bands(s, f);
    if (!(total > 0.0))
        return true;
    double seen = 0.0, weighted = 0.0, low = 0.0, infra = 0.0;
    for (uint32_t k = 1; k < s->n_bins; k++) {
        const double hz = k * s->rate / s->n;
        weighted += hz * s->sum[k];
        if (seen <= 0.85 * total && seen + s->sum[k] > 0.85 * total)
            f->rolloff_hz = hz;
        if (seen <= 0.01 * total && seen + s->sum[k] > 0.01 * total)
            f->low_edge_hz = hz;
        if (hz >= 20.0 && hz < 200.0)
            low += s->sum[k];
        if (hz < 18.0 && k > 1) /* bin 1 holds the window's share of DC */
            infra += s->sum[k];
        seen += s->sum[k];
    }
    f->centroid_hz = weighted / total;
    f->low_share_db = luster_power_to_db(low / total);
    f->infra_share_db = luster_power_to_db(infra / total);
    f->flatness = s->flat_sum * s->n / (2.0 * total); /* Parseval: power of frames, one side */
    f->pitched = s->total > 0.0 ? s->pitched / s->total : 0.0;
    f->glide = s->n_pairs ? (double)s->n_glides / s->n_pairs : 0.0;
    if (f->pitched > 0.25) {
        f->f0_low_hz = pitch_at(s, 0.05);
        f->f0_mid_hz = pitch_at(s, 0.5);
    }
    for (int b = 0; b < LUSTER_STEM_BANDS; b++)
        f->band_power[b] *= one_sided(s) / (s->n_frames ? s->n_frames : 1);
    hum(s, f);
    luster_peaks_finish(s->peaks, f);
    return true;
}
