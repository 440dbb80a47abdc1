/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Broadband noise: spectra of 40 ms (dsp/stft.h), the noise in them as pauses and the gaps between
 * partials tell (dsp/noise_profile.h), gains from both (dsp/spectral_gain.h). What the gains take
 * away is subtracted from the delayed input, so that where nothing is taken nothing changes. */
#include "base/arena.h"
#include "base/math.h"
#include "base/silence.h"
#include "dsp/frames.h"
#include "dsp/noise_profile.h"
#include "dsp/smooth.h"
#include "dsp/spectral_gain.h"
#include "dsp/stft.h"
#include "proc/registry.h"

#include <string.h>

enum { REDUCTION, SENSITIVITY, MEMORY, HOLD, LISTEN, N_PARAMS };

#define WINDOW_S 0.04 /* long enough to part partials, short enough not to smear attacks */
#define MOST_MEMORY_S 30.0
#define MUTED_POWER 1e-12 /* -120 dBFS: below every converter's noise, above nothing recorded */
/* The noise is looked at through windows so many times as long: partials of a bass 30 Hz apart are
 * told apart. */
#define LONGER 4
/* Hops that must have sounded: a long window's, and one in which the sound may be faded in. */
#define FULL_HOPS (LONGER * LUSTER_STFT_OVERLAP + 1)
#define HANN_POWER 0.375 /* mean square of the window */

static const LusterParam params[N_PARAMS] = {
    [REDUCTION] = {"reduction", "Reduction", "dB", LUSTER_SCALE_LINEAR, 0, 30, 12, NULL, 0,
                   "How far down noise goes at most. Little sounds natural: noise that is gone "
                   "altogether in the pauses is heard where it comes back."},
    [SENSITIVITY] = {"sensitivity", "Sensitivity", "dB", LUSTER_SCALE_LINEAR, -12, 12, 0, NULL, 0,
                     "Raises what is taken for noise. Up when noise is left that flutters, down "
                     "when room, breath or air go with the noise."},
    [MEMORY] = {"memory", "Memory", "s", LUSTER_SCALE_LOG, 1, MOST_MEMORY_S, 8, NULL,
                LUSTER_PARAM_STATIC,
                "How many seconds tell what is noise. Long holds fast where pauses are rare, short "
                "follows noise that changes."},
    [HOLD] = {"hold", "Hold", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
              "Keeps the noise as it is known now: switch it on after a stretch of noise alone."},
    [LISTEN] = {"listen", "Listen", "", LUSTER_SCALE_TOGGLE, 0, 1, 0, NULL, 0,
                "What is taken away is heard instead: there should be no music in it."},
};

static const LusterMeter meters[] = {
    {"noise", "Noise", "dBFS", "Level of the noise as it is known now; -200 is none."},
    {"reduction", "Reduction", "dB", "How much softer the sound is now, noise and music together."},
};

static const LusterPreset presets[] = {
    {"hiss", "", "reduction=12",
     "Steady hiss of a preamplifier or a tape: 12 dB make it a quarter as loud or less, and music "
     "and room stay whole."},
    {"vocal", "lead_vocal,vocal_double,backing_vocal,choir", "reduction=10,sensitivity=-1",
     "Compression of 10 dB lifts the noise between phrases by 10 dB; this takes it back. A little "
     "less sensitive, because breath and air are noise too."},
    {"spoken_voice", "spoken", "reduction=15,sensitivity=1,memory=5",
     "Nothing masks the noise under a voice alone, and pauses are many: more may go, and a "
     "changing room is followed."},
    {"acoustic_guitar", "guitar_acoustic,mallet,piano,strings",
     "reduction=10,sensitivity=-2,memory=12",
     "Notes die away into the noise: a lower threshold lets them, a long memory finds the few "
     "pauses."},
    {"guitar_amp", "guitar_electric,guitar_lead,guitar,bass", "reduction=15,memory=12",
     "An amplifier hisses as loud as its gain, and stops only between phrases. Hum is the work of "
     "dehum, before this."},
    {"room_tone", "overhead,room", "reduction=8,sensitivity=-3,memory=12",
     "Air conditioning and traffic under far microphones; cymbals and the room's own tail look "
     "like noise, so little is taken."},
    {"restoration", "mix,master,sample", "reduction=20,sensitivity=2,memory=15",
     "A whole transfer from tape or disc: the noise is everywhere and steady, music rarely stops. "
     "A little more sensitive, so that what is left so far down stays even. Hum and rumble go "
     "first."},
};

