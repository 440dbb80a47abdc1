/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the rules of tone share. One rule is one file. */
#ifndef LUSTER_ASSIST_TONE_H
#define LUSTER_ASSIST_TONE_H

#include "assist/plan.h"

/** Bands of an equalizer that are rules' to give away: more than four on a channel ask whether the
 * sound was right at its source [B10], and the low cut is one more. */
#define LUSTER_TONE_BANDS 5

/** Gain of less is left out: nobody hears it, and everybody has to read it. */
#define LUSTER_TONE_LEAST_DB 0.5

/** Takes the next free band of the part's equalizer. `type` is a label of b1_type; gain and q are
 * set where not 0. False when all are taken. tone.c */
bool luster_tone_band(LusterStemPlan *s, const char *type, double hz, double gain_db, double q,
                      const char *reason, const char *measured);

/** How many bands are taken. */
int luster_tone_n_bands(const LusterStemPlan *s);

/** What the part's equalizer does to the power of each third octave [LUSTER_STEM_BANDS], dB. */
void luster_tone_response(const LusterStemPlan *s, double *db);

/** K-weighting (BS.1770) at a frequency, dB. */
double luster_tone_k_weight_db(double hz);

/** Loudness of `power` per third octave through K-weighting and gains `db` (may be NULL), dB. */
double luster_tone_loudness_db(const double *band_power, const double *db);

/** Sets the equalizer's output so that the part is as loud as before it. */
void luster_tone_keep_level(LusterStemPlan *s);

/** Level of the recording in the planned mix: what 0 dBFS in the file is re the mix's loudness. */
double luster_tone_place_db(const LusterMix *mix, const LusterStemPlan *s);

/** Voices: lead, doubles, backing, choir, spoken. */
bool luster_tone_is_voice(LusterRole role);

/* The rules. */
void luster_tone_clean_up(const LusterMix *mix, LusterStemPlan *s); /* clean_up.c */
void luster_tone_low_cut(const LusterMix *mix, LusterStemPlan *s); /* low_cut.c */
void luster_tone_resonances(const LusterMix *mix, LusterStemPlan *s); /* resonances.c */
void luster_tone_sibilance(const LusterMix *mix, LusterStemPlan *s); /* sibilance.c */
LusterStatus luster_tone_unmask(LusterMix *mix, LusterError *err); /* unmask.c */
void luster_tone_shape(LusterMix *mix); /* tone_shape.c */

#endif
