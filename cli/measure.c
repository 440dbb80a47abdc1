/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* luster measure: files are measured by a few threads, each taking the next one; results come out
 * in the order they were named, as tables for people or as JSON. */
#include "commands.h"
#include "measure_print.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_THREADS 64

typedef struct Jobs {
    pthread_mutex_t lock;
    FileMeasurement *files;
    size_t n, next;
} Jobs;

static void measure_file(FileMeasurement *file)
{
    LusterSource *source;
    file->status = luster_audio_open(file->path, &source, &file->error);
    if (file->status)
        return;
    file->status = luster_measure_source(source, LUSTER_MEASURE_ALL, &file->result, &file->measure,
                                         &file->error);
    /* the reader has already mended these, so the measurement did not see them */
    file->faults = luster_audio_faults(source);
    file->result.bad_samples += file->faults.n_nonfinite;
    luster_source_close(source);
}

static void *work(void *arg)
{
    Jobs *jobs = arg;
    for (;;) {
        pthread_mutex_lock(&jobs->lock);
        const size_t mine = jobs->next < jobs->n ? jobs->next++ : jobs->n;
        pthread_mutex_unlock(&jobs->lock);
        if (mine == jobs->n)
            return NULL;
        measure_file(&jobs->files[mine]);
    }
}

static void measure_all(FileMeasurement *files, size_t n, size_t n_threads)
{
    Jobs jobs = {.lock = PTHREAD_MUTEX_INITIALIZER, .files = files, .n = n};
    pthread_t threads[MAX_THREADS];
    size_t started = 0;
    while (started + 1 < n_threads && started + 1 < n &&
           pthread_create(&threads[started], NULL, work, &jobs) == 0)
        started++;
    work(&jobs);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

/* Files that could not be read are named and left out of the album. */
static int report(FileMeasurement *files, size_t n, bool json, bool full)
{
    const LusterMeasure **good = calloc(n, sizeof *good);
    size_t n_good = 0;
    LusterAlbumMeasurement album;
    int status = CLI_OK;
    if (!good)
        return cli_fail("out of memory");
    for (size_t i = 0; i < n; i++) {
        if (files[i].status)
            status = cli_fail("%s", files[i].error.text);
        else
            good[n_good++] = files[i].measure;
        cli_report_faults(NULL, files[i].path, &files[i].faults);
    }
    const bool has_album = n_good > 1;
    if (has_album && luster_measure_album(good, n_good, &album))
        status = cli_fail("out of memory");
    free(good);
    bool written = true;
    if (json)
        written = print_json(files, n, has_album ? &album : NULL) == 0;
    for (size_t i = 0; !json && (n == 1 || full) && i < n; i++)
        print_report(&files[i]);
    if (!json && n > 1)
        print_table(files, n, has_album ? &album : NULL);
    if (fflush(stdout) || ferror(stdout) || !written)
        status = cli_fail("cannot write the results");
    return status;
}

static int run(Cli *cli)
{
    const size_t n = (size_t)cli_n_args(cli);
    uint32_t n_threads;
    if (cli_threads(cli, &n_threads))
        return CLI_USAGE;
    FileMeasurement *files = calloc(n, sizeof *files);
    if (!files)
        return cli_fail("out of memory");
    for (size_t i = 0; i < n; i++)
        files[i].path = cli_arg(cli, (int)i);
    measure_all(files, n, n_threads < MAX_THREADS ? n_threads : MAX_THREADS);
    const int status = report(files, n, cli_flag(cli, "json"), cli_flag(cli, "full"));
    for (size_t i = 0; i < n; i++)
        luster_measure_free(files[i].measure);
    free(files);
    return status;
}

static const CliOption options[] = {
    {"json", 0, NULL, "For programs: the results as JSON on standard output."},
    {"full", 0, NULL, "With several files: the whole report of each, not one line."},
    {NULL, 0, NULL, NULL}};

const CliCommand cli_measure = {
    .name = "measure",
    .args = "FILE...",
    .min_args = 1,
    .max_args = -1,
    .summary = "loudness, true peak, dynamics, stereo, faults and spectrum of recordings",
    .doc =
        "Measures loudness (LUFS) as ITU-R BS.1770 and EBU R 128 define it, its largest values "
        "over "
        "0.4 s (momentary) and 3 s (short-term) and its range (LRA); true peak (dBTP) and sample "
        "peak; peak to loudness (PLR: true peak above integrated loudness), peak to the loud parts "
        "(PSR: true peak above the 95th percentile of short-term loudness) and crest; levels, "
        "correlation, side against mid; DC offset, clipped places and silence at both ends (under "
        "-60 dBFS); and the spectrum in third octaves.\n\n"
        "A mono file counts as one channel: played on two loudspeakers it is 3 LU louder than the "
        "reading. RMS levels are those of the waveform: a sine at full scale has -3 dBFS.\n\n"
        "Several files are also measured together, as one album.",
    .examples = "luster measure song.wav\tthe whole report\n"
                "luster measure *.flac\ta line per song, and the album\n"
                "luster measure --json master.wav\tfor a program\n",
    .options = options,
    .run = run,
};
