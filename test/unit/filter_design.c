/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Filter design against the analogue prototype: every type over frequency, gain and Q, at the rates
 * people use, in dB; and the digital side minimum phase and stable. */
#include "dsp/filter_design.h"

#include "tap.h"

#include <stdbool.h>

#define PI 3.14159265358979323846

typedef struct Worst {
    double to_16k, to_20k;
} Worst;

static bool roots_are_left(const double d[3])
{
    return d[0] >= 0.0 && d[1] >= 0.0 && d[2] >= 0.0; /* of a quadratic: all of one sign */
}

/* Errors in dB where the prototype is above `floor_db`. */
static void measure(const LusterFilterSpec *spec, double rate_hz, double floor_db, Worst *worst)
{
    LusterQuad analog[LUSTER_FILTER_MAX_SECTIONS], digital[LUSTER_FILTER_MAX_SECTIONS + 2];
    const int n = luster_filter_prototype(spec, analog);
    LusterWarp warp;
    luster_warp_init(&warp);
    for (int s = 0; s < n; s++) {
        digital[s] = luster_filter_match(&analog[s]);
        luster_warp_add(&warp, &analog[s], &digital[s], 1.0);
    }
    luster_warp_fit(&warp, 2, &digital[n]);
    for (int s = 0; s < n + 2; s++) {
        if (!CHECK(roots_are_left(digital[s].num) && roots_are_left(digital[s].den)))
            printf("#   type %d, %g Hz, %g dB, Q %g, order %d\n", spec->type,
                   spec->w0 / 2 / PI * rate_hz, spec->gain_db, spec->q, spec->order);
    }
    for (int i = 0; i <= 200; i++) {
        const double f = 20.0 * pow(1000.0, i / 200.0);
        const double w = 2.0 * PI * f / rate_hz;
        double want = 0.0, got = 0.0;
        for (int s = 0; s < n; s++)
            want += 10.0 * log10(luster_filter_analog_power(&analog[s], w * w));
        for (int s = 0; s < n + 2; s++) {
            double re, im;
            luster_filter_digital(&digital[s], w, &re, &im);
            got += 10.0 * log10(re * re + im * im);
        }
        if (!(want > floor_db))
            continue;
        const double off = fabs(got - want);
        worst->to_20k = fmax(worst->to_20k, off);
        if (f <= 16000.0)
            worst->to_16k = fmax(worst->to_16k, off);
    }
}

static Worst sweep(LusterFilterType type, double rate_hz)
{
    static const double gains[] = {-18, -6, 3, 12, 18};
    static const double qs[] = {0.3, 0.5, 0.7071, 1, 1.4, 2.5, 5, 10, 20};
    static const int orders[] = {1, 2, 3, 4, 6, 8, 12, 16};
    const bool gainy = type <= LUSTER_FILTER_TILT;
    const bool cut = type >= LUSTER_FILTER_LOW_CUT;
    Worst worst = {0, 0};
    for (int f = 0; f <= 36; f++) {
        const double f0 = fmin(20000.0, 20.0 * pow(1000.0, f / 36.0));
        for (int k = 0; k < (gainy ? 5 : cut ? 8 : 1); k++) {
            for (int q = 0; q < (cut ? 1 : 9); q++) {
                const LusterFilterSpec spec = {type, 2 * PI * f0 / rate_hz, gainy ? gains[k] : 0.0,
                                               cut ? sqrt(0.5) : qs[q], cut ? orders[k] : 2};
                measure(&spec, rate_hz, -100.0, &worst);
            }
        }
    }
    return worst;
}

static const char *const type_names[] = {"bell",  "low_shelf", "high_shelf", "tilt",
                                         "notch", "band_pass", "low_cut",    "high_cut"};

/* The bars of a reference equalizer: 0.1 dB to 16 kHz and 0.25 dB to 20 kHz at 44.1 kHz, 0.05 dB
 * from 96 kHz on. */
TEST(filters_follow_the_analogue_prototype)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (int type = 0; type <= LUSTER_FILTER_HIGH_CUT; type++) {
        for (int r = 0; r < 4; r++) {
            const Worst worst = sweep((LusterFilterType)type, rates[r]);
            printf("# %-10s %6g Hz: %.4f dB to 16 kHz, %.4f dB to 20 kHz\n", type_names[type],
                   rates[r], worst.to_16k, worst.to_20k);
            CHECK_NEAR(worst.to_16k, 0.0, rates[r] < 90000 ? 0.1 : 0.05);
            CHECK_NEAR(worst.to_20k, 0.0, rates[r] < 90000 ? 0.25 : 0.05);
        }
    }
}

/* Above Nyquist there is nothing to match but what is left of the curve below it. */
TEST(filters_above_nyquist_keep_the_band_below)
{
    for (int f = 0; f <= 10; f++) {
        const double f0 = 21000.0 + 900.0 * f;
        for (int type = 0; type <= LUSTER_FILTER_HIGH_CUT; type++) {
            Worst worst = {0, 0};
            const LusterFilterSpec spec = {(LusterFilterType)type, 2 * PI * f0 / 44100, 12.0, 0.8,
                                           2};
            measure(&spec, 44100, -100.0, &worst);
            if (!CHECK(worst.to_20k < 0.5))
                printf("#   %s at %g Hz: %g dB\n", type_names[type], f0, worst.to_20k);
        }
    }
}

/* A 20 Hz filter at 192 kHz: the curve around and below it, in full precision. */
TEST(low_filters_at_high_rates_keep_their_precision)
{
    const LusterFilterSpec spec = {LUSTER_FILTER_BELL, 2 * PI * 20.0 / 192000, 12.0, 5.0, 2};
    LusterQuad analog[LUSTER_FILTER_MAX_SECTIONS];
    luster_filter_prototype(&spec, analog);
    const LusterQuad digital = luster_filter_match(&analog[0]);
    for (double f = 0.01; f < 200.0; f *= 1.05) {
        const double w = 2 * PI * f / 192000;
        double re, im;
        luster_filter_digital(&digital, w, &re, &im);
        CHECK_NEAR(10 * log10(re * re + im * im),
                   10 * log10(luster_filter_analog_power(&analog[0], w * w)), 1e-5);
    }
}

int main(void)
{
    RUN(filters_follow_the_analogue_prototype);
    RUN(filters_above_nyquist_keep_the_band_below);
    RUN(low_filters_at_high_rates_keep_their_precision);
    return tap_done();
}
