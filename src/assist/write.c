/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The plan becomes a session: tracks, buses, one decision per value with what was measured and
 * why. In a session that exists already, tracks are found again by their file. */
#include "assist/plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define END_FADE_S 0.25

#define TEXT(...) luster_session_text(session, __VA_ARGS__)
#define TRY(call)                                                                                  \
    do {                                                                                           \
        const LusterStatus try_status = (call);                                                    \
        if (try_status)                                                                            \
            return try_status;                                                                     \
    } while (0)

static const struct {
    const char *id, *name;
} bus_order[] = {
    {"drums", "Drums"},
    {"bass", "Bass"},
    {"guitars", "Guitars"},
    {"keys", "Keys"},
    {"orchestra", "Strings and winds"},
    {"other", "Other"},
    {"fx", "Effects"},
    {"vocals", "Vocals"},
};

LusterBusPlan *luster_plan_bus(LusterMix *mix, const char *id, const char *name)
{
    for (uint32_t b = 0; b < mix->n_buses; b++)
        if (!strcmp(mix->buses[b].id, id))
            return &mix->buses[b];
    if (mix->n_buses == LUSTER_PLAN_BUSES)
        return NULL;
    LusterBusPlan *bus = &mix->buses[mix->n_buses++];
    *bus = (LusterBusPlan){0};
    snprintf(bus->id, sizeof bus->id, "%s", id);
    snprintf(bus->name, sizeof bus->name, "%s", name);
    return bus;
}

LusterBusPlan *luster_plan_bus_of(LusterMix *mix, LusterRole role)
{
    const char *id = luster_role_info(role)->bus;
    for (uint32_t b = 0; b < mix->n_buses && id; b++)
        if (!strcmp(mix->buses[b].id, id))
            return &mix->buses[b];
    return NULL;
}

/* One bus for each kind of part there is. */
void luster_plan_groups(LusterMix *mix)
{
    for (size_t b = 0; b < sizeof bus_order / sizeof *bus_order; b++)
        for (uint32_t i = 0; i < mix->n_stems; i++) {
            const char *bus = luster_role_info(mix->stems[i].role)->bus;
            if (luster_stem_heard(&mix->stems[i]) && bus && !strcmp(bus, bus_order[b].id))
                luster_plan_bus(mix, bus_order[b].id, bus_order[b].name);
        }
}

static LusterStrip *track_of(LusterSession *session, const char *path)
{
    for (uint32_t i = 0; i < session->n_tracks; i++)
        for (uint32_t k = 0; k < session->tracks[i].n_clips; k++)
            if (!strcmp(session->tracks[i].clips[k].file, path))
                return &session->tracks[i];
    return NULL;
}

/* A bus by id; a track may have taken the name. */
static LusterStrip *bus_of(LusterSession *session, const char *id)
{
    LusterStrip *strip = id ? luster_session_strip(session, id) : NULL;
    return strip && strip->kind == LUSTER_BUS ? strip : NULL;
}

static LusterStatus add_strips(LusterMix *mix)
{
    LusterSession *session = mix->session;
    for (uint32_t b = 0; b < mix->n_buses; b++)
        if (!luster_session_strip(session, mix->buses[b].id) &&
            !luster_session_add_bus(session, mix->buses[b].id, mix->buses[b].name))
            return LUSTER_NO_MEMORY;
    for (uint32_t b = 0; b < mix->n_buses; b++) {
        const LusterStrip *to = bus_of(session, mix->buses[b].output);
        LusterStrip *strip = bus_of(session, mix->buses[b].id);
        if (to && strip && !strip->output)
            strip->output = to->id;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (s->status || track_of(session, s->input->path))
            continue;
        char name[96];
        const char *slash = strrchr(s->input->name, '/');
        snprintf(name, sizeof name, "%s", slash ? slash + 1 : s->input->name);
        char *dot = strrchr(name, '.');
        if (dot && dot != name)
            *dot = 0;
        LusterStrip *track = luster_session_add_track(session, name, name);
        if (!track || !luster_strip_add_clip(session, track, s->input->path))
            return LUSTER_NO_MEMORY;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++) /* only now: adding moves them */
        if (!mix->stems[i].status)
            mix->stems[i].strip = track_of(session, mix->stems[i].input->path);
    return LUSTER_OK;
}

static bool decided(const LusterStrip *strip, const char *target)
{
    for (uint32_t i = 0; i < strip->n_decisions; i++)
        if (!strcmp(strip->decisions[i].target, target))
            return true;
    return false;
}

