/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Balance. Inside a section (drums, bass, vocals, instruments) each part is brought to its weight
 * by its own gated loudness; then the sections are placed against each other so that each stem
 * lies where professional mixes have it re the resulting sum, measured on the summed 100 ms
 * powers. Not all targets can hold at once: the deviations e minimise sum (e/spread)^2, so that
 * what varies least between engineers, the lead, gives way least. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 4 /* steps of 100 ms: momentary loudness */
/* 40-100 Hz: what loudness under-reads (doc/sources.md Y3), as rows of the norms. */
#define LOW_FROM 3
#define LOW_TO 7
#define LOW_DOWN_MAX_DB 3.0
#define LOW_UP_MAX_DB 2.0
#define MAX_TRIM_DB 48.0
/* Momentary maximum over gated loudness: half the range of stems (LRA 4-8 [D6]) lies over the mean,
 * and 400 ms reach about 3 LU over the 3 s that range is measured by. */
#define USUAL_BURST_LU 7.0
#define USUAL_BURST_FX_LU 4.0 /* an effect shall not stand out even at its loudest */
#define LEAD_MOST_LU -2.0 /* re the mix while it sings: a hit of the fifties has -1.2 [A3] */
#define LEAD_MOST_SONG_LU -1.7 /* re the whole song: p90 of professional mixes [A2] */

void luster_plan_add_series(const LusterMix *mix, const LusterStemPlan *s, double gain_db,
                            float *sum)
{
    const LusterStemFacts *f = &s->facts;
    const float gain = (float)(luster_pow(10.0, gain_db / 10.0) * s->clip_power);
    const uint32_t skip = (uint32_t)(s->offset_s / LUSTER_STEP_S + 0.5);
    for (uint32_t i = skip; i < f->n_steps; i++)
        sum[i - skip] += gain * f->k_power[i];
    const LusterStemPlan *r = s->reference >= 0 ? &mix->stems[s->reference] : NULL;
    if (!r || !luster_stem_heard(r) || !isfinite(r->level_db))
        return;
    /* Two microphones of one sound add more than their powers. */
    const double other = luster_pow(10.0, (r->level_db + gain_db) / 20.0);
    const float both = (float)(2.0 * s->shared * other * sqrt(s->clip_power * r->clip_power));
    for (uint32_t i = skip; i < f->n_steps && i - skip < r->facts.n_steps; i++)
        sum[i - skip] += both * sqrtf(f->k_power[i] * r->facts.k_power[i - skip]);
}

static double window_power(const float *sum, uint32_t i)
{
    return 0.25 * ((double)sum[i] + sum[i + 1] + sum[i + 2] + sum[i + 3]);
}

/* Gated loudness; where the gates leave nothing (very short or sparse), of everything there is. */
static double loudness(const float *sum, uint32_t n)
{
    const double gated = luster_series_loudness(sum, n, WINDOW);
    double peak = 0.0;
    for (uint32_t i = 0; i < n; i++)
        peak = sum[i] > peak ? sum[i] : peak;
    return isfinite(gated) || !(peak > 0.0) ? gated : -0.691 + luster_power_to_db(peak);
}

/* Which seconds a part sounds in: its relative gate, at the coarse step of a second. */
static void busy_seconds(const LusterStemPlan *s, uint32_t n, uint8_t *on)
{
    const double gate = luster_pow(10.0, (s->facts.integrated_lufs - 10.0 + 0.691) / 10.0);
    memset(on, 0, n);
    for (uint32_t i = 0; i < s->facts.n_steps; i++)
        if (s->facts.k_power[i] > gate)
            on[i / 10] = 1;
}

/* How many parts of its role sound together with this one, itself counted; a pair counts once. */
static double company(const LusterMix *mix, uint32_t i, const uint8_t *busy, uint32_t n)
{
    const LusterStemPlan *s = &mix->stems[i];
    const uint8_t *own = busy + (size_t)i * n;
    double parts = 0.0, all = 0.0;
    for (uint32_t t = 0; t < n; t++)
        all += own[t];
    for (uint32_t k = 0; k < mix->n_stems; k++) {
        const LusterStemPlan *o = &mix->stems[k];
        if (!luster_stem_heard(o) || o->role != s->role)
            continue;
        double both = 0.0;
        for (uint32_t t = 0; t < n; t++)
            both += own[t] & busy[(size_t)k * n + t];
        parts += (o->pair >= 0 ? 0.5 : 1.0) * (all > 0.0 ? both / all : 1.0);
    }
    return parts > 1.0 ? parts : 1.0;
}

