/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A stroke is bleed when another close microphone has it 3 dB louder, each against its own loud
 * strokes, or when its share of the drum's own band is 6 dB under that of the loud strokes. What is
 * left may be the drum's own: also the soft strokes a gate must not lose. The split is where the
 * gap between own strokes and all below is widest (doc/sources.md G: between the bleed's peaks and
 * the softest true hit). */
#include "assist/dynamics.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#define LOUDER_DB 3.0
#define COLOUR_DB 6.0
#define LOUD_DB 6.0 /* strokes this near to the loudest say what the drum sounds like */
#define NEAR_BEFORE_S 0.015 /* bleed comes up to 5 m of air later */
#define NEAR_AFTER_S 0.03
#define LEAST_STROKES 6
#define LOWEST_DB -30.0 /* soft strokes lie within that of the loudest (ours) */
#define STEP_DB 0.5
#define FEW_AMONG_BLEED 0.25 /* of the strokes within NEAR_DB: then they are bleed missed above */
#define NEAR_DB 1.5
#define MOST_LEAK 0.05
#define BLEED_SHARE 0.97
#define SILENCE_DB -80.0 /* under the loud strokes, a fifth of the time: no room is that quiet */
#define FULL_DB 12.0 /* softer ones are meant to be soft, not played unevenly (ours) */

typedef struct {
    double level; /* re the reference */
    bool bleed, stray; /* sounds like another's; single ones among these */
} Labelled;

static bool is_own(const Labelled *stroke)
{
    return !stroke->bleed && !stroke->stray;
}

static int compare_levels(const void *a, const void *b)
{
    const double x = ((const Labelled *)a)->level, y = ((const Labelled *)b)->level;
    return (x > y) - (x < y);
}

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The third loudest stroke: one accident is not what a drum sounds like. */
static double reference(const LusterStrokes *s)
{
    double top[3] = {-INFINITY, -INFINITY, -INFINITY};
    for (uint32_t i = 0; i < s->n; i++) {
        double x = s->list[i].peak_dbfs;
        for (int k = 0; k < 3; k++)
            if (x > top[k]) {
                const double down = top[k];
                top[k] = x;
                x = down;
            }
    }
    return top[2];
}

static LusterRole family(LusterRole role)
{
    return role == LUSTER_ROLE_SNARE_BOTTOM ? LUSTER_ROLE_SNARE : role;
}

/* `level` and what comes out are each against their own reference. */
static bool louder_there(const LusterStrokes *there, double ref, const LusterStroke *stroke,
                         double level)
{
    return luster_strokes_peak_dbfs(there, stroke->at_s, NEAR_BEFORE_S, NEAR_AFTER_S) - ref >
           level + LOUDER_DB;
}

/* Kick and snare are struck in every song; toms may hold nothing but bleed, and cannot be asked
 * then. */
static bool is_struck(const LusterMix *mix, const LusterStemPlan *s)
{
    const double ref = reference(&s->strokes);
    uint32_t loud = 0, own = 0;
    if (s->role != LUSTER_ROLE_TOM)
        return s->role == LUSTER_ROLE_KICK || s->role == LUSTER_ROLE_SNARE;
    for (uint32_t k = 0; k < s->strokes.n; k++) {
        const LusterStroke *stroke = &s->strokes.list[k];
        bool bleed = false;
        if (stroke->peak_dbfs < ref - LOUD_DB)
            continue;
        loud++;
        for (uint32_t i = 0; i < mix->n_stems && !bleed; i++) {
            const LusterStemPlan *o = &mix->stems[i];
            if (o->strokes.n >= LEAST_STROKES &&
                (o->role == LUSTER_ROLE_KICK || o->role == LUSTER_ROLE_SNARE))
                bleed = louder_there(&o->strokes, reference(&o->strokes), stroke,
                                     stroke->peak_dbfs - ref);
        }
        own += !bleed;
    }
    return 2 * own > loud;
}

static double own_colour(const LusterStrokes *s, double ref, double *room)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < s->n; k++)
        if (s->list[k].peak_dbfs > ref - LOUD_DB)
            room[n++] = s->list[k].peak_dbfs - s->list[k].wide_dbfs;
    qsort(room, n, sizeof *room, compare_numbers);
    return n ? room[n / 2] : 0.0;
}

static void label(const LusterMix *mix, const LusterStemPlan *s, double ref, double colour,
                  Labelled *out)
{
    for (uint32_t k = 0; k < s->strokes.n; k++) {
        const LusterStroke *stroke = &s->strokes.list[k];
        out[k] = (Labelled){.level = stroke->peak_dbfs - ref};
        out[k].bleed = stroke->peak_dbfs - stroke->wide_dbfs < colour - COLOUR_DB;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *o = &mix->stems[i];
        if (o == s || o->strokes.n < LEAST_STROKES || family(o->role) == family(s->role) ||
            !is_struck(mix, o))
            continue;
        const double there = reference(&o->strokes);
        for (uint32_t k = 0; k < s->strokes.n; k++)
            out[k].bleed =
                out[k].bleed || louder_there(&o->strokes, there, &s->strokes.list[k], out[k].level);
    }
}

