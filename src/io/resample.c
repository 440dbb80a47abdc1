/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Another rate, through libsoxr at 28 bit (about -169 dB, doc/sources.md L5 [SOXR]). The output is
 * made in segments of about 2^20 frames, each by a fresh resampler with a run-in, whose starts fall
 * on whole frames of both rates. A seek only has to begin its segment again, so what is read never
 * depends on how one got there. libsoxr picks its own instructions (with or without AVX), in
 * double: between two kinds of processor the last bit of a float may differ. */
#include "luster/audio.h"

#include "io/reader.h"

#include <math.h>
#include <soxr.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENT_FRAMES (1u << 20) /* of output, at least */
#define CHUNK_FRAMES 4096
/* Run-in, in frames of the lower rate: libsoxr's 28-bit filters are some hundred frames long to
 * each side; after 4096 the difference from an endless run is below -200 dB (test/io/resample.c).
 */
#define RUN_IN_FRAMES 4096

typedef struct Resampler {
    LusterSource source;
    LusterSource *inner;
    soxr_t soxr;
    uint64_t in_step, out_step; /* in_rate : out_rate in lowest terms */
    uint64_t segment_frames; /* a multiple of out_step */
    uint64_t run_in; /* output frames, a multiple of out_step */
    uint64_t position; /* the frame that the caller reads next */
    uint64_t at; /* the frame that soxr gives next */
    uint64_t segment_end; /* of the segment that soxr is in */
    bool fed; /* inner is at its end and soxr knows */
    float in[2][CHUNK_FRAMES];
    float skipped[2][CHUNK_FRAMES];
    size_t in_at, in_n; /* what is left in `in` */
} Resampler;

