/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Vector passes around one short serial loop, as in the compressor. What expands asks for minus
 * its reduction, so that there, too, the asked-for value rises with the level. */
#include "proc/multiband_band.h"

#include "base/math.h"

#include <math.h>
#include <string.h>

#define CHUNK LUSTER_KEYED_CHUNK
#define FLOOR_OCTAVES (-60.0) /* of LUSTER_DYN_FLOOR */
#define MIN_KNEE_DB 1e-3 /* the curve's formula divides by the knee */
/* Curves glide in straight lines, twice as long as other settings, which do not: their corners
 * stay under -90 dBFS behind the detector. */
#define CURVE_STEPS 2
#define FADE_STEPS 2 /* a fade may begin late by a part of a step; then it surely is over */
/* Fall of the slow level, fast enough to follow a phrase's end, slow enough to bridge the zero
 * crossings of 40 Hz within 1.5 dB (ours). */
#define PEAK_FALL_DB_PER_S 120.0

void luster_mb_reset(LusterMbBand *band)
{
    luster_smooth_reset(&band->makeup);
    luster_smooth_reset(&band->dry);
    luster_smooth_reset(&band->heard);
    for (int c = 0; c < LUSTER_MAX_CHANNELS; c++) {
        LusterMbSide *side = &band->side[c];
        side->held = side->smooth = 0.0;
        side->peak = FLOOR_OCTAVES;
    }
    band->most = 0.0f;
}

static double amount_of(double ratio)
{
    return ratio >= LUSTER_RATIO_INFINITE ? 1.0 : 1.0 - 1.0 / ratio;
}

static void set_curve(LusterDynCurve *curve, double threshold_db, double amount, double knee_db,
                      double range_db, uint32_t ramp)
{
    const double knee = fmax(knee_db, MIN_KNEE_DB);
    luster_glide_set(&curve->threshold, threshold_db / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&curve->amount, amount, ramp);
    luster_glide_set(&curve->knee, knee / LUSTER_DB_PER_OCTAVE, ramp);
    luster_glide_set(&curve->range, range_db / LUSTER_DB_PER_OCTAVE, ramp);
}

static void set_curves(LusterMbBand *band, const LusterMbCommon *common, uint32_t ramp)
{
    const double *columns = band->columns;
    const double ratio = columns[LUSTER_MB_RATIO], knee_db = columns[LUSTER_MB_KNEE];
    const double threshold_db = columns[LUSTER_MB_THRESHOLD];
    /* levels below a threshold are looked at upside down */
    set_curve(&band->curve, band->expands ? -threshold_db : threshold_db,
              band->expands ? ratio - 1.0 : amount_of(ratio), knee_db, columns[LUSTER_MB_RANGE],
              ramp);
    set_curve(&band->up, -columns[LUSTER_MB_UP_THRESHOLD], amount_of(columns[LUSTER_MB_UP_RATIO]),
              knee_db, columns[LUSTER_MB_UP_RANGE], ramp);
    const bool raises = !band->expands && !luster_glide_rests(&band->up.amount, 0.0f);
    for (int c = 0; c < LUSTER_MAX_CHANNELS && raises && !band->raises; c++)
        band->side[c].peak = FLOOR_OCTAVES;
    band->raises = raises;
    const bool dry = columns[LUSTER_MB_BYPASS] != 0.0 || band->switch_left > 0;
    luster_smooth_set(&band->dry, dry ? 1.0 : band->mix_dry, ramp ? common->ramp : 0);
}

/* The band has become dry: the other mode starts from rest and fades in. */
static void change_mode(LusterMbBand *band, const LusterMbCommon *common)
{
    band->expands = !band->expands;
    for (int c = 0; c < LUSTER_MAX_CHANNELS; c++)
        band->side[c].held = band->side[c].smooth = 0.0;
    set_curves(band, common, 0);
    luster_smooth_set(&band->dry, 1.0, 0);
    set_curves(band, common, common->ramp);
}

