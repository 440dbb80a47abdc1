/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stored samples (little-endian, interleaved) to planar float and back. Integers up to 24 bit
 * become floats exactly, 32 bit are rounded once; elementwise, so the level cannot change a bit. */
#include "simd/vec.h"

void LUSTER_KERNEL(luster_k_pcm_s16)(float *left, float *right, const uint8_t *bytes, uint32_t n);
void LUSTER_KERNEL(luster_k_pcm_s24)(float *left, float *right, const uint8_t *bytes, uint32_t n);
void LUSTER_KERNEL(luster_k_pcm_s32)(float *left, float *right, const uint8_t *bytes, uint32_t n);
void LUSTER_KERNEL(luster_k_pcm_f32)(float *left, float *right, const uint8_t *bytes, uint32_t n);
void LUSTER_KERNEL(luster_k_pcm_mend)(float *x, uint32_t n, uint64_t *n_mended);
void LUSTER_KERNEL(luster_k_pcm_quantise)(int32_t *out, const float *in, uint32_t n,
                                          const LusterQuantiser *how);

#define CHUNK 256 /* frames converted through a buffer that stays in the first-level cache */
#define TO_UNIT 0x1p-31f /* full scale of a left-justified 32-bit sample */

typedef uint32_t vu __attribute__((vector_size(4 * VF_LANES)));

/* Left-justified integers to floats. */
static inline void to_float(float *out, const int32_t *in, uint32_t n)
{
    uint32_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES) {
        vi v;
        memcpy(&v, in + i, sizeof v);
        vf_store(out + i, __builtin_convertvector(v, vf) * vf_set(TO_UNIT));
    }
    for (; i < n; i++)
        out[i] = (float)in[i] * TO_UNIT;
}

static inline int32_t load_s16(const uint8_t *p)
{
    return (int32_t)((uint32_t)p[0] << 16 | (uint32_t)p[1] << 24);
}

static inline int32_t load_s24(const uint8_t *p)
{
    return (int32_t)((uint32_t)p[0] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 24);
}

