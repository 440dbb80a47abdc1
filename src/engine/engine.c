/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The engine: graph, schedule, and a queue that takes the latency out and cuts blocks to the size
 * the caller wants. */
#include "luster/engine.h"

#include "base/arena.h"
#include "engine/schedule.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_BLOCK 65536 /* frames */
#define AHEAD_BLOCKS 16 /* blocks run at once, so that threads need not meet after each */

/* What one strip has played and nobody has taken yet. */
typedef struct Queue {
    uint32_t node;
    uint64_t skip; /* frames of latency still to drop */
    float *audio[2]; /* [capacity] */
    uint32_t n_frames;
} Queue;

struct LusterEngine {
    Graph graph;
    Schedule *schedule;
    uint64_t n_blocks; /* run so far */
    Queue *queues; /* [0] the master, then the taps */
    uint32_t n_queues, capacity;
};

/* Sink of the schedule: different nodes from different threads, each node in order. */
static void collect(void *context, uint32_t node, uint64_t block)
{
    LusterEngine *engine = context;
    Graph *graph = &engine->graph;
    const uint32_t slot = (uint32_t)(block % SLOTS);
    for (uint32_t q = 0; q < engine->n_queues; q++) {
        Queue *queue = &engine->queues[q];
        if (queue->node != node)
            continue;
        const uint32_t n = graph->block_frames;
        const uint32_t drop = queue->skip < n ? (uint32_t)queue->skip : n;
        for (uint32_t c = 0; c < 2; c++)
            memcpy(queue->audio[c] + queue->n_frames, graph->nodes[node].out[slot][c] + drop,
                   (n - drop) * sizeof(float));
        queue->skip -= drop;
        queue->n_frames += n - drop;
    }
}

static LusterStatus open_queues(LusterEngine *engine, const LusterEngineOptions *options,
                                LusterError *err)
{
    Graph *graph = &engine->graph;
    uint32_t most = 0;
    engine->n_queues = options->n_taps + 1;
    engine->queues = luster_arena_array(graph->arena, engine->n_queues, sizeof(Queue));
    if (!engine->queues)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    for (uint32_t q = 0; q < engine->n_queues; q++) {
        Queue *queue = &engine->queues[q];
        queue->node = q ? luster_graph_find(graph, options->taps[q - 1]) : graph->n_nodes - 1;
        if (queue->node == UINT32_MAX)
            return luster_error_set(err, LUSTER_NOT_FOUND, "there is no strip '%s' to listen to",
                                    options->taps[q - 1]);
        queue->skip = graph->nodes[queue->node].latency_out;
        if (queue->skip > most)
            most = (uint32_t)queue->skip;
    }
    engine->capacity = (AHEAD_BLOCKS + 1) * graph->block_frames + most;
    for (uint32_t q = 0; q < engine->n_queues; q++) {
        for (uint32_t c = 0; c < 2; c++) {
            float *audio = luster_arena_array(graph->arena, engine->capacity, sizeof(float));
            if (!audio)
                return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
            engine->queues[q].audio[c] = audio;
        }
    }
    return LUSTER_OK;
}

LusterStatus luster_engine_new(const LusterSession *session, const LusterEngineOptions *options,
                               LusterEngine **out, LusterError *err)
{
    *out = NULL;
    if (options->block_frames > MAX_BLOCK)
        return luster_error_set(err, LUSTER_BAD_VALUE, "a block of %u frames; 1 to %u are possible",
                                options->block_frames, MAX_BLOCK);
    LusterStatus status = luster_session_validate(session, err);
    if (status)
        return status;
    LusterEngine *engine = calloc(1, sizeof *engine);
    if (!engine)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    status = luster_graph_build(&engine->graph, session, options, err);
    if (!status)
        status = open_queues(engine, options, err);
    if (!status) {
        const long cores = sysconf(_SC_NPROCESSORS_ONLN);
        const uint32_t n_threads =
            options->n_threads ? options->n_threads : (uint32_t)(cores > 0 ? cores : 1);
        engine->schedule = luster_schedule_new(&engine->graph, n_threads, collect, engine);
        if (!engine->schedule)
            status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    }
    if (status) {
        luster_engine_free(engine);
        return status;
    }
    *out = engine;
    return LUSTER_OK;
}

void luster_engine_free(LusterEngine *engine)
{
    if (!engine)
        return;
    luster_schedule_free(engine->schedule);
    luster_graph_close(&engine->graph);
    free(engine);
}

uint64_t luster_engine_length(const LusterEngine *engine)
{
    return engine->graph.length;
}

uint64_t luster_engine_tail(const LusterEngine *engine)
{
    return engine->graph.tail;
}

uint32_t luster_engine_latency(const LusterEngine *engine)
{
    return engine->graph.nodes[engine->graph.n_nodes - 1].latency_out;
}

/* Frames that every queue has. */
static uint32_t ready(const LusterEngine *engine)
{
    uint32_t n = UINT32_MAX;
    for (uint32_t q = 0; q < engine->n_queues; q++)
        n = engine->queues[q].n_frames < n ? engine->queues[q].n_frames : n;
    return n;
}

static void take(Queue *queue, float *const *out, uint32_t at, uint32_t n)
{
    for (uint32_t c = 0; c < 2; c++) {
        if (out)
            memcpy(out[c] + at, queue->audio[c], n * sizeof(float));
        memmove(queue->audio[c], queue->audio[c] + n, (queue->n_frames - n) * sizeof(float));
    }
    queue->n_frames -= n;
}

LusterStatus luster_engine_process(LusterEngine *engine, float *const *out, float *const *taps,
                                   uint32_t n_frames, LusterError *err)
{
    for (uint32_t done = 0; done < n_frames;) {
        const uint32_t have = ready(engine);
        const uint32_t want = n_frames - done;
        if (!have) {
            const uint32_t block = engine->graph.block_frames;
            const uint32_t blocks = (want + block - 1) / block;
            engine->n_blocks += blocks < AHEAD_BLOCKS ? blocks : AHEAD_BLOCKS;
            const LusterStatus status =
                luster_schedule_run(engine->schedule, engine->n_blocks, err);
            if (status)
                return status;
            continue;
        }
        const uint32_t n = have < want ? have : want;
        for (uint32_t q = 0; q < engine->n_queues; q++) {
            float *const *to = q ? (taps ? taps + 2 * (q - 1) : NULL) : out;
            take(&engine->queues[q], to, done, n);
        }
        done += n;
    }
    return LUSTER_OK;
}
