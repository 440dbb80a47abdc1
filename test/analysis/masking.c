/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Masking between parts made of one or two bands, whose answer is known. */
#include "analysis/masking.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 300
#define LOW 10 /* 200 Hz */
#define HIGH 22 /* 3.15 kHz: 12 Bark away */
#define NEXT 23 /* 4 kHz */

static uint8_t series[8][STEPS * LUSTER_STEM_BANDS];

/* `band` at `dbfs` from step `from` to `to`. */
static void put(int part, int band, double dbfs, int from, int to)
{
    for (int t = from; t < to; t++)
        series[part][t * LUSTER_STEM_BANDS + band] =
            (uint8_t)(2.0 * (dbfs - LUSTER_BAND_FLOOR_DB) + 0.5);
}

static LusterMaskingPart part(int i, double flatness, int group)
{
    return (LusterMaskingPart){series[i], STEPS, 0, flatness, group};
}

static LusterMasking *model(const LusterMaskingPart *parts, uint32_t n)
{
    LusterMasking *m = luster_masking_new(parts, n);
    CHECK(m != NULL);
    return m;
}

/* A noise 20 dB over a tone in its band covers it, one 20 dB under does not. */
TEST(same_band)
{
    const double over[] = {0.0, 20.0}, under[] = {0.0, -30.0}, off[] = {0.0, -INFINITY};
    LusterMasked h[2];
    memset(series, 0, sizeof series);
    put(0, HIGH, -40, 0, STEPS);
    put(1, HIGH, -40, 0, STEPS);
    const LusterMaskingPart parts[] = {part(0, 1e-3, -1), part(1, 1.0, -1)};
    LusterMasking *m = model(parts, 2);
    CHECK(luster_masking_measure(m, over, NULL, h));
    CHECK(h[0].masked > 0.99 && h[0].covered > 0.99 && h[0].partial < 0.01);
    CHECK(h[1].masked < 0.01 && h[1].partial > 0.9);
    CHECK(luster_masking_measure(m, under, NULL, h));
    CHECK(h[0].masked < 0.01 && h[0].partial > 0.8);
    CHECK_NEAR(h[0].sounds, 1.0, 1e-9);
    CHECK(luster_masking_measure(m, off, NULL, h));
    CHECK_NEAR(h[0].partial, 1.0, 1e-6);
    luster_masking_free(m);
}

/* Noise covers what stands up to 6 dB under it, a tone only what stands 29 dB under it [B2]. */
TEST(offsets)
{
    LusterMasked h[2];
    memset(series, 0, sizeof series);
    put(0, HIGH, -40, 0, STEPS);
    put(1, HIGH, -40, 0, STEPS);
    for (int tone = 0; tone < 2; tone++) {
        const LusterMaskingPart parts[] = {part(0, 1.0, -1), part(1, tone ? 1e-6 : 1.0, -1)};
        const double at = tone ? 29.0 : 6.0, less[] = {0.0, at - 1.0}, more[] = {0.0, at + 1.0};
        LusterMasking *m = model(parts, 2);
        CHECK(luster_masking_measure(m, less, NULL, h) && h[0].masked < 0.01);
        CHECK(luster_masking_measure(m, more, NULL, h) && h[0].masked > 0.5);
        luster_masking_free(m);
    }
}

/* Far apart in frequency, or never at the same time: neither covers the other. Neighbours do, and a
 * masker reaches further up than down. */
TEST(apart)
{
    const double gain[] = {0.0, 0.0, 0.0}, first[] = {15.0, 0.0}, second[] = {0.0, 15.0};
    LusterMasked h[3];
    memset(series, 0, sizeof series);
    put(0, LOW, -30, 0, STEPS);
    put(1, HIGH, -30, 0, STEPS / 2);
    put(2, HIGH, -30, STEPS / 2, STEPS);
    const LusterMaskingPart parts[] = {part(0, 1, -1), part(1, 1, -1), part(2, 1, -1)};
    LusterMasking *m = model(parts, 3);
    CHECK(luster_masking_measure(m, gain, NULL, h));
    for (int i = 0; i < 3; i++)
        CHECK(h[i].partial > 0.97 && h[i].masked < 1e-6);
    CHECK_NEAR(h[1].sounds, 0.5, 0.01);
    luster_masking_free(m);

    memset(series, 0, sizeof series);
    put(0, HIGH, -30, 0, STEPS);
    put(1, NEXT, -30, 0, STEPS);
    m = model(parts, 2);
    CHECK(luster_masking_measure(m, gain, NULL, h));
    CHECK(luster_masking_measure(m, first, NULL, h) && h[1].masked > 0.5);
    CHECK(luster_masking_measure(m, second, NULL, h) && h[0].masked < 0.3);
    luster_masking_free(m);
}

/* Parts of a group leave each other alone; the same gains for all change nothing; an equalizer
 * opens the band; a part heard from a later step is where it is played. */
