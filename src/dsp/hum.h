/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Hum: a steady tone and its harmonics, found and played back to be taken away. Every two periods
 * each harmonic's amplitude and phase is looked at, and the looks of the last seconds are kept. The
 * phases of hum stand still, at one and the same frequency for all harmonics, while those of music
 * turn: that gives the frequency, and which harmonics are hum at all. The amplitude is the
 * geometric median of the looks (Weiszfeld's iteration), which the pauses of the music decide,
 * however loud the rest. */
#ifndef LUSTER_DSP_HUM_H
#define LUSTER_DSP_HUM_H

#include "base/arena.h"
#include "luster/processor.h"

#include <stdbool.h>
#include <stdint.h>

#define LUSTER_HUM_HARMONICS 40 /* a multiple of LUSTER_HUM_LANES */
#define LUSTER_HUM_LANES 8
#define LUSTER_HUM_LOOKS 150 /* remembered: 6 s at 50 Hz */
#define LUSTER_HUM_MAX_S 6.0
#define LUSTER_HUM_PEAKS 16 /* blocks, together longer than a period of the lowest frequency */

/** The looks at one harmonic, as if by an oscillator at the frequency asked for. */
typedef struct LusterHumLooks {
    float re[LUSTER_MAX_CHANNELS][LUSTER_HUM_LOOKS], im[LUSTER_MAX_CHANNELS][LUSTER_HUM_LOOKS];
    float phase_re[LUSTER_HUM_LOOKS], phase_im[LUSTER_HUM_LOOKS]; /* of both sides, length 1 */
} LusterHumLooks;

typedef struct LusterHum {
    double rate_hz;
    uint32_t n_channels;
    double asked_hz, search_hz, memory_s;
    double found_hz, freq_hz; /* found, and what is played on its way there */
    uint32_t n_harmonics, n_lanes; /* below Nyquist; the same in whole groups */
    uint32_t look_frames, at_look, ramp_left; /* frames */
    uint32_t ring_at, n_looks, since_search; /* place in the ring, how many are in it */
    bool valid[LUSTER_HUM_LOOKS]; /* those that heard silence do not count */
    double ahead; /* turns by which the oscillator is ahead of the frequency asked for */
    double look_ahead; /* that at the look's start */
    bool look_spoilt; /* there was silence in it */
    /* muted stretches */
    uint32_t block, at_block, peak_at;
    double peak_in, peak_hum, peaks_in[LUSTER_HUM_PEAKS], peaks_hum[LUSTER_HUM_PEAKS];
    bool silent; /* the hum is not in the input */
    double present; /* 0 … 1, smooth */
    /* by harmonic: oscillators, their turn per frame, sums of the look, amplitudes played */
    double zr[LUSTER_HUM_HARMONICS], zi[LUSTER_HUM_HARMONICS];
    double rr[LUSTER_HUM_HARMONICS], ri[LUSTER_HUM_HARMONICS];
    double sr[LUSTER_MAX_CHANNELS][LUSTER_HUM_HARMONICS];
    double si[LUSTER_MAX_CHANNELS][LUSTER_HUM_HARMONICS];
    double yr[LUSTER_MAX_CHANNELS][LUSTER_HUM_HARMONICS];
    double yi[LUSTER_MAX_CHANNELS][LUSTER_HUM_HARMONICS];
    double way_r[LUSTER_MAX_CHANNELS][LUSTER_HUM_HARMONICS]; /* of the ramp under way */
    double way_i[LUSTER_MAX_CHANNELS][LUSTER_HUM_HARMONICS];
    double best, best_of[LUSTER_MAX_CHANNELS][LUSTER_HUM_HARMONICS]; /* readings of late */
    double still[LUSTER_HUM_HARMONICS]; /* how still each stands, 0 … 1, smoothed */
    LusterHumLooks *looks; /* [LUSTER_HUM_HARMONICS] */
} LusterHum;

/** False when memory is out. */
bool luster_hum_open(LusterHum *hum, LusterArena *arena, double rate_hz, uint32_t n_channels);
void luster_hum_reset(LusterHum *hum);

/** Once after open or reset: what to look for. Harmonics above 0.48 of the rate are left out. */
void luster_hum_start(LusterHum *hum, double freq_hz, uint32_t n_harmonics);

/** The frequency may be off by `search_hz` (0: not at all); looks older than `memory_s` (at most
 * LUSTER_HUM_MAX_S) do not count. */
void luster_hum_set(LusterHum *hum, double search_hz, double memory_s);

/** The hum in n frames of in[n_channels][n], to out[n_channels][n]: subtract it. */
void luster_hum_run(LusterHum *hum, const double *const *in, double *const *out, uint32_t n);

/** Level of the hum as it is played now, dBFS of a sine (-200: none). */
double luster_hum_level_db(const LusterHum *hum);

#endif
