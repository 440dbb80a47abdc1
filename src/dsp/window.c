/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Cosine sums in double, rounded once. */
#include "dsp/window.h"

#include "base/math.h"

#include <math.h>

void luster_window_hann(float *w, uint32_t n_frames)
{
    for (uint32_t i = 0; i < n_frames; i++)
        w[i] = (float)(0.5 - 0.5 * luster_cos(2.0 * LUSTER_PI * i / n_frames));
}

void luster_window_blackman_harris(float *w, uint32_t n_frames)
{
    for (uint32_t i = 0; i < n_frames; i++) {
        const double t = 2.0 * LUSTER_PI * i / n_frames;
        /* Harris 1978, minimum 4-term */
        w[i] = (float)(0.35875 - 0.48829 * luster_cos(t) + 0.14128 * luster_cos(2.0 * t) -
                       0.01168 * luster_cos(3.0 * t));
    }
}

void luster_window_vorbis(float *w, uint32_t n_frames)
{
    for (uint32_t i = 0; i < n_frames; i++) {
        const double s = luster_sin(LUSTER_PI * (i + 0.5) / n_frames);
        w[i] = (float)luster_sin(0.5 * LUSTER_PI * s * s);
    }
}

static double bessel_i0(double x)
{
    double sum = 1.0, term = 1.0;
    for (int k = 1; k < 60; k++) {
        term *= (x / (2.0 * k)) * (x / (2.0 * k));
        sum += term;
    }
    return sum;
}

double luster_window_kaiser(double u, double stop_db)
{
    const double beta = 0.1102 * (stop_db - 8.7);
    return bessel_i0(beta * sqrt(1.0 - u * u)) / bessel_i0(beta);
}
