/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Charts as SVG text. Sizes are in units of the view box, the page scales them. */
#include "report/mix_charts.h"

#include "base/math.h"

#include <math.h>
#include <string.h>

#define BALANCE_LOW -24.0 /* LU, left edge */
#define LEVEL_LOW -36.0
#define SPECTRUM_TOP -4.0 /* dB re total */
#define SPECTRUM_LOW -52.0
#define PLOT_W 440.0
#define PLOT_H 230.0
#define PLOT_LEFT 30.0

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static double balance_x(double lu)
{
    return 96.0 + clamp((lu - BALANCE_LOW) / -BALANCE_LOW, 0.0, 1.0) * 330.0;
}

void luster_chart_balance(LusterPage *t, const LusterMix *mix)
{
    luster_page_add(t, "<svg viewBox=\"0 0 450 250\" role=\"img\" aria-label=\"Balance\">");
    for (int lu = -24; lu <= 0; lu += 6)
        luster_page_print(
            t,
            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"8\" y2=\"222\" stroke=\"var(--line)\"/>"
            "<text x=\"%.1f\" y=\"240\" text-anchor=\"middle\">%d</text>",
            balance_x(lu), balance_x(lu), balance_x(lu), lu);
    int row = 0;
    for (int k = 0; k < LUSTER_SECTION_N; k++) {
        const LusterSectionPlan *p = &mix->sections[k];
        const LusterSectionNorm *n = &luster_section_norms[k];
        const double y = 32.0 + 54.0 * row++;
        luster_page_print(t, "<text class=\"name\" x=\"0\" y=\"%.1f\">", y + 4.0);
        luster_page_words(t, n->name);
        luster_page_add(t, "</text>");
        if (!p->present) {
            luster_page_print(t, "<text x=\"100\" y=\"%.1f\">none</text>", y + 4.0);
            continue;
        }
        const double a = balance_x(p->target_lu - n->spread_lu);
        const double b = balance_x(p->target_lu + n->spread_lu), x = balance_x(p->reached_lu);
        luster_page_print(t,
                          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"22\" rx=\"4\" "
                          "fill=\"var(--band)\"/><circle cx=\"%.1f\" cy=\"%.1f\" r=\"6\" "
                          "fill=\"var(--accent)\"/><text x=\"%.1f\" y=\"%.1f\" "
                          "text-anchor=\"middle\">%.1f</text>",
                          a, y - 11.0, b - a, x, y, x, y + 25.0, p->reached_lu);
    }
    luster_page_add(t, "</svg>");
}

/* Powers re the total of the 30 bands, in dB. */
static bool spectrum_of(const LusterMix *mix, const LusterMeasurement *m, double *db)
{
    double power[LUSTER_STEM_BANDS] = {0}, total = 0.0;
    const bool measured = m && m->n_bands >= LUSTER_STEM_BANDS;
    for (int b = 0; b < LUSTER_STEM_BANDS; b++) {
        if (measured && isfinite(m->spectrum_third_octave_dbfs[b]))
            power[b] = luster_pow(10.0, m->spectrum_third_octave_dbfs[b] / 10.0);
        for (uint32_t i = 0; i < mix->n_stems && !measured; i++) {
            const LusterStemPlan *s = &mix->stems[i];
            if (luster_stem_heard(s))
                power[b] +=
                    luster_pow(10.0, s->level_db / 10.0) * s->clip_power * s->facts.band_power[b];
        }
        total += power[b];
    }
    for (int b = 0; b < LUSTER_STEM_BANDS && total > 0.0; b++)
        db[b] = power[b] > 0.0 ? luster_power_to_db(power[b] / total) : -200.0;
    return total > 0.0;
}

static double band_x(int b)
{
    return PLOT_LEFT + (PLOT_W - PLOT_LEFT) * b / (LUSTER_STEM_BANDS - 1);
}

static double band_y(double db)
{
    return 8.0 +
           (PLOT_H - 28.0) * clamp((SPECTRUM_TOP - db) / (SPECTRUM_TOP - SPECTRUM_LOW), 0.0, 1.0);
}

