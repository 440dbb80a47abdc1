/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The leveller, measured on a made voice that steps between phrases, with breaths and noise in the
 * pauses: loudness of each phrase, what happens in pauses, how often the gain turns, a band to stay
 * over. doc/processors/leveller.md quotes what is printed. */
#include "dsp/bs1770.h"
#include "dynamics_rig.h"
#include "tap.h"

static const LusterProcessor *leveller;
static const double rates[] = {44100, 48000, 96000, 192000};

#define PHRASE_S 2.6
#define PAUSE_S 0.9
#define N_PHRASES 6

/* Syllables of 0.1 to 0.3 s, 4 dB up and down, on harmonics of a gliding 150 Hz. */
static double voice_at(double t)
{
    const double sway = 2.0 * sin(2 * PI * 1.1 * t) + 2.0 * sin(2 * PI * 2.3 * t);
    const double gap = fmod(t, 0.31) < 0.27 ? 1.0 : 0.1;
    double sum = 0.0;
    for (int h = 1; h <= 12; h++)
        sum += pow(h, -1.2) * sin(2 * PI * h * (150.0 * t + 3.0 * sin(t)) + h * h);
    return 0.2 * from_db(sway) * gap * sum;
}

static double start_s(int phrase)
{
    return 0.5 + phrase * (PHRASE_S + PAUSE_S);
}

/* Phrases at levels in dB, a breath 0.4 s ahead of each, and noise at -70 dBFS under all. */
static Signal song(double rate_hz, const double *levels)
{
    Signal x = rig_signal(1, (uint32_t)(rate_hz * start_s(N_PHRASES)));
    LusterRng rng;
    luster_rng_seed(&rng, 3, 3);
    for (uint32_t i = 0; i < x.n_frames; i++)
        x.ch[0][i] = (float)(3e-4 * luster_rng_bipolar(&rng));
    for (int p = 0; p < N_PHRASES; p++) {
        const uint32_t from = (uint32_t)(start_s(p) * rate_hz);
        const uint32_t breath = from - (uint32_t)(0.4 * rate_hz);
        for (uint32_t i = 0; i < (uint32_t)(PHRASE_S * rate_hz); i++) {
            const double u = i / (PHRASE_S * rate_hz), edge = fmin(1.0, 60.0 * fmin(u, 1.0 - u));
            x.ch[0][from + i] += (float)(from_db(levels[p]) * edge * voice_at(i / rate_hz));
        }
        for (uint32_t i = 0; i < (uint32_t)(0.25 * rate_hz); i++)
            x.ch[0][breath + i] +=
                (float)(from_db(-44) * sin(PI * i / (0.25 * rate_hz)) * luster_rng_bipolar(&rng));
    }
    return x;
}

/* Loudness of [from, to) in LUFS, without gates. */
static double lufs(const Signal *x, double rate_hz, double from_s, double to_s)
{
    LusterLoudness loudness;
    luster_loudness_init(&loudness, (uint32_t)rate_hz, 1, NULL);
    const uint32_t to = (uint32_t)(to_s * rate_hz);
    double sum = 0.0;
    uint64_t n_steps = 0, counted = 0;
    for (uint32_t at = (uint32_t)(from_s * rate_hz); at < to;) {
        const float *in[] = {x->ch[0]};
        at += luster_loudness_add(&loudness, in, at, to - at);
        if (loudness.n_steps != n_steps) {
            sum += loudness.steps[n_steps % LUSTER_LOUDNESS_STEPS_PER_BLOCK];
            n_steps = loudness.n_steps;
            counted++;
        }
    }
    return luster_power_to_lufs(sum / (counted * rate_hz / 100));
}

/* The gain at a time, in dB, from the input and the output in step with it. */
static double gain_at(const Signal *in, const Signal *out, double rate_hz, double s)
{
    double a = 0.0, b = 0.0;
    for (uint32_t i = (uint32_t)(s * rate_hz); i < (uint32_t)((s + 0.02) * rate_hz); i++) {
        a += (double)in->ch[0][i] * in->ch[0][i];
        b += (double)out->ch[0][i] * out->ch[0][i];
    }
    return 0.5 * db(b / a);
}

static const double stepping[N_PHRASES] = {0, 10, -10, 0, -10, 10};

