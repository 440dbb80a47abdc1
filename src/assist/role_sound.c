/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Roles from sound: chances of some twenty classes from a trained table, summed into roles and
 * families. The finest role that is likely enough is said; else the family's plain one, else
 * nothing. */
#include "assist/role_model.h"
#include "assist/roles.h"
#include "base/math.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define FINE 0.6 /* of its family's chance: a role is said, not only its family */
#define LEAST 0.35 /* a family less likely than this is not named */

/* The classes of the table as roles. */
static const struct {
    const char *name;
    LusterRole role;
    const char *like;
} classes[] = {
    {"kick", LUSTER_ROLE_KICK, "a kick"},
    {"snare", LUSTER_ROLE_SNARE, "a snare"},
    {"hat", LUSTER_ROLE_HAT, "a hi-hat"},
    {"tom", LUSTER_ROLE_TOM, "toms"},
    {"cymbal", LUSTER_ROLE_CYMBAL, "cymbals"},
    {"percussion", LUSTER_ROLE_PERCUSSION, "percussion"},
    {"kit", LUSTER_ROLE_DRUMS, "a drum kit"},
    {"bass", LUSTER_ROLE_BASS, "a bass"},
    {"bass_synth", LUSTER_ROLE_BASS, "a bass"}, /* too like a plucked one to be told for sure */
    {"guitar_acoustic", LUSTER_ROLE_GUITAR_ACOUSTIC, "an acoustic guitar"},
    {"guitar_electric", LUSTER_ROLE_GUITAR_ELECTRIC, "an electric guitar"},
    {"guitar_dist", LUSTER_ROLE_GUITAR_ELECTRIC, "an electric guitar"},
    {"piano", LUSTER_ROLE_PIANO, "a piano"},
    {"keys", LUSTER_ROLE_KEYS, "an electric piano or the like"},
    {"organ", LUSTER_ROLE_ORGAN, "an organ"},
    {"mallet", LUSTER_ROLE_MALLET, "mallets or bells"},
    {"synth", LUSTER_ROLE_SYNTH, "a synthesizer"},
    {"pad", LUSTER_ROLE_PAD, "a pad"},
    {"strings", LUSTER_ROLE_STRINGS, "strings"},
    {"brass", LUSTER_ROLE_BRASS, "brass"},
    {"woodwind", LUSTER_ROLE_WOODWIND, "a woodwind"},
    {"voice", LUSTER_ROLE_LEAD_VOCAL, "a singing voice"},
    {"choir", LUSTER_ROLE_CHOIR, "a choir"},
    {"spoken", LUSTER_ROLE_SPOKEN, "a speaking voice"},
    {"fx", LUSTER_ROLE_FX, "a sound effect"},
    {"mix", LUSTER_ROLE_SAMPLE, "several players at once"}, /* several players in one file */
};

/* What a family is called when no finer role is likely enough. */
static const LusterRole plain[LUSTER_FAMILY_N] = {
    [LUSTER_FAMILY_DRUMS] = LUSTER_ROLE_UNKNOWN, /* a kit would be turned up as one */
    [LUSTER_FAMILY_BASS] = LUSTER_ROLE_BASS,        [LUSTER_FAMILY_GUITAR] = LUSTER_ROLE_GUITAR,
    [LUSTER_FAMILY_KEYS] = LUSTER_ROLE_KEYS,        [LUSTER_FAMILY_ORCHESTRA] = LUSTER_ROLE_UNKNOWN,
    [LUSTER_FAMILY_VOICE] = LUSTER_ROLE_LEAD_VOCAL, [LUSTER_FAMILY_OTHER] = LUSTER_ROLE_UNKNOWN,
};

static const char *likeness(LusterRole role)
{
    size_t i = 0;
    while (classes[i].role != role)
        i++;
    return classes[i].like;
}

/* Families as one hears them. */
static const char *const kinds[LUSTER_FAMILY_N] = {
    [LUSTER_FAMILY_DRUMS] = "drums",
    [LUSTER_FAMILY_BASS] = "a bass",
    [LUSTER_FAMILY_GUITAR] = "a guitar",
    [LUSTER_FAMILY_KEYS] = "keys",
    [LUSTER_FAMILY_ORCHESTRA] = "strings or winds",
    [LUSTER_FAMILY_VOICE] = "a voice",
    [LUSTER_FAMILY_OTHER] = "an effect",
};

