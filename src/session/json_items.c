/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is in a strip, from JSON: clips, inserts, sends, automation, decisions, in this order,
 * because the later ones address the earlier. */
#include "session/reader.h"

#include "base/arena.h"
#include "session/model.h"
#include "session/text.h"

#include <stdio.h>
#include <string.h>

static LusterStatus read_clip(Reader *reader, const json_t *json, LusterStrip *strip)
{
    LusterClip *clip = luster_strip_add_clip(reader->session, strip, "");
    if (!clip)
        return luster_read_out_of_memory(reader);
    const LusterStatus status =
        luster_read_object(reader, json, &luster_keys_clip, LUSTER_KEY_ANY, clip->values);
    return status ? status : luster_read_text(reader, json, "file", &clip->file);
}

static const char *next_processor(const void *user, uint32_t index)
{
    (void)user;
    const LusterProcessor *proc = luster_processor_at(index);
    return proc ? proc->id : NULL;
}

static LusterStatus find_processor(Reader *reader, const json_t *json, const LusterProcessor **proc)
{
    const char *id = "";
    LusterStatus status = luster_read_id(reader, json, "processor", &id);
    if (status)
        return status;
    *proc = luster_processor_find(id);
    luster_path_key(&reader->fault->path, "processor");
    if (!*proc) {
        const char *near = luster_nearest(id, next_processor, NULL);
        return luster_fault_set(reader->fault, LUSTER_NOT_FOUND,
                                "is \"%s\"; there is no such processor%s%s%s (luster describe "
                                "lists them)",
                                id, near ? "; did you mean \"" : "", near ? near : "",
                                near ? "\"?" : "");
    }
    luster_path_pop(&reader->fault->path);
    double version = (*proc)->version;
    status = luster_read_row(reader, json, &luster_row_version, &version);
    if (!status && version > (*proc)->version) {
        luster_path_key(&reader->fault->path, "version");
        return luster_fault_set(reader->fault, LUSTER_UNSUPPORTED,
                                "is %g, but this luster has version %u of %s: the session was made "
                                "with a newer one and would not sound the same",
                                version, (*proc)->version, id);
    }
    return status;
}

static LusterStatus read_set(Reader *reader, const json_t *set, LusterInsert *insert)
{
    const char *id;
    json_t *value;
    const LusterProcessor *proc = insert->proc;
    luster_path_key(&reader->fault->path, "set");
    if (!json_is_object(set)) {
        char what[LUSTER_DESCRIBED_SIZE];
        luster_describe_json(set, what);
        return luster_fault_set(reader->fault, LUSTER_BAD_FILE,
                                "is %s; it must be an object in { }", what);
    }
    json_object_foreach((json_t *)set, id, value)
    {
        const int index = luster_processor_param(proc, id);
        luster_path_key(&reader->fault->path, id);
        if (index < 0) {
            const char *near = luster_rows_nearest(proc->params, proc->n_params, id);
            return luster_fault_set(reader->fault, LUSTER_NOT_FOUND,
                                    "is not a parameter of %s%s%s%s (luster describe %s lists "
                                    "them)",
                                    proc->id, near ? "; did you mean \"" : "", near ? near : "",
                                    near ? "\"?" : "", proc->id);
        }
        const LusterStatus status =
            luster_read_value(reader, value, &proc->params[index], &insert->values[index]);
        if (status)
            return status;
        insert->given[index] = true;
        luster_path_pop(&reader->fault->path);
    }
    luster_path_pop(&reader->fault->path);
    return LUSTER_OK;
}

static LusterStatus read_insert(Reader *reader, const json_t *json, LusterStrip *strip)
{
    const LusterProcessor *proc;
    LusterStatus status =
        luster_read_object(reader, json, &luster_keys_insert, LUSTER_KEY_ANY, NULL);
    if (!status)
        status = find_processor(reader, json, &proc);
    if (status)
        return status;
    LusterInsert *insert = luster_strip_add_insert(reader->session, strip, proc);
    if (!insert)
        return luster_read_out_of_memory(reader);
    if ((status = luster_read_id(reader, json, "id", &insert->id)) ||
        (status = luster_read_toggle(reader, json, "on", &insert->on)) ||
        (status = luster_read_id(reader, json, "key", &insert->key)))
        return status;
    if ((status = luster_read_assets(reader, json, insert)))
        return status;
    const json_t *set = json_object_get(json, "set");
    return set ? read_set(reader, set, insert) : LUSTER_OK;
}

