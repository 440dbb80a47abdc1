/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Excitation: third-octave powers spread over the Bark scale (Schroeder) once per part and block of
 * 0.2 s; gains only scale it. Threshold: what the others excite, less the offset of tones or noise,
 * and the threshold in quiet. Loudness: the power law of excitation less that at the threshold in
 * quiet; in the mix less that at the masked threshold, which matters less the further the part
 * stands over it, (T/E)^0.3 (Moore, Glasberg and Baer, JAES 45(4), 1997). Exponents 0.23 and 0.3
 * are both taken as a quarter: two square roots, the same bytes everywhere. */
#include "analysis/masking.h"

#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LANES 32 /* bands, filled up to whole vectors */
#define BLOCK_STEPS 2 /* 0.2 s: forward masking lasts about as long (Zwicker and Fastl) */
#define MAX_BLOCKS 1500 /* 5 minutes whole; of longer songs every second, third ... block */
#define MAX_CELLS (1u << 17) /* parts times blocks: 34 MB; 87 parts of 5 minutes are whole */
/* A block sounds within 20 LU of the part's usual level, as loudness range counts (EBU 3342). */
#define GATE_DB -20.0
#define HITS_GATE_DB -10.0 /* the relative gate of BS.1770 */
#define LOUDER 1.58489319f /* LUSTER_MASKING_LOUDER_DB as power */
#define SUMS 7
/* Thresholds under maskers that are tones and noise [B2]. Flatness of -60 dB is a pure tone
 * (Johnston, IEEE JSAC 6(2), 1988). */
#define TONE_MASKS_NOISE_DB 29.0
#define NOISE_MASKS_TONE_DB 6.0
#define TONE_FLATNESS_DB -60.0
/* The mix plays at 80 dB SPL: 0 dBFS are 96 [B3], unmastered mixes have -16 LUFS [D6]. */
#define LISTENING_DB 80.0
#define MSR_MAX_DB 20.0 /* T_max [B2] */

typedef float Lanes[LANES];

struct LusterMasking {
    uint32_t n, n_blocks, n_groups;
    Lanes *power, *excitation; /* [n_blocks * n] per band, before and after spreading */
    uint8_t *sounds; /* [n_blocks * n] */
    uint32_t *group; /* [n] */
    float *offset; /* [n] power of its threshold re its excitation */
    double *mean; /* [n] mean power over the blocks */
    Lanes quiet, quiet_root; /* threshold in quiet, power re 0 dB SPL, and its fourth root */
    Lanes width; /* of the bands, Bark */
    Lanes spread[LUSTER_STEM_BANDS]; /* [from][to] as power */
};

typedef struct {
    Lanes *groups; /* [n_groups] thresholds of each group */
    Lanes *now; /* [n] excitation of each part in this block, as played */
    float *gain; /* [n] power gains */
    Lanes *eq; /* [n] the same per band, or NULL */
    Lanes *sums; /* [n * SUMS] */
} Work;

static double bark(double hz)
{
    const double khz = hz / 1000.0, far = khz / 7.5;
    return 13.0 * luster_atan(0.76 * khz) + 3.5 * luster_atan(far * far);
}

/* Schroeder's spreading, as power: 25 dB per Bark down from a masker, 10 dB up [B3]. */
static double spread(double barks)
{
    const double x = barks + 0.474;
    return luster_pow(10.0, (15.81 + 7.5 * x - 17.5 * sqrt(1.0 + x * x)) / 10.0);
}

static double quiet_db(double hz) /* [B3] */
{
    const double f = hz / 1000.0, near = f - 3.3;
    return 3.64 * luster_pow(f, -0.8) - 6.5 * luster_exp(-0.6 * near * near) + 1e-3 * f * f * f * f;
}

static float offset_of(double flatness)
{
    const double flat_db = flatness > 1e-6 ? luster_power_to_db(flatness) : TONE_FLATNESS_DB;
    double tone = flat_db / TONE_FLATNESS_DB;
    tone = tone < 0.0 ? 0.0 : tone > 1.0 ? 1.0 : tone;
    return (float)luster_pow(
        10.0, -(tone * TONE_MASKS_NOISE_DB + (1.0 - tone) * NOISE_MASKS_TONE_DB) / 10.0);
}

static void spread_power(const LusterMasking *m, const float *power, float *e)
{
    memset(e, 0, sizeof(Lanes));
    for (int from = 0; from < LUSTER_STEM_BANDS; from++)
        for (int b = 0; b < LANES; b++)
            e[b] += power[from] * m->spread[from][b];
}

