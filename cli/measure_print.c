/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers keep as many digits as they deserve: a tenth of a dB for people, a thousandth in JSON. */
#include "measure_print.h"

#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#define BAR_FLOOR_DB (-90.0)
#define BAR_DB_PER_MARK 2.0
#define COLUMN 9 /* characters; "0.4 s max" */

/* A number with `digits` decimals, or words. */
static const char *text(char buffer[32], double value, int digits)
{
    if (isnan(value))
        return "n/a";
    if (isinf(value))
        return value < 0 ? "-inf" : "inf";
    snprintf(buffer, 32, "%.*f", digits, value);
    return buffer;
}

static void line(const char *name, double value, int digits, const char *unit)
{
    char buffer[32];
    printf("  %-24s %9s %s\n", name, text(buffer, value, digits), unit);
}

static void per_channel(const char *name, const double *values, uint32_t n, int digits,
                        const char *unit)
{
    char buffer[32];
    printf("  %-24s", name);
    for (uint32_t c = 0; c < n; c++)
        printf(" %9s", text(buffer, values[c], digits));
    printf(" %s%s\n", unit, n > 1 ? " (left, right)" : "");
}

static void print_spectrum(const LusterMeasurement *r)
{
    printf("Spectrum in third octaves (RMS)\n");
    for (uint32_t b = 0; b < r->n_bands; b++) {
        const double level = r->spectrum_third_octave_dbfs[b];
        char buffer[32], bar[64] = "";
        const int marks = (int)((level - BAR_FLOOR_DB) / BAR_DB_PER_MARK);
        for (int i = 0; isfinite(level) && i < marks && i < 50; i++)
            bar[i] = '#', bar[i + 1] = 0;
        printf("  %7g Hz %9s dBFS  %s\n", luster_band_centres_hz[b], text(buffer, level, 1), bar);
    }
}

static void print_faults(const LusterMeasurement *r, const LusterAudioFaults *faults)
{
    printf("Faults and silence\n");
    per_channel("DC offset", r->dc_offset, r->n_channels, 6, "of full scale");
    printf("  %-24s %9llu", "Clipped places", (unsigned long long)r->clipped_runs);
    if (r->clipped_runs)
        printf(" (%llu samples, longest %llu)", (unsigned long long)r->clipped_samples,
               (unsigned long long)r->longest_clipped_run);
    printf("\n");
    if (r->bad_samples)
        printf("  %-24s %9llu (not a number or infinite; taken as silence)\n", "Broken samples",
               (unsigned long long)r->bad_samples);
    if (faults->n_missing_frames)
        line("Cut short by", faults->missing_s, 3, "s, which the header promises");
    line("Silence at the start", r->silence_head_s, 3, "s (under -60 dBFS)");
    line("Silence at the end", r->silence_tail_s, 3, "s");
}

void print_report(const FileMeasurement *file)
{
    const LusterMeasurement *r = &file->result;
    if (file->status)
        return;
    const unsigned long seconds = (unsigned long)r->duration_s;
    printf("%s\n  %lu:%05.2f min:s, %g Hz, %s\n", file->path, seconds / 60,
           r->duration_s - (double)(seconds / 60 * 60), r->rate_hz,
           r->n_channels == 1 ? "mono" : "stereo");
    printf("Loudness (EBU R 128)\n");
    line("Integrated", r->integrated_lufs, 1, "LUFS");
    line("Loudest 3 s", r->short_term_max_lufs, 1, "LUFS (short-term maximum)");
    line("Loudest 0.4 s", r->momentary_max_lufs, 1, "LUFS (momentary maximum)");
    line("Loudness range", r->lra_lu, 1,
         r->duration_s < 60.0 ? "LU (means little under one minute)" : "LU");
    printf("Peaks\n");
    per_channel("True peak", r->true_peak_channel_dbtp, r->n_channels, 2, "dBTP");
    per_channel("Sample peak", r->sample_peak_channel_dbfs, r->n_channels, 2, "dBFS");
    printf("Dynamics\n");
    line("Peak to loudness (PLR)", r->plr_lu, 1, "LU");
    line("Peak to loud parts (PSR)", r->psr_lu, 1, "LU");
    line("Crest", r->crest_db, 1, "dB");
    printf("Level%s\n", r->n_channels > 1 ? " and stereo" : "");
    per_channel("RMS", r->rms_channel_dbfs, r->n_channels, 1, "dBFS");
    if (r->n_channels > 1) {
        line("Right against left", r->balance_db, 1, "dB");
        line("Side against mid", r->side_mid_db, 1, "dB");
        line("Correlation", r->correlation, 2, "(1 mono, 0 wide, -1 cancels in mono)");
    }
    print_faults(r, &file->faults);
    print_spectrum(r);
    printf("\n");
}

