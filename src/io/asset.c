/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sound goes through the readers of audio files and the resampler, so what they can read can be an
 * impulse response; four channels, which they refuse, come from libsndfile and are
 * resampled by pairs. A curve is a small text. */
#include "luster/asset.h"

#include "base/arena.h"
#include "luster/audio.h"
#include "luster/file.h"

#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 4096 /* frames */
#define MAX_CURVE_BYTES (1u << 20)

/* One file in memory. */
typedef struct Entry {
    struct Entry *next;
    char *path;
    LusterAssetKind kind;
    double rate_hz;
    LusterAssetData data;
    float *audio[LUSTER_ASSET_CHANNELS];
} Entry;

struct LusterAssets {
    LusterArena *arena;
    const char *folder;
    Entry *entries;
};

LusterAssets *luster_assets_new(const char *folder)
{
    LusterArena *arena = luster_arena_new();
    LusterAssets *assets = arena ? luster_arena_alloc(arena, sizeof *assets) : NULL;
    if (!assets) {
        luster_arena_free(arena);
        return NULL;
    }
    assets->arena = arena;
    assets->folder = folder ? luster_arena_strdup(arena, folder) : "";
    if (!assets->folder) {
        luster_arena_free(arena);
        return NULL;
    }
    return assets;
}

void luster_assets_free(LusterAssets *assets)
{
    if (assets)
        luster_arena_free(assets->arena);
}

static LusterStatus no_memory(const char *path, LusterError *err)
{
    return luster_error_set(err, LUSTER_NO_MEMORY, "%s: out of memory", path);
}

/* ---- sound ---------------------------------------------------------------------------------- */

/* Up to two channels in memory, as a source to resample. */
typedef struct Memory {
    LusterSource source;
    const float *audio[2];
    uint64_t position;
} Memory;

static LusterStatus memory_read(LusterSource *source, float *const *out, size_t n_frames,
                                size_t *n_read, LusterError *err)
{
    (void)err;
    Memory *memory = (Memory *)source;
    const uint64_t left = source->n_frames - memory->position;
    const size_t n = left < n_frames ? (size_t)left : n_frames;
    for (uint32_t c = 0; c < source->n_channels; c++)
        memcpy(out[c], memory->audio[c] + memory->position, n * sizeof(float));
    memory->position += n;
    *n_read = n;
    return LUSTER_OK;
}

static LusterStatus memory_seek(LusterSource *source, uint64_t frame, LusterError *err)
{
    (void)err;
    ((Memory *)source)->position = frame;
    return LUSTER_OK;
}

static void memory_close(LusterSource *source)
{
    free(source);
}

/* Reads all of `source` (which is closed) at the entry's rate into its channels from `first` on. */
static LusterStatus take_source(LusterAssets *assets, Entry *entry, LusterSource *source,
                                uint32_t first, LusterError *err)
{
    LusterStatus status = luster_audio_resample(source, entry->rate_hz, &source, err);
    if (status)
        return status;
    const uint32_t n = (uint32_t)source->n_frames;
    entry->data.n_frames = n;
    float *to[2] = {NULL, NULL};
    for (uint32_t c = 0; c < source->n_channels; c++) {
        to[c] = entry->audio[first + c] = luster_arena_array(assets->arena, n + 1, sizeof(float));
        if (!to[c])
            status = no_memory(entry->path, err);
    }
    for (uint32_t at = 0; at < n && !status;) {
        float *const out[2] = {to[0] + at, to[1] ? to[1] + at : NULL};
        size_t n_read = 0;
        status = luster_source_read(source, out, n - at < CHUNK ? n - at : CHUNK, &n_read, err);
        if (!status && n_read == 0)
            status = luster_error_set(err, LUSTER_BAD_FILE, "%s: ends too early", entry->path);
        at += (uint32_t)n_read;
    }
    if (!status && luster_audio_faults(source).n_nonfinite)
        status = luster_error_set(err, LUSTER_BAD_FILE, "%s: holds samples that are no numbers",
                                  entry->path);
    luster_source_close(source);
    return status;
}

