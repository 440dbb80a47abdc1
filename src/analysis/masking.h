/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is heard and who covers whom when parts play together at given gains. Numbers out, no
 * decisions. Memory is bounded whatever the length and the number of parts. */
#ifndef LUSTER_ANALYSIS_MASKING_H
#define LUSTER_ANALYSIS_MASKING_H

#include "analysis/stem.h"

/** One part; the arrays are read while the model is made and not kept. */
typedef struct LusterMaskingPart {
    const uint8_t *band_level; /* [n_steps * LUSTER_STEM_BANDS] of LusterStemFacts; NULL: not heard
                                */
    uint32_t n_steps;
    uint32_t skip; /* steps not played at its head */
    double flatness; /* of LusterStemFacts: tones cover less than noise does */
    int group; /* parts of one group (>= 0) do not cover each other: microphones of one kit, the two
                * sides of a pair, a voice and its double; -1: by itself */
    bool hits; /* struck: it sounds only near its full level, the rest is bleed */
} LusterMaskingPart;

#define LUSTER_MASKING_LOUDER_DB 2.0

/** How one part is heard while it sounds. */
typedef struct LusterMasked {
    double masked; /* 0 ... 1: share of its audible energy under the threshold of the rest */
    double covered; /* 0 ... 1: the same of its loudness: what is faint in it counts, too */
    double masked_louder, covered_louder; /* were it LUSTER_MASKING_LOUDER_DB louder */
    double partial; /* 0 ... 1: partial loudness in the mix re its loudness alone */
    double loudness_db; /* partial loudness as a level: alone 10 dB more are 10 dB more */
    double sounds; /* share of the song in which it sounds */
} LusterMasked;

/** What one part takes from another in one band. */
typedef struct LusterMaskedBy {
    float lost; /* 0 ... 1: share of all the maskee's loudness alone that this one takes here */
    float over_db; /* 0 ... 20: its threshold over the maskee, mean while the maskee sounds [B2] */
} LusterMaskedBy;

typedef struct LusterMasking LusterMasking;

/** NULL when memory is out. A model is read only: any number of threads may ask it. */
LusterMasking *luster_masking_new(const LusterMaskingPart *parts, uint32_t n_parts);
void luster_masking_free(LusterMasking *m);

/** `out` [n_parts] at gains `gain_db` [n_parts] (-INFINITY: not heard) and, unless NULL, with an
 * equalizer on each part: `eq_db` [n_parts * LUSTER_STEM_BANDS], gain at the centre of each band.
 * False when memory is out. */
bool luster_masking_measure(const LusterMasking *m, const double *gain_db, const float *eq_db,
                            LusterMasked *out);

/** Who covers part `maskee`: by[masker * LUSTER_STEM_BANDS + band], its own rows and those of its
 * group 0. The losses of all maskers and bands and `partial` sum to 1, less what the threshold in
 * quiet takes. False when memory is out. */
bool luster_masking_by(const LusterMasking *m, const double *gain_db, const float *eq_db,
                       uint32_t maskee, LusterMaskedBy *by);

#endif