void luster_chart_spectrum(LusterPage *t, const LusterMix *mix, const LusterMeasurement *measured)
{
    static const struct {
        int band;
        const char *label;
    } marks[] = {{2, "31"}, {7, "100"}, {11, "250"}, {17, "1k"}, {23, "4k"}, {27, "10k"}};
    double db[LUSTER_STEM_BANDS];
    luster_page_print(t, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Spectrum\">",
                      PLOT_W + 10.0, PLOT_H + 4.0);
    for (int level = -10; level >= -50; level -= 10)
        luster_page_print(t,
                          "<line x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\" "
                          "stroke=\"var(--line)\"/><text x=\"0\" y=\"%.1f\">%d</text>",
                          PLOT_LEFT, PLOT_W, band_y(level), band_y(level), band_y(level) + 4.0,
                          level);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        luster_page_print(t, "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>",
                          band_x(marks[i].band), PLOT_H, marks[i].label);
    luster_page_add(t, "<polygon fill=\"var(--band)\" points=\"");
    for (int b = 0; b < LUSTER_STEM_BANDS; b++)
        luster_page_print(t, "%.1f,%.1f ", band_x(b), band_y(luster_mix_norms_db[2][b]));
    for (int b = LUSTER_STEM_BANDS - 1; b >= 0; b--)
        luster_page_print(t, "%.1f,%.1f ", band_x(b), band_y(luster_mix_norms_db[0][b]));
    luster_page_add(t, "\"/>");
    if (spectrum_of(mix, measured, db)) {
        luster_page_add(t, "<polyline fill=\"none\" stroke=\"var(--accent)\" stroke-width=\"2\" "
                           "stroke-linejoin=\"round\" points=\"");
        for (int b = 0; b < LUSTER_STEM_BANDS; b++)
            luster_page_print(t, "%.1f,%.1f ", band_x(b), band_y(db[b]));
        luster_page_add(t, "\"/>");
    }
    luster_page_add(t, "</svg>");
}

void luster_chart_level(LusterPage *t, double before_lu, double after_lu)
{
    const double values[2] = {before_lu, after_lu};
    luster_page_add(t, "<svg viewBox=\"0 0 220 34\" role=\"img\" aria-label=\"Level\">");
    for (int i = 0; i < 2; i++) {
        const double w = 160.0 * clamp((values[i] - LEVEL_LOW) / -LEVEL_LOW, 0.01, 1.0);
        luster_page_print(t,
                          "<rect x=\"0\" y=\"%d\" width=\"%.1f\" height=\"8\" rx=\"2\" "
                          "fill=\"var(--%s)\"/><text x=\"%.1f\" y=\"%d\">%+.1f</text>",
                          4 + 15 * i, w, i ? "accent" : "was", w + 6.0, 12 + 15 * i, values[i]);
    }
    luster_page_add(t, "</svg>");
}

void luster_chart_pan(LusterPage *t, double pan, bool stereo, double side_db)
{
    const double x = 60.0 + 50.0 * clamp(pan, -100.0, 100.0) / 100.0;
    luster_page_add(t, "<svg viewBox=\"0 0 120 30\" role=\"img\" aria-label=\"Place\">"
                       "<line x1=\"10\" x2=\"110\" y1=\"12\" y2=\"12\" stroke=\"var(--line)\" "
                       "stroke-width=\"2\"/>");
    if (stereo) { /* side level -30 dB is a point, 0 dB the whole stage */
        const double half = 50.0 * clamp((side_db + 30.0) / 30.0, 0.08, 1.0);
        luster_page_print(t,
                          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"12\" y2=\"12\" "
                          "stroke=\"var(--accent)\" stroke-width=\"5\" stroke-linecap=\"round\"/>",
                          clamp(x - half, 10.0, 110.0), clamp(x + half, 10.0, 110.0));
    } else {
        luster_page_print(t, "<circle cx=\"%.1f\" cy=\"12\" r=\"5\" fill=\"var(--accent)\"/>", x);
    }
    const char side = pan < -0.5 ? 'L' : pan > 0.5 ? 'R' : 'C';
    if (side == 'C')
        luster_page_print(t, "<text x=\"60\" y=\"29\" text-anchor=\"middle\">%s</text></svg>",
                          stereo ? "stereo" : "centre");
    else
        luster_page_print(t,
                          "<text x=\"%.1f\" y=\"29\" text-anchor=\"middle\">%.0f %c</text></svg>",
                          clamp(x, 16.0, 104.0), fabs(pan), side);
}

void luster_chart_range(LusterPage *t, double value, double low, double high)
{
    const double at = clamp(0.25 + 0.5 * (value - low) / (high - low), 0.02, 0.98);
    const bool inside = value >= low && value <= high;
    luster_page_print(t,
                      "<svg viewBox=\"0 0 220 16\" role=\"img\" aria-label=\"%s\"><rect x=\"55\" "
                      "y=\"4\" width=\"110\" height=\"8\" rx=\"2\" fill=\"var(--band)\"/><line "
                      "x1=\"0\" x2=\"220\" y1=\"8\" y2=\"8\" stroke=\"var(--line)\"/><circle "
                      "cx=\"%.1f\" cy=\"8\" r=\"5\" fill=\"var(--%s)\"/></svg>",
                      inside ? "inside" : "outside", 220.0 * at, inside ? "accent" : "warn");
}
