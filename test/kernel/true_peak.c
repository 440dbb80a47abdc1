/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The true-peak kernel: every level against plain C, as bytes; and what it leaves out (blocks that
 * cannot rise) against the plain version, which leaves out nothing. */
#include "dsp/true_peak.h"
#include "base/rng.h"
#include "tap.h"

enum { N = 1024, PAD = 64 };

static float signal_[PAD + N + PAD];
static LusterTruePeakTaps taps;

static float larger(float a, float b)
{
    return a > b ? a : b;
}

static float mid_at(const float *x)
{
    float sum = 0.0f;
    for (int k = 0; k < LUSTER_TP_MID_TAPS; k++)
        sum += taps.mid[k] * (x[-k] + x[1 + k]);
    return sum;
}

/* left[k] and right[k] are the values at -k and 1 + k on the doubled grid. */
static float plain_between(float best, const float *left, const float *right)
{
    float s[4], d[4];
    for (int k = 0; k < 4; k++) {
        s[k] = left[k] + right[k];
        d[k] = left[k] - right[k];
    }
    for (int q = 0; q < 4; q++) {
        const float *e = taps.even[q], *o = taps.odd[q];
        const float even = (e[0] * s[0] + e[1] * s[1]) + (e[2] * s[2] + e[3] * s[3]);
        const float odd = (o[0] * d[0] + o[1] * d[1]) + (o[2] * d[2] + o[3] * d[3]);
        if (q == 3) {
            best = larger(fabsf(even), best);
        } else {
            best = larger(fabsf(even + odd), best);
            best = larger(fabsf(even - odd), best);
        }
    }
    return best;
}

static float plain_cell(const float *x, float least)
{
    const float mid_2 = mid_at(x - 2), mid_1 = mid_at(x - 1), mid0 = mid_at(x),
                mid1 = mid_at(x + 1);
    const float left_a[] = {mid_1, x[-1], mid_2, x[-2]}, right_a[] = {x[0], mid0, x[1], mid1};
    const float left_b[] = {x[0], mid_1, x[-1], mid_2}, right_b[] = {mid0, x[1], mid1, x[2]};
    float best = larger(fabsf(x[0]), least);
    best = larger(fabsf(mid_1), best);
    best = larger(fabsf(mid0), best);
    best = plain_between(best, left_a, right_a);
    return plain_between(best, left_b, right_b);
}

/* Noise whose level swells and falls, silence in between, one burst; or with broken samples. */
static void make_signal(int broken)
{
    LusterRng rng;
    luster_rng_seed(&rng, 7, 1);
    for (int i = 0; i < PAD + N + PAD; i++) {
        const double swell = (i % 400 < 80) ? 0.0 : 0.02 + 0.9 * ((i * 7) % 1000) / 1000.0;
        signal_[i] = (float)(luster_rng_bipolar(&rng) * swell);
        if (i == 700)
            signal_[i] = 1.7f;
    }
    if (broken) {
        signal_[300] = NAN;
        signal_[500] = INFINITY;
        signal_[600] = -1e30f;
    }
}

static void compare_level(const char *level, float least)
{
    const LusterKernels *kernels = luster_kernels();
    static float want[N], got[N];
    const float *x = signal_ + PAD;
    float top = least;
    for (int i = 0; i < N; i++) {
        want[i] = plain_cell(x + i, least);
        top = larger(want[i], top);
    }
    for (uint32_t n = 16; n <= N; n += n == 16 ? 240 : 256) {
        float same = least, risen = least;
        memset(got, 0, sizeof got);
        kernels->true_peak(got, x, &taps, &same, n);
        if (!CHECK(memcmp(got, want, n * sizeof *got) == 0))
            printf("# level %s least %g n %u\n", level, least, n);
        CHECK(same == least);
        kernels->true_peak(NULL, x, &taps, &risen, n);
        float want_top = least;
        for (uint32_t i = 0; i < n; i++)
            want_top = larger(want[i], want_top);
        CHECK(memcmp(&risen, &want_top, sizeof risen) == 0);
    }
}

static void every_level(void)
{
    const char *const *levels = luster_kernels_levels();
    for (int i = 0; levels[i]; i++) {
        if (luster_kernels_select(levels[i]) < 0)
            continue;
        const float least[] = {0.0f, 0.05f, 0.5f, 1.0f, 1.9f, 100.0f};
        for (unsigned k = 0; k < sizeof least / sizeof least[0]; k++)
            compare_level(levels[i], least[k]);
    }
    luster_kernels_select(NULL);
}

TEST(levels_equal_plain_c)
{
    make_signal(0);
    every_level();
}

TEST(broken_samples_change_nothing_elsewhere)
{
    make_signal(1);
    every_level();
}

int main(void)
{
    LusterTruePeak peak;
    luster_true_peak_init(&peak);
    taps = peak.taps;
    RUN(levels_equal_plain_c);
    RUN(broken_samples_change_nothing_elsewhere);
    return tap_done();
}
