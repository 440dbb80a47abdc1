/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* engine: one session, the same bytes. Every processor of the registry is in it with random values,
 * with automation, sends, keys and buses; threads, block sizes, call sizes and instruction sets are
 * what must not show. And paths through processors with latency stay in step. */
#include "base/hash.h"
#include "engine/signals.h"
#include "simd/kernels.h"
#include "tap.h"

/* Frames. Under the thread sanitizer each costs thirty times as much, and only threads are looked
 * at: fewer frames, one block size, one instruction set. */
#if defined(__SANITIZE_THREAD__)
#define N 12000u
#define THREADS_ALONE true
#else
#define N 20000u
#define THREADS_ALONE false
#endif

static double random_value(LusterRng *rng, const LusterParam *row)
{
    const double x = luster_rng_unit(rng);
    if (row->scale == LUSTER_SCALE_LOG)
        return luster_param_clamp(row, row->min * luster_pow(row->max / row->min, x));
    return luster_param_clamp(row, row->min + x * (row->max - row->min));
}

static void random_insert(LusterSession *s, LusterStrip *strip, const LusterProcessor *proc,
                          LusterRng *rng)
{
    LusterInsert *insert = luster_strip_add_insert(s, strip, proc);
    for (uint32_t p = 0; p < proc->n_params; p++) {
        insert->values[p] = random_value(rng, &proc->params[p]);
        insert->given[p] = true;
    }
    for (uint32_t p = 0; p < proc->n_params && p < 40; p += 3) {
        const LusterParam *row = &proc->params[p];
        if (row->flags & LUSTER_PARAM_STATIC)
            continue;
        char target[128];
        snprintf(target, sizeof target, "inserts.%s.%s", insert->id, row->id);
        LusterAutomation *a = luster_strip_add_automation(s, strip, target);
        for (uint32_t k = 0; k < 4; k++) {
            const LusterPoint point = {k * 0.05 + 0.04 * luster_rng_unit(rng),
                                       random_value(rng, row),
                                       (LusterCurve)(luster_rng_u32(rng) % LUSTER_CURVE_N)};
            luster_automation_add_point(s, a, point);
        }
    }
}

static LusterSession *busy_song(void)
{
    LusterSession *s = luster_session_new();
    LusterRng rng;
    luster_rng_seed(&rng, 7, 1);
    luster_session_add_bus(s, "group", "group");
    luster_session_add_bus(s, "sum", "sum");
    luster_session_add_bus(s, "room", "room");
    luster_session_strip(s, "group")->output = "sum";
    for (uint32_t i = 0; i < luster_processor_count(); i++) {
        const LusterProcessor *proc = luster_processor_at(i);
        for (uint32_t stereo = 0; stereo < 2; stereo++) {
            char file[32];
            snprintf(file, sizeof file, "noise:%u %s", i * 2 + stereo + 1, stereo ? "stereo" : "");
            LusterStrip *strip = luster_session_add_track(s, proc->id, proc->name);
            luster_strip_add_clip(s, strip, file);
            strip->output = i % 2 ? "group" : NULL;
            strip->values[LUSTER_STRIP_PAN] = stereo ? 30.0 : -70.0;
            luster_strip_add_send(s, strip, "room")->values[LUSTER_SEND_LEVEL] = -12.0;
            strip->sends[0].values[LUSTER_SEND_PRE] = stereo;
            random_insert(s, strip, proc, &rng);
            if ((proc->flags & LUSTER_PROC_KEYED) && stereo)
                strip->inserts[0].key = s->tracks[0].id;
        }
        random_insert(s, luster_session_strip(s, i % 2 ? "sum" : "room"), proc, &rng);
    }
    LusterAutomation *fade = luster_strip_add_automation(s, &s->tracks[1], "fader_db");
    luster_automation_add_point(s, fade, (LusterPoint){0.01, -60.0, LUSTER_CURVE_SMOOTH});
    luster_automation_add_point(s, fade, (LusterPoint){0.31, 0.0, LUSTER_CURVE_LINEAR});
    LusterAutomation *pan = luster_strip_add_automation(s, &s->tracks[0], "pan");
    luster_automation_add_point(s, pan, (LusterPoint){0.1, -100.0, LUSTER_CURVE_LINEAR});
    luster_automation_add_point(s, pan, (LusterPoint){0.2, 100.0, LUSTER_CURVE_HOLD});
    luster_automation_add_point(s, pan, (LusterPoint){0.3, 0.0, LUSTER_CURVE_HOLD});
    return s;
}

static uint64_t play_hash(const LusterSession *s, uint32_t threads, uint32_t block, uint32_t call)
{
    const LusterEngineOptions options = {.n_threads = threads, .block_frames = block};
    float *got = signal_play(s, options, N - 3000, call, N);
    if (!got)
        return 0;
    float peak = 0.0f;
    for (uint32_t i = 0; i < 2 * N; i++)
        peak = fmaxf(peak, fabsf(got[i]));
    const uint64_t hash = luster_hash(LUSTER_HASH_START, got, 2 * N * sizeof(float));
    CHECK(peak > 0.01f && isfinite(peak));
    free(got);
    return hash;
}

