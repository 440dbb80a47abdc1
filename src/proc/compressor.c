/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Compressor: feed-forward, in the logarithmic domain, gain computer ahead of a smooth decoupled
 * detector (Giannoulis, Massberg, Reiss 2012) or one of the hardware's time behaviours; automatic
 * times, knee and make-up after their 2013 paper; upward compression beside it.
 * Worked in chunks that a chunk's length cannot show: vector passes (simd/k_dynamics.c) around one
 * short serial loop (dsp/detector.c). Levels and gains are in octaves, log2 of amplitude. */
#include "base/arena.h"
#include "base/math.h"
#include "dsp/frames.h"
#include "dsp/smooth.h"
#include "proc/compressor_state.h"
#include "proc/compressor_table.h"
#include "proc/registry.h"

#include <math.h>
#include <string.h>

#define MIN_KNEE_DB 1e-3 /* the curve's formula divides by the knee */
/* Automatic times hold for half a period of 40 Hz: a bass tone keeps its shape. */
#define AUTO_HOLD_MS 12.5
#define AUTO_KNEE_SHARE 2.5 /* of the mean reduction: Giannoulis, Massberg, Reiss 2013 */

static const LusterMeter meters[] = {
    LUSTER_METER_GAIN_REDUCTION,
    {"auto_makeup", "Automatic make-up", "dB", "Automatic make-up at the end of the last block."},
    {"upward_gain", "Upward gain", "dB", "Largest gain of upward compression in the last block."},
};

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = state->upward = false;
    memset(state->mean, 0, sizeof state->mean);
    memset(state->detector, 0, sizeof state->detector);
    for (int c = 0; c < LUSTER_MAX_CHANNELS; c++)
        state->raise[c] = (Raise){luster_log2(LUSTER_DYN_FLOOR), 0.0};
    luster_crest_open(&state->crest, state->rate_hz);
    luster_mean_gain_open(&state->mean_gain, state->rate_hz);
    luster_level_match_reset(&state->match);
    LusterSmooth *const shares[] = {&state->makeup_octaves, &state->dry_share, &state->auto_share,
                                    &state->match_share};
    for (unsigned i = 0; i < sizeof shares / sizeof shares[0]; i++)
        luster_smooth_reset(shares[i]);
    luster_glides_reset(&state->moves);
    state->knee_left = state->hold = 0;
    state->most = state->auto_octaves = state->most_raise = 0.0f;
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
    luster_level_match_open(&state->match, setup->rate_hz, setup->n_channels);
    if (!luster_keyed_open(&state->keyed, arena, setup))
        return LUSTER_NO_MEMORY;
    const uint32_t longest =
        luster_ms_to_frames(luster_compressor_params[HOLD].max, setup->rate_hz) + 1;
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!luster_slide_max_open(&state->held[c], arena, longest))
            return LUSTER_NO_MEMORY;
    }
    LusterGlide *const glides[N_MOVES] = {
        [MOVE_THRESHOLD] = &state->curve.threshold, [MOVE_AMOUNT] = &state->curve.amount,
        [MOVE_KNEE] = &state->curve.knee,           [MOVE_RANGE] = &state->curve.range,
        [MOVE_UP_THRESHOLD] = &state->up.threshold, [MOVE_UP_AMOUNT] = &state->up.amount,
        [MOVE_UP_KNEE] = &state->up.knee,           [MOVE_UP_RANGE] = &state->up.range,
        [MOVE_UP_FLOOR] = &state->up.floor,         [MOVE_UNLINK] = &state->unlink,
        [MOVE_GUESS] = &state->auto_guess};
    luster_glides_open(&state->moves, glides, N_MOVES);
    reset(state);
    *out = state;
    return LUSTER_OK;
}

/* A new hold begins empty; another length goes on with what there is. */
static void set_hold(State *state, uint32_t frames)
{
    for (uint32_t c = 0; c < state->n_channels && frames; c++) {
        if (state->hold == 0)
            luster_slide_max_reset(&state->held[c], frames + 1);
        state->held[c].window = frames + 1;
    }
    state->holds_differ = state->holds_differ && state->hold && frames;
    state->hold = frames;
}

static void update_times(State *state, const double *values, double amount)
{
    const LusterDetectorStyle style = (LusterDetectorStyle)values[STYLE];
    if (style != state->style.style) {
        for (int c = 0; c < LUSTER_MAX_CHANNELS; c++)
            luster_style_leave(&state->detector[c]);
    }
    luster_style_set_times(&state->style, style, values[ATTACK], values[RELEASE], amount,
                           state->rate_hz);
    luster_detector_set_times(&state->times, values[ATTACK], values[RELEASE], 0.0, state->rate_hz);
    state->auto_times = values[AUTO_TIMES] != 0.0;
    state->curve.feedback = style == LUSTER_STYLE_FET;
    const double auto_ms = is_auto_timed(state) ? AUTO_HOLD_MS : 0.0;
    set_hold(state, luster_ms_to_frames(fmax(values[HOLD], auto_ms), state->rate_hz));
    const bool rms = values[DETECTOR] != 0.0;
    if (rms && !state->rms)
        memset(state->mean, 0, sizeof state->mean);
    state->rms = rms;
    state->mean_keep = luster_one_pole_keep(values[RMS_TIME], state->rate_hz);
}

