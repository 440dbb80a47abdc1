/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Bands that work on a part of the stereo signal, and bands that move with the level. Prints the
 * figures of doc/processors/eq.md. */
#include "luster/response.h"
#include "proc/equalizer_bands.h"
#include "proc/registry.h"
#include "rig.h"
#include "tap.h"

#include <complex.h>

#define PI 3.14159265358979323846

static const double rates[] = {44100, 48000, 96000, 192000};

static Signal noise(uint32_t n_channels, uint32_t n)
{
    Signal x = rig_signal(n_channels, n);
    LusterRng rng;
    luster_rng_seed(&rng, 11, 3);
    for (uint32_t c = 0; c < n_channels; c++)
        for (uint32_t i = 0; i < n; i++)
            x.ch[c][i] = (float)(0.3 * luster_rng_bipolar(&rng));
    return x;
}

static Signal tone(uint32_t n_channels, uint32_t n, double freq_hz, double rate_hz, double level_db)
{
    Signal x = rig_signal(n_channels, n);
    for (uint32_t c = 0; c < n_channels; c++)
        for (uint32_t i = 0; i < n; i++)
            x.ch[c][i] = (float)(pow(10, level_db / 20) * sin(2 * PI * freq_hz / rate_hz * i));
    return x;
}

static Signal through(const char *settings, const Signal *in, const Signal *key, double rate_hz)
{
    LusterInstance *eq = rig_open(&luster_proc_eq, rate_hz, in->n_channels, 4096);
    rig_set(eq, &luster_proc_eq, settings);
    Signal out = rig_signal(in->n_channels, in->n_frames);
    rig_run(eq, in, &out, key, 0);
    luster_instance_free(eq);
    return out;
}

/* Level of one frequency in frames [from, from + n) of a + sign b, dB re a sine of amplitude 1. */
static double level_db(const float *a, const float *b, double sign, uint32_t from, uint32_t n,
                       double w)
{
    double complex sum = 0;
    double norm = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double window = 0.5 - 0.5 * cos(2 * PI * i / n);
        const double x = b ? 0.5 * (a[from + i] + sign * b[from + i]) : a[from + i];
        sum += window * x * cexp(-I * w * i);
        norm += window;
    }
    return 20 * log10(2 * cabs(sum) / norm);
}

/* ---- parts of the stereo signal ---- */

TEST(bands_of_one_side_leave_the_other_alone)
{
    Signal in = noise(2, 20000);
    for (int right = 0; right < 2; right++) {
        Signal out = through(right ? "b2_type=high_shelf,b2_gain=9,b2_freq=12000,b2_channel=right"
                                   : "b2_type=high_shelf,b2_gain=9,b2_freq=12000,b2_channel=left",
                             &in, NULL, 48000);
        const float *kept = out.ch[1 - right], *same = in.ch[1 - right];
        CHECK(memcmp(kept, same, in.n_frames * sizeof(float)) == 0);
        CHECK(memcmp(out.ch[right], in.ch[right], in.n_frames * sizeof(float)) != 0);
        /* and what it works on is worked on as by a stereo band */
        Signal both = through("b2_type=high_shelf,b2_gain=9,b2_freq=12000", &in, NULL, 48000);
        CHECK(memcmp(out.ch[right], both.ch[right], in.n_frames * sizeof(float)) == 0);
        rig_drop(&out), rig_drop(&both);
    }
    rig_drop(&in);
}

TEST(bands_of_the_middle_leave_the_difference_alone)
{
    Signal in = noise(2, 20000);
    for (int side = 0; side < 2; side++) {
        Signal out = through(side ? "b2_type=bell,b2_gain=-12,b2_channel=side"
                                  : "b2_type=bell,b2_gain=-12,b2_channel=mid",
                             &in, NULL, 48000);
        double changed = 0, kept = 0;
        for (uint32_t i = 0; i < in.n_frames; i++) {
            const double mid =
                ((double)out.ch[0][i] + out.ch[1][i]) - ((double)in.ch[0][i] + in.ch[1][i]);
            const double diff =
                ((double)out.ch[0][i] - out.ch[1][i]) - ((double)in.ch[0][i] - in.ch[1][i]);
            kept = fmax(kept, fabs(side ? mid : diff));
            changed = fmax(changed, fabs(side ? diff : mid));
        }
        CHECK(20 * log10(kept) < -138); /* the rounding of two floats */
        CHECK(changed > 0.01);
        rig_drop(&out);
    }
    rig_drop(&in);
}

