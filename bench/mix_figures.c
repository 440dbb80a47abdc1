/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What bench/mix wants to know about audio files, as JSON, one object a line: the readings of
 * luster's meter, momentary loudness every 100 ms, and third octaves of mid and side. */
#include "luster/audio.h"
#include "luster/measure.h"

#include <math.h>
#include <stdio.h>

#define BLOCK 4096

static void number(const char *key, double value, const char *after)
{
    if (isfinite(value))
        printf("\"%s\": %.3f%s", key, value, after);
    else
        printf("\"%s\": null%s", key, after);
}

static void bands(const char *key, const LusterMeasurement *m)
{
    printf("\"%s\": [", key);
    for (uint32_t b = 0; b < m->n_bands; b++) {
        const double db = m->spectrum_third_octave_dbfs[b];
        printf("%s%.2f", b ? ", " : "", db > -200.0 ? db : -200.0);
    }
    printf("]");
}

typedef struct {
    LusterMeasure *whole, *mid, *side;
    LusterMeasurement sums[3];
} Figures;

static LusterStatus measure(const char *path, Figures *f, LusterError *err)
{
    static float left[BLOCK], right[BLOCK], mid[BLOCK], side[BLOCK];
    float *const in[2] = {left, right};
    const float *const middle[1] = {mid}, *const sides[1] = {side};
    LusterSource *source = NULL;
    LusterStatus status = luster_audio_open(path, &source, err);
    const uint32_t n_channels = status ? 0 : source->n_channels;
    if (!status)
        status =
            luster_measure_new(source->rate_hz, n_channels, LUSTER_MEASURE_ALL, &f->whole, err);
    if (!status)
        status = luster_measure_new(source->rate_hz, 1, LUSTER_MEASURE_SPECTRUM, &f->mid, err);
    if (!status)
        status = luster_measure_new(source->rate_hz, 1, LUSTER_MEASURE_SPECTRUM, &f->side, err);
    for (size_t n = BLOCK; !status && n == BLOCK;) {
        status = luster_source_read(source, in, BLOCK, &n, err);
        for (size_t i = 0; i < n; i++) {
            const float r = n_channels == 2 ? right[i] : left[i];
            mid[i] = 0.5f * (left[i] + r);
            side[i] = 0.5f * (left[i] - r);
        }
        if (!status)
            status = luster_measure_add(f->whole, (const float *const *)in, n);
        if (!status)
            status = luster_measure_add(f->mid, middle, n);
        if (!status)
            status = luster_measure_add(f->side, sides, n);
    }
    luster_source_close(source);
    LusterMeasure *const all[3] = {f->whole, f->mid, f->side};
    for (int i = 0; i < 3 && !status; i++)
        status = luster_measure_finish(all[i], &f->sums[i]);
    return status;
}

static void print(const Figures *f)
{
    const LusterMeasurement *m = &f->sums[0];
    printf("{");
    printf("\"n_channels\": %u, ", m->n_channels);
    number("duration_s", m->duration_s, ", ");
    number("integrated_lufs", m->integrated_lufs, ", ");
    number("momentary_max_lufs", m->momentary_max_lufs, ", ");
    number("true_peak_dbtp", m->true_peak_dbtp, ", ");
    number("crest_db", m->crest_db, ", ");
    number("lra_lu", m->lra_lu, ", ");
    number("plr_lu", m->plr_lu, ", ");
    number("psr_lu", m->psr_lu, ", ");
    number("side_mid_db", m->side_mid_db, ", ");
    number("balance_db", m->balance_db, ", ");
    number("correlation", m->correlation, ", ");
    number("silence_tail_s", m->silence_tail_s, ", ");
    bands("spectrum_dbfs", m);
    printf(", ");
    bands("mid_dbfs", &f->sums[1]);
    printf(", ");
    bands("side_dbfs", &f->sums[2]);
    size_t n;
    const float *series = luster_measure_momentary(f->whole, &n);
    printf(", \"momentary_lufs\": [");
    for (size_t i = 0; i < n; i++)
        printf("%s%.1f", i ? ", " : "", series[i] > -120.0f ? (double)series[i] : -120.0);
    printf("]}\n");
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        Figures f = {0};
        LusterError err = {0};
        const LusterStatus status = measure(argv[i], &f, &err);
        if (status)
            fprintf(stderr, "%s\n", err.text);
        else
            print(&f);
        luster_measure_free(f.whole);
        luster_measure_free(f.mid);
        luster_measure_free(f.side);
        if (status)
            return 1;
    }
    return 0;
}
