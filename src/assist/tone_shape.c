/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Broad tone moves, only where the planned mix of a whole band lies outside the third octaves of
 * nine of ten professional mixes (doc/sources.md C3) over an octave or more, and one part is the
 * cause: it supplies most of what is too much, or it is the voice or kit that has less there than a
 * song's own tone explains (C6). That part comes half way back, 3 dB at most; nothing is raised
 * that is not well over the part's own noise, and nothing low. What no single part causes is the
 * master's affair. */
#include "assist/tone.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BORDER_DB 6.7 /* 1.28 times 5.2 dB, a track's own tone re the mean: p10 and p90 [C6] */
#define RUN 3 /* third octaves that have to lie outside: an octave */
#define MOST_DB 3.0
#define LEAST_DB 0.7
#define MATTERS_DB -24.0 /* bands of a part's norm under that re its whole say nothing */
#define CAUSE 0.6 /* share of a region's power that makes a part its cause (ours) */
#define FROM 7 /* 100 Hz: below, song and tuning decide, and the balance of kick and bass */
#define TO 28 /* 12.5 kHz */
#define RAISE_FROM 20 /* 2 kHz: what is missing lower down is not there to be raised */
#define OVER_NOISE_DB 12.0
#define FLOOR_SPAN_DB 3.0

typedef struct {
    int from, to;
    double outside_db; /* mean: over p90, or (less than 0) under p10 */
} Region;

/* Third octaves re the whole, dB, rows 20 Hz ... 16 kHz: medians of 100 professional stems [C3]. */
static const double vocal_db[LUSTER_STEM_BANDS] = {
    -51.9, -50.9, -49.8, -46.1, -45.3, -43.9, -43.0, -39.4, -29.6, -23.1,
    -14.7, -11.6, -12.2, -11.0, -9.8,  -9.2,  -10.1, -11.2, -13.0, -13.8,
    -16.9, -17.3, -18.6, -20.6, -24.6, -24.0, -23.8, -25.4, -30.2, -37.8,
};
static const double drums_db[LUSTER_STEM_BANDS] = {
    -35.9, -31.5, -25.4, -13.9, -10.9, -9.1,  -11.3, -10.6, -11.3, -13.9,
    -11.9, -16.6, -17.7, -18.8, -19.4, -21.0, -22.7, -24.2, -23.9, -24.0,
    -23.7, -22.8, -21.4, -20.1, -20.8, -21.3, -22.1, -23.1, -26.1, -30.2,
};
static const double *norm_of(LusterRole role)
{
    return role == LUSTER_ROLE_DRUMS ? drums_db : role == LUSTER_ROLE_LEAD_VOCAL ? vocal_db : NULL;
}

/* How far each band's sound stands over the same band in the pauses, dB; 0 where there are none. */
static void over_noise(const LusterStemFacts *f, double *db)
{
    double quiet[LUSTER_STEM_BANDS] = {0.0};
    const double top = luster_pow(10.0, (f->noise_dbfs + FLOOR_SPAN_DB) / 10.0);
    uint32_t n = 0;
    memset(db, 0, LUSTER_STEM_BANDS * sizeof *db);
    for (uint32_t t = 0; t < f->n_steps && isfinite(f->noise_dbfs); t++) {
        const uint8_t *level = f->band_level + (size_t)t * LUSTER_STEM_BANDS;
        double all = 0.0;
        for (int b = 0; b < LUSTER_STEM_BANDS; b++)
            all += luster_stem_level_power(level[b]);
        if (all > top)
            continue;
        for (int b = 0; b < LUSTER_STEM_BANDS; b++)
            quiet[b] += luster_stem_level_power(level[b]);
        n++;
    }
    for (int b = 0; b < LUSTER_STEM_BANDS && n; b++)
        db[b] = luster_power_to_db((f->band_power[b] + 1e-14) / (quiet[b] / n + 1e-14));
}

/* The part's region re its norm, both re the rest of what matters, dB; NAN: the norm does not say.
 */
static double re_norm(const LusterStemPlan *s, const Region *r)
{
    const double *norm = norm_of(s->role);
    double eq_db[LUSTER_STEM_BANDS], sum[2] = {0.0};
    int n[2] = {0};
    if (!norm)
        return NAN;
    luster_tone_response(s, eq_db);
    for (int b = FROM; b <= TO; b++) {
        const bool inside = b >= r->from && b <= r->to;
        if (norm[b] < MATTERS_DB && !inside)
            continue;
        sum[inside] += luster_power_to_db(s->facts.band_power[b] + 1e-14) + eq_db[b] - norm[b];
        n[inside]++;
    }
    return n[0] && n[1] ? sum[1] / n[1] - sum[0] / n[0] : NAN;
}

static bool over_its_noise(const LusterStemPlan *s, const Region *r)
{
    double db[LUSTER_STEM_BANDS];
    over_noise(&s->facts, db);
    for (int b = r->from; b <= r->to; b++)
        if (db[b] < OVER_NOISE_DB)
            return false;
    return true;
}

