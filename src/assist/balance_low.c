/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The low end by spectrum, which loudness under-reads (K-weighting takes 4 dB at 50 Hz: Y3).
 * Outside what mixes of the style show, bass and kick move toward it, a few dB at most. */
#include "assist/balance.h"
#include "base/math.h"

#include <math.h>

/* 40-100 Hz, as rows of the norms. */
#define LOW_FROM 3
#define LOW_TO 7
#define LOW_DOWN_MAX_DB 3.0
#define LOW_UP_MAX_DB 2.0

/* Share of 40-100 Hz in mixes of the style: p10, p50, p90 (0, 1, 2). */
static double usual_share(const LusterStyle *style, int percentile)
{
    double sum = 0.0;
    for (int b = LOW_FROM; b <= LOW_TO; b++)
        sum += luster_pow(10.0, luster_style_band_db(style, percentile, b) / 10.0);
    return luster_power_to_db(sum);
}

static void predict_low(LusterMix *mix)
{
    double low = 0.0, total = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        const double gain = luster_pow(10.0, s->level_db / 10.0) * s->clip_power;
        for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
            total += gain * s->facts.band_power[b];
            if (b >= LOW_FROM && b <= LOW_TO)
                low += gain * s->facts.band_power[b];
        }
    }
    mix->low_share_db = total > 0.0 ? luster_power_to_db(low / total) : -INFINITY;
}

static bool is_low(const LusterStemPlan *s)
{
    return luster_stem_heard(s) &&
           (luster_role_is(s->role, LUSTER_ROLE_BASS) || s->role == LUSTER_ROLE_KICK);
}

void luster_balance_low(LusterMix *mix)
{
    const double heavy = usual_share(mix->style, 2);
    const double thin = usual_share(mix->style, 0);
    bool any = false;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        any |= is_low(&mix->stems[i]);
    predict_low(mix);
    mix->low_correction_db = 0.0;
    for (int step = 0; any && step < 6; step++) {
        double move = 0.0;
        if (mix->low_share_db > heavy && mix->low_correction_db > -LOW_DOWN_MAX_DB)
            move = -0.5;
        else if (mix->low_share_db < thin && mix->low_correction_db < LOW_UP_MAX_DB)
            move = 0.5;
        if (move == 0.0)
            break;
        for (uint32_t i = 0; i < mix->n_stems; i++)
            if (is_low(&mix->stems[i]))
                mix->stems[i].level_db += move;
        mix->low_correction_db += move;
        predict_low(mix);
    }
}
