/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The compressor, measured: static curve, times, link, look-ahead, automatic make-up and times,
 * keys, distortion, clicks. Bars: static curve 0.05 dB, times 3 %, image shift 0 dB (knowledge L3).
 * doc/processors/compressor.md quotes what is printed. */
#include "dynamics_rig.h"
#include "tap.h"

static const LusterProcessor *comp;

/* Giannoulis, Massberg, Reiss 2012, eq. 4, in dB. */
static double curve_db(double x, double threshold, double ratio, double knee)
{
    const double slope = ratio >= 100.0 ? -1.0 : 1.0 / ratio - 1.0, over = x - threshold;
    if (2.0 * over < -knee)
        return 0.0;
    if (2.0 * fabs(over) <= knee && knee > 0.0)
        return slope * (over + knee / 2.0) * (over + knee / 2.0) / (2.0 * knee);
    return slope * over;
}

TEST(static_curve)
{
    static const double ratios[] = {1, 1.3, 2, 4, 20, 100}, knees[] = {0, 3, 6, 18, 30};
    double worst = 0.0;
    for (int r = 0; r < 6; r++) {
        for (int k = 0; k < 5; k++) {
            char settings[128];
            snprintf(settings, sizeof settings, "threshold=-30,ratio=%g,knee=%g,attack=0.1",
                     ratios[r], knees[k]);
            for (double level = -55.0; level <= 6.0; level += 3.7) {
                Signal key = constant(2400, from_db(level));
                Signal gain = gain_of(comp, settings, 48000, &key);
                const double want = curve_db(level, -30, ratios[r], knees[k]);
                worst = fmax(worst, fabs(db(gain.ch[0][2399]) - want));
                rig_drop(&key);
                rig_drop(&gain);
            }
        }
    }
    printf("# static curve, constant level: within %.1g dB\n", worst);
    CHECK(worst < 0.001);
}

/* Stepped 1 kHz: the mean gain over whole periods, peak and RMS detector. */
TEST(static_curve_on_a_stepped_tone)
{
    static const char *const detectors[] = {"release=150", "release=150,hold=1",
                                            "detector=rms,rms_time=50"};
    for (int d = 0; d < 3; d++) {
        double worst = 0.0;
        char settings[128];
        snprintf(settings, sizeof settings, "threshold=-30,ratio=4,knee=6,attack=5,%s",
                 detectors[d]);
        for (double level = -50.0; level <= 0.0; level += 5.0) {
            Signal key = tone(48000, 1000, 48000, from_db(level));
            Signal gain = gain_of(comp, settings, 48000, &key);
            double mean = 0.0;
            for (int i = 48000 - 480; i < 48000; i++)
                mean += db(gain.ch[0][i]) / 480;
            worst = fmax(worst, fabs(mean - curve_db(level - (d == 2 ? 3.0103 : 0), -30, 4, 6)));
            rig_drop(&key);
            rig_drop(&gain);
        }
        printf("# static curve, 1 kHz tone, %s: within %.4f dB\n", detectors[d], worst);
        CHECK(worst < 0.05);
    }
}

TEST(range_limits_the_reduction)
{
    Signal key = constant(24000, 1.0);
    Signal gain = gain_of(comp, "threshold=-40,ratio=20,range=9,attack=1", 48000, &key);
    CHECK_NEAR(db(gain.ch[0][23999]), -9.0, 0.001);
    rig_drop(&key);
    rig_drop(&gain);
}

