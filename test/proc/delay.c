/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The delay measured: where the echoes are, how they fade, what the cuts do, and that nothing
 * clicks or grows. Figures of the page in doc/ come from `test-proc-delay --figures`. */
#include "base/math.h"
#include "moves.h"
#include "rig.h"
#include "tap.h"

static bool figures;

/* An impulse in channel `side` (2: both) through `settings`, fully wet. */
static Signal echoes(const char *settings, double rate_hz, double seconds, int side)
{
    const LusterProcessor *proc = luster_processor_find("delay");
    LusterInstance *instance = rig_open(proc, rate_hz, 2, 1024);
    rig_set(instance, proc, "mix=100,low_cut=20,high_cut=20000");
    rig_set(instance, proc, settings);
    const uint32_t n = (uint32_t)(seconds * rate_hz);
    Signal in = rig_signal(2, n), out = rig_signal(2, n);
    for (int c = 0; c < 2; c++)
        in.ch[c][0] = side == 2 || side == c ? 1.0f : 0.0f;
    rig_run(instance, &in, &out, NULL, 0);
    luster_instance_free(instance);
    rig_drop(&in);
    return out;
}

/* Exactly these samples are not zero. */
static bool only(const float *x, uint32_t n, const uint32_t *places, const float *values, int count)
{
    int k = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (k < count && i == places[k]) {
            if (fabsf(x[i] - values[k]) > 1e-6f * fabsf(values[k]))
                return false;
            k++;
        } else if (x[i] != 0.0f) {
            return false;
        }
    }
    return k == count;
}

TEST(echoes_stand_at_their_frame_and_fade_by_the_feedback)
{
    static const double rates[] = {8000, 44100, 48000, 96000, 192000};
    for (int r = 0; r < 5; r++) {
        const uint32_t t = (uint32_t)(0.1234 * rates[r] + 0.5);
        Signal y = echoes("time=123.4,feedback=50", rates[r], 0.6, 0);
        CHECK(only(y.ch[0], y.n_frames, (uint32_t[]){t, 2 * t, 3 * t, 4 * t},
                   (float[]){1, 0.5f, 0.25f, 0.125f}, 4));
        CHECK(only(y.ch[1], y.n_frames, NULL, NULL, 0));
        rig_drop(&y);
    }
    Signal far = echoes("time=4000,feedback=100", 192000, 8.5, 2);
    CHECK(only(far.ch[1], far.n_frames, (uint32_t[]){768000, 1536000}, (float[]){1, 1}, 2));
    rig_drop(&far);
}

TEST(notes_follow_the_tempo)
{
    static const struct {
        const char *settings;
        double ms;
    } cases[] = {{"sync=quarter,tempo=120", 500},
                 {"sync=8th,tempo=120", 250},
                 {"sync=8th_dotted,tempo=120", 375},
                 {"sync=8th_triplet,tempo=90", 222.2222222},
                 {"sync=16th,tempo=93.5", 160.4278075},
                 {"sync=64th,tempo=60", 62.5},
                 {"sync=half,tempo=100", 1200},
                 {"sync=whole,tempo=60", 4000},
                 {"sync=whole_dotted,tempo=60", 3000} /* 6 s, halved */,
                 {"sync=64th_triplet,tempo=400", 6.25}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char settings[128];
        snprintf(settings, sizeof settings, "feedback=0,%s", cases[i].settings);
        Signal y = echoes(settings, 48000, 4.2, 1);
        const uint32_t t = (uint32_t)(cases[i].ms * 48.0 + 0.5);
        if (!CHECK(only(y.ch[1], y.n_frames, &t, (float[]){1}, 1)))
            printf("#   %s\n", cases[i].settings);
        rig_drop(&y);
    }
}

