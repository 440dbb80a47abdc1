/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A session as text: keys in the order of keys.c, simple objects on one line. What is at its
 * default is left out, but for the values a person looks for first (fader, pan, start, level). */
#include "session/keys.h"
#include "session/model.h"
#include "session/text.h"

#include <stdlib.h>
#include <string.h>

/* The indent of a strip's keys; the master stands one level further out. */
static const char *margin(const LusterStrip *strip)
{
    return strip->kind == LUSTER_MASTER ? "    " : "      ";
}

/* In front of a key of a one-line object. */
static void key(LusterText *text, bool *first, const char *id)
{
    luster_text_printf(text, "%s\"%s\": ", *first ? "" : ", ", id);
    *first = false;
}

static void write_rows(LusterText *text, bool *first, const LusterParam *rows, uint32_t n,
                       uint32_t always, const double *values)
{
    for (uint32_t i = 0; i < n; i++) {
        if (i != always && values[i] == rows[i].def)
            continue;
        key(text, first, rows[i].id);
        luster_text_value(text, &rows[i], values[i]);
    }
}

static void write_clip(LusterText *text, const LusterClip *clip)
{
    bool first = true;
    luster_text_add(text, "{");
    key(text, &first, "file");
    luster_text_quote(text, clip->file);
    write_rows(text, &first, luster_clip_params(), LUSTER_CLIP_N, LUSTER_CLIP_START, clip->values);
    luster_text_add(text, "}");
}

static void write_curve(LusterText *text, const LusterAssetUse *use)
{
    for (uint32_t i = 0; i < use->n_points; i++) {
        luster_text_add(text, i ? ", [" : "[[");
        luster_text_number(text, use->points[i].hz);
        luster_text_add(text, ", ");
        luster_text_number(text, use->points[i].db);
        luster_text_add(text, "]");
    }
    luster_text_add(text, "]");
}

/* "files" or "curves", on a line of its own; nothing where there is none. */
static void write_assets(LusterText *text, const LusterStrip *strip, const LusterInsert *insert,
                         bool files)
{
    bool first = true;
    for (uint32_t i = 0; i < insert->proc->n_assets; i++) {
        const LusterAssetUse *use = &insert->assets[i];
        if (files ? !use->file : !use->n_points)
            continue;
        if (first)
            luster_text_printf(text, ",\n%s   \"%s\": {", margin(strip),
                               files ? "files" : "curves");
        key(text, &first, insert->proc->assets[i].id);
        if (files)
            luster_text_quote(text, use->file);
        else
            write_curve(text, use);
    }
    if (!first)
        luster_text_add(text, "}");
}

static void write_insert(LusterText *text, const LusterStrip *strip, const LusterInsert *insert)
{
    bool first = true;
    const LusterProcessor *proc = insert->proc;
    luster_text_printf(text, "{\"processor\": \"%s\", \"id\": \"%s\", \"version\": %u, \"on\": %s",
                       proc->id, insert->id, proc->version, insert->on ? "true" : "false");
    if (insert->key) {
        luster_text_add(text, ", \"key\": ");
        luster_text_quote(text, insert->key);
    }
    write_assets(text, strip, insert, true);
    write_assets(text, strip, insert, false);
    luster_text_printf(text, ",\n%s   \"set\": {", margin(strip));
    for (uint32_t i = 0; i < proc->n_params; i++) {
        if (!insert->given[i] && insert->values[i] == proc->params[i].def)
            continue;
        key(text, &first, proc->params[i].id);
        luster_text_value(text, &proc->params[i], insert->values[i]);
    }
    luster_text_add(text, "}}");
}

static void write_send(LusterText *text, const LusterSend *send)
{
    bool first = true;
    luster_text_add(text, "{");
    key(text, &first, "to");
    luster_text_quote(text, send->to);
    write_rows(text, &first, luster_send_params(), LUSTER_SEND_N, LUSTER_SEND_LEVEL, send->values);
    luster_text_add(text, "}");
}

static void write_automation(LusterText *text, const LusterStrip *strip,
                             const LusterAutomation *automation)
{
    LusterTarget where;
    luster_text_add(text, "{\"target\": ");
    luster_text_quote(text, automation->target);
    luster_text_add(text, ", \"points\": [");
    if (luster_strip_target((LusterStrip *)strip, automation->target, &where, NULL))
        text->failed = true; /* cannot be: the session was checked */
    for (uint32_t i = 0; i < automation->n_points && !text->failed; i++) {
        const LusterPoint *point = &automation->points[i];
        luster_text_add(text, i ? ", [" : "[");
        luster_text_number(text, point->time_s);
        luster_text_add(text, ", ");
        luster_text_value(text, where.param, point->value);
        if (point->curve != LUSTER_CURVE_LINEAR)
            luster_text_printf(text, ", \"%s\"", luster_curve_ids()[point->curve]);
        luster_text_add(text, "]");
    }
    luster_text_add(text, "]}");
}

