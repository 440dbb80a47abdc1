/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A microphone of a kit whose file lies where sound cannot have put it: before the drum it hears,
 * or further behind than any room. Told from the arrivals that are clear, and only when most of
 * them agree; then it is moved to where its fellows lie. What sound can have done is left. */
#include "assist/partners.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_MOVE_S 0.001 /* 34 cm: less is how microphones stand */
/* Distances between two places of a kit, seconds at 343 m/s: close to close up to 1.5 m, close to
 * overheads 0 to 3.4 m, to a room up to 15 m (doc/sources.md G). */
static const double least_s[3][3] = {
    {-0.0045, -0.0003, 0.0005}, {-0.010, -0.006, -0.0005}, {-0.045, -0.040, -0.030}};
static const double most_s[3][3] = {
    {0.0045, 0.010, 0.045}, {0.0003, 0.006, 0.040}, {-0.0005, 0.0005, 0.030}};

/* b against a, for any order; false when it tells nothing. */
static bool lag(const LusterMicGroup *g, uint32_t a, uint32_t b, double *out)
{
    const LusterAlignment *found = a < b ? &g->pairs[a][b] : &g->pairs[b][a];
    if (g->mics[a].stem == g->mics[b].stem || !luster_mics_clear(found))
        return false;
    *out = a < b ? found->delay_s : -found->delay_s;
    return true;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where mics of this rank usually lie against `b`: as the others do, or in the middle. */
static double usual(const LusterMicGroup *g, uint32_t stem, int rank, uint32_t b)
{
    double sum = 0.0, found;
    uint32_t n = 0;
    const int other = g->mics[b].rank;
    for (uint32_t i = 0; i < g->n; i++) {
        for (uint32_t k = 0; k < g->n; k++)
            if (g->mics[i].rank == rank && g->mics[k].rank == other && g->mics[i].stem != stem &&
                g->mics[k].stem != stem && lag(g, i, k, &found) && found >= least_s[rank][other] &&
                found <= most_s[rank][other]) {
                sum += found;
                n++;
            }
    }
    if (n)
        return sum / n;
    return rank == other ? 0.0 : rank < other ? 0.0035 * (other - rank) : -0.0035 * (rank - other);
}

/* How late the stem's file lies; 0 when it may lie as it does. */
static double late(const LusterMicGroup *g, uint32_t stem, uint32_t *wrong)
{
    double moves[LUSTER_MICS_MAX * 2], found;
    uint32_t n = 0, clear = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        if (g->mics[i].stem != stem)
            continue;
        const int rank = g->mics[i].rank;
        for (uint32_t k = 0; k < g->n; k++) {
            if (!lag(g, i, k, &found))
                continue;
            const int other = g->mics[k].rank;
            clear++;
            if (n < 2 * LUSTER_MICS_MAX &&
                (found < least_s[rank][other] || found > most_s[rank][other]))
                moves[n++] = usual(g, stem, rank, k) - found;
        }
    }
    *wrong = n;
    if (n < 2 || 2 * n <= clear)
        return 0.0;
    qsort(moves, n, sizeof *moves, compare);
    return moves[n / 2];
}

void luster_mics_place(LusterMix *mix, LusterMicGroup *g)
{
    for (int pass = 0; pass < 3; pass++) { /* the worst first: the others may be right then */
        double by = 0.0;
        uint32_t most = 0, which = 0;
        for (uint32_t i = 0; i < g->n; i++) {
            uint32_t wrong;
            const double move = late(g, g->mics[i].stem, &wrong);
            if (fabs(move) > LEAST_MOVE_S && wrong > most) {
                most = wrong;
                by = move;
                which = g->mics[i].stem;
            }
        }
        if (!most)
            return;
        LusterStemPlan *s = &mix->stems[which];
        if (s->offset_s > 0.0 || s->delay_ms > 0.0)
            return;
        luster_mics_move(s, by);
        s->misplaced_s = by;
        luster_mics_measure_stem(mix, g, which);
    }
}