void luster_role_chances(const LusterRoleModel *m, const float *numbers,
                         double chance[LUSTER_ROLE_CLASSES_MAX])
{
    float x[LUSTER_TIMBRE_MAX];
    double top = -INFINITY, sum = 0.0;
    assert(m->n_classes <= LUSTER_ROLE_CLASSES_MAX && m->n_inputs <= LUSTER_TIMBRE_MAX);
    for (uint32_t i = 0; i < m->n_inputs; i++) {
        const double v = (numbers[i] - m->mean[i]) * m->scale[i];
        x[i] = (float)(v < -m->clip ? -m->clip : v > m->clip ? m->clip : v);
    }
    for (uint32_t c = 0; c < m->n_classes; c++)
        chance[c] = 0.0;
    for (uint32_t k = 0; k < m->n_nets * m->n_hidden; k++) {
        const signed char *w = m->hidden_weight + (size_t)k * m->n_inputs;
        double h = 0.0;
        for (uint32_t i = 0; i < m->n_inputs; i++)
            h += (double)w[i] * x[i];
        h = h * m->hidden_scale[k] + m->hidden_bias[k];
        const uint32_t net = k / m->n_hidden, unit = k % m->n_hidden;
        for (uint32_t c = 0; h > 0.0 && c < m->n_classes; c++) {
            const uint32_t out = net * m->n_classes + c;
            chance[c] += h * m->class_weight[out * m->n_hidden + unit] * m->class_scale[out];
        }
    }
    for (uint32_t c = 0; c < m->n_classes; c++) {
        for (uint32_t net = 0; net < m->n_nets; net++)
            chance[c] += m->class_bias[net * m->n_classes + c];
        chance[c] = chance[c] / m->n_nets * m->heat + m->prior[c];
        top = chance[c] > top ? chance[c] : top;
    }
    for (uint32_t c = 0; c < m->n_classes; c++)
        sum += chance[c] = luster_exp(chance[c] - top);
    for (uint32_t c = 0; c < m->n_classes; c++)
        chance[c] /= sum;
}

/* Chances per role and per family. */
static void opinion(const LusterStemFacts *f, double *role, double *family)
{
    double chance[LUSTER_ROLE_CLASSES_MAX];
    memset(role, 0, LUSTER_ROLE_N * sizeof *role);
    memset(family, 0, LUSTER_FAMILY_N * sizeof *family);
    if (f->silent || f->n_timbre != luster_role_model.n_inputs)
        return;
    luster_role_chances(&luster_role_model, f->timbre, chance);
    for (uint32_t c = 0; c < luster_role_model.n_classes; c++) {
        size_t i = 0;
        while (i < sizeof classes / sizeof *classes &&
               strcmp(classes[i].name, luster_role_model.classes[c]) != 0)
            i++;
        assert(i < sizeof classes / sizeof *classes);
        role[classes[i].role] += chance[c];
        family[luster_role_info(classes[i].role)->family] += chance[c];
    }
}

static int best_of(const double *x, int n)
{
    int best = 0;
    for (int i = 1; i < n; i++)
        best = x[i] > x[best] ? i : best;
    return best;
}

static void say(LusterRoleGuess *g, const double *role, const double *family)
{
    const LusterRoleFamily kin = (LusterRoleFamily)best_of(family, LUSTER_FAMILY_N);
    double inside[LUSTER_ROLE_N];
    for (int r = 0; r < LUSTER_ROLE_N; r++)
        inside[r] = luster_role_info((LusterRole)r)->family == kin ? role[r] : 0.0;
    const LusterRole fine = (LusterRole)best_of(inside, LUSTER_ROLE_N);
    g->family = kin;
    g->family_confidence = family[kin];
    if (family[kin] < LEAST) {
        g->confidence = family[kin];
        snprintf(g->why, sizeof g->why, "is of no clear kind (%s at best, %.0f %% sure)",
                 kinds[kin], 100.0 * family[kin]);
        return;
    }
    const bool sure = inside[fine] >= FINE * family[kin] || plain[kin] == LUSTER_ROLE_UNKNOWN;
    g->role = sure ? fine : plain[kin];
    g->confidence = sure ? inside[fine] : family[kin];
    if (!sure)
        snprintf(g->why, sizeof g->why, "sounds like %s: %.0f %% sure; which kind is open",
                 kinds[kin], 100.0 * family[kin]);
    else
        snprintf(g->why, sizeof g->why, "sounds like %s: %.0f %% sure", likeness(g->role),
                 100.0 * inside[fine]);
    double others[LUSTER_FAMILY_N];
    memcpy(others, family, sizeof others);
    others[kin] = 0.0;
    const int next = best_of(others, LUSTER_FAMILY_N);
    const size_t at = strlen(g->why);
    if (others[next] > 0.15)
        snprintf(g->why + at, sizeof g->why - at, "; or %s: %.0f %%", kinds[next],
                 100.0 * others[next]);
}

void luster_role_from_sound(const LusterStemFacts *f, LusterRoleGuess *g)
{
    double role[LUSTER_ROLE_N], family[LUSTER_FAMILY_N];
    memset(g, 0, sizeof *g);
    g->family = LUSTER_FAMILY_OTHER;
    g->by_sound = true;
    opinion(f, role, family);
    if (f->silent || f->n_timbre != luster_role_model.n_inputs)
        snprintf(g->why, sizeof g->why, f->silent ? "is silent" : "is too short to tell");
    else
        say(g, role, family);
}

