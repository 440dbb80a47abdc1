/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The readings that no standard's signals cover, against what the signals are by construction. */
#include "luster/measure.h"

#include "base/math.h"
#include "base/rng.h"
#include "simd/kernels.h"
#include "tap.h"

#include <stdlib.h>

enum { RATE = 48000, N = 3 * RATE };

static float left[N], right[N];

static LusterMeasurement measure(uint32_t channels, size_t n, size_t step)
{
    LusterMeasure *m;
    LusterMeasurement r;
    CHECK(luster_measure_new(RATE, channels, LUSTER_MEASURE_ALL, &m, NULL) == LUSTER_OK);
    for (size_t at = 0; at < n; at += step) {
        const float *in[] = {left + at, right + at};
        CHECK(luster_measure_add(m, in, step < n - at ? step : n - at) == LUSTER_OK);
    }
    CHECK(luster_measure_finish(m, &r) == LUSTER_OK);
    luster_measure_free(m);
    return r;
}

static void sine(float *out, double hz, double gain, double dc)
{
    for (int i = 0; i < N; i++)
        out[i] = (float)(gain * sin(2.0 * LUSTER_PI * hz * i / RATE) + dc);
}

TEST(levels_and_stereo)
{
    sine(left, 1000.0, 0.5, 0.01);
    for (int i = 0; i < N; i++)
        right[i] = -0.5f * left[i];
    const LusterMeasurement r = measure(2, N, N);
    CHECK(r.n_frames == N && r.duration_s == 3.0 && r.n_channels == 2);
    CHECK_NEAR(r.dc_offset[0], 0.01, 1e-6);
    CHECK_NEAR(r.dc_offset[1], -0.005, 1e-6);
    const double rms = 10.0 * log10(0.125 + 0.0001);
    CHECK_NEAR(r.rms_channel_dbfs[0], rms, 1e-4);
    CHECK_NEAR(r.rms_channel_dbfs[1], rms - 6.0206, 1e-4);
    CHECK_NEAR(r.rms_dbfs, rms + 10.0 * log10(0.625), 1e-4);
    CHECK_NEAR(r.sample_peak_dbfs, 20.0 * log10(0.51), 1e-4);
    CHECK_NEAR(r.crest_db, r.sample_peak_dbfs - r.rms_dbfs, 1e-9);
    CHECK_NEAR(r.correlation, -1.0, 1e-9);
    CHECK_NEAR(r.balance_db, -6.0206, 1e-4);
    CHECK_NEAR(r.mid_dbfs, rms - 12.0412, 1e-4);
    CHECK_NEAR(r.side_dbfs, rms + 20.0 * log10(0.75), 1e-4);
    CHECK_NEAR(r.side_mid_db, 20.0 * log10(3.0), 1e-4);
    CHECK_NEAR(r.plr_lu, r.true_peak_dbtp - r.integrated_lufs, 1e-9);
    CHECK(r.psr_lu > 2.0 && r.psr_lu < 4.5);
}

TEST(mono_is_one_channel)
{
    sine(left, 997.0, 1.0, 0.0);
    memcpy(right, left, sizeof left);
    const LusterMeasurement one = measure(1, N, N), two = measure(2, N, N);
    CHECK_NEAR(one.integrated_lufs, -3.01, 0.01);
    CHECK_NEAR(two.integrated_lufs, one.integrated_lufs + 3.0103, 1e-4);
    CHECK_NEAR(one.correlation, 1.0, 1e-9);
    CHECK_NEAR(two.correlation, 1.0, 1e-9);
    CHECK(two.side_dbfs == -INFINITY);
    CHECK_NEAR(one.rms_dbfs, two.rms_dbfs, 1e-9);
}

