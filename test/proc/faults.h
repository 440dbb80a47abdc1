/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Made music, made faults, and what a restoration does to both: level of single tones, long-term
 * average spectrum in third octaves. */
#ifndef LUSTER_TEST_PROC_FAULTS_H
#define LUSTER_TEST_PROC_FAULTS_H

#include "dsp/fft.h"
#include "rig.h"
#include "tap.h"

#define FAULTS_PI 3.14159265358979323846

/** Stereo, peaking near -6 dBFS: a bass line, chords with overtones, a lead with vibrato, drums. */
static inline Signal faults_music(double rate_hz, uint32_t n)
{
    static const double chord[4][3] = {{220.0, 261.63, 329.63},
                                       {174.61, 220.0, 261.63},
                                       {130.81, 196.0, 329.63},
                                       {196.0, 246.94, 293.66}};
    static const double bass[4] = {55.0, 43.65, 65.41, 49.0},
                        lead[4] = {659.26, 523.25, 783.99, 587.33};
    Signal x = rig_signal(2, n);
    LusterRng rng;
    luster_rng_seed(&rng, 2026, 1);
    double hiss = 0, phase = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double t = i / rate_hz;
        const int bar = (int)(t / 1.9449) % 4; /* 123.4 beats a minute: no line meets the mains */
        const double beat = fmod(t, 0.48622), half = fmod(t + 0.48622, 0.97245),
                     eighth = fmod(t, 0.24311);
        double mid = 0, side = 0;
        for (int k = 1; k <= 6; k++) {
            mid += 0.12 / k * exp(-3 * beat) * sin(2 * FAULTS_PI * bass[bar] * k * t);
            for (int v = 0; v < 3 && chord[bar][v] * k < 0.4 * rate_hz; v++) {
                const double tone = 0.03 / k * sin(2 * FAULTS_PI * chord[bar][v] * k * t + v * k);
                mid += tone;
                side += v == 1 ? tone : -0.5 * tone;
            }
        }
        phase += 2 * FAULTS_PI * lead[bar] * (1 + 0.006 * sin(2 * FAULTS_PI * 5.5 * t)) / rate_hz;
        for (int k = 1; k <= 8 && lead[bar] * k < 0.4 * rate_hz; k++)
            mid += 0.06 / k * (0.6 + 0.4 * sin(2 * FAULTS_PI * 0.5 * t)) * sin(k * phase);
        const double white = luster_rng_bipolar(&rng);
        hiss = white - hiss * 0.2;
        mid += 0.3 * exp(-25 * beat) * sin(2 * FAULTS_PI * (50 + 80 * exp(-40 * beat)) * beat);
        mid += 0.15 * exp(-18 * half) * white;
        side += 0.03 * exp(-60 * eighth) * hiss;
        x.ch[0][i] = (float)(mid + side);
        x.ch[1][i] = (float)(mid - side);
    }
    return x;
}

/** A part as it is played: the same in phrases of 3 s, pauses of 1.3 s. */
static inline Signal faults_phrases(double rate_hz, uint32_t n)
{
    Signal x = faults_music(rate_hz, n);
    for (uint32_t i = 0; i < n; i++) {
        const double t = fmod(i / rate_hz, 4.3);
        const double gain = t < 3 ? 1 : fmax(0, exp(-12 * (t - 3)) - 1e-6);
        for (uint32_t c = 0; c < 2; c++)
            x.ch[c][i] *= (float)gain;
    }
    return x;
}

static inline Signal faults_sum(const Signal *a, const Signal *b)
{
    Signal sum = rig_copy(a);
    for (uint32_t c = 0; c < a->n_channels; c++)
        for (uint32_t i = 0; i < a->n_frames; i++)
            sum.ch[c][i] += b->ch[c][i];
    return sum;
}

/** a[i + late] - b[i]; the last `late` frames are 0. */
static inline Signal faults_difference(const Signal *a, const Signal *b, uint32_t late)
{
    Signal diff = rig_signal(a->n_channels, a->n_frames);
    for (uint32_t c = 0; c < a->n_channels; c++)
        for (uint32_t i = 0; i + late < a->n_frames; i++)
            diff.ch[c][i] = a->ch[c][i + late] - b->ch[c][i];
    return diff;
}

