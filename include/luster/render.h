/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Render: a session into audio files. Opens the clips' files, runs the engine, writes the master
 * and any strips that are asked for, all in one pass; files appear whole or not at all. */
#ifndef LUSTER_RENDER_H
#define LUSTER_RENDER_H

#include "luster/audio.h"
#include "luster/engine.h"
#include "luster/file.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One file to write. */
typedef struct LusterRenderFile {
    const char *strip; /* id; "master" for the mix */
    const char *path;
} LusterRenderFile;

typedef struct LusterRenderOptions {
    const char *folder; /* that relative clip files are in: the session's own; NULL or "": here */
    uint32_t n_threads, block_frames; /* 0: engine's choice */
    const char *const *solo; /* ids, may be NULL */
    uint32_t n_solo;
    double from_s, to_s; /* part of the song; to_s 0: to the end, with what still rings */
    LusterContainer container;
    LusterFormat format;
    LusterDither dither;
    bool force; /* replace files that are there */
    /* Hears the master as float, before dither, and the strips `heard`, after fader and pan; may be
     * NULL. master[2][n_frames], strips[2 * n_heard][n_frames]. */
    LusterStatus (*listen)(void *context, const float *const *master, const float *const *strips,
                           size_t n_frames);
    void *listener;
    const char *const *heard; /* ids */
    uint32_t n_heard;
    /* Called now and then from the caller's thread; returning false stops and leaves no file. */
    bool (*progress)(void *context, double done); /* 0 ... 1 */
    void *context;
    /* Told, after the last frame, of each clip file that is cut short or holds samples that are no
     * numbers; may be NULL. `path` as it was opened. */
    void (*fault)(void *context, const char *path, const LusterAudioFaults *faults);
    void *fault_context;
} LusterRenderOptions;

/** Writes `files` [n_files], none when it is only listened to; results [n_files] may be NULL. Where
 * a part is asked for, the song is run from its start all the same, so that the part is the same
 * sound as in the whole. */
LUSTER_API LusterStatus luster_render(const LusterSession *session,
                                      const LusterRenderOptions *options,
                                      const LusterRenderFile *files, uint32_t n_files,
                                      LusterWriteResult *results, LusterError *err);

#ifdef __cplusplus
}
#endif

#endif
