/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* libsndfile: WAV, RF64, W64, AIFF, CAF, FLAC, Ogg, Opus, MP3 and its other formats. Little-endian
 * PCM and float are read raw and converted by our kernels, which is several times faster;
 * libsndfile then only parses the header and keeps the position. */
#include "io/reader.h"

#include "io/infile.h"
#include "simd/kernels.h"

#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_FRAMES 8192 /* read from the system at once, whatever the caller's blocks are */

typedef void (*Unpack)(float *left, float *right, const uint8_t *bytes, uint32_t n);

typedef struct SndReader {
    LusterReader reader;
    SNDFILE *file;
    int fd;
    Unpack unpack; /* NULL: libsndfile converts */
    uint32_t frame_bytes;
    size_t raw_at, raw_n; /* frames in `raw` that are yet to be given out: raw_at … raw_n */
    uint8_t raw[CHUNK_FRAMES * 2 * 4];
} SndReader;

static const struct {
    int subtype;
    const char *name;
    uint32_t bits;
    bool is_float, is_lossy;
} codecs[] = {
    {SF_FORMAT_PCM_S8, "8-bit PCM", 8, false, false},
    {SF_FORMAT_PCM_U8, "8-bit PCM", 8, false, false},
    {SF_FORMAT_PCM_16, "16-bit PCM", 16, false, false},
    {SF_FORMAT_PCM_24, "24-bit PCM", 24, false, false},
    {SF_FORMAT_PCM_32, "32-bit PCM", 32, false, false},
    {SF_FORMAT_FLOAT, "32-bit float", 32, true, false},
    {SF_FORMAT_DOUBLE, "64-bit float", 64, true, false},
    {SF_FORMAT_ALAC_16, "16-bit ALAC", 16, false, false},
    {SF_FORMAT_ALAC_20, "20-bit ALAC", 20, false, false},
    {SF_FORMAT_ALAC_24, "24-bit ALAC", 24, false, false},
    {SF_FORMAT_ALAC_32, "32-bit ALAC", 32, false, false},
    {SF_FORMAT_VORBIS, "Vorbis", 0, false, true},
    {SF_FORMAT_OPUS, "Opus", 0, false, true},
    {SF_FORMAT_MPEG_LAYER_I, "MPEG layer I", 0, false, true},
    {SF_FORMAT_MPEG_LAYER_II, "MPEG layer II", 0, false, true},
    {SF_FORMAT_MPEG_LAYER_III, "MP3", 0, false, true},
    {SF_FORMAT_ULAW, "8-bit u-law", 8, false, true},
    {SF_FORMAT_ALAW, "8-bit A-law", 8, false, true},
};

static const struct {
    int major;
    const char *name;
} containers[] = {
    {SF_FORMAT_WAV, "WAV"},   {SF_FORMAT_WAVEX, "WAV"}, {SF_FORMAT_RF64, "RF64"},
    {SF_FORMAT_W64, "W64"},   {SF_FORMAT_AIFF, "AIFF"}, {SF_FORMAT_CAF, "CAF"},
    {SF_FORMAT_FLAC, "FLAC"}, {SF_FORMAT_OGG, "Ogg"},   {SF_FORMAT_MPEG, "MPEG"},
    {SF_FORMAT_AU, "AU"},
};

static void describe(LusterAudioInfo *info, const SF_INFO *sf)
{
    const int major = sf->format & SF_FORMAT_TYPEMASK, subtype = sf->format & SF_FORMAT_SUBMASK;
    SF_FORMAT_INFO words = {.format = major};
    const char *name = NULL;
    for (size_t i = 0; i < sizeof containers / sizeof containers[0]; i++)
        if (containers[i].major == major)
            name = containers[i].name;
    if (!name && sf_command(NULL, SFC_GET_FORMAT_INFO, &words, sizeof words) == 0)
        name = words.name;
    snprintf(info->container, sizeof info->container, "%s", name ? name : "unknown");
    info->is_lossy = true; /* ADPCM and the like, unless the table knows better */
    words.format = subtype;
    name = sf_command(NULL, SFC_GET_FORMAT_INFO, &words, sizeof words) == 0 ? words.name : NULL;
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++) {
        if (codecs[i].subtype == subtype) {
            name = codecs[i].name;
            info->bits = codecs[i].bits;
            info->is_float = codecs[i].is_float;
            info->is_lossy = codecs[i].is_lossy;
        }
    }
    snprintf(info->codec, sizeof info->codec, "%s", name ? name : "unknown");
    info->rate_hz = sf->samplerate;
    info->n_channels = (uint32_t)sf->channels;
}

