/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Audio out: our quantiser and dither, libsndfile's containers, an outfile's all-or-nothing.
 * Integers go to libsndfile left-justified in 32 bits, which every container stores exactly. */
#include "luster/audio.h"

#include "io/outfile.h"
#include "io/pcm.h"
#include "simd/kernels.h"

#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CHUNK_FRAMES 4096
/* RIFF and AIFF count bytes in 32 bits; 1 MiB is left for headers. */
#define MAX_AIFF_BYTES (UINT32_MAX - (1u << 20))

struct LusterWriter {
    LusterWriteSpec spec;
    char *path;
    LusterOutfile *outfile;
    SNDFILE *file;
    LusterWriteResult result;
    bool dithering;
    uint64_t max_frames;
    float planar[2][CHUNK_FRAMES];
    int32_t whole[2][CHUNK_FRAMES];
    int32_t mixed[2 * CHUNK_FRAMES];
};

static sf_count_t io_length(void *user)
{
    const off_t at = lseek(luster_outfile_fd(user), 0, SEEK_CUR);
    const off_t end = lseek(luster_outfile_fd(user), 0, SEEK_END);
    lseek(luster_outfile_fd(user), at, SEEK_SET);
    return end;
}

static sf_count_t io_seek(sf_count_t offset, int whence, void *user)
{
    return lseek(luster_outfile_fd(user), offset, whence);
}

static sf_count_t io_read(void *data, sf_count_t size, void *user)
{
    const ssize_t n = read(luster_outfile_fd(user), data, (size_t)size);
    return n < 0 ? 0 : n;
}

static sf_count_t io_write(const void *data, sf_count_t size, void *user)
{
    return luster_outfile_write(user, data, (size_t)size, NULL) ? 0 : size;
}

static sf_count_t io_tell(void *user)
{
    return lseek(luster_outfile_fd(user), 0, SEEK_CUR);
}

static const SF_VIRTUAL_IO virtual_io = {io_length, io_seek, io_read, io_write, io_tell};

static LusterStatus check_spec(const char *path, const LusterWriteSpec *spec, LusterError *err)
{
    if (spec->n_channels < 1 || spec->n_channels > 2)
        return luster_error_set(err, LUSTER_BAD_VALUE, "%s: cannot have %u channels, only 1 or 2",
                                path, (unsigned)spec->n_channels);
    if (!(spec->rate_hz >= LUSTER_MIN_RATE_HZ && spec->rate_hz <= LUSTER_MAX_RATE_HZ) ||
        spec->rate_hz != floor(spec->rate_hz))
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "%s: cannot have a sample rate of %.10g Hz; it is a whole number "
                                "from %d to %d",
                                path, spec->rate_hz, LUSTER_MIN_RATE_HZ, LUSTER_MAX_RATE_HZ);
    if (spec->container == LUSTER_CONTAINER_FLAC && spec->format != LUSTER_FORMAT_S16 &&
        spec->format != LUSTER_FORMAT_S24)
        return luster_error_set(
            err, LUSTER_UNSUPPORTED,
            "%s: FLAC holds 16 or 24 bit; for 32 bit or float write WAV or AIFF", path);
    return LUSTER_OK;
}

static int sndfile_format(const LusterWriteSpec *spec)
{
    static const int containers[] = {SF_FORMAT_RF64, SF_FORMAT_AIFF, SF_FORMAT_FLAC};
    static const int formats[] = {SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_PCM_32,
                                  SF_FORMAT_FLOAT};
    return containers[spec->container] | formats[spec->format];
}

