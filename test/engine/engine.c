/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* engine: what a console must do, checked sample by sample on signals that are known. */
#include "engine/signals.h"
#include "tap.h"

#define N 30000u /* frames of most tests */

static const LusterEngineOptions plain = {.n_threads = 1};

static LusterSession *song(void)
{
    LusterSession *s = luster_session_new();
    s->values[LUSTER_SESSION_PAN_LAW] = LUSTER_PAN_LAW_6;
    return s;
}

static LusterStrip *track(LusterSession *s, const char *id, const char *file)
{
    LusterStrip *strip = luster_session_add_track(s, id, id);
    luster_strip_add_clip(s, strip, file);
    return strip;
}

static void automate(LusterSession *s, LusterStrip *strip, const char *target, double t0, double v0,
                     LusterCurve curve, double t1, double v1)
{
    LusterAutomation *a = luster_strip_add_automation(s, strip, target);
    luster_automation_add_point(s, a, (LusterPoint){t0, v0, curve});
    luster_automation_add_point(s, a, (LusterPoint){t1, v1, LUSTER_CURVE_LINEAR});
}

static double difference(const float *a, const float *b, uint32_t n)
{
    double worst = 0.0;
    for (uint32_t i = 0; i < n; i++)
        worst = fmax(worst, fabs((double)a[i] - b[i]));
    return worst;
}

static double peak(const float *a, uint32_t n)
{
    double worst = 0.0;
    for (uint32_t i = 0; i < n; i++)
        worst = fmax(worst, fabs(a[i]));
    return worst;
}

TEST(stereo_track_at_rest_is_untouched)
{
    LusterSession *s = song();
    track(s, "a", "noise:1 stereo");
    float *got = signal_play(s, plain, N, 777, N);
    const Signal want = {.kind = "noise", .number = 1};
    for (uint32_t i = 0; i < N; i++) {
        if (got[i] != signal_sample(&want, i, 0) || got[N + i] != signal_sample(&want, i, 1))
            CHECK(!"equal");
    }
    free(got);
    luster_session_free(s);
}

TEST(pan_laws_and_fader)
{
    static const double centre_db[] = {-3.0103, -4.5154, -6.0206};
    for (int law = 0; law < 3; law++) {
        LusterSession *s = song();
        LusterStrip *a = track(s, "a", "one");
        s->values[LUSTER_SESSION_PAN_LAW] = law;
        a->values[LUSTER_STRIP_FADER] = -6.0;
        float *got = signal_play(s, plain, 100, 100, 100);
        CHECK_NEAR(luster_gain_to_db(got[50]), centre_db[law] - 6.0, 1e-3);
        CHECK(got[50] == got[150]);
        free(got);
        a->values[LUSTER_STRIP_PAN] = -100.0;
        got = signal_play(s, plain, 100, 100, 100);
        CHECK_NEAR(luster_gain_to_db(got[50]), -6.0, 1e-3);
        CHECK(got[150] == 0.0f);
        free(got);
        luster_session_free(s);
    }
}

/* A mono track stays one, and is panned as one, through every processor that does not widen it. */
TEST(mono_tracks_stay_mono_through_their_chains)
{
    const uint32_t n = 20000;
    for (uint32_t p = 0; p < luster_processor_count(); p++) {
        const LusterProcessor *proc = luster_processor_at(p);
        float *heard[2];
        for (int with = 0; with < 2; with++) {
            LusterSession *s = song();
            s->values[LUSTER_SESSION_PAN_LAW] = LUSTER_PAN_LAW_3;
            LusterStrip *a = track(s, "a", "noise:1");
            a->values[LUSTER_STRIP_PAN] = proc->flags & LUSTER_PROC_WIDENS ? 0.0 : -80.0;
            if (with) {
                LusterInsert *insert = luster_strip_add_insert(s, a, proc);
                CHECK(!luster_processor_parse(proc, proc->neutral, insert->values, NULL));
            }
            heard[with] = signal_play(s, plain, n, 777, n);
            luster_session_free(s);
        }
        const double off =
            fmax(difference(heard[0], heard[1], n), difference(heard[0] + n, heard[1] + n, n));
        if (!CHECK(off < 1e-6))
            printf("#   %s: %g off\n", proc->id, off);
        free(heard[0]), free(heard[1]);
    }
}

