/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What limiters do to songs at one loudness: each is driven until the song has the target loudness
 * with its true peak under the ceiling; then distortion and movement by test/proc/harm.h. */
#include "luster/audio.h"
#include "luster/measure.h"
#include "luster/processor.h"
#include "proc/harm.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 4096
#define MAX_LIMITERS 64
#define ROUNDS 10
#define LOUDNESS_LU 0.05 /* how near the loudness must come */
#define PEAK_DB 0.05 /* how far a limiter's peak may be over, before its ceiling is lowered */
#define MAX_LAG 20000 /* frames that another program may lag */

typedef struct Song {
    float *ch[2];
    size_t n;
    double rate_hz, lufs;
} Song;

typedef struct Limiter {
    char name[64];
    const char *settings, *command; /* one of the two */
    double distortion, movement, drive; /* sums over the songs */
    int n_songs;
} Limiter;

typedef struct Options {
    double target_lufs, ceiling_dbtp, from_s, seconds;
    Limiter limiters[MAX_LIMITERS];
    int n_limiters;
    char folder[64];
} Options;

static int fail(const char *text)
{
    fprintf(stderr, "limiter_harm: %s\n", text);
    exit(1);
}

static void song_new(Song *song, size_t n, double rate_hz)
{
    song->n = n;
    song->rate_hz = rate_hz;
    for (int c = 0; c < 2; c++)
        if (!(song->ch[c] = calloc(n + 1, sizeof(float))))
            fail("out of memory");
}

static void song_free(Song *song)
{
    free(song->ch[0]);
    free(song->ch[1]);
}

static void song_read(Song *song, const char *path, double from_s, double seconds)
{
    LusterSource *source = NULL;
    LusterError err = {0};
    if (luster_audio_open(path, &source, &err))
        fail(err.text);
    const size_t skip = (size_t)(from_s * source->rate_hz);
    const size_t most = (size_t)(seconds * source->rate_hz);
    song_new(song, skip + most + BLOCK, source->rate_hz);
    size_t n = 0, got = BLOCK;
    while (got == BLOCK && n < skip + most) {
        float *const at[2] = {song->ch[0] + n, song->ch[1] + n};
        if (luster_source_read(source, at, BLOCK, &got, &err))
            fail(err.text);
        if (source->n_channels == 1)
            memcpy(at[1], at[0], got * sizeof(float));
        n += got;
    }
    luster_source_close(source);
    n = n > skip ? n - skip : 0;
    song->n = n < most ? n : most;
    for (int c = 0; c < 2; c++)
        memmove(song->ch[c], song->ch[c] + skip, song->n * sizeof(float));
}

static void song_write(const Song *song, const char *path)
{
    const LusterWriteSpec spec = {
        LUSTER_CONTAINER_WAV, LUSTER_FORMAT_F32, LUSTER_DITHER_NONE, song->rate_hz, 2, 0, true};
    LusterWriter *writer = NULL;
    LusterWriteResult result;
    LusterError err = {0};
    if (luster_writer_new(path, &spec, &writer, &err) ||
        luster_writer_write(writer, (const float *const *)song->ch, song->n, &err) ||
        luster_writer_commit(writer, &result, &err))
        fail(err.text);
}

static void loudness(const Song *song, double *lufs, double *dbtp)
{
    LusterMeasure *measure = NULL;
    LusterMeasurement m;
    LusterError err = {0};
    if (luster_measure_new(song->rate_hz, 2, LUSTER_MEASURE_LOUDNESS | LUSTER_MEASURE_TRUE_PEAK,
                           &measure, &err) ||
        luster_measure_add(measure, (const float *const *)song->ch, song->n) ||
        luster_measure_finish(measure, &m))
        fail("cannot measure");
    *lufs = m.integrated_lufs;
    *dbtp = m.true_peak_dbtp;
    luster_measure_free(measure);
}

/* ---- the two kinds of limiter -----------------------------------------------------------------
 */

static void run_luster(const Limiter *limiter, const Song *in, Song *out, double drive_db,
                       double ceiling_dbtp)
{
    const LusterProcessor *proc = luster_processor_find("limiter");
    LusterInstance *instance = NULL;
    LusterError err = {0};
    double *values = calloc(proc->n_params, sizeof(double));
    if (!values ||
        luster_instance_new(proc, &(LusterSetup){in->rate_hz, BLOCK, 2}, &instance, &err))
        fail(err.text);
    for (uint32_t p = 0; p < proc->n_params; p++)
        values[p] = proc->params[p].def;
    if (luster_processor_parse(proc, limiter->settings, values, &err))
        fail(err.text);
    values[luster_processor_param(proc, "input_gain")] = drive_db;
    values[luster_processor_param(proc, "ceiling")] = ceiling_dbtp;
    for (uint32_t p = 0; p < proc->n_params; p++)
        luster_instance_set(instance, p, values[p]);
    const size_t lag = luster_instance_latency(instance);
    static float rest[2][BLOCK];
    for (size_t at = 0; at < in->n + lag; at += BLOCK) {
        const size_t left = in->n + lag - at, n = left < BLOCK ? left : BLOCK;
        float *block[2] = {rest[0], rest[1]};
        for (int c = 0; c < 2; c++)
            for (size_t i = 0; i < n; i++)
                rest[c][i] = at + i < in->n ? in->ch[c][at + i] : 0.0f;
        const float *ins[2] = {rest[0], rest[1]};
        luster_instance_process(instance, &(LusterBlock){ins, block, NULL, (uint32_t)n});
        for (int c = 0; c < 2; c++)
            for (size_t i = 0; i < n; i++)
                if (at + i >= lag)
                    out->ch[c][at + i - lag] = rest[c][i];
    }
    luster_instance_free(instance);
    free(values);
}

