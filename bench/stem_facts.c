/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What tools/train-roles and bench/roles want to know about audio files: a line of text each, the
 * numbers of timbre.c; with --roles what they are taken for by name, by sound and by both. Paths
 * come on stdin, one a line. */
#include "analysis/stem.h"
#include "assist/roles.h"
#include "luster/audio.h"

#include <stdio.h>
#include <string.h>

static void print(const char *path, const LusterStemFacts *f)
{
    printf("%s\t%u", path, f->n_timbre);
    for (uint32_t i = 0; i < f->n_timbre; i++)
        printf("\t%.6g", (double)f->timbre[i]);
    printf("\n");
}

static void print_roles(const char *path, const LusterStemFacts *f)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    LusterRoleGuess g[3];
    luster_role_from_name(name, &g[0]);
    luster_role_from_sound(f, &g[1]);
    luster_role_guess(name, f, &g[2]);
    printf("%s\t%d", path, f->silent);
    for (int i = 0; i < 3; i++)
        printf("\t%s\t%s\t%.3f", luster_role_info(g[i].role)->id,
               luster_family_id(luster_role_info(g[i].role)->family), g[i].confidence);
    printf("\t%s\t%.3f\t%s\n", luster_family_id(g[1].family), g[1].family_confidence, g[1].why);
}

int main(int argc, char **argv)
{
    const bool roles = argc > 1 && !strcmp(argv[1], "--roles");
    char path[4096];
    int failed = 0;
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = 0;
        LusterError err = {0};
        LusterSource *source = NULL;
        LusterStemFacts facts;
        LusterStatus status = luster_audio_open(path, &source, &err);
        if (!status)
            status = luster_stem_analyse(source, &facts, &err);
        if (source)
            luster_source_close(source);
        if (status) {
            fprintf(stderr, "%s: %s\n", path, err.text);
            failed = 1;
            continue;
        }
        if (roles)
            print_roles(path, &facts);
        else
            print(path, &facts);
        fflush(stdout);
        luster_stem_clear(&facts);
    }
    return failed;
}
