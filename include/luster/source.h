/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A stream of planar float audio at one rate: what the engine and the analysis read, so that they
 * need not know what a file is. A file, a resampled file and a test signal all look like this. */
#ifndef LUSTER_SOURCE_H
#define LUSTER_SOURCE_H

#include "luster/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LUSTER_FRAMES_UNKNOWN UINT64_MAX

typedef struct LusterSource LusterSource;

/** Implementations put this first in a larger struct. One thread at a time; different sources may
 * be used by different threads at once. The position after opening is frame 0. */
struct LusterSource {
    uint32_t n_channels; /* 1 or 2 */
    double rate_hz;
    uint64_t n_frames; /* length; LUSTER_FRAMES_UNKNOWN when it cannot be known (never for files) */

    /* Writes the next frames, 1.0 = 0 dBFS, always finite, to out[n_channels][n_frames] and moves
     * on. Sets *n_read, which is less than n_frames only at the end (0: nothing left). On failure
     * *n_read says how many frames before the fault are good. */
    LusterStatus (*read)(LusterSource *source, float *const *out, size_t n_frames, size_t *n_read,
                         LusterError *err);
    /* Moves to `frame`, 0 … n_frames. What is read there equals, bit for bit, what reading from
     * the start would have given there. */
    LusterStatus (*seek)(LusterSource *source, uint64_t frame, LusterError *err);
    /* Frees the source and what it owns. */
    void (*close)(LusterSource *source);
};

/** Reads the next n_frames into out[n_channels][n_frames]. *n_read < n_frames only at the end. */
static inline LusterStatus luster_source_read(LusterSource *source, float *const *out,
                                              size_t n_frames, size_t *n_read, LusterError *err)
{
    return source->read(source, out, n_frames, n_read, err);
}

/** Moves to `frame`, 0 … n_frames. */
static inline LusterStatus luster_source_seek(LusterSource *source, uint64_t frame,
                                              LusterError *err)
{
    return source->seek(source, frame, err);
}

/** Frees; NULL is allowed. */
static inline void luster_source_close(LusterSource *source)
{
    if (source)
        source->close(source);
}

#ifdef __cplusplus
}
#endif

#endif
