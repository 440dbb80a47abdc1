/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The parallel parts of dynamics: level, logarithm, static curve, exponential, gain. Elementwise,
 * so neither width nor chunk shows.
 * Buffers of levels, reductions and gains are padded to LUSTER_LANES frames; audio is not. */
#include "simd/dynamics.h"
#include "simd/vec_math.h"

#include <math.h>

void LUSTER_KERNEL(luster_k_dyn_level)(float *level, const float *a, const float *b, float *peak,
                                       uint32_t n);
void LUSTER_KERNEL(luster_k_dyn_max)(float *out, const float *a, const float *b, uint32_t n);
void LUSTER_KERNEL(luster_k_dyn_log2)(float *octaves, const float *level, float scale, uint32_t n);
void LUSTER_KERNEL(luster_k_dyn_link)(float *own, const float *both, const LusterGlide *unlink,
                                      uint32_t n);
void LUSTER_KERNEL(luster_k_dyn_excess)(float *octaves, const float *level,
                                        const LusterGlide *ceiling, uint32_t n);
void LUSTER_KERNEL(luster_k_dyn_curve)(float *reduction, const float *octaves,
                                       const LusterDynCurve *curve, uint32_t n);
void LUSTER_KERNEL(luster_k_dyn_raise)(float *raise, const float *octaves,
                                       const LusterDynRaise *curve, uint32_t n);
void LUSTER_KERNEL(luster_k_dyn_gain)(float *gain, const float *reduction, const float *makeup,
                                      const LusterDynGain *how, uint32_t n);
void LUSTER_KERNEL(luster_k_dyn_apply)(float *out, const float *in, const float *gain, uint32_t n);

#define LEVEL_MAX 0x1p60f /* what infinities count as */

/* |x|, with NaN as silence and infinity as a large number: bad input must not stay in a detector.
 */
static inline vf magnitude(vf x)
{
    const vf size = (vf)((vi)x & 0x7fffffff);
    const vf number = (vf)((vi)size & (size == size));
    return vf_min(number, vf_set(LEVEL_MAX));
}

static inline float magnitude1(float x)
{
    const float size = fabsf(x);
    return size < LEVEL_MAX ? size : size == size ? LEVEL_MAX : 0.0f;
}

/* frame numbers from `i` on */
static inline vf frames(uint32_t i)
{
    vf v;
    for (int j = 0; j < VF_LANES; j++)
        v[j] = (float)j;
    return v + (float)i;
}

static inline vf glide(const LusterGlide *g, vf frame)
{
    return g->target - g->step * vf_max((float)g->left - frame, vf_set(0.0f));
}

void LUSTER_KERNEL(luster_k_dyn_level)(float *level, const float *a, const float *b, float *peak,
                                       uint32_t n)
{
    vf top = vf_set(0.0f);
    uint32_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES) {
        vf size = magnitude(vf_load(a + i));
        if (b)
            size = vf_max(size, magnitude(vf_load(b + i)));
        vf_store(level + i, size);
        top = vf_max(top, size);
    }
    float most = 0.0f;
    for (int j = 0; j < VF_LANES; j++)
        most = top[j] > most ? top[j] : most;
    for (; i < n; i++) {
        const float x = magnitude1(a[i]), y = b ? magnitude1(b[i]) : 0.0f;
        level[i] = x > y ? x : y;
        most = level[i] > most ? level[i] : most;
    }
    *peak = most;
}

void LUSTER_KERNEL(luster_k_dyn_max)(float *out, const float *a, const float *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES)
        vf_store(out + i, vf_max(vf_load(a + i), vf_load(b + i)));
}

void LUSTER_KERNEL(luster_k_dyn_log2)(float *octaves, const float *level, float scale, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES)
        vf_store(octaves + i, scale * vlog2(vf_max(vf_load(level + i), vf_set(LUSTER_DYN_FLOOR))));
}

void LUSTER_KERNEL(luster_k_dyn_link)(float *own, const float *both, const LusterGlide *unlink,
                                      uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        const vf most = vf_load(both + i);
        vf_store(own + i, most - glide(unlink, frames(i)) * (most - vf_load(own + i)));
    }
}

void LUSTER_KERNEL(luster_k_dyn_excess)(float *octaves, const float *level,
                                        const LusterGlide *ceiling, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        const vf ratio = vf_load(level + i) / glide(ceiling, frames(i));
        vf_store(octaves + i, vlog2(vf_max(vf_min(ratio, vf_set(LEVEL_MAX)), vf_set(1.0f))));
    }
}

