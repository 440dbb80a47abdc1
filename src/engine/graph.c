/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Building the graph. Nodes are sorted so that data flows one way; latency is added up along that
 * order, and each edge gets the delay that brings it in step with the slowest path into its node.
 */
#include "engine/graph.h"

#include "base/arena.h"
#include "dsp/pan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

_Static_assert((int)LUSTER_PAN_LAW_3 == (int)LUSTER_PAN_3_DB &&
                   (int)LUSTER_PAN_LAW_4_5 == (int)LUSTER_PAN_4_5_DB &&
                   (int)LUSTER_PAN_LAW_6 == (int)LUSTER_PAN_6_DB,
               "a session's laws are those of dsp/pan.h");

#define MAX_TAIL_S 60.0 /* seconds: longest ring-out that is waited for */

static LusterStatus no_memory(LusterError *err)
{
    return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory for the session's graph");
}

static uint32_t strip_index(const LusterSession *session, const char *id)
{
    if (!id || strcmp(id, "master") == 0)
        return session->n_tracks + session->n_buses;
    for (uint32_t i = 0; i < session->n_tracks; i++) {
        if (strcmp(session->tracks[i].id, id) == 0)
            return i;
    }
    for (uint32_t i = 0; i < session->n_buses; i++) {
        if (strcmp(session->buses[i].id, id) == 0)
            return session->n_tracks + i;
    }
    return UINT32_MAX;
}

static const LusterStrip *strip_at(const LusterSession *session, uint32_t index)
{
    if (index < session->n_tracks)
        return &session->tracks[index];
    index -= session->n_tracks;
    return index < session->n_buses ? &session->buses[index] : &session->master;
}

/* Edges as strip indices, before the nodes are put in order. */
static LusterStatus list_edges(Graph *graph, LusterError *err)
{
    const LusterSession *session = graph->session;
    const uint32_t n_strips = graph->n_nodes;
    size_t count = n_strips;
    for (uint32_t s = 0; s < n_strips; s++)
        count += strip_at(session, s)->n_sends + strip_at(session, s)->n_inserts;
    graph->edges = luster_arena_array(graph->arena, count, sizeof *graph->edges);
    if (!graph->edges)
        return no_memory(err);
    for (uint32_t s = 0; s < n_strips; s++) {
        const LusterStrip *strip = strip_at(session, s);
        if (s + 1 < n_strips)
            graph->edges[graph->n_edges++] =
                (Edge){.from = s, .to = strip_index(session, strip->output), .kind = EDGE_OUTPUT};
        for (uint32_t i = 0; i < strip->n_sends; i++) {
            const LusterSend *send = &strip->sends[i];
            const bool pre = send->values[LUSTER_SEND_PRE] != 0.0;
            char target[256];
            Edge *edge = &graph->edges[graph->n_edges++];
            *edge = (Edge){.from = s, .to = strip_index(session, send->to)};
            edge->kind = pre ? EDGE_PRE : EDGE_SEND;
            edge->audible = send->values[LUSTER_SEND_ON] != 0.0;
            snprintf(target, sizeof target, "sends.%s.level_db", send->to);
            edge->level =
                luster_curve_make(strip, target, send->values[LUSTER_SEND_LEVEL], graph->rate_hz);
            snprintf(target, sizeof target, "sends.%s.pan", send->to);
            edge->mute = luster_curve_make(strip, luster_strip_params()[LUSTER_STRIP_MUTE].id,
                                           strip->values[LUSTER_STRIP_MUTE], graph->rate_hz);
            edge->pan =
                luster_curve_make(strip, target, send->values[LUSTER_SEND_PAN], graph->rate_hz);
        }
        for (uint32_t i = 0; i < strip->n_inserts; i++) {
            const LusterInsert *insert = &strip->inserts[i];
            if (insert->on && insert->key)
                graph->edges[graph->n_edges++] =
                    (Edge){.from = strip_index(session, insert->key), .to = s, .kind = EDGE_KEY};
        }
    }
    return LUSTER_OK;
}

