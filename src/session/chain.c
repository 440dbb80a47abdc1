/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Chains as text, for the command line: processors between |, each "id" or "id:value=x,value=y".
 * All of it is checked before the strip is touched. */
#include "session/model.h"

#include <stdio.h>
#include <string.h>

#define MAX_ITEM 4096 /* characters of one processor and its settings */
#define MAX_PARAMS 1024

static const char *next_processor(const void *user, uint32_t index)
{
    (void)user;
    const LusterProcessor *proc = luster_processor_at(index);
    return proc ? proc->id : NULL;
}

static const char spaces[] = " \t\r\n";

/* Copies up to the next | without outer blanks; moves *text behind it, NULL at the end. False: too
 * long. */
static bool take_item(const char **text, char item[MAX_ITEM])
{
    const char *start = *text + strspn(*text, spaces);
    const char *bar = start + strcspn(start, "|");
    const char *end = bar;
    *text = *bar ? bar + 1 : NULL;
    while (end > start && strchr(spaces, end[-1]))
        end--;
    if (end - start >= MAX_ITEM)
        return false;
    memcpy(item, start, (size_t)(end - start));
    item[end - start] = '\0';
    return true;
}

/* Blanks around : = and , are a person's habit; the settings parser wants none. */
static void squeeze(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        const char *next = from + strspn(from, spaces);
        const bool joint = (to > text && strchr(":=,", to[-1])) || strchr(":=,", *next);
        if (next == from || !joint)
            *to++ = *from;
    }
    *to = '\0';
}

/* Cuts the item into the processor's id and its settings, and reads both. */
static LusterStatus parse_item(char *item, const char **settings, const LusterProcessor **proc,
                               double *values, LusterError *err)
{
    squeeze(item);
    char *colon = item + strcspn(item, ":");
    *settings = *colon ? colon + 1 : colon;
    *colon = '\0';
    if (!*item)
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "a chain reads processor:value=x,value=y | processor ...; "
                                "here a processor is missing");
    *proc = luster_processor_find(item);
    if (!*proc) {
        const char *near = luster_nearest(item, next_processor, NULL);
        return luster_error_set(err, LUSTER_NOT_FOUND,
                                "there is no processor '%.80s'%s%s%s (luster describe lists them)",
                                item, near ? "; did you mean '" : "", near ? near : "",
                                near ? "'?" : "");
    }
    if ((*proc)->n_params > MAX_PARAMS)
        return luster_error_set(err, LUSTER_UNSUPPORTED, "%s has too many parameters", item);
    luster_rows_default((*proc)->params, (*proc)->n_params, values);
    return luster_processor_parse(*proc, *settings, values, err);
}

static void mark_given(LusterInsert *insert, const char *settings)
{
    while (*settings) {
        char id[64];
        snprintf(id, sizeof id, "%.*s", (int)strcspn(settings, "=,"), settings);
        const int index = luster_processor_param(insert->proc, id);
        if (index >= 0)
            insert->given[index] = true;
        settings += strcspn(settings, ",");
        settings += *settings == ',';
    }
}

/* One pass over the text; without a strip it only checks. */
static LusterStatus walk(LusterSession *session, LusterStrip *strip, const char *text,
                         LusterError *err)
{
    do {
        char item[MAX_ITEM];
        double values[MAX_PARAMS];
        const char *settings = "";
        const LusterProcessor *proc = NULL;
        if (!take_item(&text, item))
            return luster_error_set(err, LUSTER_BAD_VALUE,
                                    "a processor of more than %d characters in a chain",
                                    MAX_ITEM - 1);
        const LusterStatus status = parse_item(item, &settings, &proc, values, err);
        if (status)
            return status;
        if (!strip)
            continue;
        LusterInsert *insert = luster_strip_add_insert(session, strip, proc);
        if (!insert)
            return luster_error_set(err, LUSTER_NO_MEMORY,
                                    "out of memory, or more than %d processors in a chain",
                                    LUSTER_MAX_INSERTS);
        memcpy(insert->values, values, proc->n_params * sizeof *values);
        mark_given(insert, settings);
    } while (text);
    return LUSTER_OK;
}

LusterStatus luster_chain_parse(LusterSession *session, LusterStrip *strip, const char *text,
                                LusterError *err)
{
    if (!text[strspn(text, spaces)])
        return LUSTER_OK; /* an empty chain is a chain */
    const LusterStatus status = walk(session, NULL, text, err);
    return status ? status : walk(session, strip, text, err);
}
