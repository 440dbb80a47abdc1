/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One node, one block: sum what comes in, trim, run the chain, then fader, width and pan. Gains are
 * computed per frame only while something moves; jumps are slewed so that they do not click. */
#include "base/math.h"
#include "dsp/pan.h"
#include "engine/graph.h"
#include "simd/kernels.h"

#include <math.h>
#include <string.h>

#define UPDATE_GRID 64 /* frames of the song between updates of a moving parameter */

static double level_gain(const LusterParam *row, double db)
{
    return db <= row->min ? 0.0 : luster_db_to_gain(db); /* the bottom of a fader is silence */
}

typedef struct FaderValues {
    double fader_db, ride_db, pan, width, mute;
} FaderValues;

/* to left from left, to left from right, to right from left, to right from right */
static void fader_matrix(const Graph *graph, const Node *node, const FaderValues *at, double m[4])
{
    const LusterParam *row = &luster_strip_params()[LUSTER_STRIP_FADER];
    const double level = at->mute != 0.0 || at->fader_db <= row->min
                             ? 0.0
                             : luster_db_to_gain(at->fader_db + at->ride_db);
    double left, right;
    if (node->n_channels == 1) {
        luster_pan_mono((int)graph->session->values[LUSTER_SESSION_PAN_LAW], at->pan, &left,
                        &right);
        m[0] = level * left;
        m[3] = level * right;
        m[1] = m[2] = 0.0;
        return;
    }
    const double w = at->width / 100.0, same = 0.5 * (1.0 + w), other = 0.5 * (1.0 - w);
    luster_pan_balance(LUSTER_PAN_3_DB, at->pan, &left, &right);
    m[0] = level * left * same;
    m[1] = level * left * other;
    m[2] = level * right * other;
    m[3] = level * right * same;
}

static bool still(Curve *curve, int64_t first, uint32_t n)
{
    return !luster_curve_moving(curve, first) && luster_curve_next(curve, first) >= first + n;
}

/* Moves *state toward target by at most `step`. */
static double slew(double *state, double target, double step)
{
    const double change = target - *state;
    *state = change > step ? *state + step : change < -step ? *state - step : target;
    return *state;
}

static double slew_step(const Graph *graph)
{
    return 1000.0 / (DECLICK_MS * graph->rate_hz);
}

static FaderValues fader_values(Node *node, int64_t frame)
{
    return (FaderValues){luster_curve_at(&node->fader, frame), luster_curve_at(&node->ride, frame),
                         luster_curve_at(&node->pan, frame), luster_curve_at(&node->width, frame),
                         luster_curve_at(&node->mute, frame)};
}

static void fader_still(Node *node, const double m[4], float *const *in, float *const *out,
                        uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const uint32_t right = node->n_channels - 1;
    k->mix_gain(out[0], in[0], (float)m[0], n);
    k->mix_gain(out[1], in[right], (float)m[3], n);
    if (m[1] != 0.0)
        k->mix_add(out[0], in[1], (float)m[1], n);
    if (m[2] != 0.0)
        k->mix_add(out[1], in[0], (float)m[2], n);
}

/* The chain's output in `dry` to `out`, through fader, width and pan. */
static void fader_stage(Graph *graph, Node *node, uint64_t first, uint32_t slot)
{
    const uint32_t n = graph->block_frames;
    const int64_t song = (int64_t)first - node->latency_out;
    FaderValues at = fader_values(node, song);
    double m[4];
    fader_matrix(graph, node, &at, m);
    if (!node->started)
        memcpy(node->declick, m, sizeof m);
    node->started = true;
    float *const *in = node->dry[slot], *const *out = node->out[slot];
    if (still(&node->fader, song, n) && still(&node->ride, song, n) && still(&node->pan, song, n) &&
        still(&node->width, song, n) && still(&node->mute, song, n) &&
        memcmp(node->declick, m, sizeof m) == 0) {
        fader_still(node, m, in, out, n);
        return;
    }
    const double step = slew_step(graph);
    for (uint32_t i = 0; i < n; i++) {
        const FaderValues now = fader_values(node, song + i);
        if (memcmp(&now, &at, sizeof now)) {
            at = now;
            fader_matrix(graph, node, &at, m);
        }
        for (uint32_t g = 0; g < 4; g++)
            node->gains[g][i] = (float)slew(&node->declick[g], m[g], step);
    }
    const LusterKernels *k = luster_kernels();
    const uint32_t right = node->n_channels - 1;
    memset(out[0], 0, n * sizeof(float));
    memset(out[1], 0, n * sizeof(float));
    k->mix_add_ramp(out[0], in[0], node->gains[0], n);
    k->mix_add_ramp(out[1], in[right], node->gains[3], n);
    if (right) {
        k->mix_add_ramp(out[0], in[1], node->gains[1], n);
        k->mix_add_ramp(out[1], in[0], node->gains[2], n);
    }
}

