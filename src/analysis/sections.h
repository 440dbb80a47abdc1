/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The form of a song: where it changes, what comes back, and what the parts may be called. */
#ifndef LUSTER_ANALYSIS_SECTIONS_H
#define LUSTER_ANALYSIS_SECTIONS_H

#include "analysis/stem.h"
#include "analysis/tempo.h"

#define LUSTER_FORM_CLASSES 12 /* kinds of parts whose coming and going tells the form */
#define LUSTER_FORM_MAX 64 /* sections of a song */

typedef enum {
    LUSTER_FORM_UNSURE, /* "section 3" */
    LUSTER_FORM_INTRO,
    LUSTER_FORM_VERSE,
    LUSTER_FORM_CHORUS,
    LUSTER_FORM_BRIDGE,
    LUSTER_FORM_BREAK,
    LUSTER_FORM_SOLO,
    LUSTER_FORM_OUTRO,
    LUSTER_FORM_N
} LusterFormLabel;

/** What is heard over time, at some balance; everything is taken re the song's own mean. */
typedef struct LusterFormCues {
    uint32_t n_steps; /* of LUSTER_STEP_S */
    const float *band; /* [n_steps * LUSTER_STEM_BANDS] power of the sum */
    const float *loud; /* [n_steps] K-weighted power of the sum */
    const float *chroma; /* [n_chroma * LUSTER_CHROMA] power */
    uint32_t n_chroma;
    const float *active; /* [n_steps * LUSTER_FORM_CLASSES] share of each kind that sounds */
    const float *lead, *solo; /* [n_steps] the singer; an instrument that leads; 0 or 1 */
    bool sung; /* there is a lead voice */
    const LusterTempo *tempo; /* boundaries go to its bars or beats; or NULL */
} LusterFormCues;

typedef struct LusterFormSection {
    double from_s, to_s;
    LusterFormLabel label;
    double confidence; /* 0 ... 1, of the label */
    uint32_t group; /* sections that are alike have one number */
    double level_lu; /* loudness re the song's */
    double lead, solo, density; /* shares of its length, and of the kinds of parts */
} LusterFormSection;

/** Fills out[LUSTER_FORM_MAX]; *n_out is at least 1 unless there is nothing. False: no memory. */
bool luster_form_find(const LusterFormCues *cues, LusterFormSection *out, uint32_t *n_out);

/** "verse", or "section" where unsure. */
const char *luster_form_word(LusterFormLabel label);

/* Private to src/analysis: names the sections by what is known about each. form_labels.c */
void luster_form_label(LusterFormSection *sections, uint32_t n, bool sung);

#endif
