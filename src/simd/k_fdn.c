/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Feedback delay network of 16 lines, in runs of at most LUSTER_FDN_RUN frames: [line][frame].
 * Mixing works along time, elementwise. The filters recur in time, so for them the run is turned
 * to [frame][line] in square tiles and back; each lane is one line, so widths cannot matter.
 * Whole vectors are always computed: what lies behind `n` in a run is read and written but never
 * used. */
#include "simd/vec.h"

#define LINES LUSTER_LANES
#define RUN LUSTER_FDN_RUN
#define COEFS 12
#define STATES 4
#define GROUP (LINES / VF_LANES < 2 ? 1 : 2)
#define TINY 1e-25f /* below this is silence: no denormals */

void LUSTER_KERNEL(luster_k_fdn_absorb)(float *x, const float *const *in, float *coefs,
                                        const float *step, float *states, uint32_t n);
void LUSTER_KERNEL(luster_k_fdn_mix)(float *const *out, float *const *heard, const float *x,
                                     const float *feed, const float *turn, const float *taps,
                                     uint32_t at, uint32_t n);
void LUSTER_KERNEL(luster_k_fdn_spread)(float *const *out, const float *const *in,
                                        const float *gains, const float *mix, uint32_t at,
                                        uint32_t n);
void LUSTER_KERNEL(luster_k_fdn_sum)(float *out, const float *const *in, const float *gains,
                                     uint32_t count, uint32_t n);

static inline vf snap(vf x)
{
    const vi keep = (x > vf_set(TINY)) | (x < vf_set(-TINY));
    return (vf)((vi)x & keep);
}

/* ---- turning -------------------------------------------------------------------------------- */

#define SWAP(a, b, lo, hi)                                                                         \
    do {                                                                                           \
        const vf swap_a_ = (a), swap_b_ = (b);                                                     \
        (a) = lo(swap_a_, swap_b_);                                                                \
        (b) = hi(swap_a_, swap_b_);                                                                \
    } while (0)

/* lo keeps the lanes whose number lacks the bit, hi those that have it, each filled from the other
 * vector: one step of a transposition. */
#if VF_LANES == 4
#define LO1(a, b) __builtin_shufflevector(a, b, 0, 4, 2, 6)
#define HI1(a, b) __builtin_shufflevector(a, b, 1, 5, 3, 7)
#define LO2(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define HI2(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#elif VF_LANES == 8
#define LO1(a, b) __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define HI1(a, b) __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
#define LO2(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HI2(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define LO4(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HI4(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#else
#define LO1(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#define HI1(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)
#define LO2(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HI2(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define LO4(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#define HI4(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#define LO8(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define HI8(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#endif

/* Transposes a square of vectors. */
static inline void turn_tile(vf *r)
{
#if VF_LANES == 16
    for (int i = 0; i < 8; i++)
        SWAP(r[i], r[i + 8], LO8, HI8);
#endif
#if VF_LANES >= 8
    for (int i = 0; i < VF_LANES; i += 8) {
        for (int j = 0; j < 4; j++)
            SWAP(r[i + j], r[i + j + 4], LO4, HI4);
    }
#endif
    for (int i = 0; i < VF_LANES; i += 4) {
        SWAP(r[i], r[i + 2], LO2, HI2);
        SWAP(r[i + 1], r[i + 3], LO2, HI2);
    }
    for (int i = 0; i < VF_LANES; i += 2)
        SWAP(r[i], r[i + 1], LO1, HI1);
}

/* Lines [line][frame] to frames [frame][line], and back. */
static inline void to_frames(float *frames, const float *const *in, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        for (uint32_t l = 0; l < LINES; l += VF_LANES) {
            vf r[VF_LANES];
            for (uint32_t k = 0; k < VF_LANES; k++)
                r[k] = vf_load(in[l + k] + i);
            turn_tile(r);
            for (uint32_t k = 0; k < VF_LANES; k++)
                vf_store(frames + (i + k) * LINES + l, r[k]);
        }
    }
}

static inline void to_lines(float *x, const float *frames, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        for (uint32_t l = 0; l < LINES; l += VF_LANES) {
            vf r[VF_LANES];
            for (uint32_t k = 0; k < VF_LANES; k++)
                r[k] = vf_load(frames + (i + k) * LINES + l);
            turn_tile(r);
            for (uint32_t k = 0; k < VF_LANES; k++)
                vf_store(x + (l + k) * RUN + i, r[k]);
        }
    }
}

/* ---- filters -------------------------------------------------------------------------------- */

/* One state variable section (dsp/fdn.h): c holds its six coefficients, s its two states. */
static inline vf section(const vf *c, vf *s, vf x)
{
    const vf v = x - s[1];
    const vf y = c[3] * x + (c[4] * s[0] + c[5] * v);
    const vf band = c[0] * s[0] + c[1] * v;
    s[1] = s[1] + (c[1] * s[0] + c[2] * v);
    s[0] = band;
    return y;
}

