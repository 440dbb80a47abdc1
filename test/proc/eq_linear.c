/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The linear-phase equalizer through impulses: magnitude against the analogue prototype, symmetry,
 * mid and side, moves. Prints the figures of doc/processors/eq_linear.md. */
#include "proc/registry.h"
#include "prototypes.h"
#include "rig.h"
#include "tap.h"

#define PI 3.14159265358979323846

static const double rates[] = {44100, 48000, 96000, 192000};

/* The response to an impulse in `side`, both sides; latency in *late. */
static Signal impulse(const char *settings, double rate_hz, uint32_t n_channels, uint32_t side,
                      uint32_t *late)
{
    LusterInstance *eq = rig_open(&luster_proc_eq_linear, rate_hz, n_channels, 4096);
    rig_set(eq, &luster_proc_eq_linear, settings);
    *late = luster_instance_latency(eq);
    const uint32_t n = 2 * *late + 64;
    Signal in = rig_signal(n_channels, n), out = rig_signal(n_channels, n);
    in.ch[side][0] = 1.0f;
    rig_run(eq, &in, &out, NULL, 512);
    luster_instance_free(eq);
    rig_drop(&in);
    return out;
}

/* Largest error above `least_db` over 20 Hz to 20 kHz, and to 16 kHz in *to_16k. */
static double error_db(const Case *c, double rate_hz, double least_db, double *to_16k)
{
    char text[200];
    uint32_t late;
    settings_of(c, text, sizeof text);
    Signal out = impulse(text, rate_hz, 1, 0, &late);
    double worst = 0;
    *to_16k = 0;
    for (int i = 0; i <= 90; i++) {
        const double f = 20 * pow(1000, i / 90.0);
        const double want = analog_db(c->type, c->gain_db, c->q, c->order, f / c->freq);
        if (want < least_db)
            continue;
        const double off = fabs(dft_db(out.ch[0], out.n_frames, 2 * PI * f / rate_hz) - want);
        worst = fmax(worst, off);
        if (f <= 16000)
            *to_16k = fmax(*to_16k, off);
    }
    rig_drop(&out);
    return worst;
}

TEST(magnitude_follows_the_analogue_prototype)
{
    for (unsigned r = 0; r < 4; r++) {
        double worst = 0, worst_16k = 0, to_16k;
        for (unsigned k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            worst = fmax(worst, error_db(&cases[k], rates[r], -80, &to_16k));
            worst_16k = fmax(worst_16k, to_16k);
        }
        printf("# %6g Hz: %.3f dB to 16 kHz, %.3f dB to 20 kHz\n", rates[r], worst_16k, worst);
        CHECK(worst_16k <= (r < 2 ? 0.1 : 0.05));
        CHECK(worst <= (r < 2 ? 0.25 : 0.05));
    }
}

/* What half a length of 171 ms can do for narrow bands in the bass. */
TEST(narrow_bands_in_the_bass)
{
    static const struct {
        Case band;
        double bar;
    } low[] = {
        {{"bell", 30, 6, 1, 2}, 0.05},         {{"bell", 50, 6, 4, 2}, 0.1},
        {{"bell", 100, -12, 8, 2}, 0.15},      {{"low_shelf", 60, 9, 0.7071, 2}, 0.05},
        {{"low_cut", 30, 0, 0.7071, 2}, 0.05}, {{"bell", 40, 6, 20, 2}, 3},
    };
    for (unsigned k = 0; k < sizeof low / sizeof low[0]; k++) {
        double to_16k;
        const double off = error_db(&low[k].band, 48000, -20, &to_16k);
        printf("# | %s at %g Hz, Q %g | %.3f dB |\n", low[k].band.type, low[k].band.freq,
               low[k].band.q, off);
        CHECK(off <= low[k].bar);
    }
}

