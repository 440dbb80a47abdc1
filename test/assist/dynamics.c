/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Dynamics: gates only where bleed and strokes are two things, compression only where a part is
 * uneven, two stages for a voice that needs both, ducking keyed by the right strip, drums together;
 * the reduction that is written down is the one that is heard; amounts scale, levels of files do
 * not matter. */
#include "assist/plan.h"
#include "assist/signal.h"
#include "base/math.h"
#include "tap.h"

#include <math.h>

enum { KICK, SNARE, TOM, BASS, GTR, VOX, N };

static const char *const names[N] = {"Kick.wav", "Snare.wav", "Tom.wav",
                                     "Bass.wav", "Gtr.wav",   "LeadVox.wav"};
static Sound song[N];

#define SECONDS 10.0

static void add(Sound *to, const Sound *from, double gain)
{
    for (uint32_t i = 0; i < to->n; i++)
        to->x[0][i] += (float)gain * from->x[0][i];
}

/* A floor of noise, as every microphone has. */
static void add_air(Sound *to, double level, uint64_t seed)
{
    for (uint32_t i = 0; i < to->n; i++)
        to->x[0][i] += (float)(level * sound_noise(&seed));
}

static void make_song(void)
{
    for (int i = 0; i < N; i++)
        song[i] = sound_new(SECONDS, 1);
    add_hits(&song[KICK], 0.0, 1.0, 70, 0.06, 0.9, 0.02, 3);
    add_hits(&song[SNARE], 0.5, 1.0, 190, 0.05, 0.3, 0.3, 4);
    add_hits(&song[TOM], 1.75, 2.0, 110, 0.12, 0.8, 0.02, 5);
    add_notes(&song[BASS], 220, 0.125, 5, 0.1, 0, 99, 99);
    add_notes(&song[GTR], 294, 0.25, 12, 0.1, 0, 99, 99);
    add_notes(&song[VOX], 392, 0.25, 14, 0.05, 0, 99, 99);
}

/* Kick and snare in the tom's microphone, and a little of each in the others'. */
static void add_bleed(double in_tom)
{
    Sound kick = sound_new(SECONDS, 1), snare = sound_new(SECONDS, 1);
    add(&kick, &song[KICK], 1.0);
    add(&snare, &song[SNARE], 1.0);
    add(&song[TOM], &kick, in_tom);
    add(&song[TOM], &snare, in_tom);
    add(&song[KICK], &snare, 0.05);
    add(&song[SNARE], &kick, 0.05);
    for (int i = KICK; i <= TOM; i++)
        add_air(&song[i], 0.001, 7 + (uint64_t)i);
    sound_free(&kick);
    sound_free(&snare);
}

