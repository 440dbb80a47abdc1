/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The de-esser, measured: sibilance made at known places goes down and nothing else, whatever the
 * level; nothing to the bit where there is none; curve, times, image, moves.
 * doc/processors/deesser.md quotes what is printed. */
#include "dsp/crossover.h"
#include "dynamics_rig.h"
#include "tap.h"

static const LusterProcessor *deesser;
static const double rates[] = {44100, 48000, 96000, 192000};

/* A voice of 140 Hz, its harmonics falling by 9 dB per octave up to 5 kHz, in syllables. */
static double voice_at(double t)
{
    const double syllable = 0.6 + 0.4 * sin(2 * PI * 2.2 * t);
    double sum = 0.0;
    for (int h = 1; h * 140.0 < 5000.0; h++)
        sum += pow(h, -1.5) * sin(2 * PI * 140.0 * h * t + h * h);
    return 0.2 * syllable * sum;
}

/* Noise between 6 and 9 kHz: tones at random phases, 15 Hz apart. */
static void add_hiss(Signal *x, double rate_hz, double from_s, double to_s, double level)
{
    static double phase[200];
    LusterRng rng;
    luster_rng_seed(&rng, 7, (uint64_t)(from_s * 1000));
    for (int k = 0; k < 200; k++)
        phase[k] = 2 * PI * luster_rng_unit(&rng);
    for (int k = 0; k < 200; k++) {
        const double w = 2 * PI * (6000 + 15 * k) / rate_hz;
        for (uint32_t i = (uint32_t)(from_s * rate_hz); i < (uint32_t)(to_s * rate_hz); i++) {
            const double u = (i / rate_hz - from_s) / (to_s - from_s);
            x->ch[0][i] += (float)(level * sqrt(2.0 / 200) * sin(PI * u) * sin(w * i + phase[k]));
        }
    }
}

#define SECONDS 2.0
#define N_STARTS 3
static const double starts_s[N_STARTS] = {0.6, 1.1, 1.6};

static Signal speech(double rate_hz, double gain, bool sibilant)
{
    Signal x = rig_signal(1, (uint32_t)(rate_hz * SECONDS));
    for (uint32_t i = 0; i < x.n_frames; i++)
        x.ch[0][i] = (float)voice_at(i / rate_hz);
    for (int s = 0; s < N_STARTS && sibilant; s++)
        add_hiss(&x, rate_hz, starts_s[s], starts_s[s] + 0.09, 0.25);
    for (uint32_t i = 0; i < x.n_frames; i++)
        x.ch[0][i] *= (float)gain;
    return x;
}

/* Power of x at `hz`, over `n` frames under a Hann window. */
static double line(const float *x, uint32_t n, double hz, double rate_hz)
{
    double re = 0.0, im = 0.0;
    const double turn_re = cos(2 * PI * hz / rate_hz), turn_im = sin(2 * PI * hz / rate_hz);
    double c = 1.0, s = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        const double w = 0.5 - 0.5 * cos(2 * PI * i / n);
        re += w * x[i] * c;
        im += w * x[i] * s;
        const double next = c * turn_re - s * turn_im;
        s = c * turn_im + s * turn_re;
        c = next;
    }
    return re * re + im * im;
}

/* Power between 6 and 9 kHz during the sibilants. */
static double hiss_power(const Signal *x, double rate_hz)
{
    double sum = 0.0;
    for (int s = 0; s < N_STARTS; s++) {
        const uint32_t from = (uint32_t)(starts_s[s] * rate_hz), n = (uint32_t)(0.09 * rate_hz);
        for (double hz = 6000; hz <= 9000; hz += 250)
            sum += line(x->ch[0] + from, n, hz, rate_hz);
    }
    return sum;
}

/* Largest change of a harmonic up to 3.5 kHz over the whole signal, dB. */
static double rest_change(const Signal *a, const Signal *b, double rate_hz)
{
    double worst = 0.0;
    for (int h = 1; h * 140 <= 3500; h += 3) /* up to 3.5 kHz */
        worst = fmax(worst, fabs(0.5 * db(line(a->ch[0], a->n_frames, 140.0 * h, rate_hz) /
                                          line(b->ch[0], b->n_frames, 140.0 * h, rate_hz))));
    return worst;
}

