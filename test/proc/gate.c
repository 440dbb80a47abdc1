/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The gate, measured: thresholds, hold, chatter, times, expander curve, range, look-ahead, clicks.
 * The key talks while a constant shows the gain. doc/processors/gate.md quotes what is printed. */
#include "dynamics_rig.h"
#include "tap.h"

static const LusterProcessor *gate;

TEST(expander_static_curve)
{
    static const double ratios[] = {1, 1.5, 2, 4, 100};
    double worst = 0.0;
    for (int r = 0; r < 5; r++) {
        for (double level = -85.0; level < 0.0; level += 2.9) {
            char settings[128];
            snprintf(settings, sizeof settings,
                     "threshold=-30,ratio=%g,range=25,attack=0.1,release=5,hold=1", ratios[r]);
            Signal key = constant(9600, from_db(level));
            Signal gain = gain_of(gate, settings, 48000, &key);
            double want = level >= -30 ? 0.0 : (ratios[r] - 1.0) * (-30 - level);
            want = ratios[r] == 100 && level < -30 ? 25.0 : fmin(want, 25.0);
            worst = fmax(worst, fabs(db(gain.ch[0][9599 - 48]) + want));
            rig_drop(&key);
            rig_drop(&gain);
        }
    }
    printf("# expander curve: within %.1g dB\n", worst);
    CHECK(worst < 0.001);
}

TEST(hysteresis_remembers)
{
    /* between the thresholds of -30 and -36: open stays open, closed stays closed */
    const char *settings = "threshold=-30,hysteresis=6,hold=20,release=20,range=40,lookahead=0";
    Signal key = tone(96000, 200, 48000, from_db(-33));
    Signal closed = gain_of(gate, settings, 48000, &key);
    for (int i = 10000; i < 11000; i++)
        key.ch[0][i] *= 2.0f;
    Signal opened = gain_of(gate, settings, 48000, &key);
    for (uint32_t i = 500; i < 96000; i += 1000) {
        CHECK_NEAR(db(closed.ch[0][i]), -40.0, 0.01);
        CHECK_NEAR(db(opened.ch[0][i]), i <= 10000 ? -40.0 : 0.0, 0.01);
    }
    for (int i = 48000; i < 96000; i++)
        key.ch[0][i] *= 0.5f; /* -39 dB: under both */
    Signal closing = gain_of(gate, settings, 48000, &key);
    CHECK_NEAR(db(closing.ch[0][95000]), -40.0, 0.01);
    rig_drop(&key), rig_drop(&closed), rig_drop(&opened), rig_drop(&closing);
}

TEST(attack_hold_and_release_take_their_time)
{
    static const double attacks[] = {0.1, 1, 5, 20}, releases[] = {30, 150, 500};
    double worst_attack = 0.0, worst_hold = 0.0, worst_release = 0.0;
    const double rate_hz = 96000, frame = 1e3 / rate_hz;
    for (int a = 0; a < 4; a++) {
        for (int r = 0; r < 3; r++) {
            const uint32_t on = 4800, off = on + 48000;
            Signal key = constant(off + 9600 + (uint32_t)(releases[r] * 300), 0.0);
            for (uint32_t i = on; i < off; i++)
                key.ch[0][i] = 0.5f;
            char settings[128];
            snprintf(settings, sizeof settings,
                     "threshold=-30,range=30,hold=80,attack=%g,release=%g,lookahead=0", attacks[a],
                     releases[r]);
            Signal gain = gain_of(gate, settings, rate_hz, &key);
            const double up = (frames_to(&gain, on, -30 * exp(-1), true) + 0.5) * frame;
            const double held = frames_to(&gain, off, -1e-4, false) * frame;
            const double down =
                (frames_to(&gain, off, -30 * (1 - exp(-1)), false) + 0.5) * frame - 80;
            worst_attack = fmax(worst_attack, (fabs(up - attacks[a]) - 0.5 * frame) / attacks[a]);
            worst_hold = fmax(worst_hold, fabs(held - 80) / 80);
            worst_release = fmax(worst_release, fabs(down - releases[r]) / releases[r]);
            CHECK(gain.ch[0][off - 1] > 0.99999f); /* fully open */
            rig_drop(&key);
            rig_drop(&gain);
        }
    }
    printf("# attack within %.2f %%, hold %.2f %%, release %.2f %%\n", 100 * worst_attack,
           100 * worst_hold, 100 * worst_release);
    CHECK(worst_attack < 0.03 && worst_hold < 0.03 && worst_release < 0.03);
}

/* A dying low tone with noise on it crosses the thresholds for a long time: it closes once. */
TEST(a_dying_tone_closes_it_once)
{
    static const double freqs[] = {40, 110, 440};
    for (int f = 0; f < 3; f++) {
        Signal key = tone(48000 * 4, freqs[f], 48000, 1.0);
        LusterRng rng;
        luster_rng_seed(&rng, 12, (uint64_t)f);
        for (uint32_t i = 0; i < key.n_frames; i++) {
            const double level = exp(-1.2 * i / 48000) * (1.0 + 0.1 * sin(2 * PI * 5 * i / 48000));
            key.ch[0][i] = (float)(level * (key.ch[0][i] + 0.1 * luster_rng_bipolar(&rng)));
        }
        const char *settings = "threshold=-24,hysteresis=4,hold=50,release=100,range=40";
        Signal gain = gain_of(gate, settings, 48000, &key);
        int rises = 0;
        for (uint32_t i = 4801; i < key.n_frames - 100; i++)
            rises += gain.ch[0][i] > gain.ch[0][i - 1];
        CHECK(rises == 0);
        CHECK_NEAR(db(gain.ch[0][4800]), 0.0, 1e-3);
        CHECK(db(gain.ch[0][key.n_frames - 100]) < -39.0);
        rig_drop(&key);
        rig_drop(&gain);
    }
}

