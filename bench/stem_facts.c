/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What tools/train-roles and bench/roles want to know about audio files: a line of text each, the
 * numbers of timbre.c. Paths come on stdin, one a line. */
#include "analysis/stem.h"
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

int main(void)
{
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
        print(path, &facts);
        luster_stem_clear(&facts);
    }
    return failed;
}
