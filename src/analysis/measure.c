/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Frames are gathered into blocks on a fixed grid, so that no sum depends on how they came; each
 * block goes through the meters of dsp/ while it is in the cache. */
#include "luster/measure.h"

#include "analysis/clipping.h"
#include "analysis/spectrum.h"
#include "base/math.h"
#include "dsp/bs1770.h"
#include "dsp/true_peak.h"
#include "simd/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FRAMES 2048
#define SILENCE 1e-3f /* -60 dBFS */
#define READ_FRAMES 16384
#define BUSY_PERCENT 95.0 /* PSR: short-term percentile, knowledge D6 */

/* One power per 100 ms; becomes LUFS at the end. */
typedef struct Series {
    double *power;
    float *lufs;
    size_t n, room;
} Series;

struct LusterMeasure {
    uint32_t rate_hz, n_channels;
    unsigned parts;
    uint64_t n_frames;
    uint32_t n_waiting;
    float waiting[LUSTER_MEASURE_CHANNELS][BLOCK_FRAMES];
    float clean[LUSTER_MEASURE_CHANNELS][BLOCK_FRAMES];
    LusterPairSums sums;
    float low[LUSTER_MEASURE_CHANNELS], high[LUSTER_MEASURE_CHANNELS];
    uint64_t bad_samples;
    uint64_t first_loud, end_loud; /* frames over SILENCE; end_loud 0: none */
    LusterClipping clipping[LUSTER_MEASURE_CHANNELS];
    LusterLoudness loudness;
    double momentary_max, short_term_max;
    Series momentary, short_term;
    LusterTruePeakMax true_peak[LUSTER_MEASURE_CHANNELS];
    LusterSpectrum *spectrum;
    LusterMeasurement result;
};

const double luster_band_centres_hz[LUSTER_BANDS] = {
    20,  25,   31.5, 40,   50,   63,   80,   100,  125,  160,  200,  250,   315,   400,   500,  630,
    800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300, 8000, 10000, 12500, 16000, 20000};

LusterStatus luster_measure_new(double rate_hz, uint32_t n_channels, unsigned parts,
                                LusterMeasure **out, LusterError *err)
{
    *out = NULL;
    if (!(rate_hz >= 4000.0 && rate_hz <= 768000.0))
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "cannot measure at %g Hz; 4000 to 768000 Hz is possible", rate_hz);
    if (n_channels < 1 || n_channels > LUSTER_MEASURE_CHANNELS)
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "cannot measure %u channels; mono and stereo are possible",
                                (unsigned)n_channels);
    LusterMeasure *m = calloc(1, sizeof *m);
    if (!m)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    m->rate_hz = (uint32_t)(rate_hz + 0.5);
    m->n_channels = n_channels;
    m->parts = parts;
    luster_loudness_init(&m->loudness, m->rate_hz, n_channels, NULL);
    for (uint32_t c = 0; c < n_channels; c++)
        luster_true_peak_max_init(&m->true_peak[c]);
    if (parts & LUSTER_MEASURE_SPECTRUM) {
        m->spectrum = luster_spectrum_new(m->rate_hz, n_channels);
        if (!m->spectrum) {
            luster_measure_free(m);
            return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
        }
    }
    *out = m;
    return LUSTER_OK;
}

void luster_measure_free(LusterMeasure *m)
{
    if (!m)
        return;
    luster_spectrum_free(m->spectrum);
    free(m->momentary.power);
    free(m->momentary.lufs);
    free(m->short_term.power);
    free(m->short_term.lufs);
    free(m);
}

static LusterStatus series_add(Series *series, double power)
{
    if (series->n == series->room) {
        const size_t room = series->room ? 2 * series->room : 1024;
        double *grown = realloc(series->power, room * sizeof *grown);
        if (!grown)
            return LUSTER_NO_MEMORY;
        series->power = grown;
        series->room = room;
    }
    series->power[series->n++] = power;
    return LUSTER_OK;
}

