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

/* A snare with its ring, 2.5 times a second, under a hi-hat that bleeds in, 8 times. */
static void make_snare(double rate_hz, Signal *hits, Signal *bleed)
{
    const uint32_t n = (uint32_t)(3.2 * rate_hz);
    LusterRng rng;
    luster_rng_seed(&rng, 5, 5);
    *hits = rig_signal(1, n);
    *bleed = rig_signal(1, n);
    double low = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        const double t = i / rate_hz, hit = fmod(t, 0.4), hat = fmod(t + 0.05, 0.125);
        const double white = luster_rng_bipolar(&rng) * sqrt(rate_hz / 48000);
        /* above 7 kHz, as a hat is: the rest bleeds little */
        low += (1 - exp(-2 * PI * 7000 / rate_hz)) * (white - low);
        hits->ch[0][i] = (float)(0.7 * exp(-28 * hit) * sin(2 * PI * 190 * hit) +
                                 0.35 * exp(-36 * hit) * luster_rng_bipolar(&rng));
        bleed->ch[0][i] = (float)(0.05 * exp(-30 * hat) * (white - low));
    }
}

/* Power of a third octave in the windows [from, to) after each stroke, by Goertzel's sum. */
static double third_db(const Signal *x, double rate_hz, double freq_hz, double from_s, double to_s)
{
    double power = 1e-30;
    for (int line = -2; line <= 2; line++) {
        const double w = 2 * PI * freq_hz * exp2(line / 15.0) / rate_hz;
        for (double at = 0.4; at < 2.9; at += 0.4) {
            double re = 0.0, im = 0.0;
            for (uint32_t i = (uint32_t)((at + from_s) * rate_hz);
                 i < (uint32_t)((at + to_s) * rate_hz); i++) {
                re += x->ch[0][i] * cos(w * i);
                im += x->ch[0][i] * sin(w * i);
            }
            power += re * re + im * im;
        }
    }
    return 10 * log10(power);
}

TEST(bleed_goes_and_strokes_stay)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    double least = 99.0, worst = 0.0;
    for (int r = 0; r < 4; r++) {
        Signal hits, bleed;
        make_snare(rates[r], &hits, &bleed);
        Signal in = rig_copy(&hits);
        for (uint32_t i = 0; i < in.n_frames; i++)
            in.ch[0][i] += bleed.ch[0][i];
        Signal out = through(gate, "preset=snare", rates[r], &in, NULL);
        double power[2] = {0.0, 0.0};
        for (uint32_t i = (uint32_t)(0.4 * rates[r]); i < (uint32_t)(2.8 * rates[r]); i++) {
            const double since = fmod(i / rates[r], 0.4);
            if (since > 0.3 && since < 0.395) {
                power[0] += (double)in.ch[0][i] * in.ch[0][i];
                power[1] += (double)out.ch[0][i] * out.ch[0][i];
            }
        }
        least = fmin(least, 10 * log10(power[0] / power[1]));
        for (double f = 80; f < 16000; f *= 1.26) {
            const double change =
                third_db(&out, rates[r], f, 0, 0.08) - third_db(&in, rates[r], f, 0, 0.08);
            worst = fmax(worst, fabs(change));
        }
        rig_drop(&hits), rig_drop(&bleed), rig_drop(&in), rig_drop(&out);
    }
    printf("# snare: bleed between the strokes %.1f dB down, strokes within %.3f dB per third\n",
           least, worst);
    CHECK(least > 12.0 && worst < 0.5);
}

TEST(ducking_takes_its_times_and_comes_back)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    double down = 0.0, back = 0.0, image = 0.0;
    for (int r = 0; r < 4; r++) {
        const uint32_t on = (uint32_t)(0.2 * rates[r]), off = (uint32_t)(0.7 * rates[r]);
        Signal key = constant((uint32_t)(2 * rates[r]), 0.0);
        for (uint32_t i = on; i < off; i++)
            key.ch[0][i] = 0.5f;
        Signal gain = gain_of(gate,
                              "mode=duck,threshold=-30,range=9,attack=20,hold=100,release=200,"
                              "lookahead=0",
                              rates[r], &key);
        image = fmax(image, fabs(db(gain.ch[0][on - 1])));
        image = fmax(image, fabs(db(gain.ch[0][off - 1]) + 9));
        const double ms = 1e3 / rates[r];
        const double got = (frames_to(&gain, on, -9 * (1 - exp(-1)), false) + 0.5) * ms;
        const double home = (frames_to(&gain, off, -9 * exp(-1), true) + 0.5) * ms - 100;
        down = fmax(down, fabs(got - 20) / 20);
        back = fmax(back, fabs(home - 200) / 200);
        rig_drop(&key), rig_drop(&gain);
    }
    printf("# duck: depth within %.1g dB, attack within %.2f %%, release within %.2f %%\n", image,
           100 * down, 100 * back);
    CHECK(image < 1e-3 && down < 0.03 && back < 0.03);
}

TEST(rms_is_not_opened_by_single_peaks)
{
    Signal key = tone(48000, 1000, 48000, from_db(-50));
    key.ch[0][24000] = 1.0f;
    Signal peak = gain_of(gate, "threshold=-30,lookahead=0", 48000, &key);
    Signal rms = gain_of(gate, "threshold=-30,lookahead=0,detector=rms,rms_time=100", 48000, &key);
    CHECK(db(peak.ch[0][24200]) > -0.1);
    CHECK_NEAR(db(rms.ch[0][24200]), -20.0, 0.1);
    rig_drop(&peak), rig_drop(&rms);
    for (int above = 0; above < 2; above++) { /* a sine reads 3.01 dB less than its peak */
        Signal in = tone(48000, 1000, 48000, from_db(above ? -26.8 : -27.2));
        rms = gain_of(gate, "threshold=-30,detector=rms,rms_time=100", 48000, &in);
        CHECK_NEAR(db(rms.ch[0][47000]), above ? 0.0 : -20.0, 0.1);
        rig_drop(&in), rig_drop(&rms);
    }
    rig_drop(&key);
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
    RUN(bleed_goes_and_strokes_stay);
    RUN(ducking_takes_its_times_and_comes_back);
    RUN(rms_is_not_opened_by_single_peaks);
    return tap_done();
}
