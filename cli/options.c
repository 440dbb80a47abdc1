/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Parsing of arguments by a command's table, GNU style: -o FILE, -oFILE, --output FILE,
 * --output=FILE, -- ends the options. */
#include "cli.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_GIVEN 4096 /* options and arguments on one command line */

typedef struct Given {
    const CliOption *option;
    const char *value;
} Given;

struct Cli {
    const CliCommand *command;
    Given *given;
    int n_given;
    const char **args;
    int n_args;
};

const CliOption cli_common_options[] = {
    {"threads", 'j', "N",
     "How many threads to use; all cores unless given. Never changes a result."},
    {"quiet", 'q', NULL, "Says nothing but errors and warnings."},
    {"help", 'h', NULL, "Shows this help."},
    {NULL, 0, NULL, NULL},
};

static const CliOption *find_option(const CliCommand *command, const char *name, size_t length,
                                    char letter)
{
    const CliOption *const tables[] = {command->options, cli_common_options};
    for (int t = 0; t < 2; t++) {
        for (const CliOption *o = tables[t]; o && o->name; o++) {
            if (letter ? o->letter == letter
                       : strlen(o->name) == length && strncmp(o->name, name, length) == 0)
                return o;
        }
    }
    return NULL;
}

int cli_n_args(const Cli *cli)
{
    return cli->n_args;
}

const char *cli_arg(const Cli *cli, int index)
{
    return index < cli->n_args ? cli->args[index] : NULL;
}

const char *cli_value_at(const Cli *cli, const char *option, int index)
{
    for (int i = 0; i < cli->n_given; i++) {
        if (strcmp(cli->given[i].option->name, option) == 0 && index-- == 0)
            return cli->given[i].value;
    }
    return NULL;
}

const char *cli_value(const Cli *cli, const char *option)
{
    const char *last = NULL;
    for (int i = 0; i < cli->n_given; i++) {
        if (strcmp(cli->given[i].option->name, option) == 0)
            last = cli->given[i].value;
    }
    return last;
}

bool cli_flag(const Cli *cli, const char *option)
{
    return cli_value(cli, option) != NULL;
}

int cli_number(const Cli *cli, const char *option, double min, double max, double *value)
{
    const char *text = cli_value(cli, option);
    if (!text)
        return CLI_OK;
    char *end;
    const double number = strtod(text, &end);
    if (end == text || *end || !(number >= min && number <= max))
        return cli_misuse(cli, "--%s is '%s'; it must be a number from %g to %g", option, text, min,
                          max);
    *value = number;
    return CLI_OK;
}

int cli_threads(const Cli *cli, uint32_t *n_threads)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    double n = cores < 1 ? 1.0 : (double)cores;
    const int status = cli_number(cli, "threads", 1, 1024, &n);
    *n_threads = (uint32_t)n;
    return status;
}

/* One option at argv[i]; returns how many words it took, or 0 after saying what is wrong. */
static int parse_option(Cli *cli, char **argv, int i, int argc)
{
    const char *word = argv[i];
    const bool is_long = word[1] == '-';
    const char *name = word + (is_long ? 2 : 1);
    const size_t length = is_long ? strcspn(name, "=") : 1;
    const CliOption *option = find_option(cli->command, name, length, is_long ? 0 : name[0]);
    if (!option) {
        cli_misuse(cli, "there is no option %.*s", (int)(length + (is_long ? 2 : 1)), word);
        return 0;
    }
    const char *attached = name[length] ? name + length + (is_long ? 1 : 0) : NULL;
    Given *given = &cli->given[cli->n_given++];
    given->option = option;
    if (!option->arg) {
        given->value = "";
        if (attached) {
            cli_misuse(cli, "--%s takes no value", option->name);
            return 0;
        }
        return 1;
    }
    given->value = attached ? attached : i + 1 < argc ? argv[i + 1] : NULL;
    if (!given->value) {
        cli_misuse(cli, "--%s needs a value: %s", option->name, option->arg);
        return 0;
    }
    return attached ? 1 : 2;
}

