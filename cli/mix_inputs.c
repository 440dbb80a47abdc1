/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The recordings of luster mix: the files of folders, or the clips of a session, and where the
 * outputs go. */
#include "mix_job.h"

#include "luster/render.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The assistant may listen to a file more than once, and to several at the same time. */
static void note_faults(void *context, const LusterAudioFaults *faults)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    Input *input = context;
    pthread_mutex_lock(&lock);
    if (input->faults.n_nonfinite <= faults->n_nonfinite)
        input->faults = *faults;
    pthread_mutex_unlock(&lock);
}

static LusterStatus open_input(void *user, LusterSource **out, LusterError *err)
{
    Input *input = user;
    const LusterStatus status = luster_audio_open(input->path, out, err);
    if (!status)
        luster_audio_on_close(*out, note_faults, input);
    return status;
}

bool mix_is_session(const char *path)
{
    const size_t length = strlen(path);
    return length > 5 && strcmp(path + length - 5, ".json") == 0;
}

/* The first is the mix; the others carry the names of what makes them different. */
static void name_outputs(MixJob *job)
{
    const char *ending = cli_format_ending(job->format.container);
    for (uint32_t i = 0; i < job->n_candidates; i++) {
        Candidate *c = &job->candidates[i];
        const char *name = luster_variation_id(i);
        snprintf(c->session_path, sizeof c->session_path, "%s/%s.json", job->folder,
                 i ? name : "session");
        snprintf(c->mix_path, sizeof c->mix_path, "%s/%s%s", job->folder, i ? name : "mix", ending);
        snprintf(c->report_path, sizeof c->report_path, "%s/%s.html", job->folder,
                 i ? name : "report");
    }
}

/* Where the outputs go: --output, the session's own folder, or NAME-mix beside the stems. */
int mix_choose_folder(MixJob *job)
{
    const char *first = cli_arg(job->cli, 0), *output = cli_value(job->cli, "output");
    char name[1024], parent[2000];
    struct stat info;
    if (strlen(output ? output : first) >= sizeof parent)
        return cli_fail("%s: the path is too long", output ? output : first);
    if (output && !*output)
        return cli_misuse(job->cli, "--output is empty; it names the folder the outputs go to");
    if (output) {
        snprintf(job->folder, sizeof job->folder, "%s", output);
    } else if (mix_is_session(first)) {
        cli_folder(first, job->folder, sizeof job->folder);
    } else {
        if (stat(first, &info))
            return cli_fail("%s cannot be read: %s", first, strerror(errno));
        char whole[4096];
        if (!S_ISDIR(info.st_mode) || !realpath(first, whole))
            snprintf(whole, sizeof whole, "./song");
        snprintf(name, sizeof name, "%s", strrchr(whole, '/') + 1);
        snprintf(parent, sizeof parent, "%s", first);
        size_t end = strlen(parent);
        while (end > 1 && parent[end - 1] == '/')
            parent[--end] = '\0';
        const char *slash = strrchr(parent, '/'), *last = slash ? slash + 1 : parent;
        if (S_ISDIR(info.st_mode) && (strcmp(last, ".") == 0 || strcmp(last, "..") == 0))
            snprintf(job->folder, sizeof job->folder, "%s-mix", name);
        else if (S_ISDIR(info.st_mode))
            snprintf(job->folder, sizeof job->folder, "%s-mix", parent);
        else
            snprintf(job->folder, sizeof job->folder, "%s-mix", name);
    }
    name_outputs(job);
    return CLI_OK;
}

/* Makes a folder and those above it; *made: it was not there. */
static int make_folder(const char *folder, bool *made)
{
    char path[2048];
    snprintf(path, sizeof path, "%s", folder);
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(path, 0777) && errno != EEXIST)
            return cli_fail("%s cannot be made: %s; -o DIR writes elsewhere", path,
                            strerror(errno));
        *slash = '/';
    }
    struct stat info;
    *made = mkdir(path, 0777) == 0;
    if (!*made && errno != EEXIST)
        return cli_fail("%s cannot be made: %s; -o DIR writes elsewhere", path, strerror(errno));
    if (stat(path, &info) || !S_ISDIR(info.st_mode))
        return cli_fail("%s is not a folder; -o names the folder the outputs go to", path);
    return CLI_OK;
}

/* Refuses before an hour of work rather than after it. */
int mix_check_outputs(MixJob *job)
{
    struct stat info;
    for (uint32_t i = 0; i < 3 * job->n_candidates; i++) {
        const Candidate *c = &job->candidates[i / 3];
        const char *path = i % 3 == 0 ? c->session_path : i % 3 == 1 ? c->mix_path : c->report_path;
        if (!job->format.force && stat(path, &info) == 0)
            return cli_fail("%s is there already; --force replaces it, -o DIR writes elsewhere",
                            path);
    }
    return make_folder(job->folder, &job->made_folder);
}

