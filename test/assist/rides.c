/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Rides: a lead whose level wanders by known steps, breaths between its phrases, a guitar that
 * answers it; what a person does with the moves; the same moves whatever order, threads, levels. */
#include "assist/rides.h"
#include "assist/signal.h"
#include "tap.h"

#define SECONDS 48.0
#define PHRASE_S 2.4 /* sung */
#define BAR_S 4.0 /* phrase, rest, breath */
#define BREATH_S 3.6 /* into the bar, for 0.2 s */

enum { KICK, BASS, KEYS, GTR, VOX, N };
static const char *const names[N] = {"Kick.wav", "Bass.wav", "Keys.wav", "Gtr.wav",
                                     "Lead Vocal.wav"};
static const double steps_db[] = {0, 2.5, -3, 0, -2, 3, 0, -3, 0, 2, -2.5, 0};
static Sound song[N];

static void gain(Sound *s, double from_s, double to_s, double db)
{
    const float g = (float)luster_db_to_gain(db);
    for (uint32_t i = (uint32_t)(from_s * RATE); i < to_s * RATE && i < s->n; i++)
        s->x[0][i] *= g;
}

static void make_song(void)
{
    uint64_t seed = 3;
    for (int i = 0; i < N; i++)
        song[i] = sound_new(SECONDS, 1);
    add_hits(&song[KICK], 0.0, 0.5, 90, 0.06, 0.9, 0.02, 3);
    add_notes(&song[BASS], 55, 0.5, 4, 0.1, 0, 99, 99);
    add_notes(&song[KEYS], 196, 0.5, 5, 0.1, 0, 99, 99);
    add_notes(&song[GTR], 330, 0.5, 4, 0.1, 0, 99, 99);
    add_notes(&song[VOX], 262, 0.4, 5, 0.1, 0.01, 99, 99);
    for (int p = 0; p < SECONDS / BAR_S; p++) {
        const double t = p * BAR_S;
        gain(&song[VOX], t, t + PHRASE_S, steps_db[p]);
        gain(&song[VOX], t + PHRASE_S, t + BAR_S, -200.0);
        for (uint32_t i = 0; i < RATE / 5; i++)
            song[VOX].x[0][(uint32_t)((t + BREATH_S) * RATE) + i] +=
                (float)(0.004 * sound_noise(&seed));
        gain(&song[GTR], t, t + PHRASE_S, -4.0); /* softer under the voice */
    }
}

static bool compressed = true;

