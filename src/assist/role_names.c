/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Roles from file names: words split on case, digits and signs; each known word hints at something
 * (knowledge.md J1 with its purities); the hints together, whatever their order, give the role. */
#include "assist/roles.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

typedef enum {
    LEAD = 1,
    BACK,
    TAKE, /* double, dt */
    VOX,
    HARMONY,
    CHOIR,
    SPOKEN,
    KICK,
    SNARE,
    HAT,
    TOM,
    CYMBAL,
    OVERHEAD,
    ROOM,
    DRUMS,
    PERCUSSION,
    BASS,
    GUITAR,
    ACOUSTIC,
    ELECTRIC,
    PIANO,
    KEYS,
    ORGAN,
    SYNTH,
    PAD,
    MALLET,
    STRINGS,
    BRASS,
    WOODWIND,
    SAMPLE,
    FX,
    MIX,
    IN,
    OUT,
    TOP,
    BOTTOM,
    DI,
    AMP,
    HIT,
    LEFT,
    RIGHT,
    N_HINTS
} Hint;

/* Whole words. Those of three letters and more also stand inside longer ones ("bassguitar"). */
static const struct {
    const char *word;
    Hint hint;
} words[] = {
    {"lead", LEAD},
    {"ld", LEAD},
    {"solo", LEAD},
    {"main", LEAD},
    {"melody", LEAD},
    {"backing", BACK},
    {"background", BACK},
    {"bgv", BACK},
    {"bgvs", BACK},
    {"bv", BACK},
    {"bvs", BACK},
    {"bg", BACK},
    {"bgs", BACK},
    {"back", BACK},
    {"bvox", BACK},
    {"bgvox", BACK},
    {"harm", HARMONY},
    {"harms", HARMONY},
    {"harmony", HARMONY},
    {"harmonies", HARMONY},
    {"aah", HARMONY},
    {"aahs", HARMONY},
    {"aahh", HARMONY},
    {"ahh", HARMONY},
    {"ahhs", HARMONY},
    {"ooh", HARMONY},
    {"oohs", HARMONY},
    {"adlib", HARMONY},
    {"adlibs", HARMONY},
    {"dbl", TAKE},
    {"dt", TAKE},
    {"double", TAKE},
    {"doubles", TAKE},
    {"doubled", TAKE},
    {"dub", TAKE},
    {"doubletrack", TAKE},
    {"vox", VOX},
    {"voc", VOX},
    {"vocal", VOX},
    {"vocals", VOX},
    {"voice", VOX},
    {"voices", VOX},
    {"vx", VOX},
    {"singer", VOX},
    {"verse", VOX},
    {"rap", VOX},
    {"lv", VOX},
    {"lvox", VOX},
    {"ldvox", VOX},
    {"ldv", VOX},
    {"vo", SPOKEN},
    {"choir", CHOIR},
    {"chorale", CHOIR},
    {"spoken", SPOKEN},
    {"speech", SPOKEN},
    {"narration", SPOKEN},
    {"dialogue", SPOKEN},
    {"kick", KICK},
    {"kik", KICK},
    {"bd", KICK},
    {"kd", KICK},
    {"kk", KICK},
    {"k", KICK},
    {"kickdrum", KICK},
    {"bassdrum", KICK},
    {"snare", SNARE},
    {"snr", SNARE},
    {"sn", SNARE},
    {"sd", SNARE},
    {"sidestick", SNARE},
    {"rimshot", SNARE},
    {"rim", SNARE},
    {"snaredrum", SNARE},
    {"hat", HAT},
    {"hats", HAT},
    {"hihat", HAT},
    {"hihats", HAT},
    {"hh", HAT},
    {"hi", HAT},
    {"tom", TOM},
    {"toms", TOM},
    {"floor", TOM},
    {"rack", TOM},
    {"ft", TOM},
    {"rt", TOM},
    {"cymbal", CYMBAL},
    {"cymbals", CYMBAL},
    {"cym", CYMBAL},
    {"ride", CYMBAL},
    {"crash", CYMBAL},
    {"splash", CYMBAL},
    {"china", CYMBAL},
    {"oh", OVERHEAD},
    {"ohs", OVERHEAD},
    {"overhead", OVERHEAD},
    {"overheads", OVERHEAD},
    {"ohl", OVERHEAD},
    {"ohr", OVERHEAD},
    {"room", ROOM},
    {"rooms", ROOM},
    {"rm", ROOM},
    {"amb", ROOM},
    {"ambience", ROOM},
    {"ambient", PAD},
    {"drum", DRUMS},
    {"drums", DRUMS},
    {"drm", DRUMS},
    {"drms", DRUMS},
    {"kit", DRUMS},
    {"beat", DRUMS},
    {"beats", DRUMS},
    {"breakbeat", DRUMS},
    {"loop", DRUMS},
    {"drumkit", DRUMS},
    {"drumloop", DRUMS},
    {"dr", DRUMS},
    {"perc", PERCUSSION},
    {"percs", PERCUSSION},
    {"percussion", PERCUSSION},
    {"tambourine", PERCUSSION},
    {"tamb", PERCUSSION},
    {"shaker", PERCUSSION},
    {"shk", PERCUSSION},
    {"shakers", PERCUSSION},
    {"clap", PERCUSSION},
    {"claps", PERCUSSION},
    {"snap", PERCUSSION},
    {"snaps", PERCUSSION},
    {"conga", PERCUSSION},
    {"congas", PERCUSSION},
    {"bongo", PERCUSSION},
    {"bongos", PERCUSSION},
    {"cowbell", PERCUSSION},
    {"timpani", PERCUSSION},
    {"guiro", PERCUSSION},
    {"maracas", PERCUSSION},
    {"clave", PERCUSSION},
    {"claves", PERCUSSION},
    {"cajon", PERCUSSION},
    {"djembe", PERCUSSION},
    {"timbales", PERCUSSION},
    {"triangle", PERCUSSION},
    {"woodblock", PERCUSSION},
    {"tabla", PERCUSSION},
    {"cabasa", PERCUSSION},
    {"bass", BASS},
    {"bs", BASS},
    {"bassgtr", BASS},
    {"bassguitar", BASS},
    {"bdi", BASS},
    {"bamp", BASS},
    {"sub", BASS},
    {"subbass", BASS},
    {"contrabass", BASS},
    {"upright", BASS},
    {"gtr", GUITAR},
    {"gtrs", GUITAR},
    {"guitar", GUITAR},
    {"guitars", GUITAR},
    {"guit", GUITAR},
    {"gt", GUITAR},
    {"mandolin", GUITAR},
    {"banjo", GUITAR},
    {"ukulele", GUITAR},
    {"strat", ELECTRIC},
    {"tele", ELECTRIC},
    {"rhythm", GUITAR},
    {"riff", GUITAR},
    {"ac", ACOUSTIC},
    {"acc", ACOUSTIC},
    {"acoustic", ACOUSTIC},
    {"acou", ACOUSTIC},
    {"ag", ACOUSTIC},
    {"agt", ACOUSTIC},
    {"agtr", ACOUSTIC},
    {"acgtr", ACOUSTIC},
    {"nylon", ACOUSTIC},
    {"elec", ELECTRIC},
    {"ele", ELECTRIC},
    {"electric", ELECTRIC},
    {"eg", ELECTRIC},
    {"egt", ELECTRIC},
    {"egtr", ELECTRIC},
    {"dist", ELECTRIC},
    {"distorted", ELECTRIC},
    {"clean", ELECTRIC},
    {"crunch", ELECTRIC},
    {"overdrive", ELECTRIC},
    {"piano", PIANO},
    {"pno", PIANO},
    {"grand", PIANO},
    {"keys", KEYS},
    {"key", KEYS},
    {"keyboard", KEYS},
    {"keyboards", KEYS},
    {"rhodes", KEYS},
    {"rh", KEYS},
    {"ep", KEYS},
    {"epiano", KEYS},
    {"wurli", KEYS},
    {"wurlitzer", KEYS},
    {"clav", KEYS},
    {"clavinet", KEYS},
    {"harpsichord", KEYS},
    {"organ", ORGAN},
    {"org", ORGAN},
    {"hammond", ORGAN},
    {"accordion", ORGAN},
    {"synth", SYNTH},
    {"synths", SYNTH},
    {"syn", SYNTH},
    {"arp", SYNTH},
    {"arpeggio", SYNTH},
    {"pluck", SYNTH},
    {"plucks", SYNTH},
    {"moog", SYNTH},
    {"juno", SYNTH},
    {"minilogue", SYNTH},
    {"sequence", SYNTH},
    {"seq", SYNTH},
    {"saw", SYNTH},
    {"stab", SYNTH},
    {"stabs", SYNTH},
    {"pad", PAD},
    {"pads", PAD},
    {"drone", PAD},
    {"mallet", MALLET},
    {"mallets", MALLET},
    {"bell", MALLET},
    {"bells", MALLET},
    {"glock", MALLET},
    {"glockenspiel", MALLET},
    {"vibes", MALLET},
    {"vibraphone", MALLET},
    {"marimba", MALLET},
    {"xylophone", MALLET},
    {"kalimba", MALLET},
    {"celesta", MALLET},
    {"harp", MALLET},
    {"str", STRINGS},
    {"strings", STRINGS},
    {"string", STRINGS},
    {"violin", STRINGS},
    {"violins", STRINGS},
    {"vln", STRINGS},
    {"viola", STRINGS},
    {"vla", STRINGS},
    {"cello", STRINGS},
    {"celli", STRINGS},
    {"vc", STRINGS},
    {"fiddle", STRINGS},
    {"orch", STRINGS},
    {"orchestra", STRINGS},
    {"cb", STRINGS},
    {"horn", BRASS},
    {"horns", BRASS},
    {"brass", BRASS},
    {"brs", BRASS},
    {"trumpet", BRASS},
    {"trumpets", BRASS},
    {"tpt", BRASS},
    {"trombone", BRASS},
    {"trombones", BRASS},
    {"tbn", BRASS},
    {"tuba", BRASS},
    {"flugel", BRASS},
    {"flugelhorn", BRASS},
    {"sax", WOODWIND},
    {"saxophone", WOODWIND},
    {"saxes", WOODWIND},
    {"flute", WOODWIND},
    {"flutes", WOODWIND},
    {"clarinet", WOODWIND},
    {"oboe", WOODWIND},
    {"bassoon", WOODWIND},
    {"whistle", WOODWIND},
    {"harmonica", WOODWIND},
    {"recorder", WOODWIND},
    {"sample", SAMPLE},
    {"samples", SAMPLE},
    {"fx", FX},
    {"sfx", FX},
    {"effect", FX},
    {"effects", FX},
    {"sweep", FX},
    {"sweeps", FX},
    {"riser", FX},
    {"risers", FX},
    {"noise", FX},
    {"impact", FX},
    {"whoosh", FX},
    {"build", FX},
    {"beep", FX},
    {"beeps", FX},
    {"transition", FX},
    {"uplifter", FX},
    {"downlifter", FX},
    {"foley", FX},
    {"vinyl", FX},
    {"reverse", FX},
    {"mix", MIX},
    {"mixdown", MIX},
    {"master", MIX},
    {"bounce", MIX},
    {"fullmix", MIX},
    {"stereomix", MIX},
    {"premaster", MIX},
    {"in", IN},
    {"inside", IN},
    {"out", OUT},
    {"outside", OUT},
    {"top", TOP},
    {"up", TOP},
    {"bottom", BOTTOM},
    {"bot", BOTTOM},
    {"btm", BOTTOM},
    {"down", BOTTOM},
    {"under", BOTTOM},
    {"di", DI},
    {"amp", AMP},
    {"cab", AMP},
    {"hit", HIT},
    {"hits", HIT},
    {"l", LEFT},
    {"left", LEFT},
    {"r", RIGHT},
    {"right", RIGHT},
};
#define N_WORDS (sizeof words / sizeof *words)

