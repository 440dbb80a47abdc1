/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing: round trips, exactness, when dither comes on, clipping, equal bytes, the switch to RF64.
 * Includes the writer's source, to reach past 4 GiB without writing them. */
#include "../../src/io/writer.c"

#include "common.h"

#define N 20011

static float signal[2][N];

static LusterStatus write_signal(const char *path, const LusterWriteSpec *spec, size_t block,
                                 LusterWriteResult *result, LusterError *err)
{
    LusterWriter *writer;
    LusterStatus status = luster_writer_new(path, spec, &writer, err);
    for (size_t at = 0; !status && at < N; at += block) {
        const float *const in[2] = {signal[0] + at, signal[1] + at};
        status = luster_writer_write(writer, in, block < N - at ? block : N - at, err);
    }
    if (!status)
        status = luster_writer_commit(writer, result, err);
    return status;
}

/* Samples on the grid of `bits`, from `first` on (silence before). */
static void fill_grid(uint32_t bits, size_t first)
{
    LusterRng rng;
    luster_rng_seed(&rng, bits, 2);
    for (size_t i = 0; i < N; i++)
        for (int c = 0; c < 2; c++)
            signal[c][i] = i < first ? 0
                                     : (float)floor(luster_rng_bipolar(&rng) * pow(2, bits - 1.0)) *
                                           (float)pow(2, 1.0 - bits);
}

static bool reads_back(const char *path, uint32_t n_channels)
{
    LusterSource *source;
    LusterError err;
    if (!CHECK(luster_audio_open(path, &source, &err) == LUSTER_OK)) {
        printf("# %s\n", err.text);
        return false;
    }
    size_t n;
    LusterStatus status;
    float *x = read_rest(source, N, 5000, &n, &status, &err);
    bool same = source->n_frames == N && n == N && source->n_channels == n_channels;
    for (uint32_t c = 0; c < n_channels && same; c++)
        same = memcmp(x + c * N, signal[c], sizeof signal[c]) == 0;
    free(x);
    luster_source_close(source);
    return same;
}

TEST(exact_samples_stay_exact_in_every_format)
{
    static const char *const names[] = {"x.wav", "x.aiff", "x.flac"};
    static const uint32_t grids[] = {16, 24, 24, 24};
    for (int container = 0; container < 3; container++) {
        for (int format = 0; format < 4; format++) {
            for (uint32_t channels = 1; channels <= 2; channels++) {
                const LusterWriteSpec spec = {.container = (LusterContainer)container,
                                              .format = (LusterFormat)format,
                                              .rate_hz = 96000,
                                              .n_channels = channels,
                                              .force = true};
                LusterWriteResult result;
                LusterError err;
                fill_grid(grids[format], 0);
                const char *path = in_dir(names[container]);
                const LusterStatus status = write_signal(path, &spec, 3333, &result, &err);
                if (container == LUSTER_CONTAINER_FLAC && format >= LUSTER_FORMAT_S32) {
                    CHECK(status == LUSTER_UNSUPPORTED && strstr(err.text, "x.flac"));
                    continue;
                }
                CHECK(status == LUSTER_OK);
                CHECK(result.n_frames == N && result.n_exact_frames == N);
                CHECK(result.n_clipped == 0 && result.n_nonfinite == 0);
                if (!CHECK(reads_back(path, channels)))
                    printf("# container %d, format %d, %u channels\n", container, format, channels);
                LusterAudioInfo info;
                CHECK(luster_audio_info(path, &info, &err) == LUSTER_OK);
                CHECK(info.rate_hz == 96000 && info.is_float == (format == LUSTER_FORMAT_F32));
            }
        }
    }
    CHECK(count_files(".part", false) == 0);
}

TEST(float_is_never_dithered)
{
    LusterRng rng;
    luster_rng_seed(&rng, 8, 8);
    for (size_t i = 0; i < N; i++)
        for (int c = 0; c < 2; c++)
            signal[c][i] = (float)(luster_rng_bipolar(&rng) * 3);
    const LusterWriteSpec spec = {.format = LUSTER_FORMAT_F32,
                                  .dither = LUSTER_DITHER_TPDF,
                                  .rate_hz = 44100,
                                  .n_channels = 2,
                                  .force = true};
    LusterWriteResult result;
    CHECK(write_signal(in_dir("f.wav"), &spec, 100, &result, NULL) == LUSTER_OK);
    CHECK(reads_back(in_dir("f.wav"), 2));
    CHECK(result.n_clipped == 0);
}

