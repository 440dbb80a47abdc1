/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A growing buffer, and escaping for HTML and SVG. */
#include "report/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(LusterPage *text, size_t more)
{
    if (text->failed)
        return false;
    if (text->size + more + 1 <= text->room)
        return true;
    size_t room = text->room ? text->room : 16384;
    while (room < text->size + more + 1)
        room *= 2;
    char *data = realloc(text->data, room);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->room = room;
    return true;
}

static void add_bytes(LusterPage *text, const char *raw, size_t n)
{
    if (!reserve(text, n))
        return;
    memcpy(text->data + text->size, raw, n);
    text->size += n;
    text->data[text->size] = 0;
}

void luster_page_add(LusterPage *text, const char *raw)
{
    add_bytes(text, raw, strlen(raw));
}

void luster_page_print(LusterPage *text, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, fmt, args);
    if (n >= 0 && reserve(text, (size_t)n)) {
        vsnprintf(text->data + text->size, (size_t)n + 1, fmt, again);
        text->size += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

/* Length of a well-formed UTF-8 character, 0 when it is none. */
static size_t utf8_length(const unsigned char *c)
{
    if (c[0] < 0x80)
        return 1;
    if (c[0] >= 0xc2 && c[0] < 0xe0)
        return (c[1] & 0xc0) == 0x80 ? 2 : 0;
    if (c[0] >= 0xe0 && c[0] < 0xf0) {
        const bool low = c[0] == 0xe0 && c[1] < 0xa0, surrogate = c[0] == 0xed && c[1] >= 0xa0;
        return !low && !surrogate && (c[1] & 0xc0) == 0x80 && (c[2] & 0xc0) == 0x80 ? 3 : 0;
    }
    if (c[0] >= 0xf0 && c[0] < 0xf5) {
        const bool low = c[0] == 0xf0 && c[1] < 0x90, high = c[0] == 0xf4 && c[1] >= 0x90;
        return !low && !high && (c[1] & 0xc0) == 0x80 && (c[2] & 0xc0) == 0x80 &&
                       (c[3] & 0xc0) == 0x80
                   ? 4
                   : 0;
    }
    return 0;
}

void luster_page_words(LusterPage *text, const char *words)
{
    const unsigned char *c = (const unsigned char *)words;
    while (c && *c) {
        const size_t n = utf8_length(c);
        if (*c == '&')
            luster_page_add(text, "&amp;");
        else if (*c == '<')
            luster_page_add(text, "&lt;");
        else if (*c == '>')
            luster_page_add(text, "&gt;");
        else if (*c == '"')
            luster_page_add(text, "&quot;");
        else if (*c == '\'')
            luster_page_add(text, "&#39;");
        else if (n == 0 || (*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f)
            luster_page_add(text, "\xef\xbf\xbd");
        else
            add_bytes(text, (const char *)c, n);
        c += n ? n : 1;
    }
}