TEST(sides_and_width)
{
    Signal y = echoes("time=100,feedback=50,ping_pong=on", 48000, 0.35, 2);
    CHECK(only(y.ch[0], y.n_frames, (uint32_t[]){4800, 14400}, (float[]){1, 0.25f}, 2));
    CHECK(only(y.ch[1], y.n_frames, (uint32_t[]){9600}, (float[]){0.5f}, 1));
    rig_drop(&y);
    y = echoes("time=100,feedback=0,offset=10", 48000, 0.2, 2);
    CHECK(only(y.ch[0], y.n_frames, (uint32_t[]){4800}, (float[]){1}, 1));
    CHECK(only(y.ch[1], y.n_frames, (uint32_t[]){5280}, (float[]){1}, 1));
    rig_drop(&y);
    y = echoes("time=100,feedback=0,width=0,level=-6", 48000, 0.2, 0);
    const float half = (float)(0.5 * luster_db_to_gain(-6));
    CHECK(only(y.ch[0], y.n_frames, (uint32_t[]){4800}, &half, 1));
    CHECK(only(y.ch[1], y.n_frames, (uint32_t[]){4800}, &half, 1));
    rig_drop(&y);
}

/* Level of repeat number `count` at a frequency, dB. */
static double repeat_db(const Signal *y, uint32_t period, uint32_t count, double hz, double rate_hz)
{
    double re = 0.0, im = 0.0;
    for (uint32_t i = 0; i < period; i++) {
        const double phase = 2.0 * LUSTER_PI * hz * i / rate_hz;
        re += y->ch[0][count * period + i] * cos(phase);
        im -= y->ch[0][count * period + i] * sin(phase);
    }
    return 10.0 * log10(re * re + im * im);
}

TEST(cuts_take_12_db_per_octave_from_each_repeat)
{
    static const double hz[] = {50, 100, 200, 1000, 3000, 6000};
    const double rate_hz = 48000;
    Signal y = echoes("time=500,feedback=70.794578438,low_cut=200,high_cut=3000", rate_hz, 2.6, 0);
    for (uint32_t n = 1; n <= 4; n++) {
        if (figures)
            printf("# | %u |", n);
        for (int f = 0; f < 6; f++) {
            /* Butterworth, bent to the end at Nyquist as the trapezoidal rule does */
            const double w = tan(LUSTER_PI * hz[f] / rate_hz);
            const double l = tan(LUSTER_PI * 200 / rate_hz) / w;
            const double h = w / tan(LUSTER_PI * 3000 / rate_hz);
            const double want =
                -3.0 * (n - 1) - 10.0 * n * (log10(1 + l * l * l * l) + log10(1 + h * h * h * h));
            const double got = repeat_db(&y, 24000, n, hz[f], rate_hz);
            CHECK_NEAR(got, want, 0.01);
            if (figures)
                printf(" %.2f |", got);
        }
        if (figures)
            printf("\n");
    }
    rig_drop(&y);
}

TEST(moves_do_not_click)
{
    static const char *const pairs[][2] = {
        {"time=250", "time=313.7"},     {"sync=8th", "sync=16th_dotted"},
        {"feedback=0", "feedback=90"},  {"high_cut=1000", "high_cut=20000"},
        {"low_cut=20", "low_cut=1500"}, {"level=-60", "level=0"},
        {"mix=0", "mix=100"},
    };
    const Moves moves = {
        .proc = luster_processor_find("delay"),
        .always = "mix=100,feedback=40,low_cut=100,high_cut=8000",
        .n_channels = 1,
        .fade_in = 24000,
        .moved_from = 48000,
        .heard_from = 48000,
        .n_frames = 96000,
    };
    moves_check(&moves, pairs, sizeof pairs / sizeof pairs[0], figures);
}

