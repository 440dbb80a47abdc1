/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Vectors for kernels. A kernel file is compiled once per level with LUSTER_LEVEL set to the
 * level's name; LUSTER_KERNEL(f) gives each copy its own name. */
#ifndef LUSTER_SIMD_VEC_H
#define LUSTER_SIMD_VEC_H

#include "simd/kernels.h"

#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#define LUSTER_GLUE_(a, b) a##_##b
#define LUSTER_GLUE(a, b) LUSTER_GLUE_(a, b)
#define LUSTER_KERNEL(name) LUSTER_GLUE(name, LUSTER_LEVEL)

/* Native width of the level, in floats. */
#if defined(__AVX512F__)
#define VF_LANES 16
#elif defined(__AVX2__)
#define VF_LANES 8
#else
#define VF_LANES 4
#endif
#define VD_LANES (VF_LANES / 2)

typedef float vf __attribute__((vector_size(4 * VF_LANES)));
typedef int32_t vi __attribute__((vector_size(4 * VF_LANES)));
typedef double vd __attribute__((vector_size(8 * VD_LANES)));

static inline vf vf_load(const float *p)
{
    vf v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vf_store(float *p, vf v)
{
    memcpy(p, &v, sizeof v);
}

static inline vd vd_load(const double *p)
{
    vd v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vd_store(double *p, vd v)
{
    memcpy(p, &v, sizeof v);
}

static inline vf vf_abs(vf v)
{
    return (vf)((vi)v & 0x7fffffff);
}

/** Lanewise a > b ? a : b; b where a is not a number. */
static inline vf vf_max(vf a, vf b)
{
#if defined(__AVX512F__)
    return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
    return (vf)_mm_max_ps((__m128)a, (__m128)b);
#else
    const vi greater = a > b;
    return (vf)((greater & (vi)a) | (~greater & (vi)b));
#endif
}

/** Lanewise a < b ? a : b; b where a is not a number. */
static inline vf vf_min(vf a, vf b)
{
#if defined(__AVX512F__)
    return (vf)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vf)_mm256_min_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
    return (vf)_mm_min_ps((__m128)a, (__m128)b);
#else
    const vi less = a < b;
    return (vf)((less & (vi)a) | (~less & (vi)b));
#endif
}

/** Lanewise square root, correctly rounded. */
static inline vf vf_sqrt(vf a)
{
#if defined(__AVX512F__)
    return (vf)_mm512_sqrt_ps((__m512)a);
#elif defined(__AVX2__)
    return (vf)_mm256_sqrt_ps((__m256)a);
#elif defined(__SSE2__)
    return (vf)_mm_sqrt_ps((__m128)a);
#else
    for (int j = 0; j < VF_LANES; j++)
        a[j] = __builtin_sqrtf(a[j]);
    return a;
#endif
}

static inline vf vf_set(float x)
{
    return x - (vf){0}; /* not 0 + x, which would turn -0 into 0 and so costs an addition */
}

static inline vd vd_set(double x)
{
    return x - (vd){0};
}

#endif