uint32_t luster_mb_room(const LusterMbBand *band, uint32_t n)
{
    return band->switch_left && band->switch_left < n ? band->switch_left : n;
}

void luster_mb_set(LusterMbBand *band, const LusterMbCommon *common, const double *columns,
                   double dry, bool heard, bool first)
{
    const uint32_t ramp = first ? 0 : common->ramp;
    const bool expands = columns[LUSTER_MB_MODE] != 0.0;
    memcpy(band->columns, columns, sizeof band->columns);
    band->mix_dry = dry;
    luster_detector_set_times(&band->times, columns[LUSTER_MB_ATTACK], columns[LUSTER_MB_RELEASE],
                              0.0, common->rate_hz);
    if (first) {
        band->expands = expands;
        band->switch_left = 0;
    } else if (expands == band->expands) {
        band->switch_left = 0;
    } else if (band->switch_left == 0) {
        band->switch_left = FADE_STEPS * common->ramp;
    }
    set_curves(band, common, CURVE_STEPS * ramp);
    luster_smooth_set(&band->makeup, columns[LUSTER_MB_MAKEUP] / LUSTER_DB_PER_OCTAVE, ramp);
    luster_smooth_set(&band->heard, heard ? 1.0 : 0.0, ramp);
}

typedef struct Moves {
    bool any;
    float makeup[CHUNK], dry[CHUNK], heard[CHUNK];
} Moves;

/* How far upward compression may go: no further than the level is over the floor. */
static void cap_raise(LusterMbSide *side, const LusterMbCommon *common, const float *octaves,
                      float *raise, uint32_t n)
{
    const double fall = PEAK_FALL_DB_PER_S / LUSTER_DB_PER_OCTAVE / common->rate_hz;
    double peak = side->peak;
    for (uint32_t i = 0; i < n; i++) {
        peak -= fall;
        peak = peak > octaves[i] ? peak : octaves[i];
        const double over = peak - common->up_floor, cap = over > 0.0 ? over : 0.0;
        raise[i] = raise[i] < cap ? raise[i] : (float)cap;
    }
    side->peak = peak;
}

/* `asked` becomes the change of gain in octaves of reduction. */
static void detect(LusterMbBand *band, LusterMbSide *side, float *asked, uint32_t n)
{
    const double attack_keep = band->times.attack_keep, attack_go = 1.0 - attack_keep;
    const double release_keep = band->times.release_keep, release_go = 1.0 - release_keep;
    const float sign = band->expands ? -1.0f : 1.0f;
    double held = side->held, smooth = side->smooth;
    float low = 0.0f, high = 0.0f;
    for (uint32_t i = 0; i < n; i++) {
        const double c = sign * asked[i];
        const double fallen = release_keep * held + (release_go * c - LUSTER_DETECTOR_DRAIN);
        held = c > fallen ? c : fallen;
        smooth = attack_keep * smooth + (attack_go * held - LUSTER_DETECTOR_DRAIN);
        const float reduction = sign * (float)smooth;
        asked[i] = reduction;
        low = reduction < low ? reduction : low;
        high = reduction > high ? reduction : high;
    }
    side->held = held;
    side->smooth = smooth;
    const float furthest = high > -low ? high : low;
    band->most = fabsf(furthest) > fabsf(band->most) ? furthest : band->most;
}

/* Levels in octaves become reductions. */
static void compute(LusterMbBand *band, const LusterMbCommon *common, LusterMbSide *side,
                    float *octaves, float *reduction, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    float turned[CHUNK], raise[CHUNK];
    if (band->expands || band->raises) {
        for (uint32_t i = 0; i < CHUNK; i++)
            turned[i] = i < n ? -octaves[i] : 0.0f;
    }
    k->dyn_curve(reduction, band->expands ? turned : octaves, &band->curve, n);
    if (band->raises) {
        k->dyn_curve(raise, turned, &band->up, n);
        cap_raise(side, common, octaves, raise, n);
        for (uint32_t i = 0; i < n; i++)
            reduction[i] -= raise[i];
    }
    detect(band, side, reduction, n);
}

