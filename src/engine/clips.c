/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A clip's file is open only while it is heard, so that a session may hold more clips than the
 * system allows open files. Fades are computed per frame of the clip: linear in amplitude, or the
 * sine quarter of constant power. */
#include "engine/clips.h"

#include "base/math.h"
#include "simd/kernels.h"

#include <math.h>
#include <string.h>

static uint64_t frames_of(double seconds, double rate_hz)
{
    return (uint64_t)(seconds * rate_hz + 0.5);
}

LusterStatus luster_clip_prepare(ClipPlayer *player, const LusterClip *clip,
                                 const LusterEngineOptions *options, double rate_hz,
                                 LusterError *err)
{
    memset(player, 0, sizeof *player);
    LusterSource *source;
    const LusterStatus status = options->open(options->context, clip->file, rate_hz, &source, err);
    if (status)
        return status;
    const double *values = clip->values;
    player->clip = clip;
    player->options = options;
    player->rate_hz = rate_hz;
    player->n_channels = source->n_channels;
    player->start = frames_of(values[LUSTER_CLIP_START], rate_hz);
    player->offset = frames_of(values[LUSTER_CLIP_OFFSET], rate_hz);
    const uint64_t left = player->offset < source->n_frames ? source->n_frames - player->offset : 0;
    player->length = frames_of(values[LUSTER_CLIP_LENGTH], rate_hz);
    if (!player->length || player->length > left)
        player->length = left;
    player->fade_in = frames_of(values[LUSTER_CLIP_FADE_IN], rate_hz);
    player->fade_out = frames_of(values[LUSTER_CLIP_FADE_OUT], rate_hz);
    luster_source_close(source);
    return LUSTER_OK;
}

uint32_t luster_clip_channels(const ClipPlayer *player)
{
    return player->clip->values[LUSTER_CLIP_CHANNELS] == LUSTER_CHANNELS_ALL ? player->n_channels
                                                                             : 1;
}

void luster_clip_close(ClipPlayer *player)
{
    luster_source_close(player->source);
    player->source = NULL;
}

static LusterStatus open_at(ClipPlayer *player, uint64_t position, LusterError *err)
{
    LusterStatus status = LUSTER_OK;
    if (!player->source) {
        status = player->options->open(player->options->context, player->clip->file,
                                       player->rate_hz, &player->source, err);
        if (status)
            return status;
        if (player->source->n_channels != player->n_channels) {
            luster_clip_close(player);
            return luster_error_set(err, LUSTER_BAD_FILE, "%s changed while it was being played",
                                    player->clip->file);
        }
        player->position = UINT64_MAX;
    }
    if (player->position != position)
        status = luster_source_seek(player->source, player->offset + position, err);
    player->position = position;
    return status;
}

static double fade_gain(const ClipPlayer *player, uint64_t position)
{
    double gain = 1.0;
    const bool power = player->clip->values[LUSTER_CLIP_FADE_SHAPE] == LUSTER_FADE_POWER;
    if (position < player->fade_in) {
        const double x = (position + 0.5) / player->fade_in;
        gain *= power ? luster_sin(x * LUSTER_PI / 2) : x;
    }
    const uint64_t left = player->length - position;
    if (left <= player->fade_out) {
        const double x = (left - 0.5) / player->fade_out;
        gain *= power ? luster_sin(x * LUSTER_PI / 2) : x;
    }
    return gain;
}

/* Turns what the file has into what the clip gives; returns its channels. */
static uint32_t choose_channels(const ClipPlayer *player, float *const *audio, uint32_t n)
{
    const int choice = (int)player->clip->values[LUSTER_CLIP_CHANNELS];
    if (player->n_channels == 1 || choice == LUSTER_CHANNELS_ALL)
        return player->n_channels;
    if (choice == LUSTER_CHANNELS_RIGHT)
        memcpy(audio[0], audio[1], n * sizeof(float));
    if (choice == LUSTER_CHANNELS_MONO) {
        for (uint32_t i = 0; i < n; i++)
            audio[0][i] = 0.5f * (audio[0][i] + audio[1][i]);
    }
    return 1;
}

static void apply_fades(const ClipPlayer *player, uint64_t position, float *audio, uint32_t n)
{
    const uint64_t out_from =
        player->length > player->fade_out ? player->length - player->fade_out : 0;
    if (position >= player->fade_in && position + n <= out_from)
        return;
    for (uint32_t i = 0; i < n; i++)
        audio[i] = (float)(audio[i] * fade_gain(player, position + i));
}

LusterStatus luster_clip_play(ClipPlayer *player, uint64_t first, uint32_t n, uint32_t n_channels,
                              float *const *out, float *const *scratch, bool *blank,
                              LusterError *err)
{
    const uint64_t end = player->start + player->length;
    if (first + n <= player->start || first >= end) {
        if (first >= end)
            luster_clip_close(player);
        return LUSTER_OK;
    }
    const uint64_t from = first > player->start ? first : player->start;
    const uint64_t to = first + n < end ? first + n : end;
    const uint64_t position = from - player->start;
    const uint32_t count = (uint32_t)(to - from);
    LusterStatus status = open_at(player, position, err);
    if (status)
        return status;
    /* A clip that fills the block alone needs neither zeros nor a copy; its bits are a sum's. */
    const bool alone = *blank && count == n;
    float *const *audio = alone && player->n_channels == n_channels ? out : scratch;
    for (uint32_t c = 0; c < n_channels && *blank && !alone; c++)
        memset(out[c], 0, n * sizeof(float));
    *blank = false;
    size_t n_read = 0;
    status = luster_source_read(player->source, audio, count, &n_read, err);
    if (status)
        return status;
    if (n_read < count)
        return luster_error_set(err, LUSTER_BAD_FILE,
                                "%s ends at frame %llu; %llu frames were there when it was opened",
                                player->clip->file,
                                (unsigned long long)(player->offset + position + n_read),
                                (unsigned long long)(player->offset + player->length));
    player->position += count;
    const uint32_t have = choose_channels(player, audio, count);
    const float gain = (float)luster_db_to_gain(player->clip->values[LUSTER_CLIP_GAIN]);
    for (uint32_t c = 0; c < have; c++)
        apply_fades(player, position, audio[c], count);
    /* the right side first: both may come from the left's buffer */
    for (uint32_t c = n_channels; c-- > 0;) {
        const float *in = audio[have == 1 ? 0 : c];
        if (alone)
            luster_kernels()->mix_set(out[c], in, gain, count);
        else
            luster_kernels()->mix_add(out[c] + (from - first), in, gain, count);
    }
    if (position + count == player->length)
        luster_clip_close(player);
    return LUSTER_OK;
}
