/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A feedback delay network (Jot & Chaigne, AES 90, 1991) mixed by a Hadamard matrix. Its diffuser
 * is three steps of 16 delays and a Hadamard each: 4096 echoes, no colour. Movement turns pairs of
 * lines into each other by slow angles, a lossless time-varying matrix (Schlecht & Habets, JASA
 * 138, 2015): decay stays exact, no line changes length, no pitch wobbles. */
#include "dsp/space.h"

#include "base/math.h"
#include "base/silence.h"
#include "dsp/frames.h"

#include <math.h>
#include <string.h>

#define LINES LUSTER_FDN_LINES
#define RUN LUSTER_FDN_RUN
#define N_EARLY LUSTER_SPACE_EARLY
#define FULL_TURN 0.35 /* tan of half the widest angle of a turn, at full movement */

/* ---- rings ---------------------------------------------------------------------------------- */

bool luster_ring_open(LusterRing *ring, LusterArena *arena, uint32_t capacity)
{
    ring->data = luster_arena_array(arena, capacity + RUN, sizeof(float));
    ring->size = ring->capacity = capacity;
    ring->at = 0;
    return ring->data != NULL;
}

void luster_ring_clear(LusterRing *ring)
{
    memset(ring->data, 0, (ring->capacity + RUN) * sizeof(float));
    ring->at = 0;
}

static uint32_t place(const LusterRing *ring, uint32_t back)
{
    return ring->at >= back ? ring->at - back : ring->at + ring->size - back;
}

void luster_ring_read(const LusterRing *ring, uint32_t back, float *out, uint32_t n)
{
    const uint32_t from = place(ring, back);
    const uint32_t head = ring->size - from < n ? ring->size - from : n;
    memcpy(out, ring->data + from, head * sizeof(float));
    memcpy(out + head, ring->data, (n - head) * sizeof(float));
}

static void advance(LusterRing *ring, uint32_t n)
{
    ring->at = ring->at + n < ring->size ? ring->at + n : ring->at + n - ring->size;
}

void luster_ring_write(LusterRing *ring, const float *in, uint32_t n)
{
    const uint32_t head = ring->size - ring->at < n ? ring->size - ring->at : n;
    memcpy(ring->data + ring->at, in, head * sizeof(float));
    memcpy(ring->data, in + head, (n - head) * sizeof(float));
    advance(ring, n);
}

/* A run in place where it is contiguous, else a copy of it in `spare`. */
static const float *source(const LusterRing *ring, uint32_t back, float *spare, uint32_t n)
{
    const uint32_t from = place(ring, back);
    if (from + n <= ring->size)
        return ring->data + from;
    luster_ring_read(ring, back, spare, n);
    return spare;
}

/* Where a run may be written: in the ring if it fits as a whole, else in `spare`. */
static float *target(const LusterRing *ring, float *spare, uint32_t n)
{
    return n == RUN && ring->at + RUN <= ring->size ? ring->data + ring->at : spare;
}

static void commit(LusterRing *ring, const float *written, uint32_t n)
{
    if (written == ring->data + ring->at)
        advance(ring, n);
    else
        luster_ring_write(ring, written, n);
}

/* ---- building ------------------------------------------------------------------------------- */

bool luster_space_open(LusterSpace *space, LusterArena *arena, double rate_hz, uint32_t n_channels,
                       const LusterShapeLimits *limits)
{
    space->rate_hz = rate_hz;
    space->n_channels = n_channels;
    /* primes lie less than a hundred frames apart in this range; 16 of them may be pushed on */
    const uint32_t longest = luster_ms_to_frames(limits->longest_ms, space->rate_hz) + 1000;
    const uint32_t widest = luster_ms_to_frames(limits->spread_ms, space->rate_hz) + RUN + 1;
    bool ok = true;
    for (uint32_t i = 0; i < LINES; i++)
        ok = ok && luster_ring_open(&space->line[i], arena, longest) &&
             luster_ring_open(&space->step[0][i], arena, widest) &&
             luster_ring_open(&space->step[1][i], arena, widest);
    const double reach_ms =
        limits->early_ms > limits->spread_ms ? limits->early_ms : limits->spread_ms;
    for (uint32_t c = 0; c < n_channels; c++)
        ok = ok && luster_ring_open(&space->input[c], arena,
                                    luster_ms_to_frames(reach_ms, space->rate_hz) + 2 * RUN);
    return ok;
}

