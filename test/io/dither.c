/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Quantising: the dither's statistics, its level against theory, no trace of harmonics, kernels
 * equal on every level. */
#include "common.h"

#include "base/hash.h"
#include "base/math.h"
#include "io/pcm.h"
#include "simd/kernels.h"

#define N (1u << 18)

static float in[N];
static int32_t out[N], other[N];

/* Error of quantised `in`, in LSB. */
static double error_lsb(size_t i, uint32_t bits)
{
    return out[i] * pow(2, (double)bits - 32) - in[i] * pow(2, (double)bits - 1);
}

static void fill_tone(double level_db, double cycles)
{
    const double gain = pow(10, level_db / 20);
    for (size_t i = 0; i < N; i++)
        in[i] = (float)(gain * sin(2 * LUSTER_PI * cycles * (double)i / N));
}

/* TPDF of 2 LSB p-p adds 1/6 LSB^2 to the rounding's 1/12: 1/4 LSB^2 in all, 4.77 dB above plain
 * rounding; -93.3 dB (16 bit) and -141.5 dB (24 bit) re a full-scale sine (doc/sources.md H4). */
TEST(noise_floor_is_as_in_theory)
{
    for (uint32_t bits = 16; bits <= 24; bits += 8) {
        fill_tone(-6, 5003);
        luster_pcm_quantise(out, in, N, bits, true, 1, 0, 0);
        double power = 0, mean = 0, largest = 0;
        for (size_t i = 0; i < N; i++) {
            const double e = error_lsb(i, bits);
            power += e * e / N;
            mean += e / N;
            largest = fabs(e) > largest ? fabs(e) : largest;
        }
        const double full_scale_sine = pow(2, 2 * (double)bits - 2) / 2;
        const double db = 10 * log10(power / full_scale_sine);
        printf("# %u bit: noise %.2f dB re full-scale sine\n", (unsigned)bits, db);
        CHECK_NEAR(db, 10 * log10(0.25 / full_scale_sine), 0.1);
        CHECK_NEAR(db, bits == 16 ? -93.3 : -141.5, 0.15);
        CHECK_NEAR(mean, 0, 0.005); /* 5 sigma of the mean of N */
        CHECK(largest <= 1.5);
    }
}

/* The error's mean and power must not follow the signal: within every position between two steps.
 */
TEST(no_noise_modulation)
{
    for (int step = 0; step < 16; step++) {
        const double level = step / 16.0; /* LSB */
        for (size_t i = 0; i < N; i++)
            in[i] = (float)(level * 0x1p-15);
        luster_pcm_quantise(out, in, N, 16, true, 5, 0, 0);
        double power = 0, mean = 0;
        for (size_t i = 0; i < N; i++) {
            const double e = error_lsb(i, 16);
            power += e * e / N;
            mean += e / N;
        }
        CHECK_NEAR(mean, 0, 0.005);
        CHECK_NEAR(power, 0.25, 0.004);
    }
}

/* Amplitude of one DFT line, in dB re full scale. */
static double line_db(double cycles)
{
    double re = 0, im = 0;
    for (size_t i = 0; i < N; i++) {
        const double x = out[i] * 0x1p-31;
        re += x * cos(2 * LUSTER_PI * cycles * (double)i / N);
        im += x * sin(2 * LUSTER_PI * cycles * (double)i / N);
    }
    return 20 * log10(2 * sqrt(re * re + im * im) / N + 1e-30);
}

TEST(a_tone_below_the_last_bit_has_no_harmonics)
{
    /* -100 dBFS at 16 bit: a third of an LSB. A DFT line of the noise has a mean power of
     * 4 * 0.25 LSB^2 / N; 16 dB above it (probability exp(-40) for noise) would be a harmonic. */
    fill_tone(-100, 5003);
    luster_pcm_quantise(out, in, N, 16, true, 9, 0, 0);
    const double floor_db = 10 * log10(0x1p-30 / N);
    CHECK_NEAR(line_db(5003), -100, 0.5);
    for (int k = 2; k <= 9; k++)
        CHECK(line_db(5003.0 * k) < floor_db + 16);
    /* and the test can tell: without dither a tone of -85 dBFS has harmonics far above */
    fill_tone(-85, 5003);
    luster_pcm_quantise(out, in, N, 16, false, 9, 0, 0);
    CHECK(line_db(5003.0 * 3) > floor_db + 30);
}

TEST(dither_is_triangular_white_and_independent)
{
    memset(in, 0, sizeof in);
    for (size_t i = 0; i < N; i++)
        in[i] = 100.5f * 0x1p-15f; /* half way: rounding 100.5 + d + 0.5 shows d in halves */
    luster_pcm_quantise(out, in, N, 16, true, 42, 0, 0);
    luster_pcm_quantise(other, in, N, 16, true, 42, 1, 0);
    /* floor(101 + d): 100 for d < 0, 101 otherwise; each half the time */
    size_t above = 0;
    for (size_t i = 0; i < N; i++)
        above += out[i] >> 16 == 101;
    CHECK_NEAR((double)above / N, 0.5, 0.005);
    /* P(d >= 1/2) = 1/8 for a triangle, 1/4 for a uniform density */
    for (size_t i = 0; i < N; i++)
        in[i] = 100.0f * 0x1p-15f;
    luster_pcm_quantise(out, in, N, 16, true, 42, 0, 0);
    luster_pcm_quantise(other, in, N, 16, true, 42, 1, 0);
    size_t over = 0, under = 0;
    for (size_t i = 0; i < N; i++) {
        over += out[i] >> 16 == 101;
        under += out[i] >> 16 == 99;
    }
    CHECK_NEAR((double)over / N, 0.125, 0.004);
    CHECK_NEAR((double)under / N, 0.125, 0.004);
    /* correlation with itself later and with the other channel: 5 sigma = 5 / sqrt(N) */
    for (int lag = 0; lag <= 40; lag++) {
        double self = 0, cross = 0, power = 0;
        for (size_t i = 0; i + (size_t)lag < N; i++) {
            const double e = error_lsb(i, 16), f = error_lsb(i + (size_t)lag, 16);
            const double g = other[i + (size_t)lag] * 0x1p-16 - 100;
            power += e * e;
            self += e * f;
            cross += e * g;
        }
        CHECK(lag == 0 || fabs(self / power) < 5 / sqrt(N));
        CHECK(fabs(cross / power) < 5 / sqrt(N));
    }
}