/* Another program: %i and %o are files, %d and %c drive and ceiling in dB, %g and %l as factors. */
static void expand(char *text, size_t size, const char *command, const char *in, const char *out,
                   double drive_db, double ceiling_dbtp)
{
    size_t n = 0;
    for (const char *p = command; *p && n + 1 < size; p++) {
        if (*p != '%') {
            text[n++] = *p;
            text[n] = '\0';
            continue;
        }
        switch (*++p) {
        case 'i':
            n += (size_t)snprintf(text + n, size - n, "%s", in);
            break;
        case 'o':
            n += (size_t)snprintf(text + n, size - n, "%s", out);
            break;
        case 'd':
            n += (size_t)snprintf(text + n, size - n, "%.6f", drive_db);
            break;
        case 'c':
            n += (size_t)snprintf(text + n, size - n, "%.6f", ceiling_dbtp);
            break;
        case 'g':
            n += (size_t)snprintf(text + n, size - n, "%.6f", pow(10.0, drive_db / 20.0));
            break;
        case 'l':
            n += (size_t)snprintf(text + n, size - n, "%.6f", pow(10.0, ceiling_dbtp / 20.0));
            break;
        default:
            fail("a command knows %i %o %d %c %g %l");
        }
    }
}

/* The lag at which `out` follows `in` best, over three seconds from the middle. */
static size_t find_lag(const Song *in, const Song *out, size_t most)
{
    size_t from = in->n / 3, n = (size_t)(3.0 * in->rate_hz), best = 0;
    double top = -1e300;
    n = from + n + most < out->n ? n : out->n > from + most ? out->n - from - most : 0;
    for (size_t lag = 0; lag < most; lag++) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i += 7) /* a few samples do, and save time */
            sum += (double)in->ch[0][from + i] * out->ch[0][from + i + lag];
        if (sum > top) {
            top = sum;
            best = lag;
        }
    }
    return best;
}

static void run_command(const Limiter *limiter, const Options *o, const Song *in, Song *out,
                        double drive_db, double ceiling_dbtp)
{
    char text[4096], path_in[128], path_out[128];
    Song padded, result;
    snprintf(path_in, sizeof path_in, "%s/in.wav", o->folder);
    snprintf(path_out, sizeof path_out, "%s/out.wav", o->folder);
    song_new(&padded, in->n + MAX_LAG, in->rate_hz);
    for (int c = 0; c < 2; c++)
        memcpy(padded.ch[c], in->ch[c], in->n * sizeof(float));
    song_write(&padded, path_in);
    expand(text, sizeof text, limiter->command, path_in, path_out, drive_db, ceiling_dbtp);
    if (system(text) != 0)
        fail(text);
    song_read(&result, path_out, 0.0, (double)padded.n / in->rate_hz + 1.0);
    const size_t lag = find_lag(in, &result, MAX_LAG / 2);
    for (int c = 0; c < 2; c++)
        for (size_t i = 0; i < in->n; i++)
            out->ch[c][i] = i + lag < result.n ? result.ch[c][i + lag] : 0.0f;
    song_free(&padded);
    song_free(&result);
}

/* ---- the search --------------------------------------------------------------------------------
 */

static void judge(Limiter *limiter, const Options *o, const Song *in)
{
    Song out;
    double drive = o->target_lufs - in->lufs, ceiling = o->ceiling_dbtp, lufs = 0.0, dbtp = 0.0;
    double drives[2] = {0}, levels[2] = {0};
    song_new(&out, in->n, in->rate_hz);
    for (int round = 0; round < ROUNDS; round++) {
        if (limiter->command)
            run_command(limiter, o, in, &out, drive, ceiling);
        else
            run_luster(limiter, in, &out, drive, ceiling);
        loudness(&out, &lufs, &dbtp);
        const double miss = o->target_lufs - lufs, over = dbtp - o->ceiling_dbtp;
        if (fabs(miss) < LOUDNESS_LU && over < PEAK_DB)
            break;
        drives[0] = drives[1], levels[0] = levels[1];
        drives[1] = drive, levels[1] = lufs;
        const double slope = (levels[1] - levels[0]) / (drives[1] - drives[0]); /* secant */
        drive += round > 0 && slope > 0.15 && slope < 1.5 && over < PEAK_DB ? miss / slope : miss;
        ceiling -= over > PEAK_DB ? over : 0.0;
    }
    const Harm harm = harm_of(in->ch, out.ch, in->n, in->rate_hz);
    printf("  %-36s %6.2f dB drive %7.2f LUFS %6.2f dBTP %7.1f dB distortion %5.1f dB movement\n",
           limiter->name, drive, lufs, dbtp, harm.distortion_db, harm.movement_db);
    fflush(stdout);
    limiter->distortion += harm.distortion_db;
    limiter->movement += harm.movement_db;
    limiter->drive += drive;
    limiter->n_songs++;
    song_free(&out);
}

