/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The small steps of reading: objects against their tables, values against their rows. */
#include "session/reader.h"

#include "base/arena.h"
#include "session/model.h"
#include "session/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void luster_describe_json(const json_t *json, char *text)
{
    char shown[LUSTER_SHOWN_SIZE], number[LUSTER_NUMBER_SIZE];
    switch (json_typeof(json)) {
    case JSON_STRING:
        luster_show(json_string_value(json), shown);
        snprintf(text, LUSTER_DESCRIBED_SIZE, "\"%s\"", shown);
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        luster_number(json_number_value(json), number);
        snprintf(text, LUSTER_DESCRIBED_SIZE, "%s", number);
        break;
    default:
        snprintf(text, LUSTER_DESCRIBED_SIZE, "%s",
                 json_is_object(json)  ? "an object"
                 : json_is_array(json) ? "a list"
                 : json_is_true(json)  ? "true"
                 : json_is_false(json) ? "false"
                                       : "null");
    }
}

LusterStatus luster_read_out_of_memory(Reader *reader)
{
    return luster_fault_set(reader->fault, LUSTER_NO_MEMORY, "does not fit into memory");
}

/* "is X; it must be <want>" */
static LusterStatus refuse(Reader *reader, LusterStatus status, const json_t *json,
                           const char *want)
{
    char what[LUSTER_DESCRIBED_SIZE];
    luster_describe_json(json, what);
    return luster_fault_set(reader->fault, status, "is %s; it must be %s", what, want);
}

LusterStatus luster_read_value(Reader *reader, const json_t *json, const LusterParam *row,
                               double *value)
{
    char range[500], want[600];
    if (row->scale == LUSTER_SCALE_TOGGLE) {
        if (!json_is_boolean(json))
            return refuse(reader, LUSTER_BAD_FILE, json, "true or false");
        *value = json_is_true(json);
        return LUSTER_OK;
    }
    luster_param_range(row, range, sizeof range);
    if (row->scale == LUSTER_SCALE_CHOICE) {
        const char *word = json_string_value(json);
        for (int i = 0; word && i <= (int)row->max; i++) {
            if (strcmp(word, row->labels[i]) == 0) {
                *value = i;
                return LUSTER_OK;
            }
        }
        snprintf(want, sizeof want, "%s%s", range, word ? "" : ", in quotes");
        return refuse(reader, word ? LUSTER_BAD_VALUE : LUSTER_BAD_FILE, json, want);
    }
    const double number = json_number_value(json) + 0.0; /* -0 becomes 0 */
    const bool whole = row->scale == LUSTER_SCALE_INTEGER;
    if (json_is_number(json) && luster_param_allows(row, number)) {
        *value = number;
        return LUSTER_OK;
    }
    snprintf(want, sizeof want, "%s%s", range, whole ? ", a whole number" : "");
    return refuse(reader, json_is_number(json) ? LUSTER_BAD_VALUE : LUSTER_BAD_FILE, json, want);
}

/* Candidates for "did you mean": the keys of this kind of strip, then the rows. */
typedef struct Candidates {
    const LusterKeys *keys;
    unsigned kind;
} Candidates;

static const char *next_key(const void *user, uint32_t index)
{
    const Candidates *all = user;
    for (uint32_t i = 0; i < all->keys->n_keys; i++) {
        if ((all->keys->keys[i].strips & all->kind) && index-- == 0)
            return all->keys->keys[i].id;
    }
    return index < all->keys->n_rows ? all->keys->rows()[index].id : NULL;
}

static const LusterKey *find_key(const LusterKeys *keys, const char *id)
{
    for (uint32_t i = 0; i < keys->n_keys; i++) {
        if (strcmp(keys->keys[i].id, id) == 0)
            return &keys->keys[i];
    }
    return NULL;
}

