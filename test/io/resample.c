/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Resampling: residual of a sine, delay and length, seeks, silence of images. */
#include "common.h"

#include "base/math.h"

#include <soxr.h>

static double tone_rate, tone_freq;

static double sine(uint64_t frame, uint32_t channel)
{
    return 0.5 * sin(2 * LUSTER_PI * tone_freq * (double)frame / tone_rate + channel);
}

static double noise(uint64_t frame, uint32_t channel)
{
    LusterRng rng;
    luster_rng_seed(&rng, frame, channel);
    return 0.5 * luster_rng_bipolar(&rng);
}

/* Level of x minus its best-fitting sine at `freq`, in dB re that sine; the fit's phase against
 * `phase` at frame 0 as a delay in frames. */
static double residual_db(const float *x, size_t from, size_t to, double freq, double rate,
                          double phase, double *delay_frames)
{
    double ss = 0, sc = 0, cc = 0, xs = 0, xc = 0, rest = 0;
    const double w = 2 * LUSTER_PI * freq / rate;
    for (size_t i = from; i < to; i++) {
        const double s = sin(w * (double)i), c = cos(w * (double)i);
        ss += s * s, sc += s * c, cc += c * c, xs += x[i] * s, xc += x[i] * c;
    }
    const double det = ss * cc - sc * sc;
    const double a = (xs * cc - xc * sc) / det, b = (xc * ss - xs * sc) / det;
    for (size_t i = from; i < to; i++) {
        const double e = x[i] - a * sin(w * (double)i) - b * cos(w * (double)i);
        rest += e * e;
    }
    *delay_frames = remainder(phase - atan2(b, a), 2 * LUSTER_PI) / w;
    return 10 * log10(rest / (double)(to - from) / ((a * a + b * b) / 2));
}