TEST(drift_wanders_within_its_depth)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (int r = 0; r < 4; r++) {
        const LusterProcessor *proc = luster_processor_find("delay");
        LusterInstance *instance = rig_open(proc, rates[r], 2, 1024);
        rig_set(instance, proc, "mix=100,low_cut=20,high_cut=20000,time=60,feedback=0");
        rig_set(instance, proc, "mod_rate=1,mod_depth=2");
        const uint32_t n = (uint32_t)(4 * rates[r]), every = (uint32_t)(0.1 * rates[r]);
        Signal in = rig_signal(2, n), out = rig_signal(2, n);
        for (uint32_t i = 0; i < n; i += every) /* a soft bump, so that its middle is well known */
            for (int k = 0; k < 200 && i + k < n; k++)
                in.ch[0][i + k] = in.ch[1][i + k] = (float)(0.5 - 0.5 * cos(LUSTER_PI * k / 100));
        rig_run(instance, &in, &out, NULL, 0);
        double least = 1e9, most = -1e9, apart = 0.0;
        for (uint32_t i = 0; i + every <= n; i += every) {
            double middle[2];
            for (int c = 0; c < 2; c++) {
                double sum = 0.0, moment = 0.0;
                for (uint32_t k = 0; k < every; k++) {
                    sum += out.ch[c][i + k];
                    moment += (double)k * out.ch[c][i + k];
                }
                middle[c] = (moment / sum - 100) / rates[r] * 1000 - 60;
            }
            least = fmin(least, middle[0]), most = fmax(most, middle[0]);
            apart = fmax(apart, fabs(middle[0] - middle[1]));
        }
        if (figures)
            printf("# drift of 2 ms at %g Hz: %+.2f to %+.2f ms\n", rates[r], least, most);
        CHECK(least > -2.05 && most < 2.05 && most - least > 2.5 && apart > 1.0);
        luster_instance_free(instance);
        rig_drop(&in), rig_drop(&out);
    }
}

/* Level of the repeats against what they are without ducking, dB, at frame `at`. */
static double ducked_db(const Signal *key, double rate_hz, uint32_t at)
{
    const LusterProcessor *proc = luster_processor_find("delay");
    Signal in = rig_signal(1, key->n_frames), out = rig_signal(1, key->n_frames);
    for (uint32_t i = 0; i < in.n_frames; i++)
        in.ch[0][i] = 1.0f; /* repeats that stand still show the gain */
    LusterInstance *instance = rig_open(proc, rate_hz, 1, 1024);
    rig_set(instance, proc, "mix=100,low_cut=20,high_cut=20000,time=1,feedback=0");
    rig_set(instance, proc, "duck=18,duck_threshold=-30,duck_release=200");
    rig_run(instance, &in, &out, key, 0);
    const double got = 20.0 * log10(out.ch[0][at]);
    luster_instance_free(instance);
    rig_drop(&in), rig_drop(&out);
    return got;
}

TEST(repeats_duck_under_the_sound)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (int r = 0; r < 4; r++) {
        const uint32_t second = (uint32_t)rates[r];
        Signal key = rig_signal(1, 3 * second);
        for (uint32_t i = second / 2; i < second + second / 2; i++)
            key.ch[0][i] = (float)(0.5 * sin(2.0 * LUSTER_PI * 100.0 * i / rates[r]));
        CHECK(ducked_db(&key, rates[r], second / 2 - 10) == 0.0);
        CHECK_NEAR(ducked_db(&key, rates[r], second / 2 + second / 20), -18.0, 0.5);
        CHECK_NEAR(ducked_db(&key, rates[r], second + second / 4), -18.0, 0.1);
        /* the attack's two poles hold the release up by 16 ms */
        CHECK_NEAR(ducked_db(&key, rates[r], second + second / 2 + (uint32_t)(0.216 * second)),
                   -18.0 * luster_exp(-1.0), 0.5);
        CHECK(ducked_db(&key, rates[r], 3 * second - 1) > -0.05);
        for (uint32_t i = 0; i < key.n_frames; i++)
            key.ch[0][i] *= 0.0889f; /* -27 dBFS: a quarter of the knee */
        CHECK_NEAR(ducked_db(&key, rates[r], second + second / 4), -18.0 / 4, 0.1);
        rig_drop(&key);
    }
}

