/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pre-delay: both sides later by whole frames; a new time cross-fades from tap to tap. */
#ifndef LUSTER_DSP_PRE_DELAY_H
#define LUSTER_DSP_PRE_DELAY_H

#include "dsp/frames.h"
#include "dsp/ring.h"

#define LUSTER_PRE_DELAY_FADE_MS 60.0 /* from one time to another */

typedef struct LusterPreDelay {
    uint32_t n_channels, fade; /* frames */
    uint32_t tap, next, want, left; /* frames: heard, faded in, asked for; of the fade */
    LusterRing ring[LUSTER_MAX_CHANNELS];
} LusterPreDelay;

/** False when memory is out. */
static inline bool luster_pre_delay_open(LusterPreDelay *pre, LusterArena *arena, double max_ms,
                                         double rate_hz, uint32_t n_channels)
{
    pre->n_channels = n_channels;
    pre->fade = luster_ms_to_frames(LUSTER_PRE_DELAY_FADE_MS, rate_hz);
    for (uint32_t c = 0; c < n_channels; c++) {
        if (!luster_ring_open(&pre->ring[c], arena,
                              luster_ms_to_frames(max_ms, rate_hz) + LUSTER_FDN_RUN + 1))
            return false;
    }
    return true;
}

static inline void luster_pre_delay_reset(LusterPreDelay *pre)
{
    pre->left = 0;
    for (uint32_t c = 0; c < pre->n_channels; c++)
        luster_ring_clear(&pre->ring[c]);
}

/** On to another time, or at once. */
static inline void luster_pre_delay_set(LusterPreDelay *pre, uint32_t frames, bool at_once)
{
    pre->want = frames;
    if (at_once)
        pre->tap = pre->next = frames;
}

/** Frames of a run of n that do not go past the end of a fade. */
static inline uint32_t luster_pre_delay_room(const LusterPreDelay *pre, uint32_t n)
{
    return pre->left && pre->left < n ? pre->left : n;
}

/** A run of n (at most LUSTER_FDN_RUN and the room) frames of each side, in place. */
static inline void luster_pre_delay_run(LusterPreDelay *pre, float (*x)[LUSTER_FDN_RUN], uint32_t n)
{
    if (!pre->left && pre->want != pre->tap) {
        pre->next = pre->want;
        pre->left = pre->fade;
    }
    for (uint32_t c = 0; c < pre->n_channels; c++) {
        LusterRing *ring = &pre->ring[c];
        luster_ring_write(ring, x[c], n);
        luster_ring_read(ring, pre->tap + n, x[c], n);
        if (!pre->left)
            continue;
        float next[LUSTER_FDN_RUN], share[LUSTER_FDN_RUN];
        luster_ring_read(ring, pre->next + n, next, n);
        luster_ring_fade(share, pre->left, pre->fade, n);
        for (uint32_t i = 0; i < n; i++)
            x[c][i] += share[i] * (next[i] - x[c][i]);
    }
    if (pre->left && (pre->left -= n) == 0)
        pre->tap = pre->next;
}

#endif
