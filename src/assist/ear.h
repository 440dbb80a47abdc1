/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is heard of a mix as it plays: the master, and the parts ahead of the master bus. */
#ifndef LUSTER_ASSIST_EAR_H
#define LUSTER_ASSIST_EAR_H

#include "assist/plan.h"

typedef enum {
    LUSTER_HEARD_SUM, /* all that comes to the master bus */
    LUSTER_HEARD_SECTION, /* one of LUSTER_SECTION_N, from here on: group buses */
    LUSTER_HEARD_LEAD = LUSTER_HEARD_SECTION + LUSTER_SECTION_N, /* tracks, ahead of their bus */
    LUSTER_HEARD_VOICES, /* all tracks that go to the vocals' bus */
    LUSTER_HEARD_WET, /* returns of effects */
    LUSTER_HEARD_N
} LusterHeardPart;

struct LusterMixEar {
    LusterMeasurement master; /* all parts of it */
    double mid_db[LUSTER_STEM_BANDS], side_db[LUSTER_STEM_BANDS]; /* power per band, dB */
    double lufs[LUSTER_HEARD_N]; /* gated; -INFINITY: not there */
    double lead_lu; /* lead re sum, in the windows in which it sings; NAN without one */
    double lead_spread_lu; /* p90 - p10 of that over windows of 3 s */
    bool finished;

    double rate_hz;
    LusterMeasure *whole, *sides[2], *parts[LUSTER_HEARD_N];
    const char **strips; /* ids */
    uint8_t *belongs; /* [n_strips] bits of the parts it goes into */
    uint32_t n_strips;
    float *data; /* [LUSTER_HEARD_N + 1][2][BLOCK] */
};

/** A region of the spectrum: third octaves, rows of the norms. */
typedef struct LusterRegion {
    const char *id, *name;
    int from, to;
} LusterRegion;

#define LUSTER_REGION_N 5
extern const LusterRegion luster_regions[LUSTER_REGION_N];

#define LUSTER_LEAD_SPREAD_LU 1.6 /* between engineers [A2] */

/** Figures of what was heard, into mix->figures. figures.c */
void luster_take_figures(LusterMix *mix, const LusterMixEar *ear);
/** Power of bands re all, dB; and that of mixes of a style (percentile 0, 1, 2: p10, p50, p90). */
double luster_heard_region_db(const LusterMixEar *ear, int from, int to);
double luster_style_region_db(const LusterStyle *style, int percentile, int from, int to);

#endif
