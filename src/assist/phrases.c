/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Phrases: where a voice is over its gate, rests of less than 0.35 s left in (they are
 * consonants); what goes on for longer than a breath lasts is parted where it is softest. */
#include "assist/rides.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#define OPEN_LU 10.0 /* re the loudness while it sings: the relative gate of BS.1770 */
#define CLOSE_LU 16.0 /* the ends of words fall away */
#define REST 4 /* steps: 0.35 s and more */
#define LEAST 6 /* steps: a shout or a breath is no phrase */
#define LONG 50 /* steps: five seconds; a hand moves more often */
#define PART 20 /* steps: parts are not shorter */
#define ALONE_LU 15.0 /* over the rest: there is no margin to keep */
#define RAMP 3 /* steps: slower than any consonant */
#define SMOOTH_RAMP 5 /* steps, where there is no rest to move in */

/* Mean power of what is over the gate. */
static double sung_power(const float *lead, uint32_t n)
{
    double gate = 0.0, mean = 0.0;
    for (int pass = 0; pass < 3; pass++) {
        double sum = 0.0;
        uint32_t count = 0;
        for (uint32_t i = 0; i < n; i++) {
            if (lead[i] > gate) {
                sum += lead[i];
                count++;
            }
        }
        mean = count ? sum / count : 0.0;
        gate = 0.1 * mean; /* -10 LU */
    }
    return mean;
}

static bool add(LusterPhrase **list, uint32_t *n, uint32_t *room, uint32_t from, uint32_t to)
{
    if (*n == *room) {
        const uint32_t more = *room ? 2 * *room : 64;
        LusterPhrase *grown = realloc(*list, more * sizeof *grown);
        if (!grown)
            return false;
        *list = grown;
        *room = more;
    }
    (*list)[(*n)++] = (LusterPhrase){.from = from, .to = to};
    return true;
}

/* Adds from ... to, in parts where it is long. */
static bool add_parts(const float *lead, LusterPhrase **list, uint32_t *n, uint32_t *room,
                      uint32_t from, uint32_t to)
{
    while (to - from > LONG) {
        uint32_t softest = from + PART;
        const uint32_t last = to - PART < from + LONG ? to - PART : from + LONG;
        for (uint32_t i = from + PART; i < last; i++)
            if (lead[i] < lead[softest])
                softest = i;
        if (!add(list, n, room, from, softest))
            return false;
        from = softest;
    }
    return to - from < LEAST || add(list, n, room, from, to);
}

static void measure(const float *lead, const float *rest, LusterPhrase *p)
{
    double sung = 0.0, other = 0.0, count = 0.0;
    double mean = 0.0;
    for (uint32_t i = p->from; i < p->to; i++)
        mean += lead[i] / (p->to - p->from);
    for (uint32_t i = p->from; i < p->to; i++) {
        if (lead[i] < 0.1 * mean)
            continue; /* between words */
        sung += lead[i];
        other += rest[i];
        count += 1.0;
    }
    p->lead_lu = luster_power_to_db(sung / count) - 0.691;
    const double margin = luster_power_to_db(sung / (other > 1e-12 * sung ? other : 1e-12 * sung));
    p->margin_lu = margin;
    p->alone = margin > ALONE_LU;
}

bool luster_phrases_find(const float *lead, const float *rest, uint32_t n, LusterPhrase **out,
                         uint32_t *n_out)
{
    const double mean = sung_power(lead, n);
    const double open = mean * luster_pow(10.0, -OPEN_LU / 10.0);
    const double close = mean * luster_pow(10.0, -CLOSE_LU / 10.0);
    uint32_t room = 0, from = 0, end = 0;
    bool singing = false, good = true;
    *out = NULL;
    *n_out = 0;
    if (!(mean > 0.0))
        return true;
    for (uint32_t i = 0; i < n && good; i++) {
        if (lead[i] > (singing ? close : open)) {
            if (!singing)
                from = i;
            singing = true;
            end = i + 1;
        } else if (singing && i + 1 - end >= REST) {
            singing = false;
            good = add_parts(lead, out, n_out, &room, from, end);
        }
    }
    if (singing && good)
        good = add_parts(lead, out, n_out, &room, from, end);
    for (uint32_t i = 0; i < *n_out && good; i++)
        measure(lead, rest, &(*out)[i]);
    return good;
}

void luster_phrases_ramp(const float *lead, const LusterPhrase *before, const LusterPhrase *after,
                         double *from_s, double *to_s)
{
    const uint32_t rest = after->from - before->to;
    if (rest < RAMP) {
        const double middle = 0.5 * (before->to + after->from);
        *from_s = (middle - 0.5 * SMOOTH_RAMP) * LUSTER_STEP_S;
        *to_s = (middle + 0.5 * SMOOTH_RAMP) * LUSTER_STEP_S;
        return;
    }
    uint32_t best = before->to;
    double least = INFINITY;
    for (uint32_t i = before->to; i + RAMP <= after->from; i++) {
        double sum = 0.0;
        for (uint32_t k = 0; k < RAMP; k++)
            sum += lead[i + k];
        if (sum < least) {
            least = sum;
            best = i;
        }
    }
    *from_s = best * LUSTER_STEP_S;
    *to_s = (best + RAMP) * LUSTER_STEP_S;
}
