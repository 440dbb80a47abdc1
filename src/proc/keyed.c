/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The key is kept aside while it is heard, because the output may be the key's own buffer. */
#include "proc/keyed.h"

#include "dsp/frames.h"

#include <string.h>

bool luster_keyed_open(LusterKeyed *keyed, LusterArena *arena, const LusterSetup *setup)
{
    keyed->n_channels = setup->n_channels;
    const uint32_t max_lag = (uint32_t)(LUSTER_LOOKAHEAD_MAX_MS / 1000.0 * setup->rate_hz) + 1;
    if (!luster_side_chain_open(&keyed->side, arena, setup->rate_hz, setup->n_channels,
                                LUSTER_KEYED_CHUNK))
        return false;
    for (uint32_t c = 0; c < setup->n_channels; c++) {
        if (!luster_lag_open(&keyed->lag[c], arena, max_lag, LUSTER_KEYED_CHUNK))
            return false;
    }
    return true;
}

void luster_keyed_reset(LusterKeyed *keyed)
{
    luster_side_chain_reset(&keyed->side);
    luster_smooth_reset(&keyed->listen);
    for (uint32_t c = 0; c < keyed->n_channels; c++)
        luster_lag_reset(&keyed->lag[c]);
}

void luster_keyed_set(LusterKeyed *keyed, double low_cut_hz, double high_cut_hz, double listen,
                      uint32_t n_frames)
{
    luster_smooth_set(&keyed->listen, listen, n_frames);
    luster_side_chain_set(&keyed->side, low_cut_hz, high_cut_hz);
}

void luster_keyed_hear(LusterKeyed *keyed, const float *const *keys, const float **heard,
                       uint32_t n)
{
    keyed->listening = luster_smooth_moving(&keyed->listen) || keyed->listen.target != 0.0;
    for (uint32_t i = 0; i < n && keyed->listening; i++)
        keyed->share[i] = (float)luster_smooth_next(&keyed->listen);
    for (uint32_t c = 0; c < keyed->n_channels; c++) {
        heard[c] = luster_side_chain_run(&keyed->side, c, keys[c], n);
        if (keyed->listening)
            memcpy(keyed->kept[c], heard[c], n * sizeof(float));
    }
}

const float *luster_keyed_sound(LusterKeyed *keyed, uint32_t channel, const float *in, float *out,
                                uint32_t n)
{
    if (keyed->lookahead == 0)
        return in;
    luster_lag_run(&keyed->lag[channel], in, out, keyed->lookahead, n);
    return out;
}

void luster_keyed_apply(LusterKeyed *keyed, uint32_t channel, const float *in, float *out,
                        const float *gain, uint32_t n)
{
    luster_kernels()->dyn_apply(out, luster_keyed_sound(keyed, channel, in, out, n), gain, n);
    luster_keyed_play(keyed, channel, out, n);
}

void luster_keyed_play(const LusterKeyed *keyed, uint32_t channel, float *out, uint32_t n)
{
    if (!keyed->listening)
        return;
    const float *key = keyed->kept[channel];
    for (uint32_t i = 0; i < n; i++)
        out[i] = (1.0f - keyed->share[i]) * out[i] + keyed->share[i] * key[i];
}

double luster_keyed_tail(double listen)
{
    return listen != 0.0 ? 0.5 : 0.0; /* 10 Hz, Q 0.7, 120 dB */
}

float luster_keyed_largest(const float *level, float most, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        most = level[i] > most ? level[i] : most;
    return most;
}
