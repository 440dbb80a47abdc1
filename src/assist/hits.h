/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Which strokes in a close drum microphone are its own drum's and which are bleed. */
#ifndef LUSTER_ASSIST_HITS_H
#define LUSTER_ASSIST_HITS_H

#include "analysis/strokes.h"

typedef struct LusterHits {
    uint32_t n_own, n_bleed; /* own strokes over the split, and all others; 0: there is no split */
    double foreign; /* share of what lies under the split that sounds like another instrument */
    double split_dbfs; /* peak, as recorded, behind the filters of the drum's key */
    double softest_dbfs, bleed_dbfs; /* softest own stroke, loudest bleed (97 of 100 lie lower) */
    double lost; /* share of the strokes that may be its own but lie under the split */
    double full_dbfs; /* own strokes over that are not meant to be soft */
    uint32_t n_full; /* how many these are */
    double spread_db; /* of these, p90 - p10 of the peaks */
    bool silent_between; /* nothing between the strokes: programmed, or gated before */
} LusterHits;

#endif
