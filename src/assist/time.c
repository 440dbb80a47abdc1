/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Time: one curve of attacks from all that is struck or plucked, drums first, gives tempo, beats
 * and bars; levels, harmony and which kinds of parts sound give the sections. Everything is taken
 * at each part's usual place in a mix, not as loud as it was recorded. */
#include "analysis/onset.h"
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_PER_LEVEL 20 /* onset steps in a step of the series */
#define QUIET_LU 25.0 /* attacks this far under the part's loudness are noise or bleed */
#define FULL_LU 10.0 /* attacks this far under it count whole */
#define OPEN_LU 10.0 /* as the activity of stems: the relative gate of BS.1770 */
#define CLOSE_LU 15.0
#define BRIDGE_STEPS 30 /* rests of up to 3 s belong to the playing: a bar at 80 bpm */
#define CHANGE_STEPS 2 /* of the harmony, to each side */

/* Kinds of parts, for the form; up to DRUMS they have no harmony. */
enum { NONE, KICK, SNARE, CYMBALS, TOMS, DRUMS, BASS, GUITARS, KEYS, PADS, LEAD, BACKING, SOLO };

/* How well the attacks of a part tell the time (0: not at all), and its kind. */
static const struct {
    double tells;
    int kind;
} parts[LUSTER_ROLE_N] = {
    [LUSTER_ROLE_KICK] = {1.0, KICK},
    [LUSTER_ROLE_SNARE] = {1.0, SNARE},
    [LUSTER_ROLE_HAT] = {0.5, CYMBALS},
    [LUSTER_ROLE_CYMBAL] = {0.3, CYMBALS},
    [LUSTER_ROLE_OVERHEAD] = {0.3, CYMBALS},
    [LUSTER_ROLE_ROOM] = {0.3, CYMBALS},
    [LUSTER_ROLE_TOM] = {0.5, TOMS},
    [LUSTER_ROLE_PERCUSSION] = {0.5, TOMS},
    [LUSTER_ROLE_DRUMS] = {1.0, DRUMS},
    [LUSTER_ROLE_BASS] = {0.4, BASS},
    [LUSTER_ROLE_BASS_SYNTH] = {0.4, BASS},
    [LUSTER_ROLE_GUITAR] = {0.4, GUITARS},
    [LUSTER_ROLE_GUITAR_ACOUSTIC] = {0.4, GUITARS},
    [LUSTER_ROLE_GUITAR_ELECTRIC] = {0.4, GUITARS},
    [LUSTER_ROLE_GUITAR_LEAD] = {0.2, SOLO},
    [LUSTER_ROLE_PIANO] = {0.4, KEYS},
    [LUSTER_ROLE_KEYS] = {0.4, KEYS},
    [LUSTER_ROLE_ORGAN] = {0.1, KEYS},
    [LUSTER_ROLE_SYNTH] = {0.3, PADS},
    [LUSTER_ROLE_SYNTH_LEAD] = {0.2, SOLO},
    [LUSTER_ROLE_PAD] = {0.1, PADS},
    [LUSTER_ROLE_MALLET] = {0.4, KEYS},
    [LUSTER_ROLE_STRINGS] = {0.1, PADS},
    [LUSTER_ROLE_BRASS] = {0.1, PADS},
    [LUSTER_ROLE_WOODWIND] = {0.1, PADS},
    [LUSTER_ROLE_LEAD_VOCAL] = {0.05, LEAD},
    [LUSTER_ROLE_VOCAL_DOUBLE] = {0.0, BACKING},
    [LUSTER_ROLE_BACKING_VOCAL] = {0.0, BACKING},
    [LUSTER_ROLE_CHOIR] = {0.0, BACKING},
    [LUSTER_ROLE_SAMPLE] = {0.1, PADS},
};

typedef struct {
    uint32_t n_onset, n_steps, n_chroma;
    float *onset, *low, *back, *change; /* [n_onset] */
    float *band, *loud, *chroma, *active, *lead, *solo;
    uint32_t n_parts[LUSTER_FORM_CLASSES];
    uint8_t *on; /* [n_steps] scratch */
} Cues;

static void free_cues(Cues *c)
{
    float *const all[] = {c->onset, c->low,    c->back,   c->change, c->band,
                          c->loud,  c->chroma, c->active, c->lead,   c->solo};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    free(c->on);
}

