/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The page beside a mix: what came in, what was done and why, what came out. Everything is inline,
 * no script runs, light and dark follow the reader's system. */
#include "assist/plan.h"
#include "base/math.h"
#include "report/mix_charts.h"
#include "report/page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    ":root{--paper:#fbfaf7;--card:#fff;--ink:#23262b;--soft:#6b7078;--line:#e4e1da;--accent:#"
    "2f6f8f;"
    "--band:#d8e6ec;--warn:#9a5b13;--was:#c9c4b8}"
    "@media(prefers-color-scheme:dark){:root{--paper:#15171a;--card:#1d2024;--ink:#e6e4df;"
    "--soft:#9a9ea6;--line:#30343a;--accent:#7fb8d3;--band:#26404c;--warn:#e0a458;--was:#4a4e55}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"
    "'Segoe UI',Roboto,'Helvetica Neue',sans-serif}"
    "main{max-width:1040px;margin:0 auto;padding:44px 28px 60px}"
    "h1{font-size:30px;font-weight:600;margin:0;letter-spacing:-.01em}"
    "h2{font-size:17px;font-weight:600;margin:38px 0 12px}"
    ".sub{color:var(--soft);margin:4px 0 0}"
    ".notes{margin:26px 0 0;padding:14px 18px 14px 36px;background:var(--card);"
    "border:1px solid var(--line);border-left:3px solid var(--warn);border-radius:6px}"
    ".notes li{margin:3px 0}.calm{border-left-color:var(--accent);padding-left:18px}"
    ".cards{display:flex;flex-wrap:wrap;gap:12px;margin-top:26px}"
    ".card{flex:1 1 130px;background:var(--card);border:1px solid var(--line);border-radius:6px;"
    "padding:12px 16px}"
    ".card b{display:block;font-size:24px;font-weight:600;font-variant-numeric:tabular-nums}"
    ".card span{color:var(--soft);font-size:13px}"
    ".two{display:grid;grid-template-columns:1fr 1fr;gap:16px}"
    "@media(max-width:760px){.two{grid-template-columns:1fr}}"
    ".panel{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:16px}"
    ".panel p{margin:0 0 8px;color:var(--soft);font-size:13px}"
    "svg{display:block;width:100%;height:auto}svg text{fill:var(--soft);font-size:11px;"
    "font-family:inherit}svg .name{fill:var(--ink);font-size:12.5px}"
    "table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);"
    "border-radius:6px}"
    "th{font-weight:500;color:var(--soft);font-size:13px;text-align:left}"
    "th,td{padding:9px 12px;border-bottom:1px solid var(--line);vertical-align:top}"
    "tr:last-child td{border-bottom:0}"
    "td.n{font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".role{color:var(--soft);font-size:13px}"
    ".muted td{color:var(--soft)}.out td.n:nth-child(2){color:var(--warn);font-weight:600}"
    "details summary{cursor:pointer;color:var(--accent);font-size:13px;list-style-position:inside}"
    "details ul{margin:8px 0 2px;padding:0;list-style:none}"
    "details li{margin:0 0 7px;font-size:13.5px}"
    "details li span{color:var(--soft)}"
    "code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--ink)}"
    "footer{margin-top:40px;color:var(--soft);font-size:13px}"
    "@media print{body{background:#fff}main{padding:0}details>*{display:block}"
    ".panel,.card,tr{break-inside:avoid}}";

static void card(LusterPage *t, const char *label, const char *unit, double value, int digits)
{
    if (!isfinite(value))
        return;
    luster_page_print(t, "<div class=\"card\"><b>%.*f</b><span>", digits, value);
    luster_page_words(t, unit);
    luster_page_add(t, unit[0] ? " · " : "");
    luster_page_words(t, label);
    luster_page_add(t, "</span></div>");
}

