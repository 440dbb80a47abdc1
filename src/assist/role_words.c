/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The vocabulary: whole words, those of doc/sources.md J1 first, a few of other languages. Words of
 * three letters and more also stand inside longer ones ("bassguitar"). */
#include "assist/role_words.h"

#include <string.h>

static const struct {
    LusterHint hint;
    const char *words; /* between single spaces */
} vocabulary[] = {
    {LUSTER_HINT_LEAD, " lead ld solo main melody principal principale leads haupt "},
    {LUSTER_HINT_BACK, " backing background bgv bgvs bv bvs bg bgs back bvox bgvox gang group "
                       "shout shouts yell yells stack stacks coros coro choeurs choeur backings "
                       "bgvocals backvox backgrounds bgvoc bgvocal bvoc bvocals segunda "
                       "zweitstimme crowdvox cori bckg bkg bgr bkv bkvox "},
    {LUSTER_HINT_TAKE, " dbl dt double doubles doubled dub doubletrack octave oct doppel doblada "
                       "tripled triple dubs dbls dublado dopplung "},
    {LUSTER_HINT_VOX, " sang sanger hauptstimme vox voc vocal vocals voice voices vx singer rap lv "
                      "lvox ldvox ldv vocs "
                      "voz voces voix stimme gesang canto voce acapella acappella rapper "
                      "vocalist ldvx leadvox chant chants chanteur zang vokal vokaler singt "
                      "vocales vocali solista "},
    {LUSTER_HINT_HARMONY,
     " harm harms harmony harmonies aah aahs aahh ahh ahhs ooh oohs adlib "
     "adlibs lib libs whisper whispers vocoder oo oos aa ahs ohhs uhs mmm hums "
     "humming "},
    {LUSTER_HINT_CHOIR, " choir chorale chor choral gospel soprano sopranos altos tenors "
                        "baritones coral chore kinderchor "},
    {LUSTER_HINT_SPOKEN, " vo spoken speech narration dialogue voiceover narrator podcast "
                         "interview talking talk dialog dialogues sprecher sprache moderation "},
    {LUSTER_HINT_KICK,
     " kck kick kik bd kd kk k kickdrum bassdrum bombo cassa grosse bassdr subkick "
     "bumbo grossecaisse grossetrommel bassedrum kicks kdrum "},
    {LUSTER_HINT_SNARE, " snare snr sn sd sidestick rimshot stick rim snaredrum caja rullante "
                        "caisse snre sna caixa tarola redoblante kleinetrommel caisseclaire "
                        "snares rimshots "},
    {LUSTER_HINT_HAT, " hat hats hihat hihats hh charles charleston charley ohh chh phh clhat "
                      "ophat charli hhat "},
    {LUSTER_HINT_TOM, " tom toms floor rack ft rt timbal ftom rtom gtom floortom racktom flr "},
    {LUSTER_HINT_CYMBAL, " cymbal cymbals cym ride crash splash china becken platillos platos "
                         "piatti cymbale crashes rides cymb cymbs gong "},
    {LUSTER_HINT_OVERHEAD,
     " glyn oh ohs overhead overheads ohl ohr ovh ovhd ovhds ohead oheads overh ovr "
     "oberheads "},
    {LUSTER_HINT_ROOM, " room rooms rm amb ambience raum pzm crush fok sala hallway hall "
                       "stairwell knee wurst ambientmic ambmic roommic "},
    {LUSTER_HINT_DRUMS,
     " brushes drum drums drm drms kit beat beats breakbeat loop drumkit drumloop dr "
     "schlagzeug bateria bater bateri batterie batteria trommeln drumbus "
     "drumset edrums drummachine groove kits slagwerk perkusja trommor "
     "drumbuss drumloops drumpad "},
    {LUSTER_HINT_PERCUSSION,
     " perc percs percussion tambourine tamb shaker shk shakers clap claps "
     "snap snaps conga congas bongo bongos cowbell timpani guiro maracas clave "
     "claves cajon djembe timbales triangle woodblock tabla cabasa shake shkr "
     "tambo tambs tambor castanets surdo pandeiro agogo cuica caxixi shekere "
     "darbuka bata udu block blocks stomp stomps palmas cabaza chimes tops "
     "percloop handclap handclaps bodhran bongoes washboard cymbell vibraslap "
     "egg eggs perkussion percusion percussioni pandereta taiko taikos "
     "sleighbells sleigh windchimes windchime percus cencerro kastagnetten "
     "schellen clapping handdrum cymbells "},
    {LUSTER_HINT_BASS, " bass bs bassgtr bassguitar bdi bamp sub subbass contrabass bajo basse "
                       "basso baixo subs fretless bassgit ebass bassline "
                       "kontrabass contrebasse contrabasso contrabajo basgitar bassgitarre "
                       "lowend basguitar basses "},
    {LUSTER_HINT_E808, " reese growl wobble synbass sbass "},
    {LUSTER_HINT_GUITAR, " gtr gtrs guitar guitars guit gt mandolin banjo ukulele uke git gitarre "
                         "gitarren guitarra guitarras guitare guitares chitarra chitarre gits lap "
                         "slide dobro pedalsteel bouzouki sitar baritone charango cavaquinho gtrl "
                         "gtrr requinto gitara gitaar kitarra steel lapsteel twelvestring oud koto "
                         "shamisen guzheng autoharp zither banjolele resonator "},
    {LUSTER_HINT_ACOUSTIC,
     " agitarre ac acc acoustic acou ag agt agtr acgtr nylon akustik acustica "
     "acoustique classical akk acoust acgit aco acous acstc akustisk "
     "akustikgitarre violao spanish espanola flamenco agit aguitar "
     "konzertgitarre steelstring "},
    {LUSTER_HINT_ELECTRIC,
     " strat tele elec ele electric eg egt egtr dist distorted clean crunch "
     "overdrive lespaul telecaster stratocaster elek elektrisch electrica "
     "electrique elettrica chug chugs el heavy gibson fender stratocast ricky "
     "rickenbacker sg dirty fuzz fuzzy egit eguitar egitarre marshall mesa "
     "powerchords powerchord "},
    {LUSTER_HINT_PIANO, " piano pno grand klavier pianoforte steinway pianos flugel clavinova "
                        "pianohi "},
    {LUSTER_HINT_KEYS, " keys key keyboard keyboards rhodes rh ep epiano wurli wurlitzer clav "
                       "clavinet harpsichord rhds rhd rodes wurly teclado teclados tasten "
                       "claviers clavs mellotron tron tastiera nord korg clavier toetsen "
                       "spinet cembalo keyz "},
    {LUSTER_HINT_ORGAN, " organ org hammond accordion orgel orgue organo leslie bandoneon "
                        "akkordeon acordeon fisarmonica farfisa voxcontinental harmonium orgao "
                        "accordeon concertina "},
    {LUSTER_HINT_SYNTH, " synth synths syn arp arpeggio pluck plucks moog juno minilogue sequence "
                        "seq saw stab stabs syns sint sintetizador synthe synthi prophet serum "
                        "arpeggiator supersaw poly chiptune acid blip blips minimoog virus "
                        "massive sylenth theremin synthesizer synthpluck dx buchla modular "
                        "eurorack oberheim "},
    {LUSTER_HINT_PAD, " pad pads drone atmos atmo texture textures "},
    {LUSTER_HINT_MALLET, " mallet mallets bell bells glock glockenspiel vibes vibraphone marimba "
                         "xylophone kalimba celesta harp vibraphon musicbox steeldrum steeldrums "
                         "steelpan handpan tubular xylofon xilofono marimbas bellsynth crotales "
                         "gamelan "},
    {LUSTER_HINT_STRINGS, " str strings string violin violins vln viola vla cello celli vc fiddle "
                          "orch orchestra cb streicher cuerdas cordes archi vlns vlas geige geigen "
                          "violine violon violino violas cellos vcl dbs strs quartet erhu pizz "
                          "pizzicato celesty kontrabasse violinen cellist violines orchestral "},
    {LUSTER_HINT_BRASS, " horn horns brass brs trumpet trumpets tpt trombone trombones tbn tuba "
                        "flugel flugelhorn tp bones blaser vientos metales cuivres fiati trompete "
                        "trompeta trompette tromba posaune euphonium cornet cornets kornett "
                        "trumpeter tpts tbns "},
    {LUSTER_HINT_WOODWIND,
     " sopranosax tenorsax altosax barisax tenorsaxophone altosaxophone sopranosaxophone sax "
     "saxophone saxes flute flutes clarinet oboe bassoon whistle "
     "harmonica recorder saxo saxofon tsax asax bsax flauta querflote "
     "klarinette piccolo fife melodica winds woodwinds recorders bagpipes "
     "duduk flauto fagott fagotto mundharmonika flote clarinets piccolos "
     "shakuhachi panflute ocarina clarinete oboen sassofono zurna ney "},
    {LUSTER_HINT_SAMPLE, " sample samples playback chop chops scratches turntable turntables dj"
                         " loopsample "},
    {LUSTER_HINT_FX, " fx sfx effect effects sweep sweeps riser risers noise impact whoosh "
                     "build beep beeps transition uplifter downlifter foley vinyl reverse drop "
                     "boom booms downer upper sfxs crowd audience applause rain wind swell "
                     "swells glitch explosion siren crackle efectos efx subdrop effets effekte "
                     "fxs noises riserfx "},
    {LUSTER_HINT_MIX, " mix mixdown master bounce fullmix stereomix premaster ref reference rough"
                      " print instrumental stereoout mixes mstr mst twotrack refmix roughmix "},
    {LUSTER_HINT_GUIDE, " click clicktrack clicks guide guidevox guidevocal guidegtr talkback "
                        "talkbacks slate metronome metro count countin smpte ltc timecode tempo "
                        "cue cues tb claquette klick krok "},
    {LUSTER_HINT_SCRATCH, " scratch "},
    {LUSTER_HINT_RETURN, " verb reverb rvb rev delay dly plate return "},
    {LUSTER_HINT_PASSAGE, " verse hook chorus bridge refrain estribillo strophe prechorus "},
    {LUSTER_HINT_PART, " rhythm riff rhy rhyth "},
    {LUSTER_HINT_UPRIGHT, " upright "},
    {LUSTER_HINT_TRACK, " electronic programmed track chord chords "},
    {LUSTER_HINT_IN, " in inside "},
    {LUSTER_HINT_OUT, " out outside "},
    {LUSTER_HINT_TOP, " top up "},
    {LUSTER_HINT_BOTTOM, " bottom bot btm down under "},
    {LUSTER_HINT_DI, " di "},
    {LUSTER_HINT_AMP, " amp cab "},
    {LUSTER_HINT_HIT, " hit hits "},
    {LUSTER_HINT_LEFT, " l left "},
    {LUSTER_HINT_RIGHT, " r right "},
};

