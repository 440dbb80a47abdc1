/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A stem played through its planned trim and chain, block by block, at its own rate: what the
 * assistant listens to before it says what a chain does. */
#ifndef LUSTER_ASSIST_PLAYER_H
#define LUSTER_ASSIST_PLAYER_H

#include "assist/plan.h"

#define LUSTER_PLAYER_BLOCK 1024 /* frames */

typedef struct LusterPlayer LusterPlayer;

/** From `from_s` of the song on. `mix` opens the stems that key inserts; NULL leaves these inserts
 * out, as is an insert whose key has another rate. `only`: id of the one insert that is played, or
 * NULL. */
LusterStatus luster_player_new(const LusterMix *mix, const LusterStemPlan *s, const char *only,
                               double from_s, LusterPlayer **out, LusterError *err);
void luster_player_free(LusterPlayer *player);

double luster_player_rate_hz(const LusterPlayer *player);
uint32_t luster_player_channels(const LusterPlayer *player); /* 1 or 2 */
uint32_t luster_player_latency(const LusterPlayer *player); /* frames, of the whole chain */

/** The next block, trimmed (before) and through the chain (after), [channels][*n]; they stay until
 * the next call. *n is less than a block only at the end. */
LusterStatus luster_player_next(LusterPlayer *player, const float *const **before,
                                const float *const **after, size_t *n, LusterError *err);

/** Gain reduction of insert `k` of the plan in the last block, dB, positive; -1 where it has no
 * such meter or is not played. */
double luster_player_reduction_db(const LusterPlayer *player, uint32_t k);

#endif
