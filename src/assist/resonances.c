/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Resonances: a narrow peak of at least 6 dB that stays where it is whatever is played, half of the
 * time (peaks.c), gets a bell of half its height (doc/sources.md B10). A peak that is a note, the
 * fundamental of a voice, or spread over more than a bell's width is the part's own sound and
 * stays, and so are drums and synthesizers, whose ring is what they are. */
#include "assist/tone.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>

#define LEAST_EXCESS_DB 6.0 /* B10 */
#define LEAST_CLEAR_DB 3.0 /* over the next highest around: else it is one of a comb */
#define LEAST_CUT_DB 1.0 /* less is not worth a band */
#define MOST_CUT_DB 6.0 /* B10 */
#define MOST_BANDS 2
#define MOST_LINE 0.3 /* of its partials at one frequency; one note has 0.4 ... 1 (ours) */
/* Over that frequency overtones of many notes mingle; where they are few yet, the peak has to stand
 * out all the more (ours). */
#define MINGLED_HZ 700.0
#define MOST_LINE_MINGLED 0.45
#define LEAST_CLEAR_MINGLED_DB 5.0
#define MOST_ONE_PITCH 0.3 /* few notes cannot tell an instrument from its room */
#define LEAST_HEARD 0.25
#define OVER_FUNDAMENTAL 2.5 /* the first two partials of a usual note are strong by nature */
#define VOICE_FROM_HZ 700.0 /* where a voice's pitch is not known: above most of sung notes */
#define FROM_HZ 180.0 /* below, the spectrum does not tell neighbours apart */
#define TO_HZ 8000.0 /* above: air and edge */
#define NARROW_OCT 0.30 /* full share up to here, none from WIDE on: Q 4 is 0.35 */
#define WIDE_OCT 0.50
#define MEASURED_WIDER_OCT 0.05 /* the bands of an own width widen what they measure */
#define LEAST_SHARE_DB -26.0 /* its third octave re the whole part: else nobody hears it */

/* Roles whose spectrum comes from a body, a room and a microphone. */
static bool may_resonate(LusterRole role)
{
    switch (role) {
    case LUSTER_ROLE_GUITAR:
    case LUSTER_ROLE_GUITAR_ACOUSTIC:
    case LUSTER_ROLE_GUITAR_ELECTRIC:
    case LUSTER_ROLE_GUITAR_LEAD:
    case LUSTER_ROLE_PIANO:
    case LUSTER_ROLE_STRINGS:
    case LUSTER_ROLE_BRASS:
    case LUSTER_ROLE_WOODWIND:
        return true;
    default:
        return luster_tone_is_voice(role);
    }
}

static double share_db(const LusterStemFacts *f, double hz)
{
    double total = 0.0, here = 0.0;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        total += f->band_power[b];
        if (fabs(luster_log2(hz / luster_stem_band_hz(b))) <= 1.0 / 6.0)
            here = f->band_power[b];
    }
    return total > 0.0 ? luster_power_to_db(here / total) : -INFINITY;
}

static bool is_resonance(const LusterStemPlan *s, const LusterPeak *p)
{
    const LusterStemFacts *f = &s->facts;
    double from = OVER_FUNDAMENTAL * f->f0_mid_hz;
    if (luster_tone_is_voice(s->role) && from < VOICE_FROM_HZ)
        from = VOICE_FROM_HZ;
    const bool no_note =
        p->one_line <= MOST_LINE || (p->hz >= MINGLED_HZ && p->one_line <= MOST_LINE_MINGLED &&
                                     p->clear_db >= LEAST_CLEAR_MINGLED_DB);
    return p->excess_db >= LEAST_EXCESS_DB && p->clear_db >= LEAST_CLEAR_DB && no_note &&
           p->one_pitch <= MOST_ONE_PITCH && p->heard >= LEAST_HEARD && p->hz >= FROM_HZ &&
           p->hz >= from && p->hz <= TO_HZ && share_db(f, p->hz) >= LEAST_SHARE_DB;
}

void luster_tone_resonances(const LusterMix *mix, LusterStemPlan *s)
{
    int n = 0;
    if (!may_resonate(s->role))
        return;
    for (uint32_t i = 0; i < s->facts.n_peaks && n < MOST_BANDS; i++) {
        const LusterPeak *p = &s->facts.peaks[i];
        char measured[200];
        double narrow = (WIDE_OCT - p->octaves) / (WIDE_OCT - NARROW_OCT);
        narrow = narrow > 1.0 ? 1.0 : narrow;
        double cut = 0.5 * p->excess_db * narrow;
        cut = (cut > MOST_CUT_DB ? MOST_CUT_DB : cut) * mix->amount[LUSTER_STAGE_TONE];
        if (!is_resonance(s, p) || cut < LEAST_CUT_DB)
            continue;
        double q = 1.4 / fmax(p->octaves - MEASURED_WIDER_OCT, 0.1);
        q = q > 10.0 ? 10.0 : q < 4.0 ? 4.0 : q;
        snprintf(measured, sizeof measured,
                 "%.0f Hz comes out %.0f dB louder than beside it, %.2f octaves wide, whatever is "
                 "played there",
                 p->hz, p->excess_db, p->octaves);
        n += luster_tone_band(s, "bell", p->hz, -cut, q,
                              "half of a resonance that sticks out: body, room or microphone",
                              measured);
    }
}
