/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The meter against luster's measurement of the same sound, which test/conform holds to the
 * standards; it passes every bit. Prints the figures of doc/processors/meter.md. */
#include "faults.h"
#include "luster/measure.h"
#include "proc/registry.h"

enum {
    MOMENTARY,
    SHORT_TERM,
    INTEGRATED,
    RANGE,
    MOMENTARY_MAX,
    SHORT_TERM_MAX,
    TRUE_PEAK,
    CORRELATION,
    N_METERS
};

/* Loud and soft passages, a pause, and a start in silence. */
static Signal song(double rate_hz, uint32_t n)
{
    Signal x = faults_music(rate_hz, n);
    for (uint32_t i = 0; i < n; i++) {
        const double t = i / rate_hz;
        const double gain = t < 1 ? 0 : t < 9 ? 0.3 : t < 11 ? 0.0005 : t < 18 ? 1.1 : 0.1;
        for (uint32_t c = 0; c < 2; c++)
            x.ch[c][i] *= (float)gain;
    }
    return x;
}

TEST(readings_are_those_of_the_measurement)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (unsigned r = 0; r < 4; r++) {
        for (uint32_t ch = 1; ch <= 2; ch++) {
            const uint32_t n = (uint32_t)(rates[r] * 24);
            Signal x = song(rates[r], n);
            x.n_channels = ch;
            Signal out = rig_signal(ch, n);
            LusterInstance *meter = rig_open(&luster_proc_meter, rates[r], ch, 1500);
            rig_run(meter, &x, &out, NULL, 0);
            CHECK(rig_equal(&x, &out));
            float got[N_METERS];
            luster_instance_read(meter, got);
            LusterMeasure *measure = NULL;
            LusterMeasurement want;
            CHECK(!luster_measure_new(rates[r], ch, LUSTER_MEASURE_ALL, &measure, NULL));
            CHECK(!luster_measure_add(measure, (const float *const *)x.ch, n));
            CHECK(!luster_measure_finish(measure, &want));
            CHECK_NEAR(got[INTEGRATED], want.integrated_lufs, 0.011);
            CHECK_NEAR(got[RANGE], want.lra_lu, 0.021);
            CHECK_NEAR(got[MOMENTARY_MAX], want.momentary_max_lufs, 0.001);
            CHECK_NEAR(got[SHORT_TERM_MAX], want.short_term_max_lufs, 0.001);
            CHECK_NEAR(got[TRUE_PEAK], want.true_peak_dbtp, 0.001);
            printf("# %g Hz, %u channels: %.2f LUFS (%.2f), %.2f LU (%.2f), %.2f dBTP (%.2f)\n",
                   rates[r], ch, got[INTEGRATED], want.integrated_lufs, got[RANGE], want.lra_lu,
                   got[TRUE_PEAK], want.true_peak_dbtp);
            luster_measure_free(measure);
            luster_instance_free(meter);
            x.n_channels = 2;
            rig_drop(&x), rig_drop(&out);
        }
    }
}

TEST(correlation_tells_the_sides)
{
    static const double factors[] = {1, -1, 0.25};
    for (int f = 0; f < 3; f++) {
        Signal x = rig_bursts(2, 48000, 3), out = rig_signal(2, 48000);
        for (uint32_t i = 0; i < x.n_frames; i++)
            x.ch[1][i] = (float)factors[f] * x.ch[0][i];
        LusterInstance *meter = rig_open(&luster_proc_meter, 48000, 2, 512);
        rig_run(meter, &x, &out, NULL, 512);
        float got[N_METERS];
        luster_instance_read(meter, got);
        CHECK_NEAR(got[CORRELATION], factors[f] > 0 ? 1 : -1, 1e-6);
        luster_instance_free(meter);
        rig_drop(&x), rig_drop(&out);
    }
}

TEST(integration_starts_anew_when_switched_on)
{
    Signal x = song(48000, 48000 * 24), out = rig_signal(2, x.n_frames);
    LusterInstance *meter = rig_open(&luster_proc_meter, 48000, 2, 512);
    float before[N_METERS], held[N_METERS], after[N_METERS];
    rig_process(meter, &x, &out, NULL, 0, 48000 * 18);
    luster_instance_read(meter, before);
    rig_set(meter, &luster_proc_meter, "integrate=off");
    rig_process(meter, &x, &out, NULL, 48000 * 18, 48000 * 3);
    luster_instance_read(meter, held);
    CHECK(held[INTEGRATED] == before[INTEGRATED] && held[TRUE_PEAK] == before[TRUE_PEAK]);
    CHECK(held[MOMENTARY] < before[MOMENTARY] - 10);
    rig_set(meter, &luster_proc_meter, "integrate=on");
    rig_process(meter, &x, &out, NULL, 48000 * 21, 48000 * 3);
    luster_instance_read(meter, after);
    CHECK(after[INTEGRATED] < before[INTEGRATED] - 10 && after[TRUE_PEAK] < before[TRUE_PEAK] - 10);
    luster_instance_free(meter);
    rig_drop(&x), rig_drop(&out);
}

int main(void)
{
    RUN(readings_are_those_of_the_measurement);
    RUN(correlation_tells_the_sides);
    RUN(integration_starts_anew_when_switched_on);
    return tap_done();
}
