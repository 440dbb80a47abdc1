/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is wrong is refused with file, line, key, value and what would be right. */
#include "session/fault.h"
#include "session/model.h"
#include "tap.h"

#include <stdlib.h>

/* A small session with a hole on line 6, inside the first track, and one on line 12, in a bus. */
static char *with_hole(const char *track, const char *bus)
{
    static char text[8192];
    snprintf(text, sizeof text,
             "{\n"
             "  \"luster\": 1,\n"
             "  \"tracks\": [\n"
             "    {\n"
             "      \"id\": \"kick\"\n"
             "      %s\n"
             "    }\n"
             "  ],\n"
             "  \"buses\": [\n"
             "    {\"id\": \"room\"},\n"
             "    {\"id\": \"hall\"\n"
             "      %s}\n"
             "  ]\n"
             "}\n",
             track, bus);
    return text;
}

static void check_error(const char *text, LusterStatus status, const char *want)
{
    LusterSession *session;
    LusterError err = {0};
    const LusterStatus got = luster_session_parse(text, strlen(text), "song.json", &session, &err);
    CHECK(got == status && err.status == status && session == NULL);
    CHECK_STR(err.text, want);
    luster_session_free(session);
}

static void check_track(const char *track, LusterStatus status, const char *want)
{
    char line[1200];
    snprintf(line, sizeof line, "song.json:6: tracks[0]%s", want);
    check_error(with_hole(track, ""), status, line);
}

TEST(the_frame_of_these_tests_is_right)
{
    LusterSession *session;
    char *text = with_hole("", "");
    CHECK(!luster_session_parse(text, strlen(text), "song.json", &session, NULL));
    CHECK(session && session->n_tracks == 1 && session->n_buses == 2);
    luster_session_free(session);
}

TEST(wrong_values_of_a_strip)
{
    check_track(", \"fader_db\": 90", LUSTER_BAD_VALUE,
                ".fader_db is 90; it must be -144 to 24 dB");
    check_track(", \"fader_db\": \"loud\"", LUSTER_BAD_FILE,
                ".fader_db is \"loud\"; it must be -144 to 24 dB");
    check_track(", \"mute\": 1", LUSTER_BAD_FILE, ".mute is 1; it must be true or false");
    check_track(", \"mute\": null", LUSTER_BAD_FILE, ".mute is null; it must be true or false");
    check_track(", \"name\": 7", LUSTER_BAD_FILE, ".name is 7; it must be text in quotes");
    check_track(", \"confidence\": 1.5", LUSTER_BAD_VALUE, ".confidence is 1.5; it must be 0 to 1");
    check_track(", \"pan\": [0]", LUSTER_BAD_FILE, ".pan is a list; it must be -100 to 100 %");
    check_track(", \"pan\": 1e300", LUSTER_BAD_VALUE, ".pan is 1e+300; it must be -100 to 100 %");
    check_track(", \"pan\": 99999999999999999999999", LUSTER_BAD_VALUE,
                ".pan is 1e+23; it must be -100 to 100 %");
}