static void write_side(LusterText *text, const LusterParam *row, const char *word, double value)
{
    /* the target is gone, the toggle it was stays one: see read_side */
    const bool toggle = word && !row && (!strcmp(word, "true") || !strcmp(word, "false"));
    if (toggle)
        luster_text_add(text, word);
    else if (word)
        luster_text_quote(text, word);
    else if (row)
        luster_text_value(text, row, value);
    else
        luster_text_number(text, value);
}

static void write_decision(LusterText *text, const LusterStrip *strip,
                           const LusterDecision *decision)
{
    LusterTarget where;
    luster_strip_target((LusterStrip *)strip, decision->target, &where, NULL);
    luster_text_add(text, "{\"target\": ");
    luster_text_quote(text, decision->target);
    luster_text_add(text, ", \"from\": ");
    write_side(text, where.param, decision->from_text, decision->from);
    luster_text_add(text, ", \"to\": ");
    write_side(text, where.param, decision->to_text, decision->to);
    luster_text_add(text, ", \"amount\": ");
    luster_text_number(text, decision->amount);
    luster_text_printf(text, ", \"locked\": %s", decision->locked ? "true" : "false");
    if (decision->stage && *decision->stage) {
        luster_text_add(text, ", \"stage\": ");
        luster_text_quote(text, decision->stage);
    }
    if (decision->measured && *decision->measured) {
        luster_text_add(text, ", \"measured\": ");
        luster_text_quote(text, decision->measured);
    }
    if (decision->reason && *decision->reason) {
        luster_text_add(text, ", \"reason\": ");
        luster_text_quote(text, decision->reason);
    }
    luster_text_add(text, "}");
}

static void write_list(LusterText *text, const LusterStrip *strip, const char *name, uint32_t n,
                       void (*write)(LusterText *, const LusterStrip *, uint32_t))
{
    if (n == 0)
        return;
    luster_text_printf(text, ",\n%s\"%s\": [", margin(strip), name);
    for (uint32_t i = 0; i < n; i++) {
        luster_text_printf(text, "%s\n%s  ", i ? "," : "", margin(strip));
        write(text, strip, i);
    }
    luster_text_printf(text, "\n%s]", margin(strip));
}

static void clip_at(LusterText *text, const LusterStrip *strip, uint32_t i)
{
    write_clip(text, &strip->clips[i]);
}

static void insert_at(LusterText *text, const LusterStrip *strip, uint32_t i)
{
    write_insert(text, strip, &strip->inserts[i]);
}

static void send_at(LusterText *text, const LusterStrip *strip, uint32_t i)
{
    write_send(text, &strip->sends[i]);
}

static void automation_at(LusterText *text, const LusterStrip *strip, uint32_t i)
{
    write_automation(text, strip, &strip->automation[i]);
}

static void decision_at(LusterText *text, const LusterStrip *strip, uint32_t i)
{
    write_decision(text, strip, &strip->decisions[i]);
}

static void write_word(LusterText *text, const LusterStrip *strip, const char *id, const char *word)
{
    luster_text_printf(text, ",\n%s\"%s\": ", margin(strip), id);
    luster_text_quote(text, word);
}

static void write_strip(LusterText *text, const LusterStrip *strip)
{
    const LusterParam *rows = luster_strip_params();
    const bool is_master = strip->kind == LUSTER_MASTER;
    luster_text_add(text, "{");
    const size_t head = text->size;
    if (!is_master)
        write_word(text, strip, "id", strip->id);
    write_word(text, strip, "name", strip->name);
    if (!text->failed) /* the first key has no comma in front */
        memmove(text->data + head, text->data + head + 1, text->size-- - head);
    if (*strip->role)
        write_word(text, strip, "role", strip->role);
    if (strip->confidence != luster_confidence_default(strip)) {
        luster_text_printf(text, ",\n%s\"confidence\": ", margin(strip));
        luster_text_number(text, strip->confidence);
    }
    if (!is_master)
        write_word(text, strip, "output", strip->output ? strip->output : "master");
    for (uint32_t i = 0; i < LUSTER_STRIP_N; i++) {
        const bool always = i == LUSTER_STRIP_FADER || i == LUSTER_STRIP_PAN;
        if (!always && strip->values[i] == rows[i].def)
            continue;
        luster_text_printf(text, ",\n%s\"%s\": ", margin(strip), rows[i].id);
        luster_text_value(text, &rows[i], strip->values[i]);
    }
    write_list(text, strip, "clips", strip->n_clips, clip_at);
    write_list(text, strip, "inserts", strip->n_inserts, insert_at);
    write_list(text, strip, "sends", strip->n_sends, send_at);
    write_list(text, strip, "automation", strip->n_automation, automation_at);
    write_list(text, strip, "decisions", strip->n_decisions, decision_at);
    luster_text_printf(text, "\n%.*s}", (int)strlen(margin(strip)) - 2, margin(strip));
}

