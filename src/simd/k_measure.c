/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a meter does with every frame: the K-weighting filter (recursive, so its lanes are two
 * channels, not frames, and its width is the same on every level), and plain sums on 8 partials. */
#include "simd/vec.h"

typedef double v2d __attribute__((vector_size(16)));

typedef float half_vf __attribute__((vector_size(4 * VD_LANES)));

enum { PARTS = 8 / VD_LANES }; /* native vectors that hold 8 doubles */

void LUSTER_KERNEL(luster_k_k_weight)(LusterKWeightPair *pair, const LusterKWeightCoeffs *c,
                                      const float *a, const float *b, uint32_t n);
void LUSTER_KERNEL(luster_k_pair_sums)(LusterPairSums *sums, const float *a, const float *b,
                                       uint32_t n);

/* Direct form I: the shortest loop from one output to the next (one product, one difference), and
 * the first section's memory of outputs is the second one's of inputs. */
void LUSTER_KERNEL(luster_k_k_weight)(LusterKWeightPair *pair, const LusterKWeightCoeffs *c,
                                      const float *a, const float *b, uint32_t n)
{
    const v2d b0 = {c->b0, c->b0}, b1 = {c->b1, c->b1}, b2 = {c->b2, c->b2};
    const v2d a1 = {c->a1, c->a1}, a2 = {c->a2, c->a2};
    const v2d h1 = {c->h1, c->h1}, h2 = {c->h2, c->h2};
    v2d s[7];
    memcpy(s, pair, sizeof s);
    v2d x1 = s[0], x2 = s[1], u1 = s[2], u2 = s[3], v1 = s[4], v2 = s[5], energy = s[6];
    for (uint32_t i = 0; i < n; i++) {
        const v2d x = {a[i], b[i]};
        const v2d u = ((b0 * x + (b1 * x1 + b2 * x2)) - a2 * u2) - a1 * u1;
        const v2d v = (((u + u2) - (u1 + u1)) - h2 * v2) - h1 * v1;
        energy += v * v;
        x2 = x1;
        x1 = x;
        u2 = u1;
        u1 = u;
        v2 = v1;
        v1 = v;
    }
    const v2d end[7] = {x1, x2, u1, u2, v1, v2, energy};
    memcpy(pair, end, sizeof end);
}

static inline double tree(const double *p)
{
    return ((p[0] + p[1]) + (p[2] + p[3])) + ((p[4] + p[5]) + (p[6] + p[7]));
}

static inline void widen(vd wide[PARTS], const float *p)
{
    for (int k = 0; k < PARTS; k++) {
        half_vf narrow;
        memcpy(&narrow, p + k * VD_LANES, sizeof narrow);
        wide[k] = __builtin_convertvector(narrow, vd);
    }
}

/* Frame i adds to partial i mod 8. */
static void sum_blocks(LusterPairSums *sums, const float *a, const float *b, uint32_t n)
{
    vd total[5][PARTS];
    double flat[5][8];
    memset(total, 0, sizeof total);
    for (uint32_t i = 0; i < n; i += 8) {
        vd x[PARTS], y[PARTS];
        widen(x, a + i);
        widen(y, b + i);
        for (int k = 0; k < PARTS; k++) {
            total[0][k] += x[k];
            total[1][k] += y[k];
            total[2][k] += x[k] * x[k];
            total[3][k] += y[k] * y[k];
            total[4][k] += x[k] * y[k];
        }
    }
    memcpy(flat, total, sizeof flat);
    sums->a = tree(flat[0]);
    sums->b = tree(flat[1]);
    sums->aa = tree(flat[2]);
    sums->bb = tree(flat[3]);
    sums->ab = tree(flat[4]);
}

static void extremes(float *low, float *high, const float *p, uint32_t n)
{
    vf up = vf_set(p[0]), down = -up;
    uint32_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES) {
        const vf x = vf_load(p + i);
        up = vf_max(x, up);
        down = vf_max(-x, down);
    }
    float top = up[0], bottom = down[0];
    for (int k = 1; k < VF_LANES; k++) {
        top = up[k] > top ? up[k] : top;
        bottom = down[k] > bottom ? down[k] : bottom;
    }
    for (; i < n; i++) {
        top = p[i] > top ? p[i] : top;
        bottom = -p[i] > bottom ? -p[i] : bottom;
    }
    *low = 0.0f - bottom; /* either zero becomes +0 */
    *high = top + 0.0f;
}

void LUSTER_KERNEL(luster_k_pair_sums)(LusterPairSums *sums, const float *a, const float *b,
                                       uint32_t n)
{
    const uint32_t whole = n / 8 * 8;
    sum_blocks(sums, a, b, whole);
    for (uint32_t i = whole; i < n; i++) {
        const double x = a[i], y = b[i];
        sums->a += x;
        sums->b += y;
        sums->aa += x * x;
        sums->bb += y * y;
        sums->ab += x * y;
    }
    extremes(&sums->low_a, &sums->high_a, a, n);
    extremes(&sums->low_b, &sums->high_b, b, n);
}