/* Equals share one weight: n parts of one role that sound together are each 5 log n quieter, half
 * way between each keeping its level and all together keeping one. The sides of a pair share
 * exactly, and weigh the same. */
static bool weigh(LusterMix *mix)
{
    const uint32_t n = mix->n_steps / 10 + 1;
    uint8_t *busy = calloc(mix->n_stems, n);
    bool overheads = false;
    for (uint32_t i = 0; i < mix->n_stems && busy; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s))
            busy_seconds(s, n, busy + (size_t)i * n);
        overheads |= luster_stem_heard(s) && s->role == LUSTER_ROLE_OVERHEAD;
    }
    for (uint32_t i = 0; i < mix->n_stems && busy; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        s->weight_db =
            luster_role_info(s->role)->weight_db - 5.0 * luster_log10(company(mix, i, busy, n));
        if (s->pair >= 0)
            s->weight_db -= 10.0 * luster_log10(2.0);
        if (overheads) /* which carry much of these */
            s->weight_db -= s->role == LUSTER_ROLE_SNARE                                  ? 2.0
                            : s->role == LUSTER_ROLE_HAT || s->role == LUSTER_ROLE_CYMBAL ? 2.5
                                                                                          : 0.0;
    }
    free(busy);
    return busy != NULL;
}

/* How far the loudest 400 ms stand over the gated loudness beyond what parts usually show: a close
 * microphone whose gated loudness is the bleed between few hits, an effect with one burst. Such a
 * part is placed by its loudest moments. Overheads and rooms hear the whole kit: theirs are its. */
static double burst_lu(const LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    const double usual = s->role == LUSTER_ROLE_FX ? USUAL_BURST_FX_LU : USUAL_BURST_LU;
    double top = 0.0;
    if (s->role == LUSTER_ROLE_OVERHEAD || s->role == LUSTER_ROLE_ROOM)
        return 0.0;
    for (uint32_t i = 0; i + WINDOW <= f->n_steps; i++) {
        const double z = window_power(f->k_power, i);
        top = z > top ? z : top;
    }
    const double over = top > 0.0 ? luster_power_to_db(top) - 0.691 - f->integrated_lufs : 0.0;
    return over > usual ? over - usual : 0.0;
}

/* Drums by the modified loudness [P13l], at which their norms were measured. Elsewhere half way to
 * plain BS.1770: the full +10 dB shelf alone puts a distorted guitar 9 LU under an electric piano.
 */
static double loudness_of(const LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    const bool drums = luster_role_info(s->role)->section == LUSTER_SECTION_DRUMS;
    return (drums ? f->modified_lufs : 0.5 * (f->modified_lufs + f->integrated_lufs)) +
           luster_power_to_db(s->clip_power) + burst_lu(s);
}

static void sum_section(const LusterMix *mix, int section, float *sum)
{
    memset(sum, 0, (mix->n_steps + 1) * sizeof *sum);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && (int)luster_role_info(s->role)->section == section)
            luster_plan_add_series(mix, s, s->level_db, sum);
    }
}

static double mean_power(const float *sum, uint32_t n)
{
    double total = 0.0;
    for (uint32_t i = 0; i < n; i++)
        total += sum[i];
    return total / (n ? n : 1);
}

/* Mean powers of each section, in the windows where section k sounds (row k) and where the mix does
 * (the last row): with them loudness under any offsets is a weighted sum. */
typedef struct {
    double power[LUSTER_SECTION_N + 1][LUSTER_SECTION_N];
    double own[LUSTER_SECTION_N]; /* loudness of what is aimed at: the leads, or all of it */
    double active[LUSTER_SECTION_N]; /* share of the song in which it sounds */
} Overlap;

