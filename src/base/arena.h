/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Arena: memory that is taken while something is built and given back all at once.
 * Not thread-safe; one owner. Every block is zeroed and aligned for the widest vector. */
#ifndef LUSTER_BASE_ARENA_H
#define LUSTER_BASE_ARENA_H

#include <stddef.h>

#define LUSTER_ARENA_ALIGN 64 /* bytes: one AVX-512 register, one cache line */

typedef struct LusterArena LusterArena;

/** A new, empty arena, or NULL when memory is out. */
LusterArena *luster_arena_new(void);

/** `size` zeroed bytes, 64-byte aligned, owned by the arena; NULL when memory is out. */
void *luster_arena_alloc(LusterArena *arena, size_t size);

/** As luster_arena_alloc for `count` items of `size` bytes, guarding against overflow. */
void *luster_arena_array(LusterArena *arena, size_t count, size_t size);

/** A copy of a string, owned by the arena. */
char *luster_arena_strdup(LusterArena *arena, const char *text);

/** For tests: lets `n_allocs` further allocations succeed and makes every later one fail. */
void luster_arena_fail_after(LusterArena *arena, size_t n_allocs);

/** Number of allocations asked for so far. */
size_t luster_arena_count(const LusterArena *arena);

/** Gives everything back. NULL is allowed. */
void luster_arena_free(LusterArena *arena);

#endif
