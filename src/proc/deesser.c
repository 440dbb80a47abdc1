/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* De-esser: the sibilance band's level is compared with the level of the voice itself, so that one
 * threshold suits soft and loud singing. What is turned down is a share of that band, split off in
 * linear phase (dsp/crossover.h) and taken from the delayed input: at rest the input is untouched
 * to the bit, and while it works no phase turns. The detector hears the key 2 ms early. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/crossover.h"
#include "dsp/detector.h"
#include "dsp/frames.h"
#include "dsp/smooth.h"
#include "proc/keyed.h"
#include "proc/registry.h"

#include <string.h>

#define CHUNK LUSTER_KEYED_CHUNK
#define LOWEST_HZ 2000.0 /* of the band: what linear phase is made for */
#define HIGHEST_HZ 40000.0 /* where the band of everything above ends */
#define KNEE_DB 4.0 /* ours: a hiss does not know whether it is an s */

/* Mean squares (ours): of the band, short against the shortest attack worth having; of the sound
 * below it, a period of a low voice; of the voice, a few syllables. */
#define BAND_MS 0.5
#define BELOW_MS 10.0
#define VOICE_MS 400.0
/* The voice's level is taken while sound is over both, and drifts down while it is over the first
 * alone, so that it holds in pauses but is not stuck above a quieter take. */
#define SILENT_POWER 1e-6 /* -60 dBFS */
#define PAUSE_SHARE 1e-2 /* of the voice's power: -20 dB */
#define DRIFT_MS 3000.0
#define LEAST_POWER 1e-7f /* -70 dBFS, the absolute gate of BS.1770: what no voice is below */

enum {
    MODE,
    THRESHOLD,
    RATIO,
    RANGE,
    FREQ,
    SHAPE,
    WIDTH,
    ATTACK,
    RELEASE,
    LOOKAHEAD,
    LINK,
    LISTEN,
    N_PARAMS
};

static const char *const modes[] = {"split", "wide"};
static const char *const shapes[] = {"high", "band"};

static const LusterParam params[N_PARAMS] = {
    [MODE] =
        {"mode", "Mode", "", LUSTER_SCALE_CHOICE, 0, 1, 0, modes, 0,
         "Split turns down the sibilance band alone; wide turns down everything while there is "
         "sibilance."},
    [THRESHOLD] = {"threshold", "Threshold", "dB", LUSTER_SCALE_LINEAR, -40, 20, -8, NULL, 0,
                   "Level of the sibilance band, relative to that of the voice, above which it is "
                   "turned down."},
    [RATIO] = {"ratio", "Ratio", ":1", LUSTER_SCALE_LOG, 1, LUSTER_RATIO_INFINITE, 4, NULL, 0,
               "Rise of the sibilance in dB for one dB of rise left above the threshold; 100 "
               "counts as infinite."},
    [RANGE] = {"range", "Range", "dB", LUSTER_SCALE_LINEAR, 0, 30, 8, NULL, 0,
               "The most that sibilance is ever turned down; 0 does nothing."},
    [FREQ] = {"freq", "Frequency", "Hz", LUSTER_SCALE_LOG, LOWEST_HZ, 14000, 5000, NULL, 0,
              "Where the sibilance band begins (shape high) or its centre (shape band)."},
    [SHAPE] = {"shape", "Shape", "", LUSTER_SCALE_CHOICE, 0, 1, 0, shapes, 0,
               "High: everything above the frequency. Band: as wide as the width, around it. Both "
               "24 dB/oct."},
    [WIDTH] = {"width", "Width", "oct", LUSTER_SCALE_LINEAR, 0.3, 3, 1, NULL, 0,
               "Width of the band of shape band."},
    [ATTACK] = {"attack", "Attack", "ms", LUSTER_SCALE_LOG, 0.1, 50, 1, NULL, 0,
                "Time in which the reduction covers 63 % of its way."},
    [RELEASE] = {"release", "Release", "ms", LUSTER_SCALE_LOG, 5, 500, 40, NULL, 0,
                 "Time in which the reduction falls by 63 % after the sibilance; never shorter "
                 "than the attack."},
    [LOOKAHEAD] = {"lookahead", "Look-ahead", "ms", LUSTER_SCALE_LINEAR, 0, LUSTER_LOOKAHEAD_MAX_MS,
                   0, NULL, LUSTER_PARAM_STATIC,
                   "Delays the sound further; 2.4 ms of linear phase are look-ahead already."},
    [LINK] = LUSTER_ROW_LINK,
    [LISTEN] = {"listen", "Listen", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                "Plays the sibilance band as it comes in, to find its frequency."},
};

