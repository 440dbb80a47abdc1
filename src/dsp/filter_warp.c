/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The shared warp. With exact roots, what is left between analogue and digital power is a smooth
 * function of phi = sin^2(w/2) whose only singularity is the branch point of asin at Nyquist, so
 * rational functions with fixed poles just above phi = 1 meet it quickly; the numerator is a linear
 * least-squares problem in relative error, and moves smoothly with every parameter. */
#include "dsp/filter_design.h"

#include "base/math.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define TOP 0.467 /* of the rate: 20.6 kHz at 44.1 kHz */
#define N_MAX (2 * LUSTER_WARP_SECTIONS + 1)

/* Poles in phi, found by search for the least worst error of bells (+-18 dB, Q 0.3 to 20, 20 Hz to
 * 20 kHz at 44.1 kHz); test/proc/eq.c holds what they reach. */
static const double poles_1[2] = {1.053, 2.64};
static const double poles_2[4] = {1.01, 1.06, 1.3, 3.0};

void luster_warp_init(LusterWarp *warp)
{
    for (int m = 0; m < LUSTER_WARP_POINTS; m++) {
        const double place = (m + 0.37) / LUSTER_WARP_POINTS;
        const double w = 2.0 * LUSTER_PI * TOP * luster_sin(0.5 * LUSTER_PI * place);
        const double s = luster_sin(0.5 * w);
        warp->phi[m] = s * s;
        warp->u[m] = w * w;
        warp->ratio[m] = 1.0;
    }
}

void luster_warp_clear(LusterWarp *warp)
{
    for (int m = 0; m < LUSTER_WARP_POINTS; m++)
        warp->ratio[m] = 1.0;
}

/* analogue / digital power of one polynomial. Next to a root on the axis (a notch's zero) both
 * vanish; there the quotient is that of the neighbourhood, (du/dphi)^2. */
static double ratio_of(const double a[3], const double d[3], double u, double phi)
{
    const double even_a = a[0] - a[2] * u;
    const double even_d = d[0] * (1.0 - phi) - d[2] * phi;
    if (a[1] == 0.0 && a[0] > 0.0 && a[2] > 0.0 && fabs(even_a) < 1e-7 * a[0]) {
        const double slope = sqrt(u) / sqrt(phi * (1.0 - phi)); /* du/dphi / 2 */
        const double q = 2.0 * slope * a[2] / (d[0] + d[2]);
        return q * q;
    }
    return (even_a * even_a + a[1] * a[1] * u) /
           (even_d * even_d + d[1] * d[1] * phi * (1.0 - phi));
}

void luster_warp_add(LusterWarp *warp, const LusterQuad *analog, const LusterQuad *digital,
                     double amount)
{
    for (int m = 0; m < LUSTER_WARP_POINTS; m++) {
        const double phi = warp->phi[m], u = warp->u[m];
        const double ratio = ratio_of(analog->num, digital->num, u, phi) /
                             ratio_of(analog->den, digital->den, u, phi);
        warp->ratio[m] *= 1.0 + amount * (ratio - 1.0);
    }
}

double luster_warp_size(const LusterWarp *warp)
{
    double size = 0.0;
    for (int m = 0; m < LUSTER_WARP_POINTS; m++) {
        const double off = fabs(warp->ratio[m] - 1.0);
        size = off > size ? off : size;
    }
    return size;
}

/* Gaussian elimination with pivots; the matrix is a Gram matrix of Chebyshev polynomials. */
static void solve(double a[N_MAX][N_MAX + 1], int n)
{
    for (int i = 0; i < n; i++) {
        int pivot = i;
        for (int r = i + 1; r < n; r++)
            pivot = fabs(a[r][i]) > fabs(a[pivot][i]) ? r : pivot;
        for (int c = 0; c <= n && pivot != i; c++) {
            const double swap = a[i][c];
            a[i][c] = a[pivot][c];
            a[pivot][c] = swap;
        }
        for (int r = 0; r < n; r++) {
            const double f = r == i ? 0.0 : a[r][i] / a[i][i];
            for (int c = i; c <= n && f != 0.0; c++)
                a[r][c] -= f * a[i][c];
        }
    }
    for (int i = 0; i < n; i++)
        a[i][n] /= a[i][i];
}

static void chebyshev(double phi, int n, double t[N_MAX])
{
    const double y = 2.0 * phi - 1.0;
    t[0] = 1.0;
    t[1] = y;
    for (int i = 2; i < n; i++)
        t[i] = 2.0 * y * t[i - 1] - t[i - 2];
}

/* Chebyshev coefficients on 0 … 1 to powers of phi. */
static void to_powers(const double *c, int n, double p[N_MAX])
{
    static const double shifted[5][5] = {
        {1}, {-1, 2}, {1, -8, 8}, {-1, 18, -48, 32}, {1, -32, 160, -256, 128}};
    for (int k = 0; k < n; k++) {
        p[k] = 0.0;
        for (int i = 0; i < n; i++)
            p[k] += c[i] * shifted[i][k];
    }
}

typedef struct Root {
    double re, im;
} Root;

