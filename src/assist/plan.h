/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The inside of LusterMix: what is known about each recording and what is planned for it. Each
 * step of the assistant is one file that reads and fills these structs; write.c puts the plan into
 * the session. */
#ifndef LUSTER_ASSIST_PLAN_H
#define LUSTER_ASSIST_PLAN_H

#include "analysis/align.h"
#include "analysis/masking.h"
#include "analysis/sections.h"
#include "analysis/stem.h"
#include "assist/hits.h"
#include "assist/norms.h"
#include "assist/roles.h"
#include "assist/strip_plan.h"
#include "assist/style.h"
#include "luster/mix.h"

typedef enum {
    STEM_USED,
    STEM_SILENT, /* nothing in it */
    STEM_FAINT, /* nothing but noise in it */
    STEM_DUPLICATE, /* the same samples as another */
    STEM_FULL_MIX, /* a mix of the others */
    STEM_GUIDE /* click, talkback, guide take */
} LusterStemState;

typedef struct LusterStemPlan {
    const LusterMixInput *input;
    const char *name; /* without the folders all share */
    LusterStatus status; /* of opening and analysing */
    LusterError error;
    LusterStemFacts facts;

    /* Intake. */
    LusterRoleGuess guess;
    LusterRole role;
    double confidence;
    LusterStemState state;
    int twin; /* what it duplicates, or -1 */
    char twin_how[96];
    double explained; /* of a mix among its stems: how much of it they are, 0 ... 1 */
    int pair; /* the other side of a pair in two files, or -1 */
    int channels; /* LUSTER_CHANNELS_... */
    double clip_power; /* power after the choice of channels re before */
    bool stereo; /* as played */

    /* Partners. */
    int reference; /* the microphone it was compared with, or -1 */
    LusterAlignment alignment; /* this one against the reference */
    bool invert, invert_right; /* turn it over; turn only its right side over */
    double turn_db; /* what turning brings to the sum of the two, mean of the bands */
    double turn_low_db, turn_body_db; /* the same to the sum of the kit, per band */
    double turn_arrival; /* what arrivals say as it lies: negative: upside down */
    double in_step_db; /* what moving into step brings */
    double misplaced_s; /* how late it lies where sound cannot have put it; negative: early */
    double delay_ms; /* to be added */
    double offset_s; /* to be skipped at the head: it lies late */
    double late_fit, late_now; /* fit of attacks with the drums' when moved, and as they lie */
    double shared; /* correlation with the reference after that, 0 ... 1, for adding powers */

    /* Balance, dB. */
    double weight_db; /* inside the section, its share among equals included */
    double level_db; /* gain from the recording to the mix */
    double trim_db, fader_db;
    double before_lu, after_lu; /* loudness re the sum as recorded, and re the mix */
    bool leads; /* who is followed: the lead voices, or an instrument where nobody sings */
    double unmasked_db; /* how far it stands off its weight for what covers what */
    double buried; /* share of it that was masked at its weight */
    double while_lu; /* loudness re the mix while it sounds */
    LusterMasked heard; /* in the mix as planned */
    int masker; /* the part that takes most of it, or -1 */

    double pan;
    double width; /* percent, of a stereo recording */
    bool mono_bass; /* its side is taken out under 120 Hz */
    char pan_measured[96];
    const char *pan_reason;

    /* Dynamics. */
    LusterStrokes strokes; /* of drums and bass, while the step works */
    LusterHits hits; /* of close drum microphones */
    double tamed_db; /* how much lower a limiter makes the highest peak */
    double length_s; /* of the clip, where the file goes on after the music; 0: all of it */

    LusterStripPlan plan; /* what is written into the session */
    LusterStrip *strip;
} LusterStemPlan;

/** A bus: a group of parts, or the return of an effect. */
typedef struct LusterBusPlan {
    char id[LUSTER_PLAN_ID], name[64];
    char output[LUSTER_PLAN_ID]; /* id of a bus, "": the master */
    LusterStripPlan plan;
} LusterBusPlan;

#define LUSTER_PLAN_BUSES 24
#define LUSTER_FIGURES 32

