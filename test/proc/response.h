/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Impulse responses of the reverb and their decay: what its test programs share. */
#ifndef LUSTER_TEST_PROC_RESPONSE_H
#define LUSTER_TEST_PROC_RESPONSE_H

#include "base/math.h"
#include "rig.h"

static bool figures; /* print all that is measured */

/* Impulse responses [in * 2 + out], full wet; the impulse comes `wait` frames after the start. */
typedef struct Response {
    uint32_t n;
    float *path[4];
} Response;

static inline Response respond(const char *settings, double rate_hz, double seconds, uint32_t wait)
{
    const LusterProcessor *proc = luster_processor_find("reverb");
    Response response = {(uint32_t)(seconds * rate_hz), {NULL}};
    for (int in = 0; in < 2; in++) {
        LusterInstance *instance = rig_open(proc, rate_hz, 2, 4096);
        rig_set(instance, proc, "mix=100,pre_delay=0,low_cut=20,high_cut=20000");
        rig_set(instance, proc, settings);
        Signal x = rig_signal(2, response.n + wait), y = rig_signal(2, response.n + wait);
        x.ch[in][wait] = 1.0f;
        rig_run(instance, &x, &y, NULL, 4096);
        luster_instance_free(instance);
        for (int out = 0; out < 2; out++) {
            float *path = response.path[in * 2 + out] = malloc(response.n * sizeof(float));
            memcpy(path, y.ch[out] + wait, response.n * sizeof(float));
        }
        rig_drop(&x);
        rig_drop(&y);
    }
    return response;
}

static inline void drop(Response *response)
{
    for (int p = 0; p < 4; p++)
        free(response->path[p]);
}

/* Butterworth of order 2. */
static inline void biquad(double *x, uint32_t n, double hz, double q, bool high, double rate_hz)
{
    const double g = tan(LUSTER_PI * hz / rate_hz), k = 1.0 / q, a1 = 1.0 / (1.0 + g * (g + k));
    double s1 = 0.0, s2 = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        const double v3 = x[i] - s2, v1 = a1 * s1 + g * a1 * v3;
        const double v2 = s2 + g * v1;
        s1 = 2.0 * v1 - s1;
        s2 = 2.0 * v2 - s2;
        x[i] = high ? x[i] - k * v1 - v2 : v2;
    }
}

/* Butterworth of order 4 on both sides, an octave (or 1/frac) wide, in double. */
static inline double *band(const float *from, uint32_t n, double centre, double frac,
                           double rate_hz)
{
    double *x = malloc(n * sizeof(double));
    for (uint32_t i = 0; i < n; i++)
        x[i] = from[i];
    const double edge = pow(2.0, 0.5 / frac);
    for (int s = 0; s < 2; s++) {
        const double q = s ? 1.30656296 : 0.54119610;
        biquad(x, n, centre / edge, q, true, rate_hz);
        biquad(x, n, centre * edge, q, false, rate_hz);
    }
    return x;
}

/* T30: 60 dB at the slope of the line through -5 … -35 dB of an energy's backward integral. */
static inline double t30(const double *energy, uint32_t n, double rate_hz)
{
    double *left = malloc((n + 1) * sizeof(double));
    left[n] = 0.0;
    for (uint32_t i = n; i-- > 0;)
        left[i] = left[i + 1] + energy[i];
    double st = 0, sl = 0, stt = 0, stl = 0, count = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double level = 10.0 * log10(left[i] / left[0] + 1e-30), t = i / rate_hz;
        if (level > -5.0 || level < -35.0)
            continue;
        st += t, sl += level, stt += t * t, stl += t * level, count++;
    }
    free(left);
    return -60.0 / ((count * stl - st * sl) / (count * stt - st * st));
}

#endif
