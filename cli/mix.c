/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* luster mix: the main job. Collects the recordings, lets the assistant listen and decide, plays
 * the session once to set its level, writes it, reads the file back and reports on that. */
#include "luster/mix.h"

#include "collect.h"
#include "commands.h"
#include "luster/file.h"
#include "luster/render.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Input {
    char path[4096]; /* from here */
    char written[4096]; /* from the session's folder */
    char format[64];
    LusterAudioFaults faults;
} Input;

typedef struct Job {
    const Cli *cli;
    FileList files;
    Input *inputs;
    LusterMixInput *mix_inputs;
    uint32_t n_inputs;
    LusterSession *old; /* looked over again, or NULL */
    char old_folder[4096];
    LusterMix *mix;
    char folder[2048]; /* of the outputs */
    char session_path[4096], mix_path[4096], report_path[4096];
    CliFormat format;
    uint32_t n_threads;
    LusterMeasurement measured; /* of the delivered file */
    bool made_folder; /* it was not there before */
    bool incomplete; /* something was named as unusable and not allowed */
} Job;

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

static bool is_session(const char *path)
{
    const size_t length = strlen(path);
    return length > 5 && strcmp(path + length - 5, ".json") == 0;
}

/* Where the outputs go: --output, the session's own folder, or NAME-mix beside the stems. */
static int choose_folder(Job *job)
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
    } else if (is_session(first)) {
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
    snprintf(job->session_path, sizeof job->session_path, "%s/session.json", job->folder);
    snprintf(job->mix_path, sizeof job->mix_path, "%s/mix%s", job->folder,
             cli_format_ending(job->format.container));
    snprintf(job->report_path, sizeof job->report_path, "%s/report.html", job->folder);
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
static int check_outputs(Job *job)
{
    const char *const paths[] = {job->session_path, job->mix_path, job->report_path};
    struct stat info;
    for (int i = 0; i < 3; i++) {
        if (!job->format.force && stat(paths[i], &info) == 0)
            return cli_fail("%s is there already; --force replaces it, -o DIR writes elsewhere",
                            paths[i]);
    }
    return make_folder(job->folder, &job->made_folder);
}

static int fill_input(Job *job, uint32_t i, const char *path, const char *name)
{
    Input *input = &job->inputs[i];
    LusterAudioInfo info;
    LusterError err;
    snprintf(input->path, sizeof input->path, "%s", path);
    const int status = cli_relative_path(job->folder, path, input->written, sizeof input->written);
    if (status)
        return status;
    if (cli_same_file(path, job->mix_path))
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

static int new_inputs(Job *job, uint32_t n)
{
    job->inputs = calloc(n, sizeof *job->inputs);
    job->mix_inputs = calloc(n, sizeof *job->mix_inputs);
    job->n_inputs = n;
    return job->inputs && job->mix_inputs ? CLI_OK : cli_fail("out of memory");
}

/* A session again: its own clips are the recordings, rewritten as seen from the new folder. */
static int inputs_of_session(Job *job, const char *path)
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

static int inputs_of_files(Job *job)
{
    int status = CLI_OK;
    for (int i = 0; i < cli_n_args(job->cli) && !status; i++) {
        if (is_session(cli_arg(job->cli, i)))
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

static void on_progress(void *user, const char *doing, double fraction)
{
    CliProgress *progress = user;
    progress->label = doing;
    cli_progress_step(progress, fraction);
}

static int propose(Job *job)
{
    const char *roles[1024];
    char title[1024];
    uint32_t n_roles = 0;
    while (n_roles < 1024 && (roles[n_roles] = cli_value_at(job->cli, "role", (int)n_roles)))
        n_roles++;
    const char *given = cli_value(job->cli, "title");
    char whole[4096];
    if (!realpath(cli_arg(job->cli, 0), whole))
        snprintf(whole, sizeof whole, "song");
    cli_base_name(whole, title, sizeof title);
    if (!cli_is_utf8(given ? given : title))
        snprintf(title, sizeof title, "song"), given = NULL;
    double rate = 0.0;
    int status = cli_number(job->cli, "rate", LUSTER_MIN_RATE_HZ, LUSTER_MAX_RATE_HZ, &rate);
    if (status)
        return status;
    CliProgress progress = cli_progress(job->cli, "Listening");
    const LusterMixOptions options = {
        .n_threads = job->n_threads,
        .title = given ? given : title,
        .rate_hz = rate,
        .roles = roles,
        .n_roles = n_roles,
        .session = job->old,
        .progress = on_progress,
        .user = &progress,
    };
    LusterError err;
    const LusterStatus failed =
        luster_mix_propose(job->mix_inputs, job->n_inputs, &options, &job->mix, &err);
    cli_progress_end(&progress);
    if (failed)
        return failed == LUSTER_BAD_VALUE ? cli_misuse(job->cli, "%s", err.text)
                                          : cli_fail("%s", err.text);
    for (uint32_t i = 0; i < job->n_inputs; i++)
        cli_report_faults(NULL, job->inputs[i].path, &job->inputs[i].faults);
    const char *name, *why;
    for (uint32_t i = 0; (name = luster_mix_unusable(job->mix, i, &why)); i++) {
        cli_fail("%s", strstr(why, name) ? why : name);
        if (!strstr(why, name))
            fprintf(stderr, "    %s\n", why);
        job->incomplete |= !cli_flag(job->cli, "allow-unusable");
    }
    return CLI_OK;
}

static LusterStatus listen(void *context, const float *const *master, size_t n_frames)
{
    return luster_measure_add(context, master, n_frames);
}

static LusterRenderOptions render_options(const Job *job, CliProgress *progress)
{
    return (LusterRenderOptions){
        .folder = job->folder,
        .n_threads = job->n_threads,
        .container = job->format.container,
        .format = job->format.format,
        .dither = job->format.dither,
        .force = job->format.force,
        .progress = cli_progress_step,
        .context = progress,
    };
}

/* The master's safety limiter hides how far the mix would go over: off while levels are set. */
static void limiters_on(LusterSession *session, bool on)
{
    for (uint32_t i = 0; i < session->master.n_inserts; i++) {
        if (strcmp(session->master.inserts[i].proc->id, "limiter") == 0)
            session->master.inserts[i].on = on;
    }
}

/* Plays the session without keeping it, and lets the assistant set the level by what it hears. */
static int listen_once(Job *job)
{
    LusterSession *session = luster_mix_session(job->mix);
    LusterMeasure *measure;
    LusterMeasurement heard;
    LusterError err;
    if (luster_measure_new(session->values[LUSTER_SESSION_RATE], 2, LUSTER_MEASURE_ALL, &measure,
                           &err))
        return cli_fail("%s", err.text);
    CliProgress progress = cli_progress(job->cli, "Balancing");
    LusterRenderOptions options = render_options(job, &progress);
    options.listen = listen;
    options.listener = measure;
    limiters_on(session, false);
    LusterStatus status = luster_render(session, &options, NULL, 0, NULL, &err);
    limiters_on(session, true);
    cli_progress_end(&progress);
    if (!status)
        status = luster_measure_finish(measure, &heard);
    luster_measure_free(measure);
    if (status)
        return cli_fail("%s", err.text);
    luster_mix_finish(job->mix, &heard);
    return CLI_OK;
}

static int write_mix(Job *job)
{
    LusterError err;
    LusterWriteResult result;
    CliProgress progress = cli_progress(job->cli, "Mixing");
    const LusterRenderOptions options = render_options(job, &progress);
    const LusterRenderFile file = {"master", job->mix_path};
    LusterStatus status =
        luster_render(luster_mix_session(job->mix), &options, &file, 1, &result, &err);
    cli_progress_end(&progress);
    if (status)
        return cli_fail("%s", err.text);
    if (cli_report_written(job->mix_path, &result))
        job->incomplete = true;
    /* what was delivered is measured, decoded back, not the buffer before it */
    LusterSource *source;
    status = luster_audio_open(job->mix_path, &source, &err);
    if (!status)
        status = luster_measure_source(source, LUSTER_MEASURE_ALL, &job->measured, NULL, &err);
    if (status)
        return cli_fail("%s", err.text);
    luster_source_close(source);
    if (!(job->measured.sample_peak_dbfs > -INFINITY)) {
        cli_warn("%s is silent: nothing in these files can be heard at the level it was given",
                 job->mix_path);
        job->incomplete = true;
    }
    return CLI_OK;
}

static int write_papers(Job *job)
{
    char *text = NULL, *html = NULL;
    size_t size = 0;
    LusterError err;
    LusterStatus status = luster_session_write(luster_mix_session(job->mix), &text, &size, &err);
    if (!status)
        status = luster_file_write(job->session_path, text, size, job->format.force, &err);
    if (!status)
        status = luster_mix_report(job->mix, &job->measured, &html, &size, &err);
    if (!status)
        status = luster_file_write(job->report_path, html, size, job->format.force, &err);
    free(text);
    free(html);
    return status ? cli_fail("%s", err.text) : CLI_OK;
}

static void summary(const Job *job)
{
    const LusterSession *session = luster_mix_session(job->mix);
    const LusterMeasurement *m = &job->measured;
    for (uint32_t i = 0; i < session->n_notes; i++) {
        if (!strstr(session->notes[i], " could not be used: ")) /* said already, as errors */
            cli_say(job->cli, "note: %s", session->notes[i]);
    }
    if (cli_flag(job->cli, "quiet"))
        return;
    char mix[8200], session_path[8200];
    cli_quote(job->mix_path, mix, sizeof mix);
    cli_quote(job->session_path, session_path, sizeof session_path);
    printf("Mixed %u track%s into %d:%04.1f of music: %.1f LUFS, true peak %.1f dBTP.\n",
           session->n_tracks, session->n_tracks == 1 ? "" : "s", (int)(m->duration_s / 60.0),
           fmod(m->duration_s, 60.0), m->integrated_lufs, m->true_peak_dbtp);
    printf(
        "Listen to   %s\nLook at     %s\nChange      %s   (then: luster render %s --force -o %s)\n",
        job->mix_path, job->report_path, job->session_path, session_path, mix);
}

static void end_job(Job *job)
{
    luster_mix_free(job->mix);
    luster_session_free(job->old);
    cli_collect_free(&job->files);
    free(job->inputs);
    free(job->mix_inputs);
    free(job);
}

static int run(Cli *cli)
{
    Job *job = calloc(1, sizeof *job);
    if (!job)
        return cli_fail("out of memory");
    job->cli = cli;
    const char *first = cli_arg(cli, 0);
    int status = cli_format(cli, NULL, &job->format);
    if (!status)
        status = cli_threads(cli, &job->n_threads);
    if (!status)
        status = choose_folder(job);
    if (!status)
        status = check_outputs(job);
    if (!status)
        cli_die_on_interrupt(job->made_folder ? job->folder : NULL);
    if (!status)
        status = is_session(first) && cli_n_args(cli) == 1 ? inputs_of_session(job, first)
                                                           : inputs_of_files(job);
    if (!status)
        status = propose(job);
    if (!status)
        cli_catch_interrupt();
    if (!status)
        status = listen_once(job);
    if (!status)
        status = write_mix(job);
    if (!status)
        status = write_papers(job);
    if (status && job->made_folder)
        rmdir(job->folder); /* does nothing unless it is empty */
    if (!status)
        summary(job);
    if (!status && job->incomplete)
        status = CLI_FAILED;
    end_job(job);
    return status;
}

static const CliOption options[] = {
    {"output", 'o', "DIR", "Where the outputs go; STEMS-mix beside the stems unless given."},
    {"role", 0, "NAME=ROLE...",
     "Says what a file is where luster guessed wrong: --role Bass2=synth. May be given more than "
     "once; luster describe roles lists them."},
    {"title", 0, "TEXT", "The song's title; the folder's name unless given."},
    {"rate", 0, "HZ", "Sampling rate of the mix; that of most stems unless given."},
    {"allow-unusable", 0, NULL,
     "Counts it as success when some files could not be used; they are named all the same."},
    CLI_FORMAT_OPTIONS("wav", "24"),
    {NULL, 0, NULL, NULL},
};

const CliCommand cli_mix = {
    .name = "mix",
    .args = "DIR|FILE...|SESSION",
    .min_args = 1,
    .max_args = -1,
    .summary = "a folder of stems becomes a mix, a session to edit and a report",
    .doc =
        "Listens to every recording, finds out what it is, and proposes a mix: levels, panning, "
        "low "
        "cuts, gentle dynamics, one shared reverb. It writes three files into one folder: mix.wav, "
        "session.json with every setting and the reason for it, and report.html to look at.\n\n"
        "Nothing is hidden: change any value in session.json and run luster render. Given a "
        "session "
        "instead of stems it looks it over again: what you changed or locked stays.\n\nThe stems "
        "are never touched. A file that cannot be used is named, and the exit status is then 1 "
        "unless --allow-unusable is given.",
    .examples =
        "luster mix stems/\tinto stems-mix/\n"
        "luster mix stems/ -o mix --role 'Audio 3=lead_vocal'\tone file named for what it is\n"
        "luster mix mix/session.json --force\tonce more, keeping your own changes\n",
    .options = options,
    .run = run,
};