TEST(unknown_and_missing_keys)
{
    check_track(", \"fader\": 0", LUSTER_NOT_FOUND,
                ".fader is not a key of a strip; did you mean \"fader_db\"?");
    check_track(", \"insert\": []", LUSTER_NOT_FOUND,
                ".insert is not a key of a strip; did you mean \"inserts\"?");
    check_track(", \"zzzzzzzz\": 0", LUSTER_NOT_FOUND,
                ".zzzzzzzz is not a key of a strip; there is id, name, role, confidence, output, "
                "clips, inserts, sends, automation, decisions, trim_db, polarity, delay_ms, "
                "fader_db, ride_db, pan, width, mute, solo");
    check_track(", \"clips\": [{\"files\": \"a\"}]", LUSTER_NOT_FOUND,
                ".clips[0].files is not a key of a clip; did you mean \"file\"?");
    check_track(", \"clips\": [{\"start_s\": 1}]", LUSTER_BAD_FILE, ".clips[0] has no \"file\"");
    check_track(", \"clips\": [{\"file\": \"\"}]", LUSTER_BAD_VALUE, ".clips[0].file is empty");
    check_track(", \"clips\": {}", LUSTER_BAD_FILE,
                ".clips is an object; it must be a list in [ ]");
    check_track(", \"clips\": [3]", LUSTER_BAD_FILE, ".clips[0] is 3; it must be an object in { }");
    check_error(with_hole("", ", \"clips\": []"), LUSTER_NOT_FOUND,
                "song.json:12: buses[1].clips is not for buses; only tracks have it");
    check_error("{\"luster\": 1,\n\"tracks\": [], \"master\": {\n\"output\": \"x\"}}",
                LUSTER_NOT_FOUND, "song.json:3: master.output is not for the master");
    check_error("{\"luster\": 1,\n\"tracks\": [\n{\"name\": \"x\"}]}", LUSTER_BAD_FILE,
                "song.json:3: tracks[0] has no \"id\"");
    check_error("{\"luster\": 1,\n\"tracks\": [], \"\\u0074empo\": 3}", LUSTER_NOT_FOUND,
                "song.json:2: tempo is not a key of a session; did you mean \"tempo_bpm\"?");
}

TEST(wrong_assets)
{
#define CONV(more) ", \"inserts\": [{\"processor\": \"convolution\", " more "}]"
    check_track(CONV("\"files\": 3"), LUSTER_BAD_FILE,
                ".inserts[0].files is 3; it must be an object in { }");
    check_track(CONV("\"files\": {\"ir\": 3}"), LUSTER_BAD_FILE,
                ".inserts[0].files.ir is 3; it must be text in quotes");
    check_track(CONV("\"files\": {\"ir\": \"\"}"), LUSTER_BAD_VALUE,
                ".inserts[0].files.ir is empty; it must be a path");
    check_track(CONV("\"files\": {\"hall\": \"a.wav\"}"), LUSTER_NOT_FOUND,
                ".inserts[0].files.hall is nothing that convolution works from; there is ir");
    check_track(CONV("\"curves\": {\"ir\": [[100, 0]]}"), LUSTER_BAD_VALUE,
                ".inserts[0].curves.ir is sound and no curve; it belongs in \"files\"");
#define MATCH(more) ", \"inserts\": [{\"processor\": \"match\", " more "}]"
    check_track(MATCH("\"curves\": {\"target\": []}"), LUSTER_BAD_FILE,
                ".inserts[0].curves.target must be a list of 1 to 4096 points [Hz, dB]");
    check_track(MATCH("\"curves\": {\"target\": [[100]]}"), LUSTER_BAD_FILE,
                ".inserts[0].curves.target[0] is no point; it must be [Hz, dB]");
    check_track(MATCH("\"curves\": {\"target\": [[0, 1]]}"), LUSTER_BAD_VALUE,
                ".inserts[0].curves.target[0][0] is 0; it must be 1 to 200000 Hz");
    check_track(MATCH("\"curves\": {\"target\": [[9, \"x\"]]}"), LUSTER_BAD_FILE,
                ".inserts[0].curves.target[0][1] is \"x\"; it must be -100 to 100 dB");
    check_track(MATCH("\"curves\": {\"target\": [[9, 1], [9, 2]]}"), LUSTER_BAD_VALUE,
                ".inserts[0].curves.target[1] is 9 Hz; it must be higher than the point before, 9 "
                "Hz");
    check_track(MATCH("\"files\": {\"target\": \"a\"}, \"curves\": {\"target\": [[9, 1]]}"),
                LUSTER_BAD_VALUE,
                ".inserts[0].curves.target is given as a file too; take one of them out");
    check_track(", \"inserts\": [{\"processor\": \"utility\", \"files\": {\"ir\": \"a\"}}]",
                LUSTER_NOT_FOUND,
                ".inserts[0].files.ir is nothing that utility works from; there is nothing");
}

