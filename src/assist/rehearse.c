/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A rehearsal: what a stem's own chain does to its loudness and peaks is not guessed from curves
 * but played, at the stem's own rate. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#define BLOCK 1024
#define MAX_CHAIN 3
#define MAX_METERS 16
#define LIMITED_DB 0.5f

typedef struct {
    LusterSource *source;
    LusterInstance *chain[MAX_CHAIN];
    uint32_t n_chain, n_channels;
    bool limits; /* the last of the chain is a limiter */
    uint32_t n_blocks, n_limited;
    LusterMeasure *before, *after;
    float data[2][BLOCK];
} Rehearsal;

static LusterStatus add(Rehearsal *r, const char *id, LusterError *err)
{
    const LusterSetup setup = {(uint32_t)(r->source->rate_hz + 0.5), BLOCK, r->n_channels};
    const LusterProcessor *proc = luster_processor_find(id);
    return proc ? luster_instance_new(proc, &setup, &r->chain[r->n_chain++], err)
                : LUSTER_NOT_FOUND;
}

static void set(LusterInstance *instance, const char *proc, const char *id, double value)
{
    const int row = luster_processor_param(luster_processor_find(proc), id);
    if (row >= 0)
        luster_instance_set(instance, (uint32_t)row, value);
}

static LusterStatus build(const LusterStemPlan *s, Rehearsal *r, LusterError *err)
{
    LusterStatus status = LUSTER_OK;
    if (s->mono_bass && !(status = add(r, "stereo", err)))
        set(r->chain[r->n_chain - 1], "stereo", "mono_bass", 1.0);
    if (!status && s->ratio > 1.0 && !(status = add(r, "compressor", err))) {
        LusterInstance *c = r->chain[r->n_chain - 1];
        set(c, "compressor", "threshold", s->threshold_db);
        set(c, "compressor", "ratio", s->ratio);
        set(c, "compressor", "knee", LUSTER_COMPRESSOR_KNEE_DB);
        set(c, "compressor", "attack", s->attack_ms);
        set(c, "compressor", "release", s->release_ms);
        set(c, "compressor", "detector", 1.0); /* rms */
        set(c, "compressor", "makeup", s->makeup_db);
    }
    if (!status && s->tamed_db > 0.0 && !(status = add(r, "limiter", err))) {
        r->limits = true;
        set(r->chain[r->n_chain - 1], "limiter", "ceiling", s->ceiling_dbtp);
        set(r->chain[r->n_chain - 1], "limiter", "release", s->tame_release_ms);
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
            luster_instance_process(r->chain[k], &block);
        if (r->limits) {
            float readings[MAX_METERS] = {0.0f}; /* the first is the gain reduction */
            luster_instance_read(r->chain[r->n_chain - 1], readings);
            r->n_limited += readings[0] > LIMITED_DB;
        }
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
    }
    luster_source_close(r->source);
    for (uint32_t k = 0; k < MAX_CHAIN; k++)
        luster_instance_free(r->chain[k]);
    luster_measure_free(r->before);
    luster_measure_free(r->after);
    free(r);
    return !status && isfinite(out->change_lu) && isfinite(out->peak_dbfs);
}
