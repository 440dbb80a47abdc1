/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The processor contract, first half, held for every processor of the registry: a sane table, and
 * equal bits whatever the split into blocks, the buffers, the past, the instruction set and the
 * side. `test-proc-generic ID` looks at one processor only. */
#include "base/arena.h"
#include "base/hash.h"
#include "luster/mix.h"
#include "simd/kernels.h"
#include "suite.h"

/* The run every comparison uses: settings, then new settings at fixed frames in between. */
static Signal moving_run(const LusterProcessor *proc, LusterInstance *instance, const Signal *in,
                         const Signal *key, uint32_t which, uint32_t block)
{
    static const uint32_t stops[] = {2500, 5003, 5004, 7777, UINT32_MAX};
    Signal out = rig_signal(in->n_channels, in->n_frames);
    LusterRng rng;
    luster_rng_seed(&rng, 5, block);
    choose(proc, instance, which, false);
    for (uint32_t done = 0, stop = 0; done < in->n_frames;) {
        if (done == stops[stop]) {
            stop++;
            choose(proc, instance, stop % 2 ? which + 10 * stop : which, true);
        }
        const uint32_t end = stops[stop] < in->n_frames ? stops[stop] : in->n_frames;
        uint32_t n = block ? block : 1 + luster_rng_u32(&rng) % 1500;
        n = n < end - done ? n : end - done;
        rig_process(instance, in, &out, key, done, n);
        done += n;
    }
    return out;
}

static const Signal *key_for(const LusterProcessor *proc, uint32_t which, const Signal *key)
{
    return (proc->flags & LUSTER_PROC_KEYED) && which % 2 ? key : NULL;
}

/* ---- the table ------------------------------------------------------------------------------ */

static bool is_id(const char *id)
{
    return id && id[0] && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(id);
}

static void check_row(const LusterProcessor *proc, uint32_t i)
{
    const LusterParam *row = &proc->params[i];
    static const char *const units[] = {"dB", "Hz",  "ms", "s",     "%",          "bpm",   "",
                                        "LU", "oct", "st", "cents", "LUFS",       "dBFS",  "dBTP",
                                        "m",  "deg", ":1", "beats", "dB per oct", "dB/oct"};
    bool known = false;
    for (unsigned u = 0; row->unit && u < sizeof units / sizeof units[0]; u++)
        known |= strcmp(units[u], row->unit) == 0;
    bool ok = CHECK(is_id(row->id)) & CHECK(row->name && row->name[0]) & CHECK(known) &
              CHECK(row->doc && strlen(row->doc) > 10) & CHECK(row->min < row->max) &
              CHECK(row->def >= row->min && row->def <= row->max);
    ok &= CHECK(luster_processor_param(proc, row->id) == (int)i); /* unique */
    if (row->scale == LUSTER_SCALE_LOG)
        ok &= CHECK(row->min > 0.0);
    if (row->scale != LUSTER_SCALE_LINEAR && row->scale != LUSTER_SCALE_LOG)
        ok &= CHECK(luster_param_allows(row, row->def));
    if (row->scale == LUSTER_SCALE_TOGGLE)
        ok &= CHECK(row->min == 0.0 && row->max == 1.0);
    ok &= CHECK((row->scale == LUSTER_SCALE_CHOICE) == (row->labels != NULL));
    if (row->labels) {
        ok &= CHECK(row->min == 0.0 && row->max == floor(row->max));
        for (int l = 0; l <= (int)row->max; l++) {
            ok &= CHECK(is_id(row->labels[l]));
            for (int k = 0; k < l; k++)
                ok &= CHECK(strcmp(row->labels[k], row->labels[l]) != 0);
        }
    }
    char text[64];
    double back = NAN;
    luster_param_format(row, row->def, text, sizeof text);
    ok &= CHECK(luster_param_parse(row, text, &back, NULL) == LUSTER_OK && back == row->def);
    if (!ok)
        printf("#   in %s row %u %s\n", proc->id, i, row->id ? row->id : "?");
}