TEST(wrong_session_values)
{
    check_error("{\"luster\": 1,\n\"tracks\": [],\n\"rate_hz\": 44100.5}", LUSTER_BAD_VALUE,
                "song.json:3: rate_hz is 44100.5; it must be 8000 to 384000 Hz, a whole number");
    check_error("{\"luster\": 1,\n\"tracks\": [],\n\"pan_law\": -3}", LUSTER_BAD_FILE,
                "song.json:3: pan_law is -3; it must be -3, -4.5 or -6, in quotes");
    check_error("{\"luster\": 1,\n\"tracks\": [],\n\"pan_law\": \"-9\"}", LUSTER_BAD_VALUE,
                "song.json:3: pan_law is \"-9\"; it must be -3, -4.5 or -6");
    check_error("{\n\"luster\": 2, \"new\": 1}", LUSTER_UNSUPPORTED,
                "song.json:2: luster is 2: a newer luster wrote this session; this one reads "
                "format 1");
    check_error("{\n\"luster\": true}", LUSTER_BAD_VALUE, "song.json:2: luster must be 1");
    check_error("{}", LUSTER_BAD_FILE,
                "song.json:1: this is no luster session: it must be an object with \"luster\": 1");
    check_error("[]", LUSTER_BAD_FILE,
                "song.json:1: this is no luster session: it must be an object with \"luster\": 1");
    check_error("{\"luster\": 1}", LUSTER_BAD_FILE, "song.json:1: has no \"tracks\"");
}

TEST(wrong_inserts)
{
    check_track(", \"inserts\": [{\"processor\": \"utilty\"}]", LUSTER_NOT_FOUND,
                ".inserts[0].processor is \"utilty\"; there is no such processor; did you mean "
                "\"utility\"? (luster describe lists them)");
    check_track(", \"inserts\": [{\"processor\": \"utility\", \"version\": 999}]",
                LUSTER_UNSUPPORTED,
                ".inserts[0].version is 999, but this luster has version 1 of utility: the session "
                "was made with a newer one and would not sound the same");
    check_track(", \"inserts\": [{\"processor\": \"utility\", \"set\": {\"trim\": 90000}}]",
                LUSTER_BAD_VALUE, ".inserts[0].set.trim is 90000; it must be -60 to 60 dB");
    check_track(", \"inserts\": [{\"processor\": \"utility\", \"set\": {\"trimm\": 1}}]",
                LUSTER_NOT_FOUND,
                ".inserts[0].set.trimm is not a parameter of utility; did you mean \"trim\"? "
                "(luster describe utility lists them)");
    check_track(", \"inserts\": [{\"processor\": \"utility\", \"set\": []}]", LUSTER_BAD_FILE,
                ".inserts[0].set is a list; it must be an object in { }");
    check_track(", \"inserts\": [{\"processor\": \"utility\", \"key\": \"bass\"}]",
                LUSTER_NOT_FOUND, ".inserts[0].key is \"bass\"; there is no strip of that id");
    check_track(", \"inserts\": [{\"processor\": \"utility\"}, {\"processor\": \"utility\", "
                "\"id\": \"utility\"}]",
                LUSTER_BAD_VALUE,
                ".inserts[1].id is \"utility\", as inserts[0] is; in a chain ids differ");
}

TEST(wrong_references)
{
    check_track(", \"output\": \"drums\"", LUSTER_NOT_FOUND,
                ".output is \"drums\"; there is no bus of that id");
    check_track(", \"output\": \"kick\"", LUSTER_NOT_FOUND,
                ".output is \"kick\"; there is no bus of that id (it is a track)");
    check_track(", \"sends\": [{\"to\": \"kick\"}]", LUSTER_NOT_FOUND,
                ".sends[0].to is \"kick\"; there is no bus of that id (it is a track)");
    check_track(", \"sends\": [{\"to\": \"room\"}, {\"to\": \"room\"}]", LUSTER_BAD_VALUE,
                ".sends[1].to is \"room\"; there is a send to it already");
    check_error(with_hole("}, {\n\"id\": \"kick\"", ""), LUSTER_BAD_VALUE,
                "song.json:7: tracks[1].id is \"kick\", as tracks[0] is; ids of strips differ");
    check_error(with_hole("}, {\n\"id\": \"hall\"", ""), LUSTER_BAD_VALUE,
                "song.json:12: buses[1].id is \"hall\", as tracks[1] is; ids of strips differ");
}

