/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Autocorrelations of the attack envelope in windows of 12 s, summed over multiples of each beat
 * period, weighted by a log-normal prior around 120 bpm (Ellis 2007) and by how kick and snare
 * alternate, which tells the octave; a path through the windows (Viterbi) follows drift. */
#include "analysis/tempo.h"

#include "analysis/onset.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_PER_STEP 2 /* onset steps per frame */
#define WINDOW 1200 /* frames */
#define HOP 200
#define MAX_LAG 400
#define STEPS_PER_OCTAVE 48
#define PRIOR_BPM 120.0
#define PRIOR_OCTAVES 0.9
#define BACKBEAT_WEIGHT 1.5
#define SMOOTH_FRAMES 2.0 /* players stray by 10 to 20 ms */
#define MEAN_FRAMES 50 /* to each side: what is above its second's mean is an attack */
#define CHANGE_COST 0.02 /* of a step of the tempo grid from window to window */
#define JUMP_COST 4.0
/* Random attacks reach 0.05 ... 0.1 here, free playing 0.15, bands without a click 0.3 and more. */
#define CHANCE 0.10
#define CERTAIN 0.35
#define LEAST_S 6.0
#define NARROW 0.04 /* local tempi that differ less may be one */
#define STEADY 0.75 /* of what the free beats catch, and there is a grid */

enum { N_TEMPI = 125 }; /* 40 ... 240 bpm */

typedef struct {
    float *onset, *low, *back; /* [n] envelopes per frame */
    uint32_t n, n_windows;
    double *score; /* [n_windows * N_TEMPI] */
    double *strength; /* the same, autocorrelation alone */
    uint8_t *path; /* [n_windows] */
} Finder;

static double period_frames(int tempo)
{
    const double bpm = LUSTER_TEMPO_MIN_BPM * luster_exp2((double)tempo / STEPS_PER_OCTAVE);
    return 60.0 / bpm / TEMPO_FRAME_S;
}

/* Frames of 10 ms, less the mean of the second around, smoothed, rectified. */
static float *envelope(const float *steps, uint32_t n_steps, uint32_t n)
{
    float *e = calloc(n + 1, sizeof *e), *raw = calloc(n + 1, sizeof *raw);
    if (!e || !raw || !steps) {
        free(raw);
        if (!steps)
            return e; /* nothing there */
        free(e);
        return NULL;
    }
    const int reach = 3 * (int)SMOOTH_FRAMES;
    double kernel[16], total = 0.0, mean = 0.0;
    for (int k = -reach; k <= reach; k++) {
        kernel[k + reach] = luster_exp(-0.5 * k * k / (SMOOTH_FRAMES * SMOOTH_FRAMES));
        total += kernel[k + reach];
    }
    for (uint32_t i = 0; i < n_steps && i / FRAMES_PER_STEP < n; i++)
        raw[i / FRAMES_PER_STEP] += steps[i];
    for (uint32_t i = 0; i < MEAN_FRAMES && i < n; i++)
        mean += raw[i];
    for (uint32_t i = 0; i < n; i++) {
        mean += i + MEAN_FRAMES < n ? raw[i + MEAN_FRAMES] : 0.0;
        mean -= i > MEAN_FRAMES ? raw[i - MEAN_FRAMES - 1] : 0.0;
        double sum = 0.0;
        for (int k = -reach; k <= reach; k++)
            if ((int64_t)i + k >= 0 && i + k < n)
                sum += kernel[k + reach] * raw[(int64_t)i + k];
        const double above = sum / total - mean / (2 * MEAN_FRAMES + 1);
        e[i] = above > 0.0 ? (float)above : 0.0f;
    }
    free(raw);
    return e;
}

/* Normalised, mean-free, unbiased correlation of a with b later by 0 ... MAX_LAG frames. */
static bool correlate(const float *a, const float *b, uint32_t n, double *r)
{
    double ma = 0.0, mb = 0.0, aa = 0.0, bb = 0.0;
    memset(r, 0, (MAX_LAG + 2) * sizeof *r);
    for (uint32_t i = 0; i < n; i++) {
        ma += a[i];
        mb += b[i];
        aa += (double)a[i] * a[i];
        bb += (double)b[i] * b[i];
    }
    ma /= n;
    mb /= n;
    aa = aa / n - ma * ma;
    bb = bb / n - mb * mb;
    if (!(aa > 1e-12 && bb > 1e-12))
        return false;
    for (uint32_t lag = 0; lag <= MAX_LAG + 1 && lag + 200 < n; lag++) {
        double sum = 0.0;
        for (uint32_t i = 0; i + lag < n; i++)
            sum += (double)a[i] * b[i + lag];
        r[lag] = (sum / (n - lag) - ma * mb) / sqrt(aa * bb);
    }
    return true;
}

static double at(const double *r, double lag)
{
    const uint32_t i = (uint32_t)lag;
    if (i > MAX_LAG)
        return 0.0;
    return r[i] + (lag - i) * (r[i + 1] - r[i]);
}

