/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a recording: refused with words, or described, read, sought in and read again to the
 * same finite samples. With libFuzzer:  clang -DLUSTER_LIBFUZZER -fsanitize=fuzzer,address ... ;
 * without, the driver below writes small files of every kind and damages them in ways that repeat:
 * single bits and bytes, sizes of chunks, cut ends, parts doubled. */
#define _GNU_SOURCE
#include "luster/audio.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SOME 1024 /* frames at a place */
#define MAX_FRAMES_READ 200000 /* a header may promise years */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what, const char *words)
{
    printf("# %s: %s\n", what, words);
    fflush(stdout);
    abort();
}

/* The frames at `first`; all must be finite. */
static size_t read_at(LusterSource *source, uint64_t first, float out[2][SOME])
{
    float *const to[2] = {out[0], out[1]};
    LusterError err = {0};
    size_t n = 0;
    if (luster_source_seek(source, first, &err))
        fail("a frame inside cannot be sought", err.text);
    const LusterStatus status = luster_source_read(source, to, SOME, &n, &err);
    if (status && !err.text[0])
        fail("a failure without words", luster_status_text(status));
    if (!status && n < SOME && first + n != source->n_frames)
        fail("the end came early, without an error", err.text);
    for (uint32_t c = 0; c < source->n_channels; c++)
        for (size_t i = 0; i < n; i++)
            if (!isfinite(out[c][i]))
                fail("a sample is not finite", "");
    return n;
}

