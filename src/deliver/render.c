/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One pass of the engine into any number of files. The end is where the clips end, plus what still
 * rings: rendering stops once everything has stayed below -120 dBFS for a while. */
#include "luster/render.h"

#include "luster/asset.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 16384 /* frames per call of the engine */
#define SILENCE 1e-6f /* -120 dBFS */
#define SILENCE_MS 500.0 /* this long below it, and the song is over */

/* A clip's file and the faults it showed; the same file may be read by several threads at once. */
typedef struct ClipFile {
    struct ClipFile *next;
    pthread_mutex_t *lock; /* of the list and all its faults */
    LusterAudioFaults faults;
    char path[];
} ClipFile;

typedef struct Render {
    const LusterRenderOptions *options;
    pthread_mutex_t lock;
    ClipFile *clip_files;
    const LusterRenderFile *files;
    uint32_t n_files, n_taps;
    const char **taps; /* [n_taps] the strips of the files, then those that are heard */
    LusterAssets *assets;
    LusterWriter **writers;
    float **audio; /* [2 * n_taps + 2] of CHUNK frames; the last two the master, to listen to */
    LusterEngine *engine;
    double rate_hz;
    uint64_t from, to; /* frames to keep */
    uint64_t quiet_end; /* the music's end: after it silence may end the file early; 0: never */
} Render;

/* The record of a file, made when it is new; NULL without memory. */
static ClipFile *clip_file(Render *r, const char *path)
{
    pthread_mutex_lock(&r->lock);
    ClipFile **at = &r->clip_files;
    while (*at && strcmp((*at)->path, path) != 0)
        at = &(*at)->next;
    const size_t size = strlen(path) + 1;
    if (!*at && (*at = calloc(1, sizeof **at + size))) {
        (*at)->lock = &r->lock;
        memcpy((*at)->path, path, size);
    }
    ClipFile *found = *at;
    pthread_mutex_unlock(&r->lock);
    return found;
}

static void note_faults(void *context, const LusterAudioFaults *faults)
{
    ClipFile *file = context;
    pthread_mutex_lock(file->lock);
    if (file->faults.n_nonfinite < faults->n_nonfinite) /* counted each time they are read */
        file->faults.n_nonfinite = faults->n_nonfinite;
    file->faults.n_missing_frames = faults->n_missing_frames;
    file->faults.missing_s = faults->missing_s;
    pthread_mutex_unlock(file->lock);
}

static LusterStatus open_clip(void *context, const char *file, double rate_hz, LusterSource **out,
                              LusterError *err)
{
    Render *r = context;
    char path[4096];
    LusterStatus status = luster_path_join(r->options->folder, file, path, sizeof path, err);
    LusterSource *source = NULL;
    if (!status)
        status = luster_audio_open(path, &source, err);
    if (status)
        return status;
    if (r->options->fault) {
        ClipFile *record = clip_file(r, path);
        if (!record) {
            luster_source_close(source);
            return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
        }
        luster_audio_on_close(source, note_faults, record);
    }
    return luster_audio_resample(source, rate_hz, out, err);
}

static LusterStatus load_asset(void *context, const char *file, LusterAssetKind kind,
                               double rate_hz, LusterAssetData *data, LusterError *err)
{
    Render *r = context;
    return luster_assets_load(r->assets, file, kind, rate_hz, data, err);
}

/* Tells of the files with faults and forgets all; the engine has closed them. */
static void tell_faults(Render *r, bool tell)
{
    while (r->clip_files) {
        ClipFile *file = r->clip_files;
        if (tell && (file->faults.n_nonfinite || file->faults.n_missing_frames))
            r->options->fault(r->options->fault_context, file->path, &file->faults);
        r->clip_files = file->next;
        free(file);
    }
}

static void end_render(Render *r, bool done)
{
    for (uint32_t i = 0; r->writers && i < r->n_files; i++)
        luster_writer_abort(r->writers[i]);
    for (uint32_t i = 0; r->audio && i < 2 * r->n_taps + 2; i++)
        free(r->audio[i]);
    luster_engine_free(r->engine);
    luster_assets_free(r->assets);
    tell_faults(r, done);
    free(r->writers);
    free(r->audio);
    free(r->taps);
    pthread_mutex_destroy(&r->lock);
}

