/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How well faults between microphones are found: intake DIR [SEEDS]. Lists what the assistant
 * corrects as the files are, then turns channels over and delays files, one stem at a time, and
 * counts what is found, missed and invented. Faults are made in memory; no file is written. */
#include "assist/partners.h"
#include "luster/audio.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STEMS 200

typedef struct Input {
    char path[4096];
    bool turn, turn_right;
    uint32_t delay; /* frames */
} Input;

typedef struct Faulty {
    LusterSource source;
    LusterSource *inner;
    Input fault;
    uint64_t at;
} Faulty;

static LusterStatus faulty_read(LusterSource *source, float *const *out, size_t n, size_t *n_read,
                                LusterError *err)
{
    Faulty *f = (Faulty *)source;
    size_t head = 0;
    for (; head < n && f->at + head < f->fault.delay; head++)
        for (uint32_t c = 0; c < source->n_channels; c++)
            out[c][head] = 0.0f;
    float *const rest[2] = {out[0] + head, source->n_channels == 2 ? out[1] + head : NULL};
    size_t got = 0;
    const LusterStatus status =
        n > head ? luster_source_read(f->inner, rest, n - head, &got, err) : LUSTER_OK;
    for (size_t i = 0; i < got; i++) {
        if (f->fault.turn)
            rest[0][i] = -rest[0][i];
        if (source->n_channels == 2 && f->fault.turn != f->fault.turn_right)
            rest[1][i] = -rest[1][i];
    }
    *n_read = head + got;
    f->at += *n_read;
    return status;
}

static LusterStatus faulty_seek(LusterSource *source, uint64_t frame, LusterError *err)
{
    Faulty *f = (Faulty *)source;
    f->at = frame;
    return luster_source_seek(f->inner, frame > f->fault.delay ? frame - f->fault.delay : 0, err);
}

static void faulty_close(LusterSource *source)
{
    luster_source_close(((Faulty *)source)->inner);
    free(source);
}

static LusterStatus open_input(void *user, LusterSource **out, LusterError *err)
{
    const Input *input = user;
    LusterSource *inner = NULL;
    const LusterStatus status = luster_audio_open(input->path, &inner, err);
    Faulty *f = status ? NULL : calloc(1, sizeof *f);
    if (!f) {
        luster_source_close(inner);
        return status ? status : LUSTER_NO_MEMORY;
    }
    f->source = (LusterSource){inner->n_channels, inner->rate_hz, inner->n_frames + input->delay,
                               faulty_read,       faulty_seek,    faulty_close};
    f->inner = inner;
    f->fault = *input;
    *out = &f->source;
    return LUSTER_OK;
}

static Input inputs[MAX_STEMS];
static LusterMixInput mix_inputs[MAX_STEMS];
static LusterMix mix;

static int compare(const void *a, const void *b)
{
    return strcmp(((const Input *)a)->path, ((const Input *)b)->path);
}

static void list(const char *folder)
{
    static const char *const endings[] = {".wav", ".flac", ".aif", ".aiff"};
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (dir && (entry = readdir(dir)) && mix.n_stems < MAX_STEMS)
        for (size_t e = 0; e < sizeof endings / sizeof *endings; e++) {
            const char *dot = strrchr(entry->d_name, '.');
            if (dot && !strcmp(dot, endings[e]))
                snprintf(inputs[mix.n_stems++].path, sizeof inputs[0].path, "%s/%s", folder,
                         entry->d_name);
        }
    if (dir)
        closedir(dir);
    qsort(inputs, mix.n_stems, sizeof *inputs, compare);
}

typedef struct Outcome {
    bool turn[2]; /* per channel */
    double earlier_s; /* as it lies after all, re the file without its fault */
    double measured_s; /* its distance from its partner, as measured; NAN: none */
} Outcome;

static double moved(const LusterStemPlan *s)
{
    return s->offset_s - s->delay_ms / 1000.0;
}

/* A kit's alignments are as the files lie in the end, those of pairs as they lay. */
static int rank(const LusterStemPlan *s)
{
    return s->role == LUSTER_ROLE_SNARE_BOTTOM || s->role == LUSTER_ROLE_BASS ? -1 : 0;
}

/* What was moved before its followers were measured. */
static double kit_move(const LusterStemPlan *s)
{
    return s->misplaced_s != 0.0 ? moved(s) : 0.0;
}

