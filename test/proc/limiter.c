/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The limiter, measured: its ceiling by an own 32x meter in double, transparency below the ceiling,
 * distortion of low tones, release, stages and links; songs are in limiter_songs.c. Figures are
 * printed; doc/processors/limiter.md quotes them. Bar: 0.05 dB over the ceiling. */
#include "peak_meter.h"
#include "tap.h"

static const LusterProcessor *limiter;

static double over_ceiling(const Signal *in, double rate_hz, const char *settings, double ceiling)
{
    LusterInstance *instance = rig_open(limiter, rate_hz, in->n_channels, 1000);
    Signal out = rig_signal(in->n_channels, in->n_frames);
    rig_set(instance, limiter, settings);
    rig_run(instance, in, &out, NULL, 0);
    const double over = true_peak_db(&out, 0) - ceiling;
    luster_instance_free(instance);
    rig_drop(&out);
    return over;
}

TEST(the_meter_itself_is_right)
{
    for (double f = 0.01; f < 0.46; f += 0.0437) {
        Signal tone = rig_signal(1, 3000);
        for (int i = 0; i < 3000; i++)
            tone.ch[0][i] = (float)(0.5 * sin(2.0 * PI * f * i + 0.3));
        CHECK_NEAR(true_peak_db(&tone, 0), -6.0206, 0.012);
        rig_drop(&tone);
    }
}

/* Takes away what lies above 0.45 of the rate, where meters differ among themselves by tenths of a
 * dB (their filters' transition) and where no converter or resampler leaves anything. */
static void limit_band(Signal *signal)
{
    double taps[2 * 80 + 1], *y = calloc(signal->n_frames, sizeof *y);
    for (int k = -80; k <= 80; k++) {
        const double u = k / (80 + 1.0), cut = 0.86; /* of Nyquist */
        taps[k + 80] = cut * (k ? sin(PI * cut * k) / (PI * cut * k) : 1.0) *
                       bessel_i0(9.0 * sqrt(1.0 - u * u)) / bessel_i0(9.0);
    }
    for (uint32_t c = 0; c < signal->n_channels; c++) {
        const int n = (int)signal->n_frames;
        for (int i = 0; i < n; i++) {
            y[i] = 0.0;
            for (int k = -80; k <= 80; k++)
                y[i] += i + k >= 0 && i + k < n ? taps[k + 80] * signal->ch[c][i + k] : 0.0;
        }
        for (int i = 0; i < n; i++)
            signal->ch[c][i] = (float)y[i];
    }
    free(y);
}

/* ---- the ceiling ------------------------------------------------------------------------------
 */

static double worst;

static void hold_ceiling(const char *what, const Signal *in, double rate_hz)
{
    static const char *const settings[] = {
        "ceiling=-1", "ceiling=-1,lookahead=0.5,release=1,hold=0",
        "ceiling=-1,link=0,auto_release=on,release=5",
        "ceiling=-1,lookahead=2,hold=5,transient=10,clip=6,transient_link=30",
        "ceiling=-1,lookahead=0.5,hold=0,clip=3"};
    for (int s = 0; s < 5; s++) {
        const double over = over_ceiling(in, rate_hz, settings[s], -1.0);
        worst = fmax(worst, over);
        if (!CHECK(over <= 0.05))
            printf("#   %s, %s: %+.3f dB over the ceiling\n", what, settings[s], over);
    }
}

TEST(ceiling_on_quarter_rate_tones_at_all_phases)
{
    worst = -99.0;
    for (int phase = 0; phase < 16; phase++) {
        Signal in = rig_signal(1, 3000);
        for (int i = 0; i < 3000; i++)
            in.ch[0][i] = (float)(2.0 * sin(PI / 2.0 * i + phase * PI / 32.0));
        hold_ceiling("fs/4 tone", &in, 48000);
        rig_drop(&in);
    }
    printf("# fs/4 tones: %+.4f dB over the ceiling at most\n", worst);
}

