/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What sections are called: of those that are sung, the loudest and fullest that comes back is the
 * chorus, the one it is compared with the verse; what is not sung is intro, solo, break or outro by
 * its place. Each rule says how sure it is; under half sure a section has only its number. */
#include "analysis/sections.h"

#include <string.h>

#define SUNG 0.35 /* share of the length the lead is heard in */
#define LIFT_LU 1.0 /* a chorus is this much bigger than the verse, and one kind of part adds */
#define PART_LU 1.0 /* as much as this */
#define SURE 0.5

typedef struct {
    uint32_t n, first; /* sections, and the first of them */
    double size; /* mean loudness and fullness */
} Group;

const char *luster_form_word(LusterFormLabel label)
{
    static const char *const words[LUSTER_FORM_N] = {
        [LUSTER_FORM_UNSURE] = "section", [LUSTER_FORM_INTRO] = "intro",
        [LUSTER_FORM_VERSE] = "verse",    [LUSTER_FORM_CHORUS] = "chorus",
        [LUSTER_FORM_BRIDGE] = "bridge",  [LUSTER_FORM_BREAK] = "break",
        [LUSTER_FORM_SOLO] = "solo",      [LUSTER_FORM_OUTRO] = "outro"};
    return words[label];
}

static void call(LusterFormSection *s, LusterFormLabel label, double confidence)
{
    s->label = confidence >= SURE ? label : LUSTER_FORM_UNSURE;
    s->confidence = confidence > 0.95 ? 0.95 : confidence;
}

static void find_groups(const LusterFormSection *s, uint32_t n, Group *groups)
{
    memset(groups, 0, LUSTER_FORM_MAX * sizeof *groups);
    for (uint32_t i = 0; i < n; i++) {
        Group *g = &groups[s[i].group];
        if (s[i].lead < SUNG)
            continue;
        if (!g->n++)
            g->first = i;
        g->size += s[i].level_lu + PART_LU * s[i].density;
    }
    for (uint32_t i = 0; i < LUSTER_FORM_MAX; i++)
        if (groups[i].n)
            groups[i].size /= groups[i].n;
}

/* The biggest sung group that comes back, or, where nothing does, the biggest; -1 when all that is
 * sung is one group. *verse is the first sung group that is smaller. */
static int find_chorus(const Group *groups, int *verse)
{
    int chorus = -1;
    uint32_t n_sung = 0;
    *verse = -1;
    for (int g = 0; g < LUSTER_FORM_MAX; g++) {
        n_sung += groups[g].n > 0;
        if (groups[g].n &&
            (chorus < 0 || (groups[g].n > 1) > (groups[chorus].n > 1) ||
             ((groups[g].n > 1) == (groups[chorus].n > 1) && groups[g].size > groups[chorus].size)))
            chorus = g;
    }
    if (n_sung < 2)
        return -1;
    for (int g = 0; g < LUSTER_FORM_MAX; g++)
        if (g != chorus && groups[g].n && groups[g].size < groups[chorus].size &&
            (*verse < 0 || groups[g].first < groups[*verse].first))
            *verse = g;
    return *verse < 0 ? -1 : chorus;
}

static void label_sung(LusterFormSection *s, uint32_t n)
{
    Group groups[LUSTER_FORM_MAX];
    int verse;
    find_groups(s, n, groups);
    const int chorus = find_chorus(groups, &verse);
    if (chorus < 0)
        return;
    const double lift = groups[chorus].size - groups[verse].size;
    double sure = 0.3 + 0.2 * (lift - LIFT_LU > 1.0 ? 1.0 : lift - LIFT_LU);
    sure += groups[chorus].n > 1 ? 0.25 : 0.0;
    sure += groups[verse].n > 1 ? 0.15 : 0.0;
    uint32_t choruses = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (s[i].lead < SUNG)
            continue;
        if ((int)s[i].group == chorus) {
            call(&s[i], LUSTER_FORM_CHORUS, sure);
            choruses++;
        } else if ((int)s[i].group == verse) {
            call(&s[i], LUSTER_FORM_VERSE, sure);
        } else if (groups[s[i].group].n == 1 && choruses > 1) {
            call(&s[i], LUSTER_FORM_BRIDGE, sure - 0.1);
        }
    }
}

static void label_unsung(LusterFormSection *s, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (s[i].lead >= SUNG)
            continue;
        bool before = false, after = false;
        for (uint32_t k = 0; k < n; k++) {
            before |= k < i && s[k].lead >= SUNG;
            after |= k > i && s[k].lead >= SUNG;
        }
        const double clear = s[i].lead < 0.1 ? 0.2 : 0.0;
        if (!before && after)
            call(&s[i], LUSTER_FORM_INTRO, 0.7 + clear);
        else if (before && !after)
            call(&s[i], s[i].solo > 0.5 && i + 1 < n ? LUSTER_FORM_SOLO : LUSTER_FORM_OUTRO,
                 0.6 + clear);
        else if (s[i].solo > 0.5)
            call(&s[i], LUSTER_FORM_SOLO, before && after ? 0.6 + clear : 0.0);
        else if (before && after)
            call(&s[i], LUSTER_FORM_BREAK, 0.5 + clear);
    }
}

void luster_form_label(LusterFormSection *s, uint32_t n, bool sung)
{
    if (!sung || n < 3)
        return; /* without words the form is a matter of opinion, and two parts are no form */
    label_sung(s, n);
    label_unsung(s, n);
}
