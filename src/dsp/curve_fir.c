/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The curve stands on a logarithmic grid, where averages are differences of sums. Its gains at the
 * bins of the odd-frequency FFT are the spectrum of a symmetric response, or, as logarithms, of a
 * symmetric cepstrum, whose causal half, doubled, is that of the minimum-phase response. */
#include "dsp/curve_fir.h"

#include "base/math.h"

#include <math.h>
#include <string.h>

#define GRID LUSTER_CURVE_GRID
#define GRID_PER_OCTAVE 96.0
#define GRID_FROM_HZ 5.0
#define BINS_PER_STEP 512
#define LEAST_S 0.08 /* half the length: 12 Hz of resolution */

enum { NONE, GAINS, TO_CEPSTRUM, FOLD, TO_SPECTRUM, EXPONENTIAL, TO_RESPONSE, WINDOW };

uint32_t luster_curve_fir_half(double rate_hz)
{
    uint32_t half = 512;
    while (half < LEAST_S * rate_hz)
        half *= 2;
    return half;
}

/* The curve at a frequency: straight over log frequency between its points. */
static double curve_at(const LusterCurvePoint *points, uint32_t n, double hz)
{
    if (hz <= points[0].hz)
        return points[0].db;
    uint32_t i = 1;
    while (i < n && points[i].hz < hz)
        i++;
    if (i == n)
        return points[n - 1].db;
    const LusterCurvePoint *a = &points[i - 1], *b = &points[i];
    const double share = luster_log(hz / a->hz) / luster_log(b->hz / a->hz);
    return a->db + share * (b->db - a->db);
}

bool luster_curve_fir_open(LusterCurveFir *fir, LusterArena *arena, double rate_hz,
                           const LusterCurvePoint *points, uint32_t n_points)
{
    fir->rate_hz = rate_hz;
    if (!luster_fir_design_open(&fir->design, arena, luster_curve_fir_half(rate_hz)))
        return false;
    const uint32_t n = fir->design.fft.n;
    fir->at = luster_arena_array(arena, n, sizeof(float));
    fir->taps = luster_arena_array(arena, 2 * fir->design.half + 1, sizeof(float));
    if (!fir->at || !fir->taps)
        return false;
    for (uint32_t g = 0; g < GRID; g++)
        fir->raw[g] = curve_at(points, n_points, GRID_FROM_HZ * luster_exp2(g / GRID_PER_OCTAVE));
    for (uint32_t b = 0; b < n; b++) {
        const double hz =
            fabs(luster_odd_fft_angle(&fir->design.fft, b)) / (2.0 * LUSTER_PI) * rate_hz;
        const double at = GRID_PER_OCTAVE * luster_log2(hz / GRID_FROM_HZ);
        fir->at[b] = (float)(at < 0.0 ? 0.0 : at > GRID - 2 ? GRID - 2 : at);
    }
    return true;
}

double luster_curve_fir_width(double hz, double smoothing_oct, double rate_hz)
{
    const double step = rate_hz / (2.0 * luster_curve_fir_half(rate_hz));
    const double least = luster_log2(1.0 + LUSTER_CURVE_LEAST_BINS * step / hz);
    return smoothing_oct > least ? smoothing_oct : least;
}

/* ---- the curve ------------------------------------------------------------------------------ */

/* Integral of the piecewise linear function with values x and running integrals `sums` from place 0
 * to `to`, beyond the ends as at the ends. */
static double integral(const double *x, const double *sums, double to)
{
    if (to <= 0.0)
        return to * x[0];
    if (to >= GRID - 1)
        return sums[GRID - 1] + (to - (GRID - 1)) * x[GRID - 1];
    const uint32_t i = (uint32_t)to;
    const double t = to - i;
    return sums[i] + t * x[i] + 0.5 * t * t * (x[i + 1] - x[i]);
}

static void add_up(const double *x, double *sums)
{
    sums[0] = 0.0;
    for (uint32_t g = 1; g < GRID; g++)
        sums[g] = sums[g - 1] + 0.5 * (x[g - 1] + x[g]);
}