/* What the hints make, first match wins; the number is the purity of J1 where it was measured. */
static const struct {
    Hint with[2]; /* both must be there; 0: nothing more */
    LusterRole role;
    double confidence;
} rules[] = {
    {{SYNTH, BASS}, LUSTER_ROLE_BASS, 0.95},
    {{SYNTH, BRASS}, LUSTER_ROLE_BRASS, 0.75},
    {{SYNTH, STRINGS}, LUSTER_ROLE_STRINGS, 0.8},
    {{SYNTH, PAD}, LUSTER_ROLE_PAD, 0.9},
    {{SYNTH, LEAD}, LUSTER_ROLE_SYNTH_LEAD, 0.85},
    {{STRINGS, HIT}, LUSTER_ROLE_SAMPLE, 0.6},
    {{BASS, DRUMS}, LUSTER_ROLE_KICK, 0.85},
    {{SNARE, BOTTOM}, LUSTER_ROLE_SNARE_BOTTOM, 0.95},
    {{SNARE, 0}, LUSTER_ROLE_SNARE, 0.98},
    {{KICK, 0}, LUSTER_ROLE_KICK, 0.98},
    {{HAT, 0}, LUSTER_ROLE_HAT, 0.97},
    {{TOM, 0}, LUSTER_ROLE_TOM, 0.95},
    {{CYMBAL, 0}, LUSTER_ROLE_CYMBAL, 0.93},
    {{OVERHEAD, 0}, LUSTER_ROLE_OVERHEAD, 0.96},
    {{VOX, CHOIR}, LUSTER_ROLE_CHOIR, 0.96},
    {{CHOIR, 0}, LUSTER_ROLE_CHOIR, 0.94},
    {{BACK, 0}, LUSTER_ROLE_BACKING_VOCAL, 0.9},
    {{VOX, TAKE}, LUSTER_ROLE_VOCAL_DOUBLE, 0.85},
    {{LEAD, VOX}, LUSTER_ROLE_LEAD_VOCAL, 0.95},
    {{HARMONY, 0}, LUSTER_ROLE_BACKING_VOCAL, 0.75},
    {{SPOKEN, 0}, LUSTER_ROLE_SPOKEN, 0.7},
    {{VOX, 0}, LUSTER_ROLE_LEAD_VOCAL, 0.75},
    {{GUITAR, BASS}, LUSTER_ROLE_BASS, 0.97},
    {{BASS, 0}, LUSTER_ROLE_BASS, 0.97},
    {{LEAD, GUITAR}, LUSTER_ROLE_GUITAR_LEAD, 0.9},
    {{GUITAR, ACOUSTIC}, LUSTER_ROLE_GUITAR_ACOUSTIC, 0.97},
    {{GUITAR, ELECTRIC}, LUSTER_ROLE_GUITAR_ELECTRIC, 0.97},
    {{GUITAR, 0}, LUSTER_ROLE_GUITAR, 0.95},
    {{PIANO, ELECTRIC}, LUSTER_ROLE_KEYS, 0.95},
    {{PIANO, 0}, LUSTER_ROLE_PIANO, 0.95},
    {{ORGAN, 0}, LUSTER_ROLE_ORGAN, 0.95},
    {{KEYS, 0}, LUSTER_ROLE_KEYS, 0.85},
    {{STRINGS, 0}, LUSTER_ROLE_STRINGS, 0.93},
    {{BRASS, 0}, LUSTER_ROLE_BRASS, 0.9},
    {{WOODWIND, 0}, LUSTER_ROLE_WOODWIND, 0.93},
    {{MALLET, 0}, LUSTER_ROLE_MALLET, 0.85},
    {{PAD, 0}, LUSTER_ROLE_PAD, 0.85},
    {{SYNTH, 0}, LUSTER_ROLE_SYNTH, 0.88},
    {{PERCUSSION, 0}, LUSTER_ROLE_PERCUSSION, 0.94},
    {{DRUMS, 0}, LUSTER_ROLE_DRUMS, 0.9},
    {{ROOM, 0}, LUSTER_ROLE_ROOM, 0.9},
    {{ACOUSTIC, 0}, LUSTER_ROLE_GUITAR_ACOUSTIC, 0.8},
    {{ELECTRIC, 0}, LUSTER_ROLE_GUITAR_ELECTRIC, 0.75},
    {{FX, 0}, LUSTER_ROLE_FX, 0.75},
    {{SAMPLE, 0}, LUSTER_ROLE_SAMPLE, 0.6},
    {{MIX, 0}, LUSTER_ROLE_MIX, 0.6},
    {{LEAD, 0}, LUSTER_ROLE_SYNTH_LEAD, 0.45},
    {{DI, 0}, LUSTER_ROLE_GUITAR, 0.4},
    {{AMP, 0}, LUSTER_ROLE_GUITAR, 0.35},
};
#define N_RULES (sizeof rules / sizeof *rules)

