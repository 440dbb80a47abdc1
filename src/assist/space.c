/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One shared reverb. How much comes back is not guessed: the loudness the reverb gives per loudness
 * sent is measured on noise, then the sends are set so that the wet signal lies where listeners
 * neither miss it nor mind it (doc/sources.md F1), no part beyond the limit at which it was always
 * too wet. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PARAMS 64
#define REVERB_PRESET "shared_plate"
#define PROBE_RATE 48000
#define PROBE_S 6
#define PROBE_BLOCK 1024
#define STEREO_SHARE 0.6 /* of the stems: then they bring their own rooms */

/* Decay by how busy the song is (F3: fast and dense short, slow long; doc/sources.md has no primary
 * numbers, so the middle of its ranges). */
static double decay_for(double onsets_per_s)
{
    if (onsets_per_s > 6.0)
        return 1.2;
    return onsets_per_s < 2.5 ? 2.0 : 1.6;
}

static double busy(const LusterMix *mix)
{
    double sum = 0.0, n = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && s->facts.active_fraction > 0.3) {
            sum += s->facts.onsets_per_s;
            n += 1.0;
        }
    }
    return n > 0.0 ? sum / n : 3.0;
}

/* Values of the preset for a shared return. */
static const LusterProcessor *start(double values[MAX_PARAMS])
{
    const LusterProcessor *proc = luster_processor_find("reverb");
    if (!proc || proc->n_params > MAX_PARAMS)
        return NULL;
    for (uint32_t i = 0; i < proc->n_params; i++)
        values[i] = proc->params[i].def;
    return luster_processor_parse(proc, "preset=" REVERB_PRESET ",mix=100", values, NULL) ? NULL
                                                                                          : proc;
}

static double reverb_value(const char *id, const char **label)
{
    double values[MAX_PARAMS];
    const LusterProcessor *proc = start(values);
    const int row = proc ? luster_processor_param(proc, id) : -1;
    if (row < 0)
        return NAN;
    const LusterParam *param = &proc->params[row];
    if (label && param->labels)
        *label = param->labels[(int)values[row]];
    return values[row];
}

/* Loudness out re loudness in for a steady noise that falls by 6 dB an octave above 500 Hz, as
 * voices and instruments roughly do. */
static LusterStatus probe(LusterMix *mix, const LusterProcessor *proc, const double *values,
                          LusterError *err)
{
    const LusterSetup setup = {PROBE_RATE, PROBE_BLOCK, 2};
    LusterInstance *reverb = NULL;
    LusterMeasure *dry = NULL, *wet = NULL;
    LusterMeasurement a, b;
    float in[PROBE_BLOCK], left[PROBE_BLOCK], right[PROBE_BLOCK];
    const float *const ins[2] = {in, in};
    float *const outs[2] = {left, right};
    LusterStatus status = luster_instance_new(proc, &setup, &reverb, err);
    if (!status)
        status = luster_measure_new(PROBE_RATE, 2, LUSTER_MEASURE_LOUDNESS, &dry, err);
    if (!status)
        status = luster_measure_new(PROBE_RATE, 2, LUSTER_MEASURE_LOUDNESS, &wet, err);
    if (!status) {
        for (uint32_t i = 0; i < proc->n_params; i++)
            luster_instance_set(reverb, i, values[i]);
        luster_instance_set(reverb, (uint32_t)luster_processor_param(proc, "decay"),
                            mix->reverb_decay_s);
    }
    uint64_t seed = 1;
    double low = 0.0;
    for (int block = 0; block < PROBE_S * PROBE_RATE / PROBE_BLOCK && !status; block++) {
        for (int i = 0; i < PROBE_BLOCK; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
            low += 0.063 * ((double)(int32_t)(seed >> 32) / 2147483648.0 - low); /* 500 Hz */
            in[i] = (float)(0.3 * low);
        }
        const LusterBlock call = {ins, outs, NULL, PROBE_BLOCK};
        luster_instance_process(reverb, &call);
        if (block * PROBE_BLOCK < 2 * PROBE_RATE) /* until the tail stands */
            continue;
        status = luster_measure_add(dry, ins, PROBE_BLOCK);
        if (!status)
            status = luster_measure_add(wet, (const float *const *)outs, PROBE_BLOCK);
    }
    if (!status)
        status = luster_measure_finish(dry, &a);
    if (!status)
        status = luster_measure_finish(wet, &b);
    if (!status)
        mix->reverb_gain_db = round((b.integrated_lufs - a.integrated_lufs) * 10.0) / 10.0;
    luster_instance_free(reverb);
    luster_measure_free(dry);
    luster_measure_free(wet);
    return status;
}

