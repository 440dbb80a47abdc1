/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a session: refused, or read, written and read again to the same bytes.
 * With libFuzzer:  clang -DLUSTER_LIBFUZZER -fsanitize=fuzzer,address ... ; without, the driver
 * below runs the files it is given, each whole and with every tail cut off. */
#include "luster/session.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LusterSession *session;
    char *once, *twice;
    size_t n_once, n_twice;
    if (luster_session_parse((const char *)data, size, "fuzz", &session, NULL))
        return 0;
    if (luster_session_write(session, &once, &n_once, NULL))
        abort();
    luster_session_free(session);
    if (luster_session_parse(once, n_once, "fuzz", &session, NULL) ||
        luster_session_write(session, &twice, &n_twice, NULL) || n_once != n_twice ||
        memcmp(once, twice, n_once) != 0)
        abort();
    luster_session_free(session);
    free(once);
    free(twice);
    return 0;
}

#ifndef LUSTER_LIBFUZZER
static bool run(const char *path)
{
    FILE *file = fopen(path, "rb");
    const size_t room = 1 << 20;
    uint8_t *data = malloc(room);
    if (!file || !data)
        return false;
    const size_t size = fread(data, 1, room, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    for (size_t n = 0; n < size; n++) {
        uint8_t *part = malloc(n ? n : 1); /* exact, so that a sanitizer sees reading past it */
        if (!part)
            return false;
        memcpy(part, data, n);
        LLVMFuzzerTestOneInput(part, n);
        free(part);
    }
    free(data);
    return true;
}

int main(int argc, char **argv)
{
    int bad = 0;
    for (int i = 1; i < argc; i++) {
        const bool ok = run(argv[i]);
        const char *slash = strrchr(argv[i], '/');
        printf("%s %d - %s\n", ok ? "ok" : "not ok", i, slash ? slash + 1 : argv[i]);
        bad += !ok;
    }
    printf("1..%d\n", argc - 1);
    return bad || argc < 2;
}
#endif
