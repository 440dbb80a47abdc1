/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolution: the passes of the odd-frequency FFT (dsp/odd_fft.h), the products of spectra, and
 * the direct form. A transform stands as rows of 8 lanes, real and imaginary parts apart; passes
 * work down the rows, so that a root is one number for a run of lanes; the last three octaves are
 * inside a row and are done on squares of 8 rows, turned. Everything is lanewise: widths cannot
 * matter. */
#include "simd/vec.h"

#define ROW LUSTER_ODD_ROW
#define TILE LUSTER_ODD_TILE
#define HALF_ROOT 0.70710678118654752440f /* sqrt(1/2) */

/* Lanes in use: a row on levels that are wider. */
#if VF_LANES > 8
typedef float vr __attribute__((vector_size(32)));
#define VR_LANES 8
#else
typedef vf vr;
#define VR_LANES VF_LANES
#endif

/* A complex number per lane. */
typedef struct Complex {
    vr re, im;
} Complex;

static inline vr vr_load(const float *p)
{
    vr v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vr_store(float *p, vr v)
{
    memcpy(p, &v, sizeof v);
}

static inline vr vr_set(float x)
{
    return x - (vr){0};
}

static inline Complex take(const float *re, const float *im)
{
    return (Complex){vr_load(re), vr_load(im)};
}

static inline void put(float *re, float *im, Complex x)
{
    vr_store(re, x.re);
    vr_store(im, x.im);
}

static inline Complex all(const float *root)
{
    return (Complex){vr_set(root[0]), vr_set(root[1])};
}

static inline Complex add(Complex a, Complex b)
{
    return (Complex){a.re + b.re, a.im + b.im};
}

static inline Complex sub(Complex a, Complex b)
{
    return (Complex){a.re - b.re, a.im - b.im};
}

/* a + ib, a - ib */
static inline Complex add_turned(Complex a, Complex b)
{
    return (Complex){a.re - b.im, a.im + b.re};
}

static inline Complex sub_turned(Complex a, Complex b)
{
    return (Complex){a.re + b.im, a.im - b.re};
}

static inline Complex times(Complex a, Complex root)
{
    return (Complex){a.re * root.re - a.im * root.im, a.re * root.im + a.im * root.re};
}

static inline Complex times_conjugate(Complex a, Complex root)
{
    return (Complex){a.re * root.re + a.im * root.im, a.im * root.re - a.re * root.im};
}

/* y_k = sum of x_q i^(kq), over x[0], x[step] … in place; with `back` i^(-kq) */
static inline void four(Complex *x, int step, int back)
{
    const Complex s = add(x[0], x[2 * step]), d = sub(x[0], x[2 * step]);
    const Complex u = add(x[step], x[3 * step]), v = sub(x[step], x[3 * step]);
    x[0] = add(s, u);
    x[step] = back ? sub_turned(d, v) : add_turned(d, v);
    x[2 * step] = sub(s, u);
    x[3 * step] = back ? add_turned(d, v) : sub_turned(d, v);
}

/* y_k = sum of x_l e^(+-2 pi i k l / 8) */
static inline void eight(Complex *x, int back)
{
    const vr h = vr_set(HALF_ROOT);
    four(x, 2, back);
    four(x + 1, 2, back);
    const Complex e[4] = {x[0], x[2], x[4], x[6]};
    Complex o[4] = {x[1], x[3], x[5], x[7]};
    const Complex p = o[1], q = o[3];
    o[1] = back ? (Complex){h * (p.re + p.im), h * (p.im - p.re)}
                : (Complex){h * (p.re - p.im), h * (p.re + p.im)};
    o[3] = back ? (Complex){h * (q.im - q.re), -h * (q.re + q.im)}
                : (Complex){-h * (q.re + q.im), h * (q.re - q.im)};
    x[0] = add(e[0], o[0]);
    x[4] = sub(e[0], o[0]);
    x[1] = add(e[1], o[1]);
    x[5] = sub(e[1], o[1]);
    x[2] = back ? sub_turned(e[2], o[2]) : add_turned(e[2], o[2]);
    x[6] = back ? add_turned(e[2], o[2]) : sub_turned(e[2], o[2]);
    x[3] = add(e[3], o[3]);
    x[7] = sub(e[3], o[3]);
}

/* ---- passes down the rows ------------------------------------------------------------------- */

void LUSTER_KERNEL(luster_k_odd_split4)(float *re, float *im, const float *from_re,
                                        const float *from_im, const float *roots, uint32_t quarter,
                                        uint32_t from, uint32_t to);
void LUSTER_KERNEL(luster_k_odd_join4)(float *to_re, float *to_im, const float *re, const float *im,
                                       const float *roots, uint32_t quarter, uint32_t from,
                                       uint32_t to);
void LUSTER_KERNEL(luster_k_odd_split2)(float *re, float *im, const float *roots, uint32_t from,
                                        uint32_t to);
void LUSTER_KERNEL(luster_k_odd_join2)(float *re, float *im, const float *roots, uint32_t from,
                                       uint32_t to);

/* Butterflies from `b` on that are of one block of rows. */
static inline uint32_t run_length(uint32_t b, uint32_t quarter, uint32_t to)
{
    const uint32_t left = quarter - b % quarter;
    return left < to - b ? left : to - b;
}

void LUSTER_KERNEL(luster_k_odd_split4)(float *re, float *im, const float *from_re,
                                        const float *from_im, const float *roots, uint32_t quarter,
                                        uint32_t from, uint32_t to)
{
    const uint32_t q = quarter * ROW;
    for (uint32_t b = from, n; b < to; b += n) {
        n = run_length(b, quarter, to);
        const float *root = roots + b / quarter * 6;
        const Complex r1 = all(root), r2 = all(root + 2), r3 = all(root + 4);
        const uint32_t at = (b / quarter * 4 * quarter + b % quarter) * ROW;
        for (uint32_t i = at; i < at + n * ROW; i += VR_LANES) {
            Complex x[4] = {take(from_re + i, from_im + i),
                            times(take(from_re + i + q, from_im + i + q), r1),
                            times(take(from_re + i + 2 * q, from_im + i + 2 * q), r2),
                            times(take(from_re + i + 3 * q, from_im + i + 3 * q), r3)};
            four(x, 1, 0);
            for (uint32_t k = 0; k < 4; k++)
                put(re + i + k * q, im + i + k * q, x[k]);
        }
    }
}

void LUSTER_KERNEL(luster_k_odd_join4)(float *to_re, float *to_im, const float *re, const float *im,
                                       const float *roots, uint32_t quarter, uint32_t from,
                                       uint32_t to)
{
    const uint32_t q = quarter * ROW;
    for (uint32_t b = from, n; b < to; b += n) {
        n = run_length(b, quarter, to);
        const float *root = roots + b / quarter * 6;
        const Complex r1 = all(root), r2 = all(root + 2), r3 = all(root + 4);
        const uint32_t at = (b / quarter * 4 * quarter + b % quarter) * ROW;
        for (uint32_t i = at; i < at + n * ROW; i += VR_LANES) {
            Complex x[4];
            for (uint32_t k = 0; k < 4; k++)
                x[k] = take(re + i + k * q, im + i + k * q);
            four(x, 1, 1);
            put(to_re + i, to_im + i, x[0]);
            put(to_re + i + q, to_im + i + q, times_conjugate(x[1], r1));
            put(to_re + i + 2 * q, to_im + i + 2 * q, times_conjugate(x[2], r2));
            put(to_re + i + 3 * q, to_im + i + 3 * q, times_conjugate(x[3], r3));
        }
    }
}

/* The last pass down the rows when their number is no power of four: pairs of neighbours. */
void LUSTER_KERNEL(luster_k_odd_split2)(float *re, float *im, const float *roots, uint32_t from,
                                        uint32_t to)
{
    for (uint32_t b = from; b < to; b++) {
        const Complex root = all(roots + 2 * b);
        for (uint32_t i = 2 * b * ROW; i < (2 * b + 1) * ROW; i += VR_LANES) {
            const Complex x = take(re + i, im + i);
            const Complex y = times(take(re + i + ROW, im + i + ROW), root);
            put(re + i, im + i, add(x, y));
            put(re + i + ROW, im + i + ROW, sub(x, y));
        }
    }
}

void LUSTER_KERNEL(luster_k_odd_join2)(float *re, float *im, const float *roots, uint32_t from,
                                       uint32_t to)
{
    for (uint32_t b = from; b < to; b++) {
        const Complex root = all(roots + 2 * b);
        for (uint32_t i = 2 * b * ROW; i < (2 * b + 1) * ROW; i += VR_LANES) {
            const Complex x = take(re + i, im + i), y = take(re + i + ROW, im + i + ROW);
            put(re + i, im + i, add(x, y));
            put(re + i + ROW, im + i + ROW, times_conjugate(sub(x, y), root));
        }
    }
}

/* ---- inside the rows ------------------------------------------------------------------------ */

void LUSTER_KERNEL(luster_k_odd_split_rows)(float *bins, uint32_t stride, const float *re,
                                            const float *im, const float *roots, uint32_t from,
                                            uint32_t to);
void LUSTER_KERNEL(luster_k_odd_join_rows)(float *re, float *im, const float *bins,
                                           const float *roots);

#if VR_LANES == 8
#define STEP1(a, b, c, d)                                                                          \
    (c) = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14),                                \
    (d) = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
