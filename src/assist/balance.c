/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Balance: parts get their weights (balance_weigh.c), sections and parts their places so that the
 * lead is heard and nothing that matters is buried (balance_solve.c), the low end its spectrum
 * (balance_low.c). Here it is scaled by its amount, reported, and split into trim and fader. */
#include "assist/balance.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TRIM_DB 48.0
/* What is worth telling. */
#define TOLD_MASKED 0.1
#define TOLD_MOVE_DB 0.3

void luster_plan_add_series(const LusterMix *mix, const LusterStemPlan *s, double gain_db,
                            float *sum)
{
    const LusterStemFacts *f = &s->facts;
    const float gain = (float)(luster_pow(10.0, gain_db / 10.0) * s->clip_power);
    const uint32_t skip = (uint32_t)(s->offset_s / LUSTER_STEP_S + 0.5);
    for (uint32_t i = skip; i < f->n_steps; i++)
        sum[i - skip] += gain * f->k_power[i];
    const LusterStemPlan *r = s->reference >= 0 ? &mix->stems[s->reference] : NULL;
    if (!r || !luster_stem_heard(r) || !isfinite(r->level_db))
        return;
    /* Two microphones of one sound add more than their powers. */
    const double other = luster_pow(10.0, (r->level_db + gain_db) / 20.0);
    const float both = (float)(2.0 * s->shared * other * sqrt(s->clip_power * r->clip_power));
    for (uint32_t i = skip; i < f->n_steps && i - skip < r->facts.n_steps; i++)
        sum[i - skip] += both * sqrtf(f->k_power[i] * r->facts.k_power[i - skip]);
}

double luster_balance_loudness(const float *sum, uint32_t n)
{
    const double gated = luster_series_loudness(sum, n, LUSTER_BALANCE_WINDOW);
    double peak = 0.0;
    for (uint32_t i = 0; i < n; i++)
        peak = sum[i] > peak ? sum[i] : peak;
    return isfinite(gated) || !(peak > 0.0) ? gated : -0.691 + luster_power_to_db(peak);
}

/* Loudness re the mix over the windows that pass the part's own gate. */
static double while_it_sounds(const LusterStemPlan *s, const float *sum, uint32_t n)
{
    const LusterStemFacts *f = &s->facts;
    const double gate = luster_pow(10.0, (f->integrated_lufs - 10.0 + 0.691) / 10.0);
    const uint32_t skip = (uint32_t)(s->offset_s / LUSTER_STEP_S + 0.5);
    double own = 0.0, all = 0.0;
    for (uint32_t i = skip; i + LUSTER_BALANCE_WINDOW <= f->n_steps; i++) {
        double z = 0.0, mix = 0.0;
        for (uint32_t k = i; k < i + LUSTER_BALANCE_WINDOW && k - skip < n; k++) {
            z += (double)f->k_power[k] / LUSTER_BALANCE_WINDOW;
            mix += (double)sum[k - skip];
        }
        if (z > gate) {
            own += LUSTER_BALANCE_WINDOW * z;
            all += mix;
        }
    }
    return all > 0.0 ? luster_power_to_db(own * s->clip_power / all) + s->level_db : s->after_lu;
}

/* Loudness re the sum as recorded, and re the mix as planned. */
static void report_levels(LusterMix *mix, float *sum)
{
    memset(sum, 0, (mix->n_steps + 1) * sizeof *sum);
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            for (uint32_t t = 0; t < mix->stems[i].facts.n_steps; t++)
                sum[t] += mix->stems[i].facts.k_power[t];
    const double before = luster_balance_loudness(sum, mix->n_steps);
    memset(sum, 0, (mix->n_steps + 1) * sizeof *sum);
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            luster_plan_add_series(mix, &mix->stems[i], mix->stems[i].level_db, sum);
    const double after = luster_balance_loudness(sum, mix->n_steps);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        s->before_lu = s->facts.integrated_lufs - before;
        s->after_lu =
            s->facts.integrated_lufs + luster_power_to_db(s->clip_power) + s->level_db - after;
        s->while_lu = while_it_sounds(s, sum, mix->n_steps);
    }
    for (int k = 0; k < LUSTER_SECTION_N; k++) {
        if (!mix->sections[k].present)
            continue;
        memset(sum, 0, (mix->n_steps + 1) * sizeof *sum);
        luster_balance_aim(mix, k, sum);
        mix->sections[k].reached_lu = luster_balance_loudness(sum, mix->n_steps) - after;
    }
    mix->predicted_lufs = after;
}

/* Trim to working level, the rest on the fader; the loudest part's fader stands at 0 dB. */
static void split_gain(LusterMix *mix)
{
    double top = -INFINITY;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        const double own = s->facts.integrated_lufs + luster_power_to_db(s->clip_power);
        double trim = LUSTER_WORKING_LUFS - own;
        trim = trim > MAX_TRIM_DB ? MAX_TRIM_DB : trim < -MAX_TRIM_DB ? -MAX_TRIM_DB : trim;
        s->trim_db = round(trim * 10.0) / 10.0;
        s->fader_db = s->level_db - s->trim_db;
        top = s->fader_db > top ? s->fader_db : top;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            mix->stems[i].fader_db -= top;
    mix->predicted_lufs -= top;
}

