/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Dynamics, in the order sound meets them: bleed is gated before anything reacts to it, parts are
 * compressed where their level moves more than the mix can carry, the bass gives way to the kick,
 * single peaks are limited, then the drums together. Each rule is a file and plays what it planned:
 * what is written down is the reduction reached. */
#include "assist/dynamics.h"
#include "assist/player.h"

#include <math.h>

/* Where the detector of a role's gate listens; bass: where it meets the kick [B10: 40-120 Hz]. */
static LusterStrokeBand band_of(const LusterStemPlan *s)
{
    LusterStrokeBand band = {s->channels, 10.0, 20000.0};
    switch (s->role) {
    case LUSTER_ROLE_KICK:
        band.high_cut_hz = 200.0;
        break;
    case LUSTER_ROLE_SNARE:
    case LUSTER_ROLE_SNARE_BOTTOM:
        band.low_cut_hz = 120.0;
        band.high_cut_hz = 2000.0;
        break;
    case LUSTER_ROLE_TOM:
        band.high_cut_hz = 800.0;
        break;
    case LUSTER_ROLE_BASS:
    case LUSTER_ROLE_DRUMS:
        band.low_cut_hz = 30.0;
        band.high_cut_hz = 120.0;
        break;
    default:
        break;
    }
    return band;
}

static void listen(const LusterMix *mix, LusterStemPlan *s)
{
    (void)mix;
    LusterSource *source = NULL;
    LusterError err;
    const LusterStrokeBand band = band_of(s);
    if (!luster_stem_heard(s) || s->input->open(s->input->user, &source, &err))
        return;
    luster_strokes_find(source, &band, &s->strokes, &err);
    luster_source_close(source);
}

static void single(const LusterMix *mix, LusterStemPlan *s)
{
    if (!luster_stem_heard(s))
        return;
    luster_dynamics_gate(mix, s);
    if (s->role == LUSTER_ROLE_DRUMS)
        luster_dynamics_hits(mix, s, 0.0); /* its low end keys the bass */
    luster_dynamics_expand(mix, s);
    luster_dynamics_compress(mix, s);
}

static void peaks(const LusterMix *mix, LusterStemPlan *s)
{
    LusterRehearsal heard;
    if (!luster_stem_heard(s))
        return;
    if (s->mono_bass && !luster_plan_find(&s->plan, "compressor") &&
        luster_plan_rehearse(s, &heard) && heard.change_lu < 0.0)
        s->fader_db -= heard.change_lu; /* what its low side was worth */
    luster_dynamics_tame(mix, s);
}

/* Only now: it plays the kick's chain, which must not change meanwhile. */
static void duck(const LusterMix *mix, LusterStemPlan *s)
{
    if (luster_stem_heard(s))
        luster_dynamics_duck(mix, s);
}

void luster_plan_dynamics(LusterMix *mix)
{
    luster_plan_each(mix, "listening to strokes", listen);
    luster_plan_each(mix, "rehearsing", single);
    luster_plan_each(mix, "holding peaks", peaks);
    luster_plan_each(mix, "making room for the kick", duck);
    luster_dynamics_drum_bus(mix);
    for (uint32_t i = 0; i < mix->n_stems; i++)
        luster_strokes_clear(&mix->stems[i].strokes);
}
