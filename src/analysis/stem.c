/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One pass over a stem: levels, clipping, stereo and onsets sample by sample, K-weighted power in
 * steps of 100 ms (BS.1770 filters at any rate, doc/sources.md I1, and with the +10 dB shelf of
 * A1), the spectrum in its own file. */
#include "analysis/stem.h"

#include "analysis/onset.h"
#include "analysis/stem_spectrum.h"
#include "analysis/timbre.h"
#include "base/hash.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096
#define FLAT_RUN 3 /* equal samples at the top that count as clipped */
#define ONSET_RISE_DB 6.0 /* above the 30 ms before; onset and decay frames are 10 ms */
#define ONSET_DEPTH_DB 30.0 /* below the loudest attack so far is no onset */
#define ONSET_GAP 6 /* frames between onsets */
#define DECAY_FRAMES 15

typedef struct {
    double b[3], a[2], z[2];
} Biquad;

typedef struct {
    LusterStemFacts *f;
    Biquad rlb[2], shelf[2], shelf10[2];
    /* 100 ms steps */
    double step_k, step_m, step_l, step_raw;
    uint64_t frame, step_end;
    uint32_t capacity;
    uint32_t raw_hist[LUSTER_LEVEL_BINS];
    /* sums */
    double sum[2], sq[2], lr;
    double low[2], low_sq[2], low_lr, low_pole; /* one-pole low-pass at 200 Hz */
    float top[2], flat_at[2];
    uint32_t flat[2];
    /* 10 ms frames */
    double fine, attack, last;
    uint64_t n_fine, fine_end;
    double attack_db[8], loudest_db, onset_db[64];
    uint64_t onset_at[64], n_onsets, n_decays;
    double decay_sum;
    LusterOnsetCurve attacks;
    float mono[BLOCK];
} Pass;

static double biquad(Biquad *q, double x)
{
    const double y = q->b[0] * x + q->z[0];
    q->z[0] = q->b[1] * x - q->a[0] * y + q->z[1];
    q->z[1] = q->b[2] * x - q->a[1] * y;
    return y;
}

static void settle(Biquad *q)
{
    for (int i = 0; i < 2; i++)
        if (fabs(q->z[i]) < 1e-25)
            q->z[i] = 0.0;
}

/* The two stages of BS.1770 at any rate; constants of doc/sources.md I1. */
static void design_shelf(Biquad *q, double rate, double gain_db)
{
    const double k = luster_tan(LUSTER_PI * 1681.974450955533 / rate), qq = 0.7071752369554196;
    const double vh = luster_db_to_gain(gain_db), vb = luster_pow(vh, 0.4996667741545416);
    const double a0 = 1.0 + k / qq + k * k;
    q->b[0] = (vh + vb * k / qq + k * k) / a0;
    q->b[1] = 2.0 * (k * k - vh) / a0;
    q->b[2] = (vh - vb * k / qq + k * k) / a0;
    q->a[0] = 2.0 * (k * k - 1.0) / a0;
    q->a[1] = (1.0 - k / qq + k * k) / a0;
}

static void design_rlb(Biquad *q, double rate)
{
    const double k = luster_tan(LUSTER_PI * 38.13547087602444 / rate), qq = 0.5003270373238773;
    const double a0 = 1.0 + k / qq + k * k;
    q->b[0] = 1.0;
    q->b[1] = -2.0;
    q->b[2] = 1.0;
    q->a[0] = 2.0 * (k * k - 1.0) / a0;
    q->a[1] = (1.0 - k / qq + k * k) / a0;
}

static bool grow(Pass *p)
{
    LusterStemFacts *f = p->f;
    if (f->n_steps < p->capacity)
        return true;
    const uint32_t n = p->capacity ? p->capacity * 2 : 4096;
    float **series[3] = {&f->k_power, &f->m_power, &f->l_power};
    for (int i = 0; i < 3; i++) {
        float *more = realloc(*series[i], n * sizeof(float));
        if (!more)
            return false;
        *series[i] = more;
    }
    p->capacity = n;
    return true;
}

