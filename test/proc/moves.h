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
    double bar_dbfs; /* 0: MOVES_BAR_DBFS */
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

#define MOVES_SPAN                                                                                 \
    2048 /* frames of a spectrum: about two moves long, so that a click stands out                 \
          */
#define MOVES_FROM_HZ 1000.0 /* from here on nothing of the tone or its moves may be heard */
#define MOVES_BAR_DBFS (-90.0)

/** Power of x[MOVES_SPAN] above MOVES_FROM_HZ, dB re a sine of amplitude 1. */
static inline double moves_high_dbfs(const float *x)
{
    /* 7-term Blackman-Harris: side lobes under -160 dB (Albrecht 2001) */
    static const double a[] = {0.27105140069342,  -0.43329793923448, 0.21812299954311,
                               -0.06592544638803, 0.01081174209837,  -0.00077658482522,
                               0.00001388721735};
    static double window[MOVES_SPAN], turn[MOVES_SPAN][2];
    static bool ready;
    for (int i = 0; !ready && i < MOVES_SPAN; i++) {
        const double angle = 2.0 * LUSTER_PI * i / MOVES_SPAN;
        for (int k = 0; k < 7; k++)
            window[i] += a[k] * cos(k * angle);
        turn[i][0] = cos(angle), turn[i][1] = sin(angle);
    }
    ready = true;
    double re[MOVES_SPAN], im[MOVES_SPAN], power = 0.0, norm = 0.0;
    for (uint32_t i = 0, r = 0; i < MOVES_SPAN; i++) { /* in bit-reversed order */
        re[r] = window[i] * x[i];
        im[r] = 0.0;
        norm += window[i] * window[i] * MOVES_SPAN / 4.0; /* of the sine, in the same sum */
        for (uint32_t bit = MOVES_SPAN / 2; (r ^= bit) < bit && bit; bit /= 2)
            ;
    }
    for (uint32_t half = 1; half < MOVES_SPAN; half *= 2) {
        for (uint32_t from = 0; from < MOVES_SPAN; from += 2 * half) {
            for (uint32_t k = 0; k < half; k++) {
                const double *w = turn[k * (MOVES_SPAN / 2 / half)];
                const uint32_t p = from + k, q = p + half;
                const double c = re[q] * w[0] + im[q] * w[1], d = im[q] * w[0] - re[q] * w[1];
                re[q] = re[p] - c, im[q] = im[p] - d;
                re[p] += c, im[p] += d;
            }
        }
    }
    for (uint32_t k = (uint32_t)(MOVES_FROM_HZ * MOVES_SPAN / MOVES_RATE_HZ); k <= MOVES_SPAN / 2;
         k++)
        power += re[k] * re[k] + im[k] * im[k];
    return 10.0 * log10(power / norm + 1e-30);
}

/** Loudest stretch above MOVES_FROM_HZ, dBFS; where the output is louder than full scale, dB re its
 * peak. */
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
    double worst = -300.0, peak = 1.0;
    for (uint32_t c = 0; c < y.n_channels; c++) {
        for (uint32_t i = moves->heard_from; i < y.n_frames; i++)
            peak = fmax(peak, fabs(y.ch[c][i]));
        for (uint32_t i = moves->heard_from; i + MOVES_SPAN <= y.n_frames; i += MOVES_SPAN / 8)
            worst = fmax(worst, moves_high_dbfs(y.ch[c] + i));
    }
    luster_instance_free(instance);
    rig_drop(&x);
    rig_drop(&y);
    return worst - 20.0 * log10(peak);
}

/** No pair of settings reaches the bar. */
static inline void moves_check(const Moves *moves, const char *const (*pairs)[2], unsigned n_pairs,
                               bool figures)
{
    for (unsigned i = 0; i < n_pairs; i++) {
        const double got = moves_splatter_db(moves, pairs[i][0], pairs[i][1]);
        if (figures)
            printf("# | %s, %s | %.1f dB |\n", pairs[i][0], pairs[i][1], got);
        if (!CHECK(got < (moves->bar_dbfs < 0.0 ? moves->bar_dbfs : MOVES_BAR_DBFS)))
            printf("#   %s, %s: %.1f dB\n", pairs[i][0], pairs[i][1], got);
    }
}

#endif
