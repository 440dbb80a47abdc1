/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Half-band cascade by Kaiser windows (Kaiser 1974). Stage s works from 2^(s-1) to 2^s times the
 * rate. Each phase is a buffer over frames; each buffer has its own origin, late by what the stages
 * up to its level look ahead, so that all places of taps are constant pointers, found once. */
#include "dsp/oversampler.h"

#include "dsp/true_peak.h"
#include "dsp/window.h"

#include "base/math.h"

#include <math.h>
#include <string.h>

#define CHUNK LUSTER_OVERSAMPLER_CHUNK
#define STAGES LUSTER_OVERSAMPLER_STAGES
#define PAD (2 * LUSTER_LANES) /* whole lanes may run over the end */
#define STOP_DB 128.0 /* design; 120 is promised, and short windows fall short of their formula */
#define PASS_HZ 20000.0 /* what must stay flat; of a lower rate, as much as of 44.1 kHz */
#define PASS_SHARE (PASS_HZ / 44100.0)

/* Taps on each side of a half-band from rate_hz * 2^(stage-1) to the double of it. */
static uint32_t n_taps(double rate_hz, uint32_t stage)
{
    const double pass = fmin(PASS_HZ, PASS_SHARE * rate_hz);
    const double width = 0.5 - 2.0 * pass / (rate_hz * (double)(1u << stage));
    const double length = (STOP_DB - 7.95) / (2.285 * 2.0 * LUSTER_PI * width) + 1.0; /* Kaiser */
    return (uint32_t)ceil((length + 1.0) / 4.0) + (stage > 1);
}

/* Frames that a stage looks ahead on either way. */
static uint32_t reach_of(double rate_hz, uint32_t stage)
{
    const uint32_t phases = 1u << (stage - 1);
    return (n_taps(rate_hz, stage) + phases - 1) / phases;
}

uint32_t luster_oversampler_stages(double rate_hz, double least_hz)
{
    uint32_t stages = 1;
    while (stages < STAGES && rate_hz * (double)(1u << stages) < least_hz)
        stages++;
    return stages;
}

uint32_t luster_oversampler_latency(double rate_hz, uint32_t n_stages)
{
    uint32_t sum = 0;
    for (uint32_t s = 1; s <= n_stages; s++)
        sum += 2 * reach_of(rate_hz, s);
    return sum;
}

/* ---- memory ---- */

/* Level of phase p of 2^n_stages: the stage that makes it. */
static uint32_t level_of(uint32_t p, uint32_t n_stages)
{
    uint32_t level = n_stages;
    for (; level > 0 && p % 2 == 0; p /= 2)
        level--;
    return level;
}

/* Frames of look-ahead from level `from` to level `to`. */
static uint32_t ahead(const LusterOversampler *over, uint32_t from, uint32_t to)
{
    uint32_t sum = 0;
    for (uint32_t s = from + 1; s <= to; s++)
        sum += over->reach[s];
    return sum;
}

/* How many past frames the buffers of each level must keep. */
static void find_pasts(LusterOversampler *over)
{
    const uint32_t top = over->n_stages;
    over->up_past[top] = LUSTER_LANES;
    for (uint32_t level = top; level-- > 0;) {
        uint32_t most = 0;
        for (uint32_t s = level + 1; s <= top; s++) {
            const uint32_t need = ahead(over, level, s) + over->reach[s] + over->up_past[s];
            most = need > most ? need : most;
        }
        over->up_past[level] = most;
    }
    for (uint32_t s = 1; s <= top; s++)
        over->down_past[s] = 2 * over->reach[s] + 1;
    over->down_past[0] = 0;
}

static float *take(LusterOversampler *over, uint32_t past)
{
    const uint32_t before = (past + LUSTER_LANES - 1) / LUSTER_LANES * LUSTER_LANES;
    float *buffer = over->room + over->room_used + before;
    over->room_used += before + CHUNK + PAD;
    return buffer;
}

static uint32_t room_needed(const LusterOversampler *over)
{
    const uint32_t top = over->n_stages, extra = CHUNK + PAD + LUSTER_LANES;
    uint32_t sum = over->up_past[0] + extra;
    for (uint32_t s = 1; s <= top; s++)
        sum += (1u << (s - 1)) * (over->up_past[s] + extra);
    for (uint32_t s = 0; s <= top; s++)
        sum += (1u << s) * (over->down_past[s] + extra);
    return sum;
}

