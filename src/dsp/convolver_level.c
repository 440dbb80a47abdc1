/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The phases of a job, each of `units` pieces of 64 points: for every input its transform, pass by
 * pass, into the ring of spectra; then for every set and output the products, each tile turned back
 * into rows at once, and the passes of the inverse. */
#include "dsp/convolver_level.h"

#include <string.h>

/* Costs of 64 points, in cycles as measured; only their relations matter. What is larger than a
 * cache is read and written from farther: spectra in a level-1, -2 or -3 cache or beyond all. */
#define COST_PASS 14
#define COST_ROWS 30
static const struct {
    size_t floats; /* of all spectra of the level, at most */
    uint32_t product; /* of one partition */
    uint32_t store; /* of a tile among the spectra */
} costs[] = {{1u << 17, 8, 0}, {1u << 22, 24, 90}, {SIZE_MAX, 40, 500}};

#define BIN_FLOATS LUSTER_ODD_BIN_FLOATS

typedef LusterConvolverLevel Level;

static size_t filter_floats(const Level *level)
{
    return (size_t)level->n_parts * level->size * 2;
}

bool luster_convolver_level_open(Level *level, LusterArena *arena)
{
    const size_t filter = filter_floats(level);
    const size_t n_results = (size_t)2 * level->n_sets * level->n_out * level->size;
    if (!luster_odd_fft_open(&level->fft, arena, level->size))
        return false;
    level->spectra = luster_arena_array(arena, filter * level->n_in, sizeof(float));
    level->work = luster_arena_array(arena, (size_t)2 * level->size, sizeof(float));
    level->results = luster_arena_array(arena, n_results, sizeof(float));
    if (!level->spectra || !level->work || !level->results)
        return false;
    for (uint32_t s = 0; s < level->n_sets; s++) {
        level->filters[s] = luster_arena_array(arena, filter * level->n_filters, sizeof(float));
        if (!level->filters[s])
            return false;
    }
    return true;
}

void luster_convolver_level_reset(Level *level)
{
    memset(level->spectra, 0, filter_floats(level) * level->n_in * sizeof(float));
    memset(level->results, 0,
           (size_t)2 * level->n_sets * level->n_out * level->size * sizeof(float));
    memset(level->used, 0, sizeof level->used);
    level->slot = level->phase = level->unit = 0;
    level->done = level->total = 0;
}

/* ---- filters -------------------------------------------------------------------------------- */

uint32_t luster_convolver_level_parts(const Level *level, uint32_t n_taps)
{
    if (n_taps <= level->first_tap)
        return 0;
    const uint32_t n = (n_taps - level->first_tap - 1) / level->size + 1;
    return n < level->n_parts ? n : level->n_parts;
}

uint64_t luster_convolver_level_prepare_cost(const Level *level)
{
    return (uint64_t)(level->fft.n_passes * COST_PASS + COST_ROWS) *
           luster_odd_fft_units(&level->fft);
}

uint64_t luster_convolver_level_prepare(Level *level, uint32_t set, uint32_t filter, uint32_t part,
                                        const float *taps, uint32_t n_taps, float *room)
{
    const uint32_t size = level->size, from = level->first_tap + part * size;
    const uint32_t n = n_taps - from < size ? n_taps - from : size;
    const float scale = 1.0f / (float)size; /* the inverse has none; a power of two is exact */
    float *re = room, *im = re + size, *scaled = im + size;
    for (uint32_t i = 0; i < n; i++)
        scaled[i] = taps[from + i] * scale;
    memset(scaled + n, 0, (size - n) * sizeof(float));
    memset(im, 0, size * sizeof(float));
    float *bins = level->filters[set] + filter_floats(level) * filter + (size_t)part * BIN_FLOATS;
    const LusterOddForward io = {scaled, im, re, im, bins, level->n_parts * BIN_FLOATS};
    for (uint32_t pass = 0; pass <= level->fft.n_passes; pass++)
        luster_odd_fft_forward(&level->fft, &io, pass, 0, luster_odd_fft_units(&level->fft));
    return luster_convolver_level_prepare_cost(level);
}

/* ---- jobs ----------------------------------------------------------------------------------- */

/* What phase `phase` is: the forward pass of an input, or the products or inverse pass (1 …) for a
 * set and an output. */
typedef struct Phase {
    bool forward;
    uint32_t pass, channel, set;
} Phase;

static uint32_t n_phases(const Level *level)
{
    return (level->n_in + level->n_sets * level->n_out) * (level->fft.n_passes + 1);
}

static Phase phase_at(const Level *level, uint32_t at)
{
    const uint32_t passes = level->fft.n_passes + 1, channel = at / passes;
    if (channel < level->n_in)
        return (Phase){true, at % passes, channel, 0};
    const uint32_t later = channel - level->n_in;
    return (Phase){false, at % passes, later % level->n_out, later / level->n_out};
}

