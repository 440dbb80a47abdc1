/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Man pages and shell completion from the same tables as --help. Run by the build:
 * luster-docgen man DIR | bash FILE */
#include "cli.h"

#include <stdio.h>
#include <string.h>

/* Text with roff's own characters made harmless. */
static void roff(FILE *to, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char c = text[i];
        if (c == '\\')
            fputs("\\e", to);
        else if (c == '-')
            fputs("\\-", to);
        else if (c == '\n' && text[i + 1] == '\n')
            fputs("\n.PP", to);
        else if ((c == '.' || c == '\'') && (i == 0 || text[i - 1] == '\n'))
            fprintf(to, "\\&%c", c);
        else
            fputc(c, to);
    }
    fputc('\n', to);
}

static void options(FILE *to, const CliOption *table)
{
    for (const CliOption *o = table; o && o->name; o++) {
        fputs(".TP\n", to);
        if (o->letter)
            fprintf(to, "\\fB\\-%c\\fR, ", o->letter);
        fprintf(to, "\\fB\\-\\-%s\\fR", o->name);
        if (o->arg)
            fprintf(to, " \\fI%s\\fR", o->arg);
        fputc('\n', to);
        roff(to, o->doc, strlen(o->doc));
    }
}

static void see_also(FILE *to, const char *self)
{
    fputs(".SH SEE ALSO\n", to);
    if (self)
        fputs(".BR luster (1)", to);
    for (const CliCommand *const *it = cli_commands; *it; it++) {
        if (!self || strcmp((*it)->name, self))
            fprintf(to, "%s.BR luster\\-%s (1)", self || it != cli_commands ? ",\n" : "",
                    (*it)->name);
    }
    fputc('\n', to);
}

static FILE *page(const char *folder, const char *name, const char *summary)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.1", folder, name);
    FILE *to = fopen(path, "w");
    if (!to) {
        perror(path);
        return NULL;
    }
    fprintf(to, ".TH \"%s\" 1 \"2026-11-22\" \"luster %s\" \"luster\"\n.SH NAME\n", name,
            luster_version());
    for (const char *p = name; *p; p++)
        fprintf(to, *p == '-' ? "\\-" : "%c", *p);
    fputs(" \\- ", to);
    roff(to, summary, strlen(summary));
    return to;
}

static int command_page(const char *folder, const CliCommand *c)
{
    char name[64];
    snprintf(name, sizeof name, "luster-%s", c->name);
    FILE *to = page(folder, name, c->summary);
    if (!to)
        return 1;
    fprintf(to, ".SH SYNOPSIS\n.B luster %s\n[\\fIOPTION\\fR]... \\fI%s\\fR\n.SH DESCRIPTION\n",
            c->name, c->args);
    roff(to, c->doc, strlen(c->doc));
    fputs(".SH OPTIONS\n", to);
    options(to, c->options);
    options(to, cli_common_options);
    if (c->examples)
        fputs(".SH EXAMPLES\n", to);
    for (const char *line = c->examples; line && *line;) {
        const size_t tab = strcspn(line, "\t"), end = strcspn(line, "\n");
        fputs(".TP\n\\fB", to);
        roff(to, line, tab);
        fseek(to, -1, SEEK_CUR);
        fputs("\\fR\n", to);
        roff(to, line + tab + 1, end - tab - 1);
        line += end + (line[end] == '\n');
    }
    fputs(".SH EXIT STATUS\n0 all done; 1 something failed, said by name; 2 wrong use.\n", to);
    see_also(to, c->name);
    return fclose(to) != 0;
}

static int man(const char *folder)
{
    FILE *to = page(folder, "luster", "from raw recordings to a finished record");
    if (!to)
        return 1;
    fputs(
        ".SH SYNOPSIS\n.B luster\n\\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n"
        ".SH DESCRIPTION\nluster mixes a folder of raw recordings. Every setting it proposes is a "
        "line in a session that a person can read and change.\n.SH COMMANDS\n",
        to);
    int status = 0;
    for (const CliCommand *const *it = cli_commands; *it; it++) {
        const CliCommand *c = *it;
        fprintf(to, ".TP\n\\fBluster %s\\fR\n", c->name);
        roff(to, c->summary, strlen(c->summary));
        status |= command_page(folder, c);
    }
    fputs(".SH ENVIRONMENT\n.TP\n\\fBLUSTER_CPU\\fR\nInstruction\\-set level to use (sse2, avx2, "
          "avx512) instead of the best one. Changes speed, never a result.\n",
          to);
    see_also(to, NULL);
    return status | (fclose(to) != 0);
}

static void words(FILE *to, const CliOption *table)
{
    for (const CliOption *o = table; o && o->name; o++)
        fprintf(to, " --%s", o->name);
}

static int bash(const char *path)
{
    FILE *to = fopen(path, "w");
    if (!to) {
        perror(path);
        return 1;
    }
    fputs(
        "# bash completion for luster\n_luster()\n{\n    local cur=${COMP_WORDS[COMP_CWORD]} "
        "words=\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W \"--help "
        "--version",
        to);
    for (const CliCommand *const *it = cli_commands; *it; it++)
        fprintf(to, " %s", (*it)->name);
    fputs("\" -- \"$cur\"))\n        return\n    fi\n    case ${COMP_WORDS[1]} in\n", to);
    for (const CliCommand *const *it = cli_commands; *it; it++) {
        fprintf(to, "        %s) words='", (*it)->name);
        words(to, (*it)->options);
        words(to, cli_common_options);
        fputs("' ;;\n", to);
    }
    fputs(
        "    esac\n    if [[ $cur == -* ]]; then\n        COMPREPLY=($(compgen -W \"$words\" -- "
        "\"$cur\"))\n    else\n        compopt -o filenames 2>/dev/null\n        "
        "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n    fi\n}\ncomplete -F _luster luster\n",
        to);
    return fclose(to) != 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "man") == 0)
        return man(argv[2]);
    if (argc == 3 && strcmp(argv[1], "bash") == 0)
        return bash(argv[2]);
    fputs("usage: luster-docgen man DIR | bash FILE\n", stderr);
    return 2;
}