TEST(ceiling_on_noise)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    worst = -99.0;
    for (int r = 0; r < 4; r++) {
        for (int flavour = 0; flavour < 3; flavour++) {
            Signal in = rig_signal(2, 5000);
            LusterRng rng;
            luster_rng_seed(&rng, 31, (uint64_t)(r * 3 + flavour));
            for (int c = 0; c < 2; c++) {
                double low = 0.0, before = 0.0;
                for (int i = 0; i < 5000; i++) {
                    const double white = 3.0 * luster_rng_bipolar(&rng);
                    low += 0.2 * (white - low);
                    in.ch[c][i] = (float)(flavour == 0   ? white
                                          : flavour == 1 ? 3.0 * low
                                                         : white - before);
                    before = white;
                }
            }
            hold_ceiling("noise", &in, rates[r]);
            rig_drop(&in);
        }
    }
    printf("# full-band noise, meter of %d taps a side: %+.4f dB over the ceiling\n", reach, worst);
}

/* Chords with drums, driven and clipped flat, as loud masters are. */
TEST(ceiling_on_clipped_square_like_music)
{
    worst = -99.0;
    for (int drive = 1; drive <= 8; drive *= 2) {
        Signal in = rig_signal(2, 12000);
        LusterRng rng;
        luster_rng_seed(&rng, 8, 8);
        for (int i = 0; i < 12000; i++) {
            const double t = i / 44100.0, beat = fmod(t, 0.25);
            const double noise = luster_rng_bipolar(&rng);
            double x = 0.5 * sin(2 * PI * 55 * t) + 0.3 * sin(2 * PI * 220.7 * t) +
                       0.25 * sin(2 * PI * 329.1 * t) + 0.2 * sin(2 * PI * 1244.5 * t) +
                       0.8 * noise * exp(-60 * beat) + sin(2 * PI * 60 * beat) * exp(-12 * beat);
            x *= drive;
            in.ch[0][i] = (float)(x > 1.0 ? 1.0 : x < -1.0 ? -1.0 : x);
            x += 0.3 * sin(2 * PI * 5003 * t);
            in.ch[1][i] = (float)(x > 1.0 ? 1.0 : x < -1.0 ? -1.0 : x);
        }
        hold_ceiling("clipped music", &in, 44100);
        rig_drop(&in);
    }
    printf("# clipped music, meter of %d taps a side: %+.4f dB over the ceiling\n", reach, worst);
}

TEST(ceiling_on_pulse_trains)
{
    static const int periods[] = {3, 17, 64, 500, 2000};
    worst = -99.0;
    for (int p = 0; p < 5; p++) {
        Signal in = rig_signal(1, 8000);
        for (int i = 0; i < 8000; i++) {
            const int at = i % periods[p];
            in.ch[0][i] = at == 0 ? 3.0f : at == 1 ? (p % 2 ? 3.0f : -2.5f) : 0.05f;
        }
        hold_ceiling("pulses", &in, 48000);
        rig_drop(&in);
    }
    printf("# pulse trains: %+.4f dB over the ceiling at most\n", worst);
}

TEST(ceiling_holds_while_it_and_the_gain_move)
{
    Signal in = rig_signal(2, 48000), out = rig_signal(2, 48000);
    for (int i = 0; i < 48000; i++) {
        in.ch[0][i] = (float)(0.9 * sin(0.31 * i));
        in.ch[1][i] = (float)(0.9 * sin(0.0173 * i));
    }
    LusterInstance *instance = rig_open(limiter, 48000, 2, 480);
    rig_set(instance, limiter, "ceiling=-1");
    for (uint32_t i = 0; i < 48000; i += 480) {
        luster_instance_set(instance, (uint32_t)luster_processor_param(limiter, "input_gain"),
                            12.0 * sin(i * 0.001));
        rig_process(instance, &in, &out, NULL, i, 480);
    }
    CHECK(true_peak_db(&out, 0) <= -1.0 + 0.05);
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
}

/* ---- transparency -----------------------------------------------------------------------------
 */

