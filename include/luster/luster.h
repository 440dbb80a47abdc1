/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* All of luster, and what concerns the library as a whole. */
#ifndef LUSTER_LUSTER_H
#define LUSTER_LUSTER_H

#include "luster/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** "0.1.0". Static storage. */
LUSTER_API const char *luster_version(void);

/** The instruction-set level in use: "sse2", "avx2", ... Static storage. */
LUSTER_API const char *luster_cpu_level(void);

/** Uses another level from now on (NULL: the best there is), before any audio runs. Results do not
 * change, only speed. LUSTER_NOT_FOUND when this build or machine does not have it. */
LUSTER_API LusterStatus luster_cpu_select(const char *level, LusterError *err);

#ifdef __cplusplus
}
#endif

#endif
