/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Vorbis-windowed FFTs at 50 % overlap, with half a window of silence before and after: the squared
 * windows sum to one everywhere (Princen & Bradley 1986), so by Parseval no power is lost. */
#include "analysis/spectrum.h"

#include "base/math.h"
#include "dsp/fft.h"
#include "dsp/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MIN_SECONDS 0.667 /* window: the 20 Hz band, 4.6 Hz wide, is then 3 to 6 bins */

struct LusterSpectrum {
    LusterFft *fft;
    double rate_hz;
    uint32_t size, n_channels, n_new; /* frames of the second half that are there */
    uint64_t n_frames;
    float *window, *frames[2];
    double *power;
};

LusterSpectrum *luster_spectrum_new(double rate_hz, uint32_t n_channels)
{
    LusterSpectrum *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->size = 256;
    while (s->size < rate_hz * MIN_SECONDS)
        s->size *= 2;
    s->rate_hz = rate_hz;
    s->n_channels = n_channels;
    s->fft = luster_fft_new(s->size);
    s->window = malloc(s->size * sizeof *s->window);
    s->power = calloc(s->size / 2 + 1, sizeof *s->power);
    int good = s->fft && s->window && s->power;
    for (uint32_t c = 0; c < n_channels; c++) {
        s->frames[c] = calloc(s->size, sizeof *s->frames[c]);
        good = good && s->frames[c];
    }
    if (!good) {
        luster_spectrum_free(s);
        return NULL;
    }
    luster_window_vorbis(s->window, s->size);
    return s;
}

void luster_spectrum_free(LusterSpectrum *s)
{
    if (!s)
        return;
    luster_fft_free(s->fft);
    free(s->window);
    free(s->power);
    free(s->frames[0]);
    free(s->frames[1]);
    free(s);
}

static void transform(LusterSpectrum *s, float *frames)
{
    const uint32_t half = s->size / 2;
    float *time = luster_fft_time(s->fft), *bins = luster_fft_bins(s->fft);
    for (uint32_t i = 0; i < s->size; i++)
        time[i] = frames[i] * s->window[i];
    memcpy(frames, frames + half, half * sizeof *frames);
    luster_fft_forward(s->fft);
    for (uint32_t k = 0; k <= half; k++) {
        const double re = bins[2 * k], im = bins[2 * k + 1];
        s->power[k] += re * re + im * im;
    }
}

void luster_spectrum_add(LusterSpectrum *s, const float *const *in, uint32_t from, uint32_t n)
{
    const uint32_t half = s->size / 2;
    s->n_frames += n;
    while (n) {
        const uint32_t part = n < half - s->n_new ? n : half - s->n_new;
        for (uint32_t c = 0; c < s->n_channels; c++)
            memcpy(s->frames[c] + half + s->n_new, in[c] + from, part * sizeof(float));
        s->n_new += part;
        from += part;
        n -= part;
        if (s->n_new == half) {
            for (uint32_t c = 0; c < s->n_channels; c++)
                transform(s, s->frames[c]);
            s->n_new = 0;
        }
    }
}

const double *luster_spectrum_finish(LusterSpectrum *s, uint32_t *n_bins, double *bin_hz)
{
    const uint32_t half = s->size / 2;
    /* Fill the last window with silence, then one more, in which the last frames fade out. */
    for (int round = 0; round < 2; round++) {
        for (uint32_t c = 0; c < s->n_channels; c++) {
            memset(s->frames[c] + half + s->n_new, 0, (half - s->n_new) * sizeof(float));
            transform(s, s->frames[c]);
        }
        s->n_new = 0;
    }
    const double frames = s->n_frames ? (double)s->n_frames : 1.0;
    const double one_sided = 2.0 / (s->size * frames * s->n_channels);
    for (uint32_t k = 0; k <= half; k++)
        s->power[k] *= k == 0 || k == half ? 0.5 * one_sided : one_sided;
    *n_bins = half + 1;
    *bin_hz = s->rate_hz / s->size;
    return s->power;
}

uint32_t luster_spectrum_third_octaves(const double *power, uint32_t n_bins, double bin_hz,
                                       double bands[31])
{
    const double nyquist = (n_bins - 1) * bin_hz;
    for (int b = 0; b < 31; b++) {
        const double centre = 1000.0 * luster_pow(10.0, (b - 17) / 10.0);
        if (centre >= nyquist)
            return (uint32_t)b;
        /* In bins; bin k reaches from k - 1/2 to k + 1/2. */
        const double low = centre * luster_pow(10.0, -0.05) / bin_hz;
        const double high = fmin(centre * luster_pow(10.0, 0.05) / bin_hz, n_bins - 0.5);
        double sum = 0.0;
        for (uint32_t k = (uint32_t)(low + 0.5); k < n_bins && k - 0.5 < high; k++)
            sum += power[k] * (fmin(k + 0.5, high) - fmax(k - 0.5, low));
        bands[b] = sum;
    }
    return 31;
}
