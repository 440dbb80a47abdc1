/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One choice of kernels for the whole process, made from what the processor says it can do. */
#include "simd/kernels.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* Every kernel once here: its name and its arguments. */
#define KERNELS(K, level)                                                                          \
    K(mix_add, level, (float *, const float *, float, uint32_t))                                   \
    K(mix_set, level, (float *, const float *, float, uint32_t))                                   \
    K(mix_gain, level, (float *, const float *, float, uint32_t))                                  \
    K(mix_add_ramp, level, (float *, const float *, const float *, uint32_t))                      \
    K(fdn_absorb, level,                                                                           \
      (float *, const float *const *, float *, const float *, float *, uint32_t))                  \
    K(fdn_mix, level,                                                                              \
      (float *const *, float *const *, const float *, const float *, const float *, const float *, \
       uint32_t, uint32_t))                                                                        \
    K(fdn_spread, level,                                                                           \
      (float *const *, const float *const *, const float *, const float *, uint32_t, uint32_t))    \
    K(fdn_sum, level, (float *, const float *const *, const float *, uint32_t, uint32_t))          \
    K(cascade_run, level, (const LusterCascade *, double *, uint32_t))                             \
    K(cascade_load, level, (double *, const float *, const float *, uint32_t))                     \
    K(cascade_store, level, (float *, float *, const double *, uint32_t))                          \
    K(band_load, level, (double *, const float *, const float *, uint32_t, uint32_t))              \
    K(band_split, level,                                                                           \
      (LusterBandSplit *, double *, uint32_t, uint32_t, const double *, uint32_t))                 \
    K(band_lows, level, (LusterBandLows *, const LusterBandRun *, uint32_t, uint32_t, uint32_t))   \
    K(band_store, level, (float *const *, const double *, uint32_t, uint32_t))                     \
    K(band_sum, level, (float *, const float *const *, const float *const *, uint32_t, uint32_t))  \
    K(true_peak, level, (float *, const float *, const LusterTruePeakTaps *, float *, uint32_t))   \
    K(k_weight, level,                                                                             \
      (LusterKWeightPair *, const LusterKWeightCoeffs *, const float *, const float *, uint32_t))  \
    K(pair_sums, level, (LusterPairSums *, const float *, const float *, uint32_t))                \
    K(sharp_peak, level, (float *, const float *, const float *, const LusterTruePeakTaps *))      \
    K(dyn_level, level, (float *, const float *, const float *, float *, uint32_t))                \
    K(dyn_max, level, (float *, const float *, const float *, uint32_t))                           \
    K(dyn_log2, level, (float *, const float *, float, uint32_t))                                  \
    K(dyn_link, level, (float *, const float *, const LusterGlide *, uint32_t))                    \
    K(dyn_excess, level, (float *, const float *, const LusterGlide *, uint32_t))                  \
    K(dyn_curve, level, (float *, const float *, const LusterDynCurve *, uint32_t))                \
    K(dyn_raise, level, (float *, const float *, const LusterDynRaise *, uint32_t))                \
    K(dyn_gain, level, (float *, const float *, const float *, const LusterDynGain *, uint32_t))   \
    K(dyn_apply, level, (float *, const float *, const float *, uint32_t))                         \
    K(odd_split4, level,                                                                           \
      (float *, float *, const float *, const float *, const float *, uint32_t, uint32_t,          \
       uint32_t))                                                                                  \
    K(odd_join4, level,                                                                            \
      (float *, float *, const float *, const float *, const float *, uint32_t, uint32_t,          \
       uint32_t))                                                                                  \
    K(odd_split2, level, (float *, float *, const float *, uint32_t, uint32_t))                    \
    K(odd_join2, level, (float *, float *, const float *, uint32_t, uint32_t))                     \
    K(odd_split_rows, level,                                                                       \
      (float *, uint32_t, const float *, const float *, const float *, uint32_t, uint32_t))        \
    K(odd_join_rows, level, (float *, float *, const float *, const float *))                      \
    K(spectra_mac, level, (float *, const float *, const float *, uint32_t))                       \
    K(direct_fir, level, (float *, const float *, const float *, uint32_t, uint32_t))              \
    K(fractional, level,                                                                           \
      (float *, const float *, const uint32_t *, const float *, const float *, uint32_t))          \
    K(pcm_s16, level, (float *, float *, const uint8_t *, uint32_t))                               \
    K(pcm_s24, level, (float *, float *, const uint8_t *, uint32_t))                               \
    K(pcm_s32, level, (float *, float *, const uint8_t *, uint32_t))                               \
    K(pcm_f32, level, (float *, float *, const uint8_t *, uint32_t))                               \
    K(pcm_mend, level, (float *, uint32_t, uint64_t *))                                            \
    K(fir_pairs, level, (float *, const LusterFirPairs *, int32_t, int32_t))                       \
    K(shape, level,                                                                                \
      (float *, const float *, LusterCurveKind, const LusterCurveFrames *, uint32_t))              \
    K(clip, level, (float *, const float *, const float *, const float *, uint32_t))               \
    K(pcm_quantise, level, (int32_t *, const float *, uint32_t, const LusterQuantiser *))

#define DECLARE(name, level, args) void luster_k_##name##_##level args;
#define ENTRY(name, level, args) .name = luster_k_##name##_##level,
#define TABLE(lv)                                                                                  \
    KERNELS(DECLARE, lv)                                                                           \
    static const LusterKernels table_##lv = {.level = #lv, KERNELS(ENTRY, lv)};

#if defined(__x86_64__)
TABLE(sse2)
TABLE(avx2)
TABLE(avx512)
static const LusterKernels *const tables[] = {&table_sse2, &table_avx2, &table_avx512};
static const char *const names[] = {"sse2", "avx2", "avx512", NULL};

static int can_run(int index)
{
    __builtin_cpu_init();
    switch (index) {
    case 2:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    case 1:
        return __builtin_cpu_supports("avx2");
    default:
        return 1;
    }
}
#else
#if defined(__aarch64__)
TABLE(neon)
static const LusterKernels *const tables[] = {&table_neon};
static const char *const names[] = {"neon", NULL};
#else
TABLE(plain)
static const LusterKernels *const tables[] = {&table_plain};
static const char *const names[] = {"plain", NULL};
#endif

static int can_run(int index)
{
    (void)index;
    return 1;
}
#endif

#define N_TABLES ((int)(sizeof tables / sizeof tables[0]))

static _Atomic(const LusterKernels *) chosen;

const LusterKernels *luster_kernels(void)
{
    const LusterKernels *table = atomic_load_explicit(&chosen, memory_order_acquire);
    if (!table) {
        luster_kernels_select(NULL);
        table = atomic_load_explicit(&chosen, memory_order_acquire);
    }
    return table;
}

int luster_kernels_select(const char *level)
{
    for (int i = N_TABLES - 1; i >= 0; i--) {
        if (can_run(i) && (!level || strcmp(level, names[i]) == 0)) {
            atomic_store_explicit(&chosen, tables[i], memory_order_release);
            return 0;
        }
    }
    return -1;
}

const char *const *luster_kernels_levels(void)
{
    return names;
}
