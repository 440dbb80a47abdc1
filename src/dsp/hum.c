/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks last two periods: harmonics do not see each other. Twelve looks apart the frequency is
 * searched (roughly with the lowest harmonics, finely with all) and the amplitudes are found anew
 * and gone to in the time of a look. Where the hum is plainly not in the input (a muted stretch of
 * an edited recording) nothing is looked at or subtracted, while the oscillators go on: the hum
 * comes back in phase. */
#include "dsp/hum.h"

#include "base/math.h"
#include "base/silence.h"

#include <math.h>
#include <string.h>

#define LOOK_PERIODS 2
#define SEARCH_LOOKS 12 /* from search to search: half a second at 50 Hz */
#define LEAST_LOOKS 6 /* enough to begin with */
#define ROUGH_HARMONICS 6
#define ROUGH_HZ 0.02 /* steps of the search */
#define FINE_HZ 0.002
#define FINE_STEPS 16 /* to either side */
#define FAINT 0.01 /* of the largest: harmonics below it say little */
/* How still a harmonic's phase stands, 0 … 1: a share p of the time gives p * p. */
#define OPEN 0.03 /* from here it is hum */
#define SHUT 0.012 /* below this it is music; chance alone gives 1 / looks */
/* The share of looks close to the median: of hum, at least the pauses; of music, few. */
#define NEAR 0.25 /* times the median's size */
#define NEAR_OPEN 0.12
#define NEAR_SHUT 0.06
#define STILL_SHARE 0.3 /* of a new reading of it, at each search: a mean over about 1.5 s */
#define MEDIAN_ROUNDS 8
#define TRUST_LOOKS 75 /* before that every reading is followed: 3 s at 50 Hz */
#define NEAREST 0.15 /* share of the looks that tells how good a reading is */
#define BEST_KEEP 0.95 /* of the best reading, at each search: half forgotten after 7 s */
#define REFINE_ROUNDS 2
#define RIGHT 0.6 /* share of the right channel in the phases: no two sides cancel */
#define BLOCKS_PER_S 750.0
#define GLIDE_SHARE 0.1 /* of the way to the frequency found, in each block: there in 50 ms */
#define PRESENT_MS 2.0 /* in and out of muted stretches */
#define ABSENT 0.1 /* a whole period of this share of the hum's size has none of it */

void luster_hum_reset(LusterHum *hum)
{
    const LusterHum kept = *hum;
    memset(hum, 0, sizeof *hum);
    hum->rate_hz = kept.rate_hz;
    hum->n_channels = kept.n_channels;
    hum->looks = kept.looks;
    hum->block = (uint32_t)(hum->rate_hz / BLOCKS_PER_S + 0.5);
    hum->present = 1.0;
    for (int k = 0; k < LUSTER_HUM_HARMONICS; k++)
        hum->still[k] = 1.0;
}

bool luster_hum_open(LusterHum *hum, LusterArena *arena, double rate_hz, uint32_t n_channels)
{
    hum->rate_hz = rate_hz;
    hum->n_channels = n_channels;
    hum->looks = luster_arena_array(arena, LUSTER_HUM_HARMONICS, sizeof *hum->looks);
    if (hum->looks)
        luster_hum_reset(hum);
    return hum->looks != NULL;
}

static void tune(LusterHum *hum)
{
    const double w = 2.0 * LUSTER_PI * hum->freq_hz / hum->rate_hz;
    for (uint32_t k = 0; k < hum->n_harmonics; k++) {
        const double size = sqrt(hum->zr[k] * hum->zr[k] + hum->zi[k] * hum->zi[k]);
        hum->zr[k] /= size;
        hum->zi[k] /= size;
        hum->rr[k] = luster_cos(w * (k + 1));
        hum->ri[k] = luster_sin(w * (k + 1));
    }
}