TEST(phrases_come_to_the_target)
{
    for (int r = 0; r < 4; r++) {
        double worst = 0.0, pauses = 0.0;
        Signal in = song(rates[r], stepping);
        const double target = lufs(&in, rates[r], start_s(0), start_s(0) + PHRASE_S);
        char settings[64];
        snprintf(settings, sizeof settings, "target=%g,range=12", target);
        Signal out = through(leveller, settings, rates[r], &in, NULL);
        for (int p = 0; p < N_PHRASES; p++) {
            const double got = lufs(&out, rates[r], start_s(p), start_s(p) + PHRASE_S) - target;
            worst = fmax(worst, fabs(got));
            /* from the phrase's end until the look-ahead of the next begins */
            const double end = start_s(p) + PHRASE_S;
            for (double s = 0.0; s < PAUSE_S - 0.45 && p + 1 < N_PHRASES; s += 0.02)
                pauses = fmax(pauses, fabs(gain_at(&in, &out, rates[r], end + s) -
                                           gain_at(&in, &out, rates[r], end - 0.05)));
        }
        printf("# | steps of 10 and 20 dB, %.1f kHz | phrases within %.2f LU, pauses within %.3f "
               "dB |\n",
               rates[r] / 1000, worst, pauses);
        CHECK(worst < 1.5 && pauses < 0.01);
        rig_drop(&in), rig_drop(&out);
    }
}

/* Without look-ahead the first words miss it, the rest does not. */
TEST(without_lookahead_the_rest_of_a_phrase_is_level)
{
    Signal in = song(48000, stepping);
    const double target = lufs(&in, 48000, start_s(0), start_s(0) + PHRASE_S);
    char settings[64];
    snprintf(settings, sizeof settings, "lookahead=0,target=%g,range=12", target);
    Signal out = through(leveller, settings, 48000, &in, NULL);
    double worst = 0.0;
    for (int p = 0; p < N_PHRASES; p++)
        worst = fmax(worst, fabs(lufs(&out, 48000, start_s(p) + 0.6, start_s(p) + PHRASE_S) -
                                 lufs(&in, 48000, start_s(0) + 0.6, start_s(0) + PHRASE_S)));
    printf("# | the same without look-ahead, after 0.6 s | within %.2f LU |\n", worst);
    CHECK(worst < 1.5);
    rig_drop(&in), rig_drop(&out);
}

TEST(the_gain_turns_rarely_and_keeps_its_range)
{
    Signal in = song(48000, stepping);
    Signal out = through(leveller, "target=-20,range=5", 48000, &in, NULL);
    int turns = 0, direction = 0;
    double before = 0.0, most = 0.0;
    for (double s = 0.3; s < start_s(N_PHRASES) - 1.4; s += 0.02) {
        const double gain = gain_at(&in, &out, 48000, s);
        most = fmax(most, fabs(gain));
        if (fabs(gain - before) < 0.02)
            continue;
        const int now = gain > before ? 1 : -1;
        turns += direction && now != direction;
        direction = now;
        before = gain;
    }
    printf("# | turns of the gain in %d phrases, 5 of them at another level | %d |\n", N_PHRASES,
           turns);
    CHECK(turns <= 2 * N_PHRASES && most < 5.001);
    rig_drop(&in), rig_drop(&out);
}

/* Within tolerance nothing moves at all. */
TEST(what_is_level_is_left_alone)
{
    static const double level[N_PHRASES] = {0, 0.4, -0.4, 0.2, -0.3, 0};
    Signal in = song(48000, level);
    char settings[64];
    snprintf(settings, sizeof settings, "target=%g,tolerance=3",
             lufs(&in, 48000, start_s(0), start_s(0) + PHRASE_S));
    Signal out = through(leveller, settings, 48000, &in, NULL);
    CHECK(memcmp(in.ch[0], out.ch[0], (in.n_frames - 19200) * sizeof(float)) == 0);
    rig_drop(&in), rig_drop(&out);
}

TEST(noise_and_breaths_move_nothing)
{
    static const double silent[N_PHRASES] = {-300, -300, -300, -300, -300, -300};
    Signal in = song(48000, silent);
    Signal out = through(leveller, "target=-20,range=12", 48000, &in, NULL);
    CHECK(memcmp(in.ch[0], out.ch[0], (in.n_frames - 19200) * sizeof(float)) == 0);
    rig_drop(&in), rig_drop(&out);
}

