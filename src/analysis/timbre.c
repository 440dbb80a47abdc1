/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Frames of about 46 ms, half overlapped (Hann). What each shows (cepstrum of 26 mel bands, shape
 * of the spectrum, flux, pitch by autocorrelation, how fast its level moves) is summed apart for
 * each decibel of its level; at the end the frames near the sound's usual level make means and
 * standard deviations. So nothing depends on the recorded level, on the order of what is played,
 * or on the length. Features as in doc/sources.md J2. */
#include "analysis/timbre.h"

#include "base/math.h"
#include "dsp/fft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_S 0.03 /* the next power of two: 2048 at 44.1 and 48 kHz */
#define TOP_HZ 11000.0 /* what a file of 24 kHz still holds */
#define BOTTOM_HZ 40.0
#define N_MEL 26
#define N_CEPSTRUM 13
#define F0_MIN_HZ 45.0 /* two periods in a frame */
#define F0_MAX_HZ 1400.0
#define CLARITY 0.8
#define LEVEL_BINS 140 /* 1 dB each, from -120 to +20 dBFS */
#define FULL_DB 18.0 /* frames down to here below the usual level count whole */
#define FADE_DB 36.0 /* and from here on not at all */
#define FLOOR 1e-6 /* of a frame's power: 60 dB down is not looked at */

enum { /* what a frame shows; those below N_SPREAD also with their standard deviation */
       CEPSTRUM = 0,
       CENTROID = N_CEPSTRUM,
       SPREAD,
       ROLLOFF,
       FLAT, /* three bands */
       CREST = FLAT + 3, /* six octaves */
       RISE = CREST + 6, /* flux of the mel bands */
       FALL,
       CLEAR,
       N_SPREAD,
       MOVE = N_SPREAD, /* |difference| of the cepstrum */
       SLOPE = MOVE + N_CEPSTRUM, /* shares of speeds of the level */
       PITCHED = SLOPE + 8,
       PITCH, /* octaves over F0_MIN_HZ */
       PITCH_SQUARE,
       OCTAVE, /* shares of five ranges */
       STEP = OCTAVE + 5, /* shares of the steps from frame to frame */
       STEPS = STEP + 5, /* frames that have one */
       GRID_COS, /* where in the semitone the pitch stands */
       GRID_SIN,
       WAVER, /* distance to the running mean, cents */
       RUN, /* beginnings of runs */
       N_DIMS
};

typedef struct {
    double weight, sum[N_DIMS], square[N_SPREAD];
} Sums;

struct Timbre {
    double rate;
    uint32_t n, fill, n_bins, top_bin, lag_low, lag_high;
    LusterFft *fft, *acf;
    float *ring, *window, *lag_gain;
    uint32_t mel_from[N_MEL + 2];
    double cosine[N_CEPSTRUM][N_MEL];
    double mel[N_MEL], cepstrum[N_CEPSTRUM];
    double last_db, last_f0, mean_f0; /* dBFS; octaves; last_db < -200: nothing before */
    Sums sums[LEVEL_BINS];
    double power_db, power; /* of the usual level */
};

static double mel_hz(int i)
{
    const double low = luster_log(1.0 + BOTTOM_HZ / 700.0), high = luster_log(1.0 + TOP_HZ / 700.0);
    return 700.0 * (luster_exp(low + (high - low) * i / (N_MEL + 1)) - 1.0);
}

/* Powers of bins into lags of two frames each: pitch needs no more than the lower half. */
static void autocorrelate(Timbre *t, const float *power)
{
    float *bins = luster_fft_bins(t->acf);
    for (uint32_t k = 0; k <= t->n / 4; k++) {
        bins[2 * k] = power[k];
        bins[2 * k + 1] = 0.0f;
    }
    luster_fft_inverse(t->acf);
}

