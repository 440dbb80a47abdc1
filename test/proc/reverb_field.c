/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The reverb's sound field measured: echo density (Abel & Huang 2006), the sides, late modes,
 * colour and flutter of the tail. Figures: `test-proc-reverb_field --figures`. */
#include "response.h"
#include "tap.h"

static const char *const types[] = {"hall", "plate", "chamber", "room"};
static const double t60s[] = {2.5, 2.0, 1.5, 0.8};
static const double sizes[] = {100, 50, 200};

/* ---- echo density --------------------------------------------------------------------------- */

/* Share of samples beyond one standard deviation in 20 ms, against that of a normal distribution.
 */
static double density(const double *h, uint32_t n, double centre_s, double rate_hz)
{
    const int half = (int)(0.01 * rate_hz), at = (int)(centre_s * rate_hz);
    double power = 0.0, beyond = 0.0, count = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = at - half; i <= at + half; i++) {
            if (i < 0 || i >= (int)n)
                continue;
            if (pass == 0)
                power += h[i] * h[i], count++;
            else
                beyond += h[i] * h[i] > power / count;
        }
    }
    return beyond / count / 0.317310507863;
}

/* At high rates what lies above hearing is taken away first: single samples count as echoes. */
static double *audible(const Response *r, int path, double rate_hz)
{
    double *x = malloc(r->n * sizeof(double));
    for (uint32_t i = 0; i < r->n; i++)
        x[i] = r->path[path][i];
    if (rate_hz > 50000.0) {
        biquad(x, r->n, 20000.0, 0.54119610, false, rate_hz);
        biquad(x, r->n, 20000.0, 1.30656296, false, rate_hz);
    }
    return x;
}

/* From 50 ms on, mean of the four paths. */
static double least_density(const char *type, double size, double rate_hz)
{
    char settings[64];
    snprintf(settings, sizeof settings, "type=%s,size=%g", type, size);
    Response r = respond(settings, rate_hz, 0.4, 0);
    double least = 9.0, *x[4];
    for (int p = 0; p < 4; p++)
        x[p] = audible(&r, p, rate_hz);
    if (figures)
        printf("# | %s %g %%, %g kHz |", type, size, rate_hz / 1000.0);
    for (int ms = 10; ms <= 300; ms += ms < 60 ? 10 : 20) {
        double mean = 0.0;
        for (int p = 0; p < 4; p++)
            mean += density(x[p], r.n, ms / 1000.0, rate_hz) / 4;
        if (ms >= 50)
            least = fmin(least, mean);
        if (figures && ms <= 60)
            printf(" %d ms %.2f |", ms, mean);
    }
    if (figures)
        printf(" least from 50 ms %.2f |\n", least);
    for (int p = 0; p < 4; p++)
        free(x[p]);
    drop(&r);
    return least;
}

TEST(echoes_are_dense_by_50_ms)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (int t = 0; t < 4; t++) {
        for (int r = 0; r < 4; r++) {
            for (int s = 0; s < 3; s++) {
                if (!CHECK(least_density(types[t], sizes[s], rates[r]) >= 0.9))
                    printf("#   %s %g %%, %g Hz\n", types[t], sizes[s], rates[r]);
            }
        }
    }
}

/* ---- the sides ------------------------------------------------------------------------------ */

/* Late part of one input, brought to even level by the decay as set. */
static void flatten(double *x, uint32_t n, uint32_t from, double t60, double rate_hz)
{
    const double step = pow(10.0, 3.0 / (t60 * rate_hz));
    double gain = 1.0;
    for (uint32_t i = 0; i < n; i++, gain *= step)
        x[i] = i < from ? 0.0 : x[i] * gain;
}

typedef struct Products {
    double ab, aa, bb;
} Products;

static void add_products(Products *sum, const double *a, const double *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        sum->ab += a[i] * b[i], sum->aa += a[i] * a[i], sum->bb += b[i] * b[i];
}

static double correlation(const Products *sum)
{
    return sum->ab / sqrt(sum->aa * sum->bb);
}

#define N_MOMENTS 4 /* movement makes another response of each */
#define MOMENT 60013 /* frames from one to the next */

