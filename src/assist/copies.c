/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What would be heard twice: the same recording in another file, also at another level, upside
 * down, at another rate or a little late; and a mix of the stems among the stems. A second take of
 * a part is neither: its waveform agrees with the first nowhere. */
#include "analysis/mixture.h"
#include "assist/partners.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Levels over time of two files of one sound differ by a constant; the two best-matched microphones
 * of a recorded kit still differ by 1.5 dB from step to step. */
#define LIKE_DB 2.5 /* worth comparing the waveforms: a copy 20 ms late */
#define EQUAL_DB 0.3 /* the same, told without them: at another rate */
#define EQUAL_BAND_DB 0.7
#define COPY_CORRELATION 0.999 /* residual 27 dB down: what a lossy codec leaves */
#define COPY_S 0.025 /* searched to both sides */
/* Five rendered mixes among their stems reach 0.77 to 0.97, overheads and rooms 0.8; but these hear
 * one section of the band, not three. */
#define MIX_EXPLAINED 0.7
#define MIX_SHARE 0.03

/* Spread of the level difference while either sounds; the mean in *gain_db. */
static double difference(const LusterStemFacts *a, const LusterStemFacts *b, double *gain_db)
{
    const double gate_a = luster_pow(10.0, (a->integrated_lufs - 20.0) / 10.0);
    const double gate_b = luster_pow(10.0, (b->integrated_lufs - 20.0) / 10.0);
    const uint32_t steps = a->n_steps < b->n_steps ? a->n_steps : b->n_steps;
    double sum = 0.0, square = 0.0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < steps; i++) {
        if (!(a->k_power[i] > gate_a) && !(b->k_power[i] > gate_b))
            continue;
        const double d = luster_power_to_db((b->k_power[i] + 1e-12) / (a->k_power[i] + 1e-12));
        sum += d;
        square += d * d;
        n++;
    }
    if (n < 10)
        return INFINITY;
    *gain_db = sum / n;
    const double spread = square / n - *gain_db * *gain_db;
    return spread > 0.0 ? sqrt(spread) : 0.0;
}

/* Every third octave that matters differs by the same gain. */
static bool same_colour(const LusterStemFacts *a, const LusterStemFacts *b, double gain_db)
{
    double most = 0.0;
    for (int i = 0; i < LUSTER_STEM_BANDS; i++)
        most = a->band_power[i] > most ? a->band_power[i] : most;
    const double top = (a->rate_hz < b->rate_hz ? a->rate_hz : b->rate_hz) * 0.4;
    for (int i = 4; i < LUSTER_STEM_BANDS && luster_stem_band_hz(i) < top; i++) /* from 50 Hz */
        if (a->band_power[i] > 1e-4 * most &&
            fabs(luster_power_to_db((b->band_power[i] + 1e-20) / a->band_power[i]) - gain_db) >
                EQUAL_BAND_DB)
            return false;
    return true;
}

static bool channels_match(const LusterStemPlan *t, const LusterStemPlan *s, double late_s,
                           bool *turned)
{
    LusterStemPlan moved = *s;
    LusterAlignment a;
    luster_mics_move(&moved, late_s);
    for (int c = 0; c < (s->stereo ? 2 : 1); c++) {
        const int channel = s->stereo ? c : LUSTER_ALIGN_FOLD;
        if (!luster_mics_measure(t, channel, &moved, channel, 0.001, &a) ||
            fabs(a.correlation) < COPY_CORRELATION || (c && (a.correlation < 0.0) != *turned))
            return false;
        *turned = a.correlation < 0.0;
    }
    return true;
}

/* Named as two pick-ups of one source: those are partners, however alike. */
static bool two_pick_ups(const LusterStemPlan *t, const LusterStemPlan *s)
{
    return (t->role == LUSTER_ROLE_SNARE_BOTTOM) != (s->role == LUSTER_ROLE_SNARE_BOTTOM) ||
           (t->guess.mic && s->guess.mic && t->guess.mic != s->guess.mic);
}

