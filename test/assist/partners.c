/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Microphones of a kit made here, a bass through DI and amplifier, and parts that only play alike:
 * each channel turned over and each file delayed in turn; all must be found, nothing invented. */
#include "assist/partners.h"
#include "assist/signal.h"
#include "tap.h"

enum { KICK, SNARE, BOTTOM, TOM, OVERHEAD, ROOM, DI, AMP, GTR1, GTR2, SYNTH, N };
enum { SRC_KICK, SRC_SNARE, SRC_TOM, SRC_HAT, N_SRC };

static const char *const names[N] = {
    "Kick In.wav", "Snare Top.wav", "Snare Bottom.wav", "Tom.wav",   "Overheads.wav", "Room.wav",
    "Bass DI.wav", "Bass Amp.wav",  "Gtr L.wav",        "Gtr R.wav", "Synth.wav"};
/* Milliseconds and gain from each source to each microphone; the right side's in its own row. */
static const double path_ms[7][N_SRC] = {
    {0.3, 2.1, 1.5, 3.1}, {2.2, 0.2, 1.2, 1.4}, {2.2, 0.3, 1.3, 1.6},    {1.7, 1.3, 0.2, 2.0},
    {3.6, 3.1, 2.9, 2.4}, {3.7, 3.4, 3.6, 3.9}, {12.0, 11.4, 11.1, 11.8}};
static const double path_gain[7][N_SRC] = {{1.0, 0.05, 0.06, 0.02},  {0.08, 1.0, 0.1, 0.08},
                                           {0.05, -0.7, 0.05, 0.02}, {0.1, 0.12, 1.0, 0.03},
                                           {0.3, 0.35, 0.3, 0.4},    {0.3, 0.35, 0.25, 0.2},
                                           {0.2, 0.2, 0.2, 0.15}};

static Sound file[N];

static void add_path(float *to, const Sound *from, double ms, double gain)
{
    const uint32_t late = (uint32_t)(ms * RATE / 1000.0 + 0.5);
    for (uint32_t i = late; i < from->n; i++)
        to[i] += (float)(gain * from->x[0][i - late]);
}

static void make_files(void)
{
    Sound source[N_SRC];
    uint64_t seed = 77;
    for (int i = 0; i < N_SRC; i++)
        source[i] = sound_new(12.0, 1);
    add_hits(&source[SRC_KICK], 0.1, 0.5, 90, 0.06, 0.9, 0.1, 3);
    add_hits(&source[SRC_SNARE], 0.35, 1.0, 190, 0.05, 0.3, 0.5, 4);
    add_hits(&source[SRC_TOM], 0.73, 2.0, 120, 0.08, 0.6, 0.1, 5);
    add_hits(&source[SRC_HAT], 0.1, 0.25, 6000, 0.02, 0.0, 0.2, 6);
    for (int i = 0; i < N; i++)
        file[i] = sound_new(12.0, i == OVERHEAD || i == SYNTH ? 2 : 1);
    for (int m = 0; m < 7; m++) {
        float *to = m < 4 ? file[m].x[0] : m < 6 ? file[OVERHEAD].x[m - 4] : file[ROOM].x[0];
        for (int k = 0; k < N_SRC; k++)
            add_path(to, &source[k], path_ms[m][k], path_gain[m][k]);
        for (uint32_t i = 0; i < file[KICK].n; i++)
            to[i] += (float)(3e-4 * sound_noise(&seed));
    }
    add_notes(&file[DI], 55, 0.5, 12, 0.1, 0, 99, 99);
    double low = 0.0;
    for (uint32_t i = 31; i < file[DI].n;
         i++) { /* 0.65 ms later, darker by 0.08 ms of group delay, and bent */
        low += 0.2 * (file[DI].x[0][i - 31] - low);
        file[AMP].x[0][i] = (float)(low / (1.0 + 4.0 * fabs(low)));
    }
    add_notes(&file[GTR1], 196, 0.5, 12, 0.1, 0, 99, 99); /* the same part, played twice */
    add_notes(&file[GTR2], 196.6, 0.5, 12, 0.1, 0.003, 99, 99);
    add_notes(&file[SYNTH], 330, 1.0, 8, 0.1, 0, 99, 99);
    for (uint32_t i = 0; i < file[SYNTH].n; i++) /* widened by a machine */
        file[SYNTH].x[1][i] =
            -0.6f * file[SYNTH].x[0][i] + (i < 333 ? 0 : file[SYNTH].x[0][i - 333]);
    for (int i = 0; i < N_SRC; i++)
        sound_free(&source[i]);
}

static LusterMixInput inputs[N];
static LusterMix mix;

/* Listens again to `changed`, or to all when it is N. */
static void plan(int changed)
{
    LusterError err = {0};
    for (int i = 0; i < N; i++) {
        LusterSource *source = NULL;
        LusterStemFacts facts = mix.stems[i].facts;
        luster_strip_plan_clear(&mix.stems[i].plan);
        inputs[i] = (LusterMixInput){names[i], names[i], NULL, sound_open, &file[i]};
        if (changed == N || i == changed) {
            luster_stem_clear(&facts);
            CHECK(!sound_open(&file[i], &source, &err) &&
                  !luster_stem_analyse(source, &facts, &err));
            luster_source_close(source);
        }
        mix.stems[i] = (LusterStemPlan){.input = &inputs[i], .facts = facts};
    }
    CHECK(luster_plan_roles(&mix, &err) == LUSTER_OK);
    luster_plan_partners(&mix);
}