static LusterStatus write_role(LusterMix *mix, LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    LusterStrip *strip = s->strip;
    const LusterRoleInfo *info = luster_role_info(s->role);
    const bool is_new = !decided(strip, "role");
    const char *measured = TEXT("%s; %.0f %% sure", s->guess.why, 100.0 * s->confidence);
    if (!measured)
        return LUSTER_NO_MEMORY;
    strip->role = info->id;
    strip->confidence = round(s->confidence * 100.0) / 100.0;
    LusterDecision *d =
        luster_strip_decide_text(session, strip, "role", "", info->id, measured,
                                 "what a track is says where it goes and how loud it stands");
    if (!d)
        return LUSTER_NO_MEMORY;
    d->stage = luster_stage_id(LUSTER_STAGE_INTAKE);
    const LusterStrip *bus = bus_of(session, info->bus);
    if (!is_new || !bus)
        return LUSTER_OK; /* where it went before is as the person left it */
    strip->output = bus->id;
    d = luster_strip_decide_text(session, strip, "output", "master", bus->id, info->name,
                                 "parts of a kind share a bus and one fader");
    if (!d)
        return LUSTER_NO_MEMORY;
    d->stage = luster_stage_id(LUSTER_STAGE_INTAKE);
    return LUSTER_OK;
}

static LusterStatus write_clip(LusterMix *mix, LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    if (s->channels == LUSTER_CHANNELS_MONO)
        TRY(luster_decide(
            session, s->strip, LUSTER_STAGE_INTAKE, "clips.0.channels", LUSTER_CHANNELS_MONO,
            TEXT("left and right are one sound, %.1f dB apart", s->facts.identical_gain_db),
            "a mono recording in a stereo file: played as mono it can be "
            "placed"));
    else if (s->channels != LUSTER_CHANNELS_ALL)
        TRY(luster_decide(session, s->strip, LUSTER_STAGE_INTAKE, "clips.0.channels", s->channels,
                          s->channels == LUSTER_CHANNELS_LEFT ? "the right channel is empty"
                                                              : "the left channel is empty",
                          "only one side holds sound: played as mono"));
    if (s->offset_s > 0.0 && s->late_fit > 0.0)
        TRY(luster_decide(session, s->strip, LUSTER_STAGE_ALIGN, "clips.0.offset_s", s->offset_s,
                          TEXT("attacks come %.0f ms behind the drums (fit %.2f there, %.2f in "
                               "time)",
                               1000.0 * s->offset_s, s->late_fit, s->late_now),
                          "one constant lag is a recording's latency, not playing: its head "
                          "is skipped"));
    if (s->length_s > 0.0) {
        const char *measured = TEXT("the music has died away at %.1f s, the file ends at %.1f s",
                                    mix->end_s, s->facts.length_s - s->offset_s);
        const char *why = "the mix ends with the music, not with an empty file";
        TRY(luster_decide(session, s->strip, LUSTER_STAGE_INTAKE, "clips.0.length_s", s->length_s,
                          measured, why));
        TRY(luster_decide(session, s->strip, LUSTER_STAGE_INTAKE, "clips.0.fade_out_s", END_FADE_S,
                          measured, why));
    }
    return LUSTER_OK;
}

static LusterStatus write_track(LusterMix *mix, LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    TRY(write_role(mix, s));
    if (s->state == STEM_USED) {
        TRY(write_clip(mix, s));
        return luster_decide_plan(mix, s->strip, &s->plan);
    }
    const char *measured =
        s->state == STEM_SILENT ? TEXT("peak %.1f dBFS", s->facts.peak_dbfs)
        : s->state == STEM_FAINT
            ? TEXT("%.1f LUFS, peak %.1f dBFS", s->facts.integrated_lufs, s->facts.peak_dbfs)
        : s->state == STEM_DUPLICATE ? TEXT("%s: %s", mix->stems[s->twin].name, s->twin_how)
        : s->state == STEM_GUIDE     ? TEXT("%s", s->guess.why)
        : s->explained > 0.0
            ? TEXT("%.0f %% of its sound is the sum of the other files", 100.0 * s->explained)
            : TEXT("the name says mix, %.0f %% of it sounds", 100.0 * s->facts.active_fraction);
    static const char *const reasons[] = {
        [STEM_SILENT] = "the file is silent",
        [STEM_FAINT] = "nothing but noise in it: brought to level it would only hiss",
        [STEM_DUPLICATE] = "the same recording twice would stand twice as loud",
        [STEM_GUIDE] = "made for the players, not for the listeners",
        [STEM_FULL_MIX] = "a finished mix beside its own stems would play everything twice",
    };
    return luster_decide(session, s->strip, LUSTER_STAGE_INTAKE, "mute", 1.0, measured,
                         reasons[s->state]);
}

LusterStatus luster_plan_write(LusterMix *mix, LusterError *err)
{
    LusterStatus status = add_strips(mix);
    for (uint32_t i = 0; i < mix->n_stems && !status; i++)
        if (mix->stems[i].strip)
            status = write_track(mix, &mix->stems[i]);
    for (uint32_t b = 0; b < mix->n_buses && !status; b++) {
        LusterStrip *strip = bus_of(mix->session, mix->buses[b].id);
        if (strip)
            status = luster_decide_plan(mix, strip, &mix->buses[b].plan);
    }
    if (!status)
        status = luster_decide_plan(mix, &mix->session->master, &mix->master);
    if (!status)
        luster_decide_sweep(mix->session);
    if (status)
        return luster_error_set(err, status,
                                status == LUSTER_NO_MEMORY
                                    ? "out of memory while writing the session"
                                    : "the session refused a value of the assistant");
    return LUSTER_OK;
}
