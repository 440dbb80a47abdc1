/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Session: one song as a tree of plain values a person can read and edit. Tracks hold clips, buses
 * sum strips, the master sums what is left. Everything is owned by the session and lives as long as
 * it; pointers into arrays (tracks, clips, ...) are valid until the next `add` of that kind.
 * Not thread-safe while it is being changed. Opens no audio. */
#ifndef LUSTER_SESSION_H
#define LUSTER_SESSION_H

#include "luster/processor.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LUSTER_SESSION_FORMAT 1 /* the "luster" key of a session file */

/* Values of a strip: rows of luster_strip_params(). */
enum {
    LUSTER_STRIP_TRIM, /* trim_db, ahead of the chain */
    LUSTER_STRIP_POLARITY, /* polarity */
    LUSTER_STRIP_DELAY, /* delay_ms, ahead of the chain; heard, not compensated */
    LUSTER_STRIP_FADER, /* fader_db, after the chain */
    LUSTER_STRIP_RIDE, /* ride_db, on top of the fader: what moves in time */
    LUSTER_STRIP_PAN, /* pan, -100 left ... 100 right */
    LUSTER_STRIP_WIDTH, /* width, 0 mono ... 100 as it is ... 200; stereo strips only */
    LUSTER_STRIP_MUTE,
    LUSTER_STRIP_SOLO,
    LUSTER_STRIP_N
};

/* Values of a clip: rows of luster_clip_params(). Times in seconds, rounded to whole frames of the
 * session's rate when played. */
enum {
    LUSTER_CLIP_START, /* start_s: where it begins in the song */
    LUSTER_CLIP_OFFSET, /* offset_s: where it begins in the file */
    LUSTER_CLIP_LENGTH, /* length_s: how much is played; 0 = to the file's end */
    LUSTER_CLIP_GAIN, /* gain_db */
    LUSTER_CLIP_FADE_IN, /* fade_in_s */
    LUSTER_CLIP_FADE_OUT, /* fade_out_s */
    LUSTER_CLIP_FADE_SHAPE, /* fade_shape: linear (same material), power (different material) */
    LUSTER_CLIP_CHANNELS, /* channels: all, left, right, mono (mean of both) */
    LUSTER_CLIP_N
};

/* Values of a send: rows of luster_send_params(). */
enum { LUSTER_SEND_LEVEL, LUSTER_SEND_PAN, LUSTER_SEND_PRE, LUSTER_SEND_ON, LUSTER_SEND_N };

/* Values of the session: rows of luster_session_params(). */
enum {
    LUSTER_SESSION_RATE,
    LUSTER_SESSION_TEMPO,
    LUSTER_SESSION_PAN_LAW,
    LUSTER_SESSION_BEATS, /* beats_per_bar; 0: not known */
    LUSTER_SESSION_BAR, /* first_bar_s: where the first bar begins */
    LUSTER_SESSION_N
};

/* Choices of LUSTER_SESSION_PAN_LAW: gain of a centred mono strip in each side. */
enum { LUSTER_PAN_LAW_3, LUSTER_PAN_LAW_4_5, LUSTER_PAN_LAW_6 };
/* Choices of LUSTER_CLIP_CHANNELS and LUSTER_CLIP_FADE_SHAPE. */
enum { LUSTER_CHANNELS_ALL, LUSTER_CHANNELS_LEFT, LUSTER_CHANNELS_RIGHT, LUSTER_CHANNELS_MONO };
enum { LUSTER_FADE_LINEAR, LUSTER_FADE_POWER };

LUSTER_API const LusterParam *luster_strip_params(void); /* [LUSTER_STRIP_N] */
LUSTER_API const LusterParam *luster_clip_params(void); /* [LUSTER_CLIP_N] */
LUSTER_API const LusterParam *luster_send_params(void); /* [LUSTER_SEND_N] */
LUSTER_API const LusterParam *luster_session_params(void); /* [LUSTER_SESSION_N] */

typedef struct LusterClip {
    const char *file; /* as written in the session: relative to the session's folder, or absolute */
    double values[LUSTER_CLIP_N];
} LusterClip;