TEST(sibilance_goes_down_and_nothing_else)
{
    static const char band[] = "threshold=-20,ratio=20,range=24,shape=band,freq=7800,width=1.8";
    static const char *const settings[] = {"freq=4500,threshold=-20,ratio=20,range=24", band, ""};
    for (int r = 0; r < 4; r++) {
        for (int s = 0; s < 3; s++) {
            Signal in = speech(rates[r], 1.0, true);
            Signal out = through(deesser, settings[s], rates[r], &in, NULL);
            const double down = 0.5 * db(hiss_power(&in, rates[r]) / hiss_power(&out, rates[r]));
            const double rest = rest_change(&in, &out, rates[r]);
            printf("# | %.1f kHz, %s | sibilance -%.1f dB, rest %.3f dB |\n", rates[r] / 1000,
                   settings[s][0] ? settings[s] : "defaults", down, rest);
            CHECK(down > (s < 2 ? 12.0 : 4.0) && rest < (s == 1 ? 0.7 : 0.5));
            rig_drop(&in), rig_drop(&out);
        }
    }
}

TEST(any_level_of_singing_is_treated_alike)
{
    double least = 99.0, most = -99.0;
    for (double gain_db = -30; gain_db <= 10; gain_db += 10) {
        Signal in = speech(48000, from_db(gain_db), true);
        Signal out = through(deesser, "", 48000, &in, NULL);
        const double down = 0.5 * db(hiss_power(&in, 48000) / hiss_power(&out, 48000));
        least = fmin(least, down);
        most = fmax(most, down);
        rig_drop(&in), rig_drop(&out);
    }
    printf("# | the same voice from -30 to +10 dB | %.2f to %.2f dB |\n", -most, -least);
    CHECK(most - least < 0.1);
}

TEST(without_sibilance_nothing_changes_to_the_bit)
{
    for (int mode = 0; mode < 2; mode++) {
        for (int r = 0; r < 4; r++) {
            Signal in = speech(rates[r], 1.0, false);
            Signal out = through(deesser, mode ? "mode=wide" : "", rates[r], &in, NULL);
            /* what is not delayed out at the end */
            const size_t n = in.n_frames - (size_t)(0.02 * rates[r]);
            CHECK(memcmp(in.ch[0], out.ch[0], n * sizeof(float)) == 0);
            rig_drop(&in), rig_drop(&out);
        }
    }
}

/* 7 kHz at a level re 300 Hz: reduction by the curve with its knee of 4 dB. */
TEST(static_curve)
{
    for (int r = 0; r < 4; r++) {
        double worst = 0.0;
        for (double rel = -20; rel <= 6; rel += 2) {
            const uint32_t n = (uint32_t)(rates[r] * 2.0), span = (uint32_t)(rates[r] * 0.1);
            Signal in = tone(n, 300, rates[r], 0.1), high = tone(n, 7000, rates[r], 1.0);
            for (uint32_t i = 0; i < n; i++)
                in.ch[0][i] += (float)(0.1 * from_db(rel)) * high.ch[0][i];
            Signal out =
                through(deesser, "threshold=-10,ratio=3,range=9,freq=2000", rates[r], &in, NULL);
            const float *at = out.ch[0] + n - 2 * span;
            const double got = 0.5 * db(line(at, span, 7000, rates[r]) /
                                        line(in.ch[0] + n - 2 * span, span, 7000, rates[r]));
            /* the voice is both tones together */
            const double over = rel - 10 * log10(1 + pow(10, rel / 10)) + 10;
            double want = over < -2 ? 0.0 : over > 2 ? over : (over + 2) * (over + 2) / 8;
            want = fmin(want * 2 / 3, 9);
            worst = fmax(worst, fabs(got + want));
            rig_drop(&in), rig_drop(&high), rig_drop(&out);
        }
        printf("# | static curve, 7 kHz against 300 Hz, %.1f kHz | within %.2f dB |\n",
               rates[r] / 1000, worst);
        CHECK(worst < 0.25);
    }
}

