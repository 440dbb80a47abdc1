/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Intake: listens to every file (on as many threads as allowed), then says what each one is: its
 * role, whether there is anything in it, what it repeats, which channels count, which two files
 * are the sides of one. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define MAX_THREADS 64
/* Below this there is only noise: a stem 45 LU under working level is no recording of music. */
#define FAINT_LUFS -60.0
/* Above this it is no sound but other data read as samples: float mixes go a few dB over full
 * scale, and one such file would push everything else out of the mix. */
#define ABSURD_DBFS 60.0

typedef struct {
    LusterMix *mix;
    void (*work)(const LusterMix *mix, LusterStemPlan *s);
    atomic_uint next, done;
} Work;

/* Heard before: the same inputs in the same order. */
static bool heard_before(const LusterMix *mix, LusterStemPlan *s)
{
    const LusterMix *heard = mix->options.heard;
    if (!heard)
        return false;
    const LusterStemPlan *before = &heard->stems[s - mix->stems];
    s->facts = before->facts;
    s->status = before->status;
    s->error = before->error;
    return true;
}

static void analyse_one(const LusterMix *mix, LusterStemPlan *s)
{
    LusterSource *source = NULL;
    if (heard_before(mix, s))
        return;
    s->error.text[0] = 0;
    s->status = s->input->open(s->input->user, &source, &s->error);
    if (!s->status)
        s->status = luster_stem_analyse(source, &s->facts, &s->error);
    luster_source_close(source);
    if (!s->status && !s->facts.n_frames)
        s->status = luster_error_set(&s->error, LUSTER_BAD_FILE,
                                     "%s holds no sound: its length is "
                                     "zero",
                                     s->input->name);
    if (!s->status && s->facts.peak_dbfs > ABSURD_DBFS)
        s->status = luster_error_set(&s->error, LUSTER_BAD_FILE,
                                     "%s peaks %.0f dB over full scale: that is damaged, or no "
                                     "sound; at most %.0f dB can be meant",
                                     s->input->name, s->facts.peak_dbfs, ABSURD_DBFS);
    if (s->status && !s->error.text[0])
        luster_error_set(&s->error, s->status, "%s: %s", s->input->name,
                         luster_status_text(s->status));
}

static void *worker(void *data)
{
    Work *work = data;
    for (;;) {
        const unsigned i = atomic_fetch_add(&work->next, 1);
        if (i >= work->mix->n_stems)
            return NULL;
        work->work(work->mix, &work->mix->stems[i]);
        atomic_fetch_add(&work->done, 1);
    }
}

void luster_plan_each(LusterMix *mix, const char *doing,
                      void (*each)(const LusterMix *mix, LusterStemPlan *s))
{
    Work work = {.mix = mix, .work = each};
    pthread_t threads[MAX_THREADS];
    uint32_t n = mix->options.n_threads > MAX_THREADS ? MAX_THREADS : mix->options.n_threads,
             run = 0;
    while (run + 1 < n && run + 1 < mix->n_stems &&
           !pthread_create(&threads[run], NULL, worker, &work))
        run++;
    for (;;) { /* the caller's thread works too, and tells how far it is */
        const unsigned i = atomic_fetch_add(&work.next, 1);
        if (i >= mix->n_stems)
            break;
        each(mix, &mix->stems[i]);
        const unsigned done = atomic_fetch_add(&work.done, 1) + 1;
        if (mix->options.progress)
            mix->options.progress(mix->options.user, doing, (double)done / mix->n_stems);
    }
    while (run)
        pthread_join(threads[--run], NULL);
}

LusterStatus luster_plan_intake(LusterMix *mix, LusterError *err)
{
    luster_plan_each(mix, "listening", analyse_one);
    uint32_t usable = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (s->status == LUSTER_NO_MEMORY)
            return luster_error_set(err, LUSTER_NO_MEMORY, "%s", s->error.text);
        usable += !s->status;
        if (!s->status && s->facts.n_steps > mix->n_steps)
            mix->n_steps = s->facts.n_steps;
    }
    if (!usable)
        return luster_error_set(err, LUSTER_BAD_FILE, "none of the %u files can be used%s%s",
                                mix->n_stems, mix->n_stems ? ": " : "",
                                mix->n_stems ? mix->stems[0].error.text : "");
    return LUSTER_OK;
}

/* Folders that all names share say nothing. */
static size_t common_folder(const LusterMix *mix)
{
    const char *first = mix->stems[0].input->name;
    size_t n = 0;
    for (size_t i = 0; first[i]; i++) {
        for (uint32_t k = 1; k < mix->n_stems; k++)
            if (strncmp(first, mix->stems[k].input->name, i + 1))
                return n;
        if (first[i] == '/')
            n = i + 1;
    }
    return n;
}

/* "bass2=synth": the name with or without folder and ending. */
static bool names(const LusterStemPlan *s, const char *text, size_t size)
{
    const char *slash = strrchr(s->input->name, '/');
    const char *ways[3] = {s->input->name, s->name, slash ? slash + 1 : s->input->name};
    for (int i = 0; i < 3; i++) {
        const char *dot = strrchr(ways[i], '.');
        const size_t whole = strlen(ways[i]), bare = dot ? (size_t)(dot - ways[i]) : whole;
        if ((size == whole || size == bare) && !memcmp(ways[i], text, size))
            return true;
    }
    return false;
}

