/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The trained part of telling roles by sound: a few small networks over the numbers of timbre.h.
 * The table is made by tools/train-roles (doc/roles.md). */
#ifndef LUSTER_ASSIST_ROLE_MODEL_H
#define LUSTER_ASSIST_ROLE_MODEL_H

#include <stdint.h>

typedef struct LusterRoleModel {
    uint32_t n_inputs, n_hidden, n_nets, n_classes;
    double clip; /* inputs count up to so many standard deviations */
    double heat; /* of the softmax: what made its figures true in cross-validation */
    const char *const *classes; /* ids of tools/roles/learn.py */
    const float *mean, *scale; /* per input */
    const signed char *hidden_weight; /* [n_nets][n_hidden][n_inputs] */
    const float *hidden_scale, *hidden_bias; /* [n_nets][n_hidden] */
    const signed char *class_weight; /* [n_nets][n_classes][n_hidden] */
    const float *class_scale, *class_bias; /* [n_nets][n_classes] */
    const float *prior; /* [n_classes], natural log: how often such tracks are met (J1) */
} LusterRoleModel;

extern const LusterRoleModel luster_role_model;

#define LUSTER_ROLE_CLASSES_MAX 32

/** How likely each class is, given n_inputs numbers. */
void luster_role_chances(const LusterRoleModel *model, const float *numbers,
                         double chance[LUSTER_ROLE_CLASSES_MAX]);

#endif
