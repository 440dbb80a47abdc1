/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables of styles and variations. Levels: middles of the ranges by style (doc/sources.md A7);
 * widths E2, peak to loudness D6, third octaves C2 (20 Hz ... 16 kHz, medians of released music).
 */
#include "assist/style.h"

#include "luster/mix.h"

#include <string.h>

static const double all_db[LUSTER_STEM_BANDS] = {
    -37.3, -34.5, -31.5, -23.0, -18.7, -14.4, -14.3, -13.4, -12.8, -13.7,
    -12.7, -13.7, -14.0, -14.0, -14.1, -14.3, -15.1, -16.3, -16.9, -17.6,
    -18.5, -19.3, -20.7, -22.0, -23.7, -25.1, -26.7, -28.8, -32.2, -37.7,
};
static const double rock_db[LUSTER_STEM_BANDS] = {
    -38.7, -35.9, -32.7, -24.5, -20.5, -15.9, -14.3, -12.8, -11.7, -12.1,
    -11.4, -13.1, -13.6, -14.0, -13.9, -13.5, -14.0, -15.4, -15.7, -15.7,
    -16.0, -16.2, -17.6, -19.6, -22.0, -24.1, -26.1, -28.5, -32.1, -38.0,
};
static const double pop_db[LUSTER_STEM_BANDS] = {
    -37.6, -34.6, -31.4, -22.2, -17.7, -13.9, -13.5, -13.1, -12.7, -13.6,
    -12.1, -13.2, -13.5, -13.3, -13.4, -13.5, -14.2, -15.7, -16.5, -16.9,
    -18.3, -19.2, -20.8, -22.1, -23.8, -25.0, -26.4, -28.5, -32.3, -38.5,
};
static const double electronic_db[LUSTER_STEM_BANDS] = {
    -32.6, -29.5, -25.9, -16.6, -12.3, -10.3, -12.2, -12.6, -12.6, -14.4,
    -14.0, -15.0, -15.4, -15.6, -16.1, -16.7, -17.3, -18.1, -18.8, -19.5,
    -20.4, -21.2, -22.0, -22.6, -23.2, -23.6, -24.4, -25.8, -27.9, -31.8,
};
static const double hiphop_db[LUSTER_STEM_BANDS] = {
    -32.2, -29.5, -25.5, -15.2, -11.1, -10.0, -12.1, -12.6, -12.8, -14.8,
    -13.9, -15.0, -15.9, -14.9, -14.4, -15.6, -17.0, -17.7, -18.3, -18.9,
    -19.5, -19.9, -20.9, -21.5, -22.1, -22.1, -23.0, -24.6, -27.8, -33.5,
};
static const double jazz_db[LUSTER_STEM_BANDS] = {
    -43.7, -40.5, -38.8, -30.1, -23.7, -14.9, -14.5, -13.0, -13.6, -14.1,
    -11.7, -12.9, -12.1, -12.1, -12.9, -13.3, -15.0, -16.6, -17.2, -18.7,
    -20.3, -22.2, -23.4, -25.4, -28.1, -29.7, -31.1, -33.3, -36.4, -40.6,
};
static const double classical_db[LUSTER_STEM_BANDS] = {
    -47.5, -45.7, -45.3, -42.1, -40.5, -32.9, -30.3, -24.0, -19.6, -17.9,
    -14.3, -13.0, -11.0, -9.4,  -9.3,  -9.6,  -12.0, -13.3, -15.9, -18.3,
    -21.2, -24.0, -26.3, -31.8, -38.9, -40.8, -44.0, -48.4, -52.7, -59.3,
};
static const double folk_db[LUSTER_STEM_BANDS] = {
    -44.5, -42.7, -41.7, -36.7, -34.1, -27.8, -22.0, -15.6, -14.1, -13.0,
    -9.9,  -10.5, -11.1, -11.7, -13.0, -13.5, -14.5, -16.1, -17.6, -18.9,
    -20.9, -22.1, -23.8, -25.2, -27.5, -28.9, -30.5, -33.0, -37.9, -44.4,
};
static const double country_db[LUSTER_STEM_BANDS] = {
    -45.2, -43.0, -39.7, -30.3, -22.4, -15.0, -13.3, -12.8, -14.0, -13.1,
    -12.1, -13.0, -12.5, -11.6, -12.3, -12.4, -13.6, -14.9, -15.0, -15.1,
    -16.0, -16.6, -17.6, -19.5, -21.8, -23.6, -24.7, -27.5, -31.6, -37.5,
};

