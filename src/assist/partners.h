/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the steps about microphones share: channels of stems that hear one room, how each pair of
 * them lies, and the polarity all of them together want. */
#ifndef LUSTER_ASSIST_PARTNERS_H
#define LUSTER_ASSIST_PARTNERS_H

#include "assist/plan.h"

#define LUSTER_MICS_MAX 24 /* channels compared with each other; more are left as they are */

typedef struct LusterMic {
    uint32_t stem;
    int channel; /* 0, 1, or LUSTER_ALIGN_FOLD of a mono stem */
    int unit; /* mics of one unit are turned together */
    bool against; /* turned within its unit: the other side of a stereo file fights it */
    int rank; /* 0 close, 1 overhead, 2 room */
    double power[LUSTER_ALIGN_BANDS]; /* in the sum, at the level its role has */
} LusterMic;

typedef struct LusterMicGroup {
    LusterMic mics[LUSTER_MICS_MAX];
    uint32_t n;
    int n_units;
    /* [a][b], a < b: b against a, as they will lie. */
    LusterAlignment pairs[LUSTER_MICS_MAX][LUSTER_MICS_MAX];
} LusterMicGroup;

/** One sound arrives in both, beyond doubt. */
bool luster_mics_clear(const LusterAlignment *a);

/** How much an arrival says about polarity: -1 against, 1 for, 0 nothing. */
double luster_mics_arrival(const LusterAlignment *a);

typedef struct LusterPolarity {
    bool turn[LUSTER_MICS_MAX]; /* [mic] */
    double gain_db[LUSTER_MICS_MAX]
                  [LUSTER_ALIGN_BANDS]; /* of the sum, by turning this unit alone */
    double arrival[LUSTER_MICS_MAX]; /* evidence of arrivals for this unit as it lies */
} LusterPolarity;

/** The polarity of each unit that serves the whole group best; nothing is turned where it does
 * little. polarity.c */
void luster_mics_polarity(const LusterMicGroup *group, LusterPolarity *out);

/** Starts of windows in which the stem sounds: its loudest moments and others spread over it. Up
 * to `n`; returns how many. */
uint32_t luster_mics_windows(const LusterStemPlan *s, double *starts_s, uint32_t n);

/** Measures `b` against `a` as planned so far; false when it could not be. */
bool luster_mics_measure(const LusterStemPlan *a, int channel_a, const LusterStemPlan *b,
                         int channel_b, double max_delay_s, LusterAlignment *out);

/** Puts the file `late_s` earlier: its head is skipped, or it is delayed. */
void luster_mics_move(LusterStemPlan *s, double late_s);

/** All pairs of the group that have a channel of this stem, again. */
void luster_mics_measure_stem(const LusterMix *mix, LusterMicGroup *group, uint32_t stem);

/** Moves what lies where sound cannot have put it. place.c */
void luster_mics_place(LusterMix *mix, LusterMicGroup *group);

#endif