/* Single strokes in the thick of the bleed, which none of the signs found out. */
static void sweep_strays(Labelled *list, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        uint32_t own = 0, all = 0;
        for (uint32_t i = k; i-- && list[i].level > list[k].level - NEAR_DB; all++)
            own += !list[i].bleed;
        for (uint32_t i = k; i < n && list[i].level < list[k].level + NEAR_DB; i++, all++)
            own += !list[i].bleed;
        list[k].stray = own < FEW_AMONG_BLEED * all || list[k].level < LOWEST_DB;
    }
}

/* Sorted by level. The widest gap that loses few own strokes and lets little bleed through. */
static void split(const Labelled *list, uint32_t n, double most_lost, LusterHits *out)
{
    uint32_t own = 0, bleed = 0;
    double widest = -INFINITY;
    for (uint32_t k = 0; k < n; k++) {
        own += is_own(&list[k]);
        bleed += !is_own(&list[k]);
    }
    for (double at = -STEP_DB; at >= LOWEST_DB; at -= STEP_DB) {
        uint32_t under = 0, lost = 0, leaks = 0, kept = 0, foreign = 0, first = n;
        for (uint32_t k = 0; k < n; k++) {
            under += list[k].level < at;
            foreign += list[k].level < at && list[k].bleed;
            lost += list[k].level < at && is_own(&list[k]);
            leaks += list[k].level >= at && !is_own(&list[k]);
            kept += list[k].level >= at && is_own(&list[k]);
            if (first == n && list[k].level >= at && is_own(&list[k]))
                first = k;
        }
        if (first == n || !under || leaks > MOST_LEAK * bleed + 1.0)
            continue;
        const double top = list[(uint32_t)(BLEED_SHARE * (under - 1))].level;
        const double gap = list[first].level - top;
        if (lost > most_lost * own || gap <= widest)
            continue;
        widest = gap;
        *out = (LusterHits){.n_own = kept,
                            .n_bleed = n - kept,
                            .foreign = (double)foreign / under,
                            .split_dbfs = top + 0.5 * gap,
                            .softest_dbfs = list[first].level,
                            .bleed_dbfs = top,
                            .lost = own ? (double)lost / own : 0.0};
    }
}

/* From the first stroke to the last. */
static bool quiet_between(const LusterStrokes *s, double ref)
{
    const float least = (float)luster_db_to_gain(ref + SILENCE_DB);
    const uint32_t from = (uint32_t)(s->list[0].at_s / LUSTER_PEAK_STEP_S + 0.5);
    const uint32_t end = (uint32_t)(s->list[s->n - 1].at_s / LUSTER_PEAK_STEP_S + 0.5);
    uint32_t silent = 0;
    for (uint32_t i = from; i < end && i < s->n_steps; i++)
        silent += s->peak[i] < least;
    return 5 * silent > end - from;
}

/* Sorted by level. */
static void measure_own(const Labelled *list, uint32_t n, LusterHits *hits, double *room)
{
    uint32_t own = 0;
    for (uint32_t k = 0; k < n; k++)
        if (is_own(&list[k]) && list[k].level > -FULL_DB)
            room[own++] = list[k].level;
    hits->n_full = own;
    if (own)
        hits->spread_db =
            room[(uint32_t)(0.9 * (own - 1) + 0.5)] - room[(uint32_t)(0.1 * (own - 1) + 0.5)];
}

void luster_dynamics_hits(const LusterMix *mix, LusterStemPlan *s, double most_lost)
{
    const LusterStrokes *strokes = &s->strokes;
    const double ref = reference(strokes);
    s->hits = (LusterHits){.full_dbfs = ref - FULL_DB};
    if (strokes->n < LEAST_STROKES)
        return;
    Labelled *list = malloc(strokes->n * sizeof *list);
    double *room = malloc(strokes->n * sizeof *room);
    if (list && room) {
        label(mix, s, ref, own_colour(strokes, ref, room), list);
        qsort(list, strokes->n, sizeof *list, compare_levels);
        sweep_strays(list, strokes->n);
        split(list, strokes->n, most_lost, &s->hits);
        s->hits.split_dbfs += ref;
        s->hits.softest_dbfs += ref;
        s->hits.bleed_dbfs += ref;
        s->hits.full_dbfs = ref - FULL_DB;
        s->hits.silent_between = quiet_between(strokes, ref);
        measure_own(list, strokes->n, &s->hits, room);
    }
    free(list);
    free(room);
}
