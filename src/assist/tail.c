/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the song ends: when the last part has died away into its own noise. Files that go on after
 * that (an export of the whole arrangement, a recorder left running) are played up to there, so
 * that the mix ends with the music. Heads are never touched: they keep the parts in step. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>

#define DIED_AWAY_LU 60.0 /* the decay that RT60 counts, under the part's own loudness */
#define LEAST_LU 40.0 /* never taken for an end: a part can be this soft and still be music */
#define OVER_NOISE_DB 9.0 /* 6 dB over the floor, and 3 dB that K-weighting lifts hiss by */
#define MARGIN_S 0.5
#define LEAST_REST_S 2.0 /* less silence than this is nobody's mistake */

static double ends(const LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    double level = f->integrated_lufs - DIED_AWAY_LU;
    if (f->noise_dbfs + OVER_NOISE_DB > level)
        level = f->noise_dbfs + OVER_NOISE_DB;
    if (level > f->integrated_lufs - LEAST_LU)
        level = f->integrated_lufs - LEAST_LU;
    const double least = luster_pow(10.0, (level + 0.691) / 10.0);
    uint32_t last = f->n_steps;
    while (last && !(f->k_power[last - 1] > least))
        last--;
    return last * LUSTER_STEP_S - s->offset_s;
}

void luster_plan_tail(LusterMix *mix)
{
    mix->end_s = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        if (!luster_stem_heard(&mix->stems[i]))
            continue;
        const double end = ends(&mix->stems[i]);
        mix->end_s = end > mix->end_s ? end : mix->end_s;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        const double until = mix->end_s + MARGIN_S;
        if (luster_stem_heard(s) && s->facts.length_s - s->offset_s > until + LEAST_REST_S)
            s->length_s = until;
    }
}
