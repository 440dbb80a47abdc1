/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The serial loops of dynamics. The chain from frame to frame is one multiply, one add and one
 * maximum; everything else hangs beside it. */
#include "dsp/detector.h"

#include "base/math.h"
#include "base/silence.h"
#include "dsp/frames.h"

double luster_one_pole_keep(double ms, double rate_hz)
{
    return ms > 0.0 ? luster_exp(-1000.0 / (ms * rate_hz)) : 0.0;
}

/* What is left of a unit step down after `t` behind two one-poles in series, tau `a` and `r`. */
static double left_after(double t, double a, double r)
{
    if (r < 1e-9 * a)
        return luster_exp(-t / a);
    if (r > a * 0.999999 && r < a * 1.000001)
        return (1.0 + t / a) * luster_exp(-t / a);
    return (r * luster_exp(-t / r) - a * luster_exp(-t / a)) / (r - a);
}

double luster_release_stage_ms(double attack_ms, double release_ms, double rest)
{
    double low = 0.0, high = -release_ms / luster_log(rest); /* alone */
    if (attack_ms <= 0.0)
        return high;
    for (int i = 0; i < 40; i++) {
        const double mid = 0.5 * (low + high);
        if (left_after(release_ms, attack_ms, mid) < rest)
            low = mid;
        else
            high = mid;
    }
    return 0.5 * (low + high);
}

void luster_detector_set_times(LusterDetectorTimes *times, double attack_ms, double release_ms,
                               double hold_ms, double rate_hz)
{
    if (attack_ms == times->attack_ms && release_ms == times->release_ms &&
        hold_ms == times->hold_ms)
        return;
    const double stage_ms = luster_release_stage_ms(attack_ms, release_ms, LUSTER_DETECTOR_REST);
    *times = (LusterDetectorTimes){
        .attack_keep = luster_one_pole_keep(attack_ms, rate_hz),
        .release_keep = luster_one_pole_keep(stage_ms, rate_hz),
        .hold = luster_ms_to_frames(hold_ms, rate_hz),
        .attack_ms = attack_ms,
        .release_ms = release_ms,
        .hold_ms = hold_ms,
    };
}

static inline double larger(double a, double b)
{
    return a > b ? a : b;
}

typedef struct Coefs {
    double attack_keep, attack_go, release_keep, release_go;
} Coefs;

static inline float step(double *held, double *smooth, float reduction, const Coefs *k)
{
    const double c = reduction;
    *held = larger(c, k->release_keep * *held + (k->release_go * c - LUSTER_DETECTOR_DRAIN));
    *smooth =
        larger(0.0, k->attack_keep * *smooth + (k->attack_go * *held - LUSTER_DETECTOR_DRAIN));
    return (float)*smooth;
}

static float run_one(LusterDetector *detector, float *reduction, const Coefs *k, uint32_t n)
{
    double held = detector->held, smooth = detector->smooth;
    float most = 0.0f;
    for (uint32_t i = 0; i < n; i++) {
        reduction[i] = step(&held, &smooth, reduction[i], k);
        most = reduction[i] > most ? reduction[i] : most;
    }
    detector->held = held;
    detector->smooth = smooth;
    return most;
}

/* Both channels in one loop: their chains overlap. */
static float run_two(LusterDetector *detectors, float *a, float *b, const Coefs *k, uint32_t n)
{
    double held_a = detectors[0].held, smooth_a = detectors[0].smooth;
    double held_b = detectors[1].held, smooth_b = detectors[1].smooth;
    float most = 0.0f;
    for (uint32_t i = 0; i < n; i++) {
        a[i] = step(&held_a, &smooth_a, a[i], k);
        b[i] = step(&held_b, &smooth_b, b[i], k);
        const float both = a[i] > b[i] ? a[i] : b[i];
        most = both > most ? both : most;
    }
    detectors[0].held = held_a;
    detectors[0].smooth = smooth_a;
    detectors[1].held = held_b;
    detectors[1].smooth = smooth_b;
    return most;
}

