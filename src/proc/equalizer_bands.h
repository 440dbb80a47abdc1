/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The bands of the equalizer: where each is, where it moves, and the sections that makes. A slot is
 * the place of one section: eight for every band, then those of the shared warp. */
#ifndef LUSTER_PROC_EQUALIZER_BANDS_H
#define LUSTER_PROC_EQUALIZER_BANDS_H

#include "dsp/filter_design.h"
#include "dsp/sections.h"
#include "dsp/smooth.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_EQ_BANDS 24
#define LUSTER_EQ_SLOTS (LUSTER_EQ_BANDS * LUSTER_FILTER_MAX_SECTIONS + LUSTER_WARP_SECTIONS)
#define LUSTER_EQ_WARP_SLOT (LUSTER_EQ_BANDS * LUSTER_FILTER_MAX_SECTIONS)

/** Columns of a band's rows; type 0 is off, others LusterFilterType + 1. */
enum {
    LUSTER_EQ_TYPE,
    LUSTER_EQ_FREQ,
    LUSTER_EQ_GAIN,
    LUSTER_EQ_Q,
    LUSTER_EQ_SLOPE,
    LUSTER_EQ_COLUMNS
};

typedef struct LusterEqBand {
    int type, order; /* heard now */
    int want_type, want_order;
    LusterSmooth log_freq, gain_db, log_q, amount; /* counted in cells */
    int n_sections;
    LusterQuad digital[LUSTER_FILTER_MAX_SECTIONS];
    double ratio[LUSTER_WARP_POINTS]; /* its share of the warp */
} LusterEqBand;

/** Hands new values to a band; `n_cells` is the length of a move, 0 takes them at once. */
void luster_eq_band_set(LusterEqBand *band, const double *columns, uint32_t n_cells);

/** Whether anything of it still moves or waits to. */
bool luster_eq_band_moving(const LusterEqBand *band);

/** Whether it changes the sound where it stands. */
bool luster_eq_band_heard(const LusterEqBand *band);

/** Moves on by a cell. Returns whether it became another filter, whose states start from 0. */
bool luster_eq_band_step(LusterEqBand *band, uint32_t n_cells);

/** Designs its sections for where it stands now; with `all`, those too that are neutral there (a
 * move passes through them). `warp` is scratch. */
void luster_eq_band_design(LusterEqBand *band, double rate_hz, bool all, LusterWarp *warp);

/** The product of the bands' shares. */
void luster_eq_warp(const LusterEqBand *bands, LusterWarp *warp);

/** The fewest warp sections (0 … 2) that keep the error small, and these sections. */
int luster_eq_warp_best(const LusterWarp *warp, LusterQuad sections[LUSTER_WARP_SECTIONS]);

/** Seconds until the slowest root of the band has died by 120 dB; 0 when it is off. */
double luster_eq_band_tail(const double *columns);

/** All sections of constant settings, in order, at most LUSTER_EQ_SLOTS. */
int luster_eq_design(const double *values, double rate_hz, LusterQuad *sections);

#endif
