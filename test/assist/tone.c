/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Faults of tone put into a small band are found and mended by about half; without them nothing
 * but low cuts is done, and no move changes how loud a part is. */
#include "assist/tone.h"
#include "assist/signal.h"
#include "base/math.h"
#include "tap.h"

enum { KICK, BASS, GTR, KEYS, VOX, N };

static const char *const names[N] = {"Kick.wav", "Bass.wav", "Gtr.wav", "Keys.wav", "LeadVox.wav"};
static Sound song[N];

#define SECONDS 24.0

/* A melody over two octaves that never repeats: notes with vibrato and a breath of noise, phrases
 * of 3 s with pauses of 1 s where `pauses` says so. */
static void sing(Sound *s, double hz, double note_s, int n_harmonics, double level, bool pauses,
                 uint64_t seed)
{
    double phase = 0.0, step = 0.0;
    uint32_t note = UINT32_MAX;
    for (uint32_t i = 0; i < s->n; i++) {
        const double t = (double)i / RATE, in = t / note_s;
        if ((uint32_t)in != note) {
            note = (uint32_t)in;
            step = 12.0 + 12.0 * sound_noise(&seed);
        }
        const double f =
            hz * luster_exp2(step / 12.0) * (1.0 + 0.008 * luster_sin(2.0 * LUSTER_PI * 5.5 * t));
        phase += f / RATE;
        phase -= (int)phase;
        const double noise = sound_noise(&seed);
        if (pauses && t - 4.0 * (int)(t / 4.0) > 3.0)
            continue;
        const double e = luster_exp(-(in - note) * 1.5);
        double x = 0.005 * noise;
        for (int h = 1; h <= n_harmonics && h * f < 16000.0; h++)
            x += luster_sin(2.0 * LUSTER_PI * h * phase) / h;
        s->x[0][i] += (float)(level * e * x);
    }
}

/* An s of 120 ms twice a second, noise over about 5 kHz. */
static void add_sibilants(Sound *s, double level)
{
    uint64_t seed = 11;
    double a = 0.0, b = 0.0;
    for (uint32_t i = 0; i < s->n; i++) {
        const double t = (double)i / RATE, x = sound_noise(&seed);
        a += 0.48 * (x - a);
        b += 0.48 * (x - a - b);
        if (t - 4.0 * (int)(t / 4.0) < 2.9 && 2.0 * t - (int)(2.0 * t) < 0.24)
            s->x[0][i] += (float)(level * (x - a - b));
    }
}

static void make_song(void)
{
    for (int i = 0; i < N; i++)
        song[i] = sound_new(SECONDS, 1);
    add_hits(&song[KICK], 0.0, 0.5, 90, 0.06, 0.9, 0.02, 3);
    add_notes(&song[BASS], 55, 0.5, 5, 0.1, 0, 99, 99);
    sing(&song[GTR], 110, 0.25, 40, 0.1, false, 5);
    sing(&song[KEYS], 165, 0.5, 12, 0.05, false, 7);
    sing(&song[VOX], 130, 0.4, 10, 0.1, true, 9);
    add_sibilants(&song[VOX], 0.1);
}

static LusterMix *mix_with(double tone, double balance)
{
    LusterMixInput in[N];
    LusterError err = {0};
    LusterMix *mix = NULL;
    for (int i = 0; i < N; i++)
        in[i] = (LusterMixInput){names[i], names[i], NULL, sound_open, &song[i]};
    LusterMixOptions options = {.n_threads = 2};
    options.given = 1u << LUSTER_STAGE_TONE | 1u << LUSTER_STAGE_BALANCE;
    options.assistant.values[LUSTER_STAGE_TONE] = tone;
    options.assistant.values[LUSTER_STAGE_BALANCE] = balance;
    if (!CHECK(luster_mix_propose(in, N, &options, &mix, &err) == LUSTER_OK))
        printf("# %s\n", err.text);
    return mix;
}

static LusterMix *mix_song(double amount)
{
    return mix_with(amount, 1.0);
}

static LusterMix *mix_as_recorded(void)
{
    return mix_with(1.0, 0.0);
}

static void end_song(LusterMix *mix)
{
    luster_mix_free(mix);
    for (int i = 0; i < N; i++)
        sound_free(&song[i]);
}

static LusterStemPlan *stem(LusterMix *mix, int file)
{
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (!strcmp(mix->stems[i].name, names[file]))
            return &mix->stems[i];
    return NULL;
}

/* The band of a part's equalizer nearest to a frequency that raises or lowers; its gain. */
static double gain_near(LusterStemPlan *s, double hz)
{
    const LusterPlannedInsert *eq = luster_plan_find(&s->plan, "eq");
    char param[32];
    for (int b = 1; eq && b <= LUSTER_TONE_BANDS; b++) {
        snprintf(param, sizeof param, "b%d_gain", b);
        const double gain = luster_plan_value(eq, param);
        snprintf(param, sizeof param, "b%d_freq", b);
        if (gain != 0.0 && fabs(luster_log2(luster_plan_value(eq, param) / hz)) < 0.1)
            return gain;
    }
    return 0.0;
}

