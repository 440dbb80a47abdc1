/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sibilance of voices: the de-esser's own meter, which compares the band above its frequency with
 * the voice at any level of singing, is read through the whole part. Where the loudest sibilants
 * stand over what they do in professional vocal stems, the de-esser takes half of that, 3 to 6 dB
 * (doc/sources.md D4); the threshold follows from its ratio, and the reduction is rehearsed. */
#include "assist/tone.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS_PER_S 100
#define BLOCK_MAX 4096 /* frames in one; rates to 384 kHz */
#define BINS 160 /* of half a dB */
#define BOTTOM_DB -60.0
#define LOUDEST 0.97 /* of the tenths of a second with a voice: one in three sibilants */
/* Loudest sibilants re the voice while it sounds, as the meter reads them. Derived: bands over 5
 * kHz of professional vocal stems lie 16.3 dB under the whole (C3); their 99.9 % peaks lie 20.7 dB
 * over their mean (6-20 kHz, D6), and those of a burst of noise 10.3 dB over its own; the meter
 * follows within 0.5 ms and reads a burst's mean plus 3.5 dB; the voice while it sounds lies about
 * 2 dB over its mean. */
#define USUAL_DB -4.5
#define LEAST_EXCESS_DB 5.0 /* a track's own tone is 5 dB from any mean (C6) */
#define LEAST_GR_DB 3.0 /* D4 */
#define MOST_GR_DB 6.0
#define ACTIVE_LU -15.0 /* re its loudness; the gate of activity */
#define LOW_HZ 3500.0 /* of the band's lower edge */
#define HIGH_HZ 7000.0
#define MAX_METERS 16

typedef struct {
    LusterSource *source;
    LusterInstance *deesser;
    int meter;
    uint32_t hist[BINS], n;
    float data[2][BLOCK_MAX];
} Probe;

/* What the clip plays, as one channel, at working level. */
static void one_channel(const LusterStemPlan *s, Probe *p, size_t n)
{
    const float gain = (float)luster_db_to_gain(s->trim_db);
    const bool both = p->source->n_channels > 1 && s->channels != LUSTER_CHANNELS_LEFT;
    const float right = !both ? 0.0f : s->channels == LUSTER_CHANNELS_RIGHT ? 1.0f : 0.5f;
    for (size_t i = 0; i < n; i++)
        p->data[0][i] = gain * ((1.0f - right) * p->data[0][i] + right * p->data[1][i]);
}

/* Per tenth of a second with a voice in it the highest reading. */
static LusterStatus listen(const LusterStemPlan *s, Probe *p, LusterError *err)
{
    const LusterStemFacts *f = &s->facts;
    float *const data[2] = {p->data[0], p->data[1]};
    const double rate = p->source->rate_hz;
    const double active = luster_pow(10.0, (f->integrated_lufs + ACTIVE_LU + 0.691) / 10.0);
    float most = (float)BOTTOM_DB;
    uint64_t frame = 0;
    for (uint32_t block = 1;; block++) {
        const size_t want = (size_t)((double)block / BLOCKS_PER_S * rate + 0.5) - frame;
        size_t n = 0;
        const LusterStatus status = luster_source_read(p->source, data, want, &n, err);
        if (status || !n)
            return status;
        float readings[MAX_METERS] = {0.0f};
        const float *const in[1] = {p->data[0]};
        float *const out[1] = {p->data[0]};
        one_channel(s, p, n);
        luster_instance_process(p->deesser, &(LusterBlock){in, out, NULL, (uint32_t)n});
        luster_instance_read(p->deesser, readings);
        most = readings[p->meter] > most ? readings[p->meter] : most;
        frame += n;
        const uint32_t step = block / (BLOCKS_PER_S / 10) - 1;
        if (block % (BLOCKS_PER_S / 10))
            continue;
        if (step < f->n_steps && f->k_power[step] > active) {
            const int bin = (int)(2.0f * (most - (float)BOTTOM_DB));
            p->hist[bin < 0 ? 0 : bin < BINS ? bin : BINS - 1]++;
            p->n++;
        }
        most = (float)BOTTOM_DB;
    }
}

static LusterStatus open_probe(const LusterStemPlan *s, const LusterPlannedInsert *insert,
                               double hz, const char *meter, Probe *p, LusterError *err)
{
    const LusterProcessor *proc = luster_processor_find("deesser");
    p->meter = -1;
    for (uint32_t m = 0; m < proc->n_meters && m < MAX_METERS; m++)
        if (!strcmp(proc->meters[m].id, meter))
            p->meter = (int)m;
    if (p->meter < 0)
        return LUSTER_UNSUPPORTED;
    LusterStatus status = s->input->open(s->input->user, &p->source, err);
    if (status)
        return status;
    const LusterSetup setup = {(uint32_t)(p->source->rate_hz + 0.5), BLOCK_MAX, 1};
    status = luster_instance_new(proc, &setup, &p->deesser, err);
    if (status)
        return status;
    luster_instance_set(p->deesser, (uint32_t)luster_processor_param(proc, "freq"), hz);
    for (uint32_t m = 0; insert && m < insert->moves.n; m++) {
        const LusterMove *move = &insert->moves.list[m];
        luster_instance_set(p->deesser, (uint32_t)luster_processor_param(proc, move->target),
                            move->value);
    }
    return LUSTER_OK;
}

