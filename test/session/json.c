/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Session files: load, validate and save is the identity, for the example and for sessions drawn at
 * random; damaged text is refused and never crashes. */
#include "base/rng.h"
#include "session/model.h"
#include "session_text.h"
#include "tap.h"

#include <stdlib.h>

/* write(parse(text)); NULL with the reason shown when it fails */
static char *again(const char *text, size_t size, size_t *new_size)
{
    LusterSession *session;
    LusterError err;
    char *out = NULL;
    if (luster_session_parse(text, size, "song.json", &session, &err)) {
        printf("# %s\n", err.text);
        return NULL;
    }
    if (luster_session_write(session, &out, new_size, &err))
        printf("# %s\n", err.text);
    luster_session_free(session);
    return out;
}

static void check_same(const char *text, size_t size)
{
    size_t new_size;
    char *out = again(text, size, &new_size);
    CHECK(out != NULL);
    if (!out)
        return;
    CHECK(new_size == size && memcmp(out, text, size) == 0);
    if (new_size == size && memcmp(out, text, size) != 0) {
        size_t at = 0;
        while (out[at] == text[at])
            at++;
        printf("# differs at byte %zu: '%.60s', not '%.60s'\n", at, out + at, text + at);
    }
    free(out);
}

TEST(the_example_comes_back_byte_for_byte)
{
    size_t size;
    char *text = read_corpus("full.json", &size);
    check_same(text, size);
    LusterSession *session;
    LusterError err;
    CHECK(!luster_session_parse(text, size, "full.json", &session, &err));
    const LusterStrip *kick = luster_session_find(session, "kick");
    CHECK(kick && kick->values[LUSTER_STRIP_FADER] == -6.5 && kick->values[LUSTER_STRIP_POLARITY]);
    CHECK(kick->confidence == 0.98 && luster_session_find(session, "drums")->confidence == 1);
    CHECK_STR(kick->output, "drums");
    CHECK(luster_session_find(session, "bass")->output == NULL);
    CHECK(kick->clips[1].values[LUSTER_CLIP_CHANNELS] == LUSTER_CHANNELS_LEFT);
    CHECK(kick->inserts[0].given[0] && !kick->inserts[0].given[1] && kick->inserts[0].given[4]);
    CHECK(!kick->inserts[1].on);
    CHECK_STR(kick->inserts[1].key, "bass");
    CHECK(kick->automation[0].points[1].curve == LUSTER_CURVE_SMOOTH);
    CHECK(kick->automation[1].points[1].value == 1);
    CHECK(kick->decisions[2].from == 0 && kick->decisions[2].to == 1 &&
          !kick->decisions[2].to_text);
    CHECK(session->values[LUSTER_SESSION_PAN_LAW] == LUSTER_PAN_LAW_4_5);
    CHECK(session->values[LUSTER_SESSION_BEATS] == 3 && session->n_markers == 2);
    CHECK(session->markers[1].time_s == 15.48 && kick->values[LUSTER_STRIP_RIDE] == 1.5);
    CHECK_STR(session->markers[1].name, "verse \"1\"");
    CHECK(luster_session_add_marker(session, 15.48, "twice") == LUSTER_BAD_VALUE);
    CHECK(!luster_session_add_marker(session, 20.0, "end") && session->n_markers == 3);
    luster_session_free(session);
    free(text);
}

TEST(free_layout_defaults_and_a_mark_are_read)
{
    const char *loose = "\xef\xbb\xbf\r\n{\"tracks\":[{\"\\u0069d\":\"a\",\"pan\":-0.0}],"
                        "\"luster\":1.0}";
    const char *want = "{\n  \"luster\": 1,\n  \"title\": \"\",\n  \"rate_hz\": 48000,\n"
                       "  \"tempo_bpm\": 120,\n  \"pan_law\": \"-3\",\n  \"tracks\": [\n    {\n"
                       "      \"id\": \"a\",\n      \"name\": \"a\",\n      \"output\": \"master\","
                       "\n      \"fader_db\": 0,\n      \"pan\": 0\n    }\n  ],\n  \"buses\": [],\n"
                       "  \"master\": {\n    \"name\": \"Master\",\n    \"fader_db\": 0,\n"
                       "    \"pan\": 0\n  }\n}\n";
    size_t size;
    char *out = again(loose, strlen(loose), &size);
    CHECK_STR(out, want);
    free(out);
    check_same(want, strlen(want));
}

static double draw(LusterRng *rng, const LusterParam *row)
{
    const double unit = luster_rng_unit(rng);
    if (luster_rng_u32(rng) % 3 == 0)
        return row->def;
    double value = row->min + (row->max - row->min) * unit;
    if (luster_rng_u32(rng) % 2) /* a person's number */
        value = floor(value * 10) / 10;
    return luster_param_clamp(row, value);
}

