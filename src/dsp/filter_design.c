/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Prototypes after R. Bristow-Johnson's cookbook (the analogue side of it), cuts after Butterworth.
 * Roots: z = exp(s) is q = tanh(s/2). In phi = sin^2(w/2) a root of the prototype's |H|^2 at u =
 * w^2 becomes one of the digital |H|^2 exactly there, so resonances keep place and width at any Q;
 * a zero at infinity becomes one just above Nyquist, placed so that the top of the band fits. */
#include "dsp/filter_design.h"

#include "base/math.h"

#include <math.h>
#include <stdbool.h>

/* Where zeros from infinity make both magnitudes meet: 0.46 and 0.16 of the rate. */
#define W_TOP 2.89
#define W_MIDDLE 1.0

static void quad(double c[3], double c0, double c1, double c2)
{
    c[0] = c0;
    c[1] = c1;
    c[2] = c2;
}

static int cut_sections(const LusterFilterSpec *spec, LusterQuad *sections)
{
    const double w = spec->w0;
    const bool low_cut = spec->type == LUSTER_FILTER_LOW_CUT;
    const int order = spec->order < 1 ? 1 : spec->order > 16 ? 16 : spec->order;
    int n = 0;
    for (int k = 0; k < order / 2; k++) {
        double q = 0.5 / luster_sin(LUSTER_PI * (2 * k + 1) / (2.0 * order));
        if (k == 0) /* the sharpest pair takes the resonance */
            q *= spec->q * 1.4142135623730951;
        quad(sections[n].num, low_cut ? 0.0 : w * w, 0.0, low_cut ? 1.0 : 0.0);
        quad(sections[n++].den, w * w, w / q, 1.0);
    }
    if (order & 1) {
        quad(sections[n].num, low_cut ? 0.0 : w, low_cut ? 1.0 : 0.0, 0.0);
        quad(sections[n++].den, w, 1.0, 0.0);
    }
    return n;
}

int luster_filter_prototype(const LusterFilterSpec *spec,
                            LusterQuad sections[LUSTER_FILTER_MAX_SECTIONS])
{
    const double w = spec->w0, w2 = w * w, wq = w / spec->q;
    const double a = luster_exp(spec->gain_db * (LUSTER_LN10 / 40.0)), ra = sqrt(a);
    LusterQuad *s = &sections[0];
    switch (spec->type) {
    case LUSTER_FILTER_BELL:
        quad(s->num, w2, wq * a, 1.0);
        quad(s->den, w2, wq / a, 1.0);
        return 1;
    case LUSTER_FILTER_LOW_SHELF:
        quad(s->num, a * a * w2, a * ra * wq, a);
        quad(s->den, w2, ra * wq, a);
        return 1;
    case LUSTER_FILTER_HIGH_SHELF:
        quad(s->num, a * w2, a * ra * wq, a * a);
        quad(s->den, a * w2, ra * wq, 1.0);
        return 1;
    case LUSTER_FILTER_TILT:
        quad(s->num, w2, ra * wq, a);
        quad(s->den, a * w2, ra * wq, 1.0);
        return 1;
    case LUSTER_FILTER_NOTCH:
        quad(s->num, w2, 0.0, 1.0);
        quad(s->den, w2, wq, 1.0);
        return 1;
    case LUSTER_FILTER_BAND_PASS:
        quad(s->num, 0.0, wq, 0.0);
        quad(s->den, w2, wq, 1.0);
        return 1;
    case LUSTER_FILTER_LOW_CUT:
    case LUSTER_FILTER_HIGH_CUT:
        return cut_sections(spec, sections);
    }
    return 0;
}

/* |p|^2 of a prototype polynomial at s = jw, u = w^2. */
static double analog_power(const double h[3], double u)
{
    const double even = h[0] - h[2] * u;
    return even * even + h[1] * h[1] * u;
}

/* |p|^2 of a digital polynomial at q = j tan(w/2), times cos^4(w/2); phi = sin^2(w/2). */
static double digital_power(const double d[3], double phi)
{
    const double even = d[0] * (1.0 - phi) - d[2] * phi;
    return even * even + d[1] * d[1] * phi * (1.0 - phi);
}

double luster_filter_analog_power(const LusterQuad *analog, double u)
{
    return analog_power(analog->num, u) / analog_power(analog->den, u);
}

/* A pair of complex roots s = -sigma +- jw. Beyond Nyquist no root of the digital side can stand
 * for them; a double real one above it that moves away as they do keeps the rest smooth. */
static void match_complex(const double h[3], double sigma, double w, double out[3])
{
    if (w < LUSTER_PI) {
        const double ch = luster_cosh(sigma), cw = luster_cos(w);
        const double den = ch + cw;
        const double half = luster_sinh(0.5 * sigma), s = luster_sin(0.5 * w);
        /* cosh(sigma) - cos(w), without cancellation at low frequencies */
        const double size2 = 2.0 * (half * half + s * s) / den;
        quad(out, h[0], h[0] * 2.0 * luster_sinh(sigma) / den / size2, h[0] / size2);
        return;
    }
    const double ch = luster_cosh(0.5 * sigma);
    const double phi = ch * ch + (w - LUSTER_PI);
    const double inverse = sqrt((phi - 1.0) / phi);
    quad(out, h[0], h[0] * 2.0 * inverse, h[0] * inverse * inverse);
}

