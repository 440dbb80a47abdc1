/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Gates on close drum microphones (doc/sources.md G): only where the drum's own strokes stand
 * clear of the bleed and the bleed is heard in the mix. The threshold lies in the gap, the range is
 * moderate, times and key filters are the gate's presets for the drum. What it does is played: the
 * strokes must keep their energy, else the gate opens earlier or goes. */
#include "assist/dynamics.h"
#include "assist/player.h"
#include "base/math.h"

#include <math.h>
#include <string.h>

#define LEAST_GAP_DB 5.0 /* hysteresis and a little on both sides */
#define LEAST_OWN 4
#define LEAST_BLEED 8
#define LEAST_FOREIGN 0.5 /* else it may be the drum's own soft playing, or a sample's tail */
#define UNHEARD_LU -45.0 /* bleed so far under the mix needs no gate (ours) */
#define RANGE_DB 15.0 /* 10-20 dB sounds more natural than silence [G] */
#define MOST_GAP_DB 45.0 /* bleed so far under the strokes is none (ours) */
#define MOST_LOSS_DB 0.5
#define LEAST_DOWN_DB 3.0 /* else it is not worth a processor */
#define DECAYS 3.0 /* times the stroke: what follows is let go and counts on neither side */
#define TRIES 3
#define STEP_DB 1.5

typedef struct {
    LusterRole role;
    const char *preset; /* of the gate */
    double most_lost; /* share of what may be soft strokes: snares have ghost notes */
    double rings_s; /* how long a stroke is looked after */
} Rule;

static const Rule rules[] = {
    {LUSTER_ROLE_KICK, "kick", 0.05, 0.12},
    {LUSTER_ROLE_SNARE, "snare", 0.02, 0.12},
    {LUSTER_ROLE_TOM, "tom", 0.05, 0.3},
};

static const Rule *rule_of(LusterRole role)
{
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++)
        if (rules[r].role == role)
            return &rules[r];
    return NULL;
}

/* Loudness of what lies between the drum's own strokes, re the mix. */
static double bleed_lu(const LusterMix *mix, const LusterStemPlan *s, double rings_s)
{
    const LusterStemFacts *f = &s->facts;
    double sum = 0.0;
    uint32_t n = 0, next = 0;
    double clear_s = 0.0;
    for (uint32_t i = 0; i < f->n_steps; i++) {
        const double from = i * LUSTER_STEP_S, to = from + LUSTER_STEP_S;
        for (; next < s->strokes.n && s->strokes.list[next].at_s < to + LUSTER_STEP_S; next++)
            if (s->strokes.list[next].peak_dbfs > s->hits.split_dbfs)
                clear_s = s->strokes.list[next].at_s + 2.0 * rings_s + LUSTER_STEP_S;
        if (from < clear_s)
            continue;
        sum += f->k_power[i];
        n++;
    }
    return n ? luster_power_to_db(sum / n) - 0.691 + luster_power_to_db(s->clip_power) +
                   s->trim_db + s->fader_db - mix->predicted_lufs
             : -INFINITY;
}

typedef struct {
    double kept_db, down_db;
} Effect;

enum { REST, STROKE, DECAY, N_PARTS };

/* What time t belongs to; *next walks along the strokes over the split, *last is the one before. */
static int part_of(const LusterStemPlan *s, double t, double rings_s, uint32_t *next, double *last)
{
    for (; *next < s->strokes.n && s->strokes.list[*next].at_s <= t; (*next)++)
        if (s->strokes.list[*next].peak_dbfs > s->hits.split_dbfs)
            *last = s->strokes.list[*next].at_s;
    return t < *last + rings_s ? STROKE : t < *last + DECAYS * rings_s ? DECAY : REST;
}

