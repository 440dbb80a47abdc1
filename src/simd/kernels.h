/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Kernels: the inner loops worth compiling for each instruction set. One source each (k_*.c), one
 * table per level, one choice at start. Every level computes the same operations on the same
 * 16-lane logical blocks in the same order, so the bits are equal (test/kernel holds this). */
#ifndef LUSTER_SIMD_KERNELS_H
#define LUSTER_SIMD_KERNELS_H

#include "simd/cascade.h"
#include "simd/crossover.h"
#include "simd/dynamics.h"
#include "simd/oversample.h"

#include <stdint.h>

#define LUSTER_LANES 16 /* floats of one logical block on every level */
#define LUSTER_FDN_RUN 64 /* frames of one run of the feedback delay network */

#define LUSTER_FRACTIONAL_TAPS 48 /* of a delay line read between its samples */

#define LUSTER_TP_MID_TAPS 20 /* true peak: taps on each side of a midpoint */
#define LUSTER_TP_CHUNK 256 /* true peak: frames per stretch, a multiple of 16 */
#define LUSTER_TP_BACK 48 /* true peak: floats that must be readable before x[0] … */
#define LUSTER_TP_AHEAD 48 /* … and after x[n - 1] */

#define LUSTER_ODD_ROW 8 /* odd-frequency FFT: points of a row */
#define LUSTER_ODD_TILE 64 /* … and of the square of rows that becomes a tile of bins */

#define LUSTER_SHARP_TAPS 96 /* limiter's second opinion: taps on each side of a midpoint */

/* Coefficients of the true-peak interpolator; made by dsp/true_peak.c. */
typedef struct LusterTruePeakTaps {
    float mid[LUSTER_TP_MID_TAPS];
    float even[4][4], odd[4][4]; /* halves of the sum and difference of points q/8 and 1 - q/8 */
    float bound_fine, bound_all; /* L1 norms of the second step and of both */
} LusterTruePeakTaps;

/** How floats become integers; see pcm_quantise. */
typedef struct LusterQuantiser {
    uint32_t bits; /* 16 or 24 */
    uint32_t dither; /* 0: plain rounding; 1: TPDF, 2 LSB peak to peak */
    uint32_t frame, key; /* of the first sample; the dither is a function of these two */
} LusterQuantiser;

/* K-weighting (BS.1770): shelf b, a and high-pass 1, -2, 1 over h. Made by dsp/bs1770.c. */
typedef struct LusterKWeightCoeffs {
    double b0, b1, b2, a1, a2, h1, h2;
} LusterKWeightCoeffs;

/* Memory of the filter and the running sum of squares, for two channels. */
typedef struct LusterKWeightPair {
    double x[2][2], shelf[2][2], out[2][2]; /* [frames ago - 1][channel] */
    double energy[2];
} LusterKWeightPair;

/* Sums over the frames of two channels. aa + bb is finite exactly when every sample is. */
typedef struct LusterPairSums {
    double a, b, aa, bb, ab;
    float low_a, high_a, low_b, high_b;
} LusterPairSums;

