/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The colour and the movement of a sound in some hundred numbers that do not depend on its level:
 * what a classifier of roles looks at. Private to src/analysis but for the names of the numbers. */
#ifndef LUSTER_ANALYSIS_TIMBRE_H
#define LUSTER_ANALYSIS_TIMBRE_H

#include "analysis/stem.h"

typedef struct Timbre Timbre;

/** NULL when memory is out. */
Timbre *luster_timbre_new(double rate_hz);
void luster_timbre_free(Timbre *timbre);
/** Takes the next mono samples. */
void luster_timbre_feed(Timbre *timbre, const float *mono, size_t n);
/** Fills facts->timbre. Last of all: it also reads the other facts. */
void luster_timbre_finish(Timbre *timbre, LusterStemFacts *facts);

#endif
