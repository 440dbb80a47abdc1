/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* libav: what libsndfile does not read. It sees one open descriptor and may open nothing else, so
 * that a playlist cannot reach other files or the network. Containers whose time stamps count
 * samples tell the length and, for lossless codecs, are sought in; anything else is decoded from
 * its start. */
#include "io/reader.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define IO_BYTES 32768

typedef struct AvReader {
    LusterReader reader;
    int fd;
    int stream;
    AVFormatContext *format;
    AVIOContext *io;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame;
    int used; /* samples of `frame` already given out */
    bool draining, ended;

    bool seeks; /* time stamps count samples and any packet decodes by itself */
    int64_t first_pts; /* of frame 0 */
} AvReader;

static int io_read(void *opaque, uint8_t *data, int size)
{
    const AvReader *self = opaque;
    for (;;) {
        const ssize_t n = read(self->fd, data, (size_t)size);
        if (n > 0)
            return (int)n;
        if (n == 0)
            return AVERROR_EOF;
        if (errno != EINTR)
            return AVERROR(errno);
    }
}

static int64_t io_seek(void *opaque, int64_t offset, int whence)
{
    const AvReader *self = opaque;
    if (whence == AVSEEK_SIZE) {
        struct stat st;
        return fstat(self->fd, &st) == 0 ? st.st_size : AVERROR(errno);
    }
    const off_t at = lseek(self->fd, offset, whence & ~AVSEEK_FORCE);
    return at < 0 ? AVERROR(errno) : at;
}

static int refuse_open(AVFormatContext *format, AVIOContext **io, const char *url, int flags,
                       AVDictionary **options)
{
    (void)format, (void)io, (void)url, (void)flags, (void)options;
    return AVERROR(EPERM);
}

static void shut(AvReader *self)
{
    avcodec_free_context(&self->codec);
    avformat_close_input(&self->format);
    if (self->io)
        av_freep(&self->io->buffer);
    avio_context_free(&self->io);
    av_frame_unref(self->frame);
    av_packet_unref(self->packet);
    self->used = 0;
    self->draining = self->ended = false;
}

static void free_reader(LusterReader *reader)
{
    AvReader *self = (AvReader *)reader;
    shut(self);
    av_frame_free(&self->frame);
    av_packet_free(&self->packet);
    close(self->fd);
    free(self);
}

/* Opens container and decoder at the start. An AVERROR. */
static int start(AvReader *self)
{
    if (lseek(self->fd, 0, SEEK_SET) < 0)
        return AVERROR(errno);
    uint8_t *buffer = av_malloc(IO_BYTES);
    self->io =
        buffer ? avio_alloc_context(buffer, IO_BYTES, 0, self, io_read, NULL, io_seek) : NULL;
    self->format = avformat_alloc_context();
    if (!self->io || !self->format) {
        if (!self->io)
            av_free(buffer);
        return AVERROR(ENOMEM);
    }
    self->format->pb = self->io;
    self->format->io_open = refuse_open;
    self->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    int e = avformat_open_input(&self->format, NULL, NULL, NULL);
    if (e >= 0)
        e = avformat_find_stream_info(self->format, NULL);
    if (e < 0)
        return e;
    const AVCodec *codec;
    self->stream = av_find_best_stream(self->format, AVMEDIA_TYPE_AUDIO, -1, -1, &codec, 0);
    if (self->stream < 0)
        return self->stream;
    for (unsigned i = 0; i < self->format->nb_streams; i++)
        if ((int)i != self->stream)
            self->format->streams[i]->discard = AVDISCARD_ALL;
    const AVStream *stream = self->format->streams[self->stream];
    self->codec = avcodec_alloc_context3(codec);
    if (!self->codec)
        return AVERROR(ENOMEM);
    e = avcodec_parameters_to_context(self->codec, stream->codecpar);
    self->codec->pkt_timebase = stream->time_base; /* gapless trimming needs it */
    self->codec->thread_count = 1;
    return e < 0 ? e : avcodec_open2(self->codec, codec, NULL);
}

/* The next decoded frame into self->frame; false at the end. Damaged packets are an error: leaving
 * them out would shift everything after them. */