TEST(wrong_ids)
{
    static const char *const ids[] = {"../kick", "a/b", "a..b", ".hidden",
                                      "-o",      "",    "a b",  "\xc3\xa4"};
    char text[200], want[400];
    for (unsigned i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        snprintf(text, sizeof text, "{\"luster\": 1, \"tracks\": [\n\n{\"id\": \"%s\"}]}", ids[i]);
        snprintf(want, sizeof want,
                 "song.json:3: tracks[0].id is \"%s\"; it must be 1 to 64 letters, digits, _ . -, "
                 "beginning with a letter, digit or _, without \"..\"",
                 ids[i]);
        check_error(text, LUSTER_BAD_VALUE, want);
    }
    check_error("{\"luster\": 1, \"tracks\": [\n\n{\"id\": \"master\"}]}", LUSTER_BAD_VALUE,
                "song.json:3: tracks[0].id is \"master\", which is the master's");
}

TEST(loops_are_named)
{
    check_error(with_hole("", ", \"sends\": [{\"to\": \"hall\"}]"), LUSTER_BAD_VALUE,
                "song.json:12: buses[1].sends[0].to makes a loop: hall -> hall");
    check_error("{\"luster\": 1, \"tracks\": [], \"buses\": [\n"
                "{\"id\": \"drums\", \"sends\": [{\"to\": \"room\"}]},\n"
                "{\"id\": \"room\", \"output\": \"drums\"}]}",
                LUSTER_BAD_VALUE,
                "song.json:3: buses[1].output makes a loop: drums -> room -> drums");
    check_error("{\"luster\": 1, \"tracks\": [\n"
                "{\"id\": \"kick\", \"output\": \"drums\",\n"
                "\"inserts\": [{\"processor\": \"utility\", \"key\": \"drums\"}]}],\n"
                "\"buses\": [{\"id\": \"drums\"}]}",
                LUSTER_BAD_VALUE,
                "song.json:3: tracks[0].inserts[0].key makes a loop: kick -> drums -> kick");
    check_error("{\"luster\": 1, \"tracks\": [], \"master\": {\"inserts\": [\n"
                "{\"processor\": \"utility\", \"key\": \"master\"}]}}",
                LUSTER_BAD_VALUE,
                "song.json:2: master.inserts[0].key makes a loop: master -> master");
    check_error("{\"luster\": 1, \"tracks\": [], \"buses\": [\n"
                "{\"id\": \"a\", \"output\": \"b\"}, {\"id\": \"b\", \"output\": \"c\"},\n"
                "{\"id\": \"c\", \"output\": \"d\"}, {\"id\": \"d\", \"output\": \"e\"},\n"
                "{\"id\": \"e\", \"output\": \"f\"}, {\"id\": \"f\", \"output\": \"g\"},\n"
                "{\"id\": \"g\", \"output\": \"h\"}, {\"id\": \"h\", \"output\": \"i\"},\n"
                "{\"id\": \"i\", \"output\": \"b\"}]}",
                LUSTER_BAD_VALUE,
                "song.json:6: buses[8].output makes a loop: b -> c -> d -> e -> f -> g -> h -> i "
                "-> b");
    /* many ways to one place are no loop */
    LusterSession *session;
    const char *text =
        "{\"luster\": 1, \"tracks\": [{\"id\": \"k\", \"output\": \"d\", \"sends\": "
        "[{\"to\": \"r\"}, {\"to\": \"d\"}, {\"to\": \"master\"}]}], \"buses\": "
        "[{\"id\": \"d\", \"sends\": [{\"to\": \"r\"}], \"inserts\": [{\"processor\": "
        "\"utility\", \"key\": \"k\"}]}, {\"id\": \"r\"}]}";
    CHECK(!luster_session_parse(text, strlen(text), "s", &session, NULL));
    luster_session_free(session);
}

