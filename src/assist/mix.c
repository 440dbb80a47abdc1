/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The mix assistant from end to end: listen, tell what is what, compare partners, plan, write. */
#include "assist/dynamics.h"
#include "assist/plan.h"
#include "base/math.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_INPUTS 4000 /* a session holds 4096 strips, buses included */

/* "9_Kick" before "10_Snare": digits by value, letters by code. */
static int compare_names(const void *a, const void *b)
{
    const LusterMixInput *left = a, *right = b;
    const char *x = left->name, *y = right->name;
    while (*x && *y) {
        if (isdigit((unsigned char)*x) && isdigit((unsigned char)*y)) {
            char *end_x, *end_y;
            const unsigned long long m = strtoull(x, &end_x, 10), n = strtoull(y, &end_y, 10);
            if (m != n)
                return m < n ? -1 : 1;
            x = end_x;
            y = end_y;
        } else if (*x != *y) {
            return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
        } else {
            x++;
            y++;
        }
    }
    const int rest = (*x != 0) - (*y != 0);
    return rest ? rest : strcmp(left->path, right->path);
}

/* The rate most files have, of those that carry the whole audible band. */
static double choose_rate(const LusterMix *mix)
{
    double best = 0.0;
    uint32_t most = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const double rate = mix->stems[i].facts.rate_hz;
        uint32_t n = 0;
        for (uint32_t k = 0; k < mix->n_stems; k++)
            n += !mix->stems[k].status && mix->stems[k].facts.rate_hz == rate;
        if (!mix->stems[i].status && rate >= 44100.0 && (n > most || (n == most && rate > best))) {
            most = n;
            best = rate;
        }
    }
    return best > 0.0 ? best : 48000.0;
}

/* What a person called a track in the session counts more than any guess. */
static void roles_from_session(LusterMix *mix)
{
    const LusterSession *session = mix->session;
    for (uint32_t t = 0; t < session->n_tracks; t++) {
        const LusterStrip *track = &session->tracks[t];
        const char *was = "";
        for (uint32_t d = 0; d < track->n_decisions; d++)
            if (!strcmp(track->decisions[d].target, "role") && track->decisions[d].to_text)
                was = track->decisions[d].to_text;
        const int role = luster_role_find(track->role);
        if (role < 0 || (!strcmp(was, track->role) && track->confidence < 1.0))
            continue;
        for (uint32_t i = 0; i < mix->n_stems; i++) {
            LusterStemPlan *s = &mix->stems[i];
            if (!s->status && track->n_clips && !strcmp(track->clips[0].file, s->input->path)) {
                s->role = (LusterRole)role;
                s->confidence = 1.0;
                snprintf(s->guess.why, sizeof s->guess.why, "the session says so");
            }
        }
    }
}

static bool on(const LusterMix *mix, LusterStage stage)
{
    return mix->amount[stage] > 0.0;
}

static LusterStatus plan(LusterMix *mix, LusterError *err)
{
    LusterStatus status = luster_plan_intake(mix, err);
    if (!status)
        status = luster_plan_roles(mix, err);
    if (status)
        return status;
    if (!mix->own_session)
        roles_from_session(mix);
    luster_plan_groups(mix);
    if (mix->options.progress)
        mix->options.progress(mix->options.user, "comparing microphones", 0.0);
    if (on(mix, LUSTER_STAGE_ALIGN)) {
        luster_plan_partners(mix);
        luster_plan_late(mix);
    }
    luster_plan_tail(mix);
    status = luster_plan_time(mix, err);
    if (status)
        return status;
    status = luster_plan_balance(mix, err);
    if (status)
        return status;
    if (on(mix, LUSTER_STAGE_PLACE)) {
        luster_plan_pan(mix);
        luster_plan_width(mix);
    }
    if (on(mix, LUSTER_STAGE_TONE))
        status = luster_plan_tone(mix, err);
    if (status)
        return status;
    if (on(mix, LUSTER_STAGE_DYNAMICS))
        luster_plan_dynamics(mix);
    if (on(mix, LUSTER_STAGE_SPACE))
        status = luster_plan_space(mix, err);
    luster_plan_levels(mix);
    luster_plan_master(mix);
    if (on(mix, LUSTER_STAGE_MASTER))
        luster_dynamics_mix_bus(mix);
    return status;
}

