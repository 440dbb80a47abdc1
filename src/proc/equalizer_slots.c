/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A section of one group works on one lane (channel) of its stage or on both; on the other lane it
 * is left out, or stands as unity where the kernel runs all lanes. Static slots come before dynamic
 * ones, at rest and in moves alike: every section always hears what it heard before. */
#include "proc/equalizer_slots.h"

#include "simd/kernels.h"

#include <string.h>

#define MAX_SECTIONS ((LUSTER_EQ_SLOTS + LUSTER_CASCADE_ROUND) & ~(LUSTER_CASCADE_ROUND - 1))

static int stage_of(int group)
{
    return group == LUSTER_EQ_MID || group == LUSTER_EQ_SIDE;
}

/* Lanes [first, first + n) that a group works on. */
static uint32_t lanes_of(const LusterEqRack *rack, int group, uint32_t *first)
{
    *first = group == LUSTER_EQ_RIGHT || group == LUSTER_EQ_SIDE;
    return group == LUSTER_EQ_STEREO ? rack->n_channels : 1;
}

bool luster_eq_rack_open(LusterEqRack *rack, LusterArena *arena, uint32_t n_channels)
{
    rack->n_channels = n_channels;
    /* mono has no second stage */
    for (uint32_t s = 0; s < n_channels; s++) {
        if (!luster_cascade_open(&rack->stage[s].cascade, arena, MAX_SECTIONS, n_channels))
            return false;
    }
    return true;
}

void luster_eq_rack_reset(LusterEqRack *rack)
{
    memset(rack->slot, 0, sizeof rack->slot);
    rack->resting = false;
    luster_eq_rack_rest(rack);
}

/* Its poles, but everything passes. */
static LusterSection unheard(const LusterSection *section)
{
    LusterSection passing = *section;
    passing.dx = 1.0;
    passing.c1 = passing.c2 = 0.0;
    return passing;
}

bool luster_eq_slot_aim(LusterEqSlot *slot, const LusterSection *section, int group, bool dynamic)
{
    const bool comes = !slot->used;
    if (comes) {
        memset(slot, 0, sizeof *slot);
        slot->used = true;
        slot->group = (uint8_t)group;
        slot->dynamic = dynamic;
        const LusterSection passing = unheard(section);
        slot->path = luster_section_still(&passing);
    }
    slot->path.to = *section;
    return comes;
}

void luster_eq_slot_retire(LusterEqSlot *slot, uint32_t n_cells)
{
    const LusterSection goal = unheard(&slot->path.from);
    slot->path.to =
        n_cells == 1 ? goal : luster_section_toward(&slot->path.from, &goal, 1.0 / n_cells);
}

static bool passes(const LusterSection *section)
{
    return section->dx == 1.0 && section->c1 == 0.0 && section->c2 == 0.0;
}

bool luster_eq_slot_unheard(const LusterEqSlot *slot)
{
    return passes(&slot->path.before) && passes(&slot->path.from);
}

/* ---- from one form to the other ---- */

static void rest_stage(LusterEqRack *rack, int which)
{
    const LusterSection unity = luster_section_unity();
    LusterEqStage *stage = &rack->stage[which];
    uint32_t n = 0;
    for (uint32_t s = 0; s < LUSTER_EQ_SLOTS; s++) {
        const LusterEqSlot *slot = &rack->slot[s];
        if (slot->used && !slot->dynamic && stage_of(slot->group) == which)
            stage->order[n++] = s;
    }
    LusterCascade *cascade = &stage->cascade;
    cascade->n_sections = n;
    for (uint32_t i = 0; i < n || i % LUSTER_CASCADE_ROUND; i++) {
        LusterEqSlot *slot = i < n ? &rack->slot[stage->order[i]] : NULL;
        uint32_t first = 0;
        const uint32_t n_lanes = slot ? lanes_of(rack, slot->group, &first) : 0;
        for (uint32_t c = 0; c < rack->n_channels; c++) {
            const bool on = slot && c - first < n_lanes;
            const uint32_t lane = i * rack->n_channels + c;
            cascade->s1[lane] = on ? slot->s1[c] : 0.0;
            cascade->s2[lane] = on ? slot->s2[c] : 0.0;
            luster_cascade_rest_lane(cascade, lane, on ? &slot->path.to : &unity);
        }
    }
}

void luster_eq_rack_rest(LusterEqRack *rack)
{
    for (uint32_t s = 0; s < rack->n_channels; s++)
        rest_stage(rack, (int)s);
    rack->resting = true;
    luster_eq_rack_list(rack);
}