/* How many stems are not as they shall be: the bottom of the snare turned, and `fault` where it was
 * turned by hand. All of a kit, or of DI and amplifier, the other way round is as good. */
static int wrong(int fault, bool right)
{
    int n = 0, n_kit = 0, n_bass = 0;
    for (int i = 0; i < N; i++) {
        const LusterStemPlan *s = &mix.stems[i];
        const bool want = (i == BOTTOM) != (i == fault && !right);
        const bool off = s->invert != want || s->invert_right != (i == fault && right);
        n += off;
        n_kit += off && i <= ROOM;
        n_bass += off && (i == DI || i == AMP);
    }
    return n - (n_kit == ROOM + 1 ? n_kit : 0) - (n_bass == 2 ? 2 : 0);
}

static void tell(const char *what)
{
    printf("# %s:", what);
    for (int i = 0; i < N; i++)
        if (mix.stems[i].invert || mix.stems[i].invert_right || mix.stems[i].delay_ms > 0.0 ||
            mix.stems[i].offset_s > 0.0)
            printf(" %s%s%s %+.3f ms", names[i], mix.stems[i].invert ? " turned" : "",
                   mix.stems[i].invert_right ? " right turned" : "",
                   mix.stems[i].delay_ms - 1000.0 * mix.stems[i].offset_s);
    printf("\n");
}

static double lies(int i)
{
    return mix.stems[i].delay_ms - 1000.0 * mix.stems[i].offset_s;
}

TEST(nothing_is_invented)
{
    plan(N);
    if (!CHECK(wrong(-1, false) == 0))
        tell("clean");
    for (int i = 0; i < N; i++)
        if (i != AMP && !CHECK(lies(i) == 0.0 || (i == BOTTOM && fabs(lies(i)) < 0.3)))
            tell("clean");
    CHECK_NEAR(lies(AMP), -35.0 / 48.0, 2.0 / 48.0);
}

static void turn(int i, int channel)
{
    for (uint32_t k = 0; k < file[i].n; k++)
        file[i].x[channel][k] = -file[i].x[channel][k];
}

TEST(every_turned_channel_is_found)
{
    static const int turned[] = {KICK, SNARE, BOTTOM, TOM, OVERHEAD, ROOM, DI, AMP};
    for (size_t t = 0; t < sizeof turned / sizeof *turned; t++) {
        const int i = turned[t];
        for (uint32_t c = 0; c < file[i].n_channels; c++)
            turn(i, (int)c);
        plan(-1);
        if (!CHECK(wrong(i, false) == 0))
            tell(names[i]);
        for (uint32_t c = 0; c < file[i].n_channels; c++)
            turn(i, (int)c);
    }
    turn(OVERHEAD, 1);
    plan(OVERHEAD);
    if (!CHECK(wrong(OVERHEAD, true) == 0))
        tell("right overhead");
    turn(OVERHEAD, 1);
    plan(OVERHEAD);
}

static void delay(int i, int frames)
{
    for (uint32_t c = 0; c < file[i].n_channels; c++) {
        if (frames > 0) {
            memmove(file[i].x[c] + frames, file[i].x[c], (file[i].n - (uint32_t)frames) * 4);
            memset(file[i].x[c], 0, (size_t)frames * 4);
        } else {
            memmove(file[i].x[c], file[i].x[c] - frames, (file[i].n - (uint32_t)-frames) * 4);
        }
    }
}

TEST(delays_between_pick_ups_are_taken_out)
{
    static const int frames[] = {24, 333, 959}; /* 0.5 ... 20 ms */
    for (size_t t = 0; t < sizeof frames / sizeof *frames; t++)
        for (int which = DI; which <= AMP; which++) {
            delay(which, frames[t]);
            turn(which, 0);
            plan(which);
            const double late = which == AMP ? frames[t] : -frames[t];
            if (!CHECK_NEAR((lies(AMP) - lies(DI)) * 48.0, -35.0 - late, 2.0))
                tell(names[which]);
            CHECK(mix.stems[DI].invert != mix.stems[AMP].invert);
            turn(which, 0);
            delay(which, -frames[t]);
            plan(which);
        }
}

TEST(files_that_lie_where_sound_cannot_put_them_are_moved)
{
    for (int i = KICK; i <= OVERHEAD; i++) {
        if (i == BOTTOM)
            continue;
        const int frames = i == OVERHEAD ? 900 : 600; /* 19 and 12 ms */
        delay(i, frames);
        plan(i);
        if (!CHECK_NEAR(lies(i) * 48.0, -frames, 96.0)) /* about where the others lie */
            tell(names[i]);
        if (!CHECK(wrong(-1, false) == 0))
            tell(names[i]);
        delay(i, -frames);
        plan(i);
    }
}

int main(void)
{
    mix.stems = calloc(N, sizeof *mix.stems);
    mix.inputs = inputs;
    mix.n_stems = N;
    mix.options.n_threads = 2;
    make_files();
    RUN(nothing_is_invented);
    RUN(every_turned_channel_is_found);
    RUN(delays_between_pick_ups_are_taken_out);
    RUN(files_that_lie_where_sound_cannot_put_them_are_moved);
    for (int i = 0; i < N; i++) {
        luster_stem_clear(&mix.stems[i].facts);
        luster_strip_plan_clear(&mix.stems[i].plan);
        sound_free(&file[i]);
    }
    free(mix.stems);
    return tap_done();
}
