/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Addresses of values: "fader_db", or "<list>.<item>.<value>", where the item may hold dots. */
#include "session/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Rows {
    const LusterParam *rows;
    uint32_t n;
    double *values;
} Rows;

static LusterStatus find_row(const LusterStrip *strip, const char *path, const char *name,
                             const Rows *where, LusterTarget *target, LusterError *err)
{
    const int index = luster_rows_find(where->rows, where->n, name);
    if (index >= 0) {
        *target = (LusterTarget){&where->rows[index], &where->values[index]};
        return LUSTER_OK;
    }
    char list[512] = "";
    const char *near = luster_rows_nearest(where->rows, where->n, name);
    if (near)
        return luster_error_set(
            err, LUSTER_NOT_FOUND, "'%.80s' is no value of '%s'; did you mean '%.*s%s'?", path,
            strip->id, (int)(strrchr(path, '.') ? strlen(path) - strlen(name) : 0), path, near);
    for (uint32_t i = 0; i < where->n && strlen(list) + strlen(where->rows[i].id) < 300; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "",
                 where->rows[i].id);
    return luster_error_set(err, LUSTER_NOT_FOUND, "'%.80s' is no value of '%s'; there is %s", path,
                            strip->id, list);
}

static bool is(const char *id, const char *text, size_t length)
{
    return strlen(id) == length && memcmp(id, text, length) == 0;
}

static bool find_clip(LusterStrip *strip, const char *item, size_t length, Rows *where)
{
    char *end;
    if (length == 0 || length > 6 || *item < '0' || *item > '9')
        return false;
    const unsigned long index = strtoul(item, &end, 10);
    if (end != item + length || index >= strip->n_clips)
        return false;
    *where = (Rows){luster_clip_params(), LUSTER_CLIP_N, strip->clips[index].values};
    return true;
}

static bool find_send(LusterStrip *strip, const char *item, size_t length, Rows *where)
{
    for (uint32_t i = 0; i < strip->n_sends; i++) {
        LusterSend *send = &strip->sends[i];
        if (is(send->to, item, length)) {
            *where = (Rows){luster_send_params(), LUSTER_SEND_N, send->values};
            return true;
        }
    }
    return false;
}

static bool find_insert(LusterStrip *strip, const char *item, size_t length, Rows *where)
{
    for (uint32_t i = 0; i < strip->n_inserts; i++) {
        LusterInsert *insert = &strip->inserts[i];
        if (is(insert->id, item, length)) {
            *where = (Rows){insert->proc->params, insert->proc->n_params, insert->values};
            return true;
        }
    }
    return false;
}

LusterStatus luster_strip_target(LusterStrip *strip, const char *path, LusterTarget *target,
                                 LusterError *err)
{
    static const struct {
        const char *list, *what;
        bool (*find)(LusterStrip *, const char *, size_t, Rows *);
    } lists[] = {
        {"clips.", "clip", find_clip},
        {"sends.", "send to", find_send},
        {"inserts.", "insert", find_insert},
    };
    *target = (LusterTarget){NULL, NULL};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const size_t head = strlen(lists[i].list);
        if (strncmp(path, lists[i].list, head) != 0)
            continue;
        const char *item = path + head;
        const char *dot = strrchr(item, '.');
        Rows where;
        if (!dot)
            return luster_error_set(err, LUSTER_NOT_FOUND,
                                    "'%.80s' is no value; an address in '%s' reads "
                                    "%s<which>.<value>",
                                    path, strip->id, lists[i].list);
        if (lists[i].find(strip, item, (size_t)(dot - item), &where))
            return find_row(strip, path, dot + 1, &where, target, err);
        return luster_error_set(err, LUSTER_NOT_FOUND, "'%.80s': '%s' has no %s '%.*s'", path,
                                strip->id, lists[i].what, (int)(dot - item > 80 ? 80 : dot - item),
                                item);
    }
    return find_row(strip, path, path,
                    &(Rows){luster_strip_params(), LUSTER_STRIP_N, strip->values}, target, err);
}