static inline int32_t load_s32(const uint8_t *p)
{
    return (int32_t)((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
                     (uint32_t)p[3] << 24);
}

/* A kernel for one width: into two small integer arrays, then to float. */
#define READER(name, load, width, head)                                                            \
    void LUSTER_KERNEL(name)(float *left, float *right, const uint8_t *bytes, uint32_t n)          \
    {                                                                                              \
        int32_t l[CHUNK], r[CHUNK];                                                                \
        uint32_t done = head(left, right, bytes, n);                                               \
        while (done < n) {                                                                         \
            const uint32_t m = n - done < CHUNK ? n - done : CHUNK;                                \
            const uint8_t *p = bytes + (size_t)done * width * (right ? 2 : 1);                     \
            if (right) {                                                                           \
                for (uint32_t i = 0; i < m; i++) {                                                 \
                    l[i] = load(p + (size_t)i * 2 * width);                                        \
                    r[i] = load(p + (size_t)i * 2 * width + width);                                \
                }                                                                                  \
                to_float(right + done, r, m);                                                      \
            } else {                                                                               \
                for (uint32_t i = 0; i < m; i++)                                                   \
                    l[i] = load(p + (size_t)i * width);                                            \
            }                                                                                      \
            to_float(left + done, l, m);                                                           \
            done += m;                                                                             \
        }                                                                                          \
    }

#define NO_HEAD(left, right, bytes, n) 0

/* Stereo 24 bit with a byte shuffle: two frames are 12 bytes, spread to [l0 l1 r0 r1]. */
#if defined(__AVX2__) || (defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
typedef uint8_t v16u8 __attribute__((vector_size(16)));
typedef int32_t v4i __attribute__((vector_size(16)));
typedef float v4f __attribute__((vector_size(16)));

static inline v4i spread_s24(const uint8_t *p)
{
    v16u8 v;
    memcpy(&v, p, sizeof v);
    const v16u8 none = {0};
    return (v4i)__builtin_shufflevector(v, none, 16, 0, 1, 2, 16, 6, 7, 8, 16, 3, 4, 5, 16, 9, 10,
                                        11);
}

/* Frames done: all but the last few, whose 16-byte loads would pass the end. */
static inline uint32_t head_s24(float *left, float *right, const uint8_t *bytes, uint32_t n)
{
    uint32_t i = 0;
    if (!right)
        return 0;
    for (; i + 5 <= n; i += 4) {
        const v4i a = spread_s24(bytes + (size_t)i * 6);
        const v4i b = spread_s24(bytes + (size_t)i * 6 + 12);
        const v4i l = __builtin_shufflevector(a, b, 0, 1, 4, 5);
        const v4i r = __builtin_shufflevector(a, b, 2, 3, 6, 7);
        const v4f lf = __builtin_convertvector(l, v4f) * TO_UNIT;
        const v4f rf = __builtin_convertvector(r, v4f) * TO_UNIT;
        memcpy(left + i, &lf, sizeof lf);
        memcpy(right + i, &rf, sizeof rf);
    }
    return i;
}
#else
#define head_s24 NO_HEAD
#endif

READER(luster_k_pcm_s16, load_s16, 2, NO_HEAD)
READER(luster_k_pcm_s24, load_s24, 3, head_s24)
READER(luster_k_pcm_s32, load_s32, 4, NO_HEAD)

static inline float load_f32(const uint8_t *p)
{
    const int32_t bits = load_s32(p);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void LUSTER_KERNEL(luster_k_pcm_f32)(float *left, float *right, const uint8_t *bytes, uint32_t n)
{
    if (right) {
        for (uint32_t i = 0; i < n; i++) {
            left[i] = load_f32(bytes + (size_t)i * 8);
            right[i] = load_f32(bytes + (size_t)i * 8 + 4);
        }
    } else {
        for (uint32_t i = 0; i < n; i++)
            left[i] = load_f32(bytes + (size_t)i * 4);
    }
}

void LUSTER_KERNEL(luster_k_pcm_mend)(float *x, uint32_t n, uint64_t *n_mended)
{
    uint32_t i = 0;
    uint64_t count = 0;
    vi total = {0};
    for (; i + VF_LANES <= n; i += VF_LANES) {
        const vf v = vf_load(x + i);
        const vi bad = ((vi)v & 0x7f800000) == 0x7f800000; /* exponent all ones: NaN or Inf */
        vf_store(x + i, (vf)((vi)v & ~bad));
        total -= bad;
    }
    for (int k = 0; k < VF_LANES; k++)
        count += (uint32_t)total[k];
    for (; i < n; i++) {
        int32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        if ((bits & 0x7f800000) == 0x7f800000) {
            x[i] = 0;
            count++;
        }
    }
    *n_mended += count;
}

/* Triangular dither of 2 LSB peak to peak out of one 32-bit hash of the frame number: the sum of
 * its two 16-bit halves. Rounds of Wellons' lowbias32; the key enters between them, so that two
 * keys give unrelated sequences rather than one sequence shifted. */
#define HASH(x, key)                                                                               \
    do {                                                                                           \
        x ^= x >> 16;                                                                              \
        x *= 0x7feb352du;                                                                          \
        x += key;                                                                                  \
        x ^= x >> 15;                                                                              \
        x *= 0x846ca68bu;                                                                          \
        x ^= x >> 16;                                                                              \
    } while (0)

static inline vf dither(uint32_t frame, uint32_t key)
{
    static const uint32_t lanes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    vu x;
    memcpy(&x, lanes, sizeof x);
    x += frame;
    HASH(x, key);
    const vi sum = (vi)(x & 0xffff) + (vi)(x >> 16) - 65535;
    return __builtin_convertvector(sum, vf) * vf_set(0x1p-16f);
}

static inline vf clamp(vf x, float low, float high)
{
    const vf lo = vf_set(low), hi = vf_set(high);
    const vi below = x<lo, above = x> hi;
    x = (vf)(((vi)x & ~below) | ((vi)lo & below));
    return (vf)(((vi)x & ~above) | ((vi)hi & above));
}

static inline vi floor_to_int(vf x)
{
    const vi cut = __builtin_convertvector(x, vi);
    return cut + (__builtin_convertvector(cut, vf) > x); /* true is -1 */
}

/* One vector: x scaled to LSBs, split into whole and fraction (both exact in float, which
 * whole + dither would not be at 24 bit), dithered and rounded, saturated, left-justified. */
static inline vi quantise(vf x, vf noise, const LusterQuantiser *how)
{
    const float full = (float)(1u << (how->bits - 1));
    const vf scaled = clamp(x * vf_set(full), -full - 2, full + 2);
    const vi whole = floor_to_int(scaled);
    const vf rest = scaled - __builtin_convertvector(whole, vf);
    vi y = whole + floor_to_int(rest + noise + vf_set(0.5f));
    const vi top = (vi){0} + (int32_t)(full - 1), bottom = (vi){0} - (int32_t)full;
    const vi over = y > top, under = y < bottom;
    y = (y & ~over) | (top & over);
    y = (y & ~under) | (bottom & under);
    return (vi)((vu)y << (32 - how->bits));
}

void LUSTER_KERNEL(luster_k_pcm_quantise)(int32_t *out, const float *in, uint32_t n,
                                          const LusterQuantiser *how)
{
    uint32_t i = 0;
    for (; i < n; i += VF_LANES) {
        const uint32_t m = n - i < VF_LANES ? n - i : VF_LANES;
        vf x = {0};
        if (m == VF_LANES)
            x = vf_load(in + i);
        else
            memcpy(&x, in + i, m * sizeof *in);
        const vf noise = how->dither ? dither(how->frame + i, how->key) : (vf){0};
        const vi y = quantise(x, noise, how);
        memcpy(out + i, &y, m * sizeof *out);
    }
}
