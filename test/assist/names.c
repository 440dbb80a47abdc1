/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Roles from file names: as people, other programs and multitrack libraries write them. */
#include "assist/roles.h"
#include "tap.h"

static const struct {
    const char *name, *role;
} table[] = {
    /* a hip-hop and two rock sessions, numbered */
    {"01_Kick1.flac", "kick"},
    {"02_Kick2.flac", "kick"},
    {"03_Snare.flac", "snare"},
    {"04_Hat1.flac", "hat"},
    {"06_Sample.flac", "sample"},
    {"07_LeadVox.flac", "lead_vocal"},
    {"08_LeadVoxDouble1.flac", "vocal_double"},
    {"09_LeadVoxDouble2.flac", "vocal_double"},
    {"03_Overhead.flac", "overhead"},
    {"03_Overheads.flac", "overhead"},
    {"04_Room.flac", "room"},
    {"04_BassDI.flac", "bass"},
    {"09_BassAmp.flac", "bass"},
    {"05_Gtr.flac", "guitar"},
    {"10_Gtr1.flac", "guitar"},
    {"06_Percussion.flac", "percussion"},
    {"05_Tom1.flac", "tom"},
    /* electronic */
    {"MICROCOSM_EFFECT.flac", "fx"},
    {"DRUMS_BREAK_2.flac", "drums"},
    {"MAIN_DRUMS.flac", "drums"},
    {"BGVOX_ECHO.flac", "backing_vocal"},
    {"BGVOX_AAHH.flac", "backing_vocal"},
    {"BGVOX_HARMONY.flac", "backing_vocal"},
    {"BGVOX.flac", "backing_vocal"},
    {"VOX_LEAD.flac", "lead_vocal"},
    {"BEEPS.flac", "fx"},
    {"SWEEPS.flac", "fx"},
    {"BUILD.flac", "fx"},
    {"MINILOGUE_SYNTH.flac", "synth"},
    {"HH.flac", "hat"},
    {"HATS.flac", "hat"},
    {"HAT_FILL.flac", "hat"},
    {"KICK_HATS.flac", "drums"},
    {"BREAKBEAT.flac", "drums"},
    {"TRAP_BEAT.flac", "drums"},
    {"OUTRO_DRUM.flac", "drums"},
    {"END_DRUMS.flac", "drums"},
    {"KEYS.flac", "keys"},
    {"MALLET.flac", "mallet"},
    {"PLUCK.flac", "synth"},
    {"DRUMS_OUTRO.flac", "drums"},
    /* sampled instruments and trackers */
    {"1_Arpeggio.flac", "synth"},
    {"7_ride02.flac", "cymbal"},
    {"5_kick04.flac", "kick"},
    {"6_shaker01.flac", "percussion"},
    {"10_crash02.flac", "cymbal"},
    {"11_snare06.flac", "snare"},
    {"8_hihat_closed02.flac", "hat"},
    {"9_clap03.flac", "percussion"},
    {"9_Closed_HihHat_03.flac", "hat"},
    {"2_Bass_Slap_02.flac", "bass"},
    {"7_Snare_06.flac", "snare"},
    {"5_BD_03.flac", "kick"},
    {"4_Strings_low.flac", "strings"},
    {"3_Strings_high.flac", "strings"},
    {"8_Open_HiHat_02.flac", "hat"},
    {"1_E-Piano.flac", "keys"},
    {"01_Piano.flac", "piano"},
    {"03_SynthBass1.flac", "bass"},
    {"04_SynthBrass1.flac", "brass"},
    {"05_OrchHit.flac", "sample"},
    {"06_RockOrgan.flac", "organ"},
    {"07_CleanGtr.flac", "guitar_electric"},
    {"10_Drums_HiHat.flac", "hat"},
    {"10_Drums_Kick.flac", "kick"},
    {"10_Drums_Perc.flac", "percussion"},
    {"10_Drums_Snare.flac", "snare"},
    {"10_Drums_Toms.flac", "tom"},
    /* stems and loops */
    {"bgv.flac", "backing_vocal"},
    {"drum.flac", "drums"},
    {"lead-guitar.flac", "guitar_lead"},
    {"lead-vocal.flac", "lead_vocal"},
    {"rhythm-guitar.flac", "guitar"},
    {"synth.flac", "synth"},
    {"bassguitar.flac", "bass"},
    {"clav.flac", "keys"},
    {"horns.wav", "brass"},
    {"leadguitar.flac", "guitar_lead"},
    {"vocals_1.flac", "lead_vocal"},
    {"brass.flac", "brass"},
    {"trombone.flac", "brass"},
    {"guiro.flac", "percussion"},
    {"maracas.flac", "percussion"},
    {"clave.flac", "percussion"},
    {"conga.flac", "percussion"},
    {"vocals.flac", "lead_vocal"},
    /* classes and abbreviations of a large multitrack library */
    {"01_Kick In.wav", "kick"},
    {"02_KickOut.wav", "kick"},
    {"BD.wav", "kick"},
    {"K.wav", "kick"},
    {"Bass Drum.wav", "kick"},
    {"SnareTop.wav", "snare"},
    {"Snare_Up.wav", "snare"},
    {"SN.wav", "snare"},
    {"SD_57.wav", "snare"},
    {"Snare Bottom.wav", "snare_bottom"},
    {"SnareDown.wav", "snare_bottom"},
    {"Sidestick.wav", "snare"},
    {"HiHat.wav", "hat"},
    {"hi-hat.wav", "hat"},
    {"FloorTom.wav", "tom"},
    {"RackTom1.wav", "tom"},
    {"T1.wav", "tom"},
    {"FT.wav", "tom"},
    {"OHL.wav", "overhead"},
    {"OH_R.wav", "overhead"},
    {"RM.wav", "room"},
    {"RoomMic.wav", "room"},
    {"AMB.wav", "room"},
    {"Cymbals.wav", "cymbal"},
    {"Tambourine.wav", "percussion"},
    {"SHK.wav", "percussion"},
    {"Claps.wav", "percussion"},
    {"BDI.wav", "bass"},
    {"BAMP.wav", "bass"},
    {"SubBass.wav", "bass"},
    {"bassline.wav", "bass"},
    {"ElecGtr1.wav", "guitar_electric"},
    {"EGtr.wav", "guitar_electric"},
    {"EG.wav", "guitar_electric"},
    {"AcGtr.wav", "guitar_acoustic"},
    {"ACGTR.wav", "guitar_acoustic"},
    {"Acoustic Guitar L.wav", "guitar_acoustic"},
    {"AG.wav", "guitar_acoustic"},
    {"Mandolin.wav", "guitar"},
    {"GuitarSolo.wav", "guitar_lead"},
    {"PNO.wav", "piano"},
    {"Rhodes.wav", "keys"},
    {"EP.wav", "keys"},
    {"Hammond.wav", "organ"},
    {"ORG.wav", "organ"},
    {"SYN.wav", "synth"},
    {"ARP.wav", "synth"},
    {"Pad.wav", "pad"},
    {"LeadSynth.wav", "synth_lead"},
    {"STR.wav", "strings"},
    {"VLN.wav", "strings"},
    {"Cello.wav", "strings"},
    {"TPT.wav", "brass"},
    {"Trumpet.wav", "brass"},
    {"Sax.wav", "woodwind"},
    {"Flute.wav", "woodwind"},
    {"LV.wav", "lead_vocal"},
    {"LVOX.wav", "lead_vocal"},
    {"LdVox.wav", "lead_vocal"},
    {"Vox.wav", "lead_vocal"},
    {"VoxDT.wav", "vocal_double"},
    {"LeadVoxDT.wav", "vocal_double"},
    {"BV1.wav", "backing_vocal"},
    {"BackingVox3.wav", "backing_vocal"},
    {"VoxHarm.wav", "backing_vocal"},
    {"ADLIB.wav", "backing_vocal"},
    {"Choir.wav", "choir"},
    {"SFX.wav", "fx"},
    {"FX.wav", "fx"},
    {"Riser.wav", "fx"},
    {"mixdown.wav", "mix"},
    /* nothing to go by */
    {"12_Standard-Preset.flac", "unknown"},
    {"Audio 1.wav", "unknown"},
    {"other.flac", "unknown"},
    {"aux.flac", "unknown"},
    {"Track05.wav", "unknown"},
    {"", "unknown"},
    {"001.wav", "unknown"},
    {"strange.wav", "unknown"},
    {"Backbone.wav", "unknown"},
    /* folders say what the file does not */
    {"Drums/01.wav", "drums"},
    {"Vocals/take 3.wav", "lead_vocal"},
    {"Drums/Snare.wav", "snare"},
};

