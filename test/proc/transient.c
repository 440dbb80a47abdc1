/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The transient shaper, measured at four rates: what it does to strokes of every level, and that it
 * does nothing to steady sound. doc/processors/transient.md quotes what is printed. */
#include "dynamics_rig.h"
#include "tap.h"

#define N_RATES 4

static const LusterProcessor *shaper;
static const double rates[N_RATES] = {44100, 48000, 96000, 192000};

/* A drum: noise and a tone of 190 Hz, 60 dB in 0.6 s, once per half second after silence. */
static Signal drum(double rate_hz, double peak, double floor_gain, uint32_t n_channels)
{
    const uint32_t n = (uint32_t)(2.2 * rate_hz), every = (uint32_t)(0.5 * rate_hz);
    Signal signal = rig_signal(n_channels, n);
    LusterRng rng;
    luster_rng_seed(&rng, 3, 7);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t since = i < every / 2 ? 0 : (i - every / 2) % every;
        const double t = since / rate_hz, on = i >= every / 2;
        const double body = 0.5 * sin(2 * PI * 190 * t) + 0.4 * luster_rng_bipolar(&rng);
        const double x =
            peak * (on * exp(-11.5 * t) * body + floor_gain * luster_rng_bipolar(&rng));
        for (uint32_t c = 0; c < n_channels; c++)
            signal.ch[c][i] = (float)x;
    }
    return signal;
}

/* Level of a window after each stroke, dB. */
static double window_db(const Signal *x, double rate_hz, double from_s, double to_s)
{
    double power = 0.0, count = 0.0;
    for (int hit = 0; hit < 3; hit++) {
        const double at = 0.25 + 0.5 * hit;
        for (uint32_t i = (uint32_t)((at + from_s) * rate_hz);
             i < (uint32_t)((at + to_s) * rate_hz); i++) {
            power += (double)x->ch[0][i] * x->ch[0][i];
            count++;
        }
    }
    return 10 * log10(power / count + 1e-30);
}

/* How far attack (10 ms) and sustain (0.1 to 0.3 s) moved apart, dB. */
static double contrast_change(const char *settings, double rate_hz, const Signal *in)
{
    Signal out = through(shaper, settings, rate_hz, in, NULL);
    const double before = window_db(in, rate_hz, 0, 0.01) - window_db(in, rate_hz, 0.1, 0.3);
    const double after = window_db(&out, rate_hz, 0, 0.01) - window_db(&out, rate_hz, 0.1, 0.3);
    rig_drop(&out);
    return after - before;
}

TEST(strokes_change_by_what_is_set_at_every_level)
{
    static const struct {
        const char *settings;
        double want;
    } tries[] = {{"attack=6", 6},   {"attack=-6", -6},          {"sustain=6", -6},
                 {"sustain=-9", 9}, {"attack=4,sustain=-4", 8}, {"attack=-10,sustain=5", -15}};
    double worst = 0.0, spread = 0.0;
    for (int r = 0; r < N_RATES; r++) {
        for (int t = 0; t < 6; t++) {
            double least = 99.0, most = -99.0;
            for (double level = -40; level <= 0; level += 10) {
                for (int bed = 0; bed < 2; bed++) { /* silence, or -50 dB of noise, between */
                    Signal in = drum(rates[r], from_db(level), bed ? 0.003 : 0.0, 1);
                    const double got = contrast_change(tries[t].settings, rates[r], &in);
                    worst = fmax(worst, fabs(got - tries[t].want));
                    if (!bed) {
                        least = fmin(least, got);
                        most = fmax(most, got);
                    }
                    if (!CHECK(fabs(got - tries[t].want) < 1.0))
                        printf("#   %s at %g dBFS: %.2f dB\n", tries[t].settings, level, got);
                    rig_drop(&in);
                }
            }
            spread = fmax(spread, most - least);
        }
    }
    printf("# strokes: within %.2f dB of what is set, %.4f dB between -40 and 0 dBFS\n", worst,
           spread);
    CHECK(spread < 0.1);
}

TEST(steady_sound_stays)
{
    static const double freqs[] = {30, 41.2, 50, 82.4, 440, 997, 8000};
    double worst_noise = 0.0;
    uint32_t differ = 0;
    for (int r = 0; r < N_RATES; r++) {
        const uint32_t n = (uint32_t)(4 * rates[r]), from = (uint32_t)(2 * rates[r]);
        for (int f = 0; f < 7; f++) {
            Signal in = tone(n, freqs[f], rates[r], 0.5);
            Signal out = through(shaper, "attack=24,sustain=24", rates[r], &in, NULL);
            for (uint32_t i = from; i < n - from / 100; i++)
                differ += out.ch[0][i] != in.ch[0][i];
            if (freqs[f] == 50 && r == 1) {
                out.n_frames -= (uint32_t)(0.02 * rates[r]); /* whole periods */
                const double thd = distortion_db(&out, 48000, 50, 48000);
                printf("# THD+N on a steady 50 Hz: %.0f dB\n", thd);
                CHECK(thd < -125.0);
                out.n_frames = n;
            }
            rig_drop(&in), rig_drop(&out);
        }
        Signal in = rig_signal(1, n);
        LusterRng rng;
        luster_rng_seed(&rng, 8, (uint64_t)r);
        for (uint32_t i = 0; i < n; i++)
            in.ch[0][i] = (float)(0.25 * luster_rng_bipolar(&rng));
        Signal out = through(shaper, "attack=12,sustain=12", rates[r], &in, NULL);
        double power[2] = {0.0, 0.0};
        for (uint32_t i = from; i < n - from / 100; i++) {
            power[0] += (double)in.ch[0][i] * in.ch[0][i];
            power[1] += (double)out.ch[0][i] * out.ch[0][i];
        }
        worst_noise = fmax(worst_noise, fabs(10 * log10(power[1] / power[0])));
        rig_drop(&in), rig_drop(&out);
    }
    printf("# steady tones: %u frames differ; white noise within %.4f dB\n", differ, worst_noise);
    CHECK(differ == 0 && worst_noise < 0.1);
}

