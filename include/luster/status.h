/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Results of every call that can fail. 0 is success; the words for people go into the caller's
 * LusterError. The library itself prints nothing. */
#ifndef LUSTER_STATUS_H
#define LUSTER_STATUS_H

#if defined(__GNUC__)
#define LUSTER_API __attribute__((visibility("default")))
#define LUSTER_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define LUSTER_API
#define LUSTER_PRINTF(fmt, args)
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    LUSTER_OK = 0,
    LUSTER_NO_MEMORY,
    LUSTER_BAD_VALUE, /* a value outside what is allowed */
    LUSTER_BAD_FILE, /* a file that exists but cannot be understood */
    LUSTER_NOT_FOUND, /* a file, strip, processor or parameter that does not exist */
    LUSTER_IO, /* the system refused to read or write */
    LUSTER_EXISTS, /* an output that is already there */
    LUSTER_UNSUPPORTED /* understood, but not something luster does */
} LusterStatus;

/** Detail for people. `text` names the file, the place, the value and what would be right. */
typedef struct LusterError {
    LusterStatus status;
    char text[1024];
} LusterError;

/** Fills `err` (which may be NULL) and returns `status`, so that one line can do both. */
LUSTER_API LusterStatus luster_error_set(LusterError *err, LusterStatus status, const char *fmt,
                                         ...) LUSTER_PRINTF(3, 4);

/** A short name of a status, e.g. "not found". Static storage. */
LUSTER_API const char *luster_status_text(LusterStatus status);

#ifdef __cplusplus
}
#endif

#endif
