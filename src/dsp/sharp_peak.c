/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Frames are read again in groups of 16 in which one needs it; what a frame gets depends on that
 * frame's own reading alone, so groups do not show. */
#include "dsp/sharp_peak.h"

#include "dsp/glide.h"

#include <math.h>

#define STOP_DB 60.0 /* 96 taps then reach from 0.49 to 0.51 of the rate (Kaiser 1974) */
#define PAST (2 * LUSTER_SHARP_PEAK_LATENCY)

bool luster_sharp_peak_open(LusterSharpPeak *peak, LusterArena *arena)
{
    luster_true_peak_init(&peak->soft);
    (void)luster_true_peak_midpoint(peak->mid, LUSTER_SHARP_TAPS, STOP_DB);
    return luster_lag_open(&peak->soft_lag, arena,
                           LUSTER_SHARP_PEAK_LATENCY - LUSTER_TRUE_PEAK_LATENCY, LUSTER_TP_CHUNK);
}

void luster_sharp_peak_reset(LusterSharpPeak *peak)
{
    luster_true_peak_reset(&peak->soft);
    luster_lag_reset(&peak->soft_lag);
    memset(peak->x, 0, sizeof peak->x);
}

/* Sixteen frames: whether any of them is close to the ceiling, and which. */
static bool find_close(const float *soft, const LusterGlide *ceiling, bool *close, uint32_t n)
{
    bool any = false;
    LusterGlide at = *ceiling;
    for (uint32_t i = 0; i < n; i++) {
        close[i] = soft[i] >= LUSTER_SHARP_PEAK_FROM * luster_glide_value(&at);
        any |= close[i];
        luster_glide_skip(&at, 1);
    }
    return any;
}

void luster_sharp_peak_process(LusterSharpPeak *peak, const float *in, float *out,
                               const LusterGlide *ceiling, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const float now = luster_glide_value(ceiling), later = ceiling->target;
    /* a little less, so that "nothing to tell" is never taken for close */
    luster_true_peak_set_least(&peak->soft,
                               0.999f * LUSTER_SHARP_PEAK_FROM * (now < later ? now : later));
    luster_true_peak_process(&peak->soft, in, out, n);
    luster_lag_run(&peak->soft_lag, out, out, LUSTER_SHARP_PEAK_LATENCY - LUSTER_TRUE_PEAK_LATENCY,
                   n);
    memcpy(peak->x + PAST, in, n * sizeof(float));
    LusterGlide at = *ceiling;
    for (uint32_t i = 0; i < n; i += LUSTER_LANES) {
        const uint32_t part = n - i < LUSTER_LANES ? n - i : LUSTER_LANES;
        bool close[LUSTER_LANES];
        if (find_close(out + i, &at, close, part)) {
            float sharp[LUSTER_LANES];
            k->sharp_peak(sharp, peak->x + LUSTER_SHARP_PEAK_LATENCY + i, peak->mid,
                          &peak->soft.taps);
            for (uint32_t j = 0; j < part; j++) {
                const float soft = out[i + j], most = sharp[j] > soft ? sharp[j] : soft;
                if (close[j])
                    out[i + j] = most + fabsf(most - (sharp[j] < soft ? sharp[j] : soft));
            }
        }
        luster_glide_skip(&at, part);
    }
    memmove(peak->x, peak->x + n, PAST * sizeof(float));
}