void luster_hum_start(LusterHum *hum, double freq_hz, uint32_t n_harmonics)
{
    hum->asked_hz = hum->found_hz = hum->freq_hz = freq_hz;
    const uint32_t most = (uint32_t)(0.48 * hum->rate_hz / freq_hz);
    hum->n_harmonics = most < n_harmonics ? most : n_harmonics;
    hum->n_lanes = (hum->n_harmonics + LUSTER_HUM_LANES - 1) / LUSTER_HUM_LANES * LUSTER_HUM_LANES;
    hum->look_frames = (uint32_t)(LOOK_PERIODS * hum->rate_hz / freq_hz + 0.5);
    for (uint32_t k = 0; k < hum->n_harmonics; k++)
        hum->zr[k] = 1.0;
    tune(hum);
}

void luster_hum_set(LusterHum *hum, double search_hz, double memory_s)
{
    hum->search_hz = search_hz;
    hum->memory_s = memory_s;
}

/* ---- every frame ---- */

/* The real part of amplitude times oscillator over all harmonics, in eight sums and one tree. */
static double sum_of(const double *yr, const double *yi, const double *zr, const double *zi,
                     uint32_t n)
{
    double s[LUSTER_HUM_LANES] = {0};
    for (uint32_t k = 0; k < n; k += LUSTER_HUM_LANES)
        for (int j = 0; j < LUSTER_HUM_LANES; j++)
            s[j] += yr[k + j] * zr[k + j] - yi[k + j] * zi[k + j];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static void add_conjugate(double *restrict sr, double *restrict si, const double *restrict zr,
                          const double *restrict zi, double by, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        sr[k] += by * zr[k];
        si[k] -= by * zi[k];
    }
}

static void add(double *restrict y, const double *restrict way, double share, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        y[k] += share * way[k];
}

/* The part of a ramp that its next frame goes: the polynomial of least jerk has no corners. */
static double ramp_share(const LusterHum *hum)
{
    const double length = hum->look_frames;
    const double a = 1.0 - hum->ramp_left / length, b = a + 1.0 / length;
    return b * b * b * (10.0 + b * (6.0 * b - 15.0)) - a * a * a * (10.0 + a * (6.0 * a - 15.0));
}

static void turn(double *restrict zr, double *restrict zi, const double *restrict rr,
                 const double *restrict ri, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        const double re = zr[k] * rr[k] - zi[k] * ri[k];
        zi[k] = zr[k] * ri[k] + zi[k] * rr[k];
        zr[k] = re;
    }
}

/* ---- every block ---- */

static void look_at_peaks(LusterHum *hum)
{
    hum->peaks_in[hum->peak_at] = hum->peak_in;
    hum->peaks_hum[hum->peak_at] = hum->peak_hum;
    hum->peak_at = (hum->peak_at + 1) % LUSTER_HUM_PEAKS;
    double in = 0.0, of_hum = 0.0;
    for (int i = 0; i < LUSTER_HUM_PEAKS; i++) {
        in = fmax(in, hum->peaks_in[i]);
        of_hum = fmax(of_hum, hum->peaks_hum[i]);
    }
    hum->silent = hum->peak_in == 0.0 || in < ABSENT * of_hum;
    hum->look_spoilt |= hum->silent;
    if (hum->freq_hz != hum->found_hz) {
        const double left_hz = hum->found_hz - hum->freq_hz;
        hum->freq_hz = fabs(left_hz) < 1e-7 ? hum->found_hz : hum->freq_hz + GLIDE_SHARE * left_hz;
        tune(hum);
    }
    hum->peak_in = hum->peak_hum = 0.0;
    hum->at_block = 0;
}

/* ---- every look ---- */

typedef struct Turn {
    double c, s;
} Turn;

static Turn turn_by(double turns)
{
    const double angle = 2.0 * LUSTER_PI * (turns - floor(turns));
    return (Turn){luster_cos(angle), luster_sin(angle)};
}

