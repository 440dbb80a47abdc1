/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Bands move in log frequency, dB and log Q. Another kind fades the band to nothing (its sections
 * mix toward their input), changes it unheard, and fades it in again. */
#include "proc/equalizer_bands.h"

#include "base/math.h"
#include "luster/processor.h"

#include <math.h>
#include <string.h>

/* The warp may be left out, or have one section, when the error in power stays below these. */
#define WARP_NONE 4e-4 /* 0.002 dB */
#define WARP_ONE 7e-3 /* 0.03 dB */

const char *const luster_eq_types[] = {"off",   "bell",      "low_shelf", "high_shelf", "tilt",
                                       "notch", "band_pass", "low_cut",   "high_cut",   NULL};
const char *const luster_eq_slopes[] = {"6", "12", "18", "24", "36", "48", "72", "96", NULL};
const char *const luster_eq_channels[] = {"stereo", "left", "right", "mid", "side", NULL};

int luster_eq_order(int slope)
{
    static const int orders[] = {1, 2, 3, 4, 6, 8, 12, 16};
    return orders[slope];
}

static bool has_gain(int type)
{
    return type >= 1 && type - 1 <= (int)LUSTER_FILTER_TILT;
}

static bool is_cut(int type)
{
    return type - 1 >= (int)LUSTER_FILTER_LOW_CUT;
}

/* A dynamic band stays one while its range passes through 0. */
static LusterEqKind kind_of(const double *columns, uint32_t n_channels, bool was_dynamic)
{
    LusterEqKind kind = {.type = (int)columns[LUSTER_EQ_TYPE],
                         .group = (int)columns[LUSTER_EQ_CHANNEL]};
    if (n_channels == 1) {
        if (kind.group == LUSTER_EQ_RIGHT || kind.group == LUSTER_EQ_SIDE)
            kind.type = 0;
        kind.group = LUSTER_EQ_STEREO;
    }
    /* what a type has no use for must not make it another filter */
    if (kind.type == 0)
        return (LusterEqKind){0};
    kind.order = is_cut(kind.type) ? luster_eq_order((int)columns[LUSTER_EQ_SLOPE]) : 0;
    kind.dynamic = has_gain(kind.type) && (columns[LUSTER_EQ_RANGE] != 0.0 || was_dynamic);
    return kind;
}

static bool same_kind(const LusterEqKind *a, const LusterEqKind *b)
{
    return a->type == b->type && a->order == b->order && a->group == b->group &&
           a->dynamic == b->dynamic;
}

void luster_eq_band_set(LusterEqBand *band, const double *columns, uint32_t n_channels,
                        uint32_t n_cells)
{
    band->want = kind_of(columns, n_channels, n_cells && band->kind.dynamic);
    if (n_cells == 0) {
        luster_smooth_reset(&band->log_freq);
        luster_smooth_reset(&band->gain_db);
        luster_smooth_reset(&band->log_q);
        luster_smooth_reset(&band->amount);
        band->kind = band->want;
    }
    /* nothing to hear yet: no way to go */
    const bool unheard = band->kind.type == 0;
    luster_smooth_set(&band->log_freq, luster_log(columns[LUSTER_EQ_FREQ]), unheard ? 0 : n_cells);
    luster_smooth_set(&band->gain_db, columns[LUSTER_EQ_GAIN], unheard ? 0 : n_cells);
    luster_smooth_set(&band->log_q, luster_log(columns[LUSTER_EQ_Q]), unheard ? 0 : n_cells);
    const bool stays = same_kind(&band->kind, &band->want) && !unheard;
    luster_smooth_set(&band->amount, stays ? 1.0 : 0.0, n_cells);
}

bool luster_eq_band_moving(const LusterEqBand *band)
{
    return !same_kind(&band->kind, &band->want) || luster_smooth_moving(&band->log_freq) ||
           luster_smooth_moving(&band->gain_db) || luster_smooth_moving(&band->log_q) ||
           luster_smooth_moving(&band->amount);
}

bool luster_eq_band_heard(const LusterEqBand *band)
{
    if (band->kind.type == 0)
        return false;
    if (has_gain(band->kind.type) && !band->kind.dynamic && band->gain_db.value == 0.0 &&
        !luster_eq_band_moving(band))
        return false;
    return true;
}

bool luster_eq_band_step(LusterEqBand *band, uint32_t n_cells)
{
    bool changed = false;
    const bool is_out = !same_kind(&band->kind, &band->want) && band->amount.value == 0.0;
    if (is_out && (band->was_out || band->kind.type == 0)) {
        band->kind = band->want;
        luster_smooth_set(&band->log_freq, band->log_freq.target, 0);
        luster_smooth_set(&band->gain_db, band->gain_db.target, 0);
        luster_smooth_set(&band->log_q, band->log_q.target, 0);
        luster_smooth_set(&band->amount, band->kind.type ? 1.0 : 0.0, n_cells);
        changed = true;
    }
    band->was_out = is_out && !changed;
    luster_smooth_next(&band->log_freq);
    luster_smooth_next(&band->gain_db);
    luster_smooth_next(&band->log_q);
    luster_smooth_next(&band->amount);
    return changed;
}