static LusterSource *resampled(LusterSource *inner, double rate_hz)
{
    LusterSource *source = NULL;
    LusterError err;
    if (!CHECK(luster_audio_resample(inner, rate_hz, &source, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    return source;
}

static void check_tone(const double *rates, int n_rates, double freq)
{
    tone_rate = rates[0];
    tone_freq = freq;
    const uint64_t n_in = (uint64_t)rates[0] * 2 + 1;
    LusterSource *source = synth_new(rates[0], 2, n_in, sine);
    double length = (double)n_in;
    for (int i = 1; i < n_rates; i++) {
        source = resampled(source, rates[i]);
        length = round(length * rates[i] / rates[i - 1]);
    }
    const double rate = rates[n_rates - 1];
    CHECK(source->rate_hz == rate);
    CHECK_NEAR((double)source->n_frames, length, 0);
    size_t n;
    LusterStatus status;
    LusterError err;
    float *x = read_rest(source, source->n_frames + 100, 1000, &n, &status, &err);
    CHECK(n == source->n_frames && !status);
    for (uint32_t c = 0; c < 2; c++) {
        double delay;
        const double db = residual_db(x + c * (source->n_frames + 100), (size_t)rate / 4,
                                      n - (size_t)rate / 4, freq, rate, c, &delay);
        /* A float of this level is itself rounded at about -150 dB. */
        if (!CHECK(db <= -140) || !CHECK(fabs(delay) < 1e-5))
            printf("# %.0f -> %.0f Hz, %.0f Hz: residual %.1f dB, delay %.2e frames\n", rates[0],
                   rate, freq, db, delay);
    }
    free(x);
    luster_source_close(source);
}

TEST(a_sine_stays_a_sine_in_its_place)
{
    check_tone((const double[]){44100, 48000, 96000}, 3, 997);
    check_tone((const double[]){44100, 48000}, 2, 19000);
    check_tone((const double[]){48000, 44100}, 2, 15000);
    check_tone((const double[]){96000, 44100}, 2, 997);
    check_tone((const double[]){8000, 192000}, 2, 997);
    check_tone((const double[]){192000, 8000}, 2, 997);
    check_tone((const double[]){44100, 47999}, 2, 997);
}

TEST(what_does_not_fit_is_gone)
{
    /* 30 kHz at 96 kHz has no place at 44.1 kHz, nor has its alias. */
    tone_rate = 96000;
    tone_freq = 30000;
    LusterSource *source = resampled(synth_new(96000, 1, 192000, sine), 44100);
    size_t n;
    LusterStatus status;
    float *x = read_rest(source, source->n_frames, 4096, &n, &status, NULL);
    double peak = 0;
    for (size_t i = 10000; i < n - 10000; i++)
        peak = fabs(x[i]) > peak ? fabs(x[i]) : peak;
    CHECK(20 * log10(peak / 0.5) < -140);
    free(x);
    luster_source_close(source);
}

TEST(lengths_are_rounded)
{
    static const uint64_t lengths[] = {1, 2, 3, 79, 146, 147, 148, 44099, 44101};
    static const double rates[][2] = {
        {44100, 48000}, {48000, 44100}, {8000, 192000}, {192000, 8000}};
    for (size_t r = 0; r < 4; r++) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            LusterSource *source =
                resampled(synth_new(rates[r][0], 1, lengths[i], noise), rates[r][1]);
            const double want = round((double)lengths[i] * rates[r][1] / rates[r][0]);
            size_t n;
            LusterStatus status;
            float *x = read_rest(source, (size_t)want + 50, 33, &n, &status, NULL);
            CHECK_NEAR((double)source->n_frames, want, 0);
            CHECK_NEAR((double)n, want, 0);
            free(x);
            luster_source_close(source);
        }
    }
}

TEST(seeks_are_bit_exact)
{
    static const double rates[][2] = {{44100, 48000}, {96000, 44100}, {22050, 44100}};
    for (size_t r = 0; r < 3; r++) {
        const uint64_t n_in = (uint64_t)(2.2e6 * rates[r][0] / rates[r][1]);
        LusterSource *source = resampled(synth_new(rates[r][0], 2, n_in, noise), rates[r][1]);
        size_t n, m;
        LusterStatus status;
        float *x = read_rest(source, source->n_frames, 65536, &n, &status, NULL);
        CHECK(n == source->n_frames && !status);
        CHECK(seeks_are_exact(source, x, n, 6));
        CHECK(luster_source_seek(source, 0, NULL) == LUSTER_OK);
        float *y = read_rest(source, n, 991, &m, &status, NULL);
        CHECK(memcmp(x, y, n * 2 * sizeof *x) == 0);
        free(y);
        luster_source_close(source);
        free(x);
    }
}

/* The segments of 2^20 frames against one endless run of libsoxr with the same settings. */
TEST(joints_of_segments_are_silent)
{
    static const double rates[][2] = {{44100, 48000}, {96000, 44100}, {48000, 8000}, {8000, 48000}};
    for (size_t r = 0; r < 4; r++) {
        const size_t n_in = (size_t)(1.2e6 * rates[r][0] / rates[r][1]);
        float *in = malloc(n_in * sizeof *in);
        for (size_t i = 0; i < n_in; i++)
            in[i] = (float)noise(i, 0);
        LusterSource *source = resampled(synth_new(rates[r][0], 1, n_in, noise), rates[r][1]);
        size_t n, n_want;
        LusterStatus status;
        float *x = read_rest(source, source->n_frames, 65536, &n, &status, NULL);
        float *want = malloc((n + 10) * sizeof *want);
        const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
        const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
        soxr_oneshot(rates[r][0], rates[r][1], 1, in, n_in, NULL, want, n + 10, &n_want, &io,
                     &quality, NULL);
        CHECK(n > (1u << 20) + 50000 && n_want + 1 >= n);
        double worst = 0;
        for (size_t i = 0; i < n && i < n_want; i++)
            worst = fabs(x[i] - want[i]) > worst ? fabs(x[i] - want[i]) : worst;
        printf("# %.0f -> %.0f Hz: segments differ by %.1f dBFS\n", rates[r][0], rates[r][1],
               20 * log10(worst + 1e-20));
        CHECK(20 * log10(worst + 1e-20) < -140);
        free(in);
        free(x);
        free(want);
        luster_source_close(source);
    }
}

TEST(bad_rates_are_refused)
{
    LusterSource *source;
    LusterError err;
    CHECK(luster_audio_resample(synth_new(44100, 1, 10, noise), 44100.5, &source, &err) ==
          LUSTER_BAD_VALUE);
    CHECK(strstr(err.text, "44100.5") != NULL);
    CHECK(luster_audio_resample(synth_new(44100, 1, 10, noise), 4000, &source, &err) ==
          LUSTER_BAD_VALUE);
    CHECK(luster_audio_resample(synth_new(44100, 1, LUSTER_FRAMES_UNKNOWN, noise), 48000, &source,
                                &err) == LUSTER_UNSUPPORTED);
    LusterSource *same = synth_new(44100, 1, 10, noise);
    CHECK(luster_audio_resample(same, 44100, &source, &err) == LUSTER_OK && source == same);
    luster_source_close(source);
}

int main(void)
{
    RUN(a_sine_stays_a_sine_in_its_place);
    RUN(what_does_not_fit_is_gone);
    RUN(lengths_are_rounded);
    RUN(joints_of_segments_are_silent);
    RUN(seeks_are_bit_exact);
    RUN(bad_rates_are_refused);
    return tap_done();
}