static int parse(Cli *cli, int argc, char **argv)
{
    bool only_args = false;
    for (int i = 1; i < argc;) {
        const char *word = argv[i];
        if (!only_args && strcmp(word, "--") == 0) {
            only_args = true;
            i++;
        } else if (!only_args && word[0] == '-' && word[1]) {
            const int words = parse_option(cli, argv, i, argc);
            if (!words)
                return CLI_USAGE;
            i += words;
        } else {
            cli->args[cli->n_args++] = word;
            i++;
        }
    }
    return CLI_OK;
}

int cli_run(const CliCommand *command, int argc, char **argv)
{
    Cli cli = {.command = command};
    if (argc > MAX_GIVEN)
        return cli_misuse(&cli, "too many arguments");
    cli.given = calloc((size_t)argc + 1, sizeof *cli.given);
    cli.args = calloc((size_t)argc + 1, sizeof *cli.args);
    int status = cli.given && cli.args ? parse(&cli, argc, argv) : cli_fail("out of memory");
    if (!status && cli_flag(&cli, "help"))
        cli_help(command);
    else if (!status && cli.n_args < command->min_args)
        status = cli_misuse(&cli, "it needs %s", command->args);
    else if (!status && command->max_args >= 0 && cli.n_args > command->max_args)
        status = cli_misuse(&cli, "'%s' is one argument too many", cli.args[command->max_args]);
    else if (!status)
        status = command->run(&cli);
    free(cli.given);
    free(cli.args);
    if (!status && fflush(stdout))
        status = cli_fail("standard output cannot be written");
    return status;
}

/* A line on stderr. File names may hold anything, but nothing in them is to steer a terminal. */
static void put_line(const char *prefix, const char *name, const char *fmt, va_list args)
{
    char text[8192];
    vsnprintf(text, sizeof text, fmt, args);
    for (char *p = text; *p; p++) {
        if (((unsigned char)*p < 0x20 && *p != '\n') || *p == 0x7f)
            *p = '?';
    }
    fprintf(stderr, "%s%s%s%s\n", prefix, name, *name ? ": " : "", text);
}

int cli_fail(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    put_line("luster: ", "", fmt, args);
    va_end(args);
    return CLI_FAILED;
}

int cli_misuse(const Cli *cli, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    put_line("luster ", cli->command->name, fmt, args);
    fprintf(stderr, "Try: luster %s --help\n", cli->command->name);
    va_end(args);
    return CLI_USAGE;
}

void cli_warn(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    put_line("luster: warning: ", "", fmt, args);
    va_end(args);
}

void cli_say(const Cli *cli, const char *fmt, ...)
{
    if (cli_flag(cli, "quiet"))
        return;
    va_list args;
    va_start(args, fmt);
    put_line("", "", fmt, args);
    va_end(args);
}

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static const char *volatile to_remove;
static volatile sig_atomic_t bar_is_shown;

static void on_deadly_interrupt(int signal)
{
    static const char clear[] = "\r\033[K";
    if (bar_is_shown && write(STDERR_FILENO, clear, sizeof clear - 1) < 0)
        bar_is_shown = 0; /* nobody is left to see it */
    if (to_remove)
        rmdir(to_remove);
    raise(signal); /* the default action again, once this handler returns */
}

/* Signals that are ignored (nohup) stay so. */
static void handle(void (*handler)(int))
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction old;
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
}

void cli_die_on_interrupt(const char *folder)
{
    to_remove = folder;
    handle(on_deadly_interrupt);
}

void cli_catch_interrupt(void)
{
    handle(on_interrupt);
}

CliProgress cli_progress(const Cli *cli, const char *label)
{
    return (CliProgress){label, isatty(STDERR_FILENO) && !cli_flag(cli, "quiet"), -1};
}

bool cli_progress_step(void *context, double done)
{
    CliProgress *progress = context;
    const int percent = (int)(done * 100.0);
    if (progress->shown && percent != progress->last) {
        char bar[31];
        const int filled = (int)(done * 30.0);
        for (int i = 0; i < 30; i++)
            bar[i] = i < filled ? '#' : '.';
        bar[30] = '\0';
        fprintf(stderr, "\r%-22s [%s] %3d %%", progress->label, bar, percent);
        fflush(stderr);
        progress->last = percent;
        bar_is_shown = 1;
    }
    return !interrupted;
}

void cli_progress_end(CliProgress *progress)
{
    if (progress->shown && progress->last >= 0)
        fputs("\r\033[K", stderr);
    progress->shown = false;
    bar_is_shown = 0;
}
