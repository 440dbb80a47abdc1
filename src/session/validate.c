/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The rules of a session as a whole, for sessions read from text and built by programs alike. */
#include "session/fault.h"
#include "session/keys.h"
#include "session/model.h"
#include "session/text.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Check {
    const LusterSession *session;
    const LusterStrip *strip; /* the one in hand */
    uint32_t node;
    const LusterIndex *index;
    LusterFault *fault;
    size_t n_points;
} Check;

static LusterStatus check_value(Check *check, const LusterParam *row, double value)
{
    char range[500], number[LUSTER_NUMBER_SIZE];
    if (luster_param_allows(row, value))
        return LUSTER_OK;
    luster_param_range(row, range, sizeof range);
    luster_number(value, number);
    return luster_fault_set(check->fault, LUSTER_BAD_VALUE, "is %s; it must be %s", number, range);
}

static LusterStatus check_row(Check *check, const LusterParam *row, double value)
{
    luster_path_key(&check->fault->path, row->id);
    const LusterStatus status = check_value(check, row, value);
    if (!status)
        luster_path_pop(&check->fault->path);
    return status;
}

static LusterStatus check_rows(Check *check, const LusterParam *rows, uint32_t n,
                               const double *values)
{
    for (uint32_t i = 0; i < n; i++) {
        const LusterStatus status = check_row(check, &rows[i], values[i]);
        if (status)
            return status;
    }
    return LUSTER_OK;
}

static LusterStatus check_text(Check *check, const char *key, const char *text)
{
    const char *wrong = !text                            ? "is missing"
                        : strlen(text) > LUSTER_MAX_TEXT ? "is longer than 4096 bytes"
                        : !luster_utf8_valid(text)       ? "is not valid UTF-8 text"
                                                         : NULL;
    if (!wrong)
        return LUSTER_OK;
    luster_path_key(&check->fault->path, key);
    return luster_fault_set(check->fault, LUSTER_BAD_VALUE, "%s", wrong);
}

static LusterStatus check_limit(Check *check, const char *key, size_t n, size_t max)
{
    if (n <= max)
        return LUSTER_OK;
    luster_path_key(&check->fault->path, key);
    return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                            "has %zu items; at most %zu are possible", n, max);
}

/* `id` at `key` must name a bus (or any strip, for a side-chain). */
static LusterStatus check_reference(Check *check, const char *key, const char *id, bool any)
{
    const uint32_t node = luster_index_find(check->index, id);
    const bool found = node != LUSTER_NO_NODE &&
                       (any || luster_node_strip(check->session, node)->kind != LUSTER_TRACK);
    char shown[LUSTER_SHOWN_SIZE];
    if (found)
        return LUSTER_OK;
    luster_show(id, shown);
    luster_path_key(&check->fault->path, key);
    return luster_fault_set(check->fault, LUSTER_NOT_FOUND,
                            "is \"%s\"; there is no %s of that id%s", shown, any ? "strip" : "bus",
                            node != LUSTER_NO_NODE ? " (it is a track)" : "");
}

static LusterStatus check_clip(Check *check, uint32_t i)
{
    const LusterClip *clip = &check->strip->clips[i];
    const LusterStatus status = check_text(check, "file", clip->file);
    if (status)
        return status;
    if (!*clip->file) {
        luster_path_key(&check->fault->path, "file");
        return luster_fault_set(check->fault, LUSTER_BAD_VALUE, "is empty");
    }
    return check_rows(check, luster_clip_params(), LUSTER_CLIP_N, clip->values);
}

static LusterStatus check_insert(Check *check, uint32_t i)
{
    const LusterInsert *insert = &check->strip->inserts[i];
    LusterPath *path = &check->fault->path;
    luster_path_key(path, "id");
    if (!luster_id_allowed(insert->id))
        return luster_fault_set(check->fault, LUSTER_BAD_VALUE, "is not an allowed id");
    for (uint32_t j = 0; j < i; j++) {
        if (strcmp(check->strip->inserts[j].id, insert->id) == 0)
            return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                                    "is \"%s\", as inserts[%u] is; in a chain ids differ",
                                    insert->id, j);
    }
    luster_path_pop(path);
    if (insert->key) {
        const LusterStatus status = check_reference(check, "key", insert->key, true);
        if (status)
            return status;
    }
    LusterStatus status = luster_session_check_assets(insert, check->fault);
    if (status)
        return status;
    luster_path_key(path, "set");
    status = check_rows(check, insert->proc->params, insert->proc->n_params, insert->values);
    if (!status)
        luster_path_pop(path);
    return status;
}