TEST(width_zero_is_mono_and_pan_of_stereo_is_balance)
{
    LusterSession *s = song();
    LusterStrip *a = track(s, "a", "one:0 stereo"); /* left 1, right 0.5 */
    a->values[LUSTER_STRIP_WIDTH] = 0.0;
    float *got = signal_play(s, plain, 100, 100, 100);
    CHECK(got[50] == 0.75f && got[150] == 0.75f);
    free(got);
    a->values[LUSTER_STRIP_WIDTH] = 100.0;
    a->values[LUSTER_STRIP_PAN] = 100.0;
    got = signal_play(s, plain, 100, 100, 100);
    CHECK(got[50] == 0.0f && got[150] == 0.5f);
    free(got);
    luster_session_free(s);
}

TEST(clips_start_offset_length_gain_and_fades)
{
    LusterSession *s = song();
    LusterStrip *a = track(s, "a", "one:0 stereo");
    double *v = a->clips[0].values;
    v[LUSTER_CLIP_START] = 1000.0 / 48000.0;
    v[LUSTER_CLIP_OFFSET] = 500.0 / 48000.0;
    v[LUSTER_CLIP_LENGTH] = 4000.0 / 48000.0;
    v[LUSTER_CLIP_GAIN] = -20.0;
    v[LUSTER_CLIP_FADE_IN] = 100.0 / 48000.0;
    v[LUSTER_CLIP_FADE_OUT] = 200.0 / 48000.0;
    float *got = signal_play(s, plain, N, 333, 6000);
    CHECK(got[999] == 0.0f && got[5000] == 0.0f);
    CHECK_NEAR(got[1000], 0.1 * 0.5 / 100, 1e-8);
    CHECK_NEAR(got[1050], 0.1 * 50.5 / 100, 1e-7);
    CHECK_NEAR(got[2000], 0.1, 1e-7);
    CHECK_NEAR(got[4900], 0.1 * 99.5 / 200, 1e-7);
    free(got);
    /* two clips that overlap with power fades keep the power of noise; with linear ones the sum */
    v[LUSTER_CLIP_GAIN] = v[LUSTER_CLIP_FADE_IN] = 0.0;
    LusterClip *b = luster_strip_add_clip(s, a, "one:0 stereo");
    b->values[LUSTER_CLIP_START] = 4800.0 / 48000.0;
    b->values[LUSTER_CLIP_FADE_IN] = 200.0 / 48000.0;
    got = signal_play(s, plain, N, 333, 6000);
    double worst = 0.0;
    for (uint32_t i = 4700; i < 5100; i++)
        worst = fmax(worst, fabs(got[i] - 1.0));
    CHECK_NEAR(worst, 0.0, 1e-6);
    free(got);
    luster_session_free(s);
}

TEST(channel_choice_of_a_clip)
{
    static const float want[] = {0, 1.0f, 0.5f, 0.75f};
    for (int choice = LUSTER_CHANNELS_LEFT; choice <= LUSTER_CHANNELS_MONO; choice++) {
        LusterSession *s = song();
        LusterStrip *a = track(s, "a", "one:0 stereo");
        a->clips[0].values[LUSTER_CLIP_CHANNELS] = choice;
        float *got = signal_play(s, plain, 100, 100, 100);
        CHECK(got[50] == 0.5f * want[choice] && got[150] == got[50]);
        free(got);
        luster_session_free(s);
    }
}