TEST(names)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        LusterRoleGuess guess;
        luster_role_from_name(table[i].name, &guess);
        if (!CHECK_STR(luster_role_info(guess.role)->id, table[i].role))
            printf("# ... for %s\n", table[i].name);
        CHECK(guess.confidence >= 0.0 && guess.confidence <= 1.0);
    }
}

TEST(ambiguous_names_are_less_sure)
{
    LusterRoleGuess lead, vox, pad;
    luster_role_from_name("LeadVox.wav", &lead);
    luster_role_from_name("Vox.wav", &vox);
    CHECK(vox.confidence < lead.confidence);
    luster_role_from_name("PAD_+_BASS.flac", &pad);
    CHECK(pad.confidence <= 0.5);
    CHECK(pad.second != LUSTER_ROLE_UNKNOWN);
}

TEST(sides_and_microphones)
{
    LusterRoleGuess left, right;
    luster_role_from_name("OH_L.wav", &left);
    luster_role_from_name("OH_R.wav", &right);
    CHECK(left.side == -1 && right.side == 1);
    CHECK_STR(left.stem, right.stem);
    luster_role_from_name("OHL.wav", &left);
    luster_role_from_name("OHR.wav", &right);
    CHECK(left.side == -1 && right.side == 1);
    CHECK_STR(left.stem, right.stem);
    luster_role_from_name("Gtr Left.wav", &left);
    CHECK(left.side == -1);
    luster_role_from_name("L_Synth.wav", &left); /* one letter in front is no side */
    CHECK(left.side == 0);
    luster_role_from_name("KickOut.wav", &left);
    CHECK(left.mic == 'o');
    luster_role_from_name("BassDI.wav", &left);
    CHECK(left.mic == 'd');
}

TEST(roles_table)
{
    for (int i = 0; i < LUSTER_ROLE_N; i++) {
        const LusterRoleInfo *info = luster_role_info((LusterRole)i);
        CHECK(info->id && info->name);
        CHECK(luster_role_find(info->id) == i);
        CHECK(info->pan >= 0 && info->pan <= 100);
    }
    CHECK(luster_role_find("nobody") == -1);
}

int main(void)
{
    RUN(names);
    RUN(ambiguous_names_are_less_sure);
    RUN(sides_and_microphones);
    RUN(roles_table);
    return tap_done();
}