TEST(attack_and_release_take_their_time)
{
    static const double attacks[] = {0.5, 5, 10, 30, 100}, releases[] = {20, 50, 150, 1000};
    double worst_attack = 0.0, worst_release = 0.0;
    for (int a = 0; a < 5; a++) {
        for (int r = 0; r < 4; r++) {
            if (releases[r] < 1.2 * attacks[a])
                continue;
            const double rate_hz = r % 2 ? 96000 : 44100;
            const uint32_t step = (uint32_t)(rate_hz * 0.1);
            const uint32_t back = step + (uint32_t)(rate_hz * attacks[a] * 0.015);
            Signal key = constant(back + (uint32_t)(rate_hz * releases[r] * 0.003), 0.001);
            for (uint32_t i = step; i < back; i++)
                key.ch[0][i] = 1.0f;
            char settings[128];
            snprintf(settings, sizeof settings, "threshold=-20,ratio=100,attack=%g,release=%g",
                     attacks[a], releases[r]);
            Signal gain = gain_of(comp, settings, rate_hz, &key);
            const double up = frames_to(&gain, step, -20 * (1 - exp(-1)), false) / rate_hz * 1e3;
            const double down = frames_to(&gain, back, -20 * exp(-1), true) / rate_hz * 1e3;
            /* counted in whole frames: half of one is the middle of what the count leaves open */
            const double half = 500.0 / rate_hz;
            worst_attack = fmax(worst_attack, fabs(up + half - attacks[a]) / attacks[a]);
            worst_release = fmax(worst_release, fabs(down + half - releases[r]) / releases[r]);
            rig_drop(&key);
            rig_drop(&gain);
        }
    }
    printf("# attack within %.2f %%, release within %.2f %%\n", 100 * worst_attack,
           100 * worst_release);
    CHECK(worst_attack < 0.03 && worst_release < 0.03);
}

TEST(linked_channels_keep_the_image_and_unlinked_ones_do_not)
{
    Signal in = rig_bursts(2, 30000, 4);
    for (int i = 0; i < 30000; i++)
        in.ch[1][i] = 0.125f * in.ch[0][i];
    static const char *const settings[] = {"threshold=-40,ratio=8",
                                           "threshold=-40,ratio=8,detector=rms,auto_times=on",
                                           "threshold=-40,ratio=8,link=0"};
    for (int s = 0; s < 3; s++) {
        Signal out = through(comp, settings[s], 48000, &in, NULL);
        uint32_t differ = 0;
        for (int i = 0; i < 30000; i++)
            differ += out.ch[1][i] != 0.125f * out.ch[0][i];
        CHECK(s < 2 ? differ == 0 : differ > 10000);
        rig_drop(&out);
    }
    rig_drop(&in);
}

TEST(ratio_one_nulls_with_everything_else_on)
{
    Signal in = rig_bursts(2, 20000, 6);
    Signal out = through(comp,
                         "ratio=1,threshold=-60,auto_makeup=on,auto_times=on,lookahead=7.3,"
                         "detector=rms,link=30,key_low_cut=100",
                         44100, &in, NULL);
    for (int c = 0; c < 2; c++)
        CHECK(memcmp(out.ch[c], in.ch[c], (20000 - 400) * sizeof(float)) == 0);
    rig_drop(&in);
    rig_drop(&out);
}

TEST(lookahead_meets_the_attack_and_keeps_the_mix_in_time)
{
    /* a tone that jumps by 40 dB: with look-ahead the first loud period is already down */
    Signal key = tone(24000, 1000, 48000, 1.0), early, late;
    for (int i = 0; i < 12000; i++)
        key.ch[0][i] *= 0.01f;
    early = gain_of(comp, "threshold=-20,ratio=100,knee=0,attack=1,lookahead=5", 48000, &key);
    late = gain_of(comp, "threshold=-20,ratio=100,knee=0,attack=1", 48000, &key);
    CHECK(db(early.ch[0][12012]) < -19.0); /* the first peak */
    CHECK(db(late.ch[0][12012]) > -6.0);
    rig_drop(&early);
    rig_drop(&late);
    /* parallel: wet and dry add up as (1 - m) + m g, never as a comb */
    Signal wet = through(comp, "threshold=-20,ratio=4,lookahead=5", 48000, &key, NULL);
    Signal half = through(comp, "threshold=-20,ratio=4,lookahead=5,mix=50", 48000, &key, NULL);
    double worst = 0.0;
    for (int i = 0; i < 23000; i++)
        worst = fmax(worst, fabs(half.ch[0][i] - 0.5 * (wet.ch[0][i] + key.ch[0][i])));
    CHECK(worst < 1e-6);
    rig_drop(&key);
    rig_drop(&wet);
    rig_drop(&half);
}

