/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Level, curve, hold, detector and, beside them, upward compression. Where nothing can exceed the
 * threshold and nothing is left of what did, all of it is skipped. */
#include "proc/compressor_state.h"

#include <string.h>

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
        luster_crest_follow(&state->crest, apart ? state->both : state->level[0], state->attack_go,
                            state->release_go, n);
    }
    if (state->rms) {
        for (uint32_t c = 0; c < state->n_channels; c++)
            peak[c] = luster_mean_square(&state->mean[c], state->mean_keep, state->level[c], n);
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

/* What was asked for is asked for until the hold is over. */
static void hold(State *state, float *const *reduction, uint32_t n_run, uint32_t n)
{
    if (state->hold == 0)
        return;
    if (n_run == 2 && !state->holds_differ) {
        luster_slide_max_copy(&state->held[1], &state->held[0]);
        state->holds_differ = true;
    }
    for (uint32_t c = 0; c < n_run; c++) {
        for (uint32_t i = 0; i < n; i++)
            reduction[c][i] = luster_slide_max_next(&state->held[c], reduction[c][i]);
    }
    if (n_run == 2 && state->held[0].count == 0 && state->held[1].count == 0)
        state->holds_differ = false;
}

static void detect(State *state, bool twin, uint32_t n)
{
    float *const reduction[] = {state->reduction[0], state->reduction[1]};
    const uint32_t n_run = twin ? 1 : 2;
    float most;
    hold(state, reduction, n_run, n);
    if (state->style.style != LUSTER_STYLE_CLEAN)
        most = luster_style_run(state->detector, reduction, n_run, &state->style, n);
    else if (state->auto_times)
        most = luster_detector_run_varying(state->detector, reduction, n_run, state->attack_go,
                                           state->release_go, n);
    else
        most = luster_detector_run(state->detector, reduction, n_run, &state->times, n);
    if (twin && state->n_channels == 2)
        state->detector[1] = state->detector[0];
    state->most = most > state->most ? most : state->most;
}

/* Levels between the floor and the knee's upper end: beyond them nothing changes. */
static void clamp_levels(const LusterDynRaise *up, const float *octaves, float *clamped, uint32_t n)
{
    LusterGlide floor = up->floor, threshold = up->threshold, knee = up->knee;
    for (uint32_t i = 0; i < n; i++) {
        const float top = luster_glide_value(&threshold) + 0.5f * luster_glide_value(&knee);
        const float least = luster_glide_value(&floor), x = octaves[i] < top ? octaves[i] : top;
        clamped[i] = x > least ? x : least;
        luster_glide_skip(&floor, 1);
        luster_glide_skip(&threshold, 1);
        luster_glide_skip(&knee, 1);
    }
}

/* The floor makes the curve fall on both sides, so it is the level that is held and released, and
 * the gain from it that is smoothed by the attack. What is raised is reduced less. */
static void raise(State *state, const LusterKernels *k, bool twin, uint32_t n)
{
    if (!is_auto_timed(state)) {
        for (uint32_t i = 0; i < n; i++) {
            state->attack_go[i] = 1.0 - state->times.attack_keep;
            state->release_go[i] = 1.0 - state->times.release_keep;
        }
    }
    for (uint32_t c = 0; c < (twin ? 1u : 2u); c++) {
        float *raised = state->raised[c], *reduction = state->reduction[c];
        clamp_levels(&state->up, twin ? state->both : state->level[c], raised, n);
        luster_detector_fall(&state->raise[c].level, raised, state->release_go, n);
        k->dyn_raise(raised, raised, &state->up, n);
        luster_detector_smooth(&state->raise[c].smooth, raised, state->attack_go, n);
        state->most_raise = luster_keyed_largest(raised, state->most_raise, n);
        for (uint32_t i = 0; i < n; i++)
            reduction[i] -= raised[i];
    }
    if (twin)
        state->raise[1] = state->raise[0];
}

static bool curve_rests(const State *state)
{
    if (state->upward || luster_glides_move(&state->moves))
        return false;
    for (int c = 0; c < LUSTER_MAX_CHANNELS; c++) {
        const LusterDetector *d = &state->detector[c];
        if (d->held != 0.0 || d->smooth != 0.0 || d->slow != 0.0 || d->memory != 0.0 ||
            (state->hold && c < (int)state->n_channels && state->held[c].count))
            return false;
    }
    return true;
}

void luster_compressor_reduce(State *state, const float *const key[], bool twin, bool tracking,
                              uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const bool quiet = hear(state, k, key, twin, n);
    if (quiet && !tracking && curve_rests(state)) {
        memset(state->reduction[0], 0, sizeof state->reduction[0]);
        memset(state->reduction[1], 0, sizeof state->reduction[1]);
        return;
    }
    compute(state, k, twin, n);
    detect(state, twin, n);
    if (state->upward)
        raise(state, k, twin, n);
}