static void make_gain(const LusterMbBand *band, const float *reduction, const Moves *moves,
                      float *gain, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    if (!moves->any) {
        const LusterDynGain how = {.makeup = {(float)band->makeup.value, 0.0f, 0},
                                   .dry = {(float)band->dry.value, 0.0f, 0}};
        k->dyn_gain(gain, reduction, NULL, &how, n);
        const float heard = (float)band->heard.value;
        for (uint32_t i = 0; i < n && heard != 1.0f; i++)
            gain[i] *= heard;
        return;
    }
    const LusterDynGain how = {{0.0f, 0.0f, 0}, {0.0f, 0.0f, 0}};
    k->dyn_gain(gain, reduction, moves->makeup, &how, n);
    /* in the kernel's operations: the last frames of a move are at rest already */
    for (uint32_t i = 0; i < n; i++)
        gain[i] = moves->heard[i] * (moves->dry[i] + (1.0f - moves->dry[i]) * gain[i]);
}

/* Values on their way, for each frame of the chunk. */
static void move(LusterMbBand *band, Moves *moves, uint32_t n)
{
    moves->any = luster_smooth_moving(&band->makeup) || luster_smooth_moving(&band->dry) ||
                 luster_smooth_moving(&band->heard);
    for (uint32_t i = 0; i < CHUNK && moves->any; i++) {
        moves->makeup[i] = i < n ? (float)luster_smooth_next(&band->makeup) : 0.0f;
        moves->dry[i] = i < n ? (float)luster_smooth_next(&band->dry) : 0.0f;
        moves->heard[i] = i < n ? (float)luster_smooth_next(&band->heard) : 0.0f;
    }
}

static bool are_twins(const LusterMbBand *band, const LusterMbCommon *common)
{
    const LusterMbSide *a = &band->side[0], *b = &band->side[1];
    return common->n_channels == 1 ||
           (luster_glide_rests(&common->unlink, 0.0f) && a->held == b->held &&
            a->smooth == b->smooth && a->peak == b->peak);
}

bool luster_mb_run(LusterMbBand *band, const LusterMbCommon *common, const float *const *key,
                   float *const *gain, uint32_t n)
{
    const LusterKernels *k = luster_kernels();
    const bool twin = are_twins(band, common);
    float level[LUSTER_MAX_CHANNELS][CHUNK], both[CHUNK], unused;
    Moves moves;
    move(band, &moves, n);
    if (twin) {
        k->dyn_level(both, key[0], common->n_channels == 2 ? key[1] : NULL, &unused, n);
        k->dyn_log2(both, both, 1.0f, n);
        compute(band, common, &band->side[0], both, level[0], n);
        make_gain(band, level[0], &moves, gain[0], n);
        band->side[1] = band->side[0];
    } else {
        k->dyn_level(both, key[0], key[1], &unused, n);
        k->dyn_log2(both, both, 1.0f, n);
        for (int c = 0; c < 2; c++) {
            float own[CHUNK];
            k->dyn_level(own, key[c], NULL, &unused, n);
            k->dyn_log2(own, own, 1.0f, n);
            k->dyn_link(own, both, &common->unlink, n);
            compute(band, common, &band->side[c], own, level[c], n);
            make_gain(band, level[c], &moves, gain[c], n);
        }
    }
    LusterGlide *const glides[] = {&band->curve.threshold, &band->curve.amount, &band->curve.knee,
                                   &band->curve.range,     &band->up.threshold, &band->up.amount,
                                   &band->up.knee,         &band->up.range};
    for (unsigned i = 0; i < sizeof glides / sizeof glides[0]; i++)
        luster_glide_skip(glides[i], n);
    band->raises = !band->expands && !luster_glide_rests(&band->up.amount, 0.0f);
    if (band->switch_left && (band->switch_left -= n) == 0)
        change_mode(band, common);
    return !twin;
}
