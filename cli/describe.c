/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* luster describe: every processor and every parameter, from the tables. */
#include "commands.h"
#include "luster/mix.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Rows {
    const char *id, *doc;
    const LusterParam *params;
    uint32_t n_params;
} Rows;

/* Tables that are not processors: what a session is made of. */
static uint32_t session_rows(Rows rows[5])
{
    rows[0] =
        (Rows){"session", "Values of a whole session.", luster_session_params(), LUSTER_SESSION_N};
    rows[1] = (Rows){"strip", "Values of a track, a bus or the master.", luster_strip_params(),
                     LUSTER_STRIP_N};
    rows[2] = (Rows){"clip", "Values of a piece of a file on a track.", luster_clip_params(),
                     LUSTER_CLIP_N};
    rows[3] = (Rows){"send", "Values of a send to a bus.", luster_send_params(), LUSTER_SEND_N};
    rows[4] = (Rows){"assistant", "What a person can ask of luster mix.", luster_assistant_params(),
                     LUSTER_ASSISTANT_N};
    return 5;
}

static void print_text(const char *text, int indent)
{
    int column = indent;
    printf("%*s", indent, "");
    while (*text) {
        const int word = (int)strcspn(text, " ");
        if (column + word > 80 && column > indent) {
            printf("\n%*s", indent, "");
            column = indent;
        }
        printf("%.*s ", word, text);
        column += word + 1;
        text += word + (text[word] == ' ');
    }
    putchar('\n');
}

/* Rows b2_ ... b24_ of a bank repeat those of b1_: said once. */
static bool repeats_first_band(const LusterParam *param)
{
    int band = 0, used = 0;
    return sscanf(param->id, "b%d_%n", &band, &used) == 1 && used && band > 1;
}

static void print_rows(const LusterParam *params, uint32_t n_params)
{
    int last_band = 0;
    for (uint32_t i = 0; i < n_params; i++) {
        char range[512], value[64];
        int band = 0;
        if (repeats_first_band(&params[i])) {
            sscanf(params[i].id, "b%d_", &band);
            last_band = band > last_band ? band : last_band;
            continue;
        }
        luster_param_range(&params[i], range, sizeof range);
        luster_param_format(&params[i], params[i].def, value, sizeof value);
        printf("\n  %-16s %s (default %s)%s\n", params[i].id, range, value,
               params[i].flags & LUSTER_PARAM_STATIC ? ", fixed while it plays" : "");
        print_text(params[i].doc, 6);
    }
    if (last_band)
        printf("\n  b2_... to b%d_...: the other bands, as b1_...\n", last_band);
}

static void print_processor(const LusterProcessor *proc)
{
    printf("%s: %s (%s, version %u)\n", proc->id, proc->name, proc->category, proc->version);
    print_text(proc->doc, 2);
    for (uint32_t i = 0; i < proc->n_assets; i++) {
        printf("\n  %-16s a file: %s\n", proc->assets[i].id,
               proc->assets[i].kind == LUSTER_ASSET_AUDIO ? "sound of up to 30 s and 4 channels"
                                                          : "a curve, lines of Hz, dB");
        print_text(proc->assets[i].doc, 6);
    }
    print_rows(proc->params, proc->n_params);
    for (uint32_t i = 0; i < proc->n_meters; i++)
        printf("\n  reads %s: %s, %s\n", proc->meters[i].id, proc->meters[i].doc,
               proc->meters[i].unit);
    if (proc->n_presets)
        printf("\n  %u presets: luster describe %s --presets\n", proc->n_presets, proc->id);
}

static void print_presets(const LusterProcessor *proc)
{
    for (uint32_t i = 0; i < proc->n_presets; i++) {
        const LusterPreset *preset = &proc->presets[i];
        printf("%s  %s%s%s\n", i ? "\n" : "", preset->id, preset->roles[0] ? " for " : "",
               preset->roles);
        printf("      %s:%s\n", proc->id, preset->settings);
        print_text(preset->reason, 6);
    }
    if (proc->n_presets)
        printf("\nIn a chain: %s:preset=%s, and settings after it that change it.\n", proc->id,
               proc->presets[0].id);
    else
        printf("%s has no presets.\n", proc->id);
}

