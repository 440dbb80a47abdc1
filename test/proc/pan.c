/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pan: the laws' levels where the field knows them, and what each mode keeps. */
#include "base/math.h"
#include "proc/registry.h"
#include "rig.h"
#include "tap.h"

#define N 4096

/* What left and right become: [to][from]. */
static void gains(const char *settings, double gain[2][2])
{
    for (int from = 0; from < 2; from++) {
        LusterInstance *pan = rig_open(&luster_proc_pan, 48000, 2, 64);
        Signal in = rig_signal(2, 1), out = rig_signal(2, 1);
        in.ch[from][0] = 1.0f;
        rig_set(pan, &luster_proc_pan, settings);
        rig_run(pan, &in, &out, NULL, 0);
        gain[0][from] = out.ch[0][0];
        gain[1][from] = out.ch[1][0];
        luster_instance_free(pan);
        rig_drop(&in), rig_drop(&out);
    }
}

static const char *const laws[] = {"minus_3_db", "minus_4_5_db", "minus_6_db"};
static const double centres[] = {-3.0103, -4.5154, -6.0206};

TEST(laws_have_their_level_in_the_middle_and_exact_ends)
{
    for (int l = 0; l < 3; l++) {
        double g[2][2];
        char text[80];
        snprintf(text, sizeof text, "mode=mono,law=%s,pan=0", laws[l]);
        gains(text, g);
        CHECK_NEAR(20 * log10(2 * g[0][0]), centres[l], 0.001);
        CHECK(fabs(g[0][0] - g[1][1]) < 1e-7 && g[0][0] == g[0][1] && g[1][0] == g[1][1]);
        snprintf(text, sizeof text, "mode=mono,law=%s,pan=100", laws[l]);
        gains(text, g);
        CHECK(g[0][0] == 0 && g[0][1] == 0 && g[1][0] == 0.5 && g[1][1] == 0.5);
        snprintf(text, sizeof text, "mode=stereo,law=%s,pan=50", laws[l]);
        gains(text, g); /* the left side in the middle, the right one where it was */
        CHECK_NEAR(20 * log10(g[0][0]), centres[l], 0.001);
        CHECK_NEAR(20 * log10(g[1][0]), centres[l], 0.001);
        CHECK(g[0][1] == 0 && g[1][1] == 1);
        snprintf(text, sizeof text, "mode=balance,law=%s,pan=-50", laws[l]);
        gains(text, g);
        CHECK_NEAR(20 * log10(g[1][1]), centres[l], 0.001);
        CHECK(g[0][0] == 1 && g[0][1] == 0 && g[1][0] == 0);
        snprintf(text, sizeof text, "mode=balance,law=%s,pan=-100", laws[l]);
        gains(text, g);
        CHECK(g[0][0] == 1 && g[1][1] == 0);
    }
}

TEST(rotation_keeps_power_and_takes_the_middle_to_the_side)
{
    for (int pan = -100; pan <= 100; pan += 10) {
        double g[2][2];
        char text[80];
        snprintf(text, sizeof text, "mode=rotate,pan=%d", pan);
        gains(text, g);
        CHECK_NEAR(g[0][0] * g[0][0] + g[1][0] * g[1][0], 1, 1e-6);
        CHECK_NEAR(g[0][1] * g[0][1] + g[1][1] * g[1][1], 1, 1e-6);
        CHECK_NEAR(g[0][0] * g[0][1] + g[1][0] * g[1][1], 0, 1e-6);
        if (pan == 100)
            CHECK_NEAR(g[0][0] + g[0][1], 0, 1e-6);
    }
}

TEST(both_sides_keep_their_power_when_moved)
{
    for (int pan = -100; pan <= 100; pan += 10) {
        double g[2][2];
        char text[80];
        snprintf(text, sizeof text, "mode=stereo,pan=%d", pan);
        gains(text, g);
        for (int from = 0; from < 2; from++)
            CHECK_NEAR(g[0][from] * g[0][from] + g[1][from] * g[1][from], 1, 1e-6);
    }
}

TEST(every_mode_is_mirrored)
{
    static const char *const modes[] = {"balance", "stereo", "rotate", "mono"};
    for (int m = 0; m < 4; m++) {
        double a[2][2], b[2][2];
        char text[80];
        snprintf(text, sizeof text, "law=minus_4_5_db,mode=%s,pan=37", modes[m]);
        gains(text, a);
        snprintf(text, sizeof text, "law=minus_4_5_db,mode=%s,pan=-37", modes[m]);
        gains(text, b);
        for (int i = 0; i < 4; i++)
            CHECK_NEAR(a[i / 2][i % 2], b[1 - i / 2][1 - i % 2], 1e-7);
    }
}

TEST(one_channel_passes)
{
    LusterInstance *pan = rig_open(&luster_proc_pan, 48000, 1, 64);
    Signal in = rig_bursts(1, N, 1), out = rig_signal(1, N);
    rig_set(pan, &luster_proc_pan, "pan=-70,mode=mono");
    rig_run(pan, &in, &out, NULL, 0);
    CHECK(rig_equal(&in, &out));
    luster_instance_free(pan);
    rig_drop(&in), rig_drop(&out);
}

int main(void)
{
    RUN(laws_have_their_level_in_the_middle_and_exact_ends);
    RUN(rotation_keeps_power_and_takes_the_middle_to_the_side);
    RUN(both_sides_keep_their_power_when_moved);
    RUN(every_mode_is_mirrored);
    RUN(one_channel_passes);
    return tap_done();
}
