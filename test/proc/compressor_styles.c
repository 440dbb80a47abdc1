/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The compressor's styles, upward compression, automatic knee and level match, measured against
 * their definitions in double at four rates. Bars: curves 0.05 dB, times 3 %. */
#include "dynamics_rig.h"
#include "tap.h"

#define N_RATES 4

static const LusterProcessor *comp;
static const double rates[N_RATES] = {44100, 48000, 96000, 192000};
static const char *const styles[] = {"clean", "opto", "fet", "bus"};

/* The output that meets a curve with ratio and knee on its own level, by bisection. */
static double feedback_db(double x, double threshold, double ratio, double knee)
{
    double low = 0.0, high = 200.0;
    for (int i = 0; i < 100; i++) {
        const double y = 0.5 * (low + high), over = x - y - threshold;
        double want = (ratio - 1.0) * over;
        if (2.0 * over < -knee)
            want = 0.0;
        else if (2.0 * over < knee)
            want = (ratio - 1.0) * (over + knee / 2) * (over + knee / 2) / (2 * knee);
        if (want > y)
            low = y;
        else
            high = y;
    }
    return -low;
}

static double downward_db(double x, double threshold, double ratio, double knee)
{
    const double over = x - threshold, slope = 1.0 / ratio - 1.0;
    if (2.0 * over < -knee)
        return 0.0;
    return 2.0 * over < knee ? slope * (over + knee / 2) * (over + knee / 2) / (2 * knee)
                             : slope * over;
}

static double upward_db(double x, double threshold, double ratio, double knee, double range,
                        double floor_db)
{
    const double up = -downward_db(2.0 * threshold - x, threshold, ratio, knee);
    return fmin(fmin(up, range), fmax(x - floor_db, 0.0));
}

/* The gain at the end of a constant level, dB. */
static double settled(const char *settings, double rate_hz, double level, uint32_t n)
{
    Signal key = constant(n, from_db(level));
    Signal gain = gain_of(comp, settings, rate_hz, &key);
    const double got = db(gain.ch[0][n - 1]);
    rig_drop(&key), rig_drop(&gain);
    return got;
}

TEST(feedback_and_upward_curves)
{
    static const double ratios[] = {1.5, 4, 12, 100}, knees[] = {0, 6, 24};
    double fet = 0.0, up = 0.0;
    for (int r = 0; r < 4; r++) {
        for (int k = 0; k < 3; k++) {
            for (double level = -75.0; level <= 6.0; level += 4.7) {
                char settings[160];
                snprintf(settings, sizeof settings,
                         "style=fet,threshold=-30,ratio=%g,knee=%g,attack=0.1", ratios[r],
                         knees[k]);
                fet = fmax(fet, fabs(settled(settings, rates[k], level, 4800) -
                                     feedback_db(level, -30, ratios[r], fmax(knees[k], 1e-3))));
                snprintf(settings, sizeof settings,
                         "ratio=1,up_ratio=%g,up_threshold=-25,up_range=18,up_floor=-60,knee=%g,"
                         "attack=0.1,release=5",
                         ratios[r], knees[k]);
                const double ratio = ratios[r] == 100 ? 1e9 : ratios[r];
                up = fmax(up, fabs(settled(settings, rates[k], level, 9600) -
                                   upward_db(level, -25, ratio, fmax(knees[k], 1e-3), 18, -60)));
            }
        }
    }
    printf("# feedback curve within %.1g dB, upward curve within %.1g dB\n", fet, up);
    CHECK(fet < 0.05 && up < 0.05);
}

/* Mean gain over whole periods of 1 kHz. */
static double tone_gain_db(const char *settings, double rate_hz, double level)
{
    const uint32_t n = (uint32_t)(2.0 * rate_hz), period = (uint32_t)(0.01 * rate_hz);
    Signal key = tone(n, 1000, rate_hz, from_db(level));
    Signal gain = gain_of(comp, settings, rate_hz, &key);
    double mean = 0.0;
    for (uint32_t i = n - period; i < n; i++)
        mean += db(gain.ch[0][i]) / period;
    rig_drop(&key), rig_drop(&gain);
    return mean;
}