static LusterStatus open_container(LusterWriter *writer, LusterError *err)
{
    const LusterWriteSpec *spec = &writer->spec;
    SF_INFO sf = {
        .samplerate = (int)spec->rate_hz,
        .channels = (int)spec->n_channels,
        .format = sndfile_format(spec),
    };
    SF_VIRTUAL_IO io = virtual_io;
    writer->file = sf_open_virtual(&io, SFM_WRITE, &sf, writer->outfile);
    if (!writer->file) {
        const LusterStatus status = luster_outfile_status(writer->outfile, err);
        return status ? status
                      : luster_error_set(err, LUSTER_UNSUPPORTED, "%s: cannot be written: %s",
                                         writer->path, sf_strerror(NULL));
    }
    /* A plain WAV as long as it fits into one. */
    if (spec->container == LUSTER_CONTAINER_WAV)
        sf_command(writer->file, SFC_RF64_AUTO_DOWNGRADE, NULL, SF_TRUE);
    /* The peak chunk holds the time of day: equal input would not give equal bytes. (libsndfile
     * does not listen for RF64: see forget_time.) */
    sf_command(writer->file, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
    return LUSTER_OK;
}

LusterStatus luster_writer_new(const char *path, const LusterWriteSpec *spec, LusterWriter **out,
                               LusterError *err)
{
    *out = NULL;
    LusterStatus status = check_spec(path, spec, err);
    if (status)
        return status;
    LusterWriter *writer = calloc(1, sizeof *writer);
    if (!writer || !(writer->path = strdup(path))) {
        free(writer);
        return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
    }
    static const uint32_t widths[] = {2, 3, 4, 4};
    writer->spec = *spec;
    writer->dithering = spec->dither == LUSTER_DITHER_TPDF;
    writer->max_frames = spec->container == LUSTER_CONTAINER_AIFF
                             ? MAX_AIFF_BYTES / (widths[spec->format] * spec->n_channels)
                             : UINT64_MAX;
    status = luster_outfile_new(path, spec->force, &writer->outfile, err);
    if (!status)
        status = open_container(writer, err);
    if (status) {
        luster_writer_abort(writer);
        return status;
    }
    *out = writer;
    return LUSTER_OK;
}

/* Turns n frames of `planar` into left-justified integers in `whole`. */
static void quantise(LusterWriter *writer, size_t n)
{
    const LusterWriteSpec *spec = &writer->spec;
    const uint32_t bits = spec->format == LUSTER_FORMAT_S16 ? 16 : 24;
    LusterWriteResult *result = &writer->result;
    size_t plain = 0; /* frames of this block that need no dither */
    if (!writer->dithering) {
        plain = n;
        if (spec->dither == LUSTER_DITHER_AUTO) {
            for (uint32_t c = 0; c < spec->n_channels; c++)
                plain = luster_pcm_exact(writer->planar[c], plain, bits);
            writer->dithering = plain < n;
        }
        result->n_exact_frames += plain;
    }
    for (uint32_t c = 0; c < spec->n_channels; c++) {
        result->n_clipped += luster_pcm_over(writer->planar[c], n);
        luster_pcm_quantise(writer->whole[c], writer->planar[c], plain, bits, false, 0, 0, 0);
        luster_pcm_quantise(writer->whole[c] + plain, writer->planar[c] + plain, n - plain, bits,
                            true, spec->seed, c, result->n_frames + plain);
    }
}

static LusterStatus put(LusterWriter *writer, size_t n, LusterError *err)
{
    const LusterWriteSpec *spec = &writer->spec;
    const uint32_t n_channels = spec->n_channels;
    sf_count_t done;
    if (spec->format == LUSTER_FORMAT_F32) {
        float *mixed = (float *)(void *)writer->mixed;
        for (uint32_t c = 0; c < n_channels; c++)
            for (size_t i = 0; i < n; i++)
                mixed[i * n_channels + c] = writer->planar[c][i];
        writer->result.n_exact_frames += n;
        done = sf_writef_float(writer->file, mixed, (sf_count_t)n);
    } else {
        if (spec->format == LUSTER_FORMAT_S32) {
            for (uint32_t c = 0; c < n_channels; c++) {
                writer->result.n_clipped += luster_pcm_over(writer->planar[c], n);
                luster_pcm_round32(writer->whole[c], writer->planar[c], n);
            }
            writer->result.n_exact_frames += n;
        } else {
            quantise(writer, n);
        }
        for (uint32_t c = 0; c < n_channels; c++)
            for (size_t i = 0; i < n; i++)
                writer->mixed[i * n_channels + c] = writer->whole[c][i];
        done = sf_writef_int(writer->file, writer->mixed, (sf_count_t)n);
    }
    writer->result.n_frames += n;
    const LusterStatus status = luster_outfile_status(writer->outfile, err);
    if (status || done == (sf_count_t)n)
        return status;
    luster_outfile_fail(writer->outfile, EIO);
    return luster_error_set(err, LUSTER_IO, "%s: cannot write: %s", writer->path,
                            sf_strerror(writer->file));
}

LusterStatus luster_writer_write(LusterWriter *writer, const float *const *in, size_t n_frames,
                                 LusterError *err)
{
    if (n_frames > writer->max_frames - writer->result.n_frames) {
        luster_outfile_fail(writer->outfile, EFBIG);
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "%s: an AIFF file cannot hold more than 4 GiB; write WAV instead",
                                writer->path);
    }
    for (size_t at = 0; at < n_frames;) {
        const size_t n = n_frames - at < CHUNK_FRAMES ? n_frames - at : CHUNK_FRAMES;
        for (uint32_t c = 0; c < writer->spec.n_channels; c++) {
            memcpy(writer->planar[c], in[c] + at, n * sizeof **in);
            luster_kernels()->pcm_mend(writer->planar[c], (uint32_t)n, &writer->result.n_nonfinite);
        }
        const LusterStatus status = put(writer, n, err);
        if (status)
            return status;
        at += n;
    }
    return LUSTER_OK;
}

