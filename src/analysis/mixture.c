/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Non-negative least squares of one stem's power on that of the others, over all third octaves and
 * steps, each cell weighted so that soft moments and bands count like loud ones. Powers add where
 * recordings are not alike; one matrix of products serves all stems. */
#include "analysis/mixture.h"

#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#define LOW_BAND 4 /* 50 Hz: below, bands are wider than they should be */
#define EVERY 2 /* steps: neighbours share most of their window */
#define SWEEPS 200 /* of coordinate descent: enough for three digits */

struct LusterMixture {
    uint32_t n;
    double *product; /* [n][n] */
};

void luster_mixture_free(LusterMixture *m)
{
    if (m)
        free(m->product);
    free(m);
}

static void add_cell(LusterMixture *m, const double *power, double all)
{
    const double weight = 1.0 / all;
    for (uint32_t i = 0; i < m->n; i++)
        for (uint32_t k = 0; k <= i && power[i] > 0.0; k++)
            m->product[i * m->n + k] += weight * power[i] * power[k];
}

LusterMixture *luster_mixture_new(const LusterStemFacts *const *facts, uint32_t n)
{
    LusterMixture *m = calloc(1, sizeof *m);
    double *power = calloc(2 * (size_t)n + 1, sizeof *power), *level = power + n;
    uint32_t n_steps = 0;
    if (m) {
        m->n = n;
        m->product = calloc((size_t)n * n + 1, sizeof *m->product);
    }
    if (!m || !power || !m->product) {
        luster_mixture_free(m);
        free(power);
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!facts[i] || facts[i]->silent)
            continue;
        level[i] = luster_pow(10.0, -facts[i]->integrated_lufs / 10.0);
        n_steps = facts[i]->n_steps > n_steps ? facts[i]->n_steps : n_steps;
    }
    for (uint32_t t = 0; t < n_steps; t += EVERY)
        for (int b = LOW_BAND; b < LUSTER_STEM_BANDS; b++) {
            double all = 0.0;
            for (uint32_t i = 0; i < n; i++) {
                const bool there = facts[i] && level[i] > 0.0 && t < facts[i]->n_steps;
                power[i] = there ? level[i] * luster_stem_level_power(
                                                  facts[i]->band_level[t * LUSTER_STEM_BANDS + b])
                                 : 0.0;
                all += power[i];
            }
            if (all > 1e-4) /* 40 dB under a stem's own loudness: noise */
                add_cell(m, power, all);
        }
    free(power);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = i + 1; k < n; k++)
            m->product[i * n + k] = m->product[k * n + i];
    return m;
}

double luster_mixture_explained(const LusterMixture *m, uint32_t i, double *share)
{
    const uint32_t n = m->n;
    const double own = m->product[i * n + i];
    double *gain = calloc(n + 1, sizeof *gain);
    if (!gain || !(own > 0.0)) {
        free(gain);
        return 0.0;
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (uint32_t k = 0; k < n; k++) {
            const double power = m->product[k * n + k];
            if (k == i || !(power > 0.0))
                continue;
            double rest = m->product[i * n + k];
            for (uint32_t j = 0; j < n; j++)
                rest -= j == k ? 0.0 : gain[j] * m->product[j * n + k];
            gain[k] = rest > 0.0 ? rest / power : 0.0;
        }
    double left = own;
    for (uint32_t k = 0; k < n; k++) {
        double part = m->product[i * n + k];
        left -= 2.0 * gain[k] * part;
        for (uint32_t j = 0; j < n; j++)
            left += gain[k] * gain[j] * m->product[j * n + k];
        if (share)
            share[k] = gain[k] * part / own;
    }
    free(gain);
    return left < 0.0 ? 1.0 : 1.0 - left / own;
}