/* Bins become powers, in place at the front. The return is their sum up to TOP_HZ. */
static double powers(Timbre *t)
{
    float *bins = luster_fft_bins(t->fft);
    double part[4] = {0.0}; /* four sums side by side are faster than one */
    for (uint32_t k = 0; k < t->n_bins; k++)
        bins[k] = bins[2 * k] * bins[2 * k] + bins[2 * k + 1] * bins[2 * k + 1];
    for (uint32_t k = 1; k <= t->top_bin; k++)
        part[k % 4] += bins[k];
    return part[0] + part[1] + (part[2] + part[3]);
}

static void design(Timbre *t)
{
    for (uint32_t i = 0; i < t->n; i++)
        t->window[i] = (float)(0.5 - 0.5 * luster_cos(2.0 * LUSTER_PI * i / t->n));
    memcpy(luster_fft_time(t->fft), t->window, t->n * sizeof(float));
    luster_fft_forward(t->fft);
    powers(t);
    autocorrelate(t, luster_fft_bins(t->fft));
    const float *r = luster_fft_time(t->acf);
    for (uint32_t i = 0; i < t->n / 4; i++)
        t->lag_gain[i] = r[0] / r[i];
    for (int m = 0; m < N_MEL + 2; m++)
        t->mel_from[m] = (uint32_t)(mel_hz(m) / t->rate * t->n + 0.5);
    for (int m = 1; m < N_MEL + 2; m++) /* the lowest are narrower than a bin */
        if (t->mel_from[m] <= t->mel_from[m - 1])
            t->mel_from[m] = t->mel_from[m - 1] + 1;
    for (int c = 0; c < N_CEPSTRUM; c++)
        for (int m = 0; m < N_MEL; m++)
            t->cosine[c][m] = luster_cos(LUSTER_PI * (c + 1) * (m + 0.5) / N_MEL);
    t->top_bin = (uint32_t)(TOP_HZ / t->rate * t->n);
    if (t->top_bin > t->n_bins - 1)
        t->top_bin = t->n_bins - 1;
    t->lag_low = (uint32_t)(0.5 * t->rate / F0_MAX_HZ);
    t->lag_high = (uint32_t)(0.5 * t->rate / F0_MIN_HZ);
    if (t->lag_high > t->n / 4 - 2)
        t->lag_high = t->n / 4 - 2;
}

Timbre *luster_timbre_new(double rate_hz)
{
    Timbre *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->rate = rate_hz;
    t->n = 256;
    while (t->n < FRAME_S * rate_hz)
        t->n *= 2;
    t->n_bins = t->n / 2 + 1;
    t->last_db = -999.0;
    t->fft = luster_fft_new(t->n);
    t->acf = luster_fft_new(t->n / 2);
    t->ring = calloc(t->n, sizeof *t->ring);
    t->window = calloc(t->n, sizeof *t->window);
    t->lag_gain = calloc(t->n / 4, sizeof *t->lag_gain);
    if (!t->fft || !t->acf || !t->ring || !t->window || !t->lag_gain) {
        luster_timbre_free(t);
        return NULL;
    }
    design(t);
    return t;
}

void luster_timbre_free(Timbre *t)
{
    if (!t)
        return;
    luster_fft_free(t->fft);
    luster_fft_free(t->acf);
    free(t->ring);
    free(t->window);
    free(t->lag_gain);
    free(t);
}

static void mel_bands(Timbre *t, const float *p, double floor, double *v)
{
    double mel[N_MEL], rise = 0.0, fall = 0.0;
    const bool before = t->last_db > -200.0;
    for (int m = 0; m < N_MEL; m++) {
        const uint32_t a = t->mel_from[m], b = t->mel_from[m + 1], c = t->mel_from[m + 2];
        double sum = floor;
        for (uint32_t k = a; k < c && k <= t->top_bin; k++)
            sum += p[k] * (k < b ? (k - a + 1.0) / (b - a + 1.0) : (double)(c - k) / (c - b));
        mel[m] = luster_log2(sum);
        const double d = mel[m] - t->mel[m];
        if (before && d > 0.0)
            rise += d / N_MEL;
        else if (before)
            fall -= d / N_MEL;
        t->mel[m] = mel[m];
    }
    v[RISE] = rise;
    v[FALL] = fall;
    for (int c = 0; c < N_CEPSTRUM; c++) {
        double sum = 0.0;
        for (int m = 0; m < N_MEL; m++)
            sum += t->cosine[c][m] * mel[m];
        v[CEPSTRUM + c] = sum / N_MEL;
        v[MOVE + c] = before ? fabs(v[CEPSTRUM + c] - t->cepstrum[c]) : 0.0;
        t->cepstrum[c] = v[CEPSTRUM + c];
    }
}