TEST(attack_and_release_take_their_time)
{
    /* wide: the gain is seen on the low tone, at its peaks' envelope, by a constant */
    for (int r = 0; r < 4; r++) {
        const double rate_hz = rates[r];
        const uint32_t n = (uint32_t)(rate_hz * 1.5), on = (uint32_t)(rate_hz * 0.8);
        const uint32_t off = (uint32_t)(rate_hz * 1.1);
        Signal key = tone(n, 300, rate_hz, 0.1), high = tone(n, 7000, rate_hz, 0.3);
        for (uint32_t i = on; i < off; i++)
            key.ch[0][i] += high.ch[0][i];
        Signal gain = gain_of(deesser,
                              "mode=wide,threshold=-30,ratio=100,range=12,attack=2,"
                              "release=40",
                              rate_hz, &key);
        const uint32_t lag = luster_crossover_latency(rate_hz, 2000);
        const double up =
            (frames_to(&gain, on - lag, -12 * (1 - exp(-1)), false) - (double)0) / rate_hz * 1e3;
        const double down = frames_to(&gain, off - lag, -12 * exp(-1), true) / rate_hz * 1e3;
        printf("# | attack 2 ms, release 40 ms, %.1f kHz | %.2f, %.2f ms |\n", rate_hz / 1000, up,
               down);
        rig_drop(&key), rig_drop(&high), rig_drop(&gain);
        CHECK(fabs(up - 2) < 0.3 && fabs(down - 40) < 4);
    }
}

TEST(linked_channels_keep_the_image)
{
    Signal mono = speech(48000, 1.0, true), in = rig_signal(2, mono.n_frames);
    for (uint32_t i = 0; i < in.n_frames; i++) {
        in.ch[0][i] = mono.ch[0][i];
        in.ch[1][i] = 0.25f * mono.ch[0][i];
    }
    Signal out = through(deesser, "", 48000, &in, NULL);
    uint32_t differ = 0;
    for (uint32_t i = 0; i < in.n_frames; i++)
        differ += out.ch[1][i] != 0.25f * out.ch[0][i];
    CHECK(differ == 0);
    rig_drop(&mono), rig_drop(&in), rig_drop(&out);
}

/* Settings thrown about while 500 Hz and 7 kHz sound; 10 to 20 kHz belongs to neither. */
TEST(moving_settings_make_no_clicks)
{
    static const char *const moves[][2] = {
        {"threshold=-5", "threshold=-25"}, {"range=0", "range=20"},    {"ratio=1", "ratio=20"},
        {"mode=split", "mode=wide"},       {"freq=3000", "freq=9000"}, {"shape=high", "shape=band"},
        {"listen=off", "listen=on"}};
    Signal in = tone(32768, 500, 48000, 0.3), high = tone(32768, 7000, 48000, 0.2);
    double worst = -200.0;
    for (uint32_t i = 0; i < 32768; i++)
        in.ch[0][i] += high.ch[0][i];
    for (unsigned m = 0; m < sizeof moves / sizeof moves[0]; m++) {
        LusterInstance *instance = rig_open(deesser, 48000, 1, 4096);
        Signal out = rig_signal(1, 32768);
        rig_set(instance, deesser, "threshold=-15,range=12,attack=2,release=50");
        for (uint32_t i = 0; i < 32768; i += 4096) {
            rig_set(instance, deesser, moves[m][i / 4096 % 2]);
            rig_process(instance, &in, &out, NULL, i, 4096);
        }
        const double level = splatter_db(out.ch[0] + 16384, 16384, 48000, 10000, 20000);
        worst = fmax(worst, level);
        if (!CHECK(level < -90.0))
            printf("#   %s: %.1f dBFS\n", moves[m][1], level);
        luster_instance_free(instance);
        rig_drop(&out);
    }
    printf("# | settings moving, 10 … 20 kHz | %.1f dBFS |\n", worst);
    rig_drop(&in), rig_drop(&high);
}

int main(void)
{
    deesser = luster_processor_find("deesser");
    RUN(sibilance_goes_down_and_nothing_else);
    RUN(any_level_of_singing_is_treated_alike);
    RUN(without_sibilance_nothing_changes_to_the_bit);
    RUN(static_curve);
    RUN(attack_and_release_take_their_time);
    RUN(linked_channels_keep_the_image);
    RUN(moving_settings_make_no_clicks);
    return tap_done();
}