/* 1 - 1/ratio */
static double amount_of(double ratio)
{
    return ratio >= LUSTER_RATIO_INFINITE ? 1.0 : 1.0 - 1.0 / ratio;
}

/* Half the static gain at full scale, and from then on the mean of what was applied. */
static double automatic_knee(const State *state)
{
    const double mean = -(luster_glide_value(&state->auto_guess) + state->mean_gain.miss);
    const double knee_db = AUTO_KNEE_SHARE * mean * LUSTER_DB_PER_OCTAVE;
    return fmin(fmax(knee_db, MIN_KNEE_DB), LUSTER_COMP_KNEE_MAX_DB) / LUSTER_DB_PER_OCTAVE;
}

static void update_curves(State *state, const double *values, double amount, uint32_t ramp)
{
    const double threshold = values[THRESHOLD] / LUSTER_DB_PER_OCTAVE;
    const double knee = fmax(values[KNEE], MIN_KNEE_DB) / LUSTER_DB_PER_OCTAVE;
    const double up_amount = amount_of(values[UP_RATIO]);
    luster_glides_set(&state->moves, MOVE_THRESHOLD, threshold, ramp);
    luster_glides_set(&state->moves, MOVE_AMOUNT, amount, ramp);
    luster_glides_set(&state->moves, MOVE_RANGE, values[RANGE] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glides_set(&state->moves, MOVE_GUESS, 0.5 * threshold * amount, ramp);
    luster_glides_set(&state->moves, MOVE_UP_THRESHOLD, values[UP_THRESHOLD] / LUSTER_DB_PER_OCTAVE,
                      ramp);
    luster_glides_set(&state->moves, MOVE_UP_AMOUNT, up_amount, ramp);
    luster_glides_set(&state->moves, MOVE_UP_RANGE, values[UP_RANGE] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glides_set(&state->moves, MOVE_UP_FLOOR, values[UP_FLOOR] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glides_set(&state->moves, MOVE_UP_KNEE, knee, ramp);
    state->upward |= up_amount > 0.0;
    const bool was_auto = state->auto_knee;
    state->auto_knee = values[AUTO_KNEE] != 0.0;
    if (!state->auto_knee) {
        luster_glides_set(&state->moves, MOVE_KNEE, knee, ramp);
    } else if (!was_auto || ramp == 0) {
        luster_glides_set(&state->moves, MOVE_KNEE, automatic_knee(state), ramp);
        state->knee_left = state->ramp;
    }
    /* a thousandth of an octave below the knee: beyond the rounding of the logarithm */
    const double quiet = luster_exp2(threshold - 0.5 * knee - 1e-3);
    state->quiet = (float)(state->rms ? quiet * quiet : quiet);
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    const uint32_t ramp = state->started ? state->ramp : 0;
    const double amount = amount_of(values[RATIO]);
    if (!state->started)
        state->keyed.lookahead = lookahead_frames(values, state->rate_hz);
    state->started = true;
    update_times(state, values, amount);
    update_curves(state, values, amount, ramp);
    luster_smooth_set(&state->makeup_octaves, values[MAKEUP] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_smooth_set(&state->dry_share, 1.0 - values[MIX] / 100.0, ramp);
    luster_glides_set(&state->moves, MOVE_UNLINK, 1.0 - values[LINK] / 100.0, ramp);
    luster_smooth_set(&state->auto_share, values[AUTO_MAKEUP], ramp);
    luster_smooth_set(&state->match_share, values[LEVEL_MATCH], ramp);
    luster_keyed_set(&state->keyed, values[KEY_LOW_CUT], values[KEY_HIGH_CUT], values[KEY_LISTEN],
                     ramp);
    state->curve.log_scale = state->rms ? 0.5f : 1.0f;
}

/* Both detectors have heard and will hear the same: one stands for both. */
static bool are_twins(const State *state)
{
    const LusterDetector *a = &state->detector[0], *b = &state->detector[1];
    return state->n_channels == 1 ||
           (luster_glide_rests(&state->unlink, 0.0f) && a->held == b->held &&
            a->smooth == b->smooth && a->slow == b->slow && a->memory == b->memory &&
            !state->holds_differ && state->raise[0].level == state->raise[1].level &&
            state->raise[0].smooth == state->raise[1].smooth);
}

/* The output's gain onto it, such that it is as loud as the late input. */
static void match(State *state, const LusterBlockPart *part, uint32_t n)
{
    const float *dry[] = {state->dry[0], state->dry[1]};
    const float *const out[] = {part->out[0], part->out[1]};
    luster_level_match_run(&state->match, dry, out, state->matched, n);
    for (uint32_t i = 0; i < n; i++)
        state->matched[i] = 1.0f + state->share[i] * (state->matched[i] - 1.0f);
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_kernels()->dyn_apply(part->out[c], part->out[c], state->matched, n);
}

static void fill(LusterSmooth *smooth, float *values, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        values[i] = (float)luster_smooth_next(smooth);
}

static bool is_on(const LusterSmooth *share)
{
    return luster_smooth_moving(share) || share->target != 0.0;
}

/* The factor of one channel; make-up and mix frame by frame only while they move. */
static void gain(State *state, const LusterKernels *k, float *reduction, const float *makeup,
                 bool makeup_moves, bool dry_moves, uint32_t n)
{
    const LusterDynGain how = {{makeup_moves ? 0.0f : (float)state->makeup_octaves.target, 0.0f, 0},
                               {dry_moves ? 0.0f : (float)state->dry_share.target, 0.0f, 0}};
    for (uint32_t i = 0; i < n && makeup_moves; i++)
        reduction[i] -= state->moving_makeup[i];
    k->dyn_gain(state->factor, reduction, makeup, &how, n);
    for (uint32_t i = 0; i < n && dry_moves; i++)
        state->factor[i] = state->share[i] + (1.0f - state->share[i]) * state->factor[i];
}

static void apply(State *state, const LusterKernels *k, const LusterBlockPart *part,
                  const float *makeup, bool twin, uint32_t n)
{
    const bool matching = is_on(&state->match_share);
    const bool makeup_moves = luster_smooth_moving(&state->makeup_octaves);
    const bool dry_moves = luster_smooth_moving(&state->dry_share);
    if (makeup_moves)
        fill(&state->makeup_octaves, state->moving_makeup, n);
    if (dry_moves)
        fill(&state->dry_share, state->share, n);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        if (c == 0 || !twin)
            gain(state, k, state->reduction[c], makeup, makeup_moves, dry_moves, n);
        const float *sound = luster_keyed_sound(&state->keyed, c, part->in[c], part->out[c], n);
        if (matching)
            memcpy(state->dry[c], sound, n * sizeof(float));
        k->dyn_apply(part->out[c], sound, state->factor, n);
    }
    if (matching) {
        fill(&state->match_share, state->share, n);
        match(state, part, n);
    } else {
        luster_level_match_forget(&state->match);
    }
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_keyed_play(&state->keyed, c, part->out[c], n);
}

static void chunk(State *state, const LusterBlockPart *part, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const bool twin = are_twins(state);
    const bool automatic = is_on(&state->auto_share);
    const bool tracking = automatic || state->auto_knee;
    const float *key[LUSTER_MAX_CHANNELS] = {NULL, NULL};
    luster_keyed_hear(&state->keyed, part->key, key, n);
    luster_compressor_reduce(state, key, twin, tracking, n);
    if (tracking) {
        const float *const both[] = {state->reduction[0], state->reduction[twin ? 0 : 1]};
        fill(&state->auto_share, state->share, n);
        luster_mean_gain_follow(&state->mean_gain, both, state->both, state->auto_guess,
                                state->share, state->makeup, n);
    } else {
        state->mean_gain.miss = 0.0;
    }
    state->auto_octaves = automatic ? state->makeup[n - 1] : 0.0f;
    apply(state, k, part, automatic ? state->makeup : NULL, twin, n);
}

static void skip(State *state, uint32_t n)
{
    luster_glides_skip(&state->moves, n);
    if (state->auto_knee && (state->knee_left -= n) == 0) {
        luster_glides_set(&state->moves, MOVE_KNEE, automatic_knee(state), state->ramp);
        state->knee_left = state->ramp;
    }
}

/* Frames until something begins or ends that must do so to the frame: a cell, the memories of
 * make-up and match with their shares, a step of the automatic knee. 0: not at all. */
static uint32_t until_next(const State *state, uint32_t n)
{
    const uint32_t ends[] = {state->moves.cell_left,   state->makeup_octaves.until,
                             state->dry_share.until,   state->auto_share.until,
                             state->match_share.until, state->auto_knee ? state->knee_left : 0};
    n = n < CHUNK ? n : CHUNK;
    for (unsigned i = 0; i < sizeof ends / sizeof ends[0]; i++)
        n = ends[i] > 0 && ends[i] < n ? ends[i] : n;
    return n;
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    state->most = state->most_raise = 0.0f;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        luster_glides_begin(&state->moves);
        const uint32_t n = until_next(state, block->n_frames - done);
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
    readings[2] = state->most_raise * (float)LUSTER_DB_PER_OCTAVE;
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
           "mix; times, knee and make-up can set themselves (the same authors, 2013). The styles "
           "give it the release of an opto, FET or bus compressor. Upward compression raises what "
           "is soft, alone or together with the way down.",
    .version = 2,
    .flags = LUSTER_PROC_KEYED,
    .params = luster_compressor_params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = luster_compressor_presets,
    .n_presets = LUSTER_N_COMPRESSOR_PRESETS,
    .neutral = "ratio=1,up_ratio=1",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = lookahead_frames,
    .tail = tail,
};
