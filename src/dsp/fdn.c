/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Reverberator design. Absorption after Jot & Chaigne (AES 90, 1991): loss per pass in proportion
 * to length, so that every mode of a frequency decays alike; the loss over frequency is a low shelf
 * and a high shelf, second-order Butterworth, as state variable filters (Simper, Cytomic 2013). */
#include "dsp/fdn.h"
#include "base/math.h"
#include "base/rng.h"

#include <math.h>
#include <stdbool.h>

#define SOUND_M_PER_S 343.0 /* air at 20 degrees C */
#define SHELF_K 1.41421356237309504880 /* 1/Q of a Butterworth section */
#define MAX_IMAGES 343 /* boxes within 3 of the real one on each axis */

double luster_fdn_t60(const LusterFdnDecay *decay, double hz)
{
    /* A Butterworth shelf of small gain has the share 1 / (1 + (f/fc)^4) of it in dB at f. */
    const double l = hz / decay->low_hz, h = decay->high_hz / hz;
    const double low = 1.0 / (1.0 + l * l * l * l), high = 1.0 / (1.0 + h * h * h * h);
    const double rate = 1.0 + (1.0 / decay->low - 1.0) * low + (1.0 / decay->high - 1.0) * high;
    return decay->mid_s / rate;
}

static bool is_prime(uint32_t n)
{
    for (uint32_t d = 2; d * d <= n; d++) {
        if (n % d == 0)
            return false;
    }
    return n >= 2;
}

void luster_fdn_lengths(double shortest, double longest, uint32_t *lengths)
{
    const double ratio = luster_pow(longest / shortest, 1.0 / (LUSTER_FDN_LINES - 1));
    double target = shortest;
    uint32_t last = 1;
    for (uint32_t i = 0; i < LUSTER_FDN_LINES; i++) {
        uint32_t n = (uint32_t)(target + 0.5);
        n = n > last ? n : last + 1;
        while (!is_prime(n))
            n++;
        lengths[i] = last = n;
        target *= ratio;
    }
}

void luster_fdn_spread(double span, uint32_t seed, uint32_t count, uint32_t *delays)
{
    LusterRng rng;
    luster_rng_seed(&rng, seed, 16);
    for (uint32_t i = 0; i < count; i++)
        delays[i] = (uint32_t)(span * (i + luster_rng_unit(&rng)) / count);
    for (uint32_t i = count - 1; i > 0; i--) {
        const uint32_t j = (uint32_t)(luster_rng_unit(&rng) * (i + 1));
        const uint32_t swap = delays[i];
        delays[i] = delays[j];
        delays[j] = swap;
    }
}

/* tan of half the angle of a frequency */
static double warped(double hz, double rate_hz)
{
    const double top = 0.45 * rate_hz; /* tan grows without bound at Nyquist */
    return luster_tan(LUSTER_PI * (hz < top ? hz : top) / rate_hz);
}

/* A shelf of `db` below (or above) a frequency, half in dB there; column `line` of six rows, times
 * `gain`. */
static void shelf(double db, double at, bool high, double gain, float *coefs, uint32_t line)
{
    const double a = luster_db_to_gain(0.5 * db);
    const double bent = high ? sqrt(a) : 1.0 / sqrt(a);
    const double g = at * bent, a1 = 1.0 / (1.0 + g * (g + SHELF_K));
    const double m[3] = {high ? a * a : 1.0, high ? SHELF_K * (1.0 - a) * a : SHELF_K * (a - 1.0),
                         high ? 1.0 - a * a : a * a - 1.0};
    const double a2 = g * a1, a3 = g * a2;
    const double row[6] = {2.0 * a1 - 1.0,
                           2.0 * a2,
                           2.0 * a3,
                           gain * (m[0] + m[2]),
                           gain * (m[1] * a1 + m[2] * a2),
                           gain * (m[1] * a2 + m[2] * (a3 - 1.0))};
    for (int i = 0; i < 6; i++)
        coefs[i * LUSTER_FDN_LINES + line] = (float)row[i];
}

void luster_fdn_absorb(const LusterFdnDecay *decay, const double *lengths, double rate_hz,
                       float *coefs)
{
    const double low_at = warped(decay->low_hz, rate_hz), high_at = warped(decay->high_hz, rate_hz);
    for (uint32_t i = 0; i < LUSTER_FDN_LINES; i++) {
        const double mid_db = -60.0 * lengths[i] / (rate_hz * decay->mid_s);
        shelf(mid_db * (1.0 / decay->low - 1.0), low_at, false, 1.0, coefs, i);
        shelf(mid_db * (1.0 / decay->high - 1.0), high_at, true, luster_db_to_gain(mid_db),
              coefs + 6 * LUSTER_FDN_LINES, i);
    }
}

static double image(double at, double size, int n)
{
    return n % 2 == 0 ? n * size + at : (n + 1) * size - at;
}

static double distance(const double *a, const double *b)
{
    double sum = 0.0;
    for (int i = 0; i < 3; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum);
}

/* Keeps the earliest `count` of what it is given, in order. */
static uint32_t insert(LusterFdnTap *taps, uint32_t used, uint32_t count, LusterFdnTap tap)
{
    uint32_t i = used < count ? used : count - 1;
    if (used == count && tap.delay_s >= taps[i].delay_s)
        return used;
    for (; i > 0 && taps[i - 1].delay_s > tap.delay_s; i--)
        taps[i] = taps[i - 1];
    taps[i] = tap;
    return used < count ? used + 1 : count;
}

void luster_fdn_early(const LusterFdnBox *box, int source, int receiver, uint32_t count,
                      LusterFdnTap *taps)
{
    /* places as shares of the box: sources in front, receivers two thirds back, none on an axis of
     * symmetry, where reflections would fall together */
    static const double sources[2][3] = {{0.31, 0.22, 0.37}, {0.66, 0.25, 0.41}};
    static const double receivers[2][3] = {{0.43, 0.71, 0.45}, {0.54, 0.68, 0.43}};
    const double size[3] = {box->width_m, box->depth_m, box->height_m};
    double from[3], to[3];
    for (int i = 0; i < 3; i++) {
        from[i] = sources[source][i] * size[i];
        to[i] = receivers[receiver][i] * size[i];
    }
    const double direct = distance(from, to);
    uint32_t used = 0;
    for (int k = 0; k < MAX_IMAGES; k++) {
        const int n[3] = {k % 7 - 3, k / 7 % 7 - 3, k / 49 - 3};
        const int order =
            (n[0] < 0 ? -n[0] : n[0]) + (n[1] < 0 ? -n[1] : n[1]) + (n[2] < 0 ? -n[2] : n[2]);
        if (order == 0)
            continue;
        double at[3], gain = 1.0;
        for (int i = 0; i < 3; i++)
            at[i] = image(from[i], size[i], n[i]);
        for (int i = 0; i < order; i++)
            gain *= -box->reflection;
        const double d = distance(at, to);
        used = insert(taps, used, count,
                      (LusterFdnTap){(d - direct) / SOUND_M_PER_S, gain * direct / d});
    }
}
