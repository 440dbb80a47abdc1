/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The saturator, measured: folding, harmonics against the formulas, DC, loudness, bands, exciter,
 * moves. `--figures` prints all; doc/processors/saturator.md quotes them. */
#include "dsp/bs1770.h"
#include "harmonics.h"
#include "tap.h"

static const LusterProcessor *saturator;
static const double rates[] = {44100, 48000, 96000, 192000};
static const char *const curves[] = {"tape", "tube", "transistor", "soft", "diode"};
static Spectrum spectrum;
static bool figures;

/* The curves of the page, in double. */
static double curve(int kind, double x)
{
    const double min = 0.5 * (x + 1.0 - sqrt((x - 1.0) * (x - 1.0) + 1.0));
    switch (kind) {
    case 0:
        return fabs(x) < 1e-4 ? x - 0.6 * x * x * x : 1.0 / tanh(3.0 * x) - 1.0 / (3.0 * x);
    case 1:
        return 0.5 * (min - 2.0 + sqrt((min + 2.0) * (min + 2.0) + 4.0));
    case 2:
        return tanh(x);
    case 3:
        return x / sqrt(1.0 + x * x);
    default:
        return 0.5 * asinh(2.0 * x);
    }
}

static double alias_db(const char *settings, double rate_hz, double freq_hz, double amplitude)
{
    const uint32_t bin = harmonics_bin(freq_hz, rate_hz);
    harmonics_tone(&spectrum, saturator, settings, rate_hz, bin, amplitude,
                   rate_hz > 50000 ? 14 : 4);
    return harmonics_alias_db(&spectrum, rate_hz, bin);
}

/* A tone of full scale, 12 dB into the curve. The DC blocker's end is in it too. */
TEST(folding_of_a_driven_tone)
{
    for (int k = 0; k < 5; k++) {
        for (int r = 0; r < 4; r++) {
            char settings[100];
            snprintf(settings, sizeof settings, "curve=%s,drive=12,level_match=off", curves[k]);
            const double at5 = alias_db(settings, rates[r], 5000, 1.0);
            double worst = -300.0, where = 0.0;
            for (double f = 1000; f <= 15000; f *= 1.4) {
                const double got = alias_db(settings, rates[r], f, 1.0);
                where = got > worst ? f : where;
                worst = fmax(worst, got);
            }
            if (figures)
                printf("# | %s | %g | %.1f dB | %.1f dB at %.0f Hz |\n", curves[k], rates[r], at5,
                       worst, where);
            CHECK(at5 <= -100.0);
            CHECK(worst <= (k == 2 ? -75.0 : -50.0));
        }
    }
    printf("# tanh, +12 dB, 10 kHz at 48 kHz: %.1f dB; +20 dB, 5 kHz: %.1f dB; high: %.1f dB\n",
           alias_db("curve=transistor,drive=12,level_match=off", 48000, 10000, 1.0),
           alias_db("curve=transistor,drive=20,level_match=off", 48000, 5000, 1.0),
           alias_db("curve=transistor,drive=20,level_match=off,quality=high", 48000, 5000, 1.0));
}

static double harmonic_db(int kind, double amplitude, double bias, uint32_t m)
{
    double re = 0.0, im = 0.0;
    for (int i = 0; i < 16384; i++) {
        const double t = 2.0 * LUSTER_PI * i / 16384;
        const double y = curve(kind, amplitude * sin(t) + bias);
        re += y * cos(m * t);
        im += y * sin(m * t);
    }
    return 20.0 * log10(hypot(re, im) * 2.0 / 16384 + 1e-15);
}

TEST(harmonics_are_those_of_the_formulas)
{
    static const double drives[] = {0, 12, 24}, biases[] = {0, 0.5};
    double worst = 0.0;
    for (int k = 0; k < 5; k++) {
        for (int d = 0; d < 3; d++) {
            for (int b = 0; b < 2; b++) {
                char settings[100];
                snprintf(settings, sizeof settings, "curve=%s,drive=%g,bias=%g,level_match=off",
                         curves[k], drives[d], 100.0 * biases[b]);
                const double rate = rates[(k + d + b) % 4];
                const uint32_t bin = harmonics_bin(997, rate);
                harmonics_tone(&spectrum, saturator, settings, rate, bin, 0.25,
                               rate > 50000 ? 24 : 6);
                if (figures)
                    printf("# | %s | %g | %g |", curves[k], drives[d], biases[b]);
                for (uint32_t m = 1; m <= 7; m++) {
                    const double want =
                        harmonic_db(k, 0.25 * pow(10.0, drives[d] / 20.0), biases[b], m);
                    const double got = harmonics_level_db(&spectrum, bin, m);
                    if (figures)
                        printf(" %.1f |", want);
                    if (want > -100.0 && !CHECK(fabs(got - want) <= 0.1))
                        printf("#   %s, bias %g, harmonic %u: %.3f for %.3f\n", curves[k],
                               biases[b], m, got, want);
                    if (want > -100.0)
                        worst = fmax(worst, fabs(got - want));
                }
                if (figures)
                    printf("\n");
            }
        }
    }
    printf("# harmonics 1 to 7 within %.4f dB of the formulas\n", worst);
}

