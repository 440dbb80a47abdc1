/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a track is: a table of roles, and how they are told from a file's name and from its sound.
 * One row per role holds what the other parts of the assistant want to know about it. */
#ifndef LUSTER_ASSIST_ROLES_H
#define LUSTER_ASSIST_ROLES_H

#include "analysis/stem.h"

typedef enum {
    LUSTER_ROLE_UNKNOWN,
    LUSTER_ROLE_KICK,
    LUSTER_ROLE_SNARE,
    LUSTER_ROLE_SNARE_BOTTOM,
    LUSTER_ROLE_HAT,
    LUSTER_ROLE_TOM,
    LUSTER_ROLE_CYMBAL,
    LUSTER_ROLE_OVERHEAD,
    LUSTER_ROLE_ROOM,
    LUSTER_ROLE_DRUMS,
    LUSTER_ROLE_PERCUSSION,
    LUSTER_ROLE_BASS,
    LUSTER_ROLE_BASS_SYNTH,
    LUSTER_ROLE_GUITAR,
    LUSTER_ROLE_GUITAR_ACOUSTIC,
    LUSTER_ROLE_GUITAR_ELECTRIC,
    LUSTER_ROLE_GUITAR_LEAD,
    LUSTER_ROLE_PIANO,
    LUSTER_ROLE_KEYS,
    LUSTER_ROLE_ORGAN,
    LUSTER_ROLE_SYNTH,
    LUSTER_ROLE_SYNTH_LEAD,
    LUSTER_ROLE_PAD,
    LUSTER_ROLE_MALLET,
    LUSTER_ROLE_STRINGS,
    LUSTER_ROLE_BRASS,
    LUSTER_ROLE_WOODWIND,
    LUSTER_ROLE_LEAD_VOCAL,
    LUSTER_ROLE_VOCAL_DOUBLE,
    LUSTER_ROLE_BACKING_VOCAL,
    LUSTER_ROLE_CHOIR,
    LUSTER_ROLE_SPOKEN,
    LUSTER_ROLE_SAMPLE,
    LUSTER_ROLE_FX,
    LUSTER_ROLE_MIX,
    LUSTER_ROLE_GUIDE, /* click, talkback, guide takes: not part of the music */
    LUSTER_ROLE_N
} LusterRole;

/** The coarse classes: the trunk of the tree of roles. */
typedef enum {
    LUSTER_FAMILY_DRUMS,
    LUSTER_FAMILY_BASS,
    LUSTER_FAMILY_GUITAR,
    LUSTER_FAMILY_KEYS,
    LUSTER_FAMILY_ORCHESTRA,
    LUSTER_FAMILY_VOICE,
    LUSTER_FAMILY_OTHER,
    LUSTER_FAMILY_N
} LusterRoleFamily;

/** The parts of a mix whose levels are known from measured mixes (doc/sources.md A2). */
typedef enum {
    LUSTER_SECTION_VOCALS,
    LUSTER_SECTION_DRUMS,
    LUSTER_SECTION_BASS,
    LUSTER_SECTION_OTHER,
    LUSTER_SECTION_N
} LusterSection;

typedef struct LusterRoleInfo {
    const char *id; /* as in a session */
    const char *name; /* for people */
    const char *bus, *bus_name; /* where it goes; NULL: nowhere (a full mix) */
    LusterSection section;
    double weight_db; /* loudness inside its section, re the section's main part */
    double pan; /* how far to the side a lone mono part of this kind may stand, 0 ... 100 */
    double low_cut_top_hz; /* a low cut never goes above this; 0: none */
    double reverb_db; /* reverb re the song's amount; -INFINITY: none */
    LusterRoleFamily family;
    LusterRole parent; /* the next coarser role; UNKNOWN: the family itself */
} LusterRoleInfo;

const LusterRoleInfo *luster_role_info(LusterRole role);

/** Whether a role is another or stands below it: bass_synth is a bass. */
bool luster_role_is(LusterRole role, LusterRole coarse);

/** Id and name of a family, for people. */
const char *luster_family_id(LusterRoleFamily family);
const char *luster_family_name(LusterRoleFamily family);

/** By id; -1 when there is none. */
int luster_role_find(const char *id);

typedef struct LusterRoleGuess {
    LusterRole role;
    double confidence; /* 0 ... 1 */
    LusterRole second; /* named too, when the name holds two instruments; else UNKNOWN */
    int side; /* -1 "L", 1 "R": one half of a pair in two files; else 0 */
    bool take; /* "double", "dt": a second take */
    bool by_sound; /* the name did not say it */
    LusterRoleFamily family; /* what it sounds like, and how sure that is */
    double family_confidence;
    char mic; /* 'i' inside, 'o' outside, 't' top, 'b' bottom, 'd' DI, 'a' amp; 0 unsaid */
    char stem[64]; /* the name without number and side: equal for both halves of a pair */
    char why[160];
} LusterRoleGuess;

/** From a file name ("Drums/02_Kick In.wav"), with folders that all files share already taken
 * off. */
void luster_role_from_name(const char *name, LusterRoleGuess *guess);

/** From the sound alone. Coarse where it cannot be sure, and it says so in the confidence. */
void luster_role_from_sound(const LusterStemFacts *facts, LusterRoleGuess *guess);

/** Both: the name first, the sound where the name says nothing or cannot be. */
void luster_role_guess(const char *name, const LusterStemFacts *facts, LusterRoleGuess *guess);

#endif