static LusterStatus add_loudness(LusterMeasure *m, const float *const *in, uint32_t n)
{
    LusterLoudness *l = &m->loudness;
    for (uint32_t at = 0; at < n;) {
        const uint64_t before = l->n_steps;
        at += luster_loudness_add(l, in, at, n - at);
        if (l->n_steps == before)
            continue;
        m->momentary_max = fmax(m->momentary_max, l->momentary);
        m->short_term_max = fmax(m->short_term_max, l->short_term);
        if (l->n_steps % LUSTER_LOUDNESS_STEPS_PER_BLOCK)
            continue;
        LusterStatus status = LUSTER_OK;
        if (l->n_steps >= LUSTER_LOUDNESS_MOMENTARY_STEPS)
            status = series_add(&m->momentary, l->momentary);
        if (!status && l->n_steps >= LUSTER_LOUDNESS_SHORT_STEPS)
            status = series_add(&m->short_term, l->short_term);
        if (status)
            return status;
    }
    return LUSTER_OK;
}

/* Replaces what is not a finite number by 0 and counts it. */
static void clean_up(LusterMeasure *m, const float **in, uint32_t n)
{
    for (uint32_t c = 0; c < m->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++) {
            const int good = isfinite(in[c][i]);
            m->clean[c][i] = good ? in[c][i] : 0.0f;
            m->bad_samples += !good;
        }
        in[c] = m->clean[c];
    }
}

static void add_silence(LusterMeasure *m, const float *const *in, uint32_t n)
{
    for (uint32_t c = 0; c < m->n_channels; c++) {
        uint32_t first = 0, end = n;
        while (first < n && fabsf(in[c][first]) <= SILENCE)
            first++;
        if (first == n)
            continue;
        while (fabsf(in[c][end - 1]) <= SILENCE)
            end--;
        if (m->end_loud == 0 || m->n_frames + first < m->first_loud)
            m->first_loud = m->n_frames + first;
        if (m->n_frames + end > m->end_loud)
            m->end_loud = m->n_frames + end;
    }
}

static void add_sums(LusterMeasure *m, const LusterPairSums *s)
{
    const float low[] = {s->low_a, s->low_b}, high[] = {s->high_a, s->high_b};
    m->sums.a += s->a;
    m->sums.b += s->b;
    m->sums.aa += s->aa;
    m->sums.bb += s->bb;
    m->sums.ab += s->ab;
    for (uint32_t c = 0; c < m->n_channels; c++) {
        m->low[c] = fminf(m->low[c], low[c]);
        m->high[c] = fmaxf(m->high[c], high[c]);
    }
}

static LusterStatus add_block(LusterMeasure *m, const float *const *block, uint32_t n)
{
    const LusterKernels *kernels = luster_kernels();
    const float *in[LUSTER_MEASURE_CHANNELS] = {block[0], block[m->n_channels - 1]};
    LusterPairSums sums;
    kernels->pair_sums(&sums, in[0], in[1], n);
    if (!isfinite(sums.aa + sums.bb)) {
        clean_up(m, in, n);
        kernels->pair_sums(&sums, in[0], in[m->n_channels - 1], n);
    }
    add_sums(m, &sums);
    const float low[] = {sums.low_a, sums.low_b}, high[] = {sums.high_a, sums.high_b};
    float loudest = 0.0f;
    for (uint32_t c = 0; c < m->n_channels; c++) {
        luster_clipping_add(&m->clipping[c], in[c], n, low[c], high[c]);
        loudest = fmaxf(loudest, fmaxf(high[c], -low[c]));
        if (m->parts & LUSTER_MEASURE_TRUE_PEAK)
            luster_true_peak_max_add(&m->true_peak[c], in[c], n);
    }
    if (loudest > SILENCE)
        add_silence(m, in, n);
    if (m->spectrum)
        luster_spectrum_add(m->spectrum, in, 0, n);
    m->n_frames += n;
    return m->parts & LUSTER_MEASURE_LOUDNESS ? add_loudness(m, in, n) : LUSTER_OK;
}

