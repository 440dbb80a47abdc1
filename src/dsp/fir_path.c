/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dsp/fir_path.h"

#include "base/silence.h"

#include <math.h>

#define RUN LUSTER_CONVOLVER_STEP

bool luster_fir_path_open(LusterFirPath *path, LusterArena *arena, uint32_t max_latency,
                          uint32_t n_channels)
{
    path->n_channels = n_channels;
    for (uint32_t c = 0; c < n_channels; c++) {
        if (!luster_lag_open(&path->lag[c], arena, max_latency, RUN))
            return false;
    }
    return true;
}

void luster_fir_path_reset(LusterFirPath *path)
{
    path->frame = 0;
    luster_smooth_reset(&path->wet);
    for (uint32_t c = 0; c < path->n_channels; c++)
        luster_lag_reset(&path->lag[c]);
    if (path->convolver)
        luster_convolver_reset(path->convolver);
}

/* A run that ends at a step at the latest. */
static void run(LusterFirPath *path, const LusterBlockPart *part, uint32_t n)
{
    float x[LUSTER_MAX_CHANNELS][RUN], dry[LUSTER_MAX_CHANNELS][RUN], wet[RUN];
    float *const filtered[LUSTER_MAX_CHANNELS] = {x[0], x[1]};
    for (uint32_t c = 0; c < path->n_channels; c++) {
        luster_lag_run(&path->lag[c], part->in[c], dry[c], path->latency, n);
        for (uint32_t i = 0; i < n; i++)
            x[c][i] = fabsf(part->in[c][i]) < LUSTER_LOUD ? part->in[c][i] : 0.0f;
    }
    if (path->convolver)
        luster_convolver_process(path->convolver, (const float *const *)filtered, filtered, n);
    for (uint32_t i = 0; i < n; i++)
        wet[i] = (float)luster_smooth_next(&path->wet);
    for (uint32_t c = 0; c < path->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++) {
            const double between = dry[c][i] + wet[i] * ((double)x[c][i] - dry[c][i]);
            part->out[c][i] = wet[i] == 0.0f   ? dry[c][i]
                              : wet[i] == 1.0f ? x[c][i]
                                               : (float)luster_snap(between);
        }
    }
}

void luster_fir_path_run(LusterFirPath *path, const LusterBlock *block,
                         void (*advance)(void *owner), void *owner)
{
    for (uint32_t done = 0; done < block->n_frames;) {
        const uint32_t left = block->n_frames - done, room = RUN - path->frame;
        const uint32_t n = left < room ? left : room;
        const LusterBlockPart part = luster_block_part(block, path->n_channels, done);
        run(path, &part, n);
        done += n;
        path->frame = (path->frame + n) % RUN;
        if (path->frame == 0 && path->convolver)
            advance(owner);
    }
}