TEST(spectrum_finds_tones_and_loses_no_power)
{
    for (int b = 0; b < LUSTER_BANDS; b++) {
        const double hz = 1000.0 * pow(10.0, (b - 17) / 10.0);
        sine(left, hz, 0.5, 0.0);
        for (int i = 0; i < N; i++) /* without a click at the ends, which would be in all bands */
            right[i] = left[i] *= (float)fmin(1.0, fmin(i, N - i) / (0.3 * RATE));
        const LusterMeasurement r = measure(2, N, N);
        CHECK(r.n_bands == LUSTER_BANDS);
        /* The window of 0.68 s spreads a tone over 4 Hz; at 20 Hz the band is 4.6 Hz wide. */
        CHECK_NEAR(r.spectrum_third_octave_dbfs[b], r.rms_dbfs, b < 2 ? 0.3 : 0.1);
        CHECK(fabs(hz / luster_band_centres_hz[b] - 1.0) < 0.02);
        for (int other = 0; other < LUSTER_BANDS; other++)
            if (abs(other - b) > 3)
                CHECK(r.spectrum_third_octave_dbfs[other] < r.rms_dbfs - 50.0);
    }
    LusterRng rng;
    luster_rng_seed(&rng, 9, 1);
    for (int i = 0; i < N; i++)
        left[i] = (float)luster_rng_bipolar(&rng);
    const LusterMeasurement r = measure(1, N - 777, 1000);
    double power = 0.0;
    for (int b = 0; b < LUSTER_BANDS; b++)
        power += pow(10.0, r.spectrum_third_octave_dbfs[b] / 10.0);
    /* White noise: the bands hold the part from 17.8 to 22387 Hz. */
    CHECK_NEAR(10.0 * log10(power), r.rms_dbfs + 10.0 * log10(22369.0 / 24000.0), 0.02);
}

TEST(silence_at_both_ends)
{
    memset(left, 0, sizeof left);
    memset(right, 0, sizeof right);
    for (int i = RATE / 2; i < 2 * RATE; i++)
        right[i] = 0.5f * (i % 2 ? 1.0f : -1.0f);
    left[100] = 0.0009f; /* below -60 dBFS */
    const LusterMeasurement r = measure(2, N, 700);
    CHECK_NEAR(r.silence_head_s, 0.5, 1e-9);
    CHECK_NEAR(r.silence_tail_s, 1.0, 1e-9);
    CHECK(r.rms_channel_dbfs[0] < -100.0);
}

TEST(nothing_reads_as_nothing)
{
    memset(left, 0, sizeof left);
    memset(right, 0, sizeof right);
    const size_t lengths[] = {0, 1, 100, N};
    for (int k = 0; k < 4; k++) {
        const LusterMeasurement r = measure(2, lengths[k], 4096);
        CHECK(r.n_frames == lengths[k]);
        CHECK(r.integrated_lufs == -INFINITY && r.momentary_max_lufs == -INFINITY);
        CHECK(r.true_peak_dbtp == -INFINITY && r.sample_peak_dbfs == -INFINITY);
        CHECK(r.lra_lu == 0.0 && isnan(r.plr_lu) && isnan(r.crest_db) && isnan(r.correlation));
        CHECK(r.silence_head_s == r.duration_s && r.silence_tail_s == r.duration_s);
        CHECK(r.clipped_runs == 0 && r.spectrum_third_octave_dbfs[5] == -INFINITY);
    }
}

TEST(clipped_runs)
{
    sine(left, 200.0, 1.5, 0.0);
    sine(right, 200.0, 0.9, 0.0);
    for (int i = 0; i < N; i++)
        left[i] = fminf(1.0f, fmaxf(-1.0f, left[i]));
    LusterMeasurement r = measure(2, N, 1111);
    CHECK(r.clipped_runs == 2 * 200 * 3); /* each crest, above and below */
    CHECK(r.longest_clipped_run >= 64 && r.longest_clipped_run <= 66);
    CHECK(r.clipped_samples > 60 * r.clipped_runs && r.clipped_samples < 67 * r.clipped_runs);
    for (int i = 0; i < N; i++)
        left[i] *= 0.3f; /* clipped, then turned down */
    CHECK(measure(2, N, 997).clipped_runs == r.clipped_runs);
    /* the crests of clean tones, also rounded to 16 bits, are not clipped */
    for (double hz = 25.0; hz < 5000.0; hz *= 1.7) {
        sine(left, hz, 0.8, 0.0);
        for (int i = 0; i < N; i++)
            right[i] = (float)(floor(left[i] * 32768.0 + 0.5) / 32768.0);
        r = measure(2, N, N);
        CHECK(r.clipped_runs == 0);
    }
    /* two samples at full scale are a peak, three an over */
    memset(right, 0, sizeof right);
    memset(left, 0, sizeof left);
    left[50] = left[51] = 1.0f;
    CHECK(measure(2, N, N).clipped_runs == 0);
    left[52] = 1.0f;
    CHECK(measure(2, N, N).clipped_runs == 1);
}