/* Full feedback, cuts off, a loud start, then times and routes moved all the time: no growth. */
TEST(full_feedback_never_grows)
{
    const LusterProcessor *proc = luster_processor_find("delay");
    static const char *const moves[] = {"time=31", "time=70,ping_pong=on", "offset=7,low_cut=300",
                                        "time=12,ping_pong=off,low_cut=20", "high_cut=3000"};
    LusterInstance *instance = rig_open(proc, 48000, 2, 4800);
    rig_set(instance, proc, "mix=100,feedback=100,low_cut=20,high_cut=20000,time=100");
    Signal noise = rig_bursts(2, 4800, 3), zero = rig_signal(2, 4800), out = rig_signal(2, 4800);
    rig_run(instance, &noise, &out, NULL, 4800);
    double peak = 0.0, late = 0.0;
    for (int k = 0; k < 600; k++) { /* a minute */
        if (k >= 3)
            rig_set(instance, proc, moves[k % 5]);
        rig_run(instance, &zero, &out, NULL, 4800);
        for (uint32_t i = 0; i < 4800; i++) {
            const double x = fmax(fabsf(out.ch[0][i]), fabsf(out.ch[1][i]));
            peak = fmax(peak, k < 3 ? x : 0.0);
            late = fmax(late, k > 3 ? x : 0.0);
        }
    }
    CHECK(peak > 0.5 && late <= 2.0 * peak); /* sums of both sides may meet once */
    luster_instance_free(instance);
    rig_drop(&noise), rig_drop(&zero), rig_drop(&out);
}

/* The drift's period is the loop's: each part of the sound meets the same stretch in every round.
 */
TEST(full_feedback_does_not_grow_by_drift)
{
    static const char *const drifts[] = {"mod_depth=5,mod_rate=8,time=125",
                                         "mod_depth=1,mod_rate=0.5,time=2000",
                                         "mod_depth=3,mod_rate=2.7,time=50,ping_pong=on"};
    const LusterProcessor *proc = luster_processor_find("delay");
    for (int d = 0; d < 3; d++) {
        LusterInstance *instance = rig_open(proc, 48000, 2, 4800);
        rig_set(instance, proc, "mix=100,feedback=100,low_cut=20,high_cut=20000");
        rig_set(instance, proc, drifts[d]);
        Signal noise = rig_bursts(2, 4800, 3), zero = rig_signal(2, 4800);
        Signal out = rig_signal(2, 4800);
        rig_run(instance, &noise, &out, NULL, 4800);
        double first = 0.0, late = 0.0;
        for (int k = 0; k < 1200; k++) { /* two minutes */
            rig_run(instance, &zero, &out, NULL, 4800);
            for (uint32_t i = 0; i < 4800; i++) {
                const double x = fmax(fabsf(out.ch[0][i]), fabsf(out.ch[1][i]));
                if (k < 25)
                    first = fmax(first, x);
                else
                    late = fmax(late, x);
            }
        }
        if (figures)
            printf("# %s: peak %.3f at first, %.3f later\n", drifts[d], first, late);
        CHECK(first > 0.5 && late <= 1.1 * first);
        luster_instance_free(instance);
        rig_drop(&noise), rig_drop(&zero), rig_drop(&out);
    }
}

int main(int argc, char **argv)
{
    figures = argc > 1 && strcmp(argv[1], "--figures") == 0;
    RUN(echoes_stand_at_their_frame_and_fade_by_the_feedback);
    RUN(notes_follow_the_tempo);
    RUN(sides_and_width);
    RUN(cuts_take_12_db_per_octave_from_each_repeat);
    RUN(moves_do_not_click);
    RUN(drift_wanders_within_its_depth);
    RUN(repeats_duck_under_the_sound);
    RUN(full_feedback_never_grows);
    RUN(full_feedback_does_not_grow_by_drift);
    return tap_done();
}
