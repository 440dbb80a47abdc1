/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What was heard of a mix, as figures beside what professional mixes have. Rows are p10 ... p90 of
 * 100 unmastered mixes unless their comment says otherwise; levels and tone move with the style. */
#include "assist/ear.h"

#include "base/math.h"

#include <math.h>

/* Loudness of sections re the mix, p10 and p90 [A2]. */
static const double section_lu[LUSTER_SECTION_N][2] = {
    [LUSTER_SECTION_VOCALS] = {-5.6, -1.7},
    [LUSTER_SECTION_DRUMS] = {-10.9, -4.3},
    [LUSTER_SECTION_BASS] = {-11.0, -3.3},
    [LUSTER_SECTION_OTHER] = {-8.7, -2.6},
};
static const char *const section_ids[LUSTER_SECTION_N][2] = {
    [LUSTER_SECTION_VOCALS] = {"vocals_lu", "voices re the mix"},
    [LUSTER_SECTION_DRUMS] = {"drums_lu", "drums re the mix"},
    [LUSTER_SECTION_BASS] = {"bass_lu", "bass re the mix"},
    [LUSTER_SECTION_OTHER] = {"other_lu", "the rest re the mix"},
};

/* Regions of tone: third octaves from, to (rows of the norms). */
const LusterRegion luster_regions[LUSTER_REGION_N] = {
    {"tone_low_db", "40-100 Hz re all", 3, 7},
    {"tone_low_mid_db", "125-400 Hz re all", 8, 13},
    {"tone_mid_db", "500 Hz-2 kHz re all", 14, 20},
    {"tone_high_mid_db", "2.5-6.3 kHz re all", 21, 25},
    {"tone_high_db", "8-16 kHz re all", 26, 29},
};

/* Side re mid per band, p10 and p90 [E2]. */
static const struct {
    const char *id, *name;
    int from, to;
    double low, high;
} widths[] = {
    {"side_db", "side re mid", 0, LUSTER_STEM_BANDS - 1, -17.4, -6.4},
    {"side_low_db", "... under 120 Hz", 0, 7, -29.0, -9.8},
    {"side_low_mid_db", "... 120-500 Hz", 8, 14, -15.0, -4.6},
    {"side_mid_db", "... 500 Hz-2 kHz", 15, 20, -15.0, -4.5},
    {"side_high_mid_db", "... 2-8 kHz", 21, 26, -15.0, -4.0},
    {"side_high_db", "... over 8 kHz", 27, LUSTER_STEM_BANDS - 1, -23.0, -3.0},
};

static void add(LusterMix *mix, const char *id, const char *name, const char *unit, double value,
                double low, double high, const char *source)
{
    if (mix->n_figures < LUSTER_FIGURES && !isnan(value))
        mix->figures[mix->n_figures++] =
            (LusterMixFigure){id, name, unit, value, low, high, source};
}

static double band_sum(const double *db, int from, int to)
{
    double sum = 0.0;
    for (int b = from; b <= to; b++)
        sum += isfinite(db[b]) ? luster_pow(10.0, db[b] / 10.0) : 0.0;
    return sum;
}

double luster_heard_region_db(const LusterMixEar *ear, int from, int to)
{
    const int last = LUSTER_STEM_BANDS - 1;
    const double part = band_sum(ear->mid_db, from, to) + band_sum(ear->side_db, from, to);
    const double all = band_sum(ear->mid_db, 0, last) + band_sum(ear->side_db, 0, last);
    return part > 0.0 ? luster_power_to_db(part / all) : -INFINITY;
}

double luster_style_region_db(const LusterStyle *style, int percentile, int from, int to)
{
    double sum = 0.0;
    for (int b = from; b <= to; b++)
        sum += luster_pow(10.0, luster_style_band_db(style, percentile, b) / 10.0);
    return luster_power_to_db(sum);
}

static void levels(LusterMix *mix, const LusterMixEar *ear)
{
    const LusterStyle *general = luster_style_at(0);
    const double lead = mix->style->target_lu[LUSTER_SECTION_VOCALS] + mix->lead_db;
    add(mix, "lead_lu", "lead while it sings", "LU", ear->lead_lu, lead - LUSTER_LEAD_SPREAD_LU,
        lead + LUSTER_LEAD_SPREAD_LU, "A2");
    for (int k = 0; k < LUSTER_SECTION_N;
         k++) /* ranges of whole bands: none without all sections */
        if (!isfinite(ear->lufs[LUSTER_HEARD_SECTION + k]))
            return;
    for (int k = 0; k < LUSTER_SECTION_N; k++) {
        const double lu = ear->lufs[LUSTER_HEARD_SECTION + k] - ear->lufs[LUSTER_HEARD_SUM];
        const double moved = mix->style->target_lu[k] - general->target_lu[k] +
                             (k == LUSTER_SECTION_VOCALS ? mix->lead_db : 0.0);
        add(mix, section_ids[k][0], section_ids[k][1], "LU", lu, section_lu[k][0] + moved,
            section_lu[k][1] + moved, "A2");
    }
}

/* How much the mono sum loses, re the same power in both speakers. */
static double mono_loss(const LusterMixEar *ear)
{
    const int last = LUSTER_STEM_BANDS - 1;
    const double mid = band_sum(ear->mid_db, 0, last), side = band_sum(ear->side_db, 0, last);
    return mid > 0.0 ? luster_power_to_db(mid / (mid + side)) : NAN;
}

void luster_take_figures(LusterMix *mix, const LusterMixEar *ear)
{
    const LusterMeasurement *m = &ear->master;
    mix->n_figures = 0;
    if (!isfinite(m->integrated_lufs))
        return;
    levels(mix, ear);
    for (int r = 0; r < LUSTER_REGION_N; r++) {
        const LusterRegion *region = &luster_regions[r];
        add(mix, region->id, region->name, "dB",
            luster_heard_region_db(ear, region->from, region->to),
            luster_style_region_db(mix->style, 0, region->from, region->to),
            luster_style_region_db(mix->style, 2, region->from, region->to), "C3");
    }
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        const double mid = band_sum(ear->mid_db, widths[w].from, widths[w].to);
        const double side = band_sum(ear->side_db, widths[w].from, widths[w].to);
        const double least = 1e-12 * mid; /* -120 dB */
        add(mix, widths[w].id, widths[w].name, "dB",
            mid > 0.0 ? luster_power_to_db((side > least ? side : least) / mid) : NAN,
            widths[w].low, widths[w].high, "E2");
    }
    add(mix, "balance_db", "right re left", "dB", m->balance_db, -1.0, 1.0, "ours");
    add(mix, "mono_db", "mono sum re stereo", "dB", mono_loss(ear), -1.2, 0.0, "E2"); /* p10 .63 */
    if (isfinite(ear->lufs[LUSTER_HEARD_WET]))
        add(mix, "wet_lu", "effects re the mix", "LU",
            ear->lufs[LUSTER_HEARD_WET] - ear->lufs[LUSTER_HEARD_SUM], -17.0, -12.0, "F1");
    add(mix, "plr_lu", "peak to loudness", "LU", m->plr_lu, 13.3, 18.0, "D6");
    if (m->duration_s >= 60.0) /* Tech 3342: of little meaning under that */
        add(mix, "lra_lu", "loudness range", "LU", m->lra_lu, 2.5, 11.4, "D6");
}

const LusterMixFigure *luster_mix_figure(const LusterMix *mix, uint32_t index)
{
    return index < mix->n_figures ? &mix->figures[index] : NULL;
}
