/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A stem as it is heard: its file through the clip's channels, trim and chain of its strip, as
 * K-weighted power per 100 ms (BS.1770). */
#include "assist/rides.h"
#include "base/math.h"
#include "dsp/bs1770.h"

#include <math.h>
#include <stdlib.h>

#define BLOCK 1024
#define MAX_CHAIN 32

typedef struct {
    LusterSource *source;
    LusterInstance *chain[MAX_CHAIN];
    uint32_t n_chain, n_channels, latency; /* frames */
    LusterLoudness loudness;
    float data[2][BLOCK];
} Listener;

static LusterStatus build(const LusterStrip *strip, Listener *l, LusterError *err)
{
    LusterStatus status = LUSTER_OK;
    const LusterSetup setup = {(uint32_t)(l->source->rate_hz + 0.5), BLOCK, l->n_channels};
    for (uint32_t i = 0; i < strip->n_inserts && l->n_chain < MAX_CHAIN && !status; i++) {
        const LusterInsert *insert = &strip->inserts[i];
        if (!insert->on || insert->key || insert->proc->n_assets)
            continue;
        status = luster_instance_new(insert->proc, &setup, &l->chain[l->n_chain], err);
        if (status)
            break;
        for (uint32_t p = 0; p < insert->proc->n_params; p++)
            luster_instance_set(l->chain[l->n_chain], p, insert->values[p]);
        l->latency += luster_instance_latency(l->chain[l->n_chain++]);
    }
    return status;
}

static void take(const LusterStemPlan *s, Listener *l, size_t n)
{
    const float gain = (float)luster_db_to_gain(s->strip->values[LUSTER_STRIP_TRIM]);
    for (size_t i = 0; i < n; i++) {
        if (s->channels == LUSTER_CHANNELS_MONO)
            l->data[0][i] = 0.5f * (l->data[0][i] + l->data[1][i]);
        else if (s->channels == LUSTER_CHANNELS_RIGHT)
            l->data[0][i] = l->data[1][i];
        l->data[0][i] *= gain;
        l->data[1][i] *= gain;
    }
}

/* Powers of the tenths of a second that the frames from `from` on end. */
static void weigh(const LusterStemPlan *s, Listener *l, uint32_t from, uint32_t n, double gain,
                  float *sum, uint32_t n_sum)
{
    const float *const in[2] = {l->data[0], l->data[1]};
    const uint32_t skip = (uint32_t)(s->offset_s / LUSTER_STEP_S + 0.5);
    while (from < n) {
        const uint64_t before = l->loudness.n_steps;
        from += luster_loudness_add(&l->loudness, in, from, n - from);
        const uint64_t steps = l->loudness.n_steps;
        if (steps == before || steps % LUSTER_LOUDNESS_STEPS_PER_BLOCK)
            continue;
        const uint64_t tenth = steps / LUSTER_LOUDNESS_STEPS_PER_BLOCK - 1;
        const double energy = l->loudness.tenths[(steps - 1) % LUSTER_LOUDNESS_SHORT_STEPS];
        if (tenth >= skip && tenth - skip < n_sum)
            sum[tenth - skip] += (float)(gain * energy / (LUSTER_STEP_S * l->loudness.rate_hz));
    }
}

static LusterStatus play(const LusterStemPlan *s, Listener *l, double gain, float *sum,
                         uint32_t n_sum, LusterError *err)
{
    float *const out[2] = {l->data[0], l->data[1]};
    const float *const in[2] = {l->data[0], l->data[1]};
    LusterStatus status = LUSTER_OK;
    uint32_t late = l->latency;
    for (size_t n = BLOCK; n == BLOCK && !status;) {
        status = luster_source_read(l->source, out, BLOCK, &n, err);
        if (status || !n)
            break;
        take(s, l, n);
        for (uint32_t k = 0; k < l->n_chain; k++)
            luster_instance_process(l->chain[k], &(LusterBlock){in, out, NULL, (uint32_t)n});
        const uint32_t drop = late < n ? late : (uint32_t)n;
        late -= drop;
        weigh(s, l, drop, (uint32_t)n, gain, sum, n_sum);
    }
    return status;
}

bool luster_heard_listen(const LusterStemPlan *s, double gain, float *sum, uint32_t n)
{
    LusterError err;
    Listener *l = calloc(1, sizeof *l);
    if (!l)
        return false;
    LusterStatus status = s->input->open(s->input->user, &l->source, &err);
    l->n_channels = s->stereo ? 2 : 1;
    if (!status)
        status = build(s->strip, l, &err);
    if (!status) {
        luster_loudness_init(&l->loudness, (uint32_t)(l->source->rate_hz + 0.5), l->n_channels,
                             NULL);
        status = play(s, l, gain, sum, n, &err);
    }
    luster_source_close(l->source);
    for (uint32_t k = 0; k < l->n_chain; k++)
        luster_instance_free(l->chain[k]);
    free(l);
    return !status;
}

double luster_heard_fader_db(const LusterMix *mix, const LusterStemPlan *s)
{
    const LusterStrip *strip = s->strip;
    double fader = 0.0;
    for (uint32_t depth = 0; strip && depth <= LUSTER_PLAN_BUSES; depth++) {
        if (strip->values[LUSTER_STRIP_MUTE] != 0.0)
            return -INFINITY;
        fader += strip->values[LUSTER_STRIP_FADER];
        strip = strip->output ? luster_session_find(mix->session, strip->output) : NULL;
    }
    return fader;
}

double luster_heard_gain_db(const LusterMix *mix, const LusterStemPlan *s)
{
    return s->level_db + s->strip->values[LUSTER_STRIP_TRIM] - s->trim_db - s->fader_db +
           luster_heard_fader_db(mix, s);
}