/* Kahn's algorithm, always taking the first strip that is ready, so that the order is fixed. */
static LusterStatus sort_nodes(Graph *graph, LusterError *err)
{
    const uint32_t n = graph->n_nodes;
    uint32_t *waits = luster_arena_array(graph->arena, n, sizeof *waits);
    uint32_t *place = luster_arena_array(graph->arena, n, sizeof *place);
    if (!waits || !place)
        return no_memory(err);
    for (uint32_t e = 0; e < graph->n_edges; e++) {
        if (graph->edges[e].from == UINT32_MAX || graph->edges[e].to == UINT32_MAX)
            return luster_error_set(err, LUSTER_NOT_FOUND,
                                    "the session has a path to a strip that does not exist");
        waits[graph->edges[e].to]++;
    }
    for (uint32_t s = 0; s < n; s++)
        place[s] = UINT32_MAX;
    /* the master is last even when buses are still unconnected */
    for (uint32_t done = 0; done < n; done++) {
        uint32_t s = 0;
        while (s < n && (place[s] != UINT32_MAX || waits[s] || (s == n - 1 && done < n - 1)))
            s++;
        if (s == n)
            return luster_error_set(err, LUSTER_BAD_VALUE,
                                    "the session's outputs, sends and keys form a loop");
        place[s] = done;
        graph->nodes[done].strip = strip_at(graph->session, s);
        for (uint32_t e = 0; e < graph->n_edges; e++)
            waits[graph->edges[e].to] -= graph->edges[e].from == s;
    }
    for (uint32_t e = 0; e < graph->n_edges; e++) {
        graph->edges[e].from = place[graph->edges[e].from];
        graph->edges[e].to = place[graph->edges[e].to];
    }
    return LUSTER_OK;
}

uint32_t luster_graph_find(const Graph *graph, const char *id)
{
    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        if (strcmp(graph->nodes[i].strip->id, id) == 0)
            return i;
    }
    return UINT32_MAX;
}

static LusterStatus connect_nodes(Graph *graph, LusterError *err)
{
    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        Node *node = &graph->nodes[i];
        uint32_t in = 0, before = 0, after = 0;
        for (uint32_t e = 0; e < graph->n_edges; e++) {
            in += graph->edges[e].to == i && graph->edges[e].kind != EDGE_KEY;
            before += graph->edges[e].to == i;
            after += graph->edges[e].from == i;
        }
        node->inputs = luster_arena_array(graph->arena, in, sizeof(Edge *));
        node->before = luster_arena_array(graph->arena, before, sizeof(uint32_t));
        node->after = luster_arena_array(graph->arena, after, sizeof(uint32_t));
        if (!node->inputs || !node->before || !node->after)
            return no_memory(err);
        for (uint32_t e = 0; e < graph->n_edges; e++) {
            Edge *edge = &graph->edges[e];
            if (edge->to == i && edge->kind != EDGE_KEY)
                node->inputs[node->n_inputs++] = edge;
            if (edge->to == i)
                node->before[node->n_before++] = edge->from;
            if (edge->from == i)
                node->after[node->n_after++] = edge->to;
        }
    }
    return LUSTER_OK;
}

static LusterStatus new_ring(Graph *graph, Ring *ring, uint64_t frames, LusterError *err)
{
    ring->frames = (uint32_t)frames;
    if (frames)
        ring->buffer = luster_arena_array(graph->arena, frames, sizeof(float));
    return frames && !ring->buffer ? no_memory(err) : LUSTER_OK;
}

static LusterStatus new_rings(Graph *graph, Ring ring[2], uint64_t frames, LusterError *err)
{
    const LusterStatus status = new_ring(graph, &ring[0], frames, err);
    return status ? status : new_ring(graph, &ring[1], frames, err);
}

static LusterStatus open_clips(Graph *graph, Node *node, LusterError *err)
{
    const LusterStrip *strip = node->strip;
    node->clips = luster_arena_array(graph->arena, strip->n_clips, sizeof(ClipPlayer));
    if (!node->clips)
        return no_memory(err);
    node->n_channels = strip->kind == LUSTER_TRACK ? 1 : 2;
    for (uint32_t i = 0; i < strip->n_clips; i++) {
        ClipPlayer *player = &node->clips[i];
        const LusterStatus status =
            luster_clip_prepare(player, &strip->clips[i], &graph->options, graph->rate_hz, err);
        if (status)
            return status;
        node->n_clips++;
        if (luster_clip_channels(player) == 2)
            node->n_channels = 2;
        if (player->start + player->length > graph->length)
            graph->length = player->start + player->length;
    }
    node->upmix_gain = 1.0f;
    if (node->n_channels == 2)
        return LUSTER_OK;
    for (uint32_t i = 0; i < strip->n_inserts; i++) {
        const LusterInsert *item = &strip->inserts[i];
        if (item->on && (item->proc->flags & LUSTER_PROC_WIDENS) && node->n_channels == 1) {
            /* a mono track through a stereo effect: in the middle, at the level the pan law gives
             */
            double left, right;
            luster_pan_mono((int)graph->session->values[LUSTER_SESSION_PAN_LAW], 0.0, &left,
                            &right);
            node->upmix_gain = (float)left;
            node->n_channels = 2;
        }
    }
    return LUSTER_OK;
}

