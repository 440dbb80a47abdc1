/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The assistant hears its own mix: levels are told as they are, what lies outside is moved toward
 * the range and no further than stated, and it ends. */
#include "assist/ear.h"

#include "assist/signal.h"
#include "tap.h"

enum { KICK, BASS, KEYS, VOX, N };

static const char *const names[N] = {"Kick.wav", "Bass.wav", "Keys.wav", "LeadVox.wav"};
static Sound song[N];

static LusterMix *propose(LusterSession *session, double space)
{
    LusterMixInput in[N];
    LusterError err = {0};
    LusterMix *mix = NULL;
    LusterMixOptions options = {.title = "Song", .session = session};
    options.assistant.values[LUSTER_STAGE_SPACE] = space;
    options.given = 1u << LUSTER_STAGE_SPACE;
    for (int i = 0; i < N; i++) {
        song[i] = sound_new(12.0, 1);
        in[i] = (LusterMixInput){names[i], names[i], "float", sound_open, &song[i]};
    }
    add_hits(&song[KICK], 0.0, 0.5, 90, 0.06, 0.9, 0.02, 3);
    add_notes(&song[BASS], 55, 0.5, 5, 0.1, 0, 99, 99);
    add_notes(&song[KEYS], 330, 1.0, 6, 0.05, 0, 99, 99);
    add_notes(&song[VOX], 262, 1.0, 14, 0.02, 0.02, 5.0, 7.0);
    CHECK(luster_mix_propose(in, N, &options, &mix, &err) == LUSTER_OK);
    return mix;
}

static void end(LusterMix *mix)
{
    luster_mix_free(mix);
    for (int i = 0; i < N; i++)
        sound_free(&song[i]);
}

/* A mix in the middle of all ranges. */
static LusterMixEar *inside(const LusterMix *mix)
{
    LusterMixEar *ear = NULL;
    LusterError err;
    CHECK(luster_mix_ear_new(mix, &ear, &err) == LUSTER_OK);
    ear->master.integrated_lufs = -16.0;
    ear->master.plr_lu = 15.0;
    ear->master.duration_s = 12.0;
    ear->lead_lu = -2.7;
    ear->lufs[LUSTER_HEARD_SUM] = -16.0;
    ear->lufs[LUSTER_HEARD_SECTION + LUSTER_SECTION_VOCALS] = -19.5;
    ear->lufs[LUSTER_HEARD_SECTION + LUSTER_SECTION_DRUMS] = -22.6;
    ear->lufs[LUSTER_HEARD_SECTION + LUSTER_SECTION_BASS] = -23.5;
    ear->lufs[LUSTER_HEARD_SECTION + LUSTER_SECTION_OTHER] = -20.8;
    ear->lufs[LUSTER_HEARD_WET] = -16.0 + mix->reverb_lu;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        ear->mid_db[b] = luster_mix_norms_db[1][b];
        ear->side_db[b] = ear->mid_db[b] - (b < 8 ? 16.0 : 9.5);
    }
    return ear;
}

static double bus_fader(const LusterMix *mix, const char *id)
{
    const LusterStrip *bus = luster_session_find(mix->session, id);
    return bus ? bus->values[LUSTER_STRIP_FADER] : NAN;
}

TEST(a_mix_inside_is_left_alone)
{
    LusterMix *mix = propose(NULL, 1.0);
    LusterMixEar *ear = inside(mix);
    CHECK(!luster_mix_correct(mix, ear));
    const LusterMixFigure *f;
    uint32_t n = 0;
    for (; (f = luster_mix_figure(mix, n)); n++)
        if (!CHECK(f->value >= f->low && f->value <= f->high))
            printf("# %s %g (%g to %g)\n", f->id, f->value, f->low, f->high);
    CHECK(n >= 15);
    luster_mix_ear_free(ear);
    end(mix);
}

