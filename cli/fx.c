/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* luster fx: a chain of processors over a file. */
#include "commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096 /* frames */
#define MAX_TAIL_S 60.0 /* seconds a tail is waited for */
#define STILL_RINGS 0.001f /* -60 dBFS: a cut that people hear */

typedef struct Fx {
    LusterSession *session;
    LusterStrip *strip;
    LusterInstance *instances[256];
    LusterInsertAssets data[256]; /* of each */
    uint32_t n_instances;
    LusterAssets *assets;
    LusterSource *source;
    LusterWriter *writer;
    float *audio[LUSTER_MAX_CHANNELS]; /* [BLOCK] */
    uint64_t latency, length; /* frames; length to write */
    double tail_s;
    float last_peak; /* of the last block written */
} Fx;

static int open_chain(Fx *fx, const char *chain)
{
    LusterError err;
    fx->assets = luster_assets_new(NULL);
    fx->session = fx->assets ? luster_session_new() : NULL;
    fx->strip = fx->session ? luster_session_add_track(fx->session, "fx", "fx") : NULL;
    if (!fx->strip)
        return cli_fail("out of memory");
    if (luster_chain_parse(fx->session, fx->strip, chain, &err))
        return cli_fail("%s", err.text);
    for (uint32_t i = 0; i < fx->strip->n_inserts; i++) {
        const LusterInsert *insert = &fx->strip->inserts[i];
        LusterInstance **instance = &fx->instances[fx->n_instances];
        if (fx->n_instances == sizeof fx->instances / sizeof fx->instances[0])
            return cli_fail("a chain has at most %zu processors",
                            sizeof fx->instances / sizeof fx->instances[0]);
        LusterInsertAssets *data = &fx->data[fx->n_instances];
        if (luster_insert_load(insert, fx->source->rate_hz, luster_assets_load, fx->assets, data,
                               &err))
            return cli_fail("%s", err.text);
        const LusterSetup setup = {fx->source->rate_hz, BLOCK, fx->source->n_channels, data->list};
        if (luster_instance_new(insert->proc, &setup, instance, &err))
            return cli_fail("%s", err.text);
        fx->n_instances++;
        for (uint32_t p = 0; p < insert->proc->n_params; p++)
            luster_instance_set(*instance, p, insert->values[p]);
        fx->latency += luster_instance_latency(*instance);
        fx->tail_s += luster_instance_tail(*instance);
    }
    return CLI_OK;
}

/* One block of the source, silence after its end, through the chain. */
static LusterStatus next_block(Fx *fx, size_t n, LusterError *err)
{
    size_t n_read = 0;
    const LusterStatus status = luster_source_read(fx->source, fx->audio, n, &n_read, err);
    if (status)
        return status;
    for (uint32_t c = 0; c < fx->source->n_channels; c++)
        memset(fx->audio[c] + n_read, 0, (n - n_read) * sizeof(float));
    const float *in[2] = {fx->audio[0], fx->audio[1]};
    for (uint32_t i = 0; i < fx->n_instances; i++)
        luster_instance_process(fx->instances[i], &(LusterBlock){in, fx->audio, NULL, (uint32_t)n});
    return LUSTER_OK;
}

static LusterStatus run_chain(Fx *fx, CliProgress *progress, LusterError *err)
{
    uint64_t skip = fx->latency;
    for (uint64_t written = 0; written < fx->length;) {
        LusterStatus status = next_block(fx, BLOCK, err);
        if (status)
            return status;
        const size_t drop = skip < BLOCK ? (size_t)skip : BLOCK;
        skip -= drop;
        size_t n = BLOCK - drop;
        n = fx->length - written < n ? (size_t)(fx->length - written) : n;
        const float *out[2] = {fx->audio[0] + drop, fx->audio[1] ? fx->audio[1] + drop : NULL};
        if (n)
            status = luster_writer_write(fx->writer, out, n, err);
        if (status)
            return status;
        fx->last_peak = 0.0f;
        for (uint32_t c = 0; c < fx->source->n_channels; c++) {
            for (size_t i = 0; i < n; i++)
                fx->last_peak = fmaxf(fx->last_peak, fabsf(out[c][i]));
        }
        written += n;
        if (!cli_progress_step(progress, (double)written / (double)fx->length))
            return luster_error_set(err, LUSTER_IO, "stopped; nothing was written");
    }
    return LUSTER_OK;
}

/* The sample format of the input, unless --bits says otherwise. */
static LusterFormat same_format(const LusterAudioInfo *info, const CliFormat *format)
{
    if (info->is_lossy)
        return LUSTER_FORMAT_S24;
    if (info->is_float && format->container != LUSTER_CONTAINER_FLAC)
        return LUSTER_FORMAT_F32;
    if (info->bits <= 16)
        return LUSTER_FORMAT_S16;
    return info->bits <= 24 || format->container == LUSTER_CONTAINER_FLAC ? LUSTER_FORMAT_S24
                                                                          : LUSTER_FORMAT_S32;
}

