/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* luster render: a session into audio. */
#include "luster/render.h"

#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Job {
    LusterRenderFile *files;
    char (*paths)[4096];
    LusterWriteResult *results;
    uint32_t n_files;
} Job;

static const LusterStrip *strip_number(const LusterSession *session, uint32_t i)
{
    return i < session->n_tracks ? &session->tracks[i] : &session->buses[i - session->n_tracks];
}

static int new_job(Job *job, uint32_t n_files)
{
    job->n_files = n_files;
    job->files = calloc(n_files, sizeof *job->files);
    job->paths = calloc(n_files, sizeof *job->paths);
    job->results = calloc(n_files, sizeof *job->results);
    return job->files && job->paths && job->results ? CLI_OK : cli_fail("out of memory");
}

static void free_job(Job *job)
{
    free(job->files);
    free(job->paths);
    free(job->results);
}

/* Every track and bus into a folder, as ID.wav, the mix beside them. */
static int stems_job(const LusterSession *session, LusterContainer container, const char *folder,
                     Job *job)
{
    const int status = new_job(job, session->n_tracks + session->n_buses + 1);
    if (status)
        return status;
    if (mkdir(folder, 0777) && errno != EEXIST)
        return cli_fail("%s cannot be made: %s", folder, strerror(errno));
    for (uint32_t i = 0; i < job->n_files; i++) {
        const char *id = i + 1 < job->n_files ? strip_number(session, i)->id : "master";
        snprintf(job->paths[i], sizeof job->paths[i], "%s/%s%s", folder, id,
                 cli_format_ending(container));
        job->files[i] = (LusterRenderFile){id, job->paths[i]};
    }
    return CLI_OK;
}

static int one_job(const Cli *cli, LusterContainer container, const char *session_path, Job *job)
{
    const char *bus = cli_value(cli, "bus"), *output = cli_value(cli, "output");
    const int status = new_job(job, 1);
    if (status)
        return status;
    if (output) {
        snprintf(job->paths[0], sizeof job->paths[0], "%s", output);
    } else {
        char folder[2048], name[1024];
        cli_folder(session_path, folder, sizeof folder);
        cli_base_name(session_path, name, sizeof name);
        snprintf(job->paths[0], sizeof job->paths[0], "%s/%s%s%s%s", folder, name, bus ? "-" : "",
                 bus ? bus : "", cli_format_ending(container));
    }
    job->files[0] = (LusterRenderFile){bus ? bus : "master", job->paths[0]};
    return CLI_OK;
}

/* No output may take the place of a recording that the session plays. */
static int check_sources(const LusterSession *session, const char *folder, const Job *job)
{
    for (uint32_t t = 0; t < session->n_tracks; t++) {
        for (uint32_t c = 0; c < session->tracks[t].n_clips; c++) {
            char clip[4096];
            LusterError err;
            if (luster_path_join(folder, session->tracks[t].clips[c].file, clip, sizeof clip, &err))
                return cli_fail("%s", err.text);
            for (uint32_t i = 0; i < job->n_files; i++) {
                if (cli_same_file(clip, job->paths[i]))
                    return cli_fail("%s is a recording of this session and is not replaced; write "
                                    "to another file",
                                    job->paths[i]);
            }
        }
    }
    return CLI_OK;
}

static int fill_options(const Cli *cli, LusterRenderOptions *options)
{
    static const char *solo[256];
    CliFormat format;
    int status = cli_format(cli, cli_value(cli, "output"), &format);
    if (!status)
        status = cli_threads(cli, &options->n_threads);
    if (!status)
        status = cli_number(cli, "from", 0, 1e6, &options->from_s);
    if (!status)
        status = cli_number(cli, "to", 1e-6, 1e6, &options->to_s);
    double block = 0.0;
    if (!status)
        status = cli_number(cli, "block", 1, 65536, &block);
    if (status)
        return status;
    options->block_frames = (uint32_t)block;
    options->container = format.container;
    options->format = format.format;
    options->dither = format.dither;
    options->force = format.force;
    for (const char *id; (id = cli_value_at(cli, "solo", (int)options->n_solo));) {
        if (options->n_solo == sizeof solo / sizeof solo[0])
            return cli_misuse(cli, "more than %zu solos", sizeof solo / sizeof solo[0]);
        solo[options->n_solo++] = id;
    }
    options->solo = solo;
    return CLI_OK;
}

static int run(Cli *cli)
{
    const char *path = cli_arg(cli, 0), *stems = cli_value(cli, "stems");
    if (stems && (cli_flag(cli, "output") || cli_flag(cli, "bus")))
        return cli_misuse(cli, "--stems cannot go together with --output or --bus");
    char folder[4096];
    cli_folder(path, folder, sizeof folder);
    CliProgress progress = cli_progress(cli, "Rendering");
    LusterRenderOptions options = {.folder = folder,
                                   .progress = cli_progress_step,
                                   .context = &progress,
                                   .fault = cli_report_faults};
    int status = fill_options(cli, &options);
    if (status)
        return status;
    LusterSession *session = cli_load_session(path);
    if (!session)
        return CLI_FAILED;
    Job job = {0};
    LusterError err;
    cli_catch_interrupt();
    status = stems ? stems_job(session, options.container, stems, &job)
                   : one_job(cli, options.container, path, &job);
    if (!status)
        status = check_sources(session, folder, &job);
    if (!status && luster_render(session, &options, job.files, job.n_files, job.results, &err)) {
        cli_progress_end(&progress);
        status = cli_fail("%s", err.text);
    }
    cli_progress_end(&progress);
    for (uint32_t i = 0; i < job.n_files && !status; i++) {
        cli_report_written(job.paths[i], &job.results[i]);
        cli_say(cli, "%s: %.2f s", job.paths[i],
                (double)job.results[i].n_frames / session->values[LUSTER_SESSION_RATE]);
    }
    free_job(&job);
    luster_session_free(session);
    return status;
}

static const CliOption options[] = {
    {"output", 'o', "FILE", "Where to write; beside the session under its name unless given."},
    {"stems", 0, "DIR",
     "Writes every track and bus (after its fader and pan) and the mix into a folder."},
    {"bus", 0, "NAME", "Writes one track or bus instead of the mix."},
    {"solo", 0, "NAME...", "Plays only this strip; may be given more than once."},
    {"from", 0, "SECONDS",
     "Where to start. The song is run from its start all the same, so that "
     "a part sounds exactly as in the whole."},
    {"to", 0, "SECONDS", "Where to stop; at the end of what rings unless given."},
    {"block", 0, "FRAMES", "Frames per block; never changes a result."},
    CLI_FORMAT_OPTIONS("from the file's name", "24"),
    {NULL, 0, NULL, NULL},
};

const CliCommand cli_render = {
    .name = "render",
    .args = "SESSION",
    .min_args = 1,
    .max_args = 1,
    .summary = "a session becomes audio: the mix, its stems or one bus",
    .doc =
        "Plays a session into a file. The same session gives the same bytes, whatever the number "
        "of threads. A file that is there is kept unless --force is given; a new one appears "
        "whole or not at all.",
    .examples =
        "luster render song/session.json\tthe mix, beside the session\n"
        "luster render song/session.json --stems stems/\tevery track and bus by itself\n"
        "luster render song/session.json --solo drums -o drums.wav\tonly the drums, through "
        "the master\n"
        "luster render song/session.json --bits 16 -o song.flac\tfor sending to a friend\n",
    .options = options,
    .run = run,
};
