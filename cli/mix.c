/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* luster mix: the main job. Collects the recordings, lets the assistant listen and decide, plays
 * the session once to set its level, writes it, reads the file back and reports on that. */
#include "mix_ask.h"
#include "mix_job.h"

#include "luster/file.h"
#include "luster/render.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEAD_STEP_DB 1.6 /* the spread between engineers: doc/sources.md A2 */

/* The person at the terminal. */
typedef struct Person {
    CliProgress progress;
    MixAnswers answers;
} Person;

static void on_progress(void *user, const char *doing, double fraction)
{
    Person *person = user;
    person->progress.label = doing;
    cli_progress_step(&person->progress, fraction);
}

static const char *on_ask(void *user, const LusterMixQuestion *question)
{
    return mix_ask(&((Person *)user)->answers, question);
}

/* "louder", "softer" or decibels. */
static int lead_asked(const Cli *cli, LusterMixOptions *options)
{
    const LusterParam *row = &luster_assistant_params()[LUSTER_ASSISTANT_LEAD];
    const char *text = cli_value(cli, "lead");
    double *value = &options->assistant.values[LUSTER_ASSISTANT_LEAD];
    if (!text)
        return CLI_OK;
    options->given |= 1u << LUSTER_ASSISTANT_LEAD;
    if (!strcmp(text, "louder"))
        *value = LEAD_STEP_DB;
    else if (!strcmp(text, "softer"))
        *value = -LEAD_STEP_DB;
    else if (cli_number(cli, "lead", row->min, row->max, value))
        return cli_misuse(cli, "--lead is '%s'; it must be louder, softer, or %g to %g dB", text,
                          row->min, row->max);
    return CLI_OK;
}

static int stage_at(const Cli *cli, const char *option, const char *name, size_t size)
{
    for (int i = LUSTER_STAGE_INTAKE + 1; i < LUSTER_STAGE_N; i++) {
        const char *id = luster_stage_id((uint32_t)i);
        if (strlen(id) == size && !memcmp(id, name, size))
            return i;
    }
    cli_misuse(cli,
               "--%s %.*s: there is no such stage; stages are align, balance, tone, dynamics, "
               "place, space, rides, master",
               option, (int)size, name);
    return -1;
}

/* --amount STAGE=0.5, --without STAGE */
static int amounts_asked(const Cli *cli, LusterMixOptions *options)
{
    const char *text;
    for (int i = 0; (text = cli_value_at(cli, "amount", i)); i++) {
        const char *equals = strchr(text, '=');
        char *end = NULL;
        const double value = equals ? strtod(equals + 1, &end) : -1.0;
        if (!equals || end == equals + 1 || *end || !(value >= 0.0 && value <= 1.0))
            return cli_misuse(cli,
                              "--amount '%s'; it reads STAGE=0 to STAGE=1, for instance "
                              "space=0.5",
                              text);
        const int stage = stage_at(cli, "amount", text, (size_t)(equals - text));
        if (stage < 0)
            return CLI_USAGE;
        options->assistant.values[stage] = value;
        options->given |= 1u << stage;
    }
    for (int i = 0; (text = cli_value_at(cli, "without", i)); i++) {
        const int stage = stage_at(cli, "without", text, strlen(text));
        if (stage < 0)
            return CLI_USAGE;
        options->assistant.values[stage] = 0.0;
        options->given |= 1u << stage;
    }
    return CLI_OK;
}

static int propose(MixJob *job)
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
    Person person = {.progress = cli_progress(job->cli, "Listening")};
    LusterMix **mix = &job->candidates[0].mix;
    LusterMixOptions options = {
        .n_threads = job->n_threads,
        .title = given ? given : title,
        .rate_hz = rate,
        .roles = roles,
        .n_roles = n_roles,
        .session = job->old,
        .assistant = {.style = cli_value(job->cli, "style")},
        .progress = on_progress,
        .ask = mix_may_ask(job->cli) ? on_ask : NULL,
        .user = &person,
    };
    LusterError err;
    if ((status = lead_asked(job->cli, &options)) || (status = amounts_asked(job->cli, &options)))
        return status;
    LusterStatus failed = LUSTER_OK;
    for (uint32_t c = 0; c < job->n_candidates && !failed; c++) {
        if (job->n_candidates > 1)
            options.assistant.variation = luster_variation_id(c);
        options.heard = c ? *mix : NULL;
        failed = luster_mix_propose(job->mix_inputs, job->n_inputs, &options,
                                    &job->candidates[c].mix, &err);
    }
    cli_progress_end(&person.progress);
    if (failed)
        return failed == LUSTER_BAD_VALUE ? cli_misuse(job->cli, "%s", err.text)
                                          : cli_fail("%s", err.text);
    for (uint32_t i = 0; i < job->n_inputs; i++)
        cli_report_faults(NULL, job->inputs[i].path, &job->inputs[i].faults);
    const char *name, *why;
    for (uint32_t i = 0; (name = luster_mix_unusable(*mix, i, &why)); i++) {
        cli_fail("%s", strstr(why, name) ? why : name);
        if (!strstr(why, name))
            fprintf(stderr, "    %s\n", why);
        job->incomplete |= !cli_flag(job->cli, "allow-unusable");
    }
    return CLI_OK;
}

