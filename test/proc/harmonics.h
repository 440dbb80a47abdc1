/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Spectra of a tone through a curve, in double: an odd number of periods in a power of two of
 * frames, so that every harmonic and every alias of one has a bin to itself and no window is
 * needed. And the same tone while settings move, looked at between its harmonics. */
#ifndef LUSTER_TEST_PROC_HARMONICS_H
#define LUSTER_TEST_PROC_HARMONICS_H

#include "base/math.h"
#include "rig.h"

#define SPAN 16384 /* frames of a spectrum */
#define N_HARMONICS 32

typedef struct Spectrum {
    double power[SPAN / 2 + 1]; /* of a sine of amplitude 1: 1 */
    double re[SPAN], im[SPAN];
} Spectrum;

/** In place, radix 2; re, im [SPAN]. */
static inline void harmonics_fft(double *re, double *im)
{
    for (uint32_t i = 1, r = 0; i < SPAN; i++) {
        uint32_t bit = SPAN / 2;
        for (; r & bit; bit /= 2)
            r ^= bit;
        r ^= bit;
        if (i < r) {
            const double a = re[i], b = im[i];
            re[i] = re[r], im[i] = im[r], re[r] = a, im[r] = b;
        }
    }
    for (uint32_t half = 1; half < SPAN; half *= 2) {
        for (uint32_t k = 0; k < half; k++) {
            const double c = cos(LUSTER_PI * k / half), s = -sin(LUSTER_PI * k / half);
            for (uint32_t p = k; p < SPAN; p += 2 * half) {
                const uint32_t q = p + half;
                const double u = re[q] * c - im[q] * s, v = re[q] * s + im[q] * c;
                re[q] = re[p] - u, im[q] = im[p] - v;
                re[p] += u, im[p] += v;
            }
        }
    }
}

/** Of x[SPAN], which repeats. */
static inline void harmonics_spectrum(Spectrum *spectrum, const float *x)
{
    for (uint32_t i = 0; i < SPAN; i++) {
        spectrum->re[i] = x[i];
        spectrum->im[i] = 0.0;
    }
    harmonics_fft(spectrum->re, spectrum->im);
    for (uint32_t k = 0; k <= SPAN / 2; k++) {
        const double scale = (k && k < SPAN / 2 ? 2.0 : 1.0) / SPAN;
        spectrum->power[k] =
            scale * scale * (spectrum->re[k] * spectrum->re[k] + spectrum->im[k] * spectrum->im[k]);
    }
}

/** The odd number of periods in SPAN that comes nearest to `freq_hz`. */
static inline uint32_t harmonics_bin(double freq_hz, double rate_hz)
{
    return 2 * (uint32_t)(freq_hz / rate_hz * SPAN / 2.0) + 1;
}

/** A tone of `amplitude` through the processor, once all has settled. */
static inline void harmonics_tone(Spectrum *spectrum, const LusterProcessor *proc,
                                  const char *settings, double rate_hz, uint32_t bin,
                                  double amplitude, uint32_t n_spans)
{
    LusterInstance *instance = rig_open(proc, rate_hz, 1, 4096);
    rig_set(instance, proc, settings);
    Signal x = rig_signal(1, SPAN), y = rig_signal(1, SPAN);
    for (uint32_t i = 0; i < SPAN; i++) /* starts at a zero, so that nothing jumps */
        x.ch[0][i] =
            (float)(amplitude * sin(2.0 * LUSTER_PI * (double)((uint64_t)bin * i % SPAN) / SPAN));
    for (uint32_t span = 0; span < n_spans; span++)
        rig_run(instance, &x, &y, NULL, 4096);
    harmonics_spectrum(spectrum, y.ch[0]);
    luster_instance_free(instance);
    rig_drop(&x), rig_drop(&y);
}

/** What lies from 20 Hz to 20 kHz and is no harmonic, dB re the fundamental. */
static inline double harmonics_alias_db(const Spectrum *spectrum, double rate_hz, uint32_t bin)
{
    double sum = 0.0;
    for (uint32_t k = 1; k < SPAN / 2; k++) {
        const double f = k * rate_hz / SPAN;
        if (f >= 20.0 && f <= 20000.0 && k % bin)
            sum += spectrum->power[k];
    }
    return 10.0 * log10(sum / spectrum->power[bin] + 1e-30);
}

/** Harmonic m, dB re a sine of amplitude 1. */
static inline double harmonics_level_db(const Spectrum *spectrum, uint32_t bin, uint32_t m)
{
    return 10.0 * log10(spectrum->power[bin * m] + 1e-30);
}

/** Moves the settings to and fro every 8000 frames while 1 kHz sounds at -6 dBFS; loudest sum of
 * what lies further than 350 Hz from any harmonic, from 350 Hz on, dBFS; where the output is louder
 * than full scale, dB re its peak. */
static inline double harmonics_splatter_db(const LusterProcessor *proc, const char *always,
                                           const char *first, const char *second)
{
    /* 7-term Blackman-Harris: side lobes under -160 dB (Albrecht 2001) */
    static const double a[] = {0.27105140069342,  -0.43329793923448, 0.21812299954311,
                               -0.06592544638803, 0.01081174209837,  -0.00077658482522,
                               0.00001388721735};
    static double re[SPAN], im[SPAN];
    const uint32_t n = 8 * SPAN, move = 8000, rate_hz = 48000;
    LusterInstance *instance = rig_open(proc, rate_hz, 1, 1024);
    rig_set(instance, proc, always);
    rig_set(instance, proc, first);
    Signal x = rig_signal(1, n), y = rig_signal(1, n);
    for (uint32_t i = 0; i < n; i++) {
        const double u = i < SPAN ? (double)i / SPAN : 1.0;
        x.ch[0][i] = (float)(0.5 * u * u * u * (10.0 - 15.0 * u + 6.0 * u * u) *
                             sin(2.0 * LUSTER_PI * (i % 48) / 48.0));
    }
    for (uint32_t done = 0; done < n;) {
        const uint32_t part = n - done < move ? n - done : move;
        if (done >= 2 * SPAN)
            rig_set(instance, proc, done / move % 2 ? first : second);
        rig_process(instance, &x, &y, NULL, done, part);
        done += part;
    }
    double worst = 0.0, peak = 1.0;
    for (uint32_t i = 0; i < n; i++)
        peak = fmax(peak, fabs(y.ch[0][i]));
    for (uint32_t from = 2 * SPAN; from + SPAN <= n; from += SPAN / 4) {
        double norm = 0.0, sum = 0.0;
        for (uint32_t i = 0; i < SPAN; i++) {
            double w = 0.0;
            for (int k = 0; k < 7; k++)
                w += a[k] * cos(2.0 * LUSTER_PI * k * (i + 0.5) / SPAN);
            re[i] = w * y.ch[0][from + i];
            im[i] = 0.0;
            norm += w * w * SPAN / 4.0;
        }
        harmonics_fft(re, im);
        for (uint32_t k = 1; k < SPAN / 2; k++) {
            const double off = fmod((double)k * rate_hz / SPAN, 1000.0);
            if (off > 350.0 && off < 650.0)
                sum += (re[k] * re[k] + im[k] * im[k]) / norm;
        }
        worst = fmax(worst, sum);
    }
    luster_instance_free(instance);
    rig_drop(&x), rig_drop(&y);
    return 10.0 * log10(worst + 1e-30) - 20.0 * log10(peak);
}

#endif
