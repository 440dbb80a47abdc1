/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Facts about stems whose truth is known because they were made here. */
#include "analysis/stem.h"
#include "analysis/align.h"
#include "assist/roles.h"
#include "assist/signal.h"
#include "tap.h"

static LusterStemFacts analyse(Sound *s)
{
    LusterSource *source = NULL;
    LusterStemFacts f;
    LusterError err;
    CHECK(sound_open(s, &source, &err) == LUSTER_OK);
    CHECK(luster_stem_analyse(source, &f, &err) == LUSTER_OK);
    luster_source_close(source);
    return f;
}

static void tone(Sound *s, double hz, double level)
{
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t c = 0; c < s->n_channels; c++)
            s->x[c][i] +=
                (float)(level *
                        luster_sin(2.0 * LUSTER_PI *
                                   ((uint64_t)(hz * i) % RATE + hz * i - (uint64_t)(hz * i)) /
                                   RATE));
}

TEST(loudness_of_a_tone)
{
    Sound s = sound_new(6.0, 2);
    tone(&s, 1000, 0.125892541); /* -18 dBFS peak, both sides: -18.0 LUFS (BS.1770) */
    LusterStemFacts f = analyse(&s);
    CHECK_NEAR(f.integrated_lufs, -18.0, 0.05);
    CHECK_NEAR(f.peak_dbfs, -18.0, 0.01);
    CHECK_NEAR(f.crest_db, 3.01, 0.02);
    CHECK_NEAR(f.correlation, 1.0, 1e-6);
    CHECK(f.identical && !f.one_side && !f.silent);
    CHECK_NEAR(f.active_fraction, 1.0, 0.02);
    CHECK(f.pitched > 0.9);
    CHECK_NEAR(f.f0_mid_hz, 1000.0, 30.0);
    luster_stem_clear(&f);
    sound_free(&s);
}

/* Half decibels per band and step: a tone that falls by 20 dB, and noise whose steps add up to the
 * whole. */
TEST(bands_over_time)
{
    Sound s = sound_new(6.05, 2);
    tone(&s, 1000, 0.125892541); /* -21 dBFS mean square */
    for (uint32_t i = 3 * RATE; i < s.n; i++)
        s.x[0][i] = s.x[1][i] *= 0.1f;
    LusterStemFacts f = analyse(&s);
    CHECK(f.n_steps == 61 && f.n_chroma == 31);
    for (uint32_t t = 0; t < f.n_steps; t++) {
        const uint8_t *level = f.band_level + (size_t)t * LUSTER_STEM_BANDS;
        const double db = LUSTER_BAND_FLOOR_DB + 0.5 * level[17];
        if (t < 28)
            CHECK_NEAR(db, -21.0, 0.51);
        if (t > 31 && t < 58)
            CHECK_NEAR(db, -41.0, 0.51);
        if (t < 28)
            CHECK(level[14] < level[17] - 80 && level[20] < level[17] - 80);
    }
    CHECK_NEAR(LUSTER_BAND_FLOOR_DB + 0.5 * f.chroma_level[2 * LUSTER_CHROMA + 11], -21.0, 0.51);
    CHECK(f.chroma_level[2 * LUSTER_CHROMA + 5] < 60);
    luster_stem_clear(&f);
    uint64_t seed = 7;
    for (uint32_t i = 0; i < s.n; i++)
        s.x[0][i] = s.x[1][i] = (float)(0.1 * sound_noise(&seed) * (i % RATE) / RATE);
    f = analyse(&s);
    for (int b = 8; b < LUSTER_STEM_BANDS;
         b++) { /* under 125 Hz edge effects of the windows show */
        double sum = 0.0;
        for (uint32_t t = 0; t < f.n_steps; t++)
            sum += luster_stem_level_power(f.band_level[t * LUSTER_STEM_BANDS + b]);
        CHECK_NEAR(luster_power_to_db(sum / f.n_steps / f.band_power[b]), 0.0, 0.3);
    }
    luster_stem_clear(&f);
    sound_free(&s);
}

TEST(silence_and_parts)
{
    Sound s = sound_new(5.0, 1);
    LusterStemFacts f = analyse(&s);
    CHECK(f.silent);
    CHECK(f.integrated_lufs == -INFINITY);
    luster_stem_clear(&f);
    for (uint32_t i = 2 * RATE; i < 3 * RATE; i++)
        s.x[0][i] = (float)(0.2 * luster_sin(2.0 * LUSTER_PI * 440.0 * (i % RATE) / RATE));
    f = analyse(&s);
    CHECK(!f.silent);
    CHECK_NEAR(f.first_s, 2.0, 0.11);
    CHECK_NEAR(f.last_s, 3.0, 0.11);
    CHECK_NEAR(f.active_fraction, 0.2, 0.03);
    luster_stem_clear(&f);
    sound_free(&s);
    Sound none = sound_new(0.0, 1), one = sound_new(1.0 / RATE, 2);
    f = analyse(&none);
    CHECK(f.silent && f.n_steps == 0);
    luster_stem_clear(&f);
    one.x[0][0] = 0.5f;
    f = analyse(&one);
    CHECK(f.n_frames == 1 && !f.silent);
    luster_stem_clear(&f);
    sound_free(&none);
    sound_free(&one);
}

