/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The mix assistant on a small band made here: everything is in the session, the balance comes out
 * in the rendered sound, faults are found, order and level of the files do not matter, and what a
 * person did stays. */
#include "assist/plan.h"
#include "assist/signal.h"
#include "luster/engine.h"
#include "luster/measure.h"
#include "tap.h"

enum { KICK, SNARE, BOTTOM, HAT, BASS, GTR1, GTR2, KEYS, VOX, BGV, COPY, SILENT, ONE, N_BAND };

static const char *const files[N_BAND] = {
    "01_Kick.wav",     "02_SnareTop.wav", "03_SnareBottom.wav", "04_Hat.wav",     "05_Bass.wav",
    "06_Gtr1.wav",     "07_Gtr2.wav",     "08_Keys.wav",        "09_LeadVox.wav", "10_BGV.wav",
    "11_BGV copy.wav", "12_Pad.wav",      "13_Organ <b>.wav",
};

static Sound band[N_BAND];

static void make_band(void)
{
    for (int i = 0; i < N_BAND; i++)
        band[i] = sound_new(12.0, i == KEYS || i == ONE ? 2 : 1);
    add_hits(&band[KICK], 0.0, 1.0, 90, 0.06, 0.9, 0.02, 3);
    add_hits(&band[SNARE], 0.5, 1.0, 190, 0.05, 0.15, 0.3, 4);
    add_hits(&band[HAT], 0.0, 0.25, 4000, 0.02, 0.0, 0.1, 5);
    add_notes(&band[BASS], 55, 0.5, 5, 0.1, 0, 99, 99);
    add_notes(&band[GTR1], 196, 0.5, 12, 0.2, 0, 99, 99);
    add_notes(&band[GTR2], 294, 0.5, 10, 0.02, 0, 99, 99);
    add_notes(&band[KEYS], 330, 1.0, 6, 0.05, 0, 99, 99);
    for (uint32_t i = 0; i + 700 < band[KEYS].n; i++) /* a stereo picture */
        band[KEYS].x[1][i] = 0.7f * band[KEYS].x[0][i + 700] + 0.1f * band[KEYS].x[0][i];
    add_notes(&band[VOX], 262, 1.0, 14, 0.02, 0.02, 5.0, 7.0);
    add_notes(&band[BGV], 392, 1.0, 10, 0.2, 0.01, 0.0, 4.0);
    memcpy(band[COPY].x[0], band[BGV].x[0], band[BGV].n * sizeof(float));
    for (uint32_t i = 0; i < band[SNARE].n; i++) /* under the drum: upside down, quieter */
        band[BOTTOM].x[0][i] = -0.4f * band[SNARE].x[0][i];
    add_notes(&band[ONE], 165, 2.0, 4, 0.05, 0, 99, 99);
    memset(band[ONE].x[0], 0, band[ONE].n * sizeof(float));
}

static LusterStatus refuse(void *user, LusterSource **out, LusterError *err)
{
    (void)out;
    return luster_error_set(err, LUSTER_BAD_FILE, "%s is no audio", (const char *)user);
}

static void inputs_of(LusterMixInput *in, const int *order)
{
    for (int i = 0; i < N_BAND; i++) {
        const int k = order ? order[i] : i;
        in[i] = (LusterMixInput){files[k], files[k], "float", sound_open, &band[k]};
    }
}

