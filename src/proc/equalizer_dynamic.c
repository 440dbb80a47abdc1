/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The band listens through a filter of its own shape: band-pass for a bell, low-pass or high-pass
 * for a shelf. The largest sample of each cell goes through the static curve [GMR12] with a soft
 * knee to a share of the range, and that through the smooth decoupled detector, which holds for
 * half a period of the band's frequency. Designs are kept on a grid of gains and made when first
 * needed; between two of them sections go in straight lines. */
#include "proc/equalizer_dynamic.h"

#include "base/math.h"

#include <math.h>
#include <string.h>

#define KNEE_OCTAVES 1.0 /* 6 dB */
#define DB_PER_OCTAVE 6.02059991327962390427
#define FLOOR 1e-7 /* -140 dBFS: what silence counts as */
#define GRID_DB 0.5 /* straight lines between are within 0.004 dB */
#define SHELF_Q 0.70710678118654752440 /* of what a shelf listens through: Butterworth */
#define LONGEST_HOLD_MS 50.0 /* 10 Hz */
#define LOW_HOLD_MS 20.0 /* under a low shelf: half a period of 25 Hz */

/* Half a period, and the two cells that its ends may be in. */
static uint32_t hold_cells(double ms, double rate_hz)
{
    return (uint32_t)(ms / 1000.0 * rate_hz / LUSTER_CELL) + 2;
}

bool luster_eq_dynamic_open(LusterEqDynamic *dynamic, LusterArena *arena, uint32_t n_bands,
                            double rate_hz)
{
    LusterSection(*grid)[LUSTER_EQ_OWN_SECTIONS] =
        luster_arena_array(arena, (size_t)n_bands * LUSTER_EQ_GRID, sizeof *grid);
    for (uint32_t b = 0; b < n_bands; b++) {
        dynamic[b].grid = grid + (size_t)b * LUSTER_EQ_GRID;
        if (!grid ||
            !luster_slide_max_open(&dynamic[b].hold, arena, hold_cells(LONGEST_HOLD_MS, rate_hz)))
            return false;
    }
    return true;
}

void luster_eq_dynamic_start(LusterEqDynamic *dynamic)
{
    for (int c = 0; c < LUSTER_MAX_CHANNELS; c++)
        luster_svf_reset(&dynamic->filter[c]);
    luster_slide_max_reset(&dynamic->hold, dynamic->hold_cells ? dynamic->hold_cells : 2);
    dynamic->detector = (LusterDetector){0};
    dynamic->peak = dynamic->gain_db = 0.0;
    dynamic->cached = false;
}

void luster_eq_dynamic_reset(LusterEqDynamic *dynamic)
{
    luster_smooth_reset(&dynamic->threshold);
    luster_smooth_reset(&dynamic->slope);
    luster_smooth_reset(&dynamic->range_db);
    luster_eq_dynamic_start(dynamic);
}

static double hold_ms(const double *columns)
{
    return (int)columns[LUSTER_EQ_TYPE] - 1 == (int)LUSTER_FILTER_LOW_SHELF
               ? LOW_HOLD_MS
               : 500.0 / columns[LUSTER_EQ_FREQ];
}

void luster_eq_dynamic_set(LusterEqDynamic *dynamic, const double *columns, double rate_hz,
                           uint32_t n_cells)
{
    luster_smooth_set(&dynamic->threshold, columns[LUSTER_EQ_THRESHOLD] / DB_PER_OCTAVE, n_cells);
    luster_smooth_set(&dynamic->slope, 1.0 - 1.0 / columns[LUSTER_EQ_RATIO], n_cells);
    luster_smooth_set(&dynamic->range_db, columns[LUSTER_EQ_RANGE], n_cells);
    dynamic->below = columns[LUSTER_EQ_WHEN] != 0.0;
    dynamic->keyed = columns[LUSTER_EQ_KEY] != 0.0;
    luster_detector_set_times(&dynamic->times, columns[LUSTER_EQ_ATTACK],
                              columns[LUSTER_EQ_RELEASE], 0.0, rate_hz / LUSTER_CELL);
    dynamic->hold_cells = hold_cells(hold_ms(columns), rate_hz);
}

static double part(LusterSvf *filter, int type, double x)
{
    const LusterSvfOut out = luster_svf_next(filter, x);
    return type == (int)LUSTER_FILTER_BELL        ? filter->k * out.band
           : type == (int)LUSTER_FILTER_LOW_SHELF ? out.low
                                                  : out.high;
}

void luster_eq_dynamic_hear(LusterEqDynamic *dynamic, const LusterEqBand *band,
                            const float *const *in, uint32_t n_channels, uint32_t n)
{
    const int type = band->kind.type - 1, group = band->kind.group;
    const uint32_t n_heard = group == LUSTER_EQ_STEREO ? n_channels : 1;
    double peak = dynamic->peak;
    for (uint32_t c = 0; c < n_heard; c++) {
        const float *x = in[c + (group == LUSTER_EQ_RIGHT)];
        const double other = group == LUSTER_EQ_MID ? 0.5 : group == LUSTER_EQ_SIDE ? -0.5 : 0.0;
        const double own = other != 0.0 ? 0.5 : 1.0;
        for (uint32_t i = 0; i < n; i++) {
            const double sound = other != 0.0 ? own * x[i] + other * in[1][i] : x[i];
            const double size = fabs(part(&dynamic->filter[c], type, sound));
            peak = size > peak ? size : peak;
        }
    }
    dynamic->peak = peak;
}

