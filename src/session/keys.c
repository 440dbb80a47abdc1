/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The keys of a session file beside the rows of tables.c, in the order in which they are written.
 */
#include "session/keys.h"

#include "session/model.h"

const LusterParam luster_row_confidence = {
    "confidence",
    "Confidence",
    "",
    LUSTER_SCALE_LINEAR,
    0,
    1,
    0,
    NULL,
    0,
    "How sure the role is: 0 a guess, 1 certain; 1 when a role is given without it."};
const LusterParam luster_row_amount = {
    "amount", "Amount",
    "",       LUSTER_SCALE_LINEAR,
    0,        1,
    1,        NULL,
    0,        "How much of the move is in the value: 0 leaves `from`, 1 is all of `to`."};
const LusterParam luster_row_version = {
    "version",
    "Version",
    "",
    LUSTER_SCALE_INTEGER,
    1,
    1000000,
    1,
    NULL,
    0,
    "Version of the processor whose sound was set. A newer one than this luster has is refused."};
const LusterParam luster_row_time = {
    "time_s", "Time",
    "s",      LUSTER_SCALE_LINEAR,
    0,        360000,
    0,        NULL,
    0,        "Seconds from the song's beginning."}; /* 100 hours, as the clips' */

const LusterParam luster_row_curve_hz = {"hz", "Frequency",
                                         "Hz", LUSTER_SCALE_LOG,
                                         1,    200000,
                                         1000, NULL,
                                         0,    "Frequency of a point of a curve."};
const LusterParam luster_row_curve_db = {
    "db", "Level", "dB", LUSTER_SCALE_LINEAR,           -100, 100,
    0,    NULL,    0,    "Level of a point of a curve."};

double luster_confidence_default(const LusterStrip *strip)
{
    return *strip->role ? 1.0 : 0.0;
}

#define ANY LUSTER_KEY_ANY
#define TRACK LUSTER_KEY_TRACK
#define BUS LUSTER_KEY_BUS

static const LusterKey session_keys[] = {
    {"luster", LUSTER_KEY_FORMAT, ANY, true, NULL, NULL, 0, "Version of the file format."},
    {"title", LUSTER_KEY_TEXT, ANY, false, NULL, NULL, 0, "The song's title."},
    {"assistant", LUSTER_KEY_OBJECT, ANY, false, NULL, "assistant", 0,
     "What a person asked of the assistant; it holds for its next run too."},
    {"notes", LUSTER_KEY_NOTES, ANY, false, NULL, NULL, LUSTER_MAX_NOTES,
     "What the assistant wants a person to know, one line each."},
    {"markers", LUSTER_KEY_LIST, ANY, false, NULL, "marker", LUSTER_MAX_MARKERS,
     "Places in the song, times rising: where its sections begin."},
    {"tracks", LUSTER_KEY_LIST, ANY, true, NULL, "track", LUSTER_MAX_STRIPS,
     "The recordings, each a strip with clips."},
    {"buses", LUSTER_KEY_LIST, ANY, false, NULL, "bus", LUSTER_MAX_STRIPS,
     "Groups and effect returns: strips that sum what is sent to them."},
    {"master", LUSTER_KEY_OBJECT, ANY, false, NULL, "master", 0,
     "The strip that sums everything that goes nowhere else."},
};

static const LusterKey strip_keys[] = {
    {"id", LUSTER_KEY_ID, TRACK | BUS, true, NULL, NULL, 0,
     "How other strips name this one: letters, digits, _ . -, unique in the session."},
    {"name", LUSTER_KEY_TEXT, ANY, false, NULL, NULL, 0, "What people call it."},
    {"role", LUSTER_KEY_TEXT, ANY, false, NULL, NULL, 0,
     "What it is: kick, bass, lead_vocal. The assistant decides by it."},
    {"confidence", LUSTER_KEY_ROW, ANY, false, &luster_row_confidence, NULL, 0, NULL},
    {"output", LUSTER_KEY_ID, TRACK | BUS, false, NULL, NULL, 0,
     "Id of the bus it goes to; \"master\" (or no such key) is the master."},
    {"clips", LUSTER_KEY_LIST, TRACK, false, NULL, "clip", LUSTER_MAX_CLIPS,
     "What is played, and when; clips that overlap are summed."},
    {"inserts", LUSTER_KEY_LIST, ANY, false, NULL, "insert", LUSTER_MAX_INSERTS,
     "The chain: processors in the order in which sound passes them."},
    {"sends", LUSTER_KEY_LIST, TRACK | BUS, false, NULL, "send", LUSTER_MAX_SENDS,
     "Copies of the signal to buses, such as reverbs."},
    {"automation", LUSTER_KEY_LIST, ANY, false, NULL, "automation", LUSTER_MAX_AUTOMATION,
     "Values that move in time."},
    {"decisions", LUSTER_KEY_LIST, ANY, false, NULL, "decision", LUSTER_MAX_DECISIONS,
     "What the assistant did and why, one line for each value."},
};

static const LusterKey clip_keys[] = {
    {"file", LUSTER_KEY_TEXT, ANY, true, NULL, NULL, 0,
     "The audio file: a path from the session's folder, or an absolute one."},
};

