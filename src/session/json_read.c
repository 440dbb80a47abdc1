/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A session from text: size and brackets are counted before anything is built, the JSON library
 * reads the syntax, the tables say what is allowed, locate.c finds the line of what is not. */
#include "session/reader.h"

#include "base/arena.h"
#include "session/model.h"
#include "session/text.h"

#include <stdio.h>
#include <string.h>

static LusterStatus read_strip(Reader *reader, const json_t *json, LusterStrip *strip)
{
    LusterStatus status;
    strip->name = strip->role = "";
    luster_rows_default(luster_strip_params(), LUSTER_STRIP_N, strip->values);
    if ((status = luster_read_object(reader, json, &luster_keys_strip, 1u << strip->kind,
                                     strip->values)) ||
        (status = luster_read_id(reader, json, "id", &strip->id)))
        return status;
    strip->name = strip->kind == LUSTER_MASTER ? "Master" : strip->id;
    if ((status = luster_read_text(reader, json, "name", &strip->name)) ||
        (status = luster_read_text(reader, json, "role", &strip->role)))
        return status;
    strip->confidence = luster_confidence_default(strip);
    if ((status = luster_read_row(reader, json, &luster_row_confidence, &strip->confidence)) ||
        (status = luster_read_id(reader, json, "output", &strip->output)))
        return status;
    if (strip->output && strcmp(strip->output, "master") == 0)
        strip->output = NULL;
    return luster_read_items(reader, json, strip);
}

static LusterStatus read_new_strip(Reader *reader, const json_t *json, LusterStripKind kind,
                                   LusterStrip **strips, uint32_t *n_strips)
{
    LusterStrip *strip = luster_session_grow(reader->session, strips, n_strips, sizeof *strip);
    if (!strip)
        return luster_read_out_of_memory(reader);
    strip->kind = kind;
    return read_strip(reader, json, strip);
}

static LusterStatus read_track(Reader *reader, const json_t *json, LusterStrip *unused)
{
    (void)unused;
    LusterSession *session = reader->session;
    return read_new_strip(reader, json, LUSTER_TRACK, &session->tracks, &session->n_tracks);
}

static LusterStatus read_bus(Reader *reader, const json_t *json, LusterStrip *unused)
{
    (void)unused;
    LusterSession *session = reader->session;
    return read_new_strip(reader, json, LUSTER_BUS, &session->buses, &session->n_buses);
}

static LusterStatus read_note(Reader *reader, const json_t *json, LusterStrip *unused)
{
    (void)unused;
    if (!json_is_string(json))
        return luster_fault_set(reader->fault, LUSTER_BAD_FILE, "must be text in quotes");
    return luster_session_note(reader->session, json_string_value(json))
               ? luster_read_out_of_memory(reader)
               : LUSTER_OK;
}

static LusterStatus read_marker(Reader *reader, const json_t *json, LusterStrip *unused)
{
    (void)unused;
    LusterMarker marker = {0.0, ""};
    LusterStatus status;
    if ((status = luster_read_object(reader, json, &luster_keys_marker, LUSTER_KEY_ANY, NULL)) ||
        (status = luster_read_row(reader, json, &luster_row_time, &marker.time_s)) ||
        (status = luster_read_text(reader, json, "name", &marker.name)))
        return status;
    LusterSession *session = reader->session;
    LusterMarker *room =
        luster_session_grow(session, &session->markers, &session->n_markers, sizeof *room);
    if (!room)
        return luster_read_out_of_memory(reader);
    *room = marker;
    return LUSTER_OK;
}

/* A newer format may hold anything, so it is told from a mistyped key before keys are looked at. */
static LusterStatus read_format(Reader *reader, const json_t *json)
{
    const json_t *format = json_object_get(json, "luster");
    if (!json_is_object(json) || !format)
        return luster_fault_set(reader->fault, LUSTER_BAD_FILE,
                                "this is no luster session: it must be an object with \"luster\": "
                                "%d",
                                LUSTER_SESSION_FORMAT);
    luster_path_key(&reader->fault->path, "luster");
    const double version = json_number_value(format);
    if (json_is_number(format) && version > LUSTER_SESSION_FORMAT)
        return luster_fault_set(reader->fault, LUSTER_UNSUPPORTED,
                                "is %g: a newer luster wrote this session; this one reads format "
                                "%d",
                                version, LUSTER_SESSION_FORMAT);
    if (!json_is_number(format) || version != LUSTER_SESSION_FORMAT)
        return luster_fault_set(reader->fault, LUSTER_BAD_VALUE, "must be %d",
                                LUSTER_SESSION_FORMAT);
    luster_path_pop(&reader->fault->path);
    return LUSTER_OK;
}

