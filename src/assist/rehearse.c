/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A rehearsal: what a stem's own chain does to its loudness and peaks is not guessed from curves
 * but played, at the stem's own rate. */
#include "assist/player.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LIMITED_DB 0.5
#define REDUCTION_BINS 120 /* of half a dB */
#define HEARD_DB -60.0 /* blocks under that, re full scale at working level, are pauses */
#define STROKE_S 0.2 /* the largest reduction within that belongs to one stroke or syllable */
#define LOUD_SHARE 0.9 /* nine of ten stay under it */

typedef struct {
    uint32_t bins[REDUCTION_BINS], n;
} Histogram;

typedef struct {
    const LusterStemPlan *stem;
    LusterPlayer *player;
    LusterMeasure *before, *after;
    Histogram blocks[LUSTER_PLAN_INSERTS], strokes[LUSTER_PLAN_INSERTS];
    double sum[LUSTER_PLAN_INSERTS], most[LUSTER_PLAN_INSERTS];
    double stroke_end_s, at_s;
    bool stroke_heard;
    uint32_t n_blocks, n_limited, n_heard;
} Rehearsal;

static void note(Histogram *h, double db)
{
    const int bin = (int)(2.0 * db + 0.5);
    h->bins[bin < 0 ? 0 : bin < REDUCTION_BINS ? bin : REDUCTION_BINS - 1]++;
    h->n++;
}

static double loud_share(const Histogram *h)
{
    uint32_t seen = 0;
    for (int i = 0; i < REDUCTION_BINS && h->n; i++) {
        seen += h->bins[i];
        if (seen >= LOUD_SHARE * h->n)
            return 0.5 * i;
    }
    return 0.0;
}

static void end_stroke(Rehearsal *r)
{
    for (uint32_t k = 0; k < r->stem->plan.n_inserts; k++) {
        if (r->stroke_heard)
            note(&r->strokes[k], r->most[k]);
        r->most[k] = 0.0;
    }
    r->stroke_heard = false;
    r->stroke_end_s += STROKE_S;
}

static void note_reductions(Rehearsal *r, const float *const *after, size_t n)
{
    const uint32_t n_channels = luster_player_channels(r->player);
    double power = 0.0;
    for (uint32_t c = 0; c < n_channels; c++)
        for (size_t i = 0; i < n; i++)
            power += (double)after[c][i] * after[c][i];
    const bool heard = power > (double)n * luster_pow(10.0, HEARD_DB / 10.0);
    r->n_heard += heard;
    r->stroke_heard |= heard;
    for (uint32_t k = 0; k < r->stem->plan.n_inserts; k++) {
        const double db = luster_player_reduction_db(r->player, k);
        if (db < 0.0)
            continue;
        if (!strcmp(r->stem->plan.inserts[k].proc->id, "limiter"))
            r->n_limited += db > LIMITED_DB;
        if (!heard)
            continue;
        r->sum[k] += db;
        r->most[k] = db > r->most[k] ? db : r->most[k];
        note(&r->blocks[k], db);
    }
    r->at_s += (double)n / luster_player_rate_hz(r->player);
    while (r->at_s >= r->stroke_end_s)
        end_stroke(r);
}

static LusterStatus play(Rehearsal *r, double length_s, LusterError *err)
{
    LusterStatus status = LUSTER_OK;
    for (size_t n = 1; n && !status && !(length_s > 0.0 && r->at_s >= length_s);) {
        const float *const *before, *const *after;
        status = luster_player_next(r->player, &before, &after, &n, err);
        if (status || !n)
            break;
        status = luster_measure_add(r->before, before, n);
        if (!status)
            status = luster_measure_add(r->after, after, n);
        note_reductions(r, after, n);
        r->n_blocks++;
    }
    return status;
}

static void tell(const Rehearsal *r, const LusterMeasurement *before,
                 const LusterMeasurement *after, LusterRehearsal *out)
{
    *out = (LusterRehearsal){.change_lu = after->integrated_lufs - before->integrated_lufs,
                             .peak_dbfs = after->sample_peak_dbfs,
                             .limited = r->n_blocks ? (double)r->n_limited / r->n_blocks : 0.0};
    for (uint32_t k = 0; k < LUSTER_PLAN_INSERTS; k++) {
        out->mean_reduction_db[k] = r->n_heard ? r->sum[k] / r->n_heard : 0.0;
        out->loud_reduction_db[k] = loud_share(&r->blocks[k]);
        out->stroke_reduction_db[k] = loud_share(&r->strokes[k]);
    }
}

bool luster_plan_rehearse_part(const LusterMix *mix, const LusterStemPlan *s, double from_s,
                               double length_s, LusterRehearsal *out)
{
    LusterError err;
    LusterMeasurement before, after;
    Rehearsal *r = calloc(1, sizeof *r);
    if (!r)
        return false;
    r->stem = s;
    r->stroke_end_s = STROKE_S;
    LusterStatus status = luster_player_new(mix, s, NULL, from_s, &r->player, &err);
    for (int i = 0; i < 2 && !status; i++)
        status =
            luster_measure_new(luster_player_rate_hz(r->player), luster_player_channels(r->player),
                               LUSTER_MEASURE_LOUDNESS, i ? &r->after : &r->before, &err);
    if (!status)
        status = play(r, length_s, &err);
    if (!status)
        status = luster_measure_finish(r->before, &before);
    if (!status)
        status = luster_measure_finish(r->after, &after);
    if (!status)
        tell(r, &before, &after, out);
    luster_player_free(r->player);
    luster_measure_free(r->before);
    luster_measure_free(r->after);
    free(r);
    return !status && isfinite(out->change_lu) && isfinite(out->peak_dbfs);
}

bool luster_plan_rehearse(const LusterStemPlan *s, LusterRehearsal *out)
{
    return luster_plan_rehearse_part(NULL, s, 0.0, 0.0, out);
}

double luster_plan_loudest_s(const float *power, uint32_t n_steps, double length_s)
{
    const uint32_t window = (uint32_t)(length_s / LUSTER_STEP_S);
    double sum = 0.0, most = 0.0;
    uint32_t at = 0;
    for (uint32_t i = 0; i < n_steps; i++) {
        sum += power[i];
        if (i >= window)
            sum -= power[i - window];
        if (i + 1 >= window && sum > most * (1.0 + 1e-9)) { /* not by rounding alone */
            most = sum;
            at = i + 1 - window;
        }
    }
    return at * LUSTER_STEP_S;
}