/* Giannoulis, Massberg, Reiss 2012: amount * (0, then d^2 / 2W in the knee, then x - T). */
static inline vf curve1(vf x, vf threshold, vf amount, vf knee, vf range)
{
    const vf above = x - threshold + 0.5f * knee;
    const vf inside = vf_max(vf_min(above, knee), vf_set(0.0f));
    const vf over = inside * inside / (2.0f * knee) + vf_max(above - knee, vf_set(0.0f));
    return vf_min(amount * over, range);
}

/* The same curve met by the output: y = s d^2 / 2W in the knee with d = u - y, where u is how far
 * the input is over the knee's foot and s = R - 1; solved for y. On the input's side the knee is
 * W (1 + s / 2) long. */
static inline vf feedback1(vf x, vf threshold, vf amount, vf knee, vf range)
{
    amount = vf_min(amount, vf_set(LUSTER_DYN_LOOP_MOST));
    const vf s = amount / (1.0f - amount), end = knee + 0.5f * s * knee;
    const vf above = vf_max(x - threshold + 0.5f * knee, vf_set(0.0f));
    const vf inside = vf_min(above, end);
    const vf bend = 2.0f * s * inside / knee, root = 1.0f + vf_sqrt(1.0f + bend);
    const vf y = inside * bend / (root * root) + amount * (above - inside);
    return vf_min(y, range);
}

static void feedback(float *reduction, const float *octaves, const LusterDynCurve *curve,
                     uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        const vf frame = frames(i);
        vf_store(reduction + i, feedback1(vf_load(octaves + i), glide(&curve->threshold, frame),
                                          glide(&curve->amount, frame), glide(&curve->knee, frame),
                                          glide(&curve->range, frame)));
    }
}

void LUSTER_KERNEL(luster_k_dyn_curve)(float *reduction, const float *octaves,
                                       const LusterDynCurve *curve, uint32_t n)
{
    if (curve->feedback) {
        feedback(reduction, octaves, curve, n);
        return;
    }
    if (curve->threshold.left | curve->amount.left | curve->knee.left | curve->range.left) {
        for (uint32_t i = 0; i < n; i += VF_LANES) {
            const vf frame = frames(i);
            vf_store(reduction + i, curve1(vf_load(octaves + i), glide(&curve->threshold, frame),
                                           glide(&curve->amount, frame), glide(&curve->knee, frame),
                                           glide(&curve->range, frame)));
        }
        return;
    }
    const vf threshold = vf_set(curve->threshold.target), amount = vf_set(curve->amount.target);
    const vf knee = vf_set(curve->knee.target), range = vf_set(curve->range.target);
    for (uint32_t i = 0; i < n; i += VF_LANES)
        vf_store(reduction + i, curve1(vf_load(octaves + i), threshold, amount, knee, range));
}

void LUSTER_KERNEL(luster_k_dyn_raise)(float *raise, const float *octaves,
                                       const LusterDynRaise *curve, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += VF_LANES) {
        const vf frame = frames(i), x = vf_load(octaves + i);
        const vf most = vf_min(glide(&curve->range, frame),
                               vf_max(x - glide(&curve->floor, frame), vf_set(0.0f)));
        const vf below = 2.0f * glide(&curve->threshold, frame) - x;
        /* the mirror image of the way down */
        vf_store(raise + i, curve1(below, glide(&curve->threshold, frame),
                                   glide(&curve->amount, frame), glide(&curve->knee, frame), most));
    }
}

static inline vf mixed(vf octaves, vf dry)
{
    return dry + (1.0f - dry) * vexp2(octaves);
}

void LUSTER_KERNEL(luster_k_dyn_gain)(float *gain, const float *reduction, const float *makeup,
                                      const LusterDynGain *how, uint32_t n)
{
    if (how->makeup.left | how->dry.left) {
        for (uint32_t i = 0; i < n; i += VF_LANES) {
            const vf frame = frames(i);
            vf octaves = glide(&how->makeup, frame) - vf_load(reduction + i);
            if (makeup)
                octaves = octaves + vf_load(makeup + i);
            vf_store(gain + i, mixed(octaves, glide(&how->dry, frame)));
        }
        return;
    }
    const vf level = vf_set(how->makeup.target), dry = vf_set(how->dry.target);
    if (makeup) {
        for (uint32_t i = 0; i < n; i += VF_LANES)
            vf_store(gain + i, mixed(level - vf_load(reduction + i) + vf_load(makeup + i), dry));
        return;
    }
    for (uint32_t i = 0; i < n; i += VF_LANES)
        vf_store(gain + i, mixed(level - vf_load(reduction + i), dry));
}

void LUSTER_KERNEL(luster_k_dyn_apply)(float *out, const float *in, const float *gain, uint32_t n)
{
    uint32_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        vf_store(out + i, vf_load(in + i) * vf_load(gain + i));
    for (; i < n; i++)
        out[i] = in[i] * gain[i];
}
