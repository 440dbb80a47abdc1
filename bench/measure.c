/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* CPU time of measuring, beside libebur128 in the same run: integrated loudness, loudness range and
 * true peak of a made-up ten-minute stereo file, 48 kHz and 24 bit. Both get the same decoded
 * seconds, one after the other in turns, each in the layout it takes fastest; only they are timed.
 * Then the whole job: reading the file and all readings of `luster measure`. */
#include "luster/measure.h"
#include "conform/music.h"
#include "luster/audio.h"

#include <ebur128.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RATE = 48000, SECONDS = 600, PIECE = 5 * RATE, ADD = 4800, RUNS = 7 };

static float left[PIECE], right[PIECE], interleaved[2 * PIECE];

typedef struct Figures {
    double ours_s, theirs_s, whole_s;
    double integrated[2], range[2], true_peak[2];
} Figures;

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void put(FILE *file, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        putc((int)(value >> (8 * i) & 255), file);
}

static int make_file(const char *path)
{
    const uint32_t bytes = (uint32_t)SECONDS * RATE * 2 * 3;
    FILE *file = fopen(path, "wb");
    if (!file)
        return -1;
    fputs("RIFF", file);
    put(file, 36 + bytes, 4);
    fputs("WAVEfmt ", file);
    put(file, 16, 4);
    put(file, 1, 2); /* PCM */
    put(file, 2, 2);
    put(file, RATE, 4);
    put(file, RATE * 6, 4);
    put(file, 6, 2);
    put(file, 24, 2);
    fputs("data", file);
    put(file, bytes, 4);
    Music music = music_new(RATE, 1);
    for (int s = 0; s < SECONDS; s++) {
        music_read(&music, left, right, RATE);
        for (int i = 0; i < RATE; i++) {
            put(file, (uint32_t)(int32_t)(left[i] * 8388607.0f), 3);
            put(file, (uint32_t)(int32_t)(right[i] * 8388607.0f), 3);
        }
    }
    return fclose(file);
}

static void add_theirs(ebur128_state *state, Figures *f, size_t n)
{
    const double start = cpu_s();
    for (size_t at = 0; at < n; at += ADD)
        ebur128_add_frames_float(state, interleaved + 2 * at, n - at < ADD ? n - at : ADD);
    f->theirs_s += cpu_s() - start;
}

static void add_ours(LusterMeasure *measure, Figures *f, size_t n)
{
    const double start = cpu_s();
    for (size_t at = 0; at < n; at += ADD) {
        const float *in[] = {left + at, right + at};
        luster_measure_add(measure, in, n - at < ADD ? n - at : ADD);
    }
    f->ours_s += cpu_s() - start;
}

static void finish(LusterMeasure *measure, ebur128_state *state, Figures *f)
{
    LusterMeasurement r;
    double peaks[2], start = cpu_s();
    luster_measure_finish(measure, &r);
    f->ours_s += cpu_s() - start;
    start = cpu_s();
    ebur128_loudness_global(state, &f->integrated[1]);
    ebur128_loudness_range(state, &f->range[1]);
    ebur128_true_peak(state, 0, &peaks[0]);
    ebur128_true_peak(state, 1, &peaks[1]);
    f->theirs_s += cpu_s() - start;
    f->integrated[0] = r.integrated_lufs;
    f->range[0] = r.lra_lu;
    f->true_peak[0] = r.true_peak_dbtp;
    f->true_peak[1] = 20.0 * log10(fmax(peaks[0], peaks[1]));
}

static int run(const char *path, int turn, Figures *f)
{
    LusterError error;
    LusterSource *source;
    LusterMeasure *measure;
    LusterMeasurement all;
    float *const out[] = {left, right};
    size_t n;
    *f = (Figures){0};
    if (luster_audio_open(path, &source, &error) ||
        luster_measure_new(RATE, 2, LUSTER_MEASURE_LOUDNESS | LUSTER_MEASURE_TRUE_PEAK, &measure,
                           &error)) {
        fprintf(stderr, "%s\n", error.text);
        return -1;
    }
    ebur128_state *state =
        ebur128_init(2, RATE, EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
    while (luster_source_read(source, out, PIECE, &n, &error) == LUSTER_OK && n) {
        for (size_t i = 0; i < n; i++) {
            interleaved[2 * i] = left[i];
            interleaved[2 * i + 1] = right[i];
        }
        if (turn++ % 2) {
            add_ours(measure, f, n);
            add_theirs(state, f, n);
        } else {
            add_theirs(state, f, n);
            add_ours(measure, f, n);
        }
    }
    finish(measure, state, f);
    luster_measure_free(measure);
    ebur128_destroy(&state);
    luster_source_close(source);
    if (luster_audio_open(path, &source, &error))
        return -1;
    const double start = cpu_s();
    luster_measure_source(source, LUSTER_MEASURE_ALL, &all, NULL, &error);
    luster_source_close(source);
    f->whole_s = cpu_s() - start;
    return 0;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, RUNS, sizeof *values, ascending);
    return values[RUNS / 2];
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "bench-measure.wav";
    double ours[RUNS], theirs[RUNS], ratio[RUNS], whole[RUNS];
    Figures f;
    if (make_file(path)) {
        perror(path);
        return 1;
    }
    for (int i = 0; i < RUNS; i++) {
        if (run(path, i, &f))
            return 1;
        ours[i] = f.ours_s;
        theirs[i] = f.theirs_s;
        ratio[i] = f.ours_s / f.theirs_s;
        whole[i] = f.whole_s;
        printf("run %d: luster %.3f s, libebur128 %.3f s, ratio %.3f; whole job %.3f s\n", i + 1,
               ours[i], theirs[i], ratio[i], whole[i]);
    }
    printf("luster     I %.3f LUFS, LRA %.3f LU, TP %.3f dBTP\n", f.integrated[0], f.range[0],
           f.true_peak[0]);
    printf("libebur128 I %.3f LUFS, LRA %.3f LU, TP %.3f dBTP\n", f.integrated[1], f.range[1],
           f.true_peak[1]);
    printf("medians, CPU time for %d min of stereo at %d Hz: luster %.3f s, libebur128 %.3f s, "
           "ratio %.3f; whole job %.3f s\n",
           SECONDS / 60, RATE, median(ours), median(theirs), median(ratio), median(whole));
    remove(path);
    return 0;
}
