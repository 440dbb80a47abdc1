/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What bench/mix knows about one file over time: loudness powers and third octaves in steps of
 * 100 ms, and which of its cells (one band in one step) other sounds cover. */
#ifndef LUSTER_BENCH_MIX_CELLS_H
#define LUSTER_BENCH_MIX_CELLS_H

#include "luster/measure.h"

#include <stdint.h>

#define STEP_S 0.1
#define CELL_BANDS LUSTER_BANDS /* third octaves, 20 Hz ... 20 kHz */

typedef struct Cells {
    uint32_t n_steps;
    float *k; /* [n_steps] K-weighted mean square, channels added (BS.1770) */
    float *m; /* [n_steps] the same with 10 dB more in the shelf [P13l] */
    float *left, *right; /* [n_steps] K-weighted mean square of each side */
    float *bands; /* [n_steps][CELL_BANDS] mean square per third octave, channels added */
} Cells;

/** Sums the files (all of one rate) and fills *cells. Free with cells_free. A mono file counts on
 * both sides at -3 dB. */
LusterStatus cells_read(const char *const *paths, uint32_t n_paths, Cells *cells, LusterError *err);
void cells_free(Cells *cells);

/** Room for n_steps of nothing; false when memory is out. */
int cells_new(Cells *cells, uint32_t n_steps);

/** Masked threshold in each band from what the maskers have there [CELL_BANDS]: Schroeder's
 * spreading on the Bark scale [B3], 6 dB under it (maskers as noise, [RON18]); at least the
 * threshold in quiet when a power of 1 is `full_scale_db_spl`. */
void mask_threshold(const float *maskers, double full_scale_db_spl, double *threshold);

#endif