static LusterMix *mix_song(LusterSession *session, bool backwards, uint32_t threads)
{
    LusterMixInput in[N];
    LusterError err = {0};
    LusterMix *mix = NULL;
    for (int i = 0; i < N; i++)
        in[backwards ? N - 1 - i : i] =
            (LusterMixInput){names[i], names[i], NULL, sound_open, &song[i]};
    LusterMixOptions options = {.n_threads = threads, .session = session};
    if (!compressed)
        options.given = 1u << LUSTER_STAGE_DYNAMICS; /* none of it */
    if (!CHECK(luster_mix_propose(in, N, &options, &mix, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    return mix;
}

static LusterStrip *strip(const LusterMix *mix, const char *role)
{
    LusterSession *s = luster_mix_session(mix);
    for (uint32_t i = 0; i < s->n_tracks; i++)
        if (!strcmp(s->tracks[i].role, role))
            return &s->tracks[i];
    return NULL;
}

static LusterAutomation *ride_of(LusterStrip *s)
{
    for (uint32_t i = 0; s && i < s->n_automation; i++)
        if (!strcmp(s->automation[i].target, "ride_db"))
            return &s->automation[i];
    return NULL;
}

static LusterDecision *decision_of(LusterStrip *s)
{
    for (uint32_t i = 0; s && i < s->n_decisions; i++)
        if (!strcmp(s->decisions[i].target, "automation.ride_db"))
            return &s->decisions[i];
    return NULL;
}

static double span(const double *values, int n)
{
    double low = values[0], high = values[0];
    for (int i = 1; i < n; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    return high - low;
}

static const LusterStemPlan *lead_of(const LusterMix *mix)
{
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (mix->stems[i].role == LUSTER_ROLE_LEAD_VOCAL)
            return &mix->stems[i];
    return NULL;
}

/* Compressed first, the ride finds less to do: together they do as much. */
TEST(compressor_and_ride)
{
    LusterMix *mix = mix_song(NULL, false, 1);
    const int n = (int)(SECONDS / BAR_S);
    double heard[16], left[16];
    float *power = calloc(mix->n_steps, sizeof *power);
    CHECK(luster_heard_listen(lead_of(mix), 1.0, power, mix->n_steps));
    LusterAutomation *ride = ride_of(strip(mix, "lead_vocal"));
    for (int p = 0; p < n && CHECK(ride != NULL); p++) {
        double sum = 0.0;
        for (int i = 0; i < 22; i++)
            sum += power[p * 40 + i];
        heard[p] = luster_power_to_db(sum);
        left[p] = heard[p] + luster_automation_value(ride, p * BAR_S + 1.0);
    }
    printf("# %.1f dB apart as sung, %.1f compressed, %.1f ridden\n", span(steps_db, n),
           span(heard, n), span(left, n));
    CHECK(span(left, n) <= 0.4 * span(steps_db, n));
    free(power);
    luster_mix_free(mix);
}

TEST(a_lead_that_wanders)
{
    compressed = false;
    LusterMix *mix = mix_song(NULL, false, 1);
    LusterAutomation *ride = ride_of(strip(mix, "lead_vocal"));
    compressed = true;
    CHECK(strip(mix, "lead_vocal")->values[LUSTER_STRIP_RIDE] == 0.0);
    if (!CHECK(ride && ride->n_points))
        return;
    const int n = (int)(SECONDS / BAR_S);
    double wanted = 0.0, done = 0.0, left[16];
    for (int p = 0; p < n; p++) {
        const double t = p * BAR_S, g = luster_automation_value(ride, t + 1.0);
        wanted += fabs(steps_db[p]);
        done += steps_db[p] > 0.0 ? -g : steps_db[p] < 0.0 ? g : -fabs(g);
        left[p] = steps_db[p] + g;
        CHECK(fabs(g) <= 3.0);
        /* still while the voice sounds, and through the breath: it belongs to one phrase */
        CHECK(luster_automation_value(ride, t + 0.1) == g);
        CHECK(luster_automation_value(ride, t + PHRASE_S - 0.1) == g);
        const double breath = luster_automation_value(ride, t + BREATH_S);
        CHECK(breath == luster_automation_value(ride, t + BREATH_S + 0.2));
        CHECK(breath == g || p + 1 == n ||
              breath == luster_automation_value(ride, t + BAR_S + 0.1));
    }
    for (uint32_t i = 1; i < ride->n_points; i++) /* no faster than 0.3 s */
        CHECK(ride->points[i].value == ride->points[i - 1].value ||
              ride->points[i].time_s - ride->points[i - 1].time_s > 0.299);
    printf("# %.0f %% of the steps recovered, %.1f dB apart before, %.1f after, %u points\n",
           100.0 * done / wanted, span(steps_db, n), span(left, n), ride->n_points);
    CHECK(done >= 0.6 * wanted);
    CHECK(span(left, n) <= 0.5 * span(steps_db, n));
    CHECK(ride->n_points <= 4u * (unsigned)n);
    const LusterDecision *d = decision_of(strip(mix, "lead_vocal"));
    CHECK(d && strstr(d->measured, "its usual margin from 0:") && !strcmp(d->stage, "rides"));
    luster_mix_free(mix);
}

TEST(a_guitar_that_answers)
{
    LusterMix *mix = mix_song(NULL, false, 1);
    LusterAutomation *ride = ride_of(strip(mix, "guitar"));
    if (CHECK(ride && ride->n_points)) {
        for (int p = 0; p + 1 < SECONDS / BAR_S; p++) {
            const double t = p * BAR_S;
            CHECK(luster_automation_value(ride, t + 1.0) == 0.0);
            const double lift = luster_automation_value(ride, t + PHRASE_S + 0.6);
            CHECK(lift >= 0.9 && lift <= 2.0);
            CHECK(luster_automation_value(ride, t + BAR_S) == 0.0);
        }
    }
    CHECK(!ride_of(strip(mix, "keys")) && !ride_of(strip(mix, "bass"))); /* they do not */
    luster_mix_free(mix);
}

static char *text_of(const LusterMix *mix)
{
    char *text = NULL;
    size_t size;
    CHECK(!luster_session_write(luster_mix_session(mix), &text, &size, NULL));
    return text;
}

TEST(same_bytes_in_any_order_and_on_any_threads)
{
    LusterMix *one = mix_song(NULL, false, 1), *other = mix_song(NULL, true, 3);
    char *a = text_of(one), *b = text_of(other);
    CHECK_STR(a, b);
    free(a);
    free(b);
    luster_mix_free(one);
    luster_mix_free(other);
}

TEST(levels_of_the_recordings_do_not_matter)
{
    LusterMix *one = mix_song(NULL, false, 2);
    for (int i = 0; i < N; i++)
        gain(&song[i], 0, SECONDS, i % 2 ? 12.0 : -12.0);
    LusterMix *other = mix_song(NULL, false, 2);
    for (int i = 0; i < N; i++)
        gain(&song[i], 0, SECONDS, i % 2 ? -12.0 : 12.0);
    LusterAutomation *a = ride_of(strip(one, "lead_vocal")),
                     *b = ride_of(strip(other, "lead_vocal"));
    for (double t = 0; a && b && t < SECONDS; t += 0.5)
        CHECK_NEAR(luster_automation_value(b, t), luster_automation_value(a, t), 0.3);
    CHECK(a && b);
    luster_mix_free(one);
    luster_mix_free(other);
}

/* The second look: what a person changed, locked or took out stays; what nobody touched follows. */
TEST(a_hand_on_the_fader)
{
    LusterMix *first = mix_song(NULL, false, 1);
    LusterStrip *vox = strip(first, "lead_vocal");
    LusterAutomation *ride = ride_of(vox);
    char *text = text_of(first);
    LusterMix *again = mix_song(luster_mix_session(first), false, 1);
    char *same = text_of(again);
    CHECK_STR(same, text); /* nothing to do twice */
    free(same);
    luster_mix_free(again);
    ride->points[1].value = 1.7; /* moved by hand */
    vox->values[LUSTER_STRIP_FADER] += 3.0;
    const uint32_t n = ride->n_points;
    again = mix_song(luster_mix_session(first), false, 1);
    CHECK(ride_of(vox)->n_points == n && ride_of(vox)->points[1].value == 1.7);
    luster_mix_free(again);
    vox->n_automation = 0; /* taken out by hand */
    again = mix_song(luster_mix_session(first), false, 1);
    CHECK(!ride_of(vox));
    luster_mix_free(again);
    vox->n_decisions--; /* the last is the ride's: as if never decided, but ridden by hand */
    luster_automation_add_point(first->session,
                                luster_strip_add_automation(first->session, vox, "fader_db"),
                                (LusterPoint){0.0, -3.0, LUSTER_CURVE_LINEAR});
    again = mix_song(luster_mix_session(first), false, 1);
    CHECK(!ride_of(vox) && vox->n_automation == 1 && !decision_of(vox));
    luster_mix_free(again);
    LusterStrip *guitar = strip(first, "guitar");
    decision_of(guitar)->amount = 0.5;
    const double whole = ride_of(guitar)->points[1].value;
    again = mix_song(luster_mix_session(first), false, 1);
    CHECK_NEAR(ride_of(guitar)->points[1].value, 0.5 * whole, 0.006);
    LusterAssistant *asked = &first->session->assistant;
    asked->values[LUSTER_STAGE_RIDES] = 0.0; /* no rides: what nobody touched goes */
    luster_mix_free(again);
    again = mix_song(luster_mix_session(first), false, 1);
    CHECK(!ride_of(guitar) && !decision_of(guitar) && vox->n_automation == 1);
    asked->values[LUSTER_STAGE_RIDES] = 1.0;
    luster_mix_free(again);
    again = mix_song(luster_mix_session(first), false, 1);
    CHECK_NEAR(ride_of(guitar)->points[1].value, whole, 0.006);
    decision_of(guitar)->locked = true;
    gain(&song[GTR], 0, SECONDS, 3.0);
    luster_mix_free(again);
    again = mix_song(luster_mix_session(first), false, 1);
    CHECK_NEAR(ride_of(guitar)->points[1].value, whole, 0.006);
    luster_mix_free(again);
    free(text);
    luster_mix_free(first);
}

/* Choruses no louder than verses are lifted by a decibel; louder ones, and unsure ones, are not. */
TEST(choruses_stand_over_verses)
{
    LusterMix *mix = mix_song(NULL, false, 1);
    LusterHeard heard = {.n = mix->n_steps};
    heard.lead = calloc(heard.n, sizeof(float));
    heard.rest = malloc(heard.n * sizeof(float));
    mix->time.n_sections = 2;
    mix->time.sections[0] =
        (LusterFormSection){.to_s = 24.0, .label = LUSTER_FORM_VERSE, .confidence = 0.9};
    mix->time.sections[1] = (LusterFormSection){
        .from_s = 24.0, .to_s = 48.0, .label = LUSTER_FORM_CHORUS, .confidence = 0.9};
    for (int round = 0; round < 3; round++) {
        double lift[LUSTER_FORM_MAX] = {0.0};
        const double louder = round == 0 ? 0.4 : 1.5; /* LU the chorus has by itself */
        for (uint32_t i = 0; i < heard.n; i++)
            heard.rest[i] = i < 240 ? 0.01f : (float)(0.01 * luster_pow(10.0, louder / 10.0));
        if (round == 2)
            mix->time.sections[1].confidence = 0.4;
        CHECK(luster_rides_sections(mix, &heard, lift) == LUSTER_OK);
        CHECK_NEAR(lift[1], round ? 0.0 : 0.6, 0.01);
        CHECK(lift[0] == 0.0);
        LusterStrip *drums = luster_session_strip(luster_mix_session(mix), "drums");
        LusterAutomation *ride = ride_of(drums);
        CHECK((round == 0) == (ride != NULL)); /* taken back when it is not wanted any more */
        if (ride) {
            CHECK(luster_automation_value(ride, 20.0) == 0.0);
            CHECK_NEAR(luster_automation_value(ride, 24.0), 0.6, 0.01);
        }
    }
    free(heard.lead);
    free(heard.rest);
    luster_mix_free(mix);
    for (int i = 0; i < N; i++)
        sound_free(&song[i]);
}

int main(void)
{
    make_song();
    RUN(compressor_and_ride);
    RUN(a_lead_that_wanders);
    RUN(a_guitar_that_answers);
    RUN(same_bytes_in_any_order_and_on_any_threads);
    RUN(levels_of_the_recordings_do_not_matter);
    RUN(a_hand_on_the_fader);
    RUN(choruses_stand_over_verses);
    return tap_done();
}