static const LusterKey insert_keys[] = {
    {"processor", LUSTER_KEY_ID, ANY, true, NULL, NULL, 0,
     "Which processor; luster describe lists them."},
    {"id", LUSTER_KEY_ID, ANY, false, NULL, NULL, 0,
     "How automation names this insert; the processor's id unless that is taken in this chain."},
    {"version", LUSTER_KEY_ROW, ANY, false, &luster_row_version, NULL, 0, NULL},
    {"on", LUSTER_KEY_TOGGLE, ANY, false, NULL, NULL, 0, "false passes the sound by it."},
    {"key", LUSTER_KEY_ID, ANY, false, NULL, NULL, 0,
     "Id of the strip that keys it (side-chain); without it, its own input does."},
    {"files", LUSTER_KEY_FILES, ANY, false, NULL, NULL, 0,
     "The files it works from, such as an impulse response: paths from the session's folder, or "
     "absolute ones."},
    {"curves", LUSTER_KEY_CURVES, ANY, false, NULL, NULL, LUSTER_ASSET_MAX_POINTS,
     "The curves it works from: lists of [Hz, dB], frequencies rising. A curve may also be a file "
     "of "
     "such lines."},
    {"set", LUSTER_KEY_SET, ANY, false, NULL, NULL, 0,
     "Its values; those that are not given are at their defaults."},
};

static const LusterKey send_keys[] = {
    {"to", LUSTER_KEY_ID, ANY, true, NULL, NULL, 0, "Id of a bus."},
};

static const LusterKey automation_keys[] = {
    {"target", LUSTER_KEY_TEXT, ANY, true, NULL, NULL, 0,
     "The value that moves: fader_db, sends.room.level_db, inserts.eq.b1_freq."},
    {"points", LUSTER_KEY_POINTS, ANY, true, NULL, NULL, LUSTER_MAX_POINTS,
     "[seconds, value] or [seconds, value, curve], times rising. The curve leads to the next "
     "point: linear (when not given), hold, smooth, slow or fast."},
};

static const LusterKey decision_keys[] = {
    {"target", LUSTER_KEY_TEXT, ANY, true, NULL, NULL, 0,
     "The value that was decided, as in automation, or a word such as role."},
    {"from", LUSTER_KEY_VALUE, ANY, true, NULL, NULL, 0, "The value before."},
    {"to", LUSTER_KEY_VALUE, ANY, true, NULL, NULL, 0, "The value of the whole move."},
    {"amount", LUSTER_KEY_ROW, ANY, false, &luster_row_amount, NULL, 0, NULL},
    {"locked", LUSTER_KEY_TOGGLE, ANY, false, NULL, NULL, 0,
     "true: the assistant leaves the value as it is when it runs again."},
    {"stage", LUSTER_KEY_TEXT, ANY, false, NULL, NULL, 0,
     "The part of the assistant's work it belongs to: balance, tone, dynamics ..."},
    {"measured", LUSTER_KEY_TEXT, ANY, false, NULL, NULL, 0, "The evidence, with units."},
    {"reason", LUSTER_KEY_TEXT, ANY, false, NULL, NULL, 0, "Why."},
};

static const LusterKey assistant_keys[] = {
    {"style", LUSTER_KEY_TEXT, ANY, false, NULL, NULL, 0,
     "The kind of music: rock, jazz ...; luster describe styles lists them."},
    {"variation", LUSTER_KEY_TEXT, ANY, false, NULL, NULL, 0,
     "Which of the mixes that differ on purpose: balanced, lead_forward ..."},
    {"reference", LUSTER_KEY_TEXT, ANY, false, NULL, NULL, 0,
     "A finished song to follow: a path from the session's folder, or an absolute one."},
};

static const LusterKey marker_keys[] = {
    {"time_s", LUSTER_KEY_ROW, ANY, true, &luster_row_time, NULL, 0, NULL},
    {"name", LUSTER_KEY_TEXT, ANY, true, NULL, NULL, 0, "What begins here: verse 1, chorus."},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

const LusterKeys luster_keys_session = {"session", session_keys, COUNT(session_keys),
                                        luster_session_params, LUSTER_SESSION_N};
const LusterKeys luster_keys_assistant = {"assistant", assistant_keys, COUNT(assistant_keys),
                                          luster_assistant_params, LUSTER_ASSISTANT_N};
const LusterKeys luster_keys_marker = {"marker", marker_keys, COUNT(marker_keys), NULL, 0};
const LusterKeys luster_keys_strip = {"strip", strip_keys, COUNT(strip_keys), luster_strip_params,
                                      LUSTER_STRIP_N};
const LusterKeys luster_keys_clip = {"clip", clip_keys, COUNT(clip_keys), luster_clip_params,
                                     LUSTER_CLIP_N};
const LusterKeys luster_keys_insert = {"insert", insert_keys, COUNT(insert_keys), NULL, 0};
const LusterKeys luster_keys_send = {"send", send_keys, COUNT(send_keys), luster_send_params,
                                     LUSTER_SEND_N};
const LusterKeys luster_keys_automation = {"automation", automation_keys, COUNT(automation_keys),
                                           NULL, 0};
const LusterKeys luster_keys_decision = {"decision", decision_keys, COUNT(decision_keys), NULL, 0};
