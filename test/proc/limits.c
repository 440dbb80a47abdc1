/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The processor contract, second half: latency, neutral settings, bad weather, tail and memory.
 * Allocations and locks are caught by the linker (--wrap): whatever the library's code calls by
 * those names while `armed` counts. `test-proc-limits ID` looks at one processor only. */
#include "base/arena.h"
#include "suite.h"

#include <pthread.h>

/* ---- allocations and locks ------------------------------------------------------------------ */

static int armed, n_forbidden;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
int __real_posix_memalign(void **out, size_t align, size_t size);
void __real_free(void *old);
int __real_pthread_mutex_lock(pthread_mutex_t *mutex);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);
int __wrap_posix_memalign(void **out, size_t align, size_t size);
void __wrap_free(void *old);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);

void *__wrap_malloc(size_t size)
{
    n_forbidden += armed;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    n_forbidden += armed;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    n_forbidden += armed;
    return __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
    n_forbidden += armed;
    return __real_aligned_alloc(align, size);
}

int __wrap_posix_memalign(void **out, size_t align, size_t size)
{
    n_forbidden += armed;
    return __real_posix_memalign(out, align, size);
}

void __wrap_free(void *old)
{
    n_forbidden += armed;
    __real_free(old);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
    n_forbidden += armed;
    return __real_pthread_mutex_lock(mutex);
}

/* ---- latency and neutral settings ----------------------------------------------------------- */

/* Whether the output is the input, `latency` frames later, bit for bit. */
static bool is_delayed(const Signal *in, const Signal *out, uint32_t latency)
{
    for (uint32_t c = 0; c < in->n_channels; c++) {
        for (uint32_t i = 0; i < latency && i < in->n_frames; i++) {
            if (out->ch[c][i] != 0.0f)
                return false;
        }
        if (latency < in->n_frames &&
            memcmp(out->ch[c] + latency, in->ch[c], (in->n_frames - latency) * sizeof(float)) != 0)
            return false;
    }
    return true;
}

static void neutral_returns_input(const LusterProcessor *proc, double rate_hz, uint32_t ch,
                                  int param, double value)
{
    LusterInstance *instance = rig_open(proc, rate_hz, ch, 1000);
    neutral(proc, instance);
    if (param >= 0)
        luster_instance_set(instance, (uint32_t)param, value);
    const uint32_t latency = luster_instance_latency(instance);
    Signal in = rig_bursts(ch, 20000 + latency, 14), out = rig_signal(ch, 20000 + latency);
    in.ch[0][100] = 1e-30f; /* and the ends of the range */
    in.ch[0][101] = 3e-39f;
    in.ch[0][102] = 1e6f;
    rig_run(instance, &in, &out, NULL, 0);
    if (!CHECK(is_delayed(&in, &out, latency)))
        printf("#   in %s at %g Hz, %u channels, latency %u, %s=%g\n", proc->id, rate_hz, ch,
               latency, param >= 0 ? proc->params[param].id : "neutral", value);
    luster_instance_free(instance);
    rig_drop(&in);
    rig_drop(&out);
}

static uint32_t latency_with(const LusterProcessor *proc, int param, double value)
{
    LusterInstance *instance = rig_open(proc, 48000, 1, 64);
    neutral(proc, instance);
    if (param >= 0)
        luster_instance_set(instance, (uint32_t)param, value);
    const uint32_t latency = luster_instance_latency(instance);
    luster_instance_free(instance);
    return latency;
}

TEST(neutral_settings_return_the_input_at_the_declared_latency)
{
    static const double rates[] = {8000, 44100, 192000};
    EACH_PROCESSOR(proc)
    {
        for (unsigned r = 0; r < 3; r++) {
            for (uint32_t ch = 1; ch <= 2; ch++)
                neutral_returns_input(proc, rates[r], ch, -1, 0.0);
        }
        /* every value that moves the latency, at both ends and between */
        const uint32_t base = latency_with(proc, -1, 0.0);
        for (uint32_t p = 0; p < proc->n_params; p++) {
            const LusterParam *row = &proc->params[p];
            const double tries[] = {row->min, row->max,
                                    luster_param_clamp(row, 0.37 * row->max + 0.63 * row->min)};
            for (int t = 0; t < 3; t++) {
                if (latency_with(proc, (int)p, tries[t]) == base)
                    continue;
                CHECK_FOR(proc, row->flags & LUSTER_PARAM_STATIC);
                neutral_returns_input(proc, 48000, 1 + t % 2, (int)p, tries[t]);
            }
        }
    }
}

