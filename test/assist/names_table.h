/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of tracks by role, after the habits of a library of 12,893 labelled stems (doc/sources.md
 * J1) and of other languages; without the ending, parted by bars. Names only, no sound. */
#ifndef LUSTER_TEST_NAMES_TABLE_H
#define LUSTER_TEST_NAMES_TABLE_H

static const struct {
    const char *role, *names;
} habits[] = {
    {"backing_vocal",
     "31_BackingVox1|32_BackingVox2DT|33_BackingVoxLow|34_HarmVox|Backing Vocals|"
     "Backing Vocal 1|BackingVox3|Background Vocals|BGV L|BGVs|BV Hi|BVox|BackVox|"
     "Back Vocals|Harmony|Harmony Vocal|Vox Harm 3rd|High Harmony|Low Harm|"
     "Harmonies L|Ad Libs|Adlib|Ad-Lib 2|Oohs|Ahs|Oohs L|Gang Vox|Gang Vocals|Shouts|"
     "Crowd Vox|Group Vocals|Coros|Choeurs|Cori|Coro|Backings|Zweitstimme|Segunda Voz|"
     "Vocal Stack 1|Whispers|Vox FX|Vocal FX|Vocals/BG 2|Vox/Harm|BG Vox|BGs|"
     "Bgv Stack|BACKGROUNDS|BV_Bus|Vox Back 3|Backing Voc Alto|Harm_L|"
     "Vocal Harmony Low|Vox_Harmony_2_DT|Ooh Aah|adlibs L"},
    {"bass", "17_BassDI|18_BassMic|42_SynthBass|Bass|Bass Amp|Bass_DI_Clean|Bass SansAmp|"
             "Bass_Dist|Bass Fuzz|BassGuitar|BS_DI|Bass Cab|Bass_Mic_RE20|Upright Bass|"
             "Double Bass|DoubleBass|Acoustic Bass|Contrabass|Kontrabass|Contrebasse|Bajo|"
             "Baixo|Basso|Basse|Bassgitarre|E-Bass|Moog Bass|SubBass|Sub Bass|808|808 Bass|"
             "808 Glide|Reese Bass|Bass Synth|SynBass|Bass Line|Fretless|Slap Bass|"
             "Bass 1 (finger)|Low End|Bass/DI|Bass/Amp|Bass_Pod|Bass Ampeg|bass-di-2|BASS BUS|"
             "SUB|Bass (Fuzz)|Sub 808|E Bass DI"},
    {"brass", "47_Trumpet1|Brass|Horns|Horn Section|French Horn|Trumpets|Tpt 1|Trombone|Tbn|"
              "Tuba|Trompete|Trompette|Trompeta|Posaune|Bläser|Metales|Flugelhorn|Cornet|"
              "Brass Bus|Horns_L|Tpt2_U87|Trombones"},
    {"choir", "Choir|Choir L|Chor|Gospel Choir|Choir Sopranos|Sopranos|Tenors|Altos|"
              "Childrens Choir|Choir Bus|Gospel"},
    {"cymbal", "16_Ride|Crash Ride|CrashL|China|Cymbals L|Reverse Cymbal|Crash Reverse|RideBell|"
               "Crashes|Cym L"},
    {"drums", "Drum Loop|DrumLoop_120|Drums Stereo|DrumMachine|Drum Kit|KitMono|Full Kit|"
              "Drums_Bounce|Drums Print|Drum Submix|Schlagzeug|Bateria|Batterie|Batteria|"
              "Programmed Drums|Electronic Drums|Beat 1|Loops|Loop1|Drums/Audio 1|Brushes|"
              "DRM_BUS|Drums All|Drum Group|Drumz|Main Beat|Trap Drums"},
    {"fx", "51_SFX1|FX|SFX|Riser|Risers|Impact|Sweep Up|Noise Sweep|White Noise|Swell|"
           "Vinyl Crackle|Ambient FX|Explosion|Snare Verb|fx_riser_03|Impacts|"
           "White noise riser|Vox Verb|Reverb Print|Delay Throw|EFX"},
    {"guide", "52_Click|Click Track|ClickTrack|Metronome|Guide Vox|Scratch Vocal|Talkback|"
              "Count In|Tempo Track|Cue|click_track|GUIDE GTR|SCRATCH VOX|Talk Back"},
    {"guitar", "Rhythm Guitar L|Rhy Gtr 2|RhythmGtr|Gtr Rhythm DI|Guitar 1|GTR L|Gtrs|Guitarra|"
               "Guitare|Gitarre|Gitara|Gitaar|Chitarra|Wah Gtr|Gtr Riff|Gtr Chorus|Gtr_Verse|"
               "Baritone Guitar|12 String|Ukulele|Uke|Mandolin|Banjo|Dobro|Slide Guitar|"
               "Lap Steel|Pedal Steel|Guitars/01-take2|Gtr 1 DI|Gtr_Palm_Mute|GtrHook|Git 3|"
               "Guitars Bus|GtrArp"},
    {"guitar_acoustic",
     "22_ACGtr1(U87)|23_AcousticGtr1_MS|Violao|12-String Acoustic|Acoustic|"
     "Acoustic Guitar L|AcousticGtr|Aco Gtr|Acous Gtr DI|AGtr|AG 1|Ac Gtr Neck|"
     "Ac Gtr Body|Akustikgitarre|A-Gitarre|Guitarra Acustica|Guitare Acoustique|"
     "Nylon Gtr|Classical Guitar|Spanish Guitar|Guitarra Española|Guitars/Acoustic L|"
     "Gtr_Ac_Strum|AcGtr Capo|Acoustic DI|Ac. Guitar (double)|Steel String Gtr"},
    {"guitar_electric",
     "19_ElecGtr1DI|20_ElecGtr1Amp57|21_ElecGtr2_421|Electric Guitar|ElectricGuitar1|"
     "El Gtr 1|Elec Gtr L|EGTR_L|EG1|E Gtr Clean|E-Gitarre|Guit elec|Guitar Elec 1|"
     "Guitare Electrique|Guitarra Electrica|Chitarra Elettrica|Dist Gtr L|Heavy Gtr R|"
     "Distorted Guitar|Clean Guitar|Crunch Gtr|Strat|Tele L|Les Paul|Gibson|"
     "Guitars/Clean|ElGtr_Verse_R|Gtr EL L|Electric 2|GTR CLEAN L|GTR_DIST_R|"
     "Power Chords L"},
    {"guitar_lead", "35_LeadGtr1|36_GtrSolo|Lead Guitar|LeadGtr|Gtr Lead|Guitar Solo|Solo Gtr|"
                    "Gtr Solo DT|Guitars/Lead|Gtr/Solo|Gtr Melody|SOLO GUITAR|Lead Gtr Harmony"},
    {"hat", "07_HiHat|Charley|Charleston|HH Closed|HH Open|ClosedHat|Closed Hi-Hat|Hi-Hat|"
            "Hi Hat|OpenHH|OHH|CHH|HH_SM81|hh_loop|Hats Trap|HiHats_L"},
    {"keys", "27_Rhodes|Electric Piano|ElecPiano|E-Piano|EPiano|Wurlitzer|Wurly|Clavinet|Keys|"
             "Keyboard 1|Keyboards L|Teclado|Clavier|Tastiera|Nord|Korg|Harpsichord|"
             "Keys_Rhodes|Wurli L|FenderRhodes|EP_Chorus"},
    {"kick", "01_KickIn|02_KickOut|03_KickSub|53_KickDrum|54_Kick_D112|55_Kick_Beta52|"
             "56_Kick Beta 91|57_Kick_U47|58_Kick_Sub_NS10|Kick_Sample|Kick Trig|Kick Trigger|"
             "KickMIDI|Kick Reinforcement|KICK_IN_D6|KickInside|KickOutside|BD in|BD out|"
             "Bass Drum|BassDrum|Bass_Drum_01|Grosse Caisse|Bombo|Bumbo|Grosse Trommel|Cassa|"
             "Drums/In|Drums/Out|001_Kik_In_M88|KD_Out|Kck 2|kick_final|KICK DRY|Kick+Sub"},
    {"lead_vocal",
     "28_LeadVox|Lead Vocal|Lead Vocals|Ld Vox|LDVOX|LVox|Vocal Lead|Vox Main|"
     "Main Vox 1|Vocal|Vocals|Voc|Singer|Male Vox|Female Vocal|Vox Verse|Vox Chorus|"
     "Verse Vox|Chorus Vocal|Rap|Rap Verse 1|Vocal_Tune|Vox Comp|VoxComp_Tuned|Gesang|"
     "Stimme|Hauptstimme|Voz Principal|Voz|Chant|Voix Lead|Chant Principal|Voce|"
     "Voce Principale|Canto|Vocal SM7B|Vox_C12|Zang|Sång|Voice 003|Vocals/Lead|LdVx|"
     "Lead Voc 2|LEAD VOX COMP|Vocal_Main_Dry|Vox_1_U47|VOX BUS|Vocals Wet|Anna Vox|"
     "vox_verse2|Vocal Bridge|Lead Vocal (Tuned)"},
    {"mallet", "Bells|Vibraphone|Marimba|Xylophone|Glock|Glockenspiel|Music Box|Celesta|Harp|"
               "Kalimba|Bell"},
    {"mix", "Full Mix|Rough Mix|Mixdown|Master|Song (Master)|Instrumental Mix|Instrumental|"
            "2-Mix|PRINT_MIX|Bounce|Stereo Out"},
    {"organ", "26_Hammond|Organ|Organ Hi|Organ Leslie Low|Hammond B3|Orgel|Orgue|Accordion|"
              "Akkordeon|Acordeon|Farfisa|Vox Continental|B3_Lo|Organ Bus|Church Organ"},
    {"overhead", "12_OverheadL|13_OverheadR|OH_L_C414|OH Hat Side|OH-ML|OH_Spaced_L|OverheadsXY|"
                 "Drum OH|Drums OH L|Drums_Overhead_R|Oberheads|Drums/OH|OHs_Coles|OVERHEAD_X|"
                 "OH Stereo|Glyn Johns"},
    {"pad", "41_SynthPad|Pad|Warm Pad|String Pad|Drone|Ambience Pad|Atmos|Keys Pad|Pads Bus|"
            "PadAtmos|Pad_Chorus_L"},
    {"percussion",
     "37_Tambourine|38_Shaker1|39_HandClaps|Tamb|Tamborine|Cabasa|Shakers L|Eggs|"
     "Egg Shaker|Congas L|Bongos|Djembe|Cajon|Triangle|Finger Snaps|Snaps|Claps Stack|"
     "FootStomps|Cowbell|Guiro|Woodblock|Percussion Loop|Perc Loop 2|Perkussion|"
     "Percusion|Percussioni|Pandereta|Palmas|Timbales|Timpani|Sleigh Bells|"
     "Wind Chimes|Taiko|Cuica|Tabla L|Percs|Shaker Loop|Tamb_Chorus|Conga Hi|"
     "Claps Chorus|Snap|Clap"},
    {"piano", "24_PianoL|25_PianoR|Piano|Pno L|Grand Piano|Upright Piano|Klavier|Piano Hi|"
              "Piano Low|Flügel|Pianos Bus|Piano_Ribbon_L|Piano Verse|Piano Chords|Felt Piano"},
    {"room", "14_RoomMono|15_RoomStereo|Drum Room L|DrumsRoom|Rooms|Room Far|Room_Ribbon|"
             "FarRoom|Room_U47|Hallway|Stairwell|Drums Mono Room|Mono Room|Ambient Mic|Amb L|"
             "Drum Crush|Drums_Crush|Knee Mic|Wurst|Drums/Room|Room 87s|RoomFar_L|"
             "Drum Ambience"},
    {"sample", "Sample|Samples L|Scratches|Turntables|Vocal Sample|Vox Chop|Chops|DJ"},
    {"snare", "04_SnareUp|06_SnareTrigger|59_Snare_SM57_Top|Snare Side|SN2|Snare_Sample|"
              "Kleine Trommel|Caisse Claire|Caixa|Rullante|Tarola|Redoblante|Drums/Top|Snr_Tp|"
              "Sn_Up_57|SNARE CLAP|SnareRoom|Rimshot 2"},
    {"snare_bottom", "05_SnareDown|60_Snare_Bottom_441|Snr Bot|Snare Btm 414"},
    {"spoken", "Spoken Word|Narrator|Voice Over|Talking|Speech|Intro Speech|Dialog|SpokenWord"},
    {"strings", "43_Strings1|44_Cello|45_Violin1|46_Violas|Strings|String Section|Violin|"
                "Violins 1|Vln 1|Vla|Vc|Violoncello|Cellos|Geige|Streicher|Cordes|Cuerdas|Archi|"
                "Viola|Fiddle|Orchestra|Orchestral|Pizzicato|Str Quartet|Str_Hi|Strings Bus|"
                "Violins II|Cello Solo|Viola_2_KM84"},
    {"synth", "40_Synth1|Synth Arp|Arp|Arp 1|Plucks|Synth Pluck|Moog|Juno|Prophet5|Minimoog|"
              "MS20|OP1|Virus|Massive|Sylenth1|Serum|Synthesizer|Sintetizador|Stab|Chord Stab|"
              "Supersaw|Sequencer|Theremin|SYNTH BUS|Synth_Arp_2|Synths|Analog Synth"},
    {"synth_lead", "Synth Lead|Lead Synth|SynthLead2|Saw Lead|Keys/Lead|Synths/Lead 2|Lead_Syn|"
                   "SynLead"},
    {"tom", "08_Tom1|09_Tom2|10_FloorTom|11_RackTom|TomFloor|Tom Rack 1|HiTom|LowTom|MidTom|"
            "Tom_Hi|TomL|FTom|Flr Tom|Fl Tom|Tom Floor_421|T1|T2|T3|Toms Stereo|Tom3_421|"
            "Floor Tom 2|Rack Tom Hi"},
    {"unknown", "Ударные|Audio 1|Audio 12_01|Track 3|Untitled|New Recording 4|REC001|ZOOM0001|"
                "Tr1|STE-000|Inst 1|MIDI 2"},
    {"vocal_double",
     "29_LeadVoxDT|30_LeadVoxDT1|Lead Vox Double|Vox Dbl|Vocal Double L|Lead Vocal DT|"
     "LV Dbl|VoxDT|Lead Double|Vocals/Double 1|LEAD_VOX_DBL_R|Lead Voc Dbl|Vox Dubs|"
     "Vox_Double"},
    {"woodwind", "48_TenorSax|49_AltoSax|50_BariSax|Sax|Saxophone|Sax Solo|Tenor Sax L|"
                 "Soprano Sax|Flute|Flöte|Flauta|Flauto|Clarinet|Bass Clarinet|Oboe|Fagott|"
                 "Bassoon|Harmonica|Mundharmonika|Whistle|Tin Whistle|Sax_Alto_RE20|Flutes"},
};

#endif
