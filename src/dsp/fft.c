/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* FFTW plans are estimated, not measured, so that a run never depends on the clock; only planning
 * needs the lock (FFTW manual, "Thread safety"). */
#include "dsp/fft.h"

#include <fftw3.h>
#include <pthread.h>
#include <stdlib.h>

struct LusterFft {
    uint32_t n;
    float *time;
    fftwf_complex *bins;
    fftwf_plan forward, inverse;
};

static pthread_mutex_t planning = PTHREAD_MUTEX_INITIALIZER;

LusterFft *luster_fft_new(uint32_t n)
{
    LusterFft *fft = calloc(1, sizeof *fft);
    if (!fft)
        return NULL;
    fft->n = n;
    fft->time = fftwf_alloc_real(n);
    fft->bins = fftwf_alloc_complex(n / 2 + 1);
    if (fft->time && fft->bins) {
        pthread_mutex_lock(&planning);
        fft->forward = fftwf_plan_dft_r2c_1d((int)n, fft->time, fft->bins,
                                             FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
        fft->inverse = fftwf_plan_dft_c2r_1d((int)n, fft->bins, fft->time, FFTW_ESTIMATE);
        pthread_mutex_unlock(&planning);
    }
    if (!fft->forward || !fft->inverse) {
        luster_fft_free(fft);
        return NULL;
    }
    return fft;
}

void luster_fft_free(LusterFft *fft)
{
    if (!fft)
        return;
    pthread_mutex_lock(&planning);
    if (fft->forward)
        fftwf_destroy_plan(fft->forward);
    if (fft->inverse)
        fftwf_destroy_plan(fft->inverse);
    pthread_mutex_unlock(&planning);
    fftwf_free(fft->time);
    fftwf_free(fft->bins);
    free(fft);
}

uint32_t luster_fft_size(const LusterFft *fft)
{
    return fft->n;
}

float *luster_fft_time(LusterFft *fft)
{
    return fft->time;
}

float *luster_fft_bins(LusterFft *fft)
{
    return &fft->bins[0][0];
}

void luster_fft_forward(LusterFft *fft)
{
    fftwf_execute(fft->forward);
}

void luster_fft_inverse(LusterFft *fft)
{
    fftwf_execute(fft->inverse);
}
