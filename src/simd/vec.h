/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Vectors for kernels. A kernel file is compiled once per level with LUSTER_LEVEL set to the
 * level's name; LUSTER_KERNEL(f) gives each copy its own name. */
#ifndef LUSTER_SIMD_VEC_H
#define LUSTER_SIMD_VEC_H

#include "simd/kernels.h"

#include <string.h>

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

static inline vf vf_set(float x)
{
    return (vf){0} + x;
}

static inline vd vd_set(double x)
{
    return (vd){0} + x;
}

#endif