/** An asset of an insert (LusterAsset): a file, or the points of a curve; neither: not given. */
typedef struct LusterAssetUse {
    const char *file; /* as written: relative to the session's folder, or absolute; or NULL */
    LusterCurvePoint *points; /* Hz rising */
    uint32_t n_points;
} LusterAssetUse;

/** One processor of a chain. */
typedef struct LusterInsert {
    const char *id; /* unique in its chain; the processor's id unless that is taken */
    const LusterProcessor *proc;
    bool on;
    const char *key; /* id of the strip that keys it, or NULL: its own input */
    double *values; /* [proc->n_params] */
    bool *given; /* [proc->n_params]: written in the file even where it is the default */
    LusterAssetUse *assets; /* [proc->n_assets] */
} LusterInsert;

typedef struct LusterSend {
    const char *to; /* id of a bus */
    double values[LUSTER_SEND_N];
} LusterSend;

typedef enum {
    LUSTER_CURVE_LINEAR, /* straight to the next point, in the parameter's own unit */
    LUSTER_CURVE_HOLD, /* stays until the next point */
    LUSTER_CURVE_SMOOTH, /* S-curve: half a cosine */
    LUSTER_CURVE_SLOW, /* starts slowly (quadratic) */
    LUSTER_CURVE_FAST, /* starts fast (quadratic) */
    LUSTER_CURVE_N
} LusterCurve;

/** Ids of the curves, "linear", "hold" ...: [LUSTER_CURVE_N], NULL at the end. */
LUSTER_API const char *const *luster_curve_ids(void);

typedef struct LusterPoint {
    double time_s;
    double value; /* in the target's unit */
    LusterCurve curve; /* from here to the next point */
} LusterPoint;

/** One automated value. Before the first point it has the first value, after the last the last. */
typedef struct LusterAutomation {
    const char *target; /* see luster_strip_target */
    LusterPoint *points; /* times rising */
    uint32_t n_points;
} LusterAutomation;

/** The stages of a mix, in the order of their decisions. */
typedef enum {
    LUSTER_STAGE_INTAKE, /* what a file is and which of it is played; always on */
    LUSTER_STAGE_ALIGN, /* polarity and delay of microphones, late files */
    LUSTER_STAGE_BALANCE,
    LUSTER_STAGE_TONE, /* clean-up, low cuts, resonances, sibilance, room for each other */
    LUSTER_STAGE_DYNAMICS, /* gates, compressors, ducking, limiters */
    LUSTER_STAGE_PLACE, /* pan and width */
    LUSTER_STAGE_SPACE, /* reverbs and delays */
    LUSTER_STAGE_RIDES, /* fader moves in time */
    LUSTER_STAGE_MASTER, /* the master bus */
    LUSTER_STAGE_N
} LusterStage;

/** "tone" and so on; NULL past the last. Static storage. */
LUSTER_API const char *luster_stage_id(uint32_t index);

/* What a person asks of the assistant: rows of luster_assistant_params(). The lead's place, and how
 * much of each stage but the first is done. */
enum { LUSTER_ASSISTANT_LEAD, LUSTER_ASSISTANT_N = LUSTER_STAGE_N };
LUSTER_API const LusterParam *luster_assistant_params(void); /* [LUSTER_ASSISTANT_N] */

typedef struct LusterAssistant {
    const char *style, *variation; /* "" the usual ones */
    const char *reference; /* a song to follow: a file as in a clip; "" none */
    double values[LUSTER_ASSISTANT_N];
} LusterAssistant;

/** One move of the assistant, beside the value it set. */
typedef struct LusterDecision {
    const char *target; /* see luster_strip_target; also "role", "output", ... */
    double from, to; /* in the target's unit, when the texts are NULL */
    const char *from_text, *to_text; /* for targets that are words */
    double amount; /* 0 ... 1: how much of the move is applied */
    bool locked; /* the assistant leaves it as it is */
    const char *stage; /* "tone": luster_stage_id; "" unsaid */
    bool current; /* made or renewed by the assistant's last run; not in the file */
    const char *measured; /* the evidence, with numbers and units */
    const char *reason; /* why, for a person */
} LusterDecision;

typedef enum { LUSTER_TRACK, LUSTER_BUS, LUSTER_MASTER } LusterStripKind;

