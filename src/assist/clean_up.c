/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Clean-up, where the part's own pauses prove it and the mix would let it be heard: mains hum that
 * stands out of its floor, and hiss that is steady. What only plays (no pauses), what is noise by
 * nature, and bleed, which moves with the band, are left alone. */
#include "assist/tone.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#define PAUSE_DB                                                                                   \
    20.0 /* the floor lies this far under the part's own loudness: there are pauses                \
          */
/* Under the mix's loudness: with that at 75 dB SPL, what is lower is under the threshold of hearing
 * around 100 Hz (27 dB SPL, ISO 226) and only just over it for a buzz. */
#define HUM_HEARD_DB -55.0
#define HUM_SHARE_DB -9.0 /* re all that sounds in the pauses: a held note is no floor */
#define HISS_HEARD_DB -50.0 /* 5 dB over where it begins to be heard: medicine has side effects */
#define HISS_LEAST_DB 3.0
#define HISS_FROM 14 /* third octaves from 500 Hz */
#define STEADY_FROM 17 /* from 1 kHz, where 0.17 s average enough */
#define STEADY_TO 26 /* to 8 kHz */
#define STEADY_DB 1.5 /* deviation of third octaves in the pauses; noise has 0.6 ... 1.2 */
#define FLOOR_SPAN_DB 3.0 /* what is no louder than the floor by more is pause */
#define LEAST_PAUSE_STEPS 20 /* 2 s */

static bool has_pauses(const LusterStemFacts *f)
{
    return isfinite(f->noise_dbfs) && f->noise_dbfs < f->integrated_lufs - PAUSE_DB;
}

static bool is_guitar_or_bass(LusterRole role)
{
    return (role >= LUSTER_ROLE_GUITAR && role <= LUSTER_ROLE_GUITAR_LEAD) ||
           role == LUSTER_ROLE_BASS;
}

static void hum(const LusterMix *mix, LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    const double heard = f->hum_dbfs + luster_tone_place_db(mix, s);
    if (f->hum_hz == 0.0 || !has_pauses(f) || heard < HUM_HEARD_DB ||
        f->hum_dbfs < f->noise_dbfs + HUM_SHARE_DB)
        return;
    static const char measured[] =
        "%.0f Hz and its overtones stand out of its pauses at %.0f dBFS, %.0f dB under the mix";
    LusterPlannedInsert *dehum = luster_plan_insert(&s->plan, LUSTER_STAGE_TONE, "dehum", NULL);
    const char *preset = f->hum_hz == 50.0 ? "mains_50" : "mains_60";
    if (is_guitar_or_bass(s->role))
        preset = f->hum_hz == 50.0 ? "guitar_amp_50" : "guitar_amp_60";
    luster_plan_preset(dehum, preset, measured, f->hum_hz, f->hum_dbfs, -heard);
    luster_plan_set(dehum, "amount", 100.0 * mix->amount[LUSTER_STAGE_TONE],
                    "mains hum: heard wherever the part pauses", measured, f->hum_hz, f->hum_dbfs,
                    -heard);
}

/* Loudness of what sounds over 500 Hz in the pauses, dBFS; -INFINITY where that is not steady. */
static double hiss_dbfs(const LusterStemFacts *f)
{
    double sum[LUSTER_STEM_BANDS] = {0.0}, power[LUSTER_STEM_BANDS] = {0.0};
    double square[LUSTER_STEM_BANDS] = {0.0};
    const double top = luster_pow(10.0, (f->noise_dbfs + FLOOR_SPAN_DB) / 10.0);
    uint32_t n = 0;
    for (uint32_t t = 0; t < f->n_steps; t++) {
        const uint8_t *level = f->band_level + (size_t)t * LUSTER_STEM_BANDS;
        double all = 0.0;
        for (int b = 0; b < LUSTER_STEM_BANDS; b++)
            all += luster_stem_level_power(level[b]);
        if (!(all > 0.0) || all > top)
            continue;
        for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
            sum[b] += 0.5 * level[b];
            square[b] += 0.25 * level[b] * level[b];
            power[b] += b >= HISS_FROM ? luster_stem_level_power(level[b]) : 0.0;
        }
        n++;
    }
    if (n < LEAST_PAUSE_STEPS)
        return -INFINITY;
    double spread = 0.0;
    for (int b = STEADY_FROM; b <= STEADY_TO; b++)
        spread += sqrt(fmax(square[b] / n - sum[b] / n * (sum[b] / n), 0.0));
    for (int b = 0; b < LUSTER_STEM_BANDS; b++)
        power[b] /= n;
    return spread / (STEADY_TO - STEADY_FROM + 1) <= STEADY_DB
               ? luster_tone_loudness_db(power, NULL)
               : -INFINITY;
}

/* The noise reduction's preset for a role, or NULL where noise may be the sound itself. */
static const char *hiss_preset(LusterRole role)
{
    switch (role) {
    case LUSTER_ROLE_LEAD_VOCAL:
    case LUSTER_ROLE_VOCAL_DOUBLE:
    case LUSTER_ROLE_BACKING_VOCAL:
    case LUSTER_ROLE_CHOIR:
        return "vocal";
    case LUSTER_ROLE_SPOKEN:
        return "spoken_voice";
    case LUSTER_ROLE_GUITAR:
    case LUSTER_ROLE_GUITAR_ELECTRIC:
    case LUSTER_ROLE_GUITAR_LEAD:
    case LUSTER_ROLE_BASS:
        return "guitar_amp";
    case LUSTER_ROLE_GUITAR_ACOUSTIC:
    case LUSTER_ROLE_PIANO:
    case LUSTER_ROLE_STRINGS:
    case LUSTER_ROLE_MALLET:
        return "acoustic_guitar";
    default:
        return NULL;
    }
}

static void hiss(const LusterMix *mix, LusterStemPlan *s)
{
    const char *preset = hiss_preset(s->role);
    if (!preset || !has_pauses(&s->facts) || !s->facts.band_level)
        return;
    const double level = hiss_dbfs(&s->facts), heard = level + luster_tone_place_db(mix, s);
    if (!(heard >= HISS_HEARD_DB))
        return;
    static const char measured[] =
        "steady noise in its pauses at %.0f dBFS over 500 Hz, %.0f dB under the mix";
    LusterPlannedInsert *denoise = luster_plan_insert(&s->plan, LUSTER_STAGE_TONE, "denoise", NULL);
    if (!denoise)
        return;
    luster_plan_preset(denoise, preset, measured, level, -heard);
    /* As much as takes it out of hearing, and no more than the preset does. */
    double reduction = heard - (HISS_HEARD_DB - 5.0);
    const double most = luster_plan_value(denoise, "reduction");
    reduction = (reduction > most ? most : reduction) * mix->amount[LUSTER_STAGE_TONE];
    if (reduction < HISS_LEAST_DB) {
        luster_plan_remove(&s->plan, "denoise");
        return;
    }
    luster_plan_set(denoise, "reduction", reduction,
                    "hiss that the pauses show; no more is taken than leaves it unheard", measured,
                    level, -heard);
}

void luster_tone_clean_up(const LusterMix *mix, LusterStemPlan *s)
{
    hum(mix, s);
    hiss(mix, s);
}
