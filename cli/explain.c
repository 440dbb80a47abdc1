/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* luster explain: what the assistant decided in a session, in plain words with its numbers, and
 * what a person changed since. */
#include "commands.h"
#include "luster/mix.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WIDTH 96 /* columns */

/* Words, with a new line ahead of those that would go too far to the right. */
static void say(const char *text, int *column, int indent)
{
    bool gap = *text == ' ';
    for (text += gap; *text; gap = true) {
        const int word = (int)strcspn(text, " ");
        if (gap && *column + 1 + word > WIDTH) {
            printf("\n%*s", indent, "");
            *column = indent;
        } else if (gap) {
            putchar(' ');
            ++*column;
        }
        printf("%.*s", word, text);
        *column += word;
        text += word + (text[word] == ' ');
    }
}

/* "eq, Band 1 frequency 83 Hz"; a value that is words stands as it is. */
static void value_words(const LusterStrip *strip, const LusterDecision *d, char *text, size_t size)
{
    LusterTarget where;
    char value[64];
    if (d->to_text || luster_strip_target((LusterStrip *)strip, d->target, &where, NULL)) {
        snprintf(text, size, "%s%s%s", d->target, d->to_text ? ": " : "",
                 d->to_text ? d->to_text : " (taken out since)");
        return;
    }
    luster_param_format(where.param, *where.value, value, sizeof value);
    const char *first = strchr(d->target, '.'), *second = first ? strchr(first + 1, '.') : NULL;
    char part[80] = "";
    if (second && strncmp(d->target, "clips.", 6))
        snprintf(part, sizeof part, "%.*s, ", (int)(second - first - 1), first + 1);
    snprintf(text, size, "%s%s %s%s%s", part, where.param->name, value,
             where.param->unit[0] ? " " : "", where.param->unit);
}

/* One of those that are told together goes on in the column where the last one ended. */
static void explain_decision(const LusterStrip *strip, const LusterDecision *d, int *column)
{
    char words[256];
    if (*column == 0) {
        printf("\n    - ");
        *column = 6;
    } else {
        putchar(';');
        ++*column;
        words[0] = ' '; /* a gap, or a new line */
    }
    const int gap = *column > 6;
    value_words(strip, d, words + gap, sizeof words - 32);
    const char *state = d->locked                           ? " (locked)"
                        : !luster_decision_stands(strip, d) ? " (set by you)"
                                                            : "";
    strcat(words, state);
    if (!*state && d->amount != 1.0)
        sprintf(words + strlen(words), " (%.0f %% of it)", 100.0 * d->amount);
    say(words, column, 6);
}

static bool same_grounds(const LusterDecision *a, const LusterDecision *b)
{
    return !strcmp(a->reason, b->reason) && !strcmp(a->measured, b->measured) &&
           !strcmp(a->stage, b->stage);
}

static void grounds(const LusterDecision *d)
{
    int column = 8;
    char text[2100];
    snprintf(text, sizeof text, "%s%s%s", d->reason,
             *d->reason && *d->measured ? ". Measured: " : "", d->measured);
    if (!*text)
        return;
    printf("\n        ");
    say(text, &column, 8);
}

/* Decisions with the same grounds are told together. */
static void explain_stage(const LusterStrip *strip, const char *stage)
{
    const LusterDecision *last = NULL;
    int column = 0;
    for (uint32_t i = 0; i < strip->n_decisions; i++) {
        const LusterDecision *d = &strip->decisions[i];
        if (strcmp(d->stage, stage))
            continue;
        if (!last)
            printf("\n  %s", *stage ? stage : "other");
        if (last && !same_grounds(last, d)) {
            grounds(last);
            column = 0;
        }
        explain_decision(strip, d, &column);
        last = d;
    }
    if (last)
        grounds(last);
}

static void explain_strip(const LusterStrip *strip)
{
    printf("\n%s", strip->name[0] ? strip->name : strip->id);
    if (strcmp(strip->id, strip->name))
        printf(" [%s]", strip->id);
    if (strip->role[0])
        printf(": %s", strip->role);
    if (strip->role[0] && strip->confidence > 0.0)
        printf(", %.0f %% sure", 100.0 * strip->confidence);
    if (!strip->n_decisions)
        printf("\n  nothing was decided here");
    for (uint32_t s = 0; luster_stage_id(s); s++)
        explain_stage(strip, luster_stage_id(s));
    explain_stage(strip, "");
    putchar('\n');
}

static void explain_asked(const LusterAssistant *a)
{
    const LusterParam *rows = luster_assistant_params();
    if (*a->style)
        printf("style %s\n", a->style);
    if (*a->variation)
        printf("variation %s\n", a->variation);
    if (*a->reference)
        printf("follows %s\n", a->reference);
    for (uint32_t i = 0; i < LUSTER_ASSISTANT_N; i++)
        if (a->values[i] != rows[i].def)
            printf("%s %g%s%s\n", rows[i].id, a->values[i], rows[i].unit[0] ? " " : "",
                   rows[i].unit);
}

