/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Microphones and pick-ups that hear the same thing (doc/sources.md G). Two at one source (snare
 * top and bottom, kick in and out, DI and amplifier) are brought into step and polarity; all of a
 * kit are solved together (polarity.c); one whose file lies where sound cannot have put it is
 * moved. Overheads and rooms otherwise keep their natural distance. */
#include "assist/partners.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_WINDOWS 16 /* per stem; a pair has both stems' */
#define WINDOW_LEAD_S 0.05 /* a window begins before the loud spot */
#define KIT_S 0.045 /* searched in a kit: a room 12 m away, and latencies up to 20 ms */
#define SOURCE_S 0.025 /* searched at one source */
#define FAR_S 1.0
/* One sound beyond doubt. Unrelated recordings reach a strength of 9, a share of 0.5, a clarity of
 * 0.5, but not all three at once. */
#define CLEAR_STRENGTH 5.0
#define CLEAR_SHARE 0.3
#define CLEAR_CLARITY 0.4
#define FAR_PEAK 40.0
#define FAR_CORRELATION 0.4
#define LEAST_STEP_DB 0.3 /* bringing into step makes the sum this much fuller, or */
#define MOST_LOSS_DB                                                                               \
    0.2 /* bringing into step thins it no more, and the two are more alike then                    \
         */
#define LEAST_MOVE_S 0.00005
#define LEADER_LATE_S 0.002 /* more than this between two pick-ups is latency */

bool luster_mics_clear(const LusterAlignment *a)
{
    return a->strength >= CLEAR_STRENGTH && a->share >= CLEAR_SHARE &&
           fabs(a->clarity) >= CLEAR_CLARITY;
}

static double lead(uint32_t step)
{
    const double at = step * LUSTER_STEP_S - WINDOW_LEAD_S;
    return at > 0.0 ? at : 0.0;
}

uint32_t luster_mics_windows(const LusterStemPlan *s, double *starts_s, uint32_t n)
{
    const LusterStemFacts *f = &s->facts;
    const double gate = luster_pow(10.0, (f->integrated_lufs - 10.0 + 0.691) / 10.0);
    bool *taken = calloc(f->n_steps + 1, sizeof *taken);
    uint32_t *loud = calloc(f->n_steps + 1, sizeof *loud), n_loud = 0, found = 0;
    while (taken && loud && found < n / 2) { /* the loudest, at least 0.4 s apart */
        int best = -1;
        for (uint32_t i = 0; i < f->n_steps; i++)
            if (!taken[i] && f->k_power[i] > 0.0f && (best < 0 || f->k_power[i] > f->k_power[best]))
                best = (int)i;
        if (best < 0)
            break;
        for (int k = best - 4; k <= best + 4; k++)
            if (k >= 0 && k < (int)f->n_steps)
                taken[k] = true;
        starts_s[found++] = lead((uint32_t)best);
    }
    for (uint32_t i = 0; i < f->n_steps && taken && loud; i++)
        if (!taken[i] && f->k_power[i] > gate)
            loud[n_loud++] = i;
    const uint32_t more = n_loud < n - found ? n_loud : n - found;
    for (uint32_t i = 0; i < more; i++) /* and others, evenly over the rest */
        starts_s[found++] = lead(loud[(uint64_t)(2 * i + 1) * n_loud / (2 * more)]);
    free(taken);
    free(loud);
    return found;
}

/* What is skipped at the head of the file as planned: negative when it is delayed. */
static double skipped(const LusterStemPlan *s)
{
    return s->offset_s - s->delay_ms / 1000.0;
}