/* The mean over up to four multiples of the period. */
static double comb(const double *r, double period)
{
    double sum = 0.0;
    int n = 0;
    for (int k = 1; k <= 4 && k * period <= MAX_LAG; k++, n++)
        sum += at(r, k * period);
    return n ? sum / n : 0.0;
}

static void score_window(Finder *f, uint32_t w)
{
    double r[MAX_LAG + 2], back[MAX_LAG + 2], across[MAX_LAG + 2];
    const uint32_t from = w * HOP, n = f->n - from < WINDOW ? f->n - from : WINDOW;
    correlate(f->onset + from, f->onset + from, n, r);
    const bool beats = correlate(f->back + from, f->back + from, n, back) &&
                       correlate(f->low + from, f->back + from, n, across);
    for (int t = 0; t < N_TEMPI; t++) {
        const double p = period_frames(t);
        const double octaves = luster_log2(60.0 / (p * TEMPO_FRAME_S) / PRIOR_BPM) / PRIOR_OCTAVES;
        const double strength = comb(r, p);
        double backbeat = 0.0; /* the snare comes every other beat, the kick a beat before it */
        if (beats) {
            const double other = at(back, 2.0 * p) - at(back, p), after = at(across, p);
            backbeat = other > 0.0 && after > 0.0 ? sqrt(other * after) : 0.0;
        }
        f->strength[w * N_TEMPI + (uint32_t)t] = strength;
        f->score[w * N_TEMPI + (uint32_t)t] =
            ((strength > 0.0 ? strength : 0.0) + BACKBEAT_WEIGHT * backbeat) *
            luster_exp(-0.5 * octaves * octaves);
    }
}

/* The tempi that score best together with small changes from window to window. */
static bool follow(Finder *f)
{
    uint8_t *from = calloc(f->n_windows, N_TEMPI);
    double best[N_TEMPI] = {0.0}, next[N_TEMPI];
    if (!from)
        return false;
    for (uint32_t w = 0; w < f->n_windows; w++) {
        int top = 0;
        for (int t = 1; t < N_TEMPI; t++)
            top = best[t] > best[top] ? t : top;
        for (int t = 0; t < N_TEMPI; t++) {
            double most = best[top] - JUMP_COST;
            int origin = top;
            for (int d = -4; d <= 4; d++) {
                if (t + d < 0 || t + d >= N_TEMPI)
                    continue;
                const double v = best[t + d] - CHANGE_COST * (d < 0 ? -d : d);
                if (v > most) {
                    most = v;
                    origin = t + d;
                }
            }
            next[t] = most + f->score[w * N_TEMPI + (uint32_t)t];
            from[w * N_TEMPI + (uint32_t)t] = (uint8_t)origin;
        }
        memcpy(best, next, sizeof best);
    }
    int t = 0;
    for (int k = 1; k < N_TEMPI; k++)
        t = best[k] > best[t] ? k : t;
    for (uint32_t w = f->n_windows; w-- > 0;) {
        f->path[w] = (uint8_t)t;
        t = from[w * N_TEMPI + (uint32_t)t];
    }
    free(from);
    return true;
}