static LusterStatus write_down(LusterMix *mix, LusterError *err)
{
    if (mix->own_session)
        mix->session->values[LUSTER_SESSION_RATE] =
            mix->options.rate_hz > 0.0 ? mix->options.rate_hz : choose_rate(mix);
    if (mix->own_session && mix->options.title) {
        mix->session->title = luster_session_text(mix->session, "%s", mix->options.title);
        if (!mix->session->title)
            return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    }
    LusterStatus status = luster_plan_write(mix, err);
    if (!status)
        status = luster_write_time(mix, err);
    if (!status)
        status = luster_plan_rides(mix, err);
    if (!status)
        luster_plan_notes(mix);
    return status;
}

static const char *word(LusterMix *mix, const char *given, const char *before)
{
    return given ? luster_session_text(mix->session, "%s", given) : before;
}

/* What is asked for now, on top of what was asked for before; the session keeps it. */
static LusterStatus take_options(LusterMix *mix, LusterError *err)
{
    const LusterMixOptions *o = &mix->options;
    const LusterParam *rows = luster_assistant_params();
    LusterAssistant *a = &mix->session->assistant;
    a->style = word(mix, o->assistant.style, a->style);
    a->variation = word(mix, o->assistant.variation, a->variation);
    a->reference = word(mix, o->assistant.reference, a->reference);
    if (!a->style || !a->variation || !a->reference)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    mix->style = luster_style_find(*a->style ? a->style : NULL);
    mix->variation = luster_variation_find(*a->variation ? a->variation : NULL);
    if (!mix->style)
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "there is no style '%.60s'; luster describe styles lists them",
                                a->style);
    if (!mix->variation)
        return luster_error_set(err, LUSTER_BAD_VALUE, "there is no variation '%.60s'",
                                a->variation);
    for (int i = 0; i < LUSTER_ASSISTANT_N; i++) {
        if (!(o->given & 1u << i))
            continue;
        const double value = o->assistant.values[i];
        if (!(value >= rows[i].min && value <= rows[i].max))
            return luster_error_set(err, LUSTER_BAD_VALUE, "%s is %g; it must be %g to %g",
                                    rows[i].id, value, rows[i].min, rows[i].max);
        a->values[i] = value;
    }
    mix->amount[LUSTER_STAGE_INTAKE] = 1.0;
    for (int i = LUSTER_STAGE_INTAKE + 1; i < LUSTER_STAGE_N; i++)
        mix->amount[i] = a->values[i];
    mix->lead_db = a->values[LUSTER_ASSISTANT_LEAD] + mix->variation->lead_db;
    return LUSTER_OK;
}

LusterStatus luster_mix_propose(const LusterMixInput *inputs, uint32_t n_inputs,
                                const LusterMixOptions *options, LusterMix **out, LusterError *err)
{
    *out = NULL;
    if (!n_inputs)
        return luster_error_set(err, LUSTER_BAD_VALUE, "there is nothing to mix: no files");
    if (n_inputs > MAX_INPUTS)
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "%u files are more than a session holds "
                                "(%d)",
                                n_inputs, MAX_INPUTS);
    if (options && options->heard && options->heard->n_stems != n_inputs)
        return luster_error_set(err, LUSTER_BAD_VALUE, "these are not the inputs heard before");
    LusterMix *mix = calloc(1, sizeof *mix);
    if (!mix)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    if (options)
        mix->options = *options;
    mix->inputs = calloc(n_inputs, sizeof *mix->inputs);
    mix->stems = calloc(n_inputs, sizeof *mix->stems);
    mix->own_session = !mix->options.session;
    mix->session = mix->own_session ? luster_session_new() : mix->options.session;
    LusterStatus status = LUSTER_OK;
    if (!mix->inputs || !mix->stems || !mix->session) {
        status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    } else {
        memcpy(mix->inputs, inputs, n_inputs * sizeof *inputs);
        qsort(mix->inputs, n_inputs, sizeof *mix->inputs, compare_names);
        mix->n_stems = n_inputs;
        for (uint32_t i = 0; i < n_inputs; i++)
            mix->stems[i].input = &mix->inputs[i];
        status = take_options(mix, err);
        if (!status)
            status = plan(mix, err);
        if (!status)
            status = write_down(mix, err);
    }
    if (status) {
        luster_mix_free(mix);
        return status;
    }
    *out = mix;
    return LUSTER_OK;
}

LusterSession *luster_mix_session(const LusterMix *mix)
{
    return mix->session;
}