static LusterStatus read_wide(Entry *entry, float *const *audio, const LusterAudioInfo *info,
                              LusterError *err)
{
    SF_INFO sf = {0};
    SNDFILE *file = sf_open(entry->path, SFM_READ, &sf);
    if (!file || (uint32_t)sf.channels != info->n_channels) {
        if (file)
            sf_close(file);
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "%s: four channels can be read from WAV, AIFF, CAF and "
                                "FLAC only",
                                entry->path);
    }
    const uint32_t n_channels = info->n_channels;
    float frames[CHUNK];
    uint64_t at = 0;
    bool finite = true;
    while (at < info->n_frames) {
        const uint64_t left = info->n_frames - at;
        const sf_count_t want = (sf_count_t)(left < CHUNK / 4 ? left : CHUNK / 4);
        const sf_count_t n = sf_readf_float(file, frames, want);
        for (sf_count_t i = 0; i < n * n_channels; i++) {
            finite &= isfinite(frames[i]) != 0;
            audio[i % n_channels][at + (uint64_t)(i / n_channels)] = frames[i];
        }
        if (n <= 0)
            break;
        at += (uint64_t)n;
    }
    sf_close(file);
    if (at < info->n_frames || !finite)
        return luster_error_set(err, LUSTER_BAD_FILE, "%s: %s", entry->path,
                                finite ? "ends too early" : "holds samples that are no numbers");
    return LUSTER_OK;
}

/* Four channels: read by libsndfile, resampled by pairs. */
static LusterStatus load_wide(LusterAssets *assets, Entry *entry, const LusterAudioInfo *info,
                              LusterError *err)
{
    float *audio[LUSTER_ASSET_CHANNELS] = {NULL};
    LusterStatus status = LUSTER_OK;
    for (uint32_t c = 0; c < info->n_channels; c++) {
        audio[c] = calloc(info->n_frames, sizeof(float));
        if (!audio[c])
            status = no_memory(entry->path, err);
    }
    if (!status)
        status = read_wide(entry, audio, info, err);
    for (uint32_t c = 0; c < info->n_channels && !status; c += 2) {
        const uint32_t n = info->n_channels - c < 2 ? 1 : 2;
        Memory *memory = calloc(1, sizeof *memory);
        if (!memory) {
            status = no_memory(entry->path, err);
            break;
        }
        *memory = (Memory){
            .source = {n, info->rate_hz, info->n_frames, memory_read, memory_seek, memory_close},
            .audio = {audio[c], n > 1 ? audio[c + 1] : NULL}};
        status = take_source(assets, entry, &memory->source, c, err);
    }
    for (uint32_t c = 0; c < LUSTER_ASSET_CHANNELS; c++)
        free(audio[c]);
    return status;
}

static LusterStatus load_audio(LusterAssets *assets, Entry *entry, LusterError *err)
{
    LusterAudioInfo info;
    LusterStatus status = luster_audio_info(entry->path, &info, err);
    if (status)
        return status;
    if (info.n_channels > LUSTER_ASSET_CHANNELS || info.n_channels == 3)
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "%s: has %u channels; an impulse response has 1, 2 or 4 (left to "
                                "left, left to right, right to left, right to right)",
                                entry->path, info.n_channels);
    if (info.duration_s > LUSTER_ASSET_MAX_S)
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "%s: is %.1f s long; an impulse response has at most %g s",
                                entry->path, info.duration_s, LUSTER_ASSET_MAX_S);
    if (info.n_frames == 0 || info.n_frames < info.n_declared_frames)
        return luster_error_set(err, LUSTER_BAD_FILE, "%s: %s", entry->path,
                                info.n_frames ? "is cut short" : "holds no sound");
    if (info.rate_hz < LUSTER_MIN_RATE_HZ || info.rate_hz > LUSTER_MAX_RATE_HZ)
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "%s: has a sample rate of %.0f Hz; luster takes %d to %d Hz",
                                entry->path, info.rate_hz, LUSTER_MIN_RATE_HZ, LUSTER_MAX_RATE_HZ);
    entry->data.n_channels = info.n_channels;
    entry->data.audio = (const float *const *)entry->audio;
    if (info.n_channels > 2)
        return load_wide(assets, entry, &info, err);
    LusterSource *source;
    status = luster_audio_open(entry->path, &source, err);
    return status ? status : take_source(assets, entry, source, 0, err);
}