TEST(groups_gains_eq)
{
    const double gain[] = {0.0, 10.0}, louder[] = {-60.0, -50.0};
    float eq[2 * LUSTER_STEM_BANDS] = {0};
    LusterMasked h[2], g[2];
    memset(series, 0, sizeof series);
    put(0, HIGH, -50, 0, 100);
    put(1, HIGH, -50, 0, STEPS);
    LusterMaskingPart parts[] = {part(0, 1, 7), part(1, 1, 7)};
    LusterMasking *m = model(parts, 2);
    CHECK(luster_masking_measure(m, gain, NULL, h) && h[0].partial > 0.999);
    luster_masking_free(m);
    parts[1].group = 8;
    m = model(parts, 2);
    CHECK(luster_masking_measure(m, gain, NULL, h) && h[0].masked > 0.99);
    CHECK(luster_masking_measure(m, louder, NULL, g));
    CHECK_NEAR(g[1].partial, h[1].partial, 1e-5);
    CHECK_NEAR(g[1].loudness_db, h[1].loudness_db, 1e-3);
    eq[LUSTER_STEM_BANDS + HIGH] = -30.0f;
    CHECK(luster_masking_measure(m, gain, eq, h) && h[0].masked < 0.01 && h[0].partial > 0.7);
    luster_masking_free(m);
    parts[0].skip = 100; /* its sound lies in what is skipped */
    m = model(parts, 2);
    CHECK(luster_masking_measure(m, gain, NULL, h) && h[0].sounds == 0.0 && h[0].masked == 0.0);
    luster_masking_free(m);
}

/* Who does it, and in which band; and the parts of the loss are the loss. */
TEST(who)
{
    const double gain[] = {0.0, 0.0, 0.0};
    static LusterMaskedBy by[3 * LUSTER_STEM_BANDS];
    LusterMasked h[3];
    memset(series, 0, sizeof series);
    put(0, HIGH, -40, 0, STEPS);
    put(0, LOW, -40, 0, STEPS);
    put(1, HIGH, -30, 0, STEPS);
    put(2, LOW, -36, 0, STEPS);
    const LusterMaskingPart parts[] = {part(0, 1, -1), part(1, 1, -1), part(2, 1, -1)};
    LusterMasking *m = model(parts, 3);
    CHECK(luster_masking_measure(m, gain, NULL, h));
    CHECK(luster_masking_by(m, gain, NULL, 0, by));
    double sum = h[0].partial;
    for (int k = 0; k < 3 * LUSTER_STEM_BANDS; k++)
        sum += (double)by[k].lost;
    CHECK_NEAR(sum, 1.0, 0.02);
    const LusterMaskedBy *high = by + LUSTER_STEM_BANDS, *low = by + 2 * LUSTER_STEM_BANDS;
    CHECK(high[HIGH].lost > 0.1f && low[HIGH].lost < 0.01f);
    CHECK(low[LOW].lost > 0.03f && high[LOW].lost < 0.01f && low[LOW].lost < high[HIGH].lost);
    CHECK_NEAR(high[HIGH].over_db, 4.0, 0.1); /* 10 dB over it, 6 dB offset */
    CHECK(by[HIGH].lost == 0.0f && by[LOW].lost == 0.0f);
    luster_masking_free(m);
}

/* No parts, no sound, no length. */
TEST(nothing)
{
    const double gain[] = {0.0, -INFINITY};
    LusterMasked h[2];
    LusterMaskedBy by[2 * LUSTER_STEM_BANDS];
    memset(series, 0, sizeof series);
    LusterMaskingPart parts[] = {part(0, 0, -1), {.group = -1}};
    LusterMasking *m = model(parts, 2);
    CHECK(luster_masking_measure(m, gain, NULL, h) && luster_masking_by(m, gain, NULL, 0, by));
    CHECK(h[0].masked == 0.0 && h[0].partial == 0.0 && h[1].sounds == 0.0);
    luster_masking_free(m);
    m = model(parts, 0);
    CHECK(luster_masking_measure(m, gain, NULL, h));
    luster_masking_free(m);
}

/* Two hours of 200 parts are thinned out; the answer stays. */
TEST(bounded)
{
    enum { N = 200, LONG = 72000 };
    uint8_t *steady = calloc(LONG, LUSTER_STEM_BANDS);
    static LusterMaskingPart parts[N];
    static LusterMasked h[N];
    static double gain[N];
    for (int t = 0; t < LONG; t++)
        steady[t * LUSTER_STEM_BANDS + HIGH] = 120;
    for (int i = 0; i < N; i++)
        parts[i] = (LusterMaskingPart){steady, LONG, 0, 1.0, -1};
    LusterMasking *m = model(parts, N);
    CHECK(luster_masking_measure(m, gain, NULL, h));
    CHECK(h[0].masked > 0.99 && fabs(h[N - 1].masked - h[0].masked) < 1e-9);
    CHECK_NEAR(h[0].sounds, 1.0, 1e-9);
    luster_masking_free(m);
    free(steady);
}

int main(void)
{
    RUN(same_band);
    RUN(offsets);
    RUN(apart);
    RUN(groups_gains_eq);
    RUN(who);
    RUN(nothing);
    RUN(bounded);
    return tap_done();
}