static int n_moves(LusterStemPlan *s)
{
    const LusterPlannedInsert *eq = luster_plan_find(&s->plan, "eq");
    char param[32];
    int n = luster_plan_find(&s->plan, "deesser") != NULL;
    n += luster_plan_find(&s->plan, "dehum") != NULL;
    n += luster_plan_find(&s->plan, "denoise") != NULL;
    for (int b = 1; eq && b <= LUSTER_TONE_BANDS; b++) {
        snprintf(param, sizeof param, "b%d_gain", b);
        n += luster_plan_value(eq, param) != 0.0;
    }
    return n;
}

/* Filters a sound by an equalizer: how a fault comes in. */
static void filter(Sound *s, const char *settings)
{
    const LusterProcessor *eq = luster_processor_find("eq");
    const LusterSetup setup = {RATE, 1024, 1};
    LusterInstance *instance = NULL;
    LusterError err;
    double values[512];
    for (uint32_t p = 0; p < eq->n_params; p++)
        values[p] = eq->params[p].def;
    CHECK(luster_processor_parse(eq, settings, values, &err) == LUSTER_OK);
    CHECK(luster_instance_new(eq, &setup, &instance, &err) == LUSTER_OK);
    for (uint32_t p = 0; p < eq->n_params; p++)
        luster_instance_set(instance, p, values[p]);
    for (uint32_t at = 0; at < s->n; at += 1024) {
        const uint32_t n = s->n - at < 1024 ? s->n - at : 1024;
        const float *in[1] = {s->x[0] + at};
        float *out[1] = {s->x[0] + at};
        luster_instance_process(instance, &(LusterBlock){in, out, NULL, n});
    }
    luster_instance_free(instance);
}

TEST(nothing_to_mend)
{
    make_song();
    LusterMix *mix = mix_song(1.0);
    for (int i = 0; i < N; i++) {
        printf("# %s: %d moves\n", names[i], n_moves(stem(mix, i)));
        CHECK(n_moves(stem(mix, i)) == 0);
    }
    end_song(mix);
}

/* 10 dB at Q 8: found where it is, cut by half of what twelfths of an octave show of it, and the
 * part stays as loud as it was. */
TEST(resonance)
{
    make_song();
    filter(&song[GTR], "b1_type=bell,b1_freq=1700,b1_gain=10,b1_q=8");
    LusterMix *mix = mix_song(1.0);
    LusterStemPlan *gtr = stem(mix, GTR);
    for (uint32_t k = 0; k < gtr->facts.n_peaks; k++) {
        const LusterPeak *p = &gtr->facts.peaks[k];
        printf("# %.0f Hz excess %.1f clear %.1f width %.2f heard %.2f line %.2f\n", p->hz,
               p->excess_db, p->clear_db, p->octaves, p->heard, p->one_line);
    }
    printf("# resonance of 10 dB: %+.1f dB\n", gain_near(gtr, 1700));
    CHECK(gain_near(gtr, 1700) <= -4.0 && gain_near(gtr, 1700) >= -6.0);
    for (int i = 0; i < N; i++)
        CHECK(n_moves(stem(mix, i)) == (i == GTR));
    LusterRehearsal heard;
    CHECK(luster_plan_rehearse(gtr, &heard));
    printf("# loudness changes by %+.2f LU\n", heard.change_lu);
    CHECK_NEAR(heard.change_lu, 0.0, 0.3);
    luster_mix_free(mix);
    mix = mix_song(0.5);
    printf("# at half the amount: %+.1f dB\n", gain_near(stem(mix, GTR), 1700));
    CHECK_NEAR(gain_near(stem(mix, GTR), 1700), -2.2, 0.4);
    end_song(mix);
}

/* A note that is played all the time is no resonance. */
TEST(few_notes_are_no_resonance)
{
    make_song();
    memset(song[GTR].x[0], 0, song[GTR].n * sizeof(float));
    add_notes(&song[GTR], 196, 0.5, 14, 0.1, 0, 99, 99);
    LusterMix *mix = mix_song(1.0);
    CHECK(n_moves(stem(mix, GTR)) == 0);
    end_song(mix);
}

TEST(sibilance)
{
    make_song();
    add_sibilants(&song[VOX], 0.1 * 1.5); /* the same noise: 8 dB more */
    LusterMix *mix = mix_song(1.0);
    const LusterPlannedInsert *deesser = luster_plan_find(&stem(mix, VOX)->plan, "deesser");
    if (CHECK(deesser != NULL)) {
        for (uint32_t m = 0; m < deesser->moves.n; m++)
            printf("# %s %.1f: %s\n", deesser->moves.list[m].target, deesser->moves.list[m].value,
                   deesser->moves.list[m].measured);
        const double range = luster_plan_value(deesser, "range");
        CHECK(range >= 4.0 && range <= 7.0);
    }
    CHECK(n_moves(stem(mix, VOX)) == 1);
    end_song(mix);
}