/* Row `row` over the windows in which `guide` passes the relative gate. Returns their share. */
static double fill_row(const LusterMix *mix, float *const *sums, const float *guide, int row,
                       Overlap *o)
{
    const double gate = luster_pow(10.0, (loudness(guide, mix->n_steps) - 10.0 + 0.691) / 10.0);
    uint32_t n = 0, all = 0;
    double sum[LUSTER_SECTION_N] = {0};
    for (uint32_t i = 0; i + WINDOW <= mix->n_steps; i++, all++) {
        if (!(window_power(guide, i) > gate))
            continue;
        n++;
        for (int k = 0; k < LUSTER_SECTION_N; k++)
            sum[k] += window_power(sums[k], i);
    }
    for (int k = 0; k < LUSTER_SECTION_N; k++) /* too short for a window: all of it */
        o->power[row][k] = n ? sum[k] / n : mean_power(sums[k], mix->n_steps);
    return all ? (double)n / all : 1.0;
}

static double row_loudness(const Overlap *o, int row, const double *offset)
{
    double sum = 0.0;
    for (int k = 0; k < LUSTER_SECTION_N; k++)
        sum += o->power[row][k] * luster_pow(10.0, offset[k] / 10.0);
    return -0.691 + luster_power_to_db(sum);
}

/* What is heard all the time is compared with the whole mix, as the norms were measured; what is
 * heard seldom half with that and half with the mix of those moments. */
static double momentary_part(double active)
{
    const double part = (0.6 - active) / 0.3;
    return part < 0.0 ? 0.0 : part > 1.0 ? 0.5 : 0.5 * part;
}

static double miss(const LusterMix *mix, const Overlap *o, int k, const double *offset)
{
    const double part = momentary_part(o->active[k]);
    return o->own[k] + offset[k] - part * row_loudness(o, k, offset) -
           (1.0 - part) * row_loudness(o, LUSTER_SECTION_N, offset) - mix->sections[k].target_lu;
}

/* Gradient descent on sum (deviation / spread)^2, each step scaled by spread^2. */
static void solve(const LusterMix *mix, const Overlap *o, double *offset)
{
    for (int step = 0; step < 400; step++) {
        double pull[LUSTER_SECTION_N] = {0}, share[LUSTER_SECTION_N][LUSTER_SECTION_N];
        for (int k = 0; k < LUSTER_SECTION_N; k++) {
            if (!mix->sections[k].present)
                continue;
            const double part = momentary_part(o->active[k]);
            const double now = row_loudness(o, k, offset);
            const double whole = row_loudness(o, LUSTER_SECTION_N, offset);
            const double spread = luster_section_norms[k].spread_lu;
            pull[k] = miss(mix, o, k, offset) / (spread * spread);
            for (int j = 0; j < LUSTER_SECTION_N; j++) {
                const double gain = luster_pow(10.0, offset[j] / 10.0);
                share[k][j] =
                    part * o->power[k][j] * gain / luster_pow(10.0, (now + 0.691) / 10.0) +
                    (1.0 - part) * o->power[LUSTER_SECTION_N][j] * gain /
                        luster_pow(10.0, (whole + 0.691) / 10.0);
            }
        }
        for (int j = 0; j < LUSTER_SECTION_N; j++) {
            double slope = 0.0;
            for (int k = 0; k < LUSTER_SECTION_N; k++)
                if (mix->sections[k].present && mix->sections[j].present)
                    slope += pull[k] * ((k == j) - share[k][j]);
            const double spread = luster_section_norms[j].spread_lu;
            offset[j] -= 0.3 * spread * spread * slope;
        }
    }
}

/* What a section's target speaks of: the leads where there are any, else all of it. */
static void sum_aim(const LusterMix *mix, int section, float *sum)
{
    memset(sum, 0, (mix->n_steps + 1) * sizeof *sum);
    bool lead = false;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        lead |= luster_stem_heard(&mix->stems[i]) && mix->stems[i].role == LUSTER_ROLE_LEAD_VOCAL;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && (int)luster_role_info(s->role)->section == section &&
            (section != LUSTER_SECTION_VOCALS || !lead || s->role == LUSTER_ROLE_LEAD_VOCAL))
            luster_plan_add_series(mix, s, s->level_db, sum);
    }
}

/* Voices without a lead are backing: they stand where backing stands. */
static double target_of(const LusterMix *mix, int section)
{
    double best = -INFINITY;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterRoleInfo *info = luster_role_info(mix->stems[i].role);
        if (luster_stem_heard(&mix->stems[i]) && (int)info->section == section)
            best = info->weight_db > best ? info->weight_db : best;
    }
    const double usual =
        mix->style->target_lu[section] + (section == LUSTER_SECTION_VOCALS ? mix->lead_db : 0.0);
    const bool sparse = section == LUSTER_SECTION_VOCALS || section == LUSTER_SECTION_OTHER;
    /* half way for voices: alone they are also what there is to follow */
    const double part = section == LUSTER_SECTION_VOCALS ? 0.5 : 1.0;
    return sparse && best < -3.0 && isfinite(best) ? usual + part * best : usual;
}

