/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What harms a whole mix when one track does it: an empty end, a click in the headphones' feed, a
 * single peak, a few loud hits over bleed, a voice that loses its level in its own compressor. */
#include "assist/plan.h"
#include "assist/signal.h"
#include "base/math.h"
#include "tap.h"

enum { KICK, BASS, GTR, VOX, EXTRA, N };

static const char *names[N] = {"Kick.wav", "Bass.wav", "Gtr.wav", "LeadVox.wav", "extra.wav"};
static Sound song[N];

static void make_song(const char *extra, double seconds)
{
    names[EXTRA] = extra;
    for (int i = 0; i < N; i++)
        song[i] = sound_new(i == EXTRA ? seconds : 12.0, 1);
    add_hits(&song[KICK], 0.0, 0.5, 90, 0.06, 0.9, 0.02, 3);
    add_notes(&song[BASS], 55, 0.5, 5, 0.1, 0, 99, 99);
    add_notes(&song[GTR], 196, 0.5, 12, 0.1, 0, 99, 99);
    add_notes(&song[VOX], 262, 1.0, 14, 0.02, 0.02, 5.0, 7.0);
    for (uint32_t i = 0; i < song[VOX].n; i++) /* every other phrase 20 dB softer */
        song[VOX].x[0][i] *= (i / (2 * RATE)) % 2 ? 0.1f : 1.0f;
}

