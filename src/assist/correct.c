/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The assistant hears its own mix and mends what lies outside the professional range: groups of
 * parts by their bus's fader, the lead first; effects by the fader of their return; the tone of the
 * whole by broad bands on the master, half way to the border and at most 1.5 dB, as more is not
 * borne out without a reference (doc/sources.md C6). What stays outside is said. */
#include "assist/ear.h"

#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_PASSES 2
#define MOST_GROUP_DB 3.0 /* of a group's fader in all: more would be another balance */
#define MOST_WET_DB 6.0
#define LEAD_ENOUGH_LU 0.5
#define WET_ENOUGH_LU 1.0
#define MOST_TONE_DB 1.5 /* [C6] */
#define LEAST_DB 0.3 /* smaller moves are not worth a decision */

static double clamp(double x, double most)
{
    return x > most ? most : x < -most ? -most : x;
}

/* Adds to what the bus's fader has been moved by already; false when there is nothing to add. */
static bool move_bus(LusterMix *mix, const char *id, double add_db, double most_db,
                     LusterStage stage, const char *reason, const char *measured)
{
    for (uint32_t b = 0; b < mix->n_buses; b++) {
        LusterBusPlan *bus = &mix->buses[b];
        if (strcmp(bus->id, id))
            continue;
        double now = 0.0;
        for (uint32_t i = 0; i < bus->plan.moves.n; i++)
            if (!strcmp(bus->plan.moves.list[i].target, "fader_db"))
                now = bus->plan.moves.list[i].value;
        const double to = clamp(now + add_db, most_db);
        if (fabs(to - now) < LEAST_DB)
            return false;
        luster_plan_move(&bus->plan, stage, "fader_db", to, reason, "%s", measured);
        return true;
    }
    return false;
}

static const LusterMixFigure *figure(const LusterMix *mix, const char *id)
{
    for (uint32_t i = 0; i < mix->n_figures; i++)
        if (!strcmp(mix->figures[i].id, id))
            return &mix->figures[i];
    return NULL;
}

/* How far outside; 0 inside. */
static double outside(const LusterMixFigure *f)
{
    return !f                   ? 0.0
           : f->value < f->low  ? f->value - f->low
           : f->value > f->high ? f->value - f->high
                                : 0.0;
}

/* The lead to its place; then groups that lie outside to the border. The ranges are of whole bands:
 * where a section is missing, the others stand louder by right. */
static bool mend_levels(LusterMix *mix)
{
    static const struct {
        const char *figure, *buses[6];
    } groups[] = {{"drums_lu", {"drums"}},
                  {"bass_lu", {"bass"}},
                  {"other_lu", {"guitars", "keys", "orchestra", "other", "fx"}}};
    char measured[160];
    bool moved = false;
    const double part = mix->amount[LUSTER_STAGE_BALANCE];
    const LusterMixFigure *lead = figure(mix, "lead_lu");
    if (lead) {
        const double off = lead->value - 0.5 * (lead->low + lead->high);
        snprintf(measured, sizeof measured,
                 "heard in the mix at %.1f LU re the whole while it sings; %.1f is aimed at",
                 lead->value, 0.5 * (lead->low + lead->high));
        if (fabs(off) > LEAD_ENOUGH_LU) /* its own level is part of the whole */
            moved |= move_bus(mix, "vocals", -part * off * 1.5, MOST_GROUP_DB, LUSTER_STAGE_BALANCE,
                              "the lead as heard, effects and dynamics included, at its place",
                              measured);
    }
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        const LusterMixFigure *f = figure(mix, groups[g].figure);
        const double off = outside(f);
        if (off == 0.0)
            continue;
        snprintf(measured, sizeof measured,
                 "heard at %.1f LU re the mix; professional mixes have %.1f to %.1f", f->value,
                 f->low, f->high);
        for (int b = 0; groups[g].buses[b]; b++)
            moved |=
                move_bus(mix, groups[g].buses[b], -part * off, MOST_GROUP_DB, LUSTER_STAGE_BALANCE,
                         "this kind of part lies outside the usual range", measured);
    }
    return moved;
}

/* Returns of effects to the loudness that was planned. */
static bool mend_wet(LusterMix *mix, const LusterMixEar *ear)
{
    const double wet = ear->lufs[LUSTER_HEARD_WET] - ear->lufs[LUSTER_HEARD_SUM];
    char measured[160];
    bool moved = false;
    if (!mix->reverb || !isfinite(wet) || fabs(wet - mix->reverb_lu) < WET_ENOUGH_LU)
        return false;
    snprintf(measured, sizeof measured,
             "heard at %.1f LU re the mix; %.1f was planned, listeners take -17 to -12", wet,
             mix->reverb_lu);
    for (uint32_t b = 0; b < mix->n_buses; b++) {
        LusterBusPlan *bus = &mix->buses[b];
        bool group = bus->output[0] != 0;
        for (int r = 0; r < LUSTER_ROLE_N; r++) {
            const char *own = luster_role_info((LusterRole)r)->bus;
            group |= own && !strcmp(own, bus->id);
        }
        if (!group)
            moved |= move_bus(mix, bus->id, mix->reverb_lu - wet, MOST_WET_DB, LUSTER_STAGE_SPACE,
                              "effects as loud as planned, heard in the mix", measured);
    }
    return moved;
}

