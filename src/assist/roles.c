/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of roles. Weights: loudness inside a section, modified BS.1770. Drums from two sources:
 * measured kick -13.2 +-4.1, snare -16.8 +-6.2, all the rest -12.7 +-5.5 LU [DM14], which with the
 * spectra of the same mixes (C4) also sums to the spectrum of professional drum stems (C3) within 2
 * dB; and the rule base A6 (snare 1.5 dB over the kick, hats, cymbals and overheads 0.5, shakers
 * and rooms 2 under). Where overheads carry snare and cymbals, their own tracks stand lower:
 * balance.c. Other sections from A6 re guitars; backing voices from A7. Pan from A6 and E1, tops of
 * low cuts from B5, reverb from F (none on kick and bass, most on voices and what stands behind).
 */
#include "assist/roles.h"

#include <math.h>
#include <string.h>

#define NONE -INFINITY
#define V LUSTER_SECTION_VOCALS
#define D LUSTER_SECTION_DRUMS
#define B LUSTER_SECTION_BASS
#define O LUSTER_SECTION_OTHER
#define IN(f, p) LUSTER_FAMILY_##f, LUSTER_ROLE_##p

static const LusterRoleInfo infos[LUSTER_ROLE_N] = {
    /*                          id, name, bus, bus name, section, weight, pan, low cut, reverb, tree
     */
    [LUSTER_ROLE_UNKNOWN] = {"unknown", "Unknown", "other", "Other", O, -2.0, 30, 0, -3.0,
                             IN(OTHER, UNKNOWN)},
    [LUSTER_ROLE_KICK] = {"kick", "Kick", "drums", "Drums", D, 0.0, 0, 30, NONE, IN(DRUMS, DRUMS)},
    [LUSTER_ROLE_SNARE] = {"snare", "Snare", "drums", "Drums", D, 1.5, 0, 100, -2.0,
                           IN(DRUMS, DRUMS)},
    [LUSTER_ROLE_SNARE_BOTTOM] = {"snare_bottom", "Snare bottom", "drums", "Drums", D, -6.0, 0, 150,
                                  NONE, IN(DRUMS, SNARE)},
    [LUSTER_ROLE_HAT] = {"hat", "Hi-hat", "drums", "Drums", D, 0.5, 30, 400, NONE,
                         IN(DRUMS, DRUMS)},
    [LUSTER_ROLE_TOM] = {"tom", "Tom", "drums", "Drums", D, 0.0, 40, 50, -4.0, IN(DRUMS, DRUMS)},
    [LUSTER_ROLE_CYMBAL] = {"cymbal", "Cymbal", "drums", "Drums", D, 0.5, 40, 300, -6.0,
                            IN(DRUMS, DRUMS)},
    [LUSTER_ROLE_OVERHEAD] = {"overhead", "Overhead", "drums", "Drums", D, 1.5, 0, 120, NONE,
                              IN(DRUMS, DRUMS)},
    [LUSTER_ROLE_ROOM] = {"room", "Room", "drums", "Drums", D, -4.0, 0, 80, NONE, IN(DRUMS, DRUMS)},
    [LUSTER_ROLE_DRUMS] = {"drums", "Drums", "drums", "Drums", D, 5.0, 0, 30, -8.0,
                           IN(DRUMS, UNKNOWN)},
    [LUSTER_ROLE_PERCUSSION] = {"percussion", "Percussion", "drums", "Drums", D, -2.0, 50, 150,
                                -3.0, IN(DRUMS, DRUMS)},
    [LUSTER_ROLE_BASS] = {"bass", "Bass", "bass", "Bass", B, 0.0, 0, 30, NONE, IN(BASS, UNKNOWN)},
    [LUSTER_ROLE_BASS_SYNTH] = {"bass_synth", "Synth bass", "bass", "Bass", B, 0.0, 0, 30, NONE,
                                IN(BASS, BASS)},
    [LUSTER_ROLE_GUITAR] = {"guitar", "Guitar", "guitars", "Guitars", O, 0.0, 40, 80, -4.0,
                            IN(GUITAR, UNKNOWN)},
    [LUSTER_ROLE_GUITAR_ACOUSTIC] = {"guitar_acoustic", "Acoustic guitar", "guitars", "Guitars", O,
                                     -1.0, 40, 100, -3.0, IN(GUITAR, GUITAR)},
    [LUSTER_ROLE_GUITAR_ELECTRIC] = {"guitar_electric", "Electric guitar", "guitars", "Guitars", O,
                                     0.0, 40, 90, -5.0, IN(GUITAR, GUITAR)},
    [LUSTER_ROLE_GUITAR_LEAD] = {"guitar_lead", "Lead guitar", "guitars", "Guitars", O, 2.0, 0, 90,
                                 -1.0, IN(GUITAR, GUITAR)},
    [LUSTER_ROLE_PIANO] = {"piano", "Piano", "keys", "Keys", O, -1.0, 30, 60, -3.0, IN(KEYS, KEYS)},
    [LUSTER_ROLE_KEYS] = {"keys", "Keys", "keys", "Keys", O, -1.5, 35, 60, -4.0, IN(KEYS, UNKNOWN)},
    [LUSTER_ROLE_ORGAN] = {"organ", "Organ", "keys", "Keys", O, -2.5, 35, 50, -4.0, IN(KEYS, KEYS)},
    [LUSTER_ROLE_SYNTH] = {"synth", "Synth", "keys", "Keys", O, -1.0, 35, 60, -4.0, IN(KEYS, KEYS)},
    [LUSTER_ROLE_SYNTH_LEAD] = {"synth_lead", "Lead synth", "keys", "Keys", O, 1.5, 0, 80, -2.0,
                                IN(KEYS, SYNTH)},
    [LUSTER_ROLE_PAD] = {"pad", "Pad", "keys", "Keys", O, -4.0, 40, 80, -3.0, IN(KEYS, SYNTH)},
    [LUSTER_ROLE_MALLET] = {"mallet", "Mallets and bells", "keys", "Keys", O, -1.5, 35, 80, -2.0,
                            IN(KEYS, KEYS)},
    [LUSTER_ROLE_STRINGS] = {"strings", "Strings", "orchestra", "Strings and winds", O, -2.0, 50,
                             80, -1.0, IN(ORCHESTRA, UNKNOWN)},
    [LUSTER_ROLE_BRASS] = {"brass", "Brass", "orchestra", "Strings and winds", O, -0.5, 40, 80,
                           -2.0, IN(ORCHESTRA, UNKNOWN)},
    [LUSTER_ROLE_WOODWIND] = {"woodwind", "Woodwind", "orchestra", "Strings and winds", O, -0.5, 40,
                              80, -2.0, IN(ORCHESTRA, UNKNOWN)},
    [LUSTER_ROLE_LEAD_VOCAL] = {"lead_vocal", "Lead vocal", "vocals", "Vocals", V, 0.0, 0, 110, 0.0,
                                IN(VOICE, UNKNOWN)},
    [LUSTER_ROLE_VOCAL_DOUBLE] = {"vocal_double", "Vocal double", "vocals", "Vocals", V, -8.0, 50,
                                  130, 0.0, IN(VOICE, LEAD_VOCAL)},
    [LUSTER_ROLE_BACKING_VOCAL] = {"backing_vocal", "Backing vocal", "vocals", "Vocals", V, -7.0,
                                   60, 150, 1.0, IN(VOICE, UNKNOWN)},
    [LUSTER_ROLE_CHOIR] = {"choir", "Choir", "vocals", "Vocals", V, -6.0, 50, 110, 1.0,
                           IN(VOICE, BACKING_VOCAL)},
    [LUSTER_ROLE_SPOKEN] = {"spoken", "Spoken voice", "vocals", "Vocals", V, 0.0, 0, 100, -6.0,
                            IN(VOICE, UNKNOWN)},
    [LUSTER_ROLE_SAMPLE] = {"sample", "Sample", "other", "Other", O, 0.0, 30, 40, -8.0,
                            IN(OTHER, UNKNOWN)},
    [LUSTER_ROLE_FX] = {"fx", "Effects", "fx", "Effects", O, -7.0, 30, 60, -4.0,
                        IN(OTHER, UNKNOWN)},
    [LUSTER_ROLE_MIX] = {"mix", "Full mix", NULL, NULL, O, 0.0, 0, 0, NONE, IN(OTHER, UNKNOWN)},
    [LUSTER_ROLE_GUIDE] = {"guide", "Click or guide", NULL, NULL, O, 0.0, 0, 0, NONE,
                           IN(OTHER, UNKNOWN)},
};