/* Worst correlation of the sides in an octave above 300 Hz: one side sent, or the same to both;
 * over all moments. */
static double worst_correlation(const Response *r, double rate_hz, double t60)
{
    double worst = 0.0;
    for (double hz = 355.0; hz < 16000.0; hz *= 2.0) { /* octaves from 251 Hz */
        Products one = {0}, both = {0};
        for (int m = 0; m < N_MOMENTS; m++) {
            double *x[4];
            for (int p = 0; p < 4; p++) {
                x[p] = band(r[m].path[p], r[m].n, hz, 1.0, rate_hz);
                flatten(x[p], r[m].n, (uint32_t)(0.1 * rate_hz), t60, rate_hz);
            }
            add_products(&one, x[0], x[1], r[m].n);
            add_products(&one, x[2], x[3], r[m].n);
            for (uint32_t i = 0; i < r[m].n; i++)
                x[0][i] += x[2][i], x[1][i] += x[3][i];
            add_products(&both, x[0], x[1], r[m].n);
            for (int p = 0; p < 4; p++)
                free(x[p]);
        }
        const double rho[2] = {correlation(&one), correlation(&both)};
        worst = fmax(worst, fmax(fabs(rho[0]), fabs(rho[1])));
        if (figures)
            printf(" %g Hz %+.3f, %+.3f |", hz, rho[0], rho[1]);
    }
    return worst;
}

/* What a mono sum loses, dB: one side sent, or the same to both. */
static double worst_mono_loss(const Response *r)
{
    double worst = -99.0;
    for (int sent = 0; sent < 3; sent++) {
        double mono = 0.0, apart = 0.0;
        for (uint32_t i = 0; i < r->n; i++) {
            double side[2];
            for (int c = 0; c < 2; c++)
                side[c] =
                    sent < 2 ? r->path[2 * sent + c][i] : (double)r->path[c][i] + r->path[2 + c][i];
            mono += 0.25 * (side[0] + side[1]) * (side[0] + side[1]);
            apart += 0.5 * (side[0] * side[0] + side[1] * side[1]);
        }
        worst = fmax(worst, 10.0 * log10(apart / mono));
    }
    return worst;
}

static void check_sides(int type, double size, double rate_hz)
{
    char settings[128];
    const double t60 = t60s[type];
    snprintf(settings, sizeof settings, "type=%s,size=%g,decay=%g,high_decay=1,early=-60",
             types[type], size, t60);
    Response r[N_MOMENTS];
    double loss = 0.0;
    for (uint32_t m = 0; m < N_MOMENTS; m++)
        r[m] = respond(settings, rate_hz, 1.2 * t60, m * MOMENT);
    if (figures)
        printf("# | %s %g %%, %g kHz |", types[type], size, rate_hz / 1000.0);
    const double rho = worst_correlation(r, rate_hz, t60);
    for (int m = 0; m < N_MOMENTS; m++) {
        loss = fmax(loss, worst_mono_loss(&r[m]));
        drop(&r[m]);
    }
    if (figures)
        printf(" mono loss %.2f dB |\n", loss);
    if (!CHECK(rho < 0.1) || !CHECK(loss <= 3.0))
        printf("#   %s %g %%, %g Hz: %.3f, %.2f dB\n", types[type], size, rate_hz, rho, loss);
}

TEST(sides_are_uncorrelated_and_fold_to_mono)
{
    for (int t = 0; t < 4; t++) {
        for (int s = 0; s < 3; s++)
            check_sides(t, sizes[s], 48000);
    }
    check_sides(0, 100, 44100);
    check_sides(0, 100, 192000);
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
    double(*turn)[2] = malloc(n / 2 * sizeof *turn);
    for (uint32_t k = 0; k < n / 2; k++) {
        turn[k][0] = cos(2.0 * LUSTER_PI * k / n);
        turn[k][1] = -sin(2.0 * LUSTER_PI * k / n);
    }
    for (uint32_t len = 2; len <= n; len *= 2) {
        for (uint32_t i = 0; i < n; i += len) {
            for (uint32_t k = 0; k < len / 2; k++) {
                const double *w = turn[k * (n / len)];
                const uint32_t a = i + k, b = a + len / 2;
                const double r = re[b] * w[0] - im[b] * w[1], m = re[b] * w[1] + im[b] * w[0];
                re[b] = re[a] - r, im[b] = im[a] - m;
                re[a] += r, im[a] += m;
            }
        }
    }
    free(turn);
}