TEST(hum_in_the_pauses)
{
    make_song();
    for (uint32_t i = 0; i < song[VOX].n; i++)
        for (int h = 1; h <= 4; h++)
            song[VOX].x[0][i] +=
                (float)(0.002 * luster_sin(2.0 * LUSTER_PI * 50.0 * h * (i % (RATE / 50)) / RATE));
    for (uint32_t i = 0; i < song[GTR].n; i++) /* plays all the time: nobody hears it there */
        song[GTR].x[0][i] += (float)(0.002 * luster_sin(2.0 * LUSTER_PI * (i % 960) / 960.0));
    LusterMix *mix = mix_song(1.0);
    CHECK(luster_plan_find(&stem(mix, VOX)->plan, "dehum") != NULL);
    CHECK(n_moves(stem(mix, VOX)) == 1);
    CHECK(n_moves(stem(mix, GTR)) == 0);
    end_song(mix);
}

TEST(hiss_in_the_pauses)
{
    uint64_t seed = 21;
    make_song();
    for (uint32_t i = 0; i < song[VOX].n; i++)
        song[VOX].x[0][i] += (float)(0.003 * sound_noise(&seed)); /* -55 dBFS */
    LusterMix *mix = mix_song(1.0);
    const LusterPlannedInsert *denoise = luster_plan_find(&stem(mix, VOX)->plan, "denoise");
    if (CHECK(denoise != NULL))
        CHECK(luster_plan_value(denoise, "reduction") <= 10.0);
    CHECK(n_moves(stem(mix, VOX)) == 1);
    end_song(mix);
}

/* As recorded, a carpet of dark noise covers a voice: it makes room where it is not at home, and
 * stays as loud as it was. In the assistant's own balance the voice is heard, and nothing is cut.
 */
TEST(room_for_the_lead)
{
    uint64_t seed = 31;
    double low = 0.0;
    make_song();
    filter(&song[VOX], "b1_type=bell,b1_freq=2000,b1_gain=12,b1_q=2");
    scale(&song[VOX], 0.3);
    for (uint32_t i = 0; i < song[KEYS].n; i++) {
        low += 0.04 * (sound_noise(&seed) - low); /* 300 Hz */
        song[KEYS].x[0][i] = (float)low;
    }
    LusterMix *mix = mix_song(1.0);
    CHECK(n_moves(stem(mix, KEYS)) == 0);
    luster_mix_free(mix);
    mix = mix_as_recorded();
    const LusterPlannedInsert *eq = luster_plan_find(&stem(mix, KEYS)->plan, "eq");
    int cuts = 0;
    for (uint32_t m = 0; eq && m < eq->moves.n; m++)
        if (strstr(eq->moves.list[m].target, "_gain")) {
            printf("# %+.1f dB: %s\n", eq->moves.list[m].value, eq->moves.list[m].measured);
            CHECK(eq->moves.list[m].value < 0.0 && eq->moves.list[m].value >= -3.0);
            cuts++;
        }
    CHECK(cuts >= 1 && cuts <= 3);
    CHECK(n_moves(stem(mix, VOX)) == 0);
    LusterRehearsal heard;
    CHECK(luster_plan_rehearse(stem(mix, KEYS), &heard));
    printf("# loudness changes by %+.2f LU\n", heard.change_lu);
    CHECK_NEAR(heard.change_lu, 0.0, 0.3);
    end_song(mix);
}

/* The same song 12 dB softer gets the same moves. */
TEST(level_does_not_matter)
{
    make_song();
    filter(&song[GTR], "b1_type=bell,b1_freq=1700,b1_gain=10,b1_q=8");
    add_sibilants(&song[VOX], 0.1 * 1.5);
    LusterMix *mix = mix_song(1.0);
    const double gain = gain_near(stem(mix, GTR), 1700);
    const LusterPlannedInsert *deesser = luster_plan_find(&stem(mix, VOX)->plan, "deesser");
    const double threshold = deesser ? luster_plan_value(deesser, "threshold") : 99.0;
    luster_mix_free(mix);
    for (int i = 0; i < N; i++)
        scale(&song[i], 0.251189); /* -12 dB */
    mix = mix_song(1.0);
    CHECK_NEAR(gain_near(stem(mix, GTR), 1700), gain, 0.2);
    deesser = luster_plan_find(&stem(mix, VOX)->plan, "deesser");
    CHECK(deesser && fabs(luster_plan_value(deesser, "threshold") - threshold) < 0.51);
    end_song(mix);
}

int main(void)
{
    RUN(nothing_to_mend);
    RUN(resonance);
    RUN(few_notes_are_no_resonance);
    RUN(sibilance);
    RUN(hum_in_the_pauses);
    RUN(hiss_in_the_pauses);
    RUN(room_for_the_lead);
    RUN(level_does_not_matter);
    return tap_done();
}
