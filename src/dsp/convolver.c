/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The direct taps, the levels (convolver_level.h) and the clock: every 64 frames each level does
 * its share of its job. A level's job has until the next block is complete and is heard in the
 * block after that, so its taps begin at twice its size, less the latency. (The first level of a
 * convolver without latency is done at once, so its taps begin at its size.) */
#include "dsp/convolver.h"

#include "dsp/convolver_level.h"
#include "simd/kernels.h"

#include <string.h>

#define STEP LUSTER_CONVOLVER_STEP
#define SUMS (STEP + LUSTER_LANES)
#define MAX_CHANNELS 2
#define MAX_LEVELS 6
#define MAX_SIZE 65536 /* frames of the largest partition: its work still fits a level-2 cache */
#define TAPS_PER_SIZE 8 /* filters of more than this many partitions are worth a larger one */
#define COST_DIRECT 4 /* of one tap over 64 frames, as in convolver_level.c */
#define TINY 1e-25f /* below this is silence: no denormals */

typedef LusterConvolverLevel Level;

typedef enum { RESTING, PREPARING, WAITING } Move;

struct LusterConvolver {
    LusterConvolverSetup setup;
    uint32_t n_filters, n_sets, n_levels, n_direct;
    Level levels[MAX_LEVELS];
    float *direct[LUSTER_CONVOLVER_SETS]; /* [n_filters][n_direct] */
    float *ring[MAX_CHANNELS]; /* the input, with the last STEP frames once more before it */
    uint32_t ring_size;
    float *sums; /* [n_sets][n_out][SUMS] */
    uint64_t frame, work;

    Move move;
    uint32_t set; /* in use, or faded from */
    float *taps[LUSTER_CONVOLVER_FILTERS]; /* that a move goes to */
    uint32_t n_taps[LUSTER_CONVOLVER_FILTERS];
    uint32_t at_level, at_filter, at_part; /* of the preparation */
    float *room; /* for it */
    uint64_t share; /* of its cost, each step */
    uint64_t fade_from, fade_to; /* frames, while WAITING */
};

/* ---- opening -------------------------------------------------------------------------------- */

/* Sizes and places of the levels. */
static void plan(LusterConvolver *c)
{
    const uint32_t latency = c->setup.latency, taps = c->setup.max_taps;
    uint32_t size = latency > 2 * STEP ? latency / 2 : STEP;
    c->n_direct = latency ? 0 : (taps < STEP ? taps : STEP);
    if (taps <= c->n_direct)
        return;
    Level *level = c->levels;
    *level = (Level){.size = size, .first_tap = c->n_direct, .at_once = latency < 2 * size};
    while (4 * size <= MAX_SIZE && level < c->levels + MAX_LEVELS - 1 &&
           taps > 4 * size * TAPS_PER_SIZE) {
        size *= 4;
        const uint32_t first = 2 * size - latency;
        level->n_parts = (first - level->first_tap) / level->size;
        *++level = (Level){.size = size, .first_tap = first};
    }
    level->n_parts = (taps - level->first_tap - 1) / level->size + 1;
    c->n_levels = (uint32_t)(level - c->levels) + 1;
}

static uint32_t largest_size(const LusterConvolver *c)
{
    return c->n_levels ? c->levels[c->n_levels - 1].size : STEP;
}

static bool open_levels(LusterConvolver *c, LusterArena *arena)
{
    for (Level *level = c->levels; level < c->levels + c->n_levels; level++) {
        level->n_in = c->setup.n_in;
        level->n_out = c->setup.n_out;
        level->matrix = c->setup.matrix;
        level->n_filters = c->n_filters;
        level->n_sets = c->n_sets;
        if (!luster_convolver_level_open(level, arena))
            return false;
    }
    return true;
}

static bool open_buffers(LusterConvolver *c, LusterArena *arena)
{
    c->ring_size = 4 * largest_size(c); /* two blocks to read, one that comes in; a power of two */
    c->sums = luster_arena_array(arena, (size_t)c->n_sets * c->setup.n_out * SUMS, sizeof(float));
    c->room = luster_arena_array(arena, (size_t)3 * largest_size(c), sizeof(float));
    bool ok = c->sums && c->room;
    for (uint32_t i = 0; i < c->setup.n_in; i++) {
        float *ring = luster_arena_array(arena, STEP + c->ring_size + LUSTER_LANES, sizeof(float));
        c->ring[i] = ring ? ring + STEP : NULL;
        ok = ok && ring;
    }
    for (uint32_t s = 0; s < c->n_sets; s++) {
        c->direct[s] = luster_arena_array(arena, (size_t)c->n_filters * STEP, sizeof(float));
        ok = ok && c->direct[s];
    }
    for (uint32_t f = 0; c->setup.fade_frames && f < c->n_filters; f++) {
        c->taps[f] = luster_arena_array(arena, c->setup.max_taps, sizeof(float));
        ok = ok && c->taps[f];
    }
    return ok;
}

