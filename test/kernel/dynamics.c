/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The dynamics kernels of every level this machine can run, against the same operations in plain C,
 * frame by frame, compared as bytes; and the plain C against libm in double. */
#include "base/rng.h"
#include "dsp/true_peak.h"
#include "simd/kernels.h"
#include "tap.h"

#include <stdint.h>
#include <stdlib.h>

#define N 4099 /* not a multiple of any width */
#define PADDED 4112
#define LOG2_E 1.44269504088896340736
#define LN2 0.693147180559945309417

static float a[PADDED], b[PADDED], got[PADDED], want[PADDED];

static float plain_level(float x)
{
    const float size = fabsf(x);
    return size < 0x1p60f ? size : size == size ? 0x1p60f : 0.0f;
}

static float plain_log2(float x)
{
    int32_t bits, mantissa;
    float m;
    x = x > LUSTER_DYN_FLOOR ? x : LUSTER_DYN_FLOOR;
    memcpy(&bits, &x, 4);
    const int32_t e = (bits - 0x3f3504f3) >> 23;
    mantissa = bits - e * (1 << 23);
    memcpy(&m, &mantissa, 4);
    const float s = (m - 1.0f) / (m + 1.0f), s2 = s * s;
    float p = (float)(2.0 / 9.0 * LOG2_E);
    for (int n = 7; n >= 1; n -= 2)
        p = p * s2 + (float)(2.0 / n * LOG2_E);
    return (float)e + s * p;
}

static float plain_exp2(float x)
{
    x = x < 126.0f ? x : 126.0f;
    x = x > -126.0f ? x : -126.0f;
    const float whole = rintf(x), r = x - whole;
    double c[8] = {1.0};
    for (int n = 1; n < 8; n++) {
        double factorial = 1.0, power = 1.0;
        for (int k = 1; k <= n; k++) {
            factorial *= k;
            power *= LN2;
        }
        c[n] = power / factorial;
    }
    float p = (float)c[7];
    for (int n = 6; n >= 0; n--)
        p = p * r + (float)c[n];
    return ldexpf(p, (int)whole);
}

static float plain_glide(const LusterGlide *g, uint32_t frame)
{
    const float left = (float)g->left - (float)frame;
    return g->target - g->step * (left > 0.0f ? left : 0.0f);
}

static float plain_curve(const LusterDynCurve *curve, float x, uint32_t frame)
{
    const float knee = plain_glide(&curve->knee, frame), range = plain_glide(&curve->range, frame);
    const float above = x - plain_glide(&curve->threshold, frame) + 0.5f * knee;
    float inside = above < knee ? above : knee;
    inside = inside > 0.0f ? inside : 0.0f;
    const float past = above - knee > 0.0f ? above - knee : 0.0f;
    const float asked =
        plain_glide(&curve->amount, frame) * (inside * inside / (2.0f * knee) + past);
    return asked < range ? asked : range;
}

static float plain_feedback(const LusterDynCurve *curve, float x, uint32_t frame)
{
    const float knee = plain_glide(&curve->knee, frame), range = plain_glide(&curve->range, frame);
    float amount = plain_glide(&curve->amount, frame);
    amount = amount < LUSTER_DYN_LOOP_MOST ? amount : LUSTER_DYN_LOOP_MOST;
    const float s = amount / (1.0f - amount), end = knee + 0.5f * s * knee;
    float above = x - plain_glide(&curve->threshold, frame) + 0.5f * knee;
    above = above > 0.0f ? above : 0.0f;
    const float inside = above < end ? above : end;
    const float bend = 2.0f * s * inside / knee, root = 1.0f + sqrtf(1.0f + bend);
    const float asked = inside * bend / (root * root) + amount * (above - inside);
    return asked < range ? asked : range;
}

static float plain_raise(const LusterDynRaise *up, float x, uint32_t frame)
{
    const float threshold = plain_glide(&up->threshold, frame),
                knee = plain_glide(&up->knee, frame);
    const float over = x - plain_glide(&up->floor, frame), range = plain_glide(&up->range, frame);
    const float above = 2.0f * threshold - x - threshold + 0.5f * knee;
    float inside = above < knee ? above : knee;
    inside = inside > 0.0f ? inside : 0.0f;
    const float past = above - knee > 0.0f ? above - knee : 0.0f;
    const float asked = plain_glide(&up->amount, frame) * (inside * inside / (2.0f * knee) + past);
    const float room = over > 0.0f ? over : 0.0f, most = range < room ? range : room;
    return asked < most ? asked : most;
}

