/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that cannot be used, or only in part: each is refused or read with words that name it. */
#include "common.h"

#include <sndfile.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void refuse(const char *name, LusterStatus want, const char *words)
{
    LusterSource *source = NULL;
    LusterError err = {0};
    const LusterStatus status = luster_audio_open(in_dir(name), &source, &err);
    if (!CHECK(status == want) || !CHECK(strstr(err.text, words)) || !CHECK(strstr(err.text, name)))
        printf("# %s: [%s] %s\n", name, luster_status_text(status), err.text);
    CHECK(source == NULL);
}

TEST(not_audio)
{
    put_file(in_dir("empty.wav"), "", 0);
    refuse("empty.wav", LUSTER_BAD_FILE, "empty");
    put_file(in_dir("text.wav"), "Dear drummer,\nplease send the files again.\n", 43);
    refuse("text.wav", LUSTER_BAD_FILE, "text");
    put_file(in_dir("list.m3u"), "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", 31);
    refuse("list.m3u", LUSTER_BAD_FILE, "text");
    put_file(in_dir("a.zip"), "PK\3\4aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 30);
    refuse("a.zip", LUSTER_BAD_FILE, "unpack");
    put_file(in_dir("._kick.wav"), "\0\5\26\7\0\2\0\0Mac OS X        ", 24);
    refuse("._kick.wav", LUSTER_BAD_FILE, "macOS");
    static const char zeros[100000];
    put_file(in_dir("zeros.wav"), zeros, sizeof zeros);
    refuse("zeros.wav", LUSTER_BAD_FILE, "zero bytes");
    refuse("none.wav", LUSTER_NOT_FOUND, "no such file");
    refuse(".", LUSTER_BAD_FILE, "folder");
    LusterSource *source;
    LusterError err;
    CHECK(luster_audio_open("/dev/null", &source, &err) == LUSTER_UNSUPPORTED);
    CHECK(mkfifo(in_dir("pipe.wav"), 0600) == 0);
    refuse("pipe.wav", LUSTER_UNSUPPORTED, "pipe");
    /* noise: whatever a demuxer takes it for, no crash and no success without frames */
    LusterRng rng;
    luster_rng_seed(&rng, 1, 1);
    static uint32_t random[50000];
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < 50000; i++)
            random[i] = luster_rng_u32(&rng);
        put_file(in_dir("noise.wav"), random, sizeof random);
        refuse("noise.wav", LUSTER_BAD_FILE, "cannot be read as audio");
    }
}

TEST(unreadable)
{
    put_file(in_dir("secret.wav"), "RIFF", 4);
    chmod(in_dir("secret.wav"), 0);
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(77);
        LusterSource *source;
        LusterError err = {0};
        const LusterStatus status = luster_audio_open(in_dir("secret.wav"), &source, &err);
        _exit(status == LUSTER_IO && strstr(err.text, "permissions") ? 0 : 1);
    }
    int result = 1;
    waitpid(child, &result, 0);
    CHECK(result == 0 || (WIFEXITED(result) && WEXITSTATUS(result) == 77));
}

/* A file of n frames, low noise. */
static void make(const char *name, int format, int channels, int n)
{
    SF_INFO sf = {.samplerate = 44100, .channels = channels, .format = format};
    SNDFILE *file = sf_open(in_dir(name), SFM_WRITE, &sf);
    LusterRng rng;
    luster_rng_seed(&rng, 1, 1);
    for (int i = 0; i < n; i++) {
        float x[8];
        for (int c = 0; c < channels; c++)
            x[c] = (float)(luster_rng_bipolar(&rng) * 0.1);
        sf_writef_float(file, x, 1);
    }
    sf_close(file);
}