static LusterStatus next_frame(AvReader *self, bool *got, LusterError *err)
{
    const char *path = self->reader.path;
    *got = false;
    self->used = 0;
    while (!self->ended) {
        int e = avcodec_receive_frame(self->codec, self->frame);
        if (e >= 0) {
            if (self->frame->nb_samples == 0)
                continue;
            if (self->frame->ch_layout.nb_channels != (int)self->reader.info.n_channels ||
                self->frame->sample_rate != (int)self->reader.info.rate_hz)
                return luster_error_set(err, LUSTER_UNSUPPORTED,
                                        "%s: changes its rate or channels in the middle", path);
            *got = true;
            return LUSTER_OK;
        }
        if (e == AVERROR_EOF) {
            self->ended = true;
            break;
        }
        if (e == AVERROR(EAGAIN)) {
            e = av_read_frame(self->format, self->packet);
            if (e < 0) { /* the end, or damage that looks like it: the frame count tells */
                self->draining = true;
                e = avcodec_send_packet(self->codec, NULL);
            } else {
                if (self->packet->stream_index == self->stream)
                    e = avcodec_send_packet(self->codec, self->packet);
                av_packet_unref(self->packet);
            }
        }
        if (e < 0 && e != AVERROR(EAGAIN)) {
            char why[AV_ERROR_MAX_STRING_SIZE];
            av_strerror(e, why, sizeof why);
            return luster_error_set(err, LUSTER_BAD_FILE, "%s: damaged near frame %llu: %s", path,
                                    (unsigned long long)self->reader.decoder_at, why);
        }
    }
    return LUSTER_OK;
}

#define CONVERT(type, expression)                                                                  \
    for (int i = 0; i < n; i++) {                                                                  \
        type v;                                                                                    \
        memcpy(&v, data + (size_t)i * step, sizeof v);                                             \
        out[i] = (float)(expression);                                                              \
    }

/* n samples of one channel, `step` bytes apart. */
static bool convert(float *out, const uint8_t *data, size_t step, int n, enum AVSampleFormat format)
{
    switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_U8:
        CONVERT(uint8_t, (v - 128) * 0x1p-7f)
        return true;
    case AV_SAMPLE_FMT_S16:
        CONVERT(int16_t, v * 0x1p-15f)
        return true;
    case AV_SAMPLE_FMT_S32:
        CONVERT(int32_t, (float)v * 0x1p-31f)
        return true;
    case AV_SAMPLE_FMT_S64:
        CONVERT(int64_t, (float)v * 0x1p-63f)
        return true;
    case AV_SAMPLE_FMT_FLT:
        CONVERT(float, v)
        return true;
    case AV_SAMPLE_FMT_DBL:
        CONVERT(double, v)
        return true;
    default:
        return false;
    }
}

static LusterStatus decode(LusterReader *reader, float *const *out, size_t n_frames, size_t *n_read,
                           LusterError *err)
{
    AvReader *self = (AvReader *)reader;
    const AVFrame *frame = self->frame;
    const uint32_t n_channels = reader->info.n_channels;
    *n_read = 0;
    while (*n_read < n_frames) {
        if (self->used >= frame->nb_samples) {
            bool got;
            const LusterStatus status = next_frame(self, &got, err);
            if (status || !got)
                return status;
        }
        int n = frame->nb_samples - self->used;
        if ((size_t)n > n_frames - *n_read)
            n = (int)(n_frames - *n_read);
        const size_t width = (size_t)av_get_bytes_per_sample(frame->format);
        const bool planar = av_sample_fmt_is_planar(frame->format);
        const size_t step = planar ? width : width * n_channels;
        for (uint32_t c = 0; c < n_channels; c++) {
            const uint8_t *data =
                planar ? frame->extended_data[c] : frame->extended_data[0] + c * width;
            if (!convert(out[c] + *n_read, data + (size_t)self->used * step, step, n,
                         frame->format))
                return luster_error_set(err, LUSTER_UNSUPPORTED,
                                        "%s: its sample format is not supported", reader->path);
        }
        self->used += n;
        *n_read += (size_t)n;
    }
    return LUSTER_OK;
}

static LusterStatus restart(AvReader *self, LusterError *err)
{
    shut(self);
    const int e = start(self);
    if (e >= 0)
        return LUSTER_OK;
    if (e == AVERROR(ENOMEM))
        return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", self->reader.path);
    char why[AV_ERROR_MAX_STRING_SIZE];
    av_strerror(e, why, sizeof why);
    return luster_error_set(err, LUSTER_BAD_FILE, "%s: cannot be read as audio: %s",
                            self->reader.path,
                            e == AVERROR_STREAM_NOT_FOUND ? "there is no sound in it" : why);
}

static LusterStatus jump(LusterReader *reader, uint64_t *frame, LusterError *err)
{
    AvReader *self = (AvReader *)reader;
    if (self->seeks && *frame > 0 && self->codec &&
        av_seek_frame(self->format, self->stream, self->first_pts + (int64_t)*frame,
                      AVSEEK_FLAG_BACKWARD) >= 0) {
        avcodec_flush_buffers(self->codec);
        av_frame_unref(self->frame);
        self->draining = self->ended = false;
        bool got;
        const LusterStatus status = next_frame(self, &got, NULL);
        const int64_t at = got ? self->frame->pts - self->first_pts : -1;
        if (!status && got && self->frame->pts != AV_NOPTS_VALUE && at >= 0 &&
            at <= (int64_t)*frame) {
            *frame = (uint64_t)at;
            return LUSTER_OK;
        }
    }
    *frame = 0;
    return restart(self, err);
}

static const LusterDecoder decoder = {.decode = decode, .jump = jump, .free = free_reader};