TEST(static_curve_on_a_tone_in_every_style)
{
    double worst[4] = {0.0}, up = 0.0;
    for (int r = 0; r < N_RATES; r++) {
        for (double level = -44.0; level <= 0.0; level += 11.0) {
            char settings[160];
            for (int s = 0; s < 4; s++) {
                snprintf(settings, sizeof settings,
                         "style=%s,threshold=-30,ratio=4,knee=6,attack=%g,release=150", styles[s],
                         s == 2 ? 0.8 : 5.0);
                const double want =
                    s == 2 ? feedback_db(level, -30, 4, 6) : downward_db(level, -30, 4, 6);
                worst[s] = fmax(worst[s], fabs(tone_gain_db(settings, rates[r], level) - want));
            }
            const double got = tone_gain_db("ratio=1,up_threshold=-20,up_ratio=2,up_range=20,"
                                            "knee=6,attack=5,release=300",
                                            rates[r], level);
            up = fmax(up, fabs(got - upward_db(level, -20, 2, 6, 20, -70)));
        }
    }
    printf("# 1 kHz tone: clean %.4f, opto %.4f, fet %.4f, bus %.4f dB, upward %.4f dB\n", worst[0],
           worst[1], worst[2], worst[3], up);
    CHECK(worst[0] < 0.05 && worst[1] < 0.05 && worst[2] < 0.05 && worst[3] < 0.05 && up < 0.05);
}

/* The gain over time around a step from `loud_s` of full scale down to `after`. */
static Signal step_down(const char *settings, double rate_hz, double loud_s, double rest_s,
                        double after, uint32_t *edge)
{
    *edge = (uint32_t)(loud_s * rate_hz);
    Signal key = constant(*edge + (uint32_t)(rest_s * rate_hz), after);
    for (uint32_t i = 0; i < *edge; i++)
        key.ch[0][i] = 1.0f;
    Signal gain = gain_of(comp, settings, rate_hz, &key);
    rig_drop(&key);
    return gain;
}

TEST(attack_takes_its_time_in_every_style)
{
    double worst = 0.0;
    for (int r = 0; r < N_RATES; r++) {
        for (int s = 1; s < 4; s++) {
            static const double attacks[] = {0.2, 0.8, 10, 30};
            for (int a = 0; a < 4; a++) {
                char settings[128];
                uint32_t edge;
                snprintf(settings, sizeof settings,
                         "style=%s,threshold=-20,ratio=100,knee=0,attack=%g,release=200", styles[s],
                         attacks[a]);
                Signal gain = step_down(settings, rates[r], 0.5, 0.01, 0.0, &edge);
                const double full = db(gain.ch[0][edge - 1]);
                const double ms =
                    (frames_to(&gain, 0, full * (1 - exp(-1)), false) + 0.5) / rates[r] * 1e3;
                const double open = 0.5e3 / rates[r]; /* frames are whole */
                worst = fmax(worst, (fabs(ms - attacks[a]) - open) / attacks[a]);
                rig_drop(&gain);
            }
        }
    }
    printf("# attack of opto, fet and bus: within %.2f %%\n", 100 * worst);
    CHECK(worst < 0.03);
}

/* The definition of detector_style.h: memory is the mean of 10 s, the slow half follows it. */
static double opto_slow_s(double depth_db, double loud_s, double half_s)
{
    const double dt = 1e-4;
    double memory = 0.0, slow = depth_db / 2, t = 0.0;
    for (; t < loud_s; t += dt)
        memory += dt / 10.0 * (depth_db - memory);
    for (t = 0.0; slow > depth_db / 2 * exp(-1); t += dt) {
        const double fast = depth_db * exp2(-t / half_s);
        memory += dt / 10.0 * (fmax(fast, slow) - memory);
        slow -= dt * slow / (1.0 + 14.0 * fmin(memory / 20.0, 1.0));
    }
    return t;
}