TEST(broken_samples_count_as_silence)
{
    sine(left, 440.0, 0.5, 0.0);
    sine(right, 440.0, 0.5, 0.0);
    left[1000] = right[1001] = right[1002] = 0.0f;
    const LusterMeasurement want = measure(2, N, 4000);
    left[1000] = NAN;
    right[1001] = INFINITY;
    right[1002] = -INFINITY;
    LusterMeasurement got = measure(2, N, 4000);
    CHECK(got.bad_samples == 3);
    got.bad_samples = 0;
    CHECK(memcmp(&got, &want, sizeof got) == 0);
}

/* All that does not pass through FFTW. */
static int same(LusterMeasurement a, LusterMeasurement b)
{
    memset(a.spectrum_third_octave_dbfs, 0, sizeof a.spectrum_third_octave_dbfs);
    memset(b.spectrum_third_octave_dbfs, 0, sizeof b.spectrum_third_octave_dbfs);
    return memcmp(&a, &b, sizeof a) == 0;
}

TEST(splits_and_levels_do_not_show)
{
    LusterRng rng;
    luster_rng_seed(&rng, 2, 2);
    for (int i = 0; i < N; i++) {
        left[i] = (float)(luster_rng_bipolar(&rng) * (i % 9000) / 9000.0);
        right[i] = left[i] * 0.5f + (float)luster_rng_bipolar(&rng) * 0.2f;
    }
    const LusterMeasurement want = measure(2, N, N);
    const size_t steps[] = {1, 64, 1000, 2048, 8192};
    for (int k = 0; k < 5; k++) {
        const LusterMeasurement got = measure(2, N, steps[k]);
        CHECK(memcmp(&got, &want, sizeof got) == 0);
    }
    const char *const *levels = luster_kernels_levels();
    for (int k = 0; levels[k]; k++)
        if (luster_kernels_select(levels[k]) == 0)
            CHECK(same(measure(2, N, 3000), want));
    luster_kernels_select(NULL);
}

TEST(wrong_use_is_refused_in_words)
{
    LusterMeasure *m;
    LusterError error;
    CHECK(luster_measure_new(100.0, 2, 0, &m, &error) == LUSTER_BAD_VALUE);
    CHECK(strstr(error.text, "4000") != NULL && !m);
    CHECK(luster_measure_new(NAN, 2, 0, &m, &error) == LUSTER_BAD_VALUE);
    CHECK(luster_measure_new(48000.0, 6, 0, &m, &error) == LUSTER_BAD_VALUE);
    CHECK(strstr(error.text, "6 channels") != NULL);
}

TEST(an_album_is_gated_as_one)
{
    LusterMeasure *parts[2];
    LusterMeasurement r;
    for (int k = 0; k < 2; k++) {
        sine(left, 1000.0, k ? 0.1 : 0.5, 0.0);
        const float *in[] = {left, left};
        luster_measure_new(RATE, 2, LUSTER_MEASURE_ALL, &parts[k], NULL);
        luster_measure_add(parts[k], in, N);
        luster_measure_finish(parts[k], &r);
    }
    LusterAlbumMeasurement album;
    CHECK(luster_measure_album((const LusterMeasure *const *)parts, 2, &album) == LUSTER_OK);
    /* The quiet one lies 14 dB under the loud one, 11 under their mean: gated out. */
    CHECK_NEAR(album.integrated_lufs, 20.0 * log10(0.5), 0.05);
    CHECK_NEAR(album.true_peak_dbtp, 20.0 * log10(0.5), 0.01);
    CHECK(album.duration_s == 6.0);
    luster_measure_free(parts[0]);
    luster_measure_free(parts[1]);
}

int main(void)
{
    RUN(levels_and_stereo);
    RUN(mono_is_one_channel);
    RUN(spectrum_finds_tones_and_loses_no_power);
    RUN(silence_at_both_ends);
    RUN(nothing_reads_as_nothing);
    RUN(clipped_runs);
    RUN(broken_samples_count_as_silence);
    RUN(splits_and_levels_do_not_show);
    RUN(wrong_use_is_refused_in_words);
    RUN(an_album_is_gated_as_one);
    return tap_done();
}