static LusterStatus unknown_key(Reader *reader, const LusterKeys *keys, unsigned kind,
                                const char *id)
{
    const Candidates all = {keys, kind};
    if (find_key(keys, id))
        return luster_fault_set(reader->fault, LUSTER_NOT_FOUND, "is not for %s",
                                kind & LUSTER_KEY_MASTER ? "the master"
                                                         : "buses; only tracks have it");
    const char *near = luster_nearest(id, next_key, &all);
    if (near)
        return luster_fault_set(reader->fault, LUSTER_NOT_FOUND,
                                "is not a key of a %s; did you mean \"%s\"?", keys->name, near);
    char list[400] = "";
    const char *known;
    for (uint32_t i = 0; (known = next_key(&all, i)) && strlen(list) + strlen(known) < 390; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", known);
    return luster_fault_set(reader->fault, LUSTER_NOT_FOUND, "is not a key of a %s; there is %s",
                            keys->name, list);
}

LusterStatus luster_read_object(Reader *reader, const json_t *json, const LusterKeys *keys,
                                unsigned kind, double *values)
{
    const char *id;
    json_t *value;
    if (!json_is_object(json))
        return refuse(reader, LUSTER_BAD_FILE, json, "an object in { }");
    json_object_foreach((json_t *)json, id, value)
    {
        const int row = keys->rows ? luster_rows_find(keys->rows(), keys->n_rows, id) : -1;
        const LusterKey *own = find_key(keys, id);
        LusterStatus status = LUSTER_OK;
        luster_path_key(&reader->fault->path, id);
        if (row >= 0)
            status = luster_read_value(reader, value, &keys->rows()[row], &values[row]);
        else if (!own || !(own->strips & kind))
            status = unknown_key(reader, keys, kind, id);
        if (status)
            return status;
        luster_path_pop(&reader->fault->path);
    }
    for (uint32_t i = 0; i < keys->n_keys; i++) {
        const LusterKey *own = &keys->keys[i];
        if (own->required && (own->strips & kind) && !json_object_get(json, own->id))
            return luster_fault_set(reader->fault, LUSTER_BAD_FILE, "has no \"%s\"", own->id);
    }
    return LUSTER_OK;
}

LusterStatus luster_read_row(Reader *reader, const json_t *object, const LusterParam *row,
                             double *value)
{
    const json_t *json = json_object_get(object, row->id);
    if (!json)
        return LUSTER_OK;
    luster_path_key(&reader->fault->path, row->id);
    const LusterStatus status = luster_read_value(reader, json, row, value);
    if (!status)
        luster_path_pop(&reader->fault->path);
    return status;
}

static LusterStatus copy_text(Reader *reader, const json_t *json, const char **out)
{
    if (!json_is_string(json))
        return refuse(reader, LUSTER_BAD_FILE, json, "text in quotes");
    if (json_string_length(json) > LUSTER_MAX_TEXT)
        return luster_fault_set(reader->fault, LUSTER_BAD_VALUE,
                                "has %zu bytes; a text has at most %d", json_string_length(json),
                                LUSTER_MAX_TEXT);
    *out = luster_arena_strdup(reader->session->arena, json_string_value(json));
    return *out ? LUSTER_OK : luster_read_out_of_memory(reader);
}

LusterStatus luster_read_text(Reader *reader, const json_t *object, const char *key,
                              const char **out)
{
    const json_t *json = json_object_get(object, key);
    if (!json)
        return LUSTER_OK;
    luster_path_key(&reader->fault->path, key);
    const LusterStatus status = copy_text(reader, json, out);
    if (!status)
        luster_path_pop(&reader->fault->path);
    return status;
}

LusterStatus luster_read_id(Reader *reader, const json_t *object, const char *key, const char **out)
{
    const json_t *json = json_object_get(object, key);
    if (!json)
        return LUSTER_OK;
    luster_path_key(&reader->fault->path, key);
    if (!json_is_string(json))
        return refuse(reader, LUSTER_BAD_FILE, json, "text in quotes");
    if (!luster_id_allowed(json_string_value(json)))
        return refuse(reader, LUSTER_BAD_VALUE, json,
                      "1 to 64 letters, digits, _ . -, beginning with a letter, digit or _, "
                      "without \"..\"");
    const LusterStatus status = copy_text(reader, json, out);
    if (!status)
        luster_path_pop(&reader->fault->path);
    return status;
}

LusterStatus luster_read_toggle(Reader *reader, const json_t *object, const char *key, bool *out)
{
    const json_t *json = json_object_get(object, key);
    if (!json)
        return LUSTER_OK;
    if (!json_is_boolean(json)) {
        luster_path_key(&reader->fault->path, key);
        return refuse(reader, LUSTER_BAD_FILE, json, "true or false");
    }
    *out = json_is_true(json);
    return LUSTER_OK;
}

LusterStatus luster_read_list(Reader *reader, const json_t *object, const char *key, uint32_t max,
                              LusterStrip *strip,
                              LusterStatus (*read)(Reader *reader, const json_t *json,
                                                   LusterStrip *strip))
{
    const json_t *list = json_object_get(object, key);
    if (!list)
        return LUSTER_OK;
    luster_path_key(&reader->fault->path, key);
    if (!json_is_array(list))
        return refuse(reader, LUSTER_BAD_FILE, list, "a list in [ ]");
    if (json_array_size(list) > max)
        return luster_fault_set(reader->fault, LUSTER_BAD_VALUE,
                                "has %zu items; at most %u are possible", json_array_size(list),
                                max);
    for (size_t i = 0; i < json_array_size(list); i++) {
        luster_path_index(&reader->fault->path, i);
        const LusterStatus status = read(reader, json_array_get(list, i), strip);
        if (status)
            return status;
        luster_path_pop(&reader->fault->path);
    }
    luster_path_pop(&reader->fault->path);
    return LUSTER_OK;
}
