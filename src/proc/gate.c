/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Gate, downward expander, ducker: a two-threshold switch with hold decides, an expander curve says
 * how much, and two one-poles on the reduction in octaves (release, then attack) make it a ramp
 * that is smooth at both ends. Feed-forward, as the compressor (Giannoulis, Massberg, Reiss 2012).
 */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/detector.h"
#include "dsp/frames.h"
#include "dsp/smooth.h"
#include "proc/keyed.h"
#include "proc/registry.h"

#include <string.h>

enum {
    MODE,
    THRESHOLD,
    HYSTERESIS,
    RATIO,
    RANGE,
    ATTACK,
    HOLD,
    RELEASE,
    DETECTOR,
    RMS_TIME,
    LOOKAHEAD,
    LINK,
    KEY_LOW_CUT,
    KEY_HIGH_CUT,
    KEY_LISTEN,
    N_PARAMS
};

#define CHUNK LUSTER_KEYED_CHUNK
#define GATE_SLOPE 1e6 /* steeper than any range: a switch */

static const char *const modes[] = {"gate", "duck"};
static const char *const detectors[] = {"peak", "rms"};

/* Defaults: hysteresis 3 to 6 dB, hold 50 to 150 ms, release 80 to 250 ms, range 10 to 20 dB as the
 * natural one, attack 0.1 to 1 ms for drums (practice; console gates' ranges for the limits). */
static const LusterParam params[N_PARAMS] = {
    [MODE] = {"mode", "Mode", "", LUSTER_SCALE_CHOICE, 0, 1, 0, modes, LUSTER_PARAM_STATIC,
              "Gate: turns down what is below the threshold. Duck: turns down while the key is "
              "above it, as music under a voice or a bass under the kick; attack is then the way "
              "down, release the way back."},
    [THRESHOLD] = {"threshold", "Threshold", "dB", LUSTER_SCALE_LINEAR, -90, 0, -40, NULL, 0,
                   "Level, in dBFS, that opens the gate: between the bleed's peaks and the softest "
                   "sound that matters."},
    [HYSTERESIS] = {"hysteresis", "Hysteresis", "dB", LUSTER_SCALE_LINEAR, 0, 24, 4, NULL, 0,
                    "How far below the threshold an open gate stays open; prevents chatter."},
    [RATIO] = {"ratio", "Ratio", ":1", LUSTER_SCALE_LOG, 1, LUSTER_RATIO_INFINITE,
               LUSTER_RATIO_INFINITE, NULL, 0,
               "Expander: output fall in dB for one dB of input fall below the threshold; 100 "
               "closes fully, as a gate."},
    [RANGE] = {"range", "Range", "dB", LUSTER_SCALE_LINEAR, 0, 90, 20, NULL, 0,
               "Reduction when closed. 10 to 20 dB sounds more natural than silence."},
    [ATTACK] = {"attack", "Attack", "ms", LUSTER_SCALE_LOG, 0.02, 100, 0.5, NULL, 0,
                "Time in which opening covers 63 % of the way, in dB."},
    [HOLD] = {"hold", "Hold", "ms", LUSTER_SCALE_LOG, 1, 2000, 50, NULL, 0,
              "Time the gate stays open after the last sound; longer than half a period of the "
              "lowest tone."},
    [RELEASE] = {"release", "Release", "ms", LUSTER_SCALE_LOG, 5, 5000, 150, NULL, 0,
                 "Time in which closing covers 63 % of the way, in dB; never shorter than the "
                 "attack."},
    [DETECTOR] = {"detector", "Detector", "", LUSTER_SCALE_CHOICE, 0, 1, 0, detectors, 0,
                  "What counts as level: peak for strokes; rms for voices and noise, which single "
                  "peaks must not open."},
    [RMS_TIME] = {"rms_time", "RMS time", "ms", LUSTER_SCALE_LOG, 1, 300, 10, NULL, 0,
                  "Time constant (63 %) of the mean square of the RMS detector."},
    [LOOKAHEAD] = {"lookahead", "Look-ahead", "ms", LUSTER_SCALE_LINEAR, 0, LUSTER_LOOKAHEAD_MAX_MS,
                   1, NULL, LUSTER_PARAM_STATIC,
                   "Delays the sound, not the detector, so that the gate is open when it comes."},
    [LINK] = LUSTER_ROW_LINK,
    [KEY_LOW_CUT] = LUSTER_ROW_KEY_LOW_CUT,
    [KEY_HIGH_CUT] = LUSTER_ROW_KEY_HIGH_CUT,
    [KEY_LISTEN] = LUSTER_ROW_KEY_LISTEN,
};

