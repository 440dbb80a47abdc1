/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Which files are stems: a walk through folders. */
#ifndef LUSTER_CLI_COLLECT_H
#define LUSTER_CLI_COLLECT_H

#include "cli.h"

typedef struct FileList {
    char **paths;
    char **names; /* below the folder that was named: "Drums/02_Kick.wav" */
    uint32_t n_files;
    char **other; /* files that are plainly not recordings, and folders with earlier mixes */
    uint32_t n_other;
} FileList;

/** Adds a file, or all files in a folder and the folders in it, sorted. Hidden files and the
 * folder `except` (may be NULL) are passed over. Returns 0, or CLI_FAILED with words. */
int cli_collect(FileList *list, const char *path, const char *except);
void cli_collect_free(FileList *list);

#endif
