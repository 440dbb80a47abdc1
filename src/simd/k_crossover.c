/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Crossovers over rows of bands and channels, see crossover.h. Lanes never meet except where the
 * header says so, hence neither width nor chunk shows. */
#include "simd/vec.h"

#define INLINE static inline __attribute__((always_inline))
#define MAX_GROUPS (LUSTER_BAND_LANES / VD_LANES)
#define ROOT_2 1.41421356237309504880

void LUSTER_KERNEL(luster_k_band_load)(double *rows, const float *left, const float *right,
                                       uint32_t lanes, uint32_t n);
void LUSTER_KERNEL(luster_k_band_split)(LusterBandSplit *split, double *rows, uint32_t n_below,
                                        uint32_t n_channels, const double *moving, uint32_t n);
void LUSTER_KERNEL(luster_k_band_lows)(LusterBandLows *lows, const LusterBandRun *run,
                                       uint32_t n_crossovers, uint32_t n_channels, uint32_t n);
void LUSTER_KERNEL(luster_k_band_store)(float *const *planes, const double *rows, uint32_t n_lanes,
                                        uint32_t n);
void LUSTER_KERNEL(luster_k_band_sum)(float *out, const float *const *bands,
                                      const float *const *gains, uint32_t n_bands, uint32_t n);

#define LOUDEST 0x1p60 /* what more than that counts as; not a number is silence */
#define SILENCE 1e-25

INLINE double tame(double x)
{
    return x < LOUDEST ? (x > -LOUDEST ? x : -LOUDEST) : x >= LOUDEST ? LOUDEST : 0.0;
}

void LUSTER_KERNEL(luster_k_band_load)(double *rows, const float *left, const float *right,
                                       uint32_t lanes, uint32_t n)
{
    const double *const end = rows + (size_t)n * LUSTER_BAND_LANES;
    for (double *row = rows; row < end; row += LUSTER_BAND_LANES) {
        const double l = tame(*left++), r = right ? tame(*right++) : 0.0;
        for (uint32_t lane = 0; lane < LUSTER_BAND_LANES; lane++)
            row[lane] = 0.0;
        for (uint32_t lane = 0; lane < lanes; lane++)
            row[lane] = right && lane % 2 ? r : l;
    }
}

typedef struct Section {
    vd b1, b2, b3;
} Section;

INLINE Section broadcast(const double *b)
{
    return (Section){vd_set(b[0]), vd_set(b[1]), vd_set(b[2])};
}

/* One frame of every lane, then what is split falls into its halves. */
INLINE void split_row(double *row, const Section *k, vd *s1, vd *s2, LusterBandSplit *split,
                      int groups, uint32_t top, uint32_t n_channels)
{
    _Alignas(64) double low[LUSTER_BAND_LANES];
#pragma GCC unroll 8
    for (int g = 0; g < groups; g++) {
        const vd x = vd_load(row + g * VD_LANES), d = x - s2[g];
        const vd new1 = k->b1 * s1[g] + k->b2 * d;
        const vd new2 = (s2[g] + k->b2 * s1[g]) + k->b3 * d;
        vd_store(row + g * VD_LANES, x - ROOT_2 * (s1[g] + new1));
        vd_store(low + g * VD_LANES, 0.5 * (s2[g] + new2));
        s1[g] = new1;
        s2[g] = new2;
    }
    const double b1 = k->b1[0], b2 = k->b2[0], b3 = k->b3[0];
#pragma GCC unroll 2
    for (uint32_t c = 0; c < n_channels; c++) {
        const double t1 = split->t1[c], t2 = split->t2[c], d = low[top + c] - t2;
        split->t1[c] = b1 * t1 + b2 * d;
        split->t2[c] = (t2 + b2 * t1) + b3 * d;
        const double lower = 0.5 * (t2 + split->t2[c]);
        row[top + n_channels + c] = row[top + c] - lower;
        row[top + c] = lower;
    }
}

INLINE void split_rows(LusterBandSplit *split, double *rows, int groups, uint32_t top,
                       uint32_t n_channels, const double *moving, uint32_t n)
{
    LusterBandSplit own = *split; /* its second section may stay in registers */
    vd s1[MAX_GROUPS], s2[MAX_GROUPS];
    for (int g = 0; g < groups; g++) {
        s1[g] = vd_load(split->s1 + g * VD_LANES);
        s2[g] = vd_load(split->s2 + g * VD_LANES);
    }
    Section k = broadcast(own.b);
    for (uint32_t i = 0; i < n; i++) {
        if (moving)
            k = broadcast(moving + i * LUSTER_BAND_COEFS);
        split_row(rows + i * LUSTER_BAND_LANES, &k, s1, s2, &own, groups, top, n_channels);
    }
    for (uint32_t c = 0; c < 2; c++) {
        split->t1[c] = own.t1[c];
        split->t2[c] = own.t2[c];
    }
    for (int g = 0; g < groups; g++) {
        vd_store(split->s1 + g * VD_LANES, s1[g]);
        vd_store(split->s2 + g * VD_LANES, s2[g]);
    }
}

