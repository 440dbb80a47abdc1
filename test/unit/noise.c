/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of noise reduction: spectra against a naive transform, there and back; the profile
 * against noise whose level is known, with notes in it; gains against the formula, integrated. */
#include "base/rng.h"
#include "dsp/noise_profile.h"
#include "dsp/spectral_gain.h"
#include "dsp/stft.h"
#include "tap.h"

#include <string.h>

#define PI 3.14159265358979323846

/* n samples of noise with the power 1, and partials of 55 Hz at 48 kHz `tones` as strong each. */
static void more(float *x, uint32_t n, uint64_t from, LusterRng *rng, double tones)
{
    for (uint32_t i = 0; i < n; i++) {
        double sum = 0;
        for (int k = 0; k < 4; k++)
            sum += luster_rng_bipolar(rng) * sqrt(0.75);
        for (int k = 1; k <= 60 && tones > 0; k++)
            sum += tones * sqrt(2) * sin(2 * PI * fmod(55.0 * k * (double)(from + i) / 48000, 1));
        x[i] = (float)sum;
    }
}

TEST(bins_are_those_of_the_naive_transform_in_order)
{
    static const uint32_t sizes[] = {128, 256, 1024};
    for (int s = 0; s < 3; s++) {
        LusterArena *arena = luster_arena_new();
        LusterStft stft;
        LusterStftChannel channel;
        float power[512];
        CHECK(luster_stft_open(&stft, arena, sizes[s]));
        CHECK(luster_stft_open_channel(&stft, arena, &channel));
        LusterRng rng;
        luster_rng_seed(&rng, 1, 1);
        more(channel.in, stft.size + stft.hop, 0, &rng, 0);
        luster_stft_forward(&stft, &channel, power);
        double error = 0, sum = 0;
        for (uint32_t k = 0; k < stft.n_bins; k++) {
            double re = 0, im = 0;
            for (uint32_t i = 0; i < stft.size; i++) {
                const double x = channel.in[i] * (0.5 - 0.5 * cos(2 * PI * i / stft.size));
                re += x * cos(2 * PI * (k + 0.5) * i / stft.size);
                im += x * sin(2 * PI * (k + 0.5) * i / stft.size);
            }
            error = fmax(error, fabs(re * re + im * im - power[k]));
            sum += power[k] / stft.n_bins;
        }
        CHECK(error < 1e-5 * sum);
        luster_arena_free(arena);
    }
}

TEST(there_and_back_is_the_input)
{
    enum { SIZE = 1024, HOP = SIZE / 4, N = 64 * HOP };
    static float x[N], y[N], power[SIZE / 2], one[SIZE / 2];
    LusterArena *arena = luster_arena_new();
    LusterStft stft;
    LusterStftChannel channel;
    CHECK(luster_stft_open(&stft, arena, SIZE));
    CHECK(luster_stft_open_channel(&stft, arena, &channel));
    LusterRng rng;
    luster_rng_seed(&rng, 2, 1);
    more(x, N, 0, &rng, 0);
    for (int k = 0; k < SIZE / 2; k++)
        one[k] = 1;
    for (int at = 0; at < N; at += HOP) {
        memcpy(channel.in + SIZE, x + at, HOP * sizeof(float));
        luster_stft_forward(&stft, &channel, power);
        luster_stft_inverse(&stft, &channel, one);
        memcpy(y + at, channel.out, HOP * sizeof(float));
    }
    double error = 0, sum = 0;
    for (int i = 0; i + SIZE - HOP < N; i++) {
        const double d = y[i + SIZE - HOP] - x[i];
        error += d * d;
        sum += (double)x[i] * x[i];
    }
    printf("# there and back: %.1f dB\n", 10 * log10(error / sum));
    CHECK(10 * log10(error / sum) < -135);
    luster_arena_free(arena);
}

