/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What one stem is, in plain numbers, from one pass over its stream. No decisions here. Memory is
 * bounded: the series per 100 ms (42 bytes a step) and per 0.2 s (12 bytes) are all that grows with
 * length, and for the first ten minutes the attacks per 5 ms (a byte each). */
#ifndef LUSTER_ANALYSIS_STEM_H
#define LUSTER_ANALYSIS_STEM_H

#include "luster/source.h"

#include <stdbool.h>

#define LUSTER_STEM_BANDS 30 /* 1/3 octaves, 20 Hz ... 16 kHz: the rows of the spectrum tables */
#define LUSTER_STEP_S 0.1 /* step of the series */
#define LUSTER_CHROMA 12 /* pitch classes, C = 0 */
#define LUSTER_CHROMA_STEP_S 0.2
#define LUSTER_BAND_FLOOR_DB                                                                       \
    -120.0 /* level 0 of band_level and chroma_level; 1 is half a dB up                            \
            */
#define LUSTER_LEVEL_BINS 120 /* 1 dB bins of the level histogram, 0 = -120 dBFS */
#define LUSTER_TIMBRE_MAX 128
#define LUSTER_SILENT_DBFS -90.0 /* a peak below this (one 16-bit step) is silence */

/** A frequency at which the part comes out louder than beside it, whatever it plays (peaks.c). */
typedef struct LusterPeak {
    double hz, octaves; /* centre, and width at half its height */
    double excess_db; /* over the bands 1/3 to 5/6 octave away on both sides, half of the time */
    double clear_db; /* over the highest of them */
    double heard; /* share of the frames with sound in which something sounds there */
    double one_line; /* share of the partials there that stand at one frequency: a note */
    double one_pitch; /* share of these that one and the same note makes */
} LusterPeak;

#define LUSTER_STEM_PEAKS 4
#define LUSTER_PEAK_LEAST_DB 3.0 /* what stands out less is not kept */

typedef struct LusterStemFacts {
    double rate_hz, length_s;
    uint32_t n_channels;
    uint64_t n_frames;
    uint64_t hash; /* of all samples: equal for exact duplicates */

    /* Level. dBFS; -INFINITY where there is nothing. */
    double peak_dbfs, rms_dbfs, crest_db;
    double peak_channel[2], power_channel[2]; /* linear */
    double dc[2]; /* linear mean per channel */
    uint32_t n_clipped_runs; /* 3 or more samples in a row at the same full-scale or top value */
    uint32_t longest_clipped; /* frames */
    double over_dbfs; /* how far a float file goes past full scale; 0 when it does not */
    double noise_dbfs; /* quietest sound that is not digital silence: p5 of 100 ms levels */

    /* Loudness. */
    double integrated_lufs; /* BS.1770 */
    double modified_lufs; /* the same with a 280 ms window and +10 dB in the shelf [P13l] */
    double spread_lu; /* p95 - p10 of momentary loudness while active */
    float *k_power; /* [n_steps] K-weighted mean square, summed over channels */
    float *m_power; /* [n_steps] the same, modified weighting */
    float *l_power; /* [n_steps] K-weighted mean square of the left (or only) channel */
    uint32_t n_steps;
    double active_fraction; /* of the length */
    double first_s, last_s; /* where sound starts and ends */
    bool silent;
    uint32_t level_hist[LUSTER_LEVEL_BINS]; /* 10 ms RMS levels, dBFS */

    /* Stereo. Of a mono file: correlation 1, side_db -INFINITY. */
    bool identical; /* two channels, one sound (possibly at two levels) */
    double identical_gain_db; /* right re left when identical */
    int one_side; /* -1: only left has sound, 1: only right, 0: both */
    double correlation; /* -1 ... 1 over the whole length */
    double low_correlation; /* the same under about 200 Hz */
    double side_db; /* side power re mid power */

    /* StemSpectrum of the mono sum. */
    double band_power[LUSTER_STEM_BANDS]; /* linear mean square per band over the whole length */
    /* The same over time: [n_steps * LUSTER_STEM_BANDS] mean square of each band of the mono sum
     * per step, level v is LUSTER_BAND_FLOOR_DB + v / 2 dBFS, 0 that or lower. From windows of 0.17
     * s (whose main lobe is wider than the bands under 100 Hz): an attack is seen up to 0.1 s early
     * and late. luster_stem_level_power gives the power back. */
    uint8_t *band_level;
    /* [n_chroma * LUSTER_CHROMA] mean square per pitch class (A is 440 Hz), 174 Hz ... 2.1 kHz, per
     * LUSTER_CHROMA_STEP_S, levels as above. */
    uint8_t *chroma_level;
    uint32_t n_chroma;
    double centroid_hz, rolloff_hz; /* roll-off: 85 % of the power */
    double flatness; /* 0 tonal ... 1 noise, 100 Hz - 10 kHz, power-weighted over frames */
    double low_edge_hz; /* 1 % of the power lies below */
    double low_share_db; /* power 20-200 Hz re total */
    double infra_share_db; /* power under 18 Hz (DC left out) re total */
    double f0_low_hz, f0_mid_hz; /* p5 and p50 of the fundamental; 0 when not pitched */
    double pitched; /* 0 ... 1: share of the sound with one clear pitch */
    double glide; /* 0 ... 1: share of pitched frames that slide as a voice does */
    LusterPeak peaks[LUSTER_STEM_PEAKS]; /* highest first, 125 Hz ... 14 kHz */
    uint32_t n_peaks;
    double hum_hz; /* 50 or 60 where mains hum stands out of the floor, else 0 */
    double hum_dbfs;

    /* Time. */
    double onsets_per_s; /* while active */
    double decay_db; /* mean fall 150 ms after an onset */
    uint8_t *attacks; /* [n_attacks] strength of attacks per 5 ms, see onset.h */
    uint32_t n_attacks;

    /* Colour and movement, free of level (timbre.c): what tells roles by sound. */
    float timbre[LUSTER_TIMBRE_MAX];
    uint32_t n_timbre; /* 0: nothing was heard */
} LusterStemFacts;

/** Reads `source` from its position to its end and fills *facts. The source is not closed. A call
 * owns nothing shared: any number of threads may analyse different sources. Release with
 * luster_stem_clear. On a failing source the status and text of the source come back. */
LusterStatus luster_stem_analyse(LusterSource *source, LusterStemFacts *facts, LusterError *err);

/** Frees the series. */
void luster_stem_clear(LusterStemFacts *facts);

/** Centre frequency of band 0 ... LUSTER_STEM_BANDS-1, base two (IEC 61260-1 nominal 20 ... 16000).
 */
double luster_stem_band_hz(int band);

/** Power (mean square) of a level of band_level or chroma_level; 0 of level 0. */
double luster_stem_level_power(uint8_t level);

/** Gated loudness (BS.1770: -70 LUFS, then -10 LU) of a power series, from windows of `window`
 * steps; -INFINITY when nothing passes. */
double luster_series_loudness(const float *power, uint32_t n_steps, uint32_t window);

/** Frequency below which the share of power is `share_db` re total, from band powers. */
double luster_stem_edge_hz(const double *band_power, double share_db);

#endif
