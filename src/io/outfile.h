/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* An output file that appears whole or not at all. Bytes go to ".NAME.PID-N.part" in the same
 * folder; commit syncs it and renames it into place, abort removes it. */
#ifndef LUSTER_IO_OUTFILE_H
#define LUSTER_IO_OUTFILE_H

#include "luster/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LusterOutfile LusterOutfile;

/** Starts an output for `path`. LUSTER_EXISTS when a file is there and `force` is not set. */
LusterStatus luster_outfile_new(const char *path, bool force, LusterOutfile **out,
                                LusterError *err);

/** Appends, or overwrites after a seek. The first failure stays: every later call repeats it. */
LusterStatus luster_outfile_write(LusterOutfile *file, const void *data, size_t size,
                                  LusterError *err);

/** Descriptor for those who seek and read back (libsndfile's headers). Not to be closed. */
int luster_outfile_fd(const LusterOutfile *file);

/** Tells the file about a failure met while using the descriptor (an errno). */
void luster_outfile_fail(LusterOutfile *file, int error);

/** The failure so far, in words; LUSTER_OK when there is none. */
LusterStatus luster_outfile_status(const LusterOutfile *file, LusterError *err);

/** Syncs, renames, syncs the folder. Frees in any case; on failure nothing is left. */
LusterStatus luster_outfile_commit(LusterOutfile *file, LusterError *err);

/** Removes what was written and frees; NULL is allowed. */
void luster_outfile_abort(LusterOutfile *file);

#endif