static json_t *presets_json(const LusterProcessor *proc)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < proc->n_presets; i++) {
        const LusterPreset *p = &proc->presets[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s}", "id", p->id, "roles", p->roles,
                                        "settings", p->settings, "reason", p->reason));
    }
    return list;
}

static json_t *rows_json(const LusterParam *params, uint32_t n_params)
{
    static const char *const scales[] = {"linear", "log", "integer", "toggle", "choice"};
    json_t *rows = json_array();
    for (uint32_t i = 0; i < n_params; i++) {
        const LusterParam *p = &params[i];
        json_t *row =
            json_pack("{s:s, s:s, s:s, s:s, s:f, s:f, s:f, s:b, s:b, s:s}", "id", p->id, "name",
                      p->name, "unit", p->unit, "scale", scales[p->scale], "min", p->min, "max",
                      p->max, "default", p->def, "fixed", (p->flags & LUSTER_PARAM_STATIC) != 0,
                      "follows_tempo", (p->flags & LUSTER_PARAM_TEMPO) != 0, "doc", p->doc);
        if (p->scale == LUSTER_SCALE_CHOICE) {
            json_t *labels = json_array();
            for (int k = 0; k <= (int)p->max; k++)
                json_array_append_new(labels, json_string(p->labels[k]));
            json_object_set_new(row, "labels", labels);
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *assets_json(const LusterProcessor *proc)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < proc->n_assets; i++) {
        const LusterAsset *a = &proc->assets[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s}", "id", a->id, "name", a->name, "kind",
                            a->kind == LUSTER_ASSET_AUDIO ? "audio" : "curve", "doc", a->doc));
    }
    return list;
}

static json_t *processor_json(const LusterProcessor *proc)
{
    json_t *meters = json_array();
    for (uint32_t i = 0; i < proc->n_meters; i++) {
        const LusterMeter *m = &proc->meters[i];
        json_array_append_new(meters, json_pack("{s:s, s:s, s:s, s:s}", "id", m->id, "name",
                                                m->name, "unit", m->unit, "doc", m->doc));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:b, s:o, s:o, s:o, s:o}", "id", proc->id, "name",
                     proc->name, "category", proc->category, "doc", proc->doc, "version",
                     (int)proc->version, "keyed", (proc->flags & LUSTER_PROC_KEYED) != 0, "assets",
                     assets_json(proc), "parameters", rows_json(proc->params, proc->n_params),
                     "meters", meters, "presets", presets_json(proc));
}

static int print_json(json_t *json)
{
    const int failed = !json || json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(10));
    json_decref(json);
    putchar('\n');
    return failed ? cli_fail("standard output cannot be written") : CLI_OK;
}

/* Ids, each with what it means. */
static int describe_list(bool as_json, const char *(*id)(uint32_t), const char *(*doc)(uint32_t))
{
    json_t *list = json_array();
    for (uint32_t i = 0; id(i); i++) {
        json_array_append_new(list, json_pack("{s:s, s:s}", "id", id(i), "doc", doc(i)));
        if (!as_json)
            printf("  %-14s %s\n", id(i), doc(i));
    }
    if (as_json)
        return print_json(list);
    json_decref(list);
    return CLI_OK;
}

/* The roles under one parent (NULL: under the family itself), and what stands under each. */
static void print_roles(const char *family, const char *parent, int depth)
{
    LusterRoleRow row;
    for (uint32_t i = 0; luster_role_row(i, &row); i++) {
        const bool here = parent ? row.parent && !strcmp(row.parent, parent) : !row.parent;
        if (strcmp(row.family, family) != 0 || !here)
            continue;
        printf("%*s%-*s %s\n", 2 * depth, "", 24 - 2 * depth, row.id, row.name);
        print_roles(family, row.id, depth + 1);
    }
}

/* What --role takes: a tree, by families. */
static int describe_roles(bool as_json)
{
    json_t *list = json_array();
    LusterRoleRow row, before = {0};
    for (uint32_t i = 0; luster_role_row(i, &row); i++) {
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s?}", "id", row.id, "name", row.name,
                                        "family", row.family, "parent", row.parent));
        if (as_json || i == 0 || (before.family && !strcmp(before.family, row.family)))
            continue; /* the first, unknown, belongs to the last family */
        before = row;
        printf("%s\n", row.family_name);
        print_roles(row.family, NULL, 1);
    }
    if (as_json)
        return print_json(list);
    json_decref(list);
    return CLI_OK;
}

