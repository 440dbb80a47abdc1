/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The work is done by the kernels, a chunk of rows at a time (simd/k_crossover.c); here is what
 * they are told, and the sections of linear phase. Of what is cut off a backward response, nothing
 * is missing in the sum. */
#include "dsp/crossover.h"

#include "base/math.h"
#include "base/silence.h"

#include <string.h>

#define CHUNK 128 /* frames: a chunk's rows stay in the first-level cache */
#define TIDY                                                                                       \
    1024 /* frames, a multiple of the chunk: how often states are looked at for silence            \
          */
#define MOVE_STEPS 4 /* 80 ms: a crossover turns the phase as it moves, unlike a gain (ours) */
#define ROOT_2 1.41421356237309504880

/* A section is as long as a period of the lowest frequency, nearly, and a response reaches into the
 * four before: a pole at f, sigma = 2 pi f / sqrt 2, makes exp(-17) = -148 dB of them. Short
 * sections lag less, long ones cost less. */
#define SECTION_PERIODS 0.96
#define REACH 4
#define RING (REACH + 2)

static uint32_t section_frames(double rate_hz, double lowest_hz)
{
    const uint32_t n = (uint32_t)(SECTION_PERIODS / lowest_hz * rate_hz + 0.5);
    return n ? n : 1;
}

uint32_t luster_crossover_latency(double rate_hz, double lowest_hz)
{
    return (REACH + 1) * section_frames(rate_hz, lowest_hz);
}

/* A Butterworth pole dies by 180 dB in 20.7 / sigma = 4.7 / f; poles of one place together take
 * longer. */
double luster_crossover_tail(uint32_t n_bands, double hz)
{
    return (5.0 + 2.0 * n_bands) / hz;
}

bool luster_crossover_open(LusterCrossover *crossover, LusterArena *arena, double rate_hz,
                           uint32_t n_channels, double lowest_hz)
{
    LusterCrossoverLinear *back = &crossover->back;
    crossover->rate_hz = rate_hz;
    crossover->n_channels = n_channels;
    crossover->rows = luster_arena_array(arena, CHUNK * LUSTER_BAND_LANES, sizeof(double));
    crossover->moves = luster_arena_array(arena, CHUNK * LUSTER_BAND_COEFS, sizeof(double));
    back->section = section_frames(rate_hz, lowest_hz);
    const size_t n = (size_t)RING * back->section;
    back->lows = luster_arena_array(arena, n * LUSTER_BAND_LANES, sizeof(double));
    back->coefs = luster_arena_array(arena, n * LUSTER_BAND_COEFS, sizeof(double));
    back->moved = luster_arena_array(arena, RING, sizeof(bool));
    back->sound[0] = luster_arena_array(arena, n, sizeof(float));
    back->sound[1] = luster_arena_array(arena, n, sizeof(float));
    return crossover->rows && crossover->moves && back->lows && back->coefs && back->moved &&
           back->sound[0] && back->sound[1];
}

void luster_crossover_reset(LusterCrossover *crossover)
{
    crossover->started = crossover->moving = false;
    crossover->frame = 0;
    memset(crossover->split, 0, sizeof crossover->split);
    for (int x = 0; x < LUSTER_CROSSOVERS_MAX; x++) {
        for (int k = 0; k < 3; k++)
            luster_smooth_reset(&crossover->coef[x][k]);
    }
}

static void start_linear(LusterCrossoverLinear *back)
{
    const size_t n = (size_t)RING * back->section;
    memset(&back->forward, 0, sizeof back->forward);
    memset(back->lows, 0, n * LUSTER_BAND_LANES * sizeof(double));
    memset(back->coefs, 0, n * LUSTER_BAND_COEFS * sizeof(double));
    memset(back->moved, 0, RING * sizeof(bool));
    memset(back->sound[0], 0, n * sizeof(float));
    memset(back->sound[1], 0, n * sizeof(float));
    back->at = back->index = 0;
}

static double *lows_of(const LusterCrossoverLinear *back, uint32_t section, uint32_t frame)
{
    return back->lows + ((size_t)section * back->section + frame) * LUSTER_BAND_LANES;
}

static double *coefs_of(const LusterCrossoverLinear *back, uint32_t section, uint32_t frame)
{
    return back->coefs + ((size_t)section * back->section + frame) * LUSTER_BAND_COEFS;
}

static void note_resting(const LusterCrossover *crossover, double *note)
{
    for (uint32_t x = 0; x < crossover->n_crossovers; x++)
        memcpy(note + (size_t)x * 3, crossover->split[x].b, 3 * sizeof(double));
}

