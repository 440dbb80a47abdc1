/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Float to integer samples: where dither is needed, its numbers, rounding. Input is finite. */
#ifndef LUSTER_IO_PCM_H
#define LUSTER_IO_PCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Number of leading samples that `bits`-bit integers hold exactly. */
size_t luster_pcm_exact(const float *in, size_t n, uint32_t bits);

/** Number of samples beyond +-1.0. */
uint64_t luster_pcm_over(const float *in, size_t n);

/** To left-justified integers of 16 or 24 bits, with or without TPDF dither. The dither of a sample
 * depends on seed, channel and its frame number alone. */
void luster_pcm_quantise(int32_t *out, const float *in, size_t n, uint32_t bits, bool dither,
                         uint64_t seed, uint32_t channel, uint64_t frame);

/** To 32-bit integers, rounded to the nearest. */
void luster_pcm_round32(int32_t *out, const float *in, size_t n);

#endif
