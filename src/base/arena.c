/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of chunks; small requests share a chunk, large ones get their own. The system hands out
 * zeroes: pages of a large block that nobody touches take no memory. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)16 * 1024)

typedef struct Chunk {
    struct Chunk *next;
    size_t used, size; /* bytes from here; `used` ends on an aligned address */
} Chunk;

struct LusterArena {
    Chunk *chunks;
    size_t count;
    size_t fail_after; /* SIZE_MAX: never */
};

static size_t round_up(size_t n)
{
    return (n + LUSTER_ARENA_ALIGN - 1) / LUSTER_ARENA_ALIGN * LUSTER_ARENA_ALIGN;
}

LusterArena *luster_arena_new(void)
{
    LusterArena *arena = calloc(1, sizeof *arena);
    if (arena)
        arena->fail_after = SIZE_MAX;
    return arena;
}

static Chunk *add_chunk(LusterArena *arena, size_t size)
{
    const size_t head = round_up(sizeof(Chunk)) + LUSTER_ARENA_ALIGN;
    const size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
    if (room > SIZE_MAX - head)
        return NULL;
    Chunk *chunk = calloc(1, head + room);
    if (!chunk)
        return NULL;
    chunk->used = round_up((uintptr_t)chunk + sizeof(Chunk)) - (uintptr_t)chunk;
    chunk->size = head + room;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

void *luster_arena_alloc(LusterArena *arena, size_t size)
{
    if (arena->count >= arena->fail_after || size > SIZE_MAX / 2)
        return NULL;
    arena->count++;
    size = round_up(size ? size : 1);
    Chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < size)
        chunk = add_chunk(arena, size);
    if (!chunk)
        return NULL;
    void *block = (char *)chunk + chunk->used;
    chunk->used += size;
    return block;
}

void *luster_arena_array(LusterArena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        return NULL;
    return luster_arena_alloc(arena, count * size);
}

char *luster_arena_strdup(LusterArena *arena, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = luster_arena_alloc(arena, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

void luster_arena_fail_after(LusterArena *arena, size_t n_allocs)
{
    arena->fail_after = arena->count + n_allocs;
}

size_t luster_arena_count(const LusterArena *arena)
{
    return arena->count;
}

void luster_arena_free(LusterArena *arena)
{
    if (!arena)
        return;
    for (Chunk *chunk = arena->chunks; chunk;) {
        Chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(arena);
}
