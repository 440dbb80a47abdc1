/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sections: features per half second (third octaves in groups, harmony, which parts sound), their
 * self-similarity along the diagonal, and where a checkerboard fits it (Foote 2000) a boundary,
 * moved to the bar; sections that are alike share a group. */
#include "analysis/sections.h"

#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_STEPS 5 /* half a second */
#define FRAME_S (FRAME_STEPS * LUSTER_STEP_S)
#define N_GROUPS 8 /* of bands, 80 Hz up, three each */
#define FIRST_BAND 6
#define N_FEATURES (N_GROUPS + 1 + LUSTER_CHROMA + LUSTER_FORM_CLASSES)
#define REACH 16 /* frames to each side of a boundary: eight seconds */
#define SHORT_S 20.0 /* an excerpt this short has one section */
#define LEAST_S 6.0
#define NOVEL 0.14 /* how much more alike the two sides are in themselves than to each other */
#define ALIKE 0.75 /* distance under which two sections are the same part of the song */
/* How much of each makes two frames unlike: decibels of a group of bands and of the whole, harmony
 * (unit vectors), and the share of one kind of part. */
#define BAND_DB 12.0
#define LEVEL_DB 5.0
#define CHROMA_WEIGHT 0.6
#define CLASS_WEIGHT 0.6
#define FLOOR_DB 24.0 /* under the mean: as good as not there */
#define HARMONY_FRAMES 8 /* to each side: chords are no sections */

typedef struct {
    uint32_t n; /* frames */
    float *feature; /* [n * N_FEATURES] */
    float *novelty; /* [n] of a boundary before frame i */
    uint32_t edge[LUSTER_FORM_MAX + 1], n_edges;
} Form;

/* Level in dB re the mean over the song, not lower than FLOOR_DB under it. */
static double relative_db(double power, double mean)
{
    const double least = luster_pow(10.0, -FLOOR_DB / 10.0);
    const double ratio = mean > 0.0 ? power / mean : 1.0;
    return luster_power_to_db(ratio > least ? ratio : least);
}

static void band_features(const LusterFormCues *c, Form *f)
{
    double mean[N_GROUPS + 1] = {0.0};
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < f->n; i++) {
            double power[N_GROUPS + 1] = {0.0};
            for (uint32_t t = i * FRAME_STEPS; t < (i + 1) * FRAME_STEPS && t < c->n_steps; t++) {
                for (int g = 0; g < N_GROUPS; g++)
                    for (int b = 0; b < 3; b++)
                        power[g] +=
                            c->band[t * LUSTER_STEM_BANDS + (uint32_t)(FIRST_BAND + 3 * g + b)];
                power[N_GROUPS] += c->loud[t];
            }
            float *x = f->feature + (size_t)i * N_FEATURES;
            for (int g = 0; g <= N_GROUPS; g++) {
                if (pass)
                    x[g] = (float)(relative_db(power[g], mean[g]) /
                                   (g == N_GROUPS ? LEVEL_DB : BAND_DB));
                else
                    mean[g] += power[g] / f->n;
            }
        }
    }
}

static void harmony_features(const LusterFormCues *c, Form *f)
{
    const double per_frame = FRAME_S / LUSTER_CHROMA_STEP_S;
    for (uint32_t i = 0; i < f->n; i++) {
        double sum[LUSTER_CHROMA] = {0.0}, norm = 0.0;
        const double from = ((double)i - HARMONY_FRAMES) * per_frame;
        const uint32_t to = (uint32_t)((i + HARMONY_FRAMES + 1) * per_frame);
        for (uint32_t t = from > 0.0 ? (uint32_t)from : 0; t < to && t < c->n_chroma; t++)
            for (int k = 0; k < LUSTER_CHROMA; k++)
                sum[k] += sqrt((double)c->chroma[t * LUSTER_CHROMA + (uint32_t)k]);
        for (int k = 0; k < LUSTER_CHROMA; k++)
            norm += sum[k] * sum[k];
        for (int k = 0; k < LUSTER_CHROMA; k++)
            f->feature[(size_t)i * N_FEATURES + N_GROUPS + 1 + (size_t)k] =
                (float)(norm > 0.0 ? CHROMA_WEIGHT * sum[k] / sqrt(norm) : 0.0);
    }
}

