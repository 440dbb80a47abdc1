/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What makes a band of the equalizer dynamic: it listens to its own part of the spectrum, and its
 * gain goes from where it rests toward rest + range as the level there passes the threshold. */
#ifndef LUSTER_PROC_EQUALIZER_DYNAMIC_H
#define LUSTER_PROC_EQUALIZER_DYNAMIC_H

#include "dsp/detector.h"
#include "dsp/slide_max.h"
#include "dsp/svf.h"
#include "luster/processor.h"
#include "proc/equalizer_slots.h"

#define LUSTER_EQ_OWN_SECTIONS (1 + LUSTER_WARP_SECTIONS) /* of a dynamic band */
#define LUSTER_EQ_GRID 50 /* gains with a design */

typedef struct LusterEqDynamic {
    LusterSmooth threshold, slope, range_db; /* octaves, dB per dB, dB; counted in cells */
    bool below, keyed;
    LusterSvf filter[LUSTER_MAX_CHANNELS]; /* what it listens through */
    double peak; /* of the cell so far */
    LusterSlideMax hold; /* over half a period of the band's frequency, in cells */
    uint32_t hold_cells;
    LusterDetectorTimes times; /* in cells */
    LusterDetector detector; /* share of the range, 0 … 1 */
    double gain_db; /* beyond the band's own */
    bool cached; /* the grid is for where the band stands */
    bool up; /* its direction */
    int n_sections;
    bool designed[LUSTER_EQ_GRID];
    LusterSection (*grid)[LUSTER_EQ_OWN_SECTIONS]; /* [LUSTER_EQ_GRID] */
} LusterEqDynamic;

/** False when memory is out. Bands that are never dynamic leave theirs untouched. */
bool luster_eq_dynamic_open(LusterEqDynamic *dynamic, LusterArena *arena, uint32_t n_bands,
                            double rate_hz);
void luster_eq_dynamic_reset(LusterEqDynamic *dynamic);

/** The band has just become dynamic: nothing heard yet. */
void luster_eq_dynamic_start(LusterEqDynamic *dynamic);

/** New values of a band's row, within `n_cells` (0: at once). */
void luster_eq_dynamic_set(LusterEqDynamic *dynamic, const double *columns, double rate_hz,
                           uint32_t n_cells);

/** Hears n frames of a cell, of what the band works on. */
void luster_eq_dynamic_hear(LusterEqDynamic *dynamic, const LusterEqBand *band,
                            const float *const *in, uint32_t n_channels, uint32_t n);

/** The cell is over: the gain for the next one. */
void luster_eq_dynamic_step(LusterEqDynamic *dynamic);

/** Sends the band's slots to where this gain asks them to be. Returns whether any came or went. */
bool luster_eq_dynamic_aim(LusterEqDynamic *dynamic, LusterEqBand *band, double rate_hz,
                           LusterEqSlot *slots, LusterWarp *warp);

#endif
