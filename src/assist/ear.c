/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Listens to the mix while it plays: loudness of the sections, of the lead while it sings, and of
 * what effects return, all ahead of the master bus, where they add up; and the master itself, with
 * the spectra of its middle and side. */
#include "assist/ear.h"

#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096
#define SHORT_STEPS 26 /* windows of the momentary series that make 3 s */

static int section_of_bus(const char *bus)
{
    for (int r = 0; r < LUSTER_ROLE_N; r++) {
        const LusterRoleInfo *info = luster_role_info((LusterRole)r);
        if (info->bus && !strcmp(info->bus, bus))
            return (int)info->section;
    }
    return -1;
}

static void add_strip(LusterMixEar *ear, const char *id, unsigned parts)
{
    ear->strips[ear->n_strips] = id;
    ear->belongs[ear->n_strips++] = (uint8_t)parts;
}

/* Strips that end in the master, and the voices ahead of their bus. */
static void choose_strips(const LusterMix *mix, LusterMixEar *ear)
{
    const LusterSession *session = mix->session;
    for (uint32_t i = 0; i < session->n_buses; i++) {
        const LusterStrip *bus = &session->buses[i];
        const int section = section_of_bus(bus->id);
        if (bus->output)
            continue; /* heard in the bus it goes to */
        add_strip(ear, bus->id,
                  1u << LUSTER_HEARD_SUM |
                      1u << (section >= 0 ? LUSTER_HEARD_SECTION + section : LUSTER_HEARD_WET));
    }
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        const LusterSection section = luster_role_info(s->role)->section;
        if (!luster_stem_heard(s) || !s->strip)
            continue;
        if (!s->strip->output)
            add_strip(ear, s->strip->id,
                      1u << LUSTER_HEARD_SUM | 1u << (LUSTER_HEARD_SECTION + section));
        else if (section == LUSTER_SECTION_VOCALS)
            add_strip(ear, s->strip->id,
                      1u << LUSTER_HEARD_VOICES |
                          (s->role == LUSTER_ROLE_LEAD_VOCAL ? 1u << LUSTER_HEARD_LEAD : 0));
    }
}

void luster_mix_ear_free(LusterMixEar *ear)
{
    if (!ear)
        return;
    for (int p = 0; p < LUSTER_HEARD_N; p++)
        luster_measure_free(ear->parts[p]);
    luster_measure_free(ear->sides[0]);
    luster_measure_free(ear->sides[1]);
    luster_measure_free(ear->whole);
    free(ear->strips);
    free(ear->belongs);
    free(ear->data);
    free(ear);
}

LusterStatus luster_mix_ear_new(const LusterMix *mix, LusterMixEar **out, LusterError *err)
{
    const uint32_t most = mix->session->n_buses + mix->session->n_tracks + 1;
    LusterMixEar *ear = calloc(1, sizeof *ear);
    *out = NULL;
    if (!ear)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory");
    const double rate = ear->rate_hz = mix->session->values[LUSTER_SESSION_RATE];
    ear->strips = calloc(most, sizeof *ear->strips);
    ear->belongs = calloc(most, sizeof *ear->belongs);
    ear->data = calloc((size_t)(LUSTER_HEARD_N + 1) * 2 * BLOCK, sizeof *ear->data);
    LusterStatus status = ear->strips && ear->belongs && ear->data ? LUSTER_OK : LUSTER_NO_MEMORY;
    if (!status)
        status = luster_measure_new(rate, 2, LUSTER_MEASURE_ALL, &ear->whole, err);
    for (int c = 0; c < 2 && !status; c++)
        status = luster_measure_new(rate, 1, LUSTER_MEASURE_SPECTRUM, &ear->sides[c], err);
    for (int p = 0; p < LUSTER_HEARD_N && !status; p++)
        status = luster_measure_new(rate, 2, LUSTER_MEASURE_LOUDNESS, &ear->parts[p], err);
    if (status) {
        luster_mix_ear_free(ear);
        return luster_error_set(err, status, "out of memory for listening to the mix");
    }
    choose_strips(mix, ear);
    *out = ear;
    return LUSTER_OK;
}

const char *const *luster_mix_ear_strips(const LusterMixEar *ear, uint32_t *n)
{
    *n = ear->n_strips;
    return ear->strips;
}

