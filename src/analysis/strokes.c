/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Peaks per 5 ms behind the filters of a gate's key; a stroke begins where they stand 6 dB over the
 * 50 ms before and 3 dB over the step before, its peak is the highest of the next 30 ms. */
#include "analysis/strokes.h"

#include "base/arena.h"
#include "base/math.h"
#include "dsp/side_chain.h"
#include "luster/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 1024
#define NOTHING_DBFS -180.0
#define RISE_DB 6.0 /* over the lowest of BEFORE steps */
#define STEP_DB 3.0 /* over the step before */
#define BEFORE 10 /* steps: 50 ms */
#define LASTS 6 /* steps: 30 ms */
#define CREST_S 0.2 /* [GMR13] */

typedef struct {
    LusterSideChain side;
    LusterStrokes *out;
    uint32_t room, n_channels;
    uint64_t frame, end;
    double rate_hz, keep, peak_power, mean_power, sum_peak, sum_mean;
    float top, top_wide;
    float *wide; /* the same ahead of the filters */
    float data[2][BLOCK];
} Pass;

static bool end_step(Pass *p)
{
    LusterStrokes *s = p->out;
    if (s->n_steps == p->room) {
        const uint32_t room = p->room ? 2 * p->room : 4096;
        float *more = realloc(s->peak, room * sizeof *more);
        if (more)
            s->peak = more;
        float *wide = more ? realloc(p->wide, room * sizeof *wide) : NULL;
        if (!wide)
            return false;
        p->wide = wide;
        p->room = room;
    }
    p->wide[s->n_steps] = p->top_wide;
    s->peak[s->n_steps++] = p->top;
    p->top = p->top_wide = 0.0f;
    p->end = (uint64_t)((s->n_steps + 1) * LUSTER_PEAK_STEP_S * p->rate_hz + 0.5);
    return true;
}

static void follow(Pass *p, double power)
{
    p->mean_power = power + p->keep * (p->mean_power - power);
    p->peak_power = power + p->keep * (p->peak_power - power);
    p->peak_power = p->peak_power > power ? p->peak_power : power;
    p->sum_mean += p->mean_power;
    p->sum_peak += p->peak_power;
}

static bool feed(Pass *p, size_t n)
{
    const float *heard[2] = {NULL, NULL};
    for (uint32_t c = 0; c < p->n_channels; c++)
        heard[c] = luster_side_chain_run(&p->side, c, p->data[c], (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        double power = 0.0;
        for (uint32_t c = 0; c < p->n_channels; c++) {
            const float x = fabsf(heard[c][i]);
            const double square = (double)p->data[c][i] * p->data[c][i];
            const float wide = fabsf(p->data[c][i]);
            p->top = x > p->top ? x : p->top;
            p->top_wide = wide > p->top_wide ? wide : p->top_wide;
            power = square > power ? square : power;
        }
        follow(p, power);
        if (++p->frame == p->end && !end_step(p))
            return false;
    }
    return true;
}

/* What the clip plays of it, in place; returns how many channels that is. */
static uint32_t choose(Pass *p, int channels, uint32_t n_channels, size_t n)
{
    if (n_channels < 2 || channels == LUSTER_CHANNELS_LEFT)
        return 1;
    if (channels == LUSTER_CHANNELS_ALL)
        return 2;
    for (size_t i = 0; i < n; i++)
        p->data[0][i] = channels == LUSTER_CHANNELS_MONO ? 0.5f * (p->data[0][i] + p->data[1][i])
                                                         : p->data[1][i];
    return 1;
}

static LusterStatus run(Pass *p, LusterSource *source, const LusterStrokeBand *band,
                        LusterError *err)
{
    float *const in[2] = {p->data[0], p->data[1]};
    LusterStatus status = LUSTER_OK;
    for (size_t n = BLOCK; n == BLOCK && !status;) {
        status = luster_source_read(source, in, BLOCK, &n, err);
        p->n_channels = choose(p, band->channels, source->n_channels, n);
        if (!status && !feed(p, n))
            status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    }
    p->out->crest = p->sum_mean > 0.0 ? p->sum_peak / p->sum_mean : 0.0;
    return status;
}

static double level_of(float peak)
{
    return peak > 1e-9f ? luster_gain_to_db(peak) : NOTHING_DBFS;
}

static double level(const LusterStrokes *s, uint32_t i)
{
    return level_of(s->peak[i]);
}

static bool starts(const LusterStrokes *s, uint32_t i)
{
    const double now = level(s, i);
    double lowest = i ? level(s, i - 1) : NOTHING_DBFS;
    if (now <= NOTHING_DBFS || now < lowest + STEP_DB)
        return false;
    for (uint32_t k = i > BEFORE ? i - BEFORE : 0; k < i; k++) {
        const double before = level(s, k);
        lowest = before < lowest ? before : lowest;
    }
    return now > lowest + RISE_DB;
}

static double highest(const float *peak, uint32_t from, uint32_t end)
{
    float top = 0.0f;
    for (uint32_t i = from; i < end; i++)
        top = peak[i] > top ? peak[i] : top;
    return level_of(top);
}

static bool find(LusterStrokes *s, const float *wide)
{
    uint32_t room = 0;
    for (uint32_t i = 0; i < s->n_steps; i++) {
        if (!starts(s, i))
            continue;
        if (s->n == room) {
            LusterStroke *more = realloc(s->list, (room = room ? 2 * room : 64) * sizeof *more);
            if (!more)
                return false;
            s->list = more;
        }
        const uint32_t end = i + LASTS < s->n_steps ? i + LASTS : s->n_steps;
        s->list[s->n++] =
            (LusterStroke){i * LUSTER_PEAK_STEP_S, highest(s->peak, i, end), highest(wide, i, end)};
        i += LASTS - 1;
    }
    return true;
}

LusterStatus luster_strokes_find(LusterSource *source, const LusterStrokeBand *band,
                                 LusterStrokes *out, LusterError *err)
{
    *out = (LusterStrokes){0};
    LusterArena *arena = luster_arena_new();
    Pass *p = calloc(1, sizeof *p);
    LusterStatus status = LUSTER_OK;
    if (!p || !arena || !luster_side_chain_open(&p->side, arena, source->rate_hz, 2, BLOCK)) {
        status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    } else {
        p->out = out;
        p->rate_hz = source->rate_hz;
        p->keep = luster_exp(-1.0 / (CREST_S * source->rate_hz));
        p->end = (uint64_t)(LUSTER_PEAK_STEP_S * source->rate_hz + 0.5);
        luster_side_chain_set(&p->side, band->low_cut_hz, band->high_cut_hz);
        status = run(p, source, band, err);
        if (!status && !find(out, p->wide))
            status = luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    }
    if (status)
        luster_strokes_clear(out);
    luster_arena_free(arena);
    free(p ? p->wide : NULL);
    free(p);
    return status;
}

void luster_strokes_clear(LusterStrokes *strokes)
{
    free(strokes->peak);
    free(strokes->list);
    *strokes = (LusterStrokes){0};
}

double luster_strokes_peak_dbfs(const LusterStrokes *s, double at_s, double before_s,
                                double after_s)
{
    const double from = (at_s - before_s) / LUSTER_PEAK_STEP_S,
                 to = (at_s + after_s) / LUSTER_PEAK_STEP_S;
    const uint32_t first = from > 0.0 ? (uint32_t)(from + 0.5) : 0;
    const uint32_t end = to < s->n_steps ? to >= 0.0 ? (uint32_t)to + 1 : 0 : s->n_steps;
    return highest(s->peak, first, end < s->n_steps ? end : s->n_steps);
}
