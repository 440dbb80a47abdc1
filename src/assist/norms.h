/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What professional mixes measure: the numbers the assistant works toward, in one place. */
#ifndef LUSTER_ASSIST_NORMS_H
#define LUSTER_ASSIST_NORMS_H

#include "analysis/stem.h"
#include "assist/roles.h"

/** Loudness of a section re the whole mix, LU (BS.1770 integrated, stem minus mix). Centres:
 * medians of 100 professional unmastered mixes [LAC, A2]; for the lead by itself -2.7 +-1.6 of 8
 * songs by 8 engineers [DM14] (all voices together: median -3.5). Spread: half of p90 - p10, over
 * 1.28 (a normal's). */
typedef struct LusterSectionNorm {
    const char *name;
    double target_lu, spread_lu;
} LusterSectionNorm;

extern const LusterSectionNorm luster_section_norms[LUSTER_SECTION_N];

/** Third octaves re the total power, dB: p10, p50 and p90 of 100 professional unmastered mixes
 * [LAC, C3], rows 20 Hz ... 16 kHz. The medians lack 0.8 dB to sum to 0. */
extern const double luster_mix_norms_db[3][LUSTER_STEM_BANDS];

#define LUSTER_WORKING_LUFS                                                                        \
    -18.0 /* a track ahead of its chain; fitted vocal chains use it [B8]                           \
           */
#define LUSTER_PREMIX_LUFS -16.0 /* unmastered mixes: median -15.7, p10 -18, p90 -13.3 [D6] */
#define LUSTER_PREMIX_PEAK_DBTP -1.5 /* half a dB under the safety limiter */
#define LUSTER_PREMIX_PLR_LU 18.0 /* peak to loudness, p90 of unmastered mixes [D6] */
#define LUSTER_PREMIX_LIMIT_DB 3.0 /* limiting stays transparent up to 3 dB [D5] */
#define LUSTER_CEILING_DBTP -1.0 /* AES TD1008 [H2] */
#define LUSTER_REVERB_LU -15.0 /* wet re the mix: window -17 ... -12 [F1, Y1] */
#define LUSTER_REVERB_LU_DRY_ROOM                                                                  \
    -16.0 /* where room microphones or finished stems bring their own; -17 is "not enough" [F1] */

#define LUSTER_COMPRESSOR_KNEE_DB 6.0 /* vocals 3-6, bass 5-8 [D4] */
/* Highest peak of one track over the loudness of the mix. Whole unmastered mixes have PLR 15.8 in
 * the median [D6]; 3 dB under that, for the peaks of the others that fall on it. */
#define LUSTER_TRACK_PEAK_LU 13.0

#endif
