/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What bench/fx_host and bench/lv2_host share: the command line, files, blocks, moves and the
 * clock, so that luster's processors and LV2 plug-ins are run and timed by the same code. */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#include <stdint.h>

#define HOST_MAX_INPUTS 4 /* two channels and two of the side-chain */
#define HOST_MAX_OUTPUTS 16 /* crossovers give a pair for each band */

typedef struct HostSetup {
    const char *name; /* id of a processor or URI of a plug-in */
    double rate_hz;
    uint32_t block; /* frames of the longest block */
    uint32_t n_channels; /* of the input file */
    uint32_t n_keys; /* of the side-chain file, 0: none */
} HostSetup;

/* A family of plug-ins. Functions that can fail say so on stderr and return nonzero or NULL. */
typedef struct HostKind {
    void *(*open)(const HostSetup *setup);
    int (*set)(void *self, const char *id, const char *value); /* before start and while it runs */
    int (*start)(void *self); /* after the first settings */
    uint32_t (*n_outputs)(void *self);
    /* Channels first, then the side-chain's. */
    void (*process)(void *self, const float *const *in, float *const *out, uint32_t n_frames);
    uint32_t (*latency)(void *self); /* frames, after the last block */
    void (*close)(void *self);
} HostKind;

int host_main(int argc, char **argv, const HostKind *kind);

#endif
