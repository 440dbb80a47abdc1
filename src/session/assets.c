/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What an insert works from beside its values: files, which others load, and curves, whose points
 * stand in the session. Read, checked, and made ready for the processor. */
#include "base/arena.h"
#include "session/model.h"
#include "session/reader.h"
#include "session/text.h"

#include <stdio.h>
#include <string.h>

bool luster_insert_set_file(LusterSession *session, LusterInsert *insert, uint32_t asset,
                            const char *file)
{
    const char *copy = luster_arena_strdup(session->arena, file);
    if (copy)
        insert->assets[asset] = (LusterAssetUse){.file = copy};
    return copy != NULL;
}

bool luster_insert_set_curve(LusterSession *session, LusterInsert *insert, uint32_t asset,
                             const LusterCurvePoint *points, uint32_t n_points)
{
    LusterCurvePoint *copy = luster_arena_array(session->arena, n_points + 1, sizeof *copy);
    if (!copy)
        return false;
    memcpy(copy, points, n_points * sizeof *copy);
    insert->assets[asset] = (LusterAssetUse){NULL, copy, n_points};
    return true;
}

LusterStatus luster_insert_load(const LusterInsert *insert, double rate_hz, LusterLoadAsset load,
                                void *context, LusterInsertAssets *out, LusterError *err)
{
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < insert->proc->n_assets; i++) {
        const LusterAssetUse *use = &insert->assets[i];
        LusterStatus status = LUSTER_OK;
        if (use->file && !load)
            status = luster_error_set(err, LUSTER_UNSUPPORTED, "%s: files cannot be loaded here",
                                      use->file);
        else if (use->file)
            status =
                load(context, use->file, insert->proc->assets[i].kind, rate_hz, &out->data[i], err);
        if (status)
            return status;
        if (use->n_points)
            out->data[i] = (LusterAssetData){.points = use->points, .n_points = use->n_points};
        out->list[i] = use->file || use->n_points ? &out->data[i] : NULL;
    }
    return LUSTER_OK;
}

/* ---- rules ---------------------------------------------------------------------------------- */

static LusterStatus not_rising(LusterFault *fault, double hz, double before)
{
    char now[LUSTER_NUMBER_SIZE], then[LUSTER_NUMBER_SIZE];
    luster_number(hz, now);
    luster_number(before, then);
    return luster_fault_set(fault, LUSTER_BAD_VALUE,
                            "is %s Hz; it must be higher than the point before, %s Hz", now, then);
}

static LusterStatus check_curve(const LusterAssetUse *use, LusterFault *fault)
{
    if (use->n_points > LUSTER_ASSET_MAX_POINTS)
        return luster_fault_set(fault, LUSTER_BAD_VALUE, "has %u points; a curve has at most %d",
                                use->n_points, LUSTER_ASSET_MAX_POINTS);
    for (uint32_t i = 0; i < use->n_points; i++) {
        const LusterCurvePoint *point = &use->points[i];
        luster_path_index(&fault->path, i);
        if (!luster_param_allows(&luster_row_curve_hz, point->hz) ||
            !luster_param_allows(&luster_row_curve_db, point->db))
            return luster_fault_set(fault, LUSTER_BAD_VALUE,
                                    "is out of range; a point is 1 to 200000 Hz and -100 to 100 "
                                    "dB");
        if (i && !(point->hz > point[-1].hz))
            return not_rising(fault, point->hz, point[-1].hz);
        luster_path_pop(&fault->path);
    }
    return LUSTER_OK;
}

LusterStatus luster_session_check_assets(const LusterInsert *insert, LusterFault *fault)
{
    for (uint32_t i = 0; i < insert->proc->n_assets; i++) {
        const LusterAssetUse *use = &insert->assets[i];
        luster_path_key(&fault->path, use->file ? "files" : "curves");
        luster_path_key(&fault->path, insert->proc->assets[i].id);
        if (use->file &&
            (!*use->file || strlen(use->file) > LUSTER_MAX_TEXT || !luster_utf8_valid(use->file)))
            return luster_fault_set(fault, LUSTER_BAD_VALUE, "is no path of at most %d bytes",
                                    LUSTER_MAX_TEXT);
        const LusterStatus status = check_curve(use, fault);
        if (status)
            return status;
        luster_path_pop(&fault->path);
        luster_path_pop(&fault->path);
    }
    return LUSTER_OK;
}

/* ---- reading -------------------------------------------------------------------------------- */

