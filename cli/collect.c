/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Folders are read in the order of their names, so that the same folder is the same song anywhere.
 * What is clearly something else (notes, pictures, MIDI, other programs' sessions) is listed apart;
 * everything else is taken for a recording until reading it proves otherwise. So is a folder with a
 * mix that luster made before: the same song would come in twice. */
#include "collect.h"

#include "commands.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define MAX_DEPTH 8 /* folders within folders */
#define MAX_FILES 4000

static const char *const other_endings[] = {
    ".txt", ".md",  ".pdf",  ".doc",  ".docx", ".rtf",  ".html", ".htm",      ".json",   ".xml",
    ".csv", ".jpg", ".jpeg", ".png",  ".gif",  ".mid",  ".midi", ".rpp",      ".als",    ".ptx",
    ".ptf", ".cpr", ".flp",  ".song", ".asd",  ".pkf",  ".sfk",  ".reapeaks", ".ardour", ".band",
    ".zip", ".nfo", ".url",  ".ini",  ".log",  ".peak", ".lnk",  ".luster",
};

static bool is_other(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof other_endings / sizeof other_endings[0]; i++) {
        if (strcasecmp(dot, other_endings[i]) == 0)
            return true;
    }
    return false;
}

static int append(char ***list, uint32_t *n, const char *text)
{
    char **grown = realloc(*list, (*n + 1) * sizeof **list);
    if (!grown)
        return cli_fail("out of memory");
    *list = grown;
    grown[*n] = strdup(text);
    return grown[*n] ? (++*n, CLI_OK) : cli_fail("out of memory");
}

static int add_file(FileList *list, const char *path, const char *name)
{
    if (list->n_files == MAX_FILES)
        return cli_fail("%s: more than %d files; is this really one song?", path, MAX_FILES);
    uint32_t n_names = list->n_files;
    const int status = append(&list->names, &n_names, name);
    return status ? status : append(&list->paths, &list->n_files, path);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The folder of the outputs may lie among the stems; stems may not lie in it. */
static void warn_of_others(const char *folder)
{
    static const char *const ours[] = {".",       "..",       "session.json", "report.html",
                                       "mix.wav", "mix.aiff", "mix.flac"};
    struct dirent **entries;
    const int n = scandir(folder, &entries, NULL, by_name);
    bool others = false;
    for (int i = 0; i < n; i++) {
        bool is_ours = false;
        for (size_t k = 0; k < sizeof ours / sizeof ours[0]; k++)
            is_ours |= strcmp(entries[i]->d_name, ours[k]) == 0;
        others |= !is_ours;
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    if (others)
        cli_warn("%s is where the outputs go: what else lies in it is not mixed", folder);
}

/* A folder that luster made: its mix is no stem. */
static bool is_earlier_mix(const char *folder)
{
    char path[4096], head[64] = "";
    if (snprintf(path, sizeof path, "%s/session.json", folder) >= (int)sizeof path)
        return false;
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    const size_t n = fread(head, 1, sizeof head - 1, file);
    fclose(file);
    head[n] = '\0';
    return strstr(head, "\"luster\"") != NULL;
}

static int walk(FileList *list, const char *folder, const char *prefix, const char *except,
                int depth)
{
    struct dirent **entries;
    const int n = scandir(folder, &entries, NULL, by_name);
    if (n < 0)
        return cli_fail("%s cannot be read: %s", folder, strerror(errno));
    int status = CLI_OK;
    for (int i = 0; i < n; i++) {
        char path[4096], name[4096];
        struct stat info;
        const char *entry = entries[i]->d_name;
        if (status || entry[0] == '.')
            continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, entry) >= (int)sizeof path ||
            snprintf(name, sizeof name, "%s%s", prefix, entry) >= (int)sizeof name - 1)
            status = cli_fail("%s/%s: the path is too long", folder, entry);
        else if (stat(path, &info)) /* a link to nowhere: named when it cannot be opened */
            status = add_file(list, path, name);
        else if (S_ISDIR(info.st_mode) && cli_same_file(path, except))
            warn_of_others(path);
        else if (S_ISDIR(info.st_mode) && is_earlier_mix(path))
            status = append(&list->other, &list->n_other, path);
        else if (S_ISDIR(info.st_mode) && depth == MAX_DEPTH)
            status = cli_fail("%s: folders lie more than %d deep", path, MAX_DEPTH);
        else if (S_ISDIR(info.st_mode))
            status = walk(list, path, strcat(name, "/"), except, depth + 1);
        else if (is_other(path))
            status = append(&list->other, &list->n_other, path);
        else
            status = add_file(list, path, name);
    }
    for (int i = 0; i < n; i++)
        free(entries[i]);
    free(entries);
    return status;
}

int cli_collect(FileList *list, const char *path, const char *except)
{
    struct stat info;
    if (stat(path, &info))
        return cli_fail("%s cannot be read: %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return walk(list, path, "", except, 0);
    const char *slash = strrchr(path, '/');
    return add_file(list, path, slash ? slash + 1 : path);
}

static void free_all(char **list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        free(list[i]);
    free(list);
}

void cli_collect_free(FileList *list)
{
    free_all(list->paths, list->n_files);
    free_all(list->names, list->n_files);
    free_all(list->other, list->n_other);
    memset(list, 0, sizeof *list);
}
