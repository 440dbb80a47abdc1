/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The multiband dynamics, measured: flat sum, linear phase that nulls, static curves, times, link,
 * solo and bypass, key, look-ahead. Bars: sum 0.02 dB, null -120 dB, static curve 0.05 dB, times
 * 3 %, image 0 dB. doc/processors/multiband.md quotes what is printed. */
#include "dynamics_rig.h"
#include "tap.h"

static const LusterProcessor *multiband;
static const double rates[] = {44100, 48000, 96000, 192000};

static double complex_size(const float *x, uint32_t n, double hz, double rate_hz)
{
    double re = 0.0, im = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        re += x[i] * cos(2.0 * PI * hz / rate_hz * i);
        im += x[i] * sin(2.0 * PI * hz / rate_hz * i);
    }
    return sqrt(re * re + im * im);
}

/* Bands at unity: the sum of all is flat, whatever their number and the phase. */
TEST(unity_is_flat)
{
    static const char *const settings[] = {"bands=2", "bands=3", "bands=4", "bands=5",
                                           "bands=6,xover1=60"};
    for (int r = 0; r < 4; r++) {
        double worst = 0.0;
        for (int s = 0; s < 5; s++) {
            char all[256];
            snprintf(all, sizeof all,
                     "b1_bypass=on,b2_bypass=on,b3_bypass=on,b4_ratio=1,b5_ratio=1,b6_ratio=1,%s",
                     settings[s]);
            const uint32_t n = (uint32_t)(rates[r] * 0.4);
            Signal in = rig_signal(1, n);
            in.ch[0][0] = 0.5f;
            Signal out = through(multiband, all, rates[r], &in, NULL);
            for (double hz = 20; hz <= 20000; hz *= 1.25)
                worst = fmax(worst, fabs(db(complex_size(out.ch[0], n, hz, rates[r]) / 0.5)));
            rig_drop(&in), rig_drop(&out);
        }
        printf("# | sum of 2 to 6 bands at unity, %.1f kHz | within %.1g dB |\n", rates[r] / 1000,
               worst);
        CHECK(worst < 0.02);
    }
}

TEST(linear_phase_nulls_against_the_delayed_input)
{
    for (int r = 0; r < 4; r++) {
        Signal in = rig_bursts(2, 80000, 5);
        Signal out = through(multiband,
                             "phase=linear,bands=6,xover1=60,lookahead=3,b1_ratio=1,b2_ratio=1,"
                             "b3_ratio=1,b4_bypass=on,b5_ratio=1,b6_ratio=1",
                             rates[r], &in, NULL);
        double worst = 0.0;
        for (uint32_t i = 0; i < 80000 - 18000; i++)
            worst = fmax(worst, fabs((double)out.ch[1][i] - in.ch[1][i]));
        printf("# | linear phase less delayed input, %.1f kHz | %.1f dBFS |\n", rates[r] / 1000,
               db(worst));
        CHECK(db(worst) < -120.0);
        rig_drop(&in), rig_drop(&out);
    }
}

/* Giannoulis, Massberg, Reiss 2012, eq. 4, as a reduction. */
static double curve_db(double over, double amount, double knee)
{
    if (2.0 * over < -knee)
        return 0.0;
    if (2.0 * fabs(over) <= knee && knee > 0.0)
        return amount * (over + knee / 2.0) * (over + knee / 2.0) / (2.0 * knee);
    return amount * over;
}

/* The gain of the middle band for a key of 1 kHz at a level, from the sound of a small tone of
 * 1 kHz that passes while the key does the talking. */
static double tone_gain(const char *settings, double rate_hz, double level_db)
{
    const uint32_t n = (uint32_t)(rate_hz * 1.5), span = (uint32_t)(rate_hz / 100);
    Signal in = tone(n, 1000, rate_hz, 0.1), key = tone(n, 1000, rate_hz, from_db(level_db));
    Signal out = through(multiband, settings, rate_hz, &in, &key);
    const uint32_t end = n - (uint32_t)(rate_hz * 0.1);
    double a = 0.0, b = 0.0;
    for (uint32_t i = end - 10 * span; i < end; i++) {
        a += (double)out.ch[0][i] * out.ch[0][i];
        b += (double)in.ch[0][i] * in.ch[0][i];
    }
    rig_drop(&in), rig_drop(&key), rig_drop(&out);
    return 0.5 * db(a / b);
}

#define MIDDLE "bands=3,xover1=60,xover2=16000,b1_ratio=1,b3_ratio=1,"