static void shape(const Timbre *t, const float *p, double total, double floor, double *v)
{
    static const double flat_hz[4] = {100.0, 1000.0, 4000.0, TOP_HZ};
    const double hz = t->rate / t->n;
    double seen = 0.0, mean = 0.0, square = 0.0;
    uint32_t edge = t->top_bin;
    for (uint32_t k = t->top_bin; k > 1 && (seen += p[k]) < 0.15 * total; k--)
        edge = k;
    seen = 0.0;
    for (int m = 0; m < N_MEL; m++) { /* on the mel axis: the ear's, and 26 instead of 500 logs */
        const double w = luster_exp2(t->mel[m]);
        mean += w * m;
        square += w * m * m;
        seen += w;
    }
    mean /= seen;
    v[CENTROID] = mean;
    v[SPREAD] = sqrt(fmax(square / seen - mean * mean, 0.0));
    v[ROLLOFF] = luster_log2(edge * hz);
    for (int b = 0; b < 3; b++) {
        const uint32_t from = (uint32_t)(flat_hz[b] / hz), to = (uint32_t)(flat_hz[b + 1] / hz);
        double product = 1.0, logs = 0.0, sum = 0.0;
        uint32_t n = 0;
        for (uint32_t k = from; k < to && k <= t->top_bin; k++, n++) {
            const double q = (p[k] + floor) / total;
            sum += q;
            product *= q;
            if (n % 8 == 7) { /* one log for eight bins; 1e-80 at least */
                logs += luster_log2(product);
                product = 1.0;
            }
        }
        logs += luster_log2(product);
        v[FLAT + b] = n ? logs / n - luster_log2(sum / n) : 0.0;
    }
    for (int b = 0; b < 6; b++) {
        const uint32_t from = (uint32_t)(200.0 * (1 << b) / hz), to = 2 * from;
        double top = 0.0, sum = 0.0;
        uint32_t n = 0;
        for (uint32_t k = from; k < to && k <= t->top_bin; k++, n++) {
            top = p[k] > top ? p[k] : top;
            sum += p[k];
        }
        v[CREST + b] = n ? luster_log2((top + floor) * n / (sum + n * floor)) : 0.0;
    }
}

/* Octaves over F0_MIN_HZ of the first lag within 95 % of the clearest; less than 0: none. */
static double fundamental(Timbre *t, double *clarity)
{
    autocorrelate(t, luster_fft_bins(t->fft));
    const float *r = luster_fft_time(t->acf);
    uint32_t from = 1;
    *clarity = 0.0;
    if (!(r[0] > 0.0f))
        return -1.0;
    while (from < t->lag_high && r[from] > 0.0f)
        from++;
    from = from < t->lag_low ? t->lag_low : from;
    float best = 0.0f;
    for (uint32_t i = from; i <= t->lag_high; i++) {
        const float x = r[i] * t->lag_gain[i];
        best = x > best ? x : best;
    }
    *clarity = (double)best / r[0];
    *clarity = *clarity > 1.0 ? 1.0 : *clarity;
    if (*clarity < CLARITY)
        return -1.0;
    for (uint32_t i = from + 1; i < t->lag_high; i++) {
        const double a = r[i - 1] * t->lag_gain[i - 1], b = r[i] * t->lag_gain[i];
        const double c = r[i + 1] * t->lag_gain[i + 1];
        if (b >= a && b > c && b > 0.95 * best) {
            const double bend = a - 2.0 * b + c, shift = bend < 0.0 ? 0.5 * (a - c) / bend : 0.0;
            return luster_log2(0.5 * t->rate / (i + shift) / F0_MIN_HZ);
        }
    }
    return -1.0;
}