TEST(polarity_delay_and_sum_to_nothing)
{
    LusterSession *s = song();
    track(s, "a", "noise:3 stereo");
    LusterStrip *b = track(s, "b", "noise:3 stereo");
    b->values[LUSTER_STRIP_POLARITY] = 1.0;
    float *got = signal_play(s, plain, N, 1000, N);
    CHECK(peak(got, 2 * N) == 0.0);
    free(got);
    b->values[LUSTER_STRIP_DELAY] = 1000.0 * 480 / 48000;
    b->values[LUSTER_STRIP_POLARITY] = 0.0;
    b->clips[0].values[LUSTER_CLIP_GAIN] = 0.0;
    got = signal_play(s, plain, N, 1000, N);
    const Signal want = {.kind = "noise", .number = 3};
    CHECK(got[479] == signal_sample(&want, 479, 0));
    CHECK(got[480] == signal_sample(&want, 480, 0) + signal_sample(&want, 0, 0));
    free(got);
    luster_session_free(s);
}

TEST(sends_before_and_after_the_fader)
{
    LusterSession *s = song();
    LusterStrip *bus = luster_session_add_bus(s, "fx", "fx");
    LusterStrip *a = track(s, "a", "one:0 stereo");
    LusterSend *send = luster_strip_add_send(s, a, "fx");
    send->values[LUSTER_SEND_LEVEL] = -20.0;
    a->values[LUSTER_STRIP_FADER] = -20.0;
    float *got = signal_play(s, plain, 100, 100, 100);
    CHECK_NEAR(got[50], 0.1 + 0.01, 1e-7);
    free(got);
    send->values[LUSTER_SEND_PRE] = 1.0;
    got = signal_play(s, plain, 100, 100, 100);
    CHECK_NEAR(got[50], 0.1 + 0.1, 1e-7);
    free(got);
    a->values[LUSTER_STRIP_MUTE] = 1.0; /* silences both */
    got = signal_play(s, plain, 100, 100, 100);
    CHECK(got[50] == 0.0f);
    free(got);
    a->values[LUSTER_STRIP_MUTE] = 0.0;
    a->values[LUSTER_STRIP_FADER] = luster_strip_params()[LUSTER_STRIP_FADER].min;
    got = signal_play(s, plain, 100, 100, 100); /* a fader at the bottom is silence */
    CHECK_NEAR(got[50], 0.1, 1e-7);
    free(got);
    send->values[LUSTER_SEND_ON] = 0.0;
    got = signal_play(s, plain, 100, 100, 100);
    CHECK(got[50] == 0.0f);
    free(got);
    bus->values[LUSTER_STRIP_FADER] = 0.0;
    luster_session_free(s);
}

/* Decibels add up; a post-fader send moves along; at the bottom of the fader nothing is heard. */
TEST(a_ride_is_added_to_the_fader)
{
    LusterSession *s = song();
    luster_session_add_bus(s, "fx", "fx");
    LusterStrip *a = track(s, "a", "one:0 stereo");
    luster_strip_add_send(s, a, "fx")->values[LUSTER_SEND_LEVEL] = -20.0;
    a->values[LUSTER_STRIP_FADER] = -6.0;
    a->values[LUSTER_STRIP_RIDE] = 2.0;
    float *got = signal_play(s, plain, 100, 100, 100);
    CHECK_NEAR(got[50], 1.1 * luster_db_to_gain(-4.0), 1e-6);
    free(got);
    LusterAutomation *ride = luster_strip_add_automation(s, a, "ride_db");
    luster_automation_add_point(s, ride, (LusterPoint){0.0, 0.0, LUSTER_CURVE_LINEAR});
    luster_automation_add_point(s, ride, (LusterPoint){0.5, -6.0, LUSTER_CURVE_LINEAR});
    const uint64_t n = (uint64_t)s->values[LUSTER_SESSION_RATE];
    got = signal_play(s, plain, n, 512, n);
    CHECK_NEAR(got[0], 1.1 * luster_db_to_gain(-6.0), 1e-6);
    CHECK_NEAR(got[n / 4], 1.1 * luster_db_to_gain(-9.0), 1e-5);
    CHECK_NEAR(got[n * 3 / 4], 1.1 * luster_db_to_gain(-12.0), 1e-6);
    free(got);
    a->values[LUSTER_STRIP_FADER] = luster_strip_params()[LUSTER_STRIP_FADER].min;
    got = signal_play(s, plain, 100, 100, 100);
    CHECK(got[50] == 0.0f);
    free(got);
    luster_session_free(s);
}

