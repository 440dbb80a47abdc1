/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A processor's way through FIR filters that are designed while it plays: the convolver, and beside
 * it the input, as late as the filters are, which is heard instead, bit for bit, while they do
 * nothing. The owner's `advance` runs once per LUSTER_CONVOLVER_STEP frames, to design and move. */
#ifndef LUSTER_DSP_FIR_PATH_H
#define LUSTER_DSP_FIR_PATH_H

#include "dsp/convolver.h"
#include "dsp/frames.h"
#include "dsp/lag.h"
#include "dsp/smooth.h"

typedef struct LusterFirPath {
    uint32_t n_channels, latency; /* frames by which the input is late */
    uint32_t frame; /* within the steps */
    LusterConvolver *convolver; /* NULL: there is only the input */
    LusterLag lag[LUSTER_MAX_CHANNELS];
    LusterSmooth wet; /* 1: filtered; 0: the input */
} LusterFirPath;

/** Opens its own part; the owner opens the convolver. False when memory is out. */
bool luster_fir_path_open(LusterFirPath *path, LusterArena *arena, uint32_t max_latency,
                          uint32_t n_channels);
void luster_fir_path_reset(LusterFirPath *path);

/** A block, in place or not. */
void luster_fir_path_run(LusterFirPath *path, const LusterBlock *block,
                         void (*advance)(void *owner), void *owner);

#endif