TEST(blocks_do_not_show_and_seeds_do)
{
    fill_tone(-20, 777);
    luster_pcm_quantise(out, in, N, 24, true, 3, 1, 0xfffffff0u);
    for (size_t at = 0, n = 1; at < N; at += n, n = n * 7 % 1009) {
        const size_t m = n < N - at ? n : N - at;
        luster_pcm_quantise(other + at, in + at, m, 24, true, 3, 1, 0xfffffff0u + at);
    }
    CHECK(memcmp(out, other, sizeof out) == 0);
    luster_pcm_quantise(other, in, N, 24, true, 4, 1, 0xfffffff0u);
    CHECK(memcmp(out, other, sizeof out) != 0);
}

TEST(saturates_and_rounds)
{
    const float x[] = {1, -1, 2, -2, 1e30f, -1e30f, 0, 0.5f, 0x1p-24f, -0x1p-24f, 0x1.8p-23f};
    int32_t y[11];
    luster_pcm_quantise(y, x, 11, 24, false, 0, 0, 0);
    static const int32_t want[] = {0x7fffff00, INT32_MIN, 0x7fffff00, INT32_MIN,
                                   0x7fffff00, INT32_MIN, 0,          1 << 30,
                                   0x100,      0,         0x200};
    for (int i = 0; i < 11; i++)
        CHECK_NEAR(y[i], want[i], 0);
    luster_pcm_quantise(y, x, 11, 16, true, 0, 0, 0);
    CHECK(y[2] == 0x7fff0000 && y[3] == INT32_MIN && y[4] == 0x7fff0000);
    luster_pcm_round32(y, x, 11);
    CHECK(y[0] == INT32_MAX && y[1] == INT32_MIN && y[5] == INT32_MIN && y[8] == 128);
    CHECK(luster_pcm_over(x, 11) == 4);
    CHECK(luster_pcm_exact(x, 11, 24) == 0); /* +1.0 has no integer */
    CHECK(luster_pcm_exact(x + 6, 5, 24) == 2);
    CHECK(luster_pcm_exact(x + 6, 5, 16) == 2);
}

/* Every kernel of this piece, hashed, over lengths that leave every remainder. */
static uint64_t hash_kernels(void)
{
    static uint8_t bytes[4 * 2 * 700];
    static float l[700], r[700];
    static int32_t y[700];
    memset(l, 0, sizeof l);
    memset(r, 0, sizeof r);
    memset(y, 0, sizeof y);
    LusterRng rng;
    luster_rng_seed(&rng, 1, 1);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)luster_rng_u32(&rng);
    const LusterKernels *k = luster_kernels();
    uint64_t hash = LUSTER_HASH_START, n_bad = 0;
    for (uint32_t n = 0; n <= 700; n = n < 70 ? n + 1 : n + 157) {
        for (int stereo = 0; stereo < 2; stereo++) {
            k->pcm_s16(l, stereo ? r : NULL, bytes, n);
            hash = luster_hash(luster_hash(hash, l, sizeof l), r, sizeof r);
            k->pcm_s24(l, stereo ? r : NULL, bytes, n);
            hash = luster_hash(luster_hash(hash, l, sizeof l), r, sizeof r);
            k->pcm_s32(l, stereo ? r : NULL, bytes, n);
            hash = luster_hash(luster_hash(hash, l, sizeof l), r, sizeof r);
            k->pcm_f32(l, stereo ? r : NULL, bytes, n);
            k->pcm_mend(l, n, &n_bad);
            hash = luster_hash(luster_hash(hash, l, sizeof l), &n_bad, sizeof n_bad);
        }
        const LusterQuantiser how = {.bits = 24, .dither = 1, .frame = 77, .key = n};
        k->pcm_s32(l, NULL, bytes, n);
        k->pcm_quantise(y, l, n, &how);
        hash = luster_hash(hash, y, sizeof y);
    }
    CHECK(n_bad > 10);
    return hash;
}

TEST(kernels_are_equal_on_every_level)
{
    uint64_t first = 0;
    int n_levels = 0;
    for (const char *const *level = luster_kernels_levels(); *level; level++) {
        if (luster_kernels_select(*level) != 0)
            continue;
        const uint64_t hash = hash_kernels();
        if (n_levels++ == 0)
            first = hash;
        if (!CHECK(hash == first))
            printf("# %s differs\n", *level);
    }
    CHECK(n_levels > 0);
    luster_kernels_select(NULL);
}

int main(void)
{
    RUN(noise_floor_is_as_in_theory);
    RUN(no_noise_modulation);
    RUN(a_tone_below_the_last_bit_has_no_harmonics);
    RUN(dither_is_triangular_white_and_independent);
    RUN(blocks_do_not_show_and_seeds_do);
    RUN(saturates_and_rounds);
    RUN(kernels_are_equal_on_every_level);
    return tap_done();
}
