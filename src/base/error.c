/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Error text: formatted once where the failure is known, carried to whoever talks to the person. */
#include "luster/status.h"

#include <stdarg.h>
#include <stdio.h>

LusterStatus luster_error_set(LusterError *err, LusterStatus status, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        err->status = status;
        vsnprintf(err->text, sizeof err->text, fmt, args);
        va_end(args);
    }
    return status;
}

const char *luster_status_text(LusterStatus status)
{
    switch (status) {
    case LUSTER_OK:
        return "ok";
    case LUSTER_NO_MEMORY:
        return "out of memory";
    case LUSTER_BAD_VALUE:
        return "bad value";
    case LUSTER_BAD_FILE:
        return "bad file";
    case LUSTER_NOT_FOUND:
        return "not found";
    case LUSTER_IO:
        return "input or output failed";
    case LUSTER_EXISTS:
        return "already exists";
    case LUSTER_UNSUPPORTED:
        return "not supported";
    }
    return "unknown status";
}