static void draw_all(LusterRng *rng, const LusterParam *rows, uint32_t n, double *values)
{
    for (uint32_t i = 0; i < n; i++)
        values[i] = draw(rng, &rows[i]);
}

static const char *draw_text(LusterSession *session, LusterRng *rng)
{
    static const char *const parts[] = {
        "a", "\"", "\\", "\n", "\x01", "\xc3\xa4", "\xf0\x9f\xa5\x81", "/", " ", "\x7f", "%s"};
    const char *text = "";
    for (uint32_t n = luster_rng_u32(rng) % 8; n; n--)
        text = luster_session_text(session, "%s%s", text, parts[luster_rng_u32(rng) % 11]);
    return text;
}

static void draw_automation(LusterSession *session, LusterStrip *strip, LusterRng *rng,
                            const char *path)
{
    LusterAutomation *ride = luster_strip_add_automation(session, strip, path);
    LusterTarget where;
    if (!ride)
        return;
    luster_strip_target(strip, path, &where, NULL);
    double time = 0;
    for (uint32_t n = 1 + luster_rng_u32(rng) % 5; n; n--) {
        time += 0.001 + luster_rng_unit(rng);
        const LusterPoint point = {time, draw(rng, where.param),
                                   (LusterCurve)(luster_rng_u32(rng) % LUSTER_CURVE_N)};
        CHECK(!luster_automation_add_point(session, ride, point));
    }
}

static void draw_inserts(LusterSession *session, LusterStrip *strip, LusterRng *rng)
{
    for (uint32_t n = luster_rng_u32(rng) % 4; n; n--) {
        const uint32_t which = luster_rng_u32(rng) % luster_processor_count();
        const LusterProcessor *proc = luster_processor_at(which);
        LusterInsert *insert = luster_strip_add_insert(session, strip, proc);
        draw_all(rng, proc->params, proc->n_params, insert->values);
        insert->on = luster_rng_u32(rng) % 2;
        for (uint32_t a = 0; a < proc->n_assets; a++) {
            const LusterCurvePoint points[] = {{20.5, -3}, {1000, 0.25}, {20000, 6}};
            if (luster_rng_u32(rng) % 2)
                luster_insert_set_file(
                    session, insert, a,
                    luster_session_text(session, "f%s", draw_text(session, rng)));
            else if (proc->assets[a].kind == LUSTER_ASSET_CURVE)
                luster_insert_set_curve(session, insert, a, points, 3);
        }
        for (uint32_t p = 0; p < proc->n_params; p++)
            insert->given[p] = luster_rng_u32(rng) % 4 == 0;
        if (proc->n_params) {
            const LusterParam *row = &proc->params[luster_rng_u32(rng) % proc->n_params];
            const char *path = luster_session_text(session, "inserts.%s.%s", insert->id, row->id);
            draw_automation(session, strip, rng, path);
            CHECK(luster_strip_decide(session, strip, path, draw(rng, row), "",
                                      draw_text(session, rng)) != NULL);
        }
    }
}

static void draw_strip(LusterSession *session, LusterStrip *strip, LusterRng *rng)
{
    strip->role = luster_rng_u32(rng) % 2 ? "kick" : "";
    strip->confidence = draw(rng, &(LusterParam){.min = 0, .max = 1, .def = 1});
    draw_all(rng, luster_strip_params(), LUSTER_STRIP_N, strip->values);
    for (uint32_t n = luster_rng_u32(rng) % 3; strip->kind == LUSTER_TRACK && n; n--) {
        LusterClip *clip = luster_strip_add_clip(
            session, strip, luster_session_text(session, "f%s", draw_text(session, rng)));
        draw_all(rng, luster_clip_params(), LUSTER_CLIP_N, clip->values);
    }
    draw_inserts(session, strip, rng);
    draw_automation(session, strip, rng, "pan");
    luster_strip_decide_text(session, strip, "role", "", strip->role, draw_text(session, rng), "");
}

static LusterSession *draw_session(LusterRng *rng)
{
    LusterSession *session = luster_session_new();
    const uint32_t n_buses = luster_rng_u32(rng) % 5, n_tracks = luster_rng_u32(rng) % 6;
    session->title = draw_text(session, rng);
    draw_all(rng, luster_session_params(), LUSTER_SESSION_N, session->values);
    for (uint32_t n = luster_rng_u32(rng) % 3; n; n--)
        luster_session_note(session, draw_text(session, rng));
    for (uint32_t i = 0; i < n_buses; i++)
        luster_session_add_bus(session, "bus", draw_text(session, rng));
    for (uint32_t i = 0; i < n_tracks; i++)
        luster_session_add_track(session, "a.b-c", draw_text(session, rng));
    for (uint32_t i = 0; i < n_tracks + n_buses; i++) {
        LusterStrip *strip = i < n_buses ? &session->buses[i] : &session->tracks[i - n_buses];
        /* sound goes to later buses only, so that there is no loop */
        for (uint32_t to = i < n_buses ? i + 1 : 0; to < n_buses; to++) {
            if (luster_rng_u32(rng) % 3 == 0)
                strip->output = session->buses[to].id;
            if (luster_rng_u32(rng) % 3 == 0)
                draw_all(rng, luster_send_params(), LUSTER_SEND_N,
                         luster_strip_add_send(session, strip, session->buses[to].id)->values);
        }
        draw_strip(session, strip, rng);
        if (i < n_buses && n_tracks && strip->n_inserts)
            strip->inserts[0].key = session->tracks[0].id;
    }
    draw_strip(session, &session->master, rng);
    return session;
}

