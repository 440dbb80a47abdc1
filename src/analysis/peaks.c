/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A resonance stays where it is while the notes move: in every twelfth of an octave the level is
 * taken only where something sounds there (a gap between partials says nothing), relative to the
 * octaves around it in the same frame, and its median over time is compared with the medians of
 * the bands beside it. So what is played often is no peak, only what comes out louder whenever it
 * is played; and a median means half of the time. Bands that few different notes reach are left
 * out, and so is everything beside them. */
#include "analysis/peaks.h"

#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#define N_BANDS 84 /* seven octaves */
#define BOTTOM_HZ 125.0 /* of the lowest band; below, the frames do not tell neighbours apart */
#define AROUND 12 /* bands either way that a level is taken relative to */
#define BESIDE_FROM 4 /* bands a peak is compared with: 1/3 ... 5/6 of an octave away */
#define BESIDE_TO 10
#define BESIDE_LEAST 10 /* of 14 must be known */
#define GAP_DB 6.0 /* under a neighbour: a gap between partials */
#define LOW_DB -15.0 /* of the histogram, 1 dB each */
#define N_LEVELS 48
#define HEARD_LEAST 0.08 /* of the frames of the busiest band: less is too few notes */
#define PARTS 5 /* of a band: 20 cents, finer than the grid of notes and their overtones */
#define CLASSES 12 /* pitch classes, then frames without one pitch */

struct LusterPeaks {
    double hz;
    uint32_t edge[N_BANDS + 1];
    uint32_t n_bands, n_frames;
    uint32_t level[N_BANDS][N_LEVELS], heard[N_BANDS], pitch[N_BANDS][CLASSES + 1];
    uint32_t line[N_BANDS][PARTS];
};

static double band_hz(double b)
{
    return BOTTOM_HZ * luster_exp2(b / 12.0);
}

LusterPeaks *luster_peaks_new(double hz, uint32_t n_bins)
{
    LusterPeaks *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->hz = hz;
    for (int b = 0; b <= N_BANDS; b++)
        p->edge[b] = (uint32_t)(band_hz(b - 0.5) / hz + 0.5);
    while (p->n_bands < N_BANDS && p->edge[p->n_bands + 1] < n_bins)
        p->n_bands++;
    return p;
}

void luster_peaks_free(LusterPeaks *peaks)
{
    free(peaks);
}

static int class_of(double f0_hz)
{
    if (!(f0_hz > 0.0))
        return CLASSES;
    const int note = (int)(12.0 * luster_log2(f0_hz / 440.0) + 120.5);
    return note % 12;
}

/* Where in the band its highest partial stands, as one of PARTS; -1 when it stands outside
 * and only leans in. */
static int part_of(const LusterPeaks *p, const double *power, uint32_t top)
{
    if (!(power[top] > power[top - 1] && power[top] >= power[top + 1]))
        return -1;
    const double a = power[top - 1], b = power[top], c = power[top + 1];
    const double shift = 0.5 * (c - a) / (2.0 * b - a - c);
    const double octaves = luster_log2((top + shift) * p->hz / BOTTOM_HZ) + 0.5 / 12.0;
    return (int)(octaves * 12.0 * PARTS) % PARTS;
}

void luster_peaks_add(LusterPeaks *p, const double *power, double f0_hz)
{
    double sum[N_BANDS + 1] = {0.0}, db[N_BANDS];
    uint32_t top[N_BANDS];
    const int n = (int)p->n_bands, class = class_of(f0_hz);
    for (int b = 0; b < n; b++) {
        double x = 0.0;
        top[b] = p->edge[b];
        for (uint32_t k = p->edge[b]; k < p->edge[b + 1]; k++) {
            x += power[k];
            top[b] = power[k] > power[top[b]] ? k : top[b];
        }
        sum[b + 1] = sum[b] + x;
        db[b] = luster_power_to_db(x + 1e-20);
    }
    p->n_frames++;
    for (int b = 0; b < n; b++) {
        const int from = b > AROUND ? b - AROUND : 0, to = b + AROUND < n ? b + AROUND + 1 : n;
        const double next = b + 1 < n ? db[b + 1] : db[b], before = b ? db[b - 1] : db[b];
        const double mean = (sum[to] - sum[from]) / (to - from);
        if (!(mean > 0.0) || db[b] < (next > before ? next : before) - GAP_DB)
            continue;
        const int level = (int)(db[b] - luster_power_to_db(mean) - LOW_DB);
        if (level < 0) /* nothing sounds here */
            continue;
        p->level[b][level < N_LEVELS ? level : N_LEVELS - 1]++;
        p->heard[b]++;
        p->pitch[b][class]++;
        const int part = part_of(p, power, top[b]);
        if (part >= 0)
            p->line[b][part]++;
    }
}

