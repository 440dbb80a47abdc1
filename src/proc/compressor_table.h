/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The compressor's table: its rows and its presets. For compressor.c alone. */
#ifndef LUSTER_PROC_COMPRESSOR_TABLE_H
#define LUSTER_PROC_COMPRESSOR_TABLE_H

#include "proc/keyed.h"

enum {
    THRESHOLD,
    RATIO,
    KNEE,
    AUTO_KNEE,
    ATTACK,
    RELEASE,
    HOLD,
    STYLE,
    AUTO_TIMES,
    RANGE,
    UP_THRESHOLD,
    UP_RATIO,
    UP_RANGE,
    UP_FLOOR,
    MAKEUP,
    AUTO_MAKEUP,
    MIX,
    LEVEL_MATCH,
    DETECTOR,
    RMS_TIME,
    LOOKAHEAD,
    LINK,
    KEY_LOW_CUT,
    KEY_HIGH_CUT,
    KEY_LISTEN,
    N_PARAMS
};

#define LUSTER_COMP_KNEE_MAX_DB 30.0
#define LUSTER_N_COMPRESSOR_PRESETS 17

extern const LusterParam luster_compressor_params[N_PARAMS];
extern const LusterPreset luster_compressor_presets[LUSTER_N_COMPRESSOR_PRESETS];

#endif