static LusterMix *propose(const LusterMixInput *in, uint32_t n, LusterSession *session)
{
    LusterError err = {0};
    LusterMix *mix = NULL;
    const LusterMixOptions options = {.n_threads = 2, .title = "Band", .session = session};
    if (!CHECK(luster_mix_propose(in, n, &options, &mix, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    return mix;
}

static char *written(const LusterSession *session)
{
    char *text = NULL;
    size_t size;
    LusterError err = {0};
    if (!CHECK(luster_session_write(session, &text, &size, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    return text;
}

static LusterStrip *track(LusterSession *session, int file)
{
    for (uint32_t i = 0; i < session->n_tracks; i++)
        if (!strcmp(session->tracks[i].clips[0].file, files[file]))
            return &session->tracks[i];
    CHECK(!"track missing");
    return NULL;
}

static const LusterDecision *decision(const LusterStrip *strip, const char *target)
{
    for (uint32_t i = 0; i < strip->n_decisions; i++)
        if (!strcmp(strip->decisions[i].target, target))
            return &strip->decisions[i];
    return NULL;
}

static bool noted(const LusterSession *session, const char *a, const char *b)
{
    for (uint32_t i = 0; i < session->n_notes; i++)
        if (strstr(session->notes[i], a) && strstr(session->notes[i], b))
            return true;
    return false;
}

TEST(everything_is_in_the_session)
{
    LusterMixInput in[N_BAND + 1];
    inputs_of(in, NULL);
    in[N_BAND] = (LusterMixInput){"notes.txt", "notes.txt", NULL, refuse, "notes.txt"};
    LusterMix *mix = propose(in, N_BAND + 1, NULL);
    LusterSession *s = luster_mix_session(mix);
    CHECK(s->n_tracks == N_BAND);
    const char *why = NULL;
    CHECK_STR(luster_mix_unusable(mix, 0, &why), "notes.txt");
    CHECK_STR(why, "notes.txt is no audio");
    CHECK(!luster_mix_unusable(mix, 1, NULL));
    CHECK(noted(s, "notes.txt", "could not be used"));
    CHECK(track(s, SILENT)->values[LUSTER_STRIP_MUTE] == 1.0);
    CHECK(noted(s, "12_Pad", "silent"));
    CHECK(track(s, COPY)->values[LUSTER_STRIP_MUTE] == 1.0);
    CHECK(noted(s, "11_BGV copy", "10_BGV"));
    CHECK(track(s, BOTTOM)->values[LUSTER_STRIP_POLARITY] == 1.0);
    CHECK(track(s, SNARE)->values[LUSTER_STRIP_POLARITY] == 0.0);
    CHECK(track(s, ONE)->clips[0].values[LUSTER_CLIP_CHANNELS] == LUSTER_CHANNELS_RIGHT);
    CHECK_STR(track(s, KICK)->role, "kick");
    CHECK_STR(track(s, KICK)->output, "drums");
    CHECK_STR(track(s, VOX)->output, "vocals");
    CHECK(!luster_session_find(s, "orchestra"));
    for (int i = 0; i < N_BAND; i++) { /* every decision says why, with numbers or words */
        const LusterStrip *t = track(s, i);
        CHECK(t->n_decisions > 1);
        for (uint32_t d = 0; d < t->n_decisions; d++)
            CHECK(t->decisions[d].reason[0] && t->decisions[d].measured[0]);
    }
    LusterError err = {0};
    if (!CHECK(luster_session_validate(s, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    char *html = NULL;
    size_t size = 0;
    CHECK(luster_mix_report(mix, NULL, &html, &size, &err) == LUSTER_OK);
    CHECK(html && strlen(html) == size && strstr(html, "13_Organ &lt;b&gt;.wav"));
    CHECK(html && !strstr(html, "<b>.wav") && !strstr(html, "<script"));
    free(html);
    luster_mix_free(mix);
}

TEST(panning)
{
    LusterMixInput in[N_BAND];
    inputs_of(in, NULL);
    LusterMix *mix = propose(in, N_BAND, NULL);
    LusterSession *s = luster_mix_session(mix);
    const int centre[] = {KICK, SNARE, BASS, VOX};
    for (size_t i = 0; i < sizeof centre / sizeof *centre; i++)
        CHECK(track(s, centre[i])->values[LUSTER_STRIP_PAN] == 0.0);
    const double left = track(s, GTR1)->values[LUSTER_STRIP_PAN];
    CHECK(left != 0.0 && left == -track(s, GTR2)->values[LUSTER_STRIP_PAN]);
    CHECK(track(s, KEYS)->values[LUSTER_STRIP_PAN] == 0.0); /* stereo stays as it is */
    luster_mix_free(mix);
}

static LusterStatus open_band(void *context, const char *file, double rate_hz, LusterSource **out,
                              LusterError *err)
{
    (void)context;
    CHECK(rate_hz == RATE);
    for (int i = 0; i < N_BAND; i++)
        if (!strcmp(file, files[i]))
            return sound_open(&band[i], out, err);
    return luster_error_set(err, LUSTER_NOT_FOUND, "%s is not there", file);
}

/* Renders and measures the mix, and each bus in `buses` [n] as it enters it. */
static void listen(const LusterSession *session, const char *const *buses, uint32_t n,
                   LusterMeasurement *master, double *bus_lufs)
{
    static float data[2 + 16][1024];
    LusterError err = {0};
    LusterEngine *engine = NULL;
    LusterMeasure *m = NULL, *b[8] = {NULL};
    const LusterEngineOptions options = {
        .n_threads = 1, .open = open_band, .taps = buses, .n_taps = n};
    if (!CHECK(luster_engine_new(session, &options, &engine, &err) == LUSTER_OK)) {
        printf("# %s\n", err.text);
        return;
    }
    luster_measure_new(RATE, 2, LUSTER_MEASURE_ALL, &m, &err);
    for (uint32_t k = 0; k < n; k++)
        luster_measure_new(RATE, 2, LUSTER_MEASURE_LOUDNESS, &b[k], &err);
    float *out[2] = {data[0], data[1]}, *taps[16];
    for (uint32_t k = 0; k < 2 * n; k++)
        taps[k] = data[2 + k];
    for (uint64_t at = 0; at < luster_engine_length(engine); at += 1024) {
        luster_engine_process(engine, out, taps, 1024, &err);
        luster_measure_add(m, (const float *const *)out, 1024);
        for (uint32_t k = 0; k < n; k++)
            luster_measure_add(b[k], (const float *const *)(taps + 2 * k), 1024);
    }
    luster_measure_finish(m, master);
    for (uint32_t k = 0; k < n; k++) {
        LusterMeasurement bus;
        luster_measure_finish(b[k], &bus);
        bus_lufs[k] = bus.integrated_lufs;
        luster_measure_free(b[k]);
    }
    luster_measure_free(m);
    luster_engine_free(engine);
}

TEST(balance_in_the_rendered_sound)
{
    static const char *const buses[] = {"vocals", "drums", "bass"};
    LusterMixInput in[N_BAND];
    inputs_of(in, NULL);
    LusterMix *mix = propose(in, N_BAND, NULL);
    LusterSession *s = luster_mix_session(mix);
    LusterMeasurement m;
    double bus[3];
    listen(s, buses, 3, &m, bus);
    for (int pass = 0; pass < 4 && luster_mix_finish(mix, &m, INFINITY); pass++)
        listen(s, buses, 3, &m, bus);
    CHECK(!luster_mix_finish(mix, &m, INFINITY));
    CHECK(m.true_peak_dbtp <= -0.99 && m.clipped_samples == 0);
    CHECK(m.integrated_lufs > -24.0 && m.integrated_lufs < -15.0);
    const double trim = s->master.values[LUSTER_STRIP_TRIM];
    CHECK_NEAR(bus[0] + trim - m.integrated_lufs, -3.2, 1.6); /* A2: +-1.6 between engineers */
    CHECK_NEAR(bus[1] + trim - m.integrated_lufs, -6.6, 2.6);
    CHECK_NEAR(bus[2] + trim - m.integrated_lufs, -7.5, 3.0);
    CHECK(bus[0] > bus[1] && bus[0] > bus[2]);
    luster_mix_free(mix);
}

TEST(order_does_not_matter)
{
    static const int order[N_BAND] = {12, 3, 7, 0, 11, 5, 1, 9, 2, 10, 4, 8, 6};
    LusterMixInput in[N_BAND], shuffled[N_BAND];
    inputs_of(in, NULL);
    inputs_of(shuffled, order);
    LusterMix *a = propose(in, N_BAND, NULL), *b = propose(shuffled, N_BAND, NULL);
    char *x = written(luster_mix_session(a)), *y = written(luster_mix_session(b));
    CHECK(x && y && !strcmp(x, y));
    free(x);
    free(y);
    luster_mix_free(a);
    luster_mix_free(b);
}

TEST(levels_of_files_do_not_matter)
{
    static const double gains[N_BAND] = {4, 0.25, 0.25, 0.3, 2, 0.25, 4, 3, 4, 0.3, 0.3, 1, 2};
    LusterMixInput in[N_BAND];
    inputs_of(in, NULL);
    LusterMix *a = propose(in, N_BAND, NULL);
    for (int i = 0; i < N_BAND; i++)
        scale(&band[i], gains[i]);
    LusterMix *b = propose(in, N_BAND, NULL);
    for (int i = 0; i < N_BAND; i++)
        scale(&band[i], 1.0 / gains[i]);
    for (int i = 0; i < N_BAND; i++) {
        const LusterStrip *x = track(luster_mix_session(a), i);
        const LusterStrip *y = track(luster_mix_session(b), i);
        if (i == SILENT)
            continue;
        const double before = x->values[LUSTER_STRIP_TRIM] + x->values[LUSTER_STRIP_FADER];
        const double after = y->values[LUSTER_STRIP_TRIM] + y->values[LUSTER_STRIP_FADER] +
                             luster_gain_to_db(gains[i]);
        if (i != COPY)
            CHECK_NEAR(after, before, 0.5);
        CHECK(x->values[LUSTER_STRIP_PAN] == y->values[LUSTER_STRIP_PAN]);
        CHECK_STR(x->role, y->role);
    }
    luster_mix_free(a);
    luster_mix_free(b);
}

/* The same by the way of the file: what a person keeps between two runs. */
static LusterSession *reread(const LusterSession *session)
{
    char *text = written(session);
    LusterSession *again = NULL;
    LusterError err = {0};
    if (!CHECK(luster_session_parse(text, strlen(text), "song", &again, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    free(text);
    return again;
}

TEST(looking_again_changes_nothing)
{
    LusterMixInput in[N_BAND];
    inputs_of(in, NULL);
    LusterMix *a = propose(in, N_BAND, NULL);
    LusterSession *s = reread(luster_mix_session(a));
    char *before = written(s);
    LusterMix *b = propose(in, N_BAND, s);
    char *after = written(s);
    CHECK(before && after && !strcmp(before, after));
    free(before);
    free(after);
    luster_mix_free(a);
    luster_mix_free(b);
    luster_session_free(s);
}

TEST(what_a_person_did_stays)
{
    LusterMixInput in[N_BAND];
    inputs_of(in, NULL);
    LusterMix *a = propose(in, N_BAND, NULL);
    LusterSession *s = reread(luster_mix_session(a));
    luster_mix_free(a);
    track(s, VOX)->values[LUSTER_STRIP_FADER] = 2.5; /* by hand */
    track(s, KEYS)->values[LUSTER_STRIP_PAN] = -30.0; /* by hand, where nothing was decided */
    LusterStrip *bass = track(s, BASS);
    LusterDecision *lock = (LusterDecision *)decision(bass, "fader_db");
    lock->locked = true;
    const double locked = bass->values[LUSTER_STRIP_FADER];
    LusterStrip *gtr = track(s, GTR1);
    LusterDecision *half = (LusterDecision *)decision(gtr, "pan");
    half->amount = 0.5;
    gtr->values[LUSTER_STRIP_PAN] = half->from + 0.5 * (half->to - half->from);
    track(s, ONE)->role = "pad";
    scale(&band[BASS], 0.5); /* new evidence */
    scale(&band[KICK], 0.5);
    const double kick = track(s, KICK)->values[LUSTER_STRIP_TRIM];
    LusterMix *b = propose(in, N_BAND, s);
    scale(&band[BASS], 2.0);
    scale(&band[KICK], 2.0);
    CHECK(track(s, VOX)->values[LUSTER_STRIP_FADER] == 2.5);
    CHECK(track(s, KEYS)->values[LUSTER_STRIP_PAN] == -30.0);
    CHECK(track(s, BASS)->values[LUSTER_STRIP_FADER] == locked);
    CHECK(decision(track(s, GTR1), "pan")->amount == 0.5);
    CHECK_NEAR(track(s, GTR1)->values[LUSTER_STRIP_PAN], 0.5 * decision(track(s, GTR1), "pan")->to,
               1e-9);
    CHECK_NEAR(track(s, KICK)->values[LUSTER_STRIP_TRIM], kick + 6.0, 0.15);
    CHECK_STR(track(s, ONE)->role, "pad");
    CHECK(track(s, ONE)->confidence == 1.0);
    luster_mix_free(b);
    luster_session_free(s);
}

TEST(roles_can_be_told)
{
    LusterMixInput in[N_BAND];
    inputs_of(in, NULL);
    static const char *const roles[] = {"06_Gtr1=synth", "08_Keys.wav=piano"};
    static const char *const wrong[] = {"06_Gtr1=spoon"}, *const nobody[] = {"nobody=bass"};
    LusterMixOptions options = {.roles = roles, .n_roles = 2};
    LusterError err = {0};
    LusterMix *mix = NULL;
    CHECK(luster_mix_propose(in, N_BAND, &options, &mix, &err) == LUSTER_OK);
    CHECK_STR(track(luster_mix_session(mix), GTR1)->role, "synth");
    CHECK_STR(track(luster_mix_session(mix), KEYS)->role, "piano");
    luster_mix_free(mix);
    options.roles = wrong;
    options.n_roles = 1;
    CHECK(luster_mix_propose(in, N_BAND, &options, &mix, &err) == LUSTER_BAD_VALUE);
    CHECK(!mix && strstr(err.text, "spoon"));
    options.roles = nobody;
    CHECK(luster_mix_propose(in, N_BAND, &options, &mix, &err) == LUSTER_NOT_FOUND);
    CHECK(!mix && strstr(err.text, "nobody"));
}

/* Plucks with the hats of a small kit, `late` seconds behind: how much is taken off their head. */
static double moved_by(double late)
{
    Sound kick = sound_new(12.0, 1), hat = sound_new(12.0, 1), pluck = sound_new(12.0, 1);
    add_hits(&kick, 0.1, 1.0, 90, 0.06, 0.9, 0.02, 3);
    add_hits(&hat, 0.1, 0.5, 4000, 0.02, 0.0, 0.3, 5);
    add_hits(&pluck, 0.1 + late, 0.5, 330, 0.08, 0.3, 0.02, 6);
    add_hits(&pluck, 0.6 + late, 1.0, 440, 0.08, 0.3, 0.02, 7);
    LusterMixInput in[3] = {{"Kick.wav", "Kick.wav", NULL, sound_open, &kick},
                            {"Hat.wav", "Hat.wav", NULL, sound_open, &hat},
                            {"AcGtr.wav", "AcGtr.wav", NULL, sound_open, &pluck}};
    LusterMix *mix = propose(in, 3, NULL);
    const LusterStrip *gtr = NULL;
    const LusterSession *s = luster_mix_session(mix);
    for (uint32_t i = 0; i < s->n_tracks; i++)
        if (!strcmp(s->tracks[i].role, "guitar_acoustic"))
            gtr = &s->tracks[i];
    CHECK(gtr);
    const double moved = gtr ? gtr->clips[0].values[LUSTER_CLIP_OFFSET] : -1.0;
    CHECK((moved > 0.0) == noted(s, "AcGtr", "late"));
    luster_mix_free(mix);
    sound_free(&kick);
    sound_free(&hat);
    sound_free(&pluck);
    return moved;
}

TEST(late_files_are_moved)
{
    CHECK_NEAR(moved_by(0.034), 0.031, 0.005); /* steps of 5 ms, on the safe side */
    CHECK(moved_by(0.0) == 0.0);
    CHECK(moved_by(0.015) == 0.0); /* laid back, not late */
}

TEST(little_and_nothing)
{
    LusterError err = {0};
    LusterMix *mix = NULL;
    CHECK(luster_mix_propose(NULL, 0, NULL, &mix, &err) == LUSTER_BAD_VALUE);
    LusterMixInput bad = {"a.txt", "a.txt", NULL, refuse, "a.txt"};
    CHECK(luster_mix_propose(&bad, 1, NULL, &mix, &err) == LUSTER_BAD_FILE);
    CHECK(strstr(err.text, "a.txt"));
    Sound one = sound_new(1.0 / RATE, 1), none = sound_new(1.0, 2);
    one.x[0][0] = 0.5f;
    LusterMixInput in[2] = {{"one.wav", "one.wav", NULL, sound_open, &one},
                            {"none.wav", "none.wav", NULL, sound_open, &none}};
    CHECK(luster_mix_propose(in, 2, NULL, &mix, &err) == LUSTER_OK);
    CHECK(luster_session_validate(luster_mix_session(mix), &err) == LUSTER_OK);
    CHECK(luster_mix_session(mix)->n_tracks == 2);
    luster_mix_free(mix);
    CHECK(luster_mix_propose(in + 1, 1, NULL, &mix, &err) == LUSTER_OK); /* nothing but silence */
    luster_mix_free(mix);
    sound_free(&one);
    sound_free(&none);
}

int main(void)
{
    make_band();
    RUN(everything_is_in_the_session);
    RUN(panning);
    RUN(balance_in_the_rendered_sound);
    RUN(order_does_not_matter);
    RUN(levels_of_files_do_not_matter);
    RUN(looking_again_changes_nothing);
    RUN(what_a_person_did_stays);
    RUN(roles_can_be_told);
    RUN(late_files_are_moved);
    RUN(little_and_nothing);
    for (int i = 0; i < N_BAND; i++)
        sound_free(&band[i]);
    return tap_done();
}