static LusterStatus no_such_asset(Reader *reader, const LusterProcessor *proc)
{
    char list[200] = "";
    for (uint32_t i = 0; i < proc->n_assets; i++) {
        const size_t n = strlen(list);
        snprintf(list + n, sizeof list - n, "%s%s", n ? ", " : "", proc->assets[i].id);
    }
    return luster_fault_set(reader->fault, LUSTER_NOT_FOUND,
                            "is nothing that %s works from; there is %s", proc->id,
                            *list ? list : "nothing");
}

static LusterStatus read_point(Reader *reader, const json_t *json, LusterCurvePoint *point)
{
    LusterPath *path = &reader->fault->path;
    if (!json_is_array(json) || json_array_size(json) != 2)
        return luster_fault_set(reader->fault, LUSTER_BAD_FILE, "is no point; it must be [Hz, dB]");
    luster_path_index(path, 0);
    LusterStatus status =
        luster_read_value(reader, json_array_get(json, 0), &luster_row_curve_hz, &point->hz);
    if (status)
        return status;
    path->steps[path->n - 1].index = 1;
    status = luster_read_value(reader, json_array_get(json, 1), &luster_row_curve_db, &point->db);
    if (!status)
        luster_path_pop(path);
    return status;
}

static LusterStatus read_curve(Reader *reader, const json_t *json, LusterAssetUse *use)
{
    const size_t n = json_array_size(json);
    if (!json_is_array(json) || n == 0 || n > LUSTER_ASSET_MAX_POINTS)
        return luster_fault_set(reader->fault, LUSTER_BAD_FILE,
                                "must be a list of 1 to %d points [Hz, dB]",
                                LUSTER_ASSET_MAX_POINTS);
    use->points = luster_arena_array(reader->session->arena, n, sizeof *use->points);
    if (!use->points)
        return luster_read_out_of_memory(reader);
    for (size_t i = 0; i < n; i++) {
        luster_path_index(&reader->fault->path, i);
        const LusterStatus status = read_point(reader, json_array_get(json, i), &use->points[i]);
        if (status)
            return status;
        if (i && !(use->points[i].hz > use->points[i - 1].hz))
            return not_rising(reader->fault, use->points[i].hz, use->points[i - 1].hz);
        luster_path_pop(&reader->fault->path);
    }
    use->n_points = (uint32_t)n;
    return LUSTER_OK;
}

static LusterStatus read_file(Reader *reader, const json_t *object, const char *id,
                              LusterAssetUse *use)
{
    luster_path_pop(&reader->fault->path); /* luster_read_text goes there itself */
    const LusterStatus status = luster_read_text(reader, object, id, &use->file);
    if (status)
        return status;
    luster_path_key(&reader->fault->path, id);
    return *use->file
               ? LUSTER_OK
               : luster_fault_set(reader->fault, LUSTER_BAD_VALUE, "is empty; it must be a path");
}

static LusterStatus read_one(Reader *reader, const json_t *object, const char *id,
                             LusterInsert *insert, bool files)
{
    const int index = luster_processor_asset(insert->proc, id);
    if (index < 0)
        return no_such_asset(reader, insert->proc);
    LusterAssetUse *use = &insert->assets[index];
    if (use->file)
        return luster_fault_set(reader->fault, LUSTER_BAD_VALUE,
                                "is given as a file too; take one of them out");
    if (files)
        return read_file(reader, object, id, use);
    if (insert->proc->assets[index].kind != LUSTER_ASSET_CURVE)
        return luster_fault_set(reader->fault, LUSTER_BAD_VALUE,
                                "is sound and no curve; it belongs in \"files\"");
    return read_curve(reader, json_object_get(object, id), use);
}

LusterStatus luster_read_assets(Reader *reader, const json_t *json, LusterInsert *insert)
{
    static const char *const keys[] = {"files", "curves"};
    for (int k = 0; k < 2; k++) {
        json_t *object = json_object_get(json, keys[k]);
        const char *id;
        json_t *value;
        if (!object)
            continue;
        luster_path_key(&reader->fault->path, keys[k]);
        if (!json_is_object(object)) {
            char what[LUSTER_DESCRIBED_SIZE];
            luster_describe_json(object, what);
            return luster_fault_set(reader->fault, LUSTER_BAD_FILE,
                                    "is %s; it must be an object in { }", what);
        }
        json_object_foreach(object, id, value)
        {
            luster_path_key(&reader->fault->path, id);
            const LusterStatus status = read_one(reader, object, id, insert, k == 0);
            if (status)
                return status;
            luster_path_pop(&reader->fault->path);
        }
        luster_path_pop(&reader->fault->path);
    }
    return LUSTER_OK;
}