TEST(mono_is_its_own_left_and_mid)
{
    Signal in = noise(1, 9000);
    Signal plain = through("b1_type=bell,b1_gain=6", &in, NULL, 48000);
    static const char *const channels[] = {"left", "mid", "right", "side"};
    for (int c = 0; c < 4; c++) {
        char text[100];
        snprintf(text, sizeof text, "b1_type=bell,b1_gain=6,b1_channel=%s", channels[c]);
        Signal out = through(text, &in, NULL, 48000);
        CHECK(rig_equal(&out, c < 2 ? &plain : &in));
        rig_drop(&out);
    }
    rig_drop(&in), rig_drop(&plain);
}

TEST(stated_responses_of_the_parts_are_met)
{
    static const char settings[] =
        "b1_type=bell,b1_freq=500,b1_gain=6,b2_type=low_cut,b2_freq=120,b2_channel=side,"
        "b3_type=high_shelf,b3_freq=8000,b3_gain=-5,b3_channel=mid";
    double values[LUSTER_EQ_BANDS * LUSTER_EQ_COLUMNS + 1];
    for (uint32_t p = 0; p < luster_proc_eq.n_params; p++)
        values[p] = luster_proc_eq.params[p].def;
    CHECK(!luster_processor_parse(&luster_proc_eq, settings, values, NULL));
    double worst = 0;
    for (int side = 0; side < 2; side++) {
        for (double f = 60; f < 20000; f *= 1.9) {
            Signal in = tone(2, 48000, f, 48000, -20);
            for (uint32_t i = 0; i < in.n_frames && side; i++)
                in.ch[1][i] = -in.ch[1][i];
            Signal out = through(settings, &in, NULL, 48000);
            const double got =
                level_db(out.ch[0], out.ch[1], side ? -1 : 1, 24000, 24000, 2 * PI * f / 48000);
            double want;
            CHECK(!luster_processor_response(&luster_proc_eq, values, 48000,
                                             side ? LUSTER_PATH_SIDE : LUSTER_PATH_MID, &f, 1,
                                             &want, NULL, NULL));
            worst = fmax(worst, fabs(got - want + 20));
            rig_drop(&in), rig_drop(&out);
        }
    }
    printf("# responses of mid and side within %.4f dB of those stated\n", worst);
    CHECK(worst < 0.005);
}

/* ---- dynamic bands ---- */

/* The change that the static curve asks for. */
static double curve_db(double over_db, double ratio, double range_db)
{
    const double knee = 20 * log10(2), slope = 1 - 1 / ratio;
    double asked = 0;
    if (over_db >= knee / 2)
        asked = slope * over_db;
    else if (over_db > -knee / 2)
        asked = slope * (over_db + knee / 2) * (over_db + knee / 2) / (2 * knee);
    return copysign(fmin(asked, fabs(range_db)), range_db);
}

TEST(dynamic_gain_follows_its_curve)
{
    static const struct {
        const char *type;
        double freq_hz, gain_db, ratio, range_db, over_db;
        bool below;
    } cases[] = {
        {"bell", 1000, 0, 3, -12, 9, false},      {"bell", 1000, 3, 3, -12, 1, false},
        {"bell", 100, 0, 2, -6, 6, false},        {"bell", 4000, -4, 20, 8, 30, false},
        {"bell", 2500, 0, 2, 6, 8, true},         {"bell", 12000, 2, 4, -9, 6, false},
        {"high_shelf", 6000, 0, 3, -8, 7, false}, {"low_shelf", 150, 0, 2, -6, 5, false},
        {"bell", 1000, 0, 3, -12, -3.1, false},
    };
    double worst = 0;
    for (unsigned r = 0; r < 4; r++) {
        for (unsigned k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            const double at = !strcmp(cases[k].type, "bell")        ? cases[k].freq_hz
                              : !strcmp(cases[k].type, "low_shelf") ? 30
                                                                    : 15013;
            const double threshold = -30;
            const double level = threshold + (cases[k].below ? -1 : 1) * cases[k].over_db;
            char text[400];
            snprintf(text, sizeof text,
                     "b4_type=%s,b4_freq=%g,b4_gain=%g,b4_ratio=%g,b4_range=%g,b4_threshold=%g,"
                     "b4_when=%s,b4_attack=2,b4_release=300",
                     cases[k].type, cases[k].freq_hz, cases[k].gain_db, cases[k].ratio,
                     cases[k].range_db, threshold, cases[k].below ? "below" : "above");
            const uint32_t n = (uint32_t)(1.5 * rates[r]);
            Signal in = tone(1, n, at, rates[r], level);
            Signal out = through(text, &in, NULL, rates[r]);
            /* what the band listens through takes its share of a tone beside its centre */
            double over = cases[k].over_db;
            if (strcmp(cases[k].type, "bell") != 0) {
                const double x = tan(PI * at / rates[r]) / tan(PI * cases[k].freq_hz / rates[r]);
                const double u = !strcmp(cases[k].type, "low_shelf") ? x : 1 / x;
                over -= 10 * log10(1 + u * u * u * u);
            }
            const double gain =
                cases[k].gain_db + curve_db(over, cases[k].ratio, cases[k].range_db);
            char still[200];
            snprintf(still, sizeof still, "b4_type=%s,b4_freq=%g,b4_gain=%.9g", cases[k].type,
                     cases[k].freq_hz, gain);
            Signal want = through(still, &in, NULL, rates[r]);
            const double w = 2 * PI * at / rates[r];
            const double off = level_db(out.ch[0], NULL, 0, n - n / 3, n / 3, w) -
                               level_db(want.ch[0], NULL, 0, n - n / 3, n / 3, w);
            worst = fmax(worst, fabs(off));
            if (!CHECK(fabs(off) < 0.05))
                printf("#   %g Hz, case %u: %.3f dB off\n", rates[r], k, off);
            rig_drop(&in), rig_drop(&out), rig_drop(&want);
        }
    }
    printf("# dynamic gain within %.3f dB of its curve\n", worst);
}

