/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What equalizers are measured against: the analogue prototypes, and a set of bands that asks much.
 */
#ifndef LUSTER_TEST_PROC_PROTOTYPES_H
#define LUSTER_TEST_PROC_PROTOTYPES_H

#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The prototypes once more, from the textbook and in complex numbers. */
static inline double analog_db(const char *type, double gain_db, double q, int order, double x)
{
    const double complex s = x * I; /* frequency over the band's own */
    const double a = pow(10, gain_db / 40);
    double complex h = 1;
    if (!strcmp(type, "bell"))
        h = (s * s + s * a / q + 1) / (s * s + s / (a * q) + 1);
    else if (!strcmp(type, "low_shelf"))
        h = a * (s * s + sqrt(a) / q * s + a) / (a * s * s + sqrt(a) / q * s + 1);
    else if (!strcmp(type, "high_shelf"))
        h = a * (a * s * s + sqrt(a) / q * s + 1) / (s * s + sqrt(a) / q * s + a);
    else if (!strcmp(type, "tilt"))
        h = (a * s * s + sqrt(a) / q * s + 1) / (s * s + sqrt(a) / q * s + a);
    else if (!strcmp(type, "notch"))
        h = (s * s + 1) / (s * s + s / q + 1);
    else if (!strcmp(type, "band_pass"))
        h = (s / q) / (s * s + s / q + 1);
    else if (!strcmp(type, "low_cut"))
        return -10 * log10(1 + pow(x, -2.0 * order)); /* Butterworth */
    else if (!strcmp(type, "high_cut"))
        return -10 * log10(1 + pow(x, 2.0 * order));
    return 20 * log10(cabs(h));
}

static inline double dft_db(const float *x, uint32_t n, double w)
{
    const double complex turn = cexp(-I * w);
    double complex sum = 0, at = 1;
    for (uint32_t i = 0; i < n; i++) {
        sum += x[i] * at;
        at *= turn;
    }
    return 20 * log10(cabs(sum));
}

typedef struct Case {
    const char *type;
    double freq, gain_db, q;
    int order;
} Case;

static const Case cases[] = {
    {"bell", 1000, -18, 0.3, 2},       {"bell", 5000, 12, 0.7071, 2},
    {"bell", 10000, 12, 0.7071, 2},    {"bell", 15000, 12, 1.4, 2},
    {"bell", 20000, 18, 0.7071, 2},    {"bell", 20000, -18, 4, 2},
    {"bell", 16000, 18, 20, 2},        {"low_shelf", 300, -12, 0.7, 2},
    {"low_shelf", 12000, 18, 1, 2},    {"high_shelf", 6000, 6, 0.7, 2},
    {"high_shelf", 15000, 12, 0.7, 2}, {"high_shelf", 20000, -18, 0.5, 2},
    {"tilt", 1000, 6, 0.5, 2},         {"notch", 9000, 0, 1, 2},
    {"notch", 19000, 0, 4, 2},         {"band_pass", 12000, 0, 0.5, 2},
    {"low_cut", 120, 0, 0.7071, 4},    {"low_cut", 15000, 0, 0.7071, 8},
    {"high_cut", 8000, 0, 0.7071, 1},  {"high_cut", 8000, 0, 0.7071, 2},
    {"high_cut", 16000, 0, 0.7071, 4}, {"high_cut", 10000, 0, 0.7071, 16},
};

static inline void settings_of(const Case *c, char *text, size_t size)
{
    snprintf(text, size, "b3_type=%s,b3_freq=%.17g,b3_gain=%.17g,b3_q=%.17g,b3_slope=%d", c->type,
             c->freq, c->gain_db, c->q, 6 * c->order);
}

#endif