/* A triangle is a box twice; the second sum is taken over the integral of the first. */
static void smooth(LusterCurveFir *fir, const LusterCurveShape *shape)
{
    double x[GRID], once[GRID], sums[GRID];
    for (uint32_t g = 0; g < GRID; g++) {
        const double db = fir->raw[g] * shape->amount;
        x[g] = db > shape->limit_db    ? shape->limit_db
               : db < -shape->limit_db ? -shape->limit_db
                                       : db;
    }
    for (int round = 0; round < 2; round++) {
        add_up(x, sums);
        for (uint32_t g = 0; g < GRID; g++) {
            const double hz = GRID_FROM_HZ * luster_exp2(g / GRID_PER_OCTAVE);
            const double w = 0.5 * GRID_PER_OCTAVE *
                             luster_curve_fir_width(hz, shape->smoothing_oct, fir->rate_hz);
            once[g] = (integral(x, sums, g + w) - integral(x, sums, g - w)) / (2.0 * w);
        }
        memcpy(x, once, sizeof x);
    }
    for (uint32_t g = 0; g < GRID; g++)
        fir->grid[g] = (float)(x[g] * LUSTER_LN10 / 20.0);
}

void luster_curve_fir_begin(LusterCurveFir *fir, const LusterCurveShape *shape)
{
    smooth(fir, shape);
    fir->minimum = shape->minimum;
    fir->stage = GAINS;
    fir->done = 0;
}

/* ---- stages --------------------------------------------------------------------------------- */

/* Gains at the bins, or their logarithms. */
static void put_gains(LusterCurveFir *fir, uint32_t from, uint32_t to)
{
    for (uint32_t b = from; b < to; b++) {
        const uint32_t i = (uint32_t)fir->at[b];
        const double t = fir->at[b] - (float)i;
        const double log_gain = fir->grid[i] + t * ((double)fir->grid[i + 1] - fir->grid[i]);
        float *bin = luster_fir_design_bin(&fir->design, b);
        bin[0] = (float)(fir->minimum ? log_gain : luster_exp(log_gain));
        bin[LUSTER_ODD_TILE] = 0.0f;
    }
}

static void exponential(LusterCurveFir *fir, uint32_t from, uint32_t to)
{
    for (uint32_t b = from; b < to; b++) {
        float *bin = luster_fir_design_bin(&fir->design, b);
        const double gain = luster_exp(bin[0]), angle = bin[LUSTER_ODD_TILE];
        bin[0] = (float)(gain * luster_cos(angle));
        bin[LUSTER_ODD_TILE] = (float)(gain * luster_sin(angle));
    }
}

static bool forward_pass(LusterCurveFir *fir, uint32_t pass)
{
    const LusterOddFft *fft = &fir->design.fft;
    float *re = fir->design.work, *im = re + fft->n;
    const LusterOddForward io = {re, im, re, im, fir->design.bins, LUSTER_ODD_BIN_FLOATS};
    luster_odd_fft_forward(fft, &io, pass, 0, luster_odd_fft_units(fft));
    return pass == fft->n_passes;
}

/* The cepstrum's causal half, doubled; what is before 0 stands, negated, in the second half. */
static void fold(LusterCurveFir *fir)
{
    const uint32_t n = fir->design.fft.n;
    const float scale = 1.0f / (float)n;
    float *work = fir->design.work;
    work[0] *= scale;
    for (uint32_t i = 1; i < n; i++)
        work[i] *= 2.0f * scale;
    memset(work + n, 0, n * sizeof(float));
}

static void next(LusterCurveFir *fir, int stage)
{
    fir->stage = stage;
    fir->done = 0;
}

/* A slice of work over the bins; true when it was the last. */
static bool slice(LusterCurveFir *fir, void (*work)(LusterCurveFir *, uint32_t, uint32_t))
{
    const uint32_t left = fir->design.fft.n - fir->done,
                   n = left < BINS_PER_STEP ? left : BINS_PER_STEP;
    work(fir, fir->done, fir->done + n);
    fir->done += n;
    return fir->done == fir->design.fft.n;
}

bool luster_curve_fir_step(LusterCurveFir *fir)
{
    switch (fir->stage) {
    case GAINS:
        if (slice(fir, put_gains))
            next(fir, fir->minimum ? TO_CEPSTRUM : TO_RESPONSE);
        break;
    case TO_CEPSTRUM:
        if (luster_fir_design_inverse(&fir->design, fir->done++))
            next(fir, FOLD);
        break;
    case FOLD:
        fold(fir);
        next(fir, TO_SPECTRUM);
        break;
    case TO_SPECTRUM:
        if (forward_pass(fir, fir->done++))
            next(fir, EXPONENTIAL);
        break;
    case EXPONENTIAL:
        if (slice(fir, exponential))
            next(fir, TO_RESPONSE);
        break;
    case TO_RESPONSE:
        if (luster_fir_design_inverse(&fir->design, fir->done++))
            next(fir, WINDOW);
        break;
    case WINDOW:
        luster_fir_design_cut(&fir->design, fir->minimum, fir->taps);
        next(fir, NONE);
        break;
    default:
        break;
    }
    return fir->stage != NONE;
}
