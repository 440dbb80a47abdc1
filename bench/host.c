/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs one effect over files. Jobs come one per line on stdin, their fields parted by tabs:
 *   IN OUT [@key=FILE] [@moves=FILE] [@repeat=N] [id=value ...]
 * Every job opens the effect afresh. Files are WAV; what is written is 32-bit float. A file of
 * moves has lines "frame id value", in order; blocks end where a move stands. For every job one
 * line of JSON goes to stderr: frames, rate, latency, and the processor time of the process calls
 * alone in seconds: the least of N repeats of the whole file. */
#include "host.h"

#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_LINE 65536
#define FILE_BLOCK 4096 /* frames */
#define MAX_FIELDS 512

typedef struct Audio {
    float *at[HOST_MAX_OUTPUTS]; /* planar, [n_frames] */
    uint32_t n_channels;
    size_t n_frames;
    int rate_hz;
} Audio;

typedef struct Move {
    size_t frame;
    char id[96], value[64];
} Move;

typedef struct Job {
    char *in, *out, *key, *moves;
    unsigned repeats;
    char *settings[MAX_FIELDS];
    uint32_t n_settings;
} Job;

typedef struct Run {
    Audio in, key, out;
    Move *moves;
    size_t n_moves;
    double best_s; /* processor time */
    uint32_t latency;
} Run;

static void free_audio(Audio *audio)
{
    for (uint32_t c = 0; c < audio->n_channels; c++)
        free(audio->at[c]);
    *audio = (Audio){0};
}

/* Zeroed, whole blocks long, so that every block has the same length. */
static int make_audio(Audio *audio, uint32_t n_channels, size_t n_frames, uint32_t block)
{
    const size_t room = (n_frames / block + 2) * block;
    audio->n_frames = n_frames;
    for (audio->n_channels = 0; audio->n_channels < n_channels; audio->n_channels++) {
        float *memory = aligned_alloc(64, (room * sizeof(float) + 63) / 64 * 64);
        if (!memory)
            return 1;
        memset(memory, 0, room * sizeof(float));
        audio->at[audio->n_channels] = memory;
    }
    return 0;
}

static int read_audio(const char *path, uint32_t block, Audio *audio)
{
    SF_INFO info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    static float frames[2 * FILE_BLOCK];
    if (!file || info.channels < 1 || info.channels > 2) {
        fprintf(stderr, "%s: %s\n", path, file ? "neither mono nor stereo" : sf_strerror(NULL));
        sf_close(file);
        return 1;
    }
    const uint32_t n_channels = (uint32_t)info.channels;
    audio->rate_hz = info.samplerate;
    int bad = make_audio(audio, n_channels, (size_t)info.frames, block);
    for (size_t at = 0, n; at < audio->n_frames && !bad; at += n) {
        n = audio->n_frames - at < FILE_BLOCK ? audio->n_frames - at : FILE_BLOCK;
        bad = sf_readf_float(file, frames, (sf_count_t)n) != (sf_count_t)n;
        for (size_t i = 0; i < n * n_channels; i++)
            audio->at[i % n_channels][at + i / n_channels] = frames[i];
    }
    sf_close(file);
    if (bad)
        fprintf(stderr, "%s: cannot be read to its end\n", path);
    return bad;
}

