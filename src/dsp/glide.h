/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Glide: a parameter on its way to a target, as the dynamics kernels take it (simd/dynamics.h). The
 * value is a function of the frames left, so that neither blocks nor chunks show. */
#ifndef LUSTER_DSP_GLIDE_H
#define LUSTER_DSP_GLIDE_H

#include "simd/dynamics.h"

#include <stdbool.h>

/** The value at the next frame. */
static inline float luster_glide_value(const LusterGlide *glide)
{
    return glide->target - glide->step * (float)glide->left;
}

/** On to a new target over `n_frames` (0: at once). */
static inline void luster_glide_set(LusterGlide *glide, double target, uint32_t n_frames)
{
    const float to = (float)target;
    if (n_frames == 0) {
        *glide = (LusterGlide){to, 0.0f, 0};
    } else if (to != glide->target) {
        const float from = luster_glide_value(glide);
        *glide = (LusterGlide){to, (to - from) / (float)n_frames, n_frames};
    }
}

/** Whether it is at `value` and stays there. */
static inline bool luster_glide_rests(const LusterGlide *glide, float value)
{
    return glide->left == 0 && glide->target == value;
}

/** `n_frames` have been played. */
static inline void luster_glide_skip(LusterGlide *glide, uint32_t n_frames)
{
    glide->left = glide->left > n_frames ? glide->left - n_frames : 0;
}

#endif