static int compare_double(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Peak of the strength around the path's tempo in window w: finer than the grid. */
static double fine_period(const Finder *f, uint32_t w, double *strength)
{
    const double *s = f->strength + w * N_TEMPI;
    int t = f->path[w];
    for (int k = 0; k < 2; k++) { /* the prior may have pulled it off the peak */
        if (t > 0 && s[t - 1] > s[t])
            t--;
        else if (t + 1 < N_TEMPI && s[t + 1] > s[t])
            t++;
    }
    *strength = s[t];
    if (t == 0 || t + 1 >= N_TEMPI)
        return period_frames(t) * TEMPO_FRAME_S;
    const double bend = s[t - 1] - 2.0 * s[t] + s[t + 1];
    const double shift = bend < 0.0 ? 0.5 * (s[t - 1] - s[t + 1]) / bend : 0.0;
    return period_frames(t) * TEMPO_FRAME_S *
           luster_exp2(-(fabs(shift) < 1.0 ? shift : 0.0) / STEPS_PER_OCTAVE);
}

/* Confidence from the windows in which anything is struck, local periods per frame, and their
 * range. */
static bool weigh_windows(const Finder *f, float *period_s, LusterTempo *out)
{
    double *strength = malloc(2 * f->n_windows * sizeof *strength), *local;
    uint32_t n = 0;
    if (!strength)
        return false;
    local = strength + f->n_windows;
    for (uint32_t w = 0; w < f->n_windows; w++) {
        const uint32_t from = w * HOP, to = w + 1 < f->n_windows ? from + HOP : f->n;
        const uint32_t centre = f->n > WINDOW ? (WINDOW - HOP) / 2 : 0; /* of the window */
        const double period = fine_period(f, w, &strength[n]);
        for (uint32_t i = w ? from + centre : 0; i < to + centre && i < f->n; i++)
            period_s[i] = (float)period;
        double sum = 0.0;
        for (uint32_t i = from; i < from + WINDOW && i < f->n; i++)
            sum += f->onset[i];
        local[n] = period;
        n += sum > 0.0;
    }
    if (n) {
        qsort(local, n, sizeof *local, compare_double);
        qsort(strength, n, sizeof *strength, compare_double);
        out->drift = (local[(n - 1) * 9 / 10] - local[(n - 1) / 10]) / local[n / 2];
        const double sure = (strength[n / 2] - CHANCE) / (CERTAIN - CHANCE);
        out->confidence = sure < 0.0 ? 0.0 : sure > 1.0 ? 1.0 : sure;
    }
    free(strength);
    return true;
}

/* The median over eight beats at a time, which misses single slips. */
static double median_period(const LusterTempo *tempo)
{
    const uint32_t span = tempo->n_beats > 16 ? 8 : 1, n = tempo->n_beats - span;
    double *all = malloc(n * sizeof *all), median = 0.0;
    for (uint32_t i = 0; i < n && all; i++)
        all[i] = (tempo->beats_s[i + span] - tempo->beats_s[i]) / span;
    if (all) {
        qsort(all, n, sizeof *all, compare_double);
        median = all[n / 2];
    }
    free(all);
    return median;
}

/* Beats that were tracked freely catch somewhat more than a grid even where there is one. */
static void lay_grid(const Finder *f, double period, LusterTempo *out)
{
    double first, sum = 0.0;
    for (uint32_t i = 0; i < out->n_beats; i++)
        sum += f->onset[(uint32_t)(out->beats_s[i] / TEMPO_FRAME_S)];
    uint32_t from = 0, to = f->n - 1; /* the grid goes on where nothing marks it */
    while (from < to && !(f->onset[from] > 0.0f))
        from++;
    while (to > from && !(f->onset[to] > 0.0f))
        to--;
    out->bpm = 60.0 / period;
    if (out->drift >= NARROW || luster_beats_grid(f->onset, f->n, &period, &first) < STEADY * sum)
        return;
    out->steady = true;
    out->bpm = 60.0 / period;
    out->n_beats = 0;
    for (uint32_t i = 0; out->n_beats < f->n; i++) {
        const double t = first + i * period, slack = 0.25 * period;
        if (t > to * TEMPO_FRAME_S + slack)
            break;
        if (t > from * TEMPO_FRAME_S - slack)
            out->beats_s[out->n_beats++] = (float)t;
    }
}

static bool track(const Finder *f, const float *period_s, LusterTempo *out)
{
    bool no_memory = false;
    out->beats_s = malloc((f->n + 1) * sizeof *out->beats_s);
    if (!out->beats_s)
        return false;
    out->n_beats = luster_beats_track(f->onset, period_s, f->n, out->beats_s, &no_memory);
    if (no_memory || out->n_beats <= 4)
        return !no_memory;
    const double period = median_period(out);
    if (!(period > 0.0))
        return false;
    lay_grid(f, period, out);
    return true;
}

static bool find(Finder *f, LusterTempo *out)
{
    f->n_windows = f->n > WINDOW ? (f->n - WINDOW + HOP - 1) / HOP + 1 : 1;
    f->score = malloc(f->n_windows * N_TEMPI * sizeof *f->score);
    f->strength = malloc(f->n_windows * N_TEMPI * sizeof *f->strength);
    f->path = calloc(f->n_windows, 1);
    float *period_s = calloc(f->n, sizeof *period_s);
    bool good = f->score && f->strength && f->path && period_s;
    for (uint32_t w = 0; good && w < f->n_windows; w++)
        score_window(f, w);
    good = good && follow(f) && weigh_windows(f, period_s, out);
    if (good && out->confidence >= LUSTER_TEMPO_SURE)
        good = track(f, period_s, out);
    free(period_s);
    return good;
}

bool luster_tempo_find(const LusterTempoCues *cues, LusterTempo *out)
{
    memset(out, 0, sizeof *out);
    Finder f = {.n = cues->n / FRAMES_PER_STEP};
    if (f.n * TEMPO_FRAME_S < LEAST_S)
        return true;
    f.onset = envelope(cues->onset, cues->n, f.n);
    f.low = envelope(cues->low, cues->n, f.n);
    f.back = envelope(cues->back, cues->n, f.n);
    bool good = f.onset && f.low && f.back && find(&f, out);
    free(f.onset);
    free(f.low);
    free(f.back);
    free(f.score);
    free(f.strength);
    free(f.path);
    if (good && out->bpm > 0.0)
        good = luster_bars_find(cues, out);
    if (!good || !(out->bpm > 0.0)) {
        const double confidence = good ? out->confidence : 0.0;
        luster_tempo_clear(out);
        out->confidence = confidence;
    }
    return good;
}

void luster_tempo_clear(LusterTempo *tempo)
{
    free(tempo->beats_s);
    memset(tempo, 0, sizeof *tempo);
}