/* What the meter reads at the loudest sibilants, with the band from `hz` up or, where an insert is
 * given, as that is set; -INFINITY: unknown. */
static double at_loudest(const LusterStemPlan *s, const LusterPlannedInsert *insert, double hz,
                         const char *meter)
{
    double result = -INFINITY;
    LusterError err;
    Probe *p = calloc(1, sizeof *p);
    if (!p)
        return result;
    LusterStatus status = open_probe(s, insert, hz, meter, p, &err);
    if (!status)
        status = listen(s, p, &err);
    uint32_t seen = 0;
    for (int i = 0; i < BINS && !status && p->n; i++) {
        seen += p->hist[i];
        if (seen >= LOUDEST * p->n) {
            result = BOTTOM_DB + 0.5 * (i + 0.5);
            break;
        }
    }
    luster_source_close(p->source);
    luster_instance_free(p->deesser);
    free(p);
    return result;
}

/* Where its sibilance begins: 1.4 times under the middle of what sounds over 3 kHz in the tenths of
 * a second that are brightest re the rest. */
static double sibilance_hz(const LusterStemFacts *f)
{
    enum { FROM = 22, BRIGHT = 64 }; /* from 3.15 kHz; histogram of dB */
    uint32_t hist[BRIGHT] = {0}, n = 0;
    double sum[LUSTER_STEM_BANDS] = {0.0}, log_hz = 0.0, total = 0.0;
    for (int pass = 0, least = 0; pass < 2; pass++) {
        for (uint32_t t = 0; t < f->n_steps; t++) {
            const uint8_t *level = f->band_level + (size_t)t * LUSTER_STEM_BANDS;
            double low = 0.0, high = 0.0;
            for (int b = 0; b < LUSTER_STEM_BANDS; b++)
                *(b < FROM ? &low : &high) += luster_stem_level_power(level[b]);
            if (!(low + high > 1e-3 * luster_pow(10.0, f->integrated_lufs / 10.0)))
                continue; /* pauses: 30 dB under */
            const int bin = (int)(luster_power_to_db(high / (low + 1e-15)) + BRIGHT / 2);
            const int at = bin < 0 ? 0 : bin < BRIGHT ? bin : BRIGHT - 1;
            hist[at] += !pass;
            n += !pass;
            for (int b = FROM; b < LUSTER_STEM_BANDS && pass && at >= least; b++)
                sum[b] += luster_stem_level_power(level[b]) / high;
        }
        uint32_t seen = 0;
        for (least = BRIGHT - 1; !pass && least > 0 && (seen += hist[least]) < 0.05 * n; least--)
            ;
    }
    for (int b = FROM; b < LUSTER_STEM_BANDS; b++) {
        log_hz += sum[b] * luster_log2(luster_stem_band_hz(b));
        total += sum[b];
    }
    return total > 0.0 ? luster_exp2(log_hz / total) : 7000.0;
}

static const char *preset_of(LusterRole role)
{
    return role == LUSTER_ROLE_SPOKEN       ? "spoken"
           : role == LUSTER_ROLE_LEAD_VOCAL ? "lead_vocal"
                                            : "backing_vocal";
}

void luster_tone_sibilance(const LusterMix *mix, LusterStemPlan *s)
{
    if (!luster_tone_is_voice(s->role) || !s->facts.band_level || s->facts.silent)
        return;
    const double centre = sibilance_hz(&s->facts);
    double from = centre / luster_exp2(0.5);
    from = from < LOW_HZ ? LOW_HZ : from > HIGH_HZ ? HIGH_HZ : 100.0 * round(from / 100.0);
    const double loudest = at_loudest(s, NULL, from, "sibilance"), excess = loudest - USUAL_DB;
    if (!(excess >= LEAST_EXCESS_DB))
        return;
    double most = 0.5 * excess; /* half way back */
    most = most < LEAST_GR_DB ? LEAST_GR_DB : most > MOST_GR_DB ? MOST_GR_DB : most;
    most *= mix->amount[LUSTER_STAGE_TONE];
    static const char why[] = "the loudest s and sh stand out; between them nothing is touched";
    LusterPlannedInsert *deesser = luster_plan_insert(&s->plan, LUSTER_STAGE_TONE, "deesser", NULL);
    if (!deesser)
        return;
    static const char measured[] = "loudest sibilants (around %.1f kHz) %.0f dB re the voice, in "
                                   "professional stems about %.1f";
    luster_plan_preset(deesser, preset_of(s->role), measured, centre / 1000.0, loudest, USUAL_DB);
    const double ratio = luster_plan_value(deesser, "ratio");
    luster_plan_set(deesser, "freq", from, "under where this voice's sibilance lies", measured,
                    centre / 1000.0, loudest, USUAL_DB);
    luster_plan_set(deesser, "threshold", loudest - most / (1.0 - 1.0 / ratio), why, measured,
                    centre / 1000.0, loudest, USUAL_DB);
    luster_plan_set(deesser, "range", most + 1.0, why, "rehearsing");
    const double reached = at_loudest(s, deesser, from, "gain_reduction");
    luster_plan_set(deesser, "range", most + 1.0, why,
                    "%.0f dB off the loudest sibilants are enough; %.1f dB are reached", most,
                    reached > 0.0 ? reached : 0.0);
}
