/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps doc/session.schema.json and the tables in doc/session.md equal to the tables in the code.
 *   session-doc --write DOC   writes both files
 *   session-doc --check DOC   says in TAP whether they are current
 *   session-doc --schema      prints the schema */
#include "session/keys.h"
#include "session/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const LusterKeys *const tables[] = {
    &luster_keys_session, &luster_keys_marker, &luster_keys_strip,      &luster_keys_clip,
    &luster_keys_insert,  &luster_keys_send,   &luster_keys_automation, &luster_keys_decision};

static char *read_file(const char *folder, const char *name, char *path, size_t path_size)
{
    snprintf(path, path_size, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    LusterText text = {0};
    char part[4096];
    size_t n;
    luster_text_add(&text, "");
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        luster_text_bytes(&text, part, n);
    fclose(file);
    return text.data;
}

static void add_row(LusterText *text, const LusterParam *row)
{
    char range[500], def[80];
    luster_param_range(row, range, sizeof range);
    luster_param_format(row, row->def, def, sizeof def);
    const bool toggle = row->scale == LUSTER_SCALE_TOGGLE;
    luster_text_printf(text, "| `%s` | %s | %s | %s |\n", row->id, toggle ? "true or false" : range,
                       toggle ? (row->def != 0.0 ? "true" : "false") : def, row->doc);
}

static const char *kind_of(const LusterKey *key)
{
    switch (key->kind) {
    case LUSTER_KEY_FORMAT:
        return "1";
    case LUSTER_KEY_ID:
        return "id";
    case LUSTER_KEY_TOGGLE:
        return "true or false";
    case LUSTER_KEY_VALUE:
        return "number, text, true or false";
    case LUSTER_KEY_FILES:
    case LUSTER_KEY_CURVES:
    case LUSTER_KEY_SET:
    case LUSTER_KEY_OBJECT:
        return "object";
    case LUSTER_KEY_NOTES:
    case LUSTER_KEY_POINTS:
    case LUSTER_KEY_LIST:
        return "list";
    default:
        return "text";
    }
}

static void add_table(LusterText *text, const LusterKeys *keys)
{
    luster_text_add(text, "| key | what it may be | default | meaning |\n|---|---|---|---|\n");
    for (uint32_t i = 0; i < keys->n_keys; i++) {
        const LusterKey *key = &keys->keys[i];
        if (key->kind == LUSTER_KEY_ROW)
            add_row(text, key->row);
        else
            luster_text_printf(text, "| `%s` | %s | %s | %s |\n", key->id, kind_of(key),
                               key->required ? "must be given" : "", key->doc);
    }
    for (uint32_t i = 0; i < keys->n_rows; i++)
        add_row(text, &keys->rows()[i]);
}

/* The page with the text between its marks made anew. */
static char *make_page(const char *old)
{
    static const char end[] = "<!-- end -->";
    LusterText text = {0};
    const char *at = old;
    for (;;) {
        const LusterKeys *keys = NULL;
        const char *mark = strstr(at, "<!-- table: ");
        if (!mark)
            break;
        const char *name = mark + strlen("<!-- table: ");
        for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
            const size_t n = strlen(tables[i]->name);
            if (strncmp(name, tables[i]->name, n) == 0 && name[n] == ' ')
                keys = tables[i];
        }
        const char *line = strchr(mark, '\n'), *close = strstr(mark, end);
        if (!keys || !line || !close) {
            free(text.data);
            return NULL;
        }
        luster_text_bytes(&text, at, (size_t)(line + 1 - at));
        add_table(&text, keys);
        at = close;
    }
    luster_text_add(&text, at);
    return text.data;
}

static int check(const char *name, const char *now, const char *want, int number)
{
    const bool same = now && want && strcmp(now, want) == 0;
    printf("%s %d - %s is current\n", same ? "ok" : "not ok", number, name);
    if (!same)
        printf("# the tables have changed: run  ninja -C build session-doc\n");
    return same ? 0 : 1;
}

static int write_file(const char *path, const char *text)
{
    FILE *file = text ? fopen(path, "wb") : NULL;
    if (!file || fputs(text, file) == EOF || fclose(file)) {
        fprintf(stderr, "cannot write %s\n", path);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    char page_path[4096], schema_path[4096];
    char *schema = luster_session_schema();
    int bad = 0;
    if (argc == 2 && strcmp(argv[1], "--schema") == 0 && schema) {
        fputs(schema, stdout);
        free(schema);
        return 0;
    }
    if (argc != 3 || !schema) {
        fprintf(stderr, "use: session-doc --write|--check DOC, or --schema\n");
        free(schema);
        return 2;
    }
    char *old_schema = read_file(argv[2], "session.schema.json", schema_path, sizeof schema_path);
    char *old_page = read_file(argv[2], "session.md", page_path, sizeof page_path);
    char *page = old_page ? make_page(old_page) : NULL;
    if (strcmp(argv[1], "--write") == 0) {
        bad = write_file(schema_path, schema) + write_file(page_path, page);
    } else {
        bad = check("session.schema.json", old_schema, schema, 1) +
              check("session.md", old_page, page, 2);
        printf("1..2\n");
    }
    free(schema);
    free(old_schema);
    free(old_page);
    free(page);
    return bad ? 1 : 0;
}