/* Plays the gate alone: what its strokes keep and how far the rest goes down. */
static bool effect_of(const LusterMix *mix, const LusterStemPlan *s, double rings_s, Effect *out)
{
    LusterPlayer *player = NULL;
    LusterError err;
    LusterStatus status = luster_player_new(mix, s, "gate", 0.0, &player, &err);
    double sum[2][N_PARTS] = {{0.0}}, last[2] = {-60.0, -60.0};
    uint64_t at[2] = {0};
    uint32_t next[2] = {0};
    for (size_t n = 1; n && !status;) {
        const float *const *sound[2];
        status = luster_player_next(player, &sound[0], &sound[1], &n, &err);
        for (int w = 0; w < 2 && !status; w++)
            for (size_t i = 0; i < n; i++, at[w]++) {
                if (w && at[w] < luster_player_latency(player))
                    continue;
                const uint64_t frame = at[w] - (w ? luster_player_latency(player) : 0);
                const double t = s->offset_s + (double)frame / luster_player_rate_hz(player);
                const float x = sound[w][0][i];
                sum[w][part_of(s, t, rings_s, &next[w], &last[w])] += (double)x * x;
            }
    }
    luster_player_free(player);
    if (status ||
        !(sum[0][STROKE] > 0.0 && sum[1][STROKE] > 0.0 && sum[0][REST] > 0.0 && sum[1][REST] > 0.0))
        return false;
    out->kept_db = luster_power_to_db(sum[1][STROKE] / sum[0][STROKE]);
    out->down_db = luster_power_to_db(sum[0][REST] / sum[1][REST]);
    return true;
}

static void write_down(LusterStemPlan *s, const Rule *rule, double threshold, double range,
                       double lu, const Effect *effect)
{
    const LusterHits *h = &s->hits;
    const double shift = luster_dynamics_into_chain_db(s);
    LusterPlannedInsert *gate = luster_plan_insert(&s->plan, LUSTER_STAGE_DYNAMICS, "gate", NULL);
    luster_plan_preset(gate, rule->preset, "%u strokes of its own, %u of the bleed", h->n_own,
                       h->n_bleed);
    luster_plan_set(gate, "threshold", threshold,
                    "between the bleed's peaks and the softest stroke",
                    "in the drum's own band bleed peaks at %.0f dBFS, the softest stroke at %.0f "
                    "(behind the trim)",
                    h->bleed_dbfs + shift, h->softest_dbfs + shift);
    luster_plan_set(gate, "range", range,
                    "turned down, not off: the kit keeps its air, and nobody hears the gate work",
                    "bleed at %.0f LU re the mix; played, it goes down by %.1f dB and the strokes "
                    "keep all but %.1f dB",
                    lu, effect->down_db, effect->kept_db < 0.0 ? -effect->kept_db : 0.0);
}

/* Why there is none, or NULL. */
static const char *against(const LusterMix *mix, const LusterStemPlan *s, double lu)
{
    const LusterHits *h = &s->hits;
    const double gap = h->softest_dbfs - h->bleed_dbfs;
    if (luster_dynamics_open(mix))
        return "style";
    if (h->silent_between || h->n_bleed < LEAST_BLEED || h->foreign < LEAST_FOREIGN ||
        gap > MOST_GAP_DB || lu < UNHEARD_LU)
        return "no bleed";
    return h->n_own < LEAST_OWN || gap < LEAST_GAP_DB ? "no gap" : NULL;
}

void luster_dynamics_gate(const LusterMix *mix, LusterStemPlan *s)
{
    const Rule *rule = luster_stem_heard(s) ? rule_of(s->role) : NULL;
    if (!rule)
        return;
    luster_dynamics_hits(mix, s, rule->most_lost);
    const LusterHits *h = &s->hits;
    if (!h->n_own)
        return;
    const double lu = bleed_lu(mix, s, rule->rings_s);
    if (against(mix, s, lu))
        return;
    const double range = RANGE_DB * mix->amount[LUSTER_STAGE_DYNAMICS];
    const double shift = luster_dynamics_into_chain_db(s);
    double threshold = h->split_dbfs + shift;
    Effect effect = {0};
    for (int t = 0; t < TRIES && threshold > h->bleed_dbfs + shift + 1.0; t++) {
        write_down(s, rule, threshold, range, lu, &effect);
        if (effect_of(mix, s, rule->rings_s, &effect) && effect.kept_db > -MOST_LOSS_DB) {
            if (effect.down_db < LEAST_DOWN_DB * mix->amount[LUSTER_STAGE_DYNAMICS])
                break;
            write_down(s, rule, threshold, range, lu, &effect);
            return;
        }
        threshold -= STEP_DB;
    }
    luster_plan_remove(&s->plan, "gate");
}
