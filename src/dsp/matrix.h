/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Matrix: gains from left and right to left and right, each smoothed on its own. The unit matrix at
 * rest returns its input bit for bit. One channel takes the first gain only. */
#ifndef LUSTER_DSP_MATRIX_H
#define LUSTER_DSP_MATRIX_H

#include "dsp/smooth.h"

#include <string.h>

typedef struct LusterMatrix {
    LusterSmooth gain[2][2]; /* [to][from] */
} LusterMatrix;

static inline void luster_matrix_reset(LusterMatrix *matrix)
{
    for (int i = 0; i < 4; i++)
        luster_smooth_reset(&matrix->gain[i / 2][i % 2]);
}

static inline void luster_matrix_set(LusterMatrix *matrix, double gain[2][2], uint32_t n_frames)
{
    for (int i = 0; i < 4; i++)
        luster_smooth_set(&matrix->gain[i / 2][i % 2], gain[i / 2][i % 2], n_frames);
}

static inline void luster_matrix_apply(double gain[2][2], float *const *x, uint32_t n_channels,
                                       uint32_t from, uint32_t to)
{
    float *left = x[0];
    if (n_channels == 1) {
        for (uint32_t i = from; i < to; i++)
            left[i] = (float)(gain[0][0] * left[i]);
        return;
    }
    float *right = x[1];
    for (uint32_t i = from; i < to; i++) {
        const float l = left[i], r = right[i];
        left[i] = (float)(gain[0][0] * l + gain[0][1] * r);
        right[i] = (float)(gain[1][0] * l + gain[1][1] * r);
    }
}

/** n frames of x[n_channels], in place. */
static inline void luster_matrix_run(LusterMatrix *matrix, float *const *x, uint32_t n_channels,
                                     uint32_t n)
{
    for (uint32_t i = 0; i < n;) {
        double gain[2][2];
        bool moving = false;
        for (int g = 0; g < 4; g++) {
            LusterSmooth *smooth = &matrix->gain[g / 2][g % 2];
            moving |= luster_smooth_moving(smooth);
            gain[g / 2][g % 2] = luster_smooth_next(smooth);
        }
        if (!moving && gain[0][0] == 1.0 && gain[1][1] == 1.0 && gain[0][1] == 0.0 &&
            gain[1][0] == 0.0)
            return;
        const uint32_t to = moving ? i + 1 : n;
        luster_matrix_apply(gain, x, n_channels, i, to);
        i = to;
    }
}

#endif