/* Plans anew with the faults as they are set; only stem `changed` is listened to again. */
static void plan(int changed, Outcome *out)
{
    LusterError err;
    for (uint32_t i = 0; i < mix.n_stems; i++) {
        LusterStemFacts facts = mix.stems[i].facts;
        const LusterStatus status = mix.stems[i].status;
        if ((int)i == changed) {
            LusterSource *source = NULL;
            if (!open_input(&inputs[i], &source, &err))
                luster_stem_analyse(source, &facts, &err);
            luster_source_close(source);
        }
        luster_strip_plan_clear(&mix.stems[i].plan);
        mix.stems[i] = (LusterStemPlan){.input = &mix_inputs[i], .status = status, .facts = facts};
    }
    if (luster_plan_roles(&mix, &err))
        exit(1);
    luster_plan_partners(&mix);
    for (uint32_t i = 0; i < mix.n_stems; i++) {
        const LusterStemPlan *s = &mix.stems[i];
        out[i].turn[0] = s->invert != inputs[i].turn;
        out[i].turn[1] = (s->invert != s->invert_right) != (inputs[i].turn != inputs[i].turn_right);
        out[i].earlier_s = moved(s);
        if (inputs[i].delay)
            out[i].earlier_s -= inputs[i].delay / s->facts.rate_hz;
        out[i].measured_s = NAN;
        if (s->reference >= 0 && luster_mics_clear(&s->alignment))
            out[i].measured_s =
                s->alignment.delay_s + (rank(s) < 0 ? -kit_move(&mix.stems[s->reference])
                                                    : moved(s) - moved(&mix.stems[s->reference]));
    }
}

/* Stems that polarity is compared within: a kit with what follows its drums, or an instrument. */
static int family(const LusterStemPlan *s)
{
    if (!luster_stem_heard(s))
        return 0;
    switch (luster_role_info(s->role)->section) {
    case LUSTER_SECTION_DRUMS:
        return s->role == LUSTER_ROLE_DRUMS || s->role == LUSTER_ROLE_PERCUSSION ? 0 : 1;
    case LUSTER_SECTION_BASS:
        return s->guess.mic ? 2 : 0;
    default:
        return 0;
    }
}

static bool same(const Outcome *a, const Outcome *b, const int *families)
{
    for (int f = 1; f <= 2; f++) {
        int turned = -1;
        for (uint32_t i = 0; i < mix.n_stems; i++) {
            if (families[i] != f)
                continue;
            for (int c = 0; c < (mix.stems[i].stereo ? 2 : 1); c++) {
                const int differs = a[i].turn[c] != b[i].turn[c];
                if (turned >= 0 && differs != turned)
                    return false;
                turned = differs;
            }
        }
    }
    for (uint32_t i = 0; i < mix.n_stems; i++) /* outside, nothing moves; sides stay together */
        if (!families[i] && (a[i].turn[0] != a[i].turn[1]) != (b[i].turn[0] != b[i].turn[1]))
            return false;
    return true;
}

static void say(const Outcome *o)
{
    for (uint32_t i = 0; i < mix.n_stems; i++) {
        const LusterStemPlan *s = &mix.stems[i];
        if (s->invert || s->invert_right)
            printf("  %s: %s; sum %+.1f dB low, %+.1f dB body, arrivals %+.2f; pair %+.1f dB\n",
                   s->name,
                   s->invert && s->invert_right ? "left side turned"
                   : s->invert                  ? "turned"
                                                : "right side turned",
                   s->turn_low_db, s->turn_body_db, s->turn_arrival, s->turn_db);
        if (o[i].earlier_s != 0.0)
            printf("  %s: %+.3f ms earlier (%.1f frames), in step %+.1f dB, misplaced %.2f ms\n",
                   s->name, 1000.0 * o[i].earlier_s, o[i].earlier_s * s->facts.rate_hz,
                   s->in_step_db, 1000.0 * s->misplaced_s);
    }
}