static inline Signal faults_through(const LusterProcessor *proc, const char *settings,
                                    const Signal *in, double rate_hz)
{
    LusterInstance *instance = rig_open(proc, rate_hz, in->n_channels, 4096);
    rig_set(instance, proc, settings);
    Signal out = rig_signal(in->n_channels, in->n_frames);
    rig_run(instance, in, &out, NULL, 1024);
    luster_instance_free(instance);
    return out;
}

/** Power of a sine at `w` cycles per frame, through a Hann window. */
static inline double faults_tone_power(const float *x, uint32_t n, double w)
{
    double re = 0, im = 0, c = 1, s = 0, wc = 1, ws = 0;
    const double tc = cos(2 * FAULTS_PI * w), ts = sin(2 * FAULTS_PI * w);
    const double uc = cos(2 * FAULTS_PI / n), us = sin(2 * FAULTS_PI / n);
    for (uint32_t i = 0; i < n; i++) {
        const double v = x[i] * (0.5 - 0.5 * wc);
        re += v * c, im += v * s;
        const double c2 = c * tc - s * ts, wc2 = wc * uc - ws * us;
        s = c * ts + s * tc, c = c2;
        ws = wc * us + ws * uc, wc = wc2;
    }
    return 8 * (re * re + im * im) / n / n;
}

#define FAULTS_BANDS 40

/** Powers of third octaves from `from_hz` to 16 kHz, over all frames and channels; added. */
static inline void faults_third_octaves(const Signal *x, double rate_hz, double from_hz,
                                        double *power)
{
    uint32_t size = 4096;
    while (size < 0.17 * rate_hz)
        size *= 2;
    LusterFft *fft = luster_fft_new(size);
    for (uint32_t c = 0; c < x->n_channels; c++) {
        for (uint32_t at = 0; at + size <= x->n_frames; at += size / 2) {
            float *time = luster_fft_time(fft);
            for (uint32_t i = 0; i < size; i++)
                time[i] = x->ch[c][at + i] * (float)(0.5 - 0.5 * cos(2 * FAULTS_PI * i / size));
            luster_fft_forward(fft);
            const float *bins = luster_fft_bins(fft);
            for (uint32_t b = 1; b < size / 2; b++) {
                const double f = b * rate_hz / size;
                const int band = (int)floor(3 * log2(f / 1000) + 0.5) + 18;
                if (f >= from_hz && band >= 0 && f < 17959)
                    power[band] += (double)bins[2 * b] * bins[2 * b] +
                                   (double)bins[2 * b + 1] * bins[2 * b + 1];
            }
        }
    }
    luster_fft_free(fft);
}

/** Largest change of a third octave; bands that are 60 dB below the loudest of `before` do not
 * count, nor do those less than 10 dB over `noise` (NULL: none). */
static inline double faults_ltas_over_noise_db(const Signal *after, const Signal *before,
                                               const Signal *noise, double rate_hz, double from_hz)
{
    double was[FAULTS_BANDS] = {0}, is[FAULTS_BANDS] = {0}, hiss[FAULTS_BANDS] = {0};
    faults_third_octaves(before, rate_hz, from_hz, was);
    faults_third_octaves(after, rate_hz, from_hz, is);
    if (noise)
        faults_third_octaves(noise, rate_hz, from_hz, hiss);
    double worst = 0, loudest = 0;
    for (int b = 0; b < FAULTS_BANDS; b++)
        loudest = fmax(loudest, was[b]);
    for (int b = 0; b < FAULTS_BANDS; b++) {
        if (was[b] > 1e-6 * loudest && was[b] > 10 * hiss[b])
            worst = fmax(worst, fabs(10 * log10(is[b] / was[b])));
    }
    return worst;
}

static inline double faults_ltas_change_db(const Signal *after, const Signal *before,
                                           double rate_hz, double from_hz)
{
    return faults_ltas_over_noise_db(after, before, NULL, rate_hz, from_hz);
}

#endif