static uint32_t n_products(const Level *level, const Phase *phase)
{
    uint32_t n = 0;
    for (uint32_t i = 0; level->matrix && i < level->n_in; i++)
        n += level->used[phase->set][phase->channel * level->n_in + i];
    return level->matrix ? n : level->used[phase->set][phase->channel];
}

/* Cost of a unit of the phase; 0: there is nothing to do. */
static uint32_t unit_cost(const Level *level, const Phase *phase)
{
    const size_t floats = filter_floats(level) * (level->n_in + level->n_filters);
    uint32_t far = 0;
    while (floats > costs[far].floats)
        far++;
    if (phase->forward)
        return phase->pass == level->fft.n_passes ? COST_ROWS + costs[far].store : COST_PASS;
    if (!level->for_set[phase->set])
        return 0;
    return phase->pass ? COST_PASS : COST_ROWS + costs[far].product * n_products(level, phase);
}

static void multiply(const Level *level, float *sum, uint32_t tile, uint32_t in, uint32_t filter,
                     uint32_t set)
{
    const size_t at = (size_t)tile * level->n_parts * BIN_FLOATS;
    const float *x = level->spectra + filter_floats(level) * in + at;
    const float *h = level->filters[set] + filter_floats(level) * filter + at;
    const uint32_t used = level->used[set][filter], left = level->n_parts - level->slot;
    const uint32_t n = used < left ? used : left;
    const LusterKernels *kernels = luster_kernels();
    kernels->spectra_mac(sum, x + (size_t)level->slot * BIN_FLOATS, h, n);
    kernels->spectra_mac(sum, x, h + (size_t)n * BIN_FLOATS, used - n);
}

static void do_products(Level *level, const Phase *phase, const LusterOddInverse *io, uint32_t from,
                        uint32_t to)
{
    for (uint32_t tile = from; tile < to; tile++) {
        float sum[BIN_FLOATS] __attribute__((aligned(64))) = {0};
        if (level->matrix) {
            for (uint32_t i = 0; i < level->n_in; i++)
                multiply(level, sum, tile, i, phase->channel * level->n_in + i, phase->set);
        } else {
            multiply(level, sum, tile, phase->channel, phase->channel, phase->set);
        }
        luster_odd_fft_tile(&level->fft, io, tile, sum);
    }
}

static void do_phase(Level *level, const Phase *phase, uint32_t from, uint32_t to)
{
    float *re = level->work, *im = re + level->size;
    if (phase->forward) {
        float *bins = level->spectra + filter_floats(level) * phase->channel +
                      (size_t)level->slot * BIN_FLOATS;
        const LusterOddForward io = {
            level->blocks[phase->channel][0], level->blocks[phase->channel][1], re, im, bins,
            level->n_parts * BIN_FLOATS};
        luster_odd_fft_forward(&level->fft, &io, phase->pass, from, to);
        return;
    }
    /* the second half of the samples is free of what wrapped round */
    float *result = level->results +
                    (luster_convolver_level_result(level, level->half, phase->set, phase->channel) -
                     level->results);
    const LusterOddInverse io = {re, im, re, result};
    if (phase->pass == 0)
        do_products(level, phase, &io, from, to);
    else
        luster_odd_fft_inverse(&level->fft, &io, phase->pass, from, to);
}

void luster_convolver_level_start(Level *level, const float *const blocks[2][2],
                                  const bool for_set[LUSTER_CONVOLVER_SETS], uint32_t half)
{
    memcpy(level->blocks, blocks, sizeof level->blocks);
    memcpy(level->for_set, for_set, sizeof level->for_set);
    level->half = half;
    level->slot = (level->slot ? level->slot : level->n_parts) - 1;
    level->phase = level->unit = 0;
    level->done = level->total = 0;
    for (uint32_t p = 0; p < n_phases(level); p++) {
        const Phase phase = phase_at(level, p);
        level->total += (uint64_t)unit_cost(level, &phase) * luster_odd_fft_units(&level->fft);
    }
}

uint64_t luster_convolver_level_run(Level *level, uint32_t share, uint32_t n_shares)
{
    const uint64_t before = level->done, target = level->total * share / n_shares;
    const uint32_t units = luster_odd_fft_units(&level->fft);
    while (level->done < target) {
        const Phase phase = phase_at(level, level->phase);
        const uint32_t cost = unit_cost(level, &phase);
        if (cost) {
            const uint64_t want = (target - level->done + cost - 1) / cost;
            const uint32_t left = units - level->unit, n = want < left ? (uint32_t)want : left;
            do_phase(level, &phase, level->unit, level->unit + n);
            level->done += (uint64_t)n * cost;
            level->unit += n;
        }
        if (!cost || level->unit == units) {
            level->unit = 0;
            level->phase++;
        }
    }
    return level->done - before;
}
