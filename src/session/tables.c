/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables of everything in a session that is not a processor: one row per value, from which
 * reading, writing, validation, the schema, the reference and the desk are made. */
#include "luster/session.h"

/* Below the quantisation step of 24-bit audio (20 log10 2^-24 = -144.5 dB): silence. */
#define SILENCE_DB -144
#define MAX_FADER_DB 24
#define MAX_RIDE_DB 24
#define MAX_TRIM_DB 60
#define MAX_DELAY_MS 1000
#define MAX_TIME_S 360000 /* 100 hours */
#define MAX_FADE_S 3600

#define STATIC LUSTER_PARAM_STATIC

static const char *const fade_shapes[] = {"linear", "power"};
static const char *const channels[] = {"all", "left", "right", "mono"};
static const char *const pan_laws[] = {"-3", "-4.5", "-6"};

static const LusterParam strip[LUSTER_STRIP_N] = {
    [LUSTER_STRIP_TRIM] = {"trim_db", "Trim", "dB", LUSTER_SCALE_LINEAR, -MAX_TRIM_DB, MAX_TRIM_DB,
                           0, NULL, 0,
                           "Gain ahead of the chain: brings a recording to working level, so that "
                           "thresholds further down mean something."},
    [LUSTER_STRIP_POLARITY] = {"polarity", "Polarity", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                               "Turns the signal upside down: for a microphone that faces the "
                               "other way, such as under a snare."},
    [LUSTER_STRIP_DELAY] = {"delay_ms", "Delay", "ms", LUSTER_SCALE_LINEAR, 0, MAX_DELAY_MS, 0,
                            NULL, STATIC,
                            "Plays later, in whole frames, ahead of the chain: lines a close "
                            "microphone up with a distant one (1 ms is 34 cm of air)."},
    [LUSTER_STRIP_FADER] = {"fader_db", "Fader", "dB", LUSTER_SCALE_LINEAR, SILENCE_DB,
                            MAX_FADER_DB, 0, NULL, 0,
                            "Loudness in the mix, after the chain. 0 leaves it as it is, -144 is "
                            "silence (-inf)."},
    [LUSTER_STRIP_RIDE] = {"ride_db", "Ride", "dB", LUSTER_SCALE_LINEAR, -MAX_RIDE_DB, MAX_RIDE_DB,
                           0, NULL, 0,
                           "Added to the fader. Its automation is the moves of a hand on the "
                           "fader, so that the fader itself still sets how loud the whole is."},
    [LUSTER_STRIP_PAN] = {"pan", "Pan", "%", LUSTER_SCALE_LINEAR, -100, 100, 0, NULL, 0,
                          "Place between the speakers: -100 left, 0 centre, 100 right. On a "
                          "stereo strip it is the balance of the two sides."},
    [LUSTER_STRIP_WIDTH] = {"width", "Width", "%", LUSTER_SCALE_LINEAR, 0, 200, 100, NULL, 0,
                            "Width of a stereo strip: 0 is mono, 100 as it is, 200 twice the side "
                            "signal. A mono strip has none."},
    [LUSTER_STRIP_MUTE] = {"mute", "Mute", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                           "Silences the strip and its sends."},
    [LUSTER_STRIP_SOLO] = {"solo", "Solo", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, STATIC,
                           "While any strip is soloed, only soloed strips and what feeds them or "
                           "carries them to the master are heard."},
};

static const LusterParam clip[LUSTER_CLIP_N] = {
    [LUSTER_CLIP_START] = {"start_s", "Start", "s", LUSTER_SCALE_LINEAR, 0, MAX_TIME_S, 0, NULL,
                           STATIC, "Where the clip begins in the song."},
    [LUSTER_CLIP_OFFSET] = {"offset_s", "Offset", "s", LUSTER_SCALE_LINEAR, 0, MAX_TIME_S, 0, NULL,
                            STATIC, "Where playing begins inside the file: skips its head."},
    [LUSTER_CLIP_LENGTH] = {"length_s", "Length", "s", LUSTER_SCALE_LINEAR, 0, MAX_TIME_S, 0, NULL,
                            STATIC, "How much of the file is played; 0 plays it to its end."},
    [LUSTER_CLIP_GAIN] = {"gain_db", "Gain", "dB", LUSTER_SCALE_LINEAR, -MAX_TRIM_DB, MAX_TRIM_DB,
                          0, NULL, STATIC,
                          "Level of this clip alone: for one take that is louder than the rest."},
    [LUSTER_CLIP_FADE_IN] = {"fade_in_s", "Fade in", "s", LUSTER_SCALE_LINEAR, 0, MAX_FADE_S, 0,
                             NULL, STATIC, "Length of the fade at the clip's beginning."},
    [LUSTER_CLIP_FADE_OUT] = {"fade_out_s", "Fade out", "s", LUSTER_SCALE_LINEAR, 0, MAX_FADE_S, 0,
                              NULL, STATIC, "Length of the fade at the clip's end."},
    [LUSTER_CLIP_FADE_SHAPE] = {"fade_shape", "Fade shape", "", LUSTER_SCALE_CHOICE, 0, 1,
                                LUSTER_FADE_LINEAR, fade_shapes, STATIC,
                                "linear keeps the level where two clips of the same material "
                                "overlap; power keeps it where the material differs."},
    [LUSTER_CLIP_CHANNELS] = {"channels", "Channels", "", LUSTER_SCALE_CHOICE, 0, 3,
                              LUSTER_CHANNELS_ALL, channels, STATIC,
                              "What is taken of a stereo file: all of it, the left or the right "
                              "channel alone, or mono, the mean of both."},
};