static LusterMix *mix_with(const LusterMixOptions *wishes)
{
    LusterMixInput in[N];
    LusterError err = {0};
    LusterMix *mix = NULL;
    LusterMixOptions options = wishes ? *wishes : (LusterMixOptions){0};
    options.n_threads = 2;
    for (int i = 0; i < N; i++)
        in[i] = (LusterMixInput){names[i], names[i], NULL, sound_open, &song[i]};
    if (!CHECK(luster_mix_propose(in, N, &options, &mix, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    return mix;
}

static LusterMixOptions amount_of(double amount)
{
    LusterMixOptions options = {.given = 1u << LUSTER_STAGE_DYNAMICS};
    options.assistant.values[LUSTER_STAGE_DYNAMICS] = amount;
    return options;
}

static LusterStemPlan *stem(LusterMix *mix, int file)
{
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (!strcmp(mix->stems[i].name, names[file]))
            return &mix->stems[i];
    return NULL;
}

static LusterPlannedInsert *insert_of(LusterMix *mix, int file, const char *id)
{
    return luster_plan_find(&stem(mix, file)->plan, id);
}

static const LusterInsert *written(const LusterStrip *strip, const char *id)
{
    for (uint32_t i = 0; i < strip->n_inserts; i++)
        if (!strcmp(strip->inserts[i].id, id))
            return &strip->inserts[i];
    return NULL;
}

static void end_song(LusterMix *mix)
{
    luster_mix_free(mix);
    for (int i = 0; i < N; i++)
        sound_free(&song[i]);
}

TEST(a_gate_where_bleed_and_strokes_are_two)
{
    make_song();
    add_bleed(0.1);
    LusterMix *mix = mix_with(NULL);
    LusterPlannedInsert *gate = insert_of(mix, TOM, "gate");
    if (CHECK(gate)) {
        const LusterHits *h = &stem(mix, TOM)->hits;
        const double threshold = luster_plan_value(gate, "threshold");
        const double shift = stem(mix, TOM)->trim_db;
        printf("# tom: %u own, %u bleed, at %.1f and %.1f, threshold %.1f\n", h->n_own, h->n_bleed,
               h->softest_dbfs + shift, h->bleed_dbfs + shift, threshold);
        CHECK(h->n_own == 5);
        CHECK(threshold > h->bleed_dbfs + shift + 1.0);
        CHECK(threshold < h->softest_dbfs + shift - 1.0);
        CHECK(luster_plan_value(gate, "range") >= 10.0 && luster_plan_value(gate, "range") <= 20.0);
    }
    CHECK(!insert_of(mix, GTR, "gate") && !insert_of(mix, BASS, "gate"));
    end_song(mix);
}

TEST(no_gate_where_it_would_cost_strokes)
{
    make_song(); /* as loud as the strokes */
    add_bleed(0.7);
    LusterMix *mix = mix_with(NULL);
    CHECK(!insert_of(mix, TOM, "gate"));
    end_song(mix);
    make_song(); /* ghost notes as soft as the bleed */
    add_hits(&song[SNARE], 0.25, 0.5, 190, 0.05, 0.02, 0.02, 9);
    add_bleed(0.7);
    mix = mix_with(NULL);
    CHECK(!insert_of(mix, SNARE, "gate"));
    end_song(mix);
}

/* Loud words and soft ones, with a jump at each. */
static void make_uneven(Sound *s, double soft, double jump)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const double in = (double)(i % (RATE / 4)) / RATE;
        s->x[0][i] *= (float)((i / (2 * RATE) % 2 ? soft : 1.0) *
                              (1.0 + (jump - 1.0) * (in < 0.01 ? 1.0 : 0.0)));
    }
}

TEST(nothing_for_even_parts)
{
    make_song();
    LusterMix *mix = mix_with(NULL);
    for (int i = KICK; i < N; i++)
        CHECK(!insert_of(mix, i, "compressor") && !insert_of(mix, i, "compressor_peaks"));
    for (int i = KICK; i <= TOM; i++) /* programmed: nothing between the strokes */
        CHECK(!insert_of(mix, i, "gate"));
    end_song(mix);
}

TEST(a_voice_in_two_stages)
{
    make_song();
    make_uneven(&song[VOX], 0.25, 4.0);
    LusterMix *mix = mix_with(NULL);
    LusterStemPlan *s = stem(mix, VOX);
    LusterPlannedInsert *peaks = luster_plan_find(&s->plan, "compressor_peaks");
    LusterPlannedInsert *level = luster_plan_find(&s->plan, "compressor");
    LusterRehearsal heard;
    if (CHECK(peaks && level && peaks < level) && CHECK(luster_plan_rehearse(s, &heard))) {
        const double fast = heard.stroke_reduction_db[peaks - s->plan.inserts];
        const double slow = heard.loud_reduction_db[level - s->plan.inserts];
        printf("# voice: %.1f dB fast, %.1f dB slow, %.2f LU left\n", fast, slow, heard.change_lu);
        CHECK(fast >= 1.0 && fast <= 5.0);
        CHECK(slow >= 1.0 && slow <= 6.0);
        CHECK_NEAR(heard.change_lu, 0.0, 0.3);
    }
    end_song(mix);
    make_song(); /* no jumps: one */
    make_uneven(&song[VOX], 0.25, 1.0);
    mix = mix_with(NULL);
    CHECK(insert_of(mix, VOX, "compressor") && !insert_of(mix, VOX, "compressor_peaks"));
    end_song(mix);
}

/* What is written down is what is heard. */
static void check_said(const LusterPlannedInsert *comp, double reduction)
{
    char said[40];
    bool found = false;
    snprintf(said, sizeof said, "takes %.1f dB off the loudest tenth", reduction);
    for (uint32_t i = 0; i < comp->moves.n; i++)
        found |= !strcmp(comp->moves.list[i].target, "threshold") &&
                 strstr(comp->moves.list[i].measured, said);
    CHECK(found);
}

TEST(amounts_scale)
{
    static const double amounts[] = {0.0, 0.5, 1.0};
    double reduction[3] = {0.0}, range[3] = {0.0};
    for (int a = 0; a < 3; a++) {
        make_song();
        add_bleed(0.1);
        make_uneven(&song[BASS], 0.25, 1.0);
        const LusterMixOptions options = amount_of(amounts[a]);
        LusterMix *mix = mix_with(&options);
        LusterStemPlan *s = stem(mix, BASS);
        const LusterPlannedInsert *comp = luster_plan_find(&s->plan, "compressor");
        const LusterPlannedInsert *gate = insert_of(mix, TOM, "gate");
        LusterRehearsal heard;
        if (comp && luster_plan_rehearse(s, &heard)) {
            reduction[a] = heard.loud_reduction_db[comp - s->plan.inserts];
            check_said(comp, reduction[a]);
        }
        range[a] = gate ? luster_plan_value(gate, "range") : 0.0;
        end_song(mix);
    }
    printf("# reduction %.1f %.1f %.1f, range %.1f %.1f %.1f\n", reduction[0], reduction[1],
           reduction[2], range[0], range[1], range[2]);
    CHECK(reduction[0] == 0.0 && range[0] == 0.0);
    CHECK_NEAR(reduction[1], 0.5 * reduction[2], 1.0);
    CHECK(reduction[1] > 0.0 && reduction[1] < reduction[2]);
    CHECK_NEAR(range[1], 0.5 * range[2], 0.1);
    CHECK(range[2] > 0.0);
}

/* The bass holds one tone through the strokes. */
static const char *ducked_by(double hz, double level)
{
    static char id[64];
    make_song();
    sound_free(&song[KICK]);
    sound_free(&song[BASS]);
    song[KICK] = sound_new(SECONDS, 1);
    song[BASS] = sound_new(SECONDS, 1);
    add_hits(&song[KICK], 0.0, 0.5, 90, 0.15, 0.9, 0.02, 3);
    for (uint32_t i = 0; i < song[BASS].n; i++) {
        const double turns = hz * i / RATE;
        song[BASS].x[0][i] = (float)(level * luster_sin(2.0 * LUSTER_PI * (turns - floor(turns))));
    }
    LusterMix *mix = mix_with(NULL);
    const LusterInsert *duck = written(stem(mix, BASS)->strip, "duck");
    id[0] = 0;
    if (duck && CHECK(duck->key) && CHECK_STR(duck->key, stem(mix, KICK)->strip->id)) {
        const LusterPlannedInsert *plan = insert_of(mix, BASS, "duck");
        CHECK(luster_plan_value(plan, "b1_range") <= -2.0);
        CHECK(luster_plan_value(plan, "b1_range") >= -3.0);
        CHECK(luster_plan_value(plan, "b1_release") <= 300.0);
        snprintf(id, sizeof id, "%s", duck->key);
    }
    LusterError err = {0};
    CHECK(luster_session_validate(luster_mix_session(mix), &err) == LUSTER_OK);
    end_song(mix);
    return id;
}

TEST(the_bass_gives_way_where_it_meets_the_kick)
{
    CHECK(ducked_by(40.0, 0.3)[0]);
    CHECK(!ducked_by(330.0, 0.3)[0]);
}

/* Strokes with hardly a body: all peak. */
static void make_dry_drums(void)
{
    for (int i = KICK; i <= TOM; i++) {
        sound_free(&song[i]);
        song[i] = sound_new(SECONDS, 1);
    }
    add_hits(&song[KICK], 0.0, 1.0, 90, 0.015, 0.9, 0.1, 3);
    add_hits(&song[SNARE], 0.5, 1.0, 190, 0.01, 0.3, 0.3, 4);
    add_hits(&song[TOM], 1.75, 2.0, 110, 0.02, 0.8, 0.02, 5);
}

TEST(drums_together)
{
    static const LusterMixOptions jazz = {.assistant = {.style = "jazz"}};
    make_song();
    make_dry_drums();
    LusterMix *mix = mix_with(NULL);
    const LusterSession *s = luster_mix_session(mix);
    const LusterStrip *copy = luster_session_strip((LusterSession *)s, "drums_parallel");
    const LusterStrip *drums = luster_session_strip((LusterSession *)s, "drums");
    if (CHECK(copy && drums)) {
        CHECK_STR(copy->output, "drums");
        CHECK(written(copy, "compressor"));
        CHECK(written(drums, "compressor"));
        CHECK(drums->values[LUSTER_STRIP_FADER] < 0.0);
    }
    CHECK(stem(mix, SNARE)->plan.n_sends &&
          !strcmp(stem(mix, SNARE)->plan.sends[0].to, "drums_parallel"));
    end_song(mix);
    make_song();
    make_dry_drums();
    mix = mix_with(&jazz);
    CHECK(!luster_session_strip(luster_mix_session(mix), "drums_parallel"));
    drums = luster_session_strip(luster_mix_session(mix), "drums");
    CHECK(drums && !written(drums, "compressor"));
    end_song(mix);
}

TEST(levels_of_files_do_not_matter)
{
    static const double gains[2] = {4.0, 0.25}; /* +-12 dB */
    double before[N][3] = {{0.0}};
    for (int g = 0; g < 3; g++) {
        make_song();
        add_bleed(0.1);
        make_uneven(&song[VOX], 0.25, 4.0);
        make_uneven(&song[BASS], 0.25, 1.0);
        for (int i = 0; i < N && g; i++)
            scale(&song[i], gains[(i + g) % 2]);
        LusterMix *mix = mix_with(NULL);
        for (int i = 0; i < N; i++) {
            const LusterPlannedInsert *gate = insert_of(mix, i, "gate");
            const LusterPlannedInsert *comp = insert_of(mix, i, "compressor");
            const LusterStemPlan *s = stem(mix, i);
            const double now[3] = {
                gate ? luster_plan_value(gate, "threshold") - s->trim_db - s->facts.peak_dbfs : 0,
                comp ? luster_plan_value(comp, "threshold") - s->trim_db - s->facts.peak_dbfs : 0,
                comp ? luster_plan_value(comp, "makeup") : 0};
            for (int k = 0; k < 3; k++) {
                if (g)
                    CHECK_NEAR(now[k], before[i][k], 0.5);
                before[i][k] = now[k];
            }
        }
        CHECK(before[TOM][0] != 0.0 && before[VOX][1] != 0.0);
        end_song(mix);
    }
}

int main(void)
{
    RUN(a_gate_where_bleed_and_strokes_are_two);
    RUN(no_gate_where_it_would_cost_strokes);
    RUN(nothing_for_even_parts);
    RUN(a_voice_in_two_stages);
    RUN(amounts_scale);
    RUN(the_bass_gives_way_where_it_meets_the_kick);
    RUN(drums_together);
    RUN(levels_of_files_do_not_matter);
    return tap_done();
}