static int describe_all(bool as_json)
{
    Rows rows[5];
    const uint32_t n_rows = session_rows(rows);
    if (as_json) {
        json_t *list = json_array(), *tables = json_object();
        for (uint32_t i = 0; i < luster_processor_count(); i++)
            json_array_append_new(list, processor_json(luster_processor_at(i)));
        for (uint32_t i = 0; i < n_rows; i++)
            json_object_set_new(tables, rows[i].id, rows_json(rows[i].params, rows[i].n_params));
        return print_json(json_pack("{s:o, s:o}", "processors", list, "tables", tables));
    }
    puts("Processors:");
    for (uint32_t i = 0; i < luster_processor_count(); i++)
        printf("  %-12s %s (%u parameters)\n", luster_processor_at(i)->id,
               luster_processor_at(i)->name, luster_processor_at(i)->n_params);
    puts("What a session is made of:");
    for (uint32_t i = 0; i < n_rows; i++)
        printf("  %-12s %s\n", rows[i].id, rows[i].doc);
    printf("What luster mix works with:\n  %-12s %s\n  %-12s %s\n  %-12s %s\n", "roles",
           "For luster mix --role NAME=ROLE.", "styles", "For luster mix --style STYLE.",
           "variations", "What luster mix --candidates makes.");
    puts("\nluster describe NAME shows the parameters of one.");
    return CLI_OK;
}

static int run(Cli *cli)
{
    const char *name = cli_arg(cli, 0);
    const bool as_json = cli_flag(cli, "json");
    if (cli_flag(cli, "schema")) {
        char *schema = luster_session_schema();
        if (!schema)
            return cli_fail("out of memory");
        fputs(schema, stdout);
        free(schema);
        return CLI_OK;
    }
    if (!name && cli_flag(cli, "presets"))
        return cli_misuse(cli,
                          "--presets asks for a processor: luster describe compressor --presets");
    if (!name)
        return describe_all(as_json);
    if (strcmp(name, "roles") == 0)
        return describe_roles(as_json);
    if (strcmp(name, "styles") == 0)
        return describe_list(as_json, luster_style_id, luster_style_doc);
    if (strcmp(name, "variations") == 0)
        return describe_list(as_json, luster_variation_id, luster_variation_doc);
    const LusterProcessor *proc = luster_processor_find(name);
    if (cli_flag(cli, "presets")) {
        if (!proc)
            return cli_fail("there is no processor '%s'; luster describe lists them", name);
        if (as_json)
            return print_json(presets_json(proc));
        print_presets(proc);
        return CLI_OK;
    }
    if (proc && as_json)
        return print_json(processor_json(proc));
    if (proc) {
        print_processor(proc);
        return CLI_OK;
    }
    Rows rows[5];
    const uint32_t n_rows = session_rows(rows);
    for (uint32_t i = 0; i < n_rows; i++) {
        if (strcmp(rows[i].id, name) != 0)
            continue;
        if (as_json)
            return print_json(rows_json(rows[i].params, rows[i].n_params));
        printf("%s: %s\n", rows[i].id, rows[i].doc);
        print_rows(rows[i].params, rows[i].n_params);
        return CLI_OK;
    }
    return cli_fail("there is no processor '%s'; luster describe lists them", name);
}

static const CliOption options[] = {
    {"json", 0, NULL, "For programs: all fields of the tables, as JSON on standard output."},
    {"presets", 0, NULL, "Settings to start from, by role, each with its reason."},
    {"schema", 0, NULL, "The JSON Schema of session files."},
    {NULL, 0, NULL, NULL},
};

const CliCommand cli_describe = {
    .name = "describe",
    .args = "[NAME]",
    .min_args = 0,
    .max_args = 1,
    .summary = "every processor and parameter: unit, range, default, meaning",
    .doc = "Shows the tables luster works by. Without a name it lists the processors; with one "
           "(eq, compressor, strip, clip ...) its parameters; roles lists what a recording can be.",
    .examples = "luster describe compressor\tits parameters, ranges and meanings\n"
                "luster describe --json\tall of it, for a program\n",
    .options = options,
    .run = run,
};
