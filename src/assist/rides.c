/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The lead is ridden phrase by phrase toward its usual margin over the rest, as far as a hand on
 * the fader would: never inside a phrase, by at most a few decibels, and down only where the
 * singer is louder, not where the band is thin. Then choruses and fills have their turn. */
#include "assist/rides.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Engineers of one song set its vocal within some 2 LU of each other [A2]: what strays by less than
 * half of that needs no hand. */
#define ENOUGH_LU 0.7
#define SHARE 0.8 /* of what strays: what is left of it is the singer's expression */
#define MOST_DB 3.0
#define LEAST_PHRASES 4 /* fewer have no usual margin */
#define QUIET_LU 6.0 /* an intro or outro this far under the song is meant so */
#define TOLD 4 /* moves named in the evidence */
#define TEXT_SIZE 800

typedef struct {
    double value, weight;
} Weighed;

static int compare_weighed(const void *a, const void *b)
{
    const Weighed *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* The value that `share` of the weight lies under; NAN when there is none. Sorts the list. */
static double percentile(Weighed *list, uint32_t n, double share)
{
    double all = 0.0, seen = 0.0;
    qsort(list, n, sizeof *list, compare_weighed);
    for (uint32_t i = 0; i < n; i++)
        all += list[i].weight;
    for (uint32_t i = 0; i < n; i++) {
        seen += list[i].weight;
        if (seen >= share * all)
            return list[i].value;
    }
    return NAN;
}

/* Section of the time plan in which a step lies. */
static int section_at(const LusterMix *mix, uint32_t step)
{
    const double t = step * LUSTER_STEP_S;
    for (uint32_t i = 0; i < mix->time.n_sections; i++)
        if (t >= mix->time.sections[i].from_s && t < mix->time.sections[i].to_s)
            return (int)i;
    return -1;
}

static bool quiet_on_purpose(const LusterMix *mix, const LusterPhrase *p)
{
    const int i = section_at(mix, (p->from + p->to) / 2);
    const LusterFormSection *s = i >= 0 ? &mix->time.sections[i] : NULL;
    return s && s->level_lu < -QUIET_LU && (i == 0 || i + 1 == (int)mix->time.n_sections);
}

/* Gains of all phrases toward the usual margin, which comes back; NAN: there is none. */
static double set_gains(const LusterMix *mix, LusterPhrase *phrases, uint32_t n, Weighed *list)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        if (!phrases[i].alone)
            list[count++] = (Weighed){phrases[i].margin_lu, phrases[i].to - phrases[i].from};
    if (count < LEAST_PHRASES)
        return NAN;
    const double usual = percentile(list, count, 0.5);
    for (uint32_t i = 0; i < n; i++)
        list[i] = (Weighed){phrases[i].lead_lu, phrases[i].to - phrases[i].from};
    const double loud = percentile(list, n, 0.5);
    for (uint32_t i = 0; i < n; i++) {
        LusterPhrase *p = &phrases[i];
        const double stray = p->margin_lu - usual;
        double gain = fabs(stray) > ENOUGH_LU ? -SHARE * stray : 0.0;
        if (gain < 0.0 && -gain > p->lead_lu - loud)
            gain = p->lead_lu > loud ? loud - p->lead_lu : 0.0;
        if (quiet_on_purpose(mix, p))
            gain = 0.0;
        gain = gain > MOST_DB ? MOST_DB : gain < -MOST_DB ? -MOST_DB : gain;
        p->gain_db = gain * mix->amount[LUSTER_STAGE_RIDES];
    }
    return usual;
}

static double spread(const LusterPhrase *phrases, uint32_t n, bool ridden, Weighed *list)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        if (!phrases[i].alone)
            list[count++] = (Weighed){phrases[i].margin_lu + (ridden ? phrases[i].gain_db : 0.0),
                                      phrases[i].to - phrases[i].from};
    const double top = percentile(list, count, 0.9);
    return top - percentile(list, count, 0.1);
}

static void clock_text(char *text, size_t size, double time_s)
{
    const int s = (int)(time_s + 0.5);
    snprintf(text, size, "%d:%02d", s / 60, s % 60);
}

/* The largest moves in words, in the order of the song. */
static void tell(const LusterPhrase *phrases, uint32_t n, double usual, char *text, size_t size)
{
    uint32_t told[TOLD], n_told = 0;
    for (uint32_t k = 0; k < TOLD; k++) {
        int best = -1;
        for (uint32_t i = 0; i < n; i++) {
            bool known = fabs(phrases[i].gain_db) < ENOUGH_LU;
            for (uint32_t t = 0; t < n_told; t++)
                known |= told[t] == i;
            if (!known && (best < 0 || fabs(phrases[i].gain_db) > fabs(phrases[best].gain_db)))
                best = (int)i;
        }
        if (best < 0)
            break;
        told[n_told++] = (uint32_t)best;
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t t = 0; t < n_told; t++) {
            char from[16], to[16];
            const LusterPhrase *p = &phrases[i];
            const double stray = p->margin_lu - usual;
            if (told[t] != i)
                continue;
            clock_text(from, sizeof from, p->from * LUSTER_STEP_S);
            clock_text(to, sizeof to, p->to * LUSTER_STEP_S);
            const size_t at = strlen(text);
            snprintf(text + at, size - at, "; %.1f dB %s its usual margin from %s to %s",
                     fabs(stray), stray < 0.0 ? "under" : "over", from, to);
        }
    }
}