LusterConvolver *luster_convolver_open(LusterArena *arena, const LusterConvolverSetup *setup)
{
    LusterConvolver *c = luster_arena_alloc(arena, sizeof *c);
    if (!c)
        return NULL;
    c->setup = *setup;
    c->n_filters = setup->matrix ? setup->n_in * setup->n_out : setup->n_out;
    c->n_sets = setup->fade_frames ? 2 : 1;
    plan(c);
    return open_levels(c, arena) && open_buffers(c, arena) ? c : NULL;
}

uint32_t luster_convolver_n_filters(const LusterConvolver *c)
{
    return c->n_filters;
}

void luster_convolver_reset(LusterConvolver *c)
{
    for (uint32_t l = 0; l < c->n_levels; l++)
        luster_convolver_level_reset(&c->levels[l]);
    for (uint32_t i = 0; i < c->setup.n_in; i++)
        memset(c->ring[i] - STEP, 0, (STEP + c->ring_size + LUSTER_LANES) * sizeof(float));
    for (uint32_t s = 0; s < c->n_sets; s++)
        memset(c->direct[s], 0, (size_t)c->n_filters * STEP * sizeof(float));
    c->frame = c->work = 0;
    c->move = RESTING;
    c->set = 0;
}

uint64_t luster_convolver_work(const LusterConvolver *c)
{
    return c->work;
}

/* ---- filters -------------------------------------------------------------------------------- */

static void put_direct(LusterConvolver *c, uint32_t set, const float *const *taps,
                       const uint32_t *n_taps)
{
    for (uint32_t f = 0; f < c->n_filters; f++) {
        const uint32_t n = n_taps[f] < c->n_direct ? n_taps[f] : c->n_direct;
        float *direct = c->direct[set] + (size_t)f * STEP;
        memset(direct, 0, STEP * sizeof(float));
        memcpy(direct, taps[f], n * sizeof(float));
    }
    for (uint32_t l = 0; l < c->n_levels; l++) {
        for (uint32_t f = 0; f < c->n_filters; f++)
            c->levels[l].used[set][f] = luster_convolver_level_parts(&c->levels[l], n_taps[f]);
    }
}

void luster_convolver_load(LusterConvolver *c, const float *const *taps, const uint32_t *n_taps)
{
    put_direct(c, c->set, taps, n_taps);
    for (Level *level = c->levels; level < c->levels + c->n_levels; level++) {
        for (uint32_t f = 0; f < c->n_filters; f++) {
            for (uint32_t part = 0; part < level->used[c->set][f]; part++)
                luster_convolver_level_prepare(level, c->set, f, part, taps[f], n_taps[f], c->room);
        }
    }
    c->move = RESTING;
}

bool luster_convolver_ready(const LusterConvolver *c)
{
    return c->move == RESTING;
}

void luster_convolver_move(LusterConvolver *c, const float *const *taps, const uint32_t *n_taps)
{
    if (c->n_sets < 2 || c->move != RESTING)
        return;
    for (uint32_t f = 0; f < c->n_filters; f++) {
        c->n_taps[f] = n_taps[f];
        memcpy(c->taps[f], taps[f], n_taps[f] * sizeof(float));
    }
    put_direct(c, !c->set, (const float *const *)c->taps, n_taps);
    uint64_t cost = 0;
    for (uint32_t l = 0; l < c->n_levels; l++) {
        for (uint32_t f = 0; f < c->n_filters; f++)
            cost +=
                c->levels[l].used[!c->set][f] * luster_convolver_level_prepare_cost(&c->levels[l]);
    }
    c->share =
        cost / (2 * largest_size(c) / STEP) + 1; /* done in about two of the largest blocks */
    c->at_level = c->at_filter = c->at_part = 0;
    c->move = PREPARING;
}

/* The next partition of the preparation; its cost, or 0 when all are done. */
static uint64_t prepare_next(LusterConvolver *c)
{
    for (; c->at_level < c->n_levels; c->at_level++, c->at_filter = 0) {
        Level *level = &c->levels[c->at_level];
        for (; c->at_filter < c->n_filters; c->at_filter++, c->at_part = 0) {
            const uint32_t f = c->at_filter;
            if (c->at_part < level->used[!c->set][f])
                return luster_convolver_level_prepare(level, !c->set, f, c->at_part++, c->taps[f],
                                                      c->n_taps[f], c->room);
        }
    }
    return 0;
}

/* A fade begins and ends where a block of every size does, when all jobs heard in it have been for
 * both sets. */
static void advance_move(LusterConvolver *c)
{
    if (c->move == WAITING && c->frame >= c->fade_to) {
        c->set = !c->set;
        c->move = RESTING;
    } else if (c->move == PREPARING) {
        uint64_t cost = 1;
        for (uint64_t done = 0; cost && done < c->share; done += cost) {
            cost = prepare_next(c);
            c->work += cost;
        }
        if (cost)
            return;
        const uint32_t largest = largest_size(c);
        c->fade_from = (c->frame / largest + 2) * largest;
        c->fade_to =
            c->fade_from + (c->setup.fade_frames + largest - 1) / largest * (uint64_t)largest;
        c->move = WAITING;
    }
}

/* ---- running -------------------------------------------------------------------------------- */