static LusterRenderOptions render_options(const MixJob *job, CliProgress *progress)
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

/* Plays the session without keeping it, so that the assistant hears what it has made. */
static int listen_once(MixJob *job, Candidate *candidate, bool *again)
{
    LusterSession *session = luster_mix_session(candidate->mix);
    LusterMixEar *ear;
    LusterError err;
    if (luster_mix_ear_new(candidate->mix, &ear, &err))
        return cli_fail("%s", err.text);
    CliProgress progress = cli_progress(job->cli, "Balancing");
    LusterRenderOptions options = render_options(job, &progress);
    options.listen = luster_mix_ear_hear;
    options.listener = ear;
    options.heard = luster_mix_ear_strips(ear, &options.n_heard);
    limiters_on(session, false);
    LusterStatus status = luster_render(session, &options, NULL, 0, NULL, &err);
    limiters_on(session, true);
    cli_progress_end(&progress);
    if (!status)
        status = luster_mix_ear_finish(ear, &err);
    if (!status) {
        candidate->heard = *luster_mix_ear_master(ear);
        *again = luster_mix_correct(candidate->mix, ear);
    }
    luster_mix_ear_free(ear);
    return status ? cli_fail("%s", err.text) : CLI_OK;
}

static int listen_and_correct(MixJob *job, Candidate *candidate)
{
    bool again = true;
    int status = CLI_OK;
    while (again && !status)
        status = listen_once(job, candidate, &again);
    return status;
}

/* All candidates as loud as the one with the least room: else the louder would seem the better. */
static int set_levels(MixJob *job)
{
    LusterError err;
    double lufs = INFINITY;
    for (uint32_t c = 0; c < job->n_candidates; c++) {
        const Candidate *candidate = &job->candidates[c];
        lufs = fmin(lufs, luster_mix_reach(candidate->mix, &candidate->heard));
    }
    for (uint32_t c = 0; c < job->n_candidates; c++) {
        luster_mix_finish(job->candidates[c].mix, &job->candidates[c].heard, lufs);
        if (luster_mix_judge(job->candidates[c].mix, &err))
            return cli_fail("%s", err.text);
    }
    return CLI_OK;
}

static int write_mix(MixJob *job, Candidate *candidate)
{
    LusterError err;
    LusterWriteResult result;
    CliProgress progress = cli_progress(job->cli, "Mixing");
    const LusterRenderOptions options = render_options(job, &progress);
    const LusterRenderFile file = {"master", candidate->mix_path};
    LusterStatus status =
        luster_render(luster_mix_session(candidate->mix), &options, &file, 1, &result, &err);
    cli_progress_end(&progress);
    if (status)
        return cli_fail("%s", err.text);
    if (cli_report_written(candidate->mix_path, &result))
        job->incomplete = true;
    /* what was delivered is measured, decoded back, not the buffer before it */
    LusterSource *source;
    status = luster_audio_open(candidate->mix_path, &source, &err);
    if (!status)
        status =
            luster_measure_source(source, LUSTER_MEASURE_ALL, &candidate->measured, NULL, &err);
    if (status)
        return cli_fail("%s", err.text);
    luster_source_close(source);
    if (!(candidate->measured.sample_peak_dbfs > -INFINITY)) {
        cli_warn("%s is silent: nothing in these files can be heard at the level it was given",
                 candidate->mix_path);
        job->incomplete = true;
    }
    return CLI_OK;
}

static int write_papers(MixJob *job, Candidate *candidate)
{
    char *text = NULL, *html = NULL;
    size_t size = 0;
    LusterError err;
    LusterStatus status =
        luster_session_write(luster_mix_session(candidate->mix), &text, &size, &err);
    if (!status)
        status = luster_file_write(candidate->session_path, text, size, job->format.force, &err);
    if (!status)
        status = luster_mix_report(candidate->mix, &candidate->measured, &html, &size, &err);
    if (!status)
        status = luster_file_write(candidate->report_path, html, size, job->format.force, &err);
    free(text);
    free(html);
    return status ? cli_fail("%s", err.text) : CLI_OK;
}

