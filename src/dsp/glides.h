/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Glides along S-shaped steps: while anything moves, the straight lines of all glides are set anew
 * every 32 frames so that they follow their smoothers. What is not a gain, but what a gain comes
 * from through an attack, moves without audible corners so, and kernels still see straight lines.
 * A chunk must not be longer than `cell_left`, unless that is 0. */
#ifndef LUSTER_DSP_GLIDES_H
#define LUSTER_DSP_GLIDES_H

#include "dsp/glide.h"
#include "dsp/smooth.h"

#define LUSTER_GLIDES_MAX 12
#define LUSTER_GLIDES_CELL 32 /* frames */

typedef struct LusterGlides {
    uint32_t n, cell_left;
    LusterGlide *glide[LUSTER_GLIDES_MAX];
    LusterSmooth smooth[LUSTER_GLIDES_MAX];
} LusterGlides;

/** Takes the n glides in their order; they stay the caller's. */
static inline void luster_glides_open(LusterGlides *glides, LusterGlide *const *glide, uint32_t n)
{
    glides->n = n;
    for (uint32_t i = 0; i < n; i++)
        glides->glide[i] = glide[i];
}

static inline void luster_glides_reset(LusterGlides *glides)
{
    for (uint32_t i = 0; i < glides->n; i++)
        luster_smooth_reset(&glides->smooth[i]);
    glides->cell_left = 0;
}

/** Glide number `i` on to a target within n_frames (0: at once) and a cell. */
static inline void luster_glides_set(LusterGlides *glides, uint32_t i, double target,
                                     uint32_t n_frames)
{
    luster_smooth_set(&glides->smooth[i], target, n_frames);
    if (n_frames == 0)
        luster_glide_set(glides->glide[i], target, 0);
}

static inline bool luster_glides_move(const LusterGlides *glides)
{
    for (uint32_t i = 0; i < glides->n; i++) {
        if (luster_smooth_moving(&glides->smooth[i]))
            return true;
    }
    return glides->cell_left > 0;
}

/** Before each chunk: begins the next cell where one is due. */
static inline void luster_glides_begin(LusterGlides *glides)
{
    if (glides->cell_left > 0 || !luster_glides_move(glides))
        return;
    for (uint32_t i = 0; i < glides->n; i++) {
        LusterSmooth *smooth = &glides->smooth[i];
        if (!luster_smooth_moving(smooth))
            continue;
        for (int j = 0; j < LUSTER_GLIDES_CELL; j++)
            luster_smooth_next(smooth);
        luster_glide_set(glides->glide[i], smooth->value, LUSTER_GLIDES_CELL);
    }
    glides->cell_left = LUSTER_GLIDES_CELL;
}

/** A chunk of n frames has been played. */
static inline void luster_glides_skip(LusterGlides *glides, uint32_t n)
{
    for (uint32_t i = 0; i < glides->n; i++)
        luster_glide_skip(glides->glide[i], n);
    glides->cell_left -= glides->cell_left ? n : 0;
}

#endif