TEST(automatic_dither_comes_on_at_the_first_sample_that_needs_it)
{
    fill_grid(16, 1000);
    signal[1][7777] += 0x1p-18f;
    const LusterWriteSpec spec = {
        .format = LUSTER_FORMAT_S16, .rate_hz = 44100, .n_channels = 2, .force = true};
    LusterWriteResult result;
    CHECK(write_signal(in_dir("d.wav"), &spec, 500, &result, NULL) == LUSTER_OK);
    CHECK(result.n_exact_frames == 7777);
    LusterSource *source;
    CHECK(luster_audio_open(in_dir("d.wav"), &source, NULL) == LUSTER_OK);
    size_t n, n_moved = 0;
    LusterStatus status;
    float *x = read_rest(source, N, N, &n, &status, NULL);
    CHECK(memcmp(x, signal[0], 7777 * sizeof *x) == 0);
    CHECK(memcmp(x + N, signal[1], 7777 * sizeof *x) == 0);
    double worst = 0;
    for (size_t i = 7777; i < N; i++) {
        n_moved += x[i] != signal[0][i];
        worst = fabs(x[i] - signal[0][i]) > worst ? fabs(x[i] - signal[0][i]) : worst;
    }
    CHECK_NEAR((double)n_moved / (N - 7777), 0.25, 0.03); /* P(|d| > 1/2) */
    CHECK(worst <= 1.5 * 0x1p-15);
    free(x);
    luster_source_close(source);
}

TEST(bytes_do_not_depend_on_blocks_or_the_day)
{
    for (size_t i = 0; i < N; i++)
        signal[0][i] = signal[1][i] = (float)sin((double)i * 0.01);
    LusterWriteSpec spec = {.rate_hz = 48000, .n_channels = 2, .force = true};
    for (int container = 0; container < 3; container++) {
        for (int format = 0; format < 4; format++) {
            spec.container = (LusterContainer)container;
            spec.format = (LusterFormat)format;
            if (write_signal(in_dir("a"), &spec, 1, NULL, NULL) == LUSTER_UNSUPPORTED)
                continue;
            CHECK(write_signal(in_dir("b"), &spec, N, NULL, NULL) == LUSTER_OK);
            size_t na, nb;
            char *a = get_file(in_dir("a"), &na), *b = get_file(in_dir("b"), &nb);
            CHECK(na == nb && memcmp(a, b, na) == 0);
            /* libsndfile's peak chunk brings the time of day into float files */
            for (size_t i = 0; i + 16 <= na && i < 200; i++)
                if (memcmp(a + i, "PEAK", 4) == 0)
                    CHECK(memcmp(a + i + 12, "\0\0\0\0", 4) == 0);
            free(a);
            free(b);
        }
    }
}

TEST(clipping_saturates_and_is_counted)
{
    fill_grid(16, 0);
    signal[0][10] = 1.5f;
    signal[0][11] = -7;
    signal[1][12] = 1; /* full scale, not beyond */
    signal[1][13] = NAN;
    signal[1][14] = -INFINITY;
    const LusterWriteSpec spec = {
        .format = LUSTER_FORMAT_S24, .rate_hz = 44100, .n_channels = 2, .force = true};
    LusterWriteResult result;
    CHECK(write_signal(in_dir("c.wav"), &spec, 64, &result, NULL) == LUSTER_OK);
    CHECK(result.n_clipped == 2 && result.n_nonfinite == 2);
    LusterSource *source;
    CHECK(luster_audio_open(in_dir("c.wav"), &source, NULL) == LUSTER_OK);
    size_t n;
    LusterStatus status;
    float *x = read_rest(source, N, N, &n, &status, NULL);
    CHECK(x[10] == 1 - 0x1p-23f && x[11] == -1 && x[N + 12] > 1 - 0x1p-21f);
    CHECK(fabsf(x[N + 13]) < 0x1p-21f && fabsf(x[N + 14]) < 0x1p-21f);
    free(x);
    luster_source_close(source);
}

