/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Kernels of convolution: products and direct form against plain C, as bytes; the odd-frequency FFT
 * against its definition in double, there and back, and every level with equal bytes. */
#include "base/arena.h"
#include "base/rng.h"
#include "dsp/odd_fft.h"
#include "tap.h"

#include <stdlib.h>

#define MOST 4096 /* bins */

static void fill(float *x, uint32_t n, uint64_t seed)
{
    LusterRng rng;
    luster_rng_seed(&rng, seed, 6);
    for (uint32_t i = 0; i < n; i++)
        x[i] = (float)luster_rng_bipolar(&rng);
}

/* Runs the rest for each level that this processor has. */
#define EACH_LEVEL(level)                                                                          \
    for (const char *const *(level) = luster_kernels_levels(); *(level); (level)++)                \
        if (luster_kernels_select(*(level)) == 0)

TEST(products_equal_plain_c)
{
    enum { N = 19 };
    static float x[N * 128], h[N * 128], want[128], got[128];
    fill(x, N * 128, 1);
    fill(h, N * 128, 2);
    EACH_LEVEL(level)
    {
        fill(want, 128, 3);
        memcpy(got, want, sizeof got);
        for (int k = 0; k < N; k++) {
            for (int i = 0; i < 64; i++) {
                const float *a = x + k * 128 + i, *b = h + k * 128 + i;
                want[i] += a[0] * b[0] - a[64] * b[64];
                want[64 + i] += a[0] * b[64] + a[64] * b[0];
            }
        }
        luster_kernels()->spectra_mac(got, x, h, N);
        if (!CHECK(memcmp(got, want, sizeof got) == 0))
            printf("#   %s\n", *level);
    }
    luster_kernels_select(NULL);
}

TEST(the_direct_form_equals_plain_c)
{
    static float x[64 + 64 + 16], taps[64], want[80], got[80];
    fill(x, sizeof x / sizeof x[0], 4);
    fill(taps, 64, 5);
    EACH_LEVEL(level)
    {
        for (uint32_t n = 1; n <= 64; n += 7) {
            for (uint32_t n_taps = 1; n_taps <= 64; n_taps += 21) {
                fill(want, 80, 6);
                memcpy(got, want, sizeof got);
                for (uint32_t i = 0; i < n; i++) {
                    float sum = 0.0f;
                    for (uint32_t from = 0; from < n_taps; from += 8) {
                        float part = 0.0f;
                        for (uint32_t t = from; t < n_taps && t < from + 8; t++)
                            part += taps[t] * x[64 + i - t];
                        sum += part;
                    }
                    want[i] += sum;
                }
                luster_kernels()->direct_fir(got, x + 64, taps, n_taps, n);
                if (!CHECK(memcmp(got, want, n * sizeof(float)) == 0))
                    printf("#   %s, %u taps, %u frames\n", *level, n_taps, n);
            }
        }
    }
    luster_kernels_select(NULL);
}

static float samples[2 * MOST], work[2 * MOST], bins[2 * MOST], back[2 * MOST];

static void forward(const LusterOddFft *fft)
{
    const uint32_t n = fft->n;
    const LusterOddForward io = {samples, samples + n, work, work + n, bins, LUSTER_ODD_BIN_FLOATS};
    /* in uneven pieces, as a job does it */
    for (uint32_t pass = 0; pass <= fft->n_passes; pass++) {
        const uint32_t units = luster_odd_fft_units(fft), cut = units / 3;
        luster_odd_fft_forward(fft, &io, pass, 0, cut);
        luster_odd_fft_forward(fft, &io, pass, cut, units);
    }
}

static void inverse(const LusterOddFft *fft)
{
    const uint32_t n = fft->n, units = luster_odd_fft_units(fft);
    const LusterOddInverse io = {work, work + n, back, back + n};
    for (uint32_t tile = 0; tile < units; tile++)
        luster_odd_fft_tile(fft, &io, tile, bins + (size_t)tile * LUSTER_ODD_BIN_FLOATS);
    for (uint32_t pass = 1; pass <= fft->n_passes; pass++) {
        luster_odd_fft_inverse(fft, &io, pass, 0, units / 2);
        luster_odd_fft_inverse(fft, &io, pass, units / 2, units);
    }
}

/* Bins against the sum that they are; every 7th is enough. */
static double bins_error_db(const LusterOddFft *fft)
{
    double power = 0.0, error = 0.0;
    for (uint32_t b = 0; b < fft->n; b += 7) {
        const double angle = luster_odd_fft_angle(fft, b);
        double re = 0.0, im = 0.0;
        for (uint32_t k = 0; k < 2 * fft->n; k++) {
            re += samples[k] * cos(angle * k);
            im += samples[k] * sin(angle * k);
        }
        const float *bin = bins + b / 64 * 128 + b % 64;
        power += re * re + im * im;
        error += (bin[0] - re) * (bin[0] - re) + (bin[64] - im) * (bin[64] - im);
    }
    return 10.0 * log10(error / power);
}

static double back_error_db(const LusterOddFft *fft)
{
    double power = 0.0, error = 0.0;
    for (uint32_t k = 0; k < 2 * fft->n; k++) {
        const double off = back[k] / (double)fft->n - samples[k];
        power += (double)samples[k] * samples[k];
        error += off * off;
    }
    return 10.0 * log10(error / power);
}

TEST(the_transform_is_its_definition)
{
    printf("# | bins | error of the bins | there and back |\n");
    for (uint32_t n = 64; n <= MOST; n *= 2) {
        static float want_bins[2 * MOST], want_back[2 * MOST];
        LusterArena *arena = luster_arena_new();
        LusterOddFft fft;
        bool first = true;
        CHECK(luster_odd_fft_open(&fft, arena, n));
        fill(samples, 2 * n, n);
        EACH_LEVEL(level)
        {
            forward(&fft);
            inverse(&fft);
            if (first) {
                memcpy(want_bins, bins, 2 * n * sizeof(float));
                memcpy(want_back, back, 2 * n * sizeof(float));
            }
            first = false;
            CHECK(memcmp(bins, want_bins, 2 * n * sizeof(float)) == 0);
            CHECK(memcmp(back, want_back, 2 * n * sizeof(float)) == 0);
        }
        luster_kernels_select(NULL);
        const double there = bins_error_db(&fft), both = back_error_db(&fft);
        printf("# | %u | %.1f dB | %.1f dB |\n", n, there, both);
        CHECK(there <= -134.0 && both <= -132.0);
        luster_arena_free(arena);
    }
}

int main(void)
{
    RUN(products_equal_plain_c);
    RUN(the_direct_form_equals_plain_c);
    RUN(the_transform_is_its_definition);
    return tap_done();
}
