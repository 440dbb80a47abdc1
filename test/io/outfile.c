/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Outputs appear whole or not at all: kill -9, full disks, forbidden places, names already taken.
 */
#define _GNU_SOURCE
#include "common.h"

#include "io/outfile.h"
#include "luster/file.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

static bool holds(const char *path, const char *want)
{
    size_t n;
    char *got = get_file(path, &n);
    const bool same = got && n == strlen(want) && memcmp(got, want, n) == 0;
    free(got);
    return same;
}

TEST(files_as_wholes)
{
    LusterError err;
    void *data;
    size_t size;
    const char *path = in_dir("s.json");
    CHECK(luster_file_write(path, "one", 3, false, &err) == LUSTER_OK);
    CHECK(holds(path, "one"));
    CHECK(luster_file_write(path, "two", 3, false, &err) == LUSTER_EXISTS);
    CHECK(strstr(err.text, "s.json") && strstr(err.text, "--force"));
    CHECK(holds(path, "one"));
    CHECK(luster_file_write(path, "three", 5, true, &err) == LUSTER_OK);
    CHECK(luster_file_read(path, 5, &data, &size, &err) == LUSTER_OK && size == 5);
    CHECK_STR(data, "three");
    free(data);
    CHECK(luster_file_read(path, 4, &data, &size, &err) == LUSTER_BAD_FILE && !data);
    CHECK(luster_file_read(in_dir("none"), 4, &data, &size, &err) == LUSTER_NOT_FOUND);
    CHECK(luster_file_read(test_dir, 4, &data, &size, &err) == LUSTER_BAD_FILE);
    CHECK(luster_file_write(path, "", 0, true, &err) == LUSTER_OK && holds(path, ""));
    CHECK(count_files(".part", false) == 0);
    struct stat st;
    const mode_t mask = umask(0);
    umask(mask);
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == (0666 & ~mask));
}

TEST(places_that_cannot_be_written)
{
    LusterError err;
    CHECK(luster_file_write(test_dir, "x", 1, true, &err) == LUSTER_EXISTS);
    CHECK(strstr(err.text, "folder") != NULL);
    CHECK(luster_file_write(in_dir("no/such/x"), "x", 1, false, &err) == LUSTER_NOT_FOUND);
    CHECK(strstr(err.text, "no/such") != NULL);
    CHECK(luster_file_write("", "x", 1, false, &err) == LUSTER_BAD_VALUE);
    CHECK(luster_file_write("/tmp/", "x", 1, true, &err) != LUSTER_OK);
    /* a device must never be replaced by a file */
    CHECK(luster_file_write("/dev/null", "x", 1, true, &err) == LUSTER_UNSUPPORTED);
    CHECK(symlink("/nowhere/at/all", in_dir("link")) == 0);
    CHECK(luster_file_write(in_dir("link"), "x", 1, true, &err) == LUSTER_EXISTS);
    mkdir(in_dir("locked"), 0500);
    const bool root = geteuid() == 0; /* whom no mode stops */
    if (root)
        CHECK(chmod(test_dir, 0755) == 0 && chmod(in_dir("locked"), 0555) == 0 &&
              seteuid(65534) == 0);
    CHECK(luster_file_write(in_dir("locked/x"), "x", 1, false, &err) == LUSTER_IO);
    CHECK(strstr(err.text, "writable") != NULL);
    if (root)
        CHECK(seteuid(0) == 0);
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[299] = 0;
    CHECK(luster_file_write(in_dir(name), "x", 1, false, &err) == LUSTER_IO);
    name[250] = 0; /* long, but allowed: the part's own name must still fit */
    CHECK(luster_file_write(in_dir(name), "x", 1, false, &err) == LUSTER_OK);
}

TEST(a_file_that_appears_meanwhile_is_not_replaced)
{
    LusterOutfile *file;
    LusterError err;
    const char *path = in_dir("race");
    CHECK(luster_outfile_new(path, false, &file, &err) == LUSTER_OK);
    CHECK(luster_outfile_write(file, "mine", 4, &err) == LUSTER_OK);
    put_file(path, "theirs", 6);
    CHECK(luster_outfile_commit(file, &err) == LUSTER_EXISTS);
    CHECK(holds(path, "theirs"));
    CHECK(luster_outfile_new(path, true, &file, &err) == LUSTER_OK);
    CHECK(luster_outfile_write(file, "mine", 4, &err) == LUSTER_OK);
    CHECK(holds(path, "theirs")); /* not before commit */
    luster_outfile_abort(file);
    CHECK(holds(path, "theirs"));
    CHECK(count_files("race", false) == 1);
}

/* Writes `n_blocks` blocks of a level over `path`; after half of them, tells `tell` and waits. */
static LusterStatus write_level(const char *path, float level, int n_blocks, int tell,
                                LusterContainer container, LusterError *err)
{
    static float block[4096];
    for (int i = 0; i < 4096; i++)
        block[i] = level;
    const float *const in[2] = {block, block};
    const LusterWriteSpec spec = {.container = container,
                                  .format = LUSTER_FORMAT_S24,
                                  .dither = LUSTER_DITHER_TPDF,
                                  .rate_hz = 48000,
                                  .n_channels = 2,
                                  .force = true};
    LusterWriter *writer;
    LusterStatus status = luster_writer_new(path, &spec, &writer, err);
    for (int i = 0; i < n_blocks && !status; i++) {
        status = luster_writer_write(writer, in, 4096, err);
        if (i == n_blocks / 2 && tell >= 0) {
            if (write(tell, "x", 1) == 1)
                pause();
            _exit(1);
        }
    }
    if (!status)
        return luster_writer_commit(writer, NULL, err);
    if (writer)
        luster_writer_abort(writer);
    return status;
}

