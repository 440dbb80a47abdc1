/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What luster mix works on: the recordings, where the outputs go, and the mixes made of them. */
#ifndef LUSTER_CLI_MIX_JOB_H
#define LUSTER_CLI_MIX_JOB_H

#include "collect.h"
#include "commands.h"
#include "luster/mix.h"

#define MIX_MAX_CANDIDATES 4 /* there are four variations */

typedef struct Input {
    char path[4096]; /* from here */
    char written[4096]; /* from the session's folder */
    char format[64];
    LusterAudioFaults faults;
} Input;

/* One mix of the song. */
typedef struct Candidate {
    LusterMix *mix;
    char session_path[4096], mix_path[4096], report_path[4096];
    LusterMeasurement heard; /* played without its limiter, before its level was set */
    LusterMeasurement measured; /* of the delivered file */
} Candidate;

typedef struct MixJob {
    const Cli *cli;
    FileList files;
    Input *inputs;
    LusterMixInput *mix_inputs;
    uint32_t n_inputs;
    LusterSession *old; /* looked over again, or NULL */
    char old_folder[4096];
    char folder[2048]; /* of the outputs */
    Candidate candidates[MIX_MAX_CANDIDATES];
    uint32_t n_candidates;
    CliFormat format;
    uint32_t n_threads;
    bool made_folder; /* it was not there before */
    bool incomplete; /* something was named as unusable and not allowed */
} MixJob;

/* mix_inputs.c. Each returns CLI_OK, or says what is wrong. */
/** By its name. */
bool mix_is_session(const char *path);
int mix_choose_folder(MixJob *job);
int mix_check_outputs(MixJob *job);
int mix_collect(MixJob *job);

#endif