/* From the meter, block by block: the frame at which the change has come 63 % of its way. */
TEST(dynamic_times_are_as_stated)
{
    double worst = 0;
    for (unsigned r = 0; r < 4; r++) {
        static const double times_ms[][2] = {{5, 100}, {20, 50}, {60, 800}};
        for (int t = 0; t < 3; t++) {
            const double rate = rates[r];
            LusterInstance *eq = rig_open(&luster_proc_eq, rate, 1, 32);
            char text[300];
            snprintf(text, sizeof text,
                     "b1_type=bell,b1_freq=2000,b1_q=1,b1_range=-12,b1_threshold=-30,b1_ratio=20,"
                     "b1_attack=%g,b1_release=%g",
                     times_ms[t][0], times_ms[t][1]);
            rig_set(eq, &luster_proc_eq, text);
            const uint32_t half = (uint32_t)(rate * 0.6) / 32 * 32, n = half * 6;
            Signal in = tone(1, n, 2000, rate, -10), out = rig_signal(1, n);
            for (uint32_t i = 0; i < n; i++)
                in.ch[0][i] *= i < half || i >= 2 * half ? 1e-4f : 1.0f;
            double up_ms = 0, down_ms = 0;
            for (uint32_t i = 0; i < n; i += 32) {
                float reading[LUSTER_EQ_BANDS];
                rig_process(eq, &in, &out, NULL, i, 32);
                luster_instance_read(eq, reading);
                const double share = reading[0] / -12;
                if (i >= half && !up_ms && share >= 1 - exp(-1))
                    up_ms = (i + 32 - half) * 1000.0 / rate;
                if (i >= 2 * half && !down_ms && share <= exp(-1))
                    down_ms = (i + 32 - 2 * half) * 1000.0 / rate - 500.0 / 2000;
            }
            const double cell_ms = 32 * 1000.0 / rate;
            const double ring_ms = 0.3; /* of the filter it listens through */
            const double up = fabs(up_ms - times_ms[t][0]), down = fabs(down_ms - times_ms[t][1]);
            worst = fmax(worst, fmax(up / times_ms[t][0], down / times_ms[t][1]));
            const bool up_ok = CHECK(up <= 0.03 * times_ms[t][0] + cell_ms + ring_ms);
            const bool down_ok = CHECK(down <= 0.03 * times_ms[t][1] + cell_ms + ring_ms);
            if (!up_ok || !down_ok)
                printf("#   %g Hz: attack %g is %.2f ms, release %g is %.2f ms\n", rate,
                       times_ms[t][0], up_ms, times_ms[t][1], down_ms);
            luster_instance_free(eq);
            rig_drop(&in), rig_drop(&out);
        }
    }
    printf("# dynamic times within %.1f %%, the raster of cells included\n", 100 * worst);
}

TEST(a_dynamic_band_at_rest_is_a_static_one)
{
    double worst = 0;
    for (unsigned r = 0; r < 4; r++) {
        Signal in = noise(2, 30000);
        Signal still = through("b1_type=bell,b1_freq=9000,b1_gain=5,b1_q=0.5", &in, NULL, rates[r]);
        Signal moved = through("b1_type=bell,b1_freq=9000,b1_gain=5,b1_q=0.5,b1_range=-12,"
                               "b1_threshold=0",
                               &in, NULL, rates[r]);
        for (uint32_t i = 0; i < in.n_frames; i++)
            worst = fmax(worst, fabs((double)still.ch[0][i] - moved.ch[0][i]));
        rig_drop(&in), rig_drop(&still), rig_drop(&moved);
    }
    printf("# at rest within %.1f dBFS of a static band\n", 20 * log10(worst));
    CHECK(20 * log10(worst) < -130);
}