TEST(kill_9_leaves_the_old_file)
{
    const char *path = in_dir("k.wav");
    CHECK(write_level(path, 0.25f, 20, -1, LUSTER_CONTAINER_WAV, NULL) == LUSTER_OK);
    size_t n_old, n_now;
    char *old = get_file(path, &n_old);
    int tell[2];
    if (!CHECK(pipe(tell) == 0))
        return;
    const pid_t child = fork();
    if (child == 0) {
        write_level(path, 0.5f, 100, tell[1], LUSTER_CONTAINER_WAV, NULL);
        _exit(1);
    }
    char byte;
    CHECK(read(tell[0], &byte, 1) == 1);
    CHECK(count_files(".part", false) == 1); /* it is in the middle */
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    char *now = get_file(path, &n_now);
    CHECK(n_now == n_old && memcmp(old, now, n_old) == 0);
    free(old);
    free(now);
    close(tell[0]);
    close(tell[1]);
}

TEST(kill_9_at_any_moment_leaves_a_whole_file)
{
    const char *path = in_dir("r.wav");
    write_level(path, 0.25f, 8, -1, LUSTER_CONTAINER_WAV, NULL);
    size_t n_old;
    char *old = get_file(path, &n_old);
    LusterRng rng;
    luster_rng_seed(&rng, 1, 1);
    int n_whole = 0;
    for (int round = 0; round < 25; round++) {
        const pid_t child = fork();
        if (child == 0) {
            for (;;)
                write_level(path, 0.25f, 8, -1, LUSTER_CONTAINER_WAV, NULL);
        }
        usleep(luster_rng_u32(&rng) % 20000);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        size_t n;
        char *now = get_file(path, &n);
        n_whole += now && n == n_old && memcmp(old, now, n) == 0;
        free(now);
    }
    CHECK(n_whole == 25);
    free(old);
}

/* In a child whose files may not grow beyond 100 kB. */
TEST(a_file_that_cannot_grow_leaves_nothing)
{
    static const char *const names[] = {"g.wav", "g.aiff", "g.flac"};
    for (int container = 0; container < 3; container++) {
        write_level(in_dir(names[container]), 0.5f, 2, -1, (LusterContainer)container, NULL);
        size_t n_old, n_now;
        char *old = get_file(in_dir(names[container]), &n_old);
        const pid_t child = fork();
        if (child == 0) {
            const struct rlimit limit = {100000, 100000};
            signal(SIGXFSZ, SIG_IGN);
            setrlimit(RLIMIT_FSIZE, &limit);
            LusterError err = {0};
            const LusterStatus status = write_level(in_dir(names[container]), 0.5f, 200, -1,
                                                    (LusterContainer)container, &err);
            _exit(status == LUSTER_IO && strstr(err.text, names[container]) &&
                          strstr(err.text, "larger than")
                      ? 0
                      : 1);
        }
        int result = 1;
        waitpid(child, &result, 0);
        if (!CHECK(result == 0))
            printf("# %s\n", names[container]);
        char *now = get_file(in_dir(names[container]), &n_now);
        CHECK(n_old == n_now && memcmp(old, now, n_old) == 0);
        free(old);
        free(now);
    }
    CHECK(count_files("g.", false) == 3);
}

/* On a file system of 64 kB, where the test may mount one. */
TEST(a_full_disk_is_named)
{
    char disk[600];
    snprintf(disk, sizeof disk, "%s", in_dir("disk"));
    mkdir(disk, 0700);
    const pid_t child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWNS) != 0)
            _exit(77);
        if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("tmpfs", disk, "tmpfs", 0, "size=64k") != 0)
            _exit(77);
        static char big[200000];
        LusterError err = {0};
        int bad = luster_file_write(in_dir("disk/f"), big, sizeof big, false, &err) != LUSTER_IO;
        bad |= !strstr(err.text, "disk is full") || !strstr(err.text, "disk/f");
        bad |= write_level(in_dir("disk/f.wav"), 0.5f, 50, -1, LUSTER_CONTAINER_WAV, &err) !=
               LUSTER_IO;
        bad |= !strstr(err.text, "disk is full");
        bad |= write_level(in_dir("disk/f.flac"), 0.5f, 50, -1, LUSTER_CONTAINER_FLAC, &err) !=
               LUSTER_IO;
        bad |= luster_file_write(in_dir("disk/small"), "x", 1, false, &err) != LUSTER_OK;
        if (bad)
            printf("# %s\n", err.text);
        fflush(stdout);
        _exit(bad);
    }
    int result = 1;
    waitpid(child, &result, 0);
    if (WIFEXITED(result) && WEXITSTATUS(result) == 77)
        printf("# may not mount here: full disk only by its error number\n");
    else
        CHECK(result == 0);
    rmdir(disk);
    LusterOutfile *file;
    LusterError err;
    CHECK(luster_outfile_new(in_dir("full"), false, &file, &err) == LUSTER_OK);
    luster_outfile_fail(file, ENOSPC);
    CHECK(luster_outfile_write(file, "x", 1, &err) == LUSTER_IO);
    CHECK(strstr(err.text, "disk is full") != NULL);
    CHECK(luster_outfile_commit(file, &err) == LUSTER_IO);
    CHECK(count_files("full", false) == 0);
}

int main(void)
{
    start_dir();
    RUN(files_as_wholes);
    RUN(places_that_cannot_be_written);
    RUN(a_file_that_appears_meanwhile_is_not_replaced);
    RUN(kill_9_leaves_the_old_file);
    RUN(kill_9_at_any_moment_leaves_a_whole_file);
    RUN(a_file_that_cannot_grow_leaves_nothing);
    RUN(a_full_disk_is_named);
    end_dir();
    return tap_done();
}
