/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Low end in the middle: when the planned mix would be wider under 120 Hz than nine of ten
 * professional mixes, the stereo parts that make it so lose their side there, the widest first,
 * until it is not. The same for the whole spectrum: a mix wider than nine of ten is narrowed where
 * it is widest, never to less than half. A mix narrower than nine of
 * ten gets width from parts that stand behind the lead, by a decorrelator that leaves the mono sum
 * alone. Every other mix stays as it is. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#define LOW_TOP 7 /* bands 20 ... 100 Hz: up to 112 Hz */
#define WIDEST_ALL_DB -6.4 /* side re mid of the whole, p90 of unmastered mixes [E2] */
#define NARROW_DB -17.4 /* the same, p10 */
#define NARROW_ENOUGH_DB -15.5 /* a little inside (ours) */
#define DECORRELATE_STEP 10.0 /* percent */
#define DECORRELATE_MOST 60.0 /* as its preset for pads */
#define MIDDLE_PAN 25.0 /* what stands further out makes width already */
#define STEP 0.95 /* of the width, at a time */
#define NARROWEST 50.0 /* percent: half of what was recorded */
#define WIDEST_DB -9.8 /* side re mid under 120 Hz, p90 of unmastered mixes [E2] */

/* Power of its middle under 120 Hz, as it stands in the mix. */
static double low_mid(const LusterStemPlan *s)
{
    double sum = 0.0;
    for (int b = 0; b <= LOW_TOP; b++)
        sum += s->facts.band_power[b]; /* of the mono sum */
    sum *= luster_pow(10.0, s->level_db / 10.0) * s->clip_power;
    return s->stereo ? sum : 0.5 * sum; /* -3 dB to each side */
}

static double low_side(const LusterStemPlan *s)
{
    const double r = s->facts.low_correlation;
    if (!s->stereo || s->mono_bass || s->role == LUSTER_ROLE_OVERHEAD ||
        s->role == LUSTER_ROLE_ROOM || s->invert_right)
        return 0.0;
    return low_mid(s) * (1.0 - r) / (r > -0.9 ? 1.0 + r : 0.1);
}

static void mono_bass(LusterStemPlan *s, double side_db)
{
    s->mono_bass = true;
    luster_plan_set(luster_plan_insert(&s->plan, LUSTER_STAGE_PLACE, "stereo", NULL), "mono_bass",
                    1.0, "the low end belongs in the middle: it carries, and survives mono",
                    "left and right correlate by %.2f under 200 Hz; with it the mix's side lies at "
                    "%.1f dB re its middle under 120 Hz, nine of ten mixes stay below %.1f",
                    s->facts.low_correlation, side_db, WIDEST_DB);
}

/* Powers of middle and side as the part stands in the mix. */
static void mid_side(const LusterStemPlan *s, double width, double *mid, double *side)
{
    const double power = luster_pow(10.0, s->after_lu / 10.0) * s->facts.active_fraction;
    double ratio; /* side re mid, powers */
    if (s->stereo) {
        ratio = luster_pow(10.0, s->facts.side_db / 10.0) * width * width / 10000.0;
    } else {
        const double turn = (s->pan + 100.0) / 200.0 * LUSTER_PI / 2.0;
        const double l = luster_cos(turn), r = luster_sin(turn);
        ratio = (l - r) * (l - r) / ((l + r) * (l + r));
    }
    *mid = power / (1.0 + ratio);
    *side = power - *mid;
}

static void narrow(LusterMix *mix)
{
    double first = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        mix->stems[i].width = 100.0;
    for (;;) {
        double mid = 0.0, side = 0.0, most = 0.0, m, s;
        LusterStemPlan *widest = NULL;
        for (uint32_t i = 0; i < mix->n_stems; i++) {
            LusterStemPlan *stem = &mix->stems[i];
            if (!luster_stem_heard(stem))
                continue;
            mid_side(stem, stem->width, &m, &s);
            mid += m;
            side += s;
            const bool kit = stem->role == LUSTER_ROLE_OVERHEAD || stem->role == LUSTER_ROLE_ROOM;
            if (stem->stereo && !kit && !stem->invert_right && s > most &&
                luster_power_to_db(s / m) > WIDEST_ALL_DB && stem->width * STEP >= NARROWEST) {
                most = s;
                widest = stem;
            }
        }
        const double ratio_db = mid > 0.0 ? luster_power_to_db(side / mid) : -INFINITY;
        first = first == 0.0 ? ratio_db : first;
        if (!widest || !(ratio_db > WIDEST_ALL_DB))
            break;
        widest->width *= STEP;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]) && mix->stems[i].width < 100.0)
            luster_plan_move(
                &mix->stems[i].plan, LUSTER_STAGE_PLACE, "width", mix->stems[i].width,
                "the picture stays firm in the middle, and survives mono",
                "its side lies at %.1f dB re its middle; with it the mix's at %.1f dB, "
                "nine of ten mixes stay below %.1f",
                mix->stems[i].facts.side_db, first, WIDEST_ALL_DB);
}

