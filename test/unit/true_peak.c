/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* True peak against what the signal is by construction; streaming; and the windows and FFT. */
#include "dsp/true_peak.h"

#include "base/math.h"
#include "base/rng.h"
#include "dsp/fft.h"
#include "dsp/window.h"
#include "tap.h"

#include <stdlib.h>

/* Reading, in dB, of a sine of amplitude 1 faded in and out, so that the ends add nothing. */
static double reading(double f, double phase)
{
    enum { N = 2000, FADE = 400 };
    static float x[N];
    for (int i = 0; i < N; i++) {
        const double edge = fmin(1.0, fmin(i, N - 1 - i) / (double)FADE);
        x[i] = (float)(sin(2.0 * LUSTER_PI * f * i + phase) * 0.5 * (1.0 - cos(LUSTER_PI * edge)));
    }
    LusterTruePeakMax max;
    luster_true_peak_max_init(&max);
    luster_true_peak_max_add(&max, x, N);
    return 20.0 * log10(luster_true_peak_max_finish(&max));
}

TEST(sines_read_within_a_tenth_of_a_db)
{
    double low = 0.0, high = 0.0;
    for (double f = 0.005; f <= 0.45; f += 0.005) {
        for (int p = 0; p < 8; p++) {
            /* phases that put the peaks between samples for the awkward fractions too */
            const double db = reading(f, p * LUSTER_PI / 8.0 + 0.01);
            low = fmin(low, db);
            high = fmax(high, db);
        }
    }
    printf("# worst under-read %.4f dB, over-read %.4f dB\n", -low, high);
    CHECK(low > -0.06);
    CHECK(high < 0.03);
}

TEST(a_peak_is_where_its_frame_is)
{
    enum { N = 400 };
    float x[N] = {0}, out[N];
    x[200] = 0.5f;
    LusterTruePeak peak;
    luster_true_peak_init(&peak);
    luster_true_peak_process(&peak, x, out, N);
    CHECK(out[200 + LUSTER_TRUE_PEAK_LATENCY] == 0.5f);
    for (int i = 0; i < N; i++)
        CHECK(out[i] <= 0.5f);
    CHECK(out[200 + LUSTER_TRUE_PEAK_LATENCY - 1] < 0.5f);
    CHECK(out[200 + LUSTER_TRUE_PEAK_LATENCY + 1] < 0.5f);
}

TEST(splits_and_least_do_not_show)
{
    enum { N = 5000 };
    static float x[N], whole[N], parts[N];
    LusterRng rng;
    luster_rng_seed(&rng, 3, 3);
    for (int i = 0; i < N; i++)
        x[i] = (float)(luster_rng_bipolar(&rng) * ((i / 500) % 2 ? 0.9 : 0.1));
    LusterTruePeak peak;
    luster_true_peak_init(&peak);
    luster_true_peak_process(&peak, x, whole, N);
    LusterTruePeakMax max, max_parts;
    luster_true_peak_max_init(&max);
    luster_true_peak_max_init(&max_parts);
    luster_true_peak_max_add(&max, x, N);

    luster_true_peak_reset(&peak);
    memcpy(parts, x, sizeof x);
    for (uint32_t at = 0, step = 1; at < N; at += step, step = step * 3 % 700 + 1) {
        const uint32_t n = at + step < N ? step : N - at;
        luster_true_peak_process(&peak, parts + at, parts + at, n);
        luster_true_peak_max_add(&max_parts, x + at, n);
    }
    CHECK(memcmp(whole, parts, sizeof whole) == 0);
    float top = 0.0f;
    for (int i = 0; i < N; i++)
        top = fmaxf(top, whole[i]);
    const float finished = luster_true_peak_max_finish(&max);
    CHECK(finished == luster_true_peak_max_finish(&max_parts));
    CHECK(finished >= top);

    luster_true_peak_reset(&peak);
    luster_true_peak_set_least(&peak, 0.7f);
    luster_true_peak_process(&peak, x, parts, N);
    for (int i = 0; i < N; i++)
        CHECK(parts[i] == fmaxf(whole[i], 0.7f));
}

TEST(fft_finds_a_cosine_and_comes_back)
{
    enum { N = 480 };
    LusterFft *fft = luster_fft_new(N);
    CHECK(fft && luster_fft_size(fft) == N);
    float *time = luster_fft_time(fft), *bins = luster_fft_bins(fft);
    for (int i = 0; i < N; i++)
        time[i] = (float)cos(2.0 * LUSTER_PI * 7.0 * i / N + 0.5);
    luster_fft_forward(fft);
    CHECK_NEAR(bins[2 * 7], N / 2.0 * cos(0.5), 1e-3);
    CHECK_NEAR(bins[2 * 7 + 1], N / 2.0 * sin(0.5), 1e-3);
    CHECK_NEAR(bins[2 * 8], 0.0, 1e-3);
    luster_fft_inverse(fft);
    for (int i = 0; i < N; i++)
        CHECK_NEAR(time[i] / N, cos(2.0 * LUSTER_PI * 7.0 * i / N + 0.5), 1e-6);
    luster_fft_free(fft);
}

TEST(windows_are_what_they_say)
{
    enum { N = 512 };
    float hann[N], harris[N], vorbis[N];
    double power[3] = {0};
    luster_window_hann(hann, N);
    luster_window_blackman_harris(harris, N);
    luster_window_vorbis(vorbis, N);
    for (int i = 0; i < N; i++) {
        const int j = (i + N / 2) % N;
        CHECK_NEAR(hann[i] + hann[j], 1.0, 1e-6);
        CHECK_NEAR(vorbis[i] * vorbis[i] + vorbis[j] * vorbis[j], 1.0, 1e-6);
        power[0] += hann[i] * hann[i] / N;
        power[1] += harris[i] * harris[i] / N;
        power[2] += vorbis[i] * vorbis[i] / N;
    }
    CHECK_NEAR(power[0], 0.375, 1e-6);
    CHECK_NEAR(power[1],
               0.35875 * 0.35875 +
                   0.5 * (0.48829 * 0.48829 + 0.14128 * 0.14128 + 0.01168 * 0.01168),
               1e-6);
    CHECK_NEAR(power[2], 0.5, 1e-6);
    CHECK_NEAR(harris[0], 6e-5, 1e-6);
    CHECK(harris[N / 2] == 1.0f);
}

int main(void)
{
    RUN(sines_read_within_a_tenth_of_a_db);
    RUN(a_peak_is_where_its_frame_is);
    RUN(splits_and_least_do_not_show);
    RUN(fft_finds_a_cosine_and_comes_back);
    RUN(windows_are_what_they_say);
    return tap_done();
}