TEST(below_the_ceiling_nothing_changes)
{
    Signal in = rig_bursts(2, 20000, 3), out = rig_signal(2, 20000);
    limit_band(&in);
    const double gain = pow(10.0, (-1.0 - 0.05 - true_peak_db(&in, 0)) / 20.0);
    for (int i = 0; i < 20000; i++) {
        in.ch[0][i] *= (float)gain;
        in.ch[1][i] *= (float)gain;
    }
    LusterInstance *instance = rig_open(limiter, 48000, 2, 512);
    const uint32_t lag = luster_instance_latency(instance);
    rig_run(instance, &in, &out, NULL, 0);
    for (int c = 0; c < 2; c++)
        CHECK(memcmp(out.ch[c] + lag, in.ch[c], (20000 - lag) * sizeof(float)) == 0);
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
}

/* THD+N of a steady tone, by taking the best-fitting tone away (whole periods). */
static double distortion_at(double rate_hz, const char *settings, double freq_hz, double drive_db)
{
    const uint32_t part = (uint32_t)rate_hz, n = 4 * part;
    Signal in = rig_signal(1, n), out = rig_signal(1, n);
    const double gain = pow(10.0, (drive_db - 1.0) / 20.0);
    for (uint32_t i = 0; i < n; i++)
        in.ch[0][i] = (float)(gain * sin(2 * PI * freq_hz * i / rate_hz));
    LusterInstance *instance = rig_open(limiter, rate_hz, 1, 512);
    rig_set(instance, limiter, settings);
    rig_run(instance, &in, &out, NULL, 0);
    const float *x = out.ch[0] + n - part;
    const double step = 2 * PI * freq_hz / rate_hz;
    double re = 0.0, im = 0.0, rest = 0.0;
    for (uint32_t i = 0; i < part; i++) {
        re += x[i] * cos(step * i) * 2.0 / part;
        im += x[i] * sin(step * i) * 2.0 / part;
    }
    for (uint32_t i = 0; i < part; i++) {
        const double miss = x[i] - re * cos(step * i) - im * sin(step * i);
        rest += miss * miss;
    }
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
    return 10.0 * log10(2.0 * rest / part / (re * re + im * im));
}

TEST(low_tones_stay_clean)
{
    static const double freqs[] = {30, 50, 100, 1000}, rates[] = {44100, 48000, 96000, 192000};
    for (int f = 0; f < 4; f++) {
        const double at3 = distortion_at(48000, "", freqs[f], 3.0);
        const double at6 = distortion_at(48000, "", freqs[f], 6.0);
        const double fast = distortion_at(48000, "release=1,lookahead=0.5", freqs[f], 6.0);
        printf("# | THD+N at %g Hz | %.1f dB at 3 dB | %.1f dB at 6 dB | %.1f dB fastest |\n",
               freqs[f], at3, at6, fast);
        CHECK(at3 < -140.0 && at6 < -140.0 && fast < -140.0);
    }
    for (int r = 0; r < 4; r++) {
        const double at3 = distortion_at(rates[r], "", 50.0, 3.0);
        const double at6 = distortion_at(rates[r], "", 50.0, 6.0);
        printf("# | THD+N at 50 Hz, %g Hz | %.1f dB at 3 dB | %.1f dB at 6 dB |\n", rates[r], at3,
               at6);
        CHECK(at3 < -140.0 && at6 < -140.0);
    }
}

TEST(clip_spares_what_lasts_once_transients_are_told_apart)
{
    const double all = distortion_at(48000, "clip=3", 50.0, 6.0);
    const double apart = distortion_at(48000, "clip=3,transient=20", 50.0, 6.0);
    printf("# | THD+N at 50 Hz, 6 dB, clip 3 dB | %.1f dB | %.1f dB with transient=20 |\n", all,
           apart);
    CHECK(all > -60.0);
    CHECK(apart < -140.0);
}

/* ---- time -------------------------------------------------------------------------------------
 */

static uint32_t frames_until(const Signal *gain, uint32_t from, double level)
{
    uint32_t i = from;
    while (i < gain->n_frames && gain->ch[0][i] < level)
        i++;
    return i - from;
}

