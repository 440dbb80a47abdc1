/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where kick and bass meet between 30 and 120 Hz often enough and the bass is strong enough there
 * to cover the kick, the bass's low end gives way by 2 to 3 dB at each stroke (doc/sources.md B10):
 * a dynamic shelf keyed by the kick, so that strings and growl above stay. A bass that dips at the
 * kick already was ducked before. What the shelf does is played. */
#include "assist/dynamics.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#define EXCERPT_S 30.0
#define LEAST_STROKES 8
#define LEAST_SHARE 0.5 /* of the strokes of the kick */
#define COVERS_DB -6.0 /* bass re kick, peaks in the band: from there it is in the way (ours) */
#define SOUNDS_DB -15.0 /* bass re its own loud moments */
#define LEAST_DEPTH_DB 2.0
#define MOST_DEPTH_DB 3.0
#define DUCKED_DB 3.0 /* lower at the stroke than both before and after */
#define SHELF_HZ 120.0
#define ATTACK_MS 3.0
#define UNDER_DB 4.0 /* threshold under the softer strokes, for the whole range to be reached */
#define PLAYS 3
#define NEAR_DB 0.7
#define MOST_MEAN 0.5 /* of the depth on average: more is just lower */

typedef struct {
    uint32_t n, sounding, covered;
    double dip_db; /* how much lower the bass is at the stroke */
    double over_db; /* bass re kick where both sound, mean */
    double beat_s; /* median time between strokes */
    double soft_dbfs; /* p10 of the strokes' peaks, as recorded */
} Meeting;

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The loudest kick; else a kit, whose low end is its kick. */
static int find_kick(const LusterMix *mix)
{
    int best = -1;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s) || s->strokes.n < LEAST_STROKES ||
            (s->role != LUSTER_ROLE_KICK && s->role != LUSTER_ROLE_DRUMS))
            continue;
        const LusterStemPlan *b = best < 0 ? NULL : &mix->stems[best];
        if (!b || (s->role == LUSTER_ROLE_KICK && b->role != LUSTER_ROLE_KICK) ||
            (s->role == b->role && s->after_lu > b->after_lu))
            best = (int)i;
    }
    return best;
}

/* p90 of the peaks while it sounds at all. */
static double loud_dbfs(const LusterStrokes *s, double *room)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_steps; i++)
        if (s->peak[i] > 1e-4f)
            room[n++] = s->peak[i];
    qsort(room, n, sizeof *room, compare);
    return n ? luster_gain_to_db(room[(uint32_t)(0.9 * (n - 1))]) : -180.0;
}

/* Full strokes: what is softer need not be the kick. */
static bool own(const LusterStemPlan *kick, uint32_t k)
{
    return kick->strokes.list[k].peak_dbfs > kick->hits.full_dbfs;
}

static bool meet(const LusterStemPlan *kick, const LusterStemPlan *bass, Meeting *out)
{
    const uint32_t most =
        kick->strokes.n > bass->strokes.n_steps ? kick->strokes.n : bass->strokes.n_steps;
    double *room = malloc((most + 1) * sizeof *room);
    *out = (Meeting){0};
    if (!room)
        return false;
    const double loud = loud_dbfs(&bass->strokes, room);
    double last = 0.0;
    for (uint32_t k = 0; k < kick->strokes.n; k++) {
        const LusterStroke *stroke = &kick->strokes.list[k];
        const double t = stroke->at_s - kick->offset_s + bass->offset_s;
        if (!own(kick, k))
            continue;
        out->n++;
        const double at = luster_strokes_peak_dbfs(&bass->strokes, t, 0.0, 0.06);
        const double before = luster_strokes_peak_dbfs(&bass->strokes, t - 0.1, 0.0, 0.06);
        const double after = luster_strokes_peak_dbfs(&bass->strokes, t + 0.15, 0.0, 0.06);
        const double around = before < after ? before : after;
        const double sounds = at > around ? at : around;
        if (sounds < loud + SOUNDS_DB)
            continue;
        const double over = sounds + bass->level_db - stroke->peak_dbfs - kick->level_db;
        out->sounding++;
        out->covered += over > COVERS_DB;
        out->over_db += over;
        out->dip_db += around - at;
    }
    out->over_db /= out->sounding ? out->sounding : 1;
    out->dip_db /= out->sounding ? out->sounding : 1;
    uint32_t n = 0;
    for (uint32_t k = 0; k < kick->strokes.n; k++)
        if (own(kick, k)) {
            if (n || last > 0.0)
                room[n++] = kick->strokes.list[k].at_s - last;
            last = kick->strokes.list[k].at_s;
        }
    qsort(room, n, sizeof *room, compare);
    out->beat_s = n ? room[n / 2] : 0.5;
    n = 0;
    for (uint32_t k = 0; k < kick->strokes.n; k++)
        if (own(kick, k))
            room[n++] = kick->strokes.list[k].peak_dbfs;
    qsort(room, n, sizeof *room, compare);
    out->soft_dbfs = n ? room[n / 10] : -180.0;
    free(room);
    return true;
}