#define STEP2(a, b, c, d)                                                                          \
    (c) = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13),                                 \
    (d) = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define STEP4(a, b, c, d)                                                                          \
    (c) = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11),                                 \
    (d) = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#else
#define STEP1(a, b, c, d)                                                                          \
    (c) = __builtin_shufflevector(a, b, 0, 4, 2, 6), (d) = __builtin_shufflevector(a, b, 1, 5, 3, 7)
#define STEP2(a, b, c, d)                                                                          \
    (c) = __builtin_shufflevector(a, b, 0, 1, 4, 5), (d) = __builtin_shufflevector(a, b, 2, 3, 6, 7)
#endif

/* Turns a square of VR_LANES vectors in place. */
static inline void turn(vr *v)
{
    for (int i = 0; i < VR_LANES; i += 2) {
        const vr a = v[i], b = v[i + 1];
        STEP1(a, b, v[i], v[i + 1]);
    }
    for (int i = 0; i < VR_LANES; i += 4) {
        for (int k = i; k < i + 2; k++) {
            const vr a = v[k], b = v[k + 2];
            STEP2(a, b, v[k], v[k + 2]);
        }
    }
#if VR_LANES == 8
    for (int k = 0; k < 4; k++) {
        const vr a = v[k], b = v[k + 4];
        STEP4(a, b, v[k], v[k + 4]);
    }
#endif
}

