/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Fills: where the singer rests for a moment, the instrument that plays up there more than under
 * the voice answers it, and is lifted by a decibel or two. One at a time, and never one that
 * leads already. */
#include "assist/rides.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LEAST_GAP 15 /* steps: one and a half seconds */
#define MOST_GAP 80 /* steps: longer is a solo or a break, not an answer */
#define LEAST_PLAYED 10 /* steps */
#define PROMINENT_LU 1.5 /* over its level under the voice */
#define LIFT_DB 1.0
#define LIFT_PER_LU 0.25
#define MOST_DB 2.0
#define LOUD_LU -2.0 /* re the others: needs no help */
#define FAINT_LU -12.0 /* re the others: colour, not an answer */
#define RAMP_S 0.3

typedef struct {
    uint32_t from, to; /* steps: no voice */
    int stem; /* that answers, or -1 */
    double more_lu; /* over its level under the voice */
} Gap;

static bool answers(LusterRole role)
{
    switch (role) {
    case LUSTER_ROLE_GUITAR:
    case LUSTER_ROLE_GUITAR_ACOUSTIC:
    case LUSTER_ROLE_GUITAR_ELECTRIC:
    case LUSTER_ROLE_GUITAR_LEAD:
    case LUSTER_ROLE_PIANO:
    case LUSTER_ROLE_KEYS:
    case LUSTER_ROLE_ORGAN:
    case LUSTER_ROLE_SYNTH:
    case LUSTER_ROLE_SYNTH_LEAD:
    case LUSTER_ROLE_MALLET:
    case LUSTER_ROLE_STRINGS:
    case LUSTER_ROLE_BRASS:
    case LUSTER_ROLE_WOODWIND:
        return true;
    default:
        return false;
    }
}

/* Rests between two phrases that no other voice fills. */
static uint32_t find_gaps(const LusterPhrase *phrases, uint32_t n, const float *voices, Gap *gaps)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i + 1 < n; i++) {
        const uint32_t from = phrases[i].to, to = phrases[i + 1].from;
        double sung = 0.0, voiced = 0.0;
        for (uint32_t t = phrases[i].from; t < from; t++)
            sung += voices[t] / (from - phrases[i].from);
        for (uint32_t t = from; t < to; t++)
            voiced += voices[t] / (to - from);
        if (to >= from + LEAST_GAP && to <= from + MOST_GAP && voiced < 0.1 * sung)
            gaps[count++] = (Gap){from, to, -1, 0.0};
    }
    return count;
}

/* Mean power of a stem where it sounds; *played: steps in which it does. */
static double played_power(const float *power, double gate, uint32_t from, uint32_t to,
                           uint32_t *played)
{
    double sum = 0.0;
    *played = 0;
    for (uint32_t t = from; t < to; t++) {
        if (power[t] > gate) {
            sum += power[t];
            ++*played;
        }
    }
    return *played ? sum / *played : 0.0;
}

/* The level it has under the voice: what it plays in gaps is compared with that. */
static double under_voice(const float *power, double gate, const LusterPhrase *phrases, uint32_t n,
                          double *share)
{
    double sum = 0.0, steps = 0.0, all = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t played;
        sum += played_power(power, gate, phrases[i].from, phrases[i].to, &played) * played;
        steps += played;
        all += phrases[i].to - phrases[i].from;
    }
    *share = all > 0.0 ? steps / all : 0.0;
    return steps > 0.0 ? sum / steps : 0.0;
}

static void try_stem(const LusterHeard *heard, const float *power, int stem,
                     const LusterPhrase *phrases, uint32_t n_phrases, double gate, Gap *gaps,
                     uint32_t n_gaps)
{
    double share;
    const double usual = under_voice(power, gate, phrases, n_phrases, &share);
    for (uint32_t g = 0; g < n_gaps; g++) {
        Gap *gap = &gaps[g];
        uint32_t played;
        const double there = played_power(power, gate, gap->from, gap->to, &played);
        if (played < LEAST_PLAYED)
            continue;
        double others = 0.0;
        for (uint32_t t = gap->from; t < gap->to; t++)
            others += (heard->rest[t] > power[t] ? heard->rest[t] - power[t] : 0.0) /
                      (gap->to - gap->from);
        /* what hardly plays under the voice plays for the gaps */
        const double more = share > 0.3 ? luster_power_to_db(there / usual) : 2.0 * PROMINENT_LU;
        const double stands = others > 0.0 ? luster_power_to_db(there / others) : 0.0;
        if (more < PROMINENT_LU || stands > LOUD_LU || stands < FAINT_LU || more <= gap->more_lu)
            continue;
        gap->stem = stem;
        gap->more_lu = more;
    }
}

