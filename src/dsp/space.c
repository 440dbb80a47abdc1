/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A feedback delay network (Jot & Chaigne, AES 90, 1991) mixed by a Hadamard matrix. Its diffuser
 * is three steps of 16 delays and a Hadamard each: 4096 echoes, no colour. Movement turns pairs of
 * lines into each other by slow angles, a lossless time-varying matrix (Schlecht & Habets, JASA
 * 138, 2015): decay stays exact, no line changes length, no pitch wobbles. What is heard are the
 * lines before they are mixed, so the sound builds up as they answer, and a share of the diffuser,
 * by which the space answers at once. */
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
#define FADE_MS 50.0 /* from one shape into another */
#define DECAY_MS 200.0 /* from one decay into another: the whole tail turns down or up with it */
#define TEXTURE_MS 100.0 /* moves of the diffuser and of movement: they turn whole phases */

/* ---- building ------------------------------------------------------------------------------- */

/* Size stretches the box as a whole, the network by its root: small ones would have too few modes,
 * large ones too few echoes. */
static double stretch(double size)
{
    return sqrt(size);
}

bool luster_space_open(LusterSpace *space, LusterArena *arena, double rate_hz, uint32_t n_channels,
                       const LusterShapeLimits *limits)
{
    space->rate_hz = rate_hz;
    space->n_channels = n_channels;
    const double times = stretch(limits->size), spread_ms = limits->spread_ms * times;
    const uint32_t widest = luster_ms_to_frames(spread_ms, space->rate_hz) + RUN + 1;
    const double ratio = luster_pow(limits->longest_ms / limits->shortest_ms, 1.0 / (LINES - 1));
    double length_ms = limits->shortest_ms * times;
    bool ok = true;
    for (uint32_t i = 0; i < LINES; i++, length_ms *= ratio) {
        /* primes lie less than a hundred frames apart in this range; 16 of them may be pushed on */
        const uint32_t longest = luster_ms_to_frames(length_ms, space->rate_hz) + 1000;
        ok = ok && luster_ring_open(&space->line[i], arena, longest) &&
             luster_ring_open(&space->step[0][i], arena, widest) &&
             luster_ring_open(&space->step[1][i], arena, widest);
    }
    const double early_ms = limits->early_ms * limits->size;
    const double reach_ms = early_ms > spread_ms ? early_ms : spread_ms;
    for (uint32_t c = 0; c < n_channels; c++)
        ok = ok && luster_ring_open(&space->input[c], arena,
                                    luster_ms_to_frames(reach_ms, space->rate_hz) + 2 * RUN);
    return ok;
}

/* x0 x1 + x2 x3 over the four bits of a line's number: a bent function. Its signs have equal parts
 * in all 16 rows of the Hadamard matrix, so an output hears all lines, before and after mixing. */
static float bent_sign(uint32_t line)
{
    return ((line & line >> 1 & 1) ^ (line >> 2 & line >> 3 & 1)) ? -1.0f : 1.0f;
}

static void start_movement(LusterSpace *space)
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

void luster_space_reset(LusterSpace *space)
{
    for (uint32_t i = 0; i < LINES; i++) {
        luster_ring_clear(&space->line[i]);
        luster_ring_clear(&space->step[0][i]);
        luster_ring_clear(&space->step[1][i]);
        space->taps[i] = bent_sign(i);
        space->inject[i] = space->taps[i] * (float)sqrt((double)space->n_channels / LINES);
    }
    for (uint32_t c = 0; c < space->n_channels; c++)
        luster_ring_clear(&space->input[c]);
    memset(space->filters, 0, sizeof space->filters);
    memset(space->lines, 0, sizeof space->lines);
    memset(space->feed, 0, sizeof space->feed);
    memset(space->wrap, 0, sizeof space->wrap);
    memset(space->early, 0, sizeof space->early);
    memset(space->fade, 0, sizeof space->fade);
    memset(space->early_state, 0, sizeof space->early_state);
    space->grid = space->fade_left = 0;
    space->started = space->decay_moves = space->coefs_move = false;
    luster_smooth_reset(&space->depth);
    luster_smooth_reset(&space->keep);
    luster_smooth_reset(&space->cross);
    luster_smooth_reset(&space->onset);
    for (int k = 0; k < 5; k++)
        luster_smooth_reset(&space->decay[k]);
    start_movement(space);
}

/* ---- shapes --------------------------------------------------------------------------------- */

