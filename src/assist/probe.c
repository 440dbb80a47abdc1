/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a return gives for what is sent to it, measured on a steady noise that falls by 6 dB an
 * octave above 500 Hz, as voices and instruments roughly do. */
#include "assist/plan.h"
#include "base/math.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

#define RATE 48000
#define SECONDS 6
#define SETTLE_S 2 /* until the tail stands */
#define BLOCK 1024

static LusterStatus start(const LusterPlannedInsert *insert, LusterInstance **out, LusterError *err)
{
    const LusterSetup setup = {RATE, BLOCK, 2};
    const LusterStatus status = luster_instance_new(insert->proc, &setup, out, err);
    for (uint32_t m = 0; m < insert->moves.n && !status; m++) {
        const LusterMove *move = &insert->moves.list[m];
        if (strcmp(move->target, "duck") != 0) /* what comes back in the gaps */
            luster_instance_set(*out, (uint32_t)luster_processor_param(insert->proc, move->target),
                                move->value);
    }
    return status;
}

static LusterStatus play(LusterInstance *effect, LusterMeasure *dry, LusterMeasure *wet)
{
    float in[BLOCK], left[BLOCK], right[BLOCK];
    const float *const ins[2] = {in, in};
    float *const outs[2] = {left, right};
    LusterStatus status = LUSTER_OK;
    LusterRng rng;
    double low = 0.0;
    luster_rng_seed(&rng, 1, 1);
    for (int block = 0; block < SECONDS * RATE / BLOCK && !status; block++) {
        for (int i = 0; i < BLOCK; i++) {
            low += 0.063 * (luster_rng_bipolar(&rng) - low); /* 500 Hz */
            in[i] = (float)(0.3 * low);
        }
        const LusterBlock call = {ins, outs, NULL, BLOCK};
        luster_instance_process(effect, &call);
        if (block * BLOCK < SETTLE_S * RATE)
            continue;
        status = luster_measure_add(dry, ins, BLOCK);
        if (!status)
            status = luster_measure_add(wet, (const float *const *)outs, BLOCK);
    }
    return status;
}

static LusterStatus probe(const LusterPlannedInsert *insert, double *gain_db, LusterError *err)
{
    LusterInstance *effect = NULL;
    LusterMeasure *dry = NULL, *wet = NULL;
    LusterMeasurement a = {0}, b = {0};
    LusterStatus status = start(insert, &effect, err);
    if (!status)
        status = luster_measure_new(RATE, 2, LUSTER_MEASURE_LOUDNESS, &dry, err);
    if (!status)
        status = luster_measure_new(RATE, 2, LUSTER_MEASURE_LOUDNESS, &wet, err);
    if (!status)
        status = play(effect, dry, wet);
    if (!status)
        status = luster_measure_finish(dry, &a);
    if (!status)
        status = luster_measure_finish(wet, &b);
    *gain_db = round((b.integrated_lufs - a.integrated_lufs) * 10.0) / 10.0;
    luster_instance_free(effect);
    luster_measure_free(dry);
    luster_measure_free(wet);
    return status;
}

LusterStatus luster_probe_returns(LusterMix *mix, LusterError *err)
{
    for (int r = 0; r < LUSTER_RETURN_N; r++) {
        LusterReturnPlan *plan = &mix->returns[r];
        if (!plan->bus)
            continue;
        const LusterStatus status = probe(&plan->bus->plan.inserts[0], &plan->gain_db, err);
        if (status)
            return status;
        if (!isfinite(plan->gain_db))
            plan->bus = NULL;
    }
    return LUSTER_OK;
}
