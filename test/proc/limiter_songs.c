/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The limiter on songs: what it costs to make them as loud as masters are (harm.h), and the ceiling
 * on what is delivered, after dither. doc/processors/limiter.md quotes the figures. */
#include "dsp/bs1770.h"
#include "harm.h"
#include "peak_meter.h"
#include "simd/kernels.h"
#include "tap.h"

static const LusterProcessor *limiter;

/* Chords, bass, kick, snare and hats: peaks 14 dB over the loudness, as in unmastered mixes (D6).
 */
static Signal song(double rate_hz, double seconds)
{
    Signal x = rig_signal(2, (uint32_t)(seconds * rate_hz));
    LusterRng rng;
    luster_rng_seed(&rng, 12, 3);
    for (uint32_t i = 0; i < x.n_frames; i++) {
        const double t = i / rate_hz, kick = fmod(t, 0.5), snare = fmod(t + 0.25, 0.5);
        const double hat = fmod(t, 0.125), noise = luster_rng_bipolar(&rng);
        const double swell = 0.8 + 0.2 * sin(2 * PI * 0.37 * t);
        double mid = 0.14 * sin(2 * PI * 55 * t) + 0.05 * sin(2 * PI * 110 * t + 1.0);
        mid += 0.55 * sin(2 * PI * (50 + 120 * exp(-60 * kick)) * kick) * exp(-14 * kick);
        mid += (0.35 * noise + 0.3 * sin(2 * PI * 190 * snare)) * exp(-28 * snare);
        double side = 0.0;
        for (int v = 0; v < 6; v++) {
            const double tone = sin(2 * PI * 110 * pow(2.0, (v * 5 + 3) / 12.0) * t + v);
            mid += 0.035 * swell * tone;
            side += (v % 2 ? 0.03 : -0.03) * tone;
        }
        side += 0.05 * noise * exp(-90 * hat);
        x.ch[0][i] = (float)(mid + side);
        x.ch[1][i] = (float)(mid - side);
    }
    return x;
}

static double lufs(const Signal *x, double rate_hz)
{
    static double blocks[1000];
    static LusterLoudness loudness;
    size_t n = 0;
    const float *const in[2] = {x->ch[0], x->ch[1]};
    luster_loudness_init(&loudness, (uint32_t)rate_hz, 2, NULL);
    for (uint32_t at = 0, before = 0; at < x->n_frames; before = (uint32_t)loudness.n_steps) {
        at += luster_loudness_add(&loudness, in, at, x->n_frames - at);
        if (loudness.n_steps != before && loudness.n_steps >= LUSTER_LOUDNESS_MOMENTARY_STEPS &&
            loudness.n_steps % LUSTER_LOUDNESS_STEPS_PER_BLOCK == 0 && n < 1000)
            blocks[n++] = loudness.momentary;
    }
    return luster_power_to_lufs(luster_loudness_gated(blocks, n));
}

/* `out` in step with `in`. */
static void limit(const Signal *in, Signal *out, double rate_hz, const char *settings,
                  double drive_db)
{
    LusterInstance *instance = rig_open(limiter, rate_hz, 2, 1024);
    rig_set(instance, limiter, settings);
    luster_instance_set(instance, (uint32_t)luster_processor_param(limiter, "input_gain"),
                        drive_db);
    const uint32_t lag = luster_instance_latency(instance), n = in->n_frames;
    Signal padded = rig_signal(2, n + lag), late = rig_signal(2, n + lag);
    for (int c = 0; c < 2; c++)
        memcpy(padded.ch[c], in->ch[c], n * sizeof(float));
    rig_run(instance, &padded, &late, NULL, 1024);
    for (int c = 0; c < 2; c++)
        memcpy(out->ch[c], late.ch[c] + lag, n * sizeof(float));
    luster_instance_free(instance);
    rig_drop(&padded);
    rig_drop(&late);
}

/* Driven until it is as loud as wanted; returns the drive. */
static double drive_to(const Signal *in, Signal *out, double rate_hz, const char *settings,
                       double target_lufs)
{
    double drive = target_lufs - lufs(in, rate_hz);
    for (int round = 0; round < 8; round++) {
        limit(in, out, rate_hz, settings, drive);
        const double miss = target_lufs - lufs(out, rate_hz);
        if (fabs(miss) < 0.05)
            break;
        drive += 1.3 * miss;
    }
    return drive;
}

TEST(songs_at_one_loudness_are_harmed_little)
{
    static const struct {
        const char *settings;
        double lufs, distortion_db, movement_db; /* bars */
    } rows[] = {
        {"", -9, -40, 7.5},
        {"preset=master_transparent", -9, -41, 8.5},
        {"preset=master_loud", -9, -39, 6.2},
        {"preset=master_dense", -9, -30, 4.6},
        {"", -14, -60, 0.5},
        {"preset=master_transparent", -14, -60, 0.5},
    };
    Signal in = song(48000, 6.0), out = rig_signal(2, in.n_frames);
    printf("# song of %.1f LUFS, %.1f dBTP\n", lufs(&in, 48000), true_peak_db(&in, 0));
    for (unsigned r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const double drive = drive_to(&in, &out, 48000, rows[r].settings, rows[r].lufs);
        const Harm harm = harm_of(in.ch, out.ch, in.n_frames, 48000);
        printf("# | %.1f LUFS | %s | drive %.2f dB | %.1f dB distortion | %.1f dB movement |\n",
               lufs(&out, 48000), rows[r].settings, drive, harm.distortion_db, harm.movement_db);
        CHECK_NEAR(lufs(&out, 48000), rows[r].lufs, 0.1);
        CHECK(harm.distortion_db < rows[r].distortion_db);
        CHECK(harm.movement_db < rows[r].movement_db);
    }
    rig_drop(&in);
    rig_drop(&out);
}

/* As delivered: TPDF, 2 LSB peak to peak, 24 bit. */
static void dither(Signal *x)
{
    int32_t *pcm = calloc(x->n_frames, sizeof *pcm);
    for (uint32_t c = 0; c < x->n_channels; c++) {
        const LusterQuantiser how = {24, 1, 0, 1 + c};
        luster_kernels()->pcm_quantise(pcm, x->ch[c], x->n_frames, &how);
        for (uint32_t i = 0; i < x->n_frames; i++)
            x->ch[c][i] = (float)pcm[i] * 0x1p-31f;
    }
    free(pcm);
}

TEST(ceiling_holds_on_the_dithered_file)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    static const char *const settings[] = {"", "preset=master_dense", "preset=drum_bus,ceiling=0"};
    for (int r = 0; r < 4; r++) {
        Signal in = song(rates[r], 1.0), out = rig_signal(2, in.n_frames);
        for (int s = 0; s < 3; s++) {
            const double ceiling = s == 2 ? 0.0 : -1.0;
            limit(&in, &out, rates[r], settings[s], 15.0);
            dither(&out);
            const double over = true_peak_db(&out, 0) - ceiling;
            printf("# | %g Hz, %s, 24 bit | %+.3f dB over |\n", rates[r], settings[s], over);
            CHECK(over <= 0.0);
            CHECK(over > -0.1); /* and uses what there is */
        }
        rig_drop(&in);
        rig_drop(&out);
    }
}

int main(void)
{
    limiter = luster_processor_find("limiter");
    make_meter(80);
    RUN(songs_at_one_loudness_are_harmed_little);
    RUN(ceiling_holds_on_the_dithered_file);
    return tap_done();
}
