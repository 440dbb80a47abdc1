/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Measurements in words, tables and JSON, on standard output. */
#ifndef LUSTER_CLI_MEASURE_PRINT_H
#define LUSTER_CLI_MEASURE_PRINT_H

#include "luster/audio.h"
#include "luster/measure.h"

typedef struct FileMeasurement {
    const char *path;
    LusterStatus status; /* not LUSTER_OK: `error` says why, the rest is empty */
    LusterError error;
    LusterMeasurement result;
    LusterAudioFaults faults;
    LusterMeasure *measure;
} FileMeasurement;

/** Everything about one file; nothing when it failed. */
void print_report(const FileMeasurement *file);

/** A line per file and one for the album (NULL: none). */
void print_table(const FileMeasurement *files, size_t n, const LusterAlbumMeasurement *album);

/** {"files": [...], "album": {...} or null}. Returns 0, or 1 when it could not be written. */
int print_json(const FileMeasurement *files, size_t n, const LusterAlbumMeasurement *album);

#endif