static void aim(LusterSmooth *coef, double hz, double rate_hz, uint32_t n_frames)
{
    const double top = 0.49 * rate_hz; /* tan grows without bound at Nyquist */
    const double g = luster_tan(LUSTER_PI * (hz < top ? hz : top) / rate_hz);
    const double a1 = 1.0 / (1.0 + g * (g + ROOT_2));
    luster_smooth_set(&coef[0], 2.0 * a1 - 1.0, n_frames);
    luster_smooth_set(&coef[1], 2.0 * g * a1, n_frames);
    luster_smooth_set(&coef[2], 2.0 * g * g * a1, n_frames);
}

/* Hands resting coefficients to the kernels' structures. */
static void settle(LusterCrossover *crossover)
{
    for (uint32_t x = 0; x < crossover->n_crossovers; x++) {
        for (int k = 0; k < 3; k++) {
            const double b = crossover->coef[x][k].value;
            crossover->split[x].b[k] = b;
            for (uint32_t c = 0; c < crossover->n_channels; c++)
                crossover->back.forward.b[k][x * crossover->n_channels + c] = b;
        }
    }
}

void luster_crossover_set(LusterCrossover *crossover, uint32_t n_bands, bool linear,
                          const double *freqs_hz)
{
    const bool first = !crossover->started;
    const uint32_t n_frames = first ? 0 : MOVE_STEPS * luster_smooth_frames(crossover->rate_hz);
    if (first) {
        crossover->n_crossovers = n_bands - 1;
        crossover->linear = linear;
        if (linear)
            start_linear(&crossover->back);
    }
    double least = 0.0;
    for (uint32_t x = 0; x < crossover->n_crossovers; x++) {
        const double hz = freqs_hz[x] > least ? freqs_hz[x] : least;
        least = hz;
        if (!first && hz == crossover->freqs_hz[x])
            continue;
        crossover->freqs_hz[x] = hz;
        aim(crossover->coef[x], hz, crossover->rate_hz, n_frames);
        crossover->moving = crossover->moving || !first;
    }
    crossover->started = true;
    if (first)
        settle(crossover);
    for (uint32_t section = 0; section < RING && first && linear; section++)
        note_resting(crossover, coefs_of(&crossover->back, section, 0));
}

/* Coefficients of the next n frames into `moves`; false when all rest. */
static bool move(LusterCrossover *crossover, uint32_t n)
{
    if (!crossover->moving)
        return false;
    bool still = false;
    for (uint32_t x = 0; x < crossover->n_crossovers; x++) {
        for (int k = 0; k < 3; k++) {
            LusterSmooth *coef = &crossover->coef[x][k];
            for (uint32_t i = 0; i < n; i++)
                crossover->moves[i * LUSTER_BAND_COEFS + x * 3 + k] = luster_smooth_next(coef);
            still = still || luster_smooth_moving(coef);
        }
    }
    crossover->moving = still;
    if (!still)
        settle(crossover);
    return true;
}

static void tidy(double *state, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        state[i] = luster_snap(state[i]);
}

static void tidy_all(LusterCrossover *crossover)
{
    for (uint32_t x = 0; x < crossover->n_crossovers; x++) {
        LusterBandSplit *split = &crossover->split[x];
        tidy(split->s1, LUSTER_BAND_LANES);
        tidy(split->s2, LUSTER_BAND_LANES);
        tidy(split->t1, 2);
        tidy(split->t2, 2);
    }
    tidy(crossover->back.forward.s1, LUSTER_BAND_LANES);
    tidy(crossover->back.forward.s2, LUSTER_BAND_LANES);
}

/* ---- linear phase --------------------------------------------------------------------------- */

/* Notes the coefficients of the next n frames; `moves` NULL: they rest. */
static void note_coefs(LusterCrossover *crossover, const double *moves, uint32_t n)
{
    LusterCrossoverLinear *back = &crossover->back;
    const size_t row = LUSTER_BAND_COEFS * sizeof(double);
    bool *moved = &back->moved[back->index];
    if (back->at == 0)
        *moved = false;
    if (moves && !*moved) { /* until now it rested */
        *moved = true;
        for (uint32_t i = 1; i < back->at; i++)
            memcpy(coefs_of(back, back->index, i), coefs_of(back, back->index, 0), row);
    }
    for (uint32_t i = 0; i < n && (*moved || back->at + i == 0); i++) {
        double *note = coefs_of(back, back->index, back->at + i);
        if (moves)
            memcpy(note, moves + (size_t)i * LUSTER_BAND_COEFS, row);
        else
            note_resting(crossover, note);
    }
}