TEST(more_than_two_channels)
{
    make("surround.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 6, 1000);
    refuse("surround.wav", LUSTER_UNSUPPORTED, "6 channels");
    refuse("surround.wav", LUSTER_UNSUPPORTED, "split");
    LusterAudioInfo info;
    CHECK(luster_audio_info(in_dir("surround.wav"), &info, NULL) == LUSTER_OK);
    CHECK(info.n_channels == 6 && info.n_frames == 1000 && info.bits == 24);
    make("header.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 2, 0);
    refuse("header.wav", LUSTER_BAD_FILE, "no sound");
}

/* Cut short: what is there is read, what was promised is told. */
TEST(cut_short)
{
    static const struct {
        const char *name;
        int format;
    } kinds[] = {
        {"cut.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24},
        {"cut.rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_24},
        {"cut.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_24},
        {"cut.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_24},
        {"cut.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24},
        {"cut.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        make(kinds[i].name, kinds[i].format, 2, 100000);
        size_t size, n;
        char *data = get_file(in_dir(kinds[i].name), &size);
        put_file(in_dir(kinds[i].name), data, size / 2);
        free(data);
        LusterAudioInfo info;
        LusterSource *source;
        LusterError err = {0};
        LusterStatus status;
        if (!CHECK(luster_audio_info(in_dir(kinds[i].name), &info, &err) == LUSTER_OK) ||
            !CHECK(luster_audio_open(in_dir(kinds[i].name), &source, &err) == LUSTER_OK)) {
            printf("# %s: %s\n", kinds[i].name, err.text);
            continue;
        }
        const bool ogg = strcmp(kinds[i].name, "cut.ogg") == 0; /* has no length in front */
        CHECK_NEAR((double)info.n_frames, 50000, ogg ? 30000 : 8000);
        CHECK(ogg || info.n_declared_frames == 100000);
        float *x = read_rest(source, 100000, 4096, &n, &status, &err);
        CHECK(n == info.n_frames && n == source->n_frames && !status);
        CHECK(x[n - 1] != 0);
        free(x);
        luster_source_close(source);
    }
}

/* A recorder that never came to write its sizes, and a pipe that could not. */
TEST(unknown_sizes)
{
    make("size.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2, 5000);
    for (int k = 0; k < 2; k++) {
        size_t size;
        char *data = get_file(in_dir("size.wav"), &size);
        memset(data + 4, k ? 0xff : 0, 4);
        memset(data + 40, k ? 0xff : 0, 4);
        CHECK(memcmp(data + 36, "data", 4) == 0);
        put_file(in_dir("size.wav"), data, size);
        free(data);
        LusterAudioInfo info = {0};
        CHECK(luster_audio_info(in_dir("size.wav"), &info, NULL) == LUSTER_OK);
        CHECK_NEAR((double)info.n_frames, 5000, 0);
        CHECK_NEAR((double)info.n_declared_frames, 5000, 0);
    }
}

/* Any single damaged byte of a header, and any cut: an error or a reading, never a crash or a hang.
 */
TEST(damaged_headers)
{
    static const int formats[] = {
        SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
        SF_FORMAT_W64 | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_16};
    int n_opened = 0;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        make("h", formats[f], 2, 300);
        size_t size;
        char *data = get_file(in_dir("h"), &size);
        for (size_t at = 0; at < 120 && at < size; at++) {
            const char was = data[at];
            data[at] = (char)(was ^ (at % 2 ? 0xff : 0x41));
            put_file(in_dir("h"), data, at % 5 == 4 ? at : size);
            data[at] = was;
            LusterSource *source;
            LusterError err = {0};
            if (luster_audio_open(in_dir("h"), &source, &err)) {
                CHECK(err.text[0]);
                continue;
            }
            size_t n;
            LusterStatus status;
            float *x = read_rest(source, 2000, 500, &n, &status, &err);
            CHECK(n <= source->n_frames);
            for (size_t i = 0; i < n; i++)
                CHECK(isfinite(x[i]));
            free(x);
            luster_source_close(source);
            n_opened++;
        }
        free(data);
    }
    CHECK(n_opened > 50);
}

/* 300 MB of sparse WAV through a reader: memory does not follow the length. */
TEST(memory_is_bounded)
{
    make("long.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 2, 10);
    FILE *f = fopen(in_dir("long.wav"), "r+b");
    const uint32_t size = 300000000, riff = size + 36;
    fseek(f, 4, SEEK_SET);
    fwrite(&riff, 4, 1, f); /* little-endian machines; elsewhere the file is only cut short */
    fseek(f, 40, SEEK_SET);
    fwrite(&size, 4, 1, f);
    CHECK(ftruncate(fileno(f), 44 + (off_t)size) == 0);
    fclose(f);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    LusterSource *source, *other;
    LusterError err;
    CHECK(luster_audio_open(in_dir("long.wav"), &source, &err) == LUSTER_OK);
    CHECK(luster_audio_resample(source, 48000, &other, &err) == LUSTER_OK);
    static float l[4096], r[4096];
    float *const out[2] = {l, r};
    size_t n;
    uint64_t total = 0;
    while (luster_source_read(total < 5000000 ? other : source, out, 4096, &n, &err) == LUSTER_OK &&
           n)
        total += n;
    getrusage(RUSAGE_SELF, &after);
    CHECK(total > 45000000);
    CHECK(after.ru_maxrss - before.ru_maxrss < 20000); /* kB */
    luster_source_close(other);
    remove(in_dir("long.wav"));
}

int main(void)
{
    start_dir();
    RUN(not_audio);
    RUN(unreadable);
    RUN(more_than_two_channels);
    RUN(cut_short);
    RUN(unknown_sizes);
    RUN(damaged_headers);
    RUN(memory_is_bounded);
    end_dir();
    return tap_done();
}