static void row(const double *values, const int *digits, const char *tail)
{
    char buffer[32];
    for (int i = 0; i < 6; i++)
        printf("%*s  ", i ? COLUMN : COLUMN + 1, text(buffer, values[i], digits[i]));
    printf("%s\n", tail);
}

void print_table(const FileMeasurement *files, size_t n, const LusterAlbumMeasurement *album)
{
    static const int digits[] = {1, 1, 1, 1, 2, 1};
    char tail[4200];
    static const char *const heads[2][7] = {
        {"Integrated", "3 s max", "0.4 s max", "LRA", "True peak", "PLR", "Clips"},
        {"LUFS", "LUFS", "LUFS", "LU", "dBTP", "LU", ""}};
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 6; k++)
            printf("%*s%s", k ? COLUMN : COLUMN + 1, heads[i][k], k < 5 ? "  " : "");
        printf("  %5s%s\n", heads[i][6], i ? "" : "  File");
    }
    for (size_t i = 0; i < n; i++) {
        const LusterMeasurement *r = &files[i].result;
        if (files[i].status)
            continue;
        const double values[] = {r->integrated_lufs, r->short_term_max_lufs, r->momentary_max_lufs,
                                 r->lra_lu,          r->true_peak_dbtp,      r->plr_lu};
        snprintf(tail, sizeof tail, "%5llu  %s", (unsigned long long)r->clipped_runs,
                 files[i].path);
        row(values, digits, tail);
    }
    if (!album)
        return;
    const double values[] = {
        album->integrated_lufs,    album->short_term_max_lufs,
        album->momentary_max_lufs, album->lra_lu,
        album->true_peak_dbtp,     album->true_peak_dbtp - album->integrated_lufs};
    snprintf(tail, sizeof tail, "       all as one album, %.0f s", album->duration_s);
    row(values, digits, tail);
}

/* Rounded to `step` below one; what is no number becomes null. */
static json_t *number(double value, double per_unit)
{
    return isfinite(value) ? json_real(round(value * per_unit) / per_unit) : json_null();
}

static json_t *numbers(const double *values, uint32_t n, double per_unit)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < n; i++)
        json_array_append_new(array, number(values[i], per_unit));
    return array;
}

typedef struct Key {
    const char *name;
    size_t offset;
    int per_channel; /* 1: one per channel */
    double per_unit;
} Key;

#define ONE(name, per_unit)                                                                        \
    {                                                                                              \
#name, offsetof(LusterMeasurement, name), 0, per_unit                                      \
    }
#define EACH(name, per_unit)                                                                       \
    {                                                                                              \
#name, offsetof(LusterMeasurement, name), 1, per_unit                                      \
    }