#define MAX_WORDS 24
#define MAX_LETTERS 24

typedef struct {
    char text[MAX_WORDS][MAX_LETTERS];
    int n;
} Words;

/* "LeadVoxDouble1" -> lead vox double; "HiHat" -> hi hat; "BGVOX_AAHH" -> bgvox aahh. */
static Words split(const char *name, size_t size)
{
    Words w = {0};
    size_t at = 0;
    for (size_t i = 0; i <= size && w.n < MAX_WORDS; i++) {
        const char c = i < size ? name[i] : 0, before = i ? name[i - 1] : 0;
        const char after = i + 1 < size ? name[i + 1] : 0;
        const bool letter = isalpha((unsigned char)c);
        const bool humped = letter && isupper((unsigned char)c) &&
                            (islower((unsigned char)before) ||
                             (isupper((unsigned char)before) && islower((unsigned char)after)));
        if (at && (!letter || humped)) {
            w.text[w.n++][at] = 0;
            at = 0;
        }
        if (letter && w.n < MAX_WORDS && at < MAX_LETTERS - 1)
            w.text[w.n][at++] = (char)tolower((unsigned char)c);
    }
    return w;
}

static Hint look_up(const char *word, size_t size)
{
    for (size_t i = 0; i < N_WORDS; i++)
        if (strlen(words[i].word) == size && !memcmp(words[i].word, word, size))
            return words[i].hint;
    return (Hint)0;
}

