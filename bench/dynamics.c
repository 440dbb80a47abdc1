/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How long compressor, gate, transient shaper and limiter take per stereo frame, in nanoseconds of
 * processor time, on ten seconds of made music (chords, bass, drums, -14 dBFS RMS) in blocks of
 * 1024 at 48 kHz; the best of seven runs. */
#include "luster/processor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE_HZ 48000.0
#define N_FRAMES 480000u
#define BLOCK 1024u

static float *in[2], *out[2];

static void make_music(void)
{
    const double pi = 3.14159265358979323846;
    unsigned noise = 1;
    for (unsigned i = 0; i < N_FRAMES; i++) {
        const double t = i / RATE_HZ, beat = fmod(t, 0.5), snare = fmod(t + 0.25, 0.5);
        noise = noise * 1664525u + 1013904223u;
        const double hiss = (int)noise * 0x1p-31;
        const double chord = sin(2 * pi * 220.3 * t) + sin(2 * pi * 277.1 * t) +
                             sin(2 * pi * 329.9 * t) + 0.3 * sin(2 * pi * 1760.7 * t);
        const double kick = sin(2 * pi * 55 * beat) * exp(-9 * beat);
        const double mid = 0.1 * chord + 0.5 * kick + 0.15 * sin(2 * pi * 82.4 * t);
        in[0][i] = (float)(mid + 0.2 * hiss * exp(-25 * snare));
        in[1][i] = (float)(mid + 0.15 * hiss * exp(-25 * snare));
    }
}

/* White noise, -4.8 dBFS: every frame is close to a limiter's ceiling. */
static void make_noise(void)
{
    unsigned noise = 1;
    for (unsigned i = 0; i < 2 * N_FRAMES; i++) {
        noise = noise * 1664525u + 1013904223u;
        in[i & 1][i / 2] = (float)((int)noise * 0x1p-31);
    }
}

static double run_once(LusterInstance *instance)
{
    const clock_t start = clock();
    for (unsigned at = 0; at < N_FRAMES; at += BLOCK) {
        const unsigned left = N_FRAMES - at;
        const float *ins[2] = {in[0] + at, in[1] + at};
        float *outs[2] = {out[0] + at, out[1] + at};
        luster_instance_process(instance,
                                &(LusterBlock){ins, outs, NULL, left < BLOCK ? left : BLOCK});
    }
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static int measure(const char *id, const char *settings)
{
    const LusterProcessor *proc = luster_processor_find(id);
    const LusterSetup setup = {RATE_HZ, BLOCK, 2};
    LusterInstance *instance = NULL;
    LusterError err = {0};
    double values[128], best = 1e9;
    if (!proc || proc->n_params > 128 || luster_instance_new(proc, &setup, &instance, &err)) {
        fprintf(stderr, "%s: %s\n", id, err.text);
        return 1;
    }
    for (unsigned p = 0; p < proc->n_params; p++)
        values[p] = proc->params[p].def;
    if (luster_processor_parse(proc, settings, values, &err)) {
        fprintf(stderr, "%s\n", err.text);
        luster_instance_free(instance);
        return 1;
    }
    for (unsigned p = 0; p < proc->n_params; p++)
        luster_instance_set(instance, p, values[p]);
    for (int run = 0; run < 7; run++)
        best = fmin(best, run_once(instance));
    printf("%-12s %-40s %6.2f ns per stereo frame\n", id, settings, best / N_FRAMES * 1e9);
    luster_instance_free(instance);
    return 0;
}

int main(void)
{
    static const char *const runs[][2] = {
        {"compressor", ""},
        {"compressor", "threshold=0,knee=0"},
        {"compressor", "link=50"},
        {"compressor", "detector=rms"},
        {"compressor", "auto_times=on,auto_makeup=on"},
        {"compressor", "lookahead=5,key_low_cut=100"},
        {"compressor", "style=opto"},
        {"compressor", "style=fet"},
        {"compressor", "style=bus"},
        {"compressor", "up_ratio=2"},
        {"compressor", "level_match=on"},
        {"gate", ""},
        {"pan", "pan=30"},
        {"deesser", ""},
        {"denoise", ""},
        {"leveller", ""},
        {"multiband", "bands=2"},
        {"multiband", ""},
        {"multiband", "bands=6"},
        {"multiband", "bands=6,phase=linear"},
        {"transient", "attack=6,sustain=-4"},
        {"transient", "attack=6,sustain=-4,band=high"},
        {"stereo", "width_low=50,width_high=130"},
        {"stereo", "decorrelate=50"},
        {"chorus", "voices=1"},
        {"chorus", ""},
        {"chorus", "voices=6"},
        {"flanger", ""},
        {"phaser", ""},
        {"phaser", "stages=12"},
        {"delay", ""},
        {"delay", "mod_depth=1,duck=12"},
        {"limiter", ""},
        {"limiter", "input_gain=3"},
        {"limiter", "input_gain=9"},
        {"limiter", "input_gain=9,clip=1,transient=20"},
        {"limiter", "input_gain=9,link=50"},
        {"reverb", "mix=100"},
        {"reverb", "mix=100,type=room,decay=0.5"},
        {"reverb", "mix=100,type=plate"},
        {"saturator", "level_match=off"},
        {"saturator", ""},
        {"saturator", "curve=transistor,level_match=off"},
        {"saturator", "curve=tube,level_match=off"},
        {"saturator", "curve=diode,level_match=off"},
        {"saturator", "emphasis=3"},
        {"saturator", "bands=3,level_match=off"},
        {"saturator", "mode=excite"},
        {"clipper", "ceiling=0"},
        {"clipper", "ceiling=-6"},
        {"clipper", "ceiling=-24"},
    };
    int bad = 0;
    for (int c = 0; c < 2; c++) {
        in[c] = calloc(N_FRAMES, sizeof(float));
        out[c] = calloc(N_FRAMES, sizeof(float));
        if (!in[c] || !out[c])
            return 1;
    }
    make_music();
    for (unsigned r = 0; r < sizeof runs / sizeof runs[0]; r++)
        bad |= measure(runs[r][0], runs[r][1]);
    make_noise();
    printf("white noise:\n");
    bad |= measure("limiter", "input_gain=9");
    bad |= measure("limiter", "input_gain=24,clip=1");
    for (int c = 0; c < 2; c++) {
        free(in[c]);
        free(out[c]);
    }
    return bad;
}
