/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The clipper, measured: folding, harmonics against the formula, the sound below the knee, moves.
 * `--figures` prints all; doc/processors/clipper.md quotes them. */
#include "dsp/true_peak.h"
#include "harmonics.h"
#include "tap.h"

static const LusterProcessor *clipper;
static const double rates[] = {44100, 48000, 96000, 192000};
static Spectrum spectrum;
static bool figures;

/* The curve of the page, in double: a parabola from `start` to 2 - start, flat at 1 from there. */
static double curve(double v, double knee_db)
{
    const double start = fmin(pow(10.0, -knee_db / 20.0), 0.999999), over = fabs(v) - start;
    const double width = 2.0 * (1.0 - start);
    const double y = over <= 0.0     ? fabs(v)
                     : over >= width ? 1.0
                                     : fabs(v) - over * over / (2.0 * width);
    return copysign(y, v);
}

static double alias_db(const char *settings, double rate_hz, double freq_hz, double amplitude)
{
    const uint32_t bin = harmonics_bin(freq_hz, rate_hz);
    harmonics_tone(&spectrum, clipper, settings, rate_hz, bin, amplitude, 2);
    return harmonics_alias_db(&spectrum, rate_hz, bin);
}

/* A tone of full scale 6 dB into the ceiling; bars of the page. */
TEST(folding_of_a_driven_tone)
{
    static const char *const knees[] = {"knee=0", "knee=3", "knee=6", "knee=0,quality=high"};
    static const double bars[] = {-90, -90, -90, -100};
    for (int k = 0; k < 4; k++) {
        char settings[100];
        snprintf(settings, sizeof settings, "ceiling=0,drive=6,%s", knees[k]);
        for (int r = 0; r < 4; r++) {
            const double at5 = alias_db(settings, rates[r], 5000, 1.0);
            double worst = -300.0, where = 0.0;
            for (double f = 1000; f <= 15000; f *= 1.19) {
                const double got = alias_db(settings, rates[r], f, 1.0);
                where = got > worst ? f : where;
                worst = fmax(worst, got);
            }
            if (figures)
                printf("# | %s | %g | %.1f dB | %.1f dB at %.0f Hz |\n", knees[k], rates[r], at5,
                       worst, where);
            CHECK(at5 <= bars[k]);
            CHECK(worst <= -60.0);
        }
    }
}

TEST(harmonics_are_those_of_the_formula)
{
    static const double knees[] = {0, 3, 12};
    double worst = 0.0;
    for (int r = 0; r < 4; r++) {
        for (int k = 0; k < 3; k++) {
            char settings[100];
            snprintf(settings, sizeof settings, "ceiling=-6,drive=6,knee=%g", knees[k]);
            const uint32_t bin = harmonics_bin(997, rates[r]);
            const double gain = pow(10.0, 0.3), ceiling = pow(10.0, -0.3);
            harmonics_tone(&spectrum, clipper, settings, rates[r], bin, 0.5, 2);
            for (uint32_t m = 1; m <= 9; m += 2) {
                double sum = 0.0;
                for (int i = 0; i < 65536; i++) {
                    const double s = sin(2.0 * LUSTER_PI * (i + 0.5) / 65536);
                    sum += ceiling * curve(0.5 * gain * s / ceiling, knees[k]) *
                           sin(2.0 * LUSTER_PI * m * (i + 0.5) / 65536);
                }
                const double want = 20.0 * log10(fabs(sum) * 2.0 / 65536);
                const double got = harmonics_level_db(&spectrum, bin, m);
                if (figures && r == 1)
                    printf("# | knee %g | %u | %.3f | %.3f dB |\n", knees[k], m, want, got);
                if (want > -110.0)
                    worst = fmax(worst, fabs(got - want));
            }
        }
    }
    printf("# harmonics 1 to 9 within %.4f dB of the formula\n", worst);
    CHECK(worst <= 0.1);
}

/* Sound that stays below the knee, and silence after sound above it. */
TEST(below_the_knee_nothing_changes)
{
    Signal in = rig_bursts(2, 30000, 7), out = rig_signal(2, 30000);
    LusterTruePeakMax max;
    float top = 0.0f;
    for (int c = 0; c < 2; c++) {
        luster_true_peak_max_init(&max);
        luster_true_peak_max_add(&max, in.ch[c], 30000);
        top = fmaxf(top, luster_true_peak_max_finish(&max));
    }
    /* 0.5 dB for what a meter misses at the top of the band */
    const float gain = (float)pow(10.0, (-1.0 - 3.0 - 0.5) / 20.0) / top;
    for (int i = 0; i < 30000; i++) {
        in.ch[0][i] *= gain;
        in.ch[1][i] *= -gain; /* and -0 */
    }
    for (int r = 0; r < 4; r++) {
        LusterInstance *instance = rig_open(clipper, rates[r], 2, 512);
        const uint32_t lag = luster_instance_latency(instance);
        rig_run(instance, &in, &out, NULL, 0);
        for (int c = 0; c < 2; c++)
            CHECK(memcmp(out.ch[c] + lag, in.ch[c], (30000 - lag) * sizeof(float)) == 0);
        luster_instance_free(instance);
    }
    rig_drop(&in);
    rig_drop(&out);
}