static LusterStatus open_insert(Graph *graph, Node *node, Insert *insert, LusterError *err)
{
    const LusterProcessor *proc = insert->item->proc;
    LusterInsertAssets *assets = luster_arena_alloc(graph->arena, sizeof *assets);
    if (!assets)
        return no_memory(err);
    LusterStatus status = luster_insert_load(insert->item, graph->rate_hz, graph->options.load,
                                             graph->options.context, assets, err);
    const LusterSetup setup = {graph->rate_hz, graph->block_frames, node->n_channels, assets->list};
    if (!status)
        status = luster_instance_new(proc, &setup, &insert->instance, err);
    if (status)
        return status;
    insert->curves = luster_arena_array(graph->arena, proc->n_params, sizeof(Curve));
    insert->params = luster_arena_array(graph->arena, proc->n_params, sizeof(uint32_t));
    if (!insert->curves || !insert->params)
        return no_memory(err);
    for (uint32_t p = 0; p < proc->n_params; p++) {
        double value = insert->item->values[p];
        if ((proc->params[p].flags & LUSTER_PARAM_TEMPO) && !insert->item->given[p])
            value = graph->session->values[LUSTER_SESSION_TEMPO];
        luster_instance_set(insert->instance, p, value);
        char target[256];
        snprintf(target, sizeof target, "inserts.%s.%s", insert->item->id, proc->params[p].id);
        const Curve curve = luster_curve_make(node->strip, target, value, graph->rate_hz);
        if (curve.automation) {
            insert->curves[insert->n_curves] = curve;
            insert->params[insert->n_curves++] = p;
        }
    }
    insert->next_update = INT64_MIN;
    return LUSTER_OK;
}

/* Latency up to and through this node; its inputs' are known. */
static LusterStatus align_node(Graph *graph, uint32_t index, LusterError *err)
{
    Node *node = &graph->nodes[index];
    LusterStatus status = LUSTER_OK;
    for (uint32_t i = 0; i < node->n_inputs; i++) {
        const uint32_t latency = graph->nodes[node->inputs[i]->from].latency_out;
        if (latency > node->latency_in)
            node->latency_in = latency;
    }
    for (uint32_t i = 0; i < node->n_inputs && !status; i++) {
        Edge *edge = node->inputs[i];
        const uint32_t lag = node->latency_in - graph->nodes[edge->from].latency_out;
        status = new_rings(graph, edge->delay, lag, err);
    }
    uint32_t latency = node->latency_in, next_key = 0;
    for (uint32_t i = 0; i < node->n_inserts && !status; i++) {
        Insert *insert = &node->inserts[i];
        if (insert->item->key) {
            while (graph->edges[next_key].kind != EDGE_KEY || graph->edges[next_key].to != index)
                next_key++;
            insert->key = &graph->edges[next_key++];
            const uint32_t key = graph->nodes[insert->key->from].latency_out;
            if (key > latency) {
                status = new_rings(graph, insert->align, key - latency, err);
                latency = key;
            } else {
                status = new_rings(graph, insert->key->delay, latency - key, err);
            }
        }
        insert->latency_in = latency;
        latency += luster_instance_latency(insert->instance);
    }
    node->latency_out = latency;
    return status;
}

static LusterStatus open_node(Graph *graph, uint32_t index, LusterError *err)
{
    Node *node = &graph->nodes[index];
    const LusterStrip *strip = node->strip;
    LusterStatus status = open_clips(graph, node, err);
    if (status)
        return status;
    node->inserts = luster_arena_array(graph->arena, strip->n_inserts, sizeof(Insert));
    if (!node->inserts)
        return no_memory(err);
    for (uint32_t i = 0; i < strip->n_inserts; i++) {
        if (!strip->inserts[i].on)
            continue;
        Insert *insert = &node->inserts[node->n_inserts];
        insert->item = &strip->inserts[i];
        status = open_insert(graph, node, insert, err);
        if (status)
            return status;
        node->n_inserts++;
    }
    const double *v = strip->values;
    const LusterParam *rows = luster_strip_params();
    Curve *curves[] = {&node->trim, &node->polarity, NULL,         &node->fader,
                       &node->ride, &node->pan,      &node->width, &node->mute};
    for (uint32_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        if (curves[i])
            *curves[i] = luster_curve_make(strip, rows[i].id, v[i], graph->rate_hz);
    }
    const double delay = v[LUSTER_STRIP_DELAY] / 1000.0 * graph->rate_hz;
    status = new_rings(graph, node->delay, (uint64_t)(delay + 0.5), err);
    float **buffers[] = {node->dry[0], node->dry[1],    node->out[0],  node->out[1],
                         node->gains,  node->gains + 2, node->scratch, node->scratch + 2};
    for (uint32_t b = 0; b < sizeof buffers / sizeof buffers[0] && !status; b++) {
        for (uint32_t c = 0; c < 2; c++) {
            buffers[b][c] = luster_arena_array(graph->arena, graph->block_frames, sizeof(float));
            if (!buffers[b][c])
                return no_memory(err);
        }
    }
    return status ? status : align_node(graph, index, err);
}