/* A band two octaves and more wide of the tone passes it whole to 0.02 dB, and so hears it. */
TEST(static_curves)
{
    for (int r = 0; r < 4; r++) {
        double down = 0.0, up = 0.0, expand = 0.0;
        for (double level = -55; level <= 0; level += 5) {
            const double c =
                tone_gain(MIDDLE "b2_threshold=-30,b2_ratio=4,b2_knee=8,b2_attack=5,b2_release=150",
                          rates[r], level);
            down = fmax(down, fabs(c + curve_db(level + 30, 0.75, 8)));
            const double u = tone_gain(MIDDLE "b2_ratio=1,b2_up_threshold=-25,b2_up_ratio=2,"
                                              "b2_up_range=12,b2_knee=6,b2_attack=5,b2_release=150",
                                       rates[r], level);
            up = fmax(up, fabs(u - fmin(curve_db(-25 - level, 0.5, 6), 12)));
            const double e = tone_gain(MIDDLE "b2_mode=expand,b2_threshold=-25,b2_ratio=2,"
                                              "b2_range=20,b2_knee=6,b2_attack=5,b2_release=150",
                                       rates[r], level);
            expand = fmax(expand, fabs(e + fmin(curve_db(-25 - level, 1.0, 6), 20)));
        }
        printf("# | static curve, 1 kHz, %.1f kHz: down / up / expansion | %.3f / %.3f / %.3f dB "
               "|\n",
               rates[r] / 1000, down, up, expand);
        CHECK(down < 0.05 && up < 0.05 && expand < 0.05);
    }
}

TEST(the_floor_is_not_raised)
{
    const char *settings = MIDDLE "b2_ratio=1,b2_up_threshold=-25,b2_up_ratio=4,b2_up_range=20,"
                                  "b2_release=50,up_floor=-60";
    CHECK_NEAR(tone_gain(settings, 48000, -65), 0.0, 0.01);
    CHECK(tone_gain(settings, 48000, -52) > 5.0 && tone_gain(settings, 48000, -52) < 8.5);
    CHECK(tone_gain(settings, 48000, -40) > 10.0);
}

/* The lowest band holds a constant whole; the range caps what its crossover overshoots. */
TEST(attack_and_release_take_their_time)
{
    static const double attacks[] = {2, 10, 30}, releases[] = {60, 150, 400};
    double worst_attack = 0.0, worst_release = 0.0;
    for (int r = 0; r < 4; r++) {
        for (int t = 0; t < 3; t++) {
            const double rate_hz = rates[r];
            const uint32_t step = (uint32_t)(rate_hz * 0.2), half = (uint32_t)(rate_hz * 0.5);
            Signal key = constant(half + (uint32_t)(rate_hz * 1.5), 0.001);
            for (uint32_t i = step; i < half; i++)
                key.ch[0][i] = 1.0f;
            char settings[256];
            snprintf(settings, sizeof settings,
                     "bands=2,xover1=20000,b2_ratio=1,b1_knee=0,b1_threshold=-25,b1_ratio=100,"
                     "b1_range=20,b1_attack=%g,b1_release=%g",
                     attacks[t], releases[t]);
            Signal gain = gain_of(multiband, settings, rate_hz, &key);
            const double up = frames_to(&gain, step, -20 * (1 - exp(-1)), false) / rate_hz * 1e3;
            const double top = db(gain.ch[0][half - 1]);
            const double down = frames_to(&gain, half, top * exp(-1), true) / rate_hz * 1e3;
            worst_attack = fmax(worst_attack, fabs(up - attacks[t]) / attacks[t]);
            worst_release = fmax(worst_release, fabs(down - releases[t]) / releases[t]);
            rig_drop(&key), rig_drop(&gain);
        }
    }
    printf("# | attack 2 … 30 ms, release 60 … 400 ms | within %.2f %%, %.2f %% |\n",
           100 * worst_attack, 100 * worst_release);
    CHECK(worst_attack < 0.03 && worst_release < 0.03);
}

TEST(linked_channels_keep_the_image)
{
    Signal in = rig_bursts(2, 30000, 4);
    for (int i = 0; i < 30000; i++)
        in.ch[1][i] = 0.125f * in.ch[0][i];
    static const char *const settings[] = {"b1_threshold=-50,b3_threshold=-50,b4_up_ratio=2",
                                           "b2_mode=expand,phase=linear",
                                           "b1_threshold=-50,b3_threshold=-50,link=0"};
    for (int s = 0; s < 3; s++) {
        Signal out = through(multiband, settings[s], 48000, &in, NULL);
        uint32_t differ = 0;
        for (int i = 0; i < 25000; i++)
            differ += out.ch[1][i] != 0.125f * out.ch[0][i];
        CHECK(s < 2 ? differ == 0 : differ > 10000);
        rig_drop(&out);
    }
    rig_drop(&in);
}