static const LusterParam send[LUSTER_SEND_N] = {
    [LUSTER_SEND_LEVEL] = {"level_db", "Level", "dB", LUSTER_SCALE_LINEAR, SILENCE_DB, MAX_FADER_DB,
                           0, NULL, 0, "How much goes to the bus; -144 is nothing (-inf)."},
    [LUSTER_SEND_PAN] = {"pan", "Pan", "%", LUSTER_SCALE_LINEAR, -100, 100, 0, NULL, 0,
                         "Place of the send between left (-100) and right (100), on top of the "
                         "strip's own pan when the send is after the fader."},
    [LUSTER_SEND_PRE] = {"pre", "Pre-fader", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, STATIC,
                         "Taken ahead of the fader and pan: stays when the fader moves, as for a "
                         "headphone mix. Off, the effect follows the fader."},
    [LUSTER_SEND_ON] = {"on", "On", "", LUSTER_SCALE_TOGGLE, 0, 1, 1, NULL, 0,
                        "Off silences the send and keeps its level."},
};

static const LusterParam session[LUSTER_SESSION_N] = {
    [LUSTER_SESSION_RATE] = {"rate_hz", "Sample rate", "Hz", LUSTER_SCALE_INTEGER, 8000, 384000,
                             48000, NULL, STATIC,
                             "Rate at which the song is mixed; files of other rates are resampled "
                             "to it."},
    [LUSTER_SESSION_TEMPO] = {"tempo_bpm", "Tempo", "bpm", LUSTER_SCALE_LINEAR, 20, 400, 120, NULL,
                              STATIC, "Quarter notes a minute: what tempo-synced delays follow."},
    [LUSTER_SESSION_PAN_LAW] = {"pan_law", "Pan law", "dB", LUSTER_SCALE_CHOICE, 0, 2,
                                LUSTER_PAN_LAW_3, pan_laws, STATIC,
                                "Gain of a centred mono strip in each speaker: -3 keeps the power "
                                "in a room, -6 the sum in mono, -4.5 is the compromise."},
    [LUSTER_SESSION_BEATS] = {"beats_per_bar", "Beats per bar", "", LUSTER_SCALE_INTEGER, 0, 32, 0,
                              NULL, STATIC, "Quarter notes in a bar; 0: not known."},
    [LUSTER_SESSION_BAR] = {"first_bar_s", "First bar", "s", LUSTER_SCALE_LINEAR, 0, MAX_TIME_S, 0,
                            NULL, STATIC,
                            "Where the first bar begins: the others follow from it "
                            "and the tempo."},
};

#define AMOUNT(id, name, doc)                                                                      \
    {                                                                                              \
        id, name, "", LUSTER_SCALE_LINEAR, 0, 1, 1, NULL, STATIC, doc                              \
    }
static const LusterParam assistant[LUSTER_ASSISTANT_N] = {
    [LUSTER_ASSISTANT_LEAD] = {"lead_db", "Lead", "dB", LUSTER_SCALE_LINEAR, -6, 6, 0, NULL, STATIC,
                               "How much louder than usual the lead shall stand."},
    [LUSTER_STAGE_ALIGN] = AMOUNT("align", "Align",
                                  "Polarity and delay of microphones, files that lie late: 0 none "
                                  "of it."),
    [LUSTER_STAGE_BALANCE] =
        AMOUNT("balance", "Balance", "How loud each part stands: 0 leaves it as recorded."),
    [LUSTER_STAGE_TONE] = AMOUNT("tone", "Tone", "Clean-up and equalizers: 0 none, 1 all."),
    [LUSTER_STAGE_DYNAMICS] = AMOUNT("dynamics", "Dynamics",
                                     "Gates, compressors, ducking, limiters on single peaks: 0 "
                                     "none, 1 all."),
    [LUSTER_STAGE_PLACE] =
        AMOUNT("place", "Place", "Pan and width: 0 leaves all in the middle, 1 all."),
    [LUSTER_STAGE_SPACE] = AMOUNT("space", "Space", "Reverbs and delays: 0 none, 1 all."),
    [LUSTER_STAGE_RIDES] = AMOUNT("rides", "Rides", "Faders that move in time: 0 none, 1 all."),
    [LUSTER_STAGE_MASTER] = AMOUNT("master", "Master", "The master bus: 0 nothing but level."),
};

const char *luster_stage_id(uint32_t index)
{
    return index == LUSTER_STAGE_INTAKE ? "intake"
           : index < LUSTER_STAGE_N     ? assistant[index].id
                                        : NULL;
}

const LusterParam *luster_assistant_params(void)
{
    return assistant;
}

const LusterParam *luster_strip_params(void)
{
    return strip;
}

const LusterParam *luster_clip_params(void)
{
    return clip;
}

const LusterParam *luster_send_params(void)
{
    return send;
}

const LusterParam *luster_session_params(void)
{
    return session;
}
