/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads files block by block; a Hann window of about 170 ms around each step of 100 ms gives the
 * bands (bins at a border count in part), two biquads per channel the loudness. */
#include "mix_cells.h"

#include "dsp/fft.h"
#include "luster/audio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096
#define PI 3.14159265358979323846
#define MOST_FILES 256

typedef struct Biquad {
    double b0, b1, b2, a1, a2, z1, z2;
} Biquad;

/* The open files and the last second of their sum. */
typedef struct Stream {
    LusterSource *sources[MOST_FILES];
    uint32_t n;
    double rate_hz;
    float *sum[2];
    uint64_t n_frames, room;
} Stream;

static double run(Biquad *q, double x)
{
    const double y = q->b0 * x + q->z1;
    q->z1 = q->b1 * x - q->a1 * y + q->z2;
    q->z2 = q->b2 * x - q->a2 * y;
    return y;
}

/* The two sections of BS.1770 by bilinear transform of their prototypes; the shelf's gain is free
 * because [P13l] raises it by 10 dB. */
static Biquad shelf(double rate_hz, double gain_db)
{
    const double k = tan(PI * 1681.974450955533 / rate_hz), q = 0.7071752369554196;
    const double vh = pow(10.0, gain_db / 20.0), vb = pow(vh, 0.4996667741545416);
    const double a0 = 1.0 + k / q + k * k;
    return (Biquad){.b0 = (vh + vb * k / q + k * k) / a0,
                    .b1 = 2.0 * (k * k - vh) / a0,
                    .b2 = (vh - vb * k / q + k * k) / a0,
                    .a1 = 2.0 * (k * k - 1.0) / a0,
                    .a2 = (1.0 - k / q + k * k) / a0};
}

static Biquad low_cut(double rate_hz)
{
    const double k = tan(PI * 38.13547087602444 / rate_hz), q = 0.5003270373238773;
    const double a0 = 1.0 + k / q + k * k;
    return (Biquad){.b0 = 1.0,
                    .b1 = -2.0,
                    .b2 = 1.0,
                    .a1 = 2.0 * (k * k - 1.0) / a0,
                    .a2 = (1.0 - k / q + k * k) / a0};
}

int cells_new(Cells *c, uint32_t n_steps)
{
    *c = (Cells){.n_steps = n_steps};
    const size_t n = n_steps ? n_steps : 1;
    c->k = calloc(n, sizeof(float));
    c->m = calloc(n, sizeof(float));
    c->left = calloc(n, sizeof(float));
    c->right = calloc(n, sizeof(float));
    c->bands = calloc(n * CELL_BANDS, sizeof(float));
    return c->k && c->m && c->left && c->right && c->bands;
}

void cells_free(Cells *c)
{
    free(c->k);
    free(c->m);
    free(c->left);
    free(c->right);
    free(c->bands);
    *c = (Cells){0};
}

static LusterStatus read_all(Stream *s, LusterError *err)
{
    static float block[2][BLOCK];
    float *const in[2] = {block[0], block[1]};
    for (uint32_t f = 0; f < s->n; f++) {
        uint64_t at = 0;
        for (size_t got = BLOCK; got == BLOCK;) {
            const LusterStatus status = luster_source_read(s->sources[f], in, BLOCK, &got, err);
            if (status)
                return status;
            const int mono = s->sources[f]->n_channels == 1;
            for (size_t i = 0; i < got && at + i < s->room; i++) {
                s->sum[0][at + i] += mono ? block[0][i] * 0.70710678f : block[0][i];
                s->sum[1][at + i] += mono ? block[0][i] * 0.70710678f : block[1][i];
            }
            at += got;
        }
        s->n_frames = at > s->n_frames ? at : s->n_frames;
    }
    return LUSTER_OK;
}

static LusterStatus open_all(Stream *s, const char *const *paths, uint32_t n_paths,
                             LusterError *err)
{
    for (uint32_t f = 0; f < n_paths && f < MOST_FILES; f++) {
        const LusterStatus status = luster_audio_open(paths[f], &s->sources[f], err);
        if (status)
            return status;
        s->n++;
        s->rate_hz = s->sources[f]->rate_hz;
        if (s->sources[f]->n_frames > s->room)
            s->room = s->sources[f]->n_frames;
    }
    for (int c = 0; c < 2; c++)
        s->sum[c] = calloc(s->room + 1, sizeof(float));
    return s->sum[0] && s->sum[1] ? read_all(s, err) : LUSTER_NO_MEMORY;
}

static void weigh(const Stream *s, Cells *cells)
{
    for (int c = 0; c < 2; c++) {
        Biquad cut = low_cut(s->rate_hz);
        Biquad k_shelf = shelf(s->rate_hz, 3.999843853973347);
        Biquad m_shelf = shelf(s->rate_hz, 13.999843853973347);
        float *const side = c ? cells->right : cells->left;
        uint64_t from = 0;
        for (uint32_t t = 0; t < cells->n_steps; t++) {
            const uint64_t to = (uint64_t)((t + 1) * STEP_S * s->rate_hz + 0.5);
            double k = 0.0, m = 0.0;
            for (uint64_t i = from; i < to && i < s->n_frames; i++) {
                const double x = run(&cut, s->sum[c][i]);
                const double yk = run(&k_shelf, x), ym = run(&m_shelf, x);
                k += yk * yk;
                m += ym * ym;
            }
            side[t] = (float)(k / (double)(to - from));
            cells->k[t] += side[t];
            cells->m[t] += (float)(m / (double)(to - from));
            from = to;
        }
    }
}