static LusterStatus read_assistant(Reader *reader, const json_t *json)
{
    const json_t *object = json_object_get(json, "assistant");
    LusterAssistant *assistant = &reader->session->assistant;
    LusterStatus status;
    if (!object)
        return LUSTER_OK;
    luster_path_key(&reader->fault->path, "assistant");
    if ((status = luster_read_object(reader, object, &luster_keys_assistant, LUSTER_KEY_ANY,
                                     assistant->values)) ||
        (status = luster_read_text(reader, object, "style", &assistant->style)) ||
        (status = luster_read_text(reader, object, "variation", &assistant->variation)) ||
        (status = luster_read_text(reader, object, "reference", &assistant->reference)))
        return status;
    luster_path_pop(&reader->fault->path);
    return LUSTER_OK;
}

static LusterStatus read_session(Reader *reader, const json_t *json)
{
    LusterSession *session = reader->session;
    LusterStatus status;
    if ((status = read_format(reader, json)) ||
        (status = luster_read_object(reader, json, &luster_keys_session, LUSTER_KEY_ANY,
                                     session->values)) ||
        (status = luster_read_text(reader, json, "title", &session->title)) ||
        (status = read_assistant(reader, json)) ||
        (status = luster_read_list(reader, json, "notes", LUSTER_MAX_NOTES, NULL, read_note)) ||
        (status =
             luster_read_list(reader, json, "markers", LUSTER_MAX_MARKERS, NULL, read_marker)) ||
        (status = luster_read_list(reader, json, "tracks", LUSTER_MAX_STRIPS, NULL, read_track)) ||
        (status = luster_read_list(reader, json, "buses", LUSTER_MAX_STRIPS, NULL, read_bus)))
        return status;
    const json_t *master = json_object_get(json, "master");
    if (!master)
        return LUSTER_OK;
    luster_path_key(&reader->fault->path, "master");
    status = read_strip(reader, master, &session->master);
    if (!status)
        luster_path_pop(&reader->fault->path);
    return status;
}

/* Each { and [ costs memory far above its one byte of text: count them first. */
static LusterStatus check_size(const char *text, size_t size, const char *name, LusterError *err)
{
    size_t objects = 0, lists = 0, line = 1;
    bool quoted = false;
    if (size > LUSTER_MAX_BYTES)
        return luster_error_set(err, LUSTER_BAD_FILE,
                                "%s has %zu bytes; a session has at most %d MiB", name, size,
                                LUSTER_MAX_BYTES >> 20);
    for (size_t i = 0; i < size; i++) {
        line += text[i] == '\n';
        if (text[i] == '\0') /* the JSON library may pass over one */
            return luster_error_set(err, LUSTER_BAD_FILE, "%.200s:%zu: not valid JSON: a zero byte",
                                    name, line);
        if (text[i] == '"')
            quoted = !quoted;
        else if (quoted && text[i] == '\\')
            i++;
        else if (!quoted) {
            objects += text[i] == '{';
            lists += text[i] == '[';
        }
    }
    if (objects > LUSTER_MAX_OBJECTS || lists > LUSTER_MAX_LISTS)
        return luster_error_set(err, LUSTER_BAD_FILE,
                                "%s holds %zu objects and %zu lists; a session has at most %d and "
                                "%d",
                                name, objects, lists, LUSTER_MAX_OBJECTS, LUSTER_MAX_LISTS);
    return LUSTER_OK;
}

static LusterStatus report(const LusterFault *fault, const char *text, size_t size,
                           const char *name, LusterError *err)
{
    char path[400];
    luster_path_text(&fault->path, path, sizeof path);
    return luster_error_set(err, fault->status, "%.200s:%zu: %s%s%s", name,
                            luster_locate(text, size, &fault->path), path, *path ? " " : "",
                            fault->text);
}

LusterStatus luster_session_parse(const char *text, size_t size, const char *name,
                                  LusterSession **out, LusterError *err)
{
    json_error_t syntax;
    LusterFault fault = {.status = LUSTER_OK};
    *out = NULL;
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* the mark some editors put */
        text += 3;
        size -= 3;
    }
    LusterStatus status = check_size(text, size, name, err);
    if (status)
        return status;
    json_t *json =
        json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &syntax);
    if (!json) {
        char shown[LUSTER_SHOWN_SIZE * 2];
        luster_show(syntax.text, shown);
        return luster_error_set(err, LUSTER_BAD_FILE, "%.200s:%d: not valid JSON: %s", name,
                                syntax.line > 0 ? syntax.line : 1, shown);
    }
    LusterSession *session = luster_session_new();
    Reader reader = {session, &fault, 0};
    if (!session)
        status = luster_read_out_of_memory(&reader);
    else if (!(status = read_session(&reader, json)))
        status = luster_session_check(session, &fault);
    if (status) {
        report(&fault, text, size, name, err); /* while the keys in its path are alive */
        luster_session_free(session);
        session = NULL;
    }
    json_decref(json);
    *out = session;
    return status;
}
