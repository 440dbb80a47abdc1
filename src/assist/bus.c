/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Compression of sums: the drum bus, and the whole mix. One to two dB at the loudest [D4, D5], only
 * where the style is dense and peaks stand further over the loudness than in professional stems
 * and mixes [D6]; tried on the loudest 20 s of what arrives there. */
#include "assist/dynamics.h"
#include "base/math.h"

#include <math.h>

#define EXCERPT_S 20.0
#define DRUMS_PLR_LU 18.9 /* stems of professional mixes, median [D6] */
#define MIX_PLR_LU 15.8 /* unmastered mixes, median [D6] */
#define ALL_STYLES_PLR_LU 11.6 /* released music [D6] */
#define LEAST_DB 1.0
#define MOST_DB 2.0
#define PLAYS 3
#define NEAR_DB 0.3

static bool is_drums(const LusterMix *mix, const LusterStemPlan *s)
{
    (void)mix;
    return luster_stem_heard(s) && luster_role_info(s->role)->section == LUSTER_SECTION_DRUMS;
}

static bool is_heard(const LusterMix *mix, const LusterStemPlan *s)
{
    (void)mix;
    return luster_stem_heard(s);
}

/* Moves the threshold until the loudest tenth goes down by `most`. False when it cannot. */
static bool find_threshold(const LusterBusSum *sum, LusterPlannedInsert *comp, double most,
                           LusterBusTrial *trial)
{
    const double slope = comp ? 1.0 - 1.0 / luster_plan_value(comp, "ratio") : 1.0;
    for (int t = 0; t < PLAYS && comp; t++) {
        if (!luster_bus_try(sum, comp, NULL, trial))
            return false;
        const double off = most - trial->loud_db;
        if (fabs(off) <= NEAR_DB)
            return true;
        luster_plan_set(comp, "threshold", luster_plan_value(comp, "threshold") - off / slope,
                        "where only the loudest moments reach it", "%.1f dB asked for", most);
    }
    return comp && luster_bus_try(sum, comp, NULL, trial) && trial->loud_db > 0.5 * LEAST_DB &&
           trial->loud_db < MOST_DB + 1.0;
}

/* Peaks stand `over` the norm: glue for them. */
static bool glue(LusterStripPlan *plan, LusterStage stage, const char *preset,
                 const LusterBusSum *sum, double norm_lu, double over, double amount)
{
    const double plr = sum->peak_dbfs - sum->song_lufs;
    double most = LEAST_DB + 0.25 * over;
    most = amount * (most > MOST_DB ? MOST_DB : most);
    LusterBusTrial trial;
    if (over <= 0.0 || most < 0.5 * LEAST_DB)
        return false;
    LusterPlannedInsert *comp = luster_plan_insert(plan, stage, "compressor", NULL);
    luster_plan_preset(comp, preset, "peaks %.1f LU over the loudness, %.1f in professional ones",
                       plr, norm_lu);
    luster_plan_set(comp, "ratio", 2.0, "2 to 3:1 on a bus [D4]", "%.1f dB asked for", most);
    luster_plan_set(comp, "attack", 30.0, "strokes pass, bodies are held together",
                    "peaks %.1f LU over the loudness, %.1f in professional ones", plr, norm_lu);
    luster_plan_set(comp, "threshold", sum->lufs + 0.3 * plr, "where only the loudest reach it",
                    "%.1f dB asked for", most);
    if (!find_threshold(sum, comp, most, &trial)) {
        luster_plan_remove(plan, "compressor");
        return false;
    }
    luster_plan_set(comp, "threshold", luster_plan_value(comp, "threshold"),
                    "where only the loudest moments reach it: they hold together",
                    "played over the loudest %.0f s: %.1f dB off the loudest tenth, %.1f dB on "
                    "average",
                    sum->n / sum->rate_hz, trial.loud_db, trial.mean_db);
    if (trial.lufs < sum->lufs)
        luster_plan_set(comp, "makeup", sum->lufs - trial.lufs,
                        "gives back what compression took: the balance stays",
                        "%.1f LU lower through it", sum->lufs - trial.lufs);
    return true;
}

void luster_dynamics_drum_bus(LusterMix *mix)
{
    LusterBusSum sum;
    LusterBusPlan *bus = luster_plan_bus_of(mix, LUSTER_ROLE_DRUMS);
    if (!bus || luster_dynamics_open(mix) || !luster_bus_sum(mix, is_drums, EXCERPT_S, &sum))
        return;
    const double over = sum.peak_dbfs - sum.song_lufs - DRUMS_PLR_LU;
    luster_dynamics_parallel(mix, &sum, over);
    bus = luster_plan_bus_of(mix, LUSTER_ROLE_DRUMS);
    glue(&bus->plan, LUSTER_STAGE_DYNAMICS, "drum_bus", &sum, DRUMS_PLR_LU, over,
         luster_dynamics_amount(mix));
    luster_bus_sum_clear(&sum);
}

/* The master's trim brings the mix to its level ahead of the compressor: the threshold goes along.
 */
void luster_dynamics_mix_bus(LusterMix *mix)
{
    LusterBusSum sum;
    if (luster_dynamics_open(mix) || !luster_bus_sum(mix, is_heard, EXCERPT_S, &sum))
        return;
    const double plr = sum.peak_dbfs - sum.song_lufs;
    const double norm = MIX_PLR_LU + mix->style->plr_lu - ALL_STYLES_PLR_LU;
    const double by_peak = LUSTER_PREMIX_PEAK_DBTP - plr;
    const double to = LUSTER_PREMIX_LUFS < by_peak ? LUSTER_PREMIX_LUFS : by_peak;
    const double up_db = to - sum.song_lufs, up = luster_db_to_gain(up_db);
    for (int c = 0; c < 2; c++)
        for (uint32_t i = 0; i < sum.n; i++)
            sum.x[c][i] *= (float)up;
    sum.peak_dbfs += up_db;
    sum.lufs += up_db;
    sum.song_lufs = to;
    glue(&mix->master, LUSTER_STAGE_MASTER, "mix_bus_glue", &sum, norm, plr - norm,
         mix->amount[LUSTER_STAGE_MASTER]);
    luster_bus_sum_clear(&sum);
}
