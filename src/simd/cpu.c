/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The public view of the kernels' dispatch. */
#include "luster/luster.h"
#include "simd/kernels.h"

const char *luster_version(void)
{
    return LUSTER_VERSION;
}

const char *luster_cpu_level(void)
{
    return luster_kernels()->level;
}

LusterStatus luster_cpu_select(const char *level, LusterError *err)
{
    if (luster_kernels_select(level))
        return luster_error_set(err, LUSTER_NOT_FOUND,
                                "there is no instruction-set level '%s' on this machine", level);
    return LUSTER_OK;
}
