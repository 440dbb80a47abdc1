/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of other programs, made here by ffmpeg's command line where there is one: lossless ones are
 * exact, gapless ones keep their length, every seek is exact. */
#include "common.h"

#include <sndfile.h>

#define N 120003

static float signal[2 * N]; /* on the 16-bit grid */

static void make_source(void)
{
    SF_INFO sf = {.samplerate = 44100, .channels = 2, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
    SNDFILE *file = sf_open(in_dir("source.wav"), SFM_WRITE, &sf);
    LusterRng rng;
    luster_rng_seed(&rng, 1, 1);
    double slow[2] = {0, 0};
    for (int i = 0; i < N; i++) {
        short x[2];
        for (int c = 0; c < 2; c++) {
            slow[c] = 0.98 * slow[c] + luster_rng_bipolar(&rng) * 0.05;
            x[c] = (short)(slow[c] * 32768 * ((i / 9000) % 4 ? 1 : 0.01));
            signal[c * N + i] = x[c] * 0x1p-15f;
        }
        sf_writef_short(file, x, 1);
    }
    sf_close(file);
}

static bool encode(const char *name, const char *how)
{
    char command[2000];
    snprintf(command, sizeof command,
             "ffmpeg -nostdin -v quiet -y %s -i '%s' %s '%s' >/dev/null 2>&1",
             strstr(name, ".mp4") ? "-f lavfi -i color=black:s=32x32:d=2.8" : "",
             in_dir("source.wav"), how, in_dir(name));
    if (system(command) == 0)
        return true;
    printf("# %s: this ffmpeg cannot make it\n", name);
    return false;
}

static void check(const char *name, const char *how, bool lossless, uint64_t n_frames)
{
    /* ffmpeg writes MP4's edit list, which says where the priming and padding are, in whole ms */
    const double tolerance = strstr(how, "-c:a aac") ? 44 : 0;
    if (!encode(name, how))
        return;
    LusterSource *source;
    LusterAudioInfo info;
    LusterError err;
    if (!CHECK(luster_audio_info(in_dir(name), &info, &err) == LUSTER_OK) ||
        !CHECK(luster_audio_open(in_dir(name), &source, &err) == LUSTER_OK)) {
        printf("# %s: %s\n", name, err.text);
        return;
    }
    size_t n;
    LusterStatus status;
    float *x = read_rest(source, source->n_frames, 1777, &n, &status, &err);
    bool good = CHECK(n == source->n_frames && !status);
    if (n_frames)
        good &= CHECK_NEAR((double)n, (double)n_frames, tolerance);
    good &= CHECK(info.is_lossy == !lossless && info.n_declared_frames == n);
    if (lossless && n == N)
        good &= CHECK(memcmp(x, signal, sizeof signal) == 0);
    good &= CHECK(seeks_are_exact(source, x, n, 25));
    if (!lossless && n_frames == N) {
        /* in its place: correlation with the original is highest without a shift */
        double best = 0;
        int best_lag = 999;
        for (int lag = -40; lag <= 40; lag++) {
            double sum = 0;
            for (int i = 1000; i < 60000; i++)
                sum += (double)x[i + lag] * signal[i];
            if (sum > best)
                best = sum, best_lag = lag;
        }
        good &= CHECK_NEAR(best_lag, 0, 0);
    }
    if (!good)
        printf("# %s: %s / %s, %zu frames\n", name, info.container, info.codec, n);
    free(x);
    luster_source_close(source);
}

TEST(lossless_through_libav)
{
    check("a.m4a", "-c:a alac", true, N);
    check("a.wv", "-c:a wavpack", true, N);
    check("a.tta", "-c:a tta", true, N);
    check("a.mka", "-c:a flac", true, N);
    check("b.mka", "-c:a pcm_s16le", true, N);
    check("a.mov", "-c:a pcm_s24be", true, N);
}

TEST(gapless_and_lossy_through_libav)
{
    check("b.m4a", "-c:a aac", false, N);
    check("v.mp4", "-map 0:v -map 1:a -c:v mpeg4 -c:a aac", false, N);
    check("a.ac3", "-c:a ac3", false, 0);
    check("a.wma", "-c:a wmav2", false, 0);
    check("a.webm", "-c:a libopus", false, 0);
    check("v.mkv", "-c:a libvorbis", false, 0);
}

TEST(foreign_files_through_libsndfile)
{
    check("a.flac", "-c:a flac", true, N);
    check("a.aiff", "-c:a pcm_s24be", true, N);
    check("a.w64", "-c:a pcm_s32le", true, N);
    check("a.caf", "-c:a pcm_s24le", true, N);
    check("d.wav", "-c:a pcm_f64le", true, N);
    check("f.wav", "-c:a pcm_f32le -rf64 always", true, N);
    check("a.mp3", "-c:a libmp3lame -b:a 192k", false, N);
    check("v.mp3", "-c:a libmp3lame -q:a 4", false, N);
    check("a.ogg", "-c:a libvorbis", false, N);
    check("a.opus", "-c:a libopus -ar 48000", false, 0);
}

TEST(a_picture_or_a_silent_film_is_no_sound)
{
    LusterSource *source;
    LusterError err;
    if (!encode("film.mp4", "-map 0:v -c:v mpeg4"))
        return;
    CHECK(luster_audio_open(in_dir("film.mp4"), &source, &err) == LUSTER_BAD_FILE);
    CHECK(strstr(err.text, "no sound") && strstr(err.text, "film.mp4"));
}

/* A file with a hole: what is before it is read, and that more was promised is told. */
TEST(damaged_in_the_middle)
{
    if (!encode("hole.mka", "-c:a alac"))
        return;
    size_t size, n;
    char *data = get_file(in_dir("hole.mka"), &size);
    memset(data + size / 2, 0xa5, size / 8);
    put_file(in_dir("hole.mka"), data, size);
    free(data);
    LusterSource *source;
    LusterAudioInfo info;
    LusterError err;
    LusterStatus status;
    if (!CHECK(luster_audio_info(in_dir("hole.mka"), &info, &err) == LUSTER_OK) ||
        !CHECK(luster_audio_open(in_dir("hole.mka"), &source, &err) == LUSTER_OK)) {
        printf("# %s\n", err.text);
        return;
    }
    CHECK(info.n_frames > N / 4 && info.n_frames < 3 * N / 4);
    CHECK(info.n_declared_frames > info.n_frames);
    float *x = read_rest(source, N, 4096, &n, &status, &err);
    CHECK(!status && n == info.n_frames && memcmp(x, signal, N / 4 * sizeof *x) == 0);
    free(x);
    luster_source_close(source);
}

/* The second half of an m4a is missing. */
TEST(cut_short)
{
    if (!encode("cut.m4a", "-c:a aac -movflags +faststart"))
        return;
    size_t size, n;
    char *data = get_file(in_dir("cut.m4a"), &size);
    put_file(in_dir("cut.m4a"), data, size * 6 / 10);
    free(data);
    LusterSource *source;
    LusterAudioInfo info;
    LusterError err;
    LusterStatus status;
    if (!CHECK(luster_audio_info(in_dir("cut.m4a"), &info, &err) == LUSTER_OK)) {
        printf("# %s\n", err.text);
        return;
    }
    CHECK_NEAR((double)info.n_declared_frames, N, 44);
    CHECK_NEAR((double)info.n_frames, 0.6 * N, 0.15 * N);
    CHECK(luster_audio_open(in_dir("cut.m4a"), &source, &err) == LUSTER_OK);
    float *x = read_rest(source, N, 4096, &n, &status, &err);
    CHECK(!status && n == info.n_frames);
    free(x);
    luster_source_close(source);
}

int main(void)
{
    if (system("ffmpeg -version >/dev/null 2>&1") != 0) {
        printf("1..0 # SKIP there is no ffmpeg program here\n");
        return 0;
    }
    start_dir();
    make_source();
    RUN(lossless_through_libav);
    RUN(gapless_and_lossy_through_libav);
    RUN(foreign_files_through_libsndfile);
    RUN(a_picture_or_a_silent_film_is_no_sound);
    RUN(damaged_in_the_middle);
    RUN(cut_short);
    end_dir();
    return tap_done();
}
