/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows: defaults are a gentle compressor that does nothing unexpected on any source. Presets:
 * thresholds are for a track at -18 LUFS; letters in brackets are sections of doc/sources.md. The
 * assistant starts from lead_vocal, backing_vocal, spoken and bass. */
#include "proc/compressor_table.h"

static const char *const detectors[] = {"peak", "rms"};
static const char *const styles[] = {"clean", "opto", "fet", "bus"};

const LusterParam luster_compressor_params[N_PARAMS] = {
    [THRESHOLD] = {"threshold", "Threshold", "dB", LUSTER_SCALE_LINEAR, -60, 0, -18, NULL, 0,
                   "Level above which gain is reduced, in dBFS; the middle of the knee."},
    [RATIO] = {"ratio", "Ratio", ":1", LUSTER_SCALE_LOG, 1, LUSTER_RATIO_INFINITE, 2, NULL, 0,
               "Input rise in dB for one dB of output rise above the threshold; 1 does nothing, "
               "100 counts as infinite."},
    [KNEE] = {"knee", "Knee", "dB", LUSTER_SCALE_LINEAR, 0, LUSTER_COMP_KNEE_MAX_DB, 6, NULL, 0,
              "Width of the bend around the threshold; wide is gentle, 0 is a corner."},
    [AUTO_KNEE] =
        {"auto_knee", "Automatic knee", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
         "The knee is 2.5 times the mean reduction of the last seconds: the more is taken, "
         "the gentler. The setting then rests."},
    [ATTACK] =
        {"attack", "Attack", "ms", LUSTER_SCALE_LOG, 0.01, 500, 10, NULL, 0,
         "Time in which the reduction covers 63 % of a step up (its time constant), in every "
         "style."},
    [RELEASE] = {"release", "Release", "ms", LUSTER_SCALE_LOG, 5, 5000, 150, NULL, 0,
                 "Time in which the reduction falls by 63 % after the sound and the hold (opto: by "
                 "half); the style says what follows. Never shorter than the attack."},
    [HOLD] = {"hold", "Hold", "ms", LUSTER_SCALE_LINEAR, 0, 500, 0, NULL, 0,
              "Time the largest reduction stays before it releases. Half a period of the lowest "
              "tone keeps that tone clean; automatic times hold for 12.5 ms at least, half a "
              "period of 40 Hz."},
    [STYLE] = {"style", "Style", "", LUSTER_SCALE_CHOICE, 0, 3, 0, styles, 0,
               "How the reduction goes back. Clean: one stage, as set. Opto: half within the "
               "release, the rest in 1 s after a touch to 15 s after long and deep reduction. FET: "
               "a feedback circuit's longer bend above the knee, and while the sound stays above "
               "the threshold a release faster by up to the ratio. Bus: the release for what was "
               "short; what lasts comes back 12 times slower."},
    [AUTO_TIMES] = {"auto_times", "Automatic times", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                    "Attack and release follow the crest factor: short for drums, up to 80 ms and "
                    "1 s for steady sound. The two settings then rest. For the clean style; the "
                    "others have their own way."},
    [RANGE] = {"range", "Range", "dB", LUSTER_SCALE_LINEAR, 0, 60, 60, NULL, 0,
               "The most reduction that is ever asked for."},
    [UP_THRESHOLD] = {"up_threshold", "Upward threshold", "dB", LUSTER_SCALE_LINEAR, -80, 0, -40,
                      NULL, 0,
                      "Level below which gain is raised, in dBFS; the middle of its knee."},
    [UP_RATIO] = {"up_ratio", "Upward ratio", ":1", LUSTER_SCALE_LOG, 1, LUSTER_RATIO_INFINITE, 1,
                  NULL, 0,
                  "Upward compression: input fall in dB for one dB of output fall below the upward "
                  "threshold; 1 is off."},
    [UP_RANGE] = {"up_range", "Upward range", "dB", LUSTER_SCALE_LINEAR, 0, 40, 12, NULL, 0,
                  "The most gain that upward compression adds."},
    [UP_FLOOR] = {"up_floor", "Upward floor", "dB", LUSTER_SCALE_LINEAR, -120, -20, -70, NULL, 0,
                  "Sound at this level is not raised at all, and what is above it never by more "
                  "than it is above: put it on the noise."},
    [MAKEUP] = {"makeup", "Make-up", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
                "Gain of the compressed signal, ahead of the mix."},
    [AUTO_MAKEUP] = {"auto_makeup", "Automatic make-up", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                     "Adds gain equal to the mean reduction of the last seconds."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
             "Share of the compressed signal; the rest is the input, in time with it."},
    [LEVEL_MATCH] =
        {"level_match", "Level match", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
         "Keeps the output as loud as the input (K-weighted, over 3 s), whatever make-up "
         "and mix do: to judge the sound, not the level."},
    [DETECTOR] = {"detector", "Detector", "", LUSTER_SCALE_CHOICE, 0, 1, 0, detectors, 0,
                  "What counts as level: the sample's magnitude, or the root of the mean square."},
    [RMS_TIME] = {"rms_time", "RMS time", "ms", LUSTER_SCALE_LOG, 1, 300, 10, NULL, 0,
                  "Time constant (63 %) of the mean square of the RMS detector."},
    [LOOKAHEAD] = {"lookahead", "Look-ahead", "ms", LUSTER_SCALE_LINEAR, 0, LUSTER_LOOKAHEAD_MAX_MS,
                   0, NULL, LUSTER_PARAM_STATIC,
                   "Delays the sound, not the detector, so that an attack is met in time."},
    [LINK] = LUSTER_ROW_LINK,
    [KEY_LOW_CUT] = LUSTER_ROW_KEY_LOW_CUT,
    [KEY_HIGH_CUT] = LUSTER_ROW_KEY_HIGH_CUT,
    [KEY_LISTEN] = LUSTER_ROW_KEY_LISTEN,
};

