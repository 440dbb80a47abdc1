/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Feedback: sound must never come back to where it was. Depth-first search over outputs, sends and
 * side-chain keys (Cormen et al., Introduction to Algorithms, 22.3), with its own stack. */
#include "session/fault.h"
#include "session/model.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

/* What a strip waits for. Walking from each strip to where its sound goes: its output, its sends,
 * and the strips that it keys; the last are stored at the keyed strip, so they are listed first. */
typedef struct Edge {
    uint32_t from, to;
    uint32_t owner, item; /* where it is written: strip, and which */
    enum { OUTPUT, SEND, KEY } kind;
} Edge;

typedef struct Graph {
    Edge *edges; /* grouped by `from` */
    uint32_t *first; /* [n + 1] */
    uint32_t n;
} Graph;

typedef void Visit(void *user, Edge edge);

static void each_edge(const LusterSession *session, const LusterIndex *index, Visit *visit,
                      void *user)
{
    const uint32_t master = index->n - 1;
    for (uint32_t node = 0; node < index->n; node++) {
        const LusterStrip *strip = luster_node_strip(session, node);
        if (node != master) {
            const uint32_t to = strip->output ? luster_index_find(index, strip->output) : master;
            visit(user, (Edge){node, to, node, 0, OUTPUT});
        }
        for (uint32_t i = 0; i < strip->n_sends; i++)
            visit(user, (Edge){node, luster_index_find(index, strip->sends[i].to), node, i, SEND});
        for (uint32_t i = 0; i < strip->n_inserts; i++) {
            const char *key = strip->inserts[i].key;
            if (key)
                visit(user, (Edge){luster_index_find(index, key), node, node, i, KEY});
        }
    }
}

static void count_edge(void *user, Edge edge)
{
    Graph *graph = user;
    graph->first[edge.from + 1]++;
}

static void store_edge(void *user, Edge edge)
{
    Graph *graph = user;
    graph->edges[graph->first[edge.from]++] = edge;
}

static bool build(const LusterSession *session, const LusterIndex *index, LusterArena *arena,
                  Graph *graph)
{
    graph->n = index->n;
    graph->first = luster_arena_array(arena, (size_t)index->n + 2, sizeof *graph->first);
    if (!graph->first)
        return false;
    each_edge(session, index, count_edge, graph);
    for (uint32_t i = 0; i < graph->n; i++)
        graph->first[i + 1] += graph->first[i];
    graph->edges = luster_arena_array(arena, graph->first[graph->n], sizeof *graph->edges);
    if (!graph->edges)
        return false;
    each_edge(session, index, store_edge, graph);
    for (uint32_t i = graph->n; i > 0; i--) /* storing moved each start to the next one's */
        graph->first[i] = graph->first[i - 1];
    graph->first[0] = 0;
    return true;
}

static LusterStatus report(const LusterSession *session, const Edge *stack, uint32_t start,
                           uint32_t depth, const Edge *closing, LusterFault *fault)
{
    char names[560] = "";
    LusterPath *path = &fault->path;
    const uint32_t n = depth - start + 1;
    for (uint32_t i = 0; i < n; i++) {
        if (n > 8 && i == 4) {
            snprintf(names + strlen(names), sizeof names - strlen(names), "... -> ");
            i = n - 3;
        }
        const uint32_t node = i + 1 < n ? stack[start + i].from : closing->from;
        snprintf(names + strlen(names), sizeof names - strlen(names), "%.64s -> ",
                 luster_node_strip(session, node)->id);
    }
    snprintf(names + strlen(names), sizeof names - strlen(names), "%.64s",
             luster_node_strip(session, closing->to)->id);
    luster_node_path(session, closing->owner, path);
    if (closing->kind == OUTPUT) {
        luster_path_key(path, "output");
    } else {
        luster_path_key(path, closing->kind == SEND ? "sends" : "inserts");
        luster_path_index(path, closing->item);
        luster_path_key(path, closing->kind == SEND ? "to" : "key");
    }
    return luster_fault_set(fault, LUSTER_BAD_VALUE, "makes a loop: %s", names);
}

enum { NEW, OPEN, DONE };

/* Everything that can be reached from `root`; stack[i] is the edge by which depth i + 1 is reached.
 */
static LusterStatus search(const LusterSession *session, const Graph *graph, uint32_t root,
                           Edge *stack, uint32_t *next, unsigned char *state, LusterFault *fault)
{
    uint32_t depth = 0, node = root;
    state[root] = OPEN;
    for (;;) {
        if (next[node] < graph->first[node + 1]) {
            const Edge *edge = &graph->edges[next[node]++];
            if (state[edge->to] == OPEN) {
                uint32_t start = depth;
                while (start > 0 && (start == depth ? node : stack[start].from) != edge->to)
                    start--;
                return report(session, stack, start, depth, edge, fault);
            }
            if (state[edge->to] == NEW) {
                stack[depth++] = *edge;
                node = edge->to;
                state[node] = OPEN;
            }
            continue;
        }
        state[node] = DONE;
        if (depth == 0)
            return LUSTER_OK;
        node = stack[--depth].from;
    }
}

LusterStatus luster_session_check_loops(const LusterSession *session, const LusterIndex *index,
                                        LusterFault *fault)
{
    LusterArena *arena = luster_arena_new();
    Graph graph;
    LusterStatus status = LUSTER_OK;
    if (!arena || !build(session, index, arena, &graph)) {
        luster_arena_free(arena);
        return luster_fault_set(fault, LUSTER_NO_MEMORY, "memory is out");
    }
    Edge *stack = luster_arena_array(arena, graph.n, sizeof *stack);
    uint32_t *next = luster_arena_array(arena, graph.n, sizeof *next);
    unsigned char *state = luster_arena_alloc(arena, graph.n);
    if (!stack || !next || !state)
        status = luster_fault_set(fault, LUSTER_NO_MEMORY, "memory is out");
    for (uint32_t i = 0; !status && i < graph.n; i++)
        next[i] = graph.first[i];
    for (uint32_t i = 0; !status && i < graph.n; i++) {
        if (state[i] == NEW)
            status = search(session, &graph, i, stack, next, state, fault);
    }
    luster_arena_free(arena);
    return status;
}
