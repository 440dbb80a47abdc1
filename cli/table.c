/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands, in the order people see them. */
#include "commands.h"

const CliCommand *const cli_commands[] = {
    &cli_mix, &cli_explain, &cli_render, &cli_measure, &cli_fx, &cli_describe, NULL,
};