TEST(no_dc_comes_out)
{
    double worst = -300.0;
    for (int k = 0; k < 5; k++) {
        char settings[100];
        snprintf(settings, sizeof settings, "curve=%s,drive=18,bias=60", curves[k]);
        harmonics_tone(&spectrum, saturator, settings, 48000, harmonics_bin(997, 48000), 0.5, 20);
        worst = fmax(worst, 10.0 * log10(spectrum.power[0] + 1e-30));
    }
    printf("# DC: %.1f dBFS\n", worst);
    CHECK(worst < -100.0);
}

/* Integrated loudness from frame `from` on, LUFS. */
static double loudness(const Signal *x, uint32_t from)
{
    LusterLoudness loud;
    luster_loudness_init(&loud, 48000, x->n_channels, NULL);
    const float *const in[] = {x->ch[0], x->ch[1]};
    double sum = 0.0;
    uint32_t count = 0;
    for (uint32_t at = from; at < x->n_frames;) {
        at += luster_loudness_add(&loud, in, at, x->n_frames - at);
        sum += loud.momentary;
        count++;
    }
    return luster_power_to_lufs(sum / count);
}

/* Drums, bass and a chord in phrases of different level. */
static Signal programme(uint32_t n)
{
    Signal x = rig_signal(2, n);
    LusterRng rng;
    luster_rng_seed(&rng, 6, 6);
    for (uint32_t i = 0; i < n; i++) {
        const double t = i / 48000.0, beat = fmod(t, 0.5), off = fmod(t + 0.25, 0.5);
        const double level = (uint32_t)(t / 4.0) % 2 ? 0.5 : 1.0, hiss = luster_rng_bipolar(&rng);
        const double mid = 0.6 * sin(2 * LUSTER_PI * 55 * beat) * exp(-9 * beat) +
                           0.2 * sin(2 * LUSTER_PI * 82.4 * t) + 0.2 * hiss * exp(-25 * off);
        x.ch[0][i] = (float)(level * (mid + 0.1 * sin(2 * LUSTER_PI * 329.6 * t)));
        x.ch[1][i] = (float)(level * (mid + 0.1 * sin(2 * LUSTER_PI * 415.3 * t)));
    }
    return x;
}

TEST(loudness_is_kept)
{
    const uint32_t n = 48000 * 16;
    Signal x = programme(n), y = rig_signal(2, n);
    double worst = 0.0;
    for (int k = 0; k < 5; k++) {
        for (int drive = 6; drive <= 30; drive += 12) {
            char settings[100];
            snprintf(settings, sizeof settings, "curve=%s,drive=%d", curves[k], drive);
            LusterInstance *instance = rig_open(saturator, 48000, 2, 4096);
            rig_set(instance, saturator, settings);
            rig_run(instance, &x, &y, NULL, 4096);
            const double off = loudness(&y, 0) - loudness(&x, 0);
            if (figures)
                printf("# | %s | %d dB | %+.2f LU |\n", curves[k], drive, off);
            worst = fmax(worst, fabs(off));
            luster_instance_free(instance);
        }
    }
    printf("# loudness kept within %.2f LU\n", worst);
    CHECK(worst <= 0.5);
    rig_drop(&x);
    rig_drop(&y);
}

/* Far below the curve's limit nothing is louder or softer, and mixes of it do not comb. */
TEST(small_signals_pass_at_their_level)
{
    for (int k = 0; k < 5; k++) {
        char settings[100];
        snprintf(settings, sizeof settings, "curve=%s,drive=6,bias=30,emphasis=6,mix=50",
                 curves[k]);
        for (double f = 100; f < 19000; f *= 3.3) {
            const uint32_t bin = harmonics_bin(f, 48000);
            harmonics_tone(&spectrum, saturator, settings, 48000, bin, 1e-4, 6);
            CHECK_NEAR(harmonics_level_db(&spectrum, bin, 1), -80.0, 0.02);
        }
    }
}

static Signal through(const char *settings, const Signal *x, uint32_t *lag)
{
    LusterInstance *instance = rig_open(saturator, 48000, x->n_channels, 1024);
    rig_set(instance, saturator, settings);
    Signal y = rig_signal(x->n_channels, x->n_frames);
    rig_run(instance, x, &y, NULL, 0);
    *lag = luster_instance_latency(instance);
    luster_instance_free(instance);
    return y;
}

