/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Multiband dynamics: a crossover (dsp/crossover.h), the dynamics of each band
 * (proc/multiband_band.h) on its part of the key, and the sum of the bands times their gains. At
 * mix 0 a fade leads to the delayed input itself, past the crossover. */
#include "base/arena.h"
#include "dsp/crossover.h"
#include "dsp/frames.h"
#include "proc/multiband_band.h"
#include "proc/registry.h"

#include <string.h>

#define CHUNK LUSTER_KEYED_CHUNK
#define BANDS LUSTER_BANDS_MAX

enum {
    BANK = 0,
    N_BANDS = BANDS * LUSTER_MB_COLUMNS,
    PHASE,
    CROSSOVERS,
    LOOKAHEAD = CROSSOVERS + BANDS - 1,
    LINK,
    UP_FLOOR,
    MIX,
    N_PARAMS
};

static const char *const modes[] = {"compress", "expand"};
static const char *const phases[] = {"all_pass", "linear"};

/* clang-format off */
#define BAND(n) \
    {"b" #n "_mode", "Band " #n " mode", "", LUSTER_SCALE_CHOICE, 0, 1, 0, modes, 0, \
     "Compress turns down what is above the threshold (and up what is below the upward " \
     "threshold); expand turns down what is below the threshold."}, \
    {"b" #n "_threshold", "Band " #n " threshold", "dB", LUSTER_SCALE_LINEAR, -80, 0, -24, NULL, \
     0, "Level of the band, in dBFS, where gain begins to change; the middle of the knee."}, \
    {"b" #n "_ratio", "Band " #n " ratio", ":1", LUSTER_SCALE_LOG, 1, LUSTER_RATIO_INFINITE, 2, \
     NULL, 0, \
     "Compress: input rise in dB for one dB of output rise, 100 counts as infinite. Expand: " \
     "output fall in dB for one dB of input fall. 1 does nothing."}, \
    {"b" #n "_knee", "Band " #n " knee", "dB", LUSTER_SCALE_LINEAR, 0, 30, 6, NULL, 0, \
     "Width of the bend around the thresholds."}, \
    {"b" #n "_attack", "Band " #n " attack", "ms", LUSTER_SCALE_LOG, 0.01, 500, 20, NULL, 0, \
     "Time in which the gain covers 63 % of its way when the level rises."}, \
    {"b" #n "_release", "Band " #n " release", "ms", LUSTER_SCALE_LOG, 5, 5000, 150, NULL, 0, \
     "The same when the level falls; never shorter than the attack."}, \
    {"b" #n "_range", "Band " #n " range", "dB", LUSTER_SCALE_LINEAR, 0, 60, 60, NULL, 0, \
     "The most that the band is ever turned down."}, \
    {"b" #n "_up_threshold", "Band " #n " upward threshold", "dB", LUSTER_SCALE_LINEAR, -80, 0, \
     -40, NULL, 0, "Level below which the band is raised, in dBFS; the middle of its knee."}, \
    {"b" #n "_up_ratio", "Band " #n " upward ratio", ":1", LUSTER_SCALE_LOG, 1, \
     LUSTER_RATIO_INFINITE, 1, NULL, 0, \
     "Upward compression: input fall in dB for one dB of output fall below the upward threshold; " \
     "1 is off. Rests while the band expands."}, \
    {"b" #n "_up_range", "Band " #n " upward range", "dB", LUSTER_SCALE_LINEAR, 0, 40, 12, NULL, \
     0, "The most gain that upward compression adds."}, \
    {"b" #n "_makeup", "Band " #n " make-up", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0, \
     "Gain of the band after its dynamics."}, \
    {"b" #n "_bypass", "Band " #n " bypass", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0, \
     "The band passes as it is, without dynamics and make-up."}, \
    {"b" #n "_solo", "Band " #n " solo", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0, \
     "Only bands with this on are heard, if any has it."}

#define CROSSOVER(n, hz) \
    {"xover" #n, "Crossover " #n, "Hz", LUSTER_SCALE_LOG, 20, 20000, hz, NULL, 0, \
     "Where band " #n " hands over to the next, both at -6 dB there. Crossovers beyond the last " \
     "band rest; one below its neighbour counts as equal to it."}