static int fill_input(MixJob *job, uint32_t i, const char *path, const char *name)
{
    Input *input = &job->inputs[i];
    LusterAudioInfo info;
    LusterError err;
    snprintf(input->path, sizeof input->path, "%s", path);
    const int status = cli_relative_path(job->folder, path, input->written, sizeof input->written);
    if (status)
        return status;
    for (uint32_t c = 0; c < job->n_candidates; c++)
        if (cli_same_file(path, job->candidates[c].mix_path))
            return cli_fail("%s would be replaced by its own mix; -o DIR writes elsewhere", path);
    if (!cli_is_utf8(input->written))
        return cli_fail("%s: a session cannot hold this name, as it is not UTF-8 text; rename the "
                        "file or its folder",
                        path);
    if (luster_audio_info(path, &info, &err) == LUSTER_OK)
        snprintf(input->format, sizeof input->format, "%s", info.codec);
    job->mix_inputs[i] = (LusterMixInput){.name = name,
                                          .path = input->written,
                                          .format = input->format[0] ? input->format : NULL,
                                          .open = open_input,
                                          .user = input};
    return CLI_OK;
}

static int new_inputs(MixJob *job, uint32_t n)
{
    job->inputs = calloc(n, sizeof *job->inputs);
    job->mix_inputs = calloc(n, sizeof *job->mix_inputs);
    job->n_inputs = n;
    return job->inputs && job->mix_inputs ? CLI_OK : cli_fail("out of memory");
}

/* A session again: its own clips are the recordings, rewritten as seen from the new folder. */
static int inputs_of_session(MixJob *job, const char *path)
{
    job->old = cli_load_session(path);
    if (!job->old)
        return CLI_FAILED;
    cli_folder(path, job->old_folder, sizeof job->old_folder);
    uint32_t n = 0;
    int status = CLI_OK;
    LusterError err;
    for (uint32_t t = 0; t < job->old->n_tracks && !status; t++) {
        LusterStrip *track = &job->old->tracks[t];
        for (uint32_t c = 0; c < track->n_clips && !status; c++) {
            char file[4096];
            if (luster_path_join(job->old_folder, track->clips[c].file, file, sizeof file, &err))
                status = cli_fail("%s", err.text);
            else
                status = cli_collect(&job->files, file, NULL);
        }
    }
    n = job->files.n_files;
    if (!status && !n)
        status = cli_fail("%s has no clips to listen to", path);
    if (!status)
        status = new_inputs(job, n);
    uint32_t i = 0;
    for (uint32_t t = 0; t < job->old->n_tracks && !status; t++) {
        LusterStrip *track = &job->old->tracks[t];
        for (uint32_t c = 0; c < track->n_clips && !status; c++, i++) {
            status = fill_input(job, i, job->files.paths[i], track->clips[c].file);
            if (!status)
                track->clips[c].file = luster_session_text(job->old, "%s", job->inputs[i].written);
        }
    }
    return status;
}

static int inputs_of_files(MixJob *job)
{
    int status = CLI_OK;
    for (int i = 0; i < cli_n_args(job->cli) && !status; i++) {
        if (mix_is_session(cli_arg(job->cli, i)))
            return cli_misuse(job->cli, "a session is mixed again by itself, not with other files");
        if (cli_same_file(cli_arg(job->cli, i), job->folder))
            return cli_misuse(job->cli,
                              "the outputs cannot go to the stems' own folder, where the next run "
                              "would take the mix for a stem; try -o %s/mix",
                              job->folder);
        status = cli_collect(&job->files, cli_arg(job->cli, i), job->folder);
    }
    for (uint32_t i = 0; i < job->files.n_other && !status; i++)
        cli_say(job->cli, "%s: not a recording; left out", job->files.other[i]);
    if (!status && !job->files.n_files)
        status =
            cli_fail("%s: there are no recordings here; luster mixes WAV, AIFF, FLAC, MP3, Ogg, "
                     "Opus, M4A and more",
                     cli_arg(job->cli, 0));
    if (!status)
        status = new_inputs(job, job->files.n_files);
    for (uint32_t i = 0; i < job->n_inputs && !status; i++)
        status = fill_input(job, i, job->files.paths[i], job->files.names[i]);
    return status;
}

int mix_collect(MixJob *job)
{
    const char *first = cli_arg(job->cli, 0);
    return mix_is_session(first) && cli_n_args(job->cli) == 1 ? inputs_of_session(job, first)
                                                              : inputs_of_files(job);
}
