/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Kernels of the feedback delay network, every level against plain C, as bytes; and what they are
 * for: a mix that loses nothing, filters with the loss that was designed. */
#include "dsp/fdn.h"
#include "base/math.h"
#include "base/rng.h"
#include "simd/kernels.h"
#include "tap.h"

#define FRAMES LUSTER_FDN_RUN
#define ROOM (FRAMES + 16) /* rows start at odd places in larger ones, as in rings */

typedef struct Bench {
    float in[16][ROOM], out[16][ROOM], x[16][FRAMES], feed[16][FRAMES], sum[FRAMES];
    float heard[2][FRAMES], taps[18];
    float coefs[12][16], step[12][16], states[4][16], turn[4][8], mix[4], gains[16];
} Bench;

static void fill(float *x, size_t n, double size, LusterRng *rng)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(size * luster_rng_bipolar(rng));
}

static void get_lengths(double shortest, double longest, double *lengths)
{
    uint32_t frames[16];
    luster_fdn_lengths(shortest, longest, frames);
    for (int i = 0; i < 16; i++)
        lengths[i] = frames[i];
}

static void prepare(Bench *b, uint64_t seed)
{
    LusterRng rng;
    luster_rng_seed(&rng, seed, 3);
    memset(b, 0, sizeof *b);
    fill(&b->in[0][0], 16 * ROOM, 1.0, &rng);
    fill(&b->x[0][0], 16 * FRAMES, 1.0, &rng);
    fill(&b->feed[0][0], 16 * FRAMES, 0.1, &rng);
    for (int i = 0; i < 40; i++) { /* what has to be snapped to zero */
        b->x[i % 16][i] = b->x[(i + 8) % 16][i] = 0.0f;
        b->feed[i % 16][i] = i % 2 ? 3e-26f : NAN;
    }
    double lengths[16];
    get_lengths(300, 4000, lengths);
    luster_fdn_absorb(&(LusterFdnDecay){1.0, 1.5, 300, 0.5, 5000}, lengths, 48000, &b->coefs[0][0]);
    fill(&b->step[0][0], 12 * 16, 1e-4, &rng);
    fill(&b->states[0][0], 4 * 16, 0.3, &rng);
    fill(&b->turn[0][0], 32, 0.01, &rng);
    fill(b->mix, 4, 0.01, &rng);
    fill(b->gains, 16, 1.0, &rng);
    fill(b->taps, 18, 0.5, &rng);
    if (seed % 3 == 0)
        memcpy(b->mix, (float[4]){0, 1, 0, 0}, sizeof b->mix);
}

static void plain_hadamard(float *r)
{
    for (int h = 1; h < 16; h *= 2) {
        for (int i = 0; i < 16; i++) {
            if (i & h)
                continue;
            const float a = r[i], c = r[i + h];
            r[i] = a + c;
            r[i + h] = a - c;
        }
    }
}

static void plain_absorb(Bench *b, const float *const *in, const float *step, uint32_t n)
{
    for (int l = 0; l < 16; l++) {
        for (uint32_t i = 0; i < n; i++) {
            float x = in[l][i];
            for (int half = 0; half < 2; half++) {
                float c[6];
                for (int k = 0; k < 6; k++)
                    c[k] = b->coefs[6 * half + k][l];
                float *s0 = &b->states[2 * half][l], *s1 = &b->states[2 * half + 1][l];
                const float v = x - *s1;
                const float y = c[3] * x + (c[4] * *s0 + c[5] * v);
                const float band = c[0] * *s0 + c[1] * v;
                *s1 = *s1 + (c[1] * *s0 + c[2] * v);
                *s0 = band;
                x = y;
            }
            b->x[l][i] = x;
            for (int k = 0; step && k < 12; k++)
                b->coefs[k][l] += step[k * 16 + l];
        }
    }
}

static float plain_snap(float y)
{
    return y > 1e-25f || y < -1e-25f ? y : 0.0f;
}

