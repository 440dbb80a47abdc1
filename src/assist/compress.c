/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Compression of single parts, only where a part's level moves more than in professional stems:
 * voices, bass and instruments by the spread of their momentary loudness, kick and snare by the
 * spread of their strokes. Ratio from percussivity and low-frequency weight [MA15], times from the
 * crest factor [GMR13], both held inside the ranges of D4; the threshold is found by playing the
 * loudest part of the song until the loudest tenth goes down by what the rule asks for. Make-up is
 * loudness before minus after [MA15], played over the whole song. A lead whose peaks jump out too
 * gets a fast compressor for these ahead of the slow one. */
#include "assist/dynamics.h"
#include "base/math.h"

#include <math.h>
#include <string.h>

#define EXCERPT_S 40.0
#define PLAYS 3 /* to find a threshold */
#define NEAR_DB 0.5 /* of the reduction asked for */
#define LEAST_DB 1.0 /* what reaches less is not worth a processor */
#define LEAST_EXCESS_LU 2.0
#define PERCUSSIVE_SIGMA_DB 2.0 /* [MA15]; our memory of it is unsure (doc/sources.md D3) */
#define LOW_HZ 1000.0 /* likewise */
#define ATTACK_MAX_S 0.08 /* [GMR13] */
#define RELEASE_MAX_S 1.0
#define VOICE_PLR_LU 13.8 /* stems of professional mixes, median [D6] */
#define PEAKS_OVER_LU 1.5
#define LEAST_PEAKS_DB 3.0
#define MOST_PEAKS_DB 4.0
#define MOST_BOTH_DB 7.0 /* make-up of professional chains: p90 6.4 dB, p75 4.3 [D4] */
#define MOST_CLIPPED_PER_MIN 20.0 /* flat tops: it has been through a limiter */
/* Make-up by loudness made drums 3 dB too loud in listening tests [GMR13]. */
#define DRUM_MAKEUP 0.5

typedef struct {
    LusterRole role;
    double enough; /* spread that needs nothing: LU of momentary loudness, dB of strokes */
    double most_db; /* reduction of the loudest tenth */
    double ratio[2], attack_ms[2], release_ms[2], knee_db[2]; /* least and most [D4] */
} Rule;

/* Spreads: stems of professional mixes have LRA 8.2 (vocals), 3.9 (bass), 6.9 (the rest) [D6];
 * momentary loudness moves about 2 LU more. Strokes: ours, twice how unevenly a good drummer hits.
 * Bass releases from 100 ms: shorter ones follow the wave [L3]. */
static const Rule rules[] = {
    {LUSTER_ROLE_LEAD_VOCAL, 8, 6, {1.8, 4.8}, {1.1, 16}, {91, 488}, {3, 6}},
    {LUSTER_ROLE_SPOKEN, 8, 6, {1.8, 4.8}, {1.1, 16}, {91, 488}, {3, 6}},
    {LUSTER_ROLE_VOCAL_DOUBLE, 8, 5, {1.8, 4.8}, {1.1, 16}, {91, 488}, {3, 6}},
    {LUSTER_ROLE_BACKING_VOCAL, 9, 4, {1.8, 3.3}, {1.1, 16}, {91, 488}, {3, 6}},
    {LUSTER_ROLE_BASS, 6, 5, {2, 5}, {10, 100}, {100, 500}, {5, 8}},
    {LUSTER_ROLE_BASS_SYNTH, 6, 5, {2, 5}, {10, 100}, {100, 500}, {5, 8}},
    {LUSTER_ROLE_GUITAR, 9, 3, {1.5, 3}, {10, 100}, {60, 300}, {4, 8}},
    {LUSTER_ROLE_GUITAR_ACOUSTIC, 9, 3, {1.5, 3}, {10, 100}, {60, 300}, {4, 8}},
    {LUSTER_ROLE_GUITAR_ELECTRIC, 9, 3, {1.5, 3}, {10, 100}, {60, 300}, {4, 8}},
    {LUSTER_ROLE_GUITAR_LEAD, 9, 3, {1.5, 3}, {10, 100}, {60, 300}, {4, 8}},
    {LUSTER_ROLE_PIANO, 12, 3, {1.5, 3}, {10, 30}, {100, 666}, {6, 12}},
    {LUSTER_ROLE_KEYS, 12, 3, {1.5, 3}, {10, 30}, {100, 666}, {6, 12}},
    {LUSTER_ROLE_BRASS, 10, 3, {1, 2}, {10, 50}, {100, 400}, {4, 8}},
    {LUSTER_ROLE_KICK, 4, 4, {2, 4}, {10, 30}, {50, 100}, {3, 5}},
    {LUSTER_ROLE_SNARE, 4, 4, {2, 4}, {8, 30}, {50, 100}, {3, 5}},
};

