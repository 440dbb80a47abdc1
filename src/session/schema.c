/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* JSON Schema of the session file (draft 2020-12, json-schema.org): each table becomes an object,
 * each row a property, each processor an insert of its own. */
#include "session/keys.h"
#include "session/model.h"
#include "session/text.h"

#include <stdlib.h>
#include <string.h>

#define ID_PATTERN "^(?!.*[.][.])[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$"

static void describe(LusterText *text, const char *doc)
{
    luster_text_add(text, ", \"description\": ");
    luster_text_quote(text, doc);
}

/* {...} of one row; `max` replaces the row's own. */
static void add_row(LusterText *text, const LusterParam *row, double max)
{
    const bool is_choice = row->scale == LUSTER_SCALE_CHOICE;
    if (row->scale == LUSTER_SCALE_TOGGLE) {
        luster_text_add(text, "{\"type\": \"boolean\"");
    } else if (is_choice) {
        luster_text_add(text, "{\"enum\": [");
        for (int i = 0; i <= (int)row->max; i++) {
            luster_text_add(text, i ? ", " : "");
            luster_text_quote(text, row->labels[i]);
        }
        luster_text_add(text, "]");
    } else {
        luster_text_printf(text, "{\"type\": \"%s\", \"minimum\": ",
                           row->scale == LUSTER_SCALE_INTEGER ? "integer" : "number");
        luster_text_number(text, row->min);
        luster_text_add(text, ", \"maximum\": ");
        luster_text_number(text, max);
    }
    luster_text_add(text, ", \"default\": ");
    luster_text_value(text, row, row->def);
    luster_text_add(text, ", \"title\": \"");
    luster_text_printf(text, "%s%s%s%s\"", row->name, *row->unit ? " (" : "", row->unit,
                       *row->unit ? ")" : "");
    describe(text, row->doc);
    luster_text_add(text, "}");
}

static void add_points(LusterText *text, const LusterKey *key)
{
    luster_text_printf(text,
                       "{\"type\": \"array\", \"minItems\": 1, \"maxItems\": %u, \"items\": "
                       "{\"type\": \"array\", \"minItems\": 2, \"maxItems\": 3, "
                       "\"prefixItems\": [",
                       key->max_items);
    add_row(text, &luster_row_time, luster_row_time.max);
    luster_text_add(text, ", {\"type\": [\"number\", \"string\", \"boolean\"]}, {\"enum\": [");
    for (int i = 0; i < LUSTER_CURVE_N; i++)
        luster_text_printf(text, "%s\"%s\"", i ? ", " : "", luster_curve_ids()[i]);
    luster_text_add(text, "]}]}");
    describe(text, key->doc);
    luster_text_add(text, "}");
}

/* Whether the processor has assets that this key holds. */
static bool has_assets(const LusterProcessor *proc, const LusterKey *key)
{
    for (uint32_t i = 0; proc && i < proc->n_assets; i++) {
        if (key->kind == LUSTER_KEY_FILES || proc->assets[i].kind == LUSTER_ASSET_CURVE)
            return true;
    }
    return false;
}

static void add_curve(LusterText *text, const LusterKey *key)
{
    luster_text_printf(text,
                       "{\"type\": \"array\", \"minItems\": 1, \"maxItems\": %u, \"items\": "
                       "{\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, "
                       "\"prefixItems\": [",
                       key->max_items);
    add_row(text, &luster_row_curve_hz, luster_row_curve_hz.max);
    luster_text_add(text, ", ");
    add_row(text, &luster_row_curve_db, luster_row_curve_db.max);
    luster_text_add(text, "]}");
}