bool luster_mics_measure(const LusterStemPlan *a, int channel_a, const LusterStemPlan *b,
                         int channel_b, double max_delay_s, LusterAlignment *out)
{
    LusterSource *x = NULL, *y = NULL;
    LusterError err;
    double starts[2 * N_WINDOWS];
    memset(out, 0, sizeof *out);
    const uint32_t n = luster_mics_windows(a, starts, N_WINDOWS);
    const uint32_t m = luster_mics_windows(b, starts + n, N_WINDOWS);
    for (uint32_t i = 0; i < n + m; i++) /* windows stand in the file of one, skips move both */
        starts[i] -= skipped(i < n ? a : b);
    const LusterAlignQuery query = {.starts_s = starts,
                                    .n_starts = n + m,
                                    .max_delay_s = max_delay_s,
                                    .channel = {channel_a, channel_b},
                                    .skip_s = {skipped(a), skipped(b)}};
    const bool good = n + m >= 4 && a->facts.rate_hz == b->facts.rate_hz &&
                      !a->input->open(a->input->user, &x, &err) &&
                      !b->input->open(b->input->user, &y, &err) &&
                      !luster_align(x, y, &query, out, &err);
    luster_source_close(x);
    luster_source_close(y);
    return good;
}

/* Mean over the bands of what two equal parts that correlate by c[] gain by being added. */
static double gain_db(const double *c, double sign)
{
    double all = 0.0;
    for (int b = 0; b < LUSTER_ALIGN_BANDS; b++) {
        const double both = 1.0 + sign * c[b];
        all += luster_power_to_db(both > 0.02 ? both : 0.02) / LUSTER_ALIGN_BANDS;
    }
    return all;
}

static void keep_shared(LusterStemPlan *s, double correlation)
{
    s->shared = correlation > 0.95 ? 0.95 : correlation < -0.5 ? -0.5 : correlation;
}

void luster_mics_move(LusterStemPlan *s, double late_s)
{
    const double skip = skipped(s) + late_s;
    s->offset_s = skip > 0.0 ? skip : 0.0;
    s->delay_ms = skip < 0.0 ? -1000.0 * skip : 0.0;
}

/* A file that lies far from where its partner has it: only when hardly anything else can be. */
static bool lies_far(const LusterStemPlan *r, LusterStemPlan *s)
{
    LusterAlignment far;
    if (!luster_mics_measure(r, LUSTER_ALIGN_FOLD, s, LUSTER_ALIGN_FOLD, FAR_S, &far) ||
        far.strength < FAR_PEAK || fabs(far.correlation) < FAR_CORRELATION ||
        fabs(far.delay_s) < SOURCE_S)
        return false;
    luster_mics_move(s, far.delay_s);
    return true;
}

/* Two pick-ups of one source: `s` follows `r`. */
static void follow(LusterMix *mix, uint32_t ref, uint32_t i)
{
    const LusterStemPlan *r = &mix->stems[ref];
    LusterStemPlan *s = &mix->stems[i];
    LusterAlignment a;
    if (i == ref || !luster_stem_heard(r) || !luster_stem_heard(s) || s->reference >= 0 ||
        !luster_mics_measure(r, LUSTER_ALIGN_FOLD, s, LUSTER_ALIGN_FOLD, SOURCE_S, &a))
        return;
    if (!luster_mics_clear(&a) && lies_far(r, s) &&
        !luster_mics_measure(r, LUSTER_ALIGN_FOLD, s, LUSTER_ALIGN_FOLD, SOURCE_S, &a))
        return;
    s->reference = (int)ref;
    s->alignment = a;
    const double arrival = luster_mics_arrival(&a);
    const double sign = a.inverted ? -1.0 : 1.0;
    const double now = gain_db(a.band_now, 1.0), turned = gain_db(a.band_now, -1.0);
    double lies = a.correlation_now;
    LusterStemPlan *leader = &mix->stems[ref];
    const double step = gain_db(a.band, sign) - gain_db(a.band_now, sign);
    const bool closer = fabs(a.correlation) > fabs(a.correlation_now);
    if (luster_mics_clear(&a) && fabs(a.delay_s) > LEAST_MOVE_S &&
        (step > LEAST_STEP_DB || (closer && step > -MOST_LOSS_DB) ||
         fabs(a.delay_s) > LEADER_LATE_S)) {
        /* Latency makes late: the later of the two is moved, unless it leads and is off by a hair.
         */
        if (a.delay_s < -LEADER_LATE_S && leader->misplaced_s == 0.0)
            luster_mics_move(leader, -a.delay_s);
        else
            luster_mics_move(s, a.delay_s);
        s->in_step_db = step;
        lies = a.correlation;
        s->invert = a.inverted;
        s->turn_db = gain_db(a.band, -1.0) - gain_db(a.band, 1.0);
    } else {
        s->turn_db = turned - now;
        s->invert =
            s->turn_db - 4.0 * arrival > 0.5; /* twice LEAST_GAIN_DB and ARRIVAL_DB of a kit */
    }
    keep_shared(s, s->invert ? -lies : lies);
}

