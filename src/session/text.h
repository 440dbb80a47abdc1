/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Text that grows, and the few JSON forms of values. */
#ifndef LUSTER_SESSION_TEXT_H
#define LUSTER_SESSION_TEXT_H

#include "luster/processor.h"

typedef struct LusterText {
    char *data; /* malloced, NUL at the end */
    size_t size, room;
    bool failed; /* memory ran out; all that follows is ignored */
} LusterText;

void luster_text_add(LusterText *text, const char *more);
void luster_text_bytes(LusterText *text, const char *bytes, size_t size);
void luster_text_printf(LusterText *text, const char *fmt, ...) LUSTER_PRINTF(2, 3);

/** A quoted, escaped string of JSON. UTF-8 stays as it is. */
void luster_text_quote(LusterText *text, const char *string);

/** The shortest decimal that reads back as the same double, with a point in any locale. */
void luster_text_number(LusterText *text, double value);

/** A row's value: a number, true or false, or a quoted label. */
void luster_text_value(LusterText *text, const LusterParam *row, double value);

#define LUSTER_NUMBER_SIZE 40
void luster_number(double value, char text[LUSTER_NUMBER_SIZE]);

/** Whether the bytes up to NUL are valid UTF-8 (RFC 3629). */
bool luster_utf8_valid(const char *text);

/** `from` for a message: cut to about 60 bytes at a character, controls as '?'. */
#define LUSTER_SHOWN_SIZE 72
void luster_show(const char *from, char shown[LUSTER_SHOWN_SIZE]);

#endif
