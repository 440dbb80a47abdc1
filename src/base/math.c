/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Elementary functions by argument reduction and plain series (Cody & Waite 1980; the series are
 * the Taylor and atanh ones, cut where the next term is below half an ulp). */
#include "base/math.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 and pi/2 split so that a small integer times the first part is exact. */
#define LN2_HI 6.93147180369123816490e-01
#define LN2_LO 1.90821492927058770002e-10
#define PIO2_1 1.57079632673412561417e+00
#define PIO2_2 6.07710050630396597660e-11
#define PIO2_3 2.02226624879595063154e-21

static double scale2(double x, int k)
{
    /* in two steps, so that results near the ends of the range survive */
    while (k > 1000) {
        x *= 0x1p1000;
        k -= 1000;
    }
    while (k < -1000) {
        x *= 0x1p-1000;
        k += 1000;
    }
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double p;
    memcpy(&p, &bits, sizeof p);
    return x * p;
}

double luster_exp(double x)
{
    if (x > 709.8)
        return INFINITY;
    if (x < -745.2)
        return 0.0;
    if (x != x)
        return x;
    const double k = floor(x / LUSTER_LN2 + 0.5);
    const double r = (x - k * LN2_HI) - k * LN2_LO;
    double sum = 1.0;
    for (int n = 14; n >= 1; n--)
        sum = 1.0 + sum * r / n;
    return scale2(sum, (int)k);
}

double luster_exp2(double x)
{
    if (x > 1024.0)
        return INFINITY;
    if (x < -1080.0)
        return 0.0;
    if (x != x)
        return x;
    const double k = floor(x + 0.5);
    const double r = (x - k) * LUSTER_LN2;
    double sum = 1.0;
    for (int n = 14; n >= 1; n--)
        sum = 1.0 + sum * r / n;
    return scale2(sum, (int)k);
}

/* x = m * 2^e with m in [sqrt(1/2), sqrt(2)); returns ln(m) by the atanh series. */
static double log_parts(double x, int *e)
{
    int shift = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        shift = -54;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    *e = (int)(bits >> 52) - 1023 + shift;
    bits = (bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        *e += 1;
    }
    const double s = (m - 1.0) / (m + 1.0), s2 = s * s;
    double sum = 0.0;
    for (int n = 23; n >= 3; n -= 2)
        sum = (sum + 1.0 / n) * s2;
    return 2.0 * s + 2.0 * s * sum;
}

static int log_special(double x, double *out)
{
    if (x > 0.0 && x < INFINITY)
        return 0;
    *out = x == 0.0 ? -INFINITY : x > 0.0 ? x : NAN;
    return 1;
}

double luster_log(double x)
{
    double special;
    if (log_special(x, &special))
        return special;
    int e;
    const double l = log_parts(x, &e);
    return e * LN2_HI + (l + e * LN2_LO);
}

double luster_log2(double x)
{
    double special;
    if (log_special(x, &special))
        return special;
    int e;
    const double l = log_parts(x, &e);
    return e + l * (1.0 / LUSTER_LN2);
}

double luster_log10(double x)
{
    return luster_log(x) * (1.0 / LUSTER_LN10);
}

double luster_pow(double x, double y)
{
    if (y == 0.0)
        return 1.0;
    if (x == 0.0)
        return 0.0;
    return luster_exp2(y * luster_log2(x));
}

static double sin_series(double r)
{
    const double r2 = r * r;
    double sum = 1.0;
    for (int n = 18; n >= 2; n -= 2)
        sum = 1.0 - sum * r2 / (n * (n + 1.0));
    return r * sum;
}

static double cos_series(double r)
{
    const double r2 = r * r;
    double sum = 1.0;
    for (int n = 19; n >= 1; n -= 2)
        sum = 1.0 - sum * r2 / (n * (n + 1.0));
    return sum;
}

/* sin(x + quarter * pi/2) */
static double sin_quarter(double x, int quarter)
{
    if (!(fabs(x) < 1e6))
        return x - x; /* NaN for NaN and inf; 0 beyond the domain */
    const double k = floor(x / (LUSTER_PI / 2) + 0.5);
    const double r = ((x - k * PIO2_1) - k * PIO2_2) - k * PIO2_3;
    switch (((int)k + quarter) & 3) {
    case 0:
        return sin_series(r);
    case 1:
        return cos_series(r);
    case 2:
        return -sin_series(r);
    default:
        return -cos_series(r);
    }
}

double luster_sin(double x)
{
    return sin_quarter(x, 0);
}

double luster_cos(double x)
{
    return sin_quarter(x, 1);
}

double luster_tan(double x)
{
    return luster_sin(x) / luster_cos(x);
}

double luster_atan(double x)
{
    /* two halvings bring |x| below tan(pi/16); then the plain series */
    double a = fabs(x);
    if (a != a)
        return x;
    const int inverted = a > 1.0;
    if (inverted)
        a = 1.0 / a;
    a = a / (1.0 + sqrt(1.0 + a * a));
    a = a / (1.0 + sqrt(1.0 + a * a));
    const double a2 = a * a;
    double sum = 0.0;
    for (int n = 25; n >= 1; n -= 2)
        sum = 1.0 / n - sum * a2;
    double y = 4.0 * a * sum;
    if (inverted)
        y = LUSTER_PI / 2 - y;
    return x < 0.0 ? -y : y;
}

double luster_atan2(double y, double x)
{
    if (x > 0.0)
        return luster_atan(y / x);
    if (x < 0.0)
        return luster_atan(y / x) + (y < 0.0 ? -LUSTER_PI : LUSTER_PI);
    return y > 0.0 ? LUSTER_PI / 2 : y < 0.0 ? -LUSTER_PI / 2 : 0.0;
}

double luster_sinh(double x)
{
    if (fabs(x) < 0.5) {
        const double x2 = x * x;
        double sum = 1.0;
        for (int n = 14; n >= 2; n -= 2)
            sum = 1.0 + sum * x2 / (n * (n + 1.0));
        return x * sum;
    }
    const double e = luster_exp(x);
    return 0.5 * (e - 1.0 / e);
}

double luster_cosh(double x)
{
    const double e = luster_exp(x);
    return 0.5 * (e + 1.0 / e);
}

double luster_tanh(double x)
{
    if (fabs(x) > 20.0)
        return x > 0.0 ? 1.0 : -1.0;
    return luster_sinh(x) / luster_cosh(x);
}

double luster_db_to_gain(double db)
{
    /* 0 dB is exactly 1, so that a fader at 0 changes no bit */
    return db == 0.0 ? 1.0 : luster_exp2(db * (LUSTER_LN10 / LUSTER_LN2 / 20.0));
}

double luster_gain_to_db(double gain)
{
    return luster_log2(gain) * (20.0 * LUSTER_LN2 / LUSTER_LN10);
}

double luster_power_to_db(double power)
{
    return luster_log2(power) * (10.0 * LUSTER_LN2 / LUSTER_LN10);
}
