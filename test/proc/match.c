/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Match against its definition: the curve, scaled, limited and averaged by numerical integration,
 * against the response of the filter measured by an impulse; phase; latency; moves. */
#include "base/math.h"
#include "dsp/curve_fir.h"
#include "rig.h"
#include "tap.h"

#define BAR_DB 0.1

static const LusterProcessor *proc;
static const LusterCurvePoint points[] = {{30, 3},     {80, -4},    {250, 2},   {1000, -1.5},
                                          {1200, 5},   {3500, -6},  {3600, 4},  {9000, -3},
                                          {14000, 20}, {16000, -9}, {20000, -2}};
static const LusterAssetData curve = {.points = points,
                                      .n_points = sizeof points / sizeof points[0]};
static const LusterAssetData *const list[] = {&curve};

static LusterInstance *open_match(double rate_hz, const char *settings)
{
    LusterInstance *instance = NULL;
    const LusterSetup setup = {rate_hz, 4096, 1, list};
    if (luster_instance_new(proc, &setup, &instance, NULL))
        abort();
    rig_set(instance, proc, settings);
    return instance;
}

/* The curve as a person would draw it. */
static double drawn(double hz, double amount, double limit)
{
    double db = points[0].db;
    for (uint32_t i = 1; i < curve.n_points; i++) {
        const LusterCurvePoint *a = &points[i - 1], *b = &points[i];
        if (hz >= b->hz)
            db = b->db;
        else if (hz > a->hz)
            db = a->db + (b->db - a->db) * log(hz / a->hz) / log(b->hz / a->hz);
    }
    return fmax(-limit, fmin(limit, amount * db));
}

/* Averaged by two boxes, each of a width that follows the frequency, as the filter's page says. */
static double box(double hz, double amount, double limit, double smoothing, double rate_hz,
                  int rounds)
{
    const double w = luster_curve_fir_width(hz, smoothing, rate_hz) / 2.0;
    const int n = 60;
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        const double at = hz * pow(2.0, w * (2.0 * (i + 0.5) / n - 1.0));
        sum += rounds > 1 ? box(at, amount, limit, smoothing, rate_hz, rounds - 1)
                          : drawn(at, amount, limit);
    }
    return sum / n;
}

static Signal impulse_response(double rate_hz, const char *settings, uint32_t *latency)
{
    LusterInstance *instance = open_match(rate_hz, settings);
    const uint32_t n = 2 * luster_curve_fir_half(rate_hz) + 1024;
    Signal x = rig_signal(1, n), y = rig_signal(1, n);
    x.ch[0][0] = 1.0f;
    rig_run(instance, &x, &y, NULL, 0);
    *latency = luster_instance_latency(instance);
    luster_instance_free(instance);
    rig_drop(&x);
    return y;
}

static double response_db(const Signal *h, double hz, double rate_hz)
{
    const double w = 2.0 * LUSTER_PI * hz / rate_hz;
    double re = 0.0, im = 0.0;
    for (uint32_t i = 0; i < h->n_frames; i++) {
        re += h->ch[0][i] * cos(w * i);
        im += h->ch[0][i] * sin(w * i);
    }
    return 10.0 * log10(re * re + im * im);
}

static double worst_error(const Signal *h, double rate_hz, double amount, double limit,
                          double smoothing)
{
    double worst = 0.0;
    for (int i = 0; i <= 90; i++) {
        const double hz = 20.0 * pow(1000.0, i / 90.0);
        const double want = box(hz, amount, limit, smoothing, rate_hz, 2);
        const double off = fabs(response_db(h, hz, rate_hz) - want);
        worst = fmax(worst, off);
    }
    return worst;
}

TEST(the_response_is_the_smoothed_curve)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    static const struct {
        const char *settings;
        double amount, limit, smoothing;
    } shapes[] = {{"", 1.0, 12.0, 0.33},
                  {",amount=50,smoothing=1,limit=6", 0.5, 6.0, 1.0},
                  {",smoothing=0.1", 1.0, 12.0, 0.1}};
    static const char *const phases[] = {"linear", "minimum"};
    printf("# | phase | settings | rate | error |\n");
    for (int r = 0; r < 4; r++) {
        for (int p = 0; p < 2; p++) {
            for (int s = 0; s < 3; s++) {
                char settings[100];
                uint32_t latency;
                snprintf(settings, sizeof settings, "phase=%s%s", phases[p], shapes[s].settings);
                Signal h = impulse_response(rates[r], settings, &latency);
                const double off = worst_error(&h, rates[r], shapes[s].amount, shapes[s].limit,
                                               shapes[s].smoothing);
                printf("# | %s | smoothing %g | %g Hz | %.3f dB |\n", phases[p],
                       shapes[s].smoothing, rates[r], off);
                CHECK(off <= BAR_DB);
                rig_drop(&h);
            }
        }
    }
}

