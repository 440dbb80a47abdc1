/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The balance on songs made of bands of noise, where it is known who covers whom: what is buried
 * rises, what nothing covers stays at its weight, faults in the recorded level come back out. */
#include "assist/plan.h"
#include "assist/signal.h"
#include "tap.h"

#include <stdio.h>

#define MAX 8
#define SECONDS 8.0

static Sound song[MAX];
static const char *names[MAX];
static uint32_t n_song;
static LusterMixOptions options;

/* A part: noise of some 0.7 octaves around `hz` (a resonator, twice), from second `from` to `to`.
 */
static Sound *part(const char *name, double hz, double from, double to)
{
    Sound *s = &song[n_song];
    uint64_t seed = 77 + n_song;
    const double r = 1.0 - 0.8 * hz / RATE, w = 2.0 * r * luster_cos(2.0 * LUSTER_PI * hz / RATE);
    double a[2] = {0}, b[2] = {0};
    names[n_song++] = name;
    *s = sound_new(SECONDS, 1);
    for (uint32_t i = 0; i < s->n; i++) {
        const double gain = i >= from * RATE && i < to * RATE ? (1.0 - r) * (1.0 - r) : 0.0;
        const double y = sound_noise(&seed) + w * a[0] - r * r * a[1];
        const double z = y - a[1] + w * b[0] - r * r * b[1];
        a[1] = a[0], a[0] = y;
        const double out = z - b[1];
        b[1] = b[0], b[0] = z;
        s->x[0][i] = (float)(gain * out);
    }
    return s;
}

static void make_noise(Sound *s)
{
    uint64_t seed = (uint64_t)(s - song) + 5;
    for (uint32_t i = 0; i < s->n; i++)
        s->x[0][i] = (float)(0.1 * sound_noise(&seed));
}

