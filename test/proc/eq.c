/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The equalizer as it sounds: response measured through impulses against the analogue prototype,
 * noise against long double, moves without splatter. `test-proc-eq` prints the figures of
 * doc/processors/eq.md. */
#include "luster/response.h"
#include "proc/equalizer_bands.h"
#include "proc/registry.h"
#include "prototypes.h"
#include "rig.h"
#include "tap.h"

#define PI 3.14159265358979323846

TEST(impulse_response_follows_the_analogue_prototype)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    const uint32_t n = 32768;
    for (int r = 0; r < 4; r++) {
        double worst_16k = 0, worst_20k = 0, worst_own = 0;
        for (unsigned k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            const Case *c = &cases[k];
            char text[200];
            settings_of(c, text, sizeof text);
            LusterInstance *eq = rig_open(&luster_proc_eq, rates[r], 1, n);
            rig_set(eq, &luster_proc_eq, text);
            double values[LUSTER_EQ_BANDS * LUSTER_EQ_COLUMNS + 1];
            for (uint32_t p = 0; p < luster_proc_eq.n_params; p++)
                values[p] = luster_instance_get(eq, p);
            Signal in = rig_signal(1, n), out = rig_signal(1, n);
            in.ch[0][0] = 1.0f;
            rig_run(eq, &in, &out, NULL, 512);
            for (int i = 0; i <= 60; i++) {
                const double f = fmin(20000, 100 * pow(200, i / 60.0));
                const double want = analog_db(c->type, c->gain_db, c->q, c->order, f / c->freq);
                if (want < -80)
                    continue;
                const double got = dft_db(out.ch[0], n, 2 * PI * f / rates[r]);
                double own, phase;
                CHECK(!luster_processor_response(&luster_proc_eq, values, rates[r], 0, &f, 1, &own,
                                                 &phase, NULL));
                worst_20k = fmax(worst_20k, fabs(got - want));
                if (f <= 16000)
                    worst_16k = fmax(worst_16k, fabs(got - want));
                worst_own = fmax(worst_own, fabs(got - own));
            }
            luster_instance_free(eq);
            rig_drop(&in), rig_drop(&out);
        }
        printf("# %6g Hz: %.3f dB to 16 kHz, %.3f dB to 20 kHz; stated response within %.1e dB\n",
               rates[r], worst_16k, worst_20k, worst_own);
        CHECK_NEAR(worst_16k, 0, rates[r] < 90000 ? 0.1 : 0.05);
        CHECK_NEAR(worst_20k, 0, rates[r] < 90000 ? 0.25 : 0.05);
        CHECK_NEAR(worst_own, 0, 2e-3); /* float samples, down to -80 dB */
    }
}

/* 24 filters at 20 Hz, 192 kHz, against the same transfer function as direct form in long double.
 */
