/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Audio in: choose the backend (libsndfile first, libav for the rest), and what all of them share.
 * A seek only notes the frame; the next read gets there by a jump and by decoding forward, so that
 * every frame is what continuous reading would have given. */
#include "io/reader.h"

#include "io/infile.h"
#include "simd/kernels.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Nobody records a century: a header that promises more did not know (libsndfile says INT64_MAX).
 * 100 years at 384 kHz. */
#define MAX_FRAMES ((uint64_t)384000 * 3600 * 24 * 36525)
#define NEAR_FRAMES 16384 /* a target this close ahead is reached by decoding on */

static LusterStatus skip(LusterReader *reader, uint64_t n_frames, LusterError *err)
{
    float *const out[2] = {reader->scratch[0], reader->scratch[1]};
    while (n_frames > 0) {
        const size_t m =
            n_frames < LUSTER_READER_SCRATCH ? (size_t)n_frames : LUSTER_READER_SCRATCH;
        size_t n = 0;
        const LusterStatus status = reader->decoder->decode(reader, out, m, &n, err);
        reader->decoder_at += n;
        n_frames -= n;
        if (status)
            return status;
        if (n == 0)
            return LUSTER_OK; /* the reader notices */
    }
    return LUSTER_OK;
}

/* Brings the decoder to the position asked for. */
static LusterStatus settle(LusterReader *reader, LusterError *err)
{
    const uint64_t target = reader->position, at = reader->decoder_at;
    if (at == target)
        return LUSTER_OK;
    if (at > target || target - at > NEAR_FRAMES + (uint64_t)reader->preroll) {
        uint64_t frame = target > reader->preroll ? target - reader->preroll : 0;
        const LusterStatus status = reader->decoder->jump(reader, &frame, err);
        if (status)
            return status;
        reader->decoder_at = frame;
    }
    return skip(reader, target - reader->decoder_at, err);
}

/* How much earlier than its container says a lossy stream may end without being damaged: encoders'
 * edit lists round to milliseconds, and a packet is up to this long. The rest is silence. */
#define ROUNDING_FRAMES 2048

static LusterStatus read_frames(LusterSource *source, float *const *out, size_t n_frames,
                                size_t *n_read, LusterError *err)
{
    LusterReader *reader = (LusterReader *)source;
    const uint32_t n_channels = source->n_channels;
    const uint64_t left = source->n_frames - reader->position;
    *n_read = 0;
    if (n_frames > left)
        n_frames = (size_t)left;
    LusterStatus status = n_frames ? settle(reader, err) : LUSTER_OK;
    while (!status && *n_read < n_frames) {
        float *const to[2] = {out[0] + *n_read, out[n_channels - 1] + *n_read};
        size_t n = 0;
        status = reader->decoder->decode(reader, to, n_frames - *n_read, &n, err);
        if (!status && n == 0 && reader->info.is_lossy &&
            source->n_frames - reader->position <= ROUNDING_FRAMES) {
            n = n_frames - *n_read;
            for (uint32_t c = 0; c < n_channels; c++)
                memset(to[c], 0, n * sizeof(float));
        }
        if (!status && n == 0)
            status = luster_error_set(
                err, LUSTER_BAD_FILE,
                "%s: damaged: frame %llu (%.3f s) and what follows cannot be decoded; %llu frames "
                "were promised",
                reader->path, (unsigned long long)reader->position,
                (double)reader->position / source->rate_hz, (unsigned long long)source->n_frames);
        for (uint32_t c = 0; c < n_channels && (reader->info.is_float || reader->info.is_lossy);
             c++)
            luster_kernels()->pcm_mend(to[c], (uint32_t)n, &reader->n_nonfinite);
        *n_read += n;
        reader->position += n;
        reader->decoder_at += n;
    }
    return status;
}

static LusterStatus seek_frame(LusterSource *source, uint64_t frame, LusterError *err)
{
    LusterReader *reader = (LusterReader *)source;
    if (frame > source->n_frames)
        return luster_error_set(
            err, LUSTER_BAD_VALUE, "%s: frame %llu is beyond its end; it has %llu frames",
            reader->path, (unsigned long long)frame, (unsigned long long)source->n_frames);
    reader->position = frame;
    return LUSTER_OK;
}

static LusterAudioFaults faults_of(const LusterReader *reader)
{
    const LusterAudioInfo *info = &reader->info;
    const uint64_t n_missing =
        info->n_declared_frames > info->n_frames ? info->n_declared_frames - info->n_frames : 0;
    return (LusterAudioFaults){reader->n_nonfinite, n_missing, (double)n_missing / info->rate_hz};
}

static void close_reader(LusterSource *source)
{
    LusterReader *reader = (LusterReader *)source;
    if (reader->tell) {
        const LusterAudioFaults faults = faults_of(reader);
        reader->tell(reader->tell_context, &faults);
    }
    free(reader->path);
    reader->decoder->free(reader);
}

LusterStatus luster_reader_init(LusterReader *reader, const char *path, LusterError *err)
{
    reader->path = strdup(path);
    if (!reader->path)
        return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
    reader->source = (LusterSource){
        .n_channels = reader->info.n_channels,
        .rate_hz = reader->info.rate_hz,
        .n_frames = reader->info.n_frames,
        .read = read_frames,
        .seek = seek_frame,
        .close = close_reader,
    };
    return LUSTER_OK;
}

