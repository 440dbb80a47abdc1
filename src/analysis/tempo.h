/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Tempo, beats and bars from attack strengths. No tempo is an answer: free playing, pads and speech
 * get none. */
#ifndef LUSTER_ANALYSIS_TEMPO_H
#define LUSTER_ANALYSIS_TEMPO_H

#include <stdbool.h>
#include <stdint.h>

/** Strengths per LUSTER_ONSET_STEP_S, on any one scale; all [n]. */
typedef struct LusterTempoCues {
    const float *onset; /* attacks of everything that tells time */
    const float *low; /* of kicks and the bass, or NULL */
    const float *back; /* of snares and claps, or NULL */
    const float *change; /* of the harmony, or NULL */
    uint32_t n;
} LusterTempoCues;

typedef struct LusterTempo {
    double bpm; /* quarter notes a minute (where drums tell them), of the median beat; 0: none */
    double confidence; /* 0 ... 1; no tempo is given under LUSTER_TEMPO_SURE */
    bool steady; /* one unchanging grid fits, as after a click */
    double drift; /* range of the local tempo (p10 ... p90) re the median, 0.05 = 5 % */
    float *beats_s; /* [n_beats] */
    uint32_t n_beats;
    uint32_t beats_per_bar; /* 3 or 4; 0: not evident */
    uint32_t downbeat; /* index of the first beat that begins a bar */
    double bar_confidence; /* 0 ... 1, of where the bars begin */
} LusterTempo;

#define LUSTER_TEMPO_SURE 0.35
#define LUSTER_TEMPO_MIN_BPM 40.0
#define LUSTER_TEMPO_MAX_BPM 240.0

/** False when memory is out. Release with luster_tempo_clear. */
bool luster_tempo_find(const LusterTempoCues *cues, LusterTempo *out);
void luster_tempo_clear(LusterTempo *tempo);

/* Parts, private to src/analysis. */

#define TEMPO_FRAME_S 0.01 /* of the envelopes */

/** Beats of an envelope by dynamic programming (Ellis 2007): period_s[n] is the local beat. Returns
 * how many went into beats_s (room for n). beats.c */
uint32_t luster_beats_track(const float *envelope, const float *period_s, uint32_t n,
                            float *beats_s, bool *no_memory);

/** The unchanging grid near *period_s that catches most of the envelope: its period and first beat,
 * and the envelope's sum over it. beat_grid.c */
double luster_beats_grid(const float *envelope, uint32_t n, double *period_s, double *first_s);

/** Metre and first beat of a bar; false when memory is out. bars.c */
bool luster_bars_find(const LusterTempoCues *cues, LusterTempo *tempo);

#endif
