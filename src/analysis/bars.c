/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Bars from beats: what repeats every three or every four beats says the metre; the beat with kick
 * and bass, without snare, on which the harmony changes begins the bar. */
#include "analysis/onset.h"
#include "analysis/tempo.h"

#include <math.h>
#include <stdlib.h>

#define AROUND_S 0.05 /* a beat's attacks lie this near */
#define CHANGE_S 0.2 /* harmony is seen in steps of this */
#define LEAST_BEATS 16
#define EVIDENT 0.08 /* by how much one metre repeats better than the other */
#define N_CUES 4
#define SURE_Z 3.0 /* standard errors between the best and the next beat of the bar */

/* The strongest attack around each beat, as deviations from the mean in standard deviations. False:
 * nothing varies. */
static bool beat_cue(const float *steps, uint32_t n, const LusterTempo *tempo, double around_s,
                     float *out)
{
    const double s = LUSTER_ONSET_STEP_S;
    double mean = 0.0, square = 0.0;
    if (!steps)
        return false;
    for (uint32_t i = 0; i < tempo->n_beats; i++) {
        const double from = (tempo->beats_s[i] - around_s) / s;
        const uint32_t to = (uint32_t)((tempo->beats_s[i] + around_s) / s);
        out[i] = 0.0f;
        for (uint32_t k = from > 0.0 ? (uint32_t)from : 0; k <= to && k < n; k++)
            out[i] = steps[k] > out[i] ? steps[k] : out[i];
        mean += out[i];
        square += (double)out[i] * out[i];
    }
    mean /= tempo->n_beats;
    const double spread = sqrt(square / tempo->n_beats - mean * mean);
    if (!(spread > 1e-3 * mean))
        return false;
    for (uint32_t i = 0; i < tempo->n_beats; i++)
        out[i] = (float)((out[i] - mean) / spread);
    return true;
}

static double repeats(const float *cue, uint32_t n, uint32_t lag)
{
    double sum = 0.0;
    for (uint32_t i = 0; i + lag < n; i++)
        sum += (double)cue[i] * cue[i + lag];
    return sum / (n - lag);
}

/* How much better beat `phase` of `per_bar` fits a bar's first than the others; *error is its
 * standard error. */
static double fits_first(const float *accent, uint32_t n, uint32_t per_bar, uint32_t phase,
                         double *error)
{
    double sum = 0.0, square = 0.0;
    uint32_t count = 0;
    for (uint32_t i = phase; i < n; i += per_bar, count++) {
        sum += accent[i];
        square += (double)accent[i] * accent[i];
    }
    const double mean = sum / count;
    /* few beats that happen to agree are not certain: a floor on the variance */
    *error = sqrt((square / count - mean * mean + 0.05) / count);
    return mean;
}

static void find_first(const float *accent, LusterTempo *tempo)
{
    double best = -1e9, second = -1e9, best_error = 0.0, second_error = 0.0;
    for (uint32_t phase = 0; phase < tempo->beats_per_bar; phase++) {
        double error;
        const double fit = fits_first(accent, tempo->n_beats, tempo->beats_per_bar, phase, &error);
        if (fit > best) {
            second = best;
            second_error = best_error;
            best = fit;
            best_error = error;
            tempo->downbeat = phase;
        } else if (fit > second) {
            second = fit;
            second_error = error;
        }
    }
    const double z =
        (best - second) / sqrt(best_error * best_error + second_error * second_error) / SURE_Z;
    tempo->bar_confidence = z > 1.0 ? 1.0 : z;
}

bool luster_bars_find(const LusterTempoCues *cues, LusterTempo *tempo)
{
    static const double first[N_CUES] = {1.0, -0.7, 1.0, 0.3}; /* kick, snare, harmony, all */
    const uint32_t n = tempo->n_beats;
    const float *of[N_CUES] = {cues->low, cues->back, cues->change, cues->onset};
    float *cue = malloc((2 * n + 1) * sizeof *cue);
    double three = 0.0, four = 0.0, two = 0.0, weight = 0.0;
    if (!cue)
        return false;
    if (n < LEAST_BEATS) {
        free(cue);
        return true;
    }
    float *accent = cue + n;
    for (uint32_t i = 0; i < n; i++)
        accent[i] = 0.0f;
    for (int c = 0; c < N_CUES; c++) {
        if (!beat_cue(of[c], cues->n, tempo, c == 2 ? 0.5 * CHANGE_S : AROUND_S, cue))
            continue;
        two += repeats(cue, n, 2);
        three += 0.5 * (repeats(cue, n, 3) + repeats(cue, n, 6));
        four += 0.5 * (repeats(cue, n, 4) + repeats(cue, n, 8));
        weight += 1.0;
        for (uint32_t i = 0; i < n; i++)
            accent[i] += (float)(first[c] * cue[i]);
    }
    if (weight > 0.0) {
        if (three > four + EVIDENT * weight && three > two + EVIDENT * weight)
            tempo->beats_per_bar = 3;
        else if (four > three + EVIDENT * weight)
            tempo->beats_per_bar = 4;
        if (tempo->beats_per_bar)
            find_first(accent, tempo);
    }
    free(cue);
    return true;
}