const LusterRoleInfo *luster_role_info(LusterRole role)
{
    return &infos[role];
}

bool luster_role_is(LusterRole role, LusterRole coarse)
{
    while (role != coarse && role != LUSTER_ROLE_UNKNOWN)
        role = infos[role].parent;
    return role == coarse;
}

static const struct {
    const char *id, *name;
} families[LUSTER_FAMILY_N] = {
    [LUSTER_FAMILY_DRUMS] = {"drums", "Drums and percussion"},
    [LUSTER_FAMILY_BASS] = {"bass", "Bass"},
    [LUSTER_FAMILY_GUITAR] = {"guitar", "Guitars"},
    [LUSTER_FAMILY_KEYS] = {"keys", "Keys and synths"},
    [LUSTER_FAMILY_ORCHESTRA] = {"orchestra", "Strings and winds"},
    [LUSTER_FAMILY_VOICE] = {"voice", "Voices"},
    [LUSTER_FAMILY_OTHER] = {"other", "Everything else"},
};

const char *luster_family_id(LusterRoleFamily family)
{
    return families[family].id;
}

const char *luster_family_name(LusterRoleFamily family)
{
    return families[family].name;
}

int luster_role_find(const char *id)
{
    for (int i = 0; i < LUSTER_ROLE_N; i++)
        if (!strcmp(infos[i].id, id))
            return i;
    return -1;
}
