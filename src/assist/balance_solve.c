/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The faders, one objective over all of them: sum of (section's loudness re the mix off its target
 * / spread)^2 + (part off its weight inside the section / spread)^2 + importance * (what of it is
 * masked)^2. Unknowns are an offset per section and a move per part; sections answer to their
 * targets by offsets alone, masking moves both. A few damped Gauss-Newton steps, each solved by
 * conjugate gradients. Where nothing masks anything, parts stand at their weights. */
#include "assist/balance.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 8
#define STEP 0.7 /* of each Gauss-Newton step: masking is not linear */
#define CG_STEPS 40
#define MOVE_MAX_DB 3.0 /* of a part off its weight: the literature's rules stay within [A4] */
/* The lead's target counts as if its spread were less: its level is what engineers agree on most
 * [A2], and what comes after (reverb, the peaks of others) takes a few tenths of a LU from it. */
#define LEAD_FIRM 0.75
#define LEAD_MOST_LU -2.0 /* re the mix while it sings: a hit of the fifties has -1.2 [A3] */
#define LEAD_MOST_SONG_LU -1.7 /* re the whole song: p90 of professional mixes [A2] */
/* Of mean powers: while each section sounds; the last while the mix does. */
#define ROWS LUSTER_SECTION_N
#define VOCALS LUSTER_SECTION_VOCALS

typedef struct {
    LusterMix *mix;
    uint32_t n, n_steps;
    float *sum, *weight; /* [n_steps + WINDOW] */
    double *base; /* [n] level by weight */
    double *power[ROWS + 1]; /* [n] mean power at level 0 dB over the windows of a row */
    double offset[ROWS], *move; /* the unknowns, dB; move[n] */
    double own[ROWS], active[ROWS]; /* loudness of the aim at offset 0; share of the song */
    bool present[ROWS];
    LusterBalanceMasking masking;
    double *vectors; /* 4 of [ROWS + n] for the conjugate gradients */
} Solver;

static int section_of(const LusterStemPlan *s)
{
    return (int)luster_role_info(s->role)->section;
}

/* `lu` re the whole, were it `db` louder re all the rest. */
static double lifted(double lu, double db)
{
    const double share = luster_pow(10.0, lu / 10.0); /* of the whole's power */
    if (db == 0.0 || share >= 1.0)
        return lu;
    return -luster_power_to_db(1.0 + (1.0 / share - 1.0) * luster_pow(10.0, -db / 10.0));
}

static void set_levels(Solver *v)
{
    for (uint32_t i = 0; i < v->n; i++) {
        LusterStemPlan *s = &v->mix->stems[i];
        if (luster_stem_heard(s))
            s->level_db = v->base[i] + v->move[i] + v->offset[section_of(s)];
    }
}

/* What a section's target speaks of. */
static bool aimed_at(const LusterMix *mix, const LusterStemPlan *s, int section)
{
    bool lead = false;
    for (uint32_t i = 0; i < mix->n_stems && section == VOCALS; i++)
        lead |= mix->stems[i].leads && section_of(&mix->stems[i]) == VOCALS;
    return luster_stem_heard(s) && section_of(s) == section && (!lead || s->leads);
}

void luster_balance_aim(const LusterMix *mix, int section, float *sum)
{
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (aimed_at(mix, &mix->stems[i], section))
            luster_plan_add_series(mix, &mix->stems[i], mix->stems[i].level_db, sum);
}

static double window_power(const float *sum, uint32_t i)
{
    return 0.25 * ((double)sum[i] + sum[i + 1] + sum[i + 2] + sum[i + 3]);
}

/* Mean power of every part over the windows in which v->sum passes the relative gate, at the level
 * it has now and then brought back to 0 dB. Returns their share of the song. */
