/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The plan becomes a session: tracks, buses, one decision per value with what was measured and
 * why. In a session that exists already, tracks are found again by their file. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FIRST_RENDER_LUFS                                                                          \
    -26.0 /* PLR of unmastered mixes: p90 is 18 dB [D6]; sparse songs reach 25 */

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

static bool bus_wanted(const LusterMix *mix, const char *id)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        const char *bus = luster_role_info(s->role)->bus;
        if (luster_stem_heard(s) && bus && !strcmp(bus, id))
            return true;
    }
    return false;
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
    for (size_t b = 0; b < sizeof bus_order / sizeof *bus_order; b++)
        if (bus_wanted(mix, bus_order[b].id) && !luster_session_strip(session, bus_order[b].id) &&
            !luster_session_add_bus(session, bus_order[b].id, bus_order[b].name))
            return LUSTER_NO_MEMORY;
    if (mix->reverb && !luster_session_strip(session, "reverb") &&
        !luster_session_add_bus(session, "reverb", "Reverb"))
        return LUSTER_NO_MEMORY;
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
    if (!luster_strip_decide_text(session, strip, "role", "", info->id, measured,
                                  "what a track is says where it goes and how loud it stands"))
        return LUSTER_NO_MEMORY;
    const LusterStrip *bus = bus_of(session, info->bus);
    if (!is_new || !bus)
        return LUSTER_OK; /* where it went before is as the person left it */
    strip->output = bus->id;
    return luster_strip_decide_text(session, strip, "output", "master", bus->id, info->name,
                                    "parts of a kind share a bus and one fader")
               ? LUSTER_OK
               : LUSTER_NO_MEMORY;
}

static LusterStatus write_clip(LusterMix *mix, LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    if (s->channels == LUSTER_CHANNELS_MONO)
        TRY(luster_plan_decide(
            session, s->strip, "clips.0.channels", LUSTER_CHANNELS_MONO,
            TEXT("left and right are one sound, %.1f dB apart", s->facts.identical_gain_db),
            "a mono recording in a stereo file: played as mono it can be "
            "placed"));
    else if (s->channels != LUSTER_CHANNELS_ALL)
        TRY(luster_plan_decide(session, s->strip, "clips.0.channels", s->channels,
                               s->channels == LUSTER_CHANNELS_LEFT ? "the right channel is empty"
                                                                   : "the left channel is empty",
                               "only one side holds sound: played as mono"));
    if (s->offset_s > 0.0 && s->late_fit > 0.0)
        TRY(luster_plan_decide(
            session, s->strip, "clips.0.offset_s", s->offset_s,
            TEXT("attacks come %.0f ms behind the drums (fit %.2f there, %.2f in "
                 "time)",
                 1000.0 * s->offset_s, s->late_fit, s->late_now),
            "one constant lag is a recording's latency, not playing: its head "
            "is skipped"));
    else if (s->offset_s > 0.0)
        TRY(luster_plan_decide(
            session, s->strip, "clips.0.offset_s", s->offset_s,
            TEXT("%.1f ms later than %s (peak %.0f times the noise of the "
                 "correlation)",
                 1000.0 * s->offset_s,
                 s->reference >= 0 ? mix->stems[s->reference].name : "its partner",
                 s->alignment.strength),
            "the file lies late: its head is skipped"));
    if (s->length_s > 0.0) {
        const char *measured = TEXT("the music has died away at %.1f s, the file ends at %.1f s",
                                    mix->end_s, s->facts.length_s - s->offset_s);
        const char *why = "the mix ends with the music, not with an empty file";
        TRY(luster_plan_decide(session, s->strip, "clips.0.length_s", s->length_s, measured, why));
        TRY(luster_plan_decide(session, s->strip, "clips.0.fade_out_s", END_FADE_S, measured, why));
    }
    return LUSTER_OK;
}

