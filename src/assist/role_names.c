/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Roles from file names: words split on case, digits and signs; each known word hints at something
 * (doc/sources.md J1 with its purities); the hints together, whatever their order, give the role.
 */
#include "assist/role_words.h"
#include "assist/roles.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What the hints make, first match wins; the number is the purity of J1 where it was measured. */
static const struct {
    LusterHint with[2]; /* both must be there; 0: nothing more */
    LusterRole role;
    double confidence;
} rules[] = {
    {{LUSTER_HINT_KICK, LUSTER_HINT_GUIDE}, LUSTER_ROLE_KICK, 0.9},
    {{LUSTER_HINT_SNARE, LUSTER_HINT_GUIDE}, LUSTER_ROLE_SNARE, 0.8},
    {{LUSTER_HINT_GUIDE, 0}, LUSTER_ROLE_GUIDE, 0.9},
    {{LUSTER_HINT_SCRATCH, LUSTER_HINT_VOX}, LUSTER_ROLE_GUIDE, 0.85},
    {{LUSTER_HINT_SCRATCH, LUSTER_HINT_GUITAR}, LUSTER_ROLE_GUIDE, 0.8},
    {{LUSTER_HINT_SCRATCH, LUSTER_HINT_PIANO}, LUSTER_ROLE_GUIDE, 0.8},
    {{LUSTER_HINT_SCRATCH, LUSTER_HINT_BASS}, LUSTER_ROLE_GUIDE, 0.8},
    {{LUSTER_HINT_SCRATCH, LUSTER_HINT_DRUMS}, LUSTER_ROLE_GUIDE, 0.6},
    {{LUSTER_HINT_BACK, LUSTER_HINT_TRACK}, LUSTER_ROLE_SAMPLE, 0.6},
    {{LUSTER_HINT_SYNTH, LUSTER_HINT_BASS}, LUSTER_ROLE_BASS_SYNTH, 0.95},
    {{LUSTER_HINT_E808, LUSTER_HINT_BASS}, LUSTER_ROLE_BASS_SYNTH, 0.9},
    {{LUSTER_HINT_SYNTH, LUSTER_HINT_BRASS}, LUSTER_ROLE_BRASS, 0.75},
    {{LUSTER_HINT_SYNTH, LUSTER_HINT_STRINGS}, LUSTER_ROLE_STRINGS, 0.8},
    {{LUSTER_HINT_SYNTH, LUSTER_HINT_PAD}, LUSTER_ROLE_PAD, 0.9},
    {{LUSTER_HINT_KEYS, LUSTER_HINT_PAD}, LUSTER_ROLE_PAD, 0.7},
    {{LUSTER_HINT_KEYS, LUSTER_HINT_LEAD}, LUSTER_ROLE_SYNTH_LEAD, 0.6},
    {{LUSTER_HINT_STRINGS, LUSTER_HINT_PAD}, LUSTER_ROLE_PAD, 0.7},
    {{LUSTER_HINT_FX, LUSTER_HINT_PAD}, LUSTER_ROLE_FX, 0.6},
    {{LUSTER_HINT_SYNTH, LUSTER_HINT_LEAD}, LUSTER_ROLE_SYNTH_LEAD, 0.85},
    {{LUSTER_HINT_STRINGS, LUSTER_HINT_HIT}, LUSTER_ROLE_SAMPLE, 0.6},
    {{LUSTER_HINT_SNARE, LUSTER_HINT_RETURN}, LUSTER_ROLE_FX, 0.7},
    {{LUSTER_HINT_VOX, LUSTER_HINT_RETURN}, LUSTER_ROLE_FX, 0.7},
    {{LUSTER_HINT_BACK, LUSTER_HINT_RETURN}, LUSTER_ROLE_FX, 0.7},
    {{LUSTER_HINT_OVERHEAD, LUSTER_HINT_HAT}, LUSTER_ROLE_OVERHEAD, 0.8},
    {{LUSTER_HINT_BASS, LUSTER_HINT_DRUMS}, LUSTER_ROLE_KICK, 0.85},
    {{LUSTER_HINT_SNARE, LUSTER_HINT_BOTTOM}, LUSTER_ROLE_SNARE_BOTTOM, 0.95},
    {{LUSTER_HINT_SNARE, 0}, LUSTER_ROLE_SNARE, 0.98},
    {{LUSTER_HINT_KICK, 0}, LUSTER_ROLE_KICK, 0.98},
    {{LUSTER_HINT_HAT, 0}, LUSTER_ROLE_HAT, 0.97},
    {{LUSTER_HINT_TOM, 0}, LUSTER_ROLE_TOM, 0.95},
    {{LUSTER_HINT_CYMBAL, 0}, LUSTER_ROLE_CYMBAL, 0.93},
    {{LUSTER_HINT_OVERHEAD, 0}, LUSTER_ROLE_OVERHEAD, 0.96},
    {{LUSTER_HINT_DRUMS, LUSTER_HINT_ROOM}, LUSTER_ROLE_ROOM, 0.9},
    {{LUSTER_HINT_VOX, LUSTER_HINT_PAD}, LUSTER_ROLE_PAD, 0.7},
    {{LUSTER_HINT_VOX, LUSTER_HINT_SYNTH}, LUSTER_ROLE_SYNTH, 0.6},
    {{LUSTER_HINT_VOX, LUSTER_HINT_SAMPLE}, LUSTER_ROLE_SAMPLE, 0.7},
    {{LUSTER_HINT_VOX, LUSTER_HINT_FX}, LUSTER_ROLE_BACKING_VOCAL, 0.55},
    {{LUSTER_HINT_VOX, LUSTER_HINT_CHOIR}, LUSTER_ROLE_CHOIR, 0.96},
    {{LUSTER_HINT_CHOIR, 0}, LUSTER_ROLE_CHOIR, 0.94},
    {{LUSTER_HINT_BACK, 0}, LUSTER_ROLE_BACKING_VOCAL, 0.9},
    {{LUSTER_HINT_HARMONY, LUSTER_HINT_TAKE}, LUSTER_ROLE_BACKING_VOCAL, 0.75},
    {{LUSTER_HINT_VOX, LUSTER_HINT_TAKE}, LUSTER_ROLE_VOCAL_DOUBLE, 0.85},
    {{LUSTER_HINT_LEAD, LUSTER_HINT_VOX}, LUSTER_ROLE_LEAD_VOCAL, 0.95},
    {{LUSTER_HINT_HARMONY, 0}, LUSTER_ROLE_BACKING_VOCAL, 0.75},
    {{LUSTER_HINT_SPOKEN, 0}, LUSTER_ROLE_SPOKEN, 0.7},
    {{LUSTER_HINT_PASSAGE, LUSTER_HINT_TAKE}, LUSTER_ROLE_VOCAL_DOUBLE, 0.6},
    {{LUSTER_HINT_VOX, 0}, LUSTER_ROLE_LEAD_VOCAL, 0.75},
    {{LUSTER_HINT_BRASS, LUSTER_HINT_BASS}, LUSTER_ROLE_BRASS, 0.9},
    {{LUSTER_HINT_WOODWIND, LUSTER_HINT_BASS}, LUSTER_ROLE_WOODWIND, 0.9},
    {{LUSTER_HINT_GUITAR, LUSTER_HINT_BASS}, LUSTER_ROLE_BASS, 0.97},
    {{LUSTER_HINT_BASS, 0}, LUSTER_ROLE_BASS, 0.97},
    {{LUSTER_HINT_LEAD, LUSTER_HINT_GUITAR}, LUSTER_ROLE_GUITAR_LEAD, 0.9},
    {{LUSTER_HINT_GUITAR, LUSTER_HINT_ACOUSTIC}, LUSTER_ROLE_GUITAR_ACOUSTIC, 0.97},
    {{LUSTER_HINT_GUITAR, LUSTER_HINT_ELECTRIC}, LUSTER_ROLE_GUITAR_ELECTRIC, 0.97},
    {{LUSTER_HINT_GUITAR, 0}, LUSTER_ROLE_GUITAR, 0.95},
    {{LUSTER_HINT_PIANO, LUSTER_HINT_ELECTRIC}, LUSTER_ROLE_KEYS, 0.95},
    {{LUSTER_HINT_PIANO, 0}, LUSTER_ROLE_PIANO, 0.95},
    {{LUSTER_HINT_UPRIGHT, 0}, LUSTER_ROLE_BASS, 0.8},
    {{LUSTER_HINT_ORGAN, 0}, LUSTER_ROLE_ORGAN, 0.95},
    {{LUSTER_HINT_KEYS, 0}, LUSTER_ROLE_KEYS, 0.85},
    {{LUSTER_HINT_STRINGS, 0}, LUSTER_ROLE_STRINGS, 0.93},
    {{LUSTER_HINT_BRASS, 0}, LUSTER_ROLE_BRASS, 0.9},
    {{LUSTER_HINT_WOODWIND, 0}, LUSTER_ROLE_WOODWIND, 0.93},
    {{LUSTER_HINT_MALLET, 0}, LUSTER_ROLE_MALLET, 0.85},
    {{LUSTER_HINT_PAD, 0}, LUSTER_ROLE_PAD, 0.85},
    {{LUSTER_HINT_SYNTH, 0}, LUSTER_ROLE_SYNTH, 0.88},
    {{LUSTER_HINT_PERCUSSION, 0}, LUSTER_ROLE_PERCUSSION, 0.94},
    {{LUSTER_HINT_DRUMS, 0}, LUSTER_ROLE_DRUMS, 0.9},
    {{LUSTER_HINT_E808, 0}, LUSTER_ROLE_BASS_SYNTH, 0.75},
    {{LUSTER_HINT_ROOM, 0}, LUSTER_ROLE_ROOM, 0.9},
    {{LUSTER_HINT_ACOUSTIC, 0}, LUSTER_ROLE_GUITAR_ACOUSTIC, 0.8},
    {{LUSTER_HINT_ELECTRIC, 0}, LUSTER_ROLE_GUITAR_ELECTRIC, 0.75},
    {{LUSTER_HINT_FX, 0}, LUSTER_ROLE_FX, 0.75},
    {{LUSTER_HINT_SAMPLE, 0}, LUSTER_ROLE_SAMPLE, 0.6},
    {{LUSTER_HINT_RETURN, 0}, LUSTER_ROLE_FX, 0.6},
    {{LUSTER_HINT_SCRATCH, 0}, LUSTER_ROLE_SAMPLE, 0.5},
    {{LUSTER_HINT_PART, 0}, LUSTER_ROLE_GUITAR, 0.6},
    {{LUSTER_HINT_LEAD, LUSTER_HINT_TAKE}, LUSTER_ROLE_VOCAL_DOUBLE, 0.5},
    {{LUSTER_HINT_PASSAGE, 0}, LUSTER_ROLE_LEAD_VOCAL, 0.5},
    {{LUSTER_HINT_MIX, 0}, LUSTER_ROLE_MIX, 0.6},
    {{LUSTER_HINT_LEAD, 0}, LUSTER_ROLE_SYNTH_LEAD, 0.45},
    {{LUSTER_HINT_IN, 0}, LUSTER_ROLE_KICK, 0.45}, /* in, out, top, bottom: of a drum, if alone */
    {{LUSTER_HINT_OUT, 0}, LUSTER_ROLE_KICK, 0.45},
    {{LUSTER_HINT_TOP, 0}, LUSTER_ROLE_SNARE, 0.45},
    {{LUSTER_HINT_BOTTOM, 0}, LUSTER_ROLE_SNARE_BOTTOM, 0.45},
    {{LUSTER_HINT_DI, 0}, LUSTER_ROLE_GUITAR, 0.4},
    {{LUSTER_HINT_AMP, 0}, LUSTER_ROLE_GUITAR, 0.35},
};
#define N_RULES (sizeof rules / sizeof *rules)