typedef struct LusterStrip {
    LusterStripKind kind;
    const char *id; /* unique in the session, [A-Za-z0-9_.-]+, never "master" but the master's */
    const char *name; /* for people */
    const char *role; /* what it is (kick, lead_vocal ...), "" when unknown */
    double confidence; /* 0 ... 1 in the role */
    const char *output; /* id of the bus it goes to; NULL: the master (NULL for the master too) */
    double values[LUSTER_STRIP_N];
    LusterClip *clips; /* tracks only */
    uint32_t n_clips;
    LusterInsert *inserts;
    uint32_t n_inserts;
    LusterSend *sends;
    uint32_t n_sends;
    LusterAutomation *automation;
    uint32_t n_automation;
    LusterDecision *decisions;
    uint32_t n_decisions;
} LusterStrip;

/** A place in the song with a name: "verse 1". */
typedef struct LusterMarker {
    double time_s;
    const char *name;
} LusterMarker;

struct LusterArena;

typedef struct LusterSession {
    const char *title;
    double values[LUSTER_SESSION_N];
    LusterStrip *tracks;
    uint32_t n_tracks;
    LusterStrip *buses;
    uint32_t n_buses;
    LusterStrip master;
    LusterAssistant assistant; /* what the person asked for; kept for the next run */
    const char *const *notes; /* what the assistant wants a person to know, one line each */
    uint32_t n_notes;
    LusterMarker *markers; /* times rising */
    uint32_t n_markers;
    struct LusterArena *arena; /* owns all of the above */
} LusterSession;

/** An empty session at default values with a master and nothing else; NULL when memory is out. */
LUSTER_API LusterSession *luster_session_new(void);
LUSTER_API void luster_session_free(LusterSession *session);

/** Reads a session from UTF-8 JSON text of `size` bytes. `name` is for error messages
 * ("song.json"). A wrong value, an unknown key, a send loop is refused with name, line, key, value
 * and range. */
LUSTER_API LusterStatus luster_session_parse(const char *text, size_t size, const char *name,
                                             LusterSession **out, LusterError *err);

/** The session as text in stable order; *out is malloced, the caller frees it. */
LUSTER_API LusterStatus luster_session_write(const LusterSession *session, char **out, size_t *size,
                                             LusterError *err);

/** All rules that span values: unique ids, known outputs, sends and keys, no loops, known targets.
 */
LUSTER_API LusterStatus luster_session_validate(const LusterSession *session, LusterError *err);

/** JSON Schema (draft 2020-12) of the session file, made from the tables; malloced. */
LUSTER_API char *luster_session_schema(void);

/* Building. Each returns NULL (or a status) when memory is out or the value is refused; strings are
 * copied. New strips get default values. An id may be any text: what an id cannot hold becomes "_",
 * ids that are taken get a number ("kick_2"). `name` NULL: as `id`. Arrays grow by these calls
 * only; shortening one (n--) is allowed. */
LUSTER_API LusterStrip *luster_session_add_track(LusterSession *session, const char *id,
                                                 const char *name);
LUSTER_API LusterStrip *luster_session_add_bus(LusterSession *session, const char *id,
                                               const char *name);
LUSTER_API LusterClip *luster_strip_add_clip(LusterSession *session, LusterStrip *strip,
                                             const char *file);
LUSTER_API LusterInsert *luster_strip_add_insert(LusterSession *session, LusterStrip *strip,
                                                 const LusterProcessor *proc);
/** Gives asset number `asset` of an insert a file, or the points of a curve, which are copied;
 * what it had before is forgotten. False when memory is out. */
LUSTER_API bool luster_insert_set_file(LusterSession *session, LusterInsert *insert, uint32_t asset,
                                       const char *file);
LUSTER_API bool luster_insert_set_curve(LusterSession *session, LusterInsert *insert,
                                        uint32_t asset, const LusterCurvePoint *points,
                                        uint32_t n_points);

/** Loads a file for a processor at `rate_hz`, as luster_assets_load (asset.h) does. The data stays
 * as long as `context`. */
typedef LusterStatus (*LusterLoadAsset)(void *context, const char *file, LusterAssetKind kind,
                                        double rate_hz, LusterAssetData *data, LusterError *err);