static Root times(Root a, Root b)
{
    return (Root){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static Root over(Root a, Root b)
{
    const double power = b.re * b.re + b.im * b.im;
    return (Root){(a.re * b.re + a.im * b.im) / power, (a.im * b.re - a.re * b.im) / power};
}

/* All roots of p[0] + … + p[n] x^n at once (Weierstrass, Durand, Kerner), in 1/phi, where those
 * far away are near 0. The start is fixed, so the result is too. */
static void find_roots(const double *p, int n, Root *roots)
{
    Root x = {1.0, 0.0};
    for (int i = 0; i < n; i++) {
        x = times(x, (Root){0.4, 0.9});
        roots[i] = x;
    }
    for (int round = 0; round < 60; round++) {
        double moved = 0.0;
        for (int i = 0; i < n; i++) {
            Root value = {p[0], 0.0}, others = {p[0], 0.0}; /* monic after the reversal */
            for (int k = 1; k <= n; k++) {
                value = times(value, roots[i]);
                value.re += p[k];
            }
            for (int k = 0; k < n; k++) {
                if (k != i)
                    others =
                        times(others, (Root){roots[i].re - roots[k].re, roots[i].im - roots[k].im});
            }
            const Root step = over(value, others);
            roots[i].re -= step.re;
            roots[i].im -= step.im;
            moved += fabs(step.re) + fabs(step.im);
        }
        if (moved < 1e-14)
            break;
    }
}

/* 1/q of the root of 1 - phi * x on the left side: q^2 = phi/(phi - 1), 1/q^2 = 1 - x. */
static Root inverse_q(Root x)
{
    const double re = 1.0 - x.re, im = -x.im;
    if (fabs(im) < 1e-9) /* a real root inside the band cannot be had; the nearest outside can */
        return (Root){sqrt(re > 5e-4 ? re : 5e-4), 0.0};
    const double size = sqrt(re * re + im * im);
    const double root = sqrt(0.5 * (size + re));
    return (Root){root > 0.02 ? root : 0.02, im / (2.0 * (root > 0.02 ? root : 0.02))};
}

/* Sections' numerators from the roots: conjugates together, real ones two by two in order. */
static void pair_roots(Root *r, int n, LusterQuad *sections)
{
    double real[2 * LUSTER_WARP_SECTIONS];
    int n_real = 0, done = 0;
    for (int i = 0; i < n; i++) {
        const Root root = inverse_q(r[i]);
        if (root.im == 0.0) {
            int at = n_real++;
            for (; at > 0 && real[at - 1] > root.re; at--)
                real[at] = real[at - 1];
            real[at] = root.re;
        } else if (root.im > 0.0 && 2 * done + 2 <= n) {
            double *num = sections[done++].num;
            num[1] = 2.0 * root.re;
            num[2] = root.re * root.re + root.im * root.im;
        }
    }
    for (int i = 0; i + 1 < n_real && 2 * done + 2 <= n; i += 2) {
        double *num = sections[done++].num;
        num[1] = real[i] + real[i + 1];
        num[2] = real[i] * real[i + 1];
    }
}

double luster_warp_fit(const LusterWarp *warp, int n_sections, LusterQuad *sections)
{
    const int degree = 2 * n_sections, n = degree + 1;
    const double *poles = n_sections == 1 ? poles_1 : poles_2;
    double a[N_MAX][N_MAX + 1], basis[LUSTER_WARP_POINTS][N_MAX], t[N_MAX];
    memset(a, 0, sizeof a);
    for (int m = 0; m < LUSTER_WARP_POINTS; m++) {
        double g = warp->ratio[m];
        const double phi = warp->phi[m];
        for (int i = 0; i < degree; i++)
            g *= 1.0 - phi / poles[i];
        chebyshev(phi, n, t);
        for (int i = 0; i < n; i++)
            basis[m][i] = t[i] / g;
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++)
                a[i][k] += basis[m][i] * basis[m][k];
            a[i][n] += basis[m][i];
        }
    }
    solve(a, n);
    double c[N_MAX], p[N_MAX] = {0.0}, left = 0.0;
    for (int i = 0; i < n; i++)
        c[i] = a[i][n];
    for (int m = 0; m < LUSTER_WARP_POINTS; m++) {
        double fit = -1.0;
        for (int i = 0; i < n; i++)
            fit += c[i] * basis[m][i];
        left = fabs(fit) > left ? fabs(fit) : left;
    }
    to_powers(c, n, p);
    Root roots[N_MAX];
    find_roots(p, degree, roots);
    for (int k = 0; k < n_sections; k++) {
        const double p1 = sqrt(1.0 - 1.0 / poles[2 * k]), p2 = sqrt(1.0 - 1.0 / poles[2 * k + 1]);
        const double den[3] = {1.0, p1 + p2, p1 * p2};
        memcpy(sections[k].num, den, sizeof den);
        memcpy(sections[k].den, den, sizeof den);
    }
    pair_roots(roots, degree, sections);
    const double gain = sqrt(p[0] > 0.0 ? p[0] : 1.0);
    for (int i = 0; i < 3; i++)
        sections[0].num[i] *= gain;
    return left;
}