#define SPLIT(groups)                                                                              \
    case groups:                                                                                   \
        if (n_channels == 2)                                                                       \
            split_rows(split, rows, groups, top, 2, moving, n);                                    \
        else                                                                                       \
            split_rows(split, rows, groups, top, 1, moving, n);                                    \
        break;

void LUSTER_KERNEL(luster_k_band_split)(LusterBandSplit *split, double *rows, uint32_t n_below,
                                        uint32_t n_channels, const double *moving, uint32_t n)
{
    const uint32_t top = n_below * n_channels;
    switch ((top + n_channels + VD_LANES - 1) / VD_LANES) { /* at most 5 bands x 2 channels */
        SPLIT(1)
        SPLIT(2)
#if VD_LANES < 8
        SPLIT(3)
#endif
#if VD_LANES < 4
        SPLIT(4)
        SPLIT(5)
#endif
    default:
        break;
    }
}

INLINE void low_rows(LusterBandLows *lows, const LusterBandRun *run, ptrdiff_t lane, uint32_t n)
{
    const ptrdiff_t step = (ptrdiff_t)run->step * LUSTER_BAND_LANES;
    const double *in = run->in ? run->in + lane : NULL;
    double *out = run->out + lane;
    const vd b1 = vd_load(lows->b[0] + lane), b2 = vd_load(lows->b[1] + lane);
    const vd b3 = vd_load(lows->b[2] + lane);
    vd s1 = vd_load(lows->s1 + lane), s2 = vd_load(lows->s2 + lane);
    for (uint32_t i = 0; i < n; i++, out += step) {
        const vd d = (in ? vd_load(in + (ptrdiff_t)i * step) : vd_set(0.0)) - s2;
        const vd new1 = b1 * s1 + b2 * d, new2 = (s2 + b2 * s1) + b3 * d;
        const vd low = 0.5 * (s2 + new2);
        vd_store(out, run->add ? vd_load(out) + low : low);
        s1 = new1;
        s2 = new2;
    }
    vd_store(lows->s1 + lane, s1);
    vd_store(lows->s2 + lane, s2);
}

/* The same for one lane whose coefficients move. */
static void moving_low_rows(LusterBandLows *lows, const LusterBandRun *run, uint32_t lane,
                            uint32_t crossover, uint32_t n)
{
    double s1 = lows->s1[lane], s2 = lows->s2[lane];
    for (uint32_t i = 0; i < n; i++) {
        const ptrdiff_t row = (ptrdiff_t)i * run->step;
        const double *b = run->moving + row * LUSTER_BAND_COEFS + (size_t)crossover * 3;
        const double d = (run->in ? run->in[row * LUSTER_BAND_LANES + lane] : 0.0) - s2;
        const double new1 = b[0] * s1 + b[1] * d, new2 = (s2 + b[1] * s1) + b[2] * d;
        const double low = 0.5 * (s2 + new2);
        double *out = run->out + row * LUSTER_BAND_LANES + lane;
        *out = run->add ? *out + low : low;
        s1 = new1;
        s2 = new2;
    }
    lows->s1[lane] = s1;
    lows->s2[lane] = s2;
}

void LUSTER_KERNEL(luster_k_band_lows)(LusterBandLows *lows, const LusterBandRun *run,
                                       uint32_t n_crossovers, uint32_t n_channels, uint32_t n)
{
    const uint32_t n_lanes = n_crossovers * n_channels;
    for (uint32_t lane = 0; lane < n_lanes && run->moving; lane++)
        moving_low_rows(lows, run, lane, lane / n_channels, n);
    for (uint32_t lane = 0; lane < n_lanes && !run->moving; lane += VD_LANES)
        low_rows(lows, run, lane, n);
}

void LUSTER_KERNEL(luster_k_band_store)(float *const *planes, const double *rows, uint32_t n_lanes,
                                        uint32_t n)
{
    for (uint32_t lane = 0; lane < n_lanes; lane++) {
        float *plane = planes[lane];
        for (uint32_t i = 0; i < n; i++) {
            const double y = rows[i * LUSTER_BAND_LANES + lane];
            plane[i] = y < SILENCE && y > -SILENCE ? 0.0f : (float)y;
        }
    }
}

void LUSTER_KERNEL(luster_k_band_sum)(float *out, const float *const *bands,
                                      const float *const *gains, uint32_t n_bands, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (uint32_t b = 0; b < n_bands; b++)
            sum += (double)bands[b][i] * gains[b][i];
        out[i] = sum < SILENCE && sum > -SILENCE ? 0.0f : (float)sum;
    }
}
