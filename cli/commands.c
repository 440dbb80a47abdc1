/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of commands, and what several of them need. */
#include "commands.h"

#include "luster/file.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Characters that a shell takes as they are. */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+,:@%"
#define MAX_SESSION_BYTES ((size_t)64 * 1024 * 1024) /* the parser has its own, lower limit */

static LusterStatus choose(const char *text, const char *const *names, int *index)
{
    for (int i = 0; names[i]; i++) {
        if (strcmp(text, names[i]) == 0) {
            *index = i;
            return LUSTER_OK;
        }
    }
    return LUSTER_BAD_VALUE;
}

int cli_format(const Cli *cli, const char *path, CliFormat *format)
{
    static const char *const containers[] = {"wav", "aiff", "flac", NULL};
    static const char *const bits[] = {"16", "24", "32", "float", NULL};
    static const char *const dithers[] = {"auto", "tpdf", "none", NULL};
    int container = LUSTER_CONTAINER_WAV, bit = LUSTER_FORMAT_S24, dither = LUSTER_DITHER_AUTO;
    const char *text = cli_value(cli, "format");
    LusterError err;
    if (text && choose(text, containers, &container))
        return cli_misuse(cli, "--format is '%s'; it must be wav, aiff or flac", text);
    if (!text && path) {
        LusterContainer from_name;
        if (luster_container_from_path(path, &from_name, &err))
            return cli_misuse(cli, "%s", err.text);
        container = (int)from_name;
    }
    text = cli_value(cli, "bits");
    if (text && choose(text, bits, &bit))
        return cli_misuse(cli, "--bits is '%s'; it must be 16, 24, 32 or float", text);
    text = cli_value(cli, "dither");
    if (text && choose(text, dithers, &dither))
        return cli_misuse(cli, "--dither is '%s'; it must be auto, tpdf or none", text);
    if (container == LUSTER_CONTAINER_FLAC && bit > LUSTER_FORMAT_S24)
        return cli_misuse(cli, "a FLAC file has 16 or 24 bits; --bits is %s", bits[bit]);
    *format = (CliFormat){(LusterContainer)container, (LusterFormat)bit, (LusterDither)dither,
                          cli_flag(cli, "force")};
    return CLI_OK;
}

const char *cli_format_ending(LusterContainer container)
{
    return container == LUSTER_CONTAINER_WAV    ? ".wav"
           : container == LUSTER_CONTAINER_AIFF ? ".aiff"
                                                : ".flac";
}

LusterSession *cli_load_session(const char *path)
{
    void *text;
    size_t size;
    LusterError err;
    LusterSession *session = NULL;
    if (luster_file_read(path, MAX_SESSION_BYTES, &text, &size, &err)) {
        cli_fail("%s", err.text);
        return NULL;
    }
    const char *first = text;
    if (first[strspn(first, " \t\r\n\xef\xbb\xbf")] != '{')
        cli_fail("%s is not a session; luster mix makes one from recordings", path);
    else if (luster_session_parse(text, size, path, &session, &err))
        cli_fail("%s", err.text);
    free(text);
    return session;
}

void cli_folder(const char *path, char *folder, size_t size)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        snprintf(folder, size, ".");
    else if (slash == path)
        snprintf(folder, size, "/");
    else
        snprintf(folder, size, "%.*s", (int)(slash - path), path);
}

void cli_base_name(const char *path, char *name, size_t size)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    size_t start = length;
    while (start > 0 && path[start - 1] != '/')
        start--;
    snprintf(name, size, "%.*s", (int)(length - start), path + start);
    char *dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = '\0';
}

bool cli_same_file(const char *a, const char *b)
{
    struct stat x, y;
    return a && b && stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

bool cli_is_utf8(const char *text)
{
    json_t *value = json_string(text); /* refuses everything else */
    json_decref(value);
    return value != NULL;
}

void cli_quote(const char *word, char *quoted, size_t size)
{
    if (*word && !word[strspn(word, PLAIN)]) {
        snprintf(quoted, size, "%s", word);
        return;
    }
    size_t n = 0;
    quoted[n++] = '\'';
    for (; *word && n + 6 < size; word++) {
        if (*word == '\'')
            n += (size_t)snprintf(quoted + n, size - n, "'\\''");
        else
            quoted[n++] = *word;
    }
    quoted[n++] = '\'';
    quoted[n] = '\0';
}

int cli_relative_path(const char *folder, const char *file, char *path, size_t size)
{
    char from[PATH_MAX], to[2 * PATH_MAX];
    if (!realpath(folder, from))
        return cli_fail("%s cannot be found: %s", folder, strerror(errno));
    if (!realpath(file, to)) { /* a link to nowhere: by its own name */
        char above[PATH_MAX];
        const char *slash = strrchr(file, '/');
        cli_folder(file, above, sizeof above);
        if (!realpath(above, to))
            return cli_fail("%s cannot be found: %s", file, strerror(errno));
        const size_t n = strlen(to);
        snprintf(to + n, sizeof to - n, "%s%s", n > 1 ? "/" : "", slash ? slash + 1 : file);
    }
    size_t same = 0, i = 0;
    while (from[i] && from[i] == to[i]) {
        i++;
        if (from[i] == '\0' ? to[i] == '/' : from[i] == '/' && to[i] == '/')
            same = i;
    }
    if (same == 0) { /* nothing in common but the root: the whole path says it better */
        const int whole = snprintf(path, size, "%s", to);
        return whole >= 0 && (size_t)whole < size ? CLI_OK
                                                  : cli_fail("%s: the path is too long", file);
    }
    size_t used = 0;
    path[0] = '\0';
    for (const char *p = from + same; *p; p++) {
        if (*p == '/' && p[1] && used + 4 < size) {
            memcpy(path + used, "../", 4);
            used += 3;
        }
    }
    const int n = snprintf(path + used, size - used, "%s", to + same + 1);
    if (n < 0 || (size_t)n >= size - used)
        return cli_fail("%s: the path is too long", file);
    return CLI_OK;
}

uint64_t cli_report_written(const char *path, const LusterWriteResult *result)
{
    if (result->n_clipped)
        cli_warn("%s: %llu samples were above full scale and are clipped", path,
                 (unsigned long long)result->n_clipped);
    if (result->n_nonfinite)
        cli_warn("%s: %llu samples were not numbers and are silent", path,
                 (unsigned long long)result->n_nonfinite);
    return result->n_clipped + result->n_nonfinite;
}

void cli_report_faults(void *unused, const char *path, const LusterAudioFaults *faults)
{
    (void)unused;
    if (faults->n_missing_frames)
        cli_warn("%s is cut short: %.2f s of what its header promises are missing at its end", path,
                 faults->missing_s);
    if (faults->n_nonfinite)
        cli_warn("%s has %llu broken samples (not numbers, or infinite); they are taken as silence",
                 path, (unsigned long long)faults->n_nonfinite);
}
