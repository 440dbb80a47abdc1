/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The characters of the limiter. What they cost and give is measured by bench/limiter_harm and
 * stands in doc/processors/limiter.md; D5, D7, H2, H6 are sections of doc/sources.md. */
#include "proc/limiter_presets.h"

const LusterPreset luster_limiter_presets[LUSTER_LIMITER_N_PRESETS] = {
    {"master_transparent", "master", "lookahead=15,hold=25,release=40",
     "Up to 3 dB that nobody shall hear (D5): the slow ramps leave the least distortion, under "
     "-60 dB at -14 LUFS, and the hold reaches down to 40 Hz."},
    {"master_loud", "master", "lookahead=10,hold=10,release=1,clip=0.25",
     "For -9 LUFS and more (D7): the gain comes back as fast as it went, so that the least drive "
     "reaches the loudness and the music moves least; the last quarter of a dB of every peak is "
     "taken in 0.5 ms."},
    {"master_dense", "master", "lookahead=6,hold=12.5,release=1,clip=1",
     "Louder still, with the edge of a clip stage of 1 dB (0.5 to 2 dB is usual, D5), but no "
     "aliasing: for styles where the wall is part of the sound."},
    {"master_punchy", "master", "lookahead=5,hold=12.5,transient=30,clip=1,release=80",
     "Hits lose 1 dB at their very tip instead of a dip around them and come back at once; only "
     "what lasts is released slowly. Steady bass is not clipped."},
    {"master_gentle", "master", "lookahead=15,hold=25,release=60,auto_release=on",
     "Acoustic music and ballads: sustained reduction comes back over 0.7 s, like a level stage "
     "under the peak stage, so that phrases keep their shape."},
    {"master_wide", "master",
     "lookahead=8,hold=20,transient=25,release=30,link=85,transient_link=40",
     "Hits at one side hardly dip the other, while sustained sound keeps its place: for wide, "
     "panned percussion."},
    {"master_streaming", "master", "ceiling=-2,lookahead=12,hold=25,release=30",
     "A loud master for lossy streams: 2 dB of room for what the codec adds (H2)."},
    {"vinyl", "master", "ceiling=-3,lookahead=20,hold=50,release=300",
     "A guard only: cutters ask for no brick wall (H6). Longest ramps, slow release, and a hold "
     "down to 20 Hz."},
    {"drum_bus", "drums,percussion,bus",
     "lookahead=3,hold=10,transient=30,clip=3,release=80,transient_link=70",
     "Shaves 3 dB off the tips of kick and snare within 0.5 ms, as a clipper would but without "
     "aliasing; cymbals on the other side are left alone."},
    {"bass", "bass,synth", "lookahead=8,hold=35,release=120",
     "The hold covers a period of 30 Hz, the low B of a bass: even an uneven wave stays clean."},
    {"voice", "lead_vocal,backing_vocal,vocal_double,choir,spoken",
     "lookahead=4,hold=12.5,release=100",
     "Catches shouts and plosives; 12.5 ms is a period of 80 Hz, the lowest speaking voice."},
    {"track_safety", "", "lookahead=1.5,hold=0,release=80",
     "A guard on any track or bus, a few milliseconds late: acts on stray peaks only."},
};