TEST(stereo_kinds)
{
    Sound s = sound_new(2.0, 2);
    add_notes(&s, 220, 0.5, 6, 0.2, 0, 9, 9);
    for (uint32_t i = 0; i < s.n; i++)
        s.x[1][i] *= 0.5f;
    LusterStemFacts f = analyse(&s);
    CHECK(f.identical);
    CHECK_NEAR(f.identical_gain_db, -6.02, 0.05);
    luster_stem_clear(&f);
    memset(s.x[0], 0, s.n * sizeof(float));
    f = analyse(&s);
    CHECK(f.one_side == 1 && !f.identical);
    luster_stem_clear(&f);
    uint64_t seed = 1;
    for (uint32_t i = 0; i < s.n; i++) {
        s.x[0][i] = (float)(0.1 * sound_noise(&seed));
        s.x[1][i] = (float)(0.1 * sound_noise(&seed));
    }
    f = analyse(&s);
    CHECK(!f.identical && !f.one_side);
    CHECK_NEAR(f.correlation, 0.0, 0.02);
    CHECK_NEAR(f.side_db, 0.0, 0.2);
    CHECK(f.flatness > 0.7);
    luster_stem_clear(&f);
    sound_free(&s);
}

TEST(faults)
{
    Sound s = sound_new(4.0, 1);
    tone(&s, 100, 1.6);
    for (uint32_t i = 0; i < s.n; i++)
        s.x[0][i] = s.x[0][i] > 1.0f ? 1.0f : s.x[0][i] < -1.0f ? -1.0f : s.x[0][i];
    LusterStemFacts f = analyse(&s);
    CHECK(f.n_clipped_runs > 300);
    CHECK(f.longest_clipped > 20);
    luster_stem_clear(&f);
    memset(s.x[0], 0, s.n * sizeof(float));
    tone(&s, 100, 0.9);
    f = analyse(&s);
    CHECK(f.n_clipped_runs == 0);
    luster_stem_clear(&f);
    memset(s.x[0], 0, s.n * sizeof(float));
    add_notes(&s, 330, 0.5, 8, 0.1, 0.01, 1.0, 2.5);
    f = analyse(&s);
    CHECK(f.hum_hz == 0.0);
    luster_stem_clear(&f);
    tone(&s, 50, 0.003);
    tone(&s, 100, 0.002);
    tone(&s, 150, 0.002);
    for (uint32_t i = 0; i < s.n; i++)
        s.x[0][i] += 0.05f;
    f = analyse(&s);
    CHECK(f.hum_hz == 50.0);
    CHECK_NEAR(f.dc[0], 0.05, 0.001);
    luster_stem_clear(&f);
    sound_free(&s);
}

TEST(same_sound_same_hash)
{
    Sound a = sound_new(1.0, 1), b = sound_new(1.0, 1);
    add_notes(&a, 200, 0.3, 4, 0.1, 0, 9, 9);
    add_notes(&b, 200, 0.3, 4, 0.1, 0, 9, 9);
    LusterStemFacts f = analyse(&a), g = analyse(&b);
    CHECK(f.hash == g.hash);
    luster_stem_clear(&g);
    b.x[0][1000] += 1e-6f;
    g = analyse(&b);
    CHECK(f.hash != g.hash);
    luster_stem_clear(&f);
    luster_stem_clear(&g);
    sound_free(&a);
    sound_free(&b);
}

/* Made sounds are no instruments: the family is right, or it is said to be unsure; and none of it
 * hangs on the level. */
static void check_sound(const char *what, Sound *s, const char *role)
{
    LusterStemFacts f = analyse(s);
    LusterRoleGuess g, softer;
    luster_role_from_sound(&f, &g);
    const int truth = luster_role_find(role);
    const bool right =
        luster_role_info(g.role)->family == luster_role_info((LusterRole)truth)->family;
    if (!CHECK(right || g.confidence < 0.6))
        printf("# %s is taken for %s, %.2f\n", what, luster_role_info(g.role)->id, g.confidence);
    luster_stem_clear(&f);
    for (uint32_t c = 0; c < 2; c++)
        for (uint32_t i = 0; s->x[c] && i < s->n; i++)
            s->x[c][i] *= 0.25f;
    f = analyse(s);
    luster_role_from_sound(&f, &softer);
    CHECK(softer.role == g.role);
    CHECK_NEAR(softer.confidence, g.confidence, 0.02);
    luster_stem_clear(&f);
    sound_free(s);
}

