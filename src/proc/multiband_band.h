/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One band of the multiband dynamics: from the level of its key to its gain. Compression (down
 * above a threshold, up below another one) and expansion (down below the threshold) by the
 * compressor's curve and the compressor's smooth decoupled detector, here on signed octaves that
 * rise with the level: a rise is an attack whatever the gain then does. */
#ifndef LUSTER_PROC_MULTIBAND_BAND_H
#define LUSTER_PROC_MULTIBAND_BAND_H

#include "dsp/detector.h"
#include "dsp/glide.h"
#include "dsp/smooth.h"
#include "luster/processor.h"
#include "proc/keyed.h"
#include "simd/kernels.h"

/** Columns of a band's rows. */
enum {
    LUSTER_MB_MODE,
    LUSTER_MB_THRESHOLD,
    LUSTER_MB_RATIO,
    LUSTER_MB_KNEE,
    LUSTER_MB_ATTACK,
    LUSTER_MB_RELEASE,
    LUSTER_MB_RANGE,
    LUSTER_MB_UP_THRESHOLD,
    LUSTER_MB_UP_RATIO,
    LUSTER_MB_UP_RANGE,
    LUSTER_MB_MAKEUP,
    LUSTER_MB_BYPASS,
    LUSTER_MB_SOLO,
    LUSTER_MB_COLUMNS
};

/** What all bands share. */
typedef struct LusterMbCommon {
    double rate_hz;
    uint32_t n_channels, ramp; /* frames of a move */
    double up_floor; /* octaves */
    LusterGlide unlink;
} LusterMbCommon;

typedef struct LusterMbSide {
    double held, smooth; /* octaves, rising with the level */
    double peak; /* octaves: slow level, for the floor */
} LusterMbSide;

typedef struct LusterMbBand {
    bool expands, raises;
    uint32_t switch_left; /* frames until the other mode, unheard, takes over; 0: none to come */
    double columns[LUSTER_MB_COLUMNS], mix_dry; /* as they were set */
    LusterDetectorTimes times;
    LusterDynCurve curve, up;
    LusterSmooth makeup, dry, heard; /* octaves; share of the band as it is; solo of others */
    LusterMbSide side[LUSTER_MAX_CHANNELS];
    float most; /* octaves of reduction, furthest from 0 in the block */
} LusterMbBand;

void luster_mb_reset(LusterMbBand *band);

/** New values; `dry` is the share of unprocessed sound of the mix, `heard` 0 while others solo. */
void luster_mb_set(LusterMbBand *band, const LusterMbCommon *common, const double *columns,
                   double dry, bool heard, bool first);

/** Frames that may be run at most before a mode changes. */
uint32_t luster_mb_room(const LusterMbBand *band, uint32_t n);

/** Gains of a chunk from its keys [n_channels][n]; `gain` has room for whole lanes. Where one gain
 * serves both channels, gain[1] is left alone and false comes back. */
bool luster_mb_run(LusterMbBand *band, const LusterMbCommon *common, const float *const *key,
                   float *const *gain, uint32_t n);

#endif
