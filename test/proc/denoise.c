/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Made noise under made music: how far it goes down, what becomes of the rest. Prints the figures
 * of doc/processors/denoise.md. */
#include "faults.h"
#include "proc/registry.h"

#define LEARNT_S 4.5 /* from here on figures are taken */

typedef enum { WHITE, PINK } Colour;

/* Sides uncorrelated, as two preamplifiers are. Pink: 3 dB per octave (Kellet's economy filter). */
static Signal noise_of(Colour colour, double level_db, double rate_hz, uint32_t n)
{
    Signal x = rig_signal(2, n);
    LusterRng rng;
    luster_rng_seed(&rng, 44, colour);
    for (uint32_t c = 0; c < 2; c++) {
        double power = 0, b0 = 0, b1 = 0, b2 = 0;
        for (uint32_t i = 0; i < n; i++) {
            const double white = luster_rng_bipolar(&rng);
            b0 = 0.99765 * b0 + white * 0.0990460;
            b1 = 0.96300 * b1 + white * 0.2965164;
            b2 = 0.57000 * b2 + white * 1.0526913;
            const double y = colour == PINK ? b0 + b1 + b2 + white * 0.1848 : white;
            x.ch[c][i] = (float)y;
            power += y * y / n;
        }
        /* the level is that of the audible band: as loud at every rate */
        const double wide = colour == WHITE ? rate_hz / 44100 : 1;
        for (uint32_t i = 0; i < n; i++)
            x.ch[c][i] *= (float)(pow(10, level_db / 20) * sqrt(wide / power));
    }
    return x;
}

static uint32_t latency_at(double rate_hz)
{
    return luster_proc_denoise.latency(NULL, rate_hz);
}

static Signal part_of(const Signal *x, uint32_t from, uint32_t n)
{
    return (Signal){2, n, {x->ch[0] + from, x->ch[1] + from}};
}

/* Power of x in the pauses of the phrases, once learnt. */
static double pauses_db(const Signal *x, double rate_hz)
{
    double power = 0;
    for (uint32_t i = (uint32_t)(LEARNT_S * rate_hz); i < x->n_frames; i++) {
        /* between the phrase's tail, under -85 dBFS there, and the window that sees the next */
        const double t = fmod(i / rate_hz, 4.3);
        if (t > 3.8 && t < 4.24)
            power += (double)x->ch[0][i] * x->ch[0][i] + (double)x->ch[1][i] * x->ch[1][i];
    }
    return 10 * log10(power);
}

/* Musical noise is bins that come and go: mean square of a bin's power over its square mean, 2 for
 * Gaussian noise, in the pauses, 0.3 … 16 kHz. */
static double kurtosis(const Signal *x, double rate_hz)
{
    uint32_t size = 1024;
    while (size < 0.03 * rate_hz)
        size *= 2;
    LusterFft *fft = luster_fft_new(size);
    const uint32_t low = (uint32_t)(300 / rate_hz * size), high = (uint32_t)(16e3 / rate_hz * size);
    double *sum = calloc(2 * (size_t)size, sizeof(double)), result = 0;
    uint32_t n = 0;
    for (uint32_t at = (uint32_t)(LEARNT_S * rate_hz); at + size < x->n_frames; at += size / 2) {
        const double t = fmod(at / rate_hz, 4.3);
        if (t < 3.8 || t + size / rate_hz > 4.24)
            continue;
        float *time = luster_fft_time(fft);
        for (uint32_t i = 0; i < size; i++)
            time[i] = x->ch[0][at + i] * (float)(0.5 - 0.5 * cos(2 * FAULTS_PI * i / size));
        luster_fft_forward(fft);
        const float *bins = luster_fft_bins(fft);
        for (uint32_t b = low; b < high; b++) {
            const double p =
                (double)bins[2 * b] * bins[2 * b] + (double)bins[2 * b + 1] * bins[2 * b + 1];
            sum[2 * b] += p, sum[2 * b + 1] += p * p;
        }
        n++;
    }
    for (uint32_t b = low; b < high; b++)
        result += sum[2 * b + 1] * n / (sum[2 * b] * sum[2 * b]) / (high - low);
    luster_fft_free(fft);
    free(sum);
    return result;
}