/* The words of `roles`, between commas, are ids of roles, "bus" or "master". */
static bool roles_are_known(const char *roles)
{
    while (*roles) {
        const size_t length = strcspn(roles, ",");
        bool known = (length == 3 && memcmp(roles, "bus", 3) == 0) ||
                     (length == 6 && memcmp(roles, "master", 6) == 0);
        const char *id;
        for (uint32_t r = 0; !known && (id = luster_role_id(r)); r++)
            known = strlen(id) == length && memcmp(roles, id, length) == 0;
        if (!known)
            return false;
        roles += length + (roles[length] == ',');
    }
    return true;
}

static void check_preset(const LusterProcessor *proc, uint32_t i)
{
    const LusterPreset *preset = &proc->presets[i];
    double *values = calloc(proc->n_params + 1, sizeof(double));
    bool ok = values && CHECK(is_id(preset->id)) &&
              CHECK(luster_processor_preset(proc, preset->id) == preset) && /* unique */
              CHECK(preset->roles && roles_are_known(preset->roles)) &&
              CHECK(preset->reason && strlen(preset->reason) > 20) &&
              CHECK(strstr(preset->settings, "preset=") == NULL) &&
              CHECK(luster_processor_parse(proc, preset->settings, values, NULL) == LUSTER_OK);
    if (!ok)
        printf("#   in %s preset %s\n", proc->id, preset->id ? preset->id : "?");
    free(values);
}

TEST(tables_are_sane)
{
    static const char *const categories[] = {"gain",        "eq",     "dynamics",   "delay",
                                             "reverb",      "stereo", "distortion", "modulation",
                                             "restoration", "meter"};
    EACH_PROCESSOR(proc)
    {
        bool known = false;
        for (unsigned c = 0; c < sizeof categories / sizeof categories[0]; c++)
            known |= strcmp(proc->category, categories[c]) == 0;
        CHECK_FOR(proc, is_id(proc->id) && luster_processor_find(proc->id) == proc);
        CHECK_FOR(proc, known && proc->name && proc->name[0] && proc->version >= 1);
        CHECK_FOR(proc, proc->doc && strlen(proc->doc) > 30);
        CHECK_FOR(proc, proc->open && proc->reset && proc->update && proc->process);
        CHECK_FOR(proc, (proc->n_meters == 0) || (proc->read && proc->meters));
        for (uint32_t i = 0; i < proc->n_params; i++)
            check_row(proc, i);
        for (uint32_t i = 0; i < proc->n_meters; i++)
            CHECK_FOR(proc, is_id(proc->meters[i].id) && proc->meters[i].name &&
                                proc->meters[i].unit && proc->meters[i].doc);
        double *values = calloc(proc->n_params + 1, sizeof(double));
        for (uint32_t i = 0; i < proc->n_presets; i++)
            check_preset(proc, i);
        CHECK_FOR(proc, luster_processor_param(proc, "preset") < 0); /* a word of chains */
        CHECK_FOR(proc, proc->n_assets <= LUSTER_MAX_ASSETS);
        for (uint32_t i = 0; i < proc->n_assets; i++) {
            const LusterAsset *asset = &proc->assets[i];
            CHECK_FOR(proc, is_id(asset->id) && luster_processor_param(proc, asset->id) < 0);
            CHECK_FOR(proc, luster_processor_asset(proc, asset->id) == (int)i); /* unique */
            CHECK_FOR(proc, asset->name && asset->doc && strlen(asset->doc) > 10);
        }
        CHECK_FOR(proc, proc->neutral &&
                            luster_processor_parse(proc, proc->neutral, values, NULL) == LUSTER_OK);
        free(values);
    }
}

/* ---- equal bits ----------------------------------------------------------------------------- */

TEST(any_split_into_blocks_gives_equal_bits)
{
    static const uint32_t blocks[] = {1, 7, 64, 1000, 0};
    EACH_PROCESSOR(proc)
    {
        for (uint32_t ch = 1; ch <= 2; ch++) {
            Signal in = rig_bursts(ch, 12000, 1), key = rig_bursts(ch, 12000, 2);
            for (uint32_t which = 0; which < 3 + N_SETTINGS; which++) {
                const Signal *k = key_for(proc, which, &key);
                LusterInstance *whole = rig_open(proc, 48000, ch, 12000);
                Signal want = moving_run(proc, whole, &in, k, which, 12000);
                for (unsigned b = 0; b < sizeof blocks / sizeof blocks[0]; b++) {
                    LusterInstance *part = rig_open(proc, 48000, ch, b % 2 ? 512 : 2048);
                    Signal got = moving_run(proc, part, &in, k, which, blocks[b]);
                    CHECK_FOR(proc, rig_equal(&got, &want));
                    luster_instance_free(part);
                    rig_drop(&got);
                }
                luster_instance_free(whole);
                rig_drop(&want);
            }
            rig_drop(&in);
            rig_drop(&key);
        }
    }
}