TEST(what_lies_outside_is_moved_no_further_than_stated)
{
    LusterMix *mix = propose(NULL, 1.0);
    LusterMixEar *ear = inside(mix);
    ear->lead_lu = -4.0;
    ear->lufs[LUSTER_HEARD_SECTION + LUSTER_SECTION_DRUMS] = -18.6;
    ear->lufs[LUSTER_HEARD_WET] = -22.0 + mix->reverb_lu;
    for (int b = 26; b < LUSTER_STEM_BANDS; b++)
        ear->mid_db[b] += 20.0;
    CHECK(luster_mix_correct(mix, ear));
    CHECK_NEAR(bus_fader(mix, "vocals"), 1.5 * 1.3, 0.11);
    CHECK_NEAR(bus_fader(mix, "drums"), -1.7, 0.11); /* to the border, -4.3 */
    CHECK_NEAR(bus_fader(mix, "reverb"), 6.0, 0.01);
    CHECK(luster_mix_correct(mix, ear)); /* the tone, once the levels stand */
    const LusterStrip *master = &mix->session->master;
    bool eq = false;
    for (uint32_t i = 0; i < master->n_inserts; i++)
        eq |= !strcmp(master->inserts[i].id, "eq");
    CHECK(eq);
    CHECK(!luster_mix_correct(mix, ear)); /* and it ends */
    CHECK(fabs(bus_fader(mix, "vocals")) <= 3.0 + 1e-9);
    CHECK(fabs(bus_fader(mix, "drums")) <= 3.0 + 1e-9);
    LusterTarget where;
    CHECK(luster_strip_target(&mix->session->master, "inserts.eq.b5_gain", &where, NULL) ==
          LUSTER_OK);
    CHECK(*where.value <= -0.3 && *where.value >= -1.5);
    CHECK(mix->session->n_notes == 0 || luster_mix_judge(mix, NULL) == LUSTER_OK);
    luster_mix_ear_free(ear);
    end(mix);
}

TEST(a_stage_that_is_off_mends_nothing)
{
    LusterMix *mix = propose(NULL, 0.0);
    LusterMixEar *ear = inside(mix);
    mix->amount[LUSTER_STAGE_BALANCE] = mix->amount[LUSTER_STAGE_MASTER] = 0.0;
    ear->lead_lu = -8.0;
    ear->lufs[LUSTER_HEARD_WET] = -40.0;
    for (int b = 26; b < LUSTER_STEM_BANDS; b++)
        ear->mid_db[b] += 20.0;
    CHECK(!luster_mix_correct(mix, ear));
    luster_mix_ear_free(ear);
    end(mix);
}

/* Two tones in the middle, one of them the lead, played through as blocks of odd sizes. */
TEST(levels_are_heard_as_they_are)
{
    LusterMix *mix = propose(NULL, 1.0);
    LusterMixEar *ear = NULL;
    LusterError err;
    CHECK(luster_mix_ear_new(mix, &ear, &err) == LUSTER_OK);
    uint32_t n_strips;
    const char *const *strips = luster_mix_ear_strips(ear, &n_strips);
    enum { LONG = 48000 * 4 };
    const double rate = mix->session->values[LUSTER_SESSION_RATE];
    float *lead = calloc(LONG, sizeof *lead), *keys = calloc(LONG, sizeof *keys),
          *sum = calloc(LONG, sizeof *sum), *none = calloc(LONG, sizeof *none);
    for (int i = 0; i < LONG; i++) {
        lead[i] = 0.1f * (float)sin(2 * M_PI * 1000 * i / rate);
        keys[i] = 0.1f * (float)sin(2 * M_PI * 1003 * i / rate);
        sum[i] = lead[i] + keys[i];
    }
    for (size_t at = 0, n = 1; at < LONG; at += n, n = n * 3 % 7001 + 1) {
        const float *planes[64], *master[2] = {sum + at, sum + at};
        n = at + n > LONG ? LONG - at : n;
        for (uint32_t s = 0; s < n_strips; s++) {
            const LusterStrip *strip = luster_session_find(mix->session, strips[s]);
            const bool is_lead = !strcmp(strips[s], "vocals") || !strcmp(strip->role, "lead_vocal");
            const float *x = is_lead ? lead : !strcmp(strips[s], "keys") ? keys : none;
            planes[2 * s] = planes[2 * s + 1] = x + at;
        }
        CHECK(luster_mix_ear_hear(ear, master, planes, n) == LUSTER_OK);
    }
    CHECK(luster_mix_ear_finish(ear, &err) == LUSTER_OK);
    CHECK_NEAR(ear->lead_lu, -3.0, 0.1);
    CHECK_NEAR(ear->lufs[LUSTER_HEARD_SECTION + LUSTER_SECTION_OTHER] - ear->lufs[LUSTER_HEARD_SUM],
               -3.0, 0.1);
    CHECK(!isfinite(ear->lufs[LUSTER_HEARD_WET]));
    CHECK(ear->side_db[17] < -100.0);
    CHECK_NEAR(ear->master.integrated_lufs, ear->lufs[LUSTER_HEARD_SUM], 0.01);
    free(lead);
    free(keys);
    free(sum);
    free(none);
    luster_mix_ear_free(ear);
    end(mix);
}

int main(void)
{
    RUN(a_mix_inside_is_left_alone);
    RUN(what_lies_outside_is_moved_no_further_than_stated);
    RUN(a_stage_that_is_off_mends_nothing);
    RUN(levels_are_heard_as_they_are);
    return tap_done();
}
