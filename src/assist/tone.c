/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Clean-up and tone, rule by rule, and what the rules share: bands of one equalizer, its response,
 * and its output, which gives back the loudness that the bands take, so that balance and thresholds
 * stay as they were planned. */
#include "assist/tone.h"
#include "base/math.h"
#include "luster/response.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_PARAMS 512
#define POINTS 5 /* of the response inside a third octave */
#define LEAST_OUTPUT_DB 0.2

int luster_tone_n_bands(const LusterStemPlan *s)
{
    const LusterPlannedInsert *eq = luster_plan_find((LusterStripPlan *)&s->plan, "eq");
    char param[LUSTER_PLAN_ID];
    for (int b = 0; eq && b < LUSTER_TONE_BANDS; b++) {
        snprintf(param, sizeof param, "b%d_type", b + 1);
        if (luster_plan_value(eq, param) == 0.0)
            return b;
    }
    return eq ? LUSTER_TONE_BANDS : 0;
}

bool luster_tone_band(LusterStemPlan *s, const char *type, double hz, double gain_db, double q,
                      const char *reason, const char *measured)
{
    const int band = luster_tone_n_bands(s) + 1;
    char param[LUSTER_PLAN_ID];
    if (band > LUSTER_TONE_BANDS)
        return false;
    LusterPlannedInsert *eq = luster_plan_insert(&s->plan, LUSTER_STAGE_TONE, "eq", NULL);
    if (!eq)
        return false;
    snprintf(param, sizeof param, "b%d_type", band);
    luster_plan_choose(eq, param, type, reason, "%s", measured);
    snprintf(param, sizeof param, "b%d_freq", band);
    luster_plan_set(eq, param, hz, reason, "%s", measured);
    if (gain_db != 0.0) {
        snprintf(param, sizeof param, "b%d_gain", band);
        luster_plan_set(eq, param, gain_db, reason, "%s", measured);
    }
    if (q > 0.0) {
        snprintf(param, sizeof param, "b%d_q", band);
        luster_plan_set(eq, param, q, reason, "%s", measured);
    }
    return true;
}

void luster_tone_response(const LusterStemPlan *s, double *db)
{
    const LusterPlannedInsert *eq = luster_plan_find((LusterStripPlan *)&s->plan, "eq");
    double values[MAX_PARAMS], hz[LUSTER_STEM_BANDS * POINTS], gain[LUSTER_STEM_BANDS * POINTS];
    memset(db, 0, LUSTER_STEM_BANDS * sizeof *db);
    if (!eq || eq->proc->n_params > MAX_PARAMS)
        return;
    for (uint32_t p = 0; p < eq->proc->n_params; p++)
        values[p] = eq->proc->params[p].def;
    for (uint32_t m = 0; m < eq->moves.n; m++)
        values[luster_processor_param(eq->proc, eq->moves.list[m].target)] =
            eq->moves.list[m].value;
    for (int i = 0; i < LUSTER_STEM_BANDS * POINTS; i++) {
        const double part = (i % POINTS + 0.5) / POINTS - 0.5;
        const double at = luster_stem_band_hz(i / POINTS) * luster_exp2(part / 3.0);
        hz[i] = fmin(at, 0.49 * s->facts.rate_hz);
    }
    if (luster_processor_response(eq->proc, values, s->facts.rate_hz, LUSTER_PATH_STEREO, hz,
                                  LUSTER_STEM_BANDS * POINTS, gain, NULL, NULL))
        return;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        double sum = 0.0;
        for (int i = 0; i < POINTS; i++)
            sum += luster_pow(10.0, gain[b * POINTS + i] / 10.0) / POINTS;
        db[b] = luster_power_to_db(sum);
    }
}

/* The analogue prototypes of both stages; constants of doc/sources.md I1. */
double luster_tone_k_weight_db(double hz)
{
    const double x = hz / 38.13547087602444, q = 0.5003270373238773;
    const double low = x * x * x * x / ((1.0 - x * x) * (1.0 - x * x) + x * x / (q * q));
    const double y = hz / 1681.974450955533, r = 0.7071752369554196;
    const double vh = luster_db_to_gain(3.999843853973347);
    const double vb = luster_pow(vh, 0.4996667741545416);
    const double over = (1.0 - vh * y * y) * (1.0 - vh * y * y) + vb * vb * y * y / (r * r);
    return luster_power_to_db(low * over / ((1.0 - y * y) * (1.0 - y * y) + y * y / (r * r)));
}

double luster_tone_loudness_db(const double *band_power, const double *db)
{
    double sum = 0.0;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        const double gain = luster_tone_k_weight_db(luster_stem_band_hz(b)) + (db ? db[b] : 0.0);
        sum += band_power[b] * luster_pow(10.0, gain / 10.0);
    }
    return luster_power_to_db(sum);
}

void luster_tone_keep_level(LusterStemPlan *s)
{
    LusterPlannedInsert *eq = luster_plan_find(&s->plan, "eq");
    double db[LUSTER_STEM_BANDS];
    if (!eq)
        return;
    luster_tone_response(s, db);
    const double change = luster_tone_loudness_db(s->facts.band_power, db) -
                          luster_tone_loudness_db(s->facts.band_power, NULL);
    if (isfinite(change) && fabs(change) >= LEAST_OUTPUT_DB)
        luster_plan_set(eq, "output", -change,
                        "gives back the loudness that the bands change: the balance stays",
                        "the bands change its loudness by %+.1f LU", change);
}

double luster_tone_place_db(const LusterMix *mix, const LusterStemPlan *s)
{
    return s->trim_db + s->fader_db + luster_power_to_db(s->clip_power) - mix->predicted_lufs;
}

bool luster_tone_is_voice(LusterRole role)
{
    return luster_role_info(role)->section == LUSTER_SECTION_VOCALS;
}

static void work_on(const LusterMix *mix, LusterStemPlan *s)
{
    if (!luster_stem_heard(s))
        return;
    luster_tone_clean_up(mix, s);
    luster_tone_low_cut(mix, s);
    luster_tone_resonances(mix, s);
    luster_tone_sibilance(mix, s);
}

LusterStatus luster_plan_tone(LusterMix *mix, LusterError *err)
{
    luster_plan_each(mix, "listening for faults", work_on);
    luster_tone_shape(mix);
    const LusterStatus status = luster_tone_unmask(mix, err);
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            luster_tone_keep_level(&mix->stems[i]);
    return status;
}