typedef struct LusterSectionPlan {
    bool present;
    double target_lu, reached_lu; /* re the mix */
    double miss_lu; /* how far the place is from the target, after all gave way */
} LusterSectionPlan;

/** Returns of effects (space.c). */
typedef enum {
    LUSTER_RETURN_TAIL, /* plate or hall */
    LUSTER_RETURN_ROOM,
    LUSTER_RETURN_ECHO,
    LUSTER_RETURN_N
} LusterReturn;

typedef struct LusterReturnPlan {
    LusterBusPlan *bus; /* its only insert is the effect; NULL: there is none */
    double gain_db; /* loudness of what comes back re what is sent */
} LusterReturnPlan;

/** Tempo, bars and form (time.c), as far as the music has them. */
typedef struct LusterTimePlan {
    double tempo_bpm; /* 0: none was found */
    double confidence; /* 0 ... 1, of the tempo */
    double first_beat_s; /* of a bar, where there are bars; the first beat where there are none */
    uint32_t beats_per_bar; /* 3 or 4; 0: not evident */
    LusterTempo tempo; /* every beat; whether it is steady; how sure the bars are */
    LusterFormSection sections[LUSTER_FORM_MAX];
    uint32_t n_sections;
} LusterTimePlan;
struct LusterMicGroup;

struct LusterMix {
    LusterMixOptions options;
    LusterMixInput *inputs; /* sorted by name */
    LusterStemPlan *stems; /* [n_stems], one per input */
    uint32_t n_stems;
    LusterSession *session;
    bool own_session;
    const LusterStyle *style;
    const LusterVariation *variation;
    double amount[LUSTER_STAGE_N]; /* 0 ... 1 of each stage; steps scale their moves by it */
    double lead_db; /* asked for, on the lead's target */
    LusterBusPlan buses[LUSTER_PLAN_BUSES]; /* groups first, in the order of a console */
    uint32_t n_buses;
    LusterStripPlan master;
    uint32_t n_steps; /* of the longest series */
    LusterSectionPlan sections[LUSTER_SECTION_N];
    double predicted_lufs; /* of the mix at master fader 0 */
    double low_share_db; /* 40-100 Hz re total, predicted */
    double low_correction_db; /* what that made of kick and bass */
    double end_s; /* where the last part has died away */
    LusterTimePlan time;
    bool reverb; /* there is one */
    double reverb_lu; /* wet re mix, planned */
    LusterReturnPlan returns[LUSTER_RETURN_N];
    double reverb_decay_s, onset_rate;
    LusterMixFigure figures[LUSTER_FIGURES]; /* of the last hearing */
    uint32_t n_figures, n_corrections;
    struct LusterMicGroup *mics; /* while they are compared */
};

/** A stem that is heard in the mix. */
static inline bool luster_stem_heard(const LusterStemPlan *s)
{
    return !s->status && s->state == STEM_USED;
}

/* The steps, in their order (mix.c). */
LusterStatus luster_plan_intake(LusterMix *mix, LusterError *err); /* intake.c */
LusterStatus luster_plan_roles(LusterMix *mix, LusterError *err); /* intake.c */
void luster_plan_copies(LusterMix *mix); /* copies.c */
void luster_plan_ask(LusterMix *mix); /* ask.c */
void luster_plan_tail(LusterMix *mix); /* tail.c */
void luster_plan_partners(LusterMix *mix); /* partners.c */
void luster_plan_late(LusterMix *mix); /* late.c */
LusterStatus luster_plan_time(LusterMix *mix, LusterError *err); /* time.c */
LusterStatus luster_plan_balance(LusterMix *mix, LusterError *err); /* balance.c */
void luster_plan_pan(LusterMix *mix); /* pan.c */
void luster_plan_width(LusterMix *mix); /* width.c */
LusterStatus luster_plan_tone(LusterMix *mix, LusterError *err); /* tone.c */
void luster_plan_dynamics(LusterMix *mix); /* dynamics.c */
void luster_dynamics_mix_bus(LusterMix *mix); /* bus.c: glue on the master, when all else stands */
LusterStatus luster_plan_space(LusterMix *mix, LusterError *err); /* space.c */
/** Measures what each return gives. probe.c */
LusterStatus luster_probe_returns(LusterMix *mix, LusterError *err);
void luster_plan_master(LusterMix *mix); /* master.c */
/** Automation of ride_db, straight into the session: it listens to the chains that stand there.
 * rides.c */