static LusterStatus check_send(Check *check, uint32_t i)
{
    const LusterSend *send = &check->strip->sends[i];
    const LusterStatus status = check_reference(check, "to", send->to, false);
    if (status)
        return status;
    for (uint32_t j = 0; j < i; j++) {
        if (strcmp(check->strip->sends[j].to, send->to) == 0)
            return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                                    "goes to \"%s\", as sends[%u] does", send->to, j);
    }
    return check_rows(check, luster_send_params(), LUSTER_SEND_N, send->values);
}

static LusterStatus check_points(Check *check, const LusterAutomation *automation,
                                 const LusterParam *row)
{
    LusterPath *path = &check->fault->path;
    luster_path_key(path, "points");
    check->n_points += automation->n_points;
    if (automation->n_points == 0 || check->n_points > LUSTER_MAX_POINTS)
        return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                                "has %u points; an automation has at least 1, a session at most %d",
                                automation->n_points, LUSTER_MAX_POINTS);
    for (uint32_t i = 0; i < automation->n_points; i++) {
        const LusterPoint *point = &automation->points[i];
        LusterStatus status;
        luster_path_index(path, i);
        luster_path_index(path, 0);
        if ((status = check_value(check, &luster_row_time, point->time_s)))
            return status;
        if (i && !(point->time_s > point[-1].time_s)) {
            char time[LUSTER_NUMBER_SIZE], before[LUSTER_NUMBER_SIZE];
            luster_number(point->time_s, time);
            luster_number(point[-1].time_s, before);
            return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                                    "is %s s; it must be later than the point before, %s s", time,
                                    before);
        }
        path->steps[path->n - 1].index = 1;
        if ((status = check_value(check, row, point->value)))
            return status;
        path->steps[path->n - 1].index = 2;
        if ((unsigned)point->curve >= LUSTER_CURVE_N)
            return luster_fault_set(check->fault, LUSTER_BAD_VALUE, "is no curve");
        luster_path_pop(path);
        luster_path_pop(path);
    }
    luster_path_pop(path);
    return LUSTER_OK;
}

static LusterStatus check_automation(Check *check, uint32_t i)
{
    const LusterAutomation *automation = &check->strip->automation[i];
    LusterPath *path = &check->fault->path;
    LusterTarget where;
    LusterError err;
    LusterStatus status = check_text(check, "target", automation->target);
    if (status)
        return status;
    luster_path_key(path, "target");
    if (luster_strip_target((LusterStrip *)check->strip, automation->target, &where, &err))
        return luster_fault_set(check->fault, LUSTER_NOT_FOUND, "is wrong: %.600s", err.text);
    if (where.param->flags & LUSTER_PARAM_STATIC)
        return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                                "is \"%s\"; this value is fixed while the song plays and cannot be "
                                "automated",
                                automation->target);
    for (uint32_t j = 0; j < i; j++) {
        if (strcmp(check->strip->automation[j].target, automation->target) == 0)
            return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                                    "is \"%s\", which automation[%u] moves already",
                                    automation->target, j);
    }
    luster_path_pop(path);
    return check_points(check, automation, where.param);
}

static LusterStatus check_side(Check *check, const char *key, const LusterParam *row,
                               const char *word, double value)
{
    LusterStatus status = word ? check_text(check, key, word) : LUSTER_OK;
    if (status || word)
        return status;
    luster_path_key(&check->fault->path, key);
    if (row)
        status = check_value(check, row, value);
    else if (!isfinite(value))
        status = luster_fault_set(check->fault, LUSTER_BAD_VALUE, "is not a number");
    if (!status)
        luster_path_pop(&check->fault->path);
    return status;
}

static LusterStatus check_decision(Check *check, uint32_t i)
{
    const LusterDecision *decision = &check->strip->decisions[i];
    LusterTarget where;
    LusterStatus status = check_text(check, "target", decision->target);
    if (status)
        return status;
    if (!*decision->target) {
        luster_path_key(&check->fault->path, "target");
        return luster_fault_set(check->fault, LUSTER_BAD_VALUE, "is empty");
    }
    luster_strip_target((LusterStrip *)check->strip, decision->target, &where, NULL);
    for (uint32_t j = 0; j < i; j++) {
        if (strcmp(check->strip->decisions[j].target, decision->target) == 0) {
            luster_path_key(&check->fault->path, "target");
            return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                                    "is \"%.80s\", which decisions[%u] is about already",
                                    decision->target, j);
        }
    }
    if ((status = check_side(check, "from", where.param, decision->from_text, decision->from)) ||
        (status = check_side(check, "to", where.param, decision->to_text, decision->to)) ||
        (status = check_row(check, &luster_row_amount, decision->amount)) ||
        (status = check_text(check, "measured", decision->measured ? decision->measured : "")) ||
        (status = check_text(check, "reason", decision->reason ? decision->reason : "")))
        return status;
    return LUSTER_OK;
}