static void send_gains(const Graph *graph, const Node *from, Edge *edge, int64_t song,
                       double gain[2])
{
    if (edge->kind == EDGE_OUTPUT) {
        gain[0] = gain[1] = 1.0;
        return;
    }
    const LusterParam *row = &luster_send_params()[LUSTER_SEND_LEVEL];
    double level = level_gain(row, luster_curve_at(&edge->level, song));
    if (edge->kind == EDGE_PRE && luster_curve_at(&edge->mute, song) != 0.0)
        level = 0.0;
    const double pan = luster_curve_at(&edge->pan, song);
    if (edge->kind == EDGE_PRE && from->n_channels == 1)
        luster_pan_mono((int)graph->session->values[LUSTER_SESSION_PAN_LAW], pan, &gain[0],
                        &gain[1]);
    else
        luster_pan_balance(LUSTER_PAN_3_DB, pan, &gain[0], &gain[1]);
    gain[0] *= level;
    gain[1] *= level;
}

/* Adds one path to the node's input; while *blank, nothing is there yet, not even zeros. */
static void add_input(Graph *graph, Node *node, Edge *edge, uint64_t first, uint32_t slot,
                      bool *blank)
{
    if (!edge->audible)
        return;
    const uint32_t n = graph->block_frames;
    const Node *from = &graph->nodes[edge->from];
    const int64_t song = (int64_t)first - from->latency_out;
    float *const *source = edge->kind == EDGE_PRE ? from->dry[slot] : from->out[slot];
    const uint32_t right = edge->kind == EDGE_PRE ? from->n_channels - 1 : 1;
    float *const *sum = node->dry[slot];
    const float *in[2] = {source[0], source[right]};
    double gain[2];
    send_gains(graph, from, edge, song, gain);
    if (!edge->started)
        memcpy(edge->declick, gain, sizeof gain);
    edge->started = true;
    const bool constant = still(&edge->level, song, n) && still(&edge->pan, song, n) &&
                          still(&edge->mute, song, n) &&
                          memcmp(edge->declick, gain, sizeof gain) == 0;
    if (!constant) {
        const double step = slew_step(graph);
        for (uint32_t i = 0; i < n; i++) {
            send_gains(graph, from, edge, song + i, gain);
            for (uint32_t c = 0; c < 2; c++)
                node->scratch[c][i] = (float)(in[c][i] * slew(&edge->declick[c], gain[c], step));
        }
        in[0] = node->scratch[0];
        in[1] = node->scratch[1];
        gain[0] = gain[1] = 1.0;
    }
    const LusterKernels *k = luster_kernels();
    for (uint32_t c = 0; c < 2; c++) {
        if (edge->delay[c].frames) {
            ring_process(&edge->delay[c], in[c], node->scratch[c], n);
            in[c] = node->scratch[c];
        }
        (*blank ? k->mix_set : k->mix_add)(sum[c], in[c], (float)gain[c], n);
    }
    *blank = false;
}

static void trim_stage(Graph *graph, Node *node, uint64_t first, uint32_t slot)
{
    const uint32_t n = graph->block_frames;
    const int64_t song = (int64_t)first - node->latency_in;
    const LusterParam *rows = luster_strip_params();
    float *const *audio = node->dry[slot];
    const double step = slew_step(graph);
    const bool constant = still(&node->trim, song, n) && still(&node->polarity, song, n);
    for (uint32_t i = 0; i < n; i++) {
        double gain = level_gain(&rows[LUSTER_STRIP_TRIM], luster_curve_at(&node->trim, song + i));
        if (luster_curve_at(&node->polarity, song + i) != 0.0)
            gain = -gain;
        gain *= node->upmix_gain;
        if (!node->started)
            node->declick_trim = gain;
        if (constant && node->declick_trim == gain) {
            for (uint32_t c = 0; c < node->n_channels && gain != 1.0; c++)
                luster_kernels()->mix_gain(audio[c] + i, audio[c] + i, (float)gain, n - i);
            break;
        }
        slew(&node->declick_trim, gain, step);
        for (uint32_t c = 0; c < node->n_channels; c++)
            audio[c][i] = (float)(audio[c][i] * node->declick_trim);
    }
    for (uint32_t c = 0; c < node->n_channels; c++)
        ring_process(&node->delay[c], audio[c], audio[c], n);
}