LusterStatus luster_plan_rides(LusterMix *mix, LusterError *err);
/** Tempo, bars and markers into the session. time_write.c */
LusterStatus luster_write_time(LusterMix *mix, LusterError *err);
/** Trim and fader of every stem, when all steps have had their say. balance.c */
void luster_plan_levels(LusterMix *mix);
LusterStatus luster_plan_write(LusterMix *mix, LusterError *err); /* write.c */
void luster_plan_notes(LusterMix *mix); /* notes.c */

/** Calls `work` for every stem, on as many threads as allowed; the calls share nothing. */
void luster_plan_each(LusterMix *mix, const char *doing, /* intake.c */
                      void (*work)(const LusterMix *mix, LusterStemPlan *s));

/** A bus by id, found or added at the end; NULL when there is no room. write.c */
LusterBusPlan *luster_plan_bus(LusterMix *mix, const char *id, const char *name);
/** A bus for each group of parts; when the roles stand. write.c */
void luster_plan_groups(LusterMix *mix);
/** The bus that parts of a role go to, or NULL. */
LusterBusPlan *luster_plan_bus_of(LusterMix *mix, LusterRole role);

/** What its chain does to a stem: loudness after minus before, the sample peak after, and the share
 * of its length in which the limiter takes more than half a dB; per insert of the plan the mean
 * gain reduction while it sounds, that of its loudest tenth, and that of the loudest tenth of its
 * strokes or syllables at their deepest (0 where the processor has no such meter). */
typedef struct LusterRehearsal {
    double change_lu, peak_dbfs, limited;
    double mean_reduction_db[LUSTER_PLAN_INSERTS], loud_reduction_db[LUSTER_PLAN_INSERTS];
    double stroke_reduction_db[LUSTER_PLAN_INSERTS];
} LusterRehearsal;

/** Plays the whole stem through its planned trim and chain; inserts keyed by other stems are left
 * out. False when it cannot be read (then nothing is known). rehearse.c */
bool luster_plan_rehearse(const LusterStemPlan *s, LusterRehearsal *out);
/** The same from `from_s` of the song on for `length_s` (0: to the end); inserts keyed by other
 * stems play too when `mix` is given. */
bool luster_plan_rehearse_part(const LusterMix *mix, const LusterStemPlan *s, double from_s,
                               double length_s, LusterRehearsal *out);
/** Where the loudest `length_s` of a series per LUSTER_STEP_S start. */
double luster_plan_loudest_s(const float *power, uint32_t n_steps, double length_s);

/** Adds gain * power of a stem's K-weighted series to sum[n_steps] (from its place in time). */
void luster_plan_add_series(const LusterMix *mix, const LusterStemPlan *s, double gain_db,
                            float *sum);

/** The masking model of all stems, one part per stem; NULL when memory is out. Free it with
 * luster_masking_free. hearing.c */
LusterMasking *luster_plan_masking(const LusterMix *mix);
/** The gains the model wants [n_stems], from the levels planned so far. */
void luster_plan_masking_gains(const LusterMix *mix, double *gain_db);

/** The decision for one value: new, or brought up to date; left alone when locked or edited by
 * hand; the amount stays. `value` is rounded to what a person would write. decide.c */
LusterStatus luster_decide(LusterSession *session, LusterStrip *strip, LusterStage stage,
                           const char *target, double value, const char *measured,
                           const char *reason);

/** All that is planned for a strip. `mix` gives the ids of the strips that key. decide.c */
LusterStatus luster_decide_plan(LusterMix *mix, LusterStrip *strip, const LusterStripPlan *plan);

/** Takes back what an earlier run decided and this one did not, unless a person locked or edited
 * it. decide.c */
void luster_decide_sweep(LusterSession *session);

#endif
