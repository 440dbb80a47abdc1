/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Chorus, flanger and phaser measured: what they leave alone, where their notches are, that their
 * levels hold and no loop grows. */
#include "base/math.h"
#include "moves.h"
#include "rig.h"
#include "tap.h"

static const double rates[] = {44100, 48000, 96000, 192000};

static Signal through(const char *id, const char *settings, double rate_hz, const Signal *in)
{
    const LusterProcessor *proc = luster_processor_find(id);
    LusterInstance *instance = rig_open(proc, rate_hz, in->n_channels, 1024);
    Signal out = rig_signal(in->n_channels, in->n_frames);
    rig_set(instance, proc, settings);
    rig_run(instance, in, &out, NULL, 0);
    luster_instance_free(instance);
    return out;
}

static Signal tone(double hz, double rate_hz, double seconds)
{
    Signal x = rig_signal(2, (uint32_t)(seconds * rate_hz));
    for (uint32_t i = 0; i < x.n_frames; i++)
        x.ch[0][i] = x.ch[1][i] = (float)(0.5 * sin(2.0 * LUSTER_PI * hz * i / rate_hz));
    return x;
}

static Signal noise(double rate_hz, double seconds)
{
    Signal x = rig_signal(2, (uint32_t)(seconds * rate_hz));
    LusterRng rng;
    luster_rng_seed(&rng, 3, 4);
    for (uint32_t i = 0; i < x.n_frames; i++)
        x.ch[0][i] = x.ch[1][i] = (float)(0.3 * luster_rng_bipolar(&rng));
    return x;
}

static double rms_db(const float *x, uint32_t from, uint32_t to)
{
    double sum = 0.0;
    for (uint32_t i = from; i < to; i++)
        sum += (double)x[i] * x[i];
    return 10.0 * log10(sum / (to - from) + 1e-30);
}

TEST(chorus_leaves_the_bass_where_it_is)
{
    for (int r = 0; r < 4; r++) {
        Signal x = tone(40, rates[r], 2.0);
        Signal y = through("chorus", "preset=bass", rates[r], &x);
        double most = -300, least = 300;
        const uint32_t step = (uint32_t)(rates[r] / 10); /* four periods */
        for (uint32_t i = step; i + step <= x.n_frames; i += step) {
            const double level = rms_db(y.ch[0], i, i + step) - rms_db(x.ch[0], i, i + step);
            most = fmax(most, level), least = fmin(least, level);
        }
        if (r == 1)
            printf("# chorus, 40 Hz under a cut at 250 Hz: %+.2f to %+.2f dB\n", least, most);
        CHECK(most < 0.5 && least > -0.5);
        rig_drop(&x), rig_drop(&y);
    }
}

TEST(mono_safe_chorus_vanishes_in_mono)
{
    for (int r = 0; r < 4; r++) {
        Signal x = noise(rates[r], 0.5);
        Signal y = through("chorus", "voices=4,mono_safe=on,mix=70", rates[r], &x);
        const double dry = luster_cos(0.7 * LUSTER_PI / 2);
        Signal z = through("chorus", "voices=4,mono_safe=on,mix=70,low_cut=20", rates[r], &x);
        double worst = 0.0, wide = 0.0;
        for (uint32_t i = 0; i < x.n_frames; i++) {
            const double sum = (double)z.ch[0][i] + z.ch[1][i];
            worst = fmax(worst, fabs(sum - 2.0 * dry * x.ch[0][i]));
            wide = fmax(wide, fabs((double)y.ch[0][i] - y.ch[1][i]));
        }
        CHECK(worst < 1e-6 && wide > 0.1);
        rig_drop(&x), rig_drop(&y), rig_drop(&z);
    }
}

TEST(voices_keep_their_power)
{
    Signal x = noise(48000, 4.0);
    for (int v = 1; v <= 6; v++) {
        char text[100];
        snprintf(text, sizeof text, "voices=%d,mix=100,low_cut=20,high_cut=20000,spread=50", v);
        Signal y = through("chorus", text, 48000, &x);
        CHECK_NEAR(rms_db(y.ch[1], 9600, 192000) - rms_db(x.ch[1], 9600, 192000), 0.0, 0.7);
        rig_drop(&y);
    }
    rig_drop(&x);
}