static void play(LusterSource *source, const LusterAudioInfo *info)
{
    static float first[2][SOME], later[2][SOME], again[2][SOME];
    if (source->n_frames != info->n_frames || source->n_channels != info->n_channels ||
        source->n_frames == 0)
        fail("the source is not what the description says", info->container);
    const uint64_t middle = source->n_frames / 2;
    const size_t n_first = read_at(source, 0, first);
    const size_t n_later = read_at(source, middle, later);
    if (source->n_frames > SOME)
        read_at(source, source->n_frames - SOME, again);
    if (read_at(source, middle, again) != n_later ||
        memcmp(later[0], again[0], n_later * sizeof(float)) != 0)
        fail("the middle is different the second time", info->codec);
    if (read_at(source, 0, again) != n_first ||
        memcmp(first[0], again[0], n_first * sizeof(float)) != 0)
        fail("the start is different the second time", info->codec);
    for (uint64_t at = 0; at < source->n_frames && at < MAX_FRAMES_READ; at += SOME)
        if (read_at(source, at, again) == 0)
            break;
    luster_audio_faults(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("fuzz", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    const char *keep = getenv("FUZZ_KEEP"); /* a file that then holds the last input */
    FILE *copy = keep ? fopen(keep, "wb") : NULL;
    if (copy) {
        fwrite(data, 1, size, copy);
        fclose(copy);
    }
    if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
        fail("no room for the input", "");
    LusterAudioInfo info;
    LusterSource *source = NULL;
    LusterError err = {0};
    const bool described = luster_audio_info(path, &info, &err) == LUSTER_OK;
    if (!described && !err.text[0])
        fail("refused without words", "");
    const LusterStatus status = luster_audio_open(path, &source, &err);
    if (status && (!err.text[0] || source))
        fail("refused without words, or half", luster_status_text(status));
    if (!status && !described)
        fail("opened, but cannot be described", "");
    if (!status)
        play(source, &info);
    luster_source_close(source);
    return 0;
}

#ifndef LUSTER_LIBFUZZER
/* libsndfile 1.2 forgets what libvorbis set up when it refuses an Ogg file. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:vorbis_info_init\n";
}

#include "base/rng.h"

#include <sndfile.h>

#define FRAMES 3000
#define ROOM 100000 /* bytes */

static const struct {
    const char *name;
    int format;
} kinds[] = {
    {"wav_16", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
    {"wav_24", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24},
    {"wav_float", SF_FORMAT_WAV | SF_FORMAT_FLOAT},
    {"wav_double", SF_FORMAT_WAV | SF_FORMAT_DOUBLE},
    {"wav_adpcm", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM},
    {"rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_24},
    {"w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16},
    {"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_24},
    {"aifc_float", SF_FORMAT_AIFF | SF_FORMAT_FLOAT},
    {"au", SF_FORMAT_AU | SF_FORMAT_PCM_16},
    {"caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16},
    {"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
    {"ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
};

/* A small stereo recording of a kind, into data[ROOM]; its size, 0 when it cannot be made. */
static size_t make(int format, uint8_t *data)
{
    char path[64];
    const int fd = memfd_create("seed", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    SF_INFO sf = {.samplerate = 44100, .channels = 2, .format = format};
    SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &sf, SF_FALSE);
    if (!file)
        return 0;
    LusterRng rng;
    luster_rng_seed(&rng, 1, 1);
    for (int i = 0; i < FRAMES; i++) {
        const float frame[2] = {(float)luster_rng_bipolar(&rng) * 0.1f, (float)(i % 100) * 0.005f};
        sf_writef_float(file, frame, 1);
    }
    sf_close(file);
    const ssize_t n = pread(fd, data, ROOM, 0);
    close(fd);
    return n > 0 && n < ROOM ? (size_t)n : 0;
}

/* Where headers are more often than not. */
static size_t place(LusterRng *rng, size_t size)
{
    const size_t head = size < 128 ? size : 128;
    return luster_rng_u32(rng) % (luster_rng_u32(rng) % 4 ? head : size);
}

static size_t damage(LusterRng *rng, const uint8_t *seed, size_t size, uint8_t *data)
{
    static const uint32_t telling[] = {0,          1,          0x7f,       0x7fff,     0xffff,
                                       0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x10000};
    memcpy(data, seed, size);
    for (uint32_t k = 1 + luster_rng_u32(rng) % 3; k > 0; k--) {
        const size_t at = place(rng, size);
        const uint32_t value = telling[luster_rng_u32(rng) % 10];
        switch (luster_rng_u32(rng) % 5) {
        case 0:
            data[at] ^= (uint8_t)(1u << luster_rng_u32(rng) % 8);
            break;
        case 1:
            data[at] = (uint8_t)luster_rng_u32(rng);
            break;
        case 2: /* a size or a count */
            for (size_t i = 0; i < 4 && at + i < size; i++)
                data[at + i] = (uint8_t)(value >> 8 * i);
            break;
        case 3: /* a piece twice */
            memmove(data + at + (size - at) / 2, data + at, size - at - (size - at) / 2);
            break;
        default:
            size = 1 + at + luster_rng_u32(rng) % (size - at);
            break;
        }
    }
    return size;
}

int main(int argc, char **argv)
{
    const int n_kinds = (int)(sizeof kinds / sizeof kinds[0]);
    const int n_rounds = argc > 1 ? atoi(argv[1]) : 200;
    uint8_t *seed = malloc(ROOM), *data = malloc(ROOM);
    int bad = 0;
    for (int k = 0; seed && data && k < n_kinds; k++) {
        const size_t size = make(kinds[k].format, seed);
        if (size)
            LLVMFuzzerTestOneInput(seed, size);
        LusterRng rng;
        luster_rng_seed(&rng, 7, (uint64_t)k);
        for (int i = 0; size && i < n_rounds; i++) {
            const size_t n = damage(&rng, seed, size, data);
            uint8_t *exact = malloc(n); /* so that a sanitizer sees reading past it */
            if (!exact)
                return 1;
            memcpy(exact, data, n);
            LLVMFuzzerTestOneInput(exact, n);
            free(exact);
        }
        printf("%s %d - %s\n", size ? "ok" : "not ok", k + 1, kinds[k].name);
        fflush(stdout);
        bad += !size;
    }
    printf("1..%d\n", n_kinds);
    free(seed);
    free(data);
    return bad != 0;
}
#endif