/* Takes a word apart into known ones, longest first. A rest that means nothing is forgiven behind
 * four known letters ("bassline"), else the whole word means nothing ("strange"). */
static void take_apart(const char *word, bool *hints)
{
    bool found[N_HINTS] = {false};
    size_t known = 0;
    while (*word) {
        size_t size = strlen(word);
        Hint hint = (Hint)0;
        while (size >= 3 && !(hint = look_up(word, size)))
            size--;
        const bool thing = !found[LEAD] && !found[BACK] && !found[TAKE]; /* "backbone" */
        if (!hint && (known < 4 || !thing))
            return;
        if (!hint)
            break;
        found[hint] = true;
        known += size;
        word += size;
    }
    for (int i = 0; i < N_HINTS; i++)
        hints[i] |= found[i];
}

static void read_hints(const Words *w, bool *hints)
{
    for (int i = 0; i < w->n; i++) {
        const char *word = w->text[i];
        const size_t size = strlen(word);
        const Hint hint = look_up(word, size);
        if ((hint == LEFT || hint == RIGHT) && size == 1 && i != w->n - 1)
            continue; /* one letter says a side only at the end */
        if (hint)
            hints[hint] = true;
        else if (size == 1 && word[0] == 'e' && i + 1 < w->n)
            hints[ELECTRIC] = true; /* "E-Piano" */
        else if (size == 1 && word[0] == 't' && i == w->n - 1)
            hints[TOM] = true; /* "T1" */
        else if (size >= 4)
            take_apart(word, hints);
    }
    if (hints[LEAD] && hints[DRUMS]) /* "MAIN_DRUMS": main is no lead there */
        hints[LEAD] = false;
}

