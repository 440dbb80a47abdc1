/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening inputs: the system's refusals in words, a look at the first bytes, and the length that a
 * header promises (libsndfile corrects it silently when the file is shorter). */
#include "io/infile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

LusterStatus luster_infile_open(const char *path, int *fd, uint64_t *n_bytes, LusterError *err)
{
    /* O_NONBLOCK: a pipe must be refused, not waited for. */
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return luster_error_set(err, LUSTER_NOT_FOUND, "%s: there is no such file", path);
        if (errno == EACCES || errno == EPERM)
            return luster_error_set(err, LUSTER_IO,
                                    "%s: may not be read; its permissions forbid it", path);
        if (errno == EMFILE || errno == ENFILE)
            return luster_error_set(err, LUSTER_IO,
                                    "%s: too many files are open at once; allow more (ulimit -n)",
                                    path);
        return luster_error_set(err, LUSTER_IO, "%s: cannot open: %s", path, strerror(errno));
    }
    struct stat st;
    LusterStatus status = LUSTER_OK;
    if (fstat(*fd, &st) != 0)
        status = luster_error_set(err, LUSTER_IO, "%s: cannot open: %s", path, strerror(errno));
    else if (S_ISDIR(st.st_mode))
        status = luster_error_set(err, LUSTER_BAD_FILE, "%s: is a folder, not a file", path);
    else if (!S_ISREG(st.st_mode))
        status = luster_error_set(err, LUSTER_UNSUPPORTED,
                                  "%s: is a device or pipe; inputs are regular files", path);
    if (status) {
        close(*fd);
        *fd = -1;
        return status;
    }
    *n_bytes = (uint64_t)st.st_size;
    return LUSTER_OK;
}

static const struct {
    const char *bytes;
    uint32_t size, offset;
    const char *what;
} kinds[] = {
    {"PK\3\4", 4, 0, "a ZIP archive; unpack it first"},
    {"Rar!", 4, 0, "a RAR archive; unpack it first"},
    {"7z\xbc\xaf", 4, 0, "a 7-Zip archive; unpack it first"},
    {"\x1f\x8b", 2, 0, "a gzip archive; unpack it first"},
    {"\xfd"
     "7zXZ",
     5, 0, "an xz archive; unpack it first"},
    {"\x89PNG", 4, 0, "a PNG picture"},
    {"\xff\xd8\xff", 3, 0, "a JPEG picture"},
    {"GIF8", 4, 0, "a GIF picture"},
    {"%PDF", 4, 0, "a PDF document"},
    {"MThd", 4, 0, "a MIDI file, which holds notes and no sound"},
    {"\0\5\26\7", 4, 0, "a macOS resource file (\"._…\"), not the recording itself"},
    {"\x7f"
     "ELF",
     4, 0, "a program"},
    {"<REAPER_PROJECT", 15, 0, "a Reaper project"},
    {"sfbk", 4, 8, "a SoundFont"},
};

const char *luster_infile_looks(int fd)
{
    unsigned char head[512];
    const ssize_t n = pread(fd, head, sizeof head, 0);
    if (n <= 0)
        return "an empty file";
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if ((size_t)n >= kinds[i].offset + kinds[i].size &&
            memcmp(head + kinds[i].offset, kinds[i].bytes, kinds[i].size) == 0)
            return kinds[i].what;
    bool zeros = true, text = true;
    for (ssize_t i = 0; i < n; i++) {
        zeros &= head[i] == 0;
        text &= head[i] >= 0x20 ? head[i] != 0x7f : (head[i] >= '\t' && head[i] <= '\r');
    }
    return zeros ? "nothing but zero bytes" : text ? "text" : NULL;
}

static uint64_t le(const unsigned char *bytes, int n)
{
    uint64_t value = 0;
    for (int i = n - 1; i >= 0; i--)
        value = value << 8 | bytes[i];
    return value;
}

static uint64_t be(const unsigned char *bytes, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value = value << 8 | bytes[i];
    return value;
}