#define MAX_WORDS 24
#define MAX_LETTERS 24

typedef struct {
    char text[MAX_WORDS][MAX_LETTERS];
    int n;
} Words;

/* "LeadVoxDouble1" -> lead vox double; "HiHat" -> hi hat; "BGVOX_AAHH" -> bgvox aahh; "OHs"
 * -> ohs. */
static Words split(const char *name, size_t size)
{
    Words w = {0};
    size_t at = 0;
    char plain[256];
    size = luster_role_plain(name, size, plain, sizeof plain);
    name = plain;
    for (size_t i = 0; i <= size && w.n < MAX_WORDS; i++) {
        const char c = i < size ? name[i] : 0, before = i ? name[i - 1] : 0;
        const char after = i + 1 < size ? name[i + 1] : 0;
        const bool letter = isalpha((unsigned char)c);
        const bool plural =
            after == 's' && !islower((unsigned char)(i + 2 < size ? name[i + 2] : 0));
        const bool humped =
            letter && isupper((unsigned char)c) &&
            (islower((unsigned char)before) ||
             (isupper((unsigned char)before) && islower((unsigned char)after) && !plural));
        if (at && (!letter || humped)) {
            w.text[w.n++][at] = 0;
            at = 0;
        }
        if (letter && !at && tolower((unsigned char)c) == 'k' && isdigit((unsigned char)before))
            continue; /* "48k" */
        if (letter && w.n < MAX_WORDS && at < MAX_LETTERS - 1)
            w.text[w.n][at++] = (char)tolower((unsigned char)c);
    }
    return w;
}

