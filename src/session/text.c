/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Text that grows. Numbers: a decimal of at most 15 digits is unique among doubles, so %.15g gives
 * the shortest one when it reads back; otherwise 16 or 17 digits are needed (IEEE 754). */
#include "session/text.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void luster_text_bytes(LusterText *text, const char *bytes, size_t size)
{
    if (text->failed)
        return;
    if (text->room - text->size <= size) {
        size_t room = text->room ? text->room * 2 : 4096;
        while (room - text->size <= size)
            room *= 2;
        char *data = realloc(text->data, room);
        if (!data) {
            text->failed = true;
            return;
        }
        text->data = data;
        text->room = room;
    }
    memcpy(text->data + text->size, bytes, size);
    text->size += size;
    text->data[text->size] = '\0';
}

void luster_text_add(LusterText *text, const char *more)
{
    luster_text_bytes(text, more, strlen(more));
}

void luster_text_printf(LusterText *text, const char *fmt, ...)
{
    char line[2048];
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    luster_text_bytes(text, line,
                      n < 0                     ? 0
                      : (size_t)n < sizeof line ? (size_t)n
                                                : sizeof line - 1);
}

void luster_text_quote(LusterText *text, const char *string)
{
    luster_text_add(text, "\"");
    while (*string) {
        size_t plain = 0;
        while ((unsigned char)string[plain] >= 0x20 && string[plain] != '"' &&
               string[plain] != '\\')
            plain++;
        luster_text_bytes(text, string, plain);
        string += plain;
        if (!*string)
            break;
        const unsigned char c = (unsigned char)*string++;
        if (c == '"' || c == '\\')
            luster_text_printf(text, "\\%c", c);
        else if (c == '\n')
            luster_text_add(text, "\\n");
        else if (c == '\t')
            luster_text_add(text, "\\t");
        else
            luster_text_printf(text, "\\u%04x", c);
    }
    luster_text_add(text, "\"");
}

static bool reads_back(const char *text, double value)
{
    return strtod(text, NULL) == value;
}

void luster_number(double value, char text[LUSTER_NUMBER_SIZE])
{
    if (value == 0.0)
        value = 0.0; /* -0 */
    const int fewest = fabs(value) < DBL_MIN ? 1 : 15; /* denormals hold fewer digits */
    for (int digits = fewest; digits <= 17; digits++) {
        snprintf(text, LUSTER_NUMBER_SIZE, "%.*g", digits, value);
        if (reads_back(text, value))
            break;
    }
    /* 0.00002 instead of 2e-05, while that is not longer than a person reads */
    if (strchr(text, 'e') && fabs(value) < 1e-3 && fabs(value) >= 1e-7) {
        for (int digits = 5; digits <= 24; digits++) {
            snprintf(text, LUSTER_NUMBER_SIZE, "%.*f", digits, value);
            if (reads_back(text, value))
                break;
        }
    }
    for (char *c = text; *c; c++) {
        if (!strchr("0123456789+-.einfa", *c))
            *c = '.'; /* the locale's decimal comma */
    }
}

void luster_text_number(LusterText *text, double value)
{
    char number[LUSTER_NUMBER_SIZE];
    luster_number(value, number);
    luster_text_add(text, number);
}

void luster_text_value(LusterText *text, const LusterParam *row, double value)
{
    if (row->scale == LUSTER_SCALE_TOGGLE)
        luster_text_add(text, value != 0.0 ? "true" : "false");
    else if (row->scale == LUSTER_SCALE_CHOICE)
        luster_text_quote(text, row->labels[(int)luster_param_clamp(row, value)]);
    else
        luster_text_number(text, value);
}

/* Bytes of the character at `c`, 0 when it is not one. */
static size_t utf8_length(const unsigned char *c)
{
    if (c[0] < 0x80)
        return 1;
    const size_t n = c[0] >= 0xc2 && c[0] <= 0xdf   ? 2
                     : c[0] >= 0xe0 && c[0] <= 0xef ? 3
                     : c[0] >= 0xf0 && c[0] <= 0xf4 ? 4
                                                    : 0;
    for (size_t i = 1; i < n; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
        (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
        return 0; /* overlong, surrogate, above U+10FFFF */
    return n;
}

bool luster_utf8_valid(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    while (*c) {
        const size_t n = utf8_length(c);
        if (!n)
            return false;
        c += n;
    }
    return true;
}

void luster_show(const char *from, char shown[LUSTER_SHOWN_SIZE])
{
    const unsigned char *c = (const unsigned char *)from;
    size_t n = 0;
    while (*c && n < 60) {
        const size_t length = utf8_length(c);
        if (!length || *c < 0x20 || *c == 0x7f) {
            shown[n++] = '?';
            c++;
            continue;
        }
        memcpy(shown + n, c, length);
        n += length;
        c += length;
    }
    memcpy(shown + n, *c ? "..." : "", *c ? 4 : 1);
}
