/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench that processor tests work on: an instance with settings, signals, and a run of it in
 * any split of blocks. Buffers are planar, [channel][frame], taken with calloc and given back by
 * rig_drop. */
#ifndef LUSTER_TEST_PROC_RIG_H
#define LUSTER_TEST_PROC_RIG_H

#include "base/rng.h"
#include "luster/processor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Signal {
    uint32_t n_channels, n_frames;
    float *ch[LUSTER_MAX_CHANNELS];
} Signal;

static inline Signal rig_signal(uint32_t n_channels, uint32_t n_frames)
{
    Signal signal = {n_channels, n_frames, {NULL, NULL}};
    for (uint32_t c = 0; c < n_channels; c++) {
        signal.ch[c] = calloc(n_frames ? n_frames : 1, sizeof(float));
        if (!signal.ch[c])
            abort();
    }
    return signal;
}

static inline void rig_drop(Signal *signal)
{
    for (uint32_t c = 0; c < signal->n_channels; c++)
        free(signal->ch[c]);
    memset(signal, 0, sizeof *signal);
}

/** Noise in bursts: loud, soft and silent stretches, so that dynamics have something to do. */
static inline Signal rig_bursts(uint32_t n_channels, uint32_t n_frames, uint64_t seed)
{
    static const double levels[] = {0.9, 0.02, 0.3, 0.0, 1.5, 0.001, 0.5};
    Signal signal = rig_signal(n_channels, n_frames);
    LusterRng rng;
    luster_rng_seed(&rng, seed, 1);
    for (uint32_t c = 0; c < n_channels; c++) {
        double low = 0.0;
        for (uint32_t i = 0; i < n_frames; i++) {
            const double level = levels[(i / 1117 + 3 * c) % (sizeof levels / sizeof levels[0])];
            const double white = luster_rng_bipolar(&rng);
            low += 0.05 * (white - low);
            signal.ch[c][i] = (float)(level * (0.5 * white + 2.0 * low)) + 0.0f; /* no -0 */
        }
    }
    return signal;
}

static inline Signal rig_copy(const Signal *from)
{
    Signal signal = rig_signal(from->n_channels, from->n_frames);
    for (uint32_t c = 0; c < from->n_channels; c++)
        memcpy(signal.ch[c], from->ch[c], from->n_frames * sizeof(float));
    return signal;
}

static inline bool rig_equal(const Signal *a, const Signal *b)
{
    for (uint32_t c = 0; c < a->n_channels; c++) {
        if (memcmp(a->ch[c], b->ch[c], a->n_frames * sizeof(float)) != 0)
            return false;
    }
    return true;
}

static bool rig_gives_assets; /* whether rig_open hands made assets over */

/** Made assets for a processor: a decaying stereo noise of 0.1 s, a curve up and down. */
static inline const LusterAssetData *const *rig_assets(const LusterProcessor *proc, double rate_hz)
{
    static float audio[2][40000];
    static const float *const channels[2] = {audio[0], audio[1]};
    static const LusterCurvePoint points[] = {{60, 2}, {400, -3}, {3000, 1.5}, {9000, -2}};
    static LusterAssetData sound, curve = {.points = points, .n_points = 4};
    static const LusterAssetData *list[LUSTER_MAX_ASSETS];
    sound = (LusterAssetData){channels, 2, (uint32_t)(0.1 * rate_hz), NULL, 0};
    for (uint32_t c = 0; c < 2 && audio[c][0] == 0.0f; c++) {
        LusterRng rng;
        luster_rng_seed(&rng, 77, c);
        for (uint32_t i = 0; i < 40000; i++)
            audio[c][i] = (float)(luster_rng_bipolar(&rng) * exp(i / -700.0)) + 1e-9f;
    }
    for (uint32_t i = 0; i < proc->n_assets; i++)
        list[i] = proc->assets[i].kind == LUSTER_ASSET_AUDIO ? &sound : &curve;
    return list;
}

static inline LusterInstance *rig_open(const LusterProcessor *proc, double rate_hz,
                                       uint32_t n_channels, uint32_t max_frames)
{
    LusterInstance *instance = NULL;
    LusterError err = {0};
    const LusterSetup setup = {rate_hz, max_frames, n_channels,
                               rig_gives_assets ? rig_assets(proc, rate_hz) : NULL};
    if (luster_instance_new(proc, &setup, &instance, &err)) {
        printf("# %s\n", err.text);
        abort();
    }
    return instance;
}

/** Applies "id=value,id=value"; a setting that does not parse ends the program. */
static inline void rig_set(LusterInstance *instance, const LusterProcessor *proc,
                           const char *settings)
{
    LusterError err = {0};
    double *values = calloc(proc->n_params + 1, sizeof(double));
    if (!values)
        abort();
    for (uint32_t i = 0; i < proc->n_params; i++)
        values[i] = luster_instance_get(instance, i);
    if (luster_processor_parse(proc, settings, values, &err)) {
        printf("# %s\n", err.text);
        abort();
    }
    for (uint32_t i = 0; i < proc->n_params; i++)
        luster_instance_set(instance, i, values[i]);
    free(values);
}

static inline void rig_set_all(LusterInstance *instance, const LusterProcessor *proc,
                               const double *values)
{
    for (uint32_t i = 0; i < proc->n_params; i++)
        luster_instance_set(instance, i, values[i]);
}

/** A value anywhere in the row's range, evenly on its scale. */
static inline double rig_random_value(const LusterParam *param, LusterRng *rng)
{
    const double u = luster_rng_unit(rng);
    if (param->scale == LUSTER_SCALE_LOG)
        return luster_param_clamp(param, param->min * pow(param->max / param->min, u));
    return luster_param_clamp(param, param->min + (param->max - param->min) * u);
}

/** Frames [from, from + n) of `in` to the same frames of `out`, as one call. */
static inline void rig_process(LusterInstance *instance, const Signal *in, Signal *out,
                               const Signal *key, uint32_t from, uint32_t n)
{
    const float *ins[LUSTER_MAX_CHANNELS], *keys[LUSTER_MAX_CHANNELS];
    float *outs[LUSTER_MAX_CHANNELS];
    for (uint32_t c = 0; c < in->n_channels; c++) {
        ins[c] = in->ch[c] + from;
        outs[c] = out->ch[c] + from;
        keys[c] = key ? key->ch[c] + from : NULL;
    }
    luster_instance_process(instance, &(LusterBlock){ins, outs, key ? keys : NULL, n});
}

/** The whole of `in`, in blocks of `block` frames (0: random lengths up to 1500). */
static inline void rig_run(LusterInstance *instance, const Signal *in, Signal *out,
                           const Signal *key, uint32_t block)
{
    LusterRng rng;
    luster_rng_seed(&rng, 99, in->n_frames);
    for (uint32_t done = 0; done < in->n_frames;) {
        const uint32_t left = in->n_frames - done;
        uint32_t n = block ? block : 1 + luster_rng_u32(&rng) % 1500;
        n = n < left ? n : left;
        rig_process(instance, in, out, key, done, n);
        done += n;
    }
}

#endif