static int write_audio(const char *path, const Audio *audio)
{
    SF_INFO info = {.samplerate = audio->rate_hz,
                    .channels = (int)audio->n_channels,
                    .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    static float frames[HOST_MAX_OUTPUTS * FILE_BLOCK];
    const uint32_t n_channels = audio->n_channels;
    int bad = !file;
    for (size_t at = 0, n; at < audio->n_frames && !bad; at += n) {
        n = audio->n_frames - at < FILE_BLOCK ? audio->n_frames - at : FILE_BLOCK;
        for (size_t i = 0; i < n * n_channels; i++)
            frames[i] = audio->at[i % n_channels][at + i / n_channels];
        bad = sf_writef_float(file, frames, (sf_count_t)n) != (sf_count_t)n;
    }
    if (bad)
        fprintf(stderr, "%s: cannot be written\n", path);
    return file ? sf_close(file) || bad : 1;
}

static int read_moves(const char *path, Run *run)
{
    FILE *file = fopen(path, "r");
    Move move;
    if (!file) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        return 1;
    }
    while (fscanf(file, "%zu %95s %63s", &move.frame, move.id, move.value) == 3) {
        Move *grown = realloc(run->moves, (run->n_moves + 1) * sizeof *grown);
        if (!grown)
            break;
        run->moves = grown;
        run->moves[run->n_moves++] = move;
    }
    const int bad = !feof(file);
    fclose(file);
    return bad;
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The whole file once, in whole blocks but for moves; seconds of the process calls. */
static double play(const HostKind *kind, void *effect, Run *run, uint32_t block)
{
    const float *in[HOST_MAX_INPUTS];
    float *out[HOST_MAX_OUTPUTS];
    double seconds = 0.0;
    size_t at = 0, next = 0;
    while (at < run->in.n_frames) {
        for (; next < run->n_moves && run->moves[next].frame <= at; next++)
            kind->set(effect, run->moves[next].id, run->moves[next].value);
        size_t n = block - at % block;
        if (next < run->n_moves && run->moves[next].frame - at < n)
            n = run->moves[next].frame - at;
        for (uint32_t c = 0; c < run->in.n_channels; c++)
            in[c] = run->in.at[c] + at;
        for (uint32_t c = 0; c < run->key.n_channels; c++)
            in[run->in.n_channels + c] = run->key.at[c] + at;
        for (uint32_t c = 0; c < run->out.n_channels; c++)
            out[c] = run->out.at[c] + at;
        const double start = cpu_seconds();
        kind->process(effect, in, out, (uint32_t)n);
        seconds += cpu_seconds() - start;
        at += n;
    }
    return seconds;
}

/* One life of the effect. */
static int run_once(const HostKind *kind, const HostSetup *setup, const Job *job, Run *run)
{
    void *effect = kind->open(setup);
    int bad = !effect;
    for (uint32_t i = 0; i < job->n_settings && !bad; i++) {
        char *value = strchr(job->settings[i], '=');
        *value = '\0';
        bad = kind->set(effect, job->settings[i], value + 1);
        *value = '=';
    }
    bad = bad || kind->start(effect);
    if (!bad && !run->out.n_channels)
        bad = make_audio(&run->out, kind->n_outputs(effect), run->in.n_frames, setup->block);
    if (!bad) {
        run->out.rate_hz = run->in.rate_hz;
        const double seconds = play(kind, effect, run, setup->block);
        run->best_s = run->best_s <= 0.0 || seconds < run->best_s ? seconds : run->best_s;
        run->latency = kind->latency(effect);
    }
    if (effect)
        kind->close(effect);
    return bad;
}

static int run_job(const HostKind *kind, HostSetup setup, const Job *job)
{
    Run run = {0};
    int bad = read_audio(job->in, setup.block, &run.in) ||
              (job->key && read_audio(job->key, setup.block, &run.key)) ||
              (job->moves && read_moves(job->moves, &run));
    if (!bad && job->key && run.key.n_frames < run.in.n_frames) {
        fprintf(stderr, "%s: shorter than the input\n", job->key);
        bad = 1;
    }
    setup.rate_hz = run.in.rate_hz;
    setup.n_channels = run.in.n_channels;
    setup.n_keys = run.key.n_channels;
    for (unsigned k = 0; k < job->repeats && !bad; k++)
        bad = run_once(kind, &setup, job, &run);
    bad = bad || write_audio(job->out, &run.out);
    if (bad)
        fprintf(stderr, "\n{\"failed\": true}\n");
    else
        fprintf(stderr,
                "\n{\"frames\": %zu, \"rate_hz\": %d, \"block\": %u, \"latency_frames\": %u, "
                "\"cpu_s\": %.9f, \"ns_per_frame\": %.4f}\n",
                run.in.n_frames, run.in.rate_hz, setup.block, run.latency, run.best_s,
                run.best_s / (double)run.in.n_frames * 1e9);
    free_audio(&run.in);
    free_audio(&run.key);
    free_audio(&run.out);
    free(run.moves);
    return bad;
}

static int parse_job(char *line, Job *job)
{
    *job = (Job){.repeats = 1};
    char *rest = NULL;
    for (char *field = strtok_r(line, "\t\n", &rest); field;
         field = strtok_r(NULL, "\t\n", &rest)) {
        if (!job->in)
            job->in = field;
        else if (!job->out)
            job->out = field;
        else if (!strncmp(field, "@key=", 5))
            job->key = field + 5;
        else if (!strncmp(field, "@moves=", 7))
            job->moves = field + 7;
        else if (!strncmp(field, "@repeat=", 8))
            job->repeats = (unsigned)strtoul(field + 8, NULL, 10);
        else if (strchr(field, '=') && job->n_settings < MAX_FIELDS)
            job->settings[job->n_settings++] = field;
        else
            return 1;
    }
    return !job->out;
}

int host_main(int argc, char **argv, const HostKind *kind)
{
    static char line[MAX_LINE];
    HostSetup setup = {.block = 1024};
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--block") && i + 1 < argc)
            setup.block = (uint32_t)strtoul(argv[++i], NULL, 10);
        else
            setup.name = argv[i];
    }
    if (!setup.name || setup.block < 1 || setup.block > 65536) {
        fprintf(stderr, "usage: %s [--block FRAMES] NAME < jobs\n", argv[0]);
        return 2;
    }
    int bad = 0;
    while (fgets(line, sizeof line, stdin)) {
        Job job;
        if (parse_job(line, &job)) {
            fprintf(stderr, "a job is: IN OUT [@key=FILE] [@moves=FILE] [@repeat=N] [id=value]\n"
                            "\n{\"failed\": true}\n");
            bad = 1;
        } else {
            bad |= run_job(kind, setup, &job);
        }
    }
    return bad;
}