LusterStatus luster_reader_count(LusterReader *reader, uint64_t *n_frames, bool *damaged,
                                 LusterError *err)
{
    uint64_t frame = 0;
    LusterStatus status = reader->decoder->jump(reader, &frame, err);
    reader->decoder_at = 0;
    if (!status)
        status = skip(reader, UINT64_MAX, err);
    *n_frames = reader->decoder_at;
    *damaged = status == LUSTER_BAD_FILE && *n_frames > 0;
    if (!status || *damaged)
        status = reader->decoder->jump(reader, &frame, err);
    reader->decoder_at = 0;
    return status;
}

/* A recorder that lost its power wrote no length: libsndfile finds 0 frames, libav whatever is
 * there. */
static void recover(const char *path, int fd, LusterReader **reader)
{
    LusterReader *other;
    if (luster_reader_open_av(path, fd, &other, NULL) != LUSTER_OK)
        return;
    LusterReader *worse = other;
    if (other->info.n_frames > 0 && other->info.n_channels == (*reader)->info.n_channels) {
        worse = *reader;
        *reader = other;
    }
    close_reader(&worse->source);
}

/* A reader for any file, fit to be described, perhaps not to be played. */
static LusterStatus open_any(const char *path, LusterReader **out, LusterError *err)
{
    int fd;
    uint64_t n_bytes;
    *out = NULL;
    LusterStatus status = luster_infile_open(path, &fd, &n_bytes, err);
    if (status)
        return status;
    const char *looks = luster_infile_looks(fd);
    if (looks) {
        close(fd);
        return luster_error_set(err, LUSTER_BAD_FILE, "%s: is not audio; it is %s", path, looks);
    }
    const int copy = dup(fd);
    const uint64_t declared = luster_infile_declared(fd);
    status = luster_reader_open_sndfile(path, fd, out, err);
    if (copy < 0 && !status)
        close_reader(&(*out)->source);
    if (copy < 0)
        return luster_error_set(
            err, LUSTER_IO, "%s: too many files are open at once; allow more (ulimit -n)", path);
    if (status == LUSTER_UNSUPPORTED)
        status = luster_reader_open_av(path, copy, out, err);
    else if (!status && (*out)->info.n_frames == 0 && (*out)->info.n_channels <= 2)
        recover(path, copy, out);
    else
        close(copy);
    if (status)
        return status;
    LusterAudioInfo *info = &(*out)->info;
    if (declared > 0 && info->n_frames > declared && strcmp(info->container, "AIFF") == 0)
        info->n_frames = (*out)->source.n_frames = declared; /* libsndfile counts the pad byte */
    if (info->n_declared_frames < declared)
        info->n_declared_frames = declared;
    if (info->n_declared_frames < info->n_frames || info->n_declared_frames > MAX_FRAMES)
        info->n_declared_frames = info->n_frames;
    info->duration_s = (double)info->n_frames / info->rate_hz;
    return LUSTER_OK;
}

static LusterStatus check_playable(const char *path, const LusterAudioInfo *info, LusterError *err)
{
    if (info->n_channels > 2)
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "%s: has %u channels; luster takes mono and stereo files, so split "
                                "it into mono or stereo files first",
                                path, (unsigned)info->n_channels);
    if (info->rate_hz < LUSTER_MIN_RATE_HZ || info->rate_hz > LUSTER_MAX_RATE_HZ)
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "%s: has a sample rate of %.0f Hz; luster takes %d to %d Hz", path,
                                info->rate_hz, LUSTER_MIN_RATE_HZ, LUSTER_MAX_RATE_HZ);
    if (info->n_frames == 0)
        return luster_error_set(err, LUSTER_BAD_FILE,
                                "%s: holds no sound; it is a header and nothing else", path);
    return LUSTER_OK;
}

LusterStatus luster_audio_open(const char *path, LusterSource **out, LusterError *err)
{
    LusterReader *reader;
    *out = NULL;
    LusterStatus status = open_any(path, &reader, err);
    if (status)
        return status;
    status = check_playable(path, &reader->info, err);
    if (status)
        close_reader(&reader->source);
    else
        *out = &reader->source;
    return status;
}

LusterStatus luster_audio_info(const char *path, LusterAudioInfo *info, LusterError *err)
{
    LusterReader *reader;
    const LusterStatus status = open_any(path, &reader, err);
    if (status)
        return status;
    *info = reader->info;
    close_reader(&reader->source);
    return LUSTER_OK;
}

/* The file behind a source, NULL when there is none. */
static const LusterReader *reader_behind(const LusterSource *source)
{
    const LusterSource *inner;
    while (source && (inner = luster_resampler_inner(source)))
        source = inner;
    return source && source->close == close_reader ? (const LusterReader *)source : NULL;
}

LusterAudioFaults luster_audio_faults(const LusterSource *source)
{
    const LusterReader *reader = reader_behind(source);
    return reader ? faults_of(reader) : (LusterAudioFaults){0};
}

void luster_audio_on_close(LusterSource *source,
                           void (*tell)(void *context, const LusterAudioFaults *faults),
                           void *context)
{
    LusterReader *reader = (LusterReader *)(uintptr_t)reader_behind(source);
    if (reader) {
        reader->tell = tell;
        reader->tell_context = context;
    }
}
