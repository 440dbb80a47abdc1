/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stereo: what happens to the side, and that nothing happens to the mono sum. */
#include "proc/registry.h"
#include "rig.h"
#include "tap.h"

#include <complex.h>

#define PI 3.14159265358979323846
#define N 48000

/* Level of the side at `freq` after `settings`, dB re before, from an impulse on the side. */
static double side_db(const char *settings, double freq)
{
    LusterInstance *stereo = rig_open(&luster_proc_stereo, 48000, 2, 1024);
    Signal in = rig_signal(2, N), out = rig_signal(2, N);
    in.ch[0][0] = 0.5f;
    in.ch[1][0] = -0.5f;
    rig_set(stereo, &luster_proc_stereo, settings);
    rig_run(stereo, &in, &out, NULL, 0);
    double complex sum = 0;
    for (uint32_t i = 0; i < N; i++)
        sum += ((double)out.ch[0][i] - out.ch[1][i]) * cexp(-I * 2 * PI * freq / 48000 * i);
    luster_instance_free(stereo);
    rig_drop(&in), rig_drop(&out);
    return 20 * log10(cabs(sum) + 1e-9);
}

TEST(widths_act_in_their_bands)
{
    /* equal widths are flat */
    for (double f = 30; f < 20000; f *= 1.3)
        CHECK_NEAR(side_db("width_low=50,width_mid=50,width_high=50", f), -6.0206, 0.001);
    /* one band alone: there, at the split, and beyond it */
    CHECK_NEAR(side_db("width_high=200", 18000), 6.0206, 0.05);
    CHECK_NEAR(side_db("width_high=200", 300), 0, 0.05);
    CHECK_NEAR(side_db("width_low=25", 30), -12.0412, 0.05);
    CHECK_NEAR(side_db("width_low=25", 3000), 0, 0.05);
    CHECK_NEAR(side_db("width_low=0,split_low=250", 250), -6.02, 0.05); /* Linkwitz-Riley */
    CHECK(side_db("width_low=0,split_low=250", 62.5) < -46);
    CHECK(side_db("width_high=0,split_high=4000", 16000) < -46);
    CHECK_NEAR(side_db("width_mid=0", 30), 0, 0.2);
    CHECK_NEAR(side_db("width_mid=0", 20000), 0, 0.2);
    CHECK(side_db("width_mid=0", 1000) < -25);
    CHECK(side_db("width_low=0,width_mid=0,width_high=0", 1000) < -140);
    /* from 0 to doubled without a bump in between */
    double before = -200;
    for (double f = 20; f < 2000; f *= 1.1) {
        const double now = side_db("width_low=0,width_mid=150,width_high=150", f);
        CHECK(now > before - 1e-3 && now < 20 * log10(1.5) + 0.01);
        before = now;
    }
}

TEST(mono_bass_is_mono)
{
    CHECK_NEAR(side_db("mono_bass=on,mono_freq=120", 120), -6.02, 0.01);
    CHECK(side_db("mono_bass=on,mono_freq=120", 30) < -47);
    CHECK_NEAR(side_db("mono_bass=on,mono_freq=120", 1000), 0, 0.01);
}

TEST(mono_sum_is_untouched)
{
    static const char *const settings[] = {
        "width_low=0,width_mid=150,width_high=30",
        "mono_bass=on,mono_freq=200,side=6",
        "width_mid=0,width_low=200,split_low=900,split_high=1000",
        "decorrelate=100,decorrelate_freq=100,width_high=170",
    };
    for (int s = 0; s < 4; s++) {
        LusterInstance *stereo = rig_open(&luster_proc_stereo, 48000, 2, 1024);
        Signal in = rig_bursts(2, N, 1), out = rig_signal(2, N);
        rig_set(stereo, &luster_proc_stereo, settings[s]);
        rig_process(stereo, &in, &out, NULL, 0, N / 2);
        rig_set(stereo, &luster_proc_stereo, settings[(s + 1) % 4]); /* and while moving */
        rig_process(stereo, &in, &out, NULL, N / 2, N / 2);
        double worst = 0, peak = 0;
        for (uint32_t i = 0; i < N; i++) {
            peak = fmax(peak, fmax(fabs(out.ch[0][i]), fabs(out.ch[1][i])));
            worst = fmax(worst, fabs(((double)out.ch[0][i] + out.ch[1][i]) -
                                     ((double)in.ch[0][i] + in.ch[1][i])));
        }
        CHECK(worst <= 0x1p-23 * peak); /* what two floats are rounded by */
        luster_instance_free(stereo);
        rig_drop(&in), rig_drop(&out);
    }
}

