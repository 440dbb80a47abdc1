/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person should know before listening, in plain words, the worst first. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void note(LusterMix *mix, const char *fmt, ...) LUSTER_PRINTF(2, 3);

static void note(LusterMix *mix, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    luster_session_note(mix->session, text);
}

static void note_state(LusterMix *mix, const LusterStemPlan *s)
{
    switch (s->state) {
    case STEM_SILENT:
        note(mix, "%s is silent: kept in the session, muted.", s->name);
        break;
    case STEM_FAINT:
        note(mix, "%s holds nothing but noise (%.0f LUFS): kept in the session, muted.", s->name,
             s->facts.integrated_lufs);
        break;
    case STEM_DUPLICATE:
        note(mix, "%s is the same recording as %s, sample for sample: muted.", s->name,
             mix->stems[s->twin].name);
        break;
    case STEM_FULL_MIX:
        note(mix, "%s looks like a finished mix among the stems: muted.", s->name);
        break;
    case STEM_GUIDE:
        note(mix,
             "%s looks like a click, talkback or guide track: muted. Say --role if it is music.",
             s->name);
        break;
    case STEM_USED:
        break;
    }
}

static void note_faults(LusterMix *mix, const LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    const double dc = fabs(f->dc[0]) > fabs(f->dc[1]) ? fabs(f->dc[0]) : fabs(f->dc[1]);
    if (f->n_clipped_runs > 2)
        note(mix, "%s was clipped when it was recorded, in %u places (the longest %u samples).",
             s->name, f->n_clipped_runs, f->longest_clipped);
    if (f->over_dbfs > 0.1)
        note(mix, "%s goes %.1f dB over full scale; nothing is lost, it is turned down.", s->name,
             f->over_dbfs);
    if (dc > 0.001)
        note(mix, "%s has a DC offset of %.0f dBFS: a low cut takes it away.", s->name,
             luster_gain_to_db(dc));
    if (f->hum_hz > 0.0)
        note(mix, "%s hums at %.0f Hz (%.0f dBFS).", s->name, f->hum_hz, f->hum_dbfs);
    if (f->one_side)
        note(mix, "%s has sound on the %s side only: played as mono.", s->name,
             f->one_side < 0 ? "left" : "right");
    const bool told = s->turn_arrival < 0.0 || s->turn_db != 0.0 ||
                      s->turn_low_db + s->turn_body_db > 1.0; /* half a dB: worth a line */
    if (s->invert && told)
        note(mix, "%s %s: turned over.", s->name,
             s->turn_arrival < 0.0 || s->turn_db != 0.0 ? "is upside down against its partner"
                                                        : "adds up better the other way round");
    if (s->invert_right)
        note(mix, "The two sides of %s are upside down against each other: one is turned over.",
             s->name);
    if (s->misplaced_s < 0.0)
        note(mix, "%s lay %.1f ms early for where it stood: delayed.", s->name, s->delay_ms);
    if (s->length_s > 0.0)
        note(mix, "%s goes on for %.0f s after the music: played up to %.1f s.", s->name,
             f->length_s - s->offset_s - mix->end_s, s->length_s);
    if (s->offset_s > 0.0)
        note(mix, "%s lay %.*f ms late: moved into place.", s->name, s->offset_s < 0.01 ? 1 : 0,
             1000.0 * s->offset_s);
}

static void note_unsure(LusterMix *mix)
{
    char list[300] = "";
    uint32_t n = 0, more = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || s->confidence >= 0.5)
            continue;
        char one[120];
        snprintf(one, sizeof one, "%s%.60s (taken for %s)", n ? ", " : "", s->name,
                 luster_role_info(s->role)->id);
        if (strlen(list) + strlen(one) < sizeof list)
            strcat(list, one);
        else
            more++;
        n++;
    }
    if (n && more)
        note(mix, "Not sure what these are: %s and %u more. Say it with --role FILE=ROLE.", list,
             more);
    else if (n)
        note(mix, "Not sure what %s: %s. Say it with --role FILE=ROLE.",
             n == 1 ? "this is" : "these are", list);
}

static void note_song(LusterMix *mix)
{
    double shortest = INFINITY, longest = 0.0, low = INFINITY, high = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemFacts *f = &mix->stems[i].facts;
        if (mix->stems[i].status)
            continue;
        shortest = f->length_s < shortest ? f->length_s : shortest;
        longest = f->length_s > longest ? f->length_s : longest;
        low = f->rate_hz < low ? f->rate_hz : low;
        high = f->rate_hz > high ? f->rate_hz : high;
    }
    if (high > low)
        note(mix,
             "The files have different sample rates (%.0f to %.0f Hz): the song is mixed at "
             "%.0f Hz.",
             low, high, mix->session->values[LUSTER_SESSION_RATE]);
    if (longest - shortest > 1.0)
        note(mix, "The files have different lengths (%.1f to %.1f s): all start together.",
             shortest, longest);
    for (int k = 0; k < LUSTER_SECTION_N; k++) {
        const LusterSectionPlan *p = &mix->sections[k];
        const LusterSectionNorm *n = &luster_section_norms[k];
        if (p->present && fabs(p->miss_lu) > 2.0 * n->spread_lu)
            note(mix,
                 "The %s stand at %.1f LU re the mix; %.1f is usual, and the other parts "
                 "leave no better place.",
                 n->name, p->reached_lu, p->target_lu);
    }
    if (!mix->sections[LUSTER_SECTION_VOCALS].present)
        note(mix, "No voice was found: mixed as an instrumental.");
    if (mix->low_correction_db != 0.0)
        note(mix,
             "Bass and kick were moved by %+.1f dB: by loudness alone the low end would lie "
             "outside what professional mixes show.",
             mix->low_correction_db);
}

void luster_plan_notes(LusterMix *mix)
{
    mix->session->n_notes = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (mix->stems[i].status)
            note(mix, "%s could not be used: %s", mix->stems[i].input->name,
                 mix->stems[i].error.text);
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (!mix->stems[i].status)
            note_state(mix, &mix->stems[i]);
    note_unsure(mix);
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            note_faults(mix, &mix->stems[i]);
    note_song(mix);
}
