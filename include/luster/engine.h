/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Engine: plays a session. The same graph renders offline and (later) in real time. Every path is
 * aligned: whatever latency processors have, side-chains and sends included, all strips meet in
 * step and the output starts at frame 0. The same session gives the same bits for any number of
 * threads, any block size and any instruction-set level. */
#ifndef LUSTER_ENGINE_H
#define LUSTER_ENGINE_H

#include "luster/session.h"
#include "luster/source.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct LusterEngineOptions {
    uint32_t n_threads; /* 0: one per core */
    uint32_t block_frames; /* 0: LUSTER_ENGINE_BLOCK; 1 ... 65536 */
    /* Opens a clip's file at the session's rate; called from any of the engine's threads, for
     * different files at the same time. */
    LusterStatus (*open)(void *context, const char *file, double rate_hz, LusterSource **out,
                         LusterError *err);
    LusterLoadAsset load; /* loads what processors work from; NULL: files are refused */
    void *context; /* of both */
    const char *const *taps; /* ids of strips to hear as well, after fader and pan; may be NULL */
    uint32_t n_taps;
    const char *const *solo; /* ids soloed for this run, on top of the session's; may be NULL */
    uint32_t n_solo;
} LusterEngineOptions;

#define LUSTER_ENGINE_BLOCK 2048 /* frames: the buffers of one strip stay in the cache */

typedef struct LusterEngine LusterEngine;

/** Builds the graph: opens every clip's file once to learn its length and channels. `session` must
 * outlive the engine and stay unchanged. */
LUSTER_API LusterStatus luster_engine_new(const LusterSession *session,
                                          const LusterEngineOptions *options, LusterEngine **out,
                                          LusterError *err);
LUSTER_API void luster_engine_free(LusterEngine *engine);

/** Frames from the start to the end of the last clip. */
LUSTER_API uint64_t luster_engine_length(const LusterEngine *engine);

/** Frames that may still ring after that: the longest tail of any path, up to 60 s. */
LUSTER_API uint64_t luster_engine_tail(const LusterEngine *engine);

/** Latency of the whole graph in frames; already taken out of what luster_engine_process gives. */
LUSTER_API uint32_t luster_engine_latency(const LusterEngine *engine);

/** The next n_frames of the master into out[2][n_frames]; may be NULL to run without keeping it.
 * taps: [n_taps][2][n_frames] flattened to n_taps * 2 pointers, or NULL. One caller at a time.
 * Fails when a file cannot be read on; the engine is then of no further use. */
LUSTER_API LusterStatus luster_engine_process(LusterEngine *engine, float *const *out,
                                              float *const *taps, uint32_t n_frames,
                                              LusterError *err);

#ifdef __cplusplus
}
#endif

#endif
