/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The master bus of a mix that is not mastered yet: room above it, and a safety net. */
#include "assist/plan.h"

/* PLR of unmastered mixes: p90 is 18 dB [D6]; sparse songs reach 25. */
#define FIRST_RENDER_LUFS -26.0

void luster_plan_master(LusterMix *mix)
{
    luster_plan_move(&mix->master, LUSTER_STAGE_INTAKE, "trim_db",
                     FIRST_RENDER_LUFS - mix->predicted_lufs,
                     "room above the mix, so that nothing reaches the limiter",
                     "the sum is predicted at %.1f LUFS", mix->predicted_lufs);
    luster_plan_set(luster_plan_insert(&mix->master, LUSTER_STAGE_INTAKE, "limiter", NULL),
                    "ceiling", LUSTER_CEILING_DBTP, "a safety net: the mix can never clip",
                    "true peak");
}