/* Our own conversion where the bytes are plain and in this machine's order. */
static void choose_unpack(SndReader *self, const SF_INFO *sf)
{
    const LusterKernels *k = luster_kernels();
    const int order = 1;
    if (*(const char *)&order != 1 || sf->channels > 2 ||
        sf_command(self->file, SFC_RAW_DATA_NEEDS_ENDSWAP, NULL, 0))
        return;
    switch (sf->format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
    case SF_FORMAT_RF64:
    case SF_FORMAT_W64:
    case SF_FORMAT_AIFF:
    case SF_FORMAT_AU:
        break;
    default:
        return;
    }
    uint32_t width = 0;
    switch (sf->format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_16:
        self->unpack = k->pcm_s16;
        width = 2;
        break;
    case SF_FORMAT_PCM_24:
        self->unpack = k->pcm_s24;
        width = 3;
        break;
    case SF_FORMAT_PCM_32:
        self->unpack = k->pcm_s32;
        width = 4;
        break;
    case SF_FORMAT_FLOAT:
        self->unpack = k->pcm_f32;
        width = 4;
        break;
    default:
        return;
    }
    self->frame_bytes = width * (uint32_t)sf->channels;
}

/* Refills `raw` with bytes or, where libsndfile converts, interleaved floats. */
static void refill(SndReader *self)
{
    sf_count_t n;
    if (self->unpack)
        n = sf_read_raw(self->file, self->raw, (sf_count_t)CHUNK_FRAMES * self->frame_bytes) /
            self->frame_bytes;
    else
        n = sf_readf_float(self->file, (float *)(void *)self->raw, CHUNK_FRAMES);
    self->raw_at = 0;
    self->raw_n = n > 0 ? (size_t)n : 0;
}

static size_t decode_chunk(SndReader *self, float *left, float *right, size_t n_frames)
{
    if (self->raw_at == self->raw_n)
        refill(self);
    const size_t left_over = self->raw_n - self->raw_at;
    const size_t n = n_frames < left_over ? n_frames : left_over;
    const size_t at = self->raw_at;
    self->raw_at += n;
    if (self->unpack) {
        self->unpack(left, right, self->raw + at * self->frame_bytes, (uint32_t)n);
        return n;
    }
    const float *mixed = (const float *)(const void *)self->raw;
    if (!right) {
        memcpy(left, mixed + at, n * sizeof *left);
        return n;
    }
    for (size_t i = 0; i < n; i++) {
        left[i] = mixed[2 * (at + i)];
        right[i] = mixed[2 * (at + i) + 1];
    }
    return n;
}

static LusterStatus decode(LusterReader *reader, float *const *out, size_t n_frames, size_t *n_read,
                           LusterError *err)
{
    (void)err;
    SndReader *self = (SndReader *)reader;
    const bool stereo = reader->info.n_channels == 2;
    *n_read = 0;
    while (*n_read < n_frames) {
        const size_t n = decode_chunk(self, out[0] + *n_read, stereo ? out[1] + *n_read : NULL,
                                      n_frames - *n_read);
        if (n == 0)
            break;
        *n_read += n;
    }
    return LUSTER_OK;
}

static LusterStatus jump(LusterReader *reader, uint64_t *frame, LusterError *err)
{
    SndReader *self = (SndReader *)reader;
    self->raw_at = self->raw_n = 0;
    const sf_count_t at = sf_seek(self->file, (sf_count_t)*frame, SEEK_SET);
    if (at != (sf_count_t)*frame)
        return luster_error_set(err, LUSTER_BAD_FILE, "%s: damaged: cannot go to frame %llu: %s",
                                reader->path, (unsigned long long)*frame, sf_strerror(self->file));
    return LUSTER_OK;
}

static void free_reader(LusterReader *reader)
{
    SndReader *self = (SndReader *)reader;
    if (self->file)
        sf_close(self->file);
    close(self->fd);
    free(self);
}

static const LusterDecoder decoder = {.decode = decode, .jump = jump, .free = free_reader};