TEST(linear_phase_is_symmetric_around_its_latency)
{
    uint32_t latency;
    Signal h = impulse_response(48000, "phase=linear", &latency);
    CHECK(latency == 4096);
    double worst = 0.0, peak = 0.0;
    for (uint32_t i = 0; i <= 2 * latency; i++) {
        worst = fmax(worst, fabs(h.ch[0][i] - h.ch[0][2 * latency - i]));
        peak = fmax(peak, fabs(h.ch[0][i]));
    }
    CHECK(fabs(h.ch[0][latency]) == peak);
    printf("# asymmetry %.1f dB\n", 20.0 * log10(worst / peak));
    CHECK(20.0 * log10(worst / peak) < -130.0);
    rig_drop(&h);
}

/* Of all causal filters of a response the minimum-phase one has the largest first tap: the mean of
 * its logarithm over frequency. */
TEST(minimum_phase_is_at_once)
{
    uint32_t latency;
    Signal h = impulse_response(48000, "phase=minimum", &latency);
    double mean = 0.0;
    for (int i = 0; i < 3000; i++)
        mean += response_db(&h, 24000.0 * (i + 0.5) / 3000, 48000) / 3000;
    printf("# first tap %.3f dB, mean of the response %.3f dB\n", 20.0 * log10(fabs(h.ch[0][0])),
           mean);
    CHECK(latency == 0);
    CHECK_NEAR(20.0 * log10(fabs(h.ch[0][0])), mean, 0.01);
    rig_drop(&h);
}

TEST(no_amount_is_the_input_and_back)
{
    LusterInstance *instance = open_match(48000, "phase=linear");
    Signal x = rig_bursts(1, 96000, 3), y = rig_signal(1, 96000);
    rig_process(instance, &x, &y, NULL, 0, 20000);
    rig_set(instance, proc, "amount=0");
    rig_process(instance, &x, &y, NULL, 20000, 40000);
    CHECK(memcmp(y.ch[0] + 50000, x.ch[0] + 50000 - 4096, 10000 * sizeof(float)) == 0);
    rig_set(instance, proc, "amount=100");
    rig_process(instance, &x, &y, NULL, 60000, 36000);
    CHECK(memcmp(y.ch[0] + 85000, x.ch[0] + 85000 - 4096, 10000 * sizeof(float)) != 0);
    luster_instance_free(instance);
    rig_drop(&x), rig_drop(&y);
}

/* A tone of 200 Hz while a setting moves: what is left outside its band. */
TEST(moves_do_not_click)
{
    static const char *const moves[][2] = {
        {"amount=0", "amount=100"}, {"limit=1", "limit=12"}, {"smoothing=0", "smoothing=2"}};
    static const char *const phases[] = {"phase=linear", "phase=minimum"};
    printf("# | move | loudest fourth difference |\n");
    for (int p = 0; p < 2; p++) {
        for (int m = 0; m < 3; m++) {
            LusterInstance *instance = open_match(48000, phases[p]);
            Signal x = rig_signal(1, 96000), y = rig_signal(1, 96000);
            for (uint32_t i = 0; i < 96000; i++) {
                const double fade = i < 9600 ? 0.5 - 0.5 * cos(LUSTER_PI * i / 9600) : 1.0;
                x.ch[0][i] = (float)(0.5 * fade * sin(2.0 * LUSTER_PI * 200.0 * i / 48000));
            }
            for (uint32_t at = 0; at < 96000; at += 12000) {
                rig_set(instance, proc, moves[m][at / 12000 % 2]);
                rig_process(instance, &x, &y, NULL, at, 12000);
            }
            double worst = 0.0;
            for (uint32_t i = 4; i < 96000; i++) {
                const float *q = y.ch[0] + i;
                worst = fmax(worst, fabs(q[0] - 4.0 * q[-1] + 6.0 * q[-2] - 4.0 * q[-3] + q[-4]));
            }
            const double db = 20.0 * log10(worst / 16.0);
            printf("# | %s, %s to %s | %.1f dB |\n", phases[p], moves[m][0], moves[m][1], db);
            CHECK(db <= -90.0);
            luster_instance_free(instance);
            rig_drop(&x), rig_drop(&y);
        }
    }
}

int main(void)
{
    proc = luster_processor_find("match");
    RUN(the_response_is_the_smoothed_curve);
    RUN(linear_phase_is_symmetric_around_its_latency);
    RUN(minimum_phase_is_at_once);
    RUN(no_amount_is_the_input_and_back);
    RUN(moves_do_not_click);
    return tap_done();
}