static LusterStatus override_roles(LusterMix *mix, LusterError *err)
{
    for (uint32_t i = 0; i < mix->options.n_roles; i++) {
        const char *text = mix->options.roles[i], *equals = strrchr(text, '=');
        const int role = equals ? luster_role_find(equals + 1) : -1;
        if (role < 0)
            return luster_error_set(err, LUSTER_BAD_VALUE,
                                    "'%.80s' gives no role; it reads FILE=ROLE, for instance "
                                    "bass2=synth; roles are kick, snare, bass, guitar, piano, "
                                    "synth, lead_vocal, backing_vocal ...",
                                    text);
        bool found = false;
        for (uint32_t k = 0; k < mix->n_stems; k++) {
            LusterStemPlan *s = &mix->stems[k];
            if (!names(s, text, (size_t)(equals - text)))
                continue;
            found = true;
            s->role = (LusterRole)role;
            s->confidence = 1.0;
            strcpy(s->guess.why, "you said so");
        }
        if (!found)
            return luster_error_set(err, LUSTER_NOT_FOUND, "no file is called '%.*s'",
                                    (int)(equals - text), text);
    }
    return LUSTER_OK;
}

/* Share of the seconds in which either sounds that both do: near 1 for two sides of one picture,
 * less for two parts that only stand left and right. */
static double together(const LusterStemFacts *a, const LusterStemFacts *b)
{
    const double gate_a = luster_pow(10.0, (a->integrated_lufs - 10.0) / 10.0);
    const double gate_b = luster_pow(10.0, (b->integrated_lufs - 10.0) / 10.0);
    uint32_t both = 0, any = 0;
    for (uint32_t i = 0; i + 10 <= a->n_steps && i + 10 <= b->n_steps; i += 10) {
        bool on_a = false, on_b = false;
        for (uint32_t k = i; k < i + 10; k++) {
            on_a |= a->k_power[k] > gate_a;
            on_b |= b->k_power[k] > gate_b;
        }
        both += on_a && on_b;
        any += on_a || on_b;
    }
    return any ? (double)both / any : 1.0;
}

/* Two mono files, left and right of one. */
static void find_pairs(LusterMix *mix)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *l = &mix->stems[i];
        for (uint32_t k = 0; k < mix->n_stems && luster_stem_heard(l); k++) {
            LusterStemPlan *r = &mix->stems[k];
            if (l->guess.side == -1 && r->guess.side == 1 && luster_stem_heard(r) && !l->stereo &&
                !r->stereo && l->pair < 0 && r->pair < 0 && l->role == r->role &&
                !strcmp(l->guess.stem, r->guess.stem) && together(&l->facts, &r->facts) > 0.8) {
                l->pair = (int)k;
                r->pair = (int)i;
            }
        }
    }
}

static void choose_channels(LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    s->channels = LUSTER_CHANNELS_ALL;
    s->clip_power = 1.0;
    s->stereo = f->n_channels == 2;
    if (f->one_side) {
        s->channels = f->one_side < 0 ? LUSTER_CHANNELS_LEFT : LUSTER_CHANNELS_RIGHT;
        s->stereo = false;
    } else if (f->identical) { /* both channels at gains 1 and g become (1+g)/2 in one */
        const double g = luster_db_to_gain(f->identical_gain_db);
        s->channels = LUSTER_CHANNELS_MONO;
        s->clip_power = 0.25 * (1.0 + g) * (1.0 + g) / (1.0 + g * g);
        s->stereo = false;
    }
}

/* Double takes of a lead are named in many ways; a second "lead" sung together with the first is
 * one. A song has one lead at a time: the louder, busier one. */
static void sort_out_vocals(LusterMix *mix)
{
    uint32_t leads = 0, doubles = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        leads += luster_stem_heard(&mix->stems[i]) && mix->stems[i].role == LUSTER_ROLE_LEAD_VOCAL;
        doubles +=
            luster_stem_heard(&mix->stems[i]) && mix->stems[i].role == LUSTER_ROLE_VOCAL_DOUBLE;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && !leads && doubles && s->role == LUSTER_ROLE_VOCAL_DOUBLE) {
            s->role = LUSTER_ROLE_LEAD_VOCAL; /* nobody to double */
            leads = 1;
        }
    }
}

LusterStatus luster_plan_roles(LusterMix *mix, LusterError *err)
{
    const size_t skip = common_folder(mix);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        s->name = s->input->name + skip;
        s->twin = s->pair = s->reference = -1;
        if (s->status)
            continue;
        luster_role_guess(s->name, &s->facts, &s->guess);
        s->role = s->guess.role;
        s->confidence = s->guess.confidence;
        choose_channels(s);
        s->state = s->facts.silent                         ? STEM_SILENT
                   : s->facts.integrated_lufs < FAINT_LUFS ? STEM_FAINT
                                                           : STEM_USED;
    }
    const LusterStatus status = override_roles(mix, err);
    if (status)
        return status;
    luster_plan_copies(mix);
    luster_plan_ask(mix);
    uint32_t heard = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        heard += luster_stem_heard(&mix->stems[i]);
    for (uint32_t i = 0; i < mix->n_stems && heard > 1; i++)
        if (luster_stem_heard(&mix->stems[i]) && mix->stems[i].role == LUSTER_ROLE_GUIDE) {
            mix->stems[i].state = STEM_GUIDE;
            heard--;
        }
    for (uint32_t i = 0; i < mix->n_stems; i++) { /* a mix beside its own stems would double all */
        LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && s->role == LUSTER_ROLE_MIX && heard > 2 &&
            s->facts.active_fraction > 0.5)
            s->state = STEM_FULL_MIX;
        else if (luster_stem_heard(s) && s->role == LUSTER_ROLE_MIX)
            s->role = LUSTER_ROLE_SAMPLE;
    }
    sort_out_vocals(mix);
    find_pairs(mix);
    return LUSTER_OK;
}