/* Opens (again) from the file's start; libsndfile closes its copy of the descriptor. */
static bool open_file(SndReader *self, SF_INFO *sf)
{
    if (self->file)
        sf_close(self->file);
    self->file = NULL;
    self->raw_at = self->raw_n = 0;
    *sf = (SF_INFO){0};
    const int copy = dup(self->fd);
    if (copy < 0 || lseek(copy, 0, SEEK_SET) < 0)
        return false;
    self->file = sf_open_fd(copy, SFM_READ, sf, SF_TRUE);
    return self->file != NULL;
}

static bool is_compressed(const SF_INFO *sf)
{
    const int major = sf->format & SF_FORMAT_TYPEMASK;
    return major == SF_FORMAT_FLAC || major == SF_FORMAT_OGG || major == SF_FORMAT_MPEG;
}

/* A compressed file cut short still has its full length in the header. Its last frame tells; only
 * when that is missing is the whole file decoded to find out what is there. Opened again each
 * time, as a decoder that met the damage is of no more use. */
static LusterStatus verify_length(SndReader *self, SF_INFO *sf, LusterError *err)
{
    LusterReader *reader = &self->reader;
    if (!is_compressed(sf))
        return LUSTER_OK;
    float *const right = sf->channels == 2 ? reader->scratch[1] : NULL;
    if (sf->frames > 0 && sf->frames < INT64_MAX / 2) {
        uint64_t last = (uint64_t)sf->frames - 1, start = 0;
        if (!jump(reader, &last, NULL) && decode_chunk(self, reader->scratch[0], right, 1) == 1)
            return jump(reader, &start, err);
        reader->info.n_declared_frames = (uint64_t)sf->frames;
    }
    reader->info.n_frames = 0;
    bool good = open_file(self, sf);
    for (size_t n = 1; good && n > 0; reader->info.n_frames += n)
        n = decode_chunk(self, reader->scratch[0], right, LUSTER_READER_SCRATCH);
    good = good && open_file(self, sf);
    return good ? LUSTER_OK
                : luster_error_set(err, LUSTER_IO, "%s: cannot be opened a second time",
                                   reader->path);
}

/* Codecs that carry state from packet to packet give the same bits again only once it has settled:
 * Opus asks for 80 ms (RFC 7845 4.6), MP3 reaches back 10 frames for its bit reservoir; a second is
 * ample. libsndfile 1.2 lands up to a block off in some Vorbis streams: always decoded from 0. */
static uint32_t preroll_frames(const SF_INFO *sf)
{
    if ((sf->format & SF_FORMAT_SUBMASK) == SF_FORMAT_VORBIS)
        return UINT32_MAX;
    switch (sf->format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_OGG:
    case SF_FORMAT_MPEG:
        return 48000;
    default:
        return 0;
    }
}

LusterStatus luster_reader_open_sndfile(const char *path, int fd, LusterReader **out,
                                        LusterError *err)
{
    SndReader *self = calloc(1, sizeof *self);
    if (!self) {
        close(fd);
        return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
    }
    SF_INFO sf;
    LusterReader *reader = &self->reader;
    self->fd = fd;
    reader->decoder = &decoder;
    if (!open_file(self, &sf)) {
        free_reader(reader);
        return luster_error_set(err, LUSTER_UNSUPPORTED, "%s: cannot be read as audio: %s", path,
                                sf_strerror(NULL));
    }
    /* libsndfile then stops at a length guessed from the file's size; libav reads to the end */
    if ((sf.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG && !luster_infile_mpeg_length(fd)) {
        free_reader(reader);
        return luster_error_set(err, LUSTER_UNSUPPORTED, "%s: its length is not known", path);
    }
    describe(&reader->info, &sf);
    reader->info.n_frames = sf.frames > 0 ? (uint64_t)sf.frames : 0;
    reader->preroll = preroll_frames(&sf);
    LusterStatus status = luster_reader_init(reader, path, err);
    if (!status && sf.channels <= 2)
        status = verify_length(self, &sf, err);
    if (status) {
        free(reader->path);
        free_reader(reader);
        return status;
    }
    choose_unpack(self, &sf);
    /* a header may place the samples inside itself; libsndfile then begins behind it, but seeks
     * back into it */
    if (!is_compressed(&sf))
        sf_seek(self->file, 0, SEEK_SET);
    reader->source.n_frames = reader->info.n_frames;
    *out = reader;
    return LUSTER_OK;
}