#define SOX_UNKNOWN                                                                                \
    0x7ffff000 /* bytes of 'data' in a WAV that SoX writes to a pipe (its wav.c)                   \
                */

/* RIFF and RF64: 'fmt ' gives bytes per frame, 'data' (or 'ds64') the promised size. */
static uint64_t declared_riff(int fd)
{
    unsigned char head[8];
    uint64_t frame_bytes = 0, long_size = 0;
    off_t at = 12;
    for (int n_chunks = 0; n_chunks < 1000; n_chunks++) {
        if (pread(fd, head, 8, at) != 8)
            return 0;
        const uint64_t size = le(head + 4, 4);
        if (memcmp(head, "data", 4) == 0) {
            const uint64_t n = size == 0xffffffff ? long_size : size;
            /* 0: a stream that did not know; SoX then writes whole frames up to SOX_UNKNOWN */
            if (!frame_bytes || n == SOX_UNKNOWN / frame_bytes * frame_bytes)
                return 0;
            return n / frame_bytes;
        }
        unsigned char body[16];
        if (size >= 16 && pread(fd, body, 16, at + 8) == 16) {
            if (memcmp(head, "fmt ", 4) == 0)
                frame_bytes = le(body + 12, 2);
            else if (memcmp(head, "ds64", 4) == 0)
                long_size = le(body + 8, 8);
        }
        at += (off_t)(8 + size + (size & 1));
    }
    return 0;
}

/* W64: chunks named by 16 bytes, sizes of 64 bit that include the 24 of their head. */
static uint64_t declared_w64(int fd)
{
    unsigned char head[40];
    uint64_t frame_bytes = 0;
    off_t at = 40;
    for (int n_chunks = 0; n_chunks < 1000; n_chunks++) {
        if (pread(fd, head, 40, at) != 40)
            return 0;
        const uint64_t size = le(head + 16, 8);
        if (size < 24 || size > INT64_MAX / 2)
            return 0;
        if (memcmp(head, "fmt ", 4) == 0)
            frame_bytes = le(head + 24 + 12, 2);
        if (memcmp(head, "data", 4) == 0)
            return frame_bytes ? (size - 24) / frame_bytes : 0;
        at += (off_t)((size + 7) & ~7ull);
    }
    return 0;
}

/* AIFF: 'COMM' says it outright. */
static uint64_t declared_aiff(int fd)
{
    unsigned char head[14];
    off_t at = 12;
    for (int n_chunks = 0; n_chunks < 1000; n_chunks++) {
        if (pread(fd, head, 14, at) != 14)
            return 0;
        const uint64_t size = be(head + 4, 4);
        if (memcmp(head, "COMM", 4) == 0)
            return be(head + 10, 4);
        at += (off_t)(8 + size + (size & 1));
    }
    return 0;
}

uint64_t luster_infile_declared(int fd)
{
    unsigned char head[12];
    if (pread(fd, head, 12, 0) != 12)
        return 0;
    if ((memcmp(head, "RIFF", 4) == 0 || memcmp(head, "RF64", 4) == 0) &&
        memcmp(head + 8, "WAVE", 4) == 0)
        return declared_riff(fd);
    if (memcmp(head, "riff", 4) == 0)
        return declared_w64(fd);
    if (memcmp(head, "FORM", 4) == 0 && memcmp(head + 8, "AIF", 3) == 0)
        return declared_aiff(fd);
    return 0;
}

bool luster_infile_mpeg_length(int fd)
{
    unsigned char head[10], first[256];
    off_t at = 0;
    while (pread(fd, head, 10, at) == 10 && memcmp(head, "ID3", 3) == 0)
        at += 10 + ((off_t)head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]);
    const ssize_t n = pread(fd, first, sizeof first, at);
    for (ssize_t i = 0; i + 4 <= n; i++) {
        const unsigned char *p = first + i;
        if (!memcmp(p, "Xing", 4) || !memcmp(p, "Info", 4) || !memcmp(p, "VBRI", 4))
            return true;
    }
    return false;
}
