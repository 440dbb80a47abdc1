/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Building a session: everything lives in one arena; arrays grow by doubling inside it. */
#include "session/model.h"

#include "base/arena.h"
#include "session/keys.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

LusterSession *luster_session_new(void)
{
    LusterArena *arena = luster_arena_new();
    LusterSession *session = arena ? luster_arena_alloc(arena, sizeof *session) : NULL;
    if (!session) {
        luster_arena_free(arena);
        return NULL;
    }
    session->arena = arena;
    session->title = "";
    session->assistant = (LusterAssistant){.style = "", .variation = "", .reference = ""};
    luster_rows_default(luster_assistant_params(), LUSTER_ASSISTANT_N, session->assistant.values);
    luster_rows_default(luster_session_params(), LUSTER_SESSION_N, session->values);
    session->master =
        (LusterStrip){.kind = LUSTER_MASTER, .id = "master", .name = "Master", .role = ""};
    luster_rows_default(luster_strip_params(), LUSTER_STRIP_N, session->master.values);
    return session;
}

void luster_session_free(LusterSession *session)
{
    if (session)
        luster_arena_free(session->arena);
}

void *luster_session_grow(LusterSession *session, void *items, uint32_t *count, size_t size)
{
    const uint32_t n = *count;
    char **array = items; /* any array pointer: read and written as bytes below */
    char *old;
    memcpy(&old, array, sizeof old);
    if (n == 0 || (n >= 4 && (n & (n - 1)) == 0)) {
        char *room = luster_arena_array(session->arena, n ? (size_t)n * 2 : 4, size);
        if (!room)
            return NULL;
        if (n)
            memcpy(room, old, n * size);
        memcpy(array, &room, sizeof room);
        old = room;
    }
    (*count)++;
    return memset(old + n * size, 0, size);
}

const char *luster_session_text(LusterSession *session, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const int length = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *text = length < 0 ? NULL : luster_arena_alloc(session->arena, (size_t)length + 1);
    if (!text)
        return NULL;
    va_start(args, fmt);
    vsnprintf(text, (size_t)length + 1, fmt, args);
    va_end(args);
    return text;
}

LusterStatus luster_session_note(LusterSession *session, const char *text)
{
    const char *copy = luster_arena_strdup(session->arena, text);
    if (session->n_notes >= LUSTER_MAX_NOTES)
        return LUSTER_BAD_VALUE;
    const char **note =
        copy ? luster_session_grow(session, &session->notes, &session->n_notes, sizeof *note)
             : NULL;
    if (!note)
        return LUSTER_NO_MEMORY;
    *note = copy;
    return LUSTER_OK;
}

LusterStatus luster_session_add_marker(LusterSession *session, double time_s, const char *name)
{
    const uint32_t n = session->n_markers;
    if (!luster_param_allows(&luster_row_time, time_s) || n >= LUSTER_MAX_MARKERS ||
        (n && !(time_s > session->markers[n - 1].time_s)))
        return LUSTER_BAD_VALUE;
    const char *copy = luster_arena_strdup(session->arena, name);
    LusterMarker *marker =
        copy ? luster_session_grow(session, &session->markers, &session->n_markers, sizeof *marker)
             : NULL;
    if (!marker)
        return LUSTER_NO_MEMORY;
    *marker = (LusterMarker){time_s, copy};
    return LUSTER_OK;
}

LusterStrip *luster_session_strip(LusterSession *session, const char *id)
{
    for (uint32_t i = 0; i < session->n_tracks; i++) {
        if (strcmp(session->tracks[i].id, id) == 0)
            return &session->tracks[i];
    }
    for (uint32_t i = 0; i < session->n_buses; i++) {
        if (strcmp(session->buses[i].id, id) == 0)
            return &session->buses[i];
    }
    return strcmp(id, "master") == 0 ? &session->master : NULL;
}

const LusterStrip *luster_session_find(const LusterSession *session, const char *id)
{
    return luster_session_strip((LusterSession *)session, id);
}

/* Any text as an allowed id: runs of other characters become one _; never empty. */
static void make_id(const char *text, const char *fallback, char id[LUSTER_MAX_ID + 1])
{
    size_t n = 0;
    const size_t room = LUSTER_MAX_ID - 5; /* for a number */
    for (; *text && n < room; text++) {
        const char one[2] = {*text, '\0'};
        const bool plain = luster_id_allowed(one) || (n && *text == '-') ||
                           (n && *text == '.' && id[n - 1] != '.');
        if (plain)
            id[n++] = *text;
        else if (n && id[n - 1] != '_')
            id[n++] = '_';
    }
    while (n > 1 && id[n - 1] == '_')
        n--;
    id[n] = '\0';
    if (!luster_id_allowed(id))
        snprintf(id, LUSTER_MAX_ID + 1, "%s", fallback);
}

