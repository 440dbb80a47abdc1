/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One of luster's processors over files, timed: see host.c. */
#include "host.h"
#include "luster/processor.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Effect {
    const LusterProcessor *proc;
    LusterInstance *instance;
    uint32_t n_channels, n_keys;
} Effect;

static void *open_effect(const HostSetup *setup)
{
    const LusterSetup opened = {setup->rate_hz, setup->block, setup->n_channels};
    LusterError err = {0};
    Effect *effect = calloc(1, sizeof *effect);
    if (!effect)
        return NULL;
    effect->proc = luster_processor_find(setup->name);
    effect->n_channels = setup->n_channels;
    effect->n_keys = setup->n_keys;
    if (!effect->proc)
        fprintf(stderr, "luster has no processor %s\n", setup->name);
    else if (luster_instance_new(effect->proc, &opened, &effect->instance, &err))
        fprintf(stderr, "%s\n", err.text);
    if (!effect->instance) {
        free(effect);
        return NULL;
    }
    return effect;
}

static int set(void *self, const char *id, const char *value)
{
    Effect *effect = self;
    const int param = luster_processor_param(effect->proc, id);
    LusterError err = {0};
    double parsed = 0.0;
    if (param < 0) {
        fprintf(stderr, "%s has no setting %s\n", effect->proc->id, id);
        return 1;
    }
    if (luster_param_parse(&effect->proc->params[param], value, &parsed, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    luster_instance_set(effect->instance, (uint32_t)param, parsed);
    return 0;
}

static int start(void *self)
{
    (void)self;
    return 0;
}

static uint32_t n_outputs(void *self)
{
    return ((Effect *)self)->n_channels;
}

static void process(void *self, const float *const *in, float *const *out, uint32_t n_frames)
{
    Effect *effect = self;
    const float *const *key = effect->n_keys ? in + effect->n_channels : NULL;
    luster_instance_process(effect->instance, &(LusterBlock){in, out, key, n_frames});
}

static uint32_t latency(void *self)
{
    return luster_instance_latency(((Effect *)self)->instance);
}

static void close_effect(void *self)
{
    Effect *effect = self;
    luster_instance_free(effect->instance);
    free(effect);
}

int main(int argc, char **argv)
{
    static const HostKind kind = {open_effect, set,     start,       n_outputs,
                                  process,     latency, close_effect};
    return host_main(argc, argv, &kind);
}