TEST(wrong_markers)
{
    check_error(
        "{\"luster\": 1, \"tracks\": [], \"markers\": [{\"time_s\": 4, \"name\": \"a\"},\n"
        "{\"time_s\": 4, \"name\": \"b\"}]}",
        LUSTER_BAD_VALUE,
        "song.json:2: markers[1].time_s is 4 s; it must be later than the marker before, 4 s");
    check_error("{\"luster\": 1, \"tracks\": [], \"markers\": [{\"time_s\": -1, \"name\": \"\"}]}",
                LUSTER_BAD_VALUE, "song.json:1: markers[0].time_s is -1; it must be 0 to 360000 s");
    check_error("{\"luster\": 1, \"tracks\": [], \"markers\": [{\"time_s\": 1}]}", LUSTER_BAD_FILE,
                "song.json:1: markers[0] has no \"name\"");
}

TEST(wrong_automation)
{
    check_track(", \"automation\": [{\"target\": \"fader\", \"points\": [[0, 0]]}]",
                LUSTER_NOT_FOUND,
                ".automation[0].target is wrong: 'fader' is no value of 'kick'; did you mean "
                "'fader_db'?");
    check_track(", \"automation\": [{\"target\": \"delay_ms\", \"points\": [[0, 0]]}]",
                LUSTER_BAD_VALUE,
                ".automation[0].target is \"delay_ms\"; this value is fixed while the song plays "
                "and cannot be automated");
    check_track(", \"automation\": [{\"target\": \"pan\", \"points\": []}]", LUSTER_BAD_FILE,
                ".automation[0].points holds no points; it must be a list of [seconds, value]");
    check_track(", \"automation\": [{\"target\": \"pan\", \"points\": [[0, 0], [0, 1]]}]",
                LUSTER_BAD_VALUE,
                ".automation[0].points[1][0] is 0 s; it must be later than the point before, 0 s");
    check_track(", \"automation\": [{\"target\": \"pan\", \"points\": [[0, 101]]}]",
                LUSTER_BAD_VALUE, ".automation[0].points[0][1] is 101; it must be -100 to 100 %");
    check_track(", \"automation\": [{\"target\": \"pan\", \"points\": [[-1, 0]]}]",
                LUSTER_BAD_VALUE, ".automation[0].points[0][0] is -1; it must be 0 to 360000 s");
    check_track(", \"automation\": [{\"target\": \"pan\", \"points\": [[0, 1, \"bent\"]]}]",
                LUSTER_BAD_VALUE,
                ".automation[0].points[0][2] is \"bent\"; it must be linear, hold, smooth, slow or "
                "fast, in quotes");
    check_track(", \"automation\": [{\"target\": \"pan\", \"points\": [[0]]}]", LUSTER_BAD_FILE,
                ".automation[0].points[0] is no point; it must be [seconds, value] or [seconds, "
                "value, curve]");
    check_track(", \"automation\": [{\"target\": \"pan\", \"points\": [[0, 1]]}, {\"target\": "
                "\"pan\", \"points\": [[0, 1]]}]",
                LUSTER_BAD_VALUE,
                ".automation[1].target is \"pan\", which automation[0] moves already");
}

TEST(wrong_decisions)
{
    check_track(", \"decisions\": [{\"target\": \"pan\", \"from\": 0, \"to\": 200}]",
                LUSTER_BAD_VALUE, ".decisions[0].to is 200; it must be -100 to 100 %");
    check_track(", \"decisions\": [{\"target\": \"\", \"from\": 0, \"to\": 1}]", LUSTER_BAD_VALUE,
                ".decisions[0].target is empty");
    check_track(", \"decisions\": [{\"target\": \"pan\", \"from\": 0}]", LUSTER_BAD_FILE,
                ".decisions[0] has no \"to\"");
    check_track(", \"decisions\": [{\"target\": \"pan\", \"from\": 0, \"to\": 1, \"amount\": 2}]",
                LUSTER_BAD_VALUE, ".decisions[0].amount is 2; it must be 0 to 1");
    check_track(", \"decisions\": [{\"target\": \"x\", \"from\": [], \"to\": 1}]", LUSTER_BAD_FILE,
                ".decisions[0].from must be a number, text in quotes, true or false");
    check_track(
        ", \"decisions\": [{\"target\": \"x\", \"from\": 0, \"to\": 1}, {\"target\": \"x\", "
        "\"from\": 0, \"to\": 1}]",
        LUSTER_BAD_VALUE, ".decisions[1].target is \"x\", which decisions[0] is about already");
}