void luster_space_reset(LusterSpace *space)
{
    for (uint32_t i = 0; i < LINES; i++) {
        luster_ring_clear(&space->line[i]);
        luster_ring_clear(&space->step[0][i]);
        luster_ring_clear(&space->step[1][i]);
    }
    for (uint32_t c = 0; c < space->n_channels; c++)
        luster_ring_clear(&space->input[c]);
    memset(space->filters, 0, sizeof space->filters);
    memset(space->lines, 0, sizeof space->lines);
    memset(space->feed, 0, sizeof space->feed);
    memset(space->wrap, 0, sizeof space->wrap);
    space->grid = space->coefs_left = 0;
    space->started = false;
    luster_smooth_reset(&space->depth);
    luster_smooth_reset(&space->keep);
    luster_smooth_reset(&space->cross);
}

/* x0 x1 + x2 x3 over the four bits of a line's number: a bent function. Its signs have equal parts
 * in all 16 rows of the Hadamard matrix, so an output hears all lines, before and after mixing. */
static float bent_sign(uint32_t line)
{
    return ((line & line >> 1 & 1) ^ (line >> 2 & line >> 3 & 1)) ? -1.0f : 1.0f;
}

static void build_early(LusterSpace *space, const LusterShape *shape, double size)
{
    const LusterFdnBox box = {shape->box.width_m * size, shape->box.depth_m * size,
                              shape->box.height_m * size, shape->box.reflection};
    space->n_early = shape->early_gain > 0.0 ? space->n_channels * N_EARLY : 0;
    const uint32_t most = space->input[0].size - 2 * RUN;
    for (uint32_t side = 0; side < space->n_channels; side++) {
        double power = 0.0;
        LusterFdnTap taps[2][N_EARLY];
        for (uint32_t from = 0; from < space->n_channels; from++) {
            luster_fdn_early(&box, (int)from, (int)side, N_EARLY, taps[from]);
            for (int i = 0; i < N_EARLY; i++)
                power += taps[from][i].gain * taps[from][i].gain;
        }
        for (uint32_t i = 0; i < space->n_early; i++) {
            const LusterFdnTap *tap = &taps[i / N_EARLY][i % N_EARLY];
            const uint32_t delay = luster_ms_to_frames(1000.0 * tap->delay_s, space->rate_hz);
            space->early_delay[side][i] = delay < most ? delay : most;
            space->early_gain[side][i] = (float)(shape->early_gain * tap->gain / sqrt(power));
        }
    }
}

static void build_movement(LusterSpace *space)
{
    /* rates far from each other's multiples, slow enough to hear no beat */
    static const double hz[LUSTER_SPACE_TURNS] = {0.11, 0.17, 0.23, 0.31, 0.43, 0.59, 0.73, 0.97};
    for (uint32_t k = 0; k < LUSTER_SPACE_TURNS; k++) {
        const double step = 2.0 * LUSTER_PI * hz[k] * RUN / space->rate_hz;
        const double phase = 2.0 * LUSTER_PI * k * 0.381966; /* golden angle: well apart */
        space->lfo[k][0] = luster_cos(phase);
        space->lfo[k][1] = luster_sin(phase);
        space->lfo_step[k][0] = luster_cos(step);
        space->lfo_step[k][1] = luster_sin(step);
    }
}

