/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Compressor: feed-forward, in the logarithmic domain, gain computer ahead of a smooth decoupled
 * detector (Giannoulis, Massberg, Reiss 2012); automatic times and make-up after their 2013 paper.
 * Worked in chunks that a chunk's length cannot show: vector passes (simd/k_dynamics.c) around one
 * short serial loop (dsp/detector.c). Levels and gains are in octaves, log2 of amplitude. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/detector.h"
#include "dsp/frames.h"
#include "dsp/smooth.h"
#include "proc/keyed.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

enum {
    THRESHOLD,
    RATIO,
    KNEE,
    ATTACK,
    RELEASE,
    HOLD,
    AUTO_TIMES,
    RANGE,
    MAKEUP,
    AUTO_MAKEUP,
    MIX,
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
#define MIN_KNEE_DB 1e-3 /* the curve's formula divides by the knee */

/* Giannoulis, Massberg, Reiss 2013 */
#define CREST_MS 200.0
#define AUTO_ATTACK_MAX_S 0.08
#define AUTO_RELEASE_MAX_S 1.0
#define AUTO_MAKEUP_MS 2000.0
/* Silence does not count for the automatic make-up: the absolute gate of BS.1770. */
#define ACTIVE_DBFS -70.0

static const char *const detectors[] = {"peak", "rms"};

static const LusterParam params[N_PARAMS] = {
    [THRESHOLD] = {"threshold", "Threshold", "dB", LUSTER_SCALE_LINEAR, -60, 0, -18, NULL, 0,
                   "Level above which gain is reduced, in dBFS; the middle of the knee."},
    [RATIO] = {"ratio", "Ratio", ":1", LUSTER_SCALE_LOG, 1, LUSTER_RATIO_INFINITE, 2, NULL, 0,
               "Input rise in dB for one dB of output rise above the threshold; 1 does nothing, "
               "100 counts as infinite."},
    [KNEE] = {"knee", "Knee", "dB", LUSTER_SCALE_LINEAR, 0, 30, 6, NULL, 0,
              "Width of the bend around the threshold; wide is gentle, 0 is a corner."},
    [ATTACK] = {"attack", "Attack", "ms", LUSTER_SCALE_LOG, 0.01, 500, 10, NULL, 0,
                "Time in which the reduction covers 63 % of a step up (its time constant)."},
    [RELEASE] = {"release", "Release", "ms", LUSTER_SCALE_LOG, 5, 5000, 150, NULL, 0,
                 "Time in which the reduction falls by 63 % after the sound and the hold; never "
                 "shorter than the attack."},
    [HOLD] = {"hold", "Hold", "ms", LUSTER_SCALE_LINEAR, 0, 500, 0, NULL, 0,
              "Time the reduction stays before it releases. Half a period of the lowest tone keeps "
              "that tone clean. Not used with automatic times."},
    [AUTO_TIMES] = {"auto_times", "Automatic times", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                    "Attack and release follow the crest factor: short for drums, up to 80 ms and "
                    "1 s for steady sound. The two settings then rest."},
    [RANGE] = {"range", "Range", "dB", LUSTER_SCALE_LINEAR, 0, 60, 60, NULL, 0,
               "The most reduction that is ever asked for."},
    [MAKEUP] = {"makeup", "Make-up", "dB", LUSTER_SCALE_LINEAR, -24, 24, 0, NULL, 0,
                "Gain of the compressed signal, ahead of the mix."},
    [AUTO_MAKEUP] = {"auto_makeup", "Automatic make-up", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                     "Adds gain equal to the mean reduction of the last seconds."},
    [MIX] = {"mix", "Mix", "%", LUSTER_SCALE_LINEAR, 0, 100, 100, NULL, 0,
             "Share of the compressed signal; the rest is the input, in time with it."},
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

static const LusterMeter meters[] = {
    LUSTER_METER_GAIN_REDUCTION,
    {"auto_makeup", "Automatic make-up", "dB", "Automatic make-up at the end of the last block."},
};

typedef struct State {
    uint32_t n_channels, ramp;
    double rate_hz;
    bool started, rms, auto_times;
    LusterDetectorTimes times;
    LusterDynCurve curve;
    LusterDynGain gain;
    LusterGlide unlink, auto_share, auto_guess;
    float quiet; /* largest level (amplitude or power) that surely needs no reduction */
    double mean_keep, mean[LUSTER_MAX_CHANNELS]; /* of squares */
    double crest_keep, crest_peak, crest_mean; /* of squares */
    double makeup_keep, makeup_miss; /* mean of applied gain less the guess, octaves */
    float most, auto_octaves; /* for the meters */
    LusterDetector detector[LUSTER_MAX_CHANNELS];
    LusterKeyed keyed;
    float level[LUSTER_MAX_CHANNELS][CHUNK], both[CHUNK], reduction[LUSTER_MAX_CHANNELS][CHUNK];
    float makeup[CHUNK], factor[CHUNK];
    double attack_go[CHUNK], release_go[CHUNK];
} State;

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    memset(state->mean, 0, sizeof state->mean);
    memset(state->detector, 0, sizeof state->detector);
    state->crest_peak = state->crest_mean = state->makeup_miss = 0.0;
    state->most = state->auto_octaves = 0.0f;
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
    state->crest_keep = luster_one_pole_keep(CREST_MS, setup->rate_hz);
    state->makeup_keep = luster_one_pole_keep(AUTO_MAKEUP_MS, setup->rate_hz);
    if (!luster_keyed_open(&state->keyed, arena, setup))
        return LUSTER_NO_MEMORY;
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void update_times(State *state, const double *values)
{
    luster_detector_set_times(&state->times, values[ATTACK], values[RELEASE], values[HOLD],
                              state->rate_hz);
    state->auto_times = values[AUTO_TIMES] != 0.0;
    const bool rms = values[DETECTOR] != 0.0;
    if (rms && !state->rms)
        memset(state->mean, 0, sizeof state->mean);
    state->rms = rms;
    state->mean_keep = luster_one_pole_keep(values[RMS_TIME], state->rate_hz);
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->started ? state->ramp : 0;
    if (!state->started)
        state->keyed.lookahead = lookahead_frames(values, state->rate_hz);
    state->started = true;
    update_times(state, values);

    const double threshold = values[THRESHOLD] / LUSTER_DB_PER_OCTAVE;
    const double knee = fmax(values[KNEE], MIN_KNEE_DB) / LUSTER_DB_PER_OCTAVE;
    const double amount = values[RATIO] >= LUSTER_RATIO_INFINITE ? 1.0 : 1.0 - 1.0 / values[RATIO];
    luster_glide_set(&state->curve.threshold, threshold, ramp);
    luster_glide_set(&state->curve.knee, knee, ramp);
    luster_glide_set(&state->curve.amount, amount, ramp);
    luster_glide_set(&state->curve.range, values[RANGE] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&state->gain.makeup, values[MAKEUP] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&state->gain.dry, 1.0 - values[MIX] / 100.0, ramp);
    luster_glide_set(&state->unlink, 1.0 - values[LINK] / 100.0, ramp);
    luster_glide_set(&state->auto_share, values[AUTO_MAKEUP], ramp);
    luster_glide_set(&state->auto_guess, 0.5 * threshold * amount, ramp);
    luster_keyed_set(&state->keyed, values[KEY_LOW_CUT], values[KEY_HIGH_CUT], values[KEY_LISTEN],
                     ramp);

    state->curve.log_scale = state->rms ? 0.5f : 1.0f;
    /* a thousandth of an octave below the knee: beyond the rounding of the logarithm */
    const double quiet = luster_exp2(threshold - 0.5 * knee - 1e-3);
    state->quiet = (float)(state->rms ? quiet * quiet : quiet);
}

/* Squares, averaged; `level` in place. Returns the largest. */
static float mean_square(double *state_mean, double keep, float *level, uint32_t n)
{
    const double go = 1.0 - keep;
    double mean = *state_mean;
    float most = 0.0f;
    for (uint32_t i = 0; i < n; i++) {
        const double x = level[i];
        mean = keep * mean + go * (x * x);
        mean = mean > LUSTER_TINY ? mean : 0.0;
        level[i] = mean < 0x1p100 ? (float)mean : 0x1p100f;
        most = level[i] > most ? level[i] : most;
    }
    *state_mean = mean;
    return most;
}

/* 1 - exp(-k) for 0 <= k <= 1, to 2e-3 of itself at worst and exact for small k (Pade). */
static inline double let_go(double k)
{
    k = k < 1.0 ? k : 1.0;
    return k / (1.0 + k * (0.5 + k * (1.0 / 12.0)));
}

/* Times from the crest factor: tau_A = 2 tau_A,max / C^2, tau_R = 2 tau_R,max / C^2 - tau_A. */
static void follow_crest(State *state, const float *level, uint32_t n)
{
    const double keep = state->crest_keep, go = 1.0 - keep;
    const double per_attack = 1.0 / (2.0 * AUTO_ATTACK_MAX_S * state->rate_hz);
    const double per_release =
        1.0 / (2.0 * (AUTO_RELEASE_MAX_S - AUTO_ATTACK_MAX_S) * state->rate_hz);
    double peak = state->crest_peak, mean = state->crest_mean;
    for (uint32_t i = 0; i < n; i++) {
        const double square = (double)level[i] * level[i];
        peak = keep * peak + go * square;
        peak = peak > square ? peak : square;
        mean = keep * mean + go * square;
        peak = peak > LUSTER_TINY ? peak : 0.0;
        mean = mean > LUSTER_TINY ? mean : 0.0;
        const double crest = (peak + 1e-20) / (mean + 1e-20);
        state->attack_go[i] = let_go(crest * per_attack);
        state->release_go[i] = let_go(crest * per_release);
    }
    state->crest_peak = peak;
    state->crest_mean = mean;
}

/* Make-up = -(guess + mean of (applied gain - guess)), never below 0 dB; silence leaves it. */
static void follow_makeup(State *state, bool twin, uint32_t n)
{
    const double keep = state->makeup_keep;
    const float *first = state->reduction[0], *second = state->reduction[twin ? 0 : 1];
    LusterGlide guess = state->auto_guess, share = state->auto_share;
    for (uint32_t i = 0; i < n; i++) {
        const double now = luster_glide_value(&guess);
        if (state->both[i] > (float)(ACTIVE_DBFS / LUSTER_DB_PER_OCTAVE)) {
            const double gain = -0.5 * ((double)first[i] + second[i]);
            state->makeup_miss = keep * state->makeup_miss + (1.0 - keep) * (gain - now);
        }
        const double octaves = -(now + state->makeup_miss);
        state->makeup[i] = octaves > 0.0 ? luster_glide_value(&share) * (float)octaves : 0.0f;
        luster_glide_skip(&guess, 1);
        luster_glide_skip(&share, 1);
    }
    state->auto_octaves = state->makeup[n - 1];
}

/* Both detectors have heard and will hear the same: one stands for both. */
static bool are_twins(const State *state)
{
    const LusterDetector *a = &state->detector[0], *b = &state->detector[1];
    return state->n_channels == 1 ||
           (luster_glide_rests(&state->unlink, 0.0f) && a->held == b->held &&
            a->smooth == b->smooth && a->timer == b->timer);
}

/* Levels of the key, and what follows them. Returns whether nothing can exceed the threshold. */
static bool hear(State *state, const LusterKernels *k, const float *const key[], bool twin,
                 uint32_t n)
{
    float peak[2] = {0.0f, 0.0f};
    const bool stereo = state->n_channels == 2, apart = stereo && (!twin || state->rms);
    k->dyn_level(state->level[0], key[0], stereo && !apart ? key[1] : NULL, &peak[0], n);
    if (apart)
        k->dyn_level(state->level[1], key[1], NULL, &peak[1], n);
    if (state->auto_times) {
        if (apart)
            k->dyn_max(state->both, state->level[0], state->level[1], n);
        follow_crest(state, apart ? state->both : state->level[0], n);
    }
    if (state->rms) {
        for (uint32_t c = 0; c < state->n_channels; c++)
            peak[c] = mean_square(&state->mean[c], state->mean_keep, state->level[c], n);
        if (stereo && twin)
            k->dyn_max(state->level[0], state->level[0], state->level[1], n);
    }
    return peak[0] <= state->quiet && peak[1] <= state->quiet;
}

/* Asked-for reduction of each channel from its level; `both` keeps the linked level in octaves. */
static void compute(State *state, const LusterKernels *k, bool twin, uint32_t n)
{
    const float scale = state->curve.log_scale;
    if (twin) {
        k->dyn_log2(state->both, state->level[0], scale, n);
        k->dyn_curve(state->reduction[0], state->both, &state->curve, n);
        return;
    }
    k->dyn_max(state->both, state->level[0], state->level[1], n);
    k->dyn_log2(state->both, state->both, scale, n);
    for (int c = 0; c < 2; c++) {
        k->dyn_log2(state->level[c], state->level[c], scale, n);
        k->dyn_link(state->level[c], state->both, &state->unlink, n);
        k->dyn_curve(state->reduction[c], state->level[c], &state->curve, n);
    }
}

static void detect(State *state, bool twin, uint32_t n)
{
    float *const reduction[] = {state->reduction[0], state->reduction[1]};
    const uint32_t n_run = twin ? 1 : 2;
    const float most =
        state->auto_times
            ? luster_detector_run_varying(state->detector, reduction, n_run, state->attack_go,
                                          state->release_go, n)
            : luster_detector_run(state->detector, reduction, n_run, &state->times, n);
    if (twin && state->n_channels == 2)
        state->detector[1] = state->detector[0];
    state->most = most > state->most ? most : state->most;
}

static bool curve_rests(const State *state)
{
    return (state->curve.threshold.left | state->curve.knee.left) == 0 &&
           state->detector[0].held == 0.0 && state->detector[0].smooth == 0.0 &&
           state->detector[1].held == 0.0 && state->detector[1].smooth == 0.0 &&
           state->detector[0].timer == 0 && state->detector[1].timer == 0;
}

static void chunk(State *state, const LusterBlockPart *part, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const bool twin = are_twins(state);
    const bool automatic = !luster_glide_rests(&state->auto_share, 0.0f);
    const float *key[LUSTER_MAX_CHANNELS] = {NULL, NULL};
    luster_keyed_hear(&state->keyed, part->key, key, n);
    const bool quiet = hear(state, k, key, twin, n);
    if (quiet && !automatic && curve_rests(state)) {
        memset(state->reduction[0], 0, sizeof state->reduction[0]);
        memset(state->reduction[1], 0, sizeof state->reduction[1]);
    } else {
        compute(state, k, twin, n);
        detect(state, twin, n);
    }
    if (automatic)
        follow_makeup(state, twin, n);
    else
        state->makeup_miss = state->auto_octaves = 0.0f;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        if (c == 0 || !twin)
            k->dyn_gain(state->factor, state->reduction[c], automatic ? state->makeup : NULL,
                        &state->gain, n);
        luster_keyed_apply(&state->keyed, c, part->in[c], part->out[c], state->factor, n);
    }
}

static void skip(State *state, uint32_t n)
{
    LusterGlide *const glides[] = {
        &state->curve.threshold, &state->curve.knee,  &state->curve.amount,
        &state->curve.range,     &state->gain.makeup, &state->gain.dry,
        &state->unlink,          &state->auto_share,  &state->auto_guess};
    for (unsigned i = 0; i < sizeof glides / sizeof glides[0]; i++)
        luster_glide_skip(glides[i], n);
    luster_keyed_skip(&state->keyed, n);
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    state->most = 0.0f;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        uint32_t n = block->n_frames - done;
        n = n < CHUNK ? n : CHUNK;
        /* the make-up's memory begins and ends with its ramp, to the frame */
        if (state->auto_share.left > 0 && state->auto_share.left < n)
            n = state->auto_share.left;
        chunk(state, &part, n);
        skip(state, n);
        done += n;
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    readings[0] = state->most * (float)LUSTER_DB_PER_OCTAVE;
    readings[1] = state->auto_octaves * (float)LUSTER_DB_PER_OCTAVE;
}

static double tail(const double *values)
{
    return luster_keyed_tail(values[KEY_LISTEN]);
}

const LusterProcessor luster_proc_compressor = {
    .id = "compressor",
    .name = "Compressor",
    .category = "dynamics",
    .doc = "Evens out level: feed-forward, in the logarithmic domain, with a soft knee and a "
           "smooth decoupled peak detector on the gain reduction (Giannoulis, Massberg, Reiss "
           "2012), peak or RMS, stereo link, filtered or external key, look-ahead and parallel "
           "mix; times and make-up can set themselves (the same authors, 2013).",
    .version = 1,
    .flags = LUSTER_PROC_KEYED,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .neutral = "ratio=1",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = lookahead_frames,
    .tail = tail,
};