static void head(LusterPage *t, const LusterMix *mix, const LusterMeasurement *measured)
{
    const LusterSession *session = mix->session;
    uint32_t heard = 0;
    for (uint32_t i = 0; i < mix->n_stems; i++)
        heard += luster_stem_heard(&mix->stems[i]);
    const char *title = session->title && session->title[0] ? session->title : "Mix";
    luster_page_add(t, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                       "<title>");
    luster_page_words(t, title);
    luster_page_add(t, " · mix report</title><style>");
    luster_page_add(t, style);
    luster_page_add(t, "</style></head><body><main><h1>");
    luster_page_words(t, title);
    luster_page_print(t, "</h1><p class=\"sub\">%u of %u files in the mix", heard, mix->n_stems);
    if (measured)
        luster_page_print(t, " · %d:%02d", (int)(measured->duration_s / 60.0),
                          (int)measured->duration_s % 60);
    luster_page_print(t, " · %.1f kHz</p>", session->values[LUSTER_SESSION_RATE] / 1000.0);
}

static void notes(LusterPage *t, const LusterSession *session)
{
    if (!session->n_notes) {
        luster_page_add(t, "<p class=\"notes calm\">Every file was used; nothing needs your "
                           "attention.</p>");
        return;
    }
    luster_page_add(t, "<ul class=\"notes\">");
    for (uint32_t i = 0; i < session->n_notes; i++) {
        luster_page_add(t, "<li>");
        luster_page_words(t, session->notes[i]);
        luster_page_add(t, "</li>");
    }
    luster_page_add(t, "</ul>");
}

static void overview(LusterPage *t, const LusterMeasurement *m)
{
    if (!m)
        return;
    luster_page_add(t, "<div class=\"cards\">");
    card(t, "loudness", "LUFS", m->integrated_lufs, 1);
    card(t, "true peak", "dBTP", m->true_peak_dbtp, 1);
    card(t, "peak to loudness", "LU", m->plr_lu, 1);
    card(t, "loudness range", "LU", m->lra_lu, 1);
    card(t, "left-right correlation", "", m->correlation, 2);
    luster_page_print(t, "<div class=\"card\"><b>%llu</b><span>clipped samples</span></div></div>",
                      (unsigned long long)m->clipped_samples);
}

/* Where the mix stands beside professional ones, in a line each. */
static void figures(LusterPage *t, const LusterMix *mix)
{
    const LusterMixFigure *f;
    if (!luster_mix_figure(mix, 0))
        return;
    luster_page_add(t, "<h2>Beside professional mixes</h2><table><tr><th>what</th><th>here</th>"
                       "<th>eight of ten have</th><th></th></tr>");
    for (uint32_t i = 0; (f = luster_mix_figure(mix, i)); i++) {
        const bool inside = f->value >= f->low && f->value <= f->high;
        luster_page_add(t, inside ? "<tr><td>" : "<tr class=\"out\"><td>");
        luster_page_words(t, f->name);
        luster_page_print(t, "</td><td class=\"n\">%.1f ", f->value);
        luster_page_words(t, f->unit);
        luster_page_print(t, "</td><td class=\"n\">%.1f to %.1f</td><td>", f->low, f->high);
        luster_chart_range(t, f->value, f->low, f->high);
        luster_page_add(t, "</td></tr>");
    }
    luster_page_add(t, "</table>");
}

/* "+2.4 dB", "low_cut", "on", from the table the value belongs to. */
static void value_words(LusterPage *t, const LusterStrip *strip, const LusterDecision *d)
{
    char text[64];
    LusterTarget where;
    if (d->to_text) {
        luster_page_words(t, d->to_text);
        return;
    }
    if (luster_strip_target((LusterStrip *)strip, d->target, &where, NULL))
        return; /* taken out by hand since */
    luster_param_format(where.param, *where.value, text, sizeof text);
    luster_page_words(t, text);
    luster_page_add(t, " ");
    luster_page_words(t, where.param->unit);
    if (d->amount != 1.0)
        luster_page_print(t, " (%.0f %% of the move)", 100.0 * d->amount);
}