static void fill(void)
{
    static const float odd[] = {0.0f, -0.0f, NAN, INFINITY, -INFINITY, 1e-40f, -3e38f, 0x1p-126f};
    LusterRng rng;
    luster_rng_seed(&rng, 4, 4);
    for (int i = 0; i < PADDED; i++) {
        a[i] = (float)(luster_rng_bipolar(&rng) * exp2(-40.0 * luster_rng_unit(&rng)));
        b[i] = (float)(luster_rng_bipolar(&rng) * exp2(20.0 - 40.0 * luster_rng_unit(&rng)));
        if (i % 37 == 0)
            a[i] = odd[i / 37 % 8];
        if (i % 41 == 0)
            b[i] = odd[i / 41 % 8];
    }
}

static void compare(const char *level, const char *what, uint32_t n)
{
    if (!CHECK(memcmp(got, want, n * sizeof(float)) == 0)) {
        for (uint32_t i = 0; i < n; i++) {
            if (memcmp(got + i, want + i, sizeof(float)) != 0) {
                printf("#   %s at %s, frame %u: %.9g, not %.9g\n", what, level, i, got[i], want[i]);
                break;
            }
        }
    }
}

static void level_and_apply(const LusterKernels *k)
{
    float peak = -1.0f, most = 0.0f;
    for (int stereo = 0; stereo < 2; stereo++) {
        k->dyn_level(got, a, stereo ? b : NULL, &peak, N);
        most = 0.0f;
        for (int i = 0; i < N; i++) {
            const float x = plain_level(a[i]), y = stereo ? plain_level(b[i]) : 0.0f;
            want[i] = x > y ? x : y;
            most = want[i] > most ? want[i] : most;
        }
        compare(k->level, "level", N);
        CHECK(peak == most);
    }
    for (int i = 0; i < N; i++)
        want[i] = a[i] * b[i];
    k->dyn_apply(got, a, b, N);
    for (int i = 0; i < N; i++) {
        if (want[i] != want[i]) /* which NaN it is does not matter */
            got[i] = want[i] = 0.0f;
    }
    compare(k->level, "apply", N);
}

static void log_link_and_max(const LusterKernels *k, const float *levels)
{
    const LusterGlide unlink = {0.25f, -0.5f / 700, 700};
    for (int i = 0; i < PADDED; i++) {
        const float ratio = levels[i] / plain_glide(&unlink, (uint32_t)i);
        want[i] = plain_log2(ratio < 1.0f ? 1.0f : ratio < 0x1p60f ? ratio : 0x1p60f);
    }
    k->dyn_excess(got, levels, &unlink, N);
    compare(k->level, "excess", N);
    for (int i = 0; i < PADDED; i++)
        want[i] = 0.5f * plain_log2(levels[i]);
    k->dyn_log2(got, levels, 0.5f, N);
    compare(k->level, "log2", N);
    float both[PADDED];
    k->dyn_max(both, levels, got, N);
    for (int i = 0; i < N; i++) {
        CHECK(both[i] == (levels[i] > want[i] ? levels[i] : want[i]));
        want[i] = both[i] - plain_glide(&unlink, (uint32_t)i) * (both[i] - want[i]);
    }
    k->dyn_link(got, both, &unlink, N);
    compare(k->level, "link", N);
}

static void curve_and_gain(const LusterKernels *k, const float *levels)
{
    const LusterDynCurve still = {{-3, 0, 0}, {0.75f, 0, 0}, {1, 0, 0}, {4, 0, 0}, 1, 0};
    const LusterDynCurve moving = {
        {-3, 0.01f, 300}, {0.75f, 0.001f, 400}, {1, 0.001f, 500}, {4, 0.002f, 600}, 1, 0};
    const LusterDynGain gain = {{0.5f, 0.001f, 200}, {0.25f, -0.001f, 600}};
    float octaves[PADDED], asked[PADDED];
    for (int i = 0; i < PADDED; i++)
        octaves[i] = plain_log2(levels[i]);
    const LusterDynCurve *const curves[] = {&still, &moving};
    for (int c = 0; c < 2; c++) {
        for (int i = 0; i < PADDED; i++)
            want[i] = plain_curve(curves[c], octaves[i], (uint32_t)i);
        k->dyn_curve(got, octaves, curves[c], N);
        compare(k->level, c ? "moving curve" : "curve", N);
    }
    LusterDynCurve feedback = moving;
    feedback.feedback = 1;
    for (int i = 0; i < PADDED; i++)
        want[i] = plain_feedback(&feedback, octaves[i], (uint32_t)i);
    k->dyn_curve(got, octaves, &feedback, N);
    compare(k->level, "feedback curve", N);
    const LusterDynRaise up = {
        {-3, 0.01f, 300}, {0.75f, 0.001f, 400}, {1, 0.001f, 500}, {4, 0.002f, 600}, {-9, 0, 0}};
    for (int i = 0; i < PADDED; i++)
        want[i] = plain_raise(&up, octaves[i], (uint32_t)i);
    k->dyn_raise(got, octaves, &up, N);
    compare(k->level, "raise", N);
    for (int i = 0; i < PADDED; i++)
        want[i] = plain_curve(&moving, octaves[i], (uint32_t)i);
    memcpy(asked, want, sizeof asked);
    const LusterDynGain resting = {{gain.makeup.target, 0.0f, 0}, {gain.dry.target, 0.0f, 0}};
    for (int which = 0; which < 4; which++) {
        const LusterDynGain *how = which & 2 ? &resting : &gain;
        const int extra = which & 1;
        for (int i = 0; i < PADDED; i++) {
            const float dry = plain_glide(&how->dry, (uint32_t)i);
            float x = plain_glide(&how->makeup, (uint32_t)i) - asked[i];
            x = extra ? x + octaves[i] : x;
            want[i] = dry + (1.0f - dry) * plain_exp2(x);
        }
        k->dyn_gain(got, asked, extra ? octaves : NULL, how, N);
        compare(k->level, which & 2 ? "resting gain" : "gain", N);
    }
}