/* The section that is full runs backwards, on into those before it. */
static void run_backwards(LusterCrossover *crossover)
{
    LusterCrossoverLinear *back = &crossover->back;
    LusterBandLows *lows = &back->backward;
    const uint32_t last = back->section - 1, n_channels = crossover->n_channels;
    memset(lows, 0, sizeof *lows);
    for (uint32_t gone = 0; gone <= REACH; gone++) {
        const uint32_t index = (back->index + RING - gone) % RING;
        const double *still = coefs_of(back, index, 0);
        for (uint32_t lane = 0; lane < crossover->n_crossovers * n_channels; lane++) {
            for (uint32_t k = 0; k < 3; k++)
                lows->b[k][lane] = still[lane / n_channels * 3 + k];
        }
        const LusterBandRun run = {
            .in = gone ? NULL : lows_of(back, index, last),
            .out = lows_of(back, index, last),
            .moving = back->moved[index] ? coefs_of(back, index, last) : NULL,
            .step = -1,
            .add = gone > 0,
        };
        luster_kernels()->band_lows(lows, &run, crossover->n_crossovers, n_channels, back->section);
    }
    tidy(lows->s1, LUSTER_BAND_LANES);
}

/* Rows that hold the input in every lane become bands, late by the latency. */
static void run_linear(LusterCrossover *crossover, const double *moves, uint32_t n)
{
    LusterCrossoverLinear *back = &crossover->back;
    const uint32_t n_channels = crossover->n_channels,
                   n_lanes = crossover->n_crossovers * n_channels;
    const uint32_t oldest = (back->index + 1) % RING;
    note_coefs(crossover, moves, n);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t c = 0; c < n_channels; c++)
            back->sound[c][(size_t)back->index * back->section + back->at + i] =
                (float)crossover->rows[i * LUSTER_BAND_LANES + c];
    }
    const LusterBandRun run = {.in = crossover->rows,
                               .out = lows_of(back, back->index, back->at),
                               .moving = moves,
                               .step = 1};
    luster_kernels()->band_lows(&back->forward, &run, crossover->n_crossovers, n_channels, n);
    for (uint32_t i = 0; i < n; i++) {
        const double *low = lows_of(back, oldest, back->at + i);
        double *row = crossover->rows + (size_t)i * LUSTER_BAND_LANES;
        for (uint32_t lane = 0; lane < n_channels; lane++) {
            row[lane] = low[lane];
            row[n_lanes + lane] = back->sound[lane][(size_t)oldest * back->section + back->at + i] -
                                  low[n_lanes - n_channels + lane];
        }
        for (uint32_t lane = n_channels; lane < n_lanes; lane++)
            row[lane] = low[lane] - low[lane - n_channels];
    }
    back->at += n;
    if (back->at == back->section) {
        run_backwards(crossover);
        back->at = 0;
        back->index = oldest;
    }
}

/* ---- both ----------------------------------------------------------------------------------- */

static uint32_t room(const LusterCrossover *crossover)
{
    const uint32_t chunk = CHUNK - (uint32_t)(crossover->frame % CHUNK);
    if (!crossover->linear)
        return chunk;
    const uint32_t section = crossover->back.section - crossover->back.at;
    return section < chunk ? section : chunk;
}

void luster_crossover_run(LusterCrossover *crossover, const float *const *in, float *const *bands,
                          uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const uint32_t n_channels = crossover->n_channels;
    const uint32_t n_lanes = (crossover->n_crossovers + 1) * n_channels;
    for (uint32_t done = 0; done < n;) {
        const uint32_t left = n - done, most = room(crossover), part = left < most ? left : most;
        const double *moves = move(crossover, part) ? crossover->moves : NULL;
        k->band_load(crossover->rows, in[0] + done, n_channels == 2 ? in[1] + done : NULL,
                     crossover->linear ? n_lanes - n_channels : n_channels, part);
        if (crossover->linear)
            run_linear(crossover, moves, part);
        for (uint32_t x = 0; x < crossover->n_crossovers && !crossover->linear; x++)
            k->band_split(&crossover->split[x], crossover->rows, x, n_channels,
                          moves ? moves + (size_t)x * 3 : NULL, part);
        float *planes[LUSTER_BANDS_MAX * 2];
        for (uint32_t lane = 0; lane < n_lanes; lane++)
            planes[lane] = bands[lane] + done;
        k->band_store(planes, crossover->rows, n_lanes, part);
        crossover->frame += part;
        if (crossover->frame % TIDY == 0)
            tidy_all(crossover);
        done += part;
    }
}
