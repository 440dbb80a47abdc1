/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Small files as wholes. */
#include "luster/file.h"

#include "io/infile.h"
#include "io/outfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

LusterStatus luster_file_write(const char *path, const void *data, size_t size, bool force,
                               LusterError *err)
{
    LusterOutfile *file;
    LusterStatus status = luster_outfile_new(path, force, &file, err);
    if (status)
        return status;
    status = luster_outfile_write(file, data, size, err);
    if (status) {
        luster_outfile_abort(file);
        return status;
    }
    return luster_outfile_commit(file, err);
}

LusterStatus luster_file_read(const char *path, size_t max_size, void **data, size_t *size,
                              LusterError *err)
{
    *data = NULL;
    *size = 0;
    int fd;
    uint64_t n_bytes;
    LusterStatus status = luster_infile_open(path, &fd, &n_bytes, err);
    if (status)
        return status;
    char *bytes = NULL;
    if (n_bytes > max_size)
        status = luster_error_set(err, LUSTER_BAD_FILE,
                                  "%s: %llu bytes are too many; at most %zu are expected here",
                                  path, (unsigned long long)n_bytes, max_size);
    else if (!(bytes = malloc((size_t)n_bytes + 1)))
        status = luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
    size_t done = 0;
    while (!status && done < n_bytes) {
        const ssize_t n = read(fd, bytes + done, (size_t)n_bytes - done);
        if (n == 0)
            break;
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            status = luster_error_set(err, LUSTER_IO, "%s: cannot read: %s", path, strerror(errno));
    }
    close(fd);
    if (status) {
        free(bytes);
        return status;
    }
    bytes[done] = 0;
    *data = bytes;
    *size = done;
    return LUSTER_OK;
}

LusterStatus luster_path_join(const char *folder, const char *file, char *path, size_t size,
                              LusterError *err)
{
    const bool here = !folder || !folder[0] || strcmp(folder, ".") == 0 || file[0] == '/';
    const int n =
        here ? snprintf(path, size, "%s", file) : snprintf(path, size, "%s/%s", folder, file);
    if (n < 0 || (size_t)n >= size)
        return luster_error_set(err, LUSTER_BAD_VALUE, "%s/%s: the path is too long",
                                folder ? folder : ".", file);
    return LUSTER_OK;
}
