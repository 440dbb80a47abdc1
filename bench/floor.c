/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The floor of bench/console: read stereo files with libsndfile, sum them, write 24 bit. What any
 * mixer must spend before it has done anything. usage: floor OUT GAIN IN... */
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096 /* frames */
#define MAX_FILES 256

int main(int argc, char **argv)
{
    static SNDFILE *in[MAX_FILES];
    static float sum[2 * BLOCK], block[2 * BLOCK];
    const int n_files = argc - 3;
    SF_INFO info = {0};
    if (n_files < 1 || n_files > MAX_FILES) {
        fprintf(stderr, "usage: floor OUT GAIN IN...\n");
        return 2;
    }
    for (int i = 0; i < n_files; i++) {
        info = (SF_INFO){0};
        in[i] = sf_open(argv[3 + i], SFM_READ, &info);
        if (!in[i] || info.channels != 2) {
            fprintf(stderr, "floor: %s: %s\n", argv[3 + i], in[i] ? "not stereo" : "cannot open");
            return 1;
        }
    }
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_24;
    const float gain = (float)atof(argv[2]);
    SNDFILE *out = sf_open(argv[1], SFM_WRITE, &info);
    if (!out) {
        fprintf(stderr, "floor: %s: %s\n", argv[1], sf_strerror(NULL));
        return 1;
    }
    sf_command(out, SFC_SET_CLIPPING, NULL, SF_TRUE);
    for (sf_count_t most = 1; most > 0;) {
        memset(sum, 0, sizeof sum);
        most = 0;
        for (int i = 0; i < n_files; i++) {
            const sf_count_t n = sf_readf_float(in[i], block, BLOCK);
            for (sf_count_t k = 0; k < 2 * n; k++)
                sum[k] += gain * block[k];
            most = n > most ? n : most;
        }
        if (sf_writef_float(out, sum, most) != most) {
            fprintf(stderr, "floor: %s: %s\n", argv[1], sf_strerror(out));
            return 1;
        }
    }
    for (int i = 0; i < n_files; i++)
        sf_close(in[i]);
    return sf_close(out) != 0;
}