/* Power and excitation of every block kept, and in which of them the part sounds. */
static void excite(LusterMasking *m, const LusterMaskingPart *p, uint32_t i, uint32_t stride,
                   const float *level_power)
{
    double sum = 0.0, squares = 0.0;
    for (uint32_t t = 0; t < m->n_blocks; t++) {
        float *power = m->power[(size_t)t * m->n + i], total = 0.0f;
        for (uint32_t k = 0; k < BLOCK_STEPS; k++) {
            const size_t step = (size_t)t * stride * BLOCK_STEPS + k + p->skip;
            if (!p->band_level || step >= p->n_steps)
                continue;
            const uint8_t *level = p->band_level + step * LUSTER_STEM_BANDS;
            for (int b = 0; b < LUSTER_STEM_BANDS; b++)
                power[b] += level_power[level[b]] / BLOCK_STEPS;
        }
        for (int b = 0; b < LUSTER_STEM_BANDS; b++)
            total += power[b];
        if (total > 0.0f)
            spread_power(m, power, m->excitation[(size_t)t * m->n + i]);
        power[LANES - 1] = total; /* a free lane, for the gate */
        sum += (double)total;
        squares += (double)total * (double)total;
    }
    m->mean[i] = m->n_blocks ? sum / m->n_blocks : 0.0;
    /* The level at which its energy is: free of how seldom it plays. */
    const double gate =
        sum > 0.0 ? squares / sum * luster_pow(10.0, (p->hits ? HITS_GATE_DB : GATE_DB) / 10.0)
                  : 0.0;
    for (uint32_t t = 0; t < m->n_blocks; t++) {
        float *total = &m->power[(size_t)t * m->n + i][LANES - 1];
        m->sounds[(size_t)t * m->n + i] = *total > 0.0f && (double)*total >= gate;
        *total = 0.0f;
    }
}

static void lay_tables(LusterMasking *m)
{
    const double half = luster_exp2(1.0 / 6.0);
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        const double hz = luster_stem_band_hz(b);
        m->quiet[b] = (float)luster_pow(10.0, quiet_db(hz) / 10.0);
        m->width[b] = (float)(bark(hz * half) - bark(hz / half));
        for (int from = 0; from < LUSTER_STEM_BANDS; from++)
            m->spread[from][b] = (float)spread(bark(hz) - bark(luster_stem_band_hz(from)));
    }
    for (int b = LUSTER_STEM_BANDS; b < LANES; b++)
        m->quiet[b] = 1.0f;
    for (int b = 0; b < LANES; b++)
        m->quiet_root[b] = sqrtf(sqrtf(m->quiet[b]));
}

LusterMasking *luster_masking_new(const LusterMaskingPart *parts, uint32_t n_parts)
{
    LusterMasking *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    uint32_t blocks = 1, most = MAX_CELLS / (n_parts ? n_parts : 1);
    most = most > MAX_BLOCKS ? MAX_BLOCKS : most ? most : 1;
    for (uint32_t i = 0; i < n_parts; i++)
        if (parts[i].band_level && parts[i].n_steps > parts[i].skip) {
            const uint32_t b = (parts[i].n_steps - parts[i].skip + BLOCK_STEPS - 1) / BLOCK_STEPS;
            blocks = b > blocks ? b : blocks;
        }
    const uint32_t stride = (blocks + most - 1) / most;
    m->n = n_parts;
    m->n_blocks = (blocks + stride - 1) / stride;
    const size_t cells = (size_t)m->n_blocks * n_parts, room = n_parts ? n_parts : 1;
    m->power = calloc(cells + 1, sizeof *m->power);
    m->excitation = calloc(cells + 1, sizeof *m->excitation);
    m->sounds = calloc(cells + 1, 1);
    m->group = calloc(room, sizeof *m->group);
    m->offset = calloc(room, sizeof *m->offset);
    m->mean = calloc(room, sizeof *m->mean);
    if (!m->power || !m->excitation || !m->sounds || !m->group || !m->offset || !m->mean) {
        luster_masking_free(m);
        return NULL;
    }
    float level_power[256];
    lay_tables(m);
    for (int v = 0; v < 256; v++)
        level_power[v] = (float)luster_stem_level_power((uint8_t)v);
    for (uint32_t i = 0; i < n_parts; i++) {
        uint32_t k = 0; /* groups in the order of their first parts */
        while (parts[i].group >= 0 && k < i && parts[k].group != parts[i].group)
            k++;
        m->group[i] = parts[i].group >= 0 && k < i ? m->group[k] : m->n_groups++;
        m->offset[i] = offset_of(parts[i].flatness);
        excite(m, &parts[i], i, stride, level_power);
    }
    return m;
}