typedef struct State {
    double rate_hz;
    uint32_t n_channels, ramp, at; /* at: frames of the hop that are there */
    uint32_t hops; /* of the long window's hop that are there */
    bool started, hold;
    float floor, scale; /* least gain; sensitivity as a power ratio */
    LusterSmooth listen;
    LusterStft stft, far; /* far: the long windows */
    LusterSpectralGain gain;
    LusterStftChannel channel[LUSTER_MAX_CHANNELS], long_channel[LUSTER_MAX_CHANNELS];
    LusterNoiseProfile profile[LUSTER_MAX_CHANNELS];
    float *known[LUSTER_MAX_CHANNELS]; /* [n_bins] noise per bin */
    uint32_t full[LUSTER_MAX_CHANNELS]; /* hops since the channel was muted */
    float *power[LUSTER_MAX_CHANNELS]; /* [n_bins of far] */
    float *noise, *away; /* [n_bins] */
    double taken_db, noise_db[LUSTER_MAX_CHANNELS];
} State;

/* The power of two nearest to WINDOW_S. */
static uint32_t window_frames(double rate_hz)
{
    uint32_t size = 128;
    while (2.0 * size * size < rate_hz * WINDOW_S * rate_hz * WINDOW_S)
        size *= 2;
    return size;
}

static void reset(void *ptr)
{
    State *state = ptr;
    state->started = false;
    state->at = state->hops = 0;
    state->taken_db = 0.0;
    luster_smooth_reset(&state->listen);
    luster_spectral_gain_reset(&state->gain);
    for (uint32_t c = 0; c < state->n_channels; c++) {
        luster_stft_reset(&state->stft, &state->channel[c]);
        luster_stft_reset(&state->far, &state->long_channel[c]);
        memset(state->known[c], 0, state->stft.n_bins * sizeof(float));
        state->full[c] = 0;
        state->noise_db[c] = -200.0;
    }
}

static uint32_t looks_of(const State *state, double memory_s)
{
    return (uint32_t)(memory_s * state->rate_hz / (state->far.hop * LUSTER_NOISE_FRAMES) + 1.0);
}

static LusterStatus open(struct LusterArena *arena, const LusterSetup *setup, void **out)
{
    State *state = luster_arena_alloc(arena, sizeof *state);
    if (!state)
        return LUSTER_NO_MEMORY;
    state->rate_hz = setup->rate_hz;
    state->n_channels = setup->n_channels;
    state->ramp = luster_smooth_frames(setup->rate_hz);
    const uint32_t size = window_frames(setup->rate_hz);
    if (!luster_stft_open(&state->stft, arena, size) ||
        !luster_stft_open(&state->far, arena, LONGER * size))
        return LUSTER_NO_MEMORY;
    const uint32_t n = state->stft.n_bins, looks = looks_of(state, MOST_MEMORY_S);
    state->noise = luster_arena_array(arena, n, sizeof(float));
    state->away = luster_arena_array(arena, n, sizeof(float));
    if (!state->noise || !state->away || !luster_spectral_gain_open(&state->gain, arena, n))
        return LUSTER_NO_MEMORY;
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        state->known[c] = luster_arena_array(arena, n, sizeof(float));
        state->power[c] = luster_arena_array(arena, state->far.n_bins, sizeof(float));
        if (!state->known[c] || !state->power[c] ||
            !luster_stft_open_channel(&state->stft, arena, &state->channel[c]) ||
            !luster_stft_open_channel(&state->far, arena, &state->long_channel[c]) ||
            !luster_noise_profile_open(&state->profile[c], arena, state->far.n_bins, n, looks))
            return LUSTER_NO_MEMORY;
    }
    reset(state);
    *out = state;
    return LUSTER_OK;
}

static void update(void *ptr, const double *values)
{
    State *state = ptr;
    if (!state->started) {
        for (uint32_t c = 0; c < state->n_channels; c++)
            luster_noise_profile_start(&state->profile[c], looks_of(state, values[MEMORY]));
    }
    state->floor = values[REDUCTION] > 0.0 ? (float)luster_db_to_gain(-values[REDUCTION]) : 1.0f;
    state->scale = (float)luster_db_to_gain(2.0 * values[SENSITIVITY]);
    state->hold = values[HOLD] > 0.5;
    luster_smooth_set(&state->listen, values[LISTEN], state->started ? state->ramp : 0);
    state->started = true;
}

/* Whether the hop that has just come in is sound. */
static bool sounds(const State *state, uint32_t c)
{
    const float *x = state->channel[c].in + state->stft.size;
    double sum = 0.0;
    for (uint32_t i = 0; i < state->stft.hop; i++)
        sum += (double)x[i] * x[i];
    return sum > MUTED_POWER * state->stft.hop && sum < LUSTER_LOUD;
}

