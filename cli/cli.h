/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line: each command is a row of a table, from which help, man pages and completion are
 * made as well. Text for people goes to stderr, results to stdout. */
#ifndef LUSTER_CLI_H
#define LUSTER_CLI_H

#include "luster/luster.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

typedef struct CliOption {
    const char *name; /* "output", without the dashes */
    char letter; /* 'o', or 0 */
    const char *arg; /* "FILE"; NULL: a flag. Ends in "..." when it may be given more than once */
    const char *doc;
} CliOption;

typedef struct Cli Cli;

typedef struct CliCommand {
    const char *name;
    const char *args; /* "FILE..." */
    int min_args, max_args; /* max -1: any number */
    const char *summary; /* one line */
    const char *doc; /* paragraphs, separated by an empty line */
    const char *examples; /* lines "command\twhat it does" */
    const CliOption *options; /* ends with a NULL name */
    int (*run)(Cli *cli);
} CliCommand;

/** All commands, NULL at the end, and the options that every one of them has. */
extern const CliCommand *const cli_commands[];
extern const CliOption cli_common_options[];

/* What was typed. */
int cli_n_args(const Cli *cli);
const char *cli_arg(const Cli *cli, int index);
bool cli_flag(const Cli *cli, const char *option);
/** The last value given, or NULL. */
const char *cli_value(const Cli *cli, const char *option);
/** All values given, in order: index 0 ..., NULL at the end. */
const char *cli_value_at(const Cli *cli, const char *option, int index);
/** A number; CLI_USAGE (with words) when it is not one or out of range. Absent: *value stays. */
int cli_number(const Cli *cli, const char *option, double min, double max, double *value);

/** Parses and runs; `argv[0]` is the command's name. */
int cli_run(const CliCommand *command, int argc, char **argv);
void cli_help(const CliCommand *command);

/** "luster: text" on stderr; returns CLI_FAILED. */
int cli_fail(const char *fmt, ...) LUSTER_PRINTF(1, 2);
/** The same for wrong use, with a pointer to --help; returns CLI_USAGE. */
int cli_misuse(const Cli *cli, const char *fmt, ...) LUSTER_PRINTF(2, 3);
/** "luster: warning: text" on stderr, also with --quiet: what was done all the same, but is not as
 * it should be. */
void cli_warn(const char *fmt, ...) LUSTER_PRINTF(1, 2);
/** A line for the person, unless --quiet. */
void cli_say(const Cli *cli, const char *fmt, ...) LUSTER_PRINTF(2, 3);

/** A progress bar on a terminal; nothing in a pipe or with --quiet. */
typedef struct CliProgress {
    const char *label;
    bool shown;
    int last;
} CliProgress;
CliProgress cli_progress(const Cli *cli, const char *label);
/** From now on Ctrl-C clears the progress bar, removes `folder` (NULL: none) when it is empty, and
 * ends the program at once. `folder` must stay where it is. */
void cli_die_on_interrupt(const char *folder);
/** From now on Ctrl-C makes cli_progress_step return false (a second one ends the program). */
void cli_catch_interrupt(void);
/** For callbacks: `context` is a CliProgress; returns false once the person pressed Ctrl-C. */
bool cli_progress_step(void *context, double done);
void cli_progress_end(CliProgress *progress);

/** Threads to use: --threads, or one per core. CLI_USAGE on a bad value. */
int cli_threads(const Cli *cli, uint32_t *n_threads);

#endif
