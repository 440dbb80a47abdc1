/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Clips: pieces of files on a track's time line. */
#ifndef LUSTER_ENGINE_CLIPS_H
#define LUSTER_ENGINE_CLIPS_H

#include "luster/engine.h"

struct LusterArena;

typedef struct ClipPlayer {
    const LusterClip *clip;
    const LusterEngineOptions *options;
    double rate_hz;
    uint64_t start, offset, length; /* frames; length is what will really be played */
    uint64_t fade_in, fade_out;
    uint32_t n_channels; /* of the file */
    LusterSource *source; /* open only while it plays */
    uint64_t position; /* frames of the clip already read from `source` */
} ClipPlayer;

/** Opens the file once to learn its length and channels, and closes it again. */
LusterStatus luster_clip_prepare(ClipPlayer *player, const LusterClip *clip,
                                 const LusterEngineOptions *options, double rate_hz,
                                 LusterError *err);

/** Channels the clip gives: 1 or 2. */
uint32_t luster_clip_channels(const ClipPlayer *player);

/** Adds what the clip plays in frames first ... first+n-1 to out[n_channels]; scratch[2][n]. Frames
 * are asked for in order. A mono clip on a stereo track goes to both sides. While *blank, nothing
 * is in `out` yet, not even zeros; false once something is. */
LusterStatus luster_clip_play(ClipPlayer *player, uint64_t first, uint32_t n, uint32_t n_channels,
                              float *const *out, float *const *scratch, bool *blank,
                              LusterError *err);

void luster_clip_close(ClipPlayer *player);

#endif