/* A high tone through vibrato: the band of its modulation, and nothing else. */
TEST(moving_reads_make_no_images)
{
    Signal x = tone(15000, 48000, 0.5);
    Signal y = through("chorus", "preset=vibrato,rate=5,depth=0.2,delay=8", 48000, &x);
    /* 15 kHz, +-0.2 ms at 5 Hz: +-94 Hz of sweep; its image would be at 33 - 48 = 9 kHz and so on
     */
    const uint32_t n = 8192, from = 12000;
    static const double a[] = {0.27105140069342,  -0.43329793923448, 0.21812299954311,
                               -0.06592544638803, 0.01081174209837,  -0.00077658482522,
                               0.00001388721735};
    double worst = -300.0, sum = 0.0;
    double *w = calloc(n, sizeof *w);
    for (uint32_t i = 0; i < n; i++) {
        for (int k = 0; k < 7; k++)
            w[i] += a[k] * cos(2.0 * LUSTER_PI * k * i / n);
        sum += w[i];
    }
    for (double f = 100; f < 24000; f += 40) {
        if (fabs(f - 15000) < 300)
            continue;
        double re = 0.0, im = 0.0;
        for (uint32_t i = 0; i < n; i++) {
            re += w[i] * y.ch[0][from + i] * cos(2.0 * LUSTER_PI * f * i / 48000);
            im += w[i] * y.ch[0][from + i] * sin(2.0 * LUSTER_PI * f * i / 48000);
        }
        worst = fmax(worst, 10.0 * log10(re * re + im * im) - 20.0 * log10(0.25 * sum));
    }
    printf("# 15 kHz in vibrato at 48 kHz: %.1f dB beside its band\n", worst);
    CHECK(worst < -100.0);
    free(w);
    rig_drop(&x), rig_drop(&y);
}

TEST(movement_repeats_with_the_note)
{
    static const char *const ids[] = {"chorus", "flanger", "phaser"};
    for (int p = 0; p < 3; p++) { /* a whole note at 120: two seconds; 300 Hz is in step with it */
        Signal x = tone(300, 48000, 6.0);
        Signal y = through(ids[p], "sync=whole,tempo=120,mix=50", 48000, &x);
        double same = 0.0, half = 0.0;
        for (uint32_t i = 96000; i < 192000; i++) {
            same = fmax(same, fabs((double)y.ch[1][i + 96000] - y.ch[1][i]));
            half = fmax(half, fabs((double)y.ch[1][i + 48000] - y.ch[1][i]));
        }
        if (!CHECK(same < 1e-5 && half > 0.01))
            printf("#   %s: %g after a cycle, %g after half\n", ids[p], same, half);
        rig_drop(&x), rig_drop(&y);
    }
}

/* Level of one tone after settings, dB. */
static double level_db(const char *id, const char *settings, double hz, double rate_hz)
{
    Signal x = tone(hz, rate_hz, 0.6);
    Signal y = through(id, settings, rate_hz, &x);
    const uint32_t from = x.n_frames / 2;
    double re = 0.0, im = 0.0;
    for (uint32_t i = from; i < x.n_frames; i++) {
        re += y.ch[0][i] * cos(2.0 * LUSTER_PI * hz * i / rate_hz);
        im += y.ch[0][i] * sin(2.0 * LUSTER_PI * hz * i / rate_hz);
    }
    const double n = 0.25 * (x.n_frames - from);
    rig_drop(&x), rig_drop(&y);
    return 10.0 * log10((re * re + im * im) / (n * n) + 1e-30);
}

TEST(flanger_combs_where_it_should)
{
    for (int r = 0; r < 4; r++) {
        const char *plain = "manual=2,depth=0,feedback=0,low_cut=20,mix=50";
        CHECK(level_db("flanger", plain, 250, rates[r]) < -60); /* half a turn */
        CHECK(level_db("flanger", plain, 1250, rates[r]) < -60);
        CHECK_NEAR(level_db("flanger", plain, 1000, rates[r]), 3.0103, 0.01);
        /* feedback: peaks of 1 / (1 - f) on the same comb, at an even level for noise */
        const char *fed = "manual=2,depth=0,feedback=80,low_cut=20,mix=100";
        CHECK_NEAR(level_db("flanger", fed, 1000, rates[r]), 20 * log10(0.6 / 0.2), 0.02);
        CHECK_NEAR(level_db("flanger", fed, 1250, rates[r]), 20 * log10(0.6 / 1.8), 0.02);
    }
}

TEST(tapes_meet_through_zero)
{
    for (int r = 0; r < 4; r++) {
        Signal x = noise(rates[r], 0.5);
        Signal y =
            through("flanger", "through_zero=on,invert=on,depth=0,feedback=0,low_cut=20,mix=50",
                    rates[r], &x);
        for (uint32_t i = 0; i < x.n_frames; i++)
            CHECK(fabsf(y.ch[0][i]) < 1e-12f);
        rig_drop(&y);
        y = through("flanger", "through_zero=on,feedback=0,low_cut=20,phase=0,rate=2,mix=50",
                    rates[r], &x); /* swept: on both sides of it */
        CHECK(rms_db(y.ch[0], 0, x.n_frames) > -30);
        rig_drop(&x), rig_drop(&y);
    }
}

