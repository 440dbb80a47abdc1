/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The mix assistant: from recordings to a session in which every move stands with its evidence and
 * its reason. It opens no files itself: the caller hands in a way to open each. */
#ifndef LUSTER_MIX_H
#define LUSTER_MIX_H

#include "luster/measure.h"
#include "luster/session.h"
#include "luster/source.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One recording. Strings must live as long as the LusterMix. */
typedef struct LusterMixInput {
    const char *name; /* for people and for telling the role: "Drums/02_Kick In.wav" */
    const char *path; /* as it shall stand in the session */
    const char *format; /* "24-bit PCM": for the report; NULL when it does not matter */
    /* Opens the recording from its start; called several times, from several threads at once (for
     * different inputs). A failure makes this input unusable, with the error's text. */
    LusterStatus (*open)(void *user, LusterSource **out, LusterError *err);
    void *user;
} LusterMixInput;

/** Ids of the styles ("general", "rock" ...) and of the variations ("balanced", "lead_forward"
 * ...), NULL past the last; the first is what is taken when nothing is said. Static storage. */
LUSTER_API const char *luster_style_id(uint32_t index);
LUSTER_API const char *luster_style_doc(uint32_t index);
LUSTER_API const char *luster_variation_id(uint32_t index);
LUSTER_API const char *luster_variation_doc(uint32_t index);

/** A recording that nobody can tell, and whose role matters. */
typedef struct LusterMixQuestion {
    const char *name;
    const char *role, *role_name; /* the guess: its id, and for people */
    double confidence; /* 0 ... 1 */
    const char *why;
} LusterMixQuestion;

typedef struct LusterMixOptions {
    uint32_t n_threads; /* 0 or 1: the caller's own */
    const char *title; /* of a new session; may be NULL */
    double rate_hz; /* of a new session; 0: the rate most of the recordings have, 44100 or more */
    const char *const *roles; /* "bass2=synth": file or track name (without its ending) = role */
    uint32_t n_roles;
    /* What a person asks for. Texts that are NULL and values whose bit in `given` is not set are as
     * the session has them, or as usual. */
    LusterAssistant assistant;
    uint32_t given;
    /* A mix proposed before from the same inputs: what was heard then is not listened to again. It
     * must stay until this one is freed. NULL: none. */
    const struct LusterMix *heard;
    /* A session proposed before, to be looked over again, or NULL for a new one. Locked decisions,
     * values edited by hand and amounts stay as they are; it stays the caller's. */
    LusterSession *session;
    void (*progress)(void *user, const char *doing, double fraction); /* caller's thread; or NULL */
    /* Asks a person: the id of a role, or NULL to keep the guess. At most five times, on the
     * caller's thread, for new sessions. NULL: nobody is asked. */
    const char *(*ask)(void *user, const LusterMixQuestion *question);
    void *user;
} LusterMixOptions;

typedef struct LusterMix LusterMix;

/** Listens to all inputs and decides. The order of inputs does not matter. Inputs that cannot be
 * used do not fail the call: see luster_mix_unusable; with not one usable it is LUSTER_BAD_FILE.
 * A wrong role override is LUSTER_BAD_VALUE. */
LUSTER_API LusterStatus luster_mix_propose(const LusterMixInput *inputs, uint32_t n_inputs,
                                           const LusterMixOptions *options, LusterMix **out,
                                           LusterError *err);

/** The session; owned by the mix unless it came in with the options. */
LUSTER_API LusterSession *luster_mix_session(const LusterMix *mix);

/** The i-th input that could not be used: its name, and why in *why; NULL past the last. */
LUSTER_API const char *luster_mix_unusable(const LusterMix *mix, uint32_t i, const char **why);

/** Listens to the mix as it plays. */
typedef struct LusterMixEar LusterMixEar;

/** For the session of `mix` as it stands; the mix must outlive it. */
LUSTER_API LusterStatus luster_mix_ear_new(const LusterMix *mix, LusterMixEar **out,
                                           LusterError *err);
LUSTER_API void luster_mix_ear_free(LusterMixEar *ear);
/** The strips it wants to hear beside the master: for LusterRenderOptions. */
LUSTER_API const char *const *luster_mix_ear_strips(const LusterMixEar *ear, uint32_t *n);
/** Fits LusterRenderOptions.listen; `ear` is a LusterMixEar. */
LUSTER_API LusterStatus luster_mix_ear_hear(void *ear, const float *const *master,
                                            const float *const *strips, size_t n_frames);
/** Once, after the last frame. */
LUSTER_API LusterStatus luster_mix_ear_finish(LusterMixEar *ear, LusterError *err);
/** The master as it was heard. */
LUSTER_API const LusterMeasurement *luster_mix_ear_master(const LusterMixEar *ear);

/** One figure of a mix, beside what professional mixes have. */
typedef struct LusterMixFigure {
    const char *id, *name, *unit;
    double value, low, high; /* `low` ... `high`: p10 to p90 unless the source says otherwise */
    const char *source; /* key of doc/sources.md */
} LusterMixFigure;

/** Takes down what was heard, and moves what lies outside toward the professional range: faders of
 * groups and returns, broad tone on the master. True when the session changed, so that the mix
 * wants to be heard again; bounded, so that it ends. */
LUSTER_API bool luster_mix_correct(LusterMix *mix, const LusterMixEar *ear);

/** The figures of the last hearing; NULL past the last. */
LUSTER_API const LusterMixFigure *luster_mix_figure(const LusterMix *mix, uint32_t index);

/** When all is done: notes on what could not be brought inside. */
LUSTER_API LusterStatus luster_mix_judge(LusterMix *mix, LusterError *err);

/** How loud the mix can be made, LUFS: about -16 (unmastered mixes), or less where its peaks would
 * come over -1.5 dBTP, just under the safety limiter (which may take up to 3 dB off single peaks
 * where they stand more than 18 dB over the loudness). `measured` is the master rendered with its
 * limiter off, all parts of LusterMeasurement: only then do its peaks tell how far to go. */
LUSTER_API double luster_mix_reach(const LusterMix *mix, const LusterMeasurement *measured);

/** After a first render: sets the master's trim so that the mix gets as loud as that, at most
 * `lufs`. True when the session changed. */
LUSTER_API bool luster_mix_finish(LusterMix *mix, const LusterMeasurement *measured, double lufs);

/** A self-contained HTML page: what came in, what was done and why, what came out. `measured` may
 * be NULL. *html is malloced. */
LUSTER_API LusterStatus luster_mix_report(const LusterMix *mix, const LusterMeasurement *measured,
                                          char **html, size_t *size, LusterError *err);

LUSTER_API void luster_mix_free(LusterMix *mix);

/** Ids of the roles ("kick", "lead_vocal" ...), NULL past the last. Static storage. */
LUSTER_API const char *luster_role_id(uint32_t index);

/** Where a role stands in the tree: its name for people, its family ("drums", "voice" ...) with a
 * name for people, and the id of the next coarser role, NULL for those directly under the family.
 */
typedef struct LusterRoleRow {
    const char *id, *name, *family, *family_name, *parent;
} LusterRoleRow;

/** The row of a role; false past the last. */
LUSTER_API bool luster_role_row(uint32_t index, LusterRoleRow *row);

#ifdef __cplusplus
}
#endif

#endif