/* Responses of both sides to an impulse in the middle. */
static Signal middle_through(const char *settings, double rate_hz, uint32_t n)
{
    LusterInstance *stereo = rig_open(&luster_proc_stereo, rate_hz, 2, 1024);
    Signal in = rig_signal(2, n), out = rig_signal(2, n);
    in.ch[0][0] = in.ch[1][0] = 0.5f;
    rig_set(stereo, &luster_proc_stereo, settings);
    rig_run(stereo, &in, &out, NULL, 0);
    luster_instance_free(stereo);
    rig_drop(&in);
    return out;
}

typedef struct Band {
    double correlation, left_db, right_db, mono_db; /* re the input on each side */
} Band;

static Band third_octave(const Signal *y, double centre_hz, double rate_hz)
{
    double ll = 0, rr = 0, lr = 0, mm = 0;
    const int n = 60;
    for (int k = 0; k < n; k++) {
        const double f = centre_hz * pow(2, ((k + 0.5) / n - 0.5) / 3);
        const double complex turn = cexp(-I * 2 * PI * f / rate_hz);
        double complex at = 1, l = 0, r = 0;
        for (uint32_t i = 0; i < y->n_frames; i++, at *= turn) {
            l += y->ch[0][i] * at;
            r += y->ch[1][i] * at;
        }
        ll += creal(l * conj(l)), rr += creal(r * conj(r)), lr += creal(l * conj(r));
        mm += creal((l + r) * conj(l + r)) / 4;
    }
    const double scale = 4.0 / n;
    return (Band){lr / sqrt(ll * rr), 10 * log10(ll * scale), 10 * log10(rr * scale),
                  10 * log10(mm * scale)};
}

TEST(decorrelator_sets_the_correlation_and_keeps_the_mono_sum)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    static const int percents[] = {25, 50, 75, 100};
    for (int r = 0; r < 4; r++) {
        for (int p = 0; p < 4; p++) {
            char text[80];
            snprintf(text, sizeof text, "decorrelate=%d", percents[p]);
            Signal y = middle_through(text, rates[r], (uint32_t)(0.12 * rates[r]));
            double sum = 0, worst = 0, mono = 0, lean = 0;
            int n = 0;
            for (double f = 20; f < 17000; f *= pow(2, 1 / 3.0)) {
                const Band band = third_octave(&y, f, rates[r]);
                mono = fmax(mono, fabs(band.mono_db));
                if (f < 800)
                    continue;
                sum += band.correlation;
                worst = fmax(worst, fabs(band.correlation - (1 - percents[p] / 100.0)));
                lean = fmax(lean, fabs(band.left_db - band.right_db));
                n++;
            }
            printf("# %g Hz, %d %%: correlation %.2f, third octaves within %.2f, sides within %.1f "
                   "dB; mono %.4f dB\n",
                   rates[r], percents[p], sum / n, worst, lean, mono);
            CHECK_NEAR(sum / n, 1 - percents[p] / 100.0, 0.05);
            CHECK(mono <= 0.001 && worst < 0.05 && lean < 1.5);
            rig_drop(&y);
        }
    }
}