/* Worst deviation of the profile from the truth in dB, down and up. */
static void profile(double tones, double *least, double *most)
{
    enum { LONG = 8192, SHORT = 2048, LOOKS = 62 };
    static float power[LONG / 2], known[SHORT / 2];
    LusterArena *arena = luster_arena_new();
    LusterStft stft;
    LusterStftChannel channel;
    LusterNoiseProfile noise;
    CHECK(luster_stft_open(&stft, arena, LONG));
    CHECK(luster_stft_open_channel(&stft, arena, &channel));
    CHECK(luster_noise_profile_open(&noise, arena, LONG / 2, SHORT / 2, LOOKS));
    luster_noise_profile_start(&noise, LOOKS);
    CHECK(!luster_noise_profile_read(&noise, known));
    LusterRng rng;
    luster_rng_seed(&rng, 3, 1);
    for (uint64_t hop = 0; hop < 4 + LUSTER_NOISE_FRAMES * LOOKS; hop++) {
        more(channel.in + LONG, stft.hop, hop * stft.hop, &rng, tones);
        luster_stft_forward(&stft, &channel, power);
        if (hop >= 4)
            luster_noise_profile_add(&noise, power);
    }
    CHECK(luster_noise_profile_read(&noise, known));
    *least = 100, *most = -100;
    for (int k = 8; k < SHORT / 2; k++) { /* from 200 Hz: below it noise is taken to be pink */
        const double db = 10 * log10(known[k] / (0.375 * SHORT));
        *least = fmin(*least, db), *most = fmax(*most, db);
    }
    printf("# profile of noise%s: %.2f to %.2f dB off\n", tones > 0 ? " under notes" : "", *least,
           *most);
    luster_arena_free(arena);
}

TEST(the_profile_is_the_noise_with_and_without_notes)
{
    double least, most;
    profile(0, &least, &most);
    CHECK(least > -1.5 && most < 1.5);
    profile(1, &least, &most); /* every partial as strong as all of the noise */
    CHECK(least > -1.5 && most < 5);
}

/* exp(E1(v) / 2), by the trapezoidal rule over log t. */
static double half_integral(double v)
{
    double sum = 0;
    const double step = 1e-3;
    for (double u = log(v); u < log(v + 60); u += step)
        sum += 0.5 * step * (exp(-exp(u)) + exp(-exp(u + step)));
    return exp(0.5 * sum);
}

TEST(gains_are_those_of_the_formula)
{
    enum { N = 64, AT = 30 };
    static const double ratios[] = {1.5, 3, 8, 20, 33};
    for (int r = 0; r < 5; r++) {
        LusterArena *arena = luster_arena_new();
        LusterSpectralGain spectral;
        float power[N] = {0}, noise[N], away[N];
        for (int k = 0; k < N; k++)
            noise[k] = 2;
        power[AT] = (float)(2 * ratios[r]);
        CHECK(luster_spectral_gain_open(&spectral, arena, N));
        luster_spectral_gain_reset(&spectral);
        double before = 0; /* the clean power over the noise in the frame before */
        for (int frame = 0; frame < 5; frame++) {
            luster_spectral_gain_run(&spectral, power, noise, 0.1f, away);
            const double prior = 0.98 * before + 0.02 * (ratios[r] - 1);
            const double wiener = prior / (1 + prior);
            const double gain = wiener * half_integral(wiener * ratios[r]);
            CHECK_NEAR(spectral.gain[AT], gain, 2e-3 * gain);
            before = gain * gain * ratios[r];
            for (int k = 0; k < N; k++)
                CHECK(away[k] >= 0 && away[k] <= 0.9f + 1e-6f);
        }
        /* a neighbourhood that is loud at once is believed at once */
        for (int k = 0; k < N; k++)
            power[k] = 200;
        luster_spectral_gain_reset(&spectral);
        luster_spectral_gain_run(&spectral, power, noise, 0.1f, away);
        CHECK(away[AT] < 0.02);
        luster_arena_free(arena);
    }
}

int main(void)
{
    RUN(bins_are_those_of_the_naive_transform_in_order);
    RUN(there_and_back_is_the_input);
    RUN(the_profile_is_the_noise_with_and_without_notes);
    RUN(gains_are_those_of_the_formula);
    return tap_done();
}