static const LusterParam params[N_PARAMS] = {
    BAND(1), BAND(2), BAND(3), BAND(4), BAND(5), BAND(6),
    [N_BANDS] = {"bands", "Bands", "", LUSTER_SCALE_INTEGER, 2, BANDS, 4, NULL,
                 LUSTER_PARAM_STATIC, "How many bands there are; those above rest."},
    [PHASE] = {"phase", "Phase", "", LUSTER_SCALE_CHOICE, 0, 1, 0, phases, LUSTER_PARAM_STATIC,
               "All-pass: no latency, the crossovers turn the phase as loudspeakers' do. Linear: "
               "the phase stays, at 80 ms of latency."},
    [CROSSOVERS] = CROSSOVER(1, 120), CROSSOVER(2, 600), CROSSOVER(3, 5000), CROSSOVER(4, 9000),
    CROSSOVER(5, 13000),
    [LOOKAHEAD] = {"lookahead", "Look-ahead", "ms", LUSTER_SCALE_LINEAR, 0,
                   LUSTER_LOOKAHEAD_MAX_MS, 0, NULL, LUSTER_PARAM_STATIC,
                   "Delays the sound, not the detectors, so that an attack is met in time."},
    [LINK] = LUSTER_ROW_LINK,
    [UP_FLOOR] = {"up_floor", "Upward floor", "dB", LUSTER_SCALE_LINEAR, -120, -20, -70, NULL, 0,
                  "A band at this level is not raised at all, and one above it never by more than "
                  "it is above: put it on the noise."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
             "Share of the processed bands; the rest is the same bands as they are, in phase with "
             "them. At 0 the input passes by the crossover."},
};

#define METER(n) \
    {"b" #n "_gain_reduction", "Band " #n " gain reduction", "dB", \
     "Largest reduction of the band in the last block; negative where it was turned up."}
/* clang-format on */

static const LusterMeter meters[] = {METER(1), METER(2), METER(3), METER(4), METER(5), METER(6)};

typedef struct Planes {
    float *of[BANDS * LUSTER_MAX_CHANNELS]; /* [band][channel], a chunk each */
} Planes;

typedef struct State {
    uint32_t n_channels, n_bands, lookahead, lag_frames;
    double rate_hz;
    bool started;
    LusterMbCommon common;
    LusterMbBand band[BANDS];
    LusterCrossover sound_split, key_split;
    Planes sound, key, gain;
    LusterLag band_lag[BANDS * LUSTER_MAX_CHANNELS], dry_lag[LUSTER_MAX_CHANNELS];
    LusterSmooth past; /* share of the input that passes by */
    float dry[LUSTER_MAX_CHANNELS][CHUNK];
} State;

static uint32_t lookahead_frames(const double *values, double rate_hz)
{
    return luster_ms_to_frames(values[LOOKAHEAD], rate_hz);
}

static uint32_t latency(const double *values, double rate_hz)
{
    return lookahead_frames(values, rate_hz) +
           (values[PHASE] != 0.0 ? luster_crossover_latency(rate_hz, LUSTER_CROSSOVER_LOWEST_HZ)
                                 : 0);
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    for (uint32_t b = 0; b < BANDS; b++)
        luster_mb_reset(&state->band[b]);
    luster_crossover_reset(&state->sound_split);
    luster_crossover_reset(&state->key_split);
    luster_smooth_reset(&state->past);
}

