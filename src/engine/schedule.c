/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A node may play block k when it has played k-1, all nodes before it have played k, and all nodes
 * after it have played k-2, so that the slot it writes is free. Each thread takes any node that may
 * play; sums are made inside a node in a fixed order, so who plays when cannot change a bit. */
#include "engine/schedule.h"

#include <pthread.h>
#include <stdlib.h>

struct Schedule {
    Graph *graph;
    ScheduleSink sink;
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t work, finished;
    pthread_t *threads;
    uint32_t n_threads; /* beside the caller's */
    uint64_t *done; /* [n_nodes] blocks played */
    bool *taken; /* [n_nodes] in the queue or playing */
    uint32_t *queue; /* [n_nodes] nodes that may play; a stack */
    uint32_t n_queue;
    uint32_t n_playing;
    uint64_t target; /* blocks asked for */
    bool quit;
    LusterStatus status; /* of the first failure */
    LusterError error;
};

static bool may_play(const Schedule *s, uint32_t index)
{
    const Node *node = &s->graph->nodes[index];
    const uint64_t block = s->done[index];
    if (s->taken[index] || block >= s->target || s->status)
        return false;
    for (uint32_t i = 0; i < node->n_before; i++) {
        if (s->done[node->before[i]] <= block)
            return false;
    }
    for (uint32_t i = 0; i < node->n_after; i++) {
        if (s->done[node->after[i]] + SLOTS <= block)
            return false;
    }
    return true;
}

static void offer(Schedule *s, uint32_t index)
{
    if (may_play(s, index)) {
        s->taken[index] = true;
        s->queue[s->n_queue++] = index;
        pthread_cond_signal(&s->work);
    }
}

/* Plays one node from the queue; the lock is held on entry and on return. */
static void play_one(Schedule *s)
{
    const uint32_t index = s->queue[--s->n_queue];
    const uint64_t block = s->done[index];
    Node *node = &s->graph->nodes[index];
    LusterError error = {LUSTER_OK, ""};
    s->n_playing++;
    pthread_mutex_unlock(&s->lock);
    /* only the result counts: the text may speak of something that went well in the end */
    const LusterStatus status = luster_node_process(s->graph, node, block, &error);
    if (!status)
        s->sink(s->context, index, block);
    pthread_mutex_lock(&s->lock);
    s->n_playing--;
    s->taken[index] = false;
    if (status && !s->status) {
        s->status = status;
        s->error = error;
    }
    s->done[index]++;
    offer(s, index);
    for (uint32_t i = 0; i < node->n_before; i++)
        offer(s, node->before[i]);
    for (uint32_t i = 0; i < node->n_after; i++)
        offer(s, node->after[i]);
    if (!s->n_queue && !s->n_playing)
        pthread_cond_broadcast(&s->finished);
}

static void *worker(void *ptr)
{
    Schedule *s = ptr;
    pthread_mutex_lock(&s->lock);
    while (!s->quit) {
        if (s->n_queue)
            play_one(s);
        else
            pthread_cond_wait(&s->work, &s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

Schedule *luster_schedule_new(Graph *graph, uint32_t n_threads, ScheduleSink sink, void *context)
{
    Schedule *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->graph = graph;
    s->sink = sink;
    s->context = context;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->work, NULL);
    pthread_cond_init(&s->finished, NULL);
    s->done = calloc(graph->n_nodes, sizeof *s->done);
    s->taken = calloc(graph->n_nodes, sizeof *s->taken);
    s->queue = calloc(graph->n_nodes, sizeof *s->queue);
    s->threads = calloc(n_threads, sizeof *s->threads);
    if (!s->done || !s->taken || !s->queue || !s->threads) {
        luster_schedule_free(s);
        return NULL;
    }
    /* fewer threads than asked for is slower, not wrong */
    while (s->n_threads + 1 < n_threads &&
           pthread_create(&s->threads[s->n_threads], NULL, worker, s) == 0)
        s->n_threads++;
    return s;
}

void luster_schedule_free(Schedule *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->quit = true;
    pthread_cond_broadcast(&s->work);
    pthread_mutex_unlock(&s->lock);
    for (uint32_t i = 0; i < s->n_threads; i++)
        pthread_join(s->threads[i], NULL);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->work);
    pthread_cond_destroy(&s->finished);
    free(s->done);
    free(s->taken);
    free(s->queue);
    free(s->threads);
    free(s);
}

static LusterStatus run_alone(Schedule *s, uint64_t n_blocks)
{
    for (uint64_t block = s->done[0]; block < n_blocks && !s->status; block++) {
        for (uint32_t i = 0; i < s->graph->n_nodes && !s->status; i++) {
            s->status = luster_node_process(s->graph, &s->graph->nodes[i], block, &s->error);
            s->done[i]++;
            if (!s->status)
                s->sink(s->context, i, block);
        }
    }
    return s->status;
}

LusterStatus luster_schedule_run(Schedule *s, uint64_t n_blocks, LusterError *err)
{
    if (!s->n_threads) {
        run_alone(s, n_blocks);
    } else {
        pthread_mutex_lock(&s->lock);
        s->target = n_blocks;
        for (uint32_t i = s->graph->n_nodes; i-- > 0;)
            offer(s, i);
        while (s->n_queue || s->n_playing) {
            if (s->n_queue)
                play_one(s);
            else
                pthread_cond_wait(&s->finished, &s->lock);
        }
        pthread_mutex_unlock(&s->lock);
    }
    if (s->status && err)
        *err = s->error;
    return s->status;
}