void luster_space_build(LusterSpace *space, const LusterShape *shape, double size)
{
    const double per_ms = space->rate_hz / 1000.0 * size;
    luster_fdn_lengths(shape->shortest_ms * per_ms, shape->longest_ms * per_ms, space->lengths);
    luster_fdn_spread(shape->spread_ms[0] * per_ms, 1, LINES, space->first);
    for (uint32_t s = 0; s < 2; s++)
        luster_fdn_spread(shape->spread_ms[1 + s] * per_ms, 2 + s, LINES, space->next[s]);
    for (uint32_t i = 0; i < LINES; i++) {
        space->line[i].size = space->lengths[i];
        for (uint32_t s = 0; s < 2; s++)
            space->step[s][i].size = space->next[s][i] + RUN;
        const float sign = bent_sign(i);
        space->inject[i] = sign * (float)sqrt((double)space->n_channels / LINES);
        space->taps[0][i] = sign;
        space->taps[1][i] = i & 1 ? -sign : sign;
    }
    space->max_run = space->lengths[0] < RUN ? space->lengths[0] : RUN;
    build_early(space, shape, size);
    build_movement(space);
}

/* ---- values --------------------------------------------------------------------------------- */

double luster_space_late_gain(const LusterSpace *space, double decay_s)
{
    double kept = 0.0; /* energy left after one trip, on average */
    for (uint32_t i = 0; i < LINES; i++)
        kept += luster_db_to_gain(-120.0 * space->lengths[i] / (space->rate_hz * decay_s)) / LINES;
    return sqrt((1.0 - kept) / space->n_channels);
}

void luster_space_decay(LusterSpace *space, const LusterFdnDecay *decay, uint32_t n_frames)
{
    luster_fdn_absorb(decay, space->lengths, space->rate_hz, &space->coefs_to[0][0]);
    space->coefs_left = n_frames;
    if (n_frames == 0)
        memcpy(space->coefs, space->coefs_to, sizeof space->coefs);
    for (int k = 0; n_frames && k < LUSTER_FDN_COEFS; k++) {
        for (int i = 0; i < LINES; i++)
            space->coef_steps[k][i] =
                (space->coefs_to[k][i] - space->coefs[k][i]) / (float)n_frames;
    }
}

/* Angle k at the end of this grid step. */
static void move(LusterSpace *space, uint32_t k)
{
    double *lfo = space->lfo[k];
    const double *by = space->lfo_step[k];
    const double x = lfo[0] * by[0] - lfo[1] * by[1], y = lfo[1] * by[0] + lfo[0] * by[1];
    const double trim = 1.5 - 0.5 * (x * x + y * y); /* holds the circle over hours */
    lfo[0] = x * trim;
    lfo[1] = y * trim;
    /* the tangent of half an angle gives a cosine and a sine that are on the circle */
    const double t = space->depth.value * lfo[1], scale = 1.0 / (1.0 + t * t);
    space->at[k][0] = (1.0 - t * t) * scale;
    space->at[k][1] = 2.0 * t * scale;
}

void luster_space_texture(LusterSpace *space, double diffusion, double movement, uint32_t n_frames)
{
    const uint32_t steps = (n_frames + RUN - 1) / RUN;
    const double angle = diffusion * (LUSTER_PI / 2);
    luster_smooth_set(&space->keep, diffusion >= 1.0 ? 0.0 : luster_cos(angle), steps);
    luster_smooth_set(&space->cross, luster_sin(angle), steps);
    luster_smooth_set(&space->depth, movement * FULL_TURN, steps);
    for (uint32_t k = 0; !space->started && k < LUSTER_SPACE_TURNS; k++)
        move(space, k);
    space->started = true;
}

/* ---- sound ---------------------------------------------------------------------------------- */

/* Angles of this grid step, from where they are to where they will be, and the diffuser's mix. */
static void start_grid(LusterSpace *space)
{
    (void)luster_smooth_next(&space->depth);
    for (uint32_t k = 0; k < LUSTER_SPACE_TURNS; k++) {
        const double c = space->at[k][0], s = space->at[k][1];
        move(space, k);
        space->turn[0][k] = (float)c;
        space->turn[1][k] = (float)s;
        space->turn[2][k] = (float)((space->at[k][0] - c) / RUN);
        space->turn[3][k] = (float)((space->at[k][1] - s) / RUN);
    }
    const double keep = luster_smooth_next(&space->keep);
    const double cross = luster_smooth_next(&space->cross);
    space->spread[0] = (float)keep;
    space->spread[1] = (float)cross;
    space->spread[2] = (float)((space->keep.value - keep) / RUN);
    space->spread[3] = (float)((space->cross.value - cross) / RUN);
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < LINES; i++)
            space->filters[k][i] =
                fabsf(space->filters[k][i]) < (float)LUSTER_TINY ? 0.0f : space->filters[k][i];
    }
}