TEST(residual_at_low_frequencies_and_high_rate)
{
    const uint32_t n = 192000;
    LusterInstance *eq = rig_open(&luster_proc_eq, 192000, 1, 4096);
    for (int b = 0; b < LUSTER_EQ_BANDS; b++) {
        char text[200];
        snprintf(text, sizeof text, "b%d_type=%s,b%d_freq=20,b%d_gain=%d,b%d_q=%g", b + 1,
                 b % 6 == 5 ? "low_cut"
                 : b % 2    ? "low_shelf"
                            : "bell",
                 b + 1, b + 1, b / 2 % 2 ? -6 : 6, b + 1, 0.7 + 0.1 * (b / 4));
        rig_set(eq, &luster_proc_eq, text);
    }
    double values[LUSTER_EQ_BANDS * LUSTER_EQ_COLUMNS + 1];
    for (uint32_t p = 0; p < luster_proc_eq.n_params; p++)
        values[p] = luster_instance_get(eq, p);
    static LusterQuad sections[LUSTER_EQ_MAX_SECTIONS];
    const int n_sections = luster_eq_design(values, 192000, LUSTER_EQ_STEREO, sections);
    CHECK(n_sections >= LUSTER_EQ_BANDS);
    Signal in = rig_signal(1, n), out = rig_signal(1, n);
    LusterRng rng;
    luster_rng_seed(&rng, 1, 2);
    for (uint32_t i = 0; i < n; i++)
        in.ch[0][i] =
            (float)(0.25 * luster_rng_bipolar(&rng) + 0.25 * sin(2 * PI * 30 / 192000 * i));
    rig_run(eq, &in, &out, NULL, 0);
    long double *ref = malloc(n * sizeof *ref);
    for (uint32_t i = 0; i < n; i++)
        ref[i] = in.ch[0][i];
    for (int s = 0; s < n_sections; s++) {
        const double *u = sections[s].num, *d = sections[s].den;
        const long double a0 = (long double)d[0] + d[1] + d[2];
        const long double b0 = ((long double)u[0] + u[1] + u[2]) / a0;
        const long double b1 = 2 * ((long double)u[0] - u[2]) / a0;
        const long double b2 = ((long double)u[0] - u[1] + u[2]) / a0;
        const long double a1 = 2 * ((long double)d[0] - d[2]) / a0;
        const long double a2 = ((long double)d[0] - d[1] + d[2]) / a0;
        long double z1 = 0, z2 = 0;
        for (uint32_t i = 0; i < n; i++) {
            const long double x = ref[i], y = b0 * x + z1;
            z1 = b1 * x - a1 * y + z2;
            z2 = b2 * x - a2 * y;
            ref[i] = y;
        }
    }
    double power = 0, peak = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double off = (double)(out.ch[0][i] - ref[i]);
        power += off * off / n;
        peak = fmax(peak, fabs((double)ref[i]));
    }
    printf("# residual %.1f dBFS RMS at a peak of %.1f dBFS\n", 10 * log10(power),
           20 * log10(peak));
    CHECK(10 * log10(power) - fmax(0, 20 * log10(peak)) <= -140);
    CHECK(peak > 0.1);
    free(ref);
    luster_instance_free(eq);
    rig_drop(&in), rig_drop(&out);
}

/* Largest level outside [low, high] Hz, dB re a full-scale sine, in 8192 frames around a move. */
static double splatter(const char *before, const char *after, double freq, double low, double high)
{
    const uint32_t n = 32768, span = 8192, at = 20000;
    LusterInstance *eq = rig_open(&luster_proc_eq, 48000, 1, 512);
    Signal in = rig_signal(1, n), out = rig_signal(1, n);
    for (uint32_t i = 0; i < n; i++)
        in.ch[0][i] = (float)sin(2 * PI * freq / 48000 * i);
    rig_set(eq, &luster_proc_eq, before);
    rig_process(eq, &in, &out, NULL, 0, at);
    rig_set(eq, &luster_proc_eq, after);
    rig_process(eq, &in, &out, NULL, at, n - at);
    float *windowed = calloc(span, sizeof *windowed);
    double sum = 0, worst = -300;
    for (uint32_t i = 0; i < span; i++) {
        /* 7-term Blackman-Harris: side lobes under -160 dB (Albrecht 2001) */
        static const double a[] = {0.27105140069342,  -0.43329793923448, 0.21812299954311,
                                   -0.06592544638803, 0.01081174209837,  -0.00077658482522,
                                   0.00001388721735};
        double w = 0;
        for (int k = 0; k < 7; k++)
            w += a[k] * cos(2 * PI * k * i / span);
        sum += w;
        windowed[i] = (float)(w * out.ch[0][at - span / 2 + 480 + i]);
    }
    for (double f = 100; f < 24000; f += 48000.0 / span * 8) {
        if (f > low && f < high)
            continue;
        worst = fmax(worst, dft_db(windowed, span, 2 * PI * f / 48000) - 20 * log10(sum / 2));
    }
    free(windowed);
    luster_instance_free(eq);
    rig_drop(&in), rig_drop(&out);
    return worst;
}