static LusterStatus check_each(Check *check, const char *key, uint32_t n,
                               LusterStatus (*one)(Check *, uint32_t))
{
    LusterPath *path = &check->fault->path;
    luster_path_key(path, key);
    for (uint32_t i = 0; i < n; i++) {
        luster_path_index(path, i);
        const LusterStatus status = one(check, i);
        if (status)
            return status;
        luster_path_pop(path);
    }
    luster_path_pop(path);
    return LUSTER_OK;
}

static LusterStatus check_limits(Check *check)
{
    const LusterStrip *strip = check->strip;
    LusterStatus status;
    if ((status = check_limit(check, "clips", strip->n_clips, LUSTER_MAX_CLIPS)) ||
        (status = check_limit(check, "inserts", strip->n_inserts, LUSTER_MAX_INSERTS)) ||
        (status = check_limit(check, "sends", strip->n_sends, LUSTER_MAX_SENDS)) ||
        (status = check_limit(check, "automation", strip->n_automation, LUSTER_MAX_AUTOMATION)) ||
        (status = check_limit(check, "decisions", strip->n_decisions, LUSTER_MAX_DECISIONS)))
        return status;
    return LUSTER_OK;
}

static LusterStatus check_strip(Check *check)
{
    const LusterStrip *strip = check->strip;
    LusterStatus status;
    if ((status = check_text(check, "name", strip->name)) ||
        (status = check_text(check, "role", strip->role)) ||
        (status = check_row(check, &luster_row_confidence, strip->confidence)) ||
        (status = check_rows(check, luster_strip_params(), LUSTER_STRIP_N, strip->values)) ||
        (status = check_limits(check)))
        return status;
    if (strip->kind == LUSTER_MASTER && (strip->output || strip->n_sends)) {
        luster_path_key(&check->fault->path, strip->output ? "output" : "sends");
        return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                                "is not for the master: nothing comes after it");
    }
    if (strip->output && (status = check_reference(check, "output", strip->output, false)))
        return status;
    if (strip->n_clips && strip->kind != LUSTER_TRACK) {
        luster_path_key(&check->fault->path, "clips");
        return luster_fault_set(check->fault, LUSTER_BAD_VALUE, "is only for tracks");
    }
    if ((status = check_each(check, "clips", strip->n_clips, check_clip)) ||
        (status = check_each(check, "inserts", strip->n_inserts, check_insert)) ||
        (status = check_each(check, "sends", strip->n_sends, check_send)) ||
        (status = check_each(check, "automation", strip->n_automation, check_automation)) ||
        (status = check_each(check, "decisions", strip->n_decisions, check_decision)))
        return status;
    return LUSTER_OK;
}

static int by_id(const void *a, const void *b)
{
    const struct LusterIndexEntry *x = a, *y = b;
    const int order = strcmp(x->id, y->id);
    return order ? order : (x->node > y->node) - (x->node < y->node);
}

uint32_t luster_index_find(const LusterIndex *index, const char *id)
{
    uint32_t low = 0, high = index->n;
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        if (strcmp(index->sorted[mid].id, id) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < index->n && strcmp(index->sorted[low].id, id) == 0 ? index->sorted[low].node
                                                                    : LUSTER_NO_NODE;
}

const LusterStrip *luster_node_strip(const LusterSession *session, uint32_t node)
{
    if (node < session->n_tracks)
        return &session->tracks[node];
    node -= session->n_tracks;
    return node < session->n_buses ? &session->buses[node] : &session->master;
}

void luster_node_path(const LusterSession *session, uint32_t node, LusterPath *path)
{
    const bool is_track = node < session->n_tracks;
    const uint32_t bus = node - session->n_tracks;
    if (!is_track && bus >= session->n_buses) {
        luster_path_key(path, "master");
        return;
    }
    luster_path_key(path, is_track ? "tracks" : "buses");
    luster_path_index(path, is_track ? node : bus);
}

/* Ids: allowed, and each once. */
static LusterStatus check_ids(Check *check, LusterIndex *index)
{
    LusterPath *path = &check->fault->path;
    for (uint32_t i = 0; i < index->n; i++) {
        const LusterStrip *strip = luster_node_strip(check->session, i);
        index->sorted[i] = (struct LusterIndexEntry){strip->id, i};
        const bool last = i + 1 == index->n;
        if (strip->id && luster_id_allowed(strip->id) && (strcmp(strip->id, "master") == 0) == last)
            continue;
        luster_node_path(check->session, i, path);
        luster_path_key(path, "id");
        return luster_fault_set(
            check->fault, LUSTER_BAD_VALUE, "is \"%.80s\", which %s", strip->id ? strip->id : "",
            strip->id && strcmp(strip->id, "master") == 0 ? "is the master's"
                                                          : "is not an allowed id here");
    }
    qsort(index->sorted, index->n, sizeof index->sorted[0], by_id);
    for (uint32_t i = 1; i < index->n; i++) {
        const struct LusterIndexEntry *a = &index->sorted[i - 1], *b = &index->sorted[i];
        if (strcmp(a->id, b->id) != 0)
            continue;
        LusterPath first = {.n = 0};
        char text[80];
        luster_node_path(check->session, a->node, &first);
        luster_path_text(&first, text, sizeof text);
        luster_node_path(check->session, b->node, path);
        luster_path_key(path, "id");
        return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                                "is \"%s\", as %s is; ids of strips differ", b->id, text);
    }
    return LUSTER_OK;
}

