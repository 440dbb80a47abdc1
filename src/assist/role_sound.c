/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Roles from sound: a short list of questions (doc/sources.md J2), asked from the surest on. Where
 * no question fits it says unknown; it is never sure of more than 60 %. */
#include "assist/roles.h"

#include "base/math.h"

#include <stdio.h>
#include <string.h>

static void say(LusterRoleGuess *g, LusterRole role, double confidence, const char *why)
{
    g->role = role;
    g->confidence = confidence;
    snprintf(g->why, sizeof g->why, "%s", why);
}

static bool drum_like(const LusterStemFacts *f, double crest, LusterRoleGuess *g)
{
    if (f->centroid_hz > 4500.0 && f->onsets_per_s > 1.0) {
        if (f->low_edge_hz > 1500.0 || f->decay_db < 12.0)
            say(g, f->decay_db < 12.0 ? LUSTER_ROLE_CYMBAL : LUSTER_ROLE_PERCUSSION, 0.5,
                "bright noise, struck");
        else
            say(g, LUSTER_ROLE_HAT, 0.55, "bright short noise, often struck");
        return true;
    }
    if (f->low_share_db > -2.5 && f->centroid_hz < 300.0 && f->decay_db >= 10.0 &&
        f->pitched < 0.4) {
        say(g, LUSTER_ROLE_KICK, 0.6, "short low hits without a lasting pitch");
        return true;
    }
    if (f->low_share_db > -4.0 && f->centroid_hz >= 300.0 && f->pitched < 0.2 &&
        f->flatness > 0.02 && f->onsets_per_s > 2.0 && f->low_edge_hz < 90.0) {
        say(g, LUSTER_ROLE_DRUMS, 0.55, "hits from low to high without pitch: a kit");
        return true;
    }
    if (f->centroid_hz > 500.0 && f->centroid_hz < 4500.0 && f->decay_db > 12.0 &&
        f->flatness > 0.02 && f->pitched < 0.15 && crest > 14.0) {
        if (f->low_edge_hz < 250.0)
            say(g, LUSTER_ROLE_SNARE, 0.5, "short noisy hits with a body");
        else
            say(g, LUSTER_ROLE_PERCUSSION, 0.5, "short noisy hits");
        return true;
    }
    return false;
}

void luster_role_from_sound(const LusterStemFacts *f, LusterRoleGuess *g)
{
    memset(g, 0, sizeof *g);
    const double active = f->active_fraction > 0.02 ? f->active_fraction : 0.02;
    const double crest = f->crest_db + luster_power_to_db(active); /* of what is heard */
    if (f->silent)
        say(g, LUSTER_ROLE_UNKNOWN, 0.0, "the file is silent");
    else if (drum_like(f, crest, g))
        return;
    else if (f->low_share_db > -2.0 && f->centroid_hz < 400.0 && crest < 17.0)
        say(g, LUSTER_ROLE_BASS, 0.6, "nearly all of it lies under 200 Hz, steady");
    else if (f->glide > 0.25 && f->pitched > 0.25 && f->f0_low_hz > 75.0 &&
             f->centroid_hz > 400.0 && f->centroid_hz < 2500.0 && f->low_share_db < -6.0)
        say(g, LUSTER_ROLE_LEAD_VOCAL, 0.5, "one pitch that slides as a voice does");
    else if (f->flatness > 0.5 && f->onsets_per_s < 1.0)
        say(g, LUSTER_ROLE_FX, 0.4, "a long noise");
    else if (f->onsets_per_s < 1.0 && f->decay_db < 3.0 && f->active_fraction > 0.5)
        say(g, LUSTER_ROLE_PAD, 0.4, "long tones without attacks");
    else if (f->pitched > 0.3 && f->decay_db > 8.0)
        say(g, LUSTER_ROLE_KEYS, 0.35, "struck tones with a pitch");
    else
        say(g, LUSTER_ROLE_UNKNOWN, 0.2, "the sound is of no clear kind");
}

/* What a name cannot mean, whatever it says. */
static const char *contradiction(LusterRole role, const LusterStemFacts *f)
{
    if (role == LUSTER_ROLE_BASS && f->low_share_db < -15.0)
        return "but hardly any of it lies under 200 Hz";
    if ((role == LUSTER_ROLE_HAT || role == LUSTER_ROLE_CYMBAL) && f->low_share_db > -1.0)
        return "but nearly all of it lies under 200 Hz";
    if (role == LUSTER_ROLE_KICK && f->low_share_db < -15.0)
        return "but hardly any of it lies under 200 Hz";
    if (role == LUSTER_ROLE_LEAD_VOCAL && f->low_share_db > -1.0)
        return "but nearly all of it lies under 200 Hz";
    return NULL;
}

void luster_role_guess(const char *name, const LusterStemFacts *f, LusterRoleGuess *g)
{
    LusterRoleGuess sound;
    luster_role_from_name(name, g);
    if (f->silent)
        return;
    luster_role_from_sound(f, &sound);
    char why[160];
    if (g->role == LUSTER_ROLE_UNKNOWN) {
        g->role = sound.role;
        g->confidence = sound.confidence;
        snprintf(why, sizeof why, "the name says nothing; by ear: %.100s", sound.why);
    } else if (g->second != LUSTER_ROLE_UNKNOWN) {
        const bool low = f->low_share_db > -3.0; /* half the power or more under 200 Hz */
        const bool bass_first = g->role == LUSTER_ROLE_BASS;
        if ((bass_first && !low) || (g->second == LUSTER_ROLE_BASS && low)) {
            const LusterRole first = g->role;
            g->role = g->second;
            g->second = first;
        }
        snprintf(why, sizeof why, "the name says %s and %s; %s of it lies under 200 Hz",
                 luster_role_info(g->role)->name, luster_role_info(g->second)->name,
                 low ? "most" : "less than half");
    } else if (g->confidence < 0.5 && sound.confidence > g->confidence) {
        g->role = sound.role;
        g->confidence = sound.confidence;
        snprintf(why, sizeof why, "%.80s is vague; by ear: %.50s", g->why, sound.why);
    } else if (contradiction(g->role, f)) {
        g->confidence *= 0.6;
        snprintf(why, sizeof why, "%.90s, %.60s", g->why, contradiction(g->role, f));
    } else {
        if (sound.role == g->role && sound.confidence > 0.4)
            g->confidence = 1.0 - (1.0 - g->confidence) * 0.5;
        return;
    }
    memcpy(g->why, why, sizeof why);
}