/* Power of bin `k` (its edges half a bin to each side) by shares into the bands it touches. */
static void spread_bin(double low_hz, double high_hz, double power, float *bands)
{
    for (int b = 0; b < CELL_BANDS; b++) {
        const double centre = 1000.0 * pow(10.0, (b - 17) / 10.0), half = pow(10.0, 0.05);
        const double from = fmax(low_hz, centre / half), to = fmin(high_hz, centre * half);
        if (to > from)
            bands[b] += (float)(power * (to - from) / (high_hz - low_hz));
    }
}

typedef struct Shares {
    float of[CELL_BANDS];
    int first, last; /* bands the bin touches; last < first: none */
} Shares;

static void fill_shares(Shares *shares, uint32_t n_bins, double bin_hz)
{
    for (uint32_t k = 0; k < n_bins; k++) {
        shares[k].first = 0;
        shares[k].last = -1;
        if (k)
            spread_bin((k - 0.5) * bin_hz, (k + 0.5) * bin_hz, 1.0, shares[k].of);
        for (int b = CELL_BANDS - 1; b >= 0; b--) {
            if (shares[k].of[b] > 0.0f)
                shares[k].first = b;
            if (shares[k].of[b] > 0.0f && shares[k].last < 0)
                shares[k].last = b;
        }
    }
}

static void transform(const float *sum, const Stream *s, const float *window, LusterFft *fft,
                      int64_t from)
{
    float *const time = luster_fft_time(fft);
    for (uint32_t i = 0; i < luster_fft_size(fft); i++) {
        const int64_t at = from + i;
        time[i] = at < 0 || at >= (int64_t)s->n_frames ? 0.0f : window[i] * sum[at];
    }
    luster_fft_forward(fft);
}

static int band_powers(const Stream *s, Cells *cells)
{
    const uint32_t n = s->rate_hz > 64000.0 ? 16384 : 8192, n_bins = n / 2 + 1;
    LusterFft *fft = luster_fft_new(n);
    Shares *shares = calloc(n_bins, sizeof *shares);
    float *window = calloc(n, sizeof *window);
    const int good = fft && shares && window;
    for (uint32_t i = 0; i < n && good; i++)
        window[i] = (float)(0.5 - 0.5 * cos(2.0 * PI * i / n));
    if (good)
        fill_shares(shares, n_bins, s->rate_hz / n);
    /* one-sided; the mean square of a Hann window is 3/8 */
    const double scale = 2.0 / ((double)n * n * 0.375);
    for (uint32_t t = 0; t < cells->n_steps && good; t++)
        for (int c = 0; c < 2; c++) {
            transform(s->sum[c], s, window, fft,
                      (int64_t)((t + 0.5) * STEP_S * s->rate_hz) - n / 2);
            const float *const bins = luster_fft_bins(fft);
            float *const bands = cells->bands + (size_t)t * CELL_BANDS;
            for (uint32_t k = 1; k < n_bins; k++) {
                const double re = bins[2 * k], im = bins[2 * k + 1];
                const double p = scale * (re * re + im * im);
                for (int b = shares[k].first; b <= shares[k].last; b++)
                    bands[b] += (float)(p * shares[k].of[b]);
            }
        }
    luster_fft_free(fft);
    free(shares);
    free(window);
    return good;
}

LusterStatus cells_read(const char *const *paths, uint32_t n_paths, Cells *cells, LusterError *err)
{
    Stream s = {0};
    *cells = (Cells){0};
    LusterStatus status = open_all(&s, paths, n_paths, err);
    if (!status) {
        const uint32_t n_steps = (uint32_t)ceil((double)s.n_frames / s.rate_hz / STEP_S - 1e-9);
        if (cells_new(cells, n_steps) && s.n_frames) {
            weigh(&s, cells);
            status = band_powers(&s, cells) ? LUSTER_OK : LUSTER_NO_MEMORY;
        }
    }
    for (uint32_t f = 0; f < s.n; f++)
        luster_source_close(s.sources[f]);
    free(s.sum[0]);
    free(s.sum[1]);
    return status;
}

static double bark(double hz)
{
    const double f = hz / 1000.0;
    return 13.0 * atan(0.76 * f) + 3.5 * atan((f / 7.5) * (f / 7.5));
}

static double quiet_db_spl(double hz)
{
    const double f = hz / 1000.0;
    return 3.64 * pow(f, -0.8) - 6.5 * exp(-0.6 * (f - 3.3) * (f - 3.3)) + 1e-3 * pow(f, 4.0);
}

void mask_threshold(const float *maskers, double full_scale_db_spl, double *threshold)
{
    static double spread[CELL_BANDS][CELL_BANDS];
    static int ready;
    for (int b = 0; b < CELL_BANDS && !ready; b++) {
        double sum = 0.0;
        for (int a = 0; a < CELL_BANDS; a++) {
            const double z = bark(luster_band_centres_hz[b]) - bark(luster_band_centres_hz[a]);
            const double db =
                15.81 + 7.5 * (z + 0.474) - 17.5 * sqrt(1.0 + (z + 0.474) * (z + 0.474));
            spread[b][a] = pow(10.0, db / 10.0);
            sum += spread[b][a];
        }
        /* where bands lie closer than a Bark the spreading alone would add them up to more than
         * is there: equal power in all bands shall give that power */
        for (int a = 0; a < CELL_BANDS; a++)
            spread[b][a] /= sum;
    }
    ready = 1;
    for (int b = 0; b < CELL_BANDS; b++) {
        double sum = 0.0;
        for (int a = 0; a < CELL_BANDS; a++)
            sum += spread[b][a] * maskers[a];
        const double quiet =
            pow(10.0, (quiet_db_spl(luster_band_centres_hz[b]) - full_scale_db_spl) / 10.0);
        threshold[b] = fmax(sum * pow(10.0, -0.6), quiet);
    }
}