TEST(moves_do_not_splatter)
{
    static const struct {
        const char *what, *before, *after;
        double freq, low, high;
    } moves[] = {
        {"bell gain -12 to +6 dB", "b1_type=bell,b1_gain=-12", "b1_gain=6,output=-6", 1000, 0,
         4000},
        {"bell gain 0 to -18 dB", "b1_type=bell", "b1_gain=-18", 1000, 0, 4000},
        {"bell gain -18 to 0 dB", "b1_type=bell,b1_gain=-18", "b1_gain=0", 1000, 0, 4000},
        {"bell on", "b1_type=off,b1_gain=-12", "b1_type=bell", 1000, 0, 4000},
        {"bell off", "b1_type=bell,b1_gain=-12", "b1_type=off", 1000, 0, 4000},
        {"bell 500 Hz to 2 kHz", "b1_type=bell,b1_freq=500,b1_gain=-12,b1_q=2", "b1_freq=2000",
         1000, 0, 5000},
        {"bell Q 0.5 to 5", "b1_type=bell,b1_freq=900,b1_gain=-12,b1_q=0.5", "b1_q=5", 1000, 0,
         4000},
        {"low cut 20 Hz to 2 kHz", "b1_type=low_cut,b1_freq=20,b1_slope=24", "b1_freq=2000", 1000,
         0, 5000},
        {"low cut slope", "b1_type=low_cut,b1_freq=900,b1_slope=12", "b1_slope=48", 1000, 0, 5000},
        {"bell to notch", "b1_type=bell,b1_gain=-6", "b1_type=notch", 1000, 0, 5000},
        {"treble shelf under a low tone", "b1_type=high_shelf,b1_freq=9000,b1_gain=0", "b1_gain=12",
         1000, 0, 4000},
        {"output -12 to 0 dB", "b1_type=bell,b1_gain=-3,output=-12", "output=0", 1000, 0, 4000},
    };
    for (unsigned m = 0; m < sizeof moves / sizeof moves[0]; m++) {
        const double level =
            splatter(moves[m].before, moves[m].after, moves[m].freq, moves[m].low, moves[m].high);
        printf("# %-30s %.1f dBFS above %g Hz\n", moves[m].what, level, moves[m].high);
        CHECK(level <= -90);
    }
}

/* After a move the equalizer is exactly where it would be without one. */
TEST(a_move_ends_where_it_should)
{
    LusterInstance *moved = rig_open(&luster_proc_eq, 48000, 2, 4096);
    LusterInstance *still = rig_open(&luster_proc_eq, 48000, 2, 4096);
    const char *end =
        "b1_type=bell,b1_freq=9000,b1_gain=6,b2_type=low_cut,b2_freq=80,b2_slope=24,"
        "b5_type=high_shelf,b5_gain=0,b6_type=off,b7_type=bell,b7_gain=-3,b7_freq=15000";
    Signal in = rig_bursts(2, 96000, 3), a = rig_signal(2, 96000), b = rig_signal(2, 96000);
    rig_set(moved, &luster_proc_eq,
            "b1_type=notch,b5_type=high_shelf,b5_gain=12,b6_type=bell,"
            "b6_gain=9,b7_type=tilt,b7_gain=3,b2_type=low_cut,b2_slope=6");
    rig_process(moved, &in, &a, NULL, 0, 5000);
    rig_set(moved, &luster_proc_eq, end);
    rig_process(moved, &in, &a, NULL, 5000, 91000);
    rig_set(still, &luster_proc_eq, end);
    rig_process(still, &in, &b, NULL, 0, 96000);
    double worst = 0;
    for (uint32_t i = 60000; i < 96000; i++)
        worst = fmax(worst, fabs((double)a.ch[0][i] - b.ch[0][i]));
    CHECK(worst < 1e-6);
    /* and back at neutral the input passes bit for bit again */
    rig_set(moved, &luster_proc_eq, "b1_gain=0,b2_type=off,b7_gain=0,b5_gain=0");
    rig_process(moved, &in, &a, NULL, 0, 96000);
    CHECK(memcmp(a.ch[0] + 20000, in.ch[0] + 20000, 70000 * sizeof(float)) == 0);
    luster_instance_free(moved);
    luster_instance_free(still);
    rig_drop(&in), rig_drop(&a), rig_drop(&b);
}

TEST(response_is_refused_where_there_is_none)
{
    LusterError err = {0};
    double f = 100, db;
    CHECK(luster_processor_response(&luster_proc_utility, NULL, 48000, 0, &f, 1, &db, NULL, &err) ==
          LUSTER_UNSUPPORTED);
    CHECK(strstr(err.text, "utility") != NULL);
}

int main(void)
{
    RUN(impulse_response_follows_the_analogue_prototype);
    RUN(residual_at_low_frequencies_and_high_rate);
    RUN(moves_do_not_splatter);
    RUN(a_move_ends_where_it_should);
    RUN(response_is_refused_where_there_is_none);
    return tap_done();
}
