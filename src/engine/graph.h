/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Graph: the session's strips as nodes and the paths between them as edges, with what each needs to
 * run. Built once; nothing in it is allocated while it plays. */
#ifndef LUSTER_ENGINE_GRAPH_H
#define LUSTER_ENGINE_GRAPH_H

#include "engine/clips.h"
#include "engine/curve.h"
#include "engine/ring.h"
#include "luster/engine.h"

struct LusterArena;

#define SLOTS 2 /* blocks of output a node may be ahead of the one that reads it */

typedef enum {
    EDGE_OUTPUT, /* after fader and pan, at full level */
    EDGE_SEND, /* after fader and pan, at the send's level */
    EDGE_PRE, /* a pre-fader send: after the chain */
    EDGE_KEY /* a side-chain: after the chain, whatever fader and mute do */
} EdgeKind;

typedef struct Edge {
    uint32_t from, to; /* nodes */
    EdgeKind kind;
    bool audible; /* false: silenced by mute or solo */
    Curve level, pan; /* sends */
    Curve mute; /* of the strip it comes from: a pre-fader send is muted with it */
    Ring delay[2]; /* brings this path in step with the slowest one */
    double declick[2]; /* gain reached so far, per side */
    bool started;
} Edge;

typedef struct Insert {
    const LusterInsert *item;
    LusterInstance *instance;
    Edge *key; /* NULL: keyed by its input */
    Ring align[2]; /* holds the strip back until the key has arrived */
    uint32_t latency_in; /* frames between the song's time and this input */
    Curve *curves; /* [n_curves] automated parameters */
    uint32_t *params, n_curves;
    int64_t next_update; /* frame of the song from which new values are due */
} Insert;

typedef struct Node {
    const LusterStrip *strip;
    ClipPlayer *clips;
    uint32_t n_clips;
    uint32_t n_channels; /* of the chain; 1 or 2 */
    float upmix_gain; /* mono clips on a stereo chain: keeps the pan law's level */
    Insert *inserts;
    uint32_t n_inserts;
    Edge **inputs; /* audio edges into this node, in the session's order */
    uint32_t n_inputs;
    uint32_t *before, *after; /* nodes it waits for, and that wait for it */
    uint32_t n_before, n_after;
    uint32_t latency_in; /* frames, at its input */
    uint32_t latency_out; /* frames, after its chain */
    Ring delay[2]; /* the strip's own, audible delay */
    Curve trim, polarity, fader, ride, pan, width, mute;
    double declick[4], declick_trim; /* gains reached so far */
    bool started;
    float *dry[SLOTS][2]; /* after the chain */
    float *out[SLOTS][2]; /* after fader and pan; always stereo */
    float *scratch[4]; /* 0, 1: what comes in; 2, 3: what keys an insert */
    float *gains[4]; /* per frame, while something moves */
} Node;

typedef struct Graph {
    const LusterSession *session;
    LusterEngineOptions options;
    uint32_t block_frames;
    double rate_hz;
    Node *nodes; /* in an order in which every node follows all it waits for; the master is last */
    uint32_t n_nodes;
    Edge *edges;
    uint32_t n_edges;
    uint64_t length, tail; /* frames */
    struct LusterArena *arena;
} Graph;

LusterStatus luster_graph_build(Graph *graph, const LusterSession *session,
                                const LusterEngineOptions *options, LusterError *err);
void luster_graph_close(Graph *graph);

/** Index of a strip's node, or UINT32_MAX. */
uint32_t luster_graph_find(const Graph *graph, const char *id);

/** Plays block number `block` of one node. The nodes before it must have played that block. */
LusterStatus luster_node_process(Graph *graph, Node *node, uint64_t block, LusterError *err);

/** Fades audible gains through mutes, steps and jumps: at most full scale in this time. */
#define DECLICK_MS 5.0

#endif