static LusterStatus write_partner(LusterMix *mix, LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    const LusterAlignment *a = &s->alignment;
    const char *ref = s->reference >= 0 ? mix->stems[s->reference].name : "";
    if (s->invert)
        TRY(luster_plan_decide(
            session, s->strip, "polarity", 1.0,
            TEXT("against %s: correlation of 40-200 Hz %.2f, sum there %+.1f dB when turned", ref,
                 a->low_correlation, a->flip_gain_db),
            "upside down against its partner: together they lost their low end"));
    if (s->invert_right) {
        const LusterInsert *fix = luster_plan_insert(session, s->strip, "utility");
        if (fix)
            TRY(luster_plan_set(session, s->strip, fix, "polarity_right", 1.0, NULL,
                                TEXT("left and right correlate by %.2f, under 200 Hz by %.2f",
                                     s->facts.correlation, s->facts.low_correlation),
                                "one of the two microphones is upside down"));
    }
    if (s->delay_ms > 0.0) {
        int other = s->reference; /* the delayed one may be the reference itself */
        for (uint32_t i = 0; i < mix->n_stems && other < 0; i++)
            if (mix->stems[i].reference >= 0 && &mix->stems[mix->stems[i].reference] == s)
                other = (int)i;
        TRY(luster_plan_decide(session, s->strip, "delay_ms", s->delay_ms,
                               TEXT("%.2f ms ahead of %s", s->delay_ms,
                                    other >= 0 ? mix->stems[other].name : "its partner"),
                               "two pick-ups of one source: in step they add instead of combing"));
    }
    return LUSTER_OK;
}

static LusterStatus write_compressor(LusterMix *mix, LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    const LusterInsert *comp =
        s->ratio > 1.0 ? luster_plan_insert(session, s->strip, "compressor") : NULL;
    if (!comp)
        return LUSTER_OK;
    const char *measured =
        TEXT("momentary loudness spreads over %.0f LU while it sounds", s->facts.spread_lu);
    const char *why = TEXT("about %.0f dB off the loudest tenth keeps it in front without riding "
                           "the fader",
                           s->reduction_db);
    TRY(luster_plan_set(session, s->strip, comp, "threshold", s->threshold_db, NULL, measured,
                        why));
    TRY(luster_plan_set(session, s->strip, comp, "ratio", s->ratio, NULL, measured, why));
    TRY(luster_plan_set(session, s->strip, comp, "knee", LUSTER_COMPRESSOR_KNEE_DB, NULL, measured,
                        "a soft knee hides the onset"));
    TRY(luster_plan_set(session, s->strip, comp, "attack", s->attack_ms, NULL, measured,
                        "slow enough for the consonant or pluck to pass"));
    TRY(luster_plan_set(session, s->strip, comp, "release", s->release_ms, NULL, measured,
                        "back before the next phrase, without pumping"));
    TRY(luster_plan_set(session, s->strip, comp, "detector", 0.0, "rms", measured,
                        "follows loudness rather than peaks"));
    return luster_plan_set(session, s->strip, comp, "makeup", s->makeup_db, NULL,
                           TEXT("compression takes %.1f dB of its loudness", s->makeup_db),
                           "gives back what compression took: the balance stays");
}