/* a -> drums -> all -> master, b -> all, a and b send to fx -> master; all at level 1 */
static double solo_level(const char *const *solo, uint32_t n_solo)
{
    LusterSession *s = song();
    luster_session_add_bus(s, "all", "all");
    luster_session_add_bus(s, "drums", "drums")->output = "all";
    luster_session_add_bus(s, "fx", "fx");
    LusterStrip *a = track(s, "a", "one:0 stereo");
    a->output = "drums";
    luster_strip_add_send(s, a, "fx")->values[LUSTER_SEND_LEVEL] = -20.0;
    LusterStrip *b = track(s, "b", "one:0 stereo");
    b->output = "all";
    b->clips[0].values[LUSTER_CLIP_GAIN] = -40.0;
    luster_strip_add_send(s, b, "fx")->values[LUSTER_SEND_LEVEL] = -20.0;
    LusterEngineOptions options = plain;
    options.solo = solo;
    options.n_solo = n_solo;
    float *got = signal_play(s, options, 100, 100, 100);
    const double level = got ? got[50] : NAN;
    free(got);
    luster_session_free(s);
    return level;
}

TEST(solo_keeps_the_paths_through_what_is_soloed)
{
    CHECK_NEAR(solo_level(NULL, 0), 1.0 + 0.1 + 0.01 + 0.001, 1e-6);
    CHECK_NEAR(solo_level((const char *[]){"a"}, 1), 1.0 + 0.1, 1e-6);
    CHECK_NEAR(solo_level((const char *[]){"b"}, 1), 0.01 + 0.001, 1e-6);
    CHECK_NEAR(solo_level((const char *[]){"drums"}, 1), 1.0, 1e-6);
    CHECK_NEAR(solo_level((const char *[]){"all"}, 1), 1.01, 1e-6);
    CHECK_NEAR(solo_level((const char *[]){"fx"}, 1), 0.101, 1e-6);
    CHECK_NEAR(solo_level((const char *[]){"drums", "b"}, 2), 1.0 + 0.01 + 0.001, 1e-6);
    CHECK(isnan(solo_level((const char *[]){"nobody"}, 1)));
}

TEST(automation_is_exact_to_the_frame)
{
    LusterSession *s = song();
    LusterStrip *a = track(s, "a", "one:0 stereo");
    automate(s, a, "fader_db", 10000.0 / 48000, -20.0, LUSTER_CURVE_LINEAR, 20000.0 / 48000, 0.0);
    float *got = signal_play(s, plain, N, 1000, N);
    CHECK_NEAR(got[0], 0.1, 1e-7);
    CHECK_NEAR(got[10000], 0.1, 1e-7);
    CHECK_NEAR(luster_gain_to_db(got[10001]), -20.0 + 20.0 / 10000, 1e-5);
    CHECK_NEAR(luster_gain_to_db(got[15000]), -10.0, 1e-5);
    CHECK_NEAR(luster_gain_to_db(got[19999]), -20.0 / 10000, 1e-5);
    CHECK(got[20000] == 1.0f && got[29999] == 1.0f);
    free(got);
    luster_session_free(s);
}

TEST(a_jump_is_slewed_not_clicked)
{
    LusterSession *s = song();
    LusterStrip *a = track(s, "a", "one:0 stereo");
    automate(s, a, "mute", 0.0, 0.0, LUSTER_CURVE_HOLD, 10000.0 / 48000, 1.0);
    float *got = signal_play(s, plain, N, 1000, N);
    CHECK(got[9999] == 1.0f && got[10000] < 1.0f && got[10240] == 0.0f);
    double steepest = 0.0;
    for (uint32_t i = 1; i < N; i++)
        steepest = fmax(steepest, fabs(got[i] - got[i - 1]));
    CHECK_NEAR(steepest, 1.0 / 240, 1e-4); /* 5 ms at 48 kHz */
    free(got);
    luster_session_free(s);
}