static void decisions(LusterPage *t, const LusterStrip *strip)
{
    if (!strip->n_decisions)
        return;
    luster_page_print(t, "<details><summary>%u decisions</summary><ul>", strip->n_decisions);
    for (uint32_t i = 0; i < strip->n_decisions; i++) {
        const LusterDecision *d = &strip->decisions[i];
        luster_page_add(t, "<li><code>");
        luster_page_words(t, d->target);
        luster_page_add(t, " = ");
        value_words(t, strip, d);
        luster_page_add(t, "</code> ");
        luster_page_words(t, d->reason);
        luster_page_add(t, " <span>(");
        luster_page_words(t, d->measured);
        luster_page_add(t, d->locked ? "; locked by you)</span></li>" : ")</span></li>");
    }
    luster_page_add(t, "</ul></details>");
}

static void say(LusterPage *t, uint32_t *n, const char *fmt, double value)
{
    luster_page_add(t, (*n)++ ? " · " : "");
    luster_page_print(t, fmt, value); /* formats are constants of this file */
}

/* The moves one can hear, in a line. */
static void summary(LusterPage *t, const LusterStemPlan *s)
{
    uint32_t n = 0;
    luster_page_add(t, "<div>");
    if (s->invert || s->invert_right)
        luster_page_add(t, n++ ? " · turned over" : "turned over");
    if (s->channels != LUSTER_CHANNELS_ALL)
        luster_page_add(t, n++ ? " · played as mono" : "played as mono");
    if (s->offset_s > 0.0)
        say(t, &n, "moved %.0f ms earlier", 1000.0 * s->offset_s);
    if (s->delay_ms > 0.0)
        say(t, &n, "delayed %.2f ms", s->delay_ms);
    for (uint32_t i = 0; i < s->plan.n_inserts; i++)
        luster_page_print(t, "%s%s", n++ ? " · " : "", s->plan.inserts[i].proc->name);
    for (uint32_t i = 0; i < s->plan.n_sends; i++)
        luster_page_print(t, "%s%s %.0f dB", n++ ? " · " : "", s->plan.sends[i].to,
                          s->plan.sends[i].moves.n ? s->plan.sends[i].moves.list[0].value : 0.0);
    luster_page_add(t, n ? "</div>" : "level only</div>");
}

/* How it was recorded, in a line: level, noise in its pauses, faults. */
static void recorded(LusterPage *t, const LusterStemPlan *s)
{
    const LusterStemFacts *f = &s->facts;
    uint32_t n = 0;
    if (f->silent)
        return;
    luster_page_add(t, "<div class=\"role\">");
    say(t, &n, "%.1f LUFS", f->integrated_lufs);
    if (f->active_fraction < 0.9 && f->noise_dbfs < f->integrated_lufs - 20.0)
        say(t, &n, "noise %.0f dB under it", f->integrated_lufs - f->noise_dbfs);
    if (f->n_clipped_runs > 2)
        say(t, &n, "clipped in %.0f places", f->n_clipped_runs);
    if (f->over_dbfs > 0.1)
        say(t, &n, "%.1f dB over full scale", f->over_dbfs);
    if (fabs(f->dc[0]) > 0.001 || fabs(f->dc[1]) > 0.001)
        say(t, &n, "DC %.3f", fabs(f->dc[0]) > fabs(f->dc[1]) ? f->dc[0] : f->dc[1]);
    if (f->hum_hz > 0.0)
        say(t, &n, "hum %.0f Hz", f->hum_hz);
    luster_page_add(t, "</div>");
}

