/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A gentle expander on voices sung in the room with the band: only where singing and pauses are
 * clearly two levels and what is heard in the pauses is loud enough to matter in the mix. 2:1 and a
 * few dB; it is played, and goes when it costs the voice anything. */
#include "assist/dynamics.h"
#include "base/math.h"

#include <math.h>

/* Momentary levels re the voice's own loudness. */
#define SINGS_LU -14.0
#define RESTS_LU -20.0
#define LEAST_REST 0.15 /* of what is not digital silence */
#define MOST_BETWEEN 0.1 /* else there are no two levels */
#define HEARD_LU -35.0 /* pauses re the mix (ours) */
#define RANGE_DB 6.0
#define MOST_LOSS_LU 0.2
#define SILENT_LUFS -90.0
#define MOST_SILENT 0.25 /* of the length digital silence: pauses were cut out before */
#define LEAST_MEAN_DB 0.5 /* taken off on average, else it is not worth a processor */

typedef struct {
    double rests_lufs, mean_lufs; /* p90 of the pauses, and their power */
    double above_k_db; /* plain level over K-weighted */
    bool two_levels;
} Pauses;

static Pauses listen(const LusterStemFacts *f)
{
    uint32_t bins[LUSTER_LEVEL_BINS] = {0}, rests = 0, silent = 0, between = 0, all = 0, seen = 0;
    double sum = 0.0, total = 0.0;
    Pauses out = {.rests_lufs = -INFINITY};
    for (uint32_t i = 0; i < f->n_steps; i++) {
        const double lufs = luster_power_to_db(f->k_power[i] + 1e-13) - 0.691;
        const double re = lufs - f->integrated_lufs;
        total += f->k_power[i];
        if (lufs < SILENT_LUFS) {
            silent++;
            continue;
        }
        all++;
        between += re >= RESTS_LU && re < SINGS_LU;
        if (re >= RESTS_LU)
            continue;
        rests++;
        sum += f->k_power[i];
        const int bin = (int)(lufs + LUSTER_LEVEL_BINS);
        bins[bin < LUSTER_LEVEL_BINS ? bin : LUSTER_LEVEL_BINS - 1]++;
    }
    for (int i = 0; i < LUSTER_LEVEL_BINS && seen < 0.9 * rests; i++) {
        seen += bins[i];
        out.rests_lufs = i + 0.5 - LUSTER_LEVEL_BINS;
    }
    out.two_levels = rests > LEAST_REST * all && silent < MOST_SILENT * (all + silent) &&
                     between < MOST_BETWEEN * all && sum > 0.0;
    out.mean_lufs = rests && sum > 0.0 ? luster_power_to_db(sum / rests) - 0.691 : -INFINITY;
    out.above_k_db = total > 0.0 ? f->rms_dbfs - luster_power_to_db(total / f->n_steps) : 0.0;
    return out;
}

void luster_dynamics_expand(const LusterMix *mix, LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    if (!luster_stem_heard(s) || luster_role_info(s->role)->section != LUSTER_SECTION_VOCALS)
        return;
    const Pauses p = listen(f);
    const double clip = luster_power_to_db(s->clip_power);
    const double lu = p.mean_lufs + clip + s->trim_db + s->fader_db - mix->predicted_lufs;
    if (!p.two_levels || luster_dynamics_open(mix) || lu < HEARD_LU)
        return;
    const double threshold = 0.5 * (p.rests_lufs + f->integrated_lufs + SINGS_LU) + 0.691 +
                             p.above_k_db + clip + s->trim_db;
    LusterPlannedInsert *gate = luster_plan_insert(&s->plan, LUSTER_STAGE_DYNAMICS, "gate", NULL);
    luster_plan_preset(gate, "vocal_breaths",
                       "what is heard in the pauses is at %.0f LU re the mix", lu);
    luster_plan_set(gate, "range", RANGE_DB * mix->amount[LUSTER_STAGE_DYNAMICS],
                    "turned down a little: the room does not vanish with the voice",
                    "what is heard in the pauses is at %.0f LU re the mix", lu);
    luster_plan_set(gate, "threshold", threshold, "between the pauses and the softest singing",
                    "nine of ten pauses are softer than %.0f LUFS, singing is at %.0f and over "
                    "(as recorded)",
                    p.rests_lufs, f->integrated_lufs + SINGS_LU);
    LusterRehearsal with, without = {0};
    const LusterPlannedInsert *there = luster_plan_find(&s->plan, "gate");
    bool good = there && luster_plan_rehearse(s, &with);
    const uint32_t k = there ? (uint32_t)(there - s->plan.inserts) : 0;
    const double mean = good ? with.mean_reduction_db[k] : 0.0;
    if (good && s->plan.n_inserts > 1) { /* what the rest of the chain does by itself */
        luster_plan_set(luster_plan_find(&s->plan, "gate"), "range", 0.0, "", "%s", "");
        good = luster_plan_rehearse(s, &without);
    }
    if (good && mean >= LEAST_MEAN_DB * mix->amount[LUSTER_STAGE_DYNAMICS] &&
        with.change_lu - without.change_lu > -MOST_LOSS_LU)
        luster_plan_set(luster_plan_find(&s->plan, "gate"), "range",
                        RANGE_DB * mix->amount[LUSTER_STAGE_DYNAMICS],
                        "turned down a little: the room does not vanish with the voice",
                        "what is heard in the pauses is at %.0f LU re the mix; played, it takes "
                        "%.1f dB off on average and the voice loses %.1f LU",
                        lu, mean, without.change_lu - with.change_lu);
    else
        luster_plan_remove(&s->plan, "gate");
}
