/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The meters' kernels: every level against plain C, as bytes. */
#include "base/rng.h"
#include "dsp/bs1770.h"
#include "simd/kernels.h"
#include "tap.h"

enum { N = 1003 };

static float a[N], b[N];

static void plain_k_weight(LusterKWeightPair *p, const LusterKWeightCoeffs *c, uint32_t n)
{
    for (int ch = 0; ch < 2; ch++) {
        for (uint32_t i = 0; i < n; i++) {
            const double x = ch ? b[i] : a[i];
            double *x1 = &p->x[0][ch], *x2 = &p->x[1][ch];
            double *u1 = &p->shelf[0][ch], *u2 = &p->shelf[1][ch];
            double *v1 = &p->out[0][ch], *v2 = &p->out[1][ch];
            const double u =
                ((c->b0 * x + (c->b1 * *x1 + c->b2 * *x2)) - c->a2 * *u2) - c->a1 * *u1;
            const double v = (((u + *u2) - (*u1 + *u1)) - c->h2 * *v2) - c->h1 * *v1;
            p->energy[ch] += v * v;
            *x2 = *x1;
            *x1 = x;
            *u2 = *u1;
            *u1 = u;
            *v2 = *v1;
            *v1 = v;
        }
    }
}

/* Sum of x*y (y NULL: of x) on 8 partials and one tree, then the rest. */
static double plain_sum(const float *x, const float *y, uint32_t n)
{
    double part[8] = {0};
    const uint32_t whole = n / 8 * 8;
    for (uint32_t i = 0; i < whole; i++)
        part[i % 8] += y ? (double)x[i] * y[i] : x[i];
    double sum =
        ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
    for (uint32_t i = whole; i < n; i++)
        sum += y ? (double)x[i] * y[i] : x[i];
    return sum;
}

static LusterPairSums plain_sums(uint32_t n)
{
    LusterPairSums s = {plain_sum(a, NULL, n),
                        plain_sum(b, NULL, n),
                        plain_sum(a, a, n),
                        plain_sum(b, b, n),
                        plain_sum(a, b, n),
                        a[0],
                        a[0],
                        b[0],
                        b[0]};
    for (uint32_t i = 1; i < n; i++) {
        s.low_a = a[i] < s.low_a ? a[i] : s.low_a;
        s.high_a = a[i] > s.high_a ? a[i] : s.high_a;
        s.low_b = b[i] < s.low_b ? b[i] : s.low_b;
        s.high_b = b[i] > s.high_b ? b[i] : s.high_b;
    }
    return s;
}

static void for_each_level(void (*check)(const LusterKernels *))
{
    const char *const *levels = luster_kernels_levels();
    for (int i = 0; levels[i]; i++)
        if (luster_kernels_select(levels[i]) == 0)
            check(luster_kernels());
    luster_kernels_select(NULL);
}

static void check_k_weight(const LusterKernels *kernels)
{
    LusterLoudness loudness;
    luster_loudness_init(&loudness, 44100, 2, NULL);
    LusterKWeightPair want = {0}, got = {0};
    plain_k_weight(&want, &loudness.coeffs, N);
    kernels->k_weight(&got, &loudness.coeffs, a, b, 77);
    kernels->k_weight(&got, &loudness.coeffs, a + 77, b + 77, N - 77);
    CHECK(memcmp(&got, &want, sizeof got) == 0);
    CHECK(got.energy[0] > 1.0 && got.energy[1] > 1.0);
}

static void check_sums(const LusterKernels *kernels)
{
    for (uint32_t n = 1; n <= N; n += n < 40 ? 1 : 321) {
        LusterPairSums got;
        kernels->pair_sums(&got, a, b, n);
        const LusterPairSums want = plain_sums(n);
        CHECK(memcmp(&got, &want, sizeof got) == 0);
    }
}

static void check_broken(const LusterKernels *kernels)
{
    const float broken[] = {NAN, INFINITY, -INFINITY};
    for (int k = 0; k < 3; k++)
        for (int at = 0; at < 40; at += 13) {
            LusterPairSums sums;
            const float kept = b[at];
            b[at] = broken[k];
            kernels->pair_sums(&sums, a, b, 40);
            b[at] = kept;
            CHECK(!isfinite(sums.aa + sums.bb));
        }
}

TEST(k_weight_levels_equal_plain_c)
{
    for_each_level(check_k_weight);
}

TEST(pair_sums_levels_equal_plain_c)
{
    for_each_level(check_sums);
}

TEST(broken_samples_show_in_the_sums)
{
    for_each_level(check_broken);
}

int main(void)
{
    LusterRng rng;
    luster_rng_seed(&rng, 5, 5);
    for (int i = 0; i < N; i++) {
        a[i] = (float)luster_rng_bipolar(&rng);
        b[i] = (float)luster_rng_bipolar(&rng) * 0.3f;
    }
    RUN(k_weight_levels_equal_plain_c);
    RUN(pair_sums_levels_equal_plain_c);
    RUN(broken_samples_show_in_the_sums);
    return tap_done();
}