/* Octaves by which the level is past the threshold, counted from the foot of the knee. */
static double past(double over, double slope)
{
    if (over <= -0.5 * KNEE_OCTAVES)
        return 0.0;
    if (over >= 0.5 * KNEE_OCTAVES)
        return slope * over;
    const double into = over + 0.5 * KNEE_OCTAVES;
    return slope * into * into / (2.0 * KNEE_OCTAVES);
}

void luster_eq_dynamic_step(LusterEqDynamic *dynamic)
{
    const double threshold = luster_smooth_next(&dynamic->threshold);
    const double slope = luster_smooth_next(&dynamic->slope);
    const double range_db = luster_smooth_next(&dynamic->range_db);
    dynamic->hold.window = dynamic->hold_cells;
    const double peak = luster_slide_max_next(&dynamic->hold, (float)dynamic->peak);
    const double level = luster_log2(peak > FLOOR ? peak : FLOOR);
    const double asked = past(dynamic->below ? threshold - level : level - threshold, slope);
    const double most = fabs(range_db) / DB_PER_OCTAVE;
    float share = asked < most ? (float)(asked / most) : 1.0f;
    float *const one[1] = {&share};
    luster_detector_run(&dynamic->detector, one, 1, &dynamic->times, 1);
    dynamic->gain_db = range_db * share;
    dynamic->peak = 0.0;
}

/* The band's sections with `gain_db` more than its own; returns how many. */
static int design(LusterEqBand *band, double rate_hz, double gain_db, int n_warp, LusterWarp *warp,
                  LusterSection *sections)
{
    LusterQuad fit[LUSTER_WARP_SECTIONS];
    luster_eq_band_design(band, rate_hz, band->gain_db.value + gain_db, true, warp);
    if (band->n_sections == 0)
        return 0;
    sections[0] = luster_section_from(&band->digital[0], band->amount.value);
    if (n_warp)
        luster_warp_fit(warp, n_warp, fit);
    for (int s = 0; s < n_warp; s++)
        sections[1 + s] = luster_section_from(&fit[s], 1.0);
    return 1 + n_warp;
}

/* The most that either end of the range needs. */
static int warps_needed(const LusterEqDynamic *dynamic, LusterEqBand *band, double rate_hz,
                        LusterWarp *warp)
{
    LusterQuad fit[LUSTER_WARP_SECTIONS];
    int most = 0;
    for (int end = 0; end < 2; end++) {
        luster_eq_band_design(band, rate_hz, band->gain_db.value + end * dynamic->range_db.target,
                              true, warp);
        const int n = luster_eq_warp_best(warp, fit);
        most = n > most ? n : most;
    }
    return most;
}

static const LusterSection *designed(LusterEqDynamic *dynamic, LusterEqBand *band, double rate_hz,
                                     int index, LusterWarp *warp)
{
    if (!dynamic->designed[index]) {
        design(band, rate_hz, (dynamic->up ? GRID_DB : -GRID_DB) * index, dynamic->n_sections - 1,
               warp, dynamic->grid[index]);
        dynamic->designed[index] = true;
    }
    return dynamic->grid[index];
}

static void set_filters(LusterEqDynamic *dynamic, const LusterEqBand *band, double rate_hz)
{
    const bool bell = band->kind.type - 1 == (int)LUSTER_FILTER_BELL;
    for (int c = 0; c < LUSTER_MAX_CHANNELS; c++)
        luster_svf_set(&dynamic->filter[c], luster_exp(band->log_freq.value),
                       bell ? luster_exp(band->log_q.value) : SHELF_Q, rate_hz);
}

/* The sections for the gain as it is now. */
static int sections_now(LusterEqDynamic *dynamic, LusterEqBand *band, double rate_hz,
                        LusterWarp *warp, LusterSection *now)
{
    const bool moving = luster_eq_band_moving(band) || luster_smooth_moving(&dynamic->range_db);
    const bool up = dynamic->range_db.value > 0.0;
    if (moving || !dynamic->cached || up != dynamic->up)
        set_filters(dynamic, band, rate_hz);
    if (moving) {
        dynamic->cached = false;
        return design(band, rate_hz, dynamic->gain_db, LUSTER_WARP_SECTIONS, warp, now);
    }
    if (!dynamic->cached || up != dynamic->up) {
        dynamic->n_sections = 1 + warps_needed(dynamic, band, rate_hz, warp);
        memset(dynamic->designed, 0, sizeof dynamic->designed);
        dynamic->cached = true;
        dynamic->up = up;
    }
    const double place = fabs(dynamic->gain_db) / GRID_DB;
    const int low = (int)place < LUSTER_EQ_GRID - 2 ? (int)place : LUSTER_EQ_GRID - 2;
    const LusterSection *a = designed(dynamic, band, rate_hz, low, warp);
    const LusterSection *b = designed(dynamic, band, rate_hz, low + 1, warp);
    for (int s = 0; s < dynamic->n_sections; s++)
        now[s] = luster_section_toward(&a[s], &b[s], place - low);
    return dynamic->n_sections;
}

bool luster_eq_dynamic_aim(LusterEqDynamic *dynamic, LusterEqBand *band, double rate_hz,
                           LusterEqSlot *slots, LusterWarp *warp)
{
    LusterSection now[LUSTER_EQ_OWN_SECTIONS];
    const int n = sections_now(dynamic, band, rate_hz, warp, now);
    bool changed = false;
    for (int s = 0; s < LUSTER_EQ_OWN_SECTIONS; s++) {
        LusterEqSlot *slot = &slots[s];
        if (s < n) {
            changed |= luster_eq_slot_aim(slot, &now[s], band->kind.group, true);
        } else if (slot->used && luster_eq_slot_unheard(slot)) {
            slot->used = false; /* retired */
            changed = true;
        } else if (slot->used) {
            luster_eq_slot_retire(slot, 1);
        }
    }
    return changed;
}
