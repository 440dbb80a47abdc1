/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* From what each frame needs, in octaves over a ceiling, to a smooth reduction that is nowhere
 * less. `Sense` looks at the needs as shapes (mathematical morphology): a closing bridges the gaps
 * between peaks that follow each other, an opening then tells sustained from short. `Gain`
 * releases, widens and smooths, and takes what is left over in a last, fast stage. Sense and
 * release work on groups of frames, 6000 per second. */
#ifndef LUSTER_DSP_LIMIT_GAIN_H
#define LUSTER_DSP_LIMIT_GAIN_H

#include "dsp/box.h"
#include "dsp/lag.h"
#include "dsp/slide_max.h"
#include "dsp/slide_min.h"

#define LUSTER_LIMIT_CHUNK 256 /* frames at a time, at most */

/** Lengths, from times; fixed while a stream runs. */
typedef struct LusterLimitShape {
    uint32_t group; /* frames */
    uint32_t hold, transient; /* groups; transient 0: nothing is told apart */
    uint32_t ahead; /* frames that the reduction leads its need by, less one: two boxes */
    uint32_t last; /* the same of the last stage */
    uint32_t widen; /* groups */
    uint32_t first_lag, last_lag; /* frames up to the main stage's reduction, and from there on */
} LusterLimitShape;

LusterLimitShape luster_limit_shape(double rate_hz, double lookahead_ms, double hold_ms,
                                    double transient_ms);

/** Octaves; `sustained` is at most `need`. */
typedef struct LusterLimitNeed {
    float need, sustained;
} LusterLimitNeed;

typedef struct LusterLimitSense {
    LusterSlideMax close_max, open_max;
    LusterSlideMin close_min, open_min;
    float *late; /* [transient]: the closed need, in step with its opening */
    uint32_t size, at, transient;
} LusterLimitSense;

/** Room for all shapes up to `most`; false when memory is out. */
bool luster_limit_sense_open(LusterLimitSense *sense, LusterArena *arena,
                             const LusterLimitShape *most);
void luster_limit_sense_reset(LusterLimitSense *sense, const LusterLimitShape *shape);
void luster_limit_sense_copy(LusterLimitSense *to, const LusterLimitSense *from);

/** Takes the largest need of a group. */
LusterLimitNeed luster_limit_sense_next(LusterLimitSense *sense, float need);

/** Per group. */
typedef struct LusterLimitSpeeds {
    double keep, charge_go, slow_go; /* of the release, and of its slow stage */
} LusterLimitSpeeds;

/** `slow_ms` 0: no slow stage. */
LusterLimitSpeeds luster_limit_speeds(const LusterLimitShape *shape, double rate_hz,
                                      double release_ms, double charge_ms, double slow_ms);

typedef struct LusterLimitGain {
    LusterSlideMax widen, last_max;
    LusterBox box[2], last_box[2];
    LusterLag need_lag, main_lag;
    double fast, slow; /* octaves: release stages */
    int64_t target; /* quanta, of the group that plays */
    double scale, last_scale; /* octaves per unit of the second boxes */
    uint32_t awake, last_awake; /* frames until all, and the last stage, is surely at rest */
    uint32_t memory, last_memory; /* what `awake` starts from */
    float most_sustained, most_transient, most_last; /* octaves, for meters; the caller clears */
} LusterLimitGain;

bool luster_limit_gain_open(LusterLimitGain *gain, LusterArena *arena,
                            const LusterLimitShape *most);
void luster_limit_gain_reset(LusterLimitGain *gain, const LusterLimitShape *shape);
void luster_limit_gain_copy(LusterLimitGain *to, const LusterLimitGain *from);

/** A group's need and how much of it, in octaves, short peaks may leave to the last stage. */
void luster_limit_gain_group(LusterLimitGain *gain, const LusterLimitShape *shape,
                             const LusterLimitNeed *need, float leave,
                             const LusterLimitSpeeds *speeds);

/** Main stage: the reduction of n frames within a group, octaves. */
void luster_limit_gain_main(LusterLimitGain *gain, float *main, uint32_t n);

/** Last stage, once a chunk: `need` [n] as it came, `main` [n] becomes the whole reduction. */
void luster_limit_gain_last(LusterLimitGain *gain, const LusterLimitShape *shape, const float *need,
                            float *main, uint32_t n);

/** Whether there is nothing in it, so that n frames without need may be left out. */
bool luster_limit_gain_rests(const LusterLimitGain *gain);

#endif
