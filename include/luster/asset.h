/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that processors work from: impulse responses and curves, read whole and kept until all are
 * freed. Sound is resampled to the rate that is asked for. */
#ifndef LUSTER_ASSET_H
#define LUSTER_ASSET_H

#include "luster/processor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct LusterAssets LusterAssets;

/** Relative names are in `folder`; NULL or "": here. NULL when memory is out. */
LUSTER_API LusterAssets *luster_assets_new(const char *folder);
/** All that was loaded; NULL is allowed. */
LUSTER_API void luster_assets_free(LusterAssets *assets);

/** Loads a file, or finds it among those loaded; `assets` is a LusterAssets, as luster_insert_load
 * hands it on. Sound of one to four channels and at most LUSTER_ASSET_MAX_S; a curve is a text of
 * lines "Hz, dB" (blanks, tabs or semicolons do as well), frequencies rising, # begins a comment.
 * Errors name the file, and the line of a curve. One thread at a time. */
LUSTER_API LusterStatus luster_assets_load(void *assets, const char *file, LusterAssetKind kind,
                                           double rate_hz, LusterAssetData *data, LusterError *err);

#ifdef __cplusplus
}
#endif

#endif