/* Power per band in the mix as planned, of one part. */
static void powers(const LusterStemPlan *s, double *power)
{
    double eq_db[LUSTER_STEM_BANDS];
    luster_tone_response(s, eq_db);
    for (int b = 0; b < LUSTER_STEM_BANDS; b++)
        power[b] = luster_stem_heard(s) ? s->facts.band_power[b] * s->clip_power *
                                              luster_pow(10.0, (s->level_db + eq_db[b]) / 10.0)
                                        : 0.0;
}

static bool whole_band(const LusterMix *mix)
{
    bool has[LUSTER_SECTION_N] = {false};
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            has[luster_role_info(mix->stems[i].role)->section] = true;
    return has[LUSTER_SECTION_DRUMS] && has[LUSTER_SECTION_BASS] &&
           (has[LUSTER_SECTION_VOCALS] || has[LUSTER_SECTION_OTHER]);
}

/* The next region from `from` on; false at the end. */
static bool next_region(const LusterMix *mix, const double *power, int from, Region *r)
{
    double total = 0.0;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++)
        total += power[b];
    for (int sign = 0; from <= TO; from++) {
        r->outside_db = 0.0;
        for (r->from = r->to = from; r->to <= TO; r->to++) {
            const double db = luster_power_to_db((power[r->to] + 1e-30) / total);
            const double over = db - luster_style_band_db(mix->style, 2, r->to);
            const double under = db - luster_style_band_db(mix->style, 0, r->to);
            const double out = over > 0.0 ? over : under < 0.0 ? under : 0.0;
            const int now = out > 0.0 ? 1 : out < 0.0 ? -1 : 0;
            if (!now || (r->to > r->from && now != sign))
                break;
            sign = now;
            r->outside_db += out;
        }
        r->to--;
        const int n = r->to - r->from + 1;
        if (n >= RUN) {
            r->outside_db /= n;
            return true;
        }
    }
    return false;
}

static void correct(LusterStemPlan *s, const Region *r, double db)
{
    const double ratio = luster_exp2((r->to - r->from + 1) / 3.0);
    const double low = luster_stem_band_hz(r->from) * luster_exp2(-1.0 / 6.0);
    const double high = luster_stem_band_hz(r->to) * luster_exp2(1.0 / 6.0);
    char measured[200];
    snprintf(measured, sizeof measured,
             "the mix lies %.1f dB %s that of nine of ten professional mixes from %.0f to %.0f Hz, "
             "and this part is the cause",
             fabs(r->outside_db), db < 0.0 ? "over" : "under", low, high);
    const char *why = db < 0.0 ? "too much of a broad region: half way back"
                               : "too little of a broad region: half way back";
    if (r->to >= TO - 1)
        luster_tone_band(s, "high_shelf", low, db, 0.0, why, measured);
    else
        luster_tone_band(s, "bell", sqrt(low * high), db, sqrt(ratio) / (ratio - 1.0), why,
                         measured);
}

static bool of_a_kit(LusterRole role)
{
    return role >= LUSTER_ROLE_KICK && role <= LUSTER_ROLE_ROOM;
}

/* Who makes it too much, or has too little himself; NULL: nobody by himself. */
static LusterStemPlan *cause_of(LusterMix *mix, const Region *r, const double *power)
{
    double all = 0.0, most = 0.0;
    LusterStemPlan *cause = NULL;
    for (int b = r->from; b <= r->to; b++)
        all += power[b];
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        double part[LUSTER_STEM_BANDS], here = 0.0;
        if (!luster_stem_heard(s) || !s->facts.band_level || of_a_kit(s->role))
            continue;
        powers(s, part);
        for (int b = r->from; b <= r->to; b++)
            here += part[b] / all;
        const double away = r->outside_db < 0.0 ? -re_norm(s, r) - BORDER_DB : here - CAUSE;
        if (away > most && (r->outside_db > 0.0 || over_its_noise(s, r))) {
            most = away;
            cause = s;
        }
    }
    return cause;
}

void luster_tone_shape(LusterMix *mix)
{
    double power[LUSTER_STEM_BANDS] = {0.0}, part[LUSTER_STEM_BANDS];
    Region r;
    if (!whole_band(mix))
        return;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        powers(&mix->stems[i], part);
        for (int b = 0; b < LUSTER_STEM_BANDS; b++)
            power[b] += part[b];
    }
    for (int from = FROM; next_region(mix, power, from, &r); from = r.to + 1) {
        LusterStemPlan *s = NULL;
        if (r.outside_db > 0.0 || r.from >= RAISE_FROM)
            s = cause_of(mix, &r, power);
        double db = s ? -0.5 * r.outside_db : 0.0;
        db = fmax(-MOST_DB, fmin(MOST_DB, db)) * mix->amount[LUSTER_STAGE_TONE];
        if (fabs(db) >= LEAST_DB)
            correct(s, &r, db);
    }
}
