/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The samples that memory may hold. Recursive states snap to zero below the one bound, so that no
 * denormal lives in a loop; above the other there is no sound, only a fault that must not stay. */
#ifndef LUSTER_BASE_SILENCE_H
#define LUSTER_BASE_SILENCE_H

#include <math.h>

#define LUSTER_TINY 1e-25 /* -500 dBFS; single precision turns denormal at -759 dBFS */
#define LUSTER_LOUD 1e15f /* +300 dBFS */

/** x, or 0 where it is silence. */
static inline double luster_snap(double x)
{
    return fabs(x) < LUSTER_TINY ? 0.0 : x;
}

#endif
