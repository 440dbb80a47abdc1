/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The host layer: clamps values once, splits long blocks, owns the arena of one processor. */
#include "base/arena.h"
#include "dsp/frames.h"
#include "luster/processor.h"

struct LusterInstance {
    const LusterProcessor *proc;
    LusterSetup setup;
    LusterArena *arena;
    void *state;
    double *values;
    bool dirty; /* values not yet handed to the processor */
};

static bool asset_fits(const LusterAsset *asset, const LusterAssetData *data, double rate_hz)
{
    if (asset->kind == LUSTER_ASSET_CURVE)
        return data->points && data->n_points >= 1 && data->n_points <= LUSTER_ASSET_MAX_POINTS;
    return data->audio && data->n_channels >= 1 && data->n_channels <= LUSTER_ASSET_CHANNELS &&
           data->n_frames >= 1 && data->n_frames <= LUSTER_ASSET_MAX_S * rate_hz + 1.0;
}

static LusterStatus check_assets(const LusterProcessor *proc, const LusterSetup *setup,
                                 LusterError *err)
{
    for (uint32_t i = 0; setup->assets && i < proc->n_assets; i++) {
        if (setup->assets[i] && !asset_fits(&proc->assets[i], setup->assets[i], setup->rate_hz))
            return luster_error_set(
                err, LUSTER_BAD_VALUE, "%s: its %s must be %s", proc->id, proc->assets[i].id,
                proc->assets[i].kind == LUSTER_ASSET_CURVE ? "1 to 4096 points"
                                                           : "1 to 4 channels of at most 30 s");
    }
    return LUSTER_OK;
}

LusterStatus luster_instance_new(const LusterProcessor *proc, const LusterSetup *setup,
                                 LusterInstance **out, LusterError *err)
{
    *out = NULL;
    if (!(setup->rate_hz >= 8000.0 && setup->rate_hz <= 384000.0) || setup->max_frames < 1 ||
        setup->n_channels < 1 || setup->n_channels > LUSTER_MAX_CHANNELS)
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "%s: %g Hz, %u channels; 8000 to 384000 Hz and 1 or 2 are possible",
                                proc->id, setup->rate_hz, setup->n_channels);
    const LusterStatus status = check_assets(proc, setup, err);
    if (status)
        return status;
    LusterArena *arena = luster_arena_new();
    LusterInstance *instance = arena ? luster_arena_alloc(arena, sizeof *instance) : NULL;
    if (!instance)
        goto no_memory;
    instance->proc = proc;
    instance->setup = *setup;
    instance->arena = arena;
    instance->values = luster_arena_array(arena, proc->n_params, sizeof(double));
    if (!instance->values || proc->open(arena, setup, &instance->state))
        goto no_memory;
    for (uint32_t i = 0; i < proc->n_params; i++)
        instance->values[i] = proc->params[i].def;
    instance->dirty = true;
    *out = instance;
    return LUSTER_OK;

no_memory:
    luster_arena_free(arena);
    return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", proc->id);
}

void luster_instance_free(LusterInstance *instance)
{
    if (instance)
        luster_arena_free(instance->arena);
}

void luster_instance_set(LusterInstance *instance, uint32_t param, double value)
{
    const double clamped = luster_param_clamp(&instance->proc->params[param], value);
    if (clamped != instance->values[param]) {
        instance->values[param] = clamped;
        instance->dirty = true;
    }
}

double luster_instance_get(const LusterInstance *instance, uint32_t param)
{
    return instance->values[param];
}

void luster_instance_reset(LusterInstance *instance)
{
    instance->proc->reset(instance->state);
    instance->dirty = true;
}

void luster_instance_process(LusterInstance *instance, const LusterBlock *block)
{
    const LusterProcessor *proc = instance->proc;
    const uint32_t max = instance->setup.max_frames;
    if (instance->dirty) {
        proc->update(instance->state, instance->values);
        instance->dirty = false;
    }
    if (block->n_frames <= max) {
        if (block->n_frames)
            proc->process(instance->state, block);
        return;
    }
    for (uint32_t done = 0; done < block->n_frames;) {
        const uint32_t left = block->n_frames - done;
        const uint32_t n = left < max ? left : max;
        const LusterBlockPart part = luster_block_part(block, instance->setup.n_channels, done);
        proc->process(instance->state,
                      &(LusterBlock){part.in, part.out, block->key ? part.key : NULL, n});
        done += n;
    }
}

void luster_instance_read(const LusterInstance *instance, float *readings)
{
    if (instance->proc->read)
        instance->proc->read(instance->state, readings);
}

uint32_t luster_instance_latency(const LusterInstance *instance)
{
    const LusterProcessor *proc = instance->proc;
    return proc->latency ? proc->latency(instance->values, instance->setup.rate_hz) : 0;
}

double luster_instance_tail(const LusterInstance *instance)
{
    const LusterProcessor *proc = instance->proc;
    if (proc->state_tail)
        return proc->state_tail(instance->state, instance->values);
    return proc->tail ? proc->tail(instance->values) : 0.0;
}