static int find_role(const LusterMix *mix, LusterRole role, const char *mics)
{
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && s->role == role &&
            (!mics || (s->guess.mic && strchr(mics, s->guess.mic))))
            return (int)i;
    }
    return -1;
}

static int rank_of(LusterRole role)
{
    switch (role) {
    case LUSTER_ROLE_KICK:
    case LUSTER_ROLE_SNARE:
    case LUSTER_ROLE_TOM:
    case LUSTER_ROLE_HAT:
    case LUSTER_ROLE_CYMBAL:
        return 0;
    case LUSTER_ROLE_OVERHEAD:
        return 1;
    case LUSTER_ROLE_ROOM:
        return 2;
    default:
        return -1;
    }
}

/* Sides of one stereo file that fight: two microphones, one of them upside down. Effects and
 * instruments made in a machine may be so on purpose. */
static bool sides_fight(const LusterStemPlan *s)
{
    const double low = s->facts.low_correlation, all = s->facts.correlation;
    if (!s->stereo)
        return false;
    if (all < -0.9) /* hardly anything is left of it in mono: nobody's intention */
        return true;
    switch (s->role) {
    case LUSTER_ROLE_OVERHEAD:
    case LUSTER_ROLE_ROOM:
        return low < -0.5;
    case LUSTER_ROLE_SYNTH:
    case LUSTER_ROLE_SYNTH_LEAD:
    case LUSTER_ROLE_PAD:
    case LUSTER_ROLE_SAMPLE:
    case LUSTER_ROLE_FX:
    case LUSTER_ROLE_MIX:
    case LUSTER_ROLE_UNKNOWN:
        return false;
    default:
        return (low < -0.5 && all < -0.2) || (low < -0.3 && all < -0.5);
    }
}

static void collect(const LusterMix *mix, LusterMicGroup *g)
{
    const bool inside = find_role(mix, LUSTER_ROLE_KICK, "i") >= 0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        const int rank = rank_of(s->role);
        const uint32_t n = s->stereo ? 2 : 1;
        if (!luster_stem_heard(s) || rank < 0 || g->n + n > LUSTER_MICS_MAX ||
            (s->role == LUSTER_ROLE_KICK && inside && s->guess.mic == 'o'))
            continue;
        for (uint32_t c = 0; c < n; c++) {
            LusterMic *m = &g->mics[g->n++];
            *m = (LusterMic){.stem = i,
                             .channel = s->stereo ? (int)c : LUSTER_ALIGN_FOLD,
                             .unit = g->n_units,
                             .against = c && sides_fight(s),
                             .rank = rank};
        }
        g->n_units++;
    }
}

/* Every pair that begins with a channel of this stem. */
static void measure_pairs(const LusterMix *mix, LusterStemPlan *s)
{
    LusterMicGroup *g = mix->mics;
    for (uint32_t i = 0; i < g->n; i++)
        for (uint32_t k = i + 1; k < g->n; k++)
            if (&mix->stems[g->mics[i].stem] == s)
                luster_mics_measure(s, g->mics[i].channel, &mix->stems[g->mics[k].stem],
                                    g->mics[k].channel, KIT_S, &g->pairs[i][k]);
}