int main(int argc, char **argv)
{
    LusterError err;
    if (argc < 2)
        return 2;
    list(argv[1]);
    mix.options.n_threads = 2;
    mix.inputs = mix_inputs;
    mix.stems = calloc(MAX_STEMS, sizeof *mix.stems);
    for (uint32_t i = 0; i < mix.n_stems; i++) {
        mix_inputs[i] = (LusterMixInput){strrchr(inputs[i].path, '/') + 1, inputs[i].path, NULL,
                                         open_input, &inputs[i]};
        mix.stems[i].input = &mix_inputs[i];
    }
    if (!mix.n_stems || luster_plan_intake(&mix, &err))
        return 1;
    static Outcome clean[MAX_STEMS], found[MAX_STEMS];
    static int families[MAX_STEMS];
    plan(-1, clean);
    int n_basses = 0;
    for (uint32_t i = 0; i < mix.n_stems; i++) {
        families[i] = family(&mix.stems[i]);
        n_basses += families[i] == 2;
    }
    for (uint32_t i = 0; i < mix.n_stems; i++)
        if (families[i] == 2 && n_basses < 2)
            families[i] = 0;
    printf("%s: as it is\n", argv[1]);
    say(clean);
    const int seeds = argc > 2 ? atoi(argv[2]) : 1;
    uint64_t seed = 1;
    int n = 0, good = 0, n_delay = 0, good_delay = 0, n_both = 0, good_both = 0;
    int n_measured = 0, good_measured = 0;
    for (int round = 0; round < seeds; round++)
        for (uint32_t i = 0; i < mix.n_stems; i++) {
            for (int kind = 0; kind < 3; kind++) { /* turn, turn right, turn and delay */
                const bool stereo = mix.stems[i].stereo;
                if ((kind != 1 && !families[i]) || (kind == 1 && !stereo) || (kind < 2 && round))
                    continue;
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                const double ms = 0.5 + 19.5 * (double)(seed >> 40) / (1 << 24);
                Input *in = &inputs[i];
                in->turn = kind == 0 || (kind == 2 && (seed >> 38 & 1));
                in->turn_right = kind == 1;
                in->delay = kind == 2 ? (uint32_t)(ms * mix.stems[i].facts.rate_hz / 1000.0) : 0;
                const LusterStemFacts facts = mix.stems[i].facts;
                plan((int)i, found);
                const bool polarity = same(clean, found, families);
                double off = (found[i].earlier_s - clean[i].earlier_s) * mix.stems[i].facts.rate_hz;
                double wrong =
                    (found[i].measured_s - clean[i].measured_s) * mix.stems[i].facts.rate_hz -
                    in->delay;
                for (uint32_t k = 0; k < mix.n_stems; k++) /* what follows it, and lies re it */
                    if (mix.stems[k].reference == (int)i && rank(&mix.stems[k]) < 0) {
                        off = (found[i].earlier_s - found[k].earlier_s - clean[i].earlier_s +
                               clean[k].earlier_s) *
                              mix.stems[i].facts.rate_hz;
                        wrong = (clean[k].measured_s - found[k].measured_s) *
                                    mix.stems[i].facts.rate_hz -
                                in->delay;
                    }
                if (kind == 2 && isfinite(wrong)) {
                    n_measured++;
                    good_measured += fabs(wrong) <= 2.0;
                }
                if (kind < 2) {
                    n++;
                    good += polarity;
                    if (!polarity) {
                        printf("  missed: %s %s\n", mix.stems[i].name,
                               kind ? "right side turned" : "turned");
                        say(found);
                    }
                } else {
                    n_delay++;
                    good_delay += fabs(off) <= 2.0;
                    n_both++;
                    good_both += polarity;
                    if (fabs(off) > 2.0 || !polarity)
                        printf("  %s delayed %.2f ms%s: left %.1f frames off, measured %.1f off, "
                               "polarity %s\n",
                               mix.stems[i].name, ms, in->turn ? " and turned" : "", off, wrong,
                               polarity ? "right" : "wrong");
                }
                in->turn = in->turn_right = false;
                in->delay = 0;
                luster_stem_clear(&mix.stems[i].facts);
                mix.stems[i].facts = facts;
            }
        }
    printf(
        "  turned: %d of %d found; with a delay: polarity %d of %d; delay measured within 2 frames "
        "%d of %d, taken out %d of %d\n",
        good, n, good_both, n_both, good_measured, n_measured, good_delay, n_delay);
    for (uint32_t i = 0; i < mix.n_stems; i++)
        luster_stem_clear(&mix.stems[i].facts);
    free(mix.stems);
    return 0;
}
