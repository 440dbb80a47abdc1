/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stems are played one after the other and added at the bus's rate (that of most of them; others
 * are read between their samples, which is good enough to see how far a compressor goes). */
#include "assist/bus_sum.h"

#include "assist/player.h"
#include "base/math.h"
#include "dsp/pan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STROKE_S 0.2
#define LOUD_SHARE 0.9
#define HEARD_DB -60.0 /* mean square of 0.2 s; under that is a pause */
#define MAX_METERS 64

static double common_rate(const LusterMix *mix,
                          bool (*belongs)(const LusterMix *mix, const LusterStemPlan *s))
{
    double best = 0.0;
    uint32_t most = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const double rate = mix->stems[i].facts.rate_hz;
        uint32_t n = 0;
        for (uint32_t k = 0; k < mix->n_stems; k++)
            n += belongs(mix, &mix->stems[k]) && mix->stems[k].facts.rate_hz == rate;
        if (belongs(mix, &mix->stems[i]) && (n > most || (n == most && rate > best))) {
            most = n;
            best = rate;
        }
    }
    return best;
}

/* One block of a stem that starts at its frame `at` into the sum. */
static void add_block(LusterBusSum *sum, const float *const *in, const float *last, size_t n,
                      uint32_t n_channels, double at, double step, const double *gain)
{
    /* frame i of the sum lies at i * step in the stem; this block holds at - 1 ... at + n - 1 */
    double first = ceil((at - 1.0) / step);
    first = first < 0.0 ? 0.0 : first;
    for (uint32_t i = (uint32_t)first; i < sum->n; i++) {
        const double place = i * step - at;
        const double low = floor(place);
        if (low >= (double)n - 1.0)
            return;
        if (low < -1.0)
            continue;
        const double part = place - low;
        const int k = (int)low;
        for (uint32_t c = 0; c < 2; c++) {
            const uint32_t from = n_channels > 1 ? c : 0;
            const double a = k < 0 ? last[from] : in[from][k];
            sum->x[c][i] += (float)(gain[c] * (a + part * (in[from][k + 1] - a)));
        }
    }
}

static LusterStatus add_stem(const LusterMix *mix, const LusterStemPlan *s, LusterBusSum *sum,
                             LusterError *err)
{
    LusterPlayer *player = NULL;
    const double wait_s = 0.001 * s->delay_ms;
    const double start_s = sum->from_s > wait_s ? sum->from_s - wait_s : 0.0;
    LusterStatus status = luster_player_new(mix, s, NULL, start_s, &player, err);
    if (status)
        return status;
    const uint32_t n_channels = luster_player_channels(player);
    const double rate = luster_player_rate_hz(player), step = rate / sum->rate_hz;
    double gain[2] = {1.0, 1.0};
    if (n_channels < 2)
        luster_pan_mono(LUSTER_PAN_3_DB, s->pan, &gain[0], &gain[1]);
    else
        luster_pan_balance(LUSTER_PAN_3_DB, s->pan, &gain[0], &gain[1]);
    for (int c = 0; c < 2; c++)
        gain[c] *= (s->invert ? -1.0 : 1.0) * luster_db_to_gain(s->fader_db);
    float last[2] = {0.0f, 0.0f};
    double at = (start_s - (sum->from_s - wait_s)) * rate - luster_player_latency(player);
    for (size_t n = 1; n && !status && at < (sum->n + 1) * step;) {
        const float *const *before, *const *after;
        status = luster_player_next(player, &before, &after, &n, err);
        if (status || !n)
            break;
        add_block(sum, after, last, n, n_channels, at, step, gain);
        for (uint32_t c = 0; c < n_channels; c++)
            last[c] = after[c][n - 1];
        at += (double)n;
    }
    luster_player_free(player);
    return status;
}

/* Loudness and peak of [2][n]. */
static bool measure(float *const *x, uint32_t n, double rate_hz, double *lufs, double *peak_dbfs)
{
    LusterMeasure *meter = NULL;
    LusterMeasurement out;
    LusterError err;
    const float *const in[2] = {x[0], x[1]};
    LusterStatus status = luster_measure_new(rate_hz, 2, LUSTER_MEASURE_LOUDNESS, &meter, &err);
    if (!status)
        status = luster_measure_add(meter, in, n);
    if (!status)
        status = luster_measure_finish(meter, &out);
    luster_measure_free(meter);
    *lufs = status ? -INFINITY : out.integrated_lufs;
    if (peak_dbfs)
        *peak_dbfs = status ? -INFINITY : out.sample_peak_dbfs;
    return !status && isfinite(*lufs);
}

