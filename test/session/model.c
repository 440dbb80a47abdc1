/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The session as built by a program: ids, arrays, targets, automation, decisions, chains. */
#include "session/model.h"
#include "base/arena.h"
#include "tap.h"

TEST(tables_are_sane)
{
    const struct {
        const LusterParam *rows;
        int n;
    } tables[] = {{luster_strip_params(), LUSTER_STRIP_N},
                  {luster_clip_params(), LUSTER_CLIP_N},
                  {luster_send_params(), LUSTER_SEND_N},
                  {luster_session_params(), LUSTER_SESSION_N}};
    for (int t = 0; t < 4; t++) {
        for (int i = 0; i < tables[t].n; i++) {
            const LusterParam *row = &tables[t].rows[i];
            CHECK(row->id && luster_id_allowed(row->id) && !strchr(row->id, '.'));
            CHECK(row->name && row->unit && row->doc && strlen(row->doc) > 20);
            CHECK(row->min < row->max && luster_param_allows(row, row->def));
            CHECK((row->scale == LUSTER_SCALE_CHOICE) == (row->labels != NULL));
            CHECK(luster_rows_find(tables[t].rows, (uint32_t)tables[t].n, row->id) == i);
        }
    }
    CHECK_STR(luster_strip_params()[LUSTER_STRIP_FADER].id, "fader_db");
    CHECK_STR(luster_clip_params()[LUSTER_CLIP_CHANNELS].labels[LUSTER_CHANNELS_MONO], "mono");
    CHECK_STR(luster_session_params()[LUSTER_SESSION_PAN_LAW].labels[LUSTER_PAN_LAW_4_5], "-4.5");
}

TEST(ids_are_made_allowed_and_unique)
{
    LusterSession *session = luster_session_new();
    CHECK_STR(luster_session_add_track(session, "kick", NULL)->id, "kick");
    CHECK_STR(luster_session_add_track(session, "kick", NULL)->id, "kick_2");
    CHECK_STR(luster_session_add_bus(session, "kick", "Kick")->id, "kick_3");
    CHECK_STR(luster_session_add_track(session, "master", NULL)->id, "master_2");
    CHECK_STR(luster_session_add_track(session, "01 Kick (In)", NULL)->id, "01_Kick_In");
    CHECK_STR(luster_session_add_track(session, "../../etc/passwd", NULL)->id, "etc_passwd");
    CHECK_STR(luster_session_add_track(session, "a..b", NULL)->id, "a._b");
    CHECK_STR(luster_session_add_track(session, "\xc3\xa9\xc3\xa9", NULL)->id, "track");
    CHECK_STR(luster_session_add_bus(session, "", NULL)->id, "bus");
    CHECK_STR(session->tracks[3].name, "01 Kick (In)");
    char long_id[300];
    memset(long_id, 'x', sizeof long_id - 1);
    long_id[sizeof long_id - 1] = '\0';
    const LusterStrip *one = luster_session_add_track(session, long_id, NULL);
    const LusterStrip *two = luster_session_add_track(session, long_id, NULL);
    CHECK(one && two && strcmp(one->id, two->id) != 0 && luster_id_allowed(two->id));
    luster_session_free(session);

    CHECK(luster_id_allowed("a") && luster_id_allowed("_a.b-c") && luster_id_allowed("9"));
    CHECK(!luster_id_allowed("") && !luster_id_allowed(".a") && !luster_id_allowed("-a"));
    CHECK(!luster_id_allowed("a/b") && !luster_id_allowed("a..b") && !luster_id_allowed("a b"));
}

TEST(arrays_grow_and_keep_what_is_in_them)
{
    LusterSession *session = luster_session_new();
    char id[32];
    for (int i = 0; i < 200; i++) {
        snprintf(id, sizeof id, "t%d", i);
        LusterStrip *strip = luster_session_add_track(session, id, NULL);
        for (int c = 0; c < i % 11; c++) {
            snprintf(id, sizeof id, "%d.wav", c);
            luster_strip_add_clip(session, strip, id)->values[LUSTER_CLIP_START] = c;
        }
    }
    CHECK(session->n_tracks == 200);
    for (int i = 0; i < 200; i++) {
        snprintf(id, sizeof id, "t%d", i);
        const LusterStrip *strip = luster_session_find(session, id);
        CHECK(strip == &session->tracks[i] && strip->n_clips == (uint32_t)(i % 11));
        for (uint32_t c = 0; c < strip->n_clips; c++) {
            snprintf(id, sizeof id, "%u.wav", c);
            CHECK_STR(strip->clips[c].file, id);
            CHECK(strip->clips[c].values[LUSTER_CLIP_START] == c);
        }
    }
    session->tracks[0].n_clips = 0;
    CHECK(luster_session_find(session, "master") == &session->master);
    CHECK(luster_session_find(session, "t200") == NULL);
    CHECK(luster_strip_add_clip(session, &session->master, "a.wav") == NULL);
    luster_session_free(session);
}