TEST(lookahead_opens_in_time)
{
    Signal key = constant(9600, 0.0);
    for (int i = 4800; i < 9600; i++)
        key.ch[0][i] = 0.5f;
    Signal early = gain_of(gate, "threshold=-30,attack=0.3,lookahead=3", 48000, &key);
    Signal late = gain_of(gate, "threshold=-30,attack=0.3,lookahead=0", 48000, &key);
    CHECK(db(early.ch[0][4800]) > -0.01 && db(late.ch[0][4800]) < -18.0);
    rig_drop(&key), rig_drop(&early), rig_drop(&late);
}

TEST(linked_channels_keep_the_image)
{
    Signal in = rig_bursts(2, 30000, 4);
    for (int i = 0; i < 30000; i++)
        in.ch[1][i] = 0.125f * in.ch[0][i];
    static const char *const settings[] = {"threshold=-20,hold=3,release=10",
                                           "threshold=-20,hold=3,release=10,link=0"};
    for (int s = 0; s < 2; s++) {
        Signal out = through(gate, settings[s], 48000, &in, NULL);
        uint32_t differ = 0;
        for (int i = 0; i < 30000; i++)
            differ += out.ch[1][i] != 0.125f * out.ch[0][i];
        CHECK(s == 0 ? differ == 0 : differ > 1000);
        rig_drop(&out);
    }
    rig_drop(&in);
}

/* A steady tone, cut up by its key and by its settings: no line above -90 dBFS far from it. */
TEST(opening_closing_and_moving_make_no_clicks)
{
    Signal in = tone(32768, 500, 48000, 0.5), key = constant(32768, 0.0);
    for (int i = 0; i < 32768; i++)
        key.ch[0][i] = i / 6000 % 2 ? 1.0f : 0.0f;
    static const char *const tries[] = {"attack=0.5,release=50,hold=10,range=40",
                                        "attack=2,release=100,hold=10,range=90",
                                        "attack=5,release=100,hold=10,range=20"};
    for (int t = 0; t < 3; t++) {
        Signal out = through(gate, tries[t], 48000, &in, &key);
        const double level = splatter_db(out.ch[0] + 8192, 16384, 48000, 4000, 20000);
        printf("# %s: %.1f dBFS between 4 and 20 kHz\n", tries[t], level);
        CHECK(level < -90.0);
        rig_drop(&out);
    }
    static const char *const moves[] = {"threshold=0",  "range=3", "threshold=-60", "range=60",
                                        "hysteresis=0", "link=0",  "release=300"};
    LusterInstance *instance = rig_open(gate, 48000, 1, 2048);
    Signal out = rig_signal(1, 32768);
    rig_set(instance, gate, "threshold=-20,attack=5,ratio=3");
    for (uint32_t i = 0; i < 32768; i += 2048) {
        rig_set(instance, gate, moves[i / 2048 % 7]);
        rig_process(instance, &in, &out, NULL, i, 2048);
    }
    const double level = splatter_db(out.ch[0] + 8192, 16384, 48000, 4000, 20000);
    printf("# moving settings: %.1f dBFS between 4 and 20 kHz\n", level);
    CHECK(level < -90.0);
    luster_instance_free(instance);
    rig_drop(&in), rig_drop(&key), rig_drop(&out);
}

TEST(meters_tell_reduction_and_state)
{
    Signal key = constant(4800, 0.5), out = rig_signal(1, 4800);
    LusterInstance *instance = rig_open(gate, 48000, 1, 4800);
    float readings[2];
    rig_set(instance, gate, "threshold=-30,range=15");
    rig_process(instance, &out, &out, NULL, 0, 4800);
    luster_instance_read(instance, readings);
    CHECK_NEAR(readings[0], 15.0, 0.01);
    CHECK(readings[1] == 0.0f);
    rig_process(instance, &key, &out, NULL, 0, 4800);
    rig_process(instance, &key, &out, NULL, 0, 4800);
    luster_instance_read(instance, readings);
    CHECK(readings[0] < 0.01f && readings[1] == 1.0f);
    luster_instance_free(instance);
    rig_drop(&key), rig_drop(&out);
}

int main(void)
{
    gate = luster_processor_find("gate");
    RUN(expander_static_curve);
    RUN(hysteresis_remembers);
    RUN(attack_hold_and_release_take_their_time);
    RUN(a_dying_tone_closes_it_once);
    RUN(lookahead_opens_in_time);
    RUN(linked_channels_keep_the_image);
    RUN(opening_closing_and_moving_make_no_clicks);
    RUN(meters_tell_reduction_and_state);
    return tap_done();
}
