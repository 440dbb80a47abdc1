/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Against libebur128, on made-up music, or on the files named on the command line. Its maxima
 * are asked for every 10 ms, where ours are. Its LRA reads short-term loudness once per second,
 * ours every 100 ms (EBU Tech 3342 asks for 10 Hz or more): the values are compared on its grid,
 * and the difference that the grid makes is shown. Its true peak is oversampled 4 times with 12
 * taps per phase and may read up to 0.55 dB low (BS.1770-5 Annex 2); ours 16 times. */
#include "dsp/bs1770.h"
#include "luster/audio.h"
#include "luster/measure.h"
#include "music.h"
#include "tap.h"

#include <ebur128.h>
#include <stdlib.h>

#define LU 0.01
#define PEAK_DB 0.2

typedef struct Reading {
    double integrated, momentary, short_term, range, true_peak;
} Reading;

static double decibels(double gain)
{
    return 20.0 * log10(gain);
}

/* One 10 ms step. */
static void take(ebur128_state *state, Reading *r, const float *interleaved, size_t n)
{
    double value;
    ebur128_add_frames_float(state, interleaved, n);
    ebur128_loudness_momentary(state, &value);
    r->momentary = fmax(r->momentary, value);
    ebur128_loudness_shortterm(state, &value);
    r->short_term = fmax(r->short_term, value);
}

static void finish(ebur128_state *state, Reading *r, unsigned channels)
{
    ebur128_loudness_global(state, &r->integrated);
    ebur128_loudness_range(state, &r->range);
    r->true_peak = -INFINITY;
    for (unsigned c = 0; c < channels; c++) {
        double value;
        ebur128_true_peak(state, c, &value);
        r->true_peak = fmax(r->true_peak, decibels(value));
    }
}

static void compare(LusterSource *source, const char *name)
{
    enum { MOST = 4000 };
    static float frames[2][MOST], interleaved[2 * MOST];
    const uint32_t rate = (uint32_t)source->rate_hz, channels = source->n_channels;
    float *const out[] = {frames[0], frames[1]};
    const float *const in[] = {frames[0], frames[1]};
    ebur128_state *state =
        ebur128_init(channels, rate,
                     EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_S | EBUR128_MODE_TRUE_PEAK);
    LusterMeasure *measure;
    LusterMeasurement r;
    Reading want = {.momentary = -INFINITY, .short_term = -INFINITY};
    luster_measure_new(rate, channels, LUSTER_MEASURE_ALL, &measure, NULL);
    size_t n;
    do {
        if (luster_source_read(source, out, rate / 100, &n, NULL))
            break;
        for (size_t i = 0; i < n * channels; i++)
            interleaved[i] = frames[i % channels][i / channels];
        take(state, &want, interleaved, n);
        luster_measure_add(measure, in, n);
    } while (n == rate / 100);
    finish(state, &want, channels);
    luster_measure_finish(measure, &r);
    printf("# %s: I %+.4f M %+.4f S %+.4f LRA %+.4f (at 10 Hz %+.3f) LU, TP %+.3f dB\n", name,
           r.integrated_lufs - want.integrated, r.momentary_max_lufs - want.momentary,
           r.short_term_max_lufs - want.short_term, r.lra_1s_lu - want.range, r.lra_lu - want.range,
           r.true_peak_dbtp - want.true_peak);
    CHECK_NEAR(r.integrated_lufs, want.integrated, LU);
    CHECK_NEAR(r.momentary_max_lufs, want.momentary, LU);
    CHECK_NEAR(r.short_term_max_lufs, want.short_term, LU);
    CHECK_NEAR(r.lra_1s_lu, want.range, LU);
    CHECK_NEAR(r.true_peak_dbtp, want.true_peak, PEAK_DB);
    luster_measure_free(measure);
    ebur128_destroy(&state);
}

typedef struct MusicSource {
    LusterSource source;
    Music music;
} MusicSource;

static LusterStatus read_music(LusterSource *source, float *const *out, size_t n_frames,
                               size_t *n_read, LusterError *err)
{
    MusicSource *mine = (MusicSource *)source;
    const uint64_t left = source->n_frames - mine->music.frame;
    (void)err;
    *n_read = n_frames < left ? n_frames : (size_t)left;
    music_read(&mine->music, out[0], out[1], (uint32_t)*n_read);
    return LUSTER_OK;
}

static void compare_music(uint32_t rate, double seconds, uint64_t seed)
{
    MusicSource source = {.source = {.n_channels = 2, .rate_hz = rate, .read = read_music},
                          .music = music_new(rate, seed)};
    char name[64];
    source.source.n_frames = (uint64_t)(seconds * rate);
    snprintf(name, sizeof name, "made up, %u Hz", (unsigned)rate);
    compare(&source.source, name);
}

TEST(agrees_on_made_up_music)
{
    compare_music(48000, 36.0, 1);
    compare_music(44100, 20.3, 2);
    compare_music(96000, 6.0, 3);
    compare_music(48000, 2.0, 4);
}

static int n_files;
static char **files;

TEST(agrees_on_files)
{
    for (int i = 0; i < n_files; i++) {
        LusterError error;
        LusterSource *source;
        if (luster_audio_open(files[i], &source, &error)) {
            printf("# %s\n", error.text);
            CHECK(!"open");
            continue;
        }
        compare(source, files[i]);
        luster_source_close(source);
    }
}

int main(int argc, char **argv)
{
    n_files = argc - 1;
    files = argv + 1;
    if (n_files)
        RUN(agrees_on_files);
    else
        RUN(agrees_on_made_up_music);
    return tap_done();
}
