/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Second-order sections as trapezoidal state-variable filters in state-space form (Zavalishin, The
 * Art of VA Filter Design, 2018; A. Simper 2013): the state matrix keeps its precision at low
 * frequencies and stays bounded while it moves. Per frame, with d = x - s2:
 *   y = (c1 s1 + c2 s2) + dx x,   s1' = a s1 + b d,   s2' = s2 + (b s1 + c d). */
#ifndef LUSTER_DSP_SECTIONS_H
#define LUSTER_DSP_SECTIONS_H

#include "dsp/filter_design.h"
#include "simd/cascade.h"

#include <math.h>

/** Coefficients of one section; linear mixtures of two such sets are sections again. */
typedef struct LusterSection {
    double a, b, c, dx, c1, c2;
} LusterSection;

static inline LusterSection luster_section_unity(void)
{
    return (LusterSection){0.0, 0.0, 0.0, 1.0, 0.0, 0.0};
}

/** From a digital section in q; `amount` 0 … 1 mixes between its input and its output. */
static inline LusterSection luster_section_from(const LusterQuad *digital, double amount)
{
    const double *n = digital->num, *d = digital->den;
    const double g = sqrt(d[0] / d[2]);
    const double k = d[1] / (d[2] * g);
    const double a1 = 1.0 / (1.0 + g * (g + k)), a2 = g * a1, a3 = g * a2;
    /* shares of the high, band and low output */
    const double high = n[2] / d[2], band = n[1] / (d[2] * g), low = n[0] / d[0];
    const double m1 = band - k * high, m2 = low - high;
    LusterSection svf;
    svf.a = 2.0 * a1 - 1.0;
    svf.b = 2.0 * a2;
    svf.c = 2.0 * a3;
    svf.dx = 1.0 + amount * (high + m1 * a2 + m2 * a3 - 1.0);
    svf.c1 = amount * (m1 * a1 + m2 * a2);
    svf.c2 = amount * (m2 - m1 * a2 - m2 * a3);
    return svf;
}

/** A section on the straight line between two, `share` 0 … 1 of the way. */
static inline LusterSection luster_section_toward(const LusterSection *from,
                                                  const LusterSection *to, double share)
{
    return (LusterSection){
        from->a + share * (to->a - from->a),    from->b + share * (to->b - from->b),
        from->c + share * (to->c - from->c),    from->dx + share * (to->dx - from->dx),
        from->c1 + share * (to->c1 - from->c1), from->c2 + share * (to->c2 - from->c2),
    };
}

/** One frame of one section: what the cascade kernel does in every lane, in the same order. */
static inline double luster_section_next(const LusterSection *k, double *s1, double *s2, double x)
{
    const double d = x - *s2;
    const double y = (k->c1 * *s1 + k->c2 * *s2) + k->dx * x;
    const double new1 = k->a * *s1 + k->b * d;
    *s2 = *s2 + (k->b * *s1 + k->c * d);
    *s1 = new1;
    return y;
}

/** Puts a section into a cascade's layout. */
static inline void luster_section_put(const LusterCascade *cascade, uint32_t index,
                                      uint32_t channel, const LusterSection *section)
{
    const uint32_t lane = index * cascade->n_channels + channel;
    cascade->coef[LUSTER_CASCADE_A][lane] = section->a;
    cascade->coef[LUSTER_CASCADE_B][lane] = section->b;
    cascade->coef[LUSTER_CASCADE_C][lane] = section->c;
    cascade->coef[LUSTER_CASCADE_DX][lane] = section->dx;
    cascade->coef[LUSTER_CASCADE_C1][lane] = section->c1;
    cascade->coef[LUSTER_CASCADE_C2][lane] = section->c2;
}

#endif
