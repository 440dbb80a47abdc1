/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Chains as text, for the command line: processors between |, each "id" or "id:value=x,value=y".
 * Files of assets stand among the values; double quotes hide commas, bars and blanks in their
 * names. All of it is checked before the strip is touched. */
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

/* One processor as it is read. */
typedef struct Item {
    char text[MAX_ITEM]; /* id and settings */
    char names[MAX_ITEM]; /* what `files` points into */
    const char *files[LUSTER_MAX_ASSETS]; /* NULL: not given */
    double values[MAX_PARAMS];
} Item;

/* Characters up to the first of `stops` that is not in double quotes. */
static size_t span(const char *text, const char *stops)
{
    const char *at = text;
    for (bool quoted = false; *at && (quoted || !strchr(stops, *at)); at++)
        quoted ^= *at == '"';
    return (size_t)(at - text);
}

/* Copies up to the next | without outer blanks; moves *text behind it, NULL at the end. False: too
 * long. */
static bool take_item(const char **text, char item[MAX_ITEM])
{
    const char *start = *text + strspn(*text, spaces);
    const char *bar = start + span(start, "|");
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
    bool quoted = false;
    for (const char *from = text; *from; from++) {
        const char *next = quoted ? from : from + strspn(from, spaces);
        quoted ^= *from == '"';
        const bool joint = (to > text && strchr(":=,", to[-1])) || strchr(":=,", *next);
        if (next == from || !joint)
            *to++ = *from;
    }
    *to = '\0';
}

static int find_asset(const LusterProcessor *proc, const char *id, size_t length)
{
    for (uint32_t i = 0; i < proc->n_assets; i++) {
        if (strlen(proc->assets[i].id) == length && memcmp(proc->assets[i].id, id, length) == 0)
            return (int)i;
    }
    return -1;
}

/* Takes the files of assets out of the settings. */
static LusterStatus take_files(Item *item, const LusterProcessor *proc, char *settings,
                               LusterError *err)
{
    char *to = settings, *name = item->names;
    memset(item->files, 0, sizeof item->files);
    for (const char *from = settings; *from;) {
        const size_t n = span(from, ","), n_id = strcspn(from, "=,");
        const int asset = from[n_id] == '=' ? find_asset(proc, from, n_id) : -1;
        if (asset >= 0) {
            item->files[asset] = name;
            for (size_t i = n_id + 1; i < n; i++) {
                if (from[i] != '"')
                    *name++ = from[i];
            }
            *name++ = '\0';
            if (!*item->files[asset])
                return luster_error_set(err, LUSTER_BAD_VALUE, "%s: %s= needs a file", proc->id,
                                        proc->assets[asset].id);
        } else {
            if (to > settings)
                *to++ = ',';
            memmove(to, from, n);
            to += n;
        }
        from += n + (from[n] == ',');
    }
    *to = '\0';
    return LUSTER_OK;
}

/* Cuts the item into the processor's id and its settings, and reads both. */
static LusterStatus parse_item(Item *item, char **settings, const LusterProcessor **proc,
                               LusterError *err)
{
    squeeze(item->text);
    char *colon = item->text + strcspn(item->text, ":");
    *settings = *colon ? colon + 1 : colon;
    *colon = '\0';
    if (!*item->text)
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "a chain reads processor:value=x,value=y | processor ...; "
                                "here a processor is missing");
    *proc = luster_processor_find(item->text);
    if (!*proc) {
        const char *near = luster_nearest(item->text, next_processor, NULL);
        return luster_error_set(err, LUSTER_NOT_FOUND,
                                "there is no processor '%.80s'%s%s%s (luster describe lists them)",
                                item->text, near ? "; did you mean '" : "", near ? near : "",
                                near ? "'?" : "");
    }
    if ((*proc)->n_params > MAX_PARAMS)
        return luster_error_set(err, LUSTER_UNSUPPORTED, "%s has too many parameters", item->text);
    const LusterStatus status = take_files(item, *proc, *settings, err);
    if (status)
        return status;
    luster_rows_default((*proc)->params, (*proc)->n_params, item->values);
    return luster_processor_parse(*proc, *settings, item->values, err);
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

/* Puts what was read on the strip; false when memory is out or the strip full. */
static bool add_item(LusterSession *session, LusterStrip *strip, const Item *item,
                     const LusterProcessor *proc, const char *settings)
{
    LusterInsert *insert = luster_strip_add_insert(session, strip, proc);
    if (!insert)
        return false;
    memcpy(insert->values, item->values, proc->n_params * sizeof *item->values);
    mark_given(insert, settings);
    for (uint32_t i = 0; i < proc->n_assets; i++) {
        if (item->files[i] && !luster_insert_set_file(session, insert, i, item->files[i]))
            return false;
    }
    return true;
}

/* One pass over the text; without a strip it only checks. */
static LusterStatus walk(LusterSession *session, LusterStrip *strip, const char *text,
                         LusterError *err)
{
    do {
        Item item;
        char *settings = NULL;
        const LusterProcessor *proc = NULL;
        if (!take_item(&text, item.text))
            return luster_error_set(err, LUSTER_BAD_VALUE,
                                    "a processor of more than %d characters in a chain",
                                    MAX_ITEM - 1);
        const LusterStatus status = parse_item(&item, &settings, &proc, err);
        if (status)
            return status;
        if (strip && !add_item(session, strip, &item, proc, settings))
            return luster_error_set(err, LUSTER_NO_MEMORY,
                                    "out of memory, or more than %d processors in a chain",
                                    LUSTER_MAX_INSERTS);
    } while (text);
    return LUSTER_OK;
}

static bool quotes_close(const char *text)
{
    bool quoted = false;
    for (; *text; text++)
        quoted ^= *text == '"';
    return !quoted;
}

LusterStatus luster_chain_parse(LusterSession *session, LusterStrip *strip, const char *text,
                                LusterError *err)
{
    if (!text[strspn(text, spaces)])
        return LUSTER_OK; /* an empty chain is a chain */
    if (!quotes_close(text))
        return luster_error_set(err, LUSTER_BAD_VALUE, "a chain with a quote that is not closed");
    const LusterStatus status = walk(session, NULL, text, err);
    return status ? status : walk(session, strip, text, err);
}