/* When a long hop is full. */
static void learn(State *state, uint32_t c)
{
    const uint32_t n = state->stft.n_bins, size = state->stft.size;
    LusterNoiseProfile *profile = &state->profile[c];
    LusterStftChannel *channel = &state->long_channel[c];
    memcpy(channel->in + state->far.size, state->channel[c].in + state->stft.hop,
           size * sizeof(float));
    luster_stft_forward(&state->far, channel, state->power[c]);
    if (state->hold || state->full[c] < FULL_HOPS) {
        luster_noise_profile_break(profile);
        return;
    }
    if (!luster_noise_profile_add(profile, state->power[c]))
        return;
    luster_noise_profile_read(profile, state->known[c]);
    double sum = 0.0;
    for (uint32_t k = 0; k < n; k++)
        sum += state->known[c][k];
    const double db = luster_power_to_db(sum / ((double)n * state->stft.size * HANN_POWER));
    state->noise_db[c] = db > -200.0 ? db : -200.0;
}

/* Both sides together: one gain keeps everything at its place. */
static void gains(State *state)
{
    const uint32_t n = state->stft.n_bins;
    float *power = state->power[0];
    memset(state->noise, 0, n * sizeof(float));
    for (uint32_t c = 0; c < state->n_channels; c++) {
        const float scale = state->full[c] ? state->scale : 0.0f;
        for (uint32_t k = 0; k < n; k++)
            state->noise[k] += scale * state->known[c][k];
    }
    for (uint32_t k = 0; state->n_channels > 1 && k < n; k++)
        power[k] += state->power[1][k];
    luster_spectral_gain_run(&state->gain, power, state->noise, state->floor, state->away);
    double before = 1e-20, after = 1e-20;
    for (uint32_t k = 0; k < n; k++) {
        const float kept = 1.0f - state->away[k];
        before += power[k];
        after += power[k] * kept * kept;
    }
    state->taken_db = luster_power_to_db(before / after);
}

/* A hop is full: the next hop's worth of what is subtracted. */
static void turn(State *state)
{
    const bool far = ++state->hops == LUSTER_STFT_OVERLAP;
    state->hops = far ? 0 : state->hops;
    for (uint32_t c = 0; c < state->n_channels; c++) {
        const bool sound = sounds(state, c);
        state->full[c] = sound ? state->full[c] + (state->full[c] < FULL_HOPS) : 0;
        if (far)
            learn(state, c);
        luster_stft_forward(&state->stft, &state->channel[c], state->power[c]);
    }
    gains(state);
    for (uint32_t c = 0; c < state->n_channels; c++)
        luster_stft_inverse(&state->stft, &state->channel[c], state->away);
    state->at = 0;
}

static void run(State *state, const LusterBlockPart *part, uint32_t n)
{
    const uint32_t size = state->stft.size, at = state->at;
    for (uint32_t i = 0; i < n; i++) {
        const double listen = luster_smooth_next(&state->listen);
        for (uint32_t c = 0; c < state->n_channels; c++) {
            LusterStftChannel *channel = &state->channel[c];
            channel->in[size + at + i] = part->in[c][i];
            const float x = channel->in[at + i];
            /* what nothing is taken from stays as it is, to the sign of its zeros */
            const double away = luster_snap(channel->out[at + i]);
            if (away == 0.0 && listen == 0.0)
                part->out[c][i] = x;
            else
                part->out[c][i] = (float)((1.0 - listen) * (x - away) + listen * away);
        }
    }
    state->at += n;
}

static void process(void *ptr, const LusterBlock *block)
{
    State *state = ptr;
    for (uint32_t done = 0; done < block->n_frames;) {
        const LusterBlockPart part = luster_block_part(block, state->n_channels, done);
        const uint32_t left = block->n_frames - done, room = state->stft.hop - state->at;
        const uint32_t n = left < room ? left : room;
        run(state, &part, n);
        done += n;
        if (state->at == state->stft.hop)
            turn(state);
    }
}

static void read(const void *ptr, float *readings)
{
    const State *state = ptr;
    double loudest = -200.0;
    for (uint32_t c = 0; c < state->n_channels; c++)
        loudest = state->noise_db[c] > loudest ? state->noise_db[c] : loudest;
    readings[0] = (float)loudest;
    readings[1] = (float)state->taken_db;
}

static uint32_t latency(const double *values, double rate_hz)
{
    (void)values;
    return window_frames(rate_hz);
}

static double tail(const double *values)
{
    return values[REDUCTION] > 0.0 ? 1.5 * WINDOW_S : 0.0; /* a window is at most 1.42 of it */
}

const LusterProcessor luster_proc_denoise = {
    .id = "denoise",
    .name = "Noise reduction",
    .category = "restoration",
    .doc = "Takes steady broadband noise out of a recording: hiss, preamplifiers, air. Learns the "
           "noise by itself from pauses and from between the partials of notes, and turns down "
           "what is no louder than it.",
    .version = 1,
    .params = params,
    .n_params = N_PARAMS,
    .meters = meters,
    .n_meters = sizeof meters / sizeof meters[0],
    .presets = presets,
    .n_presets = sizeof presets / sizeof presets[0],
    .neutral = "reduction=0",
    .open = open,
    .reset = reset,
    .update = update,
    .process = process,
    .read = read,
    .latency = latency,
    .tail = tail,
};