/* Remembers the look that ends here. */
static void remember(LusterHum *hum)
{
    const double middle = 0.5 * (hum->look_ahead + hum->ahead);
    const double scale = 1.0 / hum->look_frames;
    for (uint32_t k = 0; k < hum->n_harmonics; k++) {
        LusterHumLooks *looks = &hum->looks[k];
        const Turn t = turn_by((k + 1.0) * middle);
        double both_re = 0.0, both_im = 0.0;
        for (uint32_t c = 0; c < hum->n_channels; c++) {
            const double re = scale * (hum->sr[c][k] * t.c - hum->si[c][k] * t.s);
            const double im = scale * (hum->sr[c][k] * t.s + hum->si[c][k] * t.c);
            looks->re[c][hum->ring_at] = (float)luster_snap(re);
            looks->im[c][hum->ring_at] = (float)luster_snap(im);
            both_re += c ? RIGHT * re : re;
            both_im += c ? RIGHT * im : im;
        }
        const double size = sqrt(both_re * both_re + both_im * both_im);
        looks->phase_re[hum->ring_at] = size > LUSTER_TINY ? (float)(both_re / size) : 0.0f;
        looks->phase_im[hum->ring_at] = size > LUSTER_TINY ? (float)(both_im / size) : 0.0f;
    }
    hum->valid[hum->ring_at] = true;
    hum->since_search++;
}

/* Looks that count. */
static uint32_t memory(const LusterHum *hum)
{
    const uint32_t n = (uint32_t)(hum->memory_s * hum->rate_hz / hum->look_frames);
    const uint32_t least = n < LEAST_LOOKS ? LEAST_LOOKS : n;
    return least < hum->n_looks ? least : hum->n_looks;
}

/* How still harmonic k stands if the fundamental is `off_hz` from what was asked for. */
static double stillness(const LusterHum *hum, uint32_t k, double off_hz)
{
    const LusterHumLooks *looks = &hum->looks[k];
    const uint32_t n = memory(hum);
    const Turn t = turn_by((k + 1.0) * off_hz * hum->look_frames / hum->rate_hz);
    double c = 1.0, s = 0.0, re = 0.0, im = 0.0, used = 0.0; /* from the newest back */
    for (uint32_t i = 1; i <= n; i++) {
        const uint32_t at = (hum->ring_at + LUSTER_HUM_LOOKS - i) % LUSTER_HUM_LOOKS;
        const double share = hum->valid[at] ? 1.0 : 0.0;
        re += share * (looks->phase_re[at] * c - looks->phase_im[at] * s);
        im += share * (looks->phase_re[at] * s + looks->phase_im[at] * c);
        used += share;
        const double next = c * t.c - s * t.s;
        s = c * t.s + s * t.c;
        c = next;
    }
    return used > 0.0 ? (re * re + im * im) / (used * used) : 0.0;
}

/* How much each harmonic says about the frequency: by how still it stood lately, if there is hum in
 * it at all (what rounding leaves of others may stand still as well). */
static void weigh(const LusterHum *hum, double *weight)
{
    double size[LUSTER_HUM_HARMONICS], largest = 0.0;
    for (uint32_t k = 0; k < hum->n_harmonics; k++) {
        size[k] = fabs(hum->yr[0][k]) + fabs(hum->yi[0][k]);
        if (hum->n_channels == 2)
            size[k] += fabs(hum->yr[1][k]) + fabs(hum->yi[1][k]);
        largest = fmax(largest, size[k]);
    }
    for (uint32_t k = 0; k < hum->n_harmonics; k++)
        weight[k] = (hum->still[k] + 0.01) *
                    (largest > 0.0 ? size[k] / (size[k] + FAINT * largest) + 1e-6 : 1.0);
}

static double all_still(const LusterHum *hum, const double *weight, uint32_t n, double off_hz)
{
    double sum = 0.0;
    for (uint32_t k = 0; k < n; k++)
        sum += weight[k] * stillness(hum, k, off_hz);
    return sum;
}