static const LusterMeter meters[] = {
    LUSTER_METER_GAIN_REDUCTION,
    {"sibilance", "Sibilance", "dB",
     "Largest level of the sibilance band in the last block relative to the voice; what the "
     "threshold is compared with."},
};

/* Levels of one channel, as mean squares. */
typedef struct Ear {
    double band, below, full, voice;
    uint32_t heard; /* frames of voice so far, up to its time constant */
} Ear;

typedef struct State {
    uint32_t n_channels, ramp, lag_frames, lookahead;
    double rate_hz;
    bool started;
    double band_go, below_go, voice_go, drift_go;
    uint32_t voice_frames;
    LusterDetectorTimes times;
    LusterDynCurve curve;
    LusterGlide unlink;
    LusterSmooth top, wide, listen; /* shares: of what is above the band; of all; of the band */
    Ear ear[LUSTER_MAX_CHANNELS];
    LusterDetector detector[LUSTER_MAX_CHANNELS];
    LusterCrossover sound_split, key_split;
    LusterLag dry_lag[LUSTER_MAX_CHANNELS], band_lag[LUSTER_MAX_CHANNELS];
    float *planes[3 * LUSTER_MAX_CHANNELS];
    float most, loudest; /* for the meters: octaves */
    float top_share[CHUNK], wide_share[CHUNK], listen_share[CHUNK];
} State;

static uint32_t lookahead_frames(const double *values, double rate_hz)
{
    return luster_ms_to_frames(values[LOOKAHEAD], rate_hz);
}

static uint32_t latency(const double *values, double rate_hz)
{
    return luster_crossover_latency(rate_hz, LOWEST_HZ) + lookahead_frames(values, rate_hz);
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    state->most = 0.0f;
    state->loudest = -60.0f;
    memset(state->ear, 0, sizeof state->ear);
    memset(state->detector, 0, sizeof state->detector);
    luster_crossover_reset(&state->sound_split);
    luster_crossover_reset(&state->key_split);
    luster_smooth_reset(&state->top);
    luster_smooth_reset(&state->wide);
    luster_smooth_reset(&state->listen);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        luster_lag_reset(&state->dry_lag[c]);
        luster_lag_reset(&state->band_lag[c]);
    }
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    const double rate_hz = setup->rate_hz;
    const uint32_t n_channels = setup->n_channels;
    const uint32_t ahead = (uint32_t)(LUSTER_LOOKAHEAD_MAX_MS / 1000.0 * rate_hz) + 1;
    state->rate_hz = rate_hz;
    state->n_channels = n_channels;
    state->ramp = luster_smooth_frames(rate_hz);
    state->band_go = 1.0 - luster_one_pole_keep(BAND_MS, rate_hz);
    state->below_go = 1.0 - luster_one_pole_keep(BELOW_MS, rate_hz);
    state->voice_go = 1.0 - luster_one_pole_keep(VOICE_MS, rate_hz);
    state->drift_go = 1.0 - luster_one_pole_keep(DRIFT_MS, rate_hz);
    state->voice_frames = (uint32_t)(VOICE_MS / 1000.0 * rate_hz);
    if (!luster_crossover_open(&state->sound_split, arena, rate_hz, n_channels, LOWEST_HZ) ||
        !luster_crossover_open(&state->key_split, arena, rate_hz, n_channels, LOWEST_HZ))
        return LUSTER_NO_MEMORY;
    for (uint32_t c = 0; c < n_channels; c++) {
        if (!luster_lag_open(&state->dry_lag[c], arena,
                             luster_crossover_latency(rate_hz, LOWEST_HZ) + ahead, CHUNK) ||
            !luster_lag_open(&state->band_lag[c], arena, ahead, CHUNK))
            return LUSTER_NO_MEMORY;
    }
    for (uint32_t p = 0; p < 3 * n_channels; p++) {
        state->planes[p] = luster_arena_array(arena, CHUNK, sizeof(float));
        if (!state->planes[p])
            return LUSTER_NO_MEMORY;
    }
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->started ? state->ramp : 0;
    if (!state->started) {
        state->lookahead = lookahead_frames(values, state->rate_hz);
        state->lag_frames = latency(values, state->rate_hz);
    }
    state->started = true;
    const bool band = values[SHAPE] != 0.0;
    const double half = luster_exp2(0.5 * values[WIDTH]);
    const double edges[] = {band ? values[FREQ] / half : values[FREQ],
                            band ? values[FREQ] * half : HIGHEST_HZ};
    luster_crossover_set(&state->sound_split, 3, true, edges);
    luster_crossover_set(&state->key_split, 3, false, edges);
    luster_smooth_set(&state->top, band ? 0.0 : 1.0, ramp);
    luster_smooth_set(&state->wide, values[MODE], ramp);
    luster_smooth_set(&state->listen, values[LISTEN], ramp);
    luster_detector_set_times(&state->times, values[ATTACK], values[RELEASE], 0.0, state->rate_hz);
    const double amount = values[RATIO] >= LUSTER_RATIO_INFINITE ? 1.0 : 1.0 - 1.0 / values[RATIO];
    luster_glide_set(&state->curve.threshold, values[THRESHOLD] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&state->curve.amount, amount, ramp);
    luster_glide_set(&state->curve.knee, KNEE_DB / LUSTER_DB_PER_OCTAVE, 0);
    luster_glide_set(&state->curve.range, values[RANGE] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&state->unlink, 1.0 - values[LINK] / 100.0, ramp);
}