void luster_eq_band_design(LusterEqBand *band, double rate_hz, double gain_db, bool all,
                           LusterWarp *warp)
{
    band->n_sections = 0;
    luster_warp_clear(warp);
    if (all ? band->kind.type != 0 : luster_eq_band_heard(band)) {
        LusterQuad analog[LUSTER_FILTER_MAX_SECTIONS];
        const LusterFilterSpec spec = {
            .type = (LusterFilterType)(band->kind.type - 1),
            .w0 = 2.0 * LUSTER_PI * luster_exp(band->log_freq.value) / rate_hz,
            .gain_db = gain_db,
            .q = luster_exp(band->log_q.value),
            .order = band->kind.order,
        };
        band->n_sections = luster_filter_prototype(&spec, analog);
        for (int s = 0; s < band->n_sections; s++) {
            band->digital[s] = luster_filter_match(&analog[s]);
            luster_warp_add(warp, &analog[s], &band->digital[s], band->amount.value);
        }
    }
    memcpy(band->ratio, warp->ratio, sizeof band->ratio);
}

void luster_eq_warp(const LusterEqBand *bands, int group, LusterWarp *warp)
{
    luster_warp_clear(warp);
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        if (!bands[b].n_sections || bands[b].kind.group != group || bands[b].kind.dynamic)
            continue;
        for (int m = 0; m < LUSTER_WARP_POINTS; m++)
            warp->ratio[m] *= bands[b].ratio[m];
    }
}

int luster_eq_warp_best(const LusterWarp *warp, LusterQuad sections[LUSTER_WARP_SECTIONS])
{
    if (luster_warp_size(warp) < WARP_NONE)
        return 0;
    if (luster_warp_fit(warp, 1, sections) < WARP_ONE)
        return 1;
    luster_warp_fit(warp, 2, sections);
    return 2;
}

/* Seconds until the slowest root of a band with `gain_db` has died by 120 dB. */
static double tail_at(const double *columns, double gain_db)
{
    const int type = (int)columns[LUSTER_EQ_TYPE];
    if (type == 0 || (has_gain(type) && gain_db == 0.0))
        return 0.0;
    LusterQuad sections[LUSTER_FILTER_MAX_SECTIONS];
    const LusterFilterSpec spec = {
        .type = (LusterFilterType)(type - 1),
        .w0 = 2.0 * LUSTER_PI * columns[LUSTER_EQ_FREQ], /* per second */
        .gain_db = gain_db,
        .q = columns[LUSTER_EQ_Q],
        .order = luster_eq_order((int)columns[LUSTER_EQ_SLOPE]),
    };
    const int n = luster_filter_prototype(&spec, sections);
    double slowest = 1e9;
    for (int s = 0; s < n; s++) {
        const double *d = sections[s].den;
        double rate = d[2] == 0.0 ? d[0] / d[1] : 0.5 * d[1] / d[2];
        const double square = d[2] == 0.0 ? 0.0 : rate * rate - d[0] / d[2];
        if (square > 0.0)
            rate = d[0] / d[2] / (rate + sqrt(square));
        slowest = rate < slowest ? rate : slowest;
    }
    return luster_log(1e6) / slowest;
}

double luster_eq_band_tail(const double *columns)
{
    const double gain_db = columns[LUSTER_EQ_GAIN];
    const double at_rest = tail_at(columns, gain_db);
    const double at_most = tail_at(columns, gain_db + columns[LUSTER_EQ_RANGE]);
    return at_rest > at_most ? at_rest : at_most;
}

static bool meets(const LusterEqBand *band, LusterEqGroup group)
{
    return band->kind.group == (int)group || band->kind.group == LUSTER_EQ_STEREO;
}

int luster_eq_design(const double *values, double rate_hz, LusterEqGroup group,
                     LusterQuad *sections)
{
    LusterEqBand band;
    LusterWarp warp, total;
    int n = 0;
    luster_warp_init(&warp);
    luster_warp_init(&total);
    memset(&band, 0, sizeof band);
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        luster_eq_band_set(&band, values + b * LUSTER_EQ_COLUMNS, LUSTER_MAX_CHANNELS, 0);
        if (!meets(&band, group))
            continue;
        luster_eq_band_design(&band, rate_hz, band.gain_db.value, false, &warp);
        for (int s = 0; s < band.n_sections; s++)
            sections[n++] = band.digital[s];
        for (int m = 0; m < LUSTER_WARP_POINTS; m++)
            total.ratio[m] *= warp.ratio[m];
    }
    return n + luster_eq_warp_best(&total, &sections[n]);
}