static void pitch(Timbre *t, double *v)
{
    static const double steps[4] = {4.0, 15.0, 50.0, 120.0}; /* cents */
    const double f0 = fundamental(t, &v[CLEAR]);
    if (f0 >= 0.0) {
        v[PITCHED] = 1.0;
        v[PITCH] = f0;
        v[PITCH_SQUARE] = f0 * f0;
        v[OCTAVE + (f0 < 4.0 ? (int)f0 : 4)] = 1.0;
        v[GRID_COS] = luster_cos(2.0 * LUSTER_PI * 12.0 * f0);
        v[GRID_SIN] = luster_sin(2.0 * LUSTER_PI * 12.0 * f0);
        const double cents = 1200.0 * fabs(f0 - t->last_f0);
        if (t->last_f0 < 0.0 || cents >= steps[3])
            t->mean_f0 = f0;
        v[RUN] = t->last_f0 < 0.0;
        if (t->last_f0 >= 0.0) {
            int b = 0;
            while (b < 4 && cents >= steps[b])
                b++;
            v[STEP + b] = v[STEPS] = 1.0;
        }
        t->mean_f0 += 0.15 * (f0 - t->mean_f0); /* about 0.15 s: vibrato is faster */
        v[WAVER] = fmin(1200.0 * fabs(f0 - t->mean_f0), 100.0);
    }
    t->last_f0 = f0;
}

static void add(Timbre *t, double db, const double *v)
{
    int bin = (int)(db + 120.0);
    bin = bin < 0 ? 0 : bin >= LEVEL_BINS ? LEVEL_BINS - 1 : bin;
    Sums *s = &t->sums[bin];
    s->weight += 1.0;
    for (int i = 0; i < N_DIMS; i++)
        s->sum[i] += v[i];
    for (int i = 0; i < N_SPREAD; i++)
        s->square[i] += v[i] * v[i];
}

static void analyse_frame(Timbre *t)
{
    static const double speeds[7] = {-250.0, -80.0, -25.0, -6.0, 6.0, 40.0, 250.0}; /* dB/s */
    float *time = luster_fft_time(t->fft);
    double v[N_DIMS] = {0};
    for (uint32_t i = 0; i < t->n; i++)
        time[i] = t->ring[i] * t->window[i];
    luster_fft_forward(t->fft);
    const double total = powers(t);
    /* Hann: a sine of power P shows 0.75 n^2/4 P in the one-sided sum */
    const double power = total / (0.1875 * (double)t->n * t->n);
    if (!(power > 1e-12)) {
        t->last_db = -999.0;
        t->last_f0 = -1.0;
        return;
    }
    const double db = luster_power_to_db(power), floor = total * FLOOR / N_MEL;
    const float *p = luster_fft_bins(t->fft);
    mel_bands(t, p, floor, v);
    shape(t, p, total, floor * N_MEL / t->top_bin, v);
    pitch(t, v);
    const double speed = t->last_db > -200.0 ? (db - t->last_db) * t->rate / (t->n / 2) : 1e3;
    int b = 0;
    while (b < 7 && speed >= speeds[b])
        b++;
    v[SLOPE + b] = 1.0;
    t->last_db = db;
    t->power += power;
    t->power_db += power * db;
    add(t, db, v);
}

void luster_timbre_feed(Timbre *t, const float *mono, size_t n)
{
    while (n) {
        const size_t room = t->n - t->fill, take = n < room ? n : room;
        memcpy(t->ring + t->fill, mono, take * sizeof *mono);
        t->fill += (uint32_t)take;
        mono += take;
        n -= take;
        if (t->fill == t->n) {
            analyse_frame(t);
            memmove(t->ring, t->ring + t->n / 2, t->n / 2 * sizeof *mono);
            t->fill = t->n / 2;
        }
    }
}

