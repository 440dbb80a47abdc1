/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Note values as settings: the labels of a choice and what they last. */
#ifndef LUSTER_PROC_NOTES_H
#define LUSTER_PROC_NOTES_H

/* Last choices: of an echo, and of a slow movement. 0 is off: no note. */
enum { LUSTER_NOTE_WHOLE_DOTTED = 21, LUSTER_NOTE_EIGHT_BARS = 24 };

extern const char *const luster_note_labels[];

/** Milliseconds of note 1 … LUSTER_NOTE_EIGHT_BARS at a tempo in quarter notes a minute; bars have
 * four quarters. */
double luster_note_ms(int note, double tempo);
/** Cycles a second: one per note, or `rate_hz` where there is none. */
double luster_note_hz(int note, double tempo, double rate_hz);

#endif