static bool is_soloed(const Graph *graph, const Node *node)
{
    for (uint32_t i = 0; i < graph->options.n_solo; i++) {
        if (strcmp(graph->options.solo[i], node->strip->id) == 0)
            return true;
    }
    return node->strip->values[LUSTER_STRIP_SOLO] != 0.0;
}

/* With any solo on, a path from a track to the master is heard when it passes a soloed strip: an
 * edge is open when what comes through it has passed one, or may still reach one. */
static LusterStatus apply_solo(Graph *graph, LusterError *err)
{
    const uint32_t n = graph->n_nodes;
    bool *passed = luster_arena_array(graph->arena, n, sizeof(bool));
    bool *reaches = luster_arena_array(graph->arena, n, sizeof(bool));
    if (!passed || !reaches)
        return no_memory(err);
    bool any = false;
    for (uint32_t i = 0; i + 1 < n; i++)
        any |= passed[i] = reaches[i] = is_soloed(graph, &graph->nodes[i]);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t e = 0; e < graph->nodes[i].n_inputs; e++)
            passed[i] |= passed[graph->nodes[i].inputs[e]->from];
    }
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t e = 0; e < graph->nodes[i].n_inputs; e++)
            reaches[graph->nodes[i].inputs[e]->from] |= reaches[i];
    }
    for (uint32_t e = 0; e < graph->n_edges; e++) {
        Edge *edge = &graph->edges[e];
        const bool open = !any || passed[edge->from] || reaches[edge->to];
        const bool send = edge->kind == EDGE_SEND || edge->kind == EDGE_PRE;
        edge->audible = edge->kind == EDGE_KEY || (open && (!send || edge->audible));
    }
    return LUSTER_OK;
}

static void find_tail(Graph *graph)
{
    double longest = 0.0;
    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        /* a path is never longer than all of its strips: follow each to the master */
        double tail = 0.0;
        const Node *node = &graph->nodes[i];
        for (uint32_t hop = i;;) {
            node = &graph->nodes[hop];
            for (uint32_t k = 0; k < node->n_inserts; k++)
                tail += luster_instance_tail(node->inserts[k].instance);
            tail += node->delay[0].frames / graph->rate_hz;
            if (hop == graph->n_nodes - 1)
                break;
            for (uint32_t e = 0; e < graph->n_edges; e++) {
                if (graph->edges[e].from == hop && graph->edges[e].kind == EDGE_OUTPUT) {
                    hop = graph->edges[e].to;
                    break;
                }
            }
        }
        longest = fmax(longest, tail);
    }
    graph->tail = (uint64_t)(fmin(longest, MAX_TAIL_S) * graph->rate_hz + 0.5);
}

LusterStatus luster_graph_build(Graph *graph, const LusterSession *session,
                                const LusterEngineOptions *options, LusterError *err)
{
    memset(graph, 0, sizeof *graph);
    graph->arena = luster_arena_new();
    if (!graph->arena)
        return no_memory(err);
    graph->session = session;
    graph->options = *options;
    graph->block_frames = options->block_frames ? options->block_frames : LUSTER_ENGINE_BLOCK;
    graph->rate_hz = session->values[LUSTER_SESSION_RATE];
    graph->n_nodes = session->n_tracks + session->n_buses + 1;
    graph->nodes = luster_arena_array(graph->arena, graph->n_nodes, sizeof(Node));
    if (!graph->nodes)
        return no_memory(err);
    for (uint32_t i = 0; i < options->n_solo; i++) {
        if (strip_index(session, options->solo[i]) == UINT32_MAX)
            return luster_error_set(err, LUSTER_NOT_FOUND, "there is no strip '%s' to solo",
                                    options->solo[i]);
    }
    LusterStatus status = list_edges(graph, err);
    if (!status)
        status = sort_nodes(graph, err);
    if (!status)
        status = connect_nodes(graph, err);
    for (uint32_t i = 0; i < graph->n_nodes && !status; i++)
        status = open_node(graph, i, err);
    if (!status)
        status = apply_solo(graph, err);
    if (!status)
        find_tail(graph);
    return status;
}

void luster_graph_close(Graph *graph)
{
    for (uint32_t i = 0; graph->nodes && i < graph->n_nodes; i++) {
        Node *node = &graph->nodes[i];
        for (uint32_t c = 0; c < node->n_clips; c++)
            luster_clip_close(&node->clips[c]);
        for (uint32_t k = 0; node->inserts && k < node->strip->n_inserts; k++)
            luster_instance_free(node->inserts[k].instance);
    }
    luster_arena_free(graph->arena);
    memset(graph, 0, sizeof *graph);
}
