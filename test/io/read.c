/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading files that libsndfile understands: every width exact, every seek exact. */
#include "common.h"

#include <sndfile.h>

#define N 30011 /* frames of a test file: no round number, several chunks */

/* Random samples of the format's own kind, and the floats they must become, [channels][N]. */
static bool make(const char *path, int format, int channels, int rate, float *want)
{
    SF_INFO sf = {.samplerate = rate, .channels = channels, .format = format};
    SNDFILE *file = sf_open(path, SFM_WRITE, &sf);
    if (!file)
        return false;
    LusterRng rng;
    luster_rng_seed(&rng, (uint64_t)format, (uint64_t)channels);
    const int subtype = format & SF_FORMAT_SUBMASK;
    static const int widths[] = {0, 8, 16, 24, 32, 8};
    const int width = subtype <= SF_FORMAT_PCM_U8 ? widths[subtype] : 0; /* 0: floating point */
    for (int i = 0; i < N; i++) {
        int32_t whole[2];
        float single[2];
        double real[2];
        for (int c = 0; c < channels; c++) {
            const uint32_t u = luster_rng_u32(&rng);
            real[c] = (luster_rng_bipolar(&rng) + luster_rng_bipolar(&rng) * 0x1p-30) * 1.5;
            single[c] = (float)real[c];
            want[c * N + i] = single[c];
            if (width) {
                /* the extremes too */
                const uint32_t v = i == 0 ? 0x80000000u : i == 1 ? 0x7fffffffu : u;
                whole[c] = (int32_t)(v & ~(uint32_t)((1ull << (32 - width)) - 1));
                want[c * N + i] = (float)(whole[c] * 0x1p-31);
            }
        }
        if (width)
            sf_writef_int(file, whole, 1);
        else if (subtype == SF_FORMAT_FLOAT)
            sf_writef_float(file, single, 1);
        else
            sf_writef_double(file, real, 1);
    }
    return sf_close(file) == 0;
}

static void check_exact(int format, int channels, int rate)
{
    static float want[2 * N];
    const char *path = in_dir("exact");
    LusterSource *source;
    LusterError err;
    if (!CHECK(make(path, format, channels, rate, want)))
        return;
    if (!CHECK(luster_audio_open(path, &source, &err) == LUSTER_OK)) {
        printf("# format %x: %s\n", (unsigned)format, err.text);
        return;
    }
    CHECK(source->n_channels == (uint32_t)channels);
    CHECK(source->rate_hz == rate);
    CHECK(source->n_frames == N);
    size_t n;
    LusterStatus status;
    float *got = read_rest(source, N, 777, &n, &status, &err);
    CHECK(n == N && !status);
    const bool same = memcmp(got, want, sizeof *got * N * (size_t)channels) == 0;
    if (!CHECK(same) || !CHECK(seeks_are_exact(source, want, N, 20)))
        printf("# format %x, %d channels\n", (unsigned)format, channels);
    free(got);
    luster_source_close(source);
}

TEST(every_width_is_exact)
{
    static const int formats[] = {
        SF_FORMAT_WAV | SF_FORMAT_PCM_U8,
        SF_FORMAT_WAV | SF_FORMAT_PCM_16,
        SF_FORMAT_WAV | SF_FORMAT_PCM_24,
        SF_FORMAT_WAV | SF_FORMAT_PCM_32,
        SF_FORMAT_WAV | SF_FORMAT_FLOAT,
        SF_FORMAT_WAV | SF_FORMAT_DOUBLE,
        SF_FORMAT_WAV | SF_FORMAT_PCM_24 | SF_ENDIAN_BIG,
        SF_FORMAT_WAVEX | SF_FORMAT_PCM_24,
        SF_FORMAT_RF64 | SF_FORMAT_PCM_24,
        SF_FORMAT_RF64 | SF_FORMAT_FLOAT,
        SF_FORMAT_W64 | SF_FORMAT_PCM_16,
        SF_FORMAT_W64 | SF_FORMAT_PCM_24,
        SF_FORMAT_W64 | SF_FORMAT_DOUBLE,
        SF_FORMAT_AIFF | SF_FORMAT_PCM_S8,
        SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
        SF_FORMAT_AIFF | SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE,
        SF_FORMAT_AIFF | SF_FORMAT_PCM_24,
        SF_FORMAT_AIFF | SF_FORMAT_PCM_24 | SF_ENDIAN_LITTLE,
        SF_FORMAT_AIFF | SF_FORMAT_PCM_32,
        SF_FORMAT_AIFF | SF_FORMAT_FLOAT,
        SF_FORMAT_AIFF | SF_FORMAT_DOUBLE,
        SF_FORMAT_CAF | SF_FORMAT_PCM_24,
        SF_FORMAT_AU | SF_FORMAT_PCM_24,
        SF_FORMAT_FLAC | SF_FORMAT_PCM_S8,
        SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
        SF_FORMAT_FLAC | SF_FORMAT_PCM_24,
    };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        for (int channels = 1; channels <= 2; channels++)
            /* libsndfile writes a wrong length into 8-bit mono AIFFs of odd length */
            if (channels == 2 || formats[i] != (SF_FORMAT_AIFF | SF_FORMAT_PCM_S8))
                check_exact(formats[i], channels, 44100);
}

