/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder of its own for every test program, and the sources and readings the tests share. */
#ifndef LUSTER_TEST_IO_COMMON_H
#define LUSTER_TEST_IO_COMMON_H

#include "tap.h"

#include "base/rng.h"
#include "luster/audio.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char test_dir[200];

static inline void start_dir(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(test_dir, sizeof test_dir, "%s/luster-io-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(test_dir)) {
        perror(test_dir);
        exit(1);
    }
}

/* Number of entries whose name contains `text`; with `clear` every entry is removed. */
static inline int count_files(const char *text, bool clear)
{
    int count = 0;
    DIR *dir = opendir(test_dir);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char path[600];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        count += strstr(e->d_name, text) != NULL;
        snprintf(path, sizeof path, "%s/%s", test_dir, e->d_name);
        if (clear)
            remove(path);
    }
    if (dir)
        closedir(dir);
    return count;
}

static inline void end_dir(void)
{
    count_files("", true);
    rmdir(test_dir);
}

/* A path in the folder; four of them stay valid at once. */
static inline const char *in_dir(const char *name)
{
    static char paths[4][600];
    static int turn;
    char *path = paths[turn++ & 3];
    snprintf(path, sizeof paths[0], "%s/%s", test_dir, name);
    return path;
}

static inline void put_file(const char *path, const void *data, size_t size)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, size, f) != size)
        perror(path);
    if (f)
        fclose(f);
}

/* The whole file, NUL behind it; the caller's. */
static inline char *get_file(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    *size = 0;
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    const long n = ftell(f);
    rewind(f);
    char *data = calloc(1, (size_t)n + 1);
    *size = data ? fread(data, 1, (size_t)n, f) : 0;
    fclose(f);
    return data;
}

/* Everything from the present position on, in blocks of `block` frames: [n_channels][*n]. */
static inline float *read_rest(LusterSource *source, size_t max, size_t block, size_t *n,
                               LusterStatus *status, LusterError *err)
{
    float *data = calloc((max + 1) * 2, sizeof *data);
    *n = 0;
    *status = LUSTER_OK;
    while (data && *n < max && !*status) {
        float *const out[2] = {data + *n, data + max + *n};
        size_t got = 0;
        const size_t want = block < max - *n ? block : max - *n;
        *status = luster_source_read(source, out, want, &got, err);
        if (got == 0)
            break;
        *n += got;
    }
    return data;
}

/* A stream made by a formula. */
typedef struct Synth {
    LusterSource source;
    uint64_t at;
    double (*value)(uint64_t frame, uint32_t channel);
} Synth;

static inline LusterStatus synth_read(LusterSource *source, float *const *out, size_t n,
                                      size_t *n_read, LusterError *err)
{
    (void)err;
    Synth *self = (Synth *)source;
    if (n > source->n_frames - self->at)
        n = (size_t)(source->n_frames - self->at);
    for (uint32_t c = 0; c < source->n_channels; c++)
        for (size_t i = 0; i < n; i++)
            out[c][i] = (float)self->value(self->at + i, c);
    self->at += n;
    *n_read = n;
    return LUSTER_OK;
}

static inline LusterStatus synth_seek(LusterSource *source, uint64_t frame, LusterError *err)
{
    (void)err;
    ((Synth *)source)->at = frame;
    return LUSTER_OK;
}

static inline void synth_close(LusterSource *source)
{
    free(source);
}

static inline LusterSource *synth_new(double rate_hz, uint32_t n_channels, uint64_t n_frames,
                                      double (*value)(uint64_t, uint32_t))
{
    Synth *self = calloc(1, sizeof *self);
    self->source =
        (LusterSource){n_channels, rate_hz, n_frames, synth_read, synth_seek, synth_close};
    self->value = value;
    return &self->source;
}

/* Seeks here and there; true when every reading equals `want` ([n_channels][n]) bit for bit. */
static inline bool seeks_are_exact(LusterSource *source, const float *want, size_t n, int n_seeks)
{
    LusterRng rng;
    luster_rng_seed(&rng, 7, n);
    bool good = true;
    float l[1500], r[1500];
    float *const out[2] = {l, r};
    for (int k = 0; k < n_seeks && good; k++) {
        size_t at = (size_t)(luster_rng_unit(&rng) * (double)n), got = 0;
        if (k == 0)
            at = n - 1;
        if (k == 1)
            at = 0;
        if (k == 2)
            at = 1;
        const size_t len = 1 + (size_t)(luster_rng_unit(&rng) * 1499);
        const size_t expect = len < n - at ? len : n - at;
        good = !luster_source_seek(source, at, NULL) &&
               !luster_source_read(source, out, len, &got, NULL) && got == expect;
        for (uint32_t c = 0; c < source->n_channels && good; c++)
            good = memcmp(out[c], want + c * n + at, got * sizeof(float)) == 0;
        if (!good)
            printf("# seek %d to %zu, %zu frames: differs\n", k, at, len);
    }
    return good;
}

#endif