static bool open_planes(Planes *planes, LusterArena *arena, uint32_t n)
{
    for (uint32_t p = 0; p < n; p++) {
        planes->of[p] = luster_arena_array(arena, CHUNK, sizeof(float));
        if (!planes->of[p])
            return false;
    }
    return true;
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    const double rate_hz = setup->rate_hz;
    const uint32_t n_planes = BANDS * setup->n_channels;
    state->rate_hz = state->common.rate_hz = rate_hz;
    state->n_channels = state->common.n_channels = setup->n_channels;
    state->common.ramp = luster_smooth_frames(rate_hz);
    const uint32_t ahead = (uint32_t)(LUSTER_LOOKAHEAD_MAX_MS / 1000.0 * rate_hz) + 1;
    if (!luster_crossover_open(&state->sound_split, arena, rate_hz, setup->n_channels,
                               LUSTER_CROSSOVER_LOWEST_HZ) ||
        !luster_crossover_open(&state->key_split, arena, rate_hz, setup->n_channels,
                               LUSTER_CROSSOVER_LOWEST_HZ) ||
        !open_planes(&state->sound, arena, n_planes) ||
        !open_planes(&state->key, arena, n_planes) || !open_planes(&state->gain, arena, n_planes))
        return LUSTER_NO_MEMORY;
    for (uint32_t p = 0; p < n_planes; p++) {
        if (!luster_lag_open(&state->band_lag[p], arena, ahead, CHUNK))
            return LUSTER_NO_MEMORY;
    }
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!luster_lag_open(&state->dry_lag[c], arena,
                             ahead + luster_crossover_latency(rate_hz, LUSTER_CROSSOVER_LOWEST_HZ),
                             CHUNK))
            return LUSTER_NO_MEMORY;
    }
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void start(State *state, const double *values)
{
    state->n_bands = (uint32_t)values[N_BANDS];
    state->lookahead = lookahead_frames(values, state->rate_hz);
    state->lag_frames = latency(values, state->rate_hz);
    for (uint32_t p = 0; p < state->n_bands * state->n_channels && state->lookahead; p++)
        luster_lag_reset(&state->band_lag[p]);
    for (uint32_t c = 0; c < state->n_channels && state->lag_frames; c++)
        luster_lag_reset(&state->dry_lag[c]);
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const bool first = !state->started, linear = values[PHASE] != 0.0;
    const uint32_t ramp = first ? 0 : state->common.ramp;
    if (first)
        start(state, values);
    state->started = true;
    luster_crossover_set(&state->sound_split, state->n_bands, linear, values + CROSSOVERS);
    luster_crossover_set(&state->key_split, state->n_bands, linear, values + CROSSOVERS);
    luster_glide_set(&state->common.unlink, 1.0 - values[LINK] / 100.0, ramp);
    state->common.up_floor = values[UP_FLOOR] / LUSTER_DB_PER_OCTAVE;
    luster_smooth_set(&state->past, values[MIX] == 0.0 ? 1.0 : 0.0, ramp);
    bool solo = false;
    for (uint32_t b = 0; b < state->n_bands; b++)
        solo = solo || values[b * LUSTER_MB_COLUMNS + LUSTER_MB_SOLO] != 0.0;
    for (uint32_t b = 0; b < state->n_bands; b++) {
        const double *columns = values + (size_t)b * LUSTER_MB_COLUMNS;
        luster_mb_set(&state->band[b], &state->common, columns, 1.0 - values[MIX] / 100.0,
                      !solo || columns[LUSTER_MB_SOLO] != 0.0, first);
    }
}

/* The input itself instead of the bands' sum, where and as far as it passes by. */
static void pass_by(State *state, float *const *out, uint32_t n)
{
    if (state->past.value == 0.0 && !luster_smooth_moving(&state->past))
        return;
    if (!luster_smooth_moving(&state->past)) {
        for (uint32_t c = 0; c < state->n_channels; c++)
            memcpy(out[c], state->dry[c], n * sizeof(float));
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        const double share = luster_smooth_next(&state->past);
        for (uint32_t c = 0; c < state->n_channels; c++)
            out[c][i] = share == 1.0
                            ? state->dry[c][i]
                            : (float)(out[c][i] + share * ((double)state->dry[c][i] - out[c][i]));
    }
}

static void chunk(State *state, const LusterBlockPart *part, bool keyed, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const uint32_t n_channels = state->n_channels;
    const float *sounds[LUSTER_MAX_CHANNELS][BANDS], *gains[LUSTER_MAX_CHANNELS][BANDS];
    luster_crossover_run(&state->sound_split, part->in, state->sound.of, n);
    if (keyed)
        luster_crossover_run(&state->key_split, part->key, state->key.of, n);
    for (uint32_t c = 0; c < n_channels; c++)
        luster_lag_run(&state->dry_lag[c], part->in[c], state->dry[c], state->lag_frames, n);
    for (uint32_t b = 0; b < state->n_bands; b++) {
        const uint32_t first = b * n_channels;
        const Planes *key = keyed ? &state->key : &state->sound;
        const float *const keys[2] = {key->of[first], key->of[first + n_channels - 1]};
        const bool apart =
            luster_mb_run(&state->band[b], &state->common, keys, &state->gain.of[first], n);
        for (uint32_t c = 0; c < n_channels; c++) {
            float *sound = state->sound.of[first + c];
            luster_lag_run(&state->band_lag[first + c], sound, sound, state->lookahead, n);
            sounds[c][b] = sound;
            gains[c][b] = state->gain.of[first + (apart ? c : 0)];
        }
    }
    for (uint32_t c = 0; c < n_channels; c++)
        k->band_sum(part->out[c], sounds[c], gains[c], state->n_bands, n);
    pass_by(state, part->out, n);
    luster_glide_skip(&state->common.unlink, n);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    for (uint32_t b = 0; b < state->n_bands; b++)
        state->band[b].most = 0.0f;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        uint32_t n = block->n_frames - done;
        n = n < CHUNK ? n : CHUNK;
        for (uint32_t b = 0; b < state->n_bands; b++)
            n = luster_mb_room(&state->band[b], n);
        chunk(state, &part, block->key != NULL, n);
        done += n;
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    for (uint32_t b = 0; b < BANDS; b++)
        readings[b] = b < state->n_bands ? state->band[b].most * (float)LUSTER_DB_PER_OCTAVE : 0.0f;
}