static double wanted(const LusterMix *mix)
{
    uint32_t n = 0, stereo = 0;
    bool room = false;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        n++;
        stereo += s->stereo && s->facts.correlation < 0.95;
        room |= s->role == LUSTER_ROLE_ROOM;
    }
    return room || stereo > STEREO_SHARE * n ? LUSTER_REVERB_LU_DRY_ROOM : LUSTER_REVERB_LU;
}

/* The return, and what each part sends to it. */
static void say(LusterMix *mix)
{
    static const char *const kept[][2] = {
        {"pre_delay", "keeps the voice in front of its room"},
        {"low_cut", "no reverb under the bass and the warmth of the voices"},
        {"high_cut", "no splash on consonants and cymbals"},
    };
    static const char measured[] = "%.1f attacks a second on average";
    LusterBusPlan *bus = luster_plan_bus(mix, "reverb", "Reverb");
    LusterPlannedInsert *reverb =
        bus ? luster_plan_insert(&bus->plan, LUSTER_STAGE_SPACE, "reverb", NULL) : NULL;
    if (!reverb)
        return;
    const char *type = NULL;
    reverb_value("type", &type);
    luster_plan_choose(reverb, "type", type,
                       "dense at once and without a place of its own: suits all parts", measured,
                       mix->onset_rate);
    luster_plan_set(reverb, "decay", mix->reverb_decay_s,
                    "busy songs want it short, slow ones long", measured, mix->onset_rate);
    for (int i = 0; i < 3; i++)
        luster_plan_set(reverb, kept[i][0], reverb_value(kept[i][0], NULL), kept[i][1], measured,
                        mix->onset_rate);
    luster_plan_set(reverb, "mix", 100.0, "a return carries the effect alone",
                    "planned to come back at %.1f LU re the mix", mix->reverb_lu);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && isfinite(s->send_db))
            luster_plan_send_set(
                luster_plan_send(&s->plan, LUSTER_STAGE_SPACE, "reverb"), "level_db", s->send_db,
                "a shared room ties the parts together; too much is minded more than too little",
                "the reverb gives %+.1f LU for what is sent; this part's comes back %.1f LU under "
                "it",
                mix->reverb_gain_db, -(s->send_db + mix->reverb_gain_db));
    }
}

LusterStatus luster_plan_space(LusterMix *mix, LusterError *err)
{
    double values[MAX_PARAMS];
    const LusterProcessor *proc = start(values);
    double sent = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        const double rel = luster_role_info(s->role)->reverb_db;
        if (luster_stem_heard(s) && isfinite(rel))
            sent += luster_pow(10.0, (s->after_lu + rel) / 10.0) * s->facts.active_fraction;
    }
    mix->reverb = proc && sent > 0.0;
    if (!mix->reverb)
        return LUSTER_OK;
    mix->onset_rate = busy(mix);
    mix->reverb_decay_s = decay_for(mix->onset_rate) * mix->variation->decay;
    const LusterStatus status = probe(mix, proc, values, err);
    if (status || !isfinite(mix->reverb_gain_db)) {
        mix->reverb = false;
        return status;
    }
    mix->reverb_lu = wanted(mix) + mix->variation->reverb_db +
                     luster_gain_to_db(mix->amount[LUSTER_STAGE_SPACE]);
    const double common = mix->reverb_lu - mix->reverb_gain_db - luster_power_to_db(sent);
    double wet = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        const double rel = luster_role_info(s->role)->reverb_db;
        if (!luster_stem_heard(s) || !isfinite(rel))
            continue;
        const double most = LUSTER_REVERB_MAX_LU - mix->reverb_gain_db;
        s->send_db = common + rel > most ? most : common + rel;
        wet += luster_pow(10.0, (s->after_lu + s->send_db + mix->reverb_gain_db) / 10.0) *
               s->facts.active_fraction;
    }
    mix->reverb_lu = luster_power_to_db(wet);
    say(mix);
    return LUSTER_OK;
}