LusterStatus luster_measure_add(LusterMeasure *m, const float *const *in, size_t n_frames)
{
    for (size_t at = 0; at < n_frames;) {
        const float *here[LUSTER_MEASURE_CHANNELS] = {in[0] + at, in[m->n_channels - 1] + at};
        LusterStatus status = LUSTER_OK;
        if (m->n_waiting == 0 && n_frames - at >= BLOCK_FRAMES) {
            status = add_block(m, here, BLOCK_FRAMES);
            at += BLOCK_FRAMES;
        } else {
            const size_t room = BLOCK_FRAMES - m->n_waiting, rest = n_frames - at;
            const size_t part = rest < room ? rest : room;
            for (uint32_t c = 0; c < m->n_channels; c++)
                memcpy(m->waiting[c] + m->n_waiting, here[c], part * sizeof(float));
            m->n_waiting += (uint32_t)part;
            at += part;
            if (m->n_waiting == BLOCK_FRAMES) {
                const float *waiting[] = {m->waiting[0], m->waiting[1]};
                m->n_waiting = 0;
                status = add_block(m, waiting, BLOCK_FRAMES);
            }
        }
        if (status)
            return status;
    }
    return LUSTER_OK;
}

static void finish_levels(LusterMeasure *m, LusterMeasurement *r)
{
    const double n = m->n_frames ? (double)m->n_frames : 1.0;
    const double power[] = {m->sums.aa / n, m->sums.bb / n}, cross = m->sums.ab / n;
    const double dc[] = {m->sums.a / n, m->sums.b / n};
    double peak = 0.0, mean = 0.0;
    for (uint32_t c = 0; c < m->n_channels; c++) {
        const double top = fmax(m->high[c], -m->low[c]);
        r->sample_peak_channel_dbfs[c] = luster_gain_to_db(top);
        r->rms_channel_dbfs[c] = luster_power_to_db(power[c]);
        r->dc_offset[c] = dc[c];
        peak = fmax(peak, top);
        mean += power[c] / m->n_channels;
        const LusterClipCount clips = luster_clipping_finish(&m->clipping[c]);
        r->clipped_runs += clips.runs;
        r->clipped_samples += clips.samples;
        if (clips.longest > r->longest_clipped_run)
            r->longest_clipped_run = clips.longest;
    }
    r->sample_peak_dbfs = luster_gain_to_db(peak);
    r->rms_dbfs = luster_power_to_db(mean);
    r->crest_db = mean > 0.0 ? r->sample_peak_dbfs - r->rms_dbfs : NAN;
    const double both = sqrt(power[0]) * sqrt(power[1]);
    r->correlation = both > 0.0 ? fmax(-1.0, fmin(1.0, cross / both)) : NAN;
    r->mid_dbfs = luster_power_to_db(fmax(0.0, (power[0] + power[1] + 2.0 * cross) / 4.0));
    r->side_dbfs = luster_power_to_db(fmax(0.0, (power[0] + power[1] - 2.0 * cross) / 4.0));
    r->side_mid_db = mean > 0.0 ? r->side_dbfs - r->mid_dbfs : NAN;
    r->balance_db = mean > 0.0 ? luster_power_to_db(power[1]) - luster_power_to_db(power[0]) : NAN;
    const uint64_t tail = m->end_loud ? m->n_frames - m->end_loud : m->n_frames;
    r->silence_head_s = (double)(m->end_loud ? m->first_loud : m->n_frames) / m->rate_hz;
    r->silence_tail_s = (double)tail / m->rate_hz;
}

