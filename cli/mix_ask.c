/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Questions on a terminal: what an unsure recording is. Enter keeps the guess; the end of input
 * keeps all. Answers hold for every candidate of one run. */
#include "mix_ask.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TRIES 3

bool mix_may_ask(const Cli *cli)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && !cli_flag(cli, "quiet") &&
           !cli_flag(cli, "yes");
}

static const char *role_of(const char *text)
{
    const char *id;
    for (uint32_t i = 0; (id = luster_role_id(i)); i++)
        if (!strcmp(id, text))
            return id;
    return NULL;
}

/* A line in lower case, spaces as in ids; false at the end of input. */
static bool read_line(char *line, size_t size)
{
    if (!fgets(line, (int)size, stdin))
        return false;
    size_t n = 0;
    for (const char *c = line + strspn(line, " \t"); *c && *c != '\n'; c++)
        line[n++] = *c == ' ' || *c == '-' ? '_' : (char)tolower((unsigned char)*c);
    while (n && (line[n - 1] == '_' || line[n - 1] == '\r'))
        n--;
    line[n] = '\0';
    return true;
}

const char *mix_ask(MixAnswers *answers, const LusterMixQuestion *q)
{
    char line[256];
    const char *role = NULL;
    for (uint32_t i = 0; i < answers->n; i++)
        if (!strcmp(answers->list[i].name, q->name))
            return answers->list[i].role;
    if (answers->ended)
        return NULL;
    fprintf(stderr, "\r\033[K"); /* over the progress */
    if (!answers->n)
        fprintf(stderr, "Not sure about some files. Enter keeps the guess; luster describe roles "
                        "lists what can be said.\n");
    for (int i = 0; i < TRIES && !role; i++) {
        fprintf(stderr, "%s: %s, %.0f %% sure. What is it? [%s] ", q->name, q->role_name,
                100.0 * q->confidence, q->role);
        if (!read_line(line, sizeof line)) {
            fputc('\n', stderr);
            answers->ended = true;
            break;
        }
        if (!line[0])
            break;
        role = role_of(line);
        if (!role)
            fprintf(stderr, "There is no role '%.60s'.\n", line);
    }
    if (answers->n < MIX_ANSWERS) {
        snprintf(answers->list[answers->n].name, sizeof answers->list[0].name, "%s", q->name);
        answers->list[answers->n++].role = role;
    }
    return role;
}