static float plain_between(const float *left, const float *right, const LusterTruePeakTaps *taps)
{
    float top = 0.0f; /* the two sides are z[j], z[j - 1] … and z[j + 1], z[j + 2] … */
    for (int q = 0; q < 4; q++) {
        float even = 0.0f, odd = 0.0f;
        for (int k = 0; k < 4; k++) {
            even += taps->even[q][k] * (left[-k] + right[k]);
            odd += taps->odd[q][k] * (left[-k] - right[k]);
        }
        top = fmaxf(top, fmaxf(fabsf(even + odd), fabsf(even - odd)));
    }
    return top;
}

static void sharp_peak(const LusterKernels *k, const LusterTruePeakTaps *taps, const float *x)
{
    float mid[LUSTER_SHARP_TAPS], z[80];
    CHECK(luster_true_peak_midpoint(mid, LUSTER_SHARP_TAPS, 60.0) > 1.0);
    for (int at = 200; at < N - 200; at += 160) {
        for (int j = 0; j < 40; j++) { /* twice the rate, from 8 frames before on */
            const float *p = x + at - 8 + j;
            z[2 * j] = p[0];
            z[2 * j + 1] = 0.0f;
            for (int t = 0; t < LUSTER_SHARP_TAPS; t++)
                z[2 * j + 1] += mid[t] * (p[-t] + p[1 + t]);
        }
        for (int i = 0; i < LUSTER_LANES; i++) {
            const float *c = z + 2 * (i + 8);
            const float sides = fmaxf(plain_between(c - 1, c, taps), plain_between(c, c + 1, taps));
            want[i] = fmaxf(fmaxf(fabsf(c[-1]), fabsf(c[1])), fmaxf(fabsf(c[0]), sides));
        }
        k->sharp_peak(got, x + at, mid, taps);
        compare(k->level, "sharp peak", LUSTER_LANES);
    }
}

TEST(every_level_equals_plain_c)
{
    float levels[PADDED];
    int n_levels = 0;
    LusterTruePeak meter;
    luster_true_peak_init(&meter);
    fill();
    for (int i = 0; i < PADDED; i++)
        levels[i] = plain_level(i % 3 ? a[i] : b[i]);
    for (const char *const *name = luster_kernels_levels(); *name; name++) {
        if (luster_kernels_select(*name))
            continue;
        n_levels++;
        const LusterKernels *k = luster_kernels();
        level_and_apply(k);
        log_link_and_max(k, levels);
        curve_and_gain(k, levels);
        sharp_peak(k, &meter.taps, levels);
    }
    luster_kernels_select(NULL);
    CHECK(n_levels > 0);
}

/* In dB: the whole way from level to gain adds less than a ten-thousandth. */
TEST(logarithm_and_exponential_are_accurate)
{
    double log_error = 0.0, exp_error = 0.0;
    for (double x = 1e-12; x < 1e6; x *= 1.00037) {
        const float level = (float)x;
        log_error = fmax(log_error, fabs(plain_log2(level) - log2((double)level)));
    }
    for (double x = -30.0; x < 30.0; x += 0.00037) {
        const double exact = exp2((double)(float)x);
        exp_error = fmax(exp_error, fabs(plain_exp2((float)x) / exact - 1.0));
    }
    printf("# log2 within %.2g dB, exp2 within %.2g dB\n", 6.0206 * log_error, 8.6859 * exp_error);
    CHECK(6.0206 * log_error < 1e-4 && 8.6859 * exp_error < 1e-5);
    CHECK(plain_exp2(0.0f) == 1.0f && plain_log2(1.0f) == 0.0f);
}

int main(void)
{
    RUN(every_level_equals_plain_c);
    RUN(logarithm_and_exponential_are_accurate);
    return tap_done();
}
