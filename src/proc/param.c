/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Values of parameters as people write and read them, all from the table's row. */
#include "luster/processor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_whole(LusterScale scale)
{
    return scale == LUSTER_SCALE_INTEGER || scale == LUSTER_SCALE_TOGGLE ||
           scale == LUSTER_SCALE_CHOICE;
}

double luster_param_clamp(const LusterParam *param, double value)
{
    if (value != value)
        return param->def;
    if (is_whole(param->scale))
        value = floor(value + 0.5);
    return value < param->min ? param->min : value > param->max ? param->max : value;
}

bool luster_param_allows(const LusterParam *param, double value)
{
    return value >= param->min && value <= param->max &&
           (!is_whole(param->scale) || value == floor(value));
}

static void append(char *text, size_t size, const char *more)
{
    const size_t used = strlen(text);
    if (used < size)
        snprintf(text + used, size - used, "%s", more);
}

static void format_number(double value, char *text, size_t size)
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    /* plain notation for the magnitudes people use */
    if (strchr(text, 'e') && fabs(value) < 1e9 && fabs(value) >= 1e-6) {
        for (int digits = 0; digits <= 20; digits++) {
            snprintf(text, size, "%.*f", digits, value);
            if (strtod(text, NULL) == value)
                break;
        }
    }
}

void luster_param_format(const LusterParam *param, double value, char *text, size_t size)
{
    if (param->scale == LUSTER_SCALE_TOGGLE)
        snprintf(text, size, "%s", value != 0.0 ? "on" : "off");
    else if (param->scale == LUSTER_SCALE_CHOICE)
        snprintf(text, size, "%s", param->labels[(int)luster_param_clamp(param, value)]);
    else
        format_number(value, text, size);
}

void luster_param_range(const LusterParam *param, char *text, size_t size)
{
    if (param->scale == LUSTER_SCALE_TOGGLE) {
        snprintf(text, size, "off or on");
    } else if (param->scale == LUSTER_SCALE_CHOICE) {
        const int last = (int)param->max;
        text[0] = '\0';
        for (int i = 0; i <= last; i++) {
            append(text, size, param->labels[i]);
            append(text, size, i == last ? "" : i == last - 1 ? " or " : ", ");
        }
    } else {
        char low[40], high[40];
        format_number(param->min, low, sizeof low);
        format_number(param->max, high, sizeof high);
        snprintf(text, size, "%s to %s%s%s", low, high, param->unit[0] ? " " : "", param->unit);
    }
}

static LusterStatus refuse(const LusterParam *param, const char *text, LusterError *err)
{
    char range[512];
    luster_param_range(param, range, sizeof range);
    return luster_error_set(err, LUSTER_BAD_VALUE, "%s is '%s'; it must be %s", param->id, text,
                            range);
}

LusterStatus luster_param_parse(const LusterParam *param, const char *text, double *value,
                                LusterError *err)
{
    if (param->scale == LUSTER_SCALE_TOGGLE) {
        const bool on = !strcmp(text, "on") || !strcmp(text, "true") || !strcmp(text, "1");
        const bool off = !strcmp(text, "off") || !strcmp(text, "false") || !strcmp(text, "0");
        if (!on && !off)
            return refuse(param, text, err);
        *value = on;
        return LUSTER_OK;
    }
    if (param->scale == LUSTER_SCALE_CHOICE) {
        for (int i = 0; i <= (int)param->max; i++) {
            if (strcmp(text, param->labels[i]) == 0) {
                *value = i;
                return LUSTER_OK;
            }
        }
        return refuse(param, text, err);
    }
    char *end;
    const double number = strtod(text, &end);
    if (end == text || *end || !luster_param_allows(param, number))
        return refuse(param, text, err);
    *value = number;
    return LUSTER_OK;
}

const LusterPreset *luster_processor_preset(const LusterProcessor *proc, const char *id)
{
    for (uint32_t i = 0; i < proc->n_presets; i++) {
        if (strcmp(proc->presets[i].id, id) == 0)
            return &proc->presets[i];
    }
    return NULL;
}

static LusterStatus parse_preset(const LusterProcessor *proc, const char *id, double *values,
                                 LusterError *err)
{
    const LusterPreset *preset = luster_processor_preset(proc, id);
    if (!preset)
        return luster_error_set(err, LUSTER_NOT_FOUND,
                                "%s has no preset '%s' (luster describe %s --presets lists them)",
                                proc->id, id, proc->id);
    return luster_processor_parse(proc, preset->settings, values, err);
}

LusterStatus luster_processor_parse(const LusterProcessor *proc, const char *settings,
                                    double *values, LusterError *err)
{
    while (*settings) {
        char item[256];
        const size_t length = strcspn(settings, ",");
        if (length >= sizeof item)
            return luster_error_set(err, LUSTER_BAD_VALUE, "%s: a setting of %zu characters",
                                    proc->id, length);
        memcpy(item, settings, length);
        item[length] = '\0';
        settings += length + (settings[length] == ',');
        char *equals = strchr(item, '=');
        if (!equals)
            return luster_error_set(err, LUSTER_BAD_VALUE,
                                    "%s: '%s' is not of the form parameter=value", proc->id, item);
        *equals = '\0';
        if (strcmp(item, "preset") == 0) {
            const LusterStatus status = parse_preset(proc, equals + 1, values, err);
            if (status)
                return status;
            continue;
        }
        const int index = luster_processor_param(proc, item);
        if (index < 0)
            return luster_error_set(err, LUSTER_NOT_FOUND,
                                    "%s has no parameter '%s' (luster describe %s lists them)",
                                    proc->id, item, proc->id);
        const LusterStatus status =
            luster_param_parse(&proc->params[index], equals + 1, &values[index], err);
        if (status)
            return status;
    }
    return LUSTER_OK;
}