typedef struct LusterKernels {
    const char *level; /* "sse2", "avx2", "avx512", "neon", "plain" */

    /* mix: out[i] += in[i] * gain */
    void (*mix_add)(float *out, const float *in, float gain, uint32_t n);
    /* the same onto zeros: out[i] = 0 + in[i] * gain, never -0; in may be out */
    void (*mix_set)(float *out, const float *in, float gain, uint32_t n);
    /* out[i] = in[i] * gain; in may be out */
    void (*mix_gain)(float *out, const float *in, float gain, uint32_t n);
    /* out[i] += in[i] * gain[i] */
    void (*mix_add_ramp)(float *out, const float *in, const float *gain, uint32_t n);

    /* peak[i] = max(*least, |x(t)| for t from half a frame before i to half a frame after). With
     * peak NULL: *least rises to the largest of all instead. n is a multiple of 16; x readable
     * LUSTER_TP_BACK before and LUSTER_TP_AHEAD after. */
    void (*true_peak)(float *peak, const float *x, const LusterTruePeakTaps *taps, float *least,
                      uint32_t n);

    /* The peak around each of LUSTER_LANES frames of x by a long midpoint filter, `mid`
     * [LUSTER_SHARP_TAPS], and the fine taps; x readable LUSTER_SHARP_TAPS + 8 before and after. */
    void (*sharp_peak)(float *peak, const float *x, const float *mid,
                       const LusterTruePeakTaps *taps);

    /* dynamics (dynamics.h). Buffers of levels, reductions and gains hold, and are worked on in,
     * whole LUSTER_LANES; audio is exactly n. All but `level` may work in place.
     * level[i] = max(|a[i]|, |b[i]|), b may be NULL; NaN counts as 0; peak = the largest of them */
    void (*dyn_level)(float *level, const float *a, const float *b, float *peak, uint32_t n);
    void (*dyn_max)(float *out, const float *a, const float *b, uint32_t n);
    /* octaves[i] = scale * log2(level[i]), level floored at LUSTER_DYN_FLOOR */
    void (*dyn_log2)(float *octaves, const float *level, float scale, uint32_t n);
    /* own[i] = both[i] - unlink * (both[i] - own[i]) */
    void (*dyn_link)(float *own, const float *both, const LusterGlide *unlink, uint32_t n);
    /* octaves[i] = log2(level[i] / ceiling), exactly 0 up to the ceiling; ceiling is an amplitude
     */
    void (*dyn_excess)(float *octaves, const float *level, const LusterGlide *ceiling, uint32_t n);
    void (*dyn_curve)(float *reduction, const float *octaves, const LusterDynCurve *curve,
                      uint32_t n);
    void (*dyn_raise)(float *raise, const float *octaves, const LusterDynRaise *curve, uint32_t n);
    /* gain = dry + (1 - dry) * exp2(makeup - reduction [+ makeup[i]]); makeup may be NULL */
    void (*dyn_gain)(float *gain, const float *reduction, const float *makeup,
                     const LusterDynGain *how, uint32_t n);
    /* out[i] = in[i] * gain[i] */
    void (*dyn_apply)(float *out, const float *in, const float *gain, uint32_t n);

    /* fdn: runs of n <= LUSTER_FDN_RUN frames. Rows behind pointers are read and written in whole
     * vectors: n rounded up to LUSTER_LANES. x and feed are [16][LUSTER_FDN_RUN].
     * absorb: filters each of the 16 rows of `in` into x; coefs [12][16] (dsp/fdn.h); step
     * [12][16], or NULL, is added to them after each frame; states [4][16] */
    void (*fdn_absorb)(float *x, const float *const *in, float *coefs, const float *step,
                       float *states, uint32_t n);
    /* turns rows k and k+8 of x by angles with cosine turn[0][k] + turn[2][k] * i and sine
     * turn[1][k] + turn[3][k] * i, where i = at, at + 1 …; mixes by the Hadamard matrix / 4; adds
     * feed; what is below 1e-25 or not a number becomes 0; turn is [4][8], out 16 rows. heard[0]
     * is the sum of taps[k] * (turned row k + onset * feed), heard[1] the same with odd rows turned
     * over; onset = taps[16] + taps[17] * i */
    void (*fdn_mix)(float *const *out, float *const *heard, const float *x, const float *feed,
                    const float *turn, const float *taps, uint32_t at, uint32_t n);
    /* y = gains[k] * in[k], or in[k] when gains is NULL; out = (mix[0] + mix[2] * i) * y + (mix[1]
     * + mix[3] * i) * (Hadamard / 4) y, where i = at, at + 1 …; 16 rows each */
    void (*fdn_spread)(float *const *out, const float *const *in, const float *gains,
                       const float *mix, uint32_t at, uint32_t n);
    /* out = sum of gains[k] * in[k] over k < count, in ascending order */
    void (*fdn_sum)(float *out, const float *const *in, const float *gains, uint32_t count,
                    uint32_t n);

    /* odd: passes of the FFT of dsp/odd_fft.h over rows of LUSTER_ODD_ROW points. Butterflies
     * `from` to `to` (not included); a block of rows is split into four parts `quarter` rows apart;
     * roots [block][3][re, im]. The outputs may be the inputs. */
    void (*odd_split4)(float *re, float *im, const float *from_re, const float *from_im,
                       const float *roots, uint32_t quarter, uint32_t from, uint32_t to);
    void (*odd_join4)(float *to_re, float *to_im, const float *re, const float *im,
                      const float *roots, uint32_t quarter, uint32_t from, uint32_t to);
    /* neighbouring rows; roots [block][re, im] */
    void (*odd_split2)(float *re, float *im, const float *roots, uint32_t from, uint32_t to);
    void (*odd_join2)(float *re, float *im, const float *roots, uint32_t from, uint32_t to);
    /* the points of each row: squares of 8 rows become tiles of 64 bins, re[64], im[64], `stride`
     * floats apart; roots [tile][7][re[8], im[8]] */
    void (*odd_split_rows)(float *bins, uint32_t stride, const float *re, const float *im,
                           const float *roots, uint32_t from, uint32_t to);
    /* and back, one tile, its rows and its roots */
    void (*odd_join_rows)(float *re, float *im, const float *bins, const float *roots);
    /* one tile: sum += x[k] * h[k] for k < n in ascending order; complex, [n][re[64], im[64]] */
    void (*spectra_mac)(float *sum, const float *x, const float *h, uint32_t n);
    /* out[i] += sum of taps[t] * x[i - t], eight at a time; out and x in whole vectors: n rounded
     * up to LUSTER_LANES */
    void (*direct_fir)(float *out, const float *x, const float *taps, uint32_t n_taps, uint32_t n);
    /* out[i] = sum of x[at[i] + k] * taps[k], k < LUSTER_FRACTIONAL_TAPS, where the taps are those
     * of row row[i] of the table, in a straight line between rows; one row beyond is read */
    void (*fractional)(float *out, const float *x, const uint32_t *at, const float *row,
                       const float *table, uint32_t n);

    /* pcm: n little-endian frames, interleaved stereo (mono when right is NULL), to planar float */
    void (*pcm_s16)(float *left, float *right, const uint8_t *bytes, uint32_t n);
    void (*pcm_s24)(float *left, float *right, const uint8_t *bytes, uint32_t n);
    void (*pcm_s32)(float *left, float *right, const uint8_t *bytes, uint32_t n);
    void (*pcm_f32)(float *left, float *right, const uint8_t *bytes, uint32_t n);
    /* sets NaN and infinities to 0 and adds their number to *n_mended */
    void (*pcm_mend)(float *x, uint32_t n, uint64_t *n_mended);
    /* +-1.0 to left-justified 32-bit integers of how->bits significant bits, saturated; finite in
     */
    void (*pcm_quantise)(int32_t *out, const float *in, uint32_t n, const LusterQuantiser *how);
    /* Filters n frames of two channels and adds their squares to pair->energy. */
    void (*k_weight)(LusterKWeightPair *pair, const LusterKWeightCoeffs *coeffs, const float *a,
                     const float *b, uint32_t n);
    /* Sums of n > 0 frames. Another split into calls may give other last bits. */
    void (*pair_sums)(LusterPairSums *sums, const float *a, const float *b, uint32_t n);

    /* The cascade over n interleaved frames [n][n_channels] in place; any n. */
    void (*cascade_run)(const LusterCascade *cascade, double *frames, uint32_t n);
    /* Planar float to interleaved double; `right` NULL for mono. */
    void (*cascade_load)(double *frames, const float *left, const float *right, uint32_t n);
    /* And back; magnitudes below 1e-25 become 0, above 1e15 they stop there. */
    void (*cascade_store)(float *left, float *right, const double *frames, uint32_t n);

    /* crossovers (crossover.h). Rows are [n][LUSTER_BAND_LANES].
     * the input, by channels in turn, into the first `lanes` lanes, 0 into the rest */
    void (*band_load)(double *rows, const float *left, const float *right, uint32_t lanes,
                      uint32_t n);
    /* the band above `n_below` others into itself and the next one; moving: its coefficients,
     * [n] rows of LUSTER_BAND_COEFS apart, or NULL */
    void (*band_split)(LusterBandSplit *split, double *rows, uint32_t n_below, uint32_t n_channels,
                       const double *moving, uint32_t n);
    void (*band_lows)(LusterBandLows *lows, const LusterBandRun *run, uint32_t n_crossovers,
                      uint32_t n_channels, uint32_t n);
    /* each lane to its plane; magnitudes below 1e-25 become 0 */
    void (*band_store)(float *const *planes, const double *rows, uint32_t n_lanes, uint32_t n);
    /* out[i] = sum of bands[b][i] * gains[b][i] in ascending order, in double */
    void (*band_sum)(float *out, const float *const *bands, const float *const *gains,
                     uint32_t n_bands, uint32_t n);
    /* Oversampling (oversample.h): out[i] for i from `from` on, in whole LUSTER_LANES, until `to`
     * is reached or passed. */
    void (*fir_pairs)(float *out, const LusterFirPairs *fir, int32_t from, int32_t to);
    /* out[i] += what the curve makes of in[i], less in[i]; n in whole LUSTER_LANES */
    void (*shape)(float *out, const float *in, LusterCurveKind curve, const LusterCurveFrames *how,
                  uint32_t n);
    /* out[i] = mean of clip(v) - v over the straight line from a[i] to b[i]: clip bends from
     * start[i] (0 … 1) on in a parabola that ends flat at 1. Exactly 0 below start. */
    void (*clip)(float *out, const float *a, const float *b, const float *start, uint32_t n);
} LusterKernels;

/** The table in use. Never NULL; chosen on first use from what the processor can do. */
const LusterKernels *luster_kernels(void);

/** For tests and LUSTER_CPU: uses the named level from now on, or the best one for NULL. Returns
 * 0, or -1 when this build or processor does not have it. Not while audio runs. */
int luster_kernels_select(const char *level);

/** Names of the levels this build has, best last; NULL at the end. */
const char *const *luster_kernels_levels(void);

#endif