/* One loud band does not move another; solo takes the others away, bypass the dynamics. */
TEST(bands_mind_their_own_business)
{
    const uint32_t n = 48000;
    Signal low = tone(n, 50, 48000, 0.9), both = rig_copy(&low);
    for (uint32_t i = 0; i < n; i++)
        both.ch[0][i] += (float)(0.05 * sin(2 * PI * 8000 * i / 48000));
    const char *const settings[] = {
        "bands=2,xover1=600,b1_threshold=-40,b1_ratio=20,b2_threshold=-10",
        "bands=2,xover1=600,b1_threshold=-40,b1_ratio=20,b2_threshold=-10,b2_solo=on",
        "bands=2,xover1=600,b1_threshold=-40,b1_ratio=20,b2_threshold=-10,b1_bypass=on"};
    double high[3], deep[3];
    for (int s = 0; s < 3; s++) {
        Signal out = through(multiband, settings[s], 48000, &both, NULL);
        high[s] = db(complex_size(out.ch[0] + n / 2, n / 2, 8000, 48000) / (n / 4) / 0.05);
        deep[s] = db(complex_size(out.ch[0] + n / 2, n / 2, 50, 48000) / (n / 4) / 0.9);
        rig_drop(&out);
    }
    printf("# | 8 kHz while 50 Hz is turned down by %.1f dB | %.4f dB |\n", -deep[0], high[0]);
    CHECK(fabs(high[0]) < 0.02 && deep[0] < -30.0);
    CHECK(fabs(high[1]) < 0.02 && deep[1] < -80.0);
    CHECK(fabs(high[2]) < 0.02 && fabs(deep[2]) < 0.02);
    rig_drop(&low), rig_drop(&both);
}

TEST(meters_say_what_each_band_does)
{
    LusterInstance *instance = rig_open(multiband, 48000, 1, 4800);
    rig_set(instance, multiband,
            "bands=3,xover1=200,xover2=4000,b2_threshold=-30,b2_ratio=2,b2_knee=0,b1_ratio=1,"
            "b3_ratio=1,b3_up_ratio=2,b3_up_threshold=-40,b3_up_range=6,up_floor=-120");
    Signal in = tone(48000, 1000, 48000, from_db(-10)), out = rig_signal(1, 48000);
    rig_run(instance, &in, &out, NULL, 4800);
    float readings[6];
    luster_instance_read(instance, readings);
    CHECK_NEAR(readings[0], 0.0, 0.1);
    CHECK_NEAR(readings[1], 10.0, 0.3);
    CHECK_NEAR(readings[2], -6.0, 0.3);
    CHECK(readings[3] == 0.0f && readings[5] == 0.0f);
    luster_instance_free(instance);
    rig_drop(&in), rig_drop(&out);
}

TEST(lookahead_meets_the_attack)
{
    Signal in = tone(24000, 1000, 48000, 1.0);
    for (int i = 0; i < 12000; i++)
        in.ch[0][i] *= 0.01f;
    const char *const settings[] = {MIDDLE "b2_threshold=-20,b2_ratio=100,b2_knee=0,b2_attack=1",
                                    MIDDLE "b2_threshold=-20,b2_ratio=100,b2_knee=0,b2_attack=1,"
                                           "lookahead=5"};
    double peak[2] = {0.0, 0.0};
    for (int s = 0; s < 2; s++) {
        Signal out = through(multiband, settings[s], 48000, &in, NULL);
        for (int i = 12000; i < 12048; i++)
            peak[s] = fmax(peak[s], fabs(out.ch[0][i]));
        rig_drop(&out);
    }
    CHECK(db(peak[0]) > -8.0 && db(peak[1]) < -18.0);
    rig_drop(&in);
}

int main(void)
{
    multiband = luster_processor_find("multiband");
    RUN(unity_is_flat);
    RUN(linear_phase_nulls_against_the_delayed_input);
    RUN(static_curves);
    RUN(the_floor_is_not_raised);
    RUN(attack_and_release_take_their_time);
    RUN(linked_channels_keep_the_image);
    RUN(bands_mind_their_own_business);
    RUN(meters_say_what_each_band_does);
    RUN(lookahead_meets_the_attack);
    return tap_done();
}