TEST(phase_is_linear)
{
    uint32_t late;
    Signal out = impulse("b1_type=bell,b1_freq=3000,b1_gain=9,b2_type=low_cut,b2_freq=80", 48000, 1,
                         0, &late);
    double worst = 0;
    for (uint32_t i = 0; i < late; i++)
        worst = fmax(worst, fabs((double)out.ch[0][late - i] - out.ch[0][late + i]));
    printf("# asymmetry %.1f dB; %u frames late at 48 kHz\n", 20 * log10(worst), late);
    CHECK(20 * log10(worst) < -130);
    rig_drop(&out);
}

/* An impulse on the left is half mid, half side. */
TEST(mid_and_side_have_their_own_bands)
{
    uint32_t late;
    Signal out = impulse("b1_type=bell,b1_freq=1000,b1_gain=6,b1_channel=mid,b2_type=low_cut,"
                         "b2_freq=200,b2_channel=side,b3_type=high_shelf,b3_freq=5000,b3_gain=3,"
                         "b3_channel=left,b4_type=notch,b4_channel=right",
                         48000, 2, 0, &late);
    double worst = 0;
    for (double f = 50; f < 20000; f *= 1.7) {
        Signal part = rig_signal(1, out.n_frames);
        for (int side = 0; side < 2; side++) {
            for (uint32_t i = 0; i < out.n_frames; i++)
                part.ch[0][i] = side ? out.ch[0][i] - out.ch[1][i] : out.ch[0][i] + out.ch[1][i];
            double want = analog_db("high_shelf", 3, 0.7071, 2, f / 5000);
            want += side ? analog_db("low_cut", 0, 0.7071, 2, f / 200)
                         : analog_db("bell", 6, 0.7071, 2, f / 1000);
            worst = fmax(worst, fabs(dft_db(part.ch[0], part.n_frames, 2 * PI * f / 48000) - want));
        }
        rig_drop(&part);
    }
    printf("# mid and side within %.4f dB\n", worst);
    CHECK(worst < 0.01);
    rig_drop(&out);
}

/* After a move it is where it would be without one; flat again, it passes bit for bit. */
TEST(a_move_ends_where_it_should)
{
    LusterInstance *moved = rig_open(&luster_proc_eq_linear, 48000, 2, 4096);
    LusterInstance *still = rig_open(&luster_proc_eq_linear, 48000, 2, 4096);
    static const char end[] = "b1_type=bell,b1_freq=900,b1_gain=-5,b2_type=low_cut,b2_freq=60";
    const uint32_t n = 96000, late = luster_instance_latency(moved);
    Signal in = rig_bursts(2, n, 3), a = rig_signal(2, n), b = rig_signal(2, n);
    rig_set(moved, &luster_proc_eq_linear, "b1_type=high_shelf,b1_gain=9,b3_type=notch");
    rig_process(moved, &in, &a, NULL, 0, 5000);
    rig_set(moved, &luster_proc_eq_linear, end);
    rig_set(moved, &luster_proc_eq_linear, "b3_type=off");
    rig_process(moved, &in, &a, NULL, 5000, n - 5000);
    rig_set(still, &luster_proc_eq_linear, end);
    rig_process(still, &in, &b, NULL, 0, n);
    double worst = 0;
    for (uint32_t i = 80000; i < n; i++)
        worst = fmax(worst, fabs((double)a.ch[0][i] - b.ch[0][i]));
    CHECK(worst < 1e-6);
    rig_set(moved, &luster_proc_eq_linear, "b1_gain=0,b2_type=off");
    rig_process(moved, &in, &a, NULL, 0, n);
    CHECK(memcmp(a.ch[0] + 80000, in.ch[0] + 80000 - late, 16000 * sizeof(float)) == 0);
    luster_instance_free(moved);
    luster_instance_free(still);
    rig_drop(&in), rig_drop(&a), rig_drop(&b);
}

int main(void)
{
    RUN(magnitude_follows_the_analogue_prototype);
    RUN(narrow_bands_in_the_bass);
    RUN(phase_is_linear);
    RUN(mid_and_side_have_their_own_bands);
    RUN(a_move_ends_where_it_should);
    return tap_done();
}