static void set_shelf(LusterStemPlan *s, int key, const char *name, const Meeting *m, double depth,
                      double threshold)
{
    static const char why[] = "at the kick's stroke the low end is the kick's";
    static const char measured[] = "at %.0f %% of the strokes of %s the bass covers it between 30 "
                                   "and 120 Hz, %+.0f dB re the kick";
    const double share = 100.0 * m->covered / m->n;
    double release = 0.3 * 1000.0 * m->beat_s; /* back well within the beat */
    release = release < 60.0 ? 60.0 : release > 150.0 ? 150.0 : release;
    LusterPlannedInsert *eq = luster_plan_insert(&s->plan, LUSTER_STAGE_DYNAMICS, "eq", "duck");
    if (!eq)
        return;
    eq->key = key;
    luster_plan_choose(eq, "b1_type", "low_shelf", why, measured, share, name, m->over_db);
    luster_plan_set(eq, "b1_freq", SHELF_HZ, "above that bass and kick do not meet", measured,
                    share, name, m->over_db);
    luster_plan_choose(eq, "b1_key", "side_chain", why, measured, share, name, m->over_db);
    luster_plan_set(eq, "b1_range", -depth, why, measured, share, name, m->over_db);
    luster_plan_set(eq, "b1_ratio", 20.0, "all of the range at every stroke", measured, share, name,
                    m->over_db);
    luster_plan_set(eq, "b1_threshold", threshold, "under the kick's softer strokes", measured,
                    share, name, m->over_db);
    luster_plan_set(eq, "b1_attack", ATTACK_MS, "there before the kick's body is", measured, share,
                    name, m->over_db);
    luster_plan_set(eq, "b1_release", release, "back within the beat",
                    "%.2f s between strokes in the median", m->beat_s);
}

/* Lower until the loud tenth of the strokes moves it all the way. */
static bool play(const LusterMix *mix, LusterStemPlan *s, double depth)
{
    const double from =
        luster_plan_loudest_s(s->facts.k_power, s->facts.n_steps, EXCERPT_S) - s->offset_s;
    for (int t = 0; t < PLAYS; t++) {
        LusterRehearsal heard;
        LusterPlannedInsert *eq = luster_plan_find(&s->plan, "duck");
        if (!eq || !luster_plan_rehearse_part(mix, s, from > 0.0 ? from : 0.0, EXCERPT_S, &heard))
            return false;
        const uint32_t k = (uint32_t)(eq - s->plan.inserts);
        const double threshold = luster_plan_value(eq, "b1_threshold");
        const double reached = heard.stroke_reduction_db[k], off = depth - reached;
        if (off <= NEAR_DB) {
            luster_plan_set(eq, "b1_threshold", threshold, "under the kick's softer strokes",
                            "played, the low end goes down by %.1f dB at the strokes, %.1f dB on "
                            "average",
                            reached, heard.mean_reduction_db[k]);
            return heard.mean_reduction_db[k] < MOST_MEAN * depth;
        }
        luster_plan_set(eq, "b1_threshold", threshold - (reached > 0.0 ? off + 1.0 : 6.0),
                        "under the kick's softer strokes", "%.1f dB asked for", depth);
    }
    return false;
}

void luster_dynamics_duck(const LusterMix *mix, LusterStemPlan *s)
{
    const int key = find_kick(mix);
    Meeting m;
    if (!luster_role_is(s->role, LUSTER_ROLE_BASS) || key < 0 || luster_dynamics_open(mix) ||
        !s->strokes.n_steps || !meet(&mix->stems[key], s, &m) || m.n < LEAST_STROKES)
        return;
    const LusterStemPlan *kick = &mix->stems[key];
    const double share = (double)m.covered / m.n;
    if (share < LEAST_SHARE || m.dip_db > DUCKED_DB)
        return;
    const double depth = (LEAST_DEPTH_DB + (MOST_DEPTH_DB - LEAST_DEPTH_DB) *
                                               (share - LEAST_SHARE) / (1.0 - LEAST_SHARE)) *
                         mix->amount[LUSTER_STAGE_DYNAMICS];
    set_shelf(s, key, kick->name, &m, depth, m.soft_dbfs + kick->trim_db - UNDER_DB);
    if (!play(mix, s, depth))
        luster_plan_remove(&s->plan, "duck");
}