void LUSTER_KERNEL(luster_k_odd_split_rows)(float *bins, uint32_t stride, const float *re,
                                            const float *im, const float *roots, uint32_t from,
                                            uint32_t to)
{
    for (uint32_t t = from; t < to; t++) {
        const float *root = roots + t * 2 * 7 * ROW;
        float *bin = bins + (size_t)t * stride;
        for (uint32_t p = 0; p < ROW; p += VR_LANES) { /* rows that become lanes */
            vr x[ROW], y[ROW];
            Complex z[ROW];
            for (uint32_t l = 0; l < ROW; l += VR_LANES) {
                for (uint32_t k = 0; k < VR_LANES; k++) {
                    x[l + k] = vr_load(re + t * TILE + (p + k) * ROW + l);
                    y[l + k] = vr_load(im + t * TILE + (p + k) * ROW + l);
                }
                turn(x + l);
                turn(y + l);
            }
            z[0] = (Complex){x[0], y[0]};
            for (uint32_t l = 1; l < ROW; l++) {
                const float *r = root + (l - 1) * 2 * ROW + p;
                z[l] = times((Complex){x[l], y[l]}, take(r, r + ROW));
            }
            eight(z, 0);
            for (uint32_t k = 0; k < ROW; k++)
                put(bin + k * ROW + p, bin + TILE + k * ROW + p, z[k]);
        }
    }
}