/* Parts of words: what mutes a track must stand by itself ("Counter" is no count-in). */
static LusterHint inside(const char *word, size_t size)
{
    const LusterHint hint = luster_role_word(word, size);
    return hint == LUSTER_HINT_GUIDE || hint == LUSTER_HINT_MIX ? (LusterHint)0 : hint;
}

/* Takes a word apart into known ones, longest first. A rest that means nothing is forgiven behind
 * four known letters ("bassline"), else the whole word means nothing ("strange"). */
static void take_apart(const char *word, bool *hints)
{
    bool found[LUSTER_HINT_N] = {false};
    size_t known = 0;
    while (*word) {
        size_t size = strlen(word);
        LusterHint hint = (LusterHint)0;
        while (size >= 3 && !(hint = inside(word, size)))
            size--;
        const bool thing = !found[LUSTER_HINT_LEAD] && !found[LUSTER_HINT_BACK] &&
                           !found[LUSTER_HINT_TAKE]; /* "backbone" */
        if (!hint && (known < 4 || !thing))
            return;
        if (!hint)
            break;
        found[hint] = true;
        known += size;
        word += size;
    }
    for (int i = 0; i < LUSTER_HINT_N; i++)
        hints[i] |= found[i];
}

/* Two words that are one: "Music Box", "Pedal Steel", "A Gtr". */
static LusterHint pair_of(const Words *w, int i)
{
    char both[2 * MAX_LETTERS];
    if (i + 1 >= w->n)
        return (LusterHint)0;
    const int n = snprintf(both, sizeof both, "%s%s", w->text[i], w->text[i + 1]);
    return n >= 4 ? luster_role_word(both, (size_t)n) : (LusterHint)0;
}

