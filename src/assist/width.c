/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Low end in the middle: when the planned mix would be wider under 120 Hz than nine of ten
 * professional mixes, the stereo parts that make it so lose their side there, the widest first,
 * until it is not. Everything above, and every mix that is not too wide, stays as it is. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>

#define LOW_TOP 7 /* bands 20 ... 100 Hz: up to 112 Hz */
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

void luster_plan_width(LusterMix *mix)
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