static LusterStatus name_series(Series *series)
{
    series->lufs = malloc((series->n ? series->n : 1) * sizeof *series->lufs);
    if (!series->lufs)
        return LUSTER_NO_MEMORY;
    for (size_t i = 0; i < series->n; i++)
        series->lufs[i] = (float)luster_power_to_lufs(series->power[i]);
    return LUSTER_OK;
}

/* *busy_lufs: the short-term loudness of the fullest passages, left alone when there is none. */
static LusterStatus finish_loudness(LusterMeasure *m, LusterMeasurement *r, double *busy_lufs)
{
    r->integrated_lufs =
        luster_power_to_lufs(luster_loudness_gated(m->momentary.power, m->momentary.n));
    r->momentary_max_lufs = luster_power_to_lufs(m->momentary_max);
    r->short_term_max_lufs = luster_power_to_lufs(m->short_term_max);
    if (name_series(&m->momentary) || name_series(&m->short_term))
        return LUSTER_NO_MEMORY;
    const size_t n = m->short_term.n;
    if (n == 0)
        return LUSTER_OK;
    double *sorted = malloc(n * sizeof *sorted);
    if (!sorted)
        return LUSTER_NO_MEMORY;
    memcpy(sorted, m->short_term.power, n * sizeof *sorted);
    r->lra_lu = luster_loudness_range(sorted, n);
    *busy_lufs = luster_power_to_lufs(luster_percentile(sorted, n, BUSY_PERCENT));
    size_t n_seconds = 0;
    for (size_t i = 0; i < n; i += 1000 / LUSTER_SERIES_STEP_MS)
        sorted[n_seconds++] = m->short_term.power[i];
    r->lra_1s_lu = luster_loudness_range(sorted, n_seconds);
    free(sorted);
    return LUSTER_OK;
}

static double ratio(double peak_db, double level_db)
{
    return isfinite(peak_db) && isfinite(level_db) ? peak_db - level_db : NAN;
}

LusterStatus luster_measure_finish(LusterMeasure *m, LusterMeasurement *out)
{
    LusterMeasurement *r = &m->result;
    const float *waiting[] = {m->waiting[0], m->waiting[1]};
    if (m->n_waiting && add_block(m, waiting, m->n_waiting))
        return LUSTER_NO_MEMORY;
    m->n_waiting = 0;
    r->rate_hz = m->rate_hz;
    r->n_channels = m->n_channels;
    r->n_frames = m->n_frames;
    r->duration_s = (double)m->n_frames / m->rate_hz;
    r->bad_samples = m->bad_samples;
    finish_levels(m, r);
    r->integrated_lufs = r->momentary_max_lufs = r->short_term_max_lufs = -INFINITY;
    double busy_lufs = -INFINITY;
    if (m->parts & LUSTER_MEASURE_LOUDNESS && finish_loudness(m, r, &busy_lufs))
        return LUSTER_NO_MEMORY;
    r->true_peak_dbtp = -INFINITY;
    for (uint32_t c = 0; c < m->n_channels && m->parts & LUSTER_MEASURE_TRUE_PEAK; c++) {
        r->true_peak_channel_dbtp[c] =
            luster_gain_to_db(luster_true_peak_max_finish(&m->true_peak[c]));
        r->true_peak_dbtp = fmax(r->true_peak_dbtp, r->true_peak_channel_dbtp[c]);
    }
    r->plr_lu = ratio(r->true_peak_dbtp, r->integrated_lufs);
    r->psr_lu = ratio(r->true_peak_dbtp, busy_lufs);
    if (m->spectrum) {
        uint32_t n_bins;
        double bin_hz, bands[LUSTER_BANDS];
        const double *power = luster_spectrum_finish(m->spectrum, &n_bins, &bin_hz);
        r->n_bands = luster_spectrum_third_octaves(power, n_bins, bin_hz, bands);
        for (uint32_t b = 0; b < r->n_bands; b++)
            r->spectrum_third_octave_dbfs[b] = luster_power_to_db(bands[b]);
        luster_spectrum_free(m->spectrum); /* finished measurements are kept for albums */
        m->spectrum = NULL;
    }
    *out = *r;
    return LUSTER_OK;
}

