/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Cascade of second-order sections in double. Lanes are sections x channels, and the sections form
 * a pipeline: in step t section k works on frame t - k, so one vector step moves every section of
 * every channel on by a frame. A block fills and drains the pipeline with lanes masked off; each
 * lane does what plain code does (dsp/sections.h), so neither width nor block size changes a bit.
 */
#include "simd/vec.h"

#define MAX_GROUPS 6 /* vectors of one pass: more would spill */
#define INLINE static inline __attribute__((always_inline))

typedef long long vl __attribute__((vector_size(8 * VD_LANES)));
#if VD_LANES == 8
typedef double v2 __attribute__((vector_size(16)));
#endif

void LUSTER_KERNEL(luster_k_cascade_run)(const LusterCascade *cascade, double *frames, uint32_t n);
void LUSTER_KERNEL(luster_k_cascade_load)(double *frames, const float *left, const float *right,
                                          uint32_t n);
void LUSTER_KERNEL(luster_k_cascade_store)(float *left, float *right, const double *frames,
                                           uint32_t n);

/* The frame at p in the last lanes (and, to spare a shuffle, in all others). */
INLINE vd load_frame(const double *p, int channels)
{
    if (channels == 1)
        return vd_set(*p);
#if VD_LANES == 2
    return vd_load(p);
#elif VD_LANES == 4 /* by hand: the compilers take the slower vpermpd, here and in the store */
    return (vd)_mm256_broadcast_pd((const __m128d *)p);
#else
    v2 frame;
    memcpy(&frame, p, sizeof frame);
    return __builtin_shufflevector(frame, frame, 0, 1, 0, 1, 0, 1, 0, 1);
#endif
}

INLINE void store_frame(double *p, vd v, int channels)
{
    if (channels == 1) {
        *p = v[VD_LANES - 1];
        return;
    }
#if VD_LANES == 2
    memcpy(p, &v, sizeof v);
#elif VD_LANES == 4
    _mm_storeu_pd(p, _mm256_extractf128_pd((__m256d)v, 1));
#else
    const v2 frame = __builtin_shufflevector(v, v, 6, 7);
    memcpy(p, &frame, sizeof frame);
#endif
}

/* Every section's input: the output of the one before, which may end the vector before. */
INLINE vd shift(vd before, vd here, int channels)
{
#if VD_LANES == 2
    return channels == 2 ? before : __builtin_shufflevector(before, here, 1, 2);
#elif VD_LANES == 4
    return channels == 2 ? __builtin_shufflevector(before, here, 2, 3, 4, 5)
                         : __builtin_shufflevector(before, here, 3, 4, 5, 6);
#else
    return channels == 2 ? __builtin_shufflevector(before, here, 6, 7, 8, 9, 10, 11, 12, 13)
                         : __builtin_shufflevector(before, here, 7, 8, 9, 10, 11, 12, 13, 14);
#endif
}

INLINE vd blend(vl mask, vd yes, vd no)
{
    return (vd)(((vl)yes & mask) | ((vl)no & ~mask));
}

typedef struct Pipe {
    vd s1[MAX_GROUPS], s2[MAX_GROUPS], y[MAX_GROUPS];
} Pipe;

typedef struct Coefs {
    vd of[MAX_GROUPS][LUSTER_CASCADE_COEFS];
} Coefs;

/* One step of `groups` vectors. With `masked`, only sections first … last keep what they did. */
INLINE void step(Pipe *pipe, const Coefs *coefs, vd in, int groups, int channels, int masked,
                 double first, double last)
{
    /* Keeps the coefficients in memory, where they are operands of the multiplications; the
     * compilers would rather hold them in registers and spill the states, which are in a loop. */
    __asm__ volatile("" : "+r"(coefs));
#pragma GCC unroll 8
    for (int g = groups - 1; g >= 0; g--) {
        const vd *coef = coefs->of[g];
        const vd s1 = pipe->s1[g], s2 = pipe->s2[g];
        const vd x = shift(g ? pipe->y[g - 1] : in, pipe->y[g], channels);
        const vd new1 = (x - coef[LUSTER_CASCADE_A2] * s2) - coef[LUSTER_CASCADE_A1] * s1;
        pipe->y[g] = (coef[LUSTER_CASCADE_E1] * s1 + coef[LUSTER_CASCADE_E2] * s2) +
                     coef[LUSTER_CASCADE_DX] * x;
        if (masked) {
            vd section;
            for (int i = 0; i < VD_LANES; i++)
                section[i] = (double)((g * VD_LANES + i) / channels);
            const vl mask = (section >= first) & (section <= last);
            pipe->s1[g] = blend(mask, new1, s1);
            pipe->s2[g] = blend(mask, s1, s2);
        } else {
            pipe->s1[g] = new1;
            pipe->s2[g] = s1;
        }
    }
}

