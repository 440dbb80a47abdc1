/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Opens the stem, builds its chain at the stem's own rate, and plays a block at a time. What keys
 * an insert is played along, through its own chain, as the engine does (pre-fader). */
#include "assist/player.h"

#include "base/math.h"

#include <stdlib.h>
#include <string.h>

#define MAX_METERS 64

struct LusterPlayer {
    const LusterStemPlan *stem;
    LusterSource *source;
    LusterInstance *chain[LUSTER_PLAN_INSERTS]; /* NULL: left out */
    LusterPlayer *key[LUSTER_PLAN_INSERTS];
    int meter[LUSTER_PLAN_INSERTS]; /* reading that is the gain reduction, or -1 */
    float sign[LUSTER_PLAN_INSERTS];
    uint32_t n_channels, latency;
    float in[2][LUSTER_PLAYER_BLOCK], out[2][LUSTER_PLAYER_BLOCK], keyed[2][LUSTER_PLAYER_BLOCK];
    const float *before[2], *after[2];
};

/* Compressors and gates tell their reduction; a dynamic equalizer the change of its first band. */
static void find_meter(LusterPlayer *p, uint32_t k, const LusterProcessor *proc)
{
    p->meter[k] = -1;
    p->sign[k] = 1.0f;
    for (uint32_t m = 0; m < proc->n_meters && m < MAX_METERS; m++) {
        const bool reduction = !strcmp(proc->meters[m].id, "gain_reduction");
        if (!reduction && strcmp(proc->meters[m].id, "b1_change"))
            continue;
        p->meter[k] = (int)m;
        p->sign[k] = reduction ? 1.0f : -1.0f;
        return;
    }
}

static LusterStatus open_key(const LusterMix *mix, LusterPlayer *p, uint32_t k, double from_s,
                             LusterError *err)
{
    const LusterStemPlan *from = &mix->stems[p->stem->plan.inserts[k].key];
    const LusterStatus status = luster_player_new(NULL, from, NULL, from_s, &p->key[k], err);
    if (!status && luster_player_rate_hz(p->key[k]) != p->source->rate_hz) {
        luster_player_free(p->key[k]);
        p->key[k] = NULL;
    }
    return status;
}

static LusterStatus build(const LusterMix *mix, LusterPlayer *p, const char *only, double from_s,
                          LusterError *err)
{
    LusterStatus status = LUSTER_OK;
    const LusterSetup setup = {(uint32_t)(p->source->rate_hz + 0.5), LUSTER_PLAYER_BLOCK,
                               p->n_channels};
    for (uint32_t k = 0; k < p->stem->plan.n_inserts && !status; k++) {
        const LusterPlannedInsert *insert = &p->stem->plan.inserts[k];
        find_meter(p, k, insert->proc);
        if (only && strcmp(only, insert->id))
            continue;
        if (insert->key >= 0 && mix)
            status = open_key(mix, p, k, from_s, err);
        if (status || (insert->key >= 0 && !p->key[k]))
            continue;
        status = luster_instance_new(insert->proc, &setup, &p->chain[k], err);
        for (uint32_t m = 0; m < insert->moves.n && !status; m++) {
            const int row = luster_processor_param(insert->proc, insert->moves.list[m].target);
            luster_instance_set(p->chain[k], (uint32_t)row, insert->moves.list[m].value);
        }
        if (!status)
            p->latency += luster_instance_latency(p->chain[k]);
    }
    return status;
}

