/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* golden: the sound of every processor at fixed settings, as numbers a person can read and a hash.
 * A change here is a change of sound: raise the processor's version, say so in CHANGES.md, and
 * write the new numbers with `test-golden-processors FILE --write`. The same numbers must come out
 * of every compiler and every instruction set. */
#include "base/hash.h"
#include "base/math.h"
#include "base/rng.h"
#include "luster/measure.h"
#include "luster/processor.h"
#include "tap.h"

#include <stdlib.h>

#define RATE 48000
#define N (3 * RATE / 2) /* frames */
#define LINE 256
#define MAX_LINES 64

/* What each is set to: enough of it that every part of the processor is at work. */
static const char *const settings[][2] = {
    {"utility", "trim=-3,polarity_left=on,delay=1.5"},
    {"eq", "b1_type=low_cut,b1_freq=80,b1_slope=24,b2_type=bell,b2_freq=2500,b2_gain=5,b2_q=2,"
           "b3_type=high_shelf,b3_freq=9000,b3_gain=-4,b4_type=notch,b4_freq=440"},
    {"compressor", "threshold=-30,ratio=4,attack=3,release=90,lookahead=2,auto_makeup=on"},
    {"gate", "threshold=-20"},
    {"transient", "attack=6,sustain=-4,band=high"},
    {"limiter", "ceiling=-9"},
    {"multiband", "b1_threshold=-40,b2_up_ratio=2,b3_mode=expand,b4_makeup=3,lookahead=2"},
    {"deesser", "threshold=-20,range=12,lookahead=1,link=50"},
    {"leveller", "target=-26,lookahead=50,tolerance=0.5,time=200"},
    {"delay", "mix=50,feedback=50"},
    {"reverb", "mix=60,decay=1.2"},
    {"stereo", "width_high=150"},
    {"chorus", "voices=4,mix=50"},
    {"flanger", "through_zero=on,feedback=-50"},
    {"phaser", "stages=7,feedback=60"},
    {"pan", "pan=35,law=minus_4_5_db"},
};

static char golden[MAX_LINES][LINE];
static int n_golden;

/* A tone that swells, hits of noise, and silence at the end: left and right differ. */
static void make_input(float *left, float *right)
{
    LusterRng rng;
    luster_rng_seed(&rng, 11, 4);
    for (int i = 0; i < N; i++) {
        const double t = (double)i / RATE, hit = luster_exp(-fmod(t, 0.25) / 0.03);
        const double swell = 0.5 - 0.5 * luster_cos(2.0 * LUSTER_PI * t);
        const double on = t < 1.2;
        left[i] = (float)(on * (0.4 * swell * luster_sin(2.0 * LUSTER_PI * 220.0 * t) +
                                0.5 * hit * luster_rng_bipolar(&rng)));
        right[i] = (float)(on * (0.3 * swell * luster_sin(2.0 * LUSTER_PI * 331.0 * t) +
                                 0.4 * hit * luster_rng_bipolar(&rng)));
    }
}

static const char *settings_of(const LusterProcessor *proc)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (strcmp(settings[i][0], proc->id) == 0)
            return settings[i][1];
    }
    return "";
}

/* "eq v1 -18.42 LUFS -3.10 dBTP 0123456789abcdef" */
static void describe(const LusterProcessor *proc, char *line)
{
    static float left[N], right[N];
    const LusterSetup setup = {RATE, 512, 2};
    LusterInstance *instance;
    LusterError err = {0};
    double *values = calloc(proc->n_params, sizeof *values);
    make_input(left, right);
    CHECK(values && luster_instance_new(proc, &setup, &instance, &err) == LUSTER_OK);
    for (uint32_t p = 0; p < proc->n_params; p++)
        values[p] = proc->params[p].def;
    if (luster_processor_parse(proc, settings_of(proc), values, &err)) {
        printf("# %s\n", err.text);
        CHECK(!"settings");
    }
    for (uint32_t p = 0; p < proc->n_params; p++)
        luster_instance_set(instance, p, values[p]);
    float *const audio[2] = {left, right};
    luster_instance_process(instance, &(LusterBlock){(const float *const *)audio, audio, NULL, N});
    uint64_t hash = luster_hash(LUSTER_HASH_START, left, sizeof left);
    hash = luster_hash(hash, right, sizeof right);
    LusterMeasure *measure;
    LusterMeasurement m;
    CHECK(!luster_measure_new(RATE, 2, LUSTER_MEASURE_LOUDNESS | LUSTER_MEASURE_TRUE_PEAK, &measure,
                              NULL));
    luster_measure_add(measure, (const float *const *)audio, N);
    luster_measure_finish(measure, &m);
    snprintf(line, LINE, "%s v%u %.2f LUFS %.2f dBTP %016llx", proc->id, proc->version,
             m.integrated_lufs, m.true_peak_dbtp, (unsigned long long)hash);
    luster_measure_free(measure);
    luster_instance_free(instance);
    free(values);
}

static const char *golden_of(const char *id)
{
    const size_t length = strlen(id);
    for (int i = 0; i < n_golden; i++) {
        if (strncmp(golden[i], id, length) == 0 && golden[i][length] == ' ')
            return golden[i];
    }
    return "(not in the golden file)";
}

TEST(every_processor_sounds_as_before)
{
    for (uint32_t i = 0; i < luster_processor_count(); i++) {
        char line[LINE];
        const LusterProcessor *proc = luster_processor_at(i);
        describe(proc, line);
        CHECK_STR(line, golden_of(proc->id));
    }
}

TEST(every_golden_line_has_its_processor)
{
    for (int i = 0; i < n_golden; i++) {
        char id[64] = "";
        sscanf(golden[i], "%63s", id);
        CHECK(luster_processor_find(id) != NULL);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    if (argc > 2 && strcmp(argv[2], "--write") == 0) {
        FILE *to = fopen(argv[1], "w");
        for (uint32_t i = 0; to && i < luster_processor_count(); i++) {
            char line[LINE];
            describe(luster_processor_at(i), line);
            fprintf(to, "%s\n", line);
        }
        return !to || fclose(to);
    }
    FILE *from = fopen(argv[1], "r");
    while (from && n_golden < MAX_LINES && fgets(golden[n_golden], LINE, from)) {
        golden[n_golden][strcspn(golden[n_golden], "\n")] = '\0';
        n_golden++;
    }
    if (from)
        fclose(from);
    RUN(every_processor_sounds_as_before);
    RUN(every_golden_line_has_its_processor);
    return tap_done();
}