/* A pass of `groups` vectors, from lane `at` on, over n interleaved frames in place. */
INLINE void pass(const LusterCascade *cascade, uint32_t at, double *frames, uint32_t n_frames,
                 int groups, int channels)
{
    Coefs coefs;
    Pipe pipe;
    for (int g = 0; g < groups; g++) {
        for (int c = 0; c < LUSTER_CASCADE_COEFS; c++)
            coefs.of[g][c] = vd_load(cascade->coef[c] + at + g * VD_LANES);
        pipe.s1[g] = vd_load(cascade->s1 + at + g * VD_LANES);
        pipe.s2[g] = vd_load(cascade->s2 + at + g * VD_LANES);
        pipe.y[g] = vd_set(0.0);
    }
    const int32_t n = (int32_t)n_frames, behind = groups * VD_LANES / channels - 1;
    for (int32_t t = 0; t < behind; t++) { /* fill */
        const vd in = t < n ? load_frame(frames + t * channels, channels) : vd_set(0.0);
        step(&pipe, &coefs, in, groups, channels, 1, t - n + 1, t);
    }
    for (int32_t t = behind; t < n; t++) {
        step(&pipe, &coefs, load_frame(frames + t * channels, channels), groups, channels, 0, 0, 0);
        store_frame(frames + (t - behind) * channels, pipe.y[groups - 1], channels);
    }
    for (int32_t t = n > behind ? n : behind; t < n + behind; t++) { /* drain */
        step(&pipe, &coefs, vd_set(0.0), groups, channels, 1, t - n + 1, t);
        store_frame(frames + (t - behind) * channels, pipe.y[groups - 1], channels);
    }
    for (int g = 0; g < groups; g++) {
        vd_store(cascade->s1 + at + g * VD_LANES, pipe.s1[g]);
        vd_store(cascade->s2 + at + g * VD_LANES, pipe.s2[g]);
    }
}

#define PASS(groups)                                                                               \
    case groups:                                                                                   \
        pass(cascade, at, frames, n, groups, channels);                                            \
        break

INLINE void run(const LusterCascade *cascade, double *frames, uint32_t n, int channels)
{
    const uint32_t n_lanes = cascade->n_sections * (uint32_t)channels;
    uint32_t left = (n_lanes + VD_LANES - 1) / VD_LANES, at = 0;
    while (left) {
        const uint32_t groups = left < MAX_GROUPS ? left : MAX_GROUPS;
        switch (groups) {
            PASS(1);
            PASS(2);
            PASS(3);
            PASS(4);
            PASS(5);
        default:
            pass(cascade, at, frames, n, MAX_GROUPS, channels);
            break;
        }
        at += groups * VD_LANES;
        left -= groups;
    }
}

void LUSTER_KERNEL(luster_k_cascade_run)(const LusterCascade *cascade, double *frames, uint32_t n)
{
    if (cascade->n_channels == 1)
        run(cascade, frames, n, 1);
    else
        run(cascade, frames, n, 2);
}

typedef float vh __attribute__((vector_size(4 * VD_LANES))); /* as many floats as doubles */

#if VD_LANES == 2
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 2)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 1, 3)
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3)
#elif VD_LANES == 4
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#else
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#endif

void LUSTER_KERNEL(luster_k_cascade_load)(double *frames, const float *left, const float *right,
                                          uint32_t n)
{
    if (!right) {
        for (uint32_t i = 0; i < n; i++)
            frames[i] = left[i];
        return;
    }
    uint32_t i = 0;
    for (; i + VD_LANES <= n; i += VD_LANES) {
        vh l, r;
        memcpy(&l, left + i, sizeof l);
        memcpy(&r, right + i, sizeof r);
        vd_store(frames + 2 * i, __builtin_convertvector(INTERLEAVE_LOW(l, r), vd));
        vd_store(frames + 2 * i + VD_LANES, __builtin_convertvector(INTERLEAVE_HIGH(l, r), vd));
    }
    for (; i < n; i++) {
        frames[2 * i] = left[i];
        frames[2 * i + 1] = right[i];
    }
}

/* Below 1e-25 is silence: nothing denormal leaves, and -0 becomes 0. What no one asked for in
 * earnest (24 resonances of 32 dB on one note) stops at +300 dBFS instead of infinity. */
#define SILENCE 1e-25
#define LOUDEST 1e15

INLINE float rounded(double y)
{
    const double size = y < 0.0 ? -y : y;
    y = y > LOUDEST ? LOUDEST : y;
    y = y < -LOUDEST ? -LOUDEST : y;
    return size < SILENCE ? 0.0f : (float)y;
}

INLINE vh rounded_all(vd y)
{
    const vd top = vd_set(LOUDEST), bottom = vd_set(-LOUDEST);
    y = blend(y > top, top, y);
    y = blend(y < bottom, bottom, y);
    const vl silent = (y > vd_set(-SILENCE)) & (y < vd_set(SILENCE));
    return __builtin_convertvector((vd)((vl)y & ~silent), vh);
}

void LUSTER_KERNEL(luster_k_cascade_store)(float *left, float *right, const double *frames,
                                           uint32_t n)
{
    uint32_t i = 0;
    if (!right) {
        for (; i + VD_LANES <= n; i += VD_LANES) {
            const vh y = rounded_all(vd_load(frames + i));
            memcpy(left + i, &y, sizeof y);
        }
        for (; i < n; i++)
            left[i] = rounded(frames[i]);
        return;
    }
    for (; i + VD_LANES <= n; i += VD_LANES) {
        const vh a = rounded_all(vd_load(frames + 2 * i));
        const vh b = rounded_all(vd_load(frames + 2 * i + VD_LANES));
        const vh l = EVEN(a, b), r = ODD(a, b);
        memcpy(left + i, &l, sizeof l);
        memcpy(right + i, &r, sizeof r);
    }
    for (; i < n; i++) {
        left[i] = rounded(frames[2 * i]);
        right[i] = rounded(frames[2 * i + 1]);
    }
}
