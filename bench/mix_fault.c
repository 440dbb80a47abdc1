/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Cuts a piece out of a recording and puts known faults into it; writes float WAV.
 * usage: mix_fault IN OUT FROM_S TO_S [gain DB] [tilt DB_PER_OCTAVE] [invert] [delay MS] [left |
 * right] */
#include "luster/audio.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096
#define PI 3.14159265358979323846
#define TILT_SECTIONS 9 /* one per octave from 63 Hz */

typedef struct Fault {
    double gain, tilt_db;
    uint64_t delay_frames;
    int side; /* -1: a mono file becomes the left of a stereo one, 1: the right */
} Fault;

typedef struct Section {
    double b0, b1, a1, x, y;
} Section;

/* First-order shelves an octave apart: their steps join to a straight line. */
static void design_tilt(Section *s, double rate_hz, double db_per_octave)
{
    for (int i = 0; i < TILT_SECTIONS; i++) {
        const double hz = 63.0 * pow(2.0, i), g = pow(10.0, db_per_octave / 20.0);
        const double k = tan(PI * fmin(hz, 0.45 * rate_hz) / rate_hz), r = sqrt(g);
        const double a0 = 1.0 + k * r;
        s[i] = (Section){.b0 = (g + k * r) / a0, .b1 = (k * r - g) / a0, .a1 = (k * r - 1.0) / a0};
    }
}

static int parse(int argc, char **argv, double rate_hz, Fault *f)
{
    *f = (Fault){.gain = 1.0};
    for (int i = 5; i < argc; i++) {
        const double value = i + 1 < argc ? atof(argv[i + 1]) : 0.0;
        if (!strcmp(argv[i], "gain"))
            f->gain *= pow(10.0, value / 20.0), i++;
        else if (!strcmp(argv[i], "tilt"))
            f->tilt_db = value, i++;
        else if (!strcmp(argv[i], "delay"))
            f->delay_frames = (uint64_t)(value * 0.001 * rate_hz + 0.5), i++;
        else if (!strcmp(argv[i], "invert"))
            f->gain = -f->gain;
        else if (!strcmp(argv[i], "left") || !strcmp(argv[i], "right"))
            f->side = argv[i][0] == 'l' ? -1 : 1;
        else
            return 0;
    }
    return 1;
}

static void spoil(float *x, size_t n, const Fault *f, Section *tilt)
{
    for (size_t i = 0; i < n; i++) {
        double v = x[i] * f->gain;
        for (int k = 0; k < TILT_SECTIONS && f->tilt_db != 0.0; k++) {
            const double y = tilt[k].b0 * v + tilt[k].b1 * tilt[k].x - tilt[k].a1 * tilt[k].y;
            tilt[k].x = v;
            tilt[k].y = y;
            v = y;
        }
        x[i] = (float)v;
    }
}

static LusterStatus copy(LusterSource *in, LusterWriter *out, uint64_t n_frames, const Fault *f,
                         LusterError *err)
{
    static float block[2][BLOCK], silence[BLOCK];
    float *const to[2] = {block[0], block[1]};
    Section tilt[2][TILT_SECTIONS];
    LusterStatus status = LUSTER_OK;
    for (int c = 0; c < 2; c++)
        design_tilt(tilt[c], in->rate_hz, f->tilt_db);
    const float *const nothing[2] = {silence, silence};
    for (uint64_t left = f->delay_frames; left && !status;) {
        const size_t n = left < BLOCK ? left : BLOCK;
        status = luster_writer_write(out, nothing, n, err);
        left -= n;
    }
    /* as long as before: what the delay pushes out at the end is lost, as in a real recording */
    uint64_t left = n_frames > f->delay_frames ? n_frames - f->delay_frames : 0;
    while (left && !status) {
        size_t n = left < BLOCK ? left : BLOCK;
        status = luster_source_read(in, to, n, &n, err);
        if (status || !n)
            break;
        for (uint32_t c = 0; c < in->n_channels; c++)
            spoil(block[c], n, f, tilt[c]);
        const float *from[2] = {block[0], block[1]};
        if (f->side)
            from[f->side < 0 ? 0 : 1] = block[0], from[f->side < 0 ? 1 : 0] = silence;
        status = luster_writer_write(out, from, n, err);
        left -= n;
    }
    return status;
}

int main(int argc, char **argv)
{
    LusterError err = {0};
    LusterSource *in = NULL;
    LusterWriter *out = NULL;
    Fault fault;
    if (argc < 5) {
        fprintf(stderr, "usage: mix_fault IN OUT FROM_S TO_S [FAULT ...]\n");
        return 2;
    }
    LusterStatus status = luster_audio_open(argv[1], &in, &err);
    if (!status &&
        (!parse(argc, argv, in->rate_hz, &fault) || (fault.side && in->n_channels != 1))) {
        fprintf(stderr, "mix_fault: not a fault for %s\n", argv[1]);
        return 2;
    }
    if (!status) {
        const uint64_t from = fmin(atof(argv[3]) * in->rate_hz + 0.5, (double)in->n_frames);
        const uint64_t to = fmin(atof(argv[4]) * in->rate_hz + 0.5, (double)in->n_frames);
        const LusterWriteSpec spec = {.container = LUSTER_CONTAINER_WAV,
                                      .format = LUSTER_FORMAT_F32,
                                      .rate_hz = in->rate_hz,
                                      .n_channels = fault.side ? 2 : in->n_channels,
                                      .force = true};
        status = luster_source_seek(in, from, &err);
        if (!status)
            status = luster_writer_new(argv[2], &spec, &out, &err);
        if (!status)
            status = copy(in, out, to > from ? to - from : 0, &fault, &err);
        if (!status)
            status = luster_writer_commit(out, NULL, &err);
        else
            luster_writer_abort(out);
    }
    luster_source_close(in);
    if (status)
        fprintf(stderr, "mix_fault: %s\n", err.text);
    return status ? 1 : 0;
}
