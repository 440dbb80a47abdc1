/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Space: a tail (plate or hall) for voices and what stands behind, a short room that ties dry parts
 * together, and echoes in time for the lead. How much comes back is not guessed: the loudness each
 * return gives per loudness sent is measured on noise, then the sends are set so that all of it
 * lies where listeners neither miss it nor mind it (doc/sources.md F1), no part beyond the limit at
 * which it was always too wet. */
#include "assist/plan.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define STEREO_SHARE 0.6 /* of the stems: then they bring their own rooms */
#define ROOM_POWER 0.3 /* of all that comes back, where there is a room besides the tail (ours) */
#define ROOM_LEAST 2 /* dry parts: one alone needs no common room */
#define SURE_TEMPO 0.5
/* -30 dB by the next strong beat (half a bar), and a fifth less: in the middle of F3's ranges. */
#define DECAY_BEATS 3.2
#define DECAY_LEAST_S 0.8
#define DECAY_MOST_S 2.6
#define SLOW_ONSETS 2.5 /* a second: sparse */
/* A 64th note, within what keeps a voice in front (F3: 20-80 ms) without standing apart. */
#define PRE_DELAY_LEAST_MS 15.0
#define PRE_DELAY_MOST_MS 40.0
#define ECHO_MS 328.0 /* medians of mixed vocals: 270 [DVX], 398 [MedleyDB]: between them [F2] */
#define ECHO_LU -24.0 /* re the lead; median -26, p90 -19 [F2] */
/* Wet re dry of one part: "too much" begins at -11 [F1]; a room is felt before it is heard (ours).
 */
#define TAIL_MOST_LU -11.0
#define ROOM_MOST_LU -14.0
#define WETTEST_LU -9.0 /* of the whole [DMR17] */

/* What a part sends to the room re others that do; parts that are not here send nothing. Kick and
 * bass stay dry [FXN]. */
static const struct {
    LusterRole role;
    double db;
} room_parts[] = {
    {LUSTER_ROLE_SNARE, 0.0},
    {LUSTER_ROLE_TOM, 0.0},
    {LUSTER_ROLE_HAT, -6.0},
    {LUSTER_ROLE_PERCUSSION, 0.0},
    {LUSTER_ROLE_GUITAR, 0.0},
    {LUSTER_ROLE_GUITAR_ACOUSTIC, 0.0},
    {LUSTER_ROLE_GUITAR_ELECTRIC, 0.0},
    {LUSTER_ROLE_PIANO, 0.0},
    {LUSTER_ROLE_KEYS, -2.0},
    {LUSTER_ROLE_ORGAN, -2.0},
    {LUSTER_ROLE_MALLET, -2.0},
    {LUSTER_ROLE_BRASS, 0.0},
    {LUSTER_ROLE_WOODWIND, 0.0},
    {LUSTER_ROLE_STRINGS, 0.0},
};

/* A hall where music of the kind is heard in one, or where there is time for it. */
static bool wants_hall(const LusterMix *mix)
{
    const char *style = mix->style->id;
    return !strcmp(style, "classical") || !strcmp(style, "jazz") || mix->onset_rate < 1.0;
}

static double busy(const LusterMix *mix)
{
    double sum = 0.0, n = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (luster_stem_heard(s) && s->facts.active_fraction > 0.3) {
            sum += s->facts.onsets_per_s;
            n += 1.0;
        }
    }
    return n > 0.0 ? sum / n : 3.0;
}

static double tempo_of(const LusterMix *mix)
{
    return mix->time.confidence >= SURE_TEMPO ? mix->time.tempo_bpm : 0.0;
}

static double clamp(double x, double least, double most)
{
    return x < least ? least : x > most ? most : x;
}

/* F3: fast and dense short, slow long. Without a tempo by how busy the song is. */
static double decay_for(const LusterMix *mix)
{
    const double tempo = tempo_of(mix);
    if (tempo > 0.0)
        return clamp(DECAY_BEATS * 60.0 / tempo, DECAY_LEAST_S, DECAY_MOST_S);
    if (mix->onset_rate > 6.0)
        return 1.2;
    return mix->onset_rate < SLOW_ONSETS ? 2.0 : 1.6;
}

static double wanted_lu(const LusterMix *mix)
{
    uint32_t n = 0, stereo = 0;
    bool room = false;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        if (!luster_stem_heard(s))
            continue;
        n++;
        stereo += s->stereo && s->facts.correlation < 0.95;
        room |= s->role == LUSTER_ROLE_ROOM;
    }
    const double usual =
        room || stereo > STEREO_SHARE * n ? LUSTER_REVERB_LU_DRY_ROOM : LUSTER_REVERB_LU;
    const double lu =
        usual + mix->variation->reverb_db + luster_gain_to_db(mix->amount[LUSTER_STAGE_SPACE]);
    return lu > WETTEST_LU ? WETTEST_LU : lu;
}

