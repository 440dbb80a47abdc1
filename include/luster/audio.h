/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Audio files in and out. Reading: WAV, RF64, W64, AIFF, CAF, FLAC, Ogg Vorbis, Opus, MP3 and,
 * through libav, M4A, WavPack, the sound of an MP4 and more. Everything streams in small fixed
 * buffers. */
#ifndef LUSTER_AUDIO_H
#define LUSTER_AUDIO_H

#include "luster/source.h"
#include "luster/status.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LUSTER_MIN_RATE_HZ 8000
#define LUSTER_MAX_RATE_HZ 384000

/** What a file is. */
typedef struct LusterAudioInfo {
    char container[32]; /* "WAV", "FLAC", "mov,mp4,m4a,3gp,3g2,mj2" */
    char codec[48]; /* "24-bit PCM", "32-bit float", "Vorbis", "aac" */
    uint32_t bits; /* of a stored sample, 8 … 64; 0 when the codec is lossy */
    bool is_float; /* samples are stored as floating point */
    bool is_lossy;
    double rate_hz;
    uint32_t n_channels; /* as in the file: may be more than luster_audio_open accepts */
    uint64_t n_frames; /* that can be read */
    uint64_t n_declared_frames; /* that the header promises; more than n_frames: cut short */
    double duration_s; /* n_frames / rate_hz */
} LusterAudioInfo;

/** Faults of a file that is read all the same. */
typedef struct LusterAudioFaults {
    uint64_t n_nonfinite; /* NaN or infinite samples, read as 0; counted each time they are read */
    uint64_t n_missing_frames; /* that the header promises and the file, cut short, does not have */
    double missing_s; /* the same in seconds */
} LusterAudioFaults;

/** Opens a mono or stereo file for reading. Close with luster_source_close. Errors:
 * LUSTER_NOT_FOUND, LUSTER_IO (unreadable), LUSTER_BAD_FILE (empty, not audio, damaged),
 * LUSTER_UNSUPPORTED (more than two channels, a rate outside 8 … 384 kHz); the text names the file
 * and what would help. */
LUSTER_API LusterStatus luster_audio_open(const char *path, LusterSource **out, LusterError *err);

/** What the file is, without its sound. Describes files with more than two channels as well. */
LUSTER_API LusterStatus luster_audio_info(const char *path, LusterAudioInfo *info,
                                          LusterError *err);

/** Faults met since `source` was opened; zeros for sources that are not from this header. */
LUSTER_API LusterAudioFaults luster_audio_faults(const LusterSource *source);

/** Has the faults told when `source` is closed, from the thread that closes it: for those who open
 * sources that others read. Call it before the source is read; nothing for sources that are not
 * from this header. */
LUSTER_API void luster_audio_on_close(LusterSource *source,
                                      void (*tell)(void *context, const LusterAudioFaults *faults),
                                      void *context);

/** `inner` at another rate: libsoxr at its best quality (28 bit, linear phase), delay compensated.
 * Output frame 0 lies on input frame 0; the length is round(n_frames * rate_hz / inner rate).
 * Rates must be whole numbers of Hz. Owns `inner` from now on, also when it fails. At equal rates
 * *out is `inner` itself. */
LUSTER_API LusterStatus luster_audio_resample(LusterSource *inner, double rate_hz,
                                              LusterSource **out, LusterError *err);

typedef enum {
    LUSTER_CONTAINER_WAV, /* becomes RF64 by itself beyond 4 GiB */
    LUSTER_CONTAINER_AIFF, /* up to 4 GiB */
    LUSTER_CONTAINER_FLAC /* 16 and 24 bit */
} LusterContainer;

typedef enum {
    LUSTER_FORMAT_S16,
    LUSTER_FORMAT_S24,
    LUSTER_FORMAT_S32, /* never dithered: its step, 2^-31, is below the float's own rounding */
    LUSTER_FORMAT_F32 /* never dithered; not for FLAC */
} LusterFormat;

/** Dither where float becomes 16 or 24 bit: TPDF, 2 LSB peak to peak, non-subtractive, white,
 * independent between channels, the same for the same seed whatever the block sizes. */
typedef enum {
    /* Off while every sample so far fits the format exactly, on from the first one that does not
     * until the end. A file that only passes through stays bit-exact, and a digitally silent head
     * stays silent; no quantisation error is ever left undithered, and dither never switches off.
     */
    LUSTER_DITHER_AUTO,
    LUSTER_DITHER_TPDF, /* always on */
    LUSTER_DITHER_NONE /* plain rounding, for measuring */
} LusterDither;

typedef struct LusterWriteSpec {
    LusterContainer container;
    LusterFormat format;
    LusterDither dither;
    double rate_hz; /* whole number, 8000 … 384000 */
    uint32_t n_channels; /* 1 or 2 */
    uint64_t seed; /* of the dither */
    bool force; /* replace a file that is there */
} LusterWriteSpec;

/** What a finished file holds. */
typedef struct LusterWriteResult {
    uint64_t n_frames;
    uint64_t n_clipped; /* samples beyond +-1.0 that an integer format had to saturate */
    uint64_t n_nonfinite; /* NaN or infinite samples, written as 0 */
    uint64_t n_exact_frames; /* frames before the dither came on; n_frames: bit-exact throughout */
    uint64_t n_bytes; /* size of the file */
} LusterWriteResult;

typedef struct LusterWriter LusterWriter;

/** Starts a file beside `path`; nothing appears under its name before luster_writer_commit. */
LUSTER_API LusterStatus luster_writer_new(const char *path, const LusterWriteSpec *spec,
                                          LusterWriter **out, LusterError *err);

/** Appends in[n_channels][n_frames]. After a failure only abort is left to do. */
LUSTER_API LusterStatus luster_writer_write(LusterWriter *writer, const float *const *in,
                                            size_t n_frames, LusterError *err);

/** Completes, syncs and renames the file, and frees the writer whether it succeeds or not; on
 * failure nothing of it is left. `result` may be NULL. */
LUSTER_API LusterStatus luster_writer_commit(LusterWriter *writer, LusterWriteResult *result,
                                             LusterError *err);

/** Gives the file up and frees the writer; NULL is allowed. */
LUSTER_API void luster_writer_abort(LusterWriter *writer);

/** The container meant by a file name's ending (.wav .wave .rf64 .aif .aiff .aifc .flac). */
LUSTER_API LusterStatus luster_container_from_path(const char *path, LusterContainer *container,
                                                   LusterError *err);

#ifdef __cplusplus
}
#endif

#endif