void luster_masking_free(LusterMasking *m)
{
    if (!m)
        return;
    free(m->power);
    free(m->excitation);
    free(m->sounds);
    free(m->group);
    free(m->offset);
    free(m->mean);
    free(m);
}

static void work_free(Work *w)
{
    free(w->groups);
    free(w->now);
    free(w->gain);
    free(w->eq);
    free(w->sums);
}

/* Gains that bring the whole mix to the listening level, equalizers in them. */
static bool work_begin(const LusterMasking *m, const double *gain_db, const float *eq_db, Work *w)
{
    w->groups = calloc(m->n_groups + 1, sizeof *w->groups);
    w->now = calloc((size_t)m->n + 1, sizeof *w->now);
    w->gain = calloc((size_t)m->n + 1, sizeof *w->gain);
    w->eq = eq_db ? calloc((size_t)m->n + 1, sizeof *w->eq) : NULL;
    w->sums = calloc(SUMS * (size_t)m->n + 1, sizeof *w->sums);
    if (!w->groups || !w->now || !w->gain || !w->sums || (eq_db && !w->eq)) {
        work_free(w);
        return false;
    }
    double total = 0.0;
    for (uint32_t i = 0; i < m->n; i++)
        if (gain_db[i] > -200.0)
            total += m->mean[i] * luster_pow(10.0, gain_db[i] / 10.0);
    const double up = total > 0.0 ? luster_pow(10.0, LISTENING_DB / 10.0) / total : 0.0;
    for (uint32_t i = 0; i < m->n; i++) {
        if (gain_db[i] > -200.0)
            w->gain[i] = (float)(up * luster_pow(10.0, gain_db[i] / 10.0));
        for (uint32_t b = 0; b < LUSTER_STEM_BANDS && eq_db; b++)
            w->eq[i][b] = (float)luster_pow(10.0, (double)eq_db[i * LUSTER_STEM_BANDS + b] / 10.0);
    }
    return true;
}

/* What every part excites in block t, the threshold that each group makes, and all together. */
static void play(const LusterMasking *m, const Work *w, uint32_t t, Lanes all)
{
    memset(w->groups, 0, m->n_groups * sizeof *w->groups);
    memset(all, 0, sizeof(Lanes));
    for (uint32_t i = 0; i < m->n; i++) {
        const float *e = m->excitation[(size_t)t * m->n + i];
        float *sum = w->groups[m->group[i]];
        Lanes power, shaped;
        if (w->eq) {
            for (int b = 0; b < LANES; b++)
                power[b] = w->eq[i][b] * m->power[(size_t)t * m->n + i][b];
            spread_power(m, power, shaped);
            e = shaped;
        }
        for (int b = 0; b < LANES; b++) {
            w->now[i][b] = w->gain[i] * e[b];
            sum[b] += m->offset[i] * w->now[i][b];
        }
    }
    for (uint32_t g = 0; g < m->n_groups; g++)
        for (int b = 0; b < LANES; b++)
            all[b] += w->groups[g][b];
}

/* Energy, energy masked, loudness alone, loudness covered, partial loudness of one block, added; at
 * last what would still be masked and covered were the part louder. */
static void hear(const LusterMasking *m, const float *now, const float *all, const float *own,
                 Lanes *sums)
{
    for (int b = 0; b < LANES; b++) {
        const float s = now[b], quiet = m->quiet[b], width = m->width[b];
        const float rest = all[b] - own[b], threshold = (rest > 0.0f ? rest : 0.0f) + quiet;
        const float root = sqrtf(sqrtf(s)), quiet_root = m->quiet_root[b];
        const float at = sqrtf(sqrtf(threshold));
        const float alone = s > quiet ? width * (root - quiet_root) : 0.0f;
        const float lost = s > threshold ? width * (at - quiet_root) * (at / root) : alone;
        const float energy = s > quiet ? width * s : 0.0f;
        sums[0][b] += energy;
        sums[1][b] += s > threshold ? 0.0f : energy;
        sums[2][b] += alone;
        sums[3][b] += s > threshold ? 0.0f : alone;
        sums[4][b] += alone - lost;
        sums[5][b] += LOUDER * s > threshold ? 0.0f : energy;
        sums[6][b] += LOUDER * s > threshold ? 0.0f : alone;
    }
}

