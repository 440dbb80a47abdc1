/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Tempo, bars and form of music whose tempo, bars and form are known because it was made here. */
#include "analysis/onset.h"
#include "analysis/tempo.h"
#include "assist/plan.h"
#include "assist/signal.h"
#include "tap.h"

#define STEPS 12000 /* a minute of attack strengths */

static float onset[STEPS], low[STEPS], back[STEPS];
static uint64_t seed = 1;

static void strike(float *to, double at_s, double strength)
{
    /* players stray: nearly normal, 8 ms */
    const double stray = 0.008 * (sound_noise(&seed) + sound_noise(&seed) + sound_noise(&seed));
    const int i = (int)((at_s + stray) / LUSTER_ONSET_STEP_S);
    for (int k = 0; k < 3 && i >= 0 && i + k < STEPS; k++) {
        to[i + k] += (float)(strength / (1 + k));
        if (to != onset)
            onset[i + k] += (float)(strength / (1 + k));
    }
}

static void quiet(void)
{
    memset(onset, 0, sizeof onset);
    memset(low, 0, sizeof low);
    memset(back, 0, sizeof back);
    for (double t = 0.3; t < 60.0;
         t += 0.5 + 0.45 * sound_noise(&seed)) /* what bleeds and rustles */
        strike(onset, t, 3.0);
}

static LusterTempo find(bool drums)
{
    LusterTempo tempo;
    const LusterTempoCues cues = {onset, drums ? low : NULL, drums ? back : NULL, NULL, STEPS};
    CHECK(luster_tempo_find(&cues, &tempo));
    return tempo;
}

/* Kick, snare and hats from 60 to 200 bpm: the snare tells the octave. */
TEST(drums_at_every_tempo)
{
    for (int bpm = 60; bpm <= 200; bpm += 7) {
        quiet();
        const double beat = 60.0 / bpm;
        for (int i = 0; i * 0.5 * beat < 59.0; i++) {
            strike(onset, 0.2 + i * 0.5 * beat, 6.0);
            if (i % 4 == 0 || i % 16 == 5)
                strike(low, 0.2 + i * 0.5 * beat, 15.0);
            if (i % 4 == 2)
                strike(back, 0.2 + i * 0.5 * beat, 15.0);
        }
        LusterTempo t = find(true);
        if (!CHECK(fabs(t.bpm - bpm) < 0.1))
            printf("# %d bpm: %.2f, confidence %.2f\n", bpm, t.bpm, t.confidence);
        CHECK(t.steady && t.confidence > 0.7);
        CHECK(t.beats_per_bar == 4 || bpm == 0);
        CHECK_NEAR(t.beats_s[1] - t.beats_s[0], beat, 0.001);
        const double off = (t.beats_s[0] - 0.2) / beat;
        CHECK_NEAR((off - floor(off + 0.5)) * beat, 0.0, 0.015);
        luster_tempo_clear(&t);
    }
}

/* No drums: plucked eighths. The octave may be another, the grid must be the same. */
TEST(no_drums)
{
    for (int bpm = 60; bpm <= 200; bpm += 20) {
        quiet();
        for (int i = 0; i * 30.0 / bpm < 59.0; i++)
            strike(onset, 0.5 + i * 30.0 / bpm, i % 2 ? 6.0 : 12.0);
        LusterTempo t = find(false);
        const double ratio = t.bpm / bpm;
        if (!CHECK(fabs(ratio - 1.0) < 0.002 || fabs(ratio - 2.0) < 0.004 ||
                   fabs(ratio - 0.5) < 0.001))
            printf("# %d bpm: %.2f\n", bpm, t.bpm);
        luster_tempo_clear(&t);
    }
}