static uint64_t gcd(uint64_t a, uint64_t b)
{
    while (b) {
        const uint64_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

static LusterStatus soxr_failed(soxr_error_t why, LusterError *err)
{
    return luster_error_set(err, LUSTER_NO_MEMORY, "resampling failed: %s", why);
}

/* One turn of soxr: at most n frames out. */
static LusterStatus turn(Resampler *self, float *const *out, size_t n, size_t *n_out,
                         LusterError *err)
{
    const uint32_t n_channels = self->source.n_channels;
    *n_out = 0;
    while (*n_out == 0) {
        if (self->in_at == self->in_n && !self->fed) {
            float *const in[2] = {self->in[0], self->in[1]};
            self->in_at = self->in_n = 0;
            const LusterStatus status =
                luster_source_read(self->inner, in, CHUNK_FRAMES, &self->in_n, err);
            if (status)
                return status;
            self->fed = self->in_n == 0;
        }
        const float *const in[2] = {self->in[0] + self->in_at, self->in[1] + self->in_at};
        float *const to[2] = {out[0], out[n_channels - 1]};
        size_t used = 0;
        const soxr_error_t why =
            soxr_process(self->soxr, self->fed ? NULL : (soxr_in_t)in, self->in_n - self->in_at,
                         &used, (soxr_out_t)to, n, n_out);
        if (why)
            return soxr_failed(why, err);
        self->in_at += used;
        if (self->fed && *n_out == 0) {
            /* libsoxr may end a frame short of round(n * ratio); that frame is silence. */
            for (uint32_t c = 0; c < n_channels; c++)
                memset(out[c], 0, n * sizeof **out);
            *n_out = n;
        }
    }
    return LUSTER_OK;
}

static LusterStatus skip_to(Resampler *self, uint64_t frame, LusterError *err)
{
    float *const out[2] = {self->skipped[0], self->skipped[1]};
    while (self->at < frame) {
        const uint64_t left = frame - self->at;
        size_t n;
        const LusterStatus status =
            turn(self, out, left < CHUNK_FRAMES ? (size_t)left : CHUNK_FRAMES, &n, err);
        if (status)
            return status;
        self->at += n;
    }
    return LUSTER_OK;
}

/* Begins the segment that holds `frame` and goes there. */
static LusterStatus begin(Resampler *self, uint64_t frame, LusterError *err)
{
    const uint64_t first = frame - frame % self->segment_frames;
    const uint64_t from = first > self->run_in ? first - self->run_in : 0;
    const soxr_error_t why = soxr_clear(self->soxr);
    if (why)
        return soxr_failed(why, err);
    const LusterStatus status =
        luster_source_seek(self->inner, from / self->out_step * self->in_step, err);
    if (status)
        return status;
    self->in_at = self->in_n = 0;
    self->fed = false;
    self->at = from;
    self->segment_end = first + self->segment_frames;
    return skip_to(self, frame, err);
}

static LusterStatus read_frames(LusterSource *source, float *const *out, size_t n_frames,
                                size_t *n_read, LusterError *err)
{
    Resampler *self = (Resampler *)source;
    const uint64_t total = source->n_frames - self->position;
    *n_read = 0;
    if (n_frames > total)
        n_frames = (size_t)total;
    while (*n_read < n_frames) {
        LusterStatus status = LUSTER_OK;
        if (self->position >= self->segment_end || self->position < self->at ||
            self->position < self->segment_end - self->segment_frames)
            status = begin(self, self->position, err);
        else
            status = skip_to(self, self->position, err);
        if (status)
            return status;
        uint64_t n = self->segment_end - self->position;
        if (n > n_frames - *n_read)
            n = n_frames - *n_read;
        float *const to[2] = {out[0] + *n_read, out[source->n_channels - 1] + *n_read};
        size_t got;
        status = turn(self, to, (size_t)n, &got, err);
        if (status)
            return status;
        *n_read += got;
        self->at += got;
        self->position += got;
    }
    return LUSTER_OK;
}

static LusterStatus seek_frame(LusterSource *source, uint64_t frame, LusterError *err)
{
    if (frame > source->n_frames)
        return luster_error_set(err, LUSTER_BAD_VALUE, "frame %llu is beyond the end (%llu frames)",
                                (unsigned long long)frame, (unsigned long long)source->n_frames);
    ((Resampler *)source)->position = frame;
    return LUSTER_OK;
}

static void close_resampler(LusterSource *source)
{
    Resampler *self = (Resampler *)source;
    if (self->soxr)
        soxr_delete(self->soxr);
    luster_source_close(self->inner);
    free(self);
}

const LusterSource *luster_resampler_inner(const LusterSource *source)
{
    return source->close == close_resampler ? ((const Resampler *)source)->inner : NULL;
}

static bool is_rate(double rate_hz)
{
    return rate_hz >= LUSTER_MIN_RATE_HZ && rate_hz <= LUSTER_MAX_RATE_HZ &&
           rate_hz == floor(rate_hz);
}

static uint64_t up_to_multiple(uint64_t value, uint64_t of)
{
    return (value + of - 1) / of * of;
}

/* round(n * out_step / in_step) without overflow for any length a file can have. */
static uint64_t output_length(uint64_t n, uint64_t in_step, uint64_t out_step)
{
    const uint64_t whole = n / in_step * out_step, rest = n % in_step * out_step;
    return whole + (2 * rest + in_step) / (2 * in_step);
}

static LusterStatus check_rates(const LusterSource *inner, double rate_hz, LusterError *err)
{
    if (!is_rate(rate_hz) || !is_rate(inner->rate_hz))
        return luster_error_set(err, LUSTER_BAD_VALUE,
                                "cannot resample from %.10g to %.10g Hz: rates are whole numbers "
                                "from %d to %d Hz",
                                inner->rate_hz, rate_hz, LUSTER_MIN_RATE_HZ, LUSTER_MAX_RATE_HZ);
    if (inner->n_frames == LUSTER_FRAMES_UNKNOWN)
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "cannot resample a stream of unknown length");
    return LUSTER_OK;
}

LusterStatus luster_audio_resample(LusterSource *inner, double rate_hz, LusterSource **out,
                                   LusterError *err)
{
    *out = NULL;
    if (inner->rate_hz == rate_hz) {
        *out = inner;
        return LUSTER_OK;
    }
    Resampler *self = NULL;
    LusterStatus status = check_rates(inner, rate_hz, err);
    if (!status && !(self = calloc(1, sizeof *self)))
        status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    if (status) {
        luster_source_close(inner);
        return status;
    }
    const uint64_t in_rate = (uint64_t)inner->rate_hz, out_rate = (uint64_t)rate_hz;
    const uint64_t common = gcd(in_rate, out_rate);
    self->inner = inner;
    self->in_step = in_rate / common;
    self->out_step = out_rate / common;
    self->segment_frames = up_to_multiple(SEGMENT_FRAMES, self->out_step);
    const uint64_t run_in =
        out_rate <= in_rate ? RUN_IN_FRAMES : (RUN_IN_FRAMES * out_rate + in_rate - 1) / in_rate;
    self->run_in = up_to_multiple(run_in, self->out_step);
    self->source = (LusterSource){
        .n_channels = inner->n_channels,
        .rate_hz = rate_hz,
        .n_frames = output_length(inner->n_frames, self->in_step, self->out_step),
        .read = read_frames,
        .seek = seek_frame,
        .close = close_resampler,
    };
    const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_S, SOXR_FLOAT32_S);
    /* The exact clock matters for ratios like 44100 : 47999 (-136 dB without). */
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, SOXR_HI_PREC_CLOCK);
    const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    soxr_error_t why;
    self->soxr =
        soxr_create(inner->rate_hz, rate_hz, inner->n_channels, &why, &io, &quality, &runtime);
    if (why) {
        status = soxr_failed(why, err);
        close_resampler(&self->source);
        return status;
    }
    *out = &self->source;
    return LUSTER_OK;
}