void luster_mics_measure_stem(const LusterMix *mix, LusterMicGroup *g, uint32_t stem)
{
    for (uint32_t i = 0; i < g->n; i++)
        for (uint32_t k = i + 1; k < g->n; k++)
            if (g->mics[i].stem == stem || g->mics[k].stem == stem)
                luster_mics_measure(&mix->stems[g->mics[i].stem], g->mics[i].channel,
                                    &mix->stems[g->mics[k].stem], g->mics[k].channel, KIT_S,
                                    &g->pairs[i][k]);
}

/* Power in the sum: the channel's own share, at the loudness its role has there. */
static void levels(const LusterMix *mix, LusterMicGroup *g)
{
    for (uint32_t i = 0; i < g->n; i++) {
        LusterMic *m = &g->mics[i];
        const LusterStemFacts *f = &mix->stems[m->stem].facts;
        const double weight = luster_role_info(mix->stems[m->stem].role)->weight_db;
        const double level = luster_pow(10.0, (weight - f->integrated_lufs) / 10.0) *
                             f->power_channel[m->channel == 1] * (m->channel < 0 ? 1.0 : 0.25);
        for (int b = 0; b < LUSTER_ALIGN_BANDS; b++) {
            double share = 0.0;
            uint32_t n = 0;
            for (uint32_t k = 0; k < g->n; k++)
                if (k != i) {
                    share += k > i ? g->pairs[i][k].power[0][b] : g->pairs[k][i].power[1][b];
                    n++;
                }
            m->power[b] = n ? level * share / n : 0.0;
        }
    }
}

static LusterAlignment turned_round(const LusterAlignment *a)
{
    LusterAlignment b = *a;
    b.delay_s = -a->delay_s;
    memcpy(b.power[0], a->power[1], sizeof b.power[0]);
    memcpy(b.power[1], a->power[0], sizeof b.power[1]);
    return b;
}

/* What the group says about one stem: its polarity, and what balance wants to know. */
static void conclude(LusterMix *mix, const LusterMicGroup *g)
{
    LusterPolarity p;
    luster_mics_polarity(g, &p);
    const int overhead = find_role(mix, LUSTER_ROLE_OVERHEAD, NULL);
    for (uint32_t i = 0; i < g->n; i++) {
        LusterStemPlan *s = &mix->stems[g->mics[i].stem];
        const bool second = g->mics[i].channel == 1;
        if (second && p.turn[i] != s->invert) {
            s->invert_right = true;
        } else if (!second) {
            s->invert = p.turn[i];
        }
        if (p.turn[i] && (!second || s->invert_right)) {
            s->turn_low_db = p.gain_db[i][LUSTER_ALIGN_LOW];
            s->turn_body_db = p.gain_db[i][LUSTER_ALIGN_BODY];
            s->turn_arrival = p.arrival[i];
        }
        if (overhead < 0 || (int)g->mics[i].stem == overhead || second)
            continue;
        double shared = 0.0;
        uint32_t n = 0;
        for (uint32_t k = 0; k < g->n; k++) {
            if ((int)g->mics[k].stem != overhead)
                continue;
            const LusterAlignment *a = k > i ? &g->pairs[i][k] : &g->pairs[k][i];
            shared += (p.turn[i] != p.turn[k] ? -1.0 : 1.0) * a->correlation_now;
            n++;
        }
        s->reference = overhead;
        for (uint32_t k = 0; k < g->n && !s->alignment.strength; k++)
            if ((int)g->mics[k].stem == overhead && g->mics[k].channel != 1)
                s->alignment = k < i ? g->pairs[k][i] : turned_round(&g->pairs[i][k]);
        keep_shared(s, n ? shared / n : 0.0);
    }
}

static void solve_kit(LusterMix *mix)
{
    LusterMicGroup *g = calloc(1, sizeof *g);
    if (!g)
        return;
    collect(mix, g);
    bool far = false;
    for (uint32_t i = 0; i < g->n; i++)
        far |= g->mics[i].rank > 0;
    if (g->n >= 2 && far) { /* close microphones alone share too little to be told from samples */
        mix->mics = g;
        luster_plan_each(mix, "comparing microphones", measure_pairs);
        luster_mics_place(mix, g);
        levels(mix, g);
        conclude(mix, g);
        mix->mics = NULL;
    }
    free(g);
}