TEST(memory_that_runs_out_is_a_null_everywhere)
{
    for (size_t n = 0; n < 60; n++) {
        LusterSession *session = luster_session_new();
        luster_arena_fail_after(session->arena, n);
        LusterStrip *strip = luster_session_add_track(session, "kick", "Kick");
        if (strip) {
            for (int i = 0; i < 9; i++)
                luster_strip_add_clip(session, strip, "a.wav");
            luster_strip_add_insert(session, strip, luster_processor_at(0));
            luster_strip_add_send(session, strip, "room");
            luster_strip_decide(session, strip, "fader_db", -3, "m", "r");
            luster_session_note(session, "note");
            LusterAutomation *ride = luster_strip_add_automation(session, strip, "fader_db");
            if (ride)
                luster_automation_add_point(session, ride, (LusterPoint){0, 0, 0});
            CHECK(strip->n_clips <= 9 && strip->n_decisions <= 1);
        }
        CHECK(strip || n < 3);
        luster_session_free(session);
    }
}

static LusterStrip *example(LusterSession *session)
{
    luster_session_add_bus(session, "room.1", "Room");
    LusterStrip *strip = luster_session_add_track(session, "kick", "Kick");
    luster_strip_add_clip(session, strip, "kick.wav");
    luster_strip_add_send(session, strip, "room.1");
    luster_strip_add_insert(session, strip, luster_processor_find("utility"));
    luster_strip_add_insert(session, strip, luster_processor_find("utility"));
    return strip;
}

TEST(targets_address_every_value)
{
    LusterSession *session = luster_session_new();
    LusterStrip *strip = example(session);
    LusterTarget target;
    LusterError err;
    const struct {
        const char *path;
        const double *value;
    } good[] = {{"fader_db", &strip->values[LUSTER_STRIP_FADER]},
                {"sends.room.1.level_db", &strip->sends[0].values[LUSTER_SEND_LEVEL]},
                {"clips.0.gain_db", &strip->clips[0].values[LUSTER_CLIP_GAIN]},
                {"inserts.utility.trim", &strip->inserts[0].values[0]},
                {"inserts.utility_2.trim", &strip->inserts[1].values[0]}};
    for (unsigned i = 0; i < sizeof good / sizeof good[0]; i++) {
        CHECK(luster_strip_target(strip, good[i].path, &target, &err) == LUSTER_OK);
        CHECK(target.value == good[i].value);
    }
    const struct {
        const char *path, *text;
    } bad[] = {
        {"fader", "'fader' is no value of 'kick'; did you mean 'fader_db'?"},
        {"sends.room.1.level",
         "'sends.room.1.level' is no value of 'kick'; did you mean 'sends.room.1.level_db'?"},
        {"sends.hall.level_db", "'sends.hall.level_db': 'kick' has no send to 'hall'"},
        {"clips.1.gain_db", "'clips.1.gain_db': 'kick' has no clip '1'"},
        {"clips.x.gain_db", "'clips.x.gain_db': 'kick' has no clip 'x'"},
        {"clips. 0.gain_db", "'clips. 0.gain_db': 'kick' has no clip ' 0'"},
        {"inserts.eq.b1_freq", "'inserts.eq.b1_freq': 'kick' has no insert 'eq'"},
        {"inserts.eq",
         "'inserts.eq' is no value; an address in 'kick' reads inserts.<which>.<value>"},
        {"", "'' is no value of 'kick'; there is trim_db, polarity, delay_ms, fader_db, ride_db, "
             "pan, width, "
             "mute, solo"},
    };
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(luster_strip_target(strip, bad[i].path, &target, &err) == LUSTER_NOT_FOUND);
        CHECK_STR(err.text, bad[i].text);
        CHECK(target.value == NULL);
    }
    luster_session_free(session);
}