static void part_features(const LusterFormCues *c, Form *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        float *x = f->feature + (size_t)i * N_FEATURES + N_GROUPS + 1 + LUSTER_CHROMA;
        uint32_t n = 0;
        for (uint32_t t = i * FRAME_STEPS; t < (i + 1) * FRAME_STEPS && t < c->n_steps; t++, n++)
            for (int k = 0; k < LUSTER_FORM_CLASSES; k++)
                x[k] += c->active[t * LUSTER_FORM_CLASSES + (uint32_t)k];
        for (int k = 0; k < LUSTER_FORM_CLASSES && n; k++)
            x[k] *= (float)(CLASS_WEIGHT / n);
    }
}

static double distance(const float *a, const float *b)
{
    double sum = 0.0;
    for (int k = 0; k < N_FEATURES; k++)
        sum += (double)(a[k] - b[k]) * (a[k] - b[k]);
    return sqrt(sum);
}

/* Means of likeness inside each side and across, weighted toward the boundary. */
static double novelty_at(const Form *f, uint32_t at)
{
    double same = 0.0, same_weight = 0.0, across = 0.0, across_weight = 0.0;
    const uint32_t from = at > REACH ? at - REACH : 0;
    const uint32_t to = at + REACH < f->n ? at + REACH : f->n;
    for (uint32_t i = from; i < to; i++) {
        for (uint32_t k = i + 1; k < to; k++) {
            const double u = (i + 0.5 - at) / REACH, v = (k + 0.5 - at) / REACH;
            const double weight = luster_exp(-2.0 * (u * u + v * v));
            const double d =
                distance(f->feature + (size_t)i * N_FEATURES, f->feature + (size_t)k * N_FEATURES);
            const double like = luster_exp(-0.5 * d * d);
            if ((i < at) == (k < at)) {
                same += weight * like;
                same_weight += weight;
            } else {
                across += weight * like;
                across_weight += weight;
            }
        }
    }
    return same_weight > 0.0 && across_weight > 0.0 ? same / same_weight - across / across_weight
                                                    : 0.0;
}

/* Boundaries by falling novelty, none nearer than LEAST_S to another or to either end. */
static void pick(Form *f, uint32_t first, uint32_t last)
{
    const uint32_t least = (uint32_t)(LEAST_S / FRAME_S + 0.5);
    f->edge[0] = first;
    f->edge[1] = last;
    f->n_edges = 2;
    while (f->n_edges <= LUSTER_FORM_MAX) {
        uint32_t best = 0;
        for (uint32_t i = first + least; i + least <= last; i++) {
            bool free = f->novelty[i] >= NOVEL && f->novelty[i] >= f->novelty[i - 1] &&
                        (i + 1 >= f->n || f->novelty[i] >= f->novelty[i + 1]);
            for (uint32_t e = 0; e < f->n_edges && free; e++)
                free = f->edge[e] >= i + least || f->edge[e] + least <= i;
            if (free && (!best || f->novelty[i] > f->novelty[best]))
                best = i;
        }
        if (!best)
            break;
        uint32_t e = f->n_edges++;
        for (; f->edge[e - 1] > best; e--)
            f->edge[e] = f->edge[e - 1];
        f->edge[e] = best;
    }
}

/* To the bar (or beat) nearest; within the bar, where there are bars. */
static double snap(const LusterTempo *tempo, double time_s)
{
    if (!tempo || !tempo->n_beats)
        return time_s;
    const uint32_t step =
        tempo->beats_per_bar && tempo->bar_confidence >= 0.5 ? tempo->beats_per_bar : 1;
    const double reach = 0.6 * step * 60.0 / tempo->bpm;
    double best = time_s, least = reach;
    for (uint32_t i = step > 1 ? tempo->downbeat : 0; i < tempo->n_beats; i += step) {
        const double off = fabs(tempo->beats_s[i] - time_s);
        if (off < least) {
            least = off;
            best = tempo->beats_s[i];
        }
    }
    return best;
}