static void say_polarity(const LusterMix *mix, LusterStemPlan *s)
{
    const bool kit = rank_of(s->role) >= 0 && s->turn_db == 0.0;
    const char *reason = s->turn_arrival < -0.1 || !kit
                             ? "upside down: what it shares with its partner arrives inverted"
                             : "with this polarity they add up fuller";
    if (s->invert && kit)
        luster_plan_move(&s->plan, LUSTER_STAGE_ALIGN, "polarity", 1.0, reason,
                         "turned, the sum of the kit changes by %+.1f dB at 40-200 Hz and by %+.1f "
                         "dB at 200-1000 Hz; arrivals speak by %+.1f for how it lay",
                         s->turn_low_db, s->turn_body_db, s->turn_arrival);
    else if (s->invert)
        luster_plan_move(&s->plan, LUSTER_STAGE_ALIGN, "polarity", 1.0, reason,
                         "against %s: their sum changes by %+.1f dB between 40 and 1000 Hz when "
                         "turned; correlation %.2f",
                         s->reference >= 0 ? mix->stems[s->reference].name : "", s->turn_db,
                         s->alignment.correlation);
    if (s->invert_right)
        luster_plan_set(luster_plan_insert(&s->plan, LUSTER_STAGE_ALIGN, "utility", NULL),
                        "polarity_right", 1.0, "one of the two sides is upside down",
                        "left and right correlate by %.2f, under 200 Hz by %.2f",
                        s->facts.correlation, s->facts.low_correlation);
}

static void say_place(const LusterMix *mix, LusterStemPlan *s)
{
    const char *ref = s->reference >= 0 ? mix->stems[s->reference].name : "its partner";
    const char *target = s->offset_s > 0.0 ? "clips.0.offset_s" : "delay_ms";
    const double value = s->offset_s > 0.0 ? s->offset_s : s->delay_ms;
    if (!(value > 0.0))
        return;
    if (s->misplaced_s != 0.0)
        luster_plan_move(&s->plan, LUSTER_STAGE_ALIGN, target, value,
                         "where sound cannot have put it: set to where its fellows lie",
                         "%.2f ms %s than the other microphones of the kit allow",
                         1000.0 * fabs(s->misplaced_s), s->misplaced_s > 0.0 ? "later" : "earlier");
    else
        luster_plan_move(&s->plan, LUSTER_STAGE_ALIGN, target, value,
                         "two pick-ups of one source: in step they add instead of combing",
                         "%.2f ms %s %s (peak %.0f times its surroundings); the sum gains %+.1f dB "
                         "between 40 and 1000 Hz",
                         s->offset_s > 0.0 ? 1000.0 * s->offset_s : s->delay_ms,
                         s->offset_s > 0.0 ? "behind" : "ahead of", ref, s->alignment.strength,
                         s->in_step_db);
}

void luster_plan_partners(LusterMix *mix)
{
    const int top = find_role(mix, LUSTER_ROLE_SNARE, NULL);
    const int inside = find_role(mix, LUSTER_ROLE_KICK, "i");
    const int di = find_role(mix, LUSTER_ROLE_BASS, "d");
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && rank_of(s->role) < 0 && sides_fight(s))
            s->invert_right = true;
    }
    solve_kit(mix);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        int ref = -1;
        if (s->role == LUSTER_ROLE_SNARE_BOTTOM)
            ref = top;
        else if (s->role == LUSTER_ROLE_KICK && s->guess.mic == 'o')
            ref = inside;
        else if (s->role == LUSTER_ROLE_BASS && s->guess.mic == 'a')
            ref = di;
        if (ref < 0)
            continue;
        follow(mix, (uint32_t)ref, i);
        if (mix->stems[ref].invert && mix->stems[i].reference == ref)
            mix->stems[i].invert = !mix->stems[i].invert;
    }
    for (uint32_t i = 0; i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i])) {
            say_polarity(mix, &mix->stems[i]);
            say_place(mix, &mix->stems[i]);
        }
}
