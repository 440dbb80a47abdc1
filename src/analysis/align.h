/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How two microphones of one source lie to each other: delay and polarity. Numbers only. */
#ifndef LUSTER_ANALYSIS_ALIGN_H
#define LUSTER_ANALYSIS_ALIGN_H

#include "luster/source.h"

#include <stdbool.h>

typedef struct LusterAlignment {
    double delay_s; /* positive: b is later than a */
    double strength; /* height of the GCC-PHAT peak over the rms of its surroundings */
    bool inverted; /* sign of the peak */
    double correlation; /* -1 ... 1 over all frequencies, at that delay */
    double correlation_now; /* the same as the files lie */
    double low_correlation; /* 40-200 Hz, at that delay */
    double low_now; /* 40-200 Hz, as the files lie */
    double low_peak; /* the strongest correlation of 40-200 Hz at any delay searched, signed */
    double low_rival; /* the strongest of the other sign, as a magnitude */
    double flip_gain_db; /* change of the 40-200 Hz power of an equal-level sum if b is inverted */
} LusterAlignment;

/** Compares `b` with `a` in windows that begin at starts_s[n_starts] (seconds), for delays up to
 * +-max_delay_s. Both sources have one rate; a stereo source is heard by the side that the mono sum
 * does not weaken: the sum, or the left when the sides cancel. Both are sought and read. */
LusterStatus luster_align(LusterSource *a, LusterSource *b, const double *starts_s,
                          uint32_t n_starts, double max_delay_s, LusterAlignment *out,
                          LusterError *err);

#endif