/* Thresholds: drums whose strokes peak at -3 dBFS, the rest at -18 LUFS. Ranges of 10 to 20 dB are
 * the natural ones (practice). */
static const LusterPreset presets[] = {
    {"kick", "kick",
     "threshold=-20,hysteresis=6,attack=0.1,hold=70,release=120,range=20,key_high_cut=200",
     "The detector hears the drum's body and not the cymbals; held over two waves of 40 Hz, then "
     "closed before the next bleed is heard (ours)."},
    {"snare", "snare",
     "threshold=-16,hysteresis=6,attack=0.1,hold=60,release=120,range=20,key_low_cut=120,"
     "key_high_cut=2000",
     "Hi-hat bleed is above 2 kHz and kick bleed below 120 Hz: neither opens it; the ring is let "
     "go in 120 ms, the room stays at -20 dB (ours)."},
    {"tom", "tom",
     "threshold=-20,hysteresis=6,attack=0.2,hold=150,release=300,range=15,key_high_cut=800",
     "Toms ring on: held and let go twice as long as a snare; 15 dB keep the kit's air (ours)."},
    {"guitar_noise", "guitar,guitar_electric,guitar_lead",
     "threshold=-46,ratio=2,range=15,detector=rms,attack=3,hold=100,release=300",
     "Amplifier noise between phrases: a 2:1 expander on the mean level, slow enough that no note "
     "is cut (ours)."},
    {"vocal_breaths", "lead_vocal,vocal_double,backing_vocal,spoken",
     "threshold=-38,ratio=2,range=8,detector=rms,attack=1,hold=80,release=120,lookahead=3",
     "Breaths and spill come down by at most 8 dB: present, but not loud after compression "
     "(ours)."},
    {"duck_bass", "bass", "mode=duck,threshold=-24,range=3,attack=1,hold=30,release=100",
     "Side-chain the kick: the bass makes room by 2 to 3 dB at the beat [B10]."},
    {"duck_under_voice", "",
     "mode=duck,threshold=-36,range=6,attack=30,hold=400,release=900,"
     "detector=rms",
     "Side-chain the speaker: music gives way by 6 dB, stays down between words (ours)."},
};

static const LusterMeter meters[] = {
    LUSTER_METER_GAIN_REDUCTION,
    {"open", "Open", "", "1 while the gate (or one of its channels) is open, else 0."},
};

/* One channel's switch and ramps. */
typedef struct Door {
    bool open;
    uint32_t open_left, held_left; /* frames of hold */
    double held, smooth; /* octaves of reduction: after release, after attack */
} Door;

typedef struct State {
    uint32_t n_channels, ramp;
    double rate_hz;
    bool started, duck, rms;
    double mean_keep, mean[LUSTER_MAX_CHANNELS]; /* of squares */
    LusterDetectorTimes times;
    LusterGlide threshold, hysteresis, slope, range, unlink;
    LusterDynGain gain; /* none of its own: unity */
    Door door[LUSTER_MAX_CHANNELS];
    float most;
    LusterKeyed keyed;
    float level[LUSTER_MAX_CHANNELS][CHUNK], both[CHUNK], factor[CHUNK];
} State;

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    memset(state->door, 0, sizeof state->door);
    memset(state->mean, 0, sizeof state->mean);
    state->most = 0.0f;
    luster_keyed_reset(&state->keyed);
}