/* Music of machines was not played in a room, and needs none. */
static bool programmed(const LusterMix *mix)
{
    return !strcmp(mix->style->id, "electronic") || !strcmp(mix->style->id, "hiphop");
}

static double tail_db(const LusterMix *mix, const LusterStemPlan *s)
{
    (void)mix;
    return luster_role_info(s->role)->reverb_db;
}

/* A stereo recording has its own room; drums have one where a room microphone stood. */
static double room_db(const LusterMix *mix, const LusterStemPlan *s)
{
    const bool drum = luster_role_info(s->role)->section == LUSTER_SECTION_DRUMS;
    if (s->stereo && s->facts.correlation < 0.95)
        return -INFINITY;
    for (uint32_t i = 0; drum && i < mix->n_stems; i++)
        if (luster_stem_heard(&mix->stems[i]) && mix->stems[i].role == LUSTER_ROLE_ROOM)
            return -INFINITY;
    for (size_t r = 0; r < sizeof room_parts / sizeof *room_parts; r++)
        if (room_parts[r].role == s->role)
            return room_parts[r].db;
    return -INFINITY;
}

static double echo_db(const LusterMix *mix, const LusterStemPlan *s)
{
    (void)mix;
    return s->leads ? 0.0 : -INFINITY;
}

static LusterPlannedInsert *add_return(LusterMix *mix, LusterReturn which, const char *id,
                                       const char *name, const char *proc)
{
    LusterBusPlan *bus = luster_plan_bus(mix, id, name);
    LusterPlannedInsert *insert =
        bus ? luster_plan_insert(&bus->plan, LUSTER_STAGE_SPACE, proc, NULL) : NULL;
    mix->returns[which].bus = insert ? bus : NULL;
    return insert;
}

static void plan_tail(LusterMix *mix)
{
    const bool hall = wants_hall(mix);
    const double tempo = tempo_of(mix), decay = decay_for(mix) * mix->variation->decay;
    LusterPlannedInsert *reverb = add_return(mix, LUSTER_RETURN_TAIL, "reverb", "Reverb", "reverb");
    luster_plan_preset(reverb, hall ? "strings_hall" : "shared_plate", "%.1f attacks a second",
                       mix->onset_rate);
    mix->reverb_decay_s = decay;
    if (tempo > 0.0) {
        luster_plan_set(reverb, "decay", decay, "mostly gone by the next strong beat",
                        "%.0f bpm: half a bar lasts %.2f s", tempo, 120.0 / tempo);
        luster_plan_set(reverb, "pre_delay",
                        clamp(60000.0 / tempo / 16.0, PRE_DELAY_LEAST_MS, PRE_DELAY_MOST_MS),
                        "keeps the voice in front of its room, in time", "a 64th at %.0f bpm",
                        tempo);
    } else {
        luster_plan_set(reverb, "decay", decay, "busy songs want it short, slow ones long",
                        "%.1f attacks a second on average", mix->onset_rate);
    }
    luster_plan_set(reverb, "mix", 100.0, "a return carries the effect alone",
                    "all effects together planned at %.1f LU re the mix", mix->reverb_lu);
}

static void plan_room(LusterMix *mix, uint32_t n)
{
    LusterPlannedInsert *room =
        add_return(mix, LUSTER_RETURN_ROOM, "room_reverb", "Room", "reverb");
    luster_plan_preset(room, "guitar_room", "%u dry parts without a room of their own", n);
    luster_plan_set(room, "decay", 0.6 * mix->variation->decay,
                    "short: heard as nearness, not as reverberation", "0.3 to 0.8 s [F3]");
    luster_plan_set(room, "mix", 100.0, "a return carries the effect alone",
                    "%u dry parts without a room of their own", n);
}

/* The note value nearest to what mixed vocals have. */
static const char *echo_note(double tempo, double *ms)
{
    static const struct {
        const char *id;
        double beats;
    } notes[] = {{"16th", 0.25},
                 {"8th_triplet", 1.0 / 3.0},
                 {"8th", 0.5},
                 {"8th_dotted", 0.75},
                 {"quarter", 1.0}};
    size_t best = 0;
    double least = INFINITY;
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        const double time = notes[i].beats * 60000.0 / tempo;
        const double off = fabs(luster_log2(time / ECHO_MS));
        if (off < least) {
            least = off;
            best = i;
            *ms = time;
        }
    }
    return notes[best].id;
}

