/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Room for what is to be followed: where another part covers the lead (or kick and bass) in a band
 * that matters to it and not to the other, the other is cut there by half of what its threshold
 * stands over the lead, 3 dB at most (ranks of bands after Hafezi and Reiss, JAES 2015; limits
 * B10). Every cut has to prove itself in the masking model: the covered part must gain a point of
 * its loudness, and twice of what the other loses. Tests found that more than that helps nobody
 * (doc/sources.md Y). */
#include "assist/tone.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RANK 10 /* of 30 bands: the essential ones [HR15] */
#define BELL_Q 2.5 /* Q 2 to 3 [HR15]; reaches a band to either side */
#define MOST_CUT_DB 3.0
#define MOST_CUTS 3 /* of one part [HR15] */
#define MOST_TRIES 24
#define LEAST_LOST                                                                                 \
    0.03 /* of the loudness of what is covered, by one part in three bands (ours)                  \
          */
#define LEAST_OVER_DB                                                                              \
    1.0 /* the threshold's mean over the covered part: it is masked, not just near                 \
         */
#define LEAST_GAIN 0.01 /* of its loudness: equalizers won 0.6 to 4.2 points in the mean [HR15] */
#define FIRST_BAND 2 /* a bell at 31.5 Hz */
#define LAST_BAND 27 /* and at 10 kHz */

typedef struct {
    LusterMix *mix;
    LusterMasking *model;
    uint32_t n;
    double *gain_db, *power; /* [n], [n * bands]: K-weighted, equalizer included */
    float *eq_db; /* [n * bands] */
    LusterMasked *now, *then;
    LusterMaskedBy *by;
    bool *tried; /* [n * bands], of one covered part */
    int *cuts;
    int tries;
} Work;

typedef struct {
    uint32_t part;
    int band;
    double lost, over_db;
} Cover;

/* What is to be followed, most important first; 0: nothing is cut for it. */
static int importance(LusterRole role, bool voice)
{
    switch (role) {
    case LUSTER_ROLE_LEAD_VOCAL:
    case LUSTER_ROLE_SPOKEN:
        return 3;
    case LUSTER_ROLE_GUITAR_LEAD:
    case LUSTER_ROLE_SYNTH_LEAD:
        return voice ? 0 : 2;
    case LUSTER_ROLE_KICK:
    case LUSTER_ROLE_BASS:
        return 1;
    default:
        return 0;
    }
}

/* Microphones of a kit are one sound: a cut in one of them turns the others' phase against it. */
static bool may_be_cut(LusterRole role, LusterRole covered)
{
    const bool low = role == LUSTER_ROLE_KICK || role == LUSTER_ROLE_BASS;
    if (role >= LUSTER_ROLE_KICK && role <= LUSTER_ROLE_ROOM)
        return low && covered == LUSTER_ROLE_BASS;
    return role != LUSTER_ROLE_LEAD_VOCAL && role != LUSTER_ROLE_SPOKEN;
}

static void look(Work *w, uint32_t i)
{
    const LusterStemPlan *s = &w->mix->stems[i];
    double db[LUSTER_STEM_BANDS];
    luster_tone_response(s, db);
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        const double k = luster_tone_k_weight_db(luster_stem_band_hz(b));
        w->eq_db[i * LUSTER_STEM_BANDS + b] = (float)db[b];
        w->power[i * LUSTER_STEM_BANDS + b] =
            s->facts.band_power[b] * luster_pow(10.0, (k + db[b]) / 10.0);
    }
}

static bool essential(const Work *w, uint32_t i, int band)
{
    const double *power = w->power + (size_t)i * LUSTER_STEM_BANDS;
    int rank = 1;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++)
        rank += power[b] > power[band];
    return rank <= RANK;
}

/* Who takes most from `covered` with one bell, among what has not been tried. */
static bool find(const Work *w, uint32_t covered, Cover *out)
{
    *out = (Cover){0};
    for (uint32_t i = 0; i < w->n; i++) {
        const LusterStemPlan *s = &w->mix->stems[i];
        const LusterMaskedBy *by = w->by + (size_t)i * LUSTER_STEM_BANDS;
        if (i == covered || !luster_stem_heard(s) || w->cuts[i] >= MOST_CUTS ||
            !may_be_cut(s->role, w->mix->stems[covered].role))
            continue;
        for (int b = FIRST_BAND; b <= LAST_BAND; b++) {
            const double lost = (double)by[b - 1].lost + by[b].lost + by[b + 1].lost;
            if (lost > out->lost && by[b].over_db >= LEAST_OVER_DB && essential(w, covered, b) &&
                !essential(w, i, b) && !w->tried[i * LUSTER_STEM_BANDS + b])
                *out = (Cover){i, b, lost, by[b].over_db};
        }
    }
    return out->lost >= LEAST_LOST;
}