static void describe(const LusterFormCues *c, LusterFormSection *s)
{
    const uint32_t from = (uint32_t)(s->from_s / LUSTER_STEP_S + 0.5);
    uint32_t to = (uint32_t)(s->to_s / LUSTER_STEP_S + 0.5);
    to = to < c->n_steps ? to : c->n_steps;
    double song = 0.0, own = 0.0;
    uint32_t n_song = 0;
    for (uint32_t t = 0; t < c->n_steps; t++) {
        song += c->loud[t];
        n_song += c->loud[t] > 0.0f;
    }
    const double n = to > from ? to - from : 1.0;
    for (uint32_t t = from; t < to; t++) {
        own += c->loud[t] / n;
        s->lead += c->lead[t] / n;
        s->solo += c->solo[t] / n;
        for (int k = 0; k < LUSTER_FORM_CLASSES; k++)
            s->density += c->active[t * LUSTER_FORM_CLASSES + (uint32_t)k] / n;
    }
    s->level_lu = song > 0.0 && own > 0.0 ? luster_power_to_db(own / (song / n_song)) : -70.0;
}

static void mean_feature(const Form *f, uint32_t from, uint32_t to, float *mean)
{
    memset(mean, 0, N_FEATURES * sizeof *mean);
    for (uint32_t i = from; i < to; i++)
        for (int k = 0; k < N_FEATURES; k++)
            mean[k] += f->feature[(size_t)i * N_FEATURES + (size_t)k] / (float)(to - from);
}

/* Each section joins the earlier group whose first it is most like. */
static void group(const Form *f, LusterFormSection *out, uint32_t n)
{
    float mean[LUSTER_FORM_MAX][N_FEATURES];
    uint32_t n_groups = 0;
    for (uint32_t i = 0; i < n; i++) {
        float own[N_FEATURES];
        double least = ALIKE;
        mean_feature(f, f->edge[i], f->edge[i + 1], own);
        out[i].group = n_groups;
        for (uint32_t g = 0; g < n_groups; g++) {
            const double d = distance(own, mean[g]);
            if (d < least) {
                least = d;
                out[i].group = g;
            }
        }
        if (out[i].group == n_groups)
            memcpy(mean[n_groups++], own, sizeof own);
    }
}

static uint32_t first_sound(const LusterFormCues *c, bool from_end)
{
    double sum = 0.0;
    for (uint32_t t = 0; t < c->n_steps; t++)
        sum += c->loud[t] / c->n_steps;
    for (uint32_t k = 0; k < c->n_steps; k++) {
        const uint32_t t = from_end ? c->n_steps - 1 - k : k;
        if (c->loud[t] > 1e-4 * sum) /* 40 dB under the mean */
            return t;
    }
    return c->n_steps;
}

bool luster_form_find(const LusterFormCues *c, LusterFormSection *out, uint32_t *n_out)
{
    const uint32_t first = first_sound(c, false), last = first_sound(c, true);
    *n_out = 0;
    if (first >= c->n_steps)
        return true;
    Form f = {.n = (c->n_steps + FRAME_STEPS - 1) / FRAME_STEPS};
    f.feature = calloc((size_t)f.n * N_FEATURES, sizeof *f.feature);
    f.novelty = calloc(f.n, sizeof *f.novelty);
    if (!f.feature || !f.novelty) {
        free(f.feature);
        free(f.novelty);
        return false;
    }
    band_features(c, &f);
    harmony_features(c, &f);
    part_features(c, &f);
    const uint32_t from = first / FRAME_STEPS, to = last / FRAME_STEPS + 1;
    if ((last - first) * LUSTER_STEP_S >= SHORT_S)
        for (uint32_t i = from + 1; i < to; i++)
            f.novelty[i] = (float)novelty_at(&f, i);
    pick(&f, from, to);
    memset(out, 0, LUSTER_FORM_MAX * sizeof *out);
    *n_out = f.n_edges - 1;
    for (uint32_t i = 0; i < *n_out; i++) {
        out[i].from_s = i ? out[i - 1].to_s : first * LUSTER_STEP_S;
        out[i].to_s =
            i + 1 < *n_out ? snap(c->tempo, f.edge[i + 1] * FRAME_S) : (last + 1) * LUSTER_STEP_S;
        describe(c, &out[i]);
    }
    group(&f, out, *n_out);
    luster_form_label(out, *n_out, c->sung);
    free(f.feature);
    free(f.novelty);
    return true;
}
