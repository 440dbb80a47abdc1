/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Wet: how an effect meets the sound it came from. Equal power, because echoes and reverberation
 * hardly correlate with the dry sound; the ends are exact: 0 % is the input bit for bit, 100 % has
 * none of it. */
#ifndef LUSTER_DSP_WET_H
#define LUSTER_DSP_WET_H

#include "base/math.h"
#include "dsp/smooth.h"

#define LUSTER_WET_OFF_DB (-60.0) /* lowest position of a wet level: silence */

typedef struct LusterWet {
    LusterSmooth dry, wet;
} LusterWet;

static inline void luster_wet_reset(LusterWet *wet)
{
    luster_smooth_reset(&wet->dry);
    luster_smooth_reset(&wet->wet);
}

/** A level in dB as a gain, silent at its lowest position. */
static inline double luster_wet_gain(double level_db)
{
    return level_db <= LUSTER_WET_OFF_DB ? 0.0 : luster_db_to_gain(level_db);
}

static inline void luster_wet_set(LusterWet *wet, double mix_percent, double gain,
                                  uint32_t n_frames)
{
    const double angle = mix_percent / 100.0 * (LUSTER_PI / 2);
    const double dry = mix_percent >= 100.0 ? 0.0 : mix_percent <= 0.0 ? 1.0 : luster_cos(angle);
    const double share = mix_percent <= 0.0 ? 0.0 : mix_percent >= 100.0 ? 1.0 : luster_sin(angle);
    luster_smooth_set(&wet->dry, dry, n_frames);
    luster_smooth_set(&wet->wet, share * gain, n_frames);
}

#endif