typedef struct Case {
    const char *what, *settings;
    Colour colour;
    double level_db;
    double least_db; /* of reduction */
    bool mono; /* both sides the same: one channel's worth of evidence */
} Case;

static void one(const Case *k, double rate)
{
    const uint32_t n = (uint32_t)(rate * (rate < 50000 ? 15.05 : 8.6)),
                   late = (uint32_t)(LEARNT_S * rate);
    Signal music = faults_phrases(rate, n), noise = noise_of(k->colour, k->level_db, rate, n);
    for (uint32_t i = 0; k->mono && i < n; i++) {
        music.ch[0][i] = music.ch[1][i];
        noise.ch[0][i] = noise.ch[1][i];
    }
    const uint32_t lag = latency_at(rate);
    Signal in = faults_sum(&music, &noise);
    Signal out = faults_through(&luster_proc_denoise, k->settings, &in, rate);
    const Signal played = part_of(&out, lag, n - lag), meant = part_of(&music, 0, n - lag);
    Signal left = faults_difference(&played, &meant, 0);
    const Signal heard = part_of(&noise, 0, n - lag);
    const Signal a = part_of(&played, late, n - lag - late), b = part_of(&meant, late, a.n_frames),
                 c = part_of(&heard, late, a.n_frames);
    const double down = pauses_db(&heard, rate) - pauses_db(&left, rate);
    const double change = faults_ltas_over_noise_db(&a, &b, &c, rate, 60);
    const double sings = kurtosis(&left, rate) / kurtosis(&heard, rate);
    printf("# | %s, %g Hz | %.1f dB | %.2f dB | %.2f |\n", k->what, rate, down, change, sings);
    CHECK(down >= k->least_db);
    CHECK(change <= 0.5);
    CHECK(sings <= 1.5);
    rig_drop(&music), rig_drop(&noise), rig_drop(&in), rig_drop(&out), rig_drop(&left);
}

TEST(noise_goes_down_and_music_stays)
{
    static const Case cases[] = {
        {"white, -50 dBFS", "reduction=15", WHITE, -50, 12, false},
        {"white, -60 dBFS", "reduction=15", WHITE, -60, 12, false},
        {"pink, -50 dBFS", "reduction=15", PINK, -50, 12, false},
        {"pink, -60 dBFS, 24 dB", "reduction=24", PINK, -60, 18, false},
        {"white, -50 dBFS, at the defaults", "reduction=12", WHITE, -50, 11, false},
        {"white, -50 dBFS, restoration", "preset=restoration", WHITE, -50, 18, false},
        {"white, -50 dBFS, mono", "reduction=15", WHITE, -50, 12, true},
        {"white, -50 dBFS, mono, 24 dB", "reduction=24", WHITE, -50, 18, true},
    };
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (unsigned r = 0; r < 4; r++) {
        for (unsigned k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            if (r == 1 || k == 0 || k == 2) /* all cases at 48 kHz, two at the others */
                one(&cases[k], rates[r]);
        }
    }
}

static double power_db(const Signal *x)
{
    double power = 0;
    for (uint32_t i = (uint32_t)(LEARNT_S * 48000); i < x->n_frames; i++)
        power += (double)x->ch[0][i] * x->ch[0][i] + (double)x->ch[1][i] * x->ch[1][i];
    return 10 * log10(power);
}

static void stays(const char *what, Signal *music, double noise_db)
{
    const double rate = 48000;
    const uint32_t n = music->n_frames, lag = latency_at(rate);
    Signal noise = noise_of(WHITE, noise_db, rate, n), in = faults_sum(music, &noise);
    Signal out = faults_through(&luster_proc_denoise, "reduction=20", &in, rate);
    const Signal a = part_of(&out, lag, n - lag), b = part_of(music, 0, n - lag),
                 c = part_of(&noise, 0, n - lag);
    const double change = faults_ltas_over_noise_db(&a, &b, &c, rate, 30);
    /* what is left of the noise while the music plays, of what of the music is lost included */
    Signal left = faults_difference(&a, &b, 0);
    const double down = power_db(&c) - power_db(&left);
    if (noise_db > -100)
        printf("# | %s, noise at %.0f dBFS | %.1f dB | %.2f dB | |\n", what, noise_db, down,
               change);
    else
        printf("# | %s | | %.2f dB | |\n", what, change);
    CHECK(change <= 0.5);
    rig_drop(&left), rig_drop(music), rig_drop(&noise), rig_drop(&in), rig_drop(&out);
}