static void check_starts(const char *text, size_t size, const char *want)
{
    LusterSession *session;
    LusterError err = {0};
    CHECK(luster_session_parse(text, size, "song.json", &session, &err) == LUSTER_BAD_FILE);
    CHECK(strncmp(err.text, want, strlen(want)) == 0);
    if (strncmp(err.text, want, strlen(want)) != 0)
        printf("# got: %s\n", err.text);
}

TEST(hostile_text)
{
    check_starts("", 0, "song.json:1: not valid JSON: ");
    check_starts("{\n\"luster\": 1,,\n}", 16, "song.json:2: not valid JSON: ");
    check_error("{\"luster\": 1,\n\"title\": \"a\", \"title\": \"b\"}", LUSTER_BAD_FILE,
                "song.json:2: not valid JSON: duplicate object key near '\"title\"'");
    const struct {
        const char *text, *want;
    } some[] = {{"{\"luster\": 1,\n\"tempo_bpm\": 1e999}", "song.json:2: not valid JSON: real"},
                {"{\"luster\": 1,\n\"tempo_bpm\": NaN}", "song.json:2: not valid JSON: "},
                {"{\"luster\": 1,\n\"tempo_bpm\": -Infinity}", "song.json:2: not valid JSON: "},
                {"{\"luster\": 1,\n\"title\": \"a\\u0000b\"}", "song.json:2: not valid JSON: "},
                {"{\"luster\": 1,\n\"title\": \"a\xff\"}", "song.json:2: not valid JSON: unable"},
                {"{\"luster\": 1,\n\"title\": \"\xed\xa0\x80\"}", "song.json:2: not valid JSON: "},
                {"{\"luster\": 1,\n\"title\": \"\\ud800\"}", "song.json:2: not valid JSON: "}};
    for (unsigned i = 0; i < sizeof some / sizeof some[0]; i++)
        check_starts(some[i].text, strlen(some[i].text), some[i].want);
    check_starts("{\n\"luster\": 1\0}", 15, "song.json:2: not valid JSON: a zero byte");
}

TEST(size_is_limited)
{
    const size_t big = 100u << 20;
    char *text = malloc(big);
    memset(text, '[', big);
    check_starts(text, big, "song.json has 104857600 bytes; a session has at most 32 MiB");
    check_starts(text, 1 << 20, "song.json:1: not valid JSON: maximum parsing depth");
    check_starts(text, 30 << 20, "song.json holds 0 objects and 31457280 lists; a session has at");
    /* one byte of text must not cost hundreds of bytes of memory */
    const size_t n = (size_t)snprintf(text, big, "{\"luster\": 1, \"tracks\": [");
    for (size_t i = n; i + 3 < 30u << 20; i += 3)
        memcpy(text + i, "{},", 3);
    check_starts(text, 30 << 20, "song.json holds ");
    size_t end = n;
    for (size_t i = 0; i < 5000; i++)
        end += (size_t)snprintf(text + end, 24, "{\"id\":\"t%04zu\"}%s", i, i == 4999 ? "]}" : ",");
    LusterSession *session;
    LusterError err;
    CHECK(luster_session_parse(text, end, "song.json", &session, &err) == LUSTER_BAD_VALUE);
    CHECK_STR(err.text, "song.json:1: tracks has 5000 items; at most 4096 are possible");
    free(text);
}