static void lay_early(const LusterSpace *space, LusterLayout *to)
{
    const LusterShape *shape = space->shape;
    const double size = space->size;
    const LusterFdnBox box = {shape->box.width_m * size, shape->box.depth_m * size,
                              shape->box.height_m * size, shape->box.reflection};
    to->n_early = shape->early_gain > 0.0 ? space->n_channels * N_EARLY : 0;
    const double turn = 2.0 * LUSTER_PI * shape->early_hz / space->rate_hz;
    to->early_pole = (float)(1.0 - luster_exp(-turn));
    const uint32_t most = space->input[0].size - 2 * RUN;
    for (uint32_t side = 0; side < space->n_channels; side++) {
        double power = 0.0;
        LusterFdnTap taps[2][N_EARLY];
        for (uint32_t from = 0; from < space->n_channels; from++) {
            luster_fdn_early(&box, (int)from, (int)side, N_EARLY, taps[from]);
            for (int i = 0; i < N_EARLY; i++)
                power += taps[from][i].gain * taps[from][i].gain;
        }
        for (uint32_t i = 0; i < to->n_early; i++) {
            const LusterFdnTap *tap = &taps[i / N_EARLY][i % N_EARLY];
            const uint32_t delay = luster_ms_to_frames(1000.0 * tap->delay_s, space->rate_hz);
            to->early_delay[side][i] = delay < most ? delay : most;
            to->early_gain[side][i] = (float)(shape->early_gain * tap->gain / sqrt(power));
        }
    }
}

static void lay_out(LusterSpace *space, LusterLayout *to)
{
    space->shape = space->shape_want;
    space->size = space->size_want;
    const LusterShape *shape = space->shape;
    const double per_ms = space->rate_hz / 1000.0 * stretch(space->size);
    luster_fdn_lengths(shape->shortest_ms * per_ms, shape->longest_ms * per_ms, to->lengths);
    luster_fdn_spread(shape->spread_ms[0] * per_ms, 1, LINES, to->first);
    for (uint32_t s = 0; s < 2; s++)
        luster_fdn_spread(shape->spread_ms[1 + s] * per_ms, 2 + s, LINES, to->next[s]);
    to->max_run = to->lengths[0] < RUN ? to->lengths[0] : RUN;
    lay_early(space, to);
}

static uint32_t grid_steps(const LusterSpace *space, double ms)
{
    return (luster_ms_to_frames(ms, space->rate_hz) + RUN - 1) / RUN;
}

/* Every delay begins to fade over into its new length. */
static void start_fade(LusterSpace *space)
{
    lay_out(space, &space->to);
    space->fade_left = space->fade_frames;
    luster_smooth_set(&space->onset, space->shape->onset, grid_steps(space, FADE_MS));
    space->decay_moves = true;
}

static bool shape_waits(const LusterSpace *space)
{
    return space->shape != space->shape_want || space->size != space->size_want;
}

void luster_space_shape(LusterSpace *space, const LusterShape *shape, double size)
{
    space->shape_want = shape;
    space->size_want = size;
    if (!space->started) {
        space->fade_frames = luster_ms_to_frames(FADE_MS, space->rate_hz);
        lay_out(space, &space->now);
        luster_smooth_set(&space->onset, shape->onset, 0);
    } else if (!space->fade_left && shape_waits(space)) {
        start_fade(space);
    }
}

static void advance_fade(LusterSpace *space, uint32_t n)
{
    if (!space->fade_left || (space->fade_left -= n) > 0)
        return;
    space->now = space->to;
    if (shape_waits(space))
        start_fade(space);
}

/* ---- values --------------------------------------------------------------------------------- */

double luster_space_late_gain(const LusterSpace *space, const LusterShape *shape, double size,
                              double decay_s)
{
    const double ratio = luster_pow(shape->longest_ms / shape->shortest_ms, 1.0 / (LINES - 1));
    double length_s = shape->shortest_ms / 1000.0 * stretch(size);
    double kept = 0.0; /* energy left after one trip, on average */
    for (uint32_t i = 0; i < LINES; i++, length_s *= ratio)
        kept += luster_db_to_gain(-120.0 * length_s / decay_s) / LINES;
    const double energy = kept / (1.0 - kept) + shape->onset * shape->onset;
    return 1.0 / sqrt(energy * space->n_channels);
}

/* Filters for the decay of now; a share of every line already has its new length. */
static void absorb(const LusterSpace *space, float *coefs, double share)
{
    double v[5], lengths[LINES];
    for (int k = 0; k < 5; k++)
        v[k] = luster_exp(space->decay[k].value);
    for (int i = 0; i < LINES; i++) {
        const double now = space->now.lengths[i];
        lengths[i] = now + share * (space->fade_left ? space->to.lengths[i] - now : 0.0);
    }
    luster_fdn_absorb(&(LusterFdnDecay){v[0], v[1], v[2], v[3], v[4]}, lengths, space->rate_hz,
                      coefs);
}

