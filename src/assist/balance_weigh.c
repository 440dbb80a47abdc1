/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Balance inside a section: who leads, what weight each part has among those that sound with it,
 * and how loud a recording is by itself, so that each can be brought to its weight. */
#include "assist/balance.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Momentary maximum over gated loudness: half the range of stems (LRA 4-8 [D6]) lies over the mean,
 * and 400 ms reach about 3 LU over the 3 s that range is measured by. */
#define USUAL_BURST_LU 7.0
#define USUAL_BURST_FX_LU 4.0 /* an effect shall not stand out even at its loudest */
/* Of an instrument that could lead where nobody sings. */
#define LEAD_PITCHED 0.3 /* share of its sound with one clear pitch; chords have less */
#define LEAD_ACTIVE 0.2 /* share of the song */
#define LEAD_GLIDE_DB 6.0 /* what sliding pitches, as of a voice, count like loudness */

/* Which seconds a part sounds in: its relative gate, at the coarse step of a second. */
static void busy_seconds(const LusterStemPlan *s, uint32_t n, uint8_t *on)
{
    const double gate = luster_pow(10.0, (s->facts.integrated_lufs - 10.0 + 0.691) / 10.0);
    memset(on, 0, n);
    for (uint32_t i = 0; i < s->facts.n_steps; i++)
        if (s->facts.k_power[i] > gate)
            on[i / 10] = 1;
}

/* How many parts of its role sound together with this one, itself counted; a pair counts once. */
static double company(const LusterMix *mix, uint32_t i, const uint8_t *busy, uint32_t n)
{
    const LusterStemPlan *s = &mix->stems[i];
    const uint8_t *own = busy + (size_t)i * n;
    double parts = 0.0, all = 0.0;
    for (uint32_t t = 0; t < n; t++)
        all += own[t];
    for (uint32_t k = 0; k < mix->n_stems; k++) {
        const LusterStemPlan *o = &mix->stems[k];
        if (!luster_stem_heard(o) || o->role != s->role)
            continue;
        double both = 0.0;
        for (uint32_t t = 0; t < n; t++)
            both += own[t] & busy[(size_t)k * n + t];
        parts += (o->pair >= 0 ? 0.5 : 1.0) * (all > 0.0 ? both / all : 1.0);
    }
    return parts > 1.0 ? parts : 1.0;
}

/* Equals share one weight: n parts of one role that sound together are each 5 log n quieter, half
 * way between each keeping its level and all together keeping one. The sides of a pair share
 * exactly, and weigh the same. */
static bool share_weights(LusterMix *mix)
{
    const uint32_t n = mix->n_steps / 10 + 1;
    uint8_t *busy = calloc(mix->n_stems, n);
    bool overheads = false;
    for (uint32_t i = 0; i < mix->n_stems && busy; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s))
            busy_seconds(s, n, busy + (size_t)i * n);
        overheads |= luster_stem_heard(s) && s->role == LUSTER_ROLE_OVERHEAD;
    }
    for (uint32_t i = 0; i < mix->n_stems && busy; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        s->weight_db =
            luster_role_info(s->role)->weight_db - 5.0 * luster_log10(company(mix, i, busy, n));
        if (s->pair >= 0)
            s->weight_db -= 10.0 * luster_log10(2.0);
        if (overheads) /* which carry much of these */
            s->weight_db -= s->role == LUSTER_ROLE_SNARE                                  ? 2.0
                            : s->role == LUSTER_ROLE_HAT || s->role == LUSTER_ROLE_CYMBAL ? 2.5
                                                                                          : 0.0;
    }
    free(busy);
    return busy != NULL;
}

/* How far the loudest 400 ms stand over the gated loudness beyond what parts usually show: a close
 * microphone whose gated loudness is the bleed between few hits, an effect with one burst. Such a
 * part is placed by its loudest moments. Overheads and rooms hear the whole kit: theirs are its. */
static double burst_lu(const LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    const double usual = s->role == LUSTER_ROLE_FX ? USUAL_BURST_FX_LU : USUAL_BURST_LU;
    double top = 0.0;
    if (s->role == LUSTER_ROLE_OVERHEAD || s->role == LUSTER_ROLE_ROOM)
        return 0.0;
    for (uint32_t i = 0; i + LUSTER_BALANCE_WINDOW <= f->n_steps; i++) {
        double z = 0.0;
        for (uint32_t k = 0; k < LUSTER_BALANCE_WINDOW; k++)
            z += (double)f->k_power[i + k] / LUSTER_BALANCE_WINDOW;
        top = z > top ? z : top;
    }
    const double over = top > 0.0 ? luster_power_to_db(top) - 0.691 - f->integrated_lufs : 0.0;
    return over > usual ? over - usual : 0.0;
}

/* Drums by the modified loudness [P13l], at which their norms were measured. Elsewhere half way to
 * plain BS.1770: the full +10 dB shelf alone puts a distorted guitar 9 LU under an electric piano.
 */
static double loudness_of(const LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    const bool drums = luster_role_info(s->role)->section == LUSTER_SECTION_DRUMS;
    return (drums ? f->modified_lufs : 0.5 * (f->modified_lufs + f->integrated_lufs)) +
           luster_power_to_db(s->clip_power) + burst_lu(s);
}

/* How well an instrument carries a tune; -INFINITY: not at all. Level-free: weights and the sound.
 */
static double tune(const LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    const bool named = s->role == LUSTER_ROLE_GUITAR_LEAD || s->role == LUSTER_ROLE_SYNTH_LEAD;
    if (!luster_stem_heard(s) || luster_role_info(s->role)->section != LUSTER_SECTION_OTHER ||
        s->role == LUSTER_ROLE_PAD || s->role == LUSTER_ROLE_FX || s->role == LUSTER_ROLE_SAMPLE ||
        s->role == LUSTER_ROLE_UNKNOWN)
        return -INFINITY;
    if (named)
        return 100.0 + f->active_fraction;
    if (f->pitched < LEAD_PITCHED || f->active_fraction < LEAD_ACTIVE)
        return -INFINITY;
    return s->weight_db + LEAD_GLIDE_DB * f->glide + luster_power_to_db(f->active_fraction);
}

/* Lead voices; else who speaks; else the instrument that carries the tune. Backing voices without a
 * lead stay backing. */
static void choose_lead(LusterMix *mix)
{
    bool sung = false, spoken = false, voices = false;
    int best = -1;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        sung |= s->role == LUSTER_ROLE_LEAD_VOCAL;
        spoken |= s->role == LUSTER_ROLE_SPOKEN;
        voices |= luster_role_info(s->role)->section == LUSTER_SECTION_VOCALS;
        if (isfinite(tune(s)) && (best < 0 || tune(s) > tune(&mix->stems[best])))
            best = (int)i;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        s->leads = luster_stem_heard(s) && (sung     ? s->role == LUSTER_ROLE_LEAD_VOCAL
                                            : spoken ? s->role == LUSTER_ROLE_SPOKEN
                                                     : !voices && (int)i == best);
        if (!voices && best >= 0 && s->pair == best) /* both sides of a pair */
            s->leads = luster_stem_heard(s);
    }
}

bool luster_balance_weigh(LusterMix *mix)
{
    if (!share_weights(mix))
        return false;
    choose_lead(mix);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        s->level_db = luster_stem_heard(s) ? s->weight_db - loudness_of(s) : -INFINITY;
    }
    return true;
}