/* A bang 30 dB over the voice makes it a breath, but not for good. */
TEST(a_bang_is_forgotten)
{
    const uint32_t n = 48000 * 60;
    Signal in = rig_signal(1, n);
    for (uint32_t i = 0; i < n; i++)
        in.ch[0][i] = (float)((i < 9600 ? 30.0 : 1.0) * from_db(-12) * voice_at(i / 48000.0));
    const double before = lufs(&in, 48000, 50, 59);
    char settings[64];
    snprintf(settings, sizeof settings, "target=%g,lookahead=0", before + 5);
    Signal out = through(leveller, settings, 48000, &in, NULL);
    CHECK_NEAR(lufs(&out, 48000, 50, 59) - before, 5.0, 1.5);
    rig_drop(&in), rig_drop(&out);
}

/* A voice that is suddenly louder or softer within a phrase is met within 1.2 s. */
TEST(a_change_within_a_phrase_is_met)
{
    static const double changes[] = {8, 10, 14, -8, -12};
    const uint32_t n = 48000 * 8;
    double worst = 0;
    for (int c = 0; c < 5; c++) {
        Signal in = rig_signal(1, n);
        for (uint32_t i = 0; i < n; i++) {
            const double u = fmin(fmax((i / 48000.0 - 4) / 0.02, 0), 1); /* in 20 ms */
            in.ch[0][i] = (float)(from_db(-20 + changes[c] * u) * voice_at(i / 48000.0));
        }
        Signal out = through(leveller, "target=-30,range=24,lookahead=0", 48000, &in, NULL);
        const double moved = gain_at(&in, &out, 48000, 5.2) - gain_at(&in, &out, 48000, 3.9);
        printf("# %+g dB within a phrase: gain moves by %.1f dB within 1.2 s\n", changes[c], moved);
        worst = fmax(worst, fabs(moved + changes[c]));
        rig_drop(&in), rig_drop(&out);
    }
    CHECK(worst <= 2.5); /* syllables make 4 dB of difference */
}

TEST(a_voice_stays_over_its_band)
{
    Signal in = song(48000, stepping), band = rig_signal(1, in.n_frames);
    LusterRng rng;
    luster_rng_seed(&rng, 8, 8);
    double low = 0.0;
    for (uint32_t i = 0; i < band.n_frames; i++) {
        low += 0.1 * (luster_rng_bipolar(&rng) - low);
        band.ch[0][i] = (float)(low * from_db(i / 48000.0 > start_s(3) - 0.5 ? -4 : 4));
    }
    Signal out = through(leveller, "follow=key,over_key=2,range=20", 48000, &in, &band);
    double worst = 0.0;
    for (int p = 0; p < N_PHRASES; p++) {
        const double from = start_s(p), to = from + PHRASE_S;
        worst = fmax(worst, fabs(lufs(&out, 48000, from, to) - lufs(&band, 48000, from, to) - 2.0));
    }
    printf("# | voice over a band that steps by 8 dB | within %.2f LU |\n", worst);
    CHECK(worst < 1.5);
    rig_drop(&in), rig_drop(&band), rig_drop(&out);
}

/* The gain itself: a full move of 24 dB under a tone. */
TEST(moves_are_smooth)
{
    Signal key = tone(48000 * 4, 1000, 48000, 0.02), in = tone(48000 * 4, 200, 48000, 0.1);
    for (uint32_t i = 0; i < key.n_frames; i++)
        key.ch[0][i] *= i > 96000 ? 20.0f : 1.0f;
    Signal out = through(leveller, "follow=key,range=24,lookahead=0", 48000, &in, &key);
    const double level = splatter_db(out.ch[0] + 96000, 48000, 48000, 1000, 20000);
    printf("# | a move of 24 dB under 200 Hz, above 1 kHz | %.0f dBFS |\n", level);
    CHECK(level < -90.0);
    rig_drop(&key), rig_drop(&in), rig_drop(&out);
}

int main(void)
{
    leveller = luster_processor_find("leveller");
    RUN(phrases_come_to_the_target);
    RUN(without_lookahead_the_rest_of_a_phrase_is_level);
    RUN(the_gain_turns_rarely_and_keeps_its_range);
    RUN(what_is_level_is_left_alone);
    RUN(noise_and_breaths_move_nothing);
    RUN(a_bang_is_forgotten);
    RUN(a_change_within_a_phrase_is_met);
    RUN(a_voice_stays_over_its_band);
    RUN(moves_are_smooth);
    return tap_done();
}
