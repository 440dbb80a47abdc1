/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The vocabulary of file names: which word hints at what. What hints make together is in
 * role_names.c. */
#ifndef LUSTER_ASSIST_ROLE_WORDS_H
#define LUSTER_ASSIST_ROLE_WORDS_H

#include <stddef.h>

typedef enum {
    LUSTER_HINT_LEAD = 1,
    LUSTER_HINT_BACK,
    LUSTER_HINT_TAKE, /* double, dt */
    LUSTER_HINT_VOX,
    LUSTER_HINT_HARMONY,
    LUSTER_HINT_CHOIR,
    LUSTER_HINT_SPOKEN,
    LUSTER_HINT_KICK,
    LUSTER_HINT_SNARE,
    LUSTER_HINT_HAT,
    LUSTER_HINT_TOM,
    LUSTER_HINT_CYMBAL,
    LUSTER_HINT_OVERHEAD,
    LUSTER_HINT_ROOM,
    LUSTER_HINT_DRUMS,
    LUSTER_HINT_PERCUSSION,
    LUSTER_HINT_BASS,
    LUSTER_HINT_GUITAR,
    LUSTER_HINT_ACOUSTIC,
    LUSTER_HINT_ELECTRIC,
    LUSTER_HINT_PIANO,
    LUSTER_HINT_KEYS,
    LUSTER_HINT_ORGAN,
    LUSTER_HINT_SYNTH,
    LUSTER_HINT_PAD,
    LUSTER_HINT_MALLET,
    LUSTER_HINT_STRINGS,
    LUSTER_HINT_BRASS,
    LUSTER_HINT_WOODWIND,
    LUSTER_HINT_SAMPLE,
    LUSTER_HINT_FX,
    LUSTER_HINT_MIX,
    LUSTER_HINT_GUIDE, /* click, talkback: not part of the music */
    LUSTER_HINT_SCRATCH, /* guide takes, or a DJ */
    LUSTER_HINT_RETURN, /* a printed effect */
    LUSTER_HINT_PASSAGE, /* verse: says when, and mostly a voice */
    LUSTER_HINT_PART, /* rhythm, riff: mostly a guitar */
    LUSTER_HINT_UPRIGHT,
    LUSTER_HINT_TRACK, /* words that alone say nothing */
    LUSTER_HINT_E808, /* the drum machine; alone its bass */
    LUSTER_HINT_IN,
    LUSTER_HINT_OUT,
    LUSTER_HINT_TOP,
    LUSTER_HINT_BOTTOM,
    LUSTER_HINT_DI,
    LUSTER_HINT_AMP,
    LUSTER_HINT_HIT,
    LUSTER_HINT_LEFT,
    LUSTER_HINT_RIGHT,
    LUSTER_HINT_N
} LusterHint;

/** What a word of small letters hints at; 0: nothing. */
LusterHint luster_role_word(const char *word, size_t size);

/** The same for a word with digits in it ("808", "b3"), as it stands in the name. */
LusterHint luster_role_number(const char *word, size_t size);

/** Copies a name in UTF-8 with the marks taken off its letters ("Flöte" -> "Flote"), up to `room`
 * - 1 bytes; what is no Latin letter stays. The return is the size of `out`. */
size_t luster_role_plain(const char *name, size_t size, char *out, size_t room);

#endif