TEST(decorrelator_keeps_transients_short)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (int r = 0; r < 4; r++) {
        Signal y = middle_through("decorrelate=100", rates[r], (uint32_t)(0.5 * rates[r]));
        double early = 0, all = 0;
        for (uint32_t i = 0; i < y.n_frames; i++) {
            const double side = 0.5 * ((double)y.ch[0][i] - y.ch[1][i]);
            all += side * side;
            early += i < 0.025 * rates[r] ? side * side : 0;
        }
        printf("# %g Hz: %.1f %% of the side within 25 ms\n", rates[r], 100 * early / all);
        CHECK(early > 0.98 * all);
        rig_drop(&y);
    }
}

TEST(haas_delays_the_highs_of_one_side_only)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    for (int r = 0; r < 4; r++) {
        Signal y = middle_through("haas=-12,haas_level=8,haas_freq=400", rates[r],
                                  (uint32_t)(0.2 * rates[r]));
        uint32_t peak[2] = {0, 0};
        for (int c = 0; c < 2; c++) {
            for (uint32_t i = 0; i < y.n_frames; i++) {
                if (fabsf(y.ch[c][i]) > fabsf(y.ch[c][peak[c]]))
                    peak[c] = i;
            }
        }
        CHECK(peak[0] == (uint32_t)(0.012 * rates[r] + 0.5) && peak[1] == 0);
        const Band high = third_octave(&y, 5000, rates[r]);
        CHECK_NEAR(high.left_db, 4, 0.1);
        CHECK_NEAR(high.right_db, -4, 0.1);
        double low = 0;
        for (double f = 20; f < 110; f *= pow(2, 1 / 3.0))
            low = fmax(low, fabs(third_octave(&y, f, rates[r]).mono_db));
        printf("# %g Hz: Haas changes the mono sum below 100 Hz by %.2f dB\n", rates[r], low);
        CHECK(low < 1.0);
        rig_drop(&y);
    }
}

TEST(channels_swap_when_balance_is_centred)
{
    Signal in = rig_bursts(2, N, 2), a = rig_signal(2, N), b = rig_signal(2, N);
    Signal swapped = in, b_back = b;
    swapped.ch[0] = in.ch[1], swapped.ch[1] = in.ch[0];
    b_back.ch[0] = b.ch[1], b_back.ch[1] = b.ch[0];
    LusterInstance *stereo = rig_open(&luster_proc_stereo, 48000, 2, 1024);
    rig_set(stereo, &luster_proc_stereo, "width_low=20,width_high=140,mono_bass=on,mid=-3,side=2");
    rig_run(stereo, &in, &a, NULL, 0);
    luster_instance_reset(stereo);
    rig_run(stereo, &swapped, &b, NULL, 0);
    CHECK(rig_equal(&a, &b_back));
    luster_instance_free(stereo);
    rig_drop(&in), rig_drop(&a), rig_drop(&b);
}

TEST(balance_turns_the_other_side_down)
{
    Signal in = rig_bursts(2, 4000, 3), out = rig_signal(2, 4000);
    LusterInstance *stereo = rig_open(&luster_proc_stereo, 48000, 2, 1024);
    rig_set(stereo, &luster_proc_stereo, "balance=-100");
    rig_run(stereo, &in, &out, NULL, 0);
    for (uint32_t i = 0; i < 4000; i++)
        CHECK(out.ch[1][i] == 0.0f && fabsf(out.ch[0][i] - in.ch[0][i]) < 1e-6f);
    luster_instance_free(stereo);
    rig_drop(&in), rig_drop(&out);
}

int main(void)
{
    RUN(widths_act_in_their_bands);
    RUN(mono_bass_is_mono);
    RUN(mono_sum_is_untouched);
    RUN(decorrelator_sets_the_correlation_and_keeps_the_mono_sum);
    RUN(decorrelator_keeps_transients_short);
    RUN(haas_delays_the_highs_of_one_side_only);
    RUN(channels_swap_when_balance_is_centred);
    RUN(balance_turns_the_other_side_down);
    return tap_done();
}
