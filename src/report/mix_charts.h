/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The drawings of the mix report: inline SVG that takes its colours from the page. */
#ifndef LUSTER_REPORT_MIX_CHARTS_H
#define LUSTER_REPORT_MIX_CHARTS_H

#include "assist/plan.h"
#include "report/page.h"

/** Sections against the range engineers use. */
void luster_chart_balance(LusterPage *text, const LusterMix *mix);
/** Third octaves of the mix (measured, or as predicted when NULL) in the professional range. */
void luster_chart_spectrum(LusterPage *text, const LusterMix *mix,
                           const LusterMeasurement *measured);
/** A value as a dot on its range, the range in the middle half. */
void luster_chart_range(LusterPage *text, double value, double low, double high);
/** Two bars: loudness as recorded re the plain sum, and in the mix. */
void luster_chart_level(LusterPage *text, double before_lu, double after_lu);
/** A mark between left and right; for stereo a line as wide as the sound. */
void luster_chart_pan(LusterPage *text, double pan, bool stereo, double side_db);

#endif