bool luster_bus_sum_at(const LusterMix *mix,
                       bool (*belongs)(const LusterMix *mix, const LusterStemPlan *s),
                       double from_s, double length_s, LusterBusSum *out)
{
    LusterError err;
    LusterStatus status = LUSTER_OK;
    *out = (LusterBusSum){.rate_hz = common_rate(mix, belongs), .from_s = from_s};
    const double left_s = mix->n_steps * LUSTER_STEP_S - from_s;
    out->n = (uint32_t)((left_s < length_s ? left_s : length_s) * out->rate_hz);
    for (int c = 0; c < 2; c++)
        out->x[c] = calloc(out->n + 1, sizeof(float));
    if (!out->x[0] || !out->x[1])
        status = LUSTER_NO_MEMORY;
    for (uint32_t i = 0; i < mix->n_stems && !status; i++) {
        if (!belongs(mix, &mix->stems[i]))
            continue;
        status = add_stem(mix, &mix->stems[i], out, &err);
        out->n_stems++;
    }
    if (status || !out->n_stems || !out->n ||
        !measure(out->x, out->n, out->rate_hz, &out->lufs, &out->peak_dbfs)) {
        luster_bus_sum_clear(out);
        return false;
    }
    return true;
}

bool luster_bus_sum(const LusterMix *mix,
                    bool (*belongs)(const LusterMix *mix, const LusterStemPlan *s), double length_s,
                    LusterBusSum *out)
{
    float *power = calloc(mix->n_steps + 1, sizeof *power);
    *out = (LusterBusSum){0};
    if (!power)
        return false;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (belongs(mix, &mix->stems[i]))
            luster_plan_add_series(mix, &mix->stems[i], mix->stems[i].level_db, power);
    const double from_s = luster_plan_loudest_s(power, mix->n_steps, length_s);
    const double lufs = luster_series_loudness(power, mix->n_steps, 4);
    free(power);
    if (!luster_bus_sum_at(mix, belongs, from_s, length_s, out))
        return false;
    /* faders stand under the levels by what brings the highest of them to 0 dB */
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (belongs(mix, s)) {
            out->song_lufs = lufs + s->trim_db + s->fader_db - s->level_db;
            break;
        }
    }
    if (!isfinite(out->song_lufs))
        out->song_lufs = out->lufs;
    return true;
}

void luster_bus_sum_clear(LusterBusSum *sum)
{
    free(sum->x[0]);
    free(sum->x[1]);
    *sum = (LusterBusSum){0};
}

static int compare(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static LusterInstance *open_insert(const LusterPlannedInsert *insert, double rate_hz,
                                   uint32_t block)
{
    LusterInstance *instance = NULL;
    LusterError err;
    const LusterSetup setup = {(uint32_t)(rate_hz + 0.5), block, 2};
    if (luster_instance_new(insert->proc, &setup, &instance, &err))
        return NULL;
    for (uint32_t m = 0; m < insert->moves.n; m++)
        luster_instance_set(
            instance, (uint32_t)luster_processor_param(insert->proc, insert->moves.list[m].target),
            insert->moves.list[m].value);
    return instance;
}

/* The first meter of compressors is their reduction over the last block. */
static double play(LusterInstance *instance, const LusterBusSum *sum, uint32_t block,
                   float *const *out, float *most, uint32_t *n_most)
{
    double total = 0.0;
    *n_most = 0;
    for (uint32_t at = 0; at + block <= sum->n; at += block) {
        float readings[MAX_METERS] = {0.0f};
        const float *const in[2] = {sum->x[0] + at, sum->x[1] + at};
        float *const to[2] = {out[0] + at, out[1] + at};
        double power = 0.0;
        for (uint32_t i = 0; i < block; i++)
            power += (double)in[0][i] * in[0][i] + (double)in[1][i] * in[1][i];
        luster_instance_process(instance, &(LusterBlock){in, to, NULL, block});
        luster_instance_read(instance, readings);
        if (power < block * luster_pow(10.0, HEARD_DB / 10.0))
            continue;
        most[(*n_most)++] = readings[0];
        total += readings[0];
    }
    return *n_most ? total / *n_most : 0.0;
}

bool luster_bus_try(const LusterBusSum *sum, const LusterPlannedInsert *insert, float *const *kept,
                    LusterBusTrial *out)
{
    const uint32_t block = (uint32_t)(STROKE_S * sum->rate_hz);
    float *own[2] = {NULL, NULL};
    for (int c = 0; c < 2 && !kept; c++)
        own[c] = calloc(sum->n + 1, sizeof(float));
    float *most = calloc(sum->n / block + 1, sizeof *most);
    LusterInstance *instance = insert ? open_insert(insert, sum->rate_hz, block) : NULL;
    float *const *to = kept ? kept : own;
    bool good = instance && most && to[0] && to[1];
    if (good) {
        uint32_t n = 0;
        out->mean_db = play(instance, sum, block, to, most, &n);
        qsort(most, n, sizeof *most, compare);
        out->loud_db = n ? most[(uint32_t)(LOUD_SHARE * (n - 1))] : 0.0;
        good = measure(to, sum->n, sum->rate_hz, &out->lufs, NULL);
    }
    luster_instance_free(instance);
    free(most);
    free(own[0]);
    free(own[1]);
    return good;
}
