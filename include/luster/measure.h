/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Measuring: loudness (ITU-R BS.1770-5, EBU R 128, Tech 3341 and 3342), peaks, levels, stereo,
 * spectrum and faults of a stream, in one pass and in memory that grows by 16 bytes per 100 ms.
 * The same samples give the same loudness and peaks, bit for bit, however they are cut into blocks
 * and on every processor; the spectrum may differ in the last digits between processors. */
#ifndef LUSTER_MEASURE_H
#define LUSTER_MEASURE_H

#include "luster/source.h"
#include "luster/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LUSTER_MEASURE_CHANNELS 2
#define LUSTER_BANDS 31 /* third octaves from 20 Hz to 20 kHz */
#define LUSTER_SERIES_STEP_MS 100 /* between two values of a loudness series */

/** What to measure; sums, sample peaks, faults and silence are always there. */
enum {
    LUSTER_MEASURE_LOUDNESS = 1,
    LUSTER_MEASURE_TRUE_PEAK = 2,
    LUSTER_MEASURE_SPECTRUM = 4,
    LUSTER_MEASURE_ALL = 7
};

/** Results. Levels of nothing are -INFINITY; ratios that do not exist are NAN. dBFS: 0 is the
 * level of a full-scale square wave (RMS) or of a full-scale sample (peak), so that crest is the
 * difference of the two and a full-scale sine has -3.01 dBFS RMS. */
typedef struct LusterMeasurement {
    double rate_hz;
    uint32_t n_channels;
    uint64_t n_frames;
    double duration_s;

    /* Loudness. A mono stream counts as one channel (as in BS.1770, and as libebur128 does): played
     * on two loudspeakers it is 3.01 LU louder than this. */
    double integrated_lufs; /* both gates of BS.1770-5; -INFINITY under 400 ms */
    double momentary_max_lufs; /* 400 ms windows, every 10 ms, silence before the start counts */
    double short_term_max_lufs; /* 3 s windows, likewise */
    double lra_lu; /* EBU Tech 3342, short-term every 100 ms; little meaning under one minute */
    /* The same with short-term every second, which the standard allowed before 2016 and libebur128
     * still does: for comparing with meters of that kind. */
    double lra_1s_lu;

    /* Peaks. */
    double true_peak_dbtp; /* 16 times oversampled; of the loudest channel */
    double true_peak_channel_dbtp[LUSTER_MEASURE_CHANNELS];
    double sample_peak_dbfs;
    double sample_peak_channel_dbfs[LUSTER_MEASURE_CHANNELS];

    /* Dynamics. */
    double plr_lu; /* peak to loudness: true peak - integrated (AES TD1008) */
    double psr_lu; /* peak to short-term: true peak - 95th percentile of short-term loudness */
    double crest_db; /* sample peak - RMS */

    /* Levels and stereo. */
    double rms_dbfs; /* mean power of the channels */
    double rms_channel_dbfs[LUSTER_MEASURE_CHANNELS];
    double dc_offset[LUSTER_MEASURE_CHANNELS]; /* mean, full scale = 1 */
    double correlation; /* sum LR / sqrt(sum LL sum RR), -1 … 1; 1 for mono */
    double mid_dbfs, side_dbfs; /* RMS of (L+R)/2 and (L-R)/2 */
    double side_mid_db; /* side - mid */
    double balance_db; /* right - left, RMS */

    /* Faults. A clipped run is 3 or more samples in a row at or over full scale (the count that CD
     * mastering calls an over; Katz, Mastering Audio), or 3 or more equal samples at the channel's
     * own peak of either sign, entered or left by a step of more than -60 dB of it: the flat top
     * of something clipped and turned down. */
    uint64_t clipped_runs, clipped_samples, longest_clipped_run;
    uint64_t bad_samples; /* not a number, or infinite: measured as 0 */

    /* Silence: what lies before the first and after the last sample over -60 dBFS. Both are the
     * whole length when there is none. */
    double silence_head_s, silence_tail_s;

    /* RMS per third octave (IEC 61260-1, base ten), mean power of the channels. Bands whose centre
     * is over half the rate are not there: n_bands < 31. 0 when not asked for. */
    uint32_t n_bands;
    double spectrum_third_octave_dbfs[LUSTER_BANDS];
} LusterMeasurement;

/** Nominal centres of the third octaves, 20 … 20000 Hz. */
LUSTER_API extern const double luster_band_centres_hz[LUSTER_BANDS];

/** A running measurement. One thread at a time; different ones are independent. */
typedef struct LusterMeasure LusterMeasure;

/** `rate_hz` 4000 … 768000, rounded to whole Hz; 1 or 2 channels; `parts` of the enum above.
 * Free with luster_measure_free. */
LUSTER_API LusterStatus luster_measure_new(double rate_hz, uint32_t n_channels, unsigned parts,
                                           LusterMeasure **out, LusterError *err);
LUSTER_API void luster_measure_free(LusterMeasure *measure);

/** Takes in[n_channels][n_frames], 1.0 = 0 dBFS. Only LUSTER_NO_MEMORY can fail. */
LUSTER_API LusterStatus luster_measure_add(LusterMeasure *measure, const float *const *in,
                                           size_t n_frames);

/** Ends the stream and fills `out`. Call once, after the last add. */
LUSTER_API LusterStatus luster_measure_finish(LusterMeasure *measure, LusterMeasurement *out);

/** After finish: loudness in LUFS over time, one value per 100 ms; the first window ends at 400 ms
 * (momentary) and 3 s (short-term). Owned by `measure`. */
LUSTER_API const float *luster_measure_momentary(const LusterMeasure *measure, size_t *n);
LUSTER_API const float *luster_measure_short_term(const LusterMeasure *measure, size_t *n);

/** Several finished measurements as one programme: gates and range over all their blocks. */
typedef struct LusterAlbumMeasurement {
    double integrated_lufs, lra_lu, true_peak_dbtp, sample_peak_dbfs;
    double momentary_max_lufs, short_term_max_lufs, duration_s;
} LusterAlbumMeasurement;

/** Of `n` measurements that are finished, loudness among their parts. LUSTER_NO_MEMORY can fail. */
LUSTER_API LusterStatus luster_measure_album(const LusterMeasure *const *measures, size_t n,
                                             LusterAlbumMeasurement *out);

/** Reads `source` from where it stands to its end and measures it. With `measure` not NULL the
 * finished measurement is kept there for series and albums (free it). */
LUSTER_API LusterStatus luster_measure_source(LusterSource *source, unsigned parts,
                                              LusterMeasurement *out, LusterMeasure **measure,
                                              LusterError *err);

#ifdef __cplusplus
}
#endif

#endif
