/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A compressor that runs, and its way from level to reduction. For the compressor's own files. */
#ifndef LUSTER_PROC_COMPRESSOR_STATE_H
#define LUSTER_PROC_COMPRESSOR_STATE_H

#include "dsp/detector_style.h"
#include "dsp/glides.h"
#include "dsp/level_match.h"
#include "dsp/slide_max.h"
#include "proc/compressor_auto.h"
#include "proc/keyed.h"

#define CHUNK LUSTER_KEYED_CHUNK

enum { /* in state->moves */
       MOVE_THRESHOLD,
       MOVE_AMOUNT,
       MOVE_KNEE,
       MOVE_RANGE,
       MOVE_UP_THRESHOLD,
       MOVE_UP_AMOUNT,
       MOVE_UP_KNEE,
       MOVE_UP_RANGE,
       MOVE_UP_FLOOR,
       MOVE_UNLINK,
       MOVE_GUESS,
       N_MOVES
};

/* Upward compression of one channel. */
typedef struct Raise {
    double level, smooth; /* octaves: after the release, after the attack */
} Raise;

typedef struct State {
    uint32_t n_channels, ramp, knee_left;
    double rate_hz;
    bool started, rms, auto_times, auto_knee, upward;
    LusterDetectorTimes times;
    LusterStyleTimes style;
    LusterDynCurve curve;
    LusterDynRaise up;
    LusterGlide unlink, auto_guess;
    LusterGlides moves;
    LusterSmooth makeup_octaves, dry_share, auto_share, match_share;
    float quiet; /* largest level (amplitude or power) that surely needs no reduction */
    double mean_keep, mean[LUSTER_MAX_CHANNELS]; /* of squares */
    LusterCrest crest;
    LusterMeanGain mean_gain;
    LusterLevelMatch match;
    float most, auto_octaves, most_raise; /* for the meters */
    LusterDetector detector[LUSTER_MAX_CHANNELS];
    uint32_t hold; /* frames; 0: none */
    bool holds_differ; /* or may: the channels have been apart */
    LusterSlideMax held[LUSTER_MAX_CHANNELS]; /* largest reduction asked for during the hold */
    Raise raise[LUSTER_MAX_CHANNELS];
    LusterKeyed keyed;
    float level[LUSTER_MAX_CHANNELS][CHUNK], both[CHUNK], reduction[LUSTER_MAX_CHANNELS][CHUNK];
    float makeup[CHUNK], share[CHUNK], factor[CHUNK], dry[LUSTER_MAX_CHANNELS][CHUNK],
        matched[CHUNK];
    float moving_makeup[CHUNK];
    float raised[LUSTER_MAX_CHANNELS][CHUNK];
    double attack_go[CHUNK], release_go[CHUNK];
} State;

/* Whether attack and release follow the crest factor. */
static inline bool is_auto_timed(const State *state)
{
    return state->auto_times && state->style.style == LUSTER_STYLE_CLEAN;
}

/** From the keys of a chunk to its gains: octaves to be taken off, in state->reduction, of the
 * first channel alone where `twin` says that it stands for both. `tracking`: somebody wants the
 * level in state->both even where nothing is reduced. */
void luster_compressor_reduce(State *state, const float *const key[], bool twin, bool tracking,
                              uint32_t n);

#endif
