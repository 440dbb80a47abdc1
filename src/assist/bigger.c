/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Choruses shall be about 1 LU bigger than verses. Where the arrangement does not do that by
 * itself, the groups of instruments are ridden up by what is missing, and the voices with them. */
#include "assist/rides.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BIGGER_LU 1.0
#define MOST_DB 1.0
#define LEAST_DB 0.3
#define SURE 0.6 /* of the labels */
#define RAMP_IN_S 0.3 /* into the bar line */
#define RAMP_OUT_S 0.5

static double level_of(const LusterMix *mix, const LusterHeard *heard, LusterFormLabel label,
                       uint32_t *n_sections)
{
    double sum = 0.0, n = 0.0;
    *n_sections = 0;
    for (uint32_t i = 0; i < mix->time.n_sections; i++) {
        const LusterFormSection *s = &mix->time.sections[i];
        if (s->label != label || s->confidence < SURE)
            continue;
        ++*n_sections;
        for (uint32_t t = (uint32_t)(s->from_s / LUSTER_STEP_S); t < s->to_s / LUSTER_STEP_S; t++)
            if (t < heard->n) {
                sum += heard->lead[t] + heard->rest[t];
                n += 1.0;
            }
    }
    return n > 0.0 && sum > 0.0 ? luster_power_to_db(sum / n) : -INFINITY;
}

static bool is_group(const char *bus)
{
    static const char *const groups[] = {"drums", "guitars", "keys", "orchestra", "other"};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (!strcmp(bus, groups[i]))
            return true;
    return false;
}

static bool is_backing(const LusterStemPlan *s)
{
    return luster_stem_heard(s) && s->strip &&
           (s->role == LUSTER_ROLE_BACKING_VOCAL || s->role == LUSTER_ROLE_CHOIR ||
            s->role == LUSTER_ROLE_VOCAL_DOUBLE);
}

static void make_ride(const LusterMix *mix, const double *lift, LusterRide *ride)
{
    const LusterTimePlan *time = &mix->time;
    for (uint32_t i = 0; i < time->n_sections; i++) {
        const double at = time->sections[i].from_s, before = i ? lift[i - 1] : 0.0;
        if (lift[i] > before)
            luster_ride_to(ride, at - RAMP_IN_S, at, lift[i]);
        else if (lift[i] < before)
            luster_ride_to(ride, at, at + RAMP_OUT_S, lift[i]);
    }
}

LusterStatus luster_rides_sections(LusterMix *mix, const LusterHeard *heard, double *lift)
{
    char text[200] = "";
    LusterRide ride = {0};
    uint32_t choruses, verses;
    const double chorus = level_of(mix, heard, LUSTER_FORM_CHORUS, &choruses);
    const double verse = level_of(mix, heard, LUSTER_FORM_VERSE, &verses);
    double more =
        choruses && verses && isfinite(chorus - verse) ? BIGGER_LU - (chorus - verse) : 0.0;
    more = (more > MOST_DB ? MOST_DB : more) * mix->amount[LUSTER_STAGE_RIDES];
    if (more >= LEAST_DB) {
        for (uint32_t i = 0; i < mix->time.n_sections; i++) {
            const LusterFormSection *s = &mix->time.sections[i];
            if (s->label == LUSTER_FORM_CHORUS && s->confidence >= SURE)
                lift[i] = round(more * 10.0) / 10.0;
        }
        make_ride(mix, lift, &ride);
        snprintf(text, sizeof text, "%u choruses are %+.1f LU re %u verses", choruses,
                 chorus - verse, verses);
    }
    static const char reason[] = "a chorus stands a little over the verse";
    LusterStatus status = LUSTER_OK;
    for (uint32_t b = 0; b < mix->n_buses && !status; b++) {
        LusterStrip *strip = luster_session_strip(mix->session, mix->buses[b].id);
        if (strip && strip->kind == LUSTER_BUS && is_group(mix->buses[b].id))
            status = luster_decide_ride(mix, strip, &ride, text, reason);
    }
    for (uint32_t i = 0; i < mix->n_stems && !status; i++)
        if (is_backing(&mix->stems[i]))
            status = luster_decide_ride(mix, mix->stems[i].strip, &ride, text, reason);
    luster_ride_clear(&ride);
    return status;
}