TEST(opto_lets_go_by_half_and_then_slowly)
{
    double half = 0.0, slow = 0.0, range[2] = {99.0, 0.0};
    static const double louds[] = {0.05, 2, 40}, depths[] = {-3, -20};
    for (int r = 0; r < N_RATES; r++) {
        for (int l = 0; l < 3; l++) {
            for (int d = 0; d < 2; d++) {
                if (l == 2 && r > 1)
                    continue; /* long */
                char settings[128];
                uint32_t edge;
                snprintf(settings, sizeof settings,
                         "style=opto,threshold=%g,ratio=100,knee=0,attack=2,release=60", depths[d]);
                Signal gain = step_down(settings, rates[r], louds[l], l == 2 ? 16 : 8, 0.0, &edge);
                const double full = db(gain.ch[0][edge - 1]);
                const double ms = frames_to(&gain, edge, full / 2, true) / rates[r] * 1e3;
                const double s = frames_to(&gain, edge, full / 2 * exp(-1), true) / rates[r];
                const double want = opto_slow_s(-full, louds[l], 0.06);
                half = fmax(half, fabs(ms - 60) / 60);
                slow = fmax(slow, fabs(s - want) / want);
                range[0] = fmin(range[0], s);
                range[1] = fmax(range[1], s);
                rig_drop(&gain);
            }
        }
    }
    printf("# opto: half within %.2f %%, the rest within %.2f %% (%.2f to %.1f s)\n", 100 * half,
           100 * slow, range[0], range[1]);
    CHECK(half < 0.03 && slow < 0.03 && range[0] < 1.3 && range[1] > 9.0);
}

TEST(fet_is_faster_while_the_sound_stays_above)
{
    double silence = 0.0, above = 0.0;
    for (int r = 0; r < N_RATES; r++) {
        uint32_t edge;
        const char *settings = "style=fet,threshold=-40,ratio=4,knee=0,attack=0.05,release=300";
        Signal gain = step_down(settings, rates[r], 0.3, 2, 0.0, &edge);
        const double ms = (frames_to(&gain, edge, -30 * exp(-1), true)) / rates[r] * 1e3;
        silence = fmax(silence, fabs(ms - 300) / 300);
        rig_drop(&gain);
        /* to -24 dBFS: by 1/tau until the output reaches the threshold at 16 dB of reduction, then
         * four times as fast to 12 dB */
        gain = step_down(settings, rates[r], 0.3, 2, from_db(-24), &edge);
        const double until = 300 * log(30.0 / 16), then = until + 75;
        const double got = frames_to(&gain, edge, -(12 + 4 * exp(-1)), true) / rates[r] * 1e3;
        above = fmax(above, fabs(got - then) / then);
        rig_drop(&gain);
    }
    printf("# fet release: into silence within %.2f %%, above the threshold within %.2f %%\n",
           100 * silence, 100 * above);
    CHECK(silence < 0.03 && above < 0.03);
}

/* Time until 63 % of what is reduced is back, by the definition of detector_style.h. */
static double bus_ms(double loud_s, double release_ms, double *tail_ms)
{
    const double dt = 1e-2; /* ms */
    double slow = 0.0, fast = 1.0, t = 0.0, back = 0.0, low = 0.0;
    for (; t < loud_s * 1e3; t += dt)
        slow += dt * (1.0 - slow) / (4 * release_ms);
    for (t = 0.0; fast > 0.02 && low == 0.0; t += dt) {
        fast -= dt * (fast - slow) / release_ms;
        slow -= dt * slow / (12 * release_ms);
        back = back == 0.0 && fast < exp(-1) ? t : back;
        low = fast < 0.1 ? t : 0.0;
    }
    *tail_ms = low;
    return back;
}

TEST(bus_release_is_fast_for_short_and_slow_for_long)
{
    double worst = 0.0, figures[2] = {0.0};
    for (int r = 0; r < N_RATES; r++) {
        static const double louds[] = {0.005, 0.2, 6};
        for (int l = 0; l < 3; l++) {
            uint32_t edge;
            const char *settings =
                "style=bus,threshold=-20,ratio=100,knee=0,attack=0.3,release=100";
            Signal gain = step_down(settings, rates[r], louds[l], 5, 0.0, &edge);
            double tail = 0.0;
            const double want = bus_ms(louds[l], 100, &tail);
            const double got = frames_to(&gain, edge, -20 * exp(-1), true) / rates[r] * 1e3;
            const double got_tail = frames_to(&gain, edge, -2, true) / rates[r] * 1e3;
            worst = fmax(worst, fmax(fabs(got - want) / want, fabs(got_tail - tail) / tail));
            if (l != 1)
                figures[l / 2] = got;
            if (!CHECK(fabs(got - want) / want < 0.03))
                printf("#   %g s: %.1f ms, not %.1f; 90 %% in %.1f ms, not %.1f\n", louds[l], got,
                       want, got_tail, tail);
            rig_drop(&gain);
        }
    }
    printf("# bus release of 100 ms: %.0f ms after 5 ms, %.0f ms after 6 s; within %.2f %%\n",
           figures[0], figures[1], 100 * worst);
    CHECK(worst < 0.03);
}

