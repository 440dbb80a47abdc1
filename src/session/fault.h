/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is wrong with a session and where: a path of keys and indices, which a message shows as
 * "tracks[3].inserts[0].set.b1_freq" and the text of the file turns into a line. */
#ifndef LUSTER_SESSION_FAULT_H
#define LUSTER_SESSION_FAULT_H

#include "luster/session.h"

#define LUSTER_PATH_STEPS 12

typedef struct LusterStep {
    const char *key; /* NULL: `index` of a list */
    size_t index;
} LusterStep;

typedef struct LusterPath {
    LusterStep steps[LUSTER_PATH_STEPS];
    int n;
} LusterPath;

typedef struct LusterFault {
    LusterPath path; /* keys must outlive the fault */
    LusterStatus status;
    char text[700]; /* reads on after the path: "is 3; it must be 0 to 1" */
} LusterFault;

void luster_path_key(LusterPath *path, const char *key);
void luster_path_index(LusterPath *path, size_t index);
void luster_path_pop(LusterPath *path);
void luster_path_text(const LusterPath *path, char *text, size_t size);

/** Sets the words and the status, which it returns; the path is as it stands. */
LusterStatus luster_fault_set(LusterFault *fault, LusterStatus status, const char *fmt, ...)
    LUSTER_PRINTF(3, 4);

/** The line (from 1) of the value at `path` in valid JSON text; when there is no such value, that
 * of the innermost one around it. */
size_t luster_locate(const char *text, size_t size, const LusterPath *path);

/** The rules that span values, and every value's range and text. */
LusterStatus luster_session_check(const LusterSession *session, LusterFault *fault);

/** The part of it that is about an insert's assets. */
LusterStatus luster_session_check_assets(const LusterInsert *insert, LusterFault *fault);

/** The part of it that is about loops; ids and references are known to be right. */
struct LusterIndex;
LusterStatus luster_session_check_loops(const LusterSession *session,
                                        const struct LusterIndex *index, LusterFault *fault);

/** Strips by id: nodes are tracks, then buses, then the master. */
typedef struct LusterIndex {
    struct LusterIndexEntry {
        const char *id;
        uint32_t node;
    } * sorted;
    uint32_t n;
} LusterIndex;

#define LUSTER_NO_NODE UINT32_MAX
uint32_t luster_index_find(const LusterIndex *index, const char *id);

const LusterStrip *luster_node_strip(const LusterSession *session, uint32_t node);
/** Appends where the node's strip is: tracks[3]. */
void luster_node_path(const LusterSession *session, uint32_t node, LusterPath *path);

#endif
