/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Attacks as rises in dB of the differentiated signal's energy in 5 ms steps; lags by the
 * early edge of the normalised, mean-free cross-correlation's peak. */
#include "analysis/onset.h"

#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RISE_MIN_DB 3.0
#define RISE_MAX_DB 25.0
#define MAX_LAG 64 /* steps */
#define EDGE 0.7
#define EDGE_STEPS 0.6

static bool keep(LusterOnsetCurve *c, double rise_db)
{
    if (c->n >= LUSTER_ONSET_MAX)
        return true;
    if (c->n == c->room) {
        const uint32_t room = c->room ? c->room * 2 : 4096;
        uint8_t *more = realloc(c->rise, room);
        if (!more)
            return false;
        c->rise = more;
        c->room = room;
    }
    const double r = rise_db < RISE_MIN_DB ? 0.0 : rise_db > RISE_MAX_DB ? RISE_MAX_DB : rise_db;
    c->rise[c->n++] = (uint8_t)(r * 10.0);
    return true;
}

bool luster_onset_feed(LusterOnsetCurve *c, const float *mono, size_t n)
{
    for (size_t i = 0; i < n && c->n < LUSTER_ONSET_MAX; i++) {
        const double d = mono[i] - c->last_x;
        c->sum += d * d;
        c->last_x = mono[i];
        if (c->end == 0)
            c->end = (uint64_t)(LUSTER_ONSET_STEP_S * c->rate_hz + 0.5);
        if (++c->frame < c->end)
            continue;
        /* -90 dBFS is added so that silence does not rise */
        const double db = luster_power_to_db(c->sum / (LUSTER_ONSET_STEP_S * c->rate_hz) + 1e-9);
        double floor = 0.0;
        for (int k = 0; k < 4; k++)
            floor += c->n >= 4 ? c->before_db[k] / 4.0 : db / 4.0;
        if (!keep(c, db - floor))
            return false;
        c->before_db[c->n % 4] = db;
        c->sum = 0.0;
        c->end = (uint64_t)((c->n + 1) * LUSTER_ONSET_STEP_S * c->rate_hz + 0.5);
    }
    return true;
}

LusterOnsetLag luster_onset_lag(const float *a, uint32_t na, const uint8_t *b, uint32_t nb,
                                double max_lag_s)
{
    LusterOnsetLag out = {0};
    const uint32_t n = na < nb ? na : nb;
    int reach = (int)(max_lag_s / LUSTER_ONSET_STEP_S);
    reach = reach > MAX_LAG - 1 ? MAX_LAG - 1 : reach;
    double mean_a = 0.0, mean_b = 0.0, aa = 0.0, bb = 0.0, r[2 * MAX_LAG + 1] = {0};
    if (n < 400) /* two seconds */
        return out;
    for (uint32_t i = 0; i < n; i++) {
        mean_a += a[i] / n;
        mean_b += (double)b[i] / n;
    }
    for (uint32_t i = 0; i < n; i++) {
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    if (!(aa > 0.0 && bb > 0.0))
        return out;
    int best = 0;
    for (int lag = -reach; lag <= reach; lag++) {
        double sum = 0.0;
        for (uint32_t i = MAX_LAG; i + MAX_LAG < n; i++)
            sum += (a[i] - mean_a) * (b[i + (uint32_t)(lag + (int)MAX_LAG) - MAX_LAG] - mean_b);
        r[lag + MAX_LAG] = sum / sqrt(aa * bb);
        if (r[lag + MAX_LAG] > r[best + MAX_LAG])
            best = lag;
        if (lag >= -2 && lag <= 2 && r[lag + MAX_LAG] > out.in_time)
            out.in_time = r[lag + MAX_LAG];
    }
    /* A strummed chord spreads over 20 ms and more: what counts is where it begins, on the early
     * side of the peak. A single pluck is EDGE_STEPS wide there. */
    const double q = r[best + MAX_LAG];
    int at = best;
    while (at > -reach && r[at + MAX_LAG] > EDGE * q)
        at--;
    const double below = r[at + MAX_LAG], above = r[at + 1 + MAX_LAG];
    const double part = above > below ? (EDGE * q - below) / (above - below) : 0.0;
    const double edge = at + part + EDGE_STEPS;
    out.lag_s = (edge < best ? edge : best) * LUSTER_ONSET_STEP_S;
    out.strength = q;
    return out;
}