TEST(every_rate)
{
    static const int rates[] = {8000, 11025, 48000, 88200, 192000, 384000};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
        check_exact(SF_FORMAT_WAV | SF_FORMAT_PCM_24, 2, rates[i]);
    LusterSource *source;
    LusterError err;
    static const unsigned char head[] =
        "RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\xd0\7\0\0\xa0\xf\0\0"
        "\2\0\x10\0data\4\0\0\0\1\0\2";
    put_file(in_dir("slow.wav"), head, sizeof head);
    CHECK(luster_audio_open(in_dir("slow.wav"), &source, &err) == LUSTER_UNSUPPORTED);
    CHECK(strstr(err.text, "2000 Hz") && strstr(err.text, "slow.wav"));
}

static bool make_lossy(const char *path, int format, int rate, int channels, sf_count_t n)
{
    SF_INFO sf = {.samplerate = rate, .channels = channels, .format = format};
    SNDFILE *file = sf_open(path, SFM_WRITE, &sf);
    if (!file)
        return false;
    LusterRng rng;
    luster_rng_seed(&rng, 3, 3);
    double slow = 0;
    for (sf_count_t i = 0; i < n; i++) {
        float x[2];
        for (int c = 0; c < channels; c++) {
            slow = slow * 0.97 + luster_rng_bipolar(&rng) * 0.1;
            /* bursts: codecs switch their block lengths */
            x[c] = (float)(slow * ((i / 5000) % 3 == 0 ? 0.02 : 1));
        }
        sf_writef_float(file, x, 1);
    }
    return sf_close(file) == 0;
}

TEST(lossy_codecs_seek_exactly)
{
    static const struct {
        int format, rate;
        const char *codec;
    } kinds[] = {
        {SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, "Vorbis"},
        {SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, "Opus"},
        {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, "MP3"},
    };
    enum { n_frames = 300007 };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const char *path = in_dir("lossy");
        LusterSource *source;
        LusterError err;
        LusterAudioInfo info;
        if (!make_lossy(path, kinds[i].format, kinds[i].rate, 2, n_frames)) {
            printf("# this libsndfile does not write %s\n", kinds[i].codec);
            continue;
        }
        if (!CHECK(luster_audio_info(path, &info, &err) == LUSTER_OK) ||
            !CHECK(luster_audio_open(path, &source, &err) == LUSTER_OK)) {
            printf("# %s: %s\n", kinds[i].codec, err.text);
            continue;
        }
        CHECK_STR(info.codec, kinds[i].codec);
        CHECK(info.is_lossy && info.bits == 0);
        CHECK_NEAR((double)source->n_frames, n_frames, 0);
        size_t n;
        LusterStatus status;
        float *all = read_rest(source, source->n_frames, 4096, &n, &status, &err);
        CHECK(n == source->n_frames && !status);
        if (!CHECK(seeks_are_exact(source, all, n, 60)))
            printf("# %s\n", kinds[i].codec);
        free(all);
        luster_source_close(source);
    }
}

TEST(samples_that_are_no_numbers_are_mended_and_counted)
{
    for (int format = SF_FORMAT_FLOAT; format <= SF_FORMAT_DOUBLE; format++) {
        double x[2 * 5000];
        for (int i = 0; i < 10000; i++)
            x[i] = 0.25;
        x[0] = NAN;
        x[4001] = INFINITY;
        x[9999] = -INFINITY;
        SF_INFO sf = {.samplerate = 48000, .channels = 2, .format = SF_FORMAT_WAV | format};
        SNDFILE *file = sf_open(in_dir("nan.wav"), SFM_WRITE, &sf);
        if (format == SF_FORMAT_DOUBLE)
            x[6000] = 1e300; /* finite there, infinite as float */
        sf_writef_double(file, x, 5000);
        sf_close(file);
        LusterSource *source;
        LusterError err;
        if (!CHECK(luster_audio_open(in_dir("nan.wav"), &source, &err) == LUSTER_OK))
            return;
        size_t n;
        LusterStatus status;
        float *got = read_rest(source, 5000, 613, &n, &status, &err);
        CHECK(n == 5000 && !status);
        CHECK(got[0] == 0 && got[5000] == 0.25f && got[5000 + 2000] == 0 && got[9999] == 0);
        CHECK_NEAR((double)luster_audio_faults(source).n_nonfinite,
                   format == SF_FORMAT_DOUBLE ? 4 : 3, 0);
        free(got);
        luster_source_close(source);
    }
}

TEST(one_sample_is_a_file)
{
    const float x = 0.5f;
    SF_INFO sf = {.samplerate = 8000, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_24};
    SNDFILE *file = sf_open(in_dir("one.wav"), SFM_WRITE, &sf);
    sf_writef_float(file, &x, 1);
    sf_close(file);
    LusterSource *source;
    LusterError err;
    float y[2] = {0, 0};
    float *const out[1] = {y};
    size_t n;
    CHECK(luster_audio_open(in_dir("one.wav"), &source, &err) == LUSTER_OK);
    CHECK(luster_source_read(source, out, 2, &n, &err) == LUSTER_OK && n == 1 && y[0] == 0.5f);
    CHECK(luster_source_read(source, out, 2, &n, &err) == LUSTER_OK && n == 0);
    CHECK(luster_source_seek(source, 2, &err) == LUSTER_BAD_VALUE);
    luster_source_close(source);
}

int main(void)
{
    start_dir();
    RUN(every_width_is_exact);
    RUN(every_rate);
    RUN(lossy_codecs_seek_exactly);
    RUN(samples_that_are_no_numbers_are_mended_and_counted);
    RUN(one_sample_is_a_file);
    end_dir();
    return tap_done();
}
