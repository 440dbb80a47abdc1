/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolution against the sum of products in double at every rate, for mono, stereo and true stereo
 * responses; the shaping of the response; moves without a click. */
#include "base/math.h"
#include "rig.h"
#include "tap.h"

#define BAR_DB -130.0

static const LusterProcessor *proc;

typedef struct Response {
    Signal pair[2]; /* channels 0, 1 and 2, 3 */
    const float *audio[4];
    LusterAssetData data;
    const LusterAssetData *list[1];
} Response;

/* Decaying noise after `silence` frames, reverberation time `rt` frames. */
static void make(Response *r, uint32_t n_channels, uint32_t n, uint32_t silence, double rt)
{
    LusterRng rng;
    luster_rng_seed(&rng, 3, n_channels);
    for (uint32_t p = 0; p < 2; p++)
        r->pair[p] = rig_signal(2, n);
    for (uint32_t c = 0; c < n_channels; c++) {
        float *to = r->pair[c / 2].ch[c % 2];
        r->audio[c] = to;
        for (uint32_t i = silence; i < n; i++)
            to[i] = (float)(0.2 * luster_rng_bipolar(&rng) * pow(10.0, -3.0 * (i - silence) / rt));
    }
    r->data = (LusterAssetData){r->audio, n_channels, n, NULL, 0};
    r->list[0] = &r->data;
}

static void drop(Response *r)
{
    rig_drop(&r->pair[0]);
    rig_drop(&r->pair[1]);
}

static LusterInstance *open_with(Response *r, double rate_hz, uint32_t n_channels,
                                 const char *settings)
{
    LusterInstance *instance = NULL;
    const LusterSetup setup = {rate_hz, 4096, n_channels, r->list};
    if (luster_instance_new(proc, &setup, &instance, NULL))
        abort();
    rig_set(instance, proc, settings);
    return instance;
}

static double dot(const float *h, uint32_t n, const float *x, uint32_t at)
{
    double sum = 0.0;
    for (uint32_t t = 0; t < n && t <= at; t++)
        sum += (double)h[t] * x[at - t];
    return sum;
}

/* Error over some frames, with the file's own level: every channel where it belongs. */
static double error_db(Response *r, double rate_hz, uint32_t n_channels)
{
    const uint32_t n = r->data.n_frames, n_frames = n + 20000;
    LusterInstance *instance = open_with(r, rate_hz, n_channels, "mix=100,trim=off,normalise=off");
    Signal x = rig_bursts(n_channels, n_frames, 4), y = rig_signal(n_channels, n_frames);
    rig_run(instance, &x, &y, NULL, 0);
    double power = 0.0, error = 0.0;
    for (uint32_t at = 0; at < n_frames; at += n_frames / 400 + 1) {
        for (uint32_t o = 0; o < n_channels; o++) {
            const uint32_t n_file = r->data.n_channels;
            double want = 0.0;
            if (n_file == 4 && n_channels == 2)
                want = dot(r->audio[o], n, x.ch[0], at) + dot(r->audio[2 + o], n, x.ch[1], at);
            else
                want = dot(r->audio[n_file > 1 ? o : 0], n, x.ch[o], at);
            power += want * want;
            error += (y.ch[o][at] - want) * (y.ch[o][at] - want);
        }
    }
    luster_instance_free(instance);
    rig_drop(&x), rig_drop(&y);
    return 10.0 * log10(error / power);
}

TEST(equals_the_sum_of_products)
{
    static const double rates[] = {44100, 48000, 96000, 192000};
    static const uint32_t files[] = {1, 2, 4};
    printf("# | response | rate | error |\n");
    for (int r = 0; r < 4; r++) {
        for (int f = 0; f < 3; f++) {
            Response response;
            make(&response, files[f], (uint32_t)(1.5 * rates[r]), 0, rates[r]);
            const double error = error_db(&response, rates[r], 2);
            printf("# | %u channels | %g Hz | %.1f dB |\n", files[f], rates[r], error);
            CHECK(error <= BAR_DB);
            drop(&response);
        }
    }
    Response response;
    make(&response, 4, 5000, 0, 3000);
    CHECK(error_db(&response, 48000, 1) <= BAR_DB); /* mono: left to left */
    drop(&response);
}

/* The response as it is after shaping, from an impulse; its left channel. */
static Signal heard(Response *r, const char *settings)
{
    LusterInstance *instance = open_with(r, 48000, 2, settings);
    const uint32_t n = r->data.n_frames + 1000;
    Signal x = rig_signal(2, n), y = rig_signal(2, n);
    x.ch[0][0] = x.ch[1][0] = 1.0f;
    rig_run(instance, &x, &y, NULL, 0);
    luster_instance_free(instance);
    rig_drop(&x);
    return y;
}

static uint32_t first_of(const Signal *y)
{
    uint32_t i = 0;
    while (i < y->n_frames && fabsf(y->ch[0][i]) < 1e-4f)
        i++;
    return i;
}

static double energy(const Signal *y, uint32_t from, uint32_t to)
{
    double sum = 0.0;
    for (uint32_t i = from; i < to; i++)
        sum += (double)y->ch[0][i] * y->ch[0][i];
    return sum;
}