TEST(automation_follows_its_curves)
{
    CHECK_STR(luster_curve_ids()[LUSTER_CURVE_SMOOTH], "smooth");
    CHECK(luster_curve_ids()[LUSTER_CURVE_N] == NULL);
    const struct {
        LusterCurve curve;
        double quarter, half;
    } want[] = {{LUSTER_CURVE_LINEAR, 0.25, 0.5},
                {LUSTER_CURVE_HOLD, 0, 0},
                {LUSTER_CURVE_SMOOTH, 0.14644660940672624, 0.5},
                {LUSTER_CURVE_SLOW, 0.0625, 0.25},
                {LUSTER_CURVE_FAST, 0.4375, 0.75}};
    for (int i = 0; i < LUSTER_CURVE_N; i++) {
        LusterPoint points[] = {{1, -60, want[i].curve}, {3, 0, LUSTER_CURVE_LINEAR}};
        const LusterAutomation ride = {"fader_db", points, 2};
        CHECK(luster_automation_value(&ride, -1) == -60);
        CHECK(luster_automation_value(&ride, 1) == -60);
        CHECK_NEAR(luster_automation_value(&ride, 1.5), -60 + 60 * want[i].quarter, 1e-12);
        CHECK_NEAR(luster_automation_value(&ride, 2), -60 + 60 * want[i].half, 1e-12);
        CHECK(luster_automation_value(&ride, 3) == 0);
        CHECK(luster_automation_value(&ride, 1e9) == 0);
        CHECK(luster_automation_value(&ride, NAN) == -60);
        const LusterAutomation one = {"fader_db", points, 1}, none = {"fader_db", NULL, 0};
        CHECK(luster_automation_value(&one, 0) == -60 && luster_automation_value(&one, 5) == -60);
        CHECK(luster_automation_value(&none, 0) == 0);
    }
}

TEST(automation_finds_its_segment_among_many)
{
    LusterSession *session = luster_session_new();
    LusterAutomation *ride = luster_strip_add_automation(session, &session->master, "fader_db");
    for (int i = 0; i < 1000; i++)
        CHECK(!luster_automation_add_point(session, ride, (LusterPoint){i, i % 7, 0}));
    for (int i = 0; i < 999; i++) {
        CHECK(luster_automation_value(ride, i) == i % 7);
        CHECK_NEAR(luster_automation_value(ride, i + 0.5), (i % 7 + (i + 1) % 7) / 2.0, 1e-12);
    }
    CHECK(luster_automation_add_point(session, ride, (LusterPoint){999, 0, 0}) == LUSTER_BAD_VALUE);
    CHECK(luster_automation_add_point(session, ride, (LusterPoint){NAN, 0, 0}) == LUSTER_BAD_VALUE);
    CHECK(luster_automation_add_point(session, ride, (LusterPoint){1e4, 0, LUSTER_CURVE_N}) ==
          LUSTER_BAD_VALUE);
    CHECK(luster_strip_add_automation(session, &session->master, "fader_db") == ride);
    CHECK(ride->n_points == 0);
    CHECK(luster_strip_add_automation(session, &session->master, "delay_ms") == NULL);
    CHECK(luster_strip_add_automation(session, &session->master, "nothing") == NULL);
    luster_session_free(session);
}