static double add_up(const float *lanes)
{
    double sum = 0.0;
    for (int b = 0; b < LANES; b++)
        sum += (double)lanes[b];
    return sum;
}

bool luster_masking_measure(const LusterMasking *m, const double *gain_db, const float *eq_db,
                            LusterMasked *out)
{
    Work w;
    if (!work_begin(m, gain_db, eq_db, &w))
        return false;
    for (uint32_t t = 0; t < m->n_blocks; t++) {
        Lanes all;
        play(m, &w, t, all);
        for (uint32_t i = 0; i < m->n; i++)
            if (m->sounds[(size_t)t * m->n + i])
                hear(m, w.now[i], all, w.groups[m->group[i]], w.sums + SUMS * (size_t)i);
    }
    for (uint32_t i = 0; i < m->n; i++) {
        double sum[SUMS];
        uint32_t n = 0;
        for (int k = 0; k < SUMS; k++)
            sum[k] = add_up(w.sums[SUMS * (size_t)i + (size_t)k]);
        for (uint32_t t = 0; t < m->n_blocks; t++)
            n += m->sounds[(size_t)t * m->n + i];
        out[i] = (LusterMasked){.loudness_db = -INFINITY};
        out[i].sounds = m->n_blocks ? (double)n / m->n_blocks : 0.0;
        if (sum[0] > 0.0) {
            out[i].masked = sum[1] / sum[0];
            out[i].masked_louder = sum[5] / sum[0];
        }
        if (sum[2] > 0.0) {
            out[i].covered = sum[3] / sum[2];
            out[i].covered_louder = sum[6] / sum[2];
            out[i].partial = sum[4] / sum[2];
        }
        if (sum[4] > 0.0 && n)
            out[i].loudness_db = 4.0 * luster_power_to_db(sum[4] / n);
    }
    work_free(&w);
    return true;
}

/* Adds what each masker takes in one block: the loss, shared out as the threshold is; and how far
 * the masker's own threshold stands over the maskee. */
static void blame(const LusterMasking *m, const Work *w, uint32_t maskee, const float *all,
                  LusterMaskedBy *by)
{
    const float *own = w->groups[m->group[maskee]], *s = w->now[maskee];
    float loss[LUSTER_STEM_BANDS];
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        const float rest = all[b] - own[b];
        loss[b] = (w->sums[2][b] - w->sums[4][b]) / ((rest > 0.0f ? rest : 0.0f) + m->quiet[b]);
    }
    for (uint32_t i = 0; i < m->n; i++) {
        if (m->group[i] == m->group[maskee])
            continue;
        for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
            const float threshold = m->offset[i] * w->now[i][b];
            LusterMaskedBy *cell = &by[i * LUSTER_STEM_BANDS + (uint32_t)b];
            cell->lost += loss[b] * threshold;
            if (threshold > s[b] && s[b] > m->quiet[b]) {
                const double over = luster_power_to_db((double)threshold / (double)s[b]);
                cell->over_db += (float)(over < MSR_MAX_DB ? over : MSR_MAX_DB);
            }
        }
    }
}

bool luster_masking_by(const LusterMasking *m, const double *gain_db, const float *eq_db,
                       uint32_t maskee, LusterMaskedBy *by)
{
    Work w;
    double alone = 0.0;
    uint32_t n = 0;
    memset(by, 0, (size_t)m->n * LUSTER_STEM_BANDS * sizeof *by);
    if (!work_begin(m, gain_db, eq_db, &w))
        return false;
    for (uint32_t t = 0; t < m->n_blocks; t++) {
        Lanes all;
        if (!m->sounds[(size_t)t * m->n + maskee])
            continue;
        n++;
        memset(w.sums, 0, SUMS * sizeof *w.sums);
        play(m, &w, t, all);
        hear(m, w.now[maskee], all, w.groups[m->group[maskee]], w.sums);
        alone += add_up(w.sums[2]);
        blame(m, &w, maskee, all, by);
    }
    for (size_t k = 0; k < (size_t)m->n * LUSTER_STEM_BANDS && alone > 0.0; k++) {
        by[k].lost = (float)((double)by[k].lost / alone);
        by[k].over_db /= (float)n;
    }
    work_free(&w);
    return true;
}
