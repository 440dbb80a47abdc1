/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Made hum in made music: how far it goes down, what becomes of the rest. Prints the figures of
 * doc/processors/dehum.md. */
#include "faults.h"
#include "proc/registry.h"

typedef struct Case {
    const char *what, *settings;
    double freq_hz, drift_hz, level_db; /* drift: of the fundamental, slowly up and down */
    int n_harmonics;
    double least_db; /* of reduction */
} Case;

static Signal hum_of(const Case *c, double rate_hz, uint32_t n)
{
    Signal hum = rig_signal(2, n);
    double phase = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double f = c->freq_hz + c->drift_hz * sin(2 * FAULTS_PI * i / (rate_hz * 40));
        phase += 2 * FAULTS_PI * f / rate_hz;
        for (int k = 1; k <= c->n_harmonics; k++) {
            /* odd ones stronger, as rectifiers and transformers make them */
            const double a = pow(10, c->level_db / 20) / k * (k % 2 ? 1 : 0.4);
            hum.ch[0][i] += (float)(a * sin(k * phase + k * k));
            hum.ch[1][i] += (float)(0.7 * a * sin(k * phase + 2.0 * k));
        }
    }
    return hum;
}

/* Power of x in the second half: in the pauses of the phrases, or, without pauses, at the
 * harmonics. */
static double hum_left_db(const Signal *x, const Case *c, double rate_hz, bool pauses)
{
    double power = 0;
    const uint32_t from = x->n_frames / 2, n = x->n_frames - from;
    for (int k = 1; k <= c->n_harmonics && !pauses; k++)
        power += faults_tone_power(x->ch[0] + from, n, k * c->freq_hz / rate_hz);
    for (uint32_t i = from; i < x->n_frames && pauses; i++) {
        if (fmod(i / rate_hz, 4.3) > 3.5)
            power += (double)x->ch[0][i] * x->ch[0][i];
    }
    return 10 * log10(power);
}

TEST(hum_goes_down_and_the_rest_stays)
{
    static const Case cases[] = {
        {"50 Hz, exactly there", "frequency=50", 50, 0, -40, 15, 30},
        {"50.08 Hz", "frequency=50", 50.08, 0, -40, 15, 30},
        {"59.9 Hz, loud buzz", "frequency=60,harmonics=40", 59.9, 0, -26, 38, 30},
        {"50 Hz that drifts by 0.02", "frequency=50", 50, 0.02, -40, 12, 20},
        {"50.08 Hz under music without a pause", "frequency=50", 50.08, 0, -26, 15, 12},
    };
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (unsigned r = 0; r < 4; r++) {
        for (unsigned k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            if (r != 1 && k != 1)
                continue; /* all cases at 48 kHz, one at the others */
            const double rate = rates[r];
            const uint32_t n = (uint32_t)(rate * (r < 2 ? 16 : 12));
            const bool dense = strstr(cases[k].what, "without a pause") != NULL;
            Signal music = dense ? faults_music(rate, n) : faults_phrases(rate, n);
            Signal hum = hum_of(&cases[k], rate, n);
            Signal in = faults_sum(&music, &hum);
            Signal out = faults_through(&luster_proc_dehum, cases[k].settings, &in, rate);
            Signal left = faults_difference(&out, &music, 0);
            const double before = hum_left_db(&hum, &cases[k], rate, !dense);
            const double after = hum_left_db(&left, &cases[k], rate, !dense);
            /* once it is found */
            const uint32_t from = (uint32_t)(4 * rate);
            const Signal out_later = {2, n - from, {out.ch[0] + from, out.ch[1] + from}};
            const Signal music_later = {2, n - from, {music.ch[0] + from, music.ch[1] + from}};
            const double ltas = faults_ltas_change_db(&out_later, &music_later, rate, 30);
            printf("# | %s, %g Hz | %.1f dB | %.2f dB |\n", cases[k].what, rate, before - after,
                   ltas);
            CHECK(before - after >= cases[k].least_db);
            CHECK(ltas <= 0.5);
            rig_drop(&music), rig_drop(&hum), rig_drop(&in), rig_drop(&out), rig_drop(&left);
        }
    }
}

/* Without hum nothing is found and the music stays. */
TEST(clean_music_stays)
{
    const uint32_t n = 48000 * 10;
    Signal music = faults_music(48000, n);
    Signal out = faults_through(&luster_proc_dehum, "frequency=50", &music, 48000);
    const double ltas = faults_ltas_change_db(&out, &music, 48000, 30);
    printf("# clean music: %.2f dB\n", ltas);
    CHECK(ltas <= 0.5);
    rig_drop(&music), rig_drop(&out);
}

/* An edited recording: muted stretches stay silent, and hum is gone soon after them. */
TEST(muted_stretches_stay_silent)
{
    const uint32_t n = 48000 * 12;
    const Case c = {"", "frequency=50", 50, 0, -30, 15, 0};
    Signal in = hum_of(&c, 48000, n);
    for (uint32_t i = 48000 * 5; i < 48000 * 7; i++)
        in.ch[0][i] = in.ch[1][i] = 0.0f;
    Signal out = faults_through(&luster_proc_dehum, c.settings, &in, 48000);
    double muted = 0, after = 0;
    for (uint32_t i = 48000 * 5 + 2400; i < 48000 * 7; i++)
        muted = fmax(muted, fabs(out.ch[0][i]));
    for (uint32_t i = 48000 * 7 + 2400; i < n; i++) {
        after = fmax(after, fabs(out.ch[0][i]));
    }
    printf("# muted %.0f dBFS, after it %.1f dBFS (hum peaks at %.1f)\n", 20 * log10(muted + 1e-20),
           20 * log10(after), -30.0);
    CHECK(muted == 0.0);
    CHECK(20 * log10(after) < -65);
    rig_drop(&in), rig_drop(&out);
}

TEST(rumble_is_cut)
{
    const uint32_t n = 48000;
    static const double tones[][2] = {{10, -45}, {20, -33}, {80, -6.02}, {400, -0.03}};
    for (int t = 0; t < 4; t++) {
        Signal in = rig_signal(1, n);
        for (uint32_t i = 0; i < n; i++)
            in.ch[0][i] = (float)(0.5 * sin(2 * FAULTS_PI * tones[t][0] * i / 48000.0));
        Signal out = faults_through(&luster_proc_dehum, "amount=0,rumble=80", &in, 48000);
        double a = 0, b = 0;
        for (uint32_t i = n / 2; i < n; i++) {
            a += (double)in.ch[0][i] * in.ch[0][i];
            b += (double)out.ch[0][i] * out.ch[0][i];
        }
        const double db = 10 * log10(b / a);
        if (tones[t][1] > -10)
            CHECK_NEAR(db, tones[t][1], 0.02);
        else
            CHECK(db < tones[t][1]);
        rig_drop(&in), rig_drop(&out);
    }
}

int main(void)
{
    RUN(hum_goes_down_and_the_rest_stays);
    RUN(clean_music_stays);
    RUN(muted_stretches_stay_silent);
    RUN(rumble_is_cut);
    return tap_done();
}