/* The shares of the chunk's frames. */
static void move(State *state, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        state->top_share[i] = (float)luster_smooth_next(&state->top);
        state->wide_share[i] = (float)luster_smooth_next(&state->wide);
        state->listen_share[i] = (float)luster_smooth_next(&state->listen);
    }
}

/* What sibilance is measured against: the voice so far, or what sounds below it now. */
static double hear_voice(const State *state, Ear *ear, double full, double below)
{
    ear->full += state->below_go * (full - ear->full);
    ear->below += state->below_go * (below - ear->below);
    if (ear->full > SILENT_POWER) {
        if (ear->full > PAUSE_SHARE * ear->voice) {
            /* from the first frame on a mean, not a rise from nothing */
            ear->heard += ear->heard < state->voice_frames;
            const double go = 1.0 / ear->heard;
            ear->voice += (go > state->voice_go ? go : state->voice_go) * (full - ear->voice);
        } else {
            ear->voice -= state->drift_go * ear->voice;
        }
    }
    return ear->voice > ear->below ? ear->voice : ear->below;
}

/* Mean squares of the band and of what it is compared with, one channel. */
static void hear(State *state, uint32_t c, const float *key, float *band, float *voice, uint32_t n)
{
    Ear ear = state->ear[c];
    const float *low = state->planes[c], *mid = state->planes[state->n_channels + c];
    const float *top = state->planes[2 * state->n_channels + c];
    for (uint32_t i = 0; i < n; i++) {
        const double x = key[i] < LUSTER_LOUD && key[i] > -LUSTER_LOUD ? key[i] : 0.0;
        const double s = mid[i] + (double)state->top_share[i] * top[i];
        ear.band += state->band_go * (s * s - ear.band);
        const double ref = hear_voice(state, &ear, x * x, (double)low[i] * low[i]);
        ear.band = ear.band > LUSTER_TINY ? ear.band : 0.0;
        ear.full = ear.full > LUSTER_TINY ? ear.full : 0.0;
        ear.below = ear.below > LUSTER_TINY ? ear.below : 0.0;
        ear.voice = ear.voice > LUSTER_TINY ? ear.voice : 0.0;
        band[i] = (float)ear.band;
        voice[i] = ref > LEAST_POWER ? (float)ref : LEAST_POWER;
    }
    state->ear[c] = ear;
}

/* From the powers of both channels to their reductions. */
static void compute(State *state, float (*band)[CHUNK], float (*voice)[CHUNK], uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    float both_band[CHUNK], both_voice[CHUNK];
    const uint32_t last = state->n_channels - 1;
    k->dyn_max(both_band, band[0], band[last], n);
    k->dyn_max(both_voice, voice[0], voice[last], n);
    k->dyn_log2(both_band, both_band, 0.5f, n);
    k->dyn_log2(both_voice, both_voice, 0.5f, n);
    for (uint32_t c = 0; c <= last; c++) {
        k->dyn_log2(band[c], band[c], 0.5f, n);
        k->dyn_log2(voice[c], voice[c], 0.5f, n);
        k->dyn_link(band[c], both_band, &state->unlink, n);
        k->dyn_link(voice[c], both_voice, &state->unlink, n);
        for (uint32_t i = 0; i < n; i++) {
            band[c][i] -= voice[c][i];
            state->loudest = band[c][i] > state->loudest ? band[c][i] : state->loudest;
        }
        k->dyn_curve(band[c], band[c], &state->curve, n);
    }
    float *const reductions[] = {band[0], band[last]};
    const float most =
        luster_detector_run(state->detector, reductions, state->n_channels, &state->times, n);
    state->most = most > state->most ? most : state->most;
}