const char *luster_mix_unusable(const LusterMix *mix, uint32_t i, const char **why)
{
    for (uint32_t k = 0; k < mix->n_stems; k++) {
        if (!mix->stems[k].status || i--)
            continue;
        if (why)
            *why = mix->stems[k].error.text;
        return mix->stems[k].input->name;
    }
    return NULL;
}

/* Peaks that stand further over the loudness than in nine of ten unmastered mixes are single ones:
 * the safety limiter may take that much of them. */
static double limited_db(const LusterMeasurement *measured)
{
    const double over = measured->plr_lu - LUSTER_PREMIX_PLR_LU;
    return !(over > 0.0) ? 0.0 : over > LUSTER_PREMIX_LIMIT_DB ? LUSTER_PREMIX_LIMIT_DB : over;
}

double luster_mix_reach(const LusterMix *mix, const LusterMeasurement *measured)
{
    const double by_peak = measured->integrated_lufs + LUSTER_PREMIX_PEAK_DBTP +
                           mix->amount[LUSTER_STAGE_MASTER] * limited_db(measured) -
                           measured->true_peak_dbtp;
    return by_peak < LUSTER_PREMIX_LUFS ? by_peak : LUSTER_PREMIX_LUFS;
}

bool luster_mix_finish(LusterMix *mix, const LusterMeasurement *measured, double lufs)
{
    LusterSession *session = mix->session;
    const double before = session->master.values[LUSTER_STRIP_TRIM];
    const double loudness = measured->integrated_lufs, peak = measured->true_peak_dbtp;
    if (!isfinite(peak))
        return false; /* silence */
    const double limited = mix->amount[LUSTER_STAGE_MASTER] * limited_db(measured);
    const double by_peak = LUSTER_PREMIX_PEAK_DBTP + limited - peak;
    double move = by_peak;
    const char *reason = limited > 0.0
                             ? "as loud as the peaks allow, the limiter taking the single "
                               "ones that stand higher than in nine of ten mixes"
                             : "as loud as the peaks allow without the limiter";
    if (isfinite(loudness) && LUSTER_PREMIX_LUFS - loudness <= move) {
        move = LUSTER_PREMIX_LUFS - loudness;
        reason = "an unmastered mix's usual loudness, with peaks clear of the limiter";
    }
    if (isfinite(loudness) && lufs - loudness < move - 0.05) {
        move = lufs - loudness;
        reason = "as loud as the other candidates, so that they can be compared";
    }
    move = floor(move * 10.0 + 1e-6) / 10.0;
    for (uint32_t i = 0; i < mix->n_figures; i++)
        if (!strcmp(mix->figures[i].id, "plr_lu")) /* as it will be delivered */
            mix->figures[i].value = fmin(measured->plr_lu, LUSTER_CEILING_DBTP - loudness - move);
    if (fabs(move) < 0.15)
        return false;
    const char *evidence = luster_session_text(
        session, "without the limiter %.1f LUFS, true peak %.1f dBTP with the trim at %.1f dB",
        loudness, peak, before);
    luster_decide(session, &session->master, LUSTER_STAGE_INTAKE, "trim_db", before + move,
                  evidence, reason);
    return session->master.values[LUSTER_STRIP_TRIM] != before;
}

void luster_mix_free(LusterMix *mix)
{
    if (!mix)
        return;
    for (uint32_t i = 0; i < mix->n_stems && mix->stems; i++) {
        if (!mix->options.heard) /* else they are that one's */
            luster_stem_clear(&mix->stems[i].facts);
        luster_strip_plan_clear(&mix->stems[i].plan);
    }
    for (uint32_t b = 0; b < mix->n_buses; b++)
        luster_strip_plan_clear(&mix->buses[b].plan);
    luster_strip_plan_clear(&mix->master);
    if (mix->own_session)
        luster_session_free(mix->session);
    luster_tempo_clear(&mix->time.tempo);
    free(mix->stems);
    free(mix->inputs);
    free(mix);
}

const char *luster_role_id(uint32_t index)
{
    return index < LUSTER_ROLE_N ? luster_role_info((LusterRole)index)->id : NULL;
}

bool luster_role_row(uint32_t index, LusterRoleRow *row)
{
    if (index >= LUSTER_ROLE_N)
        return false;
    const LusterRoleInfo *info = luster_role_info((LusterRole)index);
    row->id = info->id;
    row->name = info->name;
    row->family = luster_family_id(info->family);
    row->family_name = luster_family_name(info->family);
    row->parent = info->parent == LUSTER_ROLE_UNKNOWN ? NULL : luster_role_info(info->parent)->id;
    return true;
}