void luster_eq_rack_wake(LusterEqRack *rack)
{
    if (!rack->resting)
        return;
    for (uint32_t s = 0; s < rack->n_channels; s++) {
        LusterCascade *cascade = &rack->stage[s].cascade;
        for (uint32_t i = 0; i < cascade->n_sections; i++) {
            LusterEqSlot *slot = &rack->slot[rack->stage[s].order[i]];
            uint32_t first;
            const uint32_t n_lanes = lanes_of(rack, slot->group, &first);
            for (uint32_t c = first; c < first + n_lanes; c++) {
                const uint32_t lane = i * rack->n_channels + c;
                luster_cascade_wake_lane(cascade, lane, &slot->path.to);
                slot->s1[c] = cascade->s1[lane];
                slot->s2[c] = cascade->s2[lane];
            }
        }
        cascade->n_sections = 0;
    }
    rack->resting = false;
}

void luster_eq_rack_list(LusterEqRack *rack)
{
    for (uint32_t which = 0; which < rack->n_channels; which++) {
        LusterEqStage *stage = &rack->stage[which];
        stage->n_live = 0;
        for (int dynamic = rack->resting; dynamic < 2; dynamic++) {
            for (uint32_t s = 0; s < LUSTER_EQ_SLOTS; s++) {
                const LusterEqSlot *slot = &rack->slot[s];
                if (slot->used && slot->dynamic == dynamic && stage_of(slot->group) == (int)which)
                    stage->live[stage->n_live++] = s;
            }
        }
    }
}

/* ---- running ---- */

void luster_eq_rack_step(LusterEqRack *rack)
{
    for (uint32_t s = 0; s < rack->n_channels; s++) {
        for (uint32_t i = 0; i < rack->stage[s].n_live; i++) {
            LusterEqSlot *slot = &rack->slot[rack->stage[s].live[i]];
            slot->path.before = slot->path.from;
            slot->path.from = slot->path.to;
        }
    }
}

static void run_stage(LusterEqRack *rack, LusterEqStage *stage, double *frames, uint32_t at,
                      uint32_t n)
{
    if (stage->cascade.n_sections)
        luster_kernels()->cascade_run(&stage->cascade, frames, n);
    for (uint32_t i = 0; i < stage->n_live; i++) {
        LusterEqSlot *slot = &rack->slot[stage->live[i]];
        uint32_t first;
        const uint32_t n_lanes = lanes_of(rack, slot->group, &first);
        luster_section_run_cell(&slot->path, &slot->s1[first], &slot->s2[first], frames + first,
                                n_lanes, rack->n_channels, at, n);
    }
}

static bool is_empty(const LusterEqStage *stage)
{
    return stage->cascade.n_sections == 0 && stage->n_live == 0;
}

void luster_eq_rack_run(LusterEqRack *rack, double *frames, uint32_t at, uint32_t n)
{
    run_stage(rack, &rack->stage[0], frames, at, n);
    if (rack->n_channels == 1 || is_empty(&rack->stage[1]))
        return;
    for (uint32_t i = 0; i < n; i++) {
        const double left = frames[2 * i], right = frames[2 * i + 1];
        frames[2 * i] = 0.5 * (left + right);
        frames[2 * i + 1] = 0.5 * (left - right);
    }
    run_stage(rack, &rack->stage[1], frames, at, n);
    for (uint32_t i = 0; i < n; i++) {
        const double mid = frames[2 * i], side = frames[2 * i + 1];
        frames[2 * i] = mid + side;
        frames[2 * i + 1] = mid - side;
    }
}

bool luster_eq_rack_idle(const LusterEqRack *rack)
{
    return is_empty(&rack->stage[0]) && (rack->n_channels == 1 || is_empty(&rack->stage[1]));
}

void luster_eq_rack_tidy(LusterEqRack *rack)
{
    for (uint32_t s = 0; s < rack->n_channels; s++) {
        luster_cascade_tidy(&rack->stage[s].cascade);
        for (uint32_t i = 0; i < rack->stage[s].n_live; i++) {
            LusterEqSlot *slot = &rack->slot[rack->stage[s].live[i]];
            for (uint32_t c = 0; c < rack->n_channels; c++) {
                slot->s1[c] = luster_snap(slot->s1[c]);
                slot->s2[c] = luster_snap(slot->s2[c]);
            }
        }
    }
}
