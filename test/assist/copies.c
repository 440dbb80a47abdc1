/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A copy at another level, upside down and late, and a mix without a telling name are found; a
 * second take, the same drum machine and an overhead are not. */
#include "assist/plan.h"
#include "assist/signal.h"
#include "tap.h"

enum { KICK, HAT, BASS, GTR, TAKE, VOX, COPY, BOUNCE, N };

static const char *const names[N] = {"Kick.wav",  "Hat.wav",     "Bass.wav",   "Gtr.wav",
                                     "Gtr 2.wav", "LeadVox.wav", "Vox bu.wav", "Audio 17.wav"};

TEST(what_would_be_heard_twice_is_muted)
{
    Sound file[N];
    LusterMixInput in[N];
    LusterMix *mix = NULL;
    LusterError err = {0};
    for (int i = 0; i < N; i++) {
        file[i] = sound_new(12.0, i == BOUNCE ? 2 : 1);
        in[i] = (LusterMixInput){names[i], names[i], NULL, sound_open, &file[i]};
    }
    add_hits(&file[KICK], 0.0, 0.5, 90, 0.06, 0.7, 0.02, 3);
    add_hits(&file[HAT], 0.0, 0.25, 6000, 0.02, 0.0, 0.2, 5);
    add_notes(&file[BASS], 55, 0.5, 5, 0.1, 0, 99, 99);
    add_notes(&file[GTR], 196, 0.5, 12, 0.06, 0.002, 99, 99);
    add_notes(&file[TAKE], 196.5, 0.5, 12, 0.06, 0.003, 99, 99);
    add_notes(&file[VOX], 262, 1.0, 14, 0.08, 0.02, 5.0, 7.0);
    for (uint32_t i = 200; i < file[COPY].n; i++)
        file[COPY].x[0][i] = -0.4f * file[VOX].x[0][i - 200];
    for (uint32_t i = 0; i < file[BOUNCE].n; i++)
        for (int s = KICK; s <= VOX; s++) {
            file[BOUNCE].x[0][i] += file[s].x[0][i] * (s == GTR ? 0.6f : 0.3f);
            file[BOUNCE].x[1][i] += file[s].x[0][i] * (s == TAKE ? 0.6f : 0.3f);
        }
    const LusterMixOptions options = {.n_threads = 2};
    CHECK(luster_mix_propose(in, N, &options, &mix, &err) == LUSTER_OK);
    for (uint32_t i = 0; i < mix->n_stems; i++) {
        const LusterStemPlan *s = &mix->stems[i];
        const LusterStemState want = !strcmp(s->name, names[COPY])     ? STEM_DUPLICATE
                                     : !strcmp(s->name, names[BOUNCE]) ? STEM_FULL_MIX
                                                                       : STEM_USED;
        if (!CHECK(s->state == want))
            printf("# %s: state %d (%s, explained %.2f)\n", s->name, s->state, s->twin_how,
                   s->explained);
    }
    luster_mix_free(mix);
    for (int i = 0; i < N; i++)
        sound_free(&file[i]);
}

int main(void)
{
    RUN(what_would_be_heard_twice_is_muted);
    return tap_done();
}