/* The pieces of a kit, and the families of instruments: two at once make the name ambiguous. */
static int count_kit(const bool *h)
{
    return h[KICK] + h[SNARE] + h[HAT] + h[TOM] + h[CYMBAL];
}

static LusterRole second_family(const bool *h, LusterRole role)
{
    static const struct {
        Hint hint;
        LusterRole role;
    } families[] = {
        {BASS, LUSTER_ROLE_BASS},       {PAD, LUSTER_ROLE_PAD},        {PIANO, LUSTER_ROLE_PIANO},
        {STRINGS, LUSTER_ROLE_STRINGS}, {GUITAR, LUSTER_ROLE_GUITAR},  {ORGAN, LUSTER_ROLE_ORGAN},
        {BRASS, LUSTER_ROLE_BRASS},     {VOX, LUSTER_ROLE_LEAD_VOCAL}, {DRUMS, LUSTER_ROLE_DRUMS},
    };
    if (h[SYNTH] || role == LUSTER_ROLE_KICK)
        return LUSTER_ROLE_UNKNOWN;
    const LusterSection section = luster_role_info(role)->section;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (h[families[i].hint] && families[i].role != role &&
            !(families[i].hint == GUITAR && role == LUSTER_ROLE_BASS) &&
            luster_role_info(families[i].role)->section != section)
            return families[i].role;
    return LUSTER_ROLE_UNKNOWN;
}