/* The best of 2 n_steps + 1 places around `off_hz` within the search. */
static double best_near(const LusterHum *hum, const double *weight, uint32_t n_harmonics,
                        double off_hz, double step_hz, int n_steps)
{
    double best = off_hz, most = -1.0;
    for (int i = -n_steps; i <= n_steps; i++) {
        const double at = off_hz + i * step_hz;
        const double sum =
            fabs(at) > hum->search_hz ? -1.0 : all_still(hum, weight, n_harmonics, at);
        if (sum > most) {
            most = sum;
            best = at;
        }
    }
    return best;
}

/* What the looks at one harmonic of one channel say, as it stands at the end of the last look. */
typedef struct Reading {
    double re, im; /* their geometric median */
    double near; /* share of looks close to it */
    double spread; /* within which the closest NEAREST of them lie */
    double pull, hold; /* sums for the frequency: phase times time, time squared, of those close */
} Reading;

/* The NEARESTth part of the distances, by halving the range of squares that holds it. */
static double nearest(const Reading *r, const float *re, const float *im, uint32_t n)
{
    double low = 0.0, high = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        const double dx = re[i] - r->re, dy = im[i] - r->im;
        high = fmax(high, dx * dx + dy * dy);
    }
    for (int step = 0; step < 40; step++) {
        const double mid = step < 30 ? high * 0.5 : 0.5 * (low + high);
        uint32_t count = 0;
        for (uint32_t i = 0; i < n; i++) {
            const double dx = re[i] - r->re, dy = im[i] - r->im;
            count += dx * dx + dy * dy <= mid;
        }
        if (count >= NEAREST * n)
            high = mid;
        else
            low = mid, step = step < 30 ? 30 : step;
    }
    return sqrt(high) + 1e-9;
}

/* Phases of looks close to the median against time: what the frequency is still off by. */
static void regress(Reading *r, const float *re, const float *im, const float *ago, uint32_t n)
{
    const double power = r->re * r->re + r->im * r->im;
    double count = 0.0, time = 0.0, phase = 0.0, pull = 0.0, hold = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        const double dx = re[i] - r->re, dy = im[i] - r->im;
        if (dx * dx + dy * dy >= NEAR * NEAR * power)
            continue;
        const double turned = (im[i] * r->re - re[i] * r->im) / power;
        count += 1.0;
        time -= ago[i];
        phase += turned;
        pull -= turned * ago[i];
        hold += (double)ago[i] * ago[i];
    }
    r->near = n ? count / n : 0.0;
    r->pull = count > 0.0 ? pull - phase * time / count : 0.0;
    r->hold = count > 0.0 ? hold - time * time / count : 0.0;
}

static Reading read_looks(const LusterHum *hum, uint32_t k, uint32_t channel, double off_hz)
{
    const LusterHumLooks *looks = &hum->looks[k];
    const uint32_t n_memory = memory(hum);
    const double seconds = hum->look_frames / hum->rate_hz;
    const Turn t = turn_by((k + 1.0) * off_hz * seconds);
    Turn to = turn_by((k + 1.0) * off_hz * 0.5 * seconds); /* from the middle of the newest */
    float re[LUSTER_HUM_LOOKS], im[LUSTER_HUM_LOOKS], ago[LUSTER_HUM_LOOKS];
    uint32_t n = 0;
    for (uint32_t i = 0; i < n_memory; i++) {
        const uint32_t at = (hum->ring_at + LUSTER_HUM_LOOKS - 1 - i) % LUSTER_HUM_LOOKS;
        const double x = looks->re[channel][at], y = looks->im[channel][at];
        if (hum->valid[at]) {
            re[n] = (float)(x * to.c - y * to.s);
            im[n] = (float)(x * to.s + y * to.c);
            ago[n++] = (float)((i + 0.5) * seconds);
        }
        to = (Turn){to.c * t.c - to.s * t.s, to.c * t.s + to.s * t.c};
    }
    Reading r = {0};
    for (int round = 0; round <= MEDIAN_ROUNDS && n; round++) {
        double sum_re = 0.0, sum_im = 0.0, sum = 0.0;
        for (uint32_t i = 0; i < n; i++) {
            const double dx = re[i] - r.re, dy = im[i] - r.im;
            const double away = sqrt(dx * dx + dy * dy) + 1e-9;
            const double weight = round ? 1.0 / away : 1.0; /* begins at the mean */
            sum_re += weight * re[i];
            sum_im += weight * im[i];
            sum += weight;
        }
        r.re = sum_re / sum;
        r.im = sum_im / sum;
    }
    regress(&r, re, im, ago, n);
    r.spread = nearest(&r, re, im, n);
    return r;
}