static void start_job(LusterConvolver *c, Level *level)
{
    const uint32_t size = level->size, mask = c->ring_size - 1;
    const uint64_t heard_from = c->frame + (level->at_once ? 0 : size);
    const bool moving = c->move == WAITING;
    bool for_set[LUSTER_CONVOLVER_SETS] = {false, false};
    for_set[c->set] = !moving || heard_from < c->fade_to;
    for_set[!c->set] = moving && heard_from >= c->fade_from;
    const float *blocks[2][2] = {{NULL, NULL}, {NULL, NULL}};
    for (uint32_t i = 0; i < c->setup.n_in; i++) {
        blocks[i][0] = c->ring[i] + ((c->frame - 2 * size) & mask);
        blocks[i][1] = c->ring[i] + ((c->frame - size) & mask);
    }
    luster_convolver_level_start(level, (const float *const(*)[2])blocks, for_set,
                                 (uint32_t)(c->frame / size) & 1);
}

/* What is due every STEP frames. */
static void step(LusterConvolver *c)
{
    advance_move(c);
    for (Level *level = c->levels; level < c->levels + c->n_levels; level++) {
        if (c->frame % level->size == 0)
            start_job(c, level);
        const uint32_t n_shares = level->at_once ? 1 : level->size / STEP;
        const uint32_t share = (uint32_t)(c->frame / STEP) % n_shares + 1;
        c->work += luster_convolver_level_run(level, share, n_shares);
    }
}

/* n frames from c->frame on, within one step, of one set and output, onto `sum`. */
static void add_up(const LusterConvolver *c, uint32_t set, uint32_t out, float *sum, uint32_t n)
{
    const LusterKernels *kernels = luster_kernels();
    const uint32_t at = (uint32_t)c->frame & (c->ring_size - 1);
    memset(sum, 0, SUMS * sizeof(float));
    for (uint32_t i = 0; c->n_direct && i < c->setup.n_in; i++) {
        if (!c->setup.matrix && i != out)
            continue;
        const uint32_t f = c->setup.matrix ? out * c->setup.n_in + i : out;
        kernels->direct_fir(sum, c->ring[i] + at, c->direct[set] + (size_t)f * STEP, c->n_direct,
                            n);
    }
    for (uint32_t l = 0; l < c->n_levels; l++) {
        const Level *level = &c->levels[l];
        const uint64_t block = c->frame / level->size;
        const uint32_t half = (uint32_t)(level->at_once ? block : block + 1) & 1;
        const float *result = luster_convolver_level_result(level, half, set, out);
        kernels->mix_add(sum, result + c->frame % level->size, 1.0f, n);
    }
}

/* 0 … 1 with no jump in its first two derivatives, so that fades do not splatter. */
static double smooth_step(double x)
{
    return x * x * x * (x * (6.0 * x - 15.0) + 10.0);
}

static void fade(const LusterConvolver *c, float *sum, const float *to, uint32_t n)
{
    const double length = (double)(c->fade_to - c->fade_from);
    for (uint32_t i = 0; i < n; i++) {
        const double at = (double)(c->frame + i - c->fade_from) / length;
        sum[i] = (float)(sum[i] + smooth_step(at) * ((double)to[i] - sum[i]));
    }
}

static void hear(LusterConvolver *c, float *const *out, uint32_t from, uint32_t n)
{
    const bool fading = c->move == WAITING && c->frame >= c->fade_from;
    for (uint32_t o = 0; o < c->setup.n_out; o++) {
        float *sum = c->sums + (size_t)o * SUMS, *other = sum + (size_t)c->setup.n_out * SUMS;
        add_up(c, c->set, o, sum, n);
        if (fading) {
            add_up(c, !c->set, o, other, n);
            fade(c, sum, other, n);
        }
        for (uint32_t i = 0; i < n; i++)
            out[o][from + i] = sum[i] < TINY && sum[i] > -TINY ? 0.0f : sum[i];
    }
}

static void take_in(LusterConvolver *c, const float *const *in, uint32_t from, uint32_t n)
{
    const uint32_t at = (uint32_t)c->frame & (c->ring_size - 1);
    for (uint32_t i = 0; i < c->setup.n_in; i++) {
        float *to = c->ring[i] + at;
        for (uint32_t k = 0; k < n; k++) {
            const float x = in[i][from + k];
            to[k] = x < TINY && x > -TINY ? 0.0f : x;
        }
        if (at + n == c->ring_size)
            memcpy(c->ring[i] - STEP, c->ring[i] + c->ring_size - STEP, STEP * sizeof(float));
    }
}

void luster_convolver_process(LusterConvolver *c, const float *const *in, float *const *out,
                              uint32_t n)
{
    for (uint32_t from = 0; from < n;) {
        const uint32_t room = STEP - (uint32_t)(c->frame % STEP);
        const uint32_t part = n - from < room ? n - from : room;
        take_in(c, in, from, part);
        hear(c, out, from, part);
        c->work += (uint64_t)c->n_direct * c->n_filters * COST_DIRECT * part / STEP;
        c->frame += part;
        from += part;
        if (c->frame % STEP == 0)
            step(c);
    }
}