static LusterStatus hear_block(LusterMixEar *ear, const float *const *master,
                               const float *const *strips, size_t from, size_t n)
{
    float *side = ear->data + (size_t)LUSTER_HEARD_N * 2 * BLOCK, *mid = side + BLOCK;
    const float *whole[2] = {master[0] + from, master[1] + from};
    for (size_t i = 0; i < n; i++) {
        mid[i] = 0.5f * (whole[0][i] + whole[1][i]);
        side[i] = 0.5f * (whole[0][i] - whole[1][i]);
    }
    LusterStatus status = luster_measure_add(ear->whole, whole, n);
    for (int c = 0; c < 2 && !status; c++)
        status = luster_measure_add(ear->sides[c], (const float *const[]){c ? side : mid}, n);
    memset(ear->data, 0, (size_t)LUSTER_HEARD_N * 2 * BLOCK * sizeof *ear->data);
    for (uint32_t s = 0; s < ear->n_strips; s++)
        for (int p = 0; p < LUSTER_HEARD_N; p++) {
            if (!(ear->belongs[s] & 1u << p))
                continue;
            for (int c = 0; c < 2; c++) {
                float *sum = ear->data + (size_t)(2 * p + c) * BLOCK;
                const float *in = strips[2 * s + (uint32_t)c] + from;
                for (size_t i = 0; i < n; i++)
                    sum[i] += in[i];
            }
        }
    for (int p = 0; p < LUSTER_HEARD_N && !status; p++) {
        const float *part[2] = {ear->data + (size_t)2 * p * BLOCK,
                                ear->data + (size_t)(2 * p + 1) * BLOCK};
        status = luster_measure_add(ear->parts[p], part, n);
    }
    return status;
}

LusterStatus luster_mix_ear_hear(void *context, const float *const *master,
                                 const float *const *strips, size_t n_frames)
{
    LusterStatus status = LUSTER_OK;
    for (size_t at = 0; at < n_frames && !status; at += BLOCK)
        status =
            hear_block(context, master, strips, at, n_frames - at < BLOCK ? n_frames - at : BLOCK);
    return status;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Lead re sum where the lead passes its own gate: as one mean, and how it spreads over 3 s. */
static LusterStatus follow_lead(LusterMixEar *ear)
{
    size_t n, n_sum;
    const float *lead = luster_measure_momentary(ear->parts[LUSTER_HEARD_LEAD], &n);
    const float *sum = luster_measure_momentary(ear->parts[LUSTER_HEARD_SUM], &n_sum);
    const double bus = ear->lufs[LUSTER_HEARD_SECTION + LUSTER_SECTION_VOCALS] -
                       ear->lufs[LUSTER_HEARD_VOICES]; /* what the bus makes of it */
    const double gate = ear->lufs[LUSTER_HEARD_LEAD] - 10.0;
    ear->lead_lu = ear->lead_spread_lu = NAN;
    if (!isfinite(gate) || !isfinite(bus))
        return LUSTER_OK;
    double *spread = malloc((n / SHORT_STEPS + 1) * sizeof *spread);
    if (!spread)
        return LUSTER_NO_MEMORY;
    double own = 0.0, all = 0.0, own_3s = 0.0, all_3s = 0.0;
    size_t n_spread = 0, n_3s = 0;
    for (size_t i = 0; i < n && i < n_sum; i++) {
        if (lead[i] > gate) {
            own_3s += luster_pow(10.0, lead[i] / 10.0);
            all_3s += luster_pow(10.0, sum[i] / 10.0);
            n_3s++;
        }
        if ((i + 1) % SHORT_STEPS && i + 1 < n)
            continue;
        own += own_3s;
        all += all_3s;
        if (2 * n_3s > SHORT_STEPS && all_3s > 0.0)
            spread[n_spread++] = luster_power_to_db(own_3s / all_3s);
        own_3s = all_3s = 0.0;
        n_3s = 0;
    }
    if (own > 0.0 && all > 0.0)
        ear->lead_lu = luster_power_to_db(own / all) + bus;
    qsort(spread, n_spread, sizeof *spread, by_value);
    if (n_spread > 4)
        ear->lead_spread_lu = spread[(n_spread - 1) * 9 / 10] - spread[(n_spread - 1) / 10];
    free(spread);
    return LUSTER_OK;
}

LusterStatus luster_mix_ear_finish(LusterMixEar *ear, LusterError *err)
{
    LusterMeasurement m;
    LusterStatus status = luster_measure_finish(ear->whole, &ear->master);
    for (int c = 0; c < 2 && !status; c++) {
        status = luster_measure_finish(ear->sides[c], &m);
        double *db = c ? ear->side_db : ear->mid_db;
        for (int b = 0; b < LUSTER_STEM_BANDS; b++)
            db[b] = b < (int)m.n_bands ? m.spectrum_third_octave_dbfs[b] : -INFINITY;
    }
    for (int p = 0; p < LUSTER_HEARD_N && !status; p++) {
        status = luster_measure_finish(ear->parts[p], &m);
        ear->lufs[p] = m.integrated_lufs;
    }
    if (!status)
        status = follow_lead(ear);
    ear->finished = !status;
    return status ? luster_error_set(err, status, "the mix cannot be measured") : LUSTER_OK;
}

const LusterMeasurement *luster_mix_ear_master(const LusterMixEar *ear)
{
    return &ear->master;
}
