/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The bands of the equalizer: where each is, where it moves, and the sections that makes. Bands of
 * one group (what of the stereo signal they work on) share a warp; a dynamic band has its own. */
#ifndef LUSTER_PROC_EQUALIZER_BANDS_H
#define LUSTER_PROC_EQUALIZER_BANDS_H

#include "dsp/filter_design.h"
#include "dsp/sections.h"
#include "dsp/smooth.h"
#include "luster/processor.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_EQ_BANDS 24
#define LUSTER_EQ_PRESETS 16
/** Columns of a band's rows; type 0 is off, others LusterFilterType + 1. */
enum {
    LUSTER_EQ_TYPE,
    LUSTER_EQ_FREQ,
    LUSTER_EQ_GAIN,
    LUSTER_EQ_Q,
    LUSTER_EQ_SLOPE,
    LUSTER_EQ_CHANNEL, /* LusterEqGroup */
    LUSTER_EQ_RANGE, /* 0: the band is not dynamic */
    LUSTER_EQ_THRESHOLD,
    LUSTER_EQ_RATIO,
    LUSTER_EQ_WHEN, /* 0 above the threshold, 1 below */
    LUSTER_EQ_ATTACK,
    LUSTER_EQ_RELEASE,
    LUSTER_EQ_KEY, /* 0 the input, 1 the side-chain */
    LUSTER_EQ_COLUMNS
};

extern const LusterPreset luster_eq_presets[LUSTER_EQ_PRESETS];

extern const char *const luster_eq_types[], *const luster_eq_slopes[], *const luster_eq_channels[];

/* clang-format off */
/* What says where band n is, for every equalizer; columns up to LUSTER_EQ_CHANNEL. */
#define LUSTER_EQ_ROWS(n) \
    {"b" #n "_type", "Band " #n " type", "", LUSTER_SCALE_CHOICE, 0, 8, 0, luster_eq_types, 0, \
     "What the band is. Bell raises or lowers around its frequency, shelves all below or above, " \
     "tilt turns the whole spectrum about it; cuts remove what lies beyond."}, \
    {"b" #n "_freq", "Band " #n " frequency", "Hz", LUSTER_SCALE_LOG, 10, 30000, 1000, NULL, 0, \
     "Centre of a bell, notch or band-pass, middle of a shelf's or tilt's slope, -3 dB point of a " \
     "cut (at Q 0.71)."}, \
    {"b" #n "_gain", "Band " #n " gain", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0, \
     "Of a bell or shelf; of a tilt, the difference between top and bottom."}, \
    {"b" #n "_q", "Band " #n " Q", "", LUSTER_SCALE_LOG, 0.1, 40, 0.7071, NULL, 0, \
     "Narrowness: frequency over bandwidth of a bell; steepness of a shelf; resonance of a cut, " \
     "where 0.7071 is flat (Butterworth)."}, \
    {"b" #n "_slope", "Band " #n " slope", "dB/oct", LUSTER_SCALE_CHOICE, 0, 7, 1, luster_eq_slopes, 0, \
     "Steepness of a low or high cut."}, \
    {"b" #n "_channel", "Band " #n " channel", "", LUSTER_SCALE_CHOICE, 0, 4, 0, luster_eq_channels, 0, \
     "What the band works on. A mono signal is its own left and mid, and has no right or side."}
/* clang-format on */

/** What of the signal a band works on. */
typedef enum {
    LUSTER_EQ_STEREO,
    LUSTER_EQ_LEFT,
    LUSTER_EQ_RIGHT,
    LUSTER_EQ_MID,
    LUSTER_EQ_SIDE,
    LUSTER_EQ_GROUPS
} LusterEqGroup;

/** What cannot change in a straight line: another kind fades out, changes unheard, fades in. */
typedef struct LusterEqKind {
    int type, order, group;
    bool dynamic;
} LusterEqKind;

typedef struct LusterEqBand {
    LusterEqKind kind, want; /* heard now, asked for */
    LusterSmooth log_freq, gain_db, log_q, amount; /* counted in cells */
    bool was_out; /* unheard for a cell */
    int n_sections;
    LusterQuad digital[LUSTER_FILTER_MAX_SECTIONS];
    double ratio[LUSTER_WARP_POINTS]; /* its share of the warp */
} LusterEqBand;

/** Hands new values to a band of a signal of 1 or 2 channels (mono is its own mid and left, and has
 * no side or right); `n_cells` is the length of a move, 0 takes them at once. */
void luster_eq_band_set(LusterEqBand *band, const double *columns, uint32_t n_channels,
                        uint32_t n_cells);

/** Order of a cut for a row of slopes: 6 dB per octave each. */
int luster_eq_order(int slope);

/** Whether anything of it still moves or waits to. */
bool luster_eq_band_moving(const LusterEqBand *band);

/** Whether it changes the sound where it stands. */
bool luster_eq_band_heard(const LusterEqBand *band);

/** Moves on by a cell. Returns whether it became another filter, whose states start from 0. */
bool luster_eq_band_step(LusterEqBand *band, uint32_t n_cells);

/** Designs its sections for where it stands now, with `gain_db`; with `all`, those too that are
 * neutral there (a move passes through them). Its share of the warp is left in `warp` as well. */
void luster_eq_band_design(LusterEqBand *band, double rate_hz, double gain_db, bool all,
                           LusterWarp *warp);

/** The product of the shares of a group's bands. */
void luster_eq_warp(const LusterEqBand *bands, int group, LusterWarp *warp);

/** The fewest warp sections (0 … 2) that keep the error small, and these sections. */
int luster_eq_warp_best(const LusterWarp *warp, LusterQuad sections[LUSTER_WARP_SECTIONS]);

/** Seconds until the slowest root of the band has died by 120 dB; 0 when it is off. */
double luster_eq_band_tail(const double *columns);

#define LUSTER_EQ_MAX_SECTIONS (LUSTER_EQ_BANDS * LUSTER_FILTER_MAX_SECTIONS + LUSTER_WARP_SECTIONS)

/** All sections of constant settings that a signal meets which is only in `group` (stereo: the same
 * in both channels, but for bands of left or right), dynamic bands at rest; at most
 * LUSTER_EQ_MAX_SECTIONS. */
int luster_eq_design(const double *values, double rate_hz, LusterEqGroup group,
                     LusterQuad *sections);

#endif
