/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The curves' kernels: every level gives equal bytes, and they are near their formulas in double.
 */
#include "base/rng.h"
#include "simd/kernels.h"
#include "tap.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { N = 4096 };

static float in[N], next[N], bias[N], base[N], scale[N], weight[N], start[N];
static float first[N], out[N];

static double curve(int kind, double x)
{
    const double min = 0.5 * (x + 1.0 - sqrt((x - 1.0) * (x - 1.0) + 1.0));
    switch (kind) {
    case LUSTER_CURVE_TAPE:
        return fabs(x) < 1e-3 ? x - 0.6 * x * x * x : 1.0 / tanh(3.0 * x) - 1.0 / (3.0 * x);
    case LUSTER_CURVE_TUBE:
        return 0.5 * (min - 2.0 + sqrt((min + 2.0) * (min + 2.0) + 4.0));
    case LUSTER_CURVE_TRANSISTOR:
        return tanh(x);
    case LUSTER_CURVE_SOFT:
        return x / sqrt(1.0 + x * x);
    default:
        return 0.5 * asinh(2.0 * x);
    }
}

/* Values of all sizes, neighbours that are far, near and equal. */
static void make(void)
{
    LusterRng rng;
    luster_rng_seed(&rng, 12, 3);
    for (int i = 0; i < N; i++) {
        in[i] = (float)(luster_rng_bipolar(&rng) * pow(10.0, 4.0 * luster_rng_unit(&rng) - 2.5));
        next[i] = in[i] + (float)(luster_rng_bipolar(&rng) * pow(10.0, -(double)(i % 8)));
        if (i % 8 == 7)
            next[i] = in[i];
        bias[i] = (float)luster_rng_bipolar(&rng);
        base[i] = 0.25f * bias[i];
        scale[i] = 1.0f + 0.5f * bias[i];
        weight[i] = 0.5f;
        start[i] = (float)fmin(luster_rng_unit(&rng) * 1.2, 0.999999);
    }
    in[5] = -0.0f;
    in[6] = next[6] = 0.0f;
}

TEST(curves_are_their_formulas_on_every_level)
{
    const LusterCurveFrames how = {bias, base, scale, weight};
    for (int kind = 0; kind < LUSTER_CURVES; kind++) {
        bool begun = false;
        for (const char *const *level = luster_kernels_levels(); *level; level++) {
            if (luster_kernels_select(*level))
                continue;
            memset(out, 0, sizeof out);
            luster_kernels()->shape(out, in, (LusterCurveKind)kind, &how, N);
            CHECK(!begun || memcmp(out, first, sizeof out) == 0);
            memcpy(first, out, sizeof out);
            begun = true;
        }
        double worst = 0.0;
        for (int i = 0; i < N; i++) {
            const double x = (double)(in[i] + bias[i]);
            const double want = 0.5 * ((curve(kind, x) - base[i]) * scale[i] - in[i]);
            worst = fmax(worst, fabs(out[i] - want) / (1.0 + fabs(in[i])));
        }
        printf("# curve %d: within %.1f dB\n", kind, 20.0 * log10(worst));
        CHECK(worst < 3e-7);
    }
    luster_kernels_select(NULL);
}

/* What is above the curve at v. */
static double over(double v, double s)
{
    const double width = 2.0 * (1.0 - s), d = fabs(v) - s;
    const double lost = d <= 0.0 ? 0.0 : d < width ? d * d / (2.0 * width) : fabs(v) - 1.0;
    return copysign(lost, v);
}

TEST(clip_takes_the_mean_along_the_line)
{
    bool begun = false;
    for (const char *const *level = luster_kernels_levels(); *level; level++) {
        if (luster_kernels_select(*level))
            continue;
        luster_kernels()->clip(out, in, next, start, N);
        CHECK(!begun || memcmp(out, first, sizeof out) == 0);
        memcpy(first, out, sizeof out);
        begun = true;
    }
    luster_kernels_select(NULL);
    double worst = 0.0;
    for (int i = 0; i < N; i++) {
        const double a = in[i], b = next[i], s = start[i];
        double sum = 0.0;
        for (int k = 0; k < 20000; k++)
            sum += over(a + (b - a) * (k + 0.5) / 20000, s) / 20000;
        worst = fmax(worst, fabs(out[i] + sum) / (1.0 + fabs(a)));
        if (fabs(a) <= s && fabs(b) <= s)
            CHECK(out[i] == 0.0f && !signbit(out[i]));
    }
    printf("# clip: within %.1f dB\n", 20.0 * log10(worst));
    CHECK(worst < 1e-6);
}

int main(void)
{
    make();
    RUN(curves_are_their_formulas_on_every_level);
    RUN(clip_takes_the_mean_along_the_line);
    return tap_done();
}