void luster_space_decay(LusterSpace *space, const LusterFdnDecay *decay)
{
    const double to[5] = {decay->mid_s, decay->low, decay->low_hz, decay->high, decay->high_hz};
    const uint32_t steps = grid_steps(space, DECAY_MS);
    for (int k = 0; k < 5; k++)
        luster_smooth_set(&space->decay[k], luster_log(to[k]), steps);
    if (!space->started)
        absorb(space, &space->coefs[0][0], 0.0);
    space->decay_moves = space->decay_moves || space->started;
}

/* The filters' way through this grid step. */
static void move_decay(LusterSpace *space)
{
    if (space->coefs_move)
        memcpy(space->coefs, space->coefs_to, sizeof space->coefs);
    space->coefs_move = space->decay_moves;
    if (!space->decay_moves)
        return;
    space->decay_moves = space->fade_left > 0;
    for (int k = 0; k < 5; k++) {
        (void)luster_smooth_next(&space->decay[k]);
        space->decay_moves = space->decay_moves || luster_smooth_moving(&space->decay[k]);
    }
    float end = 1.0f;
    if (space->fade_left > RUN)
        luster_ring_fade(&end, space->fade_left - RUN, space->fade_frames, 1);
    absorb(space, &space->coefs_to[0][0], end);
    for (int i = 0; i < LUSTER_FDN_COEFS * LINES; i++)
        (&space->coef_steps[0][0])[i] =
            ((&space->coefs_to[0][0])[i] - (&space->coefs[0][0])[i]) / RUN;
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

void luster_space_texture(LusterSpace *space, double diffusion, double movement)
{
    const uint32_t steps = grid_steps(space, TEXTURE_MS);
    const double angle = diffusion * (LUSTER_PI / 2);
    luster_smooth_set(&space->keep, diffusion >= 1.0 ? 0.0 : luster_cos(angle), steps);
    luster_smooth_set(&space->cross, luster_sin(angle), steps);
    luster_smooth_set(&space->depth, movement * FULL_TURN, steps);
    for (uint32_t k = 0; !space->started && k < LUSTER_SPACE_TURNS; k++)
        move(space, k);
    space->started = true;
}

/* ---- sound ---------------------------------------------------------------------------------- */

static float snap(float x)
{
    return fabsf(x) < (float)LUSTER_TINY ? 0.0f : x;
}

/* Angles of this grid step, from where they are to where they will be, and the diffuser's mix. */
static void start_grid(LusterSpace *space)
{
    move_decay(space);
    (void)luster_smooth_next(&space->depth);
    for (uint32_t k = 0; k < LUSTER_SPACE_TURNS; k++) {
        const double c = space->at[k][0], s = space->at[k][1];
        move(space, k);
        space->turn[0][k] = (float)c;
        space->turn[1][k] = (float)s;
        space->turn[2][k] = (float)((space->at[k][0] - c) / RUN);
        space->turn[3][k] = (float)((space->at[k][1] - s) / RUN);
    }
    const double onset = luster_smooth_next(&space->onset);
    space->taps[LINES] = (float)onset;
    space->taps[LINES + 1] = (float)((space->onset.value - onset) / RUN);
    const double keep = luster_smooth_next(&space->keep);
    const double cross = luster_smooth_next(&space->cross);
    space->spread[0] = (float)keep;
    space->spread[1] = (float)cross;
    space->spread[2] = (float)((space->keep.value - keep) / RUN);
    space->spread[3] = (float)((space->cross.value - cross) / RUN);
    for (int i = 0; i < 4 * LINES; i++)
        space->filters[i / LINES][i % LINES] = snap(space->filters[i / LINES][i % LINES]);
    for (uint32_t c = 0; c < space->n_channels; c++)
        space->early_state[c] = snap(space->early_state[c]);
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

/* What was written `now` frames ago, on its way to what was written `to` frames ago. */
static const float *faded(const LusterSpace *space, const LusterRing *ring, uint32_t now,
                          uint32_t to, float *spare, uint32_t n)
{
    const float *from = luster_ring_source(ring, now, spare, n);
    if (!space->fade_left || now == to)
        return from;
    float other[RUN];
    const float *next = luster_ring_source(ring, to, other, n);
    for (uint32_t i = 0; i < n; i++)
        spare[i] = from[i] + space->fade[i] * (next[i] - from[i]);
    return spare;
}

/* Reflections of one side by one layout. The input is contiguous: its ring's head is repeated. */
static void sum_early(const LusterSpace *space, const LusterKernels *kernels,
                      const LusterLayout *layout, uint32_t side, float *out, uint32_t n)
{
    const float *in[2 * N_EARLY];
    for (uint32_t i = 0; i < layout->n_early; i++) {
        const LusterRing *ring = &space->input[i / N_EARLY];
        in[i] = ring->data + luster_ring_place(ring, layout->early_delay[side][i] + n);
    }
    kernels->fdn_sum(out, in, layout->early_gain[side], layout->n_early, n);
}

/* The walls' loss: one pole; the sides together, for one waits while the other computes. */
static void soften_early(LusterSpace *space, uint32_t n)
{
    float keep[RUN], *left = space->early[0], *right = space->early[1];
    const float pole = space->now.early_pole;
    const float step = space->fade_left ? space->to.early_pole - pole : 0.0f;
    for (uint32_t i = 0; i < RUN; i++) { /* what lies behind n is never used */
        const float gain = pole + step * space->fade[i];
        keep[i] = 1.0f - gain;
        left[i] *= gain;
        right[i] *= gain;
    }
    float s0 = space->early_state[0], s1 = space->early_state[1];
    for (uint32_t i = 0; i < n; i++) {
        left[i] = s0 = keep[i] * s0 + left[i];
        right[i] = s1 = keep[i] * s1 + right[i];
    }
    space->early_state[0] = s0;
    space->early_state[1] = s1;
}

static void reflect(LusterSpace *space, const LusterKernels *kernels, uint32_t n)
{
    const LusterLayout *now = &space->now, *to = &space->to;
    for (uint32_t c = 0; c < space->n_channels; c++) {
        float *out = space->early[c], next[RUN];
        sum_early(space, kernels, now, c, out, n);
        if (space->fade_left)
            sum_early(space, kernels, to, c, next, n);
        for (uint32_t i = 0; space->fade_left && i < n; i++)
            out[i] += space->fade[i] * (next[i] - out[i]);
    }
    if (now->n_early || to->n_early)
        soften_early(space, n);
}

static void diffuse(LusterSpace *space, const LusterKernels *kernels, uint32_t n)
{
    const LusterLayout *now = &space->now, *to = &space->to;
    const float *in[LINES];
    float *out[LINES];
    for (uint32_t i = 0; i < LINES; i++) /* left feeds even lines, right odd ones */
        in[i] = faded(space, &space->input[i % space->n_channels], now->first[i] + n,
                      to->first[i] + n, space->wrap[i], n);
    for (uint32_t s = 0; s < 3; s++) {
        for (uint32_t i = 0; i < LINES; i++)
            out[i] =
                s < 2 ? luster_ring_target(&space->step[s][i], space->feed[i], n) : space->feed[i];
        kernels->fdn_spread(out, in, s ? NULL : space->inject, space->spread, space->grid, n);
        for (uint32_t i = 0; s < 2 && i < LINES; i++) {
            LusterRing *ring = &space->step[s][i];
            luster_ring_commit(ring, out[i], n);
            in[i] = faded(space, ring, now->next[s][i] + n, to->next[s][i] + n, space->wrap[i], n);
        }
    }
}

static void circulate(LusterSpace *space, const LusterKernels *kernels, uint32_t n)
{
    const float *in[LINES];
    float *out[LINES], *const heard[2] = {space->late[0], space->late[1]};
    for (uint32_t i = 0; i < LINES; i++) {
        in[i] = faded(space, &space->line[i], space->now.lengths[i], space->to.lengths[i],
                      space->wrap[i], n);
        out[i] = luster_ring_target(&space->line[i], space->wrap[i], n);
    }
    kernels->fdn_absorb(&space->lines[0][0], in, &space->coefs[0][0],
                        space->coefs_move ? &space->coef_steps[0][0] : NULL, &space->filters[0][0],
                        n);
    kernels->fdn_mix(out, heard, &space->lines[0][0], &space->feed[0][0], &space->turn[0][0],
                     space->taps, space->grid, n);
    for (uint32_t i = 0; i < LINES; i++)
        luster_ring_commit(&space->line[i], out[i], n);
}

uint32_t luster_space_room(const LusterSpace *space)
{
    uint32_t n = RUN - space->grid;
    n = n < space->now.max_run ? n : space->now.max_run;
    if (space->fade_left) {
        n = n < space->to.max_run ? n : space->to.max_run;
        n = n < space->fade_left ? n : space->fade_left;
    }
    return n;
}

void luster_space_run(LusterSpace *space, const float *const *in, uint32_t n)
{
    const LusterKernels *kernels = luster_kernels();
    if (space->grid == 0)
        start_grid(space);
    if (space->fade_left)
        luster_ring_fade(space->fade, space->fade_left, space->fade_frames, n);
    take_in(space, in, n);
    reflect(space, kernels, n);
    diffuse(space, kernels, n);
    circulate(space, kernels, n);
    space->grid = (space->grid + n) % RUN;
    advance_fade(space, n);
}
