/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* FNV-1a, 64 bit (Fowler, Noll, Vo): names bytes in tests and caches. Not for security. */
#ifndef LUSTER_BASE_HASH_H
#define LUSTER_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define LUSTER_HASH_START 0xcbf29ce484222325ull

static inline uint64_t luster_hash(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3ull;
    return hash;
}

#endif