/* The lag at which noise in and out agree best, and how well (1: the same). */
static double best_lag(const Signal *in, const Signal *out, uint32_t expected, int *lag)
{
    const int n = (int)in->n_frames, reach = 64;
    double best = 0.0, in_power = 0.0, out_power = 0.0;
    for (int i = 0; i < n; i++) {
        if (i + (int)expected < n) /* what can have come out */
            in_power += (double)in->ch[0][i] * in->ch[0][i];
        out_power += (double)out->ch[0][i] * out->ch[0][i];
    }
    for (int d = (int)expected - reach; d <= (int)expected + reach; d++) {
        double sum = 0.0;
        for (int i = d < 0 ? 0 : d; i < n && i - d < n; i++)
            sum += (double)out->ch[0][i] * in->ch[0][i - d];
        if (fabs(sum) > best) {
            best = fabs(sum);
            *lag = d;
        }
    }
    return out_power > 0.0 ? best / sqrt(in_power * out_power) : 0.0;
}

/* A processor may pass its neutral settings by; a little away from them the latency must hold too.
 */
TEST(declared_latency_equals_measured_a_little_off_neutral)
{
    EACH_PROCESSOR(proc)
    {
        uint32_t n_measured = 0;
        for (uint32_t p = 0; p < proc->n_params; p++) {
            const LusterParam *row = &proc->params[p];
            if (row->flags & LUSTER_PARAM_STATIC)
                continue;
            LusterInstance *instance = rig_open(proc, 48000, 2, 1000);
            neutral(proc, instance);
            const double at = luster_instance_get(instance, p);
            const double step =
                row->scale == LUSTER_SCALE_LOG ? 0.1 * at : 0.02 * (row->max - row->min);
            luster_instance_set(instance, p, at + step > row->max ? at - step : at + step);
            const uint32_t latency = luster_instance_latency(instance);
            Signal in = rig_bursts(2, 12000 + latency, 15), out = rig_signal(2, 12000 + latency);
            rig_run(instance, &in, &out, NULL, 0);
            int lag = 0;
            if (best_lag(&in, &out, latency, &lag) > 0.9) {
                n_measured++;
                if (!CHECK(abs(lag - (int)latency) <= 1))
                    printf("#   in %s off %s: %d frames, declared %u\n", proc->id, row->id, lag,
                           latency);
            }
            luster_instance_free(instance);
            rig_drop(&in);
            rig_drop(&out);
        }
        CHECK_FOR(proc, n_measured > 0 || proc->n_params == 0);
    }
}

/* ---- bad weather ---------------------------------------------------------------------------- */

/* Finite everywhere; when `normal`, every sample is zero or a normal number too. */
static bool is_clean(const Signal *signal, bool normal)
{
    for (uint32_t c = 0; c < signal->n_channels; c++) {
        for (uint32_t i = 0; i < signal->n_frames; i++) {
            const float x = fabsf(signal->ch[c][i]);
            if (!(x <= 3.4e38f) || (normal && x != 0.0f && x < 1.17549435e-38f))
                return false;
        }
    }
    return true;
}

/* `seconds` of silence after sound: never a denormal number comes out. */
static bool silence_is_clean(LusterInstance *instance, uint32_t ch, double rate_hz, double seconds)
{
    Signal zero = rig_signal(ch, 8192), out = rig_signal(ch, 8192);
    bool clean = true;
    for (double left = seconds * rate_hz; left > 0.0 && clean; left -= 8192) {
        rig_run(instance, &zero, &out, NULL, 8192);
        clean = is_clean(&out, true);
    }
    rig_drop(&zero);
    rig_drop(&out);
    return clean;
}

static void one_storm(const LusterProcessor *proc, double rate_hz, uint32_t which)
{
    const uint32_t ch = 1 + which % 2;
    LusterInstance *instance = rig_open(proc, rate_hz, ch, 4096);
    Signal noise = rig_bursts(ch, 8192, which), out = rig_signal(ch, 8192);
    Signal dc = rig_signal(ch, 8192), huge = rig_copy(&noise);
    for (uint32_t c = 0; c < ch; c++) {
        for (uint32_t i = 0; i < 8192; i++) {
            dc.ch[c][i] = 1.0f;
            huge.ch[c][i] = i / 50 % 2 ? 1e6f : -1e6f;
        }
    }
    choose(proc, instance, which, false);
    bool ok = true;
    const Signal *const weather[] = {&noise, &dc, &huge, &noise};
    for (int w = 0; w < 4; w++) {
        rig_run(instance, weather[w], &out, NULL, 0);
        ok &= CHECK(is_clean(&out, false));
        choose(proc, instance, which + 100 + (uint32_t)w, true); /* moved while playing */
    }
    choose(proc, instance, which, true);
    luster_instance_reset(instance); /* the tail of ordinary sound at the settings as asked */
    rig_run(instance, &noise, &out, NULL, 4096);
    ok &= CHECK(silence_is_clean(instance, ch, rate_hz, 10.0));
    if (!ok)
        printf("#   in %s at %g Hz, settings %u\n", proc->id, rate_hz, which);
    luster_instance_free(instance);
    rig_drop(&noise), rig_drop(&out), rig_drop(&dc), rig_drop(&huge);
}