static double fill_row(Solver *v, int row)
{
    const double loud = luster_balance_loudness(v->sum, v->n_steps);
    const double gate = luster_pow(10.0, (loud - 10.0 + 0.691) / 10.0);
    uint32_t n = 0, all = 0;
    memset(v->weight, 0, v->n_steps * sizeof *v->weight);
    for (uint32_t i = 0; i + LUSTER_BALANCE_WINDOW <= v->n_steps; i++, all++) {
        if (!(window_power(v->sum, i) > gate))
            continue;
        n++;
        for (uint32_t k = 0; k < LUSTER_BALANCE_WINDOW; k++)
            v->weight[i + k] += 0.25f;
    }
    for (uint32_t i = 0; i < v->n_steps && !n; i++) /* too short for a window: all of it */
        v->weight[i] = 1.0f;
    const double norm = n ? n : v->n_steps ? v->n_steps : 1;
    for (uint32_t i = 0; i < v->n; i++) {
        const LusterStemPlan *s = &v->mix->stems[i];
        v->power[row][i] = 0.0;
        if (!luster_stem_heard(s))
            continue;
        memset(v->sum, 0, v->n_steps * sizeof *v->sum);
        luster_plan_add_series(v->mix, s, s->level_db, v->sum);
        double power = 0.0;
        for (uint32_t t = 0; t < v->n_steps; t++)
            power += (double)v->weight[t] * (double)v->sum[t];
        v->power[row][i] = power / norm * luster_pow(10.0, -s->level_db / 10.0);
    }
    return all ? (double)n / all : 1.0;
}

/* Loudness over the windows of a row, and what each section has of its power. */
static double row_loudness(const Solver *v, int row, double *share)
{
    double sum[ROWS] = {0}, total = 0.0;
    for (uint32_t i = 0; i < v->n; i++) {
        const LusterStemPlan *s = &v->mix->stems[i];
        if (luster_stem_heard(s))
            sum[section_of(s)] +=
                v->power[row][i] *
                luster_pow(10.0, (v->base[i] + v->move[i] + v->offset[section_of(s)]) / 10.0);
    }
    for (int k = 0; k < ROWS; k++)
        total += sum[k];
    for (int k = 0; k < ROWS && share; k++)
        share[k] = total > 0.0 ? sum[k] / total : 0.0;
    return -0.691 + luster_power_to_db(total);
}

/* What is heard all the time is compared with the whole mix, as the norms were measured; what is
 * heard seldom half with that and half with the mix of those moments. */
static double momentary_part(double active)
{
    const double part = (0.6 - active) / 0.3;
    return part < 0.0 ? 0.0 : part > 1.0 ? 0.5 : 0.5 * part;
}

static double spread_of(const Solver *v, int k)
{

    bool lead = false;
    for (uint32_t i = 0; i < v->n; i++)
        lead |= v->mix->stems[i].leads && section_of(&v->mix->stems[i]) == k;
    return luster_section_norms[k].spread_lu * (k == VOCALS && lead ? LEAD_FIRM : 1.0);
}

/* How far a section is off its target, and what each offset does to that. */
static double miss(const Solver *v, int k, double *by)
{
    double now[ROWS], whole[ROWS];
    const double part = momentary_part(v->active[k]);
    const double level =
        part * row_loudness(v, k, now) + (1.0 - part) * row_loudness(v, ROWS, whole);
    for (int j = 0; j < ROWS && by; j++)
        by[j] = (k == j) - part * now[j] - (1.0 - part) * whole[j];
    return v->own[k] + v->offset[k] - level - v->mix->sections[k].target_lu;
}

/* The windows in which each section and the mix sound, at the levels of now. */
static void listen(Solver *v)
{
    set_levels(v);
    for (int k = 0; k < ROWS; k++) {
        if (!v->present[k])
            continue;
        memset(v->sum, 0, v->n_steps * sizeof *v->sum);
        luster_balance_aim(v->mix, k, v->sum);
        v->own[k] = luster_balance_loudness(v->sum, v->n_steps) - v->offset[k];
        v->active[k] = fill_row(v, k);
    }
    memset(v->sum, 0, v->n_steps * sizeof *v->sum);
    for (uint32_t i = 0; i < v->n; i++)
        if (luster_stem_heard(&v->mix->stems[i]))
            luster_plan_add_series(v->mix, &v->mix->stems[i], v->mix->stems[i].level_db, v->sum);
    fill_row(v, ROWS);
}

/* How much a part may stand off its weight: spreads between engineers on one song [DM14, A2]; where
 * none was measured 3.5, the middle of "no level is right within better than 3-6 dB". */
static double spread_of_part(const LusterStemPlan *s)
{
    if (s->leads && section_of(s) == VOCALS)
        return 1.6;
    if (section_of(s) == LUSTER_SECTION_DRUMS)
        return s->role == LUSTER_ROLE_KICK ? 4.1 : s->role == LUSTER_ROLE_SNARE ? 6.2 : 5.5;
    return 3.5;
}