TEST(bands_that_are_not_driven_pass)
{
    Signal x = rig_bursts(2, 60000, 5);
    uint32_t lag = 0;
    Signal y = through("bands=4,phase=linear,drive=12,level_match=on,b1_on=off,b2_on=off,"
                       "b3_on=off,b4_on=off",
                       &x, &lag);
    for (int c = 0; c < 2; c++)
        CHECK(memcmp(y.ch[c] + lag, x.ch[c], (60000 - lag) * sizeof(float)) == 0);
    rig_drop(&x), rig_drop(&y);
    double ripple = 0.0, leak = -300.0;
    for (double f = 40; f < 20000; f *= 1.7) {
        const uint32_t bin = harmonics_bin(f, 48000);
        harmonics_tone(&spectrum, saturator,
                       "bands=4,drive=12,b1_on=off,b2_on=off,b3_on=off,b4_on=off", 48000, bin, 0.5,
                       6);
        ripple = fmax(ripple, fabs(harmonics_level_db(&spectrum, bin, 1) + 6.0206));
    }
    /* two octaves below the driven band: harmonics of what the crossover leaks, 48 dB down */
    harmonics_tone(&spectrum, saturator, "bands=2,split1=1200,drive=12,b1_on=off", 48000,
                   harmonics_bin(300, 48000), 0.5, 6);
    for (uint32_t m = 2; m < 20; m++)
        leak = fmax(leak, harmonics_level_db(&spectrum, harmonics_bin(300, 48000), m));
    printf("# four bands not driven: all-pass flat within %.5f dB, linear phase bit for bit; "
           "harmonics of a tone two octaves below the driven band %.1f dBFS\n",
           ripple, leak);
    CHECK(ripple <= 0.01);
    CHECK(leak < -90.0);
}

TEST(the_exciter_leaves_what_lies_below)
{
    const char *settings = "mode=excite,excite_freq=4000,drive=24,curve=tube";
    const uint32_t low = harmonics_bin(250, 48000), high = harmonics_bin(6000, 48000);
    harmonics_tone(&spectrum, saturator, settings, 48000, low, 0.5, 6);
    CHECK_NEAR(harmonics_level_db(&spectrum, low, 1), -6.0206, 0.02);
    harmonics_tone(&spectrum, saturator, settings, 48000, high, 0.1, 6);
    printf("# excited at 6 kHz, -20 dBFS: %.1f dB, harmonics %.1f, %.1f dB\n",
           harmonics_level_db(&spectrum, high, 1), harmonics_level_db(&spectrum, high, 2),
           harmonics_level_db(&spectrum, high, 3));
    CHECK(harmonics_level_db(&spectrum, high, 2) > -60.0);
    CHECK(harmonics_alias_db(&spectrum, 48000, high) < -100.0);
}

TEST(moves_do_not_splatter)
{
    static const char *const pairs[][2] = {
        {"drive=0", "drive=12"},
        {"bias=0", "bias=50"},
        {"curve=tape", "curve=tube"},
        {"curve=transistor", "curve=diode"},
        {"emphasis=-6", "emphasis=6"},
        {"emphasis=6,emphasis_freq=500", "emphasis=6,emphasis_freq=4000"},
        {"mix=0", "mix=100"},
        {"level_match=on", "level_match=off"},
        {"output=0", "output=-12"},
        {"b1_on=on", "b1_on=off"},
        {"b2_drive=0", "b2_drive=12"},
        {"split1=150", "split1=400"},
    };
    for (unsigned i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const bool bands = pairs[i][0][0] == 'b' && pairs[i][0][1] != 'i';
        const double got = harmonics_splatter_db(
            saturator, bands || pairs[i][0][0] == 's' ? "bands=3,drive=9" : "drive=9", pairs[i][0],
            pairs[i][1]);
        printf("# %s, %s: %.1f dBFS between the harmonics\n", pairs[i][0], pairs[i][1], got);
        CHECK(got <= -90.0);
    }
    const double got = harmonics_splatter_db(saturator, "mode=excite,drive=24", "excite_freq=600",
                                             "excite_freq=4000");
    printf("# excite_freq=600, excite_freq=4000: %.1f dBFS between the harmonics\n", got);
    CHECK(got <= -90.0);
}

int main(int argc, char **argv)
{
    saturator = luster_processor_find("saturator");
    figures = argc > 1 && strcmp(argv[1], "--figures") == 0;
    RUN(folding_of_a_driven_tone);
    RUN(harmonics_are_those_of_the_formulas);
    RUN(no_dc_comes_out);
    RUN(loudness_is_kept);
    RUN(small_signals_pass_at_their_level);
    RUN(bands_that_are_not_driven_pass);
    RUN(the_exciter_leaves_what_lies_below);
    RUN(moves_do_not_splatter);
    return tap_done();
}
