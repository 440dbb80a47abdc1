/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Write beside, fsync, rename, fsync the folder. Without `force` the name is taken with link(2),
 * which cannot replace a file that appeared in the meantime. */
#include "io/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct LusterOutfile {
    char *path, *part, *folder;
    int fd;
    int error; /* first errno met; 0: none */
    bool force;
};

static LusterStatus refuse(const char *path, const char *folder, int error, LusterError *err)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return luster_error_set(
            err, LUSTER_IO, "%s: the disk is full; free some space or write to another disk", path);
    case EFBIG:
        return luster_error_set(err, LUSTER_IO,
                                "%s: the file is larger than this system or disk allows", path);
    case EACCES:
    case EPERM:
    case EROFS:
        return luster_error_set(err, LUSTER_IO,
                                "%s: cannot write here (%s); the folder '%s' must be writable",
                                path, strerror(error), folder);
    case ENOENT:
    case ENOTDIR:
        return luster_error_set(err, LUSTER_NOT_FOUND, "%s: there is no folder '%s'", path, folder);
    case ENOMEM:
        return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
    default:
        return luster_error_set(err, LUSTER_IO, "%s: cannot write: %s", path, strerror(error));
    }
}

static void free_outfile(LusterOutfile *file)
{
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    free(file->part);
    free(file->folder);
    free(file);
}

/* What stands at the path already: nothing, a file that may be replaced, or a reason to refuse. */
static LusterStatus check_target(const LusterOutfile *file, LusterError *err)
{
    struct stat st;
    if (stat(file->path, &st) != 0) {
        if (errno != ENOENT)
            return refuse(file->path, file->folder, errno, err);
        return lstat(file->path, &st) == 0
                   ? luster_error_set(err, LUSTER_EXISTS,
                                      "%s: is a link to a file that does not exist", file->path)
                   : LUSTER_OK;
    }
    if (S_ISDIR(st.st_mode))
        return luster_error_set(err, LUSTER_EXISTS, "%s: is a folder, not a file", file->path);
    if (!S_ISREG(st.st_mode))
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "%s: is a device or pipe; outputs go to regular files", file->path);
    if (!file->force)
        return luster_error_set(err, LUSTER_EXISTS, "%s: already exists; use --force to replace it",
                                file->path);
    return LUSTER_OK;
}

static LusterStatus create_part(LusterOutfile *file, LusterError *err)
{
    static atomic_uint counter;
    const char *slash = strrchr(file->path, '/');
    const char *name = slash ? slash + 1 : file->path;
    const size_t size = strlen(file->folder) + 300;
    file->part = malloc(size);
    if (!file->part)
        return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", file->path);
    for (int attempt = 0; attempt < 1000; attempt++) {
        snprintf(file->part, size, "%s/.%.200s.%ld-%u.part", file->folder, name, (long)getpid(),
                 atomic_fetch_add(&counter, 1));
        file->fd = open(file->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->fd >= 0)
            return LUSTER_OK;
        if (errno != EEXIST)
            break;
    }
    return refuse(file->path, file->folder, errno, err);
}

LusterStatus luster_outfile_new(const char *path, bool force, LusterOutfile **out, LusterError *err)
{
    *out = NULL;
    LusterOutfile *file = calloc(1, sizeof *file);
    if (!file)
        return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
    file->fd = -1;
    file->force = force;
    file->path = strdup(path);
    const char *slash = strrchr(path, '/');
    file->folder = !slash ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    LusterStatus status;
    if (!file->path || !file->folder)
        status = luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
    else if (!*path || (slash && !slash[1]))
        status = luster_error_set(err, LUSTER_BAD_VALUE, "'%s' is not a file name", path);
    else
        status = check_target(file, err);
    if (!status)
        status = create_part(file, err);
    if (status) {
        free_outfile(file);
        return status;
    }
    *out = file;
    return LUSTER_OK;
}

LusterStatus luster_outfile_write(LusterOutfile *file, const void *data, size_t size,
                                  LusterError *err)
{
    const char *bytes = data;
    while (size > 0 && !file->error) {
        const ssize_t n = write(file->fd, bytes, size);
        if (n < 0) {
            if (errno != EINTR)
                file->error = errno;
            continue;
        }
        bytes += n;
        size -= (size_t)n;
    }
    return luster_outfile_status(file, err);
}

int luster_outfile_fd(const LusterOutfile *file)
{
    return file->fd;
}

void luster_outfile_fail(LusterOutfile *file, int error)
{
    if (!file->error)
        file->error = error ? error : EIO;
}

LusterStatus luster_outfile_status(const LusterOutfile *file, LusterError *err)
{
    return file->error ? refuse(file->path, file->folder, file->error, err) : LUSTER_OK;
}

/* Gives the part its name; returns an errno. */
static int take_name(LusterOutfile *file)
{
    if (!file->force) {
        if (link(file->part, file->path) == 0) {
            unlink(file->part);
            return 0;
        }
        if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
            return errno;
        struct stat st; /* a file system without links (FAT): look, then rename */
        if (lstat(file->path, &st) == 0)
            return EEXIST;
    }
    return rename(file->part, file->path) == 0 ? 0 : errno;
}

LusterStatus luster_outfile_commit(LusterOutfile *file, LusterError *err)
{
    LusterStatus status = luster_outfile_status(file, err);
    if (!status) {
        if (fsync(file->fd) != 0 && errno != EINVAL)
            file->error = errno;
        const int fd = file->fd;
        file->fd = -1;
        if (close(fd) != 0)
            luster_outfile_fail(file, errno);
        if (!file->error)
            file->error = take_name(file);
        if (file->error == EEXIST)
            status = luster_error_set(err, LUSTER_EXISTS,
                                      "%s: already exists; use --force to replace it", file->path);
        else
            status = luster_outfile_status(file, err);
    }
    if (status) {
        unlink(file->part);
    } else {
        /* The new name must survive a power cut too. Some file systems cannot sync a folder. */
        const int folder = open(file->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder >= 0) {
            fsync(folder);
            close(folder);
        }
    }
    free_outfile(file);
    return status;
}

void luster_outfile_abort(LusterOutfile *file)
{
    if (!file)
        return;
    unlink(file->part);
    free_outfile(file);
}
