/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows, presets, and the curves' slopes: differences of the formulas over 1e-5, good to 1e-9. */
#include "proc/saturator_table.h"

#include "base/math.h"

#include <math.h>

static const char *const modes[] = {"saturate", "excite"};
static const char *const curves[] = {"tape", "tube", "transistor", "soft", "diode"};
static const char *const phases[] = {"all_pass", "linear"};
static const char *const qualities[] = {"standard", "high"};

/* clang-format off */
#define ROW_SPLIT(n, hz) \
    {"split" #n, "Split " #n, "Hz", LUSTER_SCALE_LOG, 60, 16000, hz, NULL, 0, \
     "Crossover above band " #n ", 24 dB per octave; used when there are more bands than that."}
#define ROW_ON(n) \
    {"b" #n "_on", "Band " #n, "", LUSTER_SCALE_TOGGLE, 0, 1, 1, NULL, 0, \
     "Whether band " #n " is driven; off, it passes as it is. Without bands it is b1 that counts."}
#define ROW_DRIVE(n) \
    {"b" #n "_drive", "Band " #n " drive", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0, \
     "On top of the drive; the level of small signals stays."}

const LusterParam luster_saturator_params[N_PARAMS] = {
    [MODE] = {"mode", "Mode", "", LUSTER_SCALE_CHOICE, 0, 1, 0, modes, LUSTER_PARAM_STATIC,
              "Saturate sends all of the sound through the curve; excite only what lies above the "
              "excite frequency, and adds what the curve makes of it to the sound."},
    [CURVE] = {"curve", "Curve", "", LUSTER_SCALE_CHOICE, 0, 4, 0, curves, 0,
               "Tape bends early and slowly; tube one side before the other, which adds even "
               "harmonics; transistor stays straight longer and closes faster; soft lies between; "
               "diode never closes, it folds level like a logarithm."},
    [DRIVE] = {"drive", "Drive", "dB", LUSTER_SCALE_LINEAR, 0, 48, 6, NULL, 0,
               "Gain onto the curve, whose limit is 0 dBFS. Excite mode wants 30 and more: treble "
               "alone is soft."},
    [BIAS] = {"bias", "Bias", "%", LUSTER_SCALE_LINEAR, -100, 100, 0, NULL, 0,
              "Moves the resting point along the curve: even harmonics, from warm to broken. The "
              "DC this makes is taken out."},
    [EMPHASIS] = {"emphasis", "Emphasis", "dB", LUSTER_SCALE_LINEAR, -12, 12, 0, NULL, 0,
                  "High shelf ahead of the curve and its exact inverse behind it: above 0 highs are "
                  "driven harder, below 0 lows; the tone of what is not driven stays."},
    [EMPHASIS_FREQ] = {"emphasis_freq", "Emphasis frequency", "Hz", LUSTER_SCALE_LOG, 100, 10000,
                       2000, NULL, 0, "Middle of the shelf, 6 dB per octave."},
    [LEVEL_MATCH] = {"level_match", "Level match", "", LUSTER_SCALE_TOGGLE, 0, 1, 1, NULL, 0,
                     "Keeps the driven sound as loud as the input (K-weighted, over 3 s). Off, the "
                     "drive is heard as gain. In excite mode it rests."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
             "Share of the driven sound, in time with the rest; in excite mode how much is added."},
    [OUTPUT] = {"output", "Output", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
                "Gain after everything."},
    [EXCITE_FREQ] = {"excite_freq", "Excite frequency", "Hz", LUSTER_SCALE_LOG, 500, 12000, 3000,
                     NULL, 0,
                     "In excite mode: harmonics are made of what lies above (12 dB/oct), and only "
                     "what lies above is added."},
    [BANDS] = {"bands", "Bands", "", LUSTER_SCALE_INTEGER, 1, LUSTER_SATURATOR_BANDS, 1, NULL,
               LUSTER_PARAM_STATIC, "Bands with a drive and a switch each; 1: the whole sound. "
               "Excite mode has one."},
    [PHASE] = {"phase", "Phase", "", LUSTER_SCALE_CHOICE, 0, 1, 0, phases, LUSTER_PARAM_STATIC,
               "Of the crossovers. All-pass has no latency and turns phase around the splits; "
               "linear keeps it: what is not driven comes out bit for bit."},
    [SPLIT] = ROW_SPLIT(1, 150),
    [SPLIT + 1] = ROW_SPLIT(2, 1200),
    [SPLIT + 2] = ROW_SPLIT(3, 5000),
    [ON] = ROW_ON(1),
    [ON + 1] = ROW_ON(2),
    [ON + 2] = ROW_ON(3),
    [ON + 3] = ROW_ON(4),
    [BAND_DRIVE] = ROW_DRIVE(1),
    [BAND_DRIVE + 1] = ROW_DRIVE(2),
    [BAND_DRIVE + 2] = ROW_DRIVE(3),
    [BAND_DRIVE + 3] = ROW_DRIVE(4),
    [QUALITY] = {"quality", "Quality", "", LUSTER_SCALE_CHOICE, 0, 1, 0, qualities,
                 LUSTER_PARAM_STATIC,
                 "Standard works at 352.8 kHz or more, high at twice that, for bright sounds driven "
                 "very hard, at twice the cost."},
};

const LusterPreset luster_saturator_presets[LUSTER_SATURATOR_PRESETS] = {
    {"bass_grit", "bass", "curve=tube,drive=15,bands=2,split1=150,b1_on=off,mix=60",
     "Only what lies above 150 Hz is driven: harmonics for small loudspeakers, while the low end "
     "keeps its weight and its peaks."},
    {"bass_warm", "bass", "curve=tape,drive=8,emphasis=-4",
     "The third harmonic of the fundamental itself, lows driven harder than the pick."},
    {"vocal_warmth", "lead_vocal,backing_vocal", "curve=tube,drive=6,emphasis=-3,mix=70",
     "Second harmonics in the chest register; the emphasis keeps sibilants off the curve."},
    {"vocal_grit", "lead_vocal", "curve=transistor,drive=18,mix=25",
     "Hard drive in parallel: edge that stays under the clean voice."},
    {"drum_bus", "drums,bus", "curve=tape,drive=9,mix=80",
     "Rounds peaks, which stand 19 dB over the loudness of drums (D6), and thickens the ring."},
    {"drum_smash", "room,drums", "curve=diode,drive=24,bias=20,mix=35",
     "A logarithm of the room, in parallel: decay comes up, hits stay."},
    {"kick_click", "kick", "curve=soft,drive=12,bands=2,split1=1200,b1_on=off",
     "Drives the beater alone; the low end stays as it was tuned."},
    {"guitar_edge", "guitar,guitar_electric", "curve=soft,drive=9,emphasis=4",
     "A little more amplifier: highs are driven first, as a bright channel does."},
    {"keys_tube", "keys,piano,organ,synth", "curve=tube,drive=8,bias=10,mix=60",
     "Even harmonics are octaves and fit chords; the mix keeps intermodulation low."},
    {"air", "lead_vocal,overhead", "mode=excite,curve=tube,excite_freq=5000,drive=42,mix=60",
     "Harmonics of what lies above 5 kHz, most of them over 10 kHz: brightness that an equalizer "
     "cannot find in a dull recording."},
    {"presence", "guitar_acoustic,strings,keys", "mode=excite,curve=soft,excite_freq=2500,drive=30,mix=50",
     "Follows the level: attacks gain presence, the noise floor does not."},
    {"mix_bus", "bus,master", "curve=tape,drive=3,mix=50",
     "1 % of third harmonic on peaks at -12 dBFS, nothing on what is soft: density, not a colour."},
    {"master_mid", "master", "curve=tape,drive=4,bands=3,phase=linear,split1=150,split2=5000,b1_on=off,b3_on=off,mix=50",
     "Only the middle is driven; lows and highs pass bit for bit through the linear-phase split."},
};
/* clang-format on */

static double tape(double x)
{
    const double y = 3.0 * x;
    if (fabs(y) < 0.05)
        return y / 3.0 - y * y * y / 45.0 + 2.0 / 945.0 * y * y * y * y * y;
    return 1.0 / luster_tanh(y) - 1.0 / y;
}

static double tube(double x)
{
    const double min = 0.5 * (x + 1.0 - sqrt((x - 1.0) * (x - 1.0) + 1.0));
    return 0.5 * (min - 2.0 + sqrt((min + 2.0) * (min + 2.0) + 4.0));
}

static double value(LusterCurveKind curve, double x)
{
    switch (curve) {
    case LUSTER_CURVE_TAPE:
        return tape(x);
    case LUSTER_CURVE_TUBE:
        return tube(x);
    case LUSTER_CURVE_TRANSISTOR:
        return luster_tanh(x);
    case LUSTER_CURVE_SOFT:
        return x / sqrt(1.0 + x * x);
    case LUSTER_CURVE_DIODE:
    default:
        return 0.5 * luster_log(2.0 * x + sqrt(4.0 * x * x + 1.0));
    }
}

double luster_saturator_slope(LusterCurveKind curve, double bias)
{
    const double h = 1e-5;
    return (value(curve, bias + h) - value(curve, bias - h)) / (2.0 * h);
}
