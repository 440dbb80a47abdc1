/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The table holds the taps at 1/512 of a frame; between rows they go in straight lines, which errs
 * by less than -110 dB. */
#include "dsp/fractional.h"

#include "base/math.h"

#include <string.h>

#define TAPS LUSTER_FRACTIONAL_TAPS
#define ROWS 512
#define AHEAD (TAPS / 2 - 1) /* taps before the place read */
#define BETA 10.7 /* Kaiser: 0.1102 (A - 8.7) for A = 106 dB */

/* Modified Bessel function of order 0, by its series. */
static double bessel(double x)
{
    double sum = 1.0, term = 1.0;
    for (int k = 1; k < 40; k++) {
        term *= (0.5 * x / k) * (0.5 * x / k);
        sum += term;
    }
    return sum;
}

static void make_row(float *row, double share)
{
    double taps[TAPS], sum = 0.0;
    for (int k = 0; k < TAPS; k++) {
        const double x = k - AHEAD - share, u = x / (TAPS / 2);
        const double window = u * u < 1.0 ? bessel(BETA * sqrt(1.0 - u * u)) : 0.0;
        const double sinc = x == 0.0 ? 1.0 : luster_sin(LUSTER_PI * x) / (LUSTER_PI * x);
        const bool whole = share == 0.0 || share == 1.0;
        taps[k] = whole ? (x == 0.0 ? 1.0 : 0.0) : window * sinc;
        sum += taps[k];
    }
    for (int k = 0; k < TAPS; k++) /* steady sound keeps its level exactly */
        row[k] = (float)(taps[k] / sum);
}

const float *luster_fractional_table(LusterArena *arena)
{
    float *table = luster_arena_array(arena, (ROWS + 2) * TAPS, sizeof(float));
    if (!table)
        return NULL;
    for (int r = 0; r <= ROWS; r++)
        make_row(table + r * TAPS, (double)r / ROWS);
    memcpy(table + (ROWS + 1) * TAPS, table + ROWS * TAPS, TAPS * sizeof(float));
    return table;
}

bool luster_fractional_open(LusterFractional *line, LusterArena *arena, const float *table,
                            double max_delay)
{
    line->table = table;
    line->size = (uint32_t)max_delay + 2 + TAPS + LUSTER_FRACTIONAL_RUN;
    line->ring = luster_arena_array(arena, line->size + TAPS, sizeof(float));
    return line->ring != NULL;
}

void luster_fractional_reset(LusterFractional *line)
{
    memset(line->ring, 0, (line->size + TAPS) * sizeof(float));
    line->write = 0;
}

void luster_fractional_read(const LusterFractional *line, const double *delay, float *out,
                            uint32_t n)
{
    uint32_t at[LUSTER_FRACTIONAL_RUN];
    float row[LUSTER_FRACTIONAL_RUN];
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t whole = (uint32_t)delay[i];
        const double part = delay[i] - whole; /* so much earlier: 1 - part after the one before */
        const uint32_t back = whole + n - i + (part > 0.0) + AHEAD;
        at[i] = line->write >= back ? line->write - back : line->write + line->size - back;
        row[i] = (float)((part > 0.0 ? 1.0 - part : 0.0) * ROWS);
    }
    luster_kernels()->fractional(out, line->ring, at, row, line->table, n);
}