static int level_bin(double power)
{
    const int bin = power > 1e-12 ? (int)(10.0 * luster_log10(power) + LUSTER_LEVEL_BINS) : 0;
    return bin < 0 ? 0 : bin >= LUSTER_LEVEL_BINS ? LUSTER_LEVEL_BINS - 1 : bin;
}

static bool end_step(Pass *p, uint64_t n)
{
    LusterStemFacts *f = p->f;
    if (!grow(p))
        return false;
    const double norm = n ? 1.0 / (double)n : 0.0;
    f->k_power[f->n_steps] = (float)(p->step_k * norm);
    f->m_power[f->n_steps] = (float)(p->step_m * norm);
    f->l_power[f->n_steps] = (float)(p->step_l * norm);
    p->raw_hist[level_bin(p->step_raw * norm)]++;
    f->n_steps++;
    p->step_k = p->step_m = p->step_l = p->step_raw = 0.0;
    for (uint32_t c = 0; c < f->n_channels; c++) {
        settle(&p->rlb[c]);
        settle(&p->shelf[c]);
        settle(&p->shelf10[c]);
    }
    for (int c = 0; c < 2; c++)
        if (fabs(p->low[c]) < 1e-25)
            p->low[c] = 0.0;
    p->step_end = (uint64_t)((f->n_steps + 1) * LUSTER_STEP_S * f->rate_hz + 0.5);
    return true;
}

/* Rise of the differentiated signal over the frames before: an attack. */
static void end_fine(Pass *p, double n)
{
    const double db = p->attack > 0.0 ? luster_power_to_db(p->attack / n) : -140.0;
    const uint64_t i = p->n_fine++;
    p->f->level_hist[level_bin(p->fine / n)]++;
    const double before =
        (p->attack_db[(i + 7) % 8] + p->attack_db[(i + 6) % 8] + p->attack_db[(i + 5) % 8]) / 3.0;
    p->attack_db[i % 8] = db;
    if (db > p->loudest_db)
        p->loudest_db = db;
    const bool free = !p->n_onsets || i >= p->onset_at[(p->n_onsets - 1) % 64] + ONSET_GAP;
    if (i >= 3 && free && db > before + ONSET_RISE_DB && db > p->loudest_db - ONSET_DEPTH_DB &&
        db > -110.0) {
        p->onset_at[p->n_onsets % 64] = i;
        p->onset_db[p->n_onsets % 64] = -140.0;
        p->n_onsets++;
    }
    const double level = p->fine > 0.0 ? luster_power_to_db(p->fine / n) : -140.0;
    for (uint64_t k = p->n_onsets > 4 ? p->n_onsets - 4 : 0; k < p->n_onsets; k++) {
        const uint64_t age = i - p->onset_at[k % 64];
        if (age <= 3 && level > p->onset_db[k % 64])
            p->onset_db[k % 64] = level;
        if (age == DECAY_FRAMES) {
            const double fall = p->onset_db[k % 64] - level;
            p->decay_sum += fall > 60.0 ? 60.0 : fall;
            p->n_decays++;
        }
    }
    p->fine = p->attack = 0.0;
    p->fine_end = (uint64_t)((double)(p->n_fine + 1) * 0.01 * p->f->rate_hz + 0.5);
}

/* Flat tops: samples in a row at one value, at the loudest value so far or at full scale. */
static void watch_top(Pass *p, uint32_t c, float x)
{
    const float a = fabsf(x);
    if (a > p->top[c]) {
        p->top[c] = a;
        if (a < 0.98f)
            p->f->n_clipped_runs = 0; /* what was flat below was no ceiling */
    }
    if (a >= 0.98f * p->top[c] && a > 0.25f && x == p->flat_at[c]) {
        p->flat[c]++;
        if (p->flat[c] == FLAT_RUN)
            p->f->n_clipped_runs++;
        if (p->flat[c] > p->f->longest_clipped && p->flat[c] >= FLAT_RUN)
            p->f->longest_clipped = p->flat[c];
    } else {
        p->flat[c] = 1;
        p->flat_at[c] = x;
    }
}