/* Phrase by phrase, moved where the voice rests; in choruses with the rest. */
static void make_ride(const LusterMix *mix, const float *lead, const LusterPhrase *phrases,
                      uint32_t n, const double *lift, LusterRide *ride)
{
    for (uint32_t i = 0; i < n; i++) {
        const int section = section_at(mix, (phrases[i].from + phrases[i].to) / 2);
        const double gain = phrases[i].gain_db + (section >= 0 ? lift[section] : 0.0);
        double from = 0.0, to = 0.0;
        if (i)
            luster_phrases_ramp(lead, &phrases[i - 1], &phrases[i], &from, &to);
        luster_ride_to(ride, from, to, gain);
    }
}

static LusterStatus ride_leads(LusterMix *mix, const LusterHeard *heard, LusterPhrase *phrases,
                               uint32_t n, const double *lift)
{
    static const char reason[] = "keeps the lead at one distance from the band, phrase by phrase, "
                                 "as a hand on the fader would; take a point and move it, and it "
                                 "stays yours";
    char text[TEXT_SIZE];
    LusterRide ride = {0};
    Weighed *list = malloc((n + 1) * sizeof *list);
    if (!list)
        return LUSTER_NO_MEMORY;
    const double usual = set_gains(mix, phrases, n, list);
    if (!isnan(usual)) {
        uint32_t moved = 0;
        for (uint32_t i = 0; i < n; i++)
            moved += phrases[i].gain_db != 0.0;
        const double before = spread(phrases, n, false, list);
        snprintf(text, sizeof text,
                 "%u of %u phrases; lead re the rest %+.1f LU (median), p10 ... p90 %.1f LU "
                 "apart, with the ride %.1f",
                 moved, n, usual, before, spread(phrases, n, true, list));
        tell(phrases, n, usual, text, sizeof text);
        make_ride(mix, heard->lead, phrases, n, lift, &ride);
    }
    LusterStatus status = LUSTER_OK;
    for (uint32_t i = 0; i < mix->n_stems && !status; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && s->strip && s->role == LUSTER_ROLE_LEAD_VOCAL)
            status = luster_decide_ride(mix, s->strip, &ride, text, reason);
    }
    luster_ride_clear(&ride);
    free(list);
    return status;
}

/* Planned levels are re the mix, faders have room above them: by how much, of most stems. */
static double fader_shift_db(const LusterMix *mix)
{
    Weighed *list = malloc(mix->n_stems * sizeof *list);
    uint32_t n = 0;
    for (uint32_t i = 0; i < mix->n_stems && list; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s))
            list[n++] = (Weighed){s->level_db - s->trim_db - s->fader_db, 1.0};
    }
    const double shift = n ? percentile(list, n, 0.5) : 0.0;
    free(list);
    return shift;
}

/* False: out of memory. *sung: there is a lead whose file could be played. */
static bool hear(const LusterMix *mix, LusterHeard *heard, bool *sung)
{
    heard->n = mix->n_steps;
    heard->lead = calloc(heard->n + 1, sizeof *heard->lead);
    heard->rest = calloc(heard->n + 1, sizeof *heard->rest);
    heard->scratch = calloc(heard->n + 1, sizeof *heard->scratch);
    if (!heard->lead || !heard->rest || !heard->scratch)
        return false;
    const double shift = fader_shift_db(mix);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || !s->strip)
            continue;
        const double fader_db = luster_heard_fader_db(mix, s);
        if (!isfinite(fader_db))
            continue;
        if (s->role == LUSTER_ROLE_LEAD_VOCAL) {
            const double gain = luster_pow(10.0, (fader_db + shift) / 10.0);
            *sung |= luster_heard_listen(s, gain, heard->lead, heard->n);
        } else if (s->role != LUSTER_ROLE_VOCAL_DOUBLE) {
            luster_plan_add_series(mix, s, luster_heard_gain_db(mix, s), heard->rest);
        }
    }
    return true;
}

LusterStatus luster_plan_rides(LusterMix *mix, LusterError *err)
{
    LusterHeard heard = {0};
    LusterPhrase *phrases = NULL;
    uint32_t n_phrases = 0;
    bool sung = false;
    double lift[LUSTER_FORM_MAX] = {0.0};
    LusterStatus status = LUSTER_OK;
    if (mix->amount[LUSTER_STAGE_RIDES] > 0.0) /* else only what stands there is taken back */
        status = hear(mix, &heard, &sung) ? LUSTER_OK : LUSTER_NO_MEMORY;
    if (!status && sung &&
        !luster_phrases_find(heard.lead, heard.rest, heard.n, &phrases, &n_phrases))
        status = LUSTER_NO_MEMORY;
    if (!status)
        status = luster_rides_sections(mix, &heard, lift);
    if (!status)
        status = ride_leads(mix, &heard, phrases, n_phrases, lift);
    if (!status)
        status = luster_rides_fills(mix, &heard, phrases, n_phrases);
    free(phrases);
    free(heard.lead);
    free(heard.rest);
    free(heard.scratch);
    return status ? luster_error_set(err, status, "out of memory while riding the faders") : status;
}