/* ---- the command ------------------------------------------------------------------------------
 */

static void add_limiter(Options *o, const char *name, size_t length, const char *settings,
                        const char *command)
{
    if (o->n_limiters == MAX_LIMITERS)
        fail("too many limiters");
    Limiter *limiter = &o->limiters[o->n_limiters++];
    snprintf(limiter->name, sizeof limiter->name, "%.*s", (int)length, name);
    limiter->settings = settings;
    limiter->command = command;
}

/* NAME=TEXT */
static const char *after_name(const char *text, size_t *length)
{
    const char *equals = strchr(text, '=');
    if (!equals)
        fail("NAME=… expected");
    *length = (size_t)(equals - text);
    return equals + 1;
}

static void parse(Options *o, int argc, char **argv)
{
    int option;
    size_t length;
    while ((option = getopt(argc, argv, "t:c:f:n:s:x:")) != -1) {
        switch (option) {
        case 't':
            o->target_lufs = atof(optarg);
            break;
        case 'c':
            o->ceiling_dbtp = atof(optarg);
            break;
        case 'f':
            o->from_s = atof(optarg);
            break;
        case 'n':
            o->seconds = atof(optarg);
            break;
        case 's': {
            const char *settings = after_name(optarg, &length);
            add_limiter(o, optarg, length, settings, NULL);
            break;
        }
        case 'x': {
            const char *command = after_name(optarg, &length);
            add_limiter(o, optarg, length, NULL, command);
            break;
        }
        default:
            fail("limiter_harm [-t LUFS] [-c dBTP] [-f FROM_S] [-n SECONDS] [-s NAME=SETTINGS]… "
                 "[-x NAME=COMMAND]… SONG…\n"
                 "  a COMMAND's %i and %o are files, %d and %c drive and ceiling in dB, %g and %l "
                 "the same as factors");
        }
    }
}

static void add_presets(Options *o)
{
    static char settings[MAX_LIMITERS][64];
    const LusterProcessor *proc = luster_processor_find("limiter");
    add_limiter(o, "luster", 6, "", NULL);
    for (uint32_t p = 0; p < proc->n_presets && p < MAX_LIMITERS; p++) {
        snprintf(settings[p], sizeof settings[p], "preset=%s", proc->presets[p].id);
        add_limiter(o, settings[p], strlen(settings[p]), settings[p], NULL);
    }
    if (system("ffmpeg -version >/dev/null 2>&1") == 0)
        add_limiter(o, "ffmpeg alimiter", 15, NULL,
                    "ffmpeg -v error -y -i %i -af alimiter=level_in=%g:limit=%l:attack=5:release=50"
                    ":level=disabled -c:a pcm_f32le %o");
}

int main(int argc, char **argv)
{
    Options o = {.target_lufs = -9.0, .ceiling_dbtp = -1.0, .seconds = 30.0};
    parse(&o, argc, argv);
    if (o.n_limiters == 0)
        add_presets(&o);
    snprintf(o.folder, sizeof o.folder, "/tmp/limiter_harm.XXXXXX");
    if (!mkdtemp(o.folder))
        fail("no temporary folder");
    for (int s = optind; s < argc; s++) {
        Song song;
        double dbtp;
        song_read(&song, argv[s], o.from_s, o.seconds);
        loudness(&song, &song.lufs, &dbtp);
        printf("%s: %.2f LUFS, %.2f dBTP\n", argv[s], song.lufs, dbtp);
        for (int l = 0; l < o.n_limiters; l++)
            judge(&o.limiters[l], &o, &song);
        song_free(&song);
    }
    printf("mean\n");
    for (int l = 0; l < o.n_limiters; l++) {
        const Limiter *limiter = &o.limiters[l];
        const double n = limiter->n_songs ? limiter->n_songs : 1;
        printf("  %-36s %6.2f dB drive %30.1f dB distortion %5.1f dB movement\n", limiter->name,
               limiter->drive / n, limiter->distortion / n, limiter->movement / n);
    }
    char text[128];
    snprintf(text, sizeof text, "rm -rf '%s'", o.folder);
    return system(text) != 0;
}
