/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Weighted overlap-add (Crochiere 1980) over dsp/odd_fft.h. */
#include "dsp/stft.h"

#include "base/math.h"
#include "dsp/window.h"

#include <math.h>
#include <string.h>

#define HANN_SQUARES 1.5f /* what squared Hann windows, four to a size, add up to */

bool luster_stft_open(LusterStft *stft, LusterArena *arena, uint32_t size)
{
    const uint32_t n = size / 2;
    *stft = (LusterStft){.size = size, .hop = size / LUSTER_STFT_OVERLAP, .n_bins = n};
    stft->place = luster_arena_array(arena, n, sizeof *stft->place);
    stft->window = luster_arena_array(arena, size, sizeof(float));
    stft->time = luster_arena_array(arena, size, sizeof(float));
    stft->work = luster_arena_array(arena, size, sizeof(float));
    if (!stft->place || !stft->window || !stft->time || !stft->work ||
        !luster_odd_fft_open(&stft->fft, arena, n))
        return false;
    luster_window_hann(stft->window, size);
    for (uint32_t b = 0; b < n; b++) {
        /* odd multiples of pi / size, each once: below zero stands for its conjugate */
        const double angle = fabs(luster_odd_fft_angle(&stft->fft, b));
        const uint32_t k = (uint32_t)(angle * size / (2.0 * LUSTER_PI));
        stft->place[k] = b / LUSTER_ODD_TILE * LUSTER_ODD_BIN_FLOATS + b % LUSTER_ODD_TILE;
    }
    return true;
}

bool luster_stft_open_channel(const LusterStft *stft, LusterArena *arena,
                              LusterStftChannel *channel)
{
    channel->in = luster_arena_array(arena, stft->size + stft->hop, sizeof(float));
    channel->out = luster_arena_array(arena, stft->size, sizeof(float));
    channel->bins = luster_arena_array(arena, stft->size, sizeof(float));
    return channel->in && channel->out && channel->bins;
}

void luster_stft_reset(const LusterStft *stft, LusterStftChannel *channel)
{
    memset(channel->in, 0, (stft->size + stft->hop) * sizeof(float));
    memset(channel->out, 0, stft->size * sizeof(float));
}

void luster_stft_forward(LusterStft *stft, LusterStftChannel *channel, float *power)
{
    const uint32_t n = stft->n_bins, units = luster_odd_fft_units(&stft->fft);
    memmove(channel->in, channel->in + stft->hop, stft->size * sizeof(float));
    for (uint32_t i = 0; i < stft->size; i++)
        stft->time[i] = channel->in[i] * stft->window[i];
    const LusterOddForward io = {stft->time,     stft->time + n, stft->work,
                                 stft->work + n, channel->bins,  LUSTER_ODD_BIN_FLOATS};
    for (uint32_t pass = 0; pass <= stft->fft.n_passes; pass++)
        luster_odd_fft_forward(&stft->fft, &io, pass, 0, units);
    for (uint32_t k = 0; k < n; k++) {
        const float *bin = channel->bins + stft->place[k];
        power[k] = bin[0] * bin[0] + bin[LUSTER_ODD_TILE] * bin[LUSTER_ODD_TILE];
    }
}

void luster_stft_inverse(LusterStft *stft, LusterStftChannel *channel, const float *gain)
{
    const uint32_t n = stft->n_bins, units = luster_odd_fft_units(&stft->fft);
    const uint32_t kept = stft->size - stft->hop;
    const float scale = 1.0f / (HANN_SQUARES * (float)n);
    for (uint32_t k = 0; k < n; k++) {
        float *bin = channel->bins + stft->place[k];
        bin[0] *= gain[k] * scale;
        bin[LUSTER_ODD_TILE] *= gain[k] * scale;
    }
    const LusterOddInverse io = {stft->work, stft->work + n, stft->time, stft->time + n};
    for (uint32_t tile = 0; tile < units; tile++)
        luster_odd_fft_tile(&stft->fft, &io, tile, channel->bins + tile * LUSTER_ODD_BIN_FLOATS);
    for (uint32_t pass = 1; pass <= stft->fft.n_passes; pass++)
        luster_odd_fft_inverse(&stft->fft, &io, pass, 0, units);
    memmove(channel->out, channel->out + stft->hop, kept * sizeof(float));
    memset(channel->out + kept, 0, stft->hop * sizeof(float));
    for (uint32_t i = 0; i < stft->size; i++)
        channel->out[i] += stft->time[i] * stft->window[i];
}
