/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What luster mix asks on a terminal. */
#ifndef CLI_MIX_ASK_H
#define CLI_MIX_ASK_H

#include "cli.h"
#include "luster/mix.h"

#define MIX_ANSWERS 16

typedef struct MixAnswers {
    struct {
        char name[1024];
        const char *role; /* NULL: the guess stays */
    } list[MIX_ANSWERS];
    uint32_t n;
    bool ended; /* nobody answers any more */
} MixAnswers;

/** Whether somebody sits there to be asked. */
bool mix_may_ask(const Cli *cli);

/** The role's id, or NULL to keep the guess. Each file is asked for once. */
const char *mix_ask(MixAnswers *answers, const LusterMixQuestion *question);

#endif