static LusterMix *mix_song(void)
{
    LusterMixInput in[N];
    LusterError err = {0};
    LusterMix *mix = NULL;
    for (int i = 0; i < N; i++)
        in[i] = (LusterMixInput){names[i], names[i], NULL, sound_open, &song[i]};
    const LusterMixOptions options = {.n_threads = 2};
    if (!CHECK(luster_mix_propose(in, N, &options, &mix, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    return mix;
}

static void end_song(LusterMix *mix)
{
    luster_mix_free(mix);
    for (int i = 0; i < N; i++)
        sound_free(&song[i]);
}

static const LusterStemPlan *stem(const LusterMix *mix, int file)
{
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (!strcmp(mix->stems[i].name, names[file]))
            return &mix->stems[i];
    return NULL;
}

static bool noted(const LusterMix *mix, const char *a, const char *b)
{
    for (uint32_t i = 0; i < mix->session->n_notes; i++)
        if (strstr(mix->session->notes[i], a) && strstr(mix->session->notes[i], b))
            return true;
    return false;
}

TEST(the_mix_ends_with_the_music)
{
    make_song("Strings.wav", 30.0); /* notes for 10 s, then 20 s of nothing */
    add_notes(&song[EXTRA], 330, 1.0, 6, 0.1, 0, 99, 99);
    memset(song[EXTRA].x[0] + 10 * RATE, 0, 20 * RATE * sizeof(float));
    LusterMix *mix = mix_song();
    const LusterClip *clip = &stem(mix, EXTRA)->strip->clips[0];
    CHECK(clip->values[LUSTER_CLIP_LENGTH] >= 12.0 && clip->values[LUSTER_CLIP_LENGTH] <= 13.0);
    CHECK(clip->values[LUSTER_CLIP_FADE_OUT] > 0.0 && clip->values[LUSTER_CLIP_START] == 0.0);
    CHECK(noted(mix, "Strings", "after the music"));
    for (int i = 0; i < EXTRA; i++) /* the others end with it: nothing to take off */
        CHECK(stem(mix, i)->strip->clips[0].values[LUSTER_CLIP_LENGTH] == 0.0);
    end_song(mix);
}

TEST(a_long_decay_is_music)
{
    make_song("Strings.wav", 30.0); /* one chord that falls by 3 dB a second */
    add_notes(&song[EXTRA], 330, 30.0, 6, 0.1, 0, 99, 99);
    float fall = 1.0f;
    for (uint32_t i = 0; i < song[EXTRA].n; i++, fall *= 1.0f - 0.345f / RATE)
        song[EXTRA].x[0][i] *= fall;
    LusterMix *mix = mix_song();
    const double length = stem(mix, EXTRA)->strip->clips[0].values[LUSTER_CLIP_LENGTH];
    CHECK(length == 0.0 || length > 15.0); /* 45 dB down, not before */
    end_song(mix);
}

TEST(a_click_is_not_music)
{
    make_song("Click.wav", 12.0);
    add_hits(&song[EXTRA], 0.0, 0.5, 1000, 0.02, 0.9, 0.0, 9);
    LusterMix *mix = mix_song();
    CHECK_STR(stem(mix, EXTRA)->strip->role, "guide");
    CHECK(stem(mix, EXTRA)->strip->values[LUSTER_STRIP_MUTE] == 1.0);
    CHECK(noted(mix, "Click.wav", "muted"));
    end_song(mix);
}

TEST(a_single_peak_does_not_own_the_headroom)
{
    make_song("Synth.wav", 12.0);
    add_notes(&song[EXTRA], 330, 1.0, 6, 0.02, 0, 99, 99);
    for (int i = 0; i < 40; i++) /* one spike, some 25 dB over the notes */
        song[EXTRA].x[0][6 * RATE + i] += i < 20 ? 0.9f : -0.9f;
    LusterMix *mix = mix_song();
    const LusterStemPlan *s = stem(mix, EXTRA);
    CHECK(s->tamed_db > 3.0 && s->tamed_db <= 6.0);
    bool limited = false;
    for (uint32_t i = 0; i < s->strip->n_inserts; i++)
        limited |= !strcmp(s->strip->inserts[i].id, "limiter");
    CHECK(limited);
    LusterRehearsal heard = {0};
    CHECK(luster_plan_rehearse(s, &heard));
    CHECK(heard.limited < 0.05);
    LusterPlannedInsert *limiter = luster_plan_find((LusterStripPlan *)&s->plan, "limiter");
    if (CHECK(limiter))
        CHECK(heard.peak_dbfs <= luster_plan_value(limiter, "ceiling") + 0.01);
    end_song(mix);
}

TEST(few_hits_over_bleed_are_placed_by_the_hits)
{
    double top[2];
    for (int i = 0; i < 2; i++) { /* three hits; then the same with the kick in the microphone */
        make_song("Tom.wav", 12.0);
        add_hits(&song[EXTRA], 2.0, 4.0, 120, 0.15, 0.5, 0.0, 11);
        if (i)
            add_hits(&song[EXTRA], 0.0, 0.5, 90, 0.06, 0.02, 0.0, 12);
        LusterMix *mix = mix_song();
        top[i] = stem(mix, EXTRA)->level_db;
        end_song(mix);
    }
    CHECK(top[1] - top[0] < 6.0); /* the gated loudness of the second is over 10 LU lower */
}

TEST(compression_leaves_the_voice_as_loud)
{
    make_song("Keys.wav", 12.0);
    add_notes(&song[EXTRA], 330, 1.0, 6, 0.02, 0, 99, 99);
    LusterMix *mix = mix_song();
    const LusterStemPlan *s = stem(mix, VOX);
    LusterRehearsal heard = {0};
    LusterPlannedInsert *comp = luster_plan_find((LusterStripPlan *)&s->plan, "compressor");
    if (CHECK(comp))
        CHECK(luster_plan_value(comp, "makeup") > 0.0);
    CHECK(luster_plan_rehearse(s, &heard));
    CHECK_NEAR(heard.change_lu, 0.0, 0.25);
    end_song(mix);
}

/* A loud low stereo part whose right side is `apart` another one. */
static bool mono_bass_for(float apart)
{
    make_song("Synth Pad.wav", 12.0);
    sound_free(&song[EXTRA]);
    song[EXTRA] = sound_new(12.0, 2);
    add_notes(&song[EXTRA], 45, 1.0, 3, 0.3, 0, 99, 99);
    Sound other = sound_new(12.0, 1);
    add_notes(&other, 61, 1.0, 3, 0.3, 0, 99, 99);
    for (uint32_t i = 0; i < song[EXTRA].n; i++)
        song[EXTRA].x[1][i] = (1.0f - apart) * song[EXTRA].x[0][i] + apart * other.x[0][i];
    sound_free(&other);
    LusterMix *mix = mix_song();
    const LusterStrip *strip = stem(mix, EXTRA)->strip;
    bool found = false;
    for (uint32_t i = 0; i < strip->n_inserts; i++)
        found |= !strcmp(strip->inserts[i].id, "stereo");
    end_song(mix);
    return found;
}

TEST(the_low_end_stands_in_the_middle)
{
    CHECK(mono_bass_for(1.0f));
    CHECK(!mono_bass_for(0.05f));
}

/* A pad whose sides are two sounds, and one whose sides are nearly one. */
static double width_for(float apart)
{
    make_song("Synth Pad.wav", 12.0);
    sound_free(&song[EXTRA]);
    song[EXTRA] = sound_new(12.0, 2);
    add_notes(&song[EXTRA], 440, 1.0, 6, 0.02, 0, 99, 99);
    Sound other = sound_new(12.0, 1);
    add_notes(&other, 557, 1.0, 6, 0.02, 0, 99, 99);
    for (uint32_t i = 0; i < song[EXTRA].n; i++) {
        const float mid = 0.3f * song[EXTRA].x[0][i], side = apart * other.x[0][i];
        song[EXTRA].x[0][i] = mid + side;
        song[EXTRA].x[1][i] = mid - side;
    }
    sound_free(&other);
    for (int i = 0; i < N; i++) /* little else */
        for (uint32_t k = song[i].n / 3; i != EXTRA && k < song[i].n; k++)
            song[i].x[0][k] = 0.0f;
    LusterMix *mix = mix_song();
    const double width = stem(mix, EXTRA)->strip->values[LUSTER_STRIP_WIDTH];
    end_song(mix);
    return width;
}

TEST(only_what_is_too_wide_is_narrowed)
{
    const double wide = width_for(1.0f);
    CHECK(wide < 90.0 && wide >= 50.0);
    CHECK(width_for(0.05f) == 100.0);
}

TEST(a_narrow_mix_gets_width_from_what_lies_behind)
{
    make_song("Pad.wav", 12.0);
    add_notes(&song[EXTRA], 330, 1.0, 6, 0.02, 0, 99, 99);
    LusterMix *mix = mix_song();
    LusterPlannedInsert *stereo =
        luster_plan_find((LusterStripPlan *)&stem(mix, EXTRA)->plan, "stereo");
    double side = 0.0;
    for (int i = 0; i < N; i++)
        side += fabs(stem(mix, i)->pan);
    CHECK(stereo ? luster_plan_value(stereo, "decorrelate") > 0.0 : side > 0.0);
    CHECK(!luster_plan_find((LusterStripPlan *)&stem(mix, VOX)->plan, "stereo"));
    end_song(mix);
}

TEST(both_sides_weigh_the_same)
{
    make_song("Synth.wav", 12.0);
    add_notes(&song[EXTRA], 330, 1.0, 6, 0.1, 0, 99, 99);
    memset(song[VOX].x[0] + 6 * RATE, 0, song[VOX].n - 6 * RATE); /* little else */
    LusterMix *mix = mix_song();
    double left = 0.0, right = 0.0;
    for (int i = 0; i < N; i++) {
        const double at = (stem(mix, i)->pan + 100.0) / 200.0 * LUSTER_PI / 2.0;
        const double power = luster_pow(10.0, stem(mix, i)->after_lu / 10.0);
        left += power * luster_cos(at) * luster_cos(at);
        right += power * luster_sin(at) * luster_sin(at);
    }
    CHECK_NEAR(luster_power_to_db(right / left), 0.0, 1.0);
    end_song(mix);
}

int main(void)
{
    RUN(the_mix_ends_with_the_music);
    RUN(a_long_decay_is_music);
    RUN(a_click_is_not_music);
    RUN(a_single_peak_does_not_own_the_headroom);
    RUN(few_hits_over_bleed_are_placed_by_the_hits);
    RUN(compression_leaves_the_voice_as_loud);
    RUN(the_low_end_stands_in_the_middle);
    RUN(only_what_is_too_wide_is_narrowed);
    RUN(a_narrow_mix_gets_width_from_what_lies_behind);
    RUN(both_sides_weigh_the_same);
    return tap_done();
}