TEST(responses_are_shaped_as_asked)
{
    Response r;
    make(&r, 2, 48000, 3000, 24000);
    Signal as_it_is = heard(&r, "mix=100,trim=off,normalise=off");
    CHECK(first_of(&as_it_is) >= 3000 && first_of(&as_it_is) < 3010);
    Signal plain = heard(&r, "mix=100");
    CHECK(first_of(&plain) < 10);
    const double unit = (energy(&plain, 0, 45000));
    printf("# energy of the left side after normalising: %.3f\n", unit);
    CHECK_NEAR(unit, 1.0, 0.1); /* both sides together are 2 */
    Signal late = heard(&r, "mix=100,pre_delay=100");
    CHECK(first_of(&late) >= 4800 && first_of(&late) < 4810);
    Signal cut = heard(&r, "mix=100,length=20");
    CHECK(energy(&cut, 0, 9000) > 0.5 && energy(&cut, 9002, 46000) < 1e-12);
    Signal reversed = heard(&r, "mix=100,reverse=on");
    CHECK(energy(&reversed, 0, 20000) < energy(&reversed, 25000, 45000));
    /* half the decay: 60 dB per 12000 frames instead of 24000 */
    Signal half = heard(&r, "mix=100,decay=50");
    const double fall = 10.0 * log10(energy(&half, 0, 1000) / energy(&half, 8000, 9000));
    printf("# decay=50: %.1f dB in 8000 frames (40 wanted)\n", fall);
    CHECK_NEAR(fall, 40.0, 2.0);
    Signal narrow = heard(&r, "mix=100,width=0");
    CHECK(memcmp(narrow.ch[0], narrow.ch[1], narrow.n_frames * sizeof(float)) == 0);
    rig_drop(&as_it_is), rig_drop(&plain), rig_drop(&late), rig_drop(&cut);
    rig_drop(&reversed), rig_drop(&half), rig_drop(&narrow);
    drop(&r);
}

TEST(assets_that_do_not_fit_are_refused)
{
    Response r;
    LusterInstance *instance = NULL;
    LusterError err = {0};
    make(&r, 1, 100, 0, 50);
    r.data.n_channels = 5;
    CHECK(luster_instance_new(proc, &(LusterSetup){48000, 64, 2, r.list}, &instance, &err) ==
          LUSTER_BAD_VALUE);
    r.data.n_channels = 1;
    r.data.n_frames = 48000 * 31;
    CHECK(luster_instance_new(proc, &(LusterSetup){48000, 64, 2, r.list}, &instance, &err) ==
          LUSTER_BAD_VALUE);
    CHECK(strstr(err.text, "ir") != NULL);
    drop(&r);
}

/* A response of one sample, so that the tone stays a tone: what splatters comes from the move. */
TEST(moves_do_not_click)
{
    static const char *const moves[][2] = {{"mix=0", "mix=100"},
                                           {"level=-20", "level=0"},
                                           {"pre_delay=10", "pre_delay=35"},
                                           {"width=0", "width=100"},
                                           {"low_cut=20", "low_cut=300"},
                                           {"high_cut=20000", "high_cut=3000"}};
    Response r;
    make(&r, 2, 64, 0, 100);
    printf("# | move | loudest fourth difference |\n");
    for (unsigned m = 0; m < sizeof moves / sizeof moves[0]; m++) {
        LusterInstance *instance = open_with(&r, 48000, 2, "mix=50");
        Signal x = rig_signal(2, 96000), y = rig_signal(2, 96000);
        for (uint32_t i = 0; i < 96000; i++) {
            const double fade = i < 9600 ? 0.5 - 0.5 * cos(LUSTER_PI * i / 9600) : 1.0;
            x.ch[0][i] = x.ch[1][i] =
                (float)(0.5 * fade * sin(2.0 * LUSTER_PI * 200.0 * i / 48000));
        }
        for (uint32_t at = 0; at < 96000; at += 8000) {
            rig_set(instance, proc, moves[m][at / 8000 % 2]);
            rig_process(instance, &x, &y, NULL, at, 8000);
        }
        double worst = 0.0;
        for (uint32_t i = 4; i < 96000; i++) {
            const float *p = y.ch[0] + i;
            const double d = p[0] - 4.0 * p[-1] + 6.0 * p[-2] - 4.0 * p[-3] + p[-4];
            worst = fmax(worst, fabs(d) / 16.0);
        }
        const double db = 20.0 * log10(worst);
        printf("# | %s to %s | %.1f dB |\n", moves[m][0], moves[m][1], db);
        CHECK(db <= -90.0);
        luster_instance_free(instance);
        rig_drop(&x), rig_drop(&y);
    }
    drop(&r);
}

int main(void)
{
    proc = luster_processor_find("convolution");
    RUN(equals_the_sum_of_products);
    RUN(responses_are_shaped_as_asked);
    RUN(assets_that_do_not_fit_are_refused);
    RUN(moves_do_not_click);
    return tap_done();
}