static void stem_name(const Words *w, char *out, size_t size)
{
    size_t at = 0;
    out[0] = 0;
    for (int i = 0; i < w->n; i++) {
        const Hint hint = look_up(w->text[i], strlen(w->text[i]));
        if ((hint == LEFT || hint == RIGHT) && i == w->n - 1)
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
    if (count_kit(h) > 1) { /* "KICK_HATS": more than one piece */
        g->role = LUSTER_ROLE_DRUMS;
        g->confidence = 0.8;
    }
    if (g->role != LUSTER_ROLE_UNKNOWN && g->role != LUSTER_ROLE_MIX) {
        g->second = second_family(h, g->role);
        if (g->second != LUSTER_ROLE_UNKNOWN)
            g->confidence = 0.5;
    }
    g->take = h[TAKE];
    g->side = h[LEFT] ? -1 : h[RIGHT] ? 1 : 0;
    g->mic = (char)(h[IN]       ? 'i'
                    : h[OUT]    ? 'o'
                    : h[TOP]    ? 't'
                    : h[BOTTOM] ? 'b'
                    : h[DI]     ? 'd'
                    : h[AMP]    ? 'a'
                                : 0);
}

void luster_role_from_name(const char *name, LusterRoleGuess *guess)
{
    memset(guess, 0, sizeof *guess);
    const char *file = strrchr(name, '/');
    file = file ? file + 1 : name;
    const char *dot = strrchr(file, '.');
    const Words w = split(file, dot && dot != file ? (size_t)(dot - file) : strlen(file));
    bool hints[N_HINTS] = {false};
    read_hints(&w, hints);
    stem_name(&w, guess->stem, sizeof guess->stem);
    if (w.n) { /* "OHL", "OHR": the side is in the word */
        const char *last = w.text[w.n - 1];
        hints[LEFT] |= !strcmp(last, "ohl");
        hints[RIGHT] |= !strcmp(last, "ohr");
    }
    judge(hints, guess);
    if (guess->role == LUSTER_ROLE_UNKNOWN && file != name) { /* a folder may say more */
        const Words folder = split(name, (size_t)(file - name));
        memset(hints, 0, sizeof hints);
        read_hints(&folder, hints);
        const int side = guess->side;
        judge(hints, guess);
        guess->side = side;
        guess->confidence *= 0.7;
    }
    if (guess->role == LUSTER_ROLE_UNKNOWN)
        snprintf(guess->why, sizeof guess->why, "the name says nothing");
    else
        snprintf(guess->why, sizeof guess->why, "the name \"%.60s\" says %s", guess->stem,
                 luster_role_info(guess->role)->name);
}