/* Hertz that the fundamental is off by, from the looks close to the medians; 0 if there are none.
 */
static double left_over(const LusterHum *hum, double off_hz)
{
    double pull = 0.0, hold = 0.0;
    for (uint32_t k = 0; k < hum->n_harmonics; k++) {
        for (uint32_t c = 0; c < hum->n_channels; c++) {
            const Reading r = read_looks(hum, k, c, off_hz);
            const double number = k + 1.0, share = r.near > NEAR_SHUT ? 1.0 : 0.0;
            pull += share * number * r.pull;
            hold += share * number * number * r.hold;
        }
    }
    const double off = hold > LUSTER_TINY ? pull / hold / (2.0 * LUSTER_PI) : 0.0;
    return fabs(off) <= ROUGH_HZ ? off : 0.0;
}

/* How far to follow a reading, 0 … 1: fully when it is as good as the best of late, hardly when the
 * music has covered the hum since. */
static double follow(const LusterHum *hum, double *best, double quality)
{
    if (memory(hum) < TRUST_LOOKS)
        return 1.0;
    *best = fmax(quality, BEST_KEEP * *best);
    const double ratio = *best > 0.0 ? quality / *best : 1.0;
    return ratio * ratio;
}

static double find_frequency(const LusterHum *hum)
{
    const uint32_t few = hum->n_harmonics < ROUGH_HARMONICS ? hum->n_harmonics : ROUGH_HARMONICS;
    double weight[LUSTER_HUM_HARMONICS];
    weigh(hum, weight);
    double off = 0.0;
    off = best_near(hum, weight, few, off, ROUGH_HZ, (int)ceil(hum->search_hz / ROUGH_HZ));
    off = best_near(hum, weight, hum->n_harmonics, off, FINE_HZ, FINE_STEPS);
    for (int round = 0; round < REFINE_ROUNDS; round++)
        off += left_over(hum, off);
    return fmin(hum->search_hz, fmax(-hum->search_hz, off));
}

/* Finds the frequency and sets out for the new amplitudes. */
static void search(LusterHum *hum)
{
    const double found = hum->search_hz > 0.0 ? find_frequency(hum) : 0.0;
    double quality = 0.0;
    for (uint32_t k = 0; k < hum->n_harmonics; k++) {
        for (uint32_t c = 0; c < hum->n_channels; c++) {
            const Reading r = read_looks(hum, k, c, found);
            quality += fmin(1.0, sqrt(r.re * r.re + r.im * r.im) / r.spread / 20.0);
        }
    }
    const double was = fmin(hum->search_hz, fmax(-hum->search_hz, hum->found_hz - hum->asked_hz));
    const double off = was + follow(hum, &hum->best, quality) * (found - was);
    hum->found_hz = hum->asked_hz + off;
    for (uint32_t k = 0; k < hum->n_harmonics; k++) {
        hum->still[k] += STILL_SHARE * (stillness(hum, k, off) - hum->still[k]);
        const double open = (hum->still[k] - SHUT) / (OPEN - SHUT);
        const Turn t = turn_by(-(k + 1.0) * hum->ahead); /* the oscillator's own phase */
        for (uint32_t c = 0; c < hum->n_channels; c++) {
            const Reading r = read_looks(hum, k, c, off);
            const double close = (r.near - NEAR_SHUT) / (NEAR_OPEN - NEAR_SHUT);
            const double gate = fmin(1.0, fmax(0.0, fmax(open, close)));
            const double re = 2.0 * gate * (r.re * t.c - r.im * t.s);
            const double im = 2.0 * gate * (r.re * t.s + r.im * t.c);
            const double share = follow(hum, &hum->best_of[c][k], 1.0 / r.spread);
            hum->way_r[c][k] = share * (re - hum->yr[c][k]);
            hum->way_i[c][k] = share * (im - hum->yi[c][k]);
        }
    }
    hum->ramp_left = hum->look_frames;
    hum->since_search = 0;
}