/* What a change z of all unknowns does to what is masked of m. Whole sections give way to a lead
 * only: among the others, parts do. */
static double mask_of(const Solver *v, const LusterBalanceMasked *m, const double *z)
{
    double change = 0.0;
    for (uint32_t i = 0; i < v->n; i++) {
        const double by = (i == m->part ? 1.0 : 0.0) - (double)m->by[i];
        if (by != 0.0)
            change += by * (z[ROWS + i] + (m->leads ? z[section_of(&v->mix->stems[i])] : 0.0));
    }
    return m->slope * change;
}

/* The other way round, added. */
static void mask_back(const Solver *v, const LusterBalanceMasked *m, double times, double *out)
{
    for (uint32_t i = 0; i < v->n; i++) {
        const double by = (i == m->part ? 1.0 : 0.0) - (double)m->by[i];
        out[ROWS + i] += times * m->slope * by;
        if (m->leads)
            out[section_of(&v->mix->stems[i])] += times * m->slope * by;
    }
}

/* out = (J'J) z, with the sections' slopes by[k][j] / spread. */
static void multiply(const Solver *v, double (*by)[ROWS], const double *z, double *out)
{
    memset(out, 0, (ROWS + v->n) * sizeof *out);
    for (int k = 0; k < ROWS; k++) {
        double sum = 0.0;
        for (int j = 0; j < ROWS; j++)
            sum += by[k][j] * z[j];
        for (int j = 0; j < ROWS; j++)
            out[j] += by[k][j] * sum;
        out[k] += 1e-3 * z[k]; /* where no section is aimed at, offsets stay */
    }
    for (uint32_t i = 0; i < v->n; i++) {
        const double spread = spread_of_part(&v->mix->stems[i]);
        out[ROWS + i] = z[ROWS + i] / (spread * spread);
    }
    for (uint32_t r = 0; r < v->masking.n; r++) {
        const LusterBalanceMasked *m = &v->masking.list[r];
        mask_back(v, m, m->importance * mask_of(v, m, z), out);
    }
}