static void write_strips(LusterText *text, const char *name, const LusterStrip *strips, uint32_t n)
{
    luster_text_printf(text, ",\n  \"%s\": [", name);
    for (uint32_t i = 0; i < n; i++) {
        luster_text_add(text, i ? ",\n    " : "\n    ");
        write_strip(text, &strips[i]);
    }
    luster_text_add(text, n ? "\n  ]" : "]");
}

/* Only what is not as usual. */
static void write_assistant(LusterText *text, const LusterAssistant *assistant)
{
    const LusterParam *rows = luster_assistant_params();
    const char *const words[3][2] = {{"style", assistant->style},
                                     {"variation", assistant->variation},
                                     {"reference", assistant->reference}};
    uint32_t n = 0;
    for (int i = 0; i < 3; i++) {
        if (!*words[i][1])
            continue;
        luster_text_printf(text, "%s\"%s\": ", n++ ? ", " : ",\n  \"assistant\": {", words[i][0]);
        luster_text_quote(text, words[i][1]);
    }
    for (uint32_t i = 0; i < LUSTER_ASSISTANT_N; i++) {
        if (assistant->values[i] == rows[i].def)
            continue;
        luster_text_printf(text, "%s\"%s\": ", n++ ? ", " : ",\n  \"assistant\": {", rows[i].id);
        luster_text_value(text, &rows[i], assistant->values[i]);
    }
    luster_text_add(text, n ? "}" : "");
}

static void write_session(LusterText *text, const LusterSession *session)
{
    const LusterParam *rows = luster_session_params();
    luster_text_printf(text, "{\n  \"luster\": %d,\n  \"title\": ", LUSTER_SESSION_FORMAT);
    luster_text_quote(text, session->title);
    for (uint32_t i = 0; i < LUSTER_SESSION_N; i++) {
        if (i > LUSTER_SESSION_PAN_LAW && session->values[i] == rows[i].def)
            continue; /* nothing is known of the bars */
        luster_text_printf(text, ",\n  \"%s\": ", rows[i].id);
        luster_text_value(text, &rows[i], session->values[i]);
    }
    write_assistant(text, &session->assistant);
    for (uint32_t i = 0; i < session->n_notes; i++) {
        luster_text_add(text, i ? ",\n    " : ",\n  \"notes\": [\n    ");
        luster_text_quote(text, session->notes[i]);
    }
    luster_text_add(text, session->n_notes ? "\n  ]" : "");
    for (uint32_t i = 0; i < session->n_markers; i++) {
        luster_text_add(text,
                        i ? ",\n    {\"time_s\": " : ",\n  \"markers\": [\n    {\"time_s\": ");
        luster_text_number(text, session->markers[i].time_s);
        luster_text_add(text, ", \"name\": ");
        luster_text_quote(text, session->markers[i].name);
        luster_text_add(text, "}");
    }
    luster_text_add(text, session->n_markers ? "\n  ]" : "");
    write_strips(text, "tracks", session->tracks, session->n_tracks);
    write_strips(text, "buses", session->buses, session->n_buses);
    luster_text_add(text, ",\n  \"master\": ");
    write_strip(text, &session->master);
    luster_text_add(text, "\n}\n");
}

LusterStatus luster_session_write(const LusterSession *session, char **out, size_t *size,
                                  LusterError *err)
{
    LusterText text = {0};
    *out = NULL;
    *size = 0;
    const LusterStatus status = luster_session_validate(session, err);
    if (status)
        return status;
    write_session(&text, session);
    if (text.failed) {
        free(text.data);
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while writing the session");
    }
    *out = text.data;
    *size = text.size;
    return LUSTER_OK;
}