static void plain_mix(Bench *b, float *const *out, uint32_t at, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        float r[16];
        for (int k = 0; k < 8; k++) {
            const float c = b->turn[0][k] + b->turn[2][k] * (float)(at + i);
            const float s = b->turn[1][k] + b->turn[3][k] * (float)(at + i);
            r[k] = c * b->x[k][i] - s * b->x[k + 8][i];
            r[k + 8] = s * b->x[k][i] + c * b->x[k + 8][i];
        }
        const float onset = b->taps[16] + b->taps[17] * (float)(at + i);
        float side[2] = {0.0f, 0.0f}; /* even and odd lines */
        for (int k = 0; k < 16; k++)
            side[k & 1] += b->taps[k] * (r[k] + onset * b->feed[k][i]);
        b->heard[0][i] = plain_snap(side[0] + side[1]);
        b->heard[1][i] = plain_snap(side[0] - side[1]);
        plain_hadamard(r);
        for (int k = 0; k < 16; k++)
            out[k][i] = plain_snap(0.25f * r[k] + b->feed[k][i]);
    }
}

static void plain_spread(Bench *b, float *const *out, const float *const *in, const float *gains,
                         uint32_t at, uint32_t n)
{
    const int full = b->mix[0] == 0 && b->mix[1] == 1 && b->mix[2] == 0 && b->mix[3] == 0;
    for (uint32_t i = 0; i < n; i++) {
        float r[16], y[16];
        for (int k = 0; k < 16; k++)
            r[k] = y[k] = gains ? gains[k] * in[k][i] : in[k][i];
        plain_hadamard(r);
        const float keep = b->mix[0] + b->mix[2] * (float)(at + i);
        const float cross = 0.25f * (b->mix[1] + b->mix[3] * (float)(at + i));
        for (int k = 0; k < 16; k++)
            out[k][i] = full ? 0.25f * r[k] : keep * y[k] + cross * r[k];
    }
}

static void plain_sum(float *out, const float *const *in, const float *gains, uint32_t count,
                      uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        float sum = 0.0f;
        for (uint32_t k = 0; k < count; k++)
            sum += gains[k] * in[k][i];
        out[i] = sum;
    }
}

/* Runs all kernels of `kernels` (or plain C for NULL) on one bench. */
static void work(const LusterKernels *kernels, Bench *b, uint64_t seed, uint32_t at, uint32_t n)
{
    prepare(b, seed);
    const float *in[16];
    float *out[16];
    for (int k = 0; k < 16; k++) {
        in[k] = b->in[k] + k;
        out[k] = b->out[k] + (k + seed) % 16;
    }
    const float *step = seed % 2 ? &b->step[0][0] : NULL;
    const float *gains = seed % 5 < 2 ? NULL : b->gains;
    const uint32_t count = (uint32_t)(seed % 17);
    if (kernels) {
        float *const heard[2] = {b->heard[0], b->heard[1]};
        kernels->fdn_mix(out, heard, &b->x[0][0], &b->feed[0][0], &b->turn[0][0], b->taps, at, n);
        kernels->fdn_sum(b->sum, (const float *const *)out, b->gains, count, n);
        kernels->fdn_spread(out, (const float *const *)out, gains, b->mix, at, n);
        kernels->fdn_absorb(&b->x[0][0], in, &b->coefs[0][0], step, &b->states[0][0], n);
    } else {
        plain_mix(b, out, at, n);
        plain_sum(b->sum, (const float *const *)out, b->gains, count, n);
        plain_spread(b, out, (const float *const *)out, gains, at, n);
        plain_absorb(b, in, step, n);
    }
}

static void compare(const char *level, uint64_t seed, uint32_t at, uint32_t n)
{
    static Bench want, got;
    work(NULL, &want, seed, at, n);
    work(luster_kernels(), &got, seed, at, n);
    int equal = memcmp(want.sum, got.sum, n * sizeof(float)) == 0 &&
                memcmp(want.heard[0], got.heard[0], n * sizeof(float)) == 0 &&
                memcmp(want.heard[1], got.heard[1], n * sizeof(float)) == 0 &&
                memcmp(want.coefs, got.coefs, sizeof want.coefs) == 0 &&
                memcmp(want.states, got.states, sizeof want.states) == 0;
    for (int k = 0; k < 16; k++) {
        const uint64_t from = (k + seed) % 16;
        equal &= memcmp(want.out[k] + from, got.out[k] + from, n * sizeof(float)) == 0;
        equal &= memcmp(want.x[k], got.x[k], n * sizeof(float)) == 0;
    }
    if (!CHECK(equal))
        printf("#   %s, seed %u, at %u, %u frames\n", level, (unsigned)seed, at, n);
}