TEST(automatic_makeup_returns_what_was_taken)
{
    const uint32_t n = 48000 * 12;
    Signal in = tone(n, 440, 48000, from_db(-6));
    for (uint32_t i = 0; i < n; i++) /* beats, to give the mean something to do */
        in.ch[0][i] *= (float)(0.6 + 0.4 * sin(2 * PI * 2.5 * i / 48000));
    const char *settings = "threshold=-30,ratio=4,attack=5,release=80";
    char with[128];
    snprintf(with, sizeof with, "%s,auto_makeup=on", settings);
    Signal plain = through(comp, settings, 48000, &in, NULL);
    Signal made = through(comp, with, 48000, &in, NULL);
    double taken = 0.0, mean = 0.0, count = 0.0, least = 99.0;
    for (uint32_t i = n - 96000; i < n; i++) {
        if (fabs(in.ch[0][i]) < 0.01)
            continue;
        const double makeup = db(made.ch[0][i] / plain.ch[0][i]);
        taken -= db(plain.ch[0][i] / in.ch[0][i]);
        mean += makeup;
        count++;
        least = fmin(least, makeup);
    }
    /* it starts at half the static gain at full scale: -T (1 - 1/R) / 2 = 11.25 dB */
    CHECK_NEAR(db(made.ch[0][27] / plain.ch[0][27]), 11.25, 0.05);
    printf("# automatic make-up: %.2f dB for a mean reduction of %.2f dB\n", mean / count,
           taken / count);
    CHECK(least > 0.0 && taken / count > 5.0);
    CHECK_NEAR(mean, taken, 0.3 * count);
    rig_drop(&plain);
    rig_drop(&made);
    rig_drop(&in);
}

/* Whatever is played and moved, it never turns down. */
TEST(automatic_makeup_is_never_negative)
{
    LusterInstance *instance = rig_open(comp, 48000, 2, 512);
    rig_set(instance, comp, "auto_makeup=on");
    LusterRng rng;
    luster_rng_seed(&rng, 2, 2);
    const int threshold = luster_processor_param(comp, "threshold");
    const int ratio = luster_processor_param(comp, "ratio");
    Signal in = rig_bursts(2, 512 * 200, 9), out = rig_signal(2, 512 * 200);
    for (uint32_t i = 0; i < 200; i++) {
        luster_instance_set(instance, (uint32_t)threshold, -60.0 * luster_rng_unit(&rng));
        luster_instance_set(instance, (uint32_t)ratio, 1.0 + 8.0 * luster_rng_unit(&rng));
        rig_process(instance, &in, &out, NULL, i * 512, 512);
        float readings[2];
        luster_instance_read(instance, readings);
        CHECK(readings[0] >= 0.0f && readings[1] >= 0.0f && readings[1] < 60.0f);
    }
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
}

/* D2: a steady tone (crest^2 = 2) gets 80 ms and 1 s in all, short bursts much less. */
TEST(automatic_times_follow_the_crest)
{
    Signal steady = tone(48000 * 5, 100, 48000, 1.0), bursts = rig_copy(&steady);
    for (uint32_t i = 0; i < steady.n_frames; i++) {
        if (i % 24000 > 480)
            bursts.ch[0][i] = 0.0f;
        if (i >= 48000 * 3)
            steady.ch[0][i] = 0.0f;
    }
    Signal slow = gain_of(comp, "threshold=-20,ratio=100,auto_times=on", 48000, &steady);
    Signal fast = gain_of(comp, "threshold=-20,ratio=100,auto_times=on", 48000, &bursts);
    const double slow_ms = frames_to(&slow, 48000 * 3, -20 * exp(-1), true) / 48.0;
    /* after a burst, from the deepest point */
    uint32_t deepest = 72000;
    for (uint32_t i = 72000; i < 90000; i++)
        deepest = fast.ch[0][i] < fast.ch[0][deepest] ? i : deepest;
    const double depth = db(fast.ch[0][deepest]);
    const double fast_ms = frames_to(&fast, deepest, depth * exp(-1), true) / 48.0;
    printf("# automatic release: %.0f ms after a steady tone, %.0f ms after bursts\n", slow_ms,
           fast_ms);
    CHECK(fabs(slow_ms - 1000.0) < 50.0 && fast_ms < 0.35 * slow_ms && depth < -5.0);
    rig_drop(&steady), rig_drop(&bursts), rig_drop(&slow), rig_drop(&fast);
}