TEST(the_gain_is_there_when_the_attack_is)
{
    double worst = 0.0, half = 0.0;
    for (int r = 0; r < N_RATES; r++) {
        const uint32_t at = (uint32_t)(0.3 * rates[r]);
        Signal key = constant(3 * at, 0.0);
        for (uint32_t i = at; i < 3 * at; i++)
            key.ch[0][i] = 0.5f;
        Signal gain = gain_of(shaper, "attack=8,attack_time=30,lookahead=2", rates[r], &key);
        worst = fmax(worst, fabs(db(gain.ch[0][at]) - 8.0));
        /* in the middle of the look-ahead's smoothing half of it is gone */
        const double got = frames_to(&gain, at, 4.0, false) / rates[r] * 1e3 + 1.0;
        half = fmax(half, fabs(got - 30) / 30);
        rig_drop(&key), rig_drop(&gain);
    }
    printf("# at the attack: within %.4f dB; attack time within %.2f %%\n", worst, 100 * half);
    CHECK(worst < 0.05 && half < 0.03);
}

TEST(bands_part_what_is_shaped)
{
    for (int r = 0; r < N_RATES; r++) {
        Signal key = drum(rates[r], 0.5, 0.0, 1);
        Signal low = tone(key.n_frames, 60, rates[r], 0.5);
        Signal high = tone(key.n_frames, 9000, rates[r], 0.5);
        static const char *const settings[] = {"attack=9,band=low,split=700",
                                               "attack=9,band=high,split=700"};
        for (int s = 0; s < 2; s++) {
            for (int h = 0; h < 2; h++) {
                const Signal *in = h ? &high : &low;
                Signal out = through(shaper, settings[s], rates[r], in, &key);
                const double got =
                    window_db(&out, rates[r], 0, 0.01) - window_db(in, rates[r], 0, 0.01);
                CHECK_NEAR(got, s == h ? 9.0 : 0.0, 0.6);
                rig_drop(&out);
            }
        }
        rig_drop(&key), rig_drop(&low), rig_drop(&high);
    }
}

TEST(linked_channels_keep_the_image_and_mix_is_parallel)
{
    for (int r = 0; r < N_RATES; r++) {
        Signal in = drum(rates[r], 0.5, 0.01, 2);
        for (uint32_t i = 0; i < in.n_frames; i++)
            in.ch[1][i] *= 0.125f;
        Signal out = through(shaper, "attack=6,sustain=-6,band=low", rates[r], &in, NULL);
        uint32_t differ = 0;
        for (uint32_t i = 0; i < in.n_frames; i++)
            differ += out.ch[1][i] != 0.125f * out.ch[0][i];
        CHECK(differ == 0);
        Signal half = through(shaper, "attack=6,sustain=-6,band=low,mix=50", rates[r], &in, NULL);
        double worst = 0.0;
        for (uint32_t i = 0; i < in.n_frames / 2; i++)
            worst = fmax(worst, fabs(half.ch[0][i] - 0.5 * (in.ch[0][i] + out.ch[0][i])));
        CHECK(worst < 1e-6);
        rig_drop(&half), rig_drop(&out);
        out = through(shaper, "attack=0,sustain=0,mix=40,band=high,link=0", rates[r], &in, NULL);
        const uint32_t n = in.n_frames - (uint32_t)(0.01 * rates[r]);
        CHECK(memcmp(out.ch[0], in.ch[0], n * sizeof(float)) == 0);
        rig_drop(&in), rig_drop(&out);
    }
}

/* A tone whose gain is moved by strokes in the key: nothing far from it. */
TEST(gains_make_no_clicks)
{
    double worst = -200.0;
    for (int r = 0; r < N_RATES; r++) {
        Signal key = drum(rates[r], 0.5, 0.0, 1);
        Signal in = tone(key.n_frames, 200, rates[r], 0.5);
        Signal out = through(shaper, "attack=8,sustain=-6,lookahead=5", rates[r], &in, &key);
        const uint32_t n = (uint32_t)(rates[r] / 2);
        worst = fmax(worst, splatter_db(out.ch[0] + n, n, rates[r], 6000, 20000));
        rig_drop(&key), rig_drop(&in), rig_drop(&out);
    }
    printf("# a tone shaped by strokes: at most %.1f dBFS between 6 and 20 kHz\n", worst);
    CHECK(worst < -90.0);
}

int main(void)
{
    shaper = luster_processor_find("transient");
    RUN(strokes_change_by_what_is_set_at_every_level);
    RUN(steady_sound_stays);
    RUN(the_gain_is_there_when_the_attack_is);
    RUN(bands_part_what_is_shaped);
    RUN(linked_channels_keep_the_image_and_mix_is_parallel);
    RUN(gains_make_no_clicks);
    return tap_done();
}
