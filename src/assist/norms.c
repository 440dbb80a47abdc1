/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers of professional mixes; sources in norms.h. */
#include "assist/norms.h"

const LusterSectionNorm luster_section_norms[LUSTER_SECTION_N] = {
    [LUSTER_SECTION_VOCALS] = {"vocals", -2.7, 1.5},
    [LUSTER_SECTION_DRUMS] = {"drums", -6.6, 2.6},
    [LUSTER_SECTION_BASS] = {"bass", -7.5, 3.0},
    [LUSTER_SECTION_OTHER] = {"instruments", -4.8, 2.4},
};

const double luster_mix_norms_db[3][LUSTER_STEM_BANDS] = {
    {-50.0, -44.2, -38.6, -28.5, -22.2, -18.2, -16.2, -15.0, -15.6, -16.4,
     -14.6, -16.5, -17.1, -17.6, -16.1, -16.7, -18.0, -19.0, -19.9, -20.7,
     -23.3, -23.8, -25.8, -26.8, -29.2, -29.2, -30.0, -32.6, -37.4, -44.4},
    {-37.6, -33.5, -28.9, -19.0, -14.8, -12.8, -13.0, -11.5, -12.0, -12.5,
     -11.4, -12.9, -13.8, -13.2, -13.1, -13.5, -13.9, -15.4, -16.1, -16.7,
     -17.9, -18.3, -19.6, -21.4, -24.5, -25.3, -26.0, -27.5, -30.5, -35.0},
    {-26.5, -23.7, -20.0, -11.9, -8.8,  -8.5,  -9.1,  -8.1,  -8.3,  -10.2,
     -9.1,  -10.1, -10.1, -10.6, -10.6, -9.9,  -11.0, -11.4, -13.1, -13.8,
     -14.2, -14.4, -15.8, -16.9, -19.9, -21.0, -21.6, -22.7, -24.9, -28.9},
};