static double product(const double *a, const double *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* One Gauss-Newton step on all unknowns. */
static void step(Solver *v)
{
    const size_t n = ROWS + v->n;
    double by[ROWS][ROWS] = {{0}}, *x = v->vectors, *r = x + n, *p = r + n, *q = p + n;
    memset(x, 0, 2 * n * sizeof *x);
    for (int k = 0; k < ROWS; k++) { /* r: minus the gradient */
        if (!v->present[k])
            continue;
        const double spread = spread_of(v, k), off = miss(v, k, by[k]) / spread;
        for (int j = 0; j < ROWS; j++) {
            by[k][j] = v->present[j] ? by[k][j] / spread : 0.0;
            r[j] -= by[k][j] * off;
        }
    }
    for (uint32_t i = 0; i < v->n; i++) {
        const double spread = spread_of_part(&v->mix->stems[i]);
        r[ROWS + i] -= v->move[i] / (spread * spread);
    }
    for (uint32_t k = 0; k < v->masking.n; k++) {
        const LusterBalanceMasked *m = &v->masking.list[k];
        mask_back(v, m, -m->importance * m->excess, r);
    }
    memcpy(p, r, n * sizeof *p);
    double rest = product(r, r, n);
    for (int k = 0; k < CG_STEPS && rest > 1e-18; k++) {
        multiply(v, by, p, q);
        const double curve = product(p, q, n);
        if (!(curve > 0.0))
            break;
        for (size_t i = 0; i < n; i++) {
            x[i] += rest / curve * p[i];
            r[i] -= rest / curve * q[i];
        }
        const double next = product(r, r, n);
        for (size_t i = 0; i < n; i++)
            p[i] = r[i] + next / rest * p[i];
        rest = next;
    }
    for (int k = 0; k < ROWS; k++)
        v->offset[k] += v->present[k] ? STEP * x[k] : 0.0;
    for (uint32_t i = 0; i < v->n; i++) {
        const int pair = v->mix->stems[i].pair; /* whose sides stay equal */
        const double change = pair < 0 ? x[ROWS + i] : 0.5 * (x[ROWS + i] + x[ROWS + pair]);
        const double move = v->move[i] + STEP * change;
        v->move[i] = move > MOVE_MAX_DB ? MOVE_MAX_DB : move < -MOVE_MAX_DB ? -MOVE_MAX_DB : move;
    }
}

/* However few the moments in which it sings, the lead never stands over these. */
static void hold_lead(Solver *v)
{

    for (int k = 0; k < 20 && v->present[VOCALS]; k++) {
        const double own = v->own[VOCALS] + v->offset[VOCALS];
        const double over = own - row_loudness(v, VOCALS, NULL) - LEAD_MOST_LU;
        const double above = own - row_loudness(v, ROWS, NULL) - LEAD_MOST_SONG_LU;
        if (over <= 0.0 && above <= 0.0)
            return;
        v->offset[VOCALS] -= over > above ? over : above;
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
    const double usual = mix->style->target_lu[section];
    const bool sparse = section == VOCALS || section == LUSTER_SECTION_OTHER;
    /* half way for voices: alone they are also what there is to follow */
    const double part = section == VOCALS ? 0.5 : 1.0;
    return sparse && best < -3.0 && isfinite(best) ? usual + part * best : usual;
}

/* What a person wants of the lead comes on top, against all the rest; its doubles go with it. */
static void wish_for_lead(Solver *v)
{
    bool sung = false;
    for (uint32_t i = 0; i < v->n; i++)
        sung |= v->mix->stems[i].leads && section_of(&v->mix->stems[i]) == VOCALS;
    for (uint32_t i = 0; i < v->n; i++) {
        const LusterStemPlan *s = &v->mix->stems[i];
        if (s->leads || (sung && s->role == LUSTER_ROLE_VOCAL_DOUBLE))
            v->move[i] += v->mix->lead_db;
    }
    if (sung)
        v->mix->sections[VOCALS].target_lu =
            lifted(v->mix->sections[VOCALS].target_lu, v->mix->lead_db);
}

static LusterStatus solve(Solver *v)
{
    LusterMix *mix = v->mix;
    for (int k = 0; k < ROWS; k++) {
        memset(v->sum, 0, v->n_steps * sizeof *v->sum);
        luster_balance_aim(mix, k, v->sum);
        v->own[k] = luster_balance_loudness(v->sum, v->n_steps);
        v->present[k] = mix->sections[k].present = isfinite(v->own[k]);
        mix->sections[k].target_lu = target_of(mix, k);

        v->offset[k] = v->present[k] ? mix->sections[k].target_lu - v->own[k] : 0.0;
    }
    for (int round = 0; round < ROUNDS; round++) {
        listen(v);
        if (!luster_balance_masking_find(&v->masking, mix))
            return LUSTER_NO_MEMORY;
        for (uint32_t i = 0; i < v->n && !round; i++)
            mix->stems[i].buried = v->masking.heard[i].masked;
        step(v);
    }
    listen(v);
    hold_lead(v);
    for (int k = 0; k < ROWS; k++)
        mix->sections[k].miss_lu = v->present[k] ? miss(v, k, NULL) : 0.0;
    for (uint32_t i = 0; i < v->n; i++)
        mix->stems[i].unmasked_db = v->move[i];
    wish_for_lead(v);
    const double level = row_loudness(v, ROWS, NULL);
    set_levels(v);
    for (uint32_t i = 0; i < v->n; i++)
        mix->stems[i].level_db -= level;
    return LUSTER_OK;
}

LusterStatus luster_balance_solve(LusterMix *mix, LusterError *err)
{
    const size_t n = mix->n_stems, steps = mix->n_steps + LUSTER_BALANCE_WINDOW;
    Solver v = {.mix = mix, .n = mix->n_stems, .n_steps = mix->n_steps};
    float *floats = calloc(2 * steps, sizeof *floats);
    double *doubles = calloc((ROWS + 3) * n + 4 * (ROWS + n), sizeof *doubles);
    LusterStatus status = LUSTER_NO_MEMORY;
    if (luster_balance_masking_open(&v.masking, mix) && floats && doubles) {
        v.sum = floats;
        v.weight = floats + steps;
        for (int k = 0; k <= ROWS; k++)
            v.power[k] = doubles + (size_t)k * n;
        v.base = doubles + (ROWS + 1) * n;
        v.move = v.base + n;
        v.vectors = v.move + n;
        for (size_t i = 0; i < n; i++)
            v.base[i] = mix->stems[i].level_db;
        status = solve(&v);
    }
    luster_balance_masking_close(&v.masking);
    free(floats);
    free(doubles);
    return status ? luster_error_set(err, status, "out of memory while balancing") : LUSTER_OK;
}
