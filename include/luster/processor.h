/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Processors: one effect each, described by a constant table. The table is the one source of truth
 * for ids, ranges, defaults, units and meanings; everything a person sees is a view of it. */
#ifndef LUSTER_PROCESSOR_H
#define LUSTER_PROCESSOR_H

#include "luster/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LUSTER_MAX_CHANNELS 2 /* a strip is mono or stereo */

typedef enum {
    LUSTER_SCALE_LINEAR, /* equal steps sound equal: dB, percent */
    LUSTER_SCALE_LOG, /* equal ratios sound equal: Hz, ms, Q; min > 0 */
    LUSTER_SCALE_INTEGER, /* whole numbers */
    LUSTER_SCALE_TOGGLE, /* 0 off, 1 on */
    LUSTER_SCALE_CHOICE /* 0 … n-1, named by labels */
} LusterScale;

enum {
    LUSTER_PARAM_STATIC = 1, /* read when a stream starts; may change latency; no automation */
    LUSTER_PARAM_TEMPO = 2 /* follows the session's tempo unless set */
};

/** One row of a processor's table. `min`, `max`, `def` and all values are in `unit`. */
typedef struct LusterParam {
    const char *id; /* public, permanent: never renamed, never reused */
    const char *name;
    const char *unit; /* "dB", "Hz", "ms", "%", "s", "bpm", "" */
    LusterScale scale;
    double min, max, def;
    const char *const *labels; /* LUSTER_SCALE_CHOICE: max+1 ids, NULL otherwise */
    unsigned flags; /* LUSTER_PARAM_… */
    const char *doc; /* one or two sentences: what it does, when to move it */
} LusterParam;

/** A reading a processor gives: gain reduction and the like. */
typedef struct LusterMeter {
    const char *id, *name, *unit, *doc;
} LusterMeter;

/** Settings that a professional would start from; they go on top of the defaults. */
typedef struct LusterPreset {
    const char *id; /* permanent, unique within its processor */
    const char *roles; /* what it suits: ids of roles, "bus" or "master", "kick,snare"; "": any */
    const char *settings; /* "id=value,id=value" */
    const char *reason; /* why these values, with their source where there is one */
} LusterPreset;

typedef enum {
    LUSTER_ASSET_AUDIO, /* sound: an impulse response */
    LUSTER_ASSET_CURVE /* a level over frequency */
} LusterAssetKind;

/** Something beside numbers that a processor works from: a row of its table. */
typedef struct LusterAsset {
    const char *id; /* permanent, and no id of a parameter of the same processor */
    const char *name;
    LusterAssetKind kind;
    const char *doc;
} LusterAsset;

#define LUSTER_MAX_ASSETS 4 /* of a processor */
#define LUSTER_ASSET_CHANNELS 4
#define LUSTER_ASSET_MAX_S 30.0 /* seconds of sound */
#define LUSTER_ASSET_MAX_POINTS 4096

/** A point of a curve. Between points the level runs straight over log frequency; beyond the ends
 * it stays. */
typedef struct LusterCurvePoint {
    double hz; /* 1 … 200000, rising */
    double db; /* -100 … 100 */
} LusterCurvePoint;

/** What an asset holds, loaded: one of the two. */
typedef struct LusterAssetData {
    const float *const *audio; /* [n_channels][n_frames], finite, at the processor's rate */
    uint32_t n_channels, n_frames; /* up to LUSTER_ASSET_CHANNELS, LUSTER_ASSET_MAX_S */
    const LusterCurvePoint *points; /* [n_points] */
    uint32_t n_points;
} LusterAssetData;

/** What a processor is opened for; fixed from then on. */
typedef struct LusterSetup {
    double rate_hz; /* 8000 … 384000 */
    uint32_t max_frames; /* largest block that `process` will see */
    uint32_t n_channels; /* 1 or 2 */
    /* [n_assets of the processor], NULL for one that is not given; NULL: none is. They must stay
     * until the instance is freed. */
    const LusterAssetData *const *assets;
} LusterSetup;

/** Audio of one call: planar float, +-1.0 is 0 dBFS. */
typedef struct LusterBlock {
    const float *const *in; /* [n_channels][n_frames] */
    float *const *out; /* [n_channels][n_frames]; may be the same buffers as `in` */
    const float *const *key; /* side-chain [n_channels][n_frames], or NULL: keyed by its input */
    uint32_t n_frames; /* 1 … max_frames */
} LusterBlock;

enum {
    LUSTER_PROC_KEYED = 1, /* has a side-chain input */
    LUSTER_PROC_SIDED = 2, /* left and right are treated differently on purpose */
    LUSTER_PROC_WIDENS = 4 /* makes mono sound stereo: a mono strip passes it with two channels */
};

struct LusterArena;

