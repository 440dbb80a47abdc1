/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The reverb measured: decay per octave (ISO 3382-1: Schroeder's integral, T30), echo density (Abel
 * & Huang 2006), late modes, correlation of the sides, mono sum. Figures of the page in doc/
 * come from `test-proc-reverb --figures`. */
#include "base/math.h"
#include "dsp/fdn.h"
#include "response.h"
#include "tap.h"

#define N_OCTAVES 7
static const double octaves[N_OCTAVES] = {125, 250, 500, 1000, 2000, 4000, 8000};

/* ---- bands ---------------------------------------------------------------------------------- */

/* Butterworth of order 4 on both sides, an octave (or 1/frac) wide; in place, in double. */
static double band_power(double hz, double centre, double frac)
{
    const double edge = pow(2.0, 0.5 / frac), low = centre / edge / hz, high = hz / (centre * edge);
    return 1.0 / (1.0 + pow(low, 8)) / (1.0 + pow(high, 8));
}

static void biquad(double *x, uint32_t n, double hz, double q, bool high, double rate_hz)
{
    const double g = tan(LUSTER_PI * hz / rate_hz), k = 1.0 / q, a1 = 1.0 / (1.0 + g * (g + k));
    double s1 = 0.0, s2 = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        const double v3 = x[i] - s2, v1 = a1 * s1 + g * a1 * v3;
        const double v2 = s2 + g * v1;
        s1 = 2.0 * v1 - s1;
        s2 = 2.0 * v2 - s2;
        x[i] = high ? x[i] - k * v1 - v2 : v2;
    }
}

static double *band(const float *from, uint32_t n, double centre, double frac, double rate_hz)
{
    double *x = malloc(n * sizeof(double));
    for (uint32_t i = 0; i < n; i++)
        x[i] = from[i];
    const double edge = pow(2.0, 0.5 / frac);
    for (int s = 0; s < 2; s++) {
        const double q = s ? 1.30656296 : 0.54119610;
        biquad(x, n, centre / edge, q, true, rate_hz);
        biquad(x, n, centre * edge, q, false, rate_hz);
    }
    return x;
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
    double rate_hz;
    LusterFdnDecay decay;
    int n_waits;
} DecayCase;

static double worst_decay(const DecayCase *c)
{
    char settings[256];
    snprintf(settings, sizeof settings,
             "type=%s,decay=%g,low_decay=%g,low_xover=%g,high_decay=%g,high_xover=%g", c->type,
             c->decay.mid_s, c->decay.low, c->decay.low_hz, c->decay.high, c->decay.high_hz);
    const double longest = c->decay.mid_s * fmax(1.0, fmax(c->decay.low, c->decay.high));
    double t[N_OCTAVES], worst = 0.0;
    measured_t30(settings, c->rate_hz, longest, c->n_waits, t);
    if (figures)
        printf("# | %s | %g | %g s, %g below %g, %g above %g |", c->type, c->rate_hz,
               c->decay.mid_s, c->decay.low, c->decay.low_hz, c->decay.high, c->decay.high_hz);
    for (int o = 0; o < N_OCTAVES; o++) {
        const double asked = asked_t30(&c->decay, octaves[o]);
        const double error = 100.0 * (t[o] / asked - 1.0);
        worst = fmax(worst, fabs(error));
        if (figures)
            printf(" %.2f/%.2f %+.1f |", asked, t[o], error);
    }
    if (figures)
        printf(" %.1f |\n", worst);
    return worst;
}

TEST(decay_per_octave_is_what_was_asked)
{
    static const DecayCase cases[] = {
        {"hall", 48000, {1.8, 1, 250, 0.4, 7000}, 4},
        {"hall", 44100, {2.5, 1.3, 250, 0.5, 5000}, 2},
        {"hall", 96000, {4, 1, 250, 1, 7000}, 1},
        {"plate", 48000, {2, 0.7, 300, 0.6, 6000}, 4},
        {"plate", 44100, {1, 1, 250, 1, 7000}, 8},
        {"chamber", 48000, {1.2, 1.2, 200, 0.5, 6000}, 6},
        {"chamber", 96000, {0.8, 1, 250, 0.7, 8000}, 4},
        {"room", 44100, {0.5, 1, 250, 1, 7000}, 12},
        {"room", 48000, {0.4, 1.1, 250, 0.6, 6000}, 16},
        {"room", 96000, {0.3, 1, 250, 0.6, 6000}, 12},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!CHECK(worst_decay(&cases[i]) <= 5.0))
            printf("#   %s at %g Hz\n", cases[i].type, cases[i].rate_hz);
    }
}