void LUSTER_KERNEL(luster_k_odd_join_rows)(float *re, float *im, const float *bins,
                                           const float *roots)
{
    for (uint32_t p = 0; p < ROW; p += VR_LANES) {
        vr x[ROW], y[ROW];
        Complex z[ROW];
        for (uint32_t k = 0; k < ROW; k++)
            z[k] = take(bins + k * ROW + p, bins + TILE + k * ROW + p);
        eight(z, 1);
        x[0] = z[0].re, y[0] = z[0].im;
        for (uint32_t l = 1; l < ROW; l++) {
            const float *r = roots + (l - 1) * 2 * ROW + p;
            const Complex w = times_conjugate(z[l], take(r, r + ROW));
            x[l] = w.re, y[l] = w.im;
        }
        for (uint32_t l = 0; l < ROW; l += VR_LANES) {
            turn(x + l);
            turn(y + l);
            for (uint32_t k = 0; k < VR_LANES; k++)
                put(re + (p + k) * ROW + l, im + (p + k) * ROW + l, (Complex){x[l + k], y[l + k]});
        }
    }
}

/* ---- products ------------------------------------------------------------------------------- */

void LUSTER_KERNEL(luster_k_spectra_mac)(float *sum, const float *x, const float *h, uint32_t n);
void LUSTER_KERNEL(luster_k_direct_fir)(float *out, const float *x, const float *taps,
                                        uint32_t n_taps, uint32_t n);

#define GROUP 4 /* vectors side by side: one addition waits while the others compute */

void LUSTER_KERNEL(luster_k_spectra_mac)(float *sum, const float *x, const float *h, uint32_t n)
{
    for (uint32_t i = 0; i < TILE; i += GROUP * VF_LANES) {
        vf re[GROUP], im[GROUP];
        for (uint32_t g = 0; g < GROUP; g++) {
            re[g] = vf_load(sum + i + g * VF_LANES);
            im[g] = vf_load(sum + TILE + i + g * VF_LANES);
        }
        for (uint32_t k = 0; k < n; k++) {
            const float *a = x + (size_t)k * 2 * TILE + i, *b = h + (size_t)k * 2 * TILE + i;
            for (uint32_t g = 0; g < GROUP; g++) {
                const vf ar = vf_load(a + g * VF_LANES), ai = vf_load(a + TILE + g * VF_LANES);
                const vf br = vf_load(b + g * VF_LANES), bi = vf_load(b + TILE + g * VF_LANES);
                re[g] += ar * br - ai * bi;
                im[g] += ar * bi + ai * br;
            }
        }
        for (uint32_t g = 0; g < GROUP; g++) {
            vf_store(sum + i + g * VF_LANES, re[g]);
            vf_store(sum + TILE + i + g * VF_LANES, im[g]);
        }
    }
}

/* Sums of RUN products are added up, which loses less than one long sum. */
#define RUN 8

static inline void direct(float *out, const float *x, const float *taps, uint32_t n_taps,
                          uint32_t n_vectors)
{
    vf sum[GROUP] = {{0}};
    for (uint32_t from = 0; from < n_taps; from += RUN) {
        const uint32_t to = n_taps - from < RUN ? n_taps : from + RUN;
        vf part[GROUP] = {{0}};
        for (uint32_t t = from; t < to; t++) {
            for (uint32_t g = 0; g < n_vectors; g++)
                part[g] += vf_set(taps[t]) * vf_load(x + g * VF_LANES - t);
        }
        for (uint32_t g = 0; g < n_vectors; g++)
            sum[g] += part[g];
    }
    for (uint32_t g = 0; g < n_vectors; g++)
        vf_store(out + g * VF_LANES, vf_load(out + g * VF_LANES) + sum[g]);
}

void LUSTER_KERNEL(luster_k_direct_fir)(float *out, const float *x, const float *taps,
                                        uint32_t n_taps, uint32_t n)
{
    uint32_t i = 0;
    for (; i + GROUP * VF_LANES <= n; i += GROUP * VF_LANES)
        direct(out + i, x + i, taps, n_taps, GROUP);
    for (; i < n; i += VF_LANES) /* whole vectors: what lies behind n is not used */
        direct(out + i, x + i, taps, n_taps, 1);
}
