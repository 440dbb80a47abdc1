/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The power of each spectrum is spread over the hop around the window's middle and shared out to
 * the steps that lie there, so that no power is lost; then a byte per band in half decibels. */
#include "analysis/band_series.h"

#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHROMA_LOW_HZ 174.0 /* F3 is 174.6: below, two bins would hold more than a semitone */
#define CHROMA_HIGH_HZ 2100.0 /* C7 is 2093: above, overtones tell little of the harmony */
#define NONE 12 /* a bin of no pitch class */

/* Levels of one step length, gathered hop by hop. */
typedef struct {
    uint32_t n_values; /* per step */
    double step; /* frames */
    double sum[LUSTER_STEM_BANDS], filled; /* power * frames so far, and frames */
    uint8_t *level;
    uint32_t n_steps, room;
} Gather;

struct LusterBandSeries {
    double rate;
    uint32_t n, hop, n_bins;
    uint64_t n_spectra;
    uint32_t from[LUSTER_STEM_BANDS], to[LUSTER_STEM_BANDS]; /* whole bins in between */
    double from_share[LUSTER_STEM_BANDS], to_share[LUSTER_STEM_BANDS];
    uint8_t *pitch_class; /* [n_bins] */
    double band[LUSTER_STEM_BANDS], chroma[LUSTER_CHROMA]; /* of the last spectrum */
    Gather bands, pitches;
};

/* Bins that straddle an edge are shared out. */
static void lay_bands(LusterBandSeries *s)
{
    const double half = luster_exp2(1.0 / 6.0), width = s->rate / s->n;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        const double low = luster_stem_band_hz(b) / half / width + 0.5;
        const double high = luster_stem_band_hz(b) * half / width + 0.5;
        s->from[b] = (uint32_t)low;
        s->to[b] = (uint32_t)high;
        s->from_share[b] = 1.0 - (low - s->from[b]);
        s->to_share[b] = high - s->to[b];
        if (s->from[b] == s->to[b]) {
            s->from_share[b] = high - low;
            s->to_share[b] = 0.0;
        }
    }
    for (uint32_t k = 0; k < s->n_bins; k++) {
        const double hz = k * width;
        s->pitch_class[k] = NONE;
        if (hz >= CHROMA_LOW_HZ && hz < CHROMA_HIGH_HZ) {
            const int note = (int)(12.0 * luster_log2(hz / 440.0) + 69.5); /* MIDI; C is 0 */
            s->pitch_class[k] = (uint8_t)(note % LUSTER_CHROMA);
        }
    }
}

LusterBandSeries *luster_band_series_new(double rate_hz, uint32_t n, uint32_t hop)
{
    LusterBandSeries *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->rate = rate_hz;
    s->n = n;
    s->hop = hop;
    s->n_bins = n / 2 + 1;
    s->bands = (Gather){.n_values = LUSTER_STEM_BANDS, .step = LUSTER_STEP_S * rate_hz};
    s->pitches = (Gather){.n_values = LUSTER_CHROMA, .step = LUSTER_CHROMA_STEP_S * rate_hz};
    s->pitch_class = malloc(s->n_bins);
    if (!s->pitch_class) {
        luster_band_series_free(s);
        return NULL;
    }
    lay_bands(s);
    return s;
}

void luster_band_series_free(LusterBandSeries *s)
{
    if (!s)
        return;
    free(s->pitch_class);
    free(s->bands.level);
    free(s->pitches.level);
    free(s);
}

static uint8_t half_decibels(double power)
{
    const double steps =
        power > 1e-12 ? 2.0 * (luster_power_to_db(power) - LUSTER_BAND_FLOOR_DB) + 0.5 : 0.0;
    return (uint8_t)(steps < 0.0 ? 0.0 : steps > 255.0 ? 255.0 : steps);
}

double luster_stem_level_power(uint8_t level)
{
    return level ? luster_pow(10.0, (LUSTER_BAND_FLOOR_DB + 0.5 * level) / 10.0) : 0.0;
}

static bool end_step(Gather *g)
{
    if (g->n_steps == g->room) {
        const uint32_t room = g->room ? 2 * g->room : 512;
        uint8_t *more = realloc(g->level, (size_t)room * g->n_values);
        if (!more)
            return false;
        g->level = more;
        g->room = room;
    }
    uint8_t *level = g->level + (size_t)g->n_steps++ * g->n_values;
    for (uint32_t v = 0; v < g->n_values; v++) {
        level[v] = half_decibels(g->filled > 0.0 ? g->sum[v] / g->filled : 0.0);
        g->sum[v] = 0.0;
    }
    g->filled = 0.0;
    return true;
}

/* `power` holds from frame `from` to frame `to`, which is where the last call ended. */
static bool gather(Gather *g, const double *power, double from, double to)
{
    while (from < to) {
        const double end = (g->n_steps + 1) * g->step, till = to < end ? to : end;
        for (uint32_t v = 0; v < g->n_values; v++)
            g->sum[v] += power[v] * (till - from);
        g->filled += till - from;
        if (till >= end && !end_step(g))
            return false;
        from = till;
    }
    return true;
}

static bool gather_until(LusterBandSeries *s, double from, double to)
{
    return gather(&s->bands, s->band, from, to) && gather(&s->pitches, s->chroma, from, to);
}

/* Half a hop before and after the middle of spectrum `i`; the first one holds from the start. */
static double begin_of(const LusterBandSeries *s, uint64_t i)
{
    return i ? (double)i * s->hop + 0.5 * s->n - 0.5 * s->hop : 0.0;
}

bool luster_band_series_add(LusterBandSeries *s, const double *power, double norm)
{
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        double sum = 0.0;
        if (s->from[b] < s->n_bins)
            sum += s->from_share[b] * power[s->from[b]];
        const uint32_t to = s->to[b] < s->n_bins ? s->to[b] : s->n_bins;
        for (uint32_t k = s->from[b] + 1; k < to; k++)
            sum += power[k];
        if (s->to[b] < s->n_bins)
            sum += s->to_share[b] * power[s->to[b]];
        s->band[b] = sum * norm;
    }
    memset(s->chroma, 0, sizeof s->chroma);
    for (uint32_t k = 0; k < s->n_bins; k++)
        if (s->pitch_class[k] != NONE)
            s->chroma[s->pitch_class[k]] += power[k] * norm;
    const uint64_t i = s->n_spectra++;
    return gather_until(s, begin_of(s, i), begin_of(s, i + 1));
}

bool luster_band_series_finish(LusterBandSeries *s, LusterStemFacts *f)
{
    const double at = begin_of(s, s->n_spectra), end = (double)f->n_frames;
    if (at < end && !gather_until(s, at, end))
        return false;
    while (s->bands.n_steps < f->n_steps)
        if (!end_step(&s->bands))
            return false;
    const uint32_t n_chroma = (uint32_t)ceil(f->n_steps * (LUSTER_STEP_S / LUSTER_CHROMA_STEP_S));
    while (s->pitches.n_steps < n_chroma)
        if (!end_step(&s->pitches))
            return false;
    f->band_level = s->bands.level;
    f->chroma_level = s->pitches.level;
    f->n_chroma = n_chroma;
    s->bands.level = s->pitches.level = NULL;
    return true;
}