static double hold(const double range[2], double x)
{
    return x < range[0] ? range[0] : x > range[1] ? range[1] : x;
}

static const Rule *rule_of(LusterRole role)
{
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++)
        if (rules[r].role == role)
            return &rules[r];
    return NULL;
}

static bool is_drum(const LusterStemPlan *s)
{
    return s->role == LUSTER_ROLE_KICK || s->role == LUSTER_ROLE_SNARE;
}

/* 0 ... 2: how far its crest factor stands over or under the mean of all parts [MA15]. */
static double percussivity(const LusterMix *mix, const LusterStemPlan *s)
{
    double mean = 0.0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i])) {
            mean += mix->stems[i].facts.crest_db;
            n++;
        }
    mean /= n ? n : 1;
    const double off = (s->facts.crest_db - mean) / PERCUSSIVE_SIGMA_DB;
    const double bell = luster_exp(-0.5 * off * off);
    return off <= 0.0 ? bell : 2.0 - bell;
}

/* Amplitude under a kilohertz, of all of it. */
static double low_part(const LusterStemFacts *f)
{
    double low = 0.0, all = 0.0;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        const double amplitude = sqrt(f->band_power[b]);
        all += amplitude;
        low += luster_stem_band_hz(b) < LOW_HZ ? amplitude : 0.0;
    }
    return all > 0.0 ? low / all : 0.0;
}

/* About 1 in the mean of all parts [MA15]. */
static double low_weight(const LusterMix *mix, const LusterStemPlan *s)
{
    double mean = 0.0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i])) {
            mean += low_part(&mix->stems[i].facts);
            n++;
        }
    return mean > 0.0 ? low_part(&s->facts) * n / mean : 1.0;
}

typedef struct {
    double ratio, threshold, knee_db, attack_ms, release_ms;
    double percussive, low, crest_db;
} Settings;

static Settings settings_of(const LusterMix *mix, const LusterStemPlan *s, const Rule *rule)
{
    Settings out = {.percussive = percussivity(mix, s), .low = low_weight(mix, s)};
    const double crest = s->strokes.crest > 2.0 ? s->strokes.crest : 2.0; /* a sine has 2 */
    const double rms = s->facts.rms_dbfs + s->trim_db + luster_power_to_db(s->clip_power);
    out.crest_db = luster_power_to_db(crest);
    out.ratio = hold(rule->ratio, 0.54 * out.percussive + 0.764 * out.low + 1.0);
    out.threshold = -11.03 + 0.44 * rms - 4.897 * out.percussive;
    out.knee_db = hold(rule->knee_db, 0.5 * fabs(out.threshold));
    const double attack_s = 2.0 * ATTACK_MAX_S / crest;
    out.attack_ms = hold(rule->attack_ms, 1000.0 * attack_s);
    out.release_ms =
        hold(rule->release_ms, 1000.0 * (2.0 * RELEASE_MAX_S / crest) - 1000.0 * attack_s);
    return out;
}

/* What the reduction is counted by: strokes of drums and syllables of peaks at their deepest,
 * sustained sound over time. */
static double reached_db(const LusterRehearsal *heard, uint32_t k, bool by_stroke)
{
    return by_stroke ? heard->stroke_reduction_db[k] : heard->loud_reduction_db[k];
}

