/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How two microphones of one source lie to each other: delay and polarity. Numbers only. */
#ifndef LUSTER_ANALYSIS_ALIGN_H
#define LUSTER_ANALYSIS_ALIGN_H

#include "luster/source.h"

#include <stdbool.h>

/** The bands in which a sum gains or loses by polarity: 40-200 Hz, the low end, and 200-1000 Hz,
 * the body. */
typedef enum { LUSTER_ALIGN_LOW, LUSTER_ALIGN_BODY, LUSTER_ALIGN_BANDS } LusterAlignBand;

/** Which side of a stereo source is heard. */
#define LUSTER_ALIGN_FOLD -1 /* the sum, or the left side when the two cancel */

typedef struct LusterAlignQuery {
    const double *starts_s; /* [n_starts] where windows begin, seconds */
    uint32_t n_starts;
    double max_delay_s; /* searched to both sides */
    int channel[2]; /* of a and of b: 0, 1 or LUSTER_ALIGN_FOLD */
    double skip_s[2]; /* heads of a and b left out: as if the files lay that much earlier */
} LusterAlignQuery;

typedef struct LusterAlignment {
    double delay_s; /* positive: b is later than a */
    double strength; /* height of the GCC-PHAT peak over the rms of its surroundings */
    double share; /* the same re one sound in both without any filter, 0 ... 1 */
    double clarity; /* highest peak less highest trough re the higher of the two, -1 ... 1 */
    bool inverted; /* sign of the peak */
    double correlation; /* -1 ... 1 over all frequencies, at that delay */
    double correlation_now; /* the same as the files lie */
    double band[LUSTER_ALIGN_BANDS]; /* per band, at that delay */
    double band_now[LUSTER_ALIGN_BANDS]; /* per band, as the files lie */
    double power[2][LUSTER_ALIGN_BANDS]; /* of a and of b in the windows, re its whole power */
} LusterAlignment;

/** Compares `b` with `a`. Both have one rate; both are sought and read. */
LusterStatus luster_align(LusterSource *a, LusterSource *b, const LusterAlignQuery *query,
                          LusterAlignment *out, LusterError *err);

#endif
