/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The reverb in use: loudness over decay, pre-delay, mono, the end of the tail, moves while it
 * sounds. Figures: `test-proc-reverb_use --figures`. */
#include "base/math.h"
#include "moves.h"
#include "response.h"
#include "tap.h"

static double energy_db(const Response *r)
{
    double sum = 0.0;
    for (int p = 0; p < 4; p++) {
        for (uint32_t i = 0; i < r->n; i++)
            sum += (double)r->path[p][i] * r->path[p][i] / 2.0;
    }
    return 10.0 * log10(sum);
}

TEST(loudness_follows_neither_decay_nor_size)
{
    static const char *const types[] = {"hall", "plate", "chamber", "room"};
    static const double cases[][2] = {{100, 0.2}, {100, 1}, {100, 3}, {50, 1}, {200, 1}};
    for (int i = 0; i < 4; i++) {
        for (int d = 0; d < 5; d++) {
            char settings[128];
            snprintf(settings, sizeof settings, "type=%s,size=%g,decay=%g,high_decay=1,early=-60",
                     types[i], cases[d][0], cases[d][1]);
            Response r = respond(settings, 48000, 1.5 * cases[d][1] + 0.3, 0);
            const double got = energy_db(&r);
            if (figures)
                printf("# | %s %g %% | %g s | %+.2f dB |\n", types[i], cases[d][0], cases[d][1],
                       got);
            CHECK_NEAR(got, 0.0, 1.0);
            drop(&r);
        }
    }
}

static uint32_t first_sound(const Response *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        for (int p = 0; p < 4; p++) {
            if (r->path[p][i] != 0.0f)
                return i;
        }
    }
    return r->n;
}

TEST(pre_delay_shifts_all_of_it)
{
    Response now = respond("type=hall", 48000, 0.5, 0);
    Response later = respond("type=hall,pre_delay=100", 48000, 0.5, 0);
    const uint32_t shift = first_sound(&later) - first_sound(&now);
    CHECK(shift == 4800);
    /* movement goes on meanwhile, so only the part before it counts is the same */
    CHECK(memcmp(now.path[0], later.path[0] + shift, 200 * sizeof(float)) == 0);
    drop(&now);
    drop(&later);
}

TEST(mono_is_as_loud_and_decays_alike)
{
    const LusterProcessor *proc = luster_processor_find("reverb");
    const double rate_hz = 48000;
    LusterInstance *instance = rig_open(proc, rate_hz, 1, 4096);
    rig_set(instance, proc, "mix=100,type=plate,decay=1,high_decay=1,low_cut=20,high_cut=20000");
    Signal x = rig_signal(1, 96000), y = rig_signal(1, 96000);
    x.ch[0][0] = 1.0f;
    rig_run(instance, &x, &y, NULL, 0);
    double *energy = calloc(y.n_frames, sizeof(double)), sum = 0.0;
    for (uint32_t i = 0; i < y.n_frames; i++)
        sum += energy[i] = (double)y.ch[0][i] * y.ch[0][i];
    CHECK_NEAR(10.0 * log10(sum), 0.0, 1.0);
    CHECK_NEAR(t30(energy, y.n_frames, rate_hz), 1.0, 0.03);
    free(energy);
    luster_instance_free(instance);
    rig_drop(&x), rig_drop(&y);
}

/* An impulse after one second, by way of another space or not: the same from then on. */
TEST(a_space_reached_by_moving_is_that_space)
{
    static const char *const ways[] = {"type=plate,size=60,decay=1", "type=room,size=50,decay=0.3",
                                       "type=hall,size=170,decay=3", "type=chamber,diffusion=50",
                                       "type=plate,low_decay=2"};
    const char *goal = "type=plate,size=120,decay=1,low_decay=1,diffusion=100";
    const LusterProcessor *proc = luster_processor_find("reverb");
    Signal x = rig_signal(2, 96000), want = rig_signal(2, 96000), got = rig_signal(2, 96000);
    x.ch[0][48000] = 1.0f;
    for (int w = -1; w < (int)(sizeof ways / sizeof ways[0]); w++) {
        LusterInstance *instance = rig_open(proc, 48000, 2, 4096);
        Signal *y = w < 0 ? &want : &got;
        rig_set(instance, proc, "mix=100,modulation=0");
        rig_set(instance, proc, w < 0 ? goal : ways[w]);
        rig_process(instance, &x, y, NULL, 0, 1000);
        rig_set(instance, proc, goal);
        rig_process(instance, &x, y, NULL, 1000, y->n_frames - 1000);
        luster_instance_free(instance);
        if (!CHECK(w < 0 || rig_equal(&want, &got)))
            printf("#   from %s\n", ways[w]);
    }
    CHECK(want.ch[0][60000] != 0.0f);
    rig_drop(&x), rig_drop(&want), rig_drop(&got);
}

/* Size ridden up and down through a long tail: delays that grow are heard twice in part, and that
 * must not add up. */