/* A chord that never ends: nothing but frequency tells it from noise. */
static Signal held_chord(uint32_t n)
{
    static const double notes[] = {55.0, 110.0, 164.81, 220.0, 277.18, 329.63};
    Signal x = rig_signal(2, n);
    for (uint32_t i = 0; i < n; i++) {
        for (int v = 0; v < 6; v++) {
            for (int k = 1; k <= 8; k++) {
                const double a = 0.05 / k, w = 2 * FAULTS_PI * notes[v] * k * i / 48000;
                x.ch[0][i] += (float)(a * sin(w + v));
                x.ch[1][i] += (float)(a * sin(w + k));
            }
        }
    }
    return x;
}

TEST(clean_and_held_music_stays)
{
    const uint32_t n = 48000 * 12;
    Signal music = faults_music(48000, n), phrases = faults_phrases(48000, n),
           chord = held_chord(n), under = held_chord(n);
    stays("clean music", &music, -200);
    stays("clean phrases", &phrases, -200);
    stays("a chord without an end", &chord, -200);
    stays("a chord without an end", &under, -55);
}

/* An edited recording: muted stretches stay silent, and are no pauses to learn from. */
TEST(muted_stretches_are_no_noise)
{
    const uint32_t n = 48000 * 10, lag = latency_at(48000);
    Signal in = noise_of(WHITE, -50, 48000, n);
    for (uint32_t i = 48000 * 3; i < 48000 * 6; i++)
        in.ch[0][i] = in.ch[1][i] = 0.0f;
    Signal out = faults_through(&luster_proc_denoise, "reduction=15", &in, 48000);
    double muted = 0, before = 0, after = 0;
    for (uint32_t i = 48000 * 3 + 2048; i < 48000 * 6 - 2048; i++)
        muted = fmax(muted, fabs(out.ch[0][i + lag]));
    for (uint32_t i = 48000 * 6 + 2048; i < n - lag; i++) {
        before += (double)in.ch[0][i] * in.ch[0][i];
        after += (double)out.ch[0][i + lag] * out.ch[0][i + lag];
    }
    printf("# | noise alone, after 3 s of silence | %.1f dB | | |\n", 10 * log10(before / after));
    CHECK(muted == 0.0);
    CHECK(10 * log10(before / after) > 13);
    rig_drop(&in), rig_drop(&out);
}

/* Noise that is 12 dB louder later on is learnt; with hold it is not. */
TEST(hold_keeps_the_noise_as_it_was)
{
    const uint32_t n = 48000 * 12, from = 48000 * 3;
    for (int hold = 0; hold < 2; hold++) {
        Signal in = noise_of(WHITE, -60, 48000, n), out = rig_signal(2, n);
        for (uint32_t i = from; i < n; i++)
            in.ch[0][i] *= 4, in.ch[1][i] *= 4;
        LusterInstance *instance = rig_open(&luster_proc_denoise, 48000, 2, 1024);
        rig_set(instance, &luster_proc_denoise, "memory=4");
        float readings[2];
        for (uint32_t at = 0; at + 1024 <= n; at += 1024) {
            if (at / 1024 == from / 1024)
                rig_set(instance, &luster_proc_denoise, hold ? "hold=on" : "hold=off");
            rig_process(instance, &in, &out, NULL, at, 1024);
        }
        luster_instance_read(instance, readings);
        CHECK_NEAR(readings[0], hold ? -60.0 : -48.0, 0.7);
        CHECK_NEAR(readings[1], hold ? 0.5 : 11.7, hold ? 0.5 : 0.6);
        luster_instance_free(instance);
        rig_drop(&in), rig_drop(&out);
    }
}

int main(void)
{
    RUN(noise_goes_down_and_music_stays);
    RUN(clean_and_held_music_stays);
    RUN(muted_stretches_are_no_noise);
    RUN(hold_keeps_the_noise_as_it_was);
    return tap_done();
}
