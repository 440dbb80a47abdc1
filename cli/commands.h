/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands and what they share. */
#ifndef LUSTER_CLI_COMMANDS_H
#define LUSTER_CLI_COMMANDS_H

#include "cli.h"
#include "luster/asset.h"
#include "luster/audio.h"
#include "luster/session.h"

extern const CliCommand cli_mix, cli_explain, cli_render, cli_measure, cli_fx, cli_describe;

/* Options of every command that writes audio. */
#define CLI_FORMAT_OPTIONS(container_unless, bits_unless)                                          \
    {"format", 'f', "FORMAT", "Container: wav, aiff or flac; " container_unless " unless given."}, \
        {"bits", 'b', "BITS",                                                                      \
         "Sample format: 16, 24, 32 or float; " bits_unless " unless given."},                     \
        {"dither", 0, "KIND",                                                                      \
         "auto (TPDF from the first sample that needs it), tpdf or none; auto unless given."},     \
    {                                                                                              \
        "force", 0, NULL, "Replaces files that are there."                                         \
    }

typedef struct CliFormat {
    LusterContainer container;
    LusterFormat format;
    LusterDither dither;
    bool force;
} CliFormat;

/** Reads the format options; `path` is the output's name. CLI_USAGE (with words) when they clash.
 */
int cli_format(const Cli *cli, const char *path, CliFormat *format);

/** ".wav", ".aiff" or ".flac". */
const char *cli_format_ending(LusterContainer container);

/** Loads and validates a session file; says what is wrong and returns NULL otherwise. */
LusterSession *cli_load_session(const char *path);

/** Folder of a path, "." when it has none, into folder[size]. */
void cli_folder(const char *path, char *folder, size_t size);

/** Base name without folder and ending, into name[size]. */
void cli_base_name(const char *path, char *name, size_t size);

/** Whether both are there and the same file or folder, by whatever path; either may be NULL. */
bool cli_same_file(const char *a, const char *b);

/** Whether it may stand in a session. */
bool cli_is_utf8(const char *text);

/** A word as it is typed in a shell, in quotes where that takes them, into quoted[size]. */
void cli_quote(const char *word, char *quoted, size_t size);

/** `file` as it is written in a session that lies in `folder`: relative where they share a folder.
 * The folder must exist. Returns 0, or CLI_FAILED with words. */
int cli_relative_path(const char *folder, const char *file, char *path, size_t size);

/** Complains about samples that were clipped or mended; returns how many there were. */
uint64_t cli_report_written(const char *path, const LusterWriteResult *result);

/** Warns of what is wrong with an input that is used all the same; says nothing when all is well.
 * Fits LusterRenderOptions.fault. */
void cli_report_faults(void *unused, const char *path, const LusterAudioFaults *faults);

#endif
