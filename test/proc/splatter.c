/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Every setting of every processor moved from end to end of its range while a low tone plays, at
 * once and as a ride of 200 ms: nothing but the tone's own band may sound. `test-proc-splatter ID`
 * looks at one processor only and prints its figures. */
#include "moves.h"
#include "suite.h"

#define N_FRAMES 96000
#define FADE_IN 24000
#define RIDE_EVERY 64 /* frames from value to value, as the engine rides */
#define RIDE_FRAMES 9600

/* What a processor must be set to for its settings to be heard; the rest is at its defaults. */
static const char *const bases[][2] = {
    {"delay", "mix=100,feedback=40,time=50,mod_depth=1,duck=12,duck_threshold=-24"},
    {"eq", "b1_type=bell,b1_gain=-12,b1_freq=300"},
    {"multiband", "xover1=800,xover2=2000,b1_up_ratio=1.5"},
    {"reverb", "mix=100"},
    {"stereo", "width_low=60,width_mid=90,decorrelate=30,decorrelate_freq=150,"
               "haas=5,haas_freq=100"},
    {"limiter", "input_gain=9,transient=10"},
};

/* Settings that may be heard above the tone's band, and why. "*": all of the processor. */
static const struct {
    const char *proc, *param;
    double bar_dbfs;
    const char *reason;
} exceptions[] = {
    {"clipper", "*", 0, "the tone's harmonics; test/proc/clipper.c looks between them"},
    {"saturator", "*", 0, "the tone's harmonics; test/proc/saturator.c looks between them"},
    {"compressor", "attack", -45, "a short attack follows the tone itself"},
    {"compressor", "auto_times", -65, "the times themselves change at once"},
    {"compressor", "release", -75, "a short release follows the tone itself"},
    {"compressor", "ratio", -78, "the attack takes what is asked for, as when a level jumps"},
    {"compressor", "range", -84, "the attack takes what is asked for, as when a level jumps"},
    {"compressor", "key_low_cut", -72, "the key's filters jump; the attack takes it"},
    {"gate", "threshold", -45, "a gate that opens or shuts under a tone cuts it"},
    {"gate", "key_low_cut", -45, "a gate that opens or shuts under a tone cuts it"},
    {"multiband", "b1_ratio", -85, "100:1 follows the tone itself, 25 dB deep"},
    {"multiband", "b1_release", -85, "a short release follows the tone itself"},
    {"multiband", "b1_attack", -45, "a short attack follows the tone itself"},
    {"dehum", "*", -55, "a tone of 200 Hz is hum to it, and has harmonics until it knows better"},
    {"eq", "b1_freq", -80, "a band that is swept over the whole range at once sounds all the way"},
};

static double bar_of(const LusterProcessor *proc, const LusterParam *row)
{
    for (unsigned i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        if (strcmp(exceptions[i].proc, proc->id) == 0 &&
            (strcmp(exceptions[i].param, row->id) == 0 || strcmp(exceptions[i].param, "*") == 0))
            return exceptions[i].bar_dbfs;
    }
    return MOVES_BAR_DBFS;
}

/* The sides differ, so that width and balance are heard. */
static Signal tone(void)
{
    Signal x = rig_signal(2, N_FRAMES);
    for (uint32_t i = 0; i < N_FRAMES; i++) {
        const double u = i < FADE_IN ? (double)i / FADE_IN : 1.0;
        const double level = 0.5 * u * u * u * (10.0 - 15.0 * u + 6.0 * u * u);
        const double phase = 2.0 * LUSTER_PI * 200.0 * i / MOVES_RATE_HZ;
        x.ch[0][i] = (float)(level * sin(phase));
        x.ch[1][i] = (float)(level * 0.6 * sin(phase + 1.0));
    }
    return x;
}

static double value_at(const LusterParam *row, double share)
{
    if (row->scale == LUSTER_SCALE_LOG)
        return luster_param_clamp(row, row->min * pow(row->max / row->min, share));
    return luster_param_clamp(row, row->min + share * (row->max - row->min));
}

/* Where the setting stands at a frame: back and forth. */
static double share_at(uint32_t frame, bool ride)
{
    const uint32_t period = 2 * (ride ? RIDE_FRAMES : MOVES_EVERY);
    const double place = (double)(frame % period) / period;
    if (!ride)
        return place < 0.5 ? 0.0 : 1.0;
    return place < 0.5 ? 2.0 * place : 2.0 - 2.0 * place;
}

static double splatter_dbfs(const LusterProcessor *proc, uint32_t param, bool ride)
{
    LusterInstance *instance = rig_open(proc, MOVES_RATE_HZ, 2, RIDE_EVERY);
    for (unsigned b = 0; b < sizeof bases / sizeof bases[0]; b++) {
        if (strcmp(bases[b][0], proc->id) == 0)
            rig_set(instance, proc, bases[b][1]);
    }
    Signal x = tone(), y = rig_signal(2, N_FRAMES);
    for (uint32_t at = 0; at < N_FRAMES; at += RIDE_EVERY) {
        const uint32_t moved = at > FADE_IN ? at - FADE_IN : 0;
        luster_instance_set(instance, param, value_at(&proc->params[param], share_at(moved, ride)));
        rig_process(instance, &x, &y, NULL, at, RIDE_EVERY);
    }
    double worst = -300.0, peak = 1.0;
    for (uint32_t c = 0; c < 2; c++) {
        for (uint32_t i = 0; i < N_FRAMES; i++)
            peak = fmax(peak, fabs(y.ch[c][i]));
        for (uint32_t i = FADE_IN / 2; i + MOVES_SPAN <= N_FRAMES; i += MOVES_SPAN / 4)
            worst = fmax(worst, moves_high_dbfs(y.ch[c] + i));
    }
    luster_instance_free(instance);
    rig_drop(&x), rig_drop(&y);
    return worst - 20.0 * log10(peak);
}

/* Rows that repeat per band are looked at once. */
static bool is_looked_at(const LusterParam *row)
{
    const bool band = row->id[0] == 'b' && row->id[1] >= '0' && row->id[1] <= '9';
    return !(row->flags & LUSTER_PARAM_STATIC) && (!band || strncmp(row->id, "b1_", 3) == 0);
}

TEST(moves_of_any_setting_stay_in_the_tones_band)
{
    EACH_PROCESSOR(proc)
    {
        for (uint32_t p = 0; p < proc->n_params; p++) {
            const LusterParam *row = &proc->params[p];
            if (!is_looked_at(row))
                continue;
            const bool steps = row->scale != LUSTER_SCALE_LINEAR && row->scale != LUSTER_SCALE_LOG;
            const double jump = splatter_dbfs(proc, p, false);
            const double ride = steps ? -300.0 : splatter_dbfs(proc, p, true);
            if (!CHECK(fmax(jump, ride) < bar_of(proc, row)) || only)
                printf("#   %s, %s: %.1f dBFS at once, %.1f dBFS as a ride\n", proc->id, row->id,
                       jump, ride);
        }
    }
}

int main(int argc, char **argv)
{
    only = argc > 1 ? argv[1] : NULL;
    do {
        RUN(moves_of_any_setting_stay_in_the_tones_band);
    } while (once_more());
    return tap_done();
}