TEST(long_texts_are_refused_and_shown_short)
{
    char text[9000] = "{\"luster\": 1, \"tracks\": [],\n\"title\": \"";
    const size_t n = strlen(text);
    memset(text + n, 'x', 5000);
    strcpy(text + n + 5000, "\"}");
    check_error(text, LUSTER_BAD_VALUE,
                "song.json:2: title has 5000 bytes; a text has at most 4096");
    LusterSession *session;
    LusterError err;
    strcpy(text, "{\"luster\": 1, \"tracks\": [],\n\"");
    memset(text + 29, 'x', 5000);
    strcpy(text + 29 + 5000, "\": 1}");
    CHECK(luster_session_parse(text, strlen(text), "s", &session, &err) == LUSTER_NOT_FOUND);
    CHECK(strlen(err.text) < 600);
}

static void check_invalid(const LusterSession *session, LusterStatus status, const char *want)
{
    LusterError err = {0};
    char *text = (char *)"";
    size_t size;
    CHECK(luster_session_validate(session, &err) == status);
    CHECK_STR(err.text, want);
    CHECK(luster_session_write(session, &text, &size, NULL) == status && text == NULL);
}

TEST(sessions_built_wrong_are_not_written)
{
    LusterSession *session = luster_session_new();
    LusterStrip *kick = luster_session_add_track(session, "kick", "Kick");
    CHECK(luster_session_validate(session, NULL) == LUSTER_OK);
    kick->values[LUSTER_STRIP_FADER] = NAN;
    check_invalid(session, LUSTER_BAD_VALUE, "tracks[0].fader_db is nan; it must be -144 to 24 dB");
    kick->values[LUSTER_STRIP_FADER] = 0;
    kick->name = "bj\xf6rk";
    check_invalid(session, LUSTER_BAD_VALUE, "tracks[0].name is not valid UTF-8 text");
    kick->name = "k";
    kick->output = "room";
    check_invalid(session, LUSTER_NOT_FOUND,
                  "tracks[0].output is \"room\"; there is no bus of that id");
    kick->output = NULL;
    luster_strip_add_insert(session, kick, luster_processor_find("utility"))->values[0] = 61;
    check_invalid(session, LUSTER_BAD_VALUE,
                  "tracks[0].inserts[0].set.trim is 61; it must be -60 to 60 dB");
    kick->n_inserts = 0;
    luster_strip_add_automation(session, kick, "pan");
    check_invalid(session, LUSTER_BAD_VALUE,
                  "tracks[0].automation[0].points has 0 points; an automation has at least 1, a "
                  "session at most 1000000");
    kick->n_automation = 0;
    session->master.output = "kick";
    check_invalid(session, LUSTER_BAD_VALUE,
                  "master.output is not for the master: nothing comes after it");
    luster_session_free(session);
}

TEST(lines_are_those_of_the_value)
{
    const char *text = "\n{ \"a\\\"b\": [1, {\"x\": \"}]\"},\n [2,\n3]],\n\"c\"\n:\n4}";
    const struct {
        LusterPath path;
        size_t line;
    } some[] = {{{{{"a\"b", 0}}, 1}, 2},
                {{{{"a\"b", 0}, {NULL, 2}, {NULL, 1}}, 3}, 4},
                {{{{"a\"b", 0}, {NULL, 9}}, 2}, 2},
                {{{{"c", 0}}, 1}, 7},
                {{{{"none", 0}}, 1}, 2}};
    for (unsigned i = 0; i < sizeof some / sizeof some[0]; i++)
        CHECK(luster_locate(text, strlen(text), &some[i].path) == some[i].line);
}

int main(void)
{
    RUN(the_frame_of_these_tests_is_right);
    RUN(wrong_values_of_a_strip);
    RUN(unknown_and_missing_keys);
    RUN(wrong_assets);
    RUN(wrong_session_values);
    RUN(wrong_inserts);
    RUN(wrong_references);
    RUN(wrong_ids);
    RUN(loops_are_named);
    RUN(wrong_markers);
    RUN(wrong_automation);
    RUN(wrong_decisions);
    RUN(hostile_text);
    RUN(size_is_limited);
    RUN(long_texts_are_refused_and_shown_short);
    RUN(sessions_built_wrong_are_not_written);
    RUN(lines_are_those_of_the_value);
    return tap_done();
}