static bool feed(Pass *p, float *const *in, size_t n)
{
    LusterStemFacts *f = p->f;
    const uint32_t nc = f->n_channels;
    uint64_t step_start = (uint64_t)(f->n_steps * LUSTER_STEP_S * f->rate_hz + 0.5);
    for (size_t i = 0; i < n; i++) {
        double mono = 0.0;
        for (uint32_t c = 0; c < nc; c++) {
            const double x = in[c][i];
            watch_top(p, c, in[c][i]);
            p->sum[c] += x;
            p->sq[c] += x * x;
            mono += x;
            const double w = biquad(&p->rlb[c], x);
            const double k = biquad(&p->shelf[c], w), m = biquad(&p->shelf10[c], w);
            p->step_k += k * k;
            p->step_m += m * m;
            p->step_raw += x * x;
            if (c == 0)
                p->step_l += k * k;
        }
        if (nc == 2) {
            p->lr += (double)in[0][i] * in[1][i];
            for (int c = 0; c < 2; c++) {
                p->low[c] += p->low_pole * (in[c][i] - p->low[c]);
                p->low_sq[c] += p->low[c] * p->low[c];
            }
            p->low_lr += p->low[0] * p->low[1];
            mono *= 0.5;
        }
        p->mono[i] = (float)mono;
        p->fine += mono * mono;
        p->attack += (mono - p->last) * (mono - p->last);
        p->last = mono;
        p->frame++;
        if (p->frame == p->fine_end)
            end_fine(p, 0.01 * f->rate_hz);
        if (p->frame == p->step_end) {
            if (!end_step(p, p->frame - step_start))
                return false;
            step_start = p->frame;
        }
    }
    return true;
}

