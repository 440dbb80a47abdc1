/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading JSON by tables: what json_read.c (session, strips) and json_items.c (what is in a strip)
 * share. The fault's path always says where reading is; the first fault ends it. */
#ifndef LUSTER_SESSION_READER_H
#define LUSTER_SESSION_READER_H

#include "session/fault.h"
#include "session/keys.h"

#include <jansson.h>

typedef struct Reader {
    LusterSession *session;
    LusterFault *fault;
    uint32_t n_points; /* so far */
} Reader;

/** One thing of the file in words: 'text', 3.5, true, a list, an object. */
#define LUSTER_DESCRIBED_SIZE (LUSTER_SHOWN_SIZE + 4)
void luster_describe_json(const json_t *json, char *text);

/** Refuses what is no object, unknown keys and missing ones; reads the rows among its keys.
 * `kind`: a bit of LUSTER_KEY_ANY. */
LusterStatus luster_read_object(Reader *reader, const json_t *json, const LusterKeys *keys,
                                unsigned kind, double *values);

/** Value of a row, at the fault's path. */
LusterStatus luster_read_value(Reader *reader, const json_t *json, const LusterParam *row,
                               double *value);

/* One key of an object; absent ones leave *out as it is. */
LusterStatus luster_read_row(Reader *reader, const json_t *object, const LusterParam *row,
                             double *value);
LusterStatus luster_read_text(Reader *reader, const json_t *object, const char *key,
                              const char **out);
LusterStatus luster_read_id(Reader *reader, const json_t *object, const char *key,
                            const char **out);
LusterStatus luster_read_toggle(Reader *reader, const json_t *object, const char *key, bool *out);

/** Each object of the list `key` by `read`, at the fault's path. */
LusterStatus luster_read_list(Reader *reader, const json_t *object, const char *key, uint32_t max,
                              LusterStrip *strip,
                              LusterStatus (*read)(Reader *reader, const json_t *json,
                                                   LusterStrip *strip));

/** "files" and "curves" of an insert. */
LusterStatus luster_read_assets(Reader *reader, const json_t *json, LusterInsert *insert);

/** Clips, inserts, sends, automation, decisions of a strip. */
LusterStatus luster_read_items(Reader *reader, const json_t *json, LusterStrip *strip);

LusterStatus luster_read_out_of_memory(Reader *reader);

#endif
