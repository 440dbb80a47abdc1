/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Second-order sections as trapezoidal state-variable filters in state-space form (Zavalishin, The
 * Art of VA Filter Design, 2018; A. Simper 2013): the state matrix keeps its precision at low
 * frequencies and stays bounded while it moves. Per frame, with d = x - s2:
 *   y = (c1 s1 + c2 s2) + dx x,   s1' = a s1 + b d,   s2' = s2 + (b s1 + c d).
 * At rest the cascade runs the same transfer function as a direct form with its feed-through apart
 * (simd/cascade.h), which takes 5 multiplications instead of 9 and is as exact: what rounding adds
 * goes through H - dx, narrow where w is large. The states of one form are a linear map of those of
 * the other, which depends on the poles alone and has an inverse for any of them:
 *   s1 = b (w1 - w2),   s2 = c w1 + (b b - a c) w2. */
#ifndef LUSTER_DSP_SECTIONS_H
#define LUSTER_DSP_SECTIONS_H

#include "base/arena.h"
#include "base/silence.h"
#include "dsp/filter_design.h"
#include "simd/cascade.h"

#include <math.h>
#include <stdbool.h>

/* A cascade that moves does so in cells of absolute frames: a new design at the start of each, and
 * coefficients along the quadratic B-spline of the last three designs, half a cell behind them: no
 * corners, and what is left of the raster is far below what straight lines leave. States are looked
 * at for silence once in a stretch. */
#define LUSTER_CELL 32 /* frames: 0.7 ms at 48 kHz, 1/30 of a ramp */
#define LUSTER_STRETCH 1024 /* frames, a multiple of the cell */

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

/** One frame of one section. */
static inline double luster_section_next(const LusterSection *k, double *s1, double *s2, double x)
{
    const double d = x - *s2;
    const double y = (k->c1 * *s1 + k->c2 * *s2) + k->dx * x;
    const double new1 = k->a * *s1 + k->b * d;
    *s2 = *s2 + (k->b * *s1 + k->c * d);
    *s1 = new1;
    return y;
}

/** Where a section comes from, two cells ago and one, and where it goes. */
typedef struct LusterSectionPath {
    LusterSection before, from, to;
} LusterSectionPath;

/** A section that stands. */
static inline LusterSectionPath luster_section_still(const LusterSection *section)
{
    return (LusterSectionPath){*section, *section, *section};
}

/** The section at `t` 0 … 1 of the cell. */
static inline LusterSection luster_section_at(const LusterSectionPath *path, double t)
{
    const double before = 0.5 * (1.0 - t) * (1.0 - t), to = 0.5 * t * t;
    const LusterSection *p = &path->before, *q = &path->from, *r = &path->to;
    return (LusterSection){
        q->a + before * (p->a - q->a) + to * (r->a - q->a),
        q->b + before * (p->b - q->b) + to * (r->b - q->b),
        q->c + before * (p->c - q->c) + to * (r->c - q->c),
        q->dx + before * (p->dx - q->dx) + to * (r->dx - q->dx),
        q->c1 + before * (p->c1 - q->c1) + to * (r->c1 - q->c1),
        q->c2 + before * (p->c2 - q->c2) + to * (r->c2 - q->c2),
    };
}

/** n frames [n][stride] of a cell, the first of them number `at` in it, their first `n_channels`
 * through one section on its way; states [n_channels]. */
static inline void luster_section_run_cell(const LusterSectionPath *path, double *s1, double *s2,
                                           double *frames, uint32_t n_channels, uint32_t stride,
                                           uint32_t at, uint32_t n)
{
    for (uint32_t f = 0; f < n; f++) {
        const LusterSection section = luster_section_at(path, (at + f + 1) * (1.0 / LUSTER_CELL));
        for (uint32_t c = 0; c < n_channels; c++) {
            double *x = &frames[f * stride + c];
            *x = luster_section_next(&section, &s1[c], &s2[c], *x);
        }
    }
}

/** Room for `max_sections`, a multiple of LUSTER_CASCADE_ROUND; false when memory is out. */
static inline bool luster_cascade_open(LusterCascade *cascade, LusterArena *arena,
                                       uint32_t max_sections, uint32_t n_channels)
{
    const uint32_t n_lanes = max_sections * n_channels;
    double *lanes = luster_arena_array(arena, (LUSTER_CASCADE_COEFS + 2) * n_lanes, sizeof(double));
    if (!lanes)
        return false;
    for (uint32_t c = 0; c < LUSTER_CASCADE_COEFS; c++)
        cascade->coef[c] = lanes + c * n_lanes;
    cascade->s1 = lanes + LUSTER_CASCADE_COEFS * n_lanes;
    cascade->s2 = cascade->s1 + n_lanes;
    cascade->n_channels = n_channels;
    return true;
}

/** States below silence become zero. */
static inline void luster_cascade_tidy(LusterCascade *cascade)
{
    for (uint32_t i = 0; i < cascade->n_sections * cascade->n_channels; i++) {
        cascade->s1[i] = luster_snap(cascade->s1[i]);
        cascade->s2[i] = luster_snap(cascade->s2[i]);
    }
}

/** A lane comes to rest: the coefficients of its section go into the kernel's layout, its states
 * (zeros or those of luster_section_run_cell) into the kernel's form. */
static inline void luster_cascade_rest_lane(const LusterCascade *cascade, uint32_t lane,
                                            const LusterSection *k)
{
    const double e = k->b * k->b - k->a * k->c;
    double *s1 = &cascade->s1[lane], *s2 = &cascade->s2[lane];
    cascade->coef[LUSTER_CASCADE_A1][lane] = k->c - k->a - 1.0;
    cascade->coef[LUSTER_CASCADE_A2][lane] = e + k->a;
    cascade->coef[LUSTER_CASCADE_E1][lane] = k->c2 * k->c + k->c1 * k->b;
    cascade->coef[LUSTER_CASCADE_E2][lane] = k->c2 * e - k->c1 * k->b;
    cascade->coef[LUSTER_CASCADE_DX][lane] = k->dx;
    const double apart = k->b > 0.0 ? *s1 / k->b : 0.0; /* unity has no poles and no states */
    *s1 = k->b > 0.0 ? (*s2 + e * apart) / (k->c + e) : 0.0;
    *s2 = *s1 - apart;
}

/** The states of a lane, which rests with these coefficients, for a move. */
static inline void luster_cascade_wake_lane(const LusterCascade *cascade, uint32_t lane,
                                            const LusterSection *k)
{
    const double e = k->b * k->b - k->a * k->c;
    const double w1 = cascade->s1[lane], w2 = cascade->s2[lane];
    cascade->s1[lane] = k->b * (w1 - w2);
    cascade->s2[lane] = k->c * w1 + e * w2;
}

/** The same for all channels of section `index`. */
static inline void luster_cascade_rest(const LusterCascade *cascade, uint32_t index,
                                       const LusterSection *k)
{
    for (uint32_t c = 0; c < cascade->n_channels; c++)
        luster_cascade_rest_lane(cascade, index * cascade->n_channels + c, k);
}

static inline void luster_cascade_wake(const LusterCascade *cascade, uint32_t index,
                                       const LusterSection *k)
{
    for (uint32_t c = 0; c < cascade->n_channels; c++)
        luster_cascade_wake_lane(cascade, index * cascade->n_channels + c, k);
}

#endif
