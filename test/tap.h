/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A test program in three words: TEST defines a case, RUN runs it, tap_done closes. Output is TAP;
 * test/run adds all programs up. A case fails when any CHECK in it fails; it goes on to the end. */
#ifndef LUSTER_TEST_TAP_H
#define LUSTER_TEST_TAP_H

#include <math.h>
#include <stdio.h>
#include <string.h>

static int tap_cases, tap_bad_cases, tap_bad_checks;

#define TEST(name) static void name(void)
#define RUN(name) tap_run(#name, name)
#define CHECK(cond) tap_check((cond) != 0, __FILE__, __LINE__, #cond)
#define CHECK_NEAR(got, want, tolerance)                                                           \
    tap_near((got), (want), (tolerance), __FILE__, __LINE__, #got)
#define CHECK_STR(got, want) tap_str((got), (want), __FILE__, __LINE__, #got)

static inline int tap_check(int ok, const char *file, int line, const char *what)
{
    if (!ok && tap_bad_checks++ < 20)
        printf("# %s:%d: %s\n", file, line, what);
    return ok;
}

static inline int tap_near(double got, double want, double tolerance, const char *file, int line,
                           const char *what)
{
    const int ok = fabs(got - want) <= tolerance || got == want;
    if (!ok && tap_bad_checks++ < 20)
        printf("# %s:%d: %s is %.9g, not %.9g +-%.3g\n", file, line, what, got, want, tolerance);
    return ok;
}

static inline int tap_str(const char *got, const char *want, const char *file, int line,
                          const char *what)
{
    const int ok = got && strcmp(got, want) == 0;
    if (!ok && tap_bad_checks++ < 20)
        printf("# %s:%d: %s is '%s', not '%s'\n", file, line, what, got ? got : "(null)", want);
    return ok;
}

static inline void tap_run(const char *name, void (*test)(void))
{
    tap_bad_checks = 0;
    test();
    tap_cases++;
    tap_bad_cases += tap_bad_checks > 0;
    printf("%s %d - %s\n", tap_bad_checks ? "not ok" : "ok", tap_cases, name);
    fflush(stdout);
}

static inline int tap_done(void)
{
    printf("1..%d\n", tap_cases);
    return tap_bad_cases ? 1 : 0;
}

#endif