static void add_assets(LusterText *text, const LusterKey *key, const LusterProcessor *proc)
{
    bool first = true;
    luster_text_add(text, "{\"type\": \"object\", \"additionalProperties\": false, "
                          "\"properties\": {");
    for (uint32_t i = 0; i < proc->n_assets; i++) {
        const LusterAsset *asset = &proc->assets[i];
        if (key->kind == LUSTER_KEY_CURVES && asset->kind != LUSTER_ASSET_CURVE)
            continue;
        luster_text_printf(text, "%s\"%s\": ", first ? "" : ", ", asset->id);
        first = false;
        if (key->kind == LUSTER_KEY_CURVES)
            add_curve(text, key);
        else
            luster_text_printf(text, "{\"type\": \"string\", \"minLength\": 1, \"maxLength\": %d",
                               LUSTER_MAX_TEXT);
        describe(text, asset->doc);
        luster_text_add(text, "}");
    }
    luster_text_add(text, "}");
    describe(text, key->doc);
    luster_text_add(text, "}");
}

/* {...} of one key; `proc` when it is a key of this processor's insert. */
static void add_key(LusterText *text, const LusterKey *key, const LusterProcessor *proc)
{
    const bool is_own_id =
        key->kind == LUSTER_KEY_ID && key->strips != LUSTER_KEY_ANY && strcmp(key->id, "id") == 0;
    switch (key->kind) {
    case LUSTER_KEY_ROW:
        add_row(text, key->row,
                proc && key->row == &luster_row_version ? proc->version : key->row->max);
        return;
    case LUSTER_KEY_POINTS:
        add_points(text, key);
        return;
    case LUSTER_KEY_FILES:
    case LUSTER_KEY_CURVES:
        add_assets(text, key, proc);
        return;
    case LUSTER_KEY_FORMAT:
        luster_text_printf(text, "{\"const\": %d", LUSTER_SESSION_FORMAT);
        break;
    case LUSTER_KEY_TEXT:
        luster_text_printf(text, "{\"type\": \"string\", \"maxLength\": %d%s", LUSTER_MAX_TEXT,
                           key->required ? ", \"minLength\": 1" : "");
        break;
    case LUSTER_KEY_ID:
        if (proc && strcmp(key->id, "processor") == 0)
            luster_text_printf(text, "{\"const\": \"%s\"", proc->id);
        else
            luster_text_printf(text, "{\"type\": \"string\", \"pattern\": \"%s\"%s", ID_PATTERN,
                               is_own_id ? ", \"not\": {\"const\": \"master\"}" : "");
        break;
    case LUSTER_KEY_TOGGLE:
        luster_text_add(text, "{\"type\": \"boolean\"");
        break;
    case LUSTER_KEY_VALUE:
        luster_text_add(text, "{\"type\": [\"number\", \"string\", \"boolean\"]");
        break;
    case LUSTER_KEY_NOTES:
        luster_text_printf(text,
                           "{\"type\": \"array\", \"maxItems\": %u, \"items\": {\"type\": "
                           "\"string\", \"maxLength\": %d}",
                           key->max_items, LUSTER_MAX_TEXT);
        break;
    case LUSTER_KEY_SET:
        luster_text_printf(text, "{\"$ref\": \"#/$defs/set_%s\"", proc ? proc->id : "");
        break;
    case LUSTER_KEY_LIST:
        luster_text_printf(text,
                           "{\"type\": \"array\", \"maxItems\": %u, \"items\": {\"$ref\": "
                           "\"#/$defs/%s\"}",
                           key->max_items, key->of);
        break;
    case LUSTER_KEY_OBJECT:
        luster_text_printf(text, "{\"$ref\": \"#/$defs/%s\"", key->of);
        break;
    }
    describe(text, key->doc);
    luster_text_add(text, "}");
}

static void begin_object(LusterText *text, const char *prefix, const char *name)
{
    luster_text_printf(text,
                       ",\n    \"%s%s\": {\n      \"type\": \"object\",\n"
                       "      \"additionalProperties\": false,\n",
                       prefix, name);
}

static void property(LusterText *text, bool *first, const char *id)
{
    luster_text_printf(text, "%s\n        \"%s\": ", *first ? "" : ",", id);
    *first = false;
}

