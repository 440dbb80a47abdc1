/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Every style is a first stage that takes a larger reduction at once and lets it go in its own way,
 * and the attack's one-pole behind it, so that the output never has a step; the slow half of the
 * opto style is charged by that output and has none either. */
#include "dsp/detector_style.h"

#include "base/math.h"
#include "simd/dynamics.h"

void luster_style_set_times(LusterStyleTimes *times, LusterDetectorStyle style, double attack_ms,
                            double release_ms, double amount, double rate_hz)
{
    if (style == times->style && attack_ms == times->attack_ms && release_ms == times->release_ms &&
        amount == times->amount)
        return;
    const double rest = style == LUSTER_STYLE_OPTO ? 0.5 : LUSTER_DETECTOR_REST;
    const double stage_ms = luster_release_stage_ms(attack_ms, release_ms, rest);
    const double keep = luster_one_pole_keep(stage_ms, rate_hz);
    const double most = amount < LUSTER_DYN_LOOP_MOST ? amount : LUSTER_DYN_LOOP_MOST;
    /* implicit, so that no ratio and rate makes the loop unstable */
    const double loop = keep > 0.0 ? (1.0 / keep - 1.0) / (1.0 - most) : 0.0;
    *times = (LusterStyleTimes){
        .style = style,
        .attack_keep = luster_one_pole_keep(attack_ms, rate_hz),
        .release_keep = keep,
        .loop_keep = keep > 0.0 ? 1.0 / (1.0 + loop) : 0.0,
        .loop_go = keep > 0.0 ? loop / (1.0 + loop) : 1.0,
        .charge_go = 1.0 - luster_one_pole_keep(LUSTER_BUS_CHARGE * release_ms, rate_hz),
        .slow_go = 1.0 - luster_one_pole_keep(LUSTER_BUS_SLOW * release_ms, rate_hz),
        .frame_s = 1.0 / rate_hz,
        .attack_ms = attack_ms,
        .release_ms = release_ms,
        .amount = amount,
    };
}

static inline double larger(double a, double b)
{
    return a > b ? a : b;
}

void luster_style_leave(LusterDetector *detector)
{
    /* the opto style's output may be the slow half */
    if (detector->slow > detector->smooth && detector->memory > 0.0)
        detector->smooth = detector->slow;
    detector->slow = detector->memory = 0.0;
}

static inline double attack(LusterDetector *d, double goal, const LusterStyleTimes *k)
{
    d->smooth = larger(0.0, k->attack_keep * d->smooth +
                                ((1.0 - k->attack_keep) * goal - LUSTER_DETECTOR_DRAIN));
    return d->smooth;
}

static inline float opto(LusterDetector *d, double c, const LusterStyleTimes *k)
{
    const double deep = d->memory * (1.0 / LUSTER_OPTO_DEEP_OCTAVES);
    const double slow_s =
        LUSTER_OPTO_SLOW_MIN_S +
        (LUSTER_OPTO_SLOW_MAX_S - LUSTER_OPTO_SLOW_MIN_S) * (deep < 1.0 ? deep : 1.0);
    d->held = larger(c, k->release_keep * d->held +
                            ((1.0 - k->release_keep) * c - LUSTER_DETECTOR_DRAIN));
    const double first = attack(d, d->held, k);
    /* half of what the cell really did, not of what was asked for an instant */
    d->slow = larger(0.5 * first, d->slow - d->slow * (k->frame_s / slow_s));
    d->slow = larger(0.0, d->slow - LUSTER_DETECTOR_DRAIN);
    const double y = larger(first, d->slow);
    d->memory += (k->frame_s / LUSTER_OPTO_MEMORY_S) * (y - d->memory);
    d->memory = larger(0.0, d->memory - LUSTER_DETECTOR_DRAIN);
    return (float)y;
}

/* dh/dt = (F(x - h) - h) / tau with F(o) = s (o - T) above the threshold: towards 0 where the
 * output is under it, towards the curve, R times as fast, where it is over. */
static inline float fet(LusterDetector *d, double c, const LusterStyleTimes *k)
{
    const double out = k->release_keep * d->held - LUSTER_DETECTOR_DRAIN;
    const double in = k->loop_keep * d->held + k->loop_go * c - LUSTER_DETECTOR_DRAIN;
    d->held = larger(c, larger(out, in));
    return (float)attack(d, d->held, k);
}

static inline float bus(LusterDetector *d, double c, const LusterStyleTimes *k)
{
    d->slow += c > d->slow ? k->charge_go * (d->held - d->slow) : k->slow_go * (c - d->slow);
    d->slow = larger(0.0, d->slow - LUSTER_DETECTOR_DRAIN);
    d->held = larger(c, d->slow + k->release_keep * (d->held - d->slow) - LUSTER_DETECTOR_DRAIN);
    return (float)attack(d, d->held, k);
}

float luster_style_run(LusterDetector *detectors, float *const *reduction, uint32_t n_channels,
                       const LusterStyleTimes *times, uint32_t n)
{
    float most = 0.0f;
    for (uint32_t c = 0; c < n_channels; c++) {
        LusterDetector d = detectors[c];
        for (uint32_t i = 0; i < n; i++) {
            const double want = reduction[c][i];
            float y;
            if (times->style == LUSTER_STYLE_OPTO)
                y = opto(&d, want, times);
            else if (times->style == LUSTER_STYLE_FET)
                y = fet(&d, want, times);
            else
                y = bus(&d, want, times);
            reduction[c][i] = y;
            most = y > most ? y : most;
        }
        detectors[c] = d;
    }
    return most;
}