/* Side-chain signal of an insert, in step with it, with as many channels as the chain. */
static void read_key(Graph *graph, Node *node, Insert *insert, uint32_t slot, const float *key[2])
{
    const uint32_t n = graph->block_frames;
    const Node *from = &graph->nodes[insert->key->from];
    for (uint32_t c = 0; c < from->n_channels; c++) {
        key[c] = from->dry[slot][c];
        if (insert->key->delay[c].frames) {
            ring_process(&insert->key->delay[c], key[c], node->scratch[2 + c], n);
            key[c] = node->scratch[2 + c];
        }
    }
    if (from->n_channels == 1) {
        key[1] = key[0];
    } else if (node->n_channels == 1) {
        for (uint32_t i = 0; i < n; i++)
            node->scratch[2][i] = 0.5f * (key[0][i] + key[1][i]);
        key[0] = node->scratch[2];
    }
}

/* Frames from `song` on for which the values now set stay as they are. */
static uint64_t update_insert(Insert *insert, int64_t song)
{
    if (song >= insert->next_update) {
        int64_t next = INT64_MAX / 2; /* never, and safe to subtract from */
        for (uint32_t c = 0; c < insert->n_curves; c++) {
            Curve *curve = &insert->curves[c];
            luster_instance_set(insert->instance, insert->params[c], luster_curve_at(curve, song));
            const int64_t change = luster_curve_next(curve, song);
            next = change < next ? change : next;
            if (luster_curve_moving(curve, song)) {
                const int64_t grid = (song / UPDATE_GRID + 1) * UPDATE_GRID;
                next = grid < next ? grid : next;
            }
        }
        insert->next_update = next;
    }
    return (uint64_t)(insert->next_update - song);
}

static void run_insert(Graph *graph, Node *node, Insert *insert, uint64_t first, uint32_t slot)
{
    const uint32_t n = graph->block_frames;
    float *const *audio = node->dry[slot];
    const float *key[2] = {NULL, NULL};
    for (uint32_t c = 0; c < node->n_channels; c++)
        ring_process(&insert->align[c], audio[c], audio[c], n);
    if (insert->key)
        read_key(graph, node, insert, slot, key);
    for (uint32_t done = 0; done < n;) {
        uint32_t count = n - done;
        if (insert->n_curves) {
            const int64_t song = (int64_t)(first + done) - insert->latency_in;
            const uint64_t steady = update_insert(insert, song);
            count = steady < count ? (uint32_t)steady : count;
        }
        const float *in[2] = {audio[0] + done, audio[1] + done};
        float *out[2] = {audio[0] + done, audio[1] + done};
        const float *at[2] = {key[0] ? key[0] + done : NULL, key[1] ? key[1] + done : NULL};
        luster_instance_process(insert->instance,
                                &(LusterBlock){in, out, insert->key ? at : NULL, count});
        done += count;
    }
}

LusterStatus luster_node_process(Graph *graph, Node *node, uint64_t block, LusterError *err)
{
    const uint32_t n = graph->block_frames, slot = (uint32_t)(block % SLOTS);
    const uint64_t first = block * n;
    bool blank = true;
    for (uint32_t i = 0; i < node->n_clips; i++) {
        const LusterStatus status = luster_clip_play(&node->clips[i], first, n, node->n_channels,
                                                     node->dry[slot], node->scratch, &blank, err);
        if (status)
            return status;
    }
    for (uint32_t i = 0; i < node->n_inputs; i++)
        add_input(graph, node, node->inputs[i], first, slot, &blank);
    for (uint32_t c = 0; c < node->n_channels && blank; c++)
        memset(node->dry[slot][c], 0, n * sizeof(float));
    trim_stage(graph, node, first, slot);
    for (uint32_t i = 0; i < node->n_inserts; i++)
        run_insert(graph, node, &node->inserts[i], first, slot);
    fader_stage(graph, node, first, slot);
    return LUSTER_OK;
}