static uint32_t lookahead_frames(const double *values, double rate_hz)
{
    return luster_ms_to_frames(values[LOOKAHEAD], rate_hz);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    if (!luster_keyed_open(&state->keyed, arena, setup))
        return LUSTER_NO_MEMORY;
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->started ? state->ramp : 0;
    const double range = values[RANGE] / LUSTER_DB_PER_OCTAVE;
    const bool rms = values[DETECTOR] != 0.0;
    if (rms && !state->rms)
        memset(state->mean, 0, sizeof state->mean);
    state->rms = rms;
    state->mean_keep = luster_one_pole_keep(values[RMS_TIME], state->rate_hz);
    if (!state->started) {
        state->duck = values[MODE] != 0.0;
        state->keyed.lookahead = lookahead_frames(values, state->rate_hz);
        /* a closed gate is closed from the first frame on; an expander finds its place */
        if (values[RATIO] >= LUSTER_RATIO_INFINITE && !state->duck) {
            for (uint32_t c = 0; c < state->n_channels; c++)
                state->door[c].held = state->door[c].smooth = range;
        }
    }
    state->started = true;
    luster_detector_set_times(&state->times, values[ATTACK], values[RELEASE], values[HOLD],
                              state->rate_hz);
    luster_glide_set(&state->threshold, values[THRESHOLD] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&state->hysteresis, values[HYSTERESIS] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&state->slope,
                     values[RATIO] >= LUSTER_RATIO_INFINITE ? GATE_SLOPE : values[RATIO] - 1.0,
                     ramp);
    luster_glide_set(&state->range, range, ramp);
    luster_glide_set(&state->unlink, 1.0 - values[LINK] / 100.0, ramp);
    luster_keyed_set(&state->keyed, values[KEY_LOW_CUT], values[KEY_HIGH_CUT], values[KEY_LISTEN],
                     ramp);
}

/* Whether the switch is open at `level`, after this frame. */
static inline bool decide(Door *door, float level, float opens, float closes, uint32_t hold)
{
    if (level >= opens || (door->open && level >= closes)) {
        door->open = true;
        door->open_left = hold;
    } else if (door->open_left > 0) {
        door->open_left--;
    } else {
        door->open = false;
    }
    return door->open;
}

/* `level` [n] in octaves becomes the smooth reduction. */
static void work(const State *state, Door *door, float *level, uint32_t n)
{
    LusterGlide threshold = state->threshold, hysteresis = state->hysteresis;
    LusterGlide slope = state->slope, range = state->range;
    const LusterDetectorTimes times = state->times;
    const double attack_go = 1.0 - times.attack_keep, release_go = 1.0 - times.release_keep;
    for (uint32_t i = 0; i < n; i++) {
        const float opens = luster_glide_value(&threshold);
        const float closes = opens - luster_glide_value(&hysteresis);
        const float most = luster_glide_value(&range);
        float asked = 0.0f;
        if (decide(door, level[i], opens, closes, times.hold)) {
            door->held_left = 0;
        } else {
            asked = luster_glide_value(&slope) * (opens - level[i]);
            asked = asked < most ? asked : most;
        }
        if (state->duck)
            asked = most - asked;
        if (state->duck ? asked >= door->held : asked <= door->held) {
            door->held = asked;
            door->held_left = door->open ? 0 : times.hold;
        } else if (door->held_left > 0) {
            door->held_left--;
        } else {
            door->held = times.release_keep * door->held + release_go * asked;
        }
        const double next =
            times.attack_keep * door->smooth + (attack_go * door->held - LUSTER_DETECTOR_DRAIN);
        door->smooth = next > 0.0 ? next : 0.0;
        level[i] = (float)door->smooth;
        luster_glide_skip(&threshold, 1);
        luster_glide_skip(&hysteresis, 1);
        luster_glide_skip(&slope, 1);
        luster_glide_skip(&range, 1);
    }
}

