/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Filters from analogue prototypes, matched up to Nyquist. A prototype is a chain of second-order
 * sections in s; its poles and zeros go to z = exp(s) (the matched z-transform), and what is then
 * left between the two magnitudes, one smooth curve for any number of sections, is taken up by one
 * or two sections shared by all (LusterWarp). Frequencies in radians per frame. Pure functions, any
 * thread. */
#ifndef LUSTER_DSP_FILTER_DESIGN_H
#define LUSTER_DSP_FILTER_DESIGN_H

#include <stdint.h>

typedef enum {
    LUSTER_FILTER_BELL,
    LUSTER_FILTER_LOW_SHELF,
    LUSTER_FILTER_HIGH_SHELF,
    LUSTER_FILTER_TILT, /* -gain/2 at the bottom, +gain/2 at the top */
    LUSTER_FILTER_NOTCH,
    LUSTER_FILTER_BAND_PASS, /* 0 dB at its centre */
    LUSTER_FILTER_LOW_CUT,
    LUSTER_FILTER_HIGH_CUT
} LusterFilterType;

#define LUSTER_FILTER_MAX_SECTIONS 8 /* a cut of order 16: 96 dB/oct */

/** Ratio of two polynomials of degree 2, coefficients of rising powers. */
typedef struct LusterQuad {
    double num[3], den[3];
} LusterQuad;

/** What a filter is asked to be. */
typedef struct LusterFilterSpec {
    LusterFilterType type;
    double w0; /* centre, corner or middle of the slope, radians per frame; may exceed pi */
    double gain_db; /* bell, shelves, tilt */
    double q; /* cuts of order 2 and up: 1/sqrt(2) is Butterworth */
    int order; /* cuts only: 1 … 16, 6 dB per octave each */
} LusterFilterSpec;

/** The analogue prototype in s (radians per frame). Returns the number of sections, 1 … 8. */
int luster_filter_prototype(const LusterFilterSpec *spec,
                            LusterQuad sections[LUSTER_FILTER_MAX_SECTIONS]);

/** One section of a prototype as a digital section in q = (z - 1)/(z + 1), before the warp. */
LusterQuad luster_filter_match(const LusterQuad *analog);

/** |H|^2 of a prototype section at u = w^2. */
double luster_filter_analog_power(const LusterQuad *analog, double u);

/** H of a digital section at w radians per frame (0 … pi). */
void luster_filter_digital(const LusterQuad *digital, double w, double *re, double *im);

/* ---- the shared warp ---- */

#define LUSTER_WARP_POINTS 32
#define LUSTER_WARP_SECTIONS 2

/** |analogue|^2 / |digital|^2 of a chain at fixed frequencies up to 0.467 of the rate. */
typedef struct LusterWarp {
    double ratio[LUSTER_WARP_POINTS];
    double phi[LUSTER_WARP_POINTS], u[LUSTER_WARP_POINTS]; /* sin^2(w/2) and w^2 there */
} LusterWarp;

/** Once, before the first use; `clear` starts a new chain. */
void luster_warp_init(LusterWarp *warp);
void luster_warp_clear(LusterWarp *warp);

/** Adds a section and its match; `amount` 0 … 1 is how much of it is heard. */
void luster_warp_add(LusterWarp *warp, const LusterQuad *analog, const LusterQuad *digital,
                     double amount);

/** How far the ratio is from flat, as a relative difference of power. */
double luster_warp_size(const LusterWarp *warp);

/** The best `n_sections` (1 or 2) digital sections; minimum phase, fixed poles. Returns the largest
 * relative difference of power that is left. */
double luster_warp_fit(const LusterWarp *warp, int n_sections, LusterQuad *sections);

#endif