const LusterPreset luster_compressor_presets[LUSTER_N_COMPRESSOR_PRESETS] = {
    {"lead_vocal", "lead_vocal,vocal_double", "threshold=-22,ratio=3,attack=5,release=200",
     "One compressor for a voice at -18 LUFS: ratio, times and threshold are the middle of "
     "chains fitted to professional vocals (p50: -21.9 dB, 3.3:1; attack p50 2.7, p75 7 ms; "
     "release p50 264 ms) [D4]."},
    {"lead_vocal_peaks", "lead_vocal",
     "style=fet,threshold=-14,ratio=4,attack=0.4,release=60,range=6",
     "First of two: only the syllables that jump out, fast and at most 6 dB; times from the FET "
     "range of 20 to 800 us and 50 to 1100 ms [D4]. lead_vocal_level follows."},
    {"lead_vocal_level", "lead_vocal", "style=opto,threshold=-22,ratio=3,attack=10,release=60",
     "Second of two: holds phrases together slowly; 10 ms, 60 ms to half and 1 to 15 s for the "
     "rest are the opto compressor's own times [D4]."},
    {"backing_vocal", "backing_vocal,choir", "threshold=-24,ratio=2.5,attack=5,release=200",
     "Several voices even each other out: a lower ratio than the lead's, the same times [D4]."},
    {"spoken", "spoken", "threshold=-22,ratio=3,attack=5,release=200",
     "Speech is set as a sung voice: the fitted vocal chains' middle [D4]."},
    {"bass", "bass", "threshold=-22,ratio=3,attack=15,release=250",
     "Attack late enough for the pluck; release long, since a short one follows the waves of 40 "
     "Hz and distorts (bass 1 to 5:1, 10 to 100 ms, release to 500 ms) [D4, L3]."},
    {"bass_opto", "bass", "style=opto,threshold=-22,ratio=4,attack=10,release=60,hold=12.5",
     "Held notes stay level while the next pluck still speaks; held for half a period of 40 Hz, "
     "so that the first stage keeps the tone clean [D4]."},
    {"kick", "kick", "threshold=-16,ratio=4,attack=20,release=100",
     "The click passes before the gain comes down; back before the next beat (kick 1 to 4:1, 10 "
     "to 100 ms) [D4]."},
    {"snare", "snare", "threshold=-16,ratio=4,attack=10,release=80",
     "The stroke passes, the body is evened (snare 1 to 4:1, 10 to 50 ms) [D4]."},
    {"drum_bus", "drums", "style=bus,threshold=-16,ratio=4,attack=10,release=100,key_low_cut=80",
     "A bus compressor's 4:1, 10 ms and automatic release (0.1 and 1.2 s) [D4]; the kick does "
     "not duck the cymbals, since the detector hears less of it."},
    {"drums_parallel", "drums",
     "style=fet,threshold=-36,ratio=12,attack=0.8,release=60,mix=30,level_match=on",
     "Crushed and mixed under the untouched drums: raises body and room, leaves the peaks; "
     "matched in level so that only the sound changes. FET times [D4]."},
    {"guitar_acoustic", "guitar,guitar_acoustic", "threshold=-22,ratio=2.5,attack=15,release=120",
     "Picks pass, strumming is evened (guitar 1 to 3:1, 10 to 100 ms) [D4]."},
    {"guitar_electric", "guitar_electric,guitar_lead",
     "threshold=-20,ratio=2,attack=20,release=150",
     "Distorted guitars are compressed already: little, for single notes that stand out (guitar "
     "1 to 3:1) [D4]."},
    {"piano", "piano,keys", "threshold=-24,ratio=2,knee=12,auto_times=on",
     "Chords and single notes want other times: they follow the crest factor [GMR13]; wide "
     "knee, 2:1 (keys 2 to 4:1) [D4]."},
    {"mix_bus_glue", "bus,master",
     "style=bus,threshold=-14,ratio=2,attack=30,release=100,key_low_cut=60",
     "One to two dB at the loudest: 2:1, slowest attack and automatic release of the bus "
     "compressor [D4]."},
    {"master_gentle", "master", "threshold=-16,ratio=1.5,knee=12,attack=30,release=250",
     "Mastering: 1.1 to 2:1, 1 to 3 dB, 20 to 30 ms, about 250 ms [D5]."},
    {"detail", "", "ratio=1,up_threshold=-40,up_ratio=2,up_range=6,attack=10,release=300",
     "Upward only: breaths, tails and room come up by at most 6 dB, what is loud is not "
     "touched; set the floor on the noise. Range and ratio are ours."},
};