TEST(roles_by_sound)
{
    Sound s = sound_new(8.0, 1);
    add_hits(&s, 0.1, 0.5, 90, 0.05, 0.8, 0.02, 3);
    check_sound("kick", &s, "kick");
    s = sound_new(8.0, 1);
    add_hits(&s, 0.6, 1.0, 190, 0.05, 0.3, 0.6, 4);
    check_sound("snare", &s, "snare");
    s = sound_new(8.0, 1);
    add_hits(&s, 0.1, 0.25, 4000, 0.015, 0.0, 0.6, 5);
    check_sound("hat", &s, "hat");
    s = sound_new(8.0, 1);
    add_notes(&s, 55, 0.5, 4, 0.3, 0, 99, 99);
    check_sound("bass", &s, "bass");
    s = sound_new(10.0, 1);
    add_notes(&s, 220, 1.0, 14, 0.2, 0.02, 4.0, 7.0);
    check_sound("voice", &s, "lead_vocal");
    s = sound_new(8.0, 1);
    add_hits(&s, 0.1, 0.5, 90, 0.05, 0.7, 0.02, 3);
    add_hits(&s, 0.35, 0.5, 200, 0.06, 0.4, 0.8, 4);
    add_hits(&s, 0.1, 0.25, 4000, 0.02, 0.0, 0.5, 5);
    check_sound("kit", &s, "drums");
}

/* The same hits in two microphones: b later by `late` frames, upside down or not, other noise. */
static void check_align(int late, bool inverted, double noise)
{
    Sound a = sound_new(6.0, 1), b = sound_new(6.0, 1);
    add_hits(&a, 0.2, 0.5, 100, 0.05, 0.5, 0.2, 7);
    for (uint32_t i = 0; i < a.n; i++) {
        const int from = (int)i - late;
        b.x[0][i] = from >= 0 && from < (int)a.n ? (inverted ? -0.5f : 0.5f) * a.x[0][from] : 0.0f;
    }
    uint64_t seed = 11;
    for (uint32_t i = 0; i < a.n; i++) {
        a.x[0][i] += (float)(noise * sound_noise(&seed));
        b.x[0][i] += (float)(noise * sound_noise(&seed));
    }
    LusterSource *x = NULL, *y = NULL;
    LusterAlignment out;
    LusterError err;
    const double starts[] = {0.1, 0.6, 1.1, 1.6, 2.1, 2.6, 3.1, 3.6};
    sound_open(&a, &x, &err);
    sound_open(&b, &y, &err);
    const LusterAlignQuery query = {.starts_s = starts,
                                    .n_starts = 8,
                                    .max_delay_s = 0.01,
                                    .channel = {LUSTER_ALIGN_FOLD, LUSTER_ALIGN_FOLD}};
    CHECK(luster_align(x, y, &query, &out, &err) == LUSTER_OK);
    CHECK_NEAR(out.delay_s * RATE, late, 0.05);
    CHECK(out.inverted == inverted);
    CHECK((out.band[LUSTER_ALIGN_LOW] < 0) == inverted);
    CHECK(out.share > 0.5 && (out.clarity < 0) == inverted);
    CHECK(out.strength > 8.0);
    luster_source_close(x);
    luster_source_close(y);
    sound_free(&a);
    sound_free(&b);
}

TEST(delay_and_polarity)
{
    check_align(0, false, 0.001);
    check_align(0, true, 0.001);
    check_align(150, false, 0.003);
    check_align(-97, true, 0.003);
    check_align(333, true, 0.01);
}

TEST(strangers_are_not_partners)
{
    Sound a = sound_new(6.0, 1), b = sound_new(6.0, 1);
    uint64_t seed = 5;
    for (uint32_t i = 0; i < a.n; i++)
        a.x[0][i] = (float)(0.1 * sound_noise(&seed));
    for (uint32_t i = 0; i < b.n; i++)
        b.x[0][i] = (float)(0.1 * sound_noise(&seed));
    LusterSource *x = NULL, *y = NULL;
    LusterAlignment out;
    LusterError err;
    const double starts[] = {0.1, 0.6, 1.1, 1.6, 2.1, 2.6, 3.1, 3.6};
    sound_open(&a, &x, &err);
    sound_open(&b, &y, &err);
    const LusterAlignQuery query = {.starts_s = starts,
                                    .n_starts = 8,
                                    .max_delay_s = 0.01,
                                    .channel = {LUSTER_ALIGN_FOLD, LUSTER_ALIGN_FOLD}};
    CHECK(luster_align(x, y, &query, &out, &err) == LUSTER_OK);
    CHECK(out.strength < 6.0);
    CHECK_NEAR(out.correlation, 0.0, 0.1);
    luster_source_close(x);
    luster_source_close(y);
    sound_free(&a);
    sound_free(&b);
}

int main(void)
{
    RUN(loudness_of_a_tone);
    RUN(bands_over_time);
    RUN(silence_and_parts);
    RUN(stereo_kinds);
    RUN(faults);
    RUN(same_sound_same_hash);
    RUN(roles_by_sound);
    RUN(delay_and_polarity);
    RUN(strangers_are_not_partners);
    return tap_done();
}
