/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Panning: lead, bass, kick and snare stay in the middle, sides of a pair stand left and right,
 * takes of one part mirror each other, toms and hats stand where the overheads hear them, and what
 * remains is spread, loudest first, so that both sides weigh the same and neighbours in brightness
 * stand apart (doc/sources.md E1). Stereo files stay as they are; hard panning is for pairs only.
 */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PAIR_PAN 100.0
#define TAKE_PAN_MAX 80.0
#define HEARD_TILT_DB 1.0 /* overheads that differ less than that put a drum in the middle */
#define SETTLED_DB 0.8 /* L/R balance of the planned powers; the sound adds a little */

static double power_in_mix(const LusterStemPlan *s)
{
    return luster_pow(10.0, (s->after_lu) / 10.0);
}

/* Constant power: share of the right side at a pan. */
static double right_share(double pan)
{
    const double w = luster_sin((pan + 100.0) / 200.0 * LUSTER_PI / 2.0);
    return w * w;
}

static double left_of_stereo(const LusterStemPlan *s)
{
    double left = 0.0, all = 0.0;
    for (uint32_t i = 0; i < s->facts.n_steps; i++) {
        left += s->facts.l_power[i];
        all += s->facts.k_power[i];
    }
    return all > 0.0 ? left / all : 0.5;
}

/* Right minus left of everything placed so far. */
static double imbalance(const LusterMix *mix, const bool *placed)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || !placed[i])
            continue;
        const double right = s->stereo ? 1.0 - left_of_stereo(s) : right_share(s->pan);
        sum += power_in_mix(s) * (2.0 * right - 1.0);
    }
    return sum;
}

/* How much louder the right overhead is than the left while this drum is at its loudest. */
static bool heard_by_overheads(const LusterMix *mix, const LusterStemPlan *s, double *tilt_db)
{
    const LusterStemPlan *oh = NULL;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]) && mix->stems[i].stereo &&
            mix->stems[i].role == LUSTER_ROLE_OVERHEAD)
            oh = &mix->stems[i];
    if (!oh || !isfinite(s->facts.integrated_lufs))
        return false;
    float top = 0.0f;
    double left = 0.0, right = 0.0, l0 = 0.0, r0 = 0.0;
    for (uint32_t i = 0; i < s->facts.n_steps; i++)
        top = s->facts.k_power[i] > top ? s->facts.k_power[i] : top;
    for (uint32_t i = 0; i < s->facts.n_steps && i < oh->facts.n_steps; i++) {
        const double l = oh->facts.l_power[i], r = oh->facts.k_power[i] - l;
        l0 += l;
        r0 += r;
        if (s->facts.k_power[i] > 0.25f * top) { /* within 6 dB of its loudest */
            left += l;
            right += r;
        }
    }
    if (!(left > 0.0 && right > 0.0 && l0 > 0.0 && r0 > 0.0))
        return false;
    *tilt_db = luster_power_to_db(right / left) - luster_power_to_db(r0 / l0);
    return true;
}

static void say(LusterStemPlan *s, double pan, const char *reason)
{
    s->pan = pan;
    s->pan_reason = reason;
}

static void place_pairs(LusterMix *mix, bool *placed)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || s->pair < 0)
            continue;
        /* guitars and voices are played twice, not recorded by two microphones */
        const LusterSection section = luster_role_info(s->role)->section;
        const bool takes =
            section == LUSTER_SECTION_VOCALS || !strcmp(luster_role_info(s->role)->bus, "guitars");
        say(s, s->guess.side * (takes ? TAKE_PAN_MAX : PAIR_PAN),
            takes ? "left and right by name" : "one side of a stereo pair in two files");
        snprintf(s->pan_measured, sizeof s->pan_measured, "pairs with %.60s",
                 mix->stems[s->pair].name);
        placed[i] = true;
    }
}

static void place_drums(LusterMix *mix, bool *placed)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        const double reach = luster_role_info(s->role)->pan;
        double tilt = 0.0;
        if (!luster_stem_heard(s) || placed[i] || s->stereo ||
            (s->role != LUSTER_ROLE_TOM && s->role != LUSTER_ROLE_HAT &&
             s->role != LUSTER_ROLE_CYMBAL) ||
            !heard_by_overheads(mix, s, &tilt))
            continue;
        const double part = tilt / 6.0 > 1.0 ? 1.0 : tilt / 6.0 < -1.0 ? -1.0 : tilt / 6.0;
        say(s, fabs(tilt) < HEARD_TILT_DB ? 0.0 : reach * part,
            fabs(tilt) < HEARD_TILT_DB ? "the overheads hear it in the middle"
                                       : "stands where the overheads hear it");
        snprintf(s->pan_measured, sizeof s->pan_measured,
                 "overheads while it sounds: right %+.1f dB re left", tilt);
        placed[i] = true;
    }
}

/* "Gtr L" that is no half of a pair: it still says where it wants to stand. */
static void place_named(LusterMix *mix, bool *placed)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || placed[i] || s->stereo || !s->guess.side)
            continue;
        say(s, s->guess.side * TAKE_PAN_MAX, "the name says which side");
        snprintf(s->pan_measured, sizeof s->pan_measured, "named %s",
                 s->guess.side < 0 ? "left" : "right");
        placed[i] = true;
    }
}