static void plan_echo(LusterMix *mix)
{
    const double tempo = tempo_of(mix);
    double ms = 0.0;
    const char *note = echo_note(tempo, &ms);
    LusterPlannedInsert *delay = add_return(mix, LUSTER_RETURN_ECHO, "delay", "Delay", "delay");
    luster_plan_preset(delay, "vocal_eighth", "%.0f bpm, %.0f %% sure", tempo,
                       100.0 * mix->time.confidence);
    luster_plan_choose(delay, "sync", note, "echoes in time are felt as depth, not heard as echoes",
                       "%.0f ms at %.1f bpm; mixed vocals have 270 to 400", ms, tempo);
    luster_plan_set(delay, "mix", 100.0, "a return carries the effect alone", "%.0f bpm", tempo);
}

/* Powers that would be sent with all sends at their role's value, re the mix. */
static double sent_power(const LusterMix *mix,
                         double (*rel)(const LusterMix *, const LusterStemPlan *), uint32_t *n)
{
    double sum = 0.0;
    *n = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        const double db = luster_stem_heard(s) ? rel(mix, s) : -INFINITY;
        if (!isfinite(db))
            continue;
        sum += luster_pow(10.0, (s->after_lu + db) / 10.0) * s->facts.active_fraction;
        ++*n;
    }
    return sum;
}

/* Sends of all parts to one return, so that it comes back at `lu` re the mix, no part wetter than
 * the limit; gives what comes back. */
static double send_parts(LusterMix *mix, LusterReturn which, double lu, double most_lu,
                         double (*rel)(const LusterMix *, const LusterStemPlan *),
                         const char *reason)
{
    uint32_t n;
    LusterReturnPlan *to = &mix->returns[which];
    const double sent = sent_power(mix, rel, &n);
    const double common = lu - to->gain_db - luster_power_to_db(sent);
    const double most = most_lu - to->gain_db;
    double wet = 0.0;
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        LusterStemPlan *s = &mix->stems[i];
        const double db = luster_stem_heard(s) ? rel(mix, s) : -INFINITY;
        if (!isfinite(db))
            continue;
        const double level = common + db > most ? most : common + db;
        luster_plan_send_set(luster_plan_send(&s->plan, LUSTER_STAGE_SPACE, to->bus->id),
                             "level_db", level, reason,
                             "the return gives %+.1f LU for what is sent; this part's comes back "
                             "%.1f LU under it",
                             to->gain_db, -(level + to->gain_db));
        wet +=
            luster_pow(10.0, (s->after_lu + level + to->gain_db) / 10.0) * s->facts.active_fraction;
    }
    return wet;
}

static bool wants_echo(const LusterMix *mix)
{
    static const char *const without[] = {"classical", "jazz", "folk"};
    uint32_t n;
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (!strcmp(mix->style->id, without[i]))
            return false;
    return tempo_of(mix) > 0.0 && mix->time.tempo.steady && sent_power(mix, echo_db, &n) > 0.0;
}

LusterStatus luster_plan_space(LusterMix *mix, LusterError *err)
{
    uint32_t n_tail, n_room, n_echo;
    mix->onset_rate = busy(mix);
    mix->reverb_lu = wanted_lu(mix);
    const bool tail = sent_power(mix, tail_db, &n_tail) > 0.0;
    const bool room =
        !programmed(mix) && sent_power(mix, room_db, &n_room) > 0.0 && n_room >= ROOM_LEAST;
    if (tail)
        plan_tail(mix);
    if (room)
        plan_room(mix, n_room);
    if (wants_echo(mix))
        plan_echo(mix);
    const LusterStatus status = luster_probe_returns(mix, err);
    if (status)
        return status;
    double wet = 0.0;
    const double share = tail && room ? ROOM_POWER : 0.0;
    if (mix->returns[LUSTER_RETURN_TAIL].bus)
        wet += send_parts(mix, LUSTER_RETURN_TAIL, mix->reverb_lu + luster_power_to_db(1.0 - share),
                          TAIL_MOST_LU, tail_db,
                          "a shared space ties the parts together; too much is minded more than "
                          "too little");
    if (mix->returns[LUSTER_RETURN_ROOM].bus)
        wet += send_parts(mix, LUSTER_RETURN_ROOM,
                          mix->reverb_lu + luster_power_to_db(tail ? share : 1.0), ROOM_MOST_LU,
                          room_db, "dry close recordings in one small room stand together");
    if (mix->returns[LUSTER_RETURN_ECHO].bus) {
        const double leads = luster_power_to_db(sent_power(mix, echo_db, &n_echo));
        wet += send_parts(mix, LUSTER_RETURN_ECHO,
                          leads + ECHO_LU + mix->variation->reverb_db +
                              luster_gain_to_db(mix->amount[LUSTER_STAGE_SPACE]),
                          TAIL_MOST_LU, echo_db, "depth for the lead that leaves its words clear");
    }
    mix->reverb = wet > 0.0;
    if (mix->reverb)
        mix->reverb_lu = luster_power_to_db(wet);
    return LUSTER_OK;
}
