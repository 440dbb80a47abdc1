/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The assistant alone: listens to the files and decides, plays nothing. Writes its session, and how
 * many seconds it took. usage: mix_propose THREADS SESSION FILE ... */
#include "luster/audio.h"
#include "luster/file.h"
#include "luster/mix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static LusterStatus open_file(void *user, LusterSource **out, LusterError *err)
{
    return luster_audio_open(user, out, err);
}

static double cpu_s(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)use.ru_utime.tv_sec + 1e-6 * (double)use.ru_utime.tv_usec +
           (double)use.ru_stime.tv_sec + 1e-6 * (double)use.ru_stime.tv_usec;
}

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static LusterStatus save(const LusterMix *mix, const char *path, LusterError *err)
{
    char *text = NULL;
    size_t size = 0;
    LusterStatus status = luster_session_write(luster_mix_session(mix), &text, &size, err);
    if (!status)
        status = luster_file_write(path, text, size, true, err);
    free(text);
    return status;
}

int main(int argc, char **argv)
{
    LusterError err = {0};
    LusterMix *mix = NULL;
    if (argc < 4) {
        fprintf(stderr, "usage: mix_propose THREADS SESSION FILE ...\n");
        return 2;
    }
    const uint32_t n = (uint32_t)argc - 3;
    LusterMixInput *inputs = calloc(n, sizeof *inputs);
    const LusterMixOptions options = {.n_threads = (uint32_t)atoi(argv[1])};
    for (uint32_t i = 0; inputs && i < n; i++) {
        const char *slash = strrchr(argv[i + 3], '/');
        inputs[i] = (LusterMixInput){.name = slash ? slash + 1 : argv[i + 3],
                                     .path = argv[i + 3],
                                     .open = open_file,
                                     .user = argv[i + 3]};
    }
    const double wall = wall_s(), cpu = cpu_s();
    LusterStatus status =
        inputs ? luster_mix_propose(inputs, n, &options, &mix, &err) : LUSTER_NO_MEMORY;
    const double took = wall_s() - wall, busy = cpu_s() - cpu;
    if (!status)
        status = save(mix, argv[2], &err);
    if (status)
        fprintf(stderr, "mix_propose: %s\n", err.text);
    else
        printf("{\"wall_s\": %.3f, \"cpu_s\": %.3f}\n", took, busy);
    luster_mix_free(mix);
    free(inputs);
    return status ? 1 : 0;
}