static bool is_copy(const LusterStemPlan *t, LusterStemPlan *s)
{
    const LusterStemFacts *a = &t->facts, *b = &s->facts;
    LusterAlignment found;
    double gain_db = 0.0;
    bool turned = false;
    if (a->hash == b->hash && a->n_frames == b->n_frames && a->n_channels == b->n_channels) {
        snprintf(s->twin_how, sizeof s->twin_how, "every sample equals it");
        return true;
    }
    const double spread =
        t->stereo == s->stereo && !two_pick_ups(t, s) ? difference(a, b, &gain_db) : INFINITY;
    if (!(spread < LIKE_DB))
        return false;
    if (a->rate_hz != b->rate_hz) {
        if (!(spread < EQUAL_DB) || !same_colour(a, b, gain_db))
            return false;
        snprintf(s->twin_how, sizeof s->twin_how,
                 "at another rate, %+.1f dB; levels follow it within %.1f dB", gain_db, spread);
        return true;
    }
    const int channel = s->stereo ? 0 : LUSTER_ALIGN_FOLD;
    if (!luster_mics_measure(t, channel, s, channel, COPY_S, &found) ||
        !channels_match(t, s, found.delay_s, &turned))
        return false;
    snprintf(s->twin_how, sizeof s->twin_how, "%+.1f dB%s, %.1f ms later, correlation over %.3f",
             gain_db, turned ? ", upside down" : "", 1000.0 * found.delay_s, COPY_CORRELATION);
    return true;
}

static void find_copies(LusterMix *mix)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        for (uint32_t k = 0; k < i && luster_stem_heard(s); k++)
            if (luster_stem_heard(&mix->stems[k]) && is_copy(&mix->stems[k], s)) {
                s->state = STEM_DUPLICATE;
                s->twin = (int)k;
            }
    }
}

/* How many sections of the band are in it, and how many others there are. */
static uint32_t sections(const LusterMix *mix, uint32_t stem, const double *share, uint32_t *there)
{
    bool in[LUSTER_SECTION_N] = {false}, all[LUSTER_SECTION_N] = {false};
    uint32_t n = 0;
    for (uint32_t k = 0; k < mix->n_stems; k++) {
        const LusterSection section = luster_role_info(mix->stems[k].role)->section;
        if (k == stem || !luster_stem_heard(&mix->stems[k]))
            continue;
        all[section] = true;
        in[section] |= share[k] > MIX_SHARE;
    }
    *there = 0;
    for (int i = 0; i < LUSTER_SECTION_N; i++) {
        n += in[i];
        *there += all[i];
    }
    return n;
}

static int find_mix(LusterMix *mix)
{
    const LusterStemFacts **facts = calloc(mix->n_stems, sizeof *facts);
    double *share = calloc(mix->n_stems, sizeof *share), most = MIX_EXPLAINED;
    int found = -1;
    for (uint32_t i = 0; i < mix->n_stems && facts; i++)
        facts[i] = luster_stem_heard(&mix->stems[i]) ? &mix->stems[i].facts : NULL;
    LusterMixture *m = facts && share ? luster_mixture_new(facts, mix->n_stems) : NULL;
    for (uint32_t i = 0; i < mix->n_stems && m; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        uint32_t there;
        if (!facts[i] || s->facts.active_fraction < 0.5 ||
            ((s->role == LUSTER_ROLE_OVERHEAD || s->role == LUSTER_ROLE_ROOM) &&
             s->confidence > 0.5))
            continue;
        const double explained = luster_mixture_explained(m, i, share);
        const uint32_t in = sections(mix, i, share, &there);
        if (explained > most && in >= 2 && in >= (there < 3 ? there : 3)) {
            most = explained;
            found = (int)i;
        }
    }
    if (found >= 0) {
        mix->stems[found].state = STEM_FULL_MIX;
        mix->stems[found].explained = most;
    }
    luster_mixture_free(m);
    free(facts);
    free(share);
    return found;
}

void luster_plan_copies(LusterMix *mix)
{
    uint32_t heard = 0;
    find_copies(mix);
    for (uint32_t i = 0; i < mix->n_stems; i++)
        heard += luster_stem_heard(&mix->stems[i]);
    for (int pass = 0; pass < 3 && heard > 3 && heard < 200 && find_mix(mix) >= 0; pass++)
        heard--;
}