static double tail(const double *values)
{
    return luster_crossover_tail((uint32_t)values[N_BANDS], values[CROSSOVERS]);
}

/* Sources: doc/sources.md. */
static const LusterPreset presets[] = {
    {"master_gentle", "master",
     "bands=3,xover1=200,xover2=5000,b1_threshold=-22,b1_ratio=2,b1_range=3,b1_attack=30,"
     "b1_release=250,b2_threshold=-20,b2_ratio=1.5,b2_range=3,b2_attack=20,b2_release=200,"
     "b3_threshold=-32,b3_ratio=2,b3_range=3,b3_attack=10,b3_release=150",
     "About 2:1 and 20 ms around 200 Hz and 5 kHz, never more than 3 dB in a band (D5): evens out "
     "the balance of a mix without remixing it."},
    {"master_linear", "master",
     "bands=3,phase=linear,xover1=200,xover2=5000,b1_threshold=-22,b1_ratio=2,b1_range=3,"
     "b1_attack=30,b1_release=250,b2_threshold=-20,b2_ratio=1.5,b2_range=3,b2_release=200,"
     "b3_threshold=-32,b3_ratio=2,b3_range=3,b3_attack=10",
     "The gentle master (D5) without any turn of phase, where it meets its own unprocessed copy "
     "or the latency does not matter."},
    {"bass_tighten", "bass",
     "bands=3,xover1=110,xover2=700,b1_threshold=-24,b1_ratio=4,b1_attack=15,b1_release=180,"
     "b1_knee=8,b2_threshold=-26,b2_ratio=2,b2_attack=20,b2_release=150,b3_bypass=on",
     "Fundamentals between 41 and 110 Hz (B6) kept at one level so that no note booms; strings and "
     "attack above 700 Hz stay alive."},
    {"drum_bus", "bus,drums",
     "bands=3,xover1=150,xover2=4000,b1_threshold=-18,b1_ratio=2.5,b1_attack=20,b1_release=120,"
     "b2_threshold=-20,b2_ratio=3,b2_attack=10,b2_release=90,b3_threshold=-26,"
     "b3_ratio=2,b3_attack=3,b3_release=80",
     "The kick no longer turns the cymbals down, nor the snare the kick: times of D4's drums, "
     "shorter upward, crest of each band kept by slow attacks."},
    {"vocal_low_mid", "lead_vocal,backing_vocal",
     "bands=3,xover1=160,xover2=500,b1_bypass=on,b2_threshold=-28,b2_ratio=3,b2_range=6,"
     "b2_attack=10,b2_release=180,b3_bypass=on",
     "Proximity effect: turns 160 to 500 Hz (warmth and mud, B7) down only where the singer came "
     "close to the microphone, at most by 6 dB."},
    {"guitar_boom", "guitar,guitar_acoustic,guitar_electric",
     "bands=3,xover1=90,xover2=250,b1_bypass=on,b2_threshold=-30,b2_ratio=4,b2_range=8,"
     "b2_attack=8,b2_release=160,b3_bypass=on",
     "The body's resonance and palm mutes swell between 90 and 250 Hz (B6: low E is 82 Hz); held "
     "there, the rest untouched."},
    {"upward_detail", "bus,piano,strings",
     "bands=4,b1_bypass=on,b2_ratio=1,b3_ratio=1,b4_ratio=1,b2_up_ratio=1.5,b2_up_range=4,"
     "b2_up_threshold=-28,b3_up_ratio=1.7,b3_up_range=5,b3_up_threshold=-30,b4_up_ratio=1.7,"
     "b4_up_range=5,b4_up_threshold=-40",
     "Raises what is quiet by up to 5 dB and leaves peaks and bass alone: detail without loss of "
     "attack, and nothing where only the floor is heard (ours)."},
};

const LusterProcessor luster_proc_multiband = {
    .id = "multiband",
    .name = "Multiband dynamics",
    .category = "dynamics",
    .doc = "2 to 6 bands by Linkwitz-Riley crossovers of 24 dB/oct whose sum is flat, or linear "
           "phase; in each compression down and up or expansion, with the compressor's curve and "
           "times, solo and bypass, stereo link, key, look-ahead and parallel mix.",
    .version = 1,
    .flags = LUSTER_PROC_KEYED,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "mix=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = latency,
    .tail = tail,
};
