/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The inside of LusterMix: what is known about each recording and what is planned for it. Each
 * step of the assistant is one file that reads and fills these structs; write.c puts the plan into
 * the session. */
#ifndef LUSTER_ASSIST_PLAN_H
#define LUSTER_ASSIST_PLAN_H

#include "analysis/align.h"
#include "analysis/stem.h"
#include "assist/norms.h"
#include "assist/roles.h"
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
    int pair; /* the other side of a pair in two files, or -1 */
    int channels; /* LUSTER_CHANNELS_... */
    double clip_power; /* power after the choice of channels re before */
    bool stereo; /* as played */

    /* Partners. */
    int reference; /* the microphone it was compared with, or -1 */
    LusterAlignment alignment; /* this one against the reference */
    bool invert, invert_right; /* turn it over; turn only its right side over */
    double delay_ms; /* to be added */
    double offset_s; /* to be skipped at the head: it lies late */
    double late_fit, late_now; /* fit of attacks with the drums' when moved, and as they lie */
    double shared; /* correlation with the reference after that, 0 ... 1, for adding powers */

    /* Balance, dB. */
    double weight_db; /* inside the section, its share among equals included */
    double level_db; /* gain from the recording to the mix */
    double trim_db, fader_db;
    double before_lu, after_lu; /* loudness re the sum as recorded, and re the mix */

    double pan, width;
    bool mono_bass; /* its side is taken out under 120 Hz */
    double low_width_db; /* side re mid there of the whole mix before that */
    char pan_measured[96];
    const char *pan_reason;
    double low_cut_hz; /* 0: none */
    double under_cut_db; /* power under it re total */

    double ratio; /* of compression; 1: none */
    double threshold_db, attack_ms, release_ms, makeup_db;
    double reduction_db; /* expected on the loud parts (p95) */
    double ceiling_dbtp; /* of a limiter for rare peaks, after trim; 0: none */
    double tame_release_ms;
    double tamed_db, peak_re_mix_db; /* how much lower the highest peak gets; where it stood */
    double length_s; /* of the clip, where the file goes on after the music; 0: all of it */

    double send_db; /* to the reverb; -INFINITY: none */
    LusterStrip *strip;
} LusterStemPlan;

typedef struct LusterSectionPlan {
    bool present;
    double target_lu, reached_lu; /* re the mix */
    double miss_lu; /* how far the place is from the target, after all gave way */
} LusterSectionPlan;

struct LusterMix {
    LusterMixOptions options;
    LusterMixInput *inputs; /* sorted by name */
    LusterStemPlan *stems; /* [n_stems], one per input */
    uint32_t n_stems;
    LusterSession *session;
    bool own_session;
    uint32_t n_steps; /* of the longest series */
    LusterSectionPlan sections[LUSTER_SECTION_N];
    double predicted_lufs; /* of the mix at master fader 0 */
    double low_share_db; /* 40-100 Hz re total, predicted */
    double low_correction_db; /* what that made of kick and bass */
    double end_s; /* where the last part has died away */
    bool reverb; /* there is one */
    double reverb_lu; /* wet re mix, planned */
    double reverb_gain_db; /* loudness of the reverb re what is sent to it */
    double reverb_decay_s, onset_rate;
    bool finished;
    char finish_note[160];
};

/** A stem that is heard in the mix. */
static inline bool luster_stem_heard(const LusterStemPlan *s)
{
    return !s->status && s->state == STEM_USED;
}

LusterStatus luster_plan_intake(LusterMix *mix, LusterError *err); /* intake.c */
LusterStatus luster_plan_roles(LusterMix *mix, LusterError *err); /* intake.c */
/** Calls `work` for every stem, on as many threads as allowed; the calls share nothing. */
void luster_plan_each(LusterMix *mix, const char *doing, /* intake.c */
                      void (*work)(const LusterMix *mix, LusterStemPlan *s));
void luster_plan_tail(LusterMix *mix); /* tail.c */
void luster_plan_partners(LusterMix *mix); /* partners.c */
void luster_plan_late(LusterMix *mix); /* late.c */
LusterStatus luster_plan_balance(LusterMix *mix, LusterError *err); /* balance.c */
void luster_plan_pan(LusterMix *mix); /* pan.c */
void luster_plan_width(LusterMix *mix); /* width.c */
void luster_plan_tone(LusterMix *mix); /* tone.c */
void luster_plan_dynamics(LusterMix *mix); /* dynamics.c */
LusterStatus luster_plan_space(LusterMix *mix, LusterError *err); /* space.c */
/** What the shared reverb starts from: a setting of its preset, and its label if it has one. */
double luster_plan_reverb_value(const char *id, const char **label);
LusterStatus luster_plan_write(LusterMix *mix, LusterError *err); /* write.c */
void luster_plan_notes(LusterMix *mix); /* notes.c */

/** What its chain does to a stem: loudness after minus before, the sample peak after, and the share
 * of its length in which the limiter takes more than half a dB. */
typedef struct LusterRehearsal {
    double change_lu, peak_dbfs, limited;
} LusterRehearsal;

/** Plays the whole stem through trim, mono bass, compressor and limiter as planned. False when it
 * cannot be read (then nothing is known). rehearse.c */
bool luster_plan_rehearse(const LusterStemPlan *s, LusterRehearsal *out);

/** Adds gain * power of a stem's K-weighted series to sum[n_steps] (from its place in time). */
void luster_plan_add_series(const LusterMix *mix, const LusterStemPlan *s, double gain_db,
                            float *sum);

/** The decision for one value: new, or brought up to date; left alone when locked or edited by
 * hand; the amount stays. `value` is rounded to what a person would write. decide.c */
LusterStatus luster_plan_decide(LusterSession *session, LusterStrip *strip, const char *target,
                                double value, const char *measured, const char *reason);

/** A processor of the strip's chain by id, added when it is not there. NULL: the processor does
 * not exist, or a person took it out of a chain where it had decisions. */
LusterInsert *luster_plan_insert(LusterSession *session, LusterStrip *strip, const char *id);

/** "inserts.<id>.<param>" decided; a choice is given by its label. */
LusterStatus luster_plan_set(LusterSession *session, LusterStrip *strip, const LusterInsert *insert,
                             const char *param, double value, const char *label,
                             const char *measured, const char *reason);

#endif