static void read_hints(const Words *w, bool *hints)
{
    for (int i = 0; i < w->n; i++) {
        const char *word = w->text[i];
        const size_t size = strlen(word);
        const LusterHint pair = pair_of(w, i);
        if (pair && pair != LUSTER_HINT_VOX) { /* "Lead Vox" is lead and vox */
            hints[pair] = true;
            if (pair == LUSTER_HINT_ACOUSTIC || pair == LUSTER_HINT_ELECTRIC)
                hints[luster_role_word(w->text[i + 1], strlen(w->text[i + 1]))] = true;
            i++;
            continue;
        }
        const LusterHint hint = luster_role_word(word, size);
        if ((hint == LUSTER_HINT_LEFT || hint == LUSTER_HINT_RIGHT) && size == 1 && i != w->n - 1)
            continue; /* one letter says a side only at the end */
        if (hint)
            hints[hint] = true;
        else if (!strcmp(word, "hi") && w->n == 1)
            hints[LUSTER_HINT_HAT] = true; /* "Hi 2"; "Harmony Hi" is high */
        else if (size == 1 && word[0] == 'e' && i + 1 < w->n)
            hints[LUSTER_HINT_ELECTRIC] = true; /* "E-Piano" */
        else if (size == 1 && word[0] == 't' && i == w->n - 1)
            hints[LUSTER_HINT_TOM] = true; /* "T1" */
        else if (size >= 4)
            take_apart(word, hints);
    }
    static const LusterHint instruments[] = {
        LUSTER_HINT_GUITAR, LUSTER_HINT_ACOUSTIC,   LUSTER_HINT_ELECTRIC, LUSTER_HINT_PIANO,
        LUSTER_HINT_KEYS,   LUSTER_HINT_ORGAN,      LUSTER_HINT_SYNTH,    LUSTER_HINT_MALLET,
        LUSTER_HINT_BASS,   LUSTER_HINT_STRINGS,    LUSTER_HINT_BRASS,    LUSTER_HINT_WOODWIND,
        LUSTER_HINT_DRUMS,  LUSTER_HINT_PERCUSSION, LUSTER_HINT_PAD,
    };
    for (size_t i = 0; i < sizeof instruments / sizeof *instruments; i++)
        if (hints[instruments[i]] && !hints[LUSTER_HINT_VOX]) /* "BG Gtr", "Gtr Harmony" */
            hints[LUSTER_HINT_BACK] = hints[LUSTER_HINT_HARMONY] = false;
    if (hints[LUSTER_HINT_LEAD] &&
        hints[LUSTER_HINT_DRUMS]) /* "MAIN_DRUMS": main is no lead there */
        hints[LUSTER_HINT_LEAD] = false;
    hints[0] = false;
}

