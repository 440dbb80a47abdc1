/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What all file readers share: position, exact seeking by decoding forward, mending of samples that
 * are no numbers, words for damage. A backend only decodes onward and jumps. */
#ifndef LUSTER_IO_READER_H
#define LUSTER_IO_READER_H

#include "luster/audio.h"

#define LUSTER_READER_SCRATCH 4096 /* frames decoded at once when skipping */

typedef struct LusterReader LusterReader;

typedef struct LusterDecoder {
    /* The next frames, up to n_frames; *n_read is 0 only at the end of what is there. */
    LusterStatus (*decode)(LusterReader *reader, float *const *out, size_t n_frames, size_t *n_read,
                           LusterError *err);
    /* Goes on at *frame or, setting it so, somewhere before. */
    LusterStatus (*jump)(LusterReader *reader, uint64_t *frame, LusterError *err);
    void (*free)(LusterReader *reader);
} LusterDecoder;

/** A backend's own struct starts with this. */
struct LusterReader {
    LusterSource source;
    const LusterDecoder *decoder;
    LusterAudioInfo info;
    char *path;
    uint64_t position; /* the frame that the caller reads next */
    uint64_t decoder_at; /* the frame that `decode` gives next */
    uint32_t preroll; /* frames to decode before a target until the codec's state is settled */
    uint64_t n_nonfinite;
    void (*tell)(void *context, const LusterAudioFaults *faults); /* on closing; may be NULL */
    void *tell_context;
    float scratch[2][LUSTER_READER_SCRATCH];
};

/** Sets up what is shared once `info` and `decoder` are filled. */
LusterStatus luster_reader_init(LusterReader *reader, const char *path, LusterError *err);

/** Decodes everything from the start and says how many frames there are, up to the first damage if
 * there is any. Then back to frame 0. */
LusterStatus luster_reader_count(LusterReader *reader, uint64_t *n_frames, bool *damaged,
                                 LusterError *err);

/** The backends. They own `fd` from now on, also when they fail. libsndfile's gives
 * LUSTER_UNSUPPORTED when the format is none of its own. Files with more than two channels are only
 * described: they must not be decoded. */
LusterStatus luster_reader_open_sndfile(const char *path, int fd, LusterReader **out,
                                        LusterError *err);
LusterStatus luster_reader_open_av(const char *path, int fd, LusterReader **out, LusterError *err);

/** Faults behind a resampled source. */
const LusterSource *luster_resampler_inner(const LusterSource *source);

#endif