TEST(a_waltz)
{
    for (int bpm = 90; bpm <= 150; bpm += 30) {
        quiet();
        for (int i = 0; i * 60.0 / bpm < 59.0; i++) {
            const double at = 1.0 + i * 60.0 / bpm;
            strike(i % 3 ? onset : low, at, i % 3 ? 8.0 : 15.0);
        }
        LusterTempo t = find(true);
        if (!CHECK(t.beats_per_bar == 3 && fabs(t.bpm - bpm) < 0.2))
            printf("# %d bpm: %.2f, %u in a bar\n", bpm, t.bpm, t.beats_per_bar);
        if (t.n_beats > t.downbeat) {
            const double bars = (t.beats_s[t.downbeat] - 1.0) / (180.0 / bpm);
            CHECK_NEAR(bars - floor(bars + 0.5), 0.0, 0.05);
        }
        CHECK(t.bar_confidence > 0.7);
        luster_tempo_clear(&t);
    }
}

/* 100 to 112 bpm over a minute: followed, not called steady. */
TEST(a_band_that_runs)
{
    quiet();
    double at = 0.4, last_bpm = 0.0;
    for (int i = 0; at < 59.0; i++) {
        strike(onset, at, 6.0);
        strike(i % 2 ? back : low, at, 15.0);
        last_bpm = 100.0 + 12.0 * at / 60.0;
        at += 60.0 / last_bpm;
    }
    LusterTempo t = find(true);
    CHECK(!t.steady && t.confidence > 0.5 && t.drift > 0.04);
    CHECK_NEAR(t.bpm, 106.0, 1.5);
    CHECK(t.n_beats > 100);
    const double near_end = t.beats_s[t.n_beats - 2] - t.beats_s[t.n_beats - 10];
    CHECK_NEAR(60.0 * 8.0 / near_end, last_bpm, 2.5);
    luster_tempo_clear(&t);
}

/* Free playing, random attacks, and next to nothing have no tempo. */
TEST(no_tempo)
{
    quiet();
    for (double at = 0.4; at < 59.0; at += 0.5 * luster_exp(0.35 * sound_noise(&seed)))
        strike(onset, at, 12.0);
    LusterTempo t = find(false);
    CHECK(t.bpm == 0.0 && t.n_beats == 0 && t.confidence < LUSTER_TEMPO_SURE);
    printf("# free playing: confidence %.2f\n", t.confidence);
    quiet();
    for (double at = 0.4; at < 59.0; at -= 0.3 * luster_log(0.5 + 0.4999 * sound_noise(&seed)))
        strike(onset, at, 12.0);
    t = find(false);
    CHECK(t.bpm == 0.0 && t.confidence < LUSTER_TEMPO_SURE);
    printf("# random attacks: confidence %.2f\n", t.confidence);
    quiet();
    t = find(false);
    CHECK(t.bpm == 0.0);
    memset(onset, 0, sizeof onset);
    t = find(false);
    CHECK(t.bpm == 0.0 && t.confidence == 0.0);
}

/* A song of known form: intro 8 s, verse 16, chorus 16, verse 16, chorus 16, outro 8; 120 bpm, so
 * that each is whole bars. Chords differ between verse and chorus; pad and backing only in these.
 */
enum { KICK, SNARE, BASS, GTR, PAD, VOX, BGV, N };
static const char *const names[N] = {"Kick.wav", "Snare.wav",      "Bass.wav", "Gtr.wav",
                                     "Pad.wav",  "Lead Vocal.wav", "BGV.wav"};
static Sound song[N];
static const double edges[] = {0, 8, 24, 40, 56, 72, 80};
static const char *const form[] = {"intro", "verse", "chorus", "verse", "chorus", "outro"};

static void rest(Sound *s, double from_s, double to_s)
{
    for (uint32_t i = (uint32_t)(from_s * RATE); i < to_s * RATE && i < s->n; i++)
        s->x[0][i] = 0.0f;
}

static void level(Sound *s, double from_s, double to_s, double gain)
{
    for (uint32_t i = (uint32_t)(from_s * RATE); i < to_s * RATE && i < s->n; i++)
        s->x[0][i] *= (float)gain;
}

