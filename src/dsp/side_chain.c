/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Two second-order cuts in series. Their settings jump: the key is only listened to, and what it
 * moves is smoothed by the detector behind. */
#include "dsp/side_chain.h"

#define BUTTERWORTH_Q 0.70710678118654752440

bool luster_side_chain_open(LusterSideChain *side, LusterArena *arena, double rate_hz,
                            uint32_t n_channels, uint32_t max_chunk)
{
    side->rate_hz = rate_hz;
    for (uint32_t c = 0; c < n_channels; c++) {
        side->filtered[c] = luster_arena_array(arena, max_chunk, sizeof(float));
        if (!side->filtered[c])
            return false;
    }
    return true;
}

void luster_side_chain_reset(LusterSideChain *side)
{
    for (int c = 0; c < 2; c++) {
        luster_svf_reset(&side->low[c]);
        luster_svf_reset(&side->high[c]);
    }
}

static bool set_cut(LusterSvf filters[2], bool was_on, bool on, double freq_hz, double rate_hz)
{
    for (int c = 0; c < 2 && on; c++) {
        if (!was_on)
            luster_svf_reset(&filters[c]);
        luster_svf_set(&filters[c], freq_hz, BUTTERWORTH_Q, rate_hz);
    }
    return on;
}

void luster_side_chain_set(LusterSideChain *side, double low_cut_hz, double high_cut_hz)
{
    if (low_cut_hz == side->low_hz && high_cut_hz == side->high_hz)
        return;
    side->low_hz = low_cut_hz;
    side->high_hz = high_cut_hz;
    side->low_on = set_cut(side->low, side->low_on, low_cut_hz > LUSTER_SIDE_LOW_OFF_HZ, low_cut_hz,
                           side->rate_hz);
    side->high_on =
        set_cut(side->high, side->high_on,
                high_cut_hz < LUSTER_SIDE_HIGH_OFF_HZ && high_cut_hz < 0.49 * side->rate_hz,
                high_cut_hz, side->rate_hz);
}

/* A NaN or an infinity must not stay in a filter. */
static double tame(float x)
{
    return x < 0x1p60f ? (x > -0x1p60f ? x : -0x1p60f) : x >= 0x1p60f ? 0x1p60f : 0.0;
}

const float *luster_side_chain_run(LusterSideChain *side, uint32_t channel, const float *key,
                                   uint32_t n)
{
    if (!side->low_on && !side->high_on)
        return key;
    float *out = side->filtered[channel];
    LusterSvf low = side->low[channel], high = side->high[channel];
    for (uint32_t i = 0; i < n; i++) {
        double x = tame(key[i]);
        if (side->low_on)
            x = luster_svf_next(&low, x).high;
        if (side->high_on)
            x = luster_svf_next(&high, x).low;
        out[i] = (float)x;
    }
    side->low[channel] = low;
    side->high[channel] = high;
    return out;
}