/* Mono takes of one role that belong together: two guitars, two doubles, four backing voices. */
static void place_takes(LusterMix *mix, bool *placed)
{
    for (int role = 0; role < LUSTER_ROLE_N; role++) {
        const double reach = luster_role_info((LusterRole)role)->pan;
        uint32_t n = 0, at = 0;
        for (uint32_t i = 0; i < mix->n_stems; i++)
            n += luster_stem_heard(&mix->stems[i]) && !placed[i] && !mix->stems[i].stereo &&
                 mix->stems[i].role == (LusterRole)role;
        if (n < 2 || reach <= 0.0 || role == LUSTER_ROLE_UNKNOWN || role == LUSTER_ROLE_FX)
            continue;
        const double wide = 1.5 * reach > TAKE_PAN_MAX ? TAKE_PAN_MAX : 1.5 * reach;
        for (uint32_t i = 0; i < mix->n_stems; i++) {
            LusterStemPlan *s = &mix->stems[i];
            if (!luster_stem_heard(s) || placed[i] || s->stereo || s->role != (LusterRole)role)
                continue;
            const uint32_t rank = at / 2, ranks = n / 2;
            const double out = wide * (ranks > 1 ? 1.0 - 0.5 * rank / (ranks - 1) : 1.0);
            const bool middle = n % 2 && at == n - 1;
            say(s, middle ? 0.0 : at % 2 ? out : -out, "takes of one part stand left and right");
            snprintf(s->pan_measured, sizeof s->pan_measured, "%u of %u mono %s tracks", at + 1, n,
                     luster_role_info(s->role)->name);
            placed[i] = true;
            at++;
        }
    }
}

/* The neighbour in brightness among those already placed off centre. */
static const LusterStemPlan *like(const LusterMix *mix, const bool *placed, uint32_t i)
{
    const LusterStemPlan *best = NULL, *s = &mix->stems[i];
    double least = 1.0; /* octaves */
    for (uint32_t k = 0; k < mix->n_stems; k++) {
        const LusterStemPlan *t = &mix->stems[k];
        if (k == i || !luster_stem_heard(t) || !placed[k] || t->stereo || t->pan == 0.0)
            continue;
        const double d =
            fabs(luster_log2((t->facts.centroid_hz + 1.0) / (s->facts.centroid_hz + 1.0)));
        if (d < least) {
            least = d;
            best = t;
        }
    }
    return best;
}

static void place_rest(LusterMix *mix, bool *placed)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || placed[i])
            continue;
        if (s->stereo || luster_role_info(s->role)->pan <= 0.0)
            placed[i] = true; /* as it is, or in the middle */
        else
            left++;
    }
    const bool alone = left == 1;
    while (left--) {
        int next = -1;
        for (uint32_t i = 0; i < mix->n_stems; i++) /* loudest first */
            if (luster_stem_heard(&mix->stems[i]) && !placed[i] &&
                (next < 0 || mix->stems[i].after_lu > mix->stems[next].after_lu))
                next = (int)i;
        if (next < 0)
            return;
        LusterStemPlan *s = &mix->stems[next];
        const double reach = luster_role_info(s->role)->pan, lean = imbalance(mix, placed);
        const double all = power_in_mix(s);
        const LusterStemPlan *twin = like(mix, placed, (uint32_t)next);
        double side = lean > 0.0 ? -1.0 : 1.0;
        if (twin && fabs(lean) < 0.5 * all)
            side = twin->pan > 0.0 ? -1.0 : 1.0;
        if (alone && fabs(lean) < 0.3 * all) {
            say(s, 0.0, "the only mono part that could move: in the middle it balances");
        } else {
            say(s, side * reach,
                twin ? "away from the part nearest in brightness, sides weighing the same"
                     : "off the middle, sides weighing the same");
        }
        snprintf(s->pan_measured, sizeof s->pan_measured, "%.1f LU re the mix, centroid %.0f Hz",
                 s->after_lu, s->facts.centroid_hz);
        placed[next] = true;
    }
}

/* A part that makes up much of the mix outweighs all others: it comes in, in small steps, until
 * neither side is more than a decibel heavier. */
static void settle(LusterMix *mix, const bool *fixed, const bool *placed)
{
    for (int step = 0; step < 200; step++) {
        double all = 0.0;
        for (uint32_t i = 0; i < mix->n_stems; i++)
            all += luster_stem_heard(&mix->stems[i]) ? power_in_mix(&mix->stems[i]) : 0.0;
        const double lean = imbalance(mix, placed); /* right minus left */
        const double db = luster_power_to_db((all + fabs(lean)) / (all - fabs(lean)));
        if (!(db > SETTLED_DB))
            return;
        int heavy = -1;
        for (uint32_t i = 0; i < mix->n_stems; i++) {
            const LusterStemPlan *s = &mix->stems[i];
            if (luster_stem_heard(s) && !fixed[i] && !s->stereo && s->pan * lean > 0.0 &&
                (heavy < 0 || s->after_lu > mix->stems[heavy].after_lu))
                heavy = (int)i;
        }
        if (heavy < 0)
            return;
        LusterStemPlan *s = &mix->stems[heavy];
        s->pan -= s->pan > 0.0 ? fmin(5.0, s->pan) : fmax(-5.0, s->pan);
        s->pan_reason = "off the middle as far as both sides stay equally heavy";
    }
}

void luster_plan_pan(LusterMix *mix)
{
    bool placed[4096] = {false}, fixed[4096];
    if (mix->n_stems > sizeof placed)
        return;
    place_pairs(mix, placed);
    place_named(mix, placed);
    place_drums(mix, placed);
    place_takes(mix, placed);
    memcpy(fixed, placed, sizeof fixed);
    place_rest(mix, placed);
    settle(mix, fixed, placed);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || !s->pan_reason)
            continue;
        s->pan *= mix->amount[LUSTER_STAGE_PLACE] * mix->variation->width;
        luster_plan_move(&s->plan, LUSTER_STAGE_PLACE, "pan", s->pan, s->pan_reason, "%s",
                         s->pan_measured);
    }
}
