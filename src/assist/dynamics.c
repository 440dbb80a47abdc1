/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Compression, for voices and bass whose level moves more than the mix can carry: ratio and times
 * from the compressor's presets for these roles (doc/sources.md D4), threshold from the part's own
 * levels so that its loud tenth is turned down by a known amount; make-up is loudness
 * before minus loudness after [MA15], played, so that the balance stays. What is even already is
 * left alone. Then a limiter for single peaks so far over the mix that they alone would hold it
 * down. */
#include "assist/plan.h"
#include "base/math.h"
#include "luster/processor.h"

#include <assert.h>
#include <math.h>

#define PRESET_VALUES 64 /* room for the compressor's table */
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

typedef struct {
    LusterRole role;
    double enough_lu; /* momentary spread (p95 - p10) that needs nothing */
    double most_db;
    const char *preset; /* of the compressor: ratio, attack and release */
} Rule;

/* Spreads: stems of professional mixes have LRA 8.2 (vocals) and 3.9 (bass) [D6]. */
static const Rule rules[] = {
    {LUSTER_ROLE_LEAD_VOCAL, 8.0, 6.0, "lead_vocal"},
    {LUSTER_ROLE_SPOKEN, 8.0, 6.0, "spoken"},
    {LUSTER_ROLE_VOCAL_DOUBLE, 8.0, 5.0, "lead_vocal"},
    {LUSTER_ROLE_BACKING_VOCAL, 9.0, 4.0, "backing_vocal"},
    {LUSTER_ROLE_BASS, 6.0, 5.0, "bass"},
};

/* The preset's value of a setting it names. */
static double preset_value(const char *preset, const char *setting)
{
    const LusterProcessor *comp = luster_processor_find("compressor");
    const char *text = luster_processor_preset(comp, preset)->settings;
    double values[PRESET_VALUES];
    assert(comp->n_params <= PRESET_VALUES);
    for (uint32_t p = 0; p < comp->n_params; p++)
        values[p] = comp->params[p].def;
    const LusterStatus status = luster_processor_parse(comp, text, values, NULL);
    assert(status == LUSTER_OK);
    (void)status;
    return values[luster_processor_param(comp, setting)];
}

static double percentile_level(const LusterStemFacts *f, double share)
{
    uint64_t total = 0, seen = 0;
    const double least = f->integrated_lufs - 15.0; /* while active */
    for (int i = 0; i < LUSTER_LEVEL_BINS; i++)
        if (i - LUSTER_LEVEL_BINS + 0.5 > least)
            total += f->level_hist[i];
    for (int i = 0; i < LUSTER_LEVEL_BINS; i++) {
        if (i - LUSTER_LEVEL_BINS + 0.5 <= least)
            continue;
        seen += f->level_hist[i];
        if ((double)seen >= share * (double)total)
            return i - LUSTER_LEVEL_BINS + 0.5;
    }
    return -LUSTER_LEVEL_BINS;
}

static void compress(LusterStemPlan *s)
{
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        const Rule *rule = &rules[r];
        const double excess = s->facts.spread_lu - rule->enough_lu;
        LusterRehearsal heard;
        if (s->role != rule->role || excess < 2.0)
            continue;
        double most = 2.0 + 0.5 * (excess - 2.0);
        most = most > rule->most_db ? rule->most_db : most;
        const double shift = s->trim_db + luster_power_to_db(s->clip_power);
        const double loud = percentile_level(&s->facts, 0.95) + shift;
        s->ratio = preset_value(rule->preset, "ratio");
        s->reduction_db = most;
        s->threshold_db = loud - most / (1.0 - 1.0 / s->ratio);
        s->attack_ms = preset_value(rule->preset, "attack");
        s->release_ms = preset_value(rule->preset, "release");
        s->makeup_db = 0.0;
        if (s->threshold_db < -50.0 || s->threshold_db > -4.0 || !luster_plan_rehearse(s, &heard))
            s->ratio = 1.0;
        else
            s->makeup_db = heard.change_lu < 0.0 ? round(-10.0 * heard.change_lu) / 10.0 : 0.0;
    }
}

/* Gain of the louder side at a pan, -3 dB law; what is stereo stays as it is. */
static double side_gain_db(const LusterStemPlan *s)
{
    const double turn = (fabs(s->pan) + 100.0) / 200.0 * LUSTER_PI / 2.0;
    return s->stereo ? 0.0 : luster_gain_to_db(luster_sin(turn));
}

/* Single peaks that would hold the whole mix down: a limiter takes them, as long as that costs the
 * part no loudness; its trim makes room for the ceiling and the fader gives it back. */
static void tame(const LusterMix *mix, LusterStemPlan *s)
{
    const double place = s->fader_db + side_gain_db(s) - mix->predicted_lufs;
    const double raw = s->facts.peak_dbfs + s->trim_db;
    LusterRehearsal heard = {0.0, raw, 0.0};
    if (raw + s->makeup_db + place <= LUSTER_TRACK_PEAK_LU + LEAST_TAMED_DB ||
        ((s->ratio > 1.0 || s->mono_bass) && !luster_plan_rehearse(s, &heard)))
        return;
    const double over = heard.peak_dbfs + place - LUSTER_TRACK_PEAK_LU;
    if (over < LEAST_TAMED_DB)
        return;
    const double trim = s->trim_db, fader = s->fader_db, threshold = s->threshold_db;
    s->tame_release_ms =
        luster_role_info(s->role)->section == LUSTER_SECTION_DRUMS ? DRUM_RELEASE_MS : RELEASE_MS;
    s->peak_re_mix_db = heard.peak_dbfs + place;
    for (double most = over > MOST_TAMED_DB ? MOST_TAMED_DB : over; most >= LEAST_TAMED_DB;
         most -= 1.0) {
        double ceiling = round((heard.peak_dbfs - most) * 10.0) / 10.0;
        const double room = ceiling > CEILING_TOP_DBTP ? ceiling - CEILING_TOP_DBTP : 0.0;
        LusterRehearsal after;
        s->tamed_db = most;
        s->trim_db = trim - room;
        s->threshold_db = threshold - room;
        s->fader_db = fader + room;
        s->ceiling_dbtp = ceiling - room;
        if (s->ceiling_dbtp >= CEILING_BOTTOM_DBTP && luster_plan_rehearse(s, &after) &&
            (after.limited < FEW || after.change_lu - heard.change_lu > -MOST_LOSS_LU))
            return;
    }
    s->tamed_db = s->ceiling_dbtp = 0.0;
    s->trim_db = trim;
    s->threshold_db = threshold;
    s->fader_db = fader;
}

static void work_on(const LusterMix *mix, LusterStemPlan *s)
{
    if (!luster_stem_heard(s))
        return;
    compress(s);
    LusterRehearsal heard;
    if (s->mono_bass && s->ratio <= 1.0 && luster_plan_rehearse(s, &heard) && heard.change_lu < 0.0)
        s->fader_db -= heard.change_lu; /* what its low side was worth */
    tame(mix, s);
}

void luster_plan_dynamics(LusterMix *mix)
{
    luster_plan_each(mix, "rehearsing", work_on);
}