/* Finite roots of one polynomial; returns how many are left at infinity. */
static int match_finite(const double h[3], double out[3])
{
    if (h[2] == 0.0 && h[1] == 0.0) {
        quad(out, h[0], 0.0, 0.0);
        return 2;
    }
    if (h[2] == 0.0) {
        const double root = h[0] / h[1];
        quad(out, h[0], root > 0.0 ? h[0] / luster_tanh(0.5 * root) : 2.0 * h[1], 0.0);
        return 1;
    }
    const double sum = h[1] / h[2], product = h[0] / h[2];
    if (product == 0.0) { /* low cut: both at 0 */
        quad(out, 0.0, 0.0, 4.0 * h[2]);
        return 0;
    }
    const double discriminant = 0.25 * sum * sum - product;
    if (discriminant >= 0.0) {
        const double big = 0.5 * sum + sqrt(discriminant), small = product / big;
        const double t1 = luster_tanh(0.5 * small), t2 = luster_tanh(0.5 * big);
        quad(out, h[0], h[0] * (1.0 / t1 + 1.0 / t2), h[0] / (t1 * t2));
    } else {
        match_complex(h, 0.5 * sum, sqrt(-discriminant), out);
    }
    return 0;
}

/* Puts `n` roots from infinity to q = -1/inverse. */
static void add_roots(double d[3], int n, double inverse)
{
    for (; n > 0; n--) {
        d[2] = d[2] + d[1] * inverse;
        d[1] = d[1] + d[0] * inverse;
    }
}

/* What the factors of the roots at infinity must give at w for both powers to agree there; an
 * absent root counts as 1 - phi in `digital`, which is taken out again. */
static double wanted(const LusterQuad *analog, const LusterQuad *digital, int missing, double w,
                     double *phi)
{
    const double s = luster_sin(0.5 * w);
    *phi = s * s;
    const double have = digital_power(digital->num, *phi) / digital_power(digital->den, *phi);
    const double absent = missing == 1 ? 1.0 - *phi : (1.0 - *phi) * (1.0 - *phi);
    return absent * luster_filter_analog_power(analog, w * w) / have;
}

/* One root from infinity, 1 - x phi, agreeing at the top of the band. */
static void match_one_infinite(const LusterQuad *analog, LusterQuad *out)
{
    double phi;
    const double x = (1.0 - wanted(analog, out, 1, W_TOP, &phi)) / phi;
    add_roots(out->num, 1, sqrt(x < 0.9995 ? 1.0 - x : 5e-4));
}

/* Two, 1 + b phi + c phi^2, agreeing in the middle too. */
static void match_two_infinite(const LusterQuad *analog, LusterQuad *out)
{
    double p1, p2;
    const double y1 = (wanted(analog, out, 2, W_MIDDLE, &p1) - 1.0) / p1;
    const double y2 = (wanted(analog, out, 2, W_TOP, &p2) - 1.0) / p2;
    const double c = (y2 - y1) / (p2 - p1), b = y1 - c * p1;
    /* 1 + b phi + c phi^2 is |1 + m q + n q^2|^2 (1 - phi)^2 with n = sqrt(1 + b + c) */
    const double at_one = 1.0 + b + c;
    const double n = sqrt(at_one > 1e-6 ? at_one : 1e-6);
    const double m2 = 2.0 + 2.0 * n + b;
    const double m = sqrt(m2 > 1e-6 ? m2 : 1e-6);
    out->num[2] = out->num[0] * n;
    out->num[1] = out->num[0] * m;
}

LusterQuad luster_filter_match(const LusterQuad *analog)
{
    LusterQuad out;
    const int zeros = match_finite(analog->num, out.num);
    const int poles = match_finite(analog->den, out.den);
    /* a first-order section: the root both lack goes to z = 0 on both sides and cancels */
    const int common = zeros < poles ? zeros : poles;
    add_roots(out.den, poles, 1.0);
    add_roots(out.num, common, 1.0);
    if (zeros - common == 1)
        match_one_infinite(analog, &out);
    else if (zeros - common == 2)
        match_two_infinite(analog, &out);
    return out;
}

void luster_filter_digital(const LusterQuad *digital, double w, double *re, double *im)
{
    const double s = luster_sin(0.5 * w), c = luster_cos(0.5 * w);
    const double nr = digital->num[0] * c * c - digital->num[2] * s * s;
    const double ni = digital->num[1] * s * c;
    const double dr = digital->den[0] * c * c - digital->den[2] * s * s;
    const double di = digital->den[1] * s * c;
    const double power = dr * dr + di * di;
    *re = (nr * dr + ni * di) / power;
    *im = (ni * dr - nr * di) / power;
}
