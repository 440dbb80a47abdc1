/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One unchanging grid through a whole song, as a click gives it: period and place for which the
 * envelope's sum over the grid is greatest, by search, finer in a second round. */
#include "analysis/tempo.h"

#include "base/math.h"

#include <math.h>

#define RANGE 0.02 /* of the period, to each side */
#define WHOLE 0.98 /* a whole number of bpm that catches this much of the best is what was set */

typedef struct {
    double sum, period, middle; /* frames; a grid point nearest the song's middle */
} Grid;

static double value(const float *e, uint32_t n, double at)
{
    if (at < 0.0 || at >= n - 1)
        return 0.0;
    const uint32_t i = (uint32_t)at;
    return e[i] + (at - i) * ((double)e[i + 1] - e[i]);
}

static double sum_at(const float *e, uint32_t n, double period, double middle)
{
    double sum = 0.0;
    const double first = middle - floor(middle / period) * period;
    for (uint32_t k = 0; first + k * period < n; k++)
        sum += value(e, n, first + k * period);
    return sum;
}

static void search(const float *e, uint32_t n, double period, double range, double step,
                   double phase, double phase_range, double phase_step, Grid *best)
{
    const int n_periods = (int)(range / step), n_phases = (int)(phase_range / phase_step);
    for (int p = -n_periods; p <= n_periods; p++) {
        for (int m = -n_phases; m <= n_phases; m++) {
            const double middle = phase + m * phase_step;
            const double sum = sum_at(e, n, period + p * step, middle);
            if (sum > best->sum)
                *best = (Grid){sum, period + p * step, middle};
        }
    }
}

double luster_beats_grid(const float *e, uint32_t n, double *period_s, double *first_s)
{
    const double period = *period_s / TEMPO_FRAME_S, middle = 0.5 * n;
    /* From the middle to either end the grid shall not slip by more than a frame. */
    const double step = 2.0 * period / n;
    Grid best = {0.0, period, middle};
    search(e, n, period, RANGE * period, step, middle, 0.5 * period, 1.0, &best);
    const Grid coarse = best;
    search(e, n, coarse.period, step, 0.125 * step, coarse.middle, 1.0, 0.125, &best);
    const double whole = 60.0 / (floor(60.0 / (best.period * TEMPO_FRAME_S) + 0.5) * TEMPO_FRAME_S);
    Grid set = {0.0, whole, best.middle};
    search(e, n, whole, 0.0, 1.0, best.middle, 2.0, 0.125, &set);
    if (set.sum >= WHOLE * best.sum)
        best = set;
    *period_s = best.period * TEMPO_FRAME_S;
    /* the middle of a frame is half a frame after its beginning */
    *first_s = (best.middle - floor(best.middle / best.period) * best.period + 0.5) * TEMPO_FRAME_S;
    return best.sum;
}