TEST(random_sessions_come_back_byte_for_byte)
{
    LusterRng rng;
    luster_rng_seed(&rng, 20260101, 7);
    for (int i = 0; i < 300; i++) {
        LusterSession *session = draw_session(&rng);
        LusterError err = {0};
        char *text;
        size_t size;
        CHECK(!luster_session_write(session, &text, &size, &err));
        if (err.text[0])
            printf("# %s\n", err.text);
        if (text)
            check_same(text, size);
        free(text);
        luster_session_free(session);
    }
}

TEST(numbers_are_short_and_exact)
{
    LusterSession *session = luster_session_new();
    double *fader = &session->master.values[LUSTER_STRIP_FADER];
    LusterRng rng;
    luster_rng_seed(&rng, 3, 3);
    const struct {
        double value;
        const char *text;
    } some[] = {{-6.5, "-6.5"},
                {0.1, "0.1"},
                {1.0 / 3, "0.3333333333333333"},
                {0.00002, "0.00002"},
                {-100, "-100"},
                {5e-324, "5e-324"},
                {-0.0, "0"},
                {0.1 + 0.2, "0.30000000000000004"}};
    for (unsigned i = 0; i < sizeof some / sizeof some[0] + 2000; i++) {
        char *text, line[80];
        size_t size;
        const bool listed = i < sizeof some / sizeof some[0];
        *fader = listed ? some[i].value : luster_rng_bipolar(&rng) * 24 * luster_rng_unit(&rng);
        CHECK(!luster_session_write(session, &text, &size, NULL));
        LusterSession *copy;
        CHECK(!luster_session_parse(text, size, "n", &copy, NULL));
        CHECK(copy->master.values[LUSTER_STRIP_FADER] == *fader);
        if (listed) {
            snprintf(line, sizeof line, "\"fader_db\": %s,", some[i].text);
            CHECK(strstr(text, line) != NULL);
        }
        luster_session_free(copy);
        free(text);
    }
    luster_session_free(session);
}

/* Whatever the text, the answer is a session that can be written and read again, or an error that
 * begins with the file's name. */
static void feed(const char *text, size_t size)
{
    LusterSession *session;
    LusterError err = {0};
    if (luster_session_parse(text, size, "song.json", &session, &err)) {
        CHECK(session == NULL && strncmp(err.text, "song.json", 9) == 0);
        return;
    }
    char *out;
    CHECK(!luster_session_write(session, &out, &size, &err));
    luster_session_free(session);
    CHECK(!luster_session_parse(out, size, "song.json", &session, &err));
    luster_session_free(session);
    free(out);
}

TEST(every_truncation_is_survived)
{
    size_t size;
    char *text = read_corpus("full.json", &size);
    for (size_t n = 0; n < size; n++) {
        char *part = malloc(n ? n : 1); /* exact, so that reading past it is seen */
        memcpy(part, text, n);
        LusterSession *session;
        LusterError err;
        const bool ok = !luster_session_parse(part, n, "song.json", &session, &err);
        CHECK(ok == (n == size - 1)); /* all but the last line's end */
        luster_session_free(ok ? session : NULL);
        free(part);
    }
    free(text);
}

TEST(every_flipped_byte_is_survived)
{
    size_t size;
    char *text = read_corpus("full.json", &size);
    static const unsigned char masks[] = {0x01, 0x12, 0x80};
    for (size_t i = 0; i < size; i++) {
        for (unsigned m = 0; m < sizeof masks; m++) {
            const char old = text[i];
            text[i] = (char)(text[i] ^ masks[m]);
            feed(text, size);
            text[i] = old;
        }
    }
    free(text);
}

int main(void)
{
    RUN(the_example_comes_back_byte_for_byte);
    RUN(free_layout_defaults_and_a_mark_are_read);
    RUN(random_sessions_come_back_byte_for_byte);
    RUN(numbers_are_short_and_exact);
    RUN(every_truncation_is_survived);
    RUN(every_flipped_byte_is_survived);
    return tap_done();
}