TEST(in_place_equals_out_of_place)
{
    EACH_PROCESSOR(proc)
    {
        for (uint32_t which = 0; which < 3 + N_SETTINGS; which++) {
            const uint32_t ch = 1 + which % 2;
            Signal in = rig_bursts(ch, 9000, 3);
            LusterInstance *instance = rig_open(proc, 44100, ch, 600);
            Signal want = rig_signal(ch, 9000);
            choose(proc, instance, which, false);
            rig_run(instance, &in, &want, NULL, 0);
            luster_instance_reset(instance);
            rig_run(instance, &in, &in, NULL, 0);
            CHECK_FOR(proc, rig_equal(&in, &want));
            luster_instance_free(instance);
            rig_drop(&in);
            rig_drop(&want);
        }
    }
}

TEST(reset_equals_fresh)
{
    EACH_PROCESSOR(proc)
    {
        for (uint32_t which = 0; which < 3 + N_SETTINGS; which++) {
            const uint32_t ch = 1 + which % 2;
            Signal in = rig_bursts(ch, 12000, 4), dirt = rig_bursts(ch, 3000, 5);
            Signal waste = rig_signal(ch, 3000);
            LusterInstance *fresh = rig_open(proc, 48000, ch, 1000);
            LusterInstance *used = rig_open(proc, 48000, ch, 1000);
            dirt.ch[0][2000] = NAN; /* even this must be forgotten */
            dirt.ch[ch - 1][2500] = INFINITY;
            choose(proc, used, which + 50, false);
            rig_run(used, &dirt, &waste, NULL, 0);
            choose(proc, used, which + 60, false); /* a ramp under way */
            rig_process(used, &dirt, &waste, NULL, 0, 17);
            luster_instance_reset(used);
            Signal want = moving_run(proc, fresh, &in, NULL, which, 500);
            Signal got = moving_run(proc, used, &in, NULL, which, 500);
            CHECK_FOR(proc, rig_equal(&got, &want));
            luster_instance_free(fresh);
            luster_instance_free(used);
            rig_drop(&in), rig_drop(&dirt), rig_drop(&waste), rig_drop(&want), rig_drop(&got);
        }
    }
}

TEST(update_with_equal_values_changes_nothing)
{
    EACH_PROCESSOR(proc)
    {
        for (uint32_t which = 0; which < 3 + N_SETTINGS; which++) {
            Signal in = rig_bursts(2, 6000, 6), want = rig_signal(2, 6000);
            LusterInstance *plain = rig_open(proc, 48000, 2, 6000);
            choose(proc, plain, which, false);
            rig_run(plain, &in, &want, NULL, 1000);
            LusterArena *arena = luster_arena_new();
            void *state = NULL;
            double *values = calloc(proc->n_params + 1, sizeof(double));
            const LusterSetup setup = {48000, 1000, 2,
                                       rig_gives_assets ? rig_assets(proc, 48000) : NULL};
            CHECK_FOR(proc, proc->open(arena, &setup, &state) == 0);
            for (uint32_t i = 0; i < proc->n_params; i++)
                values[i] = luster_instance_get(plain, i);
            Signal got = rig_signal(2, 6000);
            for (uint32_t f = 0; f < 6000; f += 1000) {
                const float *ins[2] = {in.ch[0] + f, in.ch[1] + f};
                float *outs[2] = {got.ch[0] + f, got.ch[1] + f};
                proc->update(state, values);
                proc->process(state, &(LusterBlock){ins, outs, NULL, 1000});
            }
            CHECK_FOR(proc, rig_equal(&got, &want));
            luster_arena_free(arena);
            luster_instance_free(plain);
            free(values);
            rig_drop(&in), rig_drop(&want), rig_drop(&got);
        }
    }
}