static LusterStrip *add_strip(LusterSession *session, LusterStripKind kind, const char *text,
                              const char *name)
{
    const bool is_track = kind == LUSTER_TRACK;
    char base[LUSTER_MAX_ID + 1], id[LUSTER_MAX_ID + 16];
    if (session->n_tracks + session->n_buses >= LUSTER_MAX_STRIPS)
        return NULL;
    make_id(text, is_track ? "track" : "bus", base);
    snprintf(id, sizeof id, "%s", base);
    for (unsigned number = 2; luster_session_strip(session, id); number++)
        snprintf(id, sizeof id, "%s_%u", base, number);
    const char *own_id = luster_arena_strdup(session->arena, id);
    const char *own_name = luster_arena_strdup(session->arena, name ? name : text);
    if (!own_id || !own_name)
        return NULL;
    LusterStrip *strip =
        is_track ? luster_session_grow(session, &session->tracks, &session->n_tracks, sizeof *strip)
                 : luster_session_grow(session, &session->buses, &session->n_buses, sizeof *strip);
    if (!strip)
        return NULL;
    strip->kind = kind;
    strip->id = own_id;
    strip->name = own_name;
    strip->role = "";
    luster_rows_default(luster_strip_params(), LUSTER_STRIP_N, strip->values);
    return strip;
}

LusterStrip *luster_session_add_track(LusterSession *session, const char *id, const char *name)
{
    return add_strip(session, LUSTER_TRACK, id, name);
}

LusterStrip *luster_session_add_bus(LusterSession *session, const char *id, const char *name)
{
    return add_strip(session, LUSTER_BUS, id, name);
}

LusterClip *luster_strip_add_clip(LusterSession *session, LusterStrip *strip, const char *file)
{
    if (strip->kind != LUSTER_TRACK || strip->n_clips >= LUSTER_MAX_CLIPS)
        return NULL;
    const char *copy = luster_arena_strdup(session->arena, file);
    LusterClip *clip =
        copy ? luster_session_grow(session, &strip->clips, &strip->n_clips, sizeof *clip) : NULL;
    if (!clip)
        return NULL;
    clip->file = copy;
    luster_rows_default(luster_clip_params(), LUSTER_CLIP_N, clip->values);
    return clip;
}

static bool insert_taken(const LusterStrip *strip, const char *id)
{
    for (uint32_t i = 0; i < strip->n_inserts; i++) {
        if (strcmp(strip->inserts[i].id, id) == 0)
            return true;
    }
    return false;
}

LusterInsert *luster_strip_add_insert(LusterSession *session, LusterStrip *strip,
                                      const LusterProcessor *proc)
{
    char id[LUSTER_MAX_ID + 16];
    if (strip->n_inserts >= LUSTER_MAX_INSERTS)
        return NULL;
    snprintf(id, sizeof id, "%.*s", LUSTER_MAX_ID, proc->id);
    for (unsigned number = 2; insert_taken(strip, id); number++)
        snprintf(id, sizeof id, "%.*s_%u", LUSTER_MAX_ID - 5, proc->id, number);
    const char *own_id = luster_arena_strdup(session->arena, id);
    double *values = luster_arena_array(session->arena, proc->n_params, sizeof *values);
    bool *given = luster_arena_array(session->arena, proc->n_params, sizeof *given);
    LusterAssetUse *assets = luster_arena_array(session->arena, proc->n_assets + 1, sizeof *assets);
    if (!own_id || !values || !given || !assets)
        return NULL;
    LusterInsert *insert =
        luster_session_grow(session, &strip->inserts, &strip->n_inserts, sizeof *insert);
    if (!insert)
        return NULL;
    luster_rows_default(proc->params, proc->n_params, values);
    *insert = (LusterInsert){
        .id = own_id, .proc = proc, .on = true, .values = values, .given = given, .assets = assets};
    return insert;
}

LusterSend *luster_strip_add_send(LusterSession *session, LusterStrip *strip, const char *to)
{
    for (uint32_t i = 0; i < strip->n_sends; i++) {
        if (strcmp(strip->sends[i].to, to) == 0)
            return &strip->sends[i];
    }
    const char *copy =
        strip->n_sends < LUSTER_MAX_SENDS ? luster_arena_strdup(session->arena, to) : NULL;
    LusterSend *send =
        copy ? luster_session_grow(session, &strip->sends, &strip->n_sends, sizeof *send) : NULL;
    if (!send)
        return NULL;
    send->to = copy;
    luster_rows_default(luster_send_params(), LUSTER_SEND_N, send->values);
    return send;
}