/* However few the moments in which it sings, the lead never stands over these. */
static void hold_lead(const LusterMix *mix, const Overlap *o, double *offset)
{
    const int v = LUSTER_SECTION_VOCALS;
    for (int step = 0; step < 20 && mix->sections[v].present; step++) {
        const double own = o->own[v] + offset[v];
        const double over = own - row_loudness(o, v, offset) - LEAD_MOST_LU;
        const double above = own - row_loudness(o, LUSTER_SECTION_N, offset) - LEAD_MOST_SONG_LU;
        if (over <= 0.0 && above <= 0.0)
            return;
        offset[v] -= over > above ? over : above;
    }
}

static void place_sections(LusterMix *mix, float *const *sums, float *all)
{
    Overlap o = {0};
    double offset[LUSTER_SECTION_N] = {0};
    for (int k = 0; k < LUSTER_SECTION_N; k++) {
        sum_section(mix, k, sums[k]);
        mix->sections[k].present = isfinite(loudness(sums[k], mix->n_steps));
        mix->sections[k].target_lu = target_of(mix, k);
    }
    for (int k = 0; k < LUSTER_SECTION_N; k++) {
        if (!mix->sections[k].present)
            continue;
        sum_aim(mix, k, all);
        o.own[k] = loudness(all, mix->n_steps);
        o.active[k] = fill_row(mix, sums, all, k, &o);
        offset[k] = mix->sections[k].target_lu - o.own[k];
    }
    for (int round = 0; round < 4; round++) { /* the mix's own gate moves with the offsets */
        memset(all, 0, (mix->n_steps + 1) * sizeof *all);
        for (int k = 0; k < LUSTER_SECTION_N; k++) {
            const float gain = (float)luster_pow(10.0, offset[k] / 10.0);
            for (uint32_t i = 0; i < mix->n_steps && mix->sections[k].present; i++)
                all[i] += gain * sums[k][i];
        }
        fill_row(mix, sums, all, LUSTER_SECTION_N, &o);
        solve(mix, &o, offset);
    }
    hold_lead(mix, &o, offset);
    const double level = row_loudness(&o, LUSTER_SECTION_N, offset);
    for (int k = 0; k < LUSTER_SECTION_N; k++)
        mix->sections[k].miss_lu = mix->sections[k].present ? miss(mix, &o, k, offset) : 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            mix->stems[i].level_db += offset[luster_role_info(mix->stems[i].role)->section] - level;
}

static void predict_low(LusterMix *mix)
{
    double low = 0.0, total = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        const double gain = luster_pow(10.0, s->level_db / 10.0) * s->clip_power;
        for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
            total += gain * s->facts.band_power[b];
            if (b >= LOW_FROM && b <= LOW_TO)
                low += gain * s->facts.band_power[b];
        }
    }
    mix->low_share_db = total > 0.0 ? luster_power_to_db(low / total) : -INFINITY;
}

static bool is_low(const LusterStemPlan *s)
{
    return luster_stem_heard(s) && (s->role == LUSTER_ROLE_BASS || s->role == LUSTER_ROLE_KICK);
}

/* Outside what professional mixes show, bass and kick move toward it, a few dB at most. */
static void correct_low(LusterMix *mix)
{
    const double heavy = luster_norm_share_db(2, LOW_FROM, LOW_TO);
    const double thin = luster_norm_share_db(0, LOW_FROM, LOW_TO);
    bool any = false;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        any |= is_low(&mix->stems[i]);
    predict_low(mix);
    mix->low_correction_db = 0.0;
    for (int step = 0; any && step < 6; step++) {
        double move = 0.0;
        if (mix->low_share_db > heavy && mix->low_correction_db > -LOW_DOWN_MAX_DB)
            move = -0.5;
        else if (mix->low_share_db < thin && mix->low_correction_db < LOW_UP_MAX_DB)
            move = 0.5;
        if (move == 0.0)
            break;
        for (uint32_t i = 0; i < mix->n_stems; i++)
            if (is_low(&mix->stems[i]))
                mix->stems[i].level_db += move;
        mix->low_correction_db += move;
        predict_low(mix);
    }
}

