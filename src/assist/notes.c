/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person should know before listening, in plain words, the worst first. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

typedef enum {
    SAID_SILENT,
    SAID_FAINT,
    SAID_DUPLICATE,
    SAID_MIX,
    SAID_GUIDE,
    SAID_SIDES,
    SAID_TURNED,
    SAID_LATE,
    SAID_EARLY,
    SAID_CLIPPED,
    SAID_OVER,
    SAID_HUM,
    SAID_DC,
    SAID_ONE_SIDE,
    SAID_LONG,
    SAID_N
} Said;

static double dc_of(const LusterStemFacts *f)
{
    return fabs(f->dc[0]) > fabs(f->dc[1]) ? fabs(f->dc[0]) : fabs(f->dc[1]);
}

static bool turned(const LusterStemPlan *s)
{
    return s->invert && (s->turn_arrival < -0.1 || s->turn_db != 0.0 ||
                         s->turn_low_db + s->turn_body_db > 1.0); /* half a dB: worth a line */
}

static bool applies(const LusterStemPlan *s, Said what)
{
    const LusterStemFacts *f = &s->facts;
    if (s->status)
        return false;
    if (what <= SAID_GUIDE) {
        static const LusterStemState states[] = {STEM_SILENT, STEM_FAINT, STEM_DUPLICATE,
                                                 STEM_FULL_MIX, STEM_GUIDE};
        return s->state == states[what];
    }
    if (!luster_stem_heard(s))
        return false;
    switch (what) {
    case SAID_SIDES:
        return s->invert_right;
    case SAID_TURNED:
        return turned(s);
    case SAID_LATE:
        return s->offset_s > 0.0;
    case SAID_EARLY:
        return s->misplaced_s < 0.0;
    case SAID_CLIPPED:
        return f->n_clipped_runs > 2;
    case SAID_OVER:
        return f->over_dbfs > 0.1;
    case SAID_HUM:
        return f->hum_hz > 0.0;
    case SAID_DC:
        return dc_of(f) > 0.001;
    case SAID_ONE_SIDE:
        return f->one_side != 0;
    default:
        return s->length_s > 0.0;
    }
}

static void say_one(LusterMix *mix, const LusterStemPlan *s, Said what)
{
    const LusterStemFacts *f = &s->facts;
    switch (what) {
    case SAID_SILENT:
        note(mix, "%s is silent: kept in the session, muted.", s->name);
        break;
    case SAID_FAINT:
        note(mix, "%s holds nothing but noise (%.0f LUFS): kept in the session, muted.", s->name,
             f->integrated_lufs);
        break;
    case SAID_DUPLICATE:
        note(mix, "%s is the same recording as %s (%s): muted.", s->name, mix->stems[s->twin].name,
             s->twin_how);
        break;
    case SAID_MIX:
        note(mix, "%s looks like a finished mix among the stems: muted.", s->name);
        break;
    case SAID_GUIDE:
        note(mix,
             "%s looks like a click, talkback or guide track: muted. Say --role if it is music.",
             s->name);
        break;
    case SAID_SIDES:
        note(mix, "The two sides of %s are upside down against each other: one is turned over.",
             s->name);
        break;
    case SAID_TURNED:
        note(mix, "%s %s: turned over.", s->name,
             s->turn_arrival < -0.1 || s->turn_db != 0.0 ? "is upside down against its partner"
                                                         : "adds up better the other way round");
        break;
    case SAID_LATE:
        note(mix, "%s lay %.*f ms late: moved into place.", s->name, s->offset_s < 0.01 ? 1 : 0,
             1000.0 * s->offset_s);
        break;
    case SAID_EARLY:
        note(mix, "%s lay %.1f ms early for where it stood: delayed.", s->name, s->delay_ms);
        break;
    case SAID_CLIPPED:
        note(mix, "%s was clipped when it was recorded, in %u places (the longest %u samples).",
             s->name, f->n_clipped_runs, f->longest_clipped);
        break;
    case SAID_OVER:
        note(mix, "%s goes %.1f dB over full scale; nothing is lost, it is turned down.", s->name,
             f->over_dbfs);
        break;
    case SAID_HUM:
        note(mix, "%s hums at %.0f Hz (%.0f dBFS).", s->name, f->hum_hz, f->hum_dbfs);
        break;
    case SAID_DC:
        note(mix, "%s has a DC offset of %.0f dBFS: a low cut takes it away.", s->name,
             luster_gain_to_db(dc_of(f)));
        break;
    case SAID_ONE_SIDE:
        note(mix, "%s has sound on the %s side only: played as mono.", s->name,
             f->one_side < 0 ? "left" : "right");
        break;
    default:
        note(mix, "%s goes on for %.0f s after the music: played up to %.1f s.", s->name,
             f->length_s - s->offset_s - mix->end_s, s->length_s);
    }
}

