/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Compression, for voices and bass whose level moves more than the mix can carry: ratio and times
 * from chains fitted to professional vocals and the ranges of knowledge.md D4, threshold from the
 * part's own levels so that its loud tenth is turned down by a known amount; make-up from the same
 * levels, so that loudness stays. What is even already is left alone. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>

typedef struct {
    LusterRole role;
    double enough_lu; /* momentary spread (p95 - p10) that needs nothing */
    double ratio, attack_ms, release_ms, most_db;
} Rule;

/* Spreads: stems of professional mixes have LRA 8.2 (vocals) and 3.9 (bass) [D6]. Vocal chains at
 * -18 LUFS: ratio p50 3.3, attack p50 2.7 p75 7, release p50 264 [D4]; bass 5:1 at most, 10/500. */
static const Rule rules[] = {
    {LUSTER_ROLE_LEAD_VOCAL, 8.0, 3.0, 5.0, 200.0, 6.0},
    {LUSTER_ROLE_SPOKEN, 8.0, 3.0, 5.0, 200.0, 6.0},
    {LUSTER_ROLE_VOCAL_DOUBLE, 8.0, 3.0, 5.0, 200.0, 5.0},
    {LUSTER_ROLE_BACKING_VOCAL, 9.0, 2.5, 5.0, 200.0, 4.0},
    {LUSTER_ROLE_BASS, 6.0, 3.0, 15.0, 250.0, 5.0},
};

static double percentile_level(const LusterStemFacts *f, double share)
{
    uint64_t total = 0, seen = 0;
    const double least = f->integrated_lufs - 15.0; /* while active */
    for (int i = 0; i < LUSTER_LEVEL_BINS; i++)
        if (i - LUSTER_LEVEL_BINS + 0.5 > least)
            total += f->level_hist[i];
    for (int i = 0; i < LUSTER_LEVEL_BINS; i++) {
        if (i - LUSTER_LEVEL_BINS + 0.5 <= least)
            continue;
        seen += f->level_hist[i];
        if ((double)seen >= share * (double)total)
            return i - LUSTER_LEVEL_BINS + 0.5;
    }
    return -LUSTER_LEVEL_BINS;
}

/* Power after the static curve re before, from the histogram of 10 ms levels. */
static double power_change_db(const LusterStemFacts *f, double shift_db, double threshold,
                              double ratio)
{
    double before = 0.0, after = 0.0;
    for (int i = 0; i < LUSTER_LEVEL_BINS; i++) {
        const double level = i - LUSTER_LEVEL_BINS + 0.5 + shift_db;
        const double over = level > threshold ? level - threshold : 0.0;
        const double power = f->level_hist[i] * luster_pow(10.0, level / 10.0);
        before += power;
        after += power * luster_pow(10.0, -over * (1.0 - 1.0 / ratio) / 10.0);
    }
    return before > 0.0 && after > 0.0 ? luster_power_to_db(after / before) : 0.0;
}

void luster_plan_dynamics(LusterMix *mix)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        for (size_t r = 0; r < sizeof rules / sizeof *rules && luster_stem_heard(s); r++) {
            const Rule *rule = &rules[r];
            const double excess = s->facts.spread_lu - rule->enough_lu;
            if (s->role != rule->role || excess < 2.0)
                continue;
            double most = 2.0 + 0.5 * (excess - 2.0);
            most = most > rule->most_db ? rule->most_db : most;
            const double shift = s->trim_db + luster_power_to_db(s->clip_power);
            const double loud = percentile_level(&s->facts, 0.95) + shift;
            s->ratio = rule->ratio;
            s->reduction_db = most;
            s->threshold_db = loud - most / (1.0 - 1.0 / rule->ratio);
            if (s->threshold_db < -50.0 || s->threshold_db > -4.0) {
                s->ratio = 1.0;
                continue;
            }
            s->attack_ms = rule->attack_ms;
            s->release_ms = rule->release_ms;
            s->makeup_db = -power_change_db(&s->facts, shift, s->threshold_db, rule->ratio);
        }
    }
}