static int open_files(Cli *cli, Fx *fx)
{
    const char *in = cli_arg(cli, 1), *out = cli_arg(cli, 2);
    CliFormat format;
    LusterAudioInfo info;
    LusterError err;
    int status = cli_format(cli, out, &format);
    if (status)
        return status;
    if (cli_same_file(in, out))
        return cli_misuse(cli, "%s would be replaced by itself; write to another file", in);
    if (luster_audio_info(in, &info, &err) || luster_audio_open(in, &fx->source, &err))
        return cli_fail("%s", err.text);
    if (!cli_flag(cli, "bits"))
        format.format = same_format(&info, &format);
    status = open_chain(fx, cli_arg(cli, 0));
    if (status)
        return status;
    fx->length = fx->source->n_frames;
    if (cli_flag(cli, "tail"))
        fx->length += (uint64_t)(fmin(fx->tail_s, MAX_TAIL_S) * fx->source->rate_hz + 0.5);
    const LusterWriteSpec spec = {
        .container = format.container,
        .format = format.format,
        .dither = format.dither,
        .rate_hz = fx->source->rate_hz,
        .n_channels = fx->source->n_channels,
        .force = format.force,
    };
    if (luster_writer_new(out, &spec, &fx->writer, &err))
        return cli_fail("%s", err.text);
    for (uint32_t c = 0; c < fx->source->n_channels; c++) {
        fx->audio[c] = malloc(BLOCK * sizeof(float));
        if (!fx->audio[c])
            return cli_fail("out of memory");
    }
    return CLI_OK;
}

static int run(Cli *cli)
{
    Fx fx = {0};
    LusterError err;
    LusterWriteResult result;
    int status = open_files(cli, &fx);
    cli_catch_interrupt();
    CliProgress progress = cli_progress(cli, "Processing");
    if (!status && run_chain(&fx, &progress, &err)) {
        cli_progress_end(&progress);
        status = cli_fail("%s", err.text);
    }
    cli_progress_end(&progress);
    if (!status) {
        if (luster_writer_commit(fx.writer, &result, &err))
            status = cli_fail("%s", err.text);
        fx.writer = NULL;
    }
    if (!status) {
        cli_report_written(cli_arg(cli, 2), &result);
        const LusterAudioFaults faults = luster_audio_faults(fx.source);
        cli_report_faults(NULL, cli_arg(cli, 1), &faults);
        if (fx.last_peak > STILL_RINGS && fx.tail_s > 0.5 && !cli_flag(cli, "tail"))
            cli_say(cli, "%s: the effect still rings where the file ends; --tail keeps it",
                    cli_arg(cli, 2));
    }
    luster_writer_abort(fx.writer);
    luster_source_close(fx.source);
    for (uint32_t i = 0; i < fx.n_instances; i++)
        luster_instance_free(fx.instances[i]);
    luster_assets_free(fx.assets);
    for (uint32_t c = 0; c < LUSTER_MAX_CHANNELS; c++)
        free(fx.audio[c]);
    luster_session_free(fx.session);
    return status;
}

static const CliOption options[] = {
    {"tail", 0, NULL, "Lets delays and reverbs ring out after the end of the input."},
    CLI_FORMAT_OPTIONS("from the file's name", "that of the input"),
    {NULL, 0, NULL, NULL},
};

const CliCommand cli_fx = {
    .name = "fx",
    .args = "CHAIN IN OUT",
    .min_args = 3,
    .max_args = 3,
    .summary = "run processors over a file",
    .doc =
        "Runs a chain of processors over a file. A chain is processors separated by |, each with "
        "its settings after a colon; luster describe lists both. The output is as long as the "
        "input and in step with it: look-ahead is taken out. Sample format as in the input "
        "unless --bits is given. What a processor works from is named among its settings: "
        "convolution:ir=hall.wav, match:target=curve.csv; double quotes around a name keep its "
        "commas, bars and blanks.",
    .examples =
        "luster fx 'eq:b1_type=bell,b1_freq=1000,b1_gain=-3 | limiter:ceiling=-1' in.wav "
        "out.wav\ta cut at 1 kHz, then a limiter\n"
        "luster fx 'convolution:ir=\"my hall, large.wav\",mix=25' in.wav out.wav\ta room from "
        "a file\n"
        "luster fx reverb --tail in.flac out.flac\ta reverb that rings out\n",
    .options = options,
    .run = run,
};
