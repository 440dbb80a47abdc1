/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the processors of dynamics share: rows that mean the same in each, and, around the detectors
 * of compressor and gate, the key they listen to, the look-ahead of the sound, and the key played
 * instead of it. */
#ifndef LUSTER_PROC_KEYED_H
#define LUSTER_PROC_KEYED_H

#include "dsp/glide.h"
#include "dsp/lag.h"
#include "dsp/side_chain.h"
#include "dsp/smooth.h"
#include "luster/processor.h"
#include "simd/kernels.h"

#define LUSTER_DB_PER_OCTAVE 6.02059991327962390427 /* 20 log10 2 */
#define LUSTER_RATIO_INFINITE 100.0 /* end of a ratio's range */
#define LUSTER_LOOKAHEAD_MAX_MS 10.0
#define LUSTER_KEYED_CHUNK 256 /* frames: the buffers of a chunk stay in the first-level cache */

/* clang-format off */
#define LUSTER_ROW_LINK \
    {"link", "Stereo link", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0, \
     "100: both channels follow the louder one and the image stays; 0: each its own."}
#define LUSTER_ROW_KEY_LOW_CUT \
    {"key_low_cut", "Key low cut", "Hz", LUSTER_SCALE_LOG, LUSTER_SIDE_LOW_OFF_HZ, \
     LUSTER_SIDE_LOW_MAX_HZ, LUSTER_SIDE_LOW_OFF_HZ, NULL, 0, \
     "The detector hears less below this (12 dB/oct); lowest is off."}
#define LUSTER_ROW_KEY_HIGH_CUT \
    {"key_high_cut", "Key high cut", "Hz", LUSTER_SCALE_LOG, LUSTER_SIDE_HIGH_MIN_HZ, \
     LUSTER_SIDE_HIGH_OFF_HZ, LUSTER_SIDE_HIGH_OFF_HZ, NULL, 0, \
     "The detector hears less above this (12 dB/oct); highest is off."}
#define LUSTER_ROW_KEY_LISTEN \
    {"key_listen", "Key listen", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0, \
     "Plays what the detector hears, to set its filters."}
#define LUSTER_METER_GAIN_REDUCTION \
    {"gain_reduction", "Gain reduction", "dB", "Largest reduction in the last block, positive."}
/* clang-format on */

typedef struct LusterKeyed {
    uint32_t n_channels, lookahead; /* frames */
    bool listening; /* in this chunk */
    LusterSmooth listen;
    float share[LUSTER_KEYED_CHUNK]; /* of the key in the output, while it is listened to */
    LusterSideChain side;
    LusterLag lag[LUSTER_MAX_CHANNELS];
    float kept[LUSTER_MAX_CHANNELS][LUSTER_KEYED_CHUNK]; /* the key, while it is listened to */
} LusterKeyed;

/** Takes its memory; false when it is out. */
bool luster_keyed_open(LusterKeyed *keyed, LusterArena *arena, const LusterSetup *setup);
void luster_keyed_reset(LusterKeyed *keyed);

/** Filters of the key in Hz, and whether it is heard (0 or 1), from now on within n_frames. */
void luster_keyed_set(LusterKeyed *keyed, double low_cut_hz, double high_cut_hz, double listen,
                      uint32_t n_frames);

/** The keys [n_channels][n] through their filters, in heard[n_channels]; n is at most a chunk. */
void luster_keyed_hear(LusterKeyed *keyed, const float *const *keys, const float **heard,
                       uint32_t n);

/** One channel of the chunk heard last: the sound, late by the look-ahead, times `gain` [n]. */
void luster_keyed_apply(LusterKeyed *keyed, uint32_t channel, const float *in, float *out,
                        const float *gain, uint32_t n);

/** luster_keyed_apply in two halves, for who does more between them: the late sound, `in` itself or
 * in `out`; and the key over `out`, where it is listened to. */
const float *luster_keyed_sound(LusterKeyed *keyed, uint32_t channel, const float *in, float *out,
                                uint32_t n);
void luster_keyed_play(const LusterKeyed *keyed, uint32_t channel, float *out, uint32_t n);

/** Seconds that the filters of a key which is listened to ring on. */
double luster_keyed_tail(double listen);

/** The largest of `most` and the n levels. */
float luster_keyed_largest(const float *level, float most, uint32_t n);

#endif
