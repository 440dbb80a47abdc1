/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Low cuts: from the part's own lowest fundamental, never from its name alone (doc/sources.md B5):
 * three quarters of the fundamental's p5, or of the frequency below which lies 1 % of the power,
 * but not above the role's usual corner; and none where there is nothing to take away. Where bleed
 * makes one of the two too low, the cut is lower than it could be, never higher. */
#include "assist/tone.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>

#define UNDER_FUNDAMENTAL 0.75 /* B5: 0.7-0.8 */
/* Power below the corner re total that needs no cutting; parts that live down there keep more. */
#define NOTHING_DB -38.0
#define NOTHING_LOW_DB -26.0
#define LOW_PART_HZ 30.0
#define SUBSONIC_DB -40.0
#define SUBSONIC_HZ 20.0
#define LEAST_HZ 20.0
#define STEEP_DB -20.0 /* more than 1 % of the power under the corner: a steeper cut */

static double power_below(const LusterStemFacts *f, double hz)
{
    double total = 0.0, low = 0.0;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        total += f->band_power[b];
        if (luster_stem_band_hz(b) * 1.122 <= hz) /* the band's upper edge: a sixth of an octave */
            low += f->band_power[b];
    }
    const double infra =
        f->infra_share_db > -200.0 ? luster_pow(10.0, f->infra_share_db / 10.0) : 0.0;
    return total > 0.0 ? luster_power_to_db(low / total + infra) : -INFINITY;
}

static void set_low_cut(LusterStemPlan *s, double hz, double under_db)
{
    static const char why[] = "what is under the part's lowest note is rumble and leakage";
    const LusterStemFacts *f = &s->facts;
    char measured[160];
    if (f->f0_low_hz > 0.0)
        snprintf(measured, sizeof measured,
                 "lowest notes near %.0f Hz; %.0f dB of the power lies under %.0f Hz", f->f0_low_hz,
                 under_db, hz);
    else
        snprintf(measured, sizeof measured,
                 "99 %% of the power lies over %.0f Hz; %.0f dB of it under %.0f Hz",
                 luster_stem_edge_hz(f->band_power, -20.0), under_db, hz);
    if (!luster_tone_band(s, "low_cut", hz, 0.0, 0.0, why, measured))
        return;
    char param[LUSTER_PLAN_ID];
    snprintf(param, sizeof param, "b%d_slope", luster_tone_n_bands(s));
    luster_plan_choose(luster_plan_find(&s->plan, "eq"), param, under_db > STEEP_DB ? "24" : "12",
                       why, "%s", measured);
}

void luster_tone_low_cut(const LusterMix *mix, LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    const double top = luster_role_info(s->role)->low_cut_top_hz;
    const double edge = luster_stem_edge_hz(f->band_power, -20.0);
    const double lowest = f->f0_low_hz > edge ? f->f0_low_hz : edge;
    double cut = UNDER_FUNDAMENTAL * lowest;
    cut = cut > top ? top : cut;
    const double dc = fabs(f->dc[0]) > fabs(f->dc[1]) ? fabs(f->dc[0]) : fabs(f->dc[1]);
    const bool offset = dc > 0.001; /* -60 dBFS */
    if (cut < LEAST_HZ && (offset || f->infra_share_db > SUBSONIC_DB))
        cut = SUBSONIC_HZ;
    if (cut > LEAST_HZ) /* a part of the way up from there */
        cut = LEAST_HZ * luster_pow(cut / LEAST_HZ, mix->amount[LUSTER_STAGE_TONE]);
    const double under_db = power_below(f, cut);
    const double nothing = top <= LOW_PART_HZ ? NOTHING_LOW_DB : NOTHING_DB;
    if (cut >= LEAST_HZ && (under_db > nothing || offset))
        set_low_cut(s, cut, under_db);
}
