/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Time behaviours of compressors as the hardware has them, in place of the clean detector's
 * (detector.h): how a reduction in octaves comes and goes. The attack is a time constant (63 %) in
 * each; what `release` means is said per style. */
#ifndef LUSTER_DSP_DETECTOR_STYLE_H
#define LUSTER_DSP_DETECTOR_STYLE_H

#include "dsp/detector.h"

typedef enum {
    LUSTER_STYLE_CLEAN, /* the clean detector: not run here */
    /* Two stages: half of the reduction is gone after `release`; the other half falls with a time
     * constant of 1 s after a short touch to 15 s after long and deep reduction. */
    LUSTER_STYLE_OPTO,
    /* Feedback: into silence as the clean one; while the sound stays above the threshold the
     * detector hears its own output, and the way back is shorter by up to the ratio. */
    LUSTER_STYLE_FET,
    /* Two stages: short reduction comes back with `release`; what lasts charges a second stage,
     * which comes back 12 times slower. */
    LUSTER_STYLE_BUS,
    LUSTER_N_STYLES
} LusterDetectorStyle;

/* The opto cell's memory: the mean reduction of the last 10 s makes the slow stage slower, evenly
 * from 1 s at none to 15 s at 20 dB. The range of 1 to 15 s is the hardware's [D4]; how it is
 * spread over length and depth is ours. */
#define LUSTER_OPTO_SLOW_MIN_S 1.0
#define LUSTER_OPTO_SLOW_MAX_S 15.0
#define LUSTER_OPTO_MEMORY_S 10.0
#define LUSTER_OPTO_DEEP_OCTAVES 3.3219280948873623 /* 20 dB */
/* The bus compressor's pair is 0.1 s and 1.2 s [D4]; charging in 4 releases is ours. */
#define LUSTER_BUS_SLOW 12.0
#define LUSTER_BUS_CHARGE 4.0

typedef struct LusterStyleTimes {
    LusterDetectorStyle style;
    double attack_keep, release_keep;
    double loop_keep, loop_go; /* FET: the release inside the loop */
    double charge_go, slow_go; /* bus */
    double frame_s; /* opto */
    double attack_ms, release_ms, amount; /* what they were made from */
} LusterStyleTimes;

/** Times in ms; `amount` is 1 - 1/ratio. Runs a search, but only for new values; `times` starts as
 * zeros and stays at one rate. */
void luster_style_set_times(LusterStyleTimes *times, LusterDetectorStyle style, double attack_ms,
                            double release_ms, double amount, double rate_hz);

/** Before another style goes on with the same detector: without a step. */
void luster_style_leave(LusterDetector *detector);

/** As luster_detector_run, in any style but the clean one. */
float luster_style_run(LusterDetector *detectors, float *const *reduction, uint32_t n_channels,
                       const LusterStyleTimes *times, uint32_t n);

#endif