static void add_object(LusterText *text, const char *prefix, const char *name,
                       const LusterKeys *keys, unsigned kind, const LusterProcessor *proc)
{
    bool first = true;
    begin_object(text, prefix, name);
    if (proc)
        luster_text_add(text, "      \"required\": [\"processor\"],\n");
    else {
        luster_text_add(text, "      \"required\": [");
        for (uint32_t i = 0; i < keys->n_keys; i++) {
            if (keys->keys[i].required && (keys->keys[i].strips & kind)) {
                luster_text_printf(text, "%s\"%s\"", first ? "" : ", ", keys->keys[i].id);
                first = false;
            }
        }
        luster_text_add(text, "],\n");
    }
    first = true;
    luster_text_add(text, "      \"properties\": {");
    for (uint32_t i = 0; i < keys->n_keys; i++) {
        const LusterKeyKind what = keys->keys[i].kind;
        const bool is_asset = what == LUSTER_KEY_FILES || what == LUSTER_KEY_CURVES;
        if (!(keys->keys[i].strips & kind) || (is_asset && !has_assets(proc, &keys->keys[i])))
            continue;
        property(text, &first, keys->keys[i].id);
        add_key(text, &keys->keys[i], proc);
    }
    for (uint32_t i = 0; i < keys->n_rows; i++) {
        property(text, &first, keys->rows()[i].id);
        add_row(text, &keys->rows()[i], keys->rows()[i].max);
    }
    luster_text_add(text, "\n      }\n    }");
}

static void add_processor(LusterText *text, const LusterProcessor *proc)
{
    bool first = true;
    add_object(text, "insert_", proc->id, &luster_keys_insert, LUSTER_KEY_ANY, proc);
    begin_object(text, "set_", proc->id);
    luster_text_add(text, "      \"description\": ");
    luster_text_quote(text, proc->doc);
    luster_text_add(text, ",\n      \"properties\": {");
    for (uint32_t i = 0; i < proc->n_params; i++) {
        property(text, &first, proc->params[i].id);
        add_row(text, &proc->params[i], proc->params[i].max);
    }
    luster_text_add(text, "\n      }\n    }");
}

char *luster_session_schema(void)
{
    LusterText text = {0};
    luster_text_add(&text, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                           "  \"title\": \"luster session\",\n"
                           "  \"description\": \"One song: tracks, buses, the master and all their "
                           "settings. Made from luster's tables; do not edit.\",\n"
                           "  \"$ref\": \"#/$defs/session\",\n  \"$defs\": {\n    \"insert\": {\n"
                           "      \"type\": \"object\",\n      \"required\": [\"processor\"],\n"
                           "      \"oneOf\": [");
    for (uint32_t i = 0; i < luster_processor_count(); i++)
        luster_text_printf(&text, "%s\n        {\"$ref\": \"#/$defs/insert_%s\"}", i ? "," : "",
                           luster_processor_at(i)->id);
    luster_text_add(&text, "\n      ]\n    }");
    add_object(&text, "", "session", &luster_keys_session, LUSTER_KEY_ANY, NULL);
    add_object(&text, "", "marker", &luster_keys_marker, LUSTER_KEY_ANY, NULL);
    add_object(&text, "", "track", &luster_keys_strip, LUSTER_KEY_TRACK, NULL);
    add_object(&text, "", "bus", &luster_keys_strip, LUSTER_KEY_BUS, NULL);
    add_object(&text, "", "master", &luster_keys_strip, LUSTER_KEY_MASTER, NULL);
    add_object(&text, "", "clip", &luster_keys_clip, LUSTER_KEY_ANY, NULL);
    add_object(&text, "", "send", &luster_keys_send, LUSTER_KEY_ANY, NULL);
    add_object(&text, "", "automation", &luster_keys_automation, LUSTER_KEY_ANY, NULL);
    add_object(&text, "", "decision", &luster_keys_decision, LUSTER_KEY_ANY, NULL);
    add_object(&text, "", "assistant", &luster_keys_assistant, LUSTER_KEY_ANY, NULL);
    for (uint32_t i = 0; i < luster_processor_count(); i++)
        add_processor(&text, luster_processor_at(i));
    luster_text_add(&text, "\n  }\n}\n");
    if (text.failed) {
        free(text.data);
        return NULL;
    }
    return text.data;
}