/* Both doors have heard and will hear the same: one stands for both. */
static bool are_twins(const State *state)
{
    const Door *a = &state->door[0], *b = &state->door[1];
    return state->n_channels == 1 ||
           (luster_glide_rests(&state->unlink, 0.0f) && a->open == b->open &&
            a->open_left == b->open_left && a->held_left == b->held_left && a->held == b->held &&
            a->smooth == b->smooth);
}

/* Levels of the keys: the linked one in level[0] for twins, else each its own. */
static void measure(State *state, const LusterKernels *k, const float *const key[], bool twin,
                    uint32_t n)
{
    float peak;
    if (twin && !state->rms) {
        k->dyn_level(state->level[0], key[0], key[1], &peak, n);
        return;
    }
    for (uint32_t c = 0; c < state->n_channels; c++) {
        k->dyn_level(state->level[c], key[c], NULL, &peak, n);
        if (state->rms)
            luster_mean_square(&state->mean[c], state->mean_keep, state->level[c], n);
    }
    if (twin && state->n_channels == 2)
        k->dyn_max(state->level[0], state->level[0], state->level[1], n);
}

/* From the keys to the reduction of each channel, in state->level. */
static void hear(State *state, const LusterKernels *k, const float *const key[], bool twin,
                 uint32_t n)
{
    const float scale = state->rms ? 0.5f : 1.0f;
    measure(state, k, key, twin, n);
    if (twin) {
        k->dyn_log2(state->level[0], state->level[0], scale, n);
        work(state, &state->door[0], state->level[0], n);
        if (state->n_channels == 2)
            state->door[1] = state->door[0];
        return;
    }
    k->dyn_max(state->both, state->level[0], state->level[1], n);
    k->dyn_log2(state->both, state->both, scale, n);
    for (int c = 0; c < 2; c++) {
        k->dyn_log2(state->level[c], state->level[c], scale, n);
        k->dyn_link(state->level[c], state->both, &state->unlink, n);
        work(state, &state->door[c], state->level[c], n);
    }
}

static void chunk(State *state, const LusterBlockPart *part, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const bool twin = are_twins(state);
    const float *key[LUSTER_MAX_CHANNELS] = {NULL, NULL};
    luster_keyed_hear(&state->keyed, part->key, key, n);
    hear(state, k, key, twin, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        if (c == 0 || !twin) {
            state->most = luster_keyed_largest(state->level[c], state->most, n);
            k->dyn_gain(state->factor, state->level[c], NULL, &state->gain, n);
        }
        luster_keyed_apply(&state->keyed, c, part->in[c], part->out[c], state->factor, n);
    }
    LusterGlide *const glides[] = {&state->threshold, &state->hysteresis, &state->slope,
                                   &state->range, &state->unlink};
    for (unsigned i = 0; i < sizeof glides / sizeof glides[0]; i++)
        luster_glide_skip(glides[i], n);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    state->most = 0.0f;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        const uint32_t left = block->n_frames - done, n = left < CHUNK ? left : CHUNK;
        chunk(state, &part, n);
        done += n;
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    readings[0] = state->most * (float)LUSTER_DB_PER_OCTAVE;
    readings[1] = state->door[0].open || (state->n_channels == 2 && state->door[1].open);
}

static double tail(const double *values)
{
    return luster_keyed_tail(values[KEY_LISTEN]);
}

const LusterProcessor luster_proc_gate = {
    .id = "gate",
    .name = "Gate",
    .category = "dynamics",
    .doc = "Turns down what is below the threshold, as a gate or a downward expander, or what "
           "plays while its key is above it, as a ducker: two thresholds and a hold against "
           "chatter, a limited range, peak or RMS, look-ahead, an external or filtered key, and "
           "ramps that are exponential in dB.",
    .version = 1,
    .flags = LUSTER_PROC_KEYED,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "range=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = lookahead_frames,
    .tail = tail,
};