static LusterStatus read_send(Reader *reader, const json_t *json, LusterStrip *strip)
{
    double values[LUSTER_SEND_N];
    const char *to = "";
    luster_rows_default(luster_send_params(), LUSTER_SEND_N, values);
    LusterStatus status =
        luster_read_object(reader, json, &luster_keys_send, LUSTER_KEY_ANY, values);
    if (!status)
        status = luster_read_id(reader, json, "to", &to);
    if (status)
        return status;
    const uint32_t before = strip->n_sends;
    LusterSend *send = luster_strip_add_send(reader->session, strip, to);
    if (!send)
        return luster_read_out_of_memory(reader);
    if (strip->n_sends == before) {
        luster_path_key(&reader->fault->path, "to");
        return luster_fault_set(reader->fault, LUSTER_BAD_VALUE,
                                "is \"%s\"; there is a send to it already", to);
    }
    memcpy(send->values, values, sizeof values);
    return LUSTER_OK;
}

static LusterStatus read_curve(Reader *reader, const json_t *json, LusterCurve *curve)
{
    const char *word = json_string_value(json);
    for (int i = 0; word && i < LUSTER_CURVE_N; i++) {
        if (strcmp(word, luster_curve_ids()[i]) == 0) {
            *curve = (LusterCurve)i;
            return LUSTER_OK;
        }
    }
    char what[LUSTER_DESCRIBED_SIZE];
    luster_describe_json(json, what);
    return luster_fault_set(reader->fault, LUSTER_BAD_VALUE,
                            "is %s; it must be linear, hold, smooth, slow or fast, in quotes",
                            what);
}

static LusterStatus read_point(Reader *reader, const json_t *json, const LusterParam *row,
                               LusterPoint *point)
{
    LusterPath *path = &reader->fault->path;
    LusterStatus status;
    if (!json_is_array(json) || json_array_size(json) < 2 || json_array_size(json) > 3)
        return luster_fault_set(reader->fault, LUSTER_BAD_FILE,
                                "is no point; it must be [seconds, value] or [seconds, value, "
                                "curve]");
    luster_path_index(path, 0);
    status = luster_read_value(reader, json_array_get(json, 0), &luster_row_time, &point->time_s);
    if (status)
        return status;
    path->steps[path->n - 1].index = 1;
    status = luster_read_value(reader, json_array_get(json, 1), row, &point->value);
    if (status)
        return status;
    path->steps[path->n - 1].index = 2;
    if (json_array_size(json) > 2)
        status = read_curve(reader, json_array_get(json, 2), &point->curve);
    if (!status)
        luster_path_pop(path);
    return status;
}

static LusterStatus read_points(Reader *reader, const json_t *points, const LusterParam *row,
                                LusterAutomation *automation)
{
    LusterPath *path = &reader->fault->path;
    luster_path_key(path, "points");
    if (!json_is_array(points) || json_array_size(points) == 0)
        return luster_fault_set(reader->fault, LUSTER_BAD_FILE,
                                "holds no points; it must be a list of [seconds, value]");
    const size_t n = json_array_size(points);
    if (n > (size_t)LUSTER_MAX_POINTS - reader->n_points)
        return luster_fault_set(reader->fault, LUSTER_BAD_VALUE,
                                "has too many points; a session has at most %d", LUSTER_MAX_POINTS);
    reader->n_points += (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        LusterPoint *point = luster_session_grow(reader->session, &automation->points,
                                                 &automation->n_points, sizeof *point);
        if (!point)
            return luster_read_out_of_memory(reader);
        luster_path_index(path, i);
        const LusterStatus status = read_point(reader, json_array_get(points, i), row, point);
        if (status)
            return status;
        luster_path_pop(path);
    }
    luster_path_pop(path);
    return LUSTER_OK;
}