bool luster_oversampler_open(LusterOversampler *over, LusterArena *arena, double rate_hz,
                             uint32_t max_stages)
{
    memset(over, 0, sizeof *over);
    over->rate_hz = rate_hz;
    uint32_t room = 0, taps = 0, places = 0;
    for (uint32_t s = 1; s <= max_stages; s++) {
        over->reach[s] = reach_of(rate_hz, s);
        over->n_stages = s;
        find_pasts(over);
        const uint32_t need = room_needed(over), n = n_taps(rate_hz, s);
        room = need > room ? need : room;
        taps += 4 * n;
        places += 6 * n << (s - 1);
    }
    over->room_size = room;
    over->room = luster_arena_array(arena, room, sizeof(float));
    over->taps = luster_arena_array(arena, taps, sizeof(float));
    over->at = luster_arena_array(arena, places, sizeof *over->at);
    return over->room && over->taps && over->at;
}

/* ---- design ---- */

/* A low-pass at a quarter of its rate, read half-way between samples: taps [n] of one side. */
static void design_between(float *taps, uint32_t n)
{
    double sum = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t k = 0; k < n; k++) {
            const double t = k + 0.5, x = 0.5 * LUSTER_PI * t;
            const double tap = luster_sin(x) / x * luster_window_kaiser(t / n, STOP_DB);
            if (pass)
                taps[k] = (float)(tap / sum);
            else
                sum += 2.0 * tap;
        }
    }
}

/* The place of sample `index` of level `level` of buffers made by `buffer_of`. */
static const float *place(const LusterOversampler *over, bool down, uint32_t level, int32_t index)
{
    const int32_t size = 1 << level;
    const int32_t frame = index >= 0 ? index / size : -((size - 1 - index) / size);
    const uint32_t phase = (uint32_t)(index - frame * size);
    if (down)
        return over->down[level][phase] + frame;
    const uint32_t p = phase << (over->n_stages - level);
    return over->up[p] + (int32_t)ahead(over, 0, level_of(p, over->n_stages)) + frame;
}

/* Finds the places of n taps: before[k] = first - step k, after[k] = second + step k. */
static LusterFirPairs pairs(LusterOversampler *over, bool down, uint32_t level, int32_t first,
                            int32_t second, int32_t step, int32_t origin, const float *taps,
                            uint32_t n)
{
    const float **before = over->at + over->n_at, **after = before + n;
    over->n_at += 2 * n;
    for (uint32_t k = 0; k < n; k++) {
        before[k] = place(over, down, level, first - step * (int32_t)k) - origin;
        after[k] = place(over, down, level, second + step * (int32_t)k) - origin;
    }
    return (LusterFirPairs){NULL, before, after, taps, n};
}

static void lay_out(LusterOversampler *over)
{
    const uint32_t top = over->n_stages, factor = 1u << top;
    over->room_used = 0;
    for (uint32_t p = 0; p < factor; p++)
        over->up[p] = take(over, over->up_past[level_of(p, top)]);
    for (uint32_t s = 0; s <= top; s++) {
        for (uint32_t q = 0; q < 1u << s; q++)
            over->down[s][q] = take(over, over->down_past[s]);
    }
    const int32_t lag = (int32_t)ahead(over, 0, top);
    for (uint32_t p = 0; p <= factor; p++)
        over->high[p] = place(over, false, top, (int32_t)p) - lag;
}

