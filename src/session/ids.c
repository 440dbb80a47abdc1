/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Ids: which are allowed, and which known one a mistyped one resembles (edit distance by
 * Levenshtein 1966, one row of the table at a time). */
#include "session/model.h"

#include <string.h>

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool luster_id_allowed(const char *id)
{
    size_t n = 0;
    for (; id[n]; n++) {
        if (n >= LUSTER_MAX_ID || (!is_word(id[n]) && id[n] != '.' && id[n] != '-'))
            return false;
        if (id[n] == '.' && id[n + 1] == '.')
            return false;
    }
    return n > 0 && is_word(id[0]);
}

#define MAX_WORD 64

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const char *a, const char *b)
{
    size_t row[MAX_WORD + 1];
    const size_t n_a = strlen(a), n_b = strlen(b);
    if (n_a > MAX_WORD || n_b > MAX_WORD)
        return MAX_WORD;
    for (size_t j = 0; j <= n_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            const size_t change = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            row[j] = least(change, least(row[j] + 1, row[j - 1] + 1));
        }
    }
    return row[n_b];
}

const char *luster_nearest(const char *word, const char *(*next)(const void *user, uint32_t index),
                           const void *user)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 2 + 1;
    for (uint32_t i = 0;; i++) {
        const char *candidate = next(user, i);
        if (!candidate)
            return best;
        size_t far = distance(word, candidate);
        /* "fader" for "fader_db", "freq" for "b1_freq": a part is as good as a slip */
        if (strlen(word) >= 3 && strstr(candidate, word))
            far = least(far, 2);
        if (far < best_distance) {
            best_distance = far;
            best = candidate;
        }
    }
}

typedef struct Rows {
    const LusterParam *rows;
    uint32_t n;
} Rows;

static const char *next_row(const void *user, uint32_t index)
{
    const Rows *rows = user;
    return index < rows->n ? rows->rows[index].id : NULL;
}

const char *luster_rows_nearest(const LusterParam *rows, uint32_t n, const char *word)
{
    return luster_nearest(word, next_row, &(Rows){rows, n});
}

int luster_rows_find(const LusterParam *rows, uint32_t n, const char *id)
{
    for (uint32_t i = 0; i < n; i++) {
        if (strcmp(rows[i].id, id) == 0)
            return (int)i;
    }
    return -1;
}

void luster_rows_default(const LusterParam *rows, uint32_t n, double *values)
{
    for (uint32_t i = 0; i < n; i++)
        values[i] = rows[i].def;
}
