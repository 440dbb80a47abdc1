/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of src/session share: limits, building without checks, ids. */
#ifndef LUSTER_SESSION_MODEL_H
#define LUSTER_SESSION_MODEL_H

#include "luster/session.h"

/* Limits of a session. Far above any song, low enough that a hostile file stays small in memory.
 */
enum {
    LUSTER_MAX_STRIPS = 4096, /* tracks and buses together */
    LUSTER_MAX_CLIPS = 65536, /* of a track */
    LUSTER_MAX_INSERTS = 256, /* of a strip */
    LUSTER_MAX_SENDS = 256, /* of a strip */
    LUSTER_MAX_AUTOMATION = 1024, /* of a strip */
    LUSTER_MAX_POINTS = 1000000, /* of all automation of a session */
    LUSTER_MAX_DECISIONS = 1024, /* of a strip */
    LUSTER_MAX_NOTES = 4096,
    LUSTER_MAX_MARKERS = 4096,
    LUSTER_MAX_ID = 64, /* characters of an id */
    LUSTER_MAX_TEXT = 4096, /* bytes of a name, path, reason ... */
    LUSTER_MAX_BYTES = 32 * 1024 * 1024, /* of the session file */
    LUSTER_MAX_OBJECTS = 1 << 18, /* { in the file */
    LUSTER_MAX_LISTS = LUSTER_MAX_POINTS + (1 << 16) /* [ in the file */
};

/** Whether `id` may name a strip or an insert: letters, digits, _ . -, up to LUSTER_MAX_ID; starts
 * with a letter, digit or _; no "..". */
bool luster_id_allowed(const char *id);

/** Appends a zeroed item to an array of the session, growing it in the arena: capacities are 4 and
 * the powers of two above, so that the count alone says when it is full. NULL: memory is out. */
void *luster_session_grow(LusterSession *session, void *items, uint32_t *count, size_t size);

/** Puts defaults of `n` rows into `values`. */
void luster_rows_default(const LusterParam *rows, uint32_t n, double *values);

/** Index of the row with this id, or -1. */
int luster_rows_find(const LusterParam *rows, uint32_t n, const char *id);

/** The move of a decision at an amount: between `from` and `to`, in steps of the row's scale. */
double luster_decision_value(const LusterParam *param, double from, double to, double amount);

/** The candidate most like `word` (for "did you mean"), or NULL when none is near. `next` gives the
 * candidates of `user` by index and NULL at the end. */
const char *luster_nearest(const char *word, const char *(*next)(const void *user, uint32_t index),
                           const void *user);

/** The nearest among rows, as luster_nearest. */
const char *luster_rows_nearest(const LusterParam *rows, uint32_t n, const char *word);

#endif
