/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* tau_A = 2 tau_A,max / C^2, tau_R = 2 tau_R,max / C^2 - tau_A; make-up = -(guess + mean of
 * (applied gain - guess)). */
#include "proc/compressor_auto.h"

#include "base/silence.h"
#include "dsp/detector.h"
#include "proc/keyed.h"

#define CREST_MS 200.0
#define ATTACK_MAX_S 0.08
#define RELEASE_MAX_S 1.0
#define MEAN_GAIN_MS 2000.0
/* Silence does not count for the mean gain: the absolute gate of BS.1770. */
#define ACTIVE_DBFS -70.0

void luster_crest_open(LusterCrest *crest, double rate_hz)
{
    *crest = (LusterCrest){rate_hz, luster_one_pole_keep(CREST_MS, rate_hz), 0.0, 0.0};
}

/* 1 - exp(-k) for 0 <= k <= 1, to 2e-3 of itself at worst and exact for small k (Pade). */
static inline double let_go(double k)
{
    k = k < 1.0 ? k : 1.0;
    return k / (1.0 + k * (0.5 + k * (1.0 / 12.0)));
}

void luster_crest_follow(LusterCrest *crest, const float *level, double *attack_go,
                         double *release_go, uint32_t n)
{
    const double keep = crest->keep, go = 1.0 - keep;
    const double per_attack = 1.0 / (2.0 * ATTACK_MAX_S * crest->rate_hz);
    const double per_release = 1.0 / (2.0 * (RELEASE_MAX_S - ATTACK_MAX_S) * crest->rate_hz);
    double peak = crest->peak, mean = crest->mean;
    for (uint32_t i = 0; i < n; i++) {
        const double square = (double)level[i] * level[i];
        peak = keep * peak + go * square;
        peak = peak > square ? peak : square;
        mean = keep * mean + go * square;
        peak = peak > LUSTER_TINY ? peak : 0.0;
        mean = mean > LUSTER_TINY ? mean : 0.0;
        const double c2 = (peak + 1e-20) / (mean + 1e-20);
        attack_go[i] = let_go(c2 * per_attack);
        release_go[i] = let_go(c2 * per_release);
    }
    crest->peak = peak;
    crest->mean = mean;
}

void luster_mean_gain_open(LusterMeanGain *mean, double rate_hz)
{
    *mean = (LusterMeanGain){luster_one_pole_keep(MEAN_GAIN_MS, rate_hz), 0.0, 0.0};
}

void luster_mean_gain_follow(LusterMeanGain *mean, const float *const reduction[2],
                             const float *level, LusterGlide guess, const float *share,
                             float *makeup, uint32_t n)
{
    const double keep = mean->keep;
    double octaves = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        const double now = luster_glide_value(&guess);
        if (level[i] > (float)(ACTIVE_DBFS / LUSTER_DB_PER_OCTAVE)) {
            const double gain = -0.5 * ((double)reduction[0][i] + reduction[1][i]);
            mean->miss = keep * mean->miss + (1.0 - keep) * (gain - now);
        }
        octaves = -(now + mean->miss);
        octaves = octaves > 0.0 ? octaves : 0.0;
        makeup[i] = share[i] * (float)octaves;
        luster_glide_skip(&guess, 1);
    }
    mean->reduction = octaves;
}