static LusterStatus read_automation(Reader *reader, const json_t *json, LusterStrip *strip)
{
    const char *target = "";
    LusterTarget where;
    LusterError err;
    LusterStatus status =
        luster_read_object(reader, json, &luster_keys_automation, LUSTER_KEY_ANY, NULL);
    if (!status)
        status = luster_read_text(reader, json, "target", &target);
    if (status)
        return status;
    if (luster_strip_target(strip, target, &where, &err)) {
        luster_path_key(&reader->fault->path, "target");
        return luster_fault_set(reader->fault, LUSTER_NOT_FOUND, "is wrong: %.600s", err.text);
    }
    LusterAutomation *automation = luster_session_grow(reader->session, &strip->automation,
                                                       &strip->n_automation, sizeof *automation);
    if (!automation)
        return luster_read_out_of_memory(reader);
    automation->target = target;
    return read_points(reader, json_object_get(json, "points"), where.param, automation);
}

/* One side of a decision. A target that has gone since (an insert taken out) leaves words, numbers
 * and toggles as they are written. */
static LusterStatus read_side(Reader *reader, const json_t *json, const char *key,
                              const LusterParam *row, const char **word, double *number)
{
    const json_t *side = json_object_get(json, key);
    LusterStatus status = LUSTER_OK;
    luster_path_key(&reader->fault->path, key);
    if (row && !json_is_string(side)) {
        status = luster_read_value(reader, side, row, number);
    } else if (json_is_number(side)) {
        *number = json_number_value(side) + 0.0;
    } else if (json_is_boolean(side)) {
        *word = json_is_true(side) ? "true" : "false";
    } else if (json_is_string(side)) {
        luster_path_pop(&reader->fault->path);
        status = luster_read_text(reader, json, key, word);
        for (int i = 0; !status && row && row->labels && i <= (int)row->max; i++) {
            if (*word && strcmp(*word, row->labels[i]) == 0) {
                *number = i;
                *word = NULL;
            }
        }
        if (status)
            return status;
        luster_path_key(&reader->fault->path, key);
    } else {
        status = luster_fault_set(reader->fault, LUSTER_BAD_FILE,
                                  "must be a number, text in quotes, true or false");
    }
    if (!status)
        luster_path_pop(&reader->fault->path);
    return status;
}

static LusterStatus read_decision(Reader *reader, const json_t *json, LusterStrip *strip)
{
    LusterTarget where;
    LusterDecision read = {.target = "", .amount = 1.0, .stage = "", .measured = "", .reason = ""};
    LusterStatus status;
    if ((status = luster_read_object(reader, json, &luster_keys_decision, LUSTER_KEY_ANY, NULL)) ||
        (status = luster_read_text(reader, json, "target", &read.target)))
        return status;
    luster_strip_target(strip, read.target, &where, NULL);
    if ((status = read_side(reader, json, "from", where.param, &read.from_text, &read.from)) ||
        (status = read_side(reader, json, "to", where.param, &read.to_text, &read.to)) ||
        (status = luster_read_row(reader, json, &luster_row_amount, &read.amount)) ||
        (status = luster_read_toggle(reader, json, "locked", &read.locked)) ||
        (status = luster_read_text(reader, json, "stage", &read.stage)) ||
        (status = luster_read_text(reader, json, "measured", &read.measured)) ||
        (status = luster_read_text(reader, json, "reason", &read.reason)))
        return status;
    LusterDecision *decision = luster_session_grow(reader->session, &strip->decisions,
                                                   &strip->n_decisions, sizeof *decision);
    if (!decision)
        return luster_read_out_of_memory(reader);
    *decision = read;
    return LUSTER_OK;
}

LusterStatus luster_read_items(Reader *reader, const json_t *json, LusterStrip *strip)
{
    static const struct {
        const char *key;
        uint32_t max;
        LusterStatus (*read)(Reader *, const json_t *, LusterStrip *);
    } lists[] = {{"clips", LUSTER_MAX_CLIPS, read_clip},
                 {"inserts", LUSTER_MAX_INSERTS, read_insert},
                 {"sends", LUSTER_MAX_SENDS, read_send},
                 {"automation", LUSTER_MAX_AUTOMATION, read_automation},
                 {"decisions", LUSTER_MAX_DECISIONS, read_decision}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const LusterStatus status =
            luster_read_list(reader, json, lists[i].key, lists[i].max, strip, lists[i].read);
        if (status)
            return status;
    }
    return LUSTER_OK;
}
