/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where an engineer starts with the reverb, by what is sent to it (keys: doc/sources.md). None sets
 * the mix: as an insert it starts at 25 %, on a return it belongs at 100 %. */
#include "proc/reverb_presets.h"

const LusterPreset luster_reverb_presets[LUSTER_N_REVERB_PRESETS] = {
    {"vocal_plate", "lead_vocal,vocal_double",
     "type=plate,pre_delay=30,decay=1.9,high_decay=0.2,high_xover=11000,low_cut=200,high_cut=10000",
     "Decays as professionally mixed vocals do: 1.9 s up to 2 kHz, 1.6 at 4 kHz, 1.2 at 8 kHz, 0.4 "
     "at 16 kHz (medians, F2); the pre-delay keeps the words in front (F3), the cuts keep rumble "
     "and consonants out [SOS]."},
    {"vocal_chamber", "lead_vocal,vocal_double,spoken",
     "type=chamber,pre_delay=20,decay=0.9,high_decay=0.5,low_cut=250,high_cut=9000,early=-3",
     "For fast and dense songs: 0.6 to 1.2 s (F3), gone before the next line begins."},
    {"vocal_hall", "lead_vocal,choir",
     "type=hall,pre_delay=60,decay=2.6,high_decay=0.35,high_xover=5000,low_cut=200,high_cut=8000,"
     "early=-6,duck=6",
     "Ballads bear 2 to 3 s (F3). A long pre-delay and few reflections leave the voice dry for a "
     "moment, and the space comes up in its gaps."},
    {"backing_vocals", "backing_vocal,choir",
     "type=chamber,size=130,pre_delay=10,decay=1.6,high_decay=0.35,high_xover=5000,low_cut=250,"
     "high_cut=7000",
     "Hardly any pre-delay, strong reflections and no top: voices step back behind the lead, which "
     "has the opposite."},
    {"snare_plate", "snare,tom",
     "type=plate,pre_delay=10,decay=1.3,low_decay=0.7,high_decay=0.5,high_xover=8000,low_cut=200,"
     "high_cut=12000",
     "Dense from the first instant, so that hits do not crackle; 1 to 1.8 s (F3), shorter below, "
     "where the kick bleeds in."},
    {"drum_room", "drums,overhead,room,kick,percussion",
     "type=room,pre_delay=0,decay=0.5,low_decay=0.8,high_decay=0.6,high_xover=6000,early=3,"
     "low_cut=80,high_cut=12000",
     "A live room around close microphones: 0.3 to 0.8 s (F3), reflections in front, bass shorter "
     "than the rest so that the kick stays tight."},
    {"guitar_room", "guitar_acoustic,guitar_electric,mallet",
     "type=room,size=130,pre_delay=12,decay=0.8,high_decay=0.5,high_xover=6000,low_cut=150,"
     "high_cut=10000",
     "A played instrument in a good room: heard as nearness rather than as reverberation. The "
     "pre-delay of instruments is 10 to 30 ms (F3)."},
    {"guitar_lead", "guitar_lead,synth_lead,sample",
     "type=plate,pre_delay=40,decay=1.7,high_decay=0.4,high_xover=5000,low_cut=250,high_cut=6000,"
     "duck=6",
     "Sustained lines want a smooth, dark tail behind them that makes way for the next note."},
    {"piano_hall", "piano,keys,organ",
     "type=hall,size=75,pre_delay=20,decay=1.7,high_decay=0.45,high_xover=6000,low_cut=150,"
     "high_cut=10000",
     "A small hall: mid tempo bears 1.2 to 2 s (F3); the low cut keeps the left hand clear."},
    {"strings_hall", "strings,brass,woodwind,choir",
     "type=hall,pre_delay=20,decay=2.2,low_decay=1.2,high_decay=0.4,high_xover=5000,early=2,"
     "low_cut=60,high_cut=12000",
     "What these are recorded in: about 2 s, longer in the bass and shorter in the top, as wood "
     "and air have it, with the reflections that give the section its place."},
    {"pad_hall", "pad,synth,fx",
     "type=hall,size=160,pre_delay=0,decay=4.5,low_decay=0.7,high_decay=0.4,high_xover=6000,"
     "early=-60,modulation=60,low_cut=250,high_cut=10000",
     "A wash without a place: long, moving, no reflections, the low end out of the way."},
    {"shared_plate", "bus", "type=plate,pre_delay=20,decay=1.6,low_cut=250,high_cut=8000",
     "One return for everything: a plate has no place of its own and suits all parts; nothing "
     "under the warmth of the voices (returns are recessed to 500 Hz [SOS]) and no splash on "
     "consonants and cymbals; 1.2 to 2 s at mid tempo (F3)."},
};