/* A bell of the model: what it leaves of third octaves (ours; the response is read afterwards). */
static void bend(float *eq_db, int band, double db)
{
    static const double reach[] = {1.0, 0.55, 0.2};
    for (int b = band - 2; b <= band + 2; b++)
        if (b >= 0 && b < LUSTER_STEM_BANDS)
            eq_db[b] += (float)(db * reach[abs(b - band)]);
}

static void write_cut(Work *w, uint32_t covered, const Cover *c, double cut, double points)
{
    LusterStemPlan *s = &w->mix->stems[c->part];
    char why[160], measured[200];
    snprintf(why, sizeof why, "makes room for %.60s, which needs this band more",
             w->mix->stems[covered].name);
    snprintf(measured, sizeof measured,
             "covers %.0f %% of %.60s around %.0f Hz, %.0f dB over it; the cut gives back %.1f "
             "points",
             100.0 * c->lost, w->mix->stems[covered].name, luster_stem_band_hz(c->band), c->over_db,
             100.0 * points);
    if (luster_tone_band(s, "bell", luster_stem_band_hz(c->band), -cut, BELL_Q, why, measured)) {
        w->cuts[c->part]++;
        look(w, c->part);
    }
}

static bool make_room(Work *w, uint32_t covered)
{
    Cover c;
    memset(w->tried, 0, (size_t)w->n * LUSTER_STEM_BANDS * sizeof *w->tried);
    if (!luster_masking_measure(w->model, w->gain_db, w->eq_db, w->now) ||
        !luster_masking_by(w->model, w->gain_db, w->eq_db, covered, w->by))
        return false;
    while (w->tries < MOST_TRIES && find(w, covered, &c)) {
        float before[LUSTER_STEM_BANDS], *eq_db = w->eq_db + (size_t)c.part * LUSTER_STEM_BANDS;
        double cut = 0.5 * c.over_db;
        cut = (cut > MOST_CUT_DB ? MOST_CUT_DB : cut) * w->mix->amount[LUSTER_STAGE_TONE];
        w->tries++;
        for (int b = c.band - 1; b <= c.band + 1; b++)
            w->tried[c.part * LUSTER_STEM_BANDS + (uint32_t)b] = true;
        if (cut < LUSTER_TONE_LEAST_DB)
            continue;
        memcpy(before, eq_db, sizeof before);
        bend(eq_db, c.band, -cut);
        if (!luster_masking_measure(w->model, w->gain_db, w->eq_db, w->then))
            return false;
        const double gain = w->then[covered].partial - w->now[covered].partial;
        const double loss = w->now[c.part].partial - w->then[c.part].partial;
        memcpy(eq_db, before, sizeof before);
        if (gain < LEAST_GAIN || gain < 2.0 * loss)
            continue;
        write_cut(w, covered, &c, cut, gain);
        if (!luster_masking_measure(w->model, w->gain_db, w->eq_db, w->now) ||
            !luster_masking_by(w->model, w->gain_db, w->eq_db, covered, w->by))
            return false;
    }
    return true;
}

static bool prepare(Work *w)
{
    w->model = luster_plan_masking(w->mix);
    w->gain_db = calloc(w->n, sizeof *w->gain_db);
    w->power = calloc((size_t)w->n * LUSTER_STEM_BANDS, sizeof *w->power);
    w->eq_db = calloc((size_t)w->n * LUSTER_STEM_BANDS, sizeof *w->eq_db);
    w->now = calloc(w->n, sizeof *w->now);
    w->then = calloc(w->n, sizeof *w->then);
    w->by = calloc((size_t)w->n * LUSTER_STEM_BANDS, sizeof *w->by);
    w->tried = calloc((size_t)w->n * LUSTER_STEM_BANDS, sizeof *w->tried);
    w->cuts = calloc(w->n, sizeof *w->cuts);
    if (!w->model || !w->gain_db || !w->power || !w->eq_db || !w->now || !w->then || !w->by ||
        !w->tried || !w->cuts)
        return false;
    luster_plan_masking_gains(w->mix, w->gain_db);
    for (uint32_t i = 0; i < w->n; i++)
        if (luster_stem_heard(&w->mix->stems[i]))
            look(w, i);
    return true;
}

LusterStatus luster_tone_unmask(LusterMix *mix, LusterError *err)
{
    Work w = {.mix = mix, .n = mix->n_stems};
    bool voice = false, ok = prepare(&w);
    for (uint32_t i = 0; i < w.n; i++)
        voice |= luster_stem_heard(&mix->stems[i]) && importance(mix->stems[i].role, true) == 3;
    for (int level = 3; level > 0; level--)
        for (uint32_t i = 0; i < w.n && ok; i++)
            if (luster_stem_heard(&mix->stems[i]) && importance(mix->stems[i].role, voice) == level)
                ok = make_room(&w, i);
    luster_masking_free(w.model);
    free(w.gain_db);
    free(w.power);
    free(w.eq_db);
    free(w.now);
    free(w.then);
    free(w.by);
    free(w.tried);
    free(w.cuts);
    return ok ? LUSTER_OK
              : luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while unmasking");
}
