/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The frequency response of a linear processor, from its settings alone: what a report or a desk
 * draws, and exactly what the audio meets. */
#ifndef LUSTER_RESPONSE_H
#define LUSTER_RESPONSE_H

#include "luster/processor.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Which sound the response is asked for: what is the same on both sides but for bands of one side
 * (left, right), only in the middle (mid), only in the difference (side). */
typedef enum {
    LUSTER_PATH_STEREO, /* what bands of left, right, mid and side leave alone */
    LUSTER_PATH_LEFT,
    LUSTER_PATH_RIGHT,
    LUSTER_PATH_MID,
    LUSTER_PATH_SIDE
} LusterPath;

/** Gain and phase of `proc` at constant `values` [n_params], for frequencies 0 … rate_hz/2 in Hz.
 * `path` chooses among bands that work on a part of the stereo signal; dynamic bands are at rest.
 * gain_db and phase_rad (-pi … pi) hold `n` results; either may be NULL. Latency is not included.
 * LUSTER_UNSUPPORTED when the processor is not a filter ("eq" is). Takes no memory; any thread. */
LUSTER_API LusterStatus luster_processor_response(const LusterProcessor *proc, const double *values,
                                                  double rate_hz, LusterPath path,
                                                  const double *freq_hz, uint32_t n,
                                                  double *gain_db, double *phase_rad,
                                                  LusterError *err);

#ifdef __cplusplus
}
#endif

#endif
