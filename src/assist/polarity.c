/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Polarity of microphones that hear one room, solved for all of them at once: a pairwise choice can
 * contradict itself around a kit. The best set of signs makes the sum loudest at 40-200 Hz and at
 * 200-1000 Hz, in dB, both alike (doc/sources.md G), and agrees with the sign of those arrivals
 * that are clear. On close kits that ring into each other only the sum speaks; where microphones
 * are well apart the arrivals do, and a delay that combs the low end is not taken for a crossed
 * wire. */
#include "assist/partners.h"
#include "base/math.h"

#include <math.h>
#include <string.h>

#define ARRIVAL_DB 2.0 /* what a perfectly clear arrival counts against dB of the sum */
#define LEAST_GAIN_DB 0.1 /* a turn costs nothing, but below this nothing is known */
#define SEARCH_UNITS 14 /* all 2^13 sets are tried up to this; more are climbed */
/* Clarity and share of a pair of unrelated recordings reach 0.4 and 0.3. */
#define NO_CLARITY 0.3
#define NO_SHARE 0.1

double luster_mics_arrival(const LusterAlignment *a)
{
    const double clarity = (fabs(a->clarity) - NO_CLARITY) / (1.0 - NO_CLARITY);
    const double share = (a->share - NO_SHARE) / (1.0 - NO_SHARE);
    if (clarity <= 0.0 || share <= 0.0)
        return 0.0;
    return clarity * share * (a->inverted ? -1.0 : 1.0);
}

typedef struct {
    int n; /* units */
    double base[LUSTER_ALIGN_BANDS]; /* power that no sign changes */
    double cross[LUSTER_ALIGN_BANDS][LUSTER_MICS_MAX][LUSTER_MICS_MAX];
    double arrival[LUSTER_MICS_MAX][LUSTER_MICS_MAX];
} Problem;

static void pose(const LusterMicGroup *g, Problem *p)
{
    memset(p, 0, sizeof *p);
    p->n = g->n_units;
    for (uint32_t i = 0; i < g->n; i++) {
        for (int b = 0; b < LUSTER_ALIGN_BANDS; b++)
            p->base[b] += g->mics[i].power[b];
        for (uint32_t k = i + 1; k < g->n; k++) {
            const LusterAlignment *a = &g->pairs[i][k];
            const int u = g->mics[i].unit, v = g->mics[k].unit;
            const double sign = g->mics[i].against != g->mics[k].against ? -1.0 : 1.0;
            for (int b = 0; b < LUSTER_ALIGN_BANDS; b++) {
                const double both =
                    2.0 * sign * a->band_now[b] * sqrt(g->mics[i].power[b] * g->mics[k].power[b]);
                p->cross[b][u][v] += both;
                if (u != v)
                    p->cross[b][v][u] += both;
            }
            if (u == v)
                continue;
            const double arrival = sign * luster_mics_arrival(a);
            p->arrival[u][v] += arrival;
            p->arrival[v][u] += arrival;
        }
    }
    for (int b = 0; b < LUSTER_ALIGN_BANDS; b++)
        for (int u = 0; u < p->n; u++) {
            p->base[b] += p->cross[b][u][u];
            p->cross[b][u][u] = 0.0;
        }
}

static double sum_db(const Problem *p, const int *sign, int band)
{
    double power = p->base[band];
    for (int u = 0; u < p->n; u++)
        for (int v = u + 1; v < p->n; v++)
            power += sign[u] * sign[v] * p->cross[band][u][v];
    const double least = 1e-3 * p->base[band]; /* measured correlations need not fit together */
    return luster_power_to_db(power > least ? power : least + 1e-30);
}

static double merit(const Problem *p, const int *sign)
{
    double all = 0.0;
    for (int b = 0; b < LUSTER_ALIGN_BANDS; b++)
        all += sum_db(p, sign, b) / LUSTER_ALIGN_BANDS;
    for (int u = 0; u < p->n; u++)
        for (int v = u + 1; v < p->n; v++)
            all += ARRIVAL_DB * sign[u] * sign[v] * p->arrival[u][v];
    return all;
}

/* What turning unit u alone changes. */
static double change(const Problem *p, int *sign, int u)
{
    const double before = merit(p, sign);
    sign[u] = -sign[u];
    const double after = merit(p, sign);
    sign[u] = -sign[u];
    return after - before;
}

static void search(const Problem *p, int *sign)
{
    int best[LUSTER_MICS_MAX];
    double most = merit(p, sign);
    memcpy(best, sign, sizeof best);
    for (uint32_t set = 1; p->n <= SEARCH_UNITS && set < 1u << (p->n - 1); set++) {
        for (int u = 0; u + 1 < p->n; u++)
            sign[u] = set >> u & 1 ? -1 : 1;
        const double value = merit(p, sign);
        if (value > most + 1e-9) {
            most = value;
            memcpy(best, sign, sizeof best);
        }
    }
    memcpy(sign, best, sizeof best);
    for (bool moved = true; moved && p->n > SEARCH_UNITS;) {
        moved = false;
        for (int u = 0; u < p->n; u++)
            if (change(p, sign, u) > 1e-9) {
                sign[u] = -sign[u];
                moved = true;
            }
    }
}

/* A set and its opposite sound alike: the one that turns fewer stems, then fewer overheads. */
static void fewest(const LusterMicGroup *g, int *sign)
{
    int turned = 0, all = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        const bool first = !i || g->mics[i].unit != g->mics[i - 1].unit;
        const int weight = first ? 100 + g->mics[i].rank : 0;
        all += weight;
        turned += sign[g->mics[i].unit] < 0 ? weight : 0;
    }
    for (int u = 0; u < g->n_units && 2 * turned > all; u++)
        sign[u] = -sign[u];
}

/* Turns that do little are taken back, the least first. */
static void calm(const Problem *p, int *sign)
{
    for (;;) {
        int least = -1;
        double by = LEAST_GAIN_DB;
        for (int u = 0; u < p->n; u++) {
            const double gain = sign[u] < 0 ? -change(p, sign, u) : INFINITY;
            if (gain < by) {
                by = gain;
                least = u;
            }
        }
        if (least < 0)
            return;
        sign[least] = 1;
    }
}

void luster_mics_polarity(const LusterMicGroup *group, LusterPolarity *out)
{
    int sign[LUSTER_MICS_MAX];
    Problem p;
    memset(out, 0, sizeof *out);
    pose(group, &p);
    for (int u = 0; u < LUSTER_MICS_MAX; u++)
        sign[u] = 1;
    search(&p, sign);
    fewest(group, sign);
    calm(&p, sign);
    for (uint32_t i = 0; i < group->n; i++) {
        const int u = group->mics[i].unit;
        out->turn[i] = (sign[u] < 0) != group->mics[i].against;
        int one[LUSTER_MICS_MAX];
        memcpy(one, sign, sizeof one);
        for (int b = 0; b < LUSTER_ALIGN_BANDS; b++) { /* against the same set without this turn */
            one[u] = -1;
            const double turned = sum_db(&p, one, b);
            one[u] = 1;
            out->gain_db[i][b] = turned - sum_db(&p, one, b);
        }
        for (int v = 0; v < p.n; v++)
            out->arrival[i] += v == u ? 0.0 : sign[v] * p.arrival[u][v];
    }
}