/* Sets the time in a WAV's peak chunk to 0. */
static void forget_time(LusterOutfile *outfile)
{
    const int fd = luster_outfile_fd(outfile);
    unsigned char head[8];
    off_t at = 12;
    while (pread(fd, head, 8, at) == 8 && memcmp(head, "data", 4) != 0) {
        if (memcmp(head, "PEAK", 4) == 0) {
            const unsigned char never[4] = {0};
            if (pwrite(fd, never, 4, at + 12) != 4) /* behind id, size and version */
                luster_outfile_fail(outfile, errno);
            return;
        }
        at += 8 + (off_t)(head[4] | head[5] << 8 | head[6] << 16);
    }
}

static void free_writer(LusterWriter *writer)
{
    if (writer->file)
        sf_close(writer->file);
    luster_outfile_abort(writer->outfile);
    free(writer->path);
    free(writer);
}

LusterStatus luster_writer_commit(LusterWriter *writer, LusterWriteResult *result, LusterError *err)
{
    /* Closing writes the final header; its failures show in the outfile. */
    const int bad = sf_close(writer->file);
    writer->file = NULL;
    if (writer->spec.container == LUSTER_CONTAINER_WAV)
        forget_time(writer->outfile);
    LusterStatus status = luster_outfile_status(writer->outfile, err);
    if (!status && bad)
        status = luster_error_set(err, LUSTER_IO, "%s: cannot complete the file: %s", writer->path,
                                  sf_error_number(bad));
    if (!status) {
        writer->result.n_bytes = (uint64_t)io_length(writer->outfile);
        LusterOutfile *outfile = writer->outfile;
        writer->outfile = NULL;
        status = luster_outfile_commit(outfile, err);
    }
    if (!status && result)
        *result = writer->result;
    free_writer(writer);
    return status;
}

void luster_writer_abort(LusterWriter *writer)
{
    if (writer)
        free_writer(writer);
}

LusterStatus luster_container_from_path(const char *path, LusterContainer *container,
                                        LusterError *err)
{
    static const struct {
        const char *ending;
        LusterContainer container;
    } endings[] = {
        {".wav", LUSTER_CONTAINER_WAV},   {".wave", LUSTER_CONTAINER_WAV},
        {".rf64", LUSTER_CONTAINER_WAV},  {".aif", LUSTER_CONTAINER_AIFF},
        {".aiff", LUSTER_CONTAINER_AIFF}, {".aifc", LUSTER_CONTAINER_AIFF},
        {".flac", LUSTER_CONTAINER_FLAC},
    };
    const size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const size_t n = strlen(endings[i].ending);
        if (length > n && strcasecmp(path + length - n, endings[i].ending) == 0) {
            *container = endings[i].container;
            return LUSTER_OK;
        }
    }
    return luster_error_set(
        err, LUSTER_BAD_VALUE,
        "%s: the name must end in .wav, .aiff or .flac, which says what to write", path);
}
