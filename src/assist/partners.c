/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Microphones that hear the same thing: polarity where the low end of the sum gains by it and the
 * evidence agrees, delay where two microphones stood at one source, and files that lie far from
 * their partners. Overheads and rooms keep their natural distance (doc/sources.md G). */
#include "assist/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_WINDOWS 10
#define WINDOW_LEAD_S 0.05 /* a window begins before the loud spot */
#define CLOSE_S 0.010 /* search windows of doc/sources.md G */
#define ROOM_S 0.030
#define FAR_S 1.0
/* GCC-PHAT peak over the rms of its surroundings. Same-source pick-ups give 20 and more; unrelated
 * sound gives up to 5 within 10 ms and, on recorded kits, up to 30 within a second. */
#define CLEAR_PEAK 6.0
#define FAR_PEAK 40.0
#define FAR_CORRELATION 0.4
/* A close microphone hears its drum 0.8 to 9 ms (0.3 to 3 m) before the overheads do. */
#define OVERHEAD_NEAR_S 0.0008
#define OVERHEAD_FAR_S 0.009
#define SURE_CORRELATION 0.15 /* at that delay: bleed of the rest of the kit dilutes it */
#define LEAST_GAIN_DB 0.8 /* below that a flip is not worth touching anything */

typedef enum { CLOSE_TO_OVERHEAD, SAME_SOURCE, ROOM_TO_OVERHEAD } Kind;

/* Starts of the loudest 100 ms of `s`, at least 0.4 s apart: there its own sound is strongest. */
static uint32_t loud_spots(const LusterStemPlan *s, double *starts)
{
    const LusterStemFacts *f = &s->facts;
    uint32_t n = 0;
    bool *taken = calloc(f->n_steps + 1, sizeof *taken);
    while (taken && n < N_WINDOWS) {
        int best = -1;
        for (uint32_t i = 0; i < f->n_steps; i++)
            if (!taken[i] && f->k_power[i] > 0.0f && (best < 0 || f->k_power[i] > f->k_power[best]))
                best = (int)i;
        if (best < 0)
            break;
        for (int k = best - 4; k <= best + 4; k++)
            if (k >= 0 && k < (int)f->n_steps)
                taken[k] = true;
        const double at = best * LUSTER_STEP_S - WINDOW_LEAD_S;
        starts[n++] = at > 0.0 ? at : 0.0;
    }
    free(taken);
    return n;
}

/* `s` against `ref`; false when it could not be measured. */
static bool measure(const LusterStemPlan *ref, const LusterStemPlan *s, double window_s,
                    LusterAlignment *out)
{
    LusterSource *a = NULL, *b = NULL;
    LusterError err;
    double starts[N_WINDOWS];
    const uint32_t n = loud_spots(s, starts);
    bool good = n >= 3 && ref->facts.rate_hz == s->facts.rate_hz &&
                !ref->input->open(ref->input->user, &a, &err) &&
                !s->input->open(s->input->user, &b, &err) &&
                !luster_align(a, b, starts, n, window_s, out, &err);
    luster_source_close(a);
    luster_source_close(b);
    return good;
}

static void turn(LusterAlignment *a)
{
    a->inverted = !a->inverted;
    a->correlation = -a->correlation;
    a->correlation_now = -a->correlation_now;
    a->low_correlation = -a->low_correlation;
    a->low_now = -a->low_now;
    a->flip_gain_db = -a->flip_gain_db;
}

/* A file that lies far from where its partner has it: only when hardly anything else can be. */
static bool lies_far(LusterStemPlan *r, LusterStemPlan *s, LusterAlignment *a)
{
    LusterAlignment far;
    if (!measure(r, s, FAR_S, &far) || far.strength < FAR_PEAK ||
        fabs(far.correlation) < FAR_CORRELATION || fabs(far.delay_s) < ROOM_S)
        return false;
    if (far.delay_s > 0.0)
        s->offset_s = far.delay_s;
    else if (r->offset_s == 0.0)
        r->offset_s = -far.delay_s;
    *a = far;
    a->delay_s = 0.0; /* as they will lie */
    a->correlation_now = far.correlation;
    a->low_now = far.low_correlation;
    a->flip_gain_db = far.low_correlation < 0.0 ? 2.0 * LEAST_GAIN_DB : 0.0;
    return true;
}

/* Whether turning `s` over makes the sum better and the evidence says it was wired that way. */
static bool upside_down(const LusterAlignment *a, Kind kind, bool has_low)
{
    if (!a->inverted)
        return false;
    if (kind == SAME_SOURCE)
        return a->correlation < -SURE_CORRELATION && a->strength >= CLEAR_PEAK;
    const bool helps = has_low ? a->flip_gain_db > LEAST_GAIN_DB : a->correlation < -0.3;
    const bool agree =
        a->correlation < -SURE_CORRELATION && (!has_low || a->low_correlation < -SURE_CORRELATION);
    const bool place = kind == ROOM_TO_OVERHEAD || a->delay_s == 0.0 ||
                       (a->delay_s < -OVERHEAD_NEAR_S && a->delay_s > -OVERHEAD_FAR_S);
    return helps && agree && place;
}