TEST(phaser_is_all_pass_and_has_its_notches)
{
    for (int r = 0; r < 4; r++) {
        for (double f = 60; f < 16000; f *= 2)
            CHECK_NEAR(level_db("phaser", "stages=8,range=0,feedback=0,mix=100", f, rates[r]), 0,
                       0.001);
        /* two stages turn by 180 degrees at the centre, six there for the second of three notches
         */
        CHECK(level_db("phaser", "stages=2,range=0,feedback=0,centre=1000", 1000, rates[r]) < -60);
        CHECK(level_db("phaser", "stages=6,range=0,feedback=0,centre=1000", 1000, rates[r]) < -60);
        CHECK_NEAR(level_db("phaser", "stages=4,range=0,feedback=0,centre=1000", 1000, rates[r]),
                   3.0103, 0.01);
    }
}

TEST(feedback_keeps_the_level_of_noise)
{
    static const char *const loops[][2] = {{"flanger", "rate=0.3,mix=100,low_cut=20"},
                                           {"phaser", "rate=0.3,mix=100"}};
    Signal x = noise(48000, 8.0);
    for (int p = 0; p < 2; p++) {
        for (int f = -80; f <= 80; f += 40) {
            char text[100];
            snprintf(text, sizeof text, "%s,feedback=%d", loops[p][1], f);
            Signal y = through(loops[p][0], text, 48000, &x);
            const double off = rms_db(y.ch[0], 48000, 384000) - rms_db(x.ch[0], 48000, 384000);
            /* white noise lies above the phaser's sweep, where all stages add up */
            if (!CHECK(fabs(off) < (p ? 4.5 : 1.5)))
                printf("#   %s %s: %+.2f dB\n", loops[p][0], text, off);
            rig_drop(&y);
        }
    }
    rig_drop(&x);
}

/* The sharpest loops, swept as fast and as far as they go and moved about: after the sound they
 * only fade. */
TEST(no_loop_grows)
{
    static const char *const storms[][3] = {
        {"flanger", "feedback=95,rate=10,depth=100,manual=10,mix=100,low_cut=20", "manual=0.6"},
        {"flanger", "feedback=-95,rate=3,depth=100,manual=3,mix=100", "rate=10,manual=7"},
        {"phaser", "stages=12,feedback=95,rate=10,range=8,centre=400,mix=100",
         "centre=8000,stages=3"},
        {"phaser", "stages=5,feedback=-95,rate=10,range=8,centre=50,mix=100", "centre=700"},
    };
    for (unsigned s = 0; s < 4; s++) {
        const LusterProcessor *proc = luster_processor_find(storms[s][0]);
        LusterInstance *instance = rig_open(proc, 48000, 2, 4800);
        rig_set(instance, proc, storms[s][1]);
        Signal loud = rig_bursts(2, 4800, 3), zero = rig_signal(2, 4800), out = rig_signal(2, 4800);
        double peak = 0.0, before = 1e9;
        for (int k = 0; k < 100; k++) {
            rig_set(instance, proc, storms[s][k / 3 % 2 ? 2 : 1]);
            rig_run(instance, k < 20 ? &loud : &zero, &out, NULL, 4800);
            double most = 0.0;
            for (uint32_t i = 0; i < 4800; i++)
                most = fmax(most, fmax(fabsf(out.ch[0][i]), fabsf(out.ch[1][i])));
            peak = fmax(peak, most);
            if (k >= 20 && k % 20 == 19) { /* two seconds on it must be much less */
                CHECK(most <= 0.5 * before);
                before = most;
            }
        }
        CHECK(peak < 20.0);
        luster_instance_free(instance);
        rig_drop(&loud), rig_drop(&zero), rig_drop(&out);
    }
}

int main(void)
{
    RUN(chorus_leaves_the_bass_where_it_is);
    RUN(mono_safe_chorus_vanishes_in_mono);
    RUN(voices_keep_their_power);
    RUN(moving_reads_make_no_images);
    RUN(movement_repeats_with_the_note);
    RUN(flanger_combs_where_it_should);
    RUN(tapes_meet_through_zero);
    RUN(phaser_is_all_pass_and_has_its_notches);
    RUN(feedback_keeps_the_level_of_noise);
    RUN(no_loop_grows);
    return tap_done();
}
