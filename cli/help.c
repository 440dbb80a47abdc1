/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* --help, made from a command's table. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 80 /* columns */

static void wrapped(const char *text, int indent, int column)
{
    while (*text) {
        size_t word = strcspn(text, " \n");
        if (column + (int)word > WIDTH && column > indent) {
            printf("\n%*s", indent, "");
            column = indent;
        }
        printf("%.*s", (int)word, text);
        column += (int)word;
        text += word;
        if (*text == '\n') {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (*text == ' ') {
            putchar(' ');
            column++;
        }
        text += *text != '\0';
    }
    putchar('\n');
}

static void print_options(const CliOption *options)
{
    for (const CliOption *o = options; o && o->name; o++) {
        char left[64];
        snprintf(left, sizeof left, "%c%c%s --%s%s%s", o->letter ? '-' : ' ',
                 o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name, o->arg ? " " : "",
                 o->arg ? o->arg : "");
        printf("  %-25s ", left);
        wrapped(o->doc, 28, 28 > (int)strlen(left) + 3 ? 28 : (int)strlen(left) + 3);
    }
}

void cli_help(const CliCommand *c)
{
    printf("luster %s %s\n\n", c->name, c->args);
    wrapped(c->doc, 0, 0);
    printf("\nOptions:\n");
    print_options(c->options);
    print_options(cli_common_options);
    if (c->examples)
        printf("\nExamples:\n");
    for (const char *line = c->examples; line && *line;) {
        const size_t tab = strcspn(line, "\t"), end = strcspn(line, "\n");
        printf("  %.*s\n      %.*s\n", (int)tab, line, (int)(end - tab - 1), line + tab + 1);
        line += end + (line[end] == '\n');
    }
}