static float run_holding(LusterDetector *detector, float *reduction, const Coefs *k, uint32_t hold,
                         uint32_t n)
{
    float most = 0.0f;
    for (uint32_t i = 0; i < n; i++) {
        const double c = reduction[i];
        if (c > 0.0 && c >= detector->held) {
            detector->timer = hold;
        } else if (detector->timer > 0) {
            detector->timer--;
            detector->smooth =
                larger(0.0, k->attack_keep * detector->smooth +
                                (k->attack_go * detector->held - LUSTER_DETECTOR_DRAIN));
            reduction[i] = (float)detector->smooth;
            most = reduction[i] > most ? reduction[i] : most;
            continue;
        }
        reduction[i] = step(&detector->held, &detector->smooth, reduction[i], k);
        most = reduction[i] > most ? reduction[i] : most;
    }
    return most;
}

float luster_detector_run(LusterDetector *detectors, float *const *reduction, uint32_t n_channels,
                          const LusterDetectorTimes *times, uint32_t n)
{
    const Coefs k = {times->attack_keep, 1.0 - times->attack_keep, times->release_keep,
                     1.0 - times->release_keep};
    if (times->hold == 0 && n_channels == 2) {
        detectors[0].timer = detectors[1].timer = 0;
        return run_two(detectors, reduction[0], reduction[1], &k, n);
    }
    float most = 0.0f;
    for (uint32_t c = 0; c < n_channels; c++) {
        if (times->hold == 0)
            detectors[c].timer = 0;
        const float top = times->hold ? run_holding(&detectors[c], reduction[c], &k, times->hold, n)
                                      : run_one(&detectors[c], reduction[c], &k, n);
        most = top > most ? top : most;
    }
    return most;
}

float luster_detector_run_varying(LusterDetector *detectors, float *const *reduction,
                                  uint32_t n_channels, const double *attack_go,
                                  const double *release_go, uint32_t n)
{
    float most = 0.0f;
    for (uint32_t c = 0; c < n_channels; c++) {
        double held = detectors[c].held, smooth = detectors[c].smooth;
        for (uint32_t i = 0; i < n; i++) {
            const Coefs k = {1.0 - attack_go[i], attack_go[i], 1.0 - release_go[i], release_go[i]};
            reduction[c][i] = step(&held, &smooth, reduction[c][i], &k);
            most = reduction[c][i] > most ? reduction[c][i] : most;
        }
        detectors[c] = (LusterDetector){.held = held, .smooth = smooth};
    }
    return most;
}

void luster_detector_fall(double *envelope, float *octaves, const double *release_go, uint32_t n)
{
    double level = *envelope;
    for (uint32_t i = 0; i < n; i++) {
        const double x = octaves[i];
        level = larger(x, level + release_go[i] * (x - level));
        octaves[i] = (float)level;
    }
    *envelope = level;
}

void luster_detector_smooth(double *smooth, float *raise, const double *attack_go, uint32_t n)
{
    double y = *smooth;
    for (uint32_t i = 0; i < n; i++) {
        y = larger(0.0, y + (attack_go[i] * (raise[i] - y) - LUSTER_DETECTOR_DRAIN));
        raise[i] = (float)y;
    }
    *smooth = y;
}

float luster_mean_square(double *mean, double keep, float *level, uint32_t n)
{
    const double go = 1.0 - keep;
    double square = *mean;
    float most = 0.0f;
    for (uint32_t i = 0; i < n; i++) {
        const double x = level[i];
        square = keep * square + go * (x * x);
        square = square > LUSTER_TINY ? square : 0.0;
        level[i] = square < 0x1p100 ? (float)square : 0x1p100f;
        most = level[i] > most ? level[i] : most;
    }
    *mean = square;
    return most;
}