static LusterStatus write_chain(LusterMix *mix, LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    const LusterInsert *eq =
        s->low_cut_hz > 0.0 ? luster_plan_insert(session, s->strip, "eq") : NULL;
    if (eq) {
        const char *measured =
            s->facts.f0_low_hz > 0.0
                ? TEXT("lowest notes near %.0f Hz; %.0f dB of the power lies under %.0f Hz",
                       s->facts.f0_low_hz, s->under_cut_db, s->low_cut_hz)
                : TEXT("99 %% of the power lies over %.0f Hz; %.0f dB of it under %.0f Hz",
                       luster_stem_edge_hz(s->facts.band_power, -20.0), s->under_cut_db,
                       s->low_cut_hz);
        const char *why = "what is under the part's lowest note is rumble and leakage";
        TRY(luster_plan_set(session, s->strip, eq, "b1_type", 0.0, "low_cut", measured, why));
        TRY(luster_plan_set(session, s->strip, eq, "b1_freq", s->low_cut_hz, NULL, measured, why));
        TRY(luster_plan_set(session, s->strip, eq, "b1_slope", 0.0, "12", measured, why));
    }
    const LusterInsert *stereo =
        s->mono_bass ? luster_plan_insert(session, s->strip, "stereo") : NULL;
    if (stereo)
        TRY(luster_plan_set(session, s->strip, stereo, "mono_bass", 1.0, NULL,
                            TEXT("left and right correlate by %.2f under 200 Hz; with it the mix's "
                                 "side lies at %.1f dB re its middle under 120 Hz, nine of ten "
                                 "mixes stay below -9.8",
                                 s->facts.low_correlation, s->low_width_db),
                            "the low end belongs in the middle: it carries, and survives mono"));
    TRY(write_compressor(mix, s));
    const LusterInsert *limiter =
        s->tamed_db > 0.0 ? luster_plan_insert(session, s->strip, "limiter") : NULL;
    if (!limiter)
        return LUSTER_OK;
    const char *measured = TEXT("its highest peak stands %.1f dB over the mix's loudness; whole "
                                "mixes have about 16",
                                s->peak_re_mix_db);
    TRY(luster_plan_set(session, s->strip, limiter, "ceiling", s->ceiling_dbtp, NULL, measured,
                        TEXT("takes up to %.0f dB off single peaks, which alone would hold the mix "
                             "down",
                             s->tamed_db)));
    return luster_plan_set(session, s->strip, limiter, "release", s->tame_release_ms, NULL,
                           measured, "short behind a hit, longer under tones");
}

static const char *level_reason(const LusterMix *mix, const LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    const LusterRoleInfo *info = luster_role_info(s->role);
    const LusterSectionNorm *norm = &luster_section_norms[info->section];
    if (s->role == LUSTER_ROLE_LEAD_VOCAL)
        return "the lead stands about 3 LU under the whole mix and over everything else";
    return TEXT("%s together aim at %.1f LU re the mix, as in professional mixes", norm->name,
                norm->target_lu);
}

static LusterStatus write_mix(LusterMix *mix, LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    const double own = s->facts.integrated_lufs + luster_power_to_db(s->clip_power);
    TRY(luster_plan_decide(session, s->strip, "trim_db", s->trim_db,
                           TEXT("recorded at %.1f LUFS, peak %.1f dBFS", own, s->facts.peak_dbfs),
                           "working level, so that thresholds and faders mean the same "
                           "everywhere"));
    TRY(write_chain(mix, s));
    TRY(luster_plan_decide(session, s->strip, "fader_db", s->fader_db,
                           TEXT("%+.1f LU re the plain sum, %+.1f LU re the mix at this fader",
                                s->before_lu, s->after_lu),
                           level_reason(mix, s)));
    if (s->pan_reason)
        TRY(luster_plan_decide(session, s->strip, "pan", s->pan, TEXT("%s", s->pan_measured),
                               s->pan_reason));
    LusterStrip *reverb = bus_of(session, "reverb");
    if (!isfinite(s->send_db) || !reverb)
        return LUSTER_OK;
    bool has = false;
    for (uint32_t i = 0; i < s->strip->n_sends; i++)
        has |= !strcmp(s->strip->sends[i].to, reverb->id);
    if (!has && decided(s->strip, "sends.reverb.level_db"))
        return LUSTER_OK; /* taken out by hand */
    if (!has && !luster_strip_add_send(session, s->strip, reverb->id))
        return LUSTER_NO_MEMORY;
    return luster_plan_decide(session, s->strip, "sends.reverb.level_db", s->send_db,
                              TEXT("the reverb gives %+.1f LU for what is sent; this part's comes "
                                   "back %.1f LU under it",
                                   mix->reverb_gain_db, -(s->send_db + mix->reverb_gain_db)),
                              "a shared room ties the parts together; too much is minded more "
                              "than too little");
}