TEST(decisions_set_values_and_take_amounts)
{
    LusterSession *session = luster_session_new();
    LusterStrip *strip = example(session);
    double *fader = &strip->values[LUSTER_STRIP_FADER];
    LusterDecision *move =
        luster_strip_decide(session, strip, "fader_db", -6.5, "-14.2 LUFS", "sits under the bass");
    CHECK(*fader == -6.5 && move->from == 0 && move->to == -6.5 && move->amount == 1);
    CHECK_STR(move->measured, "-14.2 LUFS");
    CHECK(!luster_decision_apply(strip, move, 0.5, NULL) && *fader == -3.25);
    CHECK(!luster_decision_apply(strip, move, 0, NULL) && *fader == 0);
    CHECK(luster_decision_apply(strip, move, 1.5, NULL) == LUSTER_BAD_VALUE && *fader == 0);
    CHECK(luster_decision_apply(strip, move, NAN, NULL) == LUSTER_BAD_VALUE && *fader == 0);

    /* decided again: one decision, the first `from` */
    CHECK(luster_strip_decide(session, strip, "fader_db", 99, "m", "r") == move);
    CHECK(strip->n_decisions == 1 && move->from == 0 && move->to == 24 && *fader == 24);
    move->locked = true;
    CHECK(luster_strip_decide(session, strip, "fader_db", -9, "m2", "r2") == move);
    CHECK(*fader == 24 && move->to == 24);
    CHECK_STR(move->measured, "m");

    CHECK(luster_strip_decide(session, strip, "nothing", 1, "", "") == NULL);
    CHECK(luster_strip_decide(session, strip, "pan", NAN, "", "") == NULL);
    LusterDecision *trim = luster_strip_decide(session, strip, "inserts.utility.trim", 0, "m", "r");
    CHECK(trim && strip->inserts[0].given[0] && !strip->inserts[0].given[1]);
    LusterDecision *role = luster_strip_decide_text(session, strip, "role", "", "kick", "m", "r");
    CHECK_STR(role->to_text, "kick");
    LusterError err;
    CHECK(luster_decision_apply(strip, role, 1, &err) == LUSTER_NOT_FOUND);
    luster_session_free(session);

    /* between two values: by ratio in Hz, by word in a choice, by step in dB */
    const LusterParam hz = {"f", "", "Hz", LUSTER_SCALE_LOG, 20, 20000, 1000, NULL, 0, ""};
    CHECK_NEAR(luster_decision_value(&hz, 100, 10000, 0.5), 1000, 1e-9);
    const LusterParam *shape = &luster_clip_params()[LUSTER_CLIP_CHANNELS];
    CHECK(luster_decision_value(shape, 0, 3, 0.49) == 0);
    CHECK(luster_decision_value(shape, 0, 3, 0.5) == 3);
}

TEST(chains_are_read_whole_or_not_at_all)
{
    LusterSession *session = luster_session_new();
    LusterStrip *strip = &session->master;
    LusterError err;
    CHECK(!luster_chain_parse(session, strip, "  ", &err) && strip->n_inserts == 0);
    CHECK(!luster_chain_parse(session, strip, "utility: trim = -3, mono =on |utility", &err));
    CHECK(strip->n_inserts == 2);
    CHECK_STR(strip->inserts[0].id, "utility");
    CHECK_STR(strip->inserts[1].id, "utility_2");
    CHECK(strip->inserts[0].values[0] == -3 && strip->inserts[0].given[0]);
    CHECK(!strip->inserts[0].given[1] && !strip->inserts[1].given[0]);
    const struct {
        const char *chain, *text;
        LusterStatus status;
    } bad[] = {
        {"utility | utilty:trim=1",
         "there is no processor 'utilty'; did you mean 'utility'? (luster describe lists them)",
         LUSTER_NOT_FOUND},
        {"utility:trim=1 | ", NULL, LUSTER_BAD_VALUE},
        {"|utility", NULL, LUSTER_BAD_VALUE},
        {"utility:trim=99", "trim is '99'; it must be -60 to 60 dB", LUSTER_BAD_VALUE},
        {"utility:trim=1 2", NULL, LUSTER_BAD_VALUE},
        {"utility:trim", NULL, LUSTER_BAD_VALUE},
        {"utility:gain=1", NULL, LUSTER_NOT_FOUND},
    };
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(luster_chain_parse(session, strip, bad[i].chain, &err) == bad[i].status);
        if (bad[i].text)
            CHECK_STR(err.text, bad[i].text);
        CHECK(strip->n_inserts == 2);
    }
    luster_session_free(session);
}

int main(void)
{
    RUN(tables_are_sane);
    RUN(ids_are_made_allowed_and_unique);
    RUN(arrays_grow_and_keep_what_is_in_them);
    RUN(memory_that_runs_out_is_a_null_everywhere);
    RUN(targets_address_every_value);
    RUN(automation_follows_its_curves);
    RUN(automation_finds_its_segment_among_many);
    RUN(decisions_set_values_and_take_amounts);
    RUN(chains_are_read_whole_or_not_at_all);
    return tap_done();
}