static bool make_cues(const LusterMix *mix, Cues *c)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemFacts *f = &mix->stems[i].facts;
        if (!luster_stem_heard(&mix->stems[i]))
            continue;
        c->n_onset = f->n_attacks > c->n_onset ? f->n_attacks : c->n_onset;
        c->n_steps = f->n_steps > c->n_steps ? f->n_steps : c->n_steps;
        c->n_chroma = f->n_chroma > c->n_chroma ? f->n_chroma : c->n_chroma;
    }
    float **const onset[] = {&c->onset, &c->low, &c->back, &c->change};
    bool good = true;
    for (size_t i = 0; i < sizeof onset / sizeof *onset; i++)
        good = (*onset[i] = calloc(c->n_onset + 1, sizeof(float))) && good;
    float **const steps[] = {&c->loud, &c->lead, &c->solo};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        good = (*steps[i] = calloc(c->n_steps + 1, sizeof(float))) && good;
    c->band = calloc(c->n_steps + 1, LUSTER_STEM_BANDS * sizeof *c->band);
    c->active = calloc(c->n_steps + 1, LUSTER_FORM_CLASSES * sizeof *c->active);
    c->chroma = calloc(c->n_chroma + 1, LUSTER_CHROMA * sizeof *c->chroma);
    c->on = calloc(c->n_steps + 1, 1);
    return good && c->band && c->active && c->chroma && c->on;
}

/* Attacks of one part, at their place in time, weighed by how loud the part is there. */
static void add_attacks(const LusterStemPlan *s, double weight, uint32_t n, float *sum)
{
    const LusterStemFacts *f = &s->facts;
    const uint32_t skip = (uint32_t)(s->offset_s / LUSTER_ONSET_STEP_S + 0.5);
    const double own = luster_pow(10.0, (f->integrated_lufs + 0.691) / 10.0);
    for (uint32_t i = skip; i < f->n_attacks && i - skip < n; i++) {
        if (!f->attacks[i])
            continue;
        const uint32_t step = i / STEPS_PER_LEVEL;
        double power = step < f->n_steps ? f->k_power[step] : 0.0;
        if (step + 1 < f->n_steps && f->k_power[step + 1] > power)
            power = f->k_power[step + 1]; /* the sound follows its attack */
        const double lu = power > 0.0 ? luster_power_to_db(power / own) : -QUIET_LU;
        const double heard = (lu + QUIET_LU) / (QUIET_LU - FULL_LU);
        if (heard > 0.0)
            sum[i - skip] += (float)(weight * 0.1 * f->attacks[i] * (heard < 1.0 ? heard : 1.0));
    }
}

/* Marks where a part sounds; rests of up to BRIDGE_STEPS count as playing. */
static void activity(const LusterStemFacts *f, uint8_t *on)
{
    const double open = luster_pow(10.0, (f->integrated_lufs - OPEN_LU + 0.691) / 10.0);
    const double close = luster_pow(10.0, (f->integrated_lufs - CLOSE_LU + 0.691) / 10.0);
    bool is_on = false;
    uint32_t last = 0;
    bool any = false;
    for (uint32_t i = 0; i < f->n_steps; i++) {
        double power = 0.0; /* momentary */
        for (uint32_t k = i > 1 ? i - 1 : 0; k < i + 3 && k < f->n_steps; k++)
            power += 0.25 * f->k_power[k];
        is_on = power > (is_on ? close : open);
        on[i] = is_on;
        if (is_on && any && i - last <= BRIDGE_STEPS)
            memset(on + last, 1, i - last);
        if (is_on) {
            last = i;
            any = true;
        }
    }
}