TEST(riding_the_size_holds_the_level)
{
    const LusterProcessor *proc = luster_processor_find("reverb");
    LusterInstance *instance = rig_open(proc, 48000, 2, 4096);
    rig_set(instance, proc, "mix=100,decay=20,high_decay=1,low_cut=20,high_cut=20000");
    Signal x = rig_signal(2, 20 * 48000), y = rig_signal(2, 20 * 48000);
    LusterRng rng;
    luster_rng_seed(&rng, 5, 5);
    for (uint32_t i = 0; i < 48000; i++)
        x.ch[0][i] = x.ch[1][i] = (float)(0.1 * luster_rng_bipolar(&rng));
    double first = 0.0, loudest = 0.0;
    for (uint32_t done = 0; done < x.n_frames; done += 1000) {
        char settings[32];
        snprintf(settings, sizeof settings, "size=%g", 100.0 * pow(2.0, sin(done / 15000.0)));
        rig_set(instance, proc, settings);
        rig_process(instance, &x, &y, NULL, done, 1000);
        double power = 0.0;
        for (uint32_t i = done; i < done + 1000; i++)
            power += (double)y.ch[0][i] * y.ch[0][i];
        first = done < 96000 ? fmax(first, power) : first;
        loudest = fmax(loudest, power);
    }
    const double more = 10.0 * log10(loudest / first);
    if (figures)
        printf("# | size ridden for 20 s | %+.1f dB |\n", more);
    CHECK(more < 3.0);
    luster_instance_free(instance);
    rig_drop(&x), rig_drop(&y);
}

/* Half a second of noise as key, then none: how far the space is down, and when it is back. */
TEST(the_space_makes_way)
{
    const LusterProcessor *proc = luster_processor_find("reverb");
    Signal x = rig_bursts(2, 96000, 3), key = rig_signal(2, 96000), y[2];
    for (uint32_t i = 48000; i < 72000; i++)
        key.ch[0][i] = (float)(0.5 * sin(0.05 * i));
    for (int w = 0; w < 2; w++) {
        LusterInstance *instance = rig_open(proc, 48000, 2, 4096);
        y[w] = rig_signal(2, 96000);
        rig_set(instance, proc, w ? "mix=100,duck=12,duck_release=100" : "mix=100");
        rig_run(instance, &x, &y[w], &key, 4096);
        luster_instance_free(instance);
    }
    static const uint32_t at[] = {47000, 60000, 71900, 95000};
    static const double want_db[] = {0.0, -12.0, -12.0, 0.0};
    for (int k = 0; k < 4; k++) {
        double plain = 0.0, ducked = 0.0;
        for (uint32_t i = at[k]; i < at[k] + 90; i++) {
            plain += (double)y[0].ch[0][i] * y[0].ch[0][i];
            ducked += (double)y[1].ch[0][i] * y[1].ch[0][i];
        }
        CHECK_NEAR(10.0 * log10(ducked / plain), want_db[k], 0.2);
    }
    rig_drop(&x), rig_drop(&key), rig_drop(&y[0]), rig_drop(&y[1]);
}

TEST(the_tail_ends_in_zeros)
{
    const LusterProcessor *proc = luster_processor_find("reverb");
    LusterInstance *instance = rig_open(proc, 44100, 2, 4096);
    rig_set(instance, proc, "mix=100,type=room,decay=0.5,low_decay=2");
    Signal noise = rig_bursts(2, 44100, 1), zero = rig_signal(2, 44100), y = rig_signal(2, 44100);
    rig_run(instance, &noise, &y, NULL, 4096);
    int seconds = 0;
    bool silent = false;
    while (!silent && seconds++ < 20) { /* 520 dB down to 1e-26 at 1 s for 60 dB: 9 s */
        rig_run(instance, &zero, &y, NULL, 4096);
        silent = true;
        for (uint32_t i = 0; i < y.n_frames; i++)
            silent = silent && y.ch[0][i] == 0.0f && y.ch[1][i] == 0.0f;
    }
    CHECK(silent && seconds > 3);
    luster_instance_free(instance);
    rig_drop(&noise), rig_drop(&zero), rig_drop(&y);
}

TEST(moves_do_not_click)
{
    static const char *const pairs[][2] = {
        {"decay=1", "decay=4"},
        {"low_decay=1", "low_decay=2"},
        {"high_decay=1", "high_decay=0.2"},
        {"low_xover=100", "low_xover=800"},
        {"pre_delay=10", "pre_delay=97"},
        {"diffusion=100", "diffusion=20"},
        {"modulation=0", "modulation=100"},
        {"width=100", "width=0"},
        {"late=0", "late=-60"},
        {"early=0", "early=-60"},
        {"low_cut=20", "low_cut=500"},
        {"high_cut=20000", "high_cut=1000"},
        {"mix=100", "mix=0"},
        {"size=50", "size=200"},
        {"size=100", "size=105"},
        {"type=room", "type=hall"},
        {"type=plate", "type=chamber"},
        {"duck=0", "duck=18"},
        {"duck=20,duck_threshold=0", "duck_threshold=-40"},
    };
    const Moves moves = {
        .proc = luster_processor_find("reverb"),
        .always = "mix=100,low_cut=20,high_cut=20000",
        .n_channels = 2,
        .fade_in = 24000,
        .moved_from = 96000,
        .heard_from = 90000,
        .n_frames = 144000,
    };
    moves_check(&moves, pairs, sizeof pairs / sizeof pairs[0], figures);
}

int main(int argc, char **argv)
{
    figures = argc > 1 && strcmp(argv[1], "--figures") == 0;
    RUN(loudness_follows_neither_decay_nor_size);
    RUN(pre_delay_shifts_all_of_it);
    RUN(mono_is_as_loud_and_decays_alike);
    RUN(a_space_reached_by_moving_is_that_space);
    RUN(riding_the_size_holds_the_level);
    RUN(the_space_makes_way);
    RUN(the_tail_ends_in_zeros);
    RUN(moves_do_not_click);
    return tap_done();
}
