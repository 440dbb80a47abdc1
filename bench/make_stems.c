/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Makes the stems that bench/console mixes: per stem a two-bar pattern of notes (four partials that
 * ring down) with a noise burst at each onset, slowly louder and softer, a little different on the
 * two sides. The same arguments give the same files. usage: make_stems FOLDER N_STEMS SECONDS */
#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE_HZ 48000
#define STEP_FRAMES 6000 /* a sixteenth at 120 beats a minute */
#define PATTERN 32 /* steps: two bars */
#define PARTIALS 4
#define PI 3.14159265358979323846

typedef struct Stem {
    uint32_t rng;
    double root_hz, ring_s, noise, pan;
    uint8_t hit[PATTERN], note[PATTERN];
    /* each partial turns on a shrinking circle */
    double re[PARTIALS], im[PARTIALS], turn_re[PARTIALS], turn_im[PARTIALS];
    double burst, burst_keep, low[2];
} Stem;

/* Marsaglia's xorshift */
static uint32_t next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}

static double uniform(uint32_t *state)
{
    return next(state) / 4294967296.0;
}

static void begin(Stem *stem, uint32_t index)
{
    static const uint8_t scale[] = {0, 3, 5, 7, 10, 12, 15};
    memset(stem, 0, sizeof *stem);
    stem->rng = 2463534242u + index * 2654435761u;
    for (int i = 0; i < 8; i++)
        next(&stem->rng);
    stem->root_hz = 41.2 * pow(2.0, (index % 8) * 0.5);
    stem->ring_s = 0.08 + 0.6 * uniform(&stem->rng);
    stem->noise = 0.05 + 0.25 * uniform(&stem->rng);
    stem->pan = uniform(&stem->rng) - 0.5;
    stem->burst_keep = exp(-1.0 / (RATE_HZ * (0.01 + 0.05 * uniform(&stem->rng))));
    const double density = 0.15 + 0.4 * uniform(&stem->rng);
    for (int i = 0; i < PATTERN; i++) {
        stem->hit[i] = uniform(&stem->rng) < density ? 80 + next(&stem->rng) % 176 : 0;
        stem->note[i] = scale[next(&stem->rng) % sizeof scale];
    }
    stem->hit[0] = 255;
}

static void strike(Stem *stem, double level, int semitones)
{
    const double hz = stem->root_hz * pow(2.0, semitones / 12.0);
    for (int p = 0; p < PARTIALS; p++) {
        const double keep = exp(-1.0 / (RATE_HZ * stem->ring_s / (1 + p)));
        const double angle = 2 * PI * hz * (p + 1) / RATE_HZ;
        stem->re[p] = level / (1 + p);
        stem->im[p] = 0.0;
        stem->turn_re[p] = keep * cos(angle);
        stem->turn_im[p] = keep * sin(angle);
    }
    stem->burst = level * stem->noise;
}

static void play(Stem *stem, double *left, double *right)
{
    double tone = 0.0;
    for (int p = 0; p < PARTIALS; p++) {
        const double re = stem->re[p] * stem->turn_re[p] - stem->im[p] * stem->turn_im[p];
        stem->im[p] = stem->re[p] * stem->turn_im[p] + stem->im[p] * stem->turn_re[p];
        stem->re[p] = re;
        tone += stem->im[p];
    }
    const uint32_t word = next(&stem->rng);
    stem->burst *= stem->burst_keep;
    /* room noise at -80 dBFS keeps the silence between notes from being digital */
    const double hiss = stem->burst + 1e-4;
    stem->low[0] += 0.6 * ((word >> 16) / 32768.0 - 1.0 - stem->low[0]);
    stem->low[1] += 0.6 * ((word & 0xffff) / 32768.0 - 1.0 - stem->low[1]);
    *left = tone * (1.0 - stem->pan) + hiss * stem->low[0];
    *right = tone * (1.0 + stem->pan) + hiss * stem->low[1];
}

static int make(const char *folder, uint32_t index, uint64_t n_frames)
{
    static float block[2 * STEP_FRAMES];
    char path[4096];
    snprintf(path, sizeof path, "%s/stem%02u.wav", folder, index + 1);
    SF_INFO info = {.samplerate = RATE_HZ, .channels = 2};
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_24;
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    if (!file) {
        fprintf(stderr, "make_stems: %s: %s\n", path, sf_strerror(NULL));
        return 1;
    }
    sf_command(file, SFC_SET_CLIPPING, NULL, SF_TRUE);
    Stem stem;
    begin(&stem, index);
    for (uint64_t at = 0, step = 0; at < n_frames; at += STEP_FRAMES, step++) {
        const uint64_t left = n_frames - at;
        const sf_count_t n = left < STEP_FRAMES ? (sf_count_t)left : STEP_FRAMES;
        const int place = (int)(step % PATTERN);
        /* eight bars of rise and fall, 12 dB deep */
        const double wave = 0.5 - 0.5 * cos(2 * PI * (double)(step + 16 * index) / 256.0);
        if (stem.hit[place])
            strike(&stem, stem.hit[place] / 255.0 * 0.35 * (0.25 + 0.75 * wave), stem.note[place]);
        for (sf_count_t i = 0; i < n; i++) {
            double l, r;
            play(&stem, &l, &r);
            block[2 * i] = (float)l;
            block[2 * i + 1] = (float)r;
        }
        if (sf_writef_float(file, block, n) != n) {
            fprintf(stderr, "make_stems: %s: %s\n", path, sf_strerror(file));
            sf_close(file);
            return 1;
        }
    }
    return sf_close(file) != 0;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: make_stems FOLDER N_STEMS SECONDS\n");
        return 2;
    }
    const uint32_t n_stems = (uint32_t)atoi(argv[2]);
    const uint64_t n_frames = (uint64_t)(atof(argv[3]) * RATE_HZ + 0.5);
    for (uint32_t i = 0; i < n_stems; i++) {
        if (make(argv[1], i, n_frames))
            return 1;
    }
    return 0;
}
