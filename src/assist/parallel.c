/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Parallel drums: kick, snare, toms or the kit, crushed on a bus of their own and mixed far under
 * the drums, so that bodies come up and strokes stay. Only where drums carry and their peaks stand
 * further over their loudness than in professional drum stems [D6]. The copy is played, brought to
 * its place by loudness, and what it adds is taken off the drum bus. */
#include "assist/dynamics.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LEAST_OVER_LU 1.0
#define QUIET_LU -14.0 /* the copy re the drums */
#define LOUD_LU -10.0
#define CRUSH_DB 10.0 /* of its loudest tenth: FET, all the way down */
#define PLAYS 3

static bool is_sent(const LusterMix *mix, const LusterStemPlan *s)
{
    (void)mix;
    return luster_stem_heard(s) && (s->role == LUSTER_ROLE_KICK || s->role == LUSTER_ROLE_SNARE ||
                                    s->role == LUSTER_ROLE_TOM || s->role == LUSTER_ROLE_DRUMS);
}

/* Loudness of both together, the copy at `gain`. */
static double together_lufs(const LusterBusSum *drums, float *const *copy, double gain)
{
    LusterMeasure *meter = NULL;
    LusterMeasurement out = {.integrated_lufs = -INFINITY};
    LusterError err;
    float *sum[2] = {malloc((drums->n + 1) * sizeof(float)),
                     malloc((drums->n + 1) * sizeof(float))};
    LusterStatus status = sum[0] && sum[1] ? LUSTER_OK : LUSTER_NO_MEMORY;
    for (int c = 0; c < 2 && !status; c++)
        for (uint32_t i = 0; i < drums->n; i++)
            sum[c][i] = drums->x[c][i] + (float)gain * copy[c][i];
    if (!status)
        status = luster_measure_new(drums->rate_hz, 2, LUSTER_MEASURE_LOUDNESS, &meter, &err);
    const float *const in[2] = {sum[0], sum[1]};
    if (!status)
        status = luster_measure_add(meter, in, drums->n);
    if (!status)
        status = luster_measure_finish(meter, &out);
    luster_measure_free(meter);
    free(sum[0]);
    free(sum[1]);
    return status ? -INFINITY : out.integrated_lufs;
}

static bool crush(const LusterBusSum *sent, LusterPlannedInsert *comp, float *const *copy,
                  LusterBusTrial *trial)
{
    luster_plan_set(comp, "threshold", sent->lufs - CRUSH_DB, "deep in the sound",
                    "the strokes sent are at %.1f LUFS", sent->lufs);
    for (int t = 0; t < PLAYS; t++) {
        if (!luster_bus_try(sent, comp, copy, trial))
            return false;
        if (fabs(trial->loud_db - CRUSH_DB) < 1.5)
            break;
        luster_plan_set(comp, "threshold",
                        luster_plan_value(comp, "threshold") - (CRUSH_DB - trial->loud_db),
                        "deep in the sound", "the strokes sent are at %.1f LUFS", sent->lufs);
    }
    luster_plan_set(comp, "threshold", luster_plan_value(comp, "threshold"),
                    "crushed on purpose: it is heard far under the untouched drums",
                    "played, it takes %.1f dB off the loudest tenth, %.1f dB on average",
                    trial->loud_db, trial->mean_db);
    return trial->loud_db > 0.5 * CRUSH_DB;
}

static void send_all(LusterMix *mix, const char *to, double level_lu)
{
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (is_sent(mix, &mix->stems[i]))
            luster_plan_send_set(luster_plan_send(&mix->stems[i].plan, LUSTER_STAGE_DYNAMICS, to),
                                 "level_db", 0.0, "into the crushed copy as loud as in the kit",
                                 "the copy lies %.0f LU under the "
                                 "drums",
                                 -level_lu);
}

static void place(LusterMix *mix, LusterBusPlan *bus, const LusterBusSum *drums,
                  const LusterBusTrial *trial, float *const *copy, double over)
{
    static const char id[] = "drums_parallel";
    double level = QUIET_LU + over - LEAST_OVER_LU;
    level = level > LOUD_LU ? LOUD_LU : level;
    level += luster_gain_to_db(mix->amount[LUSTER_STAGE_DYNAMICS]);
    const double fader = drums->lufs + level - trial->lufs;
    const double added = together_lufs(drums, copy, luster_db_to_gain(fader)) - drums->lufs;
    const double plr = drums->peak_dbfs - drums->song_lufs;
    LusterBusPlan *group = luster_plan_bus(mix, "drums", "Drums");
    luster_plan_move(&bus->plan, LUSTER_STAGE_DYNAMICS, "fader_db", fader,
                     "raises the bodies of the drums and leaves their strokes",
                     "drums have their peaks %.0f LU over their loudness, %.0f in professional "
                     "stems: the copy at %.0f LU re the drums",
                     plr, plr - over, level);
    if (group && isfinite(added) && added > 0.0)
        luster_plan_move(&group->plan, LUSTER_STAGE_DYNAMICS, "fader_db", -added,
                         "what the crushed copy adds: the drums stay as loud as they were",
                         "played together %.1f LU louder", added);
    send_all(mix, id, level);
}

void luster_dynamics_parallel(LusterMix *mix, const LusterBusSum *drums, double over_lu)
{
    static const char id[] = "drums_parallel";
    LusterBusSum sent;
    LusterBusTrial trial;
    if (over_lu < LEAST_OVER_LU ||
        !luster_bus_sum_at(mix, is_sent, drums->from_s, drums->n / drums->rate_hz, &sent))
        return;
    float *copy[2] = {calloc(drums->n + 1, sizeof(float)), calloc(drums->n + 1, sizeof(float))};
    LusterBusPlan trying = {0};
    LusterPlannedInsert *comp =
        luster_plan_insert(&trying.plan, LUSTER_STAGE_DYNAMICS, "compressor", NULL);
    luster_plan_preset(comp, id, "peaks %.0f LU over the drums' loudness",
                       drums->peak_dbfs - drums->song_lufs);
    luster_plan_set(comp, "mix", 100.0, "a return carries the effect alone", "fed by sends");
    luster_plan_set(comp, "level_match", 0.0, "its fader sets its level", "fed by sends");
    if (copy[0] && copy[1] && comp && sent.n == drums->n && crush(&sent, comp, copy, &trial)) {
        LusterBusPlan *bus = luster_plan_bus(mix, id, "Drums parallel");
        if (bus) {
            snprintf(bus->output, sizeof bus->output, "drums");
            bus->plan = trying.plan; /* its memory goes along */
            trying.plan = (LusterStripPlan){0};
            place(mix, bus, drums, &trial, copy, over_lu);
        }
    }
    luster_strip_plan_clear(&trying.plan);
    luster_bus_sum_clear(&sent);
    free(copy[0]);
    free(copy[1]);
}
