/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The keys of a session file that are not parameter rows: reading, schema and reference are made
 * from these tables. */
#ifndef LUSTER_SESSION_KEYS_H
#define LUSTER_SESSION_KEYS_H

#include "luster/session.h"

typedef enum {
    LUSTER_KEY_FORMAT, /* the version of the format */
    LUSTER_KEY_TEXT,
    LUSTER_KEY_ID,
    LUSTER_KEY_TOGGLE,
    LUSTER_KEY_ROW, /* `row` says which values */
    LUSTER_KEY_VALUE, /* number, word or toggle, by the target */
    LUSTER_KEY_NOTES, /* list of texts */
    LUSTER_KEY_POINTS,
    LUSTER_KEY_FILES, /* object of a processor's assets as paths */
    LUSTER_KEY_CURVES, /* object of a processor's assets as points */
    LUSTER_KEY_SET, /* object of a processor's values */
    LUSTER_KEY_LIST, /* list of objects named by `of` */
    LUSTER_KEY_OBJECT /* one object named by `of` */
} LusterKeyKind;

enum {
    LUSTER_KEY_TRACK = 1 << LUSTER_TRACK,
    LUSTER_KEY_BUS = 1 << LUSTER_BUS,
    LUSTER_KEY_MASTER = 1 << LUSTER_MASTER,
    LUSTER_KEY_ANY = LUSTER_KEY_TRACK | LUSTER_KEY_BUS | LUSTER_KEY_MASTER
};

typedef struct LusterKey {
    const char *id;
    LusterKeyKind kind;
    unsigned strips; /* kinds of strips that have it; elsewhere LUSTER_KEY_ANY */
    bool required;
    const LusterParam *row;
    const char *of;
    uint32_t max_items; /* of a list */
    const char *doc;
} LusterKey;

/** One kind of object in the file: its own keys, and the rows that are keys too. */
typedef struct LusterKeys {
    const char *name; /* "clip" */
    const LusterKey *keys;
    uint32_t n_keys;
    const LusterParam *(*rows)(void); /* NULL: none */
    uint32_t n_rows;
} LusterKeys;

extern const LusterParam luster_row_confidence, luster_row_amount, luster_row_version;
extern const LusterParam luster_row_time; /* of a point */
extern const LusterParam luster_row_curve_hz, luster_row_curve_db; /* of a point of a curve */

/** A role without a confidence was said by a person: 1. No role: 0. */
double luster_confidence_default(const LusterStrip *strip);

extern const LusterKeys luster_keys_session, luster_keys_marker, luster_keys_strip,
    luster_keys_clip, luster_keys_insert, luster_keys_send, luster_keys_automation,
    luster_keys_decision, luster_keys_assistant;

#endif