void luster_oversampler_start(LusterOversampler *over, uint32_t n_stages, bool between)
{
    memset(over->room, 0, over->room_size * sizeof(float));
    over->n_stages = n_stages;
    over->between = between;
    over->risen = over->stale = false;
    over->busy = 0;
    over->n_at = 0;
    over->latency = luster_oversampler_latency(over->rate_hz, n_stages);
    find_pasts(over);
    lay_out(over);
    float *taps = over->taps;
    double gain = 1.0;
    for (uint32_t s = 1; s <= n_stages; s++) {
        const uint32_t n = n_taps(over->rate_hz, s);
        float *half = taps + n, *middle = half + n;
        gain *= luster_true_peak_midpoint(taps, n, STOP_DB);
        for (uint32_t k = 0; k < n; k++)
            half[k] = 0.5f * taps[k];
        design_between(middle, 2 * n);
        const int32_t origin = (int32_t)ahead(over, 0, s);
        for (int32_t q = 1; q < 1 << s; q += 2)
            over->up_fir[q << (n_stages - s)] =
                pairs(over, false, s - 1, (q - 1) / 2, (q + 1) / 2, 1, origin, taps, n);
        const bool last = s == n_stages && between;
        for (int32_t m = 0; m < 1 << (s - 1); m++) {
            LusterFirPairs *fir = &over->down_fir[s][m];
            *fir = last ? pairs(over, true, s, 2 * m - 1, 2 * m, 1, (int32_t)over->reach[s], middle,
                                2 * n)
                        : pairs(over, true, s, 2 * m - 1, 2 * m + 1, 2, (int32_t)over->reach[s],
                                half, n);
            fir->centre = last ? NULL : place(over, true, s, 2 * m) - over->reach[s];
        }
        taps = middle + 2 * n;
    }
    over->gain = (float)(1.0001 * gain); /* for the roundings */
}

/* ---- sound ---- */

void luster_oversampler_up(LusterOversampler *over, uint32_t n)
{
    const LusterKernels *kernels = luster_kernels();
    for (uint32_t s = 1; s <= over->n_stages; s++) {
        const uint32_t step = 1u << (over->n_stages - s);
        const int32_t from = over->stale ? -(int32_t)over->up_past[s] : 0;
        for (uint32_t p = step; p < 1u << over->n_stages; p += 2 * step)
            kernels->fir_pairs(over->up[p], &over->up_fir[p], from, (int32_t)n);
    }
    over->risen = true;
}

static void shift(float *buffer, uint32_t past, uint32_t n)
{
    memmove(buffer - past, buffer - past + n, past * sizeof(float));
}

static void end_up(LusterOversampler *over, uint32_t n)
{
    for (uint32_t p = 0; p < 1u << over->n_stages; p++) {
        if (p == 0 || over->risen)
            shift(over->up[p], over->up_past[level_of(p, over->n_stages)], n);
    }
    over->stale = !over->risen;
    over->risen = false;
}

static void come_down(LusterOversampler *over, float *out, uint32_t n)
{
    const LusterKernels *kernels = luster_kernels();
    for (uint32_t s = over->n_stages; s > 0; s--) {
        for (uint32_t m = 0; m < 1u << (s - 1); m++)
            kernels->fir_pairs(over->down[s - 1][m], &over->down_fir[s][m], 0, (int32_t)n);
        for (uint32_t q = 0; q < 1u << s; q++)
            shift(over->down[s][q], over->down_past[s], n);
    }
    memcpy(out, over->down[0][0], n * sizeof(float));
}

void luster_oversampler_down(LusterOversampler *over, float *out, uint32_t n)
{
    come_down(over, out, n);
    end_up(over, n);
    over->busy = 2 * over->latency; /* more than the ways down keep */
}

bool luster_oversampler_rest(LusterOversampler *over, float *out, uint32_t n)
{
    const bool silent = over->busy == 0;
    if (!silent) {
        for (uint32_t p = 0; p < 1u << over->n_stages; p++)
            memset(over->down[over->n_stages][p], 0, (n + LUSTER_LANES) * sizeof(float));
        come_down(over, out, n);
        over->busy = over->busy > n ? over->busy - n : 0;
    }
    end_up(over, n);
    return silent;
}

float luster_oversampler_bound(const LusterOversampler *over, uint32_t n)
{
    const uint32_t past = over->up_past[0];
    float level[CHUNK], peak, top = 0.0f;
    const float *x = over->up[0] - past;
    for (uint32_t left = past + n; left > 0;) {
        const uint32_t part = left < CHUNK ? left : CHUNK;
        luster_kernels()->dyn_level(level, x, NULL, &peak, part);
        top = peak > top ? peak : top;
        x += part;
        left -= part;
    }
    return top * over->gain;
}
