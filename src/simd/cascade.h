/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A cascade of second-order sections as the kernels see it: lanes are section by section, and
 * within a section channel by channel, so every level loads its own width from one layout. Per
 * frame:  w = (x - a2 w2) - a1 w1,   y = (e1 w1 + e2 w2) + dx x,   w2' = w1,   w1' = w. */
#ifndef LUSTER_SIMD_CASCADE_H
#define LUSTER_SIMD_CASCADE_H

#include <stdint.h>

/** Sections are laid out in multiples of this, the rest of them unity. */
#define LUSTER_CASCADE_ROUND 8

enum {
    LUSTER_CASCADE_A1,
    LUSTER_CASCADE_A2,
    LUSTER_CASCADE_E1,
    LUSTER_CASCADE_E2,
    LUSTER_CASCADE_DX,
    LUSTER_CASCADE_COEFS
};

typedef struct LusterCascade {
    uint32_t n_channels; /* 1 or 2 */
    uint32_t n_sections; /* in use; those up to the next multiple of the round are unity */
    double *coef[LUSTER_CASCADE_COEFS]; /* each [sections][n_channels], 64-byte aligned */
    double *s1, *s2; /* w1 and w2, laid out likewise */
} LusterCascade;

#endif
