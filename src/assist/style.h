/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Styles: how mixes of a kind of music differ where that has been measured; where it has not, a
 * style has the general value. Variations: mixes that differ from it on purpose. */
#ifndef LUSTER_ASSIST_STYLE_H
#define LUSTER_ASSIST_STYLE_H

#include "assist/norms.h"

typedef struct LusterStyle {
    const char *id, *name, *doc;
    double target_lu[LUSTER_SECTION_N]; /* re the mix: vocals (the lead), drums, bass, the rest */
    double side_db; /* side re mid of the whole mix, median [E2] */
    double plr_lu; /* of released music, median [D6]: how dense the style is */
    const double *spectrum_db; /* [LUSTER_STEM_BANDS] released music re total, median [C2] */
} LusterStyle;

/** What a variation adds to the style and to what is measured. */
typedef struct LusterVariation {
    const char *id, *name, *doc;
    double lead_db; /* on the lead's target */
    double reverb_db; /* on how loud the reverb comes back */
    double decay; /* times its length */
    double width; /* times how far parts stand from the middle */
    double dynamics; /* times the reduction of compressors */
} LusterVariation;

const LusterStyle *luster_style_at(uint32_t index); /* NULL past the last */
const LusterVariation *luster_variation_at(uint32_t index);

/** By id; NULL id: the first; NULL: there is none of that id. */
const LusterStyle *luster_style_find(const char *id);
const LusterVariation *luster_variation_find(const char *id);

/** Third octaves of unmastered mixes of a style, dB re total: p10, p50, p90 (0, 1, 2) of all [C3],
 * moved by what the style's released music differs from all released music [C2]. */
double luster_style_band_db(const LusterStyle *style, int percentile, int band);

#endif