/* What the gain leaves of the band, taken from the delayed input; one channel. */
static void apply(State *state, uint32_t c, const float *in, float *out, const float *gain,
                  uint32_t n)
{
    float dry[CHUNK], band[CHUNK];
    const float *mid = state->planes[state->n_channels + c];
    const float *top = state->planes[2 * state->n_channels + c];
    for (uint32_t i = 0; i < n; i++)
        band[i] = mid[i] + state->top_share[i] * top[i];
    luster_lag_run(&state->dry_lag[c], in, dry, state->lag_frames, n);
    luster_lag_run(&state->band_lag[c], band, band, state->lookahead, n);
    for (uint32_t i = 0; i < n; i++) {
        const double part = band[i] + (double)state->wide_share[i] * (dry[i] - (double)band[i]);
        const double y = dry[i] + ((double)gain[i] - 1.0) * part;
        out[i] = (float)(y + (double)state->listen_share[i] * (band[i] - y));
    }
}

static void chunk(State *state, const LusterBlockPart *part, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    static const LusterDynGain plain;
    float band[LUSTER_MAX_CHANNELS][CHUNK] = {{0.0f}}, voice[LUSTER_MAX_CHANNELS][CHUNK] = {{0.0f}};
    move(state, n);
    luster_crossover_run(&state->key_split, part->key, state->planes, n);
    for (uint32_t c = 0; c < state->n_channels; c++)
        hear(state, c, part->key[c], band[c], voice[c], n);
    compute(state, band, voice, n);
    luster_crossover_run(&state->sound_split, part->in, state->planes, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        k->dyn_gain(voice[c], band[c], NULL, &plain, n);
        apply(state, c, part->in[c], part->out[c], voice[c], n);
    }
    LusterGlide *const glides[] = {&state->curve.threshold, &state->curve.amount,
                                   &state->curve.range, &state->unlink};
    for (unsigned i = 0; i < sizeof glides / sizeof glides[0]; i++)
        luster_glide_skip(glides[i], n);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    state->most = 0.0f;
    state->loudest = -60.0f;
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
    readings[1] = state->loudest * (float)LUSTER_DB_PER_OCTAVE;
}

static double tail(const double *values)
{
    (void)values;
    return luster_crossover_tail(3, LOWEST_HZ / 4.0); /* the widest band begins at 0.7 kHz */
}

/* Sources: doc/sources.md. */
static const LusterPreset presets[] = {
    {"lead_vocal", "lead_vocal", "freq=5000,threshold=-8,ratio=4,range=8,attack=1,release=40",
     "3 to 6 dB on a strong s, nothing on the rest; attack and release as usual for sibilance "
     "(D4), and no lisp, because the range ends at 8 dB."},
    {"lead_vocal_firm", "lead_vocal",
     "freq=4500,threshold=-12,ratio=8,range=12,attack=0.5,"
     "release=50",
     "For a bright microphone, or ahead of a compressor and a treble boost that would raise what "
     "is left (D4, B7: sibilance 4 to 10 kHz)."},
    {"backing_vocal", "backing_vocal,vocal_double,choir",
     "freq=4500,threshold=-14,ratio=10,range=14,attack=0.5,release=50",
     "Consonants of doubles never fall together with the lead's; taken down hard, the lead's are "
     "the only ones heard."},
    {"spoken", "spoken", "freq=5500,threshold=-9,ratio=4,range=7,attack=1,release=30",
     "Speech has more consonants than song, and dulls sooner: a higher band and a short release."},
    {"narrow_whistle", "lead_vocal,spoken",
     "shape=band,freq=7000,width=0.7,threshold=-14,ratio=8,range=12,attack=1,release=30",
     "A whistling s sits in one narrow place; move the frequency while listening to find it."},
    {"wide", "lead_vocal,spoken",
     "mode=wide,freq=5000,threshold=-6,ratio=3,range=5,attack=1,"
     "release=60",
     "The oldest way, a compressor keyed by treble: keeps the tone of the s and moves all of it "
     "back, for voices that turn dull when split."},
    {"hat", "hat,overhead,cymbal", "freq=6500,threshold=2,ratio=3,range=6,attack=2,release=80",
     "Where treble is the sound itself only its bursts are held: the threshold stands above the "
     "instrument's own level."},
    {"acoustic_guitar", "guitar_acoustic",
     "freq=3500,threshold=-12,ratio=3,range=6,attack=1,release=60",
     "Pick and finger noise on steel strings is treble in bursts, as an s is."},
};

const LusterProcessor luster_proc_deesser = {
    .id = "deesser",
    .name = "De-esser",
    .category = "dynamics",
    .doc = "Turns sibilance down where its band is loud against the voice itself, at any level of "
           "singing. Split mode takes from that band alone, in linear phase and to the bit nothing "
           "at rest; wide mode turns everything down.",
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
    .latency = latency,
    .tail = tail,
};
