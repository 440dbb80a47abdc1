/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where an engineer starts with the equalizer: small moves in the bands that mixing books and
 * fitted professional chains agree on (keys: doc/sources.md), to be aimed by ear or by measurement.
 */
#include "proc/equalizer_bands.h"

const LusterPreset luster_eq_presets[] = {
    {"vocal_lead", "lead_vocal,vocal_double",
     "b1_type=low_cut,b1_freq=100,b1_slope=12,b2_type=bell,b2_freq=350,b2_gain=-2,b2_q=1,"
     "b3_type=bell,b3_freq=3000,b3_gain=1.5,b3_q=0.8,b4_type=high_shelf,b4_freq=9000,b4_gain=2",
     "Rumble out below the voice (100 Hz, 70 for a bass [UA]), a little less mud, presence around "
     "3 kHz and air: the middle of the moves found on professionally mixed vocals [DVX]."},
    {"vocal_harshness", "lead_vocal,vocal_double,backing_vocal,spoken",
     "b1_type=bell,b1_freq=3200,b1_q=1.5,b1_range=-5,b1_threshold=-32,b1_ratio=3,b1_attack=5,"
     "b1_release=120",
     "A dynamic band where strained singing bites (2-5 kHz builds up as harshness [SOS]); soft "
     "passages keep their presence. Set the threshold so that only loud notes move it."},
    {"vocal_backing", "backing_vocal,choir",
     "b1_type=low_cut,b1_freq=150,b1_slope=12,b2_type=bell,b2_freq=300,b2_gain=-2.5,b2_q=0.9,"
     "b3_type=bell,b3_freq=2500,b3_gain=-1.5,b3_q=0.8",
     "Thinner and less present than the lead, so that the words stay with the lead and the voices "
     "behind it add width rather than weight."},
    {"kick", "kick",
     "b1_type=low_cut,b1_freq=30,b1_slope=12,b2_type=bell,b2_freq=60,b2_gain=2,b2_q=1,"
     "b3_type=bell,b3_freq=350,b3_gain=-3,b3_q=1.2,b4_type=bell,b4_freq=3500,b4_gain=2,b4_q=1",
     "Body at 45-80 Hz, less of the box around 350 Hz, beater at 2-5 kHz."},
    {"snare", "snare",
     "b1_type=low_cut,b1_freq=90,b1_slope=18,b2_type=bell,b2_freq=200,b2_gain=2,b2_q=1,"
     "b3_type=bell,b3_freq=500,b3_gain=-2,b3_q=1.5,b4_type=high_shelf,b4_freq=5000,b4_gain=2",
     "Kick bleed out, body at 150-250 Hz [DMST], less of the box at 500 Hz, snap above 5 kHz."},
    {"tom", "tom",
     "b1_type=low_cut,b1_freq=50,b1_slope=12,b2_type=bell,b2_freq=100,b2_gain=2,b2_q=1,"
     "b3_type=bell,b3_freq=450,b3_gain=-4,b3_q=1.2,b4_type=bell,b4_freq=4500,b4_gain=2,b4_q=1",
     "Toms live at 60-200 Hz and ring boxy around 450 Hz; the stick is at 4-5 kHz."},
    {"overheads", "overhead,cymbal",
     "b1_type=low_cut,b1_freq=120,b1_slope=12,b2_type=bell,b2_freq=400,b2_gain=-2,b2_q=0.8",
     "Overheads that stand for the whole kit: a low cut at 120 Hz (500 when they are for the "
     "cymbals alone [PSW]) and less of the room's box."},
    {"bass", "bass",
     "b1_type=low_cut,b1_freq=30,b1_slope=24,b2_type=bell,b2_freq=250,b2_gain=-2,b2_q=1,"
     "b3_type=bell,b3_freq=900,b3_gain=1.5,b3_q=0.8",
     "Nothing useful below 30 Hz [UA], less mud where guitars start, a little growl so that the "
     "line is heard on small speakers."},
    {"bass_under_kick", "bass",
     "b1_type=bell,b1_freq=60,b1_q=0.9,b1_range=-3,b1_threshold=-36,b1_ratio=4,b1_attack=3,"
     "b1_release=90,b1_key=side_chain",
     "Keyed by the kick: the bass gives way by 2-3 dB [SOS] where the kick's body is, only while "
     "it sounds, and keeps everything else."},
    {"guitar_electric", "guitar_electric,guitar,guitar_lead",
     "b1_type=low_cut,b1_freq=90,b1_slope=12,b2_type=bell,b2_freq=300,b2_gain=-1.5,b2_q=1,"
     "b3_type=bell,b3_freq=2800,b3_gain=2,b3_q=0.9,b4_type=high_cut,b4_freq=11000,b4_slope=12",
     "Out of the bass (low E is 82 Hz), edge at 2-3.5 kHz [DMST], and no fizz beyond what a "
     "speaker cabinet gives."},
    {"guitar_acoustic", "guitar_acoustic",
     "b1_type=low_cut,b1_freq=80,b1_slope=12,b2_type=bell,b2_freq=180,b2_gain=-2,b2_q=1,"
     "b3_type=high_shelf,b3_freq=8000,b3_gain=1.5",
     "Handling noise and the body's boom down, strings a little brighter."},
    {"keys", "piano,keys,organ,synth,pad",
     "b1_type=low_cut,b1_freq=50,b1_slope=12,b2_type=bell,b2_freq=300,b2_gain=-1.5,b2_q=0.7",
     "Room for bass and voice: the left hand stays, the low middle gives way a little."},
    {"reverb_return", "fx,bus",
     "b1_type=low_cut,b1_freq=500,b1_slope=12,b2_type=high_cut,b2_freq=8000,b2_slope=6",
     "Reverb without rumble and hiss: returns rolled off well above 100 Hz, to 500-600 Hz in the "
     "manner of Abbey Road [SOS][FXN]."},
    {"master_low_mono", "master,bus", "b1_type=low_cut,b1_freq=100,b1_slope=12,b1_channel=side",
     "The side signal without bass: a centred low end [DM14], and nothing lost for vinyl or a "
     "subwoofer."},
    {"master_air", "master",
     "b1_type=high_shelf,b1_freq=12000,b1_gain=1,b1_q=0.5,b2_type=high_shelf,b2_freq=8000,"
     "b2_gain=0.7,b2_q=0.5,b2_channel=side",
     "A touch of air, a little more of it at the sides; mastering moves stay within 0.5-1.5 dB "
     "[SOS]."},
    {"master_tame", "master,bus",
     "b1_type=bell,b1_freq=250,b1_q=0.7,b1_range=-2,b1_threshold=-22,b1_ratio=2,b1_attack=30,"
     "b1_release=250,b2_type=bell,b2_freq=3500,b2_q=0.8,b2_range=-2,b2_threshold=-30,b2_ratio=2,"
     "b2_attack=15,b2_release=150",
     "Dense choruses without mud and glare: two broad bands that take at most 2 dB, slow enough "
     "not to be heard working (20-30 ms, 250 ms [IZO])."},
};