/* Words with digits in them, between signs: "808", "B3", "2mix". */
static void read_numbers(const char *name, size_t size, bool *hints)
{
    char word[MAX_LETTERS];
    size_t at = 0;
    for (size_t i = 0; i <= size; i++) {
        const char c = i < size ? name[i] : 0;
        if (isalnum((unsigned char)c)) {
            if (at < sizeof word - 1)
                word[at++] = (char)tolower((unsigned char)c);
            continue;
        }
        hints[luster_role_number(word, at)] = true;
        at = 0;
    }
    hints[0] = false;
    for (size_t i = 0; i + 8 <= size; i++) /* "12 String" */
        if (!memcmp(name + i, "12", 2) && !isalnum((unsigned char)name[i + 2]) &&
            !strncasecmp(name + i + 3, "str", 3))
            hints[LUSTER_HINT_GUITAR] = true, hints[LUSTER_HINT_STRINGS] = false;
}

/* The pieces of a kit, and the families of instruments: two at once make the name ambiguous. */
static int count_kit(const bool *h)
{
    return h[LUSTER_HINT_KICK] + h[LUSTER_HINT_SNARE] + h[LUSTER_HINT_HAT] + h[LUSTER_HINT_TOM] +
           h[LUSTER_HINT_CYMBAL];
}

static LusterRole second_family(const bool *h, LusterRole role)
{
    static const struct {
        LusterHint hint;
        LusterRole role;
    } families[] = {
        {LUSTER_HINT_BASS, LUSTER_ROLE_BASS},     {LUSTER_HINT_PAD, LUSTER_ROLE_PAD},
        {LUSTER_HINT_PIANO, LUSTER_ROLE_PIANO},   {LUSTER_HINT_STRINGS, LUSTER_ROLE_STRINGS},
        {LUSTER_HINT_GUITAR, LUSTER_ROLE_GUITAR}, {LUSTER_HINT_ORGAN, LUSTER_ROLE_ORGAN},
        {LUSTER_HINT_BRASS, LUSTER_ROLE_BRASS},   {LUSTER_HINT_VOX, LUSTER_ROLE_LEAD_VOCAL},
        {LUSTER_HINT_DRUMS, LUSTER_ROLE_DRUMS},
    };
    if (h[LUSTER_HINT_SYNTH] || role == LUSTER_ROLE_KICK)
        return LUSTER_ROLE_UNKNOWN;
    const LusterSection section = luster_role_info(role)->section;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (h[families[i].hint] && families[i].role != role &&
            !(families[i].hint == LUSTER_HINT_GUITAR && luster_role_is(role, LUSTER_ROLE_BASS)) &&
            luster_role_info(families[i].role)->section != section)
            return families[i].role;
    return LUSTER_ROLE_UNKNOWN;
}

static void stem_name(const Words *w, char *out, size_t size)
{
    size_t at = 0;
    out[0] = 0;
    for (int i = 0; i < w->n; i++) {
        const LusterHint hint = luster_role_word(w->text[i], strlen(w->text[i]));
        if ((hint == LUSTER_HINT_LEFT || hint == LUSTER_HINT_RIGHT) && i == w->n - 1)
            break;
        const char *word =
            !strcmp(w->text[i], "ohl") || !strcmp(w->text[i], "ohr") ? "oh" : w->text[i];
        const int n = snprintf(out + at, size - at, "%s%s", at ? " " : "", word);
        if (n < 0 || (size_t)n >= size - at)
            break;
        at += (size_t)n;
    }
}