/* Share of the 10 ms frames that stand no more than `below_db` under `level_dbfs`. */
static double share_above(const LusterStemFacts *f, double level_dbfs)
{
    const double at = level_dbfs + LUSTER_LEVEL_BINS;
    double above = 0.0, all = 0.0;
    for (int i = 0; i < LUSTER_LEVEL_BINS; i++) {
        const double part = i + 1.0 - at;
        above += f->level_hist[i] * (part < 0.0 ? 0.0 : part > 1.0 ? 1.0 : part);
        all += f->level_hist[i];
    }
    return all > 0.0 ? above / all : 0.0;
}

/* What the other facts say, in the same vector. */
static int rest(const Timbre *t, const LusterStemFacts *f, float *out)
{
    int n = 0;
    double total = 1e-30;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++)
        total += f->band_power[b];
    for (int b = 0; b < LUSTER_STEM_BANDS; b += 3) {
        const double p = f->band_power[b] + f->band_power[b + 1] + f->band_power[b + 2];
        out[n++] = (float)luster_power_to_db(p / total + 1e-5);
    }
    const double usual = t->power_db / t->power;
    for (int i = 0; i < 6; i++) {
        static const double below_db[6] = {0.0, 4.0, 8.0, 14.0, 22.0, 36.0};
        out[n++] = (float)share_above(f, usual - below_db[i]);
    }
    const double heard = f->active_fraction > 0.02 ? f->active_fraction : 0.02;
    out[n++] = (float)(f->crest_db + luster_power_to_db(heard));
    out[n++] = (float)luster_log2(0.1 + f->onsets_per_s);
    out[n++] = (float)f->decay_db;
    out[n++] = (float)f->pitched;
    out[n++] = (float)f->glide;
    return n;
}

void luster_timbre_finish(Timbre *t, LusterStemFacts *f)
{
    if (f->silent || !(t->power > 0.0))
        return;
    Sums all = {0};
    const double usual = t->power_db / t->power;
    for (int i = 0; i < LEVEL_BINS; i++) {
        const double below = usual - (i - 119.5);
        const double w = below <= FULL_DB ? 1.0 : (FADE_DB - below) / (FADE_DB - FULL_DB);
        if (!(w > 0.0))
            continue;
        all.weight += w * t->sums[i].weight;
        for (int k = 0; k < N_DIMS; k++)
            all.sum[k] += w * t->sums[i].sum[k];
        for (int k = 0; k < N_SPREAD; k++)
            all.square[k] += w * t->sums[i].square[k];
    }
    const double n = all.weight > 0.0 ? all.weight : 1.0;
    int at = 0;
    for (int k = 0; k < SLOPE + 8; k++)
        f->timbre[at++] = (float)(all.sum[k] / n);
    for (int k = 0; k < N_SPREAD; k++) {
        const double mean = all.sum[k] / n;
        f->timbre[at++] = (float)sqrt(fmax(all.square[k] / n - mean * mean, 0.0));
    }
    /* a few frames that happen to be clear say nothing: drawn to 0 by 2 % of all */
    const double pitched = all.sum[PITCHED] + 0.02 * n, steps = all.sum[STEPS] + 0.02 * n;
    const double mean = all.sum[PITCH] / pitched;
    f->timbre[at++] = (float)(all.sum[PITCHED] / n);
    f->timbre[at++] = (float)mean;
    f->timbre[at++] = (float)sqrt(fmax(all.sum[PITCH_SQUARE] / pitched - mean * mean, 0.0));
    for (int k = 0; k < 5; k++)
        f->timbre[at++] = (float)(all.sum[OCTAVE + k] / pitched);
    for (int k = 0; k < 5; k++)
        f->timbre[at++] = (float)(all.sum[STEP + k] / steps);
    f->timbre[at++] = (float)(sqrt(all.sum[GRID_COS] * all.sum[GRID_COS] +
                                   all.sum[GRID_SIN] * all.sum[GRID_SIN]) /
                              pitched);
    f->timbre[at++] = (float)(all.sum[WAVER] / pitched);
    f->timbre[at++] = (float)(all.sum[RUN] / pitched);
    at += rest(t, f, f->timbre + at);
    f->n_timbre = (uint32_t)at;
}