TEST(upward_compression_takes_its_times)
{
    double up = 0.0, down = 0.0;
    for (int r = 0; r < N_RATES; r++) {
        const uint32_t at = (uint32_t)rates[r];
        Signal key = constant(4 * at, from_db(-25));
        for (uint32_t i = at; i < 3 * at; i++)
            key.ch[0][i] = (float)from_db(-45);
        Signal gain = gain_of(comp,
                              "ratio=1,up_threshold=-20,up_ratio=2,up_range=40,knee=0,attack=20,"
                              "release=200,up_floor=-100",
                              rates[r], &key);
        const double rise = frames_to(&gain, at, 2.5 + 10 * (1 - exp(-1)), true) / rates[r] * 1e3;
        const double fall = frames_to(&gain, 3 * at, 2.5 + 10 * exp(-1), false) / rates[r] * 1e3;
        up = fmax(up, fabs(rise - 200) / 200);
        down = fmax(down, fabs(fall - 20) / 20);
        rig_drop(&key), rig_drop(&gain);
    }
    printf("# upward: release within %.2f %%, attack within %.2f %%\n", 100 * up, 100 * down);
    CHECK(up < 0.03 && down < 0.03);
}

/* Settled, the knee is 2.5 times the reduction that it leads to. */
TEST(automatic_knee_follows_the_reduction)
{
    double worst = 0.0;
    for (double level = -24.0; level <= 0.0; level += 6.0) {
        const double got =
            -settled("threshold=-20,ratio=4,auto_knee=on,attack=1", 48000, level, 48000 * 20);
        const double knee = fmin(fmax(2.5 * got, 1e-3), 30);
        worst = fmax(worst, fabs(got + downward_db(level, -20, 4, knee)));
    }
    printf("# automatic knee: within %.3f dB of its own curve\n", worst);
    CHECK(worst < 0.05);
}

TEST(level_match_keeps_the_loudness)
{
    double worst = 0.0;
    for (int r = 0; r < N_RATES; r++) {
        const uint32_t n = (uint32_t)(rates[r] * 16), from = (uint32_t)(rates[r] * 12);
        Signal in = tone(n, 1000, rates[r], 0.5);
        for (uint32_t i = 0; i < n; i++) /* loud and soft, four times a second */
            in.ch[0][i] *= fmod(i / rates[r], 0.25) < 0.1 ? 1.0f : 0.1f;
        static const char *const settings[] = {
            "threshold=-24,ratio=8,level_match=on", "threshold=-30,ratio=4,mix=40,makeup=12",
            "threshold=-30,ratio=4,mix=40,makeup=12,level_match=on",
            "ratio=1,up_ratio=4,up_threshold=-10,style=opto,level_match=on,lookahead=5"};
        for (int s = 0; s < 4; s++) {
            Signal out = through(comp, settings[s], rates[r], &in, NULL);
            double power[2] = {0.0, 0.0};
            for (uint32_t i = from; i < n - (uint32_t)(0.02 * rates[r]); i++) {
                power[0] += (double)in.ch[0][i] * in.ch[0][i];
                power[1] += (double)out.ch[0][i] * out.ch[0][i];
            }
            const double change = 10 * log10(power[1] / power[0]);
            if (!CHECK(s == 1 ? fabs(change) > 1.0 : fabs(change) < 0.2))
                printf("#   %s: %.2f dB\n", settings[s], change);
            worst = s == 1 ? worst : fmax(worst, fabs(change));
            rig_drop(&out);
        }
        rig_drop(&in);
    }
    printf("# level match: within %.2f dB\n", worst);
}