static double median(const uint32_t *levels, uint32_t n)
{
    const double half = 0.5 * n;
    double seen = 0.0;
    for (int i = 0; i < N_LEVELS; i++) {
        if (seen + levels[i] >= half && levels[i])
            return LOW_DB + i + (half - seen) / levels[i];
        seen += levels[i];
    }
    return LOW_DB;
}

/* What the bands beside have: the mean of both sides, which follows a slope; the highest of them in
 * *top. False where too few are known. */
static bool beside(const double *level, const bool *known, int n, int b, double *mean, double *top)
{
    double sum[2] = {0.0};
    int count[2] = {0};
    *top = -INFINITY;
    for (int d = BESIDE_FROM; d <= BESIDE_TO; d++)
        for (int side = 0; side < 2; side++) {
            const int k = side ? b + d : b - d;
            if (k < 0 || k >= n || !known[k])
                continue;
            sum[side] += level[k];
            count[side]++;
            *top = level[k] > *top ? level[k] : *top;
        }
    if (count[0] + count[1] < BESIDE_LEAST || !count[0] || !count[1])
        return false;
    *mean = 0.5 * (sum[0] / count[0] + sum[1] / count[1]);
    return true;
}

/* Largest share of one pitch class among the frames that had a pitch, drawn to 0 by those that had
 * none. */
static double one_pitch(const LusterPeaks *p, int b)
{
    uint32_t most = 0;
    for (int c = 0; c < CLASSES; c++)
        most = p->pitch[b][c] > most ? p->pitch[b][c] : most;
    return (double)most / p->heard[b];
}

/* Largest share of the partials around that stand at one frequency. */
static double one_line(const LusterPeaks *p, int b)
{
    const uint32_t *line = p->line[b - 1]; /* three bands in a row */
    uint32_t most = 0, all = 0;
    for (int i = 0; i < 3 * PARTS; i++) {
        all += line[i];
        const uint32_t pair = line[i] + (i + 1 < 3 * PARTS ? line[i + 1] : 0);
        most = pair > most ? pair : most;
    }
    return all ? (double)most / all : 1.0;
}

static void measure(const LusterPeaks *p, const double *level, int b, double mean, LusterPeak *out)
{
    const double left = level[b - 1], right = level[b + 1];
    const double bend = left - 2.0 * level[b] + right;
    const double shift = bend < 0.0 ? 0.5 * (left - right) / bend : 0.0;
    const double half = 0.5 * (level[b] - mean);
    double width = 0.0;
    for (int side = -1; side <= 1; side += 2) { /* to half its height, either way */
        int k = b;
        while (k + side >= 0 && k + side < (int)p->n_bands && level[k + side] > mean + half &&
               abs(k + side - b) < BESIDE_TO)
            k += side;
        const bool inside = k + side >= 0 && k + side < (int)p->n_bands;
        const double here = level[k], there = inside ? level[k + side] : here;
        width += abs(k - b) + (here > there ? (here - mean - half) / (here - there) : 0.5);
    }
    out->hz = band_hz(b + shift);
    out->excess_db = level[b] - mean;
    out->octaves = width / 12.0;
    out->heard = (double)p->heard[b] / p->n_frames;
    out->one_pitch = one_pitch(p, b);
    out->one_line = one_line(p, b);
}

void luster_peaks_finish(const LusterPeaks *p, LusterStemFacts *f)
{
    double level[N_BANDS] = {0.0};
    bool known[N_BANDS] = {false};
    const int n = (int)p->n_bands;
    uint32_t most = 0;
    for (int b = 0; b < n; b++)
        most = p->heard[b] > most ? p->heard[b] : most;
    for (int b = 0; b < n; b++) {
        known[b] = p->heard[b] > 1 && p->heard[b] >= HEARD_LEAST * most;
        level[b] = median(p->level[b], p->heard[b]);
    }
    for (int b = 1; b + 1 < n; b++) {
        double mean, top;
        LusterPeak peak;
        if (!known[b] || !known[b - 1] || !known[b + 1] || level[b] < level[b - 1] ||
            level[b] <= level[b + 1] || !beside(level, known, n, b, &mean, &top))
            continue;
        measure(p, level, b, mean, &peak);
        peak.clear_db = level[b] - top;
        if (peak.excess_db < LUSTER_PEAK_LEAST_DB)
            continue;
        uint32_t at = f->n_peaks < LUSTER_STEM_PEAKS ? f->n_peaks++ : LUSTER_STEM_PEAKS;
        while (at && f->peaks[at - 1].excess_db < peak.excess_db) {
            if (at < LUSTER_STEM_PEAKS)
                f->peaks[at] = f->peaks[at - 1];
            at--;
        }
        if (at < LUSTER_STEM_PEAKS)
            f->peaks[at] = peak;
    }
}