TEST(every_level_equals_plain_c)
{
    for (const char *const *level = luster_kernels_levels(); *level; level++) {
        if (luster_kernels_select(*level))
            continue; /* not on this processor */
        for (uint64_t seed = 1; seed <= 60; seed++) {
            const uint32_t n = seed <= 20 ? FRAMES : 1 + (uint32_t)(seed * 37 % FRAMES);
            compare(*level, seed, (uint32_t)(seed * 11 % (FRAMES - n + 1)), n);
        }
    }
    luster_kernels_select(NULL);
}

TEST(mixing_loses_nothing)
{
    static Bench b;
    prepare(&b, 4);
    memset(b.feed, 0, sizeof b.feed);
    float *out[16];
    double before = 0.0, after = 0.0;
    for (int k = 0; k < 16; k++) {
        out[k] = b.out[k];
        for (int i = 0; i < FRAMES; i++)
            before += (double)b.x[k][i] * b.x[k][i];
    }
    for (int k = 0; k < 8; k++) {
        b.turn[0][k] = (float)cos(0.1 * k);
        b.turn[1][k] = (float)sin(0.1 * k);
        b.turn[2][k] = b.turn[3][k] = 0.0f;
    }
    float *const heard[2] = {b.heard[0], b.heard[1]};
    luster_kernels()->fdn_mix(out, heard, &b.x[0][0], &b.feed[0][0], &b.turn[0][0], b.taps, 0,
                              FRAMES);
    for (int k = 0; k < 16; k++) {
        for (int i = 0; i < FRAMES; i++)
            after += (double)out[k][i] * out[k][i];
    }
    CHECK_NEAR(10.0 * log10(after / before), 0.0, 1e-6);
}

/* A sine through the filters of one line: its loss against what the decay asks for. */
TEST(filters_lose_what_was_designed)
{
    const LusterFdnDecay decay = {1.5, 1.3, 250, 0.5, 6000};
    static const double hz[] = {60, 125, 250, 500, 1000, 2000, 4000, 8000};
    double lengths[16];
    get_lengths(700, 4300, lengths);
    for (unsigned f = 0; f < sizeof hz / sizeof hz[0]; f++) {
        static Bench b;
        memset(&b, 0, sizeof b);
        luster_fdn_absorb(&decay, lengths, 48000, &b.coefs[0][0]);
        double re[16] = {0}, im[16] = {0}, weight = 0.0;
        for (uint32_t t = 0; t < 48000; t += FRAMES) {
            const float *in[16];
            for (uint32_t i = 0; i < FRAMES; i++)
                b.in[0][i] = (float)sin(2.0 * LUSTER_PI * hz[f] * (t + i) / 48000);
            for (int k = 0; k < 16; k++)
                in[k] = b.in[0];
            luster_kernels()->fdn_absorb(&b.x[0][0], in, &b.coefs[0][0], NULL, &b.states[0][0],
                                         FRAMES);
            for (uint32_t i = 0; i < FRAMES && t >= 12000; i++) {
                const double hann = 1.0 - cos(2.0 * LUSTER_PI * (t + i - 12000) / 36000);
                const double phase = 2.0 * LUSTER_PI * hz[f] * (t + i) / 48000;
                weight += hann / 2;
                for (int k = 0; k < 16; k++) {
                    re[k] += hann * b.x[k][i] * cos(phase);
                    im[k] += hann * b.x[k][i] * sin(phase);
                }
            }
        }
        for (int k = 0; k < 16; k++) {
            const double lost = -20.0 * log10(sqrt(re[k] * re[k] + im[k] * im[k]) / weight);
            const double asked = 60.0 * lengths[k] / (48000 * luster_fdn_t60(&decay, hz[f]));
            CHECK_NEAR(lost / asked, 1.0, 0.03);
        }
    }
}

TEST(lengths_are_different_primes)
{
    static const double ranges[][2] = {{14, 50}, {56, 216}, {1000, 4000}, {9600, 69000}};
    for (int r = 0; r < 4; r++) {
        uint32_t lengths[16];
        luster_fdn_lengths(ranges[r][0], ranges[r][1], lengths);
        for (int i = 0; i < 16; i++) {
            CHECK(i == 0 || lengths[i] > lengths[i - 1]);
            for (uint32_t d = 2; d * d <= lengths[i]; d++)
                CHECK(lengths[i] % d != 0);
        }
        CHECK(lengths[0] >= ranges[r][0]);
    }
}

int main(void)
{
    RUN(every_level_equals_plain_c);
    RUN(mixing_loses_nothing);
    RUN(filters_lose_what_was_designed);
    RUN(lengths_are_different_primes);
    return tap_done();
}