/* Who is heard how, at the levels of the mix: for the reasons. */
static bool report_masking(LusterMix *mix)
{
    LusterMasking *m = luster_plan_masking(mix);
    LusterMasked *heard = calloc(mix->n_stems, sizeof *heard);
    LusterMaskedBy *by = malloc((size_t)mix->n_stems * LUSTER_STEM_BANDS * sizeof *by);
    double *gain = calloc(mix->n_stems, sizeof *gain);
    bool done = m && heard && by && gain;
    if (done) {
        luster_plan_masking_gains(mix, gain);
        done = luster_masking_measure(m, gain, NULL, heard);
    }
    for (uint32_t i = 0; i < mix->n_stems && done; i++) {
        LusterStemPlan *s = &mix->stems[i];
        double most = 0.0;
        s->heard = heard[i];
        s->masker = -1;
        if (!luster_stem_heard(s))
            continue;
        done = luster_masking_by(m, gain, NULL, i, by);
        for (uint32_t k = 0; k < mix->n_stems; k++) {
            double lost = 0.0;
            for (uint32_t b = 0; b < LUSTER_STEM_BANDS; b++)
                lost += (double)by[k * LUSTER_STEM_BANDS + b].lost;
            if (lost > most)
                s->masker = (int)k;
            most = lost > most ? lost : most;
        }
    }
    luster_masking_free(m);
    free(heard);
    free(by);
    free(gain);
    return done;
}

LusterStatus luster_plan_balance(LusterMix *mix, LusterError *err)
{
    float *sum = calloc(mix->n_steps + 1, sizeof *sum);
    if (!sum || !luster_balance_weigh(mix)) {
        free(sum);
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while balancing");
    }
    LusterStatus status = luster_balance_solve(mix, err);
    if (!status) {
        luster_balance_low(mix);
        for (uint32_t i = 0; i < mix->n_stems; i++)
            if (luster_stem_heard(&mix->stems[i]))
                mix->stems[i].level_db *= mix->amount[LUSTER_STAGE_BALANCE];
        report_levels(mix, sum);
        split_gain(mix);
        if (!report_masking(mix))
            status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while balancing");
    }
    free(sum);
    return status;
}

/* How it is heard: "12 % of it masked, most by Gtr2". */
static const char *masked_text(const LusterMix *mix, const LusterStemPlan *s, char *text,
                               size_t size)
{
    const double share = s->leads ? s->heard.covered : s->heard.masked;
    const char *masker = s->masker >= 0 ? mix->stems[s->masker].name : "";
    const char *slash = strrchr(masker, '/'), *dot = strrchr(masker, '.');
    masker = slash ? slash + 1 : masker;
    const int length = dot > masker ? (int)(dot - masker < 40 ? dot - masker : 40) : 40;

    if (s->masker < 0 || share < TOLD_MASKED)
        snprintf(text, size, "%s", s->leads ? "; clear of the others" : "");
    else
        snprintf(text, size, "; %.0f %% of it masked, most by %.*s", 100.0 * share, length, masker);
    return text;
}

/* A lead is compared with what sounds beside it. */
static const char *sings_text(const LusterStemPlan *s, char *text, size_t size)
{
    text[0] = 0;
    if (s->leads)
        snprintf(text, size, ", %+.1f LU while it %s", s->while_lu,
                 luster_role_info(s->role)->section == LUSTER_SECTION_VOCALS ? "sings" : "plays");
    return text;
}

static const char *reason_of(const LusterMix *mix, const LusterStemPlan *s, char *text, size_t size)
{
    const LusterRoleInfo *info = luster_role_info(s->role);
    const LusterSectionPlan *p = &mix->sections[info->section];
    int n = 0;
    if (mix->amount[LUSTER_STAGE_BALANCE] == 0.0)
        n = snprintf(text, size, "as loud as recorded");
    else if (s->role == LUSTER_ROLE_LEAD_VOCAL)
        n = snprintf(text, size,
                     "the lead stands about %.0f LU under the whole mix and over everything else",
                     -p->target_lu);
    else
        n = snprintf(text, size, "%s together aim at %.1f LU re the mix, as in professional mixes",
                     luster_section_norms[info->section].name, p->target_lu);
    const double moved = s->unmasked_db * mix->amount[LUSTER_STAGE_BALANCE];
    if (moved >= TOLD_MOVE_DB)
        snprintf(text + n, size - (size_t)n,
                 "; raised by %.1f dB, because %.0f %% of it lay under the others", moved,
                 100.0 * s->buried);
    else if (moved <= -TOLD_MOVE_DB)
        snprintf(text + n, size - (size_t)n,
                 "; lowered by %.1f dB, to leave room for what it covers", -moved);
    return text;
}

void luster_plan_levels(LusterMix *mix)
{
    char reason[240], masked[100], sings[60];
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        luster_plan_move(&s->plan, LUSTER_STAGE_BALANCE, "trim_db", s->trim_db,
                         "working level, so that thresholds and faders mean the same everywhere",
                         "recorded at %.1f LUFS, peak %.1f dBFS",
                         s->facts.integrated_lufs + luster_power_to_db(s->clip_power),
                         s->facts.peak_dbfs);
        luster_plan_move(&s->plan, LUSTER_STAGE_BALANCE, "fader_db", s->fader_db,
                         reason_of(mix, s, reason, sizeof reason),
                         "%+.1f LU re the plain sum, %+.1f LU re the mix at this fader%s%s",
                         s->before_lu, s->after_lu, sings_text(s, sings, sizeof sings),
                         masked_text(mix, s, masked, sizeof masked));
    }
}