/* 2:1 on 50 Hz at 10 dB of reduction. */
TEST(low_tones_stay_clean)
{
    static const struct {
        const char *settings;
        double bar_db;
    } tries[] = {{"auto_times=on", -149},
                 {"attack=5,release=50", -44},
                 {"attack=5,release=50,hold=10", -110},
                 {"attack=10,release=150", -58},
                 {"attack=30,release=250", -70},
                 {"attack=10,release=150,detector=rms,rms_time=50", -90}};
    Signal in = tone(48000 * 8, 50, 48000, 1.0);
    for (unsigned t = 0; t < sizeof tries / sizeof tries[0]; t++) {
        char settings[128];
        snprintf(settings, sizeof settings, "threshold=-20,ratio=2,knee=0,%s", tries[t].settings);
        Signal out = through(comp, settings, 48000, &in, NULL);
        const double thd = distortion_db(&out, 48000, 50, 48000);
        printf("# THD+N on 50 Hz, 2:1, 10 dB, %s: %.1f dB\n", tries[t].settings, thd);
        CHECK(thd < tries[t].bar_db);
        rig_drop(&out);
    }
    rig_drop(&in);
}

TEST(key_filters_and_external_key)
{
    Signal low = tone(48000, 50, 48000, 1.0), silence = constant(48000, 0.0);
    Signal open = gain_of(comp, "threshold=-40,ratio=100,hold=20", 48000, &low);
    Signal cut = gain_of(comp, "threshold=-40,ratio=100,hold=20,key_low_cut=200", 48000, &low);
    Signal none = gain_of(comp, "threshold=-60,ratio=100", 48000, &silence);
    CHECK_NEAR(db(open.ch[0][47999]), -40.0, 0.1);
    CHECK_NEAR(db(cut.ch[0][47999]), -40.0 + 24.1, 0.3); /* two octaves of 12 dB */
    CHECK(none.ch[0][47999] == 1.0f);
    Signal heard = through(comp, "key_low_cut=200,key_listen=on", 48000, &silence, &low);
    CHECK_NEAR(db(heard.ch[0][48000 - 240]), -24.1, 12.0);
    rig_drop(&low), rig_drop(&silence), rig_drop(&open), rig_drop(&cut), rig_drop(&none);
    rig_drop(&heard);
}

/* Settings thrown about while a tone plays: nothing above -90 dBFS far from it. */
TEST(moving_settings_make_no_clicks)
{
    static const char *const moves[][2] = {{"threshold=-10", "threshold=-40"},
                                           {"ratio=1", "ratio=20"},
                                           {"makeup=0", "makeup=12"},
                                           {"mix=100", "mix=0"},
                                           {"knee=0", "knee=30"},
                                           {"range=60", "range=3"},
                                           {"link=100", "link=0"},
                                           {"auto_makeup=off", "auto_makeup=on"}};
    Signal in = tone(32768, 500, 48000, 0.5), out = rig_signal(1, 32768);
    double worst = -200.0;
    for (unsigned m = 0; m < sizeof moves / sizeof moves[0]; m++) {
        LusterInstance *instance = rig_open(comp, 48000, 1, 4096);
        rig_set(instance, comp, "threshold=-20,ratio=4,attack=10,hold=2,makeup=0");
        rig_set(instance, comp, moves[m][0]);
        for (uint32_t i = 0; i < 32768; i += 4096) {
            if (i >= 16384)
                rig_set(instance, comp, moves[m][i / 4096 % 2 ? 1 : 0]);
            rig_process(instance, &in, &out, NULL, i, 4096);
        }
        const double level = splatter_db(out.ch[0] + 16384, 16384, 48000, 4000, 20000);
        worst = fmax(worst, level);
        if (!CHECK(level < -90.0))
            printf("#   %s: %.1f dBFS\n", moves[m][1], level);
        luster_instance_free(instance);
    }
    printf("# moving settings: at most %.1f dBFS between 4 and 20 kHz\n", worst);
    rig_drop(&in);
    rig_drop(&out);
}

int main(void)
{
    comp = luster_processor_find("compressor");
    RUN(static_curve);
    RUN(static_curve_on_a_stepped_tone);
    RUN(range_limits_the_reduction);
    RUN(attack_and_release_take_their_time);
    RUN(linked_channels_keep_the_image_and_unlinked_ones_do_not);
    RUN(ratio_one_nulls_with_everything_else_on);
    RUN(lookahead_meets_the_attack_and_keeps_the_mix_in_time);
    RUN(automatic_makeup_returns_what_was_taken);
    RUN(automatic_makeup_is_never_negative);
    RUN(automatic_times_follow_the_crest);
    RUN(low_tones_stay_clean);
    RUN(key_filters_and_external_key);
    RUN(moving_settings_make_no_clicks);
    return tap_done();
}