/* A step of a constant: DC shows the gain itself. */
TEST(release_takes_its_time)
{
    const uint32_t n = 96000, step = 20000;
    Signal in = rig_signal(1, n), out = rig_signal(1, n);
    for (uint32_t i = 0; i < n; i++) { /* a fade of 1 ms, lest the step ring between samples */
        const double fade = i < step ? 0.0 : i > step + 48 ? 1.0 : (i - step) / 48.0;
        in.ch[0][i] = (float)(2.0 - 1.75 * (0.5 - 0.5 * cos(PI * fade)));
    }
    LusterInstance *instance = rig_open(limiter, 48000, 1, 512);
    rig_set(instance, limiter, "ceiling=0,release=100,hold=0,lookahead=0.5");
    rig_run(instance, &in, &out, NULL, 0);
    const uint32_t lag = luster_instance_latency(instance);
    for (uint32_t i = step + 48 + lag; i < n; i++)
        out.ch[0][i] = out.ch[0][i] / 0.25f;
    /* 6.02 + margin dB of reduction: 63 % is gone when exp(-1) of it is left */
    const double left = 20.0 * log10(2.0 * pow(10, 0.04 / 20)) * exp(-1.0);
    const double ms = frames_until(&out, step + 48 + lag, pow(10.0, -left / 20.0)) / 48.0;
    printf("# release of 100 ms: %.2f ms\n", ms);
    CHECK_NEAR(ms, 100.0, 3.0);
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
}

/* Clicks on a constant, which shows the gain. */
static Signal clicks(const uint32_t *at, int n_clicks, uint32_t n_frames, float height)
{
    Signal x = rig_signal(1, n_frames);
    for (uint32_t i = 0; i < n_frames; i++)
        x.ch[0][i] = 0.1f;
    for (int k = 0; k < n_clicks; k++) {
        for (int i = -24; i <= 24; i++) /* half a millisecond, band-limited */
            x.ch[0][(int)at[k] + i] += height * (float)(0.5 + 0.5 * cos(PI * i / 25.0));
    }
    return x;
}

TEST(gaps_are_bridged_and_single_peaks_not_held)
{
    static const uint32_t at[] = {10000, 10720, 20000}; /* two 15 ms apart, and one */
    Signal in = clicks(at, 3, 40000, 1.9f), out = rig_signal(1, 40000);
    for (int s = 0; s < 2; s++) {
        LusterInstance *instance = rig_open(limiter, 48000, 1, 512);
        rig_set(instance, limiter,
                s ? "hold=20,lookahead=2,release=1" : "hold=5,lookahead=2,release=1");
        const uint32_t lag = luster_instance_latency(instance);
        rig_run(instance, &in, &out, NULL, 0);
        const double between = 20.0 * log10(out.ch[0][10360 + lag] / 0.1);
        const double after = 20.0 * log10(out.ch[0][20000 + 360 + lag] / 0.1);
        printf("# | hold %d ms | %.2f dB between peaks 15 ms apart | %.2f dB after 7.5 ms |\n",
               s ? 20 : 5, between, after);
        CHECK(s ? between < -6.9 : between > -0.1);
        CHECK(after > -0.1);
        luster_instance_free(instance);
    }
    rig_drop(&in);
    rig_drop(&out);
}

TEST(stages_share_the_work_and_tell_it)
{
    static const uint32_t at[] = {10000};
    Signal in = clicks(at, 1, 30000, 1.9f), out = rig_signal(1, 30000);
    LusterInstance *instance = rig_open(limiter, 48000, 1, 30000);
    rig_set(instance, limiter, "transient=20,clip=3");
    rig_run(instance, &in, &out, NULL, 30000);
    float readings[5];
    luster_instance_read(instance, readings);
    printf(
        "# | click of 7 dB over | %.2f dB reduction | sustained %.2f | transient %.2f | clip %.2f "
        "|\n",
        readings[0], readings[2], readings[3], readings[4]);
    CHECK_NEAR(readings[0], 20.0 * log10(2.0) + 1.04, 0.05);
    CHECK(readings[2] == 0.0f);
    CHECK_NEAR(readings[3], readings[0] - 3.0, 0.05);
    CHECK_NEAR(readings[4], 3.0, 0.05);
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
}