/* What a name cannot mean, whatever it says. */
static const char *contradiction(LusterRole role, const LusterStemFacts *f)
{
    if (luster_role_is(role, LUSTER_ROLE_BASS) && f->low_share_db < -15.0)
        return "but hardly any of it lies under 200 Hz";
    if ((role == LUSTER_ROLE_HAT || role == LUSTER_ROLE_CYMBAL) && f->low_share_db > -1.0)
        return "but nearly all of it lies under 200 Hz";
    if (role == LUSTER_ROLE_KICK && f->low_share_db < -15.0)
        return "but hardly any of it lies under 200 Hz";
    if (role == LUSTER_ROLE_LEAD_VOCAL && f->low_share_db > -1.0)
        return "but nearly all of it lies under 200 Hz";
    return NULL;
}

/* "Lead", "Solo": of what, the sound says. */
static LusterRole lead_of(LusterRoleFamily family)
{
    return family == LUSTER_FAMILY_VOICE    ? LUSTER_ROLE_LEAD_VOCAL
           : family == LUSTER_FAMILY_GUITAR ? LUSTER_ROLE_GUITAR_LEAD
           : family == LUSTER_FAMILY_KEYS   ? LUSTER_ROLE_SYNTH_LEAD
                                            : LUSTER_ROLE_UNKNOWN;
}

/* Two instruments in one name: the one that is heard. Bass is measured, the others are judged. */
static void settle_two(const LusterStemFacts *f, const double *family, LusterRoleGuess *g)
{
    const LusterRole first = g->role, second = g->second;
    const bool low = f->low_share_db > -3.0; /* half the power or more under 200 Hz */
    char why[160];
    bool swap;
    if (luster_role_is(first, LUSTER_ROLE_BASS) || luster_role_is(second, LUSTER_ROLE_BASS)) {
        swap = luster_role_is(first, LUSTER_ROLE_BASS) ? !low : low;
        snprintf(why, sizeof why, "the name says %s and %s; %s of it lies under 200 Hz",
                 luster_role_info(swap ? second : first)->name,
                 luster_role_info(swap ? first : second)->name, low ? "most" : "less than half");
    } else {
        const double a = family[luster_role_info(first)->family];
        const double b = family[luster_role_info(second)->family];
        swap = b > 2.0 * a && b > 0.4;
        snprintf(why, sizeof why, "the name says %s and %s; it sounds %.0f and %.0f %% like them",
                 luster_role_info(swap ? second : first)->name,
                 luster_role_info(swap ? first : second)->name, 100.0 * (swap ? b : a),
                 100.0 * (swap ? a : b));
    }
    g->role = swap ? second : first;
    g->second = swap ? first : second;
    memcpy(g->why, why, sizeof g->why);
}

/* A name that alone means little ("Lead", "DI", "Top"): the sound decides. */
static void settle_vague(const LusterRoleGuess *sound, LusterRoleGuess *g)
{
    char why[160];
    const LusterRoleFamily said = luster_role_info(g->role)->family;
    const LusterRole lead =
        g->role == LUSTER_ROLE_SYNTH_LEAD ? lead_of(sound->family) : LUSTER_ROLE_UNKNOWN;
    snprintf(why, sizeof why, "%.60s, which is vague; it %.70s", g->why, sound->why);
    if (lead != LUSTER_ROLE_UNKNOWN) {
        g->role = lead;
        g->confidence = sound->family_confidence;
    } else if (sound->family == said) {
        g->confidence = 1.0 - (1.0 - g->confidence) * (1.0 - sound->family_confidence);
    } else {
        g->role = sound->role;
        g->confidence = sound->confidence;
        g->by_sound = true;
    }
    memcpy(g->why, why, sizeof g->why);
}

void luster_role_guess(const char *name, const LusterStemFacts *f, LusterRoleGuess *g)
{
    LusterRoleGuess sound;
    double role[LUSTER_ROLE_N], family[LUSTER_FAMILY_N];
    luster_role_from_name(name, g);
    if (f->silent)
        return;
    luster_role_from_sound(f, &sound);
    opinion(f, role, family);
    g->family = sound.family;
    g->family_confidence = sound.family_confidence;
    const double agrees = family[luster_role_info(g->role)->family];
    char why[160];
    if (g->role == LUSTER_ROLE_UNKNOWN) {
        g->role = sound.role;
        g->confidence = sound.confidence;
        g->by_sound = true;
        snprintf(why, sizeof why, "the name says nothing; it %.130s", sound.why);
        memcpy(g->why, why, sizeof g->why);
    } else if (g->second != LUSTER_ROLE_UNKNOWN) {
        settle_two(f, family, g);
    } else if (g->confidence < 0.5 && sound.family_confidence > g->confidence) {
        settle_vague(&sound, g);
    } else if (contradiction(g->role, f)) {
        g->confidence *= 0.6;
        snprintf(why, sizeof why, "%.90s, %.60s", g->why, contradiction(g->role, f));
        memcpy(g->why, why, sizeof g->why);
    } else if (agrees > 0.5) {
        g->confidence = 1.0 - (1.0 - g->confidence) * 0.5;
    }
}