static void make_song(void)
{
    for (int i = 0; i < N; i++)
        song[i] = sound_new(80.0, 1);
    add_hits(&song[KICK], 8.0, 1.0, 90, 0.06, 0.9, 0.02, 3);
    add_hits(&song[SNARE], 8.5, 1.0, 190, 0.08, 0.3, 0.5, 5);
    add_notes(&song[BASS], 55, 0.5, 5, 0.1, 0, 0.0, 8.0);
    add_notes(&song[GTR], 196, 0.5, 6, 0.1, 0, 99, 99);
    add_notes(&song[PAD], 330, 2.0, 4, 0.05, 0, 99, 99);
    add_notes(&song[VOX], 262, 1.0, 6, 0.1, 0.02, 99, 99);
    add_notes(&song[BGV], 392, 1.0, 4, 0.05, 0.02, 99, 99);
    for (int s = 0; s < 6; s++) {
        const bool chorus = !strcmp(form[s], "chorus"), sung = s > 0 && s < 5;
        if (!chorus) {
            rest(&song[PAD], edges[s], edges[s + 1]);
            rest(&song[BGV], edges[s], edges[s + 1]);
        }
        if (!sung)
            rest(&song[VOX], edges[s], edges[s + 1]);
        if (s == 5) {
            rest(&song[KICK], edges[s], edges[s + 1]);
            rest(&song[SNARE], edges[s], edges[s + 1]);
        }
        level(&song[GTR], edges[s], edges[s + 1], chorus ? 1.0 : 0.6);
    }
    for (double t = 8; t < 72; t += 4) /* phrases */
        rest(&song[VOX], t + 3.2, t + 4.0);
}

static LusterMix *mix_song(bool backwards, int threads)
{
    LusterMixInput in[N];
    LusterError err = {0};
    LusterMix *mix = NULL;
    for (int i = 0; i < N; i++)
        in[backwards ? N - 1 - i : i] =
            (LusterMixInput){names[i], names[i], NULL, sound_open, &song[i]};
    const LusterMixOptions options = {.n_threads = (uint32_t)threads};
    if (!CHECK(luster_mix_propose(in, N, &options, &mix, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    return mix;
}

TEST(a_song_and_its_form)
{
    make_song();
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < N && round; i++)
            level(&song[i], 0, 80, i % 2 ? 0.25 : 4.0); /* 12 dB up or down */
        LusterMix *mix = mix_song(round, 1 + round);
        const LusterTimePlan *time = &mix->time;
        CHECK_NEAR(time->tempo_bpm, 120.0, 0.05);
        CHECK(time->beats_per_bar == 4 && time->confidence > 0.8);
        CHECK_NEAR(fmod(time->first_beat_s + 0.5, 0.5), 0.0, 0.02);
        CHECK(time->n_sections == 6);
        for (uint32_t i = 0; i < time->n_sections; i++) {
            const LusterFormSection *s = &time->sections[i];
            printf("# %5.2f ... %5.2f s %s, %.2f sure, %+.1f LU\n", s->from_s, s->to_s,
                   luster_form_word(s->label), s->confidence, s->level_lu);
            if (i < 6) {
                CHECK_NEAR(s->from_s, edges[i], 0.6);
                CHECK_STR(luster_form_word(s->label), form[i]);
            }
        }
        luster_mix_free(mix);
    }
}

TEST(an_excerpt_has_one_section)
{
    for (int i = 0; i < N; i++)
        song[i].n = 18 * RATE;
    LusterMix *mix = mix_song(false, 1);
    CHECK(mix->time.n_sections == 1);
    CHECK_STR(luster_form_word(mix->time.sections[0].label), "section");
    luster_mix_free(mix);
    for (int i = 0; i < N; i++)
        sound_free(&song[i]);
}

int main(void)
{
    RUN(drums_at_every_tempo);
    RUN(no_drums);
    RUN(a_waltz);
    RUN(a_band_that_runs);
    RUN(no_tempo);
    RUN(a_song_and_its_form);
    RUN(an_excerpt_has_one_section);
    return tap_done();
}
