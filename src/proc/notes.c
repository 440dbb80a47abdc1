/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* From 1/64 to a whole note as triplet, straight and dotted; then bars. */
#include "proc/notes.h"

const char *const luster_note_labels[] = {
    "off",         "64th_triplet",    "64th",    "64th_dotted",    "32nd_triplet", "32nd",
    "32nd_dotted", "16th_triplet",    "16th",    "16th_dotted",    "8th_triplet",  "8th",
    "8th_dotted",  "quarter_triplet", "quarter", "quarter_dotted", "half_triplet", "half",
    "half_dotted", "whole_triplet",   "whole",   "whole_dotted",   "two_bars",     "four_bars",
    "eight_bars",
};

double luster_note_ms(int note, double tempo)
{
    static const double shape[3] = {2.0 / 3.0, 1.0, 1.5}; /* triplet, straight, dotted */
    const double whole_ms = 4.0 * 60000.0 / tempo;
    if (note > LUSTER_NOTE_WHOLE_DOTTED)
        return whole_ms * (double)(2 << (note - LUSTER_NOTE_WHOLE_DOTTED - 1));
    return whole_ms / (double)(64 >> (note - 1) / 3) * shape[(note - 1) % 3];
}

double luster_note_hz(int note, double tempo, double rate_hz)
{
    return note ? 1000.0 / luster_note_ms(note, tempo) : rate_hz;
}
