/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The reverb's decay measured: T30 per octave (ISO 3382-1: Schroeder's integral) against what was
 * set, for types, sizes, rates and bands. Figures: `test-proc-reverb --figures`. */
#include "dsp/fdn.h"
#include "response.h"
#include "tap.h"

#define N_OCTAVES 7
static const double octaves[N_OCTAVES] = {125, 250, 500, 1000, 2000, 4000, 8000};

/* ---- bands ---------------------------------------------------------------------------------- */

/* What response.h's band lets through. */
static double band_power(double hz, double centre, double frac)
{
    const double edge = pow(2.0, 0.5 / frac), low = centre / edge / hz, high = hz / (centre * edge);
    return 1.0 / (1.0 + pow(low, 8)) / (1.0 + pow(high, 8));
}

/* ---- decay ---------------------------------------------------------------------------------- */

/* What T30 would read in a band of a field that decays everywhere as the setting says. */
static double asked_t30(const LusterFdnDecay *decay, double centre)
{
    const uint32_t n = 4000;
    double *energy = calloc(n, sizeof(double));
    const double longest = decay->mid_s * fmax(1.0, fmax(decay->low, decay->high));
    const double rate_hz = n / (1.5 * longest);
    for (double hz = centre / 4.0; hz < centre * 4.0; hz *= 1.01) {
        const double weight = hz * band_power(hz, centre, 1.0);
        const double step = pow(10.0, -6.0 / (luster_fdn_t60(decay, hz) * rate_hz));
        double e = weight;
        for (uint32_t i = 0; i < n; i++, e *= step)
            energy[i] += e;
    }
    const double t = t30(energy, n, rate_hz);
    free(energy);
    return t;
}

/* T30 per octave, energies of four paths and `n_waits` moments added up. */
static void measured_t30(const char *settings, double rate_hz, double longest, int n_waits,
                         double *t)
{
    const uint32_t n = (uint32_t)(1.2 * longest * rate_hz + 0.1 * rate_hz);
    double *energy = calloc(n * N_OCTAVES, sizeof(double));
    for (int w = 0; w < n_waits; w++) {
        Response response = respond(settings, rate_hz, (double)n / rate_hz, (uint32_t)w * 20011);
        for (int p = 0; p < 4; p++) {
            for (int o = 0; o < N_OCTAVES; o++) {
                double *x = band(response.path[p], response.n, octaves[o], 1.0, rate_hz);
                for (uint32_t i = 0; i < response.n; i++)
                    energy[o * n + i] += x[i] * x[i];
                free(x);
            }
        }
        drop(&response);
    }
    for (int o = 0; o < N_OCTAVES; o++)
        t[o] = t30(energy + o * n, n, rate_hz);
    free(energy);
}

typedef struct DecayCase {
    const char *type;
    double size, rate_hz;
    LusterFdnDecay decay;
    int n_waits; /* short decays are few independent samples: more moments */
} DecayCase;

static double worst_decay(const DecayCase *c)
{
    char settings[256];
    snprintf(settings, sizeof settings,
             "type=%s,size=%g,decay=%g,low_decay=%g,low_xover=%g,high_decay=%g,high_xover=%g",
             c->type, c->size, c->decay.mid_s, c->decay.low, c->decay.low_hz, c->decay.high,
             c->decay.high_hz);
    const double longest = c->decay.mid_s * fmax(1.0, fmax(c->decay.low, c->decay.high));
    double t[N_OCTAVES], worst = 0.0;
    measured_t30(settings, c->rate_hz, longest, c->n_waits, t);
    if (figures)
        printf("# | %s %g %%, %g kHz | %g s, x%g below %g Hz, x%g above %g Hz |", c->type, c->size,
               c->rate_hz / 1000.0, c->decay.mid_s, c->decay.low, c->decay.low_hz, c->decay.high,
               c->decay.high_hz);
    for (int o = 0; o < N_OCTAVES; o++) {
        const double asked = asked_t30(&c->decay, octaves[o]);
        const double error = 100.0 * (t[o] / asked - 1.0);
        worst = fmax(worst, fabs(error));
        if (figures)
            printf(" %.2f/%.2f |", asked, t[o]);
    }
    if (figures)
        printf(" %.1f %% |\n", worst);
    return worst;
}

TEST(decay_per_octave_is_what_was_asked)
{
    static const DecayCase cases[] = {
        {"hall", 100, 48000, {1.8, 1, 250, 0.4, 7000}, 4},
        {"hall", 200, 44100, {2.5, 1.3, 250, 0.5, 5000}, 2},
        {"hall", 100, 96000, {4, 1, 250, 1, 7000}, 1},
        {"hall", 100, 192000, {2, 1.2, 200, 0.5, 6000}, 2},
        {"hall", 50, 48000, {1, 0.5, 300, 0.3, 4000}, 6},
        {"hall", 200, 48000, {8, 0.6, 200, 0.3, 4000}, 1},
        {"plate", 100, 48000, {2, 0.7, 300, 0.6, 6000}, 4},
        {"plate", 100, 44100, {1, 1, 250, 1, 7000}, 8},
        {"plate", 50, 96000, {1.2, 1, 250, 0.5, 7000}, 4},
        {"plate", 200, 48000, {3, 2, 250, 0.4, 5000}, 2},
        {"plate", 100, 192000, {1.5, 0.8, 250, 0.6, 7000}, 2},
        {"chamber", 100, 48000, {1.2, 1.2, 200, 0.5, 6000}, 6},
        {"chamber", 50, 44100, {0.8, 1, 250, 0.6, 6000}, 10},
        {"chamber", 200, 48000, {2, 0.5, 250, 0.4, 5000}, 4},
        {"chamber", 100, 192000, {0.8, 1, 250, 0.7, 8000}, 4},
        {"room", 100, 44100, {0.5, 1, 250, 1, 7000}, 12},
        {"room", 50, 48000, {0.4, 1.1, 250, 0.6, 6000}, 16},
        {"room", 200, 48000, {0.6, 1.5, 250, 0.4, 4000}, 12},
        {"room", 100, 96000, {0.3, 1, 250, 0.6, 6000}, 16},
        {"room", 100, 192000, {0.5, 1, 250, 0.6, 6000}, 5},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!CHECK(worst_decay(&cases[i]) <= 5.0))
            printf("#   %s, %g %%, %g Hz\n", cases[i].type, cases[i].size, cases[i].rate_hz);
    }
}

int main(int argc, char **argv)
{
    figures = argc > 1 && strcmp(argv[1], "--figures") == 0;
    RUN(decay_per_octave_is_what_was_asked);
    return tap_done();
}