LusterStatus luster_player_new(const LusterMix *mix, const LusterStemPlan *s, const char *only,
                               double from_s, LusterPlayer **out, LusterError *err)
{
    LusterPlayer *p = calloc(1, sizeof *p);
    *out = NULL;
    if (!p)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    p->stem = s;
    p->n_channels = s->stereo ? 2 : 1;
    for (int c = 0; c < 2; c++) {
        p->before[c] = p->in[c];
        p->after[c] = p->out[c];
    }
    LusterStatus status = s->input->open(s->input->user, &p->source, err);
    if (!status && s->offset_s + from_s > 0.0) {
        const double at = (s->offset_s + from_s) * p->source->rate_hz;
        const double end = (double)p->source->n_frames;
        status = luster_source_seek(p->source, (uint64_t)(at < end ? at : end), err);
    }
    if (!status)
        status = build(mix, p, only, from_s, err);
    if (status) {
        luster_player_free(p);
        return status;
    }
    *out = p;
    return LUSTER_OK;
}

void luster_player_free(LusterPlayer *p)
{
    if (!p)
        return;
    for (uint32_t k = 0; k < LUSTER_PLAN_INSERTS; k++) {
        luster_instance_free(p->chain[k]);
        luster_player_free(p->key[k]);
    }
    luster_source_close(p->source);
    free(p);
}

double luster_player_rate_hz(const LusterPlayer *p)
{
    return p->source->rate_hz;
}

uint32_t luster_player_channels(const LusterPlayer *p)
{
    return p->n_channels;
}

uint32_t luster_player_latency(const LusterPlayer *p)
{
    return p->latency;
}

/* The channels the clip plays, trimmed. */
static void take(LusterPlayer *p, size_t n)
{
    const float gain = (float)luster_db_to_gain(p->stem->trim_db);
    for (size_t i = 0; i < n; i++) {
        if (p->stem->channels == LUSTER_CHANNELS_MONO)
            p->in[0][i] = 0.5f * (p->in[0][i] + p->in[1][i]);
        else if (p->stem->channels == LUSTER_CHANNELS_RIGHT)
            p->in[0][i] = p->in[1][i];
        p->in[0][i] *= gain;
        p->in[1][i] *= gain;
    }
}

/* What keys insert k, as many channels as the stem has; silence behind its end. */
static LusterStatus next_key(LusterPlayer *p, uint32_t k, size_t n, LusterError *err)
{
    LusterPlayer *key = p->key[k];
    const float *const *before, *const *after;
    size_t got = 0;
    const LusterStatus status = luster_player_next(key, &before, &after, &got, err);
    memset(p->keyed, 0, sizeof p->keyed);
    for (size_t i = 0; i < got && i < n && !status; i++) {
        const float left = after[0][i], right = key->n_channels > 1 ? after[1][i] : left;
        p->keyed[0][i] = p->n_channels > 1 ? left : 0.5f * (left + right);
        p->keyed[1][i] = right;
    }
    return status;
}

LusterStatus luster_player_next(LusterPlayer *p, const float *const **before,
                                const float *const **after, size_t *n, LusterError *err)
{
    float *const in[2] = {p->in[0], p->in[1]}, *const out[2] = {p->out[0], p->out[1]};
    const float *const keys[2] = {p->keyed[0], p->keyed[1]};
    LusterStatus status = luster_source_read(p->source, in, LUSTER_PLAYER_BLOCK, n, err);
    *before = p->before;
    *after = p->after;
    if (status || !*n)
        return status;
    take(p, *n);
    for (uint32_t c = 0; c < p->n_channels; c++)
        memcpy(p->out[c], p->in[c], *n * sizeof(float));
    for (uint32_t k = 0; k < p->stem->plan.n_inserts && !status; k++) {
        if (!p->chain[k])
            continue;
        if (p->key[k])
            status = next_key(p, k, *n, err);
        luster_instance_process(
            p->chain[k], &(LusterBlock){p->after, out, p->key[k] ? keys : NULL, (uint32_t)*n});
    }
    return status;
}

double luster_player_reduction_db(const LusterPlayer *p, uint32_t k)
{
    float readings[MAX_METERS] = {0.0f};
    if (!p->chain[k] || p->meter[k] < 0)
        return -1.0;
    luster_instance_read(p->chain[k], readings);
    const float db = p->sign[k] * readings[p->meter[k]];
    return db > 0.0f ? db : 0.0;
}
