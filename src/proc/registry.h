/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of processors. A new one is a file beside this and a line in registry.c. */
#ifndef LUSTER_PROC_REGISTRY_H
#define LUSTER_PROC_REGISTRY_H

#include "luster/processor.h"

extern const LusterProcessor luster_proc_clipper;
extern const LusterProcessor luster_proc_saturator;
extern const LusterProcessor luster_proc_compressor;
extern const LusterProcessor luster_proc_dehum;
extern const LusterProcessor luster_proc_denoise;
extern const LusterProcessor luster_proc_gate;
extern const LusterProcessor luster_proc_multiband;
extern const LusterProcessor luster_proc_deesser;
extern const LusterProcessor luster_proc_leveller;
extern const LusterProcessor luster_proc_limiter;
extern const LusterProcessor luster_proc_transient;
extern const LusterProcessor luster_proc_utility;
extern const LusterProcessor luster_proc_meter;
extern const LusterProcessor luster_proc_eq;
extern const LusterProcessor luster_proc_eq_linear;
extern const LusterProcessor luster_proc_stereo;
extern const LusterProcessor luster_proc_pan;
extern const LusterProcessor luster_proc_chorus;
extern const LusterProcessor luster_proc_flanger;
extern const LusterProcessor luster_proc_phaser;
extern const LusterProcessor luster_proc_delay;
extern const LusterProcessor luster_proc_reverb;
extern const LusterProcessor luster_proc_convolution;
extern const LusterProcessor luster_proc_match;

#endif