static LusterStatus write_fills(LusterMix *mix, uint32_t stem, const Gap *gaps, uint32_t n_gaps)
{
    char text[200] = "";
    LusterRide ride = {0};
    uint32_t n = 0;
    double most = 0.0;
    const LusterStemPlan *s = &mix->stems[stem];
    for (uint32_t g = 0; g < n_gaps; g++) {
        const Gap *gap = &gaps[g];
        if (gap->stem != (int)stem && (s->pair < 0 || gap->stem != s->pair))
            continue;
        double lift = LIFT_DB + LIFT_PER_LU * (gap->more_lu - PROMINENT_LU);
        lift = (lift > MOST_DB ? MOST_DB : lift) * mix->amount[LUSTER_STAGE_RIDES];
        const double from = gap->from * LUSTER_STEP_S, to = gap->to * LUSTER_STEP_S;
        luster_ride_to(&ride, from, from + RAMP_S, lift);
        luster_ride_to(&ride, to - RAMP_S, to, 0.0);
        if (gap->more_lu > most) {
            most = gap->more_lu;
            snprintf(text, sizeof text,
                     "%.1f LU over its level under the voice from %d:%02d to "
                     "%d:%02d",
                     most, (int)from / 60, (int)from % 60, (int)to / 60, (int)to % 60);
        }
        n++;
    }
    const char *measured = luster_session_text(
        mix->session, "answers the singer in %u rest%s, at most %s", n, n == 1 ? "" : "s", text);
    const LusterStatus status =
        luster_decide_ride(mix, s->strip, &ride, measured,
                           "a fill is lifted while the singer rests, and is back before the voice");
    luster_ride_clear(&ride);
    return status;
}

LusterStatus luster_rides_fills(LusterMix *mix, const LusterHeard *heard,
                                const LusterPhrase *phrases, uint32_t n_phrases)
{
    Gap *gaps = malloc((n_phrases + 1) * sizeof *gaps);
    float *power = heard->scratch;
    if (!gaps)
        return LUSTER_NO_MEMORY;
    for (uint32_t t = 0; t < heard->n; t++)
        power[t] = heard->lead[t];
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && s->strip && s->role != LUSTER_ROLE_LEAD_VOCAL &&
            luster_role_info(s->role)->section == LUSTER_SECTION_VOCALS &&
            isfinite(luster_heard_gain_db(mix, s)))
            luster_plan_add_series(mix, s, luster_heard_gain_db(mix, s), power);
    }
    const uint32_t n_gaps = find_gaps(phrases, n_phrases, power, gaps);
    for (uint32_t i = 0; i < mix->n_stems && n_gaps; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        const double gain_db = luster_stem_heard(s) && s->strip && answers(s->role)
                                   ? luster_heard_gain_db(mix, s)
                                   : -INFINITY;
        if (!isfinite(gain_db) || (s->pair >= 0 && s->pair < (int)i))
            continue; /* both sides of a pair move together */
        for (uint32_t t = 0; t < heard->n; t++)
            power[t] = 0.0f;
        luster_plan_add_series(mix, s, gain_db, power);
        if (s->pair >= 0 && isfinite(luster_heard_gain_db(mix, &mix->stems[s->pair])))
            luster_plan_add_series(mix, &mix->stems[s->pair],
                                   luster_heard_gain_db(mix, &mix->stems[s->pair]), power);
        const double own = s->facts.integrated_lufs + gain_db + luster_power_to_db(s->clip_power);
        const double gate = luster_pow(10.0, (own + 0.691 - 12.0) / 10.0);
        try_stem(heard, power, (int)i, phrases, n_phrases, gate, gaps, n_gaps);
    }
    LusterStatus status = LUSTER_OK;
    for (uint32_t i = 0; i < mix->n_stems && !status; i++)
        if (luster_stem_heard(&mix->stems[i]) && mix->stems[i].strip && answers(mix->stems[i].role))
            status = write_fills(mix, i, gaps, n_gaps);
    free(gaps);
    return status;
}