/* GROUP vectors of lanes side by side: one recursion waits while the other computes. */
static inline void filter(float *frames, float *coefs, const float *step, float *states, uint32_t n)
{
    for (uint32_t p = 0; p < LINES; p += GROUP * VF_LANES) {
        vf c[GROUP][COEFS], s[GROUP][STATES];
        for (uint32_t g = 0; g < GROUP; g++) {
            for (uint32_t k = 0; k < COEFS; k++)
                c[g][k] = vf_load(coefs + k * LINES + p + g * VF_LANES);
            for (uint32_t k = 0; k < STATES; k++)
                s[g][k] = vf_load(states + k * LINES + p + g * VF_LANES);
        }
        for (uint32_t i = 0; i < n; i++) {
            for (uint32_t g = 0; g < GROUP; g++) {
                float *at = frames + i * LINES + p + g * VF_LANES;
                vf_store(at, section(c[g] + 6, s[g] + 2, section(c[g], s[g], vf_load(at))));
                for (uint32_t k = 0; step && k < COEFS; k++)
                    c[g][k] += vf_load(step + k * LINES + p + g * VF_LANES);
            }
        }
        for (uint32_t g = 0; g < GROUP; g++) {
            for (uint32_t k = 0; step && k < COEFS; k++)
                vf_store(coefs + k * LINES + p + g * VF_LANES, c[g][k]);
            for (uint32_t k = 0; k < STATES; k++)
                vf_store(states + k * LINES + p + g * VF_LANES, s[g][k]);
        }
    }
}

void LUSTER_KERNEL(luster_k_fdn_absorb)(float *x, const float *const *in, float *coefs,
                                        const float *step, float *states, uint32_t n)
{
    float frames[RUN * LINES] __attribute__((aligned(64)));
    to_frames(frames, in, n);
    if (step)
        filter(frames, coefs, step, states, n);
    else
        filter(frames, coefs, NULL, states, n);
    to_lines(x, frames, n);
}

/* ---- mixing --------------------------------------------------------------------------------- */

/* Walsh-Hadamard of 16, not scaled. */
static inline void hadamard(vf *r)
{
    for (int h = 1; h < LINES; h *= 2) {
        for (int i = 0; i < LINES; i += 2 * h) {
            for (int j = i; j < i + h; j++) {
                const vf a = r[j], b = r[j + h];
                r[j] = a + b;
                r[j + h] = a - b;
            }
        }
    }
}

/* at, at + 1 … as floats: exact */
static inline vf count_from(uint32_t at)
{
    vf ramp;
    for (uint32_t i = 0; i < VF_LANES; i++)
        ramp[i] = (float)(at + i);
    return ramp;
}

/* Even lines and odd lines, apart: the sides are their sum and their difference. */
static inline void hear(float *const *heard, const vf *r, const float *feed, const float *taps,
                        vf ramp, uint32_t i)
{
    const vf onset = vf_set(taps[LINES]) + vf_set(taps[LINES + 1]) * ramp;
    vf even = vf_set(0.0f), odd = vf_set(0.0f);
    for (int k = 0; k < LINES; k += 2) {
        even += vf_set(taps[k]) * (r[k] + onset * vf_load(feed + k * RUN + i));
        odd += vf_set(taps[k + 1]) * (r[k + 1] + onset * vf_load(feed + (k + 1) * RUN + i));
    }
    vf_store(heard[0] + i, snap(even + odd));
    vf_store(heard[1] + i, snap(even - odd));
}

void LUSTER_KERNEL(luster_k_fdn_mix)(float *const *out, float *const *heard, const float *x,
                                     const float *feed, const float *turn, const float *taps,
                                     uint32_t at, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        const vf ramp = count_from(at + i);
        vf r[LINES];
        for (int k = 0; k < LINES / 2; k++) {
            /* rotation of lines k and k + 8 by an angle on its way */
            const vf c = vf_set(turn[k]) + vf_set(turn[16 + k]) * ramp;
            const vf s = vf_set(turn[8 + k]) + vf_set(turn[24 + k]) * ramp;
            const vf a = vf_load(x + k * RUN + i), b = vf_load(x + (k + 8) * RUN + i);
            r[k] = c * a - s * b;
            r[k + 8] = s * a + c * b;
        }
        hear(heard, r, feed, taps, ramp, i);
        hadamard(r);
        for (int k = 0; k < LINES; k++)
            vf_store(out[k] + i, snap(vf_set(0.25f) * r[k] + vf_load(feed + k * RUN + i)));
    }
}

static inline void spread(float *const *out, const float *const *in, const float *gains,
                          const float *mix, uint32_t at, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        vf r[LINES];
        for (int k = 0; k < LINES; k++)
            r[k] = gains ? vf_set(gains[k]) * vf_load(in[k] + i) : vf_load(in[k] + i);
        hadamard(r);
        if (!mix) {
            for (int k = 0; k < LINES; k++)
                vf_store(out[k] + i, vf_set(0.25f) * r[k]);
            continue;
        }
        const vf ramp = count_from(at + i);
        const vf keep = vf_set(mix[0]) + vf_set(mix[2]) * ramp;
        const vf cross = vf_set(0.25f) * (vf_set(mix[1]) + vf_set(mix[3]) * ramp);
        for (int k = 0; k < LINES; k++) {
            vf same = vf_load(in[k] + i);
            same = gains ? vf_set(gains[k]) * same : same;
            vf_store(out[k] + i, keep * same + cross * r[k]);
        }
    }
}

void LUSTER_KERNEL(luster_k_fdn_spread)(float *const *out, const float *const *in,
                                        const float *gains, const float *mix, uint32_t at,
                                        uint32_t n)
{
    const int full = mix[0] == 0.0f && mix[1] == 1.0f && mix[2] == 0.0f && mix[3] == 0.0f;
    if (full && gains)
        spread(out, in, gains, NULL, at, n);
    else if (full)
        spread(out, in, NULL, NULL, at, n);
    else
        spread(out, in, gains, mix, at, n);
}

void LUSTER_KERNEL(luster_k_fdn_sum)(float *out, const float *const *in, const float *gains,
                                     uint32_t count, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        vf sum = vf_set(0.0f);
        for (uint32_t k = 0; k < count; k++)
            sum += vf_set(gains[k]) * vf_load(in[k] + i);
        vf_store(out + i, sum);
    }
}
