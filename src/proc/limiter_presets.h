/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The limiter's characters, as settings of its stages. */
#ifndef LUSTER_PROC_LIMITER_PRESETS_H
#define LUSTER_PROC_LIMITER_PRESETS_H

#include "luster/processor.h"

#define LUSTER_LIMITER_N_PRESETS 12

extern const LusterPreset luster_limiter_presets[LUSTER_LIMITER_N_PRESETS];

#endif
