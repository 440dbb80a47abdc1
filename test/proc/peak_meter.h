/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A true-peak meter that is independent of luster's: 32 readings per frame by a Kaiser-windowed
 * sinc, in double, with a choice of lengths. */
#ifndef LUSTER_TEST_PROC_PEAK_METER_H
#define LUSTER_TEST_PROC_PEAK_METER_H

#include "rig.h"

#define PI 3.14159265358979323846
#define READINGS 32
#define REACH 160 /* frames on each side, at most */

static double meter_taps[READINGS][2 * REACH];
static int reach; /* of the meter in use: 20, 40, 80, 160 are flat to 0.42, 0.46, 0.48, 0.49 */

static inline double bessel_i0(double x)
{
    double sum = 1.0, term = 1.0;
    for (int k = 1; k < 60; k++) {
        term *= x * x / (4.0 * k * k);
        sum += term;
    }
    return sum;
}

static inline void make_meter(int frames)
{
    reach = frames;
    for (int q = 0; q < READINGS; q++) {
        for (int k = 0; k < 2 * reach; k++) {
            const double t = k - (reach - 1) - (double)q / READINGS, u = t / reach;
            const double window = fabs(u) < 1.0 ? bessel_i0(9.0 * sqrt(1.0 - u * u)) : 0.0;
            meter_taps[q][k] = (t == 0.0 ? 1.0 : sin(PI * t) / (PI * t)) * window / bessel_i0(9.0);
        }
    }
}

/* True peak in dB from frame `from` on; looks between samples only where it could be the largest.
 */
static inline double true_peak_db(const Signal *signal, uint32_t from)
{
    double top = 1e-9;
    for (uint32_t c = 0; c < signal->n_channels; c++) {
        const float *x = signal->ch[c];
        for (uint32_t i = from; i < signal->n_frames; i++)
            top = fmax(top, fabs(x[i]));
    }
    const double worth = 0.5 * top;
    for (uint32_t c = 0; c < signal->n_channels; c++) {
        const float *x = signal->ch[c];
        for (uint32_t i = from + (uint32_t)reach; i + (uint32_t)reach < signal->n_frames; i++) {
            if (fabs(x[i]) < worth && fabs(x[i + 1]) < worth)
                continue;
            for (int q = 1; q < READINGS; q++) {
                double sum = 0.0;
                for (int k = 0; k < 2 * reach; k++)
                    sum += meter_taps[q][k] * x[(int)i + k - (reach - 1)];
                top = fmax(top, fabs(sum));
            }
        }
    }
    return 20.0 * log10(top);
}

#endif