/* After a fall of 100 dB a mode that rings 1.3 times as long as its neighbours stands 23 dB above
 * them. What stands out there, all of it taken for ringing, is turned into such a ratio; evenly
 * decaying modes alone reach some 11 dB in this many bins (exponential distribution of power). */
static double ringing(const char *type, double size, double t60, double movement)
{
    enum { N = 32768 };
    char settings[160];
    const double rate_hz = 48000, fall_db = 100.0;
    snprintf(settings, sizeof settings,
             "type=%s,size=%g,decay=%g,high_decay=1,modulation=%g,early=-60", type, size, t60,
             movement);
    const uint32_t from = (uint32_t)(fall_db / 60.0 * t60 * rate_hz);
    Response r = respond(settings, rate_hz, (from + N) / rate_hz, 0);
    double *re = calloc(N, sizeof(double)), *im = calloc(N, sizeof(double));
    for (int i = 0; i < N; i++)
        re[i] = r.path[0][from + i] * (1.0 - cos(2.0 * LUSTER_PI * i / N));
    fft(re, im, N);
    double peak_db = 0.0;
    for (int k = (int)(80.0 * N / rate_hz); k < (int)(16000.0 * N / rate_hz); k++) {
        double mean = 0.0;
        int count = 0;
        for (int j = (int)(k / 1.122) - 4; j <= k * 1.122 + 4; j++, count++)
            mean += re[j] * re[j] + im[j] * im[j];
        const double excess = 10.0 * log10((re[k] * re[k] + im[k] * im[k]) * count / mean);
        peak_db = fmax(peak_db, excess);
    }
    free(re), free(im);
    drop(&r);
    return 1.0 / (1.0 - peak_db / fall_db);
}

TEST(no_mode_rings_longer_than_its_neighbours)
{
    for (int t = 0; t < 4; t++) {
        for (int s = 0; s < 3; s++) {
            const double still = ringing(types[t], sizes[s], t60s[t], 0.0);
            const double moved = ringing(types[t], sizes[s], t60s[t], 30.0);
            if (figures)
                printf("# | %s %g %% | %g s | %.2f, moved %.2f |\n", types[t], sizes[s], t60s[t],
                       still, moved);
            if (!CHECK(still <= 1.3) || !CHECK(moved <= 1.3))
                printf("#   %s %g %%: %.2f, %.2f\n", types[t], sizes[s], still, moved);
        }
    }
}

/* ---- colour --------------------------------------------------------------------------------- */

#define N_THIRDS 22 /* 100 Hz … 12.5 kHz */

static void add_thirds(const Response *r, double rate_hz, double *power)
{
    uint32_t n = 1 << 16;
    while (n < r->n)
        n *= 2;
    double *re = calloc(n, sizeof(double)), *im = calloc(n, sizeof(double));
    for (int p = 0; p < 4; p += 2) { /* two real signals at once */
        memset(re, 0, n * sizeof(double));
        memset(im, 0, n * sizeof(double));
        for (uint32_t i = (uint32_t)(0.1 * rate_hz); i < r->n; i++)
            re[i] = r->path[p][i], im[i] = r->path[p + 1][i];
        fft(re, im, n);
        for (int t = 0; t < N_THIRDS; t++) {
            const double hz = 1000.0 * pow(2.0, (t - 10) / 3.0), edge = pow(2.0, 1.0 / 6.0);
            const int from = (int)(hz / edge * n / rate_hz), to = (int)(hz * edge * n / rate_hz);
            for (int k = from; k < to; k++)
                power[t] += (re[k] * re[k] + im[k] * im[k] + re[n - k] * re[n - k] +
                             im[n - k] * im[n - k]) /
                            (to - from);
        }
    }
    free(re), free(im);
}

/* Level per third octave of the tail from 100 ms on, mean of four paths and all moments: largest
 * deviation from their mean, dB. A tail is noise: for a room's 0.8 s chance alone leaves 0.6 dB of
 * standard deviation at 100 Hz. */