/* Half of each is the mean of the two, frame by frame. */
TEST(mix_is_in_time)
{
    static const char *const settings[] = {"drive=9,mix=0", "drive=9,mix=100", "drive=9,mix=50"};
    Signal in = rig_bursts(2, 20000, 8), out[3];
    for (int s = 0; s < 3; s++) {
        LusterInstance *instance = rig_open(clipper, 48000, 2, 512);
        rig_set(instance, clipper, settings[s]);
        out[s] = rig_signal(2, 20000);
        rig_run(instance, &in, &out[s], NULL, 0);
        luster_instance_free(instance);
    }
    double worst = 0.0;
    for (int i = 0; i < 20000; i++)
        worst = fmax(worst, fabs(0.5 * (out[0].ch[0][i] + out[1].ch[0][i]) - out[2].ch[0][i]));
    CHECK(worst < 1e-6);
    for (int s = 0; s < 3; s++)
        rig_drop(&out[s]);
    rig_drop(&in);
}

/* Over the ceiling, true peak, next to cutting samples off at it. */
TEST(peaks_over_the_ceiling)
{
    static const char *const knees[] = {"knee=0", "knee=3", "knee=6"};
    Signal in = rig_signal(1, 96000), out = rig_signal(1, 96000);
    LusterRng rng;
    luster_rng_seed(&rng, 3, 3);
    for (int i = 0; i < 96000; i++) { /* a chord and drums */
        const double t = i / 48000.0, beat = fmod(t, 0.25), noise = luster_rng_bipolar(&rng);
        in.ch[0][i] =
            (float)(0.3 * sin(2 * LUSTER_PI * 220.7 * t) + 0.3 * sin(2 * LUSTER_PI * 1244.5 * t) +
                    0.8 * noise * exp(-60 * beat) +
                    sin(2 * LUSTER_PI * 60 * beat) * exp(-12 * beat));
    }
    for (int k = 0; k < 3; k++) {
        LusterInstance *instance = rig_open(clipper, 48000, 1, 512);
        rig_set(instance, clipper, "ceiling=0,drive=3");
        rig_set(instance, clipper, knees[k]);
        rig_run(instance, &in, &out, NULL, 0);
        LusterTruePeakMax max;
        luster_true_peak_max_init(&max);
        luster_true_peak_max_add(&max, out.ch[0], 96000);
        const double over = 20.0 * log10(luster_true_peak_max_finish(&max));
        printf("# music-like, 3 dB of drive, %s: true peak %+.2f dB over the ceiling\n", knees[k],
               over);
        if (k == 0) { /* the same, sample by sample */
            LusterTruePeakMax plain;
            luster_true_peak_max_init(&plain);
            for (int i = 0; i < 96000; i++)
                out.ch[0][i] = fminf(fmaxf(in.ch[0][i] * 1.41254f, -1.0f), 1.0f);
            luster_true_peak_max_add(&plain, out.ch[0], 96000);
            printf("# samples cut at the ceiling: %+.2f dB\n",
                   20.0 * log10(luster_true_peak_max_finish(&plain)));
        }
        CHECK(over < 2.5);
        luster_instance_free(instance);
    }
    rig_drop(&in);
    rig_drop(&out);
}

TEST(moves_do_not_splatter)
{
    static const char *const pairs[][2] = {
        {"drive=0", "drive=12"}, {"ceiling=-12", "ceiling=-6"}, {"knee=0", "knee=12"},
        {"mix=0", "mix=100"},    {"output=0", "output=-12"},
    };
    for (int i = 0; i < 5; i++) {
        const double got =
            harmonics_splatter_db(clipper, "ceiling=-9,knee=6,drive=6", pairs[i][0], pairs[i][1]);
        printf("# %s, %s: %.1f dBFS between the harmonics\n", pairs[i][0], pairs[i][1], got);
        CHECK(got <= -90.0);
    }
}

TEST(meter_tells_what_the_peak_lost)
{
    Signal in = rig_signal(1, 24000), out = rig_signal(1, 24000);
    for (int i = 0; i < 24000; i++)
        in.ch[0][i] = (float)sin(0.05 * i);
    LusterInstance *instance = rig_open(clipper, 48000, 1, 24000);
    rig_set(instance, clipper, "ceiling=-4,knee=0");
    rig_run(instance, &in, &out, NULL, 0);
    float reading = 0.0f;
    luster_instance_read(instance, &reading);
    CHECK_NEAR(reading, 4.0, 0.01);
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
}

int main(int argc, char **argv)
{
    clipper = luster_processor_find("clipper");
    figures = argc > 1 && strcmp(argv[1], "--figures") == 0;
    RUN(folding_of_a_driven_tone);
    RUN(harmonics_are_those_of_the_formula);
    RUN(below_the_knee_nothing_changes);
    RUN(mix_is_in_time);
    RUN(peaks_over_the_ceiling);
    RUN(moves_do_not_splatter);
    RUN(meter_tells_what_the_peak_lost);
    return tap_done();
}