/* ---- curves --------------------------------------------------------------------------------- */

/* "Hz, dB" of a line into `point`; 0: nothing there, 1: a point, -1: neither. */
static int parse_line(char *line, LusterCurvePoint *point)
{
    static const char between[] = " \t\r,;";
    char *end;
    line[strcspn(line, "#")] = '\0';
    line += strspn(line, between);
    if (!*line)
        return 0;
    point->hz = strtod(line, &end);
    if (end == line || !strchr(between, *end) || !*end)
        return -1;
    line = end + strspn(end, between);
    point->db = strtod(line, &end);
    return end > line && !end[strspn(end, between)] ? 1 : -1;
}

static LusterStatus parse_curve(Entry *entry, char *text, LusterCurvePoint *points,
                                LusterError *err)
{
    uint32_t n = 0, number = 0;
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        number++;
        LusterCurvePoint point;
        const int found = parse_line(line, &point);
        if (found == 0)
            continue;
        const char *wrong =
            found < 0                             ? "is not of the form Hz, dB"
            : !(point.hz >= 1 && point.hz <= 2e5) ? "has a frequency outside 1 to 200000 Hz"
            : !(fabs(point.db) <= 100)            ? "has a level outside -100 to 100 dB"
            : n && point.hz <= points[n - 1].hz   ? "has no higher frequency than the point before"
            : n == LUSTER_ASSET_MAX_POINTS ? "is one point too many; a curve has at most 4096"
                                           : NULL;
        if (wrong)
            return luster_error_set(err, LUSTER_BAD_FILE, "%s:%u: %s", entry->path, number, wrong);
        points[n++] = point;
    }
    entry->data.points = points;
    entry->data.n_points = n;
    return n ? LUSTER_OK
             : luster_error_set(err, LUSTER_BAD_FILE,
                                "%s: holds no points; a curve is lines of "
                                "Hz, dB",
                                entry->path);
}

static LusterStatus load_curve(LusterAssets *assets, Entry *entry, LusterError *err)
{
    void *text;
    size_t size;
    LusterStatus status = luster_file_read(entry->path, MAX_CURVE_BYTES, &text, &size, err);
    if (status)
        return status;
    LusterCurvePoint *points =
        luster_arena_array(assets->arena, LUSTER_ASSET_MAX_POINTS, sizeof *points);
    if (!points)
        status = no_memory(entry->path, err);
    else if (strlen(text) != size)
        status = luster_error_set(err, LUSTER_BAD_FILE, "%s: is no text", entry->path);
    else
        status = parse_curve(entry, text, points, err);
    free(text);
    return status;
}

/* ---- all ------------------------------------------------------------------------------------ */

LusterStatus luster_assets_load(void *context, const char *file, LusterAssetKind kind,
                                double rate_hz, LusterAssetData *data, LusterError *err)
{
    LusterAssets *assets = context;
    char path[4096];
    LusterStatus status = luster_path_join(assets->folder, file, path, sizeof path, err);
    if (status)
        return status;
    for (const Entry *entry = assets->entries; entry; entry = entry->next) {
        if (entry->kind == kind && entry->rate_hz == rate_hz && strcmp(entry->path, path) == 0) {
            *data = entry->data;
            return LUSTER_OK;
        }
    }
    Entry *entry = luster_arena_alloc(assets->arena, sizeof *entry);
    if (entry)
        entry->path = luster_arena_strdup(assets->arena, path);
    if (!entry || !entry->path)
        return no_memory(path, err);
    entry->kind = kind;
    entry->rate_hz = rate_hz;
    status = kind == LUSTER_ASSET_AUDIO ? load_audio(assets, entry, err)
                                        : load_curve(assets, entry, err);
    if (status)
        return status;
    entry->next = assets->entries;
    assets->entries = entry;
    *data = entry->data;
    return LUSTER_OK;
}