static LusterStatus begin_render(Render *r, const LusterSession *session, LusterError *err)
{
    const LusterRenderOptions *o = r->options;
    r->n_taps = r->n_files + o->n_heard;
    r->taps = calloc((size_t)r->n_taps + 1, sizeof *r->taps);
    r->writers = calloc((size_t)r->n_files + 1, sizeof *r->writers);
    r->audio = calloc(2 * (size_t)r->n_taps + 2, sizeof *r->audio);
    r->assets = luster_assets_new(o->folder);
    if (!r->taps || !r->writers || !r->audio || !r->assets)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    for (uint32_t i = 0; i < 2 * r->n_taps + 2; i++) {
        r->audio[i] = malloc(CHUNK * sizeof(float));
        if (!r->audio[i])
            return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    }
    for (uint32_t i = 0; i < r->n_files; i++)
        r->taps[i] = r->files[i].strip;
    for (uint32_t i = 0; i < o->n_heard; i++)
        r->taps[r->n_files + i] = o->heard[i];
    const LusterEngineOptions engine = {
        .n_threads = o->n_threads,
        .block_frames = o->block_frames,
        .open = open_clip,
        .load = load_asset,
        .context = r,
        .taps = r->taps,
        .n_taps = r->n_taps,
        .solo = o->solo,
        .n_solo = o->n_solo,
    };
    LusterStatus status = luster_engine_new(session, &engine, &r->engine, err);
    const LusterWriteSpec spec = {o->container, o->format, o->dither, r->rate_hz, 2, 0, o->force};
    for (uint32_t i = 0; i < r->n_files && !status; i++)
        status = luster_writer_new(r->files[i].path, &spec, &r->writers[i], err);
    return status;
}

static LusterStatus set_range(Render *r, LusterError *err)
{
    const LusterRenderOptions *o = r->options;
    const uint64_t length = luster_engine_length(r->engine);
    r->from = (uint64_t)(o->from_s * r->rate_hz + 0.5);
    r->to = (uint64_t)(o->to_s * r->rate_hz + 0.5);
    if (!r->to) {
        r->to = length + luster_engine_tail(r->engine);
        r->quiet_end = length;
    }
    if (!length)
        return luster_error_set(err, LUSTER_BAD_VALUE, "the session has no sound: no clip plays");
    if (r->from >= r->to)
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "nothing to render from %g s to %g s: the song is %g s long",
                                o->from_s, (double)r->to / r->rate_hz, (double)length / r->rate_hz);
    return LUSTER_OK;
}

static bool is_silent(const Render *r, uint32_t n)
{
    for (uint32_t c = 0; c < 2 * r->n_taps + 2; c++) {
        for (uint32_t i = 0; i < n; i++) {
            if (r->audio[c][i] > SILENCE || r->audio[c][i] < -SILENCE)
                return false;
        }
    }
    return true;
}

static LusterStatus run(Render *r, LusterError *err)
{
    const LusterRenderOptions *o = r->options;
    const uint64_t patience = (uint64_t)(SILENCE_MS / 1000.0 * r->rate_hz);
    float *const *master = r->audio + 2 * r->n_taps;
    float *const *heard = r->audio + 2 * r->n_files;
    uint64_t quiet = 0;
    for (uint64_t at = 0; at < r->to;) {
        uint64_t n = r->to - at < CHUNK ? r->to - at : CHUNK;
        /* chunks end at the borders of what is kept, so that neither has to be cut */
        if (at < r->from && at + n > r->from)
            n = r->from - at;
        if (at < r->quiet_end && at + n > r->quiet_end)
            n = r->quiet_end - at;
        LusterStatus status = luster_engine_process(r->engine, master, r->audio, (uint32_t)n, err);
        if (!status && o->listen && at >= r->from)
            status = o->listen(o->listener, (const float *const *)master,
                               (const float *const *)heard, n);
        for (uint32_t i = 0; i < r->n_files && at >= r->from && !status; i++) {
            const float *in[2] = {r->audio[2 * i], r->audio[2 * i + 1]};
            status = luster_writer_write(r->writers[i], in, n, err);
        }
        if (status)
            return status;
        at += n;
        quiet = r->quiet_end && at > r->quiet_end && is_silent(r, (uint32_t)n) ? quiet + n : 0;
        if (quiet >= patience)
            break;
        if (o->progress && !o->progress(o->context, (double)at / (double)r->to))
            return luster_error_set(err, LUSTER_IO, "stopped; nothing was written");
    }
    if (o->progress)
        o->progress(o->context, 1.0);
    return LUSTER_OK;
}

LusterStatus luster_render(const LusterSession *session, const LusterRenderOptions *options,
                           const LusterRenderFile *files, uint32_t n_files,
                           LusterWriteResult *results, LusterError *err)
{
    Render r = {.options = options, .files = files, .n_files = n_files};
    pthread_mutex_init(&r.lock, NULL);
    r.rate_hz = session->values[LUSTER_SESSION_RATE];
    LusterStatus status = begin_render(&r, session, err);
    if (!status)
        status = set_range(&r, err);
    if (!status)
        status = run(&r, err);
    for (uint32_t i = 0; i < n_files && !status; i++) {
        status = luster_writer_commit(r.writers[i], results ? &results[i] : NULL, err);
        r.writers[i] = NULL;
    }
    end_render(&r, !status);
    return status;
}