static double colour(int type, double size, double rate_hz)
{
    char settings[128];
    double power[N_THIRDS] = {0}, mean = 0.0, worst = 0.0;
    snprintf(settings, sizeof settings, "type=%s,size=%g,decay=%g,high_decay=1", types[type], size,
             t60s[type]);
    for (uint32_t m = 0; m < N_MOMENTS; m++) {
        Response r = respond(settings, rate_hz, 1.2 * t60s[type], m * MOMENT);
        add_thirds(&r, rate_hz, power);
        drop(&r);
    }
    for (int t = 0; t < N_THIRDS; t++)
        mean += 10.0 * log10(power[t]) / N_THIRDS;
    for (int t = 0; t < N_THIRDS; t++)
        worst = fmax(worst, fabs(10.0 * log10(power[t]) - mean));
    return worst;
}

TEST(the_tail_has_no_colour)
{
    static const double rates[] = {48000, 44100, 96000, 192000};
    for (int t = 0; t < 4; t++) {
        for (int i = 0; i < 6; i++) { /* sizes at 48 kHz, then rates */
            const double size = sizes[i < 3 ? i : 0], rate_hz = rates[i < 3 ? 0 : i - 2];
            const double got = colour(t, size, rate_hz);
            if (figures)
                printf("# | %s %g %%, %g kHz | %.2f dB |\n", types[t], size, rate_hz / 1000, got);
            if (!CHECK(got <= 2.0))
                printf("#   %s %g %%, %g Hz: %.2f dB\n", types[t], size, rate_hz, got);
        }
    }
}

/* ---- flutter -------------------------------------------------------------------------------- */

/* Power of the tail in steps of 1 ms, its decay undone, against itself later: the strongest return
 * within 5 … 200 ms, mean of the four paths. Chance leaves 0.01 of standard deviation. */
static double flutter(const char *type, double size)
{
    enum { STEP = 48, N = 2000 };
    char settings[128];
    snprintf(settings, sizeof settings, "type=%s,size=%g,decay=2,high_decay=1,modulation=0", type,
             size);
    Response r = respond(settings, 48000, 2.2, 0);
    double strongest = 0.0, shape[4][N];
    for (int p = 0; p < 4; p++) {
        double mean = 0.0;
        for (int k = 0; k < N; k++) {
            shape[p][k] = 0.0;
            for (int i = (k + 100) * STEP; i < (k + 101) * STEP; i++)
                shape[p][k] += r.path[p][i] * r.path[p][i] * pow(10.0, 6.0 * i / (2.0 * 48000));
            mean += shape[p][k] / N;
        }
        for (int k = 0; k < N; k++)
            shape[p][k] = shape[p][k] / mean - 1.0;
    }
    for (int lag = 5; lag <= 200; lag++) {
        double sum = 0.0;
        for (int p = 0; p < 4; p++) {
            double ab = 0.0, aa = 0.0;
            for (int k = 0; k + lag < N; k++)
                ab += shape[p][k] * shape[p][k + lag], aa += shape[p][k] * shape[p][k];
            sum += ab / aa / 4.0;
        }
        strongest = fmax(strongest, sum);
    }
    drop(&r);
    return strongest;
}

TEST(the_tail_does_not_flutter)
{
    for (int t = 0; t < 4; t++) {
        for (int s = 0; s < 3; s++) {
            const double got = flutter(types[t], sizes[s]);
            if (figures)
                printf("# | %s %g %% | %.3f |\n", types[t], sizes[s], got);
            if (!CHECK(got < 0.1))
                printf("#   %s %g %%: %.3f\n", types[t], sizes[s], got);
        }
    }
}

int main(int argc, char **argv)
{
    figures = argc > 1 && strcmp(argv[1], "--figures") == 0;
    RUN(echoes_are_dense_by_50_ms);
    RUN(sides_are_uncorrelated_and_fold_to_mono);
    RUN(no_mode_rings_longer_than_its_neighbours);
    RUN(the_tail_has_no_colour);
    RUN(the_tail_does_not_flutter);
    return tap_done();
}