TEST(hits_at_one_side_may_leave_the_other_alone)
{
    static const uint32_t at[] = {10000};
    Signal hit = clicks(at, 1, 30000, 1.9f), in = rig_signal(2, 30000), out = rig_signal(2, 30000);
    for (int i = 0; i < 30000; i++) {
        in.ch[0][i] = hit.ch[0][i];
        in.ch[1][i] = i < 15000 ? 0.1f : 0.1f + 1.9f * fminf(1.0f, (float)(i - 15000) / 480.0f);
    }
    LusterInstance *instance = rig_open(limiter, 48000, 2, 512);
    rig_set(instance, limiter, "transient=20,transient_link=0");
    const uint32_t lag = luster_instance_latency(instance);
    rig_run(instance, &in, &out, NULL, 0);
    CHECK(out.ch[0][10000 + lag] < 0.9f); /* the hit itself */
    CHECK(out.ch[0][9900 + lag] < 0.06f); /* its dip at its side */
    CHECK(out.ch[1][9900 + lag] == 0.1f); /* none at the other */
    CHECK(out.ch[0][20000 + lag] < 0.05f); /* what lasts is linked */
    luster_instance_free(instance);
    rig_drop(&hit);
    rig_drop(&in);
    rig_drop(&out);
}

TEST(linked_channels_keep_the_image)
{
    Signal in = rig_bursts(2, 40000, 5), out = rig_signal(2, 40000);
    for (int i = 0; i < 40000; i++)
        in.ch[1][i] = 0.25f * in.ch[0][i];
    LusterInstance *instance = rig_open(limiter, 48000, 2, 512);
    rig_set(instance, limiter, "input_gain=12");
    rig_run(instance, &in, &out, NULL, 0);
    for (int i = 0; i < 40000; i++)
        CHECK(out.ch[1][i] == 0.25f * out.ch[0][i]);
    rig_set(instance, limiter, "link=0");
    luster_instance_reset(instance);
    rig_run(instance, &in, &out, NULL, 0);
    int differ = 0;
    for (int i = 0; i < 40000; i++)
        differ += out.ch[1][i] != 0.25f * out.ch[0][i];
    CHECK(differ > 1000);
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
}

TEST(meters_tell_reduction_and_input_peak)
{
    Signal in = rig_signal(2, 24000), out = rig_signal(2, 24000);
    for (int i = 0; i < 24000; i++)
        in.ch[0][i] = in.ch[1][i] = (float)sin(2 * PI * 0.25 * i + PI / 4); /* +-0.707 */
    LusterInstance *instance = rig_open(limiter, 48000, 2, 24000);
    rig_set(instance, limiter, "ceiling=-3");
    rig_run(instance, &in, &out, NULL, 0);
    float readings[5];
    luster_instance_read(instance, readings);
    CHECK_NEAR(readings[0], 3.0, 0.1);
    CHECK_NEAR(readings[1], 0.0, 0.1);
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
}

int main(void)
{
    limiter = luster_processor_find("limiter");
    make_meter(80);
    RUN(the_meter_itself_is_right);
    RUN(ceiling_on_quarter_rate_tones_at_all_phases);
    RUN(ceiling_on_noise);
    RUN(ceiling_on_clipped_square_like_music);
    RUN(ceiling_on_pulse_trains);
    make_meter(20); /* meters differ on what lies above 0.45 of the rate: short ones too */
    RUN(ceiling_on_noise);
    RUN(ceiling_on_clipped_square_like_music);
    make_meter(80);
    RUN(ceiling_holds_while_it_and_the_gain_move);
    RUN(below_the_ceiling_nothing_changes);
    RUN(low_tones_stay_clean);
    RUN(clip_spares_what_lasts_once_transients_are_told_apart);
    RUN(release_takes_its_time);
    RUN(gaps_are_bridged_and_single_peaks_not_held);
    RUN(stages_share_the_work_and_tell_it);
    RUN(hits_at_one_side_may_leave_the_other_alone);
    RUN(linked_channels_keep_the_image);
    RUN(meters_tell_reduction_and_input_peak);
    return tap_done();
}
