/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Tempo, bars and sections into the session, as values and markers a person may change: what does
 * not match its decision any more was changed by hand, and stays. The decisions stand at the
 * master, since the session itself has none. */
#include "assist/plan.h"
#include "base/hash.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WORDS 48
#define SURE_BAR 0.5 /* of where bars begin */

static LusterDecision *find(LusterSession *session, const char *target)
{
    for (uint32_t i = 0; i < session->master.n_decisions; i++)
        if (!strcmp(session->master.decisions[i].target, target))
            return &session->master.decisions[i];
    return NULL;
}

static LusterStatus note(LusterSession *session, const char *target, const char *from,
                         const char *to, const char *measured, const char *reason)
{
    LusterDecision *d = measured ? luster_strip_decide_text(session, &session->master, target, from,
                                                            to, measured, reason)
                                 : NULL;
    if (!d)
        return LUSTER_NO_MEMORY;
    d->stage = luster_stage_id(LUSTER_STAGE_INTAKE);
    d->current = true;
    return LUSTER_OK;
}

/* One value of the session, unless a person set or locked it. */
static LusterStatus decide_value(LusterMix *mix, int row, double value, const char *measured,
                                 const char *reason)
{
    LusterSession *session = mix->session;
    const LusterParam *param = &luster_session_params()[row];
    char from[WORDS], to[WORDS];
    double *now = &session->values[row];
    LusterDecision *d = find(session, param->id);
    snprintf(from, sizeof from, "%.10g", *now);
    if (d ? d->locked || !d->to_text || strcmp(d->to_text, from) != 0 : *now != param->def)
        return LUSTER_OK;
    *now = luster_param_clamp(param, value);
    snprintf(to, sizeof to, "%.10g", *now);
    return note(session, param->id, from, to, measured, reason);
}

static void fingerprint(const LusterSession *session, char *words)
{
    uint64_t hash = LUSTER_HASH_START;
    for (uint32_t i = 0; i < session->n_markers; i++) {
        const int64_t ms = (int64_t)floor(session->markers[i].time_s * 1000.0 + 0.5);
        hash = luster_hash(hash, &ms, sizeof ms);
        hash = luster_hash(hash, session->markers[i].name, strlen(session->markers[i].name));
    }
    snprintf(words, WORDS, "%u markers, %08x", session->n_markers, (unsigned)(hash >> 32));
}

/* "verse 2" where there are several, "section 5" by its place where it is unsure. */
static void name_section(const LusterTimePlan *time, uint32_t index, char *name, size_t size)
{
    const LusterFormLabel label = time->sections[index].label;
    uint32_t number = 0, all = 0;
    for (uint32_t i = 0; i < time->n_sections; i++) {
        all += time->sections[i].label == label;
        number += i <= index && time->sections[i].label == label;
    }
    if (label == LUSTER_FORM_UNSURE)
        snprintf(name, size, "section %u", index + 1);
    else if (all > 1)
        snprintf(name, size, "%s %u", luster_form_word(label), number);
    else
        snprintf(name, size, "%s", luster_form_word(label));
}

static LusterStatus write_markers(LusterMix *mix)
{
    LusterSession *session = mix->session;
    const LusterTimePlan *time = &mix->time;
    char words[WORDS], name[32];
    const LusterDecision *d = find(session, "markers");
    fingerprint(session, words);
    if (d ? d->locked || !d->to_text || strcmp(d->to_text, words) != 0 : session->n_markers > 0)
        return LUSTER_OK;
    if (time->n_sections < 2)
        return LUSTER_OK;
    session->n_markers = 0;
    double quietest = 0.0, loudest = 0.0;
    for (uint32_t i = 0; i < time->n_sections; i++) {
        const LusterFormSection *s = &time->sections[i];
        quietest = !i || s->level_lu < quietest ? s->level_lu : quietest;
        loudest = !i || s->level_lu > loudest ? s->level_lu : loudest;
        name_section(time, i, name, sizeof name);
        if (luster_session_add_marker(session, round(s->from_s * 100.0) / 100.0, name))
            return LUSTER_NO_MEMORY;
    }
    fingerprint(session, words);
    return note(session, "markers", "none", words,
                luster_session_text(session, "%u sections, from %+.1f to %+.1f LU re the song",
                                    time->n_sections, quietest, loudest),
                "where the sound, the harmony or the parts that play change for long");
}

static LusterStatus write_bars(LusterMix *mix)
{
    const LusterTimePlan *time = &mix->time;
    if (!time->beats_per_bar || time->tempo.bar_confidence < SURE_BAR)
        return LUSTER_OK;
    const char *measured = luster_session_text(
        mix->session,
        "accents of kick, snare and harmony come back every %u beats; %.0f %% sure "
        "where",
        time->beats_per_bar, 100.0 * time->tempo.bar_confidence);
    const LusterStatus status = decide_value(mix, LUSTER_SESSION_BEATS, time->beats_per_bar,
                                             measured, "the music's own bars");
    return status
               ? status
               : decide_value(mix, LUSTER_SESSION_BAR, round(time->first_beat_s * 1000.0) / 1000.0,
                              measured, "where the first of them begins");
}

LusterStatus luster_write_time(LusterMix *mix, LusterError *err)
{
    const LusterTimePlan *time = &mix->time;
    LusterStatus status = LUSTER_OK;
    if (time->tempo_bpm > 0.0)
        status = decide_value(
            mix, LUSTER_SESSION_TEMPO, time->tempo_bpm,
            luster_session_text(mix->session, "%u beats, %s, %.0f %% sure", time->tempo.n_beats,
                                time->tempo.steady ? "on one steady grid" : "a tempo that moves",
                                100.0 * time->confidence),
            "what echoes and sweeps that keep time follow");
    if (!status)
        status = write_bars(mix);
    if (!status)
        status = write_markers(mix);
    return status ? luster_error_set(err, status, "out of memory while writing the tempo") : status;
}
