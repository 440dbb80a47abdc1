/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the two programs of the generic suite share: the walk over the registry and settings chosen
 * from a row's range, so that a processor is covered by being listed. */
#ifndef LUSTER_TEST_PROC_SUITE_H
#define LUSTER_TEST_PROC_SUITE_H

#include "rig.h"
#include "tap.h"

#define N_SETTINGS 6 /* random settings tried per processor and test, beside the extremes */

static const char *only; /* processor asked for on the command line, or NULL */

static inline const LusterProcessor *next_processor(uint32_t *index)
{
    while (*index < luster_processor_count()) {
        const LusterProcessor *proc = luster_processor_at((*index)++);
        if ((!only || strcmp(only, proc->id) == 0) && (!rig_gives_assets || proc->n_assets))
            return proc;
    }
    return NULL;
}

/* Runs all cases, then again with made assets for the processors that work from some. */
static inline bool once_more(void)
{
    uint32_t index = 0;
    for (const LusterProcessor *proc; (proc = next_processor(&index));) {
        if (proc->n_assets && !rig_gives_assets) {
            rig_gives_assets = true;
            return true;
        }
    }
    return false;
}

#define EACH_PROCESSOR(proc)                                                                       \
    uint32_t index_ = 0;                                                                           \
    for (const LusterProcessor *(proc); ((proc) = next_processor(&index_));)

#define CHECK_FOR(proc, cond)                                                                      \
    do {                                                                                           \
        if (!CHECK(cond))                                                                          \
            printf("#   in %s\n", (proc)->id);                                                     \
    } while (0)

/* Settings number `which`: 0 defaults, 1 all lowest, 2 all highest, then random; values that are
 * read when a stream starts are left alone when `moving`. */
static inline void choose(const LusterProcessor *proc, LusterInstance *instance, uint32_t which,
                          bool moving)
{
    LusterRng rng;
    luster_rng_seed(&rng, 1000 + which, 7);
    for (uint32_t i = 0; i < proc->n_params; i++) {
        const LusterParam *row = &proc->params[i];
        const double random = rig_random_value(row, &rng);
        if (moving && (row->flags & LUSTER_PARAM_STATIC))
            continue;
        luster_instance_set(instance, i,
                            which == 0   ? row->def
                            : which == 1 ? row->min
                            : which == 2 ? row->max
                                         : random);
    }
}

static inline void neutral(const LusterProcessor *proc, LusterInstance *instance)
{
    if (proc->neutral)
        rig_set(instance, proc, proc->neutral);
}

#endif