static void take_in(LusterSpace *space, const float *const *in, uint32_t n)
{
    for (uint32_t c = 0; c < space->n_channels; c++) {
        LusterRing *ring = &space->input[c];
        luster_ring_write(ring, in[c], n);
        if (ring->at < 2 * RUN) /* its head may be new: repeat it behind the end */
            memcpy(ring->data + ring->size, ring->data, RUN * sizeof(float));
    }
}

/* The input's last n frames, `delay` earlier; contiguous because the ring's head is repeated. */
static const float *input_run(const LusterSpace *space, uint32_t channel, uint32_t delay,
                              uint32_t n)
{
    const LusterRing *ring = &space->input[channel];
    return ring->data + place(ring, delay + n);
}

static void reflect(LusterSpace *space, const LusterKernels *kernels, uint32_t n)
{
    for (uint32_t c = 0; c < space->n_channels; c++) {
        const float *in[2 * N_EARLY];
        for (uint32_t i = 0; i < space->n_early; i++)
            in[i] = input_run(space, i / N_EARLY, space->early_delay[c][i], n);
        kernels->fdn_sum(space->early[c], in, space->early_gain[c], space->n_early, n);
    }
}

static void diffuse(LusterSpace *space, const LusterKernels *kernels, uint32_t n)
{
    const float *in[LINES];
    float *out[LINES];
    for (uint32_t i = 0; i < LINES; i++) /* left feeds even lines, right odd ones */
        in[i] = input_run(space, i % space->n_channels, space->first[i], n);
    for (uint32_t s = 0; s < 3; s++) {
        for (uint32_t i = 0; i < LINES; i++)
            out[i] = s < 2 ? target(&space->step[s][i], space->feed[i], n) : space->feed[i];
        kernels->fdn_spread(out, in, s ? NULL : space->inject, space->spread, space->grid, n);
        for (uint32_t i = 0; s < 2 && i < LINES; i++) {
            LusterRing *ring = &space->step[s][i];
            commit(ring, out[i], n);
            in[i] = source(ring, space->next[s][i] + n, space->wrap[i], n);
        }
    }
}

static void circulate(LusterSpace *space, const LusterKernels *kernels, uint32_t n)
{
    const float *in[LINES];
    float *out[LINES];
    for (uint32_t i = 0; i < LINES; i++) {
        in[i] = source(&space->line[i], 0, space->wrap[i], n);
        out[i] = target(&space->line[i], space->wrap[i], n);
    }
    kernels->fdn_absorb(&space->lines[0][0], in, &space->coefs[0][0],
                        space->coefs_left ? &space->coef_steps[0][0] : NULL, &space->filters[0][0],
                        n);
    if (space->coefs_left && (space->coefs_left -= n) == 0)
        memcpy(space->coefs, space->coefs_to, sizeof space->coefs);
    kernels->fdn_mix(out, &space->lines[0][0], &space->feed[0][0], &space->turn[0][0], space->grid,
                     n);
    for (uint32_t i = 0; i < LINES; i++) {
        commit(&space->line[i], out[i], n);
        in[i] = out[i];
    }
    for (uint32_t c = 0; c < space->n_channels; c++)
        kernels->fdn_sum(space->late[c], in, space->taps[c], LINES, n);
}

uint32_t luster_space_room(const LusterSpace *space)
{
    uint32_t n = RUN - space->grid;
    n = n < space->max_run ? n : space->max_run;
    return space->coefs_left && space->coefs_left < n ? space->coefs_left : n;
}

void luster_space_run(LusterSpace *space, const float *const *in, uint32_t n)
{
    const LusterKernels *kernels = luster_kernels();
    if (space->grid == 0)
        start_grid(space);
    take_in(space, in, n);
    reflect(space, kernels, n);
    diffuse(space, kernels, n);
    circulate(space, kernels, n);
    space->grid = (space->grid + n) % RUN;
}
