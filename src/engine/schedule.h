/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Schedule: runs the graph's nodes on several threads, up to two blocks apart, in an order that
 * never shows in the result. */
#ifndef LUSTER_ENGINE_SCHEDULE_H
#define LUSTER_ENGINE_SCHEDULE_H

#include "engine/graph.h"

typedef struct Schedule Schedule;

/** Called for each finished block of the master and of the taps, in order of blocks per node. */
typedef void (*ScheduleSink)(void *context, uint32_t node, uint64_t block);

/** NULL when memory or threads are out. n_threads 1 runs everything in the caller's thread. */
Schedule *luster_schedule_new(Graph *graph, uint32_t n_threads, ScheduleSink sink, void *context);
void luster_schedule_free(Schedule *schedule);

/** Runs all nodes until `n_blocks` blocks (counted from the start) are done. */
LusterStatus luster_schedule_run(Schedule *schedule, uint64_t n_blocks, LusterError *err);

#endif
