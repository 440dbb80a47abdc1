/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The places of the equalizer's sections and how they are run: eight for every band, then the warp
 * of each group. Two stages, one on left and right and one on mid and side. At rest a stage's
 * sections are in the cascade kernel's form; what moves (every section while a band does, dynamic
 * ones always) runs as state-variable sections by cells of LUSTER_CELL absolute frames. */
#ifndef LUSTER_PROC_EQUALIZER_SLOTS_H
#define LUSTER_PROC_EQUALIZER_SLOTS_H

#include "dsp/sections.h"
#include "luster/processor.h"
#include "proc/equalizer_bands.h"

#define LUSTER_EQ_WARP_SLOT (LUSTER_EQ_BANDS * LUSTER_FILTER_MAX_SECTIONS)
#define LUSTER_EQ_SLOTS (LUSTER_EQ_WARP_SLOT + LUSTER_EQ_GROUPS * LUSTER_WARP_SECTIONS)

typedef struct LusterEqSlot {
    LusterSectionPath path; /* over the cell */
    double s1[LUSTER_MAX_CHANNELS], s2[LUSTER_MAX_CHANNELS]; /* while not in the cascade */
    bool used, dynamic;
    uint8_t group;
} LusterEqSlot;

typedef struct LusterEqStage {
    uint32_t order[LUSTER_EQ_SLOTS]; /* slots in the cascade, while it rests */
    LusterCascade cascade;
    uint32_t live[LUSTER_EQ_SLOTS], n_live; /* slots that run by cells */
} LusterEqStage;

typedef struct LusterEqRack {
    uint32_t n_channels;
    bool resting; /* what is not dynamic is in the cascades */
    LusterEqSlot slot[LUSTER_EQ_SLOTS];
    LusterEqStage stage[2]; /* left and right; mid and side */
} LusterEqRack;

/** False when memory is out. */
bool luster_eq_rack_open(LusterEqRack *rack, LusterArena *arena, uint32_t n_channels);
void luster_eq_rack_reset(LusterEqRack *rack);

/** A slot goes on to `section`; one that was not used comes in unheard. Returns whether it does. */
bool luster_eq_slot_aim(LusterEqSlot *slot, const LusterSection *section, int group, bool dynamic);

/** A slot goes on to where its poles are but everything passes, in `n_cells` from now. */
void luster_eq_slot_retire(LusterEqSlot *slot, uint32_t n_cells);

/** Whether a slot has passed everything for a cell and will. */
bool luster_eq_slot_unheard(const LusterEqSlot *slot);

/** From the kernel's form to slots, before a move; nothing when they are there. */
void luster_eq_rack_wake(LusterEqRack *rack);

/** From slots, which stand, to the kernel's form. */
void luster_eq_rack_rest(LusterEqRack *rack);

/** The slots that run by cells, anew: after any came or went. */
void luster_eq_rack_list(LusterEqRack *rack);

/** The cell is over: on along the paths. */
void luster_eq_rack_step(LusterEqRack *rack);

/** n frames [n][n_channels] through everything; with cells they are in one, from number `at` on. */
void luster_eq_rack_run(LusterEqRack *rack, double *frames, uint32_t at, uint32_t n);

/** Whether frames come out as they go in. */
bool luster_eq_rack_idle(const LusterEqRack *rack);

/** States below silence become zero. */
void luster_eq_rack_tidy(LusterEqRack *rack);

#endif