/* A sparse file of 4.8 GB: as a WAV it must turn into RF64 by itself, and read back at its end. */
TEST(beyond_4_gib_a_wav_becomes_rf64)
{
    const LusterWriteSpec spec = {
        .format = LUSTER_FORMAT_S24, .rate_hz = 48000, .n_channels = 2, .force = true};
    const sf_count_t far = 800000000;
    LusterWriter *writer;
    LusterError err = {0};
    float block[2][100];
    for (int i = 0; i < 100; i++)
        block[0][i] = block[1][i] = (float)i * 0x1p-8f;
    const float *const in[2] = {block[0], block[1]};
    char head[4];
    CHECK(luster_writer_new(in_dir("big.wav"), &spec, &writer, &err) == LUSTER_OK);
    CHECK(luster_writer_write(writer, in, 100, &err) == LUSTER_OK);
    CHECK(luster_writer_commit(writer, NULL, &err) == LUSTER_OK);
    FILE *f = fopen(in_dir("big.wav"), "rb");
    CHECK(f && fread(head, 1, 4, f) == 4 && memcmp(head, "RIFF", 4) == 0);
    fclose(f);
    CHECK(luster_writer_new(in_dir("big.wav"), &spec, &writer, &err) == LUSTER_OK);
    CHECK(luster_writer_write(writer, in, 100, &err) == LUSTER_OK);
    if (sf_seek(writer->file, far, SEEK_SET) != far) {
        printf("# no sparse files of this size here\n");
        luster_writer_abort(writer);
        return;
    }
    CHECK(luster_writer_write(writer, in, 100, &err) == LUSTER_OK);
    LusterWriteResult result;
    if (!CHECK(luster_writer_commit(writer, &result, &err) == LUSTER_OK)) {
        printf("# %s\n", err.text);
        return;
    }
    CHECK(result.n_bytes > UINT32_MAX);
    f = fopen(in_dir("big.wav"), "rb");
    CHECK(f && fread(head, 1, 4, f) == 4 && memcmp(head, "RF64", 4) == 0);
    fclose(f);
    LusterSource *source;
    LusterAudioInfo info;
    CHECK(luster_audio_info(in_dir("big.wav"), &info, &err) == LUSTER_OK);
    CHECK_STR(info.container, "RF64");
    CHECK_NEAR((double)info.n_declared_frames, (double)far + 100, 0);
    CHECK(luster_audio_open(in_dir("big.wav"), &source, &err) == LUSTER_OK);
    CHECK_NEAR((double)source->n_frames, (double)far + 100, 0);
    float got[2][100];
    float *const out[2] = {got[0], got[1]};
    size_t n;
    CHECK(luster_source_seek(source, (uint64_t)far, &err) == LUSTER_OK);
    CHECK(luster_source_read(source, out, 100, &n, &err) == LUSTER_OK && n == 100);
    CHECK(memcmp(got, block, sizeof got) == 0);
    luster_source_close(source);
    remove(in_dir("big.wav"));
}

TEST(an_aiff_that_grows_too_large_is_refused)
{
    const LusterWriteSpec spec = {.container = LUSTER_CONTAINER_AIFF,
                                  .format = LUSTER_FORMAT_S24,
                                  .rate_hz = 48000,
                                  .n_channels = 2};
    LusterWriter *writer;
    LusterError err;
    CHECK(luster_writer_new(in_dir("big.aiff"), &spec, &writer, &err) == LUSTER_OK);
    writer->result.n_frames = 715650000; /* 4.29 GB */
    const float *const in[2] = {signal[0], signal[1]};
    CHECK(luster_writer_write(writer, in, N, &err) == LUSTER_UNSUPPORTED);
    CHECK(strstr(err.text, "big.aiff") && strstr(err.text, "WAV"));
    CHECK(luster_writer_commit(writer, NULL, &err) != LUSTER_OK);
    CHECK(count_files("big.aiff", false) == 0);
}

TEST(bad_wishes_are_refused)
{
    LusterWriter *writer;
    LusterError err;
    LusterWriteSpec spec = {.rate_hz = 44100.5, .n_channels = 2};
    CHECK(luster_writer_new(in_dir("r.wav"), &spec, &writer, &err) == LUSTER_BAD_VALUE);
    CHECK(strstr(err.text, "44100.5") != NULL);
    spec = (LusterWriteSpec){.rate_hz = 44100, .n_channels = 3};
    CHECK(luster_writer_new(in_dir("r.wav"), &spec, &writer, &err) == LUSTER_BAD_VALUE);
    LusterContainer container = LUSTER_CONTAINER_WAV;
    CHECK(luster_container_from_path("a/b.AIF", &container, &err) == LUSTER_OK);
    CHECK(container == LUSTER_CONTAINER_AIFF);
    CHECK(luster_container_from_path("a/b.mp3", &container, &err) == LUSTER_BAD_VALUE);
    CHECK(count_files("r.wav", false) == 0);
}

int main(void)
{
    start_dir();
    RUN(exact_samples_stay_exact_in_every_format);
    RUN(float_is_never_dithered);
    RUN(automatic_dither_comes_on_at_the_first_sample_that_needs_it);
    RUN(bytes_do_not_depend_on_blocks_or_the_day);
    RUN(clipping_saturates_and_is_counted);
    RUN(beyond_4_gib_a_wav_becomes_rf64);
    RUN(an_aiff_that_grows_too_large_is_refused);
    RUN(bad_wishes_are_refused);
    end_dir();
    return tap_done();
}