/* Energy above 4 kHz of a fading 200 Hz tone, by a plain windowed DFT around the fade. */
static double splatter_db(const float *x, uint32_t n)
{
    double worst = -400.0;
    for (double hz = 4000.0; hz < 20000.0; hz += 137.0) {
        double re = 0.0, im = 0.0;
        for (uint32_t i = 0; i < n; i++) {
            /* Blackman-Harris, 4 terms */
            const double p = 2.0 * LUSTER_PI * i / n;
            const double w =
                0.35875 - 0.48829 * cos(p) + 0.14128 * cos(2 * p) - 0.01168 * cos(3 * p);
            re += w * x[i] * cos(2.0 * LUSTER_PI * hz * i / 48000.0);
            im += w * x[i] * sin(2.0 * LUSTER_PI * hz * i / 48000.0);
        }
        worst = fmax(worst, 20.0 * log10(hypot(re, im) / n / 0.18 / 0.5 + 1e-20));
    }
    return worst;
}

TEST(fader_from_minus_60_to_0_makes_no_click)
{
    LusterSession *s = song();
    LusterStrip *a = track(s, "a", "sine:200 stereo");
    automate(s, a, "fader_db", 0.1, -60.0, LUSTER_CURVE_LINEAR, 0.3, 0.0);
    float *got = signal_play(s, plain, N, 1000, N);
    CHECK(splatter_db(got + 9600 - 4096, 8192) < -100.0); /* where it starts */
    CHECK(splatter_db(got + 14400 - 4096, 8192) < -90.0); /* where it stops: a corner of slope */
    free(got);
    luster_session_free(s);
}

TEST(loops_and_missing_files_are_refused)
{
    LusterSession *s = song();
    luster_session_add_bus(s, "x", "x")->output = "y";
    luster_session_add_bus(s, "y", "y")->output = "x";
    LusterEngine *engine;
    LusterError err = {0};
    uint64_t length = 100;
    LusterEngineOptions options = {.open = signal_open, .context = &length};
    CHECK(luster_engine_new(s, &options, &engine, &err) == LUSTER_BAD_VALUE);
    CHECK(strstr(err.text, "->") != NULL);
    luster_session_free(s);
    s = song();
    track(s, "a", "7:not a signal");
    CHECK(luster_engine_new(s, &options, &engine, &err) == LUSTER_NOT_FOUND);
    luster_session_free(s);
}

TEST(taps_hear_single_strips_in_step)
{
    LusterSession *s = song();
    track(s, "a", "noise:1 stereo");
    track(s, "b", "noise:2 stereo");
    uint64_t length = N;
    LusterEngineOptions options = {.open = signal_open, .context = &length, .n_threads = 2};
    options.taps = (const char *[]){"a", "b"};
    options.n_taps = 2;
    LusterEngine *engine;
    LusterError err;
    CHECK(luster_engine_new(s, &options, &engine, &err) == LUSTER_OK);
    static float audio[6][N];
    float *const out[2] = {audio[0], audio[1]};
    float *const taps[4] = {audio[2], audio[3], audio[4], audio[5]};
    CHECK(luster_engine_process(engine, out, taps, N, &err) == LUSTER_OK);
    for (uint32_t i = 0; i < N; i++)
        audio[2][i] += audio[4][i];
    CHECK(difference(audio[0], audio[2], N) == 0.0);
    luster_engine_free(engine);
    luster_session_free(s);
}

int main(void)
{
    RUN(stereo_track_at_rest_is_untouched);
    RUN(pan_laws_and_fader);
    RUN(mono_tracks_stay_mono_through_their_chains);
    RUN(width_zero_is_mono_and_pan_of_stereo_is_balance);
    RUN(clips_start_offset_length_gain_and_fades);
    RUN(channel_choice_of_a_clip);
    RUN(polarity_delay_and_sum_to_nothing);
    RUN(sends_before_and_after_the_fader);
    RUN(a_ride_is_added_to_the_fader);
    RUN(solo_keeps_the_paths_through_what_is_soloed);
    RUN(automation_is_exact_to_the_frame);
    RUN(a_jump_is_slewed_not_clicked);
    RUN(fader_from_minus_60_to_0_makes_no_click);
    RUN(loops_and_missing_files_are_refused);
    RUN(taps_hear_single_strips_in_step);
    return tap_done();
}
