/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A rehearsal: what a stem's own chain does to its loudness and peaks is not guessed from curves
 * but played, at the stem's own rate. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 1024
#define MAX_METERS 16
#define LIMITED_DB 0.5f
#define REDUCTION_BINS 120 /* of half a dB */
#define HEARD_DB -60.0 /* blocks under that, re full scale at working level, are pauses */

typedef struct {
    LusterSource *source;
    LusterInstance *chain[LUSTER_PLAN_INSERTS]; /* NULL: left out */
    int meter[LUSTER_PLAN_INSERTS]; /* reading that is the gain reduction, or -1 */
    uint32_t reductions[LUSTER_PLAN_INSERTS][REDUCTION_BINS];
    double sum[LUSTER_PLAN_INSERTS];
    uint32_t n_chain, n_channels, n_blocks, n_limited, n_heard;
    LusterMeasure *before, *after;
    float data[2][BLOCK];
} Rehearsal;

static int reduction_meter(const LusterProcessor *proc)
{
    for (uint32_t m = 0; m < proc->n_meters; m++)
        if (!strcmp(proc->meters[m].id, "gain_reduction"))
            return (int)m;
    return -1;
}

static LusterStatus build(const LusterStemPlan *s, Rehearsal *r, LusterError *err)
{
    LusterStatus status = LUSTER_OK;
    const LusterSetup setup = {(uint32_t)(r->source->rate_hz + 0.5), BLOCK, r->n_channels};
    r->n_chain = s->plan.n_inserts;
    for (uint32_t i = 0; i < r->n_chain && !status; i++) {
        const LusterPlannedInsert *insert = &s->plan.inserts[i];
        r->meter[i] = reduction_meter(insert->proc);
        if (insert->key >= 0)
            continue;
        status = luster_instance_new(insert->proc, &setup, &r->chain[i], err);
        for (uint32_t m = 0; m < insert->moves.n && !status; m++) {
            const int row = luster_processor_param(insert->proc, insert->moves.list[m].target);
            luster_instance_set(r->chain[i], (uint32_t)row, insert->moves.list[m].value);
        }
    }
    return status;
}

/* The channels the clip plays, trimmed, into r->data. */
static void take(const LusterStemPlan *s, Rehearsal *r, size_t n)
{
    const float gain = (float)luster_db_to_gain(s->trim_db);
    for (size_t i = 0; i < n; i++) {
        if (s->channels == LUSTER_CHANNELS_MONO)
            r->data[0][i] = 0.5f * (r->data[0][i] + r->data[1][i]);
        else if (s->channels == LUSTER_CHANNELS_RIGHT)
            r->data[0][i] = r->data[1][i];
        r->data[0][i] *= gain;
        r->data[1][i] *= gain;
    }
}

static void note_reductions(const LusterStemPlan *s, Rehearsal *r, size_t n)
{
    double power = 0.0;
    for (uint32_t c = 0; c < r->n_channels; c++)
        for (size_t i = 0; i < n; i++)
            power += (double)r->data[c][i] * r->data[c][i];
    const bool heard = power > (double)n * luster_pow(10.0, HEARD_DB / 10.0);
    r->n_heard += heard;
    for (uint32_t k = 0; k < r->n_chain; k++) {
        float readings[MAX_METERS] = {0.0f};
        if (!r->chain[k] || r->meter[k] < 0)
            continue;
        luster_instance_read(r->chain[k], readings);
        const float db = readings[r->meter[k]];
        if (!strcmp(s->plan.inserts[k].proc->id, "limiter"))
            r->n_limited += db > LIMITED_DB;
        if (!heard)
            continue;
        const int bin = (int)(2.0f * db + 0.5f);
        r->sum[k] += db;
        r->reductions[k][bin < 0 ? 0 : bin < REDUCTION_BINS ? bin : REDUCTION_BINS - 1]++;
    }
}

/* What nine of ten blocks stay under. */
static double loud_reduction(const uint32_t *bins, uint32_t n)
{
    uint32_t seen = 0;
    for (int i = 0; i < REDUCTION_BINS; i++) {
        seen += bins[i];
        if (seen >= 0.9 * n)
            return 0.5 * i;
    }
    return 0.0;
}

static LusterStatus play(const LusterStemPlan *s, Rehearsal *r, LusterError *err)
{
    float *const out[2] = {r->data[0], r->data[1]};
    const float *const in[2] = {r->data[0], r->data[1]};
    LusterStatus status = LUSTER_OK;
    for (size_t n = BLOCK; n == BLOCK && !status;) {
        status = luster_source_read(r->source, out, BLOCK, &n, err);
        if (status || !n)
            break;
        take(s, r, n);
        status = luster_measure_add(r->before, in, n);
        const LusterBlock block = {in, out, NULL, (uint32_t)n};
        for (uint32_t k = 0; k < r->n_chain; k++)
            if (r->chain[k])
                luster_instance_process(r->chain[k], &block);
        note_reductions(s, r, n);
        r->n_blocks++;
        if (!status)
            status = luster_measure_add(r->after, in, n);
    }
    return status;
}

bool luster_plan_rehearse(const LusterStemPlan *s, LusterRehearsal *out)
{
    LusterError err;
    LusterMeasurement before, after;
    Rehearsal *r = calloc(1, sizeof *r);
    if (!r)
        return false;
    LusterStatus status = s->input->open(s->input->user, &r->source, &err);
    r->n_channels = s->stereo ? 2 : 1;
    if (!status)
        status = build(s, r, &err);
    const double rate_hz = status ? 0.0 : r->source->rate_hz;
    if (!status)
        status =
            luster_measure_new(rate_hz, r->n_channels, LUSTER_MEASURE_LOUDNESS, &r->before, &err);
    if (!status)
        status =
            luster_measure_new(rate_hz, r->n_channels, LUSTER_MEASURE_LOUDNESS, &r->after, &err);
    if (!status)
        status = play(s, r, &err);
    if (!status)
        status = luster_measure_finish(r->before, &before);
    if (!status)
        status = luster_measure_finish(r->after, &after);
    if (!status) {
        out->change_lu = after.integrated_lufs - before.integrated_lufs;
        out->peak_dbfs = after.sample_peak_dbfs;
        out->limited = r->n_blocks ? (double)r->n_limited / r->n_blocks : 0.0;
        for (uint32_t k = 0; k < LUSTER_PLAN_INSERTS; k++) {
            out->mean_reduction_db[k] = r->n_heard ? r->sum[k] / r->n_heard : 0.0;
            out->loud_reduction_db[k] = loud_reduction(r->reductions[k], r->n_heard);
        }
    }
    luster_source_close(r->source);
    for (uint32_t k = 0; k < LUSTER_PLAN_INSERTS; k++)
        luster_instance_free(r->chain[k]);
    luster_measure_free(r->before);
    luster_measure_free(r->after);
    free(r);
    return !status && isfinite(out->change_lu) && isfinite(out->peak_dbfs);
}
