/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Small files as wholes: sessions, JSON, reports. An output appears complete or not at all: it is
 * written beside its place, synced and renamed. */
#ifndef LUSTER_FILE_H
#define LUSTER_FILE_H

#include "luster/status.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Writes `size` bytes to `path`. A file that is there is replaced only with `force`
 * (LUSTER_EXISTS otherwise); whatever fails, or whoever kills the process, leaves it as it was. */
LUSTER_API LusterStatus luster_file_write(const char *path, const void *data, size_t size,
                                          bool force, LusterError *err);

/** Reads a regular file of at most `max_size` bytes. *data is the caller's (free), and one zero
 * byte that *size does not count follows the content. */
LUSTER_API LusterStatus luster_file_read(const char *path, size_t max_size, void **data,
                                         size_t *size, LusterError *err);

/** `file` as seen from `folder`, into path[size]: joined unless it is absolute. */
LUSTER_API LusterStatus luster_path_join(const char *folder, const char *file, char *path,
                                         size_t size, LusterError *err);

#ifdef __cplusplus
}
#endif

#endif
