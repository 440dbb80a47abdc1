/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* EBU Tech 3341 cases 15-23: true peak, +0.2 / -0.4 dB. */
#include "signal.h"
#include "tap.h"

#define OVER_DB 0.2 /* EBU Tech 3341 */
#define UNDER_DB 0.4

static void check_peak(const Signal *s, double want_dbtp, const char *what)
{
    LusterMeasurement r;
    luster_measure_free(signal_measure(s, LUSTER_MEASURE_TRUE_PEAK, &r));
    printf("# %s at %u Hz: %.3f dBTP (%.1f)\n", what, (unsigned)s->rate, r.true_peak_dbtp,
           want_dbtp);
    CHECK(r.true_peak_dbtp <= want_dbtp + OVER_DB);
    CHECK(r.true_peak_dbtp >= want_dbtp - UNDER_DB);
    CHECK(r.true_peak_channel_dbtp[0] == r.true_peak_channel_dbtp[1]);
}

static void sine(uint32_t rate, int divisor, double amplitude, double degrees, double want_dbtp,
                 const char *what)
{
    Signal s = signal_new(rate);
    signal_room(&s, rate);
    for (s.n = 0; s.n < rate; s.n++)
        s.left[s.n] = s.right[s.n] =
            (float)(amplitude * sin(2.0 * PI * (double)s.n / divisor + degrees * PI / 180.0));
    signal_fade(&s);
    check_peak(&s, want_dbtp, what);
    signal_free(&s);
}

TEST(tech3341_15_to_19_sines)
{
    const uint32_t rates[] = {44100, 48000, 96000};
    for (int k = 0; k < 3; k++) {
        sine(rates[k], 4, 0.50, 0.0, -6.0, "15");
        sine(rates[k], 4, 0.50, 45.0, -6.0, "16");
        sine(rates[k], 6, 0.50, 60.0, -6.0, "17");
        sine(rates[k], 8, 0.50, 67.5, -6.0, "18");
        sine(rates[k], 4, 1.41, 45.0, 3.0, "19");
    }
}

enum { OVER = 4, HALF = 400 }; /* taps of the low-pass, each side, at four times the rate */

/* One value of the signal at four times the rate: fs/6 of 0.5 with one period of fs/4 of 1.0. */
static double burst(int i, int start)
{
    const int period6 = 6 * OVER, period4 = 4 * OVER;
    if (i < start)
        return 0.5 * sin(2.0 * PI * i / period6);
    if (i < start + period4)
        return sin(2.0 * PI * (i - start) / period4);
    return 0.5 * sin(2.0 * PI * (i - start - period4) / period6);
}

static double low_pass_tap(int k)
{
    const double t = (double)k / OVER * 0.98;
    const double window = 0.5 + 0.5 * cos(PI * k / (HALF + 1));
    return (k ? sin(PI * t) / (PI * t) : 1.0) * 0.98 / OVER * window;
}

TEST(tech3341_20_to_23_burst_between_samples)
{
    const uint32_t rates[] = {44100, 48000, 96000};
    const char *names[] = {"20", "21", "22", "23"};
    for (int k = 0; k < 3; k++)
        for (int offset = 0; offset < OVER; offset++) {
            Signal s = signal_new(rates[k]);
            const int n = 2400, start = n / 2 * OVER;
            signal_room(&s, (size_t)n);
            for (int i = 0; i < n; i++) {
                double sum = 0.0;
                for (int j = -HALF; j <= HALF; j++)
                    sum += low_pass_tap(j) * burst(i * OVER + offset - j, start);
                s.left[i] = s.right[i] = (float)sum;
            }
            s.n = (size_t)n;
            signal_fade(&s);
            check_peak(&s, 0.0, names[offset]);
            signal_free(&s);
        }
}

int main(void)
{
    RUN(tech3341_15_to_19_sines);
    RUN(tech3341_20_to_23_burst_between_samples);
    return tap_done();
}
