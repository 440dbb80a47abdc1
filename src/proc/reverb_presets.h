/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The reverb's presets, a table of their own. */
#ifndef LUSTER_PROC_REVERB_PRESETS_H
#define LUSTER_PROC_REVERB_PRESETS_H

#include "luster/processor.h"

#define LUSTER_N_REVERB_PRESETS 12

extern const LusterPreset luster_reverb_presets[LUSTER_N_REVERB_PRESETS];

#endif
