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
#include <string.h>

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
    {LUSTER_ROLE_BASS_SYNTH, 6.0, 5.0, "bass"},
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

static void set_compressor(LusterStemPlan *s, const Rule *rule, double most, double loud)
{
    static const char even[] = "keeps it in front without riding the fader";
    LusterPlannedInsert *comp =
        luster_plan_insert(&s->plan, LUSTER_STAGE_DYNAMICS, "compressor", NULL);
    const double spread = s->facts.spread_lu, ratio = preset_value(rule->preset, "ratio");
    static const char measured[] = "momentary loudness spreads over %.0f LU while it sounds";
    luster_plan_set(comp, "threshold", loud - most / (1.0 - 1.0 / ratio), even, measured, spread);
    luster_plan_set(comp, "ratio", ratio, even, "about %.0f dB off the loudest tenth", most);
    luster_plan_set(comp, "knee", LUSTER_COMPRESSOR_KNEE_DB, "a soft knee hides the onset",
                    measured, spread);
    luster_plan_set(comp, "attack", preset_value(rule->preset, "attack"),
                    "slow enough for the consonant or pluck to pass", measured, spread);
    luster_plan_set(comp, "release", preset_value(rule->preset, "release"),
                    "back before the next phrase, without pumping", measured, spread);
    luster_plan_choose(comp, "detector", "rms", "follows loudness rather than peaks", measured,
                       spread);
}

static void compress(const LusterMix *mix, LusterStemPlan *s)
{
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        const Rule *rule = &rules[r];
        const double excess = s->facts.spread_lu - rule->enough_lu;
        LusterRehearsal heard;
        if (s->role != rule->role || excess < 2.0)
            continue;
        double most = 2.0 + 0.5 * (excess - 2.0);
        most = most > rule->most_db ? rule->most_db : most;
        most *= mix->amount[LUSTER_STAGE_DYNAMICS] * mix->variation->dynamics;
        const double shift = s->trim_db + luster_power_to_db(s->clip_power);
        const double loud = percentile_level(&s->facts, 0.95) + shift;
        set_compressor(s, rule, most, loud);
        LusterPlannedInsert *comp = luster_plan_find(&s->plan, "compressor");
        const double threshold = comp ? luster_plan_value(comp, "threshold") : -60.0;
        if (threshold < -50.0 || threshold > -4.0 || !luster_plan_rehearse(s, &heard)) {
            luster_plan_remove(&s->plan, "compressor");
            return;
        }
        luster_plan_set(comp, "makeup", heard.change_lu < 0.0 ? -heard.change_lu : 0.0,
                        "gives back what compression took: the balance stays",
                        "compression takes %.1f dB of its loudness, %.1f dB on average and %.1f dB "
                        "off the loudest tenth",
                        -heard.change_lu, heard.mean_reduction_db[comp - s->plan.inserts],
                        heard.loud_reduction_db[comp - s->plan.inserts]);
    }
}

/* Gain of the louder side at a pan, -3 dB law; what is stereo stays as it is. */
static double side_gain_db(const LusterStemPlan *s)
{
    const double turn = (fabs(s->pan) + 100.0) / 200.0 * LUSTER_PI / 2.0;
    return s->stereo ? 0.0 : luster_gain_to_db(luster_sin(turn));
}

/* Less trim ahead of the chain: what acts above a level follows. */
static void shift_trim(LusterStemPlan *s, double db)
{
    s->trim_db += db;
    s->fader_db -= db;
    for (uint32_t i = 0; i < s->plan.n_inserts; i++) {
        LusterMoves *moves = &s->plan.inserts[i].moves;
        for (uint32_t m = 0; m < moves->n; m++)
            if (!strcmp(moves->list[m].target, "threshold"))
                moves->list[m].value += db;
    }
}

/* Single peaks that would hold the whole mix down: a limiter takes them, as long as that costs the
 * part no loudness; its trim makes room for the ceiling and the fader gives it back. */
static void tame(LusterStemPlan *s, double predicted_lufs)
{
    static const char why[] = "single peaks, which alone would hold the mix down";
    static const char measured[] =
        "its highest peak stands %.1f dB over the mix's loudness, %.0f dB are taken off it; whole "
        "mixes have about 16";
    const double place = s->fader_db + side_gain_db(s) - predicted_lufs;
    const double raw = s->facts.peak_dbfs + s->trim_db;
    LusterRehearsal heard = {.peak_dbfs = raw};
    if (s->plan.n_inserts ? !luster_plan_rehearse(s, &heard)
                          : raw + place <= LUSTER_TRACK_PEAK_LU + LEAST_TAMED_DB)
        return;
    const double over = heard.peak_dbfs + place - LUSTER_TRACK_PEAK_LU;
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

static void work_on(const LusterMix *mix, LusterStemPlan *s)
{
    if (!luster_stem_heard(s))
        return;
    compress(mix, s);
    LusterRehearsal heard;
    if (s->mono_bass && !luster_plan_find(&s->plan, "compressor") &&
        luster_plan_rehearse(s, &heard) && heard.change_lu < 0.0)
        s->fader_db -= heard.change_lu; /* what its low side was worth */
    tame(s, mix->predicted_lufs);
}

void luster_plan_dynamics(LusterMix *mix)
{
    luster_plan_each(mix, "rehearsing", work_on);
}