static void judge(const bool *h, LusterRoleGuess *g)
{
    for (size_t i = 0; i < N_RULES; i++) {
        if (h[rules[i].with[0]] && (!rules[i].with[1] || h[rules[i].with[1]])) {
            g->role = rules[i].role;
            g->confidence = rules[i].confidence;
            break;
        }
    }
    if (count_kit(h) > 1 && g->role != LUSTER_ROLE_GUIDE) { /* "KICK_HATS": more than one piece */
        g->role = LUSTER_ROLE_DRUMS;
        g->confidence = 0.8;
    }
    if (g->role != LUSTER_ROLE_UNKNOWN && g->role != LUSTER_ROLE_MIX &&
        g->role != LUSTER_ROLE_GUIDE) {
        g->second = second_family(h, g->role);
        if (g->second != LUSTER_ROLE_UNKNOWN)
            g->confidence = 0.5;
    }
    g->take = h[LUSTER_HINT_TAKE];
    g->side = h[LUSTER_HINT_LEFT] ? -1 : h[LUSTER_HINT_RIGHT] ? 1 : 0;
    g->mic = (char)(h[LUSTER_HINT_IN]       ? 'i'
                    : h[LUSTER_HINT_OUT]    ? 'o'
                    : h[LUSTER_HINT_TOP]    ? 't'
                    : h[LUSTER_HINT_BOTTOM] ? 'b'
                    : h[LUSTER_HINT_DI]     ? 'd'
                    : h[LUSTER_HINT_AMP]    ? 'a'
                                            : 0);
}

/* What the file says too little about, its folder may: "Guitars/Lead 2", "Drums/01". */
static void ask_folder(const char *name, size_t size, bool *hints, LusterRoleGuess *guess)
{
    const LusterRoleGuess file = *guess;
    const Words folder = split(name, size);
    bool more[LUSTER_HINT_N] = {false};
    read_hints(&folder, more);
    if (more[LUSTER_HINT_DRUMS]) { /* the microphones of a kit */
        hints[LUSTER_HINT_KICK] |= hints[LUSTER_HINT_IN] || hints[LUSTER_HINT_OUT];
        hints[LUSTER_HINT_SNARE] |= hints[LUSTER_HINT_TOP] || hints[LUSTER_HINT_BOTTOM];
    }
    for (int i = 0; i < LUSTER_HINT_N; i++)
        hints[i] |= more[i];
    judge(hints, guess);
    guess->side = file.side;
    guess->mic = file.mic;
    guess->take |= file.take;
    guess->confidence *= 0.8;
    if (guess->confidence < file.confidence)
        *guess = file;
}

void luster_role_from_name(const char *name, LusterRoleGuess *guess)
{
    memset(guess, 0, sizeof *guess);
    const char *file = strrchr(name, '/');
    file = file ? file + 1 : name;
    const char *dot = strrchr(file, '.');
    const Words w = split(file, dot && dot != file ? (size_t)(dot - file) : strlen(file));
    bool hints[LUSTER_HINT_N] = {false};
    read_hints(&w, hints);
    read_numbers(file, dot && dot != file ? (size_t)(dot - file) : strlen(file), hints);
    stem_name(&w, guess->stem, sizeof guess->stem);
    if (w.n) { /* "OHL", "OHR": the side is in the word */
        const char *last = w.text[w.n - 1];
        hints[LUSTER_HINT_LEFT] |= !strcmp(last, "ohl");
        hints[LUSTER_HINT_RIGHT] |= !strcmp(last, "ohr");
    }
    judge(hints, guess);
    if (guess->confidence < 0.5 && guess->second == LUSTER_ROLE_UNKNOWN && file != name)
        ask_folder(name, (size_t)(file - name), hints, guess);
    if (guess->role == LUSTER_ROLE_UNKNOWN)
        snprintf(guess->why, sizeof guess->why, "the name says nothing");
    else
        snprintf(guess->why, sizeof guess->why, "the name \"%.60s\" says %s", guess->stem,
                 luster_role_info(guess->role)->name);
}