static LusterStatus check_marker(Check *check, uint32_t i)
{
    const LusterMarker *marker = &check->session->markers[i];
    LusterStatus status;
    if ((status = check_row(check, &luster_row_time, marker->time_s)) ||
        (status = check_text(check, "name", marker->name)))
        return status;
    if (!i || marker->time_s > marker[-1].time_s)
        return LUSTER_OK;
    char time[LUSTER_NUMBER_SIZE], before[LUSTER_NUMBER_SIZE];
    luster_number(marker->time_s, time);
    luster_number(marker[-1].time_s, before);
    luster_path_key(&check->fault->path, "time_s");
    return luster_fault_set(check->fault, LUSTER_BAD_VALUE,
                            "is %s s; it must be later than the marker before, %s s", time, before);
}

static LusterStatus check_all(Check *check, LusterIndex *index)
{
    const LusterSession *session = check->session;
    LusterPath *path = &check->fault->path;
    LusterStatus status;
    if ((status = check_text(check, "title", session->title)) ||
        (status = check_rows(check, luster_session_params(), LUSTER_SESSION_N, session->values)) ||
        (status = check_limit(check, "notes", session->n_notes, LUSTER_MAX_NOTES)))
        return status;
    for (uint32_t i = 0; i < session->n_notes; i++) {
        if ((status = check_text(check, "notes", session->notes[i]))) {
            luster_path_index(path, i);
            return status;
        }
    }
    if ((status = check_limit(check, "markers", session->n_markers, LUSTER_MAX_MARKERS)) ||
        (status = check_each(check, "markers", session->n_markers, check_marker)) ||
        (status = check_ids(check, index)))
        return status;
    for (check->node = 0; check->node < index->n; check->node++) {
        path->n = 0;
        check->strip = luster_node_strip(session, check->node);
        luster_node_path(session, check->node, path);
        if ((status = check_strip(check)))
            return status;
    }
    path->n = 0;
    return luster_session_check_loops(session, index, check->fault);
}

LusterStatus luster_session_check(const LusterSession *session, LusterFault *fault)
{
    LusterArena *arena = luster_arena_new();
    LusterIndex index = {NULL, session->n_tracks + session->n_buses + 1};
    Check check = {.session = session, .index = &index, .fault = fault};
    LusterStatus status;
    fault->path.n = 0;
    if ((size_t)session->n_tracks + session->n_buses > LUSTER_MAX_STRIPS)
        status = check_limit(&check, "tracks", (size_t)session->n_tracks + session->n_buses,
                             LUSTER_MAX_STRIPS);
    else if (!arena || !(index.sorted = luster_arena_array(arena, index.n, sizeof index.sorted[0])))
        status = luster_fault_set(fault, LUSTER_NO_MEMORY, "memory is out");
    else
        status = check_all(&check, &index);
    luster_arena_free(arena);
    return status;
}

LusterStatus luster_session_validate(const LusterSession *session, LusterError *err)
{
    LusterFault fault = {.status = LUSTER_OK};
    const LusterStatus status = luster_session_check(session, &fault);
    char path[400];
    if (!status)
        return LUSTER_OK;
    luster_path_text(&fault.path, path, sizeof path);
    return luster_error_set(err, status, "%s%s%s", path, *path ? " " : "", fault.text);
}