static const struct {
    const char *word;
    LusterHint hint;
} numbers[] = {
    {"808", LUSTER_HINT_E808},       {"808s", LUSTER_HINT_E808},
    {"909", LUSTER_HINT_DRUMS},      {"707", LUSTER_HINT_DRUMS},
    {"303", LUSTER_HINT_SYNTH},      {"b3", LUSTER_HINT_ORGAN},
    {"c3", LUSTER_HINT_ORGAN},       {"dx7", LUSTER_HINT_SYNTH},
    {"cp80", LUSTER_HINT_PIANO},     {"2mix", LUSTER_HINT_MIX},
    {"2bus", LUSTER_HINT_MIX},       {"2trk", LUSTER_HINT_MIX},
    {"ms20", LUSTER_HINT_SYNTH},     {"op1", LUSTER_HINT_SYNTH},
    {"sh101", LUSTER_HINT_SYNTH},    {"tb303", LUSTER_HINT_SYNTH},
    {"tr808", LUSTER_HINT_DRUMS},    {"tr909", LUSTER_HINT_DRUMS},
    {"12str", LUSTER_HINT_GUITAR},   {"12string", LUSTER_HINT_GUITAR},
    {"6string", LUSTER_HINT_GUITAR},
};

LusterHint luster_role_word(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof vocabulary / sizeof *vocabulary; i++) {
        const char *at = vocabulary[i].words;
        while (*at) {
            const char *start = at + 1, *end = strchr(start, ' ');
            if (!end)
                break;
            if ((size_t)(end - start) == size && !memcmp(start, word, size))
                return vocabulary[i].hint;
            at = end;
        }
    }
    return (LusterHint)0;
}

LusterHint luster_role_number(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strlen(numbers[i].word) == size && !memcmp(numbers[i].word, word, size))
            return numbers[i].hint;
    return (LusterHint)0;
}

size_t luster_role_plain(const char *name, size_t size, char *out, size_t room)
{
    static const char letters[] = /* U+00C0 ... U+00FF */
        "AAAAAAACEEEEIIIIDNOOOOO-OUUUUYTsaaaaaaaceeeeiiiidnooooo-ouuuuyty";
    size_t n = 0;
    for (size_t i = 0; i < size && n < room - 1; i++) {
        const unsigned char a = (unsigned char)name[i];
        const unsigned char b = i + 1 < size ? (unsigned char)name[i + 1] : 0;
        if (a == 0xC3 && b >= 0x80 && b <= 0xBF)
            out[n++] = letters[b - 0x80];
        else if (a != 0xCC) /* a mark of its own (U+0300 ...), as macOS writes them */
            out[n++] = name[i];
        i += (a == 0xC3 || a == 0xCC) && b >= 0x80;
    }
    out[n] = 0;
    return n;
}
