/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Session files of the tests: whole files from the corpus. */
#ifndef LUSTER_TEST_SESSION_TEXT_H
#define LUSTER_TEST_SESSION_TEXT_H

#include <stdio.h>
#include <stdlib.h>

/** A file of test/session/corpus, malloced, NUL behind it; ends the program when it is not there.
 */
static inline char *read_corpus(const char *name, size_t *size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", SESSION_CORPUS, name);
    FILE *file = fopen(path, "rb");
    char *text = malloc(1 << 20);
    if (!file || !text) {
        printf("Bail out! cannot read %s\n", path);
        exit(1);
    }
    *size = fread(text, 1, (1 << 20) - 1, file);
    text[*size] = '\0';
    fclose(file);
    return text;
}

#endif
