/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Detector: the smooth decoupled peak detector of Giannoulis, Massberg, Reiss 2012, run on the gain
 * reduction in octaves (log2). A first stage rises at once, may hold, and falls with the release;
 * a second one smooths it with the attack. States are double and end in exact zero. */
#ifndef LUSTER_DSP_DETECTOR_H
#define LUSTER_DSP_DETECTOR_H

#include <stdint.h>

/* Taken from each stage per frame, in octaves: inaudible (1e-13 octaves are 6e-13 dB), but it
 * brings a release to exact zero instead of an endless tail. */
#define LUSTER_DETECTOR_DRAIN 1e-13

/* What is left after one time constant: 1/e. */
#define LUSTER_DETECTOR_REST 0.36787944117144232160

typedef struct LusterDetector {
    double held, smooth; /* octaves of reduction, >= 0 */
    double slow, memory; /* the same, for the styles of detector_style.h */
    uint32_t timer; /* frames of hold left */
} LusterDetector;

/** What a frame keeps of the old value, exp(-1 / (tau fs)), and the hold in frames. */
typedef struct LusterDetectorTimes {
    double attack_keep, release_keep;
    uint32_t hold;
    double attack_ms, release_ms, hold_ms; /* what they were made from */
} LusterDetectorTimes;

/** Share kept per frame by a one-pole of time constant `ms`; 0 for ms <= 0. */
double luster_one_pole_keep(double ms, double rate_hz);

/** Tau of a release stage such that it and the attack stage behind it together leave `rest` of a
 * step down after `release_ms`. */
double luster_release_stage_ms(double attack_ms, double release_ms, double rest);

/** Times such that a step up reaches 63 % after `attack_ms` and a step down has fallen by 63 %
 * `release_ms` after the hold: the release stage is made shorter by what the attack stage adds.
 * A release cannot be shorter than the attack. Runs a search, but only for new values; `times`
 * starts as zeros and stays at one rate. */
void luster_detector_set_times(LusterDetectorTimes *times, double attack_ms, double release_ms,
                               double hold_ms, double rate_hz);

/** `reduction` [n] becomes its smoothed self, in place; 1 or 2 channels with one set of times.
 * Returns the largest value of all. */
float luster_detector_run(LusterDetector *detectors, float *const *reduction, uint32_t n_channels,
                          const LusterDetectorTimes *times, uint32_t n);

/** As luster_detector_run, without hold, with shares let go per frame (1 - keep) from arrays. */
float luster_detector_run_varying(LusterDetector *detectors, float *const *reduction,
                                  uint32_t n_channels, const double *attack_go,
                                  const double *release_go, uint32_t n);

/** Squares, averaged by a one-pole from `mean` on; `level` [n] in place. Returns the largest. */
float luster_mean_square(double *mean, double keep, float *level, uint32_t n);

/** Level for upward compression: `octaves` [n] rises at once and falls by the shares let go per
 * frame; in place. `envelope` is the last one. */
void luster_detector_fall(double *envelope, float *octaves, const double *release_go, uint32_t n);

/** `raise` [n] >= 0, smoothed by the attack on its way up and down, in place; ends in exact zero.
 */
void luster_detector_smooth(double *smooth, float *raise, const double *attack_go, uint32_t n);

#endif
