/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is planned for one strip (track, bus or master): values of its own, a chain, sends, each
 * value with what was measured and why. Steps of the assistant add to it; the rehearsal plays it;
 * write.c puts it into the session. Saying a value again replaces it. Different strips may be
 * planned on different threads. Memory that runs out is remembered and told at the end. */
#ifndef LUSTER_ASSIST_STRIP_PLAN_H
#define LUSTER_ASSIST_STRIP_PLAN_H

#include "luster/mix.h"
#include "luster/processor.h"

#include <stdbool.h>

#define LUSTER_PLAN_ID 32 /* bytes of an id planned here */

/** One value. */
typedef struct LusterMove {
    LusterStage stage;
    char target[LUSTER_PLAN_ID]; /* "fader_db"; of an insert or send: its parameter */
    double value;
    char *measured, *reason; /* owned */
} LusterMove;

typedef struct LusterMoves {
    LusterMove *list;
    uint32_t n;
    bool no_memory;
} LusterMoves;

typedef struct LusterPlannedInsert {
    const LusterProcessor *proc;
    char id[LUSTER_PLAN_ID]; /* the processor's, or its job: "compressor_peaks" */
    LusterStage stage;
    int key; /* stem that keys it, or -1: its own input */
    LusterMoves moves;
} LusterPlannedInsert;

typedef struct LusterPlannedSend {
    char to[LUSTER_PLAN_ID]; /* id of a bus */
    LusterStage stage;
    LusterMoves moves;
} LusterPlannedSend;

#define LUSTER_PLAN_INSERTS 12
#define LUSTER_PLAN_SENDS 4

typedef struct LusterStripPlan {
    LusterMoves moves;
    LusterPlannedInsert inserts[LUSTER_PLAN_INSERTS]; /* in the order sound passes them */
    uint32_t n_inserts;
    LusterPlannedSend sends[LUSTER_PLAN_SENDS];
    uint32_t n_sends;
} LusterStripPlan;

/** A value of the strip itself. `measured` is a format. */
void luster_plan_move(LusterStripPlan *plan, LusterStage stage, const char *target, double value,
                      const char *reason, const char *measured, ...) LUSTER_PRINTF(6, 7);

/** A processor, found again by `id` or added at its place in the chain: clean-up, gate, equalizer,
 * de-esser, compressors, colour, width, limiter. `id` NULL: the processor's own. NULL when there is
 * no room. The pointer holds until the next insert is added. */
LusterPlannedInsert *luster_plan_insert(LusterStripPlan *plan, LusterStage stage, const char *proc,
                                        const char *id);
/** The insert of that id, or NULL. */
LusterPlannedInsert *luster_plan_find(LusterStripPlan *plan, const char *id);
void luster_plan_remove(LusterStripPlan *plan, const char *id);

/** A value of a processor by number, or by the label of a choice. The parameter must exist.
 * `insert` may be NULL: nothing happens. */
void luster_plan_set(LusterPlannedInsert *insert, const char *param, double value,
                     const char *reason, const char *measured, ...) LUSTER_PRINTF(5, 6);
void luster_plan_choose(LusterPlannedInsert *insert, const char *param, const char *label,
                        const char *reason, const char *measured, ...) LUSTER_PRINTF(5, 6);
/** What is planned for a parameter, else its default. */
double luster_plan_value(const LusterPlannedInsert *insert, const char *param);

/** Sets every value a preset of the processor names, each with the preset's reason. */
void luster_plan_preset(LusterPlannedInsert *insert, const char *preset, const char *measured, ...)
    LUSTER_PRINTF(3, 4);

/** A send, found again or added; NULL when there is no room. */
LusterPlannedSend *luster_plan_send(LusterStripPlan *plan, LusterStage stage, const char *to);
void luster_plan_send_set(LusterPlannedSend *send, const char *param, double value,
                          const char *reason, const char *measured, ...) LUSTER_PRINTF(5, 6);

bool luster_plan_no_memory(const LusterStripPlan *plan);
void luster_strip_plan_clear(LusterStripPlan *plan);

#endif