static const LusterStyle styles[] = {
    {"general",
     "General",
     "What mixes of all kinds have in common.",
     {-2.7, -6.6, -7.5, -4.8},
     -11.3,
     11.6,
     all_db},
    {"pop",
     "Pop",
     "The voice leads, the low end is firm.",
     {-2.5, -6.5, -7.5, -4.8},
     -11.2,
     11.1,
     pop_db},
    {"rock",
     "Rock",
     "The voice stands in the band rather than before it.",
     {-3.5, -6.5, -7.5, -4.8},
     -10.7,
     10.5,
     rock_db},
    {"metal",
     "Metal",
     "Guitars and drums carry, the voice is one of them.",
     {-4.75, -6.5, -7.5, -4.8},
     -10.7,
     10.5,
     rock_db},
    {"hiphop",
     "Hip-hop and rap",
     "Voice and low end.",
     {-2.5, -6.5, -5.0, -4.8},
     -15.0,
     10.7,
     hiphop_db},
    {"electronic",
     "Electronic and dance",
     "Kick and bass carry.",
     {-2.7, -6.5, -5.0, -4.8},
     -11.4,
     11.4,
     electronic_db},
    {"country",
     "Country",
     "The words come first.",
     {-2.5, -6.5, -7.5, -4.8},
     -11.3,
     11.6,
     country_db},
    {"folk",
     "Folk and singer-songwriter",
     "A voice and its instruments, little low end.",
     {-2.7, -6.6, -7.5, -4.8},
     -11.3,
     12.6,
     folk_db},
    {"jazz",
     "Jazz",
     "Open dynamics, a wide and natural picture.",
     {-2.7, -6.6, -7.5, -4.8},
     -9.4,
     13.3,
     jazz_db},
    {"classical",
     "Classical",
     "As it sounded in the hall.",
     {-2.7, -6.6, -7.5, -4.8},
     -4.1,
     14.9,
     classical_db},
};

/* The steps are what listeners notice and still take for a good mix: the lead by one spread between
 * engineers [A2], the reverb inside its window [F1], width by a quarter. */
static const LusterVariation variations[] = {
    {"balanced", "Balanced", "What the evidence says.", 0.0, 0.0, 1.0, 1.0, 1.0},
    {"lead_forward", "Lead forward", "The lead 1.6 dB further in front.", 1.6, -1.0, 1.0, 1.0,
     1.15},
    {"wide_and_deep", "Wide and deep", "Further to the sides, more and longer reverb.", -0.5, 2.5,
     1.3, 1.25, 0.85},
    {"dry_and_tight", "Dry and tight", "Close, short, and firmly held.", 0.5, -2.0, 0.65, 0.85,
     1.4},
};

const LusterStyle *luster_style_at(uint32_t index)
{
    return index < sizeof styles / sizeof *styles ? &styles[index] : NULL;
}

const LusterVariation *luster_variation_at(uint32_t index)
{
    return index < sizeof variations / sizeof *variations ? &variations[index] : NULL;
}

const LusterStyle *luster_style_find(const char *id)
{
    const LusterStyle *style = NULL;
    for (uint32_t i = 0; (style = luster_style_at(i)); i++)
        if (!id || !strcmp(style->id, id))
            break;
    return style;
}

const LusterVariation *luster_variation_find(const char *id)
{
    const LusterVariation *variation = NULL;
    for (uint32_t i = 0; (variation = luster_variation_at(i)); i++)
        if (!id || !strcmp(variation->id, id))
            break;
    return variation;
}

double luster_style_band_db(const LusterStyle *style, int percentile, int band)
{
    return luster_mix_norms_db[percentile][band] + style->spectrum_db[band] - all_db[band];
}

const char *luster_style_id(uint32_t index)
{
    const LusterStyle *style = luster_style_at(index);
    return style ? style->id : NULL;
}

const char *luster_style_doc(uint32_t index)
{
    const LusterStyle *style = luster_style_at(index);
    return style ? style->doc : NULL;
}

const char *luster_variation_id(uint32_t index)
{
    const LusterVariation *variation = luster_variation_at(index);
    return variation ? variation->id : NULL;
}

const char *luster_variation_doc(uint32_t index)
{
    const LusterVariation *variation = luster_variation_at(index);
    return variation ? variation->doc : NULL;
}
