/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the steps that ride faders share: powers over the song as the mix plays them, and a ride as
 * a list of ramps, which a person reads as a few points. */
#ifndef LUSTER_ASSIST_RIDES_H
#define LUSTER_ASSIST_RIDES_H

#include "assist/plan.h"

/** From `from_s` to `to_s` the gain goes from what it was to `gain_db`, and stays. */
typedef struct LusterRamp {
    double from_s, to_s, gain_db;
} LusterRamp;

typedef struct LusterRide {
    LusterRamp *ramps; /* in time order; they do not overlap */
    uint32_t n, room;
    bool no_memory;
} LusterRide;

/** Appends; one that changes the gain by less than a listener tells is left out. */
void luster_ride_to(LusterRide *ride, double from_s, double to_s, double gain_db);
double luster_ride_gain(const LusterRide *ride); /* the last */
void luster_ride_clear(LusterRide *ride);

/** The ride as automation of ride_db, with its decision; none: what an earlier run wrote is taken
 * back. What a person wrote, changed or locked stays. ride_write.c */
LusterStatus luster_decide_ride(LusterMix *mix, LusterStrip *strip, const LusterRide *ride,
                                const char *measured, const char *reason);

/** Powers per LUSTER_STEP_S of the song, K-weighted, as the session plays them. */
typedef struct LusterHeard {
    uint32_t n; /* steps */
    float *lead; /* [n] all lead voices, behind their chains */
    float *rest; /* [n] everything but lead voices and their doubles */
    float *scratch; /* [n] */
} LusterHeard;

/** Faders of a stem's strip and of the buses behind it, dB; -INFINITY when one is muted. */
double luster_heard_fader_db(const LusterMix *mix, const LusterStemPlan *s);
/** Gain from the recording to the mix as the session has it, dB; -INFINITY when muted. */
double luster_heard_gain_db(const LusterMix *mix, const LusterStemPlan *s);

/** Plays a stem through its trim and chain as they stand in the session; side-chained inserts and
 * those that need files are left out. Adds gain * power to sum[n]. False when it cannot be read.
 * listen.c */
bool luster_heard_listen(const LusterStemPlan *s, double gain, float *sum, uint32_t n);

/** A stretch in which the lead sings without a rest. */
typedef struct LusterPhrase {
    uint32_t from, to; /* steps */
    double lead_lu, margin_lu; /* loudness; re the rest */
    double gain_db; /* of the ride */
    bool alone; /* as good as nothing plays with it */
} LusterPhrase;

/** Phrases of a voice from its powers: *out is malloced, the caller frees it. False: no memory.
 * phrases.c */
bool luster_phrases_find(const float *lead, const float *rest, uint32_t n, LusterPhrase **out,
                         uint32_t *n_out);
/** Where between two phrases a fader moves unheard: the quietest place of the rest. */
void luster_phrases_ramp(const float *lead, const LusterPhrase *before, const LusterPhrase *after,
                         double *from_s, double *to_s);

/** By how much each section is lifted, dB, so that choruses are bigger than verses: lift[n_sections
 * of the time plan]; and written for the groups of instruments. bigger.c */
LusterStatus luster_rides_sections(LusterMix *mix, const LusterHeard *heard, double *lift);
/** Instruments that answer the singer. fills.c */
LusterStatus luster_rides_fills(LusterMix *mix, const LusterHeard *heard,
                                const LusterPhrase *phrases, uint32_t n_phrases);

#endif
