/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Text that grows: what pages are written with. One owner; when memory runs out it stays silent
 * and says so at the end. */
#ifndef LUSTER_REPORT_PAGE_H
#define LUSTER_REPORT_PAGE_H

#include "luster/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct LusterPage {
    char *data;
    size_t size, room;
    bool failed;
} LusterPage;

/** Appends as it is. */
void luster_page_add(LusterPage *text, const char *raw);
/** Appends formatted; only for numbers and constants: nothing is escaped. */
void luster_page_print(LusterPage *text, const char *fmt, ...) LUSTER_PRINTF(2, 3);
/** Appends words from outside: & < > " ' become entities, bytes that are not UTF-8 and control
 * characters become U+FFFD. NULL is nothing. */
void luster_page_words(LusterPage *text, const char *words);

#endif