#define EACH 3 /* up to so many files have a line each; more share one */

/* One kind of finding: thirty stems shall not make sixty lines. */
static void say_all(LusterMix *mix, Said what)
{
    static const char *const many[SAID_N] = {
        [SAID_SILENT] = "%u files are silent, kept in the session and muted: %s.",
        [SAID_FAINT] = "%u files hold nothing but noise, kept in the session and muted: %s.",
        [SAID_DUPLICATE] = "%u files are copies of others, muted: %s.",
        [SAID_MIX] = "%u files look like finished mixes among the stems, muted: %s.",
        [SAID_GUIDE] = "%u files look like click, talkback or guide tracks, muted: %s. Say --role "
                       "if one is music.",
        [SAID_SIDES] = "%u files have two sides that are upside down against each other, one is "
                       "turned over: %s.",
        [SAID_TURNED] = "%u files were turned over, upside down against their partners: %s.",
        [SAID_LATE] = "%u files lay late and were moved into place: %s.",
        [SAID_EARLY] = "%u files lay early for where they stood and were delayed: %s.",
        [SAID_CLIPPED] = "%u files were clipped when they were recorded: %s.",
        [SAID_OVER] = "%u files go over full scale; nothing is lost, they are turned down: %s.",
        [SAID_HUM] = "%u files hum: %s.",
        [SAID_DC] = "%u files have a DC offset, which a low cut takes away: %s.",
        [SAID_ONE_SIDE] = "%u files have sound on one side only and are played as mono: %s.",
        [SAID_LONG] = "%u files go on after the music and are played up to its end: %s.",
    };
    char list[380] = "";
    uint32_t n = 0, told = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        n += applies(&mix->stems[i], what);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        if (!applies(&mix->stems[i], what))
            continue;
        if (n <= EACH) {
            say_one(mix, &mix->stems[i], what);
            continue;
        }
        char one[100];
        snprintf(one, sizeof one, "%s%.90s", told ? ", " : "", mix->stems[i].name);
        if (strlen(list) + strlen(one) + 20 < sizeof list) {
            strcat(list, one);
            told++;
        }
    }
    if (n <= EACH)
        return;
    if (told < n)
        snprintf(list + strlen(list), sizeof list - strlen(list), " and %u more", n - told);
    note(mix, many[what], n, list);
}

static int compare_numbers(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* "01 ... 12" without 07: somebody forgot to export it, or left it out. */
static void note_missing(LusterMix *mix)
{
    uint32_t n = 0, numbers[200], missing = 0;
    char list[64] = "";
    for (uint32_t i = 0; i < mix->n_stems && n < 200; i++) {
        const char *slash = strrchr(mix->stems[i].input->name, '/');
        const char *name = slash ? slash + 1 : mix->stems[i].input->name;
        const size_t digits = strspn(name, "0123456789");
        if (digits && digits < 4 && name[digits] && name[digits] != '.')
            numbers[n++] = (uint32_t)atoi(name);
    }
    if (n < 5 || 10 * n < 9 * mix->n_stems)
        return;
    qsort(numbers, n, sizeof *numbers, compare_numbers);
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t k = numbers[i - 1] + 1; k < numbers[i] && missing < 5; k++) {
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s%u", missing ? ", " : "",
                     k);
            missing++;
        }
    if (missing && missing < 5 && 4 * missing <= n)
        note(mix, "The files are numbered %u to %u without %s: is something missing?", numbers[0],
             numbers[n - 1], list);
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
    for (int what = SAID_SILENT; what <= SAID_GUIDE; what++)
        say_all(mix, (Said)what);
    note_missing(mix);
    note_unsure(mix);
    for (int what = SAID_SIDES; what < SAID_N; what++)
        say_all(mix, (Said)what);
    note_song(mix);
}
