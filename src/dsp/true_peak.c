/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Two-step interpolation: a 40-tap half-band FIR makes 2x, 8-tap FIRs make 16x of that. Both are
 * Kaiser-windowed sincs (Kaiser 1974). The first passes 0 … 0.45 of the rate within 0.02 dB; what
 * remains is the 16x grid, 0.034 dB at 0.45 (BS.1770-5 Annex 2, attachment: cos(pi f / n)). */
#include "dsp/true_peak.h"

#include "base/math.h"
#include "dsp/window.h"

#include <math.h>
#include <string.h>

#define MID_TAPS LUSTER_TP_MID_TAPS
#define MID_STOP_DB 60.0 /* 40 taps then reach from 0.45 to 0.55 of the rate */
#define FINE_TAPS 4 /* each side, at twice the rate, where the band is half empty */
#define FINE_STOP_DB 65.0
/* The bounds must also hold for rounded sums: 64 roundings of 2^-24 are 4e-6. */
#define BOUND_MARGIN 1.0001

/* Sinc under a Kaiser window of half-width `half`, both in samples. */
static double tap(double t, double half, double stop_db)
{
    return luster_sin(LUSTER_PI * t) / (LUSTER_PI * t) * luster_window_kaiser(t / half, stop_db);
}

double luster_true_peak_midpoint(float *taps, uint32_t n_taps, double stop_db)
{
    double sum = 0.0, l1 = 0.0;
    for (uint32_t k = 0; k < n_taps; k++)
        sum += 2.0 * tap(k + 0.5, n_taps, stop_db);
    for (uint32_t k = 0; k < n_taps; k++) {
        const double c = tap(k + 0.5, n_taps, stop_db) / sum;
        taps[k] = (float)c;
        l1 += 2.0 * fabs(c);
    }
    return l1;
}

/* Point q/8 of the way from left[0] to right[0]; its mirror 1 - q/8 has the two sides exchanged. */
static double make_fine(LusterTruePeakTaps *taps, int q)
{
    double left[FINE_TAPS], right[FINE_TAPS], sum = 0.0, l1 = 0.0;
    for (int k = 0; k < FINE_TAPS; k++) {
        left[k] = tap(k + q / 8.0, FINE_TAPS, FINE_STOP_DB);
        right[k] = tap(k + 1.0 - q / 8.0, FINE_TAPS, FINE_STOP_DB);
        sum += left[k] + right[k];
    }
    for (int k = 0; k < FINE_TAPS; k++) {
        taps->even[q - 1][k] = (float)(0.5 * (left[k] + right[k]) / sum);
        taps->odd[q - 1][k] = (float)(0.5 * (left[k] - right[k]) / sum);
        l1 += (fabs(left[k]) + fabs(right[k])) / fabs(sum);
    }
    return l1;
}

static void make_taps(LusterTruePeakTaps *taps)
{
    memset(taps, 0, sizeof *taps);
    const double mid = luster_true_peak_midpoint(taps->mid, MID_TAPS, MID_STOP_DB);
    double fine = 0.0;
    for (int q = 1; q <= 4; q++)
        fine = fmax(fine, make_fine(taps, q));
    taps->bound_fine = (float)(fine * BOUND_MARGIN);
    taps->bound_all = (float)(fine * mid * BOUND_MARGIN);
}

void luster_true_peak_init(LusterTruePeak *peak)
{
    memset(peak, 0, sizeof *peak);
    make_taps(&peak->taps);
}

void luster_true_peak_reset(LusterTruePeak *peak)
{
    memset(peak->x, 0, sizeof peak->x);
}

void luster_true_peak_set_least(LusterTruePeak *peak, float least)
{
    peak->least = least;
}

void luster_true_peak_process(LusterTruePeak *peak, const float *in, float *out, uint32_t n)
{
    const uint32_t past = LUSTER_TP_BACK + LUSTER_TRUE_PEAK_LATENCY;
    const LusterKernels *kernels = luster_kernels();
    while (n) {
        const uint32_t part = n < LUSTER_TP_CHUNK ? n : LUSTER_TP_CHUNK;
        float frames[LUSTER_TP_CHUNK], least = peak->least;
        memcpy(peak->x + past, in, part * sizeof *in);
        /* Lanes past `part` read what an earlier call left there; nobody reads them. */
        kernels->true_peak(frames, peak->x + LUSTER_TP_BACK, &peak->taps, &least,
                           (part + LUSTER_LANES - 1) / LUSTER_LANES * LUSTER_LANES);
        memcpy(out, frames, part * sizeof *out);
        memmove(peak->x, peak->x + part, past * sizeof *peak->x);
        in += part;
        out += part;
        n -= part;
    }
}

void luster_true_peak_max_init(LusterTruePeakMax *max)
{
    memset(max, 0, sizeof *max);
    make_taps(&max->taps);
}

/* A stretch is done LUSTER_TP_AHEAD frames late, when all that its last frame needs is there. */
void luster_true_peak_max_add(LusterTruePeakMax *max, const float *in, uint32_t n)
{
    const uint32_t past = LUSTER_TP_BACK + LUSTER_TP_AHEAD;
    while (n) {
        const uint32_t room = LUSTER_TP_CHUNK - max->n_new;
        const uint32_t part = n < room ? n : room;
        memcpy(max->x + past + max->n_new, in, part * sizeof *in);
        max->n_new += part;
        in += part;
        n -= part;
        if (max->n_new == LUSTER_TP_CHUNK) {
            luster_kernels()->true_peak(NULL, max->x + LUSTER_TP_BACK, &max->taps, &max->top,
                                        LUSTER_TP_CHUNK);
            memmove(max->x, max->x + LUSTER_TP_CHUNK, past * sizeof *max->x);
            max->n_new = 0;
        }
    }
}

float luster_true_peak_max_finish(LusterTruePeakMax *max)
{
    static const float silence[LUSTER_TP_CHUNK + LUSTER_TP_AHEAD];
    luster_true_peak_max_add(max, silence, LUSTER_TP_CHUNK + LUSTER_TP_AHEAD);
    return max->top;
}