TEST(the_image_stays_and_neutral_stays_neutral)
{
    static const char *const extra[] = {
        "style=opto,hold=3", "style=fet",
        "style=bus",         "up_ratio=4,up_threshold=-20",
        "auto_knee=on",      "level_match=on,style=fet,up_ratio=3,mix=50"};
    for (int r = 0; r < N_RATES; r++) {
        Signal in = rig_bursts(2, 30000, 4);
        for (int i = 0; i < 30000; i++)
            in.ch[1][i] = 0.125f * in.ch[0][i];
        for (int s = 0; s < 6; s++) {
            char settings[160];
            snprintf(settings, sizeof settings, "threshold=-40,ratio=8,%s", extra[s]);
            Signal out = through(comp, settings, rates[r], &in, NULL);
            uint32_t differ = 0;
            for (int i = 0; i < 30000; i++)
                differ += out.ch[1][i] != 0.125f * out.ch[0][i];
            CHECK(differ == 0);
            rig_drop(&out);
            snprintf(settings, sizeof settings,
                     "threshold=-60,%s,ratio=1,up_ratio=1,level_match=on", extra[s]);
            out = through(comp, settings, rates[r], &in, NULL);
            CHECK(rig_equal(&in, &out));
            rig_drop(&out);
        }
        rig_drop(&in);
    }
}

TEST(low_tones_in_every_style)
{
    static const char *const settings[] = {
        "style=opto,attack=10,release=60",  "style=opto,attack=10,release=60,hold=12.5",
        "style=fet,attack=0.8,release=300", "style=fet,attack=0.8,release=300,hold=12.5",
        "style=bus,attack=10,release=100",  "ratio=1,up_ratio=2,up_threshold=0,release=150"};
    static const double bars[] = {-50, -200, -44, -120, -60, -55};
    Signal in = tone(48000 * 8, 50, 48000, 1.0);
    for (int s = 0; s < 6; s++) {
        char text[160];
        snprintf(text, sizeof text, "threshold=-20,ratio=2,knee=0,%s", settings[s]);
        Signal out = through(comp, text, 48000, &in, NULL);
        const double thd = distortion_db(&out, 48000, 50, 48000);
        printf("# THD+N on 50 Hz, 2:1, 10 dB, %s: %.1f dB\n", settings[s], thd);
        CHECK(thd < bars[s]);
        rig_drop(&out);
    }
    rig_drop(&in);
}

/* Whatever the pitch: peaks fall between samples, and each is a little lower or higher. */
TEST(a_hold_keeps_low_tones_clean)
{
    static const double freqs[] = {41.2, 43.65, 50, 61.7, 82.4};
    double held = -300.0, automatic = -300.0;
    for (int r = 0; r < N_RATES; r++) {
        for (int f = 0; f < 5; f++) {
            /* one second at the end holds whole periods of a frequency rounded to 1 Hz */
            const double hz = f == 2 ? 50 : round(freqs[f]);
            Signal in = tone((uint32_t)(6 * rates[r]), hz, rates[r], 0.9);
            Signal hold =
                through(comp, "threshold=-20,ratio=2,knee=0,attack=5,release=50,hold=12.5",
                        rates[r], &in, NULL);
            Signal times =
                through(comp, "threshold=-20,ratio=2,knee=0,auto_times=on", rates[r], &in, NULL);
            held = fmax(held, distortion_db(&hold, (uint32_t)rates[r], hz, rates[r]));
            automatic = fmax(automatic, distortion_db(&times, (uint32_t)rates[r], hz, rates[r]));
            rig_drop(&in), rig_drop(&hold), rig_drop(&times);
        }
    }
    printf("# THD+N, 41 to 82 Hz, 2:1: 5/50 ms with 12.5 ms of hold %.1f dB, automatic %.1f dB\n",
           held, automatic);
    CHECK(held < -120.0 && automatic < -110.0);
}

int main(void)
{
    comp = luster_processor_find("compressor");
    RUN(feedback_and_upward_curves);
    RUN(static_curve_on_a_tone_in_every_style);
    RUN(attack_takes_its_time_in_every_style);
    RUN(opto_lets_go_by_half_and_then_slowly);
    RUN(fet_is_faster_while_the_sound_stays_above);
    RUN(bus_release_is_fast_for_short_and_slow_for_long);
    RUN(upward_compression_takes_its_times);
    RUN(automatic_knee_follows_the_reduction);
    RUN(level_match_keeps_the_loudness);
    RUN(the_image_stays_and_neutral_stays_neutral);
    RUN(low_tones_in_every_style);
    RUN(a_hold_keeps_low_tones_clean);
    return tap_done();
}