/* Moves the threshold until the loudest tenth goes down by `most`. */
static bool find_threshold(LusterStemPlan *s, const char *id, double most, bool by_stroke,
                           double from_s, const char *why, LusterRehearsal *heard)
{
    LusterPlannedInsert *comp = luster_plan_find(&s->plan, id);
    const double slope = comp ? 1.0 - 1.0 / luster_plan_value(comp, "ratio") : 0.0;
    for (int t = 0; t < PLAYS && comp; t++) {
        const double threshold = luster_plan_value(comp, "threshold");
        const uint32_t k = (uint32_t)(comp - s->plan.inserts);
        if (!luster_plan_rehearse_part(NULL, s, from_s, EXCERPT_S, heard))
            return false;
        const double reached = reached_db(heard, k, by_stroke), off = most - reached;
        if (fabs(off) <= NEAR_DB)
            return true;
        /* out of reach, all of the step counts; inside, the curve's slope */
        const double step = off / (slope > 0.3 ? slope : 0.3);
        luster_plan_set(comp, "threshold", threshold - (reached > 0.0 ? step : 1.3 * step), why,
                        "%.1f dB asked for", most);
    }
    return comp && luster_plan_rehearse_part(NULL, s, from_s, EXCERPT_S, heard) &&
           reached_db(heard, (uint32_t)(comp - s->plan.inserts), by_stroke) >= LEAST_DB;
}

static double excerpt_s(const LusterStemPlan *s)
{
    return luster_plan_loudest_s(s->facts.k_power, s->facts.n_steps, EXCERPT_S);
}

/* Ahead of the other: only what jumps out, fast [FET, D4]. */
static bool hold_peaks(LusterStemPlan *s, double most)
{
    static const char id[] = "compressor_peaks";
    static const char why[] = "only the syllables that jump out; the slow one behind it then works "
                              "on phrases";
    const double plr = s->facts.peak_dbfs - s->facts.integrated_lufs;
    LusterPlannedInsert *comp =
        luster_plan_insert(&s->plan, LUSTER_STAGE_DYNAMICS, "compressor", id);
    LusterRehearsal heard;
    if (!comp)
        return false;
    luster_plan_preset(comp, "lead_vocal_peaks",
                       "peaks %.0f LU over its loudness, %.0f in stems of professional mixes", plr,
                       VOICE_PLR_LU);
    luster_plan_set(comp, "range", most + 1.0, "never more than that", "%.0f dB asked for", most);
    if (!find_threshold(s, id, most, true, excerpt_s(s), why, &heard)) {
        luster_plan_remove(&s->plan, id);
        return false;
    }
    comp = luster_plan_find(&s->plan, id);
    const uint32_t k = (uint32_t)(comp - s->plan.inserts);
    luster_plan_set(comp, "threshold", luster_plan_value(comp, "threshold"), why,
                    "played, it takes %.1f dB off the loudest tenth of the syllables, %.1f dB on "
                    "average",
                    heard.stroke_reduction_db[k], heard.mean_reduction_db[k]);
    return true;
}

static void set_level(const LusterMix *mix, LusterStemPlan *s, const Rule *rule, double spread,
                      bool second)
{
    const Settings set = settings_of(mix, s, rule);
    const char *unit = is_drum(s) ? "its strokes spread over %.0f dB"
                                  : "momentary loudness spreads over %.0f LU while it sounds";
    LusterPlannedInsert *comp =
        luster_plan_insert(&s->plan, LUSTER_STAGE_DYNAMICS, "compressor", NULL);
    if (second)
        luster_plan_preset(comp, "lead_vocal_level", unit, spread);
    luster_plan_set(comp, "threshold", set.threshold, "where it starts to work", unit, spread);
    luster_plan_set(
        comp, "ratio", set.ratio, "more for what is percussive and for what lives in the low end",
        "percussivity %.1f of 2, low-frequency weight %.1f of the mean", set.percussive, set.low);
    luster_plan_set(comp, "knee", set.knee_db, "a soft knee hides the onset", unit, spread);
    if (second) /* the opto style has its own times */
        return;
    luster_plan_set(comp, "attack", set.attack_ms,
                    "slow enough for the consonant, pluck or stroke to pass",
                    "peaks stand %.0f dB over the mean of 200 ms", set.crest_db);
    luster_plan_set(comp, "release", set.release_ms, "back before the next phrase or stroke",
                    "peaks stand %.0f dB over the mean of 200 ms", set.crest_db);
    if (!is_drum(s))
        luster_plan_choose(comp, "detector", "rms", "follows loudness rather than peaks", unit,
                           spread);
}