static void track_row(LusterPage *t, const LusterStemPlan *s)
{
    const bool heard = luster_stem_heard(s);
    luster_page_add(t, heard ? "<tr><td>" : "<tr class=\"muted\"><td>");
    luster_page_words(t, s->name ? s->name : s->input->name);
    luster_page_add(t, "<div class=\"role\">");
    if (s->status) {
        luster_page_add(t, "could not be used</div></td><td colspan=\"3\">");
        luster_page_words(t, s->error.text);
        luster_page_add(t, "</td></tr>");
        return;
    }
    luster_page_words(t, luster_role_info(s->role)->name);
    luster_page_print(t, " · %.0f %% sure</div>", 100.0 * s->confidence);
    recorded(t, s);
    luster_page_add(t, "</td><td>");
    if (heard)
        luster_chart_level(t, s->before_lu, s->after_lu);
    else
        luster_page_add(t, "muted");
    luster_page_add(t, "</td><td>");
    if (heard && s->strip)
        luster_chart_pan(t, s->strip->values[LUSTER_STRIP_PAN], s->stereo, s->facts.side_db);
    luster_page_add(t, "</td><td>");
    if (heard)
        summary(t, s);
    if (s->strip)
        decisions(t, s->strip);
    luster_page_add(t, "</td></tr>");
}

static void tracks(LusterPage *t, const LusterMix *mix)
{
    luster_page_add(t, "<h2>Tracks</h2><table><thead><tr><th style=\"width:23%\">File</th>"
                       "<th style=\"width:22%\">Loudness, as recorded and in the mix</th>"
                       "<th style=\"width:12%\">Place</th><th>What was done</th></tr></thead>"
                       "<tbody>");
    for (uint32_t i = 0; i < mix->n_stems; i++)
        track_row(t, &mix->stems[i]);
    luster_page_add(t, "</tbody></table>");
}

static void buses(LusterPage *t, const LusterMix *mix)
{
    const LusterSession *session = mix->session;
    luster_page_add(t, "<h2>Buses and master</h2><table><tbody>");
    for (uint32_t i = 0; i <= session->n_buses; i++) {
        const LusterStrip *strip = i < session->n_buses ? &session->buses[i] : &session->master;
        luster_page_add(t, "<tr><td style=\"width:23%\">");
        luster_page_words(t, strip->name);
        luster_page_add(t, "</td><td class=\"role\" style=\"width:34%\">");
        uint32_t n = 0;
        for (uint32_t k = 0; k < session->n_tracks; k++) {
            const LusterStrip *track = &session->tracks[k];
            if (!track->output || strcmp(track->output, strip->id))
                continue;
            luster_page_add(t, n++ ? ", " : "");
            luster_page_words(t, track->name);
        }
        luster_page_add(t, "</td><td>");
        decisions(t, strip);
        luster_page_add(t, "</td></tr>");
    }
    luster_page_add(t, "</tbody></table>");
}

LusterStatus luster_mix_report(const LusterMix *mix, const LusterMeasurement *measured, char **html,
                               size_t *size, LusterError *err)
{
    LusterPage t = {0};
    head(&t, mix, measured);
    notes(&t, mix->session);
    overview(&t, measured);
    luster_page_add(&t, "<div class=\"two\"><section><h2>Balance</h2><div class=\"panel\"><p>"
                        "Loudness of the groups re the whole mix. The band is where engineers put "
                        "them, the mark is this mix.</p>");
    luster_chart_balance(&t, mix);
    luster_page_add(&t, "</div></section><section><h2>Tone</h2><div class=\"panel\"><p>"
                        "Spectrum in third octaves, dB re the whole. The band holds 80 % of "
                        "professional unmastered mixes.</p>");
    luster_chart_spectrum(&t, mix, measured);
    luster_page_add(&t, "</div></section></div>");
    figures(&t, mix);
    tracks(&t, mix);
    buses(&t, mix);
    luster_page_add(&t, "<footer>Every value stands in the session beside its evidence. Change or "
                        "lock any of them and render again; only that changes.</footer>"
                        "</main></body></html>\n");
    if (t.failed) {
        free(t.data);
        return luster_error_set(err, LUSTER_NO_MEMORY, "out of memory while writing the report");
    }
    *html = t.data;
    *size = t.size;
    return LUSTER_OK;
}