TEST(every_instruction_set_level_gives_equal_bits)
{
    EACH_PROCESSOR(proc)
    {
        for (uint32_t which = 0; which < 3 + N_SETTINGS; which++) {
            const uint32_t ch = 1 + which % 2;
            Signal in = rig_bursts(ch, 12000, 8);
            Signal key = rig_bursts(ch, 12000, 9);
            uint64_t first = 0;
            for (const char *const *level = luster_kernels_levels(); *level; level++) {
                if (luster_kernels_select(*level))
                    continue; /* not on this processor */
                LusterInstance *instance = rig_open(proc, 48000, ch, 1000);
                Signal out = moving_run(proc, instance, &in, key_for(proc, which, &key), which, 0);
                uint64_t hash = LUSTER_HASH_START;
                for (uint32_t c = 0; c < ch; c++)
                    hash = luster_hash(hash, out.ch[c], out.n_frames * sizeof(float));
                first = first ? first : hash;
                CHECK_FOR(proc, hash == first);
                luster_instance_free(instance);
                rig_drop(&out);
            }
            rig_drop(&in);
            rig_drop(&key);
        }
    }
    luster_kernels_select(NULL);
}

TEST(swapped_channels_come_out_swapped)
{
    EACH_PROCESSOR(proc)
    {
        if (proc->flags & LUSTER_PROC_SIDED)
            continue;
        for (uint32_t which = 0; which < 3 + N_SETTINGS; which++) {
            Signal in = rig_bursts(2, 12000, 10), key = rig_bursts(2, 12000, 11);
            Signal in_swap = in, key_swap = key;
            in_swap.ch[0] = in.ch[1], in_swap.ch[1] = in.ch[0];
            key_swap.ch[0] = key.ch[1], key_swap.ch[1] = key.ch[0];
            LusterInstance *one = rig_open(proc, 48000, 2, 1000);
            LusterInstance *two = rig_open(proc, 48000, 2, 1000);
            Signal a = moving_run(proc, one, &in, key_for(proc, which, &key), which, 300);
            Signal b = moving_run(proc, two, &in_swap, key_for(proc, which, &key_swap), which, 300);
            Signal b_back = b;
            b_back.ch[0] = b.ch[1], b_back.ch[1] = b.ch[0];
            CHECK_FOR(proc, rig_equal(&a, &b_back));
            luster_instance_free(one);
            luster_instance_free(two);
            rig_drop(&in), rig_drop(&key), rig_drop(&a), rig_drop(&b);
        }
    }
}

TEST(key_absent_means_keyed_by_the_input)
{
    EACH_PROCESSOR(proc)
    {
        bool heard = false;
        for (uint32_t which = 0; which < 3 + 3 * N_SETTINGS; which++) {
            const uint32_t ch = 1 + which % 2;
            Signal in = rig_bursts(ch, 9000, 12), copy = rig_copy(&in);
            Signal other = rig_bursts(ch, 9000, 13);
            LusterInstance *instance = rig_open(proc, 48000, ch, 1000);
            Signal outs[3];
            const Signal *keys[3] = {NULL, &copy, &other};
            for (int k = 0; k < 3; k++) {
                luster_instance_reset(instance);
                outs[k] = moving_run(proc, instance, &in, keys[k], which, 300);
            }
            CHECK_FOR(proc, rig_equal(&outs[0], &outs[1]));
            heard |= !rig_equal(&outs[0], &outs[2]);
            luster_instance_free(instance);
            for (int k = 0; k < 3; k++)
                rig_drop(&outs[k]);
            rig_drop(&in), rig_drop(&copy), rig_drop(&other);
        }
        CHECK_FOR(proc, heard == ((proc->flags & LUSTER_PROC_KEYED) != 0));
    }
}

int main(int argc, char **argv)
{
    only = argc > 1 ? argv[1] : NULL;
    do {
        RUN(tables_are_sane);
        RUN(any_split_into_blocks_gives_equal_bits);
        RUN(in_place_equals_out_of_place);
        RUN(reset_equals_fresh);
        RUN(update_with_equal_values_changes_nothing);
        RUN(every_instruction_set_level_gives_equal_bits);
        RUN(swapped_channels_come_out_swapped);
        RUN(key_absent_means_keyed_by_the_input);
    } while (once_more());
    return tap_done();
}
