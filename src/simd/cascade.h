/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A cascade of second-order sections as the kernels see it: lanes are section by section, and
 * within a section channel by channel, so every level loads its own width from one layout. */
#ifndef LUSTER_SIMD_CASCADE_H
#define LUSTER_SIMD_CASCADE_H

#include <stdint.h>

/** Sections are laid out in multiples of this, the rest of them unity. */
#define LUSTER_CASCADE_ROUND 8

enum {
    LUSTER_CASCADE_A,
    LUSTER_CASCADE_B,
    LUSTER_CASCADE_C,
    LUSTER_CASCADE_DX,
    LUSTER_CASCADE_C1,
    LUSTER_CASCADE_C2,
    LUSTER_CASCADE_COEFS
};

typedef struct LusterCascade {
    uint32_t n_channels; /* 1 or 2 */
    uint32_t n_sections; /* in use; those up to the next multiple of the round are unity */
    double *coef[LUSTER_CASCADE_COEFS]; /* each [sections][n_channels], 64-byte aligned */
    double *s1, *s2; /* states, laid out likewise */
} LusterCascade;

#endif