/* Broad bands of the master's equalizer, one for each region. */
static bool mend_tone(LusterMix *mix)
{
    static const struct {
        const char *type;
        double hz, q;
    } bands[LUSTER_REGION_N] = {{"low_shelf", 110.0, 0.7},
                                {"bell", 230.0, 0.6},
                                {"bell", 1000.0, 0.5},
                                {"bell", 4000.0, 0.6},
                                {"high_shelf", 8000.0, 0.7}};
    const double part = mix->amount[LUSTER_STAGE_MASTER];
    bool moved = false;
    for (int r = 0; r < LUSTER_REGION_N && part > 0.0; r++) {
        const LusterMixFigure *f = figure(mix, luster_regions[r].id);
        const double move = clamp(-0.5 * part * outside(f), part * MOST_TONE_DB);
        char type[8], hz[8], q[8], gain[8];
        LusterPlannedInsert *eq = luster_plan_find(&mix->master, "eq");
        snprintf(gain, sizeof gain, "b%d_gain", r + 1);
        const double now = eq ? luster_plan_value(eq, gain) : 0.0;
        if (now != 0.0 || fabs(move) < LEAST_DB)
            continue; /* once: chasing a border is no aim */
        static const char why[] = "a broad and small move toward what mixes of the kind have";
        static const char measured[] = "%s: %.1f dB; eight of ten mixes lie between %.1f and %.1f";
        eq = luster_plan_insert(&mix->master, LUSTER_STAGE_MASTER, "eq", NULL);
        if (!eq)
            return moved;
        snprintf(type, sizeof type, "b%d_type", r + 1);
        snprintf(hz, sizeof hz, "b%d_freq", r + 1);
        snprintf(q, sizeof q, "b%d_q", r + 1);
        luster_plan_choose(eq, type, bands[r].type, why, measured, f->name, f->value, f->low,
                           f->high);
        luster_plan_set(eq, hz, bands[r].hz, why, measured, f->name, f->value, f->low, f->high);
        luster_plan_set(eq, q, bands[r].q, why, measured, f->name, f->value, f->low, f->high);
        luster_plan_set(eq, gain, move, why, measured, f->name, f->value, f->low, f->high);
        moved = true;
    }
    return moved;
}

bool luster_mix_correct(LusterMix *mix, const LusterMixEar *ear)
{
    luster_take_figures(mix, ear);
    if (mix->n_corrections >= MOST_PASSES || !mix->n_figures)
        return false;
    mix->n_corrections++;
    bool moved = mend_levels(mix);
    if (mix->amount[LUSTER_STAGE_SPACE] > 0.0)
        moved |= mend_wet(mix, ear);
    if (!moved || mix->n_corrections == MOST_PASSES) /* levels first: they change the tone */
        moved |= mend_tone(mix);
    if (!moved)
        return false;
    LusterStatus status = LUSTER_OK;
    for (uint32_t b = 0; b < mix->n_buses && !status; b++) {
        LusterStrip *strip = luster_session_strip(mix->session, mix->buses[b].id);
        if (strip && strip->kind == LUSTER_BUS)
            status = luster_decide_plan(mix, strip, &mix->buses[b].plan);
    }
    if (!status)
        status = luster_decide_plan(mix, &mix->session->master, &mix->master);
    return !status;
}

LusterStatus luster_mix_judge(LusterMix *mix, LusterError *err)
{
    char text[400] = "", one[120];
    uint32_t n = 0;
    for (uint32_t i = 0; i < mix->n_figures; i++) {
        const LusterMixFigure *f = &mix->figures[i];
        if (outside(f) == 0.0)
            continue;
        snprintf(one, sizeof one, "%s%s %.1f %s (%.1f to %.1f)", n++ ? ", " : "", f->name, f->value,
                 f->unit, f->low, f->high);
        if (strlen(text) + strlen(one) < sizeof text)
            strcat(text, one);
    }
    if (!n)
        return LUSTER_OK;
    const char *note = luster_session_text(
        mix->session,
        "Heard in the mix and outside what professional mixes have: %s. The parts "
        "themselves, or what was asked for, leave no better place.",
        text);
    if (!note || luster_session_note(mix->session, note))
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    return LUSTER_OK;
}