/** What a processor is. Constant, static storage, listed in src/proc/registry.c. */
typedef struct LusterProcessor {
    const char *id, *name;
    const char *category; /* "gain", "eq", "dynamics", "delay", "reverb", "stereo" */
    const char *doc; /* a paragraph: what it is, its method, its source */
    uint32_t version; /* raised when the sound at equal values changes */
    unsigned flags; /* LUSTER_PROC_… */
    const LusterParam *params;
    uint32_t n_params;
    const LusterMeter *meters;
    uint32_t n_meters;
    const LusterPreset *presets;
    uint32_t n_presets;
    const LusterAsset *assets; /* without them the processor is neutral, or does without */
    uint32_t n_assets;
    const char *neutral; /* settings, "id=value,id=value", at which the input comes back delayed */

    /* Takes all its memory from `arena`, now. LUSTER_NO_MEMORY is the only expected failure.
     * `state` is then in the state of `reset`. */
    LusterStatus (*open)(struct LusterArena *arena, const LusterSetup *setup, void **state);
    /* Forgets all sound and smoothing: the next `update` takes effect at once, without a ramp. */
    void (*reset)(void *state);
    /* New values, one per row, already clamped. Moves after the first are smoothed inside,
     * counted in frames, so that block sizes never show. No allocation, no lock. */
    void (*update)(void *state, const double *values);
    /* No allocation, no lock, no denormals out, any n_frames up to max_frames. */
    void (*process)(void *state, const LusterBlock *block);
    /* n_meters readings of the last block; may be NULL when there are none. */
    void (*read)(const void *state, float *readings);
    /* Frames by which the output lags, from the values at the start; NULL: 0. Pure. */
    uint32_t (*latency)(const double *values, double rate_hz);
    /* Seconds from the input's end until the output stays below -120 dBFS; NULL: 0. Pure. */
    double (*tail)(const double *values);
    /* The same where it depends on assets, from the state; NULL: `tail`. Any thread. */
    double (*state_tail)(const void *state, const double *values);
} LusterProcessor;

/** The registry: `luster_processor_at(i)` for i < `luster_processor_count()`; static storage. */
LUSTER_API uint32_t luster_processor_count(void);
LUSTER_API const LusterProcessor *luster_processor_at(uint32_t index);

/** By id; NULL when there is none. */
LUSTER_API const LusterProcessor *luster_processor_find(const char *id);

/** Index of a parameter by id, or -1. */
LUSTER_API int luster_processor_param(const LusterProcessor *proc, const char *id);

/** Index of an asset by id, or -1. */
LUSTER_API int luster_processor_asset(const LusterProcessor *proc, const char *id);

/** The nearest allowed value: in range, whole where the scale is; NaN becomes the default. */
LUSTER_API double luster_param_clamp(const LusterParam *param, double value);

/** Whether `value` is allowed as it stands. */
LUSTER_API bool luster_param_allows(const LusterParam *param, double value);

/** "-3.5", "on", "bell" -> value. On failure the error says what would be right. */
LUSTER_API LusterStatus luster_param_parse(const LusterParam *param, const char *text,
                                           double *value, LusterError *err);

/** The shortest text that parses back to the same value, without unit, into text[size]; 64 bytes
 * hold every number and label. */
LUSTER_API void luster_param_format(const LusterParam *param, double value, char *text,
                                    size_t size);

/** Allowed values in words, into text[size]: "20 to 20000 Hz", "off or on", "bell, low_shelf or
 * notch". */
LUSTER_API void luster_param_range(const LusterParam *param, char *text, size_t size);

/** A preset by id; NULL when there is none. */
LUSTER_API const LusterPreset *luster_processor_preset(const LusterProcessor *proc, const char *id);

/** "threshold=-18,ratio=4" into `values` [n_params], which must hold values already. "preset=ID"
 * stands for that preset's settings: those after it have the last word. LUSTER_NOT_FOUND for a
 * name, LUSTER_BAD_VALUE for a value; settings before it are then taken. */
LUSTER_API LusterStatus luster_processor_parse(const LusterProcessor *proc, const char *settings,
                                               double *values, LusterError *err);

/** A processor that runs. One thread at a time. */
typedef struct LusterInstance LusterInstance;

/** Opens `proc` at its default values. Free with luster_instance_free. LUSTER_BAD_VALUE for a setup
 * out of range, LUSTER_NO_MEMORY. All memory is taken here: no later call takes any. */
LUSTER_API LusterStatus luster_instance_new(const LusterProcessor *proc, const LusterSetup *setup,
                                            LusterInstance **out, LusterError *err);
/** NULL is allowed. */
LUSTER_API void luster_instance_free(LusterInstance *instance);

/** Sets value number `param`, less than n_params, in its row's unit (clamped); it is heard from the
 * next process call on. */
LUSTER_API void luster_instance_set(LusterInstance *instance, uint32_t param, double value);
LUSTER_API double luster_instance_get(const LusterInstance *instance, uint32_t param);

/** Back to silence; values stay. */
LUSTER_API void luster_instance_reset(LusterInstance *instance);

/** Any n_frames: blocks longer than max_frames are split here. */
LUSTER_API void luster_instance_process(LusterInstance *instance, const LusterBlock *block);

/** What the meters say of the last block, into readings[n_meters], in their units. */
LUSTER_API void luster_instance_read(const LusterInstance *instance, float *readings);

/** Frames by which the output lags the input. */
LUSTER_API uint32_t luster_instance_latency(const LusterInstance *instance);

/** Seconds from the input's end until the output stays below -120 dBFS. */
LUSTER_API double luster_instance_tail(const LusterInstance *instance);

#ifdef __cplusplus
}
#endif

#endif