/* Over the whole song: what was reached, and the loudness given back. */
static bool settle(LusterStemPlan *s, const char *why, double spread)
{
    LusterRehearsal heard;
    LusterPlannedInsert *comp = luster_plan_find(&s->plan, "compressor");
    if (!comp)
        comp = luster_plan_find(&s->plan, "compressor_peaks");
    if (!comp || !luster_plan_rehearse(s, &heard))
        return false;
    const uint32_t k = (uint32_t)(comp - s->plan.inserts);
    const bool drum = is_drum(s), peaks = strcmp(comp->id, "compressor") != 0;
    if (!peaks)
        luster_plan_set(comp, "threshold", luster_plan_value(comp, "threshold"), why,
                        drum ? "its strokes spread over %.0f dB; played, it takes %.1f dB off the "
                               "loudest tenth of them, %.1f dB on average"
                             : "momentary loudness spreads over %.0f LU; played, it takes %.1f dB "
                               "off the loudest tenth, %.1f dB on average",
                        spread, reached_db(&heard, k, drum), heard.mean_reduction_db[k]);
    const double lost = heard.change_lu < 0.0 ? -heard.change_lu : 0.0;
    luster_plan_set(comp, "makeup", drum ? DRUM_MAKEUP * lost : lost,
                    drum ? "half of what compression took: all of it makes drums too loud"
                         : "gives back what compression took: the balance stays",
                    "the chain takes %.1f dB of its loudness", lost);
    return true;
}

static bool is_flat(const LusterStemFacts *f)
{
    return f->n_clipped_runs > MOST_CLIPPED_PER_MIN * f->length_s / 60.0 + 5.0;
}

void luster_dynamics_compress(const LusterMix *mix, LusterStemPlan *s)
{
    static const char even[] = "keeps it in front without riding the fader";
    static const char strokes[] = "evens out the strokes, lets their attack through";
    const Rule *rule = luster_stem_heard(s) ? rule_of(s->role) : NULL;
    if (!rule || is_flat(&s->facts) || s->pair >= 0) /* a pair's picture would sway */
        return;
    const bool drum = is_drum(s);
    const bool voice = luster_role_info(s->role)->section == LUSTER_SECTION_VOCALS;
    const double spread = drum ? s->hits.spread_db : s->facts.spread_lu;
    const double excess = spread - rule->enough;
    if (excess < LEAST_EXCESS_LU || (luster_dynamics_open(mix) && !voice) ||
        (drum && (s->hits.silent_between || s->hits.n_full < 8)))
        return;
    const double amount = luster_dynamics_amount(mix);
    double most = 2.0 + 0.5 * (excess - LEAST_EXCESS_LU);
    most = amount * (most > rule->most_db ? rule->most_db : most);
    if (most < LEAST_DB)
        return;
    bool second = false;
    const double plr = s->facts.peak_dbfs - s->facts.integrated_lufs;
    if (s->role == LUSTER_ROLE_LEAD_VOCAL && plr > VOICE_PLR_LU + PEAKS_OVER_LU) {
        const double over = plr - VOICE_PLR_LU - PEAKS_OVER_LU;
        const double jump =
            LEAST_PEAKS_DB +
            (over > MOST_PEAKS_DB - LEAST_PEAKS_DB ? MOST_PEAKS_DB - LEAST_PEAKS_DB : over);
        second = hold_peaks(s, amount * jump);
        if (second && most > amount * (MOST_BOTH_DB - jump))
            most = amount * (MOST_BOTH_DB - jump);
    }
    LusterRehearsal heard;
    set_level(mix, s, rule, spread, second);
    if (!find_threshold(s, "compressor", most, drum, excerpt_s(s), drum ? strokes : even, &heard))
        luster_plan_remove(&s->plan, "compressor");
    if (!settle(s, drum ? strokes : even, spread)) {
        luster_plan_remove(&s->plan, "compressor");
        luster_plan_remove(&s->plan, "compressor_peaks");
    }
}