static LusterMix *mix_song(void)
{
    LusterMixInput in[MAX];
    LusterError err = {0};
    LusterMix *mix = NULL;
    for (uint32_t i = 0; i < n_song; i++)
        in[i] = (LusterMixInput){names[i], names[i], NULL, sound_open, &song[i]};
    options.n_threads = 2;
    if (!CHECK(luster_mix_propose(in, n_song, &options, &mix, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    return mix;
}

static void end_song(void)
{
    while (n_song)
        sound_free(&song[--n_song]);
    options = (LusterMixOptions){0};
}

static void ask(int value, double to)
{
    options.given |= 1u << value;
    options.assistant.values[value] = to;
}

static const LusterStemPlan *stem(const LusterMix *mix, const char *name)
{
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (!strcmp(mix->stems[i].name, name))
            return &mix->stems[i];
    CHECK(!name);
    return NULL;
}

static double level(const char *name)
{
    LusterMix *mix = mix_song();
    const double lu = stem(mix, name)->after_lu;
    luster_mix_free(mix);
    return lu;
}

/* Acoustic guitar in the band of everything else; the others in bands of their own. */
static void band(double guitar_hz)
{
    part("Kick.wav", 70, 0, SECONDS);
    part("Bass.wav", 140, 0, SECONDS);
    part("Organ.wav", 500, 0, SECONDS);
    part("AcGtr.wav", guitar_hz, 0, SECONDS);
    part("LeadVox.wav", 1400, 0, SECONDS);
}

/* Three more instruments around `hz`. */
static void crowd(double hz)
{
    part("Piano.wav", hz, 0, SECONDS);
    part("Strings.wav", hz * 1.1, 0, SECONDS);
    part("Synth.wav", hz * 0.9, 0, SECONDS);
}

TEST(a_buried_part_rises)
{
    double moved[2];
    for (int buried = 0; buried < 2; buried++) {
        band(7000);
        if (buried) /* all over its spectrum: narrow bands count as tones, which cover little */
            make_noise(&song[n_song - 1]);
        make_noise(part("BGV.wav", 3500, 0, SECONDS));
        LusterMix *mix = mix_song();
        const LusterStemPlan *s = stem(mix, "BGV.wav");
        moved[buried] = s->unmasked_db;
        printf("# backing voices: %.0f %% masked, moved %+.1f dB, then %.0f %%\n", 100 * s->buried,
               s->unmasked_db, 100 * s->heard.masked);
        bool told = false;
        for (uint32_t i = 0; i < s->plan.moves.n; i++)
            told |= strstr(s->plan.moves.list[i].measured, "masked, most by LeadVox") &&
                    strstr(s->plan.moves.list[i].reason, "lay under the others");
        CHECK(told == buried);
        if (buried)
            CHECK(s->buried > 0.2 && s->heard.masked < s->buried);
        luster_mix_free(mix);
        end_song();
    }
    CHECK(fabs(moved[0]) < 0.2 && moved[1] > 0.3 && moved[1] <= 3.0);
}

/* The voice in one band with a loud crowd of instruments, and free of them. */
TEST(the_lead_stays_audible)
{
    double lead[2], covered[2];
    for (int same = 0; same < 2; same++) {
        band(5000);
        crowd(same ? 1400 : 4000);
        LusterMix *mix = mix_song();
        const LusterStemPlan *s = stem(mix, "LeadVox.wav");
        lead[same] = s->while_lu;
        covered[same] = s->heard.covered;
        CHECK(s->leads && s->heard.masked < 0.05);
        CHECK_NEAR(s->while_lu, -2.7, 1.6); /* A2 */
        luster_mix_free(mix);
        end_song();
    }
    printf("# lead: %.1f LU free, %.1f LU in the crowd (%.0f %% covered)\n", lead[0], lead[1],
           100 * covered[1]);
    CHECK(lead[1] >= lead[0] - 0.05);
}

/* Nothing covers anything: parts stand at their weights. */
TEST(disjoint_parts_are_left_alone)
{
    band(7000);
    LusterMix *mix = mix_song();
    for (uint32_t i = 0; i < mix->n_stems; i++)
        CHECK_NEAR(mix->stems[i].unmasked_db, 0.0, 0.15);
    luster_mix_free(mix);
    end_song();
}

/* A part recorded 6 or 12 dB off comes back; nobody else moves. */
TEST(recorded_level_does_not_matter)
{
    static const double faults[] = {-12, -6, 6, 12};
    band(1400);
    LusterMix *mix = mix_song();
    for (int f = 0; f < 4; f++) {
        Sound *s = &song[f + 1];
        scale(s, luster_db_to_gain(faults[f]));
        LusterMix *faulty = mix_song();
        for (uint32_t i = 0; i < mix->n_stems; i++)
            CHECK_NEAR(faulty->stems[i].after_lu, mix->stems[i].after_lu, 0.1);
        luster_mix_free(faulty);
        scale(s, luster_db_to_gain(-faults[f]));
    }
    luster_mix_free(mix);
    end_song();
}

/* An order by name is no order by importance. */
TEST(names_in_another_order)
{
    band(1400);
    const double before = level("AcGtr.wav");
    end_song();
    band(1400);
    names[0] = "9 Kick.wav", names[1] = "8 Bass.wav", names[2] = "7 Organ.wav";
    names[3] = "6 AcGtr.wav", names[4] = "5 LeadVox.wav";
    CHECK_NEAR(level("6 AcGtr.wav"), before, 0.1);
    end_song();
}

/* --lead is dB of the lead against all the rest. */
TEST(wishes_for_the_lead)
{
    double against[3];
    for (int k = 0; k < 3; k++) {
        band(7000);
        ask(LUSTER_ASSISTANT_LEAD, 3.0 * (k - 1));
        const double share = luster_pow(10.0, level("LeadVox.wav") / 10.0);
        against[k] = luster_power_to_db(share / (1.0 - share));
        end_song();
    }
    printf("# lead against the rest: %.1f, %.1f, %.1f dB\n", against[0], against[1], against[2]);
    CHECK_NEAR(against[1] - against[0], 3.0, 1.0);
    CHECK_NEAR(against[2] - against[1], 3.0, 1.0);
}

TEST(an_instrument_leads_where_nobody_sings)
{
    double guitar[2];
    for (int louder = 0; louder < 2; louder++) {
        part("Kick.wav", 70, 0, SECONDS);
        part("Bass.wav", 140, 0, SECONDS);
        part("Organ.wav", 1200, 0, SECONDS);
        part("LeadGtr.wav", 1400, 0, SECONDS);
        if (louder)
            ask(LUSTER_ASSISTANT_LEAD, 3.0);
        LusterMix *mix = mix_song();
        CHECK(stem(mix, "LeadGtr.wav")->leads && !stem(mix, "Organ.wav")->leads);
        CHECK(stem(mix, "LeadGtr.wav")->after_lu > stem(mix, "Organ.wav")->after_lu + 2.0);
        guitar[louder] = stem(mix, "LeadGtr.wav")->after_lu;
        luster_mix_free(mix);
        end_song();
    }
    CHECK(guitar[1] > guitar[0] + 0.5);
}

/* Amount 0: as recorded; a half: half way in dB. */
TEST(amount)
{
    double at[3][MAX];
    for (int k = 0; k < 3; k++) {
        band(1400);
        scale(&song[1], 3.0);
        ask(LUSTER_STAGE_BALANCE, 0.5 * k);
        ask(LUSTER_STAGE_PLACE, 0.0); /* other stages give back what they take of a part's level */
        ask(LUSTER_STAGE_TONE, 0.0);
        ask(LUSTER_STAGE_DYNAMICS, 0.0);
        LusterMix *mix = mix_song();
        for (uint32_t i = 0; i < n_song; i++) {
            at[k][i] = mix->stems[i].trim_db + mix->stems[i].fader_db;
            at[k][i] -= mix->stems[0].trim_db + mix->stems[0].fader_db;
            if (k == 0)
                CHECK_NEAR(at[k][i], 0.0, 0.01);
            if (k == 2)
                CHECK_NEAR(at[1][i], 0.5 * at[2][i], 0.1);
        }
        luster_mix_free(mix);
        end_song();
    }
    CHECK(fabs(at[2][1]) > 3.0);
}

/* Little to go by: one part, one short sound, voices without a lead, two leads in turn. */
TEST(odd_songs)
{
    part("AcGtr.wav", 400, 0, SECONDS);
    CHECK_NEAR(level("AcGtr.wav"), 0.0, 0.1);
    part("Hit.wav", 900, 5.0, 5.3);
    CHECK(isfinite(level("Hit.wav")));
    end_song();
    part("Vox1.wav", 900, 0, 4);
    part("Vox2.wav", 1000, 4, SECONDS);
    part("Drums.wav", 200, 0, SECONDS);
    LusterMix *mix = mix_song();
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (mix->stems[i].leads)
            CHECK_NEAR(mix->stems[i].while_lu, -2.5, 1.5);
    luster_mix_free(mix);
    end_song();
    part("BGV.wav", 900, 0, SECONDS);
    part("Piano.wav", 500, 0, SECONDS);
    CHECK(level("BGV.wav") < 0.0);
    end_song();
}

int main(void)
{
    RUN(a_buried_part_rises);
    RUN(the_lead_stays_audible);
    RUN(disjoint_parts_are_left_alone);
    RUN(recorded_level_does_not_matter);
    RUN(names_in_another_order);
    RUN(wishes_for_the_lead);
    RUN(an_instrument_leads_where_nobody_sings);
    RUN(amount);
    RUN(odd_songs);
    return tap_done();
}