static void add_form(const LusterStemPlan *s, int kind, Cues *c)
{
    const LusterStemFacts *f = &s->facts;
    const LusterRoleInfo *info = luster_role_info(s->role);
    const double level = luster_section_norms[info->section].target_lu + info->weight_db;
    const float gain = (float)luster_pow(10.0, (level - f->integrated_lufs) / 10.0);
    const uint32_t skip = (uint32_t)(s->offset_s / LUSTER_STEP_S + 0.5);
    activity(f, c->on);
    for (uint32_t i = skip; i < f->n_steps && i - skip < c->n_steps; i++) {
        const uint32_t t = i - skip;
        c->loud[t] += gain * f->k_power[i];
        for (uint32_t b = 0; b < LUSTER_STEM_BANDS; b++)
            c->band[t * LUSTER_STEM_BANDS + b] +=
                gain * (float)luster_stem_level_power(f->band_level[i * LUSTER_STEM_BANDS + b]);
        if (kind != NONE)
            c->active[t * LUSTER_FORM_CLASSES + (uint32_t)kind - 1] += c->on[i];
        if (kind == LEAD && c->on[i])
            c->lead[t] = 1.0f;
        if (kind == SOLO && c->on[i])
            c->solo[t] = 1.0f;
    }
    if (kind != NONE)
        c->n_parts[kind - 1]++;
    if (kind != NONE && kind <= DRUMS)
        return; /* drums have no harmony */
    const uint32_t late = (uint32_t)(s->offset_s / LUSTER_CHROMA_STEP_S + 0.5);
    for (uint32_t i = late; i < f->n_chroma && i - late < c->n_chroma; i++)
        for (uint32_t k = 0; k < LUSTER_CHROMA; k++)
            c->chroma[(i - late) * LUSTER_CHROMA + k] +=
                gain * (float)luster_stem_level_power(f->chroma_level[i * LUSTER_CHROMA + k]);
}

/* One less the cosine between the harmony before and after. */
static double change_at(const Cues *c, uint32_t at)
{
    double before[LUSTER_CHROMA] = {0.0}, after[LUSTER_CHROMA] = {0.0};
    double ab = 0.0, aa = 0.0, bb = 0.0;
    for (uint32_t k = 0; k < LUSTER_CHROMA; k++) {
        for (uint32_t d = 0; d < CHANGE_STEPS; d++) {
            before[k] += sqrt((double)c->chroma[(at - 1 - d) * LUSTER_CHROMA + k]);
            after[k] += sqrt((double)c->chroma[(at + d) * LUSTER_CHROMA + k]);
        }
        ab += before[k] * after[k];
        aa += before[k] * before[k];
        bb += after[k] * after[k];
    }
    return aa > 0.0 && bb > 0.0 ? 1.0 - ab / sqrt(aa * bb) : 0.0;
}

static void harmony(Cues *c)
{
    const double per = LUSTER_CHROMA_STEP_S / LUSTER_ONSET_STEP_S;
    for (uint32_t i = CHANGE_STEPS; i + CHANGE_STEPS <= c->n_chroma; i++) {
        const double change = change_at(c, i);
        const uint32_t from = (uint32_t)((i - 0.5) * per), to = (uint32_t)((i + 0.5) * per);
        for (uint32_t t = from; t < to && t < c->n_onset; t++)
            c->change[t] = (float)change;
    }
}

static void collect(const LusterMix *mix, Cues *c)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        const int kind = parts[s->role].kind;
        if (parts[s->role].tells > 0.0)
            add_attacks(s, parts[s->role].tells, c->n_onset, c->onset);
        if (kind == KICK || kind == BASS)
            add_attacks(s, kind == KICK ? 1.0 : 0.3, c->n_onset, c->low);
        if (kind == SNARE)
            add_attacks(s, 1.0, c->n_onset, c->back);
        add_form(s, kind, c);
    }
    for (uint32_t t = 0; t < c->n_steps; t++)
        for (uint32_t k = 0; k < LUSTER_FORM_CLASSES; k++)
            if (c->n_parts[k])
                c->active[t * LUSTER_FORM_CLASSES + k] /= (float)c->n_parts[k];
    harmony(c);
}

LusterStatus luster_plan_time(LusterMix *mix, LusterError *err)
{
    LusterTimePlan *time = &mix->time;
    Cues c = {0};
    bool good = make_cues(mix, &c);
    if (good && c.n_steps) {
        collect(mix, &c);
        const LusterTempoCues tempo = {c.onset, c.low, c.back, c.change, c.n_onset};
        good = luster_tempo_find(&tempo, &time->tempo);
        const LusterFormCues form = {c.n_steps,   c.band,     c.loud,
                                     c.chroma,    c.n_chroma, c.active,
                                     c.lead,      c.solo,     c.n_parts[LEAD - 1] > 0,
                                     &time->tempo};
        good = good && luster_form_find(&form, time->sections, &time->n_sections);
    }
    free_cues(&c);
    if (!good)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while finding the tempo");
    time->tempo_bpm = round(time->tempo.bpm * 100.0) / 100.0;
    time->confidence = time->tempo.confidence;
    time->beats_per_bar = time->tempo.beats_per_bar;
    if (time->tempo.n_beats)
        time->first_beat_s = time->tempo.beats_s[time->beats_per_bar ? time->tempo.downbeat : 0];
    return LUSTER_OK;
}