/* A steady tone is not distorted by a band that holds it down. */
TEST(a_held_tone_stays_clean)
{
    for (unsigned k = 0; k < 7; k++) {
        static const double freqs[] = {31, 43, 50, 55, 77, 120, 3000};
        const double f = freqs[k], rate = 48000;
        const uint32_t n = 4 * 48000, span = 48000;
        char text[300];
        snprintf(text, sizeof text,
                 "b1_type=bell,b1_freq=%g,b1_range=-12,b1_threshold=-26,b1_ratio=3", f);
        Signal in = tone(1, n, f, rate, -14), out = through(text, &in, NULL, rate);
        const double base = level_db(out.ch[0], NULL, 0, n - span, span, 2 * PI * f / rate);
        double sum = 0;
        for (int h = 2; h <= 9; h++)
            sum +=
                pow(10, level_db(out.ch[0], NULL, 0, n - span, span, 2 * PI * f * h / rate) / 10);
        printf("# %4g Hz held down by %.1f dB: THD %.1f dB\n", f, -14 - base,
               10 * log10(sum) - base);
        CHECK_NEAR(-14 - base, 8, 0.05);
        CHECK(10 * log10(sum) - base < -90);
        rig_drop(&in), rig_drop(&out);
    }
}

TEST(the_side_chain_moves_a_band_of_the_sound)
{
    Signal in = tone(2, 48000, 300, 48000, -30), key = tone(2, 48000, 300, 48000, -10);
    static const char settings[] =
        "b1_type=bell,b1_freq=300,b1_range=-10,b1_threshold=-30,b1_ratio=20,b1_key=side_chain";
    Signal keyed = through(settings, &in, &key, 48000), own = through(settings, &in, NULL, 48000);
    const double w = 2 * PI * 300 / 48000;
    const double with = level_db(keyed.ch[0], NULL, 0, 24000, 24000, w);
    const double without = level_db(own.ch[0], NULL, 0, 24000, 24000, w);
    CHECK_NEAR(with, -40, 0.05);
    CHECK(without > -31.5 && without < -30);
    rig_drop(&in), rig_drop(&key), rig_drop(&keyed), rig_drop(&own);
}

/* A band of the side listens to the side: a loud middle does not move it. */
TEST(a_dynamic_band_hears_what_it_works_on)
{
    Signal in = tone(2, 48000, 1000, 48000, -6);
    static const char settings[] = "b1_type=bell,b1_range=-12,b1_threshold=-40,b1_channel=side,"
                                   "b2_type=bell,b2_range=-12,b2_threshold=-60,b2_channel=right";
    for (uint32_t i = 0; i < in.n_frames; i++)
        in.ch[1][i] = 0.0f;
    Signal left_only = through(settings, &in, NULL, 48000);
    for (uint32_t i = 0; i < in.n_frames; i++)
        in.ch[1][i] = in.ch[0][i];
    Signal middle =
        through("b1_type=bell,b1_range=-12,b1_threshold=-40,b1_channel=side", &in, NULL, 48000);
    const double w = 2 * PI * 1000 / 48000;
    CHECK_NEAR(level_db(middle.ch[0], NULL, 0, 24000, 24000, w), -6, 0.001);
    /* one side alone: half of it is side, held down by 12 dB */
    CHECK_NEAR(level_db(left_only.ch[0], left_only.ch[1], -1, 24000, 24000, w), -24, 0.05);
    CHECK_NEAR(level_db(left_only.ch[0], left_only.ch[1], 1, 24000, 24000, w), -12, 0.05);
    rig_drop(&in), rig_drop(&left_only), rig_drop(&middle);
}

int main(void)
{
    RUN(bands_of_one_side_leave_the_other_alone);
    RUN(bands_of_the_middle_leave_the_difference_alone);
    RUN(mono_is_its_own_left_and_mid);
    RUN(stated_responses_of_the_parts_are_met);
    RUN(dynamic_gain_follows_its_curve);
    RUN(dynamic_times_are_as_stated);
    RUN(a_dynamic_band_at_rest_is_a_static_one);
    RUN(a_held_tone_stays_clean);
    RUN(the_side_chain_moves_a_band_of_the_sound);
    RUN(a_dynamic_band_hears_what_it_works_on);
    return tap_done();
}
