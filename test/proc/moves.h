/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings moved back and forth while a tone sounds: what is heard as a click. */
#ifndef LUSTER_TEST_PROC_MOVES_H
#define LUSTER_TEST_PROC_MOVES_H

#include "base/math.h"
#include "rig.h"
#include "tap.h"

#define MOVES_RATE_HZ 48000
#define MOVES_EVERY 8000 /* frames from one move to the next */

typedef struct Moves {
    const LusterProcessor *proc;
    const char *always; /* settings under all moves */
    uint32_t n_channels;
    uint32_t fade_in; /* frames of the tone's start; 0: at once */
    uint32_t moved_from, heard_from, n_frames; /* frames: first move, first difference, all */
} Moves;

/** A tone of 200 Hz at -6 dBFS. */
static inline Signal moves_tone(const Moves *moves)
{
    Signal x = rig_signal(moves->n_channels, moves->n_frames);
    for (uint32_t i = 0; i < x.n_frames; i++) {
        const double fade =
            i < moves->fade_in ? 0.5 - 0.5 * cos(LUSTER_PI * i / moves->fade_in) : 1.0;
        for (uint32_t c = 0; c < x.n_channels; c++)
            x.ch[c][i] = (float)(0.5 * fade * sin(2.0 * LUSTER_PI * 200.0 * i / MOVES_RATE_HZ));
    }
    return x;
}

/** Loudest fourth difference of the output, dB: 0 is full scale at a quarter of the rate. */
static inline double moves_splatter_db(const Moves *moves, const char *first, const char *second)
{
    LusterInstance *instance = rig_open(moves->proc, MOVES_RATE_HZ, moves->n_channels, 1024);
    rig_set(instance, moves->proc, moves->always);
    rig_set(instance, moves->proc, first);
    Signal x = moves_tone(moves), y = rig_signal(moves->n_channels, moves->n_frames);
    for (uint32_t done = 0; done < x.n_frames; done += MOVES_EVERY) {
        if (done >= moves->moved_from)
            rig_set(instance, moves->proc, done / MOVES_EVERY % 2 ? first : second);
        rig_process(instance, &x, &y, NULL, done, MOVES_EVERY);
    }
    double worst = 0.0;
    for (uint32_t i = moves->heard_from; i < y.n_frames; i++) {
        const float *p = y.ch[0] + i;
        const double d = p[0] - 4.0 * p[-1] + 6.0 * p[-2] - 4.0 * p[-3] + p[-4];
        worst = fmax(worst, fabs(d) / 4.0);
    }
    luster_instance_free(instance);
    rig_drop(&x);
    rig_drop(&y);
    return 20.0 * log10(worst);
}

/** No pair of settings reaches -60 dB. */
static inline void moves_check(const Moves *moves, const char *const (*pairs)[2], unsigned n_pairs,
                               bool figures)
{
    for (unsigned i = 0; i < n_pairs; i++) {
        const double got = moves_splatter_db(moves, pairs[i][0], pairs[i][1]);
        if (figures)
            printf("# | %s, %s | %.1f dB |\n", pairs[i][0], pairs[i][1], got);
        if (!CHECK(got < -60.0))
            printf("#   %s, %s: %.1f dB\n", pairs[i][0], pairs[i][1], got);
    }
}

#endif
