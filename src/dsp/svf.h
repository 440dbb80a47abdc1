/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* State variable filter, second order, trapezoidal (Zavalishin 2012; Simper 2013), in double: stays
 * quiet and stable at any frequency while its settings move. */
#ifndef LUSTER_DSP_SVF_H
#define LUSTER_DSP_SVF_H

#include "base/math.h"
#include "base/silence.h"

typedef struct LusterSvf {
    double a1, a2, a3, k; /* settings */
    double s1, s2; /* state */
} LusterSvf;

typedef struct LusterSvfOut {
    double low, band, high;
} LusterSvfOut;

/** Corner `freq_hz`, kept below 0.49 of the rate; `q` 0.7071 is a Butterworth. Keeps the state. */
static inline void luster_svf_set(LusterSvf *svf, double freq_hz, double q, double rate_hz)
{
    const double freq = freq_hz < 0.49 * rate_hz ? freq_hz : 0.49 * rate_hz;
    const double g = luster_tan(LUSTER_PI * freq / rate_hz);
    svf->k = 1.0 / q;
    svf->a1 = 1.0 / (1.0 + g * (g + svf->k));
    svf->a2 = g * svf->a1;
    svf->a3 = g * svf->a2;
}

static inline void luster_svf_reset(LusterSvf *svf)
{
    svf->s1 = svf->s2 = 0.0;
}

static inline LusterSvfOut luster_svf_next(LusterSvf *svf, double x)
{
    const double v3 = x - svf->s2;
    const double v1 = svf->a1 * svf->s1 + svf->a2 * v3;
    const double v2 = svf->s2 + svf->a2 * svf->s1 + svf->a3 * v3;
    svf->s1 = luster_snap(2.0 * v1 - svf->s1);
    svf->s2 = luster_snap(2.0 * v2 - svf->s2);
    return (LusterSvfOut){v2, v1, x - svf->k * v1 - v2};
}

#endif