static const Key keys[] = {
    ONE(rate_hz, 1),
    ONE(duration_s, 1e6),
    ONE(integrated_lufs, 1e3),
    ONE(momentary_max_lufs, 1e3),
    ONE(short_term_max_lufs, 1e3),
    ONE(lra_lu, 1e3),
    ONE(lra_1s_lu, 1e3),
    ONE(true_peak_dbtp, 1e3),
    EACH(true_peak_channel_dbtp, 1e3),
    ONE(sample_peak_dbfs, 1e3),
    EACH(sample_peak_channel_dbfs, 1e3),
    ONE(plr_lu, 1e3),
    ONE(psr_lu, 1e3),
    ONE(crest_db, 1e3),
    ONE(rms_dbfs, 1e3),
    EACH(rms_channel_dbfs, 1e3),
    EACH(dc_offset, 1e9),
    ONE(correlation, 1e4),
    ONE(mid_dbfs, 1e3),
    ONE(side_dbfs, 1e3),
    ONE(side_mid_db, 1e3),
    ONE(balance_db, 1e3),
    ONE(silence_head_s, 1e6),
    ONE(silence_tail_s, 1e6),
};

/* JSON is UTF-8; a file name need not be: its strange bytes become '?'. */
static json_t *string(const char *words)
{
    json_t *value = json_string(words);
    char plain[4200];
    if (value)
        return value;
    size_t n = 0;
    for (; words[n] && n + 1 < sizeof plain; n++)
        plain[n] = (signed char)words[n] < 0 ? '?' : words[n];
    return json_stringn(plain, n);
}

static json_t *file_json(const FileMeasurement *file)
{
    const LusterMeasurement *r = &file->result;
    json_t *object = json_object();
    json_object_set_new(object, "file", string(file->path));
    if (file->status) {
        json_object_set_new(object, "error", string(file->error.text));
        return object;
    }
    json_object_set_new(object, "channels", json_integer(r->n_channels));
    json_object_set_new(object, "length_frames", json_integer((json_int_t)r->n_frames));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const double *value = (const double *)((const char *)r + keys[i].offset);
        json_object_set_new(object, keys[i].name,
                            keys[i].per_channel ? numbers(value, r->n_channels, keys[i].per_unit)
                                                : number(*value, keys[i].per_unit));
    }
    json_object_set_new(object, "clipped_runs", json_integer((json_int_t)r->clipped_runs));
    json_object_set_new(object, "clipped_samples", json_integer((json_int_t)r->clipped_samples));
    json_object_set_new(object, "longest_clipped_run_samples",
                        json_integer((json_int_t)r->longest_clipped_run));
    json_object_set_new(object, "bad_samples", json_integer((json_int_t)r->bad_samples));
    json_object_set_new(object, "cut_short_s", number(file->faults.missing_s, 1e6));
    json_object_set_new(object, "spectrum_third_octave_hz",
                        numbers(luster_band_centres_hz, r->n_bands, 10));
    json_object_set_new(object, "spectrum_third_octave_dbfs",
                        numbers(r->spectrum_third_octave_dbfs, r->n_bands, 1e2));
    return object;
}

int print_json(const FileMeasurement *files, size_t n, const LusterAlbumMeasurement *album)
{
    json_t *list = json_array();
    json_t *root = json_object();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, file_json(&files[i]));
    json_object_set_new(root, "files", list);
    if (album) {
        json_t *object = json_object();
        json_object_set_new(object, "duration_s", number(album->duration_s, 1e6));
        json_object_set_new(object, "integrated_lufs", number(album->integrated_lufs, 1e3));
        json_object_set_new(object, "momentary_max_lufs", number(album->momentary_max_lufs, 1e3));
        json_object_set_new(object, "short_term_max_lufs", number(album->short_term_max_lufs, 1e3));
        json_object_set_new(object, "lra_lu", number(album->lra_lu, 1e3));
        json_object_set_new(object, "true_peak_dbtp", number(album->true_peak_dbtp, 1e3));
        json_object_set_new(object, "sample_peak_dbfs", number(album->sample_peak_dbfs, 1e3));
        json_object_set_new(root, "album", object);
    } else {
        json_object_set_new(root, "album", json_null());
    }
    const int failed = json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) != 0;
    printf("\n");
    json_decref(root);
    return failed;
}