static void describe(AvReader *self)
{
    LusterAudioInfo *info = &self->reader.info;
    const AVCodecParameters *par = self->format->streams[self->stream]->codecpar;
    const AVCodecDescriptor *what = avcodec_descriptor_get(par->codec_id);
    const enum AVSampleFormat packed = av_get_packed_sample_fmt(par->format);
    snprintf(info->container, sizeof info->container, "%s", self->format->iformat->name);
    snprintf(info->codec, sizeof info->codec, "%s", what ? what->name : "unknown");
    info->is_lossy = !what || !(what->props & AV_CODEC_PROP_LOSSLESS);
    info->is_float =
        !info->is_lossy && (packed == AV_SAMPLE_FMT_FLT || packed == AV_SAMPLE_FMT_DBL);
    if (!info->is_lossy)
        info->bits = par->bits_per_raw_sample > 0
                         ? (uint32_t)par->bits_per_raw_sample
                         : 8u * (uint32_t)av_get_bytes_per_sample(par->format);
    info->rate_hz = par->sample_rate;
    info->n_channels = (uint32_t)par->ch_layout.nb_channels;
}

/* Containers that know their length to the sample. */
static bool is_exact(const AVStream *stream, const char *container)
{
    static const char *const names[] = {"mov", "wv", "tta"};
    if (stream->time_base.num != 1 || stream->time_base.den != stream->codecpar->sample_rate ||
        stream->duration <= 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strncmp(container, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Whether the last packet is there. */
static bool tail_is_there(AvReader *self, uint64_t n_frames)
{
    if (av_seek_frame(self->format, self->stream, self->first_pts + (int64_t)n_frames - 1,
                      AVSEEK_FLAG_BACKWARD) < 0)
        return false;
    int e;
    do {
        av_packet_unref(self->packet);
        e = av_read_frame(self->format, self->packet);
    } while (e >= 0 && self->packet->stream_index != self->stream);
    const bool whole = e >= 0 && !(self->packet->flags & AV_PKT_FLAG_CORRUPT);
    av_packet_unref(self->packet);
    return whole;
}

static LusterStatus find_length(AvReader *self, LusterError *err)
{
    LusterReader *reader = &self->reader;
    LusterAudioInfo *info = &reader->info;
    const AVStream *stream = self->format->streams[self->stream];
    if (is_exact(stream, info->container)) {
        const int64_t begin = stream->start_time == AV_NOPTS_VALUE ? 0 : stream->start_time;
        const int64_t n_total = stream->duration;
        bool got;
        const LusterStatus status = next_frame(self, &got, err);
        if (status)
            return status;
        if (got && self->frame->pts != AV_NOPTS_VALUE && self->frame->pts >= begin &&
            self->frame->pts - begin < n_total) {
            self->first_pts = self->frame->pts;
            info->n_declared_frames = info->n_frames =
                (uint64_t)(n_total - (self->first_pts - begin));
            self->seeks = !info->is_lossy;
            if (tail_is_there(self, info->n_frames))
                return restart(self, err);
            self->seeks = false;
        }
    }
    bool damaged;
    const LusterStatus status = luster_reader_count(reader, &info->n_frames, &damaged, err);
    if (!status && damaged && info->n_declared_frames <= info->n_frames) {
        /* Nobody says exactly how long it was meant to be, only about (in us). */
        const int64_t us = self->format->duration;
        const double n_about = us > 0 ? (double)us * 1e-6 * info->rate_hz : 0;
        info->n_declared_frames = info->n_frames + 1;
        if (n_about > (double)info->n_declared_frames)
            info->n_declared_frames = (uint64_t)n_about;
    }
    return status;
}

LusterStatus luster_reader_open_av(const char *path, int fd, LusterReader **out, LusterError *err)
{
    av_log_set_level(AV_LOG_QUIET); /* the library prints nothing */
    AvReader *self = calloc(1, sizeof *self);
    if (!self) {
        close(fd);
        return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
    }
    LusterReader *reader = &self->reader;
    self->fd = fd;
    self->frame = av_frame_alloc();
    self->packet = av_packet_alloc();
    reader->decoder = &decoder;
    reader->path = strdup(path);
    LusterStatus status = LUSTER_OK;
    if (!self->frame || !self->packet || !reader->path)
        status = luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
    if (!status)
        status = restart(self, err);
    if (!status) {
        describe(self);
        if (reader->info.n_channels == 0 || reader->info.rate_hz <= 0)
            status = luster_error_set(err, LUSTER_BAD_FILE, "%s: there is no sound in it", path);
        else if (reader->info.n_channels <= 2)
            status = find_length(self, err);
    }
    free(reader->path);
    reader->path = NULL;
    if (!status)
        status = luster_reader_init(reader, path, err);
    if (status) {
        free(reader->path);
        free_reader(reader);
        return status;
    }
    *out = reader;
    return LUSTER_OK;
}