static void middle_bass(LusterMix *mix)
{
    for (;;) {
        double mid = 0.0, side = 0.0;
        int widest = -1;
        for (uint32_t i = 0; i < mix->n_stems; i++) {
            const LusterStemPlan *s = &mix->stems[i];
            if (!luster_stem_heard(s))
                continue;
            mid += low_mid(s);
            side += low_side(s);
            if (low_side(s) > 0.0 && (widest < 0 || low_side(s) > low_side(&mix->stems[widest])))
                widest = (int)i;
        }
        if (widest < 0 || !(mid > 0.0) || !(luster_power_to_db(side / mid) > WIDEST_DB))
            return;
        mono_bass(&mix->stems[widest], luster_power_to_db(side / mid));
    }
}

/* Parts that may lie around the others: they carry the song, but nobody points at them. */
static bool may_lie_wide(const LusterStemPlan *s)
{
    switch (s->role) {
    case LUSTER_ROLE_PAD:
    case LUSTER_ROLE_SYNTH:
    case LUSTER_ROLE_STRINGS:
    case LUSTER_ROLE_KEYS:
    case LUSTER_ROLE_ORGAN:
    case LUSTER_ROLE_PIANO:
    case LUSTER_ROLE_GUITAR:
    case LUSTER_ROLE_GUITAR_ACOUSTIC:
    case LUSTER_ROLE_GUITAR_ELECTRIC:
    case LUSTER_ROLE_BACKING_VOCAL:
    case LUSTER_ROLE_CHOIR:
    case LUSTER_ROLE_FX:
    case LUSTER_ROLE_SAMPLE:
    case LUSTER_ROLE_UNKNOWN:
        return luster_stem_heard(s) && !s->stereo && !s->leads && fabs(s->pan) < MIDDLE_PAN;
    default:
        return false;
    }
}

/* Side re mid, powers, of a mono part: correlation 1 - amount. */
static double made_wide(double percent)
{
    return percent / (200.0 - percent);
}

static double predicted_db(const LusterMix *mix, const double *decorrelate)
{
    double mid = 0.0, side = 0.0, m, s;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *stem = &mix->stems[i];
        if (!luster_stem_heard(stem))
            continue;
        mid_side(stem, stem->width, &m, &s);
        mid += m;
        side += s + m * made_wide(decorrelate[i]);
    }
    return mid > 0.0 ? luster_power_to_db((side + 1e-12 * mid) / mid) : 0.0;
}

static void widen(LusterMix *mix)
{
    double *decorrelate = calloc(mix->n_stems, sizeof *decorrelate);
    const double first = decorrelate ? predicted_db(mix, decorrelate) : 0.0;
    for (double now = first; decorrelate && first < NARROW_DB && now < NARROW_ENOUGH_DB;) {
        int next = -1; /* all alike, the loudest first */
        for (uint32_t i = 0; i < mix->n_stems; i++)
            if (may_lie_wide(&mix->stems[i]) && decorrelate[i] < DECORRELATE_MOST &&
                (next < 0 || decorrelate[i] < decorrelate[next] ||
                 (decorrelate[i] == decorrelate[next] &&
                  mix->stems[i].after_lu > mix->stems[next].after_lu)))
                next = (int)i;
        if (next < 0)
            break;
        decorrelate[next] += DECORRELATE_STEP;
        now = predicted_db(mix, decorrelate);
    }
    for (uint32_t i = 0; i < mix->n_stems && decorrelate; i++) {
        LusterStemPlan *s = &mix->stems[i];
        const double amount = mix->amount[LUSTER_STAGE_PLACE] * decorrelate[i];
        if (!(amount > 0.0))
            continue;
        luster_plan_set(luster_plan_insert(&s->plan, LUSTER_STAGE_PLACE, "stereo", NULL),
                        "decorrelate", amount,
                        "lies around the others; the mono sum stays as it was",
                        "the mix's side would lie at %.1f dB re its middle, nine of ten mixes have "
                        "%.1f and more",
                        first, NARROW_DB);
        s->fader_db -= luster_power_to_db(1.0 + made_wide(amount));
    }
    free(decorrelate);
}

void luster_plan_width(LusterMix *mix)
{
    middle_bass(mix);
    narrow(mix);
    widen(mix);
}
