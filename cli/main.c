/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* luster: finds the command and runs it. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static int usage(FILE *to, int status)
{
    fputs("luster: from raw recordings to a finished record\n\nCommands:\n", to);
    for (const CliCommand *const *it = cli_commands; *it; it++)
        fprintf(to, "  luster %-10s %s\n", (*it)->name, (*it)->summary);
    fputs("\nThe main job:\n  luster mix stems/        a folder of stems becomes a mix, a session "
          "to edit and a report\n\nluster COMMAND --help tells more, as does man luster.\n",
          to);
    return status;
}

/* A song plays all its files at once, two descriptors each; the usual limit of 1024 is for programs
 * that use select(2), which luster does not. */
static void allow_many_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int main(int argc, char **argv)
{
    allow_many_files();
    const char *level = getenv("LUSTER_CPU");
    LusterError err;
    if (level && level[0] && luster_cpu_select(level, &err)) {
        cli_fail("LUSTER_CPU: %s", err.text);
        return CLI_USAGE;
    }
    if (argc < 2)
        return usage(stderr, CLI_USAGE);
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0) {
        printf("luster %s\n", luster_version());
        return CLI_OK;
    }
    const bool help = strcmp(name, "help") == 0;
    if (help && argc > 2)
        name = argv[2];
    else if (help || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return usage(stdout, CLI_OK);
    for (const CliCommand *const *it = cli_commands; *it; it++) {
        const CliCommand *c = *it;
        if (strcmp(c->name, name) != 0)
            continue;
        if (help) {
            cli_help(c);
            return CLI_OK;
        }
        return cli_run(c, argc - 1, argv + 1);
    }
    cli_fail("there is no command '%s'; luster --help lists them", name);
    return CLI_USAGE;
}