/** The assets of an insert, ready for LusterSetup. */
typedef struct LusterInsertAssets {
    LusterAssetData data[LUSTER_MAX_ASSETS];
    const LusterAssetData *list[LUSTER_MAX_ASSETS];
} LusterInsertAssets;

/** Fills `out`; `load` NULL refuses files. */
LUSTER_API LusterStatus luster_insert_load(const LusterInsert *insert, double rate_hz,
                                           LusterLoadAsset load, void *context,
                                           LusterInsertAssets *out, LusterError *err);

/** `to` need not exist yet. A second send to the same bus is the first one, given back. */
LUSTER_API LusterSend *luster_strip_add_send(LusterSession *session, LusterStrip *strip,
                                             const char *to);
/** NULL also when the target does not exist or is LUSTER_PARAM_STATIC. One that exists already is
 * given back, emptied. */
LUSTER_API LusterAutomation *luster_strip_add_automation(LusterSession *session, LusterStrip *strip,
                                                         const char *target);
/** Times must rise; two points never share one (a jump is LUSTER_CURVE_HOLD). */
LUSTER_API LusterStatus luster_automation_add_point(LusterSession *session,
                                                    LusterAutomation *automation,
                                                    LusterPoint point);
/** Adds a decision for a numeric target (amount 1) and applies it to the value, clamped. `measured`
 * and `reason` are copied. A target has one decision: a second call replaces it and keeps its
 * `from`. A locked one stays as it is, its value too, and is given back. */
LUSTER_API LusterDecision *luster_strip_decide(LusterSession *session, LusterStrip *strip,
                                               const char *target, double to, const char *measured,
                                               const char *reason);
/** The same for a target that is words ("role", "output"); only recorded, the caller sets it. */
LUSTER_API LusterDecision *luster_strip_decide_text(LusterSession *session, LusterStrip *strip,
                                                    const char *target, const char *from,
                                                    const char *to, const char *measured,
                                                    const char *reason);
/** Applies `amount` (0 ... 1) of a numeric decision to its value: between `from` and `to`, by ratio
 * where the scale is logarithmic, the nearer of the two where it is a choice. */
LUSTER_API LusterStatus luster_decision_apply(LusterStrip *strip, LusterDecision *decision,
                                              double amount, LusterError *err);
/** Whether the value is still what the decision set: false once a person changed it, or took away
 * what it belongs to. */
LUSTER_API bool luster_decision_stands(const LusterStrip *strip, const LusterDecision *decision);
/** printf into the session's memory; NULL when it is out. */
LUSTER_API const char *luster_session_text(LusterSession *session, const char *fmt, ...)
    LUSTER_PRINTF(2, 3);
LUSTER_API LusterStatus luster_session_note(LusterSession *session, const char *text);
/** Adds a marker behind those there are: its time must be later. */
LUSTER_API LusterStatus luster_session_add_marker(LusterSession *session, double time_s,
                                                  const char *name);

/** A strip by id ("master" too); NULL when there is none. */
LUSTER_API LusterStrip *luster_session_strip(LusterSession *session, const char *id);
LUSTER_API const LusterStrip *luster_session_find(const LusterSession *session, const char *id);

/** Where a value lives. */
typedef struct LusterTarget {
    const LusterParam *param;
    double *value;
} LusterTarget;

/** Addresses a value of a strip: "fader_db", "pan", "sends.room.level_db", "clips.0.gain_db",
 * "inserts.eq.b1_freq". LUSTER_NOT_FOUND says what there is instead. */
LUSTER_API LusterStatus luster_strip_target(LusterStrip *strip, const char *path,
                                            LusterTarget *target, LusterError *err);

/** The value of an automation at a time in seconds. Pure; the engine's own ramps agree with it. */
LUSTER_API double luster_automation_value(const LusterAutomation *automation, double time_s);

/** A chain written as text: "eq:b1_type=bell,b1_freq=1000 | limiter:ceiling=-1". Assets are given
 * as files: "convolution:ir=hall.wav"; what is in double quotes is taken as it stands, so that a
 * name may hold commas, bars and blanks. */
LUSTER_API LusterStatus luster_chain_parse(LusterSession *session, LusterStrip *strip,
                                           const char *text, LusterError *err);

#ifdef __cplusplus
}
#endif

#endif