static json_t *strip_json(const LusterStrip *strip)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < strip->n_decisions; i++) {
        const LusterDecision *d = &strip->decisions[i];
        LusterTarget where;
        json_t *one = json_pack("{s:s, s:s, s:f, s:b, s:b, s:s, s:s}", "target", d->target, "stage",
                                d->stage, "amount", d->amount, "locked", d->locked, "edited",
                                !d->locked && !luster_decision_stands(strip, d), "measured",
                                d->measured, "reason", d->reason);
        if (!d->to_text && !luster_strip_target((LusterStrip *)strip, d->target, &where, NULL)) {
            json_object_set_new(one, "from", json_real(d->from));
            json_object_set_new(one, "to", json_real(d->to));
            json_object_set_new(one, "value", json_real(*where.value));
            json_object_set_new(one, "unit", json_string(where.param->unit));
        } else if (d->to_text) {
            json_object_set_new(one, "from", json_string(d->from_text ? d->from_text : ""));
            json_object_set_new(one, "to", json_string(d->to_text));
        }
        json_array_append_new(list, one);
    }
    return json_pack("{s:s, s:s, s:s, s:f, s:o}", "id", strip->id, "name", strip->name, "role",
                     strip->role, "confidence", strip->confidence, "decisions", list);
}

static bool is_named(const LusterStrip *strip, const char *name)
{
    return !name || !strcasecmp(strip->id, name) || !strcasecmp(strip->name, name);
}

/* The strips that are asked for, in the order of the session; how many. */
static uint32_t choose(const LusterSession *session, const char *name, const LusterStrip **list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < session->n_tracks; i++)
        if (is_named(&session->tracks[i], name))
            list[n++] = &session->tracks[i];
    for (uint32_t i = 0; i < session->n_buses; i++)
        if (is_named(&session->buses[i], name) && (name || session->buses[i].n_decisions))
            list[n++] = &session->buses[i];
    if (is_named(&session->master, name))
        list[n++] = &session->master;
    return n;
}

static int explain(const Cli *cli, const LusterSession *session, const LusterStrip **list)
{
    const char *name = cli_n_args(cli) > 1 ? cli_arg(cli, 1) : NULL;
    const uint32_t n = choose(session, name, list);
    if (!n)
        return cli_fail("%s has no track, bus or master called '%s'; without a name all are "
                        "explained",
                        cli_arg(cli, 0), name);
    if (cli_flag(cli, "json")) {
        json_t *strips = json_array(), *notes = json_array();
        for (uint32_t i = 0; i < n; i++)
            json_array_append_new(strips, strip_json(list[i]));
        for (uint32_t i = 0; i < session->n_notes; i++)
            json_array_append_new(notes, json_string(session->notes[i]));
        json_t *all =
            json_pack("{s:s, s:o, s:o}", "title", session->title, "notes", notes, "strips", strips);
        json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
        putchar('\n');
        json_decref(all);
        return CLI_OK;
    }
    if (!name) {
        printf("%s\n", session->title[0] ? session->title : cli_arg(cli, 0));
        explain_asked(&session->assistant);
        for (uint32_t i = 0; i < session->n_notes; i++) {
            int column = 2;
            printf("* ");
            say(session->notes[i], &column, 2);
            putchar('\n');
        }
    }
    for (uint32_t i = 0; i < n; i++)
        explain_strip(list[i]);
    return CLI_OK;
}

static int run(Cli *cli)
{
    LusterSession *session = cli_load_session(cli_arg(cli, 0));
    if (!session)
        return CLI_FAILED;
    const size_t most = session->n_tracks + session->n_buses + 1;
    const LusterStrip **list = calloc(most, sizeof(const LusterStrip *));
    const int status = list ? explain(cli, session, list) : cli_fail("out of memory");
    free(list);
    luster_session_free(session);
    return status;
}

static const CliOption options[] = {
    {"json", 0, NULL, "For programs: every decision with value, evidence and reason."},
    {NULL, 0, NULL, NULL},
};

const CliCommand cli_explain = {
    .name = "explain",
    .args = "SESSION [TRACK]",
    .min_args = 1,
    .max_args = 2,
    .summary = "why the mix is as it is: every decision in plain words",
    .doc = "Tells what the assistant decided, track by track and stage by stage, with what it "
           "measured and why; and which values a person has set or locked since. TRACK is the name "
           "or id of a track, a bus, or master.",
    .examples = "luster explain mix/session.json\tthe whole song\n"
                "luster explain mix/session.json 09_LeadVox\tone track\n",
    .options = options,
    .run = run,
};
