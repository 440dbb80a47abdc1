/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A ride becomes the automation of ride_db. Its decision holds how many points there are and a
 * fingerprint of them: where the automation no longer matches it, a person has had the fader in
 * hand, and it stays as it is. */
#include "assist/rides.h"
#include "base/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TARGET "ride_db"
#define DECISION "automation.ride_db"
#define NOTICED_DB 0.3 /* changes of level under that are not heard, and only make more points */
#define WORDS 48

void luster_ride_to(LusterRide *ride, double from_s, double to_s, double gain_db)
{
    const double gain = round(gain_db * 10.0) / 10.0, change = gain - luster_ride_gain(ride);
    if (ride->n && fabs(change) < NOTICED_DB - 1e-9)
        return;
    if (ride->n == ride->room) {
        const uint32_t room = ride->room ? 2 * ride->room : 32;
        LusterRamp *more = realloc(ride->ramps, room * sizeof *more);
        if (!more) {
            ride->no_memory = true;
            return;
        }
        ride->ramps = more;
        ride->room = room;
    }
    ride->ramps[ride->n++] = (LusterRamp){from_s, to_s, gain};
}

double luster_ride_gain(const LusterRide *ride)
{
    return ride->n ? ride->ramps[ride->n - 1].gain_db : 0.0;
}

void luster_ride_clear(LusterRide *ride)
{
    free(ride->ramps);
    memset(ride, 0, sizeof *ride);
}

static LusterDecision *find_decision(LusterStrip *strip)
{
    for (uint32_t i = 0; i < strip->n_decisions; i++)
        if (!strcmp(strip->decisions[i].target, DECISION))
            return &strip->decisions[i];
    return NULL;
}

static LusterAutomation *find_automation(LusterStrip *strip, const char *target)
{
    for (uint32_t i = 0; i < strip->n_automation; i++)
        if (!strcmp(strip->automation[i].target, target))
            return &strip->automation[i];
    return NULL;
}

/* "12 points, 3f2a91bc": times by the millisecond, levels by a hundredth of a dB. */
static void fingerprint(const LusterAutomation *a, char *words)
{
    uint64_t hash = LUSTER_HASH_START;
    for (uint32_t i = 0; a && i < a->n_points; i++) {
        const int64_t seen[3] = {(int64_t)floor(a->points[i].time_s * 1000.0 + 0.5),
                                 (int64_t)floor(a->points[i].value * 100.0 + 0.5),
                                 (int64_t)a->points[i].curve};
        hash = luster_hash(hash, seen, sizeof seen);
    }
    snprintf(words, WORDS, "%u points, %08x", a ? a->n_points : 0, (unsigned)(hash >> 32));
}

/* Written by hand, changed or locked since the assistant was here. */
static bool in_hand(LusterStrip *strip, const LusterDecision *decision)
{
    char words[WORDS];
    const LusterAutomation *ride = find_automation(strip, TARGET);
    if (!decision)
        return ride || find_automation(strip, "fader_db") ||
               strip->values[LUSTER_STRIP_RIDE] != 0.0;
    fingerprint(ride, words);
    return decision->locked || !decision->to_text || strcmp(decision->to_text, words) != 0;
}

static void take_back(LusterStrip *strip, LusterDecision *decision)
{
    LusterAutomation *a = find_automation(strip, TARGET);
    if (a)
        memmove(a, a + 1, (size_t)(strip->automation + strip->n_automation-- - a - 1) * sizeof *a);
    if (decision)
        memmove(decision, decision + 1,
                (size_t)(strip->decisions + strip->n_decisions-- - decision - 1) *
                    sizeof *decision);
}

static LusterStatus add_point(LusterSession *session, LusterAutomation *a, double time_s,
                              double value)
{
    const double time = round((time_s > 0.0 ? time_s : 0.0) * 1000.0) / 1000.0;
    const double level = round(value * 100.0) / 100.0 + 0.0;
    if (a->n_points && !(time > a->points[a->n_points - 1].time_s))
        return LUSTER_OK;
    return luster_automation_add_point(session, a, (LusterPoint){time, level, LUSTER_CURVE_LINEAR});
}

LusterStatus luster_decide_ride(LusterMix *mix, LusterStrip *strip, const LusterRide *ride,
                                const char *measured, const char *reason)
{
    char words[WORDS];
    LusterSession *session = mix->session;
    LusterDecision *decision = find_decision(strip);
    if (ride->no_memory || !measured)
        return LUSTER_NO_MEMORY;
    if (in_hand(strip, decision)) {
        if (decision)
            decision->current = true;
        return LUSTER_OK;
    }
    const double amount = decision ? decision->amount : 1.0;
    bool moves = false;
    for (uint32_t i = 0; i < ride->n; i++)
        moves |= ride->ramps[i].gain_db != 0.0;
    if (!moves) {
        take_back(strip, decision);
        return LUSTER_OK;
    }
    LusterAutomation *a = luster_strip_add_automation(session, strip, TARGET);
    LusterStatus status = a ? LUSTER_OK : LUSTER_NO_MEMORY;
    for (uint32_t i = 0; i < ride->n && !status; i++) {
        const LusterRamp *r = &ride->ramps[i];
        if (i)
            status = add_point(session, a, r->from_s, amount * r[-1].gain_db);
        else if (r->from_s > 0.0)
            status = add_point(session, a, r->from_s, 0.0);
        if (!status)
            status = add_point(session, a, r->to_s, amount * r->gain_db);
    }
    if (status)
        return status;
    fingerprint(a, words);
    decision = luster_strip_decide_text(session, strip, DECISION, "none", words, measured, reason);
    if (!decision)
        return LUSTER_NO_MEMORY;
    decision->amount = amount;
    decision->stage = luster_stage_id(LUSTER_STAGE_RIDES);
    decision->current = true;
    return LUSTER_OK;
}
