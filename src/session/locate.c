/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where in the text a value stands: walks JSON that is known to be valid, so it only counts
 * brackets and skips strings. Runs once, when something is wrong. */
#include "session/fault.h"

#include "session/text.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void luster_path_key(LusterPath *path, const char *key)
{
    if (path->n < LUSTER_PATH_STEPS)
        path->steps[path->n] = (LusterStep){key, 0};
    path->n++;
}

void luster_path_index(LusterPath *path, size_t index)
{
    if (path->n < LUSTER_PATH_STEPS)
        path->steps[path->n] = (LusterStep){NULL, index};
    path->n++;
}

void luster_path_pop(LusterPath *path)
{
    path->n--;
}

static int known_steps(const LusterPath *path)
{
    return path->n < LUSTER_PATH_STEPS ? path->n : LUSTER_PATH_STEPS;
}

void luster_path_text(const LusterPath *path, char *text, size_t size)
{
    text[0] = '\0';
    for (int i = 0; i < known_steps(path); i++) {
        const LusterStep *step = &path->steps[i];
        const size_t used = strlen(text);
        if (step->key) {
            char shown[LUSTER_SHOWN_SIZE];
            luster_show(step->key, shown);
            snprintf(text + used, size - used, "%s%s", i ? "." : "", shown);
        } else {
            snprintf(text + used, size - used, "[%zu]", step->index);
        }
    }
}

LusterStatus luster_fault_set(LusterFault *fault, LusterStatus status, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(fault->text, sizeof fault->text, fmt, args);
    va_end(args);
    return fault->status = status;
}

typedef struct Cursor {
    const char *at, *end;
} Cursor;

static void skip_blank(Cursor *c)
{
    while (c->at < c->end && memchr(" \t\r\n", *c->at, 4))
        c->at++;
}

static void skip_string(Cursor *c)
{
    c->at++;
    while (c->at < c->end && *c->at != '"')
        c->at += *c->at == '\\' && c->end - c->at > 1 ? 2 : 1;
    if (c->at < c->end)
        c->at++;
}

static void skip_value(Cursor *c)
{
    long depth = 0;
    do {
        skip_blank(c);
        if (c->at >= c->end)
            return;
        if (*c->at == '"') {
            skip_string(c);
        } else if (*c->at == '{' || *c->at == '[') {
            depth++;
            c->at++;
        } else if (*c->at == '}' || *c->at == ']') {
            depth--;
            c->at++;
        } else if (*c->at == ',' || *c->at == ':') {
            c->at++;
        } else {
            while (c->at < c->end && !memchr(" \t\r\n,:]}", *c->at, 8))
                c->at++;
        }
    } while (depth > 0);
}

/* Whether the quoted text is this key; escapes are resolved by the JSON library. */
static bool is_key(const char *quoted, size_t size, const char *key)
{
    const size_t length = strlen(key);
    if (!memchr(quoted, '\\', size))
        return size == length + 2 && memcmp(quoted + 1, key, length) == 0;
    json_t *string = json_loadb(quoted, size, JSON_DECODE_ANY, NULL);
    const char *text = json_string_value(string);
    const bool same = text && strcmp(text, key) == 0;
    json_decref(string);
    return same;
}

/* Moves from the start of a value to that of a step inside it; false: there is none. */
static bool enter(Cursor *c, const LusterStep *step)
{
    const char open = step->key ? '{' : '[', close = step->key ? '}' : ']';
    if (c->at >= c->end || *c->at != open)
        return false;
    c->at++;
    for (size_t i = 0;; i++) {
        bool found = !step->key && i == step->index;
        skip_blank(c);
        if (c->at >= c->end || *c->at == close)
            return false;
        if (step->key) {
            const char *start = c->at;
            skip_string(c);
            found = is_key(start, (size_t)(c->at - start), step->key);
            skip_blank(c);
            if (c->at < c->end)
                c->at++; /* : */
            skip_blank(c);
        }
        if (found)
            return true;
        skip_value(c);
        skip_blank(c);
        if (c->at < c->end && *c->at == ',')
            c->at++;
    }
}

size_t luster_locate(const char *text, size_t size, const LusterPath *path)
{
    Cursor c = {text, text + size};
    skip_blank(&c);
    for (int i = 0; i < known_steps(path); i++) {
        Cursor inner = c;
        if (!enter(&inner, &path->steps[i]))
            break;
        c = inner;
    }
    size_t line = 1;
    for (const char *p = text; p < c.at && p < c.end; p++)
        line += *p == '\n';
    return line;
}