/* Loudness re the sum as recorded, and re the mix as planned. */
static void report_levels(LusterMix *mix, float *sum)
{
    memset(sum, 0, (mix->n_steps + 1) * sizeof *sum);
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            for (uint32_t t = 0; t < mix->stems[i].facts.n_steps; t++)
                sum[t] += mix->stems[i].facts.k_power[t];
    const double before = loudness(sum, mix->n_steps);
    memset(sum, 0, (mix->n_steps + 1) * sizeof *sum);
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            luster_plan_add_series(mix, &mix->stems[i], mix->stems[i].level_db, sum);
    const double after = loudness(sum, mix->n_steps);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        s->before_lu = s->facts.integrated_lufs - before;
        s->after_lu =
            s->facts.integrated_lufs + luster_power_to_db(s->clip_power) + s->level_db - after;
    }
    for (int k = 0; k < LUSTER_SECTION_N; k++) {
        if (!mix->sections[k].present)
            continue;
        sum_aim(mix, k, sum);
        mix->sections[k].reached_lu = loudness(sum, mix->n_steps) - after;
    }
    mix->predicted_lufs = after;
}

/* Trim to working level, the rest on the fader; the loudest part's fader stands at 0 dB. */
static void split_gain(LusterMix *mix)
{
    double top = -INFINITY;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        const double own = s->facts.integrated_lufs + luster_power_to_db(s->clip_power);
        double trim = LUSTER_WORKING_LUFS - own;
        trim = trim > MAX_TRIM_DB ? MAX_TRIM_DB : trim < -MAX_TRIM_DB ? -MAX_TRIM_DB : trim;
        s->trim_db = round(trim * 10.0) / 10.0;
        s->fader_db = s->level_db - s->trim_db;
        top = s->fader_db > top ? s->fader_db : top;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]))
            mix->stems[i].fader_db -= top;
    mix->predicted_lufs -= top;
}

LusterStatus luster_plan_balance(LusterMix *mix, LusterError *err)
{
    const size_t n = mix->n_steps + 1;
    float *data = calloc(n * (LUSTER_SECTION_N + 1), sizeof *data);
    if (!data)
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while balancing");
    float *sums[LUSTER_SECTION_N], *all = data + n * LUSTER_SECTION_N;
    for (int k = 0; k < LUSTER_SECTION_N; k++)
        sums[k] = data + n * (size_t)k;
    if (!weigh(mix)) {
        free(data);
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while balancing");
    }
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        s->level_db = luster_stem_heard(s) ? s->weight_db - loudness_of(s) : -INFINITY;
    }
    place_sections(mix, sums, all);
    correct_low(mix);
    report_levels(mix, all);
    split_gain(mix);
    free(data);
    return LUSTER_OK;
}

static const char *reason_of(const LusterStemPlan *s, const LusterSectionPlan *p, char *text,
                             size_t size)
{
    if (s->role == LUSTER_ROLE_LEAD_VOCAL)
        snprintf(text, size,
                 "the lead stands about %.0f LU under the whole mix and over "
                 "everything else",
                 -p->target_lu);
    else
        snprintf(text, size, "%s together aim at %.1f LU re the mix, as in professional mixes",
                 luster_section_norms[luster_role_info(s->role)->section].name, p->target_lu);
    return text;
}

void luster_plan_levels(LusterMix *mix)
{
    char text[160];
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        luster_plan_move(&s->plan, LUSTER_STAGE_BALANCE, "trim_db", s->trim_db,
                         "working level, so that thresholds and faders mean the same everywhere",
                         "recorded at %.1f LUFS, peak %.1f dBFS",
                         s->facts.integrated_lufs + luster_power_to_db(s->clip_power),
                         s->facts.peak_dbfs);
        luster_plan_move(
            &s->plan, LUSTER_STAGE_BALANCE, "fader_db", s->fader_db,
            reason_of(s, &mix->sections[luster_role_info(s->role)->section], text, sizeof text),
            "%+.1f LU re the plain sum, %+.1f LU re the mix at this fader", s->before_lu,
            s->after_lu);
    }
}