/* ---- echo density --------------------------------------------------------------------------- */

/* Share of samples beyond one standard deviation in 20 ms, against that of a normal distribution.
 */
static double density(const float *h, uint32_t n, double centre_s, double rate_hz)
{
    const int half = (int)(0.01 * rate_hz), at = (int)(centre_s * rate_hz);
    double power = 0.0, beyond = 0.0, count = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = at - half; i <= at + half; i++) {
            if (i < 0 || i >= (int)n)
                continue;
            if (pass == 0)
                power += (double)h[i] * h[i], count++;
            else
                beyond += (double)h[i] * h[i] > power / count;
        }
    }
    return beyond / count / 0.317310507863;
}

static void check_density(const char *type, double rate_hz, double from_s, double bar)
{
    char settings[64];
    snprintf(settings, sizeof settings, "type=%s", type);
    Response r = respond(settings, rate_hz, 1.0, 0);
    double least = 9.0;
    if (figures)
        printf("# | %s | %g |", type, rate_hz);
    for (int ms = 10; ms <= 300; ms += ms < 100 ? 10 : 50) {
        double mean = 0.0;
        for (int p = 0; p < 4; p++)
            mean += density(r.path[p], r.n, ms / 1000.0, rate_hz) / 4;
        if (ms >= 1000.0 * from_s)
            least = fmin(least, mean);
        if (figures)
            printf(" %d ms %.2f |", ms, mean);
    }
    if (figures)
        printf("\n");
    if (!CHECK(least >= bar))
        printf("#   %s at %g Hz: %.3f\n", type, rate_hz, least);
    drop(&r);
}

TEST(echoes_are_dense_by_50_ms)
{
    static const double rates[] = {44100, 48000, 96000};
    for (int r = 0; r < 3; r++) {
        check_density("hall", rates[r], 0.05, 0.9);
        check_density("plate", rates[r], 0.05, 0.9);
        check_density("chamber", rates[r], 0.05, 0.9);
        check_density("room", rates[r], 0.05, 0.9);
    }
}

/* ---- the sides ------------------------------------------------------------------------------ */

/* Late part of one input, brought to even level by the decay as set. */
static void flatten(double *x, uint32_t n, uint32_t from, double t60, double rate_hz)
{
    for (uint32_t i = 0; i < n; i++)
        x[i] = i < from ? 0.0 : x[i] * pow(10.0, 3.0 * i / (t60 * rate_hz));
}

static double correlation(const double *a, const double *b, uint32_t n)
{
    double ab = 0.0, aa = 0.0, bb = 0.0;
    for (uint32_t i = 0; i < n; i++)
        ab += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
    return ab / sqrt(aa * bb);
}

static void check_sides(const char *type, double rate_hz)
{
    char settings[128];
    const double t60 = 3.0;
    snprintf(settings, sizeof settings, "type=%s,decay=%g,high_decay=1,early=-60", type, t60);
    Response r = respond(settings, rate_hz, 4.0, 0);
    double worst = 0.0;
    if (figures)
        printf("# | %s |", type);
    for (double hz = 355.0; hz < 16000.0; hz *= 2.0) { /* octaves from 251 Hz: above 300 */
        double rho = 0.0;
        for (int in = 0; in < 2; in++) {
            double *l = band(r.path[in * 2], r.n, hz, 1.0, rate_hz);
            double *rr = band(r.path[in * 2 + 1], r.n, hz, 1.0, rate_hz);
            flatten(l, r.n, (uint32_t)(0.1 * rate_hz), t60, rate_hz);
            flatten(rr, r.n, (uint32_t)(0.1 * rate_hz), t60, rate_hz);
            rho += 0.5 * correlation(l, rr, r.n);
            free(l), free(rr);
        }
        worst = fmax(worst, fabs(rho));
        if (figures)
            printf(" %g: %+.3f |", hz, rho);
    }
    double mono = 0.0, sides = 0.0;
    for (int in = 0; in < 2; in++) {
        const float *l = r.path[in * 2], *rr = r.path[in * 2 + 1];
        for (uint32_t i = 0; i < r.n; i++) {
            mono += 0.25 * ((double)l[i] + rr[i]) * ((double)l[i] + rr[i]);
            sides += 0.5 * ((double)l[i] * l[i] + (double)rr[i] * rr[i]);
        }
    }
    const double loss = 10.0 * log10(sides / mono);
    if (figures)
        printf(" mono loss %.2f dB |\n", loss);
    if (!CHECK(worst < 0.1) || !CHECK(loss <= 3.0))
        printf("#   %s: %.3f, %.2f dB\n", type, worst, loss);
    drop(&r);
}