const float *luster_measure_momentary(const LusterMeasure *m, size_t *n)
{
    *n = m->momentary.n;
    return m->momentary.lufs;
}

const float *luster_measure_short_term(const LusterMeasure *m, size_t *n)
{
    *n = m->short_term.n;
    return m->short_term.lufs;
}

/* All powers of one kind, one measurement after the other; NULL when memory is out. */
static double *gather(const LusterMeasure *const *measures, size_t n, int short_term, size_t *total)
{
    *total = 0;
    for (size_t i = 0; i < n; i++)
        *total += short_term ? measures[i]->short_term.n : measures[i]->momentary.n;
    double *all = malloc((*total ? *total : 1) * sizeof *all);
    for (size_t i = 0, at = 0; all && i < n; i++) {
        const Series *series = short_term ? &measures[i]->short_term : &measures[i]->momentary;
        if (series->n)
            memcpy(all + at, series->power, series->n * sizeof *all);
        at += series->n;
    }
    return all;
}

LusterStatus luster_measure_album(const LusterMeasure *const *measures, size_t n,
                                  LusterAlbumMeasurement *out)
{
    *out = (LusterAlbumMeasurement){.true_peak_dbtp = -INFINITY,
                                    .sample_peak_dbfs = -INFINITY,
                                    .momentary_max_lufs = -INFINITY,
                                    .short_term_max_lufs = -INFINITY};
    for (size_t i = 0; i < n; i++) {
        const LusterMeasurement *r = &measures[i]->result;
        out->true_peak_dbtp = fmax(out->true_peak_dbtp, r->true_peak_dbtp);
        out->sample_peak_dbfs = fmax(out->sample_peak_dbfs, r->sample_peak_dbfs);
        out->momentary_max_lufs = fmax(out->momentary_max_lufs, r->momentary_max_lufs);
        out->short_term_max_lufs = fmax(out->short_term_max_lufs, r->short_term_max_lufs);
        out->duration_s += r->duration_s;
    }
    size_t n_blocks, n_short;
    double *blocks = gather(measures, n, 0, &n_blocks);
    double *short_terms = gather(measures, n, 1, &n_short);
    const int good = blocks && short_terms;
    if (good) {
        out->integrated_lufs = luster_power_to_lufs(luster_loudness_gated(blocks, n_blocks));
        out->lra_lu = luster_loudness_range(short_terms, n_short);
    }
    free(blocks);
    free(short_terms);
    return good ? LUSTER_OK : LUSTER_NO_MEMORY;
}

static LusterStatus read_all(LusterSource *source, LusterMeasure *m, LusterError *err)
{
    float *frames = malloc(sizeof *frames * READ_FRAMES * LUSTER_MEASURE_CHANNELS);
    if (!frames)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    float *const out[] = {frames, frames + READ_FRAMES};
    const float *const in[] = {frames, frames + READ_FRAMES};
    LusterStatus status;
    size_t n;
    do {
        status = luster_source_read(source, out, READ_FRAMES, &n, err);
        if (!status && luster_measure_add(m, in, n))
            status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    } while (!status && n == READ_FRAMES);
    free(frames);
    return status;
}

LusterStatus luster_measure_source(LusterSource *source, unsigned parts, LusterMeasurement *out,
                                   LusterMeasure **measure, LusterError *err)
{
    LusterMeasure *m;
    if (measure)
        *measure = NULL;
    LusterStatus status = luster_measure_new(source->rate_hz, source->n_channels, parts, &m, err);
    if (status)
        return status;
    status = read_all(source, m, err);
    if (!status && luster_measure_finish(m, out))
        status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    if (!status && measure)
        *measure = m;
    else
        luster_measure_free(m);
    return status;
}
