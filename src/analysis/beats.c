/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Beat tracking by dynamic programming (Ellis, Beat Tracking by Dynamic Programming, 2007): the
 * series of frames with the most attack strength whose intervals stay near the local period; the
 * penalty is the squared logarithm of the ratio. */
#include "analysis/tempo.h"

#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#define TIGHTNESS 400.0 /* per squared octave-e, against envelopes of unit deviation */
#define MAX_GAP 512 /* frames: more than twice the longest beat */

/* Half a beat and more of nothing at either end is no beat. */
static uint32_t trim(const float *e, double mean, uint32_t *beats, uint32_t n)
{
    uint32_t from = 0, to = n;
    const double least = 0.5 * mean;
#define STRONG(i) (e[beats[i]] > least)
    while (from < to && !STRONG(from))
        from++;
    while (to > from && !STRONG(to - 1))
        to--;
#undef STRONG
    for (uint32_t i = from; i < to; i++)
        beats[i - from] = beats[i];
    return to - from;
}

static double deviation(const float *e, uint32_t n)
{
    double sum = 0.0, square = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        sum += e[i];
        square += (double)e[i] * e[i];
    }
    return sqrt(square / n - sum / n * (sum / n));
}

static uint32_t trace(const float *e, const float *period_s, uint32_t n, double norm, double *total,
                      int32_t *before, uint32_t *beats)
{
    double log_of[MAX_GAP];
    for (int i = 1; i < MAX_GAP; i++)
        log_of[i] = luster_log(i);
    for (uint32_t i = 0; i < n; i++) {
        const double period = period_s[i] / TEMPO_FRAME_S, log_period = luster_log(period);
        double best = 0.0;
        before[i] = -1;
        for (int gap = (int)(0.5 * period); gap <= (int)(2.0 * period) && gap < MAX_GAP; gap++) {
            if (gap < 1 || (uint32_t)gap > i)
                continue;
            const double off = log_of[gap] - log_period;
            const double v = total[i - (uint32_t)gap] - TIGHTNESS * off * off;
            if (v > best) {
                best = v;
                before[i] = (int32_t)i - gap;
            }
        }
        total[i] = best + e[i] * norm;
    }
    int32_t last = (int32_t)n - 1;
    const uint32_t tail = (uint32_t)(2.0 * period_s[n - 1] / TEMPO_FRAME_S);
    for (uint32_t i = n > tail ? n - tail : 0; i < n; i++)
        if (total[i] >= total[last])
            last = (int32_t)i;
    uint32_t count = 0;
    for (int32_t i = last; i >= 0; i = before[i])
        beats[count++] = (uint32_t)i;
    for (uint32_t i = 0; i < count / 2; i++) {
        const uint32_t swap = beats[i];
        beats[i] = beats[count - 1 - i];
        beats[count - 1 - i] = swap;
    }
    return count;
}

uint32_t luster_beats_track(const float *e, const float *period_s, uint32_t n, float *beats_s,
                            bool *no_memory)
{
    uint32_t count = 0;
    const double spread = deviation(e, n);
    double *total = malloc(n * sizeof *total), mean = 0.0;
    int32_t *before = malloc(n * sizeof *before);
    uint32_t *beats = malloc(n * sizeof *beats);
    *no_memory = !total || !before || !beats;
    if (!*no_memory && spread > 0.0) {
        count = trace(e, period_s, n, 1.0 / spread, total, before, beats);
        for (uint32_t i = 0; i < count; i++)
            mean += e[beats[i]] / count;
        count = trim(e, mean, beats, count);
    }
    for (uint32_t i = 0; i < count; i++) { /* the envelope's peak, finer than its frames */
        const uint32_t at = beats[i];
        double shift = 0.0;
        if (at > 0 && at + 1 < n) {
            const double bend = e[at - 1] - 2.0 * e[at] + e[at + 1];
            shift = bend < 0.0 ? 0.5 * (e[at - 1] - e[at + 1]) / bend : 0.0;
        }
        beats_s[i] = (float)((at + 0.5 + (fabs(shift) < 1.0 ? shift : 0.0)) * TEMPO_FRAME_S);
    }
    free(total);
    free(before);
    free(beats);
    return count;
}
