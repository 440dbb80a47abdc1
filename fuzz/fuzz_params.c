/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Random parameter streams: any processor, rate, channels, block sizes and sounds, with settings
 * that jump, ride and sit at the ends of their ranges, resets, keys and assets. What comes out must
 * be finite and at most LUSTER_LOUD; the sanitizers look at the rest. usage: fuzz-params [SECONDS
 * [SEED [PROCESSOR]]] */
#include "base/silence.h"
#include "rig.h"
#include "tap.h"

#include <time.h>

#define MAX_FRAMES 3000
#define STREAM_BLOCKS 40

static const char *only;
static uint64_t n_streams;

static void fill(Signal *x, LusterRng *rng)
{
    const int kind = (int)(luster_rng_unit(rng) * 7);
    const double level = pow(10, -6.0 + 7.0 * luster_rng_unit(rng));
    const double w = pow(10, -4.0 + 3.9 * luster_rng_unit(rng));
    for (uint32_t c = 0; c < x->n_channels; c++) {
        for (uint32_t i = 0; i < x->n_frames; i++) {
            const double noise = luster_rng_bipolar(rng);
            const double v = kind == 0   ? 0.0
                             : kind == 1 ? noise
                             : kind == 2 ? sin(w * i + c)
                             : kind == 3 ? (i % 977 == 0) - (i % 1371 == 5)
                             : kind == 4 ? 1.0
                             : kind == 5 ? (sin(w * i) > 0 ? 1.0 : -1.0)
                                         : noise * noise * noise * (i % 400 < 40);
            x->ch[c][i] = (float)(level * v);
        }
    }
}

/* Some settings move: anywhere, to an end, or a little. */
static void move(LusterInstance *instance, const LusterProcessor *proc, LusterRng *rng, bool start)
{
    for (uint32_t i = 0; i < proc->n_params; i++) {
        const LusterParam *row = &proc->params[i];
        if (!start && ((row->flags & LUSTER_PARAM_STATIC) || luster_rng_unit(rng) > 0.15))
            continue;
        const double how = luster_rng_unit(rng), was = luster_instance_get(instance, i);
        luster_instance_set(instance, i,
                            how < 0.1   ? row->min
                            : how < 0.2 ? row->max
                            : how < 0.3 ? row->def
                            : how < 0.5
                                ? was + 0.01 * (row->max - row->min) * luster_rng_bipolar(rng)
                                : rig_random_value(row, rng));
    }
}

static bool is_sound(const Signal *y, uint32_t n)
{
    for (uint32_t c = 0; c < y->n_channels; c++) {
        for (uint32_t i = 0; i < n; i++) {
            if (!(fabsf(y->ch[c][i]) <= LUSTER_LOUD))
                return false;
        }
    }
    return true;
}

static bool stream(uint64_t seed)
{
    static const double rates[] = {8000, 22050, 44100, 48000, 88200, 96000, 192000, 384000};
    LusterRng rng;
    luster_rng_seed(&rng, seed, 77);
    const LusterProcessor *proc =
        only ? luster_processor_find(only)
             : luster_processor_at(luster_rng_u32(&rng) % luster_processor_count());
    const double rate = rates[luster_rng_u32(&rng) % 8];
    const uint32_t n_channels = 1 + luster_rng_u32(&rng) % 2;
    rig_gives_assets = luster_rng_unit(&rng) < 0.7;
    LusterInstance *instance =
        rig_open(proc, rate, n_channels, 1 + luster_rng_u32(&rng) % MAX_FRAMES);
    Signal in = rig_signal(n_channels, MAX_FRAMES), key = rig_signal(n_channels, MAX_FRAMES);
    Signal out = rig_signal(n_channels, MAX_FRAMES);
    bool ok = true;
    move(instance, proc, &rng, true);
    for (int b = 0; b < STREAM_BLOCKS && ok; b++) {
        const uint32_t n = 1 + luster_rng_u32(&rng) % (b % 3 ? MAX_FRAMES : 70);
        fill(&in, &rng);
        fill(&key, &rng);
        const bool keyed = (proc->flags & LUSTER_PROC_KEYED) && luster_rng_unit(&rng) < 0.5;
        const bool in_place = luster_rng_unit(&rng) < 0.5;
        rig_process(instance, &in, in_place ? &in : &out, keyed ? &key : NULL, 0, n);
        ok = is_sound(in_place ? &in : &out, n);
        float readings[64];
        if (proc->n_meters <= 64)
            luster_instance_read(instance, readings);
        if (luster_rng_unit(&rng) < 0.03)
            luster_instance_reset(instance);
        move(instance, proc, &rng, false);
    }
    if (!ok)
        printf("# %s, seed %llu, %g Hz: not a sound\n", proc->id, (unsigned long long)seed, rate);
    luster_instance_free(instance);
    rig_drop(&in), rig_drop(&key), rig_drop(&out);
    n_streams++;
    return ok;
}

static double seconds = 3.0;
static uint64_t first_seed = 1;

TEST(random_streams_of_settings_give_sound)
{
    const time_t end = time(NULL) + (time_t)seconds;
    for (uint64_t seed = first_seed; time(NULL) <= end; seed++)
        CHECK(stream(seed));
    printf("# %llu streams\n", (unsigned long long)n_streams);
}

int main(int argc, char **argv)
{
    seconds = argc > 1 ? atof(argv[1]) : seconds;
    first_seed = argc > 2 ? strtoull(argv[2], NULL, 10) : first_seed;
    only = argc > 3 ? argv[3] : NULL;
    if (only && !luster_processor_find(only)) {
        fprintf(stderr, "fuzz-params: there is no processor '%s'\n", only);
        return 2;
    }
    RUN(random_streams_of_settings_give_sound);
    return tap_done();
}
