/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Portable elementary functions. The C library's own differ in the last bit between processors
 * (it picks code by instruction set), which would break "same bytes"; these do not.
 * All are accurate to about 2e-15 relative over the stated domain. Pure, any thread. */
#ifndef LUSTER_BASE_MATH_H
#define LUSTER_BASE_MATH_H

#define LUSTER_PI 3.14159265358979323846
#define LUSTER_LN2 0.693147180559945309417
#define LUSTER_LN10 2.30258509299404568402

double luster_exp(double x); /* any finite x; overflow gives +inf, underflow 0 */
double luster_exp2(double x); /* as luster_exp */
double luster_log(double x); /* x > 0; 0 gives -inf, negative NaN */
double luster_log2(double x); /* as luster_log */
double luster_log10(double x); /* as luster_log */
double luster_pow(double x, double y); /* x > 0, or x == 0 with y > 0 */
double luster_sin(double x); /* |x| < 1e5 radians */
double luster_cos(double x); /* |x| < 1e5 radians */
double luster_tan(double x); /* |x| < 1e5 radians, away from the poles */
double luster_atan(double x); /* any x */
double luster_atan2(double y, double x);
double luster_sinh(double x);
double luster_cosh(double x);
double luster_tanh(double x);

/** Decibels to amplitude ratio: 10^(db/20). -INFINITY gives 0. */
double luster_db_to_gain(double db);

/** Amplitude ratio to decibels: 20 log10(gain). 0 gives -INFINITY. */
double luster_gain_to_db(double gain);

/** Power ratio to decibels: 10 log10(power). 0 gives -INFINITY. */
double luster_power_to_db(double power);

#endif
