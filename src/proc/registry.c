/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Every processor of luster, in the order people see them. */
#include "proc/registry.h"

#include <string.h>

static const LusterProcessor *const processors[] = {
    &luster_proc_utility,   &luster_proc_eq,        &luster_proc_eq_linear,   &luster_proc_match,
    &luster_proc_stereo,    &luster_proc_pan,       &luster_proc_compressor,  &luster_proc_gate,
    &luster_proc_transient, &luster_proc_multiband, &luster_proc_deesser,     &luster_proc_leveller,
    &luster_proc_saturator, &luster_proc_chorus,    &luster_proc_flanger,     &luster_proc_phaser,
    &luster_proc_delay,     &luster_proc_reverb,    &luster_proc_convolution, &luster_proc_clipper,
    &luster_proc_limiter,   &luster_proc_dehum,     &luster_proc_denoise,     &luster_proc_meter,
};

uint32_t luster_processor_count(void)
{
    return sizeof processors / sizeof processors[0];
}

const LusterProcessor *luster_processor_at(uint32_t index)
{
    return index < luster_processor_count() ? processors[index] : NULL;
}

const LusterProcessor *luster_processor_find(const char *id)
{
    for (uint32_t i = 0; i < luster_processor_count(); i++) {
        if (strcmp(processors[i]->id, id) == 0)
            return processors[i];
    }
    return NULL;
}

int luster_processor_asset(const LusterProcessor *proc, const char *id)
{
    for (uint32_t i = 0; i < proc->n_assets; i++) {
        if (strcmp(proc->assets[i].id, id) == 0)
            return (int)i;
    }
    return -1;
}

int luster_processor_param(const LusterProcessor *proc, const char *id)
{
    for (uint32_t i = 0; i < proc->n_params; i++) {
        if (strcmp(proc->params[i].id, id) == 0)
            return (int)i;
    }
    return -1;
}