/* Compares, and takes what was already done to the reference into account. */
static void compare(LusterMix *mix, uint32_t ref, uint32_t i, Kind kind)
{
    LusterStemPlan *r = &mix->stems[ref], *s = &mix->stems[i];
    LusterAlignment a;
    const double window_s = kind == ROOM_TO_OVERHEAD ? ROOM_S : CLOSE_S;
    if (i == ref || !luster_stem_heard(r) || !luster_stem_heard(s) || s->reference >= 0 ||
        !measure(r, s, window_s, &a))
        return;
    if (fabs(a.correlation) < SURE_CORRELATION)
        lies_far(r, s, &a);
    if (r->invert)
        turn(&a);
    s->reference = (int)ref;
    s->alignment = a;
    s->invert = upside_down(&a, kind, s->role != LUSTER_ROLE_HAT && s->role != LUSTER_ROLE_CYMBAL);
    bool moved = false;
    if (kind == SAME_SOURCE && a.strength >= CLEAR_PEAK && fabs(a.correlation) > 0.3 &&
        fabs(a.delay_s) > 0.0001) {
        moved = true;
        if (a.delay_s < 0.0)
            s->delay_ms = -a.delay_s * 1000.0;
        else if (r->delay_ms == 0.0)
            r->delay_ms = a.delay_s * 1000.0;
    }
    const double lies = moved ? a.correlation : a.correlation_now;
    const double shared = s->invert ? -lies : lies;
    s->shared = shared > 0.95 ? 0.95 : shared < -0.5 ? -0.5 : shared;
}

static int find_role(const LusterMix *mix, LusterRole role, const char *mics)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && s->role == role &&
            (!mics || (s->guess.mic && strchr(mics, s->guess.mic))))
            return (int)i;
    }
    return -1;
}

/* A stereo pair of microphones whose low ends fight: one of the two was wired upside down. */
static void check_sides(LusterStemPlan *s)
{
    if (luster_stem_heard(s) && s->stereo && s->facts.low_correlation < -0.5 &&
        s->facts.correlation < -0.2 &&
        (s->role == LUSTER_ROLE_OVERHEAD || s->role == LUSTER_ROLE_ROOM ||
         s->role == LUSTER_ROLE_DRUMS || s->role == LUSTER_ROLE_PIANO))
        s->invert_right = true;
}

static void say(const LusterMix *mix, LusterStemPlan *s)
{
    const LusterAlignment *a = &s->alignment;
    if (s->invert)
        luster_plan_move(
            &s->plan, LUSTER_STAGE_ALIGN, "polarity", 1.0,
            "upside down against its partner: together they lost their low end",
            "against %s: correlation of 40-200 Hz %.2f, sum there %+.1f dB when turned",
            s->reference >= 0 ? mix->stems[s->reference].name : "", a->low_correlation,
            a->flip_gain_db);
    if (s->invert_right)
        luster_plan_set(luster_plan_insert(&s->plan, LUSTER_STAGE_ALIGN, "utility", NULL),
                        "polarity_right", 1.0, "one of the two microphones is upside down",
                        "left and right correlate by %.2f, under 200 Hz by %.2f",
                        s->facts.correlation, s->facts.low_correlation);
    if (!(s->delay_ms > 0.0))
        return;
    int other = s->reference; /* the delayed one may be the reference itself */
    for (uint32_t i = 0; i < mix->n_stems && other < 0; i++)
        if (mix->stems[i].reference >= 0 && &mix->stems[mix->stems[i].reference] == s)
            other = (int)i;
    luster_plan_move(&s->plan, LUSTER_STAGE_ALIGN, "delay_ms", s->delay_ms,
                     "two pick-ups of one source: in step they add instead of combing",
                     "%.2f ms ahead of %s", s->delay_ms,
                     other >= 0 ? mix->stems[other].name : "its partner");
}

void luster_plan_partners(LusterMix *mix)
{
    static const LusterRole close[] = {LUSTER_ROLE_SNARE, LUSTER_ROLE_KICK, LUSTER_ROLE_TOM,
                                       LUSTER_ROLE_HAT};
    for (uint32_t i = 0; i < mix->n_stems; i++)
        check_sides(&mix->stems[i]);
    const int overhead = find_role(mix, LUSTER_ROLE_OVERHEAD, NULL);
    const int top = find_role(mix, LUSTER_ROLE_SNARE, NULL);
    const int inside = find_role(mix, LUSTER_ROLE_KICK, "i");
    const int di = find_role(mix, LUSTER_ROLE_BASS, "d");
    for (size_t c = 0; c < sizeof close / sizeof *close && overhead >= 0; c++)
        for (uint32_t i = 0; i < mix->n_stems; i++)
            if (mix->stems[i].role == close[c] &&
                !(close[c] == LUSTER_ROLE_KICK && inside >= 0 && mix->stems[i].guess.mic == 'o'))
                compare(mix, (uint32_t)overhead, i, CLOSE_TO_OVERHEAD);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (s->role == LUSTER_ROLE_ROOM && overhead >= 0)
            compare(mix, (uint32_t)overhead, i, ROOM_TO_OVERHEAD);
        if (s->role == LUSTER_ROLE_SNARE_BOTTOM && top >= 0)
            compare(mix, (uint32_t)top, i, SAME_SOURCE);
        if (s->role == LUSTER_ROLE_KICK && s->guess.mic == 'o' && inside >= 0)
            compare(mix, (uint32_t)inside, i, SAME_SOURCE);
        if (s->role == LUSTER_ROLE_BASS && di >= 0 && (int)i != di && s->guess.mic == 'a')
            compare(mix, (uint32_t)di, i, SAME_SOURCE);
    }
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            say(mix, &mix->stems[i]);
}