TEST(sides_are_uncorrelated_and_fold_to_mono)
{
    check_sides("hall", 48000);
    check_sides("plate", 48000);
    check_sides("chamber", 48000);
    check_sides("room", 48000);
}

/* ---- modes ---------------------------------------------------------------------------------- */

static void fft(double *re, double *im, uint32_t n)
{
    for (uint32_t i = 1, j = 0; i < n; i++) {
        uint32_t bit = n >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            const double r = re[i], m = im[i];
            re[i] = re[j], im[i] = im[j], re[j] = r, im[j] = m;
        }
    }
    for (uint32_t len = 2; len <= n; len *= 2) {
        for (uint32_t k = 0; k < len / 2; k++) {
            const double c = cos(2.0 * LUSTER_PI * k / len), sn = -sin(2.0 * LUSTER_PI * k / len);
            for (uint32_t i = k; i < n; i += len) {
                const uint32_t j = i + len / 2;
                const double r = re[j] * c - im[j] * sn, m = re[j] * sn + im[j] * c;
                re[j] = re[i] - r, im[j] = im[i] - m;
                re[i] += r, im[i] += m;
            }
        }
    }
}

/* After a fall of 100 dB a mode that rings 1.3 times as long as its neighbours stands 23 dB above
 * them. What stands out there, all of it taken for ringing, is turned into such a ratio; evenly
 * decaying modes alone reach some 11 dB in this many bins (exponential distribution of power). */
static double ringing(const char *type, double t60, double *peak_db)
{
    enum { N = 32768 };
    char settings[128];
    const double rate_hz = 48000, fall_db = 100.0;
    snprintf(settings, sizeof settings,
             "type=%s,decay=%g,high_decay=1,modulation=0,early=-60,low_cut=20", type, t60);
    const uint32_t from = (uint32_t)(fall_db / 60.0 * t60 * rate_hz);
    Response r = respond(settings, rate_hz, (from + N) / rate_hz, 0);
    double *re = calloc(N, sizeof(double)), *im = calloc(N, sizeof(double));
    for (int i = 0; i < N; i++)
        re[i] = r.path[0][from + i] * (1.0 - cos(2.0 * LUSTER_PI * i / N));
    fft(re, im, N);
    *peak_db = 0.0;
    for (int k = (int)(80.0 * N / rate_hz); k < (int)(16000.0 * N / rate_hz); k++) {
        double mean = 0.0;
        int count = 0;
        for (int j = (int)(k / 1.122) - 4; j <= k * 1.122 + 4; j++, count++)
            mean += re[j] * re[j] + im[j] * im[j];
        const double excess = 10.0 * log10((re[k] * re[k] + im[k] * im[k]) * count / mean);
        *peak_db = fmax(*peak_db, excess);
    }
    free(re), free(im);
    drop(&r);
    return 1.0 / (1.0 - *peak_db / fall_db);
}

TEST(no_mode_rings_longer_than_its_neighbours)
{
    static const char *const types[] = {"hall", "plate", "chamber", "room"};
    static const double t60s[] = {2.0, 2.0, 1.5, 0.8};
    for (int i = 0; i < 4; i++) {
        double peak_db;
        const double ratio = ringing(types[i], t60s[i], &peak_db);
        if (figures)
            printf("# | %s | %g s | %.1f dB | %.2f |\n", types[i], t60s[i], peak_db, ratio);
        if (!CHECK(ratio <= 1.3))
            printf("#   %s: %.2f\n", types[i], ratio);
    }
}

int main(int argc, char **argv)
{
    figures = argc > 1 && strcmp(argv[1], "--figures") == 0;
    RUN(decay_per_octave_is_what_was_asked);
    RUN(echoes_are_dense_by_50_ms);
    RUN(sides_are_uncorrelated_and_fold_to_mono);
    RUN(no_mode_rings_longer_than_its_neighbours);
    return tap_done();
}