static void summary(const MixJob *job)
{
    const Candidate *candidate = &job->candidates[0];
    const LusterSession *session = luster_mix_session(candidate->mix);
    const LusterMeasurement *m = &candidate->measured;
    for (uint32_t i = 0; i < session->n_notes; i++) {
        if (!strstr(session->notes[i], " could not be used: ")) /* said already, as errors */
            cli_say(job->cli, "note: %s", session->notes[i]);
    }
    if (cli_flag(job->cli, "quiet"))
        return;
    char mix[8200], session_path[8200];
    cli_quote(candidate->mix_path, mix, sizeof mix);
    cli_quote(candidate->session_path, session_path, sizeof session_path);
    printf("Mixed %u track%s into %d:%04.1f of music: %.1f LUFS, true peak %.1f dBTP.\n",
           session->n_tracks, session->n_tracks == 1 ? "" : "s", (int)(m->duration_s / 60.0),
           fmod(m->duration_s, 60.0), m->integrated_lufs, m->true_peak_dbtp);
    printf(
        "Listen to   %s\nLook at     %s\nChange      %s   (then: luster render %s --force -o %s)\n",
        candidate->mix_path, candidate->report_path, candidate->session_path, session_path, mix);
    for (uint32_t c = 1; c < job->n_candidates; c++)
        printf("Or listen to %s: %s (%.1f LUFS)\n", job->candidates[c].mix_path,
               luster_variation_doc(c), job->candidates[c].measured.integrated_lufs);
}

static void end_job(MixJob *job)
{
    for (uint32_t c = job->n_candidates; c--;) /* the later ones use what the first heard */
        luster_mix_free(job->candidates[c].mix);
    luster_session_free(job->old);
    cli_collect_free(&job->files);
    free(job->inputs);
    free(job->mix_inputs);
    free(job);
}

static int run(Cli *cli)
{
    MixJob *job = calloc(1, sizeof *job);
    if (!job)
        return cli_fail("out of memory");
    job->cli = cli;
    double n = 1.0;
    int status = cli_number(cli, "candidates", 1, MIX_MAX_CANDIDATES, &n);
    job->n_candidates = (uint32_t)n;
    if (!status && n > 1.0 && strcmp(cli_arg(cli, 0), "") && mix_is_session(cli_arg(cli, 0)))
        status = cli_misuse(cli, "--candidates needs the recordings: a session is one mix");
    if (!status)
        status = cli_format(cli, NULL, &job->format);
    if (!status)
        status = cli_threads(cli, &job->n_threads);
    if (!status)
        status = mix_choose_folder(job);
    if (!status)
        status = mix_check_outputs(job);
    if (!status)
        cli_die_on_interrupt(job->made_folder ? job->folder : NULL);
    if (!status)
        status = mix_collect(job);
    if (!status)
        status = propose(job);
    if (!status)
        cli_catch_interrupt();
    for (uint32_t c = 0; c < job->n_candidates && !status; c++)
        status = listen_and_correct(job, &job->candidates[c]);
    if (!status)
        status = set_levels(job);
    for (uint32_t c = 0; c < job->n_candidates && !status; c++) {
        status = write_mix(job, &job->candidates[c]);
        if (!status)
            status = write_papers(job, &job->candidates[c]);
    }
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
    {"yes", 'y', NULL,
     "Asks nothing. On a terminal luster asks about the few loud files it cannot tell; elsewhere "
     "it "
     "decides and says so."},
    {"style", 0, "STYLE",
     "The kind of music: pop, rock, metal, hiphop, electronic, country, folk, jazz, classical; "
     "general unless given."},
    {"lead", 0, "HOW", "louder, softer, or dB: where the lead stands re where it usually does."},
    {"amount", 0, "STAGE=AMOUNT...",
     "How much of a stage is done, 0 to 1: --amount space=0.5. Stages are align, balance, tone, "
     "dynamics, place, space, rides, master. May be given more than once."},
    {"without", 0, "STAGE...", "Leaves a stage out. May be given more than once."},
    {"candidates", 0, "N",
     "Makes up to 4 mixes, equally loud, that differ on purpose: balanced, lead forward, wide and "
     "deep, dry and tight."},
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