static int compare_double(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double luster_series_loudness(const float *power, uint32_t n_steps, uint32_t window)
{
    const uint32_t n = n_steps >= window ? n_steps - window + 1 : n_steps ? 1 : 0;
    const uint32_t w = n_steps >= window ? window : n_steps;
    double gate = luster_pow(10.0, (-70.0 + 0.691) / 10.0);
    for (int stage = 0; stage < 2; stage++) {
        double sum = 0.0;
        uint64_t count = 0;
        for (uint32_t i = 0; i < n; i++) {
            double z = 0.0;
            for (uint32_t k = 0; k < w; k++)
                z += power[i + k];
            z /= w;
            if (z > gate) {
                sum += z;
                count++;
            }
        }
        if (!count)
            return -INFINITY;
        if (stage)
            return -0.691 + luster_power_to_db(sum / (double)count);
        const double relative = sum / (double)count * 0.1;
        if (relative > gate)
            gate = relative;
    }
    return -INFINITY;
}

/* Activity with hysteresis: opens 10 LU below the integrated loudness (the relative gate), closes
 * 5 LU lower (the gap of A5). */
static void activity(Pass *p)
{
    LusterStemFacts *f = p->f;
    if (f->silent || !f->n_steps)
        return;
    const double open = luster_pow(10.0, (f->integrated_lufs - 10.0 + 0.691) / 10.0);
    const double close = luster_pow(10.0, (f->integrated_lufs - 15.0 + 0.691) / 10.0);
    double *levels = malloc(f->n_steps * sizeof *levels);
    uint32_t n = 0, n_levels = 0;
    bool on = false;
    for (uint32_t i = 0; i < f->n_steps; i++) {
        const double z = f->k_power[i];
        on = z > (on ? close : open);
        n += on;
        if (on && levels)
            levels[n_levels++] = luster_power_to_db(z);
    }
    f->active_fraction = (double)n / f->n_steps;
    if (n_levels) {
        qsort(levels, n_levels, sizeof *levels, compare_double);
        f->spread_lu = levels[(n_levels - 1) * 95 / 100] - levels[(n_levels - 1) * 10 / 100];
    }
    free(levels);
    const double heard = luster_pow(10.0, (f->integrated_lufs - 40.0 + 0.691) / 10.0);
    uint32_t first = 0, last = f->n_steps;
    while (first < last && f->k_power[first] < heard)
        first++;
    while (last > first && f->k_power[last - 1] < heard)
        last--;
    f->first_s = first * LUSTER_STEP_S;
    f->last_s = last * LUSTER_STEP_S;
    const double active_s = n * LUSTER_STEP_S;
    f->onsets_per_s = active_s > 0.0 ? (double)p->n_onsets / active_s : 0.0;
    f->decay_db = p->n_decays ? p->decay_sum / (double)p->n_decays : 0.0;
}

static double noise_floor(const uint32_t *hist)
{
    uint64_t total = 0, seen = 0;
    for (int i = 1; i < LUSTER_LEVEL_BINS; i++)
        total += hist[i];
    for (int i = 1; i < LUSTER_LEVEL_BINS; i++) {
        seen += hist[i];
        if (seen * 20 >= total && seen)
            return i + 0.5 - LUSTER_LEVEL_BINS;
    }
    return -INFINITY;
}

static void stereo(Pass *p)
{
    LusterStemFacts *f = p->f;
    f->correlation = f->low_correlation = 1.0;
    f->side_db = -INFINITY;
    if (f->n_channels < 2 || f->silent)
        return;
    const double ll = p->sq[0], rr = p->sq[1], lr = p->lr;
    const double mid = ll + rr + 2.0 * lr, side = ll + rr - 2.0 * lr;
    if (ll > 0.0 && rr > 0.0)
        f->correlation = lr / sqrt(ll * rr);
    if (p->low_sq[0] > 0.0 && p->low_sq[1] > 0.0)
        f->low_correlation = p->low_lr / sqrt(p->low_sq[0] * p->low_sq[1]);
    f->side_db = luster_power_to_db((side > 0.0 ? side : 0.0) / (mid > 1e-30 ? mid : 1e-30));
    if (rr <= ll * 1e-6)
        f->one_side = -1; /* 60 dB down is nothing but crosstalk or dither */
    else if (ll <= rr * 1e-6)
        f->one_side = 1;
    else if (1.0 - f->correlation < 1e-6) { /* residual under -60 dB */
        f->identical = true;
        f->identical_gain_db = luster_power_to_db(rr / ll);
    }
}

static void finish(Pass *p)
{
    LusterStemFacts *f = p->f;
    const double n = f->n_frames ? (double)f->n_frames : 1.0;
    double sq = 0.0, top = 0.0;
    for (uint32_t c = 0; c < f->n_channels; c++) {
        f->dc[c] = p->sum[c] / n;
        f->power_channel[c] = p->sq[c] / n;
        f->peak_channel[c] = p->top[c];
        sq += p->sq[c] / n / f->n_channels;
        top = p->top[c] > top ? p->top[c] : top;
    }
    f->length_s = (double)f->n_frames / f->rate_hz;
    f->peak_dbfs = luster_gain_to_db(top);
    f->rms_dbfs = luster_power_to_db(sq);
    f->crest_db = sq > 0.0 ? f->peak_dbfs - f->rms_dbfs : 0.0;
    f->over_dbfs = f->peak_dbfs > 0.0 ? f->peak_dbfs : 0.0;
    f->silent = !(f->peak_dbfs > LUSTER_SILENT_DBFS);
    f->integrated_lufs = luster_series_loudness(f->k_power, f->n_steps, 4);
    f->modified_lufs = luster_series_loudness(f->m_power, f->n_steps, 3); /* 300 for 280 ms */
    if (!isfinite(f->integrated_lufs)) /* too short or too quiet for the gate: all of it */
        f->integrated_lufs = f->modified_lufs = f->silent ? -INFINITY : f->rms_dbfs - 0.691;
    f->noise_dbfs = noise_floor(p->raw_hist);
    stereo(p);
    activity(p);
}

static LusterStatus run(Pass *p, StemSpectrum *spectrum, Timbre *timbre, LusterSource *source,
                        LusterError *err)
{
    static const char out_of_memory[] = "out of memory while analysing";
    LusterStemFacts *f = p->f;
    float *data = malloc(2 * BLOCK * sizeof *data);
    if (!data)
        return luster_error_set(err, LUSTER_NO_MEMORY, out_of_memory);
    float *const in[2] = {data, data + BLOCK};
    LusterStatus status = LUSTER_OK;
    for (size_t n = BLOCK; n == BLOCK && !status;) {
        status = luster_source_read(source, in, BLOCK, &n, err);
        if (status || !n)
            break;
        for (uint32_t c = 0; c < f->n_channels; c++)
            f->hash = luster_hash(f->hash, in[c], n * sizeof(float));
        if (!feed(p, in, n) || !luster_onset_feed(&p->attacks, p->mono, n) ||
            !luster_stem_spectrum_feed(spectrum, p->mono, n))
            status = luster_error_set(err, LUSTER_NO_MEMORY, out_of_memory);
        luster_timbre_feed(timbre, p->mono, n);
        f->n_frames += n;
    }
    const uint64_t start = (uint64_t)(f->n_steps * LUSTER_STEP_S * f->rate_hz + 0.5);
    if (!status && p->frame > start && !end_step(p, p->frame - start))
        status = luster_error_set(err, LUSTER_NO_MEMORY, out_of_memory);
    free(data);
    return status;
}

LusterStatus luster_stem_analyse(LusterSource *source, LusterStemFacts *facts, LusterError *err)
{
    memset(facts, 0, sizeof *facts);
    facts->rate_hz = source->rate_hz;
    facts->n_channels = source->n_channels;
    facts->hash = LUSTER_HASH_START;
    Pass *p = calloc(1, sizeof *p);
    StemSpectrum *spectrum = luster_stem_spectrum_new(source->rate_hz);
    Timbre *timbre = luster_timbre_new(source->rate_hz);
    if (!p || !spectrum || !timbre) {
        free(p);
        luster_timbre_free(timbre);
        luster_stem_spectrum_free(spectrum);
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while analysing");
    }
    p->f = facts;
    for (int c = 0; c < 2; c++) {
        design_rlb(&p->rlb[c], source->rate_hz);
        design_shelf(&p->shelf[c], source->rate_hz, 3.999843853973347);
        design_shelf(&p->shelf10[c], source->rate_hz, 13.999843853973347);
    }
    p->attacks.rate_hz = source->rate_hz;
    p->loudest_db = -140.0;
    p->low_pole = 1.0 - luster_exp(-2.0 * LUSTER_PI * 200.0 / source->rate_hz);
    for (int i = 0; i < 8; i++)
        p->attack_db[i] = -140.0;
    p->step_end = (uint64_t)(LUSTER_STEP_S * source->rate_hz + 0.5);
    p->fine_end = (uint64_t)(0.01 * source->rate_hz + 0.5);
    LusterStatus status = run(p, spectrum, timbre, source, err);
    facts->attacks = p->attacks.rise;
    facts->n_attacks = p->attacks.n;
    if (!status) {
        finish(p);
        if (!luster_stem_spectrum_finish(spectrum, facts))
            status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while analysing");
        luster_timbre_finish(timbre, facts);
    }
    if (status)
        luster_stem_clear(facts);
    luster_stem_spectrum_free(spectrum);
    luster_timbre_free(timbre);
    free(p);
    return status;
}

void luster_stem_clear(LusterStemFacts *facts)
{
    free(facts->attacks);
    free(facts->band_level);
    free(facts->chroma_level);
    facts->attacks = facts->band_level = facts->chroma_level = NULL;
    free(facts->k_power);
    free(facts->m_power);
    free(facts->l_power);
    facts->k_power = facts->m_power = facts->l_power = NULL;
    facts->n_steps = 0;
}