TEST(threads_and_blocks_do_not_show)
{
    LusterSession *s = busy_song();
    const uint64_t want = play_hash(s, 1, 0, N);
    static const uint32_t blocks[] = {1, 64, 1000, 8192};
    CHECK(want != 0);
    for (uint32_t threads = THREADS_ALONE ? 2 : 1; threads <= 4; threads++) {
        for (uint32_t b = threads == 1 ? 0 : 1; b < (THREADS_ALONE ? 2 : 4); b++)
            CHECK(play_hash(s, threads, blocks[b], threads == 2 ? 997 : N) == want);
    }
    luster_session_free(s);
}

TEST(instruction_sets_do_not_show)
{
    LusterSession *s = busy_song();
    const uint64_t want = play_hash(s, 2, 0, N);
    for (const char *const *level = luster_kernels_levels(); *level; level++) {
        if (luster_kernels_select(*level))
            printf("# %s is not on this machine\n", *level);
        else
            CHECK(play_hash(s, 2, 0, N) == want);
    }
    luster_kernels_select(NULL);
    luster_session_free(s);
}

/* Sets a parameter that must exist. */
static void set(LusterInsert *insert, const char *id, double value)
{
    const int p = luster_processor_param(insert->proc, id);
    CHECK(p >= 0);
    insert->values[p] = value;
}

TEST(a_path_through_latency_nulls_against_one_without)
{
    /* twice the same noise, once upside down; one goes through two late strips */
    LusterSession *s = luster_session_new();
    const LusterProcessor *compressor = luster_processor_find("compressor");
    luster_session_add_bus(s, "late", "late");
    LusterStrip *a = luster_session_add_track(s, "a", "a");
    luster_strip_add_clip(s, a, "noise:1 stereo");
    a->output = "late";
    LusterInsert *first = luster_strip_add_insert(s, a, compressor);
    set(first, "ratio", 1.0);
    set(first, "lookahead", 7.0);
    LusterInsert *second = luster_strip_add_insert(s, luster_session_strip(s, "late"), compressor);
    set(second, "ratio", 1.0);
    set(second, "lookahead", 3.0);
    LusterStrip *b = luster_session_add_track(s, "b", "b");
    luster_strip_add_clip(s, b, "noise:1 stereo");
    b->values[LUSTER_STRIP_POLARITY] = 1.0;
    float *got = signal_play(s, (LusterEngineOptions){0}, N, N, N);
    double worst = 0.0;
    for (uint32_t i = 0; got && i < 2 * N; i++)
        worst = fmax(worst, fabs(got[i]));
    CHECK(got && worst < 1e-7); /* -140 dBFS */
    free(got);
    /* alone, it starts where the file does */
    b->values[LUSTER_STRIP_MUTE] = 1.0;
    got = signal_play(s, (LusterEngineOptions){0}, N, N, N);
    const Signal want = {.kind = "noise", .number = 1};
    CHECK(got && got[0] == signal_sample(&want, 0, 0) && got[999] == signal_sample(&want, 999, 0));
    free(got);
    luster_session_free(s);
}

/* Frame at which a keyed compressor on a tone begins to turn down. */
static uint32_t duck_frame(double key_latency_ms, double own_latency_ms)
{
    LusterSession *s = luster_session_new();
    const LusterProcessor *compressor = luster_processor_find("compressor");
    LusterStrip *a = luster_session_add_track(s, "a", "a");
    luster_strip_add_clip(s, a, "one:0 stereo");
    LusterStrip *k = luster_session_add_track(s, "k", "k");
    luster_strip_add_clip(s, k, "one:0 stereo")->values[LUSTER_CLIP_START] = 10000.0 / 48000;
    k->values[LUSTER_STRIP_MUTE] = 1.0; /* a muted key still keys */
    LusterInsert *late = luster_strip_add_insert(s, k, compressor);
    set(late, "ratio", 1.0);
    set(late, "lookahead", key_latency_ms);
    late = luster_strip_add_insert(s, a, compressor);
    set(late, "ratio", 1.0);
    set(late, "lookahead", own_latency_ms);
    LusterInsert *duck = luster_strip_add_insert(s, a, compressor);
    set(duck, "ratio", 10.0);
    set(duck, "threshold", -30.0);
    set(duck, "attack", 0.1);
    duck->key = "k";
    float *got = signal_play(s, (LusterEngineOptions){0}, N, N, N);
    uint32_t frame = 0;
    while (got && frame < N && fabsf(got[frame]) > 0.99f)
        frame++;
    free(got);
    luster_session_free(s);
    return frame;
}

TEST(a_side_chain_arrives_in_step)
{
    const uint32_t want = duck_frame(0.0, 0.0);
    CHECK(want >= 10000 && want < 10010);
    CHECK(duck_frame(8.0, 0.0) == want);
    CHECK(duck_frame(0.0, 8.0) == want);
    CHECK(duck_frame(2.0, 5.0) == want);
}

int main(void)
{
    RUN(threads_and_blocks_do_not_show);
    if (!THREADS_ALONE)
        RUN(instruction_sets_do_not_show);
    RUN(a_path_through_latency_nulls_against_one_without);
    RUN(a_side_chain_arrives_in_step);
    return tap_done();
}
