/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the tests of compressor and gate share: a gain made visible (a constant goes through while
 * the key does the talking), tones, and the spectrum of what should not be there. */
#ifndef LUSTER_TEST_PROC_DYNAMICS_RIG_H
#define LUSTER_TEST_PROC_DYNAMICS_RIG_H

#include "rig.h"

#define PI 3.14159265358979323846

static inline double db(double gain)
{
    return 20.0 * log10(gain);
}

static inline double from_db(double level)
{
    return pow(10.0, level / 20.0);
}

/** One channel of a constant. */
static inline Signal constant(uint32_t n, double value)
{
    Signal signal = rig_signal(1, n);
    for (uint32_t i = 0; i < n; i++)
        signal.ch[0][i] = (float)value;
    return signal;
}

static inline Signal tone(uint32_t n, double freq_hz, double rate_hz, double peak)
{
    Signal signal = rig_signal(1, n);
    for (uint32_t i = 0; i < n; i++)
        signal.ch[0][i] = (float)(peak * sin(2.0 * PI * freq_hz * i / rate_hz));
    return signal;
}

/** `in` through `proc` at `settings`; the latency is taken off. */
static inline Signal through(const LusterProcessor *proc, const char *settings, double rate_hz,
                             const Signal *in, const Signal *key)
{
    LusterInstance *instance = rig_open(proc, rate_hz, in->n_channels, 777);
    Signal out = rig_signal(in->n_channels, in->n_frames);
    rig_set(instance, proc, settings);
    rig_run(instance, in, &out, key, 0);
    const uint32_t lag = luster_instance_latency(instance);
    for (uint32_t c = 0; c < in->n_channels; c++) {
        memmove(out.ch[c], out.ch[c] + lag, (in->n_frames - lag) * sizeof(float));
        memset(out.ch[c] + in->n_frames - lag, 0, lag * sizeof(float));
    }
    luster_instance_free(instance);
    return out;
}

/** The gain over time that `key` causes. */
static inline Signal gain_of(const LusterProcessor *proc, const char *settings, double rate_hz,
                             const Signal *key)
{
    Signal one = constant(key->n_frames, 1.0);
    Signal gain = through(proc, settings, rate_hz, &one, key);
    rig_drop(&one);
    return gain;
}

/** Frames from `from` on until the gain in dB passes `level`, upwards or downwards. */
static inline uint32_t frames_to(const Signal *gain, uint32_t from, double level, bool upwards)
{
    uint32_t i = from;
    while (i < gain->n_frames && (db(gain->ch[0][i]) < level) == upwards)
        i++;
    return i - from;
}

/** Largest spectral line of `x` [n] between two frequencies, dBFS (a full-scale sine is 0), under a
 * Blackman-Harris window (Harris 1978, side lobes -92 dB and falling). */
static inline double splatter_db(const float *x, uint32_t n, double rate_hz, double from_hz,
                                 double to_hz)
{
    double top = 1e-12;
    for (double f = from_hz; f <= to_hz; f += 173.0) {
        double re = 0.0, im = 0.0, sum = 0.0;
        for (uint32_t i = 0; i < n; i++) {
            const double u = 2.0 * PI * i / n, w = 2.0 * PI * f / rate_hz * i;
            const double window =
                0.35875 - 0.48829 * cos(u) + 0.14128 * cos(2 * u) - 0.01168 * cos(3 * u);
            re += window * x[i] * cos(w);
            im += window * x[i] * sin(w);
            sum += window;
        }
        top = fmax(top, 2.0 * sqrt(re * re + im * im) / sum);
    }
    return db(top);
}

/** THD+N re the tone in dB over the last `n` frames, which hold whole periods of `freq_hz`. */
static inline double distortion_db(const Signal *out, uint32_t n, double freq_hz, double rate_hz)
{
    double re = 0.0, im = 0.0, all = 0.0;
    const float *x = out->ch[0] + out->n_frames - n;
    for (uint32_t i = 0; i < n; i++) {
        re += x[i] * cos(2.0 * PI * freq_hz / rate_hz * i);
        im += x[i] * sin(2.0 * PI * freq_hz / rate_hz * i);
        all += (double)x[i] * x[i];
    }
    const double tone_power = 2.0 * (re * re + im * im) / n;
    return 10.0 * log10(fmax(all - tone_power, 1e-30) / tone_power);
}

#endif