static void end_look(LusterHum *hum)
{
    hum->at_look = 0;
    hum->valid[hum->ring_at] = false;
    if (!hum->look_spoilt)
        remember(hum);
    hum->ring_at = (hum->ring_at + 1) % LUSTER_HUM_LOOKS;
    hum->n_looks += hum->n_looks < LUSTER_HUM_LOOKS;
    if (!hum->look_spoilt) {
        if (hum->n_looks >= LEAST_LOOKS && hum->since_search >= SEARCH_LOOKS / 2 &&
            (hum->since_search >= SEARCH_LOOKS || hum->n_looks < 4 * SEARCH_LOOKS))
            search(hum);
    }
    hum->ahead -= floor(hum->ahead);
    hum->look_ahead = hum->ahead;
    hum->look_spoilt = false;
    memset(hum->sr, 0, sizeof hum->sr);
    memset(hum->si, 0, sizeof hum->si);
    tune(hum);
}

void luster_hum_run(LusterHum *hum, const double *const *in, double *const *out, uint32_t n)
{
    const uint32_t n_lanes = hum->n_lanes;
    const double fade = luster_exp(-1000.0 / (PRESENT_MS * hum->rate_hz));
    for (uint32_t i = 0; i < n; i++) {
        const double target = hum->silent ? 0.0 : 1.0;
        hum->present = target + fade * (hum->present - target);
        if (fabs(hum->present - target) < 1e-5)
            hum->present = target;
        const double share = hum->ramp_left ? ramp_share(hum) : 0.0;
        for (uint32_t c = 0; c < hum->n_channels; c++) {
            const double x = fabs(in[c][i]) < LUSTER_LOUD ? in[c][i] : 0.0;
            const double h = sum_of(hum->yr[c], hum->yi[c], hum->zr, hum->zi, n_lanes);
            out[c][i] = hum->present * h;
            hum->peak_in = fmax(hum->peak_in, fabs(x));
            hum->peak_hum = fmax(hum->peak_hum, fabs(h));
            add_conjugate(hum->sr[c], hum->si[c], hum->zr, hum->zi, x, n_lanes);
            if (hum->ramp_left) {
                add(hum->yr[c], hum->way_r[c], share, n_lanes);
                add(hum->yi[c], hum->way_i[c], share, n_lanes);
            }
        }
        hum->ramp_left -= hum->ramp_left > 0;
        hum->ahead += (hum->freq_hz - hum->asked_hz) / hum->rate_hz;
        turn(hum->zr, hum->zi, hum->rr, hum->ri, n_lanes);
        if (++hum->at_block == hum->block)
            look_at_peaks(hum);
        if (++hum->at_look == hum->look_frames)
            end_look(hum);
    }
}

double luster_hum_level_db(const LusterHum *hum)
{
    double power = 0.0;
    for (uint32_t k = 0; k < hum->n_harmonics; k++)
        for (uint32_t c = 0; c < hum->n_channels; c++)
            power += hum->yr[c][k] * hum->yr[c][k] + hum->yi[c][k] * hum->yi[c][k];
    power *= hum->present / hum->n_channels;
    return power > 1e-20 ? luster_power_to_db(power) : -200.0;
}
