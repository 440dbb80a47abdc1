/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A limiter for single peaks so far over the mix that they alone would hold it down: for as much as
 * costs the part no loudness. */
#include "assist/dynamics.h"
#include "base/math.h"

#include <math.h>
#include <string.h>

#define LEAST_TAMED_DB 1.0
#define MOST_TAMED_DB 6.0 /* 4-6 dB of limiting begin to be heard on a whole mix [D5] */
#define FEW 0.05 /* of the length: single peaks, whatever loudness they had themselves */
#define MOST_LOSS_LU 0.5 /* of loudness: then the sound behind the peaks is touched */
/* Short behind a hit, so that its body keeps its loudness; longer under tones, which it would
 * distort [L3]. */
#define DRUM_RELEASE_MS 20.0
#define RELEASE_MS 60.0
#define CEILING_TOP_DBTP -0.5 /* the limiter's ceiling reaches from -30 to 0 */
#define CEILING_BOTTOM_DBTP -24.0

/* Gain of the louder side at a pan, -3 dB law; what is stereo stays as it is. */
static double side_gain_db(const LusterStemPlan *s)
{
    const double turn = (fabs(s->pan) + 100.0) / 200.0 * LUSTER_PI / 2.0;
    return s->stereo ? 0.0 : luster_gain_to_db(luster_sin(turn));
}

/* "threshold", and "b3_threshold" of a dynamic band. */
static bool is_threshold(const char *target)
{
    const size_t n = strlen(target), end = strlen("threshold");
    return n >= end && !strcmp(target + n - end, "threshold");
}

/* Less trim ahead of the chain: what acts above a level follows. */
static void shift_trim(LusterStemPlan *s, double db)
{
    s->trim_db += db;
    s->fader_db -= db;
    for (uint32_t i = 0; i < s->plan.n_inserts; i++) {
        LusterMoves *moves = &s->plan.inserts[i].moves;
        for (uint32_t m = 0; m < moves->n && s->plan.inserts[i].key < 0; m++)
            if (is_threshold(moves->list[m].target))
                moves->list[m].value += db;
    }
}

/* Single peaks that would hold the whole mix down: a limiter takes them, as long as that costs the
 * part no loudness; its trim makes room for the ceiling and the fader gives it back. */
void luster_dynamics_tame(const LusterMix *mix, LusterStemPlan *s)
{
    static const char why[] = "single peaks, which alone would hold the mix down";
    static const char measured[] =
        "its highest peak stands %.1f dB over the mix's loudness, %.0f dB are taken off it; whole "
        "mixes have about 16";
    const double place = s->fader_db + side_gain_db(s) - mix->predicted_lufs;
    const double raw = s->facts.peak_dbfs + s->trim_db;
    LusterRehearsal heard = {.peak_dbfs = raw};
    if (s->plan.n_inserts ? !luster_plan_rehearse(s, &heard)
                          : raw + place <= LUSTER_TRACK_PEAK_LU + LEAST_TAMED_DB)
        return;
    const double over =
        mix->amount[LUSTER_STAGE_DYNAMICS] * (heard.peak_dbfs + place - LUSTER_TRACK_PEAK_LU);
    if (over < LEAST_TAMED_DB)
        return;
    const double release =
        luster_role_info(s->role)->section == LUSTER_SECTION_DRUMS ? DRUM_RELEASE_MS : RELEASE_MS;
    double moved = 0.0;
    for (double most = over > MOST_TAMED_DB ? MOST_TAMED_DB : over; most >= LEAST_TAMED_DB;
         most -= 1.0) {
        const double ceiling = round((heard.peak_dbfs - most) * 10.0) / 10.0;
        const double room = ceiling > CEILING_TOP_DBTP ? ceiling - CEILING_TOP_DBTP : 0.0;
        LusterRehearsal after;
        LusterPlannedInsert *limiter =
            luster_plan_insert(&s->plan, LUSTER_STAGE_DYNAMICS, "limiter", NULL);
        luster_plan_set(limiter, "ceiling", ceiling - room, why, measured, heard.peak_dbfs + place,
                        most);
        luster_plan_set(limiter, "release", release, "short behind a hit, longer under tones",
                        measured, heard.peak_dbfs + place, most);
        shift_trim(s, moved - room);
        moved = room;
        if (ceiling - room >= CEILING_BOTTOM_DBTP && luster_plan_rehearse(s, &after) &&
            (after.limited < FEW || after.change_lu - heard.change_lu > -MOST_LOSS_LU)) {
            s->tamed_db = most;
            return;
        }
    }
    luster_plan_remove(&s->plan, "limiter");
    shift_trim(s, moved);
}