TEST(random_and_extreme_values_give_no_nan_inf_or_denormal_tail)
{
    static const double rates[] = {8000, 11025, 44100, 48000, 96000, 192000};
    EACH_PROCESSOR(proc)
    {
        for (unsigned r = 0; r < sizeof rates / sizeof rates[0]; r++) {
            for (uint32_t which = 0; which < (rates[r] > 50000 ? 4 : 3 + N_SETTINGS); which++)
                one_storm(proc, rates[r], which);
        }
    }
}

/* After the declared tail the output is 120 dB under its own peak (or under full scale). */
TEST(declared_tail_holds)
{
    const double rate_hz = 48000;
    EACH_PROCESSOR(proc)
    {
        for (uint32_t which = 0; which < 3 + N_SETTINGS; which++) {
            LusterInstance *instance = rig_open(proc, rate_hz, 2, 4096);
            Signal noise = rig_bursts(2, 24000, 20), out = rig_signal(2, 24000);
            choose(proc, instance, which, false);
            rig_run(instance, &noise, &out, NULL, 0);
            double peak = 1.0, late = 0.0;
            for (uint32_t i = 0; i < 24000; i++)
                peak = fmax(peak, fmax(fabsf(out.ch[0][i]), fabsf(out.ch[1][i])));
            const double tail = luster_instance_tail(instance);
            if (tail < 30.0) {
                const double wait = tail * rate_hz + luster_instance_latency(instance) + 1;
                memset(noise.ch[0], 0, 24000 * sizeof(float));
                memset(noise.ch[1], 0, 24000 * sizeof(float));
                for (double left = wait; left > 0;) {
                    const uint32_t n = left < 24000 ? (uint32_t)ceil(left) : 24000;
                    rig_process(instance, &noise, &out, NULL, 0, n);
                    left -= n;
                }
                rig_run(instance, &noise, &out, NULL, 0);
                for (uint32_t i = 0; i < 24000; i++)
                    late = fmax(late, fmax(fabsf(out.ch[0][i]), fabsf(out.ch[1][i])));
                if (!CHECK(late <= 1e-6 * peak))
                    printf("#   in %s, settings %u: %.3g of %.3g after %.3g s\n", proc->id, which,
                           late, peak, tail);
            }
            luster_instance_free(instance);
            rig_drop(&noise);
            rig_drop(&out);
        }
    }
}

/* ---- memory --------------------------------------------------------------------------------- */

TEST(no_allocation_and_no_lock_while_running)
{
    EACH_PROCESSOR(proc)
    {
        for (uint32_t which = 0; which < 3 + N_SETTINGS; which++) {
            LusterInstance *instance = rig_open(proc, 48000, 2, 4096);
            Signal in = rig_bursts(2, 9000, 21), out = rig_signal(2, 9000);
            float *readings = calloc(proc->n_meters + 1, sizeof(float));
            n_forbidden = 0;
            armed = 1;
            for (uint32_t round = 0; round < 4; round++) {
                choose(proc, instance, which + round, round > 0);
                rig_process(instance, &in, &out, NULL, 0, 9000);
                luster_instance_read(instance, readings);
                (void)luster_instance_latency(instance);
                (void)luster_instance_tail(instance);
            }
            luster_instance_reset(instance);
            rig_process(instance, &in, &out, NULL, 0, 9000);
            armed = 0;
            CHECK_FOR(proc, n_forbidden == 0);
            for (uint32_t m = 0; m < proc->n_meters; m++)
                CHECK_FOR(proc, isfinite(readings[m]));
            luster_instance_free(instance);
            free(readings);
            rig_drop(&in);
            rig_drop(&out);
        }
    }
    /* the net itself must hold */
    n_forbidden = 0;
    armed = 1;
    luster_arena_free(luster_arena_new());
    armed = 0;
    CHECK(n_forbidden > 0);
}

TEST(out_of_memory_at_each_step_of_open)
{
    EACH_PROCESSOR(proc)
    {
        const LusterSetup setup = {48000, 256, 2,
                                   rig_gives_assets ? rig_assets(proc, 48000) : NULL};
        LusterArena *arena = luster_arena_new();
        void *state = NULL;
        CHECK_FOR(proc, proc->open(arena, &setup, &state) == LUSTER_OK && state);
        const size_t n_steps = luster_arena_count(arena);
        luster_arena_free(arena);
        for (size_t step = 0; step < n_steps; step++) {
            arena = luster_arena_new();
            luster_arena_fail_after(arena, step);
            CHECK_FOR(proc, proc->open(arena, &setup, &state) == LUSTER_NO_MEMORY);
            luster_arena_free(arena);
        }
    }
}

int main(int argc, char **argv)
{
    only = argc > 1 ? argv[1] : NULL;
    do {
        RUN(neutral_settings_return_the_input_at_the_declared_latency);
        RUN(declared_latency_equals_measured_a_little_off_neutral);
        RUN(random_and_extreme_values_give_no_nan_inf_or_denormal_tail);
        RUN(declared_tail_holds);
        RUN(no_allocation_and_no_lock_while_running);
        RUN(out_of_memory_at_each_step_of_open);
    } while (once_more());
    return tap_done();
}
