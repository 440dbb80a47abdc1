/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening what a person named, with words for everything that may be wrong with it. */
#ifndef LUSTER_IO_INFILE_H
#define LUSTER_IO_INFILE_H

#include "luster/status.h"

#include <stdbool.h>
#include <stdint.h>

/** Opens a regular file for reading; the descriptor is the caller's. */
LusterStatus luster_infile_open(const char *path, int *fd, uint64_t *n_bytes, LusterError *err);

/** What the first bytes look like when it is surely not audio ("text", "a ZIP archive" …), or
 * NULL. Static storage. Leaves the position alone. */
const char *luster_infile_looks(int fd);

/** Frames that a WAV, RF64, W64 or AIFF header promises, whether or not they are there; 0 when the
 * header does not say. */
uint64_t luster_infile_declared(int fd);

/** Whether an MPEG stream's first frame says how long it is (Xing, Info or VBRI); otherwise its
 * length is only a guess from its size. */
bool luster_infile_mpeg_length(int fd);

#endif