static LusterStatus write_track(LusterMix *mix, LusterStemPlan *s)
{
    LusterSession *session = mix->session;
    TRY(write_role(mix, s));
    if (s->state == STEM_USED) {
        TRY(write_clip(mix, s));
        TRY(write_partner(mix, s));
        return write_mix(mix, s);
    }
    const char *measured =
        s->state == STEM_SILENT ? TEXT("peak %.1f dBFS", s->facts.peak_dbfs)
        : s->state == STEM_FAINT
            ? TEXT("%.1f LUFS, peak %.1f dBFS", s->facts.integrated_lufs, s->facts.peak_dbfs)
        : s->state == STEM_DUPLICATE ? TEXT("every sample equals %s", mix->stems[s->twin].name)
        : s->state == STEM_GUIDE
            ? TEXT("%s", s->guess.why)
            : TEXT("the name says mix, %.0f %% of it sounds", 100.0 * s->facts.active_fraction);
    static const char *const reasons[] = {
        [STEM_SILENT] = "the file is silent",
        [STEM_FAINT] = "nothing but noise in it: brought to level it would only hiss",
        [STEM_DUPLICATE] = "the same recording twice would stand twice as loud",
        [STEM_GUIDE] = "made for the players, not for the listeners",
        [STEM_FULL_MIX] = "a finished mix beside its own stems would play everything twice",
    };
    return luster_plan_decide(session, s->strip, "mute", 1.0, measured, reasons[s->state]);
}

static LusterStatus write_reverb(LusterMix *mix)
{
    LusterSession *session = mix->session;
    LusterStrip *bus = mix->reverb ? bus_of(session, "reverb") : NULL;
    const LusterInsert *reverb = bus ? luster_plan_insert(session, bus, "reverb") : NULL;
    if (!reverb)
        return LUSTER_OK;
    const char *measured = TEXT("%.1f attacks a second on average", mix->onset_rate);
    const char *type = NULL;
    luster_plan_reverb_value("type", &type);
    TRY(luster_plan_set(session, bus, reverb, "type", 0.0, type, measured,
                        "dense at once and without a place of its own: suits all parts"));
    TRY(luster_plan_set(session, bus, reverb, "decay", mix->reverb_decay_s, NULL, measured,
                        "busy songs want it short, slow ones long"));
    static const char *const kept[][2] = {
        {"pre_delay", "keeps the voice in front of its room"},
        {"low_cut", "no reverb under the bass and the warmth of the voices"},
        {"high_cut", "no splash on consonants and cymbals"},
    };
    for (int i = 0; i < 3; i++)
        TRY(luster_plan_set(session, bus, reverb, kept[i][0],
                            luster_plan_reverb_value(kept[i][0], NULL), NULL, measured,
                            kept[i][1]));
    return luster_plan_set(session, bus, reverb, "mix", 100.0, NULL,
                           TEXT("planned to come back at %.1f LU re the mix", mix->reverb_lu),
                           "a return carries the effect alone");
}

static LusterStatus write_master(LusterMix *mix)
{
    LusterSession *session = mix->session;
    TRY(luster_plan_decide(session, &session->master, "trim_db",
                           FIRST_RENDER_LUFS - mix->predicted_lufs,
                           TEXT("the sum is predicted at %.1f LUFS", mix->predicted_lufs),
                           "room above the mix, so that nothing reaches the limiter"));
    const LusterInsert *limiter = luster_plan_insert(session, &session->master, "limiter");
    return limiter
               ? luster_plan_set(session, &session->master, limiter, "ceiling", LUSTER_CEILING_DBTP,
                                 NULL, "true peak", "a safety net: the mix can never clip")
               : LUSTER_OK;
}

LusterStatus luster_plan_write(LusterMix *mix, LusterError *err)
{
    LusterStatus status = add_strips(mix);
    for (uint32_t i = 0; i < mix->n_stems && !status; i++)
        if (mix->stems[i].strip)
            status = write_track(mix, &mix->stems[i]);
    if (!status)
        status = write_reverb(mix);
    if (!status)
        status = write_master(mix);
    if (status)
        return luster_error_set(err, status,
                                status == LUSTER_NO_MEMORY
                                    ? "out of memory while writing the session"
                                    : "the session refused a value of the assistant");
    return LUSTER_OK;
}
